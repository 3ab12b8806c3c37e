//! Writes a whole result list as a file: CSV, JSON, RIS, BibTeX, and as an Atom feed.
//!
//! In: the hits and what was asked. Out: the text of the file, with the query and the day in it. Cells of the CSV that a
//! spreadsheet would take for a formula are neutralised; XML holds no character that XML forbids.

use std::fmt::Write as _;

use serde::Serialize;

use crate::address::web_url;
use crate::answer::{Hit, IndexInfo, Period, ScannedShare, Timeline};
use crate::concordance::Concordance;
use crate::page::citation::Reference;
use crate::page::marks::marked;
use crate::question::Query;
use crate::request::address::document_href;
use crate::reuse_answer::ReuseRow;

/// Columns of the CSV.
const COLUMNS: [&str; 18] = [
    "rank",
    "id",
    "title",
    "publisher",
    "date",
    "languages",
    "kind",
    "by_translation",
    "duplicates",
    "matching_passages",
    "passages",
    "url",
    "original_url",
    "query",
    "retrieved",
    "original",
    "scanned_pages",
    "scan_confidence",
];

/// What a list says at its end when it was cut.
const CUT: &str = "This list was cut because it took too long. Ask for less, or again later.";

/// A page of a result list and where it comes from, to be written as a file.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// Query as typed.
    pub q: &'a str,
    /// Number of documents that hold the query; `hits` may hold fewer.
    pub total: u64,
    /// Number of documents that hold its translation alone; they come last.
    pub expanded_total: u64,
    /// Hits of this page.
    pub hits: &'a [Hit],
    /// Number of hits written before these: a list is written a page at a time.
    pub before: usize,
    /// True if no page follows.
    pub is_last: bool,
    /// True if the list ends here because it took too long.
    pub is_cut: bool,
    /// Index that answered.
    pub index: &'a IndexInfo,
    /// `https://search.example.org`, without a slash at the end.
    pub origin: &'a str,
    /// The address of the list as a page, without the origin.
    pub page: &'a str,
    /// Today, `YYYY-MM-DD`.
    pub retrieved: &'a str,
}

#[derive(Serialize)]
struct JsonExport<'a> {
    q: &'a str,
    retrieved: &'a str,
    url: String,
    total: u64,
    expanded_total: u64,
    index: &'a IndexInfo,
    hits: &'a [Hit],
}

/// Lines of a concordance as CSV, with a byte order mark.
pub(crate) fn concordance_csv(found: &Concordance) -> String {
    let mut csv = String::from("\u{feff}");
    let columns = [
        "id",
        "title",
        "publisher",
        "date",
        "passage",
        "left",
        "hit",
        "right",
    ];
    push_row(&mut csv, columns.map(ToOwned::to_owned));
    for line in &found.lines {
        let cells = [
            &line.id,
            &line.title,
            &line.publisher,
            &line.date,
            &line.passage,
            &line.left,
            &line.hit,
            &line.right,
        ];
        push_row(&mut csv, cells.map(ToOwned::to_owned));
    }
    csv
}

/// Copies of passages as CSV, a row each.
pub(crate) fn reuse_csv(rows: &[ReuseRow]) -> String {
    let mut csv = String::from("\u{feff}");
    let columns = [
        "group",
        "documents",
        "id",
        "title",
        "publisher",
        "date",
        "passage",
        "quotation",
        "url",
    ];
    push_row(&mut csv, columns.map(ToOwned::to_owned));
    for row in rows {
        let cells = [
            row.group.to_string(),
            row.documents.to_string(),
            row.id.clone(),
            row.title.clone(),
            row.publisher.clone(),
            row.date.clone(),
            row.passage.clone(),
            row.quotation.to_string(),
            row.url.clone(),
        ];
        push_row(&mut csv, cells);
    }
    csv
}

impl Export<'_> {
    /// Lines of a concordance as CSV.
    pub fn concordance(found: &Concordance) -> String {
        concordance_csv(found)
    }

    /// One row a document, with a byte order mark: without it spreadsheets take UTF-8 for something else.
    pub fn csv(&self) -> String {
        let mut csv = String::new();
        if self.before == 0 {
            csv.push('\u{feff}');
            push_row(&mut csv, COLUMNS.map(ToOwned::to_owned));
        }
        for (hit, rank) in self.hits.iter().zip(self.before + 1..) {
            push_row(&mut csv, self.row(rank, hit));
        }
        if self.is_cut {
            let mut row = [const { String::new() }; COLUMNS.len()];
            row[2] = CUT.to_owned();
            push_row(&mut csv, row);
        }
        csv
    }

    fn row(&self, rank: usize, hit: &Hit) -> [String; COLUMNS.len()] {
        let duplicates = hit.duplicates.iter().map(|link| link.id.as_str());
        let passages = hit.passages.iter().map(|passage| passage.text.as_str());
        let scanned =
            |cell: fn(&ScannedShare) -> String| hit.scanned.as_ref().map(cell).unwrap_or_default();
        [
            rank.to_string(),
            hit.id.clone(),
            hit.title.clone(),
            hit.publisher.clone(),
            hit.date.clone(),
            hit.lang.join(" "),
            hit.kind.clone(),
            hit.by_translation.to_string(),
            duplicates.collect::<Vec<_>>().join(" "),
            hit.passage_count.to_string(),
            passages.collect::<Vec<_>>().join(" ¶ "),
            self.document_url(hit),
            original_url(hit).unwrap_or_default().to_owned(),
            self.q.to_owned(),
            self.retrieved.to_owned(),
            hit.original.to_string(),
            scanned(|share| share.pages.to_string()),
            scanned(|share| share.confidence.to_string()),
        ]
    }

    /// One object with the hits as the API gives them.
    pub fn json(&self) -> String {
        let mut json = if self.before == 0 {
            self.json_head()
        } else {
            String::new()
        };
        for (hit, rank) in self.hits.iter().zip(self.before..) {
            json.push_str(if rank > 0 { ",\n" } else { "\n" });
            json.push_str(&serde_json::to_string_pretty(hit).expect("plain data"));
        }
        if self.is_last {
            let exported = self.before + self.hits.len();
            let _ = write!(
                json,
                "\n  ],\n  \"exported\": {exported},\n  \"cut\": {}\n}}",
                self.is_cut
            );
        }
        json
    }

    /// The export up to the first of its hits.
    fn json_head(&self) -> String {
        let export = JsonExport {
            q: self.q,
            retrieved: self.retrieved,
            url: format!("{}{}", self.origin, self.page),
            total: self.total,
            expanded_total: self.expanded_total,
            index: self.index,
            hits: &[],
        };
        let mut json = serde_json::to_string_pretty(&export).expect("plain data");
        json.truncate(json.rfind(']').unwrap_or_default());
        json
    }

    /// One RIS record a document.
    pub fn ris(&self) -> String {
        let mut ris = self
            .with_references(|reference, _| reference.ris())
            .concat();
        if self.is_cut {
            let _ = write!(ris, "TY  - GEN\r\nTI  - {CUT}\r\nER  - \r\n");
        }
        ris
    }

    /// One BibTeX entry a document.
    pub fn bibtex(&self) -> String {
        let before = self.before;
        let references =
            self.with_references(|reference, index| reference.bibtex(before + index + 1));
        let mut bibtex = references.join("\n");
        if before > 0 && !bibtex.is_empty() {
            bibtex.insert(0, '\n');
        }
        if self.is_cut {
            let _ = write!(bibtex, "\n% {CUT}\n");
        }
        bibtex
    }

    /// Note of a reference on where it is from.
    fn note(&self) -> String {
        if self.q.is_empty() {
            "polidex".to_owned()
        } else {
            format!("polidex: {}", self.q)
        }
    }

    fn with_references(&self, write: impl Fn(&Reference<'_>, usize) -> String) -> Vec<String> {
        let note = self.note();
        let each = self.hits.iter().enumerate();
        each.map(|(index, hit)| {
            let url = self.document_url(hit);
            let reference = Reference::of_hit(hit, &url, self.retrieved, &note);
            write(&reference, index)
        })
        .collect()
    }

    fn feed_title(&self) -> String {
        if self.q.is_empty() {
            "polidex".to_owned()
        } else {
            format!("{} - polidex", self.q)
        }
    }

    /// An Atom feed (RFC 4287); `own` is its own address, without the origin. Its times are those at which documents came into
    /// the index, so that a feed without news stays the same to the byte.
    pub(crate) fn atom(&self, own: &str) -> String {
        let newest = self.hits.iter().map(added_at).max();
        let own = xml(&format!("{}{own}", self.origin));
        let page = xml(&format!("{}{}", self.origin, self.page));
        let mut feed = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
        );
        let _ = write!(
            feed,
            "<title>{}</title>\n<id>{own}</id>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n<updated>{}</updated>\n",
            xml(&self.feed_title()),
            newest.unwrap_or_else(|| instant("")),
        );
        for hit in self.hits {
            feed.push_str(&self.atom_entry(hit));
        }
        feed.push_str("</feed>\n");
        feed
    }

    fn atom_entry(&self, hit: &Hit) -> String {
        let url = xml(&self.document_url(hit));
        let author = match hit.publisher.as_str() {
            "" => "polidex",
            publisher => publisher,
        };
        format!(
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<link href=\"{url}\"/>\n<updated>{}</updated>\n\
             <author><name>{}</name></author>\n<summary type=\"html\">{}</summary>\n</entry>\n",
            xml(&hit.title),
            xml(&self.entry_id(hit)),
            added_at(hit),
            xml(author),
            xml(&summary(hit)),
        )
    }

    /// Id of the entry of a document: the same in every feed, whatever is asked.
    fn entry_id(&self, hit: &Hit) -> String {
        let href = document_href(&hit.id, &Query::default(), None, None, None);
        format!("{}{href}", self.origin)
    }

    fn document_url(&self, hit: &Hit) -> String {
        format!(
            "{}{}",
            self.origin,
            document_href(
                &hit.id,
                &Query::about(self.q),
                hit.original.then_some("published"),
                None,
                None
            )
        )
    }
}

/// A timeline as CSV: one row a phrase and period, then one for documents without a date.
pub(crate) fn timeline_csv(timeline: &Timeline) -> String {
    let mut csv = String::from("\u{feff}");
    let columns = [
        timeline.unit,
        "q",
        "occurrences",
        "documents",
        "per_million",
        "documents_in_period",
        "characters_in_period",
    ];
    push_row(&mut csv, columns.map(ToOwned::to_owned));
    let nothing = Period::default();
    for series in &timeline.series {
        for point in series.points.iter().chain([&series.undated]) {
            let mut periods = timeline.periods.iter();
            let period = periods.find(|period| period.when == point.when);
            let period = period.unwrap_or(&nothing);
            let row = [
                point.when.clone(),
                series.q.clone(),
                point.occurrences.to_string(),
                point.documents.to_string(),
                point.per_million.to_string(),
                period.documents.to_string(),
                period.characters.to_string(),
            ];
            push_row(&mut csv, row);
        }
    }
    csv
}

fn original_url(hit: &Hit) -> Option<&str> {
    hit.original_url.as_deref().and_then(web_url)
}

fn summary(hit: &Hit) -> String {
    let passages: Vec<String> = hit
        .passages
        .iter()
        .map(|passage| format!("<p>{}</p>", marked(&passage.text, &passage.offsets)))
        .collect();
    passages.concat()
}

/// The OpenSearch description of the site at `origin`, with which a browser adds it to its search engines.
pub(crate) fn open_search(origin: &str, icon: &str, tagline: &str) -> String {
    let (origin, icon) = (xml(origin), xml(icon));
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>polidex</ShortName>\n\
         <Description>{}</Description>\n\
         <InputEncoding>UTF-8</InputEncoding>\n\
         <Image width=\"32\" height=\"32\" type=\"image/svg+xml\">{origin}{icon}</Image>\n\
         <Url type=\"text/html\" method=\"get\" template=\"{origin}/search?q={{searchTerms}}\"/>\n\
         <Url type=\"application/atom+xml\" method=\"get\" template=\"{origin}/search.atom?q={{searchTerms}}\"/>\n\
         <Url type=\"application/opensearchdescription+xml\" rel=\"self\" template=\"{origin}/opensearch.xml\"/>\n\
         </OpenSearchDescription>\n",
        xml(tagline),
    )
}

fn push_row<const N: usize>(csv: &mut String, cells: [String; N]) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            csv.push(',');
        }
        let _ = write!(csv, "\"{}\"", neutral(&cell).replace('"', "\"\""));
    }
    csv.push_str("\r\n");
}

/// A cell that a spreadsheet shows instead of computing: an apostrophe stands before what may open a formula, in full
/// width too, which spreadsheets in Chinese locales accept. Control characters and marks that turn the direction of text are
/// written out, `\u{202e}`: such a cell would be read as another than it is.
fn neutral(cell: &str) -> String {
    let cell = visible(cell);
    let opens = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    let first = cell.trim_start_matches(|c: char| is_blank(c) && !opens(c));
    if first.starts_with(opens) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// White space, and what is as good as not there: a spreadsheet may drop it.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// `text` with control characters, but tabs and the ends of lines, and marks of direction written out.
fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        (c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
            || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            visible.extend(c.escape_unicode());
        } else {
            visible.push(c);
        }
    }
    visible
}

/// `text` escaped for XML, without the characters that XML 1.0 forbids.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Time at which a document came into the index; of an index that does not know, the document's own day.
fn added_at(hit: &Hit) -> String {
    hit.added.clone().unwrap_or_else(|| instant(&hit.date))
}

/// A document's day as an instant; an unknown date is the epoch.
fn instant(date: &str) -> String {
    match date.len() {
        10 => format!("{date}T00:00:00Z"),
        7 => format!("{date}-01T00:00:00Z"),
        4 => format!("{date}-01-01T00:00:00Z"),
        _ => "1970-01-01T00:00:00Z".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_shown_not_computed() {
        for cell in [
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "\r=1",
            " =1",
            "＝1",
            "\u{3000}=1",
            "\u{feff}=1",
            "\u{a0}\u{200b}@x",
        ] {
            assert!(neutral(cell).starts_with('\''), "{cell:?}");
        }
        let hidden = "a\u{202e}vsc\u{1b}[2J\u{0}\u{61c}\nb\u{85}";
        let shown = "a\\u{202e}vsc\\u{1b}[2J\\u{0}\\u{61c}\nb\\u{85}";
        assert_eq!(neutral(hidden), shown, "nothing turns or hides a cell");
        for cell in ["", "a=1", "1-1", "新質", "2024-03"] {
            assert_eq!(neutral(cell), cell);
        }
    }

    #[test]
    fn a_list_that_was_cut_says_so_in_every_format() {
        let index = IndexInfo::default();
        let list = |is_cut| Export {
            q: "a",
            total: 9,
            expanded_total: 0,
            hits: &[],
            before: 0,
            is_last: true,
            is_cut,
            index: &index,
            origin: "",
            page: "",
            retrieved: "",
        };
        let (cut, whole) = (list(true), list(false));
        for write in [Export::csv, Export::ris, Export::bibtex] {
            assert!(write(&cut).contains(CUT) && !write(&whole).contains(CUT));
        }
        for (list, is_cut) in [(&cut, true), (&whole, false)] {
            let json: serde_json::Value = serde_json::from_str(&list.json()).expect("JSON");
            assert_eq!(
                (&json["cut"], &json["exported"]),
                (&is_cut.into(), &0.into())
            );
        }
    }

    #[test]
    fn xml_has_no_forbidden_characters() {
        assert_eq!(xml("a\u{0}\u{b}<&>\"\u{ffff}\n"), "a&lt;&amp;&gt;&quot;\n");
    }
}
