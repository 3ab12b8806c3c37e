//! The promise: what the README says of repair is what the program does.

use polidex_indexer::repair::{Options, repair_text};
use polidex_tests::top;

#[test]
fn the_examples_of_repair_are_true() {
    let readme =
        std::fs::read_to_string(top().join("README.md")).expect("the repository has a README");
    let section = readme
        .split("\n## ")
        .find(|section| section.starts_with("What repair does"))
        .expect("that section");
    let rows: Vec<Vec<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 3, "three examples are in the table");
    for row in rows {
        let published = row[0].trim_matches('`');
        assert_eq!(
            repair_text(published, &Options::default()).text,
            row[1],
            "{published}"
        );
    }
}
