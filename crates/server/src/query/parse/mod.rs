//! Parses a query as typed. Total: every text is a query; anything wrong with it becomes a warning.
//!
//! In: the query as typed. Out: [`ParsedQuery`], a tree of clauses with the query in canonical form. The only errors are
//! limits that protect the engine. Nothing typed reaches the query grammar of a search library.
//!
//! | typed | means |
//! |---|---|
//! | `low-altitude economy` | all words, in any order |
//! | `"one country, two systems"`, `「新質生產力」` | a phrase, exact and contiguous |
//! | `"a b"~5` | the words of the phrase within five positions |
//! | `-word`, `NOT word` | not that |
//! | `a OR b`, `a AND b`, `(a OR b) c` | either, both, groups |
//! | `title:word`, `publisher:"…"` | only there |
//! | `number:国发〔2023〕15号` | documents of this number |
//! | `cites:"刑法第二百三十四條"` | documents that cite this work, or this place in it |
//! | `develop*` | words that begin so |
//!
//! Full-width twins of all marks work, as do 「」『』“” and the operators 或, 且, 與, 非 standing alone.

mod characters;
mod clause;
mod lex;

use crate::answer::Warning;
use crate::error::ServerError;
use crate::query::parse::lex::{Lexeme, lex};
use crate::question::MAX_QUERY_CHARS;

use clause::quotes_for;
pub use clause::{Clause, SearchField};

/// Name of the limit of a query's length.
pub(crate) const QUERY_LENGTH: &str = "query-length";
/// Maximum number of clauses of a query; a plain run of words is one.
pub const MAX_CLAUSES: usize = 32;
/// Maximum depth of nested brackets.
pub const MAX_DEPTH: usize = 8;
/// Maximum number of tokens of a phrase.
pub const MAX_PHRASE_UNITS: usize = 512;
/// Maximum slop of a phrase, in positions.
pub const MAX_SLOP: u32 = 20;
/// Minimum number of characters before the `*` of a prefix.
pub const MIN_PREFIX_CHARS: usize = 2;

/// A query as parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    /// Clauses; `None` if the query is empty.
    pub root: Option<Clause>,
    /// Parts of the query that could not be taken as typed.
    pub warnings: Vec<Warning>,
}

impl ParsedQuery {
    /// Returns the query in canonical syntax; parsing that gives equal clauses.
    pub fn canonical(&self) -> String {
        self.root
            .as_ref()
            .map_or_else(String::new, ToString::to_string)
    }
}

/// Parses `typed`.
///
/// # Errors
/// [`ServerError::LimitPassed`] for more than [`MAX_QUERY_CHARS`], [`MAX_CLAUSES`], [`MAX_DEPTH`] or [`MAX_SLOP`].
///
/// # Examples
/// ```
/// use polidex_server::query::parse::parse_query;
///
/// let parsed = parse_query("發展「新質生產力」 －澳門")?;
/// assert_eq!(parsed.canonical(), "發展 \"新質生產力\" -澳門");
///
/// let unclosed = parse_query("\"smart city")?;
/// assert_eq!(unclosed.warnings[0].code, "unbalanced-quote");
/// # Ok::<(), polidex_server::error::ServerError>(())
/// ```
pub fn parse_query(typed: &str) -> Result<ParsedQuery, ServerError> {
    check(
        QUERY_LENGTH,
        MAX_QUERY_CHARS,
        "characters",
        typed.chars().count(),
    )?;
    let mut parser = Parser {
        lexemes: lex(typed),
        at: 0,
        clauses: 0,
        warnings: Vec::new(),
    };
    let mut root = parser.parse_or(0)?;
    while parser.at < parser.lexemes.len() {
        // A closing bracket without an opening one: the rest of the query counts all the same.
        parser.warn(
            "unbalanced-bracket",
            "a bracket was left out; the query was read as if it were not there",
        );
        parser.at += 1;
        for clause in parser.parse_or(0)? {
            push_clause(&mut root, clause);
        }
    }
    check("clauses", MAX_CLAUSES, "clauses", parser.clauses)?;
    Ok(ParsedQuery {
        root: Clause::all_of(root, false),
        warnings: parser.warnings,
    })
}

/// Adds a clause to a run of clauses; words that follow words are part of theirs.
fn push_clause(clauses: &mut Vec<Clause>, clause: Clause) {
    match (clauses.last_mut(), clause) {
        (Some(Clause::Words(before)), Clause::Words(words)) => {
            before.push(' ');
            before.push_str(&words);
        }
        (_, clause) => clauses.push(clause),
    }
}

fn check(
    limit: &'static str,
    allowed: usize,
    unit: &'static str,
    found: usize,
) -> Result<(), ServerError> {
    if found <= allowed {
        return Ok(());
    }
    Err(ServerError::LimitPassed {
        limit,
        allowed,
        unit,
        found,
    })
}

struct Parser {
    lexemes: Vec<Lexeme>,
    at: usize,
    clauses: usize,
    warnings: Vec<Warning>,
}

/// Clauses that are all wanted.
#[derive(Default)]
struct Run {
    clauses: Vec<Clause>,
    /// `AND` was typed between some of them.
    and_typed: bool,
}

impl Parser {
    fn next_is(&self, lexeme: &Lexeme) -> bool {
        self.lexemes.get(self.at) == Some(lexeme)
    }

    /// Steps over the next lexeme if it is `lexeme`.
    fn accept(&mut self, lexeme: &Lexeme) -> bool {
        let is_next = self.next_is(lexeme);
        self.at += usize::from(is_next);
        is_next
    }

    /// Parses `a b OR c AND d`: alternatives of runs. Ends at a closing bracket or at the end.
    fn parse_or(&mut self, depth: usize) -> Result<Vec<Clause>, ServerError> {
        check("depth", MAX_DEPTH, "nested brackets", depth)?;
        let mut alternatives = Vec::new();
        loop {
            let run = self.parse_run(depth)?;
            alternatives.extend(Clause::all_of(run.clauses, run.and_typed));
            if !self.accept(&Lexeme::Or) {
                break;
            }
        }
        Ok(match alternatives.len() {
            0 | 1 => alternatives,
            _ => vec![Clause::Or(alternatives)],
        })
    }

    fn parse_run(&mut self, depth: usize) -> Result<Run, ServerError> {
        let mut run = Run::default();
        let mut may_join_words = true;
        while self.at < self.lexemes.len() {
            if self.next_is(&Lexeme::Or) || self.next_is(&Lexeme::Close) {
                break;
            }
            if self.accept(&Lexeme::And) {
                // An operator at either end is not meant as one.
                run.and_typed |= !run.clauses.is_empty() && self.at < self.lexemes.len();
                may_join_words = false;
                continue;
            }
            if let Some(clause) = self.parse_unary(depth)? {
                self.add(&mut run, clause, may_join_words);
            }
            may_join_words = true;
        }
        Ok(run)
    }

    /// Adds a clause to a run; a word that follows words is part of theirs.
    fn add(&mut self, run: &mut Run, clause: Clause, may_join_words: bool) {
        match (run.clauses.last_mut(), clause) {
            (Some(Clause::Words(before)), Clause::Words(word)) if may_join_words => {
                before.push(' ');
                before.push_str(&word);
                self.clauses -= 1;
            }
            (_, clause) => run.clauses.push(clause),
        }
    }

    fn parse_unary(&mut self, depth: usize) -> Result<Option<Clause>, ServerError> {
        let mut is_negated = false;
        while self.accept(&Lexeme::Minus) || self.accept(&Lexeme::Not) {
            is_negated = !is_negated;
        }
        let clause = self.parse_operand(depth)?;
        if is_negated {
            return Ok(clause.map(|clause| Clause::Not(Box::new(clause))));
        }
        Ok(clause)
    }

    /// Parses a word, a phrase, a field or a bracket. `None` for an operator with nothing before it and for a bracket that
    /// closes too early: the callers step over those.
    fn parse_operand(&mut self, depth: usize) -> Result<Option<Clause>, ServerError> {
        let next = self.lexemes.get(self.at).cloned();
        let Some(lexeme) = next.filter(Lexeme::starts_operand) else {
            return Ok(None);
        };
        self.at += 1;
        match lexeme {
            Lexeme::Word(word) => Ok(self.word(word)),
            Lexeme::Quoted {
                text,
                slop,
                is_closed,
            } => self.phrase(&text, slop, is_closed),
            Lexeme::Field(field) => self.parse_field(field, depth),
            Lexeme::Open => self.parse_bracket(depth),
            _ => Ok(None),
        }
    }

    /// Parses the word, phrase or bracket behind `title:`. A second field name is skipped.
    fn parse_field(
        &mut self,
        field: SearchField,
        depth: usize,
    ) -> Result<Option<Clause>, ServerError> {
        while matches!(self.lexemes.get(self.at), Some(Lexeme::Field(_))) {
            self.at += 1;
        }
        let inside = match self.parse_operand(depth)? {
            // As without brackets, the first of two names counts.
            Some(Clause::In(_, inside)) => Some(inside),
            inside => inside.map(Box::new),
        };
        Ok(inside.map(|inside| Clause::In(field, inside)))
    }

    fn parse_bracket(&mut self, depth: usize) -> Result<Option<Clause>, ServerError> {
        let inside = self.parse_or(depth + 1)?;
        if !self.accept(&Lexeme::Close) {
            self.warn(
                "unbalanced-bracket",
                "a bracket was not closed; it was read as if it closed at the end",
            );
        }
        Ok(Clause::all_of(inside, false))
    }

    fn word(&mut self, word: String) -> Option<Clause> {
        if !word.chars().any(char::is_alphanumeric) {
            self.warn(
                "nothing-to-search",
                "a mark without a word beside it was left out",
            );
            return None;
        }
        self.clauses += 1;
        let Some(prefix) = word.strip_suffix(['*', '＊']) else {
            return Some(Clause::Words(word));
        };
        let is_word = prefix.chars().all(char::is_alphanumeric);
        if is_word && prefix.is_ascii() && prefix.len() >= MIN_PREFIX_CHARS {
            return Some(Clause::Prefix(prefix.to_owned()));
        }
        self.warn(
            "prefix-too-short",
            "`*` needs two letters or more before it; it was left out",
        );
        Some(Clause::Words(word))
    }

    fn phrase(
        &mut self,
        text: &str,
        slop: u32,
        is_closed: bool,
    ) -> Result<Option<Clause>, ServerError> {
        let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if quotes_for(&text).is_none() {
            // Marks hold no place in a phrase: without the straight ones it means the same, and can be printed.
            text = text
                .split(['"', '＂', ' '])
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
        }
        if !is_closed {
            self.warn(
                "unbalanced-quote",
                "a quotation was not closed; it was read as if it closed at the end",
            );
        }
        if text.is_empty() {
            self.warn("empty-phrase", "an empty quotation was left out");
            return Ok(None);
        }
        check("slop", MAX_SLOP as usize, "positions", slop as usize)?;
        self.clauses += 1;
        Ok(Some(Clause::Phrase(text, slop)))
    }

    fn warn(&mut self, code: &'static str, message: &str) {
        let warning = Warning {
            code,
            message: message.to_owned(),
        };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(typed: &str) -> String {
        match parse_query(typed) {
            Ok(parsed) => {
                let codes: Vec<_> = parsed
                    .warnings
                    .iter()
                    .map(|warning| format!(" !{}", warning.code))
                    .collect();
                format!("{}{}", parsed.canonical(), codes.concat())
            }
            Err(ServerError::LimitPassed { limit, .. }) => format!("limit {limit}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn queries_are_read_as_people_mean_them() {
        let cases = [
            ("新質生產力 香港", "新質生產力 香港"),
            ("  low-altitude   economy ", "low-altitude economy"),
            (
                "\"one country, two systems\"",
                "\"one country, two systems\"",
            ),
            ("發展「新質生產力」", "發展 \"新質生產力\""),
            ("\"達致「新質生產力」\"", "\"達致「新質生產力」\""),
            ("“smart city”", "\"smart city\""),
            ("＂抓緊機遇＂", "\"抓緊機遇\""),
            ("「『內』外」", "\"『內』外\""),
            ("\"a b\"~5", "\"a b\"~5"),
            ("香港 -澳門", "香港 -澳門"),
            ("香港　－澳門", "香港 -澳門"),
            ("香港 NOT 澳門", "香港 -澳門"),
            ("-(a b)", "-(a b)"),
            ("a NOT 〕b", "a -(〕b)"),
            ("a (TTT -(!TTT))", "a (TTT -(!TTT))"),
            ("a OR b c", "a OR b c"),
            ("甲 或 乙", "甲 OR 乙"),
            // Among capitals a name is a word, a sign is none.
            ("HKMA OR SFC", "HKMA OR SFC"),
            ("HKMA | SFC", "HKMA | SFC"),
            ("HKMA 或 SFC", "HKMA | SFC"),
            ("HKMA && SFC", "HKMA && SFC"),
            ("MPF (HKMA | sfc)", "MPF (HKMA OR sfc)"),
            (
                "W)FW | ? FA",
                "W (FW | FA) !unbalanced-bracket !nothing-to-search",
            ),
            ("a AND b", "a AND b"),
            ("（a OR b） c", "(a OR b) c"),
            ("title:housing policy", "title:housing policy"),
            ("標題：房屋", "title:房屋"),
            ("a -title:housing", "a -title:housing"),
            ("a －標題：「房屋」", "a -title:\"房屋\""),
            ("publisher:\"Hong Kong\"", "publisher:\"Hong Kong\""),
            ("number:国发〔2023〕15号", "number:国发〔2023〕15号"),
            (
                "文號：國發（2023）15號 房屋",
                "number:國發（2023）15號 房屋",
            ),
            (
                "(number:國發(2023)15號 OR 房屋)",
                "number:國發(2023)15號 OR 房屋",
            ),
            (
                "number:\"LC Paper 1\" number:(a OR b)",
                "number:\"LC Paper 1\" number:(a OR b)",
            ),
            ("number:", ""),
            ("develop*", "develop*"),
            ("d*", "d* !prefix-too-short"),
            ("I&T R&D", "I&T R&D"),
            ("1+ Chang'E-8", "1+ Chang'E-8"),
            ("10:30", "10:30"),
            ("a:(^", "a: !nothing-to-search !unbalanced-bracket"),
            ("((((", " !unbalanced-bracket"),
            ("(((((((((a", "limit depth"),
            (")a", "a !unbalanced-bracket"),
            ("\"", " !unbalanced-quote !empty-phrase"),
            ("「「\"", "『「\"』 !unbalanced-quote"),
            ("「a \"b\" 「c」", "「a \"b\" 「c」」 !unbalanced-quote"),
            ("「「a\" b", "『「a\" b』 !unbalanced-quote"),
            ("「「『“a\"b", "\"「『“a b\" !unbalanced-quote"),
            ("\"abc", "\"abc\" !unbalanced-quote"),
            ("AND OR NOT", ""),
            ("- -- ,", " !nothing-to-search"),
            ("\"a\"~99", "limit slop"),
            ("", ""),
        ];
        for (typed, expected) in cases {
            assert_eq!(parsed(typed), expected, "{typed}");
        }
    }

    #[test]
    fn limits_are_named() {
        assert_eq!(parsed(&"的".repeat(4_001)), "limit query-length");
        assert_eq!(parsed(&"\"a\" ".repeat(33)), "limit clauses");
        assert_eq!(
            parsed(&"a ".repeat(500)),
            "a ".repeat(500).trim(),
            "a plain run of words is one clause"
        );
    }

    #[test]
    fn the_longest_queries_are_parsed_in_ten_milliseconds() {
        let patterns = [
            "(",
            ")",
            "\"",
            "「",
            "「\"",
            "「」",
            "\"a\"~5",
            "a:",
            "title:",
            "number:(",
            "-",
            "NOT ",
            "a OR ",
            "a AND ",
            "国发(2023)1号",
            "*",
            "~",
            "ab* ",
            "的",
            "\u{202e}",
            "A ",
            "“”",
            "(a ",
        ];
        for pattern in patterns {
            let length = pattern.chars().count();
            let typed = pattern.repeat(MAX_QUERY_CHARS / length);
            let time = || {
                let started = std::time::Instant::now();
                let parsed = parse_query(&typed);
                let written = parsed.map_or(0, |parsed| parsed.canonical().len());
                assert!(written <= 8 * MAX_QUERY_CHARS, "{pattern}: {written} bytes");
                started.elapsed()
            };
            // The best of a few: the machine does other work as well.
            let best = (0..10).map(|_| time()).min().unwrap_or_default();
            assert!(best.as_millis() < 10, "{pattern}: {best:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_its_canonical_form_is_stable(typed in "[\"「」『』“”()（）:：~* a-c新質ANDORNOT\\-\\PC]{0,60}") {
            if let Ok(parsed) = parse_query(&typed) {
                let canonical = parsed.canonical();
                if let Ok(again) = parse_query(&canonical) {
                    prop_assert_eq!(again.canonical(), canonical);
                }
            }
        }

        #[test]
        fn whatever_quotation_marks_say_means_the_same_when_it_is_printed(typed in "([\"＂「」『』“”„ ]|a b|title:|新|-){0,24}") {
            if let Ok(parsed) = parse_query(&typed) {
                let canonical = parsed.canonical();
                let again = parse_query(&canonical).expect("shorter than it was typed");
                prop_assert_eq!(again.root, parsed.root, "{}", canonical);
            }
        }
    }
}
