//! The titles of an index, weighed by what tells in them: 刑法 is all that tells in 中华人民共和国刑法.
//!
//! In: every title. Out: for a query, the titles that it names and how well: the share of what tells in the title that the
//! query covers, and the share of the query that the title covers. What tells is learned from the titles themselves: a word
//! that few titles have tells much, one that begins or ends many of them (中华人民共和国, *Act*) little; so do years, numbers
//! and brackets. No list of such words is kept.

mod terms;

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use polidex_analysis::language::{Language, ScriptCounts};
use polidex_analysis::units::{UnitKind, cut_text};
use polidex_schema::fields::title_key;

use self::terms::{Form, OTHER_FORM, TitleTerm, latin_stems, title_terms};

/// Titles that begin with a word from which on it tells half as much. The head of many titles tells next to nothing, so that
/// 中华人民共和国刑法 is all but 刑法.
const COMMON_HEAD: f32 = 8.0;
/// Titles that end with a word from which on it tells less. A tail is what tells rules from their law (施行細則): it tells less
/// the more titles have it, but never nothing.
const COMMON_TAIL: f32 = 8.0;
/// Share of what an ordinary word tells that a number, a date or a single sign in brackets tells.
const ASIDE: f32 = 0.3;
/// Characters of the shortest head that is cut from a word; shorter ones begin words of another meaning.
const SHORTEST_HEAD: usize = 4;
/// Power of the share of the title that is covered. 1 lets long titles that share a common word stand too high.
const TITLE_POWER: f32 = 1.5;
/// Power of the share of the query that is covered.
const QUERY_POWER: f32 = 2.0;
/// Factor of a title in a script that was not typed: between 中华人民共和国著作权法 and 著作權法 the script decides.
const OTHER_SCRIPT: f32 = 0.75;
/// Factor of a title whose ideographs are the same in both scripts.
const NO_SCRIPT: f32 = 0.9;
/// Factor of the title that was typed, among those that hold the same words.
const EXACT: f32 = 1.03;
/// Minimum score of a title that counts as named.
const LEAST: f32 = 0.08;
/// Maximum number of titles that a query names.
const MAX_MATCHES: usize = 32;
/// Share of all titles that a word must not pass to lead to a title; more common ones only add to one.
const COMMON: f32 = 0.1;
/// Maximum number of characters of a word that a query is searched for.
const MAX_WORD_CHARS: usize = 10;

/// A title that a query names.
#[derive(Clone, Debug, PartialEq)]
pub struct TitleMatch {
    /// Key of the title, as indexed.
    pub key: String,
    /// 1 for a title that is the query and nothing else, a little more for its very words.
    pub score: f32,
}

/// A query as titles are asked for it.
#[derive(Clone, Debug, Default)]
pub struct TitleQuery {
    /// Texts that may stand in a title: the query itself, or forms that stand for its words.
    pub texts: Vec<String>,
    /// Each word of the query with all the forms that stand for it.
    pub words: Vec<Vec<String>>,
    /// The query as typed, whose script and own words come first; `None` for its translations.
    pub typed: Option<String>,
}

struct Title {
    key: String,
    /// Script of its ideographs, if they tell.
    script: Option<Language>,
    /// Stems of its Latin words.
    stems: Box<[u32]>,
    /// Its terms, each once, with the share of its weight that it has here.
    terms: Vec<(u32, f32)>,
    /// What all its terms tell.
    total: f32,
}

/// Number of titles that begin and that end with a word.
#[derive(Clone, Copy, Default)]
struct Edges {
    heads: f32,
    tails: f32,
}

/// The titles of an index.
#[derive(Default)]
pub struct TitleTable {
    ids: HashMap<String, u32>,
    /// Stems of the Latin words of all titles.
    stems: HashMap<String, u32>,
    /// What each term tells.
    tells: Vec<f32>,
    /// Titles of each term.
    postings: Vec<Vec<u32>>,
    titles: Vec<Title>,
}

impl TitleTable {
    /// Reads titles; one that occurs twice counts once.
    pub fn of<'t>(titles: impl Iterator<Item = &'t str>) -> Self {
        let mut table = Self::default();
        let mut edges: Vec<Edges> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        let mut found: Vec<(&str, String, Vec<TitleTerm>)> = Vec::new();
        for raw in titles {
            let key = title_key(raw);
            if !key.is_empty() && seen.insert(key.clone()) {
                found.push((raw, key, title_terms(raw)));
            }
        }
        let heads = common_heads(&found);
        for (raw, key, terms) in found {
            table.add(raw, key, behind_heads(terms, &heads), &mut edges);
        }
        table.weigh(&edges);
        table
    }

    fn add(&mut self, raw: &str, key: String, found: Vec<TitleTerm>, edges: &mut Vec<Edges>) {
        let index = self.titles.len() as u32;
        let last = found.len().saturating_sub(1);
        let mut terms: Vec<(u32, f32)> = Vec::with_capacity(found.len());
        for (at, TitleTerm { text, is_aside }) in found.into_iter().enumerate() {
            let next = self.ids.len() as u32;
            let id = *self.ids.entry(text).or_insert(next);
            if id == next {
                self.postings.push(Vec::new());
                edges.push(Edges::default());
            }
            if last > 0 {
                edges[id as usize].heads += f32::from(u8::from(at == 0));
                edges[id as usize].tails += f32::from(u8::from(at == last));
            }
            if terms.iter().all(|(known, _)| *known != id) {
                self.postings[id as usize].push(index);
                terms.push((id, if is_aside { ASIDE } else { 1.0 }));
            }
        }
        let stems = self.stems_of(&key);
        self.titles.push(Title {
            script: script_of(raw),
            stems,
            key,
            terms,
            total: 0.0,
        });
    }

    fn stems_of(&mut self, key: &str) -> Box<[u32]> {
        let mut ids = Vec::new();
        for stem in latin_stems(key) {
            let next = self.stems.len() as u32;
            ids.push(*self.stems.entry(stem).or_insert(next));
        }
        ids.into()
    }

    fn weigh(&mut self, edges: &[Edges]) {
        let count = self.titles.len() as f32;
        let tell = |(postings, edges): (&Vec<u32>, &Edges)| {
            let rarity = (1.0 + count / postings.len() as f32).ln();
            let tail = 1.0 + (1.0 + edges.tails / COMMON_TAIL).ln();
            rarity / tail / (1.0 + edges.heads / COMMON_HEAD)
        };
        self.tells = self.postings.iter().zip(edges).map(tell).collect();
        for title in &mut self.titles {
            let tells = title.terms.iter();
            title.total = tells
                .map(|(id, share)| self.tells[*id as usize] * share)
                .sum();
        }
    }

    /// Titles that `query` names, the best first.
    pub fn matches(&self, query: &TitleQuery) -> Vec<TitleMatch> {
        let mut found = self.terms_in(&query.texts);
        found.sort_by_key(|id| self.postings[*id as usize].len());
        let most = (self.titles.len() as f32 * COMMON).max(64.0);
        let mut candidates: Vec<u32> = Vec::new();
        for id in &found {
            let postings = &self.postings[*id as usize];
            let is_common = postings.len() as f32 > most && !candidates.is_empty();
            if !is_common {
                candidates.extend(postings);
            }
        }
        candidates.sort_unstable();
        candidates.dedup();
        found.sort_unstable();
        let covered = candidates.into_iter().map(|title| {
            let title = &self.titles[title as usize];
            let terms = title.terms.iter();
            let held = terms.filter(|(id, _)| found.binary_search(id).is_ok());
            let sum: f32 = held
                .map(|(id, share)| self.tells[*id as usize] * share)
                .sum();
            (title, sum)
        });
        self.best(query, covered)
    }

    fn best<'t>(
        &'t self,
        query: &TitleQuery,
        covered: impl Iterator<Item = (&'t Title, f32)>,
    ) -> Vec<TitleMatch> {
        let share = |title: &Title, sum: f32| (sum / title.total.max(f32::EPSILON)).min(1.0);
        let mut likely: Vec<(f32, &Title)> = covered
            .map(|(title, sum)| (share(title, sum).powf(TITLE_POWER), title))
            .filter(|(score, _)| *score >= LEAST)
            .collect();
        let order = |one: &(f32, &Title), other: &(f32, &Title)| {
            other
                .0
                .total_cmp(&one.0)
                .then_with(|| one.1.key.cmp(&other.1.key))
        };
        likely.sort_by(order);
        likely.truncate(8 * MAX_MATCHES);
        let wanted = self.wanted(query);
        let scored = likely
            .into_iter()
            .map(|(score, title)| (score * wanted.fit(title), title));
        let mut scored: Vec<(f32, &Title)> = scored.filter(|(score, _)| *score >= LEAST).collect();
        scored.sort_by(order);
        scored.truncate(MAX_MATCHES);
        let named = |(score, title): (f32, &Title)| TitleMatch {
            key: title.key.clone(),
            score,
        };
        scored.into_iter().map(named).collect()
    }

    fn wanted(&self, query: &TitleQuery) -> Wanted {
        let weights = self.weights_of(&query.words);
        let stem_id = |stem: &str| self.stems.get(stem).copied();
        let forms = |forms: &Vec<String>| {
            let forms = forms.iter().map(|form| Form::of(form, stem_id));
            forms.collect()
        };
        let typed = query.typed.as_ref();
        Wanted {
            all: weights.iter().sum(),
            words: weights
                .into_iter()
                .zip(query.words.iter().map(forms))
                .collect(),
            typed: typed.map(|typed| (title_key(typed), script_of(typed))),
        }
    }

    /// What each word of a query tells: that of the terms it is made of, most for one that stands in no title.
    fn weights_of(&self, words: &[Vec<String>]) -> Vec<f32> {
        let unknown = (1.0 + self.titles.len() as f32).ln();
        let weight = |forms: &Vec<String>| {
            let tell = |form: &String| {
                let terms = title_terms(form);
                let tells = terms
                    .iter()
                    .filter_map(|term| self.ids.get(&term.text))
                    .map(|id| self.tells[*id as usize]);
                let sum: f32 = tells.sum();
                if sum > 0.0 { sum } else { unknown }
            };
            forms.iter().map(tell).fold(f32::MAX, f32::min)
        };
        words.iter().map(weight).collect()
    }

    /// Terms of titles that stand in `texts`, however a dictionary cuts those.
    fn terms_in(&self, texts: &[String]) -> Vec<u32> {
        let mut ids: Vec<u32> = Vec::new();
        for text in texts {
            ids.extend(
                title_terms(text)
                    .iter()
                    .filter_map(|term| self.ids.get(&term.text)),
            );
            for run in ideograph_runs(text) {
                for start in 0..run.len() {
                    let longest = (run.len() - start).min(MAX_WORD_CHARS);
                    let words = (1..=longest).map(|len| run[start..start + len].concat());
                    ids.extend(words.filter_map(|word| self.ids.get(&word)));
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// A query prepared for the comparison with many titles.
struct Wanted {
    /// Each word with its weight and all the forms that stand for it.
    words: Vec<(f32, Vec<Form>)>,
    /// Sum of the weights.
    all: f32,
    /// Key and script of the query as typed.
    typed: Option<(String, Option<Language>)>,
}

impl Wanted {
    /// Share of the query that stands in `title`, less for a title of another script.
    fn fit(&self, title: &Title) -> f32 {
        let padded = format!(" {} ", title.key);
        let held = self.words.iter().map(|(weight, forms)| {
            let fits = forms.iter().enumerate().map(|(at, form)| {
                // What was typed fits better than what stands for it.
                let is_typed = at == 0 || self.typed.is_none();
                let factor = if is_typed { 1.0 } else { OTHER_FORM };
                factor * form.fit(&padded, &title.stems)
            });
            weight * fits.fold(0.0, f32::max)
        });
        let held: f32 = held.sum();
        let share = if self.all > 0.0 { held / self.all } else { 1.0 };
        let (script, exact) = match &self.typed {
            None => (1.0, 1.0),
            Some((key, script)) => (
                script_fit(*script, title.script),
                if *key == title.key { EXACT } else { 1.0 },
            ),
        };
        share.powf(QUERY_POWER) * script * exact
    }
}

/// Words that begin many titles.
fn common_heads(titles: &[(&str, String, Vec<TitleTerm>)]) -> HashSet<String> {
    let mut counts: HashMap<&str, f32> = HashMap::new();
    for (_, _, terms) in titles.iter().filter(|(_, _, terms)| terms.len() > 1) {
        *counts.entry(terms[0].text.as_str()).or_default() += 1.0;
    }
    let common = counts
        .into_iter()
        .filter(|(_, count)| *count >= COMMON_HEAD);
    common.map(|(head, _)| head.to_owned()).collect()
}

/// Cuts a first term that a dictionary holds together with a common head: 中华人民共和国宪法 is one word in jieba's.
fn behind_heads(mut terms: Vec<TitleTerm>, heads: &HashSet<String>) -> Vec<TitleTerm> {
    let Some(first) = terms.first() else {
        return terms;
    };
    let starts = first.text.char_indices().map(|(at, _)| at);
    let starts = starts.skip(SHORTEST_HEAD);
    let cut = starts.filter(|at| heads.contains(&first.text[..*at])).max();
    if let Some(cut) = cut {
        let rest = TitleTerm {
            text: first.text[cut..].to_owned(),
            is_aside: first.is_aside,
        };
        terms[0].text.truncate(cut);
        terms.insert(1, rest);
    }
    terms
}

/// Runs of adjacent ideographs of a text, folded.
fn ideograph_runs(text: &str) -> Vec<Vec<String>> {
    let cut = cut_text(text);
    let mut runs: Vec<Vec<String>> = Vec::new();
    let mut last = None;
    for unit in cut.units() {
        if unit.kind != UnitKind::Ideograph {
            last = None;
            continue;
        }
        let goes_on = last.is_some_and(|last| last + 1 == unit.position);
        match runs.last_mut() {
            Some(run) if goes_on => run.push(cut.text(unit).to_owned()),
            _ => runs.push(vec![cut.text(unit).to_owned()]),
        }
        last = Some(unit.position);
    }
    runs
}

/// Factor of a title by its script beside the one that was typed.
fn script_fit(typed: Option<Language>, title: Option<Language>) -> f32 {
    match (typed, title) {
        (Some(typed), Some(title)) if typed != title => OTHER_SCRIPT,
        (Some(_), None) => NO_SCRIPT,
        _ => 1.0,
    }
}

/// Script that the ideographs of a text are of; `None` if they do not tell.
fn script_of(text: &str) -> Option<Language> {
    let counts = ScriptCounts::of(text);
    match counts.traditional.cmp(&counts.simplified) {
        Ordering::Greater => Some(Language::TraditionalChinese),
        Ordering::Less => Some(Language::SimplifiedChinese),
        Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> TitleTable {
        let mut titles: Vec<String> = (0..40)
            .map(|at| format!("中华人民共和国第{at}号物品管理法"))
            .collect();
        titles.extend((0..30).map(|at| format!("Goods {at} Act")));
        for title in [
            "中华人民共和国刑法",
            "中华人民共和国刑法修正案（八）",
            "最高人民法院关于适用刑法时间效力规定若干问题的解释",
            "中华人民共和国著作权法",
            "著作權法",
            "著作權法施行細則",
            "立法會會議 2013-01-16 行政長官發言",
            "立法會會議 2013-01-17 行政長官發言",
            "Personal Data Protection Act",
            "中华人民共和国宪法",
            "北京市宪法宣誓办法",
        ] {
            titles.push(title.to_owned());
        }
        TitleTable::of(titles.iter().map(String::as_str))
    }

    fn key(title: &str) -> String {
        title_key(title).replace(' ', "")
    }

    fn first(typed: &str, words: &[&str]) -> String {
        let query = TitleQuery {
            texts: vec![typed.to_owned()],
            words: words.iter().map(|word| vec![(*word).to_owned()]).collect(),
            typed: Some(typed.to_owned()),
        };
        let matches = table().matches(&query);
        matches
            .first()
            .map_or_else(String::new, |best| best.key.replace(' ', ""))
    }

    #[test]
    fn a_title_is_named_by_what_tells_in_it() {
        let cases = [
            ("刑法", vec!["刑法"], "中华人民共和国刑法"),
            (
                "刑法修正案",
                vec!["刑法", "修正案"],
                "中华人民共和国刑法修正案八",
            ),
            ("宪法", vec!["宪法"], "中华人民共和国宪法"),
            (
                "personal data protection",
                vec!["personal", "data", "protection"],
                "personaldataprotectionact",
            ),
            (
                "行政長官 2013年1月16日",
                vec!["行政", "長官", "2013年", "1月", "16日"],
                "立法会会议20130116行政长官发言",
            ),
        ];
        for (typed, words, expected) in cases {
            assert_eq!(first(typed, &words), key(expected), "{typed}");
        }
    }

    #[test]
    fn of_equals_the_script_typed_comes_first() {
        let prc = key("中华人民共和国著作权法");
        assert_eq!(first("著作权法", &["著作权", "法"]), prc);
        assert_eq!(first("著作權法", &["著作權", "法"]), key("著作權法"));
    }

    #[test]
    fn a_query_that_no_title_covers_names_none() {
        assert_eq!(first("天氣", &["天氣"]), "");
        assert_eq!(first("个人 信息 天气", &["个人", "信息", "天气"]), "");
    }
}
