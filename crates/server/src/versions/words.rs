//! Words by which a text says of itself that it is repealed, or when it comes into force.

use std::ops::Range;

/// Bytes of a text at its beginning in which it says that it is repealed.
const HEAD_BYTES: usize = 1_200;
/// Bytes at its end in which its last articles say when it comes into force.
const TAIL_BYTES: usize = 6_000;
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
/// Words of an article that says when its text comes into force.
const COMES_INTO_FORCE: [&str; 12] = [
    "起施行",
    "日施行",
    "起实施",
    "起實施",
    "起生效",
    "施行日期",
    "comes into force",
    "come into force",
    "came into force",
    "enter into force",
    "take effect",
    "become effective",
];
/// What an English text calls itself where it says so, and characters between that and the words.
const ITSELF: [&str; 12] = [
    "this act",
    "this order",
    "this law",
    "this ordinance",
    "this regulation",
    "this code",
    "these regulations",
    "these rules",
    "these directions",
    "the act",
    "the regulations",
    "the rules",
];
const NEAR_BYTES: usize = 40;
/// Words that leave the day open.
const LEFT_OPEN: [&str; 6] = [
    "定之",
    "另定",
    "另行",
    "to be fixed",
    "to be determined",
    "appointed",
];

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

/// Bytes of the sentence in which a text says when it comes into force: the last such sentence, near its end or its beginning.
pub(crate) fn comes_into_force(text: &str) -> Option<Range<usize>> {
    let from = text.ceil_char_boundary(text.len().saturating_sub(TAIL_BYTES));
    let head = text.floor_char_boundary(HEAD_BYTES.min(from));
    last_saying(text, from..text.len()).or_else(|| last_saying(text, 0..head))
}

/// Returns true if the sentence in which a text says when it comes into force leaves the day open.
pub(crate) fn leaves_day_open(sentence: &str) -> bool {
    let folded = sentence.to_lowercase();
    LEFT_OPEN.iter().any(|words| folded.contains(words))
}

fn last_saying(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let folded = text[within.clone()].to_ascii_lowercase();
    let found = COMES_INTO_FORCE.iter().filter_map(|words| {
        let is_of_itself = |at: usize| match words.is_ascii() {
            true => {
                let near = &folded[folded.ceil_char_boundary(at.saturating_sub(NEAR_BYTES))..at];
                ITSELF.iter().any(|itself| near.contains(itself))
            }
            // 起施行的《…》 is another text.
            false => !folded[at + words.len()..].starts_with('的'),
        };
        let said = folded.match_indices(words).map(|(at, _)| at);
        said.filter(|at| is_of_itself(*at)).max()
    });
    let at = found.max()?;
    let before = folded[..at].rfind(['。', '\n', ';', '；']);
    let start = before.map_or(0, |mark| folded.ceil_char_boundary(mark + 1));
    let behind = folded[at..].find(['。', '\n', ';', '；']);
    let end = behind.map_or(folded.len(), |mark| {
        folded.ceil_char_boundary(at + mark + 1)
    });
    let sentence = &folded[start..end];
    let start = start + sentence.len() - sentence.trim_start().len();
    let end = start + sentence.trim().len();
    Some(within.start + start..within.start + end)
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
    fn the_last_sentence_says_when_a_text_comes_into_force() {
        let said = |text: &str| comes_into_force(text).map(|range| text[range].to_owned());
        let law = "第一条　为了港口。\n第三条　本法自2020年1月1日起施行。《旧法》同时废止。\n";
        assert_eq!(
            said(law).as_deref(),
            Some("第三条　本法自2020年1月1日起施行。")
        );
        assert_eq!(
            said("2 This Act comes into force on a day to be fixed.\n").as_deref(),
            Some("2 This Act comes into force on a day to be fixed.")
        );
        assert_eq!(
            said("第 9 條 本細則自發布日施行。").as_deref(),
            Some("第 9 條 本細則自發布日施行。")
        );
        assert_eq!(said("第一条　港口由主管机关管理。"), None);
        let law = "第九条　本规定自公布之日起施行。1998年1月1日起施行的《旧规定》同时废止。";
        assert_eq!(
            said(law).as_deref(),
            Some("第九条　本规定自公布之日起施行。")
        );
        assert_eq!(
            said("18 Amounts of the year in which section 4 comes into force may be spent."),
            None
        );
        assert!(leaves_day_open("第 10 條 本辦法施行日期，由主管機關定之。"));
        assert!(!leaves_day_open("本法自2020年1月1日起施行。"));
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
        fn any_text_is_cut_between_characters(text in "[起施行。\ncomes into force；\\PC]{0,80}") {
            if let Some(range) = comes_into_force(&text) {
                prop_assert!(text.get(range).is_some());
            }
            let _ = repealed_by_head(&text, &text);
            if let Some(range) = revised_by_head(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
