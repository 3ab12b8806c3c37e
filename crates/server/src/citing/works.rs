//! The works of a collection by their titles, numbers and days.
//!
//! A title is compared by its key: script, width, white space and the name of the state before it tell nothing. Of several
//! versions the one in force when the citing text was written is meant: the last that is not younger, else the first.

use std::collections::HashMap;

use polidex_analysis::citations::Work;
use polidex_analysis::language::ScriptCounts;
use polidex_analysis::scripts::is_han;
use polidex_schema::citations::{is_national, work_key};
use polidex_schema::fields::title_key;

use crate::answer::DocumentSummary;
use crate::citing::Source;

/// Words that open what a court's or a ministry's paper is about, in keys.
const ABOUT: &str = "关于";
/// Least length of a name, in characters, whose first words may belong to the sentence before it.
const LEAST_SUFFIX: usize = 6;
/// Least length of a name, in characters, that may be the end of a longer one.
const TAIL: usize = 4;
/// Characters, as keys write them, that end what a sentence leaves before a name.
const LEADS: &str = "为有领如经因以由据按非就将自向至到受从照合即但惟次再并而其在对于及与和或所之的用施实反违援引犯依本见阅考读彻接原旧新国家查诸酌然且故又湾";
/// Words that a sentence may leave before an English name.
const MAX_LEAD_WORDS: usize = 2;
/// Maximum number of characters that a sentence may leave before a name.
const LONGEST_LEAD: usize = 14;
/// Last characters of the titles of laws, in keys.
const LAW_ENDS: [&str; 6] = ["法", "条例", "规则", "办法", "act", "regulations"];

/// A citing text, as far as it tells which work a name means.
pub struct Citing<'a> {
    source: Source<'a>,
    /// The text up to what cites or beyond it, asked for where a name alone does not tell.
    text: &'a dyn Fn() -> &'a str,
    is_chinese: bool,
    /// Script of its ideographs, as documents name it.
    script: &'a str,
    key: String,
}

impl<'a> Citing<'a> {
    /// The text of `source`, which `text` returns up to what cites.
    pub fn of(source: Source<'a>, text: &'a dyn Fn() -> &'a str) -> Self {
        let read = text();
        let tail_from = read.char_indices().rev().nth(2_000).map_or(0, |(at, _)| at);
        let tail = &read[tail_from..];
        let counts = ScriptCounts::of(tail);
        let script = if counts.simplified > counts.traditional {
            "zh-Hans"
        } else {
            "zh-Hant"
        };
        let is_chinese = tail.chars().filter(|c| is_han(*c)).count() * 4 > tail.chars().count() / 2;
        Self {
            key: key_of(source.title),
            source,
            text,
            is_chinese,
            script,
        }
    }

    /// A document of the collection in one of its languages, `lang`.
    pub fn in_language(source: Source<'a>, text: &'a dyn Fn() -> &'a str, lang: &'a str) -> Self {
        Self {
            key: key_of(source.title),
            source,
            text,
            is_chinese: lang != "en",
            script: lang,
        }
    }

    /// The text, as far as it is known.
    pub(super) fn text(&self) -> &'a str {
        (self.text)()
    }
}

struct Entry {
    id: String,
    key: String,
    date: String,
    /// Language of the document: `en`, or a script.
    lang: String,
    /// Set if its title begins with the name of a state: texts of its regions may cite it.
    is_national: bool,
}

impl Entry {
    /// Returns true for a national work whose title ends with `key` and begins with words of `text`.
    fn is_meant_by_end(&self, key: &str, text: &str) -> bool {
        let is_longer = self.is_national && self.key.len() > key.len();
        let head: String = self.key.chars().take(2).collect();
        is_longer && self.key.len() - key.len() <= 36 && text.contains(&head)
    }
}

/// The works of a collection.
#[derive(Default)]
pub struct Works {
    entries: Vec<Entry>,
    by_key: HashMap<String, Vec<usize>>,
    by_number: HashMap<String, Vec<usize>>,
    by_day: HashMap<String, Vec<usize>>,
    /// Keys of titles read backwards, in order: those that end alike stand together.
    backwards: Vec<(String, usize)>,
    /// First folders that hold laws, by language.
    with_laws: HashMap<(String, bool), usize>,
}

impl Works {
    /// The works that `documents` are.
    pub fn of(documents: &[DocumentSummary]) -> Self {
        let mut works = Self::default();
        for document in documents {
            works.add(document);
        }
        works.backwards.sort_unstable();
        works
    }

    /// Works whose keys end with `key`.
    fn ending_with(&self, key: &str) -> impl Iterator<Item = usize> {
        let wanted = reversed(key);
        let first = self.backwards.partition_point(|(title, _)| *title < wanted);
        let ending = self.backwards[first..]
            .iter()
            .take_while(move |(title, _)| title.starts_with(&wanted));
        ending.map(|(_, at)| *at)
    }

    fn add(&mut self, document: &DocumentSummary) {
        let at = self.entries.len();
        let key = key_of(&document.title);
        let is_national = is_national(&document.title);
        let lang = document.lang.first().cloned().unwrap_or_default();
        self.add_law(&document.id, &key, &lang);
        self.add_key(at, &key);
        self.add_numbers(at, document);
        self.add_days(at, &document.title);
        self.entries.push(Entry {
            id: document.id.clone(),
            key,
            date: document.date.clone(),
            lang,
            is_national,
        });
    }

    /// Counts a law among those of its folder.
    fn add_law(&mut self, id: &str, key: &str, lang: &str) {
        if LAW_ENDS.iter().any(|end| key.ends_with(end)) {
            let folder = (folder_of(id).to_owned(), lang == "en");
            *self.with_laws.entry(folder).or_default() += 1;
        }
    }

    /// Adds the keys by which the work `at` is found: its whole title, its end and what it is about.
    fn add_key(&mut self, at: usize, key: &str) {
        self.by_key.entry(key.to_owned()).or_default().push(at);
        self.backwards.push((reversed(key), at));
        if let Some(about) = key.find(ABOUT).filter(|about| *about > 0) {
            let about = key[about..].to_owned();
            self.by_key.entry(about).or_default().push(at);
        }
    }

    fn add_numbers(&mut self, at: usize, document: &DocumentSummary) {
        let head = head_number(&document.title);
        for number in [document.number.as_str(), &document.title, &head] {
            let number = number_key(number);
            if !number.is_empty() {
                self.by_number.entry(number).or_default().push(at);
            }
        }
    }

    /// Adds the days of the meetings that the work `at` is a record of.
    fn add_days(&mut self, at: usize, title: &str) {
        if title.contains("會議") || title.contains("会议") {
            for day in days_of(title) {
                self.by_day.entry(day).or_default().push(at);
            }
        }
    }

    /// Number of the document that `work` means for a text that cites it, among those that the works were made of; nothing
    /// for the citing text itself.
    pub fn target(&self, work: &Work, citing: &Citing<'_>) -> Option<usize> {
        match work {
            Work::This => None,
            Work::Named(name) => self.by_name(name, citing),
            Work::Numbered(number) => self.numbered(number, citing),
            Work::Meeting(day) => self.meeting(day),
        }
    }

    /// Id of a document by its number.
    pub fn id(&self, at: usize) -> &str {
        &self.entries[at].id
    }

    /// Returns true if a document has this title, whatever its language.
    pub fn holds(&self, name: &str) -> bool {
        self.by_key.contains_key(&key_of(name))
    }

    /// The longer name that a title has which ends with `name`, and the number of characters that it has more, where the text
    /// before it goes on with it: a word that leads to a law may stand within its name. `lead` returns what stands before.
    pub fn longer<'t>(
        &self,
        name: &str,
        lead: impl Fn() -> &'t str,
        citing: &Citing<'_>,
    ) -> Option<(String, usize)> {
        let key = key_of(name);
        if key.chars().count() < TAIL {
            return None;
        }
        let is_longer =
            |at: &usize| self.entries[*at].key.len() > key.len() && self.fits(*at, citing);
        let mut titles = self.ending_with(&key).filter(is_longer).peekable();
        titles.peek()?;
        let whole = key_of(&[lead(), name].concat());
        let said = titles.filter(|at| whole.ends_with(self.entries[*at].key.as_str()));
        let best = said.max_by_key(|at| (self.entries[*at].key.len(), *at))?;
        let title = &self.entries[best].key;
        Some((title.clone(), title.chars().count() - key.chars().count()))
    }

    fn by_name(&self, name: &str, citing: &Citing<'_>) -> Option<usize> {
        let key = key_of(name);
        if let Some(found) = self.of_key(&key, citing) {
            return Some(found);
        }
        let behind_lead = self.behind_lead(&key, citing).map(|(found, _)| found);
        behind_lead
            .or_else(|| Some(self.behind_words(name, citing)?.0))
            .or_else(|| self.by_end(&key, citing))
    }

    /// The end of `name` that is the title which it means, where the words before it belong to the sentence.
    pub(super) fn shorter<'n>(&self, name: &'n str, citing: &Citing<'_>) -> Option<&'n str> {
        let key = key_of(name);
        if self.of_key(&key, citing).is_some() {
            return None;
        }
        // The key has a character for each of the name where nothing of it was left out.
        let is_same_len = key.chars().count() == name.chars().count();
        let (_, cut) = match self.behind_lead(&key, citing).filter(|_| is_same_len) {
            Some(found) => found,
            None => return Some(self.behind_words(name, citing)?.1),
        };
        let at = name.char_indices().nth(cut)?.0;
        Some(&name[at..])
    }

    /// A work whose title ends an English name, and that end of it: the first words belong to the sentence (*See the Privacy Act*).
    fn behind_words<'n>(&self, name: &'n str, citing: &Citing<'_>) -> Option<(usize, &'n str)> {
        if citing.is_chinese {
            return None;
        }
        let starts = name.match_indices(' ').map(|(at, _)| &name[at + 1..]);
        let mut ends = starts.take(MAX_LEAD_WORDS).filter(|end| end.contains(' '));
        ends.find_map(|end| Some((self.of_key(&key_of(end), citing)?, end)))
    }

    /// The version that is meant of the works with the key `key`.
    fn of_key(&self, key: &str, citing: &Citing<'_>) -> Option<usize> {
        let all = self.by_key.get(key)?;
        let fits = self.of_script(self.fitting(all, citing), citing);
        // A text that names its own title by its name means the one before it.
        let is_own = key == citing.key && !citing.key.is_empty();
        let is_before = |at: &usize| !is_own || self.is_earlier(*at, &citing.source);
        let versions: Vec<usize> = fits.into_iter().filter(is_before).collect();
        self.in_force(&versions, citing.source.date)
    }

    /// Works among `all` of the citing text's language and folder, or national ones where that folder holds no laws.
    fn fitting(&self, all: &[usize], citing: &Citing<'_>) -> Vec<usize> {
        let all = all.iter().copied();
        let fits: Vec<usize> = all.clone().filter(|at| self.fits(*at, citing)).collect();
        if !fits.is_empty() || !self.may_lie_elsewhere(citing) {
            return fits;
        }
        all.filter(|at| self.entries[*at].is_national && citing.is_chinese)
            .collect()
    }

    /// Works of the citing text's script, where no folder decides: between 建筑法 and 建築法.
    fn of_script(&self, fits: Vec<usize>, citing: &Citing<'_>) -> Vec<usize> {
        let is_script = |at: &usize| self.entries[*at].lang == citing.script;
        match citing.source.id.is_empty() && fits.iter().any(is_script) {
            true => fits.into_iter().filter(is_script).collect(),
            false => fits,
        }
    }

    /// Returns true if a work is another than `source` and older.
    fn is_earlier(&self, at: usize, source: &Source<'_>) -> bool {
        let entry = &self.entries[at];
        entry.id != source.id && entry.date.as_str() < source.date
    }

    fn in_force(&self, versions: &[usize], date: &str) -> Option<usize> {
        let day = |at: usize| self.entries[at].date.as_str();
        let known = versions
            .iter()
            .copied()
            .filter(|at| !date.is_empty() && !day(*at).is_empty() && day(*at) <= date);
        let last = known.max_by(|one, other| day(*one).cmp(day(*other)).then(other.cmp(one)));
        let order = |one: &usize, other: &usize| day(*one).cmp(day(*other)).then(one.cmp(other));
        last.or_else(|| match date.is_empty() {
            true => versions.iter().copied().max_by(order),
            false => versions.iter().copied().min_by(order),
        })
    }

    /// Returns true if a work is of the citing text's language and folder.
    fn fits(&self, at: usize, citing: &Citing<'_>) -> bool {
        let entry = &self.entries[at];
        let is_language = (entry.lang != "en") == citing.is_chinese;
        is_language
            && (citing.source.id.is_empty() || folder_of(&entry.id) == folder_of(citing.source.id))
    }

    /// Returns true if the citing text's folder holds no laws in its language: those that it cites lie in another.
    fn may_lie_elsewhere(&self, citing: &Citing<'_>) -> bool {
        let folder = (folder_of(citing.source.id).to_owned(), !citing.is_chinese);
        let laws = self.with_laws.get(&folder).copied().unwrap_or(0);
        citing.is_chinese && laws == 0
    }

    /// A work whose title ends the name, and the number of characters before it, which belong to the sentence.
    fn behind_lead(&self, key: &str, citing: &Citing<'_>) -> Option<(usize, usize)> {
        let count = key.chars().count();
        if !citing.is_chinese {
            return None;
        }
        let mut before = key.chars();
        let starts = key.char_indices().map(|(at, _)| at).skip(1);
        let cuts = starts.zip(1..).filter(|(_, cut)| {
            let lead = before.next();
            let is_lead = lead.is_some_and(|lead| LEADS.contains(lead));
            let kept = count - cut;
            kept > LEAST_SUFFIX || (is_lead && kept >= 2)
        });
        let mut cuts = cuts.take(LONGEST_LEAD);
        cuts.find_map(|(at, cut)| Some((self.of_key(&key[at..], citing)?, cut)))
    }

    /// The one work whose title ends with a short name, where the citing text speaks of what begins it: 基本法 in a text of
    /// Hong Kong.
    fn by_end(&self, key: &str, citing: &Citing<'_>) -> Option<usize> {
        if !citing.is_chinese || key.chars().count() < 3 || !self.may_lie_elsewhere(citing) {
            return None;
        }
        let is_meant = |at: &usize| self.entries[*at].is_meant_by_end(key, citing.text());
        let mut fits: Vec<usize> = self.ending_with(key).filter(is_meant).collect();
        fits.sort_unstable();
        let keys = fits.iter().map(|at| self.entries[*at].key.as_str());
        let mut keys: Vec<&str> = keys.collect();
        keys.dedup();
        (keys.len() == 1)
            .then(|| self.in_force(&fits, citing.source.date))
            .flatten()
    }

    fn numbered(&self, number: &str, citing: &Citing<'_>) -> Option<usize> {
        let found = self.by_number.get(&number_key(number))?;
        let fits: Vec<usize> = found
            .iter()
            .copied()
            .filter(|at| {
                citing.source.id.is_empty()
                    || folder_of(&self.entries[*at].id) == folder_of(citing.source.id)
            })
            .collect();
        self.in_force(&fits, citing.source.date)
    }

    /// The record of the meeting of a day: the one that is no single speech.
    fn meeting(&self, day: &str) -> Option<usize> {
        let all = self.by_day.get(day)?;
        let whole = all
            .iter()
            .copied()
            .filter(|at| !self.entries[*at].key.ends_with("发言"));
        whole.min_by_key(|at| (self.entries[*at].key.len(), *at))
    }
}

/// First folder of an id.
fn folder_of(id: &str) -> &str {
    id.split_once('/').map_or("", |(folder, _)| folder)
}

/// Key of a title, as [`work_key`] makes it.
pub(super) fn key_of(title: &str) -> String {
    work_key(title)
}

fn reversed(key: &str) -> String {
    key.chars().rev().collect()
}

/// Number that a title begins with: *12 CFR Part 1026*, *M-11-26*; empty without one.
fn head_number(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().take(4).collect();
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    match words.as_slice() {
        [volume, _, "Part", part] if has_digit(volume) && has_digit(part) => words.join(" "),
        [first, ..] if has_digit(first) && first.contains('-') => (*first).to_owned(),
        _ => String::new(),
    }
}

/// Key of a number: its letters and digits.
fn number_key(number: &str) -> String {
    let key = title_key(number).replace(' ', "");
    let has_digit = key.contains(|c: char| c.is_ascii_digit());
    if has_digit { key } else { String::new() }
}

/// Byte of `text` at which its part `part` begins.
fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

/// Days within a title, `2013-02-06` and 2013年2月6日, as `YYYY-MM-DD`.
fn days_of(title: &str) -> Vec<String> {
    let numbers: Vec<(usize, &str)> = title
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| (offset_in(title, part), part))
        .filter(|(_, part)| !part.is_empty())
        .collect();
    let days = numbers.windows(3).filter_map(|three| day_of(title, three));
    days.collect()
}

/// The day that three numbers of a title are.
fn day_of(title: &str, three: &[(usize, &str)]) -> Option<String> {
    let [(_, year), (month_at, month), (day_at, day)] = three else {
        return None;
    };
    let is_date = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    let before = |at: usize| title[..at].chars().next_back();
    let is_joined = matches!(
        (before(*month_at), before(*day_at)),
        (Some('-'), Some('-')) | (Some('年'), Some('月'))
    );
    (is_date && is_joined).then(|| format!("{year}-{month:0>2}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(id: &str, title: &str, date: &str, lang: &str) -> DocumentSummary {
        DocumentSummary {
            id: id.to_owned(),
            title: title.to_owned(),
            publisher: String::new(),
            date: date.to_owned(),
            lang: Vec::from([lang.to_owned()]),
            kind: String::new(),
            number: String::new(),
            url: String::new(),
            original_url: None,
            passage_count: 0,
        }
    }

    fn works() -> Works {
        Works::of(&[
            document("a/1", "中华人民共和国刑法", "2011-01-01", "zh-Hans"),
            document("a/2", "中华人民共和国刑法", "2020-12-26", "zh-Hans"),
            document("a/3", "Patent Act", "2019", "en"),
            document("b/1", "專利法", "2022-05-04", "zh-Hant"),
        ])
    }

    fn target(name: &str, source: Source<'_>, text: &str) -> Option<String> {
        let works = works();
        let read = || text;
        let found = works.target(&Work::Named(name.to_owned()), &Citing::of(source, &read));
        found.map(|at| works.id(at).to_owned())
    }

    #[test]
    fn a_name_may_be_the_end_of_a_longer_one() {
        let works = Works::of(&[
            document("b/1", "陸海空軍刑事訴訟法", "2022", "zh-Hant"),
            document("b/2", "刑事訴訟法", "2022", "zh-Hant"),
        ]);
        let source = Source {
            id: "b/9",
            ..Source::default()
        };
        let read = || "依陸海空軍刑事訴訟法規定";
        let citing = Citing::of(source, &read);
        let longer = |lead| works.longer("刑事訴訟法", || lead, &citing);
        assert_eq!(longer("依陸海空軍").map(|(_, more)| more), Some(4));
        assert_eq!(longer("依"), None);
        assert_eq!(
            works.longer("訴訟法", || "刑事", &citing),
            None,
            "too short"
        );
    }

    #[test]
    fn the_version_in_force_is_meant() {
        let source = |date| Source {
            id: "a/9",
            title: "解释",
            date,
            text: "",
        };
        let text = "依照刑法处罚";
        assert_eq!(target("刑法", source("2015"), text).as_deref(), Some("a/1"));
        assert_eq!(target("刑法", source("2021"), text).as_deref(), Some("a/2"));
        assert_eq!(target("刑法", source("2001"), text).as_deref(), Some("a/1"));
        assert_eq!(
            target("中华人民共和国刑法", source(""), text).as_deref(),
            Some("a/2")
        );
        assert_eq!(target("民法", source(""), text), None);
    }

    #[test]
    fn a_law_is_sought_in_its_language_and_folder() {
        let source = Source {
            id: "b/9",
            title: "專利法施行細則",
            date: "2023",
            text: "",
        };
        assert_eq!(
            target("專利法", source, "依專利法規定").as_deref(),
            Some("b/1")
        );
        assert_eq!(target("刑法", source, "依刑法規定"), None);
        let english = Source {
            id: "a/8",
            title: "Patent Rules",
            date: "2023",
            text: "",
        };
        assert_eq!(
            target("Patent Act", english, "under the Patent Act and this Act").as_deref(),
            Some("a/3")
        );
    }
}
