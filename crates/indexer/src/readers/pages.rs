//! What the parent of workers holds for scans: the networks, and the pages that were read before.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polidex_ocr::PageText;
use sha2::{Digest, Sha256};

use crate::extract::scan::ScanMode;

/// SHA-256 of a picture and of the networks that read it.
pub(crate) type PictureHash = [u8; 32];

/// Reading of scans, as the readers of a build or a command do it.
#[derive(Clone, Debug, Default)]
pub struct Scans {
    mode: ScanMode,
    networks: Option<Arc<Networks>>,
    /// Folder of the pages that were read.
    cache: Option<PathBuf>,
}

/// Networks as their files hold them.
pub(crate) struct Networks {
    /// Finds lines.
    pub(crate) finds: Vec<u8>,
    /// Reads them.
    pub(crate) reads: Vec<u8>,
    /// Names both: the beginning of their hash.
    release: String,
}

impl Networks {
    fn new(finds: Vec<u8>, reads: Vec<u8>) -> Self {
        let hash = Sha256::new().chain_update(&finds).chain_update(&reads);
        let hash = hash.finalize();
        let release = hash.iter().take(6).map(|byte| format!("{byte:02x}"));
        Self {
            release: release.collect(),
            finds,
            reads,
        }
    }
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.release)
    }
}

impl Scans {
    /// Reads the scans that `mode` names by the networks in two files.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn new(mode: ScanMode, finds: &Path, reads: &Path) -> std::io::Result<Self> {
        let networks = Networks::new(std::fs::read(finds)?, std::fs::read(reads)?);
        Ok(Self {
            mode,
            networks: Some(Arc::new(networks)),
            cache: None,
        })
    }

    /// Keeps what is read in `folder`, so that no page is read twice.
    #[must_use]
    pub fn kept_in(self, folder: PathBuf) -> Self {
        Self {
            cache: Some(folder),
            ..self
        }
    }

    /// Names what scans are read by, for the manifest of an index; nothing where none are.
    pub(crate) fn name(&self) -> String {
        match (self.mode, &self.networks) {
            (ScanMode::Off, _) | (_, None) => String::new(),
            // An index made before its pages were marked in what is stored is made anew; the pages that are kept are not read again.
            (mode, Some(networks)) => format!(" scans {mode:?} {networks:?} marked"),
        }
    }

    /// Pages that are read.
    pub fn mode(&self) -> ScanMode {
        self.mode
    }

    pub(crate) fn networks(&self) -> Option<&Networks> {
        self.networks.as_deref()
    }

    /// Returns what was read of a page before, in its stored form.
    pub(crate) fn known(&self, picture: &PictureHash) -> Vec<u8> {
        let kept = self
            .place_of(picture)
            .and_then(|place| std::fs::read(place).ok());
        // What a crash left half is as good as unknown.
        kept.filter(|kept| postcard::from_bytes::<PageText>(kept).is_ok())
            .unwrap_or_default()
    }

    /// Keeps what was read of a page, if all of it was. A failure costs the next run some time and nothing else.
    pub(crate) fn keep(&self, picture: &PictureHash, page: &PageText) {
        // A machine that has less to do may read the rest.
        if page.is_cut {
            return;
        }
        let (Some(place), Ok(bytes)) = (self.place_of(picture), postcard::to_allocvec(page)) else {
            return;
        };
        let Some(folder) = place.parent() else { return };
        let beside = place.with_extension("new");
        let _ = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&beside, bytes))
            .and_then(|()| std::fs::rename(&beside, &place));
    }

    fn place_of(&self, picture: &PictureHash) -> Option<PathBuf> {
        let name: String = picture.iter().map(|byte| format!("{byte:02x}")).collect();
        let release = self.networks().map_or("none", |networks| &networks.release);
        let folder = self.cache.as_ref()?.join(release);
        Some(folder.join(&name[..2]).join(&name[2..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_and_a_broken_one_is_unknown() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let scans = Scans::default().kept_in(folder.path().to_owned());
        let hash = [7; 32];
        assert!(scans.known(&hash).is_empty());
        let page = PageText {
            turned: 1,
            ..PageText::default()
        };
        scans.keep(&hash, &page);
        let known = scans.known(&hash);
        assert_eq!(postcard::from_bytes::<PageText>(&known).ok(), Some(page));
        let place = scans.place_of(&hash).expect("a folder");
        std::fs::write(place, b"\xFF\xFF").expect("writable");
        assert!(scans.known(&hash).is_empty());
        // Without a folder nothing is kept.
        Scans::default().keep(&hash, &PageText::default());
    }
}
