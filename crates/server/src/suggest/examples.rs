//! Queries made of a collection's own terms, to be offered as examples.
//!
//! In: everything that can be suggested. Out: for each kind of example a few queries, the best first; whoever offers one makes
//! sure that it finds something.

use polidex_analysis::language::Language;

use crate::answer::SuggestionKind;
use crate::suggest::suggester::{Entry, Suggester};

/// Queries of one kind, of which the first that finds something is offered.
const MAX_OF_A_KIND: usize = 6;
/// Names of laws, of which the one that most documents hold is offered.
const MAX_LAWS: usize = 48;
/// A term that more than one in so many documents hold says nothing of the collection ...
const COMMON: u64 = 50;
/// ... unless the collection is so small that no more than these hold it.
const FEW: u64 = 4;
/// Maximum length of an example, in columns: it stands in a row with others.
const MAX_COLUMNS: usize = 36;

/// Candidates for examples, each kind by itself.
#[derive(Debug, Default)]
pub(crate) struct Examples {
    /// Queries of one kind, the best first: a term, a quoted phrase, a term in another language.
    pub(crate) kinds: Vec<Vec<String>>,
    /// Names of laws, each with a query for an article of it.
    pub(crate) laws: Vec<(String, String)>,
}

impl Suggester {
    /// Queries for a reader of `lang` over so many documents.
    pub(crate) fn examples(&self, lang: Language, documents: u64) -> Examples {
        let other = match lang {
            Language::English => self.usual_script,
            _ => Language::English,
        };
        let phrases = self.telling(SuggestionKind::Phrase, lang, documents);
        Examples {
            kinds: Vec::from([
                self.telling(SuggestionKind::Term, lang, documents),
                quoted(phrases, lang),
                self.telling(SuggestionKind::Term, other, documents),
            ]),
            laws: self.laws(lang),
        }
    }

    /// Texts of a kind in a language that several documents hold and not too many, the most frequent first.
    fn telling(&self, kind: SuggestionKind, lang: Language, documents: u64) -> Vec<String> {
        let most = (documents / COMMON).max(FEW);
        let is_telling = |entry: &&Entry| {
            let is_of_kind = entry.kind == kind && entry.is_for(lang) && entry.documents <= most;
            is_of_kind && is_example(&entry.text, kind == SuggestionKind::Phrase)
        };
        let mut found: Vec<&Entry> = self.entries().iter().filter(is_telling).collect();
        found.sort_by(|one, other| {
            let more = other.documents.cmp(&one.documents);
            let longer = columns_of(&other.text).cmp(&columns_of(&one.text));
            more.then(longer).then_with(|| one.text.cmp(&other.text))
        });
        let written = found.into_iter().map(|entry| entry.written(lang));
        written.take(MAX_OF_A_KIND).collect()
    }

    /// Laws with short names, and their third articles.
    fn laws(&self, lang: Language) -> Vec<(String, String)> {
        let ends: &[&str] = match lang {
            Language::English => &[" Act", " Ordinance", " Law", " Code"],
            _ => &["法", "條例", "条例"],
        };
        let is_law = |entry: &&Entry| {
            let is_title = entry.kind == SuggestionKind::Title && entry.is_for(lang);
            is_title && ends.iter().any(|end| entry.text.ends_with(end)) && is_words(&entry.text)
        };
        let mut laws: Vec<&Entry> = self.entries().iter().filter(is_law).collect();
        laws.sort_by(|one, other| {
            let shorter = columns_of(&one.text).cmp(&columns_of(&other.text));
            shorter.then_with(|| one.text.cmp(&other.text))
        });
        let named = laws.into_iter().take(MAX_LAWS).map(|entry| {
            let name = entry.written(lang);
            let query = match lang {
                Language::English => format!("{name} section 3"),
                Language::TraditionalChinese => format!("{name} 第三條"),
                Language::SimplifiedChinese => format!("{name} 第三条"),
            };
            (name, query)
        });
        named.collect()
    }
}

fn quoted(phrases: Vec<String>, lang: Language) -> Vec<String> {
    let (open, close) = match lang {
        Language::TraditionalChinese => ('「', '」'),
        Language::SimplifiedChinese => ('“', '”'),
        Language::English => ('"', '"'),
    };
    let phrases = phrases.into_iter();
    phrases
        .map(|phrase| format!("{open}{phrase}{close}"))
        .collect()
}

fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Returns true for several words, or for four ideographs and more; a phrase has one word or two ideographs more.
fn is_example(text: &str, is_phrase: bool) -> bool {
    let more = usize::from(is_phrase);
    let is_long = match text.is_ascii() {
        true => text.split(' ').count() >= 2 + more,
        false => text.chars().count() >= 4 + 2 * more,
    };
    is_long && is_words(text)
}

/// Returns true for a text of letters and ideographs that is no longer than an example.
fn is_words(text: &str) -> bool {
    let is_word = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '’' | '\'');
    columns_of(text) <= MAX_COLUMNS && text.chars().all(is_word)
}
