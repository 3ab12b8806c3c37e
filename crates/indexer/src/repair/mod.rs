//! Mends damaged text: text → text, with a record of every change.
//!
//! In: the text of a document, as [`decode`](crate::decode) read it. Out: [`Repaired`]: the text as it was meant, a map
//! from every byte of it to the text given in, and a [`RepairStep`] for every change. Promises: total on any text;
//! clean text comes back byte for byte; repairing twice is repairing once; the steps, replayed, give the result; nothing
//! is guessed: a character that is gone stays gone, is flagged and reported.
//!
//! # Principle
//!
//! Damage of the first kind is a wrong reading of right bytes or glyphs. There the right reading exists, and the
//! question is only which: every candidate is scored by one model of what text looks like (`model`), in nats, and the
//! best one wins if it wins clearly. Clean text is first of all spared by looking at character classes, which costs
//! little; only a stretch that no good text has (rare ideographs close together, signs of single-byte sets side by
//! side, scripts that change within a word) is read anew. Damage of the second kind is typographic (a radical for an
//! ideograph, a line break for a space): there a table or a rule names the damage and the rest of the document bears
//! it out. What one passage shows is evidence for the next: a pair of character sets or a collection of glyphs that is
//! sure in one line lowers the bar for short runs in the others.
//!
//! First, do no harm: a missed repair is better than a false one. Bars stand where the benchmark's clean lines, not its
//! damaged ones, put them; on 2026-11-22, one line in 11,079 changes.
//!
//! # Order
//!
//! 1. `escape`: entities, `\u`, `%XX`, quoted-printable, RFC 2047, HZ, UTF-7. They hide bytes, so they come first.
//! 2. `double`: text decoded with the wrong set, by whole lines and all their layers, else by run. 1 and 2 repeat until
//!    no layer is left, before any pass that would take a soft hyphen or a control for a character, since both may be
//!    bytes of a layer.
//! 3. `cid`, `glyph_shift`: glyph ids of PDF fonts.
//! 4. `overstrike`, `characters`: characters printed on top of each other; radicals, compatibility forms, ligatures,
//!    private use, invisible characters.
//! 5. `columns`, `headers`, `doubled`, `spacing`, `wraps`, `hyphens`, `words`: layout, from the page to the word.
//! 6. `ocr`: traces of OCR and Markdown, last, since they need whole words.
//! 7. `lost`: flags what is left beyond repair.
//!
//! The whole is repeated until a round finds nothing; each round forgets the evidence of the one before, so the last
//! round is what a repair of the result would be.
//!
//! # Known failures
//!
//! - Names of two characters or rare ones in one double-byte set read as another, alone in their document: garbage of that
//!   length cannot be told from a name. With more of the same damage elsewhere they are mended.
//! - UTF-8 read as Big5 loses bytes nearly always; what is left is flagged where it shows.
//! - Glyph ids of TrueType fonts for Chinese differ from font to font; only Latin ones are shifted back.
//! - The languages of Europe are told apart by their alphabets: windows-1250 and windows-1252 may be confused in texts
//!   whose few accents stand in the alphabets of both readings.
//! - In text that is noise from beginning to end, only what the first stretches have shown is tried (`double`).
//! - A text cut off in the middle of a character keeps U+FFFD there.
//!
//! `tests/tests/promises/cases` holds cases of each, known failures among them.

mod survey;

mod pass;

mod scan;

mod exempt;
mod lines;
mod names;

mod escape;

mod lost;

mod double;

mod cid;
mod glyph_shift;

mod characters;
mod ligatures;
mod overstrike;

mod columns;
mod headers;

mod doubled;
mod spacing;

mod wraps;

mod hyphens;
mod words;

mod ocr;

mod passes;

pub mod batch;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

pub use polidex_schema::repair_kind::{Damage, Family, RepairKind};
use serde::{Deserialize, Serialize};

use crate::declared::Declared;
pub use crate::text::plausibility::{is_plausible, plausibility};
pub use crate::text::source_map::{Piece, SourceMap};
use pass::{Context, Edit, Edits, Pass};
use passes::{PASSES, SURVEYOR, mark_of};

/// Extent of repair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Encodings, escapes, glyph ids and single characters.
    Safe,
    /// Everything.
    #[default]
    Full,
}

/// Choice of what to repair.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Options {
    /// Extent of repair.
    pub level: Level,
    /// Families and kinds that are switched off.
    pub without: Vec<Damage>,
}

/// One repair: what stood where, what stands there now, and why.
///
/// Steps replay: see [`replay`].
#[derive(Clone, Debug, PartialEq)]
pub struct RepairStep {
    /// Kind of damage.
    pub kind: RepairKind,
    /// Number of the run over the text it belongs to, counted from 0; the steps of one pass are apart and in order.
    pub pass: usize,
    /// Bytes of the text as that pass found it.
    pub at: Range<usize>,
    /// Bytes of the text given to [`repair_text`]: all that `at` came from.
    pub source: Range<usize>,
    /// The text before this step.
    pub before: String,
    /// The text after it.
    pub after: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// A repaired text and the account of it.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The text after all repairs.
    pub text: String,
    /// From `text` back to the text given in.
    pub map: SourceMap,
    /// Every repair made, in the order of the passes.
    pub steps: Vec<RepairStep>,
    /// Spans of `text` that are beyond repair: kept as they are, flagged; in order and apart.
    pub lost: Vec<Range<usize>>,
}

/// Rounds over all passes: a repair may uncover another (entities around mojibake). Measured on 2026-11-22, no case
/// of the benchmark needs more than three.
const MAX_ROUNDS: usize = 12;

/// Layers of escapes and wrong decodings that are peeled in one round: three that were seen, and one to be sure.
const MAX_LAYERS: usize = 4;

/// Repairs one document. Total and idempotent; clean text comes back as it is.
///
/// # Examples
///
/// ```
/// use polidex_indexer::repair::{Options, repair_text};
///
/// let repaired = repair_text("Le Conseil dâ€™Ã‰tat a dÃ©cidÃ©.", &Options::default());
/// assert_eq!(repaired.text, "Le Conseil d’État a décidé.");
/// assert_eq!(repaired.steps[0].kind.slug(), "utf8-as-windows-1252");
///
/// let clean = "第二十三條　香港特別行政區應自行立法";
/// assert_eq!(repair_text(clean, &Options::default()).text, clean);
/// ```
pub fn repair_text(text: &str, options: &Options) -> Repaired {
    // Two readings may each be taken for the damage of the other. What stood before the first of them stays.
    repair_within(text, options, None)
        .or_else(|turns| repair_within(text, options, Some(turns)))
        .unwrap_or_else(|_| Work::new(text, options).repaired)
}

/// Repairs one document, layers in at most `most_turns` turns. Without such a limit, `Err` is the turn behind which the text
/// stood before as it stands again.
fn repair_within(
    text: &str,
    options: &Options,
    most_turns: Option<usize>,
) -> Result<Repaired, usize> {
    let mut work = Work::new(text, options);
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut turns = 0;
    for _ in 0..MAX_ROUNDS {
        // Each round starts without evidence, so the last one, which finds nothing, is what a repair of the result
        // would be: that makes repair idempotent.
        work.context.begin_round();
        let steps_before = work.repaired.steps.len();
        // The other passes would mend away controls and soft hyphens that are bytes of a layer still to be peeled.
        for _ in 0..MAX_LAYERS {
            if most_turns == Some(turns) {
                break;
            }
            let steps_before = work.repaired.steps.len();
            work.run_passes(Pass::peels_layers);
            if work.repaired.steps.len() == steps_before {
                break;
            }
            if turns == 0 {
                seen.insert(hash_of(text), 0);
            }
            turns += 1;
            let before = seen.insert(hash_of(&work.repaired.text), turns);
            if let Some(turn) = before.filter(|_| most_turns.is_none()) {
                return Err(turn);
            }
        }
        work.run_passes(|pass| !pass.peels_layers());
        if work.repaired.steps.len() == steps_before {
            break;
        }
    }
    Ok(work.repaired)
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A document under repair.
struct Work<'a> {
    repaired: Repaired,
    context: Context<'a>,
    /// Passes that have run so far.
    pass_count: usize,
}

impl<'a> Work<'a> {
    fn new(text: &str, options: &'a Options) -> Self {
        let repaired = Repaired {
            text: text.to_owned(),
            map: SourceMap::identity(text.len()),
            steps: Vec::new(),
            lost: Vec::new(),
        };
        Self {
            repaired,
            context: Context::new(options, SURVEYOR.survey(text)),
            pass_count: 0,
        }
    }

    /// Runs the passes that are switched on and `are_due`.
    fn run_passes(&mut self, are_due: impl Fn(&Pass) -> bool) {
        for (number, pass) in PASSES.iter().enumerate() {
            if are_due(pass) && self.context.options.allows(pass.family) {
                self.context.mark = mark_of(number);
                self.run_pass(pass);
                self.pass_count += 1;
            }
        }
    }

    fn run_pass(&mut self, pass: &Pass) {
        let mut edits = (pass.find)(&self.repaired.text, &mut self.context);
        edits.settle(&self.repaired.text);
        let options = self.context.options;
        edits.retain(|kind| !options.without.contains(&Damage::Kind(kind)));
        self.repaired.lost.extend(edits.lost().iter().cloned());
        if !edits.is_empty() {
            debug_assert!(edits.list().iter().all(|edit| (pass.makes)(edit.kind)));
            self.apply(&edits);
        }
        merge_spans(&mut self.repaired.lost);
    }

    /// Applies the edits of one pass and records them.
    fn apply(&mut self, edits: &Edits) {
        let repaired = &mut self.repaired;
        let steps = edits.list().iter();
        let steps = steps.map(|edit| step_of(edit, self.pass_count, &repaired.text, &repaired.map));
        repaired.steps.extend(steps);
        let (text, map) = edits.apply(&repaired.text);
        repaired.lost = map.texts_of_all(&repaired.lost);
        repaired.map = map.after(&repaired.map);
        repaired.text = text;
        self.context.survey = SURVEYOR.survey(&repaired.text);
    }
}

/// Step that records `edit`, made in `text` by a pass; `map` leads back to the source.
fn step_of(edit: &Edit, pass: usize, text: &str, map: &SourceMap) -> RepairStep {
    RepairStep {
        kind: edit.kind,
        pass,
        at: edit.at.clone(),
        source: map.source_of(edit.at.clone()),
        before: text[edit.at.clone()].to_owned(),
        after: edit.after.clone(),
        confidence: edit.confidence,
    }
}

/// Replays `steps` on `text`, the text that was given to [`repair_text`]: the result is [`Repaired::text`].
pub fn replay(text: &str, steps: &[RepairStep]) -> String {
    let mut text = text.to_owned();
    for pass in steps.chunk_by(|one, next| one.pass == next.pass) {
        let mut out = String::with_capacity(text.len());
        let mut copied = 0;
        for step in pass {
            out.push_str(&text[copied..step.at.start]);
            out.push_str(&step.after);
            copied = step.at.end;
        }
        out.push_str(&text[copied..]);
        text = out;
    }
    text
}

/// Counts the repairs of each kind: the most frequent first, equal ones by slug.
pub fn count_by_kind(steps: &[RepairStep]) -> Vec<(RepairKind, usize)> {
    let mut counts: BTreeMap<RepairKind, usize> = BTreeMap::new();
    for step in steps {
        *counts.entry(step.kind).or_default() += 1;
    }
    let mut counts: Vec<(RepairKind, usize)> = counts.into_iter().collect();
    counts.sort_by_cached_key(|(kind, count)| (std::cmp::Reverse(*count), kind.slug()));
    counts
}

fn merge_spans(spans: &mut Vec<Range<usize>>) {
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
}

impl Options {
    /// Options for a document whose folder switches all repair, or some of it, off.
    pub(crate) fn for_document(&self, declared: &Declared) -> Self {
        let mut options = self.clone();
        options.without.extend(&declared.without);
        if declared.repair == Some(false) {
            let families = Family::ALL.into_iter().map(Damage::Family);
            options.without.extend(families);
        }
        options
    }

    /// Returns true when `family` is switched on at this level.
    pub fn allows(&self, family: Family) -> bool {
        let is_full_only = matches!(family, Family::Layout | Family::Ocr);
        !self.without.contains(&Damage::Family(family))
            && (self.level == Level::Full || !is_full_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_readings_that_are_each_others_damage_are_not_told_to_and_fro() {
        let text = "傼-N釃謊謊謊謊謊謊謊謊";
        let repaired = repair_text(text, &Options::default());
        assert!(repaired.steps.len() <= 2, "{:?}", repaired.steps);
        let again = repair_text(&repaired.text, &Options::default());
        assert_eq!((again.steps.len(), again.text), (0, repaired.text));
        // What stands beside it is mended all the same.
        let beside = format!("{text}\n\nLe Conseil dâ€™Ã‰tat a dÃ©cidÃ©.\n");
        let repaired = repair_text(&beside, &Options::default());
        assert!(
            repaired.text.contains("Conseil d’État a décidé"),
            "{}",
            repaired.text
        );
        let again = repair_text(&repaired.text, &Options::default());
        assert_eq!((again.steps.len(), again.text), (0, repaired.text));
    }
}
