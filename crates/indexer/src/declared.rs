//! Declarations about a document: title, publisher, date and whatever else its source says of it.
//!
//! A folder declares them in `sources.toml`, a format in its properties or header, a table in its columns, Markdown in its
//! front matter. Readers of formats fill a [`Declared`]; `metadata` turns it into the description that is shown.

use polidex_schema::repair_kind::Damage;
use serde::{Deserialize, Serialize};

/// Declarations about one document; everything may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
// The message for a value that is no table names the type as it has always been called.
#[serde(deny_unknown_fields, expecting = "struct SourceEntry")]
pub struct Declared {
    /// Title.
    pub title: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Publisher in a field that a page or a book has for nothing else: `DC.publisher`. In all other fields of a format
    /// authors and programs stand, too, so that a name counts only if it is that of a body.
    pub file_publisher: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Day it was issued first, like `date`.
    pub first_date: Option<String>,
    /// Day it comes into force, like `date`.
    pub effective: Option<String>,
    /// Day the file was made, as its properties say; never the date of the document.
    pub file_date: Option<String>,
    /// Title among a file's properties. Programs fill it in, so it counts only where the text agrees or says nothing.
    pub file_title: Option<String>,
    /// Language tags, the main one first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Kind.
    pub kind: Option<String>,
    /// The number its publisher gave it.
    pub number: Option<String>,
    /// A name shared by one work in several languages.
    pub work: Option<String>,
    /// Path or id of the same work in another language.
    pub counterpart_of: Option<String>,
    /// Address it was published at.
    pub original_url: Option<String>,
    /// Provenance.
    pub source: Option<String>,
    /// File below the folder whose first line is the password that opens the document.
    pub password_file: Option<String>,
    /// The password itself, once its file is read.
    pub password: Option<String>,
    /// False where no repair is wanted.
    pub repair: Option<bool>,
    /// Families and kinds of repair that are not wanted.
    #[serde(default)]
    pub without: Vec<Damage>,
}

impl Declared {
    /// Fills what `self` leaves out from `other`: the folder's word goes before the document's own.
    pub fn or(self, other: Self) -> Self {
        Self {
            title: self.title.or(other.title),
            publisher: self.publisher.or(other.publisher),
            file_publisher: self.file_publisher.or(other.file_publisher),
            date: self.date.or(other.date),
            first_date: self.first_date.or(other.first_date),
            effective: self.effective.or(other.effective),
            file_date: self.file_date.or(other.file_date),
            file_title: self.file_title.or(other.file_title),
            languages: if self.languages.is_empty() {
                other.languages
            } else {
                self.languages
            },
            kind: self.kind.or(other.kind),
            number: self.number.or(other.number),
            work: self.work.or(other.work),
            counterpart_of: self.counterpart_of.or(other.counterpart_of),
            original_url: self.original_url.or(other.original_url),
            source: self.source.or(other.source),
            // A document has no say in how it is read.
            password_file: self.password_file,
            password: self.password,
            repair: self.repair,
            without: self.without,
        }
    }
}
