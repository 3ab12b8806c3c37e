//! Repair cases that come with the repository: `tests/fixtures/repair/cases.jsonl.gz`.
//!
//! A case is a text as damaged and as wanted; clean cases have both the same. They are made by
//! `cargo dev damage make` from statutes, from sentences of our own and from strings of Django, and
//! may be published (NOTICE). Wanted texts of damaged cases are texts that repair left alone when
//! the fixture was made; clean cases were not chosen so.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use polidex_indexer::repair::{Options, repair_text};

use super::score::{Row, is_same};
use crate::top;

/// Beginning of the names of classes whose texts must stay.
pub const CLEAN: &str = "clean";

/// One text.
#[derive(Clone, Debug)]
pub struct Case {
    /// Unique name.
    pub id: String,
    /// Damage and language.
    pub class: String,
    /// Text before repair.
    pub damaged: String,
    /// Text that repair should give.
    pub wanted: String,
}

/// Results of repairing every case.
#[derive(Default)]
pub struct Scores {
    /// Results by class.
    pub classes: BTreeMap<String, Row>,
    /// Ids of clean texts that repair changed.
    pub clean_changed: Vec<String>,
    /// Ids of damaged texts that were not restored exactly.
    pub not_exact: Vec<String>,
}

/// Path of the fixture.
pub fn path() -> PathBuf {
    top().join("tests/fixtures/repair/cases.jsonl.gz")
}

/// All cases of the fixture.
pub fn cases() -> Vec<Case> {
    let file = File::open(path()).expect("the fixture is part of the repository");
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    lines.map(|line| case_of(&line.expect("UTF-8"))).collect()
}

fn case_of(line: &str) -> Case {
    let value: serde_json::Value = serde_json::from_str(line).expect("a case is JSON");
    let text = |key: &str| {
        value[key]
            .as_str()
            .expect("a case has four texts")
            .to_owned()
    };
    Case {
        id: text("id"),
        class: text("class"),
        damaged: text("damaged"),
        wanted: text("wanted"),
    }
}

impl Scores {
    /// Repairs every case and counts.
    pub fn of(cases: &[Case]) -> Self {
        let mut scores = Self::default();
        for case in cases {
            scores.add(case);
        }
        scores
    }

    fn add(&mut self, case: &Case) {
        let repaired = repair_text(&case.damaged, &Options::default()).text;
        let is_clean = case.class.starts_with(CLEAN);
        let is_exact = match is_clean {
            true => repaired == case.wanted,
            false => is_same(&repaired, &case.wanted),
        };
        let row = self.classes.entry(case.class.clone()).or_default();
        row.count += 1;
        row.exact += usize::from(is_exact);
        row.wrong += usize::from(!is_exact && repaired != case.damaged);
        match (is_exact, is_clean) {
            (true, _) => {}
            (false, true) => self.clean_changed.push(case.id.clone()),
            (false, false) => self.not_exact.push(case.id.clone()),
        }
    }

    /// Sum over the damaged classes, or over the clean ones.
    pub fn sum(&self, is_clean: bool) -> Row {
        let rows = self.classes.iter();
        rows.filter(|(class, _)| class.starts_with(CLEAN) == is_clean)
            .fold(Row::default(), |sum, (_, row)| Row {
                count: sum.count + row.count,
                exact: sum.exact + row.exact,
                wrong: sum.wrong + row.wrong,
            })
    }
}
