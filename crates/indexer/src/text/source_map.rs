//! Where every byte of a changed text came from.
//!
//! In: the pieces a pass cut its input into. Out: [`SourceMap`], which answers "which bytes of the source is this span
//! of the text?" and composes with the map of the pass before. Offsets are bytes, half-open, on char boundaries.

use std::ops::Range;

/// One piece of a text and the piece of the source it came from.
///
/// A verbatim piece is a copy: the same bytes, so offsets inside it map one to one. Any other piece maps as a whole:
/// a hit inside it points at all of `source`, which may be empty (something was inserted).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the text.
    pub text: Range<usize>,
    /// Bytes of the source.
    pub source: Range<usize>,
    /// True when the bytes are the same on both sides.
    pub verbatim: bool,
}

impl Piece {
    /// The text of a verbatim piece that came from `source`, a part of which the piece holds.
    fn text_of(&self, source: &Range<usize>) -> Range<usize> {
        let from = source.start.max(self.source.start) - self.source.start;
        let to = source.end.min(self.source.end) - self.source.start;
        self.text.start + from..self.text.start + to
    }
}

/// The map from a text back to its source: pieces that tile the text, in the order of the text.
///
/// Source ranges may come in any order (columns are moved) and need not cover the source (bytes are dropped).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    pieces: Vec<Piece>,
}

impl SourceMap {
    /// The map of a text that is its own source; `len_bytes` may be 0.
    pub fn identity(len_bytes: usize) -> Self {
        let mut map = Self::default();
        map.push_copy(0..len_bytes);
        map
    }

    /// The pieces, tiling the text from byte 0 on.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Length of the text in bytes.
    pub fn len_bytes(&self) -> usize {
        self.pieces.last().map_or(0, |piece| piece.text.end)
    }

    /// Returns true when the text is its source, byte for byte, from byte 0 on.
    pub fn is_identity(&self) -> bool {
        self.pieces
            .iter()
            .all(|piece| piece.verbatim && piece.text == piece.source)
    }

    /// Appends a verbatim copy of `source`; adjacent copies grow into one piece, an empty range adds nothing.
    pub fn push_copy(&mut self, source: Range<usize>) {
        if source.is_empty() {
            return;
        }
        let start = self.len_bytes();
        if let Some(last) = self.pieces.last_mut()
            && last.verbatim
            && last.source.end == source.start
        {
            last.text.end += source.len();
            last.source.end = source.end;
            return;
        }
        let text = start..start + source.len();
        self.pieces.push(Piece {
            text,
            source,
            verbatim: true,
        });
    }

    /// Appends `len_bytes` of text that stand for all of `source`. Nothing is added when both are empty; a pure
    /// deletion (`len_bytes` 0) leaves no piece, since there is no text to map.
    pub fn push_replacement(&mut self, source: Range<usize>, len_bytes: usize) {
        if len_bytes == 0 {
            return;
        }
        let start = self.len_bytes();
        self.pieces.push(Piece {
            text: start..start + len_bytes,
            source,
            verbatim: false,
        });
    }

    /// Appends the pieces of `other`, whose sources are offsets into the same source.
    pub(crate) fn append(&mut self, other: &SourceMap) {
        for piece in &other.pieces {
            if piece.verbatim {
                self.push_copy(piece.source.clone());
            } else {
                self.push_replacement(piece.source.clone(), piece.text.len());
            }
        }
    }

    /// The parts of the text that came from `sources`, which are in order and apart.
    pub(crate) fn texts_of_all(&self, sources: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        if sources.is_empty() {
            return parts;
        }
        for piece in &self.pieces {
            let first = sources.partition_point(|source| source.end <= piece.source.start);
            for source in sources[first..]
                .iter()
                .take_while(|source| source.start < piece.source.end)
            {
                if !piece.verbatim {
                    parts.push(piece.text.clone());
                    break;
                }
                parts.push(piece.text_of(source));
            }
        }
        parts
    }

    /// The smallest source range that holds all of `text`'s sources. For columns that were moved apart this is the
    /// hull; [`SourceMap::sources_of`] gives the parts. An empty range maps to an empty one at its place.
    pub fn source_of(&self, text: Range<usize>) -> Range<usize> {
        let parts = self.sources_of(text.clone());
        let start = parts.iter().map(|part| part.start).min();
        let end = parts.iter().map(|part| part.end).max();
        match (start, end) {
            (Some(start), Some(end)) => start..end,
            _ => {
                let at = self.source_point(text.start);
                at..at
            }
        }
    }

    /// The source ranges of `text`, one for each piece it touches, in the order of the text.
    pub fn sources_of(&self, text: Range<usize>) -> Vec<Range<usize>> {
        let first = self
            .pieces
            .partition_point(|piece| piece.text.end <= text.start);
        let mut parts = Vec::new();
        for piece in &self.pieces[first..] {
            if piece.text.start >= text.end {
                break;
            }
            if piece.verbatim {
                let from = text.start.max(piece.text.start) - piece.text.start;
                let to = text.end.min(piece.text.end) - piece.text.start;
                parts.push(piece.source.start + from..piece.source.start + to);
            } else {
                parts.push(piece.source.clone());
            }
        }
        parts
    }

    /// The map from this map's text back to the source of `before`, where `before` is the map of an earlier step whose
    /// text is this map's source.
    pub fn after(&self, before: &SourceMap) -> SourceMap {
        let mut composed = SourceMap::default();
        for piece in &self.pieces {
            if !piece.verbatim {
                composed.push_replacement(before.source_of(piece.source.clone()), piece.text.len());
                continue;
            }
            let first = before
                .pieces
                .partition_point(|earlier| earlier.text.end <= piece.source.start);
            for earlier in &before.pieces[first..] {
                if earlier.text.start >= piece.source.end {
                    break;
                }
                composed.push_part(earlier, &piece.source);
            }
        }
        composed
    }

    /// Appends the part of `piece` whose text lies in `text`.
    fn push_part(&mut self, piece: &Piece, text: &Range<usize>) {
        let from = text.start.max(piece.text.start);
        let to = text.end.min(piece.text.end);
        if piece.verbatim {
            let start = piece.source.start + from - piece.text.start;
            self.push_copy(start..start + to - from);
        } else {
            self.push_replacement(piece.source.clone(), to - from);
        }
    }

    fn source_point(&self, text_at: usize) -> usize {
        let index = self
            .pieces
            .partition_point(|piece| piece.text.end <= text_at);
        match self.pieces.get(index) {
            Some(piece) if piece.verbatim => {
                piece.source.start + text_at.saturating_sub(piece.text.start)
            }
            Some(piece) => piece.source.start,
            None => self.pieces.last().map_or(0, |piece| piece.source.end),
        }
    }
}
