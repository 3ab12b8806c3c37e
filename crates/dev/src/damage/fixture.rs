//! Makes and scores the repair cases that come with the repository.
//!
//! In: statutes of the PRC and of Taiwan, sentences of our own, and the translated strings of
//! Django (BSD-3-Clause, see NOTICE). Out: `tests/fixtures/repair/cases.jsonl.gz`, the same for the
//! same sources. Single damages, two in a row, damaged sentences within clean text, clean texts.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use flate2::{Compression, GzBuilder};
use polidex_tests::damage::damages::{DAMAGES, Damage};
use polidex_tests::damage::fixture::{self, CLEAN, Case, Scores};
use polidex_tests::damage::random::Random;
use polidex_tests::damage::score::may_follow;
use polidex_tests::damage::texts::{self, Extent, Lang, Texts};

/// Seed of what is drawn.
const SEED: u64 = 20_261_128;
/// Texts of each length that a single damage is drawn for.
const SINGLES: usize = 8;
/// Draws of two damages in a row, in each language.
const PAIRS: usize = 600;
/// Draws of a damaged sentence in clean text, in each language.
const SEGMENTS: usize = 120;
/// Clean texts of each length, in each language.
const CLEAN_TEXTS: usize = 250;
/// Locales of Django in Latin letters.
const LOCALES: [&str; 12] = [
    "fr", "de", "es", "cs", "pl", "vi", "hu", "tr", "fi", "sv", "pt", "ro",
];

/// Writes the fixture, from the corpus and Django's `conf/locale`.
pub(crate) fn make(corpus: &Path, locales: &Path) -> anyhow::Result<()> {
    let mut random = Random::new(SEED);
    let mut maker = Maker::default();
    for lang in Lang::ALL {
        let mut texts = texts::written(lang);
        texts.extend(texts::statutes(corpus, lang, &mut random)?);
        add_django(&mut texts, locales, lang)?;
        maker.add_clean(&texts, lang, &mut random);
        texts.keep_clean();
        maker.add_singles(&texts, lang, &mut random);
        maker.add_pairs(&texts, lang, &mut random);
        maker.add_segments(&texts, lang, &mut random);
    }
    maker.write(&fixture::path())
}

/// Repairs the fixture and prints its scores; `fails` names the classes whose failures are listed.
pub(crate) fn score(fails: Option<&str>) {
    let cases = fixture::cases();
    let scores = Scores::of(&cases);
    for (class, row) in &scores.classes {
        println!("{class:<52} {:>6} {:>7.1}", row.count, row.percent());
    }
    for (name, is_clean) in [("damaged", false), ("clean", true)] {
        let sum = scores.sum(is_clean);
        println!("all {name:<48} {:>6} {:>7.2}", sum.count, sum.percent());
    }
    if let Some(name) = fails {
        list_failures(&cases, &scores, name);
    }
}

/// Prints the cases that failed of the classes whose names hold `name`.
fn list_failures(cases: &[Case], scores: &Scores, name: &str) {
    let failed = scores.clean_changed.iter().chain(&scores.not_exact);
    let failed: BTreeSet<&String> = failed.collect();
    let is_listed = |case: &&Case| failed.contains(&case.id) && case.class.contains(name);
    for case in cases.iter().filter(is_listed) {
        let (id, damaged, wanted) = (&case.id, &case.damaged, &case.wanted);
        println!("{id}\n  in  {damaged:?}\n  exp {wanted:?}");
    }
}

/// Cases made so far.
#[derive(Default)]
struct Maker {
    cases: Vec<Case>,
    /// Damaged texts, so that none comes twice.
    seen: BTreeSet<String>,
}

impl Maker {
    fn add_clean(&mut self, texts: &Texts, lang: Lang, random: &mut Random) {
        for extent in [Extent::Title, Extent::Sentence] {
            let from = texts.of(extent);
            for _ in 0..CLEAN_TEXTS.min(from.len() * 2) {
                let text = random.pick(from);
                if is_plain(text) {
                    let class = format!("{CLEAN} {} {}", lang.name(), extent.name());
                    self.push(class, text.clone(), text.clone());
                }
            }
        }
    }

    fn add_singles(&mut self, texts: &Texts, lang: Lang, random: &mut Random) {
        for extent in Extent::ALL {
            let from = texts.of(extent);
            for damage in befalling(lang) {
                for _ in 0..SINGLES {
                    let wanted = random.pick(from);
                    if let Some(damaged) = damage.apply(wanted, lang, random) {
                        let class = format!("single {} {}", damage.name, lang.name());
                        self.push(class, damaged, wanted.clone());
                    }
                }
            }
        }
    }

    fn add_pairs(&mut self, texts: &Texts, lang: Lang, random: &mut Random) {
        let damages = befalling(lang);
        for _ in 0..PAIRS {
            let (first, second) = (random.pick(&damages), random.pick(&damages));
            if !may_follow(first, second) {
                continue;
            }
            let wanted = random.pick(&texts.sentences);
            let once = first.apply(wanted, lang, random);
            if let Some(damaged) = once.and_then(|once| second.apply(&once, lang, random)) {
                let families = format!("{:?}+{:?}", first.family, second.family);
                self.push(
                    format!("pair {families} {}", lang.name()),
                    damaged,
                    wanted.clone(),
                );
            }
        }
    }

    fn add_segments(&mut self, texts: &Texts, lang: Lang, random: &mut Random) {
        let damages = befalling(lang);
        let gap = if lang.is_chinese() { "" } else { " " };
        for _ in 0..SEGMENTS {
            let damage = random.pick(&damages);
            let mut sentence = || random.pick(&texts.sentences).clone();
            let (before, middle, after) = (sentence(), sentence(), sentence());
            let around = |middle: &str| format!("{before}{gap}{middle}{gap}{after}");
            let wanted = around(&middle);
            let is_of_runs = damage.is_of_runs() && texts::is_clean(&wanted);
            if let Some(damaged) = damage.apply(&middle, lang, random).filter(|_| is_of_runs) {
                self.push(format!("segment {}", lang.name()), around(&damaged), wanted);
            }
        }
    }

    fn push(&mut self, class: String, damaged: String, wanted: String) {
        if self.seen.insert(damaged.clone()) {
            let id = format!("r{:05}", self.cases.len() + 1);
            self.cases.push(Case {
                id,
                class,
                damaged,
                wanted,
            });
        }
    }

    fn write(&self, path: &Path) -> anyhow::Result<()> {
        let folder = path.parent().context("the fixture has a folder")?;
        std::fs::create_dir_all(folder)?;
        // No name and no time: the same cases are the same bytes.
        let mut out = GzBuilder::new().write(File::create(path)?, Compression::best());
        for case in &self.cases {
            let line = serde_json::json!({
                "id": case.id,
                "class": case.class,
                "damaged": case.damaged,
                "wanted": case.wanted,
            });
            writeln!(out, "{line}")?;
        }
        let len_bytes = out.finish()?.metadata()?.len();
        println!("{} cases, {len_bytes} bytes", self.cases.len());
        Ok(())
    }
}

fn befalling(lang: Lang) -> Vec<&'static Damage> {
    DAMAGES
        .iter()
        .filter(|damage| damage.befalls(lang))
        .collect()
}

/// Returns true if nothing in `text` hints at damage in its source: private use characters,
/// replacement characters, no-break spaces, entities, blanks between ideographs or in a row.
fn is_plain(text: &str) -> bool {
    let is_trace = |c: char| {
        matches!(
            c,
            '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{A0}' | '\u{3000}'
        )
    };
    let has_spaced_han = text
        .split(' ')
        .filter(|word| word.chars().all(texts::is_han) && word.chars().count() < 2)
        .count()
        > 1;
    let has_entity = text.contains('&') && text.contains(';');
    !text.contains(is_trace) && !has_entity && !text.contains("  ") && !has_spaced_han
}

/// Adds the translated strings of Django in that language.
fn add_django(texts: &mut Texts, locales: &Path, lang: Lang) -> anyhow::Result<()> {
    let names: &[&str] = match lang {
        Lang::Traditional => &["zh_Hant"],
        Lang::Simplified => &["zh_Hans"],
        Lang::English => &[],
        Lang::Latin => &LOCALES,
    };
    for name in names {
        let path = locales.join(name).join("LC_MESSAGES/django.po");
        let po = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        for string in translations(&po) {
            texts.add_line(&string, lang);
        }
    }
    Ok(())
}

/// Translations of one line in a PO file, without markup and places to fill.
fn translations(po: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut string = None;
    for line in po.lines().chain([""]) {
        match (line.strip_prefix("msgstr "), &mut string) {
            (Some(first), _) => string = Some(unquoted(first)),
            (None, Some(open)) if line.starts_with('"') => open.push_str(&unquoted(line)),
            _ => found.extend(string.take()),
        }
    }
    found.retain(|text| !text.contains(['%', '{', '<', '\\', '#', '\n']) && !text.is_empty());
    found
}

fn unquoted(text: &str) -> String {
    text.trim_matches('"').replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations_are_joined_and_filtered() {
        let po = "msgid \"a\"\nmsgstr \"eins\"\n\nmsgid \"b\"\nmsgstr \"\"\n\"zwei \"\n\"drei\"\n\nmsgid \"c\"\nmsgstr \"%(x)s\"\n";
        assert_eq!(translations(po), ["eins", "zwei drei"]);
    }

    #[test]
    fn texts_with_traces_of_damage_are_no_clean_cases() {
        assert!(is_plain("第三条 本法自公布之日起施行。"));
        assert!(!is_plain("總 統 府"));
        assert!(!is_plain("a\u{E001}b"));
        assert!(!is_plain("&quot;a&quot;"));
    }
}
