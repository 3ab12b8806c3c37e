//! Draws the page of a filter: every value of it with its count, to choose one from, where a search page lists the first
//! hundred.

use crate::answer::FacetValue;
use crate::page::choose::{EntryView, List, render_list};
use crate::page::collation::listed;
use crate::page::filters::{add_value, drop_value, facet_title, name_of};
use crate::page::frame::{Visit, language_of};
use crate::page::i18n::fill;
use crate::question::Question;
use crate::request::address::search_href;
use crate::request::params::SourcesQuery;

/// A filter whose values have a page. Documents have a page of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Publisher,
    Lang,
    Kind,
    Year,
}

impl Filter {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Lang => "lang",
            Self::Kind => "kind",
            Self::Year => "year",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        [Self::Publisher, Self::Lang, Self::Kind, Self::Year]
            .into_iter()
            .find(|filter| filter.name() == name)
    }
}

/// The page of all `values` of `filter`, in their order.
pub(crate) fn render_values(
    filter: Filter,
    asked: &SourcesQuery,
    values: &[FacetValue],
    visit: &Visit<'_>,
) -> String {
    let text = visit.ui.text();
    let question = &asked.question;
    let name = facet_title(filter.name(), text);
    let title = fill(text.choose_value, &[("name", name)]);
    let is_about = !question.q.trim().is_empty();
    let list = List {
        path: format!("/filters/{}", filter.name()),
        heading: if is_about {
            fill(text.values_for, &[("name", name), ("q", &question.q)])
        } else {
            title.clone()
        },
        title,
        find_label: text.find_value,
        none_label: text.no_such_value,
        entries: listed(filter.name(), values, visit.ui),
        names: &|value| vec![name_of(filter.name(), value, visit.ui)],
        view: &|value| entry_view(filter, value, question, visit),
        counted: &|count| visit.ui.values(count),
        range: text.range_of_values,
    };
    render_list(list, asked, visit)
}

fn entry_view(
    filter: Filter,
    value: &FacetValue,
    question: &Question,
    visit: &Visit<'_>,
) -> EntryView {
    let mut limited = Question {
        page: 1,
        ..question.clone()
    };
    if value.selected {
        drop_value(&mut limited, filter.name(), &value.value);
    } else {
        add_value(&mut limited, filter.name(), &value.value);
    }
    let name = name_of(filter.name(), value, visit.ui);
    EntryView {
        href: search_href("/search", &limited, visit.chosen),
        lang: language_of(&name, &[]),
        name,
        count: visit.ui.documents(value.count),
        is_chosen: value.selected,
        ..EntryView::default()
    }
}
