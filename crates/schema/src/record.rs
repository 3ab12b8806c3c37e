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
    /// The record in its stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("plain data always serialises")
    }

    /// Reads a stored record; `None` when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
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
