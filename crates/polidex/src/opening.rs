//! Opens an index for whoever asks it: a folder of this machine, or an index on a cluster.

use std::path::Path;

use polidex_opensearch::address::Address;
use polidex_opensearch::engine::ClusterEngine;
use polidex_server::searcher::Searcher;

/// Opens the index on the cluster where one is named, else that in the folder.
pub(crate) fn open(index: &Path, engine: Option<&Address>) -> anyhow::Result<Searcher> {
    match engine {
        Some(engine) => Ok(Searcher::over(ClusterEngine::open(engine)?)),
        None => Ok(Searcher::open(index)?),
    }
}
