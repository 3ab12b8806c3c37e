//! Draws the reading page: the whole text with every hit marked, its outline, and every repair made to it.

use std::collections::BTreeSet;

use askama::Template;

use crate::address::{encode, query_pairs, web_url, with_pairs};
use crate::answer::{Document, DocumentLink, DocumentPassage, Speaker, ValueOrigin};
use crate::citation_answer::CitationLinks;
use crate::page::assets;
use crate::page::blocks::{Block, CitedLink, blocks, cited_by_href, is_bilingual, reuse_href};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::hits::{Badge, CounterpartView, badges, counterparts};
use crate::page::i18n::{fill, grouped};
use crate::page::outline::{OutlineEntry, anchor, heading_depths, outline};
use crate::page::references::{Cited, Citing};
use crate::page::repairs::{After, PublishedLine, RepairView, published_lines, repair_views};
use crate::page::versions::{ForceView, force_view, versions_href};
use crate::question::Query;
use crate::request::address::{document_href, search_href};
use crate::request::language::Ui;
use crate::request::parse::DocumentRequest;

/// Units of the margin map's height.
const MAP_HEIGHT: usize = 1000;

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    frame: Frame,
    script: String,
    head: Head,
    path: String,
    encoding: String,
    as_published: bool,
    is_stale: bool,
    /// Sentence on the pages that were read of pictures; empty where none was.
    scanned: String,
    text_href: String,
    published_href: String,
    can_switch: bool,
    marked_count: usize,
    marked_label: String,
    outline: Vec<OutlineEntry>,
    speakers: Vec<SpeakerView>,
    /// Words on the one whose passages alone are shown; empty where all are.
    spoken_by: String,
    blocks: Vec<Block>,
    is_bilingual: bool,
    map: Vec<MapTick>,
    published: Vec<PublishedLine>,
    repairs: Vec<RepairView>,
    repair_label: String,
    /// Lines for `sources.toml` that switch these repairs off; empty where a file holds several documents.
    repair_switch: String,
    citing: Citing,
    /// Passages of others that cite the document.
    cited: Option<CitedLink>,
    reused: Option<CitedLink>,
    versions: Option<CitedLink>,
    force: Option<ForceView>,
    parts: Option<Parts>,
}

/// The parts of a long document: which one this is, and links to others.
struct Parts {
    label: String,
    whole_href: String,
    links: Vec<PartLink>,
}

struct PartLink {
    label: &'static str,
    href: String,
}

/// Title and facts over the text.
struct Head {
    title: String,
    title_lang: String,
    publisher: String,
    date: String,
    date_machine: String,
    kind: String,
    number: String,
    badges: Vec<Badge>,
    counterparts: Vec<CounterpartView>,
    /// Ways to lay another document beside this one: its counterparts, then any.
    beside: Vec<BesideLink>,
    original: Option<String>,
    provenance: Option<Provenance>,
    facts: Vec<FactView>,
    /// Lines for `sources.toml` with the values as they are, to be corrected; empty where a file holds several documents.
    correction: String,
    /// The results that the reader came from.
    back: Option<String>,
}

/// A link with words made for it.
struct BesideLink {
    label: String,
    href: String,
}

/// A value that describes the document, and its origin in words.
struct FactView {
    name: &'static str,
    value: String,
    origin: String,
}

/// Provenance, linked when it is a web address.
struct Provenance {
    text: String,
    href: Option<String>,
}

/// A link to what one speaks alone.
struct SpeakerView {
    name: String,
    lang: String,
    turns: String,
    href: String,
    is_current: bool,
}

/// A mark in the margin map.
struct MapTick {
    y: usize,
    href: String,
}

/// Draws the reading page of `document`, whose marks are those of the query asked for.
pub(crate) fn render_document(
    document: &Document,
    beside: &Beside<'_>,
    asked: &DocumentRequest,
    visit: &Visit,
) -> String {
    let reading = Reading {
        document,
        links: beside.links,
        speakers: beside.speakers,
        has_original: beside.has_original,
        asked,
        visit,
        ui: visit.ui,
    };
    let page = reading.page();
    page.render().expect("writing to a string does not fail")
}

/// What a page shows of a document besides its text.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub(crate) links: &'a CitationLinks,
    /// Who speaks in the whole document.
    pub(crate) speakers: &'a [Speaker],
    /// True if pages of its file can be drawn.
    pub(crate) has_original: bool,
}

/// A document, the request for it, and its reader.
struct Reading<'a> {
    document: &'a Document,
    links: &'a CitationLinks,
    /// Who speaks in the whole document.
    speakers: &'a [Speaker],
    has_original: bool,
    asked: &'a DocumentRequest,
    visit: &'a Visit,
    ui: Ui,
}

/// Says which pages were read of pictures, and how surely; nothing where none was.
fn scanned(document: &Document, pattern: &str) -> String {
    let scans = &document.scans;
    if scans.is_empty() {
        return String::new();
    }
    let sum: f64 = scans.iter().map(|scan| scan.confidence).sum();
    let percent = format!("{:.1}", sum / scans.len() as f64 * 100.0);
    let pages: Vec<u32> = scans.iter().map(|scan| scan.page).collect();
    fill(
        pattern,
        &[("pages", &ranges(&pages)), ("percent", &percent)],
    )
}

/// Writes ascending numbers as ranges: `1–3, 7`.
fn ranges(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let written = runs.map(|run| match run {
        [first, .., last] => format!("{first}–{last}"),
        _ => run.iter().map(u32::to_string).collect(),
    });
    written.collect::<Vec<_>>().join(", ")
}

impl Reading<'_> {
    fn page(&self) -> DocumentPage {
        let document = self.document;
        let (passages, repairs) = (&document.passages, &document.repairs);
        let (text, depths) = (self.ui.text(), heading_depths(passages));
        let as_published = self.asked.as_published;
        let published = as_published.then(|| published_lines(document, self.ui));
        DocumentPage {
            frame: self.frame(),
            script: assets::href("document.js"),
            head: self.head(),
            path: document.path.clone(),
            encoding: document.encoding.clone(),
            as_published,
            is_stale: document.stale,
            scanned: scanned(document, text.scanned),
            text_href: self.href(None),
            published_href: self.href(Some("published")),
            can_switch: self.has_published(),
            marked_count: document.mark_count,
            marked_label: self.count(text.hits_in_document, document.mark_count),
            outline: outline(passages, &depths),
            speakers: self.speaker_views(),
            spoken_by: self.spoken_by(),
            blocks: self.blocks(&depths),
            cited: self.cited(),
            reused: self.reused(),
            versions: self.versions(),
            force: force_view(&self.links.force, &document.summary.id, self.visit),
            is_bilingual: is_bilingual(document) && !as_published,
            map: map(passages),
            published: published.unwrap_or_default(),
            repairs: repair_views(repairs, self.ui),
            repair_switch: repair_switch(document),
            repair_label: self.count(text.repair_count, repairs.len()),
            citing: self.citing(),
            parts: self.parts(),
        }
    }

    /// Link to the passages that stand in other documents too.
    fn reused(&self) -> Option<CitedLink> {
        let count = self.links.reused_count;
        (count > 0).then(|| CitedLink {
            href: reuse_href(&self.document.summary.id, self.visit.chosen),
            label: fill(self.ui.text().reuse_link, &[("n", &grouped(count))]),
        })
    }

    /// Link to the versions of its work, where there are several.
    fn versions(&self) -> Option<CitedLink> {
        let count = self.links.versions as u64;
        (count > 1).then(|| CitedLink {
            href: versions_href(&self.document.summary.id, "", self.visit.chosen),
            label: fill(self.ui.text().versions_link, &[("n", &grouped(count))]),
        })
    }

    /// Links to the speakers; that of the current one leads back to the whole.
    fn speaker_views(&self) -> Vec<SpeakerView> {
        let current = self.asked.speaker.as_deref();
        let whole = self.href(None);
        let view = |speaker: &Speaker| {
            let is_current = current == Some(speaker.name.as_str());
            SpeakerView {
                lang: language_of(&speaker.name, &self.document.summary.lang),
                turns: grouped(speaker.turns as u64),
                href: match is_current {
                    true => whole.clone(),
                    false => with_pairs(&whole, &[("speaker", speaker.name.clone())]),
                },
                name: speaker.name.clone(),
                is_current,
            }
        };
        self.speakers.iter().map(view).collect()
    }

    fn spoken_by(&self) -> String {
        let name = self.asked.speaker.as_deref();
        name.map_or_else(String::new, |name| {
            fill(self.ui.text().spoken_by, &[("name", name)])
        })
    }

    /// The text; where its file is at hand, each page begins with a link to its picture.
    fn blocks(&self, depths: &[usize]) -> Vec<Block> {
        let mut blocks = blocks(self.document, self.links, depths, self.visit);
        if !self.has_original {
            return blocks;
        }
        let id = encode(&self.document.summary.id);
        let mut above = None;
        for (block, passage) in blocks.iter_mut().zip(&self.document.passages) {
            let is_new = passage.page.is_some() && passage.page != above;
            above = passage.page.or(above);
            if let Some(number) = passage
                .page
                .filter(|_| is_new || !passage.offsets.is_empty())
            {
                let mut pairs = query_pairs(&self.asked.query);
                pairs.push(("n", number.to_string()));
                pairs.push(("passage", passage.id.clone()));
                pairs.extend(self.visit.chosen.map(|ui| ("ui", ui.code().to_owned())));
                block.original = Some(CitedLink {
                    href: with_pairs(&format!("/documents/{id}/page"), &pairs),
                    label: fill(
                        self.ui.text().original_page,
                        &[("n", &grouped(u64::from(number)))],
                    ),
                });
            }
        }
        blocks
    }

    /// Link to the passages that cite the document.
    fn cited(&self) -> Option<CitedLink> {
        (self.links.count > 0).then(|| CitedLink {
            href: cited_by_href(&self.document.summary.id, "", self.visit.chosen),
            label: fill(
                self.ui.text().cited_by,
                &[("n", &grouped(self.links.count))],
            ),
        })
    }

    fn has_published(&self) -> bool {
        let part = self.document.part.as_ref();
        part.map_or(self.document.as_published.is_some(), |part| {
            part.published_count > 0
        })
    }

    fn parts(&self) -> Option<Parts> {
        let part = self.document.part.as_ref()?;
        let (number, count) = (part.number, part.count);
        if count < 2 {
            return None;
        }
        let (n, m) = (grouped(number as u64), grouped(count as u64));
        Some(Parts {
            label: fill(self.ui.text().part_of, &[("n", &n), ("m", &m)]),
            whole_href: self.href(Some("plain")),
            links: self.part_links(number, count),
        })
    }

    /// Links to other parts, as far as there are any.
    fn part_links(&self, number: usize, count: usize) -> Vec<PartLink> {
        let text = self.ui.text();
        let wanted = [
            (text.first_part, 1, number > 2),
            (text.previous_part, number - 1, number > 1),
            (text.next_part, number + 1, number < count),
            (text.last_part, count, number + 1 < count),
        ];
        let links = wanted.into_iter().filter(|(_, _, is_shown)| *is_shown);
        links
            .map(|(label, part, _)| PartLink {
                label,
                href: self.part_href(part),
            })
            .collect()
    }

    fn part_href(&self, part: usize) -> String {
        let view = self.asked.as_published.then_some("published");
        with_pairs(&self.href(view), &[("part", part.to_string())])
    }

    /// Returns the address of this document in a view.
    fn href(&self, view: Option<&str>) -> String {
        let id = &self.document.summary.id;
        document_href(id, &self.asked.query, view, self.visit.chosen, None)
    }

    /// Returns the address of this document without a query.
    fn bare_href(&self) -> String {
        let id = &self.document.summary.id;
        document_href(id, &Query::default(), None, None, None)
    }

    fn count(&self, pattern: &str, count: usize) -> String {
        fill(pattern, &[("n", &grouped(count as u64))])
    }

    fn head(&self) -> Head {
        let (summary, ui, chosen) = (&self.document.summary, self.ui, self.visit.chosen);
        let query = &self.asked.query;
        Head {
            title: summary.title.clone(),
            title_lang: language_of(&summary.title, &summary.lang),
            publisher: summary.publisher.clone(),
            date: ui.date(&summary.date),
            date_machine: summary.date.clone(),
            kind: ui.kind_name(&summary.kind),
            number: summary.number.clone(),
            badges: badges(ui, &summary.lang),
            counterparts: counterparts(ui, &self.document.counterparts, query, chosen),
            beside: self.beside(),
            original: self.original_url().map(ToOwned::to_owned),
            provenance: self.document.provenance.as_deref().map(provenance),
            facts: self.facts(),
            correction: correction(self.document),
            back: (!query.q.is_empty())
                .then(|| search_href("/search", &query.clone().into(), chosen)),
        }
    }

    fn beside(&self) -> Vec<BesideLink> {
        let (document, text) = (self.document, self.ui.text());
        let href = |other: Option<&str>| {
            let mut pairs = vec![("a", document.summary.id.clone())];
            pairs.extend(other.map(|id| ("b", id.to_owned())));
            pairs.extend(query_pairs(&self.asked.query));
            pairs.extend(self.visit.chosen.map(|ui| ("ui", ui.code().to_owned())));
            with_pairs("/compare", &pairs)
        };
        let to = |other: &DocumentLink| {
            let badge = badges(self.ui, std::slice::from_ref(&other.lang)).pop();
            let name = badge.map_or_else(String::new, |badge| badge.sign);
            BesideLink {
                label: fill(text.compare_beside, &[("name", &name)]),
                href: href(Some(other.id.as_str())),
            }
        };
        let any = BesideLink {
            label: text.compare_link.to_owned(),
            href: href(None),
        };
        document.counterparts.iter().map(to).chain([any]).collect()
    }

    /// The values that describe the document, with where each is from.
    fn facts(&self) -> Vec<FactView> {
        let origins = self.document.origins.iter();
        origins.filter_map(|origin| self.fact(origin)).collect()
    }

    fn fact(&self, origin: &ValueOrigin) -> Option<FactView> {
        let (document, ui, t) = (&self.document, self.ui, self.ui.text());
        let summary = &document.summary;
        let (name, value) = match origin.field {
            "title" => (t.suggestion_title, summary.title.clone()),
            "publisher" => (t.facet_publisher, summary.publisher.clone()),
            "date" => (t.date_field, ui.date(&summary.date)),
            "first_date" => (t.first_date, ui.date(&document.first_date)),
            "effective" => (t.effective, ui.date(&document.effective)),
            "file_date" => (t.file_date, ui.date(&document.file_date)),
            "number" => (t.number_field, summary.number.clone()),
            _ => return None,
        };
        Some(FactView {
            name,
            value,
            origin: origin_words(origin, ui),
        })
    }

    fn original_url(&self) -> Option<&str> {
        self.document
            .summary
            .original_url
            .as_deref()
            .and_then(web_url)
    }

    fn frame(&self) -> Frame {
        let mut pairs = query_pairs(&self.asked.query);
        if self.asked.as_published {
            pairs.push(("view", "published".to_owned()));
        }
        pairs.extend(self.asked.part.map(|part| ("part", part.to_string())));
        let speaker = self.asked.speaker.clone();
        pairs.extend(speaker.map(|speaker| ("speaker", speaker)));
        let title = &self.document.summary.title;
        let path = self.bare_href();
        let mut frame = Frame::new(self.visit, title, &path, &pairs);
        frame.q.clone_from(&self.asked.query.q);
        frame
    }

    fn citing(&self) -> Citing {
        let cited = Cited {
            document: self.document,
            visit: self.visit,
            passage: self.asked.cite.as_deref(),
            style: self.asked.style,
            original_url: self.original_url(),
            href: self.href(None),
            bare_href: self.bare_href(),
        };
        cited.citing()
    }
}

/// The entry of `sources.toml` that declares the document as it is now; empty for one of many in its file, which the folder
/// cannot name.
fn correction(document: &Document) -> String {
    if !is_own_file(document) {
        return String::new();
    }
    let summary = &document.summary;
    let mut lines = vec![format!("[{}]", quoted(&document.path))];
    for (name, value) in [
        ("title", &summary.title),
        ("publisher", &summary.publisher),
        ("date", &summary.date),
        ("number", &summary.number),
    ] {
        lines.push(format!("{name} = {}", quoted(value)));
    }
    lines.join("\n")
}

/// The entry of `sources.toml` that switches off every kind of repair made to the document; empty where it has none, and for
/// one of many in its file.
fn repair_switch(document: &Document) -> String {
    if document.repairs.is_empty() || !is_own_file(document) {
        return String::new();
    }
    let kinds: BTreeSet<String> = document
        .repairs
        .iter()
        .map(|repair| quoted(&repair.kind.slug()))
        .collect();
    let kinds: Vec<String> = kinds.into_iter().collect();
    format!(
        "[{}]\nwithout = [{}]\n# repair = false",
        quoted(&document.path),
        kinds.join(", ")
    )
}

fn is_own_file(document: &Document) -> bool {
    !document.path.contains(".jsonl") && !document.path.contains(".zip/")
}

/// `text` as a string of TOML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn provenance(source: &str) -> Provenance {
    Provenance {
        text: source.to_owned(),
        href: web_url(source).map(ToOwned::to_owned),
    }
}

/// Returns the marks of the margin map, one for each passage with a hit.
fn map(passages: &[DocumentPassage]) -> Vec<MapTick> {
    let total: usize = passages
        .iter()
        .map(|passage| passage.text.len())
        .sum::<usize>()
        .max(1);
    let mut before = 0;
    let mut ticks = Vec::new();
    for passage in passages {
        if !passage.offsets.is_empty() {
            let middle = before + passage.text.len() / 2;
            ticks.push(MapTick {
                y: middle * MAP_HEIGHT / total,
                href: anchor(&passage.id),
            });
        }
        before += passage.text.len();
    }
    ticks
}

/// Where a value is from, in words.
fn origin_words(origin: &ValueOrigin, ui: Ui) -> String {
    let t = ui.text();
    match (origin.from, origin.line) {
        ("text", Some(line)) => fill(t.from_line, &[("n", &grouped(u64::from(line)))]),
        ("declared", _) => t.from_declared.to_owned(),
        ("properties", _) => t.from_properties.to_owned(),
        _ => t.from_first_words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use polidex_schema::repair_kind::RepairKind;

    use super::*;
    use crate::answer::{DocumentSummary, Lines, MarkOffsets, Repair, ScannedPage};
    use crate::page::steps::steps_of;

    /// A document of `count` paragraphs, the languages by turns, with a repair for each and no two alike.
    fn made(count: u32) -> Document {
        let lines = |number| Lines {
            first: number,
            last: number,
        };
        let passage = |number: u32| DocumentPassage {
            id: format!("p{number}"),
            role: "paragraph",
            level: 0,
            page: None,
            place: None,
            lines: lines(number),
            lang: ["zh-Hant", "en"][number as usize % 2].to_owned(),
            text: "text".to_owned(),
            html: "text".to_owned(),
            offsets: Vec::new(),
            doubtful: Vec::new(),
            speaker: None,
        };
        let repair = |number: u32| Repair {
            kind: RepairKind::StrayGlyph.into(),
            lines: lines(number),
            before: format!("before {number}"),
            after: format!("after {number}"),
            confidence: 0.9,
        };
        Document {
            summary: DocumentSummary {
                id: "a".to_owned(),
                title: "A".to_owned(),
                publisher: String::new(),
                date: String::new(),
                lang: vec!["zh-Hant".to_owned(), "en".to_owned()],
                kind: String::new(),
                number: String::new(),
                url: "/documents/a".to_owned(),
                original_url: None,
                passage_count: count as usize,
            },
            path: "a.txt".to_owned(),
            content_hash: String::new(),
            provenance: None,
            first_date: String::new(),
            effective: String::new(),
            file_date: String::new(),
            origins: Vec::new(),
            encoding: "UTF-8".to_owned(),
            scans: Vec::new(),
            stale: false,
            window: None,
            part: None,
            passages: (1..=count).map(passage).collect(),
            counterparts: Vec::new(),
            mark_count: 0,
            repairs: (1..=count).map(repair).collect(),
            as_published: Some("line\n".repeat(count as usize)),
        }
    }

    fn visit(ui: Ui) -> Visit {
        Visit {
            origin: String::new(),
            today: String::new(),
            ui,
            chosen: None,
            account: None,
        }
    }

    fn alone(links: &CitationLinks) -> Beside<'_> {
        Beside {
            links,
            speakers: &[],
            has_original: false,
        }
    }

    #[test]
    fn a_text_whose_file_could_not_be_read_says_so() {
        for ui in [Ui::En, Ui::ZhHant, Ui::ZhHans] {
            let visit = visit(ui);
            let mut document = made(1);
            for stale in [false, true] {
                document.stale = stale;
                let page = render_document(
                    &document,
                    &alone(&CitationLinks::default()),
                    &DocumentRequest::default(),
                    &visit,
                );
                assert_eq!(page.contains(ui.text().stale_text), stale);
            }
        }
    }

    #[test]
    fn what_was_read_of_pictures_is_said_with_its_pages_and_its_doubtful_words() {
        let visit = visit(Ui::En);
        let mut document = made(1);
        let draw = |document: &Document| {
            let (links, asked) = (CitationLinks::default(), DocumentRequest::default());
            render_document(document, &alone(&links), &asked, &visit)
        };
        let page = draw(&document);
        assert!(!page.contains("<u>") && !page.contains("recognized"));
        let scan = |page, confidence| ScannedPage { page, confidence };
        document.scans = vec![scan(1, 1.0), scan(2, 0.98), scan(3, 0.99), scan(7, 0.99)];
        document.passages[0].doubtful = vec![MarkOffsets { start: 0, end: 2 }];
        let page = draw(&document);
        assert!(page.contains("(1–3, 7), mean confidence 99.0%"), "{page}");
        assert!(page.contains("<u>te</u>xt"), "{page}");
    }

    #[test]
    fn drawing_grows_with_the_document_and_not_with_its_square() {
        let visit = visit(Ui::En);
        for as_published in [false, true] {
            let asked = DocumentRequest {
                as_published,
                ..DocumentRequest::default()
            };
            let steps = [1, 4, 16].map(|times| {
                let document = made(500 * times);
                let links = CitationLinks::default();
                steps_of(|| drop(render_document(&document, &alone(&links), &asked, &visit)))
            });
            assert!(steps[0] > 500, "steps are counted: {steps:?}");
            assert!(steps[1] <= 4 * steps[0] + 100, "{steps:?}");
            assert!(steps[2] <= 16 * steps[0] + 400, "{steps:?}");
        }
    }
}
