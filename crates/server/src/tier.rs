//! Degree in which a document holds a query.

use schemars::JsonSchema;
use serde::Serialize;

/// Degree in which a hit holds the query, in the order of the list but for translations, which stand by their score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// All that carries the query, as typed.
    #[default]
    All,
    /// Most of it, as typed.
    Most,
    /// All of it with translations, or a version of a hit in another language.
    Translation,
    /// All of it, but a quoted phrase only in the text as published, where a repair changed it. Behind all others.
    Original,
}

impl Tier {
    /// All tiers, in the order in which counts name them.
    pub const ALL: [Self; 4] = [Self::All, Self::Most, Self::Translation, Self::Original];

    /// Name in the API and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Most => "most",
            Self::Translation => "translation",
            Self::Original => "original",
        }
    }

    /// Returns the tier of this name.
    ///
    /// # Examples
    /// ```
    /// use polidex_server::tier::Tier;
    ///
    /// assert_eq!(Tier::of_name("translation"), Some(Tier::Translation));
    /// assert_eq!(Tier::of_name("any"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }
}
