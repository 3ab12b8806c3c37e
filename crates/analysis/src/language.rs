//! Tells the language of a passage from its characters.
//!
//! In: any text. Out: [`Language`]. Han text is Traditional or Simplified by the characters that only one of the two has;
//! where it has neither, by what the caller knows of the rest of the document.

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::fold::{Class, HAN_FOLDS, class_of};

/// A language of the collection, as BCP 47 tags it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Language {
    /// English, and Latin text of any language.
    #[default]
    English,
    /// Chinese in Traditional characters.
    TraditionalChinese,
    /// Chinese in Simplified characters.
    SimplifiedChinese,
}

impl Language {
    /// The tag: `en`, `zh-Hant`, `zh-Hans`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::TraditionalChinese => "zh-Hant",
            Self::SimplifiedChinese => "zh-Hans",
        }
    }

    /// Reads a tag, with or without a region; `None` for other languages.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut parts = tag.split('-');
        match parts.next()? {
            "en" => Some(Self::English),
            "zh" | "yue" | "cmn" => {
                let is_traditional = parts.any(|part| matches!(part, "hant" | "hk" | "tw" | "mo"));
                Some(if is_traditional {
                    Self::TraditionalChinese
                } else {
                    Self::SimplifiedChinese
                })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// Counts of what tells a text's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScriptCounts {
    /// Ideographs.
    pub han: usize,
    /// Ideographs that Simplified text does not use.
    pub traditional: usize,
    /// Ideographs that Traditional text does not use.
    pub simplified: usize,
    /// Letters.
    pub letters: usize,
}

/// A Han character says as much as this many Latin letters: an average English word against an average Chinese one.
const LETTERS_PER_HAN: usize = 3;

impl ScriptCounts {
    /// Counts the characters of `text`.
    pub fn of(text: &str) -> Self {
        let tables = &*SCRIPTS;
        let mut counts = Self::default();
        for character in text.chars() {
            if character.is_ascii() {
                counts.letters += usize::from(character.is_ascii_alphabetic());
                continue;
            }
            match class_of(character) {
                Class::Ideograph => {
                    counts.han += 1;
                    counts.traditional += usize::from(tables.traditional.contains(character));
                    counts.simplified += usize::from(tables.simplified.contains(character));
                }
                Class::Letter => counts.letters += 1,
                _ => {}
            }
        }
        counts
    }

    /// Adds another text's counts.
    pub fn add(&mut self, other: Self) {
        self.han += other.han;
        self.traditional += other.traditional;
        self.simplified += other.simplified;
        self.letters += other.letters;
    }

    /// The language these counts speak for; `chinese` is the script where Han characters tell nothing.
    pub fn language(&self, chinese: Language) -> Language {
        if self.han * LETTERS_PER_HAN <= self.letters {
            return Language::English;
        }
        match self.traditional.cmp(&self.simplified) {
            std::cmp::Ordering::Greater => Language::TraditionalChinese,
            std::cmp::Ordering::Less => Language::SimplifiedChinese,
            std::cmp::Ordering::Equal => chinese,
        }
    }
}

struct Scripts {
    traditional: CharacterSet,
    simplified: CharacterSet,
}

/// A set of characters, a bit for each up to the highest: every ideograph of every text is looked up.
struct CharacterSet(Vec<u64>);

impl CharacterSet {
    fn of(characters: &HashSet<char>) -> Self {
        let highest = characters
            .iter()
            .max()
            .map_or(0, |highest| *highest as usize);
        let mut bits = vec![0; highest / 64 + 1];
        for character in characters {
            bits[*character as usize / 64] |= 1 << (*character as usize % 64);
        }
        Self(bits)
    }

    fn contains(&self, character: char) -> bool {
        let bits = self.0.get(character as usize / 64);
        bits.is_some_and(|bits| bits >> (character as usize % 64) & 1 == 1)
    }
}

/// From the fold table: a character that folds to another is Traditional; one that others fold to and that is itself no
/// common Traditional character is Simplified.
static SCRIPTS: LazyLock<Scripts> = LazyLock::new(|| {
    /// Folds' targets that Traditional text uses as characters of their own.
    const SHARED: &str = "后里干面斗台丑于余准几出千卜困坛征志致回向夸胡表采松布板杯范了只才合系制仆朴征游御云占折着周注岳克升\
        谷借并刮曲舍沈愿吊冬家娘尸席幸广弦彩念扣局巨帘搜杆柜欲沾沿灶玩糊累绷群背腌蔑蚁裸证辟郁酸铲闲霉韵\
        厂儿虫宁价仇亏伙体党卷哄咸嚣园坏夫奸妆姜娄宝峰弥强当录形彻怀恒恤恶愈才托抵拐挂据捻旋旗晃晒朱杂村极\
        核栖栗梁棋榨槓欣款殴毁气汇污沉法注泄泛洁洒涂涌淡渊温滞灰灵烟熏狸猫猪珍琅瓮畅疴疱痴痹皂盗睹碗秋秘秤\
        粗粽紧纤线绣绳缆罐羌羡群翻耕耻肴胁胜脉脚脏膻艳芸苏荡荣药莅莓菇萝蓑薯蜂蝎衅衬裙裤褂览触訚詹谤";
    /// Characters that fold to another and that Simplified text uses for some words: 著作权, 乾坤, 狼藉, 瞭望, 覆盖.
    const KEPT_BY_SIMPLIFIED: &str = "著乾藉瞭覆";
    let (mut traditional, mut simplified) = (HashSet::new(), HashSet::new());
    for line in HAN_FOLDS.lines() {
        let mut pair = line.chars();
        if let (Some(from), Some(to)) = (pair.next(), pair.next()) {
            traditional.insert(from);
            simplified.insert(to);
        }
    }
    traditional.retain(|character| !KEPT_BY_SIMPLIFIED.contains(*character));
    simplified.retain(|character| !SHARED.contains(*character) && !traditional.contains(character));
    Scripts {
        traditional: CharacterSet::of(&traditional),
        simplified: CharacterSet::of(&simplified),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_their_characters() {
        let cases = [
            ("全國兩會於3月中旬圓滿結束", Language::TraditionalChinese),
            ("全国两会于3月中旬圆满结束", Language::SimplifiedChinese),
            ("著作权法", Language::SimplifiedChinese),
            ("One of the key highlights", Language::English),
            ("創新及科技基金 (ITF)", Language::TraditionalChinese),
            (
                "the term 新質生產力 is new to many readers of this paper",
                Language::English,
            ),
            ("", Language::English),
        ];
        for (text, expected) in cases {
            assert_eq!(
                ScriptCounts::of(text).language(Language::TraditionalChinese),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn tags_are_read_with_their_regions() {
        let cases = [
            ("zh-Hant-HK", Some(Language::TraditionalChinese)),
            ("zh_TW", Some(Language::TraditionalChinese)),
            ("zh-CN", Some(Language::SimplifiedChinese)),
            ("en-GB", Some(Language::English)),
            ("fr", None),
        ];
        for (tag, expected) in cases {
            assert_eq!(Language::from_tag(tag), expected, "{tag}");
        }
    }
}
