//! Draws a page of an original file: its picture with what is found marked on it, beside its text.

use askama::Template;

use crate::address::{encode, passage_address, query_pairs, with_pairs};
use crate::answer::Document;
use crate::page::blocks::place_of;
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{fill, grouped};
use crate::page::marks::marked;
use crate::request::address::document_href;
use crate::request::parse::DocumentRequest;

/// A page of an original file as it was drawn, or why it was not.
pub(crate) struct OriginalView {
    pub(crate) number: u32,
    pub(crate) shown: Result<Shown, &'static str>,
}

/// What the drawing of a page says of it.
pub(crate) struct Shown {
    /// Height where the width is a thousand.
    pub(crate) height: u32,
    pub(crate) page_count: u32,
    /// Places of words: x, y, width and height.
    pub(crate) marks: Vec<[u32; 4]>,
    /// Places of the passage.
    pub(crate) passage: Vec<[u32; 4]>,
}

#[derive(Template)]
#[template(path = "original.html")]
struct OriginalPage {
    frame: Frame,
    title: String,
    title_lang: String,
    back: String,
    label: String,
    picture: String,
    shown: Option<Shown>,
    reason: &'static str,
    links: Vec<(&'static str, String)>,
    passages: Vec<PassageView>,
}

struct PassageView {
    lang: String,
    html: String,
    place: String,
    href: String,
    is_current: bool,
}

/// Draws the page `view` of the file of `document`, which holds the passages of that page alone.
pub(crate) fn render_original(
    document: &Document,
    view: OriginalView,
    asked: &DocumentRequest,
    visit: &Visit,
) -> String {
    let drawing = Drawing {
        document,
        asked,
        visit,
        number: view.number,
    };
    let page = drawing.page(view.shown);
    page.render().expect("writing to a string does not fail")
}

struct Drawing<'a> {
    document: &'a Document,
    asked: &'a DocumentRequest,
    visit: &'a Visit,
    number: u32,
}

impl Drawing<'_> {
    fn page(&self, shown: Result<Shown, &'static str>) -> OriginalPage {
        let (summary, text) = (&self.document.summary, self.visit.ui.text());
        let (shown, reason) = match shown {
            Ok(shown) => (Some(shown), ""),
            Err(reason) => (None, reason),
        };
        let count = shown.as_ref().map_or(self.number, |shown| shown.page_count);
        let (n, m) = (self.number, count);
        let (n, m) = (grouped(u64::from(n)), grouped(u64::from(m)));
        let picture = format!("/documents/{}/picture", encode(&summary.id));
        OriginalPage {
            frame: self.frame(),
            title: summary.title.clone(),
            title_lang: language_of(&summary.title, &summary.lang),
            back: self.text_href(),
            label: fill(text.original_page_of, &[("n", &n), ("m", &m)]),
            picture: with_pairs(&picture, &[("n", self.number.to_string())]),
            shown,
            reason,
            links: self.links(count),
            passages: self.passages(),
        }
    }

    fn address(&self) -> String {
        format!("/documents/{}/page", encode(&self.document.summary.id))
    }

    fn frame(&self) -> Frame {
        let visit = self.visit;
        let mut pairs = query_pairs(&self.asked.query);
        pairs.push(("n", self.number.to_string()));
        let title = &self.document.summary.title;
        let mut frame = Frame::new(visit, title, &self.address(), &pairs);
        frame.q.clone_from(&self.asked.query.q);
        frame
    }

    fn text_href(&self) -> String {
        let id = &self.document.summary.id;
        document_href(id, &self.asked.query, None, self.visit.chosen, None)
    }

    /// Links to the page before and the page behind.
    fn links(&self, count: u32) -> Vec<(&'static str, String)> {
        let (text, number) = (self.visit.ui.text(), self.number);
        let href = |number: u32| {
            let mut pairs = query_pairs(&self.asked.query);
            pairs.push(("n", number.to_string()));
            pairs.extend(self.visit.chosen.map(|ui| ("ui", ui.code().to_owned())));
            with_pairs(&self.address(), &pairs)
        };
        let before = (number > 1).then(|| (text.previous_page, href(number - 1)));
        let behind = (number < count).then(|| (text.next_page, href(number + 1)));
        before.into_iter().chain(behind).collect()
    }

    fn passages(&self) -> Vec<PassageView> {
        let address = self.text_href();
        let part = self.document.part.as_ref().map(|part| part.number);
        let passages = self.document.passages.iter();
        passages
            .map(|passage| PassageView {
                lang: passage.lang.clone(),
                html: marked(&passage.text, &passage.offsets),
                place: place_of(self.visit.ui, passage),
                href: passage_address(&address, part, &passage.id),
                is_current: self.asked.passage.as_deref() == Some(passage.id.as_str()),
            })
            .collect()
    }
}
