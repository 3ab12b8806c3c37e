//! Names and orders the values of each facet.

use crate::answer::{FacetCounts, FacetValue};
use crate::engine::collect::{Collected, MAX_FACET_VALUES};
use crate::engine::snapshot::Snapshot;
use crate::error::ServerError;
use crate::question::{Facet, Filters};

impl Snapshot<'_> {
    pub(super) fn facets(
        &self,
        collected: &Collected,
        filters: &Filters,
    ) -> Result<Vec<FacetCounts>, ServerError> {
        let mut facets = vec![self.source_facet(collected, filters)?];
        for facet in Facet::LISTED {
            facets.push(listed(facet, facet_values(facet, collected, filters), 0));
        }
        Ok(facets)
    }

    fn source_facet(
        &self,
        collected: &Collected,
        filters: &Filters,
    ) -> Result<FacetCounts, ServerError> {
        let mut values: Vec<FacetValue> = collected
            .sources
            .iter()
            .map(|source| FacetValue {
                value: source.id.clone(),
                label: source.title.clone(),
                count: 1,
                selected: filters.source.contains(&source.id),
            })
            .collect();
        let beyond = collected.source_count.saturating_sub(values.len() as u64) as usize;
        for id in &filters.source {
            if values.iter().any(|value| value.value == *id) {
                continue;
            }
            let Some(address) = self.find(id)? else {
                continue;
            };
            let label = self.fetch(address)?.record.title;
            values.push(FacetValue {
                value: id.clone(),
                label,
                count: 0,
                selected: true,
            });
        }
        Ok(listed(Facet::Source, values, beyond))
    }
}

/// Every value of `facet`, sources aside.
pub(super) fn facet_values(
    facet: Facet,
    collected: &Collected,
    filters: &Filters,
) -> Vec<FacetValue> {
    let chosen = filters.chosen(facet);
    let mut counts = collected.counts[facet.index()].clone();
    // A chosen value stays listed even when nothing is left of it.
    for value in &chosen {
        counts.entry(value.clone()).or_default();
    }
    let value = |(value, count): (String, u64)| FacetValue {
        selected: chosen.contains(&value),
        label: value.clone(),
        value,
        count,
    };
    counts.into_iter().map(value).collect()
}

/// Sorts values as people look for them: the chosen, then the most frequent, then by name; years from the newest.
pub(super) fn sort_values(facet: Facet, values: &mut [FacetValue]) {
    values.sort_by(|one, other| {
        let by_count = match facet {
            Facet::Year => other.label.cmp(&one.label),
            _ => other.count.cmp(&one.count),
        };
        other
            .selected
            .cmp(&one.selected)
            .then(by_count)
            .then_with(|| one.label.cmp(&other.label))
    });
}

/// The first of the values, and the number of those beyond.
fn listed(field: Facet, mut values: Vec<FacetValue>, beyond: usize) -> FacetCounts {
    sort_values(field, &mut values);
    let more = beyond + values.len().saturating_sub(MAX_FACET_VALUES);
    values.truncate(MAX_FACET_VALUES);
    FacetCounts {
        field,
        values,
        more,
    }
}
