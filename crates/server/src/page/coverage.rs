//! Draws the page of what an index holds of its folders, and what it does not.

use std::collections::BTreeMap;

use askama::Template;
use polidex_schema::repair_kind::{RecordedKind, RepairKind};

use crate::address::document_address;
use crate::answer::{Coverage, CoverageFile, CoverageList};
use crate::page::frame::{Frame, Visit};
use crate::page::i18n::{Text, fill, grouped};
use crate::question::Query;
use crate::request::language::Ui;

/// Files of a list that the page shows; the API has more.
const MAX_SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage {
    frame: Frame,
    summary: String,
    built: String,
    sections: Vec<Section>,
    figures: Vec<(&'static str, String)>,
    repairs: Vec<(String, String)>,
}

/// A list of files.
struct Section {
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    count: String,
    /// Kinds of reasons with their counts; none where they have no kinds.
    classes: Vec<(String, String)>,
    files: Vec<FileView>,
    more: String,
}

struct FileView {
    path: String,
    href: String,
    reason: String,
}

/// The page of `coverage`.
pub(crate) fn render_coverage(coverage: &Coverage, visit: &Visit) -> String {
    let ui = visit.ui;
    let text = ui.text();
    let no_pairs: [(&str, String); 0] = [];
    let page = CoveragePage {
        frame: Frame::new(visit, text.coverage_title, "/coverage", &no_pairs),
        summary: summary(coverage, ui),
        built: built(coverage, ui),
        sections: sections(coverage, ui),
        figures: figures(coverage, text),
        repairs: repairs(&coverage.repairs, ui),
    };
    page.render().expect("writing to a string does not fail")
}

fn summary(coverage: &Coverage, ui: Ui) -> String {
    let documents = ui.documents(coverage.index.documents);
    let unread = grouped(coverage.index.unread);
    let values = [("documents", documents.as_str()), ("n", unread.as_str())];
    fill(ui.text().coverage_summary, &values)
}

/// The day and hour of the last run that changed the index.
fn built(coverage: &Coverage, ui: Ui) -> String {
    let Some((day, hour)) = coverage.built.as_deref().and_then(|at| at.split_once('T')) else {
        return String::new();
    };
    let (day, hour) = (ui.date(day), hour.get(..5).unwrap_or_default());
    let values = [
        ("day", day.as_str()),
        ("time", hour),
        ("generation", coverage.index.generation.as_str()),
    ];
    fill(ui.text().coverage_built, &values)
}

fn sections(coverage: &Coverage, ui: Ui) -> Vec<Section> {
    let text = ui.text();
    let lists = [
        (
            "skipped",
            text.coverage_skipped,
            text.coverage_skipped_hint,
            &coverage.skipped,
        ),
        (
            "stale",
            text.coverage_stale,
            text.coverage_stale_hint,
            &coverage.stale,
        ),
        (
            "partly",
            text.coverage_partly,
            text.coverage_partly_hint,
            &coverage.partly,
        ),
    ];
    lists
        .into_iter()
        .map(|(id, title, hint, list)| section(id, title, hint, list, ui))
        .collect()
}

fn section(
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    list: &CoverageList,
    ui: Ui,
) -> Section {
    let more = list.count.saturating_sub(MAX_SHOWN as u64);
    Section {
        id,
        title,
        hint,
        count: grouped(list.count),
        classes: classes(&list.classes, ui.text()),
        files: list.files.iter().take(MAX_SHOWN).map(file_view).collect(),
        more: match more {
            0 => String::new(),
            more => fill(ui.text().show_more, &[("n", &grouped(more))]),
        },
    }
}

fn file_view(file: &CoverageFile) -> FileView {
    FileView {
        path: file.path.clone(),
        href: file
            .id
            .as_deref()
            .map_or_else(String::new, |id| document_address(id, &Query::default())),
        reason: file.reason.clone(),
    }
}

/// Classes of reasons with their counts, the most frequent first.
fn classes(counts: &BTreeMap<String, u64>, text: &Text) -> Vec<(String, String)> {
    let mut classes: Vec<(&String, &u64)> = counts.iter().collect();
    classes.sort_by_key(|(class, count)| (std::cmp::Reverse(**count), *class));
    classes
        .into_iter()
        .map(|(class, count)| (class_name(class, text), grouped(*count)))
        .collect()
}

fn class_name(class: &str, text: &Text) -> String {
    let name = match class {
        "left-out" => text.class_left_out,
        "unreadable" => text.class_unreadable,
        "empty" => text.class_empty,
        "foreign-format" => text.class_foreign_format,
        "too-large" => text.class_too_large,
        "damaged" => text.class_damaged,
        "encrypted" => text.class_encrypted,
        "invalid" => text.class_invalid,
        "duplicate" => text.class_duplicate,
        "no-text-layer" => text.class_no_text_layer,
        "reader-failed" => text.class_reader_failed,
        other => other,
    };
    name.to_owned()
}

fn figures(coverage: &Coverage, text: &Text) -> Vec<(&'static str, String)> {
    [
        (text.coverage_repaired, coverage.repaired),
        (text.coverage_beyond_repair, coverage.beyond_repair),
        (text.coverage_held, coverage.index.held),
    ]
    .map(|(name, count)| (name, grouped(count)))
    .into()
}

/// What repairs mended, the most frequent first. Kinds with the same words are one.
fn repairs(counts: &BTreeMap<String, u64>, ui: Ui) -> Vec<(String, String)> {
    let mut by_words: BTreeMap<String, u64> = BTreeMap::new();
    for (slug, count) in counts {
        let kind = RepairKind::from_slug(slug)
            .map_or_else(|| RecordedKind::Other(slug.clone()), RecordedKind::Known);
        *by_words.entry(ui.repair_kind(&kind)).or_default() += count;
    }
    let mut repairs: Vec<(String, u64)> = by_words.into_iter().collect();
    repairs.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    repairs
        .into_iter()
        .map(|(words, count)| (words, grouped(count)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(count: u64) -> CoverageList {
        CoverageList {
            count,
            classes: BTreeMap::from([("foreign-format".to_owned(), count)]),
            reasons: BTreeMap::new(),
            files: vec![CoverageFile {
                path: "a<b>.png".to_owned(),
                id: Some("甲".to_owned()),
                class: Some("foreign-format".to_owned()),
                reason: "PNG image: this format is not read".to_owned(),
            }],
        }
    }

    #[test]
    fn every_list_is_drawn_in_every_language() {
        let coverage = Coverage {
            built: Some("2024-03-11T08:05:01Z".to_owned()),
            skipped: list(1_234),
            partly: list(1),
            repairs: BTreeMap::from([("entity".to_owned(), 7), ("later".to_owned(), 2)]),
            ..Coverage::default()
        };
        for (ui, day) in [
            (Ui::En, "11 March 2024"),
            (Ui::ZhHant, "2024年3月11日"),
            (Ui::ZhHans, "2024年3月11日"),
        ] {
            let visit = Visit {
                origin: String::new(),
                today: "2024-03-12".to_owned(),
                ui,
                chosen: None,
                account: None,
            };
            let page = render_coverage(&coverage, &visit);
            assert!(page.contains(day) && page.contains("08:05"), "{ui:?}");
            assert!(page.contains("1,234") && !page.contains("a<b>"));
            assert!(page.contains(ui.text().class_foreign_format));
            assert!(page.contains("/documents/%E7%94%B2"), "{page}");
        }
    }
}
