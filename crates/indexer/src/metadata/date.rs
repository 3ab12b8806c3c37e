//! Reads a document's date from the places that hold it, and from no other.
//!
//! In: the edges of a text. Out: its date, or nothing: a wrong date sorts and filters a document where nobody finds it, a
//! missing one leaves it where it is. The places, the surest first: a label (`發文日期：`), the history of a law
//! (`history.rs`), then a line of its own near the top, a press release's dateline, a line of its own at the foot under a
//! signature or behind `Ends/`. Where these last three tell different days, none is taken.

use polidex_analysis::date::PartialDate;

use crate::metadata::bodies::body_of;
use crate::metadata::edges::Edges;
use crate::metadata::history::{History, date_of_history, date_of_lineage};
use crate::text::written_date::{date_at, date_with_time, find_date, packed_date, whole_date};

/// Lines at the end among which a signature may stand.
const SIGNATURE_LINES: usize = 5;
/// Longest name of a place in a dateline, in characters.
const PLACE_CHARS: usize = 30;

/// Labels of the day a document was issued, without blanks, in small letters. The day it comes into force is another, and so
/// is the day a page was looked at last.
const LABELS: [&str; 25] = [
    "发布日期",
    "發布日期",
    "發佈日期",
    "公布日期",
    "公佈日期",
    "成文日期",
    "印发日期",
    "发文日期",
    "發文日期",
    "修正日期",
    "發表日期",
    "签发日期",
    "簽發日期",
    "日期",
    "时间",
    "時間",
    "date",
    "dateofissue",
    "issuedate",
    "dateissued",
    "publicationdate",
    "releasedate",
    "amendeddate",
    "published",
    "dated",
];

/// The date of a document, see the module. `text` is all of it.
pub(super) fn read_date(edges: &Edges, history: &History, text: &str) -> Option<PartialDate> {
    if let Some(found) = labelled(&edges.head) {
        return found;
    }
    if history.is_there() {
        return date_of_history(history);
    }
    date_of_lineage(text).or_else(|| {
        agreed(&[
            at_top(edges.top()),
            dateline(edges.top_and_sentence()),
            at_foot(&edges.foot),
        ])
    })
}

/// The one date that all places agree on; a month agrees with a day of it.
fn agreed(places: &[Place]) -> Option<PartialDate> {
    let mut best: Option<PartialDate> = None;
    for place in places {
        match (place, best) {
            (Place::Nothing, _) => {}
            (Place::Many, _) => return None,
            (Place::One(date), None) => best = Some(*date),
            (Place::One(date), Some(known)) if covers(known, *date) => best = Some(*date),
            (Place::One(date), Some(known)) if covers(*date, known) => {}
            (Place::One(_), Some(_)) => return None,
        }
    }
    best
}

fn covers(wide: PartialDate, narrow: PartialDate) -> bool {
    wide.first_day() <= narrow.first_day() && narrow.last_day() <= wide.last_day()
}

/// Dates found in one place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nothing,
    One(PartialDate),
    /// Several dates, none of which is the document's more than the others.
    Many,
}

impl Place {
    fn add(self, date: PartialDate) -> Self {
        match self {
            Self::Nothing => Self::One(date),
            Self::One(known) if known == date => self,
            Self::One(_) | Self::Many => Self::Many,
        }
    }
}

/// The date behind a label: `Some(None)` when labels tell different days.
fn labelled(head: &[&str]) -> Option<Option<PartialDate>> {
    let mut place = Place::Nothing;
    for line in head {
        if let Some(date) = labelled_date(line) {
            place = place.add(date);
        }
    }
    match place {
        Place::Nothing => None,
        Place::One(date) => Some(Some(date)),
        Place::Many => Some(None),
    }
}

/// `發文日期：中華民國113年3月5日`, `時　　間　中華民國96年1月18日（星期四）上午10時2分`, `Amended Date: 20040421`.
fn labelled_date(line: &str) -> Option<PartialDate> {
    let (label, value) = split_label(line)?;
    let label: String = label
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    if !LABELS.contains(&label.trim_matches(['*', '_', '【', '】'])) {
        return None;
    }
    let value = value.trim_matches(|c: char| c.is_whitespace() || "*_".contains(c));
    if let Some(date) = packed_date(value).or_else(|| whole_date(value)) {
        return Some(date);
    }
    let (date, len) = date_at(value)?;
    // What goes on with a time of day is still one day; a second day makes it a span.
    let behind = &value[len..];
    (find_date(behind).is_none() && !behind.contains('月')).then_some(date)
}

/// A label and its value, parted by a colon, or by blanks where the label is Chinese.
fn split_label(line: &str) -> Option<(&str, &str)> {
    if let Some(parts) = line.split_once(['：', ':', '\t']) {
        return Some(parts);
    }
    let starts = ["时", "時", "日"];
    let label = starts.iter().find(|start| line.starts_with(**start))?;
    let rest = line[label.len()..].trim_start();
    let second = rest
        .chars()
        .next()
        .filter(|second| "间間期".contains(*second))?;
    let at = line.len() - rest.len() + second.len_utf8();
    line[at..]
        .starts_with(char::is_whitespace)
        .then(|| line.split_at(at))
}

/// A line above the first sentence that is a date, or the day and hour of a meeting, and nothing else.
fn at_top(top: &[&str]) -> Place {
    let dates = top
        .iter()
        .filter_map(|line| whole_date(line).or_else(|| date_with_time(line)));
    dates.fold(Place::Nothing, Place::add)
}

/// `(Hong Kong, 11 March 2024) The Council …`, `WASHINGTON, March 5, 2024 – …` at the beginning of a paragraph near the top.
fn dateline(lines: &[&str]) -> Place {
    let dates = lines.iter().filter_map(|line| date_of_dateline(line));
    dates.fold(Place::Nothing, Place::add)
}

fn date_of_dateline(line: &str) -> Option<PartialDate> {
    let (inner, is_bracketed) = match line.strip_prefix(['(', '（', '【', '[']) {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    let (date, range) = find_date(inner)?;
    let place = inner[..range.start].trim_end();
    let behind = inner[range.end..].trim_start();
    let is_closed = if is_bracketed {
        behind.starts_with([')', '）', '】', ']'])
    } else {
        behind.starts_with(['–', '—', '─', '－', '-'])
    };
    is_closed.then_some(date).filter(|_| is_place(place))
}

/// The name of a place and a mark behind it, or no name.
fn is_place(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_whitespace() || ",，–—─－-".contains(c));
    let is_marked = name.len() < text.len() || text.is_empty();
    let is_name =
        |word: &str| word.starts_with(|first: char| first.is_uppercase() || !first.is_ascii());
    is_marked
        && text.chars().count() <= PLACE_CHARS
        && !name.contains(['。', '，', '：', ':', ';', '.', '('])
        && name
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .all(is_name)
}

/// A line at the foot that is a date: the last line of all or one under a signature, or the end of a press release.
fn at_foot(foot: &[&str]) -> Place {
    let from = foot.len().saturating_sub(SIGNATURE_LINES);
    for (at, line) in foot.iter().enumerate().skip(from).rev() {
        let ending = ["Ends/", "Ends ", "完／", "完/"]
            .iter()
            .find_map(|word| line.strip_prefix(word));
        if let Some(date) = ending.and_then(whole_date) {
            return Place::One(date);
        }
        let Some(date) = whole_date(line) else {
            continue;
        };
        let before = at
            .checked_sub(1)
            .and_then(|before| foot.get(before))
            .map_or("", |line| line);
        let behind = foot.get(at + 1).map_or("", |line| line);
        let is_release = ["Ends", "- Ends -", "完"].contains(&before)
            || behind.starts_with("Issued at")
            || behind.starts_with("香港時間")
            || behind.starts_with("香港时间");
        if is_release || body_of(before).is_some() {
            return Place::One(date);
        }
    }
    Place::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lay_out;

    fn date(text: &str) -> Option<String> {
        let laid_out = lay_out(text, "x.txt", 0);
        let edges = Edges::of(&laid_out);
        let history = crate::metadata::history::read_history(&edges.head);
        read_date(&edges, &history, &laid_out.text).map(|date| date.to_string())
    }

    #[test]
    fn labels_are_sure() {
        assert_eq!(
            date("函\n\n發文日期：中華民國113年3月5日\n\n主旨：檢送紀錄。").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            date("紀錄\n\n時　　間　中華民國96年1月18日（星期四）上午10時2分\n\n甲").as_deref(),
            Some("2007-01-18")
        );
        assert_eq!(
            date("Act\n\nAmended Date: 20040421\n\nArticle 1  Text.").as_deref(),
            Some("2004-04-21")
        );
        assert_eq!(
            date("紀錄\n\n時間：九十三年二月二十日\n\n甲"),
            None,
            "of which era?"
        );
        assert_eq!(
            date("紀錄\n\n時間：2004年2月20日、2月24日\n\n甲"),
            None,
            "two days"
        );
        assert_eq!(
            date("通知\n\n施行日期：2024年3月5日\n\n甲"),
            None,
            "the day it comes into force"
        );
    }

    #[test]
    fn a_date_of_its_own_counts_at_the_edges_only() {
        assert_eq!(
            date("NOTICE\n\n5 March 2024\n\nText.").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            date("通知\n\n各部門：\n\n請照辦。\n\n国务院办公厅\n二〇二四年三月一日").as_deref(),
            Some("2024-03-01")
        );
        assert_eq!(
            date("Text.\n\nEnds/Wednesday, March 27, 2024\nIssued at HKT 15:00").as_deref(),
            Some("2024-03-27")
        );
        assert_eq!(
            date("甲。\n\n完\n\n2024年3月27日（星期三）\n香港時間15時00分").as_deref(),
            Some("2024-03-27")
        );
        assert_eq!(
            date("數字\n\n2024年3月5日的會議。\n\n甲。\n\n2023年3月"),
            None
        );
        assert_eq!(
            date("NEWS\n\n5 March 2024\n\none\n\n6 March 2024\n\ntwo"),
            None,
            "a list of days"
        );
        assert_eq!(
            date(
                "REPORT\n\n5 March 2024\n\nThe text goes on and on.\n\nPolicy Office\n6 March 2024"
            ),
            None,
            "two days"
        );
        assert_eq!(
            date("REPORT\n\nMarch 2024\n\nThe text goes on and on.\n\nPolicy Office\n6 March 2024")
                .as_deref(),
            Some("2024-03-06")
        );
    }

    #[test]
    fn a_dateline_opens_a_press_release() {
        assert_eq!(
            date("(Hong Kong, 11 March 2024) The Council welcomes it.").as_deref(),
            Some("2024-03-11")
        );
        assert_eq!(
            date("WASHINGTON, March 5, 2024 – The Department said so.").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            date("（香港，2024年3月11日）生產力局歡迎。").as_deref(),
            Some("2024-03-11")
        );
        assert_eq!(
            date("The Act of March 5, 2024 – as amended – applies."),
            None
        );
        assert_eq!(date("In Hong Kong, on 11 March 2024, it rained."), None);
    }
}
