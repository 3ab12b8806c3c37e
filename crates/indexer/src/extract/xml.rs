//! Walks XML without trusting it: no DTD, no entities beyond the five of XML, a limit to depth.
//!
//! [`walk_xml`] is the one way all XML formats are read. [`read_xml`] reads XML of a kind it knows nothing of (statutes,
//! data) and feeds: the text of every element, in order, an element that holds text being a paragraph.

use std::borrow::Cow;

use polidex_schema::record::Role;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::build::sources::SourceEntry;
use crate::extract::html::push_html;
use crate::extract::limits::MAX_XML_DEPTH;
use crate::structure::{StructuredText, TextBuilder};

/// What is met on the way through an XML file. Names are without their prefix.
pub(crate) enum XmlEvent<'a> {
    Open(&'a str, &'a Attributes<'a>),
    Close(&'a str),
    Text(Cow<'a, str>),
}

/// The attributes of an element.
pub(crate) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// The value of the attribute with this local name.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
        Some(
            found
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| found.value.to_string(), Cow::into_owned),
        )
    }

    /// The value of the attribute with this name, prefix included, for elements that have both `id` and `r:id`.
    pub(crate) fn get_prefixed(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.as_ref() == name)?;
        Some(found.value.to_string())
    }
}

/// Walks `text`, handing every event to `visit`. `Err` says where the XML breaks off; what came before has been handed on.
pub(crate) fn walk_xml(text: &str, visit: &mut dyn FnMut(XmlEvent<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut depth = 0_usize;
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| format!("XML broken at byte {at}: {error}"))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_XML_DEPTH {
                    return Err(format!(
                        "XML nested more than {MAX_XML_DEPTH} deep at byte {at}"
                    ));
                }
                visit(XmlEvent::Open(
                    start.local_name().as_ref(),
                    &Attributes(&start),
                ));
            }
            Event::Empty(start) => {
                visit(XmlEvent::Open(
                    start.local_name().as_ref(),
                    &Attributes(&start),
                ));
                visit(XmlEvent::Close(start.local_name().as_ref()));
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(XmlEvent::Close(end.local_name().as_ref()));
            }
            Event::Text(text) => visit(XmlEvent::Text(text.xml10_content())),
            Event::CData(data) => visit(XmlEvent::Text(data.xml10_content())),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(character)) => visit(XmlEvent::Text(Cow::Owned(character.to_string()))),
                _ => visit(XmlEvent::Text(entity(&name.into_inner()))),
            },
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::DocType(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
}

/// The five entities of XML and the space of HTML; any other stays as it is written.
fn entity(name: &str) -> Cow<'static, str> {
    Cow::Borrowed(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{A0}",
        _ => return Cow::Owned(format!("&{name};")),
    })
}

/// Elements of feeds and of Dublin Core that say something of the document when they stand above its items.
fn note_metadata(name: &str, value: &str, declared: &mut SourceEntry) {
    let value = value.trim();
    let slot = match name {
        "title" => &mut declared.title,
        "pubDate" | "updated" | "date" | "published" | "lastBuildDate" => {
            let date = crate::extract::metadata::date_of(value);
            declared.date = declared.date.take().or(date);
            return;
        }
        "publisher" => &mut declared.publisher,
        "language" => {
            if declared.languages.is_empty() && !value.is_empty() {
                declared.languages.push(value.to_owned());
            }
            return;
        }
        _ => return,
    };
    if slot.is_none() && !value.is_empty() {
        *slot = Some(value.to_owned());
    }
}

/// Elements of feeds that are data about the feed and no text of it.
const FEED_DATA: [&str; 27] = [
    "link",
    "guid",
    "id",
    "url",
    "generator",
    "ttl",
    "docs",
    "language",
    "pubDate",
    "lastBuildDate",
    "updated",
    "published",
    "date",
    "width",
    "height",
    "rights",
    "webMaster",
    "managingEditor",
    "cloud",
    "comments",
    "commentRss",
    "icon",
    "issued",
    "modified",
    "created",
    "draft",
    "logo",
];

/// What is being read.
#[derive(Default)]
struct XmlText {
    builder: TextBuilder,
    declared: SourceEntry,
    is_feed: bool,
    items: usize,
    /// Names of the open elements.
    open: Vec<String>,
    /// Text of a feed's element that holds data or HTML, put aside until its end.
    aside: String,
}

/// Reads an XML file that is no page. `notes` gets a line when it breaks off.
pub(crate) fn read_xml(text: &str, notes: &mut Vec<String>) -> (StructuredText, SourceEntry) {
    let mut state = XmlText::default();
    if let Err(reason) = walk_xml(text, &mut |event| state.take(event)) {
        notes.push(reason);
    }
    (state.builder.finish("UTF-8"), state.declared)
}

impl XmlText {
    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open(name, attributes) => self.open(name, attributes),
            XmlEvent::Text(text) if self.is_feed => self.aside.push_str(&text),
            XmlEvent::Text(text) => self.builder.push_collapsed(&text),
            XmlEvent::Close(name) => self.close(name),
        }
    }

    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        if self.open.is_empty() {
            self.is_feed = ["rss", "feed", "RDF"].contains(&name);
            self.declared.languages.extend(attributes.get("lang"));
        }
        // Marks inside a sentence do not end it.
        let is_block = !is_inline(name);
        if self.is_feed {
            if is_block {
                self.flush_feed_text();
            }
            self.items += usize::from(["item", "entry"].contains(&name));
        } else if is_block {
            self.builder.begin(match name {
                "title" | "heading" | "head" | "h1" | "h2" | "h3" => Role::Heading(2),
                "li" | "item" => Role::ListItem,
                _ => Role::Paragraph,
            });
        }
        self.open.push(name.to_owned());
    }

    fn close(&mut self, name: &str) {
        if !is_inline(name) {
            if self.is_feed {
                self.flush_feed_text();
            } else {
                self.builder.end();
            }
        }
        self.open.pop();
    }

    /// Writes the text put aside as a block of its own, or takes it for what the feed says of itself.
    fn flush_feed_text(&mut self) {
        let text = std::mem::take(&mut self.aside);
        let name = self.open.last().map_or("", String::as_str);
        if self.items == 0 {
            note_metadata(name, &text, &mut self.declared);
        }
        if FEED_DATA.contains(&name) || text.trim().is_empty() {
            return;
        }
        self.builder.begin(if name == "title" {
            Role::Heading(2)
        } else {
            Role::Paragraph
        });
        if text.contains('<') {
            push_html(&text, &mut self.builder);
        } else {
            self.builder.push_collapsed(&text);
        }
        self.builder.end();
    }
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "i"
            | "u"
            | "em"
            | "strong"
            | "span"
            | "sub"
            | "sup"
            | "ref"
            | "emph"
            | "hi"
            | "quote"
            | "q"
    )
}
