//! Examines an index: is every byte as it was written, does it hold what its catalog says, and what has changed in its
//! folders since. Reads only; says what it finds and leaves the cure to whoever asked.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use polidex_schema::coverage::Coverage;
use polidex_schema::fields::{fingerprint, schema};
use polidex_schema::manifest::{CURRENT, GENERATIONS, MANIFEST, Manifest};
use serde::Serialize;
use tantivy::{Index, SegmentReader, TantivyError};

use crate::build::Inputs;
use crate::build::account::cover_catalog;
use crate::build::catalog::Catalog;
use crate::build::seen::SeenFiles;
use crate::build::walk::Found;
use crate::store::generations::{
    Damage, complete_generations, current_generation, generation_folder, verify_generation,
};
use crate::store::originals::damaged_originals;

/// Findings of an examination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// Name of the current generation; empty when there is none.
    pub generation: String,
    /// The generations that could be rolled back to.
    pub earlier: Vec<String>,
    /// Documents in it.
    pub documents: u64,
    /// Skipped sources, each of which has a reason in the catalog.
    pub skipped: u64,
    /// Ids of documents whose files could not be read by the last run: their text is that of an earlier one.
    pub stale: Vec<String>,
    /// Documents kept because too many would have been removed at once.
    pub held: u64,
    /// What the index holds of its folders, as the page `/coverage` says it.
    pub coverage: Coverage,
    /// Damage to the index.
    pub damages: Vec<Damage>,
    /// Files that have changed since the index was built.
    pub changes: Vec<Change>,
}

/// One file that is not as it was indexed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// Path below the folder.
    pub path: String,
    /// `added`, `changed`, `removed` or `unreachable`.
    pub what: &'static str,
}

/// Examines the index in `index_dir`.
pub fn examine_index(index_dir: &Path) -> Diagnosis {
    let earlier = complete_generations(index_dir);
    let Some(name) = current_generation(index_dir) else {
        return Diagnosis {
            damages: vec![no_current_generation(index_dir)],
            earlier,
            ..Diagnosis::default()
        };
    };
    let mut diagnosis = Diagnosis {
        damages: verify_generation(index_dir, &name),
        earlier: earlier
            .into_iter()
            .filter(|earlier| *earlier < name)
            .collect(),
        ..Diagnosis::default()
    };
    let folder = generation_folder(index_dir, &name);
    let manifest = std::fs::read_to_string(folder.join(MANIFEST)).ok();
    if let Some(manifest) = manifest.and_then(|text| Manifest::from_text(&text).ok()) {
        diagnosis.stale.clone_from(&manifest.stale);
        diagnosis.held = manifest.held;
        // The engine trusts its files, and a damaged one can make it panic.
        if diagnosis.damages.is_empty() {
            examine_generation(&folder, &name, &manifest, &mut diagnosis);
        }
        examine_sources(index_dir, &folder, &manifest, &mut diagnosis);
        diagnosis.damages.extend(damaged_copies(index_dir));
    }
    diagnosis.generation = name;
    diagnosis
}

/// Copies of original files that are not what was kept.
fn damaged_copies(index_dir: &Path) -> Vec<Damage> {
    let cure = "remove it; `polidex index` copies it again";
    let damage = |file: String| Damage {
        file,
        reason: format!("it is not what was kept: {cure}"),
    };
    damaged_originals(index_dir)
        .into_iter()
        .map(damage)
        .collect()
}

fn no_current_generation(index_dir: &Path) -> Damage {
    let reason = if index_dir.join(CURRENT).exists() {
        "it names no generation; a byte of it is wrong"
    } else {
        "there is no index here"
    };
    Damage {
        file: CURRENT.to_owned(),
        reason: reason.to_owned(),
    }
}

fn examine_generation(folder: &Path, name: &str, manifest: &Manifest, diagnosis: &mut Diagnosis) {
    let damages = &mut diagnosis.damages;
    let mut damage = |file: &str, reason: String| {
        damages.push(Damage {
            file: format!("{GENERATIONS}/{name}/{file}"),
            reason,
        });
    };
    if let Some(reason) = other_analyzer(manifest) {
        return damage(MANIFEST, reason);
    }
    let Some(catalog) = Catalog::read(folder) else {
        return;
    };
    let ids = match ids_in_index(folder) {
        Ok(ids) => ids,
        Err(error) => return damage("meta.json", error.to_string()),
    };
    let found: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    for reason in against_catalog(&catalog, &found, ids.len()) {
        damage("meta.json", reason);
    }
    if !explains_all(&catalog) || found.len() as u64 != manifest.documents {
        damage(MANIFEST, "its counts are not those of the index".to_owned());
    }
    diagnosis.documents = found.len() as u64;
    diagnosis.skipped = entries_of(&catalog) - diagnosis.documents;
}

/// Returns what is wrong with an index that another analyzer built.
fn other_analyzer(manifest: &Manifest) -> Option<String> {
    let (built_by, own) = (&manifest.analyzer, fingerprint());
    let cure = "run `polidex index --rebuild`";
    (*built_by != own)
        .then(|| format!("built by analyzer {built_by}, this program has {own}; {cure}"))
}

/// Returns true if every source that is skipped has its reason.
fn explains_all(catalog: &Catalog) -> bool {
    let mut reasons = catalog.skipped.iter().map(|skipped| &skipped.reason);
    reasons.all(|reason| !reason.to_string().is_empty())
}

/// Number of the documents and the skipped sources of a catalog.
fn entries_of(catalog: &Catalog) -> u64 {
    let documents: usize = catalog.files.iter().map(|file| file.documents.len()).sum();
    (documents + catalog.skipped.len()) as u64
}

/// Compares the ids `found` in the index, in `documents` documents, with those of its catalog.
fn against_catalog(catalog: &Catalog, found: &BTreeSet<&str>, documents: usize) -> Vec<String> {
    let expected: BTreeSet<&str> = catalog.indexed().into_keys().collect();
    let mut reasons = Vec::new();
    if documents != found.len() {
        reasons.push("a document is in the index twice".to_owned());
    }
    let missing = expected.difference(found);
    reasons.extend(missing.map(|id| format!("the document {id} is missing")));
    let unknown = found.difference(&expected);
    reasons.extend(unknown.map(|id| format!("the document {id} is not in the catalog")));
    reasons
}

/// Returns the ids of all documents of an index, in no order.
fn ids_in_index(folder: &Path) -> tantivy::Result<Vec<String>> {
    let index = Index::open_in_dir(folder)?;
    if index.schema() != schema().0 {
        return Err(TantivyError::SchemaError(
            "its fields are not this program's".to_owned(),
        ));
    }
    let mut ids = Vec::new();
    for segment in index.searchable_segments()? {
        let reader = SegmentReader::open(&segment)?;
        let Some(column) = reader.fast_fields().str("id")? else {
            continue;
        };
        for doc in reader.doc_ids_alive() {
            let mut id = String::new();
            for ord in column.ords().values_for_doc(doc) {
                column.ord_to_str(ord, &mut id)?;
            }
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Compares the folders with the catalog, by content where a stamp does not tell.
fn examine_sources(
    index_dir: &Path,
    folder: &Path,
    manifest: &Manifest,
    diagnosis: &mut Diagnosis,
) {
    let Some(catalog) = Catalog::read(folder) else {
        return;
    };
    diagnosis.coverage = cover_catalog(&catalog);
    let paths: Vec<PathBuf> = manifest.built_from.iter().map(PathBuf::from).collect();
    match Inputs::read(&paths, Some(index_dir)) {
        Ok(Inputs { found, .. }) => {
            let seen = SeenFiles::read(index_dir);
            diagnosis.changes.extend(changes(&catalog, &found, &seen));
            diagnosis.changes.sort();
        }
        Err(error) => diagnosis.changes.push(Change {
            path: error.to_string(),
            what: "unreachable",
        }),
    }
}

/// Differences between the files of a catalog and those that are found now.
fn changes(catalog: &Catalog, found: &Found, seen: &SeenFiles) -> Vec<Change> {
    let mut indexed: HashMap<(&str, usize), _> = HashMap::new();
    let mut times = Times::default();
    for file in &catalog.files {
        indexed.insert(times.next(&file.relative), file.content);
    }
    let mut changes = Vec::new();
    let mut change = |path: &str, what| {
        changes.push(Change {
            path: path.to_owned(),
            what,
        });
    };
    let mut times = Times::default();
    for file in &found.files {
        match indexed.remove(&times.next(&file.relative)) {
            None => change(&file.relative, "added"),
            Some(content) if content != seen.content(file) => change(&file.relative, "changed"),
            Some(_) => {}
        }
    }
    for (path, _) in indexed.into_keys() {
        change(path, "removed");
    }
    changes
}

/// Numbers equal paths, which files of two folders can have.
#[derive(Default)]
struct Times<'a> {
    by_path: HashMap<&'a str, usize>,
}

impl<'a> Times<'a> {
    fn next(&mut self, path: &'a str) -> (&'a str, usize) {
        let times = self.by_path.entry(path).or_default();
        *times += 1;
        (path, *times)
    }
}
