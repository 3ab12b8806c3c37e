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
//! 4. `characters`: radicals, compatibility forms, ligatures, private use, invisible characters.
//! 5. `columns`, `doubled`, `spacing`, `wraps`, `hyphens`, `words`: layout, from the page to the word.
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
//! `tests/cases` holds cases of each, known failures among them.

pub mod batch;
pub(crate) mod pass;
pub(crate) mod scan;
mod survey;

mod exempt;

mod double;
mod escape;
mod lost;

mod cid;
mod names;

mod glyph_shift;

mod characters;

mod lines;

mod columns;
mod doubled;
mod headers;
mod hyphens;
mod spacing;
mod words;
mod wraps;

mod ocr;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

pub use polidex_schema::repair_kind::{Family, RepairKind};

use crate::text::model::Model;
pub use crate::text::source_map::{Piece, SourceMap};
use pass::{Context, Pass};
use survey::Survey;

/// How far repair goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Encodings, escapes, glyph ids and single characters.
    Safe,
    /// Everything.
    #[default]
    Full,
}

/// What to repair.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How far repair goes.
    pub level: Level,
    /// Families that are switched off.
    pub without: Vec<Family>,
}

/// One repair: what stood where, what stands there now, and why.
///
/// Steps replay: see [`replay`].
#[derive(Clone, Debug, PartialEq)]
pub struct RepairStep {
    /// What was wrong.
    pub kind: RepairKind,
    /// Which run over the text it belongs to, counted from 0; the steps of one pass are apart and in order.
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

/// The passes, in order. Escapes yield bytes and double encodings yield characters, so they come before the families
/// that read characters; layout needs characters, and the traces of OCR need words.
const PASSES: &[Pass] = &[
    Pass {
        family: Family::Escapes,
        find: escape::find_escapes,
    },
    Pass {
        family: Family::DoubleEncoding,
        find: double::find_double_encodings,
    },
    Pass {
        family: Family::GlyphIds,
        find: cid::find,
    },
    Pass {
        family: Family::GlyphIds,
        find: glyph_shift::find,
    },
    Pass {
        family: Family::Characters,
        find: characters::find,
    },
    Pass {
        family: Family::Layout,
        find: columns::find,
    },
    Pass {
        family: Family::Layout,
        find: headers::find,
    },
    Pass {
        family: Family::Layout,
        find: doubled::find,
    },
    Pass {
        family: Family::Layout,
        find: spacing::find,
    },
    Pass {
        family: Family::Layout,
        find: wraps::find,
    },
    Pass {
        family: Family::Layout,
        find: hyphens::find,
    },
    Pass {
        family: Family::Layout,
        find: words::find,
    },
    Pass {
        family: Family::Ocr,
        find: ocr::find,
    },
    Pass {
        family: Family::Lost,
        find: lost::find_lost,
    },
];

/// Rounds over all passes: a repair may uncover another (entities around mojibake). Measured on 2026-11-22, no case
/// of the benchmark needs more than three.
const MAX_ROUNDS: usize = 12;

/// Layers of escapes and wrong decodings that are peeled in one round: three that were seen, and one to be sure.
const MAX_LAYERS: usize = 4;

/// Repairs one document. Total and idempotent; clean text comes back as it is.
pub fn repair_text(text: &str, options: &Options) -> Repaired {
    let mut repaired = Repaired {
        text: text.to_owned(),
        map: SourceMap::identity(text.len()),
        steps: Vec::new(),
        lost: Vec::new(),
    };
    let mut pass_count = 0;
    let mut vain_trials = HashSet::new();
    let is_encoding =
        |pass: &&Pass| matches!(pass.family, Family::Escapes | Family::DoubleEncoding);
    for _ in 0..MAX_ROUNDS {
        // Each round starts without evidence, so the last one, which finds nothing, is what a repair of the result
        // would be: that makes repair idempotent.
        let mut context = Context {
            vain_trials,
            ..Context::new(options, Survey::of(&repaired.text))
        };
        let steps_before = repaired.steps.len();
        // The other passes would mend away controls and soft hyphens that are bytes of a layer still to be peeled.
        for _ in 0..MAX_LAYERS {
            let steps_before = repaired.steps.len();
            run_passes(
                PASSES.iter().filter(is_encoding),
                &mut pass_count,
                &mut repaired,
                &mut context,
            );
            if repaired.steps.len() == steps_before {
                break;
            }
        }
        run_passes(
            PASSES.iter().filter(|pass| !is_encoding(pass)),
            &mut pass_count,
            &mut repaired,
            &mut context,
        );
        if repaired.steps.len() == steps_before {
            break;
        }
        vain_trials = context.vain_trials;
    }
    repaired
}

fn run_passes<'a>(
    passes: impl Iterator<Item = &'a Pass>,
    pass_count: &mut usize,
    repaired: &mut Repaired,
    context: &mut Context<'_>,
) {
    for pass in passes
        .filter(|pass| context.options.allows(pass.family))
        .collect::<Vec<_>>()
    {
        run_pass(pass, *pass_count, repaired, context);
        *pass_count += 1;
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

/// How plausible `text` is, in nats for each character, at most 0; 0 for the empty text.
///
/// Good Chinese (either script) and English reach -3 to -7, lists of rare names -9, noise and wrong readings -10 to -18.
/// Of other living scripts the model knows only that letters of one script stand together: they score -5 to -7, whatever
/// they say. Blanks and line breaks count as characters; a page of a few words says little.
///
/// ```
/// use polidex_indexer::repair::plausibility;
/// assert!(plausibility("依法追究刑事责任") > plausibility("渚濇硶杩界┒鍒戜簨璐ｄ换") + 4.0);
/// ```
pub fn plausibility(text: &str) -> f32 {
    let len_chars = text.chars().count();
    if len_chars == 0 {
        0.0
    } else {
        Model::get().living_score('\n', text.chars()) / len_chars as f32
    }
}

/// Whether `text` reads like text and not like noise: [`plausibility`] above that of names made of rare characters.
///
/// ```
/// use polidex_indexer::repair::is_plausible;
/// assert!(is_plausible("The Council may, by regulation, prescribe the fees.") && !is_plausible("ю͑ྗᙄࡰ˄̻୛ɻ"));
/// ```
pub fn is_plausible(text: &str) -> bool {
    plausibility(text) > MIN_PLAUSIBLE_NATS
}

/// Names of rare characters reach this for each character; noise does not.
const MIN_PLAUSIBLE_NATS: f32 = -9.5;

fn run_pass(pass: &Pass, number: usize, repaired: &mut Repaired, context: &mut Context<'_>) {
    let mut edits = (pass.find)(&repaired.text, context);
    edits.settle(&repaired.text);
    repaired.lost.extend(edits.lost().iter().cloned());
    if !edits.is_empty() {
        let (text, map) = edits.apply(&repaired.text);
        for edit in edits.list() {
            repaired.steps.push(RepairStep {
                kind: edit.kind,
                pass: number,
                at: edit.at.clone(),
                source: repaired.map.source_of(edit.at.clone()),
                before: repaired.text[edit.at.clone()].to_owned(),
                after: edit.after.clone(),
                confidence: edit.confidence,
            });
        }
        repaired.lost = map.texts_of_all(&repaired.lost);
        repaired.map = map.after(&repaired.map);
        repaired.text = text;
        context.survey = Survey::of(&repaired.text);
    }
    merge_spans(&mut repaired.lost);
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
    /// Whether `family` is switched on at this level.
    pub fn allows(&self, family: Family) -> bool {
        let is_full_only = matches!(family, Family::Layout | Family::Ocr);
        !self.without.contains(&family) && (self.level == Level::Full || !is_full_only)
    }
}
