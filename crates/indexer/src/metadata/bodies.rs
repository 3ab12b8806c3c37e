//! Knows the names of bodies that publish: governments, ministries, courts, councils.
//!
//! In: a line or a part of one. Out: whether it is the name of a body and nothing else. A name is told by its last word,
//! by its length and by having nothing that a sentence has; where it stands is the caller's business.

use polidex_analysis::function_words::is_in_names;
use polidex_analysis::scripts::is_everyday_ideograph;

/// Endings of the names of bodies.
const CHINESE_ENDINGS: [&str; 27] = [
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
    "天文台",
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

const ENGLISH_WORDS: [&str; 25] = [
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
    "Observatory",
    "Office",
    "Parliament",
    "Secretariat",
    "Senate",
    "Service",
    "Treasury",
];

/// The body that `text` names, if it is the name of one and nothing else.
pub(super) fn body_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_body = if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        is_english_body(text)
    } else {
        is_chinese_body(text)
    };
    is_body.then_some(text)
}

fn is_chinese_body(text: &str) -> bool {
    let count = text.chars().count();
    let is_plain = text.chars().all(|character| {
        (is_everyday_ideograph(character) || matches!(character, '（' | '）'))
            && !CHINESE_STRANGERS.contains(&character)
    });
    (3..=30).contains(&count)
        && is_plain
        && !text.contains("关于")
        && !text.contains("關於")
        && CHINESE_ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// Last characters of bodies that sign what they issue, besides [`CHINESE_ENDINGS`]: over a day at the foot, a school or a
/// company is as sure as a ministry.
const SIGNING_ENDINGS: [&str; 58] = [
    "委",
    "总局",
    "總局",
    "分局",
    "支局",
    "厅",
    "廳",
    "处",
    "處",
    "司",
    "科",
    "室",
    "所",
    "站",
    "院",
    "校",
    "会",
    "會",
    "组",
    "組",
    "公司",
    "集团",
    "集團",
    "中心",
    "大学",
    "大學",
    "学院",
    "學院",
    "学校",
    "學校",
    "中学",
    "中學",
    "小学",
    "小學",
    "法院",
    "检察院",
    "公会",
    "公會",
    "协会",
    "協會",
    "学会",
    "學會",
    "馆",
    "館",
    "社",
    "部门",
    "党委",
    "工委",
    "台",
    "庭",
    "团",
    "團",
    "军",
    "府",
    "社区",
    "大队",
    "支队",
    "银行",
];

/// Returns true if `text` is the name of a body where one signs.
pub(super) fn is_signatory(text: &str) -> bool {
    let text = without_seal(text);
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return is_english_body(text);
    }
    let count = text.chars().count();
    let is_plain = text.chars().all(|character| {
        (is_everyday_ideograph(character) || matches!(character, '（' | '）' | '(' | ')' | '·'))
            && !CHINESE_STRANGERS.contains(&character)
    });
    is_chinese_body(text)
        || (3..=30).contains(&count)
            && is_plain
            && SIGNING_ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// The first of `names`, parted by bars, that may be a page's publisher: a body, a paper, an agency; not the name of a site.
pub(super) fn publisher_among(names: &str) -> Option<String> {
    let bare = |name: &str| {
        name.split(['(', '（'])
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let may_publish = |name: &String| {
        !name.ends_with("平台") && is_signatory(name)
            || name.ends_with(['网', '網', '报', '報', '社']) && name.chars().count() <= 12
    };
    names.split(['|', '｜']).map(bare).find(may_publish)
}

/// The bodies that a line names side by side, if it names nothing else.
pub(super) fn signatories(line: &str) -> Option<Vec<&str>> {
    if is_signatory(line) {
        return Some(vec![without_seal(line)]);
    }
    let parts: Vec<&str> = line
        .split(['\t', '\u{3000}', ' ', '、'])
        .map(without_seal)
        .filter(|part| !part.is_empty())
        .collect();
    let are_bodies =
        !line.is_ascii() && parts.len() > 1 && parts.iter().all(|part| is_signatory(part));
    are_bodies.then_some(parts)
}

/// A name without `（章）` or `（盖章）` behind it.
fn without_seal(text: &str) -> &str {
    let text = text.trim();
    [
        "（章）",
        "(章)",
        "（公章）",
        "(公章)",
        "（盖章）",
        "(盖章)",
        "（印章）",
        "(印章)",
        "（印）",
    ]
    .iter()
    .find_map(|seal| text.strip_suffix(seal))
    .unwrap_or(text)
    .trim_end()
}

/// Words that name a law. A law about a body bears the body's name.
const ENGLISH_LAWS: [&str; 8] = [
    "Act",
    "Law",
    "Ordinance",
    "Regulation",
    "Regulations",
    "Rules",
    "Order",
    "Bill",
];

/// Words of a text without marks around them.
fn words_of(text: &str) -> Vec<&str> {
    let words = text.split([' ', '\t', '—', '–']);
    let words = words.filter(|word| !word.is_empty());
    words
        .map(|word| word.trim_matches([',', '(', ')']))
        .collect()
}

fn is_english_body(text: &str) -> bool {
    let words = words_of(text);
    let is_capital = |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase());
    let is_name = |word: &&str| is_capital(word) || is_in_names(word);
    let has_end = text.ends_with(['.', ':', '!', '?', ';']);
    (2..=12).contains(&words.len())
        && !has_end
        && words.iter().all(is_name)
        && is_capital(words[0])
        && names_kind(&words)
        && !words.iter().any(|word| ENGLISH_LAWS.contains(word))
}

/// Returns true for … Council, and Department of …: a word in the middle tells nothing (Council Elections).
fn names_kind(words: &[&str]) -> bool {
    let is_one_of =
        |list: &[&str], word: &str| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    let is_last = words
        .last()
        .is_some_and(|word| is_one_of(&ENGLISH_WORDS, word));
    // A form for an Administration is none.
    let heads_other = words
        .windows(2)
        .find(|pair| is_one_of(&["of", "for"], pair[1]))
        .is_some_and(|pair| !is_one_of(&ENGLISH_WORDS, pair[0]));
    is_last && !heads_other
        || words
            .windows(2)
            .any(|pair| is_one_of(&ENGLISH_WORDS, pair[0]) && is_one_of(&["of", "for"], pair[1]))
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
