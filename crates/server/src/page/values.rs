//! Draws the page of a filter: every value of it with its count, to choose one from, where a search page lists the first
//! hundred.

use crate::answer::FacetValue;
use crate::page::collation::listed;
use crate::page::frame::{Visit, language_of};
use crate::page::i18n::fill;
use crate::page::picker::{EntryView, Picker, render_picker};
use crate::question::{Facet, Question};
use crate::request::address::search_href;
use crate::request::parse::SearchRequest;

/// The page of all `values` of `facet`, in their order.
pub(crate) fn render_values(
    facet: Facet,
    asked: &SearchRequest,
    values: &[FacetValue],
    visit: &Visit,
) -> String {
    let text = visit.ui.text();
    let question = &asked.question;
    let name = visit.ui.facet_title(facet);
    let title = fill(text.choose_value, &[("name", name)]);
    let query = &question.search.query;
    let about = || fill(text.values_for, &[("name", name), ("q", &query.q)]);
    let picker = Picker {
        path: format!("/filters/{}", facet),
        heading: if query.is_blank() {
            title.clone()
        } else {
            about()
        },
        title,
        find_label: text.find_value,
        none_label: text.no_such_value,
        entries: listed(facet, values, visit.ui),
        names: &|value| vec![visit.ui.value_name(facet, value)],
        view: &|value| entry_view(facet, value, question, visit),
        counted: &|count| visit.ui.values(count),
        range: text.range_of_values,
    };
    render_picker(picker, asked, visit)
}

fn entry_view(facet: Facet, value: &FacetValue, question: &Question, visit: &Visit) -> EntryView {
    let mut limited = question.clone().page(1);
    if value.selected {
        limited.search.filters.remove(facet, &value.value);
    } else {
        limited.search.filters.add(facet, &value.value);
    }
    let name = visit.ui.value_name(facet, value);
    EntryView {
        href: search_href("/search", &limited, visit.chosen),
        lang: language_of(&name, &[]),
        name,
        count: visit.ui.documents(value.count),
        is_chosen: value.selected,
        ..EntryView::default()
    }
}
