//! Frames of English questions.

use polidex_analysis::function_words::is_function_word;
use polidex_analysis::units::{Cut, UnitKind};

use crate::query::frames::tables::{CLOSERS, FILLERS, JOINERS, LIGHT_NOUNS, OPENERS, WEAK_OPENERS};

/// Marks the units of the frame that a question begins and ends with, and returns its words, folded.
pub(super) fn drop_frames(text: &str, cut: &Cut, dropped: &mut [bool]) -> Vec<String> {
    // In capitals it is the name, and no word of a frame.
    let words: Vec<&str> = cut
        .units()
        .iter()
        .map(|unit| match unit.kind {
            UnitKind::Word if text.get(unit.source()) == Some("US") => "US",
            UnitKind::Word => cut.text(unit),
            _ => "",
        })
        .collect();
    let Some(first) = words.iter().find(|word| !word.is_empty()) else {
        return Vec::new();
    };
    let asks = text.trim_end().ends_with(['?', '？']);
    let opens = OPENERS.contains(first) && (asks || !WEAK_OPENERS.contains(first));
    // `I&T` is a name.
    let is_name = cut.joined().iter().any(|joined| joined.first_unit == 0);
    if !(opens || asks) || words.len() < 2 || is_name {
        return Vec::new();
    }
    let start = end_of_opening(&words);
    let end = start_of_closing(&words, start);
    let frame = (0..start).chain(end..words.len());
    // Ideographs have frames of their own.
    let frame = frame.filter(|at| cut.units()[*at].kind != UnitKind::Ideograph);
    let mut said = Vec::new();
    for at in frame {
        dropped[at] = true;
        said.push(words[at].to_owned());
    }
    said
}

/// Number of words of the frame before what is asked about.
fn end_of_opening(words: &[&str]) -> usize {
    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        if is_function_word(word) || FILLERS.contains(&word) {
            at += 1;
            continue;
        }
        match end_of_nouns(words, at) {
            Some(end) => at = end,
            None => break,
        }
    }
    at
}

/// Index behind *rules on*, *law covers*, *legal requirements for*; `None` when no preposition follows.
fn end_of_nouns(words: &[&str], at: usize) -> Option<usize> {
    let nouns = words[at..]
        .iter()
        .take_while(|word| LIGHT_NOUNS.contains(word))
        .count();
    let joiner = words.get(at + nouns)?;
    let joins = JOINERS.contains(joiner) || FILLERS.contains(joiner);
    (nouns > 0 && joins).then_some(at + nouns + 1)
}

/// Index of the first word of the frame behind what is asked about.
fn start_of_closing(words: &[&str], start: usize) -> usize {
    let mut end = words.len();
    // A sign has no word of its own.
    let closes = |word: &str| word.is_empty() || CLOSERS.contains(&word) || is_asking(word);
    while end > start + 1 && closes(words[end - 1]) {
        end -= 1;
    }
    end
}

fn is_asking(word: &str) -> bool {
    matches!(
        word,
        "what" | "who" | "where" | "when" | "why" | "how" | "which"
    )
}
