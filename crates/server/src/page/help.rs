//! Draws the help page: how to ask, the keys, and what each problem means.

use askama::Template;

use crate::page::frame::{Frame, Visit};
use crate::page::i18n::fill;
use crate::page::problem::explanation;
use crate::page::sentence::{TextRun, with_examples};
use crate::request::problem::ProblemKind;

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    frame: Frame,
    numbers: Vec<TextRun>,
    problems: Vec<ProblemHelp>,
}

struct ProblemHelp {
    slug: &'static str,
    status: u16,
    sentence: String,
}

/// Places of the sentences on problems. Without a request there is nothing to blame: they show what will stand there.
const PLACES: [(&str, &str); 5] = [
    ("parameter", "…"),
    ("limit", "…"),
    ("allowed", "…"),
    ("found", "…"),
    ("seconds", "…"),
];

/// The help page.
pub(crate) fn render_help(visit: &Visit) -> String {
    let ui = visit.ui;
    let problems = ProblemKind::ALL.map(|kind| ProblemHelp {
        slug: kind.slug(),
        status: kind.status().as_u16(),
        sentence: fill(explanation(kind, ui), &PLACES),
    });
    let no_pairs: [(&str, String); 0] = [];
    let page = HelpPage {
        frame: Frame::new(visit, ui.text().help_title, "/help", &no_pairs),
        numbers: with_examples(ui.text().help_numbers_text),
        problems: problems.into(),
    };
    page.render().expect("writing to a string does not fail")
}
