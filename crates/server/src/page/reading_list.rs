//! Draws the page of the reading list. What is on the list is kept in the reader's browser alone: the page comes empty, and its
//! script fills it.

use askama::Template;

use crate::page::assets;
use crate::page::frame::{Frame, Visit};

#[derive(Template)]
#[template(path = "reading_list.html")]
struct ReadingListPage {
    frame: Frame,
    script: String,
}

/// Draws the page.
pub(crate) fn render_reading_list(visit: &Visit) -> String {
    let no_pairs: [(&str, String); 0] = [];
    let page = ReadingListPage {
        frame: Frame::new(visit, visit.ui.text().reading_list, "/list", &no_pairs),
        script: assets::href("list.js"),
    };
    page.render().expect("writing to a string does not fail")
}
