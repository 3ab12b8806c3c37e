//! Takes documents out of one file and reads their formats.
//!
//! In: a regular file. Out: [`RawDocument`]s, one for most files, one a line, row or member for JSON Lines, tables with a
//! text column and archives, handed on one by one so that a file of any size passes through a few lines of memory.
//! [`read_document`] then turns the bytes of one document into text with the structure its format declares; it is a step
//! of its own so that many can be read at once. What cannot be read becomes a reason, never silence. Formats are told by
//! content; the name only breaks ties. Nothing a document refers to is ever opened.

pub mod format;
pub mod limits;

mod binary;
pub(crate) mod bytes;
mod compound;
mod mailbox;
mod warc;
mod web_archive;

mod fields;
mod html;
mod linked_data;
mod xml;

mod package;
mod rar;
mod sevenz;
mod tar;

mod dublin_core;
mod feed;

mod drawing;
mod flow;
mod running;

mod docx;
mod numbering;
mod opendocument;
mod sheets;
mod slides;

mod encrypted;
mod legacy;
mod old_headers;
mod outlook;

mod email;
mod epub;
pub(crate) mod front_matter;
pub(crate) mod printed;
mod rtf;

mod records;

mod page;

pub mod scan;
pub mod stand_in;

mod ofd;
pub mod pdf;
mod picture;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use office_oxide::format::DocumentFormat;

use serde::{Deserialize, Serialize};

use compound::{CompoundKind, compound_kind};
pub use format::{Format, detect_format};
pub use limits::MAX_DOCUMENT_BYTES;
use limits::{GROWS_TOO_MUCH, MAX_ENTRIES, MAX_RATIO, SMALL_BYTES, too_large};
use outlook::OutlookMessage;
use package::{Package, PackageKind};
use pdf::attached;
use scan::{NoScans, ReadsScans};

use records::{extract_json, extract_json_lines, extract_table, looks_like_json_lines};

use crate::declared::Declared;
use crate::decode::decode_bytes;
use crate::skip::{SkipReason, Skipped};
use crate::structure::StructuredText;

/// One document as it lies in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RawDocument {
    /// Id, where the file gives one; otherwise made from the path.
    pub id: Option<String>,
    /// Path of its file below the folder; a JSON line adds `:LINE`, a member of an archive its own path.
    pub path: String,
    /// Format of its bytes.
    pub format: Format,
    /// Bytes, or text where the format has been read.
    pub content: Content,
    /// Declarations of the folder, or of the row it is.
    pub declared: Declared,
    /// Declarations of its own format: a page's `<meta>`, a file's properties.
    pub properties: Declared,
    /// Parts that could not be read, for people.
    pub notes: Vec<String>,
}

impl RawDocument {
    /// Bytes of its content.
    pub fn len_bytes(&self) -> u64 {
        let len_bytes = match &self.content {
            Content::Bytes(bytes) => bytes.len(),
            Content::Text(text) => text.len(),
            Content::Structured(text) => text.text.len(),
        };
        len_bytes as u64
    }
}

/// Bytes or text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Content {
    /// Bytes in a format and an encoding still to be read.
    Bytes(#[serde(with = "bytes")] Vec<u8>),
    /// Text.
    Text(String),
    /// Text whose structure is known.
    Structured(StructuredText),
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// A document, or a reason why there is none.
pub type Extracted = Result<RawDocument, Skipped>;

/// Takes the documents out of the file at `place` and hands each, or the reason why not, to `sink`. `path` is the file's path
/// below its folder, as reports show it.
pub fn extract_documents(place: &Path, path: &str, sink: &mut dyn FnMut(Extracted)) {
    if let Err(reason) = extract_file(place, path, sink) {
        sink(Err(Skipped {
            path: path.to_owned(),
            reason,
        }));
    }
}

fn extract_file(
    place: &Path,
    path: &str,
    sink: &mut dyn FnMut(Extracted),
) -> Result<(), SkipReason> {
    let mut file = File::open(place).map_err(|error| SkipReason::CannotOpen(error.to_string()))?;
    let packed_bytes = file.metadata().map_or(0, |metadata| metadata.len());
    extract_from(&mut file, packed_bytes, path, sink)
}

/// Reads through the gzip that `file` may be packed with, and tells whether it is.
fn unpacked(file: &mut dyn Read) -> (Box<dyn BufRead + '_>, bool) {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let is_gzip = matches!(reader.fill_buf(), Ok(head) if head.starts_with(&[0x1F, 0x8B]));
    if is_gzip {
        let unpacked = MultiGzDecoder::new(reader);
        (Box::new(BufReader::new(unpacked)), true)
    } else {
        (Box::new(reader), false)
    }
}

/// Takes the documents out of a file of `packed_bytes` that `file` reads, as [`extract_documents`] does.
pub(crate) fn extract_from(
    file: &mut dyn Read,
    packed_bytes: u64,
    path: &str,
    sink: &mut dyn FnMut(Extracted),
) -> Result<(), SkipReason> {
    let (mut reader, is_gzip) = unpacked(file);
    if is_named_json_lines(path) || reader.fill_buf().is_ok_and(looks_like_json_lines) {
        extract_json_lines(&mut reader, path, sink);
        return Ok(());
    }
    let bytes = read_whole(reader)?;
    let most = packed_bytes.saturating_mul(MAX_RATIO).max(SMALL_BYTES);
    if is_gzip && bytes.len() as u64 > most {
        return Err(GROWS_TOO_MUCH);
    }
    extract_bytes(bytes, path, sink);
    Ok(())
}

fn read_whole(reader: impl Read) -> Result<Vec<u8>, SkipReason> {
    let mut bytes = Vec::new();
    reader
        .take(MAX_DOCUMENT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| SkipReason::CannotRead(error.to_string()))?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(too_large(MAX_DOCUMENT_BYTES));
    }
    Ok(bytes)
}

/// Puts a reason in the place of a picture, where scans are not read.
pub(crate) fn without_pictures(extracted: Extracted) -> Extracted {
    match extracted {
        Ok(RawDocument {
            path,
            format: Format::Picture(format),
            ..
        }) => skipped(&path, foreign(format)),
        extracted => extracted,
    }
}

/// Takes the documents out of the bytes of one file called `path`, as [`extract_documents`] does; not unpacked from gzip.
pub fn extract_bytes(bytes: Vec<u8>, path: &str, sink: &mut dyn FnMut(Extracted)) {
    take_documents(bytes, path, false, sink);
}

/// `.jsonl` or `.ndjson`, also with `.gz` behind it.
fn is_named_json_lines(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.ends_with(".jsonl") || name.ends_with(".ndjson")
}

/// Takes the documents out of the bytes of one file, or of a member of an archive.
fn take_documents(bytes: Vec<u8>, path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    if bytes.is_empty() {
        return sink(skipped(path, SkipReason::EmptyFile));
    }
    let name = path.strip_suffix(".gz").unwrap_or(path);
    match detect_format(&bytes, name) {
        Format::Foreign(format) => sink(skipped(path, foreign(format))),
        Format::Zip => take_zip(bytes, path, is_member, sink),
        Format::Tar | Format::SevenZip | Format::Rar if is_member => {
            sink(skipped(path, SkipReason::NestedArchive));
        }
        format @ (Format::Tar | Format::SevenZip | Format::Rar) => {
            take_archive(format, &bytes, path, sink);
        }
        Format::Email => take_message(bytes, path, is_member, sink),
        Format::Mailbox => take_mailbox(&bytes, path, is_member, sink),
        Format::Crawl => take_crawl(&bytes, path, is_member, sink),
        Format::Pdf if attached::may_have_attached(&bytes) => {
            take_pdf(bytes, path, is_member, sink);
        }
        Format::Compound => take_compound(bytes, path, is_member, sink),
        Format::Text if is_member && is_json_lines(path, &bytes) => {
            extract_json_lines(&mut bytes.as_slice(), path, sink);
        }
        Format::Json => extract_json(bytes, path, sink),
        Format::Csv => extract_table(bytes, path, sink),
        format => sink(Ok(document(path, format, bytes))),
    }
}

fn is_json_lines(path: &str, head: &[u8]) -> bool {
    is_named_json_lines(path) || looks_like_json_lines(head)
}

fn skipped(path: &str, reason: SkipReason) -> Extracted {
    Err(Skipped {
        path: path.to_owned(),
        reason,
    })
}

fn foreign(format: &str) -> SkipReason {
    SkipReason::ForeignFormat(format.to_owned())
}

fn document(path: &str, format: Format, bytes: Vec<u8>) -> RawDocument {
    RawDocument {
        path: path.to_owned(),
        format,
        content: Content::Bytes(bytes),
        ..RawDocument::default()
    }
}

/// Returns true for a folder, and for a file that the system left when it packed an archive.
fn is_left_over(name: &str) -> bool {
    let is_hidden =
        |part: &str| part.starts_with('.') && part.len() > 1 && part != ".." || part == "__MACOSX";
    name.ends_with('/') || name.split('/').any(is_hidden)
}

fn member_path(path: &str, name: &str) -> String {
    format!(
        "{path}/{}",
        name.trim_start_matches("./").trim_start_matches('/')
    )
}

fn take_zip(bytes: Vec<u8>, path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    match Package::open(bytes).and_then(|mut package| Ok((package.kind()?, package))) {
        Err(reason) => sink(skipped(path, reason)),
        Ok((PackageKind::Archive, _)) if is_member => {
            sink(skipped(path, SkipReason::NestedArchive));
        }
        Ok((PackageKind::Archive, package)) => take_zip_members(package, path, sink),
        Ok((PackageKind::Foreign(format), _)) => sink(skipped(path, foreign(format))),
        Ok((_, package)) => sink(Ok(document(path, Format::Zip, package.into_bytes()))),
    }
}

/// One document a member.
fn take_zip_members(mut package: Package, path: &str, sink: &mut dyn FnMut(Extracted)) {
    for index in 0..package.len() {
        let name = package.name(index);
        if is_left_over(&name) {
            continue;
        }
        let path = member_path(path, &name);
        package.begin_document();
        match package.read_index(index) {
            Ok(bytes) => take_documents(bytes, &path, true, sink),
            Err(reason) => sink(Err(Skipped { path, reason })),
        }
    }
    if package.len() == 0 {
        sink(Err(Skipped {
            path: path.to_owned(),
            reason: SkipReason::EmptyZip,
        }));
    }
}

/// The members of an archive that is no package.
fn take_archive(format: Format, bytes: &[u8], path: &str, sink: &mut dyn FnMut(Extracted)) {
    take_members(path, sink, |each| match format {
        Format::SevenZip => sevenz::read_members(bytes, each),
        Format::Rar => rar::read_members(bytes, each),
        _ => tar::read_members(bytes, &mut |name, content| {
            each(name, content.map(<[u8]>::to_vec));
        }),
    });
}

/// A member of an archive as it is read: its name, empty for the archive itself, and its bytes or why there are none.
type EachMember<'a> = dyn FnMut(String, Result<Vec<u8>, SkipReason>) + 'a;

/// One document a member; `read` hands the members of the archive on.
fn take_members(
    path: &str,
    sink: &mut dyn FnMut(Extracted),
    read: impl FnOnce(&mut EachMember<'_>),
) {
    read(&mut |name, content| match content {
        _ if is_left_over(&name) => {}
        Ok(content) => take_documents(content, &member_path(path, &name), true, sink),
        Err(reason) if name.is_empty() => sink(Err(Skipped {
            path: path.to_owned(),
            reason,
        })),
        Err(reason) => sink(Err(Skipped {
            path: member_path(path, &name),
            reason,
        })),
    });
}

/// A message and the files attached to it, a document each.
fn take_message(bytes: Vec<u8>, path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    let attached = email::attached_files(&bytes);
    let message = document(path, Format::Email, bytes);
    take_attached(message, attached, is_member, sink);
}

/// The messages of a mailbox, each with the files attached to it.
fn take_mailbox(bytes: &[u8], path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    if is_member {
        return sink(Err(Skipped {
            path: path.to_owned(),
            reason: SkipReason::NestedArchive,
        }));
    }
    for (number, message) in (1..).zip(mailbox::messages(bytes)) {
        let path = member_path(path, &format!("message-{number}"));
        take_message(message.to_vec(), &path, false, sink);
    }
}

/// Returns a web address without its scheme and without a slash at its end.
fn without_scheme(address: &str) -> &str {
    let name = address.split_once("://").map_or(address, |(_, name)| name);
    name.trim_end_matches('/')
}

/// Answers that a crawler kept, a document each, with its address.
fn take_crawl(bytes: &[u8], path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    if is_member {
        return sink(skipped(path, SkipReason::NestedArchive));
    }
    let (answers, is_whole) = warc::answers(bytes);
    for answer in answers {
        let member = member_path(path, without_scheme(&answer.address));
        match answer.bytes {
            Some(bytes) => take_documents(bytes, &member, true, &mut |extracted| {
                sink(extracted.map(|mut document| {
                    document.declared.original_url = Some(answer.address.clone());
                    document
                }));
            }),
            None => sink(skipped(&member, SkipReason::UnreadFormat)),
        }
    }
    if !is_whole {
        sink(skipped(path, SkipReason::CutWarc));
    }
}

/// An Office document, or a message with the files attached to it.
fn take_compound(bytes: Vec<u8>, path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    match compound_kind(&bytes) {
        CompoundKind::Foreign(format) => sink(skipped(path, foreign(format))),
        CompoundKind::Office(_) | CompoundKind::Encrypted => {
            sink(Ok(document(path, Format::Compound, bytes)));
        }
        CompoundKind::Message => take_outlook_message(bytes, path, is_member, sink),
    }
}

fn take_outlook_message(
    bytes: Vec<u8>,
    path: &str,
    is_member: bool,
    sink: &mut dyn FnMut(Extracted),
) {
    let attached = match OutlookMessage::open(bytes.clone()) {
        Ok(mut message) => message.attached_files(),
        Err(reason) => return sink(skipped(path, reason)),
    };
    let mut message = document(path, Format::Compound, bytes);
    let files = take_whole(attached, "attached message", &mut message.notes);
    take_attached(message, files, is_member, sink);
}

/// The attached files that have their content; of the others, which are a `kind` of thing, a note is made.
fn take_whole(
    attached: Vec<(String, Option<Vec<u8>>)>,
    kind: &str,
    notes: &mut Vec<String>,
) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for (name, content) in attached {
        match content {
            Some(content) => files.push((name, content)),
            None => notes.push(format!("{kind} {name}: not opened")),
        }
    }
    files
}

/// A PDF and the files attached to it, a document each. Files of a PDF that needs a password are not opened.
fn take_pdf(bytes: Vec<u8>, path: &str, is_member: bool, sink: &mut dyn FnMut(Extracted)) {
    let attached = attached::attached_files(&bytes, "");
    let mut pdf = document(path, Format::Pdf, bytes);
    let files = take_whole(attached, "attached file", &mut pdf.notes);
    take_attached(pdf, files, is_member, sink);
}

/// A message or a PDF, then the files attached to it. A picture is a part of it and only named; so are the files of one that is
/// itself a member, where they may have files attached in their turn.
fn take_attached(
    mut message: RawDocument,
    attached: Vec<(String, Vec<u8>)>,
    is_member: bool,
    sink: &mut dyn FnMut(Extracted),
) {
    let path = message.path.clone();
    let mut files = Vec::new();
    let are_too_many = attached.len() > MAX_ENTRIES;
    for (name, content) in attached.into_iter().take(MAX_ENTRIES) {
        match detect_format(&content, &name) {
            Format::Foreign(format) | Format::Picture(format) => message
                .notes
                .push(format!("attached file {name}: {format}, not read")),
            // A message within a message gives its files, but none that hold files: those could go on for ever.
            format if is_member && may_hold_files(format, &content) => message
                .notes
                .push(format!("attached file {name}: not opened")),
            _ => files.push((name, content)),
        }
    }
    sink(Ok(message));
    for (name, content) in files {
        take_documents(content, &member_path(&path, &name), true, sink);
    }
    if are_too_many {
        let reason = SkipReason::TooManyAttachedFiles { limit: MAX_ENTRIES };
        sink(skipped(&path, reason));
    }
}

/// Returns true for a file that may have files attached to it.
fn may_hold_files(format: Format, content: &[u8]) -> bool {
    match format {
        Format::Email => true,
        Format::Pdf => attached::may_have_attached(content),
        Format::Compound => compound_kind(content) == CompoundKind::Message,
        _ => false,
    }
}

/// Reads the format of one document: bytes become text with its structure. Plain text stays bytes, for `decode`.
pub fn read_document(raw: RawDocument) -> Extracted {
    read_document_with(raw, &mut NoScans)
}

/// As [`read_document`]; `scans` reads the pictures of pages.
pub(crate) fn read_document_with(mut raw: RawDocument, scans: &mut dyn ReadsScans) -> Extracted {
    let Content::Bytes(bytes) = &mut raw.content else {
        return Ok(raw);
    };
    if raw.format == Format::Text {
        return Ok(raw);
    }
    let bytes = std::mem::take(bytes);
    let password = raw.declared.password.take();
    let password = password.as_deref();
    let read = read_format(raw.format, bytes, password, scans, &mut raw.notes);
    let (text, declared) = match read {
        Ok(read) => read,
        Err(reason) => return skipped(&raw.path, reason),
    };
    if text.blocks.is_empty() {
        let why = raw.notes.first().cloned();
        return skipped(&raw.path, SkipReason::NoText(why));
    }
    if is_part_of_text(raw.format, &declared) {
        raw.declared = raw.declared.or(declared);
    } else {
        raw.properties = declared;
    }
    raw.content = Content::Structured(text);
    Ok(raw)
}

/// Returns true if what a format declares is a part of the document: the header of a message and of a feed, whatever its text
/// speaks of, and the title of a book. Office documents have a title among their properties only.
fn is_part_of_text(format: Format, declared: &Declared) -> bool {
    match format {
        Format::Email | Format::Xml | Format::Compound => true,
        Format::Zip => declared.title.is_some(),
        _ => false,
    }
}

fn read_format(
    format: Format,
    bytes: Vec<u8>,
    password: Option<&str>,
    scans: &mut dyn ReadsScans,
    notes: &mut Vec<String>,
) -> Result<(StructuredText, Declared), SkipReason> {
    match format {
        Format::Html => Ok(read_marked_up(&bytes, html::read_html)),
        Format::Xml => Ok(read_marked_up(&bytes, |text| feed::read_xml(text, notes))),
        Format::Zip => read_package(Package::open(bytes)?, notes),
        Format::Pdf => {
            let (text, declared, found) = pdf::read_pdf(bytes, password, scans)?;
            notes.extend(found);
            Ok((text, declared))
        }
        Format::Picture(format) => {
            let text = picture::read_picture(&bytes, format, scans, notes)?;
            Ok((text, Declared::default()))
        }
        Format::Rtf => Ok(rtf::read_rtf(&bytes, notes)),
        Format::Email => email::read_email(&bytes),
        Format::WebArchive => web_archive::read_web_archive(&bytes),
        Format::Compound => match compound_kind(&bytes) {
            CompoundKind::Office(format) => read_old_office(bytes, format, password, notes),
            CompoundKind::Encrypted => {
                let opened = encrypted::decrypt(&bytes, password)?;
                read_package(Package::open(opened)?, notes)
            }
            CompoundKind::Message => OutlookMessage::open(bytes)?.read(notes),
            CompoundKind::Foreign(format) => Err(foreign(format)),
        },
        Format::Text
        | Format::Json
        | Format::Csv
        | Format::Tar
        | Format::Mailbox
        | Format::Crawl
        | Format::SevenZip
        | Format::Rar
        | Format::Foreign(_) => Err(SkipReason::UnreadFormat),
    }
}

/// Reads an Office document from before 2007, opened with its password where it asks for one.
fn read_old_office(
    bytes: Vec<u8>,
    format: DocumentFormat,
    password: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<(StructuredText, Declared), SkipReason> {
    match legacy::read_legacy(bytes.clone(), format, notes) {
        Err(SkipReason::OfficePassword) => {
            let opened = encrypted::decrypt(&bytes, password)?;
            legacy::read_legacy(opened, format, notes)
        }
        read => read,
    }
}

/// Decodes markup and reads it.
fn read_marked_up(
    bytes: &[u8],
    read: impl FnOnce(&str) -> (StructuredText, Declared),
) -> (StructuredText, Declared) {
    let decoded = decode_bytes(bytes, None);
    let (mut text, declared) = read(&decoded.text);
    text.encoding = decoded.encoding;
    (text, declared)
}

fn read_package(
    mut package: Package,
    notes: &mut Vec<String>,
) -> Result<(StructuredText, Declared), SkipReason> {
    let declared = properties_of(&mut package)?;
    let text = match package.kind()? {
        PackageKind::Docx => docx::read_docx(&mut package, notes)?,
        PackageKind::OpenDocument => opendocument::read_open_document(&mut package, notes)?,
        PackageKind::Pptx => slides::read_slides(&mut package, notes)?,
        PackageKind::Xlsx => sheets::read_sheets(package, notes)?,
        PackageKind::Xlsb => sheets::read_binary_sheets(package, notes)?,
        PackageKind::Ofd => return ofd::read_ofd(&mut package, notes),
        PackageKind::Foreign(format) => return Err(foreign(format)),
        PackageKind::Epub => return epub::read_epub(&mut package, notes),
        PackageKind::Archive => return Err(SkipReason::NestedArchive),
    };
    Ok((text, declared))
}

/// What an Office program says of a document.
fn properties_of(package: &mut Package) -> Result<Declared, SkipReason> {
    let member = match package.kind()? {
        PackageKind::OpenDocument => "meta.xml",
        _ => "docProps/core.xml",
    };
    let declared = package
        .read_text(member)?
        .map(|text| dublin_core::read_dublin_core(&text))
        .unwrap_or_default();
    // A book's record is made by its publisher; an Office program fills in what it likes.
    Ok(Declared {
        file_title: declared.title,
        file_date: declared.date,
        title: None,
        date: None,
        ..declared
    })
}
