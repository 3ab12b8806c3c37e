//! Counts the questions that found nothing, for an operator who asks for it: what readers look for and the papers lack.
//!
//! In: answers. Out: a line a question, `count TAB question`, the commonest first. Nothing tells who asked or when, and
//! nothing is counted unless [`Settings`](crate::http::Settings) say so.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Maximum number of questions remembered; when there are more, those asked once are forgotten.
const MAX_QUESTIONS: usize = 10_000;
/// Longer questions are pasted texts, which are asked once.
const MAX_CHARS: usize = 200;
/// Lines of a report.
const LINES: usize = 500;

/// Questions without results, with how often each was asked.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(Mutex<HashMap<String, u64>>);

impl Unanswered {
    /// Counts a question.
    pub(crate) fn note(&self, q: &str) {
        let q = q.split_whitespace().collect::<Vec<_>>().join(" ");
        if q.is_empty() || q.chars().count() > MAX_CHARS {
            return;
        }
        let mut counts = self.counts();
        if counts.len() >= MAX_QUESTIONS && !counts.contains_key(&q) {
            counts.retain(|_, count| *count > 1);
        }
        if counts.len() < MAX_QUESTIONS || counts.contains_key(&q) {
            *counts.entry(q).or_default() += 1;
        }
    }

    /// Adds the counts of an earlier report; lines that are none are passed over.
    pub(crate) fn add(&self, report: &str) {
        let lines = report.lines().filter_map(|line| line.split_once('\t'));
        let mut counts = self.counts();
        for (count, q) in lines {
            if let Ok(count) = count.parse::<u64>() {
                *counts.entry(q.to_owned()).or_default() += count;
            }
        }
    }

    /// The report.
    pub(crate) fn report(&self) -> String {
        let counts = self.counts();
        let mut lines: Vec<(&String, &u64)> = counts.iter().collect();
        lines.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
        let lines = lines.into_iter().take(LINES);
        lines.map(|(q, count)| format!("{count}\t{q}\n")).collect()
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_come_first_and_survive() {
        let counted = Unanswered::default();
        for q in [
            "b",
            "lost  and\tfound\n",
            "b",
            "a",
            "",
            " ",
            &"x".repeat(201),
        ] {
            counted.note(q);
        }
        assert_eq!(counted.report(), "2\tb\n1\ta\n1\tlost and found\n");
        let later = Unanswered::default();
        later.add(&counted.report());
        later.add("nonsense\nx\ty\n");
        later.note("a");
        assert_eq!(later.report(), "2\ta\n2\tb\n1\tlost and found\n");
        for number in 0..50_000 {
            later.note(&format!("question {number}"));
        }
        assert!(later.report().starts_with("2\ta\n2\tb\n"));
        assert!(later.counts().len() <= MAX_QUESTIONS);
    }
}
