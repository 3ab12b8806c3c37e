//! How Han characters sound and which look alike: what suggestions and corrections are made of.
//!
//! In: folded characters. Out: their readings without tones (Mandarin in pinyin, `ü` as `v`; Cantonese in jyutping), and the
//! characters that are typed for one another. Tables from Unihan by `cargo dev generate sounds`; a character that is not
//! in them has no sound and no likeness. Nothing here is used to index: what is found never depends on these tables.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A romanization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Romanization {
    /// Mandarin.
    Pinyin,
    /// Cantonese.
    Jyutping,
}

impl Romanization {
    /// Both, the more usual one first.
    pub const ALL: [Self; 2] = [Self::Pinyin, Self::Jyutping];

    fn table(self) -> &'static SoundTable {
        match self {
            Self::Pinyin => &MANDARIN,
            Self::Jyutping => &CANTONESE,
        }
    }
}

static MANDARIN: LazyLock<SoundTable> =
    LazyLock::new(|| SoundTable::read(include_str!("../data/mandarin.txt")));
static CANTONESE: LazyLock<SoundTable> =
    LazyLock::new(|| SoundTable::read(include_str!("../data/cantonese.txt")));
static SHAPES: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut groups: HashMap<char, Vec<&'static str>> = HashMap::new();
    for group in include_str!("../data/shapes.txt").lines() {
        for character in group.chars() {
            groups.entry(character).or_default().push(group);
        }
    }
    groups
});

struct SoundTable {
    /// Index of a sound's line, by character.
    sounds: HashMap<char, Vec<u16>>,
    /// A sound and the characters that have it.
    lines: Vec<(&'static str, &'static str)>,
}

impl SoundTable {
    fn read(text: &'static str) -> Self {
        let lines: Vec<_> = text
            .lines()
            .filter_map(|line| line.split_once(' '))
            .collect();
        let mut sounds: HashMap<char, Vec<u16>> = HashMap::new();
        for (index, (_, characters)) in lines.iter().enumerate() {
            for character in characters.chars() {
                sounds.entry(character).or_default().push(index as u16);
            }
        }
        Self { sounds, lines }
    }

    fn lines_of(&self, character: char) -> impl Iterator<Item = &(&'static str, &'static str)> {
        self.sounds
            .get(&character)
            .into_iter()
            .flatten()
            .map(|index| &self.lines[usize::from(*index)])
    }
}

/// The readings of a folded character, without tones: 行 is `hang`, `heng` and `xing`.
pub fn readings(character: char, romanization: Romanization) -> impl Iterator<Item = &'static str> {
    romanization
        .table()
        .lines_of(character)
        .map(|(sound, _)| *sound)
}

/// Folded characters that share a reading with `character` in Mandarin, then in Cantonese, tones aside; itself left out.
pub fn same_sound(character: char) -> Vec<char> {
    let lines = Romanization::ALL
        .into_iter()
        .flat_map(|romanization| romanization.table().lines_of(character));
    others(character, lines.map(|(_, characters)| *characters))
}

/// Folded characters whose Mandarin reading many speakers do not tell from that of `character`: the same but for a retroflex
/// (`zh`, `z`), a nasal at the end (`ing`, `in`) or the beginning (`n`, `l`). Those that share a reading are left out.
pub fn near_sound(character: char) -> Vec<char> {
    static NEAR: LazyLock<HashMap<String, Vec<&'static str>>> = LazyLock::new(|| {
        let mut groups: HashMap<String, Vec<&'static str>> = HashMap::new();
        for (sound, characters) in &MANDARIN.lines {
            groups.entry(blurred(sound)).or_default().push(characters);
        }
        groups
    });
    let own = same_sound(character);
    let sounds = readings(character, Romanization::Pinyin).map(blurred);
    let groups: Vec<&str> = sounds
        .filter_map(|sound| NEAR.get(&sound))
        .flatten()
        .copied()
        .collect();
    let mut near = others(character, groups);
    near.retain(|other| !own.contains(other));
    near
}

/// A pinyin syllable without what many speakers do not tell apart.
fn blurred(sound: &str) -> String {
    let end = sound.strip_suffix('g').unwrap_or(sound);
    let is_retroflex = ["zh", "ch", "sh"]
        .iter()
        .any(|initial| end.starts_with(initial));
    match end.strip_prefix('n') {
        Some(rest) => format!("l{rest}"),
        None if is_retroflex => format!("{}{}", &end[..1], &end[2..]),
        None => end.to_owned(),
    }
}

/// Folded characters that look like `character`, the closest kin first; itself left out.
pub fn similar_shape(character: char) -> Vec<char> {
    let mut groups = SHAPES.get(&character).cloned().unwrap_or_default();
    groups.sort_by_key(|group| group.len());
    others(character, groups)
}

fn others(character: char, groups: impl IntoIterator<Item = &'static str>) -> Vec<char> {
    let mut others: Vec<char> = Vec::new();
    for other in groups.into_iter().flat_map(str::chars) {
        if other != character && !others.contains(&other) {
            others.push(other);
        }
    }
    others
}

/// Ways in which a romanized query matches Han characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The query ends inside the characters.
    Begins,
    /// All of them are romanized.
    Covers,
}

/// Tells whether `typed`, lower-case letters, romanizes the beginning of `characters`, or all of them: syllables in full, the last
/// one perhaps unfinished (`xinzhish` for 新質生產力), or the first letter of each (`xzscl`). A character without a reading
/// ends what can be romanized. Linear in both but for characters with several readings, whose ways are few.
pub fn romanizes(typed: &str, characters: &[char], romanization: Romanization) -> Option<Reach> {
    let in_full = spells(typed, characters, romanization);
    in_full.max(abbreviates(typed, characters, romanization))
}

fn spells(typed: &str, characters: &[char], romanization: Romanization) -> Option<Reach> {
    if typed.is_empty() {
        return Some(if characters.is_empty() {
            Reach::Covers
        } else {
            Reach::Begins
        });
    }
    let (character, rest) = characters.split_first()?;
    let mut best = None;
    for sound in readings(*character, romanization) {
        let reach = match strip_sound(typed, sound) {
            Some(left) => spells(left, rest, romanization),
            // The last syllable may be unfinished, but not the only one: a single letter abbreviates.
            None if typed.len() >= 2 && begins_sound(typed, sound) => Some(Reach::Begins),
            None => None,
        };
        best = best.max(reach);
    }
    best
}

/// `typed` without the syllable it begins with; `ü` is typed `v` or `u`.
fn strip_sound<'a>(typed: &'a str, sound: &str) -> Option<&'a str> {
    typed.strip_prefix(sound).or_else(|| {
        if sound.contains('v') {
            typed.strip_prefix(&sound.replace('v', "u"))
        } else {
            None
        }
    })
}

fn begins_sound(typed: &str, sound: &str) -> bool {
    sound.starts_with(typed) || sound.contains('v') && sound.replace('v', "u").starts_with(typed)
}

fn abbreviates(typed: &str, characters: &[char], romanization: Romanization) -> Option<Reach> {
    let letters = typed.len();
    if letters < 2 || letters > characters.len() {
        return None;
    }
    let matches = typed.bytes().zip(characters).all(|(letter, character)| {
        readings(*character, romanization).any(|sound| sound.as_bytes().first() == Some(&letter))
    });
    matches.then_some(if letters == characters.len() {
        Reach::Covers
    } else {
        Reach::Begins
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fold::fold_text;

    fn reach(typed: &str, text: &str) -> Option<Reach> {
        let characters: Vec<char> = fold_text(text).text.chars().collect();
        Romanization::ALL
            .into_iter()
            .map(|romanization| romanizes(typed, &characters, romanization))
            .max()
            .flatten()
    }

    #[test]
    fn sounds_that_many_do_not_tell_apart_are_near() {
        for (one, other) in [('平', '贫'), ('正', '振'), ('是', '四'), ('南', '兰')] {
            assert!(near_sound(one).contains(&other), "{one} {other}");
            assert!(!same_sound(one).contains(&other), "{one} {other}");
        }
        assert!(!near_sound('平').contains(&'评'), "shares the reading");
        assert!(!near_sound('平').contains(&'法'));
    }

    #[test]
    fn pinyin_jyutping_and_initials_stand_for_characters() {
        use Reach::{Begins, Covers};
        let cases = [
            ("xinzhishengchanli", "新質生產力", Some(Covers)),
            ("xinzhi", "新质生产力", Some(Begins)),
            ("xinzhish", "新質生產力", Some(Begins)),
            ("xzscl", "新質生產力", Some(Covers)),
            ("xz", "新質生產力", Some(Begins)),
            ("sanzatsangcaanlik", "新質生產力", Some(Covers)),
            ("xingzhengzhangguan", "行政長官", Some(Covers)),
            ("lvyou", "旅遊", Some(Covers)),
            ("luyou", "旅遊", Some(Covers)),
            ("xian", "西安", Some(Covers)),
            ("xinzhq", "新質生產力", None),
            ("x", "新質", None),
            ("policy", "新質", None),
            ("xinzhi", "新 質", None),
        ];
        for (typed, text, expected) in cases {
            assert_eq!(reach(typed, text), expected, "{typed} for {text}");
        }
    }

    #[test]
    fn characters_that_are_typed_for_one_another_are_kin() {
        for (one, other) in [('利', '力'), ('惠', '会'), ('座', '做'), ('奥', '澳')] {
            assert!(same_sound(one).contains(&other), "{one} {other}");
        }
        for (one, other) in [('末', '未'), ('己', '已'), ('清', '请'), ('货', '贷')] {
            assert!(similar_shape(one).contains(&other), "{one} {other}");
        }
        assert!(same_sound('a').is_empty() && similar_shape('a').is_empty());
    }

    proptest! {
        #[test]
        fn kinship_is_mutual(character in "[\u{4E00}-\u{9FFF}]") {
            let character = character.chars().next().expect("one");
            for other in same_sound(character) {
                prop_assert!(same_sound(other).contains(&character), "{character} {other}");
            }
            for other in similar_shape(character) {
                prop_assert!(similar_shape(other).contains(&character), "{character} {other}");
            }
        }

        #[test]
        fn any_letters_are_answered(typed in "[a-z]{0,40}", text in "[行長重樂新質\\PC]{0,12}") {
            let _ = reach(&typed, &text);
        }
    }
}
