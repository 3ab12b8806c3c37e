//! Character sets as two-way tables: bytes → characters and characters → bytes, one character at a time.
//!
//! In: a [`Charset`] and bytes or characters. Out: what that set makes of them, strictly: no replacement, no guess.
//! Decoding a file needs the first direction; undoing a wrong decoding needs the second, which encoders for the web
//! do not give (they refuse HKSCS, and single bytes without a character). Multi-byte tables are filled from
//! `encoding_rs` on first use, 256 KiB a direction.

use std::collections::HashMap;
use std::sync::OnceLock;

use encoding_rs::Encoding;
pub(crate) use polidex_schema::charset::Charset;

use Charset::*;

const CP437_HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";
const CP850_HIGH: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";
const CP855_HIGH: &str = "ђЂѓЃёЁєЄѕЅіІїЇјЈљЉњЊћЋќЌўЎџЏюЮъЪаАбБцЦдДеЕфФгГ«»░▒▓│┤хХиИ╣║╗╝йЙ┐└┴┬├─┼кК╚╔╩╦╠═╬¤лЛмМнНоОп┘┌█▄Пя▀ЯрРсСтТуУжЖвВьЬ№\u{AD}ыЫзЗшШэЭщЩчЧ§■\u{A0}";
const CP852_HIGH: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{AD}˝˛ˇ˘§÷¸°¨˙űŘř■\u{A0}";
/// PDFDocEncoding, ISO 32000-1, annex D; the marks it has below the space are left out.
const PDFDOC_HIGH: &str = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\u{9F}€¡¢£¤¥¦§¨©ª«¬\u{AD}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
/// Windows code page 950 from 0xC6A1 on: kana, Cyrillic, circled digits.
const CP950_FROM_C6A1: &str = "ヾゝゞ々ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶДЕЁЖЗИЙКЛМУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽";
/// Characters other readers give for a byte pair: older GB 18030 has private use where Unicode has a character now;
/// Windows has private use for single bytes of Shift_JIS.
const GB_ALIASES: [(u16, u32); 20] = [
    (0xA3A0, 0xE5E5),
    (0xA6D9, 0xE78D),
    (0xA6DA, 0xE78E),
    (0xA6DB, 0xE78F),
    (0xA6DC, 0xE790),
    (0xA6DD, 0xE791),
    (0xA6DE, 0xE792),
    (0xA6DF, 0xE793),
    (0xA6EC, 0xE794),
    (0xA6ED, 0xE795),
    (0xA6F3, 0xE796),
    (0xA8BC, 0xE7C7),
    (0xFE59, 0xE81E),
    (0xFE61, 0xE826),
    (0xFE66, 0xE82B),
    (0xFE67, 0xE82C),
    (0xFE6D, 0xE832),
    (0xFE7E, 0xE843),
    (0xFE90, 0xE854),
    (0xFEA0, 0xE864),
];
const SJIS_ALIASES: [(u8, u32); 4] = [
    (0xA0, 0xF8F0),
    (0xFD, 0xF8F1),
    (0xFE, 0xF8F2),
    (0xFF, 0xF8F3),
];

/// Turns bytes into characters and back, in one set.
pub(crate) trait Coding: Copy {
    /// Set with its tables at hand, for many characters.
    fn codec(self) -> Codec;

    /// Set in `encoding_rs`, where it has it.
    fn encoding(self) -> Option<&'static Encoding>;

    /// Decodes all of `bytes`; `None` when any byte is not this set's.
    fn decode(self, bytes: &[u8]) -> Option<String>;

    /// [`Codec::decode_at`], for a character or two.
    fn decode_at(self, bytes: &[u8]) -> Option<(char, usize)> {
        self.codec().decode_at(bytes)
    }

    /// [`Codec::encode`], for a character or two.
    fn encode(self, c: char, out: &mut Vec<u8>) -> bool {
        self.codec().encode(c, out)
    }
}

impl Coding for Charset {
    fn codec(self) -> Codec {
        let tables = match self {
            Utf8 | Latin1 | Utf16Le | Utf16Be => None,
            _ => Some(tables(self)),
        };
        Codec {
            charset: self,
            tables,
        }
    }

    fn decode(self, bytes: &[u8]) -> Option<String> {
        if let Some(encoding) = self.encoding() {
            return encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(Into::into);
        }
        let codec = self.codec();
        let mut text = String::with_capacity(bytes.len());
        let mut rest = bytes;
        while !rest.is_empty() {
            let (c, len) = codec.decode_at(rest)?;
            text.push(c);
            rest = &rest[len..];
        }
        Some(text)
    }

    fn encoding(self) -> Option<&'static Encoding> {
        Some(match self {
            Utf8 => encoding_rs::UTF_8,
            Windows1252 => encoding_rs::WINDOWS_1252,
            Windows1250 => encoding_rs::WINDOWS_1250,
            Windows1251 => encoding_rs::WINDOWS_1251,
            Windows1253 => encoding_rs::WINDOWS_1253,
            Windows1254 => encoding_rs::WINDOWS_1254,
            Windows1257 => encoding_rs::WINDOWS_1257,
            Koi8R => encoding_rs::KOI8_R,
            MacRoman => encoding_rs::MACINTOSH,
            Cp866 => encoding_rs::IBM866,
            Iso8859_2 => encoding_rs::ISO_8859_2,
            Gb18030 => encoding_rs::GB18030,
            Big5 => encoding_rs::BIG5,
            ShiftJis => encoding_rs::SHIFT_JIS,
            EucJp => encoding_rs::EUC_JP,
            EucKr => encoding_rs::EUC_KR,
            Utf16Le => encoding_rs::UTF_16LE,
            Utf16Be => encoding_rs::UTF_16BE,
            Latin1 | Cp437 | Cp850 | Cp852 | Cp855 | PdfDoc | Cp950 => return None,
        })
    }
}

/// A set and its tables.
#[derive(Clone, Copy)]
pub(crate) struct Codec {
    charset: Charset,
    /// `None` for sets that are a matter of arithmetic.
    tables: Option<&'static Tables>,
}

impl Codec {
    /// Reads one character at the start of `bytes`: it and the bytes it takes. `None` at the end and where the bytes
    /// are not this set's. The four Big5-HKSCS pairs that stand for two characters give `None`.
    pub(crate) fn decode_at(self, bytes: &[u8]) -> Option<(char, usize)> {
        let &first = bytes.first()?;
        match (self.charset, self.tables) {
            (Utf16Le | Utf16Be, _) => decode_utf16_at(self.charset, bytes),
            _ if first < 0x80 => Some((char::from(first), 1)),
            (Utf8, _) => decode_utf8_at(bytes),
            (_, None) => Some((char::from(first), 1)),
            (_, Some(Tables::Single { chars, .. })) => Some((chars[usize::from(first - 0x80)], 1)),
            (
                _,
                Some(Tables::Multi {
                    chars,
                    four_byte_chars,
                    ..
                }),
            ) => {
                if let Some(c) = char_at(chars, usize::from(first)) {
                    return Some((c, 1));
                }
                let second = *bytes.get(1)?;
                match char_at(chars, usize::from(first) << 8 | usize::from(second)) {
                    Some(c) => Some((c, 2)),
                    None => self.decode_longer(bytes, four_byte_chars),
                }
            }
        }
    }

    /// Reads a character of three or four bytes.
    fn decode_longer(self, bytes: &[u8], four_byte_chars: &[u32]) -> Option<(char, usize)> {
        match (self.charset, bytes) {
            (Gb18030, [_, b'0'..=b'9', ..]) => decode_four_bytes(four_byte_chars, bytes.get(..4)?),
            (EucJp, [0x8F, ..]) => decode_with(encoding_rs::EUC_JP, bytes.get(..3)?),
            _ => None,
        }
    }

    /// Appends the bytes of `c`; false, and nothing appended, when the set has no such character.
    pub(crate) fn encode(self, c: char, out: &mut Vec<u8>) -> bool {
        let code = match (self.charset, self.tables) {
            (Utf8 | Utf16Le | Utf16Be, _) => {
                encode_unicode(self.charset, c, out);
                return true;
            }
            _ if c.is_ascii() => c as u32,
            (_, None) => u8::try_from(c).map_or(0, u32::from),
            (_, Some(Tables::Single { bytes, .. })) => u32::from(bytes.get(c)),
            (_, Some(Tables::Multi { bytes, astral, .. })) => match bytes.get(c as usize) {
                Some(&code) => code,
                None => astral.get(&c).copied().unwrap_or_default(),
            },
        };
        match code {
            0 if c != '\0' && self.charset == Gb18030 => {
                return encode_with(encoding_rs::GB18030, c, out);
            }
            0 if c != '\0' => return false,
            0x1_0000.. => out.extend(code.to_be_bytes()),
            0x100.. => out.extend([(code >> 8) as u8, code as u8]),
            _ => out.push(code as u8),
        }
        true
    }
}

/// A small value for each of some characters of the BMP, which lie close together.
pub(crate) struct Pages<T> {
    index: Box<[u8; 256]>,
    pages: Vec<[T; 256]>,
}

impl<T: Copy + Default> Pages<T> {
    /// No character has a value but the default.
    pub(crate) fn new() -> Self {
        Self {
            index: Box::new([0; 256]),
            pages: vec![[T::default(); 256]],
        }
    }

    /// The value of `c`.
    pub(crate) fn get(&self, c: char) -> T {
        let Some(&page) = self.index.get(c as usize >> 8) else {
            return T::default();
        };
        self.pages[usize::from(page)][c as usize & 0xFF]
    }

    /// The value of `c`, a character of the BMP, to be changed.
    pub(crate) fn slot(&mut self, c: char) -> &mut T {
        let page = &mut self.index[c as usize >> 8];
        if *page == 0 {
            *page = u8::try_from(self.pages.len())
                .expect("the BMP has 256 pages, one of them controls and Latin");
            self.pages.push([T::default(); 256]);
        }
        &mut self.pages[usize::from(*page)][c as usize & 0xFF]
    }
}

enum Tables {
    Single {
        chars: Vec<char>,
        /// 0 where there is none.
        bytes: Pages<u8>,
    },
    Multi {
        /// Code point by first byte (below 0x100) or by both bytes; 0 where there is none.
        chars: Box<[u32]>,
        /// One, two or four bytes by BMP code point; 0 where there is none.
        bytes: Box<[u32]>,
        astral: HashMap<char, u32>,
        /// Code points of the four-byte sequences of GB 18030 that stand for the BMP, in order; 0 where there is none.
        four_byte_chars: Box<[u32]>,
    },
}

fn tables(charset: Charset) -> &'static Tables {
    const SETS: usize = Charset::ALL.len();
    static TABLES: [OnceLock<Tables>; SETS] = [const { OnceLock::new() }; SETS];
    TABLES[charset as usize].get_or_init(|| make_tables(charset))
}

fn make_tables(charset: Charset) -> Tables {
    let of_high_half = |chars: &str| single_table_of(chars.chars().collect());
    match charset {
        Windows1252 | Windows1250 | Windows1251 | Windows1253 | Windows1254 | Windows1257
        | Koi8R | MacRoman | Iso8859_2 | Cp866 => single_table(charset),
        Cp437 => of_high_half(CP437_HIGH),
        Cp850 => of_high_half(CP850_HIGH),
        Cp855 => of_high_half(CP855_HIGH),
        Cp852 => of_high_half(CP852_HIGH),
        PdfDoc => of_high_half(PDFDOC_HIGH),
        Gb18030 | Big5 | Cp950 | ShiftJis | EucJp | EucKr => multi_table(charset),
        Utf8 | Latin1 | Utf16Le | Utf16Be => {
            unreachable!("sets without a table are handled before")
        }
    }
}

fn single_table(charset: Charset) -> Tables {
    let encoding = charset
        .encoding()
        .expect("single-byte sets with a table of their own do not come here");
    let decode = |byte: u8| decode_with(encoding, &[byte]).map_or(char::from(byte), |(c, _)| c);
    let mut table = single_table_of((0x80..=0xFF).map(decode).collect());
    if let Tables::Single { chars, bytes } = &mut table
        && charset != Iso8859_2
    {
        html_aliases(chars).for_each(|(c, byte)| *bytes.slot(c) = byte);
    }
    table
}

/// Bytes a Windows set leaves to controls, and the characters HTML has for them, those of windows-1252 (`&#131;`).
fn html_aliases(chars: &[char]) -> impl Iterator<Item = (char, u8)> {
    let unassigned = chars
        .iter()
        .zip(0x80..=0x9F_u8)
        .filter(|&(&c, byte)| c == char::from(byte));
    unassigned
        .filter_map(|(_, byte)| Some((decode_with(encoding_rs::WINDOWS_1252, &[byte])?.0, byte)))
}

fn single_table_of(chars: Vec<char>) -> Tables {
    let mut bytes = Pages::new();
    for (&c, byte) in chars.iter().zip(0x80..=0xFF_u8) {
        *bytes.slot(c) = byte;
    }
    Tables::Single { chars, bytes }
}

fn multi_table(charset: Charset) -> Tables {
    let encoding = charset.encoding().unwrap_or(encoding_rs::BIG5);
    let chars = two_byte_chars(charset, encoding);
    let (mut bytes, astral) = codes_of_chars(charset, &chars);
    for (code, c) in aliases(charset) {
        bytes[c as usize] = code;
    }
    let four_byte_chars = match charset {
        Gb18030 => four_byte_chars(&mut bytes),
        _ => Box::default(),
    };
    Tables::Multi {
        chars,
        bytes,
        astral,
        four_byte_chars,
    }
}

/// Codes of the characters of the BMP, by code point, and those of the others.
fn codes_of_chars(charset: Charset, chars: &[u32]) -> (Box<[u32]>, HashMap<char, u32>) {
    let mut bytes = vec![0_u32; 0x1_0000].into_boxed_slice();
    let mut astral = HashMap::new();
    for code in codes_by_rank(charset) {
        // Last written stays: of several codes for one character the lowest of the standard.
        let Some(c) = char_at(chars, code) else {
            continue;
        };
        let code = u32::try_from(code).expect("two bytes");
        match bytes.get_mut(c as usize) {
            Some(slot) => *slot = code,
            None => {
                astral.insert(c, code);
            }
        }
    }
    (bytes, astral)
}

/// Codes of characters that other readers give for them.
fn aliases(charset: Charset) -> Vec<(u32, u32)> {
    match charset {
        Gb18030 => GB_ALIASES.map(|(code, c)| (u32::from(code), c)).to_vec(),
        ShiftJis => SJIS_ALIASES.map(|(byte, c)| (u32::from(byte), c)).to_vec(),
        _ => Vec::new(),
    }
}

/// Returns the code points of all single bytes and pairs.
fn two_byte_chars(charset: Charset, encoding: &'static Encoding) -> Box<[u32]> {
    let mut chars = vec![0_u32; 0x1_0000].into_boxed_slice();
    let pair = |first, second| usize::from(u16::from_be_bytes([first, second]));
    for first in 0x80..=0xFF_u8 {
        if let Some((c, _)) = decode_with(encoding, &[first])
            && charset != Gb18030
        {
            chars[usize::from(first)] = c as u32;
        }
        for second in 0x30..=0xFF_u8 {
            if let Some((c, 2)) = decode_with(encoding, &[first, second]) {
                chars[pair(first, second)] = c as u32;
            }
        }
    }
    if charset == Cp950 {
        for (code, c) in cp950_codes().zip(CP950_FROM_C6A1.chars()) {
            chars[code] = c as u32;
        }
    }
    chars
}

/// Codes of code page 950 from 0xC6A1 on, in order.
fn cp950_codes() -> impl Iterator<Item = usize> {
    let trails = (0x40..=0x7E).chain(0xA1..=0xFE);
    (0xC6A1..=0xC6FE).chain(trails.map(|trail| 0xC700 | trail))
}

/// Returns the codes above ASCII; of several for one character the last is what texts write.
fn codes_by_rank(charset: Charset) -> impl Iterator<Item = usize> {
    let is_extension = move |code: &usize| {
        let is_big5 = matches!(charset, Big5 | Cp950);
        is_big5 && matches!(code, 0x8000..=0xA0FF | 0xC6A1..=0xC8FE | 0xF9D6..=0xFEFE)
    };
    // Where GB 2312 and KS X 1001 have what texts are made of, so that misread text is likelier from there (七 as 仝).
    let is_foreign_core = |code: &usize| matches!(code >> 8, 0xB0..=0xF7) && code & 0xFF >= 0xA1;
    let all = || (0x80..0x1_0000_usize).rev();
    let extensions = all().filter(is_extension);
    let standard = all().filter(move |code| !is_extension(code));
    let foreign_core = all().filter(move |code| is_extension(code) && is_foreign_core(code));
    extensions.chain(standard).chain(foreign_core)
}

/// Sequences of four bytes that stand for the BMP.
const FOUR_BYTE_BMP: u32 = 39_420;
/// The sequence of U+10000.
const FOUR_BYTE_ASTRAL: u32 = 189_000;

/// Reads all sequences of four bytes that stand for the BMP, and writes in `bytes` those of the characters that have
/// no shorter one.
fn four_byte_chars(bytes: &mut [u32]) -> Box<[u32]> {
    let mut buffer = Vec::with_capacity(4);
    let codes = bytes.iter_mut().enumerate().skip(0x80);
    for (code, slot) in codes.filter(|(_, slot)| **slot == 0) {
        let Some(c) = char::from_u32(code as u32) else {
            continue;
        };
        buffer.clear();
        if encode_with(encoding_rs::GB18030, c, &mut buffer) {
            let append = |code, &byte: &u8| code << 8 | u32::from(byte);
            *slot = buffer.iter().fold(0, append);
        }
    }
    (0..FOUR_BYTE_BMP).map(four_byte_char).collect()
}

/// The code point of the sequence of four bytes number `index`; 0 where there is none.
fn four_byte_char(index: u32) -> u32 {
    let read = decode_with(encoding_rs::GB18030, &four_byte_sequence(index));
    read.map_or(0, |(c, _)| c as u32)
}

/// The sequence of four bytes number `index` of GB 18030.
fn four_byte_sequence(index: u32) -> [u8; 4] {
    let digit = |by: u32, count: u32, first: u32| (first + index / by % count) as u8;
    [
        digit(12_600, 126, 0x81),
        digit(1_260, 10, 0x30),
        digit(10, 126, 0x81),
        digit(1, 10, 0x30),
    ]
}

/// Appends the bytes of `c` in a form of Unicode.
fn encode_unicode(charset: Charset, c: char, out: &mut Vec<u8>) {
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units).iter();
    match charset {
        Utf16Le => out.extend(units.flat_map(|unit| unit.to_le_bytes())),
        Utf16Be => out.extend(units.flat_map(|unit| unit.to_be_bytes())),
        _ => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
    }
}

fn decode_four_bytes(bmp: &[u32], bytes: &[u8]) -> Option<(char, usize)> {
    let index = four_byte_index(bytes)?;
    let c = match bmp.get(index as usize) {
        Some(0) => None,
        Some(&code) => char::from_u32(code),
        None => char::from_u32(index.checked_sub(FOUR_BYTE_ASTRAL)? + 0x1_0000),
    };
    Some((c?, 4))
}

/// Number of a sequence of four bytes.
#[inline]
fn four_byte_index(bytes: &[u8]) -> Option<u32> {
    let [
        first @ 0x81..=0xFE,
        second @ b'0'..=b'9',
        third @ 0x81..=0xFE,
        fourth @ b'0'..=b'9',
    ] = bytes
    else {
        return None;
    };
    let place = |byte: &u8, from: u8| u32::from(byte - from);
    let pairs = (place(first, 0x81) * 10 + place(second, b'0')) * 126 + place(third, 0x81);
    Some(pairs * 10 + place(fourth, b'0'))
}

fn char_at(chars: &[u32], index: usize) -> Option<char> {
    match chars[index] {
        0 => None,
        code => char::from_u32(code),
    }
}

/// One character that takes all of `bytes`.
fn decode_with(encoding: &'static Encoding, bytes: &[u8]) -> Option<(char, usize)> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut chars = text.chars();
    let c = chars.next()?;
    chars.next().is_none().then_some((c, bytes.len()))
}

fn encode_with(encoding: &'static Encoding, c: char, out: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 4];
    let (bytes, _, had_errors) = encoding.encode(c.encode_utf8(&mut buffer));
    if !had_errors {
        out.extend_from_slice(&bytes);
    }
    !had_errors
}

fn decode_utf8_at(bytes: &[u8]) -> Option<(char, usize)> {
    let len = match bytes[0] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    if let [0xED, 0xA0..=0xAF, _, 0xED, 0xB0..=0xBF, _, ..] = bytes {
        return decode_cesu8_at(bytes);
    }
    let lead = u32::from(bytes[0]) & (0x7F >> len);
    let follow =
        |code: u32, byte: &u8| (byte & 0xC0 == 0x80).then_some(code << 6 | u32::from(byte & 0x3F));
    let code = bytes.get(1..len)?.iter().try_fold(lead, follow)?;
    // What a shorter sequence could have said is not well-formed.
    let c = char::from_u32(code).filter(|c| c.len_utf8() == len)?;
    Some((c, len))
}

/// CESU-8: each half of a surrogate pair in three bytes, as some databases write what they call UTF-8.
fn decode_cesu8_at(bytes: &[u8]) -> Option<(char, usize)> {
    let half = |at: usize| {
        let [_, middle @ 0x80..=0xBF, last @ 0x80..=0xBF] = bytes[at..at + 3] else {
            return None;
        };
        Some(0xD000 | u16::from(middle & 0x3F) << 6 | u16::from(last & 0x3F))
    };
    let c = char::decode_utf16([half(0)?, half(3)?]).next()?.ok()?;
    Some((c, 6))
}

fn decode_utf16_at(charset: Charset, bytes: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if charset == Utf16Le {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        })
    };
    let first = unit(0)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((c, 2));
    }
    let c = char::decode_utf16([first, unit(2)?]).next()?.ok()?;
    Some((c, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_reads_back_what_it_writes() {
        let text = "第23條 the café 我哋嘅 データ 한국 ①";
        for charset in [
            Utf8,
            Latin1,
            Windows1252,
            Gb18030,
            Big5,
            Cp950,
            ShiftJis,
            EucJp,
            EucKr,
            Utf16Le,
            Utf16Be,
            Cp437,
            Cp852,
            Cp866,
            PdfDoc,
        ] {
            for c in text.chars() {
                let mut bytes = Vec::new();
                if charset.encode(c, &mut bytes) {
                    assert_eq!(
                        charset.decode_at(&bytes),
                        Some((c, bytes.len())),
                        "{} {c}",
                        charset.name()
                    );
                }
            }
        }
    }

    #[test]
    fn gb18030_agrees_with_encoding_rs_on_the_whole_bmp() {
        let is_alias = |c: char| GB_ALIASES.iter().any(|(_, alias)| *alias == c as u32);
        for c in ('\u{80}'..='\u{1_0FFF}')
            .step_by(3)
            .filter(|c| !is_alias(*c))
        {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            assert_eq!(
                Gb18030.encode(c, &mut ours),
                encode_with(encoding_rs::GB18030, c, &mut theirs),
                "{c:?}"
            );
            assert_eq!(ours, theirs, "{c:?}");
            assert_eq!(
                Gb18030.decode_at(&ours),
                decode_with(encoding_rs::GB18030, &theirs),
                "{c:?}"
            );
        }
    }

    #[test]
    fn only_well_formed_utf8_is_read() {
        for bytes in [
            &b"\xC3\xA9"[..],
            b"\xE0\x9F\xBF",
            b"\xED\xA0\x80",
            b"\xF0\x8F\xBF\xBF",
            b"\xF4\x90\x80\x80",
            b"\xE4\xB8",
        ] {
            let theirs = std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| text.chars().next());
            assert_eq!(
                Utf8.decode_at(bytes),
                theirs.map(|c| (c, bytes.len())),
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn big5_writes_hkscs() {
        let mut bytes = Vec::new();
        assert!(Big5.encode('嘅', &mut bytes) && Big5.encode('咗', &mut bytes));
        assert_eq!(Big5.decode(&bytes).as_deref(), Some("嘅咗"));
    }
}
