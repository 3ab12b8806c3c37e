//! The protocol between a program and its workers: frames of a length and a value in postcard's encoding.
//!
//! The program asks with a [`Request`]. The worker answers with any number of [`Reply`]s, the last of which is
//! [`Reply::Done`]. It asks for more of a file with [`Reply::Pull`], and only then the program writes: neither side ever
//! waits for a reader that waits for it. Frames of a worker are not trusted: their length is bounded before they are read.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use polidex_ocr::PageText;

use crate::extract::bytes;
use crate::extract::limits::Limits;
use crate::extract::pdf::{ShownPage, WantedPage};
use crate::extract::scan::ScanMode;
use crate::extract::stand_in::{NotShown, StandIn};
use crate::extract::{Extracted, RawDocument};
use crate::pipeline::PreparedDocument;
use crate::readers::budget::Spent;
use crate::readers::pages::PictureHash;
use crate::repair::Options;
use crate::skip::Skipped;

/// A task.
#[derive(Debug, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is held at a time, and most are the large one"
)]
pub(super) enum Request {
    /// Takes the documents out of a file.
    Extract {
        path: String,
        packed_bytes: u64,
        /// Beginning of the file.
        #[serde(with = "bytes")]
        head: Vec<u8>,
        /// True if the head is all of it.
        is_whole: bool,
        /// True if pictures are handed on.
        with_pictures: bool,
        limits: Limits,
    },
    /// Prepares a document for the index.
    Prepare {
        id: String,
        raw: RawDocument,
        repair: Options,
        scans: ScanMode,
        limits: Limits,
    },
    /// Draws a page of a PDF.
    Show {
        #[serde(with = "bytes")]
        file: Vec<u8>,
        wanted: WantedPage,
        fonts: Vec<StandIn>,
        limits: Limits,
    },
    /// Tries to break out.
    Probe,
}

/// Answer to [`Reply::Pull`] and to questions about scans.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Piece {
    /// The next bytes; none at the end.
    Bytes(#[serde(with = "bytes")] Vec<u8>),
    /// The file cannot be read further, as the system says.
    Broken(String),
}

/// Part of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is held at a time, and most are the large one"
)]
pub(super) enum Reply {
    /// Asks for more of the file.
    Pull,
    /// Asks for the networks that read scans: two answers.
    AskNetworks,
    /// Asks what is known of the page of a scan, by the hash of its picture; no bytes if it is unknown.
    AskPage(PictureHash),
    /// The page just asked for, as it was read.
    PageRead(PageText),
    /// A document, or the reason why there is none.
    Item(Extracted),
    /// A document prepared.
    Prepared(Box<Result<PreparedDocument, Skipped>>),
    /// A page drawn, or the reason why not.
    Shown(Result<ShownPage, NotShown>),
    /// What was tried, and true if the system refused it.
    Probed(Vec<(String, bool)>),
    /// The end of the task.
    Done {
        spent: Spent,
        /// True if the worker may take another task.
        is_fit: bool,
    },
}

/// Bytes of a frame besides its content: what a document is described with.
const FRAME_SLACK_BYTES: u64 = 1 << 20;

/// Writes one frame.
pub(super) fn write_frame(out: &mut impl Write, value: &impl Serialize) -> io::Result<u64> {
    let frame = postcard::to_allocvec(value).map_err(io::Error::other)?;
    let len_bytes = frame.len() as u64;
    out.write_all(&len_bytes.to_le_bytes())?;
    out.write_all(&frame)?;
    Ok(len_bytes)
}

/// Reads one frame of at most `most` bytes and some for its description.
pub(super) fn read_frame<T: DeserializeOwned>(
    from: &mut impl Read,
    most: u64,
) -> io::Result<(T, u64)> {
    let mut len_bytes = [0; 8];
    from.read_exact(&mut len_bytes)?;
    let len_bytes = u64::from_le_bytes(len_bytes);
    if len_bytes > most.saturating_add(FRAME_SLACK_BYTES) {
        return Err(io::Error::other("a frame is too long"));
    }
    // Memory is taken as bytes arrive and not as a length claims.
    let mut frame = Vec::new();
    from.take(len_bytes).read_to_end(&mut frame)?;
    if frame.len() as u64 != len_bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let value = postcard::from_bytes(&frame).map_err(io::Error::other)?;
    Ok((value, len_bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A worker whose code a hostile file has taken over writes what it likes.
        #[test]
        fn any_frame_is_read_or_refused(
            content in prop::collection::vec(prop_oneof![0..16_u8, any::<u8>()], 0..300),
            lie in prop::option::of(any::<u64>()),
        ) {
            let len_bytes = lie.unwrap_or(content.len() as u64);
            let mut frame = len_bytes.to_le_bytes().to_vec();
            frame.extend(content);
            let _ = read_frame::<Reply>(&mut frame.as_slice(), 0);
            let _ = read_frame::<Request>(&mut frame.as_slice(), 0);
            let _ = read_frame::<Piece>(&mut frame.as_slice(), 0);
        }
    }

    #[test]
    fn frames_come_back_and_a_length_that_lies_takes_no_memory() {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, &Piece::Bytes(vec![7; 1000])).expect("memory");
        assert!(pipe.len() < 1020, "bytes are written as they are");
        let (piece, _) = read_frame::<Piece>(&mut pipe.as_slice(), 0).expect("what was written");
        assert!(matches!(piece, Piece::Bytes(bytes) if bytes == [7; 1000]));
        for len_bytes in [u64::MAX, 1 << 20, 5] {
            let mut lie = len_bytes.to_le_bytes().to_vec();
            lie.extend(b"abc");
            assert!(read_frame::<Piece>(&mut lie.as_slice(), 0).is_err());
        }
    }
}
