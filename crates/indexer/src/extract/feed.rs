//! Reads feeds, and XML of a kind nothing is known of (statutes, data).
//!
//! In: decoded XML. Out: the text of every element, in order, an element that holds text being a paragraph. The elements
//! above a feed's first item declare what it is.

use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::extract::fields::date_of;
use crate::extract::html::push_html;
use crate::extract::xml::{Attributes, XmlEvent, walk_xml};
use crate::structure::{StructuredText, TextBuilder};

/// Elements of feeds and of Dublin Core that say something of the document when they stand above its items.
fn note_metadata(name: &str, value: &str, declared: &mut Declared) {
    let value = value.trim();
    let slot = match name {
        "title" => &mut declared.title,
        "pubDate" | "updated" | "date" | "published" | "lastBuildDate" => {
            let date = date_of(value);
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

/// State of the reader.
#[derive(Default)]
struct XmlText {
    builder: TextBuilder,
    declared: Declared,
    is_feed: bool,
    items: usize,
    /// Names of the open elements.
    open: Vec<String>,
    /// Text of a feed's element that holds data or HTML, put aside until its end.
    aside: String,
}

/// Reads an XML file that is no page. `notes` gets a line when it breaks off.
pub(crate) fn read_xml(text: &str, notes: &mut Vec<String>) -> (StructuredText, Declared) {
    let mut state = XmlText::default();
    if let Err(reason) = walk_xml(text, &mut |event| state.take(event)) {
        notes.push(reason.to_string());
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
