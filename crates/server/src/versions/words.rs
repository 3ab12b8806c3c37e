//! Words by which a text says of itself that it is repealed or was revised.

use std::ops::Range;

/// Bytes of a text at its beginning in which it says that it is repealed.
const HEAD_BYTES: usize = 1_200;
/// Longest line that is a label or a note, in characters.
const LONGEST_NOTE: usize = 60;
/// Labels and notes of a text that is no longer in force. Where a label stands alone its value follows.
const REPEALED_NOTES: [&str; 9] = [
    "廢止註記：廢",
    "時效性：已廢止",
    "时效性：失效",
    "时效性：已废止",
    "效力：已废止",
    "（已废止）",
    "（已廢止）",
    "(已廢止)",
    "status: repealed",
];
/// Bytes of a text at its beginning that may tell its history, and characters of the longest line of it.
const HISTORY_BYTES: usize = 4_000;
const LONGEST_HISTORY: usize = 160;
/// Words of a line of the history.
const REVISED: [&str; 6] = ["修正", "修订", "修訂", "修改", "amended", "revised"];

/// The line at the beginning of a text that says it is repealed; `title` may say so itself.
pub(crate) fn repealed_by_head(title: &str, text: &str) -> Option<String> {
    let head = &text[..text.floor_char_boundary(HEAD_BYTES)];
    if title.to_lowercase().contains("[repealed") {
        return Some(title.to_owned());
    }
    let lines = std::iter::once(title).chain(head.lines()).map(str::trim);
    let mut short = lines.filter(|line| line.chars().count() <= LONGEST_NOTE);
    let says = |line: &&str| {
        let plain = line.replace([' ', '\u{3000}'], "").replace(':', "：");
        let plain = plain.to_lowercase().replace("status：", "status: ");
        // An article that is repealed stands behind its number.
        plain.starts_with("[repealed") || REPEALED_NOTES.iter().any(|note| plain.contains(note))
    };
    short.find(says).map(str::to_owned)
}

/// Bytes of the last line at the beginning of a text that says it was revised: its history names the newest revision last.
pub(crate) fn revised_by_head(text: &str) -> Option<Range<usize>> {
    let head = &text[..text.floor_char_boundary(HISTORY_BYTES)];
    let is_short = |line: &&str| (1..=LONGEST_HISTORY).contains(&line.trim().chars().count());
    let says = |line: &&str| {
        let line = line.to_lowercase();
        REVISED.iter().any(|words| line.contains(words)) && line.chars().any(|c| c.is_ascii_digit())
    };
    let line = head.lines().filter(is_short).rfind(says)?;
    let start = line.as_ptr().addr() - text.as_ptr().addr();
    Some(start..start + line.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_says_that_it_is_repealed_at_its_beginning() {
        let law = "檔案管理局組織條例\n\n法規類別：廢止法規\n廢止註記：廢\n\n第 1 條　本條例依法制定之。\n";
        assert_eq!(repealed_by_head("", law).as_deref(), Some("廢止註記：廢"));
        assert_eq!(
            repealed_by_head("港口规定（已废止）", "第一条").as_deref(),
            Some("港口规定（已废止）")
        );
        assert_eq!(
            repealed_by_head("Ferry Act [Repealed, 2019]", "1 This").as_deref(),
            Some("Ferry Act [Repealed, 2019]")
        );
        for text in [
            "第一条 原办法同时废止。",
            "廢止註記：\n第 1 條",
            "法規類別：行政",
        ] {
            assert_eq!(repealed_by_head("", text), None, "{text}");
        }
    }

    #[test]
    fn the_history_names_the_newest_revision_last() {
        let law = "# 港口法\n\n2003年6月28日 通过\n\n2015年4月24日 第一次修正\n\n2018年12月29日 第三次修正\n\n第一条 为了加强港口管理。\n";
        let said = revised_by_head(law).map(|range| &law[range]);
        assert_eq!(said, Some("2018年12月29日 第三次修正"));
        assert_eq!(revised_by_head("第一条 修改"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_between_characters(text in "[修正。\n2019 amended；\\PC]{0,80}") {
            let _ = repealed_by_head(&text, &text);
            if let Some(range) = revised_by_head(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
