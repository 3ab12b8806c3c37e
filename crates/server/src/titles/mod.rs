//! The titles of an index, weighed by what tells in them: 刑法 is all that tells in 中华人民共和国刑法.
//!
//! In: every title. Out: for a query, the titles that it names and how well: the share of what tells in the title that the
//! query covers, and the share of the query that the title covers. What tells is learned from the titles themselves: a word
//! that few titles have tells much, one that begins or ends many of them (中华人民共和国, *Act*) little; so do years, numbers
//! and brackets. No list of such words is kept.

mod terms;

use std::cmp::Ordering;
use std::collections::HashMap;

use polidex_analysis::language::{Language, ScriptCounts};
use polidex_analysis::units::{UnitKind, cut_text};
use polidex_schema::fields::title_key;

use self::terms::{OTHER_FORM, TitleTerm, fit_of, title_terms};

/// Titles that begin with a word from which on it tells half as much. The head of many titles tells next to nothing, so that
/// 中华人民共和国刑法 is all but 刑法.
const COMMON_HEAD: f32 = 8.0;
/// Titles that end with a word from which on it tells less. A tail is what tells rules from their law (施行細則): it tells less
/// the more titles have it, but never nothing.
const COMMON_TAIL: f32 = 8.0;
/// Share of what an ordinary word tells that a number, a date or a single sign in brackets tells.
const ASIDE: f32 = 0.3;
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
    raw: String,
    key: String,
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
        let mut seen: HashMap<String, ()> = HashMap::new();
        for raw in titles {
            let key = title_key(raw);
            if !key.is_empty() && seen.insert(key.clone(), ()).is_none() {
                table.add(raw, key, &mut edges);
            }
        }
        table.weigh(&edges);
        table
    }

    fn add(&mut self, raw: &str, key: String, edges: &mut Vec<Edges>) {
        let index = self.titles.len() as u32;
        let found = title_terms(raw);
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
        self.titles.push(Title {
            raw: raw.to_owned(),
            key,
            terms,
            total: 0.0,
        });
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
        let mut covered: HashMap<u32, f32> = HashMap::new();
        for id in &found {
            let postings = &self.postings[*id as usize];
            let is_common = postings.len() as f32 > most && !covered.is_empty();
            if is_common {
                continue;
            }
            for title in postings {
                covered.insert(*title, 0.0);
            }
        }
        for (title, sum) in &mut covered {
            let terms = self.titles[*title as usize].terms.iter();
            *sum = terms
                .filter(|(id, _)| found.contains(id))
                .map(|(id, share)| self.tells[*id as usize] * share)
                .sum();
        }
        self.best(query, covered)
    }

    fn best(&self, query: &TitleQuery, covered: HashMap<u32, f32>) -> Vec<TitleMatch> {
        let share = |title: &Title, sum: f32| (sum / title.total.max(f32::EPSILON)).min(1.0);
        let mut likely: Vec<(f32, &Title)> = covered
            .into_iter()
            .map(|(title, sum)| (&self.titles[title as usize], sum))
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
        let weights = self.weights_of(&query.words);
        let scored = likely
            .into_iter()
            .map(|(score, title)| (score * self.fit(query, &weights, title), title));
        let mut scored: Vec<(f32, &Title)> = scored.filter(|(score, _)| *score >= LEAST).collect();
        scored.sort_by(order);
        scored.truncate(MAX_MATCHES);
        let named = |(score, title): (f32, &Title)| TitleMatch {
            key: title.key.clone(),
            score,
        };
        scored.into_iter().map(named).collect()
    }

    /// Share of the query that stands in `title`, less for a title of another script.
    fn fit(&self, query: &TitleQuery, weights: &[f32], title: &Title) -> f32 {
        let all: f32 = weights.iter().sum();
        let held = query.words.iter().zip(weights);
        let held: f32 = held
            .map(|(forms, weight)| {
                let fits = forms.iter().enumerate().map(|(at, form)| {
                    // What was typed fits better than what stands for it.
                    let factor = if at == 0 || query.typed.is_none() {
                        1.0
                    } else {
                        OTHER_FORM
                    };
                    factor * fit_of(form, &title.key)
                });
                weight * fits.fold(0.0, f32::max)
            })
            .sum();
        let share = if all > 0.0 { held / all } else { 1.0 };
        let script = query
            .typed
            .as_ref()
            .map_or(1.0, |typed| script_fit(typed, &title.raw));
        let typed_key = query.typed.as_ref().map(|typed| title_key(typed));
        let exact = if typed_key.as_ref() == Some(&title.key) {
            EXACT
        } else {
            1.0
        };
        share.powf(QUERY_POWER) * script * exact
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
fn script_fit(typed: &str, title: &str) -> f32 {
    match (script_of(typed), script_of(title)) {
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
