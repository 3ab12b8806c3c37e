//! Offers other spellings of a query that finds nothing or little; never applies one.
//!
//! In: the clauses as typed and a [`Lexicon`], the index's own terms. Out: whole queries, the likeliest first; the engine counts
//! what one finds before it is offered. An English word that no document has is compared with those that documents have, by
//! edit distance and frequency. In a run of Han characters that no document has, one character is replaced by one that sounds
//! or looks alike, if documents have the run then, or a hundred times as many of them. Letters that romanize a Han term name it. Excluded words (`-word`) and the
//! publisher are left alone. Bounded in candidates and in time.

use std::ops::Range;
use std::time::{Duration, Instant};

use polidex_analysis::language::Language;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

use crate::query::parse::{Clause, SearchField};
use crate::suggest::characters::{alternatives, folded, is_han, is_simplified, traditional_of};
use crate::suggest::text::script_of;

/// Maximum number of queries offered for a count.
const MAX_CANDIDATES: usize = 6;
/// Maximum number of other spellings of one word or run.
const MAX_FIXES: usize = 3;
/// Minimum length of an English word that is corrected: shorter ones are near everything.
const MIN_LETTERS: usize = 4;
/// Minimum length of a word that may be two edits away.
const LETTERS_FOR_TWO_EDITS: usize = 6;
/// Maximum length of a run of Han characters that is corrected.
const MAX_RUN: usize = 16;
/// Maximum number of phrases counted for one run.
const MAX_PHRASES: usize = 96;
/// A word that more documents than this hold is spelled as meant.
const RARE: u64 = 2;
/// Factor by which another word must be more frequent than the one typed.
const FAR_MORE: u64 = 100;
/// Subtracted from the gain for each edit, in logarithms of documents.
const EDIT_COST: f32 = 2.5;
/// Subtracted from the gain if the first letter differs: people get that one right.
const FIRST_LETTER_COST: f32 = 1.5;
/// Subtracted from the gain of two words for one.
const SPLIT_COST: f32 = 1.5;
/// Time after which the search for spellings ends with what it has.
const TIME: Duration = Duration::from_millis(150);

/// Terms of an index, as corrections need them.
pub(crate) trait Lexicon {
    /// Number of documents that hold a word as it is written, or a pair of ideographs; folded.
    fn documents_with(&self, gram: &str) -> u64;
    /// Number of documents that hold a word in any form.
    fn documents_with_form_of(&self, word: &str) -> u64;
    /// Words as they are written, folded, within `edits` of `word`, each with its number of documents.
    fn words_near(&self, word: &str, edits: u8) -> Vec<(String, u64)>;
    /// Number of documents that hold a phrase.
    fn documents_with_phrase(&self, phrase: &str) -> u64;
    /// A phrase as a document writes it, one in `script` if there is one.
    fn as_written(&self, phrase: &str, script: Option<Language>) -> Option<String>;
    /// Han terms that letters romanize as a whole.
    fn romanized(&self, letters: &str) -> Vec<String>;
}

/// A query that may find more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Query in canonical syntax.
    pub(crate) q: String,
    /// The correction mends a run that no document has in one piece: better even if its parts alone find as many documents.
    pub(crate) is_whole_again: bool,
}

impl Candidate {
    /// Returns `root` with the texts of its clauses replaced by the fixes chosen for them.
    fn of(root: &Clause, chosen: &[Option<&Fix>]) -> Self {
        let mut fixes = chosen.iter();
        let corrected = rewrite(root, &mut |text| match fixes.next() {
            Some(Some(fix)) => fix.text.clone(),
            _ => text.to_owned(),
        });
        Self {
            q: corrected.to_string(),
            is_whole_again: chosen.iter().flatten().any(|fix| fix.is_whole_again),
        }
    }
}

/// Another spelling of one clause's text.
#[derive(Clone, Debug)]
struct Fix {
    text: String,
    /// Logarithm of the documents that hold it, less costs: the greater, the likelier.
    gain: f32,
    is_whole_again: bool,
}

impl Fix {
    fn new(text: String, gain: f32) -> Self {
        Self {
            text,
            gain,
            is_whole_again: false,
        }
    }
}

/// Returns other spellings of `root`, the likeliest first.
pub(crate) fn candidates(root: &Clause, lexicon: &dyn Lexicon) -> Vec<Candidate> {
    candidates_within(TIME, root, lexicon)
}

fn candidates_within(time: Duration, root: &Clause, lexicon: &dyn Lexicon) -> Vec<Candidate> {
    let corrector = Corrector {
        lexicon,
        until: Instant::now() + time,
    };
    let mut fixes: Vec<Vec<Fix>> = Vec::new();
    visit(root, &mut |text| fixes.push(corrector.fixes(text)));
    let mut candidates: Vec<Candidate> = Vec::new();
    for choice in choices(&fixes).into_iter().take(MAX_CANDIDATES) {
        let chosen = chosen(&fixes, choice);
        if chosen.iter().any(Option::is_some) {
            push_new(&mut candidates, Candidate::of(root, &chosen));
        }
    }
    candidates
}

/// The fix chosen for each text.
fn chosen(fixes: &[Vec<Fix>], choice: impl IntoIterator<Item = usize>) -> Vec<Option<&Fix>> {
    let chosen = fixes.iter().zip(choice);
    chosen.map(|(fixes, index)| fixes.get(index)).collect()
}

fn push_new(candidates: &mut Vec<Candidate>, candidate: Candidate) {
    if candidates.iter().all(|known| known.q != candidate.q) {
        candidates.push(candidate);
    }
}

/// Returns combinations of fixes, an index for each clause: the best of every clause together; then each clause's next ones,
/// the others at their best.
fn choices(fixes: &[Vec<Fix>]) -> Vec<Vec<usize>> {
    let best = vec![0; fixes.len()];
    let mut choices = vec![best.clone()];
    for (clause, fixes) in fixes.iter().enumerate() {
        for choice in 1..fixes.len() {
            let mut other = best.clone();
            other[clause] = choice;
            choices.push(other);
        }
    }
    choices
}

/// Calls `see` with the texts that may be misspelt, in order.
fn visit(clause: &Clause, see: &mut dyn FnMut(&str)) {
    match clause {
        Clause::Words(text) | Clause::Phrase(text, _) => see(text),
        Clause::In(SearchField::Title, inner) => visit(inner, see),
        Clause::And(clauses, _) | Clause::Or(clauses) => {
            clauses.iter().for_each(|clause| visit(clause, see))
        }
        Clause::Prefix(_)
        | Clause::Not(_)
        | Clause::In(SearchField::Publisher | SearchField::Number | SearchField::Cites, _) => {}
    }
}

/// Returns `clause` with those texts changed, in the order of [`visit`].
fn rewrite(clause: &Clause, change: &mut dyn FnMut(&str) -> String) -> Clause {
    match clause {
        Clause::And(clauses, typed) => Clause::And(rewrite_all(clauses, change), *typed),
        Clause::Or(clauses) => Clause::Or(rewrite_all(clauses, change)),
        Clause::Words(text) => Clause::Words(change(text)),
        Clause::Phrase(text, slop) => Clause::Phrase(change(text), *slop),
        Clause::In(SearchField::Title, inner) => {
            Clause::In(SearchField::Title, Box::new(rewrite(inner, change)))
        }
        Clause::Prefix(_)
        | Clause::Not(_)
        | Clause::In(SearchField::Publisher | SearchField::Number | SearchField::Cites, _) => {
            clause.clone()
        }
    }
}

fn rewrite_all(clauses: &[Clause], change: &mut dyn FnMut(&str) -> String) -> Vec<Clause> {
    let clauses = clauses.iter();
    clauses.map(|clause| rewrite(clause, change)).collect()
}

struct Corrector<'a> {
    lexicon: &'a dyn Lexicon,
    until: Instant,
}

impl Corrector<'_> {
    /// Returns other spellings of a clause's text, the likeliest first.
    fn fixes(&self, text: &str) -> Vec<Fix> {
        let cut = cut_text(text);
        let of_parts = combined(text, &self.fixes_of_parts(text, &cut));
        // Letters that spell a whole term say more than letters that are near a word.
        let mut fixes = self.romanized_fixes(text, &cut);
        fixes.extend(of_parts);
        fixes.truncate(MAX_FIXES);
        fixes
    }

    /// Returns the words and Han runs of a text that have other spellings.
    fn fixes_of_parts(&self, text: &str, cut: &Cut) -> Vec<(Range<usize>, Vec<Fix>)> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < cut.units().len() {
            let end = run_end(cut, at);
            let source = cut.units()[at].source().start..cut.units()[end - 1].source().end;
            let fixes = self.fixes_of_part(cut, at..end, &text[source.clone()]);
            if !fixes.is_empty() {
                parts.push((source, fixes));
            }
            at = end;
        }
        parts
    }

    /// Returns other spellings of a word or a Han run.
    fn fixes_of_part(&self, cut: &Cut, units: Range<usize>, typed: &str) -> Vec<Fix> {
        let first = &cut.units()[units.start];
        match first.kind {
            UnitKind::Ideograph if (2..=MAX_RUN).contains(&units.len()) => {
                self.run_fixes(&self.run(cut, units, typed))
            }
            UnitKind::Word => self.word_fixes(cut.text(first), typed),
            UnitKind::Ideograph | UnitKind::Number | UnitKind::Mark => Vec::new(),
        }
    }

    /// Returns the Han terms that a text of Latin words romanizes, if documents lack one of the words.
    fn romanized_fixes(&self, text: &str, cut: &Cut) -> Vec<Fix> {
        let units = cut.units();
        let is_latin = units.iter().all(|unit| unit.kind == UnitKind::Word);
        let mut words = units.iter().map(|unit| cut.text(unit));
        let is_missing = |word: &str| self.lexicon.documents_with_form_of(word) == 0;
        if !is_latin || !words.any(is_missing) {
            return Vec::new();
        }
        let terms = self.lexicon.romanized(text).into_iter();
        terms
            .take(MAX_FIXES)
            .map(|term| Fix::new(term, 0.0))
            .collect()
    }

    fn word_fixes(&self, word: &str, typed: &str) -> Vec<Fix> {
        if word.chars().count() < MIN_LETTERS || !is_alphabetic(word) {
            return Vec::new();
        }
        // A stem is shared by words that are spelled otherwise: *employement* is no form of *employ*.
        let known = self.lexicon.documents_with(word);
        if known > RARE || self.is_late() {
            return Vec::new();
        }
        let mut fixes = self.near_fixes(word, typed, known);
        if known == 0 {
            fixes.extend(self.split(word));
        }
        best(fixes)
    }

    /// Words near a word that stands in `known` documents, which stand in far more.
    fn near_fixes(&self, word: &str, typed: &str, known: u64) -> Vec<Fix> {
        let letters = word.chars().count();
        let edits = 1 + u8::from(letters >= LETTERS_FOR_TWO_EDITS);
        let mut fixes = Vec::new();
        for (near, documents) in self.lexicon.words_near(word, edits) {
            if near != word && is_alphabetic(&near) && documents > known * FAR_MORE {
                let gain = gain_of_near(word, &near, documents);
                fixes.push(Fix::new(in_case_of(typed, &near), gain));
            }
        }
        fixes
    }

    /// Returns two words that were typed as one.
    fn split(&self, word: &str) -> Option<Fix> {
        let mut best: Option<Fix> = None;
        for (at, _) in word.char_indices().skip(2) {
            let (head, tail) = word.split_at(at);
            if !self.is_word(head) || !self.is_word(tail) || self.is_late() {
                continue;
            }
            let text = format!("{head} {tail}");
            let documents = self.lexicon.documents_with_phrase(&text);
            let gain = log_of(documents) - SPLIT_COST;
            if documents > 0 && best.as_ref().is_none_or(|best| gain > best.gain) {
                best = Some(Fix::new(text, gain));
            }
        }
        best
    }

    fn is_word(&self, text: &str) -> bool {
        text.chars().count() >= 2 && self.lexicon.documents_with(text) > 0
    }

    fn run<'a>(&self, cut: &Cut, units: Range<usize>, typed: &'a str) -> Run<'a> {
        let folded = cut.units()[units].iter();
        let characters: Vec<char> = folded
            .filter_map(|unit| cut.text(unit).chars().next())
            .collect();
        let phrase: String = characters.iter().collect();
        Run {
            typed,
            documents: self.lexicon.documents_with_phrase(&phrase),
            characters,
        }
    }

    /// Returns the run with one character replaced, if documents hold it then, or else the five characters around the place.
    fn run_fixes(&self, run: &Run<'_>) -> Vec<Fix> {
        if run.documents > RARE {
            return Vec::new();
        }
        let mut phrases_left = MAX_PHRASES;
        // What documents hold in one piece, though few, is not looked for in pieces.
        let widths: &[bool] = if run.documents == 0 {
            &[true, false]
        } else {
            &[true]
        };
        for is_whole in widths.iter().copied() {
            let fixes = self.replacements(run, is_whole, &mut phrases_left);
            if !fixes.is_empty() {
                return best(fixes);
            }
        }
        Vec::new()
    }

    fn replacements(&self, run: &Run<'_>, is_whole: bool, phrases_left: &mut usize) -> Vec<Fix> {
        let len = run.characters.len();
        let mut fixes = Vec::new();
        let pairs = self.pairs(&run.characters);
        for at in 0..len {
            let window = if is_whole {
                0..len
            } else {
                at.saturating_sub(2)..(at + 3).min(len)
            };
            // A phrase stands in no more documents than any pair of it.
            let mut kept =
                (window.start..window.end - 1).filter(|pair| *pair != at && pair + 1 != at);
            if !kept.all(|pair| run.is_far_more(pairs[pair]))
                || !self.can_replace_in(run, &window, is_whole)
            {
                continue;
            }
            for (other, cost) in alternatives(run.characters[at]) {
                if *phrases_left == 0 || self.is_late() {
                    return fixes;
                }
                let changed = run.with(at, other);
                if self.has_pairs(run, &changed, at) {
                    *phrases_left -= 1;
                    let replacement = Replacement {
                        run,
                        at,
                        other,
                        in_phrase: at - window.start,
                        phrase: changed[window.clone()].iter().collect(),
                    };
                    fixes.extend(self.replacement_fix(&replacement, is_whole, cost));
                }
            }
        }
        fixes
    }

    /// Returns true for a window of a run that is wide enough, and that no document holds as it is.
    fn can_replace_in(&self, run: &Run<'_>, window: &Range<usize>, is_whole: bool) -> bool {
        let is_narrow = window.len() < 3 && run.characters.len() > 2;
        !is_narrow && (is_whole || !self.is_held(&run.characters[window.clone()]))
    }

    fn replacement_fix(&self, made: &Replacement<'_>, is_whole: bool, cost: f32) -> Option<Fix> {
        let documents = self.lexicon.documents_with_phrase(&made.phrase);
        made.run.is_far_more(documents).then(|| Fix {
            text: made.run.typed_with(made.at, self.as_written(made)),
            gain: log_of(documents) - cost,
            is_whole_again: is_whole && made.run.characters.len() > 2,
        })
    }

    fn is_held(&self, characters: &[char]) -> bool {
        let phrase: String = characters.iter().collect();
        self.lexicon.documents_with_phrase(&phrase) > 0
    }

    /// Number of documents that hold each pair of neighbours.
    fn pairs(&self, characters: &[char]) -> Vec<u64> {
        let pairs = characters.windows(2).map(|pair| pair.iter().collect());
        pairs
            .map(|pair: String| self.lexicon.documents_with(&pair))
            .collect()
    }

    /// Returns whether far more documents than hold `run` hold the pairs around its changed character: one look-up each, no
    /// phrase counted.
    fn has_pairs(&self, run: &Run<'_>, changed: &[char], at: usize) -> bool {
        let has_pair = |from: usize| {
            let pair: String = changed[from..from + 2].iter().collect();
            run.is_far_more(self.lexicon.documents_with(&pair))
        };
        (at == 0 || has_pair(at - 1)) && (at + 1 == changed.len() || has_pair(at))
    }

    /// Returns the new character in the script that is typed, as documents write it.
    fn as_written(&self, made: &Replacement<'_>) -> char {
        let script = script_of(made.run.typed);
        if script == Some(Language::SimplifiedChinese) {
            return made.other;
        }
        let written = self.lexicon.as_written(&made.phrase, script);
        let found = written.and_then(|text| nth_han(&text, made.in_phrase));
        let fits_script =
            |found: char| found != made.other || script.is_none() || !is_simplified(made.other);
        match found {
            Some(found) if folded(found) == made.other && fits_script(found) => found,
            _ if script == Some(Language::TraditionalChinese) => traditional_of(made.other),
            _ => made.other,
        }
    }

    fn is_late(&self) -> bool {
        Instant::now() >= self.until
    }
}

/// A run of Han characters.
struct Run<'a> {
    typed: &'a str,
    /// Characters folded.
    characters: Vec<char>,
    /// Number of documents that hold it in one piece.
    documents: u64,
}

impl Run<'_> {
    /// Returns whether so many documents are far more than hold the run.
    fn is_far_more(&self, documents: u64) -> bool {
        documents > self.documents * FAR_MORE
    }

    fn with(&self, at: usize, other: char) -> Vec<char> {
        let mut changed = self.characters.clone();
        changed[at] = other;
        changed
    }

    /// Returns the text as typed with its `at`th Han character replaced.
    fn typed_with(&self, at: usize, character: char) -> String {
        let mut seen = 0;
        let replace = |one: char| {
            if !is_han(one) {
                return one;
            }
            seen += 1;
            if seen == at + 1 { character } else { one }
        };
        let text: String = self.typed.chars().map(replace).collect();
        debug_assert_eq!(seen, self.characters.len());
        text
    }
}

/// A run with one character replaced.
struct Replacement<'a> {
    run: &'a Run<'a>,
    /// Index of the character in the run.
    at: usize,
    /// New character, folded.
    other: char,
    /// Changed characters that documents are counted for.
    phrase: String,
    /// Index of the character in the phrase.
    in_phrase: usize,
}

fn nth_han(text: &str, index: usize) -> Option<char> {
    text.chars()
        .filter(|character| is_han(*character))
        .nth(index)
}

/// Returns the end of the run of units that is corrected in one: adjacent ideographs, or one unit.
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

/// Returns `text` with the best fix in each part, then with the next ones.
fn combined(text: &str, parts: &[(Range<usize>, Vec<Fix>)]) -> Vec<Fix> {
    let counts = parts.iter().map(|(_, fixes)| fixes.len());
    (0..counts.max().unwrap_or(0))
        .map(|choice| combination(text, parts, choice))
        .collect()
}

fn combination(text: &str, parts: &[(Range<usize>, Vec<Fix>)], choice: usize) -> Fix {
    let mut whole = Fix::new(String::new(), 0.0);
    let mut copied = 0;
    for (source, fixes) in parts {
        let Some(fix) = fixes.get(choice).or_else(|| fixes.first()) else {
            continue;
        };
        whole.text.push_str(&text[copied..source.start]);
        whole.text.push_str(&fix.text);
        copied = source.end;
        whole.gain += fix.gain;
        whole.is_whole_again |= fix.is_whole_again;
    }
    whole.text.push_str(&text[copied..]);
    whole
}

/// Returns the fixes of the greatest gain, at most [`MAX_FIXES`].
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

fn gain_of_near(word: &str, near: &str, documents: u64) -> f32 {
    let distance = strsim::osa_distance(word, near) as f32;
    let starts_alike = near.chars().next() == word.chars().next();
    let first_letter = if starts_alike { 0.0 } else { FIRST_LETTER_COST };
    log_of(documents) - EDIT_COST * distance - first_letter
}

fn log_of(documents: u64) -> f32 {
    (documents as f32).ln_1p()
}

fn is_alphabetic(word: &str) -> bool {
    word.chars().all(char::is_alphabetic)
}

/// Returns `word`, folded, in capitals where `typed` is.
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
    use polidex_analysis::fold::fold_text;

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
            ("低空金济", "低空经济"),
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
    fn capitals_inside_a_word_are_not_taken_over() {
        assert_eq!(in_case_of("iPad", "policy"), "policy");
    }
}
