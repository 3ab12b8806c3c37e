//! Undoes glyph ids of Latin fonts that were taken for code points.
//!
//! In: text. Out: edits that move the letters of such runs to where they belong. TrueType fonts usually keep their
//! Latin glyphs in the order of ASCII, 29 places further down (`7KH` is `The`), the character collections 31; blanks
//! come out as the control characters U+0003 and U+0001, or as blanks. A line is cut into tokens, and the cheapest
//! path by the model decides which stand as they are and which are shifted. A run is repaired only when its words are
//! English words and were none before; that is what makes `WKH` safe in a text about ciphers.

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::pass::{Context, Edits, Pass};
use crate::text::lines::line_indices;
use crate::text::model::Model;

/// The distances that occur, and the control character a blank becomes.
const SHIFTS: [(u8, u8); 2] = [(29, 3), (31, 1)];
/// Changing between shifted and plain text costs this much.
const SWITCH_NATS: f32 = 8.0;
/// Share of a run's words that must be in the list of words.
const MIN_KNOWN_SHARE: f32 = 0.6;
/// One word alone needs this many letters.
const MIN_SINGLE_WORD_LEN: usize = 7;
/// Several words together need as many ...
const MIN_LETTERS: usize = 6;
/// ... and where nothing but capitals stood, which are acronyms as a rule (`PRH SWD` is `moe pta`), more ...
const MIN_LETTERS_OF_CAPITALS: usize = 8;
/// ... and a word of this many.
const MIN_LONGEST_OF_CAPITALS: usize = 5;

/// Confidence in a run whose words are English once shifted ...
const CONFIDENCE: f32 = 0.97;
/// ... and in the mark that the line break between two runs was.
const MARK_CONFIDENCE: f32 = 0.9;

/// Glyph ids of Latin fonts.
pub(super) const PASS: Pass = Pass {
    family: Family::GlyphIds,
    makes: |kind| matches!(kind, RepairKind::GlyphShift),
    suspects: None,
    find,
};

/// Finds the shifted runs of `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    if !text.as_bytes().chunks(STRETCH).any(has_shifted) {
        return edits;
    }
    let mut last: Option<Run> = None;
    for (start, line) in line_indices(text) {
        for run in english_runs(line, context.model) {
            let run = run.moved_by(start);
            let before = last.as_ref();
            if let Some(mark) = before.and_then(|last| mark_of_line_break(text, last, &run)) {
                let at = run.start - 1..run.start;
                edits.replace(at, mark, RepairKind::GlyphShift, MARK_CONFIDENCE);
            }
            let (at, decoded) = (run.start..run.end, run.decoded.clone());
            edits.replace(at, decoded, RepairKind::GlyphShift, CONFIDENCE);
            last = Some(run);
        }
    }
    edits
}

/// The shifted runs of a line that are English.
fn english_runs(line: &str, model: &Model) -> Vec<Run> {
    if !may_be_shifted(line.as_bytes()) {
        return Vec::new();
    }
    let mut runs = runs(line, model);
    runs.retain(|run| is_english(&line[run.start..run.end], &run.decoded, model));
    runs
}

/// Returns what the line break between two runs was, if it is a glyph as well: 31 places up it is a closing bracket,
/// 29 places up an apostrophe.
fn mark_of_line_break(text: &str, before: &Run, after: &Run) -> Option<&'static str> {
    if before.shift != after.shift
        || before.end + 1 != after.start
        || &text[before.end..after.start] != "\n"
    {
        return None;
    }
    let opened = before.decoded.matches('(').count();
    let closed = before.decoded.matches(')').count();
    match before.shift {
        31 if opened > closed => Some(")"),
        29 if after.decoded.starts_with("s ") || after.decoded.starts_with("t ") => Some("'"),
        _ => None,
    }
}

/// Bytes looked at together before any line is; fewer than a byte can count.
const STRETCH: usize = 240;

/// Returns true when a stretch of the text holds as many capitals or control characters as half a shifted line must.
fn has_shifted(stretch: &[u8]) -> bool {
    let count = |test: fn(u8) -> bool| stretch.iter().map(|&byte| u8::from(test(byte))).sum::<u8>();
    count(is_capital) >= 2 || count(is_control) >= 1
}

fn is_capital(byte: u8) -> bool {
    (b'A'..=b'\\').contains(&byte)
}

fn is_control(byte: u8) -> bool {
    (byte < b' ') & (byte != b'\n') & (byte != b'\r') & (byte != b'\t')
}

/// Returns true when a line holds the control characters of a shifted blank, or capitals and signs where letters
/// should be.
fn may_be_shifted(line: &[u8]) -> bool {
    let count = |test: fn(u8) -> bool| {
        let in_stretch = |stretch: &[u8]| {
            usize::from(stretch.iter().map(|&byte| u8::from(test(byte))).sum::<u8>())
        };
        line.chunks(STRETCH).map(in_stretch).sum::<usize>()
    };
    let capitals = count(is_capital);
    capitals >= 4 && capitals * 4 > count(|byte| byte.is_ascii_lowercase()) || count(is_control) > 1
}

struct Run {
    start: usize,
    end: usize,
    decoded: String,
    /// Places its letters were moved.
    shift: u8,
}

impl Run {
    fn moved_by(self, bytes: usize) -> Self {
        Self {
            start: self.start + bytes,
            end: self.end + bytes,
            ..self
        }
    }
}

/// A word or the blank between two words, and what it costs plain and shifted.
struct Token {
    start: usize,
    end: usize,
    /// Best score of a path that ends here, plain and by shift, and the state it came from.
    best: [f32; 3],
    from: [usize; 3],
}

/// Cuts a line into runs of one shift each; plain text between them is left out.
fn runs(line: &str, model: &Model) -> Vec<Run> {
    let mut tokens: Vec<Token> = Vec::new();
    for (start, end) in token_bounds(line) {
        let token = &line[start..end];
        let before = tokens.last().map_or([0.0; 3], |last| last.best);
        let mut best = [f32::NEG_INFINITY; 3];
        let mut from = [0; 3];
        for state in 0..3 {
            let emitted = match state {
                0 => Some(model.score_chars(token.chars())),
                _ => shifted(token, SHIFTS[state - 1]).map(|decoded| model.score(&decoded)),
            };
            let Some(emitted) = emitted else { continue };
            for (earlier, before) in before.into_iter().enumerate() {
                let switch = if earlier == state || tokens.is_empty() {
                    0.0
                } else {
                    SWITCH_NATS
                };
                if before + emitted - switch > best[state] {
                    best[state] = before + emitted - switch;
                    from[state] = earlier;
                }
            }
        }
        tokens.push(Token {
            start,
            end,
            best,
            from,
        });
    }
    trace_back(line, &tokens)
}

fn trace_back(line: &str, tokens: &[Token]) -> Vec<Run> {
    let states = best_states(tokens);
    let mut runs = Vec::new();
    let mut first = 0;
    for group in states.chunk_by(|one, other| one == other) {
        let tokens = &tokens[first..first + group.len()];
        first += group.len();
        if let Some(shift) = group[0].checked_sub(1) {
            runs.extend(run_of(line, tokens, SHIFTS[shift]));
        }
    }
    runs
}

/// The state of each token on the best way to the last.
fn best_states(tokens: &[Token]) -> Vec<usize> {
    let Some(last) = tokens.last() else {
        return Vec::new();
    };
    let mut state = (0..3)
        .max_by(|&one, &other| last.best[one].total_cmp(&last.best[other]))
        .unwrap_or(0);
    let mut states = vec![0; tokens.len()];
    for (index, token) in tokens.iter().enumerate().rev() {
        states[index] = state;
        state = token.from[state];
    }
    states
}

/// The run of tokens that are all moved by `shift`, without blanks at its ends.
fn run_of(line: &str, tokens: &[Token], shift: (u8, u8)) -> Option<Run> {
    let (start, end) = (tokens.first()?.start, tokens.last()?.end);
    let inner = line[start..end].trim_start_matches(' ');
    let start = end - inner.len();
    let raw = inner.trim_end_matches(' ');
    Some(Run {
        start,
        end: start + raw.len(),
        decoded: shifted(raw, shift)?,
        shift: shift.0,
    })
}

/// Words with the blanks or control characters that follow them; line ends are left out.
fn token_bounds(line: &str) -> Vec<(usize, usize)> {
    let line = line.trim_end_matches(['\n', '\r']);
    let is_blank = |byte: u8| matches!(byte, b' ' | 1 | 3);
    let bytes = line.as_bytes();
    let mut bounds = Vec::new();
    let mut start = 0;
    for at in 1..=bytes.len() {
        let is_end = at == bytes.len() || is_blank(bytes[at - 1]) != is_blank(bytes[at]);
        if is_end {
            bounds.push((start, at));
            start = at;
        }
    }
    bounds
}

/// `token` with every character moved up; `None` when one is moved out of ASCII or is none.
fn shifted(token: &str, (shift, blank): (u8, u8)) -> Option<String> {
    let shift_char = |c: char| match u8::try_from(c) {
        Ok(b' ') => Some(' '),
        Ok(byte) if byte == blank => Some(' '),
        Ok(byte) if byte.is_ascii() => byte
            .checked_add(shift)
            .filter(|moved| (0x21..0x7F).contains(moved))
            .map(char::from),
        _ => shifted_mark(c, shift),
    };
    token.chars().map(shift_char).collect()
}

/// Beyond ASCII the orders differ; typographic marks that were shifted with the rest are plain to see.
fn shifted_mark(c: char, shift: u8) -> Option<char> {
    let moved = char::from_u32(u32::from(c) + u32::from(shift))?;
    let is_typographic = |c: &char| matches!(c, '\u{2013}'..='\u{2026}');
    [moved, c].into_iter().find(is_typographic)
}

/// Returns true when the words of a run are English once shifted, and were not before.
fn is_english(before: &str, after: &str, model: &Model) -> bool {
    let known_after = Known::of(after, model);
    let letters_before = Known::of(before, model).letters;
    let is_mostly_known = known_after.known as f32 >= MIN_KNOWN_SHARE * known_after.words as f32;
    let was_english = 2 * letters_before > known_after.letters;
    is_mostly_known && !was_english && known_after.are_enough(are_capitals(before))
}

/// Returns true for words of capitals and figures as they are printed: no mark within a word, no control character.
fn are_capitals(text: &str) -> bool {
    let is_printed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "-/&., ".contains(c);
    text.chars().all(is_printed)
}

/// Words of a text, and those of them that the list of words has.
struct Known {
    words: usize,
    known: usize,
    /// Letters of the known ones, and of the longest.
    letters: usize,
    longest: usize,
}

impl Known {
    fn of(text: &str, model: &Model) -> Self {
        let words = words(text);
        let is_known = |word: &&&str| model.word(&word.to_ascii_lowercase()).is_some();
        let lens = words.iter().filter(is_known).map(|word| word.len());
        Self {
            words: words.len(),
            known: lens.clone().count(),
            letters: lens.clone().sum(),
            longest: lens.max().unwrap_or_default(),
        }
    }

    /// Returns true when so many are no chance; `were_capitals` where nothing else showed damage.
    fn are_enough(&self, were_capitals: bool) -> bool {
        let is_long = self.words == 1 && self.letters >= MIN_SINGLE_WORD_LEN;
        let are_many = match were_capitals {
            true => {
                self.letters >= MIN_LETTERS_OF_CAPITALS && self.longest >= MIN_LONGEST_OF_CAPITALS
            }
            false => self.letters >= MIN_LETTERS,
        };
        self.known >= 2 && are_many || is_long
    }
}

/// Words of two letters or more.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() >= 2)
        .collect()
}
