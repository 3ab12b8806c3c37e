//! Clauses of a query, and their canonical form.

use std::fmt;

use crate::query::parse::characters::{begins_operand, is_in_capitals, separates_words};

/// A clause of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// A plain run of words as typed, spaces and all.
    Words(String),
    /// A phrase: the text between the quotes, and its slop: the number of positions that its tokens may be apart.
    Phrase(String, u32),
    /// A word by its first letters.
    Prefix(String),
    /// A clause limited to one field.
    In(SearchField, Box<Clause>),
    /// All of these. `true` if `AND` was typed: then a document must match every one.
    And(Vec<Clause>, bool),
    /// Any of these.
    Or(Vec<Clause>),
    /// None of this.
    Not(Box<Clause>),
}

/// A field that a clause can be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchField {
    /// The title.
    Title,
    /// The publisher.
    Publisher,
    /// The document's number.
    Number,
    /// What the document cites.
    Cites,
}

impl SearchField {
    /// Returns the field that a name before a colon means.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "title" | "標題" | "标题" | "題目" | "题目" => Some(Self::Title),
            "publisher" | "發布者" | "发布者" | "發佈者" | "出版者" | "機構" | "机构" => {
                Some(Self::Publisher)
            }
            "number" | "文號" | "文号" | "編號" | "编号" => Some(Self::Number),
            "cites" | "引用" | "援引" => Some(Self::Cites),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Publisher => "publisher",
            Self::Number => "number",
            Self::Cites => "cites",
        }
    }
}

impl Clause {
    /// Joins clauses that are all wanted; `None` for none.
    pub(super) fn all_of(mut clauses: Vec<Clause>, and_typed: bool) -> Option<Clause> {
        match clauses.len() {
            0 => None,
            1 => clauses.pop(),
            _ => Some(Clause::And(clauses, and_typed)),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clause::Words(words) => f.write_str(words),
            Clause::Phrase(phrase, slop) => write_phrase(f, phrase, *slop),
            Clause::Prefix(prefix) => write!(f, "{prefix}*"),
            Clause::In(field, clause) => write_in(f, *field, clause),
            Clause::And(clauses, true) => write_joined(f, clauses, " AND ", " && "),
            Clause::And(clauses, false) => write_joined(f, clauses, " ", " "),
            Clause::Or(clauses) => write_joined(f, clauses, " OR ", " | "),
            Clause::Not(clause) => write_not(f, clause),
        }
    }
}

/// Writes a clause in brackets if it is several.
struct Grouped<'a>(&'a Clause);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Clause::And(..) | Clause::Or(..) => write!(f, "({})", self.0),
            _ => write!(f, "{}", self.0),
        }
    }
}

/// Returns true if the name of an operator between two texts would be read as a word: a word in capitals on either side.
fn is_word_between(before: &str, after: &str) -> bool {
    let ends = [
        before.rsplit(separates_words).next(),
        after.split(separates_words).next(),
    ];
    ends.into_iter().flatten().all(is_in_capitals)
}

/// Writes clauses with an operator between them: its sign where its name would be a word, among words in capitals.
fn write_joined(
    f: &mut fmt::Formatter<'_>,
    clauses: &[Clause],
    name: &str,
    sign: &str,
) -> fmt::Result {
    let texts: Vec<String> = clauses
        .iter()
        .map(|clause| Grouped(clause).to_string())
        .collect();
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            let is_word = is_word_between(&texts[index - 1], text);
            f.write_str(if is_word { sign } else { name })?;
        }
        f.write_str(text)?;
    }
    Ok(())
}

/// Marks in which a phrase can be written, opening and closing, best first.
const QUOTES: [(char, char); 4] = [('"', '"'), ('「', '」'), ('『', '』'), ('“', '”')];

/// Marks that hold `phrase` when it is read again; `None` if it has unmatched ones of all kinds.
pub(super) fn quotes_for(phrase: &str) -> Option<(char, char)> {
    let hold = |&(open, close): &(char, char)| {
        let mut depth = 0_usize;
        for character in phrase.chars() {
            if character == close {
                match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return false,
                }
            } else if character == open {
                depth += 1;
            }
        }
        depth == 0
    };
    QUOTES.into_iter().find(hold)
}

fn write_phrase(f: &mut fmt::Formatter<'_>, phrase: &str, slop: u32) -> fmt::Result {
    let (open, close) = quotes_for(phrase).unwrap_or(QUOTES[0]);
    write!(f, "{open}{phrase}{close}")?;
    if slop > 0 {
        write!(f, "~{slop}")?;
    }
    Ok(())
}

/// Returns true for a clause that is one only in brackets, behind a field's name or a minus.
fn needs_brackets(clause: &Clause) -> bool {
    match clause {
        Clause::Words(words) => words.contains(' '),
        Clause::Not(_) => true,
        _ => false,
    }
}

fn write_in(f: &mut fmt::Formatter<'_>, field: SearchField, clause: &Clause) -> fmt::Result {
    let name = field.name();
    if needs_brackets(clause) {
        return write!(f, "{name}:({clause})");
    }
    write!(f, "{name}:{}", Grouped(clause))
}

fn write_not(f: &mut fmt::Formatter<'_>, clause: &Clause) -> fmt::Result {
    let text = Grouped(clause).to_string();
    // A minus before a mark is part of the word (`-〕a`), and `NOT` among capitals is a word.
    if needs_brackets(clause) || !text.starts_with(begins_operand) {
        return write!(f, "-({clause})");
    }
    write!(f, "-{text}")
}
