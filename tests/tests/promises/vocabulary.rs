//! The hand-written tables of `data/` are well formed: what is in them can be relied on.

use std::collections::HashSet;
use std::fs;

use polidex_tests::oracle::plain;
use polidex_tests::top;

fn rows(name: &str) -> Vec<Vec<String>> {
    let text =
        fs::read_to_string(top().join("data").join(name)).expect("a table of the repository");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn is_clean(form: &str) -> bool {
    !form.is_empty()
        && form.trim() == form
        && !form.contains("  ")
        && !form.chars().any(char::is_control)
}

#[test]
fn the_glossary_has_three_columns_of_clean_forms() {
    let rows = rows("glossary.tsv");
    assert!(rows.len() >= 600, "{}", rows.len());
    let mut seen = HashSet::new();
    for row in rows {
        assert_eq!(row.len(), 3, "{row:?}");
        let forms: Vec<&str> = row
            .iter()
            .flat_map(|column| column.split('|'))
            .filter(|form| !form.is_empty())
            .collect();
        assert!(
            forms.len() >= 2 && forms.iter().all(|form| is_clean(form)),
            "{row:?}"
        );
        for form in row[0].split('|').filter(|form| !form.is_empty()) {
            assert!(seen.insert(form.to_owned()), "{form} stands on two lines");
        }
    }
}

#[test]
fn both_scripts_of_a_glossary_line_are_the_same_words_or_other_words_on_purpose() {
    let same = |row: &&Vec<String>| {
        let folded = |column: &str| column.split('|').map(plain).collect::<Vec<_>>();
        let simplified = folded(&row[1]);
        folded(&row[0]).iter().any(|form| simplified.contains(form))
    };
    let rows = rows("glossary.tsv");
    let count = rows.iter().filter(same).count();
    // Regional words differ; character by character most lines agree.
    assert!(count * 10 >= rows.len() * 9, "{count} of {}", rows.len());
}

#[test]
fn synonyms_are_groups_of_two_or_more_and_no_form_is_in_two() {
    let mut seen = HashSet::new();
    for row in rows("synonyms.tsv") {
        assert!(
            row.len() >= 2 && row.iter().all(|form| is_clean(form)),
            "{row:?}"
        );
        for form in row {
            assert!(seen.insert(form.clone()), "{form} is in two groups");
        }
    }
}
