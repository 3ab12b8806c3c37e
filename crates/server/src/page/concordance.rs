//! Draws a concordance: its lines, and the neighbours on each side.

use askama::Template;

use crate::address::{filter_pairs, with_pairs};
use crate::concordance::{Concordance, Line, Neighbour, Order};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{Text, fill, grouped};
use crate::page::paging::{PageLink, last_page, page_links};
use crate::question::Search;
use crate::request::language::Ui;

#[derive(Template)]
#[template(path = "concordance.html")]
struct ConcordancePage {
    frame: Frame,
    query: String,
    orders: Vec<OrderView>,
    /// Filters that another order keeps.
    hidden: Vec<(&'static str, String)>,
    summary: String,
    csv: String,
    /// Address of how it is rendered in the other language.
    renderings: String,
    lines: Vec<LineView>,
    pages: Vec<PageLink>,
    sides: Vec<SideView>,
}

struct OrderView {
    name: &'static str,
    label: &'static str,
    is_current: bool,
}

struct LineView {
    lang: String,
    left: String,
    hit: String,
    right: String,
    href: String,
    title: String,
    title_lang: String,
    date: String,
}

struct SideView {
    id: &'static str,
    title: &'static str,
    rows: Vec<RowView>,
}

struct RowView {
    text: String,
    lang: String,
    count: String,
    documents: String,
    association: String,
}

/// Draws the page of `found`, which answers `search`.
pub(crate) fn render_concordance(found: &Concordance, search: &Search, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let text = ui.text();
    let ui_pair = chosen.map(|ui| ("ui", ui.code().to_owned()));
    let mut hidden = filter_pairs(&search.filters);
    let mut pairs = asked_pairs(found, search);
    let frame = Frame::new(visit, text.concordance_title, "/concordance", &pairs);
    let csv = with_pairs("/concordance.csv", &pairs);
    let mut rendered = Vec::from([("q", found.q.clone())]);
    rendered.extend(hidden.iter().cloned().chain(ui_pair.clone()));
    pairs.extend(ui_pair.clone());
    hidden.extend(ui_pair);
    let href = |number: usize| {
        let mut pairs = pairs.clone();
        pairs.push(("page", number.to_string()));
        with_pairs("/concordance", &pairs)
    };
    let page = ConcordancePage {
        frame,
        query: found.q.clone(),
        orders: orders(found.by, text),
        hidden,
        summary: match found.q.is_empty() {
            true => String::new(),
            false => summary(found, ui),
        },
        renderings: with_pairs("/renderings", &rendered),
        csv: match found.page.listed {
            0 => String::new(),
            _ => csv,
        },
        lines: found.lines.iter().map(|line| line_view(line, ui)).collect(),
        pages: page_links(found.page.number, last_page(&found.page), ui, href),
        sides: sides(found, text),
    };
    page.render().expect("writing to a string does not fail")
}

/// What stands at the left and at the right.
fn sides(found: &Concordance, text: &'static Text) -> Vec<SideView> {
    Vec::from([
        side("left", text.concordance_left, &found.left),
        side("right", text.concordance_right, &found.right),
    ])
}

/// Parameters of the concordance, but for its page.
fn asked_pairs(found: &Concordance, search: &Search) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::from([("q", found.q.clone())]);
    pairs.extend(filter_pairs(&search.filters));
    pairs.push(("by", found.by.name().to_owned()));
    pairs
}

fn orders(current: Order, text: &'static Text) -> Vec<OrderView> {
    let labels = [
        text.sort_newest,
        text.sort_oldest,
        text.concordance_left,
        text.concordance_right,
        text.facet_publisher,
    ];
    let named = Order::NAMES.into_iter().zip(labels);
    named
        .map(|(name, label)| OrderView {
            name,
            label,
            is_current: name == current.name(),
        })
        .collect()
}

fn summary(found: &Concordance, ui: Ui) -> String {
    let documents = ui.documents(found.documents);
    let lines = grouped(found.page.listed);
    let values = [("n", lines.as_str()), ("documents", documents.as_str())];
    let pattern = match found.complete {
        true => ui.text().concordance_summary,
        false => ui.text().concordance_cut,
    };
    fill(pattern, &values)
}

fn line_view(line: &Line, ui: Ui) -> LineView {
    LineView {
        lang: line.lang.clone(),
        left: line.left.clone(),
        hit: line.hit.clone(),
        right: line.right.clone(),
        href: line.url.clone(),
        title: line.title.clone(),
        title_lang: language_of(&line.title, &[]),
        date: ui.date(&line.date),
    }
}

fn side(id: &'static str, title: &'static str, neighbours: &[Neighbour]) -> SideView {
    let rows = neighbours.iter().map(|neighbour| RowView {
        text: neighbour.text.clone(),
        lang: language_of(&neighbour.text, &[]),
        count: grouped(neighbour.count),
        documents: grouped(neighbour.documents),
        association: format!("{:.1}", neighbour.association),
    });
    SideView {
        id,
        title,
        rows: rows.collect(),
    }
}
