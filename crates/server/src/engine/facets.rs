//! Names and orders the values of each facet.

use crate::answer::{Facet, FacetValue};
use crate::collect::{Collected, FACET_FIELDS, MAX_FACET_VALUES};
use crate::engine::snapshot::Snapshot;
use crate::error::ServerError;
use crate::question::Question;

impl Snapshot<'_> {
    pub(super) fn facets(&self, collected: &Collected, question: &Question) -> Result<Vec<Facet>, ServerError> {
        let mut facets = vec![self.source_facet(collected, question)?];
        let year = match (question.from, question.to) {
            (Some(from), Some(to)) if from == to => vec![from.to_string()],
            _ => Vec::new(),
        };
        let selected = [&question.publisher, &question.lang, &question.kind, &year];
        for (index, selected) in selected.into_iter().enumerate() {
            let field = FACET_FIELDS[index + 1];
            let mut counts = collected.counts[index + 1].clone();
            // A chosen value stays listed even when nothing is left of it.
            for value in selected.iter().filter(|value| field != "year" || value.len() == 4) {
                counts.entry(value.clone()).or_default();
            }
            let values = counts.into_iter().map(|(value, count)| FacetValue {
                selected: selected.contains(&value),
                label: value.clone(),
                value,
                count,
            });
            facets.push(listed(field, values.collect(), 0));
        }
        Ok(facets)
    }

    fn source_facet(&self, collected: &Collected, question: &Question) -> Result<Facet, ServerError> {
        let mut values: Vec<FacetValue> = collected
            .sources
            .iter()
            .map(|source| FacetValue {
                value: source.id.clone(),
                label: source.title.clone(),
                count: 1,
                selected: question.source.contains(&source.id),
            })
            .collect();
        let beyond = collected.source_count.saturating_sub(values.len() as u64) as usize;
        for id in &question.source {
            if values.iter().any(|value| value.value == *id) {
                continue;
            }
            let Some(address) = self.find(id)? else { continue };
            let label = self.fetch(address)?.record.title;
            values.push(FacetValue { value: id.clone(), label, count: 0, selected: true });
        }
        Ok(listed("source", values, beyond))
    }
}

/// Values in the order people look for them: the chosen, then the most, then by name.
fn listed(field: &'static str, mut values: Vec<FacetValue>, beyond: usize) -> Facet {
    let by_year = field == "year";
    values.sort_by(|one, other| {
        let by_count = if by_year { other.label.cmp(&one.label) } else { other.count.cmp(&one.count) };
        other.selected.cmp(&one.selected).then(by_count).then_with(|| one.label.cmp(&other.label))
    });
    let more = beyond + values.len().saturating_sub(MAX_FACET_VALUES);
    values.truncate(MAX_FACET_VALUES);
    Facet { field, values, more }
}
