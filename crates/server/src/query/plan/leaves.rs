//! Plans words, phrases and prefixes: the fields they are looked for in, and what marks them.

use polidex_analysis::fold::fold_text;
use polidex_analysis::tokens::{Word, is_single_character, phrase_terms, words};
use polidex_analysis::units::{Cut, Unit, UnitKind, cut_text};

use crate::error::ServerError;
use crate::mark::pattern::Pattern;
use crate::query::parse::MAX_PHRASE_UNITS;
use crate::query::plan::node::{Field, Node, placed_terms};
use crate::query::plan::planner::{Planner, Scope};
use crate::query::weights;

/// Maximum number of words near each other that are looked for in every order.
const MAX_ORDERED_WORDS: usize = 4;

/// A text that must match, and what adds to its score.
#[derive(Clone)]
pub(super) struct Wanted {
    pub(super) required: Node,
    pub(super) optional: Vec<Node>,
}

impl Wanted {
    fn required(node: Node) -> Self {
        Self {
            required: node,
            optional: Vec::new(),
        }
    }

    pub(super) fn node(&self) -> Node {
        Node::optional(self.required.clone(), self.optional.clone())
    }
}

impl Planner<'_> {
    /// A word, found in the text, which holds the title as well.
    pub(super) fn word(&mut self, cut: &Cut, word: &Word, typed: &str, scope: Scope) -> Wanted {
        let units = &cut.units()[word.units.clone()];
        let is_han = units[0].kind == UnitKind::Ideograph;
        let is_character = is_han && units.len() == 1;
        let field = if is_character {
            Field::Characters
        } else {
            Field::Words
        };
        self.mark(
            word_pattern(word, is_han, typed),
            scope,
            (field, &word.term),
            1.0,
        );
        let title = Node::term(Field::TitleWords, &word.term).weighted(weights::TITLE);
        let text = Node::term(field, &word.term);
        match (is_han, scope) {
            (false, Scope::Title) => Wanted::required(title),
            (false, Scope::Anywhere) => {
                // The word as typed outranks other forms of its stem: *probate*, *probation*.
                let typed =
                    Node::term(Field::Grams, cut.text(&units[0])).weighted(weights::SURFACE);
                let is_stemmed = units.len() == 1 && units[0].kind == UnitKind::Word;
                Wanted {
                    required: text,
                    optional: std::iter::once(title)
                        .chain(is_stemmed.then_some(typed))
                        .collect(),
                }
            }
            (true, _) => {
                // A single ideograph is ranked among the optional clauses of the run, if it is rare.
                let ranked = (scope == Scope::Anywhere && !is_character).then_some(text);
                self.han_word(word, scope, title, ranked)
            }
        }
    }

    /// A Chinese word: found whatever the segmentation of the document, ranked by the word and, among the optional clauses of
    /// its run, by its pairs.
    fn han_word(&self, word: &Word, scope: Scope, title: Node, ranked: Option<Node>) -> Wanted {
        let field = match scope {
            Scope::Title => Field::TitleGrams,
            Scope::Anywhere => Field::Grams,
        };
        let found = self.phrase_in(field, &cut_text(&word.term), 0);
        let mut optional = vec![title];
        optional.extend(ranked);
        Wanted {
            required: found.unwrap_or(Node::Nothing).constant(0.0),
            optional,
        }
    }

    pub(super) fn phrase(
        &mut self,
        cut: &Cut,
        slop: u32,
        scope: Scope,
    ) -> Result<Wanted, ServerError> {
        let found = cut.units().len();
        if found > MAX_PHRASE_UNITS {
            return Err(ServerError::LimitPassed {
                limit: "phrase-length",
                allowed: MAX_PHRASE_UNITS,
                unit: "characters and words in a phrase",
                found,
            });
        }
        if found == 0 {
            return Ok(Wanted::required(Node::Nothing));
        }
        self.mark_phrase(cut, slop, scope);
        let in_field = |field| self.phrase_in(field, cut, slop).unwrap_or(Node::Nothing);
        let title = in_field(Field::TitleGrams).weighted(weights::TITLE);
        Ok(match scope {
            Scope::Title => Wanted::required(title),
            Scope::Anywhere => Wanted {
                required: in_field(Field::Grams),
                optional: vec![title],
            },
        })
    }

    /// Words near each other in any order: `"pears apples"~2`.
    pub(super) fn near(
        &mut self,
        text: &str,
        slop: u32,
        scope: Scope,
    ) -> Result<Wanted, ServerError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let as_typed = self.phrase(&cut_text(text), slop, scope)?;
        if words.len() < 2 {
            return Ok(as_typed);
        }
        let orders = orders(&words);
        let in_any_order = |field| {
            let phrases = orders.iter().map(|order| apart(field, order, slop));
            Node::dis_max(phrases.collect())
        };
        let title = in_any_order(Field::TitleGrams).weighted(weights::TITLE);
        Ok(match scope {
            Scope::Title => Wanted::required(title),
            Scope::Anywhere => Wanted {
                required: in_any_order(Field::Grams),
                optional: vec![title],
            },
        })
    }

    /// Documents that hold a phrase, in their text or in what repairs replaced there; `None` if no repair replaced its words.
    /// Scores nothing: such a hit follows all others.
    pub(super) fn with_originals(&self, text: &str, phrase: &Wanted) -> Option<Node> {
        let replaced = self.phrase_in(Field::OriginalGrams, &cut_text(text), 0)?;
        // Nearly all phrases: a list of their own would find nothing.
        if !self.may_stand(&replaced) {
            return None;
        }
        let either = [phrase.required.clone(), replaced].map(|node| node.constant(0.0));
        Some(Node::any(either.into()))
    }

    fn mark_phrase(&mut self, cut: &Cut, slop: u32, scope: Scope) {
        let Some(rarest) = self.rarest_gram(cut) else {
            return;
        };
        let rarest = (Field::Grams, rarest.as_str());
        if slop == 0 {
            self.mark(Pattern::of_phrase(cut), scope, rarest, 1.0);
            return;
        }
        for word in words(cut) {
            let units = cut.units()[word.units.clone()].iter();
            let text: String = units.map(|unit| cut.text(unit)).collect();
            self.mark(Pattern::of_phrase(&cut_text(&text)), scope, rarest, 1.0);
        }
    }

    /// The gram of a phrase that the fewest documents hold.
    pub(super) fn rarest_gram(&self, cut: &Cut) -> Option<String> {
        let grams = phrase_terms(cut).terms.into_iter().map(|(_, gram)| gram);
        grams.min_by_key(|gram| self.vocabulary.doc_freq(Field::Grams, gram))
    }

    /// The phrase in one field of grams; `None` when nothing can be looked for.
    pub(super) fn phrase_in(&self, field: Field, cut: &Cut, slop: u32) -> Option<Node> {
        if is_single_character(cut) {
            return Some(self.ideograph_in(field, cut.text(&cut.units()[0])));
        }
        let mut terms = placed_terms(cut);
        let stream = match terms.len() {
            0 => return None,
            1 => Node::term(field, terms.remove(0).1),
            _ => Node::Phrase { field, terms, slop },
        };
        Some(Node::all(
            std::iter::once(stream)
                .chain(compounds_in(field, cut))
                .collect(),
        ))
    }

    fn ideograph_in(&self, field: Field, character: &str) -> Node {
        if field == Field::Grams {
            return Node::term(Field::Characters, character);
        }
        // In a title a single ideograph is any gram that begins with it; a run's last stands alone.
        let grams = self
            .vocabulary
            .terms_with_prefix(field, character, weights::MAX_PREFIX_TERMS);
        let grams = grams.into_iter().map(|gram| Node::term(field, gram));
        Node::any(grams.collect())
    }

    pub(super) fn prefix(&mut self, prefix: &str, scope: Scope) -> Result<Node, ServerError> {
        let folded = fold_text(prefix).text;
        let title = self.prefix_terms(Field::TitleGrams, &folded)?;
        let title = title.into_iter().map(|term| term.weighted(weights::TITLE));
        let mut terms: Vec<Node> = title.collect();
        if scope == Scope::Anywhere {
            terms.extend(self.prefix_terms(Field::Grams, &folded)?);
        }
        let pattern = Pattern::Prefix(folded.clone());
        self.mark(pattern, scope, (Field::Grams, &folded), 1.0);
        let node = Node::any(terms);
        self.part(&format!("{prefix}*"), &node);
        Ok(node)
    }

    fn prefix_terms(&self, field: Field, prefix: &str) -> Result<Vec<Node>, ServerError> {
        let allowed = weights::MAX_PREFIX_TERMS;
        let terms = self
            .vocabulary
            .terms_with_prefix(field, prefix, allowed + 1);
        if terms.len() > allowed {
            return Err(ServerError::LimitPassed {
                limit: "prefix-expansion",
                allowed,
                unit: "words that begin so",
                found: terms.len(),
            });
        }
        Ok(terms
            .into_iter()
            .map(|term| Node::term(field, term))
            .collect())
    }
}

/// The compounds of a phrase in `field`, as words that must stand there: the stream of grams holds no signs.
fn compounds_in(field: Field, cut: &Cut) -> impl Iterator<Item = Node> {
    let words = match field {
        Field::Grams => Some(Field::Words),
        Field::TitleGrams => Some(Field::TitleWords),
        _ => None,
    };
    words.into_iter().flat_map(move |words| {
        let compounds = cut.joined().iter();
        compounds.map(move |compound| Node::term(words, cut.joined_text(compound)).constant(0.0))
    })
}

/// The words one after the other, each a phrase of its own: no gram reaches from one into the next.
fn apart(field: Field, words: &[&str], slop: u32) -> Node {
    let mut terms = Vec::new();
    let (mut start, mut follows_latin) = (0, false);
    for word in words {
        let cut = cut_text(word);
        let phrase = phrase_terms(&cut);
        let is_latin = |unit: &Unit| matches!(unit.kind, UnitKind::Word | UnitKind::Number);
        let begins_with_pair = !cut.units().iter().take(2).any(is_latin) && cut.units().len() > 1;
        // Behind Latin, the first of a run stands alone before its pairs.
        start += usize::from(follows_latin && begins_with_pair);
        let of_word = phrase.terms.into_iter();
        terms.extend(of_word.map(|(offset, term)| (start + offset as usize, term)));
        start += phrase.last as usize + 1;
        follows_latin = cut.units().last().is_some_and(is_latin);
    }
    match terms.len() {
        0 => Node::Nothing,
        1 => Node::term(field, terms.remove(0).1),
        _ => Node::Phrase { field, terms, slop },
    }
}

/// Orders of `words` that are looked for: all of up to four words, else as typed and backwards.
fn orders<'a>(words: &[&'a str]) -> Vec<Vec<&'a str>> {
    if words.len() > MAX_ORDERED_WORDS {
        let backwards = words.iter().rev().copied().collect();
        return vec![words.to_vec(), backwards];
    }
    let mut orders: Vec<Vec<&str>> = vec![Vec::new()];
    for &word in words {
        let with_word = |order: &Vec<&'a str>| {
            let mut longer = Vec::new();
            for at in 0..=order.len() {
                let mut order = order.clone();
                order.insert(order.len() - at, word);
                longer.push(order);
            }
            longer
        };
        orders = orders.iter().flat_map(with_word).collect();
    }
    let mut distinct: Vec<Vec<&str>> = Vec::new();
    for order in orders {
        if !distinct.contains(&order) {
            distinct.push(order);
        }
    }
    distinct
}

/// Words that are names in capitals and others in small letters.
const NAMES_IN_CAPITALS: [&str; 1] = ["US"];

/// What marks a word, which is `typed`.
pub(super) fn word_pattern(word: &Word, is_han: bool, typed: &str) -> Pattern {
    if NAMES_IN_CAPITALS.contains(&typed) {
        return Pattern::Capitals(word.term.clone());
    }
    let is_plain = word.term.chars().all(char::is_alphanumeric) || word.term.parse::<f64>().is_ok();
    if is_han {
        Pattern::of_phrase(&cut_text(&word.term))
    } else if word.units.len() > 1 || !is_plain {
        Pattern::Joined(word.term.clone())
    } else {
        Pattern::Term(word.term.clone())
    }
}
