//! Reads the front matter of Markdown: data between two lines of `---` (YAML) or `+++` (TOML) at the head of a text.
//!
//! In: a text. Out: where its body begins and what the data says of it, or nothing: a block that is cut off, or names nothing
//! that is known of documents, is text like any other and stays. Of YAML the part is read that front matter is written in:
//! one key a line, quoted or plain values, lists in brackets or on lines of their own.

use std::collections::HashMap;

use crate::declared::Declared;
use crate::extract::fields::{date_of, fill};

/// Front matter is short; a longer block is a text with rules in it.
const MAX_FRONT_BYTES: usize = 64 << 10;

/// The byte where the body of `text` begins, and what its front matter says.
pub(crate) fn read_front_matter(text: &str) -> Option<(usize, Declared)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let fence = first.trim_end();
    if !["---", "+++"].contains(&fence) || first.len() > MAX_FRONT_BYTES {
        return None;
    }
    let mut at = first.len();
    let mut content = vec![""];
    for line in lines {
        at += line.len();
        if at > MAX_FRONT_BYTES {
            return None;
        }
        let line = line.trim_end();
        if line == fence || fence == "---" && line == "..." {
            return declared(&fenced_values(fence, &content)?).map(|declared| (at, declared));
        }
        content.push(line);
    }
    None
}

type Values = HashMap<String, Vec<String>>;

fn yaml_values(lines: &[&str]) -> Values {
    let mut values = Values::new();
    let mut key = String::new();
    for line in lines {
        let content = line.trim();
        if line.starts_with([' ', '\t', '-']) {
            go_on(&mut values, &key, content);
        } else if let Some((name, value)) = content.split_once(':') {
            key = name.trim().to_ascii_lowercase();
            let read = values_of(value.trim());
            if !read.is_empty() {
                values.entry(key.clone()).or_default().extend(read);
            }
        }
    }
    values
}

/// Adds an inner line to the value of `key`: an item of its list, or more of a long value.
fn go_on(values: &mut Values, key: &str, content: &str) {
    if let Some(item) = content.strip_prefix("- ").filter(|_| !key.is_empty()) {
        values
            .entry(key.to_owned())
            .or_default()
            .push(unquoted(item));
    } else if let Some([folded]) = values.get_mut(key).map(Vec::as_mut_slice) {
        folded.push(' ');
        folded.push_str(content);
    }
}

/// The values on a key's own line: one, a list in brackets, or none where they follow.
fn values_of(value: &str) -> Vec<String> {
    let list = value
        .strip_prefix('[')
        .and_then(|list| list.strip_suffix(']'));
    if let Some(list) = list {
        let items = list.split(',').map(unquoted);
        return items.filter(|item| !item.is_empty()).collect();
    }
    if value.is_empty() || matches!(value, ">" | "|" | ">-" | "|-") {
        return Vec::new();
    }
    vec![unquoted(value)]
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    inner.unwrap_or(value).to_owned()
}

fn toml_values(text: &str) -> Option<Values> {
    let table: toml::Table = text.parse().ok()?;
    let written = |value: &toml::Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let list = |value: &toml::Value| match value {
        toml::Value::Array(items) => items.iter().map(written).collect(),
        value => vec![written(value)],
    };
    Some(
        table
            .iter()
            .map(|(key, value)| (key.to_ascii_lowercase(), list(value)))
            .collect(),
    )
}

fn fenced_values(fence: &str, lines: &[&str]) -> Option<Values> {
    match fence {
        "---" => Some(yaml_values(lines)),
        _ => toml_values(&lines.join("\n")),
    }
}

/// Names of fields for each declaration.
const TITLE_FIELDS: [&str; 3] = ["title", "標題", "标题"];
const PUBLISHER_FIELDS: [&str; 10] = [
    "publisher",
    "organization",
    "organisation",
    "agency",
    "issuer",
    "author",
    "發布機構",
    "发布机构",
    "發文機關",
    "发文机关",
];
const DATE_FIELDS: [&str; 8] = [
    "date",
    "published",
    "issued",
    "publish_date",
    "date_published",
    "日期",
    "發布日期",
    "发布日期",
];
const NUMBER_FIELDS: [&str; 7] = [
    "number",
    "document_number",
    "document number",
    "文號",
    "文号",
    "發文字號",
    "发文字号",
];
const KIND_FIELDS: [&str; 3] = ["kind", "type", "category"];
const URL_FIELDS: [&str; 4] = ["original_url", "url", "link", "canonical"];
const LANGUAGE_FIELDS: [&str; 3] = ["languages", "lang", "language"];

/// Declarations among `values`; `None` when there are none.
fn declared(values: &Values) -> Option<Declared> {
    let first = |names: &[&str]| {
        let found = names.iter().find_map(|name| values.get(*name)?.first());
        found.map(String::as_str)
    };
    let mut declared = Declared {
        date: first(&DATE_FIELDS).and_then(date_of),
        ..Declared::default()
    };
    let slots = [
        (&mut declared.title, TITLE_FIELDS.as_slice()),
        (&mut declared.publisher, &PUBLISHER_FIELDS),
        (&mut declared.kind, &KIND_FIELDS),
        (&mut declared.number, &NUMBER_FIELDS),
        (&mut declared.original_url, &URL_FIELDS),
        (&mut declared.source, &["source"]),
    ];
    for (slot, names) in slots {
        if let Some(value) = first(names) {
            fill(slot, value);
        }
    }
    let languages = LANGUAGE_FIELDS.iter().filter_map(|name| values.get(*name));
    declared.languages.extend(languages.flatten().cloned());
    (declared != Declared::default()).then_some(declared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_toml_say_what_a_text_is() {
        let yaml = "---\ntitle: \"施政報告: 2024\"\ndate: 2024-10-16\nlang: [zh-Hant, en]\nnumber: A 5/2024\nauthor:\n  - A\n  - B\ntags: x\n---\n# Body\n";
        let (at, declared) = read_front_matter(yaml).expect("front matter");
        assert_eq!(&yaml[at..], "# Body\n");
        assert_eq!(declared.title.as_deref(), Some("施政報告: 2024"));
        assert_eq!(declared.date.as_deref(), Some("2024-10-16"));
        assert_eq!(declared.number.as_deref(), Some("A 5/2024"));
        assert_eq!(
            (declared.languages.len(), declared.publisher.as_deref()),
            (2, Some("A"))
        );
        let toml = "+++\ntitle = 'Paper'\ndate = 2024-10-16\n+++\ntext";
        let (at, declared) = read_front_matter(toml).expect("front matter");
        assert_eq!(
            (&toml[at..], declared.title.as_deref()),
            ("text", Some("Paper"))
        );
        assert_eq!(declared.date.as_deref(), Some("2024-10-16"));
        for text in [
            "---\nJust a rule\n---\ntext",
            "---\ntitle: cut off",
            "text\n---\ntitle: x\n---\n",
            "----\ntitle: x\n---\n",
        ] {
            assert_eq!(read_front_matter(text), None, "{text}");
        }
    }
}
