//! The promises polidex makes to its users: one file each under `tests/tests`.
