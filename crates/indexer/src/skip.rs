//! Paths that are not indexed, each with its reason.

use serde::{Deserialize, Serialize};

/// A path that is not indexed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Path below the folder.
    pub path: String,
    /// Why, for people.
    pub reason: String,
}
