//! Output to the terminal: messages, and text made safe for it.

use std::io::Write;

/// Writes a line to standard error; when even that fails there is nobody to tell.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", safe(line));
}

/// Answers a line of standard input that is no object of the form wanted, in its place.
pub(crate) fn write_refusal(
    out: &mut impl Write,
    line: usize,
    error: &serde_json::Error,
) -> std::io::Result<()> {
    say(&format!(
        "line {line} of standard input is left out: {error}"
    ));
    writeln!(out, "{}", serde_json::json!({ "error": error.to_string() }))
}

/// `text` without what a terminal would obey: control characters but line breaks and tabs, and marks that turn the
/// direction of text. Documents and file names are other people's.
pub(crate) fn safe(text: &str) -> String {
    let obeys = |character: char| {
        (character.is_control() && !matches!(character, '\n' | '\t'))
            || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|character| {
            if obeys(character) {
                '\u{FFFD}'
            } else {
                character
            }
        })
        .collect()
}

/// Returns true if `error` says that nobody reads our output any more.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_broken = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(is_broken)
}

#[cfg(test)]
mod tests {
    use super::safe;

    /// Every mark of Unicode's property `Bidi_Control`.
    #[test]
    fn no_mark_turns_the_direction_of_a_line() {
        let marks = "\u{061C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}";
        assert_eq!(safe(marks), "\u{FFFD}".repeat(12));
    }

    #[test]
    fn terminals_are_not_commanded() {
        assert_eq!(
            safe("a\u{1B}[31mb\u{202E}c\td\n"),
            "a\u{FFFD}[31mb\u{FFFD}c\td\n"
        );
    }
}
