//! Damages, repairs and counts.

use std::collections::BTreeMap;
use std::fmt;

use polidex_indexer::repair::{Options, repair_text};

use super::damages::{DAMAGES, Damage, Family};
use super::random::Random;
use super::texts::{self, Extent, Lang, Texts};

/// Numbers of texts restored, by class.
pub struct Table {
    rows: BTreeMap<String, Row>,
    /// Failures of classes whose name holds this are kept ...
    shown: Option<String>,
    /// ... here.
    fails: Vec<String>,
}

/// Texts of a class.
#[derive(Clone, Copy, Default)]
pub struct Row {
    /// Texts tried.
    pub count: usize,
    /// Texts restored exactly.
    pub exact: usize,
    /// Repaired to something else that is not the damaged text.
    pub wrong: usize,
}

impl Row {
    /// Share restored exactly, in percent.
    pub fn percent(self) -> f32 {
        self.exact as f32 * 100.0 / self.count.max(1) as f32
    }
}

impl Table {
    /// An empty table that keeps the failures of classes whose names hold `shown`.
    pub fn new(shown: Option<String>) -> Self {
        Self {
            rows: BTreeMap::new(),
            shown,
            fails: Vec::new(),
        }
    }

    /// Texts that were not restored, as damaged, as repaired and as it should be.
    pub fn fails(&self) -> &[String] {
        &self.fails
    }

    /// The row of all classes whose name begins so.
    pub fn sum(&self, begin: &str) -> Row {
        let rows = self.rows.iter().filter(|(name, _)| name.starts_with(begin));
        rows.fold(Row::default(), |sum, (_, row)| Row {
            count: sum.count + row.count,
            exact: sum.exact + row.exact,
            wrong: sum.wrong + row.wrong,
        })
    }

    /// For clean texts that were put together just now.
    fn try_if_clean(&mut self, class: &str, clean: &str, damaged: &str) {
        if texts::is_clean(clean) {
            self.try_one(class, clean, damaged);
        }
    }

    fn try_one(&mut self, class: &str, clean: &str, damaged: &str) {
        let repaired = repair_text(damaged, &Options::default()).text;
        let is_exact = is_same(&repaired, clean);
        let row = self.rows.entry(class.to_owned()).or_default();
        row.count += 1;
        row.exact += usize::from(is_exact);
        row.wrong += usize::from(!is_exact && repaired != damaged);
        if !is_exact
            && self
                .shown
                .as_ref()
                .is_some_and(|name| class.contains(name.as_str()))
        {
            self.fails.push(format!(
                "{class}\n  in  {damaged:?}\n  out {repaired:?}\n  exp {clean:?}"
            ));
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<52} {:>6} {:>7} {:>7}",
            "class", "n", "exact%", "wrong%"
        )?;
        for (name, row) in &self.rows {
            let wrong = row.wrong as f32 * 100.0 / row.count.max(1) as f32;
            writeln!(
                f,
                "{name:<52} {:>6} {:>7.1} {wrong:>7.1}",
                row.count,
                row.percent()
            )?;
        }
        for begin in ["single", "pair", "triple", "segment", "line", "clean"] {
            let row = self.sum(begin);
            writeln!(f, "all {begin:<48} {:>6} {:>7.1}", row.count, row.percent())?;
        }
        Ok(())
    }
}

/// Returns true if two texts are equal, white space at ends apart.
pub fn is_same(one: &str, other: &str) -> bool {
    let lines = |text: &str| {
        text.trim_end()
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    lines(one) == lines(other)
}

/// Texts each single damage is tried on, for each length; pairs and the rest get fewer.
const SINGLES: usize = 30;
const PAIRS: usize = 5;
const SEGMENTS: usize = 8;

/// Tries everything on `texts`; `weight` multiplies how many are drawn.
pub fn score_all(texts: &Texts, lang: Lang, weight: usize, random: &mut Random, table: &mut Table) {
    let damages: Vec<&Damage> = DAMAGES
        .iter()
        .filter(|damage| damage.befalls(lang))
        .collect();
    for extent in Extent::ALL {
        let from = texts.of(extent);
        if from.is_empty() {
            continue;
        }
        let place = format!("{} {}", lang.name(), extent.name());
        for damage in &damages {
            for _ in 0..SINGLES * weight {
                let clean = random.pick(from);
                if let Some(damaged) = damage.apply(clean, lang, random) {
                    table.try_one(&format!("single {} {place}", damage.name), clean, &damaged);
                }
            }
        }
        score_pairs(from, &place, &damages, lang, weight, random, table);
        score_triples(from, &place, &damages, lang, weight, random, table);
    }
    score_segments(texts, &damages, lang, weight, random, table);
    for clean in texts.titles.iter().chain(&texts.sentences) {
        table.try_one(&format!("clean {}", lang.name()), clean, clean);
    }
}

/// Damages in the order in which a text meets them: the page, the font, the bytes, the escapes; bytes may be misread
/// twice.
pub fn may_follow(first: &Damage, second: &Damage) -> bool {
    let is_repeated_encoding =
        first.family == Family::Encoding && second.family == Family::Encoding;
    let escapes_first = first.family == Family::Escape && second.family == Family::Encoding;
    // What is escaped is ASCII: no wrong set changes it. One font is used at a time.
    first.name != second.name
        && !escapes_first
        && (first.family < second.family || is_repeated_encoding)
        || first.name == second.name && is_repeated_encoding
}

fn score_pairs(
    from: &[String],
    place: &str,
    damages: &[&Damage],
    lang: Lang,
    weight: usize,
    random: &mut Random,
    table: &mut Table,
) {
    for first in damages {
        for second in damages.iter().filter(|second| may_follow(first, second)) {
            for _ in 0..PAIRS * weight {
                let clean = random.pick(from);
                let Some(once) = first.apply(clean, lang, random) else {
                    continue;
                };
                let Some(twice) = second.apply(&once, lang, random) else {
                    continue;
                };
                let families = format!("{:?}+{:?}", first.family, second.family);
                table.try_one(
                    &format!("pair {families} {}+{} {place}", first.name, second.name),
                    clean,
                    &twice,
                );
            }
        }
    }
}

fn score_triples(
    from: &[String],
    place: &str,
    damages: &[&Damage],
    lang: Lang,
    weight: usize,
    random: &mut Random,
    table: &mut Table,
) {
    for _ in 0..30 * PAIRS * weight {
        let clean = random.pick(from);
        let (first, second, third) = (
            random.pick(damages),
            random.pick(damages),
            random.pick(damages),
        );
        if !may_follow(first, second) || !may_follow(second, third) {
            continue;
        }
        let once = first.apply(clean, lang, random);
        let twice = once.and_then(|text| second.apply(&text, lang, random));
        if let Some(thrice) = twice.and_then(|text| third.apply(&text, lang, random)) {
            let names = format!("{}+{}+{}", first.name, second.name, third.name);
            table.try_one(&format!("triple {names} {place}"), clean, &thrice);
        }
    }
}

/// A damaged sentence as a line of a clean passage, and a damaged run within a clean line.
fn score_segments(
    texts: &Texts,
    damages: &[&Damage],
    lang: Lang,
    weight: usize,
    random: &mut Random,
    table: &mut Table,
) {
    if texts.sentences.is_empty() || texts.passages.is_empty() {
        return;
    }
    for damage in damages.iter().filter(|damage| damage.is_of_runs()) {
        for _ in 0..SEGMENTS * weight {
            let (passage, sentence) = (random.pick(&texts.passages), random.pick(&texts.sentences));
            if let Some(damaged) = damage.apply(sentence, lang, random) {
                let class = format!("line {} {}", damage.name, lang.name());
                let around = |middle: &str| format!("{passage}{middle}\n{passage}");
                table.try_if_clean(&class, &around(sentence), &around(&damaged));
            }
            let (before, after) = (random.pick(&texts.sentences), random.pick(&texts.sentences));
            if let Some(damaged) = damage.apply(sentence, lang, random) {
                let gap = if lang.is_chinese() { "" } else { " " };
                let class = format!("segment {} {}", damage.name, lang.name());
                let around = |middle: &str| format!("{before}{gap}{middle}{gap}{after}");
                table.try_if_clean(&class, &around(sentence), &around(&damaged));
            }
        }
    }
}
