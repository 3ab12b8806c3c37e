//! Reads a document's title.
//!
//! In: a laid-out text, and what its format says the title is. Out: its title where one stands, above everything but a
//! letterhead, a date, a number; nothing where the text begins with a sentence. The surest forms first: the subject of a
//! letter (`主旨：`), an official title over all its lines (*body* 关于 *matter* 的 *form*), the line over the facts of a page,
//! the largest words near the top, the first line that is a name. What a format declares counts where the text agrees.
//! [`first_words`] gives a text without a title a name to be listed under.

use std::ops::Range;

use polidex_analysis::function_words::is_in_titles;
use polidex_schema::record::Role;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::layout::LaidOut;
use crate::metadata::bodies::{body_of, signatories};
use crate::metadata::clean;
use crate::metadata::date::{is_of_making, says_date};
use crate::metadata::edges::{Edges, NAME_COLUMNS, is_article, is_sentence};
use crate::metadata::kind::is_form;
use crate::metadata::labels::behind_label;
use crate::metadata::number::alone_on;
use crate::metadata::signature::columns_of;
use crate::structure::Block;
use crate::text::written_date::whole_date;

/// Lines over a title that may be something else: letterhead, date, number, form, page.
const LINES_ABOVE: usize = 12;
/// Lines of one title, at most.
const TITLE_LINES: usize = 5;
/// Latin letters that a title has at least; an ideograph is worth two.
const MIN_LETTERS: usize = 4;
/// Lines that a page of the web begins with for those who do not see it.
const NAVIGATION: [&str; 12] = [
    "打印版",
    "打印本页",
    "print this page",
    "outlook",
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
        .or_else(|| labelled_title(lines))
        .or_else(|| official_title(lines))
        .or_else(|| over_facts(lines))
        .or_else(|| over_table(laid_out, edges))
        .or_else(|| largest_heading(laid_out, edges))
        .or_else(|| first_name(laid_out, edges))
        .map(without_facts_beside)
}

/// A title without the facts that stand beside it on its line: `电子普通发票 [wide blank] 发票代码：050001700111`.
fn without_facts_beside(titled: Titled<'_>) -> Titled<'_> {
    let columns = columns_of(titled.1);
    let [first, facts @ ..] = columns.as_slice() else {
        return titled;
    };
    let is_fact = |column: &&str| {
        let parted = column.split_once(['：', ':']);
        parted.is_some_and(|(key, _)| !key.trim().is_empty())
    };
    let are_facts = !facts.is_empty() && facts.iter().all(is_fact) && !is_fact(first);
    let name = clean(first);
    let is_name = letters_weigh(&name) >= MIN_LETTERS && titled.0.starts_with(&name);
    if are_facts && is_name {
        (name, titled.1)
    } else {
        titled
    }
}

/// Labels of a title among other facts, the name of a law's first.
const TITLE_LABELS: [&str; 23] = [
    "法规名称",
    "法規名稱",
    "法令名稱",
    "法律名称",
    "法律名稱",
    "规章名称",
    "文件名称",
    "文件名稱",
    "公文标题",
    "信息名称",
    "标题",
    "標題",
    "题名",
    "題名",
    "篇名",
    "名称",
    "名稱",
    "主旨",
    "subject",
    "re",
    "title",
    "document title",
    "policy title",
];
/// Number of [`TITLE_LABELS`] that name a title even where no other facts stand beside it.
const SURE_LABELS: usize = 10;

/// The title that a label names: most labels only where other facts stand beside it.
fn labelled_title<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    /// Lines at the top that may be facts.
    const LINES: usize = 20;
    let top = &lines[..lines.len().min(LINES)];
    let has_facts = top.iter().any(|line| is_fact(line) || is_dated_fact(line));
    let sure = &TITLE_LABELS[..SURE_LABELS];
    top.iter().find_map(|line| {
        let is_sure = key_of(line).is_some_and(|key| sure.contains(&key.as_str()));
        let value = behind_label(line, &TITLE_LABELS).filter(|_| has_facts || is_sure)?;
        let value = clean(columns_of(value).into_iter().next()?);
        let is_title = letters_weigh(&value) >= MIN_LETTERS && value.width() <= NAME_COLUMNS * 2;
        (is_title && !value.contains('。')).then_some((value, *line))
    })
}

/// What stands before the colon of a line, without blanks.
fn key_of(line: &str) -> Option<String> {
    let (key, _) = line.split_once(['：', ':'])?;
    Some(key.split_whitespace().collect())
}

/// Returns true for a line of facts about a document: its number, who issued it, when, to whom.
fn is_fact(line: &str) -> bool {
    let has_key = || key_of(line).is_some_and(|key| FACT_KEYS.contains(&key.as_str()));
    behind_label(line, &HEAD_LABELS).is_some() || has_key()
}

/// Returns true for a label with a date behind it and nothing else.
fn is_dated_fact(line: &str) -> bool {
    let value = line.split_once(['：', ':']).map(|(_, value)| value.trim());
    says_date(line) || value.is_some_and(|value| whole_date(value).is_some())
}

/// The first line that is a name, with those that it goes on in.
fn first_name<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Titled<'a>> {
    /// Lines among which a form names what follows: the name of a site, `Blog`, the title.
    const FORM_LINES: usize = 4;
    let top = &edges.head[..edges.head.len().min(FORM_LINES)];
    let from = top.iter().rposition(|line| is_form(line)).unwrap_or(0);
    let lines = edges.head.iter().take(LINES_ABOVE).enumerate().skip(from);
    let mut committee = None;
    for (at, line) in lines.filter(|(at, line)| !is_above_title(line, *at == 0)) {
        let text = clean(without_marks(line));
        if is_long_name(&text) && at == 0 {
            return Some((text, *line));
        }
        if is_text(&text) || at > from && is_last_word(&text) {
            return committee;
        }
        // A paper for a committee begins with its name.
        if is_committee(&text) {
            committee = committee.or(Some((text, *line)));
            continue;
        }
        if is_no_name(&text) {
            continue;
        }
        let is_whole = laid_out.text.trim().len() == line.len();
        if is_law_amended(&edges.head, at) {
            continue;
        }
        let text = wrapped(laid_out, line).unwrap_or(text);
        return (!is_whole).then_some((with_note(text, edges.head.get(at + 1)), *line));
    }
    committee
}

/// Returns true for the name of a committee that papers are written for: `Legislative Council Panel on Housing`.
fn is_committee(line: &str) -> bool {
    let names = [
        "Panel on ",
        "Committee on ",
        "Subcommittee on ",
        "Bills Committee on ",
    ];
    let of_council = line.strip_prefix("Legislative Council ");
    let name = of_council.unwrap_or(line);
    names.iter().any(|start| name.starts_with(start))
}

/// Returns true for the name of a law, with its chapter behind or below it, that a brief on a bill begins with.
fn is_law_amended(head: &[&str], at: usize) -> bool {
    let is_brief = |line: &&str| {
        let line = line.to_lowercase();
        line == "legislative council brief" || line == "立法會參考資料摘要"
    };
    let is_chapter = |text: &str| {
        let inner = text
            .trim_end_matches([')', '）'])
            .rsplit(['(', '（'])
            .next();
        inner.is_some_and(|inner| alone_on(inner).is_some())
    };
    let below = head.get(at + 1).copied().unwrap_or_default();
    head[..at].iter().any(is_brief)
        && (head[at].ends_with([')', '）']) && is_chapter(head[at])
            || below.starts_with(['(', '（']) && is_chapter(below))
}

/// Notes in brackets that belong to a title: trial, draft, edition.
const NOTES: [&str; 14] = [
    "试行", "試行", "暂行", "暫行", "草案", "稿", "版", "修订", "修訂", "修正", "节选", "節錄",
    "摘要", "全文",
];

/// A title with the note in brackets on the line below it: `城市轨道交通客运服务规范` / `（试行）`.
fn with_note(title: String, below: Option<&&str>) -> String {
    /// Longest note, in characters.
    const NOTE_CHARS: usize = 14;
    let inner = below.and_then(|line| line.strip_prefix(['（', '('])?.strip_suffix(['）', ')']));
    let is_note = |inner: &&str| {
        inner.chars().count() <= NOTE_CHARS && NOTES.iter().any(|note| inner.ends_with(note))
    };
    match inner.filter(is_note) {
        Some(inner) => format!("{title}（{inner}）"),
        None => title,
    }
}

/// Returns true for a line that belongs to the text below a title.
fn is_text(line: &str) -> bool {
    is_sentence(line) || is_article(line)
}

/// Returns true for the last word of a sentence, which a line broke off.
fn is_last_word(line: &str) -> bool {
    line.ends_with('.') && !line.contains(' ')
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
    let is_wide = (NAME_COLUMNS..NAME_COLUMNS * 3).contains(&text.width());
    let is_official = has_official_ending(text) && !text.contains(['。', '，', '；']);
    is_wide && (is_official || is_capitalized_name(text))
}

/// Returns true for a Latin name of which most words are written large.
fn is_capitalized_name(text: &str) -> bool {
    let is_name = text.is_ascii() && !text.ends_with(['.', ':', ';', ',']) && !text.contains(". ");
    let is_small = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let words = text.split_whitespace().count();
    let small = text.split_whitespace().filter(is_small).count();
    is_name && (words - small) * 10 >= words * 6
}

fn has_official_ending(text: &str) -> bool {
    ENDINGS.iter().any(|end| text.ends_with(end))
}

/// A name that its paragraph breaks over short lines, of which one begins or ends in a small word:
/// `Productive Forces Tailored` / `to Local Conditions`.
fn wrapped(laid_out: &LaidOut, line: &str) -> Option<String> {
    let at = offset(laid_out, line);
    let block = block_at(laid_out, at)?;
    let rest = &laid_out.text[at..block.range.end];
    let lines: Vec<&str> = rest.lines().map(str::trim).collect();
    let goes_on = |pair: &[&str]| starts_small(pair[1]) || ends_small(pair[0]);
    if !(2..=TITLE_LINES).contains(&lines.len()) || !lines.windows(2).any(goes_on) {
        return None;
    }
    let joined = lines.join(" ");
    let is_name = joined.width() <= NAME_COLUMNS && !is_sentence(&joined);
    is_name.then(|| clean(&joined))
}

fn starts_small(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Returns true for a line that breaks off behind a small word: `Security Controls for`.
fn ends_small(text: &str) -> bool {
    text.rsplit_once(' ')
        .is_some_and(|(_, last)| starts_small(last) && is_in_titles(last))
}

fn block_at(laid_out: &LaidOut, at: usize) -> Option<&Block> {
    let mut blocks = laid_out.blocks.iter();
    blocks.find(|block| block.range.contains(&at))
}

/// The place of a line in the text it was cut from.
fn offset(laid_out: &LaidOut, line: &str) -> usize {
    (line.as_ptr() as usize).saturating_sub(laid_out.text.as_ptr() as usize)
}

/// Labels of the lines over the subject of a letter of Taiwan.
const LETTER_HEAD: [&str; 4] = ["發文日期", "發文字號", "受文者", "檔號"];
/// Labels of what comes below its subject.
const LETTER_PARTS: [&str; 6] = ["說明", "辦法", "依據", "公告事項", "正本", "擬辦"];

/// The subject of a letter of Taiwan: the lines behind `主旨：` up to the next label.
fn subject_of_letter<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    const LABEL: [&str; 1] = ["主旨"];
    let at = lines
        .iter()
        .position(|line| behind_label(line, &LABEL).is_some())?;
    lines[..at]
        .iter()
        .find(|line| behind_label(line, &LETTER_HEAD).is_some())?;
    let first = behind_label(lines[at], &LABEL)?;
    let subject = clean(&up_to_next_part(first, &lines[at + 1..]));
    (!subject.is_empty()).then_some((subject, lines[at]))
}

/// A text with the lines that it goes on in.
fn up_to_next_part(first: &str, lines: &[&str]) -> String {
    let mut text = first.to_owned();
    for line in lines {
        let is_next =
            behind_label(line, &LETTER_PARTS).is_some() || LETTER_PARTS.contains(&line.trim());
        if is_next || text.ends_with('。') {
            break;
        }
        text = glued(&text, line);
    }
    text
}

/// Two lines as one: Latin words are parted by a blank, ideographs by nothing.
fn glued(first: &str, second: &str) -> String {
    let is_latin = first.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ',')
        && second.starts_with(|c: char| c.is_ascii_alphanumeric());
    let gap = if is_latin { " " } else { "" };
    format!("{first}{gap}{second}")
}

/// Forms that an official title ends with.
const ENDINGS: [&str; 29] = [
    "通知", "意见", "意見", "决定", "決定", "规定", "規定", "解释", "解釋", "批复", "批復", "公告",
    "决议", "決議", "议案", "議案", "安排", "通告", "答复", "答復", "函", "通报", "報告", "报告",
    "方案", "办法", "命令", "纪要", "请示",
];

/// The title of an official document over all its lines: `国家发展改革委` / `关于印发规划` / `的通知`.
fn official_title<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    let lines = &lines[..lines.len().min(LINES_ABOVE + 4)];
    let about = lines.iter().position(|line| names_matter(line))?;
    if !is_plain(lines[about]) || lines[..about].iter().any(|line| line.contains('。')) {
        return None;
    }
    let (title, to) = down_to_form(lines, about)?;
    let (title, from) = with_bodies_over(lines, title, about..to + 1);
    (title.width() <= NAME_COLUMNS * 2).then(|| (clean(&title), lines[from]))
}

/// A title on the lines `on` with the bodies on the lines over it, which belong to it unless they are the letterhead; and the
/// line it begins on.
fn with_bodies_over(lines: &[&str], title: String, on: Range<usize>) -> (String, usize) {
    let (mut title, mut from) = (title, on.start);
    while starts_with_matter(lines[from]) || from < on.start {
        let Some(over) = from.checked_sub(1).map(|over| lines[over]) else {
            break;
        };
        let is_short = from == 1 && on.len() == 1 && !title.starts_with("关于");
        if is_short || is_letterhead(lines, from - 1) || signatories(over).is_none() {
            break;
        }
        let gap = if from == on.start { "" } else { " " };
        title = format!("{over}{gap}{title}");
        from -= 1;
    }
    (title, from)
}

fn names_matter(line: &str) -> bool {
    line.contains("关于") || line.contains("關於")
}

fn starts_with_matter(line: &str) -> bool {
    line.starts_with("关于") || line.starts_with("關於")
}

/// Returns true for a line that can be one of an official title.
fn is_plain(line: &str) -> bool {
    !is_sentence(line) && !line.contains(['，', '\t', '：']) && !is_no_name(line)
}

/// The lines from `about` down to the one that ends in the form of the document, as one, and the place of that line.
fn down_to_form(lines: &[&str], about: usize) -> Option<(String, usize)> {
    let mut title = lines[about].to_owned();
    let mut to = about;
    // `关于印发工作安排` / `的通知`: the form goes on.
    let goes_on = |to: usize| lines.get(to + 1).is_some_and(|line| line.starts_with('的'));
    while !ends_in_form(&title) || goes_on(to) {
        to += 1;
        let next = lines
            .get(to)
            .filter(|line| is_plain(line) && to - about < TITLE_LINES)?;
        title = glued(&title, next);
    }
    Some((title, to))
}

/// Returns true for a title that ends in the form of a document, with or without brackets behind it.
fn ends_in_form(title: &str) -> bool {
    let bare = title.split(['（', '(', '〔']).next().unwrap_or(title);
    has_official_ending(bare.trim_end())
}

/// Returns true if the line at `at` is of the letterhead, which ends in 文件 there or on the line above.
fn is_letterhead(lines: &[&str], at: usize) -> bool {
    lines[at.saturating_sub(1)..=at]
        .iter()
        .any(|line| line.ends_with("文件"))
}

/// The line over the facts of a page: its day, source and readers, or in the Federal Register its agency.
fn over_facts<'a>(lines: &[&'a str]) -> Option<Titled<'a>> {
    /// Lines between a title and the facts, such as another source.
    const BETWEEN: usize = 2;
    let above = above_facts(&lines[..lines.len().min(LINES_ABOVE)])?;
    let near = &above[above.len().saturating_sub(BETWEEN)..];
    let line = near.iter().rev().find(|line| is_headline(line))?;
    let is_name = line.chars().filter(|c| c.is_alphabetic()).count() >= 5;
    is_name.then(|| (clean(line), *line))
}

/// The lines above the facts of a page, which are no sentences.
fn above_facts<'a, 'b>(lines: &'b [&'a str]) -> Option<&'b [&'a str]> {
    let names_agency = |line: &str| line.starts_with("AGENCY:");
    let at = lines
        .iter()
        .position(|line| says_date(line) || names_agency(line))?;
    let above = &lines[..at];
    let has_sentence = above.iter().any(|line| line.contains('。'));
    (at > 0 && (!has_sentence || names_agency(lines[at]))).then_some(above)
}

fn is_headline(line: &str) -> bool {
    !is_above_title(line, false) && !is_sentence(bare(line)) && !is_no_name(line)
}

/// A headline without the mark of its tone.
fn bare(line: &str) -> &str {
    line.trim_end_matches(['！', '!', '？', '?'])
}

/// Returns true if a title is a heading of the highest level in its text.
pub(super) fn is_heading(titled: &Titled, laid_out: &LaidOut) -> bool {
    let at = offset(laid_out, titled.1);
    let best = laid_out.blocks.iter().filter_map(level).min();
    let own = block_at(laid_out, at).and_then(level);
    own.is_some_and(|level| level < u8::MAX && Some(level) == best)
}

/// Level of a heading.
fn level(block: &Block) -> Option<u8> {
    match block.role {
        Role::Heading(level) => Some(level),
        _ => None,
    }
}

/// The one cell over the rows of a sheet: it names the table, where the heading above names its sheet.
fn over_table<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Titled<'a>> {
    let [sheet, name, rows @ ..] = laid_out.blocks.as_slice() else {
        return None;
    };
    let is_row = |block: &Block| laid_out.text[block.range.clone()].contains('\t');
    let words = words_of(laid_out, name);
    let is_name = level(sheet) == Some(2)
        && name.role == Role::Paragraph
        && !is_row(name)
        && rows.iter().take(3).any(is_row)
        && words.width() > words_of(laid_out, sheet).width()
        && can_be_title(words);
    let line = edges.head.iter().find(|line| words.starts_with(**line))?;
    is_name.then(|| (clean(words), *line))
}

/// The largest words near the top, where a format says how large they are; with the line below that is as large.
fn largest_heading<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Titled<'a>> {
    const BLOCKS: usize = 8;
    let top = &laid_out.blocks[..laid_out.blocks.len().min(BLOCKS)];
    let headings = (0..top.len())
        .filter(|at| level(&top[*at]).is_some() && can_be_title(words_of(laid_out, &top[*at])));
    let best = headings.min_by_key(|at| (level(&top[*at]), *at))?;
    let is_highest = level(&top[best]) <= Some(1);
    if !is_highest && is_of_part(laid_out, edges, &top[..=best]) {
        return None;
    }
    let title = with_equals_below(laid_out, &top[best..]);
    let words = words_of(laid_out, &top[best]);
    let line = edges.head.iter().find(|line| words.starts_with(**line))?;
    Some((clean(without_marks(&title)), line))
}

/// Words of a block, without marks of a table before them.
fn words_of<'a>(laid_out: &'a LaidOut, block: &Block) -> &'a str {
    laid_out.text[block.range.clone()]
        .trim()
        .trim_start_matches(['|', ' '])
}

/// Returns true for a heading that may be a title.
fn can_be_title(heading: &str) -> bool {
    !heading.starts_with(['(', '（', '[', '【'])
        && !is_above_title(heading, false)
        && !is_text(heading)
        && !is_no_name(heading)
}

/// Returns true if the last of `blocks`, a lower heading, is that of a part.
fn is_of_part<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>, blocks: &[Block]) -> bool {
    let Some((heading, above)) = blocks.split_last() else {
        return false;
    };
    // A heading below a name of its own is the first part's.
    let first = first_name(laid_out, edges);
    let is_below_name = first.is_some_and(|(_, line)| offset(laid_out, line) < heading.range.start);
    // In a text of marks, a lower heading below a paragraph is that of a section.
    let is_section = !laid_out.is_printed
        && above
            .iter()
            .any(|block| is_sentence(words_of(laid_out, block)));
    is_below_name || is_section
}

/// The heading that `blocks` begins with, and the lines below that are as large and go on in it.
fn with_equals_below(laid_out: &LaidOut, blocks: &[Block]) -> String {
    let mut title = words_of(laid_out, &blocks[0]).to_owned();
    for next in &blocks[1..] {
        let words = words_of(laid_out, next);
        let goes_on = laid_out.is_printed
            && next.role == blocks[0].role
            && can_be_title(words)
            && !is_part(words)
            && !names_month(words);
        if !goes_on || title.width() + words.width() > NAME_COLUMNS {
            break;
        }
        title = format!("{title} {words}");
    }
    title
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
    /// Letters that a line may have behind the title.
    const BEHIND: usize = 12;
    let wanted = letters(declared);
    let count = wanted.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for line in edges.head.iter().take(LINES_ABOVE) {
        let found = letters(line);
        let len = found.chars().count();
        if count > 1 && len <= count + BEHIND && found.starts_with(&wanted) {
            return Some((clean(declared), line));
        }
        // `新闻标题-股票频道-和讯网`: the title and the site's name behind it.
        let is_part = len >= 4 && len * 4 >= count && wanted.contains(&found);
        let is_longer = best.is_none_or(|(known, _)| len > known);
        if is_part && is_longer && !is_sentence(bare(line)) {
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
    letters_weigh(line) < MIN_LETTERS
        || body_of(line).is_some()
        || whole_date(line).is_some()
        || alone_on(line).is_some()
        || is_form(line)
        || is_form_of_paper(line)
        || is_edition(line)
        || is_of_making(line)
        || is_first && line.ends_with("文件")
        || NAVIGATION.contains(&line.to_lowercase().as_str())
        || is_running_header(line)
        || is_annex_label(line)
        || is_fact(line)
        || is_path_of_site(line)
        || says_date(line)
        || line
            .chars()
            .all(|c| c == line.chars().next().unwrap_or(' '))
}

/// Letters of a line, an ideograph counted twice. `A 13/14-36` is a file's mark.
fn letters_weigh(line: &str) -> usize {
    let letters = line.chars().filter(|c| c.is_alphabetic());
    letters
        .map(|c| if c.is_ascii_alphabetic() { 1 } else { 2 })
        .sum()
}

/// Forms of papers by a line of their own, in small letters.
const PAPER_FORMS: [&str; 32] = [
    "guidance",
    "consultation paper",
    "consultation document",
    "white paper",
    "green paper",
    "research and analysis",
    "correspondence",
    "news story",
    "fact sheet",
    "briefing note",
    "government notice",
    "united nations",
    "legislative council brief",
    "立法會參考資料摘要",
    "discussion paper",
    "討論文件",
    "讨论文件",
    "information paper",
    "資料文件",
    "information note",
    "policy paper",
    "policy brief",
    "research brief",
    "statutory instruments",
    "statutory instrument",
    "memorandum",
    "circular",
    "通告",
    "通函",
    "for information",
    "for discussion",
    "供參閱",
];

/// Returns true for the way through a site to its page: `首页 > 时政新闻 > 正文`.
fn is_path_of_site(line: &str) -> bool {
    const STARTS: [&str; 8] = [
        "首页",
        "首頁",
        "当前位置",
        "當前位置",
        "您的位置",
        "您所在的位置",
        "现在位置",
        "Home",
    ];
    let steps = line.matches(['>', '＞', '»', '›']).count();
    steps > 1 || steps == 1 && STARTS.iter().any(|start| line.starts_with(start))
}

/// Returns true for a line that names the form of a paper: alone, behind its body (`國家發展委員會 新聞稿`), as an issue of a
/// gazette (`政府公報第31期憲報`), or with those it is for (`For discussion on`, `MEMORANDUM FOR THE HEADS OF …`).
fn is_form_of_paper(line: &str) -> bool {
    /// Longest name of a body before the form, in characters.
    const BODY_CHARS: usize = 18;
    let lower = line.to_lowercase();
    let close: String = line.split_whitespace().collect();
    let releases = [
        "新聞稿",
        "新闻稿",
        "新聞公報",
        "新闻公报",
        "新聞資料",
        "参考消息",
    ];
    let is_release = releases
        .iter()
        .filter_map(|form| close.strip_suffix(form))
        .any(|body| body.chars().count() <= BODY_CHARS && !names_matter(body));
    let is_gazette = ["公報", "公报", "憲報", "宪报"]
        .iter()
        .any(|word| close.contains(word))
        && close.contains('第')
        && close.contains(['期', '卷', '號', '号']);
    let starts = [
        "for discussion on",
        "for information on",
        "memorandum for ",
        "laid before ",
        "coming into force ",
    ];
    PAPER_FORMS.contains(&lower.as_str())
        || is_release
        || is_gazette
        || starts.iter().any(|start| lower.starts_with(start))
}

/// `Revision 5`, `Version 2.0`, `2021年第3期`.
fn is_edition(line: &str) -> bool {
    let starts = ["Revision ", "Version ", "Rev. ", "Edition ", "Issue "];
    let has_digit = line.contains(|c: char| c.is_ascii_digit());
    let is_short = line.chars().count() <= 24;
    let is_issue = line.ends_with('期') && line.contains('第');
    has_digit && is_short && (is_issue || starts.iter().any(|start| line.starts_with(start)))
}

/// Labels that begin a line of facts, and are words elsewhere.
const FACT_KEYS: [&str; 14] = [
    "来源",
    "來源",
    "作者",
    "记者",
    "記者",
    "编辑",
    "編輯",
    "发布单位",
    "發布單位",
    "修正日期",
    "修訂日期",
    "修订日期",
    "法規類別",
    "法规类别",
];

/// Labels of what stands over a title.
const HEAD_LABELS: [&str; 58] = [
    "索引号",
    "索引號",
    "主题分类",
    "主題分類",
    "发文机关",
    "發文機關",
    "发文字号",
    "發文字號",
    "发布机构",
    "發布機構",
    "成文日期",
    "发文日期",
    "發文日期",
    "发布日期",
    "發布日期",
    "生成日期",
    "文号",
    "有效性",
    "主题词",
    "公开方式",
    "体裁分类",
    "组配分类",
    "分发名单",
    "分發名單",
    "參考編號",
    "参考编号",
    "聯絡人",
    "联系人",
    "浏览次数",
    "责任编辑",
    "ref",
    "ref.",
    "our ref",
    "our ref.",
    "your ref",
    "file ref",
    "file ref.",
    "from",
    "to",
    "date",
    "effective date",
    "supersedes",
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
    is_key_and_value(line)
        || is_code(line)
        || has_time(line)
        || line.contains(['\\', '<'])
        || line.starts_with("![")
        || PARTS.contains(&line.to_lowercase().as_str())
        || PART_WORDS.iter().any(|word| line.starts_with(word))
        || line.starts_with(['•', '-', '*', '<', '{', '[', '“', '「', '#'])
}

fn is_key_and_value(line: &str) -> bool {
    let is_key = |key: &str| {
        key.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    line.split_once(": ").is_some_and(|(key, _)| is_key(key))
}

/// Returns true for 11f74fb30fa2440f98c6b7b17dc9d97e, scan0001.pdf, &nbsp;.
fn is_code(line: &str) -> bool {
    let is_of_code = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    line.len() >= 12 && line.bytes().all(is_of_code)
        || is_file_name(line)
        || line.contains("&nbsp;")
        || line.contains("](")
}

fn has_time(line: &str) -> bool {
    let is_time =
        |four: &[u8]| four[1] == b':' && [four[0], four[2], four[3]].iter().all(u8::is_ascii_digit);
    line.as_bytes().windows(4).any(is_time)
}

/// Name for a text that has no title: its first heading, else its first line that is more than a mark, with the
/// next ones where it breaks off at once, cut to [`NAME_COLUMNS`].
pub(super) fn first_words(laid_out: &LaidOut, edges: &Edges) -> String {
    let mut top = laid_out.blocks.iter().take(5);
    if let Some(block) = top.find(|block| level(block).is_some()) {
        return cut(&clean(without_marks(&laid_out.text[block.range.clone()])));
    }
    let first = edges
        .head
        .iter()
        .position(|line| !is_above_title(line, false));
    let words = match first {
        Some(first) => unbroken(&edges.head[first..]),
        None => first_line(laid_out).to_owned(),
    };
    cut(&clean(&words))
}

/// The first of `lines`, with the next ones where it breaks off at a comma.
fn unbroken(lines: &[&str]) -> String {
    /// Columns below which a line that ends in a comma goes on.
    const SHORT_COLUMNS: usize = 24;
    let mut words = without_marks(lines[0]).to_owned();
    for line in &lines[1..] {
        if words.width() >= SHORT_COLUMNS || !words.ends_with(['，', ',']) {
            break;
        }
        let gap = if words.ends_with(',') { " " } else { "" };
        words = format!("{words}{gap}{line}");
    }
    words
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
                "发文机关：国务院　　成文日期：2014年06月14日\n标　　题：关于印发纲要的通知\n发文字号：国发〔2014〕21号\n\n甲。",
                "关于印发纲要的通知",
            ),
            (
                "法規名稱：勞動基準法\n修正日期：民國 113 年 07 月 31 日\n\n第 1 條\n甲。",
                "勞動基準法",
            ),
            (
                "名　　稱：公司法\n修正日期：民國110年12月29日\n\n第 一 章 總則\n第 1 條\n甲。",
                "公司法",
            ),
            ("法规名称：无障碍条例\n\n第一条 甲。", "无障碍条例"),
            (
                "來源：明報\n日期：2020年5月6日\n標題：疫情下的教育\n\n甲。",
                "疫情下的教育",
            ),
            (
                "疫情下的教育\n來源：明報\n日期：2020年5月6日\n\n甲。",
                "疫情下的教育",
            ),
            (
                "MEMORANDUM FOR THE HEADS OF AGENCIES\n\nM-22-09\n\nFROM: A. Young\n\nSUBJECT: Moving Toward Zero Trust\n\nText.",
                "Moving Toward Zero Trust",
            ),
            (
                "附件\n\n城市客运服务规范\n（试行）\n\n甲。",
                "城市客运服务规范（试行）",
            ),
            (
                "立法會參考資料摘要\n\n《道路交通條例》（第374章）\n\n《2023年道路交通（修訂）條例草案》\n\n甲。",
                "《2023年道路交通（修訂）條例草案》",
            ),
            (
                "NIST Special Publication 800-53\nRevision 5\n\nSecurity Controls for\nInformation Systems\n\nText.",
                "Security Controls for Information Systems",
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
