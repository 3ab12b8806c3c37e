//! An index on an OpenSearch cluster answers as the one on this machine's disk: the same documents are indexed by both, and
//! both are asked the same.
//!
//! `POLIDEX_OPENSEARCH` names the hosts of a cluster, as `.ci/opensearch start` prints them. Without one every test is left
//! out, which one line says.

mod pair;

mod abandoned;
mod answers;
mod generations;
mod kept;
mod missing;
mod parts;
mod phrases;
