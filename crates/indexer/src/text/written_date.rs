//! Reads dates as they are written in documents.
//!
//! In: a text that begins with a date. Out: the date and the bytes it takes. `2024年3月5日`, `二〇二四年三月`,
//! `中華民國一百一十三年三月五日`, `民國113年3月5日`, `5 March 2024`, `March 5, 2024`, `2024-03-05`. What may mean two days (`5/3/2024`)
//! and what lacks its year is no date.

use polidex_analysis::date::{ENGLISH_MONTHS, PartialDate};
use polidex_analysis::numerals::{chinese_number, chinese_numeral_len};

/// The year before the first of the Republic of China.
const BEFORE_REPUBLIC: u64 = 1_911;
/// Eras of which the months are the common ones, by the year before their first.
const SOLAR_ERAS: [(&str, u64); 9] = [
    ("中華民國", BEFORE_REPUBLIC),
    ("中华民国", BEFORE_REPUBLIC),
    ("民國", BEFORE_REPUBLIC),
    ("民国", BEFORE_REPUBLIC),
    ("令和", 2_018),
    ("平成", 1_988),
    ("昭和", 1_925),
    ("大正", 1_911),
    ("明治", 1_867),
];
/// Reigns whose months are those of the moon: a date of them tells its year and no more.
const LUNAR_REIGNS: [(&str, u64); 9] = [
    ("嘉庆", 1_795),
    ("嘉慶", 1_795),
    ("道光", 1_820),
    ("咸丰", 1_850),
    ("咸豐", 1_850),
    ("同治", 1_861),
    ("光绪", 1_874),
    ("光緒", 1_874),
    ("宣统", 1_908),
];
/// Longest date that is spread over a line, in characters.
const SPREAD_CHARS: usize = 24;
/// Years that a document may be of.
const YEARS: std::ops::Range<u64> = 1_800..2_200;

/// The date `text` begins with, at least a month, and the bytes it takes.
pub(crate) fn date_at(text: &str) -> Option<(PartialDate, usize)> {
    chinese_date(text)
        .or_else(|| reign_date(text))
        .or_else(|| english_date(text))
        .or_else(|| numeric_date(text))
}

/// The date that is all there is on `line`, marks and a weekday aside.
pub(crate) fn whole_date(line: &str) -> Option<PartialDate> {
    // The date under a letter of Taiwan is spread over its line.
    if line.starts_with('中') && line.contains(['\u{3000}', ' ']) && line.contains('國') {
        let close: String = line.split_whitespace().collect();
        let is_date = close.starts_with("中華民國") && close.chars().count() < SPREAD_CHARS;
        return is_date.then(|| whole_date(&close)).flatten();
    }
    let text = line.trim_matches(|c: char| is_frame(c) || c.is_whitespace());
    let text = without_weekday(text);
    let (date, len) = date_at(text)?;
    let rest = text[len..].trim_start_matches([' ', '\u{3000}', ',', '，', '(', '（', '.']);
    let rest = without_weekday(rest).trim_matches(|c: char| is_frame(c) || c.is_whitespace());
    rest.is_empty().then_some(date)
}

/// The date of a line that says when a meeting begins: a date, a weekday, a time of day.
pub(crate) fn date_with_time(line: &str) -> Option<PartialDate> {
    let text = without_weekday(line.trim());
    let (date, len) = date_at(text)?;
    let rest = text[len..].trim_start_matches(|c: char| is_frame(c) || " \u{3000},，".contains(c));
    let rest = without_weekday(rest).trim_start_matches(|c: char| is_frame(c) || c == ' ');
    is_time_of_meeting(rest).then_some(date)
}

/// Returns true for a time of day, with the words of a meeting around it or without.
fn is_time_of_meeting(text: &str) -> bool {
    let text = text.strip_prefix("at ").unwrap_or(text);
    let time = ["會議開始", "會議繼續", "举行", "舉行"]
        .iter()
        .fold(text, |rest, end| rest.strip_suffix(end).unwrap_or(rest));
    let is_digit = |c: char| c.is_ascii_digit();
    let is_of_time =
        |c: char| is_digit(c) || c.is_whitespace() || "上下午中時时分正半:：.apm至".contains(c);
    time.contains(is_digit) && time.chars().all(is_of_time)
}

/// The date and the time of day that `line` begins with, and the text behind them: `2019-09-26 10:56:28 …`,
/// `2019年06月15日08:18　…`, `Thursday, March 5, 2024 3:15 pm`.
pub(crate) fn date_and_time_at(line: &str) -> Option<(PartialDate, &str)> {
    let text = without_weekday(line.trim_start());
    let (date, len) = date_at(text)?;
    let rest = text[len..].trim_start_matches([' ', '\u{3000}', ',', '，', '(', '（', 'T']);
    let rest = without_weekday(rest).trim_start_matches([' ', '\u{3000}', ')', '）']);
    let parts = ["上午", "下午", "at "];
    let time = parts.iter().find_map(|part| rest.strip_prefix(part));
    Some((date, behind_time(time.unwrap_or(rest))?))
}

/// The text behind the time of day that `text` begins with.
fn behind_time(text: &str) -> Option<&str> {
    let hour = text.bytes().take_while(u8::is_ascii_digit).count();
    let minutes = text
        .get(hour..)?
        .strip_prefix([':', '：', '时', '時', '点'])?;
    let is_clock = (1..=2).contains(&hour) && minutes.starts_with(|c: char| c.is_ascii_digit());
    let is_time = |c: char| c.is_ascii_digit() || ":：分秒Z".contains(c);
    is_clock.then(|| minutes.trim_start_matches(is_time))
}

/// The date of digits alone: `20240305`. Only where a label says that a date follows.
pub(crate) fn packed_date(text: &str) -> Option<PartialDate> {
    let is_packed = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_packed
        .then(|| made(text[..4].parse().ok()?, Some(&text[4..6]), Some(&text[6..])))
        .flatten()
}

/// The first date in `text` and where it stands.
pub(crate) fn find_date(text: &str) -> Option<(PartialDate, std::ops::Range<usize>)> {
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        // A date does not begin inside a number or a word.
        let may_begin = if character.is_ascii() {
            !before.is_ascii_alphanumeric()
        } else {
            !is_part(before)
        };
        if may_begin && let Some((date, len)) = date_at(&text[at..]) {
            return Some((date, at..at + len));
        }
        before = character;
    }
    None
}

fn is_part(character: char) -> bool {
    chinese_numeral_len(character.encode_utf8(&mut [0; 4])) > 0
}

/// Brackets and dashes that a date stands between.
fn is_frame(character: char) -> bool {
    "()（）[]【】〔〕*_-–—─|.。".contains(character)
}

fn without_weekday(text: &str) -> &str {
    const ENGLISH: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    if let Some(rest) = ENGLISH.iter().find_map(|day| text.strip_prefix(day)) {
        return rest.trim_start_matches([',', ' ', ')']);
    }
    let behind = ["星期", "礼拜", "禮拜", "周", "週"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    behind
        .and_then(|rest| rest.strip_prefix(['一', '二', '三', '四', '五', '六', '日', '天']))
        .unwrap_or(text)
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\u{3000}', '\u{A0}'])
}

/// A numeral and what stands behind it.
fn numeral(text: &str) -> Option<(u64, &str)> {
    let text = skip_blanks(text);
    let len = chinese_numeral_len(text);
    Some((chinese_number(&text[..len])?, skip_blanks(&text[len..])))
}

fn chinese_date(text: &str) -> Option<(PartialDate, usize)> {
    let (year, rest) = chinese_year(text)?;
    let rest = rest.strip_prefix('年')?;
    let (month, rest) = match skip_blanks(rest).strip_prefix('元') {
        Some(rest) => (1, rest),
        None => numeral(rest)?,
    };
    let rest = rest.strip_prefix('月')?;
    let (day, rest) = match chinese_day(rest) {
        Some((day, rest)) => (Some(day), rest),
        None => (None, rest),
    };
    let date = made(year, Some(&format!("{month:02}")), day.as_deref())?;
    Some((date, text.len() - rest.len()))
}

/// The day that `text` begins with, as two digits, and the text behind it.
fn chinese_day(text: &str) -> Option<(String, &str)> {
    let (day, rest) = numeral(text)?;
    Some((format!("{day:02}"), rest.strip_prefix(['日', '号', '號'])?))
}

/// A year of any era, in the common one, and the text behind it.
fn chinese_year(text: &str) -> Option<(u64, &str)> {
    let era = SOLAR_ERAS
        .iter()
        .find_map(|(era, before)| Some((text.strip_prefix(era)?, *before)));
    let Some((rest, before)) = era else {
        return year_with_letter_for_zero(text).or_else(|| numeral(text));
    };
    year_of_era(rest).map(|(year, rest)| (year + before, rest))
}

/// Signs that are typed for a zero among Chinese digits.
const ZEROS: [char; 7] = ['O', 'o', 'О', 'о', 'Ο', '◯', '0'];

/// The value of a Chinese digit, or of a sign typed for its zero.
fn digit_value(digit: char) -> Option<u64> {
    if ZEROS.contains(&digit) {
        return Some(0);
    }
    chinese_number(digit.encode_utf8(&mut [0; 4])).filter(|value| *value < 10)
}

/// 二O一九年, typed with a letter where its zero should be.
fn year_with_letter_for_zero(text: &str) -> Option<(u64, &str)> {
    let mut digits = text.char_indices();
    let mut year = 0;
    let mut has_letter = false;
    for _ in 0..4 {
        let (_, digit) = digits.next()?;
        has_letter |= ZEROS.contains(&digit);
        year = year * 10 + digit_value(digit)?;
    }
    let rest = digits.as_str();
    let is_chinese = text.starts_with(['一', '二']);
    (has_letter && is_chinese && rest.starts_with('年')).then_some((year, rest))
}

/// The number of a year within its era, 元 for the first.
fn year_of_era(text: &str) -> Option<(u64, &str)> {
    if let Some(rest) = skip_blanks(text).strip_prefix('元') {
        return Some((1, rest));
    }
    numeral(text).filter(|(year, _)| (1..300).contains(year))
}

/// 光緒三十年三月初五日: its year.
fn reign_date(text: &str) -> Option<(PartialDate, usize)> {
    let (rest, before) = LUNAR_REIGNS
        .iter()
        .chain(&[("宣統", 1_908)])
        .find_map(|(reign, before)| Some((text.strip_prefix(reign)?, *before)))?;
    let (year, rest) = year_of_era(rest)?;
    let rest = rest.strip_prefix('年')?;
    let is_of_moon = |c: char| "閏闰正元月初日".contains(c) || is_part(c);
    let rest = rest.trim_start_matches(is_of_moon);
    Some((made(year + before, None, None)?, text.len() - rest.len()))
}

fn english_date(text: &str) -> Option<(PartialDate, usize)> {
    let (date, rest) = match month_name(text) {
        Some((month, rest)) => month_first(&month, rest)?,
        None => day_first(text)?,
    };
    Some((date, text.len() - rest.len()))
}

/// March 5, 2024 or March 2024.
fn month_first<'a>(month: &str, rest: &'a str) -> Option<(PartialDate, &'a str)> {
    let with_day = day_number(rest).and_then(|(day, rest)| {
        let (year, rest) = year_behind_comma(rest)?;
        Some((made(year, Some(month), Some(&day))?, rest))
    });
    if with_day.is_some() {
        return with_day;
    }
    let (year, rest) = year_behind_comma(rest)?;
    Some((made(year, Some(month), None)?, rest))
}

/// 5 March 2024 or 5th of March, 2024.
fn day_first(text: &str) -> Option<(PartialDate, &str)> {
    let (day, rest) = day_number(text)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("day ").unwrap_or(rest);
    let (month, rest) = month_name(rest.strip_prefix("of ").unwrap_or(rest))?;
    let (year, rest) = year_behind_comma(rest)?;
    Some((made(year, Some(&month), Some(&day))?, rest))
}

fn year_behind_comma(text: &str) -> Option<(u64, &str)> {
    year_number(text.strip_prefix(',').unwrap_or(text))
}

/// A month by its whole name or by three or four letters of it, as two digits.
fn month_name(text: &str) -> Option<(String, &str)> {
    let len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, rest) = text.split_at(len);
    let is_short = len == 3 || len == 4 && word.eq_ignore_ascii_case("sept");
    let is_month = |month: &&str| {
        let start = if is_short { month.get(..len) } else { None };
        start.unwrap_or(month).eq_ignore_ascii_case(word)
    };
    let month = ENGLISH_MONTHS.iter().position(is_month)? + 1;
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    // `May` is a word of its own: a capital tells the month.
    word.starts_with(char::is_uppercase)
        .then(|| (format!("{month:02}"), rest))
}

fn day_number(text: &str) -> Option<(String, &str)> {
    let (day, rest) = two_digits(skip_blanks(text))?;
    let rest = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| rest.strip_prefix(ending))
        .unwrap_or(rest);
    Some((day, skip_blanks(rest)))
}

fn year_number(text: &str) -> Option<(u64, &str)> {
    let text = skip_blanks(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 4)
        .then(|| Some((text[..4].parse().ok()?, &text[4..])))
        .flatten()
}

/// `2024-03-05`, `2024/3/5`, `2024.3.5`.
fn numeric_date(text: &str) -> Option<(PartialDate, usize)> {
    let (year, rest) = year_number(text)?;
    let mark = rest
        .chars()
        .next()
        .filter(|mark| matches!(mark, '-' | '/' | '.'))?;
    let (month, rest) = two_digits(rest.strip_prefix(mark)?)?;
    let (day, rest) = two_digits(rest.strip_prefix(mark)?)?;
    Some((
        made(year, Some(&month), Some(&day))?,
        text.len() - rest.len(),
    ))
}

fn two_digits(text: &str) -> Option<(String, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2)
        .contains(&digits)
        .then(|| (format!("{:0>2}", &text[..digits]), &text[digits..]))
}

fn made(year: u64, month: Option<&str>, day: Option<&str>) -> Option<PartialDate> {
    if !YEARS.contains(&year) {
        return None;
    }
    let parts = [
        Some(format!("{year:04}")),
        month.map(str::to_owned),
        day.map(str::to_owned),
    ];
    PartialDate::parse(&parts.into_iter().flatten().collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for (text, expected) in [
            ("2024年3月5日", Some("2024-03-05")),
            ("2013年 2月 27日", Some("2013-02-27")),
            ("二〇二四年三月一日", Some("2024-03-01")),
            ("二零二四年十二月三十一日", Some("2024-12-31")),
            ("一九九五年二月", Some("1995-02")),
            ("中華民國一百一十三年三月五日", Some("2024-03-05")),
            ("中華民國 113 年 3 月 5 日", Some("2024-03-05")),
            ("民國九十三年元月五日", Some("2004-01-05")),
            ("民國元年二月十二日", Some("1912-02-12")),
            ("5 March 2024", Some("2024-03-05")),
            ("5th March, 2024", Some("2024-03-05")),
            ("March 5, 2024", Some("2024-03-05")),
            ("Sept. 5, 2024", Some("2024-09-05")),
            ("June 2017", Some("2017-06")),
            ("2024-03-05", Some("2024-03-05")),
            ("2024/3/5", Some("2024-03-05")),
            ("九十三年二月二十日", None),
            ("2024年13月1日", None),
            ("2023年2月29日", None),
            ("5/3/2024", None),
            ("may 2024", None),
            ("2024", None),
            ("", None),
        ] {
            assert_eq!(
                date_at(text).map(|(date, _)| date.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_date_alone_may_have_a_weekday_and_brackets() {
        for (line, expected) in [
            ("2013年 2月 27日星期三", Some("2013-02-27")),
            ("（2024年3月5日）", Some("2024-03-05")),
            ("2024年3月27日（星期三）", Some("2024-03-27")),
            ("Wednesday, March 27, 2024", Some("2024-03-27")),
            ("27 March 2024 (Wednesday)", Some("2024-03-27")),
            ("— June 2017 —", Some("2017-06")),
            ("2024年3月5日起施行", None),
            ("2024年3月5日，會議", None),
            ("as of 5 March 2024", None),
        ] {
            assert_eq!(
                whole_date(line).map(|date| date.to_string()).as_deref(),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn a_meeting_begins_at_a_time_of_day() {
        for (line, expected) in [
            ("2012年11月21日星期三上午11時正會議開始", Some("2012-11-21")),
            (
                "2013年 2月 28日星期四 上午 9時正會議繼續",
                Some("2013-02-28"),
            ),
            ("Wednesday 9 July 2014 at 11:00 am", Some("2014-07-09")),
            ("2024年3月5日（星期二）下午2時30分", Some("2024-03-05")),
            ("2024年3月5日的會議", None),
            ("9 July 2014 at the latest", None),
            ("2024年3月5日", None),
        ] {
            assert_eq!(
                date_with_time(line).map(|date| date.to_string()).as_deref(),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn a_date_is_found_where_it_begins() {
        let found =
            |text: &str| find_date(text).map(|(date, range)| (date.to_string(), range.start));
        assert_eq!(found("於2024年3月5日"), Some(("2024-03-05".to_owned(), 3)));
        assert_eq!(
            found("of 15 March 2024"),
            Some(("2024-03-15".to_owned(), 3))
        );
        assert_eq!(found("no. 12024-03-05"), None);
    }
}
