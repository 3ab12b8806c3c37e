//! Reads OpenDocument files: texts (ODT), and sheets and slides by the same marks. A footnote follows its paragraph, the name
//! of a sheet is a heading. Headers, footers and comments follow the text, each once.

use std::str::FromStr;

use polidex_schema::record::Role;

use crate::extract::flow::Flow;
use crate::extract::package::Package;
use crate::extract::running::RunningLines;
use crate::extract::xml::{Attributes, XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::StructuredText;

/// Reads a document; `notes` gets a line when it breaks off.
pub(crate) fn read_open_document(
    package: &mut Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    let text = package
        .read_text("content.xml")?
        .ok_or(SkipReason::OpenDocumentWithoutContent)?;
    let mut reader = Reader::default();
    if let Err(reason) = walk_xml(&text, &mut |event| reader.take(event)) {
        notes.push(format!("content.xml: {reason}"));
    }
    // Styles that break off have fewer headers; the text does not depend on them.
    let _ = walk_xml(
        &package.read_text("styles.xml")?.unwrap_or_default(),
        &mut |event| {
            reader.take_style(event);
        },
    );
    let Reader {
        mut flow, beside, ..
    } = reader;
    beside.write(&mut flow);
    Ok(flow.finish())
}

/// Returns true for the header or the footer of all pages, or of some.
fn is_running(name: &str) -> bool {
    matches!(
        name,
        "header" | "header-left" | "header-first" | "footer" | "footer-left" | "footer-first"
    )
}

/// Returns true for what a program fills in where the text is shown, and what says who wrote a comment.
fn is_filled_in(name: &str) -> bool {
    matches!(
        name,
        "page-number"
            | "page-count"
            | "sheet-name"
            | "file-name"
            | "title"
            | "date"
            | "time"
            | "creator"
            | "creator-initials"
    )
}

#[derive(Debug, Default)]
struct Reader {
    flow: Flow,
    /// Open list items.
    items: usize,
    is_sheet: bool,
    slides: u32,
    left_out: usize,
    /// Headers, footers and comments.
    beside: RunningLines,
    /// Depth within one of them.
    beside_depth: usize,
}

impl Reader {
    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open(name, attributes) => {
                let is_left_out = matches!(
                    name,
                    "tracked-changes"
                        | "note-citation"
                        | "footnote-citation"
                        | "automatic-styles"
                        | "page-number"
                ) || self.beside_depth > 0 && is_filled_in(name);
                if self.left_out > 0 || is_left_out {
                    self.left_out += 1;
                    return;
                }
                if self.beside_depth > 0 || name == "annotation" {
                    self.beside_depth += 1;
                }
                self.open(name, attributes);
            }
            XmlEvent::Close(_) if self.left_out > 0 => self.left_out -= 1,
            XmlEvent::Close(name) => {
                self.close(name);
                self.beside_depth = self.beside_depth.saturating_sub(1);
            }
            XmlEvent::Text(text) if self.left_out == 0 => self.flow.text(&collapse(&text)),
            XmlEvent::Text(_) => {}
        }
    }

    /// Takes an event of the file of styles: only headers and footers are text.
    fn take_style(&mut self, event: XmlEvent<'_>) {
        match &event {
            XmlEvent::Open(name, _) if self.beside_depth == 0 => {
                self.beside_depth = usize::from(is_running(name));
            }
            XmlEvent::Close(name)
                if self.beside_depth == 1 && self.left_out == 0 && is_running(name) =>
            {
                self.beside_depth = 0;
            }
            _ if self.beside_depth > 0 => self.take(event),
            _ => {}
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "h" => self.flow.open_paragraph(heading_role(attributes)),
            "p" if self.items > 0 => self.flow.open_paragraph(Role::ListItem),
            "p" => self.flow.open_paragraph(Role::Paragraph),
            "list-item" => self.items += 1,
            "s" if self.flow.is_in_paragraph() => {
                let count: usize = number_of(attributes, "c");
                self.flow.text(&" ".repeat(count.min(MAX_SPACES)));
            }
            "tab" | "tab-stop" => self.flow.text("\t"),
            "line-break" => self.flow.text("\n"),
            "table-row" if self.beside_depth == 0 => self.flow.open_row(),
            "table" if self.is_sheet => self.name_sheet(attributes),
            "spreadsheet" => self.is_sheet = true,
            // `draw:page` is a slide; text documents have none.
            "page" => self.begin_slide(),
            _ => {}
        }
    }

    fn name_sheet(&mut self, attributes: &Attributes<'_>) {
        if let Some(name) = attributes.get("name") {
            self.flow.paragraph(&name, Role::Heading(2));
        }
    }

    fn begin_slide(&mut self) {
        self.slides += 1;
        self.flow.begin_page(self.slides);
    }

    fn close(&mut self, name: &str) {
        match name {
            "h" | "p" if self.beside_depth > 0 => {
                let line = self.flow.take_paragraph();
                self.beside.push(&line);
            }
            "h" | "p" => self.flow.close_paragraph(),
            "list-item" => self.items = self.items.saturating_sub(1),
            "table-cell" | "covered-table-cell" if self.beside_depth == 0 => self.flow.close_cell(),
            "table-row" if self.beside_depth == 0 => self.flow.close_row(),
            _ => {}
        }
    }
}

/// A file may ask for any number of spaces.
const MAX_SPACES: usize = 64;

/// White space as OpenDocument counts it: a run is one space.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for character in text.chars() {
        let is_space = matches!(character, ' ' | '\t' | '\n' | '\r');
        if !is_space {
            collapsed.push(character);
        } else if !collapsed.ends_with(' ') {
            collapsed.push(' ');
        }
    }
    collapsed
}

fn heading_role(attributes: &Attributes<'_>) -> Role {
    let level: u8 = number_of(attributes, "outline-level");
    Role::Heading(level.clamp(1, 6))
}

/// Number of an attribute; 1 where there is none.
fn number_of<T: FromStr + From<u8>>(attributes: &Attributes<'_>, name: &str) -> T {
    let number = attributes.get(name);
    let number = number.and_then(|number| number.parse().ok());
    number.unwrap_or_else(|| T::from(1))
}
