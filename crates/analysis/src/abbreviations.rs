//! Abbreviations whose dots end no clause, and acronyms written with dots.
//!
//! In: folded text. Out: the acronym without its dots (`U.S.A.`, `Ph.D`), or whether a word is written with a dot (`Dr.`). Needs
//! nothing of what stands behind the dot, so a piece of a text is read as the whole is.

/// Words that are written with a dot behind them; sorted. A sentence may end with some of them (*no*, *co*): a phrase then
/// reaches across, which loses nothing.
const ABBREVIATIONS: &[&str] = &[
    "al", "ann", "app", "approx", "apr", "art", "arts", "assn", "aug", "ave", "bldg", "blvd",
    "bros", "cap", "caps", "capt", "cf", "ch", "chs", "cl", "cls", "co", "col", "corp", "dec",
    "dept", "div", "dr", "ed", "eds", "etc", "ext", "feb", "fig", "figs", "gen", "govt", "hon",
    "inc", "jan", "jr", "jul", "jun", "lt", "ltd", "maj", "messrs", "mr", "mrs", "ms", "no", "nos",
    "nov", "oct", "para", "paras", "plc", "pp", "prof", "pt", "pts", "rd", "reg", "regs", "rev",
    "sch", "sec", "secs", "sep", "sept", "sgt", "sr", "ss", "st", "univ", "viz", "vol", "vols",
    "vs",
];
/// Parts of acronyms that are longer than a letter: `Ph.D.`, `B.Sc.`, `LL.M.`
const LONG_PARTS: [&str; 8] = ["ed", "eng", "ll", "med", "ph", "phil", "sc", "soc"];
/// Acronyms that are words without their dots.
const WORDS: [&str; 28] = [
    "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no",
    "of", "on", "or", "so", "to", "up", "us", "we", "all", "and", "not", "the",
];
/// Maximum number of parts of an acronym.
const MAX_PARTS: usize = 8;

/// Returns `true` if a dot behind the folded `word` belongs to it. A single letter is an initial or an abbreviation.
pub(crate) fn is_abbreviation(word: &str) -> bool {
    word.len() == 1 || ABBREVIATIONS.binary_search(&word).is_ok()
}

/// Returns the acronym with dots that `text` starts with, without them, and its bytes. A word starts there.
pub(crate) fn acronym_at(text: &str) -> Option<(String, usize)> {
    let mut acronym = String::new();
    let (mut rest, mut parts) = (text, 0);
    loop {
        let part = part_at(rest)?;
        acronym.push_str(part);
        parts += 1;
        rest = &rest[part.len()..];
        match rest.strip_prefix('.') {
            Some(next) if begins_with_alphanumeric(next) => rest = next,
            _ => break,
        }
    }
    let behind = rest.strip_prefix('.').unwrap_or(rest);
    let is_acronym = !begins_with_alphanumeric(rest)
        && (2..=MAX_PARTS).contains(&parts)
        && !WORDS.contains(&acronym.as_str());
    is_acronym.then_some((acronym, text.len() - behind.len()))
}

fn begins_with_alphanumeric(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// A part of an acronym, that `text` begins with: one letter, or a few that are known.
fn part_at(text: &str) -> Option<&str> {
    let len = text.bytes().take_while(u8::is_ascii_lowercase).count();
    let part = &text[..len];
    (len == 1 || LONG_PARTS.contains(&part)).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_lose_their_dots() {
        let cases = [
            ("u.s.a. and", Some(("usa", 6))),
            ("ph.d", Some(("phd", 4))),
            ("b.sc.", Some(("bsc", 5))),
            ("h.k.s.a.r. gov", Some(("hksar", 10))),
            ("u.s. law", None),
            ("a. b.", None),
            ("a.b.com", None),
            ("v.2", None),
            ("usa.", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = acronym_at(text);
            let found = found
                .as_ref()
                .map(|(acronym, len)| (acronym.as_str(), *len));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn abbreviations_are_sorted_for_their_search() {
        assert!(ABBREVIATIONS.is_sorted());
        assert!(is_abbreviation("dr") && is_abbreviation("j") && !is_abbreviation("end"));
    }
}
