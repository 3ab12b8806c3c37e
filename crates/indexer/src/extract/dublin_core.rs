//! Reads the properties of Office documents and books, which are Dublin Core in all of them.

use crate::declared::Declared;
use crate::extract::fields::{date_of, fill, is_placeholder, is_placeholder_day};
use crate::extract::xml::{XmlEvent, walk_xml};

/// Reads `docProps/core.xml`, `meta.xml` or the metadata of a book: Dublin Core in all of them.
pub(crate) fn read_dublin_core(text: &str) -> Declared {
    let mut record = Record::default();
    let mut value = String::new();
    // A broken properties part says less; the document is still read.
    let _ = walk_xml(text, &mut |event| match event {
        XmlEvent::Open(..) => value.clear(),
        XmlEvent::Text(text) => value.push_str(&text),
        XmlEvent::Close(name) => {
            record.take(name, &value);
            value.clear();
        }
    });
    record.declared.date = record.created.or(record.other_date);
    record.declared
}

/// A record half read.
#[derive(Default)]
struct Record {
    declared: Declared,
    created: Option<String>,
    other_date: Option<String>,
}

impl Record {
    fn take(&mut self, element: &str, value: &str) {
        let declared = &mut self.declared;
        match element {
            "title" if !is_placeholder(value) => fill(&mut declared.title, value),
            "publisher" => fill(&mut declared.file_publisher, value),
            "language" if !value.trim().is_empty() => {
                declared.languages.push(value.trim().to_owned());
            }
            _ if is_placeholder_day(value) => {}
            "issued" | "created" | "creation-date" => keep_first(&mut self.created, value),
            "date" | "modified" => keep_first(&mut self.other_date, value),
            "source" if value.trim().starts_with("http") => {
                fill(&mut declared.original_url, value);
            }
            _ => {}
        }
    }
}

fn keep_first(date: &mut Option<String>, value: &str) {
    *date = date.take().or_else(|| date_of(value));
}
