//! Cuts a passage to a snippet around its matches.
//!
//! In: a passage's text and its marks. Out: [`Snippet`]: text of the passage with an ellipsis where it was cut, marks in code
//! points, and escaped HTML. A snippet starts and ends at the end of a sentence or clause where that fits the budget, never
//! inside a grapheme, and always contains the mark it was cut for. Lengths are display columns.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::answer::MarkOffsets;
use crate::mark::highlight::Mark;

/// Maximum length of a snippet: three lines of a result at a comfortable measure.
pub const SNIPPET_COLUMNS: usize = 240;

/// A piece of a passage with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Plain text.
    pub text: String,
    /// Escaped text with `<mark>` and no other element.
    pub html: String,
    /// Marks in code points of `text`.
    pub offsets: Vec<MarkOffsets>,
}

impl Snippet {
    /// Adds an ellipsis at the ends that were cut.
    fn with_ellipses(mut self, before: bool, after: bool) -> Self {
        let ellipsis = |is_cut: bool| if is_cut { "…" } else { "" };
        let (before, after) = (ellipsis(before), ellipsis(after));
        let shift = before.chars().count();
        for offsets in &mut self.offsets {
            offsets.start += shift;
            offsets.end += shift;
        }
        self.text = format!("{before}{}{after}", self.text);
        self.html = format!("{before}{}{after}", self.html);
        self
    }
}

/// Cuts `text` to at most `budget_columns`, ellipses not counted, around the marks of the greatest weight; `weight_of` returns
/// the weight of a pattern. A text that fits is returned whole; one without marks from its start.
///
/// # Examples
/// ```
/// use polidex_analysis::units::cut_text;
/// use polidex_server::mark::highlight::Matcher;
/// use polidex_server::mark::pattern::Pattern;
/// use polidex_server::mark::snippet::cut_snippet;
///
/// let text = "甲乙丙丁戊己庚辛。政府會加快發展新質生產力，提升競爭力。子丑寅卯辰巳午未申酉戌亥。";
/// let matcher = Matcher::new(vec![Pattern::of_phrase(&cut_text("新质生产力"))]);
/// let snippet = cut_snippet(text, &matcher.marks(text), 46, |_| 1.0);
/// assert_eq!(snippet.html, "…政府會加快發展<mark>新質生產力</mark>，提升競爭力。…");
/// ```
pub fn cut_snippet(
    text: &str,
    marks: &[Mark],
    budget_columns: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Snippet {
    cut_snippet_around(text, marks, marks, budget_columns, weight_of)
}

/// Like [`cut_snippet`], around the marks `wanted`, which may be more than those that are shown.
pub(crate) fn cut_snippet_around(
    text: &str,
    wanted: &[Mark],
    marks: &[Mark],
    budget_columns: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Snippet {
    let window = if text.width() <= budget_columns {
        0..text.len()
    } else {
        window(text, wanted, budget_columns, weight_of)
    };
    let inside: Vec<Range<usize>> = marks
        .iter()
        .filter_map(|mark| clip(&mark.range, &window))
        .collect();
    let is_cut = |rest: &str| !rest.trim().is_empty();
    mark_text(&text[window.clone()], &inside)
        .with_ellipses(is_cut(&text[..window.start]), is_cut(&text[window.end..]))
}

/// Returns the part of `range` inside `window`, counted from the window's start.
fn clip(range: &Range<usize>, window: &Range<usize>) -> Option<Range<usize>> {
    if range.start >= window.end || range.end <= window.start {
        return None;
    }
    let start = range.start.max(window.start) - window.start;
    let end = range.end.min(window.end) - window.start;
    Some(start..end)
}

/// Marks a whole text; `marks` are sorted, disjoint byte ranges of it.
pub fn mark_text(text: &str, marks: &[Range<usize>]) -> Snippet {
    let mut html = String::with_capacity(text.len() + marks.len() * "<mark></mark>".len());
    let mut offsets = Vec::with_capacity(marks.len());
    let mut at = 0;
    let mut at_char = 0;
    for mark in marks {
        let (plain, marked) = (&text[at..mark.start], &text[mark.clone()]);
        let start = at_char + plain.chars().count();
        at_char = start + marked.chars().count();
        offsets.push(MarkOffsets {
            start,
            end: at_char,
        });
        escape_into(plain, &mut html);
        html.push_str("<mark>");
        escape_into(marked, &mut html);
        html.push_str("</mark>");
        at = mark.end;
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

/// Returns the bytes to show: around the best cluster of marks.
fn window(
    text: &str,
    marks: &[Mark],
    budget: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Range<usize> {
    let cluster = best_cluster(text, marks, budget, weight_of).unwrap_or(0..0);
    let cluster_columns = text[cluster.clone()].width();
    // Half of the rest may stand before the marks: a reader wants the sentence they start in.
    let lead = budget.saturating_sub(cluster_columns) / 2;
    let earliest = step_back(text, cluster.start, lead);
    let start = start_at(text, earliest..cluster.start);
    let left = budget.saturating_sub(text[start..cluster.end].width());
    let latest = step_forward(text, cluster.end, left);
    let end = end_at(text, cluster.end..latest);
    let first_visible = text.len() - text[start..].trim_start().len();
    let start = first_visible.min(cluster.start);
    let end = text[..end].trim_end().len();
    start..end.max(cluster.end).max(start)
}

/// Returns the run of marks that fits the budget and weighs most, each pattern counted once; the first of equals.
fn best_cluster(
    text: &str,
    marks: &[Mark],
    budget: usize,
    weight_of: impl Fn(usize) -> f32,
) -> Option<Range<usize>> {
    let mut best: Option<Range<usize>> = None;
    let mut heaviest = f32::NEG_INFINITY;
    for index in 0..marks.len() {
        let start = marks[index].range.start;
        let mut seen: Vec<usize> = Vec::new();
        let mut weight = 0.0;
        for mark in fitting(text, &marks[index..], budget) {
            for &pattern in &mark.patterns {
                if !seen.contains(&pattern) {
                    seen.push(pattern);
                    weight += weight_of(pattern);
                }
            }
            if weight > heaviest + f32::EPSILON {
                (best, heaviest) = (Some(start..mark.range.end), weight);
            }
        }
    }
    best
}

/// Returns the first of `marks`, and those behind it that fit the budget together with it.
fn fitting<'a>(text: &str, marks: &'a [Mark], budget: usize) -> &'a [Mark] {
    let first = marks.first().map_or(0..0, |first| first.range.clone());
    let mut end = first.end;
    let mut columns = text[first].width();
    let behind = marks.iter().skip(1).position(|mark| {
        columns += text[end..mark.range.end].width();
        end = mark.range.end;
        columns > budget
    });
    &marks[..behind.map_or(marks.len(), |index| index + 1)]
}

/// Returns the earliest byte such that at most `columns` lie between it and `at`.
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

/// Returns the latest byte such that at most `columns` lie between `at` and it.
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

/// Tells whether something ends with a character, given the next one.
type EndRule = fn(char, Option<char>) -> bool;

/// Returns the bytes in `range` that something may be cut at: behind each character that `rule` says is an end.
fn ends_in(
    text: &str,
    range: Range<usize>,
    rule: EndRule,
) -> impl DoubleEndedIterator<Item = usize> {
    let start = range.start;
    text[range]
        .char_indices()
        .filter_map(move |(at, character)| {
            let end = start + at + character.len_utf8();
            rule(character, text[end..].chars().next()).then_some(end)
        })
}

/// Returns the best start inside `range`, whose end is the first mark: the earliest sentence, else clause, else word.
fn start_at(text: &str, range: Range<usize>) -> usize {
    if range.start == 0 {
        return 0;
    }
    // The text ends where the mark starts: a full stop right before it ends a sentence.
    let lead = &text[..range.end];
    let first = |rule: EndRule| ends_in(lead, range.clone(), rule).next();
    first(is_sentence_end)
        .or_else(|| first(is_clause_end))
        .or_else(|| first(is_word_end))
        .unwrap_or(range.start)
}

/// Returns the best end inside `range`, whose start is the last mark's end: the latest sentence, else clause, else word.
fn end_at(text: &str, range: Range<usize>) -> usize {
    if range.end == text.len() {
        return text.len();
    }
    let last = |rule: EndRule| ends_in(text, range.clone(), rule).next_back();
    // A sentence that ends early would waste most of the budget.
    let is_long = |end: &usize| (end - range.start) * 3 >= range.len();
    last(is_sentence_end)
        .filter(is_long)
        .or_else(|| last(is_clause_end).filter(is_long))
        .or_else(|| last(is_word_end))
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
