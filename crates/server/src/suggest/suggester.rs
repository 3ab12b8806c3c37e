//! Looks through everything that can be suggested.
//!
//! In: the first characters of a query. Out: [`Suggestion`]s: those that start so, then those with a word that starts so,
//! then those that contain it; last those whose Han characters sound so, for a user who types `xinzhi` or `xzscl` and means
//! 新質生產力. Two suggestions that fold to the same text are one, shown in the script of the query.

use std::cmp::Reverse;
use std::collections::HashMap;

use polidex_analysis::han::cut_words;
use polidex_analysis::language::Language;
use polidex_analysis::sounds::{Reach, Romanization, readings, romanizes};
use serde::{Deserialize, Serialize};

use crate::answer::{Suggestion, SuggestionKind};
use crate::query::expand::tables::Concept;
use crate::suggest::collection::Collection;
use crate::suggest::script::in_script;
use crate::suggest::text::{MIN_LETTERS, is_ideograph, letters_of, normalized, script_of};

/// Maximum length of a query that is completed, in characters: nobody types more before choosing.
const MAX_TYPED_CHARS: usize = 64;
/// Minimum number of letters that name a term as a whole: two syllables.
const MIN_LETTERS_OF_TERM: usize = 2 * MIN_LETTERS;
/// Maximum number of suggestions of one kind while there are others.
const MAX_OF_A_KIND: usize = 6;

/// A text to suggest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) text: String,
    pub(super) lang: Language,
    /// Text in the other script.
    pub(super) twin: Option<(String, Language)>,
    pub(super) kind: SuggestionKind,
    pub(super) documents: u64,
}

impl Entry {
    /// Returns the text in `script` if the entry has both.
    fn in_script(&self, script: Language) -> (&str, Language) {
        match &self.twin {
            Some((text, lang)) if *lang == script => (text, *lang),
            _ => (&self.text, self.lang),
        }
    }

    /// Returns true for a text in `lang`; Chinese is of both scripts.
    pub(super) fn is_for(&self, lang: Language) -> bool {
        (self.lang == Language::English) == (lang == Language::English)
    }

    /// The text in `lang`, which it is for.
    pub(super) fn written(&self, lang: Language) -> String {
        match lang {
            Language::English => self.text.clone(),
            _ => in_script(self.in_script(lang).0, lang),
        }
    }

    fn suggestion(&self, script: Language) -> Suggestion {
        let (text, lang) = self.in_script(script);
        let (text, lang) = match lang {
            Language::English => (text.to_owned(), lang),
            _ => (in_script(text, script), script),
        };
        Suggestion {
            text,
            kind: self.kind,
            lang: lang.tag().to_owned(),
            documents: Some(self.documents),
        }
    }

    /// Orders entries that fit a query equally well.
    fn rank(&self) -> (SuggestionKind, Reverse<u64>, usize, &str) {
        let len_chars = self.text.chars().count();
        (self.kind, Reverse(self.documents), len_chars, &self.text)
    }
}

/// Closeness of an entry to the query, the closest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    StartsEntry,
    /// A word of the entry starts so, or all of the entry sounds so.
    StartsWord,
    Inside,
    SoundsFromStart,
    SoundsInside,
}

/// Everything that can be suggested, ready to be searched.
#[derive(Debug, Default)]
pub(crate) struct Suggester {
    entries: Vec<Entry>,
    /// Texts of the entries folded, each with a line break behind it.
    folded: String,
    /// First byte of each entry in `folded`.
    entry_starts: Vec<u32>,
    /// First byte of each word in `folded`; for a Han word with the letters that it may be typed with, a bit each.
    word_starts: Vec<(u32, u32)>,
    /// Script of most Chinese documents, for a query that does not tell.
    pub(super) usual_script: Language,
}

impl Suggester {
    pub(super) fn new(usual_script: Language) -> Self {
        Self {
            usual_script,
            ..Self::default()
        }
    }

    /// Adds an entry, whose text folds to `folded`, and returns its index.
    pub(super) fn add(&mut self, entry: Entry, folded: &str) -> usize {
        let start = self.folded.len();
        let words = word_starts(folded).into_iter();
        self.word_starts
            .extend(words.map(|(at, initials)| ((start + at) as u32, initials)));
        self.entry_starts.push(start as u32);
        self.folded.push_str(folded);
        self.folded.push('\n');
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// All entries, in the order in which they were added.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn entry(&self, index: usize) -> &Entry {
        &self.entries[index]
    }

    pub(super) fn entry_mut(&mut self, index: usize) -> &mut Entry {
        &mut self.entries[index]
    }

    /// Bytes of folded text held.
    pub(super) fn folded_bytes(&self) -> usize {
        self.folded.len()
    }

    /// Returns at most `limit` completions of `typed`. Empty if that is too short to tell. Chinese is in the script of what is
    /// typed; where that does not tell, in `script`, and without one in that of the collection.
    pub(crate) fn suggest(
        &self,
        typed: &str,
        limit: usize,
        script: Option<Language>,
    ) -> Vec<Suggestion> {
        let typed = typed.trim_start();
        if typed.chars().count() > MAX_TYPED_CHARS {
            return Vec::new();
        }
        let script = script_of(typed)
            .filter(|script| *script != Language::English)
            .or(script)
            .unwrap_or(self.usual_script);
        let mut found = self.complete(typed, limit, script, |_| true);
        if found.len() < limit {
            found.extend(self.complete_last_word(typed, limit - found.len(), script));
        }
        found
    }

    /// Completions of the last word of `typed`: the words before are settled.
    fn complete_last_word(&self, typed: &str, limit: usize, script: Language) -> Vec<Suggestion> {
        let words = typed.trim_end().rsplit_once(char::is_whitespace);
        let Some((head, last)) = words else {
            return Vec::new();
        };
        let is_word = |kind| matches!(kind, SuggestionKind::Term | SuggestionKind::Phrase);
        let completions = self.complete(last, limit, script, is_word).into_iter();
        completions
            .map(|suggestion| Suggestion {
                text: format!("{} {}", head.trim_end(), suggestion.text),
                documents: None,
                ..suggestion
            })
            .collect()
    }

    /// Returns the Han terms and phrases that `typed` romanizes as a whole, the most frequent first: the ones meant by a user
    /// who forgot to turn the input method on.
    pub(crate) fn romanized(&self, typed: &str, limit: usize) -> Vec<String> {
        let Some(letters) = letters_of_term(typed) else {
            return Vec::new();
        };
        let mut found: Vec<&Entry> = self
            .soundings(&letters)
            .filter(|sounding| sounding.starts_entry && sounding.covers_rest)
            .map(|sounding| &self.entries[sounding.entry])
            .collect();
        found.sort_by_key(|entry| (entry.kind, Reverse(entry.documents)));
        let text = |entry: &Entry| entry.in_script(self.usual_script).0.to_owned();
        found.into_iter().take(limit).map(text).collect()
    }

    fn complete(
        &self,
        typed: &str,
        limit: usize,
        script: Language,
        is_wanted: impl Fn(SuggestionKind) -> bool,
    ) -> Vec<Suggestion> {
        let needle = normalized(typed);
        let has_ideograph = needle.chars().any(is_ideograph);
        if needle.is_empty() || !has_ideograph && needle.chars().count() < MIN_LETTERS {
            return Vec::new();
        }
        let fits = self.fits(&needle).into_iter();
        let mut ranked: Vec<(Fit, &Entry)> = fits
            .map(|(entry, fit)| (fit, &self.entries[entry]))
            .filter(|(_, entry)| is_wanted(entry.kind) && normalized(&entry.text) != needle)
            .collect();
        ranked.sort_by_cached_key(|(fit, entry)| (*fit, entry.rank()));
        let best = first_of_each_kind(ranked.into_iter().map(|(_, entry)| entry), limit);
        let best = best.into_iter();
        best.map(|entry| entry.suggestion(script)).collect()
    }

    /// Returns the entries that fit `needle`, each with its best fit.
    fn fits(&self, needle: &str) -> HashMap<usize, Fit> {
        let mut fits: HashMap<usize, Fit> = HashMap::new();
        let mut add = |entry: usize, fit: Fit| {
            fits.entry(entry)
                .and_modify(|best| *best = fit.min(*best))
                .or_insert(fit);
        };
        for (at, _) in self.folded.match_indices(needle) {
            let entry = self.entry_at(at);
            add(entry, self.fit_at(at, entry));
        }
        if let Some(letters) = letters_of(needle) {
            self.soundings(&letters)
                .for_each(|sounding| add(sounding.entry, sounding.fit()));
        }
        fits
    }

    fn fit_at(&self, byte: usize, entry: usize) -> Fit {
        if self.entry_starts[entry] as usize == byte {
            return Fit::StartsEntry;
        }
        let word = self
            .word_starts
            .binary_search_by_key(&(byte as u32), |(start, _)| *start);
        match word {
            Ok(_) => Fit::StartsWord,
            Err(_) => Fit::Inside,
        }
    }

    /// Returns every run of Han words whose beginning `letters` romanize.
    fn soundings(&self, letters: &str) -> impl Iterator<Item = Sounding> {
        let first = letters.bytes().next().map_or(0, letter_bit);
        self.word_starts
            .iter()
            .filter(move |(_, initials)| initials & first != 0)
            .filter_map(move |(start, _)| self.sounding_at(*start, letters))
    }

    fn sounding_at(&self, start: u32, letters: &str) -> Option<Sounding> {
        // On the stack: a query compares thousands of runs.
        let mut characters = ['\0'; MAX_TYPED_CHARS];
        let mut count = 0;
        let mut end = start as usize;
        let run = self.folded[end..]
            .chars()
            .take_while(|character| is_ideograph(*character));
        for (slot, character) in characters.iter_mut().zip(run) {
            *slot = character;
            count += 1;
            end += character.len_utf8();
        }
        let reach = reach_of(letters, &characters[..count])?;
        let entry = self.entry_at(start as usize);
        let ends_entry = self.folded.as_bytes().get(end) == Some(&b'\n');
        Some(Sounding {
            entry,
            starts_entry: self.entry_starts[entry] == start,
            covers_rest: ends_entry && reach == Reach::Covers,
        })
    }

    fn entry_at(&self, byte: usize) -> usize {
        self.entry_starts
            .partition_point(|start| *start as usize <= byte)
            - 1
    }
}

/// A run of Han words whose beginning some letters romanize.
struct Sounding {
    entry: usize,
    starts_entry: bool,
    /// The letters romanize everything from the run's first character to the entry's end.
    covers_rest: bool,
}

impl Sounding {
    fn fit(&self) -> Fit {
        match (self.starts_entry, self.covers_rest) {
            (true, true) => Fit::StartsWord,
            (true, false) => Fit::SoundsFromStart,
            (false, _) => Fit::SoundsInside,
        }
    }
}

/// Returns the glossary terms that `typed` romanizes as a whole and that some document holds: stands in for
/// [`Suggester::romanized`] while the suggestions are not read yet.
pub(crate) fn romanized_terms(
    typed: &str,
    terms: &[Concept],
    collection: &dyn Collection,
) -> Vec<String> {
    let Some(letters) = letters_of_term(typed) else {
        return Vec::new();
    };
    let is_romanized = |form: &&String| {
        let characters: Vec<char> = normalized(form).chars().collect();
        reach_of(&letters, &characters) == Some(Reach::Covers)
    };
    terms
        .iter()
        .flat_map(|term| term.traditional.iter().find(is_romanized))
        .filter(|form| collection.phrase_documents(form) > 0)
        .take(MAX_OF_A_KIND)
        .cloned()
        .collect()
}

/// Returns the letters typed if there are enough to name a whole term.
fn letters_of_term(typed: &str) -> Option<String> {
    letters_of(&normalized(typed)).filter(|letters| letters.len() >= MIN_LETTERS_OF_TERM)
}

/// Returns how far `letters` romanize `characters`, by the romanization that reaches farthest.
fn reach_of(letters: &str, characters: &[char]) -> Option<Reach> {
    let reach = |kind| romanizes(letters, characters, kind);
    Romanization::ALL.into_iter().filter_map(reach).max()
}

/// Returns the first byte of each word of a normalized text; of a Han word also the letters that it may be typed with.
fn word_starts(folded: &str) -> Vec<(usize, u32)> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(character) = folded[at..].chars().next() {
        if character == ' ' {
            at += 1;
            continue;
        }
        let is_han = is_ideograph(character);
        let ends_run = |next: char| next == ' ' || is_ideograph(next) != is_han;
        let end = folded[at..]
            .find(ends_run)
            .map_or(folded.len(), |len| at + len);
        if is_han {
            add_han_words(&folded[at..end], at, &mut starts);
        } else {
            starts.push((at, 0));
        }
        at = end;
    }
    starts
}

fn add_han_words(run: &str, start: usize, starts: &mut Vec<(usize, u32)>) {
    let mut at = start;
    for word in cut_words(run) {
        starts.push((at, word.chars().next().map_or(0, initials_of)));
        at += word.len();
    }
}

/// Returns the first letters of a character's readings, a bit each.
fn initials_of(character: char) -> u32 {
    let sounds = Romanization::ALL
        .into_iter()
        .flat_map(|kind| readings(character, kind));
    sounds
        .filter_map(|sound| sound.bytes().next())
        .filter(u8::is_ascii_lowercase)
        .fold(0, |initials, letter| initials | letter_bit(letter))
}

fn letter_bit(letter: u8) -> u32 {
    1 << (letter - b'a')
}

/// Returns the first `limit` entries; no kind takes all places while others wait.
fn first_of_each_kind<'a>(ranked: impl Iterator<Item = &'a Entry>, limit: usize) -> Vec<&'a Entry> {
    let mut counts: HashMap<SuggestionKind, usize> = HashMap::new();
    let (mut first, mut later): (Vec<_>, Vec<_>) = ranked.enumerate().partition(|(_, entry)| {
        let count = counts.entry(entry.kind).or_default();
        *count += 1;
        *count <= MAX_OF_A_KIND
    });
    first.truncate(limit);
    later.truncate(limit - first.len());
    first.extend(later);
    first.sort_by_key(|(rank, _)| *rank);
    first.into_iter().map(|(_, entry)| entry).collect()
}
