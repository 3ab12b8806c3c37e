//! What can go wrong between this program and a cluster.

use polidex_indexer::error::IndexError;
use polidex_server::error::ServerError;

/// Error of a cluster, or of an address that names one.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The address cannot be understood.
    #[error(
        "`{address}` is no address of an index on a cluster: {reason}; write http://HOST:9200/NAME, several hosts with commas before the name"
    )]
    Address {
        /// The address as given.
        address: String,
        /// Fault of it.
        reason: &'static str,
    },
    /// A file or a variable of credentials cannot be used.
    #[error("{what} cannot be used: {reason}")]
    Credentials {
        /// Variable or file.
        what: String,
        /// Fault of it.
        reason: String,
    },
    /// No host answers.
    #[error(
        "no host of the cluster answers ({hosts}): {reason}; check that it runs and can be reached"
    )]
    Unreachable {
        /// The hosts.
        hosts: String,
        /// Last failure.
        reason: String,
    },
    /// The cluster refused a request.
    #[error("the cluster refused {action}: {status} {reason}")]
    Refused {
        /// Method and path.
        action: String,
        /// HTTP status.
        status: u16,
        /// Reason it gave.
        reason: String,
    },
    /// Documents were refused.
    #[error("the cluster refused {count} documents, `{id}` among them: {reason}")]
    Documents {
        /// Number of documents.
        count: usize,
        /// Id of the first.
        id: String,
        /// Reason it gave for the first.
        reason: String,
    },
    /// An answer is not as it should be.
    #[error("an answer of the cluster cannot be read: {0}")]
    Answer(String),
    /// The version of the cluster is not supported.
    #[error("the cluster runs {found}; this program works with OpenSearch 2.19 and 3")]
    Version {
        /// Distribution and version.
        found: String,
    },
    /// There is no such index.
    #[error(
        "there is no index `{name}` on the cluster; run `polidex index PATH --engine ADDRESS` to build one"
    )]
    NoIndex {
        /// Name of it.
        name: String,
    },
    /// There is an index where none may be.
    #[error("there is an index `{name}` on the cluster already; name another")]
    IsThere {
        /// Name of it.
        name: String,
    },
    /// There is no such snapshot.
    #[error(
        "the repository `{repository}` has no whole snapshot `{name}`; `polidex snapshot REPOSITORY --engine ADDRESS` takes one"
    )]
    NoSnapshot {
        /// Repository that was looked at.
        repository: String,
        /// Name or pattern that was looked for.
        name: String,
    },
    /// The index was built by another version of the program.
    #[error(
        "the index `{name}` was built by analyzer {found}, this program has {expected}; run `polidex index --rebuild`"
    )]
    AnalyzerDiffers {
        /// Name of the index.
        name: String,
        /// Fingerprint in the index.
        found: String,
        /// Fingerprint of this program.
        expected: String,
    },
    /// Something that the index should hold is missing.
    #[error("the index `{name}` is not whole: {what}; run `polidex index --rebuild`")]
    Incomplete {
        /// Name of the index.
        name: String,
        /// What is missing.
        what: String,
    },
    /// Nothing is built by parts.
    #[error(
        "no build of `{name}` by parts is under way; `polidex index PATH --engine ADDRESS --part 1/N` begins one"
    )]
    NoParts {
        /// Name of the index.
        name: String,
    },
    /// Parts are missing.
    #[error(
        "the build of `{name}` lacks part {missing} of {parts}; run `polidex index PATH --engine ADDRESS --part K/{parts}` for each"
    )]
    PartsMissing {
        /// Name of the index.
        name: String,
        /// Numbers of the parts.
        missing: String,
        /// Number of all parts.
        parts: u32,
    },
    /// A build by other parts is under way.
    #[error(
        "a build of `{name}` by parts is under way with {of}; use the same, or end it with `polidex publish --discard`"
    )]
    PartsDiffer {
        /// Name of the index.
        name: String,
        /// Difference.
        of: String,
    },
    /// Nobody waits for the answer any more.
    #[error("nobody waits for the answer any more")]
    Abandoned,
    /// Another build has published meanwhile.
    #[error(
        "another build of `{name}` has published meanwhile; this one changed nothing, run it again"
    )]
    Overtaken {
        /// Name of the index.
        name: String,
    },
}

impl From<ClusterError> for IndexError {
    fn from(error: ClusterError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl From<ClusterError> for ServerError {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Refused {
                status: 429 | 503, ..
            } => Self::Busy(Box::new(error)),
            error => Self::Engine(Box::new(error)),
        }
    }
}
