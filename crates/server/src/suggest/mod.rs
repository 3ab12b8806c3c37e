//! Completes what is being typed: titles, headings, terms of the glossary, frequent phrases of the documents.
//!
//! In: a [`Collection`], read once, and the first characters of a query. Out: [`Suggestion`]s, best first: those that begin
//! so, then those with a word that begins so, then those that hold it; last those whose Han characters sound so, for who
//! types `xinzhi` or `xzscl` where 新質生產力 is meant. Two suggestions that fold alike are one, shown in the script that is
//! typed. Everything suggested stands in the documents. Bounded in memory and work, whatever is typed or indexed.

pub(crate) mod correct;
mod phrases;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use polidex_analysis::fold::{Class, class_of, fold_text};
use polidex_analysis::han::cut_words;
use polidex_analysis::language::{Language, ScriptCounts};
use polidex_analysis::sounds::{Romanization, readings, romanizes};
use polidex_schema::record::{DocumentRecord, Role};

use crate::answer::{Suggestion, SuggestionKind};
use crate::query::expand::tables::Concept;
use crate::suggest::phrases::PhraseCounter;

/// Fewest Latin letters that are completed; one Han character is enough.
const MIN_LETTERS: usize = 2;
/// Longest query that is completed, in characters: nobody types more before choosing.
const MAX_TYPED_CHARS: usize = 64;
/// Longest title or heading that is offered, in characters.
const MAX_TEXT_CHARS: usize = 120;
/// Bytes of folded text held at most, all suggestions together; a look through them takes 1 ms a megabyte.
const MAX_FOLDED_BYTES: usize = 8 << 20;
/// Documents read at most; of more, every second, third, … one.
const MAX_DOCUMENTS_READ: usize = 50_000;
/// Bytes of text in which phrases are counted, all documents together, and the fewest of each.
const PHRASE_BYTES: usize = 24 << 20;
const MIN_PHRASE_BYTES: usize = 1_024;
/// Phrases kept.
const MAX_PHRASES: usize = 4_000;
/// Time after which reading ends with what it has.
const READING_TIME: Duration = Duration::from_secs(60);
/// Of one list, at most so many of one kind while there are others.
const MAX_OF_A_KIND: usize = 6;

/// The documents, as suggestions are drawn from them.
pub(crate) trait Collection {
    /// How many there are.
    fn documents(&self) -> usize;
    /// Hands every `step`th document to `visit` until it says `false`.
    fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool);
    /// Documents that hold `phrase`, exact and contiguous.
    fn phrase_documents(&self, phrase: &str) -> u64;
    /// Documents of a language.
    fn language_documents(&self, language: Language) -> u64;
}

/// Something to suggest.
#[derive(Clone, Debug)]
struct Entry {
    text: String,
    lang: Language,
    /// The same in the other script.
    twin: Option<(String, Language)>,
    kind: SuggestionKind,
    documents: u64,
}

/// Everything that can be suggested, ready to be looked through.
#[derive(Debug, Default)]
pub(crate) struct Suggester {
    entries: Vec<Entry>,
    /// The entries folded, one behind the other, a line each.
    folded: String,
    /// First byte of each entry in `folded`.
    entry_starts: Vec<u32>,
    /// Every word's first byte in `folded`, and for Han words the letters with which their first character may sound.
    word_starts: Vec<(u32, u32)>,
    /// The script of most Chinese documents: for queries that tell none.
    usual_script: Language,
}

impl Suggester {
    /// Reads `collection`. Terms that no document holds are left out.
    pub(crate) fn read(collection: &dyn Collection, terms: &[Concept]) -> Self {
        let started = Instant::now();
        let count = collection.documents();
        let step = count.div_ceil(MAX_DOCUMENTS_READ).max(1);
        let sample = (PHRASE_BYTES * step / count.max(1)).max(MIN_PHRASE_BYTES);
        let mut titles: Vec<(String, Language)> = Vec::new();
        let mut headings: HashMap<String, (u64, Language)> = HashMap::new();
        let mut phrases = PhraseCounter::default();
        collection.visit(step, &mut |record, text| {
            let main = record.lang.first().copied().unwrap_or_default();
            titles.push((
                record.title.clone(),
                script_of(&record.title).unwrap_or(main),
            ));
            let mut seen = HashSet::new();
            for passage in record
                .passages
                .iter()
                .filter(|passage| matches!(passage.role, Role::Heading(_)))
            {
                let heading = text
                    .get(passage.from_byte as usize..passage.to_byte as usize)
                    .unwrap_or_default();
                let heading = one_line(heading);
                if heading != record.title && seen.insert(heading.clone()) {
                    headings.entry(heading).or_insert((0, passage.lang)).0 += 1;
                }
            }
            phrases.count(head_of(text, sample));
            started.elapsed() < READING_TIME
        });
        let mut builder = Builder::new(collection);
        for term in terms {
            builder.add_term(collection, term);
        }
        for phrase in phrases.frequent(MAX_PHRASES) {
            let documents = collection.phrase_documents(&phrase);
            let lang = script_of(&phrase).unwrap_or(builder.suggester.usual_script);
            builder.add(phrase, lang, SuggestionKind::Phrase, documents);
        }
        for (title, lang) in titles {
            builder.add(title, lang, SuggestionKind::Title, 1);
        }
        let mut headings: Vec<_> = headings.into_iter().collect();
        headings.sort_by(|(one, (few, _)), (other, (many, _))| {
            many.cmp(few).then_with(|| one.cmp(other))
        });
        for (heading, (documents, lang)) in headings {
            builder.add(heading, lang, SuggestionKind::Heading, documents);
        }
        builder.suggester
    }

    /// At most `limit` ways to go on from `typed`. Empty for what is too short to tell.
    pub(crate) fn suggest(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let typed: String = typed
            .trim_start()
            .chars()
            .take(MAX_TYPED_CHARS + 1)
            .collect();
        if typed.chars().count() > MAX_TYPED_CHARS {
            return Vec::new();
        }
        let script = script_of(&typed)
            .filter(|script| *script != Language::English)
            .unwrap_or(self.usual_script);
        let mut found = self.complete(&typed, limit, script, |_| true);
        if found.len() < limit
            && let Some((head, last)) = typed
                .trim_end()
                .rsplit_once(|space: char| space.is_whitespace())
        {
            // The words before are settled; the last one is still being typed.
            let is_word = |kind| matches!(kind, SuggestionKind::Term | SuggestionKind::Phrase);
            for mut suggestion in self.complete(last, limit - found.len(), script, is_word) {
                suggestion.text = format!("{} {}", head.trim_end(), suggestion.text);
                suggestion.documents = None;
                found.push(suggestion);
            }
        }
        found
    }

    /// Han terms and phrases that `typed` romanizes as a whole, the most frequent first: what was meant by who forgot to turn
    /// the input method on.
    pub(crate) fn romanized(&self, typed: &str, limit: usize) -> Vec<String> {
        let letters = letters_of(&normalized(typed));
        let Some(letters) = letters.filter(|letters| letters.len() >= 2 * MIN_LETTERS) else {
            return Vec::new();
        };
        let mut found: Vec<&Entry> = Vec::new();
        self.each_sounding(&letters, |entry, at_start, covers| {
            if at_start && covers {
                found.push(&self.entries[entry]);
            }
        });
        found.sort_by_key(|entry| (entry.kind, Reverse(entry.documents)));
        found
            .into_iter()
            .take(limit)
            .map(|entry| shown(entry, self.usual_script).0.to_owned())
            .collect()
    }

    fn complete(
        &self,
        typed: &str,
        limit: usize,
        script: Language,
        is_wanted: impl Fn(SuggestionKind) -> bool,
    ) -> Vec<Suggestion> {
        let needle = normalized(typed);
        let is_latin = needle
            .chars()
            .all(|character| class_of(character) != Class::Ideograph);
        if needle.is_empty() || is_latin && needle.chars().count() < MIN_LETTERS {
            return Vec::new();
        }
        // Entry and how well it fits: smaller is better.
        let mut fits: HashMap<usize, u8> = HashMap::new();
        let mut offer = |entry: usize, fit: u8| {
            fits.entry(entry)
                .and_modify(|best| *best = fit.min(*best))
                .or_insert(fit);
        };
        for (at, _) in self.folded.match_indices(needle.as_str()) {
            let entry = self.entry_at(at);
            let begins_entry = self.entry_starts[entry] as usize == at;
            let begins_word = || {
                self.word_starts
                    .binary_search_by_key(&(at as u32), |(start, _)| *start)
                    .is_ok()
            };
            offer(
                entry,
                if begins_entry {
                    0
                } else if begins_word() {
                    1
                } else {
                    2
                },
            );
        }
        if let Some(letters) = letters_of(&needle) {
            self.each_sounding(&letters, |entry, at_start, covers| {
                offer(
                    entry,
                    match (at_start, covers) {
                        (true, true) => 1,
                        (true, false) => 3,
                        (false, _) => 4,
                    },
                );
            });
        }
        let mut ranked: Vec<(u8, &Entry)> = fits
            .into_iter()
            .map(|(entry, fit)| (fit, &self.entries[entry]))
            .filter(|(_, entry)| is_wanted(entry.kind) && normalized(&entry.text) != needle)
            .collect();
        ranked.sort_by(|(fit, one), (other_fit, other)| {
            let key = |entry: &Entry| {
                (
                    entry.kind,
                    Reverse(entry.documents),
                    entry.text.chars().count(),
                )
            };
            fit.cmp(other_fit)
                .then_with(|| key(one).cmp(&key(other)))
                .then_with(|| one.text.cmp(&other.text))
        });
        mixed(ranked, limit)
            .into_iter()
            .map(|entry| {
                let (text, lang) = shown(entry, script);
                Suggestion {
                    text: text.to_owned(),
                    kind: entry.kind,
                    lang: lang.tag().to_owned(),
                    documents: Some(entry.documents),
                }
            })
            .collect()
    }

    /// Every place where words sound like `letters`: entry, whether they begin it, whether `letters` are all of it.
    fn each_sounding(&self, letters: &str, mut found: impl FnMut(usize, bool, bool)) {
        use polidex_analysis::sounds::Reach;
        let Some(first) = letters.bytes().next() else {
            return;
        };
        let wanted = 1_u32 << (first - b'a');
        for &(at, initials) in &self.word_starts {
            if initials & wanted == 0 {
                continue;
            }
            let mut characters = ['\0'; MAX_TYPED_CHARS];
            let mut count = 0;
            let run = self.folded[at as usize..]
                .chars()
                .take_while(|character| class_of(*character) == Class::Ideograph);
            for character in run.take(MAX_TYPED_CHARS) {
                characters[count] = character;
                count += 1;
            }
            let reach = Romanization::ALL
                .into_iter()
                .filter_map(|kind| romanizes(letters, &characters[..count], kind));
            if let Some(reach) = reach.max() {
                let entry = self.entry_at(at as usize);
                let run_bytes: usize = characters[..count]
                    .iter()
                    .map(|character| character.len_utf8())
                    .sum();
                let ends_entry =
                    self.folded.as_bytes().get(at as usize + run_bytes) == Some(&b'\n');
                found(
                    entry,
                    self.entry_starts[entry] == at,
                    ends_entry && reach == Reach::Covers,
                );
            }
        }
    }

    fn entry_at(&self, byte: usize) -> usize {
        self.entry_starts
            .partition_point(|start| *start as usize <= byte)
            - 1
    }
}

/// The same from `terms` alone, for who has not read the suggestions: those that some document holds.
pub(crate) fn romanized_terms(
    typed: &str,
    terms: &[Concept],
    collection: &dyn Collection,
) -> Vec<String> {
    use polidex_analysis::sounds::Reach;
    let letters = letters_of(&normalized(typed));
    let Some(letters) = letters.filter(|letters| letters.len() >= 2 * MIN_LETTERS) else {
        return Vec::new();
    };
    let covers = |form: &&String| {
        let characters: Vec<char> = normalized(form).chars().collect();
        Romanization::ALL
            .into_iter()
            .any(|kind| romanizes(&letters, &characters, kind) == Some(Reach::Covers))
    };
    let forms = terms
        .iter()
        .flat_map(|term| term.traditional.iter().find(covers));
    forms
        .filter(|form| collection.phrase_documents(form) > 0)
        .take(MAX_OF_A_KIND)
        .cloned()
        .collect()
}

struct Builder {
    suggester: Suggester,
    known: HashMap<String, usize>,
}

impl Builder {
    fn new(collection: &dyn Collection) -> Self {
        let [traditional, simplified] = [Language::TraditionalChinese, Language::SimplifiedChinese];
        let is_traditional =
            collection.language_documents(traditional) >= collection.language_documents(simplified);
        let usual_script = if is_traditional {
            traditional
        } else {
            simplified
        };
        Self {
            suggester: Suggester {
                usual_script,
                ..Suggester::default()
            },
            known: HashMap::new(),
        }
    }

    fn add_term(&mut self, collection: &dyn Collection, term: &Concept) {
        let columns = [
            (&term.traditional, Language::TraditionalChinese),
            (&term.simplified, Language::SimplifiedChinese),
            (&term.english, Language::English),
        ];
        for (forms, lang) in columns {
            // A form with a place for a number ({n}) is a pattern and no word.
            for form in forms.iter().filter(|form| !form.contains('{')) {
                let known = self.known.get(&normalized(form)).copied();
                let documents = match known {
                    Some(entry) => self.suggester.entries[entry].documents,
                    None => collection.phrase_documents(form),
                };
                self.add(form.clone(), lang, SuggestionKind::Term, documents);
            }
        }
    }

    fn add(&mut self, text: String, lang: Language, kind: SuggestionKind, documents: u64) {
        let text = one_line(&text);
        let folded = normalized(&text);
        let is_full = self.suggester.folded.len() + folded.len() > MAX_FOLDED_BYTES;
        if documents == 0
            || folded.chars().count() < MIN_LETTERS
            || text.chars().count() > MAX_TEXT_CHARS
            || is_full
        {
            return;
        }
        if let Some(&known) = self.known.get(&folded) {
            let entry = &mut self.suggester.entries[known];
            if entry.lang != lang && entry.text != text && entry.twin.is_none() {
                entry.twin = Some((text, lang));
            }
            return;
        }
        let start = self.suggester.folded.len();
        self.suggester.entry_starts.push(start as u32);
        self.suggester
            .word_starts
            .extend(word_starts(&folded).map(|(at, initials)| ((start + at) as u32, initials)));
        self.suggester.folded.push_str(&folded);
        self.suggester.folded.push('\n');
        self.known.insert(folded, self.suggester.entries.len());
        self.suggester.entries.push(Entry {
            text,
            lang,
            twin: None,
            kind,
            documents,
        });
    }
}

/// Where words begin in a normalized text, each Han word with the letters that it may be typed with.
fn word_starts(folded: &str) -> impl Iterator<Item = (usize, u32)> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(character) = folded[at..].chars().next() {
        let is_han = class_of(character) == Class::Ideograph;
        let same = |next: char| next != ' ' && (class_of(next) == Class::Ideograph) == is_han;
        let end = folded[at..]
            .find(|next| !same(next))
            .map_or(folded.len(), |len| at + len);
        match (character, is_han) {
            (' ', _) => {
                at += 1;
                continue;
            }
            (_, false) => starts.push((at, 0)),
            (_, true) => {
                let mut from = at;
                for word in cut_words(&folded[at..end]) {
                    starts.push((from, word.chars().next().map_or(0, initials_of)));
                    from += word.len();
                }
            }
        }
        at = end;
    }
    starts.into_iter()
}

fn initials_of(character: char) -> u32 {
    let sounds = Romanization::ALL
        .into_iter()
        .flat_map(|kind| readings(character, kind));
    let letters = sounds
        .filter_map(|sound| sound.bytes().next())
        .filter(u8::is_ascii_lowercase);
    letters.fold(0, |initials, letter| initials | 1 << (letter - b'a'))
}

/// Folded, with one space where Latin words part and none beside ideographs; marks and symbols part words.
pub(crate) fn normalized(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut parts = false;
    for character in fold_text(text).text.chars() {
        match class_of(character) {
            Class::Letter | Class::Digit | Class::Ideograph => {
                let is_word = |character: char| class_of(character) != Class::Ideograph;
                if parts && is_word(character) && plain.chars().next_back().is_some_and(is_word) {
                    plain.push(' ');
                }
                plain.push(character);
                parts = false;
            }
            Class::Ignorable => {}
            Class::Space | Class::Break | Class::Separator | Class::Mark => parts = true,
        }
    }
    plain
}

/// The letters of a query in nothing but Latin letters, spaces left out; `None` for any other.
fn letters_of(needle: &str) -> Option<String> {
    let letters: String = needle
        .chars()
        .filter(|character| *character != ' ')
        .collect();
    (letters.len() >= MIN_LETTERS && letters.bytes().all(|letter| letter.is_ascii_lowercase()))
        .then_some(letters)
}

/// The text of an entry in `script`, if it has both.
fn shown(entry: &Entry, script: Language) -> (&str, Language) {
    match &entry.twin {
        Some((text, lang)) if *lang == script => (text, *lang),
        _ => (&entry.text, entry.lang),
    }
}

/// The first `limit`, no kind taking all places while others wait.
fn mixed(ranked: Vec<(u8, &Entry)>, limit: usize) -> Vec<&Entry> {
    let mut counts: HashMap<SuggestionKind, usize> = HashMap::new();
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for (place, (_, entry)) in ranked.into_iter().enumerate() {
        let count = counts.entry(entry.kind).or_default();
        *count += 1;
        if *count <= MAX_OF_A_KIND {
            first.push((place, entry))
        } else {
            later.push((place, entry))
        }
    }
    first.truncate(limit);
    first.extend(later.into_iter().take(limit - first.len()));
    first.sort_by_key(|(place, _)| *place);
    first.into_iter().map(|(_, entry)| entry).collect()
}

/// The script a text is written in; `None` when its characters tell none.
pub(crate) fn script_of(text: &str) -> Option<Language> {
    let counts = ScriptCounts::of(text);
    match counts.traditional.cmp(&counts.simplified) {
        std::cmp::Ordering::Greater => Some(Language::TraditionalChinese),
        std::cmp::Ordering::Less => Some(Language::SimplifiedChinese),
        std::cmp::Ordering::Equal => {
            (counts.han == 0 && counts.letters > 0).then_some(Language::English)
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first bytes of a text, on a character's border.
fn head_of(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Three documents by hand.
    struct Shelf(Vec<(DocumentRecord, String)>);

    impl Collection for Shelf {
        fn documents(&self) -> usize {
            self.0.len()
        }

        fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool) {
            for (record, text) in self.0.iter().step_by(step) {
                if !visit(record, text) {
                    return;
                }
            }
        }

        fn phrase_documents(&self, phrase: &str) -> u64 {
            let wanted = normalized(phrase);
            self.0
                .iter()
                .filter(|(_, text)| normalized(text).contains(&wanted))
                .count() as u64
        }

        fn language_documents(&self, language: Language) -> u64 {
            self.0
                .iter()
                .filter(|(record, _)| record.lang.contains(&language))
                .count() as u64
        }
    }

    fn shelf() -> Suggester {
        let document = |title: &str, lang, text: &str| {
            (
                DocumentRecord {
                    title: title.to_owned(),
                    lang: vec![lang],
                    ..DocumentRecord::default()
                },
                text.to_owned(),
            )
        };
        let shelf = Shelf(vec![
            document(
                "《施政報告》附篇",
                Language::TraditionalChinese,
                "發展新質生產力，落實低空經濟試點。",
            ),
            document(
                "新質生產力的實踐",
                Language::TraditionalChinese,
                "加快發展新質生產力和低空經濟試點",
            ),
            document(
                "Low-altitude economy: a roadmap",
                Language::English,
                "new quality productive forces matter",
            ),
        ]);
        let term = |traditional: &str, simplified: &str, english: &str| Concept {
            traditional: vec![traditional.to_owned()],
            simplified: vec![simplified.to_owned()],
            english: vec![english.to_owned()],
        };
        let terms = [
            term("新質生產力", "新质生产力", "new quality productive forces"),
            term("立法會", "立法会", "Legislative Council"),
        ];
        Suggester::read(&shelf, &terms)
    }

    fn texts(suggester: &Suggester, typed: &str) -> Vec<String> {
        suggester
            .suggest(typed, 10)
            .into_iter()
            .map(|suggestion| suggestion.text)
            .collect()
    }

    #[test]
    fn both_scripts_and_both_romanizations_lead_to_the_term() {
        let suggester = shelf();
        for typed in [
            "新質",
            "新",
            "xinzhi",
            "xin zhi sheng chan li",
            "XinZhi",
            "xzscl",
            "xz",
            "sanzat",
            "ｘｉｎｚｈｉ",
        ] {
            assert_eq!(
                texts(&suggester, typed).first().map(String::as_str),
                Some("新質生產力"),
                "{typed}"
            );
        }
        assert_eq!(texts(&suggester, "新质")[0], "新质生产力");
        assert_eq!(texts(&suggester, "生產力")[0], "新質生產力");
        assert_eq!(
            texts(&suggester, "new q")[0],
            "new quality productive forces"
        );
    }

    #[test]
    fn beginnings_come_before_insides_and_nothing_twice() {
        let suggester = shelf();
        assert_eq!(
            texts(&suggester, "low altitude"),
            ["Low-altitude economy: a roadmap"]
        );
        assert_eq!(
            texts(&suggester, "road"),
            ["Low-altitude economy: a roadmap"]
        );
        let found = texts(&suggester, "新質");
        let folded: HashSet<String> = found.iter().map(|text| normalized(text)).collect();
        assert_eq!(folded.len(), found.len(), "{found:?}");
    }

    #[test]
    fn what_no_document_holds_is_not_suggested() {
        let suggester = shelf();
        assert!(texts(&suggester, "立法").is_empty());
        assert!(texts(&suggester, "legis").is_empty());
        assert!(texts(&suggester, "").is_empty() && texts(&suggester, "n").is_empty());
        assert!(texts(&suggester, "新質生產力新質生產力").is_empty());
    }

    #[test]
    fn the_last_of_several_words_is_completed() {
        assert_eq!(texts(&shelf(), "香港 新質")[0], "香港 新質生產力");
    }

    #[test]
    fn phrases_that_several_documents_share_are_suggested() {
        assert!(
            texts(&shelf(), "低空").contains(&"低空經濟試點".to_owned()),
            "{:?}",
            texts(&shelf(), "低空")
        );
    }

    #[test]
    fn latin_letters_for_a_whole_term_name_it() {
        assert_eq!(shelf().romanized("xinzhi shengchanli", 3), ["新質生產力"]);
        assert!(shelf().romanized("xinzhi", 3).is_empty());
    }

    proptest! {
        #[test]
        fn anything_typed_is_answered(typed in "[\\PC新質a-z\"「 ]{0,80}") {
            let suggester = shelf();
            prop_assert!(suggester.suggest(&typed, 5).len() <= 5);
        }
    }
}
