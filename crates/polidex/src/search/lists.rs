//! An answer as a list for other programs.

use std::io::Write;

use polidex_server::Export;
use polidex_server::answer::Answer;
use polidex_server::calendar::today;
use polidex_server::question::Question;

use crate::search::args::Format;

/// Writes the hits of `answer`; links lead to the server at `base_url`, or are paths on one.
pub(super) fn write_list(
    out: &mut impl Write,
    format: Format,
    question: &Question,
    answer: &Answer,
    base_url: Option<&str>,
) -> std::io::Result<()> {
    let today = today();
    let export = Export {
        q: &question.search.query.q,
        total: answer.total.value,
        expanded_total: answer.expanded_total,
        hits: &answer.hits,
        before: 0,
        is_last: true,
        is_cut: false,
        index: &answer.index,
        origin: base_url.unwrap_or_default().trim_end_matches('/'),
        page: "",
        retrieved: &today,
    };
    match format {
        Format::Csv => out.write_all(export.csv().as_bytes()),
        Format::Ris => out.write_all(export.ris().as_bytes()),
        Format::Bibtex => out.write_all(export.bibtex().as_bytes()),
        Format::Jsonl | Format::Json | Format::Text => {
            for hit in &answer.hits {
                serde_json::to_writer(&mut *out, hit)?;
                writeln!(out)?;
            }
            Ok(())
        }
    }
}
