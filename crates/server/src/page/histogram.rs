//! Draws how many documents fall into each year, and into each month of a year: bars that are links to the search limited to
//! them.
//!
//! In: the counts of the filter of years. Out: at most two histograms of at most twelve bars: the whole time, and the part of it
//! that is chosen. A bar stands for one year, or for two, five, ten and so on where there are more than twelve.

use std::collections::BTreeMap;

use crate::address::{timeline_pairs, with_pairs};
use crate::answer::{FacetCounts, FacetValue};
use crate::page::filters::ValueView;
use crate::page::i18n::{fill, grouped};
use crate::page::results::Results;
use crate::question::{Facet, Filters, PartialDate, TimelineQuestion};

/// Most bars side by side: each is wide enough for a finger.
const MAX_BARS: usize = 12;
/// Years that a bar may stand for.
const SPANS: [u16; 9] = [1, 2, 5, 10, 20, 25, 50, 100, 1_000];
/// Width of all bars, of the gap behind each, height of all, and height of the smallest, in units of the drawing.
const WIDTH: usize = 288;
const GAP: usize = 3;
const HEIGHT: u64 = 60;
const LEAST_HEIGHT: u64 = 2;

/// The years of the documents listed.
pub(super) struct YearsView {
    pub(super) histograms: Vec<Histogram>,
    /// Each year with its count, newest first.
    pub(super) list: Vec<ValueView>,
    /// Documents without a date.
    pub(super) undated: Option<ValueView>,
    /// The query counted over time.
    pub(super) over_time: Option<String>,
}

/// Bars side by side.
pub(super) struct Histogram {
    pub(super) label: String,
    pub(super) width: usize,
    pub(super) height: u64,
    pub(super) bars: Vec<Bar>,
    /// Labels under the first and the last bar.
    pub(super) first: String,
    pub(super) last: String,
}

/// One bar: its share of the drawing, and the search limited to it.
pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: u64,
    pub(super) width: usize,
    /// Width of what can be clicked.
    pub(super) reach: usize,
    pub(super) height: u64,
    /// `2014: 37 documents`.
    pub(super) spoken: String,
    pub(super) href: String,
    pub(super) is_chosen: bool,
}

/// A stretch of time with its count.
struct Span {
    from: PartialDate,
    to: PartialDate,
    label: String,
    count: u64,
}

impl Results<'_> {
    pub(super) fn years(&self) -> YearsView {
        let mut facets = self.answer.facets.iter();
        match facets.find(|facet| facet.field == Facet::Year) {
            Some(years) => self.years_of(years),
            None => YearsView {
                histograms: Vec::new(),
                list: Vec::new(),
                undated: None,
                over_time: None,
            },
        }
    }

    fn years_of(&self, facet: &FacetCounts) -> YearsView {
        YearsView {
            histograms: self.histograms(facet),
            list: facet
                .values
                .iter()
                .map(|value| self.value(facet.field, value))
                .collect(),
            undated: self.undated(facet.without),
            over_time: self.over_time(),
        }
    }

    /// Address of the timeline of the query, within the same filters.
    fn over_time(&self) -> Option<String> {
        let search = &self.question.search;
        let mut filters = search.filters.clone();
        filters.undated = false;
        let question = TimelineQuestion {
            phrases: vec![search.query.q.trim().to_owned()],
            filters,
            ..TimelineQuestion::default()
        };
        let chosen = self.chosen.map(|ui| ("ui", ui.code().to_owned()));
        let pairs: Vec<_> = timeline_pairs(&question)
            .into_iter()
            .chain(chosen)
            .collect();
        (!search.query.is_blank()).then(|| with_pairs("/timeline", &pairs))
    }

    fn undated(&self, count: u64) -> Option<ValueView> {
        let is_selected = self.question.search.filters.undated;
        (count > 0 || is_selected).then(|| ValueView {
            label: self.ui.text().no_date.to_owned(),
            lang: String::new(),
            count: grouped(count),
            href: self.href_within(|filters| {
                (filters.from, filters.to, filters.undated) = (None, None, !is_selected);
            }),
            is_selected,
        })
    }

    /// The whole time, then the years or months that are chosen of it.
    fn histograms(&self, facet: &FacetCounts) -> Vec<Histogram> {
        let text = self.ui.text();
        let by_year = by_year(&facet.values);
        let mut drawn = vec![self.histogram(text.years.to_owned(), spans(&by_year))];
        let filters = &self.question.search.filters;
        let only = by_year.keys().next().filter(|_| by_year.len() == 1);
        let year = filters.within_year().or(only.copied());
        match (year, filters.from, filters.to) {
            (Some(year), ..) => {
                let label = fill(text.months_of, &[("year", &year.to_string())]);
                drawn.push(self.histogram(label, self.months(year, &facet.months)));
            }
            (None, Some(from), Some(to)) => {
                let within: BTreeMap<u16, u64> = by_year
                    .range(from.year()..=to.year().max(from.year()))
                    .map(|(year, count)| (*year, *count))
                    .collect();
                let values = [from.year().to_string(), to.year().to_string()];
                let label = fill(
                    text.years_of,
                    &[("first", &values[0]), ("last", &values[1])],
                );
                if within.len() < by_year.len() {
                    drawn.push(self.histogram(label, spans(&within)));
                }
            }
            _ => {}
        }
        drawn.into_iter().flatten().collect()
    }

    fn months(&self, year: u16, months: &[FacetValue]) -> Vec<Span> {
        let span = |month: u16| {
            let date = PartialDate::parse(&format!("{year:04}-{month:02}"))?;
            let value = date.to_string();
            let known = months.iter().find(|month| month.value == value);
            Some(Span {
                from: date,
                to: date,
                label: self.ui.date(&value),
                count: known.map_or(0, |month| month.count),
            })
        };
        match months.is_empty() {
            true => Vec::new(),
            false => (1..=12).filter_map(span).collect(),
        }
    }

    /// Draws `spans`; nothing where there is nothing to choose from.
    fn histogram(&self, label: String, spans: Vec<Span>) -> Option<Histogram> {
        if spans.len() < 2 {
            return None;
        }
        let most = spans
            .iter()
            .map(|span| span.count)
            .max()
            .unwrap_or(0)
            .max(1);
        let bars = spans.iter().enumerate();
        let reach = WIDTH / spans.len();
        let bars = bars.map(|(index, span)| self.bar(index * reach, reach, span, most));
        Some(Histogram {
            label,
            width: reach * spans.len(),
            height: HEIGHT,
            bars: bars.collect(),
            first: spans.first().map(|span| span.label.clone())?,
            last: spans.last().map(|span| span.label.clone())?,
        })
    }

    fn bar(&self, x: usize, reach: usize, span: &Span, most: u64) -> Bar {
        let height = match span.count {
            0 => 0,
            count => (count * HEIGHT / most).max(LEAST_HEIGHT),
        };
        let filters = &self.question.search.filters;
        let is_chosen = filters.from == Some(span.from) && filters.to == Some(span.to);
        let values = [
            ("when", span.label.as_str()),
            ("documents", &self.ui.documents(span.count)),
        ];
        Bar {
            x,
            y: HEIGHT - height,
            width: reach - GAP,
            reach,
            height,
            spoken: fill(self.ui.text().bar_of, &values),
            href: self.href_within(|filters| choose(filters, span, is_chosen)),
            is_chosen,
        }
    }
}

/// Limits `filters` to `span`, or no longer where it is chosen.
fn choose(filters: &mut Filters, span: &Span, is_chosen: bool) {
    filters.undated = false;
    (filters.from, filters.to) = match is_chosen {
        true => (None, None),
        false => (Some(span.from), Some(span.to)),
    };
}

fn by_year(values: &[FacetValue]) -> BTreeMap<u16, u64> {
    let years = values
        .iter()
        .filter_map(|value| Some((value.value.parse().ok()?, value.count)));
    years.collect()
}

/// The time from the first year to the last, in as few spans as are drawn.
fn spans(by_year: &BTreeMap<u16, u64>) -> Vec<Span> {
    let (Some((first, _)), Some((last, _))) = (by_year.first_key_value(), by_year.last_key_value())
    else {
        return Vec::new();
    };
    let fits = |years: &u16| usize::from(last / years - first / years) < MAX_BARS;
    let years = SPANS.into_iter().find(fits).unwrap_or(1_000);
    let date = |year: u16| PartialDate::parse(&format!("{year:04}"));
    let span = |index: u16| {
        let from = (index * years).max(*first);
        let to = (index * years + years - 1).min(*last);
        let within = by_year.range(from..=to);
        Some(Span {
            from: date(from)?,
            to: date(to)?,
            label: match from == to {
                true => from.to_string(),
                false => format!("{from}–{to}"),
            },
            count: within.map(|(_, count)| count).sum(),
        })
    };
    (first / years..=last / years).filter_map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(years: &[u16]) -> Vec<String> {
        let by_year = years.iter().map(|year| (*year, 1)).collect();
        spans(&by_year).into_iter().map(|span| span.label).collect()
    }

    #[test]
    fn a_histogram_has_at_most_twelve_bars_and_loses_no_year() {
        assert_eq!(labels(&[2020, 2022]), ["2020", "2021", "2022"]);
        let fives = [
            "2001–2004",
            "2005–2009",
            "2010–2014",
            "2015–2019",
            "2020–2024",
        ];
        assert_eq!(labels(&[2001, 2024]), fives);
        for years in [
            vec![1],
            vec![1, 9_999],
            vec![1912, 1950, 2026],
            (1900..2026).collect(),
            (1000..2026).step_by(7).collect(),
        ] {
            let by_year: BTreeMap<u16, u64> = years.iter().map(|year| (*year, 2)).collect();
            let drawn = spans(&by_year);
            assert!(drawn.len() <= MAX_BARS, "{years:?}");
            let counted: u64 = drawn.iter().map(|span| span.count).sum();
            assert_eq!(counted, 2 * years.len() as u64, "{years:?}");
        }
        assert!(labels(&[]).is_empty());
    }
}
