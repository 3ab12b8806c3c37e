//! Why no index was made. What is wrong with a single file is no error: the report lists it.

use std::path::{Path, PathBuf};

use polidex_schema::advice::advice_on;

/// Why an index cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A path given does not exist.
    #[error("there is nothing at {}; name a folder, a file or a JSON Lines file", path.display())]
    NoSuchPath {
        /// The path.
        path: PathBuf,
    },
    /// Another process is writing this index.
    #[error("{} is being written by process {holder}; wait for it to end or name another folder with --index", index.display())]
    Locked {
        /// The index folder.
        index: PathBuf,
        /// Process id of the writer, as it noted it.
        holder: String,
    },
    /// `sources.toml` cannot be understood.
    #[error("{} is not valid: {reason}; correct it or remove it", path.display())]
    Sources {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        reason: String,
    },
    /// The index folder cannot be read or written.
    #[error("cannot {action} {}: {source}; {}", path.display(), advice_on(source))]
    Io {
        /// What was tried: `write`, `read`, `create`, `copy`, `lock`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no such generation.
    #[error("{} does not have {which} generation; run `polidex index` to build one", index.display())]
    NoGeneration {
        /// The index folder.
        index: PathBuf,
        /// Which was wanted, with its article.
        which: &'static str,
    },
    /// A file of the index is not as it was written.
    #[error(
        "{file} is damaged: {reason}; run `polidex doctor`, then `polidex rollback` or `polidex index --rebuild`"
    )]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder that should be new is not.
    #[error("{} is there already; name a new or an empty folder", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// The engine failed while writing.
    #[error("the index could not be written: {0}; the index built before is untouched")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl IndexError {
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    pub(crate) fn no_generation(index: &Path, which: &'static str) -> Self {
        Self::NoGeneration {
            index: index.to_owned(),
            which,
        }
    }
}
