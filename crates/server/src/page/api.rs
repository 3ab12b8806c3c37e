//! Draws the page for those who write programs: addresses, parameters, and the codes of problems.

use askama::Template;

use crate::page::frame::{Frame, Visit};
use crate::request::params::{ParameterHelp, search_parameters};
use crate::request::problem::ProblemKind;

/// An address of the API, and what it answers.
pub(crate) type Row = (&'static str, &'static str);

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    frame: Frame,
    operations: Vec<Row>,
    parameters: Vec<ParameterHelp>,
    codes: Vec<(&'static str, u16)>,
}

/// Draws the page of `operations`.
pub(crate) fn render_api(visit: &Visit, operations: Vec<Row>) -> String {
    let no_pairs: [(&str, String); 0] = [];
    let codes = ProblemKind::ALL.map(|kind| (kind.slug(), kind.status().as_u16()));
    let page = ApiPage {
        frame: Frame::new(visit, visit.ui.text().help_api, "/api", &no_pairs),
        operations,
        parameters: search_parameters(),
        codes: codes.into(),
    };
    page.render().expect("writing to a string does not fail")
}
