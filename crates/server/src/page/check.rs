//! Draws the page that checks a draft: a form, and a verdict on each citation and quotation.

use askama::Template;

use crate::address::{document_address, with_pairs};
use crate::checking::{Checked, Verdict, What};
use crate::comparing::words::{Differences, differences};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{Text, fill, grouped};
use crate::page::marks::marked;
use crate::question::Query;

/// Verdicts that the page shows; the API has all.
const MAX_SHOWN: usize = 1_000;
/// Characters of a draft that the form keeps.
const MAX_KEPT: usize = 200_000;

/// A draft as it was sent.
pub(crate) enum Draft {
    /// Nothing.
    None,
    /// A file that cannot be read, with the reason.
    Unread(String),
    /// A text with its verdicts.
    Checked(String, Vec<Checked>),
}

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    action: String,
    takes_files: bool,
    draft: String,
    reason: String,
    is_checked: bool,
    summary: String,
    items: Vec<ItemView>,
    more: String,
}

/// A citation or a quotation with its verdict.
struct ItemView {
    verdict: &'static str,
    is_wrong: bool,
    place: String,
    lang: String,
    quote_html: String,
    source_label: String,
    source_html: String,
    document: String,
    href: String,
    by: String,
    by_href: String,
}

/// Draws the page of `draft`.
pub(crate) fn render_check(draft: &Draft, visit: &Visit, takes_files: bool) -> String {
    let (ui, chosen) = (visit.ui, visit.chosen);
    let kept: Vec<(&str, String)> = chosen
        .map(|ui| ("ui", ui.code().to_owned()))
        .into_iter()
        .collect();
    let no_pairs: [(&str, String); 0] = [];
    let mut page = CheckPage {
        frame: Frame::new(visit, ui.text().check_title, "/check", &no_pairs),
        action: with_pairs("/check", &kept),
        takes_files,
        draft: String::new(),
        reason: String::new(),
        is_checked: false,
        summary: String::new(),
        items: Vec::new(),
        more: String::new(),
    };
    match draft {
        Draft::None => {}
        Draft::Unread(reason) => page.reason.clone_from(reason),
        Draft::Checked(text, items) => page.add(text, items, ui.text()),
    }
    page.render().expect("writing to a string does not fail")
}

impl CheckPage {
    fn add(&mut self, text: &str, items: &[Checked], words: &'static Text) {
        self.is_checked = true;
        self.draft = text.chars().take(MAX_KEPT).collect();
        let count = |what: What| items.iter().filter(|item| item.what == what).count() as u64;
        let wrong = items.iter().filter(|item| item.verdict.is_wrong()).count() as u64;
        let values = [
            ("citations", grouped(count(What::Citation))),
            ("quotations", grouped(count(What::Quotation))),
            ("wrong", grouped(wrong)),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        self.summary = fill(words.check_summary, &values);
        let lines = Lines::of(text);
        let shown = items.iter().take(MAX_SHOWN);
        self.items = shown.map(|item| item_view(item, &lines, words)).collect();
        let more = items.len().saturating_sub(MAX_SHOWN) as u64;
        if more > 0 {
            self.more = fill(words.show_more, &[("n", &grouped(more))]);
        }
    }
}

/// Code points at which the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.chars().enumerate().filter(|(_, c)| *c == '\n');
        Self(
            std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        )
    }

    fn line(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at)
    }
}

fn item_view(item: &Checked, lines: &Lines, words: &'static Text) -> ItemView {
    let line = lines.line(item.start).to_string();
    let place = fill(words.check_line, &[("n", &line)]);
    let compares = item.what == What::Quotation;
    let source = item.source.as_deref().unwrap_or_default();
    let differ = match compares {
        // Of a quotation that stands nowhere there is no source to compare.
        true if source.is_empty() => Differences::default(),
        true => differences(&item.quote, source),
        false => Differences::default(),
    };
    let address = |id: &str, place: &str| {
        let address = document_address(id, &Query::default());
        match place.is_empty() {
            true => address,
            false => with_pairs(&address, &[("place", place.to_owned())]),
        }
    };
    let document = item.document.clone().unwrap_or_default();
    let by = item
        .by
        .clone()
        .filter(|by| *by != document)
        .unwrap_or_default();
    ItemView {
        verdict: verdict(item.verdict, words),
        is_wrong: item.verdict.is_wrong(),
        place,
        lang: language_of(&item.quote, &[]),
        quote_html: marked(&item.quote, &differ.first),
        source_label: words.check_source.to_owned(),
        source_html: marked(source, &differ.second),
        href: match document.is_empty() {
            true => String::new(),
            false => address(&document, &item.place),
        },
        document,
        by_href: match by.is_empty() {
            true => String::new(),
            false => address(&by, ""),
        },
        by,
    }
}

fn verdict(verdict: Verdict, words: &'static Text) -> &'static str {
    match verdict {
        Verdict::Found => words.verdict_found,
        Verdict::NoSuchArticle => words.verdict_no_such_article,
        Verdict::NoSuchWork => words.verdict_no_such_work,
        Verdict::Unchecked => words.verdict_unchecked,
        Verdict::Verbatim => words.verdict_verbatim,
        Verdict::Variant => words.verdict_variant,
        Verdict::Abridged => words.verdict_abridged,
        Verdict::Altered => words.verdict_altered,
        Verdict::Omission => words.verdict_omission,
        Verdict::Elsewhere => words.verdict_elsewhere,
        Verdict::NotFound => words.verdict_not_found,
        Verdict::Amended => words.verdict_amended,
        Verdict::Repealed => words.verdict_repealed,
    }
}
