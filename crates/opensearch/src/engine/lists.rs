//! Lists of documents with their counts, facets and duplicates, each one search.
//!
//! Filters are applied behind the query, and each facet is an aggregation with all filters but its own. More is fetched than
//! is shown, and ordered by scores whose noise is dropped, as the embedded engine orders them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Instant;

use polidex_server::engine::list::{MAX_FACET_VALUES, cited_rank, is_scored, rank_of_score};
use polidex_server::engine::{DocRef, FacetTotals, List, ListRequest, Listed, SourceValue, Top};
use polidex_server::query::plan::Node;
use polidex_server::question::{Facet, Filters, Sort};
use serde_json::{Value, json};

use crate::engine::cited::ranges_of;
use crate::engine::filters::{added_filter, all_of, facet_field, set_filters};
use crate::engine::known::{DESCRIBED, name_of, number_of};
use crate::engine::reader::{Found, Reader};
use crate::error::ClusterError;

/// Documents fetched beyond those asked for: scores that differ in their last bits only are ordered here.
const MORE: usize = 50;
/// Maximum number of hits that one search may list.
const DEEPEST: usize = 10_000;
/// Maximum number of values of a facet; with more its counts are not sure, and the list is partial.
const MAX_VALUES: usize = 10_000;
/// Maximum number of groups of duplicates among the hits, and of documents in those of one page.
const MAX_GROUPS: usize = 10_000;
/// Queries counted in one request: a cluster answers five or so of each at once, and its answer is held in memory.
const COUNTED_AT_ONCE: usize = 200;
/// Values that are read of a hit: those that a page asks for besides come along.
const LISTED: [&str; DESCRIBED.len() + 2] = {
    let [id, title, language, work, sketch, added] = DESCRIBED;
    [
        id,
        title,
        language,
        work,
        sketch,
        added,
        "last_day",
        "duplicate_key",
    ]
};
/// Facets that are counted by value.
const COUNTED: [Facet; 5] = [
    Facet::Publisher,
    Facet::Language,
    Facet::Kind,
    Facet::Year,
    Facet::Cited,
];

/// Runs the lists of a request.
pub(crate) fn lists(reader: &Reader, request: &ListRequest<'_>) -> Result<Vec<List>, ClusterError> {
    let count = request.nodes.len();
    let waits = request.last_if_fewer.is_some() && count > 1;
    let at_once = if waits { count - 1 } else { count };
    let bodies = (0..at_once).map(|index| list_body(reader, request, index));
    let mut found = reader.searches(bodies.collect(), Some(request.deadline))?;
    if waits
        && request
            .last_if_fewer
            .is_some_and(|few| found[0].count() < few)
    {
        let body = list_body(reader, request, count - 1);
        found.push(reader.search(body, Some(request.deadline))?);
    }
    let mut lists = Vec::new();
    for (index, found) in found.iter().enumerate() {
        lists.push(list(reader, request, index, found)?);
    }
    lists.resize_with(count, List::default);
    Ok(lists)
}

/// Query of the list `index`: its node without what the nodes before have listed.
fn query_of(reader: &Reader, request: &ListRequest<'_>, index: usize) -> Value {
    let seen = request.nodes[..index]
        .iter()
        .map(|node| reader.lowering.lower(node));
    matching(
        reader,
        request.nodes[index],
        request.filters,
        seen.collect(),
    )
}

fn matching(reader: &Reader, node: &Node, filters: &Filters, without: Vec<Value>) -> Value {
    let added: Vec<Value> = added_filter(filters).into_iter().collect();
    json!({"bool": {"must": [reader.lowering.lower(node)], "filter": added, "must_not": without}})
}

/// Number of hits that are looked at of a list.
fn wanted_hits(top: Top) -> usize {
    if top.keep == 0 { 0 } else { top.keep + MORE }
}

fn list_body(reader: &Reader, request: &ListRequest<'_>, index: usize) -> Value {
    let top = request.top;
    let filters = set_filters(request.filters, &reader.cited, None);
    let mut body = json!({
        "size": wanted_hits(top).min(DEEPEST),
        "track_total_hits": true,
        "_source": LISTED,
        "query": query_of(reader, request, index),
        "sort": order(top.sort),
    });
    if !filters.is_empty() {
        body["post_filter"] = all_of(filters.clone());
    }
    if request.duplicates && top.group_duplicates {
        body["collapse"] = json!({"field": "duplicate_key"});
    }
    let mut aggregations = json!({});
    if request.duplicates {
        aggregations["duplicates"] = within(
            filters,
            json!({"keys": {"terms": {
                "field": "duplicate_key", "size": MAX_GROUPS, "min_doc_count": 2, "shard_min_doc_count": 2,
            }}}),
        );
    }
    if let Some(sources) = request.facets {
        for facet in COUNTED {
            aggregations[facet_field(facet)] = facet_aggregation(reader, request.filters, facet);
        }
        aggregations["id"] = source_aggregation(reader, request.filters, top.sort, sources);
    }
    body["aggs"] = aggregations;
    body
}

fn within(filters: Vec<Value>, aggregations: Value) -> Value {
    json!({"filter": all_of(filters), "aggs": aggregations})
}

fn facet_aggregation(reader: &Reader, filters: &Filters, facet: Facet) -> Value {
    let terms = |field: &str| json!({"terms": {"field": field, "size": MAX_VALUES}});
    let mut inner = match facet {
        Facet::Cited => json!({}),
        facet => json!({"values": terms(facet_field(facet))}),
    };
    if let (Facet::Cited, Some(ranges)) = (facet, reader.cited.aggregation()) {
        inner["ranges"] = ranges;
    }
    if facet == Facet::Year {
        inner["months"] = terms("month");
        inner["undated"] = json!({"missing": {"field": "first_day"}});
    }
    within(set_filters(filters, &reader.cited, Some(facet)), inner)
}

fn source_aggregation(reader: &Reader, filters: &Filters, sort: Sort, sources: usize) -> Value {
    // The cluster refuses to list none.
    let listed = match sources {
        0 => json!({}),
        sources => json!({"best": {"top_hits": {
            "size": sources.min(MAX_FACET_VALUES), "sort": order(sort), "_source": ["id", "title"],
        }}}),
    };
    let others = set_filters(filters, &reader.cited, Some(Facet::Source));
    within(others, listed)
}

fn order(sort: Sort) -> Value {
    let by_id = json!({"id": "asc"});
    let dated = |direction: &str| json!({"first_day": {"order": direction, "missing": "_last"}});
    match sort {
        // Those that are cited are listed before, by `most_cited`.
        Sort::Relevance | Sort::Cited => json!([{"_score": "desc"}, by_id]),
        Sort::Newest => json!([dated("desc"), by_id]),
        Sort::Oldest => json!([dated("asc"), by_id]),
        Sort::Added => json!([{"added": "desc"}, by_id]),
    }
}

fn list(
    reader: &Reader,
    request: &ListRequest<'_>,
    index: usize,
    found: &Found,
) -> Result<List, ClusterError> {
    let mut list = List {
        count: found.count(),
        is_partial: found.is_cut_short(),
        lacks_parts: found.lacks_shards(),
        ..List::default()
    };
    if request.facets.is_some() {
        list.facets = facets_of(found);
        list.is_partial |= COUNTED.iter().any(|facet| is_cut(values_of(found, *facet)));
    }
    let deeper = deeper_hits(reader, request, index, found)?;
    let cited = most_cited(reader, request, index)?;
    reader.known.note(found.hits());
    reader.known.note(&cited);
    let groups = duplicates(found);
    list.is_partial |= groups.len() == MAX_GROUPS;
    list.hidden = groups.values().map(|count| count - 1).sum();
    let all = cited.iter().chain(found.hits()).chain(&deeper);
    let hits = best_hits(reader, all, request.top);
    let keys = hits.iter().map(|(_, key)| *key);
    let keys: Vec<i64> = keys.filter(|key| groups.contains_key(key)).collect();
    let members = members(reader, request, index, &keys)?;
    let with_group = hits.into_iter().map(|(hit, key)| Listed {
        group: members.get(&key).cloned().unwrap_or_default(),
        ..hit
    });
    list.hits = with_group.collect();
    Ok(list)
}

/// The wanted hits beyond those that one search may list, each search going on behind the last hit of the one before. None
/// where duplicates are listed under one: nobody reads so far.
fn deeper_hits(
    reader: &Reader,
    request: &ListRequest<'_>,
    index: usize,
    found: &Found,
) -> Result<Vec<Value>, ClusterError> {
    let mut deeper: Vec<Value> = Vec::new();
    let wanted = wanted_hits(request.top);
    if wanted <= DEEPEST || request.top.group_duplicates || found.hits().len() < DEEPEST {
        return Ok(deeper);
    }
    let mut body = list_body(reader, request, index);
    body["aggs"] = json!({});
    let mut last = found.hits().last().map(|hit| hit["sort"].clone());
    while let Some(behind) = last.take().filter(|_| deeper.len() + DEEPEST < wanted) {
        body["search_after"] = behind;
        let page = reader.search(body.clone(), Some(request.deadline))?;
        deeper.extend(page.hits().iter().cloned());
        last = page.hits().last().map(|hit| hit["sort"].clone());
    }
    Ok(deeper)
}

/// The hits to keep, each with what its duplicates share with it.
fn best_hits<'h>(
    reader: &Reader,
    hits: impl Iterator<Item = &'h Value>,
    top: Top,
) -> Vec<(Listed, i64)> {
    let mut hits: Vec<(Listed, i64)> = hits.filter_map(|hit| listed(hit, top.sort)).collect();
    if is_scored(top.sort) {
        let rank = |hit: &Listed| rank_of(reader, &hit.id, hit.score, top.sort);
        hits.sort_by_cached_key(|(hit, _)| (Reverse(rank(hit)), hit.id.clone()));
    }
    if top.sort == Sort::Cited {
        // A document is found by how often it is cited and by its score, and its duplicates may be cited less.
        let (mut seen, mut groups) = (HashSet::new(), HashSet::new());
        hits.retain(|(hit, key)| {
            seen.insert(hit.document) && (groups.insert(*key) || !top.group_duplicates)
        });
    }
    hits.truncate(top.keep);
    hits
}

/// Rank of a document in an order that needs scores.
fn rank_of(reader: &Reader, id: &str, score: f32, sort: Sort) -> u64 {
    match sort {
        Sort::Cited => cited_rank(reader.cited.of_id(id).unwrap_or(0), rank_of_score(score)),
        _ => rank_of_score(score),
    }
}

/// The hits of the list `index` that are cited, as many as may be listed, where it is ordered by that.
fn most_cited(
    reader: &Reader,
    request: &ListRequest<'_>,
    index: usize,
) -> Result<Vec<Value>, ClusterError> {
    let top = request.top;
    let mut cited = Vec::new();
    if top.sort != Sort::Cited || top.keep == 0 {
        return Ok(cited);
    }
    let mut groups = HashSet::new();
    for look in reader.cited.looks() {
        let mut filters = set_filters(request.filters, &reader.cited, None);
        filters.push(look.clause.clone());
        // Where scores alone order them, the best are enough.
        let size = match look.is_even() {
            true => look.len.min(wanted_hits(top)),
            false => look.len,
        };
        let mut body = json!({
            "size": size.min(DEEPEST),
            "_source": LISTED,
            "query": {"bool": {"must": [query_of(reader, request, index)], "filter": filters}},
            "sort": order(top.sort),
        });
        if request.duplicates && top.group_duplicates && look.is_even() {
            body["collapse"] = json!({"field": "duplicate_key"});
        }
        let found = reader.search(body, Some(request.deadline))?;
        let hits = found.hits().iter();
        groups.extend(hits.map(|hit| match top.group_duplicates {
            true => hit["_source"]["duplicate_key"].as_i64(),
            false => number_of(hit).map(|number| number as i64),
        }));
        cited.extend(found.hits().iter().cloned());
        if groups.len() >= top.keep {
            break;
        }
    }
    Ok(cited)
}

/// A hit, and what its duplicates share with it.
fn listed(hit: &Value, sort: Sort) -> Option<(Listed, i64)> {
    let source = &hit["_source"];
    let score = match sort {
        Sort::Relevance | Sort::Cited => hit["_score"]
            .as_f64()
            .or(hit["sort"][0].as_f64())
            .unwrap_or(0.0) as f32,
        Sort::Newest | Sort::Oldest | Sort::Added => 0.0,
    };
    let hit = Listed {
        document: DocRef(number_of(hit)?),
        id: source["id"].as_str()?.to_owned(),
        score,
        day: source["last_day"].as_u64().unwrap_or(0),
        group: Vec::new(),
    };
    Some((hit, source["duplicate_key"].as_i64().unwrap_or(0)))
}

/// Keys that several hits share, with their number.
fn duplicates(found: &Found) -> HashMap<i64, u64> {
    let buckets = &found.aggregation("duplicates")["keys"]["buckets"];
    let buckets = buckets.as_array().into_iter().flatten();
    buckets
        .filter_map(|bucket| Some((bucket["key"].as_i64()?, bucket["doc_count"].as_u64()?)))
        .collect()
}

/// The hits of the list `index` that share one of `keys`.
fn members(
    reader: &Reader,
    request: &ListRequest<'_>,
    index: usize,
    keys: &[i64],
) -> Result<HashMap<i64, Vec<DocRef>>, ClusterError> {
    let mut members: HashMap<i64, Vec<DocRef>> = HashMap::new();
    if keys.is_empty() {
        return Ok(members);
    }
    let mut filters = set_filters(request.filters, &reader.cited, None);
    filters.push(json!({"terms": {"duplicate_key": keys}}));
    filters.push(query_of(reader, request, index));
    let body = json!({
        "size": MAX_GROUPS, "query": all_of(filters), "_source": ["duplicate_key"], "sort": [{"id": "asc"}],
    });
    let found = reader.search(body, Some(request.deadline))?;
    for hit in found.hits() {
        if let (Some(number), Some(key)) =
            (number_of(hit), hit["_source"]["duplicate_key"].as_i64())
        {
            members.entry(key).or_default().push(DocRef(number));
        }
    }
    Ok(members)
}

fn values_of(found: &Found, facet: Facet) -> &Value {
    &found.aggregation(facet_field(facet))["values"]
}

fn facets_of(found: &Found) -> FacetTotals {
    let years = found.aggregation(facet_field(Facet::Year));
    let sources = found.aggregation("id");
    let mut facets = FacetTotals {
        months: counts_of(&years["months"]),
        undated: years["undated"]["doc_count"].as_u64().unwrap_or(0),
        sources: sources_of(&sources["best"]["hits"]["hits"]),
        source_count: sources["doc_count"].as_u64().unwrap_or(0),
        ..FacetTotals::default()
    };
    for facet in COUNTED {
        facets.counts[facet.index()] = values_in(found.aggregation(facet_field(facet)), facet);
    }
    facets
}

/// The source documents of hits, best first.
fn sources_of(hits: &Value) -> Vec<SourceValue> {
    let hits = hits.as_array().into_iter().flatten();
    let named = hits.filter_map(|hit| {
        let text = |name: &str| hit["_source"][name].as_str().map(str::to_owned);
        let score = hit["_score"].as_f64().unwrap_or(0.0) as f32;
        let source = SourceValue {
            id: text("id")?,
            title: text("title").unwrap_or_default(),
        };
        Some((rank_of_score(score), source))
    });
    let mut named: Vec<(u64, SourceValue)> = named.collect();
    // Without scores the order is the cluster's.
    if named.iter().any(|(rank, _)| *rank > 0) {
        named.sort_by(|(one_rank, one), (other_rank, other)| {
            other_rank.cmp(one_rank).then_with(|| one.id.cmp(&other.id))
        });
    }
    named.into_iter().map(|(_, source)| source).collect()
}

fn is_cut(values: &Value) -> bool {
    let above = |name: &str| values[name].as_i64().unwrap_or(0) > 0;
    above("sum_other_doc_count") || above("doc_count_error_upper_bound")
}

/// Counts of a facet, by what [`facet_aggregation`] answers.
fn values_in(counted: &Value, facet: Facet) -> BTreeMap<String, u64> {
    match facet {
        Facet::Cited => ranges_of(
            &counted["ranges"],
            counted["doc_count"].as_u64().unwrap_or(0),
        ),
        _ => counts_of(&counted["values"]),
    }
}

fn counts_of(values: &Value) -> BTreeMap<String, u64> {
    let buckets = values["buckets"].as_array().into_iter().flatten();
    buckets
        .filter_map(|bucket| {
            Some((
                bucket["key"].as_str()?.to_owned(),
                bucket["doc_count"].as_u64()?,
            ))
        })
        .collect()
}

/// Counts the documents that match within `filters`.
pub(crate) fn count(
    reader: &Reader,
    node: &Node,
    filters: &Filters,
    deadline: Option<Instant>,
) -> Result<u64, ClusterError> {
    let found = reader.search(count_body(reader, node, filters), deadline)?;
    match deadline {
        Some(_) => Ok(found.count()),
        None => whole_count(&found),
    }
}

/// Counts the documents of the whole index that match each of `nodes`.
pub(crate) fn counts(reader: &Reader, nodes: &[&Node]) -> Result<Vec<u64>, ClusterError> {
    let mut counts = Vec::new();
    for some in nodes.chunks(COUNTED_AT_ONCE) {
        let body = |node: &&Node| count_body(reader, node, &Filters::default());
        let found = reader.counting(some.iter().map(body).collect())?;
        for found in &found {
            counts.push(whole_count(found)?);
        }
    }
    Ok(counts)
}

fn count_body(reader: &Reader, node: &Node, filters: &Filters) -> Value {
    let mut all = set_filters(filters, &reader.cited, None);
    all.extend(added_filter(filters));
    all.push(reader.lowering.lower(node));
    json!({"size": 0, "track_total_hits": true, "query": all_of(all)})
}

/// The number of all hits of a search that every shard has answered.
fn whole_count(found: &Found) -> Result<u64, ClusterError> {
    if found.is_partial() {
        return Err(ClusterError::Answer(
            "a part of the index did not answer".to_owned(),
        ));
    }
    Ok(found.count())
}

/// Counts the values of one facet.
pub(crate) fn values(
    reader: &Reader,
    node: &Node,
    filters: &Filters,
    facet: Facet,
    deadline: Instant,
) -> Result<BTreeMap<String, u64>, ClusterError> {
    if facet == Facet::Source {
        return Ok(BTreeMap::new());
    }
    let body = json!({
        "size": 0,
        "query": matching(reader, node, filters, Vec::new()),
        "aggs": {"facet": facet_aggregation(reader, filters, facet)},
    });
    let found = reader.search(body, Some(deadline))?;
    Ok(values_in(found.aggregation("facet"), facet))
}

/// The ids of all documents that match, in order.
pub(crate) fn ids(
    reader: &Reader,
    node: &Node,
    filters: &Filters,
    sort: Sort,
    deadline: Instant,
) -> Result<Vec<String>, ClusterError> {
    let mut all = matching(reader, node, filters, Vec::new());
    for filter in set_filters(filters, &reader.cited, None) {
        all["bool"]["filter"]
            .as_array_mut()
            .into_iter()
            .for_each(|known| known.push(filter.clone()));
    }
    let body = json!({
        "query": all, "track_scores": is_scored(sort), "_source": ["id", "added"],
        "docvalue_fields": ["first_day"],
    });
    let mut found: Vec<(u64, String)> = Vec::new();
    reader.each(body, Some(deadline), &mut |hit| {
        if let Some(id) = hit["_source"]["id"].as_str() {
            found.push((place(reader, hit, sort), id.to_owned()));
        }
        true
    })?;
    // They come by id, and those of the same place stay so.
    found.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// Place of a hit in an order: the greater, the earlier.
fn place(reader: &Reader, hit: &Value, sort: Sort) -> u64 {
    let first_day = || {
        let value = &hit["fields"]["first_day"][0];
        value.as_u64().or_else(|| value.as_str()?.parse().ok())
    };
    match sort {
        Sort::Relevance | Sort::Cited => {
            let id = hit["_source"]["id"].as_str().unwrap_or_default();
            rank_of(
                reader,
                id,
                hit["_score"].as_f64().unwrap_or(0.0) as f32,
                sort,
            )
        }
        Sort::Newest => first_day().map_or(0, |day| day + 1),
        Sort::Oldest => first_day().map_or(0, |day| u64::MAX - day),
        Sort::Added => hit["_source"]["added"].as_u64().unwrap_or(0),
    }
}

/// Score that each of `nodes` gives each of `documents`, some of which may be the same.
pub(crate) fn scores(
    reader: &Reader,
    documents: &[DocRef],
    nodes: &[&Node],
) -> Result<Vec<Vec<Option<f32>>>, ClusterError> {
    let mut scores = Vec::new();
    for some in documents.chunks(DEEPEST) {
        scores.extend(scores_within(reader, some, nodes)?);
    }
    Ok(scores)
}

/// As [`scores`], of no more documents than one search may list.
fn scores_within(
    reader: &Reader,
    documents: &[DocRef],
    nodes: &[&Node],
) -> Result<Vec<Vec<Option<f32>>>, ClusterError> {
    let names = documents.iter().map(|DocRef(number)| name_of(*number));
    let names: Vec<String> = names.collect();
    let bodies = nodes.iter().map(|node| json!({
        "size": names.len(), "_source": false,
        "query": {"bool": {"must": [reader.lowering.lower(node)], "filter": [{"ids": {"values": names}}]}},
    }));
    let found = reader.searches(bodies.collect(), None)?;
    let scores: Vec<HashMap<u64, f32>> = found.iter().map(scores_of).collect();
    let of_document = |DocRef(number): &DocRef| {
        let by_node = scores.iter().map(|scores| scores.get(number).copied());
        by_node.collect()
    };
    Ok(documents.iter().map(of_document).collect())
}

/// Scores of hits by the numbers of their documents.
fn scores_of(found: &Found) -> HashMap<u64, f32> {
    let hits = found.hits().iter();
    hits.filter_map(|hit| Some((number_of(hit)?, hit["_score"].as_f64()? as f32)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_differ_in_their_noise_share_a_rank() {
        let score = 7.123_456_f32;
        assert_eq!(
            rank_of_score(score),
            rank_of_score(f32::from_bits(score.to_bits() ^ 1))
        );
        assert!(rank_of_score(7.2) > rank_of_score(7.1));
    }

    #[test]
    fn counts_that_do_not_cover_all_values_are_not_sure() {
        assert!(!is_cut(
            &json!({"sum_other_doc_count": 0, "doc_count_error_upper_bound": 0})
        ));
        assert!(is_cut(
            &json!({"sum_other_doc_count": 3, "doc_count_error_upper_bound": 0})
        ));
        assert!(is_cut(
            &json!({"sum_other_doc_count": 0, "doc_count_error_upper_bound": 1})
        ));
    }
}
