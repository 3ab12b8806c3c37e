//! Says why a document stands where it stands, and why one that was asked for is not on the list.

use std::collections::HashMap;
use std::time::Instant;

use crate::answer::{Absent, Hit, Tier};
use crate::engine::{DocRef, Engine, Top};
use crate::error::ServerError;
use crate::query::explain::{Explainer, Scored};
use crate::query::plan::{Node, Plan};
use crate::question::{MAX_PER_PAGE, Question, Sort};
use crate::reason::Reason;
use crate::searcher::strategy::{Strategy, Wanted, tier_node};

/// Scores that the nodes of a plan give one document.
struct Scores(HashMap<*const Node, Option<f32>>);

impl Scores {
    /// Asks the engine for all nodes below `roots` in one call.
    fn of<'n>(
        engine: &dyn Engine,
        document: DocRef,
        roots: impl Iterator<Item = &'n Node>,
    ) -> Result<Self, ServerError> {
        let mut nodes = Vec::new();
        roots.for_each(|root| root.visit(&mut |node| nodes.push(node)));
        let scores = engine
            .scores(&[document], &nodes)?
            .pop()
            .unwrap_or_default();
        let by_node = nodes.into_iter().map(std::ptr::from_ref).zip(scores);
        Ok(Self(by_node.collect()))
    }
}

impl Scored for Scores {
    fn score(&self, node: &Node) -> Option<f32> {
        self.0.get(&std::ptr::from_ref(node)).copied().flatten()
    }
}

/// Explains the hits of one answer.
pub(super) struct Explanations<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) plan: &'a Plan,
    pub(super) question: &'a Question,
    pub(super) deadline: Instant,
}

impl Explanations<'_> {
    /// Explains the score of a hit, and names what of the query it lacks.
    pub(super) fn hit(
        &self,
        document: DocRef,
        tier: Tier,
        factor: f32,
    ) -> Result<Vec<Reason>, ServerError> {
        if tier == Tier::Original {
            return Ok(vec![Reason::InOriginal]);
        }
        let query = &self.question.search.query;
        let list = tier_node(self.plan, query, tier);
        let list = list.filter(|_| self.question.window.sort == Sort::Relevance);
        let roots = list.into_iter().chain(self.parts());
        let scores = Scores::of(self.engine, document, roots)?;
        let mut reasons = Vec::new();
        if let Some(list) = list {
            reasons = self.explainer().score(list, &scores);
            for reason in &mut reasons {
                if let Reason::Adds { score, .. } = reason {
                    *score *= factor;
                }
            }
        }
        reasons.extend(self.explainer().lack(&self.plan.parts, &scores));
        Ok(reasons)
    }

    /// The sources asked for that are not among `hits`, and why; at most a page of them, and none past the deadline.
    pub(super) fn absent(&self, hits: &[Hit]) -> Result<Vec<Absent>, ServerError> {
        let mut absent: Vec<Absent> = Vec::new();
        for id in &self.question.search.filters.source {
            let is_known = hits.iter().any(|hit| hit.id == *id)
                || absent.iter().any(|absent| absent.id == *id);
            if is_known || absent.len() == MAX_PER_PAGE || Instant::now() >= self.deadline {
                continue;
            }
            if let Some(document) = self.engine.find(id)? {
                absent.push(self.absent_document(id, document, hits)?);
            }
        }
        Ok(absent)
    }

    fn absent_document(
        &self,
        id: &str,
        document: DocRef,
        hits: &[Hit],
    ) -> Result<Absent, ServerError> {
        let listed_under = hits
            .iter()
            .find(|hit| hit.duplicates.iter().any(|link| link.id == id));
        let explanation = match listed_under {
            Some(hit) => vec![Reason::ListedUnder { id: hit.id.clone() }],
            None => self.why_absent(id, document)?,
        };
        let labels = self.engine.labels(&[document], "", 1)?;
        let title = labels.into_iter().next().map(|label| label.title);
        Ok(Absent {
            id: id.to_owned(),
            title: title.unwrap_or_default(),
            explanation,
        })
    }

    fn why_absent(&self, id: &str, document: DocRef) -> Result<Vec<Reason>, ServerError> {
        let query = &self.question.search.query;
        let tiers = [Tier::All, Tier::Translation, Tier::Original];
        let lists: Vec<&Node> = tiers
            .into_iter()
            .filter_map(|tier| tier_node(self.plan, query, tier))
            .collect();
        let matches = self.engine.scores(&[document], &lists)?;
        if matches.iter().flatten().any(Option::is_some) {
            return Ok(vec![self.why_not_here(id)?]);
        }
        let scores = Scores::of(self.engine, document, self.parts())?;
        let mut explanation = self.explainer().lack(&self.plan.parts, &scores);
        if explanation.is_empty() {
            explanation.push(Reason::CombinedOtherwise);
        }
        Ok(explanation)
    }

    /// Says what keeps a document that matches from the hits of the page.
    fn why_not_here(&self, id: &str) -> Result<Reason, ServerError> {
        let mut alone = self.question.search.clone();
        alone.filters.source = vec![id.to_owned()];
        let strategy = Strategy {
            engine: self.engine,
            plan: self.plan,
            search: &alone,
            deadline: self.deadline,
        };
        let found = strategy.list(Wanted {
            top: Top::NONE,
            facets: None,
            duplicates: false,
            originals: true,
        })?;
        Ok(match found.listed {
            0 => Reason::LeftOutByFilter,
            _ => Reason::OnAnotherPage,
        })
    }

    fn parts(&self) -> impl Iterator<Item = &Node> {
        self.plan.parts.iter().map(|part| &part.node)
    }

    fn explainer(&self) -> Explainer<'_> {
        Explainer {
            q: &self.question.search.query.q,
            expansions: &self.plan.expansions,
            vocabulary: self.engine,
        }
    }
}
