//! Finds how documents render a term in their counterparts.

use std::collections::HashSet;
use std::ops::Range;
use std::time::Instant;

use polidex_analysis::alignment::align;
use polidex_schema::record::DocumentRecord;

use crate::address::{document_address, passage_address};
use crate::answer::MarkOffsets;
use crate::engine::{DocRef, Stored};
use crate::error::ServerError;
use crate::expansion::ExpansionKind;
use crate::mark::highlight::Matcher;
use crate::query::parse::parse_query;
use crate::query::plan::Plan;
use crate::question::{Expand, Query, Search};
use crate::rendering_answer::{RenderedSentence, RenderingCount, Renderings, SentenceText};
use crate::renderings::{Rendering, renderings};
use crate::searcher::marker::Marker;
use crate::searcher::parts::{part_of, passage_at};
use crate::searcher::strategy::Strategy;
use crate::searcher::{DEADLINE, Searcher};

/// Documents that are aligned at most.
const MAX_DOCUMENTS: usize = 400;
/// Longest text that is aligned, in bytes.
const MAX_ALIGNED_BYTES: usize = 2 << 20;
/// Bytes of all texts that are aligned.
const MAX_ALL_BYTES: usize = 64 << 20;
/// Sentences without the term that are compared.
const MAX_OTHERS: usize = 8_000;
/// Sentences with the term.
const MAX_SENTENCES: usize = 5_000;
/// Sentences of a rendering that are shown.
const MAX_SHOWN: usize = 20;

/// Ideographs before a term that make it a part of another: 被保險人 is no 保險人, 副主席 no 主席.
const TURNING: [char; 10] = ['被', '非', '副', '反', '未', '不', '無', '无', '次', '準'];
/// Least number of sentences in which a term stands for itself; with fewer, those where it is a part of another count too.
const LEAST_ALONE: usize = 3;

/// A document and its counterpart.
struct Pair {
    stored: Stored,
    text: String,
    other: Stored,
    other_text: String,
}

/// A sentence that holds the term, in bytes of its text, and its partner.
struct Partners {
    /// Number of the pair of documents.
    pair: usize,
    source: Range<usize>,
    marks: Vec<Range<usize>>,
    other: Range<usize>,
    /// The term is a part of a longer one wherever it stands.
    is_within: bool,
}

/// Sentences of pairs of documents.
#[derive(Default)]
struct Sentences {
    pairs: Vec<Pair>,
    with: Vec<Partners>,
    /// Partners of sentences without the term: the pair and the bytes.
    without: Vec<(usize, Range<usize>)>,
}

impl Searcher {
    /// How documents that hold what `search` finds as typed render it in their counterparts.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn renderings(&self, search: &Search) -> Result<Renderings, ServerError> {
        let (literal, plan, is_empty) = self.as_one_term(search)?;
        let until = Instant::now() + DEADLINE;
        let documents = match is_empty {
            true => Vec::new(),
            false => self.holding(&Strategy {
                deadline: until,
                ..self.strategy(&plan, &literal)
            })?,
        };
        let matcher = Marker::of(&plan).body;
        let (mut sentences, complete) = self.aligned(&documents, &matcher, until)?;
        sentences.keep_alone();
        let found = sentences.renderings(&self.known_translations(&search.query)?);
        let of_each = found.iter().map(|rendering| rendering.sentences.len());
        let told: usize = of_each.sum();
        Ok(Renderings {
            q: search.query.q.clone(),
            documents: sentences.pairs.len() as u64,
            sentences: sentences.with.len() as u64,
            untold: (sentences.with.len() - told) as u64,
            complete,
            renderings: found.iter().map(|of| sentences.count(of)).collect(),
            index: self.index_info(),
        })
    }

    /// `search` as typed with its plan, and true where it asks for nothing. A term of several words is one in one piece.
    fn as_one_term(&self, search: &Search) -> Result<(Search, Plan, bool), ServerError> {
        let mut literal = search.clone();
        literal.query.expand = Expand::None;
        let mut parsed = parse_query(&literal.query.q)?;
        let mut plan = self.plan(parsed.root.as_ref(), &literal.query)?;
        if plan.is_plain {
            literal.query.q = format!("\"{}\"", search.query.q.trim());
            parsed = parse_query(&literal.query.q)?;
            plan = self.plan(parsed.root.as_ref(), &literal.query)?;
        }
        Ok((literal, plan, parsed.root.is_none()))
    }

    /// Translations of a query that the tables know.
    fn known_translations(&self, query: &Query) -> Result<Vec<String>, ServerError> {
        let query = Query {
            expand: Expand::All,
            ..query.clone()
        };
        let parsed = parse_query(&query.q)?;
        let plan = self.plan(parsed.root.as_ref(), &query)?;
        let typed = query.q.trim_matches(['"', '“', '”', '「', '」', ' ']);
        let expansions = plan.expansions.into_iter();
        let whole = expansions.filter(|expansion| {
            expansion.kind == ExpansionKind::Translation && expansion.term.trim() == typed
        });
        Ok(whole.flat_map(|expansion| expansion.forms).collect())
    }

    /// Sentences of `documents` and of their counterparts, and true if all documents were read before `until`.
    fn aligned(
        &self,
        documents: &[DocRef],
        matcher: &Matcher,
        until: Instant,
    ) -> Result<(Sentences, bool), ServerError> {
        let mut sentences = Sentences::default();
        let mut bytes = 0;
        for document in documents {
            let is_full = sentences.pairs.len() >= MAX_DOCUMENTS
                || sentences.with.len() >= MAX_SENTENCES
                || bytes >= MAX_ALL_BYTES;
            if is_full || Instant::now() >= until {
                return Ok((sentences, false));
            }
            if let Some(pair) = self.pair(*document)? {
                bytes += pair.text.len() + pair.other_text.len();
                sentences.add(pair, matcher);
            }
        }
        Ok((sentences, true))
    }

    /// A document with its counterpart in the other language; `None` without one, and for long texts.
    fn pair(&self, document: DocRef) -> Result<Option<Pair>, ServerError> {
        let counterparts = self.engine.counterparts(document)?;
        if counterparts.is_empty() {
            return Ok(None);
        }
        let stored = self.engine.document(document)?;
        let is_english = |tag: &str| tag == "en";
        let lang = stored.record.lang.first().map_or("", |lang| lang.tag());
        let other = counterparts
            .iter()
            .find(|other| is_english(&other.lang) != is_english(lang));
        let Some(other) = other
            .map(|other| self.engine.find(&other.id))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        let other = self.engine.document(other)?;
        let (text, other_text) = (stored.text()?, other.text()?);
        if text.len_bytes().max(other_text.len_bytes()) > MAX_ALIGNED_BYTES {
            return Ok(None);
        }
        let (text, other_text) = (text.whole()?.into_owned(), other_text.whole()?.into_owned());
        Ok(Some(Pair {
            stored,
            text,
            other,
            other_text,
        }))
    }
}

impl Sentences {
    /// Drops the sentences where the term is a part of a longer one, unless it hardly stands elsewhere.
    fn keep_alone(&mut self) {
        let alone = self.with.iter().filter(|with| !with.is_within).count();
        if alone >= LEAST_ALONE {
            self.with.retain(|with| !with.is_within);
        }
    }

    /// How the partners of the sentences with the term render it, `known` translations first.
    fn renderings(&self, known: &[String]) -> Vec<Rendering> {
        let with = self.with.iter();
        let with = with.map(|with| self.other_text(with.pair, &with.other));
        let without = self.without.iter();
        let without = without.map(|(pair, range)| self.other_text(*pair, range));
        let pairs = self.with.iter().map(|with| with.pair);
        renderings(
            &with.collect::<Vec<_>>(),
            &pairs.collect::<Vec<_>>(),
            &without.collect::<Vec<_>>(),
            known,
        )
    }

    /// Bytes of the counterpart of a pair.
    fn other_text(&self, pair: usize, range: &Range<usize>) -> &str {
        let text = &self.pairs[pair].other_text;
        text.get(range.clone()).unwrap_or_default()
    }

    fn add(&mut self, pair: Pair, matcher: &Matcher) {
        let number = self.pairs.len();
        let mut marks = matcher
            .marks(&pair.text)
            .into_iter()
            .map(|mark| mark.range)
            .peekable();
        for bead in align(&pair.text, &pair.other_text) {
            let mut within = Vec::new();
            while let Some(mark) =
                marks.next_if(|mark| mark.start < bead.first.end.max(bead.first.start))
            {
                if mark.start >= bead.first.start && mark.end <= bead.first.end {
                    within.push(mark);
                }
            }
            if bead.first.is_empty() || bead.second.is_empty() {
                continue;
            }
            if within.is_empty() {
                if self.without.len() < MAX_OTHERS {
                    self.without.push((number, bead.second));
                }
                continue;
            }
            let is_within = within.iter().all(|mark| is_within(&pair.text, mark));
            self.with.push(Partners {
                pair: number,
                source: bead.first,
                marks: within,
                other: bead.second,
                is_within,
            });
        }
        self.pairs.push(pair);
    }

    /// A rendering with the first of its sentences.
    fn count(&self, rendering: &Rendering) -> RenderingCount {
        let pairs: HashSet<usize> = rendering
            .sentences
            .iter()
            .map(|(at, _)| self.with[*at].pair)
            .collect();
        let shown = rendering.sentences.iter().take(MAX_SHOWN);
        RenderingCount {
            text: rendering.text.clone(),
            count: rendering.sentences.len() as u64,
            documents: pairs.len() as u64,
            sentences: shown.map(|(at, words)| self.sentence(*at, words)).collect(),
        }
    }

    fn sentence(&self, at: usize, words: &Range<usize>) -> RenderedSentence {
        let partners = &self.with[at];
        let pair = &self.pairs[partners.pair];
        let start = partners.other.start;
        let words = start + words.start..start + words.end;
        RenderedSentence {
            source: sentence_text(
                &pair.stored.record,
                &pair.text,
                &partners.source,
                &partners.marks,
            ),
            rendered: sentence_text(
                &pair.other.record,
                &pair.other_text,
                &partners.other,
                &[words],
            ),
        }
    }
}

/// Returns true if the words `mark` of a text are a part of a longer term: 保險人 in 被保險人, *Act* in *Interpretation Act*.
fn is_within(text: &str, mark: &Range<usize>) -> bool {
    let before = &text[..mark.start];
    let begins_capital = text[mark.start..].starts_with(|c: char| c.is_ascii_uppercase());
    if !begins_capital {
        return before.ends_with(TURNING);
    }
    let Some(before) = before.strip_suffix(' ') else {
        return false;
    };
    let from = before.rfind(|c: char| !c.is_ascii_alphabetic());
    let word = &before[from.map_or(0, |at| before.ceil_char_boundary(at + 1))..];
    // A sentence begins with a capital whatever its word is.
    let opens = |word: &str| {
        matches!(
            word,
            "The" | "This" | "That" | "Such" | "An" | "A" | "Any" | "Each" | "No"
        )
    };
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.len() > 1 && !opens(word)
}

/// The bytes `range` of a text as a sentence, with `marks` of the text.
fn sentence_text(
    record: &DocumentRecord,
    text: &str,
    range: &Range<usize>,
    marks: &[Range<usize>],
) -> SentenceText {
    let sentence = text.get(range.clone()).unwrap_or_default();
    let chars = |to: usize| {
        let before = sentence.get(..to.saturating_sub(range.start));
        before.unwrap_or_default().chars().count()
    };
    let offsets = marks.iter().map(|mark| MarkOffsets {
        start: chars(mark.start),
        end: chars(mark.end),
    });
    let address = document_address(&record.id, &Query::default());
    let passage = passage_at(record, range.start);
    let url = passage
        .map(|index| passage_address(&address, part_of(record, index), &format!("p{}", index + 1)));
    SentenceText {
        id: record.id.clone(),
        title: record.title.clone(),
        text: sentence.to_owned(),
        offsets: offsets.collect(),
        lang: record
            .lang
            .first()
            .map_or_else(String::new, |lang| lang.tag().to_owned()),
        url: url.unwrap_or(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_within_a_longer_one_is_told() {
        let within = |text: &str, term: &str| {
            let start = text.find(term).expect("it is there");
            is_within(text, &(start..start + term.len()))
        };
        for (text, term) in [
            ("應由被保險人負擔", "保險人"),
            ("由副主席代理", "主席"),
            ("非公務員準用之", "公務員"),
            ("under the Interpretation Act", "Act"),
            ("a Deputy Minister may", "Minister"),
        ] {
            assert!(within(text, term), "{text}");
        }
        for (text, term) in [
            ("應由保險人負擔", "保險人"),
            ("The Act applies", "Act"),
            ("under the Act", "Act"),
            ("an insured person", "person"),
            ("the Minister may", "Minister"),
        ] {
            assert!(!within(text, term), "{text}");
        }
    }
}
