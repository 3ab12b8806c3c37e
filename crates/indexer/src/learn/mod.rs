//! Learns which words translate each other from documents that exist in two languages.
//!
//! In: paths, read as for an index. Out: [`Learned`]. Two documents belong together when their ids are the same but for the
//! language: `tw/zh/A1` and `tw/en/A1`, `report_zh.txt` and `report_en.txt`. Each pair is split into articles (第 5 條,
//! Article 5) and, where both sides have the same number, into lines; [`lexicon`] learns from those. A document without its
//! other half is ignored.

pub mod entry;
mod segment;

mod alignment;
mod gate;
mod phrases;

pub mod lexicon;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use polidex_analysis::hash::Fnv;

use crate::build::walk::find_files;
use crate::error::IndexError;
use crate::extract::RawDocument;
use crate::learn::entry::Entry;
use crate::learn::lexicon::learn_entries;
use crate::learn::segment::Segment;
use crate::readers::{Budget, Readers};
use crate::repair::Options;

/// Options of [`learn_lexicon`].
#[derive(Clone, Copy, Debug)]
pub struct LearnOptions {
    /// Threads that read documents.
    pub threads: usize,
    /// Leaves out every pair whose key hashes to 0 modulo this: what was learned can be measured on those.
    pub leave_out: Option<u64>,
}

/// Result of [`learn_lexicon`].
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// Pairs of documents.
    pub pairs: usize,
    /// Pairs of articles or lines.
    pub segments: usize,
    /// Translations, surest first.
    pub entries: Vec<Entry>,
}

/// Learns from everything below `paths`.
///
/// # Errors
/// [`IndexError::NoSuchPath`]. A file that cannot be read is no pair.
pub fn learn_lexicon(paths: &[PathBuf], options: LearnOptions) -> Result<Learned, IndexError> {
    let readers = Readers::default();
    let pairs = read_pairs(&readers, paths, options.leave_out)?;
    let texts = prepare_pairs(&readers, pairs, options.threads.max(1));
    let segments = texts
        .iter()
        .enumerate()
        .flat_map(|(document, [chinese, english])| {
            segments_of(chinese, english)
                .into_iter()
                .map(move |segment| segment.of_document(document))
        });
    let segments: Vec<Segment> = segments.collect();
    let entries = learn_entries(&segments);
    Ok(Learned {
        pairs: texts.len(),
        segments: segments.len(),
        entries,
    })
}

/// The language of one half of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Chinese = 0,
    English = 1,
}

/// Names of scripts and regions that follow the name of a language: `zh-Hant` is one name.
const SCRIPT_SUFFIXES: [&str; 7] = ["-hant", "-hans", "-hk", "-tw", "-cn", "_hant", "_hans"];

impl Half {
    /// Reads the name of a language as paths and file names give it.
    fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "zh" | "zht" | "zhs" | "tc" | "sc" | "chi" | "chinese" => Some(Self::Chinese),
            "en" | "eng" | "english" => Some(Self::English),
            _ => None,
        }
    }
}

/// Returns the key that two ids share if they differ only in the language, and the language of this one. The last part
/// that names a language counts; `None` if no part does.
fn pair_key(id: &str) -> Option<(String, Half)> {
    let mut end = id.len();
    while let Some(part) = last_part(&id[..end]) {
        if let Some(half) = Half::of_name(&id[part.clone()]) {
            let rest = without_script(&id[part.end..]);
            return Some((format!("{}*{rest}", &id[..part.start]), half));
        }
        end = part.start;
    }
    None
}

/// The last run of letters and digits of an id: ids are paths or names.
fn last_part(id: &str) -> Option<Range<usize>> {
    let (last, character) = id
        .char_indices()
        .rev()
        .find(|(_, character)| character.is_alphanumeric())?;
    let separator = id[..last]
        .char_indices()
        .rev()
        .find(|(_, character)| !character.is_alphanumeric());
    let start = separator.map_or(0, |(at, separator)| at + separator.len_utf8());
    Some(start..last + character.len_utf8())
}

fn without_script(rest: &str) -> &str {
    let is_prefix = |script: &&str| {
        rest.get(..script.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(script))
    };
    let script = SCRIPT_SUFFIXES.iter().copied().find(is_prefix);
    script.map_or(rest, |script| &rest[script.len()..])
}

/// Returns whether the pair of this key is left out. The hash is the same on every machine.
fn is_left_out(key: &str, leave_out: Option<u64>) -> bool {
    leave_out.is_some_and(|share| share > 0 && pair_hash(key).is_multiple_of(share))
}

/// The hash of a pair's key.
fn pair_hash(key: &str) -> u64 {
    let mut hash = Fnv::default();
    hash.add(key.as_bytes());
    hash.value()
}

/// Returns whether the document `id` was left out when one pair in `share` was.
pub fn was_left_out(id: &str, share: u64) -> bool {
    pair_key(id).is_some_and(|(key, _)| is_left_out(&key, Some(share)))
}

/// Both halves of every pair, undecoded.
fn read_pairs(
    readers: &Readers,
    paths: &[PathBuf],
    leave_out: Option<u64>,
) -> Result<Vec<[RawDocument; 2]>, IndexError> {
    let mut halves: BTreeMap<String, [Option<RawDocument>; 2]> = BTreeMap::new();
    for file in &find_files(paths)?.files {
        let budget = Budget::new(file.stamp.len_bytes);
        readers.extract(&file.path, &file.relative, &budget, &mut |extracted| {
            let Ok(raw) = extracted else { return };
            let Some((key, half)) = pair_key(id_of(&raw)) else {
                return;
            };
            if !is_left_out(&key, leave_out) {
                halves.entry(key).or_default()[half as usize].get_or_insert(raw);
            }
        });
    }
    let both = |halves: [Option<RawDocument>; 2]| {
        let [chinese, english] = halves;
        Some([chinese?, english?])
    };
    Ok(halves.into_values().filter_map(both).collect())
}

fn id_of(raw: &RawDocument) -> &str {
    raw.id.as_deref().unwrap_or(&raw.path)
}

/// Title and text of both halves, repaired as for an index, in the order of their keys.
fn prepare_pairs(
    readers: &Readers,
    pairs: Vec<[RawDocument; 2]>,
    threads: usize,
) -> Vec<[String; 2]> {
    let next = AtomicUsize::new(0);
    let prepared: Mutex<BTreeMap<usize, [String; 2]>> = Mutex::new(BTreeMap::new());
    let prepare_some = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(pair) = pairs.get(index) else { break };
            if let [Some(chinese), Some(english)] = pair.clone().map(|raw| text_of(readers, raw)) {
                let mut prepared = prepared.lock().expect("no holder panics");
                prepared.insert(index, [chinese, english]);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(prepare_some);
        }
    });
    let prepared = prepared.into_inner().expect("no holder panics");
    prepared.into_values().collect()
}

fn text_of(readers: &Readers, raw: RawDocument) -> Option<String> {
    let id = id_of(&raw).to_owned();
    let budget = Budget::new(raw.len_bytes());
    let prepared = readers
        .prepare(id, raw, &Options::default(), &budget)
        .ok()?;
    Some(format!("{}\n{}", prepared.record.title, prepared.text))
}

/// Segments of two texts: titles, articles of the same number, or their lines if both have the same number of them.
fn segments_of(chinese: &str, english: &str) -> Vec<Segment> {
    let mut english = articles(english, english_article);
    let mut segments = Vec::new();
    for (label, lines) in articles(chinese, chinese_article) {
        let Some(other) = english.remove(&label) else {
            continue;
        };
        if lines.len() == other.len() {
            let pairs = lines.iter().zip(&other);
            segments.extend(pairs.map(|(one, other)| Segment::new(one, other)));
        } else {
            segments.push(Segment::new(&lines.join("\n"), &other.join("\n")));
        }
    }
    segments
}

/// The lines of each article by its number; the title, the first line, is article 0. Lines between it and the first
/// article describe the document and are left out.
fn articles<'a>(
    text: &'a str,
    read: fn(&'a str) -> Option<(String, &'a str)>,
) -> BTreeMap<String, Vec<&'a str>> {
    let mut articles: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if let Some(title) = lines.next() {
        articles.insert("0".to_owned(), vec![title]);
    }
    let mut open: Option<String> = None;
    for line in lines {
        if let Some((label, rest)) = read(line) {
            let first = Some(rest).filter(|rest| !rest.is_empty());
            articles.insert(label.clone(), first.into_iter().collect());
            open = Some(label);
        } else if let Some(lines) = open.as_ref().and_then(|label| articles.get_mut(label)) {
            lines.push(line);
        }
    }
    articles
}

/// `第 5 條`, `第 5-1 條`.
fn chinese_article(line: &str) -> Option<(String, &str)> {
    let rest = line.strip_prefix('第')?.trim_start();
    let (label, rest) = number_label(rest)?;
    let rest = rest.trim_start().strip_prefix(['條', '条'])?;
    Some((
        label,
        rest.trim_start_matches(|character: char| character.is_whitespace()),
    ))
}

/// `Article 5`, `Article 5-1`.
fn english_article(line: &str) -> Option<(String, &str)> {
    let rest = line
        .strip_prefix("Article ")
        .or_else(|| line.strip_prefix("Section "))?;
    let (label, rest) = number_label(rest.trim_start())?;
    // `Article 5 of the Act applies` is a sentence, and no heading.
    let is_heading = rest.is_empty()
        || rest.starts_with(['\u{3000}', '.', ':'])
        || rest.starts_with("  ")
        || rest
            .trim_start()
            .starts_with(|first: char| first.is_uppercase() || !first.is_alphabetic());
    is_heading.then_some((label, rest.trim_start_matches(['.', ':', ' ', '\u{3000}'])))
}

fn number_label(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit() && character != '-')
        .unwrap_or(text.len());
    let label = text[..end].trim_end_matches('-');
    (label.starts_with(|first: char| first.is_ascii_digit()))
        .then(|| (label.to_owned(), &text[label.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_pair_have_one_key() {
        let pairs = [
            ("tw/zh/A1", "tw/en/A1"),
            ("report_zh.txt", "report_en.txt"),
            ("a/zh-Hant/b.md", "a/en/b.md"),
        ];
        for (chinese, english) in pairs {
            let (one, other) = (
                pair_key(chinese).expect(chinese),
                pair_key(english).expect(english),
            );
            assert_eq!((one.1, other.1), (Half::Chinese, Half::English));
            assert_eq!(one.0, other.0);
        }
        assert_eq!(pair_key("hk/hansard/2013"), None);
        assert_eq!(pair_key(""), None);
    }

    #[test]
    fn articles_are_paired_by_number_and_lines_where_there_are_as_many() {
        let chinese =
            "某法\n法規類別：行政\n第 1 條　甲乙。\n丙丁。\n第 2-1 條　戊。\n己。\n第 3 條　庚。";
        let english =
            "Some Act\nCategory: x\nArticle 1  A B.\nC D.\nArticle 2-1  E and F.\nArticle 4 Z.";
        let segments = segments_of(chinese, english);
        assert_eq!(
            segments.len(),
            4,
            "title, two lines of article 1, article 2-1 as a whole"
        );
    }
}
