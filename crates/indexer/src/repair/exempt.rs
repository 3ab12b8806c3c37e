//! What must not be read as damage: markup, addresses, paths, code.
//!
//! In: a text or a line. Out: answers other passes ask before they touch anything. Errs on the side of exempting.

use std::ops::Range;

/// Returns true when `text` holds tags: then entities in it are right as they are. Comments and addresses in angle
/// brackets are of Markdown too.
pub(crate) fn has_markup(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = &text.as_bytes()[at + 1..];
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        let is_name = name.first().is_some_and(u8::is_ascii_alphabetic) || rest.starts_with(b"!D");
        let is_address = [&b"http:"[..], b"https:", b"mailto:"]
            .iter()
            .any(|scheme| rest.starts_with(scheme));
        is_name
            && !is_address
            && rest
                .iter()
                .take(MAX_TAG_BYTES)
                .take_while(|byte| **byte != b'<')
                .any(|byte| *byte == b'>')
    })
}

/// Returns true when `text` quotes tags by entities: then it is the source of markup, and decoding would make tags of
/// it.
pub(crate) fn quotes_markup(text: &str) -> bool {
    text.match_indices("&lt;").any(|(at, _)| {
        let rest = &text.as_bytes()[at + 4..];
        let name = rest.strip_prefix(b"/").unwrap_or(rest);
        let is_name = name.first().is_some_and(u8::is_ascii_alphabetic);
        is_name
            && rest[..rest.len().min(MAX_TAG_BYTES)]
                .windows(4)
                .any(|window| window == b"&gt;")
    })
}

/// No tag is longer.
const MAX_TAG_BYTES: usize = 1000;

/// Nothing longer is one address: a bound on how far [`token_around`] looks.
const MAX_TOKEN_BYTES: usize = 2048;

/// The run of non-blank characters around byte `at`, as far as [`MAX_TOKEN_BYTES`] on each side.
pub(crate) fn token_around(text: &str, at: usize) -> Range<usize> {
    let mut from = at.saturating_sub(MAX_TOKEN_BYTES);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = text.len().min(at + MAX_TOKEN_BYTES);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let start = text[from..at]
        .rfind(char::is_whitespace)
        .map_or(from, |blank| {
            from + blank + first_len(&text[from + blank..])
        });
    let end = text[at..to]
        .find(char::is_whitespace)
        .map_or(to, |blank| at + blank);
    start..end
}

fn first_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Returns true when `token` is a web address, an e-mail address or a path with a query.
pub(crate) fn is_address(token: &str) -> bool {
    let lower = token.to_ascii_lowercase();
    lower.contains("://")
        || lower.contains("www.")
        || lower.contains("mailto:")
        || (token.starts_with('/') && token.len() > 1)
}

/// Returns true when `line` reads as code: operators, calls and terminators that prose does not have.
pub(crate) fn is_code(line: &str) -> bool {
    const MARKS: [&str; 22] = [
        "&&", "||", "==", "!=", "=>", "->", "<<", ">>", "::", "();", ");", "{}", "${", "#include",
        "#!/", "const ", "def ", "fn ", "import ", "SELECT ", "echo ", "sed ",
    ];
    let trimmed = line.trim();
    let ends_as_code =
        trimmed.ends_with(';') && trimmed.contains(['=', '(']) || trimmed.ends_with('{');
    ends_as_code || MARKS.iter().any(|mark| trimmed.contains(mark))
}

/// Returns true when an escape at `at` (its end at `end`) stands inside a regular expression's character class.
pub(crate) fn is_in_char_class(text: &str, at: usize, end: usize) -> bool {
    let before = text[..at].chars().next_back();
    let mut after = text[end..].chars();
    let next = after.next();
    before == Some('[')
        || next == Some(']')
        || next == Some('-') && after.next().is_some_and(|c| c == '\\')
        || before == Some('-') && text[token_around(text, at).start..at].contains('[')
        || matches!(next, Some('+' | '*' | '{')) && before == Some('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_markup_and_comparisons_are_not() {
        assert!(has_markup("<p>Fish &amp; Chips</p>"));
        assert!(has_markup("see <a href=\"?a=1&amp;b=2\">"));
        assert!(!has_markup("a < b and c > d"));
        assert!(!has_markup("<!-- INFO END -->\n<https://example.org/>"));
    }

    #[test]
    fn code_is_told_from_prose() {
        assert!(is_code("if (a && b || !c) { x <<= 2; }"));
        assert!(is_code("const s = \"caf\\u00e9\";"));
        assert!(!is_code("依法追究刑事責任；"));
        assert!(!is_code("The Minister may, by order, amend the schedule."));
    }
}
