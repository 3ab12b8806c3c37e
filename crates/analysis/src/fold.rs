//! Folds characters: script, width, case and diacritics vanish, and every byte keeps its source.
//!
//! In: any text. Out: [`Folded`], a text in which two spellings that readers take for the same are the same, and the
//! [`OffsetMap`] back to the source. One table, one walk, before anything is cut: unfolded Traditional text would be cut
//! into single characters by a Simplified dictionary.
//!
//! The table is character by character, never by phrase: phrase-level conversion depends on context and could not be
//! exact. Rules, in order: radicals to their ideographs, compatibility decomposition (NFKD for letters, NFKC where a
//! decomposition would take a syllable apart), combining marks dropped, lower case, Hong Kong and Taiwan forms to
//! Simplified ones. Word forms (計畫 and 計劃) are synonyms, not folds.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::scripts::{is_composed, stands_alone};

/// Class of a character, as the tokenizer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// White space within a line.
    Space,
    /// A line's end.
    Break,
    /// Brackets, quotation marks, symbols: separate words, take no position.
    Separator,
    /// A sentence or clause mark: separates words and takes a position of its own.
    Mark,
    /// Combining marks, joiners, soft hyphens: removed.
    Ignorable,
    /// A letter of a script that separates its words by spaces.
    Letter,
    /// A decimal digit or another number sign.
    Digit,
    /// A character that is a unit by itself: Han, kana, Hangul and the scripts written without spaces.
    Ideograph,
}

/// A folded text and the way back.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// From `text` to the source.
    pub map: OffsetMap,
}

/// Folds `source`.
///
/// # Examples
///
/// ```
/// use polidex_analysis::fold::fold_text;
///
/// let folded = fold_text("ＧＤＰ 增長");
/// assert_eq!(folded.text, "gdp 增长");
/// // Offsets lead back to the source, where each full-width letter has three bytes.
/// assert_eq!(folded.map.source_of(0..3), 0..9);
/// ```
///
/// An empty text gives an empty text and map; the result may be longer or shorter than the source.
pub fn fold_text(source: &str) -> Folded {
    let table = &*TABLE;
    let mut folded = Folded {
        text: String::with_capacity(source.len()),
        map: OffsetMap::default(),
    };
    for (at, character) in source.char_indices() {
        let source_len = character.len_utf8();
        match table.entry(character) {
            Entry::One(to, _) if to.len_utf8() == source_len => {
                folded.map.push_linear(folded.text.len(), at);
                folded.text.push(to);
            }
            Entry::One(to, _) => {
                folded
                    .map
                    .push_block(folded.text.len(), at, to.len_utf8(), source_len);
                folded.text.push(to);
            }
            Entry::Many(to) => {
                folded
                    .map
                    .push_block(folded.text.len(), at, to.len(), source_len);
                folded.text.push_str(to);
            }
            Entry::Nothing => {}
        }
    }
    folded
}

/// The class of a character as it stands in a *folded* text.
pub fn class_of(character: char) -> Class {
    match TABLE.entry(character) {
        Entry::One(_, class) => class,
        Entry::Nothing => Class::Ignorable,
        // A folded text holds no character that still unfolds; whatever does is handled by its parts.
        Entry::Many(_) => Class::Separator,
    }
}

/// Folding of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharFold {
    /// One character, and its class.
    One(char, Class),
    /// Several: `ﬁ`, `㍿`.
    Many(&'static str),
    /// Nothing: a combining mark, a soft hyphen.
    Nothing,
}

/// Folds one character. [`fold_text`] does this for every character of a text.
#[inline]
pub fn fold_char(character: char) -> CharFold {
    match TABLE.entry(character) {
        Entry::One(to, class) => CharFold::One(to, class),
        Entry::Many(to) => CharFold::Many(to),
        Entry::Nothing => CharFold::Nothing,
    }
}

/// The characters of the Basic Multilingual Plane whose folded form holds `folded`, itself included where it does.
pub fn sources_of(folded: char) -> impl Iterator<Item = char> {
    let pairs = &*SOURCES;
    let from = pairs.partition_point(|(to, _)| *to < folded);
    pairs[from..]
        .iter()
        .take_while(move |(to, _)| *to == folded)
        .map(|(_, source)| *source)
}

/// Folded and source characters, sorted.
static SOURCES: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let mut pairs = Vec::with_capacity(0x1_0000);
    for source in (0..=0xFFFF).filter_map(char::from_u32) {
        match fold_char(source) {
            CharFold::One(to, _) => pairs.push((to, source)),
            CharFold::Many(to) => pairs.extend(to.chars().map(|to| (to, source))),
            CharFold::Nothing => {}
        }
    }
    pairs.sort_unstable();
    pairs
});

/// Byte offsets of a folded text mapped to byte offsets of its source.
///
/// Made of runs: a linear run maps offset by offset, a block maps as a whole, so that a lookup never lands inside a source
/// character. Chinese text folds byte for byte and takes one run.
#[derive(Clone, Debug, Default)]
pub struct OffsetMap {
    runs: Vec<Run>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    folded: usize,
    source: usize,
    /// 0 for a linear run, else the bytes of source that the whole block stands for.
    block_len: usize,
}

impl OffsetMap {
    /// The source bytes of the folded bytes `folded`; both half-open, both on character boundaries. An empty range maps to
    /// an empty range.
    pub fn source_of(&self, folded: Range<usize>) -> Range<usize> {
        let start = self.start_of(folded.start);
        if folded.is_empty() {
            start..start
        } else {
            start..self.end_of(folded.end)
        }
    }

    fn start_of(&self, folded: usize) -> usize {
        let Some(run) = self.run_at(folded) else {
            return 0;
        };
        if run.block_len == 0 {
            run.source + folded - run.folded
        } else {
            run.source
        }
    }

    fn end_of(&self, folded: usize) -> usize {
        let Some(run) = self.run_at(folded - 1) else {
            return 0;
        };
        if run.block_len == 0 {
            run.source + folded - run.folded
        } else {
            run.source + run.block_len
        }
    }

    fn run_at(&self, folded: usize) -> Option<&Run> {
        let after = self.runs.partition_point(|run| run.folded <= folded);
        self.runs[..after].last()
    }

    fn push_linear(&mut self, folded: usize, source: usize) {
        let continues = self
            .runs
            .last()
            .is_some_and(|run| run.block_len == 0 && source - run.source == folded - run.folded);
        if !continues {
            self.runs.push(Run {
                folded,
                source,
                block_len: 0,
            });
        }
    }

    fn push_block(&mut self, folded: usize, source: usize, folded_len: usize, source_len: usize) {
        if folded_len > 0 {
            self.runs.push(Run {
                folded,
                source,
                block_len: source_len,
            });
        }
    }
}

enum Entry<'a> {
    One(char, Class),
    Many(&'a str),
    Nothing,
}

static TABLE: LazyLock<FoldTable> = LazyLock::new(FoldTable::build);

/// One `u32` a character of the Basic Multilingual Plane: 21 bits of folded character and its class above; the rest and
/// the many-character foldings in maps.
struct FoldTable {
    bmp: Vec<u32>,
    beyond: HashMap<char, char>,
    many: Vec<String>,
}

const CHAR_BITS: u32 = 21;
const CHAR_MASK: u32 = (1 << CHAR_BITS) - 1;
const MANY: u32 = 0x8000_0000;
const NOTHING: u32 = 0x4000_0000;

impl FoldTable {
    fn build() -> Self {
        let rules = Rules::load();
        let mut table = Self {
            bmp: Vec::with_capacity(0x1_0000),
            beyond: HashMap::new(),
            many: Vec::new(),
        };
        for code in 0..0x1_0000_u32 {
            let packed = char::from_u32(code)
                .map_or(NOTHING, |character| table.pack(&rules.fold(character)));
            table.bmp.push(packed);
        }
        for (&from, &to) in &rules.han {
            if from as u32 > 0xFFFF {
                table.beyond.insert(from, to);
            }
        }
        // Compatibility ideographs of the supplementary plane.
        for character in (0x2F800..=0x2FA1F).filter_map(char::from_u32) {
            if let Some(to) = single(&rules.fold(character)) {
                table.beyond.insert(character, to);
            }
        }
        table
    }

    fn pack(&mut self, folded: &str) -> u32 {
        if folded.is_empty() {
            return NOTHING;
        }
        if let Some(character) = single(folded) {
            return character as u32 | (class_by_unicode(character) as u32) << CHAR_BITS;
        }
        self.many.push(folded.to_owned());
        MANY | (self.many.len() - 1) as u32
    }

    fn entry(&self, character: char) -> Entry<'_> {
        let Some(&packed) = self.bmp.get(character as usize) else {
            return self.entry_beyond(character);
        };
        if packed & MANY != 0 {
            return Entry::Many(&self.many[(packed & !MANY) as usize]);
        }
        if packed & NOTHING != 0 {
            return Entry::Nothing;
        }
        let folded = char::from_u32(packed & CHAR_MASK).expect("packed from a char");
        Entry::One(folded, CLASSES[((packed >> CHAR_BITS) & 7) as usize])
    }

    /// Beyond the Basic Multilingual Plane: Han of the extensions, letters of styled alphabets, emoji.
    fn entry_beyond(&self, character: char) -> Entry<'_> {
        if is_ignorable(character) {
            return Entry::Nothing;
        }
        let folded = self.beyond.get(&character).copied();
        let folded = folded.or_else(|| {
            let plain = character
                .nfkc()
                .next()
                .filter(|_| character.nfkc().count() == 1)?;
            plain.to_lowercase().next()
        });
        match folded {
            Some(folded) if (folded as usize) < self.bmp.len() => self.entry(folded),
            _ => {
                let folded = folded.unwrap_or(character);
                Entry::One(folded, class_by_unicode(folded))
            }
        }
    }
}

const CLASSES: [Class; 8] = [
    Class::Space,
    Class::Break,
    Class::Separator,
    Class::Mark,
    Class::Ignorable,
    Class::Letter,
    Class::Digit,
    Class::Ideograph,
];

/// Pairs of a Han character and the one it folds to, a pair a line.
pub(crate) const HAN_FOLDS: &str = include_str!("../data/han_folds.txt");

/// Clause and sentence marks: a phrase does not reach across one that was not typed.
const MARKS: [char; 11] = ['。', '！', '？', '；', '：', '，', '、', ',', '.', '!', '?'];

/// Letters whose stroke or ligature Unicode does not decompose.
const LETTERS: [(char, &str); 12] = [
    ('ø', "o"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ŧ', "t"),
    ('þ', "th"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ß', "ss"),
    ('ς', "σ"),
];

struct Rules {
    han: HashMap<char, char>,
    radicals: HashMap<char, char>,
}

impl Rules {
    fn load() -> Self {
        Self {
            han: read_pairs(HAN_FOLDS),
            radicals: read_pairs(include_str!("../data/radicals.txt")),
        }
    }

    /// Applies the rules until nothing changes, since a decomposition may end in a character with a rule of its own.
    fn fold(&self, character: char) -> String {
        let mut folded = self.fold_once(character);
        loop {
            let again: String = folded
                .chars()
                .map(|character| self.fold_once(character))
                .collect();
            if again == folded {
                return folded;
            }
            folded = again;
        }
    }

    fn fold_once(&self, character: char) -> String {
        if let Some(folded) = fold_sign(character) {
            return folded.to_owned();
        }
        let character = self.radicals.get(&character).copied().unwrap_or(character);
        let mut folded = String::new();
        for part in decompose(character) {
            if !is_combining_mark(part) && !is_ignorable(part) {
                self.push_plain(part, &mut folded);
            }
        }
        folded.replace('⁄', "/").replace(char::is_whitespace, " ")
    }

    /// Appends a character without its case, and plain.
    fn push_plain(&self, character: char, folded: &mut String) {
        let lower = character.to_lowercase();
        for lower in lower.filter(|lower| !is_combining_mark(*lower)) {
            match LETTERS.iter().find(|(letter, _)| *letter == lower) {
                Some((_, plain)) => folded.push_str(plain),
                None => folded.push(self.han.get(&lower).copied().unwrap_or(lower)),
            }
        }
    }
}

/// Folded form of a character that is no letter, digit or ideograph; `None` for any other.
fn fold_sign(character: char) -> Option<&'static str> {
    Some(match character {
        ignorable if is_ignorable(ignorable) => "",
        '\u{2029}' => "\n\n",
        '\u{2028}' | '\u{85}' | '\u{0B}' | '\u{0C}' | '\n' => "\n",
        space if space.is_whitespace() => " ",
        // A trade mark sign or an ellipsis is no part of the word beside it, whatever its decomposition says.
        '™' | '℠' | '…' | '‥' | '⋯' | '・' | '･' | '·' | '‧' => "·",
        '‘' | '’' | '‛' | '′' | '＇' | 'ʼ' | '`' | '´' => "'",
        _ => return None,
    })
}

/// NFKD takes Hangul syllables and voiced kana apart, which are no diacritics: those take NFKC.
fn decompose(character: char) -> Vec<char> {
    if is_composed(character) {
        character.nfkc().collect()
    } else {
        character.nfkd().collect()
    }
}

fn class_by_unicode(character: char) -> Class {
    if is_ignorable(character) || is_combining_mark(character) {
        Class::Ignorable
    } else if character == '\n' {
        Class::Break
    } else if character.is_whitespace() || character.is_control() {
        Class::Space
    } else if MARKS.contains(&character) || matches!(character, ';' | ':') {
        Class::Mark
    } else if stands_alone(character) {
        Class::Ideograph
    } else if character.is_numeric() {
        Class::Digit
    } else if character.is_alphabetic() {
        Class::Letter
    } else {
        Class::Separator
    }
}

/// Returns true for what no reader sees: Unicode's Default_Ignorable_Code_Point.
fn is_ignorable(character: char) -> bool {
    matches!(character as u32,
        0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFF8
        | 0xE0000..=0xE0FFF)
}

fn read_pairs(table: &str) -> HashMap<char, char> {
    let pair = |line: &str| {
        let mut characters = line.chars();
        Some((characters.next()?, characters.next()?))
    };
    table.lines().filter_map(pair).collect()
}

fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_that_readers_take_for_the_same_fold_to_the_same() {
        let cases = [
            ("衞生", "卫生"),
            ("衛生", "卫生"),
            ("新質生產力", "新质生产力"),
            ("著名", "着名"),
            ("覆蓋", "复盖"),
            ("⻑", "长"),
            ("⼈⺠", "人民"),
            ("Ｉ＆Ｔ", "i&t"),
            ("Café", "cafe"),
            ("ﬁnance", "finance"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("co\u{AD}operate", "cooperate"),
            ("Hong\u{A0}Kong", "hong kong"),
            ("１，０００", "1,000"),
            ("year’s", "year's"),
            ("가나", "가나"),
            ("がぎ", "がぎ"),
            ("豈", "岂"),
            ("立\u{FE00}法", "立法"),
            ("İstanbul", "istanbul"),
        ];
        for (source, expected) in cases {
            assert_eq!(fold_text(source).text, expected, "{source}");
        }
    }

    #[test]
    fn offsets_lead_back_to_whole_characters() {
        let folded = fold_text("a\u{AD}ﬁé新");
        assert_eq!(folded.text, "afie新");
        let at = |needle: &str| {
            let start = folded.text.find(needle).expect("in the folded text");
            folded.map.source_of(start..start + needle.len())
        };
        assert_eq!(at("a"), 0..1);
        assert_eq!(at("fi"), 3..6);
        assert_eq!(at("f"), 3..6, "half a ligature is the whole ligature");
        assert_eq!(at("e"), 6..8);
        assert_eq!(at("新"), 8..11);
    }

    proptest! {
        #[test]
        fn folding_is_idempotent_and_maps_to_boundaries(source in "[\\PC新質衞ﬁéＡ\u{AD}\u{200B}①½㋿𠮶\n ]{0,40}") {
            let folded = fold_text(&source);
            let again = fold_text(&folded.text);
            prop_assert_eq!(&again.text, &folded.text);
            let mut before = 0;
            for (at, character) in folded.text.char_indices() {
                let range = folded.map.source_of(at..at + character.len_utf8());
                prop_assert!(source.is_char_boundary(range.start) && source.is_char_boundary(range.end));
                prop_assert!(range.start >= before && range.start < range.end);
                before = range.start;
            }
        }
    }
}
