//! What can happen to a text, one thing a function; nothing here is shared with what undoes it but the tables of CIDs.
//!
//! In: a text. Out: the same text damaged, or `None` where that damage does not apply or loses something.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::Encoding;
use polidex_indexer::text::cid_tables::{Collection, cid_to_text};
use unicode_normalization::UnicodeNormalization;

use super::random::Random;
use super::texts::{Lang, is_han};

/// A way to damage a text.
#[derive(Clone, Copy, Debug)]
pub struct Damage {
    /// Name in the table of results.
    pub name: &'static str,
    /// Moment at which it befalls a text.
    pub family: Family,
    apply: How,
}

/// Damages of one family befall a text at the same moment of its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The page was set and read back.
    Page,
    /// Single characters were replaced.
    Characters,
    /// The font said nothing of Unicode.
    Glyphs,
    /// Bytes were read in the wrong set.
    Encoding,
    /// Characters were written as others.
    Escape,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Misread(Set, Set),
    Each(fn(char, &mut Random) -> Option<String>),
    Whole(fn(&str, Lang, &mut Random) -> Option<String>),
    Cid(Collection),
}

/// A set of characters, by its label or by its table.
#[derive(Clone, Copy, Debug)]
enum Set {
    Label(&'static str),
    Latin1,
    Cp437,
}

const fn misread(name: &'static str, right: Set, wrong: Set) -> Damage {
    Damage {
        name,
        family: Family::Encoding,
        apply: How::Misread(right, wrong),
    }
}

const fn each(
    name: &'static str,
    family: Family,
    how: fn(char, &mut Random) -> Option<String>,
) -> Damage {
    Damage {
        name,
        family,
        apply: How::Each(how),
    }
}

const fn whole(
    name: &'static str,
    family: Family,
    how: fn(&str, Lang, &mut Random) -> Option<String>,
) -> Damage {
    Damage {
        name,
        family,
        apply: How::Whole(how),
    }
}

const UTF8: Set = Set::Label("utf-8");
const GBK: Set = Set::Label("gb18030");
const BIG5: Set = Set::Label("big5");
const CP1252: Set = Set::Label("windows-1252");

/// All single damages.
pub const DAMAGES: &[Damage] = &[
    misread("utf8-as-1252", UTF8, CP1252),
    misread("utf8-as-latin1", UTF8, Set::Latin1),
    misread("utf8-as-1251", UTF8, Set::Label("windows-1251")),
    misread("utf8-as-1250", UTF8, Set::Label("windows-1250")),
    misread("utf8-as-1254", UTF8, Set::Label("windows-1254")),
    misread("utf8-as-mac", UTF8, Set::Label("macintosh")),
    misread("utf8-as-koi8", UTF8, Set::Label("koi8-r")),
    misread("utf8-as-cp437", UTF8, Set::Cp437),
    misread("utf8-as-gbk", UTF8, GBK),
    misread("utf8-as-sjis", UTF8, Set::Label("shift_jis")),
    misread("utf8-as-euckr", UTF8, Set::Label("euc-kr")),
    misread("gbk-as-1252", GBK, CP1252),
    misread("gbk-as-latin1", GBK, Set::Latin1),
    misread("gbk-as-cp437", GBK, Set::Cp437),
    misread("gbk-as-mac", GBK, Set::Label("macintosh")),
    misread("gbk-as-big5", GBK, BIG5),
    misread("gbk-as-euckr", GBK, Set::Label("euc-kr")),
    misread("big5-as-1252", BIG5, CP1252),
    misread("big5-as-latin1", BIG5, Set::Latin1),
    misread("big5-as-cp437", BIG5, Set::Cp437),
    misread("big5-as-gbk", BIG5, GBK),
    misread("big5-as-sjis", BIG5, Set::Label("shift_jis")),
    misread(
        "utf16-swapped",
        Set::Label("utf-16be"),
        Set::Label("utf-16le"),
    ),
    each("entities-decimal", Family::Escape, |c, _| {
        (!c.is_ascii()).then(|| format!("&#{};", c as u32))
    }),
    each("entities-hex", Family::Escape, |c, _| {
        (!c.is_ascii()).then(|| format!("&#x{:X};", c as u32))
    }),
    each("unicode-escapes", Family::Escape, |c, _| {
        escaped(c, |unit| format!("\\u{unit:04x}"))
    }),
    whole("percent", Family::Escape, |text, _, _| {
        bytes_escaped(text, "%", b"-_.~")
    }),
    whole("quoted-printable", Family::Escape, |text, _, _| {
        bytes_escaped(text, "=", QUOTED_PRINTABLE_PLAIN)
    }),
    Damage {
        name: "cid-cns1",
        family: Family::Glyphs,
        apply: How::Cid(Collection::Cns1),
    },
    Damage {
        name: "cid-gb1",
        family: Family::Glyphs,
        apply: How::Cid(Collection::Gb1),
    },
    Damage {
        name: "cid-japan1",
        family: Family::Glyphs,
        apply: How::Cid(Collection::Japan1),
    },
    each("radicals", Family::Characters, |c, _| {
        RADICALS.get(&c).map(char::to_string)
    }),
    each("compatibility", Family::Characters, |c, _| {
        COMPATIBILITY.get(&c).map(char::to_string)
    }),
    whole("ligatures", Family::Characters, |text, _, _| {
        Some(
            text.replace("ffi", "ﬃ")
                .replace("ff", "ﬀ")
                .replace("fi", "ﬁ")
                .replace("fl", "ﬂ"),
        )
    }),
    each("nbsp", Family::Characters, |c, _| {
        (c == ' ').then(|| '\u{A0}'.to_string())
    }),
    each("zero-width", Family::Characters, |c, random| {
        (is_han(c) && random.below(4) == 0).then(|| format!("{c}\u{200B}"))
    }),
    whole("soft-hyphens", Family::Characters, soft_hyphens),
    whole("spaced", Family::Page, spaced),
    whole("doubled", Family::Page, |text, _, _| {
        (!text.contains('\n')).then(|| {
            text.chars()
                .flat_map(|c| if c == ' ' { vec![c] } else { vec![c, c] })
                .collect()
        })
    }),
    whole("hard-wraps", Family::Page, hard_wraps),
    whole("markdown-escapes", Family::Page, |text, lang, _| {
        (lang == Lang::English).then(|| text.replace('$', "\\$").replace('%', "\\%"))
    }),
];

impl Damage {
    /// Damages `text`; `None` where nothing changes or something is lost.
    pub fn apply(&self, text: &str, lang: Lang, random: &mut Random) -> Option<String> {
        let damaged = match self.apply {
            How::Misread(right, wrong) => wrong.decode(&right.encode(text)?)?,
            How::Each(how) => {
                let replaced: Vec<Option<String>> = text.chars().map(|c| how(c, random)).collect();
                let is_rule = self.family != Family::Escape
                    || replaced.iter().flatten().count() >= MIN_ESCAPES;
                is_rule.then(|| {
                    text.chars()
                        .zip(replaced)
                        .map(|(c, new)| new.unwrap_or(c.into()))
                        .collect()
                })?
            }
            How::Whole(how) => how(text, lang, random)?,
            How::Cid(collection) => cids(text, collection)?,
        };
        (damaged != text).then_some(damaged)
    }

    /// Returns true if it can befall a run of characters in undamaged text.
    pub fn is_of_runs(&self) -> bool {
        matches!(self.family, Family::Encoding | Family::Glyphs)
    }

    /// Returns true if texts of that language meet this damage.
    pub fn befalls(&self, lang: Lang) -> bool {
        match self.apply {
            How::Misread(Set::Label("gb18030"), _) => lang == Lang::Simplified,
            How::Misread(Set::Label("big5"), _) => lang == Lang::Traditional,
            How::Misread(Set::Label("utf-16be"), _) | How::Cid(_) => lang.is_chinese(),
            _ => true,
        }
    }
}

impl Set {
    fn encoding(self) -> Option<&'static Encoding> {
        match self {
            Self::Label(label) => Encoding::for_label(label.as_bytes()),
            Self::Latin1 | Self::Cp437 => None,
        }
    }

    fn encode(self, text: &str) -> Option<Vec<u8>> {
        let encoding = self.encoding()?;
        if encoding == encoding_rs::UTF_16BE {
            return Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        }
        let (bytes, _, has_holes) = encoding.encode(text);
        (!has_holes).then(|| bytes.into_owned())
    }

    fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Latin1 => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Self::Cp437 => Some(bytes.iter().map(|&byte| cp437(byte)).collect()),
            Self::Label(_) => {
                let text = self
                    .encoding()?
                    .decode_without_bom_handling_and_without_replacement(bytes)?;
                Some(text.into_owned())
            }
        }
    }
}

fn cp437(byte: u8) -> char {
    const HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
    static CHARS: LazyLock<Vec<char>> = LazyLock::new(|| HIGH.chars().collect());
    byte.checked_sub(0x80)
        .map_or(char::from(byte), |high| CHARS[usize::from(high)])
}

fn escaped(c: char, write: impl Fn(u16) -> String) -> Option<String> {
    (!c.is_ascii()).then(|| {
        c.encode_utf16(&mut [0; 2])
            .iter()
            .map(|&unit| write(unit))
            .collect()
    })
}

/// What quoted-printable leaves as it is, letters and digits apart (RFC 2045).
const QUOTED_PRINTABLE_PLAIN: &[u8] = b" ,.;:!?()-_'\"/<>[]{}@#$%&*+|~^`\\";
/// One or two escapes in a text are more often meant than not.
const MIN_ESCAPES: usize = 3;

fn bytes_escaped(text: &str, mark: &str, plain: &[u8]) -> Option<String> {
    let high = text.bytes().filter(|byte| !byte.is_ascii()).count();
    let escape = |byte: u8| match byte {
        b'\n' => "\n".to_owned(),
        _ if byte.is_ascii_alphanumeric() || plain.contains(&byte) => char::from(byte).to_string(),
        _ => format!("{mark}{byte:02X}"),
    };
    (high >= 2 * MIN_ESCAPES).then(|| text.bytes().map(escape).collect())
}

fn cids(text: &str, collection: Collection) -> Option<String> {
    static CIDS: LazyLock<HashMap<(usize, char), char>> = LazyLock::new(|| {
        let mut cids = HashMap::new();
        for (number, collection) in Collection::ALL.into_iter().enumerate() {
            for cid in (1..20_000).rev() {
                let meant =
                    cid_to_text(collection, cid).map(|text| text.chars().collect::<Vec<_>>());
                if let (Some([c]), Some(wrong)) = (meant.as_deref(), char::from_u32(u32::from(cid)))
                {
                    cids.insert((number, *c), wrong);
                }
            }
        }
        cids
    });
    let number = Collection::ALL
        .into_iter()
        .position(|known| known == collection)?;
    // CIDs 9, 10 and 13 are brackets and the comma: as a tab or a line end they are lost.
    let cid = |c: char| {
        CIDS.get(&(number, c))
            .copied()
            .filter(|cid| !cid.is_whitespace())
    };
    text.chars()
        .map(|c| {
            if matches!(c, ' ' | '\n') {
                Some(c)
            } else {
                cid(c)
            }
        })
        .collect()
}

/// Radicals by the ideograph they look like.
static RADICALS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    ('\u{2F00}'..='\u{2FD5}')
        .filter_map(|c| Some((c.nfkc().next()?, c)))
        .collect()
});

/// Compatibility ideographs by the one they stand for.
static COMPATIBILITY: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = ('\u{F900}'..='\u{FAD9}').filter_map(|c| Some((c.nfc().next()?, c)));
    pairs.filter(|(meant, c)| meant != c).collect()
});

/// One within each word of eight letters or more.
fn soft_hyphens(text: &str, lang: Lang, random: &mut Random) -> Option<String> {
    if lang != Lang::English {
        return None;
    }
    let hyphenate = |word: &str| {
        let is_long = word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let at = 3 + random.below(3);
        if is_long {
            format!("{}\u{AD}{}", &word[..at], &word[at..])
        } else {
            word.to_owned()
        }
    };
    Some(text.split(' ').map(hyphenate).collect::<Vec<_>>().join(" "))
}

/// A blank between all characters; in Latin letters, three between words.
fn spaced(text: &str, lang: Lang, _: &mut Random) -> Option<String> {
    let has_blank = text.contains([' ', '\u{3000}', '\n']);
    if lang.is_chinese() && (has_blank || !text.chars().all(|c| is_han(c) || !c.is_ascii())) {
        return None;
    }
    let letters = |word: &str| {
        word.chars()
            .map(|c| c.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let is_heading = lang.is_chinese()
        || text.len() <= 60 && text.chars().all(|c| c.is_alphabetic() || c == ' ');
    is_heading.then(|| text.split(' ').map(letters).collect::<Vec<_>>().join("   "))
}

/// Lines of one width.
fn hard_wraps(text: &str, lang: Lang, random: &mut Random) -> Option<String> {
    let width = if lang.is_chinese() {
        18 + random.below(12)
    } else {
        50 + random.below(30)
    };
    if text.contains('\n') || text.chars().count() < 2 * width {
        return None;
    }
    let mut lines = Vec::new();
    if lang.is_chinese() {
        let chars: Vec<char> = text.chars().collect();
        lines.extend(
            chars
                .chunks(width)
                .map(|chunk| chunk.iter().collect::<String>()),
        );
    } else {
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= width {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.push(line);
    }
    Some(lines.join("\n"))
}
