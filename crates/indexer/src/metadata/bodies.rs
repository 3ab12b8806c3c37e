//! Knows the names of bodies that publish: governments, ministries, courts, councils.
//!
//! In: a line or a part of one. Out: whether it is the name of a body and nothing else. A name is told by its last word,
//! by its length and by having nothing that a sentence has; where it stands is the caller's business.

/// Endings of the names of bodies.
const CHINESE_ENDINGS: [&str; 26] = [
    "国务院",
    "行政院",
    "立法院",
    "司法院",
    "考試院",
    "監察院",
    "法院",
    "检察院",
    "科学院",
    "政府",
    "人民代表大会",
    "委员会",
    "委員會",
    "立法會",
    "行政會議",
    "办公厅",
    "办公室",
    "秘書處",
    "總統府",
    "银行",
    "部",
    "局",
    "署",
    "厅",
    "促進會",
    "總商會",
];

/// Characters that no name of a body has: words of a sentence.
const CHINESE_STRANGERS: [char; 16] = [
    '的', '了', '在', '是', '為', '为', '對', '对', '我', '你', '他', '這', '这', '各', '該', '该',
];

const ENGLISH_WORDS: [&str; 24] = [
    "Administration",
    "Agency",
    "Assembly",
    "Authority",
    "Board",
    "Bureau",
    "Cabinet",
    "Chamber",
    "Commission",
    "Committee",
    "Corporation",
    "Council",
    "Court",
    "Department",
    "Directorate",
    "Government",
    "Institute",
    "Ministry",
    "Office",
    "Parliament",
    "Secretariat",
    "Senate",
    "Service",
    "Treasury",
];

/// Words that an English name may have in small letters.
const ENGLISH_SMALL: [&str; 9] = ["of", "the", "and", "for", "on", "in", "to", "&", "at"];

/// The body that `text` names, if it is the name of one and nothing else.
pub(super) fn body_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_body = if text.is_ascii() {
        is_english_body(text)
    } else {
        is_chinese_body(text)
    };
    is_body.then_some(text)
}

fn is_chinese_body(text: &str) -> bool {
    let count = text.chars().count();
    let is_plain = text.chars().all(|character| {
        matches!(character, '\u{4E00}'..='\u{9FFF}' | '（' | '）')
            && !CHINESE_STRANGERS.contains(&character)
    });
    (3..=30).contains(&count)
        && is_plain
        && !text.contains("关于")
        && !text.contains("關於")
        && CHINESE_ENDINGS.iter().any(|ending| text.ends_with(ending))
}

fn is_english_body(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches([',', '(', ')']))
        .collect();
    let is_kind = |word: &str| {
        ENGLISH_WORDS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word))
    };
    // … Council, or Department of …: a word in the middle tells nothing (Council Elections).
    let is_named = words.last().is_some_and(|word| is_kind(word))
        || words.windows(2).any(|pair| {
            is_kind(pair[0])
                && ["of", "for"]
                    .iter()
                    .any(|link| link.eq_ignore_ascii_case(pair[1]))
        });
    // A law about a body bears its name.
    const LAWS: [&str; 8] = [
        "Act",
        "Law",
        "Ordinance",
        "Regulation",
        "Regulations",
        "Rules",
        "Order",
        "Bill",
    ];
    let is_law = words.iter().any(|word| LAWS.contains(word));
    let is_name = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_uppercase()) || ENGLISH_SMALL.contains(word)
    };
    let has_end = text.ends_with(['.', ':', '!', '?', ';']);
    (2..=12).contains(&words.len())
        && !has_end
        && words.iter().all(is_name)
        && words[0].starts_with(|first: char| first.is_ascii_uppercase())
        && is_named
        && !is_law
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_a_name_and_nothing_else() {
        for name in [
            "国务院办公厅",
            "香港特別行政區政府",
            "最高人民法院",
            "教育局",
            "財政部",
            "DEPARTMENT OF TRANSPORTATION",
            "Hong Kong Productivity Council",
        ] {
            assert_eq!(body_of(name), Some(name));
        }
        for other in [
            "我們的委員會",
            "关于成立委员会",
            "局",
            "會議由教育局，",
            "第一章",
            "Council Elections",
            "Department of Canadian Heritage Act",
            "the Council agreed to meet",
            "The Council met.",
            "Council",
            "",
        ] {
            assert_eq!(body_of(other), None, "{other}");
        }
    }
}
