//! The table of a generation: which passages stand in which documents.
//!
//! In: the sketched passages of every document. Out: [`Reuse`], with the groups of each document, and its bytes as the
//! generation keeps them.

use std::collections::HashMap;
use std::ops::Range;

use polidex_schema::packed::{Packed, pack_bytes};
use serde::{Deserialize, Serialize};

use crate::reuse::groups::first_of_groups;
use crate::reuse::sketch::{Sketch, Sketched};

/// Raised when other passages are alike, or the form of the file changes.
const VERSION: u32 = 1;
/// Least share of all passages of the longer of two documents that are nearly the same, in percent, and least number of them.
const TWINS_SHARE: usize = 60;
const LEAST_OF_TWINS: u32 = 5;
/// A passage of more documents than this makes no two of them the same.
const MOST_TWINS: u32 = 50;

/// A passage of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Copy {
    /// Number of its document among [`Reuse::document`]s.
    pub(crate) document: u32,
    /// Index of the passage in it.
    pub(crate) passage: u32,
    /// True if most of it stands in quotation marks.
    pub(crate) is_quotation: bool,
}

/// Passages that stand in several documents.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reuse {
    /// Ids of the documents that have such passages, in order.
    documents: Vec<String>,
    /// Copies by group, each group by document and passage.
    copies: Vec<Copy>,
    /// Where each group begins among the copies, and the end of the last.
    starts: Vec<u32>,
    /// Positions of copies by document and passage.
    by_document: Vec<u32>,
    /// Groups, those that stand in most documents first.
    by_size: Vec<u32>,
}

/// Form of the file.
#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    documents: Vec<String>,
    copies: Vec<Copy>,
    lens: Vec<u32>,
}

/// Makes a [`Reuse`] of documents in any order.
#[derive(Default)]
pub(crate) struct ReuseBuilder {
    documents: Vec<(String, Vec<Sketched>)>,
}

impl ReuseBuilder {
    /// Adds a document with its sketched passages.
    pub(crate) fn add(&mut self, id: &str, passages: Vec<Sketched>) {
        if !passages.is_empty() {
            self.documents.push((id.to_owned(), passages));
        }
    }

    /// The table.
    pub(crate) fn finish(mut self) -> Reuse {
        self.documents.sort_by(|one, other| one.0.cmp(&other.0));
        let (copies, sketches) = self.flat();
        let firsts = first_of_groups(&sketches);
        drop(sketches);
        let mut members: Vec<(u32, Copy)> = firsts.into_iter().zip(copies).collect();
        members.sort_unstable();
        let groups = members.chunk_by(|one, other| one.0 == other.0);
        let is_reused =
            |group: &&[(u32, Copy)]| group[0].1.document != group[group.len() - 1].1.document;
        let reused: Vec<&[(u32, Copy)]> = groups.filter(is_reused).collect();
        let lens = reused.iter().map(|group| group.len() as u32).collect();
        let copies = reused
            .into_iter()
            .flatten()
            .map(|(_, copy)| *copy)
            .collect();
        let ids = self.documents.into_iter().map(|(id, _)| id).collect();
        Reuse::of(only_used(ids, copies), lens)
    }

    /// Copies and sketches of all passages, by document and passage.
    fn flat(&mut self) -> (Vec<Copy>, Vec<Sketch>) {
        let (mut copies, mut sketches) = (Vec::new(), Vec::new());
        for (document, (_, passages)) in (0..).zip(&mut self.documents) {
            for sketched in std::mem::take(passages) {
                copies.push(Copy {
                    document,
                    passage: sketched.passage,
                    is_quotation: sketched.is_quotation,
                });
                sketches.push(sketched.sketch);
            }
        }
        (copies, sketches)
    }
}

/// Leaves out the documents that have no copy, and numbers the others anew.
fn only_used(ids: Vec<String>, mut copies: Vec<Copy>) -> (Vec<String>, Vec<Copy>) {
    let mut numbers = vec![u32::MAX; ids.len()];
    for copy in &copies {
        numbers[copy.document as usize] = 0;
    }
    let mut used = Vec::new();
    for (number, id) in numbers.iter_mut().zip(ids) {
        if *number == 0 {
            *number = used.len() as u32;
            used.push(id);
        }
    }
    for copy in &mut copies {
        copy.document = numbers[copy.document as usize];
    }
    (used, copies)
}

impl Reuse {
    fn of((documents, copies): (Vec<String>, Vec<Copy>), lens: Vec<u32>) -> Self {
        let mut starts = Vec::with_capacity(lens.len() + 1);
        starts.push(0);
        for len in lens {
            starts.push(starts[starts.len() - 1] + len);
        }
        let mut by_document: Vec<u32> = (0..copies.len() as u32).collect();
        by_document.sort_unstable_by_key(|at| {
            let copy = &copies[*at as usize];
            (copy.document, copy.passage)
        });
        let mut reuse = Self {
            documents,
            copies,
            starts,
            by_document,
            by_size: Vec::new(),
        };
        let mut by_size: Vec<(u32, u32)> = (0..reuse.group_count() as u32)
            .map(|group| (reuse.document_count(group), group))
            .collect();
        by_size.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        reuse.by_size = by_size.into_iter().map(|(_, group)| group).collect();
        reuse
    }

    /// Bytes of the file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let lens = self.starts.windows(2).map(|ends| ends[1] - ends[0]);
        let stored = Stored {
            version: VERSION,
            documents: self.documents.clone(),
            copies: self.copies.clone(),
            lens: lens.collect(),
        };
        let bytes = postcard::to_allocvec(&stored).expect("plain data always serialises");
        pack_bytes(&bytes, &[])
    }

    /// Reads the file; `None` when it is none, or was made by a program that joins others.
    pub(crate) fn from_bytes(packed: &[u8]) -> Option<Self> {
        let bytes = Packed::open(packed)?.unpack()?;
        let stored: Stored = postcard::from_bytes(&bytes).ok()?;
        let total: u64 = stored.lens.iter().map(|len| u64::from(*len)).sum();
        let is_known = |copy: &Copy| (copy.document as usize) < stored.documents.len();
        let is_sound = stored.version == VERSION
            && total == stored.copies.len() as u64
            && !stored.lens.contains(&0)
            && stored.copies.iter().all(is_known);
        is_sound.then(|| Self::of((stored.documents, stored.copies), stored.lens))
    }

    /// Id of a document by its number.
    pub(crate) fn document(&self, number: u32) -> &str {
        &self.documents[number as usize]
    }

    /// Number of the groups.
    fn group_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Groups, those that stand in most documents first.
    pub(crate) fn groups(&self) -> &[u32] {
        &self.by_size
    }

    fn range(&self, group: u32) -> Range<usize> {
        self.starts[group as usize] as usize..self.starts[group as usize + 1] as usize
    }

    /// Copies of a group by the ids of their documents, then by passage.
    pub(crate) fn copies(&self, group: u32) -> &[Copy] {
        &self.copies[self.range(group)]
    }

    /// Number of the documents that a group stands in.
    pub(crate) fn document_count(&self, group: u32) -> u32 {
        let copies = self.copies(group);
        let differ = copies
            .windows(2)
            .filter(|two| two[0].document != two[1].document);
        differ.count() as u32 + 1
    }

    /// Numbers of the documents of a group: those that have the passage as their own, and those that only quote it.
    pub(crate) fn counts(&self, group: u32) -> (u64, u64) {
        let copies = self.copies(group);
        let (mut own, mut quoting) = (0, 0);
        for of_one in copies.chunk_by(|one, other| one.document == other.document) {
            match of_one.iter().all(|copy| copy.is_quotation) {
                true => quoting += 1,
                false => own += 1,
            }
        }
        (own, quoting)
    }

    /// Number of a document by its id; `None` where no passage of it stands elsewhere.
    pub(crate) fn number(&self, id: &str) -> Option<u32> {
        let number = self
            .documents
            .binary_search_by(|known| known.as_str().cmp(id));
        number.ok().map(|number| number as u32)
    }

    /// Passages of a document that stand in others too, in order, each with its group.
    pub(crate) fn of_document(&self, document: u32) -> impl Iterator<Item = (u32, u32)> {
        let copy = |at: &u32| &self.copies[*at as usize];
        let from = self
            .by_document
            .partition_point(|at| copy(at).document < document);
        let own = self.by_document[from..].iter();
        let own = own.take_while(move |at| self.copies[**at as usize].document == document);
        own.map(|at| {
            let behind = self.starts.partition_point(|start| start <= at);
            (self.copies[*at as usize].passage, behind as u32 - 1)
        })
    }

    /// Group of a passage of a document.
    pub(crate) fn group_of(&self, document: u32, passage: u32) -> Option<u32> {
        let mut own = self.of_document(document);
        own.find(|(of, _)| *of == passage).map(|(_, group)| group)
    }

    /// Returns true if two documents share most of the passages that either shares with any.
    pub(crate) fn shares_most(&self, one: &str, other: &str) -> bool {
        let (Some(one), Some(other)) = (self.number(one), self.number(other)) else {
            return false;
        };
        let count = |of: u32| self.of_document(of).count();
        let alike = self.alike(one, u32::MAX);
        let shared = alike.iter().find(|(of, _)| *of == other);
        shared.is_some_and(|(_, shared)| 2 * *shared as usize > count(one).min(count(other)))
    }

    /// Pairs of documents that share nearly all of their passages, by id; `passages` is the number of all passages of each.
    pub(crate) fn twins(&self, passages: &HashMap<String, usize>) -> Vec<(String, String)> {
        let mut twins = Vec::new();
        for (one, id) in (0..).zip(&self.documents) {
            let alike = self.alike(one, MOST_TWINS);
            for (other, shared) in alike.into_iter().filter(|(other, _)| *other > one) {
                let other = self.document(other);
                let all = [id.as_str(), other].map(|id| passages.get(id).copied().unwrap_or(0));
                let longer = all[0].max(all[1]);
                if shared >= LEAST_OF_TWINS && shared as usize * 100 >= longer * TWINS_SHARE {
                    twins.push((id.clone(), other.to_owned()));
                }
            }
        }
        twins
    }

    /// Other documents that have passages of `document`, each with their number, most first. A group that stands in more than
    /// `most` documents says nothing about two of them and is left out.
    pub(crate) fn alike(&self, document: u32, most: u32) -> Vec<(u32, u32)> {
        let mut shared: HashMap<u32, u32> = HashMap::new();
        for (_, group) in self.of_document(document) {
            if self.document_count(group) > most {
                continue;
            }
            let copies = self.copies(group);
            for other in copies.chunk_by(|one, other| one.document == other.document) {
                *shared.entry(other[0].document).or_default() += 1;
            }
        }
        shared.remove(&document);
        let mut shared: Vec<(u32, u32)> = shared.into_iter().collect();
        shared.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
        shared
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reuse::sketch::sketch_of;

    proptest! {
        /// A damaged file, or one of a hostile cluster, is refused or can be asked everything.
        #[test]
        fn any_file_is_refused_or_whole(
            documents in prop::collection::vec("[a-c]{0,2}", 0..4),
            copies in prop::collection::vec((0..5_u32, any::<u32>(), any::<bool>()), 0..8),
            lens in prop::collection::vec(prop_oneof![0..4_u32, any::<u32>()], 0..5),
            flip in prop::option::of((any::<prop::sample::Index>(), 0..8_u32)),
        ) {
            let copy = |(document, passage, is_quotation)| Copy { document, passage, is_quotation };
            let copies = copies.into_iter().map(copy).collect();
            let stored = Stored { version: VERSION, documents, copies, lens };
            let mut file = pack_bytes(&postcard::to_allocvec(&stored).expect("plain data"), &[]);
            if let Some((at, bit)) = flip {
                let at = at.index(file.len());
                file[at] ^= 1 << bit;
            }
            let Some(reuse) = Reuse::from_bytes(&file) else { return Ok(()) };
            prop_assert_eq!(reuse.groups().len(), reuse.group_count());
            for group in reuse.groups() {
                let (own, quoting) = reuse.counts(*group);
                prop_assert!(own + quoting >= u64::from(reuse.document_count(*group)));
                for copy in reuse.copies(*group) {
                    let id = reuse.document(copy.document).to_owned();
                    prop_assert!(reuse.of_document(copy.document).any(|(passage, _)| passage == copy.passage));
                    let _ = (reuse.shares_most(&id, "a"), reuse.alike(copy.document, 3));
                }
            }
        }
    }

    fn sketched(passage: u32, text: &str) -> Sketched {
        let (sketch, is_quotation) = sketch_of(text).expect("long enough");
        Sketched {
            passage,
            sketch,
            is_quotation,
        }
    }

    fn words(of: u32) -> String {
        let words = (0..40).map(|at| format!("w{}", of * 100 + at));
        words.collect::<Vec<_>>().join(" ")
    }

    fn table(order: &[usize]) -> Reuse {
        let documents = [
            ("b", vec![sketched(1, &words(1)), sketched(4, &words(2))]),
            (
                "a",
                vec![
                    sketched(0, &words(1)),
                    sketched(2, &words(3)),
                    sketched(3, &words(3)),
                ],
            ),
            (
                "c",
                vec![
                    sketched(7, &format!("“{}”", words(2))),
                    sketched(9, &words(1)),
                ],
            ),
            ("d", vec![sketched(0, &words(9))]),
        ];
        let mut builder = ReuseBuilder::default();
        for at in order {
            let (id, passages) = &documents[*at];
            builder.add(id, passages.clone());
        }
        builder.finish()
    }

    #[test]
    fn passages_of_several_documents_are_found_both_ways() {
        let table = table(&[0, 1, 2, 3]);
        assert_eq!(
            table.documents,
            ["a", "b", "c"],
            "repeats within one document do not count"
        );
        let number = table.number("b").expect("held");
        let own: Vec<(u32, u32)> = table.of_document(number).collect();
        assert_eq!(
            own.iter().map(|(passage, _)| *passage).collect::<Vec<_>>(),
            [1, 4]
        );
        let group = table.group_of(number, 4).expect("a group");
        let copies: Vec<(&str, u32, bool)> = table
            .copies(group)
            .iter()
            .map(|copy| {
                (
                    table.document(copy.document),
                    copy.passage,
                    copy.is_quotation,
                )
            })
            .collect();
        assert_eq!(copies, [("b", 4, false), ("c", 7, true)]);
        assert_eq!(
            table.groups().first(),
            Some(&own[0].1),
            "in three documents"
        );
        let alike = table.alike(number, 3);
        let alike: Vec<(&str, u32)> = alike
            .iter()
            .map(|(of, n)| (table.document(*of), *n))
            .collect();
        assert_eq!(alike, [("c", 2), ("a", 1)]);
        assert_eq!((table.number("d"), table.group_of(number, 3)), (None, None));
    }

    #[test]
    fn the_order_of_reading_does_not_show_and_bytes_are_read_again() {
        let one = table(&[0, 1, 2, 3]);
        assert_eq!(one, table(&[3, 2, 1, 0]));
        let bytes = one.to_bytes();
        assert_eq!(Reuse::from_bytes(&bytes).as_ref(), Some(&one));
        assert_eq!(Reuse::from_bytes(&bytes[..bytes.len() / 2]), None);
        let empty = ReuseBuilder::default().finish();
        assert_eq!(Reuse::from_bytes(&empty.to_bytes()), Some(empty));
    }
}
