//! Draws marked text: the only place where text becomes HTML without the templates' escaping.
//!
//! In: stored text and the spans to mark, or HTML that claims to be such. Out: HTML whose only element is `<mark>`,
//! whatever came in; on a reading page `<a>` too, around what the text cites, and `<u>`, around words of a scan that are doubtful;
//! where two texts are compared `<del>` and `<ins>`.

use crate::answer::MarkOffsets;

/// `text` escaped, with `<mark>` around `offsets` (code points, sorted and disjoint; others are left out).
pub(crate) fn marked(text: &str, offsets: &[MarkOffsets]) -> String {
    doubted(text, offsets, &[])
}

/// As [`marked`], with the element `tag` around the spans `differences`: `del` or `ins`.
pub(crate) fn compared(
    text: &str,
    offsets: &[MarkOffsets],
    differences: &[MarkOffsets],
    tag: &'static str,
) -> String {
    let (open, close) = match tag {
        "del" => ("<del>", "</del>"),
        _ => ("<ins>", "</ins>"),
    };
    layered(text, offsets, differences, (open, close))
}

/// As [`marked`], with `<u>` around the spans `doubtful`.
fn doubted(text: &str, offsets: &[MarkOffsets], doubtful: &[MarkOffsets]) -> String {
    layered(text, offsets, doubtful, ("<u>", "</u>"))
}

/// As [`marked`], with `tags` around the spans `inner`, sorted and disjoint, within or without a mark; one across the edge of a
/// mark is two.
fn layered(
    text: &str,
    offsets: &[MarkOffsets],
    inner: &[MarkOffsets],
    (open, close): (&str, &str),
) -> String {
    let mut html = String::with_capacity(text.len() + (offsets.len() + inner.len()) * 13);
    let (mut marks, mut doubts) = (Spans::of(offsets), Spans::of(inner));
    let (mut is_marked, mut is_doubted) = (false, false);
    for (index, c) in text.chars().enumerate() {
        let (is_edge, is_doubt_edge) = (marks.step(index), doubts.step(index));
        if is_doubted && (is_edge || is_doubt_edge) {
            html.push_str(close);
        }
        if is_marked && is_edge {
            html.push_str("</mark>");
        }
        (is_marked, is_doubted) = (marks.is_open(), doubts.is_open());
        if is_marked && is_edge {
            html.push_str("<mark>");
        }
        if is_doubted && (is_edge || is_doubt_edge) {
            html.push_str(open);
        }
        push_escaped(&mut html, c);
    }
    html.push_str(if is_doubted { close } else { "" });
    html.push_str(if is_marked { "</mark>" } else { "" });
    html
}

/// Sorted spans of a text, walked along with its characters.
struct Spans<'a> {
    offsets: &'a [MarkOffsets],
    open: Option<usize>,
}

impl<'a> Spans<'a> {
    fn of(offsets: &'a [MarkOffsets]) -> Self {
        Self {
            offsets,
            open: None,
        }
    }

    fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Goes to character `index`; true if a span begins or ends there. One that begins within another is left out.
    fn step(&mut self, index: usize) -> bool {
        let was_closed = self.open == Some(index);
        if was_closed {
            self.open = None;
        }
        while let Some((span, rest)) = self.offsets.split_first() {
            if span.start > index {
                break;
            }
            self.offsets = rest;
            if span.start == index && span.end > index && self.open.is_none() {
                self.open = Some(span.end);
                return true;
            }
        }
        was_closed
    }
}

/// A link over a span of a text, in code points.
pub(crate) struct Linked {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) href: String,
    /// Title of what is linked.
    pub(crate) title: String,
}

/// `text` escaped, with `<mark>` around `offsets`, `<u>` around `doubtful` and `<a>` around `links`, all sorted and disjoint;
/// those that overlap the one before are left out. A mark across the end of a link is two.
pub(crate) fn linked(
    text: &str,
    offsets: &[MarkOffsets],
    doubtful: &[MarkOffsets],
    links: &[Linked],
) -> String {
    let mut html = String::with_capacity(text.len() + offsets.len() * 13 + links.len() * 120);
    let (mut at, mut chars) = (0, text.chars());
    let mut marks = Marks { offsets, next: 0 };
    let mut doubts = Marks {
        offsets: doubtful,
        next: 0,
    };
    let mut draw = |piece: &str, range: std::ops::Range<usize>| {
        doubted(piece, &marks.within(range.clone()), &doubts.within(range))
    };
    for link in links {
        if link.start < at || link.end <= link.start {
            continue;
        }
        let before: String = chars.by_ref().take(link.start - at).collect();
        html.push_str(&draw(&before, at..link.start));
        let words: String = chars.by_ref().take(link.end - link.start).collect();
        html.push_str("<a class=\"cites\" href=\"");
        link.href.chars().for_each(|c| push_escaped(&mut html, c));
        html.push_str("\" title=\"");
        link.title.chars().for_each(|c| push_escaped(&mut html, c));
        html.push_str("\">");
        html.push_str(&draw(&words, link.start..link.end));
        html.push_str("</a>");
        at = link.end;
    }
    let rest: String = chars.collect();
    html.push_str(&draw(&rest, at..usize::MAX));
    html
}

/// Marks of a text, dealt out to its pieces in order.
struct Marks<'a> {
    offsets: &'a [MarkOffsets],
    next: usize,
}

impl Marks<'_> {
    /// Marks in the piece `range`, counted from its start.
    fn within(&mut self, range: std::ops::Range<usize>) -> Vec<MarkOffsets> {
        let mut found = Vec::new();
        while let Some(mark) = self.offsets.get(self.next) {
            if mark.start >= range.end {
                break;
            }
            if mark.end > range.start {
                found.push(MarkOffsets {
                    start: mark.start.max(range.start) - range.start,
                    end: mark.end.min(range.end) - range.start,
                });
            }
            if mark.end > range.end {
                break;
            }
            self.next += 1;
        }
        found
    }
}

/// `html` if its only elements are `<mark>`, one inside the other never; else `plain` escaped.
pub(crate) fn only_marks(html: &str, plain: &str) -> String {
    let mut rest = html;
    let mut is_open = false;
    while let Some(at) = rest.find(['<', '>', '"', '\'']) {
        let tag = if is_open { "</mark>" } else { "<mark>" };
        match rest[at..].strip_prefix(tag) {
            Some(after) => (rest, is_open) = (after, !is_open),
            None => return marked(plain, &[]),
        }
    }
    if is_open {
        marked(plain, &[])
    } else {
        html.to_owned()
    }
}

fn push_escaped(html: &mut String, c: char) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        c => html.push(c),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spans(pairs: &[(usize, usize)]) -> Vec<MarkOffsets> {
        pairs
            .iter()
            .map(|&(start, end)| MarkOffsets { start, end })
            .collect()
    }

    #[test]
    fn marks_are_cut_in_code_points() {
        assert_eq!(
            marked("新質生產力", &spans(&[(2, 5)])),
            "新質<mark>生產力</mark>"
        );
        assert_eq!(
            marked("a<b", &spans(&[(0, 1), (1, 2)])),
            "<mark>a</mark><mark>&lt;</mark>b"
        );
        assert_eq!(marked("ab", &spans(&[(0, 2), (1, 2)])), "<mark>ab</mark>");
        assert_eq!(marked("ab", &spans(&[(1, 9)])), "a<mark>b</mark>");
        assert_eq!(
            marked("</mark><img onerror='x'>", &[]),
            "&lt;/mark&gt;&lt;img onerror=&#39;x&#39;&gt;"
        );
    }

    #[test]
    fn what_differs_is_an_element_within_the_marks() {
        assert_eq!(
            compared("a<bc", &spans(&[(0, 2)]), &spans(&[(1, 3)]), "del"),
            "<mark>a<del>&lt;</del></mark><del>b</del>c"
        );
        assert_eq!(
            compared("ab", &[], &spans(&[(1, 2)]), "ins"),
            "a<ins>b</ins>"
        );
    }

    #[test]
    fn links_hold_the_marks_within_them() {
        let link = |start, end| Linked {
            start,
            end,
            href: "/a?b&c".to_owned(),
            title: "<\"x\">".to_owned(),
        };
        let open = "<a class=\"cites\" href=\"/a?b&amp;c\" title=\"&lt;&quot;x&quot;&gt;\">";
        assert_eq!(
            linked(
                "依民法第三條、第四條",
                &spans(&[(1, 3), (5, 8)]),
                &[],
                &[link(1, 6), link(7, 10), link(8, 9)]
            ),
            format!(
                "依{open}<mark>民法</mark>第三<mark>條</mark></a><mark>、</mark>{open}<mark>第</mark>四條</a>"
            )
        );
        assert_eq!(linked("a<b", &[], &[], &[]), "a&lt;b");
        assert_eq!(
            linked("ab", &spans(&[(0, 2)]), &[], &[link(1, 9)]),
            format!("<mark>a</mark>{open}<mark>b</mark></a>")
        );
    }

    #[test]
    fn doubtful_words_are_underlined_within_and_without_marks() {
        let drawn = |marks: &[(usize, usize)], doubts: &[(usize, usize)]| {
            linked("abcdef", &spans(marks), &spans(doubts), &[])
        };
        assert_eq!(drawn(&[], &[(1, 3), (5, 6)]), "a<u>bc</u>de<u>f</u>");
        assert_eq!(drawn(&[(0, 6)], &[(1, 3)]), "<mark>a<u>bc</u>def</mark>");
        assert_eq!(
            drawn(&[(2, 4)], &[(1, 3)]),
            "a<u>b</u><mark><u>c</u>d</mark>ef"
        );
        assert_eq!(drawn(&[(1, 3)], &[(1, 3)]), "a<mark><u>bc</u></mark>def");
        assert_eq!(
            drawn(&[(2, 3)], &[(1, 6)]),
            "a<u>b</u><mark><u>c</u></mark><u>def</u>"
        );
        assert_eq!(
            drawn(&[(0, 2), (2, 4)], &[(3, 4)]),
            "<mark>ab</mark><mark>c<u>d</u></mark>ef"
        );
    }

    #[test]
    fn foreign_html_is_shown_as_text() {
        assert_eq!(
            only_marks("a <mark>b</mark> &amp;", "a b &"),
            "a <mark>b</mark> &amp;"
        );
        for html in [
            "<b>x</b>",
            "<mark onclick=x>x</mark>",
            "</mark>",
            "<mark>x",
            "<mark><mark>x</mark></mark>",
            "\"",
            "<MARK>x</MARK>",
        ] {
            assert_eq!(only_marks(html, "<x>"), "&lt;x&gt;", "{html}");
        }
    }

    proptest! {
        #[test]
        fn without_its_marks_the_html_is_the_text(text in "[a<>&\"'新\u{2028}🙂]{0,12}", spans in prop::collection::vec((0_usize..14, 0_usize..14), 0..4)) {
            let spans: Vec<MarkOffsets> = spans.into_iter().map(|(start, end)| MarkOffsets { start, end }).collect();
            let html = marked(&text, &spans);
            prop_assert_eq!(only_marks(&html, ""), html.clone());
            let bare = html.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!bare.contains(['<', '>']));
            let back = bare.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
            prop_assert_eq!(back, text);
        }
    }
}
