//! Reads OpenDocument files: texts (ODT), and sheets and slides by the same marks.

use std::str::FromStr;

use polidex_schema::record::Role;

use crate::extract::flow::Flow;
use crate::extract::package::Package;
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
    Ok(reader.flow.finish())
}

#[derive(Debug, Default)]
struct Reader {
    flow: Flow,
    /// Open list items.
    items: usize,
    slides: u32,
    left_out: usize,
}

impl Reader {
    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open(name, attributes) => {
                let is_left_out = matches!(
                    name,
                    "tracked-changes"
                        | "annotation"
                        | "note-citation"
                        | "footnote-citation"
                        | "automatic-styles"
                );
                if self.left_out > 0 || is_left_out {
                    self.left_out += 1;
                    return;
                }
                self.open(name, attributes);
            }
            XmlEvent::Close(_) if self.left_out > 0 => self.left_out -= 1,
            XmlEvent::Close(name) => self.close(name),
            XmlEvent::Text(text) if self.left_out == 0 => self.flow.text(&collapse(&text)),
            XmlEvent::Text(_) => {}
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
            "table-row" => self.flow.open_row(),
            // `draw:page` is a slide; text documents have none.
            "page" => self.begin_slide(),
            _ => {}
        }
    }

    fn begin_slide(&mut self) {
        self.slides += 1;
        self.flow.begin_page(self.slides);
    }

    fn close(&mut self, name: &str) {
        match name {
            "h" | "p" => self.flow.close_paragraph(),
            "list-item" => self.items = self.items.saturating_sub(1),
            "table-cell" | "covered-table-cell" => self.flow.close_cell(),
            "table-row" => self.flow.close_row(),
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
