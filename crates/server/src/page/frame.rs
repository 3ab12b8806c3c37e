//! What every page has around its content: head, masthead with the search box, footer.

use crate::address::with_pairs;
use crate::page::assets;
use crate::page::i18n::Text;
use crate::request::language::Ui;

/// Who reads, and when: what a page depends on besides the document and the question.
pub(crate) struct Visit<'a> {
    /// `https://search.example.org`, without a slash at the end.
    pub(crate) origin: &'a str,
    /// `YYYY-MM-DD`.
    pub(crate) today: &'a str,
    pub(crate) ui: Ui,
    /// The interface language if the address names one: links keep it.
    pub(crate) chosen: Option<Ui>,
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
    pub(crate) languages: Vec<LanguageLink>,
    pub(crate) q: String,
    /// Filters that a new query keeps.
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) is_home: bool,
    pub(crate) footer: String,
}

/// A link of the language switch.
pub(crate) struct LanguageLink {
    pub(crate) ui: Ui,
    pub(crate) href: String,
    pub(crate) is_current: bool,
}

impl Frame {
    /// The frame of the page that stands at `path` with `pairs` (those of `ui` are left out), titled `title`.
    pub(crate) fn new(
        ui: Ui,
        chosen: Option<Ui>,
        title: &str,
        path: &str,
        pairs: &[(impl AsRef<str> + Clone, String)],
    ) -> Self {
        let of_ui = |pairs: &mut Vec<(String, String)>, ui: Ui| {
            pairs.push(("ui".to_owned(), ui.code().to_owned()))
        };
        let bare: Vec<(String, String)> = pairs
            .iter()
            .filter(|(name, _)| name.as_ref() != "ui")
            .map(|(name, value)| (name.as_ref().to_owned(), value.clone()))
            .collect();
        let languages = Ui::ALL.map(|language| {
            let mut pairs = bare.clone();
            of_ui(&mut pairs, language);
            LanguageLink {
                ui: language,
                href: with_pairs(path, &pairs),
                is_current: language == ui,
            }
        });
        let mut kept = Vec::new();
        if let Some(ui) = chosen {
            of_ui(&mut kept, ui);
        }
        let title = if title.is_empty() {
            "polidex".to_owned()
        } else {
            format!("{title} - polidex")
        };
        Self {
            ui,
            text: ui.text(),
            title,
            stylesheet: assets::href("polidex.css"),
            script: assets::href("polidex.js"),
            icon: assets::href("favicon.svg"),
            home: with_pairs("/", &kept),
            help: with_pairs("/help", &kept),
            languages: languages.into(),
            q: String::new(),
            hidden: kept,
            is_home: false,
            footer: String::new(),
        }
    }
}

/// The language of a title: the script it is written in, narrowed by the document's languages.
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
