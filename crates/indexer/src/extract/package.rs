//! Opens ZIP files with every size counted: Office documents, books, archives.

use std::io::Cursor;

use zip::ZipArchive;

use super::limits::{MAX_ENTRIES, MAX_MEMBER_BYTES, MAX_PACKAGE_BYTES, read_capped};
use crate::decode::decode_bytes;
use crate::skip::SkipReason;

/// A ZIP file in memory.
pub(crate) struct Package {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    /// Bytes that may still be unpacked.
    left: u64,
}

/// Kind of a ZIP file, told by its members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PackageKind {
    Docx,
    Xlsx,
    Pptx,
    /// ODT, and its kin for slides and sheets.
    OpenDocument,
    Epub,
    /// A Chinese page format (GB/T 33190).
    Ofd,
    /// XLSX with its parts in binary.
    Xlsb,
    /// A package that is no folder of files and is not read, by its name.
    Foreign(&'static str),
    /// Any other: an archive of files.
    Archive,
}

/// Members that only one format has.
const TELLING_MEMBERS: [(&str, PackageKind); 20] = [
    ("word/document.xml", PackageKind::Docx),
    ("xl/workbook.xml", PackageKind::Xlsx),
    ("ppt/presentation.xml", PackageKind::Pptx),
    ("META-INF/container.xml", PackageKind::Epub),
    ("OFD.xml", PackageKind::Ofd),
    ("xl/workbook.bin", PackageKind::Xlsb),
    (
        "AndroidManifest.xml",
        PackageKind::Foreign("Android program"),
    ),
    ("3D/3dmodel.model", PackageKind::Foreign("3MF model")),
    ("visio/document.xml", PackageKind::Foreign("Visio drawing")),
    ("FixedDocSeq.fdseq", PackageKind::Foreign("XPS document")),
    (
        "FixedDocumentSequence.fdseq",
        PackageKind::Foreign("XPS document"),
    ),
    (
        "Index/Document.iwa",
        PackageKind::Foreign("Apple iWork document"),
    ),
    ("Index.zip", PackageKind::Foreign("Apple iWork document")),
    ("index.apxl", PackageKind::Foreign("Apple iWork document")),
    ("install.rdf", PackageKind::Foreign("browser extension")),
    (
        "buildVersionHistory.plist",
        PackageKind::Foreign("Apple iWork document"),
    ),
    ("WEB-INF/web.xml", PackageKind::Foreign("Java program")),
    (
        "META-INF/application.xml",
        PackageKind::Foreign("Java program"),
    ),
    (
        "theme/theme/themeManager.xml",
        PackageKind::Foreign("Office theme"),
    ),
    (
        "extension.vsixmanifest",
        PackageKind::Foreign("extension of Visual Studio"),
    ),
];

/// OpenDocument without running text.
const NO_TEXT: [&str; 4] = ["formula", "image", "chart", "database"];

impl Package {
    /// Opens `bytes`; `Err` says why it cannot be.
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, SkipReason> {
        let zip = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| SkipReason::DamagedZip(error.to_string()))?;
        if zip.len() > MAX_ENTRIES {
            return Err(SkipReason::TooManyMembers {
                members: zip.len(),
                limit: MAX_ENTRIES,
            });
        }
        Ok(Self {
            zip,
            left: MAX_PACKAGE_BYTES,
        })
    }

    /// Told by the members that each format must have.
    pub(crate) fn kind(&mut self) -> Result<PackageKind, SkipReason> {
        let mut telling = TELLING_MEMBERS.into_iter();
        if let Some((_, kind)) = telling.find(|(member, _)| self.has(member)) {
            return Ok(kind);
        }
        if let Some(program) = self.program() {
            return Ok(PackageKind::Foreign(program));
        }
        /// Kinds of OpenDocument, and of OpenOffice 1, which names the same elements.
        const OPEN_DOCUMENT: [&str; 2] = [
            "application/vnd.oasis.opendocument.",
            "application/vnd.sun.xml.",
        ];
        let mimetype = self.read("mimetype")?.unwrap_or_default();
        let mimetype = String::from_utf8_lossy(&mimetype);
        let mimetype = mimetype.trim();
        if mimetype == "application/vnd.openofficeorg.extension" {
            return Ok(PackageKind::Foreign("extension of OpenOffice"));
        }
        let kind = OPEN_DOCUMENT
            .iter()
            .find_map(|kinds| mimetype.strip_prefix(kinds));
        Ok(match kind {
            Some(kind) if NO_TEXT.contains(&kind) => {
                PackageKind::Foreign("OpenDocument without text")
            }
            Some(_) if self.has("content.xml") => PackageKind::OpenDocument,
            _ => PackageKind::Archive,
        })
    }

    fn has(&self, member: &str) -> bool {
        self.zip.index_for_name(member).is_some()
    }

    /// A package of a program that is told by the endings of its members.
    fn program(&self) -> Option<&'static str> {
        let any = |is_such: fn(&[u8]) -> bool| self.zip.file_names_raw().any(is_such);
        // A manifest alone is in other archives too.
        if self.zip.index_for_name("META-INF/MANIFEST.MF").is_some()
            && any(|name| name.ends_with(b".class"))
        {
            return Some("Java program");
        }
        if any(|name| name.ends_with(b".dist-info/WHEEL")) {
            return Some("Python package");
        }
        any(|name| name.ends_with(b".nuspec") && !name.contains(&b'/')).then_some("NuGet package")
    }

    /// Number of members.
    pub(crate) fn len(&self) -> usize {
        self.zip.len()
    }

    /// The name of a member as text; names in legacy encodings are decoded as any text is.
    pub(crate) fn name(&mut self, index: usize) -> String {
        self.zip.by_index_raw(index).map_or_else(
            |_| format!("member {}", index + 1),
            |member| match std::str::from_utf8(member.name_raw()) {
                Ok(name) => name.to_owned(),
                Err(_) => decode_bytes(member.name_raw(), None).text,
            },
        )
    }

    /// Names that begin with `prefix` and end with `suffix`, those with numbers in the order of the numbers.
    pub(crate) fn names(&self, prefix: &str, suffix: &str) -> Vec<String> {
        let is_match = |name: &String| name.starts_with(prefix) && name.ends_with(suffix);
        let all = self.zip.file_names_raw();
        let all = all.map(|raw| String::from_utf8_lossy(raw).into_owned());
        let mut names: Vec<String> = all.filter(is_match).collect();
        let number = |name: &str| -> u64 {
            let digits: String = name.chars().filter(char::is_ascii_digit).collect();
            digits.parse().unwrap_or(0)
        };
        names.sort_by_cached_key(|name| (number(name), name.clone()));
        names
    }

    /// The bytes of the member called `name`; `None` when there is none.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, SkipReason> {
        match self.zip.index_for_name(name) {
            Some(index) => self.read_index(index).map(Some),
            None => Ok(None),
        }
    }

    /// The text of the member called `name`, decoded; `None` when there is none.
    pub(crate) fn read_text(&mut self, name: &str) -> Result<Option<String>, SkipReason> {
        Ok(self
            .read(name)?
            .map(|bytes| decode_bytes(&bytes, Some("utf-8")).text))
    }

    /// The bytes of a member; empty for a folder.
    pub(crate) fn read_index(&mut self, index: usize) -> Result<Vec<u8>, SkipReason> {
        let member = self
            .zip
            .by_index(index)
            .map_err(|error| SkipReason::DamagedMember(error.to_string()))?;
        if member.is_dir() {
            return Ok(Vec::new());
        }
        let packed = member.compressed_size();
        if self.left == 0 {
            return Err(SkipReason::MembersTooLarge {
                limit_mib: MAX_PACKAGE_BYTES >> 20,
            });
        }
        let bytes = read_capped(member, packed, MAX_MEMBER_BYTES.min(self.left))?;
        self.left -= bytes.len() as u64;
        Ok(bytes)
    }

    /// Forgets what was unpacked so far: for archives, whose members are documents on their own.
    pub(crate) fn begin_document(&mut self) {
        self.left = MAX_PACKAGE_BYTES;
    }

    /// Returns the file itself.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.zip.into_inner().into_inner()
    }
}

/// `../notesSlides/n.xml` of `ppt/slides` is `ppt/notesSlides/n.xml`.
pub(crate) fn member_name(base: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        base.split('/').collect()
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}
