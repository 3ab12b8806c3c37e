//! Damages clean texts in ways no list of cases foresaw, and counts what repair restores exactly.
//!
//! In: texts of our own, the seeds and, where it is given, a corpus. Out: a table of every single damage, of damages two
//! and three deep, of damaged sentences in clean text, by language and length; and how many clean texts change. The same
//! seed gives the same table.
//!
//!     cargo run --release -p polidex-indexer --example score_damage -- [../shared/corpus] [--fails NAME] [--seed N]

mod damages;
mod random;
mod score;
mod texts;

use std::io::Write;
use std::path::PathBuf;

use random::Random;
use score::Table;
use texts::Lang;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (mut corpus, mut fails, mut seed) = (None, None, 1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--fails" => fails = args.next(),
            "--seed" => {
                seed = args
                    .next()
                    .and_then(|seed| seed.parse().ok())
                    .unwrap_or(seed)
            }
            _ => corpus = Some(PathBuf::from(arg)),
        }
    }
    let mut random = Random::new(seed);
    let mut table = Table::new(fails);
    for lang in Lang::ALL {
        let own = texts::own(lang);
        score::score_all(&own, lang, 1, &mut random, &mut table);
        if let Some(folder) = &corpus {
            let found = texts::corpus(folder, lang, &mut random)?;
            score::score_all(&found, lang, 4, &mut random, &mut table);
        }
    }
    let mut out = std::io::stdout().lock();
    table
        .fails()
        .iter()
        .try_for_each(|fail| writeln!(out, "{fail}"))?;
    write!(out, "{table}")
}
