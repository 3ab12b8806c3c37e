//! Cuts out what repairs replaced: the words as published that the stored text no longer holds.
//!
//! In: the text as decoded and the steps of its repair. Out: the spans whose letters were changed, each with the units around
//! it, parted by blank lines, for an index of their own. A quoted phrase is found by it where a repair was wrong.

use std::collections::HashSet;
use std::ops::Range;

use polidex_analysis::units::cut_text;

use crate::repair::RepairStep;

/// Units on each side of a span: a phrase reaches so far beyond what was replaced.
const UNITS_BESIDE: usize = 6;
/// Bytes on each side that are looked at for them: six long words of English, twice over.
const BYTES_BESIDE: usize = 160;
/// Spans that are no farther apart are one. Six ideographs on each side of both take more.
const BYTES_BETWEEN: usize = 36;

/// Returns the spans of `decoded` whose letters `steps` changed, each once, in order.
pub(crate) fn replaced_spans(decoded: &str, steps: &[RepairStep]) -> String {
    let mut known: HashSet<&str> = HashSet::new();
    let mut spans = String::new();
    let wide = changed(steps).into_iter();
    for span in joined(wide.map(|span| widened(decoded, span)).collect(), 0) {
        let span = decoded[span].trim();
        if !span.is_empty() && known.insert(span) {
            if !spans.is_empty() {
                spans.push_str("\n\n");
            }
            spans.push_str(span);
        }
    }
    spans
}

/// Sources of the steps that changed letters, near ones as one.
fn changed(steps: &[RepairStep]) -> Vec<Range<usize>> {
    let letters = steps.iter().filter(|step| step.kind.changes_letters());
    joined(
        letters.map(|step| step.source.clone()).collect(),
        BYTES_BETWEEN,
    )
}

fn joined(mut spans: Vec<Range<usize>>, apart: usize) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup_by(|next, last| {
        let is_near = next.start <= last.end + apart;
        if is_near {
            last.end = last.end.max(next.end);
        }
        is_near
    });
    spans
}

/// The span with [`UNITS_BESIDE`] units on each side; a unit that it cuts belongs to it.
fn widened(decoded: &str, span: Range<usize>) -> Range<usize> {
    let from = decoded.floor_char_boundary(span.start.saturating_sub(BYTES_BESIDE));
    let to = decoded.ceil_char_boundary((span.end + BYTES_BESIDE).min(decoded.len()));
    start_before(decoded, from, span.start)..end_after(decoded, span.end, to)
}

/// Start of the sixth unit before `at`, none of them before `from`.
fn start_before(decoded: &str, from: usize, at: usize) -> usize {
    // A few bytes more, so that a word is cut at its end and not at `at`.
    let to = decoded.ceil_char_boundary((at + BYTES_BESIDE).min(decoded.len()));
    let mut units = unit_ranges(decoded, from..to);
    if from > 0 {
        // The first may be the rest of a word.
        units.drain(..units.len().min(1));
    }
    let before = units.iter().take_while(|unit| unit.end <= at).count();
    let first = units.get(before.saturating_sub(UNITS_BESIDE));
    first.map_or(at, |unit| unit.start.min(at))
}

/// Bytes of the units in a part of `decoded`.
fn unit_ranges(decoded: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let cut = cut_text(&decoded[part.clone()]);
    let sources = cut.units().iter().map(|unit| unit.source());
    sources
        .map(|source| part.start + source.start..part.start + source.end)
        .collect()
}

/// End of the sixth unit behind `at`, none of them behind `to`.
fn end_after(decoded: &str, at: usize, to: usize) -> usize {
    let from = decoded.floor_char_boundary(at.saturating_sub(BYTES_BESIDE));
    let mut units = unit_ranges(decoded, from..to);
    units.retain(|unit| unit.end > at);
    let is_cut = units.iter().any(|unit| unit.start < at);
    if to < decoded.len() {
        // The last may be the beginning of a word.
        units.pop();
    }
    let count = (UNITS_BESIDE + usize::from(is_cut)).min(units.len());
    count.checked_sub(1).map_or(at, |last| units[last].end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::{Options, repair_text};

    fn spans_of(text: &str) -> String {
        replaced_spans(text, &repair_text(text, &Options::default()).steps)
    }

    #[test]
    fn a_span_has_six_units_on_each_side_and_no_half_words() {
        let text = "The Committee on Science noted in full that generative Al systems are widely used in the \
                    public sector of many countries, and AI policies follow.";
        let spans = spans_of(text);
        assert_eq!(
            spans,
            "Science noted in full that generative Al systems are widely used in the"
        );
        let text = format!("{}匹夫Ã©匹婦{}", "前".repeat(90), "後".repeat(90));
        let at = text.find("Ã").expect("there");
        let span = widened(&text, at..at + "Ã©".len());
        assert_eq!(&text[span], "前前前前匹夫Ã©匹婦後後後後");
    }

    #[test]
    fn the_same_twice_is_kept_once_and_near_spans_are_one() {
        let line = "Le Conseil dâ€™Ã‰tat a dÃ©cidÃ©.";
        assert_eq!(spans_of(line), line);
        let far = format!("{line}\n\n{}\n\n{line}", "Rien. ".repeat(100));
        assert!(spans_of(&far).matches("dâ€™Ã‰tat").count() <= 2);
    }

    #[test]
    fn layout_and_forms_leave_nothing() {
        assert_eq!(
            spans_of("⽴法會通過ﬁnancial 條例，金額為 １，０００ 元。"),
            ""
        );
        assert_eq!(spans_of("新 質 生 產 力 的 發 展 。"), "");
        assert_eq!(spans_of("第二十三條　香港特別行政區應自行立法"), "");
    }

    #[test]
    fn spans_at_the_ends_of_a_text_are_within_it() {
        for text in ["Al", "é", "Ã©", "dÃ©cidÃ©", "\u{20000}Al systems AI"] {
            for from in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                for to in (from..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                    let wide = widened(text, from..to);
                    assert!(wide.start <= from && to <= wide.end, "{text} {from}..{to}");
                }
            }
        }
    }
}
