//! Draws the versions of a work: what each changed, their force on a day, and the history of an article.

use askama::Template;

use crate::address::{encode, with_pairs};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::hits::shortened;
use crate::page::i18n::{Text, fill};
use crate::page::marks::marked;
use crate::page::paging::{PageLink, last_page, page_links};
use crate::question::Query;
use crate::request::address::document_href;
use crate::request::language::Ui;
use crate::version_answer::{ArticleVersion, Force, ForceSaid, VersionOfWork, VersionsOfWork};

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage {
    frame: Frame,
    back: String,
    title: String,
    title_lang: String,
    /// Number of the article whose history this is; empty for the whole work.
    article: String,
    whole: String,
    action: String,
    place: String,
    chosen: String,
    as_of: String,
    summary: String,
    versions: Vec<VersionView>,
    pages: Vec<PageLink>,
}

/// A version of the work.
struct VersionView {
    href: String,
    title: String,
    title_lang: String,
    date: String,
    date_machine: String,
    begins: String,
    is_in_force: bool,
    force: Option<ForceView>,
    changes: Vec<ChangeView>,
    article: Option<ArticleView>,
    lacks_article: bool,
}

/// The force of a text, with the sentence that says it.
pub(super) struct ForceView {
    pub(super) label: &'static str,
    pub(super) words: String,
    pub(super) words_lang: String,
    /// The document that says it, where it is another.
    pub(super) href: String,
    pub(super) document: String,
}

/// Articles that a version changed in one way.
struct ChangeView {
    label: &'static str,
    articles: Vec<ArticleLink>,
}

struct ArticleLink {
    number: String,
    href: String,
}

struct ArticleView {
    href: String,
    lang: String,
    html: String,
    lacks: Vec<String>,
}

/// Address of the versions of the work of a document, or of the history of `place` in it.
pub(super) fn versions_href(id: &str, place: &str, chosen: Option<Ui>) -> String {
    let mut pairs = Vec::new();
    if !place.is_empty() {
        pairs.push(("place", place.to_owned()));
    }
    pairs.extend(chosen.map(|ui| ("ui", ui.code().to_owned())));
    with_pairs(&format!("/documents/{}/versions", encode(id)), &pairs)
}

/// Maximum width of the words that tell the force: two lines of a page. The text itself stands below.
const MAX_WORDS_COLUMNS: usize = 160;

/// The force of `said` for the page of the document `id`; `None` where nothing says.
pub(super) fn force_view(said: &ForceSaid, id: &str, visit: &Visit) -> Option<ForceView> {
    let label = force_label(said.force, visit.ui.text())?;
    let is_other = !said.document.is_empty() && said.document != id;
    Some(ForceView {
        label,
        words: shortened(&said.words, MAX_WORDS_COLUMNS),
        words_lang: language_of(&said.words, &[]),
        href: match is_other {
            true => document_href(&said.document, &Query::default(), None, visit.chosen, None),
            false => String::new(),
        },
        document: said.document.clone(),
    })
}

fn force_label(force: Force, text: &'static Text) -> Option<&'static str> {
    Some(match force {
        Force::InForce => text.force_in_force,
        Force::Amended => text.force_amended,
        Force::Repealed => text.force_repealed,
        Force::NotYetInForce => text.force_not_yet,
        Force::Unknown => return None,
    })
}

/// Draws the page of `found`.
pub(crate) fn render_versions(found: &VersionsOfWork, visit: &Visit) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let document = &found.document;
    let address = versions_href(&document.id, &found.place, None);
    let on = ("as_of", found.as_of.clone());
    let pairs = [on.clone(), ("page", found.page.number.to_string())];
    let linked = with_pairs(&versions_href(&document.id, &found.place, chosen), &[on]);
    let href = |number: usize| with_pairs(&linked, &[("page", number.to_string())]);
    let page = VersionsPage {
        frame: Frame::new(visit, &document.title, &address, &pairs),
        back: document_href(&document.id, &Query::default(), None, chosen, None),
        title: document.title.clone(),
        title_lang: language_of(&document.title, &document.lang),
        article: article_number(&found.place).to_owned(),
        whole: versions_href(&document.id, "", chosen),
        action: versions_href(&document.id, "", None),
        place: found.place.clone(),
        chosen: chosen.map_or_else(String::new, |ui| ui.code().to_owned()),
        as_of: found.as_of.clone(),
        summary: summary(found, ui),
        versions: found
            .versions
            .iter()
            .map(|version| version_view(version, found, visit))
            .collect(),
        pages: page_links(found.page.number, last_page(&found.page), ui, href),
    };
    page.render().expect("writing to a string does not fail")
}

/// Whether a version is in force on the day that is asked for.
fn summary(found: &VersionsOfWork, ui: Ui) -> String {
    let said = match &found.in_force {
        Some(_) => ui.text().versions_on,
        None => ui.text().versions_none_on,
    };
    fill(said, &[("day", &ui.date(&found.as_of))])
}

fn article_number(place: &str) -> &str {
    let outermost = place.split('/').next().unwrap_or_default();
    outermost.split_once(':').map_or("", |(_, number)| number)
}

fn version_view(version: &VersionOfWork, found: &VersionsOfWork, visit: &Visit) -> VersionView {
    let text = visit.ui.text();
    let id = &version.document.id;
    let changes = [
        (text.versions_changed, &version.changed),
        (text.versions_added, &version.added),
        (text.versions_removed, &version.removed),
    ];
    let changes = changes
        .into_iter()
        .filter(|(_, numbers)| !numbers.is_empty());
    VersionView {
        href: document_href(id, &Query::default(), None, visit.chosen, None),
        title: version.document.title.clone(),
        title_lang: language_of(&version.document.title, &version.document.lang),
        date: visit.ui.date(&version.document.date),
        date_machine: version.document.date.clone(),
        begins: match version.begins.is_empty() || version.begins == version.document.date {
            true => String::new(),
            false => fill(
                text.versions_begins,
                &[("day", &visit.ui.date(&version.begins))],
            ),
        },
        is_in_force: found.in_force.as_ref() == Some(id),
        force: force_view(&version.force, id, visit),
        changes: changes
            .map(|(label, numbers)| ChangeView {
                label,
                articles: article_links(id, numbers, visit.chosen),
            })
            .collect(),
        lacks_article: !found.place.is_empty() && version.article.is_none(),
        article: version.article.as_ref().map(article_view),
    }
}

fn article_links(id: &str, numbers: &[String], chosen: Option<Ui>) -> Vec<ArticleLink> {
    let links = numbers.iter().map(|number| ArticleLink {
        number: number.clone(),
        href: versions_href(id, &format!("art:{number}"), chosen),
    });
    links.collect()
}

fn article_view(article: &ArticleVersion) -> ArticleView {
    ArticleView {
        href: article.url.clone(),
        lang: article.lang.clone(),
        html: marked(&article.text, &article.differs),
        lacks: article.lacks.clone(),
    }
}
