//! Tells what a compound file ([MS-CFB], the container of Office before 2007) is by the streams in its root.

use std::io::Cursor;

use office_oxide::cfb::CfbReader;
use office_oxide::format::DocumentFormat;

/// First bytes of a compound file.
pub(crate) const SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Kind of a compound file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompoundKind {
    /// Word, PowerPoint or Excel, and what WPS writes in their place.
    Office(DocumentFormat),
    /// A message as Outlook keeps it.
    Message,
    /// A package of Office 2007 or later that a password protects.
    Encrypted,
    /// Anything else, by its name.
    Foreign(&'static str),
}

/// Streams and storages that tell a kind, the first that is there: an encrypted document keeps its own streams beside.
const ROOT_ENTRIES: [(&str, CompoundKind); 10] = [
    ("EncryptedPackage", CompoundKind::Encrypted),
    ("WordDocument", CompoundKind::Office(DocumentFormat::Doc)),
    (
        "PowerPoint Document",
        CompoundKind::Office(DocumentFormat::Ppt),
    ),
    ("Workbook", CompoundKind::Office(DocumentFormat::Xls)),
    ("Book", CompoundKind::Office(DocumentFormat::Xls)),
    ("__properties_version1.0", CompoundKind::Message),
    ("VisioDocument", CompoundKind::Foreign("Visio drawing")),
    ("Quill", CompoundKind::Foreign("Publisher document")),
    ("FileHeader", CompoundKind::Foreign("Hangul document (HWP)")),
    ("Catalog", CompoundKind::Foreign("thumbnails of Windows")),
];

/// Tells the kind of a compound file; a container that cannot be read is `Foreign` too.
pub(crate) fn compound_kind(bytes: &[u8]) -> CompoundKind {
    let Ok(reader) = CfbReader::new(Cursor::new(bytes)) else {
        return CompoundKind::Foreign("damaged Office document");
    };
    ROOT_ENTRIES
        .into_iter()
        .find(|(name, _)| reader.has_root_entry(name))
        .map_or(
            CompoundKind::Foreign("compound file of a program"),
            |(_, kind)| kind,
        )
}
