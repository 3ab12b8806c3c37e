//! Draws the filters: each value with its count and a link that sets or drops it, the chosen ones as chips, the dates as a
//! form.

use crate::answer::{Facet, FacetValue};
use crate::page::collation::listed;
use crate::page::frame::language_of;
use crate::page::i18n::{Text, Ui, fill, grouped};
use crate::page::search::View;
use crate::question::{PartialDate, Question};
use crate::request::address::{question_pairs, search_href};

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
    pub(super) field: &'static str,
    pub(super) title: &'static str,
    pub(super) shown: Vec<ValueView>,
    pub(super) folded: Vec<ValueView>,
    pub(super) more_label: String,
    pub(super) has_box: bool,
    /// The page with all values, when there are more than are listed.
    pub(super) all: Option<Way>,
}

pub(super) struct ValueView {
    pub(super) label: String,
    pub(super) lang: String,
    pub(super) count: String,
    pub(super) href: String,
    pub(super) is_selected: bool,
}

/// A link to the page with all values of a filter.
pub(super) struct Way {
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
    /// What else the question asks for.
    pub(crate) hidden: Vec<(String, String)>,
}

impl View<'_> {
    /// Each chosen filter with the question that lacks it.
    pub(super) fn chips(&self) -> Vec<Chip> {
        let text = self.ui.text();
        let question = self.question;
        let mut chips = Vec::new();
        let lists = [
            (text.facet_source, "source", &question.source),
            (text.facet_publisher, "publisher", &question.publisher),
            (text.facet_lang, "lang", &question.lang),
            (text.facet_kind, "kind", &question.kind),
        ];
        for (name, field, values) in lists {
            for value in values {
                let href = self.href_with(|question| drop_value(question, field, value));
                chips.push(self.chip(name, self.label_of(field, value), href));
            }
        }
        if let Some(year) = chosen_year(question) {
            let href = self.href_with(|question| (question.from, question.to) = (None, None));
            chips.push(self.chip(text.facet_year, year.to_string(), href));
            return chips;
        }
        if let Some(from) = question.from {
            let href = self.href_with(|question| question.from = None);
            chips.push(self.chip(text.from, self.ui.date(&from.to_string()), href));
        }
        if let Some(to) = question.to {
            let href = self.href_with(|question| question.to = None);
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

    fn label_of(&self, field: &str, value: &str) -> String {
        if field == "lang" {
            return self.ui.language_name(value);
        }
        let facet = self.answer.facets.iter().find(|facet| facet.field == field);
        let known = facet.and_then(|facet| facet.values.iter().find(|known| known.value == value));
        known.map_or_else(|| value.to_owned(), |known| known.label.clone())
    }

    pub(super) fn facet(&self, facet: &Facet) -> FacetView {
        let text = self.ui.text();
        let values = listed(facet.field, &facet.values, self.ui);
        let mut values = values
            .into_iter()
            .map(|value| self.value(facet.field, value));
        // A fold that hides one or two values hides nothing worth a click.
        let shown_count = if facet.values.len() <= FACET_VALUES_SHOWN + 2 {
            facet.values.len()
        } else {
            FACET_VALUES_SHOWN
        };
        let shown: Vec<ValueView> = values.by_ref().take(shown_count).collect();
        let folded: Vec<ValueView> = values.collect();
        FacetView {
            field: facet.field,
            title: facet_title(facet.field, text),
            more_label: fill(text.show_more, &[("n", &grouped(folded.len() as u64))]),
            has_box: folded.len() >= FACET_BOX_FROM,
            all: (facet.more > 0).then(|| self.all_values(facet)),
            shown,
            folded,
        }
    }

    fn all_values(&self, facet: &Facet) -> Way {
        let text = self.ui.text();
        let count = (facet.values.len() + facet.more) as u64;
        let (path, label) = match facet.field {
            "source" => (
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
        Way {
            label,
            href: search_href(
                &path,
                &Question {
                    page: 1,
                    ..self.question.clone()
                },
                self.chosen,
            ),
        }
    }

    fn value(&self, field: &str, value: &FacetValue) -> ValueView {
        let href = self.href_with(|question| {
            if value.selected {
                drop_value(question, field, &value.value);
            } else {
                add_value(question, field, &value.value);
            }
        });
        let is_text = field == "source" || field == "publisher" || field == "kind";
        ValueView {
            label: name_of(field, value, self.ui),
            lang: if is_text {
                language_of(&value.label, &[])
            } else {
                String::new()
            },
            count: grouped(value.count),
            href,
            is_selected: value.selected,
        }
    }

    pub(super) fn dates(&self) -> DateForm {
        let kept = Question {
            from: None,
            to: None,
            page: 1,
            ..self.question.clone()
        };
        let mut hidden: Vec<(String, String)> = question_pairs(&kept)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        hidden.extend(
            self.chosen
                .map(|ui| ("ui".to_owned(), ui.code().to_owned())),
        );
        let date =
            |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
        DateForm {
            from: date(self.question.from),
            to: date(self.question.to),
            hidden,
            ..DateForm::default()
        }
    }
}

/// A value's name as the reader is shown it.
pub(super) fn name_of(field: &str, value: &FacetValue, ui: Ui) -> String {
    if field == "lang" {
        ui.language_name(&value.value)
    } else {
        value.label.clone()
    }
}

/// A filter's name in the reader's language.
pub(super) fn facet_title(field: &'static str, text: &Text) -> &'static str {
    match field {
        "source" => text.facet_source,
        "publisher" => text.facet_publisher,
        "lang" => text.facet_lang,
        "kind" => text.facet_kind,
        "year" => text.facet_year,
        other => other,
    }
}

/// The year that `from` and `to` both name.
fn chosen_year(question: &Question) -> Option<PartialDate> {
    let (from, to) = (question.from?, question.to?);
    (from == to && from.to_string().len() == 4).then_some(from)
}

pub(super) fn add_value(question: &mut Question, field: &str, value: &str) {
    match field {
        "year" => {
            let year = PartialDate::parse(value);
            (question.from, question.to) = (year, year);
        }
        field => {
            if let Some(values) = values_of(question, field) {
                values.push(value.to_owned());
            }
        }
    }
}

pub(super) fn drop_value(question: &mut Question, field: &str, value: &str) {
    match field {
        "year" => (question.from, question.to) = (None, None),
        field => {
            if let Some(values) = values_of(question, field) {
                values.retain(|chosen| chosen != value);
            }
        }
    }
}

fn values_of<'q>(question: &'q mut Question, field: &str) -> Option<&'q mut Vec<String>> {
    match field {
        "source" => Some(&mut question.source),
        "publisher" => Some(&mut question.publisher),
        "lang" => Some(&mut question.lang),
        "kind" => Some(&mut question.kind),
        _ => None,
    }
}
