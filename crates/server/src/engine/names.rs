//! Documents found by a part of a name: ids typed by their last part, numbers typed without what parts them.

use polidex_schema::fields::title_key;

/// Maximum number of documents that are found by a part of their number.
const MAX_FOUND: usize = 1_000;
/// Minimum length of the last part of an id that is typed for the whole.
const MIN_ID_BYTES: usize = 5;

/// Returns those of `ids` whose last part is `text`, if that may be one: long enough, with a digit.
pub fn ids_ending_with<'a>(text: &str, ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    if text.len() < MIN_ID_BYTES || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let plain = |id: &str| id.to_lowercase().replace(['/', ' '], "-");
    let wanted = plain(text);
    let named = ids.filter(|id| {
        let last = id.rsplit('/').next().unwrap_or(id);
        last.len() == text.len() && plain(last) == wanted
    });
    named.map(str::to_owned).take(MAX_FOUND).collect()
}

/// Every number of an index, each by the key of its words.
#[derive(Debug, Default)]
pub struct NumberTable(Vec<(String, String)>);

impl NumberTable {
    /// Keys `numbers`.
    pub fn of(numbers: Vec<String>) -> Self {
        let keyed = |number: String| (format!(" {} ", title_key(&number)), number);
        Self(numbers.into_iter().map(keyed).collect())
    }

    /// Returns the numbers that hold the words of `key`, in their order.
    pub fn with(&self, key: &str) -> Vec<String> {
        let wanted = format!(" {key} ");
        let numbers = self.0.iter();
        let found = numbers.filter(|(known, _)| !key.is_empty() && known.contains(&wanted));
        found
            .map(|(_, number)| number.clone())
            .take(MAX_FOUND)
            .collect()
    }
}
