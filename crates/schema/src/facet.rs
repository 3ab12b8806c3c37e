//! Facets of the index: what documents are filtered by and counted by.
//!
//! A facet's parameter, its name in the API and its column meet here, so that neither door nor engine compares strings.

use std::fmt;

use serde::{Serialize, Serializer};

/// A property that documents are filtered by, and counted by value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// The document itself, by id.
    Source,
    /// Its publisher.
    Publisher,
    /// The languages it holds.
    Language,
    /// Its kind.
    Kind,
    /// The year of its date.
    Year,
    /// The number of documents that cite it, by range.
    Cited,
}

impl Facet {
    /// All facets, in the order in which answers list them.
    pub const ALL: [Self; 6] = [
        Self::Source,
        Self::Publisher,
        Self::Language,
        Self::Kind,
        Self::Year,
        Self::Cited,
    ];

    /// Facets whose values can be listed in full; documents have a list of their own.
    pub const LISTED: [Self; 5] = [
        Self::Publisher,
        Self::Language,
        Self::Kind,
        Self::Year,
        Self::Cited,
    ];

    /// Name in the API and in addresses. All but [`Facet::Year`] are filtered by a parameter of this name; a year is a
    /// `from` and a `to`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Publisher => "publisher",
            Self::Language => "lang",
            Self::Kind => "kind",
            Self::Year => "year",
            Self::Cited => "cited",
        }
    }

    /// Column of the index that holds the values; [`Facet::Cited`] has an account of its own ([`crate::cited`]).
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Source => Some("id"),
            Self::Publisher => Some("publisher"),
            Self::Language => Some("lang"),
            Self::Kind => Some("kind"),
            Self::Year => Some("first_day"),
            Self::Cited => None,
        }
    }

    /// Position in [`Facet::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns the facet of this name.
    ///
    /// # Examples
    /// ```
    /// use polidex_schema::facet::Facet;
    ///
    /// assert_eq!(Facet::of_name("lang"), Some(Facet::Language));
    /// assert_eq!(Facet::of_name("colour"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Facet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::schema;

    #[test]
    fn every_facet_has_a_name_of_its_own_and_its_column_is_there() {
        let (schema, _) = schema();
        for (index, facet) in Facet::ALL.into_iter().enumerate() {
            assert_eq!(facet.index(), index);
            assert_eq!(Facet::of_name(facet.name()), Some(facet));
            if let Some(column) = facet.column() {
                let field = schema.get_field(column).expect("a field");
                assert!(schema.get_field_entry(field).is_fast(), "{facet}");
            }
        }
    }
}
