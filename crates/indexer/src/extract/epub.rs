//! Reads books (EPUB): the chapters of the spine, in their order.

use std::collections::{HashMap, HashSet};

use crate::declared::Declared;
use crate::extract::dublin_core::read_dublin_core;
use crate::extract::html::push_html;
use crate::extract::package::{Package, member_name};
use crate::extract::xml::{XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::{StructuredText, TextBuilder};

/// Reads a book; `notes` gets a line for every chapter that is missing.
pub(crate) fn read_epub(
    package: &mut Package,
    notes: &mut Vec<String>,
) -> Result<(StructuredText, Declared), SkipReason> {
    let container = package
        .read_text("META-INF/container.xml")?
        .unwrap_or_default();
    let root = root_of(&container);
    let contents = package
        .read_text(&root)?
        .ok_or(SkipReason::EpubWithoutContents)?;
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut builder = TextBuilder::default();
    for chapter in chapters(&contents, folder) {
        match package.read_text(&chapter)? {
            Some(page) => push_html(&page, &mut builder),
            None => notes.push(format!("{chapter}: missing in the file")),
        }
    }
    Ok((builder.finish("UTF-8"), read_dublin_core(&contents)))
}

/// Member with the contents of a book; empty where its container names none.
fn root_of(container: &str) -> String {
    let mut root = String::new();
    // Broken: then no root is found, and that is said.
    let _ = walk_xml(container, &mut |event| {
        if let XmlEvent::Open("rootfile", attributes) = event
            && root.is_empty()
        {
            root = attributes.get("full-path").unwrap_or_default();
        }
    });
    root
}

/// Members of the chapters in reading order, each once.
fn chapters(contents: &str, folder: &str) -> Vec<String> {
    let (members, spine) = manifest_and_spine(contents, folder);
    let mut seen = HashSet::new();
    let members = spine.iter().filter_map(|id| members.get(id).cloned());
    members
        .filter(|member| seen.insert(member.clone()))
        .collect()
}

/// Members that a book declares, by id, and the ids of its spine in order.
fn manifest_and_spine(contents: &str, folder: &str) -> (HashMap<String, String>, Vec<String>) {
    let mut members = HashMap::new();
    let mut spine = Vec::new();
    let _ = walk_xml(contents, &mut |event| {
        let XmlEvent::Open(name, attributes) = event else {
            return;
        };
        match name {
            "item" => {
                if let (Some(id), Some(href)) = (attributes.get("id"), attributes.get("href")) {
                    members.insert(id, member_of(&href, folder));
                }
            }
            "itemref" => spine.extend(attributes.get("idref")),
            _ => {}
        }
    });
    (members, spine)
}

/// Member that an address in `folder` names.
fn member_of(href: &str, folder: &str) -> String {
    let path = href.split('#').next().unwrap_or_default();
    member_name(folder, &percent_decoded(path))
}

/// Names of members stand in addresses: `%20` is a space.
fn percent_decoded(address: &str) -> String {
    let bytes = address.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes
            .get(at + 1..at + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .filter(|_| bytes[at] == b'%')
        {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
