//! Concordance: every occurrence of what is searched for on a line of its own, with what stands beside it.
//!
//! In: occurrences with their contexts, as a searcher finds them. Out: lines in an order, and the neighbours on each side
//! with counts and a measure of association. Linear in the occurrences but for sorting.

use std::collections::HashMap;

use polidex_analysis::fold::fold_text;
use polidex_analysis::scripts::is_han;
use schemars::JsonSchema;
use serde::Serialize;

use crate::answer::{IndexInfo, PageInfo};

/// Maximum number of lines; further occurrences are not read.
pub const MAX_LINES: usize = 50_000;
/// Characters of context on each side.
pub const CONTEXT_CHARS: usize = 40;
/// Characters of context that lines are sorted by.
const SORTED_CHARS: usize = 16;
/// Neighbours of a side that are listed.
const MAX_NEIGHBOURS: usize = 50;
/// Ideographs that make a neighbour; words of Latin letters are whole.
const NEIGHBOUR_IDEOGRAPHS: usize = 2;

/// Orders of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By the newest document.
    #[default]
    Newest,
    /// By the oldest document.
    Oldest,
    /// By what stands left, the nearest character first.
    Left,
    /// By what stands right.
    Right,
    /// By the publisher.
    Publisher,
}

impl Order {
    /// Names, the default first.
    pub const NAMES: [&'static str; 5] = ["newest", "oldest", "left", "right", "publisher"];

    /// Returns the order of this name; the default for another.
    pub fn of_name(name: &str) -> Self {
        match name {
            "oldest" => Self::Oldest,
            "left" => Self::Left,
            "right" => Self::Right,
            "publisher" => Self::Publisher,
            _ => Self::Newest,
        }
    }

    /// Name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Left => "left",
            Self::Right => "right",
            Self::Publisher => "publisher",
        }
    }
}

/// The reply of `/api/v1/concordance`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Concordance {
    /// The query as typed.
    pub q: String,
    /// Number of documents that hold it.
    pub documents: u64,
    /// True if every occurrence in them was read; otherwise the first of the newest documents were.
    pub complete: bool,
    /// Order of the lines.
    pub by: Order,
    /// The page of the list; `listed` counts all lines.
    pub page: PageInfo,
    /// Lines of this page.
    pub lines: Vec<Line>,
    /// Neighbours on the left, the most frequent first.
    pub left: Vec<Neighbour>,
    /// Neighbours on the right.
    pub right: Vec<Neighbour>,
    /// The index that answered.
    pub index: IndexInfo,
}

/// An occurrence with its context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    /// Document id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Date.
    pub date: String,
    /// Passage: `p12`.
    pub passage: String,
    /// The passage on the reading page.
    pub url: String,
    /// Words before it in its passage.
    pub left: String,
    /// Words found.
    pub hit: String,
    /// Words behind it.
    pub right: String,
    /// Language of the passage.
    pub lang: String,
}

/// A neighbour of the occurrences on one side.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Neighbour {
    /// Word, or two ideographs.
    pub text: String,
    /// Number of lines.
    pub count: u64,
    /// Number of documents in which it stands there.
    pub documents: u64,
    /// Log-likelihood ratio over documents, positive where it stands there more often than chance has it.
    pub association: f64,
}

/// Sides of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Puts lines in an order; equal ones stay as they came, the newest document first.
pub(crate) fn sort_lines(lines: &mut [Line], order: Order) {
    match order {
        Order::Newest => {}
        Order::Oldest => lines.sort_by(|one, other| one.date.cmp(&other.date)),
        Order::Publisher => lines.sort_by(|one, other| one.publisher.cmp(&other.publisher)),
        Order::Left => lines.sort_by_cached_key(|line| {
            let nearest: String = line.left.chars().rev().take(SORTED_CHARS).collect();
            fold_text(&nearest).text
        }),
        Order::Right => lines.sort_by_cached_key(|line| {
            let nearest: String = line.right.chars().take(SORTED_CHARS).collect();
            fold_text(&nearest).text
        }),
    }
}

/// The neighbour on a side of a line, folded; `None` where a mark or an end stands there.
fn neighbour(line: &Line, side: Side) -> Option<String> {
    let near: Vec<char> = match side {
        Side::Left => line
            .left
            .trim_end()
            .chars()
            .rev()
            .take(CONTEXT_CHARS)
            .collect(),
        Side::Right => line
            .right
            .trim_start()
            .chars()
            .take(CONTEXT_CHARS)
            .collect(),
    };
    let first = *near.first()?;
    let mut word: Vec<char> = if is_han(first) {
        let ideographs = near.into_iter().take_while(|c| is_han(*c));
        ideographs.take(NEIGHBOUR_IDEOGRAPHS).collect()
    } else {
        let letters = near.into_iter();
        letters
            .take_while(|c| c.is_alphanumeric() && !is_han(*c))
            .collect()
    };
    if side == Side::Left {
        word.reverse();
    }
    let word: String = word.into_iter().collect();
    (!word.is_empty()).then(|| fold_text(&word).text)
}

/// Neighbours on a side, the most frequent first. `holding` returns the number of documents that hold a word at all, of
/// `documents` in the collection.
pub(crate) fn neighbours(
    lines: &[Line],
    side: Side,
    documents: u64,
    holding: impl Fn(&str) -> u64,
) -> Vec<Neighbour> {
    let mut counts: HashMap<String, (u64, u64, &str)> = HashMap::new();
    let (mut matching, mut last) = (0, "");
    for line in lines {
        if line.id != last {
            matching += 1;
            last = &line.id;
        }
        let Some(word) = neighbour(line, side) else {
            continue;
        };
        let known = counts.entry(word).or_insert((0, 0, ""));
        known.0 += 1;
        if known.2 != line.id {
            known.1 += 1;
            known.2 = &line.id;
        }
    }
    let mut sorted: Vec<(String, u64, u64)> = counts
        .into_iter()
        .map(|(word, (count, documents, _))| (word, count, documents))
        .collect();
    sorted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    sorted.truncate(MAX_NEIGHBOURS);
    let listed = sorted.into_iter();
    listed
        .map(|(text, count, beside)| Neighbour {
            association: association(beside, matching, holding(&text), documents),
            text,
            count,
            documents: beside,
        })
        .collect()
}

/// Signed log-likelihood ratio (Dunning) of a word that stands beside the query in `beside` of `matching` documents and is
/// held by `holding` of `all`.
fn association(beside: u64, matching: u64, holding: u64, all: u64) -> f64 {
    let (beside, matching, all) = (beside as f64, matching as f64, all as f64);
    let holding = (holding as f64).max(beside);
    let cells = [
        (beside, matching * holding / all),
        (matching - beside, matching * (all - holding) / all),
        (holding - beside, (all - matching) * holding / all),
        (
            all - matching - holding + beside,
            (all - matching) * (all - holding) / all,
        ),
    ];
    let terms = cells
        .iter()
        .filter(|(seen, wanted)| *seen > 0.0 && *wanted > 0.0);
    let ratio: f64 = terms
        .map(|(seen, wanted)| seen * (seen / wanted).ln())
        .sum();
    let sign = if beside >= cells[0].1 { 1.0 } else { -1.0 };
    // Two decimals: the last bits of a logarithm are the machine's.
    sign * (200.0 * ratio.max(0.0)).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, left: &str, right: &str) -> Line {
        Line {
            id: id.to_owned(),
            title: String::new(),
            publisher: String::new(),
            date: String::new(),
            passage: "p1".to_owned(),
            url: String::new(),
            left: left.to_owned(),
            hit: "政府".to_owned(),
            right: right.to_owned(),
            lang: "zh-Hant".to_owned(),
        }
    }

    #[test]
    fn neighbours_are_words_or_two_ideographs() {
        let lines = [
            line("a", "香港特區", "會繼續推動"),
            line("a", "和特區", "，以及"),
            line("b", "The Hong Kong ", " said so"),
        ];
        let of = |side| -> Vec<(String, u64, u64)> {
            let found = neighbours(&lines, side, 100, |_| 10);
            found
                .into_iter()
                .map(|n| (n.text, n.count, n.documents))
                .collect()
        };
        assert_eq!(of(Side::Left)[0], ("特区".to_owned(), 2, 1));
        assert_eq!(of(Side::Left)[1], ("kong".to_owned(), 1, 1));
        let mut right: Vec<String> = of(Side::Right).into_iter().map(|n| n.0).collect();
        right.sort();
        assert_eq!(right, ["said", "会继"]);
    }

    #[test]
    fn what_stands_there_by_chance_has_no_association() {
        assert!(association(10, 100, 100, 1_000).abs() < 0.01);
        assert!(association(90, 100, 100, 1_000) > 100.0);
        assert!(association(1, 100, 500, 1_000) < -50.0);
    }

    #[test]
    fn lines_are_sorted_by_what_is_nearest() {
        let mut lines = [
            line("a", "乙甲", "c"),
            line("b", "甲乙", "b"),
            line("c", "丙甲", "a"),
        ];
        sort_lines(&mut lines, Order::Left);
        let nearest: Vec<char> = lines
            .iter()
            .filter_map(|line| line.left.chars().last())
            .collect();
        assert_eq!(nearest[2], '甲', "乙 comes before 甲: {nearest:?}");
        assert_eq!(nearest[..2], ['乙', '甲']);
        sort_lines(&mut lines, Order::Right);
        assert_eq!(lines.map(|line| line.id), ["c", "b", "a"]);
    }
}
