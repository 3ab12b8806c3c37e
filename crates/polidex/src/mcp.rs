//! `polidex mcp`: the tools of an assistant, from one index.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use polidex_opensearch::address::Address;
use polidex_server::http::{Answers, BaseUrl, Rate, Settings, Site, serve_assistant};

use crate::Found;
use crate::indexing::DEFAULT_INDEX;
use crate::opening::open;
use crate::tables::Tables;

/// Serve an assistant over standard input and output (Model Context Protocol)
#[derive(Args, Debug)]
pub(crate) struct McpArgs {
    /// Folder of the index
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Index on an OpenSearch cluster in place of a folder: http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS", conflicts_with = "index")]
    engine: Option<Address>,
    #[command(flatten)]
    tables: Tables,
    /// Address of a server of the same index, to which the addresses of documents lead
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
}

/// Runs the command until the assistant closes its end.
pub(crate) fn run(args: &McpArgs) -> anyhow::Result<Found> {
    let index = args.index.as_deref().unwrap_or(Path::new(DEFAULT_INDEX));
    let engine = args.tables.put_in(open(index, args.engine.as_ref())?)?;
    let site = Site::new(Settings {
        base_url: args.base_url.clone(),
        rate: Rate::Unlimited,
        ..Settings::default()
    });
    site.put_engine(Arc::new(engine) as Arc<dyn Answers>);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the server")?;
    let served = runtime.block_on(serve_assistant(site));
    served.context("serving an assistant")?;
    Ok(Found::Something)
}
