//! The frame around the content of every page: head, masthead with the search box, footer.

use crate::address::{question_pairs, with_pairs};
use crate::page::assets;
use crate::page::i18n::Text;
use crate::question::Question;
use crate::request::language::Ui;

/// The reader and the day: everything a page depends on besides the document and the question.
pub(crate) struct Visit {
    /// `https://search.example.org`, without a slash at the end.
    pub(crate) origin: String,
    /// `YYYY-MM-DD`.
    pub(crate) today: String,
    pub(crate) ui: Ui,
    /// The interface language if the address names one: links keep it.
    pub(crate) chosen: Option<Ui>,
    /// Name of the user, where the site has a login.
    pub(crate) account: Option<String>,
}

/// The frame of one page.
pub(crate) struct Frame {
    pub(crate) ui: Ui,
    pub(crate) text: &'static Text,
    pub(crate) title: String,
    pub(crate) stylesheet: String,
    pub(crate) script: String,
    pub(crate) icon: String,
    pub(crate) home: String,
    pub(crate) help: String,
    /// The reading list.
    pub(crate) list: String,
    pub(crate) languages: Vec<LanguageLink>,
    pub(crate) q: String,
    /// Filters that a new query keeps.
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) is_home: bool,
    /// Name of the user, which leads to the way out.
    pub(crate) account: Option<String>,
    pub(crate) footer: String,
}

/// A link of the language switch.
pub(crate) struct LanguageLink {
    pub(crate) ui: Ui,
    pub(crate) href: String,
    pub(crate) is_current: bool,
}

impl Frame {
    /// Creates the frame of the page at `path` with `pairs` (those of `ui` are left out), titled `title`.
    pub(crate) fn new(
        visit: &Visit,
        title: &str,
        path: &str,
        pairs: &[(impl AsRef<str>, String)],
    ) -> Self {
        Self {
            account: visit.account.clone(),
            ..Self::for_anybody(visit.ui, visit.chosen, title, path, pairs)
        }
    }

    /// As [`Frame::new`], of a page that is the same whoever has logged in.
    pub(crate) fn for_anybody(
        ui: Ui,
        chosen: Option<Ui>,
        title: &str,
        path: &str,
        pairs: &[(impl AsRef<str>, String)],
    ) -> Self {
        let kept: Vec<(String, String)> = chosen.map(ui_field).into_iter().collect();
        Self {
            ui,
            text: ui.text(),
            title: full_title(title),
            stylesheet: assets::href("polidex.css"),
            script: assets::href("polidex.js"),
            icon: assets::href("favicon.svg"),
            home: with_pairs("/", &kept),
            help: with_pairs("/help", &kept),
            list: with_pairs("/list", &kept),
            languages: language_links(ui, path, pairs),
            q: String::new(),
            hidden: kept,
            is_home: false,
            account: None,
            footer: String::new(),
        }
    }
}

fn full_title(title: &str) -> String {
    if title.is_empty() {
        "polidex".to_owned()
    } else {
        format!("{title} - polidex")
    }
}

/// Returns links to this page in every language.
fn language_links(
    current: Ui,
    path: &str,
    pairs: &[(impl AsRef<str>, String)],
) -> Vec<LanguageLink> {
    let bare: Vec<(String, String)> = pairs
        .iter()
        .filter(|(name, _)| name.as_ref() != "ui")
        .map(|(name, value)| (name.as_ref().to_owned(), value.clone()))
        .collect();
    let link = |ui: Ui| {
        let mut pairs = bare.clone();
        pairs.push(ui_field(ui));
        LanguageLink {
            ui,
            href: with_pairs(path, &pairs),
            is_current: ui == current,
        }
    };
    Ui::ALL.map(link).into()
}

/// Returns the fields of a form that keep `question` and the chosen language.
pub(crate) fn hidden_fields(question: &Question, chosen: Option<Ui>) -> Vec<(String, String)> {
    let pairs = question_pairs(question).into_iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value))
        .chain(chosen.map(ui_field))
        .collect()
}

fn ui_field(ui: Ui) -> (String, String) {
    ("ui".to_owned(), ui.code().to_owned())
}

/// Returns the language of a title: the script it is written in, narrowed by the document's languages.
pub(crate) fn language_of(text: &str, languages: &[String]) -> String {
    let has_han = text
        .chars()
        .any(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'));
    let is_wanted = |language: &&String| language.starts_with("zh") == has_han;
    let known = languages.iter().find(is_wanted).cloned();
    known.unwrap_or_else(|| {
        if has_han {
            "zh".to_owned()
        } else {
            "en".to_owned()
        }
    })
}
