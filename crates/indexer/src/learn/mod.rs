//! Learns which words translate each other from documents that exist in two languages.
//!
//! In: paths, read as for an index. Out: [`Learned`]. Two documents belong together when their ids are the same but for the
//! language: `tw/zh/A1` and `tw/en/A1`, `report_zh.txt` and `report_en.txt`. Each pair is cut into articles (第 5 條,
//! Article 5) and, where both sides have as many, into lines; [`lexicon`] learns from those. A document without its other half
//! is left aside.

pub mod lexicon;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use polidex_analysis::hash::Fnv;

use crate::build::walk::find_files;
use crate::error::IndexError;
use crate::extract::{RawDocument, extract_documents};
use crate::learn::lexicon::{Entry, Segment, learn_entries};
use crate::pipeline::prepare_document;
use crate::repair::Options;

/// What to learn from.
#[derive(Clone, Copy, Debug)]
pub struct LearnOptions {
    /// Threads that read documents.
    pub threads: usize,
    /// Leaves out every pair whose key hashes to 0 modulo this: what was learned can be measured on those.
    pub leave_out: Option<u64>,
}

/// What was learned.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// Pairs of documents.
    pub pairs: usize,
    /// Pairs of articles or lines.
    pub segments: usize,
    /// What translates what, the surest first.
    pub entries: Vec<Entry>,
}

/// Learns from everything below `paths`.
///
/// # Errors
/// [`IndexError::NoSuchPath`]. A file that cannot be read is no pair.
pub fn learn_lexicon(paths: &[PathBuf], options: LearnOptions) -> Result<Learned, IndexError> {
    let pairs = read_pairs(paths, options.leave_out)?;
    let texts = prepare_pairs(pairs, options.threads.max(1));
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

/// What two ids share that differ in their language alone, and which half this one is. The last part that names a language
/// counts; `None` when there is none.
fn pair_key(id: &str) -> Option<(String, Half)> {
    // Ids are paths or names: their parts are runs of letters and digits.
    let is_part = |character: char| character.is_alphanumeric();
    let mut end = id.len();
    while end > 0 {
        let stop = id[..end]
            .char_indices()
            .rev()
            .find(|(_, character)| is_part(*character))?;
        let part_end = stop.0 + stop.1.len_utf8();
        let before = id[..part_end]
            .char_indices()
            .rev()
            .find(|(_, character)| !is_part(*character));
        let start = before.map_or(0, |(at, character)| at + character.len_utf8());
        let half = match id[start..part_end].to_ascii_lowercase().as_str() {
            "zh" | "zht" | "zhs" | "tc" | "sc" | "chi" | "chinese" => Some(Half::Chinese),
            "en" | "eng" | "english" => Some(Half::English),
            _ => None,
        };
        if let Some(half) = half {
            // `zh-Hant` is one name.
            let rest = &id[part_end..];
            let scripts = ["-hant", "-hans", "-hk", "-tw", "-cn", "_hant", "_hans"];
            let script = scripts.iter().find(|script| {
                rest.get(..script.len())
                    .is_some_and(|head| head.eq_ignore_ascii_case(script))
            });
            let rest = script.map_or(rest, |script| &rest[script.len()..]);
            return Some((format!("{}*{rest}", &id[..start]), half));
        }
        end = start;
    }
    None
}

/// The key by which a pair is left out or not; its hash is the same on every machine.
fn is_left_out(key: &str, leave_out: Option<u64>) -> bool {
    leave_out.is_some_and(|share| share > 0 && pair_hash(key).is_multiple_of(share))
}

/// The hash of a pair's key.
fn pair_hash(key: &str) -> u64 {
    let mut hash = Fnv::default();
    hash.add(key.as_bytes());
    hash.value()
}

/// Whether the document `id` was left out when every pair in `share` was.
pub fn was_left_out(id: &str, share: u64) -> bool {
    pair_key(id).is_some_and(|(key, _)| is_left_out(&key, Some(share)))
}

/// Both halves of every pair, undecoded.
fn read_pairs(
    paths: &[PathBuf],
    leave_out: Option<u64>,
) -> Result<Vec<[RawDocument; 2]>, IndexError> {
    let mut halves: BTreeMap<String, [Option<RawDocument>; 2]> = BTreeMap::new();
    for file in &find_files(paths)?.files {
        extract_documents(&file.path, &file.relative, &mut |extracted| {
            let Ok(raw) = extracted else { return };
            let id = raw.id.clone().unwrap_or_else(|| raw.path.clone());
            if let Some((key, half)) = pair_key(&id).filter(|(key, _)| !is_left_out(key, leave_out))
            {
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

/// Title and text of both halves, mended as for an index, in the order of their keys.
fn prepare_pairs(pairs: Vec<[RawDocument; 2]>, threads: usize) -> Vec<[String; 2]> {
    let next = AtomicUsize::new(0);
    let prepared: Mutex<BTreeMap<usize, [String; 2]>> = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(pair) = pairs.get(index) else { break };
                    let texts = pair.clone().map(text_of);
                    if let [Some(chinese), Some(english)] = texts {
                        prepared
                            .lock()
                            .expect("no holder panics")
                            .insert(index, [chinese, english]);
                    }
                }
            });
        }
    });
    prepared
        .into_inner()
        .expect("no holder panics")
        .into_values()
        .collect()
}

fn text_of(raw: RawDocument) -> Option<String> {
    let id = raw.id.clone().unwrap_or_else(|| raw.path.clone());
    let prepared = prepare_document(id, raw, &Options::default()).ok()?;
    Some(format!("{}\n{}", prepared.record.title, prepared.text))
}

/// The pieces of two texts that say the same: titles, articles of the same number, their lines where there are as many.
fn segments_of(chinese: &str, english: &str) -> Vec<Segment> {
    let mut english = articles(english, english_article);
    let mut segments = Vec::new();
    for (label, lines) in articles(chinese, chinese_article) {
        let Some(other) = english.remove(&label) else {
            continue;
        };
        if lines.len() == other.len() {
            segments.extend(
                lines
                    .iter()
                    .zip(&other)
                    .map(|(one, other)| Segment::new(one, other)),
            );
        } else {
            segments.push(Segment::new(&lines.join("\n"), &other.join("\n")));
        }
    }
    segments
}

/// The lines of each article by its number; the title, the first line, is article 0. What stands between it and the first
/// article is about the document and not of it.
fn articles<'a>(
    text: &'a str,
    read: fn(&'a str) -> Option<(String, &'a str)>,
) -> BTreeMap<String, Vec<&'a str>> {
    let mut articles: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if let Some(title) = lines.next() {
        articles.insert("0".to_owned(), vec![title]);
    }
    let mut open = None;
    for line in lines {
        match read(line) {
            Some((label, rest)) => {
                articles.insert(
                    label.clone(),
                    if rest.is_empty() {
                        Vec::new()
                    } else {
                        vec![rest]
                    },
                );
                open = Some(label);
            }
            None => {
                if let Some(lines) = open.as_ref().and_then(|label| articles.get_mut(label)) {
                    lines.push(line);
                }
            }
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
