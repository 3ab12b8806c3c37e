//! Reads presentations (PPTX): a slide is a page, its title a heading; the words of its diagrams and
//! charts and its notes follow it.

use std::collections::HashMap;

use polidex_schema::record::Role;

use crate::extract::drawing::read_drawings;
use crate::extract::flow::Flow;
use crate::extract::package::{Package, member_name};
use crate::extract::xml::{Attributes, XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::StructuredText;

/// Reads a presentation; `notes` gets a line for every slide that breaks off.
pub(crate) fn read_slides(
    package: &mut Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    let mut reader = Reader::default();
    for (number, slide) in (1..).zip(slides_in_order(package)?) {
        reader.flow.begin_page(number);
        let (notes_pages, drawings) = parts_of(package, &slide)?;
        reader.read_part(package, &slide, notes)?;
        for line in read_drawings(package, &drawings, notes)? {
            reader.flow.paragraph(&line, Role::Paragraph);
        }
        for part in &notes_pages {
            reader.read_part(package, part, notes)?;
        }
    }
    Ok(reader.flow.finish())
}

/// The notes and the drawings of a slide.
fn parts_of(package: &mut Package, slide: &str) -> Result<(Vec<String>, Vec<String>), SkipReason> {
    let name = slide.rsplit('/').next().unwrap_or(slide);
    let rels = format!("ppt/slides/_rels/{name}.rels");
    let targets = related(package, &rels, "ppt/slides")?.into_values();
    let mut targets: Vec<String> = targets.collect();
    targets.sort();
    let (notes_pages, mut others): (Vec<String>, Vec<String>) = targets
        .into_iter()
        .partition(|target| target.contains("notesSlides/"));
    others.retain(|name| DRAWINGS.iter().any(|drawing| name.contains(drawing)));
    Ok((notes_pages, others))
}

/// Members that hold the words of diagrams and charts.
const DRAWINGS: [&str; 2] = ["diagrams/data", "charts/chart"];

/// Members of the slides in the order they are shown, which need not be that of their names.
fn slides_in_order(package: &mut Package) -> Result<Vec<String>, SkipReason> {
    let targets = related(package, "ppt/_rels/presentation.xml.rels", "ppt")?;
    let mut slides = Vec::new();
    if let Some(text) = package.read_text("ppt/presentation.xml")? {
        // Broken: the slides that it names so far, then all the others.
        let _ = walk_xml(&text, &mut |event| {
            if let XmlEvent::Open("sldId", attributes) = event
                && let Some(target) = attributes
                    .get_prefixed("r:id")
                    .and_then(|id| targets.get(&id))
            {
                slides.push(target.clone());
            }
        });
    }
    for name in package.names("ppt/slides/slide", ".xml") {
        if !slides.contains(&name) {
            slides.push(name);
        }
    }
    Ok(slides)
}

/// The targets of a part's relations by their ids, as names of members.
fn related(
    package: &mut Package,
    part: &str,
    base: &str,
) -> Result<HashMap<String, String>, SkipReason> {
    let mut targets = HashMap::new();
    if let Some(text) = package.read_text(part)? {
        let _ = walk_xml(&text, &mut |event| {
            if let XmlEvent::Open("Relationship", attributes) = event
                && let (Some(id), Some(target)) = (attributes.get("Id"), attributes.get("Target"))
            {
                targets.insert(id, member_name(base, &target));
            }
        });
    }
    Ok(targets)
}

#[derive(Debug, Default)]
struct Reader {
    flow: Flow,
    is_in_text: bool,
    is_title: bool,
    /// Within a placeholder of slide numbers, dates and footers.
    is_left_out: bool,
}

impl Reader {
    fn read_part(
        &mut self,
        package: &mut Package,
        part: &str,
        notes: &mut Vec<String>,
    ) -> Result<(), SkipReason> {
        if let Some(text) = package.read_text(part)? {
            self.is_left_out = false;
            if let Err(reason) = walk_xml(&text, &mut |event| self.take(event)) {
                notes.push(format!("{part}: {reason}"));
            }
        }
        Ok(())
    }

    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open(name, attributes) => self.open(name, attributes),
            XmlEvent::Close(name) => self.close(name),
            XmlEvent::Text(text) if self.is_in_text && !self.is_left_out => self.flow.text(&text),
            XmlEvent::Text(_) => {}
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "sp" | "graphicFrame" => (self.is_title, self.is_left_out) = (false, false),
            "ph" => {
                let kind = attributes.get("type").unwrap_or_default();
                self.is_title = matches!(kind.as_str(), "title" | "ctrTitle");
                self.is_left_out = matches!(kind.as_str(), "sldNum" | "dt" | "ftr" | "hdr");
            }
            "p" => self.flow.open_paragraph(if self.is_title {
                Role::Heading(1)
            } else {
                Role::Paragraph
            }),
            "t" => self.is_in_text = true,
            "br" => self.flow.text("\n"),
            "tr" => self.flow.open_row(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.is_in_text = false,
            "p" => self.flow.close_paragraph(),
            "tc" => self.flow.close_cell(),
            "tr" => self.flow.close_row(),
            _ => {}
        }
    }
}
