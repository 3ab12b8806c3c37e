//! A label as it is read at the start of a line.

use polidex_schema::record::Rank;
use unicode_width::UnicodeWidthStr;

use crate::places::number::Number;

/// Maximum width of a line that is a chapter's title, in columns; a wider one is a sentence.
const TITLE_LINE_COLUMNS: usize = 120;

/// Word a label begins with, where that decides its rank in this document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// The English word.
    Article,
    /// A section holds articles, or is what others call an article.
    Section,
    Other,
}

/// A label as it was read at the start of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadLabel {
    pub(super) len_bytes: usize,
    pub(super) rank: Rank,
    pub(super) number: Number,
    pub(super) word: Word,
    /// Nothing else can look like this: 第 5 條 and a wide gap, a title's line.
    pub(super) is_plain: bool,
}

/// Returns whether a line can be a Chinese title: it is short and has no mark of a sentence.
pub(super) fn is_chinese_title(line: &str) -> bool {
    line.width() <= TITLE_LINE_COLUMNS && !line.contains(['。', '，', '；'])
}

/// Returns whether a line can be an English title: it is short and does not end like a sentence.
pub(super) fn is_english_title(line: &str) -> bool {
    line.width() <= TITLE_LINE_COLUMNS
        && !line.ends_with([';', ','])
        && !(line.ends_with('.') && line.contains(' '))
}

/// The first byte from `at` on that is not white space.
pub(super) fn skip_blank(line: &str, at: usize) -> usize {
    line.len() - line[at..].trim_start().len()
}
