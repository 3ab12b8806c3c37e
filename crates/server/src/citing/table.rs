//! The table of a generation: who cites whom.
//!
//! In: every document with what is stored of its citations. Out: [`Table`]: the citations of each document by others, the
//! newest first, and the works that are cited and not held. It depends on the documents alone, not on their order, so an
//! incremental update yields what a full build does. Linear in the number of citations.

use std::collections::HashMap;
use std::ops::Range;

use polidex_analysis::citations::{Citation, Work};
use polidex_schema::citations::plain_place;

use crate::citing::works::key_of;

/// One citation, from one document to another. Documents are known by their numbers in the list of all, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Document that is cited.
    target: u32,
    /// Place in it, by its number.
    place: u32,
    /// Document that cites.
    pub(crate) citing: u32,
    /// Number of the citation among those of that document.
    pub(crate) at: u32,
}

/// A work that documents cite and the collection does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotHeldWork {
    /// Name, in the spelling that comes first by code points.
    pub(crate) name: String,
    /// Number of citations.
    pub(crate) citations: u64,
    /// Number of documents that make them.
    pub(crate) documents: u64,
    last_document: u32,
}

/// Citations of a collection.
#[derive(Default)]
pub(crate) struct Table {
    /// By target, then the newest citing document first, then its id, then the order of its text.
    links: Vec<Link>,
    places: Vec<Box<str>>,
    /// The most cited first.
    not_held: Vec<NotHeldWork>,
}

/// Makes a [`Table`].
#[derive(Default)]
pub(crate) struct TableBuilder {
    links: Vec<Link>,
    places: Vec<Box<str>>,
    known_places: HashMap<Box<str>, u32>,
    not_held: HashMap<String, NotHeldWork>,
}

impl TableBuilder {
    /// Adds citation number `at` of document `citing`, which means document `target` or none that is held.
    pub(crate) fn add(&mut self, citing: u32, at: u32, citation: &Citation, target: Option<usize>) {
        match (target, &citation.work) {
            (Some(target), _) if target as u32 != citing => {
                let place = self.place(plain_place(&citation.place));
                self.links.push(Link {
                    target: target as u32,
                    place,
                    citing,
                    at,
                });
            }
            (None, Work::Named(name) | Work::Numbered(name) | Work::Meeting(name)) => {
                self.miss(citing, name);
            }
            _ => {}
        }
    }

    fn place(&mut self, place: String) -> u32 {
        if let Some(number) = self.known_places.get(place.as_str()) {
            return *number;
        }
        let number = self.places.len() as u32;
        self.places.push(place.clone().into());
        self.known_places.insert(place.into(), number);
        number
    }

    fn miss(&mut self, citing: u32, name: &str) {
        let missed = self.not_held.entry(key_of(name));
        let missed = missed.or_insert_with(|| NotHeldWork {
            name: name.to_owned(),
            citations: 0,
            documents: 0,
            last_document: u32::MAX,
        });
        missed.citations += 1;
        missed.documents += u64::from(missed.last_document != citing);
        missed.last_document = citing;
        if name < missed.name.as_str() {
            missed.name = name.to_owned();
        }
    }

    /// The table; `date` returns the date of a document.
    pub(crate) fn finish<'a>(self, date: impl Fn(u32) -> &'a str) -> Table {
        let mut links = self.links;
        links.sort_by(|one, other| {
            let by_target = one.target.cmp(&other.target);
            let by_date = || date(other.citing).cmp(date(one.citing));
            let by_text = || (one.citing, one.at).cmp(&(other.citing, other.at));
            by_target.then_with(by_date).then_with(by_text)
        });
        let mut not_held: Vec<NotHeldWork> = self.not_held.into_values().collect();
        not_held.sort_by(|one, other| {
            let by_documents = other.documents.cmp(&one.documents);
            let by_citations = || other.citations.cmp(&one.citations);
            by_documents
                .then_with(by_citations)
                .then_with(|| one.name.cmp(&other.name))
        });
        Table {
            links,
            places: self.places,
            not_held,
        }
    }
}

impl Table {
    /// Works that are cited and not held, the most cited first.
    pub(crate) fn not_held(&self) -> &[NotHeldWork] {
        &self.not_held
    }

    /// Citations of document `target`.
    fn to(&self, target: u32) -> Range<usize> {
        let from = self.links.partition_point(|link| link.target < target);
        let more = self.links[from..].partition_point(|link| link.target == target);
        from..from + more
    }

    /// Documents that others cite, each with the number of those, in order.
    pub(crate) fn cited(&self) -> impl Iterator<Item = (u32, u32)> {
        let of_target = self.links.chunk_by(|one, other| one.target == other.target);
        of_target.map(|links| {
            // The citations of one document stand together.
            let citing = links.chunk_by(|one, other| one.citing == other.citing);
            (links[0].target, citing.count() as u32)
        })
    }

    /// Citations of `place` in document `target`, or of any place in it where that is empty, the newest first. A citation of
    /// a paragraph is one of its article.
    pub(crate) fn citing(&self, target: u32, place: &str) -> Vec<Link> {
        let wanted = plain_place(place);
        let links = self.links[self.to(target)].iter();
        let is_wanted = |link: &&Link| is_within(&self.places[link.place as usize], &wanted);
        links.filter(is_wanted).copied().collect()
    }

    /// Citations of document `target` as a whole, the newest first.
    pub(crate) fn citing_whole(&self, target: u32) -> Vec<Link> {
        let links = self.links[self.to(target)].iter();
        let is_whole = |link: &&Link| self.places[link.place as usize].is_empty();
        links.filter(is_whole).copied().collect()
    }

    /// Number of citations of document `target`, and of each article, chapter or annex of it that is cited.
    pub(crate) fn counts(&self, target: u32) -> (u64, HashMap<&str, u64>) {
        let links = &self.links[self.to(target)];
        let mut counts = HashMap::new();
        for link in links {
            let place = &self.places[link.place as usize];
            let outermost = place.split('/').next().unwrap_or_default();
            if !outermost.is_empty() {
                *counts.entry(outermost).or_default() += 1;
            }
        }
        (links.len() as u64, counts)
    }
}

/// Returns true if `place` is `wanted` or lies within it.
fn is_within(place: &str, wanted: &str) -> bool {
    let rest = place.strip_prefix(wanted);
    wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use polidex_analysis::citations::Kind;

    use super::*;

    fn citation(name: &str, place: &str) -> Citation {
        Citation {
            range: 0..1,
            kind: Kind::Law,
            work: Work::Named(name.to_owned()),
            place: place.to_owned(),
        }
    }

    fn table(order: &[u32]) -> Table {
        let dates = ["2001", "2019-05", "", "2011"];
        let mut builder = TableBuilder::default();
        for citing in order {
            let places = ["art:3/para:1", "s:3", "art:30", ""];
            let place = places[*citing as usize];
            builder.add(*citing, 0, &citation("民法", place), Some(0));
            builder.add(*citing, 1, &citation("《漁業法》", "art:1"), None);
            builder.add(*citing, 2, &citation("渔业法", ""), None);
            let own = Citation {
                work: Work::This,
                ..citation("", "art:9")
            };
            builder.add(*citing, 3, &own, None);
        }
        builder.finish(|number| dates[number as usize])
    }

    #[test]
    fn citations_are_listed_by_place_the_newest_first() {
        let table = table(&[0, 1, 2, 3]);
        let citing = |place| -> Vec<u32> {
            let links = table.citing(0, place).into_iter();
            links.map(|link| link.citing).collect()
        };
        assert_eq!(citing(""), [1, 3, 2], "a document does not cite itself");
        assert_eq!(citing("art:3"), [1], "article 30 is another");
        assert_eq!(citing("s:3"), [1]);
        assert!(table.citing(1, "").is_empty());
        assert_eq!(table.cited().collect::<Vec<_>>(), [(0, 3)]);
        let (all, counts) = table.counts(0);
        assert_eq!((all, counts["art:3"], counts["art:30"]), (3, 1, 1));
    }

    #[test]
    fn the_order_of_reading_does_not_show() {
        let (one, other) = (table(&[0, 1, 2, 3]), table(&[3, 1, 0, 2]));
        assert_eq!(one.citing(0, "").len(), other.citing(0, "").len());
        let citing = |table: &Table| -> Vec<u32> {
            let links = table.citing(0, "art:3").into_iter();
            links.map(|link| link.citing).collect()
        };
        assert_eq!(citing(&one), citing(&other));
        let names = |table: &Table| -> Vec<(String, u64, u64)> {
            let works = table.not_held().iter();
            works
                .map(|work| (work.name.clone(), work.citations, work.documents))
                .collect()
        };
        assert_eq!(names(&one), names(&other));
        assert_eq!(names(&one), [("《漁業法》".to_owned(), 8, 4)]);
    }
}
