//! Draws the repairs made to a document: as a list, and as notes beside the lines as published.

use std::collections::HashMap;

use polidex_schema::repair_kind::{RecordedKind, RepairKind};

use crate::answer::{Document, Repair};
use crate::page::i18n::{fill, grouped};
use crate::page::steps::step;
use crate::request::language::Ui;

/// Maximum length in characters of a running header as shown; a header of the corpora has up to 40.
const MAX_HEADER_CHARS: usize = 60;

/// A line as published, with notes on the repairs that begin in it.
pub(super) struct PublishedLine {
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) repairs: Vec<String>,
}

/// Repairs of one kind that did the same.
pub(super) struct RepairView {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) kind: String,
    pub(super) count: Option<String>,
    pub(super) place: String,
    pub(super) certainty: String,
    /// Text before and after, where a reader can compare them.
    pub(super) change: Option<Change>,
}

/// A change as a reader is shown it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Change {
    pub(super) before: String,
    pub(super) after: After,
}

/// The outcome of a change.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum After {
    Text(String),
    /// The text was left out.
    Removed,
    /// The text stands behind the paragraph now.
    Moved,
}

/// The part of a text that a kind of repair changes.
#[derive(PartialEq, Eq)]
enum Effect {
    /// Characters.
    Letters,
    /// Line breaks, blanks and the order of lines: whole pages, or nothing to see.
    Layout,
    /// The place of a line or two.
    Place,
}

fn effect(kind: &RecordedKind) -> Effect {
    match kind {
        RecordedKind::Known(
            RepairKind::Columns | RepairKind::HardWrap | RepairKind::MissingSpace,
        ) => Effect::Layout,
        RecordedKind::Known(RepairKind::RunningHeader) => Effect::Place,
        RecordedKind::Known(_) | RecordedKind::Other(_) => Effect::Letters,
    }
}

/// Returns true if a repair gave the reader other letters, and not only another layout or fewer marks.
pub(super) fn changes_letters(repair: &Repair) -> bool {
    effect(&repair.kind) != Effect::Layout && repair.after.chars().any(char::is_alphanumeric)
}

/// Returns the change that a reader is shown of `repair`.
fn change(repair: &Repair) -> Option<Change> {
    let before = repair.before.trim();
    if before.is_empty() {
        return None;
    }
    match effect(&repair.kind) {
        Effect::Layout => None,
        Effect::Place => Some(Change {
            before: shortened(&moved_text(repair)?),
            after: After::Moved,
        }),
        Effect::Letters => Some(Change {
            before: before.to_owned(),
            after: match repair.after.trim() {
                "" => After::Removed,
                after => After::Text(after.to_owned()),
            },
        }),
    }
}

/// Returns the lines that `repair` moved behind the others, on one line: everything before the first line of the outcome.
fn moved_text(repair: &Repair) -> Option<String> {
    let first_line = repair.after.trim().lines().next()?;
    let (moved, _) = repair.before.split_once(first_line)?;
    let words: Vec<&str> = moved.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_HEADER_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns the lines of `document` as published, each with the repairs that begin in it.
pub(super) fn published_lines(document: &Document, ui: Ui) -> Vec<PublishedLine> {
    let published = document.as_published.as_deref().unwrap_or_default();
    let first_line = document.part.as_ref().map_or(1, |part| part.first_line);
    let mut notes = notes(&document.repairs, ui);
    let lines = (first_line..).zip(published.lines());
    lines
        .map(|(number, line)| PublishedLine {
            number,
            text: line.to_owned(),
            repairs: notes.remove(&number).unwrap_or_default(),
        })
        .collect()
}

/// Returns notes on the repairs by the lines that they begin in, joined lines aside.
fn notes(repairs: &[Repair], ui: Ui) -> HashMap<usize, Vec<String>> {
    let mut notes: HashMap<usize, Vec<String>> = HashMap::new();
    for repair in repairs {
        step();
        if repair.kind != RecordedKind::Known(RepairKind::HardWrap) {
            let here = notes.entry(repair.lines.first as usize).or_default();
            here.push(note(repair, ui));
        }
    }
    notes
}

fn note(repair: &Repair, ui: Ui) -> String {
    let words = ui.repair_kind(&repair.kind);
    match change(repair) {
        None => words,
        Some(Change { before, after }) => match after {
            After::Text(after) => format!("{words}: {before} → {after}"),
            After::Removed => format!("{words}: {before} → "),
            After::Moved => format!("{words}: {before}"),
        },
    }
}

/// Returns the repairs in the order of the text; those that did the same are one entry with all their places.
pub(super) fn repair_views(repairs: &[Repair], ui: Ui) -> Vec<RepairView> {
    let numbered = grouped_by_change(repairs).into_iter().zip(1..);
    numbered
        .map(|(group, number)| group.view(number, ui))
        .collect()
}

fn grouped_by_change(repairs: &[Repair]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<(String, Option<Change>), usize> = HashMap::new();
    for repair in repairs {
        step();
        let change = change(repair);
        let key = (repair.kind.slug().into_owned(), change.clone());
        match known.get(&key) {
            Some(group) => groups[*group].repairs.push(repair),
            None => {
                known.insert(key, groups.len());
                groups.push(Group {
                    repairs: vec![repair],
                    change,
                });
            }
        }
    }
    groups
}

/// Repairs that did the same.
struct Group<'a> {
    repairs: Vec<&'a Repair>,
    change: Option<Change>,
}

impl Group<'_> {
    fn view(self, number: usize, ui: Ui) -> RepairView {
        let kind = &self.repairs[0].kind;
        let count = self.repairs.len();
        RepairView {
            id: format!("repair-{number}"),
            what: ui.repair_kind(kind),
            kind: kind.slug().into_owned(),
            count: (count > 1).then(|| format!("× {}", grouped(count as u64))),
            place: self.places(ui),
            certainty: self.certainty(ui),
            change: self.change,
        }
    }

    fn places(&self, ui: Ui) -> String {
        let lines = self.repairs.iter().map(|repair| repair.lines);
        let mut places: Vec<String> = lines
            .map(|lines| ui.lines(lines.first, lines.last))
            .collect();
        places.dedup();
        places.join(ui.text().list_comma)
    }

    /// Returns the certainty of the least certain of them.
    fn certainty(&self, ui: Ui) -> String {
        let confidences = self.repairs.iter().map(|repair| repair.confidence);
        let least = confidences.fold(1.0, f32::min);
        let percent = (least.clamp(0.0, 1.0) * 100.0).round();
        fill(ui.text().certainty, &[("n", &percent.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Lines;

    fn repair(kind: RepairKind, before: &str, after: &str) -> Repair {
        Repair {
            kind: kind.into(),
            lines: Lines { first: 3, last: 7 },
            before: before.to_owned(),
            after: after.to_owned(),
            confidence: 0.9,
        }
    }

    #[test]
    fn a_running_header_shows_itself_and_not_two_pages() {
        let page = "協議 ”，大力推動粵港在金融、\n現代服務業的全方位合作。  ";
        let header = "立法會  ─  2013年 1月 16日  \n \n3407";
        let header_repair = repair(
            RepairKind::RunningHeader,
            &format!("\n{header} \n{page}"),
            &format!("\n{page}\n\n{header}"),
        );
        assert_eq!(
            note(&header_repair, Ui::En),
            "A running header or page number had stood within a sentence: 立法會 ─ 2013年 1月 16日 3407"
        );
        let views = repair_views(&[header_repair.clone(), header_repair], Ui::ZhHans);
        assert_eq!(views.len(), 1);
        let change = views[0].change.as_ref().expect("something to show");
        assert_eq!(change.before, "立法會 ─ 2013年 1月 16日 3407");
        assert!(change.after == After::Moved);
        assert_eq!(shortened(&"頁".repeat(200)).chars().count(), 61);
    }

    #[test]
    fn every_kind_has_words_of_its_own_in_each_language() {
        for kind in RepairKind::all() {
            for ui in Ui::ALL {
                let words = ui.repair_kind(&kind.into());
                assert!(
                    !words.contains('（') || !words.contains(&*kind.slug()),
                    "{kind}: {words}"
                );
                assert!(!words.starts_with("Damaged text ("), "{kind}: {words}");
            }
        }
        let later = RecordedKind::Other("of-a-later-release".to_owned());
        let words = Ui::En.repair_kind(&later);
        assert_eq!(words, "Damaged text (of-a-later-release)");
    }

    #[test]
    fn layout_is_named_and_not_shown() {
        let columns = repair(RepairKind::Columns, "a b\nc d", "a c\nb d");
        assert!(change(&columns).is_none() && !changes_letters(&columns));
        let removed = repair(RepairKind::StrayGlyph, "∏", "");
        assert!(change(&removed).is_some_and(|change| change.after == After::Removed));
        assert!(!changes_letters(&removed));
        assert!(changes_letters(&repair(RepairKind::AlForAi, "Al", "AI")));
    }
}
