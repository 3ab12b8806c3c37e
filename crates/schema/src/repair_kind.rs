//! Kinds of damage that repair mends, and the families they belong to.
//!
//! [`RepairKind`] is what a pass makes and what a page has words for: a kind without words does not compile. In stored
//! records, in JSON and in reports a kind is its [slug](RepairKind::slug), which never changes. [`RecordedKind`] is a kind
//! as read from a record, where a later release may have written a slug that this one does not know.
//!
//! # Examples
//!
//! ```
//! use polidex_schema::charset::Charset;
//! use polidex_schema::repair_kind::{Family, RepairKind};
//!
//! let kind = RepairKind::from_slug("utf8-as-gb18030").expect("a known kind");
//! let expected = RepairKind::WrongDecoding {
//!     written: Charset::Utf8,
//!     read: Charset::Gb18030,
//! };
//! assert_eq!(kind, expected);
//! assert_eq!(kind.family(), Family::DoubleEncoding);
//! assert_eq!(RepairKind::HardWrap.slug(), "hard-wrap");
//! ```

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::charset::Charset;

/// A family of damage. Each can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Family {
    /// Entities, `\u` escapes, percent encoding and the like.
    Escapes,
    /// Text decoded with the wrong character set, once or more often.
    DoubleEncoding,
    /// Character ids and glyph ids of PDF fonts taken for code points.
    GlyphIds,
    /// Single characters: radicals, compatibility forms, ligatures, private use, invisible ones.
    Characters,
    /// Columns, hard wraps, spacing between characters, hyphens at line ends.
    Layout,
    /// Traces of OCR and Markdown.
    Ocr,
    /// Text that cannot be mended and is flagged.
    Lost,
}

impl Family {
    /// Every family, in the order of the passes.
    pub const ALL: [Self; 7] = [
        Self::Escapes,
        Self::DoubleEncoding,
        Self::GlyphIds,
        Self::Characters,
        Self::Layout,
        Self::Ocr,
        Self::Lost,
    ];

    /// Stable word for it, as flags take it: `double-encoding`.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Escapes => "escapes",
            Self::DoubleEncoding => "double-encoding",
            Self::GlyphIds => "glyph-ids",
            Self::Characters => "characters",
            Self::Layout => "layout",
            Self::Ocr => "ocr",
            Self::Lost => "lost",
        }
    }

    /// Returns the family of this [`slug`](Self::slug).
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.slug() == slug)
    }
}

/// A character collection of Adobe's: what gives a character id (CID) of a PDF font its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Collection {
    /// Adobe-CNS1: Traditional Chinese.
    Cns1,
    /// Adobe-GB1: Simplified Chinese.
    Gb1,
    /// Adobe-Japan1: Japanese.
    Japan1,
    /// Adobe-Korea1: Korean.
    Korea1,
}

impl Collection {
    /// Every collection, in the order of their tables.
    pub const ALL: [Self; 4] = [Self::Cns1, Self::Gb1, Self::Japan1, Self::Korea1];

    /// Returns the collection of a PDF's `/Registry (Adobe) /Ordering (…)`; `None` for any other ordering.
    ///
    /// ```
    /// use polidex_schema::repair_kind::Collection;
    /// assert_eq!(Collection::from_ordering("GB1"), Some(Collection::Gb1));
    /// ```
    pub fn from_ordering(ordering: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|collection| collection.ordering() == ordering)
    }

    /// Name a PDF gives the collection in `/Ordering`.
    pub fn ordering(self) -> &'static str {
        match self {
            Self::Cns1 => "CNS1",
            Self::Gb1 => "GB1",
            Self::Japan1 => "Japan1",
            Self::Korea1 => "Korea1",
        }
    }

    fn slug(self) -> &'static str {
        match self {
            Self::Cns1 => "cid.adobe-cns1",
            Self::Gb1 => "cid.adobe-gb1",
            Self::Japan1 => "cid.adobe-japan1",
            Self::Korea1 => "cid.adobe-korea1",
        }
    }
}

/// Declares the kinds without parameters, a row each: documentation, name, slug, family.
macro_rules! repair_kinds {
    ($($(#[$doc:meta])* $name:ident, $slug:literal, $family:ident;)*) => {
        /// A kind of damage that was mended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum RepairKind {
            $($(#[$doc])* $name,)*
            /// Bytes of one character set that were read as another.
            WrongDecoding {
                /// The set the bytes were written in.
                written: Charset,
                /// The set they were wrongly read in.
                read: Charset,
            },
            /// Character ids of a PDF font that were taken for code points.
            Cid(Collection),
        }

        impl RepairKind {
            /// Kinds without parameters, in the order of the passes.
            const PLAIN: &'static [Self] = &[$(Self::$name,)*];

            /// Stable word for it: `hard-wrap`, `cid.adobe-cns1`, `utf8-as-gb18030`.
            pub fn slug(self) -> Cow<'static, str> {
                match self {
                    $(Self::$name => Cow::Borrowed($slug),)*
                    Self::WrongDecoding { written, read } => {
                        Cow::Owned(format!("{}-as-{}", written.name(), read.name()))
                    }
                    Self::Cid(collection) => Cow::Borrowed(collection.slug()),
                }
            }

            /// Family it belongs to.
            pub fn family(self) -> Family {
                match self {
                    $(Self::$name => Family::$family,)*
                    Self::WrongDecoding { .. } => Family::DoubleEncoding,
                    Self::Cid(_) => Family::GlyphIds,
                }
            }
        }
    };
}

repair_kinds! {
    /// A character reference of HTML: `&eacute;`, `&#24180;`.
    Entity, "entity", Escapes;
    /// A backslash escape of a code point: `\u5E74`, `\u{1F600}`.
    UnicodeEscape, "escape.unicode", Escapes;
    /// Backslash escapes of bytes: `\xE5\xB9\xB4`.
    ByteEscape, "escape.bytes", Escapes;
    /// Backslash escapes of bytes in octal digits: `\345\271\264`.
    OctalEscape, "escape.octal", Escapes;
    /// Percent encoding of bytes: `%E5%B9%B4`.
    Percent, "percent", Escapes;
    /// Percent encoding of code points: `%u5E74`.
    PercentUnicode, "percent.unicode", Escapes;
    /// An encoded word of a mail header (RFC 2047).
    EncodedWord, "encoded-word", Escapes;
    /// A quoted-printable body (RFC 2045).
    QuotedPrintable, "quoted-printable", Escapes;
    /// HZ (RFC 1843): `~{Dj~}`.
    Hz, "hz", Escapes;
    /// UTF-7 (RFC 2152): `+XnQ-`.
    Utf7, "utf7", Escapes;
    /// Glyph ids of a Latin font, a constant away from the letters.
    GlyphShift, "glyph-shift", GlyphIds;
    /// Characters printed on top of each other, a backspace between them.
    Overstrike, "overstrike", Characters;
    /// A control that is a sign in windows-1252.
    Windows1252Sign, "windows-1252-sign", Characters;
    /// A zero-width space or joiner where none belongs.
    ZeroWidth, "zero-width", Characters;
    /// A soft hyphen, with the line break it was printed for.
    SoftHyphen, "soft-hyphen", Characters;
    /// No-break spaces for ordinary ones.
    NoBreakSpace, "no-break-space", Characters;
    /// A radical for an ideograph.
    Radical, "radical", Characters;
    /// A compatibility ideograph for its canonical equivalent.
    CompatibilityIdeograph, "compatibility-ideograph", Characters;
    /// A ligature for its letters.
    Ligature, "ligature", Characters;
    /// A vertical presentation form for the ordinary mark.
    VerticalForm, "vertical-form", Characters;
    /// A private-use character of a symbol font for a bullet.
    PrivateUseBullet, "private-use-bullet", Characters;
    /// A private-use character of a symbol font for a dash.
    PrivateUseDash, "private-use-dash", Characters;
    /// A private-use character of the Symbol font, code page 950 or an older GB 18030 for a sign or kana.
    PrivateUseSign, "private-use-sign", Characters;
    /// A private-use character of Hong Kong's Big5 fonts for an HKSCS character.
    HkscsPrivateUse, "hkscs-private-use", Characters;
    /// Columns printed side by side, read line by line.
    Columns, "columns", Layout;
    /// A running header or page number within a sentence.
    RunningHeader, "running-header", Layout;
    /// Characters printed twice.
    Doubled, "doubled", Layout;
    /// Blanks between all characters.
    Spaced, "spaced", Layout;
    /// A line break at the width of a page.
    HardWrap, "hard-wrap", Layout;
    /// A hyphen at the end of a line within one word.
    Hyphen, "hyphen", Layout;
    /// Words that have run together.
    MissingSpace, "missing-space", Layout;
    /// A backslash that Markdown put before a mark.
    MarkdownEscape, "markdown-escape", Ocr;
    /// A glyph that stands for a hyphen within a word.
    StrayGlyph, "stray-glyph", Ocr;
    /// `Al` for `AI`.
    AlForAi, "al-for-ai", Ocr;
    /// `O` or `l` for a digit.
    Digit, "digit", Ocr;
}

impl RepairKind {
    /// Every kind, those with parameters for each of their values.
    pub fn all() -> impl Iterator<Item = Self> {
        let readings = Charset::ALL.into_iter().flat_map(|written| {
            let read = Charset::ALL
                .into_iter()
                .filter(move |read| *read != written);
            read.map(move |read| Self::WrongDecoding { written, read })
        });
        let plain = Self::PLAIN.iter().copied();
        plain
            .chain(readings)
            .chain(Collection::ALL.into_iter().map(Self::Cid))
    }

    /// Returns true if it puts other letters in the place of those published. Layout, invisible characters, compatibility
    /// forms and escapes are none: what they change is no letter, is folded alike, or is no word to look for.
    pub fn changes_letters(self) -> bool {
        match self {
            Self::Hz | Self::Utf7 | Self::Doubled => true,
            Self::MarkdownEscape => false,
            _ => matches!(
                self.family(),
                Family::DoubleEncoding | Family::GlyphIds | Family::Ocr
            ),
        }
    }

    /// Returns the kind of this [`slug`](Self::slug).
    pub fn from_slug(slug: &str) -> Option<Self> {
        if let Some((written, read)) = slug.split_once("-as-") {
            return Some(Self::WrongDecoding {
                written: Charset::from_name(written)?,
                read: Charset::from_name(read)?,
            });
        }
        let cids = Collection::ALL.into_iter().map(Self::Cid);
        let mut named = Self::PLAIN.iter().copied().chain(cids);
        named.find(|kind| kind.slug() == slug)
    }
}

impl fmt::Display for RepairKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.slug())
    }
}

/// A family of damage or a kind of it, as a switch names what is left alone.
///
/// Serialises as the slug of either; no kind has that of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// All kinds of a family.
    Family(Family),
    /// One kind.
    Kind(RepairKind),
}

impl Damage {
    /// Returns the family or kind of this slug.
    ///
    /// ```
    /// use polidex_schema::repair_kind::{Damage, Family, RepairKind};
    /// assert_eq!(Damage::from_slug("ocr"), Some(Damage::Family(Family::Ocr)));
    /// assert_eq!(Damage::from_slug("al-for-ai"), Some(Damage::Kind(RepairKind::AlForAi)));
    /// ```
    pub fn from_slug(slug: &str) -> Option<Self> {
        let family = Family::from_slug(slug).map(Self::Family);
        family.or_else(|| RepairKind::from_slug(slug).map(Self::Kind))
    }

    /// Stable word for it.
    pub fn slug(self) -> Cow<'static, str> {
        match self {
            Self::Family(family) => Cow::Borrowed(family.slug()),
            Self::Kind(kind) => kind.slug(),
        }
    }
}

impl Serialize for Damage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.slug())
    }
}

impl<'de> Deserialize<'de> for Damage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        Self::from_slug(&slug).ok_or_else(|| {
            let families = Family::ALL.map(Family::slug).join(", ");
            serde::de::Error::custom(format!(
                "`{slug}` is no family or kind of repair; families are {families}; polidex repair --report names kinds"
            ))
        })
    }
}

/// A kind as a stored record holds it.
///
/// Serialises as the slug. A slug that this release does not know is kept as it is, so that a document repaired by a
/// later release can still be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RecordedKind {
    /// A kind this release knows.
    Known(RepairKind),
    /// The slug of a kind it does not know.
    Other(String),
}

impl RecordedKind {
    /// Stable word for it; see [`RepairKind::slug`].
    pub fn slug(&self) -> Cow<'_, str> {
        match self {
            Self::Known(kind) => kind.slug(),
            Self::Other(slug) => Cow::Borrowed(slug),
        }
    }
}

impl From<RepairKind> for RecordedKind {
    fn from(kind: RepairKind) -> Self {
        Self::Known(kind)
    }
}

impl Serialize for RecordedKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.slug())
    }
}

impl<'de> Deserialize<'de> for RecordedKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(deserializer)?;
        Ok(RepairKind::from_slug(&slug).map_or(Self::Other(slug), Self::Known))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_found_by_its_slug() {
        let mut slugs = BTreeSet::new();
        for kind in RepairKind::all() {
            assert_eq!(RepairKind::from_slug(&kind.slug()), Some(kind), "{kind}");
            assert!(slugs.insert(kind.slug()), "{kind} twice");
        }
        for slug in ["", "lost", "utf8-as-any", "utf8-as-", "cid.adobe-identity"] {
            assert_eq!(RepairKind::from_slug(slug), None, "{slug}");
        }
    }

    #[test]
    fn every_family_is_found_by_its_slug() {
        for family in Family::ALL {
            assert_eq!(Family::from_slug(family.slug()), Some(family));
        }
    }

    #[test]
    fn a_stored_kind_is_its_slug() {
        let kinds = [
            RecordedKind::from(RepairKind::HardWrap),
            RecordedKind::from(RepairKind::WrongDecoding {
                written: Charset::Utf8,
                read: Charset::Windows1252,
            }),
            RecordedKind::Other("of-a-later-release".to_owned()),
        ];
        let slugs = ["hard-wrap", "utf8-as-windows-1252", "of-a-later-release"];
        let stored = postcard::to_allocvec(&kinds).expect("plain data");
        assert_eq!(stored, postcard::to_allocvec(&slugs).expect("plain data"));
        let read: [RecordedKind; 3] = postcard::from_bytes(&stored).expect("as written");
        assert_eq!(read, kinds);
    }
}
