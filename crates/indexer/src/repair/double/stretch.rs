//! The characters of a suspicious stretch, and which pairs of sets they leave possible.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use crate::repair::double::misreading::{HOLD_CJK, MULTI_BYTE, Misreading, SINGLE_BYTE};
use crate::repair::double::written::{CharIn, Implausible, Written};
use crate::repair::lost::lost_spans;
use crate::text::charset::Charset::{self, *};
use crate::text::charset::{Coding, Pages};
use crate::text::model::Model;

/// The characters of a line that is read anew, and what can be said of them before any pair of sets is tried.
pub(super) struct Stretch {
    pub(super) chars: Vec<CharIn>,
    /// Sets of [`SINGLE_BYTE`], a bit each, in which some character is the first byte of UTF-8 and the next its second.
    utf8_sets: u16,
    /// Sets of [`HOLD_CJK`], a bit each, that have [`MIN_DENSE_CHARS`] characters above ASCII in a row.
    dense_sets: u16,
    /// The stretch in each set of [`WIDE`], once a pair asks for it.
    written: [OnceCell<Written>; WIDE.len()],
    implausible: OnceCell<Implausible>,
}

/// Sets in which most characters take two bytes.
const WIDE: [Charset; MULTI_BYTE.len() + 2] = {
    let [one, two, three, four, five, six] = MULTI_BYTE;
    [one, two, three, four, five, six, Utf16Le, Utf16Be]
};

/// Characters above ASCII that CJK in single bytes shows at least.
pub(super) const MIN_DENSE_CHARS: usize = 4;

impl Stretch {
    pub(super) fn of(text: &str, at: Range<usize>, model: &Model) -> Self {
        let lost = lost_spans(&text[at.clone()]);
        let mut lost = lost.as_slice();
        let mut chars = Vec::with_capacity(at.len() / 2);
        let mut last = '\n';
        for (offset, c) in text[at.clone()].char_indices() {
            while lost.first().is_some_and(|span| span.end <= offset) {
                lost = &lost[1..];
            }
            // U+FFFD and ? are holes a reading can close around; the rest of what is lost is kept from all readings.
            let is_lost = !matches!(c, '\u{FFFD}' | '?')
                && lost.first().is_some_and(|span| span.start <= offset);
            let from = at.start + offset;
            chars.push(CharIn {
                at: from..from + c.len_utf8(),
                c,
                nats: model.living_nats(last, c),
                is_lost,
            });
            last = c;
        }
        let (utf8_sets, dense_sets) = (utf8_sets(&chars), dense_sets(&chars));
        Self {
            chars,
            utf8_sets,
            dense_sets,
            written: [const { OnceCell::new() }; WIDE.len()],
            implausible: OnceCell::new(),
        }
    }

    /// The stretch written in the wrong set of a pair of two double-byte sets; `None` for other pairs, for which signs
    /// are written in ways of their own.
    pub(super) fn written(&self, misreading: Misreading) -> Option<&Written> {
        let is_shared = misreading.right != Utf8;
        self.written_wide(misreading).filter(|_| is_shared)
    }

    fn written_wide(&self, Misreading { wrong, .. }: Misreading) -> Option<&Written> {
        let number = WIDE.iter().position(|set| *set == wrong)?;
        let right = Utf16Be;
        let write = || Written::of(&self.chars, Misreading { wrong, right });
        Some(self.written[number].get_or_init(write))
    }

    /// Returns true when some rule may believe what a pair makes of this stretch, by a look at its characters and bytes.
    pub(super) fn may_convince(&self, misreading: Misreading, is_known: bool) -> bool {
        if !self.may_hold(misreading, is_known) {
            return false;
        }
        let Misreading { wrong, right } = misreading;
        let is_swap = (wrong, right) == (Utf16Le, Utf16Be);
        if is_swap || !WIDE.contains(&wrong) {
            return true;
        }
        let chars = &self.chars;
        let implausible = self.implausible.get_or_init(|| Implausible::of(chars));
        if !implausible.may_be_input_of(misreading, is_known) {
            return false;
        }
        let has_euro = || wrong == Gb18030 && chars.iter().any(|c| c.c == '€');
        let may_be_read = |written: &Written| match right {
            Utf8 => written.holds_long_utf8() || has_euro(),
            _ => written.may_be_read(chars, misreading, is_known),
        };
        self.written_wide(misreading).is_none_or(may_be_read)
    }

    /// Returns true when a pair can be at work here at all.
    pub(super) fn may_hold(&self, Misreading { wrong, right }: Misreading, is_known: bool) -> bool {
        let bit = |sets: &[Charset]| sets.iter().position(|set| *set == wrong);
        match (right, bit(&SINGLE_BYTE), bit(&HOLD_CJK)) {
            (Utf8, Some(bit), _) => self.utf8_sets >> bit & 1 != 0,
            (Utf8, ..) | (_, _, None) => true,
            (_, _, Some(bit)) => is_known || self.dense_sets >> bit & 1 != 0,
        }
    }
}

fn utf8_sets(chars: &[CharIn]) -> u16 {
    let (mut sets, mut leads) = (0, 0);
    for c in chars {
        let bytes = if c.c.is_ascii() {
            Utf8Bytes::default()
        } else {
            UTF8_BYTES.get(c.c)
        };
        // A hole follows in any set.
        sets |= leads
            & if matches!(c.c, '\u{FFFD}' | '?') {
                u16::MAX
            } else {
                bytes.follows
            };
        leads = bytes.leads;
    }
    sets
}

/// Sets of [`SINGLE_BYTE`], a bit each, in which a character is a first byte of UTF-8, or a following one.
#[derive(Clone, Copy, Default)]
struct Utf8Bytes {
    leads: u16,
    follows: u16,
}

static UTF8_BYTES: LazyLock<Pages<Utf8Bytes>> = LazyLock::new(|| {
    let mut pages: Pages<Utf8Bytes> = Pages::new();
    let mut encoded = Vec::new();
    for (bit, set) in SINGLE_BYTE.into_iter().enumerate() {
        let as_html = (0x80..=0x9F).filter_map(|byte| Windows1252.decode_at(&[byte]));
        for (c, _) in (0x80..=0xFF)
            .filter_map(|byte| set.decode_at(&[byte]))
            .chain(as_html)
        {
            encoded.clear();
            set.encode(c, &mut encoded);
            match encoded[..] {
                [0x80..0xC0] => pages.slot(c).follows |= 1 << bit,
                [0xC2..0xF5] => pages.slot(c).leads |= 1 << bit,
                _ => {}
            }
        }
    }
    pages
});

fn dense_sets(chars: &[CharIn]) -> u16 {
    let mut runs = [0_usize; HOLD_CJK.len()];
    let mut sets = 0;
    let mut has_rules = false;
    for c in chars.iter().filter(|c| !c.c.is_ascii() || c.is_lost) {
        has_rules |= matches!(c.c, '\u{2500}'..='\u{259F}');
        let has = if c.is_lost { 0 } else { DENSE_SETS.get(c.c) };
        for (bit, run) in runs.iter_mut().enumerate() {
            *run = if has >> bit & 1 != 0 { *run + 1 } else { 0 };
            sets |= u16::from(*run >= MIN_DENSE_CHARS) << bit;
        }
    }
    // Half the bytes of GBK are table rules in the sets of DOS: without one, their letters are of some language.
    let is_ruled = |set: &Charset| matches!(set, Cp866 | Cp850);
    let ruled = HOLD_CJK.iter().enumerate().filter(|(_, set)| is_ruled(set));
    match has_rules {
        true => sets,
        false => ruled.fold(sets, |sets, (bit, _)| sets & !(1 << bit)),
    }
}

/// Sets of [`HOLD_CJK`] that have a character, a bit each.
static DENSE_SETS: LazyLock<Pages<u16>> = LazyLock::new(|| {
    let mut pages = Pages::new();
    for (bit, set) in HOLD_CJK.into_iter().enumerate() {
        for (c, _) in (0x80..=0xFF).filter_map(|byte| set.decode_at(&[byte])) {
            *pages.slot(c) |= 1 << bit;
        }
    }
    pages
});
