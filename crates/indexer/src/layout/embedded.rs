//! Reads HTML that stands within Markdown: tags become structure, entities characters.

use std::borrow::Cow;
use std::ops::Range;

use html5gum::{Token, Tokenizer};

/// Piece of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text as it is shown.
    Text(Cow<'a, str>),
    /// Begin or end of a block.
    Block,
    /// End of a table's cell.
    Cell,
    /// End of a line.
    Line,
}

/// Elements that begin a block, or a row.
const BLOCKS: [&str; 33] = [
    "article",
    "blockquote",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
/// Other elements whose tags are marks. Any other word in angle brackets is text: `<name>` stands for a name.
const INLINE: [&str; 34] = [
    "a", "abbr", "audio", "b", "br", "cite", "code", "col", "colgroup", "del", "em", "font", "i",
    "iframe", "img", "ins", "kbd", "label", "mark", "q", "s", "small", "source", "span", "strike",
    "strong", "sub", "sup", "td", "th", "u", "video", "wbr", "nobr",
];

/// Cuts `html` into pieces, each with its bytes.
pub(super) fn pieces(html: &str) -> Vec<(Range<usize>, Piece<'_>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut text_at = 0;
    while let Some(open) = html[at..].find('<') {
        let open = at + open;
        let Some((end, piece)) = tag(&html[open..]) else {
            at = open + 1;
            continue;
        };
        push_text(html, text_at..open, &mut pieces);
        pieces.extend(piece.map(|piece| (open..open + end, piece)));
        at = open + end;
        text_at = at;
    }
    push_text(html, text_at..html.len(), &mut pieces);
    pieces
}

/// Length of the tag or comment that `text` begins with, and what it does; `None` where it begins with neither.
fn tag(text: &str) -> Option<(usize, Option<Piece<'static>>)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let end = comment.find("-->").map_or(text.len(), |end| end + 7);
        return Some((end, None));
    }
    let inner = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let is_end = inner.len() + 2 == text.len();
    let name_len = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, behind) = inner.split_at(name_len);
    let ends_name = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
    if !behind.is_empty() && !behind.starts_with(ends_name) {
        return None;
    }
    let end = text.find('>').map_or(text.len(), |end| end + 1);
    Some((end, piece_of(&name.to_ascii_lowercase(), is_end)?))
}

/// Effect of a tag; `None` where the name is that of no element.
fn piece_of(name: &str, is_end: bool) -> Option<Option<Piece<'static>>> {
    match name {
        "td" | "th" => Some(is_end.then_some(Piece::Cell)),
        "br" => Some(Some(Piece::Line)),
        name if BLOCKS.contains(&name) => Some(Some(Piece::Block)),
        name if INLINE.contains(&name) => Some(None),
        _ => None,
    }
}

fn push_text<'a>(html: &'a str, range: Range<usize>, pieces: &mut Vec<(Range<usize>, Piece<'a>)>) {
    let text = &html[range.clone()];
    if !text.is_empty() {
        pieces.push((range, Piece::Text(decoded(text))));
    }
}

/// Characters for the entities of a text without tags.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    for Ok(token) in Tokenizer::new(text) {
        if let Token::String(string) = token {
            decoded.push_str(&String::from_utf8_lossy(&string));
        }
    }
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_structure_and_entities_characters() {
        let shown: String = pieces("<table><tr><td>a &mdash; b</td><td>c<br/>d</td></tr></table>")
            .into_iter()
            .map(|(_, piece)| match piece {
                Piece::Text(text) => text.into_owned(),
                Piece::Block => "|".to_owned(),
                Piece::Cell => "\t".to_owned(),
                Piece::Line => "\n".to_owned(),
            })
            .collect();
        assert_eq!(shown, "||a — b\tc\nd\t||");
    }

    #[test]
    fn words_in_angle_brackets_stay() {
        for text in ["<name> of the <申請人>", "a < b and b > a", "<"] {
            assert_eq!(
                pieces(text),
                [(0..text.len(), Piece::Text(Cow::Borrowed(text)))],
                "{text}"
            );
        }
        assert_eq!(pieces("<!-- note -->"), []);
        assert_eq!(pieces("<a name=\"top\"></a>"), []);
    }
}
