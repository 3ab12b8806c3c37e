//! Plans what the frame of a question asks: words that rank and that none must hold.

use polidex_analysis::latin::stem;
use polidex_analysis::units::{UnitKind, cut_text};

use crate::mark::pattern::Pattern;
use crate::query::plan::Asked;
use crate::query::plan::node::{Field, Node};
use crate::query::plan::planner::Planner;
use crate::query::weights;

/// One word that says what is asked.
struct AskedWord {
    node: Node,
    pattern: Pattern,
    weight: f32,
}

impl Planner<'_> {
    /// Notes what is asked, each thing in all words that say so, its own first.
    pub(super) fn note_asked(&mut self, asked: &[Vec<String>]) {
        for words in asked {
            let words = words.iter().zip(0..);
            let known = words.filter_map(|(word, at)| self.asked_word(word, at == 0));
            let (mut nodes, mut patterns) = (Vec::new(), Vec::new());
            for AskedWord {
                node,
                pattern,
                weight,
            } in known
            {
                nodes.push(node);
                patterns.push((pattern, weight));
            }
            if !nodes.is_empty() {
                let node = Node::dis_max(nodes);
                self.asked.push(Asked { node, patterns });
            }
        }
    }

    /// A word that says what is asked, with its share if it is not the one typed; `None` if it stands nowhere.
    fn asked_word(&self, word: &str, is_typed: bool) -> Option<AskedWord> {
        let cut = cut_text(word);
        let share = if is_typed { 1.0 } else { weights::KIN_OF_ASKED };
        let (text, title, pattern, (field, term), weight) = match cut.units() {
            [unit] if unit.kind == UnitKind::Word => {
                let term = stem(cut.text(unit));
                (
                    Node::term(Field::Words, term.as_str()),
                    Node::term(Field::TitleWords, term.as_str()),
                    Pattern::Term(term.clone()),
                    (Field::Words, term),
                    weights::ASKED_LATIN,
                )
            }
            _ => (
                self.phrase_in(Field::Grams, &cut, 0)?,
                self.phrase_in(Field::TitleGrams, &cut, 0)?,
                Pattern::of_phrase(&cut),
                (Field::Grams, self.rarest_gram(&cut)?),
                weights::ASKED_HAN,
            ),
        };
        let stands = self.may_stand(&text);
        let title = title.constant(weights::ASKED_TITLE * share);
        stands.then(|| AskedWord {
            node: Node::optional(text.weighted(weight * share), vec![title]),
            pattern,
            weight: self.mark_weight(field, &term) * share,
        })
    }
}
