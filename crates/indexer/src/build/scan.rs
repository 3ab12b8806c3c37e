//! Compares the files of a folder with the catalog of before: which documents are as they were, which have to be prepared.
//!
//! In: the files found and the catalog. Out: a [`Job`] for every document that differs, and in the end the new catalog.
//! Files are compared by content and documents by everything they are made of.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::build::Inputs;
use crate::build::catalog::{
    Catalog, ContentHash, DocumentEntry, FileEntry, Kept, Outcome, hash_value,
};
use crate::build::forgotten::Forgotten;
use crate::build::ids::file_ids;
use crate::build::removals::Removals;
use crate::build::seen::SeenFiles;
use crate::build::walk::{FoundFile, Stamp};
use crate::declared::Declared;
use crate::extract::{Extracted, RawDocument};
use crate::readers::{Budget, Readers};
use crate::skip::{SkipClass, SkipReason, Skipped};

/// Position of a document in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) file: usize,
    pub(crate) document: usize,
}

/// A document on its way from the reading thread to a preparing one.
pub(crate) struct Job {
    pub(crate) slot: Slot,
    pub(crate) id: String,
    pub(crate) raw: RawDocument,
    /// Budget of its file.
    pub(crate) budget: Arc<Budget>,
    /// Outcome of the document of this id that the generation before holds.
    pub(crate) replaces: Option<Outcome>,
}

/// Result of a scan. Documents that are on their way have no outcome yet.
pub(crate) struct Scanned {
    pub(crate) catalog: Catalog,
    /// Documents that are in the index as before.
    pub(crate) unchanged: HashSet<Slot>,
    /// Files that changed while they were read.
    pub(crate) unsettled: HashSet<usize>,
    /// Ids of indexed documents that are no more.
    pub(crate) gone: Vec<String>,
    /// Documents that are kept because too many would be removed.
    pub(crate) held: u64,
    pub(crate) files_read: u64,
    pub(crate) bytes_read: u64,
    pub(crate) seen: SeenFiles,
}

impl Scanned {
    /// Notes what became of a document. A file with one that may succeed next time is read again by the next run.
    pub(crate) fn settle(&mut self, slot: Slot, settled: Settled) {
        let file = &mut self.catalog.files[slot.file];
        let document = &mut file.documents[slot.document];
        match settled {
            Settled::As(outcome) => {
                if is_transient(&outcome) {
                    file.content = None;
                }
                document.outcome = outcome;
            }
            Settled::Kept(outcome) => {
                file.content = None;
                document.outcome = outcome;
                document.kept = Some(Kept::Unread);
                // The text in the index is not made of what the file holds now.
                document.input = ContentHash::default();
                self.unchanged.insert(slot);
            }
        }
    }
}

/// End of a document's way.
pub(crate) enum Settled {
    /// It has this outcome.
    As(Outcome),
    /// It could not be read now; the one of before stays, with this outcome.
    Kept(Outcome),
}

/// Returns true if a document was skipped for a reason that may be gone by the next run.
fn is_transient(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Skipped(reason) if reason.is_transient())
}

/// A document of the generation before.
struct OldDocument<'a> {
    input: ContentHash,
    outcome: &'a Outcome,
}

impl OldDocument<'_> {
    fn is_indexed(&self) -> bool {
        matches!(self.outcome, Outcome::Indexed(_))
    }
}

/// Result of claiming an id.
enum Claim {
    /// The document has its outcome already.
    Settled(Outcome),
    /// It has to be prepared, and replaces the document that is in the index with this outcome.
    Differs { replaces: Option<Outcome> },
}

/// A scan under way.
pub(crate) struct Scan<'a> {
    inputs: &'a Inputs,
    readers: &'a Readers,
    forgotten: &'a Forgotten,
    before: Option<&'a Catalog>,
    /// Ids of the files found, in their order.
    file_ids: Vec<String>,
    old_files: HashMap<&'a str, &'a FileEntry>,
    /// Documents of before whose ids no document of now has claimed yet.
    old_documents: HashMap<&'a str, OldDocument<'a>>,
    /// Ids claimed so far.
    ids: HashSet<String>,
    files: Vec<FileEntry>,
    unchanged: HashSet<Slot>,
    unsettled: HashSet<usize>,
    files_read: u64,
    bytes_read: u64,
    seen: SeenFiles,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(
        inputs: &'a Inputs,
        readers: &'a Readers,
        forgotten: &'a Forgotten,
        before: Option<&'a Catalog>,
        seen: SeenFiles,
    ) -> Self {
        let files = &inputs.found.files;
        let relative: Vec<&str> = files.iter().map(|file| file.relative.as_str()).collect();
        let old_files = before.map_or(&[][..], |catalog| &catalog.files);
        let by_id = old_files.iter().map(|file| (file.file_id.as_str(), file));
        Self {
            inputs,
            readers,
            forgotten,
            before,
            file_ids: file_ids(&relative),
            old_files: by_id.collect(),
            old_documents: old_documents(old_files),
            ids: HashSet::new(),
            files: Vec::with_capacity(files.len()),
            unchanged: HashSet::new(),
            unsettled: HashSet::new(),
            files_read: 0,
            bytes_read: 0,
            seen,
        }
    }

    /// Reads the file `number` of those found, unless it is as before.
    pub(crate) fn read(&mut self, number: usize, send: &mut dyn FnMut(Job)) {
        let file = &self.inputs.found.files[number];
        let declared = self.inputs.declared(file, &self.file_ids);
        // The stamp is read anew when it is the file's turn: the walk may be minutes ago.
        let fresh = FoundFile {
            stamp: Stamp::read(&file.path).unwrap_or_default(),
            ..file.clone()
        };
        let entry = self.entry_of(number, &fresh, &declared);
        let entry = match self.same_before(&entry) {
            Some(before) => self.keep(before),
            None => self.extract(&fresh, entry, &declared, send),
        };
        if let Some(content) = entry.content {
            self.seen.note(&fresh, content);
        }
        self.files.push(entry);
    }

    /// Entry of `file`, the one `number` of those found, without its documents.
    fn entry_of(&mut self, number: usize, file: &FoundFile, declared: &Declared) -> FileEntry {
        FileEntry {
            relative: file.relative.clone(),
            file_id: self.file_ids[number].clone(),
            content: self.seen.content(file),
            root: self.inputs.root_of(file),
            declared: hash_value(declared),
            documents: Vec::new(),
        }
    }

    /// Returns the entry of before if its documents would all come out the same.
    fn same_before(&self, entry: &FileEntry) -> Option<&'a FileEntry> {
        let before = *self.old_files.get(entry.file_id.as_str())?;
        let is_same = before.content.is_some()
            && before.content == entry.content
            && before.relative == entry.relative
            && before.declared == entry.declared;
        (is_same && before.keeps_ids(&self.ids)).then_some(before)
    }

    fn keep(&mut self, before: &FileEntry) -> FileEntry {
        let file = self.files.len();
        for (document, entry) in before.documents.iter().enumerate() {
            self.unchanged.insert(Slot { file, document });
            if let Some(id) = &entry.id
                && self.ids.insert(id.clone())
            {
                self.old_documents.remove(id.as_str());
            }
        }
        before.clone()
    }

    fn extract(
        &mut self,
        file: &FoundFile,
        mut entry: FileEntry,
        declared: &Declared,
        send: &mut dyn FnMut(Job),
    ) -> FileEntry {
        let readers = self.readers;
        let budget = Arc::new(Budget::new(file.stamp.len_bytes));
        readers.extract(&file.path, &file.relative, &budget, &mut |extracted| {
            let document = self.take(&entry, declared, extracted, &budget, send);
            entry.documents.push(document);
        });
        if is_cut_short(&entry) {
            entry.content = None;
            self.keep_rest(&mut entry);
        }
        self.note_if_changed(file, &mut entry);
        self.count_read(file, &entry);
        entry
    }

    /// Notes a file that has changed while it was read.
    fn note_if_changed(&mut self, file: &FoundFile, entry: &mut FileEntry) {
        if Stamp::read(&file.path) != Some(file.stamp) {
            entry.content = None;
            self.unsettled.insert(self.files.len());
        }
    }

    fn count_read(&mut self, file: &FoundFile, entry: &FileEntry) {
        let has_documents = entry.documents.iter().any(|document| document.id.is_some());
        self.files_read += u64::from(has_documents);
        self.bytes_read += file.stamp.len_bytes;
    }

    /// Keeps the documents that a file had before and does not yield now, because it cannot be read to its end.
    fn keep_rest(&mut self, entry: &mut FileEntry) {
        let before = self.old_files.get(entry.file_id.as_str()).copied();
        if let Some(before) = before.filter(|before| before.relative == entry.relative) {
            self.keep_unclaimed(before, entry, Kept::Unread);
        }
    }

    /// Adds to `entry`, the next file of the catalog, the indexed documents of `before` that nothing has claimed.
    fn keep_unclaimed(&mut self, before: &FileEntry, entry: &mut FileEntry, reason: Kept) {
        for document in &before.documents {
            let Some(id) = document.id.as_deref() else {
                continue;
            };
            let is_left = self
                .old_documents
                .get(id)
                .is_some_and(OldDocument::is_indexed);
            if !is_left || self.forgotten.contains(id) || !self.ids.insert(id.to_owned()) {
                continue;
            }
            self.old_documents.remove(id);
            self.unchanged.insert(Slot {
                file: self.files.len(),
                document: entry.documents.len(),
            });
            entry.documents.push(DocumentEntry {
                kept: Some(reason),
                ..document.clone()
            });
        }
    }

    /// Keeps the documents of files that were not found, where `is_wanted` says so: the rest of the catalog of before.
    fn keep_absent(&mut self, reason: Kept, is_wanted: &dyn Fn(&FileEntry) -> bool) {
        let Some(before) = self.before else { return };
        for file in before.files.iter().filter(|file| is_wanted(file)) {
            let mut entry = FileEntry {
                content: None,
                documents: Vec::new(),
                ..file.clone()
            };
            self.keep_unclaimed(file, &mut entry, reason);
            if !entry.documents.is_empty() {
                self.files.push(entry);
            }
        }
    }

    /// Notes a document of `file`, and sends it on its way unless it is as before.
    fn take(
        &mut self,
        file: &FileEntry,
        declared: &Declared,
        extracted: Extracted,
        budget: &Arc<Budget>,
        send: &mut dyn FnMut(Job),
    ) -> DocumentEntry {
        let mut raw = match extracted {
            Ok(raw) => raw,
            Err(skipped) => return unread(skipped),
        };
        let id = raw.id.clone().unwrap_or_else(|| own_id(file, &raw.path));
        raw.declared = declared.clone().or(std::mem::take(&mut raw.declared));
        let slot = Slot {
            file: self.files.len(),
            document: file.documents.len(),
        };
        let input = hash_value(&(&id, &raw));
        let mut entry = DocumentEntry {
            path: raw.path.clone(),
            id: Some(id.clone()),
            input,
            // Replaced when the document has gone its way.
            outcome: Outcome::Skipped(SkipReason::Unfinished),
            kept: None,
        };
        match self.claim(&id, input, slot) {
            Claim::Settled(outcome) => entry.outcome = outcome,
            Claim::Differs { replaces } => send(Job {
                slot,
                id,
                raw,
                budget: Arc::clone(budget),
                replaces,
            }),
        }
        entry
    }

    /// Claims `id` for the document at `slot`, which is made of `input`.
    fn claim(&mut self, id: &str, input: ContentHash, slot: Slot) -> Claim {
        if self.forgotten.contains(id) {
            return Claim::Settled(Outcome::Skipped(SkipReason::Forgotten));
        }
        if !self.ids.insert(id.to_owned()) {
            return Claim::Settled(Outcome::SameId);
        }
        let old = self.old_documents.remove(id);
        match old {
            Some(old) if old.input == input && !is_transient(old.outcome) => {
                self.unchanged.insert(slot);
                Claim::Settled(old.outcome.clone())
            }
            old => Claim::Differs {
                replaces: old
                    .filter(OldDocument::is_indexed)
                    .map(|old| old.outcome.clone()),
            },
        }
    }

    /// Ends the scan: documents of before that nothing has claimed are gone, unless their folder cannot be read now, or so
    /// many are gone at once that it must be `allowed`.
    pub(crate) fn finish(mut self, allowed: bool) -> Scanned {
        self.keep_unreadable();
        let held = if allowed { 0 } else { self.hold_removals() };
        let gone = self.old_documents.into_iter();
        let gone = gone.filter(|(_, old)| old.is_indexed());
        Scanned {
            gone: gone.map(|(id, _)| id.to_owned()).collect(),
            held,
            catalog: Catalog {
                files: self.files,
                skipped: self.inputs.found.skipped.clone(),
            },
            unchanged: self.unchanged,
            unsettled: self.unsettled,
            files_read: self.files_read,
            bytes_read: self.bytes_read,
            seen: self.seen,
        }
    }

    /// Keeps the documents of folders that cannot be read now.
    fn keep_unreadable(&mut self) {
        let unreadable: Vec<&str> = self.inputs.found.unreadable().collect();
        self.keep_absent(Kept::Unread, &|file| {
            unreadable
                .iter()
                .any(|folder| is_below(&file.relative, folder))
        });
    }

    /// Keeps all documents that would be removed if they are too many, and returns their number.
    fn hold_removals(&mut self) -> u64 {
        let Some(before) = self.before else { return 0 };
        let is_gone = |id: &str| {
            self.old_documents
                .get(id)
                .is_some_and(OldDocument::is_indexed)
        };
        if !Removals::count(before, &self.files, is_gone).are_too_many() {
            return 0;
        }
        let kept_before = self.unchanged.len();
        self.keep_absent(Kept::Held, &|_| true);
        (self.unchanged.len() - kept_before) as u64
    }
}

/// Entry of a document that could not be read from its file.
fn unread(skipped: Skipped) -> DocumentEntry {
    DocumentEntry {
        path: skipped.path,
        id: None,
        input: ContentHash::default(),
        outcome: Outcome::Skipped(skipped.reason),
        kept: None,
    }
}

/// Returns true if something of a file could not be read, for a reason that may pass.
fn is_cut_short(file: &FileEntry) -> bool {
    let is_passing = |document: &DocumentEntry| match &document.outcome {
        Outcome::Skipped(reason) if document.id.is_none() => {
            reason.is_transient() || reason.class() == SkipClass::Unreadable
        }
        _ => false,
    };
    file.documents.iter().any(is_passing)
}

/// Returns true if the file `relative` lies in `folder`, which is empty for the folder that was given.
fn is_below(relative: &str, folder: &str) -> bool {
    let rest = relative.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
}

fn old_documents(files: &[FileEntry]) -> HashMap<&str, OldDocument<'_>> {
    let documents = files.iter().flat_map(|file| &file.documents);
    documents
        .filter(|document| document.outcome != Outcome::SameId)
        .filter_map(|document| {
            let old = OldDocument {
                input: document.input,
                outcome: &document.outcome,
            };
            Some((document.id.as_deref()?, old))
        })
        .collect()
}

/// Returns the id of a document without one of its own: its file's; a line of JSON Lines adds its number.
fn own_id(file: &FileEntry, path: &str) -> String {
    let rest = path.strip_prefix(&file.relative).unwrap_or_default();
    format!("{}{rest}", file.file_id)
}
