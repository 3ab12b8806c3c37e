//! What can go wrong between a question and its answer.

use std::path::PathBuf;

use polidex_schema::advice::advice_on;

/// Error of opening an index or answering a question.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// There is no index at the path.
    #[error("no index in {}; run `polidex index` to build one", path.display())]
    NoIndex {
        /// Path that was looked at.
        path: PathBuf,
    },
    /// The index was built by another version.
    #[error("the index in {} was built by analyzer {found}, this program has {expected}; run `polidex index --rebuild`", path.display())]
    AnalyzerDiffers {
        /// The index.
        path: PathBuf,
        /// Fingerprint in the index.
        found: String,
        /// Fingerprint of this program.
        expected: String,
    },
    /// A file of the index is not as it was written.
    #[error("{} is damaged: {reason}; run `polidex index` to make it anew from its sources, or `polidex rollback`", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Fault of the file.
        reason: String,
    },
    /// The system does not give a file of the index.
    #[error("{} cannot be read: {source}; {}", path.display(), advice_on(source))]
    Io {
        /// The file.
        path: PathBuf,
        /// Error of the system.
        source: std::io::Error,
    },
    /// The index cannot be read.
    #[error("the index in {} cannot be read ({reason}); run `polidex index --rebuild`", path.display())]
    Unreadable {
        /// The index.
        path: PathBuf,
        /// Fault of the index.
        reason: String,
    },
    /// A limit of the query language was passed: HTTP 422.
    #[error(
        "the query passes the limit {limit}: at most {allowed} {unit}, this has {found}; shorten it"
    )]
    LimitPassed {
        /// Name of the limit: `query-length`, `clauses`, `depth`, `phrase-length`.
        limit: &'static str,
        /// Greatest value that is allowed.
        allowed: usize,
        /// Of what.
        unit: &'static str,
        /// Value that was given.
        found: usize,
    },
    /// A filter names a source that is not in the index: HTTP 400.
    #[error("there is no source `{id}` in the index; `/api/v1/sources` lists them")]
    UnknownSource {
        /// The id asked for.
        id: String,
    },
    /// The engine has too much to do; the question may be asked again: HTTP 503.
    #[error("the index has too much to do ({0}); try again in a moment")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The engine failed; the question may be asked again.
    #[error(
        "the index could not answer ({0}); try again, and if it persists run `polidex index --rebuild`"
    )]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<tantivy::TantivyError> for ServerError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Engine(Box::new(error))
    }
}
