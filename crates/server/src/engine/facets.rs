//! Names and orders the values of each facet.

use crate::answer::{Facet, FacetValue};
use crate::engine::collect::{Collected, FACET_FIELDS, MAX_FACET_VALUES};
use crate::engine::snapshot::Snapshot;
use crate::error::ServerError;
use crate::question::Question;

impl Snapshot<'_> {
    pub(super) fn facets(
        &self,
        collected: &Collected,
        question: &Question,
    ) -> Result<Vec<Facet>, ServerError> {
        let mut facets = vec![self.source_facet(collected, question)?];
        for (index, field) in FACET_FIELDS.into_iter().enumerate().skip(1) {
            facets.push(listed(field, facet_values(index, collected, question), 0));
        }
        Ok(facets)
    }

    fn source_facet(
        &self,
        collected: &Collected,
        question: &Question,
    ) -> Result<Facet, ServerError> {
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
        Ok(listed("source", values, beyond))
    }
}

/// Every value of the filter at `index` of [`FACET_FIELDS`], documents themselves aside.
pub(super) fn facet_values(
    index: usize,
    collected: &Collected,
    question: &Question,
) -> Vec<FacetValue> {
    let year = match (question.from, question.to) {
        (Some(from), Some(to)) if from == to => vec![from.to_string()],
        _ => Vec::new(),
    };
    let selected = match FACET_FIELDS[index] {
        "publisher" => &question.publisher,
        "lang" => &question.lang,
        "kind" => &question.kind,
        _ => &year,
    };
    let mut counts = collected.counts[index].clone();
    // A chosen value stays listed even when nothing is left of it.
    for value in selected
        .iter()
        .filter(|value| FACET_FIELDS[index] != "year" || value.len() == 4)
    {
        counts.entry(value.clone()).or_default();
    }
    let value = |(value, count): (String, u64)| FacetValue {
        selected: selected.contains(&value),
        label: value.clone(),
        value,
        count,
    };
    counts.into_iter().map(value).collect()
}

/// In the order people look for them: the chosen, then the most, then by name; years from the newest.
pub(super) fn sort_values(field: &str, values: &mut [FacetValue]) {
    let by_year = field == "year";
    values.sort_by(|one, other| {
        let by_count = if by_year {
            other.label.cmp(&one.label)
        } else {
            other.count.cmp(&one.count)
        };
        other
            .selected
            .cmp(&one.selected)
            .then(by_count)
            .then_with(|| one.label.cmp(&other.label))
    });
}

/// The first of the values, and how many there are beyond.
fn listed(field: &'static str, mut values: Vec<FacetValue>, beyond: usize) -> Facet {
    sort_values(field, &mut values);
    let more = beyond + values.len().saturating_sub(MAX_FACET_VALUES);
    values.truncate(MAX_FACET_VALUES);
    Facet {
        field,
        values,
        more,
    }
}
