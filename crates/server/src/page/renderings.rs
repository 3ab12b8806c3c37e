//! Draws how a term is rendered in the other language, with the sentences.

use askama::Template;

use crate::address::{filter_pairs, with_pairs};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{Text, fill, grouped};
use crate::page::marks::marked;
use crate::question::Search;
use crate::rendering_answer::{RenderedSentence, RenderingCount, Renderings, SentenceText};
use crate::request::language::Ui;

#[derive(Template)]
#[template(path = "renderings.html")]
struct RenderingsPage {
    frame: Frame,
    query: String,
    /// Filters that another query keeps.
    hidden: Vec<(&'static str, String)>,
    concordance: String,
    summary: String,
    rows: Vec<RenderingView>,
}

struct RenderingView {
    id: String,
    text: String,
    lang: String,
    count: String,
    documents: String,
    sentences: Vec<PartnersView>,
}

struct PartnersView {
    source: SentenceView,
    rendered: SentenceView,
}

struct SentenceView {
    href: String,
    title: String,
    title_lang: String,
    lang: String,
    html: String,
}

/// Draws the page of `found`, which answers `search`.
pub(crate) fn render_renderings(found: &Renderings, search: &Search, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let text = ui.text();
    let ui_pair = chosen.map(|ui| ("ui", ui.code().to_owned()));
    let mut hidden = filter_pairs(&search.filters);
    let mut pairs = Vec::from([("q", found.q.clone())]);
    pairs.extend(hidden.clone());
    let frame = Frame::new(visit, text.renderings_title, "/renderings", &pairs);
    pairs.extend(ui_pair.clone());
    hidden.extend(ui_pair);
    let rows = (1..).zip(&found.renderings);
    let page = RenderingsPage {
        frame,
        query: found.q.clone(),
        hidden,
        concordance: with_pairs("/concordance", &pairs),
        summary: match found.q.trim().is_empty() {
            true => String::new(),
            false => summary(found, ui, text),
        },
        rows: rows.map(|(number, of)| row(number, of, chosen)).collect(),
    };
    page.render().expect("writing to a string does not fail")
}

fn summary(found: &Renderings, ui: Ui, text: &'static Text) -> String {
    let documents = ui.documents(found.documents);
    let (sentences, untold) = (grouped(found.sentences), grouped(found.untold));
    let values = [
        ("n", sentences.as_str()),
        ("documents", documents.as_str()),
        ("untold", untold.as_str()),
    ];
    let pattern = match found.complete {
        true => text.renderings_summary,
        false => text.renderings_cut,
    };
    fill(pattern, &values)
}

fn row(number: usize, of: &RenderingCount, chosen: Option<Ui>) -> RenderingView {
    RenderingView {
        id: format!("r{number}"),
        text: of.text.clone(),
        lang: language_of(&of.text, &[]),
        count: grouped(of.count),
        documents: grouped(of.documents),
        sentences: of.sentences.iter().map(|of| partners(of, chosen)).collect(),
    }
}

fn partners(of: &RenderedSentence, chosen: Option<Ui>) -> PartnersView {
    PartnersView {
        source: sentence(&of.source, chosen),
        rendered: sentence(&of.rendered, chosen),
    }
}

fn sentence(of: &SentenceText, chosen: Option<Ui>) -> SentenceView {
    let (address, anchor) = of.url.split_once('#').unwrap_or((&of.url, ""));
    let ui = chosen.map(|ui| ("ui", ui.code().to_owned()));
    let address = with_pairs(address, ui.as_slice());
    SentenceView {
        href: match anchor.is_empty() {
            true => address,
            false => format!("{address}#{anchor}"),
        },
        title: of.title.clone(),
        title_lang: language_of(&of.title, &[]),
        lang: of.lang.clone(),
        html: marked(&of.text, &of.offsets),
    }
}
