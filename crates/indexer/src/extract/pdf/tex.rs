//! Encodings of TeX's fonts, for fonts that name their glyphs by code alone.
//!
//! Which one a font has is told by the codes that it uses: ligatures stand at 11 to 15 in the old encoding (OT1, Knuth's), at 27
//! to 31 in the one of Cork (T1), which alone goes on behind 127. Tables: *LaTeX font encodings* (encguide), sections 2.1 and 2.3.

/// Encoding of a font of TeX.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TexEncoding {
    /// Letters stand as in ASCII; nothing tells the rest.
    Ascii,
    /// Computer Modern.
    Old,
    /// European Computer Modern and all newer fonts.
    Cork,
}

/// Codes of the ligatures in the old encoding.
const OLD_LIGATURES: std::ops::RangeInclusive<i64> = 11..=15;
/// Codes of signs that Cork's encoding has where the old one has marks and rare letters: quotes, dashes, ligatures.
const CORK_SIGNS: [i64; 9] = [16, 17, 21, 22, 27, 28, 29, 30, 31];
/// Cork's letters from 128 to 191.
const CORK_UPPER: &str = "ĂĄĆČĎĚĘĞĹĽŁŃŇŊŐŔŘŚŠŞŤŢŰŮŸŹŽŻĲİđ§ăąćčďěęğĺľłńňŋőŕřśšşťţűůÿźžżĳ¡¿£";

impl TexEncoding {
    /// The encoding of a font that uses `codes`.
    pub(super) fn of(codes: &[i64]) -> Self {
        let has_old = codes.iter().any(|code| OLD_LIGATURES.contains(code));
        let has_cork = codes.iter().any(|code| CORK_SIGNS.contains(code));
        let is_long = codes.iter().any(|code| *code > 127);
        match (has_old, has_cork) {
            _ if is_long => Self::Cork,
            (true, _) => Self::Old,
            (false, true) => Self::Cork,
            (false, false) => Self::Ascii,
        }
    }

    /// Text of a code; `None` where the encoding does not tell.
    pub(super) fn text(self, code: u32) -> Option<String> {
        let sign = match self {
            Self::Ascii => None,
            Self::Old => old_sign(code),
            Self::Cork => cork_sign(code),
        };
        if let Some(sign) = sign {
            return Some(sign.to_owned());
        }
        let character = char::from_u32(code).filter(char::is_ascii_graphic);
        let character = character.or_else(|| (self == Self::Cork).then(|| cork_letter(code))?);
        character.map(String::from)
    }
}

fn old_sign(code: u32) -> Option<&'static str> {
    Some(match code {
        11 => "ff",
        12 => "fi",
        13 => "fl",
        14 => "ffi",
        15 => "ffl",
        16 => "ı",
        25 => "ß",
        26 => "æ",
        27 => "œ",
        28 => "ø",
        29 => "Æ",
        30 => "Œ",
        31 => "Ø",
        34 => "”",
        39 => "’",
        60 => "¡",
        62 => "¿",
        92 => "“",
        96 => "‘",
        123 => "–",
        124 => "—",
        _ => return None,
    })
}

fn cork_sign(code: u32) -> Option<&'static str> {
    Some(match code {
        13 => "‚",
        14 => "‹",
        15 => "›",
        16 => "“",
        17 => "”",
        18 => "„",
        19 => "«",
        20 => "»",
        21 => "–",
        22 => "—",
        25 => "ı",
        27 => "ff",
        28 => "fi",
        29 => "fl",
        30 => "ffi",
        31 => "ffl",
        39 => "’",
        96 => "‘",
        _ => return None,
    })
}

/// Cork's letters behind 127; from 192 on they stand as in Latin-1, but for four.
fn cork_letter(code: u32) -> Option<char> {
    match code {
        128..=191 => CORK_UPPER.chars().nth(code as usize - 128),
        215 => Some('Œ'),
        223 => Some('ẞ'),
        247 => Some('œ'),
        255 => Some('ß'),
        192..=254 => char::from_u32(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(codes: &[u32]) -> String {
        let all: Vec<i64> = codes.iter().map(|code| i64::from(*code)).collect();
        let encoding = TexEncoding::of(&all);
        codes
            .iter()
            .filter_map(|code| encoding.text(*code))
            .collect()
    }

    #[test]
    fn ligatures_tell_the_encoding() {
        assert_eq!(read(&[115, 117, 14, 99, 101]), "suffice");
        assert_eq!(read(&[115, 117, 30, 99, 101]), "suffice");
        assert_eq!(read(&[16, 86, 225, 99, 108, 97, 118, 17]), "“Václav”");
        assert_eq!(read(&[12, 92, 65, 34, 123]), "fi“A”–");
        assert_eq!(read(&[65, 92, 34]), "A\\\"");
        assert_eq!(CORK_UPPER.chars().count(), 64);
    }
}
