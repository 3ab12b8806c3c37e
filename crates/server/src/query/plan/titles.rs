//! Titles that a query may be.

use polidex_schema::fields::title_key;

use crate::expansion::{Expansion, ExpansionKind};
use crate::query::parse::Clause;
use crate::query::weights;

/// Text of a query that may be a title: words and phrases with nothing asked of them.
pub(super) fn plain_text(clause: &Clause) -> Option<String> {
    match clause {
        Clause::Words(text) | Clause::Phrase(text, 0) => Some(text.clone()),
        Clause::And(clauses, false) => {
            let texts: Option<Vec<String>> = clauses.iter().map(plain_text).collect();
            Some(texts?.join(" "))
        }
        _ => None,
    }
}

/// Keys of the titles that `text` may be: its own, and those with another region's word for one of its words or for all of
/// them (`都市计划法` is 都市計畫法 in Taiwan).
pub(super) fn titles_meant(text: &str, expansions: &[Expansion]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for text in texts_meant(text, expansions) {
        let key = title_key(&text);
        if keys.len() < weights::MAX_TITLES && !key.is_empty() && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn texts_meant(text: &str, expansions: &[Expansion]) -> Vec<String> {
    let variants = expansions
        .iter()
        .filter(|expansion| expansion.kind == ExpansionKind::Variant);
    let mut all = text.to_owned();
    let mut texts = vec![text.to_owned()];
    for expansion in variants {
        let with_form = |form: &String| text.replace(&expansion.term, form);
        texts.extend(expansion.forms.iter().map(with_form));
        if let Some(form) = expansion.forms.first() {
            all = all.replace(&expansion.term, form);
        }
    }
    texts.push(all);
    texts
}
