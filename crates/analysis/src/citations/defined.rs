//! Short names that a text defines for the laws it cites: 以下简称本法, (“《條例》”), *(hereinafter the "Act")*.

use std::collections::HashMap;

use crate::citations::view::View;

/// Words that define a short name, the longer first.
const CUES: [&str; 14] = [
    "以下簡稱為",
    "以下简称为",
    "以下簡稱",
    "以下简称",
    "以下統稱",
    "以下统称",
    "以下稱",
    "以下称",
    "下稱",
    "下称",
    "簡稱",
    "简称",
    "下稱為",
    "統稱",
];
/// Words in brackets that belong to a title.
const VERSIONS: [&str; 7] = ["试行", "試行", "修订", "修訂", "修正", "暂行", "草案"];
/// Maximum number of short names of one text.
const MAX_DEFINED: usize = 500;
/// Longest short name in characters.
const LONGEST_SHORT: usize = 24;

/// Contents of the brackets behind a title.
pub(super) enum Aside {
    /// A short name.
    Short(String),
    /// A number of the work: its chapter, its document number.
    Number,
    /// Words that belong to the title: 试行, 修訂.
    Title,
}

/// Reads the brackets that open at `index`; `None` if they do not belong to a title before them. Returns the index behind.
pub(super) fn aside(view: &View, index: usize) -> Option<(Aside, usize)> {
    if view.get(index) != '(' {
        return None;
    }
    let close =
        (index + 1..index + 60).find(|at| view.get(*at) == ')' && balanced(view, index, *at))?;
    let inner = index + 1..close;
    let end = close + 1;
    if let Some((_, at)) = view.one_of(inner.start, &CUES) {
        return Some((Aside::Short(short(view, at, close)), end));
    }
    if matches!(view.get(inner.start), '“' | '「' | '"') {
        return Some((Aside::Short(short(view, inner.start, close)), end));
    }
    Some((plain_aside(&view.text(inner))?, end))
}

/// Contents of brackets that define no short name.
fn plain_aside(text: &str) -> Option<Aside> {
    let last = text.chars().last()?;
    if matches!(last, '号' | '號' | '章') {
        return Some(Aside::Number);
    }
    let is_day = last == '定' && text.starts_with(|c: char| c.is_ascii_digit());
    (is_day || VERSIONS.contains(&text)).then_some(Aside::Title)
}

fn balanced(view: &View, open: usize, close: usize) -> bool {
    let count = |mark: char| {
        view.chars[open..close]
            .iter()
            .filter(|c| **c == mark)
            .count()
    };
    count('(') == count(')') + 1
}

fn short(view: &View, from: usize, to: usize) -> String {
    let is_mark = |c: &char| {
        matches!(
            c,
            '“' | '”' | '「' | '」' | '《' | '》' | '"' | ' ' | '〈' | '〉' | ':' | '為' | '为'
        )
    };
    let kept = view.chars[from..to].iter().filter(|c| !is_mark(c));
    kept.take(LONGEST_SHORT).collect()
}

/// Short names and what they stand for.
#[derive(Default)]
pub(super) struct Defined {
    by_short: HashMap<String, String>,
}

impl Defined {
    pub(super) fn add(&mut self, short: String, name: &str) {
        let is_shorter = short.chars().count() < name.chars().count();
        if !short.is_empty() && is_shorter && self.by_short.len() < MAX_DEFINED {
            self.by_short.insert(short, name.to_owned());
        }
    }

    pub(super) fn get(&self, short: &str) -> Option<&String> {
        self.by_short.get(short)
    }
}
