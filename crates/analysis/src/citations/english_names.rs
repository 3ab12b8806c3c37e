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
    let noun = |word: &&str| {
        NOUNS
            .iter()
            .find(|noun| noun.eq_ignore_ascii_case(word))
            .copied()
    };
    const RULES: [&str; 4] = ["Enforcement Rules", "Regulations", "Rules", "Directions"];
    if let Some(kind) = RULES
        .iter()
        .find(|kind| bare.starts_with(*kind) && bare.len() > kind.len())
    {
        return words
            .iter()
            .take(2)
            .find_map(noun)
            .filter(|_| !kind.is_empty());
    }
    let last = words.last().and_then(noun);
    let of_year = words.iter().rev().nth(2).and_then(noun);
    last.or(of_year).or_else(|| words.iter().find_map(noun))
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
    let is_law = !NO_NAMES.iter().any(|word| name.starts_with(word))
        && !first.starts_with(|c: char| {
            c.is_ascii_digit() && !first.ends_with(|c: char| c.is_ascii_alphabetic())
        });
    is_law.then_some(Name { end, name })
}

/// Index behind the first word of a kind of law, in a run of capitalised and small words from `at` on.
fn noun_end(view: &View, at: usize) -> Option<usize> {
    let mut here = at;
    let mut last = String::new();
    for count in 0..LONGEST_NAME {
        let end = word_end(view, here);
        let word = view.text(here..end);
        let is_capital = word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let is_small = SMALL.contains(&word.as_str());
        let is_list =
            word == "the" && matches!(last.as_str(), "and" | "or" | "to") && !is_led(view, at);
        if word.is_empty() && view.get(here) != '&'
            || (!is_capital && !is_small && view.get(here) != '&')
            || is_list
            || word == "THE" && last == "TO"
        {
            return None;
        }
        if count > 0
            && NOUNS.contains(&word.as_str())
            && !view.starts(end, " of Federal")
            && !goes_on(view, end)
        {
            return Some(end);
        }
        // Footnotes touch the word: Motor Vehicle Transport Actb.
        let is_noted = word.ends_with(|c: char| ('a'..='h').contains(&c))
            && NOUNS.contains(&&word[..word.len() - 1]);
        if count > 0 && is_noted {
            return Some(end - 1);
        }
        last = word;
        here = next_word(view, end.max(here + 1))?;
    }
    None
}

/// Reads a run of two capitalised words or more behind a place: *the Canadian Victims Bill of Rights*.
pub(super) fn capitals_at(view: &View, at: usize) -> Option<Name> {
    let (mut here, mut last, mut count) = (at, at, 0);
    for _ in 0..LONGEST_NAME {
        let end = word_end(view, here);
        let word = view.text(here..end);
        let is_capital = word.starts_with(|c: char| c.is_ascii_uppercase());
        if !is_capital
            && (count == 0
                || !matches!(
                    word.as_str(),
                    "of" | "and" | "the" | "for" | "on" | "to" | "in" | "respecting"
                ))
        {
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
    let last = with_year(view, last);
    (count >= 2).then(|| Name {
        end: last,
        name: view.text(at..last),
    })
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
    let mut here = first_end + 1;
    let end = word_end(view, here);
    let second = view.text(here..end);
    if view.get(first_end) != ' '
        || !GOVERNING.contains(&second.as_str())
        || (second == "of" || second == "for" || second == "on")
            && !view.get(end + 1).is_ascii_uppercase()
    {
        return None;
    }
    let (mut last, mut count) = (end, 0);
    while let Some(next) = next_word(view, last.max(end)).filter(|_| count < LONGEST_NAME) {
        here = next;
        let (word_end, mut at) = (word_end(view, here), here);
        let mut end = word_end;
        while SMALL.contains(&view.text(at..end).as_str()) && view.get(end) == ' ' {
            at = end + 1;
            end = self::word_end(view, at);
        }
        if !view.get(at).is_ascii_uppercase() {
            break;
        }
        (last, count) = (end, count + 1);
    }
    {
        let last = with_year(view, last);
        let is_law = !NO_NAMES.contains(&view.text(at..last).as_str());
        (count > 0 && is_law).then(|| Name {
            end: last,
            name: view.text(at..last),
        })
    }
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

/// `of 1974`, `, 1982`, `(FISMA) of 2014` behind a name.
fn with_year(view: &View, end: usize) -> usize {
    let year = |at: usize| {
        let is_year = (at..at + 4).all(|at| view.get(at).is_ascii_digit())
            && !view.get(at + 4).is_ascii_digit();
        let century = view.text(at..at + 2);
        (is_year && matches!(century.as_str(), "17" | "18" | "19" | "20")).then_some(at + 4)
    };
    let mut at = end;
    if view.starts(end, " (")
        && let Some(close) = (end..end + 14).find(|at| view.get(*at) == ')')
        && view.starts(close, ") of ")
    {
        at = close + 1;
    }
    let dated = view
        .one_of(at, &[" of ", ", "])
        .and_then(|(_, from)| year(from));
    let end = dated.unwrap_or(end);
    // Budget Implementation Act, 2019, No. 1.
    let numbered = view
        .one_of(end, &[", No. "])
        .filter(|(_, from)| view.get(*from).is_ascii_digit());
    numbered.map_or(end, |(_, from)| from + 1)
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
