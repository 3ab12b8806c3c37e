//! Lists the documents that answer a question: literal hits, then those found by translation alone.

use std::time::Instant;

use crate::answer::{MatchedBy, Warning};
use crate::engine::collect::{CollectAll, Collected, Matched, Top};
use crate::engine::groups::Groups;
use crate::engine::lower::lower;
use crate::engine::snapshot::Snapshot;
use crate::error::ServerError;
use crate::query::plan::{Node, Plan};
use crate::question::{Filters, Matching, Query, Search};

/// What one question lists: literal hits, then those found by translation alone.
pub(super) struct Listing {
    pub(super) literal: Collected,
    pub(super) matching: MatchedBy,
    pub(super) translated: Collected,
}

/// What lists the literal hits.
pub(super) fn listing_query(plan: &Plan, matching: MatchedBy) -> &Node {
    match (&plan.lists.partial, matching) {
        (Some(partial), MatchedBy::Any) => partial,
        _ => &plan.lists.strict,
    }
}

/// What lists the hits by translation.
pub(super) fn wanted_translation<'a>(plan: &'a Plan, asked: &Query) -> Option<&'a Node> {
    let is_any = asked.matching == Matching::Any;
    if is_any {
        plan.lists.translated_any.as_ref()
    } else {
        plan.lists.translated.as_ref()
    }
}

/// Entries on the list: documents, those that are listed under another left out.
pub(super) fn entries(collected: &Collected, top: Top) -> u64 {
    collected.count
        - if top.group_duplicates {
            collected.hidden()
        } else {
            0
        }
}

impl Snapshot<'_> {
    /// Runs the plan. Documents that hold all the words come first, then those that hold them in translation; when there
    /// are none, those that hold some of them, unless the translation of the query is better met.
    pub(super) fn list(
        &self,
        plan: &Plan,
        search: &Search,
        top: Top,
        groups: Option<&Groups>,
        deadline: Instant,
        warnings: &mut Vec<Warning>,
    ) -> Result<Listing, ServerError> {
        let wanted = wanted_translation(plan, &search.query);
        let run = |node: &Node, keep, without: Option<&Matched>| {
            let collector = CollectAll {
                filters: &search.filters,
                top: Top { keep, ..top },
                deadline,
                groups,
                // Facets count literal hits.
                counts_facets: without.is_none(),
                without,
                notes_matched: wanted.is_some() && without.is_none(),
                columns: self.columns,
                labels: self.labels,
            };
            self.searcher.search_with_statistics_provider(
                lower(self.fields, node).as_ref(),
                &collector,
                self,
            )
        };
        let is_any = search.query.matching == Matching::Any;
        let mut asked = &plan.lists.strict;
        let mut matching = MatchedBy::All;
        let partial = plan.lists.partial.as_ref();
        if let Some(partial) = partial.filter(|_| is_any || plan.lists.is_sentence) {
            (asked, matching) = (partial, MatchedBy::Any);
        }
        let mut literal = run(asked, top.keep, None)?;
        if literal.count == 0
            && matching == MatchedBy::All
            && let Some(partial) = partial
            && !self.is_better_translated(plan, &search.filters, deadline)?
        {
            let partial = run(partial, top.keep, None)?;
            if partial.count > 0 {
                (literal, matching) = (partial, MatchedBy::Any);
                warnings.push(Warning {
                    code: "no-document-has-all-words",
                    message: "no document has all the words; these have some of them".to_owned(),
                });
            }
        }
        let mut translated = Collected::default();
        if let Some(wanted) = wanted {
            let left = top.keep.saturating_sub(entries(&literal, top) as usize);
            translated = run(wanted, left, Some(&literal.matched))?;
        }
        if literal.is_partial || translated.is_partial {
            warnings.push(Warning {
                code: "deadline",
                message: "the search took too long and was cut short; counts are of what was seen"
                    .to_owned(),
            });
        }
        Ok(Listing {
            literal,
            matching,
            translated,
        })
    }

    /// Whether some document holds more of the query in translation than any holds as typed.
    fn is_better_translated(
        &self,
        plan: &Plan,
        filters: &Filters,
        deadline: Instant,
    ) -> Result<bool, ServerError> {
        if plan.lists.translated.is_none() {
            return Ok(false);
        }
        if plan.lists.literal_words.is_empty() {
            // Not a plain run of words: what was wanted of it is found in translation, or nothing is.
            return Ok(true);
        }
        let literal = self.most_words(&plan.lists.literal_words, filters, deadline)?;
        Ok(self.most_words(&plan.lists.translated_words, filters, deadline)? > literal)
    }

    /// The most of `words` that any one document holds, filters applied.
    fn most_words(
        &self,
        words: &[Node],
        filters: &Filters,
        deadline: Instant,
    ) -> Result<usize, ServerError> {
        let (mut least, mut most) = (0, words.len());
        while least < most {
            let middle = (least + most).div_ceil(2);
            let query = lower(self.fields, &Node::at_least(middle, words.to_vec()));
            let collect = CollectAll {
                filters,
                top: Top::NONE,
                deadline,
                groups: None,
                counts_facets: false,
                without: None,
                notes_matched: false,
                columns: self.columns,
                labels: self.labels,
            };
            if self.searcher.search(&query, &collect)?.count > 0 {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        Ok(least)
    }
}
