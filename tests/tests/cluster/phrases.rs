//! A quoted phrase finds on the cluster what a scan of the texts finds.

use polidex_server::question::Question;
use polidex_tests::Random;
use polidex_tests::oracle::plain;
use polidex_tests::runs::{Scanned, random_run, scan};

use crate::pair::Pair;

/// Phrases that a text holds, and phrases that none does.
const RUNS: usize = 300;

const LAW: &str = "# 檔案條例\n\n第一條　檔案由機關保存，\n不得毀損。\n\n第二條　本條例所稱檔案：(一) 公文；(二) 地圖。\n\n\
    罰款 1,200 元，升幅 48.6%。";
const ENGLISH: &str = "# Clean air\n\nClean air, water and soil are in-depth matters. Dr. Chan of No. 5 spent\n1,200 dollars \
    under 18 U.S.C. § 242.\n\nI&T and R&D need both.";

#[test]
fn random_runs_are_found_where_a_scan_finds_them_and_nowhere_else() {
    let files: [(&str, &[u8]); 2] = [("law.txt", LAW.as_bytes()), ("air.txt", ENGLISH.as_bytes())];
    let Some(pair) = Pair::of("phrases", &files) else {
        return;
    };
    let scanned = scan(&pair.local);
    let mut random = Random(20_261_129);
    let (mut present, mut absent) = (0, 0);
    while present < RUNS {
        if let Some(run) = random_run(&scanned[random.below(scanned.len())], &mut random, 12) {
            check(&pair, &scanned, &run);
            present += 1;
        }
    }
    while absent < RUNS {
        let one = random_run(&scanned[random.below(scanned.len())], &mut random, 4);
        let other = random_run(&scanned[random.below(scanned.len())], &mut random, 4);
        if let (Some(one), Some(other)) = (one, other) {
            check(&pair, &scanned, &format!("{one} {other}"));
            absent += 1;
        }
    }
}

fn check(pair: &Pair, scanned: &[Scanned], phrase: &str) {
    let asked = plain(phrase);
    let holders = scanned
        .iter()
        .filter(|document| document.text.contains(&asked));
    let mut expected: Vec<String> = holders.map(|document| document.id.clone()).collect();
    expected.sort();
    let question = Question::about(format!("\"{phrase}\""))
        .per_page(100)
        .passages(0);
    let answer = pair.remote.search(&question).expect("an answer");
    let mut found: Vec<String> = answer.hits.into_iter().map(|hit| hit.id).collect();
    found.sort();
    assert_eq!(found, expected, "\"{phrase}\"");
}
