//! A text whose structure its format declares: the border between reading a format and everything behind it.
//!
//! In: pieces of text with their roles, in reading order. Out: [`StructuredText`], one text with its blocks and pages as
//! byte offsets. Repair changes the text and keeps a map; layout carries the blocks over by that map and so needs no
//! reading of its own where a format has said what is what.

use std::ops::Range;

use polidex_schema::record::{Role, ScannedPage};
use serde::{Deserialize, Serialize};

/// A text and what its format says of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StructuredText {
    /// The text: blocks with a blank line between them.
    pub text: String,
    /// Headings, paragraphs (a row of a table is one, its cells between tabs) and list items, in order and disjoint.
    pub blocks: Vec<Block>,
    /// Starts of the pages; empty for a format without pages.
    pub pages: Vec<PageStart>,
    /// Pages whose text was read of their picture, in order.
    pub scans: Vec<ScannedPage>,
    /// Bytes of the text that were read so with little confidence, in order.
    pub doubtful: Vec<Range<usize>>,
    /// The encoding of the file's own text, by name; `UTF-8` for formats that have no say in it.
    pub encoding: String,
}

/// A heading, a paragraph or a list item.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Block {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Heading, paragraph or list item.
    pub role: Role,
}

/// The first byte of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageStart {
    /// Byte of the text.
    pub at: usize,
    /// Number, from 1.
    pub number: u32,
}

impl StructuredText {
    /// The page that holds `byte`; `None` in a text without pages or before the first one.
    pub fn page_at(&self, byte: usize) -> Option<u32> {
        page_at(&self.pages, byte)
    }
}

/// The page among `pages`, in order, that holds `byte`.
pub(crate) fn page_at(pages: &[PageStart], byte: usize) -> Option<u32> {
    let after = pages.partition_point(|page| page.at <= byte);
    after.checked_sub(1).map(|last| pages[last].number)
}

/// Builds a [`StructuredText`] piece by piece.
#[derive(Debug, Default)]
pub(crate) struct TextBuilder {
    built: StructuredText,
    open: Option<Block>,
    /// White space seen and not yet written: it counts only between words.
    pending: Option<char>,
}

impl TextBuilder {
    /// Returns true if the open block holds no text yet, or none is open.
    pub(crate) fn is_at_block_start(&self) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| open.range.start == self.built.text.len())
    }

    /// Last words of the open line of the open block; empty at its start and at that of a table's cell.
    pub(crate) fn line_so_far(&self) -> String {
        /// Bytes that are looked at, at most.
        const BYTES: usize = 200;
        let text = &self.built.text;
        let start = self
            .open
            .as_ref()
            .map_or(text.len(), |open| open.range.start);
        if matches!(self.pending, Some('\n' | '\t')) {
            return String::new();
        }
        let near = text.ceil_char_boundary(text.len().saturating_sub(BYTES));
        let line = text[start.max(near)..].rsplit(['\n', '\t']).next();
        line.into_iter()
            .flat_map(str::chars)
            .chain(self.pending)
            .collect()
    }

    /// Begins a block; one that is open ends.
    pub(crate) fn begin(&mut self, role: Role) {
        self.end();
        self.open = Some(Block {
            range: self.built.text.len()..self.built.text.len(),
            role,
        });
    }

    /// Ends the open block: trailing white space goes, and an empty block leaves nothing behind.
    pub(crate) fn end(&mut self) {
        self.pending = None;
        let Some(open) = self.open.take() else { return };
        let text = &mut self.built.text;
        let content = text[open.range.start..].trim_end().len();
        text.truncate(open.range.start + content);
        if content > 0 {
            self.built.blocks.push(Block {
                range: open.range.start..text.len(),
                role: open.role,
            });
        }
    }

    /// Appends text as it is; a paragraph opens when no block is open.
    pub(crate) fn push(&mut self, text: &str) {
        let text = if self.is_at_block_start() {
            text.trim_start()
        } else {
            text
        };
        if text.is_empty() {
            return;
        }
        self.separate();
        if let Some(space) = self.pending.take() {
            self.built.text.push(space);
        }
        // Forbidden in XML and without use in any text: controls other than tab and line end.
        self.built.text.extend(
            text.chars()
                .filter(|c| !c.is_control() || matches!(c, '\t' | '\n')),
        );
    }

    /// Appends text with every run of white space as one space, also across calls.
    pub(crate) fn push_collapsed(&mut self, text: &str) {
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}');
        for piece in text.split_inclusive(is_space) {
            let word = piece.trim_end_matches(is_space);
            self.push(word);
            if word.len() < piece.len() && !self.is_at_block_start() && self.pending.is_none() {
                self.pending = Some(' ');
            }
        }
    }

    /// Appends a line's end inside the block.
    pub(crate) fn push_line_end(&mut self) {
        self.pend('\n');
    }

    /// Appends a tab: the end of a table's cell.
    pub(crate) fn push_tab(&mut self) {
        // A tab is kept even for empty cells before text, so that columns can be told apart; a space before it goes.
        self.pend('\t');
    }

    fn pend(&mut self, mark: char) {
        if self.is_at_block_start() {
            return;
        }
        match (self.pending, mark) {
            // Empty cells count; empty lines do not.
            (Some('\t'), '\t') => self.built.text.push('\t'),
            (Some('\t'), _) => {}
            _ => self.pending = Some(mark),
        }
    }

    /// Begins page `number`; the open block ends.
    pub(crate) fn begin_page(&mut self, number: u32) {
        self.end();
        let at = if self.built.text.is_empty() {
            0
        } else {
            self.built.text.len() + 2
        };
        self.built.pages.push(PageStart { at, number });
    }

    /// The text so far; `encoding` names the encoding of the file's text.
    pub(crate) fn finish(mut self, encoding: &str) -> StructuredText {
        self.end();
        let len_bytes = self.built.text.len();
        for page in &mut self.built.pages {
            page.at = page.at.min(len_bytes);
        }
        self.built.encoding = encoding.to_owned();
        self.built
    }

    /// A blank line before the first text of a block.
    fn separate(&mut self) {
        if !self.is_at_block_start() {
            return;
        }
        let role = self.open.as_ref().map_or(Role::Paragraph, |open| open.role);
        if !self.built.text.is_empty() {
            self.built.text.push_str("\n\n");
        }
        self.open = Some(Block {
            range: self.built.text.len()..self.built.text.len(),
            role,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_apart_and_white_space_is_one_space() {
        let mut builder = TextBuilder::default();
        builder.begin_page(1);
        builder.begin(Role::Heading(1));
        builder.push_collapsed(" 施政 \n");
        builder.push_collapsed("\t報告 ");
        builder.begin(Role::Paragraph);
        builder.end();
        builder.push_collapsed("甲");
        builder.push_tab();
        builder.push_collapsed(" 乙 ");
        builder.push_line_end();
        builder.begin_page(2);
        builder.push("丙");
        let built = builder.finish("UTF-8");
        assert_eq!(built.text, "施政 報告\n\n甲\t乙\n\n丙");
        let blocks: Vec<&str> = built
            .blocks
            .iter()
            .map(|block| &built.text[block.range.clone()])
            .collect();
        assert_eq!(blocks, ["施政 報告", "甲\t乙", "丙"]);
        assert_eq!(built.page_at(0), Some(1));
        assert_eq!(built.page_at(built.text.len() - 1), Some(2));
    }
}
