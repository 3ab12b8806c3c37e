//! Output to the terminal: messages, and text made safe for it.

use std::io::{BufRead, Write};

use anyhow::Context;
use serde::de::DeserializeOwned;

/// Writes a line to standard error; when even that fails there is nobody to tell.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", safe(line));
}

/// Answers each line of standard input that is not blank by `answer`. One that is no object of the form wanted is answered by
/// its error and does not keep the others from their answers; `false` if there was one.
pub(crate) fn answer_lines<W: Write, T: DeserializeOwned>(
    out: &mut W,
    mut answer: impl FnMut(&mut W, T) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let mut are_good = true;
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.context("reading standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(asked) => answer(out, asked)?,
            Err(error) => {
                are_good = false;
                let number = at + 1;
                say(&format!(
                    "line {number} of standard input is left out: {error}"
                ));
                let refusal = serde_json::json!({ "error": error.to_string() });
                writeln!(out, "{refusal}")?;
            }
        }
    }
    Ok(are_good)
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
