//! The cases of damage and their laws, shared by the files of tests that each hold one group of families.

use polidex_indexer::repair::{Options, Repaired, repair_text};
use serde::Deserialize;

/// Cases of one group, one thought each.
#[derive(Deserialize)]
pub(crate) struct Cases {
    /// Found in documents.
    #[serde(default)]
    pub(crate) found: Vec<Damaged>,
    /// Made.
    pub(crate) synthetic: Vec<Damaged>,
    /// Good text that looks like damage.
    pub(crate) negative: Vec<Clean>,
    /// Damage that is not undone; the day it is, a test says so.
    pub(crate) known_failures: Vec<Damaged>,
}

/// A damaged text and what it should say.
#[derive(Deserialize)]
pub(crate) struct Damaged {
    pub(crate) what: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// A text that must not change.
#[derive(Deserialize)]
pub(crate) struct Clean {
    pub(crate) what: String,
    pub(crate) text: String,
}

/// Reads the cases of a group.
pub(crate) fn read(json: &str) -> Cases {
    serde_json::from_str(json).expect("the cases are JSON")
}

/// Repairs with everything switched on.
pub(crate) fn repair(text: &str) -> Repaired {
    repair_text(text, &Options::default())
}

impl Cases {
    /// Damage that is undone.
    pub(crate) fn mended(&self) -> impl Iterator<Item = &Damaged> {
        self.found.iter().chain(&self.synthetic)
    }

    pub(crate) fn assert_damage_is_undone(&self) {
        let outcomes = self.mended().map(|case| (case, repair(&case.before).text));
        let wrong: Vec<String> = outcomes
            .filter(|(case, text)| *text != case.after)
            .map(|(case, text)| format!("{}: {text:?} is not {:?}", case.what, case.after))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    pub(crate) fn assert_clean_text_stays(&self) {
        for case in &self.negative {
            let repaired = repair(&case.text);
            assert_eq!(
                repaired.text, case.text,
                "{}: {:?}",
                case.what, repaired.steps
            );
            assert!(
                repaired.steps.is_empty() && repaired.map.is_identity(),
                "{}",
                case.what
            );
        }
    }

    pub(crate) fn assert_known_failures_still_fail(&self) {
        for case in &self.known_failures {
            assert_ne!(
                repair(&case.before).text,
                case.after,
                "{} is mended: move it to the others",
                case.what
            );
        }
    }
}
