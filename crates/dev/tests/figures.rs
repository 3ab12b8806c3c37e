//! The figures that the READMEs and `docs/` state are what the program beside this test measures. Not part of `cargo test` in
//! the root, since it needs that program: `cargo test --workspace` builds both.

use std::process::Command;

#[test]
fn documentation_states_what_is_measured() {
    let measured = Command::new(env!("CARGO_BIN_EXE_polidex-dev"))
        .arg("figures")
        .output()
        .expect("the tool runs");
    assert!(
        measured.status.success(),
        "{}{}",
        String::from_utf8_lossy(&measured.stdout),
        String::from_utf8_lossy(&measured.stderr)
    );
}
