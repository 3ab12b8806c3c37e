//! Undoes a decoding with the wrong character set.
//!
//! In: text that may hold, as a whole, in lines or in runs, bytes of one set read as another. Out: edits that put the
//! right reading there. Each suspicious line (`suspicion`) is encoded back with every set it can be written in and read
//! again with every set it may have been meant in (`misreading`); both readings are cut at common boundaries and every
//! block gets the nats the new reading gains (`align`). Stretches of gain are candidates (`candidate`), and the best one
//! wins if it wins clearly (`convincing`). What the text shows once (a sure pair of sets) lowers the bar for the rest.
//! Layers are peeled one at a time: the pass runs again until nothing is left. A byte that is gone leaves U+FFFD, never a
//! guess.

mod suspicion;

mod stretch;

mod misreading;

mod align;

mod candidate;

mod convincing;

mod layers;

mod latin;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use self::candidate::{Candidate, find_candidates};
use self::convincing::{MIN_GAIN_NATS, NEIGHBOUR_BYTES, is_convincing};
use self::latin::find_latin;
use self::layers::{difference, find_layers};
use self::misreading::{MULTI_BYTE, Misreading, misreadings_of};
use self::stretch::Stretch;
use self::suspicion::{MAX_LINE_BYTES, SuspiciousLine, suspicious_lines};
use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::text::charset::Charset::*;

use self::suspicion::is_odd;

/// A pair that has gained this much in a text is known to be at work there.
const SURE_NATS: f32 = 40.0;
/// A pair that has gained this much has damaged the text throughout: others are no longer tried.
const DOMINANT_NATS: f32 = 4000.0;
/// Once this much, and this share of the text, has been looked at with every pair in vain, only pairs the text has shown
/// are tried: noise has no end, and no reading. On 2026-11-24 no document of the corpus fares otherwise with four times
/// as much.
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
    let mut doubtful = Vec::new();
    let max_fruitless_bytes = MAX_FRUITLESS_BYTES + text.len() / MAX_FRUITLESS_SHARE;
    let mut whole = WholeLines::default();
    for line in suspicious_lines(text, context) {
        if line.at.start < whole.end {
            continue;
        }
        if context.fruitless_bytes > max_fruitless_bytes || !line.is_worth_a_try() {
            doubtful.push(line);
            continue;
        }
        let trial = trial_of(text, &line);
        if context.vain_trials.contains(&trial) {
            context.fruitless_bytes += line.at.len();
            doubtful.push(line);
            continue;
        }
        if whole.peel(text, &line, &mut edits, context) {
            context.fruitless_bytes = context.fruitless_bytes.saturating_sub(line.at.len());
            continue;
        }
        match best_repairs(text, &line, context, false) {
            repairs if repairs.is_empty() => {
                if context.evidence.is_empty() {
                    context.vain_trials.insert(trial);
                }
                context.fruitless_bytes += line.at.len();
                doubtful.push(line);
            }
            repairs => {
                // What was worth the look pays for more of them.
                context.fruitless_bytes = context.fruitless_bytes.saturating_sub(line.at.len());
                accept(text, repairs, &mut edits, context);
            }
        }
    }
    // What the rest of the text has shown decides what was too short or too weak by itself.
    if context.evidence.is_empty() {
        doubtful.clear();
    }
    for line in doubtful {
        let repairs = best_repairs(text, &line, context, true);
        accept(text, repairs, &mut edits, context);
    }
    find_latin(text, &mut edits, context);
    find_lost_spaces(text, context, &mut edits);
    edits
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
    /// Where the last line ends that was read so ...
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
        let start = text[..suspect.at.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let end = text[suspect.at.end..]
            .find('\n')
            .map_or(text.len(), |newline| suspect.at.end + newline);
        self.vain_end = end;
        if end - start > MAX_LINE_BYTES {
            return false;
        }
        let line = &text[start..end];
        let pairs = misreadings_of(suspect, false);
        let Some(layers) = find_layers(line, &pairs, &self.known, context.model) else {
            return false;
        };
        let (at, after) = difference(line, &layers.peeled);
        let kind = layers.chain[0].kind();
        context.evidence.add(kind, layers.gain_nats);
        if layers.chain[0].right == Utf8 {
            context.evidence.add_utf8(layers.gain_nats);
        }
        edits.replace(start + at.start..start + at.end, after, kind, 0.95);
        self.end = end;
        if !self.known.contains(&layers.chain) {
            self.known.push(layers.chain);
        }
        true
    }
}

/// `à` is C3 A0, and A0 has often become a plain space on the way: `voilÃ le`, `trouve Г l’ouest`.
fn find_lost_spaces(text: &str, context: &Context<'_>, edits: &mut Edits) {
    for (lead, wrong) in [('Ã', Windows1252), ('Г', Windows1251)] {
        let is_known = context
            .evidence
            .of(Misreading { wrong, right: Utf8 }.kind())
            > 0.0;
        let odd = context.suspect_lines();
        let leads = odd.flat_map(|line| {
            text[line.clone()]
                .match_indices(lead)
                .map(move |(at, _)| line.start + at)
        });
        for at in leads {
            let end = at + lead.len_utf8();
            let before = text[..at].chars().next_back();
            let stands_alone =
                before.is_none_or(|c| matches!(c, ' ' | '\n' | '\'' | '’' | '(')) && is_known;
            let ends_word = before.is_some_and(|c| c.is_ascii_lowercase());
            let rest = &text[end..];
            if !(stands_alone || ends_word) || !rest.starts_with(' ') {
                continue;
            }
            // Where the space after the word is still there, or there was none, the one that was A0 goes.
            let was_no_space = rest[1..].starts_with([' ', '\n']) || rest[1..].starts_with("quel");
            edits.replace(
                at..end + usize::from(was_no_space),
                "à",
                Misreading { wrong, right: Utf8 }.kind(),
                0.8,
            );
        }
    }
}

fn accept(text: &str, repairs: Vec<Candidate>, edits: &mut Edits, context: &mut Context<'_>) {
    for repair in repairs {
        let kind = repair.misreading.kind();
        context.evidence.add(kind, repair.gain_nats);
        if repair.misreading.right == Utf8 {
            context.evidence.add_utf8(repair.gain_nats);
        }
        let per_char = repair.gain_nats / repair.len_chars.max(1) as f32;
        debug_assert!(text.is_char_boundary(repair.at.start));
        edits.replace(
            repair.at,
            repair.after,
            kind,
            (per_char / 10.0).clamp(0.5, 1.0),
        );
    }
}

/// Whether what one pair makes of a stretch leaves nothing for other pairs to better.
fn is_settled(found: &[Candidate], line: &SuspiciousLine, is_known: bool) -> bool {
    let covered: usize = found.iter().map(|candidate| candidate.at.len()).sum();
    let reads_well = found.iter().all(|candidate| {
        let after = candidate.output_nats / candidate.len_chars.max(1) as f32;
        after
            > if candidate.misreading.right == Utf8 {
                -9.0
            } else {
                -6.5
            }
            && candidate.gain_nats > if is_known { MIN_GAIN_NATS } else { SURE_NATS }
    });
    let is_sure = is_known
        || found
            .iter()
            .any(|candidate| candidate.misreading.right == Utf8);
    // Two single-byte sets differ in a few signs: the wrong one of them leaves holes.
    let may_have_holes =
        |candidate: &Candidate| is_known && MULTI_BYTE.contains(&candidate.misreading.wrong);
    let is_whole = found
        .iter()
        .all(|candidate| may_have_holes(candidate) || !candidate.after.contains('\u{FFFD}'));
    let needed = if is_known {
        line.at.len() / 2
    } else {
        line.at.len() * 9 / 10
    };
    is_sure && is_whole && !found.is_empty() && reads_well && covered >= needed
}

/// One file has one history, but its parts need not have been read in the same single-byte set.
fn is_known_utf8(misreading: Misreading, context: &Context<'_>) -> bool {
    let is_single = misreading.right == Utf8 && matches!(misreading.wrong, Windows1252 | Latin1);
    is_single && context.evidence.of_utf8() >= SURE_NATS / 3.0
}

fn best_repairs(
    text: &str,
    line: &SuspiciousLine,
    context: &Context<'_>,
    must_be_known: bool,
) -> Vec<Candidate> {
    let mut pairs: Vec<(f32, Misreading)> = misreadings_of(line, must_be_known)
        .into_iter()
        .map(|misreading| (context.evidence.of(misreading.kind()), misreading))
        .collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    if pairs
        .first()
        .is_some_and(|(seen_nats, _)| *seen_nats >= DOMINANT_NATS)
    {
        pairs.retain(|(seen_nats, misreading)| {
            *seen_nats >= SURE_NATS || is_known_utf8(*misreading, context)
        });
    }
    let stretch = Stretch::of(text, line.at.clone(), context.model);
    let mut found: Vec<Candidate> = Vec::new();
    for (seen_nats, misreading) in pairs {
        let is_known = seen_nats >= SURE_NATS || is_known_utf8(misreading, context);
        if must_be_known && !is_known || !stretch.may_hold(misreading, is_known) {
            continue;
        }
        let candidates = find_candidates(text, &stretch, misreading, is_known, context.model);
        let convincing = candidates
            .into_iter()
            .filter(|found| is_convincing(text, found, is_known, context.model));
        let from = found.len();
        found.extend(convincing);
        if is_settled(&found[from..], line, is_known) {
            return found.split_off(from);
        }
    }
    // The best first; of equal ones the more common set, which stands earlier.
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
