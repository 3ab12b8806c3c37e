//! Opens an index, searches it and prints the hits.
//!
//! `cargo run -p polidex-server --example search -- INDEX QUERY`

#![allow(clippy::print_stdout, reason = "an example shows its results")]

use std::path::Path;

use polidex_server::question::{Question, Sort};
use polidex_server::searcher::Searcher;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(index), Some(query)) = (args.next(), args.next()) else {
        return Err("usage: search INDEX QUERY".into());
    };

    // An engine is read-only and serves any number of threads; it keeps the generation it opened.
    let searcher = Searcher::open(Path::new(&index))?;

    // The query has the syntax of the page: words, "phrases", -without, OR, title:…
    let question = Question::about(query).sort(Sort::Relevance).page(1);
    let answer = searcher.search(&question)?;

    println!("{} documents", answer.total.value);
    for hit in &answer.hits {
        println!("{}  {} ({})", hit.id, hit.title, hit.date);
        for passage in &hit.passages {
            // Offsets are bytes of the passage's text, on character boundaries.
            let marks: Vec<&str> = passage
                .offsets
                .iter()
                .map(|mark| &passage.text[mark.start..mark.end])
                .collect();
            println!("    {}  [{}]", passage.text, marks.join("] ["));
        }
    }
    Ok(())
}
