//! Mounts the search pages and the API in an axum application of one's own.
//!
//! `cargo run -p polidex-server --example mount -- INDEX`, then open http://127.0.0.1:7878/search
//! and http://127.0.0.1:7878/about.

#![allow(clippy::print_stdout, reason = "an example shows its results")]

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use polidex_server::http::{Settings, Site, router};
use polidex_server::searcher::Searcher;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let index = std::env::args().nth(1).ok_or("usage: mount INDEX")?;

    // A site without an index answers 503; an engine can be put in place, and replaced, at any time.
    let site = Site::new(Settings {
        // Requests for other host names are refused; the loopback is always known.
        hosts: vec!["search.example.org".to_owned()],
        ..Settings::default()
    });
    site.put_engine(Arc::new(Searcher::open(Path::new(&index))?));

    // Addresses in the pages begin at the root, so the router is merged and not nested. It answers
    // unknown addresses itself: routes of one's own stand beside it.
    let app = Router::new()
        .route("/about", get(|| async { "a page of our own" }))
        .merge(router(site));

    // Limits for each client and for slow connections come with `polidex_server::http::serve`;
    // under axum's own server they are the application's business.
    let listener = TcpListener::bind("127.0.0.1:7878").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
