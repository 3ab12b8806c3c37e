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
    let text = without_light_marks(text);
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

/// Marks that a reader of English passes over become spaces or nothing: the comma behind a word, the dots of acronyms and
/// abbreviations; and the full-width dot inside a Chinese name.
fn without_light_marks(text: &str) -> String {
    const DOTTED: &str = " al ann app approx apr art arts assn aug ave bldg blvd bros cap caps capt cf ch chs cl cls co col \
        corp dec dept div dr ed eds etc ext feb fig figs gen govt hon inc jan jr jul jun lt ltd maj messrs mr mrs ms no nos \
        nov oct para paras plc pp prof pt pts rd reg regs rev sch sec secs sep sept sgt sr ss st univ viz vol vols vs ";
    const WORDS: &str =
        " am an as at be by do go he if in is it me my no of on or so to up us we all and not the ";
    const LONG: &str = " ed eng ll med ph phil sc soc ";
    let is_letter = |c: char| c.is_alphabetic() && !is_han(c);
    let is_one_of = |list: &str, word: &str| list.contains(&format!(" {} ", word.to_lowercase()));
    let characters: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        let before = at.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(at + 1).copied();
        let starts_word = character.is_ascii_alphabetic()
            && before.is_none_or(|before| is_han(before) || !before.is_alphanumeric());
        if starts_word {
            let end = (at..characters.len())
                .find(|end| !(characters[*end].is_ascii_alphanumeric() || characters[*end] == '.'))
                .unwrap_or(characters.len());
            let run: String = characters[at..end].iter().collect();
            let bare = run.strip_suffix('.').unwrap_or(&run);
            let parts: Vec<&str> = bare.split('.').collect();
            let are_parts = parts.iter().all(|part| {
                part.len() == 1 && part.chars().all(|c| c.is_ascii_alphabetic())
                    || is_one_of(LONG, part)
            });
            let word = parts.concat();
            let is_bounded = characters
                .get(end)
                .is_none_or(|next| is_han(*next) || !next.is_alphanumeric());
            if (2..=8).contains(&parts.len()) && are_parts && is_bounded && !is_one_of(WORDS, &word)
            {
                kept.push_str(&word);
                kept.push(' ');
                at = end;
                continue;
            }
        }
        let word: String = characters[..at]
            .iter()
            .rev()
            .take_while(|c| is_letter(**c) || c.is_ascii_digit())
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let is_light = match character {
            ',' => before.is_some_and(is_letter),
            '.' => {
                before.is_some_and(is_letter)
                    && (word.chars().count() == 1 || is_one_of(DOTTED, &word))
            }
            '．' => before.is_some_and(is_han) && after.is_some_and(is_han),
            _ => false,
        };
        kept.push(if is_light { ' ' } else { character });
        at += 1;
    }
    kept
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
            ('硏', '研'),
            ('汚', '污'),
            ('劄', '札'),
            ('賍', '赃'),
            ('刦', '劫'),
            ('刼', '劫'),
            ('舖', '铺'),
            ('邨', '村'),
            ('畧', '略'),
            ('吿', '告'),
            ('槪', '概'),
            ('靑', '青'),
            ('淸', '清'),
            ('彊', '强'),
            ('呉', '吴'),
            ('兎', '兔'),
            ('勲', '勋'),
            ('谘', '咨'),
            ('効', '效'),
            ('傚', '效'),
            ('倣', '仿'),
            ('尅', '克'),
            ('厰', '厂'),
            ('呪', '咒'),
            ('囘', '回'),
            ('囬', '回'),
            ('壻', '婿'),
            ('妬', '妒'),
            ('姪', '侄'),
            ('寃', '冤'),
            ('幷', '并'),
            ('倂', '并'),
            ('竝', '并'),
            ('徃', '往'),
            ('徳', '德'),
            ('悞', '误'),
            ('戯', '戏'),
            ('揷', '插'),
            ('挿', '插'),
            ('攷', '考'),
            ('晩', '晚'),
            ('曁', '暨'),
            ('朶', '朵'),
            ('栢', '柏'),
            ('碁', '棋'),
            ('欵', '款'),
            ('歛', '敛'),
            ('氷', '冰'),
            ('廻', '回'),
            ('逥', '回'),
            ('砲', '炮'),
            ('礮', '炮'),
            ('瘉', '愈'),
            ('皷', '鼓'),
            ('盌', '碗'),
            ('椀', '碗'),
            ('窻', '窗'),
            ('窓', '窗'),
            ('牕', '窗'),
            ('籖', '签'),
            ('緖', '绪'),
            ('総', '总'),
            ('聫', '联'),
            ('聨', '联'),
            ('膓', '肠'),
            ('荅', '答'),
            ('菓', '果'),
            ('蔴', '麻'),
            ('痲', '麻'),
            ('袴', '裤'),
            ('覩', '睹'),
            ('讐', '仇'),
            ('貭', '质'),
            ('賸', '剩'),
            ('趂', '趁'),
            ('躭', '耽'),
            ('躱', '躲'),
            ('輙', '辄'),
            ('逈', '迥'),
            ('郞', '郎'),
            ('鄕', '乡'),
            ('隣', '邻'),
            ('鍳', '鉴'),
            ('鉄', '铁'),
            ('鐡', '铁'),
            ('濶', '阔'),
            ('陥', '陷'),
            ('頼', '赖'),
            ('駆', '驱'),
            ('髪', '发'),
            ('鬬', '斗'),
            ('鬪', '斗'),
            ('鬭', '斗'),
            ('黒', '黑'),
            ('黙', '默'),
            ('斎', '斋'),
            ('亀', '龟'),
            ('冐', '冒'),
            ('凴', '凭'),
            ('劒', '剑'),
            ('劎', '剑'),
            ('勅', '敕'),
            ('勦', '剿'),
            ('厯', '历'),
            ('唘', '启'),
            ('奨', '奖'),
            ('広', '广'),
            ('恊', '协'),
            ('敭', '扬'),
            ('昬', '昏'),
            ('暎', '映'),
            ('暱', '昵'),
            ('燄', '焰'),
            ('煖', '暖'),
            ('稾', '稿'),
            ('賛', '赞'),
            ('鎗', '枪'),
            ('飜', '翻'),
            ('餽', '馈'),
            ('尙', '尚'),
            ('搾', '榨'),
            ('彛', '彝'),
            ('彜', '彝'),
            ('疎', '疏'),
            ('戸', '户'),
            ('跼', '局'),
            ('艸', '草'),
            ('僊', '仙'),
            ('銲', '焊'),
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
