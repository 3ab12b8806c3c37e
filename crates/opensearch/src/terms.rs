//! Terms of a document as they are sent: those of each field joined by blanks, a paragraph a value of its own.
//!
//! The cluster cuts at white space and gives each term the next position; between values it leaves [`PARAGRAPH_GAP`] free
//! positions, which is what our own stream leaves at a blank line. So the stream there is ours.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use polidex_analysis::hash::Fnv;
use polidex_analysis::tokens::{Grams, Token, character_tokens, word_tokens};
use polidex_analysis::units::Pieces;
use polidex_indexer::store::document::indexed_texts;
use polidex_schema::fields::{Fields, schema};
use polidex_schema::record::DocumentRecord;

pub(crate) use polidex_analysis::units::PARAGRAPH_GAP;

/// Maximum number of UTF-16 units of a term: Lucene cuts longer ones in two.
const MAX_TERM_UNITS: usize = 255;
/// Maximum number of bytes of an exact value: Lucene refuses those above 32,766.
const MAX_VALUE_BYTES: usize = 8_000;
/// First character of a name that stands for a term that is too long; no text holds it.
const LONG_MARK: char = '\u{2}';

/// Fields whose terms an analyzer makes, and that have numbers of documents kept beside the index.
pub(crate) const ANALYZED: [&str; 5] =
    ["words", "grams", "characters", "title_words", "title_grams"];

/// The term as it is sent: itself, or a name of it where it is too long.
pub(crate) fn sent_term(term: &str) -> Cow<'_, str> {
    let is_long = term.len() > MAX_TERM_UNITS && term.encode_utf16().count() > MAX_TERM_UNITS;
    short_name(term, is_long)
}

/// The exact value as it is sent.
pub(crate) fn sent_value(value: &str) -> Cow<'_, str> {
    short_name(value, value.len() > MAX_VALUE_BYTES)
}

fn short_name(text: &str, is_long: bool) -> Cow<'_, str> {
    if is_long {
        return Cow::Owned(format!("{LONG_MARK}{:016x}", Fnv::of(text.as_bytes())));
    }
    Cow::Borrowed(text)
}

/// Terms of a document, by field.
pub(crate) type Streams = BTreeMap<String, Stream>;

/// Terms of one field.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    values: Vec<String>,
    next_position: Option<u32>,
}

impl Stream {
    fn push(&mut self, token: Token<'_>) {
        if self.next_position == Some(token.position)
            && let Some(last) = self.values.last_mut()
        {
            last.push(' ');
            last.push_str(&sent_term(token.term));
        } else {
            self.values.push(sent_term(token.term).into_owned());
        }
        self.next_position = Some(token.position + 1);
    }

    /// Ends a text: what follows is a value of its own.
    fn end(&mut self) {
        self.next_position = None;
    }

    /// The values, in order.
    pub(crate) fn values(&self) -> &[String] {
        &self.values
    }

    /// The terms, each as often as it occurs.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flat_map(|value| value.split(' '))
    }

    fn push_text(&mut self, kind: Kind, text: &str) {
        let mut grams = Grams::default();
        for (_, cut) in Pieces::of(text) {
            match kind {
                Kind::Grams => grams.push(&cut, |token| self.push(token)),
                Kind::Words => word_tokens(&cut, |token| self.push_next(token)),
                Kind::Characters => character_tokens(&cut, |token| self.push_next(token)),
            }
        }
        grams.finish(|token| self.push(token));
        self.end();
    }

    /// Pushes a token whose position counts for nothing.
    fn push_next(&mut self, token: Token<'_>) {
        let position = self.next_position.unwrap_or(0);
        self.push(Token { position, ..token });
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Grams,
    Words,
    Characters,
}

fn kind(field: &str) -> Kind {
    match field {
        "characters" => Kind::Characters,
        "words" | "title_words" => Kind::Words,
        _ => Kind::Grams,
    }
}

/// Makes the terms of documents.
pub(crate) struct Analysis {
    names: BTreeMap<u32, String>,
    pub(crate) fields: Fields,
}

impl Analysis {
    pub(crate) fn new() -> Self {
        let (schema, fields) = schema();
        let names = schema.fields();
        let names = names.map(|(field, entry)| (field.field_id(), entry.name().to_owned()));
        Self {
            names: names.collect(),
            fields,
        }
    }

    /// Name of the field with this number.
    pub(crate) fn name(&self, field: u32) -> &str {
        self.names.get(&field).map_or("", String::as_str)
    }

    /// The streams of the analyzed fields of a document, by field.
    pub(crate) fn streams(&self, record: &DocumentRecord, text: &str, replaced: &str) -> Streams {
        let mut streams: Streams = BTreeMap::new();
        let texts = indexed_texts(&self.fields, record, text).into_iter();
        let named = texts.map(|(field, text)| (self.name(field.field_id()).to_owned(), text));
        for (name, text) in named.chain([("original_grams".to_owned(), replaced)]) {
            let kind = kind(&name);
            streams.entry(name).or_default().push_text(kind, text);
        }
        streams.retain(|_, stream| !stream.values.is_empty());
        streams
    }
}

/// Number of documents of each term, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TermCounts(BTreeMap<&'static str, BTreeMap<String, u64>>);

impl TermCounts {
    /// Counts a document in.
    pub(crate) fn add(&mut self, streams: &Streams) {
        self.change(streams, |count| *count += 1);
    }

    /// Counts a document out.
    pub(crate) fn remove(&mut self, streams: &Streams) {
        self.change(streams, |count| *count = count.saturating_sub(1));
        for counts in self.0.values_mut() {
            counts.retain(|_, count| *count > 0);
        }
    }

    /// Adds the counts of other documents.
    pub(crate) fn add_all(&mut self, others: Self) {
        for (field, counts) in others.0 {
            let own = self.0.entry(field).or_default();
            for (term, count) in counts {
                *own.entry(term).or_default() += count;
            }
        }
    }

    fn change(&mut self, streams: &Streams, change: impl Fn(&mut u64)) {
        for field in ANALYZED {
            let Some(stream) = streams.get(field) else {
                continue;
            };
            let counts = self.0.entry(field).or_default();
            let distinct: HashSet<&str> = stream.terms().collect();
            for term in distinct {
                match counts.get_mut(term) {
                    Some(count) => change(count),
                    None => change(counts.entry(term.to_owned()).or_default()),
                }
            }
        }
    }

    /// The terms of a field in order, with their counts.
    pub(crate) fn of(&self, field: &str) -> Option<&BTreeMap<String, u64>> {
        self.0.get(field)
    }

    /// A line for each term: field, count, term.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for (field, counts) in &self.0 {
            for (term, count) in counts {
                text.push_str(&format!("{field}\t{count}\t{term}\n"));
            }
        }
        text
    }

    /// Reads what [`TermCounts::to_text`] wrote; `None` for anything else.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut counts = Self::default();
        for line in text.lines() {
            let mut parts = line.splitn(3, '\t');
            let (field, count, term) = (parts.next()?, parts.next()?, parts.next()?);
            let field = ANALYZED.into_iter().find(|known| *known == field)?;
            let of_field = counts.0.entry(field).or_default();
            of_field.insert(term.to_owned(), count.parse().ok()?);
        }
        Some(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(title: &str) -> DocumentRecord {
        DocumentRecord {
            title: title.to_owned(),
            ..DocumentRecord::default()
        }
    }

    #[test]
    fn a_paragraph_is_a_value_of_its_own() {
        let analysis = Analysis::new();
        let streams = analysis.streams(&record(""), "新質\n生產力\n\nof 香港", "");
        assert_eq!(
            streams["grams"].values(),
            ["新 新质 质生 生产 产力 力", "of 香 香港 港"]
        );
        assert_eq!(streams["words"].values(), ["新质生产力 of 香港"]);
    }

    #[test]
    fn no_term_holds_white_space_and_none_is_too_long() {
        let long = "a".repeat(300);
        let text = format!("{long} I & T, 1,000.50　x\u{a0}y\u{2028}z C++ don't 第 23 條");
        let streams = Analysis::new().streams(&record("T"), &text, &text);
        for (field, stream) in &streams {
            for term in stream.terms() {
                assert!(
                    !term.is_empty() && !term.contains(char::is_whitespace),
                    "{field}: {term:?}"
                );
                assert!(term.encode_utf16().count() <= MAX_TERM_UNITS, "{field}");
            }
        }
        assert!(
            streams["grams"]
                .terms()
                .any(|term| term == sent_term(&long))
        );
    }

    #[test]
    fn counts_are_read_as_they_were_written_and_go_with_their_documents() {
        let analysis = Analysis::new();
        let one = analysis.streams(&record("Housing"), "Public housing. Public land.", "");
        let other = analysis.streams(&record("Land"), "Land", "");
        let mut counts = TermCounts::default();
        counts.add(&one);
        let alone = counts.clone();
        counts.add(&other);
        assert_eq!(counts.of("grams").map(|terms| terms["land"]), Some(2));
        assert_eq!(
            TermCounts::from_text(&counts.to_text()).as_ref(),
            Some(&counts)
        );
        counts.remove(&other);
        assert_eq!(counts, alone);
    }
}
