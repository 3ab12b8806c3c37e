//! Cuts a run of words as typed: which pieces are looked for, which of them only join others.
//!
//! What a dictionary does not know it cuts into single ideographs (港獨, 一地兩檢). Those are looked for in one piece as far as
//! they stand so in some document, and only else each by itself.

use std::ops::Range;

use polidex_analysis::function_words::is_function_word;
use polidex_analysis::tokens::{Word, words};
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::error::ServerError;
use crate::mark::pattern::Pattern;
use crate::query::parse::MAX_PHRASE_UNITS;
use crate::query::plan::Neighbours;
use crate::query::plan::leaves::{Wanted, word_pattern};
use crate::query::plan::node::{Field, placed_terms};
use crate::query::plan::pieces::{Piece, pieces};
use crate::query::plan::planner::{Planner, Scope};
use crate::query::weights;

/// Minimum number of ideographs of a part of a compound.
const MIN_PART: usize = 2;

/// A word of a run and the bytes it stands in.
pub(super) struct TypedWord {
    pub(super) source: Range<usize>,
    pub(super) wanted: Wanted,
    /// It only joins others: never wanted, never marked.
    pub(super) is_function: bool,
    /// A date beside other words: it adds to the score and is not wanted.
    pub(super) is_hint: bool,
    /// Index of the pattern that marks it; `None` for one that is not marked.
    pub(super) pattern: Option<usize>,
    /// The words that a compound is made of, if it stands nowhere in one piece.
    pub(super) apart: Vec<Wanted>,
}

/// A part of a run that was typed without spaces.
struct Chunk<'t> {
    /// Place in the run, in bytes.
    at: usize,
    text: &'t str,
    cut: Cut,
    cuttings: Vec<Cutting>,
}

/// A piece of a chunk, before it is planned.
struct Cutting {
    /// Bytes of the chunk.
    source: Range<usize>,
    units: Range<usize>,
    kind: Kind,
    is_function: bool,
    is_hint: bool,
}

#[derive(Clone)]
enum Kind {
    Word(Word),
    /// Wanted in one piece.
    Compound,
    /// An ideograph that stands in one piece with none of its neighbours.
    Lone(Word),
}

impl Cutting {
    /// What marks the piece, which is `typed`; `None` for an ideograph that is marked nowhere by itself.
    fn pattern(&self, cut: &Cut, typed: &str) -> Option<Pattern> {
        match &self.kind {
            Kind::Word(word) => Some(word_pattern(word, is_han(cut, self), typed)),
            Kind::Compound => Some(Pattern::of_phrase(&cut_text(typed))),
            Kind::Lone(_) => None,
        }
    }
}

impl Planner<'_> {
    /// The words of `text`, each with the bytes it stands in.
    pub(super) fn typed_words(
        &mut self,
        text: &str,
        scope: Scope,
    ) -> Result<Vec<TypedWord>, ServerError> {
        let chunks = self.cut_chunks(text);
        let all = || chunks.iter().flat_map(|chunk| &chunk.cuttings);
        let has_content = all().any(|piece| !piece.is_function && !piece.is_hint);
        let mut typed_words = Vec::new();
        for Chunk {
            at,
            text,
            cut,
            cuttings,
        } in &chunks
        {
            for piece in cuttings {
                let typed = &text[piece.source.clone()];
                let was_negated = self.is_negated;
                // Words that are not wanted are neither marked nor counted.
                self.is_negated |= has_content && piece.is_function;
                let wanted = self.cutting(cut, piece, typed, scope);
                let apart = self.apart(cut, piece, scope);
                self.is_negated = was_negated;
                let pattern = piece.pattern(cut, typed);
                typed_words.push(TypedWord {
                    pattern: pattern.and_then(|pattern| self.marked(&pattern)),
                    source: at + piece.source.start..at + piece.source.end,
                    wanted: wanted?,
                    apart,
                    is_function: piece.is_function,
                    is_hint: has_content && piece.is_hint,
                });
            }
        }
        Ok(typed_words)
    }

    /// The chunks of `text` and their pieces.
    fn cut_chunks<'t>(&self, text: &'t str) -> Vec<Chunk<'t>> {
        let mut chunks = Vec::new();
        for source in self.chunks(text) {
            let chunk = &text[source.clone()];
            let cut = cut_text(chunk);
            let is_whole = is_address(chunk) || is_document_number(chunk) || chunk.contains(' ');
            let cuttings = match cut.units().len() {
                units @ 2..=MAX_PHRASE_UNITS if is_whole => vec![Cutting {
                    source: source_of(&cut, 0..units),
                    units: 0..units,
                    kind: Kind::Compound,
                    is_function: false,
                    is_hint: false,
                }],
                _ => self.cuttings(chunk, &cut),
            };
            chunks.push(Chunk {
                at: source.start,
                text: chunk,
                cut,
                cuttings,
            });
        }
        chunks
    }

    /// Places of the chunks typed without spaces; a negation and the word behind it are one where they stand so: *not guilty*.
    fn chunks(&self, text: &str) -> Vec<Range<usize>> {
        let mut chunks: Vec<Range<usize>> = Vec::new();
        let mut is_negation = false;
        for chunk in text.split_whitespace() {
            // Slices of one text: the distance of their addresses is the chunk's place in it.
            let at = chunk.as_ptr() as usize - text.as_ptr() as usize;
            let end = at + chunk.len();
            match chunks.last_mut() {
                Some(last) if is_negation && self.stands(&text[last.start..end]) => last.end = end,
                _ => chunks.push(at..end),
            }
            is_negation = ["not", "no"].contains(&chunk.to_lowercase().as_str());
        }
        chunks
    }

    /// Returns `true` if `text` stands in one piece in some document.
    pub(super) fn stands(&self, text: &str) -> bool {
        let terms = placed_terms(&cut_text(text));
        self.vocabulary.has_phrase(Field::Grams, &terms)
    }

    fn cutting(
        &mut self,
        cut: &Cut,
        piece: &Cutting,
        typed: &str,
        scope: Scope,
    ) -> Result<Wanted, ServerError> {
        let wanted = match &piece.kind {
            Kind::Word(word) => self.word(cut, word, typed, scope),
            Kind::Compound => self.phrase(&cut_text(typed), 0, scope)?,
            Kind::Lone(word) => {
                let was_negated = std::mem::replace(&mut self.is_negated, true);
                let wanted = self.word(cut, word, typed, scope);
                self.is_negated = was_negated;
                wanted
            }
        };
        self.part(typed, &wanted.required);
        Ok(wanted)
    }

    /// The two words that a compound of the dictionary is made of, where it stands nowhere in one piece: 流感疫苗. Empty where
    /// either stands nowhere.
    fn apart(&mut self, cut: &Cut, piece: &Cutting, scope: Scope) -> Vec<Wanted> {
        let is_word = matches!(piece.kind, Kind::Word(_)) && is_han(cut, piece);
        let text = text_of(cut, piece.units.clone());
        if !is_word || piece.units.len() < 2 * MIN_PART || self.stands(&text) {
            return Vec::new();
        }
        let middles = piece.units.start + MIN_PART..=piece.units.end - MIN_PART;
        let halves = middles.map(|middle| {
            let halves = [piece.units.start..middle, middle..piece.units.end];
            halves.map(|half| cut_text(&text_of(cut, half)))
        });
        let mut known = halves.filter_map(|halves| {
            let [first, second] = halves.each_ref().map(only_word);
            let [one, other] = halves;
            Some([(one, first?), (other, second?)])
        });
        let Some(parts) = known.find(|parts| {
            let mut parts = parts.iter();
            parts.all(|(half, _)| self.stands(&text_of(half, 0..half.units().len())))
        }) else {
            return Vec::new();
        };
        let parts = parts
            .iter()
            .map(|(half, word)| self.word(half, word, &word.term, scope));
        parts.collect()
    }

    /// The pieces of a chunk typed without spaces, single ideographs joined to what they stand beside.
    fn cuttings(&self, chunk: &str, cut: &Cut) -> Vec<Cutting> {
        let mut cuttings: Vec<Cutting> = Vec::new();
        let mut coming = pieces(cut).into_iter().peekable();
        while let Some(piece) = coming.next() {
            let units = piece.units();
            let next = self.cutting_of(chunk, cut, piece, units);
            let behind = coming.peek().map(Piece::units);
            match cuttings.last_mut() {
                Some(last)
                    if self.are_one(cut, last, &next)
                        && !behind
                            .is_some_and(|behind| self.is_drawn_on(cut, last, &next, behind)) =>
                {
                    last.units.end = next.units.end;
                    last.source.end = next.source.end;
                    last.kind = Kind::Compound;
                    last.is_function = false;
                }
                _ => cuttings.push(next),
            }
        }
        mark_lone(cut, &mut cuttings);
        cuttings
    }

    fn cutting_of(&self, chunk: &str, cut: &Cut, piece: Piece, units: Range<usize>) -> Cutting {
        let source = source_of(cut, units.clone());
        let typed = &chunk[source.clone()];
        Cutting {
            is_function: is_function_word(typed),
            is_hint: matches!(piece, Piece::Compound(_)) && is_date_part(cut, &units),
            kind: match piece {
                Piece::Word(word) => Kind::Word(word),
                Piece::Compound(_) => Kind::Compound,
            },
            source,
            units,
        }
    }

    /// Returns `true` if a single ideograph stands in one piece with its neighbour in some document.
    fn are_one(&self, cut: &Cut, one: &Cutting, other: &Cutting) -> bool {
        let negates = self.is_negation(cut, one);
        let is_plain = |piece: &Cutting| is_han(cut, piece) && !piece.is_function;
        let is_single = |piece: &Cutting| piece.units.len() == 1;
        let was_joined = matches!(one.kind, Kind::Compound);
        let can_join = is_single(other) || is_single(one) && !was_joined || negates;
        let units = one.units.start..other.units.end;
        // A negation belongs to what follows: 沒上班 is a piece of 颱風天沒上班, 天沒 is none.
        let is_negated_next = is_plain(one) && self.is_negation(cut, other);
        if !((negates || is_plain(one)) && is_plain(other) && can_join)
            || is_negated_next
            || units.len() > MAX_PHRASE_UNITS
            || !are_adjacent(cut, one, other)
        {
            return false;
        }
        self.stands(&text_of(cut, units))
    }

    /// Returns `true` for a single ideograph that stands beside the single one behind it in more documents than beside the one
    /// before it, unless all stand in one piece somewhere: 公司名稱預查 is 公司, 名稱 and 預查, although 名稱預 stands where two
    /// columns of a table meet; 一地兩檢 stays whole.
    fn is_drawn_on(
        &self,
        cut: &Cut,
        before: &Cutting,
        piece: &Cutting,
        behind: Range<usize>,
    ) -> bool {
        let units = cut.units();
        let at = piece.units.start;
        let is_pair = at > 0
            && piece.units.len() == 1
            && behind.len() == 1
            && units[behind.start].kind == UnitKind::Ideograph
            && units[at].position + 1 == units[behind.start].position;
        let documents = |units: Range<usize>| {
            let terms = placed_terms(&cut_text(&text_of(cut, units)));
            self.vocabulary.phrase_freq(Field::Grams, &terms)
        };
        let (first, end) = (before.units.start, behind.end);
        is_pair
            && !self.stands(&text_of(cut, first..end))
            && documents(at..end) > documents(first..at + 1)
    }

    /// Returns `true` for a word that turns what follows into its opposite.
    fn is_negation(&self, cut: &Cut, piece: &Cutting) -> bool {
        let text = text_of(cut, piece.units.clone());
        ["不", "未", "无", "非", "没", "没有", "勿", "冇", "唔"].contains(&text.as_str())
    }

    /// Notes which of `typed` follow each other: a passage where they stand so tells more than one that holds them apart.
    pub(super) fn note_neighbours(&mut self, typed: &[TypedWord]) {
        let marked = |word: &TypedWord| Some((word.source.clone(), word.pattern?));
        let marked: Vec<(Range<usize>, usize)> = typed.iter().filter_map(marked).collect();
        for pair in marked.windows(2) {
            let ((before, first), (behind, second)) = (&pair[0], &pair[1]);
            let gap_bytes = behind.start.saturating_sub(before.end);
            if first != second && gap_bytes <= weights::MAX_GAP_BYTES {
                self.neighbours.push(Neighbours {
                    first: *first,
                    second: *second,
                    gap_bytes,
                });
            }
        }
    }

    /// Marks two adjacent ideographs of a run that stands nowhere in one piece.
    pub(super) fn mark_pairs(&mut self, pairs: &[String], scope: Scope) {
        for pair in pairs {
            if self.vocabulary.doc_freq(Field::Grams, pair) > 0 {
                let pattern = Pattern::of_phrase(&cut_text(pair));
                self.mark(pattern, scope, (Field::Grams, pair), 1.0);
            }
        }
    }
}

/// Tells single ideographs beside others from those typed alone: they are not marked wherever they stand.
fn mark_lone(cut: &Cut, cuttings: &mut [Cutting]) {
    let begins_han = |piece: &Cutting| cut.units()[piece.units.start].kind == UnitKind::Ideograph;
    for at in 0..cuttings.len() {
        let touches = |other: usize, piece: &Cutting| {
            cuttings.get(other).is_some_and(|other| {
                begins_han(other)
                    && (other.units.end == piece.units.start
                        || piece.units.end == other.units.start)
            })
        };
        let piece = &cuttings[at];
        let is_lone = piece.units.len() == 1
            && begins_han(piece)
            && (at > 0 && touches(at - 1, piece) || touches(at + 1, piece));
        if let (true, Kind::Word(word)) = (is_lone, &piece.kind) {
            cuttings[at].kind = Kind::Lone(word.clone());
        }
    }
}

/// The word that a text is; `None` for a text of several.
fn only_word(cut: &Cut) -> Option<Word> {
    let mut words = words(cut).into_iter();
    let only = words.next()?;
    words.next().is_none().then_some(only)
}

/// Folded text of units that stand beside each other.
fn text_of(cut: &Cut, units: Range<usize>) -> String {
    let units = cut.units()[units].iter();
    units.map(|unit| cut.text(unit)).collect()
}

/// Returns true for a piece of ideographs.
fn is_han(cut: &Cut, piece: &Cutting) -> bool {
    let units = &cut.units()[piece.units.clone()];
    units.iter().all(|unit| unit.kind == UnitKind::Ideograph)
}

/// Returns true for two pieces with nothing between them.
fn are_adjacent(cut: &Cut, one: &Cutting, other: &Cutting) -> bool {
    let units = cut.units();
    one.units.end == other.units.start
        && units[one.units.end - 1].position + 1 == units[other.units.start].position
}

/// Returns `true` for an address of a person or a page: its parts say little.
fn is_address(chunk: &str) -> bool {
    let inner = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    let dots = inner.matches('.').count();
    let is_latin = inner.is_ascii() && inner.bytes().any(|byte| byte.is_ascii_alphabetic());
    let has_host = |from: &str| from.contains('.');
    let is_mail = inner
        .split_once('@')
        .is_some_and(|(_, host)| has_host(host));
    let is_page = inner.contains("://") || dots >= 2 && inner.len() > 2 * (dots + 1);
    is_latin && (is_mail || is_page)
}

/// Returns `true` for a number that a publisher gives a document: 国发〔2023〕15号.
fn is_document_number(chunk: &str) -> bool {
    let parts = chunk
        .split_once(['〔', '[', '［', '【', '(', '（'])
        .and_then(|(before, rest)| {
            let (year, rest) = rest.split_once(['〕', ']', '］', '】', ')', '）'])?;
            Some((before, year, rest))
        });
    parts.is_some_and(|(before, year, rest)| {
        let number = rest.strip_suffix(['号', '號']).unwrap_or_default();
        is_numeric(year)
            && year.chars().count() == 4
            && is_numeric(number)
            && before.chars().any(char::is_alphabetic)
    })
}

fn is_numeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_numeric)
}

/// Returns `true` for a year, a month or a day: a number with its counter.
fn is_date_part(cut: &Cut, units: &Range<usize>) -> bool {
    let units = &cut.units()[units.clone()];
    let (Some(number), Some(counter)) = (units.first(), units.last()) else {
        return false;
    };
    let digits = cut.text(number).len();
    number.kind == UnitKind::Number
        && match cut.text(counter) {
            "年" => digits == 4,
            "月" | "日" | "号" => digits <= 2,
            _ => false,
        }
}

/// Bytes that `units` of `cut` stand in.
pub(super) fn source_of(cut: &Cut, units: Range<usize>) -> Range<usize> {
    let units = &cut.units()[units];
    units[0].source().start..units[units.len() - 1].source().end
}
