//! Fonts of a folder, by the ideographs that each has.
//!
//! In: a folder of OpenType and TrueType fonts and collections. Out: the font that comes nearest to one that a page wants. What a
//! font is for is told by the code pages of its table `OS/2`, and among those of one file by the region in its name: every
//! font of *Noto Sans CJK* has the ideographs of all, each in the shapes of its region.

use std::fs;
use std::path::{Path, PathBuf};

use skrifa::raw::{FileRef, FontRef, TableProvider};
use skrifa::string::StringId;

use crate::extract::stand_in::{Ideographs, StandIn, WantedFont};

/// Bytes of a font's file.
const MAX_FONT_BYTES: u64 = 64 << 20;
/// Files of a folder that are looked at.
const MAX_FILES: usize = 1_000;
/// Weight from which a font is bold.
const BOLD_WEIGHT: u16 = 600;
/// Serifs of `panose` that a font without them begins with.
const FIRST_SANS: u8 = 11;

/// Fonts of a folder.
#[derive(Debug, Default)]
pub struct Fonts(Vec<Face>);

/// One font of a file.
#[derive(Debug)]
struct Face {
    path: PathBuf,
    index: u32,
    name: String,
    code_pages: u32,
    is_bold: bool,
    is_serif: bool,
}

impl Fonts {
    /// The fonts of `folder`, and of the folders in it.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn of_folder(folder: &Path) -> std::io::Result<Self> {
        drop(fs::read_dir(folder)?);
        let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
        let entries = entries.into_iter().filter_map(Result::ok);
        let files = entries
            .filter(|entry| is_font(entry.path()))
            .take(MAX_FILES);
        let faces = files.flat_map(|entry| faces_of(entry.path()));
        Ok(Self(faces.collect()))
    }

    /// Number of fonts that have ideographs.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where no font has ideographs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the font that comes nearest to `wanted`; `None` if none has its ideographs.
    pub(crate) fn nearest(&self, wanted: WantedFont) -> Option<StandIn> {
        let (bit, region) = known_by(wanted.ideographs);
        let faces = self.0.iter();
        let able = faces.filter(|face| face.code_pages & (1 << bit) != 0);
        let nearest = able.min_by_key(|face| {
            let is_of_region = face.name.split(' ').any(|word| word == region);
            (
                !is_of_region,
                face.is_bold != wanted.is_bold,
                face.is_serif != wanted.is_serif,
            )
        })?;
        Some(StandIn {
            wanted,
            file: fs::read(&nearest.path).ok()?,
            index: nearest.index,
        })
    }
}

/// Bit of a code page in `OS/2`, and the region in the names of fonts.
fn known_by(ideographs: Ideographs) -> (u8, &'static str) {
    match ideographs {
        Ideographs::Japanese => (17, "JP"),
        Ideographs::Simplified => (18, "SC"),
        Ideographs::Korean => (19, "KR"),
        Ideographs::Traditional => (20, "TC"),
    }
}

fn is_font(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    let is_named = end.is_some_and(|end| {
        ["ttf", "otf", "ttc", "otc"]
            .iter()
            .any(|font| end.eq_ignore_ascii_case(font))
    });
    let is_small = |path: &Path| fs::metadata(path).is_ok_and(|file| file.len() <= MAX_FONT_BYTES);
    is_named && is_small(path)
}

/// The fonts of a file that have ideographs.
fn faces_of(path: &Path) -> Vec<Face> {
    let Ok(file) = fs::read(path) else {
        return Vec::new();
    };
    let fonts = match FileRef::new(&file) {
        Ok(FileRef::Font(font)) => vec![Ok(font)],
        Ok(FileRef::Collection(collection)) => collection.iter().collect(),
        Err(_) => Vec::new(),
    };
    let faces = (0..).zip(fonts);
    let faces = faces.filter_map(|(index, font)| face_of(path, index, &font.ok()?));
    faces.collect()
}

fn face_of(path: &Path, index: u32, font: &FontRef<'_>) -> Option<Face> {
    use skrifa::MetadataProvider;
    let os2 = font.os2().ok()?;
    let code_pages = os2.ul_code_page_range_1()?;
    let has_ideographs = (17..=20).any(|bit| code_pages & (1 << bit) != 0);
    let name = font.localized_strings(StringId::FAMILY_NAME);
    let serifs = os2.panose_10().get(1).copied().unwrap_or_default();
    has_ideographs.then(|| Face {
        path: path.to_owned(),
        index,
        name: name
            .english_or_first()
            .map(|name| name.to_string())
            .unwrap_or_default(),
        code_pages,
        is_bold: os2.us_weight_class() >= BOLD_WEIGHT,
        is_serif: serifs < FIRST_SANS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(name: &str, code_pages: &[u8], is_bold: bool, is_serif: bool) -> Face {
        Face {
            path: PathBuf::new(),
            index: 0,
            name: name.to_owned(),
            code_pages: code_pages.iter().map(|bit| 1 << bit).sum(),
            is_bold,
            is_serif,
        }
    }

    #[test]
    fn a_folder_without_fonts_has_none_and_one_that_is_not_there_is_an_error() {
        let folder = tempfile::TempDir::new().expect("a folder");
        fs::write(folder.path().join("a.ttf"), b"no font").expect("a file");
        let fonts = Fonts::of_folder(folder.path()).expect("a folder");
        assert!(fonts.is_empty());
        assert!(Fonts::of_folder(&folder.path().join("none")).is_err());
    }

    #[test]
    fn the_region_counts_before_the_weight_and_the_serifs() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let mut fonts = Fonts(vec![
            face("Noto Sans CJK JP", &[17, 18], false, false),
            face("Noto Sans CJK SC", &[17, 18], false, false),
            face("Noto Sans CJK TC", &[17, 20], false, false),
            face("Noto Serif CJK SC", &[17, 18], false, true),
            face("Noto Sans CJK SC", &[17, 18], true, false),
        ]);
        for (number, face) in fonts.0.iter_mut().enumerate() {
            face.path = folder.path().join(number.to_string());
            fs::write(&face.path, [number as u8]).expect("a file");
        }
        let nearest = |ideographs, is_bold, is_serif| {
            let wanted = WantedFont {
                ideographs,
                is_bold,
                is_serif,
            };
            fonts.nearest(wanted).map(|found| found.file[0])
        };
        assert_eq!(nearest(Ideographs::Simplified, false, false), Some(1));
        assert_eq!(nearest(Ideographs::Simplified, false, true), Some(3));
        assert_eq!(nearest(Ideographs::Simplified, true, true), Some(4));
        assert_eq!(nearest(Ideographs::Traditional, true, true), Some(2));
        assert_eq!(nearest(Ideographs::Japanese, true, true), Some(0));
        assert_eq!(nearest(Ideographs::Korean, false, false), None);
    }
}
