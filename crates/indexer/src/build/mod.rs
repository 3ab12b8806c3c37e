//! Builds a generation from folders: finds the files, tells what changed, prepares each document and hands it to a sink.
//!
//! In: paths, the generation before and a [`Sink`]. Out: an [`IndexReport`] of every file, and a published generation when
//! anything differs from the one before.

pub mod sources;
pub mod walk;

pub mod part;

pub mod ids;

pub mod catalog;
pub mod closing;
pub(crate) mod seen;

pub mod sink;

pub mod forgotten;

pub mod account;
pub(crate) mod removals;
pub(crate) mod scan;
pub(crate) mod update;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use polidex_schema::fields::fingerprint;
use polidex_schema::manifest::Manifest;

use crate::build::catalog::{CATALOG_VERSION, Catalog, Kept};
use crate::build::closing::Closing;
use crate::build::part::Part;
use crate::build::seen::SeenFiles;
use crate::build::sink::Sink;
use crate::build::sources::{Sources, read_sources};
use crate::build::update::{Update, Updated};
use crate::build::walk::{Found, FoundFile, find_sources};
use crate::declared::Declared;
use crate::error::IndexError;
use crate::readers::Scans;
use crate::repair::Options;
use crate::report::IndexReport;
use crate::skip::{SkipReason, Skipped};
use crate::version::PIPELINE_VERSION;

/// Generations kept before the current one unless told otherwise.
pub const KEPT_GENERATIONS: usize = 2;

/// Options of a build.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// Threads that prepare and index; at least 1.
    pub threads: usize,
    /// Families of damage to repair.
    pub repair: Options,
    /// Scans that are read.
    pub scans: Scans,
    /// Builds from nothing even where an index could be brought up to date.
    pub rebuild: bool,
    /// Removes what is no more in its folders, however much it is. Otherwise an update that would remove all documents of a
    /// folder, or many at once, keeps them.
    pub allow_removals: bool,
    /// Generations kept before the current one.
    pub keep: usize,
    /// Keeps copies of the PDFs, as every later run does then.
    pub keep_originals: bool,
    /// Part of the files that this build indexes, where several feed one index; without, all of them.
    pub part: Option<Part>,
    /// Step that closes the generation.
    pub closing: Closing,
}

impl Default for BuildOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads,
            repair: Options::default(),
            scans: Scans::default(),
            rebuild: false,
            allow_removals: false,
            keep: KEPT_GENERATIONS,
            keep_originals: false,
            part: None,
            closing: Closing::default(),
        }
    }
}

/// Progress of a build, in files and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files read.
    pub files_done: u64,
    /// Files to read.
    pub files: u64,
    /// Bytes of files read.
    pub bytes_done: u64,
    /// Bytes of files to read.
    pub bytes: u64,
}

/// Files to index and what their folders say of them.
pub(crate) struct Inputs {
    /// Files found.
    pub(crate) found: Found,
    /// Entries of `sources.toml`, one table for each of the found roots.
    sources: Vec<Sources>,
}

impl Inputs {
    /// Walks `paths` and reads the `sources.toml` of each. The index at `index_dir` is left out.
    ///
    /// # Errors
    /// [`IndexError::NoSuchPath`], [`IndexError::Sources`], [`IndexError::Io`].
    pub(crate) fn read(paths: &[PathBuf], index_dir: Option<&Path>) -> Result<Self, IndexError> {
        let mut found = find_sources(paths, index_dir)?;
        let sources: Result<Vec<Sources>, IndexError> =
            found.roots.iter().map(|root| read_sources(root)).collect();
        let sources = sources?;
        leave_out_passwords(&mut found, &sources);
        Ok(Self { found, sources })
    }

    /// Number of the folder that `file` was found in.
    pub(crate) fn root_of(&self, file: &FoundFile) -> u32 {
        let root = self.found.roots.iter().position(|root| *root == file.root);
        root.unwrap_or_default() as u32
    }

    /// Returns what `sources.toml` says of `file`; nothing where it is silent. `file_ids` are the ids of all files, in order.
    fn declared(&self, file: &FoundFile, file_ids: &[String]) -> Declared {
        let mut entry = self.entry_of(file);
        // A name that is no file's is an id.
        let path = entry.counterpart_of.as_ref();
        let counterpart = path.and_then(|path| self.position_beside(file, path));
        if let Some(counterpart) = counterpart {
            entry.counterpart_of = Some(file_ids[counterpart].clone());
        }
        entry
    }

    /// The entry of `file` in `sources.toml`, with the repairs and the password that its folders choose.
    fn entry_of(&self, file: &FoundFile) -> Declared {
        let root = self.found.roots.iter().position(|root| *root == file.root);
        let Some(sources) = root.map(|root| &self.sources[root]) else {
            return Declared::default();
        };
        let mut entry = sources.get(&file.relative).cloned().unwrap_or_default();
        let has_password = entry.password.is_some();
        for folder in folders_of(sources, file) {
            // The password of the innermost folder counts.
            if !has_password && folder.password.is_some() {
                entry.password.clone_from(&folder.password);
            }
            entry.repair = entry.repair.or(folder.repair);
            entry.without.extend(&folder.without);
        }
        entry
    }

    /// Position of the file at `path` in the folder of `file`.
    fn position_beside(&self, file: &FoundFile, path: &str) -> Option<usize> {
        let is_meant = |other: &FoundFile| other.root == file.root && other.relative == path;
        self.found.files.iter().position(is_meant)
    }
}

/// Leaves out the files that hold passwords: nobody may find one by searching.
fn leave_out_passwords(found: &mut Found, sources: &[Sources]) {
    for (root, sources) in found.roots.iter().zip(sources) {
        let named: HashSet<&str> = sources
            .values()
            .filter_map(|entry| entry.password_file.as_deref())
            .collect();
        let is_secret =
            |file: &FoundFile| file.root == *root && named.contains(file.relative.as_str());
        let secrets = found.files.extract_if(.., |file| is_secret(file));
        found.skipped.extend(secrets.map(|file| Skipped {
            path: file.relative,
            reason: SkipReason::PasswordFile,
        }));
    }
}

/// Entries of the folders that hold `file`: those whose name ends in a slash.
fn folders_of<'a>(sources: &'a Sources, file: &'a FoundFile) -> impl Iterator<Item = &'a Declared> {
    let ends = file.relative.match_indices('/').map(|(at, _)| at + 1);
    ends.filter_map(|end| sources.get(&file.relative[..end]))
}

/// The generation that a build goes on from.
pub struct Base {
    /// Manifest of the generation.
    pub manifest: Manifest,
    /// Catalog of the generation.
    pub catalog: Catalog,
}

impl Base {
    /// Returns true if a generation of manifest `now` can be made of this one by touching what has changed.
    pub(crate) fn leads_to(&self, now: &Manifest) -> bool {
        self.manifest.analyzer == now.analyzer
            && self.manifest.pipeline == now.pipeline
            && self.manifest.built_from == now.built_from
    }
}

/// Returns the manifest of a generation built from `paths` by this program, without what is known at its end only.
pub fn begin_manifest(paths: &[PathBuf], options: &BuildOptions) -> Manifest {
    let (repair, scans) = (&options.repair, options.scans.name());
    Manifest {
        analyzer: fingerprint(),
        pipeline: format!("{PIPELINE_VERSION}.{CATALOG_VERSION} {repair:?}{scans}"),
        built_from: absolute(paths),
        ..Manifest::default()
    }
}

/// Returns the absolute form of `paths`, which names an index's sources in its manifest.
pub(crate) fn absolute(paths: &[PathBuf]) -> Vec<String> {
    let absolute = |path: &PathBuf| {
        path.canonicalize()
            .unwrap_or_else(|_| path.clone())
            .display()
            .to_string()
    };
    paths.iter().map(absolute).collect()
}

/// Builds a generation of `inputs` into `sink`, which begins with the documents of `base`. Nothing is published when nothing
/// has changed. `progress` is called after every file.
///
/// # Errors
/// The sink has failed. A file that cannot be indexed is in the report and no error.
pub(crate) fn build_into<S: Sink>(
    sink: S,
    base: Option<&Base>,
    manifest: Manifest,
    seen: SeenFiles,
    update: &Update<'_>,
) -> Result<IndexReport, IndexError> {
    let before = base.map(|base| &base.catalog);
    let updated = match update.run(before, seen, &sink) {
        Ok(updated) => updated,
        Err(error) => return Err(sink.fail(error)),
    };
    let Updated {
        catalog,
        mut report,
        has_changes,
        seen,
    } = updated;
    report.changed = has_changes || before != Some(&catalog);
    report.generation = if report.changed {
        let manifest = Manifest {
            documents: report.documents,
            passages: report.passages,
            stale: catalog.kept(Kept::Unread),
            held: report.held,
            ..manifest
        };
        sink.publish(manifest, &catalog)?.generation
    } else {
        sink.abandon();
        base.map_or_else(String::new, |base| base.manifest.generation.clone())
    };
    seen.write();
    Ok(report)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::sync::Mutex;

    use tempfile::TempDir;

    use super::*;
    use crate::build::catalog::Outcome;
    use crate::build::forgotten::Forgotten;
    use crate::pipeline::PreparedDocument;

    /// Generations in memory: stored texts by id.
    #[derive(Default)]
    struct Memory {
        generations: Mutex<Vec<BTreeMap<String, String>>>,
        catalogs: Mutex<Vec<Catalog>>,
        calls: Mutex<Vec<String>>,
        is_full: bool,
    }

    /// A sink without files or engine.
    struct MemorySink<'a> {
        memory: &'a Memory,
        documents: Mutex<BTreeMap<String, String>>,
    }

    impl Memory {
        fn sink(&self) -> MemorySink<'_> {
            let last = self.generations.lock().expect("memory").last().cloned();
            MemorySink {
                memory: self,
                documents: Mutex::new(last.unwrap_or_default()),
            }
        }

        fn note(&self, call: &str) {
            self.calls.lock().expect("memory").push(call.to_owned());
        }

        /// The calls since the last time, sorted, since documents come in any order.
        fn take_calls(&self) -> Vec<String> {
            let mut calls = std::mem::take(&mut *self.calls.lock().expect("memory"));
            calls.sort();
            calls
        }
    }

    impl Sink for MemorySink<'_> {
        fn add(&self, document: PreparedDocument) -> Result<(), IndexError> {
            if self.memory.is_full {
                return Err(IndexError::Engine("no room".into()));
            }
            let id = document.record.id;
            self.memory.note(&format!("add {id}"));
            let before = self
                .documents
                .lock()
                .expect("memory")
                .insert(id, document.text);
            assert_eq!(before, None, "removed before it is added again");
            Ok(())
        }

        fn remove(&self, id: &str) -> Result<(), IndexError> {
            self.memory.note(&format!("remove {id}"));
            self.documents.lock().expect("memory").remove(id);
            Ok(())
        }

        fn publish(self, manifest: Manifest, catalog: &Catalog) -> Result<Manifest, IndexError> {
            self.memory.note("publish");
            let documents = self.documents.into_inner().expect("memory");
            let mut generations = self.memory.generations.lock().expect("memory");
            assert_eq!(manifest.documents, documents.len() as u64);
            generations.push(documents);
            self.memory
                .catalogs
                .lock()
                .expect("memory")
                .push(catalog.clone());
            Ok(Manifest {
                generation: format!("m{}", generations.len()),
                ..manifest
            })
        }

        fn abandon(self) {
            self.memory.note("abandon");
        }
    }

    /// Builds what lies in `folder` into memory, going on from the last generation there.
    fn build(
        folder: &TempDir,
        cache: &TempDir,
        memory: &Memory,
    ) -> Result<IndexReport, IndexError> {
        build_with(folder, cache, memory, false, |_| {})
    }

    /// The same with what `change` makes of the files found.
    fn build_with(
        folder: &TempDir,
        cache: &TempDir,
        memory: &Memory,
        allow_removals: bool,
        change: impl FnOnce(&mut Found),
    ) -> Result<IndexReport, IndexError> {
        let paths = [folder.path().to_owned()];
        let options = BuildOptions {
            threads: 2,
            allow_removals,
            ..BuildOptions::default()
        };
        let mut inputs = Inputs::read(&paths, None)?;
        change(&mut inputs.found);
        let catalogs = memory.catalogs.lock().expect("memory").clone();
        let manifest = begin_manifest(&paths, &options);
        let base = catalogs.last().map(|catalog| Base {
            manifest: Manifest {
                generation: format!("m{}", catalogs.len()),
                ..manifest.clone()
            },
            catalog: catalog.clone(),
        });
        let update = Update {
            inputs: &inputs,
            options: &options,
            progress: &|_| {},
            forgotten: &Forgotten::default(),
        };
        let seen = SeenFiles::read(cache.path());
        build_into(memory.sink(), base.as_ref(), manifest, seen, &update)
    }

    /// A folder of `count` files, and an index of them.
    fn many(count: usize) -> (TempDir, TempDir, Memory) {
        let (folder, cache) = (
            TempDir::new().expect("a folder"),
            TempDir::new().expect("a folder"),
        );
        fs::create_dir(folder.path().join("in")).expect("a folder");
        for number in 0..count {
            let name = folder.path().join(format!("in/{number:03}.txt"));
            fs::write(name, format!("Public housing, paper {number}.")).expect("a file");
        }
        let memory = Memory::default();
        build(&folder, &cache, &memory).expect("built");
        memory.take_calls();
        (folder, cache, memory)
    }

    #[test]
    fn what_cannot_be_read_now_stays() {
        let (folder, cache, memory) = many(30);
        let unreadable = |found: &mut Found| {
            found.files.clear();
            found.unreadable.push("in".to_owned());
        };
        let report = build_with(&folder, &cache, &memory, true, unreadable).expect("built");
        assert_eq!(
            (report.stale, report.removed, report.documents),
            (30, 0, 30)
        );
        assert_eq!(report.stale_files().count(), 30);
        let catalog = memory.catalogs.lock().expect("memory").last().cloned();
        assert_eq!(catalog.expect("a catalog").kept(Kept::Unread).len(), 30);
        // The folder can be read again: everything is as it was, and nothing was read anew but its bytes.
        memory.take_calls();
        let report = build(&folder, &cache, &memory).expect("built");
        assert_eq!((report.stale, report.documents), (0, 30));
        assert!(
            !memory
                .take_calls()
                .iter()
                .any(|call| call.starts_with("add"))
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_that_fails_to_be_read_keeps_its_text() {
        let (folder, cache, memory) = many(3);
        let broken = |found: &mut Found| {
            // Reading its first byte fails as a bad disk does.
            found.files[1].path = "/proc/self/mem".into();
        };
        let report = build_with(&folder, &cache, &memory, false, broken).expect("built");
        assert_eq!((report.stale, report.removed, report.documents), (1, 0, 3));
        let skipped: Vec<_> = report.skipped().map(|file| file.reason.clone()).collect();
        assert!(skipped[0].starts_with("cannot be read"), "{skipped:?}");
        fs::write(folder.path().join("in/001.txt"), "Another text.").expect("a file");
        let report = build(&folder, &cache, &memory).expect("built");
        assert_eq!((report.stale, report.indexed), (0, 1));
    }

    #[test]
    fn a_run_that_would_remove_much_keeps_it_until_it_is_allowed() {
        let (folder, cache, memory) = many(120);
        let remove = |numbers: std::ops::Range<usize>| {
            for number in numbers {
                let name = folder.path().join(format!("in/{number:03}.txt"));
                fs::remove_file(name).expect("a file");
            }
        };
        remove(0..10);
        let report = build(&folder, &cache, &memory).expect("built");
        assert_eq!((report.removed, report.held), (10, 0));
        remove(10..30);
        fs::write(folder.path().join("new.txt"), "A new paper.").expect("a file");
        for _ in 0..2 {
            let report = build(&folder, &cache, &memory).expect("built");
            assert_eq!(
                (report.removed, report.held, report.documents),
                (0, 20, 111)
            );
        }
        let report = build_with(&folder, &cache, &memory, true, |_| {}).expect("built");
        assert_eq!((report.removed, report.held, report.documents), (20, 0, 91));
        // A folder without any file is a share that is not mounted.
        let report = build_with(&folder, &cache, &memory, false, |found| found.files.clear());
        let report = report.expect("built");
        assert_eq!((report.removed, report.held, report.documents), (0, 91, 91));
        let report = build(&folder, &cache, &memory).expect("built");
        assert_eq!((report.held, report.documents), (0, 91));
    }

    #[test]
    fn a_build_needs_nothing_of_a_sink_but_its_four_calls() {
        let (folder, cache) = (
            TempDir::new().expect("a folder"),
            TempDir::new().expect("a folder"),
        );
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        write("housing.txt", "Public housing in Hong Kong.");
        write("tax.md", "# Tax\n\n税制改革。");
        write("lines.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}\n");
        write("empty.txt", "");
        let memory = Memory::default();

        let first = build(&folder, &cache, &memory).expect("built");
        let calls = [
            "add housing",
            "add lines:1",
            "add lines:2",
            "add tax",
            "publish",
        ];
        assert_eq!(memory.take_calls(), calls);
        assert_eq!((first.generation.as_str(), first.documents), ("m1", 4));
        assert_eq!(first.skipped().count(), 1);

        write("housing.txt", "Public housing in Kowloon.");
        fs::remove_file(folder.path().join("tax.md")).expect("removed");
        let second = build(&folder, &cache, &memory).expect("built");
        let calls = ["add housing", "publish", "remove housing", "remove tax"];
        assert_eq!(memory.take_calls(), calls);
        assert_eq!(
            (second.indexed, second.unchanged, second.removed),
            (1, 2, 1)
        );
        let generations = memory.generations.lock().expect("memory").clone();
        assert_eq!(generations[1]["housing"], "Public housing in Kowloon.");
        assert_eq!(generations[1].len(), 3);

        let third = build(&folder, &cache, &memory).expect("built");
        assert_eq!(memory.take_calls(), ["abandon"]);
        assert_eq!((third.generation.as_str(), third.changed), ("m2", false));
    }

    #[test]
    fn a_folder_switches_repair_off_for_its_files() {
        let (folder, cache) = (
            TempDir::new().expect("a folder"),
            TempDir::new().expect("a folder"),
        );
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        let damaged = "Fish &amp; \u{FB01}sh, dÃ©cidÃ©";
        fs::create_dir(folder.path().join("raw")).expect("a folder");
        write("raw/a.txt", damaged);
        write("b.txt", damaged);
        write("c.txt", damaged);
        write(
            "sources.toml",
            "[\"raw/\"]\nrepair = false\n[\"b.txt\"]\nwithout = [\"escapes\", \"ligature\"]\n",
        );
        let memory = Memory::default();
        build(&folder, &cache, &memory).expect("built");
        let stored = memory.generations.lock().expect("memory")[0].clone();
        assert_eq!(stored["raw/a"], damaged);
        assert_eq!(stored["b"], "Fish &amp; \u{FB01}sh, décidé");
        assert_eq!(stored["c"], "Fish & fish, décidé");

        write("sources.toml", "[\"b.txt\"]\nwithout = [\"everything\"]\n");
        let error = build(&folder, &cache, &memory).expect_err("no such kind");
        assert!(error.to_string().contains("everything"), "{error}");
    }

    #[test]
    fn a_sink_that_fails_publishes_nothing() {
        let (folder, cache) = (
            TempDir::new().expect("a folder"),
            TempDir::new().expect("a folder"),
        );
        for number in 0..20 {
            let name = folder.path().join(format!("{number}.txt"));
            fs::write(name, "Public housing in Hong Kong.").expect("a file");
        }
        let memory = Memory {
            is_full: true,
            ..Memory::default()
        };
        let error = build(&folder, &cache, &memory).expect_err("no room");
        assert!(error.to_string().contains("no room"), "{error}");
        assert!(
            memory.take_calls().is_empty() && memory.catalogs.lock().expect("memory").is_empty()
        );
    }

    #[test]
    fn a_build_into_memory_keeps_a_catalog_of_every_file() {
        let (folder, cache) = (
            TempDir::new().expect("a folder"),
            TempDir::new().expect("a folder"),
        );
        fs::write(folder.path().join("a.txt"), "housing").expect("a file");
        fs::write(folder.path().join("empty.txt"), "").expect("a file");
        let memory = Memory::default();
        build(&folder, &cache, &memory).expect("built");
        let catalogs = memory.catalogs.lock().expect("memory").clone();
        let outcomes: Vec<bool> = catalogs[0]
            .files
            .iter()
            .map(|file| matches!(file.documents[0].outcome, Outcome::Indexed(_)))
            .collect();
        assert_eq!(outcomes, [true, false]);
    }
}
