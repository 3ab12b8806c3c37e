//! Orders names as readers of the interface look for them: by strokes in 繁體中文, by pinyin in 简体中文, by letters in English
//! (UTS #10 with CLDR's tailorings).

use std::cmp::Ordering;
use std::sync::LazyLock;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;

use crate::answer::FacetValue;
use crate::question::Facet;
use crate::request::language::Ui;

type Order = LazyLock<Option<CollatorBorrowed<'static>>>;

static LETTERS: Order = LazyLock::new(|| order_of("en-u-kn"));
static STROKES: Order = LazyLock::new(|| order_of("zh-u-co-stroke-kn"));
static PINYIN: Order = LazyLock::new(|| order_of("zh-u-co-pinyin-kn"));

/// The order of a locale; `kn` sorts numbers by their value.
fn order_of(locale: &str) -> Option<CollatorBorrowed<'static>> {
    let locale: Locale = locale.parse().ok()?;
    Collator::try_new(
        CollatorPreferences::from(&locale),
        CollatorOptions::default(),
    )
    .ok()
}

/// Compares two names by the order of `ui`'s language; names that are the same to it, by code points.
fn compare_names(ui: Ui, one: &str, other: &str) -> Ordering {
    let order = match ui {
        Ui::En => &LETTERS,
        Ui::ZhHant => &STROKES,
        Ui::ZhHans => &PINYIN,
    };
    let by_order = order
        .as_ref()
        .map_or(Ordering::Equal, |order| order.compare(one, other));
    by_order.then_with(|| one.cmp(other))
}

/// The values of a filter as `ui` lists them: the chosen first, then the most frequent, then by the name that is shown. Years
/// and ranges of citing documents stand as they come, from the newest and the most cited.
pub(super) fn listed(facet: Facet, values: &[FacetValue], ui: Ui) -> Vec<&FacetValue> {
    let mut named: Vec<(String, &FacetValue)> = values
        .iter()
        .map(|value| (ui.value_name(facet, value), value))
        .collect();
    if !matches!(facet, Facet::Year | Facet::Cited) {
        named.sort_by(|(one_name, one), (other_name, other)| {
            let by_count = other
                .selected
                .cmp(&one.selected)
                .then(other.count.cmp(&one.count));
            by_count.then_with(|| compare_names(ui, one_name, other_name))
        });
    }
    named.into_iter().map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(ui: Ui, names: &[(&str, u64, bool)]) -> String {
        let values: Vec<FacetValue> = names
            .iter()
            .map(|(name, count, selected)| FacetValue {
                value: (*name).to_owned(),
                label: (*name).to_owned(),
                count: *count,
                selected: *selected,
            })
            .collect();
        let listed = listed(Facet::Publisher, &values, ui);
        listed
            .iter()
            .map(|value| value.label.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn equal_counts_are_ordered_as_each_language_orders_names() {
        let names = [
            "衛生局",
            "一心會",
            "教育局",
            "zebra",
            "Apple",
            "丁會",
            "財政部",
        ]
        .map(|name| (name, 1, false));
        // In Chinese, CLDR sorts Chinese names before others.
        assert_eq!(
            order(Ui::ZhHant, &names),
            "一心會 丁會 財政部 教育局 衛生局 Apple zebra"
        );
        assert_eq!(
            order(Ui::ZhHans, &names),
            "財政部 丁會 教育局 衛生局 一心會 Apple zebra"
        );
        let english = order(Ui::En, &names);
        assert!(english.starts_with("Apple zebra "), "{english}");
    }

    #[test]
    fn numbers_are_ordered_by_their_value() {
        let names = ["Part 10", "Part 9", "第10號", "第9號"].map(|name| (name, 1, false));
        assert_eq!(order(Ui::En, &names), "Part 9 Part 10 第9號 第10號");
        assert_eq!(order(Ui::ZhHant, &names), "第9號 第10號 Part 9 Part 10");
    }

    #[test]
    fn the_chosen_and_the_frequent_come_before_any_name() {
        let names = [("一", 1, false), ("二", 3, false), ("三", 0, true)];
        for ui in [Ui::En, Ui::ZhHant, Ui::ZhHans] {
            assert_eq!(order(ui, &names), "三 二 一");
        }
    }
}
