//! Measures indexing against tantivy alone, on some lines of a folder of JSON Lines.
//!
//! Ours is the whole pipeline: reading, decoding, repair, layout, metadata, places, passages, cutting, storing, one segment.
//! tantivy's is the same terms at the same positions in the same fields and the same stored bytes, cut beforehand and handed
//! over from memory, by as many threads, into one segment: what no pipeline on tantivy can beat. Both in one run, in wall and
//! in processor seconds; the second holds on a busy machine too. The share of metadata is the time that titles, dates,
//! publishers and numbers take of the stored texts, with nothing declared, on one thread.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use polidex_analysis::tokens::{character_tokens, gram_tokens, word_tokens};
use polidex_analysis::units::{Cut, cut_text};
use polidex_indexer::declared::Declared;
use polidex_indexer::index::{BuildOptions, build_index};
use polidex_indexer::layout::lay_out;
use polidex_indexer::metadata::describe;
use polidex_schema::fields::{Fields, schema};
use polidex_schema::packed::Packed;
use polidex_schema::record::DocumentRecord;
use polidex_tests::{open_bare, sample_lines};
use tantivy::schema::{
    Field, IndexRecordOption, OwnedValue, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use tantivy::{DocAddress, Index, IndexWriter, TantivyDocument};

/// Threads of both.
const THREADS: usize = 2;
/// Memory of tantivy's writer, as the pipeline gives it.
const BUDGET_BYTES: usize = (THREADS * 96) << 20;
/// Parts the terms of a text that was cut beforehand.
const BREAK: char = '\u{1F}';

/// Indexes every `step`-th line of the collections in `corpus` both ways and prints what each took.
pub(crate) fn run(corpus: &Path, step: usize) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    sample_lines(corpus, folder.path(), step);
    let ours_at = tempfile::TempDir::new().expect("a temporary folder");
    let ours = Spent::of(|| build(folder.path(), ours_at.path()));
    let documents = cut_beforehand(ours_at.path());
    let bare_at = tempfile::TempDir::new().expect("a temporary folder");
    let bare = Spent::of(|| index_bare(&documents, bare_at.path()));
    let text_len_bytes: usize = documents.iter().map(|cut| cut.text_len_bytes).sum();
    let measured = Measured {
        documents: documents.len(),
        text_bytes: text_len_bytes as u64,
        ours: (ours, folder_bytes(ours_at.path())),
        bare: (bare, folder_bytes(bare_at.path())),
        metadata: describe_all(ours_at.path()),
    };
    measured.print();
}

/// Time and size of both indexes.
struct Measured {
    documents: usize,
    text_bytes: u64,
    ours: (Spent, u64),
    bare: (Spent, u64),
    metadata: Spent,
}

impl Measured {
    fn print(&self) {
        let text_mib = mib(self.text_bytes);
        println!(
            "{} documents, {text_mib:.1} MiB of text, {THREADS} threads",
            self.documents
        );
        println!(
            "{:<20} {:>8} {:>8} {:>12} {:>12}",
            "", "wall s", "cpu s", "MiB/s", "index MiB"
        );
        let rows = [("polidex", &self.ours), ("tantivy alone", &self.bare)];
        for (name, (spent, index_bytes)) in rows {
            let (wall_s, cpu_s) = (spent.wall_s, spent.cpu_s);
            let (rate, size) = (text_mib / wall_s, mib(*index_bytes));
            println!("{name:<20} {wall_s:>8.2} {cpu_s:>8.2} {rate:>12.1} {size:>12.1}");
        }
        let ((ours, ours_bytes), (bare, _)) = (&self.ours, &self.bare);
        println!(
            "ratio to tantivy alone: wall {:.2}, cpu {:.2}",
            bare.wall_s / ours.wall_s,
            bare.cpu_s / ours.cpu_s
        );
        println!(
            "index to text: {:.2}",
            *ours_bytes as f64 / self.text_bytes as f64
        );
        let metadata_s = self.metadata.cpu_s;
        println!(
            "metadata: {metadata_s:.2} s, {:.1} % of cpu",
            100.0 * metadata_s / ours.cpu_s
        );
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

struct Spent {
    wall_s: f64,
    cpu_s: f64,
}

impl Spent {
    fn of(job: impl FnOnce()) -> Self {
        let (started, cpu) = (Instant::now(), cpu_seconds());
        job();
        Self {
            wall_s: started.elapsed().as_secs_f64(),
            cpu_s: cpu_seconds() - cpu,
        }
    }
}

/// Processor seconds of this process so far, from Linux's `/proc`; 0 elsewhere.
fn cpu_seconds() -> f64 {
    ticks(2)
}

/// As [`cpu_seconds`], with those of its children that have ended.
pub(super) fn cpu_seconds_with_children() -> f64 {
    ticks(4)
}

/// Seconds of the first `counts` of the four times that Linux gives for this process.
fn ticks(counts: usize) -> f64 {
    /// Unit in which Linux counts.
    const TICKS_PER_S: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = behind_name
        .split_whitespace()
        .skip(11)
        .take(counts)
        .filter_map(|field| field.parse::<f64>().ok())
        .sum();
    ticks / TICKS_PER_S
}

fn build(folder: &Path, at: &Path) {
    let options = BuildOptions {
        threads: THREADS,
        ..BuildOptions::default()
    };
    build_index(&[folder.to_owned()], at, &options, &|_| {}).expect("an index");
}

fn folder_bytes(folder: &Path) -> u64 {
    let size = |path: PathBuf| {
        if path.is_dir() {
            folder_bytes(&path)
        } else {
            path.metadata().map_or(0, |meta| meta.len())
        }
    };
    fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| size(entry.path()))
        .sum()
}

/// Describes the text of every document of an index of ours.
fn describe_all(dir: &Path) -> Spent {
    let index = open_bare(dir);
    let (searcher, fields) = (index.reader().expect("an index").searcher(), schema().1);
    let mut texts = Vec::new();
    for (segment, reader) in searcher.segment_readers().iter().enumerate() {
        for doc in reader.doc_ids_alive() {
            let address = DocAddress::new(segment as u32, doc);
            let stored: TantivyDocument = searcher.doc(address).expect("readable");
            let packed = stored
                .get_first(fields.text)
                .and_then(|text| text.as_bytes());
            texts.push(lay_out(&unpacked(packed.expect("stored")), "row.jsonl", 0));
        }
    }
    Spent::of(|| {
        for laid_out in &texts {
            describe(&Declared::default(), &Declared::default(), laid_out);
        }
    })
}

/// A document whose fields are terms already.
struct CutDocument {
    text_len_bytes: usize,
    fields: Vec<(&'static str, String)>,
    stored: Vec<(&'static str, Vec<u8>)>,
}

/// Cuts every document of an index of ours.
fn cut_beforehand(dir: &Path) -> Vec<CutDocument> {
    let index = open_bare(dir);
    let (searcher, fields) = (index.reader().expect("an index").searcher(), schema().1);
    let mut documents = Vec::new();
    for (segment, reader) in searcher.segment_readers().iter().enumerate() {
        for doc in reader.doc_ids_alive() {
            let stored: TantivyDocument = searcher
                .doc(DocAddress::new(segment as u32, doc))
                .expect("readable");
            documents.push(cut_document(&stored, &fields));
        }
    }
    documents
}

fn cut_document(stored: &TantivyDocument, fields: &Fields) -> CutDocument {
    let bytes = |field| {
        let value = stored.get_first(field)?;
        value.as_bytes().map(<[u8]>::to_vec)
    };
    let packed = bytes(fields.text).expect("stored");
    let record = bytes(fields.record).expect("stored");
    let title = DocumentRecord::from_bytes(&record).expect("a record").title;
    let text = unpacked(&packed);
    let stored = [
        ("text", Some(packed)),
        ("record", Some(record)),
        ("repairs", bytes(fields.repairs)),
        ("original", bytes(fields.original)),
    ];
    let stored = stored.into_iter();
    CutDocument {
        text_len_bytes: text.len(),
        fields: cut_fields(&text, &title),
        stored: stored
            .filter_map(|(name, bytes)| Some((name, bytes?)))
            .collect(),
    }
}

fn unpacked(packed: &[u8]) -> String {
    let text = Packed::open(packed).and_then(|packed| packed.unpack());
    String::from_utf8(text.expect("a text")).expect("UTF-8")
}

fn cut_fields(text: &str, title: &str) -> Vec<(&'static str, String)> {
    let (text, title) = (cut_text(text), cut_text(title));
    let of_words = |cut: &Cut, push: &mut dyn FnMut(&str, u32)| {
        word_tokens(cut, |token| push(token.term, token.position));
    };
    let of_grams = |cut: &Cut, push: &mut dyn FnMut(&str, u32)| {
        gram_tokens(cut, |token| push(token.term, token.position));
    };
    let of_characters = |cut: &Cut, push: &mut dyn FnMut(&str, u32)| {
        character_tokens(cut, |token| push(token.term, token.position));
    };
    vec![
        ("words", joined(&text, of_words)),
        ("grams", joined(&text, of_grams)),
        ("characters", joined(&text, of_characters)),
        ("title_words", joined(&title, of_words)),
        ("title_grams", joined(&title, of_grams)),
    ]
}

/// Terms end to end; each has the distance to the position before it in front, as a character.
fn joined(cut: &Cut, tokens: impl Fn(&Cut, &mut dyn FnMut(&str, u32))) -> String {
    let (mut terms, mut position) = (String::new(), 0);
    tokens(cut, &mut |term, at| {
        terms.push(char::from_u32(0x20 + at - position).unwrap_or(' '));
        position = at;
        terms.push_str(term);
        terms.push(BREAK);
    });
    terms
}

fn index_bare(documents: &[CutDocument], at: &Path) {
    let schema = bare_schema();
    let index = Index::create_in_dir(at, schema.clone()).expect("an index");
    index.tokenizers().register("cut", CutTokenizer::default());
    let mut writer: IndexWriter = index
        .writer_with_num_threads(THREADS, BUDGET_BYTES)
        .expect("a writer");
    for document in documents {
        let added = bare_document(document, &schema);
        writer.add_document(added).expect("room in the queue");
    }
    writer.commit().expect("a commit");
    let segments = index.searchable_segment_ids().expect("segments");
    if segments.len() > 1 {
        writer.merge(&segments).wait().expect("merged");
    }
    writer.wait_merging_threads().expect("merged");
}

fn bare_document(document: &CutDocument, schema: &Schema) -> TantivyDocument {
    let field = |name: &str| -> Field { schema.get_field(name).expect("declared") };
    let mut added = TantivyDocument::default();
    for (name, terms) in &document.fields {
        added.add_text(field(name), terms);
    }
    for (name, bytes) in &document.stored {
        added.add_field_value(field(name), &OwnedValue::Bytes(bytes.clone()));
    }
    added
}

/// Schema of the fields that hold text, as ours has them.
fn bare_schema() -> Schema {
    let mut builder = Schema::builder();
    let indexed = |option| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("cut")
            .set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    for name in ["words", "characters", "title_words"] {
        builder.add_text_field(name, indexed(IndexRecordOption::WithFreqs));
    }
    for name in ["grams", "title_grams"] {
        builder.add_text_field(name, indexed(IndexRecordOption::WithFreqsAndPositions));
    }
    for name in ["text", "record", "repairs", "original"] {
        builder.add_bytes_field(name, STORED);
    }
    builder.build()
}

/// Hands out the terms of a text that was cut beforehand.
#[derive(Clone, Default)]
struct CutTokenizer {
    token: Token,
}

struct CutTokens<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl Tokenizer for CutTokenizer {
    type TokenStream<'a> = CutTokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CutTokens<'a> {
        self.token.reset();
        self.token.position = 0;
        CutTokens {
            rest: text,
            token: &mut self.token,
        }
    }
}

impl TokenStream for CutTokens<'_> {
    fn advance(&mut self) -> bool {
        let Some((term, rest)) = self.rest.split_once(BREAK) else {
            return false;
        };
        let step = term.chars().next().expect("a distance");
        self.token.position += step as usize - 0x20;
        self.token.text.clear();
        self.token.text.push_str(&term[step.len_utf8()..]);
        self.rest = rest;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
