//! Writes references to documents and passages: plain, BibTeX and RIS.
//!
//! In: what is known of a document, where it is found, and the day of reading. Out: text in which no field can end its
//! line or open another field, whatever a title holds. A document without a title, a publisher or a date gets a shorter
//! reference, never an invented one.

use std::fmt::Write as _;

/// Facts of a reference.
pub(crate) struct Reference<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) publisher: &'a str,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or empty.
    pub(crate) date: &'a str,
    pub(crate) kind: &'a str,
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
        let _ = write!(
            text,
            ". {} ({})",
            self.original_url.unwrap_or(self.url),
            self.retrieved
        );
        text
    }

    /// One `@misc` entry; `number` keeps the keys of one file apart.
    pub(crate) fn bibtex(&self, number: usize) -> String {
        let mut entry = format!("@misc{{{},\n", bibtex_key(self.id, number));
        for (name, value) in self.bibtex_fields() {
            if !value.is_empty() && value != "{}" {
                let _ = writeln!(entry, "  {name} = {{{value}}},");
            }
        }
        entry.push_str("}\n");
        entry
    }

    fn bibtex_fields(&self) -> [(&'static str, String); 9] {
        let year = self.date.get(..4).unwrap_or_default();
        let month = self.date.get(5..7).unwrap_or_default();
        [
            ("title", braced(self.title)),
            ("author", braced(self.publisher)),
            ("year", bibtex_text(year)),
            ("month", month.trim_start_matches('0').to_owned()),
            ("howpublished", bibtex_text(self.kind)),
            ("language", bibtex_text(&self.lang.join(", "))),
            ("url", bibtex_url(self.original_url.unwrap_or(self.url))),
            ("urldate", self.retrieved.to_owned()),
            ("note", bibtex_text(&self.bibtex_note())),
        ]
    }

    /// Returns place, note and the address in polidex, where the reference has another.
    fn bibtex_note(&self) -> String {
        let mut note = String::new();
        if let Some(place) = self.place {
            let _ = write!(note, "{place}. ");
        }
        note.push_str(self.note);
        if self.original_url.is_some() {
            let _ = write!(note, " {}", self.url);
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
        ];
        let languages = self.lang.iter().map(|lang| ("LA", lang.as_str()));
        let tail = [
            ("SP", self.place.unwrap_or_default()),
            ("UR", self.original_url.unwrap_or(self.url)),
            ("L2", self.original_url.map_or("", |_| self.url)),
            ("Y2", &retrieved),
            ("N1", self.note),
        ];
        let mut record = String::from("TY  - GEN\r\n");
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
            kind: "article",
            lang,
            url: "http://localhost/documents/x#p12",
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
        let plain = "Bureau & Co. 新質生產力 (2024-03), lines 26–31. http://localhost/documents/x#p12 (2024-05-01)";
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
}
