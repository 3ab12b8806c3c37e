//! Figures stated in Markdown.

use std::path::Path;

use anyhow::Context;

/// Mark behind a number in running text.
const MARK: &str = "<!-- figure ";

/// A figure as some text states it.
pub(super) struct Statement {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) value: String,
}

/// Statements of the README in every language and of docs/.
pub(super) fn read(top: &Path) -> anyhow::Result<Vec<Statement>> {
    let mut statements = Vec::new();
    for folder in ["", "docs"] {
        let path = top.join(folder);
        for name in markdown_in(&path)? {
            let text = std::fs::read_to_string(path.join(&name))?;
            let file = match folder.is_empty() {
                true => name,
                false => format!("{folder}/{name}"),
            };
            statements.extend(of(&file, &text));
        }
    }
    Ok(statements)
}

/// Names of the Markdown files in a folder, in order.
fn markdown_in(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name.ends_with(".md"));
    names.sort();
    Ok(names)
}

/// Statements of one text.
pub(super) fn of(file: &str, text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let found = table_row(line).into_iter().chain(marked(line));
        statements.extend(found.map(|(key, value)| Statement {
            file: file.to_owned(),
            line: index + 1,
            key,
            value,
        }));
    }
    statements
}

/// Key and value of a row `| `key` | value | …`, where the value begins with a number.
fn table_row(line: &str) -> Option<(String, String)> {
    let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
    let key = cells.next()?.strip_suffix('`')?;
    let is_key = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    let value = cells.next()?.split(' ').next()?;
    let is_number = value.starts_with(|c: char| c.is_ascii_digit());
    (is_key && is_number).then(|| (key.to_owned(), value.replace(',', "")))
}

/// Keys and values of all marked numbers of a line.
fn marked(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut pieces = line.split(MARK);
    let mut before = pieces.next().unwrap_or_default();
    for piece in pieces {
        let (key, after) = piece.split_once("-->").unwrap_or((piece, ""));
        found.push((key.trim().to_owned(), last_number(before)));
        before = after;
    }
    found
}

/// The last number in `text`, without the commas between thousands.
fn last_number(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let mut words = text.split(|c: char| !is_part(c));
    let last = words.rfind(|word| word.contains(|c: char| c.is_ascii_digit()));
    let trimmed = last.unwrap_or_default().trim_matches(['.', ',']);
    trimmed.replace(',', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        let statements = of("x.md", text).into_iter();
        statements.map(|found| (found.key, found.value)).collect()
    }

    #[test]
    fn tables_and_marked_numbers_are_read() {
        let text = "| `a.b-c` | 1,234 | text |\n| `q=…` | words |\n| a | 5 |\n\
                    of 2,192<!-- figure n --> texts 94.43 %<!-- figure share -->.";
        let expected = [("a.b-c", "1234"), ("n", "2192"), ("share", "94.43")];
        assert_eq!(
            pairs(text),
            expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }
}
