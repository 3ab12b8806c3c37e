//! Parses what people type. Total: every text is a query, whatever is wrong with it becomes a warning.
//!
//! In: the query as typed. Out: [`ParsedQuery`], a tree of clauses with the query in canonical form. The only refusals are
//! limits that protect the engine. Nothing typed ever reaches tantivy's own query grammar.
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
//! | `develop*` | words that begin so |
//!
//! Full-width twins of all marks work, as do 「」『』“” and the operators 或, 且, 與, 非 standing alone.

use std::fmt;

use crate::answer::Warning;
use crate::error::ServerError;
use crate::question::MAX_QUERY_CHARS;

/// Most clauses of a query; a plain run of words is one.
pub const MAX_CLAUSES: usize = 32;
/// Deepest nesting of brackets.
pub const MAX_DEPTH: usize = 8;
/// Most units of a phrase.
pub const MAX_PHRASE_UNITS: usize = 64;
/// Farthest nearness.
pub const MAX_SLOP: u32 = 20;
/// Fewest characters before the `*` of a prefix.
pub const MIN_PREFIX_CHARS: usize = 2;

/// A clause of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// A plain run of words as typed, spaces and all.
    Words(String),
    /// A phrase: what stood between the quotes, and how many positions its parts may be apart.
    Phrase(String, u32),
    /// The beginning of a word.
    Prefix(String),
    /// A clause that is looked for in one field only.
    In(Place, Box<Clause>),
    /// All of these. Whether `AND` was typed: then nothing less will do.
    And(Vec<Clause>, bool),
    /// Any of these.
    Or(Vec<Clause>),
    /// Not this.
    Not(Box<Clause>),
}

/// Where a clause may be limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The title.
    Title,
    /// The publisher.
    Publisher,
    /// The document's number.
    Number,
}

/// A query, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedQuery {
    /// The clauses; `None` when nothing was asked.
    pub root: Option<Clause>,
    /// What could not be taken as typed.
    pub warnings: Vec<Warning>,
}

impl ParsedQuery {
    /// The query in canonical syntax; parsing that gives the same clauses.
    pub fn canonical(&self) -> String {
        self.root
            .as_ref()
            .map_or_else(String::new, ToString::to_string)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, clauses: &[Clause], between: &str| {
            for (index, clause) in clauses.iter().enumerate() {
                if index > 0 {
                    f.write_str(between)?;
                }
                match clause {
                    Clause::And(..) | Clause::Or(..) => write!(f, "({clause})")?,
                    _ => write!(f, "{clause}")?,
                }
            }
            Ok(())
        };
        match self {
            Clause::Words(words) => f.write_str(words),
            Clause::Phrase(phrase, slop) => {
                let (open, close) = if phrase.contains('"') {
                    ('「', '」')
                } else {
                    ('"', '"')
                };
                write!(f, "{open}{phrase}{close}")?;
                if *slop > 0 {
                    write!(f, "~{slop}")
                } else {
                    Ok(())
                }
            }
            Clause::Prefix(prefix) => write!(f, "{prefix}*"),
            Clause::In(place, clause) => {
                let name = match place {
                    Place::Title => "title",
                    Place::Publisher => "publisher",
                    Place::Number => "number",
                };
                match clause.as_ref() {
                    Clause::And(..) | Clause::Or(..) => write!(f, "{name}:({clause})"),
                    _ => write!(f, "{name}:{clause}"),
                }
            }
            Clause::And(clauses, typed) => join(f, clauses, if *typed { " AND " } else { " " }),
            Clause::Or(clauses) => join(f, clauses, " OR "),
            Clause::Not(clause) => match clause.as_ref() {
                Clause::And(..) | Clause::Or(..) => write!(f, "-({clause})"),
                Clause::Words(words) if words.contains(' ') => write!(f, "-({words})"),
                // A minus before a mark is part of the word: `-〕a`.
                _ if !clause.to_string().starts_with(begins_operand) => write!(f, "NOT {clause}"),
                _ => write!(f, "-{clause}"),
            },
        }
    }
}

/// Parses `typed`.
///
/// # Errors
/// [`ServerError::LimitPassed`] for more than [`MAX_QUERY_CHARS`], [`MAX_CLAUSES`] or [`MAX_DEPTH`].
pub fn parse_query(typed: &str) -> Result<ParsedQuery, ServerError> {
    check(
        "query-length",
        MAX_QUERY_CHARS,
        "characters",
        typed.chars().count(),
    )?;
    let mut parser = Parser {
        tokens: lex(typed),
        at: 0,
        clauses: 0,
        warnings: Vec::new(),
    };
    let mut root = parser.parse_or(0)?;
    while parser.at < parser.tokens.len() {
        // A closing bracket that nothing opened: what follows it counts all the same.
        parser.warn(
            "unbalanced-bracket",
            "a bracket was left out; the query was read as if it were not there",
        );
        parser.at += 1;
        root.extend(parser.parse_or(0)?);
    }
    check("clauses", MAX_CLAUSES, "clauses", parser.clauses)?;
    let root = all_of(root, false);
    Ok(ParsedQuery {
        root,
        warnings: parser.warnings,
    })
}

fn check(
    limit: &'static str,
    allowed: usize,
    unit: &'static str,
    found: usize,
) -> Result<(), ServerError> {
    if found > allowed {
        Err(ServerError::LimitPassed {
            limit,
            allowed,
            unit,
            found,
        })
    } else {
        Ok(())
    }
}

/// The lexer's pieces: nothing is nested yet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lexeme {
    Word(String),
    /// Text between quotes, slop, whether the closing quote was there.
    Quoted(String, u32, bool),
    Open,
    Close,
    Minus,
    Field(Place),
    And,
    Or,
    Not,
}

fn lex(typed: &str) -> Vec<Lexeme> {
    let characters: Vec<char> = typed
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut lexemes = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        let starts_word = at == 0
            || is_separator(characters[at - 1])
            || matches!(lexemes.last(), Some(Lexeme::Field(_)));
        if character.is_whitespace() {
            at += 1;
        } else if closing_quotes(character).is_some() {
            let (lexeme, next) = lex_quoted(&characters, at);
            lexemes.push(lexeme);
            at = next;
        } else if matches!(character, '(' | '（') {
            lexemes.push(Lexeme::Open);
            at += 1;
        } else if matches!(character, ')' | '）') {
            lexemes.push(Lexeme::Close);
            at += 1;
        } else if starts_word
            && is_minus(character)
            && characters
                .get(at + 1)
                .is_some_and(|next| begins_operand(*next))
        {
            lexemes.push(Lexeme::Minus);
            at += 1;
        } else {
            let end = (at..characters.len())
                .find(|&end| ends_word(&characters, at, end))
                .unwrap_or(characters.len());
            let word: String = characters[at..end].iter().collect();
            let has_colon = characters
                .get(end)
                .is_some_and(|next| matches!(next, ':' | '：'));
            // `-title:a` is unwanted there, not the word `title`.
            let may_be_field = starts_word || matches!(lexemes.last(), Some(Lexeme::Minus));
            match place(&word).filter(|_| has_colon && may_be_field) {
                Some(place) => {
                    lexemes.push(Lexeme::Field(place));
                    at = end + 1;
                    if place == Place::Number {
                        let end = number_end(&characters, at);
                        lexemes.extend(
                            (end > at).then(|| Lexeme::Word(characters[at..end].iter().collect())),
                        );
                        at = end;
                    }
                }
                None => {
                    let end = if has_colon { end + 1 } else { end };
                    push_word(
                        &mut lexemes,
                        characters[at..end].iter().collect(),
                        starts_word,
                        has_colon,
                    );
                    at = end.max(at + 1);
                }
            }
        }
    }
    lexemes
}

/// A word is an operator only when it stands alone; pieces of one chunk (`a:b`) grow together again.
fn push_word(lexemes: &mut Vec<Lexeme>, word: String, starts_word: bool, has_colon: bool) {
    let operator = match word.as_str() {
        "AND" | "ＡＮＤ" | "且" | "與" | "与" | "&&" => Some(Lexeme::And),
        "OR" | "ＯＲ" | "或" | "||" | "|" => Some(Lexeme::Or),
        "NOT" | "ＮＯＴ" | "非" => Some(Lexeme::Not),
        _ => None,
    };
    match (operator, lexemes.last_mut()) {
        (Some(operator), _) if starts_word && !has_colon => lexemes.push(operator),
        (_, Some(Lexeme::Word(before))) if !starts_word => before.push_str(&word),
        _ => lexemes.push(Lexeme::Word(word)),
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '(' | '（' | ')' | '）')
        || closing_quotes(character).is_some()
        || matches!(character, '」' | '』' | '”')
}

fn is_minus(character: char) -> bool {
    matches!(character, '-' | '－' | '−' | '–')
}

fn begins_operand(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '(' | '（')
        || closing_quotes(character).is_some()
}

fn ends_word(characters: &[char], start: usize, at: usize) -> bool {
    let character = characters[at];
    let opens = closing_quotes(character).is_some() || matches!(character, '(' | '（' | ')' | '）');
    at > start && (character.is_whitespace() || opens || matches!(character, ':' | '：'))
}

/// The field a name before a colon means.
fn place(name: &str) -> Option<Place> {
    match name.to_lowercase().as_str() {
        "title" | "標題" | "标题" | "題目" | "题目" => Some(Place::Title),
        "publisher" | "發布者" | "发布者" | "發佈者" | "出版者" | "機構" | "机构" => {
            Some(Place::Publisher)
        }
        "number" | "文號" | "文号" | "編號" | "编号" => Some(Place::Number),
        _ => None,
    }
}

/// Where a document number ends that begins at `at`: brackets are part of it (`国发(2023)15号`), as far as they are closed.
/// At `at` itself when something else begins there.
fn number_end(characters: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut end = at;
    while let Some(&character) = characters.get(end) {
        match character {
            '(' | '（' if end > at => depth += 1,
            ')' | '）' if depth > 0 => depth -= 1,
            '(' | '（' | ')' | '）' => break,
            _ if character.is_whitespace() || closing_quotes(character).is_some() => break,
            _ => {}
        }
        end += 1;
    }
    end
}

/// What may close a quotation that `open` opens, best first; `None` when it opens none.
fn closing_quotes(open: char) -> Option<[char; 3]> {
    match open {
        '"' | '＂' => Some(['"', '＂', '”']),
        '“' | '”' | '„' => Some(['”', '"', '＂']),
        '「' => Some(['」', '」', '」']),
        '『' => Some(['』', '』', '』']),
        _ => None,
    }
}

/// Reads a quotation from its opening mark on. Corner brackets nest; a straight quote closes at the next straight one, so
/// that other quotation marks may stand inside.
fn lex_quoted(characters: &[char], open_at: usize) -> (Lexeme, usize) {
    let open = characters[open_at];
    let closers = closing_quotes(open).expect("called at an opening quote");
    let close_at = closers
        .iter()
        .find_map(|close| find_close(characters, open_at, open, *close));
    let end = close_at.unwrap_or(characters.len());
    let text: String = characters[open_at + 1..end].iter().collect();
    let mut next = (end + 1).min(characters.len());
    let mut slop = 0;
    if close_at.is_some()
        && characters
            .get(next)
            .is_some_and(|tilde| matches!(tilde, '~' | '～'))
    {
        let digits: String = characters[next + 1..]
            .iter()
            .take_while(|digit| digit.is_ascii_digit())
            .take(4)
            .collect();
        if let Ok(number) = digits.parse() {
            slop = number;
            next += 1 + digits.len();
        }
    }
    (Lexeme::Quoted(text, slop, close_at.is_some()), next)
}

fn find_close(characters: &[char], open_at: usize, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, &character) in characters.iter().enumerate().skip(open_at + 1) {
        if character == close {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        } else if character == open {
            depth += 1;
        }
    }
    None
}

struct Parser {
    tokens: Vec<Lexeme>,
    at: usize,
    clauses: usize,
    warnings: Vec<Warning>,
}

impl Parser {
    /// `a b OR c AND d`: alternatives of runs. Ends at a closing bracket or at the end.
    fn parse_or(&mut self, depth: usize) -> Result<Vec<Clause>, ServerError> {
        check("depth", MAX_DEPTH, "nested brackets", depth)?;
        let mut alternatives = Vec::new();
        loop {
            let (run, typed) = self.parse_run(depth)?;
            alternatives.extend(all_of(run, typed));
            if self.tokens.get(self.at) != Some(&Lexeme::Or) {
                break;
            }
            self.at += 1;
        }
        Ok(match alternatives.len() {
            0 | 1 => alternatives,
            _ => vec![Clause::Or(alternatives)],
        })
    }

    /// Clauses that are all wanted, and whether `AND` was typed between any of them.
    fn parse_run(&mut self, depth: usize) -> Result<(Vec<Clause>, bool), ServerError> {
        let mut run: Vec<Clause> = Vec::new();
        let mut typed = false;
        let mut may_grow = true;
        while let Some(lexeme) = self.tokens.get(self.at) {
            match lexeme {
                Lexeme::Or | Lexeme::Close => break,
                Lexeme::And => {
                    self.at += 1;
                    // A lone operator at an end is no operator people meant.
                    typed |= !run.is_empty() && self.at < self.tokens.len();
                    may_grow = false;
                    continue;
                }
                _ => {}
            }
            let clause = self.parse_unary(depth)?;
            match (run.last_mut(), clause) {
                (Some(Clause::Words(before)), Some(Clause::Words(word))) if may_grow => {
                    before.push(' ');
                    before.push_str(&word);
                    self.clauses -= 1;
                }
                (_, clause) => run.extend(clause),
            }
            may_grow = true;
        }
        Ok((run, typed))
    }

    fn parse_unary(&mut self, depth: usize) -> Result<Option<Clause>, ServerError> {
        let mut is_negated = false;
        while matches!(self.tokens.get(self.at), Some(Lexeme::Minus | Lexeme::Not)) {
            is_negated = !is_negated;
            self.at += 1;
        }
        let clause = self.parse_operand(depth)?;
        Ok(clause.map(|clause| {
            if is_negated {
                Clause::Not(Box::new(clause))
            } else {
                clause
            }
        }))
    }

    fn parse_operand(&mut self, depth: usize) -> Result<Option<Clause>, ServerError> {
        let Some(lexeme) = self.tokens.get(self.at).cloned() else {
            return Ok(None);
        };
        match lexeme {
            // An operator with nothing before it, or a bracket that closes too early: the caller's business.
            Lexeme::Close | Lexeme::Or | Lexeme::And | Lexeme::Minus | Lexeme::Not => Ok(None),
            Lexeme::Word(word) => {
                self.at += 1;
                Ok(self.word(word))
            }
            Lexeme::Quoted(text, slop, is_closed) => {
                self.at += 1;
                self.phrase(&text, slop, is_closed)
            }
            Lexeme::Field(place) => {
                self.at += 1;
                let clause = self.parse_operand_after_field(depth)?;
                Ok(clause.map(|clause| Clause::In(place, Box::new(clause))))
            }
            Lexeme::Open => {
                self.at += 1;
                let inside = self.parse_or(depth + 1)?;
                if self.tokens.get(self.at) == Some(&Lexeme::Close) {
                    self.at += 1;
                } else {
                    self.warn(
                        "unbalanced-bracket",
                        "a bracket was not closed; it was read as if it closed at the end",
                    );
                }
                Ok(all_of(inside, false))
            }
        }
    }

    /// `title:` takes one word, phrase or bracket; a second field name nests no further.
    fn parse_operand_after_field(&mut self, depth: usize) -> Result<Option<Clause>, ServerError> {
        while matches!(self.tokens.get(self.at), Some(Lexeme::Field(_))) {
            self.at += 1;
        }
        self.parse_operand(depth)
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
        if let Some(prefix) = word.strip_suffix(['*', '＊']) {
            let is_word = prefix.chars().all(char::is_alphanumeric);
            if is_word && prefix.is_ascii() && prefix.len() >= MIN_PREFIX_CHARS {
                return Some(Clause::Prefix(prefix.to_owned()));
            }
            self.warn(
                "prefix-too-short",
                "`*` needs two letters or more before it; it was left out",
            );
        }
        Some(Clause::Words(word))
    }

    fn phrase(
        &mut self,
        text: &str,
        slop: u32,
        is_closed: bool,
    ) -> Result<Option<Clause>, ServerError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
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

fn all_of(mut clauses: Vec<Clause>, typed: bool) -> Option<Clause> {
    match clauses.len() {
        0 => None,
        1 => clauses.pop(),
        _ => Some(Clause::And(clauses, typed)),
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
            ("a NOT 〕b", "a NOT 〕b"),
            ("a OR b c", "a OR b c"),
            ("甲 或 乙", "甲 OR 乙"),
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
        assert_eq!(parsed(&"的".repeat(1_001)), "limit query-length");
        assert_eq!(parsed(&"\"a\" ".repeat(33)), "limit clauses");
        assert_eq!(
            parsed(&"a ".repeat(500)),
            "a ".repeat(500).trim(),
            "a plain run of words is one clause"
        );
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
    }
}
