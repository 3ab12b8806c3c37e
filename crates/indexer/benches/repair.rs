//! How fast repair is, in bytes of its input, beside a scan of the same memory and jieba's cutting of the same text in the
//! same run.
//!
//!     cargo bench -p polidex-indexer --bench repair
//!
//! Clean text comes from the laws of `../shared/corpus` where it lies beside the repository, else from the seeds;
//! damaged text is the same text read wrongly.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::counter::BytesCount;
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};
use flate2::read::GzDecoder;
use polidex_indexer::decode::decode_bytes;
use polidex_indexer::repair::{Options, repair_text};
use polidex_indexer::text::cid_tables::{Collection, cid_to_text};

fn main() {
    divan::main();
}

/// Bytes of clean text in a sample.
const CLEAN_BYTES: usize = 4_000_000;
/// Bytes of clean text a damaged sample is made from.
const DAMAGED_BYTES: usize = 400_000;

static SIMPLIFIED: LazyLock<Vec<String>> =
    LazyLock::new(|| documents("zh-hans-prc-laws.jsonl.gz", "000"));
static TRADITIONAL: LazyLock<Vec<String>> =
    LazyLock::new(|| documents("zh-hant-taiwan-laws.jsonl.gz", "001"));
static ENGLISH: LazyLock<Vec<String>> =
    LazyLock::new(|| documents("en-canada-acts-regs.jsonl.gz", "004"));

/// The first documents of a file of the corpus, [`CLEAN_BYTES`] in all; the seed of that number over and over where the
/// corpus is absent. Only text that repair leaves alone is clean.
fn documents(file: &str, seed: &str) -> Vec<String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let is_clean = |text: &str| repair_text(text, &Options::default()).steps.is_empty();
    let path = top.join("../shared/corpus").join(file);
    let mut found = corpus(&path, is_clean).unwrap_or_default();
    if found.is_empty() {
        let seeds = std::fs::read_dir(top.join("seeds")).expect("the seeds");
        let is_meant = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(seed))
        };
        let path = seeds
            .flatten()
            .map(|entry| entry.path())
            .find(is_meant)
            .expect("that seed");
        let text = repair_text(
            &std::fs::read_to_string(path).expect("a seed"),
            &Options::default(),
        )
        .text;
        found = vec![text.repeat(CLEAN_BYTES / text.len())];
    }
    found
}

/// The first texts of a file that `are_wanted`, [`CLEAN_BYTES`] in all.
fn corpus(path: &Path, are_wanted: impl Fn(&str) -> bool) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut bytes = 0;
    for line in BufReader::new(GzDecoder::new(std::fs::File::open(path)?)).lines() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().unwrap_or_default();
        if bytes >= CLEAN_BYTES {
            break;
        }
        if are_wanted(text) {
            bytes += text.len();
            found.push(text.to_owned());
        }
    }
    Ok(found)
}

fn bytes_of(texts: &[String]) -> BytesCount {
    BytesCount::new(texts.iter().map(String::len).sum::<usize>())
}

fn repair_all(texts: &[String]) -> usize {
    texts
        .iter()
        .map(|text| repair_text(text, &Options::default()).text.len())
        .sum()
}

#[divan::bench_group(sample_count = 5, sample_size = 1)]
mod clean {
    use super::*;

    #[divan::bench]
    fn simplified(bencher: divan::Bencher) {
        bencher
            .counter(bytes_of(&SIMPLIFIED))
            .bench(|| repair_all(&SIMPLIFIED));
    }

    #[divan::bench]
    fn traditional(bencher: divan::Bencher) {
        bencher
            .counter(bytes_of(&TRADITIONAL))
            .bench(|| repair_all(&TRADITIONAL));
    }

    #[divan::bench]
    fn english(bencher: divan::Bencher) {
        bencher
            .counter(bytes_of(&ENGLISH))
            .bench(|| repair_all(&ENGLISH));
    }

    /// The least that looking at every byte takes.
    #[divan::bench]
    fn memory_scan_of_simplified(bencher: divan::Bencher) {
        let count = |text: &String| text.bytes().filter(|byte| *byte == 0xFF).count();
        bencher
            .counter(bytes_of(&SIMPLIFIED))
            .bench(|| SIMPLIFIED.iter().map(count).sum::<usize>());
    }

    /// What indexing spends on the same text: repair should be a small part of it.
    #[divan::bench]
    fn jieba_cuts_simplified(bencher: divan::Bencher) {
        static JIEBA: LazyLock<jieba_rs::Jieba> = LazyLock::new(jieba_rs::Jieba::new);
        LazyLock::force(&JIEBA);
        let cut = |text: &String| {
            text.lines()
                .map(|line| JIEBA.cut(line, true).len())
                .sum::<usize>()
        };
        bencher
            .counter(bytes_of(&SIMPLIFIED))
            .bench(|| SIMPLIFIED.iter().map(cut).sum::<usize>());
    }
}

/// The corpus as it is, damage and wrapped lines included.
#[divan::bench_group(sample_count = 3, sample_size = 1)]
mod as_it_is {
    use super::*;

    const FILES: [&str; 5] = [
        "zh-hans-prc-laws.jsonl.gz",
        "zh-hant-taiwan-laws.jsonl.gz",
        "hk-legco-speeches.jsonl.gz",
        "zh-hant-hk-hansard-meetings.jsonl.gz",
        "en-canada-acts-regs.jsonl.gz",
    ];

    /// Absent where the corpus is.
    #[divan::bench(args = FILES)]
    fn collection(bencher: divan::Bencher, file: &str) {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let path = top.join("../shared/corpus").join(file);
        let texts = corpus(&path, |_| true).unwrap_or_default();
        bencher
            .counter(bytes_of(&texts))
            .bench(|| repair_all(&texts));
    }
}

fn beginning(texts: &[String]) -> String {
    let text = texts.concat();
    text[..text.floor_char_boundary(DAMAGED_BYTES)].to_owned()
}

fn misread(text: &str, right: &'static Encoding, wrong: &'static Encoding) -> Vec<String> {
    vec![
        wrong
            .decode_without_bom_handling(&right.encode(text).0)
            .0
            .into_owned(),
    ]
}

fn bench_damaged(bencher: divan::Bencher, texts: Vec<String>) {
    bencher
        .counter(bytes_of(&texts))
        .bench(|| repair_all(&texts));
}

#[divan::bench_group(sample_count = 3, sample_size = 1)]
mod damaged {
    use super::*;

    #[divan::bench]
    fn utf8_as_windows_1252(bencher: divan::Bencher) {
        bench_damaged(
            bencher,
            misread(&beginning(&SIMPLIFIED), UTF_8, WINDOWS_1252),
        );
    }

    /// Every odd character loses a byte: there are holes throughout.
    #[divan::bench]
    fn utf8_as_gbk(bencher: divan::Bencher) {
        bench_damaged(bencher, misread(&beginning(&SIMPLIFIED), UTF_8, GB18030));
    }

    #[divan::bench]
    fn gbk_as_windows_1252(bencher: divan::Bencher) {
        bench_damaged(
            bencher,
            misread(&beginning(&SIMPLIFIED), GB18030, WINDOWS_1252),
        );
    }

    #[divan::bench]
    fn big5_as_gbk(bencher: divan::Bencher) {
        bench_damaged(bencher, misread(&beginning(&TRADITIONAL), BIG5, GB18030));
    }

    #[divan::bench]
    fn gbk_as_big5(bencher: divan::Bencher) {
        bench_damaged(bencher, misread(&beginning(&SIMPLIFIED), GB18030, BIG5));
    }

    #[divan::bench]
    fn character_ids(bencher: divan::Bencher) {
        let mut cids = std::collections::HashMap::new();
        for cid in (1..20_000).rev() {
            if let Some(text) = cid_to_text(Collection::Cns1, cid) {
                cids.insert(
                    text,
                    char::from_u32(u32::from(cid)).expect("below the surrogates"),
                );
            }
        }
        let text = beginning(&TRADITIONAL);
        let as_cid = |c: char| {
            if c.is_ascii() {
                c
            } else {
                *cids.get(&*c.to_string()).unwrap_or(&c)
            }
        };
        bench_damaged(bencher, vec![text.chars().map(as_cid).collect()]);
    }

    #[divan::bench]
    fn entities(bencher: divan::Bencher) {
        let text: String = beginning(&SIMPLIFIED)
            .chars()
            .map(|c| format!("&#{};", c as u32))
            .collect();
        bench_damaged(bencher, vec![text]);
    }

    /// Text that has one damaged sentence on every hundredth line.
    #[divan::bench]
    fn one_line_in_a_hundred(bencher: divan::Bencher) {
        let lines = SIMPLIFIED
            .iter()
            .flat_map(|text| text.split_inclusive('\n'))
            .enumerate();
        let line = |(index, line): (usize, &str)| match index % 100 {
            0 => misread(line, UTF_8, WINDOWS_1252).concat(),
            _ => line.to_owned(),
        };
        bench_damaged(bencher, vec![lines.map(line).collect()]);
    }
}

#[divan::bench_group(sample_count = 3, sample_size = 1)]
mod bytes {
    use super::*;

    fn bench_decoding(bencher: divan::Bencher, text: &str, encoding: &'static Encoding) {
        let bytes = encoding.encode(text).0.into_owned();
        bencher
            .counter(BytesCount::new(bytes.len()))
            .bench(|| decode_bytes(&bytes, None).text.len());
    }

    #[divan::bench]
    fn utf8(bencher: divan::Bencher) {
        bench_decoding(bencher, &SIMPLIFIED.concat(), UTF_8);
    }

    #[divan::bench]
    fn gb18030(bencher: divan::Bencher) {
        bench_decoding(bencher, &SIMPLIFIED.concat(), GB18030);
    }

    #[divan::bench]
    fn big5(bencher: divan::Bencher) {
        bench_decoding(bencher, &TRADITIONAL.concat(), BIG5);
    }
}
