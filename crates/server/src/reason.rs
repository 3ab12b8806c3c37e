//! Why a document stands where it stands, or is missing: plain data, which the API and the command line say in English and
//! the page in the reader's language.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::expansion::ExpansionKind;

/// One reason. Serialised as its English sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Something that was looked for is there and adds to the score.
    Adds {
        /// What.
        part: ScorePart,
        /// How much; all of a document's additions make up its score.
        score: f32,
    },
    /// A word or phrase is not there.
    Lacks {
        /// As typed.
        label: String,
        /// It was asked for in the title alone.
        in_title: bool,
        /// Other forms of it were looked for too.
        as_typed: bool,
    },
    /// It answers, but stands under another document, its duplicate.
    ListedUnder {
        /// The other document's id.
        id: String,
    },
    /// It answers, but a filter leaves it out.
    LeftOutByFilter,
    /// It answers and stands on another page.
    OnAnotherPage,
    /// It holds every word, but also what is excluded, or not as the query combines them.
    CombinedOtherwise,
}

/// What adds to a score.
#[derive(Clone, Debug, PartialEq)]
pub enum ScorePart {
    /// What every document that matches gets.
    Matching,
    /// The publisher asked for.
    Publisher,
    /// The title is the query.
    WholeTitle,
    /// Several words or characters in one piece.
    Phrase {
        /// What was looked for.
        label: Label,
        /// Where.
        place: Place,
    },
    /// One term.
    Term {
        /// What was looked for.
        label: Label,
        /// How.
        unit: TermUnit,
        /// Where.
        place: Place,
        /// Documents that have it.
        documents: u64,
        /// Documents there are.
        of: u64,
    },
    /// Many small additions together.
    Lesser {
        /// How many.
        count: usize,
    },
}

/// What was looked for, in the words of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// As typed, or as the form that stood for it is written.
    pub text: String,
    /// The kind of form, and what of the query it stood for.
    pub stands_for: Option<(ExpansionKind, String)>,
}

/// How a term is looked for.
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

/// Where something was found.
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
