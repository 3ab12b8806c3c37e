//! Patterns that a query looks for in stored text.

use polidex_analysis::units::Cut;

/// A pattern to mark. All its texts are folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Consecutive tokens, with the compounds that must stand among them.
    Sequence {
        /// Texts of the tokens.
        units: Vec<String>,
        /// Compounds typed as such, each after the index of its first token: `i&t` at token 0.
        joined: Vec<(usize, String)>,
    },
    /// A word in any inflection, by its stem.
    Term(String),
    /// A word that is a name where it is written in capitals, and another word in small letters: *US*, and no *us*.
    Capitals(String),
    /// A compound by itself.
    Joined(String),
    /// A word by its first letters.
    Prefix(String),
}

impl Pattern {
    /// Returns the pattern of a quoted phrase: its tokens as typed.
    pub fn of_phrase(cut: &Cut) -> Self {
        let units = cut
            .units()
            .iter()
            .map(|unit| cut.text(unit).to_owned())
            .collect();
        let joined = cut
            .joined()
            .iter()
            .map(|joined| (joined.first_unit, cut.joined_text(joined).to_owned()))
            .collect();
        Self::Sequence { units, joined }
    }

    /// Number of tokens that the pattern covers; at least 1.
    pub fn unit_count(&self) -> usize {
        match self {
            Self::Sequence { units, .. } => units.len(),
            _ => 1,
        }
    }

    /// Returns `true` if `text`, which matches but for its case, is written as the pattern is meant.
    pub(crate) fn is_written_so(&self, text: &str) -> bool {
        !matches!(self, Self::Capitals(_)) || !text.chars().any(char::is_lowercase)
    }

    /// Returns the first character of a match, folded; `None` for a pattern that matches nothing.
    pub(crate) fn first_char(&self) -> Option<char> {
        let text = match self {
            Self::Sequence { units, .. } => units.first()?,
            Self::Term(text) | Self::Capitals(text) | Self::Joined(text) | Self::Prefix(text) => {
                text
            }
        };
        text.chars().next()
    }
}
