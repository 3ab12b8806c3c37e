//! Undoes escapes that were meant for a machine: entities, `\u`, percent encoding, quoted-printable and their kin.
//!
//! In: a text. Out: edits that put characters in the place of escapes. An escape stands for bytes or for code points;
//! bytes are read as UTF-8 or, where they are not, in the most plausible set. Entities are left alone in markup, percent
//! encoding in addresses, backslashes in code and regular expressions; all but entities need three in a row or a form
//! that nothing else has. Escapes within escapes are undone one layer at a time.

use std::ops::Range;

use polidex_analysis::scripts::is_ideograph;
use polidex_schema::repair_kind::{Family, RepairKind};

use crate::decode::{decode_fragment, decode_hz, decode_utf7_stretch};
use crate::repair::exempt::{
    has_markup, is_address, is_code, is_in_char_class, quotes_markup, token_around,
};
use crate::repair::pass::{Context, Edits, Pass};
use crate::repair::scan::any_byte;
use crate::text::base64::{decode_base64, is_base64_digit};
use crate::text::lines::{line_indices, line_start};
use crate::text::model::Model;
use crate::text::plausibility::is_plausible;

/// Confidence in what reads well once it is undone ...
const SURE: f32 = 0.95;
/// ... and in forms that nothing else has.
const SURER: f32 = 0.99;

/// A single `\u00e9` is a quotation of the notation; three are damage.
const MIN_ESCAPES: usize = 3;

/// Escapes: they hide bytes, so they come first.
pub(super) const PASS: Pass = Pass {
    family: Family::Escapes,
    makes: |kind| {
        matches!(
            kind,
            RepairKind::Entity
                | RepairKind::UnicodeEscape
                | RepairKind::ByteEscape
                | RepairKind::OctalEscape
                | RepairKind::Percent
                | RepairKind::PercentUnicode
                | RepairKind::EncodedWord
                | RepairKind::QuotedPrintable
                | RepairKind::Hz
                | RepairKind::Utf7
        )
    },
    suspects: None,
    find: find_escapes,
};

/// Finds escapes; see the module.
pub(crate) fn find_escapes(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let seen = marks_in(text.as_bytes());
    let has = |byte: u8| seen & mark_bit(byte) != 0;
    if has(b'&') && !has_markup(text) && !quotes_markup(text) {
        find_entities(text, &mut edits);
    }
    if has(b'&') {
        find_imap_utf7(text, context.model, &mut edits);
    }
    if has(b'\\') {
        find_backslashes(text, &mut edits);
    }
    if has(b'%') {
        find_percents(text, context.model, &mut edits);
    }
    if has(b'_') {
        leave_out(text, EXCEL_RETURN, &mut edits);
    }
    if has(0) {
        leave_out(text, FILLER, &mut edits);
    }
    if has(b'=') {
        find_encoded_words(text, &mut edits);
        find_quoted_printable(text, &mut edits);
    }
    if has(b'~') {
        find_hz(text, &mut edits);
    }
    if has(b'+') {
        find_utf7(text, &mut edits);
    }
    edits
}

/// The marks that escapes begin with, each as a bit.
fn mark_bit(byte: u8) -> u8 {
    match byte {
        b'&' => 1,
        b'\\' => 2,
        b'%' => 4,
        b'=' => 8,
        b'~' => 16,
        b'+' => 32,
        b'_' => 64,
        0 => 128,
        _ => 0,
    }
}

/// Returns the marks that stand in `bytes`; most texts have none.
fn marks_in(bytes: &[u8]) -> u8 {
    [b'&', b'\\', b'%', b'=', b'~', b'+', b'_', 0]
        .into_iter()
        .filter(|mark| any_byte(bytes, |byte| byte == *mark))
        .fold(0, |seen, mark| seen | mark_bit(mark))
}

// Entities -------------------------------------------------------------------------------------------------------

/// Names of U+00A0 to U+00FF, in order.
const LATIN1_ENTITIES: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
/// The other names in use, with their characters.
const OTHER_ENTITIES: &str = "amp& lt< gt> quot\" apos' OEligŒ oeligœ ScaronŠ scaronš YumlŸ fnofƒ circˆ tilde˜ ensp\u{2002} emsp\u{2003} thinsp\u{2009} zwnj\u{200C} zwj\u{200D} lrm\u{200E} rlm\u{200F} ndash– mdash— lsquo‘ rsquo’ sbquo‚ ldquo“ rdquo” bdquo„ dagger† Dagger‡ bull• hellip… permil‰ prime′ Prime″ lsaquo‹ rsaquo› oline‾ frasl⁄ euro€ trade™ larr← uarr↑ rarr→ darr↓ harr↔ forall∀ part∂ exist∃ empty∅ nabla∇ isin∈ notin∉ ni∋ prod∏ sum∑ minus− lowast∗ radic√ prop∝ infin∞ ang∠ and∧ or∨ cap∩ cup∪ int∫ there4∴ sim∼ cong≅ asymp≈ ne≠ equiv≡ le≤ ge≥ sub⊂ sup⊃ nsub⊄ sube⊆ supe⊇ oplus⊕ otimes⊗ perp⊥ sdot⋅ loz◊ spades♠ clubs♣ hearts♥ diams♦ Alpha\u{391} Beta\u{392} Gamma\u{393} Delta\u{394} Epsilon\u{395} Theta\u{398} Lambda\u{39B} Pi\u{3A0} Sigma\u{3A3} Phi\u{3A6} Psi\u{3A8} Omega\u{3A9} alpha\u{3B1} beta\u{3B2} gamma\u{3B3} delta\u{3B4} epsilon\u{3B5} zeta\u{3B6} eta\u{3B7} theta\u{3B8} iota\u{3B9} kappa\u{3BA} lambda\u{3BB} mu\u{3BC} nu\u{3BD} xi\u{3BE} omicron\u{3BF} pi\u{3C0} rho\u{3C1} sigmaf\u{3C2} sigma\u{3C3} tau\u{3C4} upsilon\u{3C5} phi\u{3C6} chi\u{3C7} psi\u{3C8} omega\u{3C9}";
/// Longest line that is asked whether it is code.
const MAX_CODE_LINE_BYTES: usize = 400;
/// Longest reference that is looked at: `&thetasym;`, `&#x10FFFF;`.
const MAX_ENTITY_BYTES: usize = 12;

fn find_entities(text: &str, edits: &mut Edits) {
    let mut line_end = 0;
    let mut line_is_code = false;
    for (at, _) in text.match_indices('&') {
        if at >= line_end {
            let start = line_start(text, at);
            line_end = at + text[at..].find('\n').unwrap_or(text.len() - at);
            line_is_code = is_code_beside_entities(&text[start..line_end]);
        }
        if line_is_code {
            continue;
        }
        if let Some((c, len)) = entity_at(text, at) {
            edits.replace(at..at + len, c, RepairKind::Entity, SURER);
        }
    }
}

/// Returns true for code. A line of entities ends in a semicolon as code does: the entity itself is taken out of the question.
fn is_code_beside_entities(line: &str) -> bool {
    line.len() < MAX_CODE_LINE_BYTES && is_code(&line.replace("&amp;", "").replace(';', ""))
}

/// Returns the character of the reference at `at`, and the bytes it takes.
fn entity_at(text: &str, at: usize) -> Option<(char, usize)> {
    let window = &text.as_bytes()[at + 1..text.len().min(at + 1 + MAX_ENTITY_BYTES)];
    let len = window.iter().position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&window[..len]).ok()?;
    Some((entity(name)?, len + 2))
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        return numeric_entity(number);
    }
    if let Some(index) = LATIN1_ENTITIES.split(' ').position(|known| known == name) {
        return char::from_u32(0xA0 + index as u32);
    }
    OTHER_ENTITIES.split(' ').find_map(|known| {
        let mut chars = known.strip_prefix(name)?.chars();
        let c = chars.next()?;
        (chars.next().is_none()).then_some(c)
    })
}

fn numeric_entity(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    match code {
        // As the HTML standard has it: numbers of windows-1252.
        0x80..=0x9F => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(&[code as u8])
            .0
            .chars()
            .next(),
        0x00..=0x08 | 0x0B..=0x1F | 0x7F => None,
        _ => char::from_u32(code),
    }
}

// Backslashes ----------------------------------------------------------------------------------------------------

/// One escape: where it is and what it stands for.
struct Escape {
    at: Range<usize>,
    value: u32,
    is_byte: bool,
    kind: RepairKind,
}

/// A carriage return as Excel keeps one in a cell (ECMA-376, part 1, 22.9.2.19): the line end itself follows.
const EXCEL_RETURN: &str = "_x000D_";
/// Filler of fixed fields, or every other byte of UTF-16: no text has it.
const FILLER: &str = "\0";

fn leave_out(text: &str, escape: &str, edits: &mut Edits) {
    for (at, _) in text.match_indices(escape) {
        edits.replace(at..at + escape.len(), "", RepairKind::UnicodeEscape, SURER);
    }
}

fn find_backslashes(text: &str, edits: &mut Edits) {
    let escapes: Vec<Escape> = text
        .match_indices('\\')
        .filter_map(|(at, _)| backslash_at(text, at))
        .filter(|escape| !is_in_char_class(text, escape.at.start, escape.at.end))
        .collect();
    replace_escapes(text, &escapes, edits);
}

fn backslash_at(text: &str, at: usize) -> Option<Escape> {
    let rest = text.get(at + 1..)?;
    let (len, value, kind) = match rest.as_bytes() {
        [b'u', b'{', ..] => braced_escape(rest)?,
        [b'u', ..] => (5, digits(rest, 1..5, 16)?, RepairKind::UnicodeEscape),
        [b'U', ..] => (9, digits(rest, 1..9, 16)?, RepairKind::UnicodeEscape),
        // The second is that of RTF.
        [b'x' | b'\'', ..] => (3, digits(rest, 1..3, 16)?, RepairKind::ByteEscape),
        [b'0'..=b'3', ..] => (3, digits(rest, 0..3, 8)?, RepairKind::OctalEscape),
        _ => return None,
    };
    Some(Escape {
        at: at..at + 1 + len,
        value,
        is_byte: kind != RepairKind::UnicodeEscape,
        kind,
    })
}

/// `u{5E74}`: its length, the code point and the kind.
fn braced_escape(rest: &str) -> Option<(usize, u32, RepairKind)> {
    let end = rest.find('}').filter(|len| (3..=8).contains(len))?;
    let value = u32::from_str_radix(&rest[2..end], 16).ok()?;
    Some((end + 1, value, RepairKind::UnicodeEscape))
}

/// Returns the number that the bytes `at` of `text` write; `None` when any is no digit.
fn digits(text: &str, at: Range<usize>, radix: u32) -> Option<u32> {
    let digits = text.get(at)?;
    let are_digits = digits.chars().all(|c| c.is_digit(radix));
    are_digits.then(|| u32::from_str_radix(digits, radix).ok())?
}

fn replace_escapes(text: &str, escapes: &[Escape], edits: &mut Edits) {
    let code_points = escapes.iter().filter(|escape| !escape.is_byte).count();
    let is_run = |one: &Escape, next: &Escape| one.at.end == next.at.start && one.kind == next.kind;
    for run in escapes.chunk_by(is_run) {
        let at = span_of(run);
        if is_code(line_around(text, at.clone())) {
            continue;
        }
        if let Some(decoded) = decode_run(run, code_points) {
            edits.replace(at, decoded, run[0].kind, SURE);
        }
    }
}

/// The text of a run, in a text with so many escaped code points.
fn decode_run(run: &[Escape], code_points: usize) -> Option<String> {
    if run[0].is_byte {
        return decode_bytes_of(run);
    }
    if code_points < MIN_ESCAPES {
        return None;
    }
    from_utf16(run.iter().map(|escape| escape.value))
}

/// Bytes of a run of escapes.
fn span_of(run: &[Escape]) -> Range<usize> {
    run[0].at.start..run[run.len() - 1].at.end
}

/// Reads a run of escaped bytes; `None` for a short one and for ASCII.
fn decode_bytes_of(run: &[Escape]) -> Option<String> {
    let values = run.iter().map(|escape| u8::try_from(escape.value));
    let bytes: Vec<u8> = values.filter_map(Result::ok).collect();
    if run.len() < MIN_ESCAPES || bytes.is_ascii() {
        return None;
    }
    decode_fragment(&bytes)
}

/// Code points, or halves of surrogate pairs; `None` when a half stands alone or a control would appear.
fn from_utf16(values: impl Iterator<Item = u32>) -> Option<String> {
    let mut units = Vec::new();
    for value in values {
        match u16::try_from(value) {
            Ok(unit) => units.push(unit),
            Err(_) => units.extend(char::from_u32(value)?.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    let decoded: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    // C1 controls may be bytes of the next layer.
    let is_text = decoded
        .chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{80}'..='\u{9F}'));
    is_text.then_some(decoded)
}

fn line_around(text: &str, at: Range<usize>) -> &str {
    const MAX_CONTEXT_BYTES: usize = 400;
    let floor = |mut byte: usize| {
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    };
    let from = floor(at.start.saturating_sub(MAX_CONTEXT_BYTES));
    let to = floor((at.end + MAX_CONTEXT_BYTES).min(text.len()));
    let start = text[from..at.start]
        .rfind('\n')
        .map_or(from, |newline| from + newline + 1);
    let end = text[at.end..to]
        .find('\n')
        .map_or(to, |newline| at.end + newline);
    &text[start..end]
}

// Percent encoding -----------------------------------------------------------------------------------------------

fn find_percents(text: &str, model: &Model, edits: &mut Edits) {
    replace_percent_u(text, edits);
    let mut from = 0;
    while let Some(at) = text[from..].find('%').map(|offset| from + offset) {
        let end = end_of_percents(text.as_bytes(), at);
        from = end.max(at + 1);
        let stretch = &text[at..end];
        let escapes = stretch.bytes().filter(|byte| *byte == b'%').count();
        if escapes < MIN_ESCAPES || is_address(&text[token_around(text, at)]) {
            continue;
        }
        if let Some(decoded) = decode_percents(text, at..end, model) {
            edits.replace(at..end, decoded, RepairKind::Percent, SURE);
        }
    }
}

/// The text that a stretch of percent encoding stands for: letters beyond ASCII, or a sentence that stands alone.
fn decode_percents(text: &str, at: Range<usize>, model: &Model) -> Option<String> {
    let bytes = percent_bytes(text[at.clone()].as_bytes());
    let has_wide = bytes.iter().filter(|byte| !byte.is_ascii()).count() >= MIN_ESCAPES;
    decode_fragment(&bytes).filter(|decoded| {
        has_wide && has_letters_beyond_ascii(decoded)
            || stands_alone(text, at) && is_sentence(decoded, model)
    })
}

/// Returns true for more than marks and blanks, which are those of a name made for an address: `sin%e2%80%8a-ready`.
fn has_letters_beyond_ascii(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii() && !is_mark(c))
}

/// Returns true if there is no blank in the line. One that was left as it is belongs to something else, an address within
/// Markdown for one.
fn stands_alone(text: &str, at: Range<usize>) -> bool {
    let line = line_around(text, at).trim();
    !line.contains(char::is_whitespace)
}

/// Words an escaped sentence has at least: fewer may be the name of a file.
const MIN_WORDS: usize = 5;

/// Returns true when `decoded` is English, and not the name of a file with blanks in it.
fn is_sentence(decoded: &str, model: &Model) -> bool {
    let words = decoded.split(|c: char| !c.is_ascii_alphabetic());
    let words: Vec<&str> = words.filter(|word| word.len() > 1).collect();
    let is_known = |word: &&&str| model.word(&word.to_ascii_lowercase()).is_some();
    let known = words.iter().filter(is_known).count();
    let blanks = decoded.chars().filter(|c| c.is_whitespace()).count();
    // Four words in five are known.
    blanks + 1 >= MIN_WORDS
        && known >= MIN_WORDS
        && known * 5 >= words.len() * 4
        && !is_file(decoded)
}

/// Returns true for a name with the ending of a file.
fn is_file(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else {
        return false;
    };
    (1..=4).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Typographic marks and blanks.
fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c as u32, 0x2000..=0x206F)
}

/// Replaces `%u5E74`, and the `%20` of ASCII that JavaScript's `escape` writes beside it.
fn replace_percent_u(text: &str, edits: &mut Edits) {
    if !text.contains("%u") {
        return;
    }
    let found = text.match_indices('%').map(|(at, _)| at);
    let escape_at = |at| percent_u_at(text, at).or_else(|| percent_ascii_at(text, at));
    let escapes: Vec<Escape> = found.filter_map(escape_at).collect();
    let is_wide = |escape: &&Escape| is_percent_u(text, escape);
    let wide = escapes.iter().filter(is_wide).count();
    if escapes.len() < MIN_ESCAPES || wide < MIN_ESCAPES - 1 {
        return;
    }
    let is_run = |one: &Escape, next: &Escape| one.at.end == next.at.start;
    for run in escapes.chunk_by(is_run) {
        let at = span_of(run);
        if !run.iter().any(|escape| is_wide(&escape)) || is_code(line_around(text, at.clone())) {
            continue;
        }
        if let Some(decoded) = from_utf16(run.iter().map(|escape| escape.value)) {
            edits.replace(at, decoded, RepairKind::PercentUnicode, SURE);
        }
    }
}

fn is_percent_u(text: &str, escape: &Escape) -> bool {
    text[escape.at.start..].starts_with("%u")
}

/// Returns `%XX` at `at` where it stands for a printed character of ASCII.
fn percent_ascii_at(text: &str, at: usize) -> Option<Escape> {
    let value = digits(text, at + 1..at + 3, 16).filter(|value| (0x20..0x7F).contains(value))?;
    Some(Escape {
        at: at..at + 3,
        value,
        is_byte: true,
        kind: RepairKind::PercentUnicode,
    })
}

fn percent_u_at(text: &str, at: usize) -> Option<Escape> {
    if !text[at..].starts_with("%u") {
        return None;
    }
    let value = digits(text, at + 2..at + 6, 16)?;
    Some(Escape {
        at: at..at + 6,
        value,
        is_byte: false,
        kind: RepairKind::PercentUnicode,
    })
}

/// Returns the end of a stretch of `%XX` and the letters it leaves as they are.
fn end_of_percents(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    loop {
        match bytes.get(at..) {
            Some([b'%', one, other, ..])
                if one.is_ascii_hexdigit() && other.is_ascii_hexdigit() =>
            {
                at += 3
            }
            Some([byte, ..])
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') =>
            {
                at += 1
            }
            _ => return at,
        }
    }
}

fn percent_bytes(stretch: &[u8]) -> Vec<u8> {
    unescape(stretch, b'%')
}

/// Replaces each `mark` and two hexadecimal digits by the byte they stand for.
fn unescape(stretch: &[u8], mark: u8) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut out = Vec::with_capacity(stretch.len() / 3);
    let mut at = 0;
    while at < stretch.len() {
        match (
            stretch[at] == mark,
            stretch.get(at + 1).copied().and_then(digit),
            stretch.get(at + 2).copied().and_then(digit),
        ) {
            (true, Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            _ => {
                out.push(stretch[at]);
                at += 1;
            }
        }
    }
    out
}

// Mail -----------------------------------------------------------------------------------------------------------

/// Longest encoded word that is looked at.
const MAX_WORD_BYTES: usize = 750;
/// Longest label of a set.
const MAX_LABEL_BYTES: usize = 40;

/// RFC 2047 words; blanks between two of them are part of the encoding.
fn find_encoded_words(text: &str, edits: &mut Edits) {
    let mut from = 0;
    while let Some(at) = text[from..].find("=?").map(|offset| from + offset) {
        let Some((decoded, end)) = encoded_words_at(text, at) else {
            from = at + 2;
            continue;
        };
        edits.replace(at..end, decoded, RepairKind::EncodedWord, SURER);
        from = end;
    }
}

/// The set that a sender may mean by a smaller one.
fn superset_of(encoding: &'static encoding_rs::Encoding) -> &'static encoding_rs::Encoding {
    if encoding == encoding_rs::GBK {
        encoding_rs::GB18030
    } else {
        encoding
    }
}

fn encoded_words_at(text: &str, at: usize) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    let mut end = at;
    let mut next = at;
    let mut encoding = None;
    while let Some((label, word, word_end)) = encoded_word_at(text, next) {
        let found = encoding_rs::Encoding::for_label(label.as_bytes())?;
        if *encoding.get_or_insert(found) != found {
            break;
        }
        bytes.extend(word);
        end = word_end;
        next = text.len() - text[end..].trim_start().len();
    }
    let encoding = superset_of(encoding?);
    let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    Some((decoded.into_owned(), end))
}

/// Returns `=?label?B?base64?=` or `=?label?Q?quoted?=` at `at`: label, bytes, end. RFC 2047 allows 75 bytes; senders
/// do not care, so ten times that is looked at.
fn encoded_word_at(text: &str, at: usize) -> Option<(&str, Vec<u8>, usize)> {
    let rest = text[at..].strip_prefix("=?")?;
    let (label, rest) = rest.split_once('?')?;
    let (method, rest) = rest.split_at_checked(1)?;
    let (coded, behind) = coded_part(rest.strip_prefix('?')?)?;
    if label.len() > MAX_LABEL_BYTES {
        return None;
    }
    Some((
        label,
        decode_word(method, coded)?,
        text.len() - behind.len(),
    ))
}

/// The part of a word that is coded, and the text behind the word.
fn coded_part(rest: &str) -> Option<(&str, &str)> {
    let window = &rest.as_bytes()[..rest.len().min(MAX_WORD_BYTES)];
    let len = window.iter().position(|byte| *byte == b'?')?;
    let (coded, behind) = rest.split_at(len);
    Some((coded, behind.strip_prefix("?=")?))
}

fn decode_word(method: &str, coded: &str) -> Option<Vec<u8>> {
    match method {
        "B" | "b" => decode_base64(coded.as_bytes()),
        "Q" | "q" => Some(unescape(coded.replace('_', " ").as_bytes(), b'=')),
        _ => None,
    }
}

/// Quoted-printable bodies: blocks of lines in which `=` is nothing but an escape or a soft line break.
fn find_quoted_printable(text: &str, edits: &mut Edits) {
    let mut block: Option<Range<usize>> = None;
    for (start, line) in line_indices(text) {
        let end = start + line.len();
        if is_quoted_printable(line) {
            block = Some(block.map_or(start, |block| block.start)..end);
            // A line without a soft break ends the unit of encoding.
            if !line.trim_end().ends_with('=') {
                replace_quoted(text, block.take(), edits);
            }
        } else {
            let is_tail = block.is_some() && !line.contains('=');
            if is_tail {
                block = block.map(|block| block.start..end);
            }
            replace_quoted(text, block.take(), edits);
        }
    }
    replace_quoted(text, block, edits);
}

fn is_quoted_printable(line: &str) -> bool {
    let bytes = line.trim_end().as_bytes();
    let is_escape = |at: usize| match &bytes[at + 1..] {
        [] => true,
        [one, other, ..] => is_upper_hex(*one) && is_upper_hex(*other),
        _ => false,
    };
    let marks = || {
        bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'=')
            .map(|(at, _)| at)
    };
    line.is_ascii() && marks().next().is_some() && marks().all(is_escape)
}

fn is_upper_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'F')
}

fn replace_quoted(text: &str, block: Option<Range<usize>>, edits: &mut Edits) {
    let Some(block) = block else { return };
    let body = text[block.clone()].trim_end_matches(['\n', '\r']);
    let at = block.start..block.start + body.len();
    let bytes = unquoted(body);
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if high < MIN_ESCAPES - 1 {
        return;
    }
    if let Some(decoded) = decode_fragment(&bytes) {
        edits.replace(at, decoded, RepairKind::QuotedPrintable, SURE);
    }
}

/// The bytes of a quoted-printable body.
fn unquoted(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "").replace("=\n", "");
    let joined = joined.strip_suffix('=').unwrap_or(&joined);
    unescape(joined.as_bytes(), b'=')
}

// Seven-bit encodings inside text --------------------------------------------------------------------------------

fn find_hz(text: &str, edits: &mut Edits) {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices("~{") {
        let pairs = count_hz_pairs(&bytes[at + 2..]);
        let end = at + 2 + 2 * pairs;
        let is_closed = bytes[end..].starts_with(b"~}");
        let end = if is_closed { end + 2 } else { end };
        if pairs == 0 || !bytes[at..end].is_ascii() {
            continue;
        }
        if let Some(decoded) = decode_hz(&text[at..end]).filter(|text| is_plausible(text)) {
            edits.replace(at..end, decoded, RepairKind::Hz, SURE);
        }
    }
}

fn count_hz_pairs(bytes: &[u8]) -> usize {
    let pairs = bytes.chunks_exact(2);
    pairs
        .take_while(|pair| pair[0] != b'~' && pair[0] > b' ')
        .count()
}

/// Fewest Base64 digits of a stretch of UTF-7 that stands alone: two characters.
const MIN_UTF7_DIGITS: usize = 6;

fn find_utf7(text: &str, edits: &mut Edits) {
    let mut from = 0;
    while let Some(at) = text[from..].find('+').map(|offset| from + offset) {
        let coded = &text[at + 1..];
        let is_digit = |byte: &u8| is_base64_digit(*byte);
        let (stretch, behind) = coded.split_at(coded.bytes().take_while(is_digit).count());
        from = at + 1 + stretch.len();
        // Three bytes are four digits: runs of plus signs alone are no Base64.
        let is_coded = stretch.len() >= MIN_UTF7_DIGITS && !stretch.starts_with('+');
        if !is_coded || is_address(&text[token_around(text, at)]) {
            continue;
        }
        let is_text = |decoded: &String| !decoded.is_ascii() && is_plausible(decoded);
        if let Some(decoded) = decode_utf7_stretch(stretch).filter(is_text) {
            let end = from + usize::from(behind.starts_with('-'));
            edits.replace(at..end, decoded, RepairKind::Utf7, SURE);
        }
    }
}

fn is_mailbox_digit(byte: &u8) -> bool {
    is_base64_digit(*byte) && *byte != b'/' || *byte == b','
}

/// Names of mailboxes (RFC 3501): `&` Base64 of UTF-16, with a comma for the slash, and `-`.
fn find_imap_utf7(text: &str, model: &Model, edits: &mut Edits) {
    for (at, _) in text.match_indices('&') {
        let coded = &text[at + 1..];
        let len = coded.bytes().take_while(is_mailbox_digit).count();
        if len < MIN_UTF7_DIGITS || !coded[len..].starts_with('-') {
            continue;
        }
        if let Some(decoded) = decode_utf7_stretch(&coded[..len].replace(',', "/"))
            && decoded.chars().all(|c| is_ideograph(c) && model.knows(c))
        {
            edits.replace(at..at + len + 2, decoded, RepairKind::Utf7, SURE);
        }
    }
}
