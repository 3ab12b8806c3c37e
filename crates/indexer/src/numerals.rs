//! Reads numerals as documents write them: Chinese, Roman, and digits of any width.

/// Bytes at the start of `text` that are a Chinese or decimal numeral, blanks inside it included; 0 when there is none.
pub fn chinese_numeral_len(text: &str) -> usize {
    let mut end = 0;
    for (at, character) in text.char_indices() {
        if digit_of(character).is_some() || unit_of(character).is_some() || tens_of(character).is_some() {
            end = at + character.len_utf8();
        } else if !character.is_whitespace() || at == 0 {
            break;
        }
    }
    end
}

/// The value of a numeral: `二十三`, `廿三`, `一百零五`, `二〇二四`, `２３`, `1 000`; `None` for anything else, for more than
/// nine digits and for an empty text.
pub fn chinese_number(numeral: &str) -> Option<u32> {
    let characters: Vec<char> = numeral.chars().filter(|character| !character.is_whitespace()).collect();
    let digits: Option<Vec<u32>> = characters.iter().map(|character| digit_of(*character)).collect();
    match digits {
        Some(digits) if digits.is_empty() || digits.len() > 9 => None,
        Some(digits) => Some(digits.iter().fold(0, |value, digit| value * 10 + digit)),
        None => with_units(&characters),
    }
}

fn with_units(characters: &[char]) -> Option<u32> {
    let mut sum: u32 = 0;
    let mut digit: Option<u32> = None;
    let mut last_unit = u32::MAX;
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

fn digit_of(character: char) -> Option<u32> {
    let value = match character {
        '〇' | '零' | '○' | 'Ｏ' => 0,
        '一' | '壹' | '元' => 1,
        '二' | '兩' | '两' | '貳' | '贰' => 2,
        '三' | '參' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陸' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '0'..='9' => u32::from(character) - u32::from('0'),
        '０'..='９' => u32::from(character) - u32::from('０'),
        _ => return None,
    };
    Some(value)
}

fn unit_of(character: char) -> Option<u32> {
    match character {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1_000),
        _ => None,
    }
}

fn tens_of(character: char) -> Option<u32> {
    match character {
        '廿' | '卄' => Some(2),
        '卅' => Some(3),
        '卌' => Some(4),
        _ => None,
    }
}

/// The value of a Roman numeral in capitals, as it is properly written: `IV` but not `IIII`.
pub fn roman_number(numeral: &str) -> Option<u32> {
    const DIGITS: [(&str, u32); 13] = [
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
    let mut rest = numeral;
    let mut value = 0;
    for (digit, worth) in DIGITS {
        let most = if digit.len() == 1 && !matches!(digit, "V" | "L" | "D") { 3 } else { 1 };
        for _ in 0..most {
            let Some(behind) = rest.strip_prefix(digit) else { break };
            rest = behind;
            value += worth;
        }
    }
    (rest.is_empty() && value > 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("元", Some(1)),
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
    fn a_numeral_ends_where_something_else_begins() {
        assert_eq!(chinese_numeral_len("二十三條"), "二十三".len());
        assert_eq!(chinese_numeral_len(" 3 條"), 0, "a numeral does not begin with a blank");
        assert_eq!(chinese_numeral_len("十 二 章"), "十 二".len());
        assert_eq!(chinese_numeral_len("甲"), 0);
    }

    #[test]
    fn roman_numerals_are_properly_written() {
        let cases = [("I", Some(1)), ("IV", Some(4)), ("XIX", Some(19)), ("MCMXCIX", Some(1_999)), ("IIII", None)];
        for (numeral, value) in cases.into_iter().chain([("IC", None), ("VX", None), ("", None), ("iv", None)]) {
            assert_eq!(roman_number(numeral), value, "{numeral}");
        }
    }
}
