//! Groups documents that are versions of one work.
//!
//! In: every document that has a date. Out: works of several versions, by the day each begins. Documents are versions of one
//! work where folder, main language and formal title are the same, script and the name of the state aside, and the dates are
//! not; a title that is no law's tells too little, so those also have to share most of their passages. The order of documents
//! does not show.

use std::collections::{BTreeMap, HashMap};

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
}

impl Dated {
    /// First day on which it may be in force, `YYYYMMDD`.
    pub(crate) fn begins(&self) -> Option<u64> {
        let day = |date: &str| PartialDate::parse(date).map(PartialDate::first_day);
        // A law that names the day of its first version in its last article is in force from its own date on.
        day(&self.effective).max(day(&self.date))
    }
}

/// A version of a work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) id: String,
    /// First day, `YYYYMMDD`.
    pub(crate) begins: u64,
}

/// Works of several versions.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Versions {
    /// Versions of each work, the oldest first.
    works: Vec<Vec<Version>>,
    by_id: HashMap<String, (u32, u32)>,
}

impl Versions {
    /// Groups `documents`; `are_alike` tells if two documents share most of their passages.
    pub(crate) fn of(documents: &[Dated], are_alike: impl Fn(&str, &str) -> bool) -> Self {
        let mut groups: BTreeMap<(&str, &str, String), Vec<Version>> = BTreeMap::new();
        for document in documents {
            let Some(begins) = document.begins() else {
                continue;
            };
            let key = work_key(&document.title);
            if key.is_empty() {
                continue;
            }
            let group = groups.entry((folder_of(&document.id), &document.lang, key));
            group.or_default().push(Version {
                id: document.id.clone(),
                begins,
            });
        }
        let mut versions = Self::default();
        for ((_, _, key), mut group) in groups {
            group.sort_by(|one, other| (one.begins, &one.id).cmp(&(other.begins, &other.id)));
            if group.len() < 2 || group.len() > MOST_VERSIONS {
                continue;
            }
            let is_law = LAW_ENDS.iter().any(|end| key.ends_with(end));
            let days_differ = group.windows(2).all(|two| two[0].begins < two[1].begins);
            let alike = || {
                group
                    .windows(2)
                    .all(|two| are_alike(&two[0].id, &two[1].id))
            };
            if days_differ && (is_law || alike()) {
                versions.add(group);
            }
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
        Versions::of(&documents, |one, _| one.starts_with("a/plan"))
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
