//! Writes references to documents and passages: plain, in the styles of the field, BibTeX and RIS.
//!
//! In: what is known of a document, where it is found, and the day of reading. Out: text in which no field can end its
//! line or open another field, whatever a title holds. A document without a title, a publisher or a date gets a shorter
//! reference, never an invented one.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use polidex_analysis::date::ENGLISH_MONTHS;

use crate::address::web_url;
use crate::answer::Hit;
use crate::page::genre::Genre;

/// Facts of a reference.
pub(crate) struct Reference<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) publisher: &'a str,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or empty.
    pub(crate) date: &'a str,
    pub(crate) kind: &'a str,
    /// The number its publisher gave it, or empty.
    pub(crate) number: &'a str,
    pub(crate) lang: &'a [String],
    /// Absolute address of the document or passage in polidex.
    pub(crate) url: &'a str,
    /// Address at which the document was published, if known.
    pub(crate) original_url: Option<&'a str>,
    /// `lines 26–31`, for a passage.
    pub(crate) place: Option<&'a str>,
    /// The day of reading, `YYYY-MM-DD`.
    pub(crate) retrieved: &'a str,
    /// A note, such as the query.
    pub(crate) note: &'a str,
}

impl<'a> Reference<'a> {
    /// The reference of a hit as a whole; `url` is its absolute address in polidex.
    pub(crate) fn of_hit(hit: &'a Hit, url: &'a str, retrieved: &'a str, note: &'a str) -> Self {
        Self {
            id: &hit.id,
            title: &hit.title,
            publisher: &hit.publisher,
            date: &hit.date,
            kind: &hit.kind,
            number: &hit.number,
            lang: &hit.lang,
            url,
            original_url: hit.original_url.as_deref().and_then(web_url),
            place: None,
            retrieved,
            note,
        }
    }
}

impl Reference<'_> {
    /// `Publisher. Title (date), lines 26–31. URL (retrieved 2024-05-01)`.
    pub(crate) fn plain(&self) -> String {
        let mut text = String::new();
        if !self.publisher.is_empty() {
            let _ = write!(text, "{}. ", one_line(self.publisher));
        }
        text.push_str(&one_line(self.title));
        if !self.date.is_empty() {
            let _ = write!(text, " ({})", one_line(self.date));
        }
        if let Some(place) = self.place {
            let _ = write!(text, ", {place}");
        }
        match self.address() {
            Some(address) => {
                let _ = write!(text, ". {address} ({})", self.retrieved);
            }
            None => text.push('.'),
        }
        text
    }

    /// The address that a reader elsewhere can open: where it was published, or a server that others reach. Never that of this
    /// machine.
    fn address(&self) -> Option<&str> {
        let own = Some(self.url).filter(|url| !is_loopback(url));
        self.original_url.or(own)
    }

    pub(crate) fn genre(&self) -> Genre {
        Genre::of(self.kind, !self.publisher.is_empty())
    }

    /// The title with its number behind it, and the place of a passage.
    fn titled(&self, open: &str, close: &str) -> String {
        let mut text = format!("{open}{}{close}", one_line(self.title));
        if !self.number.is_empty() && !self.title.contains(self.number) {
            let _ = write!(text, " ({})", one_line(self.number));
        }
        text
    }

    /// GB/T 7714—2015: `发布者. 题名[R/OL]. (2024-03-11)[2024-05-01]. https://…`
    pub(crate) fn gbt7714(&self) -> String {
        let mut text = String::new();
        if !self.publisher.is_empty() {
            let _ = write!(text, "{}. ", one_line(self.publisher));
        }
        let online = if self.address().is_some() { "/OL" } else { "" };
        let _ = write!(
            text,
            "{}[{}{online}]. ",
            self.titled("", ""),
            self.genre().gbt7714()
        );
        if !self.date.is_empty() {
            let _ = write!(text, "({})", one_line(self.date));
        }
        if self.address().is_some() {
            let _ = write!(text, "[{}]", self.retrieved);
        }
        if let Some(place) = self.place {
            let _ = write!(text, ": {place}");
        }
        let mut text = text.trim_end().trim_end_matches('.').to_owned();
        text.push('.');
        self.with_address(text, " ", ".")
    }

    /// APA, 7th edition: `Publisher. (2024, March 11). Title (No. 5). https://…`
    pub(crate) fn apa(&self) -> String {
        let date = match self.date_parts() {
            (0, ..) => "n.d.".to_owned(),
            (year, None, _) => year.to_string(),
            (year, Some(month), None) => format!("{year}, {month}"),
            (year, Some(month), Some(day)) => format!("{year}, {month} {day}"),
        };
        let (publisher, title) = (one_line(self.publisher), self.titled("", ""));
        let place = self
            .place
            .map(|place| format!(" ({place})"))
            .unwrap_or_default();
        let text = match publisher.is_empty() {
            true => format!("{title}{place}. ({date})."),
            false => format!("{publisher}. ({date}). {title}{place}."),
        };
        self.with_address(text, " ", "")
    }

    /// Chicago, notes and bibliography: `Publisher. “Title.” March 11, 2024. https://…`
    pub(crate) fn chicago(&self) -> String {
        let mut text = String::new();
        if !self.publisher.is_empty() {
            let _ = write!(text, "{}. ", one_line(self.publisher));
        }
        let _ = write!(text, "“{}.”", self.titled("", ""));
        match self.date_parts() {
            (0, ..) => {}
            (year, None, _) => {
                let _ = write!(text, " {year}.");
            }
            (year, Some(month), None) => {
                let _ = write!(text, " {month} {year}.");
            }
            (year, Some(month), Some(day)) => {
                let _ = write!(text, " {month} {day}, {year}.");
            }
        }
        if let Some(place) = self.place {
            let _ = write!(text, " {}.", capitalized(place));
        }
        if self.date.is_empty() && self.address().is_some() {
            let _ = write!(text, " Accessed {}.", self.retrieved);
        }
        self.with_address(text, " ", ".")
    }

    /// As OSCOLA cites a law: `Companies Ordinance (Cap. 622), section 12 <https://…> accessed 2024-05-01`.
    pub(crate) fn oscola(&self) -> String {
        let has_han = self
            .title
            .chars()
            .any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
        let mut text = match has_han && !self.title.starts_with('《') {
            true => self.titled("《", "》"),
            false => self.titled("", ""),
        };
        if !self.date.is_empty() && !self.title.contains(self.date.get(..4).unwrap_or_default()) {
            let _ = write!(text, " {}", self.date.get(..4).unwrap_or_default());
        }
        if let Some(place) = self.place {
            let _ = write!(text, ", {place}");
        }
        let accessed = format!("> accessed {}", self.retrieved);
        self.with_address(text, " <", &accessed)
    }

    fn with_address(&self, text: String, before: &str, behind: &str) -> String {
        match self.address() {
            Some(address) => format!("{text}{before}{}{behind}", one_line(address)),
            None => text,
        }
    }

    /// Year, name of the month, day; the year is 0 when unknown.
    fn date_parts(&self) -> (u16, Option<&'static str>, Option<u16>) {
        let mut parts = self.date.split('-').map(|part| part.parse::<u16>().ok());
        let year = parts.next().flatten().unwrap_or(0);
        let month = parts.next().flatten();
        let month = month.and_then(|month| ENGLISH_MONTHS.get(usize::from(month).wrapping_sub(1)));
        (year, month.copied(), parts.next().flatten())
    }

    /// An OpenURL of the document as the title of an empty element (COinS), by which Zotero sees it on the page.
    pub(crate) fn coins(&self) -> String {
        let genre = match self.genre() {
            Genre::Report => "report",
            Genre::Article => "article",
            _ => "document",
        };
        let language = self.lang.first().map_or("", String::as_str);
        let fields = [
            ("ctx_ver", "Z39.88-2004"),
            ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
            ("rft.type", genre),
            ("rft.title", self.title),
            ("rft.creator", self.publisher),
            ("rft.publisher", self.publisher),
            ("rft.date", self.date),
            ("rft.language", language),
            ("rft.identifier", self.address().unwrap_or_default()),
        ];
        let given = fields.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = given
            .map(|(name, value)| {
                let value = one_line(value);
                format!("{name}={}", utf8_percent_encode(&value, NON_ALPHANUMERIC))
            })
            .collect();
        pairs.join("&")
    }

    /// One entry of the type that its genre has; `number` keeps the keys of one file apart.
    pub(crate) fn bibtex(&self, number: usize) -> String {
        let mut entry = format!(
            "@{}{{{},\n",
            self.genre().bibtex(),
            bibtex_key(self.id, number)
        );
        for (name, value) in self.bibtex_fields() {
            if !value.is_empty() && value != "{}" {
                let _ = writeln!(entry, "  {name} = {{{value}}},");
            }
        }
        entry.push_str("}\n");
        entry
    }

    fn bibtex_fields(&self) -> [(&'static str, String); 11] {
        let year = self.date.get(..4).unwrap_or_default();
        let month = self.date.get(5..7).unwrap_or_default();
        [
            ("title", braced(self.title)),
            ("author", braced(self.publisher)),
            ("institution", self.institution()),
            ("number", bibtex_text(self.number)),
            ("year", bibtex_text(year)),
            ("month", month.trim_start_matches('0').to_owned()),
            ("howpublished", bibtex_text(self.kind)),
            ("language", bibtex_text(&self.lang.join(", "))),
            ("url", bibtex_url(self.address().unwrap_or_default())),
            ("urldate", self.retrieved.to_owned()),
            ("note", bibtex_text(&self.bibtex_note())),
        ]
    }

    /// The body behind a report.
    fn institution(&self) -> String {
        match self.genre() {
            Genre::Report => braced(self.publisher),
            _ => String::new(),
        }
    }

    /// The address here, where it is not the one of the reference and others can open it.
    fn second_address(&self) -> Option<&str> {
        let here = Some(self.url).filter(|url| !is_loopback(url));
        here.filter(|_| self.original_url.is_some())
    }

    /// Returns place, note and the address in polidex, where the reference has another.
    fn bibtex_note(&self) -> String {
        let mut note = String::new();
        if let Some(place) = self.place {
            let _ = write!(note, "{place}. ");
        }
        note.push_str(self.note);
        if let Some(here) = self.second_address() {
            let _ = write!(note, " {here}");
        }
        note
    }

    /// One RIS record, lines ended by CR LF as its readers want.
    pub(crate) fn ris(&self) -> String {
        let day = self.ris_day();
        let retrieved = self.retrieved.replace('-', "/");
        let head = [
            ("ID", self.id),
            ("TI", self.title),
            ("AU", self.publisher),
            ("PB", self.publisher),
            ("PY", self.date.get(..4).unwrap_or_default()),
            ("DA", &day),
            ("M3", self.kind),
            ("M1", self.number),
        ];
        let languages = self.lang.iter().map(|lang| ("LA", lang.as_str()));
        let tail = [
            ("SP", self.place.unwrap_or_default()),
            ("UR", self.address().unwrap_or_default()),
            ("L2", self.second_address().unwrap_or_default()),
            ("Y2", &retrieved),
            ("N1", self.note),
        ];
        let mut record = format!("TY  - {}\r\n", self.genre().ris());
        for (tag, value) in head.into_iter().chain(languages).chain(tail) {
            let value = one_line(value);
            if !value.is_empty() {
                let _ = write!(record, "{tag}  - {value}\r\n");
            }
        }
        record.push_str("ER  - \r\n");
        record
    }

    /// Year, month, day and another part, each of which may be empty; nothing if there is no date.
    fn ris_day(&self) -> String {
        if self.date.is_empty() {
            return String::new();
        }
        let mut date = self.date.split('-').collect::<Vec<_>>();
        date.resize(4, "");
        date.join("/")
    }
}

/// Returns true for an address that leads nowhere but to the machine it is read on.
fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(inner) => inner.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name == "::1"
        || name.starts_with("127.")
        || name == "0.0.0.0"
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// `text` on one line: control characters and line ends become spaces.
pub(crate) fn one_line(text: &str) -> String {
    let is_end = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let spaced: String = text
        .chars()
        .map(|c| if is_end(c) { ' ' } else { c })
        .collect();
    spaced.trim().to_owned()
}

/// Double braces keep BibTeX from changing case and from taking a body's name apart.
fn braced(text: &str) -> String {
    let text = bibtex_text(text);
    if text.is_empty() {
        text
    } else {
        format!("{{{text}}}")
    }
}

fn bibtex_text(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash "),
            '{' => escaped.push_str("\\textbraceleft "),
            '}' => escaped.push_str("\\textbraceright "),
            '~' => escaped.push_str("\\textasciitilde "),
            '^' => escaped.push_str("\\textasciicircum "),
            '#' | '$' | '%' | '&' | '_' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// An address stays clickable: what could end the field is percent-encoded, the rest stays.
fn bibtex_url(url: &str) -> String {
    one_line(url)
        .replace('{', "%7B")
        .replace('}', "%7D")
        .replace('\\', "%5C")
        .replace(' ', "%20")
}

fn bibtex_key(id: &str, number: usize) -> String {
    let plain: String = id
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .take(40)
        .collect();
    format!(
        "polidex{number}{}{plain}",
        if plain.is_empty() { "" } else { "_" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference<'a>(title: &'a str, lang: &'a [String]) -> Reference<'a> {
        Reference {
            id: "報告/2024 a",
            title,
            publisher: "Bureau & Co",
            date: "2024-03",
            kind: "policy address",
            number: "",
            lang,
            url: "https://search.example.org/documents/x#p12",
            original_url: None,
            place: Some("lines 26–31"),
            retrieved: "2024-05-01",
            note: "",
        }
    }

    #[test]
    fn references_are_complete() {
        let lang = ["zh-Hant".to_owned()];
        let reference = reference("新質生產力", &lang);
        let plain = "Bureau & Co. 新質生產力 (2024-03), lines 26–31. https://search.example.org/documents/x#p12 (2024-05-01)";
        assert_eq!(reference.plain(), plain);
        insta::assert_snapshot!("bibtex", reference.bibtex(1));
        insta::assert_snapshot!("ris", reference.ris().replace("\r\n", "\n"));
    }

    #[test]
    fn no_title_ends_its_field() {
        let lang = [];
        let hostile = "a}, url = {javascript:x}\r\nER  - \nTY  - \u{2028}JOUR\\input{x} 100%";
        let reference = reference(hostile, &lang);
        let bibtex = reference.bibtex(1);
        let unescaped = bibtex
            .replace("\\textbraceleft", "")
            .replace("\\textbraceright", "");
        assert_eq!(
            unescaped.matches('{').count(),
            unescaped.matches('}').count()
        );
        assert_eq!(bibtex.matches("url = {").count(), 1, "{bibtex}");
        assert!(!bibtex.contains("}, url"), "{bibtex}");
        assert_eq!(reference.ris().matches("\r\nER  - ").count(), 1);
        assert_eq!(
            reference.ris().matches("TY  - ").count(),
            2,
            "at the start, and inside the title's line"
        );
        assert!(!reference.ris().contains("\nTY"));
        assert!(!reference.plain().contains(['\n', '\r', '\u{2028}']));
    }

    #[test]
    fn styles_of_the_field_say_the_same() {
        let lang = ["en".to_owned()];
        let mut reference = Reference {
            date: "2024-03-11",
            number: "No. 5",
            original_url: Some("https://www.gov.hk/a.pdf"),
            ..reference("Housing Plan", &lang)
        };
        assert_eq!(
            reference.gbt7714(),
            "Bureau & Co. Housing Plan (No. 5)[R/OL]. (2024-03-11)[2024-05-01]: lines 26–31. https://www.gov.hk/a.pdf."
        );
        assert_eq!(
            reference.apa(),
            "Bureau & Co. (2024, March 11). Housing Plan (No. 5) (lines 26–31). https://www.gov.hk/a.pdf"
        );
        assert_eq!(
            reference.chicago(),
            "Bureau & Co. “Housing Plan (No. 5).” March 11, 2024. Lines 26–31. https://www.gov.hk/a.pdf."
        );
        (reference.title, reference.kind, reference.number) = ("公司條例", "law", "Cap. 622");
        reference.place = Some("第12條");
        assert_eq!(
            reference.oscola(),
            "《公司條例》 (Cap. 622) 2024, 第12條 <https://www.gov.hk/a.pdf> accessed 2024-05-01"
        );
        assert!(reference.ris().starts_with("TY  - STAT\r\n"));
        assert!(
            reference
                .coins()
                .contains("rft.identifier=https%3A%2F%2Fwww%2Egov%2Ehk%2Fa%2Epdf")
        );
    }

    #[test]
    fn no_reference_leads_to_the_machine_it_was_made_on() {
        let lang = [];
        for own in [
            "http://127.0.0.1:7878/documents/x#p1",
            "http://localhost:1/documents/x",
            "http://[::1]:1/documents/x",
        ] {
            let mut reference = reference("Title", &lang);
            reference.url = own;
            for original in [None, Some("https://a.b/c")] {
                reference.original_url = original;
                let all = [
                    reference.plain(),
                    reference.gbt7714(),
                    reference.apa(),
                    reference.chicago(),
                    reference.oscola(),
                    reference.bibtex(1),
                    reference.ris(),
                    reference.coins(),
                ];
                for text in all {
                    assert!(!text.contains("documents"), "{text}");
                    let is_linked =
                        text.contains("https://a.b/c") || text.contains("https%3A%2F%2Fa%2Eb%2Fc");
                    assert_eq!(is_linked, original.is_some(), "{text}");
                }
            }
        }
    }
}
