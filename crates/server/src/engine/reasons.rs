//! Says why a document stands where it stands, and why one that was asked for is not on the list.

use std::time::Instant;

use tantivy::DocAddress;
use tantivy::query::EnableScoring;

use crate::answer::{Absent, Hit, MatchedBy};
use crate::engine::collect::Top;
use crate::engine::listing::{listing_query, wanted_translation};
use crate::engine::lower::lower;
use crate::engine::snapshot::Snapshot;
use crate::error::ServerError;
use crate::query::explain::{Explainer, Scored};
use crate::query::plan::{Node, Plan};
use crate::question::{MAX_PER_PAGE, Question, Sort};
use crate::reason::Reason;

/// One document of a snapshot.
struct SeenDocument<'a> {
    snapshot: &'a Snapshot<'a>,
    address: DocAddress,
}

impl Scored for SeenDocument<'_> {
    fn score(&self, node: &Node) -> Option<f32> {
        // As the search itself weighs it.
        let searcher = &self.snapshot.searcher;
        let weight = lower(self.snapshot.fields, node)
            .weight(EnableScoring::enabled_from_statistics_provider(
                self.snapshot,
                searcher,
            ))
            .ok()?;
        let mut scorer = weight
            .scorer(searcher.segment_reader(self.address.segment_ord), 1.0)
            .ok()?;
        let doc = self.address.doc_id;
        let at = if scorer.doc() < doc {
            scorer.seek(doc)
        } else {
            scorer.doc()
        };
        (at == doc).then(|| scorer.score())
    }
}

impl Snapshot<'_> {
    /// Why a hit has its score, and what of the query it lacks.
    pub(super) fn explain(
        &self,
        address: DocAddress,
        plan: &Plan,
        question: &Question,
        matching: MatchedBy,
        by_translation: bool,
    ) -> Vec<Reason> {
        let document = SeenDocument {
            snapshot: self,
            address,
        };
        let explainer = self.explainer(plan, question);
        let list = if by_translation {
            wanted_translation(plan, &question.search.query)
        } else {
            Some(listing_query(plan, matching))
        };
        let mut reasons = Vec::new();
        if let Some(list) = list.filter(|_| question.window.sort == Sort::Relevance) {
            reasons = explainer.score(list, &document);
        }
        reasons.extend(explainer.lack(&plan.parts, &document));
        reasons
    }

    fn explainer<'q>(&'q self, plan: &'q Plan, question: &'q Question) -> Explainer<'q> {
        Explainer {
            q: &question.search.query.q,
            expansions: &plan.expansions,
            vocabulary: self,
        }
    }

    /// The sources asked for that are not among `hits`, and why; at most a page of them, and none past the deadline.
    pub(super) fn absent(
        &self,
        plan: &Plan,
        question: &Question,
        matching: MatchedBy,
        hits: &[Hit],
        deadline: Instant,
    ) -> Result<Vec<Absent>, ServerError> {
        let mut absent: Vec<Absent> = Vec::new();
        for id in &question.search.filters.source {
            let is_known = hits.iter().any(|hit| hit.id == *id)
                || absent.iter().any(|absent| absent.id == *id);
            if is_known || absent.len() == MAX_PER_PAGE || Instant::now() >= deadline {
                continue;
            }
            let Some(address) = self.find(id)? else {
                continue;
            };
            let listed_under = hits
                .iter()
                .find(|hit| hit.duplicates.iter().any(|link| link.id == *id));
            let explanation = match listed_under {
                Some(hit) => vec![Reason::ListedUnder { id: hit.id.clone() }],
                None => self.why_absent(id, address, plan, question, matching, deadline)?,
            };
            absent.push(Absent {
                id: id.clone(),
                title: self.title(address)?,
                explanation,
            });
        }
        Ok(absent)
    }

    fn why_absent(
        &self,
        id: &str,
        address: DocAddress,
        plan: &Plan,
        question: &Question,
        matching: MatchedBy,
        deadline: Instant,
    ) -> Result<Vec<Reason>, ServerError> {
        let document = SeenDocument {
            snapshot: self,
            address,
        };
        let translation = wanted_translation(plan, &question.search.query);
        let mut listing = std::iter::once(listing_query(plan, matching)).chain(translation);
        if listing.any(|node| document.score(node).is_some()) {
            let mut alone = question.search.clone();
            alone.filters.source = vec![id.to_owned()];
            let top = Top {
                keep: 1,
                ..Top::from(&question.window)
            };
            let found = self.list(plan, &alone, top, None, deadline, &mut Vec::new())?;
            let reason = match found.literal.count + found.translated.count {
                0 => Reason::LeftOutByFilter,
                _ => Reason::OnAnotherPage,
            };
            return Ok(vec![reason]);
        }
        let mut explanation = self.explainer(plan, question).lack(&plan.parts, &document);
        if explanation.is_empty() {
            explanation.push(Reason::CombinedOtherwise);
        }
        Ok(explanation)
    }
}
