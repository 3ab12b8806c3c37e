//! Patterns of a plan, ready to be looked for in texts and titles.

use crate::engine::{DocRef, Engine, Text};
use crate::error::ServerError;
use crate::mark::highlight::{Mark, Matcher};
use crate::mark::pattern::Pattern;
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

    /// Marks of a document's text; of a long one, those in the parts that say most.
    pub(super) fn marks(
        &self,
        engine: &dyn Engine,
        document: DocRef,
        text: &Text<'_>,
    ) -> Result<Vec<Mark>, ServerError> {
        if !text.is_long() {
            return Ok(self.body.marks(&text.whole()?));
        }
        let parts = text.parts();
        let mut marks = Vec::new();
        for run in engine.best_parts(document, &self.weighted_patterns(), parts)? {
            let bytes = parts[run.start].bytes.start..parts[run.end - 1].bytes.end;
            let from = bytes.start;
            let found = self.body.marks(&text.piece(bytes)?);
            marks.extend(found.into_iter().map(|mark| mark.moved_by(from)));
        }
        Ok(marks)
    }

    fn weighted_patterns(&self) -> Vec<(Pattern, f32)> {
        let patterns = self.body.patterns().iter().cloned();
        patterns.zip(self.weights.iter().copied()).collect()
    }
}
