//! Reads numerals as documents write them: Chinese, Roman, and digits of any width.
//!
//! In: the characters of a numeral, in either script, folded or not. Out: its value. What may stand around a numeral, and
//! which numerals count where, is the caller's business: a list (一二三) reads as a number here.

/// Bytes at the start of `text` that are a Chinese or decimal numeral, blanks inside it included; 0 when there is none.
pub fn chinese_numeral_len(text: &str) -> usize {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        if is_numeral(character) {
            end = at + character.len_utf8();
        } else if !character.is_whitespace() || at == 0 {
            break;
        }
    }
    end
}

/// English numerals up to twenty, and the tens, sorted; the longest has nine letters.
const ENGLISH: [(&str, u64); 28] = [
    ("eight", 8),
    ("eighteen", 18),
    ("eighty", 80),
    ("eleven", 11),
    ("fifteen", 15),
    ("fifty", 50),
    ("five", 5),
    ("forty", 40),
    ("four", 4),
    ("fourteen", 14),
    ("nine", 9),
    ("nineteen", 19),
    ("ninety", 90),
    ("one", 1),
    ("seven", 7),
    ("seventeen", 17),
    ("seventy", 70),
    ("six", 6),
    ("sixteen", 16),
    ("sixty", 60),
    ("ten", 10),
    ("thirteen", 13),
    ("thirty", 30),
    ("three", 3),
    ("twelve", 12),
    ("twenty", 20),
    ("two", 2),
    ("zero", 0),
];
const LONGEST_ENGLISH: usize = 9;

/// The value of an English numeral of one word, from zero to twenty and the tens up to ninety, in any case.
pub fn english_number(word: &str) -> Option<u64> {
    if !may_be_english(word.as_bytes()) {
        return None;
    }
    let mut small = [0; LONGEST_ENGLISH];
    let small = small.get_mut(..word.len())?;
    small.copy_from_slice(word.as_bytes());
    small.make_ascii_lowercase();
    let known = ENGLISH.binary_search_by_key(&&*small, |(known, _)| known.as_bytes());
    known.ok().map(|index| ENGLISH[index].1)
}

/// Lets few other words through: every word of a text may be asked.
fn may_be_english(word: &[u8]) -> bool {
    let &[first, second, _, ..] = word else {
        return false;
    };
    let beginning = [first.to_ascii_lowercase(), second.to_ascii_lowercase()];
    match &beginning {
        b"th" => matches!(word.len(), 5 | 6 | 8),
        b"on" => word.len() == 3,
        b"fo" => matches!(word.len(), 4 | 5 | 8),
        b"tw" | b"si" | b"te" | b"ze" | b"fi" | b"ni" | b"se" | b"ei" | b"el" => {
            word.len() <= LONGEST_ENGLISH
        }
        _ => false,
    }
}

/// The value of a numeral: `二十三`, `廿三`, `一百零五`, `三萬二千`, `二〇二四`, `２３`, `1 000`; `None` for anything else, for more
/// than nine digits in a row and for an empty text.
pub fn chinese_number(numeral: &str) -> Option<u64> {
    let characters: Vec<char> = numeral
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let digits: Option<Vec<u64>> = characters
        .iter()
        .map(|character| digit_of(*character))
        .collect();
    match digits {
        Some(digits) if digits.is_empty() || digits.len() > 9 => None,
        Some(digits) => Some(digits.iter().fold(0, |value, digit| value * 10 + digit)),
        None => by_myriads(&characters),
    }
}

/// 三億二千萬: what stands before 億 and 萬, each below ten thousand, and the rest.
fn by_myriads(characters: &[char]) -> Option<u64> {
    let mut total: u64 = 0;
    let mut section_start = 0;
    let mut last_scale = u64::MAX;
    for (at, character) in characters.iter().enumerate() {
        let Some(scale) = scale_of(*character) else {
            continue;
        };
        let section = below_myriad(&characters[section_start..at])?;
        if section == 0 || scale >= last_scale {
            return None;
        }
        total = total.checked_add(section.checked_mul(scale)?)?;
        (section_start, last_scale) = (at + 1, scale);
    }
    total.checked_add(below_myriad(&characters[section_start..])?)
}

fn below_myriad(characters: &[char]) -> Option<u64> {
    let mut sum: u64 = 0;
    let mut digit: Option<u64> = None;
    let mut last_unit = u64::MAX;
    for character in characters {
        if let Some(value) = digit_of(*character) {
            // A nought only holds a place; two digits in a row are no numeral of this kind.
            if digit.is_some_and(|digit| digit > 0) {
                return None;
            }
            digit = Some(value);
            continue;
        }
        let (factor, unit) = match (tens_of(*character), unit_of(*character)) {
            (Some(tens), _) if digit.is_none_or(|digit| digit == 0) => (tens, 10),
            (None, Some(unit)) => (digit.take().filter(|digit| *digit > 0).unwrap_or(1), unit),
            _ => return None,
        };
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        digit = None;
        sum += factor * unit;
    }
    Some(sum + digit.unwrap_or(0))
}

/// Returns true for a character of a Chinese numeral as it is written every day, in either script: no digit, and none of the
/// formal ones (壹, 貳, 參), which are words of their own as well (參加, 陸地, 伍).
pub fn is_everyday_numeral(character: char) -> bool {
    const FORMAL: &str = "壹貳贰參叁肆伍陸陆柒捌玖拾佰仟Ｏ";
    let is_han = !character.is_ascii_digit()
        && !('０'..='９').contains(&character)
        && !FORMAL.contains(character);
    is_han && (is_numeral(character) || scale_of(character).is_some())
}

fn is_numeral(character: char) -> bool {
    digit_of(character).is_some() || unit_of(character).is_some() || tens_of(character).is_some()
}

fn digit_of(character: char) -> Option<u64> {
    let value = match character {
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' | '壹' => 1,
        '二' | '兩' | '两' | '貳' | '贰' => 2,
        '三' | '參' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陸' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '0'..='9' => u64::from(character) - u64::from('0'),
        '０'..='９' => u64::from(character) - u64::from('０'),
        _ => return None,
    };
    Some(value)
}

fn unit_of(character: char) -> Option<u64> {
    match character {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1_000),
        _ => None,
    }
}

fn tens_of(character: char) -> Option<u64> {
    match character {
        '廿' | '卄' => Some(2),
        '卅' => Some(3),
        '卌' => Some(4),
        _ => None,
    }
}

fn scale_of(character: char) -> Option<u64> {
    match character {
        '萬' | '万' => Some(10_000),
        '億' | '亿' => Some(100_000_000),
        _ => None,
    }
}

/// Roman digits and what they are worth, the greatest first.
const ROMAN_DIGITS: [(&str, u32); 13] = [
    ("M", 1_000),
    ("CM", 900),
    ("D", 500),
    ("CD", 400),
    ("C", 100),
    ("XC", 90),
    ("L", 50),
    ("XL", 40),
    ("X", 10),
    ("IX", 9),
    ("V", 5),
    ("IV", 4),
    ("I", 1),
];

/// The value of a Roman numeral in capitals, as it is properly written: `IV` but not `IIII`.
pub fn roman_number(numeral: &str) -> Option<u32> {
    let mut rest = numeral;
    let mut value = 0;
    for (digit, worth) in ROMAN_DIGITS {
        let most = if digit.len() == 1 && !matches!(digit, "V" | "L" | "D") {
            3
        } else {
            1
        };
        for _ in 0..most {
            let Some(behind) = rest.strip_prefix(digit) else {
                break;
            };
            rest = behind;
            value += worth;
        }
    }
    (rest.is_empty() && value > 0).then_some(value)
}

/// Writes a Roman numeral in capitals; `None` for nought and beyond 3,999.
pub fn roman_numeral(number: u32) -> Option<String> {
    let mut rest = number;
    let mut numeral = String::new();
    for (digit, worth) in ROMAN_DIGITS {
        while (1..4_000).contains(&number) && rest >= worth {
            numeral.push_str(digit);
            rest -= worth;
        }
    }
    (!numeral.is_empty()).then_some(numeral)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_numerals_are_read_in_any_case() {
        assert!(ENGLISH.is_sorted_by_key(|(word, _)| *word));
        for (word, value) in ENGLISH {
            assert!(word.len() <= LONGEST_ENGLISH, "{word}");
            assert_eq!(english_number(word), Some(value), "{word}");
            assert_eq!(english_number(&word.to_uppercase()), Some(value), "{word}");
        }
        for word in ["", "the", "and", "seventh", "hundred", "twentieth"] {
            assert_eq!(english_number(word), None, "{word}");
        }
    }

    #[test]
    fn chinese_numerals_have_their_values() {
        let cases = [
            ("二十三", Some(23)),
            ("廿三", Some(23)),
            ("卅", Some(30)),
            ("十", Some(10)),
            ("一百零五", Some(105)),
            ("一百二十四", Some(124)),
            ("一千二百", Some(1_200)),
            ("二〇二四", Some(2_024)),
            ("２３", Some(23)),
            ("1 000", Some(1_000)),
            ("三萬二千", Some(32_000)),
            ("一万三千亿", None),
            ("三億零五萬", Some(300_050_000)),
            ("十二萬", Some(120_000)),
            ("元", None),
            ("萬", None),
            ("十百", None),
            ("二三十", None),
            ("", None),
            ("9999999999", None),
            ("甲", None),
        ];
        for (numeral, value) in cases {
            assert_eq!(chinese_number(numeral), value, "{numeral}");
        }
    }

    #[test]
    fn everyday_numerals_are_no_words() {
        assert!(
            "零〇一二三四五六七八九十百千万亿廿卅两兩萬億"
                .chars()
                .all(is_everyday_numeral)
        );
        assert!(!"參陸壹元第條3３a".chars().any(is_everyday_numeral));
    }

    #[test]
    fn a_numeral_ends_where_something_else_begins() {
        assert_eq!(chinese_numeral_len("二十三條"), "二十三".len());
        assert_eq!(
            chinese_numeral_len(" 3 條"),
            0,
            "a numeral does not begin with a blank"
        );
        assert_eq!(chinese_numeral_len("十 二 章"), "十 二".len());
        assert_eq!(chinese_numeral_len("甲"), 0);
    }

    #[test]
    fn roman_numerals_are_properly_written() {
        let cases = [
            ("I", Some(1)),
            ("IV", Some(4)),
            ("XIX", Some(19)),
            ("MCMXCIX", Some(1_999)),
            ("IIII", None),
        ];
        for (numeral, value) in
            cases
                .into_iter()
                .chain([("IC", None), ("VX", None), ("", None), ("iv", None)])
        {
            assert_eq!(roman_number(numeral), value, "{numeral}");
        }
    }

    #[test]
    fn roman_numerals_are_read_back() {
        assert_eq!(roman_numeral(0), None);
        assert_eq!(roman_numeral(4_000), None);
        for number in 1..4_000 {
            let numeral = roman_numeral(number).expect("in range");
            assert_eq!(roman_number(&numeral), Some(number), "{numeral}");
        }
    }
}
