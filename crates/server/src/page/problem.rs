//! Draws the page of a request that could not be answered: what was wrong, in the reader's language, with the query and
//! the filters kept in the form so that nothing has to be typed again.

use askama::Template;

use crate::page::filters::DateForm;
use crate::page::frame::Frame;
use crate::page::i18n::fill;
use crate::question::PartialDate;
use crate::request::language::Ui;
use crate::request::params::SEARCH;
use crate::request::problem::{Problem, ProblemKind};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    heading: &'static str,
    status: u16,
    sentence: String,
    detail: String,
    reference: String,
    /// The date filter, open, when a date is to blame.
    dates: Option<DateForm>,
}

/// The page of `problem` for a request to `path` with `pairs`, as far as they could be read.
pub(crate) fn render_problem(
    problem: &Problem,
    reference: &str,
    path: &str,
    pairs: &[(String, String)],
    ui: Ui,
    documents: Option<u64>,
) -> String {
    let text = ui.text();
    let chosen = pairs
        .iter()
        .find(|(name, _)| name == "ui")
        .and_then(|(_, code)| Ui::from_code(code));
    let heading = match problem.kind.status().as_u16() {
        404 => text.problem_title_missing,
        429 => text.problem_title_busy,
        500.. => text.problem_title_server,
        _ => text.problem_title_request,
    };
    let kept = kept_pairs(problem, pairs);
    let mut frame = Frame::new(ui, chosen, heading, path, &kept);
    frame.q = pairs
        .iter()
        .find(|(name, _)| name == "q")
        .map(|(_, q)| q.clone())
        .unwrap_or_default();
    frame.hidden = kept
        .iter()
        .filter(|(name, _)| name != "q")
        .cloned()
        .collect();
    frame.footer = documents
        .map(|count| ui.documents(count))
        .unwrap_or_default();
    let dates = date_form(problem, pairs, ui);
    let page = ProblemPage {
        heading,
        status: problem.kind.status().as_u16(),
        sentence: if dates.is_some() {
            text.problem_dates.to_owned()
        } else {
            sentence(problem, ui)
        },
        detail: problem.detail.clone(),
        reference: reference.to_owned(),
        dates,
        frame,
    };
    page.render().expect("writing to a string does not fail")
}

/// The known parameters that are not to blame: asking again with them can succeed. The blamed one stays visible in the
/// box, if it is the query, and is dropped otherwise.
fn kept_pairs(problem: &Problem, pairs: &[(String, String)]) -> Vec<(String, String)> {
    let blamed = problem.parameter.as_deref().unwrap_or_default();
    // Where in the list one was, and what was shown of each document, belongs to the answer that was not given.
    let is_kept = |name: &str| {
        let is_known = name == "ui" || SEARCH.iter().any(|parameter| parameter.name == name);
        let is_window = ["page", "per_page", "passages", "explain"].contains(&name);
        is_known && !is_window && (name == "q" || name != blamed)
    };
    pairs
        .iter()
        .filter(|(name, _)| is_kept(name))
        .cloned()
        .collect()
}

fn date_form(problem: &Problem, pairs: &[(String, String)], ui: Ui) -> Option<DateForm> {
    let blamed = problem.parameter.as_deref()?;
    if problem.kind != ProblemKind::MalformedParameter || (blamed != "from" && blamed != "to") {
        return None;
    }
    let text = ui.text();
    let typed = |wanted: &str| {
        pairs
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    };
    let (from, to) = (typed("from"), typed("to"));
    let is_wrong = |date: &str| !date.is_empty() && PartialDate::parse(date).is_none();
    let is_reversed = !is_wrong(&from) && !is_wrong(&to);
    Some(DateForm {
        from_error: is_wrong(&from).then_some(text.date_wrong),
        to_error: if is_reversed {
            Some(text.date_reversed)
        } else {
            is_wrong(&to).then_some(text.date_wrong)
        },
        from,
        to,
        hidden: pairs
            .iter()
            .filter(|(name, _)| !["from", "to", "page"].contains(&name.as_str()))
            .cloned()
            .collect(),
    })
}

/// What went wrong, in the reader's language.
fn sentence(problem: &Problem, ui: Ui) -> String {
    let pattern = explanation(problem.kind, ui);
    let limit = problem.limit;
    let values = [
        ("parameter", problem.parameter.clone().unwrap_or_default()),
        (
            "limit",
            limit.map_or_else(String::new, |limit| limit.name.to_owned()),
        ),
        (
            "allowed",
            limit.map_or_else(String::new, |limit| limit.allowed.to_string()),
        ),
        ("seconds", problem.retry_after.unwrap_or(1).to_string()),
        (
            "found",
            limit.map_or_else(String::new, |limit| limit.found.to_string()),
        ),
    ];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    fill(pattern, &values)
}

/// The explanation of a kind of problem, with places for what is to blame.
pub(crate) fn explanation(kind: ProblemKind, ui: Ui) -> &'static str {
    let text = ui.text();
    match kind {
        ProblemKind::UnknownParameter => text.problem_unknown_parameter,
        ProblemKind::MalformedParameter => text.problem_malformed_parameter,
        ProblemKind::RepeatedParameter => text.problem_repeated_parameter,
        ProblemKind::UnknownSource => text.problem_unknown_source,
        ProblemKind::MalformedRequest => text.problem_malformed_request,
        ProblemKind::UnknownDocument => text.problem_unknown_document,
        ProblemKind::UnknownAddress => text.problem_unknown_address,
        ProblemKind::MethodNotAllowed => text.problem_method_not_allowed,
        ProblemKind::BodyTooLarge => text.problem_body_too_large,
        ProblemKind::AddressTooLong => text.problem_address_too_long,
        ProblemKind::UnknownHost => text.problem_unknown_host,
        ProblemKind::LimitPassed => text.problem_limit_passed,
        ProblemKind::TooManyRequests => text.problem_too_many_requests,
        ProblemKind::HeadersTooLarge => text.problem_headers_too_large,
        ProblemKind::Internal => text.problem_internal,
        ProblemKind::Busy => text.problem_busy,
        ProblemKind::NotReady => text.problem_not_ready,
    }
}
