//! Examines an index: is every byte as it was written, does it hold what its catalog says, and what has changed in its
//! folders since. Reads only; says what it finds and leaves the cure to whoever asked.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use polidex_schema::fields::{fingerprint, schema};
use polidex_schema::manifest::{CURRENT, GENERATIONS, MANIFEST, Manifest};
use serde::Serialize;
use tantivy::{Index, SegmentReader, TantivyError};

use crate::build::catalog::Catalog;
use crate::build::seen::SeenFiles;
use crate::build::walk::find_sources;
use crate::skip::Skipped;
use crate::store::generations::{
    Damage, complete_generations, current_generation, generation_folder, verify_generation,
};

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
    let Some(name) = current_generation(index_dir) else {
        let reason = if index_dir.join(CURRENT).exists() {
            "it names no generation; a byte of it is wrong"
        } else {
            "there is no index here"
        };
        let damages = vec![Damage {
            file: CURRENT.to_owned(),
            reason: reason.to_owned(),
        }];
        return Diagnosis {
            damages,
            earlier: complete_generations(index_dir),
            ..Diagnosis::default()
        };
    };
    let mut diagnosis = Diagnosis {
        damages: verify_generation(index_dir, &name),
        ..Diagnosis::default()
    };
    diagnosis.earlier = complete_generations(index_dir)
        .into_iter()
        .filter(|earlier| *earlier < name)
        .collect();
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
    }
    diagnosis.generation = name;
    diagnosis
}

fn examine_generation(folder: &Path, name: &str, manifest: &Manifest, diagnosis: &mut Diagnosis) {
    let mut damage = |file: &str, reason: String| {
        diagnosis.damages.push(Damage {
            file: format!("{GENERATIONS}/{name}/{file}"),
            reason,
        });
    };
    if manifest.analyzer != fingerprint() {
        let (found, expected) = (&manifest.analyzer, fingerprint());
        damage(
            MANIFEST,
            format!(
                "built by analyzer {found}, this program has {expected}; run `polidex index --rebuild`"
            ),
        );
        return;
    }
    let Some(catalog) = Catalog::read(folder) else {
        return;
    };
    let ids = match ids_in_index(folder) {
        Ok(ids) => ids,
        Err(error) => return damage("meta.json", error.to_string()),
    };
    let expected: BTreeSet<String> = catalog.indexed().into_keys().map(str::to_owned).collect();
    let found: BTreeSet<String> = ids.iter().cloned().collect();
    if ids.len() != found.len() {
        damage("meta.json", "a document is in the index twice".to_owned());
    }
    for id in expected.difference(&found) {
        damage("meta.json", format!("the document {id} is missing"));
    }
    for id in found.difference(&expected) {
        damage(
            "meta.json",
            format!("the document {id} is not in the catalog"),
        );
    }
    let unexplained = catalog
        .skipped
        .iter()
        .any(|Skipped { reason, .. }| reason.to_string().is_empty());
    if unexplained || found.len() as u64 != manifest.documents {
        damage(MANIFEST, "its counts are not those of the index".to_owned());
    }
    diagnosis.documents = found.len() as u64;
    let documents: usize = catalog.files.iter().map(|file| file.documents.len()).sum();
    diagnosis.skipped = (documents + catalog.skipped.len()) as u64 - diagnosis.documents;
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
    let paths: Vec<PathBuf> = manifest.built_from.iter().map(PathBuf::from).collect();
    let found = match find_sources(&paths, Some(index_dir)) {
        Ok(found) => found,
        Err(error) => {
            diagnosis.changes.push(Change {
                path: error.to_string(),
                what: "unreachable",
            });
            return;
        }
    };
    let seen = SeenFiles::read(index_dir);
    let mut indexed: HashMap<(&str, usize), _> = HashMap::new();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for file in &catalog.files {
        let time = times.entry(&file.relative).or_default();
        indexed.insert((&file.relative, *time), file.content);
        *time += 1;
    }
    times.clear();
    let mut change = |path: &str, what| {
        diagnosis.changes.push(Change {
            path: path.to_owned(),
            what,
        })
    };
    for file in &found.files {
        let time = times.entry(&file.relative).or_default();
        match indexed.remove(&(file.relative.as_str(), *time)) {
            None => change(&file.relative, "added"),
            Some(content) if content != seen.content(file) => change(&file.relative, "changed"),
            Some(_) => {}
        }
        *time += 1;
    }
    for (path, _) in indexed.into_keys() {
        change(path, "removed");
    }
    diagnosis.changes.sort();
}
