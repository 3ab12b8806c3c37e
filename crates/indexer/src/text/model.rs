//! How plausible is this text? One scale for every repair.
//!
//! In: text. Out: nats, the log-likelihood of its characters under an interpolated bigram model of Traditional and
//! Simplified Chinese and English, with a floor by class for what the model has not seen. Higher (nearer 0) is more
//! plausible; readings of the same damage are compared by their totals. Promises nothing about languages it does not
//! know: there everything scores near the floor, and a comparison must look at the gain, not at the level.
//!
//! Tables: `../../data/text_model/model.bin` and `../../data/text_model/words.bin`, written by `cargo dev generate model` from laws that are outside
//! copyright and from public-domain prose. They are inflated on first use.

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;
use polidex_analysis::scripts::COMPATIBILITY;
use unicode_normalization::char::decompose_canonical;

use crate::text::charset::{Charset, Coding};

const MODEL_BIN: &[u8] = include_bytes!("../../data/text_model/model.bin");
const WORDS_BIN: &[u8] = include_bytes!("../../data/text_model/words.bin");

/// Nats of one unit in the tables.
const NATS_PER_UNIT: f32 = 0.1;
/// Twice the bigrams that are kept, and then some: 1 MiB while in use.
const BIGRAM_SLOTS: usize = 1 << 18;
/// Multiplier of the hash of words, an odd number with its bits spread.
const WORD_MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// No bigram costs this many units.
const EMPTY: u32 = 0xFF;
/// No character of the model is known by this id.
const UNKNOWN: u16 = u16::MAX;
const BMP_LEN: usize = 0x1_0000;

/// The plausibility model; see the module.
pub(crate) struct Model {
    /// Id of each BMP character, [`UNKNOWN`] where there is none.
    ids: Box<[u16]>,
    /// ln p(c), by id.
    unigram: Vec<f32>,
    /// ln of the weight left for what was not seen after this character, by id.
    backoff: Vec<f32>,
    /// ln p(follower | character) by both ids: an open hash table, since this is the innermost loop of repair. A slot
    /// holds 24 bits of the hash, which with its place are the whole, and the units.
    bigrams: Box<[u32]>,
    /// English words in lower case, and ln p(word).
    words: Vec<Box<str>>,
    word_nats: Vec<f32>,
    /// An open hash table: the number of a word in `words` and one, 0 where there is none.
    word_slots: Box<[u32]>,
}

static MODEL: LazyLock<Model> = LazyLock::new(Model::load);

impl Model {
    /// The one model; the first call inflates the tables (a few milliseconds).
    pub(crate) fn get() -> &'static Model {
        &MODEL
    }

    /// Total log-likelihood of `text` in nats, at most 0; the empty text scores 0. The start counts as a line start.
    pub(crate) fn score(&self, text: &str) -> f32 {
        self.score_chars(text.chars())
    }

    /// [`Model::score`] of characters that are not a string yet.
    pub(crate) fn score_chars(&self, chars: impl IntoIterator<Item = char>) -> f32 {
        let mut last = '\n';
        let mut total = 0.0;
        for next in chars {
            total += self.nats(last, next);
            last = next;
        }
        total
    }

    /// ln p(`next` | `last`).
    pub(crate) fn nats(&self, last: char, next: char) -> f32 {
        let (last, next_key, extra) = (key_of(last).0, key_of(next).0, key_of(next).1);
        let next_id = self.id(next_key);
        if next_id == UNKNOWN {
            return floor_nats(next);
        }
        let last_id = self.id(last);
        if last_id == UNKNOWN {
            return self.unigram[usize::from(next_id)] + extra;
        }
        match self.bigram(last_id, next_id) {
            Some(nats) => nats + extra,
            None => self.backoff[usize::from(last_id)] + self.unigram[usize::from(next_id)] + extra,
        }
    }

    /// [`Model::nats`] for text that may be in any living language: a letter the model has not learnt is cheap where it
    /// continues a word of its own script, and dear where scripts or cases mix inside a word.
    pub(crate) fn living_nats(&self, last: char, next: char) -> f32 {
        let mixing = if is_han(last) && is_hangul(next) || is_hangul(last) && is_han(next) {
            -6.0
        } else {
            0.0
        };
        if next.is_ascii() || is_han(next) {
            return self.nats(last, next) + mixing;
        }
        let script = script_nats(last, next);
        let case = if rises(last, Facts::get(next)) {
            -6.0
        } else {
            0.0
        };
        if next == '〖' {
            script
        } else {
            (self.nats(last, next) + case).max(script) + mixing
        }
    }

    /// Total of [`Model::living_nats`] over `chars` that follow `last`.
    pub(crate) fn living_score(&self, last: char, chars: impl IntoIterator<Item = char>) -> f32 {
        let mut last = last;
        let mut total = 0.0;
        for next in chars {
            total += self.living_nats(last, next);
            last = next;
        }
        total
    }

    /// ln p(`c`) alone, or its floor.
    pub(crate) fn unigram(&self, c: char) -> f32 {
        let (key, extra) = key_of(c);
        match self.id(key) {
            UNKNOWN => floor_nats(c),
            id => self.unigram[usize::from(id)] + extra,
        }
    }

    /// Returns true when the model was trained on `c`.
    pub(crate) fn knows(&self, c: char) -> bool {
        self.id(key_of(c).0) != UNKNOWN
    }

    /// ln p(`word`) among English words, for a word in lower case; `None` when it is not in the list.
    pub(crate) fn word(&self, word: &str) -> Option<f32> {
        let [b'a'..=b'z', b'a'..=b'z', ..] = word.as_bytes() else {
            return None;
        };
        let mut slot = self.word_slot(word);
        loop {
            let number = (self.word_slots[slot] as usize).checked_sub(1)?;
            if *self.words[number] == *word {
                return Some(self.word_nats[number]);
            }
            slot = (slot + 1) % self.word_slots.len();
        }
    }

    fn word_slot(&self, word: &str) -> usize {
        // Multiplied and rotated by words of eight bytes, as good as any for letters.
        let mut hash = word.len() as u64;
        for chunk in word.as_bytes().chunks(8) {
            let mut bytes = [0; 8];
            bytes[..chunk.len()].copy_from_slice(chunk);
            hash = (hash.rotate_left(5) ^ u64::from_le_bytes(bytes)).wrapping_mul(WORD_MULTIPLIER);
        }
        (hash >> 32) as usize % self.word_slots.len()
    }

    fn bigram(&self, last_id: u16, next_id: u16) -> Option<f32> {
        let hash = bigram_hash(last_id, next_id);
        let mut slot = bigram_slot(hash);
        loop {
            let found = self.bigrams[slot];
            if found >> 8 == hash & CHECK_MASK && found != EMPTY {
                return Some(-((found & 0xFF) as f32) * NATS_PER_UNIT);
            }
            if found & 0xFF == EMPTY {
                return None;
            }
            slot = (slot + 1) % BIGRAM_SLOTS;
        }
    }

    fn id(&self, c: char) -> u16 {
        self.ids.get(c as usize).copied().unwrap_or(UNKNOWN)
    }

    fn load() -> Self {
        let mut model = Self {
            ids: vec![UNKNOWN; BMP_LEN].into_boxed_slice(),
            unigram: Vec::new(),
            backoff: Vec::new(),
            bigrams: vec![EMPTY; BIGRAM_SLOTS].into_boxed_slice(),
            words: Vec::new(),
            word_nats: Vec::new(),
            word_slots: Box::default(),
        };
        model.load_chars(&inflate(MODEL_BIN));
        model.load_words(&inflate(WORDS_BIN));
        model
    }

    /// Layout, every number a varint (LEB128): count; then by ascending code point the difference to the last one;
    /// all unigram units; all backoff units; all follower counts; all followers (differences); all follower units.
    /// Units are tenths of a nat below 0.
    fn load_chars(&mut self, bytes: &[u8]) {
        let mut table = Varints { bytes };
        let count = table.next();
        self.load_ids(&mut table, count);
        self.unigram = (0..count).map(|_| table.nats()).collect();
        self.backoff = (0..count).map(|_| table.nats()).collect();
        let keys = bigram_hashes(&mut table, count);
        assert!(
            keys.len() * 2 <= BIGRAM_SLOTS,
            "the hash table stays half empty"
        );
        for hash in keys {
            let units = u32::try_from(table.next()).ok();
            let units = units.filter(|&units| units < EMPTY);
            self.insert_bigram(hash, units.expect("followers are likelier than e^-25"));
        }
    }

    fn load_ids(&mut self, table: &mut Varints<'_>, count: usize) {
        let mut code = 0;
        for id in 0..count {
            code += table.next();
            self.ids[code] = u16::try_from(id).expect("fewer than 65,535 characters");
        }
        self.load_compatibility_ideographs();
    }

    /// Gives compatibility ideographs the ids of their canonical equivalents. They are damage that a later pass mends, but no
    /// sign of a wrong decoding: PDF files of the Legislative Council show one in every few lines.
    fn load_compatibility_ideographs(&mut self) {
        for c in COMPATIBILITY {
            decompose_canonical(c, |equivalent| {
                self.ids[c as usize] = self.id(equivalent);
            });
        }
    }

    fn insert_bigram(&mut self, hash: u32, units: u32) {
        let mut slot = bigram_slot(hash);
        while self.bigrams[slot] & 0xFF != EMPTY {
            slot = (slot + 1) % BIGRAM_SLOTS;
        }
        self.bigrams[slot] = (hash & CHECK_MASK) << 8 | units;
    }

    /// Layout: one line for each word, sorted: a letter for the length shared with the word before (`a` is 0), a letter
    /// for half nats below 0, the rest of the word.
    fn load_words(&mut self, bytes: &[u8]) {
        let mut last = String::new();
        for line in bytes
            .split(|&byte| byte == b'\n')
            .filter(|line| line.len() >= 2)
        {
            let shared = usize::from(line[0] - b'a');
            last.truncate(shared);
            last.push_str(std::str::from_utf8(&line[2..]).expect("words are ASCII"));
            self.words.push(last.clone().into_boxed_str());
            self.word_nats.push(-f32::from(line[1] - b'A') / 2.0);
        }
        self.fill_word_slots();
    }

    /// Puts the number of each word into the first free slot from its own on.
    fn fill_word_slots(&mut self) {
        let count = (self.words.len() * 2).next_power_of_two();
        self.word_slots = vec![0; count].into_boxed_slice();
        for (word, number) in self.words.iter().zip(1..) {
            let mut slot = self.word_slot(word);
            while self.word_slots[slot] != 0 {
                slot = (slot + 1) % count;
            }
            self.word_slots[slot] = number;
        }
    }
}

/// Fibonacci hashing: a product with 2^32 / phi, which no two pairs share.
fn bigram_hash(last_id: u16, next_id: u16) -> u32 {
    (u32::from(last_id) << 16 | u32::from(next_id)).wrapping_mul(0x9E37_79B9)
}

/// The high bits of the hash.
fn bigram_slot(hash: u32) -> usize {
    (hash >> (32 - BIGRAM_SLOTS.ilog2())) as usize
}

/// The bits of the hash a slot keeps: all but what its place says, and some of that for entries moved along.
const CHECK_MASK: u32 = 0xFF_FFFF;

/// Properties asked of a character again and again; `char`'s own methods search ranges, which is slow in the inner
/// loop.
#[derive(Clone, Copy)]
struct Facts {
    floor_nats: i8,
    /// As [`script_number`] has it; 0 for none.
    script: u8,
    is_alphabetic: bool,
    case: Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    None,
    Lower,
    Upper,
}

static FACTS: LazyLock<Box<[Facts]>> = LazyLock::new(|| {
    let of_code = |code| Facts::of(char::from_u32(code).unwrap_or('\u{FFFE}'));
    (0..BMP_LEN as u32).map(of_code).collect()
});

impl Facts {
    fn get(c: char) -> Self {
        FACTS
            .get(c as usize)
            .copied()
            .unwrap_or_else(|| Self::of(c))
    }

    fn of(c: char) -> Self {
        let case = match () {
            () if c.is_lowercase() => Case::Lower,
            () if c.is_uppercase() => Case::Upper,
            () => Case::None,
        };
        Self {
            floor_nats: class_floor_nats(c),
            script: script_number(c),
            is_alphabetic: c.is_alphabetic(),
            case,
        }
    }
}

/// Returns true when a capital follows a small letter.
fn rises(last: char, next: Facts) -> bool {
    next.case == Case::Upper && Facts::get(last).case == Case::Lower
}

/// ln p of a character the model has not seen: by class, so that garbage costs more than a rare ideograph.
pub(crate) fn floor_nats(c: char) -> f32 {
    f32::from(Facts::get(c).floor_nats)
}

fn class_floor_nats(c: char) -> i8 {
    match c as u32 {
        0x0000..=0x001F | 0x007F..=0x009F | 0xE000..=0xF8FF | 0xFFF0..=0xFFFF | 0xF_0000.. => -18,
        0x2E80..=0x2FDF | 0xF900..=0xFAFF => -17,
        0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF => -16,
        _ if c.is_alphabetic() => -14,
        _ if !is_assigned_symbol(c) => -18,
        _ => -13,
    }
}

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF)
}

fn is_hangul(c: char) -> bool {
    matches!(c as u32, 0xAC00..=0xD7A3)
}

/// Cost of a letter outside the model, by its script: a rough prior, the same for all living scripts.
fn script_nats(last: char, next: char) -> f32 {
    if let Some(nats) = sign_nats(last, next) {
        return nats;
    }
    let facts = Facts::get(next);
    let floor = f32::from(facts.floor_nats);
    if facts.script == NO_SCRIPT {
        return floor;
    }
    let last_facts = Facts::get(last);
    if facts.script == LATIN {
        return latin_nats(last, last_facts, next, facts);
    }
    let letter = letter_nats(next, facts);
    match last_facts.script {
        NO_SCRIPT => letter - 2.0,
        script if script != facts.script => floor.max(letter - 7.0),
        _ if last_facts.case == Case::Lower && facts.case == Case::Upper => letter - 7.0,
        _ => letter,
    }
}

/// Cost of a letter behind others of its script, which is not Latin.
#[inline]
fn letter_nats(c: char, facts: Facts) -> f32 {
    match c as u32 {
        0xAC00..=0xD7A3 => hangul_nats(c),
        0xFF66..=0xFF9F => -6.5,
        _ if facts.is_alphabetic => -5.0,
        _ => -8.0,
    }
}

/// Cost of signs that stand in texts of any script.
#[inline]
fn sign_nats(last: char, next: char) -> Option<f32> {
    Some(match next {
        '\u{A0}' if matches!(last, 'Ã' | 'Â') => -9.0,
        '\u{A0}' | '\u{202F}' => -5.0,
        '’' | '‘' | '“' | '”' | '–' | '—' | '…' | '«' | '»' | '°' | '®' | '©' | '™' | '·' | '•'
        | '„' | '‚' | '€' => -7.5,
        '£' | '§' | '±' | '×' | '²' | '³' | 'µ' | 'º' | 'ª' | '¡' | '¿' | '½' | '¼' | '¾' => {
            -9.0
        }
        // The long-vowel mark of EUC-JP read as GBK.
        '〖' if matches!(last as u32, 0x3040..=0x30FF) => -16.0,
        _ => return None,
    })
}

fn latin_nats(last: char, last_facts: Facts, next: char, facts: Facts) -> f32 {
    let is_common = matches!(next as u32, 0xC0..=0xFF);
    let letter = if is_common { -6.5 } else { -8.0 };
    match () {
        () if !last_facts.is_alphabetic => letter - 1.0,
        () if last_facts.case == Case::Lower && facts.case == Case::Upper => letter - 6.5,
        () if last.is_ascii() => letter,
        () if last_facts.script == LATIN => letter - 2.5,
        () => letter - 6.5,
    }
}

/// The most frequent syllables of Korean: endings, particles, Sino-Korean morphemes.
const FREQUENT_HANGUL: &str = "이다는의을에가고하지로한사도정리기인시대자어해나보으서들일수라제부만있여를은아구게그전장관원주성상조적법동공용면비과위스세권안화모소무유신경중국니까요습것할된되와오생연행계회문분발산입방선실러마트발터드내바미당학력간복개등물치재진야때록료식업약년월명현현음체달양직후치호않없같저습려르거며던서든각본민단합결통청심영건필속변설정준승허금번째데추출표집검색확인삭규칙항목류름값열린오늘우우리말못좋않음될했었겠네죠처럼부터까지더또및";

/// Returns true when `c` is one of the few hundred syllables most of Korean is made of.
pub(crate) fn is_frequent_hangul(c: char) -> bool {
    hangul_nats(c) == FREQUENT_HANGUL_NATS
}

const FREQUENT_HANGUL_NATS: f32 = -5.5;

fn hangul_nats(c: char) -> f32 {
    HANGUL_NATS
        .get((c as usize).wrapping_sub(0xAC00))
        .copied()
        .unwrap_or(-13.0)
}

static HANGUL_NATS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let nats = |c: char| match () {
        () if FREQUENT_HANGUL.contains(c) => FREQUENT_HANGUL_NATS,
        () if is_common_hangul(c) => -9.5,
        () => -13.0,
    };
    ('\u{AC00}'..='\u{D7A3}').map(nats).collect()
});

/// KS X 1001 holds the 2,350 syllables that are in use.
fn is_common_hangul(c: char) -> bool {
    let mut bytes = Vec::with_capacity(2);
    Charset::EucKr.encode(c, &mut bytes) && bytes[0] >= 0xB0 && bytes[1] >= 0xA1
}

const NO_SCRIPT: u8 = 0;
const LATIN: u8 = 1;

/// A number for the script of a letter or mark; `None` for signs, digits and Han.
pub(crate) fn script_of(c: char) -> Option<u8> {
    Some(Facts::get(c).script).filter(|&script| script != NO_SCRIPT)
}

fn script_number(c: char) -> u8 {
    match c as u32 {
        0x41..=0x5A | 0x61..=0x7A => LATIN,
        0xAA | 0xBA | 0xB5 | 0xD7 | 0xF7 => NO_SCRIPT,
        0xC0..=0x24F | 0x1E00..=0x1EFF => LATIN,
        0x250..=0x2AF => 2,
        0x370..=0x3FF | 0x1F00..=0x1FFF => 3,
        0x400..=0x52F => 4,
        0x530..=0x58F => 5,
        0x590..=0x5FF => 6,
        0x600..=0x6FF | 0x750..=0x77F | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => 7,
        0x700..=0x74F => 8,
        code @ 0x780..=0x109F => 0x20 + (code / 0x80) as u8,
        0x10A0..=0x10FF | 0x1C90..=0x1CBF => 9,
        0x1200..=0x139F => 10,
        0x13A0..=0x13FF => 11,
        0x1780..=0x17FF => 12,
        0x1800..=0x18AF => 13,
        0x3040..=0x30FF => 14,
        0xFF66..=0xFF9F => 15,
        0xAC00..=0xD7A3 => 16,
        _ => NO_SCRIPT,
    }
}

/// Digits share one place in the model: 2013 is as plausible as 2014.
fn key_of(c: char) -> (char, f32) {
    if c.is_ascii_digit() {
        ('0', -std::f32::consts::LN_10)
    } else {
        (c, 0.0)
    }
}

/// A rough test for symbols, marks and numbers in use: blocks, not single code points.
fn is_assigned_symbol(c: char) -> bool {
    matches!(c as u32, 0x20..=0x36F | 0x2000..=0x2BFF | 0x3000..=0x33FF | 0xFE00..=0xFFEF | 0x1_F000..=0x1_FAFF)
        || c.is_numeric()
}

fn inflate(deflated: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    DeflateDecoder::new(deflated)
        .read_to_end(&mut bytes)
        .expect("tables are well-formed");
    bytes
}

struct Varints<'a> {
    bytes: &'a [u8],
}

impl Varints<'_> {
    fn next(&mut self) -> usize {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let (&byte, rest) = self.bytes.split_first().expect("tables are whole");
            self.bytes = rest;
            value |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return value;
            }
            shift += 7;
        }
    }

    fn nats(&mut self) -> f32 {
        -(self.next() as f32) * NATS_PER_UNIT
    }
}

/// Reads the followers of `count` characters.
fn bigram_hashes(table: &mut Varints<'_>, count: usize) -> Vec<u32> {
    let counts: Vec<usize> = (0..count).map(|_| table.next()).collect();
    let id = |number: usize| u16::try_from(number).expect("an id");
    let mut hashes = Vec::new();
    for (last, count) in counts.into_iter().enumerate() {
        let mut follower = 0;
        for _ in 0..count {
            follower += table.next();
            hashes.push(bigram_hash(id(last), id(follower)));
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_text_scores_above_the_same_characters_shuffled() {
        let model = Model::get();
        for (good, bad) in [
            ("依法追究刑事責任", "任責事刑究追法依"),
            ("不动产登记", "记登产动不"),
            ("the government", "htg emervonnet"),
        ] {
            assert!(model.score(good) > model.score(bad) + 8.0, "{good}");
        }
    }

    #[test]
    fn garbage_scores_below_names() {
        let model = Model::get();
        assert!(model.score("鐨勬槸鍦ㄤ簡") / 6.0 < model.score("关琪莹主任") / 5.0);
    }

    #[test]
    fn a_compatibility_ideograph_is_as_plausible_as_its_equivalent() {
        let model = Model::get();
        assert_eq!(model.score("\u{F98A}量"), model.score("力量"));
        // One of twelve that are unified.
        assert!(model.score("\u{FA0E}") < -10.0);
    }

    #[test]
    fn common_words_are_known() {
        let model = Model::get();
        assert!(model.word("government").is_some());
        assert!(model.word("gvoernment").is_none());
    }
}
