//! Fonts of a PDF, as far as text needs them: codes, advances, and what a code says.
//!
//! A font's own ToUnicode map comes first. Where it is missing or says nothing, a font of one of Adobe's four collections is
//! read through the collection's table, embedded or not, whatever CMap leads to its character ids: that is the damage of
//! seed 002 cured at its source. Glyph names come next. A code that none of these explains has no text, and is counted.

use std::sync::Arc;

use hayro_cmap::{BfString, CMap, CMapName};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};
use hayro_syntax::object::{Array, Dict, Object};

use super::tex::TexEncoding;
use crate::text::cid_tables::{Collection, cid_to_text};

/// A font.
pub(crate) struct PdfFont<'a> {
    font: Font<'a>,
    has_to_unicode: bool,
    collection: Option<(Collection, CMap)>,
    /// Encoding of a font whose glyphs have their codes in decimal for names.
    numbered: Option<TexEncoding>,
}

/// A code of a string.
pub(crate) struct Code {
    pub(crate) code: u32,
    pub(crate) len_bytes: usize,
    /// In thousandths of the font's size, along the line.
    pub(crate) advance: f64,
    /// `None` when nothing tells.
    pub(crate) text: Option<String>,
}

impl<'a> PdfFont<'a> {
    /// Loads the font of a page's resources; `None` when it is none.
    pub(crate) fn load(dict: &Dict<'a>, fonts: &FontCache<'a>) -> Option<Self> {
        let resolve_font: FontResolverFn = Arc::new(|query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(query) => Some(query.pick_standard_font().get_font_data()),
        });
        let resolve_cmap: CMapResolverFn = Arc::new(hayro_cmap::load_embedded);
        let font = fonts.font(dict, &resolve_font, &resolve_cmap)?;
        let has_to_unicode = dict.contains_key(b"ToUnicode".as_slice());
        Some(Self {
            font,
            has_to_unicode,
            collection: collection_of(dict),
            numbered: numbered_names(dict).map(|codes| TexEncoding::of(&codes)),
        })
    }

    pub(crate) fn is_horizontal(&self) -> bool {
        self.font.is_horizontal()
    }

    /// Reads the code at `at`, which is within `bytes`.
    pub(crate) fn read_code(&self, bytes: &[u8], at: usize) -> Code {
        let (code, len_bytes) = self.font.read_code(bytes, at);
        let advance = self.font.code_advance(code);
        let advance = if self.is_horizontal() {
            advance.x
        } else {
            advance.y
        };
        Code {
            code,
            len_bytes,
            advance,
            text: self.text(code, len_bytes),
        }
    }

    fn text(&self, code: u32, len_bytes: usize) -> Option<String> {
        if !self.has_to_unicode
            && let Some(text) = self.text_by_collection(code, len_bytes)
        {
            return Some(text);
        }
        if !self.has_to_unicode
            && let Some(encoding) = self.numbered
            && let Some(text) = encoding.text(code)
        {
            return Some(text);
        }
        let says_something = |text: &String| {
            !text.is_empty() && !text.chars().all(|c| matches!(c, '\u{FFFD}' | '\0'))
        };
        self.text_by_font(code)
            .filter(says_something)
            .or_else(|| self.text_by_collection(code, len_bytes))
    }

    fn text_by_collection(&self, code: u32, len_bytes: usize) -> Option<String> {
        let (collection, cmap) = self.collection.as_ref()?;
        let lengths = [len_bytes as u8, 2, 1, 3, 4];
        let cid = lengths
            .into_iter()
            .find_map(|len| cmap.lookup_cid_code(code, len))?;
        cid_to_text(*collection, u16::try_from(cid).ok()?).map(str::to_owned)
    }

    fn text_by_font(&self, code: u32) -> Option<String> {
        let text = match self.font.glyph(self.font.map_code(code), code) {
            FontGlyph::Outline(glyph) => glyph.as_unicode(),
            FontGlyph::Type3(glyph) => glyph.as_unicode(),
        };
        match text? {
            BfString::Char(character) => Some(character.to_string()),
            BfString::String(text) => Some(text),
        }
    }
}

/// Codes and names in which the encoding of a font differs from the one it is based on.
fn differences_of<'a>(dict: &Dict<'a>) -> Option<Array<'a>> {
    let encoding = dict.get::<Dict<'_>>(b"Encoding".as_slice())?;
    encoding.get::<Array<'_>>(b"Differences".as_slice())
}

/// Codes of an encoding whose names are a prefix and the code they stand at, as `dvips` writes fonts of bitmaps:
/// `65 /a65 66 /a66`; `None` for any other.
fn numbered_names(dict: &Dict<'_>) -> Option<Vec<i64>> {
    let differences = differences_of(dict)?;
    let mut code = 0_i64;
    let mut codes = Vec::new();
    for entry in differences.iter::<Object<'_>>() {
        match entry {
            Object::Number(number) => code = number.as_i64(),
            Object::Name(name) => {
                let name = String::from_utf8_lossy(&name).into_owned();
                if is_numbered(&name, code) {
                    codes.push(code);
                } else if name != ".notdef" {
                    return None;
                }
                code += 1;
            }
            _ => return None,
        }
    }
    (!codes.is_empty()).then_some(codes)
}

/// Returns true for a letter or two and the code.
fn is_numbered(name: &str, code: i64) -> bool {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    name.len() - digits.len() <= 2 && digits.parse() == Ok(code)
}

/// The collection of a composite font, and the map from its codes to character ids.
fn collection_of(dict: &Dict<'_>) -> Option<(Collection, CMap)> {
    let descendant = dict
        .get::<Array<'_>>(b"DescendantFonts".as_slice())?
        .iter::<Dict<'_>>()
        .next()?;
    let cmap = encoding_of(dict)?;
    // A predefined CMap names its collection even where the font does not.
    let collection = declared_collection(&descendant).or_else(|| collection_of_cmap(&cmap))?;
    Some((collection, cmap))
}

fn encoding_of(dict: &Dict<'_>) -> Option<CMap> {
    match dict.get::<Object<'_>>(b"Encoding".as_slice())? {
        Object::Name(name) => match CMapName::from_bytes(&name) {
            CMapName::IdentityH => Some(CMap::identity_h()),
            CMapName::IdentityV => Some(CMap::identity_v()),
            name => CMap::parse(hayro_cmap::load_embedded(name)?, hayro_cmap::load_embedded),
        },
        Object::Stream(stream) => {
            CMap::parse(&stream.decoded_data().ok()?, hayro_cmap::load_embedded)
        }
        _ => None,
    }
}

fn declared_collection(descendant: &Dict<'_>) -> Option<Collection> {
    let info = descendant.get::<Dict<'_>>(b"CIDSystemInfo".as_slice())?;
    let ordering = info.get::<hayro_syntax::object::String<'_>>(b"Ordering".as_slice())?;
    Collection::from_ordering(std::str::from_utf8(ordering.as_bytes()).ok()?)
}

fn collection_of_cmap(cmap: &CMap) -> Option<Collection> {
    let collection = cmap.metadata().character_collection.clone()?;
    let name = collection.family.ucs2_cmap()?;
    let name = String::from_utf8_lossy(name.to_bytes()).into_owned();
    Collection::ALL
        .into_iter()
        .find(|collection| name.contains(collection.ordering()))
}
