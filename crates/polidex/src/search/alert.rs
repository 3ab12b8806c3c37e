//! `polidex alert`: says which documents of a search are new since the last time it was asked.
//!
//! A document is new when it came into the index, or when its text changed; an index that is built anew has nothing new. What
//! was seen is remembered in a file of the user's, by index and search.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use polidex_server::calendar::{parse_instant, stamp_ms};
use polidex_server::question::Sort;
use polidex_server::searcher::Searcher;

use super::SearchArgs;
use crate::opening::open;
use crate::{Found, output};

/// Say which documents of a search are new since the last time it was asked. Exits 0 when there are any, 1 when none
#[derive(Args, Debug)]
pub(crate) struct AlertArgs {
    #[command(flatten)]
    search: SearchArgs,
    /// File that remembers what was seen [default: polidex/alerts.json in the user's folder of states]
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// List what came in after this day or point of time instead, and remember nothing
    #[arg(long, value_name = "TIME", value_parser = instant, conflicts_with = "state")]
    since: Option<u64>,
}

/// Times up to which searches have been seen.
type Seen = BTreeMap<String, String>;

/// Runs the command.
pub(crate) fn run(args: &AlertArgs) -> anyhow::Result<Found> {
    let search = &args.search;
    let searcher = search
        .tables
        .put_in(open(&search.index, search.engine.as_ref())?)?;
    if let Some(since) = args.since {
        return news(search, &searcher, since);
    }
    let newest = searcher.index_info().newest.context(
        "this index does not know when its documents came in; build it once more with `polidex index`",
    )?;
    let path = state_file(args)?;
    let mut seen = read(&path)?;
    let key = format!("{} {}", search.index_path(), search.key());
    let since = seen.get(&key).and_then(|since| parse_instant(since));
    let found = match since {
        Some(since) => news(search, &searcher, since)?,
        None => {
            output::say(
                "polidex: this search is watched from now on; what is in the index is known",
            );
            Found::Nothing
        }
    };
    // Only what has been printed has been seen.
    seen.insert(key, newest);
    write(&path, &seen)?;
    Ok(found)
}

/// Prints what came in after `since`, the newest first.
fn news(args: &SearchArgs, searcher: &Searcher, since: u64) -> anyhow::Result<Found> {
    let mut question = args.question().sort(Sort::Added);
    question.search.filters.added_after = Some(since);
    super::answer(args, searcher, question)
}

/// The file named, or that of the user.
fn state_file(args: &AlertArgs) -> anyhow::Result<PathBuf> {
    if let Some(path) = &args.state {
        return Ok(path.clone());
    }
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let folder = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or(home);
    let folder =
        folder.context("there is no home folder to remember in; name a file with --state")?;
    Ok(folder.join("polidex").join("alerts.json"))
}

fn read(path: &Path) -> anyhow::Result<Seen> {
    if !path.exists() {
        return Ok(Seen::new());
    }
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is no list of alerts; remove it to begin anew",
            path.display()
        )
    })
}

/// Replaces the file in one step: a process that is killed leaves the one of before.
fn write(path: &Path, seen: &Seen) -> anyhow::Result<()> {
    let failed = || format!("writing {}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(failed)?;
    }
    let new = path.with_extension("new");
    let text = serde_json::to_string_pretty(seen).with_context(failed)?;
    fs::write(&new, text).with_context(failed)?;
    fs::rename(&new, path).with_context(failed)
}

fn instant(text: &str) -> Result<u64, String> {
    let wanted = format!("a time is a day or a point of time such as {}", stamp_ms(0));
    parse_instant(text).ok_or(wanted)
}
