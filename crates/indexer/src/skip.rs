//! Paths that are not indexed, each with its reason.
//!
//! A [`SkipReason`] knows its class, a word that never changes; whether it may be gone by the next run; and the sentence
//! people read: a summary that reports count by and, behind a colon, details. A new reason does not compile until it has a
//! sentence and a class.

use serde::{Deserialize, Serialize};

/// A path that is not indexed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Path below the folder.
    pub path: String,
    /// Reason.
    #[serde(with = "recorded")]
    pub reason: SkipReason,
}

/// Reason why a path is not indexed. Variants that hold a [`String`] hold what the system or a library said.
///
/// # Examples
///
/// ```
/// use polidex_indexer::skip::{SkipClass, SkipReason};
///
/// let reason = SkipReason::ForeignFormat("PNG image".to_owned());
/// assert_eq!(reason.to_string(), "PNG image: this format is not read");
/// assert_eq!(reason.summary(), "PNG image");
/// assert_eq!(reason.class(), SkipClass::ForeignFormat);
/// assert!(!reason.is_transient());
/// ```
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipReason {
    /// The folder of the index, below the folder that is indexed.
    #[error("the index itself")]
    IndexItself,
    /// A symbolic link.
    #[error("symbolic link, not followed")]
    SymbolicLink,
    /// A device, a pipe, a socket; in an archive also a link.
    #[error("not a regular file")]
    NotRegular,
    /// A file or a folder whose name begins with a full stop.
    #[error("hidden file")]
    Hidden,
    /// A file that `sources.toml` names as a password's.
    #[error("holds a password")]
    PasswordFile,
    /// The system does not open the file.
    #[error("cannot be opened: {0}")]
    CannotOpen(String),
    /// The system does not read the file.
    #[error("cannot be read: {0}")]
    CannotRead(String),
    /// The system stops reading the file after some lines.
    #[error("cannot be read further: {0}")]
    CannotReadFurther(String),
    /// A file without bytes.
    #[error("empty file")]
    EmptyFile,
    /// A ZIP file without members.
    #[error("empty ZIP file")]
    EmptyZip,
    /// Nothing to index; with the first note of its reader.
    #[error("no text{}", behind_colon(.0))]
    NoText(Option<String>),
    /// A format that is told but not read, by its name.
    #[error("{0}: this format is not read")]
    ForeignFormat(String),
    /// A format that has no reader.
    #[error("this format is not read")]
    UnreadFormat,
    /// A file or a member that is too large.
    #[error("larger than {limit_mib} MiB")]
    TooLarge {
        /// Limit in MiB.
        limit_mib: u64,
    },
    /// Members of a package that are too large together.
    #[error("its members are larger than {limit_mib} MiB together")]
    MembersTooLarge {
        /// Limit in MiB.
        limit_mib: u64,
    },
    /// A file that grows too much when it is unpacked.
    #[error("grows to more than {limit_ratio} times its size: not opened")]
    GrowsTooMuch {
        /// Limit of the ratio.
        limit_ratio: u64,
    },
    /// A ZIP file with too many members.
    #[error("ZIP file with {members} members, {limit} are the limit")]
    TooManyMembers {
        /// Members it has.
        members: usize,
        /// Limit.
        limit: usize,
    },
    /// A tar archive with too many members.
    #[error("tar archive with more than {limit} members")]
    TooManyTarMembers {
        /// Limit.
        limit: usize,
    },
    /// An archive with too many members.
    #[error("archive with more than {limit} members")]
    TooManyArchiveMembers {
        /// Limit.
        limit: usize,
    },
    /// A message or a PDF to which too many files are attached; those behind the limit are left out.
    #[error("more than {limit} files are attached: the others are not read")]
    TooManyAttachedFiles {
        /// Limit.
        limit: usize,
    },
    /// A 7-Zip or RAR archive that is damaged, encrypted or packed in a way that is not known.
    #[error("archive that cannot be unpacked: {0}")]
    DamagedArchive(String),
    /// An archive in an archive, which could go on for ever.
    #[error("archive within an archive: not opened")]
    NestedArchive,
    /// A ZIP file that cannot be opened.
    #[error("damaged ZIP file: {0}")]
    DamagedZip(String),
    /// A member of a ZIP file that cannot be unpacked.
    #[error("damaged or encrypted member: {0}")]
    DamagedMember(String),
    /// A tar archive that is damaged.
    #[error("damaged tar archive")]
    DamagedTar,
    /// A tar archive that ends too early.
    #[error("tar archive is cut off")]
    CutTar,
    /// An archive of a web crawler that breaks off.
    #[error("WARC archive is damaged or cut off")]
    CutWarc,
    /// A workbook that cannot be opened.
    #[error("damaged XLSX: {0}")]
    DamagedXlsx(String),
    /// An Office document from before 2007, or a message of Outlook, that cannot be opened.
    #[error("damaged Office document: {0}")]
    DamagedOffice(String),
    /// An Office document that asks for a password.
    #[error(
        "encrypted Office document: a password is needed; name its `password_file` in sources.toml"
    )]
    OfficePassword,
    /// An OFD package without its list of documents.
    #[error("OFD without a list of its documents")]
    OfdWithoutDocument,
    /// A page saved as one file that holds no page.
    #[error("saved page without a page")]
    WebArchiveWithoutPage,
    /// A folder or a file that a browser saved beside a page.
    #[error("part of the saved page {0}")]
    PartOfSavedPage(String),
    /// A book without a list of its contents.
    #[error("EPUB without a list of its contents")]
    EpubWithoutContents,
    /// An OpenDocument file without its main member.
    #[error("content.xml is missing")]
    OpenDocumentWithoutContent,
    /// A message that is none.
    #[error("message without a header")]
    MessageWithoutHeader,
    /// A line of JSON Lines that is no document.
    #[error("not a document: {0}")]
    NotDocument(String),
    /// A row of a table that cannot be read.
    #[error("not a row: {0}")]
    NotRow(String),
    /// A declared id that cannot be one.
    #[error("its id is empty, longer than {limit_bytes} bytes or holds control characters")]
    InvalidId {
        /// Maximum length of an id in bytes.
        limit_bytes: usize,
    },
    /// An id that another document has already.
    #[error("its id belongs to a document before it: {0}")]
    IdTaken(String),
    /// A document that was forgotten and must not come back.
    #[error("forgotten by `polidex forget`")]
    Forgotten,
    /// A PDF that asks for a password.
    #[error("PDF is encrypted: a password is needed; name its `password_file` in sources.toml")]
    PdfPassword,
    /// A document that the password of its folder does not open.
    #[error("encrypted: the password in its `password_file` does not open it")]
    WrongPassword,
    /// A PDF with an encryption that is not known.
    #[error("PDF is encrypted in a way that is not known")]
    PdfEncryption,
    /// A PDF without pages that can be found.
    #[error("PDF is damaged or cut off: it has no pages that can be found")]
    PdfDamaged,
    /// A PDF that makes the engine fail.
    #[error("PDF is damaged: the engine gave up")]
    PdfEngineFailed,
    /// A PDF of no pages.
    #[error("PDF without pages")]
    PdfWithoutPages,
    /// A PDF of empty pages.
    #[error("PDF without text")]
    PdfWithoutText,
    /// A PDF of which no page can be read; a sentence for each reason, with its pages.
    #[error("{}", .0.join("; "))]
    PdfUnreadable(Vec<String>),
    /// A picture that shows no text.
    #[error("picture without text")]
    PictureWithoutText,
    /// A picture that cannot be read.
    #[error("scan not read: {0}")]
    ScanNotRead(String),
    /// A file that makes its reader fail or need too much memory.
    #[error(
        "makes its reader fail or need more than {limit_mib} MiB or {limit_seconds} s ({status})"
    )]
    ReaderFailed {
        /// Memory limit in MiB.
        limit_mib: u64,
        /// Processor time limit in seconds.
        limit_seconds: u64,
        /// Status of its process.
        status: String,
    },
    /// A file whose reader gave up in a way that it does not foresee.
    #[error("damaged so that its reader gave up")]
    ReaderPanicked,
    /// A file whose reader stops answering.
    #[error("its reader breaks off: {0}")]
    ReaderSilent(String),
    /// A reader that does not start.
    #[error("not read, its reader does not start: {0}")]
    ReaderNotStarted(String),
    /// A file that takes too long, perhaps because the machine is busy.
    #[error("takes more than {limit_seconds} s to read")]
    TooSlow {
        /// Limit in seconds.
        limit_seconds: u64,
    },
    /// A file that needs too much processor time.
    #[error("needs more than {limit_seconds} s of processor time: what is left of it is not read")]
    TooCostly {
        /// Limit in seconds.
        limit_seconds: u64,
    },
    /// A file out of which too much comes.
    #[error("grows to more than {limit_mib} MiB: what is left of it is not read")]
    GrowsBeyond {
        /// Limit in MiB.
        limit_mib: u64,
    },
    /// A document whose run broke off.
    #[error("not read to its end")]
    Unfinished,
    /// A reason as another version of the program recorded it.
    #[error("{0}")]
    Recorded(String),
}

/// Class of a reason. Its name in JSON never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SkipClass {
    /// Left out by rule.
    LeftOut,
    /// Not given by the system.
    Unreadable,
    /// Without text.
    Empty,
    /// Of a format that is not read.
    ForeignFormat,
    /// Beyond a limit.
    TooLarge,
    /// Damaged or cut off.
    Damaged,
    /// Encrypted.
    Encrypted,
    /// A record that is no document.
    Invalid,
    /// A duplicate id.
    Duplicate,
    /// A PDF of scans, or of fonts that do not say what their glyphs mean.
    NoTextLayer,
    /// Reading failed, the file may be sound.
    ReaderFailed,
    /// Recorded by another version.
    Recorded,
}

impl SkipClass {
    /// Returns the name, the same as in JSON.
    pub fn slug(self) -> &'static str {
        match self {
            Self::LeftOut => "left-out",
            Self::Unreadable => "unreadable",
            Self::Empty => "empty",
            Self::ForeignFormat => "foreign-format",
            Self::TooLarge => "too-large",
            Self::Damaged => "damaged",
            Self::Encrypted => "encrypted",
            Self::Invalid => "invalid",
            Self::Duplicate => "duplicate",
            Self::NoTextLayer => "no-text-layer",
            Self::ReaderFailed => "reader-failed",
            Self::Recorded => "recorded",
        }
    }
}

impl SkipReason {
    /// Returns the class.
    pub fn class(&self) -> SkipClass {
        match self {
            Self::IndexItself
            | Self::SymbolicLink
            | Self::NotRegular
            | Self::Hidden
            | Self::PartOfSavedPage(_)
            | Self::PasswordFile
            | Self::Forgotten => SkipClass::LeftOut,
            Self::CannotOpen(_) | Self::CannotRead(_) | Self::CannotReadFurther(_) => {
                SkipClass::Unreadable
            }
            Self::EmptyFile
            | Self::EmptyZip
            | Self::NoText(_)
            | Self::PdfWithoutText
            | Self::PictureWithoutText => SkipClass::Empty,
            Self::ForeignFormat(_) | Self::UnreadFormat | Self::NestedArchive => {
                SkipClass::ForeignFormat
            }
            Self::TooLarge { .. }
            | Self::MembersTooLarge { .. }
            | Self::GrowsTooMuch { .. }
            | Self::GrowsBeyond { .. }
            | Self::TooCostly { .. }
            | Self::TooManyMembers { .. }
            | Self::TooManyTarMembers { .. }
            | Self::TooManyArchiveMembers { .. }
            | Self::TooManyAttachedFiles { .. } => SkipClass::TooLarge,
            Self::DamagedZip(_)
            | Self::DamagedMember(_)
            | Self::DamagedTar
            | Self::DamagedArchive(_)
            | Self::CutTar
            | Self::CutWarc
            | Self::DamagedXlsx(_)
            | Self::DamagedOffice(_)
            | Self::OfdWithoutDocument
            | Self::WebArchiveWithoutPage
            | Self::EpubWithoutContents
            | Self::OpenDocumentWithoutContent
            | Self::MessageWithoutHeader
            | Self::PdfDamaged
            | Self::PdfEngineFailed
            | Self::PdfWithoutPages => SkipClass::Damaged,
            Self::PdfPassword
            | Self::PdfEncryption
            | Self::OfficePassword
            | Self::WrongPassword => SkipClass::Encrypted,
            Self::NotDocument(_) | Self::NotRow(_) | Self::InvalidId { .. } => SkipClass::Invalid,
            Self::IdTaken(_) => SkipClass::Duplicate,
            Self::PdfUnreadable(_) | Self::ScanNotRead(_) => SkipClass::NoTextLayer,
            Self::ReaderFailed { .. }
            | Self::ReaderPanicked
            | Self::ReaderSilent(_)
            | Self::ReaderNotStarted(_)
            | Self::TooSlow { .. }
            | Self::Unfinished => SkipClass::ReaderFailed,
            Self::Recorded(_) => SkipClass::Recorded,
        }
    }

    /// Returns true if the reason may be gone tomorrow: the machine was busy. The next run tries again.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::TooSlow { .. } | Self::ReaderNotStarted(_) | Self::Unfinished
        )
    }

    /// Returns the sentence without its details: files with the same summary are counted together.
    pub fn summary(&self) -> String {
        let mut sentence = self.to_string();
        let end = sentence.find(": ").unwrap_or(sentence.len());
        sentence.truncate(end);
        sentence
    }
}

fn behind_colon(detail: &Option<String>) -> String {
    detail
        .as_ref()
        .map_or(String::new(), |detail| format!(": {detail}"))
}

/// Form in which a reason is stored: JSON in a string. A string that is no reason is the sentence of another version, which
/// stored nothing else.
pub(crate) mod recorded {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::SkipReason;

    pub(crate) fn serialize<S: Serializer>(
        reason: &SkipReason,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = match reason {
            SkipReason::Recorded(sentence) => sentence.clone(),
            reason => serde_json::to_string(reason).map_err(serde::ser::Error::custom)?,
        };
        text.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SkipReason, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(serde_json::from_str(&text).unwrap_or(SkipReason::Recorded(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(reason: SkipReason) -> Skipped {
        Skipped {
            path: "a/b".to_owned(),
            reason,
        }
    }

    #[test]
    fn reasons_come_back_as_they_were_stored() {
        for reason in [
            SkipReason::EmptyFile,
            SkipReason::NoText(Some("a \"note\"".to_owned())),
            SkipReason::TooManyMembers {
                members: 7,
                limit: 5,
            },
            SkipReason::Recorded("PDF is odd: x".to_owned()),
        ] {
            let stored = postcard::to_allocvec(&skipped(reason.clone())).expect("plain data");
            let read: Skipped = postcard::from_bytes(&stored).expect("what was stored");
            assert_eq!(read, skipped(reason));
        }
    }

    #[test]
    fn a_sentence_of_an_older_version_is_read_as_it_is() {
        let stored = postcard::to_allocvec(&("a/b", "no text: XML broken")).expect("plain data");
        let read: Skipped = postcard::from_bytes(&stored).expect("path and sentence");
        assert_eq!(read.reason.to_string(), "no text: XML broken");
        assert_eq!(read.reason.summary(), "no text");
        assert_eq!(read.reason.class(), SkipClass::Recorded);
    }

    #[test]
    fn the_slug_of_a_class_is_its_name_in_json() {
        for class in [
            SkipClass::LeftOut,
            SkipClass::Unreadable,
            SkipClass::Empty,
            SkipClass::ForeignFormat,
            SkipClass::TooLarge,
            SkipClass::Damaged,
            SkipClass::Encrypted,
            SkipClass::Invalid,
            SkipClass::Duplicate,
            SkipClass::NoTextLayer,
            SkipClass::ReaderFailed,
            SkipClass::Recorded,
        ] {
            let name = serde_json::to_value(class).expect("a name");
            assert_eq!(name, class.slug());
        }
    }

    #[test]
    fn only_what_the_machine_did_is_tried_again() {
        assert!(SkipReason::TooSlow { limit_seconds: 120 }.is_transient());
        assert!(SkipReason::ReaderNotStarted("no memory".to_owned()).is_transient());
        assert!(!SkipReason::PdfDamaged.is_transient());
        assert!(!SkipReason::Recorded("takes more than 120 s to read".to_owned()).is_transient());
    }
}
