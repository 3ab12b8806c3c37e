//! The record of a document, stored beside its text: the type at the border between indexer and server.
//!
//! The indexer writes it, the server reads it; both see the same bytes. Offsets are bytes of the stored text, lines count
//! from 1 in the file as published.

use serde::{Deserialize, Serialize};

use polidex_analysis::language::Language;

use crate::repair_kind::RecordedKind;

/// Maximum length of a document's id in bytes.
pub const MAX_ID_BYTES: usize = 512;

/// Returns true if `id` can be a document's: not empty, within [`MAX_ID_BYTES`], without control characters.
pub fn is_valid_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.chars().any(char::is_control)
}

/// A document without its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Document id.
    pub id: String,
    /// Title; never empty.
    pub title: String,
    /// Publisher, or empty.
    pub publisher: String,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or empty.
    pub date: String,
    /// Languages, the main one first.
    pub lang: Vec<Language>,
    /// Kind, or empty.
    pub kind: String,
    /// The number its publisher gave it (`国发〔2023〕15号`, `Cap. 614`), as it writes it, or empty.
    pub number: String,
    /// Path of its file below the indexed folder, with `/` between parts.
    pub path: String,
    /// Provenance as the source gives it.
    pub provenance: Option<String>,
    /// Address of the publication; http or https only.
    pub original_url: Option<String>,
    /// Encoding of the bytes as published.
    pub encoding: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub content_hash: String,
    /// Passages in the order of the text; they do not overlap.
    pub passages: Vec<PassageRecord>,
    /// Spans of the stored text that are beyond repair.
    pub lost: Vec<(u32, u32)>,
    /// Day it was issued first, where its text or folder tells, like `date`; or empty.
    pub first_date: String,
    /// Day it comes into force, like `date`; or empty.
    pub effective: String,
    /// Day its file says it was made, like `date`; or empty. Never the date of the document.
    pub file_date: String,
    /// Origins of the values above that are not empty.
    pub origins: Vec<ValueOrigin>,
    /// Text that was read of pictures. Stored behind the rest, and only where there is such text: an older record has none.
    #[serde(skip)]
    pub scanned: ScannedText,
}

/// Text of a document that was read of pictures of pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScannedText {
    /// Pages that were read so, in order.
    pub pages: Vec<ScannedPage>,
    /// Spans of the stored text that were read with little confidence, in order.
    pub doubtful: Vec<(u32, u32)>,
}

/// A page whose text was read of its picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ScannedPage {
    /// Number, from 1.
    pub page: u32,
    /// Mean confidence of its characters, in thousandths.
    pub confidence: u16,
}

impl ScannedPage {
    /// A page that was read with a mean confidence from 0 to 1.
    pub fn new(page: u32, confidence: f32) -> Self {
        Self {
            page,
            confidence: (confidence.clamp(0.0, 1.0) * 1000.0).round() as u16,
        }
    }
}

/// A described value and its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueOrigin {
    /// Field of the record.
    pub field: ValueField,
    /// Origin of its value.
    pub origin: Origin,
}

/// Fields that are declared or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ValueField {
    /// `title`.
    Title,
    /// `publisher`.
    Publisher,
    /// `date`.
    Date,
    /// `first_date`.
    FirstDate,
    /// `effective`.
    Effective,
    /// `file_date`.
    FileDate,
    /// `kind`.
    Kind,
    /// `number`.
    Number,
}

impl ValueField {
    /// Name in the record and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Publisher => "publisher",
            Self::Date => "date",
            Self::FirstDate => "first_date",
            Self::Effective => "effective",
            Self::FileDate => "file_date",
            Self::Kind => "kind",
            Self::Number => "number",
        }
    }
}

/// Origins of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// `sources.toml`, a row's columns or front matter.
    Declared,
    /// Properties of the file, `<meta>` of a page.
    Properties,
    /// Line of the file as published, and its page in a document that has pages.
    Text {
        /// Line.
        line: u32,
        /// Page.
        page: Option<u32>,
    },
    /// First words of a text without a title.
    FirstWords,
}

/// One passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageRecord {
    /// First byte in the stored text.
    pub from_byte: u32,
    /// One past its last byte.
    pub to_byte: u32,
    /// First line in the file as published.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
    /// The page it begins on, from 1, in a document that has pages.
    pub page: Option<u32>,
    /// Kind of passage.
    pub role: Role,
    /// Language.
    pub lang: Language,
    /// The label it begins with, if it does.
    pub label: Option<Label>,
}

/// The label of a chapter, an article or an annex: the first bytes of the passage that begins with it. The passages behind
/// it belong to it until one of the same or a higher rank begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Bytes of the passage's text.
    pub len_bytes: u8,
    /// Rank: a division lies within one of a smaller rank only.
    pub rank: Rank,
}

/// The divisions of a law from the outermost to the innermost, whatever a country calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rank {
    /// 附件一, Schedule 1, Appendix A, behind or beside the body.
    Annex,
    /// 第一編, Title II.
    Book,
    /// 第二部, 第一分編, Part II.
    Part,
    /// 第三章, Chapter 3.
    Chapter,
    /// 第一節, Division 2, Subchapter A.
    Division,
    /// 第一款, Subpart B, Subdivision 3, and a section that holds articles.
    Subdivision,
    /// 第一目.
    Subsubdivision,
    /// 第二十三條, Article 23, Section 5A, § 12.3.
    Article,
    /// An annex printed within an article.
    InnerAnnex,
}

/// Kinds of passages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// A heading and its level, 1 to 6.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem,
}

/// One repair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RepairRecord {
    /// Kind of damage.
    pub kind: RecordedKind,
    /// First line in the file as published.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
    /// As published.
    pub before: String,
    /// As stored.
    pub after: String,
    /// 0 to 1.
    pub confidence: f32,
}

impl DocumentRecord {
    /// The record in its stored form, with `scanned` in the place of its own.
    pub fn to_bytes_with(&self, scanned: &ScannedText) -> Vec<u8> {
        let mut bytes = postcard::to_allocvec(self).expect("plain data always serialises");
        if *scanned != ScannedText::default() {
            bytes.extend(postcard::to_allocvec(scanned).expect("plain data always serialises"));
        }
        bytes
    }

    /// Reads a stored record; `None` when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (record, scanned) = postcard::take_from_bytes::<Self>(bytes).ok()?;
        if scanned.is_empty() {
            return Some(record);
        }
        Some(Self {
            scanned: postcard::from_bytes(scanned).ok()?,
            ..record
        })
    }
}

impl RepairRecord {
    /// Some repairs in their stored form. They lie apart from the record, in sections ([`crate::repairs`]).
    pub fn all_to_bytes(repairs: &[Self]) -> Vec<u8> {
        postcard::to_allocvec(repairs).expect("plain data always serialises")
    }

    /// Reads stored repairs; `None` when the bytes are none.
    pub fn all_from_bytes(bytes: &[u8]) -> Option<Vec<Self>> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_of_pictures_is_stored_and_an_older_record_says_nothing_of_it() {
        let record = DocumentRecord {
            id: "a".to_owned(),
            ..DocumentRecord::default()
        };
        let scanned = ScannedText {
            pages: vec![ScannedPage::new(3, 0.987)],
            doubtful: vec![(4, 7)],
        };
        let read = DocumentRecord::from_bytes(&record.to_bytes_with(&scanned)).expect("a record");
        assert_eq!((&read.id, &read.scanned), (&record.id, &scanned));
        assert_eq!(read.scanned.pages[0].confidence, 987);
        let older = postcard::to_allocvec(&record).expect("plain data");
        assert_eq!(DocumentRecord::from_bytes(&older), Some(record));
        let mut cut = DocumentRecord::default().to_bytes_with(&scanned);
        cut.pop();
        assert_eq!(DocumentRecord::from_bytes(&cut), None);
    }
}
