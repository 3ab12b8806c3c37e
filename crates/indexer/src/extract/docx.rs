//! Reads Word documents (DOCX): paragraphs, headings, lists with their numbers, tables, text boxes, notes.
//!
//! Headings are told by the outline level of a paragraph or of its style. Numbers that Word counts by itself (第一條, 1.2,
//! (a)) are what a reader sees and quotes, so they are counted here too. A footnote follows the paragraph that refers to it.
//! Endnotes, headers and footers, each once, comments and the words of diagrams and charts follow the text. Deleted text and
//! field codes are left out.

use std::collections::{BTreeMap, HashMap, HashSet};

use polidex_schema::record::Role;

use crate::extract::drawing::read_drawings;
use crate::extract::flow::Flow;
use crate::extract::numbering::{Counters, Numbering};
use crate::extract::package::Package;
use crate::extract::xml::{Attributes, XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::StructuredText;

/// Reads a document; `notes` gets a line for every part that breaks off.
pub(crate) fn read_docx(
    package: &mut Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    let mut reader = DocxReader::open(package)?;
    reader.collect_footnotes(package, notes)?;
    let mut running = HashSet::new();
    for part in text_parts(package) {
        let Some(text) = package.read_text(&part)? else {
            continue;
        };
        if is_running(&part) && !running.insert(text.clone()) {
            continue;
        }
        reader.walk(&part, &text, notes);
        reader.write_left_footnotes();
    }
    let drawings = drawing_parts(package);
    for line in read_drawings(package, &drawings, notes)? {
        reader.flow.paragraph(&line, Role::Paragraph);
    }
    Ok(reader.flow.finish())
}

/// Members that hold the words of diagrams and charts.
fn drawing_parts(package: &Package) -> Vec<String> {
    let mut drawings = package.names("word/diagrams/data", ".xml");
    drawings.extend(package.names("word/charts/chart", ".xml"));
    drawings
}

/// Returns true for the member of a header or a footer.
fn is_running(part: &str) -> bool {
    part.starts_with("word/header") || part.starts_with("word/footer")
}

/// Members that hold text, in the order it is read in. Footnotes are read before them, to be written where they belong.
fn text_parts(package: &Package) -> Vec<String> {
    let body = ["word/document.xml", "word/endnotes.xml"];
    let mut parts = body.map(str::to_owned).to_vec();
    parts.extend(package.names("word/header", ".xml"));
    parts.extend(package.names("word/footer", ".xml"));
    parts.push("word/comments.xml".to_owned());
    parts
}

/// Properties that a style gives its paragraphs.
#[derive(Clone, Debug, Default)]
struct Style {
    based_on: String,
    level: Option<u8>,
    list: Option<(String, usize)>,
}

fn read_styles(text: &str) -> HashMap<String, Style> {
    let mut styles: HashMap<String, Style> = HashMap::new();
    let mut id = String::new();
    let mut list_level = 0;
    // Broken styles say less; the text does not depend on them.
    let _ = walk_xml(text, &mut |event| {
        let XmlEvent::Open(name, attributes) = event else {
            return;
        };
        if name == "style" {
            id = attributes.get("styleId").unwrap_or_default();
            list_level = 0;
            styles.insert(id.clone(), Style::default());
        } else if let Some(style) = styles.get_mut(&id) {
            let value = attributes.get("val").unwrap_or_default();
            style.take(name, value, &mut list_level);
        }
    });
    styles
}

impl Style {
    /// Takes a property; `list_level` is the level that a list has which is named next.
    fn take(&mut self, name: &str, value: String, list_level: &mut usize) {
        match name {
            "basedOn" => self.based_on = value,
            "name" => self.level = self.level.or_else(|| level_of_name(&value)),
            "outlineLvl" => self.level = level(&value),
            "ilvl" => *list_level = value.parse().unwrap_or(0),
            "numId" => self.list = Some((value, *list_level)),
            _ => {}
        }
    }
}

/// `heading 2` is 2, `Title` is 1, whatever the language of the program: built-in names are English in the file.
fn level_of_name(name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    if name == "title" {
        return Some(1);
    }
    name.strip_prefix("heading ")?
        .trim()
        .parse()
        .ok()
        .filter(|level| (1..=9).contains(level))
        .map(|level: u8| level.min(6))
}

/// Outline levels count from 0; 9 is body text.
fn level(outline: &str) -> Option<u8> {
    let level: u8 = outline.parse().ok()?;
    (level < 9).then(|| (level + 1).min(6))
}

#[derive(Debug, Default)]
struct DocxReader {
    styles: HashMap<String, Style>,
    numbering: Numbering,
    counters: Counters,
    flow: Flow,
    properties: Vec<Properties>,
    is_in_text: bool,
    /// Depth within parts that are left out.
    left_out: usize,
    /// Paragraphs of the footnotes that no reference has called for yet, by id.
    footnotes: BTreeMap<i64, Vec<String>>,
    /// The footnote whose paragraphs are collected.
    collected: Option<i64>,
}

/// Properties that a paragraph sets itself.
#[derive(Debug, Default)]
struct Properties {
    style: String,
    level: Option<u8>,
    list: Option<String>,
    list_level: Option<usize>,
    is_done: bool,
}

/// Fallbacks repeat what stands before them for older programs; the others are no text of the document.
fn is_left_out(name: &str) -> bool {
    matches!(
        name,
        "Fallback"
            | "del"
            | "moveFrom"
            | "instrText"
            | "delText"
            | "rPrChange"
            | "pPrChange"
            | "sectPr"
    )
}

impl Properties {
    /// Takes a property of a paragraph.
    fn take(&mut self, name: &str, attributes: &Attributes<'_>) {
        let value = || attributes.get("val").unwrap_or_default();
        match name {
            "pStyle" => self.style = value(),
            "outlineLvl" => self.level = level(&value()),
            "numId" => self.list = Some(value()),
            "ilvl" => self.list_level = value().parse().ok(),
            _ => {}
        }
    }
}

/// Id of a footnote, or of what refers to it.
fn number_of(attributes: &Attributes<'_>) -> Option<i64> {
    attributes.get("id")?.parse().ok()
}

/// The character that a symbol stands for.
fn symbol(attributes: &Attributes<'_>) -> Option<String> {
    let code = attributes.get("char")?;
    let symbol = char::from_u32(u32::from_str_radix(&code, 16).ok()?)?;
    Some(symbol.to_string())
}

impl DocxReader {
    /// A reader with the styles and numberings of `package`.
    fn open(package: &mut Package) -> Result<Self, SkipReason> {
        let styles = package.read_text("word/styles.xml")?;
        let numbering = package.read_text("word/numbering.xml")?;
        Ok(Self {
            styles: styles.map(|text| read_styles(&text)).unwrap_or_default(),
            numbering: numbering
                .map(|text| Numbering::read(&text))
                .unwrap_or_default(),
            ..Self::default()
        })
    }

    /// Reads a part; `notes` gets a line where it breaks off.
    fn walk(&mut self, part: &str, text: &str, notes: &mut Vec<String>) {
        if let Err(reason) = walk_xml(text, &mut |event| self.take(event)) {
            notes.push(format!("{part}: {reason}"));
        }
    }

    /// Reads the footnotes of `package`, for the paragraphs that refer to them.
    fn collect_footnotes(
        &mut self,
        package: &mut Package,
        notes: &mut Vec<String>,
    ) -> Result<(), SkipReason> {
        const PART: &str = "word/footnotes.xml";
        if let Some(text) = package.read_text(PART)? {
            self.walk(PART, &text, notes);
            self.collected = None;
        }
        Ok(())
    }

    /// Writes a footnote behind the paragraph that is open.
    fn write_footnote(&mut self, id: i64) {
        for paragraph in self.footnotes.remove(&id).unwrap_or_default() {
            self.flow.paragraph(&paragraph, Role::Paragraph);
        }
    }

    /// Writes the footnotes that nothing refers to.
    fn write_left_footnotes(&mut self) {
        for id in self.footnotes.keys().copied().collect::<Vec<_>>() {
            self.write_footnote(id);
        }
    }

    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open(name, attributes) => {
                if self.left_out > 0 || is_left_out(name) {
                    self.left_out += 1;
                    return;
                }
                self.begin(name, attributes);
            }
            XmlEvent::Close(_) if self.left_out > 0 => self.left_out -= 1,
            XmlEvent::Close(name) => self.close(name),
            XmlEvent::Text(text) if self.is_in_text && self.left_out == 0 => self.flow.text(&text),
            XmlEvent::Text(_) => {}
        }
    }

    fn begin(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "p" => {
                self.flow.open_paragraph(Role::Paragraph);
                self.properties.push(Properties::default());
            }
            "t" => self.is_in_text = true,
            "tab" if self.has_text_begun() => self.flow.text("\t"),
            "br" | "cr" => self.flow.text("\n"),
            "noBreakHyphen" => self.flow.text("\u{2011}"),
            "sym" => {
                if let Some(symbol) = symbol(attributes) {
                    self.flow.text(&symbol);
                }
            }
            "r" => self.settle(),
            "tr" if self.collected.is_none() => self.flow.open_row(),
            "footnote" => self.collected = number_of(attributes),
            "footnoteReference" => {
                if let Some(id) = number_of(attributes) {
                    self.write_footnote(id);
                }
            }
            _ => {
                if let Some(properties) = self.properties.last_mut() {
                    properties.take(name, attributes);
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.is_in_text = false,
            "p" => {
                self.settle();
                self.properties.pop();
                self.close_paragraph();
            }
            "tc" if self.collected.is_none() => self.flow.close_cell(),
            "tr" if self.collected.is_none() => self.flow.close_row(),
            "footnote" => self.collected = None,
            _ => {}
        }
    }

    /// Ends a paragraph of the text, or of the footnote that is collected.
    fn close_paragraph(&mut self) {
        match self.collected {
            Some(id) => {
                let text = self.flow.take_paragraph();
                self.footnotes.entry(id).or_default().push(text);
            }
            None => self.flow.close_paragraph(),
        }
    }

    /// Returns true once runs of the paragraph have begun: a `tab` before is a tab stop among its properties.
    fn has_text_begun(&self) -> bool {
        self.properties
            .last()
            .is_some_and(|properties| properties.is_done)
    }

    /// Gives the paragraph its role and number once its properties are known.
    fn settle(&mut self) {
        let last = self.properties.last_mut();
        let Some(properties) = last.filter(|properties| !properties.is_done) else {
            return;
        };
        properties.is_done = true;
        let (style_level, style_list) = inherited(&self.styles, &properties.style);
        let list_level = properties.list_level.unwrap_or(0);
        let list = properties.list.clone().map(|list| (list, list_level));
        let list = list.or(style_list).filter(|(list, _)| list != "0");
        let heading = properties.level.or(style_level);
        match (heading, &list) {
            (Some(level), _) => self.flow.set_role(Role::Heading(level)),
            (None, Some(_)) => self.flow.set_role(Role::ListItem),
            (None, None) => {}
        }
        if let Some((list, level)) = list {
            let number = self.numbering.count(&mut self.counters, &list, level);
            self.flow.number(&number);
        }
    }
}

/// The outline level and the list of a style or of those it is based on.
fn inherited(styles: &HashMap<String, Style>, id: &str) -> (Option<u8>, Option<(String, usize)>) {
    let mut level = None;
    let mut list = None;
    let mut id = id;
    // Styles may be based on each other in a circle.
    for _ in 0..16 {
        let Some(style) = styles.get(id) else { break };
        level = level.or(style.level);
        list = list.or_else(|| style.list.clone());
        id = &style.based_on;
    }
    (level, list)
}
