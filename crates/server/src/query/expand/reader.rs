//! Reads single numbers among the units of a query: digits, numerals, ordinals, Roman numerals.

use std::ops::Range;

use polidex_analysis::numerals::{chinese_number, is_everyday_numeral, roman_number};
use polidex_analysis::units::{Cut, Unit, UnitKind};

/// Maximum length of a run of ideographs read as one number.
const MAX_NUMERAL_UNITS: usize = 16;
/// Numbers that may be a year.
pub(super) const YEARS: Range<u64> = 1_000..3_000;
/// Largest Roman numeral that is read: beyond it single letters and words are meant.
const MAX_ROMAN: u32 = 39;

/// Units of a query, with the query as typed: signs such as `%` are no units.
#[derive(Clone, Copy)]
pub(super) struct NumberReader<'a> {
    pub(super) typed: &'a str,
    pub(super) cut: &'a Cut,
}

impl<'a> NumberReader<'a> {
    pub(super) fn unit(&self, index: usize) -> Option<&'a Unit> {
        self.cut.units().get(index)
    }

    pub(super) fn kind(&self, index: usize) -> Option<UnitKind> {
        Some(self.unit(index)?.kind)
    }

    /// Returns the unit at `index` if nothing separates it from the one before.
    pub(super) fn adjacent(&self, index: usize) -> Option<&'a Unit> {
        let unit = self.unit(index)?;
        let before = self.unit(index.checked_sub(1)?)?;
        (before.position + 1 == unit.position).then_some(unit)
    }

    /// Returns the text of the unit at `index` if nothing separates it from the one before.
    pub(super) fn text(&self, index: usize) -> Option<&'a str> {
        Some(self.cut.text(self.adjacent(index)?))
    }

    pub(super) fn is(&self, index: usize, wanted: &str) -> bool {
        self.text(index) == Some(wanted)
    }

    pub(super) fn is_any(&self, index: usize, wanted: &[&str]) -> bool {
        self.text(index).is_some_and(|text| wanted.contains(&text))
    }

    /// Returns whether the units from `start` on are the ideographs of `wanted`.
    pub(super) fn are(&self, start: usize, wanted: &str) -> bool {
        let mut buffer = [0; 4];
        wanted.chars().zip(start..).all(|(character, index)| {
            let unit = if index == start {
                self.unit(index)
            } else {
                self.adjacent(index)
            };
            unit.is_some_and(|unit| self.cut.text(unit) == character.encode_utf8(&mut buffer))
        })
    }

    /// Returns the sign right behind the unit at `index`, as typed.
    pub(super) fn sign_behind(&self, index: usize) -> Option<char> {
        self.typed
            .get(self.unit(index)?.source().end..)?
            .chars()
            .next()
    }

    /// Returns the sign right before the unit at `index`, as typed.
    pub(super) fn sign_before(&self, index: usize) -> Option<char> {
        let before = self.typed.get(..self.unit(index)?.source().start)?;
        before.chars().next_back()
    }

    /// Returns the whole number at unit `start`, in digits or ideographs, and the unit behind it.
    pub(super) fn any_number(&self, start: usize) -> Option<(u64, usize)> {
        match self.kind(start)? {
            UnitKind::Number => Some((self.digits_at(start)?, start + 1)),
            UnitKind::Ideograph => self.numeral(start),
            _ => None,
        }
    }

    fn digits_at(&self, index: usize) -> Option<u64> {
        self.cut
            .text(self.unit(index)?)
            .replace(',', "")
            .parse()
            .ok()
    }

    pub(super) fn number(&self, index: usize, allowed: Range<u64>) -> Option<(u64, usize)> {
        self.any_number(index)
            .filter(|(number, _)| allowed.contains(number))
    }

    /// Returns a number followed by `counter` and the unit behind the counter.
    pub(super) fn number_with(
        &self,
        index: usize,
        allowed: Range<u64>,
        counter: &str,
    ) -> Option<(u64, usize)> {
        let (number, end) = self.number(index, allowed)?;
        self.is(end, counter).then_some((number, end + 1))
    }

    /// Returns a number in digits.
    pub(super) fn digits(&self, index: usize, allowed: Range<u64>) -> Option<u64> {
        let is_number = self.kind(index)? == UnitKind::Number;
        let number = self.digits_at(index).filter(|_| is_number)?;
        allowed.contains(&number).then_some(number)
    }

    /// Returns a number of exactly `len` digits.
    pub(super) fn padded(&self, unit: &Unit, len: usize, allowed: Range<u64>) -> Option<u64> {
        let text = self.cut.text(unit);
        if unit.kind != UnitKind::Number || text.len() != len {
            return None;
        }
        text.parse().ok().filter(|number| allowed.contains(number))
    }

    /// Returns a number with the ending of its ordinal: `21st`.
    pub(super) fn ordinal(&self, index: usize, allowed: Range<u64>) -> Option<u64> {
        let text = self.cut.text(self.unit(index)?);
        let digits = ["st", "nd", "rd", "th"]
            .iter()
            .find_map(|ending| text.strip_suffix(ending))?;
        digits
            .parse()
            .ok()
            .filter(|number| allowed.contains(number))
    }

    /// Returns a Roman numeral of two letters or more, or of the letters of `single`.
    pub(super) fn roman(&self, index: usize, single: &str) -> Option<u64> {
        let unit = self
            .unit(index)
            .filter(|unit| unit.kind == UnitKind::Word)?;
        let text = self.cut.text(unit);
        if text.len() < 2 && !single.contains(text) {
            return None;
        }
        let number = roman_number(&text.to_uppercase())?;
        (number <= MAX_ROMAN).then_some(u64::from(number))
    }

    /// Returns the longest run of numerals as text, and the unit behind it.
    pub(super) fn numerals(&self, start: usize) -> (String, usize) {
        let mut text = String::new();
        let mut end = start;
        while end < start + MAX_NUMERAL_UNITS {
            let unit = if end == start {
                self.unit(end)
            } else {
                self.adjacent(end)
            };
            let Some(unit) = unit.filter(|unit| unit.kind == UnitKind::Ideograph) else {
                break;
            };
            let character = self.cut.text(unit);
            if !character.chars().all(is_everyday_numeral) {
                break;
            }
            text.push_str(character);
            end += 1;
        }
        (text, end)
    }

    /// Returns the value of the longest run of numerals.
    pub(super) fn numeral(&self, start: usize) -> Option<(u64, usize)> {
        let (text, end) = self.numerals(start);
        Some((numeral_value(&text)?, end))
    }
}

/// Returns the value of a number in ideographs, by place (二〇二四) or by name (二千零二十四); `None` if it is no number, and for
/// what may be a list: 一二, 十廿三.
pub(super) fn numeral_value(text: &str) -> Option<u64> {
    let count = text.chars().count();
    let is_by_place = !text.contains(['十', '百', '千', '万', '亿', '廿', '卅']);
    // A number by place has a zero or four places.
    if is_by_place && (count > 1 && count != 4 && !text.contains(['〇', '零']) || count > 8) {
        return None;
    }
    chinese_number(text)
}
