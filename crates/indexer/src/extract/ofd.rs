//! Reads OFD (GB/T 33190-2016): the text objects of a page become glyphs, put together as those of a PDF are.
//!
//! `OFD.xml` names the documents of a package, `Document.xml` their pages, templates, annotations and attachments. A page
//! shows its templates first, then its own layers, then its annotations. Attached files are named in a note and not
//! opened: an invoice carries its own data once more that way.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::extract::fields::{fill, is_placeholder};
use crate::extract::package::{Package, member_name};
use crate::extract::page::Glyph;
use crate::extract::page::matrix::Matrix;
use crate::extract::page::paragraphs::{PageRows, write_pages};
use crate::extract::page::rows::{is_wide, rows_of};
use crate::extract::xml::{Attributes, XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::{Block, StructuredText};

/// Pages read of one file.
const MAX_PAGES: usize = 20_000;
/// Glyphs of all pages together: a template counts on each page that shows it.
const MAX_GLYPHS: usize = 4_000_000;
/// OFD measures in millimetres, the lines of a page are looked for in points.
const POINTS_PER_MILLIMETRE: f64 = 72.0 / 25.4;

/// Reads an OFD package; `notes` gets a line for every part that breaks off or is left out.
pub(crate) fn read_ofd(
    package: &mut Package,
    notes: &mut Vec<String>,
) -> Result<(StructuredText, Declared), SkipReason> {
    let root = package
        .read_text("OFD.xml")?
        .ok_or(SkipReason::OfdWithoutDocument)?;
    let info = Info::read(&root);
    let mut reader = PageReader::default();
    for document in &info.documents {
        let name = member_name("", document);
        match package.read_text(&name)? {
            Some(text) => {
                reader.read_document(package, &Parts::read(&text, folder_of(&name)), notes)?
            }
            None => notes.push(format!("{name} is missing")),
        }
    }
    let mut text = write_pages(reader.pages);
    push_rows(&mut text, &info.custom);
    Ok((text, info.declared))
}

/// Contents of `OFD.xml`.
#[derive(Default)]
struct Info {
    documents: Vec<String>,
    /// `CustomDatas`: what a form or an invoice says of itself, name and value.
    custom: Vec<(String, String)>,
    declared: Declared,
}

impl Info {
    fn read(text: &str) -> Self {
        let mut info = Self::default();
        let mut value = String::new();
        let mut name = String::new();
        // A broken list names the documents before the break.
        let _ = walk_xml(text, &mut |event| match event {
            XmlEvent::Open(element, attributes) => {
                value.clear();
                if element == "CustomData" {
                    name = attributes.get("Name").unwrap_or_default();
                }
            }
            XmlEvent::Text(text) => value.push_str(&text),
            XmlEvent::Close(element) => {
                match element {
                    "DocRoot" => info.documents.push(value.trim().to_owned()),
                    "Title" if !is_placeholder(&value) => {
                        fill(&mut info.declared.file_title, &value)
                    }
                    "CustomData" => info.take_custom(&name, value.trim()),
                    _ => {}
                }
                value.clear();
            }
        });
        info
    }

    /// Notes of programs (`producer-version`) are named and filled in ASCII; those for readers are not.
    fn take_custom(&mut self, name: &str, value: &str) {
        let is_for_readers = !name.is_ascii() || !value.is_ascii();
        if is_for_readers && !value.is_empty() {
            self.custom.push((name.to_owned(), value.to_owned()));
        }
    }
}

fn push_rows(text: &mut StructuredText, rows: &[(String, String)]) {
    for (name, value) in rows {
        if !text.text.is_empty() {
            text.text.push_str("\n\n");
        }
        let start = text.text.len();
        text.text.extend([name, "\t", value]);
        text.blocks.push(Block {
            range: start..text.text.len(),
            role: Role::Paragraph,
        });
    }
}

fn folder_of(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Parts that a `Document.xml` names, as names of members.
#[derive(Default)]
struct Parts {
    /// Id and member of each page, in order.
    pages: Vec<(String, String)>,
    templates: HashMap<String, String>,
    annotations: Option<String>,
    attachments: Option<String>,
}

impl Parts {
    fn read(text: &str, folder: &str) -> Self {
        let mut parts = Self::default();
        let mut value = String::new();
        let _ = walk_xml(text, &mut |event| match event {
            XmlEvent::Open(element, attributes) => {
                value.clear();
                let place = || Some((attributes.get("ID")?, attributes.get("BaseLoc")?));
                match (element, place()) {
                    ("Page", Some((id, at))) => parts.pages.push((id, member_name(folder, &at))),
                    ("TemplatePage", Some((id, at))) => {
                        parts.templates.insert(id, member_name(folder, &at));
                    }
                    _ => {}
                }
            }
            XmlEvent::Text(text) => value.push_str(&text),
            XmlEvent::Close("Annotations") => {
                parts.annotations = Some(member_name(folder, value.trim()));
            }
            XmlEvent::Close("Attachments") => {
                parts.attachments = Some(member_name(folder, value.trim()));
            }
            XmlEvent::Close(_) => {}
        });
        parts
    }
}

/// Pages read so far.
#[derive(Default)]
struct PageReader {
    pages: Vec<PageRows>,
    glyphs: usize,
}

impl PageReader {
    fn read_document(
        &mut self,
        package: &mut Package,
        parts: &Parts,
        notes: &mut Vec<String>,
    ) -> Result<(), SkipReason> {
        let annotations = annotations_by_page(package, parts)?;
        let mut templates = Templates::of(parts);
        for (id, member) in &parts.pages {
            if self.pages.len() == MAX_PAGES || self.glyphs >= MAX_GLYPHS {
                notes.push(format!(
                    "only the first {} pages are read",
                    self.pages.len()
                ));
                break;
            }
            let page = read_layers(package, member, notes)?;
            let mut glyphs = Vec::new();
            for template in &page.templates {
                glyphs.extend_from_slice(templates.glyphs(template, package, notes)?);
            }
            glyphs.extend(page.glyphs);
            for member in annotations.get(id).into_iter().flatten() {
                glyphs.extend(read_layers(package, member, notes)?.glyphs);
            }
            self.glyphs += glyphs.len();
            self.pages.push(PageRows {
                number: self.pages.len() as u32 + 1,
                directions: rows_of(&glyphs),
                ..PageRows::default()
            });
        }
        note_attachments(package, parts, notes)
    }
}

/// Layers of the templates of a document, each read when a page first uses it.
struct Templates<'a> {
    parts: &'a Parts,
    read: HashMap<&'a str, Layers>,
}

impl<'a> Templates<'a> {
    fn of(parts: &'a Parts) -> Self {
        Self {
            parts,
            read: HashMap::new(),
        }
    }

    /// Glyphs of the template `id`; none if there is no such template.
    fn glyphs(
        &mut self,
        id: &str,
        package: &mut Package,
        notes: &mut Vec<String>,
    ) -> Result<&[Glyph], SkipReason> {
        let Some((id, member)) = self.parts.templates.get_key_value(id) else {
            return Ok(&[]);
        };
        let layers = match self.read.entry(id) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => unread.insert(read_layers(package, member, notes)?),
        };
        Ok(&layers.glyphs)
    }
}

/// Members of the annotations of each page, by the page's id.
fn annotations_by_page(
    package: &mut Package,
    parts: &Parts,
) -> Result<HashMap<String, Vec<String>>, SkipReason> {
    let Some(list) = &parts.annotations else {
        return Ok(HashMap::new());
    };
    let text = package.read_text(list)?;
    Ok(text.map_or_else(HashMap::new, |text| {
        read_annotations(&text, folder_of(list))
    }))
}

/// Members by page that a list in `folder` names.
fn read_annotations(list: &str, folder: &str) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    let mut page = String::new();
    let mut value = String::new();
    let _ = walk_xml(list, &mut |event| match event {
        XmlEvent::Open(element, attributes) => {
            value.clear();
            if element == "Page" {
                page = attributes.get("PageID").unwrap_or_default();
            }
        }
        XmlEvent::Text(text) => value.push_str(&text),
        XmlEvent::Close("FileLoc") => {
            let member = member_name(folder, value.trim());
            found.entry(page.clone()).or_default().push(member);
        }
        XmlEvent::Close(_) => {}
    });
    found
}

fn note_attachments(
    package: &mut Package,
    parts: &Parts,
    notes: &mut Vec<String>,
) -> Result<(), SkipReason> {
    let Some(list) = &parts.attachments else {
        return Ok(());
    };
    if let Some(text) = package.read_text(list)? {
        let _ = walk_xml(&text, &mut |event| {
            if let XmlEvent::Open("Attachment", attributes) = event
                && let Some(name) = attributes.get("Name")
            {
                notes.push(format!("attached file {name}: not opened"));
            }
        });
    }
    Ok(())
}

/// Glyphs of a page, a template or the annotations of a page, and the ids of the templates it shows.
#[derive(Default)]
struct Layers {
    templates: Vec<String>,
    glyphs: Vec<Glyph>,
}

fn read_layers(
    package: &mut Package,
    member: &str,
    notes: &mut Vec<String>,
) -> Result<Layers, SkipReason> {
    let Some(text) = package.read_text(member)? else {
        notes.push(format!("{member} is missing"));
        return Ok(Layers::default());
    };
    let mut reader = LayerReader::default();
    if let Err(reason) = walk_xml(&text, &mut |event| reader.take(event)) {
        notes.push(format!("{member}: {reason}"));
    }
    Ok(reader.layers)
}

/// Walks the content of a page.
#[derive(Default)]
struct LayerReader {
    layers: Layers,
    /// Corner of the annotation's appearance.
    appearance: (f64, f64),
    /// Within an annotation that only marks the paper.
    is_watermark: bool,
    object: TextObject,
    code: TextCode,
    is_in_code: bool,
}

impl LayerReader {
    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open(name, attributes) => self.open(name, attributes),
            XmlEvent::Text(text) if self.is_in_code => self.code.text.push_str(&text),
            XmlEvent::Text(_) => {}
            XmlEvent::Close("TextCode") => self.close_code(),
            XmlEvent::Close(_) => {}
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "Template" => self.layers.templates.extend(attributes.get("TemplateID")),
            "Annot" => {
                let kind = attributes.get("Type").unwrap_or_default();
                self.is_watermark = kind.eq_ignore_ascii_case("watermark");
                self.appearance = (0.0, 0.0);
            }
            "Appearance" => self.appearance = corner(attributes),
            "TextObject" => self.object = TextObject::read(attributes, self.appearance),
            "TextCode" => {
                self.code = TextCode::read(attributes, &self.code);
                self.is_in_code = true;
            }
            _ => {}
        }
    }

    fn close_code(&mut self) {
        self.is_in_code = false;
        let is_full = self.layers.glyphs.len() >= MAX_GLYPHS;
        if !self.is_watermark && !is_full {
            self.code.place(&self.object, &mut self.layers.glyphs);
        }
    }
}

/// Upper left corner of the `Boundary` of an element: `x y width height`.
fn corner(attributes: &Attributes<'_>) -> (f64, f64) {
    let numbers = numbers(&attributes.get("Boundary").unwrap_or_default());
    match numbers.as_slice() {
        [x, y, ..] => (*x, *y),
        _ => (0.0, 0.0),
    }
}

fn number_of(attributes: &Attributes<'_>, name: &str) -> Option<f64> {
    attributes.get(name)?.trim().parse().ok()
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace()
        .map_while(|word| word.parse().ok())
        .filter(|number: &f64| number.is_finite())
        .collect()
}

/// Where a text object stands and how it is turned.
struct TextObject {
    to_page: Matrix,
    size: f64,
}

impl Default for TextObject {
    fn default() -> Self {
        Self {
            to_page: Matrix::IDENTITY,
            size: 1.0,
        }
    }
}

impl TextObject {
    fn read(attributes: &Attributes<'_>, (x, y): (f64, f64)) -> Self {
        let own = numbers(&attributes.get("CTM").unwrap_or_default());
        let own = <[f64; 6]>::try_from(own).map_or(Matrix::IDENTITY, Matrix);
        let across = number_of(attributes, "HScale").unwrap_or(1.0);
        let stretch = Matrix([across, 0.0, 0.0, 1.0, 0.0, 0.0]);
        let (left, top) = corner(attributes);
        let scale = POINTS_PER_MILLIMETRE;
        let to_page = stretch
            .then(&own)
            .then(&Matrix::translation(x + left, y + top))
            .then(&Matrix([scale, 0.0, 0.0, scale, 0.0, 0.0]));
        Self {
            to_page,
            size: number_of(attributes, "Size").unwrap_or(1.0),
        }
    }
}

/// A run of characters with their distances.
#[derive(Default)]
struct TextCode {
    text: String,
    x: f64,
    y: f64,
    delta_x: String,
    delta_y: String,
}

impl TextCode {
    /// A run that does not say where it begins begins where the one before it did.
    fn read(attributes: &Attributes<'_>, before: &Self) -> Self {
        Self {
            text: String::new(),
            x: number_of(attributes, "X").unwrap_or(before.x),
            y: number_of(attributes, "Y").unwrap_or(before.y),
            delta_x: attributes.get("DeltaX").unwrap_or_default(),
            delta_y: attributes.get("DeltaY").unwrap_or_default(),
        }
    }

    fn place(&self, object: &TextObject, glyphs: &mut Vec<Glyph>) {
        let count = self.text.chars().count();
        let mut across = distances(&self.delta_x, count).into_iter();
        let mut down = distances(&self.delta_y, count).into_iter();
        let (width, height) = object.to_page.vector(0.0, object.size);
        let size = width.hypot(height);
        let (mut left, mut top) = (self.x, self.y);
        for character in self.text.chars() {
            let natural = natural_advance(character, object.size);
            let (dx, dy) = (across.next(), down.next().unwrap_or(0.0));
            let (x, y) = object.to_page.point(left, top);
            let advance = shown_advance(natural, dx, dy, object.size, count);
            glyphs.push(Glyph {
                text: character.to_string(),
                x,
                y,
                advance: object.to_page.vector(advance.0, advance.1),
                size,
                is_apart: false,
            });
            left += dx.unwrap_or(if dy == 0.0 { natural } else { 0.0 });
            top += dy;
        }
    }
}

/// Width of a character, where nothing says how far the next one is.
fn natural_advance(character: char, size: f64) -> f64 {
    if is_wide(character) { size } else { size / 2.0 }
}

/// Part of the distance to the next character that the character itself fills. A larger distance is a gap, one backwards is
/// the end of a line, and one downwards alone is vertical writing.
fn shown_advance(natural: f64, dx: Option<f64>, dy: f64, size: f64, count: usize) -> (f64, f64) {
    match dx {
        Some(dx) if dx > 0.0 => (dx.min(size * MAX_WIDTH), 0.0),
        Some(dx) if dx < 0.0 => (natural, 0.0),
        _ if dy > 0.0 && count > 1 => (0.0, dy.min(size)),
        _ => (natural, 0.0),
    }
}

/// Width of the widest characters, in sizes of the font; what is further away leaves a gap.
const MAX_WIDTH: f64 = 1.05;

/// `DeltaX` or `DeltaY`: distances, with `g N D` for N times D; `most` are read.
fn distances(text: &str, most: usize) -> Vec<f64> {
    let mut words = text.split_whitespace();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let (times, distance) = if word == "g" {
            let times = words.next().and_then(|word| word.parse().ok());
            (times.unwrap_or(0), words.next().and_then(finite))
        } else {
            (1, finite(word))
        };
        let Some(distance) = distance else { break };
        let room = most.saturating_sub(found.len());
        found.extend(std::iter::repeat_n(distance, room.min(times)));
    }
    found
}

fn finite(number: &str) -> Option<f64> {
    let number = number.parse::<f64>().ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_written_out() {
        assert_eq!(distances("g 2 3.5 -1 g 1 2", 9), [3.5, 3.5, -1.0, 2.0]);
        assert_eq!(distances("g 999999999 1", 3), [1.0, 1.0, 1.0]);
        assert_eq!(distances("g x", 3), [0.0; 0]);
        assert_eq!(distances("1 nan 2", 3), [1.0]);
    }

    #[test]
    fn a_line_of_a_page_is_put_together_from_its_objects() {
        let mut reader = LayerReader::default();
        let page = r#"<Page><Content><Layer>
            <TextObject Boundary="30 10 90 7" Size="4"><TextCode X="0" Y="4" DeltaX="g 3 4">发文机关</TextCode></TextObject>
            <TextObject Boundary="10 10 20 7" Size="4"><TextCode X="0" Y="4" DeltaX="g 3 4">国务院办</TextCode></TextObject>
            <TextObject Boundary="10 20 90 7" Size="4"><TextCode X="0" Y="4" DeltaX="2 2 2 12 2">ab 12c</TextCode></TextObject>
        </Layer></Content></Page>"#;
        walk_xml(page, &mut |event| reader.take(event)).expect("well-formed");
        let rows = rows_of(&reader.layers.glyphs);
        let lines: Vec<String> = rows[0]
            .iter()
            .map(crate::extract::page::rows::Row::text)
            .collect();
        assert_eq!(lines[0].replace(['\t', ' '], ""), "国务院办发文机关");
        assert_eq!(lines[1].replace('\t', " "), "ab 1 2c");
    }
}
