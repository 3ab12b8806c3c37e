//! Names and orders the values of each facet.

use std::collections::BTreeMap;

use crate::answer::{FacetCounts, FacetValue};
use crate::engine::list::MAX_FACET_VALUES;
use crate::engine::{Engine, FacetTotals};
use crate::error::ServerError;
use crate::question::{Facet, Filters};

/// All facets of a list, each with the first of its values.
pub(super) fn facets(
    engine: &dyn Engine,
    totals: &FacetTotals,
    filters: &Filters,
) -> Result<Vec<FacetCounts>, ServerError> {
    let mut facets = vec![source_facet(engine, totals, filters)?];
    for facet in Facet::LISTED {
        let values = facet_values(facet, &totals.counts[facet.index()], filters);
        facets.push(listed(facet, values, 0));
    }
    Ok(facets)
}

fn source_facet(
    engine: &dyn Engine,
    totals: &FacetTotals,
    filters: &Filters,
) -> Result<FacetCounts, ServerError> {
    let value = |id: &str, label: &str, count| FacetValue {
        value: id.to_owned(),
        label: label.to_owned(),
        count,
        selected: filters.source.iter().any(|chosen| chosen == id),
    };
    let sources = totals.sources.iter();
    let mut values: Vec<FacetValue> = sources
        .map(|source| value(&source.id, &source.title, 1))
        .collect();
    let beyond = totals.source_count.saturating_sub(values.len() as u64) as usize;
    for id in &filters.source {
        if values.iter().any(|value| value.value == *id) {
            continue;
        }
        if let Some(document) = engine.find(id)? {
            values.push(value(id, &engine.document(document)?.record.title, 0));
        }
    }
    Ok(listed(Facet::Source, values, beyond))
}

/// Every value of `facet`, sources aside.
pub(super) fn facet_values(
    facet: Facet,
    counts: &BTreeMap<String, u64>,
    filters: &Filters,
) -> Vec<FacetValue> {
    let chosen = filters.chosen(facet);
    let mut counts = counts.clone();
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
        without: 0,
    }
}

/// Counts the documents of a list of `total` that have no date, where no date is asked for.
pub(super) fn count_undated(facets: &mut [FacetCounts], total: u64, filters: &Filters) {
    let is_year = |facet: &&mut FacetCounts| facet.field == Facet::Year && facet.more == 0;
    if filters.from.is_some() || filters.to.is_some() {
        return;
    }
    if let Some(years) = facets.iter_mut().find(is_year) {
        let dated: u64 = years.values.iter().map(|value| value.count).sum();
        years.without = total.saturating_sub(dated);
    }
}
