//! Finds the numbers, dates and amounts of a query and their other notations.
//!
//! In: a query, tokenized. Out: the place of a number with its counter, and the forms that mean the same: 第23條, 第二十三條 and
//! 第廿三條; 2024年3月5日, 民國113年3月5日, 2024-03-05 and 5 March 2024; 100億, 一百億 and 10 billion; 30%, 三成. Only what comes
//! out even: nothing is rounded. A number without a counter means too many things to be rewritten.
//!
//! A number is read to one value ([`Date`](super::notations::Date), [`Amount`](super::notations::Amount)) and every notation is
//! written from that value, so that two notations of one value have the same forms.

use std::ops::Range;

use polidex_analysis::units::Cut;

use crate::query::expand::notations::Forms;
use crate::query::expand::reader::NumberReader;

/// A number of a query and its other notations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberForms {
    /// Units that it covers.
    pub units: Range<usize>,
    /// Notations of the same language, or of none.
    pub variants: Vec<String>,
    /// Notations of the other language.
    pub translations: Vec<String>,
}

/// A number as read.
pub(super) struct Reading {
    pub(super) units: Range<usize>,
    pub(super) forms: Forms,
    /// Set if it was typed in Chinese.
    pub(super) is_han: bool,
}

impl Reading {
    fn number_forms(self) -> NumberForms {
        let (own, other) = if self.is_han {
            (self.forms.han, self.forms.english)
        } else {
            (self.forms.english, self.forms.han)
        };
        NumberForms {
            units: self.units,
            variants: [own, self.forms.neutral].concat(),
            translations: other,
        }
    }
}

/// Returns the numbers with their counters that start at unit `start`, the longest first. `typed` is the text that was cut.
pub fn number_forms(typed: &str, cut: &Cut, start: usize) -> Vec<NumberForms> {
    let reader = NumberReader { typed, cut };
    if reader.unit(start).is_none() {
        return Vec::new();
    }
    let date = reader.date(start);
    let date_end = date.as_ref().map_or(0, |date| date.units.end);
    let amounts = reader.amounts(start).into_iter();
    // A date is no count of years.
    let amounts = amounts.filter(|amount| amount.units.end > date_end);
    let mut readings: Vec<Reading> = amounts.collect();
    readings.extend(date);
    readings.into_iter().map(Reading::number_forms).collect()
}

/// Returns the whole number at unit `start`, in digits or ideographs, and the unit behind it.
pub fn number_at(cut: &Cut, start: usize) -> Option<(u64, usize)> {
    NumberReader { typed: "", cut }.any_number(start)
}

#[cfg(test)]
mod tests {
    use polidex_analysis::units::cut_text;
    use proptest::prelude::*;

    use super::*;
    use crate::query::expand::notations::han_number;

    /// Asserts that a number of `units` units at the start of `text` has these forms among its own.
    fn assert_forms(text: &str, units: usize, variants: &[&str], translations: &[&str]) {
        let cut = cut_text(text);
        let forms = number_forms(text, &cut, 0);
        let forms = forms
            .iter()
            .find(|forms| forms.units == (0..units))
            .unwrap_or_else(|| panic!("{text}: {forms:?}"));
        for (wanted, found) in [
            (variants, &forms.variants),
            (translations, &forms.translations),
        ] {
            for form in wanted {
                assert!(
                    found.iter().any(|one| one == form),
                    "{text}: {form} in {found:?}"
                );
            }
        }
    }

    #[test]
    fn dates_are_written_in_all_their_ways() {
        let day = [
            "2024年3月5日",
            "二〇二四年三月五日",
            "113年3月5日",
            "2024-03-05",
        ];
        let english = [
            "5 March 2024",
            "March 5, 2024",
            "5th March 2024",
            "5 Mar 2024",
        ];
        assert_forms("2024年3月5日", 6, &day, &english);
        assert_forms("民國113年3月5日", 8, &day, &english);
        assert_forms("113年3月5日", 6, &day, &english);
        assert_forms("中華民國一百十三年三月五日", 13, &day, &english);
        assert_forms("5 March 2024", 3, &english, &day[..3]);
        assert_forms("March 5, 2024", 4, &english, &day[..3]);
        assert_forms("5th of March 2024", 4, &english, &day[..3]);
        assert_forms("2024-03-05", 3, &day[..3], &english);
        assert_forms("2024/3/5", 3, &day, &english);
        assert_forms(
            "2024年3月",
            4,
            &["二〇二四年三月", "民國113年3月", "2024-03"],
            &["March 2024"],
        );
        assert_forms("March 2024", 2, &["2024-03"], &["2024年3月"]);
        assert_forms("2024年", 2, &["二〇二四年", "二零二四年", "民國113年"], &[]);
        assert_forms("3月5日", 4, &["三月五日"], &["5 March", "March 5"]);
        assert_forms(
            "21世紀",
            3,
            &["二十一世紀"],
            &["21st century", "twenty-first century"],
        );
        assert_forms(
            "twenty-first century",
            3,
            &["21st century"],
            &["二十一世紀"],
        );
    }

    #[test]
    fn amounts_are_written_in_all_their_ways() {
        assert_forms("1000元", 2, &["1,000元", "一千元"], &[]);
        assert_forms("一千元", 3, &["1,000元", "1000元"], &[]);
        assert_forms("10000元", 2, &["1萬元", "一萬元", "10,000元"], &[]);
        assert_forms(
            "15億元",
            3,
            &["1,500,000,000元", "十五億元"],
            &["1.5 billion"],
        );
        assert_forms("100億", 2, &["一百億"], &["10 billion"]);
        assert_forms("1.3萬億", 3, &["13,000億"], &["1.3 trillion"]);
        assert_forms("$1.5 billion", 2, &["1,500 million"], &["15億"]);
        assert_forms("200萬", 2, &["二百萬", "兩百萬"], &["2 million"]);
        assert_forms("3.5%", 1, &["3.5 per cent"], &["百分之三點五"]);
        assert_forms("百分之三點五", 6, &["百分之3.5", "3.5%"], &["3.5 percent"]);
        assert_forms("三成", 2, &["百分之三十", "30%"], &["30 per cent"]);
        assert_forms("百分之百", 4, &["100%"], &[]);
    }

    #[test]
    fn counts_and_parts_are_written_in_all_their_ways() {
        assert_forms("第23條", 3, &["第二十三条", "第廿三条"], &[]);
        assert_forms("第廿三條", 4, &["第23条"], &[]);
        assert_forms("第4部", 3, &["第IV部", "第四部"], &[]);
        assert_forms("Part IV", 2, &["part 4"], &[]);
        assert_forms("12項", 2, &["十二项"], &[]);
        for text in ["一般", "may", "2024", "一二三", "5年3月", "part", "成立"] {
            let found = number_forms(text, &cut_text(text), 0);
            let whole = found
                .iter()
                .find(|forms| forms.units.len() == cut_text(text).units().len());
            assert_eq!(whole, None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_in_ideographs_is_read_back(number in 0_u64..10_000_000) {
            let written = han_number(number).expect("in range");
            let cut = cut_text(&written);
            let (read, end) = number_at(&cut, 0).expect("a number");
            prop_assert_eq!((read, end), (number, cut.units().len()), "{}", written);
        }

        #[test]
        fn any_text_has_numbers_or_none(text in "[第0-9,.零一二十百千万亿年月日條廿\\- MarchmillionA]{0,24}") {
            let cut = cut_text(&text);
            for start in 0..cut.units().len() {
                for forms in number_forms(&text, &cut, start) {
                    prop_assert!(forms.units.start == start && forms.units.end > start && forms.units.end <= cut.units().len());
                }
            }
        }
    }
}
