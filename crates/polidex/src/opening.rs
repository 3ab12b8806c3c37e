//! Opens an index for whoever asks it: a folder of this machine, or an index on a cluster.

use std::path::{Path, PathBuf};

use clap::Args;
use polidex_opensearch::address::Address;
use polidex_opensearch::engine::ClusterEngine;
use polidex_server::searcher::Searcher;

use crate::indexing::DEFAULT_INDEX;

/// Options that name an index.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// Folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    pub(crate) index: PathBuf,
    /// Index on an OpenSearch cluster in place of a folder: http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) engine: Option<Address>,
}

impl Place {
    /// Opens the index.
    pub(crate) fn open(&self) -> anyhow::Result<Searcher> {
        open(&self.index, self.engine.as_ref())
    }
}

/// Opens the index on the cluster where one is named, else that in the folder.
pub(crate) fn open(index: &Path, engine: Option<&Address>) -> anyhow::Result<Searcher> {
    match engine {
        Some(engine) => Ok(Searcher::over(ClusterEngine::open(engine)?)),
        None => Ok(Searcher::open(index)?),
    }
}

/// Name of the current generation of an index; `None` when there is none or it cannot be asked for.
pub(crate) fn generation_at(index: &Path, engine: Option<&Address>) -> Option<String> {
    match engine {
        Some(engine) => ClusterEngine::generation_at(engine).ok(),
        None => Searcher::generation_at(index),
    }
}
