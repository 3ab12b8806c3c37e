//! Patterns of a plan, ready to be looked for in texts and titles.

use crate::mark::highlight::Matcher;
use crate::query::plan::{Plan, PlannedPattern};

/// Finds what is marked in texts and in titles.
pub(super) struct Marker {
    /// Patterns of texts.
    pub(super) body: Matcher,
    /// Weight of each of them.
    pub(super) weights: Vec<f32>,
    /// Patterns of titles: those of texts, and what was looked for in titles only.
    pub(super) title: Matcher,
}

impl Marker {
    pub(super) fn of(plan: &Plan) -> Self {
        let in_text = || plan.patterns.iter().filter(|planned| planned.in_text);
        let pattern = |planned: &PlannedPattern| planned.pattern.clone();
        Self {
            body: Matcher::new(in_text().map(pattern).collect()),
            weights: in_text().map(|planned| planned.weight).collect(),
            title: Matcher::new(plan.patterns.iter().map(pattern).collect()),
        }
    }
}
