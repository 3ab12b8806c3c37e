//! Rules by which CJK read as CJK is believed.
//!
//! Garbage and good text overlap in every single measure, names most of all, so there are several ways to convince, each
//! strict in what the others are lenient in. A reading is believed when every bound of some rule holds. Measured on two
//! thirds of the benchmark's cases and its 11,079 clean lines, 2026-11-22; scores are nats per character.

use super::bounds::{MIN_CHARS_CJK, MIN_CHARS_KNOWN, MIN_CHARS_UTF8, MIN_NAME_CHARS};
use super::candidate::Candidate;
use super::looks::{
    are_different, common_share, has_private_use, is_long_utf8, is_mostly_usual, is_swapped_han,
    mixes_scripts,
};
use super::misreading::Misreading;
use super::words::is_all_words;
use crate::repair::names::is_name;
use crate::text::charset::Charset::*;
use crate::text::model::{Model, floor_nats};

/// Measures of a candidate.
pub(super) struct Measures<'a> {
    pub(super) input: &'a str,
    pub(super) candidate: &'a Candidate,
    pub(super) is_known: bool,
    pub(super) model: &'a Model,
    /// Characters of the input that would change.
    len: usize,
    /// Score of these characters as they stand.
    before: f32,
    /// Score of what they become.
    after: f32,
    /// Gain for each character of the output.
    gain: f32,
    /// Gain in all.
    total: f32,
}

impl<'a> Measures<'a> {
    pub(super) fn of(
        input: &'a str,
        candidate: &'a Candidate,
        is_known: bool,
        model: &'a Model,
    ) -> Self {
        let len = candidate.len_changed_input_chars;
        let len_out = candidate.len_chars.max(1) as f32;
        Self {
            input,
            candidate,
            is_known,
            model,
            len,
            before: candidate.input_nats / len.max(1) as f32,
            after: candidate.output_nats / len_out,
            gain: candidate.gain_nats / len_out,
            total: candidate.gain_nats,
        }
    }

    fn misreading(&self) -> Misreading {
        self.candidate.misreading
    }
}

/// Share of common ideographs in the input, which text has and garbage has not.
#[derive(Clone, Copy)]
enum CommonShare {
    Any,
    Below(f32),
    AtMost(f32),
}

/// One way to convince.
struct Rule {
    /// Minimum number of characters that change.
    min_len: usize,
    /// The input scores below this ...
    before_below: f32,
    /// ... and the output above this.
    after_above: f32,
    /// Minimum gain for each character.
    min_gain: f32,
    /// Minimum gain in all.
    min_total: f32,
    /// Common ideographs the input may have.
    common: CommonShare,
    /// Condition that no bound can say.
    also: fn(&Measures<'_>) -> bool,
}

/// Bounds that everything passes.
const ANY: Rule = Rule {
    min_len: 0,
    before_below: f32::INFINITY,
    after_above: f32::NEG_INFINITY,
    min_gain: f32::NEG_INFINITY,
    min_total: f32::NEG_INFINITY,
    common: CommonShare::Any,
    also: |_| true,
};

/// Minimum number for the clearest gains: three characters of garbage reach them, four do not.
const MIN_CHARS_CLEAR: usize = 4;
/// Garbage of one double-byte set in another is spread over all its ideographs; text is not.
const GARBAGE_SHARE: CommonShare = CommonShare::Below(0.34);
/// Score that good Chinese, names of rare ideographs left out, stays above.
const GOOD_TEXT: f32 = -9.5;

/// UTF-8 whose pair of sets the document has shown: sequences of three bytes prove themselves, three of them do.
const UTF8_KNOWN: Rule = Rule {
    min_len: MIN_CHARS_UTF8,
    before_below: GOOD_TEXT,
    also: |of| of.is_known && is_long_utf8(&of.candidate.after),
    ..ANY
};

/// UTF-8 read as GB 18030: the usual damage, whose garbage is like no other.
const UTF8_AS_GB18030: Rule = Rule {
    min_len: MIN_CHARS_UTF8,
    before_below: GOOD_TEXT,
    also: |of| of.misreading().wrong == Gb18030 && is_clean_utf8(of),
    ..ANY
};

/// UTF-8 read as any other set: one character more.
const UTF8_AS_OTHER: Rule = Rule {
    min_len: 4,
    before_below: GOOD_TEXT,
    also: is_clean_utf8,
    ..ANY
};

/// A pair the document has shown: two characters of garbage that read as anything but noise.
const KNOWN: Rule = Rule {
    min_len: MIN_CHARS_KNOWN,
    before_below: GOOD_TEXT,
    after_above: -11.0,
    ..ANY
};

/// Long garbage that becomes Chinese. Most damage in Chinese documents is Chinese.
const LONG: Rule = Rule {
    min_len: MIN_CHARS_CJK,
    before_below: -11.0,
    after_above: -9.0,
    common: GARBAGE_SHARE,
    also: |of| is_chinese(of.misreading()),
    ..ANY
};

/// Long garbage that becomes Japanese or Korean, which must be clearer.
const LONG_FOREIGN: Rule = Rule {
    min_gain: 4.0,
    also: |_| true,
    ..LONG
};

/// Long garbage with private use in it, which no text has: less bad garbage is enough.
const LONG_PRIVATE: Rule = Rule {
    before_below: -7.0,
    also: |of| has_private_use(of.input) && is_chinese(of.misreading()),
    ..LONG
};

/// Long garbage with private use in it that becomes Japanese or Korean.
const LONG_PRIVATE_FOREIGN: Rule = Rule {
    min_gain: 4.0,
    also: |of| has_private_use(of.input),
    ..LONG_PRIVATE
};

/// Short garbage that becomes plain text: the gain says what the length does not.
const CLEAR: Rule = Rule {
    min_len: MIN_CHARS_CLEAR,
    before_below: -10.0,
    after_above: -7.0,
    min_gain: 6.0,
    common: CommonShare::AtMost(0.5),
    ..ANY
};

/// Long input that is no worse than a list of names and becomes the best of text.
const STRONG: Rule = Rule {
    min_len: MIN_CHARS_CJK,
    before_below: GOOD_TEXT,
    after_above: -6.5,
    min_gain: 4.5,
    min_total: 30.0,
    common: GARBAGE_SHARE,
    ..ANY
};

/// Input that is noise: characters the model has never seen together.
const ALIEN: Rule = Rule {
    min_len: MIN_CHARS_CLEAR,
    before_below: -14.0,
    after_above: -11.5,
    min_gain: 4.0,
    min_total: 25.0,
    ..ANY
};

/// Garbage that becomes a name, title or place, letter for letter, and was none.
const NAMED: Rule = Rule {
    min_len: MIN_NAME_CHARS,
    before_below: -10.5,
    also: |of| {
        is_name(&of.candidate.after) && !is_name(of.input) && are_different(&of.candidate.after)
    },
    ..ANY
};

/// Garbage that becomes words of the dictionary to the last character.
const WORDED: Rule = Rule {
    min_len: MIN_CHARS_CLEAR,
    before_below: GOOD_TEXT,
    min_gain: 2.0,
    also: |of| is_chinese(of.misreading()) && is_all_words(&of.candidate.after),
    ..ANY
};

/// Scripts no text has side by side that become ideographs once the bytes of UTF-16 are exchanged.
const SWAPPED: Rule = Rule {
    min_len: MIN_NAME_CHARS,
    after_above: -12.0,
    min_gain: 3.0,
    also: |of| is_swapped_han(of.input, of.candidate, of.model),
    ..ANY
};

/// Rules for what was meant as UTF-8.
const FOR_UTF8: [Rule; 3] = [UTF8_KNOWN, UTF8_AS_GB18030, UTF8_AS_OTHER];
/// Rules for a pair the document has shown.
const FOR_KNOWN: [Rule; 1] = [KNOWN];
/// Rules for a pair it has not.
const FOR_NEW: [Rule; 10] = [
    LONG,
    LONG_FOREIGN,
    LONG_PRIVATE,
    LONG_PRIVATE_FOREIGN,
    CLEAR,
    STRONG,
    ALIEN,
    NAMED,
    WORDED,
    SWAPPED,
];

/// Returns true when a rule for its pair of sets is convinced.
pub(super) fn is_convincing_cjk(of: &Measures<'_>) -> bool {
    let convinces = |rules: &[Rule]| rules.iter().any(|rule| rule.holds(of));
    if of.misreading().right == Utf8 {
        return convinces(&FOR_UTF8);
    }
    if of.is_known {
        return convinces(&FOR_KNOWN);
    }
    // Four characters of Chinese read as some Japanese or Korean too often (芝娃娃狗).
    let is_foreign = matches!(of.misreading().right, ShiftJis | EucJp | EucKr);
    if is_foreign && of.len < MIN_CHARS_CJK {
        return false;
    }
    convinces(&FOR_NEW)
}

/// Floor of what is no character.
const UNASSIGNED_NATS: f32 = -18.0;

/// Returns true for sequences of three bytes that yield letters of one script, the usual ones for the most part.
fn is_clean_utf8(of: &Measures<'_>) -> bool {
    let after = &of.candidate.after;
    let is_assigned = |c: char| {
        c.is_ascii() || c == '\u{FFFD}' || of.model.knows(c) || floor_nats(c) > UNASSIGNED_NATS
    };
    after.chars().all(is_assigned)
        && !mixes_scripts(after)
        && is_long_utf8(after)
        && is_mostly_usual(after, of.model)
}

/// Returns true for what becomes Chinese.
fn is_chinese(misreading: Misreading) -> bool {
    matches!(misreading.right, Gb18030 | Big5 | Utf16Be)
}

impl Rule {
    fn holds(&self, of: &Measures<'_>) -> bool {
        of.len >= self.min_len
            && of.before < self.before_below
            && of.after > self.after_above
            && of.gain >= self.min_gain
            && of.total >= self.min_total
            && (self.also)(of)
            && self.common.holds(of)
    }
}

impl CommonShare {
    fn holds(self, of: &Measures<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Below(share) => common_share(of.input, of.model) < share,
            Self::AtMost(share) => common_share(of.input, of.model) <= share,
        }
    }
}
