//! The manifest of an index: the file that both ends read before anything else.
//!
//! An index folder holds generations, each complete, and one small file that names the current one. A generation's
//! manifest tells with which analyzer it was built, from what, and what each of its files has to look like.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use polidex_analysis::hash::Fnv;

/// Name of the file in an index folder that holds the name of the current generation.
pub const CURRENT: &str = "CURRENT";
/// Name of the folder of generations.
pub const GENERATIONS: &str = "generations";
/// Name of the manifest in a generation's folder.
pub const MANIFEST: &str = "manifest.json";

/// Name of the file in a generation's folder that holds its suggestions. The server makes and reads it; a generation may be
/// without.
pub const SUGGESTIONS: &str = "suggestions";
/// Name of the file in a generation's folder that holds the passages which stand in several documents. Made and read as
/// [`SUGGESTIONS`] are.
pub const REUSE: &str = "reuse";

/// Description of one generation.
///
/// # Examples
///
/// ```
/// use polidex_schema::manifest::Manifest;
///
/// let manifest = Manifest {
///     generation: "g000001".to_owned(),
///     documents: 5,
///     ..Manifest::default()
/// };
/// let text = manifest.to_text();
/// assert_eq!(Manifest::verified(&text)?.documents, 5);
/// // One changed byte is noticed.
/// assert!(Manifest::verified(&text.replace('5', "6")).is_err());
/// # Ok::<(), polidex_schema::manifest::ManifestError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the generation.
    pub generation: String,
    /// [`crate::fields::fingerprint`] of the program that built it.
    pub analyzer: String,
    /// Names the program and the options that prepared its documents; another one prepares all of them anew.
    #[serde(default)]
    pub pipeline: String,
    /// The paths it was built from, absolute.
    pub built_from: Vec<String>,
    /// Documents in it.
    pub documents: u64,
    /// Passages in it.
    pub passages: u64,
    /// Ids of documents whose files could not be read when it was built: their text is that of an earlier run.
    #[serde(default)]
    pub stale: Vec<String>,
    /// Documents that are kept because too many would have been removed at once.
    #[serde(default)]
    pub held: u64,
    /// Every file of the generation but this one.
    #[serde(default)]
    pub files: BTreeMap<String, FileSum>,
    /// Checksum of all of the above.
    #[serde(default)]
    pub checksum: String,
}

/// Size and checksum of a file as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Size.
    pub len_bytes: u64,
    /// CRC-32.
    pub crc32: u32,
}

/// Reason why a text is no manifest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The text is no JSON, or a field is missing or of another type.
    #[error(transparent)]
    Syntax(#[from] serde_json::Error),
    /// A byte of the text has changed since it was written.
    #[error("it does not match its own checksum")]
    Checksum,
}

impl Manifest {
    /// The text of the file, its checksum made anew.
    pub fn to_text(&self) -> String {
        let unsigned = Self {
            checksum: String::new(),
            ..self.clone()
        };
        let text = |manifest: &Self| {
            serde_json::to_string_pretty(manifest).expect("plain data always serialises")
        };
        text(&Self {
            checksum: checksum(&text(&unsigned)),
            ..unsigned
        })
    }

    /// Reads the text of the file, whoever wrote it; the checksum is not looked at.
    ///
    /// # Errors
    /// [`ManifestError::Syntax`].
    pub fn from_text(text: &str) -> Result<Self, ManifestError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Reads the text of the file and checks every byte of it against its checksum.
    ///
    /// # Errors
    /// [`ManifestError::Syntax`], [`ManifestError::Checksum`].
    pub fn verified(text: &str) -> Result<Self, ManifestError> {
        let manifest = Self::from_text(text)?;
        // The text itself, and not what is read of it: another version has other fields.
        let written = format!("\"checksum\": \"{}\"", manifest.checksum);
        let unsigned = text.rsplit_once(&written).map(|(before, after)| {
            let signature = "\"checksum\": \"\"";
            format!("{before}{signature}{after}")
        });
        match unsigned {
            Some(unsigned) if checksum(&unsigned) == manifest.checksum => Ok(manifest),
            _ => Err(ManifestError::Checksum),
        }
    }
}

/// The text of the file that names the current generation.
pub fn current_text(generation: &str) -> String {
    format!("{generation} {}\n", checksum(generation))
}

/// The generation that such a text names; `None` when a byte of it is wrong. The name becomes part of a path: nothing but
/// a generation's own form is one.
pub fn parse_current(text: &str) -> Option<&str> {
    let name = text
        .split_once(' ')
        .map_or(text.trim_end(), |(name, _)| name);
    let digits = name.strip_prefix('g')?;
    let is_name = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_name && text == current_text(name)).then_some(name)
}

fn checksum(text: &str) -> String {
    format!("{:016x}", Fnv::of(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flips(text: &str) -> impl Iterator<Item = String> {
        let bytes = text.as_bytes().to_vec();
        (0..bytes.len()).flat_map(move |at| {
            let bytes = bytes.clone();
            (0..7).filter_map(move |bit| {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                String::from_utf8(flipped).ok()
            })
        })
    }

    #[test]
    fn every_flipped_bit_of_the_small_files_is_seen() {
        let text = current_text("g000012");
        assert_eq!(parse_current(&text), Some("g000012"));
        assert!(flips(&text).all(|flipped| parse_current(&flipped).is_none()));
        assert_eq!(parse_current("../../etc"), None);
        let files = BTreeMap::from([(
            "meta.json".to_owned(),
            FileSum {
                len_bytes: 7,
                crc32: 9,
            },
        )]);
        let manifest = Manifest {
            generation: "g000012".to_owned(),
            documents: 3,
            files,
            ..Manifest::default()
        };
        let text = manifest.to_text();
        assert!(Manifest::verified(&text).is_ok_and(|manifest| manifest.documents == 3));
        assert!(flips(&text).all(|flipped| Manifest::verified(&flipped).is_err()));
    }
}
