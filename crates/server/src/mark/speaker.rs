//! Tells who speaks in a record of proceedings: 陳志全議員：…, MR CHAN (in Cantonese): …, Mr Speaker: ….
//!
//! In: the texts of passages in order. Out: the speaker of each, from the passage that begins with a name to the next one that does,
//! or to a heading. A name is known by its form: a title of office or address within a few words before a colon. A text is a
//! record if it has several such names by turns; in any other no passage has a speaker.

use polidex_analysis::scripts::is_han;

/// Characters in which the name and its colon stand.
const MAX_LABEL_CHARS: usize = 60;
/// Characters of a name without what stands in brackets.
const MAX_NAME_CHARS: usize = 40;
/// Turns that make a text a record.
const MIN_TURNS: usize = 3;

/// Ends of names in Chinese.
const CHINESE_TITLES: [&str; 46] = [
    "主席",
    "議員",
    "议员",
    "委員",
    "委员",
    "局長",
    "局长",
    "司長",
    "司长",
    "署長",
    "署长",
    "處長",
    "处长",
    "部長",
    "部长",
    "院長",
    "院长",
    "議長",
    "议长",
    "秘書",
    "秘书",
    "秘書長",
    "秘书长",
    "行政長官",
    "行政长官",
    "先生",
    "女士",
    "小姐",
    "教授",
    "博士",
    "醫生",
    "医生",
    "律師",
    "律师",
    "專員",
    "专员",
    "總監",
    "总监",
    "召集人",
    "主任",
    "總理",
    "总理",
    "大臣",
    "市長",
    "市长",
    "代表",
];

/// Titles that stand within a name: 王委員金平, 陳部長時中.
const INNER_TITLES: [&str; 8] = [
    "委員", "委员", "部長", "部长", "院長", "院长", "主席", "署長",
];

/// Beginnings of labels that list who is there and let nobody speak.
const LISTS: [&str; 8] = [
    "出席",
    "缺席",
    "列席",
    "各位",
    "出席者",
    "請假",
    "尊敬",
    "敬愛",
];

/// Words that tell a name in English letters.
const ENGLISH_TITLES: [&str; 24] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "lady",
    "lord",
    "baroness",
    "hon",
    "senator",
    "madam",
    "president",
    "chairman",
    "chair",
    "chairperson",
    "speaker",
    "secretary",
    "minister",
    "commissioner",
    "director",
    "clerk",
];

/// A passage to be read for its speaker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spoken<'a> {
    pub(crate) text: &'a str,
    pub(crate) is_heading: bool,
}

/// Returns the speaker of each passage; `before` is the one who speaks when the first begins.
pub(crate) fn speakers<'a>(
    passages: impl IntoIterator<Item = Spoken<'a>>,
    before: Option<String>,
) -> Vec<Option<String>> {
    let mut speaking = before;
    let of_each = passages.into_iter().map(|passage| {
        if passage.is_heading {
            speaking = None;
        }
        if let Some(name) = speaker_of(passage.text) {
            speaking = Some(name);
        }
        speaking.clone()
    });
    of_each.collect()
}

/// Returns true for the names, in order, of the turns of a record: several, and not of one speaker alone.
pub(crate) fn is_record(turns: &[String]) -> bool {
    turns.len() >= MIN_TURNS && turns.iter().any(|name| *name != turns[0])
}

/// Returns the name that a passage begins with, if somebody speaks from there on.
pub(crate) fn speaker_of(text: &str) -> Option<String> {
    let head = text.trim_start();
    let end = head
        .char_indices()
        .take(MAX_LABEL_CHARS)
        .find(|(_, c)| matches!(*c, '：' | ':'))?
        .0;
    let name = name_of(&head[..end])?;
    let is_name = match is_latin(&name) {
        true => is_english_name(&name),
        false => is_chinese_name(&name),
    };
    is_name.then_some(name)
}

/// The label without its number, its emphasis and what stands in brackets; `None` if it holds a clause.
fn name_of(label: &str) -> Option<String> {
    let mut name = String::new();
    let mut depth = 0_usize;
    for c in label.chars() {
        match c {
            '(' | '（' | '[' => depth += 1,
            ')' | '）' | ']' => depth = depth.saturating_sub(1),
            '*' | '_' | '#' => {}
            '，' | '。' | '、' | '；' | '？' | '！' | '「' | '」' | ';' | '?' | '!' => {
                return None;
            }
            c if depth == 0 => name.push(if c.is_whitespace() { ' ' } else { c }),
            _ => {}
        }
    }
    let name = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let name = name.trim_start_matches(['.', '．', ' ']).trim();
    let name = match is_latin(name) {
        true => name.split_whitespace().collect::<Vec<_>>().join(" "),
        // Blanks between ideographs are of the typesetting.
        false => name.split_whitespace().collect(),
    };
    let count = name.chars().count();
    (2..=MAX_NAME_CHARS).contains(&count).then_some(name)
}

/// Returns true for a name without ideographs: O’Brien has an apostrophe.
fn is_latin(name: &str) -> bool {
    !name.chars().any(is_han)
}

fn is_chinese_name(name: &str) -> bool {
    if LISTS.iter().any(|list| name.starts_with(list)) || name.chars().any(char::is_numeric) {
        return false;
    }
    let inner = |title: &str| {
        let at = name.find(title);
        at.is_some_and(|at| (1..=2).contains(&name[..at].chars().count()))
            && name.chars().count() <= 6
    };
    CHINESE_TITLES.iter().any(|title| name.ends_with(title))
        || INNER_TITLES.iter().any(|title| inner(title))
}

/// A name in capitals that holds a title, or one that begins with a title: `SECRETARY FOR SECURITY`, `The Speaker`.
fn is_english_name(name: &str) -> bool {
    let mut words = name.split(' ').map(|word| {
        let letters = word.trim_matches(|c: char| !c.is_ascii_alphabetic());
        letters.to_ascii_lowercase()
    });
    let is_title = |word: &String| ENGLISH_TITLES.contains(&word.as_str());
    if !name.chars().any(|c| c.is_ascii_lowercase()) {
        return words.any(|word| is_title(&word));
    }
    let first = words.find(|word| word != "the");
    let is_capital = |word: &str| word.starts_with(|c: char| c.is_ascii_uppercase());
    let is_small = |word: &str| matches!(word, "the" | "of" | "for" | "and");
    let is_name = name
        .split(' ')
        .all(|word| is_capital(word) || is_small(word));
    is_name && first.is_some_and(|word| is_title(&word)) && name.split(' ').count() <= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_a_colon_speak() {
        for (text, name) in [
            ("陳志全議員：主席，任何人", "陳志全議員"),
            ("1. 陳志全議員：主席", "陳志全議員"),
            ("主席：質詢。第一項質詢。", "主席"),
            ("運輸及房屋局局長（譯文）：主席", "運輸及房屋局局長"),
            ("王委員金平：謝謝主席", "王委員金平"),
            ("**主席**：報告院會", "主席"),
            ("主 席：現在開會", "主席"),
            (
                "MR CHAN CHI-CHUEN (in Cantonese): President,",
                "MR CHAN CHI-CHUEN",
            ),
            ("PRESIDENT (in Cantonese): Good morning", "PRESIDENT"),
            (
                "SECRETARY FOR TRANSPORT AND HOUSING: I",
                "SECRETARY FOR TRANSPORT AND HOUSING",
            ),
            ("The Speaker: Order.", "The Speaker"),
            ("Mr. Smith (Ottawa, Lib.): I rise", "Mr. Smith"),
        ] {
            assert_eq!(speaker_of(text).as_deref(), Some(name), "{text}");
        }
        for text in [
            "出席議員：",
            "各位議員：",
            "第一條：主席",
            "本會認為，主席：",
            "NOTE: the Chair",
            "Director of the board says: no",
            "Subject: Minister",
            "主席說，這是：",
            "http://a.b",
            "",
            "：",
        ] {
            assert_eq!(speaker_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_turn_lasts_until_the_next_name_or_heading() {
        let passages = [
            (false, "開會"),
            (false, "主席：早晨。"),
            (false, "第二段"),
            (true, "議員質詢"),
            (false, "前言"),
            (false, "陳議員：問"),
        ];
        let passages = passages.map(|(is_heading, text)| Spoken { text, is_heading });
        let found = speakers(passages, Some("秘書".to_owned()));
        let found: Vec<&str> = found
            .iter()
            .map(|name| name.as_deref().unwrap_or(""))
            .collect();
        assert_eq!(found, ["秘書", "主席", "主席", "", "", "陳議員"]);
    }

    #[test]
    fn a_record_has_several_turns_of_more_than_one() {
        let of = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert!(is_record(&of(&["主席", "陳議員", "主席"])));
        assert!(!is_record(&of(&["主席", "主席", "主席"])));
        assert!(!is_record(&of(&["主席", "陳議員"])));
    }
}
