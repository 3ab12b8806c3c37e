//! Short names that the documents of an index give, and which of them can be relied on.
//!
//! In: terms of the field `abbreviations`, each a pair of names, with the number of living documents that give it. Out: an
//! [`Expander`].

use std::collections::BTreeMap;

use polidex_analysis::fold::fold_text;
use polidex_schema::fields::abbreviation_of;

use crate::query::expand::expander::Expander;

/// Maximum number of names that one short name stands for: the most frequent.
const MAX_MEANINGS: usize = 3;
/// Minimum share of a short name's documents that a meaning has. What each document calls by its own name (申請人, the
/// *Programme*) has no meaning that most of them share.
const LEAST_SHARE: f32 = 0.25;

/// Long names of a short one, folded, each with a spelling and its number of documents.
type Meanings = BTreeMap<String, (String, u64)>;

/// Pairs of short and long names, counted.
#[derive(Debug, Default)]
pub struct AbbreviationCounts(BTreeMap<String, Meanings>);

impl AbbreviationCounts {
    /// Adds a term of the field with the number of documents that hold it.
    pub fn add(&mut self, term: &str, documents: u64) {
        if let Some((short, long)) = abbreviation_of(term) {
            let meanings = self.0.entry(short.to_owned()).or_default();
            let known = meanings.entry(fold_text(long).text);
            known.or_insert_with(|| (long.to_owned(), 0)).1 += documents;
        }
    }

    /// Returns the table of the pairs that can be relied on.
    pub fn table(&self) -> Expander {
        let mut expander = Expander::default();
        for (short, meanings) in &self.0 {
            let long = reliable(meanings);
            if !long.is_empty() {
                expander.add_abbreviation(short, &long);
            }
        }
        expander
    }
}

/// Returns the long names that enough of the documents mean, the most frequent first.
fn reliable(meanings: &Meanings) -> Vec<String> {
    let all: u64 = meanings.values().map(|(_, documents)| documents).sum();
    let mut sorted: Vec<&(String, u64)> = meanings.values().collect();
    sorted.sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    let is_meant = |documents: u64| documents as f32 >= LEAST_SHARE * all as f32;
    let meant = sorted
        .into_iter()
        .filter(|(_, documents)| is_meant(*documents));
    meant
        .take(MAX_MEANINGS)
        .map(|(long, _)| long.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meanings(documents: &[(&str, u64)]) -> Meanings {
        let named =
            |(long, count): &(&str, u64)| ((*long).to_owned(), ((*long).to_owned(), *count));
        documents.iter().map(named).collect()
    }

    #[test]
    fn a_name_that_every_document_gives_anew_means_nothing() {
        let each: Vec<String> = (0..9).map(|number| format!("programme {number}")).collect();
        let each: Vec<(&str, u64)> = each.iter().map(|name| (name.as_str(), 1)).collect();
        assert!(reliable(&meanings(&each)).is_empty());
        assert_eq!(reliable(&meanings(&[("b", 2), ("a", 6), ("c", 1)])), ["a"]);
        assert_eq!(reliable(&meanings(&[("b", 1), ("a", 1)])), ["a", "b"]);
    }
}
