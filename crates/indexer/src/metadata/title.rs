//! Reads a document's title.
//!
//! In: a laid-out text. Out: its title where one stands, above everything but a letterhead, a date, a number; nothing where
//! the text begins with a sentence. [`first_words`] gives such a text a name to be listed under.

use polidex_schema::record::Role;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::layout::LaidOut;
use crate::metadata::bodies::body_of;
use crate::metadata::clean;
use crate::metadata::edges::{Edges, NAME_COLUMNS, is_article, is_sentence};
use crate::metadata::kind::is_form;
use crate::metadata::number::alone_on;
use crate::text::written_date::whole_date;

/// Lines over a title that may be something else: letterhead, date, number, form, page.
const LINES_ABOVE: usize = 6;
/// Latin letters that a title has at least; an ideograph is worth two.
const MIN_LETTERS: usize = 4;
/// Lines that a page of the web begins with for those who do not see it.
const NAVIGATION: [&str; 6] = [
    "skip to main content",
    "skip to content",
    "跳至主要內容",
    "跳至主内容",
    "跳到主要內容區塊",
    "目录",
];

/// The title that stands at the head of a text.
pub(super) fn title_in(laid_out: &LaidOut, edges: &Edges) -> Option<String> {
    for (at, line) in edges.head.iter().take(LINES_ABOVE).enumerate() {
        if is_above_title(line, at == 0) {
            continue;
        }
        let text = clean(line);
        let is_whole = laid_out.text.trim().len() == line.len();
        let is_title = !is_sentence(&text) && !is_no_name(&text) && !is_article(&text) && !is_whole;
        return is_title.then(|| joined(&text, edges.head.get(at + 1)).unwrap_or(text));
    }
    None
}

/// Returns true for a line that stands over a title and is none.
fn is_above_title(line: &str, is_first: bool) -> bool {
    // `A 13/14-36` is a file's mark.
    let weight = |c: char| {
        if c.is_ascii_alphabetic() {
            1
        } else {
            2 * usize::from(c.is_alphabetic())
        }
    };
    let lower = line.to_lowercase();
    line.chars().map(weight).sum::<usize>() < MIN_LETTERS
        || body_of(line).is_some()
        || whole_date(line).is_some()
        || alone_on(line).is_some()
        || is_form(line)
        || is_first && line.ends_with("文件")
        || NAVIGATION.contains(&lower.as_str())
        || is_running_header(line)
}

/// `立法會 ─ 2013年 2月 27日`: a name, a dash, a date.
fn is_running_header(line: &str) -> bool {
    let line = line
        .trim_end_matches(|c: char| c.is_ascii_digit() && !line.ends_with(['日', '年']))
        .trim_end();
    let parts = line.rsplit_once(['─', '—', '–', '|']);
    parts.is_some_and(|(_, date)| whole_date(date).is_some())
}

const PARTS: [&str; 10] = [
    "general",
    "introduction",
    "overview",
    "contents",
    "table of contents",
    "preamble",
    "background",
    "summary",
    "general provisions",
    "general requirements",
];

const PART_WORDS: [&str; 4] = ["Subpart ", "Part ", "Chapter ", "PART "];

/// Returns true if a line names nothing: the label of a part, a word that stands over many, data.
fn is_no_name(line: &str) -> bool {
    let is_data = line.split_once(": ").is_some_and(|(key, _)| {
        key.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    let has_time = line.as_bytes().windows(4).any(|w| {
        w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit()
    });
    is_data
        || has_time
        || line.contains(['\\', '<'])
        || PARTS.contains(&line.to_lowercase().as_str())
        || PART_WORDS.iter().any(|word| line.starts_with(word))
        || line.starts_with(['•', '-', '*', '<', '{', '[', '“', '「', '#'])
}

const ENDINGS: [&str; 9] = [
    "通知", "意见", "决定", "规定", "解释", "批复", "公告", "通告", "答复",
];

/// A title of an official document that goes on in the next line: `国务院关于印发规划` and `的通知`.
fn joined(title: &str, next: Option<&&str>) -> Option<String> {
    let next = *next?;
    let is_open = ["关于", "關於"].iter().any(|word| title.contains(word))
        && !ENDINGS.iter().any(|end| title.ends_with(end));
    let closes = ENDINGS.iter().any(|end| next.ends_with(end)) && !next.contains(['。', '，']);
    let joined = format!("{title}{next}");
    (is_open && closes && joined.width() <= NAME_COLUMNS).then_some(joined)
}

/// Name for a text that has no title: its first heading, else its first line that is more than a mark, with the
/// next ones where it breaks off at once, cut to [`NAME_COLUMNS`].
pub(super) fn first_words(laid_out: &LaidOut, edges: &Edges) -> String {
    /// Columns below which a line that ends in a comma goes on.
    const SHORT_COLUMNS: usize = 24;
    let is_heading = |role: Role| matches!(role, Role::Heading(_));
    let heading = laid_out
        .blocks
        .iter()
        .take(5)
        .find(|block| is_heading(block.role));
    if let Some(block) = heading {
        return cut(&clean(&laid_out.text[block.range.clone()]));
    }
    let Some(first) = edges
        .head
        .iter()
        .position(|line| !is_above_title(line, false))
    else {
        return cut(&clean(first_line(laid_out)));
    };
    let mut words = edges.head[first].to_owned();
    for line in &edges.head[first + 1..] {
        if words.width() >= SHORT_COLUMNS || !words.ends_with(['，', ',']) {
            break;
        }
        let gap = if words.ends_with(',') { " " } else { "" };
        words = format!("{words}{gap}{line}");
    }
    cut(&clean(&words))
}

/// The first line of the first block that is not blank.
fn first_line(laid_out: &LaidOut) -> &str {
    let text = laid_out
        .blocks
        .first()
        .map_or("", |block| &laid_out.text[block.range.clone()]);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.next().unwrap_or_default()
}

fn cut(text: &str) -> String {
    let mut kept = String::new();
    let mut columns = 0;
    for character in text.chars() {
        columns += character.width().unwrap_or(0);
        if columns > NAME_COLUMNS {
            return format!("{}…", kept.trim_end());
        }
        kept.push(character);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lay_out;

    fn title(text: &str) -> Option<String> {
        let laid_out = lay_out(text, "x.txt", 0);
        title_in(&laid_out, &Edges::of(&laid_out))
    }

    #[test]
    fn a_title_stands_at_the_head_and_names_something() {
        for (text, expected) in [
            ("# 施政報告\n\n甲。", Some("施政報告")),
            ("教育法\n\n第一条 甲。", Some("教育法")),
            (
                "国务院文件\n\n国发〔2023〕15号\n\n国务院关于印发规划\n的通知\n\n各部门：",
                Some("国务院关于印发规划的通知"),
            ),
            (
                "Skip to main content\n\nPress Release\n\n5 March 2024\n\nBureau opens\n\nText.",
                Some("Bureau opens"),
            ),
            (
                "立法會 ─ 2013年 2月 27日\n\n5067\n\n會議過程正式紀錄\n\n甲。",
                Some("會議過程正式紀錄"),
            ),
            (
                "A 13/14-36\n\nLegislative Council\n\nAgenda\n\nText.",
                Some("Agenda"),
            ),
            (
                "立法會 ─ 2012年11月21日\t1493\n\n會議過程正式紀錄\n\n甲。",
                Some("會議過程正式紀錄"),
            ),
            ("10/22/21, 2:53 AM Extensions Model\n\nText.", None),
            ("主席，我首先簡述政府的政策。\n\n甲。", None),
            ("The Government will go on with it.\n\nText.", None),
            ("第一条 为了规范，制定本法。", None),
            ("a line", None),
            ("", None),
        ] {
            assert_eq!(title(text).as_deref(), expected, "{text}");
        }
    }
}
