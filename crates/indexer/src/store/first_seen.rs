//! Carries the times at which documents first came into an index from one generation to the next.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use polidex_schema::added::{ADDED, Added, FirstSeen, Hash};
use polidex_schema::manifest::MANIFEST;

use crate::build::catalog::{Catalog, DocumentEntry, FileEntry, Outcome};

/// What is known of the generation before.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Before {
    /// There was none: all documents are new.
    #[default]
    Nothing,
    /// One that kept no times: what it held is as old as it is, and so is all that comes with the new program.
    Undated(u64),
    /// One with times.
    Dated(Added),
}

impl Before {
    /// Reads what the generation in `folder` says.
    pub(crate) fn read(folder: &Path) -> Self {
        let bytes = fs::read(folder.join(ADDED)).ok();
        if let Some(added) = bytes.and_then(|bytes| Added::from_bytes(&bytes)) {
            return Self::Dated(added);
        }
        let made = fs::metadata(folder.join(MANIFEST)).and_then(|manifest| manifest.modified());
        made.map_or(Self::Nothing, |made| Self::Undated(milliseconds(made)))
    }

    /// Times of the documents of `catalog` at `now_ms`. `texts` are the hashes of the texts that were written anew.
    ///
    /// A document keeps its time while its file or its text stays the same, and while it is kept although its file cannot be
    /// read. Times never go backwards: whoever asks for what came after the newest of before misses nothing.
    pub(crate) fn carry(
        &self,
        catalog: &Catalog,
        texts: &HashMap<String, Hash>,
        now_ms: u64,
    ) -> Added {
        let newest = match self {
            Self::Dated(added) => added.newest_ms(),
            _ => 0,
        };
        let now_ms = now_ms.max(newest + 1);
        let mut added = Added::default();
        for file in &catalog.files {
            for document in indexed(file) {
                let Some(id) = &document.id else { continue };
                let seen = self.seen(id, document, file, texts.get(id).copied(), now_ms);
                added.documents.insert(id.clone(), seen);
            }
        }
        added
    }

    fn seen(
        &self,
        id: &str,
        document: &DocumentEntry,
        file: &FileEntry,
        text: Option<Hash>,
        now_ms: u64,
    ) -> FirstSeen {
        let (old, otherwise) = match self {
            Self::Nothing => (None, now_ms),
            Self::Undated(made) => (None, *made),
            Self::Dated(added) => (added.documents.get(id), now_ms),
        };
        let Some(old) = old else {
            return FirstSeen {
                at_ms: otherwise,
                text,
                file: file.content,
            };
        };
        // What was not written anew is as it was.
        let is_same = text.is_none()
            || document.kept.is_some()
            || text == old.text
            || old.file.is_some() && old.file == file.content;
        FirstSeen {
            at_ms: if is_same { old.at_ms } else { now_ms },
            text: text.or(old.text),
            file: file.content.or(old.file),
        }
    }
}

fn indexed(file: &FileEntry) -> impl Iterator<Item = &DocumentEntry> {
    let documents = file.documents.iter();
    documents.filter(|document| matches!(document.outcome, Outcome::Indexed(_)))
}

/// Milliseconds since 1970.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::catalog::{DocumentCounts, Kept};

    fn catalog(documents: &[(&str, u8, Option<Kept>)]) -> Catalog {
        let file = |&(id, content, kept): &(&str, u8, Option<Kept>)| FileEntry {
            relative: id.to_owned(),
            file_id: id.to_owned(),
            content: Some([content; 16]),
            root: 0,
            declared: [0; 16],
            documents: vec![DocumentEntry {
                path: id.to_owned(),
                id: Some(id.to_owned()),
                input: [0; 16],
                outcome: Outcome::Indexed(DocumentCounts::default()),
                kept,
            }],
        };
        Catalog {
            files: documents.iter().map(file).collect(),
            skipped: Vec::new(),
        }
    }

    fn texts(of: &[(&str, u8)]) -> HashMap<String, Hash> {
        let text = |(id, text): &(&str, u8)| ((*id).to_owned(), [*text; 16]);
        of.iter().map(text).collect()
    }

    fn times(added: &Added) -> Vec<(&str, u64)> {
        let documents = added.documents.iter();
        documents
            .map(|(id, seen)| (id.as_str(), seen.at_ms))
            .collect()
    }

    #[test]
    fn a_document_keeps_its_time_until_its_text_changes() {
        let all = [
            ("a", 1, None),
            ("b", 1, None),
            ("c", 1, None),
            ("d", 1, None),
        ];
        let first = Before::Nothing.carry(
            &catalog(&all),
            &texts(&[("a", 1), ("b", 1), ("c", 1), ("d", 1)]),
            100,
        );
        assert_eq!(
            times(&first),
            [("a", 100), ("b", 100), ("c", 100), ("d", 100)]
        );
        // a stays; of b the file changes and the text does not; of c both; d is gone; e is new.
        let now = [
            ("a", 1, None),
            ("b", 2, None),
            ("c", 2, None),
            ("e", 1, None),
        ];
        let second = Before::Dated(first).carry(
            &catalog(&now),
            &texts(&[("b", 1), ("c", 2), ("e", 1)]),
            200,
        );
        assert_eq!(
            times(&second),
            [("a", 100), ("b", 100), ("c", 200), ("e", 200)]
        );
        // Another program reads all texts otherwise, and one file cannot be read.
        let kept = [
            ("a", 1, None),
            ("b", 2, None),
            ("c", 9, Some(Kept::Unread)),
            ("e", 1, None),
        ];
        let upgraded = texts(&[("a", 7), ("b", 7), ("e", 7)]);
        let third = Before::Dated(second.clone()).carry(&catalog(&kept), &upgraded, 300);
        assert_eq!(
            times(&third),
            times(&second),
            "an upgrade alerts on nothing"
        );
        // A document that comes back is new.
        let fourth = Before::Dated(third).carry(&catalog(&all[3..]), &texts(&[("d", 1)]), 150);
        assert_eq!(
            times(&fourth),
            [("d", 201)],
            "and never older than what was there"
        );
    }

    #[test]
    fn an_index_of_a_program_that_kept_no_times_alerts_on_nothing() {
        let documents = catalog(&[("a", 1, None)]);
        let added = Before::Undated(50).carry(&documents, &texts(&[("a", 1)]), 100);
        assert_eq!(times(&added), [("a", 50)]);
    }
}
