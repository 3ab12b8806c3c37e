//! The sentence in which a text says when it comes into force.
//!
//! A sentence counts if the text itself is what comes into force in it: 本辦法自發布日施行, *This Act comes into force on …*.
//! Sentences that name a day by it (*before the day on which this Act comes into force*), speak of a part of the text or of
//! another one do not. Laws of Taiwan end with their history: where no article tells the day, its newest entry does.

use std::ops::Range;

use polidex_analysis::scripts::is_han;

/// Bytes of a text at its beginning in which a heading or a note says when it comes into force.
const HEAD_BYTES: usize = 1_200;
/// Bytes at its end in which its last articles say so.
const TAIL_BYTES: usize = 6_000;
/// Longest sentence in bytes.
const LONGEST_SENTENCE: usize = 1_500;
/// Bytes of the newest entries of a history that are looked at.
const HISTORY_BYTES: usize = 2_000;
/// Line above the history of a law.
const HISTORY: &str = "\n沿革：";

/// Words of the Chinese sentence.
const CHINESE: [&str; 7] = [
    "起施行",
    "日施行",
    "起实施",
    "起實施",
    "日实施",
    "起生效",
    "施行日期",
];
/// Words of the English sentence, in small letters.
const ENGLISH: [&str; 17] = [
    "comes into force",
    "come into force",
    "came into force",
    "comes into effect",
    "come into effect",
    "enters into force",
    "enter into force",
    "enters into effect",
    "enter into effect",
    "takes effect",
    "take effect",
    "becomes effective",
    "become effective",
    "be effective",
    "be implemented",
    "be enforced",
    "in force",
];
/// What an English text calls itself at the beginning of that sentence.
const ITSELF: [&str; 27] = [
    "this act",
    "this order",
    "this law",
    "this ordinance",
    "this regulation",
    "this code",
    "this statute",
    "this rule",
    "this charter",
    "these regulations",
    "this regulations",
    "these rules",
    "these directions",
    "these standards",
    "these guidelines",
    "these measures",
    "these enforcement rules",
    "these operation directions",
    "the act",
    "the law",
    "the statute",
    "the regulations",
    "the rules",
    "the directions",
    "the standards",
    "the guidelines",
    "the enforcement rules",
];
/// What a note in brackets calls it: *[Note: Act in force June 28, 2006.]*
const NOTED: [&str; 4] = ["act", "order", "regulations", "rules"];
/// Words before the name of the text, of provisions that are its own.
const OF_ITSELF: [&str; 7] = [
    "the provisions of ",
    "all provisions of ",
    "the amendment of ",
    "the amendments to ",
    "amendments to ",
    "the amended provisions of ",
    "all other provisions of ",
];
/// Words that may stand between the text and what it does.
const AUXILIARY: [&str; 13] = [
    "shall",
    "will",
    "is",
    "are",
    "deemed",
    "to",
    "have",
    "hereby",
    "also",
    "and",
    "thereof",
    "be",
    "promulgated",
];
/// Beginnings of what is excepted, before the text or behind it.
const EXCEPTIONS: [&str; 7] = [
    "subject to ",
    "except ",
    "unless ",
    "other than ",
    "with the exception ",
    "excluding ",
    "notwithstanding ",
];
/// Words that leave the day open, or end the force.
const LEFT_OPEN: [&str; 11] = [
    "定之",
    "另定",
    "另行",
    "施行至",
    "當然廢止",
    "to be fixed",
    "fixed by order",
    "to be determined",
    "be determined by",
    "appointed",
    "be prescribed",
];
/// Words of a heading that tells when its text was made known.
const MADE_KNOWN: [&str; 6] = ["发布", "發布", "公布", "通过", "修订", "修正"];

/// Bytes of the sentence in which a text says when it comes into force: the last such sentence near its end, else one at its
/// beginning, else the newest entry of its history.
pub(crate) fn comes_into_force(text: &str) -> Option<Range<usize>> {
    let history = text.rfind(HISTORY);
    let end = history.unwrap_or(text.len());
    let from = text.ceil_char_boundary(end.saturating_sub(TAIL_BYTES));
    let head = text.floor_char_boundary(HEAD_BYTES.min(from));
    let own = last_saying(text, from..end).or_else(|| last_saying(text, 0..head));
    let tells = |range: &Range<usize>| !leaves_day_open(&text[range.clone()]);
    let entry = || newest_entry(text, history?);
    match own {
        Some(own) if tells(&own) => Some(own),
        own => entry().filter(tells).or(own),
    }
}

/// Returns true if the sentence in which a text says when it comes into force leaves the day open, or ends its force.
pub(crate) fn leaves_day_open(sentence: &str) -> bool {
    let folded = sentence.to_lowercase();
    let folded = folded.replace(char::is_whitespace, " ");
    LEFT_OPEN.iter().any(|words| folded.contains(words))
}

/// The last sentence of `within` that says so.
fn last_saying(text: &str, within: Range<usize>) -> Option<Range<usize>> {
    let part = &text[within.clone()];
    let folded = part.to_ascii_lowercase();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for words in CHINESE.iter().chain(&ENGLISH) {
        let at = folded.match_indices(words);
        found.extend(at.map(|(at, words)| (at, words.len())));
    }
    found.sort_unstable();
    let says = |(at, len): &(usize, usize)| {
        let sentence = sentence_around(part, *at)?;
        let before = &folded[sentence.start..*at];
        let is_said = match folded.as_bytes()[*at].is_ascii() {
            true => says_english(before),
            false => says_chinese(before, &folded[at + len..sentence.end]),
        };
        is_said.then(|| within.start + sentence.start..within.start + sentence.end)
    };
    found.iter().rev().find_map(says)
}

/// Bytes of the sentence of `text` that holds the byte `at`, without white space at its ends; `None` if it is too long.
fn sentence_around(text: &str, at: usize) -> Option<Range<usize>> {
    let lowest = text.floor_char_boundary(at.saturating_sub(LONGEST_SENTENCE));
    let before = text[lowest..at].char_indices().rev();
    let start = before
        .map(|(of, mark)| (lowest + of, mark))
        .find(|(of, mark)| ends_sentence(text, *of, *mark));
    let start = match start {
        Some((of, mark)) => of + mark.len_utf8(),
        None if lowest == 0 => 0,
        None => return None,
    };
    let highest = text.floor_char_boundary((at + LONGEST_SENTENCE).min(text.len()));
    let mut behind = text[at..highest].char_indices();
    let end = behind.find(|(of, mark)| ends_sentence(text, at + of, *mark));
    let end = end.map_or(highest, |(of, mark)| {
        // The mark belongs to the sentence, the end of a line does not.
        at + of + if mark == '\n' { 0 } else { mark.len_utf8() }
    });
    let sentence = &text[start..end];
    let start = start + sentence.len() - sentence.trim_start().len();
    Some(start..start + sentence.trim().len())
}

/// Returns true if `mark`, which stands at the byte `at`, ends a sentence. A line that a page broke goes on: its next begins
/// with an ideograph behind one, or with a small letter.
fn ends_sentence(text: &str, at: usize, mark: char) -> bool {
    let behind = text[at + mark.len_utf8()..].chars().next();
    match mark {
        '。' | ';' | '；' => true,
        '.' => {
            let before = text[..at].chars().next_back();
            let is_word = before.is_some_and(|c| c.is_ascii_lowercase() || matches!(c, ')' | ']'));
            let next = text[at + 1..].trim_start().chars().next();
            let begins =
                next.is_none_or(|c| c.is_ascii_uppercase() || matches!(c, '(' | '[' | '*'));
            is_word && begins && behind.is_none_or(char::is_whitespace)
        }
        '\n' => {
            let before = text[..at].chars().next_back();
            let rest = text[at + 1..].trim_start_matches([' ', '\u{3000}']);
            !goes_on(before, rest)
        }
        _ => false,
    }
}

/// Returns true if the line `rest` goes on with one that ends with `before`.
fn goes_on(before: Option<char>, rest: &str) -> bool {
    let Some((before, first)) = before.zip(rest.chars().next()) else {
        return false;
    };
    let is_broken = is_han(before) || matches!(before, '，' | '、' | '）' | '」' | '》');
    let continues = is_han(first) || matches!(first, '「' | '《' | '（' | '，' | '、');
    let is_label = rest.starts_with('第') || rest.starts_with("沿革");
    (is_broken && continues && !is_label) || first.is_ascii_lowercase()
}

/// Returns true if the words `before` and `behind` the cue make a sentence on the text itself.
fn says_chinese(before: &str, behind: &str) -> bool {
    // 起施行的《…》 is another text.
    if behind.starts_with('的') {
        return false;
    }
    let before: String = before.chars().filter(|c| !c.is_whitespace()).collect();
    let names_itself = before.rfind('本').is_some_and(|at| {
        let rest = &before[at + '本'.len_utf8()..];
        !rest.starts_with([
            '院', '部', '会', '會', '市', '省', '县', '縣', '人', '条', '條', '款', '项', '項',
        ]) || rest.starts_with("条例")
            || rest.starts_with("條例")
    });
    let is_heading = before.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '（'))
        && MADE_KNOWN.iter().any(|words| before.contains(words));
    names_itself || is_heading
}

/// Returns true if the words of a sentence before the cue name the text as what comes into force.
fn says_english(before: &str) -> bool {
    let (rest, is_note) = without_labels(before);
    if is_note && NOTED.contains(&rest.trim_end()) {
        return true;
    }
    let rest = without_exception(rest);
    let rest = OF_ITSELF
        .iter()
        .find_map(|words| rest.strip_prefix(words))
        .unwrap_or(rest);
    let Some(gap) = ITSELF.iter().find_map(|name| rest.strip_prefix(name)) else {
        return false;
    };
    is_plain_gap(gap)
}

/// A sentence behind its labels, *Article 16*, *(2)*, *[Note:*, and true if the last was one of these notes.
fn without_labels(sentence: &str) -> (&str, bool) {
    let mut rest = sentence;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
        if let Some(noted) = rest.strip_prefix("note:") {
            return (noted.trim_start(), true);
        }
        let label = ["article ", "section ", "rule "];
        let behind = label.iter().find_map(|word| rest.strip_prefix(word));
        let is_number = |behind: &&str| behind.starts_with(|c: char| c.is_ascii_digit());
        match behind.filter(is_number) {
            Some(behind) => rest = behind,
            None => return (rest, false),
        }
    }
}

/// A sentence behind what it excepts first: *Subject to subsections (2) and (3), these Regulations …*.
fn without_exception(sentence: &str) -> &str {
    if !EXCEPTIONS.iter().any(|words| sentence.starts_with(words)) {
        return sentence;
    }
    let behind = |(at, _): (usize, &str)| &sentence[at + 2..];
    let clauses = sentence.match_indices(", ").map(behind);
    let names = |rest: &&str| {
        let bare = OF_ITSELF.iter().find_map(|words| rest.strip_prefix(words));
        let bare = bare.unwrap_or(rest);
        ITSELF.iter().any(|name| bare.starts_with(name))
    };
    clauses.filter(names).last().unwrap_or(sentence)
}

/// Returns true if nothing but auxiliary verbs and exceptions stands between the text and the cue.
fn is_plain_gap(gap: &str) -> bool {
    if gap.starts_with(|c: char| c.is_alphabetic()) {
        return false;
    }
    let bare = gap.trim_start_matches([' ', ',', '(']);
    if EXCEPTIONS.iter().any(|words| bare.starts_with(words)) {
        return !bare.contains(" if ") && !bare.contains(" when ");
    }
    let mut words = bare.split_whitespace();
    words.all(|word| AUXILIARY.contains(&word.trim_matches(',')))
}

/// Bytes of the newest entry of the history at `history` that tells a day.
fn newest_entry(text: &str, history: usize) -> Option<Range<usize>> {
    let from = history.max(text.ceil_char_boundary(text.len().saturating_sub(HISTORY_BYTES)));
    let part = &text[from..];
    let cues = CHINESE.iter().filter_map(|words| part.rfind(words));
    let at = cues.max()?;
    let mut lines = part[..at].match_indices('\n').map(|(line, _)| line + 1);
    let begins = |line: &usize| is_numbered(&part[*line..]);
    let start = lines.rfind(begins)?;
    let mut behind = part[at..].match_indices('\n').map(|(line, _)| at + line);
    let ends = |line: &usize| is_numbered(&part[line + 1..]);
    let end = behind.find(ends).unwrap_or(part.len());
    (end - start <= LONGEST_SENTENCE)
        .then(|| from + start..from + start + part[start..end].trim_end().len())
}

/// Returns true if a line begins with the number of an entry: `12. `.
fn is_numbered(line: &str) -> bool {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < line.len() && rest.starts_with('.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(text: &str) -> Option<&str> {
        comes_into_force(text).map(|range| &text[range])
    }

    #[test]
    fn the_last_sentence_says_when_a_text_comes_into_force() {
        let law = "第一条　为了港口。\n第三条　本法自2020年1月1日起施行。《旧法》同时废止。\n";
        assert_eq!(said(law), Some("第三条　本法自2020年1月1日起施行。"));
        let law = "2 This Act comes into force on a day to be fixed.\n";
        assert_eq!(said(law), Some(law.trim()));
        let law = "第 9 條 本細則自發布日施行。";
        assert_eq!(said(law), Some(law));
        assert_eq!(said("第一条　港口由主管机关管理。"), None);
        let law = "第九条　本规定自公布之日起施行。1998年1月1日起施行的《旧规定》同时废止。";
        assert_eq!(said(law), Some("第九条　本规定自公布之日起施行。"));
        let law = "1964年6月8日国务院发布 自公布之日施行\n\n第一条　港口由主管机关管理。\n";
        assert_eq!(said(law), Some("1964年6月8日国务院发布 自公布之日施行"));
        assert!(leaves_day_open("第 10 條 本辦法施行日期，由主管機關定之。"));
        assert!(!leaves_day_open("本法自2020年1月1日起施行。"));
    }

    #[test]
    fn a_sentence_on_something_else_says_nothing() {
        let cases = [
            "18 Amounts of the year in which section 4 comes into force may be spent.",
            "(3) If the Minister acts before the day on which this Act comes into force, the permit is void.",
            "If Bill C-24 is assented to and Part 4 of this Act comes into force before that day, section 3 is repealed.",
            "Five years after this Act comes into force, the Minister must have it reviewed.",
            "16 Licences in force under the Radio Act immediately before this Act comes into force continue.",
            "(2) Section 12 of these Regulations comes into force in 2020.",
            "1 The agreement set out in the schedule to this Act shall take effect according to its terms.",
            "The Act, when it comes into force, replaces the Ferry Act.",
            "207 This Part comes into force on January 1, 2008.",
            "第十四条 抵押合同自依法成立之日起生效，但法律另有规定的除外。",
            "第九條 依本條申請者，其許可自核准日施行。",
        ];
        for text in cases {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn a_sentence_on_the_text_itself_says_it_with_exceptions_and_labels() {
        let cases = [
            "9 These Regulations come into force on the day on which they are registered.",
            "12 These Regulations are deemed to have come into force on August 15, 2011.",
            "(1) Subject to subsections (2) and (3), these Regulations come into force in 2024.",
            "This Act, other than sections 3 and 4, comes into force on May 1, 2019.",
            "*[Note: Act in force June 28, 2006, see SI/2006-66.]",
            "*[Note: Subject to subsection (2), these Regulations come into force on June 17, 2024.]",
            "Article 16 This Act shall come into force from the date of promulgation.",
            "Article 10 The Regulations shall be implemented on the date of promulgation.",
            "These Regulations shall\nbe effective from the date of promulgation.",
            "第九條 本標準除已另訂施行日期者外，自發布日施行。",
        ];
        for text in cases {
            assert_eq!(said(text), Some(text), "{text}");
        }
    }

    #[test]
    fn the_newest_entry_of_a_history_is_told_whole() {
        let law = "第 8 條　本辦法施行日期，由司法院定之。\n\n沿革：\n1.中華民國一百零一年七月六日司法院令訂定發布全文 8  條；並自一百零一\n  年七月六日施行\n2.中華民國一百零八年十二月十三日司法院令修正發布全文 8  條；並自一百零\n  九年七月十七日施行\n";
        let entry = said(law).expect("an entry");
        assert!(entry.starts_with("2.中華民國一百零八年") && entry.ends_with("七月十七日施行"));
        let own = format!(
            "第 7 條　本辦法自發\n布日施行。\n{}",
            &law[law.find("\n沿革").expect("there")..]
        );
        assert_eq!(said(&own), Some("第 7 條　本辦法自發\n布日施行。"));
        let ended = "第 7 條　港口。\n\n沿革：\n1.中華民國令發布全文；並自九十年一月一日施行至九十二年十二月三十一日止\n";
        assert_eq!(said(ended), None);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_between_characters(text in "[起施行本法。.\nthis act comes into force；沿革：1\\PC]{0,80}") {
            if let Some(range) = comes_into_force(&text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
