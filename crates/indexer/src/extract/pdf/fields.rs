//! Values of form fields (AcroForm, ISO 32000-1 section 12.7) as glyphs at their place, where nothing draws them.
//!
//! A field inherits its type and its value from the fields above it. Text and choices are read; boxes and buttons show no
//! text of their own, passwords are none of the document.

use hayro_syntax::object::{Dict, Name, Object, String as PdfString};

use super::text_string;
use crate::extract::page::Glyph;

/// Fields above a field; more are a circle.
const MAX_ABOVE: usize = 16;
/// Flag of a text field whose value is not shown.
const PASSWORD: u32 = 1 << 13;
/// Characters of one value.
const MAX_CHARS: usize = 20_000;
/// Size of the letters where the field leaves it to the viewer, in points.
const USUAL_SIZE: f64 = 10.0;

/// Glyphs of the value of the field that `widget` is, from the upper edge of `rectangle` down.
pub(super) fn value_glyphs(widget: &Dict<'_>, rectangle: [f64; 4]) -> Vec<Glyph> {
    let Some(value) = shown_value(widget) else {
        return Vec::new();
    };
    let [left, top] = [
        rectangle[0].min(rectangle[2]),
        rectangle[1].max(rectangle[3]),
    ];
    let height = (rectangle[1] - rectangle[3]).abs();
    let size = USUAL_SIZE.min(height.max(1.0));
    let mut glyphs = Vec::new();
    for (line, number) in value.lines().zip(1..) {
        push_line(
            line,
            (left, size * f64::from(number) - top),
            size,
            &mut glyphs,
        );
    }
    glyphs
}

/// Appends a line that begins at `at`.
fn push_line(line: &str, at: (f64, f64), size: f64, glyphs: &mut Vec<Glyph>) {
    let mut x = at.0;
    for character in line.chars() {
        let width = size * if character.is_ascii() { 0.5 } else { 1.0 };
        glyphs.push(Glyph {
            text: character.to_string(),
            x,
            y: at.1,
            advance: (width, 0.0),
            size,
            is_apart: false,
        });
        x += width;
    }
}

/// Value of a text field or a choice.
fn shown_value(widget: &Dict<'_>) -> Option<String> {
    let kind = inherited(widget, "FT", |field, key| field.get::<Name<'_>>(key))?;
    let flags = inherited(widget, "Ff", |field, key| field.get::<u32>(key)).unwrap_or(0);
    let is_shown = match kind.as_str() {
        "Tx" => flags & PASSWORD == 0,
        "Ch" => true,
        _ => false,
    };
    let value = inherited(widget, "V", |field, key| field.get::<Object<'_>>(key));
    let text = is_shown.then(|| text_of(&value?)).flatten()?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Some(text.chars().take(MAX_CHARS).collect())
}

/// Text of a value: a string, or the several that are chosen.
fn text_of(value: &Object<'_>) -> Option<String> {
    let text = |string: &PdfString<'_>| text_string(string.as_bytes());
    match value {
        Object::String(string) => Some(text(string)),
        Object::Array(chosen) => {
            let chosen: Vec<String> = chosen
                .iter::<PdfString<'_>>()
                .map(|one| text(&one))
                .collect();
            Some(chosen.join("\n"))
        }
        _ => None,
    }
}

/// What `get` finds under `key` in a field, or in the nearest one above it.
fn inherited<'a, T>(
    widget: &Dict<'a>,
    key: &str,
    get: impl Fn(&Dict<'a>, &str) -> Option<T>,
) -> Option<T> {
    let mut field = widget.clone();
    for _ in 0..MAX_ABOVE {
        if let Some(found) = get(&field, key) {
            return Some(found);
        }
        field = field.get::<Dict<'a>>("Parent")?;
    }
    None
}
