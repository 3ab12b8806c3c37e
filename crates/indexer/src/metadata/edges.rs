//! The edges of a text: the lines at its head and at its foot, where a document says what it is.
//!
//! In: a laid-out text. Out: its first lines up to the first article, and its last ones. What stands between them speaks of
//! other documents, so nothing else is looked at.

use polidex_analysis::numerals::chinese_numeral_len;
use unicode_width::UnicodeWidthStr;

use crate::layout::LaidOut;
use crate::structure::Block;

/// Lines at the head: a letterhead, a number, a title of some lines, a history of amendments.
const HEAD_LINES: usize = 40;
/// Lines at the foot: who signed, when, and some copies.
const FOOT_LINES: usize = 12;
/// Blocks that hold the head.
const HEAD_BLOCKS: usize = 40;
/// Maximum length of a line that tells of its document: only a history of amendments comes near.
const MAX_LINE_BYTES: usize = 4_000;

/// Widest name of a document, in columns; what is wider is a paragraph.
pub(super) const NAME_COLUMNS: usize = 120;
/// Lines of a cover or of a letterhead.
const TOP_LINES: usize = 12;

/// The lines at the edges of a text.
#[derive(Debug)]
pub(super) struct Edges<'a> {
    /// Lines that are not blank, without blanks at their ends, from the first to the one before the first article.
    pub(super) head: Vec<&'a str>,
    /// The last lines, in their order.
    pub(super) foot: Vec<&'a str>,
}

impl<'a> Edges<'a> {
    pub(super) fn of(laid_out: &'a LaidOut) -> Self {
        let mut foot: Vec<&str> = Vec::new();
        for block in laid_out.blocks.iter().rev() {
            foot.extend(
                lines_of(laid_out, block)
                    .rev()
                    .take(FOOT_LINES - foot.len()),
            );
            if foot.len() == FOOT_LINES {
                break;
            }
        }
        foot.reverse();
        Self {
            head: head_of(laid_out),
            foot,
        }
    }

    /// The lines above the first sentence: letterhead, number, title, date.
    pub(super) fn top(&self) -> &[&'a str] {
        let names = self
            .head
            .iter()
            .take(TOP_LINES)
            .take_while(|line| !is_sentence(line))
            .count();
        &self.head[..names]
    }

    /// The lines above the first sentence, and it.
    pub(super) fn top_and_sentence(&self) -> &[&'a str] {
        &self.head[..(self.top().len() + 1).min(self.head.len())]
    }
}

const ENDS: [char; 13] = [
    '。', '，', '；', '：', '︰', '！', ',', ';', ':', '!', '…', '”', '」',
];

const SALUTATIONS: [&str; 8] = [
    "主席，",
    "主席︰",
    "主席女士",
    "代理主席，",
    "各位",
    "President,",
    "Mr President,",
    "Dear ",
];

/// Returns true if a line is too long or too finished for a name.
pub(super) fn is_sentence(line: &str) -> bool {
    // A full stop ends a sentence, but not `Acme Holdings Inc.`
    let small_words = line
        .split_whitespace()
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    let is_stopped = line.ends_with('.') && small_words.count() > 1;
    is_stopped
        || line.ends_with(ENDS)
        || line.contains('。')
        || line.width() > NAME_COLUMNS
        || SALUTATIONS.iter().any(|word| line.starts_with(word))
}

fn lines_of<'a>(laid_out: &'a LaidOut, block: &Block) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines = laid_out.text[block.range.clone()]
        .lines()
        .map(without_binding);
    lines.filter(|line| !line.is_empty() && line.len() <= MAX_LINE_BYTES)
}

/// All lines of a text, in order, as [`Edges`] has them.
pub(super) fn all_lines(laid_out: &LaidOut) -> impl Iterator<Item = &str> {
    laid_out
        .blocks
        .iter()
        .flat_map(|block| lines_of(laid_out, block))
}

/// A line without the blanks at its ends and without the mark of a binding line (裝 訂 線 between bars) beside it.
fn without_binding(line: &str) -> &str {
    let line = line.trim();
    let rest = line.trim_start_matches(['|', '│', '┆', '┊', '裝', '訂', '線']);
    let is_marked = line.starts_with(['|', '│', '┆', '┊'])
        || rest.len() < line.len()
            && (rest.is_empty() || rest.starts_with([' ', '\t', '\u{3000}']));
    if is_marked { rest.trim_start() } else { line }
}

/// The first lines, up to the first article.
fn head_of(laid_out: &LaidOut) -> Vec<&str> {
    let mut head = Vec::new();
    for block in laid_out.blocks.iter().take(HEAD_BLOCKS) {
        for line in lines_of(laid_out, block) {
            if head.len() == HEAD_LINES || is_article(line) {
                return head;
            }
            head.push(line);
        }
    }
    head
}

/// Returns true if a line begins the body of a law: 第一條, Article 1, Section 1, § 1.
pub(super) fn is_article(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('第') {
        let rest = rest.trim_start();
        let behind = rest[chinese_numeral_len(rest)..].trim_start();
        return behind.len() < rest.len() && behind.starts_with(['條', '条']);
    }
    let words = ["Article ", "Section ", "§ "];
    let behind = words.iter().find_map(|word| line.strip_prefix(word));
    behind.is_some_and(|behind| behind.starts_with(|first: char| first.is_ascii_digit()))
}
