//! Finds the short names that a text gives: 证券监督管理委员会（以下简称“证监会”）, *Monetary Authority (HKMA)*.
//!
//! In: a text as stored. Out: pairs of a short name and the name it stands for, each once, in order. A pair is only taken if
//! the short name is made of the long one: the characters of a Han contraction stand in the long name in their order, from
//! its first to its last; each letter of an acronym begins a word. A title in quotation marks is a name as a whole and may be
//! called anything but 該計劃 or a part of itself: what is a part of its name is found without being told.
//!
//! The rule for acronyms is the strict form of Schwartz and Hearst's (*A simple algorithm for identifying abbreviation
//! definitions in biomedical text*, 2003): letters match the beginnings of words only.

use std::collections::HashSet;

use polidex_analysis::fold::fold_text;
use polidex_analysis::scripts::is_han;

/// Maximum number of pairs of one text.
const MAX_PAIRS: usize = 256;
/// Maximum length of a short name in characters.
const MAX_SHORT: usize = 16;
/// Maximum length of a long name in characters.
const MAX_LONG: usize = 60;
/// Maximum length of a long name that no quotation marks end, in characters.
const MAX_OPEN: usize = 30;
/// Words that announce a short name, by the character that ends them; the longest first.
const CUES: [&str; 12] = [
    "以下簡稱",
    "以下简称",
    "以下統稱",
    "以下统称",
    "以下稱",
    "以下称",
    "下稱",
    "下称",
    "簡稱",
    "简称",
    "又稱",
    "又称",
];
/// First words of short names that point back and name nothing.
const POINTERS: [&str; 9] = ["該", "该", "有關", "有关", "本", "此", "上述", "這", "这"];
/// Quotation marks and title marks: opening, closing.
const MARKS: [(char, char); 8] = [
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('〈', '〉'),
    ('"', '"'),
    ('\'', '\''),
];
/// English words of a name that an acronym leaves out.
const SMALL_WORDS: [&str; 10] = ["&", "a", "an", "and", "at", "for", "in", "of", "on", "the"];
/// Maximum length of an acronym in bytes.
const MAX_ACRONYM: usize = 8;
/// Maximum number of words of a name that has an acronym.
const MAX_NAME_WORDS: usize = 2 * MAX_ACRONYM;
/// Maximum length of the brackets around an acronym in characters.
const MAX_ASIDE: usize = 48;
/// Characters at the end of a long name, the last of a contraction among them: 委 of 委员会.
const LAST: usize = 3;

/// A short name and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Abbreviation {
    /// Short name, as written.
    pub(crate) short: String,
    /// Long name, as written, on one line.
    pub(crate) long: String,
}

/// Returns the short names that `text` gives, in order, each pair once.
pub(crate) fn abbreviations(text: &str) -> Vec<Abbreviation> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let ends = text
        .char_indices()
        .filter(|(_, c)| matches!(c, '稱' | '称' | ')' | '）'));
    for (at, end) in ends {
        let pair = match end {
            '稱' | '称' => announced(text, at + end.len_utf8()),
            _ => acronym(&text[..at]),
        };
        let Some(pair) = pair else { continue };
        if found.len() < MAX_PAIRS && seen.insert(pair.clone()) {
            found.push(pair);
        }
    }
    found
}

/// Returns the short name that a cue announces which ends at `end`.
fn announced(text: &str, end: usize) -> Option<Abbreviation> {
    let (before, after) = text.split_at(end);
    let cue = CUES.iter().find(|cue| before.ends_with(**cue))?;
    let before = before[..end - cue.len()].trim_end();
    let is_aside = before.ends_with(['(', '（']);
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || "(（，,".contains(c));
    let short = short_behind(after, is_aside)?;
    let long = match quoted_end(before) {
        Some(title) => named_by_title(&short, title)?,
        None => contracted(&short, before)?,
    };
    Some(Abbreviation { short, long })
}

/// Returns the short name behind a cue: in quotation marks, or up to the bracket that closes the aside.
fn short_behind(after: &str, is_aside: bool) -> Option<String> {
    let after = after.trim_start_matches(|c: char| c.is_whitespace() || "為为作是：:".contains(c));
    let first = after.chars().next()?;
    let mark = MARKS.iter().find(|(open, _)| *open == first);
    let (from, close) = match mark {
        Some((open, close)) => (open.len_utf8(), &[*close][..]),
        None if is_aside => (0, &[')', '）'][..]),
        None => return None,
    };
    let (end, _) = after[from..]
        .char_indices()
        .take(2 * MAX_SHORT)
        .find(|(_, c)| close.contains(c))?;
    let short = on_one_line(&after[from..from + end]);
    let is_name = |c: char| c.is_alphanumeric() || c == '&' || c == ' ';
    let length = short.chars().count();
    ((2..=MAX_SHORT).contains(&length) && short.chars().all(is_name)).then_some(short)
}

/// Returns what quotation marks hold that end `before`.
fn quoted_end(before: &str) -> Option<&str> {
    let last = before.chars().next_back()?;
    let (open, close) = MARKS.iter().find(|(_, close)| *close == last)?;
    let inside = &before[..before.len() - close.len_utf8()];
    let (at, _) = inside
        .char_indices()
        .rev()
        .take(2 * MAX_LONG)
        .find(|(_, c)| c == open)?;
    Some(&inside[at + open.len_utf8()..])
}

/// Returns the title on one line if `short` is a name of its own for it.
fn named_by_title(short: &str, title: &str) -> Option<String> {
    let long = on_one_line(title);
    let is_long = (short.chars().count() + 2..=MAX_LONG).contains(&long.chars().count());
    let points_back = POINTERS.iter().any(|pointer| short.starts_with(pointer));
    let is_part = folded(&long).contains(&folded(short));
    (is_long && !points_back && !is_part).then_some(long)
}

/// Returns the shortest end of `before` that `short` is a contraction of: the same first and last character, and the others
/// between them in their order.
fn contracted(short: &str, before: &str) -> Option<String> {
    let stretch = on_one_line(last_words(before));
    let (letters, long): (Vec<char>, Vec<char>) = (
        folded(short).chars().collect(),
        folded(&stretch).chars().collect(),
    );
    let ends_alike = letters
        .last()
        .is_some_and(|last| long.iter().rev().take(LAST).any(|c| c == last));
    // Folding keeps the number of ideographs; where it does not, places in the text are unknown.
    if long.len() != stretch.chars().count() || !ends_alike {
        return None;
    }
    let is_contraction = |at: usize| {
        let name = &long[at..];
        let is_part = name.windows(letters.len()).any(|window| window == letters);
        name.len() >= letters.len() + 2 && !is_part && is_subsequence(&letters, name)
    };
    let starts = (0..long.len()).rev().filter(|at| long[*at] == letters[0]);
    let start = starts.into_iter().find(|at| is_contraction(*at))?;
    Some(stretch.chars().skip(start).collect())
}

/// Returns the end of `before` up to the last mark, paragraph or sign that is no ideograph.
fn last_words(before: &str) -> &str {
    let in_name = |(at, c): &(usize, char)| {
        is_han(*c) || c.is_whitespace() && !before[*at..].starts_with("\n\n")
    };
    let start = before
        .char_indices()
        .rev()
        .take(MAX_OPEN)
        .take_while(in_name)
        .last();
    start.map_or("", |(at, _)| &before[at..])
}

fn is_subsequence(letters: &[char], name: &[char]) -> bool {
    let mut rest = name.iter();
    letters.iter().all(|letter| rest.any(|c| c == letter))
}

/// Returns the acronym in the brackets that end behind `before`, and the words before them that it is made of.
fn acronym(before: &str) -> Option<Abbreviation> {
    let mut back = before.char_indices().rev().take(MAX_ASIDE);
    let (open, bracket) = back.find(|(_, c)| matches!(c, '(' | '（'))?;
    let inside = before[open + bracket.len_utf8()..].trim();
    let last = inside.split_whitespace().next_back()?;
    let short = last.trim_matches(|c| MARKS.iter().any(|(open, close)| c == *open || c == *close));
    let introduction = inside[..inside.len() - last.len()].trim();
    let is_introduced = introduction.is_empty()
        || introduction == "the"
        || introduction.to_lowercase().starts_with("here");
    let long = (is_acronym(short) && is_introduced).then(|| spelled(short, &before[..open]))??;
    Some(Abbreviation {
        short: short.to_owned(),
        long,
    })
}

fn is_acronym(short: &str) -> bool {
    let capitals = short.chars().filter(char::is_ascii_uppercase).count();
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '&';
    (2..=MAX_ACRONYM).contains(&short.len()) && capitals >= 2 && short.chars().all(is_letter)
}

/// Returns the last words of `before` whose beginnings are the letters of `acronym`.
fn spelled(acronym: &str, before: &str) -> Option<String> {
    let letters = acronym.chars().filter(|c| *c != '&');
    // Two small words have the letters of an acronym by chance, three hardly ever.
    let is_long = letters.clone().count() > 2;
    let mut letters = letters.map(|c| c.to_ascii_lowercase()).rev().peekable();
    let mut capitals = 0;
    let mut from = before.trim_end().len();
    for index in 0..MAX_NAME_WORDS {
        let (start, word) = last_word(&before[..from])?;
        let first = word.chars().next()?;
        let ends_name = index > 0 && word.ends_with(['.', ',', ';', ':', '(', ')']);
        let is_next = letters.next_if_eq(&first.to_ascii_lowercase()).is_some();
        if ends_name || !(is_next || SMALL_WORDS.contains(&word)) {
            return None;
        }
        capitals += usize::from(first.is_uppercase());
        from = start;
        if letters.peek().is_none() {
            let long = on_one_line(&before[from..]);
            let is_name = capitals >= 2 || is_long;
            return (is_name && long.len() <= 2 * MAX_LONG).then_some(long);
        }
    }
    None
}

/// Returns the last word of a text and where it starts; `None` where a blank line or nothing is before the end.
fn last_word(text: &str) -> Option<(usize, &str)> {
    let is_break = |c: char| c.is_whitespace() || c == '-';
    let word = text.trim_end_matches(is_break);
    if text[word.len()..].matches('\n').count() > 1 {
        return None;
    }
    let letters = word.char_indices().rev().take(MAX_LONG);
    let (start, _) = letters.take_while(|(_, c)| !is_break(*c)).last()?;
    Some((start, &word[start..]))
}

/// Returns a text with line breaks and repeated blanks taken out: none between ideographs, one between words.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let joins = line.chars().next_back().is_some_and(is_han) || word.starts_with(is_han);
        if !line.is_empty() && !joins {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

fn folded(text: &str) -> String {
    fold_text(text).text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(text: &str) -> String {
        let pairs = abbreviations(text).into_iter();
        let shown: Vec<_> = pairs
            .map(|pair| format!("{}={}", pair.short, pair.long))
            .collect();
        shown.join("; ")
    }

    #[test]
    fn contractions_and_acronyms_are_told() {
        let cases = [
            (
                "由中国证券监督管理委员会（以下简称“证监会”）批准",
                "证监会=证券监督管理委员会",
            ),
            (
                "全国高等教育自学考试指导委员会(以下简称\n全国考委)",
                "全国考委=全国高等教育自学考试指导委员会",
            ),
            (
                "行政院環境保護署（以下簡稱環保署）公告",
                "環保署=環境保護署",
            ),
            (
                "《內地與香港關於建立更緊密經貿關係的安排》（下稱“CEPA”）",
                "CEPA=內地與香港關於建立更緊密經貿關係的安排",
            ),
            (
                "根據《維護國家安全法》(簡稱「國安法」)",
                "國安法=維護國家安全法",
            ),
            (
                "the Hong Kong Monetary Authority (HKMA) said",
                "HKMA=Hong Kong Monetary Authority",
            ),
            (
                "Department of Health and Human Services (hereinafter “HHS”)",
                "HHS=Health and Human Services",
            ),
            (
                "Mandatory Provident\nFund Schemes Authority (the \"MPFSA\")",
                "MPFSA=Mandatory Provident Fund Schemes Authority",
            ),
            ("research and development (R&D)", ""),
            (
                "shall carry out customer due diligence (CDD)",
                "CDD=customer due diligence",
            ),
            (
                "Research and Development (R&D)",
                "R&D=Research and Development",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(pairs(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_pointers_and_chance_are_no_names() {
        for text in [
            "《中华人民共和国教师法》（以下简称《教师法》）",
            "《暂行规定》（以下简称《规定》）",
            "“買家印花稅”的建議（下稱“該建議”）",
            "第三条所列的违法行为（以下简称违法行为）",
            "教育局預計入讀中一的學生人數（下稱“升中人數”）",
            "As you create your Customer Experience (CX)",
            "Introduction to the Position Classification Standards (OPM)",
            "Fisheries Act (Act)",
            "Article 10 of the Control Act (hereinafter referred to as the “Act” )",
            "section 4 (AB)",
            "以下稱",
            "(HK",
        ] {
            assert_eq!(pairs(text), "", "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_names_that_it_holds(text in "[中国证监会委员（）()以下简称“”《》A-Ca-c \n]{0,80}") {
            for pair in abbreviations(&text) {
                let plain = |text: &str| text.split_whitespace().collect::<String>();
                prop_assert!(plain(&text).contains(&plain(&pair.short)));
                prop_assert!(plain(&text).contains(&plain(&pair.long)));
            }
        }
    }
}
