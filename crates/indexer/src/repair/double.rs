//! Undoes a decoding with the wrong character set.
//!
//! In: text that may hold, as a whole, in lines or in runs, bytes of one set read as another. Out: edits that put the
//! right reading there. Each suspicious line is encoded back with every set it can be written in and read again with
//! every set it may have been meant in; both readings are cut at common boundaries and every block gets the nats the
//! new reading gains. Stretches of gain are candidates, and the best one wins if it wins clearly. What the text shows
//! once (a sure pair of sets) lowers the bar for the rest. Layers are peeled one at a time: the pass runs again until
//! nothing is left. A byte that is gone leaves U+FFFD, never a guess.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use super::lines::is_box_drawing;
use super::lost::lost_spans;
use super::model::{Model, is_frequent_hangul, script_of};
use super::names::is_name;
use super::pass::{Context, Edits};
use super::survey::Marks;
use crate::decode::charset::Charset::{self, *};
use crate::decode::charset::{Codec, Pages};

/// Nats a reading must gain in all ...
const MIN_GAIN_NATS: f32 = 8.0;
/// ... less inside a word ...
const MIN_GAIN_NATS_IN_WORD: f32 = 4.0;
/// ... or where the pair has been seen ...
const MIN_GAIN_NATS_KNOWN: f32 = 2.0;
/// ... and for each of its characters. METHOD.md of the benchmark: 0.06 % of 11,000 clean lines change at 1.2.
const MIN_GAIN_NATS_PER_CHAR: f32 = 1.2;
/// CJK read as CJK needs this many characters: names of two to five rare characters decode as something in most sets.
const MIN_CHARS_CJK: usize = 6;
/// A candidate stretch ends where it has lost this much since its best point.
const DROP_NATS: f32 = 16.0;
/// A pair that has gained this much in a text is known to be at work there.
const SURE_NATS: f32 = 40.0;
/// A pair that has gained this much has damaged the text throughout: others are no longer tried.
const DOMINANT_NATS: f32 = 4000.0;
/// Once this much, and this share of the text, has been looked at with every pair in vain, only pairs the text has shown
/// are tried: noise has no end, and no reading. On 2026-11-24 no document of the corpus fares otherwise with four times
/// as much.
const MAX_FRUITLESS_BYTES: usize = 32 * 1024;
const MAX_FRUITLESS_SHARE: usize = 32;
/// Longest stretch that is looked at as one; longer lines are cut here.
const MAX_LINE_BYTES: usize = 1 << 16;

/// A wrong decoding: bytes of `right` that were read as `wrong`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Misreading {
    wrong: Charset,
    right: Charset,
}

impl Misreading {
    /// A stable word: `utf8-as-gb18030`.
    fn kind(self) -> &'static str {
        static KINDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
            let kind = |wrong: &Charset, right: &Charset| format!("{}-as-{}", right.name(), wrong.name());
            ALL.iter().map(|wrong| ALL.iter().map(|right| kind(wrong, right)).collect()).collect()
        });
        let place = |set: Charset| ALL.iter().position(|known| *known == set).expect("every set that is tried");
        &KINDS[place(self.wrong)][place(self.right)]
    }
}

const SINGLE_BYTE: [Charset; 13] = [
    Windows1252,
    Latin1,
    MacRoman,
    Cp437,
    Windows1251,
    Windows1250,
    Koi8R,
    Cp850,
    Windows1254,
    Windows1253,
    Windows1257,
    Iso8859_2,
    Latin1,
];
/// Every set that is tried, as either side.
const ALL: [Charset; 21] = [
    Utf8,
    Latin1,
    Windows1252,
    Windows1250,
    Windows1251,
    Windows1253,
    Windows1254,
    Windows1257,
    Koi8R,
    MacRoman,
    Cp437,
    Cp850,
    Iso8859_2,
    Gb18030,
    Big5,
    Cp950,
    ShiftJis,
    EucJp,
    EucKr,
    Utf16Le,
    Utf16Be,
];
const MULTI_BYTE: [Charset; 6] = [Gb18030, Big5, Cp950, EucKr, ShiftJis, EucJp];
const MEANT_MULTI: [Charset; 5] = [Gb18030, Big5, ShiftJis, EucJp, EucKr];

/// Finds double encodings; see the module.
pub(crate) fn find_double_encodings(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut doubtful = Vec::new();
    let max_fruitless_bytes = MAX_FRUITLESS_BYTES + text.len() / MAX_FRUITLESS_SHARE;
    for line in suspicious_lines(text, context) {
        if context.fruitless_bytes > max_fruitless_bytes || !line.is_worth_a_try() {
            doubtful.push(line);
            continue;
        }
        match best_repairs(text, &line, context, false) {
            repairs if repairs.is_empty() => {
                context.fruitless_bytes += line.at.len();
                doubtful.push(line);
            }
            repairs => {
                // What was worth the look pays for more of them.
                context.fruitless_bytes = context.fruitless_bytes.saturating_sub(line.at.len());
                accept(text, repairs, &mut edits, context);
            }
        }
    }
    // What the rest of the text has shown decides what was too short or too weak by itself.
    if context.evidence.is_empty() {
        doubtful.clear();
    }
    for line in doubtful {
        let repairs = best_repairs(text, &line, context, true);
        accept(text, repairs, &mut edits, context);
    }
    find_lost_spaces(text, context, &mut edits);
    edits
}

/// `à` is C3 A0, and A0 has often become a plain space on the way: `voilÃ le`, `trouve Г l’ouest`.
fn find_lost_spaces(text: &str, context: &Context<'_>, edits: &mut Edits) {
    for (lead, wrong) in [('Ã', Windows1252), ('Г', Windows1251)] {
        let is_known = context.evidence.of(Misreading { wrong, right: Utf8 }.kind()) > 0.0;
        let odd = context.survey.lines_with(Marks::ODD);
        let leads = odd.flat_map(|line| text[line.clone()].match_indices(lead).map(move |(at, _)| line.start + at));
        for at in leads {
            let end = at + lead.len_utf8();
            let before = text[..at].chars().next_back();
            let stands_alone = before.is_none_or(|c| matches!(c, ' ' | '\n' | '\'' | '’' | '(')) && is_known;
            let ends_word = before.is_some_and(|c| c.is_ascii_lowercase());
            let rest = &text[end..];
            if !(stands_alone || ends_word) || !rest.starts_with(' ') {
                continue;
            }
            // Where the space after the word is still there, or there was none, the one that was A0 goes.
            let was_no_space = rest[1..].starts_with([' ', '\n']) || rest[1..].starts_with("quel");
            edits.replace(at..end + usize::from(was_no_space), "à", Misreading { wrong, right: Utf8 }.kind(), 0.8);
        }
    }
}

fn accept(text: &str, repairs: Vec<Candidate>, edits: &mut Edits, context: &mut Context<'_>) {
    for repair in repairs {
        let kind = repair.misreading.kind();
        context.evidence.add(kind, repair.gain_nats);
        if repair.misreading.right == Utf8 {
            context.evidence.add(ANY_UTF8, repair.gain_nats);
        }
        let per_char = repair.gain_nats / repair.len_chars.max(1) as f32;
        debug_assert!(text.is_char_boundary(repair.at.start));
        edits.replace(repair.at, repair.after, kind, (per_char / 10.0).clamp(0.5, 1.0));
    }
}

/// A stretch, how it would read, and what that gains.
#[derive(Clone, Debug)]
struct Candidate {
    misreading: Misreading,
    at: Range<usize>,
    after: String,
    gain_nats: f32,
    input_nats: f32,
    output_nats: f32,
    /// Characters of the input above ASCII.
    len_input_chars: usize,
    /// Characters of the input that would change.
    len_changed_input_chars: usize,
    /// Characters that read otherwise than before.
    len_chars: usize,
}

/// Whether what one pair makes of a stretch leaves nothing for other pairs to better.
fn is_settled(found: &[Candidate], line: &SuspiciousLine, is_known: bool) -> bool {
    let covered: usize = found.iter().map(|candidate| candidate.at.len()).sum();
    let reads_well = found.iter().all(|candidate| {
        let after = candidate.output_nats / candidate.len_chars.max(1) as f32;
        after > if candidate.misreading.right == Utf8 { -9.0 } else { -6.5 }
            && candidate.gain_nats > if is_known { MIN_GAIN_NATS } else { SURE_NATS }
    });
    let is_sure = is_known || found.iter().any(|candidate| candidate.misreading.right == Utf8);
    // Two single-byte sets differ in a few signs: the wrong one of them leaves holes.
    let may_have_holes = |candidate: &Candidate| is_known && MULTI_BYTE.contains(&candidate.misreading.wrong);
    let is_whole = found.iter().all(|candidate| may_have_holes(candidate) || !candidate.after.contains('\u{FFFD}'));
    let needed = if is_known { line.at.len() / 2 } else { line.at.len() * 9 / 10 };
    is_sure && is_whole && !found.is_empty() && reads_well && covered >= needed
}

/// One file has one history, but its parts need not have been read in the same single-byte set.
fn is_known_utf8(misreading: Misreading, context: &Context<'_>) -> bool {
    let is_single = misreading.right == Utf8 && matches!(misreading.wrong, Windows1252 | Latin1);
    is_single && context.evidence.of(ANY_UTF8) >= SURE_NATS / 3.0
}

/// Evidence of UTF-8 read as whatever.
const ANY_UTF8: &str = "utf8-as-any";

impl Candidate {
    /// Gain, and what speaks for the pair itself: bytes are hardly ever UTF-8 by chance, and Chinese was mostly meant
    /// as Chinese.
    fn rank_nats(&self) -> f32 {
        let prior_nats = match self.misreading.right {
            Utf8 => 4.0 * self.after.chars().filter(|c| !c.is_ascii()).count() as f32,
            ShiftJis | EucJp | EucKr => -8.0,
            _ => 0.0,
        };
        self.gain_nats + prior_nats
    }
}

fn best_repairs(text: &str, line: &SuspiciousLine, context: &Context<'_>, must_be_known: bool) -> Vec<Candidate> {
    let mut pairs: Vec<(f32, Misreading)> = misreadings_of(line, must_be_known)
        .into_iter()
        .map(|misreading| (context.evidence.of(misreading.kind()), misreading))
        .collect();
    if pairs.is_empty() {
        return Vec::new();
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    if pairs.first().is_some_and(|(seen_nats, _)| *seen_nats >= DOMINANT_NATS) {
        pairs.retain(|(seen_nats, misreading)| *seen_nats >= SURE_NATS || is_known_utf8(*misreading, context));
    }
    let stretch = Stretch::of(text, line.at.clone(), context.model);
    let mut found: Vec<Candidate> = Vec::new();
    for (seen_nats, misreading) in pairs {
        let is_known = seen_nats >= SURE_NATS || is_known_utf8(misreading, context);
        if must_be_known && !is_known || !stretch.may_hold(misreading, is_known) {
            continue;
        }
        let candidates = candidates(text, &stretch, misreading, is_known, context.model);
        let convincing = candidates.into_iter().filter(|found| is_convincing(text, found, is_known, context.model));
        let from = found.len();
        found.extend(convincing);
        if is_settled(&found[from..], line, is_known) {
            return found.split_off(from);
        }
    }
    // The best first; of equal ones the more common set, which stands earlier.
    found.sort_by(|one, other| other.rank_nats().total_cmp(&one.rank_nats()));
    let mut taken: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in found {
        let before = taken.range(..candidate.at.end).next_back();
        if before.is_none_or(|(_, other)| other.at.end <= candidate.at.start) {
            taken.insert(candidate.at.start, candidate);
        }
    }
    taken.into_values().collect()
}

fn is_convincing(text: &str, candidate: &Candidate, is_known: bool, model: &Model) -> bool {
    let Misreading { wrong, right } = candidate.misreading;
    let per_char = candidate.gain_nats / candidate.len_chars.max(1) as f32;
    let min_gain = match () {
        () if is_known && right == Utf8 => MIN_GAIN_NATS_KNOWN,
        () if is_inside_word(text, candidate) => MIN_GAIN_NATS_IN_WORD,
        () => MIN_GAIN_NATS,
    };
    if candidate.gain_nats < min_gain || per_char < MIN_GAIN_NATS_PER_CHAR {
        return false;
    }
    let input = &text[candidate.at.clone()];
    if is_one_repeated(input) || is_table_rule(input) {
        return false;
    }
    let is_foreign = matches!(right, ShiftJis | EucJp | EucKr);
    if MULTI_BYTE.contains(&wrong) && is_foreign && stands_in_chinese(text, candidate, model) {
        return false;
    }
    if MULTI_BYTE.contains(&wrong) || matches!(wrong, Utf16Le | Utf16Be) {
        return is_convincing_cjk(input, candidate, is_known, model);
    }
    let after = candidate.output_nats / candidate.len_chars.max(1) as f32;
    if right == Utf8 {
        return is_known || is_sure_utf8(&candidate.after) && after > NOISE_NATS && !is_lone_sign(text, candidate);
    }
    // CJK in single bytes: the signal is the density of high characters, signs among them.
    let has_signs = input.chars().any(|c| !c.is_ascii() && !c.is_alphabetic());
    let is_dense = candidate.len_input_chars >= MIN_DENSE_CHARS
        && candidate.len_input_chars * 5 >= candidate.len_changed_input_chars * 3;
    let distinct = candidate.after.chars().filter(|c| !c.is_ascii()).collect::<BTreeSet<_>>().len();
    let is_varied = distinct >= 3 || distinct == candidate.len_chars;
    // Bytes are some Japanese or Korean easily; it must read like it.
    let reads_well = after > if matches!(right, Gb18030 | Big5) { NOISE_NATS } else { -9.0 };
    (is_dense && has_signs && is_varied && reads_well || is_known) && per_char > 2.0
}

/// What no reading of right bytes scores, per character: emoji and names of rare ideographs stay above.
const NOISE_NATS: f32 = -14.0;

/// CJK read as CJK. Garbage and good text overlap in every single measure, names most of all, so there are several
/// ways to convince, each strict in what the others are lenient in. The numbers are nats per character, measured on
/// two thirds of the benchmark's cases and its clean lines, 2026-11-22.
fn is_convincing_cjk(input: &str, candidate: &Candidate, is_known: bool, model: &Model) -> bool {
    let len_out = candidate.len_chars.max(1) as f32;
    let (gain, total) = (candidate.gain_nats / len_out, candidate.gain_nats);
    let before = candidate.input_nats / candidate.len_changed_input_chars.max(1) as f32;
    let after = candidate.output_nats / len_out;
    let len = candidate.len_changed_input_chars;
    if has_noncharacters(&candidate.after) {
        return false;
    }
    if candidate.misreading.right == Utf8 {
        let min_len = if is_known || candidate.misreading.wrong == Gb18030 { 3 } else { 4 };
        let is_of_one_script = is_known || !mixes_scripts(&candidate.after);
        return len >= min_len && before < -9.5 && is_of_one_script && is_long_utf8(&candidate.after);
    }
    if is_known {
        return len >= 2 && before < -9.5 && after > -11.0;
    }
    // Four characters of Chinese read as some Japanese or Korean too often (芝娃娃狗).
    if matches!(candidate.misreading.right, ShiftJis | EucJp | EucKr) && len < MIN_CHARS_CJK {
        return false;
    }
    let common = common_share(input, model);
    let floor_before = if has_private_use(input) { -7.0 } else { -11.0 };
    // Most damage in Chinese documents is Chinese: other readings must be clearer.
    let min_gain = if matches!(candidate.misreading.right, Gb18030 | Big5 | Utf16Be) { 0.0 } else { 4.0 };
    let is_long =
        len >= MIN_CHARS_CJK && gain >= min_gain && before < floor_before && after > -9.0 && common < MAX_COMMON_SHARE;
    let is_clear = len >= 4 && before < -10.0 && gain >= 6.0 && after > -7.0 && common <= 0.5;
    let is_strong = len >= MIN_CHARS_CJK
        && before < -9.5
        && total >= 30.0
        && gain >= 4.5
        && after > -6.5
        && common < MAX_COMMON_SHARE;
    let is_alien = len >= 4 && before < -14.0 && total >= 25.0 && gain >= 4.0 && after > -11.5;
    let is_named = len >= MIN_NAME_CHARS && before < -10.5 && is_name(&candidate.after) && !is_name(input);
    let is_swapped = len >= MIN_NAME_CHARS && gain >= 3.0 && after > -12.0 && is_swapped_han(input, candidate, model);
    is_long || is_clear || is_strong || is_alien || is_named || is_swapped
}

/// Two characters are a name of something in any reading.
const MIN_NAME_CHARS: usize = 3;

/// Whether scripts that no text has side by side become ideographs in use when the bytes of UTF-16 are exchanged.
fn is_swapped_han(input: &str, candidate: &Candidate, model: &Model) -> bool {
    let is_swap = candidate.misreading == Misreading { wrong: Utf16Le, right: Utf16Be };
    let is_usual = |c: char| matches!(c as u32, 0x4E00..=0x9FFF) && model.knows(c);
    let ideographs = || candidate.after.chars().filter(|c| !c.is_ascii() && c.is_alphabetic());
    let usual = ideographs().filter(|c| is_usual(*c)).count();
    is_swap && mixes_scripts(input) && usual >= MIN_NAME_CHARS && 10 * usual >= 9 * ideographs().count()
}

/// Common ideographs beside a stretch, in its line, from which on the line is Chinese.
const MIN_CHINESE_NEIGHBOURS: usize = 4;
/// Bytes of the line that are looked at on either side.
const NEIGHBOUR_BYTES: usize = 240;

/// Whether the rest of the line is plain Chinese. Damage befalls a line or a document; three ideographs of a Chinese
/// sentence that would also read as Korean are a coincidence (哥哥姐姐, 脊骨神經).
fn stands_in_chinese(text: &str, candidate: &Candidate, model: &Model) -> bool {
    let from = text.floor_char_boundary(candidate.at.start.saturating_sub(NEIGHBOUR_BYTES));
    let to = text.ceil_char_boundary((candidate.at.end + NEIGHBOUR_BYTES).min(text.len()));
    let before = text[from..candidate.at.start].rsplit('\n').next().unwrap_or_default();
    let after = text[candidate.at.end..to].split('\n').next().unwrap_or_default();
    let is_common = |c: &char| matches!(*c as u32, 0x4E00..=0x9FFF) && model.unigram(*c) > COMMON_NATS;
    before.chars().chain(after.chars()).filter(is_common).count() >= MIN_CHINESE_NEIGHBOURS
}

/// Lines and corners of a table, and nothing else: they stand side by side by trade.
fn is_table_rule(input: &str) -> bool {
    input.chars().filter(|c| !c.is_ascii()).all(|c| matches!(c as u32, 0x2500..=0x259F))
}

/// Private use and what is no character: no right reading yields them.
fn has_noncharacters(after: &str) -> bool {
    after.chars().any(|c| {
        c.is_control() && !c.is_whitespace()
            || matches!(c as u32, 0xE000..=0xF8FF | 0xFFF0..=0xFFFC | 0xFFFE | 0xFFFF | 0x3_2000..)
    })
}

/// Two bytes of UTF-8 can come about in good text (`É¿`, `“×”`, `—∞`, `┼┐`): they count if they mostly give what Latin
/// text is full of, or letters of one script in a row. Longer sequences cannot.
fn is_sure_utf8(after: &str) -> bool {
    let (mut sure, mut doubtful) = (0, 0);
    let mut last_block = 0;
    for code in after.chars().filter(|c| !c.is_ascii()).map(|c| c as u32) {
        let is_pair = code / 0x80 == last_block && code > 0x17F;
        last_block = code / 0x80;
        match code {
            0xA0..=0x17E | 0x800.. => sure += 1,
            _ if is_pair => sure += 2,
            _ => doubtful += 1,
        }
    }
    sure > doubtful
}

/// One sequence made of signs that mathematics and line drawing use, away from any word: `√π`.
fn is_lone_sign(text: &str, candidate: &Candidate) -> bool {
    let has_sign_letters = matches!(candidate.misreading.wrong, MacRoman | Cp437 | Cp850);
    let before = text[..candidate.at.start].chars().next_back();
    let after = text[candidate.at.end..].chars().next();
    let touches_word = [before, after].into_iter().flatten().any(char::is_alphabetic);
    has_sign_letters && candidate.len_chars == 1 && !touches_word
}

/// A gain too small to stand alone: two bytes inside a word, where no sign stands between letters (`RÄ«ga`, `AÃ‘OS`).
fn is_inside_word(text: &str, candidate: &Candidate) -> bool {
    let Misreading { wrong, right } = candidate.misreading;
    let is_single = right == Utf8 && SINGLE_BYTE.contains(&wrong);
    let next = text[candidate.at.end..].chars().next();
    let before = text[..candidate.at.start].chars().next_back();
    let is_strong_lead = text[candidate.at.start..].starts_with('Ã') && before.is_some_and(char::is_alphabetic);
    // `Â£5`, `25Â°`: a capital that stands beside a sign and belongs to no word.
    let mut input = text[candidate.at.clone()].chars();
    let is_lone_capital = input.next() == Some('Â')
        && input.next().is_some_and(|sign| matches!(sign, '¡'..='¿'))
        && !before.is_some_and(char::is_alphabetic);
    let is_bound = next.is_some_and(char::is_alphabetic) || is_strong_lead || is_lone_capital;
    is_single && is_bound && is_sure_utf8(&candidate.after)
}

/// Ideographs likelier than this are among the few hundred that half of any text is made of.
const COMMON_NATS: f32 = -8.8;
/// Garbage of one double-byte set in another is spread over all its ideographs; text is not.
const MAX_COMMON_SHARE: f32 = 0.34;

fn common_share(input: &str, model: &Model) -> f32 {
    let wide: Vec<char> = input.chars().filter(|c| !c.is_ascii()).collect();
    let common = wide.iter().filter(|c| model.unigram(**c) > COMMON_NATS).count();
    common as f32 / wide.len().max(1) as f32
}

/// Sequences of three bytes do not come about by chance in double-byte text; of two bytes they do (毛爷爷).
fn is_long_utf8(after: &str) -> bool {
    let long = after.chars().filter(|c| c.len_utf8() >= 3 && *c != '\u{FFFD}').count();
    let short = after.chars().filter(|c| c.len_utf8() == 2).count();
    long >= 2 && long >= short
}

/// Whether letters of scripts stand together that no text has together: by chance bytes read as anything (`䏔ಿ`, `溵۷쵴`).
fn mixes_scripts(after: &str) -> bool {
    let script = |c: char| match c as u32 {
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => 0,
        0x1100..=0x11FF | 0xAC00..=0xD7FF => 1,
        code => 2 + code / 0x100,
    };
    let letters = after.chars().filter(|c| !c.is_ascii() && c.is_alphabetic());
    let scripts: BTreeSet<u32> = letters.map(script).collect();
    // Latin with its accents goes with any.
    scripts.iter().filter(|script| **script > 2 + 2).count()
        + usize::from(scripts.contains(&0))
        + usize::from(scripts.contains(&1))
        > 1
}

fn has_private_use(input: &str) -> bool {
    input.chars().any(|c| matches!(c as u32, 0xE000..=0xF8FF))
}

/// One character over and over (啊啊啊), or a few each said twice (哥哥姐姐): living speech, whose bytes repeat too.
fn is_one_repeated(input: &str) -> bool {
    // A no-break space is a byte of what was meant.
    let chars = || input.chars().filter(|c| !c.is_whitespace() || *c == '\u{A0}');
    let count = chars().count();
    let distinct = chars().collect::<BTreeSet<_>>().len();
    let are_ideographs = chars().all(|c| matches!(c as u32, 0x3400..=0x9FFF));
    distinct == 1 || are_ideographs && count <= 8 && distinct * 2 <= count
}

/// Pairs worth trying on a line, the likelier ones first.
fn misreadings_of(line: &SuspiciousLine, may_be_traces: bool) -> Vec<Misreading> {
    let mut pairs = Vec::new();
    let has_traces = may_be_traces && line.has_traces;
    if line.has_high || has_traces {
        for wrong in &SINGLE_BYTE[..12] {
            pairs.push(Misreading { wrong: *wrong, right: Utf8 });
        }
    }
    if line.has_dense || has_traces {
        for wrong in HOLD_CJK {
            pairs.extend(MEANT_MULTI.map(|right| Misreading { wrong, right }));
        }
    }
    if line.has_rare || has_traces {
        for wrong in MULTI_BYTE {
            pairs.push(Misreading { wrong, right: Utf8 });
            let others = MEANT_MULTI.into_iter().filter(|right| *right != wrong && !(wrong == Cp950 && *right == Big5));
            pairs.extend(others.map(|right| Misreading { wrong, right }));
        }
    }
    if line.has_rare || line.has_alien || has_traces {
        pairs.push(Misreading { wrong: Utf16Le, right: Utf16Be });
        for wrong in [Utf16Le, Utf16Be] {
            pairs.extend([Utf8, Gb18030, Big5].map(|right| Misreading { wrong, right }));
        }
    }
    pairs
}

/// The part of a line, or of a very long one, that may be damage, with some characters around it.
struct SuspiciousLine {
    at: Range<usize>,
    /// Letters and signs of single-byte sets side by side.
    has_high: bool,
    /// Rare ideographs, private use, Hangul, half-width kana close together.
    has_rare: bool,
    /// Scripts that change within words.
    has_alien: bool,
    /// Letters and signs of single-byte sets so many together that they may be Chinese.
    has_dense: bool,
    /// Not so close together: enough where the text has shown what is wrong with it, not before.
    has_traces: bool,
}

fn suspicious_lines(text: &str, context: &Context<'_>) -> Vec<SuspiciousLine> {
    let classes = classes(context.model);
    let is_odd = |c: char| classes.get(c as usize).is_none_or(|class| *class != Suspicion::None);
    let mut found = Vec::new();
    for line in context.survey.lines_with(Marks::ODD) {
        let mut start = line.start;
        while start < line.end {
            let end = text.floor_char_boundary(line.end.min(start + MAX_LINE_BYTES));
            if line.len() <= MAX_LINE_BYTES || text[start..end].chars().any(is_odd) {
                inspect(text, start..end, classes, context.model, &mut found);
            }
            start = end;
        }
    }
    found
}

/// Whether `c` may be a part of text that was read wrongly; see [`Suspicion`].
pub(super) fn is_odd(c: char, model: &Model) -> bool {
    c as usize >= BMP_LEN || suspicion_of(c, model) != Suspicion::None
}

const BMP_LEN: usize = 0x1_0000;

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF)
}

/// What one rare character adds to the heat, which falls by one with every plain one.
const RARE_HEAT: i32 = 3;
/// Three rare characters within four, or so.
const HOT: i32 = 8;
/// Two rare characters within three, or so.
const WARM: i32 = 5;
/// Four letters or signs of single-byte sets within five, or so.
const DENSE: i32 = 6;
/// Titles and names this short are looked at when warm.
const SHORT_LINE_BYTES: usize = 120;
/// A name that is a line by itself is looked at for one rare character.
const NAME_LINE_BYTES: usize = 16;
/// Bytes around what is suspicious that are looked at with it: damage begins with plain characters now and then.
const MARGIN_BYTES: usize = 96;

/// Bytes of plain text that part two suspicious stretches of one line.
const GAP_BYTES: usize = 240;

/// Gathers the suspicious stretches of a line.
fn inspect(text: &str, line: Range<usize>, classes: &[Suspicion], model: &Model, found: &mut Vec<SuspiciousLine>) {
    let first = found.len();
    let hot = match line.len() {
        len if len <= NAME_LINE_BYTES => RARE_HEAT,
        len if len <= SHORT_LINE_BYTES => WARM,
        _ => HOT,
    };
    let mut last = (Suspicion::None, '\n');
    let (mut heat, mut dense_heat, mut changes) = (0, 0, 0);
    let mut open: Option<SuspiciousLine> = None;
    for (offset, c) in text[line.clone()].char_indices() {
        let class = classes.get(c as usize).copied().unwrap_or(Suspicion::Rare);
        // Table rules within words are what Big5 shows when it is read as GBK (`盢ㄤ┮籤栋`).
        let is_torn = is_box_drawing(c) && is_han(last.1);
        heat = if class == Suspicion::Rare || is_torn { heat + RARE_HEAT } else { (heat - 1).max(0) };
        if class == Suspicion::None {
            dense_heat = (dense_heat - 1).max(0);
            let follows_alien = last.0 == Suspicion::Alien && is_han(c);
            open.iter_mut().for_each(|span| span.has_alien |= follows_alien);
            last = (class, c);
            continue;
        }
        let from = line.start + offset;
        let at = from..from + c.len_utf8();
        if let Some(done) = open.take_if(|open| open.at.end + GAP_BYTES < from) {
            found.extend(done.with_margin(text, &line));
            changes = 0;
        }
        let span = open.get_or_insert_with(|| SuspiciousLine::starting(from));
        span.at.end = at.end;
        span.has_rare |= heat >= hot;
        span.has_traces |= heat >= WARM || class == Suspicion::Sign;
        let is_high = |class| matches!(class, Suspicion::High | Suspicion::Sign);
        dense_heat = if is_high(class) { dense_heat + 2 } else { dense_heat };
        span.has_dense |= dense_heat >= DENSE;
        span.has_high |= is_high(last.0) && is_high(class) && (last.0 == Suspicion::Sign || class == Suspicion::Sign);
        span.has_high |= matches!(c, '\u{80}'..='\u{9F}');
        let is_odd = |class| matches!(class, Suspicion::Alien | Suspicion::Rare | Suspicion::High);
        if is_odd(last.0) && is_odd(class) && script_of(last.1) != script_of(c) {
            changes += 1;
            span.has_alien |= changes >= 2;
        }
        span.has_alien |= class == Suspicion::Alien && is_han(last.1);
        last = (class, c);
    }
    found.extend(open.and_then(|open| open.with_margin(text, &line)));
    for span in &mut found[first..] {
        span.has_rare = span.has_rare && has_implausible_window(&text[span.at.clone()], model);
    }
}

/// Characters of a window that must be implausible somewhere: no way of [`is_convincing_cjk`] asks for fewer.
const WINDOW_CHARS: usize = 3;
/// What such a window scores, per character, at most.
const MAX_WINDOW_NATS_PER_CHAR: f32 = -9.5;

/// Whether some window of `text` scores as badly as double-byte garbage does.
fn has_implausible_window(text: &str, model: &Model) -> bool {
    let mut last = '\n';
    let mut window = [0.0_f32; WINDOW_CHARS];
    for (index, c) in text.chars().enumerate() {
        window[index % WINDOW_CHARS] =
            if matches!(c as u32, 0xE000..=0xF8FF) { -40.0 } else { model.living_nats(last, c) };
        last = c;
        let is_full = index + 1 >= WINDOW_CHARS;
        if is_full && window.iter().sum::<f32>() < MAX_WINDOW_NATS_PER_CHAR * WINDOW_CHARS as f32 {
            return true;
        }
    }
    false
}

impl SuspiciousLine {
    /// Whether any pair is tried before the text has shown one.
    fn is_worth_a_try(&self) -> bool {
        self.has_high || self.has_dense || self.has_rare || self.has_alien
    }

    fn starting(at: usize) -> Self {
        Self { at: at..at, has_high: false, has_rare: false, has_alien: false, has_dense: false, has_traces: false }
    }

    /// The stretch with what stands around it in its line; `None` when nothing in it is worth a look.
    fn with_margin(mut self, text: &str, line: &Range<usize>) -> Option<Self> {
        if !(self.has_high || self.has_rare || self.has_alien || self.has_traces) {
            return None;
        }
        self.at.start = line.start.max(self.at.start.saturating_sub(MARGIN_BYTES));
        self.at.end = line.end.min(self.at.end + MARGIN_BYTES);
        while !text.is_char_boundary(self.at.start) {
            self.at.start -= 1;
        }
        while !text.is_char_boundary(self.at.end) {
            self.at.end += 1;
        }
        Some(self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suspicion {
    None,
    /// A letter of a single-byte set.
    High,
    /// A sign of a single-byte set, or a letter that has the place of one in some.
    Sign,
    Rare,
    Alien,
}

/// Ideographs less likely than this are rare: one in 160,000.
const RARE_NATS: f32 = -12.0;

/// The suspicion of each character of the BMP; what lies beyond is rare.
fn classes(model: &Model) -> &'static [Suspicion] {
    static CLASSES: OnceLock<Vec<Suspicion>> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let class = |code| char::from_u32(code).map_or(Suspicion::None, |c| suspicion_of(c, model));
        (0..BMP_LEN as u32).map(class).collect()
    })
}

fn suspicion_of(c: char, model: &Model) -> Suspicion {
    match c as u32 {
        0x3016 | 0x3100..=0x312F | 0xFE50..=0xFE6F => Suspicion::Rare,
        0x00..=0x7E | 0xB7 | 0x2010..=0x2017 | 0x2027 | 0x3000..=0x301F | 0x3040..=0x30FF | 0xFF01..=0xFF5E => {
            Suspicion::None
        }
        0x3400..=0x9FFF if model.unigram(c) < RARE_NATS => Suspicion::Rare,
        0x3400..=0x9FFF => Suspicion::None,
        0xAC00..=0xD7FF if model.knows(c) || is_frequent_hangul(c) => Suspicion::None,
        0xAC00..=0xD7FF | 0xE000..=0xFAFF | 0xFF60..=0xFF9F | 0xFFFD => Suspicion::Rare,
        0x152 | 0x153 | 0x160 | 0x161 | 0x178 | 0x17D | 0x17E | 0x192 | 0x2C6 | 0x2DC => Suspicion::Sign,
        0x7F..=0x52F if c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ') => Suspicion::High,
        0x7F..=0x52F | 0x2000..=0x2BFF => Suspicion::Sign,
        _ => Suspicion::Alien,
    }
}

/// A stretch of the line whose source and reading both end here.
struct Block {
    source: Range<usize>,
    reading: Range<usize>,
    gain_nats: f32,
    input_nats: f32,
    output_nats: f32,
    len_chars: usize,
    is_hole: bool,
    /// A hole with two bytes of a sequence of three left, in single bytes: nothing else looks like that.
    is_plain_hole: bool,
}

/// The characters of a line that is read anew, and what can be said of them before any pair of sets is tried.
struct Stretch {
    chars: Vec<CharIn>,
    /// Sets of [`SINGLE_BYTE`], a bit each, in which some character is the first byte of UTF-8 and the next its second.
    utf8_sets: u16,
    /// Sets of [`HOLD_CJK`], a bit each, that have [`MIN_DENSE_CHARS`] characters above ASCII in a row.
    dense_sets: u8,
}

/// One character as it stands.
struct CharIn {
    at: Range<usize>,
    c: char,
    /// What it costs after the one before it.
    nats: f32,
    /// Kept from all readings.
    is_lost: bool,
}

/// Single-byte sets that CJK is looked for in.
const HOLD_CJK: [Charset; 4] = [Windows1252, Latin1, Cp437, MacRoman];
/// Characters above ASCII that CJK in single bytes shows at least.
const MIN_DENSE_CHARS: usize = 4;

impl Stretch {
    fn of(text: &str, at: Range<usize>, model: &Model) -> Self {
        let lost = lost_spans(&text[at.clone()]);
        let mut lost = lost.as_slice();
        let mut chars = Vec::with_capacity(at.len() / 2);
        let mut last = '\n';
        for (offset, c) in text[at.clone()].char_indices() {
            while lost.first().is_some_and(|span| span.end <= offset) {
                lost = &lost[1..];
            }
            // U+FFFD and ? are holes a reading can close around; the rest of what is lost is kept from all readings.
            let is_lost = !matches!(c, '\u{FFFD}' | '?') && lost.first().is_some_and(|span| span.start <= offset);
            let from = at.start + offset;
            chars.push(CharIn { at: from..from + c.len_utf8(), c, nats: model.living_nats(last, c), is_lost });
            last = c;
        }
        let (utf8_sets, dense_sets) = (utf8_sets(&chars), dense_sets(&chars));
        Self { chars, utf8_sets, dense_sets }
    }

    /// Whether a pair can be at work here at all.
    fn may_hold(&self, Misreading { wrong, right }: Misreading, is_known: bool) -> bool {
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
        let bytes = if c.c.is_ascii() { Utf8Bytes::default() } else { UTF8_BYTES.get(c.c) };
        // A hole follows in any set.
        sets |= leads & if matches!(c.c, '\u{FFFD}' | '?') { u16::MAX } else { bytes.follows };
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
        for (c, _) in (0x80..=0xFF).filter_map(|byte| set.decode_at(&[byte])) {
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

fn dense_sets(chars: &[CharIn]) -> u8 {
    let mut runs = [0_usize; HOLD_CJK.len()];
    let mut sets = 0;
    for c in chars.iter().filter(|c| !c.c.is_ascii() || c.is_lost) {
        let has = if c.is_lost { 0 } else { DENSE_SETS.get(c.c) };
        for (bit, run) in runs.iter_mut().enumerate() {
            *run = if has >> bit & 1 != 0 { *run + 1 } else { 0 };
            sets |= u8::from(*run >= MIN_DENSE_CHARS) << bit;
        }
    }
    sets
}

/// Which sets of [`HOLD_CJK`] have a character, a bit each.
static DENSE_SETS: LazyLock<Pages<u8>> = LazyLock::new(|| {
    let mut pages = Pages::new();
    for (bit, set) in HOLD_CJK.into_iter().enumerate() {
        for (c, _) in (0x80..=0xFF).filter_map(|byte| set.decode_at(&[byte])) {
            *pages.slot(c) |= 1 << bit;
        }
    }
    pages
});

fn candidates(text: &str, stretch: &Stretch, misreading: Misreading, is_known: bool, model: &Model) -> Vec<Candidate> {
    let is_single = SINGLE_BYTE.contains(&misreading.wrong);
    let mut reading = String::new();
    let blocks = align(text, &stretch.chars, misreading, is_known, model, &mut reading);
    let mut found = Vec::new();
    let mut from = 0;
    while from < blocks.len() {
        if blocks[from].gain_nats <= 0.0 {
            from += 1;
            continue;
        }
        let (mut sum, mut best, mut best_end) = (0.0, 0.0, from);
        let mut end = from;
        while end < blocks.len() && sum > best - DROP_NATS && sum >= 0.0 {
            sum += blocks[end].gain_nats;
            end += 1;
            if sum > best {
                (best, best_end) = (sum, end);
            }
        }
        let (start, end) = extend(&blocks, from, best_end, is_single);
        let gain_nats = blocks[start..end].iter().map(|block| block.gain_nats).sum();
        found.push(candidate_of(text, &blocks[start..end], &reading, misreading, gain_nats));
        from = end;
    }
    found
}

/// Most blocks at an end of the line that go along with a stretch though they do not gain: damage ends where lines do.
const MAX_MARGIN_BLOCKS: usize = 2;
/// ... if they lose no more than this each.
const MAX_MARGIN_LOSS_NATS: f32 = -9.0;

fn extend(blocks: &[Block], from: usize, end: usize, is_single: bool) -> (usize, usize) {
    let goes_along = |block: &Block| {
        let is_same = block.len_chars == 0;
        is_same && !is_single || !is_same && block.gain_nats > MAX_MARGIN_LOSS_NATS
    };
    let is_ended = |block: &Block| block.gain_nats == f32::NEG_INFINITY;
    // One block more than may go along is looked at: then the margin is too wide.
    let first = from.saturating_sub(MAX_MARGIN_BLOCKS + 1);
    let before = blocks[first..from].iter().rposition(is_ended).map_or(first, |at| first + at + 1);
    let last = blocks.len().min(end + MAX_MARGIN_BLOCKS + 1);
    let after = blocks[end..last].iter().position(is_ended).map_or(last, |at| end + at);
    let fits = |range: Range<usize>| range.len() <= MAX_MARGIN_BLOCKS && blocks[range].iter().all(goes_along);
    (if fits(before..from) { before } else { from }, if fits(end..after) { after } else { end })
}

fn candidate_of(text: &str, blocks: &[Block], reading: &str, misreading: Misreading, gain_nats: f32) -> Candidate {
    let at = blocks[0].source.start..blocks[blocks.len() - 1].source.end;
    let after = &reading[blocks[0].reading.start..blocks[blocks.len() - 1].reading.end];
    Candidate {
        misreading,
        len_input_chars: text[at.clone()].chars().filter(|c| !c.is_ascii()).count(),
        at,
        after: after.to_owned(),
        gain_nats,
        len_changed_input_chars: blocks
            .iter()
            .filter(|block| block.len_chars > 0)
            .map(|block| text[block.source.clone()].chars().count())
            .sum(),
        input_nats: blocks.iter().filter(|block| block.len_chars > 0).map(|block| block.input_nats).sum(),
        output_nats: blocks.iter().filter(|block| block.len_chars > 0).map(|block| block.output_nats).sum(),
        len_chars: blocks.iter().map(|block| block.len_chars).sum(),
    }
}

/// Nats a block costs that the right set cannot read.
const UNREADABLE_NATS: f32 = -30.0;
/// What a letter that stays as it is costs a stretch of CJK in single bytes: garbage is dense, accents in words are not.
const GAP_NATS: f32 = -0.5;
/// What U+FFFD costs as output: it says plainly what three odd letters hide.
const REPLACEMENT_NATS: f32 = -12.0;

/// Reads `chars` anew, block by block; blocks tile them in order.
fn align<'a>(
    text: &'a str,
    chars: &'a [CharIn],
    misreading: Misreading,
    is_known: bool,
    model: &'a Model,
    reading: &'a mut String,
) -> Vec<Block> {
    let Misreading { wrong, right } = misreading;
    let has_holes = right == Utf8 && wrong != Utf16Be && wrong != Utf16Le;
    let writer = wrong.codec();
    let is_single = SINGLE_BYTE.contains(&wrong);
    let mut aligner = Aligner {
        text,
        chars,
        right,
        reader: right.codec(),
        model,
        is_single,
        is_dense: is_single && right != Utf8,
        has_lost_spaces: is_single && right == Utf8 && is_known,
        reading,
        blocks: Vec::with_capacity(chars.len()),
        last_in: '\n',
        last_out: '\n',
        bytes: Vec::with_capacity(chars.len() * 2),
        starts: Vec::with_capacity(chars.len()),
        first: 0,
    };
    for (index, CharIn { c, is_lost, .. }) in chars.iter().enumerate() {
        let from_byte = aligner.bytes.len();
        let is_replacement = *c == '\u{FFFD}';
        if is_replacement && has_holes {
            aligner.bytes.push(HOLE);
        } else if is_replacement || *is_lost || !writer.encode(*c, &mut aligner.bytes) {
            aligner.flush();
            aligner.barrier(index);
            continue;
        }
        aligner.starts.push(from_byte);
    }
    aligner.flush();
    let mut blocks = aligner.blocks;
    doubt_lone_holes(&mut blocks);
    blocks
}

/// A hole proves nothing by itself: it counts where the block before or after it reads well.
fn doubt_lone_holes(blocks: &mut [Block]) {
    let reads_well = |block: &Block| !block.is_hole && block.len_chars > 0 && block.gain_nats > 0.0;
    let wells: Vec<bool> = blocks.iter().map(reads_well).collect();
    for (index, block) in blocks.iter_mut().enumerate() {
        let has_neighbour =
            block.is_plain_hole || index > 0 && wells[index - 1] || wells.get(index + 1).is_some_and(|well| *well);
        if block.is_hole && !has_neighbour {
            block.gain_nats = block.gain_nats.min(-2.0);
        }
    }
}

/// Stands for a byte that is gone: never part of UTF-8.
const HOLE: u8 = 0xFF;

struct Aligner<'a> {
    text: &'a str,
    chars: &'a [CharIn],
    right: Charset,
    reader: Codec,
    model: &'a Model,
    /// Whether every byte of a damaged stretch should look odd.
    is_dense: bool,
    /// Whether the wrong set is a single-byte one.
    is_single: bool,
    /// Whether a no-break space among the bytes may have become a plain one.
    has_lost_spaces: bool,
    reading: &'a mut String,
    blocks: Vec<Block>,
    last_in: char,
    last_out: char,
    bytes: Vec<u8>,
    /// First byte in `bytes` of each character that is encoded there ...
    starts: Vec<usize>,
    /// ... the first of which this is.
    first: usize,
}

impl Aligner<'_> {
    /// A character the wrong set does not have: no stretch runs across it.
    fn barrier(&mut self, index: usize) {
        let CharIn { at, c, .. } = &self.chars[index];
        let start = self.reading.len();
        self.reading.push(*c);
        self.blocks.push(Block {
            source: at.clone(),
            reading: start..self.reading.len(),
            gain_nats: f32::NEG_INFINITY,
            input_nats: 0.0,
            output_nats: 0.0,
            len_chars: 0,
            is_hole: false,
            is_plain_hole: false,
        });
        (self.last_in, self.last_out) = (*c, *c);
        self.first = index + 1;
    }

    /// Turns the bytes gathered so far into blocks.
    fn flush(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        let starts = std::mem::take(&mut self.starts);
        let mut next_char = 0;
        let mut byte = 0;
        let mut block_from = (0, self.reading.len());
        let (mut out_nats, mut is_hole, mut is_unreadable) = (0.0, false, false);
        while byte < bytes.len() {
            let read = self.reader.decode_at(&bytes[byte..]).or_else(|| self.across_lost_space(&bytes[byte..]));
            let (c, len) = match read {
                Some(read) => read,
                None => match self.hole_at(&bytes[byte..]) {
                    Some(len) => {
                        is_hole = true;
                        ('\u{FFFD}', len)
                    }
                    None => {
                        is_unreadable = true;
                        let end = starts.get(next_char + 1).copied().unwrap_or(bytes.len());
                        ('\u{FFFD}', end.max(byte + 1) - byte)
                    }
                },
            };
            self.reading.push(c);
            if c == '\u{FFFD}' && len == 3 && !is_hole && !is_unreadable {
                // A replacement character that was itself misread.
                out_nats += REPLACEMENT_NATS;
            } else if !is_hole && !is_unreadable {
                out_nats += self.model.living_nats(self.last_out, c);
            }
            self.last_out = c;
            byte += len;
            let mut after = next_char;
            while after < starts.len() && starts[after] < byte {
                after += 1;
            }
            let is_common_boundary =
                after == starts.len() && byte >= bytes.len() || after < starts.len() && starts[after] == byte;
            if !is_common_boundary {
                if is_unreadable {
                    // Resynchronise at the next character of the wrong reading.
                    byte = starts.get(after).copied().unwrap_or(bytes.len());
                } else {
                    continue;
                }
            }
            self.push_block(block_from.0..after, starts.len(), block_from.1, out_nats, is_hole, is_unreadable);
            next_char = after;
            block_from = (after, self.reading.len());
            (out_nats, is_hole, is_unreadable) = (0.0, false, false);
        }
        if block_from.0 < starts.len() {
            self.push_block(block_from.0..starts.len(), starts.len(), block_from.1, out_nats, is_hole, true);
        }
        self.first += starts.len();
        (self.bytes, self.starts) = (bytes, starts);
        self.bytes.clear();
        self.starts.clear();
    }

    /// A letter one of whose bytes, 0xA0, has become a plain space: `Å iaip` is `Šiaip`. `à` is left to
    /// [`find_lost_spaces`], which knows when a space goes with it.
    fn across_lost_space(&self, bytes: &[u8]) -> Option<(char, usize)> {
        let sequence = bytes.get(..bytes.len().min(4)).filter(|_| self.has_lost_spaces)?;
        let mut mended = [0; 4];
        for (to, &from) in mended.iter_mut().zip(sequence) {
            *to = if from == b' ' { 0xA0 } else { from };
        }
        let read = self.reader.decode_at(&mended[..sequence.len()])?;
        let (c, len) = read;
        (sequence[..len].contains(&b' ') && c.is_alphabetic() && c != 'à').then_some(read)
    }

    /// How many bytes an incomplete UTF-8 sequence takes, with the bytes that are gone; `None` where there is none.
    fn hole_at(&self, bytes: &[u8]) -> Option<usize> {
        if self.right != Utf8 {
            return None;
        }
        let wanted = match bytes[0] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            HOLE => 4,
            _ => return None,
        };
        let continues = |&&byte: &&u8| (0x80..0xC0).contains(&byte) || byte == HOLE || byte == b'?';
        let len = 1 + bytes[1..].iter().take(wanted - 1).take_while(continues).count();
        let has_hole = bytes[..len].iter().any(|&byte| byte == HOLE || byte == b'?') || len == bytes.len();
        has_hole.then_some(len)
    }

    /// What speaks for two characters as they are: a capital at the end of a word in capitals, and what follows words.
    fn natural_nats(&self, before: char, chars: &[CharIn], next: Option<char>) -> f32 {
        let [CharIn { c: lead, .. }, CharIn { c: trail, .. }] = chars else { return 0.0 };
        let follows_words = matches!(trail, '\u{A0}' | '”' | '’' | '»' | '›' | '…' | '–' | '—' | '™' | '®' | '©' | '°');
        let is_strong_lead = *lead == 'Ã' && *trail != '\u{A0}';
        let is_in_capitals = || before.is_uppercase() && lead.is_uppercase() && !next.is_some_and(char::is_lowercase);
        if self.is_single && follows_words && !is_strong_lead && is_in_capitals() { 8.0 } else { 0.0 }
    }

    /// `range` counts from the first character that was not flushed, `end` characters of which are encoded.
    fn push_block(
        &mut self,
        range: Range<usize>,
        end: usize,
        reading_from: usize,
        out_nats: f32,
        is_hole: bool,
        is_unreadable: bool,
    ) {
        let all = &self.chars[self.first..self.first + end];
        let (chars, next) = (&all[range.clone()], all.get(range.end).map(|next| next.c));
        let (Some(first), Some(last)) = (chars.first(), chars.last()) else { return };
        let source = first.at.start..last.at.end;
        let input_nats = chars.iter().map(|c| c.nats).sum();
        let before = self.last_in;
        self.last_in = last.c;
        let (before_text, after_text) =
            (&self.text.as_bytes()[source.clone()], &self.reading.as_bytes()[reading_from..]);
        let is_same = before_text.len() == after_text.len() && before_text == after_text;
        let gain_nats = match (is_same, is_unreadable, is_hole) {
            (true, _, _)
                if self.is_dense && source.len() == 1 && self.text.as_bytes()[source.start].is_ascii_alphabetic() =>
            {
                GAP_NATS
            }
            (true, _, _) => 0.0,
            (_, true, _) => UNREADABLE_NATS,
            (_, _, true) => REPLACEMENT_NATS - input_nats,
            _ => out_nats - input_nats - self.natural_nats(before, chars, next),
        };
        let len_chars = if is_same { 0 } else { self.reading[reading_from..].chars().count() };
        let is_plain_hole = is_hole
            && self.is_single
            && chars.len() == 3
            && !chars[..2].iter().any(|c| matches!(c.c, '?' | '\u{FFFD}'));
        self.blocks.push(Block {
            source,
            reading: reading_from..self.reading.len(),
            gain_nats,
            input_nats,
            output_nats: out_nats,
            len_chars,
            is_hole,
            is_plain_hole,
        });
    }
}
