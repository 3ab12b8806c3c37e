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

/// Returns true for what a terminal would obey: control characters but line breaks and tabs, and marks that turn the
/// direction of text.
fn commands_terminal(character: char) -> bool {
    (character.is_control() && !matches!(character, '\n' | '\t'))
        || matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `text` with what a terminal would obey written out, `\u{1b}`: for whole texts, of which nothing may be lost. A return
/// before a line feed is part of the line's end.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends_line = character == '\r' && characters.peek() == Some(&'\n');
        if commands_terminal(character) && !ends_line {
            visible.extend(character.escape_unicode());
        } else {
            visible.push(character);
        }
    }
    visible
}

/// `text` with a sign in the place of each character that a terminal would obey. Documents and file names are other people's.
pub(crate) fn safe(text: &str) -> String {
    text.chars()
        .map(|character| {
            if commands_terminal(character) {
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
    use super::{safe, visible};

    /// Every mark of Unicode's property `Bidi_Control`.
    #[test]
    fn no_mark_turns_the_direction_of_a_line() {
        let marks = "\u{061C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}";
        assert_eq!(safe(marks), "\u{FFFD}".repeat(12));
    }

    #[test]
    fn a_whole_text_is_shown_with_nothing_obeyed_and_nothing_lost() {
        assert_eq!(
            visible("a\u{1B}[31mb\u{202E}c\td\r\ne\rf\u{85}"),
            "a\\u{1b}[31mb\\u{202e}c\td\r\ne\\u{d}f\\u{85}"
        );
        assert_eq!(visible("新質生產力\n"), "新質生產力\n");
    }

    #[test]
    fn terminals_are_not_commanded() {
        assert_eq!(
            safe("a\u{1B}[31mb\u{202E}c\td\n"),
            "a\u{FFFD}[31mb\u{FFFD}c\td\n"
        );
    }
}
