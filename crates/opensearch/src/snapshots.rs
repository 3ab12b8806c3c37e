//! Snapshots of an index in a repository of the cluster, and their return.
//!
//! The repository is the operator's: a folder that all nodes share, or a store of objects. A generation never changes, so its
//! name is the snapshot's, and taking it twice takes it once.

use serde_json::{Value, json};

use crate::address::Address;
use crate::client::{Client, Content};
use crate::engine::{connect, current, version_of};
use crate::error::ClusterError;
use crate::generations::{Generation, Generations};
use crate::mapping::version;

/// A generation and the snapshot of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Name of the snapshot in its repository.
    pub name: String,
    /// Name of the generation that was copied, or that was made of the snapshot.
    pub generation: String,
}

/// Copies the current generation into a repository that the cluster knows.
///
/// # Errors
/// [`ClusterError::NoIndex`], [`ClusterError::Incomplete`] for a snapshot without some of its shards, and what the cluster says.
pub fn take_snapshot(address: &Address, repository: &str) -> Result<Snapshot, ClusterError> {
    let client = connect(address)?;
    let generation = current(&client, &address.name)?;
    let path = snapshot_path(repository, &generation.searched)?;
    let wanted = json!({
        "indices": generation.indexes().join(","), "include_global_state": false, "partial": false,
    });
    let taking = format!("{path}?wait_for_completion=true");
    match client.send("PUT", &taking, Content::Json(&wanted)) {
        Err(ClusterError::Refused {
            status: 400,
            reason,
            ..
        }) if is_there(&reason) => {}
        answer => {
            answer?;
        }
    }
    let taken = client.get(&path)?;
    match taken["snapshots"][0]["state"].as_str() {
        Some("SUCCESS") => Ok(Snapshot {
            name: generation.searched,
            generation: generation.name,
        }),
        state => Err(ClusterError::Incomplete {
            name: address.name.clone(),
            what: format!("its snapshot is {}", state.unwrap_or("not there")),
        }),
    }
}

fn is_there(reason: &str) -> bool {
    reason.contains("already exists") || reason.contains("already in-use")
}

/// Makes a snapshot the current generation: the one that is named, or the newest of this index. The generation before stays.
///
/// # Errors
/// [`ClusterError::NoSnapshot`], [`ClusterError::AnalyzerDiffers`], and what the cluster says.
pub fn restore_snapshot(
    address: &Address,
    repository: &str,
    snapshot: Option<&str>,
) -> Result<Snapshot, ClusterError> {
    let client = connect(address)?;
    let generations = Generations {
        client: &client,
        name: &address.name,
    };
    let before = generations.current()?;
    let wanted = match snapshot {
        Some(name) => name.to_owned(),
        None => format!("{}-g*", address.name),
    };
    let name = newest(&client, repository, &wanted)?;
    let made = generations.next()?;
    let result = copy_back(&client, repository, &name, &made)
        .and_then(|()| generations.await_shards(&made))
        .and_then(|()| check(&client, address, &made))
        .and_then(|()| generations.switch(&made, before.as_ref()));
    if let Err(error) = result {
        generations.remove(&made);
        return Err(error);
    }
    Ok(Snapshot {
        name,
        generation: made.name,
    })
}

/// Name of the newest whole snapshot among those that a name or a pattern means.
fn newest(client: &Client, repository: &str, wanted: &str) -> Result<String, ClusterError> {
    let none = || ClusterError::NoSnapshot {
        repository: repository.to_owned(),
        name: wanted.to_owned(),
    };
    let found = match client.get(&snapshot_path(repository, wanted)?) {
        Err(ClusterError::Refused { status: 404, .. }) => return Err(none()),
        answer => answer?,
    };
    let snapshots = found["snapshots"].as_array().into_iter().flatten();
    let whole = snapshots.filter(|snapshot| snapshot["state"] == "SUCCESS");
    let newest = whole.max_by_key(|snapshot| snapshot["end_time_in_millis"].as_u64());
    let name = newest.and_then(|snapshot| snapshot["snapshot"].as_str());
    name.map(str::to_owned).ok_or_else(none)
}

/// Copies the two indexes of a snapshot to those of a generation that is not there yet.
fn copy_back(
    client: &Client,
    repository: &str,
    snapshot: &str,
    made: &Generation,
) -> Result<(), ClusterError> {
    let path = snapshot_path(repository, snapshot)?;
    let wanted = json!({
        "indices": format!("{snapshot},{snapshot}-texts"), "include_global_state": false, "include_aliases": false,
        "rename_pattern": snapshot, "rename_replacement": made.searched,
    });
    let restored = client.post(
        &format!("{path}/_restore?wait_for_completion=true"),
        &wanted,
    )?;
    match restored["snapshot"]["shards"]["failed"].as_u64() {
        Some(0) => Ok(()),
        _ => Err(ClusterError::Answer(restored.to_string())),
    }
}

/// A snapshot of another version of the program is no index of this one.
fn check(client: &Client, address: &Address, made: &Generation) -> Result<(), ClusterError> {
    let (found, expected) = (version_of(client, made)?, version());
    if found == expected {
        return Ok(());
    }
    Err(ClusterError::AnalyzerDiffers {
        name: address.name.clone(),
        found,
        expected,
    })
}

/// Snapshots of an index in all repositories, each as `repository/snapshot`. A repository that does not answer is named alone.
pub(crate) fn snapshots_of(client: &Client, index: &str) -> Result<Vec<String>, ClusterError> {
    let repositories = client.get("/_snapshot")?;
    let mut names = Vec::new();
    for repository in repositories
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
    {
        match client.get(&format!("/_snapshot/{repository}/{index}-g*")) {
            Ok(found) => names.extend(names_in(repository, &found)),
            Err(ClusterError::Refused { status: 404, .. }) => {}
            Err(_) => names.push(repository.clone()),
        }
    }
    Ok(names)
}

fn names_in(repository: &str, found: &Value) -> Vec<String> {
    let snapshots = found["snapshots"].as_array().into_iter().flatten();
    let names = snapshots.filter_map(|snapshot| snapshot["snapshot"].as_str());
    names.map(|name| format!("{repository}/{name}")).collect()
}

/// Path of snapshots. Names are checked: they come from the command line and become a part of an address.
fn snapshot_path(repository: &str, snapshot: &str) -> Result<String, ClusterError> {
    let is_plain = |name: &str| {
        let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte);
        !name.is_empty() && name.bytes().all(is_inner) && !name.starts_with(['_', '.'])
    };
    if is_plain(repository) && !repository.contains('*') && is_plain(snapshot) {
        return Ok(format!("/_snapshot/{repository}/{snapshot}"));
    }
    Err(ClusterError::NoSnapshot {
        repository: repository.to_owned(),
        name: snapshot.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_other_addresses_are_refused() {
        let path = snapshot_path("backup", "papers-g000001").expect("plain");
        assert_eq!(path, "/_snapshot/backup/papers-g000001");
        for (repository, snapshot) in [
            ("a/b", "c"),
            ("*", "c"),
            ("_all", "c"),
            ("a", "c?d"),
            ("a", ""),
        ] {
            assert!(
                snapshot_path(repository, snapshot).is_err(),
                "{repository}/{snapshot}"
            );
        }
    }
}
