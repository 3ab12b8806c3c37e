//! Finds a passage in the text of its document, whatever white space either has.

/// Characters by which a passage is found that the document writes otherwise further on.
const PREFIX: usize = 40;

/// Returns the byte of `text` at which `passage` begins.
pub(super) fn locate(text: &str, passage: &str) -> Option<usize> {
    if text.is_empty() || passage.is_empty() {
        return None;
    }
    if let Some(at) = text.find(passage) {
        return Some(at);
    }
    let (compact, starts) = compact(text);
    let wanted: String = passage.chars().filter(|c| !c.is_whitespace()).collect();
    let prefix: String = wanted.chars().take(PREFIX).collect();
    let at = compact.find(&wanted).or_else(|| compact.find(&prefix))?;
    let index = starts.partition_point(|(compact_at, _)| *compact_at <= at);
    let (from, source) = starts.get(index.checked_sub(1)?)?;
    Some(source + (at - from))
}

/// A text without white space, and the bytes at which its runs begin in both.
fn compact(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut compact = String::with_capacity(text.len());
    let mut starts = Vec::new();
    let mut in_run = false;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            in_run = false;
            continue;
        }
        if !in_run {
            starts.push((compact.len(), at));
        }
        in_run = true;
        compact.push(character);
    }
    (compact, starts)
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn a_passage_is_found_whatever_its_white_space() {
        let text = "第 1 條　本法。\n第 2 條　前條\n之規定。\n";
        assert_eq!(locate(text, "前條之規定"), text.find("前條"));
        assert_eq!(locate(text, "前條\n之規定"), text.find("前條"));
        assert_eq!(locate(text, "第2條"), text.find("第 2"));
        assert_eq!(locate(text, "第三條"), None);
        assert_eq!(locate("", "x"), None);
    }
}
