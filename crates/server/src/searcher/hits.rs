//! Makes hits and reading pages of stored documents: their best passages, snippets, links.

use std::ops::Range;

use polidex_schema::record::{DocumentRecord, Origin, PassageRecord, Rank, Role};

use crate::address::{document_address, passage_address};
use crate::answer::{
    DocumentPassage, DocumentSummary, Hit, Lines, PassageHit, ScannedShare, Tier, ValueOrigin,
};
use crate::engine::Text;
use crate::error::ServerError;
use crate::mark::highlight::{Mark, merge_marks};
use crate::mark::place::place_of;
use crate::mark::snippet::{SNIPPET_COLUMNS, Snippet, cut_snippet, cut_snippet_around, mark_text};
use crate::query::citation::label_number;
use crate::query::weights;
use crate::question::{Query, Question};
use crate::searcher::marker::Marker;
use crate::searcher::parts::part_of;

pub(super) fn summary(record: &DocumentRecord) -> DocumentSummary {
    DocumentSummary {
        id: record.id.clone(),
        title: record.title.clone(),
        publisher: record.publisher.clone(),
        date: record.date.clone(),
        lang: record
            .lang
            .iter()
            .map(|language| language.tag().to_owned())
            .collect(),
        kind: record.kind.clone(),
        number: record.number.clone(),
        url: document_address(&record.id, &Query::default()),
        original_url: record.original_url.clone(),
        passage_count: record.passages.len(),
    }
}

pub(super) fn hit(
    record: &DocumentRecord,
    text: &Text<'_>,
    marker: &Marker,
    question: &Question,
    score: f32,
    marks: &[Mark],
    article: Option<&str>,
) -> Result<Hit, ServerError> {
    let summary = summary(record);
    let title_marks = title_ranges(marker, &summary.title);
    // An article is one of the law that the title names, and not of every text that cites it.
    let article = article.filter(|_| !title_marks.is_empty());
    let cited = article.and_then(|number| article_passage(record, text, number));
    let matching = matching_passages(&record.passages, marks);
    let passage_count = matching.len();
    let most = question.show.passages;
    let best = best_passages(matching, &record.passages, marks, marker, text, most)?;
    let shown = shown_passages(best, cited, most);
    let url = document_address(&summary.id, &question.search.query);
    Ok(Hit {
        title_html: mark_text(&summary.title, &title_marks).html,
        passages: passage_hits(record, text, marker, &shown, marks, &url)?,
        id: summary.id,
        title: summary.title,
        publisher: summary.publisher,
        date: summary.date,
        lang: summary.lang,
        kind: summary.kind,
        number: summary.number,
        added: None,
        cited_by: None,
        score,
        tier: Tier::All,
        missing: Vec::new(),
        by_translation: false,
        original: false,
        counterparts: Vec::new(),
        version: None,
        duplicates: Vec::new(),
        duplicate_count: 0,
        explanation: Vec::new(),
        url,
        original_url: summary.original_url,
        scanned: scanned_share(record),
        passage_count,
    })
}

fn passage_hits(
    record: &DocumentRecord,
    text: &Text<'_>,
    marker: &Marker,
    shown: &[Shown],
    marks: &[Mark],
    url: &str,
) -> Result<Vec<PassageHit>, ServerError> {
    let passages = shown.iter().map(|shown| match shown {
        Shown::Whole(index) => whole_passage(record, text, *index, url),
        Shown::Around(found) => passage_hit(record, text, marker, found, marks, url),
    });
    passages.collect()
}

/// Pages of a document that were read of pictures; `None` where none was.
fn scanned_share(record: &DocumentRecord) -> Option<ScannedShare> {
    let pages = &record.scanned.pages;
    let thousandths: f64 = pages.iter().map(|page| f64::from(page.confidence)).sum();
    (!pages.is_empty()).then(|| ScannedShare {
        pages: pages.len(),
        confidence: (thousandths / pages.len() as f64).round() / 1000.0,
    })
}

/// Ranges to mark in a title.
fn title_ranges(marker: &Marker, title: &str) -> Vec<Range<usize>> {
    let marks = marker.title.marks(title).into_iter();
    marks.map(|mark| mark.range).collect()
}

/// A passage that a hit shows.
enum Shown {
    /// Whole, since the query names it.
    Whole(usize),
    /// Around its marks.
    Around(FoundPassage),
}

/// At most `most` passages: the one cited first, then the best others.
fn shown_passages(best: Vec<FoundPassage>, cited: Option<usize>, most: usize) -> Vec<Shown> {
    let others = best.into_iter().filter(|found| Some(found.index) != cited);
    let shown = cited.map(Shown::Whole).into_iter();
    shown.chain(others.map(Shown::Around)).take(most).collect()
}

/// A passage that holds something of the query, and which of the document's marks stand in it.
pub(super) struct FoundPassage {
    pub(super) index: usize,
    bytes: Range<usize>,
    marks: Range<usize>,
    /// Marks of what a question asks, in bytes of the passage.
    asked: Vec<Mark>,
}

impl FoundPassage {
    /// Marks of the passage, in bytes of it.
    pub(super) fn marks_within(&self, marks: &[Mark]) -> Vec<Mark> {
        let within = |mark: &Mark| {
            let from = mark.range.start.max(self.bytes.start) - self.bytes.start;
            let to = mark.range.end.min(self.bytes.end) - self.bytes.start;
            Mark {
                range: from..to,
                patterns: mark.patterns.clone(),
            }
        };
        marks[self.marks.clone()].iter().map(within).collect()
    }
}

/// Deals marks out to the passages they stand in; a mark across a border counts on both sides.
pub(super) fn matching_passages(passages: &[PassageRecord], marks: &[Mark]) -> Vec<FoundPassage> {
    let mut found: Vec<FoundPassage> = Vec::new();
    let mut first = 0;
    for (index, passage) in passages.iter().enumerate() {
        let bytes = passage.from_byte as usize..passage.to_byte as usize;
        while marks
            .get(first)
            .is_some_and(|mark| mark.range.end <= bytes.start)
        {
            first += 1;
        }
        let inside = marks[first..]
            .iter()
            .take_while(|mark| mark.range.start < bytes.end)
            .count();
        if inside > 0 {
            found.push(FoundPassage {
                index,
                bytes,
                marks: first..first + inside,
                asked: Vec::new(),
            });
        }
    }
    found
}

/// The passages that say most about the query, best first: rare words weigh more, each counts most the first time.
fn best_passages(
    found: Vec<FoundPassage>,
    passages: &[PassageRecord],
    marks: &[Mark],
    marker: &Marker,
    text: &Text<'_>,
    keep: usize,
) -> Result<Vec<FoundPassage>, ServerError> {
    let mut scored: Vec<ScoredPassage> = found
        .into_iter()
        .map(|passage| ScoredPassage {
            score: passage_score(&marks[passage.marks.clone()], marker),
            passage,
        })
        .collect();
    sort_passages(&mut scored, passages);
    if marker.asks() {
        scored.truncate(weights::ASKED_PASSAGES.max(keep));
        for ScoredPassage { score, passage } in &mut scored {
            passage.asked = marker.marks_of_asked(&text.piece(passage.bytes.clone())?);
            *score += marker.asked_score(&passage.asked);
        }
        sort_passages(&mut scored, passages);
    }
    scored.truncate(keep);
    Ok(scored.into_iter().map(|scored| scored.passage).collect())
}

/// A passage and what it says about the query.
struct ScoredPassage {
    score: f32,
    passage: FoundPassage,
}

/// Sorts passages, the best first; of equals, what a heading stands for before the heading, then the first in the text.
fn sort_passages(scored: &mut [ScoredPassage], passages: &[PassageRecord]) {
    let is_heading =
        |scored: &ScoredPassage| matches!(passages[scored.passage.index].role, Role::Heading(_));
    scored.sort_by(|one, other| {
        let best = other.score.total_cmp(&one.score);
        let by_role = is_heading(one).cmp(&is_heading(other));
        best.then(by_role)
            .then(one.passage.index.cmp(&other.passage.index))
    });
}

fn passage_score(marks: &[Mark], marker: &Marker) -> f32 {
    let mut counts = vec![0.0; marker.weights.len()];
    for pattern in marks.iter().flat_map(|mark| &mark.patterns) {
        counts[*pattern] += 1.0;
    }
    let scores = counts
        .iter()
        .zip(&marker.weights)
        .filter(|(count, _)| **count > 0.0);
    let score: f32 = scores
        .map(|(count, weight)| weight * (1.0 + count / (count + 2.0)))
        .sum();
    // Words merged into one mark stand together.
    let words = marker.pattern_count();
    let patterns = |mark: &Mark| mark.patterns.iter().filter(|at| **at < words).count();
    let closeness = marks
        .iter()
        .map(|mark| patterns(mark).saturating_sub(1))
        .max()
        .unwrap_or(0) as f32;
    score + 0.5 * closeness
}

/// The passage of an article by its number: the one that its label begins, or the next where that holds the label alone.
fn article_passage(record: &DocumentRecord, text: &Text<'_>, number: &str) -> Option<usize> {
    let is_label = |passage: &PassageRecord| {
        let label = passage.label.filter(|label| label.rank == Rank::Article);
        let from = passage.from_byte as usize;
        let label =
            label.and_then(|label| text.piece(from..from + usize::from(label.len_bytes)).ok());
        label.and_then(|label| label_number(&label)).as_deref() == Some(number)
    };
    let index = record.passages.iter().position(is_label)?;
    let passage = &record.passages[index];
    let label_len = usize::from(passage.label.map_or(0, |label| label.len_bytes));
    let body = passage.from_byte as usize + label_len..passage.to_byte as usize;
    let says_more = text
        .piece(body)
        .is_ok_and(|body| body.chars().any(char::is_alphanumeric));
    let has_next = record
        .passages
        .get(index + 1)
        .is_some_and(|next| next.label.is_none());
    Some(if says_more || !has_next {
        index
    } else {
        index + 1
    })
}

/// A passage from its beginning, whatever is marked in it.
fn whole_passage(
    record: &DocumentRecord,
    text: &Text<'_>,
    index: usize,
    url: &str,
) -> Result<PassageHit, ServerError> {
    let passage = &record.passages[index];
    let found = FoundPassage {
        index,
        bytes: passage.from_byte as usize..passage.to_byte as usize,
        marks: 0..0,
        asked: Vec::new(),
    };
    cut_passage(record, text, &found, url, |text| {
        cut_snippet(text, &[], SNIPPET_COLUMNS, |_| 0.0)
    })
}

fn passage_hit(
    record: &DocumentRecord,
    text: &Text<'_>,
    marker: &Marker,
    found: &FoundPassage,
    marks: &[Mark],
    url: &str,
) -> Result<PassageHit, ServerError> {
    let marks = found.marks_within(marks);
    // What is asked is shown and not marked: the reading page marks what the list marks.
    let mut wanted = marks.clone();
    wanted.extend(found.asked.iter().cloned());
    let wanted = merge_marks(wanted);
    cut_passage(record, text, found, url, |text| {
        let weight_of = |pattern| marker.weight_of(pattern);
        cut_snippet_around(text, &wanted, &marks, SNIPPET_COLUMNS, weight_of)
    })
}

/// A passage around the words `cited` of it, bytes of the text.
pub(super) fn citing_passage(
    record: &DocumentRecord,
    text: &Text<'_>,
    index: usize,
    cited: Range<usize>,
) -> Result<PassageHit, ServerError> {
    let passage = &record.passages[index];
    let bytes = passage.from_byte as usize..passage.to_byte as usize;
    let mark = Mark {
        range: cited.start.max(bytes.start)..cited.end.min(bytes.end),
        patterns: vec![0],
    };
    let found = FoundPassage {
        index,
        bytes,
        marks: 0..1,
        asked: Vec::new(),
    };
    let url = document_address(&record.id, &Query::default());
    cut_passage(record, text, &found, &url, |text| {
        cut_snippet(text, &found.marks_within(&[mark]), SNIPPET_COLUMNS, |_| 1.0)
    })
}

fn cut_passage(
    record: &DocumentRecord,
    text: &Text<'_>,
    found: &FoundPassage,
    url: &str,
    cut: impl FnOnce(&str) -> Snippet,
) -> Result<PassageHit, ServerError> {
    let passage = &record.passages[found.index];
    let snippet = cut(&text.piece(found.bytes.clone())?);
    let id = passage_id(found.index);
    let heading = heading_of(record, found.index)
        .map(|heading| text.piece(heading).map(|heading| without_tags(&heading)))
        .transpose()?;
    Ok(PassageHit {
        url: passage_address(url, part_of(record, found.index), &id),
        part: part_of(record, found.index),
        id,
        lines: lines_of(passage),
        page: passage.page,
        place: place_of(
            |label| text.piece(label).ok(),
            &record.passages,
            found.index,
        ),
        heading,
        lang: passage.lang.tag().to_owned(),
        text: snippet.text,
        html: snippet.html,
        offsets: snippet.offsets,
    })
}

fn passage_id(index: usize) -> String {
    format!("p{}", index + 1)
}

/// Bytes of the nearest heading before a passage; a heading stands under none.
fn heading_of(record: &DocumentRecord, index: usize) -> Option<Range<usize>> {
    let is_heading = |passage: &&PassageRecord| matches!(passage.role, Role::Heading(_));
    if is_heading(&&record.passages[index]) {
        return None;
    }
    let heading = record.passages[..index].iter().rev().find(is_heading)?;
    Some(heading.from_byte as usize..heading.to_byte as usize)
}

/// Elements that stand in headings of Markdown.
const HEADING_TAGS: [&str; 12] = [
    "a", "b", "br", "code", "em", "font", "i", "span", "strong", "sub", "sup", "u",
];

/// A heading without elements of HTML: Markdown has them as anchors. What is no element stays: `a < b > c`.
fn without_tags(heading: &str) -> String {
    let mut plain = String::with_capacity(heading.len());
    let mut rest = heading;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let name = from[1..].trim_start_matches('/');
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next();
        let is_tag = name.is_some_and(|name| HEADING_TAGS.contains(&name));
        let end = from.find('>').filter(|_| is_tag).map_or(1, |end| end + 1);
        if end == 1 {
            plain.push('<');
        }
        rest = &from[end..];
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

/// The origins of a record's values, as the API has them.
pub(super) fn origins(record: &DocumentRecord) -> Vec<ValueOrigin> {
    record.origins.iter().map(value_origin).collect()
}

fn value_origin(value: &polidex_schema::record::ValueOrigin) -> ValueOrigin {
    let (from, line, page) = match value.origin {
        Origin::Declared => ("declared", None, None),
        Origin::Properties => ("properties", None, None),
        Origin::Text { line, page } => ("text", Some(line), page),
        Origin::FirstWords => ("first-words", None, None),
    };
    ValueOrigin {
        field: value.field.name(),
        from,
        line,
        page,
    }
}

pub(super) fn document_passage(
    index: usize,
    passage: &PassageRecord,
    place: Option<String>,
    text: &str,
    marks: Vec<Mark>,
) -> DocumentPassage {
    let ranges: Vec<_> = marks.into_iter().map(|mark| mark.range).collect();
    let marked = mark_text(text, &ranges);
    let (role, level) = match passage.role {
        Role::Heading(level) => ("heading", level),
        Role::Paragraph => ("paragraph", 0),
        Role::ListItem => ("list-item", 0),
    };
    DocumentPassage {
        id: passage_id(index),
        role,
        level,
        page: passage.page,
        place,
        lines: lines_of(passage),
        lang: passage.lang.tag().to_owned(),
        text: marked.text,
        html: marked.html,
        offsets: marked.offsets,
        doubtful: Vec::new(),
        speaker: None,
    }
}

fn lines_of(passage: &PassageRecord) -> Lines {
    Lines {
        first: passage.first_line,
        last: passage.last_line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_no_part_of_a_heading() {
        for (heading, plain) in [
            ("<a name=\"memsecret\"></a> 5.1.1 Secrets", "5.1.1 Secrets"),
            ("a < b > c", "a < b > c"),
            ("第一章 <總則>", "第一章 <總則>"),
            ("Vec<String>", "Vec<String>"),
            ("<b>Rules</b> of <", "Rules of <"),
        ] {
            assert_eq!(without_tags(heading), plain);
        }
    }
}
