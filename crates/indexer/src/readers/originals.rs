//! Pages of the files that documents were read from, as long as the files are what they were.
//!
//! In: the folders that were given to the server, the copies that its index keeps, a document's path and the hash of its file.
//! Out: the picture of a page with the places of words. A file that has changed since is not shown; nothing outside of the folders
//! is ever opened.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::extract::pdf::{ShownPage, WantedPage};
use crate::extract::scan::IS_BUILT_IN;
use crate::extract::stand_in::{NotShown, StandIn, WantedFont};
use crate::readers::{Fonts, Readers};

/// Folder of the copies of original files in an index.
pub const KEPT_ORIGINALS: &str = "originals";
/// Digits of a file's hash that a copy is named by.
const NAME_DIGITS: usize = 32;

/// Bytes of a file whose pages are drawn.
const MAX_FILE_BYTES: u64 = 256 << 20;
/// Bytes of pictures that are kept.
const MAX_KEPT_BYTES: usize = 48 << 20;
/// Bytes in which a PDF says that it is one.
const HEAD_BYTES: usize = 1_024;
/// Bytes of a file that are read at once.
const PIECE_BYTES: usize = 1 << 16;
/// Fonts that one page gets: a handful of files of twenty megabytes.
const MAX_FONTS: usize = 8;
/// Reason for a file that is not shown.
const GONE: &str = "the file is not there, or no longer what was indexed";
/// Files whose hashes are kept.
const MAX_HASHES: usize = 10_000;

/// Files of folders, and the pages of them that were drawn last.
pub struct Originals {
    folders: Vec<PathBuf>,
    /// Folder of copies.
    kept: Option<PathBuf>,
    fonts: Fonts,
    readers: Readers,
    hashes: Mutex<HashMap<PathBuf, KnownHash>>,
    drawn: Mutex<Vec<(Key, Arc<ShownPage>)>>,
}

/// Hash of a file of a time and a length.
struct KnownHash {
    modified: Option<SystemTime>,
    len_bytes: u64,
    hash: String,
}

/// Hash of a file, and what was wanted of it.
type Key = (String, WantedPage);

impl Originals {
    /// Files below `folders`, each of which may be a file itself.
    pub fn new(folders: &[PathBuf]) -> Self {
        let folders = folders
            .iter()
            .filter_map(|path| fs::canonicalize(path).ok());
        Self {
            folders: folders.collect(),
            kept: None,
            fonts: Fonts::default(),
            readers: Readers::default(),
            hashes: Mutex::default(),
            drawn: Mutex::default(),
        }
    }

    /// Shows the copies that the index in `index_dir` keeps, too.
    #[must_use]
    pub fn kept_in(mut self, index_dir: &Path) -> Self {
        self.kept = Some(index_dir.join(KEPT_ORIGINALS));
        self
    }

    /// Draws with `fonts` in the place of those that a file does not hold.
    #[must_use]
    pub fn with_fonts(mut self, fonts: Fonts) -> Self {
        self.fonts = fonts;
        self
    }

    /// Returns true if the pages of the PDF at `path` can be drawn: it is there and its bytes have `hash`.
    pub fn has(&self, path: &str, hash: &str) -> bool {
        IS_BUILT_IN && self.find(path, hash).is_some()
    }

    /// Draws a page, or gives the picture that was drawn a moment ago.
    ///
    /// # Errors
    /// [`NotShown`].
    pub fn page(
        &self,
        path: &str,
        hash: &str,
        wanted: &WantedPage,
    ) -> Result<Arc<ShownPage>, NotShown> {
        let key = (hash.to_owned(), wanted.clone());
        let place = self
            .find(path, hash)
            .ok_or_else(|| NotShown::failed(GONE))?;
        // The picture alone is that of the page, whatever was found on it.
        let is_bare = wanted.words.is_empty() && wanted.passage.is_empty();
        let is_known = |(of, known): &Key| {
            of == hash && known.number == wanted.number && (is_bare || known == wanted)
        };
        if let Some((_, known)) = lock(&self.drawn).iter().find(|(known, _)| is_known(known)) {
            return Ok(Arc::clone(known));
        }
        let file = fs::read(place).map_err(|error| NotShown::Failed(error.to_string()))?;
        if hex(&Sha256::digest(&file)) != hash {
            return Err(NotShown::failed(GONE));
        }
        let shown = Arc::new(self.draw(file, wanted)?);
        self.keep(key, &shown);
        Ok(shown)
    }

    /// Draws a page, and once more with fonts for those that it asks for.
    fn draw(&self, file: Vec<u8>, wanted: &WantedPage) -> Result<ShownPage, NotShown> {
        let again = if self.fonts.is_empty() {
            Vec::new()
        } else {
            file.clone()
        };
        let lacking = match self.readers.show(file, wanted, Vec::new()) {
            Err(NotShown::LacksFonts(lacking)) if !again.is_empty() => lacking,
            shown => return shown,
        };
        match self.stand_ins(&lacking) {
            Some(fonts) => self.readers.show(again, wanted, fonts),
            None => Err(NotShown::LacksFonts(lacking)),
        }
    }

    /// A font for each that is `lacking`; `None` unless there is one for all.
    fn stand_ins(&self, lacking: &[WantedFont]) -> Option<Vec<StandIn>> {
        let fonts = lacking.iter().take(MAX_FONTS);
        let fonts: Vec<StandIn> = fonts
            .filter_map(|wanted| self.fonts.nearest(*wanted))
            .collect();
        (!fonts.is_empty() && fonts.len() == lacking.len()).then_some(fonts)
    }

    fn keep(&self, key: Key, shown: &Arc<ShownPage>) {
        let mut drawn = lock(&self.drawn);
        drawn.push((key, Arc::clone(shown)));
        let mut bytes: usize = drawn.iter().map(|(_, page)| page.png.len()).sum();
        while bytes > MAX_KEPT_BYTES && drawn.len() > 1 {
            bytes -= drawn.remove(0).1.png.len();
        }
    }

    /// The file at `path` below one of the folders, or a copy of it, if it has `hash`.
    fn find(&self, path: &str, hash: &str) -> Option<PathBuf> {
        let places = self.folders.iter().filter_map(|folder| below(folder, path));
        let is_hash = hash.len() > NAME_DIGITS && hash.bytes().all(|c| c.is_ascii_hexdigit());
        let kept = self.kept.as_ref().filter(|_| is_hash);
        places
            .chain(kept.map(|kept| kept.join(&hash[..NAME_DIGITS])))
            .find(|place| self.hash_of(place).is_some_and(|found| found == hash))
    }

    /// Hash of a PDF; `None` for any other file, and for one that is too large.
    fn hash_of(&self, place: &Path) -> Option<String> {
        let metadata = fs::metadata(place).ok()?;
        let (modified, len_bytes) = (metadata.modified().ok(), metadata.len());
        if !metadata.is_file() || len_bytes > MAX_FILE_BYTES {
            return None;
        }
        if let Some(known) = lock(&self.hashes).get(place)
            && known.modified == modified
            && known.len_bytes == len_bytes
        {
            return Some(known.hash.clone());
        }
        let hash = hash_of_pdf(place).ok()??;
        let mut hashes = lock(&self.hashes);
        if hashes.len() >= MAX_HASHES {
            hashes.clear();
        }
        let known = KnownHash {
            modified,
            len_bytes,
            hash: hash.clone(),
        };
        hashes.insert(place.to_owned(), known);
        Some(hash)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file of a document's path below a folder, or the folder itself where it is that file. `None` for what is not there, and
/// for what a link leads out of the folder.
fn below(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !path.components().all(is_plain) {
        return None;
    }
    if folder.is_file() {
        return (folder.file_name() == path.file_name()).then(|| folder.to_owned());
    }
    let place = fs::canonicalize(folder.join(path)).ok()?;
    place.starts_with(folder).then_some(place)
}

/// SHA-256 of a file that begins as a PDF does; `None` for any other.
fn hash_of_pdf(place: &Path) -> io::Result<Option<String>> {
    let mut file = File::open(place)?;
    let mut piece = vec![0; PIECE_BYTES];
    let mut len = file.read(&mut piece)?;
    if !begins_as_pdf(&piece[..len]) {
        return Ok(None);
    }
    let mut hash = Sha256::new();
    while len > 0 {
        hash.update(&piece[..len]);
        len = file.read(&mut piece)?;
    }
    Ok(Some(hex(&hash.finalize())))
}

/// Returns true if a file that begins with `bytes` says that it is a PDF.
pub(crate) fn begins_as_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    head.windows(5).any(|window| window == b"%PDF-")
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folders_that_are_what_they_were_are_found() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).expect("a folder");
        let pdf = b"%PDF-1.4 no more than its head";
        fs::write(inner.join("a.pdf"), pdf).expect("a file");
        fs::write(folder.path().join("secret.pdf"), pdf).expect("a file");
        fs::write(inner.join("b.pdf"), b"text").expect("a file");
        let hash = hex(&Sha256::digest(pdf));
        let originals = Originals::new(std::slice::from_ref(&inner));
        assert!(originals.find("a.pdf", &hash).is_some());
        assert!(originals.find("a.pdf", "0").is_none(), "another file");
        assert!(originals.find("../secret.pdf", &hash).is_none());
        assert!(
            originals
                .find(&folder.path().join("secret.pdf").to_string_lossy(), &hash)
                .is_none()
        );
        assert!(originals.find("b.pdf", &hash).is_none(), "no PDF");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret.pdf"), inner.join("link.pdf"))
                .expect("a link");
            assert!(originals.find("link.pdf", &hash).is_none(), "leads out");
        }
        fs::write(inner.join("a.pdf"), b"%PDF-1.4 something else").expect("a file");
        assert!(originals.find("a.pdf", &hash).is_none(), "it has changed");
        let single = Originals::new(&[folder.path().join("secret.pdf")]);
        assert!(single.find("secret.pdf", &hash).is_some());
        assert!(
            single
                .page("secret.pdf", &hash, &WantedPage::default())
                .is_err(),
            "no worker"
        );
    }
}
