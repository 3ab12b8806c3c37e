//! The seam behind which questions are answered: one index here, many machines some day, hand-made answers in tests.

use std::sync::Arc;
use std::time::Instant;

use polidex_analysis::language::Language;

use crate::answer::{
    Answer, Coverage, Document, DocumentPassage, DocumentSummary, FacetValue, IndexInfo, PageInfo,
    Piece, Speaker, Suggestions, Timeline,
};
use crate::checking::Checked;
use crate::citation_answer::{CitationLinks, Citations, CitedBy, NotHeld, PlaceText};
use crate::comparison::{Comparison, ComparisonQuestion};
use crate::concordance::{Concordance, Order};
use crate::error::ServerError;
use crate::question::{
    Facet, Filters, PartialDate, Query, Question, Search, Sort, TimelineQuestion,
};
use crate::rendering_answer::Renderings;
use crate::reuse_answer::{Copies, DocumentReuse, ReuseRow, ReusedPassages};
use crate::searcher::{ListPage, Searcher};
use crate::version_answer::VersionsOfWork;

/// Answers questions. Called from many threads at once, never from an async one.
pub trait Answers: Send + Sync + 'static {
    /// Generation and counts of the index.
    fn index_info(&self) -> IndexInfo;

    /// What the index holds of its folders; nothing but its counts where a backend knows no folders.
    fn coverage(&self) -> Coverage {
        Coverage {
            index: self.index_info(),
            ..Coverage::default()
        }
    }

    /// Answers one search.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    fn search(&self, question: &Question) -> Result<Answer, ServerError>;

    /// The whole document `id`, with everything marked that `query` finds.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError>;

    /// A piece of the document `id`; the whole of it where a backend knows no pieces.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    fn document_piece(
        &self,
        id: &str,
        query: &Query,
        _piece: Piece,
    ) -> Result<Option<Document>, ServerError> {
        self.document(id, query)
    }

    /// The passages of the document `id` that `speaker` speaks; none where a backend knows no speakers.
    ///
    /// # Errors
    /// As [`Searcher::spoken_by`].
    fn spoken_by(
        &self,
        id: &str,
        query: &Query,
        speaker: &str,
    ) -> Result<Option<Document>, ServerError> {
        let document = self.document(id, query)?;
        Ok(document.map(|mut document| {
            let is_wanted = |passage: &DocumentPassage| passage.speaker.as_deref() == Some(speaker);
            document.passages.retain(is_wanted);
            document
        }))
    }

    /// Who speaks in the document `id`, with the number of turns; nobody where it is no record of proceedings.
    ///
    /// # Errors
    /// As [`Searcher::speakers`].
    fn speakers(&self, _id: &str) -> Result<Vec<Speaker>, ServerError> {
        Ok(Vec::new())
    }

    /// A piece of the bytes of the text as published, from 0; `None` behind the last.
    ///
    /// # Errors
    /// As [`Searcher::document`].
    fn published_piece(&self, _id: &str, _piece: usize) -> Result<Option<Vec<u8>>, ServerError> {
        Ok(None)
    }

    /// All documents, by id.
    ///
    /// # Errors
    /// As [`Searcher::sources`].
    fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError>;

    /// Ids of all documents that answer `search`, best first, whatever documents it is limited to.
    ///
    /// # Errors
    /// As [`Searcher::ids`].
    fn ids(&self, search: &Search, sort: Sort) -> Result<Vec<String>, ServerError>;

    /// Every value of `facet` with its count, in the order of an answer's facet.
    ///
    /// # Errors
    /// As [`Searcher::values`].
    fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError>;

    /// Citations that the document `id` makes; nothing where a backend follows no citations.
    ///
    /// # Errors
    /// As [`Searcher::document_citations`].
    fn citations(&self, _id: &str, _page: ListPage) -> Result<Option<Citations>, ServerError> {
        Ok(None)
    }

    /// The passages that cite the document `id`, or `place` in it.
    ///
    /// # Errors
    /// As [`Searcher::cited_by`].
    fn cited_by(
        &self,
        _id: &str,
        _place: &str,
        _filters: &Filters,
        _page: ListPage,
    ) -> Result<Option<CitedBy>, ServerError> {
        Ok(None)
    }

    /// The first words of `place` in the document `id`.
    ///
    /// # Errors
    /// As [`Searcher::place_text`].
    fn place_text(&self, _id: &str, _place: &str) -> Result<Option<PlaceText>, ServerError> {
        Ok(None)
    }

    /// Works that are cited and not held.
    ///
    /// # Errors
    /// As [`Searcher::not_held`].
    fn not_held(&self, page: ListPage) -> Result<NotHeld, ServerError> {
        Ok(NotHeld {
            page: PageInfo {
                number: page.number,
                per_page: page.per_page,
                listed: 0,
            },
            works: Vec::new(),
            index: self.index_info(),
        })
    }

    /// Passages that stand in several documents; none where a backend does not compare them.
    ///
    /// # Errors
    /// As [`Searcher::reused_passages`].
    fn reused_passages(&self, page: ListPage) -> Result<ReusedPassages, ServerError> {
        Ok(ReusedPassages {
            page: PageInfo {
                number: page.number,
                per_page: page.per_page,
                listed: 0,
            },
            passages: Vec::new(),
            index: self.index_info(),
        })
    }

    /// Passages of the document `id` that stand in others too.
    ///
    /// # Errors
    /// As [`Searcher::document_reuse`].
    fn document_reuse(
        &self,
        _id: &str,
        _page: ListPage,
    ) -> Result<Option<DocumentReuse>, ServerError> {
        Ok(None)
    }

    /// The documents that a passage of the document `id` stands in.
    ///
    /// # Errors
    /// As [`Searcher::copies`].
    fn copies(
        &self,
        _id: &str,
        _passage: &str,
        _page: ListPage,
    ) -> Result<Option<Copies>, ServerError> {
        Ok(None)
    }

    /// Copies of the passages of all documents, or of one, a row each.
    ///
    /// # Errors
    /// As [`Searcher::reuse_rows`].
    fn reuse_rows(&self, id: Option<&str>) -> Result<Option<Vec<ReuseRow>>, ServerError> {
        Ok(id.is_none().then(Vec::new))
    }

    /// Versions of the work that the document `id` is one of.
    ///
    /// # Errors
    /// As [`Searcher::versions`].
    fn versions(
        &self,
        _id: &str,
        _place: &str,
        _as_of: Option<PartialDate>,
        _page: ListPage,
    ) -> Result<Option<VersionsOfWork>, ServerError> {
        Ok(None)
    }

    /// The version of the work of the document `id` that was in force on a day.
    ///
    /// # Errors
    /// As [`Searcher::version_on`].
    fn version_on(&self, id: &str, _as_of: PartialDate) -> Result<String, ServerError> {
        Ok(id.to_owned())
    }

    /// Citations that the passages of `document` make, for its reading page.
    ///
    /// # Errors
    /// As [`Searcher::citation_links`].
    fn citation_links(&self, _document: &Document) -> Result<CitationLinks, ServerError> {
        Ok(CitationLinks::default())
    }

    /// How often phrases occur over time; nothing where a backend cannot tell.
    ///
    /// # Errors
    /// As [`Searcher::timeline`].
    fn timeline(&self, question: &TimelineQuestion) -> Result<Timeline, ServerError> {
        Ok(Timeline {
            unit: question.unit.name(),
            index: self.index_info(),
            ..Timeline::default()
        })
    }

    /// Every occurrence of what `search` finds; none where a backend lists no occurrences.
    ///
    /// # Errors
    /// As [`Searcher::concordance`].
    fn concordance(
        &self,
        search: &Search,
        by: Order,
        page: ListPage,
    ) -> Result<Concordance, ServerError> {
        Ok(Concordance {
            q: search.query.q.clone(),
            documents: 0,
            complete: true,
            by,
            page: PageInfo {
                number: page.number,
                per_page: page.per_page,
                listed: 0,
            },
            lines: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            index: self.index_info(),
        })
    }

    /// How documents render what `search` finds in their counterparts; nothing where a backend aligns none.
    ///
    /// # Errors
    /// As [`Searcher::renderings`].
    fn renderings(&self, search: &Search) -> Result<Renderings, ServerError> {
        Ok(Renderings {
            q: search.query.q.clone(),
            documents: 0,
            sentences: 0,
            untold: 0,
            complete: true,
            renderings: Vec::new(),
            index: self.index_info(),
        })
    }

    /// Two documents beside each other, a page of rows; nothing where a backend compares no documents.
    ///
    /// # Errors
    /// As [`Searcher::compare`].
    fn compare(
        &self,
        _question: &ComparisonQuestion,
        _page: ListPage,
    ) -> Result<Option<Comparison>, ServerError> {
        Ok(None)
    }

    /// Verdicts on the citations and quotations of a draft, those that `until` leaves time for; none where a backend checks
    /// no drafts.
    ///
    /// # Errors
    /// As [`Searcher::check`].
    fn check(&self, _draft: &str, _until: Instant) -> Result<Vec<Checked>, ServerError> {
        Ok(Vec::new())
    }

    /// Returns at most `limit` ways to go on from what is typed, without waiting; nothing before [`Answers::read_suggestions`] is
    /// done. Chinese is in `script` where what is typed does not tell.
    fn suggest(&self, typed: &str, limit: usize, script: Option<Language>) -> Suggestions;

    /// Examples of queries for a reader of `lang`, each of which finds something; none before [`Answers::read_suggestions`] is
    /// done.
    fn examples(&self, _lang: Language) -> Vec<String> {
        Vec::new()
    }

    /// Reads what can be suggested; called once, on a thread of its own.
    fn read_suggestions(&self) {}
}

impl Answers for Searcher {
    fn index_info(&self) -> IndexInfo {
        Self::index_info(self)
    }

    fn coverage(&self) -> Coverage {
        Self::coverage(self)
    }

    fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        Self::search(self, question)
    }

    fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError> {
        Self::document(self, id, query)
    }

    fn document_piece(
        &self,
        id: &str,
        query: &Query,
        piece: Piece,
    ) -> Result<Option<Document>, ServerError> {
        Self::document_piece(self, id, query, piece)
    }

    fn spoken_by(
        &self,
        id: &str,
        query: &Query,
        speaker: &str,
    ) -> Result<Option<Document>, ServerError> {
        Self::spoken_by(self, id, query, speaker)
    }

    fn speakers(&self, id: &str) -> Result<Vec<Speaker>, ServerError> {
        Self::speakers(self, id)
    }

    fn published_piece(&self, id: &str, piece: usize) -> Result<Option<Vec<u8>>, ServerError> {
        Self::published_piece(self, id, piece)
    }

    fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError> {
        Self::sources(self)
    }

    fn ids(&self, search: &Search, sort: Sort) -> Result<Vec<String>, ServerError> {
        Self::ids(self, search, sort)
    }

    fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError> {
        Self::values(self, search, facet)
    }

    fn citations(&self, id: &str, page: ListPage) -> Result<Option<Citations>, ServerError> {
        Self::document_citations(self, id, page)
    }

    fn cited_by(
        &self,
        id: &str,
        place: &str,
        filters: &Filters,
        page: ListPage,
    ) -> Result<Option<CitedBy>, ServerError> {
        Self::cited_by(self, id, place, filters, page)
    }

    fn place_text(&self, id: &str, place: &str) -> Result<Option<PlaceText>, ServerError> {
        Self::place_text(self, id, place)
    }

    fn not_held(&self, page: ListPage) -> Result<NotHeld, ServerError> {
        Self::not_held(self, page)
    }

    fn reused_passages(&self, page: ListPage) -> Result<ReusedPassages, ServerError> {
        Self::reused_passages(self, page)
    }

    fn document_reuse(
        &self,
        id: &str,
        page: ListPage,
    ) -> Result<Option<DocumentReuse>, ServerError> {
        Self::document_reuse(self, id, page)
    }

    fn copies(
        &self,
        id: &str,
        passage: &str,
        page: ListPage,
    ) -> Result<Option<Copies>, ServerError> {
        Self::copies(self, id, passage, page)
    }

    fn reuse_rows(&self, id: Option<&str>) -> Result<Option<Vec<ReuseRow>>, ServerError> {
        Self::reuse_rows(self, id)
    }

    fn versions(
        &self,
        id: &str,
        place: &str,
        as_of: Option<PartialDate>,
        page: ListPage,
    ) -> Result<Option<VersionsOfWork>, ServerError> {
        Self::versions(self, id, place, as_of, page)
    }

    fn version_on(&self, id: &str, as_of: PartialDate) -> Result<String, ServerError> {
        Self::version_on(self, id, as_of)
    }

    fn citation_links(&self, document: &Document) -> Result<CitationLinks, ServerError> {
        Self::citation_links(self, document)
    }

    fn timeline(&self, question: &TimelineQuestion) -> Result<Timeline, ServerError> {
        Self::timeline(self, question)
    }

    fn concordance(
        &self,
        search: &Search,
        by: Order,
        page: ListPage,
    ) -> Result<Concordance, ServerError> {
        Self::concordance(self, search, by, page)
    }

    fn renderings(&self, search: &Search) -> Result<Renderings, ServerError> {
        Self::renderings(self, search)
    }

    fn compare(
        &self,
        question: &ComparisonQuestion,
        page: ListPage,
    ) -> Result<Option<Comparison>, ServerError> {
        Self::compare(self, question, page)
    }

    fn check(&self, draft: &str, until: Instant) -> Result<Vec<Checked>, ServerError> {
        Self::check_until(self, draft, Some(until))
    }

    fn suggest(&self, typed: &str, limit: usize, script: Option<Language>) -> Suggestions {
        self.suggest_at_once(typed, limit, script)
    }

    fn examples(&self, lang: Language) -> Vec<String> {
        Self::examples(self, lang).to_vec()
    }

    fn read_suggestions(&self) {
        Self::read_suggestions(self);
        Self::read_examples(self);
        Self::read_citations(self);
        Self::read_reuse(self);
    }
}
