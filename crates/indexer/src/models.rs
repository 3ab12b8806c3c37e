//! Networks that read scans: taken from a release of theirs, checked, and kept in the user's folder of data.
//!
//! In: the wheel `rapidocr` of the Python Package Index, or a folder that holds its files. Out: both networks and the texts
//! of their licence in a folder of their own, which [`Models::find`] finds again.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;
use walkdir::WalkDir;

/// Networks of one release, with their hashes.
const FINDS: Known = Known {
    name: "PP-OCRv6_det_small.onnx",
    sha256: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
};
const READS: Known = Known {
    name: "PP-OCRv6_rec_small.onnx",
    sha256: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
};
/// Names of texts that say under which licence they may be used.
const LICENCES: [&str; 2] = ["LICENSE", "MODEL_LICENSES.md"];
/// Bytes of a network or a text; that of servers has 85 million.
const MAX_FILE_BYTES: u64 = 256 << 20;
/// Files looked at in a folder or a wheel.
const MAX_FILES: usize = 10_000;

struct Known {
    name: &'static str,
    sha256: &'static str,
}

/// Reasons why networks are not installed.
#[derive(Debug, Error)]
pub enum ModelsError {
    /// A file cannot be read or written.
    #[error("{place}: {error}", place = place.display())]
    Io {
        /// The file.
        place: PathBuf,
        /// Error of the system.
        error: io::Error,
    },
    /// The wheel is no ZIP file.
    #[error("{place}: not a wheel: {error}", place = place.display())]
    NotWheel {
        /// The file.
        place: PathBuf,
        /// Error of the reader.
        error: String,
    },
    /// A network is missing.
    #[error("{place} holds no {name}; get it by `pip download rapidocr==3.10.0 --no-deps`", place = place.display())]
    Missing {
        /// Wheel or folder.
        place: PathBuf,
        /// File that is missing.
        name: &'static str,
    },
    /// A network is another than that of the release that is known.
    #[error(
        "{name} has the SHA-256 {found}, not {wanted} as the release 3.10.0; if you trust it, install it with --trust"
    )]
    Unknown {
        /// File.
        name: &'static str,
        /// Hash of the file.
        found: String,
        /// Hash of the release.
        wanted: &'static str,
    },
}

/// Networks that are installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Models {
    /// Network that finds lines.
    pub finds: PathBuf,
    /// Network that reads them.
    pub reads: PathBuf,
}

impl Models {
    /// Returns the networks in `folder`; `None` unless both are there.
    pub fn find(folder: &Path) -> Option<Self> {
        let models = Self {
            finds: folder.join(FINDS.name),
            reads: folder.join(READS.name),
        };
        (models.finds.is_file() && models.reads.is_file()).then_some(models)
    }
}

/// Copies the networks and their licence from `source`, a wheel or a folder, into `folder`. Networks of another release are
/// taken only if `is_trusted`.
///
/// # Errors
/// A network is missing or another, or a file cannot be read or written; then `folder` is as it was.
pub fn install(source: &Path, folder: &Path, is_trusted: bool) -> Result<Models, ModelsError> {
    let files = if source.is_dir() {
        files_of_folder(source)?
    } else {
        files_of_wheel(source)?
    };
    let named = |name: &str| files.iter().find(|(found, _)| found == name);
    let mut chosen = Vec::new();
    for known in [FINDS, READS] {
        let Some((_, bytes)) = named(known.name) else {
            let place = source.to_owned();
            return Err(ModelsError::Missing {
                place,
                name: known.name,
            });
        };
        let found = sha256_of(bytes);
        if found != known.sha256 && !is_trusted {
            return Err(ModelsError::Unknown {
                name: known.name,
                found,
                wanted: known.sha256,
            });
        }
        chosen.push((known.name, bytes));
    }
    let licences = LICENCES
        .iter()
        .filter_map(|name| Some((*name, &named(name)?.1)));
    chosen.extend(licences);
    write_all(&chosen, folder)?;
    Ok(Models {
        finds: folder.join(FINDS.name),
        reads: folder.join(READS.name),
    })
}

/// Names and bytes.
type Files = Vec<(String, Vec<u8>)>;

fn is_wanted(name: &str) -> bool {
    name == FINDS.name || name == READS.name || LICENCES.contains(&name)
}

fn files_of_folder(folder: &Path) -> Result<Files, ModelsError> {
    let mut files = Files::new();
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in entries.filter_map(Result::ok).take(MAX_FILES) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_file() && is_wanted(&name) {
            let place = entry.path();
            let bytes = read_capped(place).map_err(|error| at(place, error))?;
            files.push((name, bytes));
        }
    }
    Ok(files)
}

fn read_capped(place: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(place)?
        .take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn files_of_wheel(wheel: &Path) -> Result<Files, ModelsError> {
    let file = File::open(wheel).map_err(|error| at(wheel, error))?;
    let not_wheel = |error: zip::result::ZipError| ModelsError::NotWheel {
        place: wheel.to_owned(),
        error: error.to_string(),
    };
    let mut archive = zip::ZipArchive::new(file).map_err(not_wheel)?;
    let mut files = Files::new();
    for index in 0..archive.len().min(MAX_FILES) {
        let member = archive.by_index(index).map_err(not_wheel)?;
        let path = member.name().map_err(not_wheel)?.into_owned();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        if !is_wanted(&name) {
            continue;
        }
        let mut bytes = Vec::new();
        let mut member = member.take(MAX_FILE_BYTES);
        member
            .read_to_end(&mut bytes)
            .map_err(|error| at(wheel, error))?;
        files.push((name, bytes));
    }
    Ok(files)
}

/// Writes files beside those they replace, and only then replaces them.
fn write_all(files: &[(&str, &Vec<u8>)], folder: &Path) -> Result<(), ModelsError> {
    fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
    for (name, bytes) in files {
        let place = folder.join(format!("{name}.new"));
        fs::write(&place, bytes).map_err(|error| at(&place, error))?;
    }
    for (name, _) in files {
        let place = folder.join(name);
        fs::rename(folder.join(format!("{name}.new")), &place)
            .map_err(|error| at(&place, error))?;
    }
    Ok(())
}

fn at(place: &Path, error: io::Error) -> ModelsError {
    ModelsError::Io {
        place: place.to_owned(),
        error,
    }
}

fn sha256_of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn release(folder: &Path) {
        fs::create_dir(folder.join("models")).expect("writable");
        for name in [FINDS.name, READS.name, "other.onnx"] {
            fs::write(folder.join("models").join(name), name).expect("writable");
        }
        fs::write(folder.join("LICENSE"), "Apache").expect("writable");
    }

    #[test]
    fn another_release_is_installed_only_if_it_is_trusted() {
        let (from, into) = (
            TempDir::new().expect("a folder"),
            TempDir::new().expect("a folder"),
        );
        release(from.path());
        let folder = into.path().join("ocr");
        let refused = install(from.path(), &folder, false).expect_err("another release");
        assert!(refused.to_string().contains("--trust"), "{refused}");
        assert_eq!(Models::find(&folder), None);
        let models = install(from.path(), &folder, true).expect("trusted");
        assert_eq!(Models::find(&folder), Some(models));
        let mut names: Vec<_> = fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["LICENSE", FINDS.name, READS.name]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let from = TempDir::new().expect("a folder");
        let into = from.path().join("into");
        let missing = install(from.path(), &into, true).expect_err("nothing there");
        assert!(
            missing.to_string().contains("PP-OCRv6_det_small"),
            "{missing}"
        );
        let file = from.path().join("x.whl");
        fs::write(&file, "no wheel").expect("writable");
        let refused = install(&file, &into, true).expect_err("no wheel");
        assert!(refused.to_string().contains("not a wheel"), "{refused}");
    }
}
