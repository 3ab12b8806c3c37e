//! The oracle: what a reader who scans the text would find. Shares no code and no table with the analyzer.
//!
//! A text is brought to one plain form by Unicode's own normalisation and OpenCC, and searched with `contains`. White space
//! and brackets vanish between Han characters, one space parts Latin words, clause marks stay, a blank line is a wall. A
//! match must not begin or end inside a Latin word or a number.

use std::collections::HashMap;
use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What no phrase reaches across.
const WALL: char = '\u{1}';
/// Stand for a comma and a point inside a number.
const IN_NUMBER: [(char, char); 2] = [(',', '\u{2}'), ('.', '\u{3}')];

/// A text in plain form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain(String);

/// Brings `text` to plain form.
pub fn plain(text: &str) -> Plain {
    let mut characters = Vec::with_capacity(text.len());
    let mut breaks = 0;
    for character in text.chars() {
        if character == '\n' {
            breaks += 1;
            characters.push(' ');
            continue;
        }
        if !character.is_whitespace() {
            if breaks >= 2 {
                characters.push(WALL);
            }
            breaks = 0;
        }
        plain_character(character, &mut characters);
    }
    protect_numbers(&mut characters);
    Plain(squeeze(&characters).into_iter().collect())
}

impl Plain {
    /// Whether a reader finds `phrase` in this text.
    pub fn contains(&self, phrase: &Plain) -> bool {
        let (text, phrase) = (&self.0, &phrase.0);
        let (Some(first), Some(last)) = (phrase.chars().next(), phrase.chars().next_back()) else {
            return false;
        };
        // Every place is looked at, those that overlap as well.
        memchr::memmem::find_iter(text.as_bytes(), phrase.as_bytes())
            .any(|at| self.stands_free(at, phrase, first, last))
            || (first == last && self.overlaps(phrase, first, last))
    }

    /// Whether the match at `at` begins and ends between words.
    fn stands_free(&self, at: usize, phrase: &str, first: char, last: char) -> bool {
        let before = self.0[..at].chars().next_back();
        let after = self.0[at + phrase.len()..].chars().next();
        let is_cut = |end: char, beyond: Option<char>| is_word(end) && beyond.is_some_and(is_word);
        !is_cut(first, before) && !is_cut(last, after)
    }

    /// The same for matches that begin inside another: `find_iter` passes over them.
    fn overlaps(&self, phrase: &str, first: char, last: char) -> bool {
        let starts = self.0.match_indices(first).map(|(at, _)| at);
        starts
            .filter(|at| self.0[*at..].starts_with(phrase))
            .any(|at| self.stands_free(at, phrase, first, last))
    }

    /// The units of the text, as one may quote them: each Han character, Latin word or number with what stands before it.
    pub fn units(&self) -> Vec<String> {
        let mut units: Vec<String> = Vec::new();
        let mut before = None;
        for character in self.0.chars() {
            let continues = is_word(character) && before.is_some_and(is_word);
            match units.last_mut() {
                Some(unit) if continues => unit.push(shown(character)),
                _ => units.push(shown(character).to_string()),
            }
            before = Some(character);
        }
        units
    }
}

/// Whether a unit is a Han character, a word or a number, and no mark, space or wall.
pub fn is_unit(unit: &str) -> bool {
    unit.chars()
        .next()
        .is_some_and(|first| is_han(first) || is_word(first))
}

/// Whether no phrase reaches across this unit.
pub fn is_wall(unit: &str) -> bool {
    unit.starts_with(WALL)
}

fn shown(character: char) -> char {
    IN_NUMBER
        .iter()
        .find(|(_, inside)| *inside == character)
        .map_or(character, |(mark, _)| *mark)
}

fn is_word(character: char) -> bool {
    !is_han(character)
        && (character.is_alphanumeric() || IN_NUMBER.iter().any(|(_, inside)| *inside == character))
}

fn is_han(character: char) -> bool {
    matches!(character as u32, 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x3105..=0x312F
        | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0x20000..=0x323AF)
        && character != '・'
}

fn plain_character(character: char, into: &mut Vec<char>) {
    // Invisible: not there.
    if matches!(character as u32, 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF)
    {
        return;
    }
    if matches!(character, '…' | '™' | '·' | '‧' | '・')
        || ('\u{2018}'..='\u{201F}').contains(&character)
    {
        return into.push(' ');
    }
    for part in character
        .to_string()
        .nfkd()
        .filter(|part| !is_combining_mark(*part))
    {
        for lower in part.to_lowercase() {
            let folded = HAN.get(&lower).copied().unwrap_or(lower);
            let keeps = is_han(folded)
                || folded.is_alphanumeric()
                || "。！？；：，、,.;:!?".contains(folded);
            into.push(if keeps { folded } else { ' ' });
        }
    }
}

/// Han forms by OpenCC's own conversion, character by character, and what readers of both scripts write for each other.
static HAN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let configs = [BuiltinConfig::Hk2t, BuiltinConfig::Tw2t, BuiltinConfig::T2s];
    let steps = configs.map(|config| OpenCC::from_config(config).expect("built in"));
    let mut table = HashMap::new();
    for character in ('\u{3400}'..='\u{9FFF}').chain('\u{20000}'..='\u{2A6DF}') {
        let same = [
            ('著', '着'),
            ('瞭', '了'),
            ('覆', '复'),
            ('藉', '借'),
            ('祇', '只'),
            ('衹', '只'),
        ];
        let start = same
            .iter()
            .find(|(from, _)| *from == character)
            .map_or(character, |(_, to)| *to);
        let mut text = start.to_string();
        for _ in 0..3 {
            text = steps.iter().fold(text, |text, step| step.convert(&text));
        }
        let mut folded = text.chars();
        if let (Some(only), None) = (folded.next(), folded.next())
            && only != character
        {
            table.insert(character, only);
        }
    }
    table
});

/// `1,000` and `5.2` are one number each; a chain like `2024.3.11` is three.
fn protect_numbers(characters: &mut [char]) {
    let mut at = 0;
    while at < characters.len() {
        let starts = characters[at].is_ascii_digit() && (at == 0 || !is_word(characters[at - 1]));
        let len = characters[at..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
            .count();
        if !starts {
            // A mark before a number is no part of it; digits behind a letter are part of its word.
            let passed = characters[at..]
                .iter()
                .take_while(|c| c.is_ascii_digit())
                .count();
            at += if passed > 0 { len } else { 1 };
            continue;
        }
        let chain: String = characters[at..at + len].iter().collect();
        let number = chain.trim_end_matches([',', '.']);
        let parts: Vec<&str> = number.split('.').collect();
        let groups: Vec<&str> = parts[0].split(',').collect();
        let is_grouped = groups.len() == 1
            || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
        let is_decimal = parts.len() == 1 || (parts.len() == 2 && !parts[1].contains(','));
        if is_grouped && is_decimal && !number.contains("..") {
            for character in &mut characters[at..at + number.len()] {
                if let Some((_, inside)) = IN_NUMBER.iter().find(|(mark, _)| mark == character) {
                    *character = *inside;
                }
            }
        }
        at += len;
    }
}

/// Keeps a space only between two Latin words.
fn squeeze(characters: &[char]) -> Vec<char> {
    let mut squeezed: Vec<char> = Vec::with_capacity(characters.len());
    let mut pending = false;
    for &character in characters {
        if character == ' ' {
            pending = true;
            continue;
        }
        if pending && is_word(character) && squeezed.last().is_some_and(|before| is_word(*before)) {
            squeezed.push(' ');
        }
        pending = false;
        squeezed.push(character);
    }
    squeezed
}
