//! Measures search in process for each kind of query: on an index, or how time grows from a sixteenth of a folder of JSON
//! Lines to four varied copies of the whole.
//!
//! Times are processor time of the one thread that searches, so that what runs beside does not show.
//!
//! Queries are drawn from the index's own documents, the same in every run. Beside each kind stands what tantivy alone takes
//! for the same tokens: its ten best and the count, with no facet, no text fetched and nothing marked.

use std::path::Path;
use std::time::Duration;

use polidex_analysis::tokens::{Word, phrase_terms, words};
use polidex_analysis::units::{Cut, UnitKind, cut_text};
use polidex_schema::fields::{Fields, schema};
use polidex_server::question::{self, Facet, Question};
use polidex_server::searcher::Searcher;
use polidex_tests::{Random, copied_lines, index, open_bare, sample_lines};
use rustix::time::{ClockId, clock_gettime};
use tantivy::Term;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

/// Queries of each kind.
const QUERIES: usize = 300;
/// Articles that are asked for by number.
const ARTICLES: usize = 60;
/// Source documents of their facet.
const SOURCES: usize = 10;
/// Slowest questions of a kind that are named.
const SLOWEST: usize = 4;
/// Parts of the corpus that are indexed to see how time grows: every sixteenth document, and so on.
const STEPS: [usize; 3] = [16, 4, 1];
/// Varied copies of the whole corpus that are indexed at last.
const COPIES: usize = 4;

/// One kind of query: its name and the questions.
struct Kind {
    name: &'static str,
    questions: Vec<Question>,
}

/// Measures every kind of query whose name holds `wanted` on the index in `dir`.
pub(crate) fn measure_all(dir: &Path, wanted: &str) {
    let engine = Searcher::open(dir).expect("an index");
    let bare = Bare::open(dir);
    println!(
        "{:<24} {:>8} {:>8} {:>8} {:>9} {:>8}  slowest",
        "ms", "p50", "p99", "mean", "tantivy", "ratio"
    );
    for kind in kinds(&engine)
        .into_iter()
        .filter(|kind| kind.name.contains(wanted))
    {
        measure_kind(&kind, &engine, &bare);
    }
}

/// Prints the row of one kind of query.
fn measure_kind(kind: &Kind, engine: &Searcher, bare: &Bare) {
    let ours = times(&kind.questions, |question| {
        engine.search(question).expect("an answer");
    });
    let theirs = times(&kind.questions, |question| {
        bare.search(&question.search.query.q)
    });
    let (mean, bare_mean) = (mean(&ours), mean(&theirs));
    println!(
        "{:<24} {:>8.2} {:>8.2} {:>8.2} {:>9.3} {:>8.1}  {}",
        kind.name,
        at(&ours, 50),
        at(&ours, 99),
        mean,
        bare_mean,
        mean / bare_mean,
        slowest(&ours)
    );
}

/// Measures every kind of query on growing parts of `corpus`.
pub(crate) fn growth(corpus: &Path) {
    println!("{:<24} {:>10} {:>8} {:>8}", "ms", "documents", "p50", "p99");
    for step in STEPS {
        grown(|folder| sample_lines(corpus, folder, step));
    }
    grown(|folder| copied_lines(corpus, folder, COPIES));
}

/// Prints the rows of a corpus that `fill` writes to a folder.
fn grown(fill: impl FnOnce(&Path)) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    fill(folder.path());
    let indexed = index(&[folder.path().to_owned()], 2);
    let documents = indexed.engine.index_info().documents;
    for kind in kinds(&indexed.engine) {
        let times = times(&kind.questions, |question| {
            indexed.ask(question);
        });
        println!(
            "{:<24} {documents:>10} {:>8.2} {:>8.2}",
            kind.name,
            at(&times, 50),
            at(&times, 99)
        );
    }
}

fn kinds(engine: &Searcher) -> Vec<Kind> {
    let sources = engine.sources().expect("readable");
    let ids: Vec<String> = sources.iter().map(|source| source.id.clone()).collect();
    let mut random = Random(20_241_124);
    let mut drawn = Drawn::default();
    while !drawn.is_full() {
        let id = &ids[random.below(ids.len())];
        let document = engine
            .document(id, &question::Query::default())
            .expect("readable")
            .expect("there");
        let passages = &document.passages;
        if let Some(passage) = passages.get(random.below(passages.len().max(1))) {
            let is_chinese = document.summary.lang[0].starts_with("zh");
            drawn.add(id, &passage.text, is_chinese, &mut random);
        }
    }
    drawn.kinds()
}

/// Questions drawn so far, of each kind.
#[derive(Default)]
struct Drawn {
    chinese_word: Vec<Question>,
    chinese: Vec<Question>,
    phrases: Vec<Question>,
    english_word: Vec<Question>,
    english: Vec<Question>,
    chinese_filtered: Vec<Question>,
    english_filtered: Vec<Question>,
}

/// Adds a question unless there are enough of its kind.
fn push_wanted(list: &mut Vec<Question>, question: Question) {
    if list.len() < QUERIES {
        list.push(question);
    }
}

impl Drawn {
    fn is_full(&self) -> bool {
        let lists = [&self.chinese, &self.english, &self.phrases];
        lists.into_iter().all(|list| list.len() >= QUERIES)
    }

    /// Draws questions of each kind from a passage of the document `id`.
    fn add(&mut self, id: &str, text: &str, is_chinese: bool, random: &mut Random) {
        let cut = cut_text(text);
        let Some(q) = random_words(text, &cut, is_chinese, random) else {
            return;
        };
        let (one, several, filtered) = match is_chinese {
            true => (
                &mut self.chinese_word,
                &mut self.chinese,
                &mut self.chinese_filtered,
            ),
            false => (
                &mut self.english_word,
                &mut self.english,
                &mut self.english_filtered,
            ),
        };
        let first = q.split(' ').next().unwrap_or(&q);
        push_wanted(one, asked(first.to_owned()));
        push_wanted(several, asked(q.clone()));
        push_wanted(filtered, asked(q).filter(Facet::Source, [id.to_owned()]));
        if is_chinese
            && self.phrases.len() < QUERIES
            && let Some(phrase) = random_phrase(text, &cut, random)
        {
            self.phrases.push(asked(format!("\"{phrase}\"")));
        }
    }

    fn kinds(self) -> Vec<Kind> {
        let articles = (1..=ARTICLES).map(|number| asked(format!("第{number}條")));
        [
            ("one Chinese word", self.chinese_word),
            ("2-3 Chinese words", self.chinese),
            ("Chinese phrase", self.phrases),
            ("one English word", self.english_word),
            ("3 English words", self.english),
            ("Chinese, one source", self.chinese_filtered),
            ("English, one source", self.english_filtered),
            ("an article", articles.collect()),
        ]
        .map(|(name, questions)| Kind { name, questions })
        .into()
    }
}

/// Some of the longer words of a text; `None` where it has too few.
fn random_words(text: &str, cut: &Cut, is_chinese: bool, random: &mut Random) -> Option<String> {
    let mut long = words(cut);
    long.retain(|word| is_long(word, cut, is_chinese));
    let wanted = if is_chinese { 2 + random.below(2) } else { 3 };
    if long.len() < wanted {
        return None;
    }
    let picked: Vec<&str> = (0..wanted)
        .map(|_| written(text, cut, &long[random.below(long.len())]))
        .collect();
    Some(picked.join(" "))
}

/// A word as it stands in `text`.
fn written<'a>(text: &'a str, cut: &Cut, word: &Word) -> &'a str {
    let units = &cut.units()[word.units.clone()];
    &text[units[0].source().start..units[units.len() - 1].source().end]
}

fn is_long(word: &Word, cut: &Cut, is_chinese: bool) -> bool {
    let kind = cut.units()[word.units.start].kind;
    match is_chinese {
        true => kind == UnitKind::Ideograph && word.units.len() > 1,
        false => word.term.len() > 3 && kind == UnitKind::Word,
    }
}

/// A run of three to eight ideographs of a text; `None` where the place chosen has none.
fn random_phrase<'a>(text: &'a str, cut: &Cut, random: &mut Random) -> Option<&'a str> {
    let first = random.below(cut.units().len());
    let end = (first + 3 + random.below(6)).min(cut.units().len());
    let units = &cut.units()[first..end];
    let is_run = units.iter().all(|unit| unit.kind == UnitKind::Ideograph) && units.len() > 1;
    is_run.then(|| &text[units[0].source().start..units[units.len() - 1].source().end])
}

/// A page of ten hits with three passages each and all facets, ten source documents of theirs: what the API gives.
fn asked(q: String) -> Question {
    Question::about(q).per_page(10).sources(SOURCES)
}

/// tantivy alone on the same index.
struct Bare {
    searcher: tantivy::Searcher,
    fields: Fields,
}

impl Bare {
    fn open(dir: &Path) -> Self {
        let index = open_bare(dir);
        Self {
            searcher: index.reader().expect("an index").searcher(),
            fields: schema().1,
        }
    }

    fn search(&self, q: &str) {
        let query = match q.starts_with('"') {
            true => self.phrase(q),
            false => self.all_words(q),
        };
        let top = TopDocs::with_limit(10).order_by_score();
        self.searcher
            .search(query.as_ref(), &(top, Count))
            .expect("an answer");
    }

    fn phrase(&self, q: &str) -> Box<dyn Query> {
        let term = |text: &str| Term::from_field_text(self.fields.grams, text);
        let mut terms: Vec<(usize, Term)> = phrase_terms(&cut_text(q))
            .terms
            .into_iter()
            .map(|(offset, text)| (offset as usize, term(&text)))
            .collect();
        if terms.len() == 1 {
            let only = terms.remove(0).1;
            return Box::new(TermQuery::new(only, IndexRecordOption::WithFreqs));
        }
        Box::new(PhraseQuery::new_with_offset(terms))
    }

    fn all_words(&self, q: &str) -> Box<dyn Query> {
        let must = words(&cut_text(q)).into_iter().map(|word| {
            let term = Term::from_field_text(self.fields.words, &word.term);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            (Occur::Must, Box::new(query) as Box<dyn Query>)
        });
        Box::new(BooleanQuery::new(must.collect()))
    }
}

/// A question and the milliseconds of processor time that it took.
type Timed<'a> = (f64, &'a Question);

/// Asks each question once to warm the files and then times it; the fastest first.
fn times(questions: &[Question], ask: impl Fn(&Question)) -> Vec<Timed<'_>> {
    questions.iter().for_each(&ask);
    let mut times: Vec<Timed<'_>> = questions
        .iter()
        .map(|question| {
            let started = thread_time();
            ask(question);
            ((thread_time() - started).as_secs_f64() * 1_000.0, question)
        })
        .collect();
    times.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    times
}

/// The slowest questions, for those who look for the reason.
fn slowest(sorted: &[Timed<'_>]) -> String {
    let slowest = sorted.iter().rev().take(SLOWEST);
    let slowest = slowest.map(|(ms, question)| format!("{} {ms:.1}", question.search.query.q));
    slowest.collect::<Vec<_>>().join(", ")
}

/// Processor time that this thread has used.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn at(sorted: &[Timed<'_>], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)].0
}

fn mean(times: &[Timed<'_>]) -> f64 {
    times.iter().map(|(ms, _)| ms).sum::<f64>() / times.len() as f64
}
