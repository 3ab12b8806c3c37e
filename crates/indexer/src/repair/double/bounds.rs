//! Numbers of characters below which no rule believes.

use crate::repair::double::misreading::Misreading;
use crate::text::charset::Charset::*;

/// Minimum number of characters for most rules: names of two to five rare characters decode as something in most sets.
pub(super) const MIN_CHARS_CJK: usize = 6;
/// Minimum number for names: two characters are a name of something in any reading.
pub(super) const MIN_NAME_CHARS: usize = 3;
/// Minimum number for UTF-8, whose sequences of three bytes prove themselves.
pub(super) const MIN_CHARS_UTF8: usize = 3;
/// Minimum number for a pair of sets that the document has shown.
pub(super) const MIN_CHARS_KNOWN: usize = 2;

/// Returns the minimum number of characters that change by which some rule for a pair of double-byte sets believes.
pub(super) fn min_changed(misreading: Misreading, is_known: bool) -> usize {
    match (misreading.right, is_known) {
        (Utf8, _) => MIN_CHARS_UTF8,
        (_, true) => MIN_CHARS_KNOWN,
        (ShiftJis | EucJp | EucKr, false) => MIN_CHARS_CJK,
        (_, false) => MIN_NAME_CHARS,
    }
}
