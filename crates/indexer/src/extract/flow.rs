//! The flow of paragraphs and tables that all office formats share.
//!
//! A paragraph may stand within another (a text box, a footnote): it comes after it. A table's row is one block, its cells
//! between tabs and the paragraphs of a cell on lines of their own; a table within a cell is part of that cell.

use polidex_schema::record::Role;

use crate::structure::{StructuredText, TextBuilder};

/// Collects paragraphs.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    builder: TextBuilder,
    /// Open paragraphs, the innermost last.
    open: Vec<Paragraph>,
    /// Paragraphs that stood within the open ones and have ended.
    after: Vec<Paragraph>,
    /// The row that is open, and how many rows are within each other.
    row: String,
    row_depth: usize,
}

#[derive(Debug)]
struct Paragraph {
    role: Role,
    text: String,
}

impl Flow {
    pub(crate) fn open_paragraph(&mut self, role: Role) {
        self.open.push(Paragraph {
            role,
            text: String::new(),
        });
    }

    /// Writes a paragraph whose text is known.
    pub(crate) fn paragraph(&mut self, text: &str, role: Role) {
        self.open_paragraph(role);
        self.text(text);
        self.close_paragraph();
    }

    /// Returns true if a paragraph is open.
    pub(crate) fn is_in_paragraph(&self) -> bool {
        !self.open.is_empty()
    }

    pub(crate) fn set_role(&mut self, role: Role) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.role = role;
        }
    }

    /// Appends to the innermost paragraph; text outside of any is no text of the document.
    pub(crate) fn text(&mut self, text: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.text.push_str(text);
        }
    }

    /// Puts text at the beginning of the innermost paragraph: its number.
    pub(crate) fn number(&mut self, number: &str) {
        if let Some(paragraph) = self.open.last_mut() {
            paragraph.text.insert_str(0, number);
        }
    }

    /// Ends the innermost paragraph without writing it, and returns its text.
    pub(crate) fn take_paragraph(&mut self) -> String {
        self.open
            .pop()
            .map(|paragraph| paragraph.text)
            .unwrap_or_default()
    }

    pub(crate) fn close_paragraph(&mut self) {
        let Some(paragraph) = self.open.pop() else {
            return;
        };
        if !self.open.is_empty() {
            self.after.push(paragraph);
            return;
        }
        let after = std::mem::take(&mut self.after);
        self.write(paragraph);
        for inner in after {
            self.write(inner);
        }
    }

    fn write(&mut self, paragraph: Paragraph) {
        if self.row_depth > 0 {
            if !self.row.is_empty() && !self.row.ends_with(['\t', '\n']) {
                self.row.push('\n');
            }
            self.row.push_str(paragraph.text.trim());
            return;
        }
        self.builder.begin(paragraph.role);
        self.builder.push(&paragraph.text);
        self.builder.end();
    }

    pub(crate) fn open_row(&mut self) {
        self.row_depth += 1;
    }

    pub(crate) fn close_cell(&mut self) {
        if self.row_depth == 1 {
            self.row.truncate(self.row.trim_end_matches('\n').len());
            self.row.push('\t');
        }
    }

    pub(crate) fn close_row(&mut self) {
        self.row_depth = self.row_depth.saturating_sub(1);
        if self.row_depth > 0 {
            return;
        }
        let row = std::mem::take(&mut self.row);
        self.builder.begin(Role::Paragraph);
        self.builder.push(row.trim_end());
        self.builder.end();
    }

    pub(crate) fn begin_page(&mut self, number: u32) {
        self.builder.begin_page(number);
    }

    pub(crate) fn finish(mut self) -> StructuredText {
        while !self.open.is_empty() {
            self.close_paragraph();
        }
        if self.row_depth > 0 {
            self.row_depth = 1;
            self.close_row();
        }
        self.builder.finish("UTF-8")
    }
}
