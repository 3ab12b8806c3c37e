//! Reads everything that can be suggested from the documents: titles, headings, glossary terms and frequent phrases.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use polidex_analysis::language::Language;
use polidex_schema::record::{DocumentRecord, Role};

use crate::answer::SuggestionKind;
use crate::query::expand::tables::Concept;
use crate::suggest::collection::Collection;
use crate::suggest::phrases::PhraseCounter;
use crate::suggest::suggester::{Entry, Suggester};
use crate::suggest::text::{MIN_LETTERS, head_of, normalized, one_line, script_of};

/// Maximum length of a title or heading that is offered, in characters.
const MAX_TEXT_CHARS: usize = 120;
/// Maximum number of bytes of folded text, all suggestions together; a search through them takes 1 ms a megabyte.
const MAX_FOLDED_BYTES: usize = 8 << 20;
/// Maximum number of documents read; of more, every second, third, … one.
const MAX_DOCUMENTS_READ: usize = 50_000;
/// Bytes of text in which phrases are counted, all documents together.
const PHRASE_BYTES: usize = 24 << 20;
/// Minimum number of bytes of each document in which phrases are counted.
const MIN_PHRASE_BYTES: usize = 1_024;
/// Maximum number of phrases kept.
const MAX_PHRASES: usize = 4_000;
/// Time after which reading ends with what it has.
const READING_TIME: Duration = Duration::from_secs(60);

impl Suggester {
    /// Reads `collection`. Terms that no document holds are left out.
    pub(crate) fn read(collection: &dyn Collection, terms: &[Concept]) -> Self {
        let harvest = Harvest::of(collection);
        let phrases = harvest.phrases.frequent(MAX_PHRASES);
        let forms = terms.iter().flat_map(forms_of).map(|(form, _)| form);
        let counted: Vec<&str> = forms.chain(&phrases).map(String::as_str).collect();
        let counts = collection.phrases_documents(&counted);
        let mut builder = Builder {
            suggester: Self::new(usual_script(collection)),
            known: HashMap::new(),
            documents: counted.into_iter().zip(counts).collect(),
        };
        for term in terms {
            builder.add_term(term);
        }
        for phrase in &phrases {
            builder.add_phrase(phrase);
        }
        for (title, lang) in harvest.titles {
            builder.add(title, lang, SuggestionKind::Title, 1);
        }
        for (heading, (documents, lang)) in by_documents(harvest.headings) {
            builder.add(heading, lang, SuggestionKind::Heading, documents);
        }
        builder.suggester
    }
}

/// Returns the script of most Chinese documents.
fn usual_script(collection: &dyn Collection) -> Language {
    let [traditional, simplified] = [Language::TraditionalChinese, Language::SimplifiedChinese];
    let is_traditional =
        collection.language_documents(traditional) >= collection.language_documents(simplified);
    if is_traditional {
        traditional
    } else {
        simplified
    }
}

/// Sorts headings by their number of documents, the most first.
fn by_documents(headings: HashMap<String, (u64, Language)>) -> Vec<(String, (u64, Language))> {
    let mut sorted: Vec<_> = headings.into_iter().collect();
    sorted
        .sort_by(|(one, (few, _)), (other, (many, _))| many.cmp(few).then_with(|| one.cmp(other)));
    sorted
}

/// Titles, headings and phrases of the documents.
#[derive(Default)]
struct Harvest {
    titles: Vec<(String, Language)>,
    /// Number of documents and language by heading.
    headings: HashMap<String, (u64, Language)>,
    phrases: PhraseCounter,
    /// Bytes of each document in which phrases are counted.
    phrase_bytes: usize,
}

impl Harvest {
    fn of(collection: &dyn Collection) -> Self {
        let started = Instant::now();
        let count = collection.documents();
        let step = count.div_ceil(MAX_DOCUMENTS_READ).max(1);
        let mut harvest = Self {
            phrase_bytes: (PHRASE_BYTES * step / count.max(1)).max(MIN_PHRASE_BYTES),
            ..Self::default()
        };
        collection.visit(step, &mut |record, text| {
            harvest.add(record, text);
            started.elapsed() < READING_TIME
        });
        harvest
    }

    fn add(&mut self, record: &DocumentRecord, text: &str) {
        let main = record.lang.first().copied().unwrap_or_default();
        let lang = script_of(&record.title).unwrap_or(main);
        self.titles.push((record.title.clone(), lang));
        self.add_headings(record, text);
        self.phrases.count(head_of(text, self.phrase_bytes));
    }

    /// Counts each heading of a document once.
    fn add_headings(&mut self, record: &DocumentRecord, text: &str) {
        let mut seen = HashSet::new();
        for passage in &record.passages {
            if !matches!(passage.role, Role::Heading(_)) {
                continue;
            }
            let bytes = passage.from_byte as usize..passage.to_byte as usize;
            let heading = one_line(text.get(bytes).unwrap_or_default());
            if heading != record.title && seen.insert(heading.clone()) {
                self.headings.entry(heading).or_insert((0, passage.lang)).0 += 1;
            }
        }
    }
}

/// Forms of a term with their languages. A form with a place for a number ({n}) is a pattern and no word.
fn forms_of(term: &Concept) -> impl Iterator<Item = (&String, Language)> {
    let columns = [
        (&term.traditional, Language::TraditionalChinese),
        (&term.simplified, Language::SimplifiedChinese),
        (&term.english, Language::English),
    ];
    let forms = columns
        .into_iter()
        .flat_map(|(forms, lang)| forms.iter().map(move |form| (form, lang)));
    forms.filter(|(form, _)| !form.contains('{'))
}

struct Builder<'a> {
    suggester: Suggester,
    /// Indexes of the entries by their folded text.
    known: HashMap<String, usize>,
    /// Numbers of documents by term and phrase.
    documents: HashMap<&'a str, u64>,
}

impl Builder<'_> {
    fn add_term(&mut self, term: &Concept) {
        for (form, lang) in forms_of(term) {
            let documents = match self.known.get(&normalized(form)) {
                Some(entry) => self.suggester.entry(*entry).documents,
                None => self.documents_with(form),
            };
            self.add(form.clone(), lang, SuggestionKind::Term, documents);
        }
    }

    fn add_phrase(&mut self, phrase: &str) {
        let documents = self.documents_with(phrase);
        let lang = script_of(phrase).unwrap_or(self.suggester.usual_script);
        self.add(phrase.to_owned(), lang, SuggestionKind::Phrase, documents);
    }

    fn documents_with(&self, phrase: &str) -> u64 {
        self.documents.get(phrase).copied().unwrap_or(0)
    }

    /// Adds a text that documents hold, or the other script of one that is known.
    fn add(&mut self, text: String, lang: Language, kind: SuggestionKind, documents: u64) {
        let text = one_line(&text);
        let folded = normalized(&text);
        if documents == 0 || !self.has_room_for(&text, &folded) {
            return;
        }
        if let Some(&known) = self.known.get(&folded) {
            let entry = self.suggester.entry_mut(known);
            if entry.lang != lang && entry.text != text && entry.twin.is_none() {
                entry.twin = Some((text, lang));
            }
            return;
        }
        let entry = Entry {
            text,
            lang,
            twin: None,
            kind,
            documents,
        };
        let index = self.suggester.add(entry, &folded);
        self.known.insert(folded, index);
    }

    fn has_room_for(&self, text: &str, folded: &str) -> bool {
        let is_short = folded.chars().count() < MIN_LETTERS;
        let is_long = text.chars().count() > MAX_TEXT_CHARS;
        let is_full = self.suggester.folded_bytes() + folded.len() > MAX_FOLDED_BYTES;
        !(is_short || is_long || is_full)
    }
}
