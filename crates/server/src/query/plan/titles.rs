//! Titles that a query names.

use polidex_schema::fields::title_key;

use crate::expansion::{Expansion, ExpansionKind};
use crate::query::parse::Clause;
use crate::query::plan::lists::{Lists, scored};
use crate::query::plan::node::Field;
use crate::query::plan::planner::Planner;
use crate::query::weights;
use crate::titles::TitleQuery;

/// Puts documents whose titles `text` names before all others, and those that it names in translation before all others
/// found so.
pub(super) fn prefer_named(lists: &mut Lists, planner: &Planner<'_>, text: &str) {
    let literal = TitleQuery {
        typed: Some(text.to_owned()),
        ..title_query(planner, ExpansionKind::Variant)
    };
    let mut named = scored(planner.vocabulary.titles(&literal), weights::NAMED_TITLE);
    let is_title = |key: &String| planner.vocabulary.doc_freq(Field::TitleKey, key) > 0;
    let meant = titles_meant(text, &planner.noted);
    for (at, key) in meant
        .into_iter()
        .enumerate()
        .filter(|(_, key)| is_title(key))
    {
        match named.iter_mut().find(|(known, _)| *known == key) {
            // The title as typed has been weighed by its script.
            Some(_) if at == 0 => {}
            Some((_, score)) => *score = score.max(weights::VARIANT_TITLE),
            None => named.push((key, weights::NAMED_TITLE)),
        }
    }
    lists.prefer_titles(&named);
    if lists.translated.is_some() || lists.translated_any.is_some() {
        let translated = title_query(planner, ExpansionKind::Translation);
        let named = planner.vocabulary.titles(&translated);
        lists.prefer_translated_titles(&scored(named, weights::NAMED_TITLE));
    }
}

/// The words of a query with their forms of one kind; for translations, a word that has some stands for itself no longer.
fn title_query(planner: &Planner<'_>, kind: ExpansionKind) -> TitleQuery {
    let of_kind: Vec<&Expansion> = planner
        .noted
        .iter()
        .filter(|expansion| expansion.kind == kind)
        .collect();
    let mut query = TitleQuery::default();
    if kind == ExpansionKind::Variant {
        query.texts.push(planner.named.join(" "));
    }
    for typed in &planner.named {
        let inside: Vec<&&Expansion> = of_kind
            .iter()
            .filter(|expansion| typed.contains(expansion.term.as_str()))
            .collect();
        // A learned phrase has translations of its own and of its parts.
        let parts: Vec<&&&Expansion> = inside.iter().filter(|part| part.term != *typed).collect();
        let whole = inside.iter().filter(|whole| whole.term == *typed);
        let own: Vec<String> = whole.flat_map(|whole| whole.forms.clone()).collect();
        query.texts.extend(own.clone());
        if kind == ExpansionKind::Variant || inside.is_empty() {
            query
                .words
                .push(std::iter::once(typed.clone()).chain(own).collect());
            query
                .texts
                .extend((kind == ExpansionKind::Translation).then(|| typed.clone()));
        } else if parts.is_empty() {
            query.words.push(own);
        } else {
            for part in parts {
                query.texts.extend(part.forms.clone());
                query
                    .words
                    .push(part.forms.iter().chain(&own).cloned().collect());
            }
        }
    }
    query
}

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
