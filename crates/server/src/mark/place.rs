//! Composes the place of a passage from the labels before it: 第三章 第二十三條.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use polidex_schema::record::{Label, PassageRecord, Role};

/// Returns the chapter and article that the passage at `index` belongs to, as the document writes them; `None` if no label
/// stands before it. Spaces that pad a Chinese label (`第 三 章`) are left out. `read` returns the text of a label's bytes.
pub(crate) fn place_of<'a>(
    read: impl Fn(Range<usize>) -> Option<Cow<'a, str>>,
    passages: &[PassageRecord],
    index: usize,
) -> Option<String> {
    let mut open = OpenLabels::default();
    for passage in passages.get(..=index)? {
        open.pass(passage);
    }
    open.place(read)
}

/// Returns [`place_of`] the passages `wanted`, in one pass over those before them; `read` is asked for each label once.
pub(crate) fn places_within(
    read: impl Fn(Range<usize>) -> Option<String>,
    passages: &[PassageRecord],
    wanted: Range<usize>,
) -> Vec<Option<String>> {
    let mut open = OpenLabels::default();
    let mut known: HashMap<usize, Option<String>> = HashMap::new();
    let mut places = Vec::with_capacity(wanted.len());
    for (index, passage) in passages.iter().enumerate().take(wanted.end) {
        open.pass(passage);
        if index < wanted.start {
            continue;
        }
        for label in open.ranges() {
            let at = label.start;
            known.entry(at).or_insert_with(|| read(label));
        }
        let text = |label: Range<usize>| known.get(&label.start)?.as_deref();
        places.push(open.place(|label| text(label).map(Cow::Borrowed)));
    }
    places
}

/// Labels in force at a passage, from the outermost in.
#[derive(Default)]
struct OpenLabels {
    labels: Vec<(PassageRecord, Label)>,
}

impl OpenLabels {
    /// Moves on to a passage. A label closes those that cannot contain it. A heading without a label closes every article,
    /// and every chapter whose own heading is not of a higher level.
    fn pass(&mut self, passage: &PassageRecord) {
        match (passage.label, passage.role) {
            (Some(label), _) => {
                self.labels.retain(|(_, open)| open.rank < label.rank);
                self.labels.push((*passage, label));
            }
            (None, Role::Heading(level)) => {
                self.labels
                    .retain(|(open, _)| matches!(open.role, Role::Heading(above) if above < level));
            }
            _ => {}
        }
    }

    fn ranges(&self) -> Vec<Range<usize>> {
        let labels = self.labels.iter();
        labels
            .map(|(passage, label)| label_bytes(passage, *label))
            .collect()
    }

    fn place<'a>(&self, read: impl Fn(Range<usize>) -> Option<Cow<'a, str>>) -> Option<String> {
        let labels: Vec<Cow<'_, str>> = self
            .labels
            .iter()
            .filter_map(|(passage, label)| read(label_bytes(passage, *label)))
            .collect();
        composed(&labels)
    }
}

/// Bytes of the label that a passage starts with.
fn label_bytes(passage: &PassageRecord, label: Label) -> Range<usize> {
    let from = passage.from_byte as usize;
    from..from + usize::from(label.len_bytes)
}

fn composed(labels: &[Cow<'_, str>]) -> Option<String> {
    let is_latin = labels.first()?.chars().next()?.is_ascii();
    let labels: Vec<String> = labels.iter().map(|label| tidy(label)).collect();
    Some(labels.join(if is_latin { ", " } else { " " }))
}

/// Returns a label on one line: a Chinese one without spaces, any other with single ones.
pub(crate) fn tidy(label: &str) -> String {
    let words: Vec<&str> = label.split_whitespace().collect();
    let is_latin = label.starts_with(|first: char| first.is_ascii() || first == '§');
    words.join(if is_latin { " " } else { "" })
}

#[cfg(test)]
mod tests {
    use polidex_analysis::language::Language;
    use polidex_schema::record::Rank;

    use super::*;

    /// The place of the last of some lines, each a passage: its text, its rank when it is a label, its level as a heading.
    fn place(lines: &[(&str, Option<Rank>, Option<u8>)]) -> Option<String> {
        let mut text = String::new();
        let mut passages = Vec::new();
        for (line, rank, level) in lines {
            let from_byte = text.len() as u32;
            text.push_str(line);
            passages.push(PassageRecord {
                from_byte,
                to_byte: text.len() as u32,
                first_line: 1,
                last_line: 1,
                page: None,
                role: level.map_or(Role::Paragraph, Role::Heading),
                lang: Language::TraditionalChinese,
                label: rank.map(|rank| Label {
                    len_bytes: line.len() as u8,
                    rank,
                }),
            });
        }
        let place = place_of(
            |label| text.get(label).map(Cow::Borrowed),
            &passages,
            lines.len() - 1,
        );
        let read = |label: Range<usize>| text.get(label).map(str::to_owned);
        let all = places_within(read, &passages, 0..passages.len());
        assert_eq!(all.into_iter().next_back().flatten(), place);
        place
    }

    #[test]
    fn a_place_is_the_nearest_label_and_what_holds_it() {
        let chapter = ("第 三 章", Some(Rank::Chapter), Some(3));
        let article = ("第二十三條", Some(Rank::Article), None);
        let (text, heading) = (("text", None, None), ("heading", None, Some(2)));
        assert_eq!(
            place(&[chapter, article, text]).as_deref(),
            Some("第三章 第二十三條")
        );
        assert_eq!(
            place(&[chapter, article, chapter]).as_deref(),
            Some("第三章")
        );
        assert_eq!(
            place(&[article, heading, text]),
            None,
            "a heading ends an article"
        );
        assert_eq!(
            place(&[chapter, heading, text]),
            None,
            "and a chapter below it"
        );
        let inner = ("heading", None, Some(4));
        assert_eq!(
            place(&[chapter, inner, article]).as_deref(),
            Some("第三章 第二十三條")
        );
        let annex = ("Schedule  1", Some(Rank::Annex), Some(1));
        let part = ("Part 2", Some(Rank::Part), Some(2));
        assert_eq!(
            place(&[chapter, article, annex, part]).as_deref(),
            Some("Schedule 1, Part 2")
        );
        assert_eq!(place(&[text]), None);
    }
}
