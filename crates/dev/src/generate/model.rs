//! Learns the tables of `text/model.rs` from free text.
//!
//! In: the directory of the development corpus. Out: `model.bin` and `words.bin` in the directory given second. Only
//! texts that anyone may use are read: laws and official documents of the PRC and Taiwan (outside copyright), US
//! government works (public domain), Canadian law (SI/97-5), and what is written in `written.txt` beside the tables.
//!
//!     cargo dev generate model ../shared/corpus crates/indexer/data/text_model

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::DeflateEncoder;

/// Corpus file, weight of its counts, and how many characters at most are read.
const SOURCES: [(&str, f32, usize); 8] = [
    ("zh-hans-prc-laws.jsonl.gz", 1.0, 12_000_000),
    ("zh-hant-taiwan-laws.jsonl.gz", 0.8, 14_000_000),
    ("zh-hant-taiwan-ly-gazette.jsonl.gz", 3.0, 2_000_000),
    ("en-taiwan-laws-parallel.jsonl.gz", 0.5, 6_000_000),
    ("en-canada-acts-regs.jsonl.gz", 0.3, 6_000_000),
    ("en-cfpb-regulations.jsonl.gz", 0.3, 3_000_000),
    ("en-digitalgov.jsonl.gz", 1.0, 5_000_000),
    ("en-nist-sp800-63-3.jsonl.gz", 1.0, 1_000_000),
];
/// Weight of the sentences in `written.txt`: few, but of another domain.
const WRITTEN_WEIGHT: f32 = 20.0;
/// Weight of each character that names are made of: as common as a word of some news.
const NAME_CHAR_WEIGHT: f32 = 400.0;
/// A character seen more rarely is left to the floor of its class.
const MIN_CHAR_COUNT: f32 = 2.0;
/// A bigram is kept from this count on ...
const MIN_BIGRAM_COUNT: f32 = 4.0;
/// ... if knowing it saves this many nats over the training text.
const MIN_BIGRAM_SAVING_NATS: f32 = 10.0;
/// Taken off every bigram count for what was not seen (absolute discounting).
const DISCOUNT: f32 = 0.75;
/// Words kept.
const WORD_COUNT: usize = 24_000;
const UNITS_PER_NAT: f32 = 10.0;

/// Reads `corpus` and writes both tables to `tables`.
pub(crate) fn run(corpus: &Path, tables: &Path) -> std::io::Result<()> {
    let mut counts = Counts::default();
    for (name, weight, limit_chars) in SOURCES {
        read_corpus(&corpus.join(name), limit_chars, |text| {
            counts.add(text, weight)
        })?;
    }
    if let Ok(written) = std::fs::read_to_string(tables.join("written.txt")) {
        counts.add_written(&written);
    }
    write_deflated(&tables.join("model.bin"), &counts.model_table())?;
    write_deflated(&tables.join("words.bin"), &counts.word_table())
}

fn read_corpus(path: &Path, limit_chars: usize, mut add: impl FnMut(&str)) -> std::io::Result<()> {
    let mut left_chars = limit_chars;
    for line in BufReader::new(GzDecoder::new(File::open(path)?)).lines() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().unwrap_or_default();
        add(text);
        left_chars = left_chars.saturating_sub(text.chars().count());
        if left_chars == 0 {
            break;
        }
    }
    Ok(())
}

fn write_deflated(path: &Path, table: &[u8]) -> std::io::Result<()> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(table)?;
    std::fs::write(path, encoder.finish()?)
}

#[derive(Default)]
struct Counts {
    chars: HashMap<char, f32>,
    bigrams: HashMap<(char, char), f32>,
    words: HashMap<String, f32>,
}

impl Counts {
    /// Adds the lines of `written.txt`: names, and text that is worth more than what was collected.
    fn add_written(&mut self, written: &str) {
        for line in written.lines().filter(|line| !line.starts_with('#')) {
            match line.strip_prefix("姓 ").or(line.strip_prefix("名 ")) {
                Some(chars) => self.add_name_chars(chars),
                None => self.add(line, WRITTEN_WEIGHT),
            }
        }
    }

    fn add(&mut self, text: &str, weight: f32) {
        for line in text.lines() {
            let mut last = '\n';
            for c in line.trim_end().chars().map(digits_as_one).chain(['\n']) {
                *self.chars.entry(c).or_default() += weight;
                *self.bigrams.entry((last, c)).or_default() += weight;
                last = c;
            }
            self.add_words(line, weight);
        }
    }

    fn add_words(&mut self, line: &str, weight: f32) {
        for word in line.split(|c: char| !c.is_alphabetic() && c != '\'') {
            if word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                *self.words.entry(word.to_ascii_lowercase()).or_default() += weight;
            }
        }
    }

    /// Names follow no bigrams: their characters are counted one by one.
    fn add_name_chars(&mut self, chars: &str) {
        for c in chars.chars() {
            *self.chars.entry(c).or_default() += NAME_CHAR_WEIGHT;
        }
    }

    fn model_table(&self) -> Vec<u8> {
        let model = self.model();
        let mut out = Vec::new();
        model.push_characters(&mut out);
        model.push_weights(&mut out);
        model.push_bigrams(&mut out);
        out
    }

    /// Characters and bigrams worth keeping, in the order of their code points.
    fn model(&self) -> Model {
        let is_kept = |c: char, count: f32| count >= MIN_CHAR_COUNT && is_modelled(c);
        let kept = self.chars.iter().filter(|(c, count)| is_kept(**c, **count));
        let mut chars: Vec<char> = kept.map(|(c, _)| *c).collect();
        chars.sort_unstable();
        let total: f32 = chars.iter().map(|c| self.chars[c]).sum();
        let unigram: Vec<f32> = chars.iter().map(|c| (self.chars[c] / total).ln()).collect();
        let rows = self.rows(&chars, &unigram);
        Model {
            chars,
            unigram,
            rows,
        }
    }

    /// Bigrams whose knowledge saves enough over the training text, by their first character.
    fn rows(&self, chars: &[char], unigram: &[f32]) -> Vec<Vec<(usize, f32)>> {
        let ids: HashMap<char, usize> = chars.iter().enumerate().map(|(id, c)| (*c, id)).collect();
        let mut rows: Vec<Vec<(usize, f32)>> = vec![Vec::new(); chars.len()];
        for ((last, next), count) in &self.bigrams {
            let (Some(last), Some(next)) = (ids.get(last), ids.get(next)) else {
                continue;
            };
            let nats = ((count - DISCOUNT).max(0.01) / self.chars[&chars[*last]]).ln();
            let saving = count * (nats - unigram[*next]);
            if *count >= MIN_BIGRAM_COUNT && saving >= MIN_BIGRAM_SAVING_NATS {
                rows[*last].push((*next, nats));
            }
        }
        for row in &mut rows {
            row.sort_unstable_by_key(|(next, _)| *next);
        }
        rows
    }

    fn word_table(&self) -> Vec<u8> {
        let total: f32 = self.words.values().sum();
        let mut words: Vec<(&String, f32)> = self
            .words
            .iter()
            .map(|(word, count)| (word, *count))
            .collect();
        words.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
        words.truncate(WORD_COUNT);
        words.sort_unstable_by_key(|(word, _)| *word);
        front_coded(&words, total)
    }
}

/// Words in alphabetical order, each as the length it shares with the one before, its rarity in
/// half nats, and the rest.
fn front_coded(words: &[(&String, f32)], total: f32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut last = "";
    for (word, count) in words {
        let pairs = last.bytes().zip(word.bytes());
        let shared = pairs
            .take_while(|(one, other)| one == other)
            .count()
            .min(25);
        let half_nats = (-(count / total).ln() * 2.0).round().clamp(0.0, 50.0);
        out.extend([b'a' + shared as u8, b'A' + half_nats as u8]);
        out.extend(&word.as_bytes()[shared..]);
        out.push(b'\n');
        last = word;
    }
    out
}

/// Characters with their log probabilities, and the bigrams that are kept of each.
struct Model {
    chars: Vec<char>,
    unigram: Vec<f32>,
    rows: Vec<Vec<(usize, f32)>>,
}

impl Model {
    fn push_characters(&self, out: &mut Vec<u8>) {
        push_varint(out, self.chars.len());
        let mut last_code = 0;
        for c in &self.chars {
            push_varint(out, *c as usize - last_code);
            last_code = *c as usize;
        }
        for nats in &self.unigram {
            push_varint(out, units(*nats));
        }
    }

    /// Weight of each character's unigrams where no bigram of it is kept.
    fn push_weights(&self, out: &mut Vec<u8>) {
        for row in &self.rows {
            let kept: f32 = row.iter().map(|(_, nats)| nats.exp()).sum();
            let kept_unigram: f32 = row.iter().map(|(next, _)| self.unigram[*next].exp()).sum();
            let weight = (1.0 - kept).max(0.02) / (1.0 - kept_unigram).max(0.02);
            push_varint(out, units(weight.min(1.0).ln()));
        }
    }

    fn push_bigrams(&self, out: &mut Vec<u8>) {
        for row in &self.rows {
            push_varint(out, row.len());
        }
        for row in &self.rows {
            let mut last = 0;
            for (next, _) in row {
                push_varint(out, next - last);
                last = *next;
            }
        }
        for (_, nats) in self.rows.iter().flatten() {
            push_varint(out, units(*nats));
        }
    }
}

fn digits_as_one(c: char) -> char {
    if c.is_ascii_digit() { '0' } else { c }
}

/// Private use, controls and compatibility forms in the corpus are damage, not text.
fn is_modelled(c: char) -> bool {
    let code = c as u32;
    let is_damage = matches!(code, 0xA0 | 0xAD | 0x2E80..=0x2FDF | 0xE000..=0xFAFF | 0xFE30..=0xFE4F | 0xFEFF | 0xFFF0..);
    c == '\n' || !(c.is_control() || is_damage)
}

fn units(nats: f32) -> usize {
    (-nats * UNITS_PER_NAT).round().max(0.0) as usize
}

fn push_varint(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
