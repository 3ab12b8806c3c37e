//! Finds signature blocks: the bodies that sign, each on a line or side by side, over or before a day.
//!
//! In: a laid-out text. Out: its signature blocks in order. A notice with annexes is signed in its middle, so all of the text
//! is looked at. Only a whole day signs; the years and months of a table do not.

use polidex_analysis::date::PartialDate;

use crate::layout::LaidOut;
use crate::metadata::bodies::{is_signatory, signatories};
use crate::metadata::edges::all_lines;
use crate::text::written_date::whole_date;

/// Longest line that is the day of a signature, alone or behind who signs.
const MAX_LINE_BYTES: usize = 160;
/// Bodies that sign together, at most.
const MAX_LINES: usize = 30;

/// A signature block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature<'a> {
    /// Who signs, in order; empty where a day stands alone.
    pub(super) bodies: Vec<&'a str>,
    /// The day.
    pub(super) date: PartialDate,
    /// The line of the day.
    pub(super) line: &'a str,
    /// Number of the lines behind it.
    pub(super) lines_behind: usize,
}

/// The signature blocks of a text that name a body, in order.
pub(super) fn read_signatures(laid_out: &LaidOut) -> Vec<Signature<'_>> {
    let lines: Vec<&str> = all_lines(laid_out).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some((beside, date)) = day_of(line) else {
            continue;
        };
        let bodies = if beside.is_empty() {
            bodies_over(&lines[at.saturating_sub(MAX_LINES)..at])
        } else {
            beside
        };
        if !bodies.is_empty() {
            found.push(Signature {
                bodies,
                date,
                line,
                lines_behind: lines.len() - at - 1,
            });
        }
    }
    found
}

/// The bodies on the last of `lines`, in order.
fn bodies_over<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let over = lines.iter().rev().filter(|line| !is_seal(line));
    let mut bodies = Vec::new();
    for part in over.map_while(|line| signatories(line)) {
        bodies.splice(0..0, part);
    }
    bodies
}

/// The day that a line is, alone or behind the names of bodies.
fn day_of(line: &str) -> Option<(Vec<&str>, PartialDate)> {
    let ends_in_digit = line.ends_with(|c: char| c.is_ascii_digit());
    let may_be = ends_in_digit || line.contains(['日', '号', '號']);
    if line.len() > MAX_LINE_BYTES || !may_be {
        return None;
    }
    if let Some(date) = whole_day(line) {
        return Some((Vec::new(), date));
    }
    let mut bodies = columns_of(line);
    let date = whole_day(bodies.pop()?)?;
    let are_bodies = !bodies.is_empty() && bodies.iter().all(|body| is_signatory(body));
    are_bodies.then_some((bodies, date))
}

/// Parts of a line between wide blanks.
pub(super) fn columns_of(line: &str) -> Vec<&str> {
    let parts = line.split(['\t', '\u{3000}']);
    let parts = parts.flat_map(|part| part.split("  ")).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

fn whole_day(text: &str) -> Option<PartialDate> {
    whole_date(text).filter(|date| date.first_day() == date.last_day())
}

/// `（公章）`, `(盖章)`: where a seal stands.
fn is_seal(line: &str) -> bool {
    line.starts_with(['（', '(']) && line.chars().count() <= 6 && line.contains(['章', '印'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lay_out;

    fn signed(text: &str) -> Vec<(String, String)> {
        let laid_out = lay_out(text, "x.txt", 0);
        let found = read_signatures(&laid_out);
        found
            .iter()
            .map(|signature| (signature.bodies.join("、"), signature.date.to_string()))
            .collect()
    }

    #[test]
    fn bodies_sign_over_a_day_or_beside_it() {
        for (text, bodies, date) in [
            (
                "甲。\n\n国务院办公厅\n2019年8月20日",
                "国务院办公厅",
                "2019-08-20",
            ),
            (
                "甲。\n\n国家发展改革委办公厅\n税务总局办公厅\n2019 年 8 月 20 日",
                "国家发展改革委办公厅、税务总局办公厅",
                "2019-08-20",
            ),
            (
                "甲。\n\n教育部　　财政部\n二〇一九年八月二十日",
                "教育部、财政部",
                "2019-08-20",
            ),
            ("甲。\n\n教育部　　2019年8月20日", "教育部", "2019-08-20"),
            (
                "甲。\n\n教育部（章）\n2019年8月20日\n\n附件：名单\n\n乙。",
                "教育部",
                "2019-08-20",
            ),
            (
                "甲。\n\n某某大学\n（公章）\n二O一九年八月二十日",
                "某某大学",
                "2019-08-20",
            ),
        ] {
            assert_eq!(
                signed(text),
                [(bodies.to_owned(), date.to_owned())],
                "{text}"
            );
        }
        for text in [
            "甲。\n\n2019年8月20日",
            "甲。\n\n教育部\n2019年8月",
            "甲说，这是教育部\n2019年8月20日",
        ] {
            assert_eq!(signed(text), [], "{text}");
        }
    }
}
