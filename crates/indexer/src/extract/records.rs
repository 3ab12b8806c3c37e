//! Files that hold many documents: JSON Lines, JSON, and tables with a column of text.
//!
//! One document a line, object or row. A column of text is one that is called so, in English or Chinese; a table without one
//! is a document itself, each row a paragraph. JSON without one is read as plain text.

use std::io::{BufRead, Read};

use polidex_schema::record::{MAX_ID_BYTES, Role, is_valid_id};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::declared::Declared;
use crate::decode::decode_bytes;
use crate::extract::fields::date_of;
use crate::extract::{Content, Extracted, Format, MAX_DOCUMENT_BYTES, RawDocument};
use crate::skip::{SkipReason, Skipped};
use crate::structure::TextBuilder;

/// One line of JSON Lines. Unknown fields are ignored: people put much into such files.
#[derive(Deserialize)]
struct JsonLine {
    id: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    publisher: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    lang: Option<OneOrMany>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    work: Option<String>,
    #[serde(default)]
    counterpart_of: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    original_url: Option<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Takes a document out of every line.
pub(crate) fn extract_json_lines(
    reader: &mut dyn BufRead,
    relative: &str,
    sink: &mut dyn FnMut(Extracted),
) {
    let mut line = Vec::new();
    for number in 1_u64.. {
        let path = format!("{relative}:{number}");
        line.clear();
        match (&mut *reader)
            .take(MAX_DOCUMENT_BYTES)
            .read_until(b'\n', &mut line)
        {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                return sink(Err(Skipped {
                    path,
                    reason: SkipReason::CannotReadFurther(error.to_string()),
                }));
            }
        }
        let bytes = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        sink(read_json_line(bytes, &path));
    }
}

fn read_json_line(bytes: &[u8], path: &str) -> Extracted {
    let skip = |reason: SkipReason| Skipped {
        path: path.to_owned(),
        reason,
    };
    let text = String::from_utf8_lossy(bytes);
    let line: JsonLine = match serde_json::from_str(&text) {
        Ok(line) => line,
        // The text may be called otherwise; what is wrong is told of the fields as they are documented.
        Err(error) => {
            let object = serde_json::from_str::<Map<String, Value>>(&text).ok();
            let line = object.and_then(|object| named_fields(&|name| value_of(&object, name)));
            line.ok_or_else(|| skip(SkipReason::NotDocument(error.to_string())))?
        }
    };
    to_document(line, path)
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(tag) => vec![tag],
            Self::Many(tags) => tags,
        }
    }
}

/// Checks a document's id and text.
fn to_document(line: JsonLine, path: &str) -> Extracted {
    let path = path.to_owned();
    if let Some(reason) = unfit(&line) {
        return Err(Skipped { path, reason });
    }
    let languages = line.lang.map_or_else(Vec::new, OneOrMany::into_vec);
    let declared = Declared {
        title: line.title,
        publisher: line.publisher,
        date: line.date,
        languages,
        kind: line.kind,
        number: line.number,
        work: line.work,
        counterpart_of: line.counterpart_of,
        original_url: line.original_url,
        source: line.source,
        ..Declared::default()
    };
    Ok(RawDocument {
        id: line.id,
        path,
        content: Content::Text(line.text),
        declared,
        ..RawDocument::default()
    })
}

/// Returns the reason why a line is no document.
fn unfit(line: &JsonLine) -> Option<SkipReason> {
    if line.id.as_deref().is_some_and(|id| !is_valid_id(id)) {
        let limit_bytes = MAX_ID_BYTES;
        return Some(SkipReason::InvalidId { limit_bytes });
    }
    line.text
        .trim()
        .is_empty()
        .then_some(SkipReason::NoText(None))
}

/// Names of columns, the surest first.
const TEXT_NAMES: [&str; 14] = [
    "text",
    "content",
    "body",
    "full_text",
    "fulltext",
    "main_text",
    "article",
    "正文",
    "內容",
    "内容",
    "全文",
    "文本",
    "條文",
    "条文",
];
const ID_NAMES: [&str; 3] = ["id", "doc_id", "編號"];
const TITLE_NAMES: [&str; 6] = ["title", "headline", "標題", "标题", "題目", "名稱"];
const PUBLISHER_NAMES: [&str; 8] = [
    "publisher",
    "department",
    "agency",
    "發布機構",
    "发布机构",
    "發文機關",
    "发文机关",
    "部門",
];
const DATE_NAMES: [&str; 8] = [
    "date",
    "published",
    "published_at",
    "pub_date",
    "日期",
    "發布日期",
    "发布日期",
    "時間",
];
const LANG_NAMES: [&str; 4] = ["lang", "language", "語言", "语言"];
const KIND_NAMES: [&str; 4] = ["kind", "type", "category", "類別"];
const NUMBER_NAMES: [&str; 5] = ["doc_number", "document_number", "文號", "文号", "發文字號"];
const URL_NAMES: [&str; 4] = ["original_url", "url", "link", "網址"];
const SOURCE_NAMES: [&str; 2] = ["source", "來源"];

/// The fields of a document by the names of its columns; `None` without a text.
fn named_fields(value: &dyn Fn(&str) -> Option<String>) -> Option<JsonLine> {
    let first = |names: &[&str]| {
        let found = names.iter().find_map(|name| value(name));
        found.filter(|value| !value.trim().is_empty())
    };
    let date = first(&DATE_NAMES).map(|date| date_of(&date).unwrap_or(date));
    Some(JsonLine {
        text: first(&TEXT_NAMES)?,
        id: first(&ID_NAMES),
        title: first(&TITLE_NAMES),
        publisher: first(&PUBLISHER_NAMES),
        date,
        lang: first(&LANG_NAMES).map(OneOrMany::One),
        kind: first(&KIND_NAMES),
        number: first(&NUMBER_NAMES),
        work: first(&["work"]),
        counterpart_of: first(&["counterpart_of"]),
        source: first(&SOURCE_NAMES),
        original_url: first(&URL_NAMES),
    })
}

/// The string, or the number as one, of a field whose name is `name` but for case.
fn value_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    let alike = || {
        let mut fields = object.iter();
        fields.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    };
    match object.get(name).or_else(alike)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        // Paragraphs in a list are a text all the same.
        Value::Array(parts) if !parts.is_empty() => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            parts.map(|parts| parts.join("\n\n"))
        }
        _ => None,
    }
}

/// Returns true if the beginning of a file looks like JSON Lines: its first line is an object with a text, and so begins the
/// second.
pub(crate) fn looks_like_json_lines(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if !head.starts_with(b"{") {
        return false;
    }
    let mut lines = head.splitn(3, |byte| *byte == b'\n');
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
        return false;
    };
    let object: Option<Map<String, Value>> = serde_json::from_slice(first).ok();
    let has_text = object.is_some_and(|object| {
        TEXT_NAMES
            .iter()
            .any(|name| value_of(&object, name).is_some())
    });
    has_text && (second.is_empty() || second.starts_with(b"{"))
}

/// Takes the documents out of a JSON file: an object with a text, a list of such objects, or an object that holds one. Any
/// other JSON is handed on as plain text.
pub(crate) fn extract_json(bytes: Vec<u8>, path: &str, sink: &mut dyn FnMut(Extracted)) {
    let text = decode_bytes(&bytes, None).text;
    let value = match serde_json::from_str::<Value>(&text) {
        Ok(value) => value,
        // Several objects, one behind the other, are JSON Lines under another name.
        Err(_) if looks_like_json_lines(&bytes) => {
            return extract_json_lines(&mut bytes.as_slice(), path, sink);
        }
        Err(error) => {
            let note = format!("no valid JSON, read as text: {error}");
            return sink(Ok(as_text(bytes, path, vec![note])));
        }
    };
    if let Some(line) = fields_of(&value) {
        sink(to_document(line, path));
    } else if let Some(list) = list_of_documents(&value) {
        for (number, item) in (1..).zip(list) {
            sink(record_document(fields_of(item), format!("{path}:{number}")));
        }
    } else {
        sink(Ok(as_text(bytes, path, Vec::new())));
    }
}

fn as_text(bytes: Vec<u8>, path: &str, notes: Vec<String>) -> RawDocument {
    RawDocument {
        path: path.to_owned(),
        format: Format::Text,
        content: Content::Bytes(bytes),
        notes,
        ..RawDocument::default()
    }
}

/// The fields of a JSON object that is a document.
fn fields_of(value: &Value) -> Option<JsonLine> {
    let object = value.as_object()?;
    named_fields(&|name| value_of(object, name))
}

/// The list that a JSON value is or that one of its fields is, if it holds documents.
fn list_of_documents(value: &Value) -> Option<&Vec<Value>> {
    match value {
        Value::Array(list) => Some(list).filter(|list| holds_documents(list)),
        Value::Object(object) => object
            .values()
            .filter_map(Value::as_array)
            .find(|list| holds_documents(list)),
        _ => None,
    }
}

/// A record as a document; one without fields has no text.
fn record_document(fields: Option<JsonLine>, path: String) -> Extracted {
    match fields {
        Some(line) => to_document(line, &path),
        None => Err(Skipped {
            path,
            reason: SkipReason::NoText(None),
        }),
    }
}

fn holds_documents(list: &[Value]) -> bool {
    let is_document = |item: &Value| {
        item.as_object().is_some_and(|object| {
            TEXT_NAMES
                .iter()
                .any(|name| value_of(object, name).is_some())
        })
    };
    list.iter().take(20).any(is_document)
}

/// Takes the documents out of a table: one a row when a column holds text, else one for the whole.
pub(crate) fn extract_table(bytes: Vec<u8>, path: &str, sink: &mut dyn FnMut(Extracted)) {
    let decoded = decode_bytes(&bytes, None);
    let delimiter = delimiter_of(&decoded.text);
    let mut reader = table_reader(&decoded.text, delimiter);
    let mut rows = reader.records();
    let header = match rows.next() {
        Some(Ok(row)) => header_of(&row),
        _ => Vec::new(),
    };
    if !has_text_column(&header) {
        let table = table_document(&decoded.text, &decoded.encoding, delimiter, path);
        return sink(Ok(table));
    }
    for row in rows {
        let not_row = |error: csv::Error| Skipped {
            path: path.to_owned(),
            reason: SkipReason::NotRow(error.to_string()),
        };
        let row = row.map_err(not_row);
        sink(row.and_then(|row| row_document(&row, &header, path)));
    }
}

fn has_text_column(header: &[String]) -> bool {
    TEXT_NAMES
        .iter()
        .any(|name| header.iter().any(|column| column == name))
}

fn table_reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Names of the columns, in small letters.
fn header_of(row: &csv::StringRecord) -> Vec<String> {
    row.iter()
        .map(|name| name.trim().to_ascii_lowercase())
        .collect()
}

fn row_document(row: &csv::StringRecord, header: &[String], path: &str) -> Extracted {
    // The line in the file, which is what an editor shows; a row may have several.
    let line = row.position().map_or(0, csv::Position::line);
    let fields = named_fields(&|name| {
        let column = header.iter().position(|column| column == name)?;
        row.get(column).map(str::to_owned)
    });
    record_document(fields, format!("{path}:{line}"))
}

/// The mark that the first line has most of.
fn delimiter_of(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(count)
        .unwrap_or(b',')
}

/// A table as one document: a row is a paragraph, its cells between tabs.
fn table_document(text: &str, encoding: &str, delimiter: u8, path: &str) -> RawDocument {
    let mut builder = TextBuilder::default();
    let mut notes = Vec::new();
    for row in table_reader(text, delimiter).records() {
        match row {
            Ok(row) => {
                builder.begin(Role::Paragraph);
                builder.push(&row.iter().map(str::trim).collect::<Vec<_>>().join("\t"));
                builder.end();
            }
            Err(error) => notes.push(format!("not a row: {error}")),
        }
    }
    let content = Content::Structured(builder.finish(encoding));
    RawDocument {
        path: path.to_owned(),
        format: Format::Csv,
        content,
        notes,
        ..RawDocument::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(extract: impl FnOnce(&mut dyn FnMut(Extracted))) -> Vec<Extracted> {
        let mut extracted = Vec::new();
        extract(&mut |document| extracted.push(document));
        extracted
    }

    fn texts(extracted: &[Extracted]) -> Vec<String> {
        let text = |document: &Extracted| match document {
            Ok(RawDocument {
                content: Content::Text(text),
                path,
                ..
            }) => format!("{path}={text}"),
            Ok(RawDocument {
                content: Content::Structured(text),
                ..
            }) => text.text.clone(),
            Ok(_) => "bytes".to_owned(),
            Err(skipped) => format!("{}: {}", skipped.path, skipped.reason),
        };
        extracted.iter().map(text).collect()
    }

    #[test]
    fn a_table_is_documents_when_a_column_holds_text() {
        let table = "編號,標題,內容\n1,甲,\"第一,\n二\"\n2,乙,\n3,丙,三\n";
        let extracted = take(|sink| extract_table(table.as_bytes().to_vec(), "t.csv", sink));
        assert_eq!(
            texts(&extracted),
            ["t.csv:2=第一,\n二", "t.csv:4: no text", "t.csv:5=三"]
        );
        let extracted = take(|sink| extract_table(b"year;count\n2024;5\n".to_vec(), "t.csv", sink));
        assert_eq!(texts(&extracted), ["year\tcount\n\n2024\t5"]);
    }

    #[test]
    fn json_is_documents_where_it_has_texts() {
        for (json, expected) in [
            (r#"{"title":"a","content":"甲"}"#, vec!["x.json=甲"]),
            (
                r#"{"items":[{"body":"甲"},{"body":["乙","丙"]},{}]}"#,
                vec!["x.json:1=甲", "x.json:2=乙\n\n丙", "x.json:3: no text"],
            ),
            (r#"{"a":[1,2]}"#, vec!["bytes"]),
            ("{broken", vec!["bytes"]),
        ] {
            assert_eq!(
                texts(&take(|sink| extract_json(
                    json.as_bytes().to_vec(),
                    "x.json",
                    sink
                ))),
                expected,
                "{json}"
            );
        }
        assert!(looks_like_json_lines(b"{\"text\":\"a\"}\n{\"text\""));
        assert!(!looks_like_json_lines(b"{\n\"text\":\"a\"}"));
    }

    #[test]
    fn json_lines_are_documents_or_reasons() {
        let input = "\u{FEFF}{\"id\":\"a\",\"text\":\"甲\",\"lang\":\"zh-Hant\"}\n\n{\"id\":\"b\"}\nnot json\n{\"id\":\"\\u0007\",\"text\":\"x\"}\n\
                     {\"text\":\"no id\",\"lang\":[\"en\"]}";
        let mut extracted = Vec::new();
        extract_json_lines(&mut input.as_bytes(), "x.jsonl", &mut |document| {
            extracted.push(document)
        });
        let ids: Vec<_> = extracted
            .iter()
            .map(|document| document.as_ref().map(|document| document.id.clone()).ok())
            .collect();
        assert_eq!(
            ids,
            [Some(Some("a".to_owned())), None, None, None, Some(None)]
        );
        let reasons: Vec<_> = extracted
            .iter()
            .filter_map(|document| document.as_ref().err())
            .collect();
        assert_eq!(reasons[0].path, "x.jsonl:3");
        assert!(
            reasons[0]
                .reason
                .to_string()
                .contains("missing field `text`"),
            "{}",
            reasons[0].reason
        );
    }
}
