//! Draws the search page: results, chips, filters with counts, pages, and a way on when nothing is found.

use askama::Template;
use polidex_schema::cited::CITED_RANGES;

use crate::address::{question_pairs, with_pairs};
use crate::answer::{Answer, Correction, FacetCounts, FacetValue, MatchedBy, Warning};
use crate::page::counts::CountsView;
use crate::page::expansions::{ExpansionsView, expansions_view};
use crate::page::explanation::AbsentView;
use crate::page::filters::{Chip, DateForm, DocumentBox, FacetView};
use crate::page::frame::{Frame, Visit, hidden_fields, language_of};
use crate::page::histogram::YearsView;
use crate::page::hits::HitView;
use crate::page::holdings::HoldingsView;
use crate::page::i18n::{fill, grouped};
use crate::page::paging::{PageLink, page_links};
use crate::page::results::Results;
use crate::page::sentence::{TextRun, plain_text, with_quotations};
use crate::page::zero_results::ZeroResults;
use crate::question::{Facet, MAX_DEPTH_HITS, Matching, Question, Sort};
use crate::request::address::{neighbours, search_href};

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    heading: Vec<TextRun>,
    feed_title: String,
    counts: CountsView,
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
    years: YearsView,
    documents: DocumentBox,
    paging: PagingView,
    zero_results: Option<ZeroResults>,
    show_results: String,
    printed: String,
    exports: Vec<(&'static str, String)>,
    feed: String,
    /// What the collection holds, on the start page.
    holdings: Option<HoldingsView>,
    /// The way to what the index does not hold, from the start page.
    coverage: Option<CoverageLink>,
}

struct CoverageLink {
    href: String,
    label: String,
}

struct Choice {
    label: &'static str,
    href: String,
    is_current: bool,
}

/// Links to the other pages of the list.
struct PagingView {
    pages: Vec<PageLink>,
    next: Option<String>,
    previous: Option<String>,
    /// A note that the list ends here but the hits do not.
    deep_end: Option<String>,
}

/// A query that would find more.
struct CorrectionView {
    q: String,
    lang: String,
    href: String,
    documents: String,
}

/// Draws the search page, or the start page, which has examples of queries.
pub(crate) fn render_search(
    question: &Question,
    answer: &Answer,
    visit: &Visit,
    home: Option<&[String]>,
) -> String {
    let results = Results {
        question,
        answer,
        visit,
        ui: visit.ui,
        chosen: visit.chosen,
    };
    let page = results.page(home);
    page.render().expect("writing to a string does not fail")
}

impl Results<'_> {
    fn page(&self, home: Option<&[String]>) -> SearchPage {
        let is_home = home.is_some();
        let heading = self.heading(is_home);
        SearchPage {
            frame: self.frame(is_home),
            feed_title: plain_text(&heading),
            heading,
            counts: self.counts(is_home),
            understood: self.understood(),
            expansions: self.expansions(),
            corrections: self.corrections(),
            notes: self.notes(),
            chips: self.chips(),
            clear: self.clear(),
            sorts: self.sorts(),
            hits: self.hits(),
            unexplained: self.unexplained(),
            absent: self.absent(),
            facets: self.facets(),
            dates: self.dates(),
            years: self.years(),
            documents: self.document_box(),
            paging: self.paging(),
            zero_results: self.answer.hits.is_empty().then(|| self.zero_results()),
            show_results: self.show_results(),
            printed: self.printed(),
            exports: self.exports(),
            feed: self.list_href("/search.atom"),
            holdings: home.and_then(|examples| self.holdings(examples)),
            coverage: is_home.then(|| self.coverage()),
        }
    }

    /// Returns the link to what the index holds, named by what it does not.
    fn coverage(&self) -> CoverageLink {
        let text = self.ui.text();
        let unread = self.answer.index.unread;
        let n = grouped(unread);
        let label = match unread {
            0 => text.coverage_link.to_owned(),
            1 => fill(text.coverage_unread_one, &[("n", &n)]),
            _ => fill(text.coverage_unread_many, &[("n", &n)]),
        };
        let chosen = self.chosen.map(|ui| ("ui", ui.code().to_owned()));
        let pairs: Vec<(&str, String)> = chosen.into_iter().collect();
        CoverageLink {
            href: with_pairs("/coverage", &pairs),
            label,
        }
    }

    fn expansions(&self) -> Option<ExpansionsView> {
        let expansions = &self.answer.query.expansions;
        expansions_view(self.question, expansions, self.ui, |asked| self.href(asked))
    }

    /// Returns the address of the query without any filter.
    fn clear(&self) -> String {
        self.href(&Question::about(&self.query().q).sort(self.question.window.sort))
    }

    fn facets(&self) -> Vec<FacetView> {
        let values = [Facet::Publisher, Facet::Kind, Facet::Language];
        let counted = values.into_iter().filter_map(|field| self.counted(field));
        let facets = counted.filter(|facet| !facet.values.is_empty());
        facets
            .chain(self.cited_facet())
            .map(|facet| self.facet(facet))
            .collect()
    }

    fn counted(&self, field: Facet) -> Option<&FacetCounts> {
        self.answer.facets.iter().find(|facet| facet.field == field)
    }

    /// How often the documents are cited; nothing where none is, which is no choice.
    fn cited_facet(&self) -> Option<&FacetCounts> {
        let is_choice = |value: &FacetValue| value.value != CITED_RANGES[0] || value.selected;
        let facet = self.counted(Facet::Cited)?;
        facet.values.iter().any(is_choice).then_some(facet)
    }

    fn show_results(&self) -> String {
        let documents = self.documents();
        fill(self.ui.text().show_results, &[("documents", &documents)])
    }

    /// Returns the line that only paper shows.
    fn printed(&self) -> String {
        let href = search_href("/search", self.question, None);
        format!("{}{href} · {}", self.visit.origin, self.visit.today)
    }

    /// Returns the address of the whole list in another form.
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

    fn frame(&self, is_home: bool) -> Frame {
        let pairs = question_pairs(self.question);
        let path = if is_home { "/" } else { "/search" };
        let mut frame = Frame::new(self.visit, &self.title(is_home), path, &pairs);
        frame.q.clone_from(&self.query().q);
        frame.is_home = is_home;
        frame.hidden.splice(0..0, self.kept_pairs());
        frame.footer = self.footer();
        frame
    }

    fn title(&self, is_home: bool) -> String {
        let text = self.ui.text();
        let title = if is_home {
            text.tagline.to_owned()
        } else if self.query().q.is_empty() {
            plain_text(&self.heading(false))
        } else {
            self.query().q.clone()
        };
        let page = self.question.window.page;
        if page == 1 {
            return title;
        }
        let page = fill(text.page, &[("n", &page.to_string())]);
        format!("{title} - {}", page.to_lowercase())
    }

    /// Returns the parameters that another query keeps.
    fn kept_pairs(&self) -> Vec<(String, String)> {
        let mut kept = self.question.clone().page(1);
        kept.search.query.q.clear();
        // What was left out belongs to the words of this query, not to those of the next.
        kept.search.query.without.clear();
        kept.search.tier = None;
        hidden_fields(&kept, None)
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

    fn heading(&self, is_home: bool) -> Vec<TextRun> {
        let text = self.ui.text();
        match () {
            () if is_home => with_quotations(text.newest_documents, &[]),
            () if !self.query().q.trim().is_empty() => {
                with_quotations(text.results_for, &[("q", &self.query().q)])
            }
            () if self.question.search.filters.is_empty() => {
                with_quotations(text.all_documents, &[])
            }
            () => with_quotations(text.filtered_documents, &[]),
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
        let view = |correction: &Correction| {
            let q = self.ui.in_own_script(&correction.q);
            CorrectionView {
                lang: language_of(&q, &[]),
                href: self.href_with(|question| question.search.query.q.clone_from(&q)),
                documents: self.ui.documents(correction.documents),
                q,
            }
        };
        corrections.map(view).collect()
    }

    fn notes(&self) -> Vec<String> {
        let no_document_has_all = self.ui.text().no_document_has_all;
        let warnings = self.answer.query.warnings.iter();
        let mut notes: Vec<String> = warnings
            .map(|warning| self.note(warning).to_owned())
            .collect();
        let is_partial =
            self.answer.query.matching == MatchedBy::Any && self.query().matching != Matching::Any;
        let is_said = notes.iter().any(|note| note == no_document_has_all);
        if is_partial && self.answer.total.value > 0 && !is_said {
            notes.push(no_document_has_all.to_owned());
        }
        notes
    }

    fn note<'w>(&self, warning: &'w Warning) -> &'w str {
        let text = self.ui.text();
        match warning.code {
            "unbalanced-quote" => text.unbalanced_quote,
            "unbalanced-bracket" => text.unbalanced_bracket,
            "empty-phrase" => text.empty_phrase,
            "nothing-to-search" => text.nothing_to_search,
            "prefix-too-short" => text.prefix_too_short,
            "deadline" => text.deadline,
            "part-missing" => text.part_missing,
            "no-document-has-all-words" => text.no_document_has_all,
            _ => &warning.message,
        }
    }

    fn sorts(&self) -> Vec<Choice> {
        let text = self.ui.text();
        let all = [
            (Sort::Relevance, text.sort_relevance),
            (Sort::Newest, text.sort_newest),
            (Sort::Oldest, text.sort_oldest),
            (Sort::Cited, text.sort_cited),
        ];
        // Without a query, relevance means newest first: the two would be the same.
        let has_relevance = !self.query().q.trim().is_empty();
        let current = match self.question.window.sort {
            Sort::Relevance if !has_relevance => Sort::Newest,
            sort => sort,
        };
        let has_cited = self.cited_facet().is_some() || current == Sort::Cited;
        let is_offered = |sort: Sort| match sort {
            Sort::Relevance => has_relevance,
            Sort::Cited => has_cited,
            _ => true,
        };
        let offered = all.into_iter().filter(|(sort, _)| is_offered(*sort));
        offered
            .map(|(sort, label)| Choice {
                label,
                href: self.href_with(|question| question.window.sort = sort),
                is_current: sort == current,
            })
            .collect()
    }

    fn paging(&self) -> PagingView {
        let links = neighbours("/search", self.question, self.chosen, self.listed());
        PagingView {
            pages: self.pages(),
            next: links.next,
            previous: links.prev,
            deep_end: self.deep_end(),
        }
    }

    /// Returns links to the pages around this one, the first and the last.
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
