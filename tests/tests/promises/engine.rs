//! The layer that answers needs nothing of an engine but its trait: over documents in a vector, scanned by the tree of the
//! plan, it lists, counts, marks and explains as over tantivy.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use polidex_analysis::citations::citations;
use polidex_analysis::tokens::{Token, character_tokens, gram_tokens, word_tokens};
use polidex_analysis::units::{Cut, cut_text};
use polidex_schema::citations::{cites_terms, pack_citations};
use polidex_schema::fields::title_key;
use polidex_schema::packed::pack_text;
use polidex_schema::record::DocumentRecord;
use polidex_server::answer::{Answer, Hit, IndexInfo};
use polidex_server::engine::list::MAX_FACET_VALUES;
use polidex_server::engine::{
    DocRef, Engine, FacetTotals, Labelled, List, ListRequest, Listed, SourceValue, Stored,
    TantivyEngine, Top,
};
use polidex_server::error::ServerError;
use polidex_server::query::plan::{Boolean, Field, Node, Vocabulary};
use polidex_server::question::{
    Expand, Facet, Filters, Matching, PartialDate, Query, Question, Search, Sort,
};
use polidex_server::searcher::Searcher;
use polidex_tests::{Indexed, SEEDS, index_texts};

/// Positions between a title and its text, which no phrase bridges.
const GAP: u32 = 100;

/// A document and its terms by field.
struct Page {
    record: DocumentRecord,
    text: String,
    terms: BTreeMap<&'static str, BTreeMap<String, Vec<u32>>>,
}

/// An engine that scans its documents.
struct Scan(Vec<Page>);

fn name(field: Field) -> &'static str {
    match field {
        Field::Words => "words",
        Field::Grams => "grams",
        Field::OriginalGrams => "original grams",
        Field::Characters => "characters",
        Field::TitleWords => "title words",
        Field::TitleGrams => "title grams",
        Field::TitleKey => "title key",
        Field::Publisher => "publisher",
        Field::Number => "number",
        Field::Id => "id",
        Field::Language => "language",
        Field::Cites => "cites",
    }
}

impl Page {
    fn new(record: DocumentRecord, text: String) -> Self {
        let mut page = Self {
            record,
            text,
            terms: BTreeMap::new(),
        };
        let title = cut_text(&page.record.title);
        let text = cut_text(&page.text);
        let mut after_title = GAP;
        gram_tokens(&title, |token| after_title = token.position + GAP);
        for (cut, shift) in [(&title, 0), (&text, after_title)] {
            page.add_text([Field::Words, Field::Grams, Field::Characters], cut, shift);
        }
        let title_fields = [Field::TitleWords, Field::TitleGrams, Field::TitleKey];
        page.add_text(title_fields, &title, 0);
        page.add_values();
        page
    }

    /// Adds words and grams, and ideographs but to the field of whole titles.
    fn add_text(&mut self, [words, grams, characters]: [Field; 3], cut: &Cut, shift: u32) {
        word_tokens(cut, |token| self.add(words, token, shift));
        gram_tokens(cut, |token| self.add(grams, token, shift));
        if characters == Field::Characters {
            character_tokens(cut, |token| self.add(characters, token, shift));
        }
    }

    fn add(&mut self, field: Field, token: Token<'_>, shift: u32) {
        self.add_term(field, token.term.to_owned(), token.position + shift);
    }

    fn add_term(&mut self, field: Field, term: String, position: u32) {
        let terms = self.terms.entry(name(field)).or_default();
        terms.entry(term).or_default().push(position);
    }

    fn add_values(&mut self) {
        let record = self.record.clone();
        self.add_term(Field::TitleKey, title_key(&record.title), 0);
        self.add_term(Field::Id, record.id, 0);
        self.add_term(Field::Publisher, record.publisher, 0);
        self.add_term(Field::Number, record.number, 0);
        for term in cites_terms(&citations(&self.text, 0, &record.title)) {
            self.add_term(Field::Cites, term, 0);
        }
        for language in record.lang {
            self.add_term(Field::Language, language.tag().to_owned(), 0);
        }
    }

    fn positions(&self, field: Field, term: &str) -> &[u32] {
        let terms = self.terms.get(name(field));
        terms
            .and_then(|terms| terms.get(term))
            .map_or(&[], Vec::as_slice)
    }

    /// Score of a node: every leaf is worth 1.
    fn score(&self, node: &Node) -> Option<f32> {
        match node {
            Node::Everything => Some(1.0),
            Node::Nothing => None,
            Node::Term { field, term } => (!self.positions(*field, term).is_empty()).then_some(1.0),
            Node::Phrase { field, terms, slop } => {
                self.has_phrase(*field, terms, *slop).then_some(1.0)
            }
            Node::Boolean(clauses) => self.score_boolean(clauses),
            Node::DisMax(nodes) => {
                let scores = nodes.iter().filter_map(|node| self.score(node));
                scores.reduce(f32::max)
            }
            Node::Share { clauses, least } => {
                let held = clauses
                    .iter()
                    .filter(|(node, _)| self.score(node).is_some());
                let weight: f32 = held.map(|(_, weight)| weight).sum();
                (weight >= least * 0.9999).then_some(0.0)
            }
            Node::Optional { required, clauses } => {
                let optional: f32 = clauses.iter().filter_map(|node| self.score(node)).sum();
                Some(self.score(required)? + optional)
            }
            Node::Weighted(node, weight) => Some(self.score(node)? * weight),
            Node::Constant(node, score) => self.score(node).map(|_| *score),
        }
    }

    fn score_boolean(&self, clauses: &Boolean) -> Option<f32> {
        let must = clauses.must.iter().map(|node| self.score(node));
        let must: f32 = must.collect::<Option<Vec<f32>>>()?.into_iter().sum();
        let should = clauses.should.iter().filter_map(|node| self.score(node));
        let should: Vec<f32> = should.collect();
        let is_excluded = clauses
            .must_not
            .iter()
            .any(|node| self.score(node).is_some());
        let matches = should.len() >= clauses.minimum && !is_excluded;
        matches.then(|| must + should.iter().sum::<f32>())
    }

    fn has_phrase(&self, field: Field, terms: &[(usize, String)], slop: u32) -> bool {
        let (first_offset, first) = &terms[0];
        self.positions(field, first).iter().any(|start| {
            let moved = terms.iter().map(|(offset, term)| {
                let wanted = *start as usize + offset - first_offset;
                let positions = self.positions(field, term).iter();
                positions.map(|at| wanted.abs_diff(*at as usize)).min()
            });
            let moved: Option<Vec<usize>> = moved.collect();
            moved.is_some_and(|moved| moved.iter().sum::<usize>() <= slop as usize)
        })
    }

    fn date(&self) -> Option<PartialDate> {
        PartialDate::parse(&self.record.date)
    }

    fn values(&self, facet: Facet) -> Vec<String> {
        let record = &self.record;
        let values = match facet {
            Facet::Source => vec![record.id.clone()],
            Facet::Publisher => vec![record.publisher.clone()],
            Facet::Language => record
                .lang
                .iter()
                .map(|lang| lang.tag().to_owned())
                .collect(),
            Facet::Kind => vec![record.kind.clone()],
            Facet::Year => {
                let first = self.date().map(|date| date.first_day() / 10_000);
                first.iter().map(|year| format!("{year:04}")).collect()
            }
            // It does not know who cites whom.
            Facet::Cited => Vec::new(),
        };
        values
            .into_iter()
            .filter(|value| !value.is_empty())
            .collect()
    }

    fn passes(&self, facet: Facet, filters: &Filters) -> bool {
        if facet == Facet::Year {
            let from = filters.from.map_or(0, |date| date.first_day());
            let to = filters.to.map_or(u64::MAX, |date| date.last_day());
            let within = |date: PartialDate| date.first_day() <= to && date.last_day() >= from;
            let has_limits = filters.from.is_some() || filters.to.is_some();
            return !has_limits || self.date().is_some_and(within);
        }
        let chosen = filters.chosen(facet);
        chosen.is_empty()
            || self
                .values(facet)
                .iter()
                .any(|value| chosen.contains(value))
    }
}

impl Scan {
    /// The documents of an index, read through its own engine.
    fn of(indexed: &Indexed) -> Self {
        let engine = TantivyEngine::open(indexed.folder.path()).expect("an index");
        let mut pages = Vec::new();
        engine.visit(1, &mut |stored| {
            let stored = stored.expect("readable");
            let text = stored.text().expect("a text");
            let text = text.whole().expect("readable").into_owned();
            pages.push(Page::new(DocumentRecord::clone(&stored.record), text));
            true
        });
        Self(pages)
    }

    fn page(&self, DocRef(index): DocRef) -> &Page {
        &self.0[index as usize]
    }

    fn label(&self, DocRef(index): DocRef) -> Labelled {
        let record = &self.0[index as usize].record;
        Labelled {
            id: record.id.clone(),
            title: record.title.clone(),
            lang: record
                .lang
                .first()
                .map_or_else(String::new, |lang| lang.tag().to_owned()),
        }
    }

    /// Documents that match, filters not applied, best first.
    fn matching(&self, node: &Node, sort: Sort) -> Vec<(DocRef, f32)> {
        let mut found: Vec<(DocRef, f32)> = (0..)
            .zip(&self.0)
            .filter_map(|(index, page)| Some((DocRef(index), page.score(node)?)))
            .collect();
        let day = |document: DocRef| self.page(document).date().map(|date| date.first_day());
        found.sort_by(|(one, one_score), (other, other_score)| {
            let by_rank = match sort {
                Sort::Relevance | Sort::Cited => other_score.total_cmp(one_score),
                Sort::Newest | Sort::Added => day(*other).cmp(&day(*one)),
                Sort::Oldest => {
                    let last = |document| day(document).unwrap_or(u64::MAX);
                    last(*one).cmp(&last(*other))
                }
            };
            by_rank.then_with(|| self.label(*one).id.cmp(&self.label(*other).id))
        });
        found
    }

    fn one_list(&self, found: &[(DocRef, f32)], filters: &Filters, keep: usize) -> List {
        let mut list = List::default();
        for &(document, score) in found {
            let page = self.page(document);
            let failed: Vec<Facet> = Facet::ALL
                .into_iter()
                .filter(|facet| !page.passes(*facet, filters))
                .collect();
            if failed.is_empty() {
                list.count += 1;
                if list.hits.len() < keep {
                    list.hits.push(Listed {
                        document,
                        id: page.record.id.clone(),
                        score,
                        day: page.date().map_or(0, |date| date.last_day()),
                        group: Vec::new(),
                    });
                }
            }
            for facet in Facet::ALL {
                // Counted with every other filter applied and its own left out.
                if failed.iter().all(|failed| *failed == facet) {
                    count(&mut list.facets, facet, page);
                }
            }
        }
        list
    }
}

fn count(totals: &mut FacetTotals, facet: Facet, page: &Page) {
    if facet == Facet::Source {
        totals.source_count += 1;
        if totals.sources.len() < MAX_FACET_VALUES {
            totals.sources.push(SourceValue {
                id: page.record.id.clone(),
                title: page.record.title.clone(),
            });
        }
        return;
    }
    for value in page.values(facet) {
        *totals.counts[facet.index()].entry(value).or_default() += 1;
    }
}

impl Vocabulary for Scan {
    fn doc_freq(&self, field: Field, term: &str) -> u64 {
        let holding = |page: &&Page| !page.positions(field, term).is_empty();
        self.0.iter().filter(holding).count() as u64
    }

    fn documents(&self) -> u64 {
        self.0.len() as u64
    }

    fn terms_with_prefix(&self, field: Field, prefix: &str, limit: usize) -> Vec<String> {
        let pages = self.0.iter().filter_map(|page| page.terms.get(name(field)));
        let terms: BTreeSet<&String> = pages
            .flat_map(BTreeMap::keys)
            .filter(|term| term.starts_with(prefix))
            .collect();
        terms.into_iter().take(limit).cloned().collect()
    }

    fn numbers_with(&self, key: &str) -> Vec<String> {
        let wanted = format!(" {key} ");
        let mut numbers = self.terms_with_prefix(Field::Number, "", usize::MAX);
        numbers.retain(|number| {
            !key.is_empty() && format!(" {} ", title_key(number)).contains(&wanted)
        });
        numbers
    }
}

impl Engine for Scan {
    fn info(&self) -> IndexInfo {
        let passages = self.0.iter().map(|page| page.record.passages.len() as u64);
        IndexInfo {
            generation: "scan".to_owned(),
            documents: self.documents(),
            passages: passages.sum(),
            ..IndexInfo::default()
        }
    }

    fn list(&self, request: &ListRequest<'_>) -> Result<Vec<List>, ServerError> {
        let mut seen = BTreeSet::new();
        let mut lists = Vec::new();
        for (index, node) in request.nodes.iter().enumerate() {
            let is_last = index > 0 && index + 1 == request.nodes.len();
            let few = request.last_if_fewer.unwrap_or(u64::MAX);
            if is_last && lists.first().is_some_and(|first: &List| first.count >= few) {
                lists.push(List::default());
                break;
            }
            let mut found = self.matching(node, request.top.sort);
            found.retain(|(document, _)| seen.insert(*document));
            lists.push(self.one_list(&found, request.filters, request.top.keep));
        }
        Ok(lists)
    }

    fn ids(
        &self,
        node: &Node,
        filters: &Filters,
        sort: Sort,
        _: Instant,
    ) -> Result<Vec<String>, ServerError> {
        let list = self.one_list(&self.matching(node, sort), filters, usize::MAX);
        Ok(list.hits.into_iter().map(|hit| hit.id).collect())
    }

    fn values(
        &self,
        node: &Node,
        filters: &Filters,
        facet: Facet,
        _: Instant,
    ) -> Result<BTreeMap<String, u64>, ServerError> {
        let list = self.one_list(&self.matching(node, Sort::Relevance), filters, 0);
        Ok(list.facets.counts[facet.index()].clone())
    }

    fn occurrences(
        &self,
        field: Field,
        terms: &[(usize, String)],
        _: Instant,
    ) -> Result<Vec<(String, u64)>, ServerError> {
        let counted = self.0.iter().map(|page| {
            let (first_offset, first) = &terms[0];
            let is_phrase = |start: &&u32| {
                terms.iter().all(|(offset, term)| {
                    let wanted = **start as usize + offset - first_offset;
                    let positions = page.positions(field, term).iter();
                    positions.map(|at| *at as usize).any(|at| at == wanted)
                })
            };
            let starts = page.positions(field, first).iter().filter(is_phrase);
            (page.record.id.clone(), starts.count() as u64)
        });
        Ok(counted.filter(|(_, count)| *count > 0).collect())
    }

    fn count(
        &self,
        node: &Node,
        filters: &Filters,
        _: Option<Instant>,
    ) -> Result<u64, ServerError> {
        let found = self.matching(node, Sort::Relevance);
        Ok(self.one_list(&found, filters, 0).count)
    }

    fn scores(
        &self,
        documents: &[DocRef],
        nodes: &[&Node],
    ) -> Result<Vec<Vec<Option<f32>>>, ServerError> {
        let of = |document: &DocRef| {
            let page = self.page(*document);
            nodes.iter().map(|node| page.score(node)).collect()
        };
        Ok(documents.iter().map(of).collect())
    }

    fn find(&self, id: &str) -> Result<Option<DocRef>, ServerError> {
        let index = self.0.iter().position(|page| page.record.id == id);
        Ok(index.map(|index| DocRef(index as u64)))
    }

    fn document(&self, document: DocRef) -> Result<Stored, ServerError> {
        let page = self.page(document);
        let text = Box::new(pack_text(&page.text));
        let cited = citations(&page.text, 0, &page.record.title);
        let stored = Stored::new(page.record.clone(), text, None, None);
        Ok(stored.with_citations(Some(Box::new(pack_citations(&cited)))))
    }

    fn visit(&self, step: usize, visit: &mut dyn FnMut(Result<Stored, ServerError>) -> bool) {
        for index in (0..self.documents()).step_by(step) {
            if !visit(self.document(DocRef(index))) {
                return;
            }
        }
    }

    fn labels(
        &self,
        documents: &[DocRef],
        except: &str,
        limit: usize,
    ) -> Result<Vec<Labelled>, ServerError> {
        let mut labels: Vec<Labelled> = documents.iter().map(|one| self.label(*one)).collect();
        labels.retain(|label| label.id != except);
        labels.sort_by(|one, other| one.id.cmp(&other.id));
        labels.truncate(limit);
        Ok(labels)
    }

    fn counterparts(&self, _: DocRef) -> Result<Vec<Labelled>, ServerError> {
        Ok(Vec::new())
    }

    fn terms_near(&self, field: Field, word: &str, edits: u8) -> Vec<(String, u64)> {
        let terms = self.terms_with_prefix(field, "", usize::MAX).into_iter();
        terms
            .filter(|term| term.is_ascii() && distance(term, word) <= usize::from(edits))
            .map(|term| {
                let documents = self.doc_freq(field, &term);
                (term, documents)
            })
            .collect()
    }
}

/// Damerau-Levenshtein distance; a swap of neighbours is one edit.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in 0..=one.len() {
        for j in 0..=other.len() {
            rows[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => {
                    let change = usize::from(one[i - 1] != other[j - 1]);
                    let is_swap =
                        i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                    let swap = if is_swap {
                        rows[i - 2][j - 2] + 1
                    } else {
                        usize::MAX
                    };
                    let least = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    least.min(rows[i - 1][j - 1] + change).min(swap)
                }
            };
        }
    }
    rows[one.len()][other.len()]
}

fn questions() -> Vec<Question> {
    let queries = [
        "",
        "新質生產力",
        "新质生产力 innovation",
        "\"low-altitude economy\"",
        "innovation -hydrogen",
        "hydrogen OR 氫能",
        "title:HKPC",
        "stableco*",
        "publisher:\"Productivity Council\"",
        "NOT innovation",
        "zzzz innovation",
        "inovation",
        "第23條",
        "香",
        "How does Hong Kong develop new quality productive forces?",
    ];
    let mut questions: Vec<Question> = queries.map(Question::about).into();
    questions.push(Question::about("innovation hydrogen").matching(Matching::Any));
    questions.push(Question::about("新質生產力").filter(Facet::Language, ["en"]));
    questions.push(Question::about("創新").expand(Expand::None).explain(true));
    questions.push(Question::about("innovation").dated(PartialDate::parse("2024-03-11"), None));
    questions.push(Question::about("innovation").per_page(2).page(2));
    questions
        .into_iter()
        .map(|question| question.sort(Sort::Newest))
        .collect()
}

/// A hit without its score, which is the engine's, and without counterparts, which the scan does not know.
fn shown(hit: &Hit) -> serde_json::Value {
    let mut hit = serde_json::to_value(hit).expect("plain data");
    for name in ["counterparts", "score", "added"] {
        hit.as_object_mut().expect("an object").remove(name);
    }
    hit
}

fn shown_of(answer: &Answer) -> Vec<serde_json::Value> {
    answer.hits.iter().map(shown).collect()
}

#[test]
fn a_scan_of_the_documents_answers_as_the_index() {
    let scan = Searcher::over(Scan::of(&SEEDS));
    for question in questions() {
        let expected = SEEDS.ask(&question);
        let answer = scan.search(&question).expect("an answer");
        let q = &question.search.query.q;
        assert_eq!(shown_of(&answer), shown_of(&expected), "{q}");
        assert_eq!(answer.total, expected.total, "{q}");
        assert_eq!(answer.expanded_total, expected.expanded_total, "{q}");
        assert_eq!(answer.page, expected.page, "{q}");
        assert_eq!(answer.corrections, expected.corrections, "{q}");
        for (facet, other) in answer.facets.iter().zip(&expected.facets) {
            assert_eq!(facet.values, other.values, "{q}: {}", facet.field);
        }
        let echo = |answer: &Answer| serde_json::to_value(&answer.query).expect("plain data");
        assert_eq!(echo(&answer), echo(&expected), "{q}");
    }
}

#[test]
fn ids_values_documents_and_suggestions_need_the_trait_alone() {
    let scan = Searcher::over(Scan::of(&SEEDS));
    let index = &SEEDS.engine;
    for q in ["innovation", "新質生產力 香港", "zzzz innovation"] {
        let search = Search::from(Query::about(q));
        let ids = |searcher: &Searcher| searcher.ids(&search, Sort::Oldest).expect("ids");
        assert_eq!(ids(&scan), ids(index), "{q}");
        for facet in Facet::LISTED {
            let values = |searcher: &Searcher| searcher.values(&search, facet).expect("values");
            assert_eq!(values(&scan), values(index), "{q}: {facet}");
        }
        for id in ids(index) {
            let marked = |searcher: &Searcher| {
                let found = searcher.document(&id, &Query::about(q)).expect("readable");
                found.expect("there").mark_count
            };
            assert_eq!(marked(&scan), marked(index), "{q}: {id}");
        }
    }
    let summaries = |searcher: &Searcher| {
        let sources = searcher.sources().expect("readable");
        serde_json::to_value(&*sources).expect("plain data")
    };
    assert_eq!(summaries(&scan), summaries(index));
    for typed in ["新質", "innov", "xinzhi"] {
        let suggested = |searcher: &Searcher| searcher.suggest(typed, 10).suggestions;
        assert_eq!(suggested(&scan), suggested(index), "{typed}");
    }
}

#[test]
fn explanations_walk_the_scores_of_any_engine() {
    let scan = Searcher::over(Scan::of(&SEEDS));
    let question = Question::about("innovation zzzz").explain(true);
    let answer = scan.search(&question).expect("an answer");
    let best = answer.hits.first().expect("a partial match");
    let said: Vec<String> = best.explanation.iter().map(ToString::to_string).collect();
    assert!(
        said.iter()
            .any(|said| said.starts_with("the word “innovation” in the text")),
        "{said:?}"
    );
    assert!(said.contains(&"it lacks “zzzz”".to_owned()), "{said:?}");
}

#[test]
fn a_search_stops_at_its_deadline_and_says_so() {
    let line =
        |number: usize| format!("{{\"id\": \"{number}\", \"text\": \"公司第{number}號\"}}\n");
    let lines: String = (0..6_000).map(line).collect();
    let indexed = index_texts(&[("made.jsonl", lines.as_bytes())]);
    let engine = TantivyEngine::open(indexed.folder.path()).expect("an index");
    let node = Node::term(Field::Grams, "公司");
    let list = |deadline: Instant| {
        let lists = engine.list(&ListRequest {
            nodes: &[&node],
            last_if_fewer: None,
            filters: &Filters::default(),
            top: Top {
                sort: Sort::Relevance,
                keep: 10,
                group_duplicates: false,
            },
            facets: Some(100),
            duplicates: false,
            deadline,
        });
        lists.expect("an answer").remove(0)
    };
    let whole = list(Instant::now() + Duration::from_secs(60));
    assert!(!whole.is_partial && whole.count == 6_000);
    let cut = list(Instant::now());
    assert!(
        cut.is_partial && cut.count < 6_000 && cut.hits.len() == 10,
        "{}",
        cut.count
    );
}
