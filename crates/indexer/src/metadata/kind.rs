//! Tells a document's kind where its title or its form says so.
//!
//! In: a title and the head of a text. Out: one of a few words, the same as `sources.toml` uses (`law`, `press release`,
//! `speech`), or nothing. A title says its kind by its last word or its first; a form by a line of its own.

use polidex_analysis::function_words::is_in_titles;

/// Lines at the top that may name the form.
const TOP_LINES: usize = 6;

/// Forms by a line of their own, in small letters.
const FORMS: [(&str, &str); 13] = [
    ("press release", "press release"),
    ("press releases", "press release"),
    ("for immediate release", "press release"),
    ("news release", "press release"),
    ("新聞公報", "press release"),
    ("新闻公报", "press release"),
    ("新聞稿", "press release"),
    ("新闻稿", "press release"),
    ("blog", "blog"),
    ("網誌", "blog"),
    ("網志", "blog"),
    ("official record of proceedings", "record of proceedings"),
    ("會議過程正式紀錄", "record of proceedings"),
];

/// Last words of Chinese titles.
const CHINESE_ENDINGS: [(&str, &str); 38] = [
    ("條例草案", "bill"),
    ("条例草案", "bill"),
    ("法草案", "bill"),
    ("條例", "law"),
    ("条例", "law"),
    ("办法", "law"),
    ("辦法", "law"),
    ("细则", "law"),
    ("細則", "law"),
    ("规则", "law"),
    ("規則", "law"),
    ("規程", "law"),
    ("法典", "law"),
    ("规定", "law"),
    ("規定", "law"),
    ("組織法", "law"),
    ("宪法", "law"),
    ("憲法", "law"),
    ("法", "law"),
    ("組織準則", "law"),
    ("編制表", "law"),
    ("會議過程正式紀錄", "record of proceedings"),
    ("會議紀錄", "minutes"),
    ("會議記錄", "minutes"),
    ("议事录", "minutes"),
    ("議事錄", "minutes"),
    ("会议纪要", "minutes"),
    ("會議紀要", "minutes"),
    ("發言", "speech"),
    ("致辭", "speech"),
    ("致辞", "speech"),
    ("演辭", "speech"),
    ("讲话", "speech"),
    ("講話", "speech"),
    ("的通知", "notice"),
    ("的通告", "notice"),
    ("的公告", "notice"),
    ("施政報告", "policy address"),
];

/// Words that end with 法 and are no law.
const NO_LAWS: [&str; 26] = [
    "方法", "做法", "看法", "說法", "说法", "想法", "用法", "立法", "修法", "司法", "執法", "执法",
    "違法", "违法", "合法", "非法", "守法", "書法", "书法", "療法", "疗法", "手法", "普法", "依法",
    "釋法", "魔法",
];

/// The kind of a document.
pub(super) fn read_kind(title: &str, head: &[&str]) -> Option<&'static str> {
    if let Some(kind) = head
        .iter()
        .take(TOP_LINES)
        .find_map(|line| kind_of_form(line))
    {
        return Some(kind);
    }
    if is_question(title) {
        return Some("Legislative Council question");
    }
    let bare = without_brackets(title);
    if bare.is_ascii() {
        english_kind(bare)
    } else {
        chinese_kind(bare).or_else(|| english_kind(bare))
    }
}

/// Returns true if a line names the form of its document and nothing else.
pub(super) fn is_form(line: &str) -> bool {
    kind_of_form(line).is_some_and(|kind| kind != "record of proceedings")
}

fn kind_of_form(line: &str) -> Option<&'static str> {
    let line = line.trim_matches(['*', '_', '#', ' ']).to_lowercase();
    FORMS
        .iter()
        .find(|(form, _)| *form == line)
        .map(|(_, kind)| *kind)
}

/// `LCQ5: …`, `立法會五題：…`.
fn is_question(title: &str) -> bool {
    if let Some(rest) = title.strip_prefix("LCQ") {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        return digits > 0 && rest[digits..].starts_with([':', '：']);
    }
    let rest = title
        .strip_prefix("立法會")
        .or_else(|| title.strip_prefix("立法会"));
    let number = rest
        .and_then(|rest| rest.split_once(['：', ':']))
        .and_then(|(number, _)| number.strip_suffix(['題', '题']));
    number.is_some_and(|number| polidex_analysis::numerals::chinese_number(number).is_some())
}

/// A title without what stands in brackets at its end: `（试行）`, `(2023年修订)`, `(Cap. 614)`.
fn without_brackets(title: &str) -> &str {
    let mut title = title.trim();
    while let Some(inner) = title.strip_suffix([')', '）']) {
        let Some(at) = inner.rfind(['(', '（']) else {
            break;
        };
        title = title[..at].trim_end();
    }
    title
}

fn chinese_kind(title: &str) -> Option<&'static str> {
    if title.contains(['，', '。', '？', '！', '：'])
        || NO_LAWS.iter().any(|word| title.ends_with(word))
    {
        return None;
    }
    let found = CHINESE_ENDINGS
        .iter()
        .find(|(ending, _)| title.ends_with(ending) && title.len() > ending.len())?;
    Some(found.1)
}

const SPEECHES: [&str; 4] = [
    "Speech by ",
    "Remarks by ",
    "Opening remarks by ",
    "Keynote speech by ",
];

fn english_kind(title: &str) -> Option<&'static str> {
    if let Some(rest) = ["Minutes of ", "Summary of Minutes of "]
        .iter()
        .find_map(|start| title.strip_prefix(start))
    {
        let is_meeting = rest.to_ascii_lowercase().contains("meeting");
        return is_meeting.then_some("minutes");
    }
    if SPEECHES.iter().any(|start| title.starts_with(start)) {
        return Some("speech");
    }
    if title == "Policy Address" || title.ends_with(" Policy Address") {
        return Some("policy address");
    }
    let words: Vec<&str> = title.split_whitespace().collect();
    if words.len() < 2 || !is_name(title, &words) {
        return None;
    }
    kind_of_law(&words)
}

/// Returns true for the title of a law, which has capitals where a headline has small words.
fn is_name(title: &str, words: &[&str]) -> bool {
    let is_title = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit())
    };
    let is_small = |word: &&str| is_in_titles(word.trim_matches(','));
    let known = words.iter().filter(|word| is_title(word)).count()
        + words.iter().filter(|word| is_small(word)).count();
    known == words.len() && !title.contains([':', '?', '!', '.', '’'])
}

fn kind_of_law(words: &[&str]) -> Option<&'static str> {
    let last = last_but_year(words)?;
    // `Implementation of the … Act` speaks of a law.
    let speaks_of_one = words
        .iter()
        .any(|word| matches!(*word, "the" | "to" | "The"));
    match last {
        "Bill" if !speaks_of_one => Some("bill"),
        "Act" | "Ordinance" | "Regulations" | "Rules" | "Bylaw" | "By-law" | "By-laws"
        | "Statute" | "Code" | "Law"
            if !speaks_of_one =>
        {
            Some("law")
        }
        _ if LAW_STARTS.contains(&words[0]) && ENGLISH_LINKS.contains(&words[1]) => Some("law"),
        _ => None,
    }
}

/// Words that begin the name of a law: `Regulations Governing …`, `Organization Act of …`.
const LAW_STARTS: [&str; 6] = [
    "Regulations",
    "Act",
    "Rules",
    "Measures",
    "Ordinance",
    "Statute",
];
const ENGLISH_LINKS: [&str; 5] = ["Governing", "for", "of", "on", "Concerning"];

/// The last word, years and numbers behind it left aside: `Companies Act 2023`, `Finance Act, 2024`, `Act of 2021`.
fn last_but_year<'a>(words: &[&'a str]) -> Option<&'a str> {
    let is_year = |word: &&str| {
        word.trim_matches(',')
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    };
    let mut rest = words;
    while let [before @ .., last] = rest
        && (is_year(last) || *last == "of" || *last == "No.")
    {
        rest = before;
    }
    rest.last().map(|word| word.trim_end_matches(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_their_kind() {
        for (title, expected) in [
            ("中华人民共和国人民警察法", Some("law")),
            ("北京市优化营商环境条例", Some("law")),
            ("个体工商户条例（2022年修订）", Some("law")),
            ("老人長期照護機構設立標準及許可辦法", Some("law")),
            ("国务院关于印发规划的通知", Some("notice")),
            ("立法會會議過程正式紀錄", Some("record of proceedings")),
            (
                "立法會五題：發展新質生產力",
                Some("Legislative Council question"),
            ),
            (
                "LCQ5: Developing new quality productive forces",
                Some("Legislative Council question"),
            ),
            ("2024年施政報告", Some("policy address")),
            ("Safety Ordinance (Cap. 59)", Some("law")),
            ("Companies Act 2023", Some("law")),
            ("Regulations Governing Land and Building Use", Some("law")),
            ("Speech by FS at the forum", Some("speech")),
            ("法律援助的新方法", None),
            ("加快文化領域立法", None),
            (
                "Implementation of the Government Paperwork Elimination Act",
                None,
            ),
            ("What the Plain Writing Act asks of you", None),
            ("Rules of thumb for design", None),
            ("Act", None),
            ("條例", None),
            ("", None),
        ] {
            assert_eq!(read_kind(title, &[]), expected, "{title}");
        }
    }

    #[test]
    fn a_line_of_its_own_names_the_form() {
        assert_eq!(
            read_kind("標題", &["新聞公報", "標題"]),
            Some("press release")
        );
        assert_eq!(read_kind("t", &["In a press release it said so."]), None);
    }
}
