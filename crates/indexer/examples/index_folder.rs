//! Indexes a folder from Rust and prints the report.
//!
//! `cargo run -p polidex-indexer --example index_folder -- FOLDER INDEX`

#![allow(clippy::print_stdout, reason = "an example shows its results")]

use std::path::PathBuf;

use polidex_indexer::index::{BuildOptions, build_index};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(index)) = (args.next(), args.next()) else {
        return Err("usage: index_folder FOLDER INDEX".into());
    };

    // The first run reads every file; later runs read only what has changed. The new generation
    // becomes current by one rename, so readers never see half an index.
    let options = BuildOptions {
        threads: 2,
        ..BuildOptions::default()
    };
    let report = build_index(&[folder], &index, &options, &|progress| {
        println!("{} of {} files", progress.files_done, progress.files);
    })?;

    // A file that cannot be indexed is no error: the report names it with the reason.
    println!(
        "{} documents, {} passages",
        report.documents, report.passages
    );
    for (kind, count) in &report.repairs {
        println!("repaired {count} times: {kind}");
    }
    for file in report.files.iter().filter(|file| !file.reason.is_empty()) {
        println!("{}: {}", file.path, file.reason);
    }
    Ok(())
}
