//! Documents as they are stored: values joined, under a name made of the id.

use polidex_analysis::hash::Fnv;
use polidex_schema::record::DocumentRecord;
use polidex_server::engine::{SharedBytes, Stored};

use crate::blobs;
use crate::engine::known::name_of;

/// Stored values of a document, in their order.
pub(crate) const STORED_FIELDS: [&str; 5] = ["record", "text", "repairs", "original", "citations"];

/// Name that a document has on the cluster: ids may be longer than names there.
pub(crate) fn document_name(id: &str) -> String {
    name_of(Fnv::of(id.as_bytes()))
}

/// The document of stored bytes; `None` when they are damaged.
pub(crate) fn stored_of(bytes: &[u8]) -> Option<Stored> {
    let mut values = blobs::split(bytes)?.into_iter();
    let record = DocumentRecord::from_bytes(&values.next()??)?;
    let mut shared = || Some(Box::new(values.next()??) as SharedBytes);
    let (text, repairs, original, citations) = (shared()?, shared(), shared(), shared());
    Some(Stored::new(record, text, repairs, original).with_citations(citations))
}
