//! Judges how much an update would remove: an empty folder is more often a share that is not mounted than a decision.

use std::collections::BTreeMap;

use crate::build::catalog::{Catalog, FileEntry, Outcome};

/// Documents that may be removed at once, whatever their share.
const FEW: usize = 10;
/// One in so many documents may be removed at once.
const SHARE: usize = 10;

/// Documents before an update, those that it would remove, and what is left of each folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Removals {
    before: usize,
    gone: usize,
    /// By folder: documents before, and files now.
    folders: BTreeMap<u32, (usize, usize)>,
}

impl Removals {
    /// Counts the documents of `before` that are gone and the files that are there now.
    pub(crate) fn count(
        before: &Catalog,
        now: &[FileEntry],
        is_gone: impl Fn(&str) -> bool,
    ) -> Self {
        let mut removals = Self::default();
        for file in &before.files {
            for document in &file.documents {
                let is_indexed = matches!(document.outcome, Outcome::Indexed(_));
                if let (true, Some(id)) = (is_indexed, document.id.as_deref()) {
                    removals.before += 1;
                    removals.gone += usize::from(is_gone(id));
                    removals.folders.entry(file.root).or_default().0 += 1;
                }
            }
        }
        for file in now {
            removals.folders.entry(file.root).or_default().1 += 1;
        }
        removals
    }

    /// Returns true if a folder that has no file any more would lose its documents, or the index more than a tenth and more than a few.
    pub(crate) fn are_too_many(&self) -> bool {
        let is_emptied = self
            .folders
            .values()
            .any(|(before, now)| *before > 0 && *now == 0);
        let are_many = self.gone > FEW && self.gone * SHARE > self.before;
        self.gone > 0 && (is_emptied || are_many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removals(before: usize, gone: usize, folders: &[(usize, usize)]) -> Removals {
        Removals {
            before,
            gone,
            folders: (0..).zip(folders.iter().copied()).collect(),
        }
    }

    #[test]
    fn an_emptied_folder_and_a_tenth_at_once_are_too_many() {
        assert!(!removals(100, 10, &[(100, 90)]).are_too_many());
        assert!(removals(100, 11, &[(100, 89)]).are_too_many());
        assert!(!removals(1_000, 100, &[(1_000, 900)]).are_too_many());
        assert!(removals(1_000, 101, &[(1_000, 899)]).are_too_many());
        assert!(removals(50, 1, &[(49, 49), (1, 0)]).are_too_many());
        assert!(!removals(50, 0, &[(49, 49), (0, 0)]).are_too_many());
        assert!(!removals(1, 1, &[(1, 1)]).are_too_many(), "a renamed file");
    }
}
