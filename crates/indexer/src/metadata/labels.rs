//! Finds labels and what stands behind them: `發文日期：中華民國113年3月5日`, `发布时间：2019-05-18　来源：中国地理学会`,
//! `時　　間　中華民國96年1月18日`, `Date: 5 March 2024`.
//!
//! In: a line and labels. Out: the text behind the first of them that stands there. A Chinese label may stand anywhere in a
//! short line of facts, but never inside a word; an English one begins its line, since most of them are common words.

/// Longest line of facts, in bytes. What is longer is a paragraph, and only its beginning can be a label.
const FACT_BYTES: usize = 400;

/// The text behind the first of `labels` in `line`.
pub(super) fn behind_label<'a>(line: &'a str, labels: &[&str]) -> Option<&'a str> {
    let line =
        line.trim_start_matches(|c: char| c.is_whitespace() || "*_【[「◎●■※#|・·".contains(c));
    let behind = |at: usize| {
        let rest = &line[at..];
        let mut labels = labels.iter().filter(|label| may_begin(rest, label));
        labels.find_map(|label| value_at(rest, label))
    };
    behind(0).or_else(|| {
        let is_fact = line.len() <= FACT_BYTES && !line.is_ascii();
        starts_inside(line).filter(|_| is_fact).find_map(behind)
    })
}

/// Returns false where the first byte already differs, capitals aside: most labels are passed over by that.
fn may_begin(text: &str, label: &str) -> bool {
    let bytes = text.bytes().next().zip(label.bytes().next());
    bytes.is_none_or(|(found, wanted)| found.eq_ignore_ascii_case(&wanted))
}

/// Returns true for a letter or a digit; ideographs, which are most, are told by their place.
fn is_of_word(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}') || c.is_alphanumeric()
}

/// Places inside a line where a word other than Latin begins.
fn starts_inside(line: &str) -> impl Iterator<Item = usize> {
    let mut before = ' ';
    line.char_indices().filter_map(move |(at, character)| {
        let is_start = at > 0 && !character.is_ascii() && !is_of_word(before);
        before = character;
        is_start.then_some(at)
    })
}

/// Blanks and marks of Markdown behind a label.
const BLANKS: [char; 6] = [' ', '\t', '\u{3000}', '\u{A0}', '*', '_'];
/// Marks that part a label from its value.
const COLONS: [char; 9] = ['：', ':', '︰', '﹕', '】', ']', '」', '*', '_'];

/// The value behind `label`, which `text` has to begin with.
fn value_at<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let rest = skip_label(text, label)?;
    let behind = rest.trim_start_matches(BLANKS);
    let value = behind.trim_start_matches(COLONS);
    let is_parted = value.len() < behind.len();
    let is_blank = behind.len() < rest.len() && !label.is_ascii()
        || rest.contains('\t') && rest.trim_start_matches(' ').starts_with('\t');
    let is_joined = label.ends_with(['于', '於']) || label.ends_with(" on");
    (is_parted || is_blank || is_joined).then(|| value.trim())
}

/// The text behind `label`, blanks between its characters and capitals aside.
fn skip_label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let mut rest = text;
    for (at, wanted) in label.char_indices() {
        if at > 0 && !wanted.is_ascii() {
            rest = rest.trim_start_matches([' ', '\u{3000}', '\u{A0}']);
        }
        let found = rest.chars().next()?;
        if found != wanted && found.to_ascii_lowercase() != wanted {
            return None;
        }
        rest = &rest[found.len_utf8()..];
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_told_from_a_word() {
        for (line, label, expected) in [
            ("發文日期：113年", "發文日期", Some("113年")),
            ("時　　間　中華民國96年", "時間", Some("中華民國96年")),
            (
                "发布时间：2019-05-18 来源：中国地理学会",
                "来源",
                Some("中国地理学会"),
            ),
            ("Date: 5 March 2024", "date", Some("5 March 2024")),
            ("**Date:** 5 March 2024", "date", Some("5 March 2024")),
            (
                "Published on 5 March 2024",
                "published on",
                Some("5 March 2024"),
            ),
            ("【发布日期】2024-03-05", "发布日期", Some("2024-03-05")),
            ("Effective Date: 5 March 2024", "date", None),
            ("施行日期：2024-03-05", "日期", None),
            ("发布时间表", "发布时间", None),
            ("资料来源于各省", "来源", None),
            ("dated papers", "date", None),
        ] {
            assert_eq!(behind_label(line, &[label]), expected, "{line}");
        }
    }
}
