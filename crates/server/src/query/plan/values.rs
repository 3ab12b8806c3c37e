//! Matches clauses against values of a field that has few, such as publishers.

use polidex_analysis::fold::fold_text;
use polidex_analysis::tokens::{Word, words};
use polidex_analysis::units::{UnitKind, cut_text};

use crate::mark::highlight::Matcher;
use crate::mark::pattern::Pattern;
use crate::query::parse::Clause;

/// Returns `true` if `text` satisfies `clause` by itself.
pub(super) fn holds(clause: &Clause, text: &str) -> bool {
    let found = |pattern: Pattern| !Matcher::new(vec![pattern]).marks(text).is_empty();
    match clause {
        Clause::Words(typed) => word_patterns(typed).into_iter().all(found),
        Clause::Phrase(phrase, _) => found(Pattern::of_phrase(&cut_text(phrase))),
        Clause::Prefix(prefix) => found(Pattern::Prefix(fold_text(prefix).text)),
        Clause::In(_, inner) => holds(inner, text),
        Clause::And(clauses, _) => clauses.iter().all(|clause| holds(clause, text)),
        Clause::Or(clauses) => clauses.iter().any(|clause| holds(clause, text)),
        Clause::Not(inner) => !holds(inner, text),
    }
}

fn word_patterns(typed: &str) -> Vec<Pattern> {
    let cut = cut_text(typed);
    let pattern = |word: Word| match cut.units()[word.units.start].kind {
        UnitKind::Ideograph => Pattern::of_phrase(&cut_text(&word.term)),
        _ => Pattern::Term(word.term),
    };
    words(&cut).into_iter().map(pattern).collect()
}
