//! Reads the body of a form: `multipart/form-data`, of a browser, or `application/x-www-form-urlencoded`.
//!
//! In: a content type and a body, bounded by whoever received it. Out: fields in order. Linear in the body.

use crate::request::parse::parse_pairs;

/// Maximum number of fields; further ones are not read.
const MAX_FIELDS: usize = 16;

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormField {
    pub(crate) name: String,
    /// Name of the file, if it is one.
    pub(crate) file_name: Option<String>,
    pub(crate) value: Vec<u8>,
}

/// Reads the fields of a form; `None` for what is none.
pub(crate) fn form_fields(content_type: &str, body: &[u8]) -> Option<Vec<FormField>> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    match kind.trim().to_ascii_lowercase().as_str() {
        "multipart/form-data" => multipart(&boundary_of(parameters)?, body),
        "application/x-www-form-urlencoded" => {
            let pairs = parse_pairs(Some(std::str::from_utf8(body).ok()?)).ok()?;
            let field = |(name, value): (String, String)| FormField {
                name,
                file_name: None,
                value: value.into_bytes(),
            };
            Some(pairs.into_iter().take(MAX_FIELDS).map(field).collect())
        }
        _ => None,
    }
}

fn boundary_of(parameters: &str) -> Option<String> {
    let boundary = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.trim().split_once('=')?;
        name.eq_ignore_ascii_case("boundary").then_some(value)
    })?;
    let boundary = boundary.trim_matches('"');
    (1..=70)
        .contains(&boundary.len())
        .then(|| boundary.to_owned())
}

fn multipart(boundary: &str, body: &[u8]) -> Option<Vec<FormField>> {
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(opening.as_bytes())?;
    let mut fields = Vec::new();
    while fields.len() < MAX_FIELDS && !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let head = find(rest, b"\r\n\r\n")?;
        let content = &rest[head + 4..];
        let end = find(content, between.as_bytes())?;
        fields.extend(field(&rest[..head], &content[..end]));
        rest = &content[end + between.len()..];
    }
    Some(fields)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn field(head: &[u8], value: &[u8]) -> Option<FormField> {
    let head = String::from_utf8_lossy(head);
    let line = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    Some(FormField {
        name: quoted(line, " name=\"")?,
        file_name: quoted(line, "filename=\""),
        value: value.to_owned(),
    })
}

/// Value between quotation marks behind `opening`.
fn quoted(line: &str, opening: &str) -> Option<String> {
    let from = line.find(opening)? + opening.len();
    let value = &line[from..];
    Some(value[..value.find('"')?].to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n第一\r\n行\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n--y\r\n--x--\r\n";
        let fields = form_fields("multipart/form-data; boundary=x", body.as_bytes());
        let fields = fields.expect("a form");
        assert_eq!(fields[0].value, "第一\r\n行".as_bytes());
        assert_eq!(fields[1].file_name.as_deref(), Some("a.txt"));
        assert_eq!(fields[1].value, b"--y");
        let fields = form_fields("application/x-www-form-urlencoded", b"text=a+%E6%96%B0&b=");
        assert_eq!(fields.expect("a form")[0].value, "a 新".as_bytes());
        for (content_type, body) in [
            ("text/plain", "text=a"),
            ("multipart/form-data", "--x"),
            ("multipart/form-data; boundary=x", "--x\r\nno end"),
        ] {
            assert_eq!(form_fields(content_type, body.as_bytes()), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_body_ends(body in prop::collection::vec(prop::sample::select(&b"-x\r\n:\"a;= name"[..]), 0..80)) {
            let _ = form_fields("multipart/form-data; boundary=x", &body);
        }
    }
}
