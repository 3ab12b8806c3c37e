//! polidex
fn main() {}
