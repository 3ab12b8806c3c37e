//! Modules, and rooms (top-level modules), that need each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::modules::{Files, Modules, Need};

/// Parts of a crate that all need each other, directly or by way of others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Circle {
    /// Members in order, `a::b` for a module and `a` for a room.
    pub(crate) members: Vec<String>,
    /// One line for each need inside the circle.
    pub(crate) needs: String,
}

/// Circles of a crate's modules, then those of its rooms.
pub(crate) struct Circles {
    pub(crate) modules: Vec<Circle>,
    pub(crate) rooms: Vec<Circle>,
}

/// Finds the circles below each crate root among `files`. Panics if a file belongs to no root: nothing stays unread.
pub(crate) fn circles_of(files: &Files) -> Circles {
    let mut circles = Circles {
        modules: Vec::new(),
        rooms: Vec::new(),
    };
    let mut unread: BTreeSet<&String> = files.keys().collect();
    for root in files.keys().filter(|file| is_root(file)) {
        let modules = Modules::read(files, root);
        unread.retain(|file| !modules.files.contains(*file));
        let needs = modules.needs();
        circles
            .modules
            .extend(circles_among(&needs, |path| path.join("::")));
        circles.rooms.extend(circles_among(&needs, |path| {
            path.first().cloned().unwrap_or_default()
        }));
    }
    assert!(unread.is_empty(), "no module declares {unread:?}");
    circles
}

fn is_root(file: &str) -> bool {
    matches!(file, "lib.rs" | "main.rs") || file.starts_with("bin/")
}

/// Circles of the parts that `part_of` makes of modules.
fn circles_among(needs: &[Need], part_of: impl Fn(&[String]) -> String) -> Vec<Circle> {
    let mut graph: BTreeMap<String, BTreeMap<String, &str>> = BTreeMap::new();
    for need in needs {
        let (from, to) = (part_of(&need.from), part_of(&need.to));
        if from != to {
            let shown = graph.entry(from).or_default();
            shown.entry(to).or_insert(&need.shown_by);
        }
    }
    let reached: BTreeMap<&String, BTreeSet<&String>> = graph
        .keys()
        .map(|part| (part, reached_from(part, &graph)))
        .collect();
    let mut placed = BTreeSet::new();
    let mut circles = Vec::new();
    for (part, reach) in &reached {
        let returns =
            |other: &&&String| reached.get(**other).is_some_and(|back| back.contains(part));
        let members: BTreeSet<&String> = reach.iter().filter(returns).copied().collect();
        if members.contains(*part) && placed.insert(*part) {
            placed.extend(&members);
            circles.push(circle(&members, &graph));
        }
    }
    circles
}

fn reached_from<'a>(
    part: &String,
    graph: &'a BTreeMap<String, BTreeMap<String, &str>>,
) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = graph
        .get(part)
        .into_iter()
        .flat_map(BTreeMap::keys)
        .collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(graph.get(next).into_iter().flat_map(BTreeMap::keys));
        }
    }
    reached
}

fn circle(members: &BTreeSet<&String>, graph: &BTreeMap<String, BTreeMap<String, &str>>) -> Circle {
    let mut needs = String::new();
    for from in members {
        for (to, shown_by) in &graph[*from] {
            if members.contains(to) {
                let _ = writeln!(needs, "  {from} needs {to} ({shown_by})");
            }
        }
    }
    Circle {
        members: members.iter().map(|member| (*member).clone()).collect(),
        needs,
    }
}
