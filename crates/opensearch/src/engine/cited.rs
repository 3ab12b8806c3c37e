//! By how many documents the documents of a generation are cited: filters, counts and an order that no field holds.
//!
//! The numbers are known when all documents are written, and a document that is written is not changed. So they are kept
//! beside the documents, as [`polidex_schema::cited`] has them, and a search names the cited documents by their ids.

use std::collections::BTreeMap;

use polidex_schema::cited::{CITED_RANGES, CitedBy, cited_range};
use polidex_server::question::Filters;
use serde_json::{Value, json};

use crate::terms::sent_value;

/// Maximum number of ids in one clause; the cluster's own limit is 65,536.
const IDS_IN_CLAUSE: usize = 60_000;
/// Maximum number of cited documents that every search counts by range: beyond, a search would send megabytes of ids.
const MAX_COUNTED: usize = 60_000;
/// Number of the most cited documents that are looked through first; each further look takes four times as many.
const FIRST_LOOK: usize = 1_000;
/// Maximum number of documents of one look, all of which are listed.
const LONGEST_LOOK: usize = 10_000;

/// The account of a generation; one may be without.
#[derive(Debug, Default)]
pub(crate) struct Cited {
    account: Option<CitedBy>,
    /// Cited documents, those that the most cite first, of equals by id.
    most_first: Vec<(u32, String)>,
}

/// Cited documents that are looked through for the first of a list.
pub(crate) struct Look<'a> {
    /// Clause that they alone match.
    pub(crate) clause: Value,
    /// Number of them.
    pub(crate) len: usize,
    documents: &'a [(u32, String)],
}

impl Look<'_> {
    /// Returns true if all of them are cited by the same number of documents, so that scores order them.
    pub(crate) fn is_even(&self) -> bool {
        let ends = (self.documents.first(), self.documents.last());
        matches!(ends, (Some((first, _)), Some((last, _))) if first == last)
    }
}

impl Cited {
    /// Reads the account.
    pub(crate) fn read(bytes: Option<&[u8]>) -> Self {
        let account = bytes.and_then(CitedBy::from_bytes);
        let documents = account.iter().flat_map(|account| &account.documents);
        let mut most_first: Vec<(u32, String)> =
            documents.map(|(id, count)| (*count, id.clone())).collect();
        most_first.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        Self {
            account,
            most_first,
        }
    }

    /// Number of documents that cite `id`; `None` where the generation does not know.
    pub(crate) fn of_id(&self, id: &str) -> Option<u32> {
        self.account.as_ref().map(|account| account.of(id))
    }

    /// The cited documents of the range at `place`.
    fn of_range(&self, place: usize) -> &[(u32, String)] {
        let from = self.until(|count| cited_range(count) > place);
        let to = self.until(|count| cited_range(count) >= place);
        &self.most_first[from..to]
    }

    /// Number of the first documents whose counts all are as `holds` says.
    fn until(&self, holds: impl Fn(u32) -> bool) -> usize {
        self.most_first.partition_point(|(count, _)| holds(*count))
    }

    /// Clause of the documents of the range `name`.
    fn clause_of(&self, name: &str) -> Value {
        let place = CITED_RANGES.iter().position(|range| *range == name);
        match (place, &self.account) {
            (None, _) | (_, None) => json!({"match_none": {}}),
            (Some(0), _) => json!({"bool": {"must_not": [any_of(&self.most_first)]}}),
            (Some(place), _) => any_of(self.of_range(place)),
        }
    }

    /// The filter by ranges, if one is set.
    pub(crate) fn filter(&self, filters: &Filters) -> Option<Value> {
        let wanted = filters.cited.iter().map(|name| self.clause_of(name));
        let wanted: Vec<Value> = wanted.collect();
        let one = json!({"bool": {"should": wanted, "minimum_should_match": 1}});
        (!filters.cited.is_empty()).then_some(one)
    }

    /// Aggregation that counts the documents of each range but the first, whose are the others; `None` where that is not known,
    /// or too many are cited.
    pub(crate) fn aggregation(&self) -> Option<Value> {
        let is_counted = self.account.is_some() && self.most_first.len() <= MAX_COUNTED;
        let ranges = CITED_RANGES[1..]
            .iter()
            .map(|name| ((*name).to_owned(), self.clause_of(name)));
        let ranges: serde_json::Map<String, Value> = ranges.collect();
        is_counted.then(|| json!({"filters": {"filters": ranges}}))
    }

    /// The cited documents in pieces, the most cited first, so that those of a number stand in one piece.
    pub(crate) fn looks(&self) -> impl Iterator<Item = Look<'_>> {
        let (mut from, mut wanted) = (0, FIRST_LOOK);
        std::iter::from_fn(move || {
            let to = self.end_of_look(from, wanted);
            let documents = &self.most_first[from..to];
            from = to;
            wanted = (wanted * 4).min(LONGEST_LOOK);
            (!documents.is_empty()).then(|| Look {
                clause: any_of(documents),
                len: documents.len(),
                documents,
            })
        })
    }

    /// End of a piece that begins at `from` and holds `wanted` documents or fewer, unless all are of one number.
    fn end_of_look(&self, from: usize, wanted: usize) -> usize {
        let Some((last, _)) = self.most_first.get(from + wanted) else {
            return self.most_first.len();
        };
        let before_last = self.until(|count| count > *last);
        if before_last > from {
            return before_last;
        }
        self.until(|count| count >= *last)
    }
}

/// Clause of documents by their ids.
fn any_of(documents: &[(u32, String)]) -> Value {
    let ids = |some: &[(u32, String)]| -> Value {
        let ids = some.iter().map(|(_, id)| sent_value(id));
        json!({"terms": {"id": ids.collect::<Vec<_>>()}})
    };
    let clauses: Vec<Value> = documents.chunks(IDS_IN_CLAUSE).map(ids).collect();
    match clauses.is_empty() {
        true => json!({"match_none": {}}),
        false => json!({"bool": {"should": clauses, "minimum_should_match": 1}}),
    }
}

/// Counts by range of `all` documents, of what [`Cited::aggregation`] answers for them; none where it was not asked.
pub(crate) fn ranges_of(values: &Value, all: u64) -> BTreeMap<String, u64> {
    let Some(buckets) = values["buckets"].as_object() else {
        return BTreeMap::new();
    };
    let count = |bucket: &Value| bucket["doc_count"].as_u64().unwrap_or(0);
    let cited: u64 = buckets.values().map(count).sum();
    let counts = buckets
        .iter()
        .map(|(name, bucket)| (name.clone(), count(bucket)));
    let uncited = (CITED_RANGES[0].to_owned(), all.saturating_sub(cited));
    counts
        .chain([uncited])
        .filter(|(_, count)| *count > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(counts: impl IntoIterator<Item = (String, u32)>) -> Cited {
        let account = CitedBy {
            documents: counts.into_iter().collect::<BTreeMap<_, _>>(),
        };
        Cited::read(Some(&account.to_bytes()))
    }

    #[test]
    fn ranges_hold_what_their_names_say() {
        let counts = [("a", 1), ("b", 9), ("c", 10), ("d", 100)];
        let cited = cited(counts.map(|(id, count)| (id.to_owned(), count)));
        let ids = |place| -> Vec<&str> {
            let documents = cited.of_range(place).iter();
            documents.map(|(_, id)| id.as_str()).collect()
        };
        assert_eq!([1, 2, 3].map(ids), [vec!["b", "a"], vec!["c"], vec!["d"]]);
        assert!(Cited::default().aggregation().is_none());
        let counted = json!({"buckets": {"1-9": {"doc_count": 2}, "10-99": {"doc_count": 0}}});
        let expected = [("0", 3), ("1-9", 2)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(ranges_of(&counted, 5), BTreeMap::from(expected));
        assert!(ranges_of(&Value::Null, 5).is_empty());
    }

    #[test]
    fn documents_of_one_number_are_looked_through_at_once() {
        let many =
            |count: u32, of: usize| (0..of).map(move |number| (format!("{count} {number}"), count));
        let cited = cited(many(7, 900).chain(many(5, 300)).chain(many(1, 20_000)));
        let lens: Vec<(usize, bool)> = cited
            .looks()
            .map(|look| (look.len, look.is_even()))
            .collect();
        assert_eq!(lens, [(900, true), (300, true), (20_000, true)]);
    }
}
