//! Patterns of a plan, ready to be looked for in texts and titles.

use std::collections::HashMap;

use crate::engine::{DocRef, Engine, Text};
use crate::error::ServerError;
use crate::mark::highlight::{Mark, Matcher};
use crate::mark::pattern::Pattern;
use crate::query::plan::{Neighbours, Plan, PlannedPattern};
use crate::query::weights;

/// Finds what is marked in texts and in titles.
pub(super) struct Marker {
    /// Patterns of texts.
    pub(super) body: Matcher,
    /// Weight of each of them; behind them, of each of the neighbours.
    pub(super) weights: Vec<f32>,
    /// Words that tell more where they stand together, by the indexes of `body`.
    neighbours: Vec<Neighbours>,
    /// Patterns of what a question asks.
    asked: Matcher,
    /// What each of them asks, by its place in the plan, and its weight.
    asked_weights: Vec<(usize, f32)>,
    /// Patterns of titles: those of texts, and what was looked for in titles only.
    pub(super) title: Matcher,
}

impl Marker {
    pub(super) fn of(plan: &Plan) -> Self {
        let in_text = || plan.patterns.iter().filter(|planned| planned.in_text);
        let pattern = |planned: &PlannedPattern| planned.pattern.clone();
        let asked = || {
            let asked = plan.asked.iter().enumerate();
            asked.flat_map(|(at, asked)| asked.patterns.iter().map(move |word| (at, word)))
        };
        let mut marker = Self {
            body: Matcher::new(in_text().map(pattern).collect()),
            weights: in_text().map(|planned| planned.weight).collect(),
            neighbours: Vec::new(),
            asked: Matcher::new(asked().map(|(_, (pattern, _))| pattern.clone()).collect()),
            asked_weights: asked().map(|(at, (_, weight))| (at, *weight)).collect(),
            title: Matcher::new(plan.patterns.iter().map(pattern).collect()),
        };
        marker.add_neighbours(plan);
        marker
    }

    fn add_neighbours(&mut self, plan: &Plan) {
        let body = self.body.patterns();
        let in_body = |index: usize| {
            let pattern = &plan.patterns[index].pattern;
            body.iter().position(|other| other == pattern)
        };
        let neighbours = plan.neighbours.iter().filter_map(|pair| {
            Some(Neighbours {
                first: in_body(pair.first)?,
                second: in_body(pair.second)?,
                ..*pair
            })
        });
        self.neighbours = neighbours.collect();
        for pair in &self.neighbours {
            let both = self.weights[pair.first] + self.weights[pair.second];
            self.weights.push(both / 2.0 * weights::TOGETHER_MARK);
        }
    }

    /// Returns `true` if the query is a question that asks something of its topic.
    pub(super) fn asks(&self) -> bool {
        !self.asked_weights.is_empty()
    }

    /// Marks of what is asked, with the indexes of their weights.
    pub(super) fn marks_of_asked(&self, text: &str) -> Vec<Mark> {
        let mut marks = self.asked.marks(text);
        for pattern in marks.iter_mut().flat_map(|mark| &mut mark.patterns) {
            *pattern += self.weights.len();
        }
        marks
    }

    /// What the marks of [`Marker::marks_of_asked`] add to a passage: each thing asked once, by the word that tells most.
    pub(super) fn asked_score(&self, marks: &[Mark]) -> f32 {
        let mut told: HashMap<usize, f32> = HashMap::new();
        let patterns = marks.iter().flat_map(|mark| &mark.patterns);
        for (asked, weight) in patterns.filter_map(|pattern| self.asked_at(*pattern)) {
            let most = told.entry(asked).or_default();
            *most = most.max(weight);
        }
        told.values().sum()
    }

    fn asked_at(&self, pattern: usize) -> Option<(usize, f32)> {
        let at = pattern.checked_sub(self.weights.len())?;
        self.asked_weights.get(at).copied()
    }

    /// Weight of a mark's pattern.
    pub(super) fn weight_of(&self, pattern: usize) -> f32 {
        let asked = || self.asked_at(pattern).map(|(_, weight)| weight);
        let known = self.weights.get(pattern).copied();
        known.or_else(asked).unwrap_or_default()
    }

    /// Number of the patterns of texts. What a mark names beyond them are neighbours.
    pub(super) fn pattern_count(&self) -> usize {
        self.body.patterns().len()
    }

    /// Marks of a document's text; of a long one, those in the parts that say most. Where words stand as they were typed, the
    /// mark of the second names the pair as well, with the index of its weight.
    pub(super) fn marks(
        &self,
        engine: &dyn Engine,
        document: DocRef,
        text: &Text<'_>,
    ) -> Result<Vec<Mark>, ServerError> {
        let mut marks = self.marks_of_words(engine, document, text)?;
        self.note_neighbours(&mut marks);
        Ok(marks)
    }

    fn marks_of_words(
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

    fn note_neighbours(&self, marks: &mut [Mark]) {
        let indexes = self.pattern_count()..;
        for (pair, index) in self.neighbours.iter().zip(indexes) {
            for at in 0..marks.len() {
                if stand_together(pair, marks, at) {
                    marks[at].patterns.push(index);
                }
            }
        }
    }

    fn weighted_patterns(&self) -> Vec<(Pattern, f32)> {
        let patterns = self.body.patterns().iter().cloned();
        patterns.zip(self.weights.iter().copied()).collect()
    }
}

/// Returns `true` if the second of two neighbours stands in the mark at `at` and the first in it or as near before it as typed.
fn stand_together(pair: &Neighbours, marks: &[Mark], at: usize) -> bool {
    let holds = |mark: &Mark, pattern| mark.patterns.contains(&pattern);
    let mark = &marks[at];
    let gap_bytes = |before: &Mark| mark.range.start.checked_sub(before.range.end);
    let is_near = |before: &Mark| gap_bytes(before).is_some_and(|gap| gap <= pair.gap_bytes.max(1));
    holds(mark, pair.second)
        && (holds(mark, pair.first)
            || at.checked_sub(1).is_some_and(|before| {
                let before = &marks[before];
                holds(before, pair.first) && is_near(before)
            }))
}
