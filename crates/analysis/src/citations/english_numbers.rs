//! Numbers of documents in English text: *12 CFR 1026.3*, *S.C. 2001, c. 9*, *SOR/80-90*, *Public Law 116-92*.

use crate::citations::english_places::{Place, number};
use crate::citations::view::View;

/// Numbers: the characters of each, the work and the place in it.
type Found = Vec<(usize, usize, String, Place)>;

/// Prefixes behind which a token with a digit is a number, the longer first.
const PREFIXES: [&str; 41] = [
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
/// Prefixes that touch their number.
const TOUCHING: [&str; 3] = ["SOR/", "SI/", "M-"];

/// Reads a number of a document at `at`, where a word starts, and the index behind it.
pub(super) fn number_at(view: &View, at: usize) -> Option<(usize, Found)> {
    code(view, at)
        .or_else(|| statute(view, at))
        .or_else(|| prefixed(view, at))
        .or_else(|| touching(view, at))
        .or_else(|| order(view, at))
        .or_else(|| bare(view, at))
        .or_else(|| of_year(view, at))
}

/// `12 U.S.C. 5512, 5581`, `12 CFR 1026.3(a)(1)`, `122 Stat. 2654`.
fn code(view: &View, at: usize) -> Option<(usize, Found)> {
    let digits = (at..at + 4)
        .take_while(|at| view.get(*at).is_ascii_digit())
        .count();
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
        let work = view.text(at..end);
        return Some((end, Vec::from([(at, end, work, Place::whole())])));
    }
    let first = Place::of_section(at, end, &number);
    let found = Vec::from([(at, end, work, first)]);
    Some(sections(view, end, number, found))
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
    if let Some((_, behind)) = view.one_of(end, &[" et seq.", ", et seq.", " et seq"]) {
        end = behind;
        if let Some(last) = found.last_mut() {
            last.1 = end;
        }
    }
    (end, found)
}

/// The next section of a list: not the title of another code.
fn next_section(view: &View, end: usize, last: &str) -> Option<(String, usize, usize)> {
    let (_, from) = view.one_of(end, &[", and ", ", or ", " and ", " or ", ", "])?;
    let (next, behind) = number(view, from, 5)?;
    let is_title = view
        .one_of(
            behind,
            &[" U.S.C", " USC", " CFR", " C.F.R", " Stat", " FR", " Fed"],
        )
        .is_some();
    let is_bracket = next.starts_with('(');
    let is_section = view.get(from).is_ascii_digit() && !matches!(view.get(behind), ' ')
        || view.get(from).is_ascii_digit() && next.len() >= 3;
    if is_title || !(is_bracket || is_section) {
        return None;
    }
    let stem = last.split('(').next().unwrap_or(last);
    let number = if is_bracket {
        format!("{stem}{next}")
    } else {
        next
    };
    Some((number, from, behind))
}

/// `S.C. 2001, c. 9, s. 465`, `R.S., c. F-27`, `2000, c. 14, s. 32`.
fn statute(view: &View, at: usize) -> Option<(usize, Found)> {
    let (word, from) = view.one_of(at, &STATUTES).unwrap_or(("", at));
    let digits = (from..from + 5)
        .take_while(|at| view.get(*at).is_ascii_digit())
        .count();
    if digits != 4 && (word.is_empty() || digits > 0) {
        return None;
    }
    let from = from + digits;
    let from = view
        .one_of(from, &[", ", " "])
        .map_or(from, |(_, from)| from);
    let (_, from) = view.one_of(from, &["c. ", "C. "])?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let mut end = from;
    while end < from + 10 && is_part(view.get(end)) {
        end += 1;
    }
    while end > from && matches!(view.get(end - 1), '.' | '-') {
        end -= 1;
    }
    if end == from {
        return None;
    }
    let end = view.one_of(end, &SUPPLEMENTS).map_or(end, |(_, end)| end);
    Some(with_section(view, at, end))
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
    let mut end = token_end(view, from);
    let token = view.text(from..end);
    let has_digit = token.contains(|c: char| c.is_ascii_digit());
    let is_number = token.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase());
    let is_loose = prefix.contains("Circular") || prefix.contains("Memo") || prefix == "CAN/";
    if !has_digit || !is_number || (is_loose && !token.contains('-')) {
        return None;
    }
    if (prefix == "SP " && !token.starts_with("800") && !token.starts_with("1800"))
        || (prefix.starts_with("P.L") && !token.contains('-'))
    {
        return None;
    }
    let work = view.text(at..end);
    if let Some((_, from)) =
        view.one_of(end, &[", Section ", ", section ", " Section ", " section "])
        && let Some((number, behind)) = number(view, from, 5)
    {
        let number = number.trim_end_matches('.');
        return Some((
            behind,
            Vec::from([(at, behind, work, Place::of_section(at, behind, number))]),
        ));
    }
    if prefix.starts_with("departmental") {
        end = token_end(view, from);
    }
    Some((end, Vec::from([(at, end, work, Place::whole())])))
}

fn touching(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(at, &TOUCHING)?;
    let end = token_end(view, from);
    let token = view.text(from..end);
    let is_number = token.starts_with(|c: char| c.is_ascii_digit()) && token.contains('-');
    is_number.then(|| with_section(view, at, end))
}

/// `Presidential Order Hua-Zong-(1)-Yi-Zi No. 09100093810`, `Order No. Yuan-Taiwan-Finance-0970023901`.
fn order(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(
        at,
        &[
            "Presidential Order ",
            "Presidential Decree ",
            "President Order ",
            "Order ",
            "Decree ",
            "Letter ",
        ],
    )?;
    let limit = from + 70;
    let ends = |at: usize| {
        let is_stop = view.get(at) == '.' && view.get(at + 1) == ' ' && !view.ends(at, "No");
        is_stop || matches!(view.get(at), ';' | '\0')
    };
    let mut within = (from..limit).take_while(|at| !ends(*at));
    let cue = within.find(|at| view.starts(*at, "No. ") || view.starts(*at, "No."))?;
    let from = if view.get(cue + 3) == ' ' {
        cue + 4
    } else {
        cue + 3
    };
    let mut end = token_end(view, from);
    let has_digit = |end: usize| view.text(from..end).contains(|c: char| c.is_ascii_digit());
    if !has_digit(end) && view.get(end) == ' ' && view.get(end + 1).is_ascii_digit() {
        end = token_end(view, end + 1);
    }
    let digits = view
        .text(from..end)
        .chars()
        .filter(char::is_ascii_digit)
        .count();
    (digits >= 3).then(|| {
        (
            end,
            Vec::from([(at, end, view.text(at..end), Place::whole())]),
        )
    })
}

/// `No. 09004612790` of an order that is not called one.
fn bare(view: &View, at: usize) -> Option<(usize, Found)> {
    let (_, from) = view.one_of(at, &["No. ", "No."])?;
    let digits = (from..from + 14)
        .take_while(|at| view.get(*at).is_ascii_digit())
        .count();
    let end = token_end(view, from);
    (digits >= 7).then(|| {
        (
            end,
            Vec::from([(at, end, view.text(at..end), Place::whole())]),
        )
    })
}

/// `FCR(2011-12)22`: a paper of a session.
fn of_year(view: &View, at: usize) -> Option<(usize, Found)> {
    let letters = (at..at + 6)
        .take_while(|at| view.get(*at).is_ascii_uppercase())
        .count();
    let open = at + letters;
    let years = view.text(open..open + 9);
    let is_session = years.starts_with('(')
        && years.ends_with(')')
        && years
            .bytes()
            .skip(1)
            .take(7)
            .enumerate()
            .all(|(at, byte)| match at {
                4 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
    let from = open + 9;
    let digits = (from..from + 5)
        .take_while(|at| view.get(*at).is_ascii_digit())
        .count();
    let end = from + digits;
    (letters >= 2 && is_session && digits > 0).then(|| {
        (
            end,
            Vec::from([(at, end, view.text(at..end), Place::whole())]),
        )
    })
}
