//! Closes up lines that have a blank between all their characters.
//!
//! In: text. Out: edits that take the blanks out. Titles are set with wide spacing and dumped as `重 慶 市`, letters as
//! `A C T`; wider gaps between words stay as one blank. Names in a list (`李 明、王小明`) and tables (`春 夏 秋 冬`) look
//! alike, so a run needs five characters in a row and the closed-up text must read like language.

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::doubled::binding_nats;
use crate::repair::lines::{is_box_drawing, is_wide};
use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::any_byte;
use crate::text::model::Model;

/// Fewer characters may be a list.
const MIN_SPACED: usize = 5;
/// Gain of neighbours over the same characters in any order, for each character.
const MIN_BINDING_NATS: f32 = 0.5;
/// ... less where marks show that it is a sentence.
const MIN_BINDING_NATS_OF_CLAUSES: f32 = -1.0;
/// Of a spaced run in Chinese, so many are ideographs: a row of dashes is none.
const MIN_HAN: usize = 4;
/// Share of the words of a closed-up Latin line that must be in the list of words.
const MIN_KNOWN_SHARE: f32 = 0.6;

/// Confidence in a run that reads well once it is closed up.
const CONFIDENCE: f32 = 0.95;

/// Blanks between all characters.
pub(super) const PASS: Pass = Pass {
    family: Family::Layout,
    makes: |kind| matches!(kind, RepairKind::Spaced),
    suspects: None,
    find,
};

/// Finds the spaced runs of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut start = 0;
    if !any_byte(text.as_bytes(), |byte| byte == b' ') {
        return edits;
    }
    for line in text.split_inclusive('\n') {
        if line.len() >= 2 * MIN_SPACED && has_spaced_start(line) && !line.contains(is_box_drawing)
        {
            let content = line.trim_end_matches(['\n', '\r']);
            for run in spaced_runs(content) {
                let spaced = &content[run.clone()];
                if let Some(closed) = close_up(spaced, context.model) {
                    edits.replace(
                        start + run.start..start + run.end,
                        closed,
                        RepairKind::Spaced,
                        CONFIDENCE,
                    );
                }
            }
        }
        start += line.len();
    }
    edits
}

/// Returns true when [`MIN_SPACED`] single characters with blanks between them stand in a row somewhere.
fn has_spaced_start(line: &str) -> bool {
    let (mut singles, mut len_chars) = (0, 0);
    for &byte in line.as_bytes() {
        if byte != b' ' {
            len_chars += usize::from(byte & 0xC0 != 0x80);
            continue;
        }
        match len_chars {
            // A wider gap.
            0 => {}
            1 => singles += 1,
            _ => singles = 0,
        }
        len_chars = 0;
        if singles >= MIN_SPACED {
            return true;
        }
    }
    singles + usize::from(len_chars == 1) >= MIN_SPACED
}

/// Maximal runs of single characters with blanks between them, in bytes.
fn spaced_runs(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
    let mut at = 0;
    let mut is_open = false;
    for token in line.split(' ') {
        let end = at + token.len();
        if token.chars().nth(1).is_some() {
            is_open = false;
        } else if !token.is_empty() {
            match runs.last_mut() {
                Some((run, count)) if is_open => {
                    run.end = end;
                    *count += 1;
                }
                _ => runs.push((at..end, 1)),
            }
            is_open = true;
        }
        at = end + 1;
    }
    runs.into_iter()
        .filter(|(_, count)| *count >= MIN_SPACED)
        .map(|(run, _)| run)
        .collect()
}

/// The run without the blanks within words; `None` when it does not read like language then.
fn close_up(spaced: &str, model: &Model) -> Option<String> {
    let mut closed = String::new();
    let mut gap = 0;
    for c in spaced.chars() {
        if c == ' ' {
            gap += 1;
            continue;
        }
        if gap > 1 {
            closed.push(' ');
        }
        gap = 0;
        closed.push(c);
    }
    let wide = closed.chars().filter(|&c| is_wide(c)).count();
    let reads_well = if wide > 0 {
        let han = closed
            .chars()
            .filter(|c| is_wide(*c) && c.is_alphabetic())
            .count();
        // Lists have no commas or full stops between blanks.
        let has_clauses = closed.chars().any(|c| matches!(c, '，' | '。' | '；'));
        let min_binding = if has_clauses {
            MIN_BINDING_NATS_OF_CLAUSES
        } else {
            MIN_BINDING_NATS
        };
        2 * wide >= closed.chars().count()
            && han >= MIN_HAN
            && binding_nats(&closed, model) > min_binding
    } else {
        are_words(&closed, model)
    };
    reads_well.then_some(closed)
}

fn are_words(closed: &str, model: &Model) -> bool {
    let is_word = |word: &&str| word.len() > 1;
    let words: Vec<&str> = closed
        .split(|c: char| !c.is_alphabetic())
        .filter(is_word)
        .collect();
    let known = |word: &&&str| model.word(&word.to_lowercase()).is_some();
    let letters: usize = words.iter().filter(known).map(|word| word.len()).sum();
    let count = words.iter().filter(known).count();
    letters >= MIN_SPACED && count as f32 >= MIN_KNOWN_SHARE * words.len() as f32
}
