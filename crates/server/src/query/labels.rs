//! Names terms as they were typed, or as the forms that stood for them are written.

use polidex_analysis::tokens::{phrase_terms, words};
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::expansion::{Expansion, ExpansionKind};
use crate::reason::Label;

/// Quotation marks and brackets of a query.
const BORDERS: [char; 10] = ['"', '“', '”', '「', '」', '『', '』', '＂', '(', ')'];

/// Folded terms as they were typed.
pub(super) struct Labels {
    /// Terms of a word, a pair or a phrase, and their label; the first that fits counts.
    known: Vec<(Vec<String>, Label)>,
}

impl Labels {
    pub(super) fn of(q: &str, expansions: &[Expansion]) -> Self {
        let mut labels = Self { known: Vec::new() };
        let cut = cut_text(q);
        labels.add_words(q, &cut);
        labels.add_pairs(q, &cut);
        for unit in cut.units() {
            labels.add_typed(vec![cut.text(unit).to_owned()], &q[unit.source()]);
        }
        for text in q.split(BORDERS).chain([q]) {
            let terms = grams(text);
            if terms.len() > 1 {
                labels.add_typed(terms, text.trim());
            }
        }
        labels.add_forms(expansions);
        labels
    }

    fn add_forms(&mut self, expansions: &[Expansion]) {
        for expansion in expansions {
            for form in &expansion.forms {
                self.add_form(form, expansion.kind, &expansion.term);
            }
        }
    }

    fn add_words(&mut self, q: &str, cut: &Cut) {
        let units = cut.units();
        for word in words(cut) {
            let source =
                units[word.units.start].source().start..units[word.units.end - 1].source().end;
            let typed = &q[source];
            self.add_typed(vec![word.term], typed);
            self.add_typed(grams(typed), typed);
        }
    }

    fn add_pairs(&mut self, q: &str, cut: &Cut) {
        for pair in cut.units().windows(2) {
            if pair.iter().all(|unit| unit.kind == UnitKind::Ideograph) {
                let term = format!("{}{}", cut.text(&pair[0]), cut.text(&pair[1]));
                let source = pair[0].source().start..pair[1].source().end;
                self.add_typed(vec![term], &q[source]);
            }
        }
    }

    fn add_typed(&mut self, terms: Vec<String>, typed: &str) {
        self.known.push((terms, plain(typed.to_owned())));
    }

    fn add_form(&mut self, form: &str, kind: ExpansionKind, term: &str) {
        let label = Label {
            text: form.to_owned(),
            stands_for: Some((kind, term.to_owned())),
        };
        if let [word] = words(&cut_text(form)).as_slice() {
            self.known.push((vec![word.term.clone()], label.clone()));
        }
        self.known.push((grams(form), label));
    }

    pub(super) fn label(&self, terms: &[&str]) -> Label {
        if let Some((_, label)) = self.known.iter().find(|(known, _)| known == terms) {
            return label.clone();
        }
        // A single character in a title is looked for as every pair that begins with it.
        let first = |term: &&str| term.chars().next();
        match terms.first().and_then(first) {
            Some(character)
                if terms.len() > 1 && terms.iter().all(|term| first(term) == Some(character)) =>
            {
                plain(character.to_string())
            }
            _ => plain(terms.join(" ")),
        }
    }
}

fn plain(text: String) -> Label {
    Label {
        text,
        stands_for: None,
    }
}

/// Terms of a text as a phrase.
fn grams(text: &str) -> Vec<String> {
    let terms = phrase_terms(&cut_text(text)).terms.into_iter();
    terms.map(|(_, term)| term).collect()
}
