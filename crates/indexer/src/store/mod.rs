//! Writes an index and looks after it: documents, generations, damage.

pub mod doctor;
pub mod document;
pub mod generations;
pub mod writer;
