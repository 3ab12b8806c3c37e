//! Chooses what an answer of the API returns: facets with so many values each, and members of the hits.
//!
//! In: `facets` and `fields` of a request, and an answer. Out: the answer without what was not asked for.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use crate::address::{Pairs, with_pairs};
use crate::answer::{Answer, FacetCounts, Hit};
use crate::question::Facet;
use crate::request::parse::parse_pairs;
use crate::request::problem::{Problem, ProblemKind};

/// Values of the facet of sources when nothing is said: each document is one, so that they would outweigh the hits.
const USUAL_SOURCES: usize = 10;
/// Most values of a facet, which is what an engine lists.
const MOST_VALUES: usize = 100;

/// Members of a hit, from the type that is serialized.
static HIT_FIELDS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let schema = schemars::schema_for!(Hit).to_value();
    let members = schema["properties"].as_object();
    members
        .into_iter()
        .flat_map(|members| members.keys().cloned())
        .collect()
});

/// What is returned of an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Returned {
    /// Facets with the most values of each; all of them when nothing is said.
    facets: Option<Vec<(Facet, usize)>>,
    /// Members of a hit; all of them when nothing is said.
    fields: BTreeSet<String>,
    /// The parameters as they came, for the links to the neighbouring pages.
    pairs: Pairs,
}

impl Returned {
    /// Reads `facets` and `fields`, each a list with commas that may be given more than once.
    pub(crate) fn parse(query: Option<&str>) -> Result<Self, Problem> {
        let mut returned = Self::default();
        for (name, value) in parse_pairs(query)? {
            match name.as_str() {
                "facets" => {
                    let facets = returned.facets.get_or_insert_default();
                    for one in value.split(',').filter(|one| *one != "none") {
                        facets.push(facet_of(one)?);
                    }
                    returned.pairs.push(("facets", value));
                }
                "fields" => {
                    for one in value.split(',') {
                        returned.fields.insert(field_of(one)?);
                    }
                    returned.pairs.push(("fields", value));
                }
                _ => {}
            }
        }
        Ok(returned)
    }

    /// Source documents that the answer lists in their facet.
    pub(crate) fn sources(&self) -> usize {
        self.values_of(Facet::Source)
    }

    /// Most values of a facet that are returned; none of one that was not asked for.
    fn values_of(&self, facet: Facet) -> usize {
        let Some(facets) = &self.facets else {
            return usual_of(facet);
        };
        let wanted = facets.iter().filter(|(field, _)| *field == facet);
        wanted.map(|(_, most)| *most).max().unwrap_or(0)
    }

    /// Leaves out the facets and the values that were not asked for, and counts the values.
    pub(crate) fn cut(&self, answer: &mut Answer) {
        if let Some(wanted) = &self.facets {
            let is_wanted =
                |facet: &FacetCounts| wanted.iter().any(|(field, _)| *field == facet.field);
            answer.facets.retain(is_wanted);
        }
        for facet in &mut answer.facets {
            shorten(facet, self.values_of(facet.field));
        }
        let links = [&mut answer.links.next, &mut answer.links.prev];
        for href in links.into_iter().flatten() {
            *href = with_pairs(href, &self.pairs);
        }
    }

    /// The answer as JSON with the members of its hits that were asked for; `None` when all were.
    pub(crate) fn chosen(&self, answer: &Answer) -> Option<serde_json::Result<Value>> {
        if self.fields.is_empty() {
            return None;
        }
        let mut json = match serde_json::to_value(answer) {
            Ok(json) => json,
            Err(error) => return Some(Err(error)),
        };
        for hit in json["hits"].as_array_mut().into_iter().flatten() {
            if let Some(members) = hit.as_object_mut() {
                members.retain(|name, _| self.fields.contains(name));
            }
        }
        Some(Ok(json))
    }
}

fn usual_of(facet: Facet) -> usize {
    match facet {
        Facet::Source => USUAL_SOURCES,
        _ => MOST_VALUES,
    }
}

/// Keeps the first `most` values and all that are chosen, which stand first.
fn shorten(facet: &mut FacetCounts, most: usize) {
    let chosen = facet.values.iter().filter(|value| value.selected).count();
    let kept = most.max(chosen).min(facet.values.len());
    facet.more += facet.values.len() - kept;
    facet.values.truncate(kept);
}

/// Reads `source` or `source:20`.
fn facet_of(text: &str) -> Result<(Facet, usize), Problem> {
    let (name, count) = text.split_once(':').unwrap_or((text, ""));
    let facet = Facet::of_name(name);
    let most = match (facet, count) {
        (Some(facet), "") => Some(usual_of(facet)),
        _ => count
            .parse()
            .ok()
            .filter(|most| (1..=MOST_VALUES).contains(most)),
    };
    facet.zip(most).ok_or_else(|| {
        let detail = format!("`{text}` is no facet: write source, publisher, lang, kind, year, cited, with a number of values up to {MOST_VALUES} as in source:20, or none");
        Problem::new(ProblemKind::MalformedParameter, detail).about("facets")
    })
}

fn field_of(text: &str) -> Result<String, Problem> {
    if HIT_FIELDS.contains(text) {
        return Ok(text.to_owned());
    }
    let known: Vec<&str> = HIT_FIELDS.iter().map(String::as_str).collect();
    let detail = format!(
        "`{text}` is no member of a hit; there are {}",
        known.join(", ")
    );
    Err(Problem::new(ProblemKind::MalformedParameter, detail).about("fields"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facets_and_fields_are_lists() {
        let read = |query| Returned::parse(Some(query)).expect(query);
        assert_eq!(read("q=a"), Returned::default());
        assert_eq!(
            read("facets=source:20,year&facets=kind").facets,
            Some(vec![
                (Facet::Source, 20),
                (Facet::Year, 100),
                (Facet::Kind, 100)
            ])
        );
        assert_eq!(
            read("facets=source").facets,
            Some(vec![(Facet::Source, 10)])
        );
        assert_eq!(read("facets=none").facets, Some(Vec::new()));
        assert_eq!(read("fields=id,title&fields=url").fields.len(), 3);
    }

    #[test]
    fn what_is_no_facet_and_no_field_is_refused() {
        for query in [
            "facets=x",
            "facets=",
            "facets=source:0",
            "facets=source:101",
            "facets=source:x",
            "fields=x",
            "fields=id,",
        ] {
            let refused = Returned::parse(Some(query)).expect_err(query);
            assert_eq!(refused.kind, ProblemKind::MalformedParameter, "{query}");
        }
    }
}
