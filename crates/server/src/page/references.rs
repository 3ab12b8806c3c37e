//! Draws the references to a document or a passage of it, and a quotation with its reference.

use crate::address::{passage_address, with_pairs};
use crate::answer::{Document, DocumentPassage};
use crate::page::blocks::place_of;
use crate::page::citation::Reference;
use crate::page::frame::Visit;
use crate::page::genre::Genre;
use crate::page::i18n::Text;
use crate::page::quotation::QuotationMarks;
use crate::request::language::Ui;
use crate::request::style::CitationStyle;

/// References to the document, or to one passage of it.
pub(super) struct Citing {
    pub(super) heading: String,
    pub(super) references: Vec<ReferenceText>,
    pub(super) is_open: bool,
    /// The passage with its reference.
    pub(super) quotation: Option<Quotation>,
    /// The document for Zotero and its kin (COinS).
    pub(super) coins: String,
    /// Address of the citation of a passage, whose id is to be put after `cite=`.
    pub(super) href: String,
}

/// A reference in one format.
pub(super) struct ReferenceText {
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// A passage in quotation marks, and the reference behind it.
pub(super) struct Quotation {
    pub(super) lang: String,
    /// Marks of its language: outer, inner.
    pub(super) marks: String,
    pub(super) text: String,
    pub(super) reference: String,
    pub(super) styles: Vec<StyleLink>,
}

/// A link to the same quotation with its reference in another style.
pub(super) struct StyleLink {
    pub(super) name: &'static str,
    /// Value of `style`.
    pub(super) style: &'static str,
    pub(super) href: String,
    pub(super) is_current: bool,
}

/// A document to be cited, and its reader.
pub(super) struct Cited<'a> {
    pub(super) document: &'a Document,
    pub(super) visit: &'a Visit,
    /// Id of the passage that is cited.
    pub(super) passage: Option<&'a str>,
    pub(super) style: CitationStyle,
    /// Address at which it was published.
    pub(super) original_url: Option<&'a str>,
    /// Its reading page here with the query, and without.
    pub(super) href: String,
    pub(super) bare_href: String,
}

impl Cited<'_> {
    pub(super) fn citing(&self) -> Citing {
        let passages = &self.document.passages;
        let wanted = |id: &str| passages.iter().find(|passage| passage.id == id);
        let cited = self.passage.and_then(wanted);
        let separator = if self.href.contains('?') { '&' } else { '?' };
        let citation = self.visit.ui.text().citation;
        let url = format!("{}{}", self.visit.origin, self.cited_href(cited));
        let place = cited.map(|passage| cited_place(&self.document.summary.lang, passage));
        let reference = self.reference(&url, place.as_deref());
        Citing {
            coins: reference.coins(),
            heading: match cited {
                Some(passage) => format!("{citation} · {}", place_of(self.visit.ui, passage)),
                None => citation.to_owned(),
            },
            quotation: cited.map(|passage| self.quotation(passage, &reference)),
            references: references(&reference, self.visit.ui.text()),
            is_open: self.passage.is_some(),
            href: format!("{}{separator}cite=", self.href),
        }
    }

    fn reference<'r>(&'r self, url: &'r str, place: Option<&'r str>) -> Reference<'r> {
        let summary = &self.document.summary;
        Reference {
            id: &summary.id,
            title: &summary.title,
            publisher: &summary.publisher,
            date: &summary.date,
            kind: &summary.kind,
            number: &summary.number,
            lang: &summary.lang,
            url,
            original_url: self.original_url,
            place,
            retrieved: &self.visit.today,
            note: "polidex",
        }
    }

    /// Address of the document, or of the passage that is cited.
    fn cited_href(&self, cited: Option<&DocumentPassage>) -> String {
        let Some(passage) = cited else {
            return self.bare_href.clone();
        };
        let part = self.document.part.as_ref().map(|part| part.number);
        passage_address(&self.bare_href, part, &passage.id)
    }

    fn quotation(&self, passage: &DocumentPassage, reference: &Reference<'_>) -> Quotation {
        let marks = QuotationMarks::of(&passage.lang);
        let offered = offered(reference);
        let style = Some(self.style).filter(|style| offered.contains(style));
        let style = style.unwrap_or_default();
        let link = |other: &CitationStyle| StyleLink {
            name: style_label(*other, self.visit.ui.text()),
            style: other.name(),
            href: self.style_href(&passage.id, *other),
            is_current: *other == style,
        };
        Quotation {
            lang: passage.lang.clone(),
            marks: marks.joined(),
            text: marks.around(&passage.text),
            reference: written(reference, style),
            styles: offered.iter().map(link).collect(),
        }
    }

    fn style_href(&self, passage: &str, style: CitationStyle) -> String {
        let pairs = [
            ("cite", passage.to_owned()),
            ("style", style.name().to_owned()),
        ];
        format!("{}#cite", with_pairs(&self.href, &pairs))
    }
}

/// Styles that suit a reference: OSCOLA is for laws.
fn offered(reference: &Reference<'_>) -> Vec<CitationStyle> {
    let is_law = matches!(reference.genre(), Genre::Statute | Genre::Bill);
    let all = CitationStyle::ALL.into_iter();
    all.filter(|style| is_law || *style != CitationStyle::Oscola)
        .collect()
}

fn references(reference: &Reference<'_>, text: &'static Text) -> Vec<ReferenceText> {
    let styles = offered(reference).into_iter().map(|style| ReferenceText {
        name: style_label(style, text),
        text: written(reference, style),
    });
    let formats = [("BibTeX", reference.bibtex(1)), ("RIS", reference.ris())];
    let formats = formats.map(|(name, text)| ReferenceText { name, text });
    styles.chain(formats).collect()
}

fn style_label(style: CitationStyle, text: &'static Text) -> &'static str {
    match style {
        CitationStyle::Plain => text.citation_plain,
        CitationStyle::Gbt7714 => "GB/T 7714",
        CitationStyle::Apa => "APA",
        CitationStyle::Chicago => "Chicago",
        CitationStyle::Oscola => "OSCOLA",
    }
}

fn written(reference: &Reference<'_>, style: CitationStyle) -> String {
    match style {
        CitationStyle::Plain => reference.plain(),
        CitationStyle::Gbt7714 => reference.gbt7714(),
        CitationStyle::Apa => reference.apa(),
        CitationStyle::Chicago => reference.chicago(),
        CitationStyle::Oscola => reference.oscola(),
    }
}

/// Returns the place of a passage for a reference. It is read far from this page, so it is named in the language of the
/// document.
fn cited_place(languages: &[String], passage: &DocumentPassage) -> String {
    let is_chinese = languages.first().is_some_and(|lang| lang.starts_with("zh"));
    let ui = if is_chinese { Ui::ZhHant } else { Ui::En };
    let place = place_of(ui, passage);
    match (&passage.place, passage.page) {
        (None, None) => place.to_lowercase(),
        _ => place.replace(" · ", ", "),
    }
}
