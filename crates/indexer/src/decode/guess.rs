//! Which set were these bytes written in?
//!
//! In: bytes that are not UTF-8, and a claim. Out: the most plausible reading, [`Guess`]. Every set that can read the
//! bytes (but for a character cut off at either end) is scored by the plausibility model on a sample; chardetng and the
//! claim are votes worth some nats. Where lines were written in different sets, each is read by itself.

use encoding_rs::Encoding;
use unicode_normalization::UnicodeNormalization;

use crate::decode::Decoded;
use crate::decode::alphabets::alphabet_nats;
use crate::text::charset::Charset::{self, *};
use crate::text::charset::Coding;
use crate::text::euc_tw::decode_euc_tw;
use crate::text::johab::decode_johab;
use crate::text::model::{Model, is_frequent_hangul};
use crate::text::plausibility::plausibility;

/// One reading of some bytes.
#[derive(Clone, Debug)]
pub(super) struct Guess {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) replaced: usize,
    nats: f32,
    /// True where not every sequence of bytes is one of the set.
    is_multi_byte: bool,
}

/// Multi-byte sets, the likelier ones first.
const MULTI_BYTE: [Charset; 5] = [Gb18030, Big5, ShiftJis, EucJp, EucKr];
/// Single-byte sets that read almost anything: they need to be right, not only readable.
const SINGLE_BYTE: [&Encoding; 24] = [
    encoding_rs::WINDOWS_1252,
    encoding_rs::WINDOWS_1251,
    encoding_rs::KOI8_R,
    encoding_rs::ISO_8859_2,
    encoding_rs::WINDOWS_1250,
    encoding_rs::ISO_8859_5,
    encoding_rs::IBM866,
    encoding_rs::X_MAC_CYRILLIC,
    encoding_rs::WINDOWS_1253,
    encoding_rs::ISO_8859_7,
    encoding_rs::WINDOWS_1255,
    encoding_rs::ISO_8859_8,
    encoding_rs::WINDOWS_1256,
    encoding_rs::ISO_8859_6,
    encoding_rs::WINDOWS_1254,
    encoding_rs::WINDOWS_1257,
    encoding_rs::ISO_8859_4,
    encoding_rs::ISO_8859_15,
    encoding_rs::WINDOWS_874,
    encoding_rs::WINDOWS_1258,
    encoding_rs::KOI8_U,
    encoding_rs::MACINTOSH,
    encoding_rs::ISO_8859_13,
    encoding_rs::ISO_8859_16,
];
/// Sets of DOS, which the web forgot.
const DOS: [Charset; 4] = [Cp437, Cp850, Cp852, Cp855];
/// Bytes that decide; the rest of a file is like its beginning.
const SAMPLE_BYTES: usize = 16_384;
/// Worth of a claim.
const CLAIM_NATS: f32 = 8.0;
/// Worth of chardetng's verdict.
const DETECTOR_NATS: f32 = 6.0;
/// ... and more for each byte above ASCII where it names a single-byte set: it knows the languages of Europe, which
/// the plausibility model tells apart by script only.
const DETECTOR_NATS_PER_BYTE: f32 = 0.5;
/// ... up to this.
const MAX_DETECTOR_NATS: f32 = 16.0;
/// ... beyond the first few, which may as well be quotation marks.
const DETECTOR_FREE_BYTES: usize = 8;
/// Discount on a verdict for the set's kin, which differ from it in a few signs the detector hardly looks at.
const KIN_NATS: f32 = 3.0;
/// Cost of a set's rarity, for the sets hardly anyone writes in.
const RARE_SET_NATS: f32 = 6.0;
/// Cost of a replaced sequence.
const REPLACED_NATS: f32 = 14.0;

/// Bytes above ASCII, beyond [`DETECTOR_FREE_BYTES`], of a name: any bytes of Chinese are some Japanese or Korean.
const MAX_SHORT_BYTES: usize = 2;
/// Cost of Japanese and Korean that is so short and not usual.
const SHORT_FOREIGN_NATS: f32 = 12.0;

/// Returns true for text whose Hangul is that of most words, and which has some or has kana.
fn is_usual(text: &str) -> bool {
    let is_hangul = |c: &char| matches!(c, '\u{AC00}'..='\u{D7A3}');
    let mut hangul = text.chars().filter(is_hangul).peekable();
    let has_kana = text.chars().any(|c| matches!(c, '\u{3041}'..='\u{30FF}'));
    match hangul.peek() {
        Some(_) => hangul.all(is_frequent_hangul),
        None => has_kana,
    }
}

/// Reads `bytes` in the most plausible set.
pub(super) fn guess_charset(bytes: &[u8], claimed: Option<&str>) -> Guess {
    let sample = sample_of(bytes);
    let high = sample.iter().filter(|byte| !byte.is_ascii()).count();
    let votes = Votes {
        claimed: claimed.and_then(|label| Encoding::for_label(label.as_bytes())),
        detected: detect(bytes),
        high: high.saturating_sub(DETECTOR_FREE_BYTES),
    };
    let best = most_plausible(sample, &votes);
    let reader = best.unwrap_or(Reader::Single(encoding_rs::WINDOWS_1252));
    reader.read(bytes).unwrap_or_else(|| Guess::loosely(bytes))
}

/// The reader of the most plausible set; the first of equals, `None` where none reads `sample`.
fn most_plausible(sample: &[u8], votes: &Votes) -> Option<Reader> {
    let mut best: Option<(f32, Reader)> = None;
    for reader in readers() {
        let Some(guess) = reader.read(sample) else {
            continue;
        };
        let nats = guess.nats + votes.nats(reader.encoding())
            - reader.rarity_nats()
            - votes.doubt_nats(reader, &guess.text);
        if best.as_ref().is_none_or(|(best_nats, _)| nats > *best_nats) {
            best = Some((nats, reader));
        }
    }
    best.map(|(_, reader)| reader)
}

/// Opinions on the set of a text, apart from how it reads.
struct Votes {
    claimed: Option<&'static Encoding>,
    detected: &'static Encoding,
    /// Bytes above ASCII, beyond the first few.
    high: usize,
}

impl Votes {
    fn nats(&self, encoding: Option<&'static Encoding>) -> f32 {
        let Some(encoding) = encoding else {
            return 0.0;
        };
        let is_claimed = self
            .claimed
            .is_some_and(|claimed| is_kin(claimed, encoding));
        let claim = if is_claimed { CLAIM_NATS } else { 0.0 };
        claim + self.detector_nats(encoding)
    }

    fn detector_nats(&self, encoding: &'static Encoding) -> f32 {
        let per_byte = if encoding.is_single_byte() {
            DETECTOR_NATS_PER_BYTE
        } else {
            0.0
        };
        let nats = DETECTOR_NATS + (per_byte * self.high as f32).min(MAX_DETECTOR_NATS);
        if is_kin(self.detected, encoding) {
            nats
        } else if windows_kin(self.detected) == windows_kin(encoding) {
            nats - KIN_NATS
        } else {
            0.0
        }
    }

    /// Nats against Japanese and Korean in a text so short that any bytes read as some.
    fn doubt_nats(&self, reader: Reader, text: &str) -> f32 {
        if self.high <= MAX_SHORT_BYTES && reader.is_foreign() && !is_usual(text) {
            SHORT_FOREIGN_NATS
        } else {
            0.0
        }
    }
}

/// Returns true when some multi-byte set reads `bytes` better than `nats` in all: a check on UTF-16.
pub(super) fn has_better_than(bytes: &[u8], nats: f32) -> bool {
    let sample = sample_of(bytes);
    let utf8 = std::str::from_utf8(sample).ok().map(score);
    let others = MULTI_BYTE
        .iter()
        .filter_map(|charset| Reader::Multi(*charset).read(sample))
        .map(|guess| guess.nats);
    utf8.into_iter().chain(others).any(|other| other > nats)
}

/// Returns how plausible `text` is as a reading of UTF-8 with `replaced` strays: that bytes are UTF-8 at all says much.
pub(super) fn utf8_nats(text: &str, replaced: usize) -> f32 {
    let proof: usize = text.chars().map(|c| c.len_utf8().saturating_sub(1)).sum();
    score(text) - REPLACED_NATS * replaced as f32 + 1.5 * proof as f32
}

/// Fewest bytes above ASCII for a line to be judged by itself.
const MIN_LINE_HIGH_BYTES: usize = 4;

/// Returns true when some line is another set's: it is not UTF-8 and a multi-byte set reads it well.
pub(super) fn has_foreign_line(bytes: &[u8]) -> bool {
    bytes.split(|&byte| byte == b'\n').any(|line| {
        let high = line.iter().filter(|byte| !byte.is_ascii()).count();
        if high < MIN_LINE_HIGH_BYTES || std::str::from_utf8(line).is_ok() {
            return false;
        }
        let valid: usize = line
            .utf8_chunks()
            .map(|chunk| chunk.valid().bytes().filter(|b| !b.is_ascii()).count())
            .sum();
        valid * 2 < high
    })
}

/// Nats by which lines read each in their own set must beat the whole read in one.
const MIN_BY_LINE_GAIN_NATS: f32 = 12.0;
/// Lines longer than this, or more of them, are not looked at one by one twice.
const MAX_LINE_BYTES: usize = 1 << 16;

/// Reads each line in its own set; `None` unless that is clearly better than `whole`.
pub(super) fn guess_by_line(bytes: &[u8], whole: &Guess) -> Option<Decoded> {
    let is_doubtful = || whole.replaced > 0 || whole_is_doubtful(bytes, whole);
    if !bytes.contains(&b'\n') || !is_doubtful() {
        return None;
    }
    let by_line = read_by_line(bytes);
    let in_one = score(&whole.text) - REPLACED_NATS * whole.replaced as f32;
    (by_line.nats > in_one + MIN_BY_LINE_GAIN_NATS).then_some(Decoded {
        text: by_line.text,
        encoding: "mixed".to_owned(),
        replaced: by_line.replaced,
    })
}

fn read_by_line(bytes: &[u8]) -> Guess {
    let favourites = favourites(bytes);
    let mut whole = Guess::whole("mixed", String::with_capacity(bytes.len()), 0.0);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        let guess = guess_line(line, &favourites);
        whole.text.push_str(&guess.text);
        whole.replaced += guess.replaced;
        whole.nats += guess.nats;
    }
    whole
}

/// Returns true when some line proves that `whole` is not its set: it is UTF-8 of three bytes, which no other set shows
/// by chance, or `whole` is a single-byte reading, which holds for any bytes, and noise there.
fn whole_is_doubtful(bytes: &[u8], whole: &Guess) -> bool {
    let has_utf8_line = bytes.split(|&byte| byte == b'\n').any(is_long_utf8);
    let is_noise = |line: &str| {
        line.len() < MAX_LINE_BYTES
            && line.chars().count() >= 3
            && plausibility(line) < MAX_NOISE_NATS
    };
    has_utf8_line || !whole.is_multi_byte && whole.text.lines().any(is_noise)
}

/// Plausibility, per character, of a line that was read in the wrong set.
const MAX_NOISE_NATS: f32 = -8.5;
/// Sequences of three bytes or more that prove UTF-8.
const MIN_LONG_SEQUENCES: usize = 2;

fn is_long_utf8(line: &[u8]) -> bool {
    !line.is_ascii()
        && std::str::from_utf8(line).is_ok_and(|text| {
            let long = text.chars().filter(|c| c.len_utf8() >= 3).count();
            long >= MIN_LONG_SEQUENCES
        })
}

/// Sets that read some line well by themselves: only the multi-byte ones and windows-1252, since lines are short and
/// the other single-byte sets read anything.
fn favourites(bytes: &[u8]) -> Vec<Reader> {
    /// Lines that are looked at.
    const LINES: usize = 200;
    /// Most sets.
    const SETS: usize = 4;
    let readers = MULTI_BYTE.map(Reader::Multi).into_iter();
    let readers = readers.chain([Reader::Single(encoding_rs::WINDOWS_1252)]);
    let mut totals: Vec<(f32, Reader)> = readers.map(|reader| (0.0, reader)).collect();
    let lines = bytes.split(|&byte| byte == b'\n');
    let lines = lines.filter(|line| line.len() < MAX_LINE_BYTES && !line.is_ascii());
    for line in lines.take(LINES) {
        if std::str::from_utf8(line).is_err() {
            credit_best(&mut totals, line);
        }
    }
    totals.retain(|(total, _)| *total > 0.0);
    totals.sort_by(|one, other| other.0.total_cmp(&one.0));
    totals.truncate(SETS);
    totals.into_iter().map(|(_, reader)| reader).collect()
}

/// Adds the length of a line to the totals of the readers that read it best.
fn credit_best(totals: &mut [(f32, Reader)], line: &[u8]) {
    let guesses: Vec<Option<f32>> = totals
        .iter()
        .map(|(_, reader)| Some(reader.read(line)?.nats - 2.0 * reader.rarity_nats()))
        .collect();
    let best = guesses
        .iter()
        .flatten()
        .copied()
        .fold(f32::NEG_INFINITY, f32::max);
    for (total, nats) in totals.iter_mut().zip(&guesses) {
        if *nats == Some(best) {
            total.0 += line.len() as f32;
        }
    }
}

/// Nats by which another set than the file's must read a line better ...
const MIN_LINE_LEAD_NATS: f32 = 6.0;
/// ... and for each of its characters above ASCII.
const MIN_CHAR_LEAD_NATS: f32 = 2.0;

/// Lead that another reader needs on `line` over the first, which reads most of the file.
fn line_lead_nats(line: &[u8]) -> f32 {
    let high = line.iter().filter(|byte| !byte.is_ascii()).count() / 2;
    MIN_LINE_LEAD_NATS + MIN_CHAR_LEAD_NATS * high as f32
}

fn guess_line(line: &[u8], favourites: &[Reader]) -> Guess {
    if let Ok(text) = std::str::from_utf8(line) {
        return Guess::utf8(text.to_owned(), 0);
    }
    let lead_nats = line_lead_nats(line);
    let guesses = favourites.iter().enumerate().filter_map(|(rank, reader)| {
        let guess = reader.read(line)?;
        let handicap = match rank {
            0 => 0.0,
            _ => lead_nats + reader.rarity_nats(),
        };
        Some((guess.nats - handicap, guess))
    });
    let best = guesses.max_by(|one, other| one.0.total_cmp(&other.0));
    best.map_or_else(|| lossy_utf8(line), |(_, guess)| guess)
}

fn lossy_utf8(line: &[u8]) -> Guess {
    let text = String::from_utf8_lossy(line).into_owned();
    let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
    Guess::utf8(text, replaced)
}

/// A way to read bytes.
#[derive(Clone, Copy, Debug)]
enum Reader {
    Multi(Charset),
    Single(&'static Encoding),
    /// A set of [`DOS`].
    Dos(Charset),
    EucTw,
    Johab,
}

fn readers() -> impl Iterator<Item = Reader> {
    MULTI_BYTE
        .into_iter()
        .map(Reader::Multi)
        .chain(SINGLE_BYTE.into_iter().map(Reader::Single))
        .chain(DOS.map(Reader::Dos))
        .chain([Reader::EucTw, Reader::Johab])
}

impl Reader {
    fn encoding(self) -> Option<&'static Encoding> {
        match self {
            Reader::Multi(charset) => charset.encoding(),
            Reader::Single(encoding) => Some(encoding),
            Reader::Dos(_) | Reader::EucTw | Reader::Johab => None,
        }
    }

    /// Returns true for the sets of Japanese and Korean.
    fn is_foreign(self) -> bool {
        matches!(
            self,
            Reader::Multi(ShiftJis | EucJp | EucKr) | Reader::Johab
        )
    }

    fn rarity_nats(self) -> f32 {
        match self {
            Reader::Multi(Gb18030 | Big5) => 0.0,
            Reader::Multi(_) => RARE_SET_NATS / 2.0,
            Reader::Single(encoding) if encoding == encoding_rs::WINDOWS_1252 => 0.0,
            Reader::Single(encoding) if encoding == encoding_rs::MACINTOSH => RARE_SET_NATS * 2.0,
            Reader::Single(_) => RARE_SET_NATS,
            Reader::Dos(_) | Reader::EucTw | Reader::Johab => RARE_SET_NATS * 2.0,
        }
    }

    /// Reads all of `bytes`, but for a character cut off at an end; `None` when this is not their set.
    fn read(self, bytes: &[u8]) -> Option<Guess> {
        match self {
            Reader::Multi(charset) => read_multi(charset, bytes),
            Reader::Single(encoding) => {
                let text = decode_single(encoding, bytes)?;
                Some(Guess::by_letters(encoding.name(), text))
            }
            Reader::Dos(charset) => Some(Guess::by_letters(charset.name(), charset.decode(bytes)?)),
            Reader::EucTw => {
                let text = decode_euc_tw(bytes)?;
                let replaced = text.matches(char::REPLACEMENT_CHARACTER).count();
                Some(Guess::multi_byte("EUC-TW", text, replaced))
            }
            Reader::Johab => Some(Guess::multi_byte("Johab", decode_johab(bytes)?, 0)),
        }
    }
}

impl Guess {
    /// A reading to the last byte.
    fn whole(name: &str, text: String, nats: f32) -> Self {
        Self {
            name: name.to_owned(),
            text,
            replaced: 0,
            nats,
            is_multi_byte: false,
        }
    }

    /// A reading by the letters of a single-byte set.
    fn by_letters(name: &str, text: String) -> Self {
        let nats = score(&text) + alphabet_nats(&text);
        Self::whole(name, text, nats)
    }

    /// A reading in a multi-byte set, with so many sequences replaced.
    fn multi_byte(name: &str, text: String, replaced: usize) -> Self {
        let nats = score(&text) - REPLACED_NATS * replaced as f32;
        Self {
            replaced,
            is_multi_byte: true,
            ..Self::whole(name, text, nats)
        }
    }

    fn utf8(text: String, replaced: usize) -> Self {
        Self::multi_byte("UTF-8", text, replaced)
    }

    /// The reading of what no set reads.
    fn loosely(bytes: &[u8]) -> Self {
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
        let nats = score(&text);
        Self::whole(encoding_rs::WINDOWS_1252.name(), text.into_owned(), nats)
    }
}

fn decode_single(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    // Vietnamese letters are two characters there; the model knows them as one.
    Some(if *encoding == *encoding_rs::WINDOWS_1258 {
        text.nfc().collect()
    } else {
        text.into_owned()
    })
}

fn read_multi(charset: Charset, bytes: &[u8]) -> Option<Guess> {
    let encoding = charset
        .encoding()
        .expect("multi-byte sets are in encoding_rs");
    let decode = |from: usize, cut: usize| {
        let bytes = bytes.get(from..bytes.len().checked_sub(cut)?)?;
        encoding.decode_without_bom_handling_and_without_replacement(bytes)
    };
    let guess = |text: String, replaced: usize| {
        let text = match charset {
            EucJp => with_jis_signs(&text),
            _ => text,
        };
        Guess::multi_byte(encoding.name(), text, replaced)
    };
    if let Some(text) = decode(0, 0) {
        return Some(guess(text.into_owned(), 0));
    }
    // A character cut off at the end, at the start, or at both.
    let cuts = (0..=1).flat_map(|from| (0..=3).map(move |cut| (from, cut)));
    let mut cuts = cuts.filter(|(from, cut)| from + cut > 0 && bytes.len() > from + cut + 2);
    cuts.find_map(|(from, cut)| {
        let text = decode(from, cut)?;
        let head = if from > 0 { "\u{FFFD}" } else { "" };
        let tail = if cut > 0 { "\u{FFFD}" } else { "" };
        Some(guess(
            format!("{head}{text}{tail}"),
            from.min(1) + cut.min(1),
        ))
    })
}

/// The signs of JIS X 0208 as Unix reads them; the web standard has the full-width ones of Windows.
fn with_jis_signs(text: &str) -> String {
    let sign = |c| match c {
        '～' => '〜',
        '∥' => '‖',
        '－' => '−',
        '￠' => '¢',
        '￡' => '£',
        '￢' => '¬',
        _ => c,
    };
    text.chars().map(sign).collect()
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample_of(bytes), true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// The Windows set that has nearly all characters of `encoding` in the same places.
fn windows_kin(encoding: &'static Encoding) -> &'static Encoding {
    match encoding.name() {
        "ISO-8859-2" => encoding_rs::WINDOWS_1250,
        "ISO-8859-7" => encoding_rs::WINDOWS_1253,
        "ISO-8859-15" => encoding_rs::WINDOWS_1252,
        _ => encoding,
    }
}

/// GB labels are one family, and so are Big5 ones.
fn is_kin(one: &'static Encoding, other: &'static Encoding) -> bool {
    let family = |encoding: &'static Encoding| match encoding.name() {
        "GBK" => "gb18030",
        name => name,
    };
    family(one) == family(other)
}

/// The beginning of `bytes`, up to a line end where there is one.
fn sample_of(bytes: &[u8]) -> &[u8] {
    if bytes.len() <= SAMPLE_BYTES {
        return bytes;
    }
    let sample = &bytes[..SAMPLE_BYTES];
    let end = sample
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(SAMPLE_BYTES, |at| at + 1);
    &sample[..end]
}

fn score(text: &str) -> f32 {
    Model::get().living_score('\n', text.chars())
}
