//! Reads the tables of words that stand for each other.
//!
//! In: the text of a table, the program's own or a user's. Out: its rows. Total over any text: a line that is no row becomes
//! a [`TableNote`] with its number; the others are read. Forms are kept as written: the expander folds them.
//!
//! A glossary has three columns separated by tabs (Traditional, Simplified, English), each with forms separated by `|`, the
//! preferred one first. A synonym table has one group a line, its forms separated by tabs. Empty lines and lines that begin with
//! `#` are comments.

use std::fmt;
use std::sync::LazyLock;

/// Maximum number of rows read of one table: a user's file cannot take all memory.
pub const MAX_ROWS: usize = 100_000;
/// Maximum length of a form in bytes: about as many tokens as a phrase may have.
pub const MAX_FORM_BYTES: usize = 256;

/// One concept of a glossary: all its forms name the same thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concept {
    /// Traditional forms, the preferred one first.
    pub traditional: Vec<String>,
    /// Simplified forms.
    pub simplified: Vec<String>,
    /// English forms.
    pub english: Vec<String>,
}

/// A line of a table that is no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableNote {
    /// Line number, from 1.
    pub line: usize,
    /// Description of the fault and of what a row needs.
    pub reason: &'static str,
}

impl fmt::Display for TableNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// The program's own glossary, read when first needed.
pub static GLOSSARY: LazyLock<Vec<Concept>> =
    LazyLock::new(|| parse_glossary(include_str!("../../../../../data/glossary.tsv")).0);

/// The program's own synonyms, read when first needed.
pub static SYNONYMS: LazyLock<Vec<Vec<String>>> =
    LazyLock::new(|| parse_synonyms(include_str!("../../../../../data/synonyms.tsv")).0);

/// Words and phrases learned from parallel laws, the surest first, read when first needed.
pub static LEXICON: LazyLock<Vec<Concept>> =
    LazyLock::new(|| parse_glossary(include_str!("../../../../../data/lexicon.tsv")).0);

/// Reads a glossary. A line may leave out its last columns; a concept has two forms or more.
///
/// # Examples
/// ```
/// use polidex_server::query::expand::tables::parse_glossary;
///
/// let (concepts, notes) = parse_glossary("低空經濟\t低空经济\tlow-altitude economy\nalone");
/// assert_eq!(concepts[0].english, ["low-altitude economy"]);
/// assert_eq!(notes[0].line, 2);
/// ```
pub fn parse_glossary(text: &str) -> (Vec<Concept>, Vec<TableNote>) {
    read_rows(text, |line| {
        let mut columns = line.split('\t').map(|column| forms_of(column, '|'));
        let mut next = || columns.next().unwrap_or_default();
        let concept = Concept {
            traditional: next(),
            simplified: next(),
            english: next(),
        };
        if columns.next().is_some() {
            return Err("a glossary has three columns, parted by tabs");
        }
        let count = concept.traditional.len() + concept.simplified.len() + concept.english.len();
        if count < 2 {
            Err("a concept has two forms or more, in columns parted by tabs")
        } else {
            Ok(concept)
        }
    })
}

/// Reads a table of synonyms: groups of two forms or more.
pub fn parse_synonyms(text: &str) -> (Vec<Vec<String>>, Vec<TableNote>) {
    read_rows(text, |line| {
        let group = forms_of(line, '\t');
        if group.len() < 2 {
            Err("a group has two forms or more, parted by tabs")
        } else {
            Ok(group)
        }
    })
}

fn read_rows<T>(
    text: &str,
    read: impl Fn(&str) -> Result<T, &'static str>,
) -> (Vec<T>, Vec<TableNote>) {
    let mut rows = Vec::new();
    let mut notes = Vec::new();
    let lines = (1..).zip(text.trim_start_matches('\u{FEFF}').lines());
    for (line, row) in lines.filter(|(_, row)| !is_comment(row)) {
        if rows.len() == MAX_ROWS {
            let reason = "a table has at most 100,000 rows; the rest was left out";
            notes.push(TableNote { line, reason });
            break;
        }
        match read(row) {
            Ok(row) => rows.push(row),
            Err(reason) => notes.push(TableNote { line, reason }),
        }
    }
    (rows, notes)
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

fn forms_of(column: &str, separator: char) -> Vec<String> {
    let forms = column.split(separator).map(str::trim);
    forms
        .filter(|form| !form.is_empty() && form.len() <= MAX_FORM_BYTES)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_programs_own_tables_are_read_without_notes() {
        let (concepts, notes) = parse_glossary(include_str!("../../../../../data/glossary.tsv"));
        assert_eq!(notes, []);
        assert!(concepts.len() > 1_700, "{}", concepts.len());
        let (groups, notes) = parse_synonyms(include_str!("../../../../../data/synonyms.tsv"));
        assert_eq!(notes, []);
        assert!(groups.len() > 550, "{}", groups.len());
    }

    #[test]
    fn lines_that_are_no_rows_are_noted_and_the_others_count() {
        let (concepts, notes) = parse_glossary(
            "\u{FEFF}# head\n新質生產力|新质生产力\t\tnew quality|NQ\r\n\nalone\na\tb\tc\td\n甲\t乙",
        );
        assert_eq!(concepts.len(), 2);
        assert_eq!(concepts[0].english, ["new quality", "NQ"]);
        assert_eq!(
            notes.iter().map(|note| note.line).collect::<Vec<_>>(),
            [4, 5]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_table(text in "[\\PC\t\n|#]{0,200}") {
            let (rows, notes) = parse_synonyms(&text);
            let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
            prop_assert!(rows.len() + notes.len() <= lines + 1);
            let (concepts, _) = parse_glossary(&text);
            prop_assert!(concepts.len() <= lines);
        }
    }
}
