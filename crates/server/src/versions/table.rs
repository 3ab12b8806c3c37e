//! Groups documents that are versions of one work.
//!
//! In: every document that has a date. Out: works of several versions, by the day each begins. Documents are versions of one
//! work where folder, main language and formal title are the same, script and the name of the state aside, and the dates are
//! not; a title that is no law's tells too little, so those also have to share most of their passages. A law that was given
//! another title is one work with what it was where the publisher's number is the same and most passages are; or nearly all
//! of them, and the titles differ in their order or their kind alone. The order of documents does not show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polidex_analysis::date::PartialDate;
use polidex_schema::citations::work_key;

/// Ends of the titles of laws and rules, folded and without blanks.
const LAW_ENDS: [&str; 25] = [
    "法",
    "法典",
    "条例",
    "规则",
    "细则",
    "规定",
    "办法",
    "规程",
    "章程",
    "准则",
    "标准",
    "决定",
    "解释",
    "纲要",
    "意见",
    "通则",
    "宪法",
    "修正案",
    "act",
    "code",
    "rules",
    "regulations",
    "regulation",
    "ordinance",
    "bylaw",
];
/// Most versions of one work; more documents of one title are a series.
const MOST_VERSIONS: usize = 100;

/// A document that may be a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dated {
    /// Document id.
    pub(crate) id: String,
    pub(crate) title: String,
    /// Main language.
    pub(crate) lang: String,
    /// Date, and the day it comes into force; empty where unknown.
    pub(crate) date: String,
    pub(crate) effective: String,
    /// Number that its publisher gave it, and the publisher; empty where unknown.
    pub(crate) number: String,
    pub(crate) publisher: String,
}

impl Dated {
    /// First day on which it may be in force, `YYYYMMDD`.
    pub(crate) fn begins(&self) -> Option<u64> {
        let day = |date: &str| PartialDate::parse(date).map(PartialDate::first_day);
        // A law that names the day of its first version in its last article is in force from its own date on.
        day(&self.effective).max(day(&self.date))
    }

    fn version(&self) -> Option<Version> {
        Some(Version {
            id: self.id.clone(),
            begins: self.begins()?,
        })
    }
}

/// A version of a work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) id: String,
    /// First day, `YYYYMMDD`.
    pub(crate) begins: u64,
}

/// What texts tell of documents: which share most of their passages, and pairs that share nearly all.
pub(crate) struct Likeness<'a> {
    pub(crate) are_alike: &'a dyn Fn(&str, &str) -> bool,
    /// Ids of documents of whatever titles.
    pub(crate) twins: &'a [(String, String)],
}

/// Works of several versions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Versions {
    /// Versions of each work, the oldest first.
    works: Vec<Vec<Version>>,
    by_id: HashMap<String, (u32, u32)>,
}

impl Versions {
    /// Groups `documents` by their titles, and joins those that were given another one.
    pub(crate) fn of(documents: &[Dated], likeness: &Likeness<'_>) -> Self {
        let mut works = by_title(documents, likeness);
        let of_number = by_number(documents, likeness);
        let twins = renamed(documents, likeness.twins);
        for pair in of_number.into_iter().chain(twins) {
            works.join(&pair);
        }
        let mut versions = Self::default();
        for group in works.groups.into_values() {
            versions.add(group);
        }
        versions
    }

    fn add(&mut self, group: Vec<Version>) {
        let number = self.works.len() as u32;
        for (version, at) in group.iter().zip(0..) {
            self.by_id.insert(version.id.clone(), (number, at));
        }
        self.works.push(group);
    }

    /// Versions of the work of a document, the oldest first, and its own place among them; `None` where it is the only one.
    pub(crate) fn of_document(&self, id: &str) -> Option<(&[Version], usize)> {
        let (work, at) = self.by_id.get(id)?;
        Some((&self.works[*work as usize], *at as usize))
    }

    /// Place of the version of `versions` in force on a day, `YYYYMMDD`: the last that had begun.
    pub(crate) fn in_force(versions: &[Version], day: u64) -> Option<usize> {
        versions
            .partition_point(|version| version.begins <= day)
            .checked_sub(1)
    }

    /// Ids of the versions that were not in force on a day: those replaced by then, and those that had not begun.
    pub(crate) fn not_in_force(&self, day: u64) -> Vec<String> {
        let mut ids = Vec::new();
        for work in &self.works {
            let current = Self::in_force(work, day);
            let others = (0..).zip(work).filter(|(at, _)| Some(*at) != current);
            ids.extend(others.map(|(_, version)| version.id.clone()));
        }
        ids
    }
}

/// Groups that are being joined, each by a number that does not depend on the order of documents.
#[derive(Default)]
struct Works {
    groups: BTreeMap<usize, Vec<Version>>,
    of: HashMap<String, usize>,
}

impl Works {
    fn add(&mut self, group: Vec<Version>) -> usize {
        let number = self.groups.last_key_value().map_or(0, |(last, _)| last + 1);
        for version in &group {
            self.of.insert(version.id.clone(), number);
        }
        self.groups.insert(number, group);
        number
    }

    /// Joins the groups of `versions`, unless two of all would begin on one day.
    fn join(&mut self, versions: &[Version]) {
        let mut all = versions.to_vec();
        let numbers: BTreeSet<usize> = versions
            .iter()
            .filter_map(|version| self.of.get(&version.id).copied())
            .collect();
        for number in &numbers {
            all.extend(self.groups[number].iter().cloned());
        }
        sort(&mut all);
        all.dedup();
        if !is_work(&all) {
            return;
        }
        for number in numbers {
            self.groups.remove(&number);
        }
        self.add(all);
    }
}

/// Documents with the day each begins, by what `key` says; those without one are in no group.
fn grouped<K: Ord>(
    documents: &[Dated],
    key: impl Fn(&Dated) -> Option<K>,
) -> BTreeMap<K, Vec<Version>> {
    let mut groups: BTreeMap<K, Vec<Version>> = BTreeMap::new();
    for document in documents {
        if let (Some(key), Some(version)) = (key(document), document.version()) {
            groups.entry(key).or_default().push(version);
        }
    }
    groups.values_mut().for_each(|group| sort(group));
    groups
}

/// Groups by folder, language and title.
fn by_title(documents: &[Dated], likeness: &Likeness<'_>) -> Works {
    let groups = grouped(documents, |document| {
        let key = work_key(&document.title);
        let folder = folder_of(&document.id).to_owned();
        (!key.is_empty()).then(|| (folder, document.lang.clone(), key))
    });
    let mut works = Works::default();
    for ((_, _, key), group) in groups {
        if is_work(&group) && (is_law(&key) || are_all_alike(&group, likeness)) {
            works.add(group);
        }
    }
    works
}

/// Groups by folder, language, publisher and number whose texts are alike.
fn by_number(documents: &[Dated], likeness: &Likeness<'_>) -> Vec<Vec<Version>> {
    let groups = grouped(documents, |document| {
        let number: String = document.number.split_whitespace().collect();
        let folder = folder_of(&document.id).to_owned();
        let of = (folder, document.lang.clone(), document.publisher.clone());
        (!number.is_empty()).then(|| (of, number.to_lowercase()))
    });
    let alike = groups
        .into_values()
        .filter(|group| is_work(group) && are_all_alike(group, likeness));
    alike.collect()
}

/// Pairs of `twins` that are laws of one publisher under titles that say the same.
fn renamed(documents: &[Dated], twins: &[(String, String)]) -> Vec<Vec<Version>> {
    let by_id: HashMap<&str, &Dated> = documents
        .iter()
        .map(|document| (document.id.as_str(), document))
        .collect();
    let mut pairs = Vec::new();
    for (one, other) in twins {
        let (Some(one), Some(other)) = (by_id.get(one.as_str()), by_id.get(other.as_str())) else {
            continue;
        };
        let of = |document: &Dated| {
            let folder = folder_of(&document.id).to_owned();
            (folder, document.lang.clone(), document.publisher.clone())
        };
        let is_renamed = is_renamed(&work_key(&one.title), &work_key(&other.title));
        let pair: Vec<Version> = [one, other]
            .into_iter()
            .filter_map(|of| of.version())
            .collect();
        if is_renamed && of(one) == of(other) && pair.len() == 2 {
            pairs.push(pair);
        }
    }
    pairs
}

fn sort(group: &mut [Version]) {
    group.sort_by(|one, other| (one.begins, &one.id).cmp(&(other.begins, &other.id)));
}

/// Returns true if `group`, in order, may be the versions of one work: each begins on a day of its own.
fn is_work(group: &[Version]) -> bool {
    let days_differ = group.windows(2).all(|two| two[0].begins < two[1].begins);
    (2..=MOST_VERSIONS).contains(&group.len()) && days_differ
}

fn is_law(key: &str) -> bool {
    LAW_ENDS.iter().any(|end| key.ends_with(end))
}

/// Returns true if two titles of laws differ in the order of their characters or in the word of their kind alone: rules of
/// two years or two bodies are nearly the same too, and no versions of one work.
fn is_renamed(one: &str, other: &str) -> bool {
    let bare = |key: &str| {
        let ends = LAW_ENDS.iter().filter_map(|end| key.strip_suffix(end));
        ends.min_by_key(|bare| bare.len()).map(str::to_owned)
    };
    let ordered = |key: &str| {
        let mut characters: Vec<char> = key.chars().collect();
        characters.sort_unstable();
        characters
    };
    let (Some(one_bare), Some(other_bare)) = (bare(one), bare(other)) else {
        return false;
    };
    one_bare == other_bare || ordered(one) == ordered(other)
}

fn are_all_alike(group: &[Version], likeness: &Likeness<'_>) -> bool {
    let mut pairs = group.windows(2);
    pairs.all(|two| (likeness.are_alike)(&two[0].id, &two[1].id))
}

/// First folder of an id.
fn folder_of(id: &str) -> &str {
    id.split_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(id: &str, title: &str, date: &str, effective: &str) -> Dated {
        Dated {
            id: id.to_owned(),
            title: title.to_owned(),
            lang: "zh-Hans".to_owned(),
            date: date.to_owned(),
            effective: effective.to_owned(),
            ..Dated::default()
        }
    }

    fn versions() -> Versions {
        let documents = [
            dated("a/new", "港口法", "2018-12-29", ""),
            dated("a/old", "中华人民共和国港口法", "2003-06-28", "2004-01-01"),
            dated("b/other", "港口法", "2010-01-01", ""),
            dated("a/speech-1", "主席发言", "2014-01-08", ""),
            dated("a/speech-2", "主席发言", "2014-01-09", ""),
            dated("a/plan-1", "港口规划", "2014-01", ""),
            dated("a/plan-2", "港口规划", "2015", ""),
            dated("a/undated", "港口法", "", ""),
        ];
        Versions::of(
            &documents,
            &Likeness {
                are_alike: &|one, _| one.starts_with("a/plan"),
                twins: &[],
            },
        )
    }

    #[test]
    fn a_law_of_another_title_is_joined_by_its_number_or_its_text() {
        let numbered = |id: &str, title: &str, date: &str, number: &str| Dated {
            number: number.to_owned(),
            ..dated(id, title, date, "")
        };
        let documents = [
            numbered("a/1", "港口管理辦法", "2001-01-01", "Cap. 9"),
            numbered("a/2", "商港管理規則", "2005-01-01", "Cap.  9"),
            numbered("a/3", "商港管理規則", "2009-01-01", ""),
            numbered("a/4", "漁港條例", "2010-01-01", "Cap. 10"),
            numbered("a/5", "漁船條例", "2011-01-01", "Cap. 10"),
            numbered("a/6", "渡輪規則", "2012-01-01", ""),
            numbered("a/7", "渡輪條例", "2013-01-01", ""),
            numbered("a/8", "九十三年度預算辦法", "2004-01-01", ""),
            numbered("a/9", "九十四年度預算辦法", "2005-01-01", ""),
            numbered("b/7", "渡輪條例", "2014-01-01", ""),
        ];
        let twin = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        let mut backwards = documents.to_vec();
        backwards.reverse();
        let of = |documents: &[Dated]| {
            Versions::of(
                documents,
                &Likeness {
                    are_alike: &|one, other| one < "a/4" && other < "a/4",
                    twins: &[twin("a/6", "a/7"), twin("a/7", "b/7"), twin("a/8", "a/9")],
                },
            )
        };
        let versions = of(&documents);
        let ids = |id: &str| -> Vec<String> {
            let all = versions.of_document(id).map_or(&[][..], |(all, _)| all);
            all.iter().map(|version| version.id.clone()).collect()
        };
        assert_eq!(ids("a/1"), ["a/1", "a/2", "a/3"]);
        assert!(ids("a/4").is_empty(), "their texts are not alike");
        assert_eq!(ids("a/7"), ["a/6", "a/7"], "b is another folder");
        assert!(ids("a/8").is_empty(), "rules of another year");
        assert_eq!(of(&backwards), versions);
    }

    #[test]
    fn one_title_in_one_folder_with_several_dates_is_one_work() {
        let versions = versions();
        let (of, at) = versions.of_document("a/new").expect("versions");
        let ids: Vec<&str> = of.iter().map(|version| version.id.as_str()).collect();
        assert_eq!((ids, at), (vec!["a/old", "a/new"], 1));
        for alone in ["b/other", "a/speech-1", "a/undated", "none"] {
            assert_eq!(versions.of_document(alone), None, "{alone}");
        }
        assert!(
            versions.of_document("a/plan-2").is_some(),
            "their texts are alike"
        );
    }

    #[test]
    fn the_version_of_a_day_is_the_last_that_had_begun() {
        let versions = versions();
        let (of, _) = versions.of_document("a/new").expect("versions");
        let on = |day| Versions::in_force(of, day).map(|at| of[at].id.as_str());
        assert_eq!(on(20_031_231), None, "passed and not yet in force");
        assert_eq!(on(20_040_101), Some("a/old"));
        assert_eq!(on(20_181_229), Some("a/new"));
        assert_eq!(
            versions.not_in_force(20_100_101),
            ["a/new", "a/plan-1", "a/plan-2"]
        );
        assert_eq!(versions.not_in_force(20_250_101), ["a/old", "a/plan-1"]);
    }
}
