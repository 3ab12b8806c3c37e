//! Differences of two JSON values, each with its path.
//!
//! Lists of objects with an `id` are compared id by id, and the order of ids once; other lists
//! without their common beginning and end, so that one inserted line is one difference.

use std::collections::BTreeSet;
use std::collections::HashMap;

use serde_json::Value;

/// Keys whose values are other ones in every run: when, how fast, which failure.
const LEFT_OUT: [&str; 4] = ["generation", "seconds", "took_ms", "instance"];

/// Relative difference of two scores that counts as none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance(pub(crate) f64);

/// One place where two values differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// Path with positions: `body.hits[3].score`.
    pub(crate) path: String,
    /// Value of the old program; `Null` where it has none.
    pub(crate) old: Value,
    /// Value of the new program; `Null` where it has none.
    pub(crate) new: Value,
}

impl Difference {
    /// Path with every position left empty: `body.hits[].score`.
    pub(crate) fn pattern(&self) -> String {
        let mut out = String::new();
        let mut is_inside = false;
        for c in self.path.chars() {
            is_inside = is_inside && c != ']';
            if !is_inside {
                out.push(c);
            }
            is_inside = is_inside || c == '[';
        }
        out
    }
}

/// Returns every difference between `old` and `new`.
pub(crate) fn differences(old: &Value, new: &Value, tolerance: Tolerance) -> Vec<Difference> {
    let mut walk = Walk {
        tolerance,
        found: Vec::new(),
    };
    walk.value("", old, new);
    walk.found
}

struct Walk {
    tolerance: Tolerance,
    found: Vec<Difference>,
}

impl Walk {
    fn value(&mut self, path: &str, old: &Value, new: &Value) {
        match (old, new) {
            (Value::Object(_), Value::Object(_)) => self.object(path, old, new),
            (Value::Array(old), Value::Array(new)) => self.list(path, old, new),
            _ if old == new || self.is_near(path, old, new) => {}
            _ => self.push(path, old.clone(), new.clone()),
        }
    }

    fn object(&mut self, path: &str, old: &Value, new: &Value) {
        for key in keys_of(old).union(&keys_of(new)) {
            if LEFT_OUT.contains(&key.as_str()) {
                continue;
            }
            let below = match path.is_empty() {
                true => key.clone(),
                false => format!("{path}.{key}"),
            };
            match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => self.value(&below, old, new),
                (old, new) => {
                    let shown = |value: Option<&Value>| value.cloned().unwrap_or_default();
                    self.push(&format!("{below} (absent)"), shown(old), shown(new));
                }
            }
        }
    }

    fn list(&mut self, path: &str, old: &[Value], new: &[Value]) {
        if let (Some(old_ids), Some(new_ids)) = (ids_of(old), ids_of(new)) {
            return self.by_id(path, (old, &old_ids), (new, &new_ids));
        }
        let (old_from, old_to, new_to) = differing_middle(old, new);
        let (old_middle, new_middle) = (&old[old_from..old_to], &new[old_from..new_to]);
        if old_middle.len() == new_middle.len() {
            for (index, (old, new)) in old_middle.iter().zip(new_middle).enumerate() {
                self.value(&format!("{path}[{}]", old_from + index), old, new);
            }
        } else {
            let path = format!("{path}[{old_from}..]");
            self.push(&path, old_middle.into(), new_middle.into());
        }
    }

    fn by_id(&mut self, path: &str, old: (&[Value], &[&str]), new: (&[Value], &[&str])) {
        if old.1 != new.1 {
            self.push_ids(path, old.1, new.1);
        }
        let places: HashMap<&str, usize> = old.1.iter().copied().zip(0..).collect();
        for (index, id) in new.1.iter().enumerate() {
            if let Some(place) = places.get(id) {
                self.value(&format!("{path}[{index}]"), &old.0[*place], &new.0[index]);
            }
        }
    }

    fn is_near(&self, path: &str, old: &Value, new: &Value) -> bool {
        let (Some(old), Some(new)) = (old.as_f64(), new.as_f64()) else {
            return false;
        };
        let is_score = path.ends_with("score") || path.contains("explanation");
        is_score && (old - new).abs() <= self.tolerance.0 * old.abs().max(new.abs())
    }

    /// Notes the ids in which two lists differ, from the first of them to the last.
    fn push_ids(&mut self, path: &str, old: &[&str], new: &[&str]) {
        let (from, old_to, new_to) = differing_middle(old, new);
        let (old, new) = (&old[from..old_to], &new[from..new_to]);
        let path = format!("{path}[{from}..] (ids)");
        self.push(&path, old.to_vec().into(), new.to_vec().into());
    }

    fn push(&mut self, path: &str, old: Value, new: Value) {
        self.found.push(Difference {
            path: path.to_owned(),
            old,
            new,
        });
    }
}

/// Ids of a list of objects, when each has one and no two are equal.
fn ids_of(list: &[Value]) -> Option<Vec<&str>> {
    let ids: Vec<&str> = list
        .iter()
        .map(|value| value.get("id")?.as_str())
        .collect::<Option<_>>()?;
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    (distinct.len() == ids.len()).then_some(ids)
}

/// Bounds of the part in which two lists differ: `(from, old_to, new_to)`.
fn differing_middle<T: PartialEq>(old: &[T], new: &[T]) -> (usize, usize, usize) {
    let from = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let ends = old[from..].iter().rev().zip(new[from..].iter().rev());
    let same = ends.take_while(|(a, b)| a == b).count();
    (from, old.len() - same, new.len() - same)
}

fn keys_of(value: &Value) -> BTreeSet<String> {
    let keys = value
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    keys.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(old: Value, new: Value) -> Vec<String> {
        differences(&old, &new, Tolerance(0.0))
            .into_iter()
            .map(|difference| difference.path)
            .collect()
    }

    #[test]
    fn equal_values_do_not_differ() {
        let value = json!({"hits": [{"id": "a", "score": 1.5}], "took_ms": 1});
        let later = json!({"hits": [{"id": "a", "score": 1.5}], "took_ms": 2});
        assert!(paths(value, later).is_empty());
    }

    #[test]
    fn a_doctored_answer_differs_where_it_was_doctored() {
        let old = json!({"hits": [{"id": "a", "score": 1.5, "title": "x"}], "total": 1});
        let new = json!({"hits": [{"id": "a", "score": 1.25, "title": "x"}], "more": 1});
        assert_eq!(
            paths(old, new),
            ["hits[0].score", "more (absent)", "total (absent)"]
        );
    }

    #[test]
    fn hits_are_compared_id_by_id() {
        let old = json!({"hits": [{"id": "a", "n": 1}, {"id": "b", "n": 2}, {"id": "c", "n": 3}]});
        let new = json!({"hits": [{"id": "b", "n": 2}, {"id": "a", "n": 9}, {"id": "c", "n": 3}]});
        assert_eq!(paths(old, new), ["hits[0..] (ids)", "hits[1].n"]);
    }

    #[test]
    fn an_inserted_line_is_one_difference() {
        let old = json!(["a", "b", "c"]);
        let new = json!(["a", "x", "b", "c"]);
        let found = differences(&old, &new, Tolerance(0.0));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "[1..]");
        assert_eq!(found[0].pattern(), "[]");
        assert_eq!(found[0].new, json!(["x"]));
    }

    #[test]
    fn a_tolerance_is_for_scores_alone() {
        let (old, new) = (
            json!({"score": 100.0, "n": 100.0}),
            json!({"score": 100.001, "n": 100.001}),
        );
        let found = differences(&old, &new, Tolerance(1e-4));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "n");
    }
}
