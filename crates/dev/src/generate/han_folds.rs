//! Writes `crates/analysis/data/han_folds.txt`: every Han character that folds to another one, and that one.
//!
//! `cargo dev generate han-folds > crates/analysis/data/han_folds.txt`
//!
//! The order is OpenCC's: a Hong Kong or Taiwan form to the standard Traditional form, that to Simplified; character tables
//! only, since phrase dictionaries depend on context and cannot be exact. A few pairs that OpenCC keeps apart for
//! conversion, but that readers of policy papers use for each other, are added.

use std::io::Write as _;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

const ADDED: [(char, char); 6] = [
    ('著', '着'),
    ('瞭', '了'),
    ('覆', '复'),
    ('藉', '借'),
    ('祇', '只'),
    ('衹', '只'),
];

/// Writes the table to standard output.
pub(crate) fn run() -> anyhow::Result<()> {
    let steps = [
        OpenCC::from_config(BuiltinConfig::Hk2t)?,
        OpenCC::from_config(BuiltinConfig::Tw2t)?,
        OpenCC::from_config(BuiltinConfig::T2s)?,
    ];
    let mut out = std::io::stdout().lock();
    let ranges = [0x3400..=0x4DBF_u32, 0x4E00..=0x9FFF, 0x20000..=0x323AF];
    for character in ranges.into_iter().flatten().filter_map(char::from_u32) {
        let mut folded = fold(character, &steps);
        // A Hong Kong form may lead to a Taiwan form that leads on: the table holds where the chain ends.
        for _ in 0..4 {
            folded = fold(folded, &steps);
        }
        if folded != character {
            writeln!(out, "{character}{folded}")?;
        }
    }
    Ok(())
}

/// Converts a character by each step that yields one character again.
fn fold(character: char, steps: &[OpenCC]) -> char {
    let added = ADDED.iter().find(|(from, _)| *from == character);
    let mut current = added.map_or(character, |(_, to)| *to);
    for step in steps {
        let converted = step.convert(&current.to_string());
        let mut characters = converted.chars();
        if let (Some(only), None) = (characters.next(), characters.next()) {
            current = only;
        }
    }
    current
}
