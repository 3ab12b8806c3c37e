//! Finds the structure of a text: headings, paragraphs, list items.
//!
//! In: a repaired text. Out: [`LaidOut`], the text as it is stored and shown, its blocks in reading order and the map back
//! to the repaired text. Markdown marks become structure: they are not shown and do not break phrases. Words stay, whatever
//! Markdown makes of them, as the numbers of lists. Only comments, front matter, which is data, and in a file of Markdown what
//! its reader does not see are left out: tags of HTML, addresses of links and pictures, signs of notes; there a note follows
//! the paragraph that calls for it. A text without Markdown headings is stored as it is.

mod embedded;
mod notes;

use std::ops::Range;

use polidex_schema::record::Role;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use self::embedded::{Piece as HtmlPiece, pieces};
use self::notes::{Ahead, Notes, Placed};
use crate::repair::Repaired;
use crate::structure::{Block, StructuredText};
use crate::text::lines::line_indices;
use crate::text::source_map::{Piece, SourceMap};

/// A text with its structure.
#[derive(Clone, Debug)]
pub struct LaidOut {
    /// The stored text.
    pub text: String,
    /// From the stored text to the repaired one.
    pub map: SourceMap,
    /// Blocks in order, disjoint; between them lies white space only.
    pub blocks: Vec<Block>,
    /// True if its format has pages, so that headings are what is printed large.
    pub is_printed: bool,
}

/// Lays out `text`, taken from a file called `name`, which only serves to recognise Markdown. What stands before byte
/// `body_at` is front matter, data and no text; 0 where there is none.
pub fn lay_out(text: &str, name: &str, body_at: usize) -> LaidOut {
    let laid_out = (body_at > 0 || is_markdown(text, name))
        .then(|| lay_out_markdown(text, body_at, is_markdown_name(name)));
    // Nothing but marks and comments: better shown as it is than not at all.
    laid_out
        .filter(|laid_out| !laid_out.blocks.is_empty())
        .unwrap_or_else(|| lay_out_plain(text))
}

/// Lays out a repaired text whose format declares its structure: the text stays as it is, and the blocks are carried over by
/// the map of the repairs. `structure` holds the blocks of the text before repair.
///
/// Blocks that a repair joined are one; text that a repair moved out of every block is a paragraph.
pub fn lay_out_declared(repaired: &Repaired, structure: &StructuredText) -> LaidOut {
    let mut blocks: Vec<Block> = Vec::new();
    for piece in pieces_by_block(repaired, structure) {
        match blocks.last_mut() {
            Some(last) if piece.range.start < last.range.end => {
                last.range.end = last.range.end.max(piece.range.end)
            }
            _ => blocks.push(piece),
        }
    }
    let text = repaired.text.clone();
    let blocks = cover(&text, blocks);
    LaidOut {
        map: SourceMap::identity(text.len()),
        text,
        blocks,
        is_printed: !structure.pages.is_empty(),
    }
}

/// For each declared block the part of the repaired text that came from it, in the order of the repaired text.
fn pieces_by_block(repaired: &Repaired, structure: &StructuredText) -> Vec<Block> {
    let with_role = hulls(repaired, structure)
        .into_iter()
        .zip(&structure.blocks);
    let mut blocks: Vec<Block> = with_role
        .filter_map(|(hull, block)| {
            let (range, role) = (hull?, block.role);
            Some(Block { range, role })
        })
        .collect();
    blocks.sort_by_key(|block| (block.range.start, block.range.end));
    blocks
}

/// For each declared block the span from the first to the last piece of it.
fn hulls(repaired: &Repaired, structure: &StructuredText) -> Vec<Option<Range<usize>>> {
    let mut hulls: Vec<Option<Range<usize>>> = vec![None; structure.blocks.len()];
    for piece in repaired.map.pieces() {
        let first = structure
            .blocks
            .partition_point(|block| block.range.end <= piece.source.start);
        for (index, block) in structure.blocks.iter().enumerate().skip(first) {
            if block.range.start >= piece.source.end {
                break;
            }
            widen(&mut hulls[index], part_within(piece, &block.range));
        }
    }
    hulls
}

/// Part of a piece's text that came from `block`; all of it where the piece is no copy.
fn part_within(piece: &Piece, block: &Range<usize>) -> Range<usize> {
    let mut part = piece.text.clone();
    if piece.verbatim {
        part.start += block.start.saturating_sub(piece.source.start);
        part.end -= piece.source.end.saturating_sub(block.end);
    }
    part
}

/// The blocks without white space at their ends, and paragraphs of what lies between them.
fn cover(text: &str, blocks: Vec<Block>) -> Vec<Block> {
    let mut covered = Vec::with_capacity(blocks.len());
    let mut push = |range: Range<usize>, role: Role| {
        let range = trimmed(text, range);
        if !range.is_empty() {
            covered.push(Block { range, role });
        }
    };
    let mut at = 0;
    for block in blocks {
        push(at..block.range.start.max(at), Role::Paragraph);
        at = block.range.end.max(at);
        push(block.range, block.role);
    }
    push(at..text.len(), Role::Paragraph);
    covered
}

/// A range without the white space at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let content = &text[range.clone()];
    let start = range.start + content.len() - content.trim_start().len();
    start..(range.start + content.trim_end().len()).max(start)
}

fn is_markdown_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}

/// By name, or by a line that is a Markdown heading: `#` to `######`, a space, a word.
fn is_markdown(text: &str, name: &str) -> bool {
    if is_markdown_name(name) {
        return true;
    }
    text.lines().any(|line| {
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        (1..=6).contains(&level)
            && title.starts_with(' ')
            && title.trim().chars().any(char::is_alphanumeric)
    })
}

/// A line this wide (in columns) is a paragraph by itself, whatever stands around it.
const PARAGRAPH_LINE_COLUMNS: usize = 160;

fn lay_out_plain(text: &str) -> LaidOut {
    let blocks = plain_paragraphs(text).into_iter();
    LaidOut {
        text: text.to_owned(),
        map: SourceMap::identity(text.len()),
        blocks: blocks.map(|range| plain_block(text, range)).collect(),
        is_printed: false,
    }
}

/// Lines that belong together, without white space at their ends.
fn plain_paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for (start, line) in line_indices(text) {
        let content = trimmed(text, start..start + line.len());
        let is_blank = content.is_empty();
        match paragraphs.last_mut().filter(|_| is_open) {
            _ if is_blank => {}
            Some(open) if !is_apart(text, open, &content) => open.end = content.end,
            _ => paragraphs.push(content),
        }
        is_open = !is_blank;
    }
    paragraphs
}

/// Returns true if a line is no part of the block of the lines before it.
fn is_apart(text: &str, block: &Range<usize>, line: &Range<usize>) -> bool {
    let is_wide = |range: &Range<usize>| text[range.clone()].width() > PARAGRAPH_LINE_COLUMNS;
    bullet_len(&text[line.clone()]) > 0 || is_wide(line) || is_wide(block)
}

fn plain_block(text: &str, range: Range<usize>) -> Block {
    let role = if bullet_len(&text[range.clone()]) > 0 {
        Role::ListItem
    } else {
        Role::Paragraph
    };
    Block { range, role }
}

/// Bytes of a list bullet and the space behind it at the start of `text`; 0 when there is none.
fn bullet_len(text: &str) -> usize {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return 0;
    };
    let rest = characters.as_str();
    let is_bullet = matches!(
        first,
        '•' | '·'
            | '‧'
            | '●'
            | '○'
            | '◦'
            | '▪'
            | '■'
            | '□'
            | '◆'
            | '◇'
            | '➢'
            | '✓'
            | '-'
            | '*'
    );
    if is_bullet && rest.starts_with([' ', '\u{3000}', '\t']) {
        return text.len() - rest.trim_start().len();
    }
    0
}

/// Lays out the Markdown of `text` from `body_at` on: what comes before is data. Tags of HTML, addresses and signs of notes are
/// marks in a file of Markdown; in a text that only looks like it, a row of a table for one, they are text as it was given.
fn lay_out_markdown(text: &str, body_at: usize, holds_html: bool) -> LaidOut {
    let mut builder = Builder::new(text, holds_html);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | if holds_html {
            Options::ENABLE_FOOTNOTES
        } else {
            Options::empty()
        };
    let parser = || {
        let events = Parser::new_ext(&text[body_at..], options).into_offset_iter();
        events.map(|(event, range)| (event, range.start + body_at..range.end + body_at))
    };
    let mut notes = Notes::of(&text[body_at..], parser);
    builder.take_all(Ahead::new(parser()), &mut notes);
    builder.close();
    LaidOut {
        text: builder.text,
        map: builder.map,
        blocks: builder.blocks,
        is_printed: false,
    }
}

struct Builder<'a> {
    source: &'a str,
    text: String,
    map: SourceMap,
    blocks: Vec<Block>,
    open: Option<Block>,
    item_depth: usize,
    at_line_start: bool,
    /// For each open list whether its items are numbered.
    lists: Vec<bool>,
    /// Address of the open link, and where its text begins.
    link: Option<(String, usize)>,
    /// End of the last text in the source.
    source_end: usize,
    /// True if tags of HTML, addresses and signs of notes are marks.
    holds_html: bool,
}

impl<'a> Builder<'a> {
    fn new(source: &'a str, holds_html: bool) -> Self {
        Self {
            source,
            text: String::with_capacity(source.len()),
            map: SourceMap::default(),
            blocks: Vec::new(),
            open: None,
            item_depth: 0,
            at_line_start: true,
            lists: Vec::new(),
            link: None,
            source_end: 0,
            holds_html,
        }
    }

    /// Takes the events of a text, and those of its notes behind the blocks that call for them.
    fn take_all<'e>(
        &mut self,
        mut ahead: Ahead<'e, impl Iterator<Item = Placed<'e>>>,
        notes: &mut Notes<'e>,
    ) {
        while let Some((event, range)) =
            ahead.next_shown(notes, self.line_so_far(), self.holds_html)
        {
            self.take(event, range);
            if self.open.is_none() && notes.are_called() {
                self.take_notes(notes);
            }
        }
        self.close();
        self.take_notes(notes);
    }

    /// Takes the notes that were called for; a note may call for others.
    fn take_notes<'e>(&mut self, notes: &mut Notes<'e>) {
        let outside = (std::mem::take(&mut self.item_depth), self.source_end);
        let lists = std::mem::take(&mut self.lists);
        while let Some(note) = notes.next_called() {
            let mut ahead = Ahead::new(note.into_iter());
            while let Some((event, range)) =
                ahead.next_shown(notes, self.line_so_far(), self.holds_html)
            {
                self.take(event, range);
            }
            self.close();
        }
        self.lists = lists;
        (self.item_depth, self.source_end) = outside;
    }

    /// Last words of the open line.
    fn line_so_far(&self) -> &str {
        /// Bytes that are looked at, at most.
        const BYTES: usize = 200;
        let start = self
            .open
            .as_ref()
            .map_or(self.text.len(), |open| open.range.start);
        let near = self
            .text
            .ceil_char_boundary(self.text.len().saturating_sub(BYTES));
        self.text[start.max(near)..]
            .rsplit(['\n', '\t'])
            .next()
            .unwrap_or_default()
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.push_text(&text, range),
            Event::Code(code) => self.push_inner(&code, range),
            Event::Html(html) | Event::InlineHtml(html) => self.take_html(&html, range),
            Event::SoftBreak | Event::HardBreak => {
                self.push_made("\n", range.start);
                self.at_line_start = true;
            }
            _ => {}
        }
    }

    fn take_html(&mut self, html: &str, range: Range<usize>) {
        if self.holds_html {
            self.push_html(html, range);
        } else if !html.starts_with("<!--") {
            self.push_text(html, range);
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => self.open(Role::Heading(heading_level(level))),
            Tag::List(first) => self.lists.push(first.is_some()),
            Tag::Item => self.start_item(range.start),
            // The paragraph of a numbered item goes on behind its number.
            Tag::Paragraph if self.holds_only_number() => {}
            tag if opens_block(&tag) => self.open(self.flow_role()),
            Tag::Link { .. } | Tag::Image { .. } if self.holds_html => {}
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.link = Some((dest_url.into_string(), self.text.len()));
            }
            _ => {}
        }
    }

    fn start_item(&mut self, from_byte: usize) {
        self.close();
        self.item_depth += 1;
        if self.lists.last() == Some(&true) {
            self.push_number(from_byte);
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Item => {
                self.close();
                self.item_depth -= 1;
            }
            TagEnd::Link | TagEnd::Image => self.push_address(range.end),
            TagEnd::TableCell => self.push_made("\t", range.end),
            TagEnd::Heading(_)
            | TagEnd::Paragraph
            | TagEnd::CodeBlock
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::HtmlBlock
            | TagEnd::MetadataBlock(_) => self.close(),
            _ => {}
        }
    }

    fn flow_role(&self) -> Role {
        if self.item_depth > 0 {
            Role::ListItem
        } else {
            Role::Paragraph
        }
    }

    fn open(&mut self, role: Role) {
        self.close();
        self.open = Some(Block {
            range: self.text.len()..self.text.len(),
            role,
        });
        self.at_line_start = true;
    }

    /// Ends the open block: an empty one leaves nothing behind.
    fn close(&mut self) {
        self.at_line_start = true;
        let Some(block) = self.open.take() else {
            return;
        };
        let content = self.text[block.range.start..].trim_end().len();
        let range = block.range.start..block.range.start + content;
        if !range.is_empty() {
            self.blocks.push(Block {
                range,
                role: block.role,
            });
        }
    }

    /// Returns true if the open block holds no text yet, or none is open.
    fn is_at_block_start(&self) -> bool {
        self.open
            .as_ref()
            .is_none_or(|open| open.range.start == self.text.len())
    }

    /// A blank line before the first text of a block where the source has one, else a line's end: items of a tight list
    /// stay as near to each other as they are in the source.
    fn begin_block(&mut self, source_at: usize) {
        if !self.is_at_block_start() {
            return;
        }
        let role = self
            .open
            .as_ref()
            .map_or(self.flow_role(), |open| open.role);
        if !self.text.is_empty() {
            let gap = self.gap_before(source_at);
            self.text.push_str(gap);
            self.map.push_replacement(source_at..source_at, gap.len());
        }
        let start = self.text.len();
        self.open = Some(Block {
            range: start..start,
            role,
        });
        self.at_line_start = true;
    }

    /// Gap between the text so far and a block that begins in the source at `source_at`.
    fn gap_before(&self, source_at: usize) -> &'static str {
        let between = self.source.get(self.source_end..source_at);
        // The first piece ends a line and the last begins one: only lines between them can be blank.
        let lines: Vec<&str> = between.unwrap_or("\n\n").split('\n').collect();
        let inner = lines.get(1..lines.len() - 1).unwrap_or_default();
        if inner.iter().any(|line| line.trim().is_empty()) {
            "\n\n"
        } else {
            "\n"
        }
    }

    fn push_text(&mut self, text: &str, range: Range<usize>) {
        let (mut text, mut range) = (text, range);
        if self.at_line_start {
            // A bullet that Markdown does not know: `· Set up …`. It begins an item of its own.
            let bullet = bullet_len(text);
            let is_empty_block = self.is_at_block_start();
            if bullet > 0 && self.source.get(range.clone()) == Some(text) {
                self.open(Role::ListItem);
                text = &text[bullet..];
                range.start += bullet;
            } else if is_empty_block && text.trim().is_empty() {
                return;
            }
        }
        if !text.is_empty() {
            self.append(text, range);
        }
    }

    /// Appends to the open block a text that was made of `range`.
    fn append(&mut self, text: &str, range: Range<usize>) {
        self.begin_block(range.start);
        self.at_line_start = false;
        self.source_end = range.end;
        self.text.push_str(text);
        if self.source.get(range.clone()) == Some(text) {
            self.map.push_copy(range);
        } else {
            self.map.push_replacement(range, text.len());
        }
    }

    /// HTML within Markdown: its text, without its tags.
    fn push_html(&mut self, html: &str, range: Range<usize>) {
        let is_verbatim = self.source.get(range.clone()) == Some(html);
        for (part, piece) in pieces(html) {
            let place = if is_verbatim {
                range.start + part.start..range.start + part.end
            } else {
                range.clone()
            };
            match piece {
                HtmlPiece::Text(text) => self.push_text(&text, place),
                HtmlPiece::Block if self.is_at_block_start() => {}
                HtmlPiece::Block => self.open(self.flow_role()),
                HtmlPiece::Cell => self.push_made("\t", place.end),
                HtmlPiece::Line => {
                    self.push_made("\n", place.start);
                    self.at_line_start = true;
                }
            }
        }
    }

    /// Text that stands inside its range with marks around it: code between backticks.
    fn push_inner(&mut self, text: &str, range: Range<usize>) {
        let inner = self
            .source
            .get(range.clone())
            .and_then(|outer| outer.find(text));
        let range = inner.map_or(range.clone(), |at| {
            range.start + at..range.start + at + text.len()
        });
        self.push_text(text, range);
    }

    /// The number of a list's item, which is text: `3.` or `3)`.
    fn push_number(&mut self, item_at: usize) {
        let item = &self.source[item_at..];
        let digits = item.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && item[digits..].starts_with(['.', ')']) {
            self.open(Role::ListItem);
            self.push_text(&item[..=digits], item_at..item_at + digits + 1);
            self.push_made(" ", item_at + digits + 1);
        }
    }

    /// Returns true if the open block is a list item's number and nothing more.
    fn holds_only_number(&self) -> bool {
        self.open.as_ref().is_some_and(|open| {
            let text = self.text[open.range.start..].trim_end();
            let digits = text.trim_end_matches(['.', ')']);
            text.len() == digits.len() + 1 && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// The address behind a link's text, unless the text is the address.
    fn push_address(&mut self, source_at: usize) {
        let Some((address, text_at)) = self.link.take() else {
            return;
        };
        let shown = self.text.get(text_at..).unwrap_or_default().trim();
        // A place in the same text is no address.
        let is_shown = !address.is_empty() && !address.starts_with('#') && shown != address;
        if is_shown {
            let address = if shown.is_empty() {
                address
            } else {
                format!(" ({address})")
            };
            self.begin_block(source_at);
            self.text.push_str(&address);
            self.map
                .push_replacement(source_at..source_at, address.len());
        }
    }

    fn push_made(&mut self, made: &str, source_at: usize) {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.range.start < self.text.len())
        {
            self.text.push_str(made);
            self.map.push_replacement(source_at..source_at, made.len());
        }
    }
}

fn heading_level(level: HeadingLevel) -> u8 {
    level as u8
}

/// Returns true for a tag that begins a block without a role of its own.
fn opens_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::CodeBlock(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::HtmlBlock
            | Tag::MetadataBlock(_)
    )
}

/// Widens a span so that it holds `part` as well.
fn widen(hull: &mut Option<Range<usize>>, part: Range<usize>) {
    let hull = hull.get_or_insert(part.clone());
    *hull = hull.start.min(part.start)..hull.end.max(part.end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(source: &str, name: &str) -> String {
        let body_at = crate::extract::front_matter::read_front_matter(source)
            .map_or(0, |(body_at, _)| body_at);
        let laid_out = lay_out(source, name, body_at);
        let blocks = laid_out.blocks.iter().map(|block| {
            let text = &laid_out.text[block.range.clone()];
            let source = &source[laid_out.map.source_of(block.range.clone())];
            let role = match block.role {
                Role::Heading(level) => format!("h{level}"),
                Role::Paragraph => "p".to_owned(),
                Role::ListItem => "li".to_owned(),
            };
            format!("{role}: {text:?} <- {source:?}")
        });
        blocks.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn markdown_marks_become_structure() {
        let source = "---\ntitle: x\n---\n\n## **International Innovation** and **Technology Centre**\n\n- · Take forward *trial* \
                      schemes\n- second `code`\n\n· Set up the Working Group\n· Commence &amp; plan\n\n<!-- INFO END -->\nA <b>bold</b> [link](http://x) \\$5.\n\n1. one\n2. two\n\n   more";
        insta::assert_snapshot!(show(source, "x.txt"), @r##"
        h2: "International Innovation and Technology Centre" <- "International Innovation** and **Technology Centre"
        li: "Take forward trial schemes" <- "Take forward *trial* schemes"
        li: "second code" <- "second `code"
        li: "Set up the Working Group" <- "Set up the Working Group"
        li: "Commence & plan" <- "Commence &amp; plan"
        p: "A <b>bold</b> link (http://x) $5." <- "A <b>bold</b> [link](http://x) \\$5."
        li: "1. one" <- "1. one"
        li: "2. two" <- "2. two"
        li: "more" <- "more"
        "##);
    }

    /// The blocks of a file of Markdown, without their sources.
    fn texts_of(source: &str) -> Vec<String> {
        let text = |line: &str| line.split(" <- ").next().unwrap_or_default().to_owned();
        show(source, "x.md").lines().map(text).collect()
    }

    #[test]
    fn html_pictures_and_anchors_within_markdown_are_marks() {
        let source = "# 標題 ![logo](a.png)\n\n<a name=\"top\"></a>See [above](#top) &mdash; <name>.\n\n<table>\n\
                      <tr><td>年</td><td>A &amp; B</td></tr>\n<tr><td>2024</td><td>x</td></tr>\n</table>\n";
        let texts = texts_of(source);
        assert_eq!(
            texts,
            [
                r#"h1: "標題""#,
                r#"p: "See above — <name>.""#,
                r#"p: "年\tA & B""#,
                r#"p: "2024\tx""#,
            ]
        );
    }

    #[test]
    fn what_is_no_part_of_a_sentence_does_not_interrupt_it() {
        let source = "建设[美丽中国](http://x.cn)先行区，依照[保護法][law]第六條，香港![圖](a.png)房屋。\n\n\
                      根據《基本法》[^1]第二十三條[^9]，[[1]](#_ftn1)the wage<sup>2</sup> of 5 m<sup>2</sup>.\n\
                      - 甲[^b]\n- 乙\n\n![圖一](b.png)\n\n[law]: https://law.moj.gov.tw\n[^1]: 見附件。\n\n    續。\n[^b]: 丙[^1]\n\n\
                      [^c]: 丁\n";
        let texts = texts_of(source);
        assert_eq!(
            texts,
            [
                r#"p: "建设美丽中国先行区，依照保護法第六條，香港房屋。""#,
                r#"p: "根據《基本法》第二十三條，the wage of 5 m2.""#,
                r#"p: "見附件。""#,
                r#"p: "續。""#,
                r#"li: "甲""#,
                r#"p: "丙""#,
                r#"li: "乙""#,
                r#"p: "圖一""#,
                r#"p: "丁""#,
            ]
        );
        // A row of a table is text as it was given.
        let source = "# 1\n\nsection 5[1](a), [x](http://x)[^1]";
        insta::assert_snapshot!(show(source, "x.jsonl"), @r##"
        h1: "1" <- "1"
        p: "section 51 (a), x (http://x)[^1]" <- "section 5[1](a), [x](http://x)[^1]"
        "##);
    }

    #[test]
    fn plain_text_is_stored_as_it_is() {
        let source = "Title\n\nA line\nanother line\n\n- one\n- two\n# not a heading, #tag\n";
        let laid_out = lay_out(source, "x.txt", 0);
        assert!(laid_out.text != source, "`# not a heading` is one");
        let source = "Title\n\nA line\nanother line\n\n- one\n- two\n";
        assert_eq!(lay_out(source, "x.txt", 0).text, source);
        insta::assert_snapshot!(show(source, "x.txt"), @r#"
        p: "Title" <- "Title"
        p: "A line\nanother line" <- "A line\nanother line"
        li: "- one" <- "- one"
        li: "- two" <- "- two"
        "#);
    }
}
