//! Gives documents their ids.
//!
//! A file's id is its path below the indexed folder without the extension, which stays where two would collide. Ids are any
//! Unicode without control characters, up to [`MAX_ID_BYTES`] bytes.

use std::collections::HashMap;

use polidex_schema::record::MAX_ID_BYTES;

/// Ids for `paths`, in their order. Two equal paths (of two folders) get `path~2` and so on.
pub fn file_ids(paths: &[&str]) -> Vec<String> {
    let stems = paths.iter().map(|path| clean(without_extension(path)));
    let stems: Vec<String> = stems.collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for stem in &stems {
        *uses.entry(stem).or_default() += 1;
    }
    let own = paths.iter().zip(&stems).map(|(path, stem)| {
        if uses[stem.as_str()] == 1 {
            stem.clone()
        } else {
            clean(path)
        }
    });
    numbered(own)
}

/// `ids` with a number behind all but the first of those that are equal.
fn numbered(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut taken: HashMap<String, usize> = HashMap::new();
    let numbered = ids.map(|id| {
        let count = taken.entry(id.clone()).or_default();
        *count += 1;
        match *count {
            1 => id,
            count => format!("{id}~{count}"),
        }
    });
    numbered.collect()
}

fn without_extension(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => &path[..name_at + dot],
        _ => path,
    }
}

/// Control characters become `_`; an id that is too long keeps its end, where names differ.
fn clean(path: &str) -> String {
    let path: String = path
        .chars()
        .map(|character| {
            if character.is_control() {
                '_'
            } else {
                character
            }
        })
        .collect();
    let start = path.ceil_char_boundary(path.len().saturating_sub(MAX_ID_BYTES - 8));
    path[start..].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_stays_where_two_would_collide() {
        let ids = file_ids(&[
            "a/x.txt",
            "a/x.md",
            "b/y.z.txt",
            ".hidden",
            "新質.txt",
            "same.txt",
            "same.txt",
            "n\n.txt",
        ]);
        assert_eq!(
            ids,
            [
                "a/x.txt",
                "a/x.md",
                "b/y.z",
                ".hidden",
                "新質",
                "same.txt",
                "same.txt~2",
                "n_"
            ]
        );
        assert!(file_ids(&[&format!("{}.txt", "長".repeat(300))])[0].len() <= MAX_ID_BYTES);
    }
}
