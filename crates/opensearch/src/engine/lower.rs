//! Turns the nodes of a plan into the query DSL.

use polidex_server::query::plan::{Boolean, Field, Node};
use serde_json::{Value, json};

use crate::mapping::{HOLE, PHRASE_ANALYZER};
use crate::terms::{sent_term, sent_value};

/// Terms of one field that are sent as a set, whose scores are all alike.
const MANY_TERMS: usize = 256;

/// Lowers nodes for one version of the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lowering {
    /// Factor of BM25: the embedded engine multiplies by `k1 + 1`, as Lucene did up to version 9.
    pub(crate) bm25: f32,
}

/// Name of a field of a plan.
pub(crate) fn field_name(field: Field) -> &'static str {
    match field {
        Field::Words => "words",
        Field::Grams => "grams",
        Field::OriginalGrams => "original_grams",
        Field::Characters => "characters",
        Field::TitleWords => "title_words",
        Field::TitleGrams => "title_grams",
        Field::TitleKey => "title_key",
        Field::Publisher => "publisher",
        Field::Number => "number",
        Field::Id => "id",
        Field::Language => "lang",
        Field::Cites => "cites",
    }
}

/// The term as it is sent.
pub(crate) fn sent(field: Field, term: &str) -> String {
    match field {
        Field::Words
        | Field::Grams
        | Field::OriginalGrams
        | Field::Characters
        | Field::TitleWords
        | Field::TitleGrams => sent_term(term).into_owned(),
        _ => sent_value(term).into_owned(),
    }
}

impl Lowering {
    /// Query that matches and scores as `node`.
    pub(crate) fn lower(&self, node: &Node) -> Value {
        match node {
            Node::Everything => json!({"match_all": {}}),
            Node::Nothing => json!({"match_none": {}}),
            Node::Term { field, term } => {
                json!({"term": {field_name(*field): {"value": sent(*field, term), "boost": self.bm25}}})
            }
            Node::Phrase { field, terms, slop } => self.phrase(*field, terms, *slop),
            Node::Boolean(clauses) => self.boolean(clauses),
            Node::DisMax(nodes) => json!({"dis_max": {"queries": self.all(nodes)}}),
            Node::Share { clauses, least } => self.share(clauses, *least),
            Node::Optional { required, clauses } => json!({"bool": {
                "must": [self.lower(required)],
                "should": self.all(clauses),
                "minimum_should_match": 0,
            }}),
            Node::Weighted(node, weight) => {
                json!({"bool": {"must": [self.lower(node)], "boost": weight}})
            }
            Node::Constant(node, score) => {
                json!({"constant_score": {"filter": self.unscored(node), "boost": score}})
            }
        }
    }

    fn all(&self, nodes: &[Node]) -> Vec<Value> {
        nodes.iter().map(|node| self.lower(node)).collect()
    }

    /// Query that matches as `node`. Many terms of a field are one set.
    fn unscored(&self, node: &Node) -> Value {
        if let Node::Boolean(clauses) = node
            && let Some((field, terms)) = set_of(clauses)
        {
            return json!({"terms": {field_name(field): terms}});
        }
        self.lower(node)
    }

    /// The analyzer drops the holes and leaves their positions free.
    fn phrase(&self, field: Field, terms: &[(usize, String)], slop: u32) -> Value {
        let mut text = String::new();
        let mut next = 0;
        for (offset, term) in terms {
            for _ in next..*offset {
                text.push_str(HOLE);
                text.push(' ');
            }
            text.push_str(&sent(field, term));
            text.push(' ');
            next = offset + 1;
        }
        json!({"match_phrase": {field_name(field): {
            "query": text.trim_end(), "analyzer": PHRASE_ANALYZER, "slop": slop, "boost": self.bm25,
        }}})
    }

    fn boolean(&self, clauses: &Boolean) -> Value {
        let mut query = json!({"bool": {}});
        let parts = [
            ("must", self.all(&clauses.must)),
            ("should", self.all(&clauses.should)),
            (
                "must_not",
                clauses
                    .must_not
                    .iter()
                    .map(|node| self.unscored(node))
                    .collect(),
            ),
        ];
        for (name, nodes) in parts {
            if !nodes.is_empty() {
                query["bool"][name] = json!(nodes);
            }
        }
        if !clauses.should.is_empty() {
            query["bool"]["minimum_should_match"] = json!(clauses.minimum);
        }
        query
    }

    /// Each clause is worth its weight; what falls short of the least is left out, and the rest scores nothing.
    fn share(&self, clauses: &[(Node, f32)], least: f32) -> Value {
        let weighed = clauses
            .iter()
            .map(|(node, weight)| json!({"constant_score": {"filter": self.unscored(node), "boost": weight}}));
        let weighed: Vec<Value> = weighed.collect();
        // The last bits of a sum depend on its order.
        let least = least * (1.0 - f32::EPSILON * 64.0);
        json!({"function_score": {
            "query": {"function_score": {
                "query": {"bool": {"should": weighed, "minimum_should_match": 1}},
                "min_score": least,
            }},
            "weight": 0.0,
            "boost_mode": "multiply",
        }})
    }
}

/// The terms of clauses that are nothing but many terms of one field, any of which has to match.
fn set_of(clauses: &Boolean) -> Option<(Field, Vec<String>)> {
    let is_any = clauses.must.is_empty() && clauses.must_not.is_empty() && clauses.minimum == 1;
    if !is_any || clauses.should.len() < MANY_TERMS {
        return None;
    }
    let Some(Node::Term { field: first, .. }) = clauses.should.first() else {
        return None;
    };
    let terms = clauses.should.iter().map(|node| match node {
        Node::Term { field, term } if field == first => Some(sent(*field, term)),
        _ => None,
    });
    Some((*first, terms.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOWERING: Lowering = Lowering { bm25: 2.0 };

    #[test]
    fn a_phrase_leaves_positions_free_that_it_says_nothing_of() {
        let terms = vec![
            (0, "新质".to_owned()),
            (2, "生产".to_owned()),
            (3, "of".to_owned()),
        ];
        let phrase = LOWERING.lower(&Node::Phrase {
            field: Field::Grams,
            terms,
            slop: 2,
        });
        let asked = &phrase["match_phrase"]["grams"];
        assert_eq!(asked["query"], "新质 \u{1} 生产 of");
        assert_eq!((&asked["slop"], &asked["boost"]), (&json!(2), &json!(2.0)));
    }

    #[test]
    fn many_terms_that_score_alike_are_one_set() {
        let terms = (0..MANY_TERMS).map(|number| Node::term(Field::Grams, number.to_string()));
        let any = Node::any(terms.collect());
        let constant = LOWERING.lower(&any.clone().constant(3.0));
        assert_eq!(constant["constant_score"]["boost"], 3.0);
        assert_eq!(
            constant["constant_score"]["filter"]["terms"]["grams"]
                .as_array()
                .map(Vec::len),
            Some(MANY_TERMS)
        );
        assert!(LOWERING.lower(&any)["bool"]["should"].is_array());
    }
}
