//! Reads a document's title.
//!
//! In: a laid-out text, and what its format says the title is. Out: its title where one stands, above everything but a
//! letterhead, a date, a number; nothing where the text begins with a sentence. The surest forms first: the subject of a
//! letter (`主旨：`), an official title over all its lines (*body* 关于 *matter* 的 *form*), the line over the facts of a page,
//! the largest words near the top, the first line that is a name. What a format declares counts where the text agrees.
//! [`first_words`] gives a text without a title a name to be listed under.

use polidex_schema::record::Role;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::layout::LaidOut;
use crate::metadata::bodies::{body_of, signatories};
use crate::metadata::clean;
use crate::metadata::date::says_date;
use crate::metadata::edges::{Edges, NAME_COLUMNS, is_article, is_sentence};
use crate::metadata::kind::is_form;
use crate::metadata::labels::behind_label;
use crate::metadata::number::alone_on;
use crate::text::written_date::whole_date;

/// Lines over a title that may be something else: letterhead, date, number, form, page.
const LINES_ABOVE: usize = 12;
/// Lines of one title, at most.
const TITLE_LINES: usize = 5;
/// Latin letters that a title has at least; an ideograph is worth two.
const MIN_LETTERS: usize = 4;
/// Lines that a page of the web begins with for those who do not see it.
const NAVIGATION: [&str; 8] = [
    "skip to main content",
    "skip to content",
    "skip content",
    "跳至主要內容",
    "跳至主内容",
    "跳到主要內容區塊",
    "跳到主要内容",
    "目录",
];

/// A title and the line it begins on.
pub(super) type Titled<'a> = (String, &'a str);

/// The title that stands at the head of a text.
pub(super) fn title_in<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Titled<'a>> {
    let lines = &edges.head;
    subject_of_letter(lines)
        .or_else(|| official_title(lines))
        .or_else(|| over_facts(lines))
        .or_else(|| largest_heading(laid_out, edges))
        .or_else(|| first_name(laid_out, edges))
}

/// The first line that is a name, with those that it goes on in.
fn first_name<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Titled<'a>> {
    /// Lines among which a form names what follows: the name of a site, `Blog`, the title.
    const FORM_LINES: usize = 4;
    let top = &edges.head[..edges.head.len().min(FORM_LINES)];
    let from = top.iter().rposition(|line| is_form(line)).unwrap_or(0);
    let lines = edges.head.iter().take(LINES_ABOVE).enumerate().skip(from);
    for (at, line) in lines {
        let text = clean(without_marks(line));
        if is_above_title(line, at == 0) {
            continue;
        }
        if is_long_name(&text) && at == 0 {
            return Some((text, *line));
        }
        let is_stopped = at > from && text.ends_with('.') && !text.contains(' ');
        if is_sentence(&text) || is_article(&text) || is_stopped {
            return None;
        }
        if is_no_name(&text) {
            continue;
        }
        let is_whole = laid_out.text.trim().len() == line.len();
        let text = wrapped(laid_out, line).unwrap_or(text);
        return (!is_whole).then_some((text, *line));
    }
    None
}

/// A line without marks of Markdown that were left in it: `## 11 Examples *This section…`, `# Title ![](cover.png)`.
fn without_marks(line: &str) -> &str {
    let is_heading = line.starts_with('#');
    let text = line.trim_start_matches(['#', ' ']);
    let marks = [" ![", " # ", " *", " <"].iter().filter(|_| is_heading);
    let end = marks.filter_map(|mark| text.find(mark)).min();
    text[..end.unwrap_or(text.len())].trim()
}

/// Returns true for the name of a law that is wider than a name usually is: `Regulations Respecting Reduction in the …`.
fn is_long_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_large = |word: &&&str| !word.starts_with(|c: char| c.is_ascii_lowercase());
    let is_wide = (NAME_COLUMNS..NAME_COLUMNS * 3).contains(&text.width());
    let is_latin = text.is_ascii() && !text.ends_with(['.', ':', ';', ',']) && !text.contains(". ");
    let is_official =
        ENDINGS.iter().any(|end| text.ends_with(end)) && !text.contains(['。', '，', '；']);
    let is_named = is_latin && words.iter().filter(is_large).count() * 10 >= words.len() * 6;
    is_wide && (is_named || is_official)
}

/// A name that its paragraph breaks over short lines, of which one goes on in a small word:
/// `Productive Forces Tailored` / `to Local Conditions`.
fn wrapped(laid_out: &LaidOut, line: &str) -> Option<String> {
    let at = offset(laid_out, line);
    let block = laid_out
        .blocks
        .iter()
        .find(|block| block.range.contains(&at))?;
    let rest = &laid_out.text[at..block.range.end];
    let lines: Vec<&str> = rest.lines().map(str::trim).collect();
    let goes_on = lines
        .iter()
        .skip(1)
        .any(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    let joined = lines.join(" ");
    let is_name = (2..=TITLE_LINES).contains(&lines.len())
        && joined.width() <= NAME_COLUMNS
        && !is_sentence(&joined);
    (goes_on && is_name).then(|| clean(&joined))
}

/// The place of a line in the text it was cut from.
fn offset(laid_out: &LaidOut, line: &str) -> usize {
    (line.as_ptr() as usize).saturating_sub(laid_out.text.as_ptr() as usize)
}

/// What a letter of Taiwan is about: the lines behind `主旨：` up to the next label.
fn subject_of_letter<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    const LABEL: [&str; 1] = ["主旨"];
    let at = lines
        .iter()
        .position(|line| behind_label(line, &LABEL).is_some())?;
    let is_letter =
        |line: &&str| behind_label(line, &["發文日期", "發文字號", "受文者", "檔號"]).is_some();
    lines[..at].iter().find(|line| is_letter(line))?;
    let mut subject = behind_label(lines[at], &LABEL)?.to_owned();
    for line in &lines[at + 1..] {
        let is_next = ["說明", "辦法", "依據", "公告事項", "正本", "擬辦"]
            .iter()
            .any(|label| behind_label(line, &[label]).is_some() || line.trim() == *label);
        if is_next || subject.ends_with('。') {
            break;
        }
        subject = glued(&subject, line);
    }
    Some((clean(&subject), lines[at])).filter(|(subject, _)| !subject.is_empty())
}

/// Two lines as one: Latin words are parted by a blank, ideographs by nothing.
fn glued(first: &str, second: &str) -> String {
    let is_latin = first.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ',')
        && second.starts_with(|c: char| c.is_ascii_alphanumeric());
    let gap = if is_latin { " " } else { "" };
    format!("{first}{gap}{second}")
}

/// Forms that an official title ends with.
const ENDINGS: [&str; 24] = [
    "通知", "意见", "意見", "决定", "決定", "规定", "規定", "解释", "解釋", "批复", "批復", "公告",
    "通告", "答复", "答復", "函", "通报", "報告", "报告", "方案", "办法", "命令", "纪要", "请示",
];

/// The title of an official document over all its lines: `国家发展改革委` / `关于印发规划` / `的通知`.
fn official_title<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    let speaks = |line: &str| line.contains("关于") || line.contains("關於");
    let lines = &lines[..lines.len().min(LINES_ABOVE + 4)];
    let about = lines.iter().position(|line| speaks(line))?;
    let is_plain =
        |line: &str| !is_sentence(line) && !line.contains(['，', '\t', '：']) && !is_no_name(line);
    if !is_plain(lines[about]) || lines[..about].iter().any(|line| line.contains('。')) {
        return None;
    }
    let mut title = lines[about].to_owned();
    let mut from = about;
    let mut to = about;
    let is_closed = |title: &str| {
        let bare = title
            .split(['（', '(', '〔'])
            .next()
            .unwrap_or(title)
            .trim_end();
        ENDINGS.iter().any(|end| bare.ends_with(end))
    };
    while !is_closed(&title) {
        to += 1;
        let next = lines
            .get(to)
            .filter(|line| is_plain(line) && to - about < TITLE_LINES)?;
        title = glued(&title, next);
    }
    // Bodies on the lines over it belong to it, unless they are the letterhead.
    while lines[from].starts_with("关于") || lines[from].starts_with("關於") || from < about {
        let Some(over) = from.checked_sub(1).map(|over| lines[over]) else {
            break;
        };
        let is_head = over.ends_with("文件") || from >= 2 && lines[from - 2].ends_with("文件");
        if is_head
            || from == 1 && to == about && !title.starts_with("关于")
            || signatories(over).is_none()
        {
            break;
        }
        from -= 1;
        title = if from + 1 == about {
            format!("{over}{title}")
        } else {
            format!("{over} {title}")
        };
    }
    (title.width() <= NAME_COLUMNS * 2).then(|| (clean(&title), lines[from]))
}

/// The line over the facts of a page: its day, source and readers, or in the Federal Register its agency.
fn over_facts<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    /// Lines between a title and the facts, such as another source.
    const BETWEEN: usize = 2;
    let top = &lines[..lines.len().min(LINES_ABOVE)];
    let facts = top
        .iter()
        .position(|line| says_date(line) || line.starts_with("AGENCY:"))
        .filter(|facts| *facts > 0)?;
    if top[..facts].iter().any(|line| line.contains('。')) && !top[facts].starts_with("AGENCY:") {
        return None;
    }
    let near = top[facts.saturating_sub(BETWEEN)..facts].iter().rev();
    let line = near.into_iter().find(|line| {
        !is_above_title(line, false) && !is_sentence(bare(line)) && !is_no_name(line)
    })?;
    let is_name = line.chars().filter(|c| c.is_alphabetic()).count() >= 5;
    is_name.then(|| (clean(line), *line))
}

/// A headline without the mark of its tone.
fn bare(line: &str) -> &str {
    line.trim_end_matches(['！', '!', '？', '?'])
}

/// Returns true if a title is a heading of the highest level in its text.
pub(super) fn is_heading(titled: &Titled, laid_out: &LaidOut) -> bool {
    let at = offset(laid_out, titled.1);
    let level = |role: Role| match role {
        Role::Heading(level) => level,
        _ => u8::MAX,
    };
    let best = laid_out.blocks.iter().map(|block| level(block.role)).min();
    let own = laid_out
        .blocks
        .iter()
        .find(|block| block.range.contains(&at));
    own.is_some_and(|block| level(block.role) < u8::MAX && Some(level(block.role)) == best)
}

/// The largest words near the top, where a format says how large they are; with the line below that is as large.
fn largest_heading<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Titled<'a>> {
    const BLOCKS: usize = 8;
    let level = |role: Role| match role {
        Role::Heading(level) => Some(level),
        _ => None,
    };
    let top = &laid_out.blocks[..laid_out.blocks.len().min(BLOCKS)];
    let is_candidate = |line: &str| {
        !line.starts_with(['(', '（', '[', '【'])
            && !is_above_title(line, false)
            && !is_sentence(line)
            && !is_no_name(line)
            && !is_article(line)
    };
    let words = |at: usize| {
        let block: &crate::structure::Block = &top[at];
        laid_out.text[block.range.clone()]
            .trim()
            .trim_start_matches(['|', ' '])
    };
    let headings =
        (0..top.len()).filter(|at| level(top[*at].role).is_some() && is_candidate(words(*at)));
    let best = headings.min_by_key(|at| (level(top[*at].role), *at))?;
    // A heading below a name of its own is the first part's.
    let first = first_name(laid_out, edges);
    if let Some((_, line)) = &first
        && offset(laid_out, line) < top[best].range.start
        && level(top[best].role) > Some(1)
    {
        return None;
    }
    // In a text of marks, a lower heading below a paragraph is that of a section.
    let is_printed = laid_out.is_printed;
    let is_section = !is_printed && level(top[best].role) > Some(1);
    if is_section && (0..best).any(|at| is_sentence(words(at))) {
        return None;
    }
    let mut title = words(best).to_owned();
    for next in best + 1..top.len() {
        let goes_on = is_printed
            && top[next].role == top[best].role
            && is_candidate(words(next))
            && !is_part(words(next))
            && !names_month(words(next));
        if !goes_on || title.width() + words(next).width() > NAME_COLUMNS {
            break;
        }
        title = format!("{title} {}", words(next));
    }
    let line = edges
        .head
        .iter()
        .find(|line| words(best).starts_with(**line))?;
    Some((clean(&title), line))
}

/// Returns true for a line that says a month and a year.
fn names_month(line: &str) -> bool {
    let has_month = polidex_analysis::date::ENGLISH_MONTHS
        .iter()
        .any(|month| line.contains(month));
    has_month && line.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// Returns true for a heading of a part: 一、总则, 1. Scope, 第一章.
fn is_part(line: &str) -> bool {
    let first = line.trim_start_matches(['（', '(', '第']);
    let len = polidex_analysis::numerals::chinese_numeral_len(first);
    len > 0
        && first[len..].starts_with([
            '、', '.', '．', '）', ')', '章', '节', '節', '編', '编', ' ',
        ])
        || PARTS.contains(&line.to_lowercase().as_str())
}

/// The title that a format declares, as the text has it: all of a line, or the part of it that is one.
pub(super) fn agreed<'a>(declared: &str, edges: &Edges<'a>) -> Option<Titled<'a>> {
    let wanted = letters(declared);
    let count = wanted.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for line in edges.head.iter().take(LINES_ABOVE) {
        let found = letters(line);
        let is_same =
            found == wanted || found.starts_with(&wanted) && found.chars().count() <= count + 12;
        if is_same && count > 1 {
            return Some((clean(declared), line));
        }
        // `新闻标题-股票频道-和讯网`: the title and the site's name behind it.
        let len = found.chars().count();
        if len >= 4
            && len * 4 >= count
            && wanted.contains(&found)
            && best.is_none_or(|(known, _)| len > known)
            && !is_sentence(line)
        {
            best = Some((len, line));
        }
    }
    best.map(|(_, line)| (clean(line), line))
}

/// Returns true for a title that names its site and nothing of the page: `新闻动态--中国地理学会官网`, Home.
pub(super) fn names_site(title: &str) -> bool {
    let title = title.trim();
    let plain = ["首页", "首頁", "home", "index", "主页", "網站首頁"];
    plain.contains(&title.to_lowercase().as_str())
        || ["官网", "官網", "门户网站", "門戶網站", "网站", "網站"]
            .iter()
            .any(|end| title.ends_with(end))
        || title.is_empty()
}

/// Returns true if a title is the one that stands over the facts of its page.
pub(super) fn is_over_facts(titled: &Titled, edges: &Edges) -> bool {
    over_facts(&edges.head).is_some_and(|(title, _)| title == titled.0)
}

/// Letters and digits of a text, small.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
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
        || is_annex_label(line)
        || behind_label(line, &HEAD_LABELS).is_some()
        || line
            .chars()
            .all(|c| c == line.chars().next().unwrap_or(' '))
}

/// Labels of what stands over a title.
const HEAD_LABELS: [&str; 16] = [
    "檔號",
    "档号",
    "保存年限",
    "地址",
    "承辦人",
    "電話",
    "傳真",
    "電子信箱",
    "受文者",
    "速別",
    "密等及解密條件或保密期限",
    "附件",
    "密级",
    "签发人",
    "簽發人",
    "file no",
];

/// 附件1, 附录二：, Annex A: what a text is to another and not what it is called.
fn is_annex_label(line: &str) -> bool {
    let rest = [
        "附件",
        "附錄",
        "附录",
        "附表",
        "Annex",
        "Appendix",
        "Attachment",
        "ANNEX",
    ]
    .iter()
    .find_map(|word| line.strip_prefix(word));
    rest.is_some_and(|rest| {
        let rest = rest.trim_matches([' ', '：', ':', '.', '-', '－', '—', '（', '）']);
        rest.chars().count() <= 3
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "一二三四五六七八九十之".contains(c))
    })
}

/// `立法會 ─ 2013年 2月 27日`: a name, a dash, a date.
fn is_running_header(line: &str) -> bool {
    let line = line
        .trim_end_matches(|c: char| c.is_ascii_digit() && !line.ends_with(['日', '年']))
        .trim_end();
    let parts = line.rsplit_once(['─', '—', '–', '|']);
    parts.is_some_and(|(_, date)| whole_date(date).is_some())
}

/// Returns true for the name of a file: one word with a known ending.
pub(super) fn is_file_name(line: &str) -> bool {
    let endings = [
        "doc", "docx", "exe", "pdf", "indd", "odt", "ppt", "pptx", "rtf", "xls", "xlsx", "wps",
        "jpg", "png", "tif", "htm", "html", "txt", "ofd", "md",
    ];
    let lower = line.trim().to_ascii_lowercase();
    lower
        .rsplit_once('.')
        .is_some_and(|(name, ending)| !name.is_empty() && endings.contains(&ending))
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
    // 11f74fb30fa2440f98c6b7b17dc9d97e, scan0001.pdf, &nbsp;
    let is_code = line.len() >= 12
        && line
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        || is_file_name(line)
        || line.contains("&nbsp;")
        || line.contains("](");
    let has_time = line.as_bytes().windows(4).any(|w| {
        w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit()
    });
    is_data
        || is_code
        || has_time
        || line.contains(['\\', '<'])
        || line.starts_with("![")
        || PARTS.contains(&line.to_lowercase().as_str())
        || PART_WORDS.iter().any(|word| line.starts_with(word))
        || line.starts_with(['•', '-', '*', '<', '{', '[', '“', '「', '#'])
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
        return cut(&clean(without_marks(&laid_out.text[block.range.clone()])));
    }
    let Some(first) = edges
        .head
        .iter()
        .position(|line| !is_above_title(line, false))
    else {
        return cut(&clean(first_line(laid_out)));
    };
    let mut words = without_marks(edges.head[first]).to_owned();
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
        title_in(&laid_out, &Edges::of(&laid_out)).map(|(title, _)| title)
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

    #[test]
    fn official_titles_go_over_lines_and_leave_the_letterhead() {
        for (text, expected) in [
            (
                "国家发展改革委办公厅文件\n\n发改办财金规〔2019〕860号\n\n关于加强纳税信用建设的通知\n\n各省：",
                "关于加强纳税信用建设的通知",
            ),
            (
                "教育部办公厅\n关于做好2024年\n招生工作的通知\n\n各省：",
                "教育部办公厅关于做好2024年招生工作的通知",
            ),
            ("附件1\n\n科学技术发展规划\n\n甲。", "科学技术发展规划"),
            (
                "檔　　號：\n保存年限：\n\n新竹縣政府　函\n\n受文者：某國中\n\n發文日期：中華民國110年9月30日\n\n主旨：有關本縣辦理競賽乙\n案，請查照。\n\n說明：\n一、甲。",
                "有關本縣辦理競賽乙案，請查照。",
            ),
            (
                "新闻动态\n\n年会在重庆成功举行！\n\n发布时间：2019-05-18 来源：中国地理学会\n\n甲。",
                "年会在重庆成功举行！",
            ),
            (
                "Financial Secretary\nBlog\n\nAccelerate New Productive Forces\n\nOver the past week, it rained.",
                "Accelerate New Productive Forces",
            ),
            (
                "11f74fb30fa2440f98c6b7b17dc9d97e\n\n拿来主义\n\n甲。",
                "拿来主义",
            ),
            (
                "![](media/div-1.png)\n\nDigital Identity Guidelines\n\nText.",
                "Digital Identity Guidelines",
            ),
        ] {
            assert_eq!(title(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_a_format_declares_counts_where_the_text_agrees() {
        let chosen = |declared: &str, text: &str| {
            let laid_out = lay_out(text, "x.txt", 0);
            agreed(declared, &Edges::of(&laid_out)).map(|(title, _)| title)
        };
        let page = "着力打造综合立体交通网络\n\n2019-09-26 10:56:28\n\n据消息，甲。";
        for declared in [
            "着力打造综合立体交通网络-股票频道-某网",
            "着力打造综合立体交通网络",
        ] {
            assert_eq!(
                chosen(declared, page).as_deref(),
                Some("着力打造综合立体交通网络"),
                "{declared}"
            );
        }
        assert_eq!(chosen("新闻动态--某学会官网", page), None);
        assert!(names_site("新闻动态--某学会官网") && !names_site("官网上的通知"));
        assert!(is_file_name("scan0001.pdf") && !is_file_name("Version 2.0"));
    }
}
