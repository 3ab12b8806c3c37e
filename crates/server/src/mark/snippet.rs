//! Cuts a passage to a snippet around what matched.
//!
//! In: a passage's text and its marks. Out: [`Snippet`], text of the passage and nothing else but an ellipsis where it was
//! cut, with marks in code points and as escaped HTML. It begins and ends at sentence or clause ends where that fits
//! the budget, never inside a grapheme, and always holds the mark it was cut for. Lengths are display columns.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::answer::MarkOffsets;
use crate::mark::highlight::Mark;

/// Length of a snippet: three lines of a result at a comfortable measure.
pub const SNIPPET_COLUMNS: usize = 240;

/// A piece of a passage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// What is shown.
    pub text: String,
    /// The same, escaped, with `<mark>` and no other element.
    pub html: String,
    /// Marks in code points of `text`.
    pub offsets: Vec<MarkOffsets>,
}

/// Cuts `text` to at most `budget_columns`, ellipses not counted, around the marks of the most weight; `weight_of` gives the
/// weight of a pattern. A text that fits is returned whole; one without marks from its beginning.
pub fn cut_snippet(
    text: &str,
    marks: &[Mark],
    budget_columns: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Snippet {
    let window = if text.width() <= budget_columns {
        0..text.len()
    } else {
        window(text, marks, budget_columns, weight_of)
    };
    let inside: Vec<Range<usize>> = marks
        .iter()
        .filter(|mark| mark.range.start < window.end && mark.range.end > window.start)
        .map(|mark| {
            mark.range.start.max(window.start) - window.start
                ..mark.range.end.min(window.end) - window.start
        })
        .collect();
    let cut = &text[window.clone()];
    let before = if text[..window.start].trim().is_empty() {
        ""
    } else {
        "…"
    };
    let after = if text[window.end..].trim().is_empty() {
        ""
    } else {
        "…"
    };
    let mut snippet = mark_text(cut, &inside);
    let shift = before.chars().count();
    for offsets in &mut snippet.offsets {
        offsets.start += shift;
        offsets.end += shift;
    }
    snippet.text = format!("{before}{cut}{after}");
    snippet.html = format!("{before}{}{after}", snippet.html);
    snippet
}

/// A whole text with its marks; `marks` are sorted, disjoint byte ranges of it.
pub fn mark_text(text: &str, marks: &[Range<usize>]) -> Snippet {
    let mut html = String::with_capacity(text.len() + marks.len() * 13);
    let mut offsets = Vec::with_capacity(marks.len());
    let mut at = 0;
    let mut at_char = 0;
    for mark in marks {
        at_char += text[at..mark.start].chars().count();
        let end_char = at_char + text[mark.clone()].chars().count();
        offsets.push(MarkOffsets {
            start: at_char,
            end: end_char,
        });
        escape_into(&text[at..mark.start], &mut html);
        html.push_str("<mark>");
        escape_into(&text[mark.clone()], &mut html);
        html.push_str("</mark>");
        at = mark.end;
        at_char = end_char;
    }
    escape_into(&text[at..], &mut html);
    Snippet {
        text: text.to_owned(),
        html,
        offsets,
    }
}

/// Escapes for HTML text and quoted attributes.
pub fn escape_into(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(character),
        }
    }
}

/// The bytes to show: around the best cluster of marks.
fn window(
    text: &str,
    marks: &[Mark],
    budget: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Range<usize> {
    let cluster = best_cluster(text, marks, budget, weight_of).unwrap_or(0..0);
    let cluster_columns = text[cluster.clone()].width();
    // Half of what is left may stand before the marks: a reader wants the sentence they begin in.
    let lead = (budget.saturating_sub(cluster_columns)) / 2;
    let earliest = step_back(text, cluster.start, lead);
    let start = start_at(text, earliest..cluster.start);
    let left = budget.saturating_sub(text[start..cluster.end].width());
    let latest = step_forward(text, cluster.end, left);
    let end = end_at(text, cluster.end..latest);
    let start = start + (text[start..].len() - text[start..].trim_start().len());
    let start = start.min(cluster.start);
    let end = end - (text[..end].len() - text[..end].trim_end().len());
    start..end.max(cluster.end).max(start)
}

/// The run of marks that fits the budget and weighs most, each pattern counted once; the first of equals.
fn best_cluster(
    text: &str,
    marks: &[Mark],
    budget: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Option<Range<usize>> {
    let mut best: Option<(f32, Range<usize>)> = None;
    for (index, first) in marks.iter().enumerate() {
        let mut seen: Vec<usize> = Vec::new();
        let mut weight = 0.0;
        let mut columns = 0;
        let mut end = first.range.start;
        for mark in &marks[index..] {
            columns += text[end..mark.range.end].width();
            if columns > budget && mark.range.start != first.range.start {
                break;
            }
            end = mark.range.end;
            for &pattern in &mark.patterns {
                if !seen.contains(&pattern) {
                    seen.push(pattern);
                    weight += weight_of(pattern);
                }
            }
            if best
                .as_ref()
                .is_none_or(|(heaviest, _)| weight > *heaviest + f32::EPSILON)
            {
                best = Some((weight, first.range.start..end));
            }
        }
    }
    best.map(|(_, range)| range)
}

/// The earliest byte such that at most `columns` lie between it and `at`.
fn step_back(text: &str, at: usize, columns: usize) -> usize {
    let mut used = 0;
    let mut start = at;
    for (index, grapheme) in text[..at].grapheme_indices(true).rev() {
        used += grapheme.width();
        if used > columns {
            break;
        }
        start = index;
    }
    start
}

/// The latest byte such that at most `columns` lie between `at` and it.
fn step_forward(text: &str, at: usize, columns: usize) -> usize {
    let mut used = 0;
    for (index, grapheme) in text[at..].grapheme_indices(true) {
        used += grapheme.width();
        if used > columns {
            return at + index;
        }
    }
    text.len()
}

const SENTENCE_ENDS: [char; 5] = ['。', '！', '？', '!', '?'];
const CLAUSE_ENDS: [char; 8] = ['，', '；', '、', '：', ',', ';', ':', '」'];

/// The best start inside `range`, whose end is the first mark: the earliest sentence, else clause, else word.
fn start_at(text: &str, range: Range<usize>) -> usize {
    if range.start == 0 {
        return 0;
    }
    let inside = &text[range.clone()];
    let behind = |ends: &dyn Fn(char, Option<char>) -> bool| {
        let mut characters = inside.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if ends(character, next) {
                return Some(range.start + at + character.len_utf8());
            }
        }
        None
    };
    behind(&is_sentence_end)
        .or_else(|| behind(&is_clause_end))
        .or_else(|| behind(&is_word_end))
        .unwrap_or(range.start)
}

/// The best end inside `range`, whose start is the last mark's end: the latest sentence, else clause, else word.
fn end_at(text: &str, range: Range<usize>) -> usize {
    if range.end == text.len() {
        return text.len();
    }
    let inside = &text[range.clone()];
    let last = |ends: &dyn Fn(char, Option<char>) -> bool| {
        let mut found = None;
        let mut characters = inside.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let next = characters
                .peek()
                .map(|(_, next)| *next)
                .or_else(|| text[range.end..].chars().next());
            if ends(character, next) {
                found = Some(range.start + at + character.len_utf8());
            }
        }
        found
    };
    // A sentence that ends early would waste most of the budget.
    let is_long = |end: &usize| (end - range.start) * 3 >= range.len();
    last(&is_sentence_end)
        .filter(is_long)
        .or_else(|| last(&is_clause_end).filter(is_long))
        .or_else(|| last(&is_word_end))
        .unwrap_or(range.end)
}

fn is_sentence_end(character: char, next: Option<char>) -> bool {
    SENTENCE_ENDS.contains(&character)
        || (character == '.' && next.is_none_or(char::is_whitespace))
        || character == '\n'
}

fn is_clause_end(character: char, next: Option<char>) -> bool {
    let is_wide = character.width() == Some(2);
    CLAUSE_ENDS.contains(&character) && (is_wide || next.is_none_or(char::is_whitespace))
}

fn is_word_end(character: char, _next: Option<char>) -> bool {
    character.is_whitespace()
}

#[cfg(test)]
mod tests {
    use polidex_analysis::units::cut_text;
    use proptest::prelude::*;

    use super::*;
    use crate::mark::highlight::Matcher;
    use crate::mark::pattern::Pattern;

    fn snippet(text: &str, phrase: &str, budget: usize) -> Snippet {
        let marks = Matcher::new(vec![Pattern::of_phrase(&cut_text(phrase))]).marks(text);
        cut_snippet(text, &marks, budget, |_| 1.0)
    }

    #[test]
    fn snippets_are_cut_at_sentence_ends() {
        let text =
            "甲乙丙丁戊己庚辛。政府會加快發展新質生產力，提升競爭力。子丑寅卯辰巳午未申酉戌亥。";
        assert_eq!(
            snippet(text, "新质生产力", 46).text,
            "…政府會加快發展新質生產力，提升競爭力。…"
        );
        assert_eq!(snippet(text, "新质生产力", 400).text, text);
    }

    #[test]
    fn everything_is_escaped_but_the_marks() {
        let snippet = snippet("<b>\"x\" & 'y'</b> </mark>", "x", 100);
        assert_eq!(
            snippet.html,
            "&lt;b&gt;&quot;<mark>x</mark>&quot; &amp; &#39;y&#39;&lt;/b&gt; &lt;/mark&gt;"
        );
    }

    proptest! {
        #[test]
        fn snippets_hold_their_mark_and_keep_their_length(
            before in "[新質a-c。，. \u{301}👨‍👩‍👧]{0,120}",
            after in "[新質a-c。，. \u{301}]{0,120}",
            budget in 20_usize..120,
        ) {
            let text = format!("{before} zq {after}");
            let snippet = snippet(&text, "zq", budget);
            let marked: String = snippet.text.chars().skip(snippet.offsets[0].start).take(2).collect();
            prop_assert_eq!(marked, "zq");
            prop_assert!(snippet.text.trim_matches('…').width() <= budget);
            prop_assert!(text.contains(snippet.text.trim_matches('…')));
            let unmarked = snippet.html.replace("<mark>", "").replace("</mark>", "");
            prop_assert_eq!(unmarked, snippet.text);
        }
    }
}
