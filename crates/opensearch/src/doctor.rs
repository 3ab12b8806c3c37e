//! Looks after an index on a cluster: whether it answers, is whole and is of this program.

use serde_json::Value;

use crate::address::Address;
use crate::engine::{ClusterEngine, connect};
use crate::error::ClusterError;
use crate::generations::Generations;
use polidex_server::engine::Engine as _;

/// Health of an index on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Current generation.
    pub generation: String,
    /// Generations that it can be rolled back to.
    pub kept: Vec<String>,
    /// Documents that the index says it holds.
    pub expected: u64,
    /// Documents that can be searched, and that have a text.
    pub searched: u64,
    /// Documents that have a stored text.
    pub stored: u64,
    /// `green`, `yellow` (a copy is missing) or `red` (a part is missing).
    pub status: String,
    /// Bytes of both indexes, copies left out.
    pub bytes: u64,
}

impl Health {
    /// Returns true if nothing is missing.
    pub fn is_sound(&self) -> bool {
        self.status != "red" && self.searched == self.expected && self.stored >= self.expected
    }
}

/// Examines the index at `address`.
///
/// # Errors
/// [`ClusterError`] when there is none, it is of another version, or the cluster cannot be asked.
pub fn examine(address: &Address) -> Result<Health, ClusterError> {
    let engine = ClusterEngine::open(address)?;
    let client = connect(address)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let current = generations
        .current()?
        .ok_or_else(|| ClusterError::NoIndex {
            name: address.name.clone(),
        })?;
    let both = format!("{},{}", current.searched, current.texts);
    let health = client.get(&format!("/_cluster/health/{both}"))?;
    let stats = client.get(&format!("/{both}/_stats/store,docs"))?;
    let documents = |index: &str| number(&stats["indices"][index]["primaries"]["docs"]["count"]);
    Ok(Health {
        kept: generations
            .kept()?
            .into_iter()
            .map(|kept| kept.name)
            .collect(),
        expected: engine.info().documents,
        searched: documents(&current.searched),
        stored: documents(&current.texts),
        status: health["status"].as_str().unwrap_or("red").to_owned(),
        bytes: number(&stats["_all"]["primaries"]["store"]["size_in_bytes"]),
        generation: current.name,
    })
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}
