//! Undoes a decoding with the wrong character set.
//!
//! In: text that may hold, as a whole, in lines or in runs, bytes of one set read as another. Out: edits that put the
//! right reading there. Each suspicious line (`suspicion`) is encoded back with every set it can be written in and read
//! again with every set it may have been meant in (`misreading`); both readings are cut at common boundaries and every
//! block gets the nats the new reading gains (`align`). Stretches of gain are candidates (`candidate`), and the best one
//! wins if it wins clearly (`convincing`). What the text shows once (a sure pair of sets) lowers the bar for the rest.
//! Layers are peeled one at a time: the pass runs again until nothing is left. A byte that is gone leaves U+FFFD, never a
//! guess.

mod bounds;

mod suspicion;

mod stretch;

mod misreading;

mod align;

mod candidate;

mod looks;

mod rules;

mod convincing;

mod layers;

mod latin;

mod within;
mod words;
mod written;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use self::candidate::{Candidate, find_candidates};
use self::convincing::{MIN_GAIN_NATS, NEIGHBOUR_BYTES, is_certain, is_convincing};
use self::latin::find_latin;
use self::layers::{difference, find_layers};
use self::misreading::{MULTI_BYTE, Misreading, misreadings_of};
use self::stretch::Stretch;
use self::suspicion::{MAX_LINE_BYTES, SuspiciousLine, suspicious_lines};
use self::within::find_within;
use self::words::is_in_words;
use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::text::charset::Charset::*;
use crate::text::lines::line_start;

use self::suspicion::is_odd;

/// A pair that has gained this much in a text is known to be at work there.
const SURE_NATS: f32 = 40.0;
/// UTF-8 that has gained this much in all is known to have been read as something: a third of that, since it hardly
/// ever comes about by chance.
const SURE_UTF8_NATS: f32 = SURE_NATS / 3.0;
/// Score for each character of UTF-8 that leaves nothing to better ...
const GOOD_UTF8_NATS: f32 = -9.0;
/// ... and of other sets, which read much by chance.
const GOOD_TEXT_NATS: f32 = -6.5;
/// Confidence in a line that holds to the last character.
const WHOLE_LINE_CONFIDENCE: f32 = 0.95;
/// Confidence in an `à` one byte of which is gone.
const LOST_SPACE_CONFIDENCE: f32 = 0.8;
/// Gain for each character that makes a repair certain ...
const CERTAIN_GAIN_NATS: f32 = 10.0;
/// ... and the confidence in the least that is believed.
const MIN_CONFIDENCE: f32 = 0.5;
/// A pair that has gained this much has damaged the text throughout: others are no longer tried.
const DOMINANT_NATS: f32 = 4000.0;
/// Once this much, and this share of the text, has been looked at with every pair in vain, only pairs the text has
/// shown are tried: noise has no end, and no reading. On 2026-11-24 no document of the corpus fares otherwise with
/// four times as much.
const MAX_FRUITLESS_BYTES: usize = 32 * 1024;
const MAX_FRUITLESS_SHARE: usize = 32;

/// Text decoded with the wrong set.
pub(super) const PASS: Pass = Pass {
    family: Family::DoubleEncoding,
    makes: |kind| matches!(kind, RepairKind::WrongDecoding { .. }),
    suspects: Some(is_odd),
    find: find_double_encodings,
};

/// Finds double encodings; see the module.
pub(crate) fn find_double_encodings(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let doubtful = repair_lines(text, &mut edits, context);
    // What the rest of the text has shown decides what was too short or too weak by itself.
    if !context.evidence.is_empty() {
        for line in doubtful {
            let repairs = best_repairs(text, &line, context, true);
            accept(text, repairs, &mut edits, context);
        }
    }
    find_latin(text, &mut edits, context);
    find_within(text, &mut edits, context);
    find_lost_spaces(text, context, &mut edits);
    find_lost_ends(text, context, &mut edits);
    edits
}

/// Repairs the suspicious lines of `text` and returns those on which no pair is believed.
fn repair_lines(text: &str, edits: &mut Edits, context: &mut Context<'_>) -> Vec<SuspiciousLine> {
    let mut doubtful = Vec::new();
    let mut whole = WholeLines::default();
    for line in suspicious_lines(text, context) {
        let is_done = line.at.start < whole.end;
        if !is_done && !look_at(text, &line, &mut whole, edits, context) {
            doubtful.push(line);
        }
    }
    doubtful
}

/// Tries every pair on `line`; false where none is believed, or where no more are tried.
fn look_at(
    text: &str,
    line: &SuspiciousLine,
    whole: &mut WholeLines,
    edits: &mut Edits,
    context: &mut Context<'_>,
) -> bool {
    if is_fruitless(text, context) || !line.is_worth_a_try() {
        return false;
    }
    let trial = trial_of(text, line);
    if context.vain_trials.contains(&trial) {
        context.fruitless_bytes += line.at.len();
        return false;
    }
    if whole.peel(text, line, edits, context) || repair_line(text, line, edits, context) {
        // What was worth the look pays for more of them.
        context.fruitless_bytes = context.fruitless_bytes.saturating_sub(line.at.len());
        return true;
    }
    if context.evidence.is_empty() {
        context.vain_trials.insert(trial);
    }
    context.fruitless_bytes += line.at.len();
    false
}

/// Returns true once so much of `text` has been looked at in vain that no more pairs are tried.
fn is_fruitless(text: &str, context: &Context<'_>) -> bool {
    context.fruitless_bytes > MAX_FRUITLESS_BYTES + text.len() / MAX_FRUITLESS_SHARE
}

/// Makes the best repairs of a line; false where none is believed.
fn repair_line(
    text: &str,
    line: &SuspiciousLine,
    edits: &mut Edits,
    context: &mut Context<'_>,
) -> bool {
    let repairs = best_repairs(text, line, context, false);
    let is_repaired = !repairs.is_empty();
    if is_repaired {
        accept(text, repairs, edits, context);
    }
    is_repaired
}

/// Returns the whole line that `at` is a part of, without its line end.
fn line_of(text: &str, at: &Range<usize>) -> Range<usize> {
    let len = text[at.end..].find('\n');
    line_start(text, at.start)..len.map_or(text.len(), |len| at.end + len)
}

/// Stands for a suspicious line and its neighbourhood: what was tried on it in vain need not be tried again by the next
/// pass or round, which meet most lines as they were.
fn trial_of(text: &str, line: &SuspiciousLine) -> u64 {
    let from = text.floor_char_boundary(line.at.start.saturating_sub(NEIGHBOUR_BYTES));
    let to = text.ceil_char_boundary((line.at.end + NEIGHBOUR_BYTES).min(text.len()));
    let mut hasher = DefaultHasher::new();
    (&text[from..to], line.at.start - from, line.at.len()).hash(&mut hasher);
    hasher.finish()
}

/// The lines that were read anew as a whole.
#[derive(Default)]
struct WholeLines {
    /// Chains of layers that were seen.
    known: Vec<Vec<Misreading>>,
    /// End of the last line that was read so ...
    end: usize,
    /// ... and the last one that was not.
    vain_end: usize,
}

impl WholeLines {
    /// Peels a layer from the line that `suspect` is a part of; false where that is not clear.
    fn peel(
        &mut self,
        text: &str,
        suspect: &SuspiciousLine,
        edits: &mut Edits,
        context: &mut Context<'_>,
    ) -> bool {
        if suspect.at.start < self.vain_end {
            return false;
        }
        let whole = line_of(text, &suspect.at);
        self.vain_end = whole.end;
        if whole.len() > MAX_LINE_BYTES {
            return false;
        }
        let line = &text[whole.clone()];
        if !suspect.may_be_whole(line, context.model) {
            return false;
        }
        let pairs = misreadings_of(suspect, false);
        let Some(layers) = find_layers(line, &pairs, &self.known, context.model) else {
            return false;
        };
        if MULTI_BYTE.contains(&layers.chain[0].wrong) && is_in_words(text, &whole) {
            return false;
        }
        self.end = whole.end;
        let (at, after) = difference(line, &layers.peeled);
        let at = whole.start + at.start..whole.start + at.end;
        note_evidence(layers.chain[0], layers.gain_nats, context);
        edits.replace(at, after, layers.chain[0].kind(), WHOLE_LINE_CONFIDENCE);
        if !self.known.contains(&layers.chain) {
            self.known.push(layers.chain);
        }
        true
    }
}

/// Finds what is left of UTF-8 where its last byte has become a plain space or was dropped, in text that was read as
/// windows-1252: a no-break space (`5Â %`), and a mark whose byte the set has no character for (`â€œsoâ€`), which is lost.
fn find_lost_ends(text: &str, context: &Context<'_>, edits: &mut Edits) {
    let kind = Misreading {
        wrong: Windows1252,
        right: Utf8,
    }
    .kind();
    let is_known = context.evidence.of(kind) > 0.0;
    for line in context.suspect_lines() {
        for (at, lead) in text[line.clone()].match_indices(['Â', '€']) {
            let at = line.start + at;
            let (before, after) = (&text[..at], &text[at + lead.len()..]);
            if lead == "Â" && after.starts_with(' ') && ends_before_space(before) {
                edits.replace(at..at + lead.len(), "", kind, LOST_SPACE_CONFIDENCE);
            } else if lead == "€" && is_known && before.ends_with('â') && is_cut(after) {
                let from = at - 'â'.len_utf8();
                edits.replace(
                    from..at + lead.len(),
                    "\u{FFFD}",
                    kind,
                    LOST_SPACE_CONFIDENCE,
                );
            }
        }
    }
}

/// Returns true when what stands before `Â` ends where no language has that letter: behind a small letter, a figure or a mark.
fn ends_before_space(before: &str) -> bool {
    let is_end = |c: char| {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || matches!(c, '.' | ',' | ';' | ':' | ')' | '%' | '§')
    };
    before.ends_with(is_end)
}

/// Returns true when nothing of a sequence follows: a blank, a mark or a letter of ASCII.
fn is_cut(after: &str) -> bool {
    after.chars().next().is_none_or(|c| c.is_ascii())
}

/// Finds `à` whose second byte, A0, has become a plain space on the way: `voilÃ le`, `trouve Г l’ouest`.
fn find_lost_spaces(text: &str, context: &Context<'_>, edits: &mut Edits) {
    for (lead, wrong) in [('Ã', Windows1252), ('Г', Windows1251)] {
        let kind = Misreading { wrong, right: Utf8 }.kind();
        let is_known = context.evidence.of(kind) > 0.0;
        let leads = context.suspect_lines().flat_map(|line| {
            text[line.clone()]
                .match_indices(lead)
                .map(move |(at, _)| line.start + at)
        });
        for at in leads {
            let end = at + lead.len_utf8();
            if !is_a_grave(&text[..at], &text[end..], is_known) {
                continue;
            }
            // Where the space after the word is still there, or there was none, the one that was A0 goes.
            let rest = &text[end + 1..];
            let was_no_space = rest.starts_with([' ', '\n']) || rest.starts_with("quel");
            let at = at..end + usize::from(was_no_space);
            edits.replace(at, "à", kind, LOST_SPACE_CONFIDENCE);
        }
    }
}

/// Returns true when a lead byte between these, with a space behind it, is `à`: it ends a word, or stands alone where
/// the text has shown the pair of sets.
fn is_a_grave(before: &str, after: &str, is_known: bool) -> bool {
    let before = before.chars().next_back();
    let stands_alone = before.is_none_or(|c| matches!(c, ' ' | '\n' | '\'' | '’' | '('));
    let ends_word = before.is_some_and(|c| c.is_ascii_lowercase());
    after.starts_with(' ') && (stands_alone && is_known || ends_word)
}

/// Notes that a misreading was found in the text, and what its repair gained.
fn note_evidence(misreading: Misreading, gain_nats: f32, context: &mut Context<'_>) {
    context.evidence.add(misreading.kind(), gain_nats);
    if misreading.right == Utf8 {
        context.evidence.add_utf8(gain_nats);
    }
}

fn accept(text: &str, repairs: Vec<Candidate>, edits: &mut Edits, context: &mut Context<'_>) {
    for repair in repairs {
        let kind = repair.misreading.kind();
        // A guess that is wrong must not raise the odds of the next one.
        if is_certain(&repair) {
            note_evidence(repair.misreading, repair.gain_nats, context);
        }
        debug_assert!(text.is_char_boundary(repair.at.start));
        let confidence = (repair.gain_per_char() / CERTAIN_GAIN_NATS).clamp(MIN_CONFIDENCE, 1.0);
        edits.replace(repair.at, repair.after, kind, confidence);
    }
}

/// Returns true when what one pair makes of a stretch leaves nothing for other pairs to better.
fn is_settled(found: &[Candidate], line: &SuspiciousLine, is_known: bool) -> bool {
    let covered: usize = found.iter().map(|candidate| candidate.at.len()).sum();
    let needed = if is_known {
        line.at.len() / 2
    } else {
        line.at.len() * 9 / 10
    };
    let is_utf8 = |candidate: &Candidate| candidate.misreading.right == Utf8;
    let is_sure = is_known || found.iter().any(is_utf8);
    is_sure
        && !found.is_empty()
        && covered >= needed
        && found.iter().all(|candidate| is_good(candidate, is_known))
}

/// Returns true for a reading that is good text, gains enough to stand alone and has no holes.
fn is_good(candidate: &Candidate, is_known: bool) -> bool {
    let (min_gain, may_have_holes) = if is_known {
        // Two single-byte sets differ in a few signs: the wrong one of them leaves holes.
        let may_have_holes = MULTI_BYTE.contains(&candidate.misreading.wrong);
        (MIN_GAIN_NATS, may_have_holes)
    } else {
        (SURE_NATS, false)
    };
    let min_output = if candidate.misreading.right == Utf8 {
        GOOD_UTF8_NATS
    } else {
        GOOD_TEXT_NATS
    };
    candidate.output_per_char() > min_output
        && candidate.gain_nats > min_gain
        && (may_have_holes || !candidate.after.contains('\u{FFFD}'))
}

/// One file has one history, but its parts need not have been read in the same single-byte set.
fn is_known_utf8(misreading: Misreading, context: &Context<'_>) -> bool {
    let is_single = misreading.right == Utf8 && matches!(misreading.wrong, Windows1252 | Latin1);
    is_single && context.evidence.of_utf8() >= SURE_UTF8_NATS
}

/// Returns the best readings of `line`, in order and apart; with `must_be_known`, only by pairs the text has shown.
fn best_repairs(
    text: &str,
    line: &SuspiciousLine,
    context: &Context<'_>,
    must_be_known: bool,
) -> Vec<Candidate> {
    let pairs = pairs_to_try(line, context, must_be_known);
    if pairs.is_empty() {
        return Vec::new();
    }
    let stretch = Stretch::of(text, line.at.clone(), context.model);
    let mut found: Vec<Candidate> = Vec::new();
    for (seen_nats, misreading) in pairs {
        let is_known = seen_nats >= SURE_NATS || is_known_utf8(misreading, context);
        if must_be_known && !is_known || !stretch.may_convince(misreading, is_known) {
            continue;
        }
        let candidates = find_candidates(text, &stretch, misreading, is_known, context.model);
        let is_believed = |found: &Candidate| is_convincing(text, found, is_known, context.model);
        let from = found.len();
        found.extend(candidates.into_iter().filter(is_believed));
        if is_settled(&found[from..], line, is_known) {
            return found.split_off(from);
        }
    }
    best_apart(found)
}

/// Returns the pairs to try on `line` with what they have gained in the text, the best first.
fn pairs_to_try(
    line: &SuspiciousLine,
    context: &Context<'_>,
    must_be_known: bool,
) -> Vec<(f32, Misreading)> {
    let seen = |misreading: Misreading| (context.evidence.of(misreading.kind()), misreading);
    let pairs = misreadings_of(line, must_be_known).into_iter();
    let mut pairs: Vec<(f32, Misreading)> = pairs.map(seen).collect();
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    if pairs
        .first()
        .is_some_and(|(nats, _)| *nats >= DOMINANT_NATS)
    {
        pairs
            .retain(|(nats, misreading)| *nats >= SURE_NATS || is_known_utf8(*misreading, context));
    }
    pairs
}

/// Returns the best candidates that do not overlap; of equal ones the more common set, which stands earlier.
fn best_apart(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by(|one, other| other.rank_nats().total_cmp(&one.rank_nats()));
    let mut taken: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in found {
        let before = taken.range(..candidate.at.end).next_back();
        if before.is_none_or(|(_, other)| other.at.end <= candidate.at.start) {
            taken.insert(candidate.at.start, candidate);
        }
    }
    taken.into_values().collect()
}
