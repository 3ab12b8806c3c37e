//! Quotations of a draft: what stands between quotation marks and is long enough to be someone's words.

/// Least length of a quotation in letters; an ideograph counts as some.
const LEAST: usize = 20;
/// Letters that an ideograph counts as.
const LETTERS: usize = 3;
/// Least number of words of a quotation in Latin letters.
const LEAST_WORDS: usize = 5;
/// Longest quotation in characters.
const LONGEST: usize = 4_000;
/// Quotation marks: opening, closing.
const MARKS: [(char, char); 5] = [
    ('“', '”'),
    ('「', '」'),
    ('『', '』'),
    ('"', '"'),
    ('«', '»'),
];

/// Words between quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quotation {
    /// First character behind the mark, in code points of the draft.
    pub(super) start: usize,
    /// Number of characters.
    pub(super) chars: usize,
    /// The words.
    pub(super) text: String,
}

/// Returns the quotations of `draft`, in order; what is quoted within a quotation belongs to it.
pub(super) fn quotations(draft: &str) -> Vec<Quotation> {
    let characters: Vec<char> = draft.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let mark = MARKS.iter().find(|(open, _)| *open == characters[at]);
        let Some(end) = mark.and_then(|(open, close)| closing(&characters, at, *open, *close))
        else {
            at += 1;
            continue;
        };
        let text: String = characters[at + 1..end].iter().collect();
        if is_long(&text) {
            found.push(Quotation {
                start: at + 1,
                chars: end - at - 1,
                text,
            });
            at = end;
        }
        at += 1;
    }
    found
}

/// Index of the mark that closes the one at `at`.
fn closing(characters: &[char], at: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let limit = characters.len().min(at + LONGEST);
    for (index, character) in characters[..limit].iter().enumerate().skip(at + 1) {
        if *character == close {
            if depth == 0 {
                return Some(index);
            }
            depth -= 1;
        } else if *character == open {
            depth += 1;
        }
    }
    None
}

fn is_long(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    let weight: usize = letters
        .map(|c| if c.is_ascii() { 1 } else { LETTERS })
        .sum();
    let is_sentence = !text.is_ascii() || text.split_whitespace().count() >= LEAST_WORDS;
    weight >= LEAST && is_sentence
}

#[cfg(test)]
mod tests {
    use super::quotations;

    #[test]
    fn only_what_is_long_enough_is_a_quotation() {
        let found = |draft: &str| -> Vec<String> {
            quotations(draft)
                .into_iter()
                .map(|quotation| quotation.text)
                .collect()
        };
        assert_eq!(found("称“单程证”者"), Vec::<String>::new());
        assert_eq!(
            found("规定：“国家所有“土地”归全体人民”。"),
            ["国家所有“土地”归全体人民"]
        );
        assert_eq!(
            found("says “the Minister may make an order” here"),
            ["the Minister may make an order"]
        );
        assert_eq!(found("the “Act”, and 「未完"), Vec::<String>::new());
    }
}
