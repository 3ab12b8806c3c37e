//! `polidex publish`, `rollback`, `snapshot`, `restore` and `doctor`: the generations of an index, and their health.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use polidex_indexer::build::KEPT_GENERATIONS;
use polidex_indexer::index::forget_documents;
use polidex_indexer::store::doctor::{Change, Diagnosis, examine_index};
use polidex_indexer::store::generations::{Damage, restore_snapshot, roll_back, take_snapshot};
use polidex_opensearch::address::Address;
use polidex_opensearch::doctor::examine as examine_on_cluster;
use polidex_opensearch::sink::parts::{discard_parts, publish_parts};
use polidex_opensearch::sink::{
    forget_documents as forget_on_cluster, roll_back as roll_back_cluster,
};
use polidex_opensearch::snapshots::{
    restore_snapshot as restore_to_cluster, take_snapshot as snapshot_of_cluster,
};
use polidex_schema::coverage::FileList;

use crate::Found;
use crate::indexing::{DEFAULT_INDEX, closing_step};
use crate::opening::Place;
use crate::output::{safe, say};

/// Maximum number of changed files listed.
const MAX_LISTED: usize = 100;

/// Make the generation before the current one current again
#[derive(Args, Debug)]
pub(crate) struct RollbackArgs {
    #[command(flatten)]
    place: Place,
}

/// Copy the index to a folder that is an index of its own, or on a cluster into a repository of snapshots
#[derive(Args, Debug)]
pub(crate) struct SnapshotArgs {
    /// A new or empty folder; with --engine the name of a repository that the cluster knows
    dest: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Make a snapshot the current generation of the index; the one before stays
#[derive(Args, Debug)]
pub(crate) struct RestoreArgs {
    /// A folder made by `polidex snapshot`, or any index; with --engine REPOSITORY for the newest, or REPOSITORY/SNAPSHOT
    source: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Verify an index; exits 0 if it is sound and up to date, 1 if its sources have changed, 2 if it is damaged
#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// Folder of the index
    #[arg(long, value_name = "DIR", default_value = DEFAULT_INDEX)]
    index: PathBuf,
    /// Verify an index on an OpenSearch cluster in place of a folder: http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS", conflicts_with = "json")]
    engine: Option<Address>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Publish what several `polidex index --part` have indexed on a cluster
#[derive(Args, Debug)]
pub(crate) struct PublishArgs {
    /// Index on an OpenSearch cluster: http://HOST:9200/NAME
    #[arg(long, value_name = "ADDRESS")]
    engine: Address,
    /// Number of generations to keep before the current one
    #[arg(long, value_name = "N", default_value_t = KEPT_GENERATIONS)]
    keep: usize,
    /// Remove what the parts have indexed instead
    #[arg(long)]
    discard: bool,
}

/// Runs `polidex publish`.
pub(crate) fn publish(args: &PublishArgs) -> anyhow::Result<Found> {
    if args.discard {
        discard_parts(&args.engine)?;
        say(&format!("the parts of {} were removed", args.engine.name));
        return Ok(Found::Something);
    }
    let published = publish_parts(&args.engine, args.keep)?;
    say(&format!(
        "{} is current, with {} documents",
        published.generation, published.documents
    ));
    Ok(Found::Something)
}

/// Runs `polidex rollback`.
pub(crate) fn roll(args: &RollbackArgs) -> anyhow::Result<Found> {
    let name = match &args.place.engine {
        Some(engine) => roll_back_cluster(engine)?,
        None => roll_back(&args.place.index)?,
    };
    say(&format!("{name} is current again"));
    Ok(Found::Something)
}

/// Runs `polidex snapshot`.
pub(crate) fn snapshot(args: &SnapshotArgs) -> anyhow::Result<Found> {
    if let Some(engine) = &args.place.engine {
        let repository = args.dest.to_string_lossy();
        let taken = snapshot_of_cluster(engine, &repository)?;
        say(&format!(
            "{} was copied to the repository {repository} as {}",
            taken.generation, taken.name
        ));
        return Ok(Found::Something);
    }
    let name = take_snapshot(&args.place.index, &args.dest)?;
    say(&format!("{name} was copied to {}", args.dest.display()));
    Ok(Found::Something)
}

/// Runs `polidex restore`.
pub(crate) fn restore(args: &RestoreArgs) -> anyhow::Result<Found> {
    if let Some(engine) = &args.place.engine {
        let source = args.source.to_string_lossy();
        let (repository, snapshot) = match source.split_once('/') {
            Some((repository, snapshot)) => (repository, Some(snapshot)),
            None => (&*source, None),
        };
        let made = restore_to_cluster(engine, repository, snapshot)?;
        say(&format!("{} is current as {}", made.name, made.generation));
        return Ok(Found::Something);
    }
    let name = restore_snapshot(&args.source, &args.place.index)?;
    say(&format!("{} is current as {name}", args.source.display()));
    Ok(Found::Something)
}

/// Remove documents from every generation of the index, and keep them out of it from now on
#[derive(Args, Debug)]
pub(crate) struct ForgetArgs {
    /// Ids of documents
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs `polidex forget`; finds nothing when none of the documents was in the index.
pub(crate) fn forget(args: &ForgetArgs) -> anyhow::Result<Found> {
    let forgot = match &args.place.engine {
        Some(engine) => forget_on_cluster(&args.ids, engine)?,
        None => forget_documents(&args.ids, &args.place.index, closing_step())?,
    };
    for id in &forgot.removed {
        say(&format!(
            "{} was removed; {} is current",
            safe(id),
            forgot.generation
        ));
    }
    for id in args.ids.iter().filter(|id| !forgot.removed.contains(id)) {
        say(&format!(
            "{} was not in the index; later runs leave it out",
            safe(id)
        ));
    }
    for snapshot in &forgot.snapshots {
        say(&format!(
            "warning: a snapshot was copied to {}, which this does not reach",
            safe(snapshot)
        ));
    }
    Ok(if forgot.removed.is_empty() {
        Found::Nothing
    } else {
        Found::Something
    })
}

/// Runs `polidex doctor`.
pub(crate) fn examine(args: &DoctorArgs) -> anyhow::Result<Found> {
    if let Some(engine) = &args.engine {
        return examine_cluster(engine);
    }
    let diagnosis = examine_index(&args.index);
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer_pretty(&mut out, &diagnosis)
            .map_err(std::io::Error::from)
            .context("printing")?;
        writeln!(out).context("printing")?;
    } else {
        write_diagnosis(&mut out, &diagnosis).context("printing")?;
    }
    if !diagnosis.damages.is_empty() {
        let cure = if diagnosis.earlier.is_empty() {
            ""
        } else {
            "`polidex rollback` or "
        };
        anyhow::bail!(
            "the index in {} is damaged; run {cure}`polidex index --rebuild`",
            args.index.display()
        );
    }
    Ok(if diagnosis.changes.is_empty() {
        Found::Something
    } else {
        Found::Nothing
    })
}

fn examine_cluster(engine: &Address) -> anyhow::Result<Found> {
    let health = examine_on_cluster(engine)?;
    let rows = [
        ("generation", health.generation.clone()),
        ("earlier", health.kept.join(", ")),
        ("documents", health.expected.to_string()),
        ("searched", health.searched.to_string()),
        ("stored", health.stored.to_string()),
        ("cluster", health.status.clone()),
        ("bytes", health.bytes.to_string()),
    ];
    let mut out = std::io::stdout().lock();
    for (name, value) in rows {
        writeln!(out, "{name:<22} {value}").context("printing")?;
    }
    if !health.is_sound() {
        anyhow::bail!(
            "the index {} is not whole; look after the cluster, or run `polidex index --rebuild --engine ADDRESS`",
            engine.name
        );
    }
    Ok(Found::Something)
}

fn write_diagnosis(out: &mut impl Write, diagnosis: &Diagnosis) -> std::io::Result<()> {
    let skipped = format!("{}, each with a reason", diagnosis.skipped);
    let rows = [
        ("generation", diagnosis.generation.clone()),
        ("earlier", diagnosis.earlier.join(", ")),
        ("documents", diagnosis.documents.to_string()),
        ("skipped", skipped),
        ("not readable when built", diagnosis.stale.len().to_string()),
        ("read in part", diagnosis.coverage.partly.count.to_string()),
        (
            "with what is beyond repair",
            diagnosis.coverage.with_losses.to_string(),
        ),
        ("repaired", diagnosis.coverage.repaired.to_string()),
        ("kept, not removed", diagnosis.held.to_string()),
        ("damaged", diagnosis.damages.len().to_string()),
    ];
    for (name, value) in rows {
        writeln!(out, "{name:<22} {value}")?;
    }
    write_damages(out, &diagnosis.damages)?;
    write_list(out, "skipped", &diagnosis.coverage.skipped)?;
    write_list(out, "not readable when built", &diagnosis.coverage.stale)?;
    write_list(out, "read in part", &diagnosis.coverage.partly)?;
    write_changes(out, &diagnosis.changes)
}

/// Writes the counts of a list by reason, then the files.
fn write_list(out: &mut impl Write, name: &str, list: &FileList) -> std::io::Result<()> {
    if list.count == 0 {
        return Ok(());
    }
    writeln!(out, "{name}:")?;
    for (reason, count) in &list.reasons {
        writeln!(out, "  {count:>6} {}", one_line(reason))?;
    }
    for file in list.files.iter().take(MAX_LISTED) {
        let (path, reason) = (one_line(&file.path), one_line(&file.reason));
        writeln!(out, "  {path}: {reason}")?;
    }
    let unlisted = list.count.saturating_sub(MAX_LISTED as u64);
    if unlisted > 0 {
        writeln!(out, "  … and {unlisted} more")?;
    }
    Ok(())
}

fn write_damages(out: &mut impl Write, damages: &[Damage]) -> std::io::Result<()> {
    for damage in damages {
        let (file, reason) = (one_line(&damage.file), one_line(&damage.reason));
        writeln!(out, "  {file}: {reason}")?;
    }
    Ok(())
}

fn write_changes(out: &mut impl Write, changes: &[Change]) -> std::io::Result<()> {
    writeln!(out, "{:<22} {}", "changed on disk", changes.len())?;
    for change in changes.iter().take(MAX_LISTED) {
        writeln!(out, "  {}: {}", one_line(&change.path), change.what)?;
    }
    let unlisted = changes.len().saturating_sub(MAX_LISTED);
    if unlisted > 0 {
        writeln!(out, "  … and {unlisted} more")?;
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    safe(text).replace('\n', "\u{FFFD}")
}
