//! Reads amounts, shares and counts.

use std::ops::Range;

use polidex_analysis::numerals::chinese_number;
use polidex_analysis::units::UnitKind;

use crate::query::expand::notations::{
    Amount, Forms, MAX_HAN_NUMBER, counted_forms, numbered_part, share_forms,
};
use crate::query::expand::numbers::Reading;
use crate::query::expand::reader::NumberReader;

/// Ideographs, folded, that count the number before them.
const COUNTERS: &str = "条章节款项编号届次年月日岁个名人倍间元份期级所部篇卷";
/// Ideographs, folded, that name a part of a law by a Roman numeral as well.
const PARTS: &str = "部章节编篇卷";
/// English names of parts that have Roman numerals.
const ENGLISH_PARTS: [&str; 14] = [
    "part", "chapter", "division", "schedule", "title", "annex", "article", "section", "appendix",
    "volume", "phase", "war", "book", "type",
];
/// Signs of money that stand before an amount.
const MONEY: [char; 5] = ['$', '＄', '¥', '￥', '€'];

impl NumberReader<'_> {
    /// Returns the amounts, shares and counts at unit `start`: the longest first.
    pub(super) fn amounts(&self, start: usize) -> Vec<Reading> {
        let others = [
            self.han_share(start),
            self.sign_share(start),
            self.english_share(start),
            self.tenths(start),
            self.counted(start),
            self.english_part(start),
            self.english_amount(start),
            self.money(start),
        ]
        .into_iter()
        .flatten();
        let mut readings: Vec<Reading> =
            self.han_amounts(start).into_iter().chain(others).collect();
        readings.sort_by_key(|reading| std::cmp::Reverse(reading.units.end));
        readings
    }

    fn of(units: Range<usize>, forms: Forms, is_han: bool) -> Reading {
        Reading {
            units,
            forms,
            is_han,
        }
    }

    /// Reads 3.5, 1,000, 三點五, 三十 in thousandths, and the unit behind it.
    fn decimal(&self, start: usize) -> Option<(u64, usize)> {
        if self.kind(start)? == UnitKind::Number {
            let thousandths = decimal_thousandths(self.cut.text(self.unit(start)?))?;
            return Some((thousandths, start + 1));
        }
        let (whole, end) = self.numeral(start)?;
        let whole = whole.checked_mul(1_000)?;
        if !self.is(end, "点") {
            return Some((whole, end));
        }
        let (digits, end) = self.numerals(end + 1);
        Some((whole + thousandths_of(&digits)?, end))
    }

    /// Reads 百分之三點五, 百分之30.
    fn han_share(&self, start: usize) -> Option<Reading> {
        if !self.are(start, "百分之") {
            return None;
        }
        self.adjacent(start + 3)?;
        let is_whole = self.is(start + 3, "百");
        let whole = is_whole.then_some((100_000, start + 4));
        let (thousandths, end) = whole.or_else(|| self.decimal(start + 3))?;
        Some(Self::of(start..end, share_forms(thousandths), true))
    }

    /// Reads 3.5%.
    fn sign_share(&self, start: usize) -> Option<Reading> {
        let is_number = self.kind(start)? == UnitKind::Number;
        let is_share = is_number && matches!(self.sign_behind(start), Some('%' | '％' | '﹪'));
        let thousandths = decimal_thousandths(self.cut.text(self.unit(start)?));
        let forms = share_forms(thousandths.filter(|_| is_share)?);
        Some(Self::of(start..start + 1, forms, false))
    }

    /// Reads 3.5 per cent, 30 percent.
    fn english_share(&self, start: usize) -> Option<Reading> {
        let is_number = self.kind(start)? == UnitKind::Number;
        let thousandths = decimal_thousandths(self.cut.text(self.unit(start)?));
        let end = match self.text(start + 1)? {
            "percent" | "pct" => start + 2,
            "per" if self.is(start + 2, "cent") => start + 3,
            _ => return None,
        };
        let forms = share_forms(thousandths.filter(|_| is_number)?);
        Some(Self::of(start..end, forms, false))
    }

    /// Reads 三成, 3成.
    fn tenths(&self, start: usize) -> Option<Reading> {
        let (number, end) = self.number_with(start, 1..10, "成")?;
        Some(Self::of(start..end, share_forms(number * 10_000), true))
    }

    /// Reads 100億, 一百億, 1.3萬億, 10000元: with its currency and without.
    fn han_amounts(&self, start: usize) -> Vec<Reading> {
        let Some((value, end)) = self.han_value(start) else {
            return Vec::new();
        };
        let amount = Amount::of(value);
        let is_scaled = end > start + 1 && self.is_any(end - 1, &["万", "亿", "兆"]);
        let mut readings = Vec::new();
        if self.is(end, "元") {
            readings.push(Self::of(start..end + 1, amount.forms("元"), true));
        }
        if is_scaled {
            readings.push(Self::of(start..end, amount.forms(""), true));
        }
        readings
    }

    /// Returns an amount with or without a scale, and the unit behind it.
    fn han_value(&self, start: usize) -> Option<(u64, usize)> {
        if self.kind(start)? == UnitKind::Number {
            return self.scaled_digits(start).or_else(|| self.any_number(start));
        }
        self.numeral(start)
    }

    /// Reads 100億, 1.3萬億 and the unit behind it.
    fn scaled_digits(&self, start: usize) -> Option<(u64, usize)> {
        let thousandths = decimal_thousandths(self.cut.text(self.unit(start)?))?;
        let scale = large_scale(self.text(start + 1)?)?;
        // 萬億 is one scale.
        let is_double = scale == 10_000 && self.is(start + 2, "亿");
        let (scale, end) = if is_double {
            (1_000_000_000_000, start + 3)
        } else {
            (scale, start + 2)
        };
        Some((thousandths.checked_mul(scale)? / 1_000, end))
    }

    /// Reads 10 billion, 1.3 trillion, 1.5bn.
    fn english_amount(&self, start: usize) -> Option<Reading> {
        let text = self.cut.text(self.unit(start)?);
        let (number, scale, end) = match self.kind(start)? {
            UnitKind::Number => (text, scale_of(self.text(start + 1)?)?, start + 2),
            _ => JOINED.iter().find_map(|(ending, scale)| {
                Some((text.strip_suffix(ending)?, *scale, start + 1))
            })?,
        };
        let value = decimal_thousandths(number)?.checked_mul(scale)? / 1_000;
        Some(Self::of(start..end, Amount::of(value).forms(""), false))
    }

    /// Reads $1,000.
    fn money(&self, start: usize) -> Option<Reading> {
        let is_money = MONEY.contains(&self.sign_before(start)?);
        let value = self.digits(start, 1_000..MAX_HAN_NUMBER)?;
        is_money.then(|| Self::of(start..start + 1, Amount::of(value).forms("元"), false))
    }

    /// Reads 第23條, 第廿三條, 第IV部, 23項.
    fn counted(&self, start: usize) -> Option<Reading> {
        let is_ordinal = self.cut.text(self.unit(start)?) == "第";
        let number_at = start + usize::from(is_ordinal);
        if is_ordinal {
            self.adjacent(number_at)?;
        }
        let roman = || Some((self.roman(number_at, "ivx")?, number_at + 1));
        let (number, at) = self
            .number(number_at, 0..MAX_HAN_NUMBER)
            .or_else(|| is_ordinal.then(roman)?)?;
        let next = self.adjacent(at)?;
        if next.kind != UnitKind::Ideograph {
            return None;
        }
        // 第 says that a number follows; without it a counter must.
        let counter = self.cut.text(next);
        let is_counter = COUNTERS.contains(counter);
        if !is_ordinal && !is_counter {
            return None;
        }
        let ordinal = if is_ordinal { "第" } else { "" };
        let tail = if is_counter { counter } else { "" };
        let is_part = is_ordinal && PARTS.contains(counter);
        let forms = counted_forms(number, (ordinal, tail), is_part);
        let end = at + usize::from(is_counter);
        Some(Self::of(start..end, forms, true))
    }

    /// Reads Part IV, Part 4.
    fn english_part(&self, start: usize) -> Option<Reading> {
        let name = self.cut.text(self.unit(start)?);
        if !ENGLISH_PARTS.contains(&name) {
            return None;
        }
        self.adjacent(start + 1)?;
        let number = self
            .digits(start + 1, 1..40)
            .or_else(|| self.roman(start + 1, "ivx"))?;
        let forms = numbered_part(name, number);
        Some(Self::of(start..start + 2, forms, false))
    }
}

/// Reads `1.3` as 1300; `None` for more than three decimals.
fn decimal_thousandths(text: &str) -> Option<u64> {
    let text = text.replace(',', "");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    if decimals.len() > 3 {
        return None;
    }
    let decimals: u64 = format!("{decimals:0<3}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000)?
        .checked_add(decimals)
}

fn large_scale(ideograph: &str) -> Option<u64> {
    match ideograph {
        "万" => Some(10_000),
        "亿" => Some(100_000_000),
        "兆" => Some(1_000_000_000_000),
        _ => None,
    }
}

/// Scales that are written in one with their number.
const JOINED: [(&str, u64); 2] = [("bn", 1_000_000_000), ("tn", 1_000_000_000_000)];

fn scale_of(word: &str) -> Option<u64> {
    Some(match word {
        "thousand" => 1_000,
        "million" | "millions" | "mn" => 1_000_000,
        "billion" | "billions" | "bn" => 1_000_000_000,
        "trillion" | "trillions" => 1_000_000_000_000,
        _ => return None,
    })
}

/// Thousandths of one to three Chinese digits behind the point.
fn thousandths_of(digits: &str) -> Option<u64> {
    let mut thousandths = 0;
    let mut worth = 1_000;
    for digit in digits.chars().take(4) {
        let digit = chinese_number(digit.encode_utf8(&mut [0; 4]))?;
        worth /= 10;
        thousandths += digit.checked_mul(worth)?;
    }
    (1..=3)
        .contains(&digits.chars().count())
        .then_some(thousandths)
}
