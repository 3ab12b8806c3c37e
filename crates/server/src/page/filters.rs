//! Draws the filters: each value with its count and a link that sets or drops it, the chosen ones as chips, the dates as a
//! form.

use crate::answer::{FacetCounts, FacetValue};
use crate::calendar::stamp_ms;
use crate::page::collation::listed;
use crate::page::frame::{hidden_fields, language_of};
use crate::page::i18n::{fill, grouped};
use crate::page::results::Results;
use crate::question::{Facet, PartialDate};
use crate::request::address::search_href;

/// Values of a filter listed before the rest is folded away.
const FACET_VALUES_SHOWN: usize = 8;
/// A folded list longer than this gets a box to find values in.
const FACET_BOX_FROM: usize = 12;

pub(super) struct Chip {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) href: String,
    pub(super) spoken: String,
}

pub(super) struct FacetView {
    pub(super) field: Facet,
    pub(super) title: &'static str,
    pub(super) shown: Vec<ValueView>,
    pub(super) folded: Vec<ValueView>,
    pub(super) more_label: String,
    pub(super) has_box: bool,
    /// The page with all values, when there are more than are listed.
    pub(super) all: Option<Link>,
}

/// The box that finds a document by its title.
pub(super) struct DocumentBox {
    /// The question, kept by the box.
    pub(super) hidden: Vec<(String, String)>,
    pub(super) all: Option<Link>,
}

pub(super) struct ValueView {
    pub(super) label: String,
    pub(super) lang: String,
    pub(super) count: String,
    pub(super) href: String,
    pub(super) is_selected: bool,
}

/// A link to the page with all values of a filter.
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
}

/// The dates of the filter as typed, and what is wrong with them.
#[derive(Default)]
pub(super) struct DateForm {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) from_error: Option<&'static str>,
    pub(crate) to_error: Option<&'static str>,
    /// The rest of the question.
    pub(crate) hidden: Vec<(String, String)>,
}

impl Results<'_> {
    /// Each chosen filter with the question that lacks it.
    pub(super) fn chips(&self) -> Vec<Chip> {
        let filters = &self.question.search.filters;
        let mut chips = Vec::new();
        for facet in Facet::ALL {
            for value in filters.chosen(facet) {
                let href = self.href_within(|filters| filters.remove(facet, &value));
                let label = self.label_of(facet, &value);
                chips.push(self.chip(self.ui.facet_title(facet), label, href));
            }
        }
        if filters.year().is_none() {
            chips.extend(self.date_chips());
        }
        let text = self.ui.text();
        if filters.undated {
            let href = self.href_within(|filters| filters.undated = false);
            chips.push(self.chip(text.dates, text.no_date.to_owned(), href));
        }
        if let Some(after) = filters.added_after {
            let href = self.href_within(|filters| filters.added_after = None);
            chips.push(self.chip(text.added_after, stamp_ms(after), href));
        }
        if let Some(day) = filters.as_of {
            let href = self.href_within(|filters| filters.as_of = None);
            chips.push(self.chip(text.as_of, self.ui.date(&day.to_string()), href));
        }
        if let Some(tier) = self.question.search.tier {
            let href = self.href_with(|question| question.search.tier = None);
            let name = self.ui.tier_name(tier).to_owned();
            chips.push(self.chip(text.tier_name, name, href));
        }
        chips
    }

    fn date_chips(&self) -> Vec<Chip> {
        let text = self.ui.text();
        let filters = &self.question.search.filters;
        let mut chips = Vec::new();
        if let Some(from) = filters.from {
            let href = self.href_within(|filters| filters.from = None);
            chips.push(self.chip(text.from, self.ui.date(&from.to_string()), href));
        }
        if let Some(to) = filters.to {
            let href = self.href_within(|filters| filters.to = None);
            chips.push(self.chip(text.to, self.ui.date(&to.to_string()), href));
        }
        chips
    }

    fn chip(&self, name: &'static str, value: String, href: String) -> Chip {
        let spoken = fill(
            self.ui.text().remove_filter,
            &[("name", name), ("value", &value)],
        );
        Chip {
            label: name.to_owned(),
            value,
            href,
            spoken,
        }
    }

    fn label_of(&self, facet: Facet, value: &str) -> String {
        match facet {
            Facet::Language => return self.ui.language_name(value),
            Facet::Kind => return self.ui.kind_name(value),
            Facet::Cited => return self.ui.cited_range(value),
            _ => {}
        }
        let facet = self.answer.facets.iter().find(|known| known.field == facet);
        let known = facet.and_then(|facet| facet.values.iter().find(|known| known.value == value));
        known.map_or_else(|| value.to_owned(), |known| known.label.clone())
    }

    pub(super) fn facet(&self, facet: &FacetCounts) -> FacetView {
        let (shown, folded) = self.shown_and_folded(facet);
        let folded_count = grouped(folded.len() as u64);
        FacetView {
            field: facet.field,
            title: self.ui.facet_title(facet.field),
            more_label: fill(self.ui.text().show_more, &[("n", &folded_count)]),
            has_box: folded.len() >= FACET_BOX_FROM,
            all: (facet.more > 0).then(|| self.all_values(facet)),
            shown,
            folded,
        }
    }

    /// The values that a filter shows at once, and those behind its button.
    fn shown_and_folded(&self, facet: &FacetCounts) -> (Vec<ValueView>, Vec<ValueView>) {
        let values = listed(facet.field, &facet.values, self.ui);
        let mut values = values
            .into_iter()
            .map(|value| self.value(facet.field, value));
        let shown = values.by_ref().take(shown_of(facet.values.len())).collect();
        (shown, values.collect())
    }

    /// The box of documents, and the way to the list of all.
    pub(super) fn document_box(&self) -> DocumentBox {
        let sources = self
            .answer
            .facets
            .iter()
            .find(|facet| facet.field == Facet::Source);
        let is_choice = |facet: &&FacetCounts| facet.values.len() + facet.more > 1;
        DocumentBox {
            hidden: hidden_fields(&self.question.clone().page(1), self.chosen),
            all: sources
                .filter(is_choice)
                .map(|facet| self.all_values(facet)),
        }
    }

    fn all_values(&self, facet: &FacetCounts) -> Link {
        let text = self.ui.text();
        let count = (facet.values.len() + facet.more) as u64;
        let (path, label) = match facet.field {
            Facet::Source => (
                "/sources".to_owned(),
                fill(
                    text.all_in_list,
                    &[("documents", &self.ui.documents(count))],
                ),
            ),
            field => (
                format!("/filters/{field}"),
                fill(text.all_values, &[("n", &grouped(count))]),
            ),
        };
        Link {
            label,
            href: search_href(&path, &self.question.clone().page(1), self.chosen),
        }
    }

    pub(super) fn value(&self, facet: Facet, value: &FacetValue) -> ValueView {
        let href = self.href_within(|filters| {
            if value.selected {
                filters.remove(facet, &value.value);
            } else {
                filters.add(facet, &value.value);
            }
        });
        let is_text = !matches!(facet, Facet::Language | Facet::Year | Facet::Cited);
        let label = self.ui.value_name(facet, value);
        ValueView {
            lang: if is_text {
                language_of(&label, &[])
            } else {
                String::new()
            },
            label,
            count: grouped(value.count),
            href,
            is_selected: value.selected,
        }
    }

    pub(super) fn dates(&self) -> DateForm {
        let mut kept = self.question.clone().dated(None, None).page(1);
        kept.search.filters.undated = false;
        let date =
            |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
        DateForm {
            from: date(self.question.search.filters.from),
            to: date(self.question.search.filters.to),
            hidden: hidden_fields(&kept, self.chosen),
            ..DateForm::default()
        }
    }
}

/// Number of values shown of so many. A fold that hides one or two values hides nothing worth a click.
fn shown_of(values: usize) -> usize {
    if values <= FACET_VALUES_SHOWN + 2 {
        values
    } else {
        FACET_VALUES_SHOWN
    }
}
