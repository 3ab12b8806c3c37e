//! Filters in the query DSL, one by one, so that a facet can leave its own out.

use polidex_server::question::{Facet, Filters};
use serde_json::{Value, json};

use crate::engine::cited::Cited;
use crate::terms::sent_value;

/// Field that holds the values of a facet, and name of its counts; [`Facet::Cited`] has no field.
pub(crate) fn facet_field(facet: Facet) -> &'static str {
    match facet {
        Facet::Source => "id",
        Facet::Publisher => "publisher",
        Facet::Language => "lang",
        Facet::Kind => "kind",
        Facet::Year => "year",
        Facet::Cited => "cited",
    }
}

/// The filters that are set, but for that of `left_out`.
pub(crate) fn set_filters(filters: &Filters, cited: &Cited, left_out: Option<Facet>) -> Vec<Value> {
    let facets = Facet::ALL
        .into_iter()
        .filter(|facet| Some(*facet) != left_out);
    facets
        .filter_map(|facet| filter(filters, cited, facet))
        .collect()
}

fn filter(filters: &Filters, cited: &Cited, facet: Facet) -> Option<Value> {
    let wanted = match facet {
        Facet::Source => &filters.source,
        Facet::Publisher => &filters.publisher,
        Facet::Language => &filters.lang,
        Facet::Kind => &filters.kind,
        Facet::Year => return days(filters),
        Facet::Cited => return cited.filter(filters),
    };
    let wanted: Vec<_> = wanted.iter().map(|value| sent_value(value)).collect();
    (!wanted.is_empty()).then(|| json!({"terms": {facet_field(facet): wanted}}))
}

/// A document may be dated within the limits if its first day is not behind them and its last day not before.
fn days(filters: &Filters) -> Option<Value> {
    if !filters.limits_dates() {
        return None;
    }
    let mut within = vec![json!({"exists": {"field": "first_day"}})];
    if let Some(from) = filters.from {
        within.push(json!({"range": {"last_day": {"gte": from.first_day()}}}));
    }
    if let Some(to) = filters.to {
        within.push(json!({"range": {"first_day": {"lte": to.last_day()}}}));
    }
    let mut either = Vec::new();
    if within.len() > 1 {
        either.push(json!({"bool": {"filter": within}}));
    }
    if filters.undated {
        either.push(json!({"bool": {"must_not": [{"exists": {"field": "first_day"}}]}}));
    }
    Some(json!({"bool": {"should": either, "minimum_should_match": 1}}))
}

/// The filter of when documents came in, which every facet keeps.
pub(crate) fn added_filter(filters: &Filters) -> Option<Value> {
    let after = filters.added_after?;
    Some(json!({"range": {"added": {"gt": after}}}))
}

/// A query of all of `filters`.
pub(crate) fn all_of(filters: Vec<Value>) -> Value {
    match filters.is_empty() {
        true => json!({"match_all": {}}),
        false => json!({"bool": {"filter": filters}}),
    }
}

#[cfg(test)]
mod tests {
    use polidex_server::question::PartialDate;

    use super::*;

    #[test]
    fn a_facet_leaves_its_own_filter_out() {
        let filters = Filters {
            lang: vec!["en".to_owned()],
            from: PartialDate::parse("2024"),
            ..Filters::default()
        };
        assert_eq!(set_filters(&filters, &Cited::default(), None).len(), 2);
        let left = set_filters(&filters, &Cited::default(), Some(Facet::Year));
        assert_eq!(left, [json!({"terms": {"lang": ["en"]}})]);
        assert!(set_filters(&Filters::default(), &Cited::default(), None).is_empty());
    }
}
