//! Recognises numbers within a series that are written otherwise than those of letters and orders: circulars
//! (`教育局通告第13/2023號`, `Education Bureau Circular No. 13/2023`), cases (`（2019）最高法民终1234号`, `HCAL 1234/2019`,
//! `[2019] UKSC 41`), standards (`GB/T 9704—2012`), instruments (`2018 No. 480`), papers of a committee (`FCR(2023-24)45`) and
//! of the European Union (`COM(2021) 206 final`), publications (`NIST Special Publication 800-53`).
//!
//! In: a text. Out: true if it is such a number from its first to its last character.

use polidex_analysis::function_words::is_in_titles;
use polidex_analysis::scripts::is_bmp_ideograph_but_hexagram as is_han;

/// Longest number, in characters.
const MAX_CHARS: usize = 100;
/// Words before the number of an English document, at most.
const MAX_WORDS: usize = 10;
/// Years that a number may be of.
const YEARS: std::ops::Range<u32> = 1_900..2_100;

/// Returns true for a number within a series.
pub(super) fn is_of_series(text: &str) -> bool {
    let is_short = (4..=MAX_CHARS).contains(&text.chars().count());
    is_short
        && [
            is_circular,
            is_case,
            is_case_of_taiwan,
            is_case_of_hong_kong,
            is_neutral_citation,
            is_of_nations,
            is_of_union,
            is_standard,
            is_instrument,
            is_statute,
            is_command_paper,
            is_of_committee,
            is_publication,
        ]
        .iter()
        .any(|is_form| is_form(text))
}

/// Forms of a Chinese circular.
const CIRCULARS: [&str; 9] = [
    "通告",
    "通函",
    "通知",
    "通報",
    "指引",
    "備忘錄",
    "便覽",
    "公告",
    "通启",
];

/// The body that the number of a circular, an announcement or an order names: `教育局通告第13/2023號`.
pub(super) fn body_in(number: &str) -> Option<&str> {
    let forms = CIRCULARS.iter().chain(&["令"]);
    let places = forms.filter_map(|form| number.find(form));
    let body = number[..places.min()?].trim();
    (!body.is_empty()).then_some(body)
}

/// 教育局通告第 13/2023 號.
fn is_circular(text: &str) -> bool {
    let parts = text
        .split_once('第')
        .and_then(|(word, rest)| Some((word.trim(), rest.strip_suffix(['號', '号'])?.trim())));
    let Some((word, number)) = parts else {
        return false;
    };
    let is_word = word.chars().all(|c| is_han(c) || c == ' ' || c == '、')
        && CIRCULARS.iter().any(|form| word.ends_with(form));
    let of_year = number.split_once('/').map(|(number, year)| {
        let number = number.trim_end_matches(|c: char| c.is_ascii_uppercase());
        are_digits(number, 1..=5) && are_digits(year, 2..=4)
    });
    is_word && of_year == Some(true)
}

fn are_digits(text: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// （2019）最高法民终1234号.
fn is_case(text: &str) -> bool {
    let Some((year, rest)) = text
        .strip_prefix(['（', '(', '〔'])
        .and_then(|rest| rest.split_once(['）', ')', '〕']))
    else {
        return false;
    };
    let Some(number) = rest.trim().strip_suffix(['号', '號']) else {
        return false;
    };
    let digits = number.trim_end_matches(|c: char| c.is_ascii_digit());
    are_digits(year.trim(), 4..=4)
        && digits.len() < number.len()
        && digits.starts_with(is_han)
        && digits.chars().all(|c| is_han(c) || c.is_ascii_digit())
}

/// 111年度訴字第123號.
fn is_case_of_taiwan(text: &str) -> bool {
    let Some((year, rest)) = text.split_once("年度") else {
        return false;
    };
    let parts = rest.split_once("字第");
    are_digits(year, 2..=3)
        && parts.is_some_and(|(word, number)| {
            let number = number.strip_suffix('號').unwrap_or_default();
            word.chars().all(is_han) && word.chars().count() <= 8 && are_digits(number, 1..=8)
        })
}

/// HCAL 1234/2019, FACV No. 3 of 2021, CACV 12 & 13/2020: letters of a court, a number and a year.
fn is_case_of_hong_kong(text: &str) -> bool {
    let Some((court, number)) = text.split_once(' ') else {
        return false;
    };
    let number = number.trim_start_matches("NO. ").trim_start_matches("No. ");
    let parts = number
        .split_once('/')
        .or_else(|| number.split_once(" of "))
        .or_else(|| number.split_once(" OF "));
    let is_numbers = |numbers: &str| {
        let mut numbers = numbers.split(['&', ',', '-']).map(str::trim);
        numbers.all(|number| are_digits(number, 1..=5))
    };
    is_court(court, 4..=6)
        && parts.is_some_and(|(numbers, year)| is_numbers(numbers) && is_year(year.trim()))
}

/// Letters of a court.
fn is_court(text: &str, len: std::ops::RangeInclusive<usize>) -> bool {
    len.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// [2019] UKSC 41, [2020] HKCFI 456, 2021 SCC 11: a year, letters of a court and a number.
fn is_neutral_citation(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [year, court, number, behind @ ..] = words.as_slice() else {
        return false;
    };
    let bare = year.trim_start_matches('[').trim_end_matches(']');
    // [2019] EWHC 2381 (QB)
    let is_division = matches!(behind, [] | [_])
        && behind
            .iter()
            .all(|word| word.starts_with('(') && word.ends_with(')'));
    is_year(bare) && is_court(court, 3..=7) && are_digits(number, 1..=5) && is_division
}

/// COM(2021) 206 final, SWD(2021) 84 final, Regulation (EU) 2016/679, Directive 2014/24/EU.
pub(super) fn is_of_union(text: &str) -> bool {
    let papers = ["COM", "SWD", "SEC", "JOIN", "C"].iter();
    let paper = papers
        .filter_map(|word| text.strip_prefix(word)?.strip_prefix('('))
        .next();
    if let Some((year, number)) = paper.and_then(|rest| rest.split_once(')')) {
        let number = number.trim().trim_end_matches("final").trim();
        return is_year(year) && are_digits(number, 1..=5);
    }
    let Some((act, number)) = text.split_once(' ') else {
        return false;
    };
    let is_act =
        ["regulation", "directive", "decision"].contains(&act.to_ascii_lowercase().as_str());
    let number = number
        .trim_start_matches("(EU) ")
        .trim_start_matches("(EC) No ");
    let number = number
        .strip_suffix("/EU")
        .or_else(|| number.strip_suffix("/EC"))
        .unwrap_or(number);
    let is_parted = number.split_once('/').is_some_and(|(one, other)| {
        (is_year(one) && are_digits(other, 1..=5)) || (is_year(other) && are_digits(one, 1..=5))
    });
    is_act && is_parted && text.contains(['E'])
}

/// A/RES/70/1, S/RES/2720 (2023): documents of the United Nations.
fn is_of_nations(text: &str) -> bool {
    let (text, year) = match text
        .strip_suffix(')')
        .and_then(|text| text.split_once(" ("))
    {
        Some((text, year)) => (text, Some(year)),
        None => (text, None),
    };
    if year.is_some_and(|year| !is_year(year)) {
        return false;
    }
    let is_of_symbol = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "/.()".contains(c);
    ["A/", "S/", "E/", "ST/"]
        .iter()
        .any(|body| text.starts_with(body))
        && text.len() <= 24
        && text.matches('/').count() >= 2
        && text.chars().all(is_of_symbol)
        && text.ends_with(|c: char| c.is_ascii_digit() || c == ')')
}

/// Words that look like the name of a standard and introduce other numbers.
const NO_STANDARDS: [&str; 4] = ["TEL", "FAX", "ISSN", "ISBN"];

/// GB/T 9704—2012, DB11/T 1234-2019.
fn is_standard(text: &str) -> bool {
    let name = text
        .bytes()
        .take_while(|byte| byte.is_ascii_uppercase() || *byte == b'/')
        .count();
    let region = text[name..].bytes().take_while(u8::is_ascii_digit).count();
    // DB11/T: a region stands between the letters.
    let (word, rest) = match text[name + region..].strip_prefix("/T") {
        Some(rest) => (&text[..name], rest),
        None => (&text[..name], &text[name..]),
    };
    let rest = rest.trim_start();
    let Some((number, year)) = rest.rsplit_once(['-', '—', '–', '－']) else {
        return false;
    };
    (2..=6).contains(&word.len())
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && !word.ends_with('/')
        && !NO_STANDARDS.contains(&word)
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && number.starts_with(|c: char| c.is_ascii_digit())
        && is_year(year)
}

fn is_year(text: &str) -> bool {
    are_digits(text, 4..=4) && text.parse().is_ok_and(|year| YEARS.contains(&year))
}

/// 2018 No. 480, 2018 No. 480 (C. 12).
fn is_instrument(text: &str) -> bool {
    let Some((year, rest)) = text.split_once(" No. ") else {
        return false;
    };
    let (number, behind) = rest.split_once(' ').unwrap_or((rest, ""));
    is_year(year)
        && are_digits(number, 1..=5)
        && (behind.is_empty() || behind.starts_with('(') && behind.ends_with(')'))
}

/// R.S.C., 1985, c. 32 (2nd Supp.), S.C. 2002, c. 22.
fn is_statute(text: &str) -> bool {
    const COLLECTIONS: [&str; 5] = ["R.S.C.", "S.C. ", "R.S.O.", "S.O. ", "S.B.C."];
    let Some((before, chapter)) = text.split_once(", c. ") else {
        return false;
    };
    COLLECTIONS.iter().any(|name| before.starts_with(name)) && chapter.len() <= 24
}

/// HC 123, Cm 9876: papers laid before a parliament.
fn is_command_paper(text: &str) -> bool {
    let numbers = ["HC ", "CP ", "Cm ", "Cmnd ", "Cmnd. ", "HL Paper "]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    numbers.is_some_and(|number| are_digits(number, 2..=5))
}

/// FCR(2023-24)45, M-22-09: letters of a committee or an office, a year, a number, and no blank.
fn is_of_committee(text: &str) -> bool {
    let letters = text
        .bytes()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let rest = &text[letters..];
    let of_session = rest
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .is_some_and(|(session, number)| is_span_of_years(session) && are_digits(number, 1..=4));
    let of_year = rest
        .strip_prefix('-')
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(year, number)| are_digits(year, 2..=2) && are_digits(number, 2..=6));
    (1..=6).contains(&letters) && (of_session || of_year)
}

/// 2023-24, 2023/2024.
fn is_span_of_years(text: &str) -> bool {
    text.split_once(['-', '/', '–'])
        .is_some_and(|(first, second)| is_year(first) && are_digits(second, 2..=4))
}

/// Words that a number may belong to, in small letters.
const NOUNS: [&str; 24] = [
    "bulletin",
    "case",
    "circular",
    "decision",
    "determination",
    "directive",
    "docket",
    "document",
    "guidance",
    "guideline",
    "instruction",
    "letter",
    "memorandum",
    "note",
    "notice",
    "opinion",
    "order",
    "paper",
    "policy",
    "proclamation",
    "publication",
    "regulation",
    "report",
    "resolution",
];
/// Those that a number follows without a word between, and a year does not.
const SURE_NOUNS: [&str; 7] = [
    "circular",
    "directive",
    "instruction",
    "memorandum",
    "order",
    "policy",
    "publication",
];

/// Education Bureau Circular No. 13/2023, NIST Special Publication 800-53.
fn is_publication(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_no =
        |word: &&str| ["no.", "no", "nos.", "number"].contains(&word.to_ascii_lowercase().as_str());
    let is_noun = |nouns: &[&str], word: &str| nouns.contains(&word.to_ascii_lowercase().as_str());
    if let Some(at) = words.iter().position(is_no) {
        let (before, code) = (&words[..at], &words[at + 1..]);
        return are_words(before)
            && before.iter().any(|word| is_noun(&NOUNS, word))
            && (1..=2).contains(&code.len())
            && code.iter().all(|word| is_code(word))
            && code.iter().any(|word| has_digit(word));
    }
    let Some((code, before)) = words.split_last() else {
        return false;
    };
    let is_parted = code.contains(['-', '/', '–']) && has_digit(code) && is_code(code);
    is_parted
        && !is_span_of_years(code)
        && are_words(before)
        && before.last().is_some_and(|word| is_noun(&SURE_NOUNS, word))
}

/// Words of a name: capitals, and small ones that join them. One word of a sentence is none.
fn are_words(words: &[&str]) -> bool {
    let is_name =
        |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase()) || is_in_titles(word);
    // `Housing benefit circular A5/2020`: the noun of the series may be small.
    let is_noun = |word: &&str| NOUNS.contains(word);
    let small = words.iter().filter(|word| !is_name(word) && !is_noun(word));
    (1..=MAX_WORDS).contains(&words.len())
        && words[0].starts_with(|c: char| c.is_ascii_uppercase())
        && small.count() <= 1
}

fn is_code(word: &str) -> bool {
    let is_of_code = |c: char| c.is_ascii_alphanumeric() || "()/.-–".contains(c);
    word.chars().all(is_of_code)
        && (has_digit(word) || word.bytes().all(|b| b.is_ascii_uppercase()))
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_series_are_told_from_names_and_years() {
        for number in [
            "教育局通告第 13/2023 號",
            "公務員事務局通函第5/2003號",
            "（2019）最高法民终1234号",
            "(2021)京01民初5号",
            "GB/T 9704—2012",
            "DB11/T 1234-2019",
            "JGJ 100-2015",
            "2018 No. 480",
            "2018 No. 480 (C. 12)",
            "R.S.C., 1985, c. 32 (2nd Supp.)",
            "HC 1234",
            "FCR(2023-24)45",
            "M-22-09",
            "111年度訴字第123號",
            "A/RES/70/1",
            "S/RES/2720 (2023)",
            "HCAL 1234/2019",
            "FACV No. 3 of 2021",
            "CACV 12 & 13/2020",
            "[2019] UKSC 41",
            "[2019] EWHC 2381 (QB)",
            "2021 SCC 11",
            "COM(2021) 206 final",
            "Regulation (EU) 2016/679",
            "DIRECTIVE 2014/24/EU",
            "Education Bureau Circular No. 13/2023",
            "CIVIL SERVICE BUREAU VACANCY CIRCULAR NO. CSB 2021/01",
            "NIST Special Publication 800-53",
            "Housing benefit circular A5/2020",
            "Policy 21-05",
        ] {
            assert!(is_of_series(number), "{number}");
        }
        for other in [
            "A 13/14-36",
            "Annual Report 2019-20",
            "Policy 2019-20",
            "Tel 2810-2012",
            "TEL 2810-2012",
            "CB2/PL/HG",
            "HDCR4-3/PH/1-10/0-1",
            "the order no. 5 was given",
            "（2019）",
            "（2023年修订）",
            "第13/2023號",
            "ABCDEF",
            "No. 12",
            "2021 TEL 11 ABC",
            "[2019] Report 41",
            "Regulation 2016/679",
            "C(2021) abc",
            "May 12/2020",
            "S/RES/2720 (draft)",
        ] {
            assert!(!is_of_series(other), "{other}");
        }
    }

    #[test]
    fn a_number_names_its_body() {
        assert_eq!(body_in("教育局通告第 13/2023 號"), Some("教育局"));
        assert_eq!(
            body_in("国家税务总局公告2019年第12号"),
            Some("国家税务总局")
        );
        assert_eq!(body_in("公告2019年第12号"), None);
    }
}
