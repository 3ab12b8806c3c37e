//! Tells which documents say the same: one number a document, equal for duplicates.
//!
//! In: a document's title and text. Out: its duplicate key, a hash of its units in order, with every date taken out. So the
//! same text in two files is a duplicate whatever its line breaks, its punctuation or its width, and so is the same notice
//! with another date. A word or a number more or less is another text, and so is another sign beside one (A+ and A-, ≥ and ≤): two versions of a law, or two articles that share
//! their boilerplate, never are duplicates. Likeness by shared shingles was weighed and lost: an amended law shares 99 %
//! of them with the law it amends, and chains of such likeness would make one group of a whole series.
//!
//! Equal keys are an equivalence, so groups depend neither on the order of documents nor on what else is in the index.

use crate::fold::{Class, class_of};
use crate::hash::Fnv;
use crate::language::Language;
use crate::numerals::{chinese_number, is_everyday_numeral};
use crate::units::{Cut, Pieces, Unit, UnitKind, cut_text};

/// A text of fewer units than this is too short to speak for itself: `(Repealed)` under two titles is two documents.
const MIN_UNITS_WITHOUT_TITLE: usize = 64;
/// Byte that stands for a date in the hash.
const DATE: &[u8] = b"\x01";

const MONTHS: [&str; 24] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The duplicate key of a document. `lang` is its main language: the same text in another script is its counterpart, not
/// its duplicate.
pub fn duplicate_key(title: &str, text: &str, lang: Option<Language>) -> u64 {
    let mut hash = Fnv::default();
    hash.add(lang.map_or("", Language::tag).as_bytes());
    let units: usize = Pieces::of(text)
        .map(|(at, cut)| add_units(&mut hash, &cut, &text[at..]))
        .sum();
    if units < MIN_UNITS_WITHOUT_TITLE {
        hash.add(b"\x02");
        add_units(&mut hash, &cut_text(title), title);
    }
    hash.value()
}

/// Hashes the units of `cut` but marks and dates, with the signs beside them; returns how many units there were.
fn add_units(hash: &mut Fnv, cut: &Cut, text: &str) -> usize {
    let reader = DateReader {
        cut,
        units: cut.units(),
    };
    let (mut at, mut count) = (0, 0);
    while let Some(unit) = reader.units.get(at) {
        count += 1;
        if let Some(end) = reader.date_with_weekday(at) {
            hash.add(DATE);
            at = end;
            continue;
        }
        if unit.kind != UnitKind::Mark {
            add_sign(hash, sign_before(text, unit));
            hash.add(cut.text(unit).as_bytes());
            hash.add(b"\0");
            add_sign(hash, sign_behind(text, unit));
        }
        at += 1;
    }
    count
}

/// Signs that change what the number or the name beside them says, whatever blanks stand between.
const SIGNS: &str = "≥≤≧≦><＞＜≠±=＝≈√×÷";
/// Signs that belong to the name or the number that they touch.
const TOUCHING: &str = "+＋#＃%％‰$＄€£¥￥°℃";
const MINUS: &str = "-−－–";

fn add_sign(hash: &mut Fnv, sign: Option<char>) {
    if let Some(sign) = sign {
        hash.add(b"\x03");
        hash.add(sign.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

/// Returns the sign before a unit: `≥ 50`, `-5`. A minus touches the number behind it and no word before it.
fn sign_before(text: &str, unit: &Unit) -> Option<char> {
    let before = text.get(..unit.source().start)?;
    let touching = before.chars().next_back()?;
    if MINUS.contains(touching) {
        let beyond = before.chars().rev().nth(1);
        let is_minus = unit.kind == UnitKind::Number
            && beyond.is_none_or(|beyond| !beyond.is_alphanumeric() || is_ideograph(beyond));
        return is_minus.then_some('-');
    }
    let near = before.trim_end_matches(' ').chars().next_back()?;
    (TOUCHING.contains(touching) || SIGNS.contains(near)).then_some(near)
}

/// Returns the sign that touches the end of a unit: `C++` once, `A-` of one letter, `5%`.
fn sign_behind(text: &str, unit: &Unit) -> Option<char> {
    let behind = text.get(unit.source().end..)?;
    let sign = behind.chars().next()?;
    let next = behind.chars().nth(1);
    if MINUS.contains(sign) {
        let is_grade = unit.source().len() == 1
            && next.is_none_or(|next| !next.is_alphanumeric() || is_ideograph(next));
        return is_grade.then_some('-');
    }
    TOUCHING.contains(sign).then_some(sign)
}

fn is_ideograph(character: char) -> bool {
    class_of(character) == Class::Ideograph
}

fn is_numeral(unit: &str) -> bool {
    !unit.is_empty() && unit.chars().all(is_everyday_numeral)
}

/// Finds dates among units. Every method takes the index where something may begin and returns where it ends.
struct DateReader<'a> {
    cut: &'a Cut,
    units: &'a [Unit],
}

impl DateReader<'_> {
    fn text(&self, at: usize) -> &str {
        self.units.get(at).map_or("", |unit| self.cut.text(unit))
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.text(at) == word
    }

    /// `Friday, 5 March 2024`, `2024年3月5日（星期二）`: a weekday counts beside a date only.
    fn date_with_weekday(&self, at: usize) -> Option<usize> {
        // A cheap look first: nearly every unit begins no date.
        if !self.may_begin_date(at)? {
            return None;
        }
        let start = if WEEKDAYS.contains(&self.text(at)) {
            self.after_comma(at + 1)
        } else {
            at
        };
        let end = self.date(start)?;
        if self.is_chinese_weekday(end) {
            return Some((end + 3).min(self.units.len()));
        }
        let behind = self.after_comma(end);
        let has_weekday = WEEKDAYS.contains(&self.text(behind));
        Some(if has_weekday { behind + 1 } else { end })
    }

    /// Returns true for 星期二, 禮拜日.
    fn is_chinese_weekday(&self, at: usize) -> bool {
        let is_week = (self.is(at, "星") && self.is(at + 1, "期"))
            || (self.is(at, "礼") && self.is(at + 1, "拜"));
        is_week && "一二三四五六日天".contains(self.text(at + 2))
    }

    /// Returns true for a unit that may begin a date; `None` behind the last.
    fn may_begin_date(&self, at: usize) -> Option<bool> {
        Some(match self.units.get(at)?.kind {
            UnitKind::Number => true,
            UnitKind::Ideograph => self.is(at, "元") || is_numeral(self.text(at)),
            UnitKind::Word => {
                let text = self.text(at);
                text.starts_with(|first: char| first.is_ascii_digit())
                    || MONTHS.contains(&text)
                    || WEEKDAYS.contains(&text)
            }
            UnitKind::Mark => false,
        })
    }

    fn date(&self, at: usize) -> Option<usize> {
        self.chinese_date(at)
            .or_else(|| self.english_date(at))
            .or_else(|| self.numeric_date(at))
    }

    /// `2024年3月5日`, `二〇二四年三月`, `3月5日`.
    fn chinese_date(&self, at: usize) -> Option<usize> {
        let first_end = self.count(at)?;
        if self.is(first_end, "年") {
            let month_end = self
                .count(first_end + 1)
                .filter(|end| self.is(*end, "月"))?;
            return Some(self.day(month_end + 1).unwrap_or(month_end + 1));
        }
        if self.is(first_end, "月") {
            return self.day(first_end + 1);
        }
        None
    }

    fn day(&self, at: usize) -> Option<usize> {
        let end = self.count(at)?;
        (self.is(end, "日") || self.is(end, "号")).then_some(end + 1)
    }

    /// A number in digits or in at most four ideographs; 元 is the first year of an era.
    fn count(&self, at: usize) -> Option<usize> {
        if self.number(at).is_some() {
            return Some(at + 1);
        }
        if self.is(at, "元") {
            return Some(at + 1);
        }
        let numerals = (at..at + 5)
            .take_while(|at| is_numeral(self.text(*at)))
            .count();
        let text: String = (at..at + numerals).map(|at| self.text(at)).collect();
        ((1..=4).contains(&numerals) && chinese_number(&text).is_some()).then_some(at + numerals)
    }

    fn number(&self, at: usize) -> Option<u32> {
        self.units
            .get(at)
            .filter(|unit| unit.kind == UnitKind::Number)?;
        self.text(at).parse().ok()
    }

    /// `5 March 2024`, `5th of March`, `March 5, 2024`, `March 2024`.
    fn english_date(&self, at: usize) -> Option<usize> {
        let is_month = |at: usize| MONTHS.contains(&self.text(at));
        if self.is_day_of_month(at) {
            let month = if self.is(at + 1, "of") {
                at + 2
            } else {
                at + 1
            };
            return is_month(month).then(|| self.with_year(month + 1));
        }
        if !is_month(at) {
            return None;
        }
        if self.is_day_of_month(at + 1) {
            return Some(self.with_year(at + 2));
        }
        self.is_year(at + 1).then_some(at + 2)
    }

    /// The end behind a year at `at`, a comma before it allowed; `at` when there is none.
    fn with_year(&self, at: usize) -> usize {
        let year = self.after_comma(at);
        if self.is_year(year) { year + 1 } else { at }
    }

    fn after_comma(&self, at: usize) -> usize {
        if self.is(at, ",") { at + 1 } else { at }
    }

    fn is_day_of_month(&self, at: usize) -> bool {
        let text = self.text(at);
        let digits = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|ending| text.strip_suffix(ending))
            .unwrap_or(text);
        digits.len() <= 2
            && digits
                .parse::<u32>()
                .is_ok_and(|day| (1..=31).contains(&day))
    }

    fn is_year(&self, at: usize) -> bool {
        self.text(at).len() == 4
            && self
                .number(at)
                .is_some_and(|year| (1800..=2199).contains(&year))
    }

    /// `2024-03-05`, `5/3/2024`, `2024.3.5`: three numbers with one character between each.
    fn numeric_date(&self, at: usize) -> Option<usize> {
        let second = self.next_number(at)?;
        let third = self.next_number(second)?;
        let is_small = |at: usize| {
            self.text(at).len() <= 2 && self.number(at).is_some_and(|n| (1..=31).contains(&n))
        };
        let year_first = self.is_year(at) && is_small(second) && is_small(third);
        let year_last = is_small(at) && is_small(second) && self.is_year(third);
        (year_first || year_last).then_some(third + 1)
    }

    fn next_number(&self, at: usize) -> Option<usize> {
        self.number(at)?;
        let next = if self.is(at + 1, ".") { at + 2 } else { at + 1 };
        self.number(next)?;
        let is_near = self.units[next].source().start <= self.units[at].source().end + 1;
        is_near.then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_duplicates(one: &str, other: &str) -> bool {
        // Long enough for the text to speak for itself.
        let rest = "發展新質生產力 and so on, 。".repeat(20);
        let key = |text: &str| duplicate_key(text, &format!("{text}\n\n{rest}"), None);
        key(one) == key(other)
    }

    #[test]
    fn the_same_text_with_another_date_is_a_duplicate() {
        let same = [
            (
                "會議於2024年3月5日（星期二）舉行",
                "會議於2024年11月12日（星期四）舉行",
            ),
            (
                "會議於二〇二四年三月五日舉行",
                "會議於二〇二五年十一月十二日舉行",
            ),
            ("2024年3月的數字", "2025年12月的數字"),
            (
                "by Friday, 5 March 2024, at noon",
                "by Monday, 11th of November 2024, at noon",
            ),
            ("on March 5, 2024 the", "on Sept 11, 2025 the"),
            ("dated 2024-03-05.", "dated 2023-11-30."),
            ("dated 5/3/2024.", "dated 30.11.2023."),
            ("發展「新質\n生產力」，", "發展新質生產力。"),
            ("well-known 5-10", "well known 5-10"),
        ];
        for (one, other) in same {
            assert!(are_duplicates(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn another_word_or_number_is_another_text() {
        let different = [
            ("罰款$5,000", "罰款$10,000"),
            ("第二十三條", "第二十四條"),
            ("Section 5 of 2024", "Section 6 of 2024"),
            ("2024年度預算", "2025年度預算"),
            ("open on Monday", "open on Tuesday"),
            ("version 1.2.3 of", "version 1.2.4 of"),
            ("may apply", "must apply"),
            ("rated A+ (long)", "rated A- (long)"),
            ("最低-5度", "最低5度"),
            ("exposure ≥ 50 units", "exposure ≤ 50 units"),
            ("in C++ for", "in C for"),
            ("in C# for", "in C for"),
            ("temperature of −3", "temperature of 3"),
            ("p < 0.05", "p > 0.05"),
            ("growth of 5%", "growth of 5"),
            ("正月十五", "正月十六"),
        ];
        for (one, other) in different {
            assert!(!are_duplicates(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn short_texts_need_their_titles_and_languages_stay_apart() {
        assert_ne!(
            duplicate_key("Section 5", "(Repealed)", None),
            duplicate_key("Section 6", "(Repealed)", None)
        );
        let long = "條文".repeat(100);
        let key = |lang| duplicate_key("t", &long, Some(lang));
        assert_ne!(
            key(Language::TraditionalChinese),
            key(Language::SimplifiedChinese)
        );
        assert_eq!(
            duplicate_key("one", &long, None),
            duplicate_key("two", &long, None)
        );
        assert_eq!(duplicate_key("", "", None), duplicate_key("", " 。", None));
    }
}
