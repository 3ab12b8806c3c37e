//! Compares the phrase search of a whole index with a scan of its texts.
//!
//! Random runs of 1 to 64 units are taken from the stored texts and quoted, every other one in the other script; as many are
//! made that no text holds. What the engine finds has to be what the oracle finds.

use std::collections::HashSet;
use std::path::Path;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use polidex_schema::fields::{Fields, schema};
use polidex_schema::packed::Packed;
use polidex_schema::record::DocumentRecord;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;
use polidex_tests::oracle::{Plain, is_unit, is_wall, plain};
use polidex_tests::{Random, open_bare};
use tantivy::schema::Value;
use tantivy::{DocAddress, TantivyDocument};

/// Longest run.
const MOST_UNITS: usize = 64;

/// A document as the oracle sees it.
struct Scanned {
    id: String,
    text: Plain,
}

/// Asks `engine` for `runs` phrases that the index in `dir` holds, and as many that it does not.
pub(crate) fn run(dir: &Path, engine: &Searcher, runs: usize) {
    let scanned = read(dir);
    let mut random = Random(20_241_124);
    let mut tally = Tally::default();
    compare_present(engine, &scanned, runs, &mut random, &mut tally);
    compare_absent(engine, &scanned, runs, &mut random, &mut tally);
    println!(
        "{} runs of {} documents and {} that no text holds: {} documents missed, {} false",
        tally.present,
        scanned.len(),
        tally.absent,
        tally.missed,
        tally.wrong
    );
}

fn compare_present(
    engine: &Searcher,
    scanned: &[Scanned],
    runs: usize,
    random: &mut Random,
    tally: &mut Tally,
) {
    let scripts = [BuiltinConfig::T2s, BuiltinConfig::S2t]
        .map(|config| OpenCC::from_config(config).expect("built in"));
    while tally.present < runs {
        let Some(mut run) = random_run(&scanned[random.below(scanned.len())], random) else {
            continue;
        };
        if tally.present % 2 == 1 {
            run = scripts[random.below(2)].convert(&run);
        }
        tally.present += 1;
        tally.compare(engine, scanned, &run);
    }
}

fn compare_absent(
    engine: &Searcher,
    scanned: &[Scanned],
    runs: usize,
    random: &mut Random,
    tally: &mut Tally,
) {
    while tally.absent < runs {
        let one = random_run(&scanned[random.below(scanned.len())], random);
        let other = random_run(&scanned[random.below(scanned.len())], random);
        let (Some(one), Some(other)) = (one, other) else {
            continue;
        };
        let run = format!("{} {}", head(&one), head(&other));
        if holders(scanned, &plain(&run)).is_empty() {
            tally.absent += 1;
            tally.compare(engine, scanned, &run);
        }
    }
}

#[derive(Default)]
struct Tally {
    present: usize,
    absent: usize,
    missed: usize,
    wrong: usize,
}

impl Tally {
    fn compare(&mut self, engine: &Searcher, scanned: &[Scanned], run: &str) {
        let expected = holders(scanned, &plain(run));
        let found = found(engine, run);
        let missed: Vec<_> = expected.difference(&found).collect();
        let wrong: Vec<_> = found.difference(&expected).collect();
        if missed.len() + wrong.len() > 0 {
            let (first_missed, first_wrong) = (missed.first(), wrong.first());
            println!(
                "\"{run}\": {} missed {first_missed:?}, {} false {first_wrong:?}",
                missed.len(),
                wrong.len()
            );
        }
        self.missed += missed.len();
        self.wrong += wrong.len();
    }
}

fn holders(scanned: &[Scanned], phrase: &Plain) -> HashSet<String> {
    let holds = |document: &&Scanned| document.text.contains(phrase);
    scanned
        .iter()
        .filter(holds)
        .map(|document| document.id.clone())
        .collect()
}

/// Ids that the engine finds for a phrase.
fn found(engine: &Searcher, run: &str) -> HashSet<String> {
    let question = Question::about(format!("\"{run}\"")).group_duplicates(false);
    engine
        .ids(&question.search, question.window.sort)
        .expect("an answer")
        .into_iter()
        .collect()
}

fn read(dir: &Path) -> Vec<Scanned> {
    let index = open_bare(dir);
    let (searcher, fields) = (index.reader().expect("an index").searcher(), schema().1);
    let mut scanned = Vec::new();
    for (segment, reader) in searcher.segment_readers().iter().enumerate() {
        for doc in reader.doc_ids_alive() {
            let address = DocAddress::new(segment as u32, doc);
            let stored: TantivyDocument = searcher.doc(address).expect("readable");
            scanned.push(scan(&stored, &fields));
        }
    }
    scanned
}

fn scan(stored: &TantivyDocument, fields: &Fields) -> Scanned {
    let bytes = |field| {
        stored
            .get_first(field)
            .and_then(|value| value.as_bytes())
            .expect("stored")
    };
    let record = DocumentRecord::from_bytes(bytes(fields.record)).expect("a record");
    let text = Packed::open(bytes(fields.text))
        .and_then(|packed| packed.unpack())
        .expect("a text");
    let text = String::from_utf8(text).expect("UTF-8");
    Scanned {
        text: plain(&format!("{}\n\n{text}", record.title)),
        id: record.id,
    }
}

/// A random run of units inside a paragraph; `None` where the place chosen has none.
fn random_run(document: &Scanned, random: &mut Random) -> Option<String> {
    let units = document.text.units();
    let start = random.below(units.len().max(1));
    // Short runs are what people type: half of them have at most eight units.
    let most_units = if random.below(2) == 0 { 8 } else { MOST_UNITS };
    let wanted = 1 + random.below(most_units);
    let mut run = Vec::new();
    let mut count = 0;
    for unit in units.get(start..)? {
        // Clause marks are units of a phrase too.
        count += usize::from(unit != " ");
        if is_wall(unit) || count > wanted {
            break;
        }
        run.push(unit.as_str());
    }
    while run.last().is_some_and(|unit| !is_unit(unit)) {
        run.pop();
    }
    let run = is_unit(run.first()?).then(|| run.concat())?;
    (run.chars().count() <= 900).then_some(run)
}

/// The first units of a run, so that two of them are no longer than a query may be.
fn head(run: &str) -> String {
    run.chars().take(24).collect()
}
