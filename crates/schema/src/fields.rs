//! The fields of the index: one list for the end that writes and the end that reads.
//!
//! A document of the engine is a whole source document; its passages are stored beside its text. [`fingerprint`] names this
//! list together with the analyzers: an index with another fingerprint holds other terms.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::RAW_TOKENIZER_NAME;

use polidex_analysis::analyzers::{CHARACTERS, GRAMS, WORDS, add_tables};
use polidex_analysis::fold::fold_text;
use polidex_analysis::hash::Fnv;
use polidex_analysis::scripts::is_han;
use polidex_analysis::units::{UnitKind, cut_text};

/// Raised when text is tokenized or stored differently than before.
const ANALYZER_VERSION: u32 = 6;

/// Units of a title that its key holds.
const MAX_TITLE_UNITS: usize = 512;

/// The fields, by name and handle.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Document id: exact, sortable, unique.
    pub id: Field,
    /// Title, as a value to label and sort by.
    pub title: Field,
    /// Publisher.
    pub publisher: Field,
    /// Kind.
    pub kind: Field,
    /// Number, as the publisher writes it.
    pub number: Field,
    /// Languages; several values.
    pub lang: Field,
    /// First of the languages, as a value: tells a document from its counterparts.
    pub main_lang: Field,
    /// Terms shared with its counterparts in other languages, see [`crate::work`]; several values.
    pub work: Field,
    /// Short names that the text gives, each an [`abbreviation_term`]; several values.
    pub abbreviations: Field,
    /// Works and places that the text cites, each a term of [`crate::citations::cites_terms`]; several values.
    pub cites: Field,
    /// Hashes of numbers with the articles they stand in, which translations share; up to [`crate::work::SKETCH_SIZE`].
    pub number_sketch: Field,
    /// First day the date may mean, `YYYYMMDD`; absent when unknown.
    pub first_day: Field,
    /// Last day the date may mean.
    pub last_day: Field,
    /// [`polidex_analysis::duplicates::duplicate_key`]: equal for documents that say the same.
    pub duplicate_key: Field,
    /// Words of the body.
    pub words: Field,
    /// Grams of the body, with positions.
    pub grams: Field,
    /// Grams of what repairs replaced in the text as published, with the words around it; asked by quoted phrases only.
    pub original_grams: Field,
    /// Single ideographs and marks of title and body.
    pub characters: Field,
    /// Words of the title.
    pub title_words: Field,
    /// Grams of the title, with positions.
    pub title_grams: Field,
    /// The whole title as one term: its [`title_key`].
    pub title_key: Field,
    /// The text, as stored and shown; [`crate::packed`] like the two below.
    pub text: Field,
    /// The [`crate::record::DocumentRecord`], encoded.
    pub record: Field,
    /// The [`crate::record::RepairRecord`]s, encoded; absent when there are none.
    pub repairs: Field,
    /// The text as decoded, before any repair, where it differs from `text`.
    pub original: Field,
    /// What the text cites, packed as [`crate::citations`] says; absent when it cites nothing.
    pub citations: Field,
}

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fast = || TextOptions::default().set_fast(RAW_TOKENIZER_NAME);
    let [words, characters, grams, original_grams] = analyzed_texts();
    let fields = Fields {
        id: builder.add_text_field("id", STRING | FAST),
        title: builder.add_text_field("title", fast()),
        publisher: builder.add_text_field("publisher", STRING | FAST),
        kind: builder.add_text_field("kind", STRING | FAST),
        number: builder.add_text_field("number", STRING | FAST),
        lang: builder.add_text_field("lang", STRING | FAST),
        main_lang: builder.add_text_field("main_lang", fast()),
        work: builder.add_text_field("work", STRING | FAST),
        abbreviations: builder.add_text_field("abbreviations", STRING),
        cites: builder.add_text_field("cites", STRING),
        number_sketch: builder.add_u64_field("number_sketch", INDEXED | FAST),
        first_day: builder.add_u64_field("first_day", INDEXED | FAST),
        last_day: builder.add_u64_field("last_day", INDEXED | FAST),
        duplicate_key: builder.add_u64_field("duplicate_key", FAST),
        words: builder.add_text_field("words", words.clone()),
        grams: builder.add_text_field("grams", grams.clone()),
        original_grams: builder.add_text_field("original_grams", original_grams),
        characters: builder.add_text_field("characters", characters),
        title_words: builder.add_text_field("title_words", words),
        title_grams: builder.add_text_field("title_grams", grams),
        title_key: builder.add_text_field("title_key", STRING),
        text: builder.add_bytes_field("text", STORED),
        record: builder.add_bytes_field("record", STORED),
        repairs: builder.add_bytes_field("repairs", STORED),
        original: builder.add_bytes_field("original", STORED),
        citations: builder.add_bytes_field("citations", STORED),
    };
    (builder.build(), fields)
}

/// Options of the analyzed fields: words, characters, grams, and the grams of what repairs replaced, which are never scored.
fn analyzed_texts() -> [TextOptions; 4] {
    let indexing = |analyzer: &str, option: IndexRecordOption| {
        TextFieldIndexing::default()
            .set_tokenizer(analyzer)
            .set_index_option(option)
    };
    let positions = IndexRecordOption::WithFreqsAndPositions;
    [
        indexing(WORDS, IndexRecordOption::WithFreqs),
        indexing(CHARACTERS, IndexRecordOption::WithFreqs),
        indexing(GRAMS, positions),
        indexing(GRAMS, positions).set_fieldnorms(false),
    ]
    .map(|indexing| TextOptions::default().set_indexing_options(indexing))
}

/// Parts a short name from the long one; no text holds it.
const ABBREVIATION_MARK: char = '\u{1F}';

/// Returns the term of a short name and the name that a document says it stands for.
pub fn abbreviation_term(short: &str, long: &str) -> String {
    format!("{short}{ABBREVIATION_MARK}{long}")
}

/// Returns the short and the long name of an [`abbreviation_term`].
pub fn abbreviation_of(term: &str) -> Option<(&str, &str)> {
    term.split_once(ABBREVIATION_MARK)
}

/// What two titles share that are the same to a reader: their units without marks, folded, parted by a space. Empty when
/// there is no unit.
pub fn title_key(title: &str) -> String {
    let cut = cut_text(title);
    let units = cut
        .units()
        .iter()
        .filter(|unit| unit.kind != UnitKind::Mark);
    let mut key = String::with_capacity(title.len());
    for unit in units.take(MAX_TITLE_UNITS) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(cut.text(unit));
    }
    key
}

/// Returns true if `part` occurs in `text` as words of its own: the title *Act* is not in *Action*. Words and grams
/// hold a title beside the text only where the text does not hold it.
pub fn holds_words(text: &str, part: &str) -> bool {
    let (Some(first), Some(last)) = (part.chars().next(), part.chars().next_back()) else {
        return true;
    };
    let is_edge = |edge: char, beside: Option<char>| {
        is_han(edge) || beside.is_none_or(|beside| beside.is_whitespace() || is_han(beside))
    };
    text.match_indices(part).any(|(at, _)| {
        is_edge(first, text[..at].chars().next_back())
            && is_edge(last, text[at + part.len()..].chars().next())
    })
}

/// Names the analyzers, their tables and the fields in 16 hexadecimal digits. Programs of equal fingerprints make and read
/// the same terms.
pub fn fingerprint() -> String {
    let (schema, _) = schema();
    let mut hash = Fnv::default();
    hash.add(&ANALYZER_VERSION.to_le_bytes());
    hash.add(
        format!(
            "{:?}",
            schema.fields().map(|(_, entry)| entry).collect::<Vec<_>>()
        )
        .as_bytes(),
    );
    add_tables(&mut hash);
    hash.add(fold_text("衞生 Ｉ＆Ｔ Café ⻑ 著").text.as_bytes());
    format!("{:016x}", hash.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_is_stable_and_field_names_are_unique() {
        // The fingerprint in force: indexes of another are refused, since their records have other fields.
        assert_eq!(fingerprint(), "9c720412269899dd");
        let (schema, fields) = schema();
        assert_eq!(schema.get_field("grams").expect("declared"), fields.grams);
    }
}
