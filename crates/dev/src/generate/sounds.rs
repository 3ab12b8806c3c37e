//! Writes the tables of sounds and shapes from Unihan, the Unicode database of Han characters.
//!
//! `cargo dev generate sounds FOLDER mandarin > crates/analysis/data/mandarin.txt`, likewise
//! `cantonese` and `shapes`. FOLDER holds Unihan_Readings.txt and Unihan_DictionaryLikeData.txt and Unihan_Variants.txt,
//! unpacked (Debian's package unicode-data has them).
//!
//! Only characters of Unihan's core set for the Mainland, Hong Kong, Macao and Taiwan, and those as folded: a typed character
//! is folded before it is looked up. Tones are left out, since nobody types them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write as _;
use std::path::Path;

use clap::ValueEnum;
use polidex_analysis::fold::fold_text;
use unicode_normalization::UnicodeNormalization;

/// A phonetic class of more characters than this says nothing about looks.
const MAX_CLASS: usize = 24;

/// Look-alikes that share no sound and that typists and scanners mistake; written for polidex.
const LOOK_ALIKES: [&str; 30] = [
    "己已巳",
    "未末",
    "土士",
    "日曰",
    "人入八",
    "大太犬",
    "天夭",
    "干千于",
    "刀力刃",
    "午牛",
    "王玉主",
    "折拆析",
    "住往",
    "拔拨",
    "免兔",
    "栗粟",
    "戊戌戍",
    "撤撒",
    "徒徙",
    "崇祟",
    "冶治",
    "盲肓",
    "茶荼",
    "券卷",
    "晴睛",
    "侯候",
    "准淮",
    "毫亳",
    "货贷",
    "贫贪",
];

type Properties = HashMap<char, HashMap<String, String>>;

/// Tables that are made from Unihan.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Table {
    /// Syllables of Putonghua
    Mandarin,
    /// Syllables of Cantonese
    Cantonese,
    /// Characters that look alike
    Shapes,
}

/// Writes a table, made from the unpacked files of Unihan in `folder`, to standard output.
pub(crate) fn run(folder: &Path, table: Table) -> anyhow::Result<()> {
    let mut unihan = Properties::new();
    for name in ["Readings", "DictionaryLikeData", "Variants"] {
        read_properties(&folder.join(format!("Unihan_{name}.txt")), &mut unihan)?;
    }
    let lines = match table {
        Table::Mandarin => by_sound(&unihan, mandarin),
        Table::Cantonese => by_sound(&unihan, cantonese),
        Table::Shapes => shapes(&unihan),
    };
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn read_properties(path: &Path, unihan: &mut Properties) -> std::io::Result<()> {
    for line in std::fs::read_to_string(path)?.lines() {
        let mut columns = line.split('\t');
        if let (Some(code), Some(name), Some(value)) =
            (columns.next(), columns.next(), columns.next())
            && let Some(character) = character_of(code)
        {
            unihan
                .entry(character)
                .or_default()
                .insert(name.to_owned(), value.to_owned());
        }
    }
    Ok(())
}

fn character_of(code: &str) -> Option<char> {
    let digits = code.strip_prefix("U+")?;
    let digits = &digits[..digits
        .find(|digit: char| !digit.is_ascii_hexdigit())
        .unwrap_or(digits.len())];
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

fn is_core(properties: &HashMap<String, String>) -> bool {
    properties
        .get("kUnihanCore2020")
        .is_some_and(|regions| regions.contains(['G', 'H', 'M', 'T']))
}

fn folded(character: char) -> char {
    fold_text(&character.to_string())
        .text
        .chars()
        .next()
        .unwrap_or(character)
}

fn by_sound(
    unihan: &Properties,
    sounds_of: fn(&HashMap<String, String>) -> Vec<String>,
) -> Vec<String> {
    let mut table: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for (&character, properties) in unihan.iter().filter(|(_, properties)| is_core(properties)) {
        for sound in sounds_of(properties) {
            table.entry(sound).or_default().insert(folded(character));
        }
    }
    table
        .into_iter()
        .map(|(sound, characters)| format!("{sound} {}", characters.iter().collect::<String>()))
        .collect()
}

/// Readings in common use: those of a frequency count, of the table of general characters and of
/// Unihan's own choice; the dictionary's rarer ones only where there is nothing else.
fn mandarin(properties: &HashMap<String, String>) -> Vec<String> {
    let mut sounds = BTreeSet::new();
    for name in ["kHanyuPinlu", "kTGHZ2013", "kMandarin"] {
        add_mandarin(properties, name, &mut sounds);
    }
    if sounds.is_empty() {
        add_mandarin(properties, "kXHC1983", &mut sounds);
    }
    sounds.into_iter().collect()
}

/// Adds the readings of one property, `hǎo(6060) hào(142)` or `0436.040:hǎo,hào`, without tones.
fn add_mandarin(properties: &HashMap<String, String>, name: &str, sounds: &mut BTreeSet<String>) {
    for reading in values(properties, name) {
        let reading = reading.rsplit(':').next().unwrap_or(reading);
        for reading in reading.split(',') {
            let reading = reading.split('(').next().unwrap_or(reading);
            sounds.extend(without_tone(reading));
        }
    }
}

/// Values of a property, which are separated by blanks.
fn values<'a>(
    properties: &'a HashMap<String, String>,
    name: &str,
) -> impl Iterator<Item = &'a str> {
    properties
        .get(name)
        .into_iter()
        .flat_map(|value| value.split(' '))
}

/// `lǜ` → `lv`; `None` for interjections without a vowel.
fn without_tone(reading: &str) -> Option<String> {
    let mut plain = String::new();
    for character in reading.nfd() {
        match character {
            'a'..='z' => plain.push(character),
            '\u{308}' => {
                plain.pop();
                plain.push('v');
            }
            _ => {}
        }
    }
    plain
        .contains(['a', 'e', 'i', 'o', 'u', 'v'])
        .then_some(plain)
}

fn cantonese(properties: &HashMap<String, String>) -> Vec<String> {
    values(properties, "kCantonese")
        .map(|reading| reading.trim_end_matches(|tone: char| tone.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// Groups of characters that share the part that gives the sound (請 清 情), and pairs that are known to be mistaken.
fn shapes(unihan: &Properties) -> Vec<String> {
    let mut classes = shape_classes(unihan);
    for (number, group) in LOOK_ALIKES.iter().enumerate() {
        classes.insert(format!("look-alike {number}"), group.chars().collect());
    }
    let groups: BTreeSet<String> = classes
        .into_values()
        .filter(|class| (2..=MAX_CLASS).contains(&class.len()))
        .map(|class| class.into_iter().collect())
        .collect();
    groups.into_iter().collect()
}

/// Characters by the part that gives the sound, and pairs that Unicode says are mistaken for each other.
fn shape_classes(unihan: &Properties) -> BTreeMap<String, BTreeSet<char>> {
    let mut classes: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for (&character, properties) in unihan.iter().filter(|(_, properties)| is_core(properties)) {
        for class in values(properties, "kPhonetic") {
            let class = class.trim_end_matches('*').to_owned();
            classes.entry(class).or_default().insert(folded(character));
        }
        for other in values(properties, "kSpoofingVariant").filter_map(character_of) {
            if unihan.get(&other).is_some_and(is_core) {
                let pair = BTreeSet::from([folded(character), folded(other)]);
                classes.insert(format!("spoof {pair:?}"), pair);
            }
        }
    }
    classes
}
