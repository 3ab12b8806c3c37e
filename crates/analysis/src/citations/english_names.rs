//! Names of laws in English: *Financial Administration Act*, *Privacy Act of 1974*, *Rules Governing …*.

use crate::citations::view::{Gap, View};

/// Maximum number of words of a name.
const LONGEST_NAME: usize = 26;
/// Last words of names.
const NOUNS: [&str; 16] = [
    "Act",
    "Law",
    "Code",
    "Regulations",
    "Rules",
    "Ordinance",
    "Charter",
    "Constitution",
    "Convention",
    "Treaty",
    "Statute",
    "Tariff",
    "Protocol",
    "ACT",
    "Bylaw",
    "Directions",
];
/// Small words within names.
const SMALL: [&str; 18] = [
    "of", "and", "the", "for", "on", "to", "in", "or", "a", "an", "at", "by", "with", "from",
    "against", "between", "&", "as",
];
/// Small words between the capitalised ones of a name behind a place.
const BETWEEN: [&str; 8] = ["of", "and", "the", "for", "on", "to", "in", "respecting"];
/// Words behind the first of a name that begins with its kind.
const GOVERNING: [&str; 8] = [
    "Governing",
    "for",
    "of",
    "on",
    "Concerning",
    "Respecting",
    "Regarding",
    "Relating",
];
/// Words that begin sentences and no names.
const NO_FIRST: [&str; 34] = [
    "The", "This", "These", "That", "Those", "If", "In", "Under", "For", "When", "Where", "A",
    "An", "Any", "All", "No", "As", "By", "With", "Pursuant", "Each", "Every", "Such", "And", "Or",
    "To", "On", "At", "Section", "Article", "Sections", "Articles", "Of", "Subject",
];
/// Words that name rules and begin their names.
const RULES: [&str; 4] = ["Enforcement Rules", "Regulations", "Rules", "Directions"];
/// First words of what is no law.
const NO_NAMES: [&str; 34] = [
    "Zip Code",
    "ZIP Code",
    "Source Code",
    "Postal Code",
    "Country Code",
    "QR Code",
    "Morse Code",
    "Common Law",
    "International Law",
    "State Law",
    "Federal Law",
    "Business Rules",
    "Ground Rules",
    "Dress Code",
    "House Rules",
    "Standing Rules",
    "Act of Parliament",
    "Acts of Parliament",
    "Revised Regulations",
    "Proposed Regulations",
    "Final Rules",
    "Proposed Rules",
    "New Regulations",
    "Current Regulations",
    "Amended Act",
    "Act of Congress",
    "Rules of Procedure",
    "Code of Conduct",
    "Code of Practice",
    "Rules of Court",
    "Rules of Practice",
    "Statutory Law",
    "Tax Code",
    "Labour Law",
];

/// A name in the text.
pub(super) struct Name {
    pub(super) end: usize,
    pub(super) name: String,
}

/// The word of the kind of law that a name ends with, or begins with.
pub(super) fn noun_of(name: &str) -> Option<&'static str> {
    let bare = name.split([',', '(']).next().unwrap_or(name).trim();
    let words: Vec<&str> = bare.split_whitespace().collect();
    let begins = |kind: &&str| bare.starts_with(*kind) && bare.len() > kind.len();
    if RULES.iter().any(begins) {
        return words.iter().take(2).find_map(noun);
    }
    let last = words.last().and_then(noun);
    let of_year = words.iter().rev().nth(2).and_then(noun);
    last.or(of_year).or_else(|| words.iter().find_map(noun))
}

/// Word of a kind of law that `word` is, whatever its case.
fn noun(word: &&str) -> Option<&'static str> {
    let mut nouns = NOUNS.iter().copied();
    nouns.find(|noun| noun.eq_ignore_ascii_case(word))
}

/// Bytes of the word at `at`.
fn word_end(view: &View, at: usize) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '–' | '.' | '/');
    let mut end = at;
    while end < at + 40 && is_part(view.get(end)) {
        end += 1;
    }
    while end > at && view.get(end - 1) == '.' {
        end -= 1;
    }
    end
}

/// Reads the name of a law at `at`, where a word starts.
pub(super) fn name_at(view: &View, at: usize) -> Option<Name> {
    if let Some((_, from)) = view.one_of(at, &["An Act to ", "An Act respecting ", "An Act for "]) {
        return long_title(view, at, from);
    }
    let first_end = word_end(view, at);
    let first = view.text(at..first_end);
    if !first.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        || NO_FIRST.contains(&first.as_str())
    {
        return None;
    }
    if NOUNS.contains(&first.as_str())
        && let Some(name) = governing(view, at, first_end)
    {
        return Some(name);
    }
    let end = noun_end(view, at)?;
    let end = with_year(view, with_owner(view, at, end));
    let name = view.text(at..end);
    is_law(&name, &first).then_some(Name { end, name })
}

/// Returns true if `name`, with the word `first` before the others, may be a law's.
fn is_law(name: &str, first: &str) -> bool {
    let is_number = first.starts_with(|c: char| c.is_ascii_digit())
        && !first.ends_with(|c: char| c.is_ascii_alphabetic());
    !is_number && !NO_NAMES.iter().any(|word| name.starts_with(word))
}

/// Index behind the first word of a kind of law, in a run of capitalised and small words from `at` on.
fn noun_end(view: &View, at: usize) -> Option<usize> {
    let mut here = at;
    let mut last = String::new();
    for count in 0..LONGEST_NAME {
        if count > 0 && view.get(here) == '(' {
            here = next_word(view, bracket_end(view, here)?)?;
        }
        let end = word_end(view, here);
        let word = view.text(here..end);
        let is_list =
            word == "the" && matches!(last.as_str(), "and" | "or" | "to") && !is_led(view, at);
        let is_over = is_list || word == "THE" && last == "TO";
        if is_over || !is_of_name(view, here, &word) {
            return None;
        }
        if count > 0
            && let Some(end) = kind_end(view, &word, end)
        {
            return Some(end);
        }
        last = word;
        here = next_word(view, end.max(here + 1))?;
    }
    None
}

/// Longest brackets within a name, in characters.
const LONGEST_BRACKETS: usize = 80;

/// Index behind the brackets at `at`, if what they hold may stand in a name: *Personal Data (Privacy) Ordinance*.
fn bracket_end(view: &View, at: usize) -> Option<usize> {
    let mut here = at + 1;
    while here < at + LONGEST_BRACKETS {
        let end = word_end(view, here);
        let word = view.text(here..end);
        if !is_of_name(view, here, &word) {
            return None;
        }
        match view.get(end.max(here + 1)) {
            ')' => return Some(end.max(here + 1) + 1),
            ' ' | ',' => here = next_word(view, end.max(here + 1))?,
            _ => return None,
        }
    }
    None
}

/// Returns true if the word at `at` may stand in a name.
fn is_of_name(view: &View, at: usize, word: &str) -> bool {
    let is_capital = word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    view.get(at) == '&' || (!word.is_empty() && (is_capital || SMALL.contains(&word)))
}

/// End of the name that closes with `word`, which ends at `end`.
fn kind_end(view: &View, word: &str, end: usize) -> Option<usize> {
    if NOUNS.contains(&word) && !view.starts(end, " of Federal") && !goes_on(view, end) {
        return Some(end);
    }
    // Footnotes touch the word: Motor Vehicle Transport Actb.
    let noted = word.strip_suffix(|c: char| ('a'..='h').contains(&c));
    noted
        .is_some_and(|noun| NOUNS.contains(&noun))
        .then(|| end - 1)
}

/// Reads a run of two capitalised words or more behind a place: *the Canadian Victims Bill of Rights*.
pub(super) fn capitals_at(view: &View, at: usize) -> Option<Name> {
    let (mut here, mut last, mut count) = (at, at, 0);
    for _ in 0..LONGEST_NAME {
        let end = word_end(view, here);
        let word = view.text(here..end);
        let is_capital = word.starts_with(|c: char| c.is_ascii_uppercase());
        if !is_capital && (count == 0 || !BETWEEN.contains(&word.as_str())) {
            break;
        }
        if is_capital {
            (last, count) = (end, count + 1);
        }
        if view.get(end) != ' ' || end == here || !goes_over(view, end, end + 1) {
            break;
        }
        here = end + 1;
    }
    let end = with_year(view, last);
    let name = view.text(at..end);
    (count >= 2).then_some(Name { end, name })
}

/// Returns true if words that lead to a law stand before `at`.
fn is_led(view: &View, at: usize) -> bool {
    (view.ends(at, " of the ") || view.ends(at, " under the "))
        && view.get(at.saturating_sub(9)) != 't'
}

/// Returns true if the kind is a word within a longer name: *Law Enforcement Act*, *Code Commission*.
fn goes_on(view: &View, end: usize) -> bool {
    let next = end + 1;
    if view.get(end) != ' ' || !view.get(next).is_ascii_uppercase() {
        return false;
    }
    let word_end = word_end(view, next);
    let word = view.text(next..word_end);
    NOUNS.contains(&word.as_str())
        || matches!(
            word.as_str(),
            "Enforcement" | "Commission" | "Reform" | "Implementation" | "Amendment"
        )
}

/// First character of the next word of a name; a comma is passed before a capital.
fn next_word(view: &View, end: usize) -> Option<usize> {
    let next = match (view.get(end), view.get(end + 1)) {
        (' ', _) => end + 1,
        (',', ' ') if view.get(end + 2).is_ascii_uppercase() => end + 2,
        (',', ' ') if view.starts(end + 2, "and ") && view.get(end + 6).is_ascii_uppercase() => {
            end + 2
        }
        _ => return None,
    };
    goes_over(view, end, next).then_some(next)
}

/// Returns true if a name may go on at `next`: a heading or a label on a line of its own is no part of it.
fn goes_over(view: &View, end: usize, next: usize) -> bool {
    match view.gap(next) {
        Gap::None | Gap::Blank => true,
        Gap::BlankLine => false,
        Gap::Line => {
            let is_small = |at: usize| {
                let word = view.text(at..word_end(view, at));
                SMALL.contains(&word.as_str())
            };
            let letters = (end.saturating_sub(8)..end).rev();
            let len = letters.take_while(|at| view.get(*at).is_ascii_alphabetic());
            is_small(next) || is_small(end - len.count())
        }
    }
}

/// Rules Governing Establishment and Administration of Police.
fn governing(view: &View, at: usize, first_end: usize) -> Option<Name> {
    let (last, count) = governed(view, behind_kind(view, first_end)?);
    let end = with_year(view, last);
    let name = view.text(at..end);
    let is_law = !NO_NAMES.contains(&name.as_str());
    (count > 0 && is_law).then_some(Name { end, name })
}

/// Index behind the word that goes on with a name behind its kind.
fn behind_kind(view: &View, first_end: usize) -> Option<usize> {
    let from = first_end + 1;
    let end = word_end(view, from);
    let second = view.text(from..end);
    let goes_on = view.get(first_end) == ' ' && GOVERNING.contains(&second.as_str());
    let is_small = matches!(second.as_str(), "of" | "for" | "on");
    let is_capital = view.get(end + 1).is_ascii_uppercase();
    (goes_on && (!is_small || is_capital)).then_some(end)
}

/// End of the last capitalised word of a run behind `end`, and the number of them.
fn governed(view: &View, end: usize) -> (usize, usize) {
    let (mut last, mut count) = (end, 0);
    while let Some(next) = next_word(view, last).filter(|_| count < LONGEST_NAME) {
        let (mut at, mut end) = (next, word_end(view, next));
        while SMALL.contains(&view.text(at..end).as_str()) && view.get(end) == ' ' {
            at = end + 1;
            end = word_end(view, at);
        }
        if !view.get(at).is_ascii_uppercase() {
            break;
        }
        (last, count) = (end, count + 1);
    }
    (last, count)
}

/// `of the National Audit Office` behind *Organization Act*.
fn with_owner(view: &View, at: usize, end: usize) -> usize {
    let is_of_body = view.text(at..end).starts_with("Organi") && view.starts(end, " of ");
    if !is_of_body {
        return end;
    }
    let mut last = end;
    let mut here = end + 1;
    for _ in 0..LONGEST_NAME {
        let word_end = word_end(view, here);
        let word = view.text(here..word_end);
        let is_capital = word.starts_with(|c: char| c.is_ascii_uppercase());
        if !is_capital && !SMALL.contains(&word.as_str()) || word.is_empty() {
            break;
        }
        if is_capital {
            last = word_end;
        }
        if view.get(word_end) != ' ' {
            break;
        }
        here = word_end + 1;
    }
    last
}

/// `of 1974`, `, 1982`, `2006`, `(FISMA) of 2014` behind a name.
fn with_year(view: &View, end: usize) -> usize {
    let dated = view
        .one_of(behind_acronym(view, end), &[" of ", ", ", " "])
        .and_then(|(_, from)| year_end(view, from));
    let end = dated.unwrap_or(end);
    // Budget Implementation Act, 2019, No. 1.
    let numbered = view
        .one_of(end, &[", No. "])
        .filter(|(_, from)| view.get(*from).is_ascii_digit());
    numbered.map_or(end, |(_, from)| from + 1)
}

/// Index behind a year at `at`.
fn year_end(view: &View, at: usize) -> Option<usize> {
    let is_year =
        (at..at + 4).all(|at| view.get(at).is_ascii_digit()) && !view.get(at + 4).is_ascii_digit();
    let century = view.text(at..at + 2);
    (is_year && matches!(century.as_str(), "17" | "18" | "19" | "20")).then_some(at + 4)
}

/// Index behind the acronym in brackets at `end` that parts a name from its year.
fn behind_acronym(view: &View, end: usize) -> usize {
    if !view.starts(end, " (") {
        return end;
    }
    let close = (end..end + 14).find(|at| view.get(*at) == ')');
    let close = close.filter(|close| view.starts(*close, ") of "));
    close.map_or(end, |close| close + 1)
}

/// An Act to amend the law governing …, chapter 6 of the Statutes of Canada, 2007.
fn long_title(view: &View, at: usize, from: usize) -> Option<Name> {
    let cue = (from..from + 240).find(|at| {
        view.starts(*at, "chapter ") || view.get(*at) == '.' || view.is_line_start(*at)
    })?;
    if !view.starts(cue, "chapter ") {
        return None;
    }
    let statutes = (cue..cue + 40).find(|at| view.starts(*at, "Statutes of Canada"))?;
    let end = with_year(view, statutes + "Statutes of Canada".len());
    let name_end = (from..cue).rev().find(|at| view.get(*at) == ',')?;
    Some(Name {
        end,
        name: view.text(at..name_end),
    })
}
