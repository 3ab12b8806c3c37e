//! Draws the page of a request that could not be answered: what was wrong, in the reader's language, with the query and
//! the filters kept in the form so that nothing has to be typed again.

use askama::Template;

use crate::page::filters::DateForm;
use crate::page::frame::Frame;
use crate::page::i18n::fill;
use crate::query::parse::QUERY_LENGTH;
use crate::question::PartialDate;
use crate::request::language::Ui;
use crate::request::params::SEARCH;
use crate::request::problem::{PassedLimit, Problem, ProblemKind};

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

/// Draws the page of `problem` for a request to `path` with `pairs`, as far as they could be read.
pub(crate) fn render_problem(
    problem: &Problem,
    reference: &str,
    path: &str,
    pairs: &[(String, String)],
    ui: Ui,
    documents: Option<u64>,
) -> String {
    let heading = heading(problem, ui);
    let kept = kept_pairs(problem, pairs);
    let chosen = Ui::from_code(&value_of(pairs, "ui"));
    // The box holds what is too long, to be shortened; every link of the page would hold it as well.
    let is_long_query = |limit: &PassedLimit| limit.name == QUERY_LENGTH;
    let is_too_long = problem.kind == ProblemKind::AddressTooLong
        || problem.limit.as_ref().is_some_and(is_long_query);
    let linked: Vec<(String, String)> = kept
        .iter()
        .filter(|(name, _)| name != "q" || !is_too_long)
        .cloned()
        .collect();
    let mut frame = Frame::for_anybody(ui, chosen, heading, path, &linked);
    frame.q = value_of(pairs, "q");
    frame.hidden = kept.into_iter().filter(|(name, _)| name != "q").collect();
    frame.footer = documents.map_or_else(String::new, |count| ui.documents(count));
    let dates = date_form(problem, pairs, ui);
    let of_dates = dates.as_ref().map(|_| ui.text().problem_dates.to_owned());
    let page = ProblemPage {
        heading,
        status: problem.kind.status().as_u16(),
        sentence: of_dates.unwrap_or_else(|| sentence(problem, ui)),
        detail: problem.detail.clone(),
        reference: reference.to_owned(),
        dates,
        frame,
    };
    page.render().expect("writing to a string does not fail")
}

fn heading(problem: &Problem, ui: Ui) -> &'static str {
    let text = ui.text();
    match problem.kind.status().as_u16() {
        404 => text.problem_title_missing,
        429 => text.problem_title_busy,
        500.. => text.problem_title_server,
        _ => text.problem_title_request,
    }
}

/// Returns the first value of a parameter as typed, empty when it was not given.
fn value_of(pairs: &[(String, String)], wanted: &str) -> String {
    let mut pairs = pairs.iter();
    pairs
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.clone())
        .unwrap_or_default()
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

/// Returns the date filter as typed, when a date is to blame.
fn date_form(problem: &Problem, pairs: &[(String, String)], ui: Ui) -> Option<DateForm> {
    let blamed = problem.parameter.as_deref()?;
    if problem.kind != ProblemKind::MalformedParameter || (blamed != "from" && blamed != "to") {
        return None;
    }
    let (from, to) = (value_of(pairs, "from"), value_of(pairs, "to"));
    let (from_error, to_error) = date_errors(&from, &to, ui);
    let others = pairs
        .iter()
        .filter(|(name, _)| !["from", "to", "page"].contains(&name.as_str()));
    Some(DateForm {
        hidden: others.cloned().collect(),
        from,
        to,
        from_error,
        to_error,
    })
}

/// Returns what is wrong with each of two dates; that the second is before the first if both are dates.
fn date_errors(from: &str, to: &str, ui: Ui) -> (Option<&'static str>, Option<&'static str>) {
    let text = ui.text();
    let is_wrong = |date: &str| !date.is_empty() && PartialDate::parse_written(date).is_none();
    let wrong = |date: &str| is_wrong(date).then_some(text.date_wrong);
    match (wrong(from), wrong(to)) {
        (None, None) => (None, Some(text.date_reversed)),
        errors => errors,
    }
}

/// Returns a sentence in the reader's language.
fn sentence(problem: &Problem, ui: Ui) -> String {
    let (limit, allowed, found) = match problem.limit {
        Some(limit) => (
            limit.name,
            limit.allowed.to_string(),
            limit.found.to_string(),
        ),
        None => ("", String::new(), String::new()),
    };
    let seconds = problem.retry_after.unwrap_or(1).to_string();
    let values = [
        (
            "parameter",
            problem.parameter.as_deref().unwrap_or_default(),
        ),
        ("limit", limit),
        ("allowed", &allowed),
        ("seconds", &seconds),
        ("found", &found),
    ];
    fill(explanation(problem.kind, ui), &values)
}

/// Returns the explanation of a kind of problem, with places for what is to blame.
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
        ProblemKind::LoginRequired => text.problem_login_required,
        ProblemKind::OtherOrigin => text.problem_other_origin,
    }
}
