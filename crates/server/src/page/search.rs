//! Draws the search page: results, chips, filters with counts, pages, and a way on when nothing is found.

use askama::Template;

use crate::address::question_pairs;
use crate::answer::{Answer, MatchedBy};
use crate::page::expansions::{ExpansionsView, expansions_view};
use crate::page::explanation::AbsentView;
use crate::page::filters::{Chip, DateForm, FacetView};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::hits::HitView;
use crate::page::i18n::{fill, grouped};
use crate::page::nothing::Nothing;
use crate::page::paging::{PageLink, page_links};
use crate::page::pieces::{Piece, joined, pieces};
use crate::question::{MAX_DEPTH_HITS, Matching, Query, Question, Sort};
use crate::request::address::{neighbours, search_href};
use crate::request::language::Ui;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    heading: Vec<Piece>,
    feed_title: String,
    range: Option<String>,
    count: String,
    more: Option<String>,
    seconds: Option<String>,
    status: Vec<Piece>,
    understood: Option<String>,
    expansions: Option<ExpansionsView>,
    corrections: Vec<CorrectionView>,
    notes: Vec<String>,
    chips: Vec<Chip>,
    clear: String,
    sorts: Vec<Choice>,
    hits: Vec<HitView>,
    /// The list without explanations, when they are shown.
    unexplained: Option<String>,
    absent: Vec<AbsentView>,
    facets: Vec<FacetView>,
    dates: DateForm,
    pages: Vec<PageLink>,
    next: Option<String>,
    previous: Option<String>,
    deep_end: Option<String>,
    nothing: Option<Nothing>,
    show_results: String,
    printed: String,
    exports: Vec<(&'static str, String)>,
    feed: String,
}

struct Choice {
    label: &'static str,
    href: String,
    is_current: bool,
}

/// A query that would find more.
struct CorrectionView {
    q: String,
    lang: String,
    href: String,
    documents: String,
}

/// The search page, or the start page when `is_home`.
pub(crate) fn render_search(
    question: &Question,
    answer: &Answer,
    visit: &Visit<'_>,
    is_home: bool,
) -> String {
    let view = View {
        question,
        answer,
        visit,
        ui: visit.ui,
        chosen: visit.chosen,
    };
    let page = view.page(is_home);
    page.render().expect("writing to a string does not fail")
}

/// One search page being drawn; its parts stand in the files of the parts.
pub(super) struct View<'a> {
    pub(super) question: &'a Question,
    pub(super) answer: &'a Answer,
    pub(super) visit: &'a Visit<'a>,
    pub(super) ui: Ui,
    pub(super) chosen: Option<Ui>,
}

impl View<'_> {
    fn page(&self, is_home: bool) -> SearchPage {
        let links = neighbours("/search", self.question, self.chosen, self.listed());
        SearchPage {
            frame: self.frame(is_home),
            feed_title: joined(&self.heading(is_home)),
            heading: self.heading(is_home),
            range: self.range(),
            count: self.count(),
            more: self.more(),
            seconds: (!is_home).then(|| self.seconds()),
            status: self.status(),
            understood: self.understood(),
            expansions: expansions_view(
                self.question,
                &self.answer.query.expansions,
                self.ui,
                |asked| self.href(asked),
            ),
            corrections: self.corrections(),
            notes: self.notes(),
            chips: self.chips(),
            clear: self.href(&Question::about(&self.query().q).sort(self.question.window.sort)),
            sorts: self.sorts(),
            hits: self.hits(),
            unexplained: self.unexplained(),
            absent: self.absent(),
            facets: self
                .answer
                .facets
                .iter()
                .filter(|facet| !facet.values.is_empty())
                .map(|facet| self.facet(facet))
                .collect(),
            dates: self.dates(),
            pages: self.pages(),
            deep_end: self.deep_end(),
            nothing: self.answer.hits.is_empty().then(|| self.nothing()),
            show_results: fill(
                self.ui.text().show_results,
                &[("documents", &self.documents())],
            ),
            printed: format!(
                "{}{} · {}",
                self.visit.origin,
                search_href("/search", self.question, None),
                self.visit.today
            ),
            exports: self.exports(),
            feed: self.list_href("/search.atom"),
            next: links.next,
            previous: links.prev,
        }
    }

    pub(super) fn query(&self) -> &Query {
        &self.question.search.query
    }

    pub(super) fn href(&self, question: &Question) -> String {
        search_href("/search", question, self.chosen)
    }

    /// The whole list in another form.
    fn list_href(&self, path: &str) -> String {
        let defaults = Question::default();
        let whole = self
            .question
            .clone()
            .page(defaults.window.page)
            .per_page(defaults.window.per_page)
            .explain(false);
        search_href(path, &whole, None)
    }

    fn exports(&self) -> Vec<(&'static str, String)> {
        let formats = [
            ("CSV", "/search.csv"),
            ("JSON", "/search.json"),
            ("BibTeX", "/search.bib"),
            ("RIS", "/search.ris"),
        ];
        formats
            .map(|(name, path)| (name, self.list_href(path)))
            .into()
    }

    /// Another question starts at its first page.
    pub(super) fn href_with(&self, change: impl FnOnce(&mut Question)) -> String {
        let mut question = self.question.clone();
        question.window.page = 1;
        change(&mut question);
        self.href(&question)
    }

    fn frame(&self, is_home: bool) -> Frame {
        let text = self.ui.text();
        let question = self.question;
        let mut title: Vec<String> = Vec::new();
        if is_home {
            title.push(text.tagline.to_owned());
        } else if question.search.query.q.is_empty() {
            title.push(joined(&self.heading(false)));
        } else {
            title.push(question.search.query.q.clone());
        }
        if question.window.page > 1 {
            title.push(fill(text.page, &[("n", &question.window.page.to_string())]).to_lowercase());
        }
        let path = if is_home { "/" } else { "/search" };
        let mut frame = Frame::new(
            self.ui,
            self.chosen,
            &title.join(" - "),
            path,
            &question_pairs(question),
        );
        frame.q = question.search.query.q.clone();
        frame.is_home = is_home;
        // What was left out belongs to the words of this query, not to those of the next.
        let mut kept = question.clone().page(1);
        kept.search.query.q.clear();
        kept.search.query.without.clear();
        frame.hidden.splice(
            0..0,
            question_pairs(&kept)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        frame.footer = self.footer();
        frame
    }

    fn footer(&self) -> String {
        let index = &self.answer.index;
        let passages = grouped(index.passages);
        let values = [
            ("documents", self.ui.documents(index.documents)),
            ("passages", passages),
            ("generation", index.generation.clone()),
        ];
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        fill(self.ui.text().footer_index, &values)
    }

    fn heading(&self, is_home: bool) -> Vec<Piece> {
        let text = self.ui.text();
        match () {
            () if is_home => pieces(text.newest_documents, &[]),
            () if !self.query().q.trim().is_empty() => {
                pieces(text.results_for, &[("q", &self.query().q)])
            }
            () if self.question.search.filters.is_empty() => pieces(text.all_documents, &[]),
            () => pieces(text.filtered_documents, &[]),
        }
    }

    /// Entries on all pages: those that hold the query, and behind them those that hold its translation alone; duplicates
    /// of one document are one entry.
    pub(super) fn listed(&self) -> u64 {
        self.answer.page.listed
    }

    /// `1–20 of 45`, when there are more than these.
    fn range(&self) -> Option<String> {
        let (shown, listed) = (self.answer.hits.len() as u64, self.listed());
        if shown == 0 || shown == listed {
            return None;
        }
        let first = ((self.answer.page.number - 1) * self.answer.page.per_page + 1) as u64;
        let (first, last) = (grouped(first), grouped(first + shown - 1));
        let total = if self.counts_are_plain() {
            self.ui.documents(listed)
        } else {
            grouped(listed)
        };
        Some(fill(
            self.ui.text().range_of,
            &[("first", &first), ("last", &last), ("total", &total)],
        ))
    }

    /// Whether as many entries are listed as documents hold the query: neither translations nor duplicates.
    fn counts_are_plain(&self) -> bool {
        self.answer.expanded_total == 0 && self.answer.total.value == self.listed()
    }

    /// `37 documents`; empty where the range has said it.
    fn count(&self) -> String {
        if self.range().is_some() && self.counts_are_plain() {
            return String::new();
        }
        self.ui.documents(self.answer.total.value)
    }

    /// `12 more by translation`.
    fn more(&self) -> Option<String> {
        let more = self.answer.expanded_total;
        (more > 0).then(|| fill(self.ui.text().more_by_translation, &[("n", &grouped(more))]))
    }

    fn seconds(&self) -> String {
        fill(
            self.ui.text().seconds,
            &[("n", &format!("{:.3}", self.answer.took_ms / 1000.0))],
        )
    }

    /// `37 documents and 12 more by translation`.
    fn documents(&self) -> String {
        self.ui
            .documents_with_translated(self.answer.total.value, self.answer.expanded_total)
    }

    fn status(&self) -> Vec<Piece> {
        let q = self.query().q.as_str();
        let documents = self.documents();
        match (q.is_empty(), self.listed()) {
            (true, _) => pieces(&documents, &[]),
            (false, 0) => pieces(self.ui.text().status_none, &[("q", q)]),
            // The places left are those of quotations.
            (false, _) => pieces(
                &fill(self.ui.text().status_results, &[("documents", &documents)]),
                &[("q", q)],
            ),
        }
    }

    fn understood(&self) -> Option<String> {
        let parsed = self.answer.query.parsed.trim();
        let is_news = !parsed.is_empty() && parsed != self.query().q.trim();
        is_news.then(|| parsed.to_owned())
    }

    /// Offered, never applied: what was typed has been searched.
    fn corrections(&self) -> Vec<CorrectionView> {
        let corrections = self.answer.corrections.iter();
        corrections
            .map(|correction| CorrectionView {
                q: correction.q.clone(),
                lang: language_of(&correction.q, &[]),
                href: self.href_with(|question| question.search.query.q.clone_from(&correction.q)),
                documents: self.ui.documents(correction.documents),
            })
            .collect()
    }

    fn notes(&self) -> Vec<String> {
        let text = self.ui.text();
        let mut notes: Vec<String> = Vec::new();
        for warning in &self.answer.query.warnings {
            let note = match warning.code {
                "unbalanced-quote" => text.unbalanced_quote,
                "unbalanced-bracket" => text.unbalanced_bracket,
                "empty-phrase" => text.empty_phrase,
                "nothing-to-search" => text.nothing_to_search,
                "prefix-too-short" => text.prefix_too_short,
                "deadline" => text.deadline,
                "no-document-has-all-words" => text.no_document_has_all,
                _ => &warning.message,
            };
            notes.push(note.to_owned());
        }
        let is_partial =
            self.answer.query.matching == MatchedBy::Any && self.query().matching == Matching::All;
        if is_partial
            && self.answer.total.value > 0
            && !notes.iter().any(|note| note == text.no_document_has_all)
        {
            notes.push(text.no_document_has_all.to_owned());
        }
        notes
    }

    fn sorts(&self) -> Vec<Choice> {
        let text = self.ui.text();
        let all = [
            (Sort::Relevance, text.sort_relevance),
            (Sort::Newest, text.sort_newest),
            (Sort::Oldest, text.sort_oldest),
        ];
        // Without a query, relevance means newest first: the two would be the same.
        let has_relevance = !self.query().q.trim().is_empty();
        let current = if has_relevance || self.question.window.sort != Sort::Relevance {
            self.question.window.sort
        } else {
            Sort::Newest
        };
        let offered = all
            .into_iter()
            .filter(|(sort, _)| has_relevance || *sort != Sort::Relevance);
        offered
            .map(|(sort, label)| Choice {
                label,
                href: self.href_with(|question| question.window.sort = sort),
                is_current: sort == current,
            })
            .collect()
    }

    /// The pages around this one, the first and the last.
    fn pages(&self) -> Vec<PageLink> {
        let per_page = self.question.window.per_page.max(1);
        let reachable = (self.listed() as usize).min(MAX_DEPTH_HITS);
        let last = reachable.div_ceil(per_page).min(MAX_DEPTH_HITS / per_page);
        let href = |page| self.href(&self.question.clone().page(page));
        page_links(self.question.window.page, last, self.ui, href)
    }

    fn deep_end(&self) -> Option<String> {
        let is_deep = self.listed() > MAX_DEPTH_HITS as u64;
        is_deep.then(|| {
            fill(
                self.ui.text().deep_end,
                &[("n", &grouped(MAX_DEPTH_HITS as u64))],
            )
        })
    }
}
