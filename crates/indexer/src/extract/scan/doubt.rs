//! Finds the words that were read with little confidence in the text that was made of all lines.

use polidex_ocr::{Character, Line, PageText};

use crate::structure::StructuredText;

/// Confidence below which an ideograph is doubtful. Of 46,648 on 94 pages, most on bad paper, 435 were wrong: 311 of the 583
/// below it. Figures for other thresholds: `docs/measurements.md`.
const DOUBT: f32 = 0.7;
/// Confidence below which a letter or a digit is doubtful. Of 68,969, 30 were wrong: 24 of the 75 below it, 12 of the 21 below
/// 0.7.
const LETTER_DOUBT: f32 = 0.93;
/// Confidence below which a sign is doubtful. Of 7,017, 173 were wrong: 59 of the 210 below it. They are read with less, so
/// that 0.7 would mark 395.
const SIGN_DOUBT: f32 = 0.6;
/// Characters on each side by which a word is found again.
const CONTEXT: usize = 6;

/// A word, with what stands around it in its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubtful {
    page: u32,
    before: String,
    word: String,
    after: String,
}

/// Doubtful words of a page.
pub(crate) fn doubtful_words(number: u32, page: &PageText) -> Vec<Doubtful> {
    let lines = page.lines.iter();
    lines.flat_map(|line| words_of(number, line)).collect()
}

fn words_of(page: u32, line: &Line) -> Vec<Doubtful> {
    let characters = &line.characters;
    let mut words = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        if !is_doubtful(&characters[at]) {
            at += 1;
            continue;
        }
        let (first, end) = word_around(characters, at);
        let text = |characters: &[Character]| -> String {
            characters.iter().map(|c| c.text.as_str()).collect()
        };
        words.push(Doubtful {
            page,
            before: text(&characters[first.saturating_sub(CONTEXT)..first]),
            word: text(&characters[first..end]),
            after: text(&characters[end..(end + CONTEXT).min(characters.len())]),
        });
        at = end;
    }
    words
}

fn is_doubtful(character: &Character) -> bool {
    let least = if !character.text.chars().any(char::is_alphanumeric) {
        SIGN_DOUBT
    } else if character.text.is_ascii() {
        LETTER_DOUBT
    } else {
        DOUBT
    };
    character.confidence < least && !is_blank(character)
}

fn is_blank(character: &Character) -> bool {
    character.text.trim().is_empty()
}

/// The word that holds a character: letters up to a blank, an ideograph alone.
fn word_around(characters: &[Character], at: usize) -> (usize, usize) {
    let is_letter =
        |character: &Character| character.text.chars().all(|c| c.is_ascii_alphanumeric());
    let mut range = (at, at + 1);
    if is_letter(&characters[at]) {
        while range.0 > 0 && is_letter(&characters[range.0 - 1]) {
            range.0 -= 1;
        }
        while range.1 < characters.len() && is_letter(&characters[range.1]) {
            range.1 += 1;
        }
    }
    range
}

/// Marks `words` in a text. A word that cannot be found with what stands around it is left unmarked.
pub(crate) fn mark_doubtful(text: &mut StructuredText, words: &[Doubtful]) {
    for word in words {
        let Some(page) = page_range(text, word.page) else {
            continue;
        };
        let wanted = format!("{}{}{}", word.before, word.word, word.after);
        if let Some(at) = text.text[page.clone()].find(wanted.trim()) {
            let blanks = wanted.len() - wanted.trim_start().len();
            let start = page.start + at + word.before.len() - blanks.min(word.before.len());
            text.doubtful.push(start..start + word.word.len());
        }
    }
    text.doubtful.sort_by_key(|span| span.start);
    text.doubtful.dedup_by(|next, span| next.start < span.end);
}

fn page_range(text: &StructuredText, number: u32) -> Option<std::ops::Range<usize>> {
    let index = text.pages.iter().position(|page| page.number == number)?;
    let end = text
        .pages
        .get(index + 1)
        .map_or(text.text.len(), |page| page.at);
    Some(text.pages[index].at..end.min(text.text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::structure::PageStart;

    #[test]
    fn a_doubtful_word_is_marked_whole_and_on_its_own_page() {
        let characters = "see the valu of 甲乙丙".chars().map(|c| Character {
            text: c.to_string(),
            from: (0.0, 0.0),
            to: (1.0, 0.0),
            confidence: if "u乙".contains(c) { 0.4 } else { 0.99 },
        });
        let line = Line {
            characters: characters.collect(),
            ..Line::default()
        };
        let page = PageText {
            lines: vec![line],
            ..PageText::default()
        };
        let words = doubtful_words(2, &page);
        let mut text = StructuredText {
            text: "see the valu of 甲乙丙\n\nsee the valu of 甲乙丙".to_owned(),
            pages: vec![
                PageStart { at: 0, number: 1 },
                PageStart { at: 27, number: 2 },
            ],
            ..StructuredText::default()
        };
        mark_doubtful(&mut text, &words);
        let marked: Vec<&str> = text
            .doubtful
            .iter()
            .map(|span| &text.text[span.clone()])
            .collect();
        assert_eq!(marked, ["valu", "乙"]);
        assert!(text.doubtful.iter().all(|span| span.start >= 27));
    }

    #[test]
    fn a_letter_is_doubtful_sooner_than_an_ideograph_and_that_than_a_sign() {
        let is_doubtful_at = |text: &str, confidence: f32| {
            is_doubtful(&Character {
                text: text.to_owned(),
                from: (0.0, 0.0),
                to: (1.0, 0.0),
                confidence,
            })
        };
        assert!(is_doubtful_at("甲", 0.6) && is_doubtful_at("a", 0.6));
        assert!(is_doubtful_at("a", 0.9) && !is_doubtful_at("甲", 0.9));
        assert!(!is_doubtful_at("，", 0.65) && is_doubtful_at("，", 0.55));
        assert!(!is_doubtful_at(" ", 0.1));
    }
}
