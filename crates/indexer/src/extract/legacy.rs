//! Reads the Office formats from before 2007: Word (`.doc`, and WPS Writer), PowerPoint (`.ppt`), Excel (`.xls`).
//!
//! The container says which one a file is (see `compound`); `office_oxide` takes it apart, this module writes its tree of
//! paragraphs, lists and tables down in reading order. Headers and footers stand once, behind the text they run along.

use std::collections::HashSet;
use std::io::Cursor;

use office_oxide::format::DocumentFormat;
use office_oxide::ir::{
    DocumentIR, Element, HeaderFooter, InlineContent, List, Section, Table, inline_to_text,
};
use office_oxide::{Document, OfficeError};
use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::extract::fields::{fill, is_placeholder};
use crate::extract::flow::Flow;
use crate::extract::old_headers::running_lines;
use crate::extract::running::RunningLines;
use crate::skip::SkipReason;
use crate::structure::StructuredText;

/// Elements within elements; deeper ones are an attack.
const MAX_DEPTH: usize = 48;
/// Warnings of the engine that are noted.
const MAX_NOTES: usize = 5;

/// Reads a document; `notes` gets a line for what the engine could not read.
pub(crate) fn read_legacy(
    bytes: Vec<u8>,
    format: DocumentFormat,
    notes: &mut Vec<String>,
) -> Result<(StructuredText, Declared), SkipReason> {
    let headers = running_lines(&bytes, format);
    let document = Document::from_reader(Cursor::new(bytes), format).map_err(refusal)?;
    let tree = document.to_ir();
    let warnings = tree.metadata.warnings.iter().take(MAX_NOTES);
    notes.extend(warnings.map(|warning| format!("read in part: {warning}")));
    if tree.metadata.text_truncated {
        notes.push("read in part: more text than is read of one file".to_owned());
    }
    let text = write_tree(&tree, format, headers);
    let declared = declared(&tree, &text);
    Ok((text, declared))
}

fn refusal(error: OfficeError) -> SkipReason {
    let is_encrypted = matches!(
        error,
        OfficeError::Doc(office_oxide::doc::DocError::Encrypted)
            | OfficeError::Ppt(office_oxide::ppt::PptError::Encrypted)
            | OfficeError::Xls(
                office_oxide::xls::XlsError::Encrypted
                    | office_oxide::xls::XlsError::EncryptionNotSupported(_)
            )
    );
    if is_encrypted {
        SkipReason::OfficePassword
    } else {
        SkipReason::DamagedOffice(error.to_string())
    }
}

/// Properties of these formats often are in another encoding than they say: a title counts when the text has it too.
fn declared(tree: &DocumentIR, text: &StructuredText) -> Declared {
    let mut declared = Declared::default();
    if let Some(title) = &tree.metadata.title
        && !is_placeholder(title)
        && text.text.contains(title.trim())
    {
        fill(&mut declared.file_title, title);
    }
    declared
}

fn write_tree(tree: &DocumentIR, format: DocumentFormat, headers: RunningLines) -> StructuredText {
    let mut writer = Writer::default();
    for (number, section) in (1..).zip(&tree.sections) {
        if format == DocumentFormat::Ppt {
            writer.flow.begin_page(number);
        }
        if format == DocumentFormat::Xls
            && let Some(name) = &section.title
        {
            writer.flow.paragraph(name, Role::Heading(2));
        }
        writer.elements(&section.elements, 0);
        writer.elements(section.speaker_notes.as_deref().unwrap_or_default(), 0);
    }
    for section in &tree.sections {
        writer.running(section);
    }
    headers.write(&mut writer.flow);
    writer.flow.finish()
}

#[derive(Default)]
struct Writer {
    flow: Flow,
    /// Headers and footers written.
    written: HashSet<String>,
}

impl Writer {
    fn inline(&mut self, content: &[InlineContent], role: Role) {
        self.flow.paragraph(&inline_to_text(content), role);
    }

    fn elements(&mut self, elements: &[Element], depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for element in elements {
            self.element(element, depth);
        }
    }

    fn element(&mut self, element: &Element, depth: usize) {
        match element {
            Element::Heading(heading) => {
                self.inline(&heading.content, Role::Heading(heading.level.clamp(1, 6)));
            }
            Element::Paragraph(paragraph) => self.inline(&paragraph.content, Role::Paragraph),
            Element::Table(table) => self.table(table, depth),
            Element::List(list) => self.list(list, depth),
            Element::TextBox(text_box) => self.elements(&text_box.content, depth + 1),
            Element::Footnote(note) | Element::Endnote(note) => {
                self.elements(&note.content, depth + 1);
            }
            Element::CodeBlock(code) => self.flow.paragraph(&code.content, Role::Paragraph),
            _ => {}
        }
    }

    fn table(&mut self, table: &Table, depth: usize) {
        for row in &table.rows {
            self.flow.open_row();
            for cell in &row.cells {
                self.elements(&cell.content, depth + 1);
                self.flow.close_cell();
            }
            self.flow.close_row();
        }
    }

    /// The engine gives the kind of a list's numbers, not how they are written (一、 or 1.): an item stands without.
    fn list(&mut self, list: &List, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for item in &list.items {
            self.elements(&item.content, depth + 1);
            if let Some(nested) = &item.nested {
                self.list(nested, depth + 1);
            }
        }
    }

    fn running(&mut self, section: &Section) {
        let parts = [
            &section.first_page_header,
            &section.header,
            &section.even_page_header,
            &section.first_page_footer,
            &section.footer,
            &section.even_page_footer,
        ];
        for HeaderFooter { content } in parts.into_iter().flatten() {
            for element in content {
                if let Element::Paragraph(paragraph) = element {
                    let text = inline_to_text(&paragraph.content);
                    if self.written.insert(text.trim().to_owned()) {
                        self.flow.paragraph(&text, Role::Paragraph);
                    }
                } else {
                    self.element(element, 0);
                }
            }
        }
    }
}
