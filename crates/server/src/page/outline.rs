//! Draws the outline of a document: headings, and between them the articles that have none.

use crate::address::encode;
use crate::answer::DocumentPassage;

pub(super) struct OutlineEntry {
    pub(super) href: String,
    pub(super) text: String,
    pub(super) lang: String,
    pub(super) level: usize,
    /// An article without a heading: many of them stand on one line.
    pub(super) is_article: bool,
}

/// Returns the link to a passage of this page.
pub(super) fn anchor(id: &str) -> String {
    format!("#{}", encode(id))
}

/// Returns the depth of every passage in the outline, from 1; 0 for what is no heading. A document may skip levels or begin
/// with a low one; a page's outline may not.
pub(super) fn heading_depths(passages: &[DocumentPassage]) -> Vec<usize> {
    let mut open: Vec<u8> = Vec::new();
    let depth_of = |passage: &DocumentPassage| {
        if passage.role != "heading" {
            return 0;
        }
        while open.last().is_some_and(|level| *level >= passage.level) {
            open.pop();
        }
        open.push(passage.level);
        open.len()
    };
    passages.iter().map(depth_of).collect()
}

/// Returns the headings, and between them the articles that have none.
pub(super) fn outline(passages: &[DocumentPassage], depths: &[usize]) -> Vec<OutlineEntry> {
    let mut entries: Vec<OutlineEntry> = Vec::new();
    let mut depth_above = 0;
    let mut place_above: Option<&str> = None;
    for (passage, depth) in passages.iter().zip(depths) {
        let place = passage.place.as_deref();
        if *depth > 0 {
            depth_above = *depth;
            entries.push(entry(passage, passage.text.clone(), *depth, false));
        } else if place != place_above
            && let Some(article) = article_of(passage)
        {
            entries.push(entry(passage, article, depth_above + 1, true));
        }
        place_above = place;
    }
    entries
}

fn entry(passage: &DocumentPassage, text: String, level: usize, is_article: bool) -> OutlineEntry {
    OutlineEntry {
        href: anchor(&passage.id),
        text,
        lang: passage.lang.clone(),
        level,
        is_article,
    }
}

/// Returns the innermost label of a passage's place, when the passage begins with it.
fn article_of(passage: &DocumentPassage) -> Option<String> {
    let place = passage.place.as_deref()?;
    let label = place.rsplit(", ").next()?;
    let is_latin = label.starts_with(|first: char| first.is_ascii() || first == '§');
    let label = if is_latin {
        label
    } else {
        label.rsplit(' ').next()?
    };
    let mut text = passage.text.chars().filter(|c| !c.is_whitespace());
    let begins = label
        .chars()
        .filter(|c| !c.is_whitespace())
        .all(|c| text.next() == Some(c));
    begins.then(|| label.to_owned())
}
