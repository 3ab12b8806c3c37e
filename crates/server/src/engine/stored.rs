//! A document as it is stored, read piece by piece.
//!
//! In: the packed values of a document. Out: [`Stored`]: the record, and the text, the repairs and the text as published still
//! packed, unpacked when they are asked for. A long text stays in parts, so that one giant cannot slow a page.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use polidex_analysis::citations::Citation;
use polidex_schema::citations::unpack_citations;
use polidex_schema::packed::{Packed, Part};
use polidex_schema::record::DocumentRecord;
use polidex_schema::repairs::StoredRepairs;

use crate::error::ServerError;

/// A text of at most so many bytes is unpacked whole; of a longer one, only the parts that are wanted.
pub const WHOLE_BYTES: usize = 2 << 20;

/// Bytes of an index, shared with whatever holds them.
pub type SharedBytes = Box<dyn AsRef<[u8]> + Send + Sync>;

/// A document as stored.
pub struct Stored {
    /// Everything but its text.
    pub record: Arc<DocumentRecord>,
    text: SharedBytes,
    repairs: Option<SharedBytes>,
    original: Option<SharedBytes>,
    citations: Option<SharedBytes>,
}

impl Stored {
    /// A document of its record and its values, each packed as [`polidex_schema::packed`] says.
    pub fn new(
        record: impl Into<Arc<DocumentRecord>>,
        text: SharedBytes,
        repairs: Option<SharedBytes>,
        original: Option<SharedBytes>,
    ) -> Self {
        Self {
            record: record.into(),
            text,
            repairs,
            original,
            citations: None,
        }
    }

    /// The document with what it cites, packed as [`polidex_schema::citations`] says.
    pub fn with_citations(self, citations: Option<SharedBytes>) -> Self {
        Self { citations, ..self }
    }

    /// What the text cites, in order; nothing when it cannot be read.
    pub fn citations(&self) -> Vec<Citation> {
        let packed = self.citations.as_deref();
        let citations = packed.and_then(|packed| unpack_citations(packed.as_ref()));
        citations.unwrap_or_default()
    }

    /// The text, ready to be read.
    ///
    /// # Errors
    /// [`ServerError`] when it is damaged.
    pub fn text(&self) -> Result<Text<'_>, ServerError> {
        let packed = Packed::open((*self.text).as_ref()).ok_or_else(|| damaged("text"))?;
        if packed.len_bytes() > WHOLE_BYTES {
            return Ok(Text {
                packed,
                whole: None,
            });
        }
        let whole = packed.unpack().ok_or_else(|| damaged("text"))?;
        Ok(Text {
            packed,
            whole: Some(whole),
        })
    }

    /// The repairs, ready to be read; `None` when there are none, or they cannot be read.
    pub fn repairs(&self) -> Option<StoredRepairs<'_>> {
        StoredRepairs::open(self.repairs.as_deref()?.as_ref())
    }

    /// Number of the pieces of the text as decoded; 0 where it does not differ from the stored text.
    pub fn original_pieces(&self) -> usize {
        self.packed_original()
            .map_or(0, |packed| packed.parts().len())
    }

    /// Line ends before a piece of the text as decoded; `None` where they were not counted, or there is no such piece.
    pub fn line_ends_before(&self, piece: usize) -> Option<usize> {
        let original = self.packed_original()?;
        let parts = original.parts();
        // An index of before has none counted; nor has a text of one line any, and there it costs to look.
        let is_counted = piece == 0 || parts.last()?.first_position > 0;
        let part = parts.get(piece).filter(|_| is_counted)?;
        Some(part.first_position as usize)
    }

    /// Reads a piece of the text as decoded without the others. It may begin or end within a character.
    pub fn original_piece(&self, piece: usize) -> Option<Vec<u8>> {
        let original = self.packed_original()?;
        let text = Packed::open((*self.text).as_ref())?;
        let near = original.near_of(piece, text.len_bytes());
        if near.is_empty() {
            // The text is shorter than what it was made of: there is nothing near.
            return original.unpack_part_near(piece, &[]);
        }
        let parts = text.parts_over(&near);
        let first = text.parts().get(parts.start);
        let from = first.map_or(0, |part| part.bytes.start);
        let bytes = text.unpack_parts(parts)?;
        original.unpack_part_near(piece, bytes.get(near.start - from..near.end - from)?)
    }

    fn packed_original(&self) -> Option<Packed<'_>> {
        Packed::open(self.original.as_deref()?.as_ref())
    }

    /// The text as decoded, where it differs from `shown`, the stored text.
    pub fn original(&self, shown: &str) -> Option<String> {
        let bytes =
            Packed::open(self.original.as_deref()?.as_ref())?.unpack_near(shown.as_bytes())?;
        String::from_utf8(bytes).ok()
    }
}

/// The text of a document: whole, or in parts when it is long.
pub struct Text<'a> {
    packed: Packed<'a>,
    whole: Option<Vec<u8>>,
}

impl Text<'_> {
    /// Parts of the text; one or more, end to end, unless it is empty.
    pub fn parts(&self) -> &[Part] {
        self.packed.parts()
    }

    /// Bytes of the whole text.
    pub fn len_bytes(&self) -> usize {
        self.packed.len_bytes()
    }

    /// Returns `true` if the text must be unpacked part by part.
    pub fn is_long(&self) -> bool {
        self.whole.is_none()
    }

    /// The bytes `range` of it, which begin and end between characters.
    ///
    /// # Errors
    /// [`ServerError`] when they are damaged or beyond its end.
    pub fn piece(&self, range: Range<usize>) -> Result<Cow<'_, str>, ServerError> {
        if let Some(whole) = &self.whole {
            let bytes = whole.get(range).ok_or_else(|| damaged("text"))?;
            // A tenth of a search went into the standard library's validation.
            return simdutf8::basic::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|_| damaged("text"));
        }
        let parts = self.packed.parts_over(&range);
        let first = self.packed.parts().get(parts.start);
        let Some(from) = first.map(|part| part.bytes.start) else {
            return if range.is_empty() {
                Ok(Cow::Borrowed(""))
            } else {
                Err(damaged("text"))
            };
        };
        let bytes = self
            .packed
            .unpack_parts(parts)
            .ok_or_else(|| damaged("text"))?;
        let bytes = bytes
            .get(range.start - from..range.end - from)
            .ok_or_else(|| damaged("text"))?;
        simdutf8::basic::from_utf8(bytes)
            .map(|text| Cow::Owned(text.to_owned()))
            .map_err(|_| damaged("text"))
    }

    /// The whole of it.
    ///
    /// # Errors
    /// [`ServerError`] when it is damaged.
    pub fn whole(&self) -> Result<Cow<'_, str>, ServerError> {
        self.piece(0..self.packed.len_bytes())
    }
}

/// The error of a stored value that cannot be read.
pub fn damaged(what: &str) -> ServerError {
    let message = format!("a stored {what} is not readable; run `polidex index --rebuild`");
    ServerError::Engine(message.into())
}

#[cfg(test)]
mod tests {
    use polidex_schema::packed::{pack_bytes, pack_text};

    use super::*;

    #[test]
    fn pieces_make_up_an_original_that_is_longer_or_shorter_than_the_text() {
        let sentence = "公共房屋政策的說明 and its terms.\n";
        for (text, original) in [(2_000, 40_000), (40_000, 20_000), (20_000, 20_001)] {
            let (text, original) = (sentence.repeat(text), sentence.repeat(original));
            let stored = Stored::new(
                DocumentRecord::default(),
                Box::new(pack_text(&text)),
                None,
                Some(Box::new(pack_bytes(original.as_bytes(), text.as_bytes()))),
            );
            let pieces = (0..stored.original_pieces()).map(|piece| stored.original_piece(piece));
            let pieces: Option<Vec<Vec<u8>>> = pieces.collect();
            assert!(pieces.expect("sound").concat() == original.as_bytes());
        }
    }
}
