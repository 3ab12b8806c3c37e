//! Numbers of documents in English text: *12 CFR 1026.3*, *S.C. 2001, c. 9*, *SOR/80-90*, *Public Law 116-92*.

use crate::citations::english_places::{Place, number};
use crate::citations::view::View;

/// Numbers: the characters of each, the work and the place in it.
type Found = Vec<(usize, usize, String, Place)>;

/// Prefixes behind which a token with a digit is a number, the longer first.
const PREFIXES: [&str; 50] = [
    "Public Law (P.L.) ",
    "Public Law No: ",
    "Public Law No. ",
    "Public Law Number ",
    "Public Law ",
    "Pub. L. No. ",
    "Pub. L. ",
    "P.L. ",
    "Executive Order (EO) ",
    "Executive Orders ",
    "Executive Order No. ",
    "Executive Order ",
    "E.O. ",
    "NIST Special Publication (SP) ",
    "NIST Special Publication ",
    "Special Publication ",
    "NIST SP ",
    "SP ",
    "ISO/IEC ",
    "ISO ",
    "IEC ",
    "CNS ",
    "ASTM ",
    "AS/NZS ",
    "RFC ",
    "FIPS ",
    "Cap. ",
    "LC Paper No. ",
    "LC Paper Nos. ",
    "departmental practice note ",
    "Order in Council P.C. ",
    "P.C. ",
    "OMB Circular No. ",
    "OMB Circular ",
    "Circular No. ",
    "Circular ",
    "OMB Memorandum ",
    "OMB Memo ",
    "Memorandum ",
    "Memo ",
    "CAN/",
    "GB/T ",
    "BS EN ",
    "IEEE ",
    "H.R. ",
    "S.I. ",
    "Regulation (EU) ",
    "Regulation (EC) No ",
    "Directive (EU) ",
    "Directive ",
];
/// Codes and registers behind the number of a title.
const CODES: [&str; 9] = [
    "U.S.C. ",
    "U.S.C ",
    "USC ",
    "CFR ",
    "C.F.R. ",
    "CFR, ",
    "Stat. ",
    "FR ",
    "Fed. Reg. ",
];
/// Words between a code and a section.
const PARTS: [&str; 9] = [
    "§§ ",
    "§ ",
    "§",
    "parts ",
    "part ",
    "Parts ",
    "Part ",
    "sections ",
    "section ",
];
/// Maximum number of sections of one code.
const MAX_SECTIONS: usize = 40;
/// Statutes before a year or a chapter.
const STATUTES: [&str; 5] = ["R.S.C., ", "R.S.C. ", "R.S., ", "S.C. ", "C.R.C., "];
/// Supplements behind a chapter.
const SUPPLEMENTS: [&str; 6] = [
    " (1st Supp.)",
    " (2nd Supp.)",
    " (3rd Supp.)",
    " (4th Supp.)",
    " (5th Supp.)",
    " (5TH SUPP.)",
];
/// Orders before their number.
const ORDERS: [&str; 6] = [
    "Presidential Order ",
    "Presidential Decree ",
    "President Order ",
    "Order ",
    "Decree ",
    "Letter ",
];
/// Codes behind the number of a title, where a list of sections is over.
const NEXT_CODES: [&str; 7] = [" U.S.C", " USC", " CFR", " C.F.R", " Stat", " FR", " Fed"];
/// Numbers in a gazette before `12 of 2020`.
const NOTICES: [&str; 4] = ["L.N. ", "G.N. ", "LN ", "GN "];
/// Prefixes behind which a year and a number are parted by a stroke.
const STROKED: [&str; 5] = [
    "S.I. ",
    "Regulation (EU) ",
    "Regulation (EC) No ",
    "Directive (EU) ",
    "Directive ",
];
/// Prefixes that touch their number.
const TOUCHING: [&str; 3] = ["SOR/", "SI/", "M-"];

/// Reads a number of a document at `at`, where a word starts, and the index behind it.
pub(super) fn number_at(view: &View, at: usize) -> Option<(usize, Found)> {
    code(view, at)
        .or_else(|| statute(view, at))
        .or_else(|| prefixed(view, at))
        .or_else(|| touching(view, at))
        .or_else(|| notice(view, at))
        .or_else(|| order(view, at))
        .or_else(|| bare(view, at))
        .or_else(|| of_year(view, at))
}

/// `12 U.S.C. 5512, 5581`, `12 CFR 1026.3(a)(1)`, `122 Stat. 2654`.
fn code(view: &View, at: usize) -> Option<(usize, Found)> {
    let digits = digit_count(view, at, 4);
    if digits == 0 || view.get(at + digits) != ' ' {
        return None;
    }
    let (word, from) = view.one_of(at + digits + 1, &CODES)?;
    let work = view.text(at..from).trim().to_owned();
    let from = view.one_of(from, &PARTS).map_or(from, |(_, from)| from);
    if let Some((_, from)) = view.one_of(from, &["subpart "]) {
        let end = from + 1;
        let place = Place::named(at, end, 14, &view.text(from..end));
        return Some((end, Vec::from([(at, end, work, place)])));
    }
    let (number, end) = number(view, from, 5)?;
    if matches!(word, "Stat. " | "FR " | "Fed. Reg. ") {
        return Some(whole(view, at, end));
    }
    let first = Place::of_section(at, end, &number);
    let found = Vec::from([(at, end, work, first)]);
    Some(sections(view, end, number, found))
}

/// Number of digits at `at`, up to `most`.
fn digit_count(view: &View, at: usize, most: usize) -> usize {
    let is_digit = |at: &usize| view.get(*at).is_ascii_digit();
    (at..at + most).take_while(is_digit).count()
}

/// The document whose number stands at `at..end`, as a whole.
fn whole(view: &View, at: usize, end: usize) -> (usize, Found) {
    let found = (at, end, view.text(at..end), Place::whole());
    (end, Vec::from([found]))
}

/// Adds the further sections of a code.
fn sections(view: &View, mut end: usize, mut last: String, mut found: Found) -> (usize, Found) {
    let work = found[0].2.clone();
    while let Some((next, from, behind)) = next_section(view, end, &last) {
        if found.len() >= MAX_SECTIONS {
            break;
        }
        let place = Place::of_section(from, behind, &next);
        found.push((from, behind, work.clone(), place));
        (last, end) = (next, behind);
    }
    let further = view.one_of(end, &[" et seq.", ", et seq.", " et seq"]);
    if let (Some((_, behind)), Some(last)) = (further, found.last_mut()) {
        last.1 = behind;
        end = behind;
    }
    (end, found)
}

/// The next section of a list: not the title of another code.
fn next_section(view: &View, end: usize, last: &str) -> Option<(String, usize, usize)> {
    let (_, from) = view.one_of(end, &[", and ", ", or ", " and ", " or ", ", "])?;
    let (next, behind) = number(view, from, 5)?;
    if view.one_of(behind, &NEXT_CODES).is_some() {
        return None;
    }
    if next.starts_with('(') {
        let stem = last.split('(').next().unwrap_or(last);
        return Some((format!("{stem}{next}"), from, behind));
    }
    let is_long = view.get(behind) != ' ' || next.len() >= 3;
    let is_section = view.get(from).is_ascii_digit() && is_long;
    is_section.then_some((next, from, behind))
}

/// `S.C. 2001, c. 9, s. 465`, `R.S., c. F-27`, `2000, c. 14, s. 32`.
fn statute(view: &View, at: usize) -> Option<(usize, Found)> {
    let (word, from) = view.one_of(at, &STATUTES).unwrap_or(("", at));
    let digits = digit_count(view, from, 5);
    if digits != 4 && (word.is_empty() || digits > 0) {
        return None;
    }
    let from = from + digits;
    let joint = view.one_of(from, &[", ", " "]);
    let from = joint.map_or(from, |(_, from)| from);
    let (_, from) = view.one_of(from, &["c. ", "C. "])?;
    let end = chapter_end(view, from)?;
    let end = view.one_of(end, &SUPPLEMENTS).map_or(end, |(_, end)| end);
    Some(with_section(view, at, end))
}

/// Index behind the number of a chapter at `from`: `F-27`.
fn chapter_end(view: &View, from: usize) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut end = from;
    while end < from + 10 && is_part(view.get(end)) {
        end += 1;
    }
    while end > from && matches!(view.get(end - 1), '.' | '-') {
        end -= 1;
    }
    (end > from).then_some(end)
}

/// A number that ends at `end`, and the section behind it.
fn with_section(view: &View, at: usize, end: usize) -> (usize, Found) {
    let work = view.text(at..end);
    let section = view.one_of(end, &[", ss. ", ", s. ", ", S. "]);
    match section.and_then(|(_, from)| number(view, from, 5)) {
        Some((number, behind)) => {
            let place = Place::of_section(at, behind, &number);
            (behind, Vec::from([(at, behind, work, place)]))
        }
        None => (end, Vec::from([(at, end, work, Place::whole())])),
    }
}

fn token_end(view: &View, from: usize) -> usize {
    let is_part =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '.' | '(' | ')' | '–');
    let mut end = from;
    while end < from + 80 && is_part(view.get(end)) {
        end += 1;
    }
    let opens = view.text(from..end).matches('(').count();
    let closes = view.text(from..end).matches(')').count();
    if closes > opens && view.get(end - 1) == ')' {
        end -= 1;
    }
    while end > from && matches!(view.get(end - 1), '.' | '-' | '/' | '(') {
        end -= 1;
    }
    end
}

fn prefixed(view: &View, at: usize) -> Option<(usize, Found)> {
    let (prefix, from) = view.one_of(at, &PREFIXES)?;
    let end = token_end(view, from);
    if !is_number_behind(prefix, &view.text(from..end)) {
        return None;
    }
    let section = view.one_of(
        end,
        &[
            ", Section ",
            ", section ",
            " Section ",
            " section ",
            ", s. ",
            ", s ",
        ],
    );
    if let Some((_, from)) = section
        && let Some((number, behind)) = number(view, from, 5)
    {
        let work = view.text(at..end);
        let place = Place::of_section(at, behind, number.trim_end_matches('.'));
        return Some((behind, Vec::from([(at, behind, work, place)])));
    }
    Some(whole(view, at, end))
}

/// Returns true if `token` is a number of the documents that `prefix` opens.
fn is_number_behind(prefix: &str, token: &str) -> bool {
    let has_digit = token.contains(|c: char| c.is_ascii_digit());
    let is_number = token.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
    let is_loose = prefix.contains("Circular")
        || prefix.contains("Memo")
        || prefix == "CAN/"
        || prefix.starts_with("P.L");
    let is_stroked = || {
        let parts = token.split_once('/');
        parts.is_some_and(|(one, _)| {
            (2..=4).contains(&one.len()) && one.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    let is_publication = token.starts_with("800") || token.starts_with("1800");
    has_digit
        && is_number
        && (!is_loose || token.contains('-'))
        && (prefix != "SP " || is_publication)
        && (!STROKED.contains(&prefix) || is_stroked())
}

fn touching(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(at, &TOUCHING)?;
    let end = token_end(view, from);
    let token = view.text(from..end);
    let is_number = token.starts_with(|c: char| c.is_ascii_digit()) && token.contains('-');
    is_number.then(|| with_section(view, at, end))
}

/// `L.N. 12 of 2020`.
fn notice(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(at, &NOTICES)?;
    let end = from + digit_count(view, from, 5);
    let (_, year) = view.one_of(end, &[" of "])?;
    let is_dated = end > from && digit_count(view, year, 5) == 4;
    is_dated.then(|| whole(view, at, year + 4))
}

/// `Presidential Order Hua-Zong-(1)-Yi-Zi No. 09100093810`, `Order No. Yuan-Taiwan-Finance-0970023901`.
fn order(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(at, &ORDERS)?;
    let from = behind_no(view, from)?;
    let mut end = token_end(view, from);
    let has_digit = view.text(from..end).contains(|c: char| c.is_ascii_digit());
    if !has_digit && view.get(end) == ' ' && view.get(end + 1).is_ascii_digit() {
        end = token_end(view, end + 1);
    }
    let number = view.text(from..end);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (digits >= 3).then(|| whole(view, at, end))
}

/// Index behind the *No.* of an order in its sentence.
fn behind_no(view: &View, from: usize) -> Option<usize> {
    let ends = |at: usize| {
        let is_stop = view.get(at) == '.' && view.get(at + 1) == ' ' && !view.ends(at, "No");
        is_stop || matches!(view.get(at), ';' | '\0')
    };
    let mut within = (from..from + 70).take_while(|at| !ends(*at));
    let cue = within.find(|at| view.starts(*at, "No."))?;
    let is_apart = view.get(cue + 3) == ' ';
    Some(cue + 3 + usize::from(is_apart))
}

/// `No. 09004612790` of an order that is not called one.
fn bare(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(at, &["No. ", "No."])?;
    let end = token_end(view, from);
    (digit_count(view, from, 14) >= 7).then(|| whole(view, at, end))
}

/// `FCR(2011-12)22`: a paper of a session.
fn of_year(view: &View, at: usize) -> Option<(usize, Found)> {
    let letters = (at..at + 6)
        .take_while(|at| view.get(*at).is_ascii_uppercase())
        .count();
    let open = at + letters;
    let from = open + 9;
    let digits = digit_count(view, from, 5);
    let is_paper = letters >= 2 && digits > 0 && is_session(&view.text(open..from));
    is_paper.then(|| whole(view, at, from + digits))
}

/// Returns true for `(2011-12)`.
fn is_session(years: &str) -> bool {
    let is_part = |(at, byte): (usize, u8)| match at {
        4 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    years.starts_with('(')
        && years.ends_with(')')
        && years.bytes().skip(1).take(7).enumerate().all(is_part)
}
