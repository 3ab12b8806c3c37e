//! Counts the numbers that Word gives to paragraphs by itself.

use std::collections::HashMap;

use super::xml::{Attributes, XmlEvent, walk_xml};

/// The lists of a document: how each level of each is written.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    /// By the id that paragraphs name.
    lists: HashMap<String, String>,
    levels: HashMap<(String, usize), Level>,
}

/// The numbers reached so far, by list and level.
pub(crate) type Counters = HashMap<(String, usize), u32>;

#[derive(Clone, Debug, Default)]
struct Level {
    start: u32,
    format: String,
    /// `第%1條`: `%1` stands for the number of the first level.
    text: String,
}

/// Maximum length of a number as it is shown. Word takes 31 characters; a longer one is made to be repeated.
const MAX_LABEL_BYTES: usize = 256;
/// Levels of a list in Word.
const LEVELS: usize = 9;

impl Numbering {
    /// Reads `word/numbering.xml`; broken parts give no numbers.
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = NumberingReader::default();
        let _ = walk_xml(text, &mut |event| {
            if let XmlEvent::Open(name, attributes) = event {
                reader.open(name, attributes);
            }
        });
        reader.numbering
    }

    /// Counts the next paragraph of `list` at `level` and gives its number as it is shown, a space behind it; empty for
    /// bullets and lists that are not known.
    pub(crate) fn count(&self, counters: &mut Counters, list: &str, level: usize) -> String {
        let Some(definition) = self.lists.get(list) else {
            return String::new();
        };
        let Some(shape) = self.level(definition, level) else {
            return String::new();
        };
        advance(counters, definition, level, shape.start);
        if shape.format == "bullet" || shape.format == "none" {
            return String::new();
        }
        let text = self.filled_in(&shape.text, definition, level, counters);
        if text.is_empty() {
            text
        } else {
            format!("{text} ")
        }
    }

    fn level(&self, definition: &str, level: usize) -> Option<&Level> {
        self.levels.get(&(definition.to_owned(), level))
    }

    /// A level's text with the numbers of all levels down to it in the place of `%1`, `%2` …
    fn filled_in(&self, text: &str, definition: &str, level: usize, counters: &Counters) -> String {
        let mut text = text[..text.floor_char_boundary(MAX_LABEL_BYTES)].to_owned();
        for shown in 0..=level.min(LEVELS - 1) {
            let mark = format!("%{}", shown + 1);
            if !text.contains(&mark) {
                continue;
            }
            let Some(other) = self.level(definition, shown) else {
                continue;
            };
            let number = counters.get(&(definition.to_owned(), shown)).copied();
            let number = number.unwrap_or(other.start);
            text = text.replace(&mark, &written(number, &other.format));
            text.truncate(text.floor_char_boundary(MAX_LABEL_BYTES));
        }
        text
    }
}

/// Counts one more at `level`, where numbers begin with `start`; all deeper levels begin anew.
fn advance(counters: &mut Counters, definition: &str, level: usize, start: u32) {
    let counter = counters
        .entry((definition.to_owned(), level))
        .or_insert_with(|| start.saturating_sub(1));
    *counter = counter.saturating_add(1);
    for deeper in level + 1..LEVELS {
        counters.remove(&(definition.to_owned(), deeper));
    }
}

/// A number in one of Word's formats; decimal for those that are rare in policy papers.
fn written(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => letter(number).to_ascii_lowercase(),
        "upperLetter" => letter(number),
        "lowerRoman" => roman(number).to_ascii_lowercase(),
        "upperRoman" => roman(number),
        "decimalZero" => format!("{number:02}"),
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital"
        | "koreanDigital2" => chinese(number),
        "ideographTraditional" => cyclic(number, "甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => cyclic(number, "子丑寅卯辰巳午未申酉戌亥"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32(0x2460 + number - 1)
                .map(String::from)
                .unwrap_or_default()
        }
        _ => number.to_string(),
    }
}

/// A to Z, then AA, BB, as Word does.
fn letter(number: u32) -> String {
    let index = number.saturating_sub(1);
    let letter = char::from(b'A' + (index % 26) as u8);
    std::iter::repeat_n(letter, (index / 26 + 1).min(4) as usize).collect()
}

fn roman(number: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = number.min(3_999);
    let mut text = String::new();
    for (value, part) in PARTS {
        while left >= value {
            text.push_str(part);
            left -= value;
        }
    }
    text
}

fn cyclic(number: u32, characters: &str) -> String {
    let index = number.saturating_sub(1) as usize;
    characters
        .chars()
        .nth(index % characters.chars().count())
        .map(String::from)
        .unwrap_or_default()
}

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// 1 to 9,999 in Chinese numerals: 十, 二十三, 一百零五.
fn chinese(number: u32) -> String {
    if number == 0 || number > 9_999 {
        return number.to_string();
    }
    let mut text = String::new();
    let mut is_gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (number / unit % 10) as usize;
        if digit == 0 {
            is_gap = !text.is_empty();
            continue;
        }
        if is_gap {
            text.push('零');
        }
        is_gap = false;
        let is_plain_ten = unit == 10 && digit == 1 && text.is_empty();
        if !is_plain_ten {
            text.push_str(DIGITS[digit]);
        }
        text.push_str(name);
    }
    text
}

/// Numbering half read, and the place in its definitions.
#[derive(Default)]
struct NumberingReader {
    numbering: Numbering,
    list: String,
    level: usize,
    definition: String,
}

impl NumberingReader {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        let value = || attributes.get("val").unwrap_or_default();
        match name {
            "abstractNum" => self.definition = attributes.get("abstractNumId").unwrap_or_default(),
            "lvl" => {
                let level = attributes.get("ilvl").and_then(|level| level.parse().ok());
                self.level = level.unwrap_or(0);
            }
            "start" => self.level_mut().start = value().parse().unwrap_or(1),
            "numFmt" => self.level_mut().format = value(),
            "lvlText" => self.level_mut().text = value(),
            "num" => {
                self.list = attributes.get("numId").unwrap_or_default();
                // Overrides within a `num` are for no definition of their own.
                self.definition = format!("num {}", self.list);
            }
            "abstractNumId" => {
                self.numbering.lists.insert(self.list.clone(), value());
            }
            _ => {}
        }
    }

    fn level_mut(&mut self) -> &mut Level {
        let place = (self.definition.clone(), self.level);
        let level = self.numbering.levels.entry(place);
        level.or_insert_with(|| Level {
            start: 1,
            ..Level::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_does() {
        let chinese: Vec<String> = [1, 10, 11, 23, 105, 110, 1001]
            .into_iter()
            .map(chinese)
            .collect();
        assert_eq!(
            chinese,
            [
                "一",
                "十",
                "十一",
                "二十三",
                "一百零五",
                "一百一十",
                "一千零一"
            ]
        );
        assert_eq!(
            (roman(1994), letter(27), letter(2)),
            ("MCMXCIV".to_owned(), "AA".to_owned(), "B".to_owned())
        );
    }

    #[test]
    fn levels_count_and_begin_again() {
        let numbering = Numbering::read(
            "<n><abstractNum abstractNumId='0'><lvl ilvl='0'><start val='1'/><numFmt val='chineseCounting'/><lvlText val='第%1條'/></lvl>\
             <lvl ilvl='1'><start val='1'/><numFmt val='lowerLetter'/><lvlText val='(%2)'/></lvl></abstractNum>\
             <num numId='7'><abstractNumId val='0'/></num></n>",
        );
        let mut counters = Counters::default();
        let shown: Vec<String> = [0, 1, 1, 0, 1]
            .into_iter()
            .map(|level| numbering.count(&mut counters, "7", level))
            .collect();
        assert_eq!(shown, ["第一條 ", "(a) ", "(b) ", "第二條 ", "(a) "]);
        assert_eq!(numbering.count(&mut counters, "9", 0), "");
    }
}
