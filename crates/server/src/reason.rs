//! Reasons for a document's rank or absence: plain data, which the API and the command line print in English and the page in
//! the reader's language.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::expansion::ExpansionKind;

/// One reason. Serialised as its English sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// A part of the query matches and adds to the score.
    Adds {
        /// The part.
        part: ScorePart,
        /// Score added; all of a document's additions make up its score.
        score: f32,
    },
    /// A word or phrase is missing.
    Lacks {
        /// As typed.
        label: String,
        /// The query asks for it in the title only.
        in_title: bool,
        /// Other forms of it were searched too.
        as_typed: bool,
    },
    /// A quoted phrase stands only in the text as published, where a repair changed it.
    InOriginal,
    /// The document matches, but is listed under its duplicate.
    ListedUnder {
        /// Id of the duplicate.
        id: String,
    },
    /// The document matches, but a filter leaves it out.
    LeftOutByFilter,
    /// The document matches and is listed on another page.
    OnAnotherPage,
    /// The document holds every word, but also an excluded one, or not as the query combines them.
    CombinedOtherwise,
}

/// A part of a score.
#[derive(Clone, Debug, PartialEq)]
pub enum ScorePart {
    /// Score of every document that matches.
    Matching,
    /// The publisher asked for.
    Publisher,
    /// The title is the query.
    WholeTitle,
    /// Several words or characters in one piece.
    Phrase {
        /// Words of the query.
        label: Label,
        /// Field that holds them.
        place: Place,
    },
    /// One term.
    Term {
        /// Words of the query.
        label: Label,
        /// Kind of term.
        unit: TermUnit,
        /// Field that holds them.
        place: Place,
        /// Number of documents that hold it.
        documents: u64,
        /// Number of documents in the index.
        of: u64,
    },
    /// Many small additions together.
    Lesser {
        /// Number of additions.
        count: usize,
    },
}

/// Words of the query that a part stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// As typed, or as the form that stood for it is written.
    pub text: String,
    /// Kind of form, and the words of the query that it stands for.
    pub stands_for: Option<(ExpansionKind, String)>,
}

/// Kind of term that is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermUnit {
    /// One ideograph.
    Character,
    /// A word, in any of its grammatical forms.
    Word,
    /// Two ideographs side by side.
    Pair,
    /// As it is spelled.
    Spelling,
}

/// Field of a document that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the title.
    Title,
    /// In the text.
    Text,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adds { part, score } => write!(f, "{part}: adds {score:.4}"),
            Self::Lacks {
                label,
                in_title,
                as_typed,
            } => {
                let in_title = if *in_title { " in the title" } else { "" };
                let as_typed = if *as_typed { " as typed" } else { "" };
                write!(f, "it lacks “{label}”{in_title}{as_typed}")
            }
            Self::InOriginal => f.write_str(
                "a quoted phrase stands only in its text as published, where a repair changed it; such documents come last",
            ),
            Self::ListedUnder { id } => {
                write!(f, "it is listed under {id}, which has the same text")
            }
            Self::LeftOutByFilter => {
                f.write_str("it holds what is asked, but a filter leaves it out")
            }
            Self::OnAnotherPage => f.write_str("it holds what is asked and stands on another page"),
            Self::CombinedOtherwise => f.write_str(
                "it holds every word, but also what is excluded, or not as the query combines them",
            ),
        }
    }
}

impl fmt::Display for ScorePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matching => f.write_str("what every document that matches gets"),
            Self::Publisher => f.write_str("the publisher is the one asked for"),
            Self::WholeTitle => f.write_str("the title is the query, word for word"),
            Self::Phrase { label, place } => write!(f, "{label} in one piece in the {place}"),
            Self::Term {
                label,
                unit,
                place,
                documents,
                of,
            } => {
                match unit {
                    TermUnit::Character => {
                        write!(f, "the single character {label} in the {place}")?
                    }
                    TermUnit::Word => write!(f, "the word {label} in the {place}")?,
                    TermUnit::Pair => {
                        write!(f, "the characters {label} side by side in the {place}")?
                    }
                    TermUnit::Spelling => write!(f, "{label} exactly so in the {place}")?,
                }
                write!(f, ", which {documents} of {of} documents have")
            }
            Self::Lesser { count } => write!(f, "{count} lesser parts together"),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”", self.text)?;
        match &self.stands_for {
            Some((ExpansionKind::Variant, term)) => write!(f, " (another form of “{term}”)"),
            Some((ExpansionKind::Translation, term)) => write!(f, " (a translation of “{term}”)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Title => "title",
            Self::Text => "text",
        })
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Reason {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Reason".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}
