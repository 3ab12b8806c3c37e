//! Finds the places of a text: the labels of its chapters, articles and annexes.
//!
//! In: a laid-out text and its blocks. Out: the blocks again, split so that every label begins one: 第三章, 第二十三條之一,
//! Article 23, § 12.3, 附件一. The text after a label belongs to it; [`Rank`] says which label may contain another.
//!
//! A label differs from a mention by its place and by what follows: it opens a line, and after it come a gap, a
//! title or nothing, never the rest of a sentence (`第二十三條規定`, `Article 8 of the Act`). Inside a paragraph it also has to
//! continue the numbering, since a wrapped line may begin with a mention. Bare numbers (`5.`, `5A.`) are no labels: lists
//! have them too. The lines of a table of contents are no labels.

mod number;

mod label;

mod chinese;
mod english;

use std::ops::Range;

use polidex_schema::record::{Label, Rank, Role};

use crate::places::chinese::{read_chinese, read_chinese_annex};
use crate::places::english::{read_english, read_section_sign};
use crate::places::label::{ReadLabel, Word, is_english_title};
use crate::places::number::Number;
use crate::structure::Block;
use crate::text::lines::line_indices;

/// A block and the label it begins with, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedBlock {
    /// The block.
    pub block: Block,
    /// Label, or `None`.
    pub label: Option<Label>,
}

/// Numbers that a label inside a paragraph may skip: repealed articles are often left out.
const SKIPPED_NUMBERS: u32 = 10;
/// Minimum number of adjacent labels that make a table of contents if they occur again.
const CONTENTS_LINES: usize = 3;

/// Splits `blocks` of `text` where labels begin.
pub fn place_blocks(text: &str, blocks: &[Block]) -> Vec<PlacedBlock> {
    let mut found = find_labels(text, blocks);
    settle_sections(text, &mut found);
    drop_contents(text, &mut found);
    settle_annexes(&mut found);
    let mut found = found.into_iter().peekable();
    let mut placed = Vec::with_capacity(blocks.len());
    for block in blocks {
        let mut inside = Vec::new();
        while let Some(label) = found.next_if(|label| label.line.start < block.range.end) {
            inside.push(label);
        }
        split_block(text, block, &inside, &mut placed);
    }
    placed
}

fn split_block(text: &str, block: &Block, labels: &[FoundLabel], placed: &mut Vec<PlacedBlock>) {
    let starts = labels.iter().map(|label| label.line.start);
    let mut ends = starts.chain([block.range.end]);
    let first = ends.next().unwrap_or(block.range.end);
    let mut place = |range: Range<usize>, role: Role, label: Option<Label>| {
        placed.extend(trimmed(text, range, role, label));
    };
    place(block.range.start..first, block.role, None);
    for (label, end) in labels.iter().zip(ends) {
        let (line, rank) = (label.line.clone(), label.read.rank);
        let is_title = rank != Rank::Article && !matches!(block.role, Role::Heading(_));
        if is_title {
            let heading = Role::Heading(heading_level(rank));
            place(line.clone(), heading, label.stored());
            place(line.end..end, block.role, None);
        } else {
            place(line.start..end, block.role, label.stored());
        }
    }
}

/// The block of `range` without the white space around it; `None` if nothing is left.
fn trimmed(
    text: &str,
    range: Range<usize>,
    role: Role,
    label: Option<Label>,
) -> Option<PlacedBlock> {
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start().len();
    let end = range.start + piece.trim_end().len();
    (start < end).then_some(PlacedBlock {
        block: Block {
            range: start..end,
            role,
        },
        label,
    })
}

/// Level of a heading that only its label makes one; an outline closes gaps between levels.
fn heading_level(rank: Rank) -> u8 {
    match rank {
        Rank::Annex | Rank::Book => 1,
        Rank::Part => 2,
        Rank::Chapter => 3,
        Rank::Division => 4,
        Rank::Subdivision => 5,
        Rank::Subsubdivision | Rank::Article | Rank::InnerAnnex => 6,
    }
}

/// A label and the line it opens.
#[derive(Clone, Debug)]
struct FoundLabel {
    /// Line without the white space around it.
    line: Range<usize>,
    read: ReadLabel,
    /// A section that is one only if it holds articles.
    is_doubtful: bool,
}

impl FoundLabel {
    fn stored(&self) -> Option<Label> {
        let len_bytes = u8::try_from(self.read.len_bytes).ok()?;
        Some(Label {
            len_bytes,
            rank: self.read.rank,
        })
    }
}

/// The last number of articles, of each [`Word`] by itself: sections that hold articles count apart.
#[derive(Default)]
struct Numbering([Number; 3]);

impl Numbering {
    /// Returns whether a label continues the numbering.
    fn is_continued_by(&self, read: &ReadLabel) -> bool {
        let last = self.0[read.word as usize];
        let is_near = read.number.0 <= last.0.saturating_add(SKIPPED_NUMBERS);
        read.number == (1, 0) || (read.number > last && is_near)
    }

    fn count(&mut self, read: &ReadLabel) {
        self.0[read.word as usize] = read.number;
    }
}

fn find_labels(text: &str, blocks: &[Block]) -> Vec<FoundLabel> {
    let mut found = Vec::new();
    let mut numbering = Numbering::default();
    for block in blocks {
        for (at, line) in line_indices(&text[block.range.clone()]) {
            let Some((read, is_doubtful)) = label_of(line.trim(), at == 0, &numbering) else {
                continue;
            };
            if read.rank == Rank::Article && !is_doubtful {
                numbering.count(&read);
            }
            let start = block.range.start + at + line.len() - line.trim_start().len();
            found.push(FoundLabel {
                line: start..start + line.trim().len(),
                read,
                is_doubtful,
            });
        }
    }
    found
}

/// The label of a line, and true if it may be a mention; `None` where it surely is, or there is none.
fn label_of(line: &str, starts_block: bool, numbering: &Numbering) -> Option<(ReadLabel, bool)> {
    let read = read_label(line)?;
    let is_doubtful = !starts_block && is_doubtful(&read, numbering);
    let may_hold = read.word == Word::Section && is_english_title(line);
    (!is_doubtful || may_hold).then_some((read, is_doubtful))
}

/// Returns whether a label inside a paragraph may be a mention.
fn is_doubtful(read: &ReadLabel, numbering: &Numbering) -> bool {
    let is_article = read.rank == Rank::Article;
    !read.is_plain || (is_article && !numbering.is_continued_by(read))
}

/// Makes sections divisions that hold articles, where there are articles and the line of the section is a title.
fn settle_sections(text: &str, found: &mut Vec<FoundLabel>) {
    if found.iter().any(|label| label.read.word == Word::Article) {
        found.retain(|label| {
            label.read.word != Word::Section || is_english_title(&text[label.line.clone()])
        });
        for label in found
            .iter_mut()
            .filter(|label| label.read.word == Word::Section)
        {
            label.read.rank = Rank::Subdivision;
        }
    } else {
        found.retain(|label| !label.is_doubtful);
    }
}

/// Ranks an annex inside an article if its articles continue the numbering before it.
fn settle_annexes(found: &mut [FoundLabel]) {
    let mut before: Number = (0, 0);
    for index in 0..found.len() {
        match found[index].read.rank {
            Rank::Article => before = found[index].read.number,
            Rank::Annex => {
                let next = found[index..]
                    .iter()
                    .find(|label| label.read.rank == Rank::Article);
                if next.is_some_and(|next| before > (0, 0) && next.read.number > before) {
                    found[index].read.rank = Rank::InnerAnnex;
                }
            }
            _ => {}
        }
    }
}

/// Drops the labels of tables of contents: [`CONTENTS_LINES`] labels or more with nothing between them, if their titles
/// occur again.
fn drop_contents(text: &str, found: &mut Vec<FoundLabel>) {
    let mut kept = vec![true; found.len()];
    let mut start = 0;
    while start < found.len() {
        let end = end_of_run(text, found, start);
        if end - start >= CONTENTS_LINES {
            let titles: Vec<String> = found[start..]
                .iter()
                .map(|label| title_of(text, label))
                .collect();
            for index in start..end {
                let later = &titles[index - start + 1..];
                kept[index] = !later.contains(&titles[index - start]);
            }
        }
        start = end;
    }
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or(true));
}

/// One past the last label that follows `start` with nothing between.
fn end_of_run(text: &str, found: &[FoundLabel], start: usize) -> usize {
    let mut end = start + 1;
    while let Some(next) = found.get(end) {
        let between = &text[found[end - 1].line.end..next.line.start];
        if next.read.rank == Rank::Article || !between.trim().is_empty() {
            break;
        }
        end += 1;
    }
    end
}

/// The line of a label without blanks, leader dots and the number of a page.
fn title_of(text: &str, label: &FoundLabel) -> String {
    let line = text[label.line.clone()]
        .trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let line = line.trim_end_matches(['.', '…', '·', ' ', '\t']);
    line.split_whitespace().collect()
}

/// Reads the label that `line` begins with; `line` has no white space around it.
fn read_label(line: &str) -> Option<ReadLabel> {
    match line.chars().next()? {
        '第' => read_chinese(line),
        '附' => read_chinese_annex(line),
        '§' => read_section_sign(line),
        first if first.is_ascii_uppercase() => read_english(line),
        _ => None,
    }
}
