//! Draws the search page: results, chips, filters with counts, pages, and a way on when nothing is found.

use askama::Template;

use crate::answer::{Answer, DocumentLink, Facet, FacetValue, Hit, MatchedBy, PassageHit};
use crate::page::address::{
    document_href, filter_pairs, neighbours, question_pairs, search_href, url_at_passage, web_url, with_pairs,
};
use crate::page::expansions::{ExpansionsView, expansions_view};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{Ui, fill, grouped};
use crate::page::marks::{marked, only_marks};
use crate::question::{Expand, MAX_DEPTH_HITS, Matching, PartialDate, Question, Sort};

/// Values of a filter listed before the rest is folded away.
const FACET_VALUES_SHOWN: usize = 8;
/// A folded list longer than this gets a box to find values in.
const FACET_BOX_FROM: usize = 12;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    heading: String,
    range: Option<String>,
    count: String,
    more: Option<String>,
    seconds: Option<String>,
    status: String,
    understood: Option<String>,
    expansions: Option<ExpansionsView>,
    corrections: Vec<CorrectionView>,
    notes: Vec<String>,
    chips: Vec<Chip>,
    clear: String,
    sorts: Vec<Choice>,
    hits: Vec<HitView>,
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

struct Chip {
    label: String,
    value: String,
    href: String,
    spoken: String,
}

struct Choice {
    label: &'static str,
    href: String,
    is_current: bool,
}

struct HitView {
    href: String,
    title_html: String,
    title_lang: String,
    publisher: String,
    date: String,
    date_machine: String,
    kind: String,
    number: String,
    badges: Vec<Badge>,
    counterparts: Vec<CounterpartView>,
    original: Option<String>,
    count: Option<String>,
    passages: Vec<PassageView>,
    duplicates: Vec<LinkView>,
    duplicates_label: String,
    /// The label over the first of those found by translation alone.
    divider: Option<String>,
}

/// A link to another document.
struct LinkView {
    href: String,
    title: String,
    lang: String,
}

/// A document's language in one sign.
pub(crate) struct Badge {
    pub(crate) sign: String,
    pub(crate) name: String,
}

/// A link to the same document in another language.
pub(crate) struct CounterpartView {
    pub(crate) href: String,
    pub(crate) lang: String,
    /// The language in one sign, and its name with the title there.
    pub(crate) sign: String,
    pub(crate) name: String,
}

struct PassageView {
    href: String,
    cite: String,
    place: String,
    heading: Option<String>,
    lang: String,
    html: String,
}

struct FacetView {
    field: &'static str,
    title: &'static str,
    shown: Vec<ValueView>,
    folded: Vec<ValueView>,
    more_label: String,
    has_box: bool,
    beyond: Option<String>,
    /// The page with all values.
    all: Option<Way>,
}

struct ValueView {
    label: String,
    lang: String,
    count: String,
    href: String,
    is_selected: bool,
}

/// The dates of the filter as typed, and what is wrong with them.
#[derive(Default)]
pub(crate) struct DateForm {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) from_error: Option<&'static str>,
    pub(crate) to_error: Option<&'static str>,
    /// What else the question asks for.
    pub(crate) hidden: Vec<(String, String)>,
}

/// A link to a page of a list.
pub(crate) struct PageLink {
    pub(crate) number: usize,
    pub(crate) href: String,
    pub(crate) is_current: bool,
    pub(crate) label: String,
}

/// Links to the pages around `current`, the first and the `last`; none when there is one page.
pub(crate) fn page_links(current: usize, last: usize, ui: Ui, href: impl Fn(usize) -> String) -> Vec<PageLink> {
    if last < 2 {
        return Vec::new();
    }
    let numbers = (1..=last).filter(|number| *number == 1 || *number == last || number.abs_diff(current) <= 2);
    numbers
        .map(|number| PageLink {
            number,
            href: href(number),
            is_current: number == current,
            label: fill(ui.text().page, &[("n", &number.to_string())]),
        })
        .collect()
}

struct Nothing {
    heading: &'static str,
    terms: Vec<(String, String)>,
    ways: Vec<Way>,
}

/// A query that would find more.
struct CorrectionView {
    q: String,
    lang: String,
    href: String,
    documents: String,
}

struct Way {
    label: String,
    href: String,
}

/// The search page, or the start page when `is_home`.
pub(crate) fn render_search(question: &Question, answer: &Answer, visit: &Visit<'_>, is_home: bool) -> String {
    let view = View { question, answer, visit, ui: visit.ui, chosen: visit.chosen };
    let page = view.page(is_home);
    page.render().expect("writing to a string does not fail")
}

struct View<'a> {
    question: &'a Question,
    answer: &'a Answer,
    visit: &'a Visit<'a>,
    ui: Ui,
    chosen: Option<Ui>,
}

impl View<'_> {
    fn page(&self, is_home: bool) -> SearchPage {
        let links = neighbours("/search", self.question, self.chosen, self.listed());
        SearchPage {
            frame: self.frame(is_home),
            heading: self.heading(is_home),
            range: self.range(),
            count: self.count(),
            more: self.more(),
            seconds: (!is_home).then(|| self.seconds()),
            status: self.status(),
            understood: self.understood(),
            expansions: expansions_view(self.question, &self.answer.query.expansions, self.ui, |asked| {
                self.href(asked)
            }),
            corrections: self.corrections(),
            notes: self.notes(),
            chips: self.chips(),
            clear: self.href(&Question { q: self.question.q.clone(), sort: self.question.sort, ..Question::default() }),
            sorts: self.sorts(),
            hits: self.hits(),
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
            show_results: fill(self.ui.text().show_results, &[("documents", &self.documents())]),
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

    fn href(&self, question: &Question) -> String {
        search_href("/search", question, self.chosen)
    }

    /// The whole list in another form.
    fn list_href(&self, path: &str) -> String {
        let defaults = Question::default();
        let whole = Question { page: defaults.page, per_page: defaults.per_page, ..self.question.clone() };
        search_href(path, &whole, None)
    }

    fn exports(&self) -> Vec<(&'static str, String)> {
        let formats =
            [("CSV", "/search.csv"), ("JSON", "/search.json"), ("BibTeX", "/search.bib"), ("RIS", "/search.ris")];
        formats.map(|(name, path)| (name, self.list_href(path))).into()
    }

    /// Another question starts at its first page.
    fn href_with(&self, change: impl FnOnce(&mut Question)) -> String {
        let mut question = self.question.clone();
        question.page = 1;
        change(&mut question);
        self.href(&question)
    }

    fn frame(&self, is_home: bool) -> Frame {
        let text = self.ui.text();
        let question = self.question;
        let mut title: Vec<String> = Vec::new();
        if is_home {
            title.push(text.tagline.to_owned());
        } else if question.q.is_empty() {
            title.push(self.heading(false));
        } else {
            title.push(question.q.clone());
        }
        if question.page > 1 {
            title.push(fill(text.page, &[("n", &question.page.to_string())]).to_lowercase());
        }
        let path = if is_home { "/" } else { "/search" };
        let mut frame = Frame::new(self.ui, self.chosen, &title.join(" - "), path, &question_pairs(question));
        frame.q = question.q.clone();
        frame.is_home = is_home;
        // What was left out belongs to the words of this query, not to those of the next.
        let kept = Question { q: String::new(), page: 1, without: Vec::new(), ..question.clone() };
        frame.hidden.splice(0..0, question_pairs(&kept).into_iter().map(|(name, value)| (name.to_owned(), value)));
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
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(self.ui.text().footer_index, &values)
    }

    fn heading(&self, is_home: bool) -> String {
        let text = self.ui.text();
        match () {
            () if is_home => text.newest_documents.to_owned(),
            () if !self.question.q.trim().is_empty() => fill(text.results_for, &[("q", &self.question.q)]),
            () if filter_pairs(self.question).is_empty() => text.all_documents.to_owned(),
            () => text.filtered_documents.to_owned(),
        }
    }

    /// Entries on all pages: those that hold the query, and behind them those that hold its translation alone; duplicates
    /// of one document are one entry.
    fn listed(&self) -> u64 {
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
        let total = if self.counts_are_plain() { self.ui.documents(listed) } else { grouped(listed) };
        Some(fill(self.ui.text().range_of, &[("first", &first), ("last", &last), ("total", &total)]))
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
        fill(self.ui.text().seconds, &[("n", &format!("{:.3}", self.answer.took_ms / 1000.0))])
    }

    /// `37 documents and 12 more by translation`.
    fn documents(&self) -> String {
        self.ui.documents_with_translated(self.answer.total.value, self.answer.expanded_total)
    }

    fn status(&self) -> String {
        let q = self.question.q.as_str();
        let documents = self.documents();
        match (q.is_empty(), self.listed()) {
            (true, _) => documents,
            (false, 0) => fill(self.ui.text().status_none, &[("q", q)]),
            (false, _) => fill(self.ui.text().status_results, &[("documents", &documents), ("q", q)]),
        }
    }

    fn understood(&self) -> Option<String> {
        let parsed = self.answer.query.parsed.trim();
        let is_news = !parsed.is_empty() && parsed != self.question.q.trim();
        is_news.then(|| parsed.to_owned())
    }

    /// Offered, never applied: what was typed has been searched.
    fn corrections(&self) -> Vec<CorrectionView> {
        let corrections = self.answer.corrections.iter();
        corrections
            .map(|correction| CorrectionView {
                q: correction.q.clone(),
                lang: language_of(&correction.q, &[]),
                href: self.href_with(|question| question.q.clone_from(&correction.q)),
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
        let is_partial = self.answer.query.matching == MatchedBy::Any && self.question.matching == Matching::All;
        if is_partial && self.answer.total.value > 0 && !notes.iter().any(|note| note == text.no_document_has_all) {
            notes.push(text.no_document_has_all.to_owned());
        }
        notes
    }

    /// Each chosen filter with the question that lacks it.
    fn chips(&self) -> Vec<Chip> {
        let text = self.ui.text();
        let question = self.question;
        let mut chips = Vec::new();
        let lists = [
            (text.facet_source, "source", &question.source),
            (text.facet_publisher, "publisher", &question.publisher),
            (text.facet_lang, "lang", &question.lang),
            (text.facet_kind, "kind", &question.kind),
        ];
        for (name, field, values) in lists {
            for value in values {
                let href = self.href_with(|question| drop_value(question, field, value));
                chips.push(self.chip(name, self.label_of(field, value), href));
            }
        }
        if let Some(year) = chosen_year(question) {
            let href = self.href_with(|question| (question.from, question.to) = (None, None));
            chips.push(self.chip(text.facet_year, year.to_string(), href));
            return chips;
        }
        if let Some(from) = question.from {
            let href = self.href_with(|question| question.from = None);
            chips.push(self.chip(text.from, self.ui.date(&from.to_string()), href));
        }
        if let Some(to) = question.to {
            let href = self.href_with(|question| question.to = None);
            chips.push(self.chip(text.to, self.ui.date(&to.to_string()), href));
        }
        chips
    }

    fn chip(&self, name: &'static str, value: String, href: String) -> Chip {
        let spoken = fill(self.ui.text().remove_filter, &[("name", name), ("value", &value)]);
        Chip { label: name.to_owned(), value, href, spoken }
    }

    fn label_of(&self, field: &str, value: &str) -> String {
        if field == "lang" {
            return self.ui.language_name(value);
        }
        let facet = self.answer.facets.iter().find(|facet| facet.field == field);
        let known = facet.and_then(|facet| facet.values.iter().find(|known| known.value == value));
        known.map_or_else(|| value.to_owned(), |known| known.label.clone())
    }

    fn sorts(&self) -> Vec<Choice> {
        let text = self.ui.text();
        let all = [
            (Sort::Relevance, text.sort_relevance),
            (Sort::Newest, text.sort_newest),
            (Sort::Oldest, text.sort_oldest),
        ];
        // Without a query, relevance means newest first: the two would be the same.
        let has_relevance = !self.question.q.trim().is_empty();
        let current =
            if has_relevance || self.question.sort != Sort::Relevance { self.question.sort } else { Sort::Newest };
        let offered = all.into_iter().filter(|(sort, _)| has_relevance || *sort != Sort::Relevance);
        offered
            .map(|(sort, label)| Choice {
                label,
                href: self.href_with(|question| question.sort = sort),
                is_current: sort == current,
            })
            .collect()
    }

    fn hits(&self) -> Vec<HitView> {
        let mut hits: Vec<HitView> = self.answer.hits.iter().map(|hit| self.hit(hit)).collect();
        if let Some(first) = self.answer.hits.iter().position(|hit| hit.by_translation) {
            let text = self.ui.text();
            let is_all = self.answer.total.value == 0;
            let label = if is_all { text.found_only_by_translation } else { text.found_by_translation };
            hits[first].divider = Some(fill(label, &[("n", &grouped(self.answer.expanded_total))]));
        }
        hits
    }

    fn hit(&self, hit: &Hit) -> HitView {
        HitView {
            href: document_href(&hit.id, self.question, None, self.chosen, None),
            title_html: only_marks(&hit.title_html, &hit.title),
            title_lang: language_of(&hit.title, &hit.lang),
            publisher: hit.publisher.clone(),
            date: self.ui.date(&hit.date),
            date_machine: hit.date.clone(),
            kind: hit.kind.clone(),
            number: hit.number.clone(),
            badges: badges(self.ui, &hit.lang),
            counterparts: counterparts(self.ui, &hit.counterparts, self.question, self.chosen),
            original: hit.original_url.as_deref().and_then(web_url).map(|url| match hit.passages.first() {
                Some(best) => url_at_passage(url, best),
                None => url.to_owned(),
            }),
            count: (hit.passage_count > 0 && !self.question.q.is_empty())
                .then(|| self.ui.matching_passages(hit.passage_count)),
            passages: hit.passages.iter().map(|passage| self.passage(&hit.id, passage)).collect(),
            duplicates: hit.duplicates.iter().map(|link| self.link(link)).collect(),
            duplicates_label: self.ui.also_in(hit.duplicate_count),
            divider: None,
        }
    }

    fn link(&self, link: &DocumentLink) -> LinkView {
        LinkView {
            href: document_href(&link.id, self.question, None, self.chosen, None),
            title: link.title.clone(),
            lang: language_of(&link.title, std::slice::from_ref(&link.lang)),
        }
    }

    fn passage(&self, id: &str, passage: &PassageHit) -> PassageView {
        let cite =
            with_pairs(&document_href(id, self.question, None, self.chosen, None), &[("cite", passage.id.clone())]);
        PassageView {
            cite: format!("{cite}#cite"),
            href: document_href(id, self.question, None, self.chosen, Some(&passage.id)),
            place: self.ui.place(passage.place.as_deref(), passage.page, passage.lines),
            heading: passage.heading.clone(),
            lang: passage.lang.clone(),
            html: marked(&passage.text, &passage.offsets),
        }
    }

    fn facet(&self, facet: &Facet) -> FacetView {
        let text = self.ui.text();
        let title = match facet.field {
            "source" => text.facet_source,
            "publisher" => text.facet_publisher,
            "lang" => text.facet_lang,
            "kind" => text.facet_kind,
            "year" => text.facet_year,
            other => other,
        };
        let (is_source, all) = (facet.field == "source", facet.values.len() + facet.more);
        let mut values = facet.values.iter().map(|value| self.value(facet.field, value));
        // A fold that hides one or two values hides nothing worth a click.
        let shown_count =
            if facet.values.len() <= FACET_VALUES_SHOWN + 2 { facet.values.len() } else { FACET_VALUES_SHOWN };
        let shown: Vec<ValueView> = values.by_ref().take(shown_count).collect();
        let folded: Vec<ValueView> = values.collect();
        FacetView {
            field: facet.field,
            title,
            more_label: fill(text.show_more, &[("n", &grouped(folded.len() as u64))]),
            has_box: folded.len() >= FACET_BOX_FROM,
            beyond: (facet.more > 0 && !is_source)
                .then(|| fill(text.beyond_list, &[("n", &grouped(facet.more as u64))])),
            all: (facet.more > 0 && is_source).then(|| Way {
                label: fill(text.all_in_list, &[("documents", &self.ui.documents(all as u64))]),
                href: search_href("/sources", &Question { page: 1, ..self.question.clone() }, self.chosen),
            }),
            shown,
            folded,
        }
    }

    fn value(&self, field: &str, value: &FacetValue) -> ValueView {
        let href = self.href_with(|question| {
            if value.selected {
                drop_value(question, field, &value.value);
            } else {
                add_value(question, field, &value.value);
            }
        });
        let is_text = field == "source" || field == "publisher" || field == "kind";
        ValueView {
            label: if field == "lang" { self.ui.language_name(&value.value) } else { value.label.clone() },
            lang: if is_text { language_of(&value.label, &[]) } else { String::new() },
            count: grouped(value.count),
            href,
            is_selected: value.selected,
        }
    }

    fn dates(&self) -> DateForm {
        let kept = Question { from: None, to: None, page: 1, ..self.question.clone() };
        let mut hidden: Vec<(String, String)> =
            question_pairs(&kept).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        hidden.extend(self.chosen.map(|ui| ("ui".to_owned(), ui.code().to_owned())));
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
        DateForm { from: date(self.question.from), to: date(self.question.to), hidden, ..DateForm::default() }
    }

    /// The pages around this one, the first and the last.
    fn pages(&self) -> Vec<PageLink> {
        let per_page = self.question.per_page.max(1);
        let reachable = (self.listed() as usize).min(MAX_DEPTH_HITS);
        let last = reachable.div_ceil(per_page).min(MAX_DEPTH_HITS / per_page);
        let href = |page| self.href(&Question { page, ..self.question.clone() });
        page_links(self.question.page, last, self.ui, href)
    }

    fn deep_end(&self) -> Option<String> {
        let is_deep = self.listed() > MAX_DEPTH_HITS as u64;
        is_deep.then(|| fill(self.ui.text().deep_end, &[("n", &grouped(MAX_DEPTH_HITS as u64))]))
    }

    fn nothing(&self) -> Nothing {
        let terms = self.answer.query.terms.iter();
        Nothing {
            heading: self.nothing_heading(),
            terms: terms.map(|term| (term.term.clone(), self.ui.documents(term.documents))).collect(),
            ways: self.ways_on(),
        }
    }

    fn nothing_heading(&self) -> &'static str {
        let text = self.ui.text();
        match () {
            () if self.answer.index.documents == 0 => text.nothing_in_index,
            () if self.listed() > 0 => text.beyond_last,
            () => text.nothing_found,
        }
    }

    /// What may be asked instead, the smallest change first.
    fn ways_on(&self) -> Vec<Way> {
        let text = self.ui.text();
        let question = self.question;
        let mut ways: Vec<Way> = Vec::new();
        if question.page > 1 {
            ways.push(Way { label: fill(text.page, &[("n", "1")]), href: self.href_with(|_| {}) });
        }
        for chip in self.chips() {
            let label = fill(text.try_without, &[("name", &chip.label), ("value", &chip.value)]);
            ways.push(Way { label, href: chip.href });
        }
        if ways.len() > 1 && !filter_pairs(question).is_empty() {
            let bare = Question { q: question.q.clone(), ..Question::default() };
            ways.push(Way { label: text.try_no_filters.to_owned(), href: self.href(&bare) });
        }
        let unquoted: String = question.q.chars().map(|c| if is_quote(c) { ' ' } else { c }).collect();
        let unquoted = unquoted.split_whitespace().collect::<Vec<_>>().join(" ");
        if unquoted != question.q.split_whitespace().collect::<Vec<_>>().join(" ") && !unquoted.is_empty() {
            let label = fill(text.try_no_quotes, &[("q", &unquoted)]);
            ways.push(Way { label, href: self.href_with(|question| question.q = unquoted) });
        }
        if question.expand != Expand::All {
            let href = self.href_with(|question| question.expand = Expand::All);
            ways.push(Way { label: text.try_expand.to_owned(), href });
        }
        if question.matching == Matching::All && self.answer.query.terms.len() > 1 {
            let href = self.href_with(|question| question.matching = Matching::Any);
            ways.push(Way { label: text.try_any.to_owned(), href });
        }
        ways
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '「' | '」' | '『' | '』' | '＂')
}

/// The year that `from` and `to` both name.
fn chosen_year(question: &Question) -> Option<PartialDate> {
    let (from, to) = (question.from?, question.to?);
    (from == to && from.to_string().len() == 4).then_some(from)
}

fn add_value(question: &mut Question, field: &str, value: &str) {
    match field {
        "year" => {
            let year = PartialDate::parse(value);
            (question.from, question.to) = (year, year);
        }
        field => {
            if let Some(values) = values_of(question, field) {
                values.push(value.to_owned());
            }
        }
    }
}

fn drop_value(question: &mut Question, field: &str, value: &str) {
    match field {
        "year" => (question.from, question.to) = (None, None),
        field => {
            if let Some(values) = values_of(question, field) {
                values.retain(|chosen| chosen != value);
            }
        }
    }
}

fn values_of<'q>(question: &'q mut Question, field: &str) -> Option<&'q mut Vec<String>> {
    match field {
        "source" => Some(&mut question.source),
        "publisher" => Some(&mut question.publisher),
        "lang" => Some(&mut question.lang),
        "kind" => Some(&mut question.kind),
        _ => None,
    }
}

/// The languages of a document as signs.
pub(crate) fn counterparts(
    ui: Ui,
    links: &[DocumentLink],
    question: &Question,
    chosen: Option<Ui>,
) -> Vec<CounterpartView> {
    let view = |link: &DocumentLink| {
        let badge = badges(ui, std::slice::from_ref(&link.lang)).pop();
        let (sign, name) = badge.map_or_else(Default::default, |badge| (badge.sign, badge.name));
        CounterpartView {
            href: document_href(&link.id, question, None, chosen, None),
            lang: link.lang.clone(),
            sign,
            name: format!("{name}: {}", link.title),
        }
    };
    links.iter().map(view).collect()
}

pub(crate) fn badges(ui: Ui, languages: &[String]) -> Vec<Badge> {
    let text = ui.text();
    let sign = |language: &str| match language {
        "en" => text.badge_en.to_owned(),
        "zh-Hant" => text.badge_hant.to_owned(),
        "zh-Hans" => text.badge_hans.to_owned(),
        other => other.to_owned(),
    };
    languages.iter().map(|language| Badge { sign: sign(language), name: ui.language_name(language) }).collect()
}
