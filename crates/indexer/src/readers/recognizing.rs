//! Reads pages of scans in the worker: asks the parent for the networks and for pages that it knows, and limits each page.

use std::io::{self, BufReader, BufWriter, Stdin, Stdout, Write};
use std::time::Duration;

use polidex_ocr::{PageText, Raster, TimeLeft};
use sha2::{Digest, Sha256};

use crate::extract::limits::Limits;
use crate::extract::scan::{ReadsScans, Recognizer, ScanMode, pages_in};
use crate::readers::pages::PictureHash;
use crate::readers::sandbox;
use crate::readers::wire::{Piece, Reply, read_frame, write_frame};

/// Processor time for one page, after which it ends with its worker.
const PAGE_SECONDS: u64 = 30;
/// Time of it in which lines are read; the rest is for what cannot be interrupted.
const READING_SECONDS: u64 = 24;
/// Time of it in which lines may be read twice.
const CALM_SECONDS: u64 = 14;
/// Pages that a long picture may count as.
const MAX_PAGES_IN_PICTURE: u32 = 10;
/// Changes when the same picture is read otherwise by the same networks: what was kept counts no more.
const READING_VERSION: u8 = 4;

/// The pages of one document.
pub(super) struct Recognizing<'a> {
    mode: ScanMode,
    from: &'a mut BufReader<Stdin>,
    to: &'a mut BufWriter<Stdout>,
    recognizer: &'a mut Option<Recognizer>,
    limits: Limits,
    started: Duration,
    /// Processor time of all pages so far.
    pub(super) spent: Duration,
}

impl<'a> Recognizing<'a> {
    pub(super) fn new(
        mode: ScanMode,
        (from, to): (&'a mut BufReader<Stdin>, &'a mut BufWriter<Stdout>),
        recognizer: &'a mut Option<Recognizer>,
        limits: &Limits,
    ) -> Self {
        Self {
            mode,
            from,
            to,
            recognizer,
            limits: *limits,
            started: sandbox::processor_time(),
            spent: Duration::ZERO,
        }
    }

    /// Asks the parent something that it answers with a piece.
    fn ask(&mut self, question: &Reply) -> io::Result<Vec<u8>> {
        write_frame(self.to, question)?;
        self.to.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Vec<u8>> {
        match read_frame::<Piece>(self.from, u64::MAX)?.0 {
            Piece::Bytes(bytes) => Ok(bytes),
            Piece::Broken(error) => Err(io::Error::other(error)),
        }
    }

    fn recognizer(&mut self) -> Result<&Recognizer, String> {
        if self.recognizer.is_none() {
            let text = |error: io::Error| error.to_string();
            let finds = self.ask(&Reply::AskNetworks).map_err(text)?;
            let reads = self.answer().map_err(text)?;
            *self.recognizer = Some(Recognizer::load(finds, reads)?);
        }
        self.recognizer
            .as_ref()
            .ok_or_else(|| "no models are loaded".to_owned())
    }

    /// Reads a page that the parent does not know, and tells it.
    fn recognize(&mut self, page: &Raster) -> Result<PageText, String> {
        let begun = sandbox::processor_time();
        let pages = pages_in(page).min(MAX_PAGES_IN_PICTURE);
        sandbox::limit(
            self.limits.memory_bytes,
            Duration::from_secs(PAGE_SECONDS) * pages,
        );
        let end = begun + Duration::from_secs(READING_SECONDS) * pages;
        let hurries = begun + Duration::from_secs(CALM_SECONDS) * pages;
        let time_left = || match sandbox::processor_time() {
            time if time >= end => TimeLeft::None,
            time if time >= hurries => TimeLeft::Short,
            _ => TimeLeft::Enough,
        };
        let read = self
            .recognizer()
            .and_then(|recognizer| recognizer.read(page, &time_left));
        self.spent += sandbox::processor_time().saturating_sub(begun);
        // The document goes on with what it had left.
        let own = sandbox::processor_time()
            .saturating_sub(self.started)
            .saturating_sub(self.spent);
        let left = self.limits.processor.saturating_sub(own);
        sandbox::limit(self.limits.memory_bytes, left.max(Duration::from_secs(1)));
        let read = read?;
        let told = write_frame(self.to, &Reply::PageRead(read.clone()));
        told.map_err(|error| error.to_string())?;
        Ok(read)
    }
}

impl ReadsScans for Recognizing<'_> {
    fn mode(&self) -> ScanMode {
        self.mode
    }

    fn read(&mut self, page: &Raster) -> Result<PageText, String> {
        let known = self
            .ask(&Reply::AskPage(hash_of(page)))
            .map_err(|error| error.to_string())?;
        match postcard::from_bytes(&known) {
            Ok(known) => Ok(known),
            Err(_) => self.recognize(page),
        }
    }
}

fn hash_of(page: &Raster) -> PictureHash {
    let mut hash = Sha256::new();
    hash.update([READING_VERSION]);
    hash.update(page.width().to_le_bytes());
    hash.update(page.rgb());
    hash.finalize().into()
}
