//! Reads the properties of Office documents and books, which are Dublin Core in all of them.

use crate::declared::Declared;
use crate::extract::fields::{date_of, fill, is_placeholder, is_placeholder_day};
use crate::extract::xml::{XmlEvent, walk_xml};

/// Reads `docProps/core.xml`, `meta.xml` or the metadata of a book: Dublin Core in all of them.
pub(crate) fn read_dublin_core(text: &str) -> Declared {
    let mut declared = Declared::default();
    let mut value = String::new();
    let mut dates: [Option<String>; 2] = [None, None];
    // A broken properties part says less; the document is still read.
    let _ = walk_xml(text, &mut |event| match event {
        XmlEvent::Open(..) => value.clear(),
        XmlEvent::Text(text) => value.push_str(&text),
        XmlEvent::Close(name) => {
            match name {
                "title" if !is_placeholder(&value) => fill(&mut declared.title, &value),
                "publisher" => fill(&mut declared.publisher, &value),
                "language" if !value.trim().is_empty() => {
                    declared.languages.push(value.trim().to_owned())
                }
                _ if is_placeholder_day(&value) => {}
                "issued" | "created" | "creation-date" => {
                    dates[0] = dates[0].take().or_else(|| date_of(&value))
                }
                "date" | "modified" => dates[1] = dates[1].take().or_else(|| date_of(&value)),
                "source" if value.trim().starts_with("http") => {
                    fill(&mut declared.original_url, &value)
                }
                _ => {}
            }
            value.clear();
        }
    });
    let [created, other] = dates;
    declared.date = created.or(other);
    declared
}
