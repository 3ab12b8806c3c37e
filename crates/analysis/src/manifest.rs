//! What an index says of itself: the file that both ends read before anything else.
//!
//! An index folder holds generations, each complete, and one small file that names the current one. A generation's
//! manifest tells with which analyzer it was built and from what.

use serde::{Deserialize, Serialize};

/// Name of the file in an index folder that holds the name of the current generation.
pub const CURRENT: &str = "CURRENT";
/// Name of the folder of generations.
pub const GENERATIONS: &str = "generations";
/// Name of the manifest in a generation's folder.
pub const MANIFEST: &str = "manifest.json";

/// What one generation says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the generation.
    pub generation: String,
    /// [`crate::fields::fingerprint`] of the program that built it.
    pub analyzer: String,
    /// The paths it was built from, absolute.
    pub built_from: Vec<String>,
    /// Changes when a file below those paths is added, removed or changed.
    pub sources_state: String,
    /// Documents in it.
    pub documents: u64,
    /// Passages in it.
    pub passages: u64,
}
