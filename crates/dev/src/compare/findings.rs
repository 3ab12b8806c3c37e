//! Differences of a whole run, grouped by set and path.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::difference::{Difference, Tolerance, differences};

/// Examples kept of each group.
const KEPT: usize = 50;
/// Characters shown of a value.
const SHOWN_CHARS: usize = 200;
/// Characters shown before the first one that differs.
const BEFORE_CHARS: usize = 30;

/// Collects the differences found so far; shared between threads.
pub(crate) struct Findings {
    tolerance: Tolerance,
    groups: Mutex<BTreeMap<(String, String), Group>>,
}

#[derive(Default)]
struct Group {
    differences: usize,
    cases: usize,
    /// Differences with the case each was found in.
    examples: Vec<(String, Difference)>,
}

impl Findings {
    pub(crate) fn new(tolerance: Tolerance) -> Self {
        Self {
            tolerance,
            groups: Mutex::default(),
        }
    }

    /// Compares both outcomes of one case of `set` and keeps what differs.
    pub(crate) fn hold(&self, set: &str, case: &str, old: &Value, new: &Value) {
        for (pattern, found) in by_pattern(differences(old, new, self.tolerance)) {
            let mut groups = self.groups();
            let group = groups.entry((set.to_owned(), pattern)).or_default();
            group.differences += found.len();
            group.cases += 1;
            if let Some(first) = found.into_iter().next()
                && group.examples.len() < KEPT
            {
                group.examples.push((case.to_owned(), first));
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups().is_empty()
    }

    /// Every group with its counts and its first `examples`; empty when nothing differs.
    pub(crate) fn summary(&self, examples: usize) -> String {
        let mut out = String::new();
        for ((set, pattern), group) in self.groups().iter() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{set}  {pattern}: {} differences in {} cases",
                group.differences, group.cases
            );
            for (case, difference) in group.examples.iter().take(examples) {
                let (old, new) = shown(&difference.old, &difference.new);
                let _ = writeln!(out, "    {case}\n      at  {}", difference.path);
                let _ = writeln!(out, "      old {old}\n      new {new}");
            }
        }
        out
    }

    fn groups(&self) -> MutexGuard<'_, BTreeMap<(String, String), Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_pattern(differences: Vec<Difference>) -> BTreeMap<String, Vec<Difference>> {
    let mut by_pattern: BTreeMap<String, Vec<Difference>> = BTreeMap::new();
    for difference in differences {
        let pattern = difference.pattern();
        by_pattern.entry(pattern).or_default().push(difference);
    }
    by_pattern
}

/// Both values as JSON, cut to the place where they begin to differ.
fn shown(old: &Value, new: &Value) -> (String, String) {
    let (old, new) = (old.to_string(), new.to_string());
    let from = common_chars(&old, &new).saturating_sub(BEFORE_CHARS);
    let cut = |text: &str| -> String {
        let start = if from > 0 { "…" } else { "" };
        let piece: String = text.chars().skip(from).take(SHOWN_CHARS).collect();
        let end = match text.chars().count() > from + SHOWN_CHARS {
            true => "…",
            false => "",
        };
        format!("{start}{piece}{end}")
    };
    (cut(&old), cut(&new))
}

/// Number of characters that both texts begin with.
fn common_chars(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_differs_is_grouped_and_counted() {
        let findings = Findings::new(Tolerance(0.0));
        let old = json!({"hits": [{"id": "a", "score": 1}, {"id": "b", "score": 2}]});
        let new = json!({"hits": [{"id": "a", "score": 3}, {"id": "b", "score": 4}]});
        findings.hold("seeds", "same", &old, &old);
        assert!(findings.is_empty());
        findings.hold("seeds", "q=x", &old, &new);
        findings.hold("seeds", "q=y", &old, &new);
        let summary = findings.summary(1);
        assert!(summary.starts_with("seeds  hits[].score: 4 differences in 2 cases\n    q=x\n"));
        assert!(!summary.contains("q=y"), "{summary}");
    }

    #[test]
    fn long_values_are_cut_to_where_they_differ() {
        let text = "a".repeat(1000);
        let (old, new) = shown(&json!(format!("{text}b")), &json!(format!("{text}c")));
        assert!(old.starts_with('…') && old.ends_with("b\""), "{old}");
        assert!(new.len() < 50);
    }
}
