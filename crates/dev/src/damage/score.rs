//! Damages clean texts in ways no list of cases foresaw, and counts what repair restores exactly.
//!
//! In: texts of our own, the seeds and, where it is given, a corpus. Out: a table of every single damage, of damages two
//! and three deep, of damaged sentences in clean text, by language and length; and how many clean texts change. The same
//! seed gives the same table.

use std::io::Write;
use std::path::Path;

use polidex_tests::damage::random::Random;
use polidex_tests::damage::score::{Table, score_all};
use polidex_tests::damage::texts::{self, Lang};

/// Damages texts of our own, and of `corpus` where it is given, and prints what came back; failures
/// of the classes whose names hold `fails` are listed.
pub(crate) fn run(corpus: Option<&Path>, fails: Option<String>, seed: u64) -> std::io::Result<()> {
    let mut random = Random::new(seed);
    let mut table = Table::new(fails);
    for lang in Lang::ALL {
        score_all(&texts::own(lang), lang, 1, &mut random, &mut table);
        if let Some(folder) = corpus {
            let found = texts::corpus(folder, lang, &mut random)?;
            score_all(&found, lang, 4, &mut random, &mut table);
        }
    }
    let mut out = std::io::stdout().lock();
    for fail in table.fails() {
        writeln!(out, "{fail}")?;
    }
    write!(out, "{table}")
}
