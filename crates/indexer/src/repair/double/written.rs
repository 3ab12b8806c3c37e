//! A stretch written back in the set it may have been read in wrongly, before any right set is tried.
//!
//! In: the characters of a stretch and a pair of sets. Out: [`Written`]: the bytes, and how many characters in a row are as
//! implausible as the rules for CJK ask. Most stretches with rare ideographs are names in good text, and this look rules
//! out most pairs of sets for them; the bytes serve all pairs with one wrong set.

use std::ops::Range;

use polidex_analysis::scripts::is_bmp_ideograph;

use crate::repair::double::bounds::{MIN_CHARS_CJK, MIN_NAME_CHARS, min_changed};
use crate::repair::double::misreading::{Misreading, Writer};
use crate::repair::double::suspicion::is_private_use;
use crate::text::charset::Charset::Utf8;
use crate::text::charset::{Codec, Coding};

/// Score for each character that every rule asks the input to be below, and a little for rounding.
pub(super) const MAX_INPUT_NATS: f32 = -9.45;
/// Sum by which three characters of garbage that becomes a name fall below that: they score less than -10.5 each.
const DIRE_THREE_NATS: f32 = -3.0;
/// Stands for a byte that is gone: never part of UTF-8.
pub(super) const HOLE: u8 = 0xFF;

/// One character as it stands.
pub(super) struct CharIn {
    pub(super) at: Range<usize>,
    pub(super) c: char,
    /// Cost after the one before it.
    pub(super) nats: f32,
    /// Kept from all readings.
    pub(super) is_lost: bool,
}

/// A stretch written in a set.
pub(super) struct Written {
    bytes: Vec<u8>,
    /// First byte of each character, counted from that of its run.
    starts: Vec<usize>,
    /// Runs between characters that the set has not.
    runs: Vec<WrittenRun>,
    implausible: Implausible,
}

struct WrittenRun {
    chars: Range<usize>,
    bytes: Range<usize>,
}

/// A run of characters: their numbers in the stretch, their bytes, and the first byte of each.
pub(super) struct Run<'a> {
    pub(super) chars: Range<usize>,
    pub(super) bytes: &'a [u8],
    pub(super) starts: &'a [usize],
}

impl Written {
    /// Writes `chars` in the wrong set of `misreading`.
    pub(super) fn of(chars: &[CharIn], misreading: Misreading) -> Self {
        let writer = misreading.writer();
        let may_have_holes = misreading.may_have_holes();
        let mut written = Self::with_capacity(chars.len());
        let (mut first, mut first_byte) = (0, 0);
        for index in 0..chars.len() {
            let from = written.bytes.len();
            if !write_first(&chars[index..], &writer, may_have_holes, &mut written.bytes) {
                written.end_run(first..index, first_byte);
                (first, first_byte) = (index + 1, from);
            }
            written.starts.push(from - first_byte);
        }
        written.end_run(first..chars.len(), first_byte);
        let runs = written.runs.iter();
        let found = runs.map(|run| Implausible::of(&chars[run.chars.clone()]));
        written.implausible = found.fold(Implausible::default(), Implausible::or);
        written
    }

    fn with_capacity(count: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(count * 2),
            starts: Vec::with_capacity(count),
            runs: Vec::new(),
            implausible: Implausible::default(),
        }
    }

    fn end_run(&mut self, chars: Range<usize>, first_byte: usize) {
        let bytes = first_byte..self.bytes.len();
        self.runs.push(WrittenRun { chars, bytes });
    }

    /// The runs in order, which one character each lies between; the first and the last may be empty.
    pub(super) fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        self.runs.iter().map(|run| Run {
            chars: run.chars.clone(),
            bytes: &self.bytes[run.bytes.clone()],
            starts: &self.starts[run.chars.clone()],
        })
    }

    /// Returns true when some rule may believe what the right set makes of `chars`, all of the stretch: so many characters
    /// in a row are implausible, and readable.
    pub(super) fn may_be_read(
        &self,
        chars: &[CharIn],
        misreading: Misreading,
        is_known: bool,
    ) -> bool {
        if !self.implausible.may_be_input_of(misreading, is_known) {
            return false;
        }
        let reader = misreading.right.codec();
        let mut readable = Row::default();
        for run in self.runs() {
            measure_readable(&run, &chars[run.chars.clone()], reader, &mut readable);
            readable.end();
        }
        readable.found.may_be_input_of(misreading, is_known)
    }

    /// Returns true when three bytes somewhere in a row may be a character of UTF-8, or the beginning of one.
    pub(super) fn holds_long_utf8(&self) -> bool {
        let follows = |byte: u8| matches!(byte, 0x80..0xC0);
        let is_long = |three: &[u8]| {
            matches!(three[0], 0xE0..=0xF4) && follows(three[1]) && follows(three[2])
        };
        self.bytes.windows(3).any(is_long)
    }
}

/// Appends the bytes of the first of `chars`; false, and nothing appended, where it has none.
fn write_first(
    chars: &[CharIn],
    writer: &Writer,
    may_have_holes: bool,
    bytes: &mut Vec<u8>,
) -> bool {
    let [CharIn { c, is_lost, .. }, rest @ ..] = chars else {
        return false;
    };
    if *c == '\u{FFFD}' {
        bytes.extend(may_have_holes.then_some(HOLE));
        return may_have_holes;
    }
    let next = rest.first().map(|next| next.c);
    !is_lost && writer.encode(*c, next, bytes)
}

/// Measures the rows of `chars`, those of `run`, that `reader` can read.
fn measure_readable(run: &Run<'_>, chars: &[CharIn], reader: Codec, readable: &mut Row) {
    let start_of = |index: usize| run.starts.get(index).copied().unwrap_or(run.bytes.len());
    let (mut byte, mut next) = (0, 0);
    while next < chars.len() {
        match reader.decode_at(&run.bytes[byte..]) {
            Some((_, len)) => byte += len,
            None => {
                // As in `align`, the next character that begins behind the byte begins anew.
                byte += 1.max(start_of(next + 1).saturating_sub(byte));
                while start_of(next) < byte && next < chars.len() {
                    next += 1;
                }
                byte = start_of(next);
                readable.end();
                continue;
            }
        }
        while next < chars.len() && start_of(next + 1) <= byte {
            readable.push(&chars[next]);
            next += 1;
        }
    }
}

/// Implausibility of the characters of a stretch where they are least plausible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Implausible {
    /// Greatest number of characters in a row, up to [`MIN_CHARS_CJK`], that together score less than every rule asks of
    /// input that would change; [`MIN_CHARS_CJK`] where some are of private use.
    pub(super) len: usize,
    /// True when three in a row score less than names do that are garbage.
    has_dire_three: bool,
}

impl Implausible {
    /// Measures `chars` as they stand.
    pub(super) fn of(chars: &[CharIn]) -> Self {
        let mut row = Row::default();
        chars.iter().for_each(|c| row.push(c));
        row.found
    }

    /// Returns true when some rule for such a pair may believe input like this.
    pub(super) fn may_be_input_of(self, misreading: Misreading, is_known: bool) -> bool {
        let min_len = min_changed(misreading, is_known);
        let is_name = self.len == MIN_NAME_CHARS && !is_known && misreading.right != Utf8;
        self.len >= min_len && (!is_name || self.has_dire_three)
    }

    fn or(self, other: Self) -> Self {
        Self {
            len: self.len.max(other.len),
            has_dire_three: self.has_dire_three || other.has_dire_three,
        }
    }
}

/// A row of characters that is measured one by one.
///
/// Those that some pair leaves as they are may be left out, as they are of no input that changes.
struct Row {
    /// Least sum of so many characters, or more for the last, up to the one before.
    least: [f32; MIN_CHARS_CJK + 1],
    found: Implausible,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            least: [f32::INFINITY; MIN_CHARS_CJK + 1],
            found: Implausible::default(),
        }
    }
}

impl Row {
    fn push(&mut self, c: &CharIn) {
        if is_private_use(c.c) {
            self.found = Implausible {
                len: MIN_CHARS_CJK,
                has_dire_three: true,
            };
        }
        let nats = c.nats - MAX_INPUT_NATS;
        let mut with = [f32::INFINITY; MIN_CHARS_CJK + 1];
        with[1] = nats;
        for (len, sum) in self.least.iter().enumerate().skip(1) {
            let to = MIN_CHARS_CJK.min(len + 1);
            with[to] = with[to].min(sum + nats);
        }
        let reached = with.iter().rposition(|sum| *sum < 0.0);
        self.found.len = self.found.len.max(reached.unwrap_or_default());
        self.found.has_dire_three |= with[MIN_NAME_CHARS] < DIRE_THREE_NATS;
        if may_stay(c.c) {
            for (sum, before) in with.iter_mut().zip(self.least) {
                *sum = sum.min(before);
            }
        }
        self.least = with;
    }

    /// Ends the row at a character that no input reaches across.
    fn end(&mut self) {
        self.least = [f32::INFINITY; MIN_CHARS_CJK + 1];
    }
}

/// Returns true for a character that has the code of itself in some pair of double-byte sets: signs, letters, three
/// ideographs.
fn may_stay(c: char) -> bool {
    let is_of_cjk = is_bmp_ideograph(c) || matches!(c, '\u{AC00}'..='\u{D7A3}');
    !is_of_cjk || matches!(c, '誇' | '蹴' | '醮')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::double::misreading::{MEANT_MULTI, MULTI_BYTE};
    use crate::text::charset::Charset::*;

    fn len_implausible(chars: &[CharIn]) -> usize {
        Implausible::of(chars).len
    }

    fn chars(text: &str, nats: f32) -> Vec<CharIn> {
        let one = |(at, c): (usize, char)| CharIn {
            at: at..at + c.len_utf8(),
            c,
            nats,
            is_lost: false,
        };
        text.char_indices().map(one).collect()
    }

    #[test]
    fn what_no_pair_changes_may_stay() {
        let mut bytes = Vec::new();
        for wrong in MULTI_BYTE {
            for right in MEANT_MULTI.into_iter().filter(|right| *right != wrong) {
                let is_same_set = format!("{wrong:?}{right:?}") == "Cp950Big5";
                for c in ('\u{80}'..='\u{FFFF}').filter(|_| !is_same_set) {
                    bytes.clear();
                    let stays = wrong.encode(c, &mut bytes)
                        && right.decode_at(&bytes) == Some((c, bytes.len()));
                    assert!(
                        !stays || may_stay(c) || is_private_use(c),
                        "{c} of {wrong:?} in {right:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn rows_of_implausible_characters_are_measured() {
        let mut text = chars("一二三四五六七八九", -5.0);
        assert_eq!(len_implausible(&text), 0);
        for at in [2, 3] {
            text[at].nats = -14.0;
        }
        // Two at 14 carry two at 5, no three.
        assert_eq!(len_implausible(&text), 4);
        text[5].nats = -30.0;
        assert_eq!(len_implausible(&text), MIN_CHARS_CJK);
    }

    #[test]
    fn signs_between_do_not_part_a_row() {
        let mut text = chars("一a二a三", -10.0);
        (text[1].nats, text[3].nats) = (-1.0, -1.0);
        assert_eq!(len_implausible(&text), 3);
        (text[1].c, text[3].c) = ('丁', '丁');
        assert_eq!(len_implausible(&text), 1);
    }

    #[test]
    fn runs_end_at_what_the_set_has_not() {
        let misreading = Misreading {
            wrong: Big5,
            right: Gb18030,
        };
        let written = Written::of(&chars("一二한三", -5.0), misreading);
        let runs: Vec<_> = written
            .runs()
            .map(|run| (run.chars, run.bytes.len()))
            .collect();
        assert_eq!(runs, [(0..2, 4), (3..4, 2)]);
        assert!(written.runs().all(|run| run.starts[0] == 0));
    }

    #[test]
    fn only_what_can_be_read_is_measured() {
        // A4 4A of Big5 is no EUC-KR, AA BA is.
        let misreading = Misreading {
            wrong: Big5,
            right: EucKr,
        };
        let readable = chars("乂乂乂乂乂乂", -10.0);
        let may_be_read = |text: &[CharIn]| {
            let written = Written::of(text, misreading);
            written.may_be_read(text, misreading, false)
        };
        assert_eq!(Implausible::of(&readable).len, MIN_CHARS_CJK);
        assert!(!may_be_read(&readable));
        assert!(may_be_read(&chars("的的的的的的", -10.0)));
    }
}
