//! Closes up lines that have a blank between all their characters, or between most of them.
//!
//! In: text. Out: edits that take the blanks out. Titles are set with wide spacing and dumped as `重 慶 市`, letters as
//! `A C T`; wider gaps between words stay as one blank. OCR parts Chinese anywhere (`楼 房 发 生火 灾`). Names in a list
//! (`李 明、王小明`) and tables (`春 夏 秋 冬`) look alike, so a run needs five characters in a row and the closed-up text
//! must read like language; where words are left whole among them, the blanks must part words of the dictionary.

use std::collections::BTreeSet;
use std::ops::Range;

use polidex_analysis::fold::fold_text;
use polidex_analysis::han::cut_words;
use polidex_analysis::scripts::is_bmp_ideograph;
use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::doubled::binding_nats;
use crate::repair::lines::{is_box_drawing, is_wide};
use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::any_byte;
use crate::repair::wraps::HAN_NUMERALS;
use crate::text::lines::line_indices;
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
    if !any_byte(text.as_bytes(), |byte| byte == b' ') {
        return edits;
    }
    for (start, line) in line_indices(text) {
        if line.len() >= 2 * MIN_SPACED
            && (has_spaced_start(line) || has_many_blanks(line))
            && !line.contains(is_box_drawing)
        {
            let content = line.trim_end_matches(['\n', '\r']);
            for (run, closed) in closed_runs(content, context.model) {
                let at = start + run.start..start + run.end;
                edits.replace(at, closed, RepairKind::Spaced, CONFIDENCE);
            }
        }
    }
    edits
}

/// The spaced runs of a line, each closed up.
fn closed_runs(line: &str, model: &Model) -> Vec<(Range<usize>, String)> {
    let mixed = mixed_runs(line, model);
    let mut closed = Vec::new();
    for run in spaced_runs(line) {
        if !overlaps(&mixed, &run)
            && let Some(text) = close_up(&line[run.clone()], model)
        {
            closed.push((run, text));
        }
    }
    let without_blanks = |run: &Range<usize>| line[run.clone()].replace(' ', "");
    closed.extend(
        mixed
            .into_iter()
            .map(|run| (run.clone(), without_blanks(&run))),
    );
    closed
}

/// Pieces of a run in which words are left whole.
const MIN_PIECES: usize = 6;
/// Ideographs of the longest piece.
const MAX_PIECE_CHARS: usize = 4;
/// Ideographs of such a run.
const MIN_MIXED_HAN: usize = 8;
/// Blanks of it that part a word of the dictionary.
const MIN_PARTED: usize = 2;

/// Runs of short Chinese pieces with single blanks between them, half of them single characters, that part words.
fn mixed_runs(line: &str, model: &Model) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    let mut at = 0;
    for token in line.split(' ') {
        let end = at + token.len();
        match runs.last_mut() {
            _ if !is_piece(token) => is_open = false,
            Some(run) if is_open => run.end = end,
            _ => {
                runs.push(at..end);
                is_open = true;
            }
        }
        at = end + 1;
    }
    runs.retain(|run| is_parted(&line[run.clone()], model));
    runs
}

/// Returns true when one of `runs`, which are in order and apart, overlaps `run`.
fn overlaps(runs: &[Range<usize>], run: &Range<usize>) -> bool {
    let after = runs.partition_point(|other| other.end <= run.start);
    runs.get(after).is_some_and(|other| other.start < run.end)
}

/// Returns true for a few ideographs, or a mark.
fn is_piece(token: &str) -> bool {
    let is_quote = |c: char| matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·');
    let is_mark =
        |c: char| c.is_ascii_punctuation() || is_quote(c) || is_wide(c) && !c.is_alphanumeric();
    let han = token.chars().filter(|c| is_bmp_ideograph(*c)).count();
    let are_of_text = token.chars().all(|c| {
        let is_figure = c.is_ascii_digit() && han > 0;
        is_bmp_ideograph(c) || is_figure || is_mark(c) && c != '\u{3000}'
    });
    !token.is_empty() && han <= MAX_PIECE_CHARS && are_of_text
}

fn is_parted(run: &str, model: &Model) -> bool {
    let pieces: Vec<&str> = run.split(' ').collect();
    let singles = pieces
        .iter()
        .filter(|piece| piece.chars().nth(1).is_none())
        .count();
    let closed: String = pieces.concat();
    let han = closed.chars().filter(|c| is_bmp_ideograph(*c)).count();
    // What is single throughout is judged by itself; the first cell of a row may be its label.
    let is_sentence = run.contains(['，', '。', '；']);
    let is_label = !is_sentence && pieces[0].chars().all(is_bmp_ideograph);
    let whole = pieces[usize::from(is_label)..].iter();
    pieces.len() >= MIN_PIECES
        && whole.filter(|piece| piece.chars().nth(1).is_some()).count() > 0
        && singles * 2 >= pieces.len()
        && han >= MIN_MIXED_HAN
        && count_parted(&pieces) >= MIN_PARTED.max(pieces.len() / 4)
        && binding_nats(&closed, model) > MIN_BINDING_NATS_OF_CLAUSES
}

/// Returns how many of the blanks lie within words of the dictionary.
fn count_parted(pieces: &[&str]) -> usize {
    let mut ends = BTreeSet::new();
    let mut end = 0;
    for piece in pieces {
        end += piece.chars().count();
        ends.insert(end);
    }
    let folded = fold_text(&pieces.concat()).text;
    let mut start = 0;
    let mut parted = 0;
    for run in folded.split_inclusive(|c| !is_bmp_ideograph(c)) {
        for word in cut_words(run) {
            let len = word.chars().count();
            // Numbers in a row are no word.
            if !word.chars().all(|c| HAN_NUMERALS.contains(c)) {
                parted += ends.range(start + 1..start + len).count();
            }
            start += len;
        }
    }
    parted
}

/// Returns true when [`MIN_SPACED`] single characters with blanks between them stand in a row somewhere.
fn has_spaced_start(line: &str) -> bool {
    let mut singles = 0;
    for token in line.split(' ') {
        match token.len() {
            // A wider gap.
            0 => {}
            1..=MAX_CHAR_BYTES if token.chars().nth(1).is_none() => singles += 1,
            _ => singles = 0,
        }
        if singles >= MIN_SPACED {
            return true;
        }
    }
    false
}

/// Bytes of the longest character.
const MAX_CHAR_BYTES: usize = 4;

/// Returns true where blanks behind characters above ASCII are as many as pieces of a run.
fn has_many_blanks(line: &str) -> bool {
    let mut tokens = line.split(' ');
    // Nothing stands behind the last.
    tokens.next_back();
    let is_wide = |token: &&str| token.as_bytes().last().is_some_and(|byte| *byte >= 0x80);
    tokens.filter(is_wide).nth(MIN_PIECES - 2).is_some()
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
    let closed = without_single_blanks(spaced);
    let wide = closed.chars().filter(|&c| is_wide(c)).count();
    let reads_well = if wide > 0 {
        2 * wide >= closed.chars().count() && reads_as_chinese(&closed, model)
    } else {
        are_words(&closed, model)
    };
    reads_well.then_some(closed)
}

/// A text without its blanks; several together are one.
fn without_single_blanks(spaced: &str) -> String {
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
    closed
}

fn reads_as_chinese(closed: &str, model: &Model) -> bool {
    let is_han = |c: &char| is_wide(*c) && c.is_alphabetic();
    // Lists have no commas or full stops between blanks.
    let min_binding = if closed.contains(['，', '。', '；']) {
        MIN_BINDING_NATS_OF_CLAUSES
    } else {
        MIN_BINDING_NATS
    };
    closed.chars().filter(is_han).count() >= MIN_HAN
        && binding_nats(closed, model) > min_binding
        && is_of_words(closed)
}

/// Share of the ideographs of a closed-up run, in hundredths, that stand in words of two and more.
const MIN_OF_WORDS_PERCENT: usize = 40;

/// Returns true when most ideographs stand in words of the dictionary: the heads of a table (`省 市 县 乡 村`) and numbers in a
/// row follow each other in any text, and are words of one.
fn is_of_words(closed: &str) -> bool {
    let folded = fold_text(closed).text;
    let (mut han, mut of_words) = (0, 0);
    for run in folded.split(|c| !is_bmp_ideograph(c)) {
        for word in cut_words(run) {
            let len = word.chars().count();
            let is_number = word.chars().all(|c| HAN_NUMERALS.contains(c));
            han += len;
            of_words += if len > 1 && !is_number { len } else { 0 };
        }
    }
    of_words * 100 >= han * MIN_OF_WORDS_PERCENT
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
