//! Names and orders the values of each facet.

use std::collections::BTreeMap;

use polidex_schema::cited::CITED_RANGES;

use crate::answer::{FacetCounts, FacetValue};
use crate::engine::list::MAX_FACET_VALUES;
use crate::engine::{Engine, FacetTotals, Labelled};
use crate::error::ServerError;
use crate::question::{Facet, Filters, PartialDate};

/// All facets of a list, each with the first of its values. `is_listed` tells whether the list holds a document by its id.
pub(super) fn facets(
    engine: &dyn Engine,
    totals: &FacetTotals,
    filters: &Filters,
    is_listed: impl Fn(&str) -> Result<bool, ServerError>,
) -> Result<Vec<FacetCounts>, ServerError> {
    let mut facets = vec![source_facet(engine, totals, filters, is_listed)?];
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
    is_listed: impl Fn(&str) -> Result<bool, ServerError>,
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
    for id in &filters.source {
        if values.iter().any(|value| value.value == *id) {
            continue;
        }
        // A chosen one may be listed and stand behind the best of the others.
        let document = engine.find(id)?;
        let labels = engine.labels(document.as_slice(), "", 1)?;
        if let Some(Labelled { title, .. }) = labels.first() {
            values.push(value(id, title, u64::from(is_listed(id)?)));
        }
    }
    let known: u64 = values.iter().map(|value| value.count).sum();
    let beyond = totals.source_count.saturating_sub(known) as usize;
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

/// Sorts values as people look for them: the chosen, then the most frequent, then by name; years from the newest, and ranges of
/// citing documents from the most cited.
pub(super) fn sort_values(facet: Facet, values: &mut [FacetValue]) {
    values.sort_by(|one, other| {
        let by_count = match facet {
            Facet::Year => other.label.cmp(&one.label),
            Facet::Cited => range_of(&other.value).cmp(&range_of(&one.value)),
            _ => other.count.cmp(&one.count),
        };
        other
            .selected
            .cmp(&one.selected)
            .then(by_count)
            .then_with(|| one.label.cmp(&other.label))
    });
}

/// Place of a range of citing documents among all.
fn range_of(value: &str) -> Option<usize> {
    CITED_RANGES.iter().position(|range| *range == value)
}

/// The first of the values, and the number of those beyond.
fn listed(field: Facet, mut values: Vec<FacetValue>, beyond: usize) -> FacetCounts {
    sort_values(field, &mut values);
    // A histogram that lacks its first years would mislead.
    let most = match field {
        Facet::Year => values.len(),
        _ => MAX_FACET_VALUES,
    };
    let more = beyond + values.len().saturating_sub(most);
    values.truncate(most);
    FacetCounts {
        field,
        values,
        more,
        without: 0,
        months: Vec::new(),
    }
}

/// Adds to the years the documents without a date, and the months of the year that is asked for.
pub(super) fn count_dates(facets: &mut [FacetCounts], totals: &FacetTotals, filters: &Filters) {
    let is_year = |facet: &&mut FacetCounts| facet.field == Facet::Year;
    let Some(years) = facets.iter_mut().find(is_year) else {
        return;
    };
    years.without = totals.undated;
    // Where all documents are of one year, its months are what there is to choose from.
    let only = match years.values.as_slice() {
        [only] => only.value.parse().ok(),
        _ => None,
    };
    if let Some(year) = filters.within_year().or(only) {
        let months = totals.months.iter();
        let within = months.filter(|(month, _)| month.starts_with(&format!("{year:04}-")));
        years.months = within
            .map(|(month, count)| month_value(month, *count, filters))
            .collect();
    }
}

fn month_value(month: &str, count: u64, filters: &Filters) -> FacetValue {
    let date = PartialDate::parse(month);
    FacetValue {
        value: month.to_owned(),
        label: month.to_owned(),
        count,
        selected: filters.from == date && filters.to == date,
    }
}
