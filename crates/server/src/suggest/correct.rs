//! Other spellings of a query that finds nothing or little: offered, never applied.
//!
//! In: the clauses as typed and a [`Lexicon`], the index's own terms. Out: whole queries, the likeliest first; whether one
//! finds more is for the engine to count before it is offered. An English word that no document has is held against those
//! that documents have, by edit distance and frequency; a run of Han characters that stands nowhere gets one character
//! replaced by one that sounds or looks alike, where the run then does stand somewhere; letters that romanize a Han term
//! name it. What is excluded (`-word`) and the publisher are left alone. Bounded in candidates and in time.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use polidex_analysis::fold::fold_text;
use polidex_analysis::language::Language;
use polidex_analysis::sounds::{same_sound, similar_shape};
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::query::parse::{Clause, Place};
use crate::suggest::script_of;

/// Most queries offered for a count.
const MAX_CANDIDATES: usize = 6;
/// Other spellings of one word or run.
const MAX_FIXES: usize = 3;
/// Shortest English word that is held against others: shorter ones are near everything.
const MIN_LETTERS: usize = 4;
/// From this length on a word may be two edits away.
const LETTERS_FOR_TWO_EDITS: usize = 6;
/// Longest run of Han characters that is looked at, and phrases counted for one.
const MAX_RUN: usize = 16;
const MAX_PHRASES: usize = 96;
/// A word of so few documents gives way to one of a hundred times as many.
const RARE: u64 = 2;
const FAR_MORE: u64 = 100;
/// Time after which what was found is what there is.
const TIME: Duration = Duration::from_millis(150);

/// What an index knows of its words.
pub(crate) trait Lexicon {
    /// Documents that hold a word as it is written, or a pair of ideographs; folded.
    fn documents_with(&self, gram: &str) -> u64;
    /// Documents that hold a word in any form.
    fn documents_with_form_of(&self, word: &str) -> u64;
    /// Words as they are written, folded, within `edits` of `word`.
    fn words_near(&self, word: &str, edits: u8) -> Vec<(String, u64)>;
    /// Documents that hold a phrase.
    fn documents_with_phrase(&self, phrase: &str) -> u64;
    /// A phrase as a document writes it, one in `script` if there is one.
    fn as_written(&self, phrase: &str, script: Option<Language>) -> Option<String>;
    /// Han terms that letters romanize as a whole.
    fn romanized(&self, letters: &str) -> Vec<String>;
}

/// A query that may find more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// In canonical syntax.
    pub(crate) q: String,
    /// Whether a run that stands nowhere in one piece now does: then it is better even where its parts alone find as much.
    pub(crate) is_whole_again: bool,
}

/// Another spelling of one clause's text: the smaller the cost, the likelier.
#[derive(Clone, Debug)]
struct Fix {
    text: String,
    gain: f32,
    is_whole_again: bool,
}

/// Other spellings of `root`, the likeliest first.
pub(crate) fn candidates(root: &Clause, lexicon: &dyn Lexicon) -> Vec<Candidate> {
    candidates_within(TIME, root, lexicon)
}

fn candidates_within(time: Duration, root: &Clause, lexicon: &dyn Lexicon) -> Vec<Candidate> {
    let corrector = Corrector {
        lexicon,
        until: Instant::now() + time,
    };
    let mut texts = Vec::new();
    visit(root, &mut |text| texts.push(text.to_owned()));
    let fixes: Vec<Vec<Fix>> = texts.iter().map(|text| corrector.fixes(text)).collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    // The best of every clause together; then each clause's next ones, the others at their best.
    let mut choices: Vec<Vec<usize>> = vec![vec![0; fixes.len()]];
    for (clause, fixes) in fixes.iter().enumerate() {
        for choice in 1..fixes.len() {
            let mut other = choices[0].clone();
            other[clause] = choice;
            choices.push(other);
        }
    }
    for choice in choices.into_iter().take(MAX_CANDIDATES) {
        let chosen: Vec<Option<&Fix>> = fixes
            .iter()
            .zip(choice)
            .map(|(fixes, index)| fixes.get(index))
            .collect();
        if chosen.iter().all(Option::is_none) {
            continue;
        }
        let mut at = 0;
        let corrected = rewrite(root, &mut |text| {
            at += 1;
            chosen[at - 1].map_or_else(|| text.to_owned(), |fix| fix.text.clone())
        });
        let candidate = Candidate {
            q: corrected.to_string(),
            is_whole_again: chosen.iter().flatten().any(|fix| fix.is_whole_again),
        };
        if !candidates.iter().any(|known| known.q == candidate.q) {
            candidates.push(candidate);
        }
    }
    candidates
}

/// Hands the texts that may be misspelt to `see`, in order.
fn visit(clause: &Clause, see: &mut dyn FnMut(&str)) {
    match clause {
        Clause::Words(text) | Clause::Phrase(text, _) => see(text),
        Clause::In(Place::Title, inner) => visit(inner, see),
        Clause::And(clauses, _) | Clause::Or(clauses) => {
            clauses.iter().for_each(|clause| visit(clause, see))
        }
        Clause::Prefix(_) | Clause::Not(_) | Clause::In(Place::Publisher | Place::Number, _) => {}
    }
}

/// The same clauses with those texts changed.
fn rewrite(clause: &Clause, change: &mut dyn FnMut(&str) -> String) -> Clause {
    match clause {
        Clause::Words(text) => Clause::Words(change(text)),
        Clause::Phrase(text, slop) => Clause::Phrase(change(text), *slop),
        Clause::In(Place::Title, inner) => {
            Clause::In(Place::Title, Box::new(rewrite(inner, change)))
        }
        Clause::And(clauses, typed) => Clause::And(
            clauses
                .iter()
                .map(|clause| rewrite(clause, change))
                .collect(),
            *typed,
        ),
        Clause::Or(clauses) => Clause::Or(
            clauses
                .iter()
                .map(|clause| rewrite(clause, change))
                .collect(),
        ),
        Clause::Prefix(_) | Clause::Not(_) | Clause::In(Place::Publisher | Place::Number, _) => {
            clause.clone()
        }
    }
}

struct Corrector<'a> {
    lexicon: &'a dyn Lexicon,
    until: Instant,
}

impl Corrector<'_> {
    /// Other spellings of a clause's text, the likeliest first.
    fn fixes(&self, text: &str) -> Vec<Fix> {
        let cut = cut_text(text);
        let mut parts: Vec<(std::ops::Range<usize>, Vec<Fix>)> = Vec::new();
        let mut at = 0;
        while at < cut.units().len() {
            let unit = &cut.units()[at];
            let end = run_end(&cut, at);
            let source = unit.source().start..cut.units()[end - 1].source().end;
            let fixes = match unit.kind {
                UnitKind::Ideograph => self.run_fixes(&cut, at..end, &text[source.clone()]),
                UnitKind::Word => self.word_fixes(cut.text(unit), &text[source.clone()]),
                UnitKind::Number | UnitKind::Mark => Vec::new(),
            };
            if !fixes.is_empty() {
                parts.push((source, fixes));
            }
            at = end;
        }
        let mut fixes = combined(text, &parts);
        let is_latin = cut.units().iter().all(|unit| unit.kind == UnitKind::Word);
        let lacks_word = || {
            cut.units()
                .iter()
                .any(|unit| self.lexicon.documents_with_form_of(cut.text(unit)) == 0)
        };
        if is_latin && !cut.units().is_empty() && lacks_word() {
            let named = self.lexicon.romanized(text).into_iter().take(MAX_FIXES);
            // Letters that spell a whole term say more than letters that are near a word.
            fixes.splice(
                0..0,
                named.map(|text| Fix {
                    text,
                    gain: 0.0,
                    is_whole_again: false,
                }),
            );
        }
        fixes.truncate(MAX_FIXES);
        fixes
    }

    fn word_fixes(&self, word: &str, typed: &str) -> Vec<Fix> {
        let letters = word.chars().count();
        if letters < MIN_LETTERS || !word.chars().all(char::is_alphabetic) {
            return Vec::new();
        }
        let known = self.lexicon.documents_with_form_of(word);
        if known > RARE || Instant::now() >= self.until {
            return Vec::new();
        }
        let edits = if letters >= LETTERS_FOR_TWO_EDITS {
            2
        } else {
            1
        };
        let is_enough = |documents: u64| documents > known * FAR_MORE.max(1) && documents > 0;
        let mut fixes: Vec<Fix> = self
            .lexicon
            .words_near(word, edits)
            .into_iter()
            .filter(|(near, documents)| {
                near != word && near.chars().all(char::is_alphabetic) && is_enough(*documents)
            })
            .map(|(near, documents)| {
                let distance = strsim::osa_distance(word, &near) as f32;
                let begins_alike = near.chars().next() == word.chars().next();
                let gain = (documents as f32).ln_1p()
                    - 2.5 * distance
                    - if begins_alike { 0.0 } else { 1.5 };
                Fix {
                    text: in_case_of(typed, &near),
                    gain,
                    is_whole_again: false,
                }
            })
            .collect();
        if known == 0 {
            fixes.extend(self.split(word));
        }
        best(fixes)
    }

    /// Two words that were typed as one.
    fn split(&self, word: &str) -> Option<Fix> {
        let mut best: Option<Fix> = None;
        for (at, _) in word.char_indices().skip(2) {
            let (head, tail) = word.split_at(at);
            let is_word =
                |part: &str| part.chars().count() >= 2 && self.lexicon.documents_with(part) > 0;
            if !is_word(head) || !is_word(tail) || Instant::now() >= self.until {
                continue;
            }
            let text = format!("{head} {tail}");
            let documents = self.lexicon.documents_with_phrase(&text);
            let gain = (documents as f32).ln_1p() - 1.5;
            if documents > 0 && best.as_ref().is_none_or(|best| gain > best.gain) {
                best = Some(Fix {
                    text,
                    gain,
                    is_whole_again: false,
                });
            }
        }
        best
    }

    /// One character of a run of Han replaced, where the run, or five characters around the place, then stand somewhere.
    fn run_fixes(&self, cut: &Cut, units: std::ops::Range<usize>, typed: &str) -> Vec<Fix> {
        let run: Vec<char> = cut.units()[units]
            .iter()
            .filter_map(|unit| cut.text(unit).chars().next())
            .collect();
        let original: String = run.iter().collect();
        if !(2..=MAX_RUN).contains(&run.len()) || self.lexicon.documents_with_phrase(&original) > 0
        {
            return Vec::new();
        }
        let mut counted = 0;
        let mut fixes = Vec::new();
        for is_whole in [true, false] {
            for at in 0..run.len() {
                let window = if is_whole {
                    0..run.len()
                } else {
                    at.saturating_sub(2)..(at + 3).min(run.len())
                };
                let is_narrow = window.len() < 3 && run.len() > 2;
                if is_narrow || !is_whole && self.stands(&run, window.clone()) {
                    continue;
                }
                for (other, cost) in alternatives(run[at]) {
                    if counted >= MAX_PHRASES || Instant::now() >= self.until {
                        return best(fixes);
                    }
                    let mut changed = run.clone();
                    changed[at] = other;
                    if !self.pairs_stand(&changed, at) {
                        continue;
                    }
                    counted += 1;
                    let phrase: String = changed[window.clone()].iter().collect();
                    let documents = self.lexicon.documents_with_phrase(&phrase);
                    if documents > 0 {
                        let written =
                            self.written(typed, &run, at, other, &phrase, at - window.start);
                        let gain = (documents as f32).ln_1p() - cost;
                        fixes.push(Fix {
                            text: written,
                            gain,
                            is_whole_again: is_whole && run.len() > 2,
                        });
                    }
                }
            }
            if !fixes.is_empty() {
                break;
            }
        }
        best(fixes)
    }

    fn stands(&self, run: &[char], window: std::ops::Range<usize>) -> bool {
        self.lexicon
            .documents_with_phrase(&run[window].iter().collect::<String>())
            > 0
    }

    /// Whether the pairs around the changed place are in the index at all: a look-up each, no phrase counted.
    fn pairs_stand(&self, run: &[char], at: usize) -> bool {
        let pair = |from: usize| {
            self.lexicon
                .documents_with(&run[from..from + 2].iter().collect::<String>())
                > 0
        };
        (at == 0 || pair(at - 1)) && (at + 1 == run.len() || pair(at))
    }

    /// `typed` with its `at`th character replaced by `other`, in the script that is typed, as documents write it.
    fn written(
        &self,
        typed: &str,
        run: &[char],
        at: usize,
        other: char,
        phrase: &str,
        in_phrase: usize,
    ) -> String {
        let script = script_of(typed);
        let character = if script == Some(Language::SimplifiedChinese) {
            other
        } else {
            let written = self.lexicon.as_written(phrase, script);
            let found = written.and_then(|text| {
                text.chars()
                    .filter(|character| is_han(*character))
                    .nth(in_phrase)
            });
            match found {
                Some(found)
                    if folded(found) == other
                        && (found != other || script.is_none() || !is_simplified(other)) =>
                {
                    found
                }
                _ if script == Some(Language::TraditionalChinese) => traditional_of(other),
                _ => other,
            }
        };
        let mut seen = 0;
        let replace = |one: char| {
            if !is_han(one) {
                return one;
            }
            seen += 1;
            if seen == at + 1 { character } else { one }
        };
        let text: String = typed.chars().map(replace).collect();
        debug_assert_eq!(seen, run.len());
        text
    }
}

/// The end of the run of units that is corrected in one: ideographs typed without a space between them, or one unit.
fn run_end(cut: &Cut, start: usize) -> usize {
    let units = cut.units();
    let is_han = |index: usize| units[index].kind == UnitKind::Ideograph;
    let mut end = start + 1;
    let follows = |index: usize| units[index].source().start == units[index - 1].source().end;
    while is_han(start) && end < units.len() && is_han(end) && follows(end) {
        end += 1;
    }
    end
}

/// `text` with the best fix in each part, then with the next ones.
fn combined(text: &str, parts: &[(std::ops::Range<usize>, Vec<Fix>)]) -> Vec<Fix> {
    let most = parts
        .iter()
        .map(|(_, fixes)| fixes.len())
        .max()
        .unwrap_or(0);
    (0..most)
        .map(|choice| {
            let mut corrected = String::new();
            let mut copied = 0;
            let (mut gain, mut is_whole_again) = (0.0, false);
            for (source, fixes) in parts {
                let Some(fix) = fixes.get(choice).or_else(|| fixes.first()) else {
                    continue;
                };
                corrected.push_str(&text[copied..source.start]);
                corrected.push_str(&fix.text);
                copied = source.end;
                gain += fix.gain;
                is_whole_again |= fix.is_whole_again;
            }
            corrected.push_str(&text[copied..]);
            Fix {
                text: corrected,
                gain,
                is_whole_again,
            }
        })
        .collect()
}

fn best(mut fixes: Vec<Fix>) -> Vec<Fix> {
    fixes.sort_by(|one, other| {
        other
            .gain
            .total_cmp(&one.gain)
            .then_with(|| one.text.cmp(&other.text))
    });
    let mut best: Vec<Fix> = Vec::new();
    for fix in fixes {
        if best.len() < MAX_FIXES && best.iter().all(|known| known.text != fix.text) {
            best.push(fix);
        }
    }
    best
}

/// Characters that may have been meant and what it costs to think so: input methods make the first kind of mistake,
/// scanners and eyes the second.
fn alternatives(character: char) -> Vec<(char, f32)> {
    let mut alternatives: Vec<(char, f32)> = same_sound(character)
        .into_iter()
        .map(|other| (other, 0.0))
        .collect();
    for other in similar_shape(character) {
        match alternatives.iter_mut().find(|(known, _)| *known == other) {
            Some((_, cost)) => *cost -= 0.7,
            None => alternatives.push((other, 0.7)),
        }
    }
    alternatives
}

fn is_han(character: char) -> bool {
    polidex_analysis::fold::class_of(folded(character)) == polidex_analysis::fold::Class::Ideograph
}

fn is_simplified(character: char) -> bool {
    script_of(character.encode_utf8(&mut [0; 4])) == Some(Language::SimplifiedChinese)
}

fn folded(character: char) -> char {
    fold_text(character.encode_utf8(&mut [0; 4]))
        .text
        .chars()
        .next()
        .unwrap_or(character)
}

/// A Traditional form of a folded character; itself when that is what Traditional text writes.
fn traditional_of(character: char) -> char {
    /// The first form in the order of Unicode: the usual one nearly always.
    static FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let mut forms = HashMap::new();
        for form in ('\u{4E00}'..='\u{9FFF}').filter(|form| folded(*form) != *form) {
            forms.entry(folded(form)).or_insert(form);
        }
        forms
    });
    if is_simplified(character) {
        FORMS.get(&character).copied().unwrap_or(character)
    } else {
        character
    }
}

/// `word`, folded, in capitals where `typed` is.
fn in_case_of(typed: &str, word: &str) -> String {
    let is_upper = |text: &str| {
        text.chars()
            .filter(|character| character.is_alphabetic())
            .all(char::is_uppercase)
    };
    let mut letters = word.chars();
    match (typed.chars().next(), letters.next()) {
        _ if is_upper(typed) => word.to_uppercase(),
        (Some(first), Some(letter)) if first.is_uppercase() => {
            letter.to_uppercase().chain(letters).collect()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse::parse_query;

    /// Texts instead of an index.
    struct Texts(&'static [&'static str]);

    impl Texts {
        fn count(&self, holds: impl Fn(&str) -> bool) -> u64 {
            self.0
                .iter()
                .filter(|text| holds(&fold_text(text).text))
                .count() as u64
        }
    }

    impl Lexicon for Texts {
        fn documents_with(&self, gram: &str) -> u64 {
            self.count(|text| text.contains(gram))
        }

        fn documents_with_form_of(&self, word: &str) -> u64 {
            self.count(|text| text.split(' ').any(|known| known == word))
        }

        fn words_near(&self, word: &str, edits: u8) -> Vec<(String, u64)> {
            let words = self
                .0
                .iter()
                .flat_map(|text| text.split(' '))
                .map(|known| fold_text(known).text);
            let near =
                words.filter(|known| strsim::osa_distance(known, word) <= usize::from(edits));
            near.map(|known| (known.clone(), self.documents_with_form_of(&known)))
                .collect()
        }

        fn documents_with_phrase(&self, phrase: &str) -> u64 {
            self.documents_with(&fold_text(phrase).text)
        }

        fn as_written(&self, phrase: &str, _: Option<Language>) -> Option<String> {
            let text = self
                .0
                .iter()
                .find(|text| fold_text(text).text.contains(phrase))?;
            let at = fold_text(text).text.find(phrase)?;
            text.get(at..at + phrase.len()).map(str::to_owned)
        }

        fn romanized(&self, letters: &str) -> Vec<String> {
            if letters.replace(' ', "") == "xinzhishengchanli" {
                vec!["新質生產力".to_owned()]
            } else {
                Vec::new()
            }
        }
    }

    const TEXTS: Texts = Texts(&[
        "發展新質生產力 innovation policy address",
        "立法會 低空經濟 policy housing",
        "头发 發展",
    ]);

    fn first(typed: &str) -> String {
        let root = parse_query(typed).expect("short").root.expect("something");
        // A busy machine is no reason to find less here.
        candidates_within(Duration::from_secs(60), &root, &TEXTS)
            .into_iter()
            .next()
            .map(|candidate| candidate.q)
            .unwrap_or_default()
    }

    #[test]
    fn one_slip_is_mended_in_the_script_and_case_typed() {
        let cases = [
            ("polcy", "policy"),
            ("Inovation", "Innovation"),
            ("HOUSNIG", "HOUSING"),
            ("policyaddress", "policy address"),
            ("新質生產利", "新質生產力"),
            ("新质生产利", "新质生产力"),
            ("「立法惠」", "\"立法會\""),
            ("低空经计", "低空经济"),
            ("新質生產利 polcy", "新質生產力 policy"),
            ("title:polcy -housnig", "title:policy -housnig"),
            ("xinzhi shengchanli", "新質生產力"),
            ("policy", ""),
            ("新質生產力", ""),
            ("zzzzzzzz", ""),
        ];
        for (typed, expected) in cases {
            assert_eq!(first(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_character_without_a_document_in_the_script_typed_is_still_written_in_it() {
        assert_eq!(traditional_of('发'), '發');
        assert_eq!(traditional_of('里'), '里');
        assert_eq!(in_case_of("iPad", "policy"), "policy");
    }
}
