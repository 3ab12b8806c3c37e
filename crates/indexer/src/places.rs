//! Finds the places of a text: the labels of its chapters, articles and annexes.
//!
//! In: a laid-out text and its blocks. Out: the blocks again, cut so that every label begins one: 第三章, 第二十三條之一,
//! Article 23, § 12.3, 附件一. What stands behind a label belongs to it; [`Rank`] says what a label may stand in.
//!
//! A label is told from a mention by where it stands and by what follows it: it opens a line, and behind it come a gap, a
//! title or nothing, never the rest of a sentence (`第二十三條規定`, `Article 8 of the Act`). Inside a paragraph it has to
//! go on counting as well, since a wrapped line may begin with a mention. Bare numbers (`5.`, `5A.`) are no labels: lists
//! have them too. A table of contents has labels without places; its lines are left alone.

use std::ops::Range;

use polidex_analysis::numerals::{chinese_number, chinese_numeral_len, roman_number};
use polidex_schema::record::{Label, Rank, Role};
use unicode_width::UnicodeWidthStr;

use crate::structure::Block;

/// A block and the label it begins with, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedBlock {
    /// The block.
    pub block: Block,
    /// Its label.
    pub label: Option<Label>,
}

/// The line of a chapter's title is at most this wide, in columns; what is wider is a sentence.
const TITLE_LINE_COLUMNS: usize = 120;
/// A label inside a paragraph may skip this many numbers: repealed articles are often left out.
const SKIPPED_NUMBERS: u32 = 10;
/// So many labels in a row, with nothing between them, make a table of contents when they come again.
const CONTENTS_LINES: usize = 3;

/// Cuts `blocks` of `text` where labels begin.
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
        cut_block(text, block, &inside, &mut placed);
    }
    placed
}

fn cut_block(text: &str, block: &Block, found: &[Found], placed: &mut Vec<PlacedBlock>) {
    let mut push = |range: Range<usize>, role: Role, label: Option<Label>| {
        let piece = &text[range.clone()];
        let from = range.start + piece.len() - piece.trim_start().len();
        let range = from..from.max(range.start + piece.trim_end().len());
        if !range.is_empty() {
            placed.push(PlacedBlock {
                block: Block { range, role },
                label,
            });
        }
    };
    let first = found
        .first()
        .map_or(block.range.end, |label| label.line.start);
    push(block.range.start..first, block.role, None);
    for (index, label) in found.iter().enumerate() {
        let end = found
            .get(index + 1)
            .map_or(block.range.end, |next| next.line.start);
        let is_title = label.rank != Rank::Article && !matches!(block.role, Role::Heading(_));
        if is_title {
            push(
                label.line.clone(),
                Role::Heading(heading_level(label.rank)),
                label.stored(),
            );
            push(label.line.end..end, block.role, None);
        } else {
            push(label.line.start..end, block.role, label.stored());
        }
    }
}

/// Headings that only their label makes headings; an outline closes gaps between levels.
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
struct Found {
    /// The line without the white space around it.
    line: Range<usize>,
    len_bytes: usize,
    rank: Rank,
    number: Number,
    word: Word,
    /// A section that is one only if it holds articles.
    is_doubtful: bool,
}

impl Found {
    fn stored(&self) -> Option<Label> {
        let len_bytes = u8::try_from(self.len_bytes).ok()?;
        Some(Label {
            len_bytes,
            rank: self.rank,
        })
    }
}

/// `23`, `23-1`, `23A`, `1009.1`: the number and what is inserted behind it.
type Number = (u32, u32);

/// What a label calls itself, where that decides its rank in this document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// The English word.
    Article,
    /// A section holds articles, or is what others call an article.
    Section,
    Other,
}

/// A label as it was read at the start of a line.
#[derive(Clone, Copy, Debug)]
struct Read {
    len_bytes: usize,
    rank: Rank,
    number: Number,
    word: Word,
    /// Nothing else can look like this: 第 5 條 and a wide gap, a title's line.
    is_plain: bool,
}

fn find_labels(text: &str, blocks: &[Block]) -> Vec<Found> {
    let mut found = Vec::new();
    // Sections that hold articles count for themselves.
    let mut lasts: [Number; 3] = [(0, 0); 3];
    for block in blocks {
        let mut at = block.range.start;
        for line in text[block.range.clone()].split_inclusive('\n') {
            let start = at + line.len() - line.trim_start().len();
            let content = line.trim();
            let starts_block = at == block.range.start;
            at += line.len();
            let Some(read) = read_label(content) else {
                continue;
            };
            let is_article = read.rank == Rank::Article;
            let last = &mut lasts[read.word as usize];
            let goes_on = read.number == (1, 0)
                || (read.number > *last && read.number.0 <= last.0.saturating_add(SKIPPED_NUMBERS));
            let is_doubtful = !starts_block && (!read.is_plain || (is_article && !goes_on));
            let may_hold = read.word == Word::Section && is_english_title(content);
            if is_doubtful && !may_hold {
                continue;
            }
            if is_article && !is_doubtful {
                *last = read.number;
            }
            found.push(Found {
                line: start..start + content.len(),
                len_bytes: read.len_bytes,
                rank: read.rank,
                number: read.number,
                word: read.word,
                is_doubtful,
            });
        }
    }
    found
}

/// Where there are articles, a section is what holds them, if its line is a title.
fn settle_sections(text: &str, found: &mut Vec<Found>) {
    if found.iter().any(|label| label.word == Word::Article) {
        found.retain(|label| {
            label.word != Word::Section || is_english_title(&text[label.line.clone()])
        });
        for label in found.iter_mut().filter(|label| label.word == Word::Section) {
            label.rank = Rank::Subdivision;
        }
    } else {
        found.retain(|label| !label.is_doubtful);
    }
}

/// An annex whose articles count on from those before it was printed inside an article.
fn settle_annexes(found: &mut [Found]) {
    let mut before: Number = (0, 0);
    for index in 0..found.len() {
        match found[index].rank {
            Rank::Article => before = found[index].number,
            Rank::Annex => {
                let next = found[index..]
                    .iter()
                    .find(|label| label.rank == Rank::Article);
                if next.is_some_and(|next| before > (0, 0) && next.number > before) {
                    found[index].rank = Rank::InnerAnnex;
                }
            }
            _ => {}
        }
    }
}

fn drop_contents(text: &str, found: &mut Vec<Found>) {
    let title = |label: &Found| {
        let line = text[label.line.clone()]
            .trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
        let line = line.trim_end_matches(['.', '…', '·', ' ', '\t']);
        line.split_whitespace().collect::<String>()
    };
    let is_next =
        |one: &Found, other: &Found| text[one.line.end..other.line.start].trim().is_empty();
    let mut kept = vec![true; found.len()];
    let mut start = 0;
    while start < found.len() {
        let mut end = start + 1;
        while end < found.len()
            && found[end].rank != Rank::Article
            && is_next(&found[end - 1], &found[end])
        {
            end += 1;
        }
        if end - start >= CONTENTS_LINES {
            let titles: Vec<String> = found[start..].iter().map(&title).collect();
            for index in start..end {
                kept[index] = !titles[index - start + 1..].contains(&titles[index - start]);
            }
        }
        start = end;
    }
    let mut kept = kept.into_iter();
    found.retain(|_| kept.next().unwrap_or(true));
}

/// The label that `line` begins with; `line` has no white space around it.
fn read_label(line: &str) -> Option<Read> {
    match line.chars().next()? {
        '第' => read_chinese(line),
        '附' => read_chinese_annex(line),
        '§' => read_section_sign(line),
        first if first.is_ascii_uppercase() => read_english(line),
        _ => None,
    }
}

/// Han units of divisions, longer ones before their beginnings.
const CHINESE_UNITS: [(&str, Rank); 16] = [
    ("次分部", Rank::Subdivision),
    ("分部", Rank::Division),
    ("分編", Rank::Part),
    ("分编", Rank::Part),
    ("部分", Rank::Part),
    ("編", Rank::Book),
    ("编", Rank::Book),
    ("篇", Rank::Book),
    ("部", Rank::Part),
    ("章", Rank::Chapter),
    ("節", Rank::Division),
    ("节", Rank::Division),
    ("款", Rank::Subdivision),
    ("目", Rank::Subsubdivision),
    ("條", Rank::Article),
    ("条", Rank::Article),
];

fn read_chinese(line: &str) -> Option<Read> {
    let mut at = skip_blank(line, '第'.len_utf8());
    let (mut number, len) = read_chinese_number(&line[at..])?;
    at = skip_blank(line, at + len);
    let (unit, rank) = CHINESE_UNITS
        .iter()
        .find(|(unit, _)| line[at..].starts_with(unit))?;
    at += unit.len();
    // 第二十三條之一: a numeral has to follow, since 第二十三條之規定 is no label.
    let behind = skip_blank(line, at);
    if let Some(rest) = line[behind..].strip_prefix('之') {
        let from = skip_blank(line, line.len() - rest.len());
        let (inserted, len) = read_chinese_number(&line[from..])?;
        number.1 = inserted.0;
        at = from + len;
    }
    let rest = &line[at..];
    let is_apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let (is_label, is_plain) = if *rank == Rank::Article {
        let opens = is_apart || rest.starts_with(['（', '(', '【', '［', '[', '：', ':']);
        (opens && !goes_on_as_mention(rest), is_apart)
    } else {
        let may_touch = matches!(rank, Rank::Book | Rank::Chapter);
        let is_title = is_chinese_title(line) && !goes_on_as_mention(rest);
        let names_itself = rest.starts_with(['（', '(', '：', ':', '─', '—']);
        (
            (is_apart || may_touch || names_itself) && is_title,
            is_apart,
        )
    };
    is_label.then_some(Read {
        len_bytes: at,
        rank: *rank,
        number,
        word: Word::Other,
        is_plain,
    })
}

/// `二十三`, `23`, `8-1`, `5A`, with blanks between, and the bytes it takes.
fn read_chinese_number(text: &str) -> Option<(Number, usize)> {
    let len = chinese_numeral_len(text);
    let base = small_number(&text[..len])?;
    let mut number = (base, 0);
    let mut at = len;
    let behind = &text[at..];
    if let Some(rest) = behind.strip_prefix(['-', '－', '–', '—']) {
        let inserted_len = chinese_numeral_len(rest);
        if let Some(inserted) = small_number(&rest[..inserted_len]) {
            number.1 = inserted;
            at = text.len() - rest.len() + inserted_len;
        }
    } else if let Some(letters) = leading_capitals(behind) {
        number.1 = letter_number(&behind[..letters]);
        at += letters;
    }
    Some((number, at))
}

fn small_number(numeral: &str) -> Option<u32> {
    u32::try_from(chinese_number(numeral)?).ok()
}

/// Whether what follows a label shows it to be a mention: 第二條 第一項, 第二章及第三章.
fn goes_on_as_mention(rest: &str) -> bool {
    let rest = rest.trim_start();
    if rest.starts_with([
        '及', '與', '与', '和', '至', '、', '，', ',', '；', '。', '所', '之',
    ]) {
        return true;
    }
    if ["規定", "规定", "或者", "或第"]
        .iter()
        .any(|word| rest.starts_with(word))
    {
        return true;
    }
    let Some(rest) = rest.strip_prefix('第') else {
        return false;
    };
    let rest = rest.trim_start();
    let unit = rest[chinese_numeral_len(rest)..].trim_start();
    unit.starts_with(['項', '项', '款', '目'])
}

fn is_chinese_title(line: &str) -> bool {
    line.width() <= TITLE_LINE_COLUMNS && !line.contains(['。', '，', '；'])
}

fn read_chinese_annex(line: &str) -> Option<Read> {
    let word = ["附件", "附錄", "附录", "附表"]
        .into_iter()
        .find(|word| line.starts_with(word))?;
    let at = skip_blank(line, word.len());
    let rest = &line[at..];
    let (number, len) = match read_chinese_number(rest) {
        Some((number, len)) => (number, len),
        None => match leading_capitals(rest) {
            Some(letters) => ((letter_number(&rest[..letters]), 0), letters),
            None if rest.is_empty() => ((0, 0), 0),
            None => return None,
        },
    };
    let end = if len == 0 { word.len() } else { at + len };
    let rest = &line[end..];
    let is_apart =
        rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with(['：', ':']);
    let is_label = is_apart && is_chinese_title(line) && !goes_on_as_mention(rest);
    let is_plain = rest.is_empty();
    is_label.then_some(Read {
        len_bytes: end,
        rank: Rank::Annex,
        number,
        word: Word::Other,
        is_plain,
    })
}

fn read_section_sign(line: &str) -> Option<Read> {
    let from = skip_blank(line, '§'.len_utf8());
    let (number, len) = read_english_number(&line[from..], false)?;
    let end = from + len;
    let rest = &line[end..];
    is_opened(rest, true).then_some(Read {
        len_bytes: end,
        rank: Rank::Article,
        number,
        word: Word::Other,
        is_plain: true,
    })
}

/// English words of divisions. A word is taken as it is written here or in capitals.
const ENGLISH_UNITS: [(&str, Rank, Word); 17] = [
    ("Article", Rank::Article, Word::Article),
    ("Section", Rank::Article, Word::Section),
    ("Sec.", Rank::Article, Word::Section),
    ("Title", Rank::Book, Word::Other),
    ("Book", Rank::Book, Word::Other),
    ("Part", Rank::Part, Word::Other),
    ("Subtitle", Rank::Part, Word::Other),
    ("Chapter", Rank::Chapter, Word::Other),
    ("Subchapter", Rank::Division, Word::Other),
    ("Division", Rank::Division, Word::Other),
    ("Subdivision", Rank::Subdivision, Word::Other),
    ("Subpart", Rank::Subdivision, Word::Other),
    ("Schedule", Rank::Annex, Word::Other),
    ("Appendix", Rank::Annex, Word::Other),
    ("Annexe", Rank::Annex, Word::Other),
    ("Annex", Rank::Annex, Word::Other),
    ("Attachment", Rank::Annex, Word::Other),
];

fn read_english(line: &str) -> Option<Read> {
    let is_unit = |unit: &&(&str, Rank, Word)| {
        line.starts_with(unit.0)
            || line
                .get(..unit.0.len())
                .is_some_and(|start| start == unit.0.to_ascii_uppercase())
    };
    let (unit, rank, word) = ENGLISH_UNITS.iter().find(is_unit)?;
    if *rank == Rank::Annex
        && line.len() == unit.len()
        && line.bytes().all(|byte| byte.is_ascii_uppercase())
    {
        let read = Read {
            len_bytes: line.len(),
            rank: *rank,
            number: (0, 0),
            word: *word,
            is_plain: false,
        };
        return Some(read);
    }
    let from = skip_blank(line, unit.len());
    let is_touching = from == unit.len();
    let (number, len) = read_english_number(&line[from..], *rank != Rank::Article)?;
    if is_touching && !line[from..].starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let end = from + len;
    let rest = &line[end..];
    let is_article = *rank == Rank::Article;
    let is_label = if is_article {
        is_opened(rest, true)
    } else {
        is_english_title(line)
            && (is_opened(rest, true) || rest.starts_with([',', '(', '[']) || touches(rest, line))
    };
    let is_wide = rest.is_empty()
        || rest.starts_with("  ")
        || rest.starts_with(['\u{3000}', '\t', '.', ':', '：']);
    // `Chapter VII, Supplementary Provisions`, but not `Chapter 3, Article 5`.
    let is_list = rest.starts_with(',') && rest.contains(|c: char| c.is_ascii_digit());
    let is_plain = is_wide || (!is_article && !is_list);
    is_label.then_some(Read {
        len_bytes: end,
        rank: *rank,
        number,
        word: *word,
        is_plain,
    })
}

/// `PART 13FINANCIAL …`: what flattened XML makes of a title below its label.
fn touches(rest: &str, line: &str) -> bool {
    rest.starts_with(|first: char| first.is_ascii_uppercase())
        && line[..line.len() - rest.len()].ends_with(|last: char| last.is_ascii_digit())
}

/// Whether what follows a label opens something: a gap, a mark, a title with a capital; `with_title` allows the last.
fn is_opened(rest: &str, with_title: bool) -> bool {
    let Some(first) = rest.chars().next() else {
        return true;
    };
    let behind = rest[first.len_utf8()..].chars().next();
    match first {
        '\t' | '\u{3000}' | '—' | '–' | ':' | '：' => true,
        '.' => behind.is_none_or(char::is_whitespace) || behind == Some('—'),
        '-' => behind.is_none_or(char::is_whitespace),
        first if first.is_whitespace() => match behind {
            Some(behind) if behind.is_whitespace() => true,
            Some(behind) if with_title => {
                behind.is_uppercase()
                    || matches!(behind, '[' | '“' | '"' | '—' | '–' | '-')
                    || behind >= '\u{2E80}'
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_english_title(line: &str) -> bool {
    line.width() <= TITLE_LINE_COLUMNS
        && !line.ends_with([';', ','])
        && !(line.ends_with('.') && line.contains(' '))
}

/// `23`, `23-1`, `5A`, `1009.1`, `IV`, `A`, `MS-3`, `Six`, and the bytes it takes; `with_letters` allows a bare letter.
fn read_english_number(text: &str, with_letters: bool) -> Option<(Number, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return read_digits(text, digits);
    }
    let word_len = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &text[..word_len];
    let inserted = |number: u32| {
        let rest = text[word_len..].strip_prefix('-').unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        match rest[..digits].parse() {
            Ok(inserted) => ((number, inserted), word_len + 1 + digits),
            Err(_) => ((number, 0), word_len),
        }
    };
    if let Some(number) = roman_number(word) {
        return Some(inserted(number));
    }
    if let Some(number) = ENGLISH_NUMBERS
        .iter()
        .position(|name| word.eq_ignore_ascii_case(name))
    {
        return Some(((number as u32 + 1, 0), word_len));
    }
    let is_letters = with_letters && leading_capitals(word) == Some(word_len);
    is_letters.then(|| inserted(letter_number(word)))
}

fn read_digits(text: &str, digits: usize) -> Option<(Number, usize)> {
    let base: u32 = text[..digits].parse().ok()?;
    let rest = &text[digits..];
    if let Some(inserted) = rest.strip_prefix(['.', '-', '–']) {
        let more = inserted.bytes().take_while(u8::is_ascii_digit).count();
        if let Ok(number) = inserted[..more].parse() {
            return Some(((base, number), text.len() - inserted.len() + more));
        }
    }
    match leading_capitals(rest) {
        Some(len) => Some(((base, letter_number(&rest[..len])), digits + len)),
        None => Some(((base, 0), digits)),
    }
}

const ENGLISH_NUMBERS: [&str; 20] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Bytes of one or two capital letters at the start of `text`, when no other letter or digit follows.
fn leading_capitals(text: &str) -> Option<usize> {
    let len = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let is_over = text[len..]
        .chars()
        .next()
        .is_none_or(|next| !next.is_ascii_alphanumeric());
    ((1..=2).contains(&len) && is_over).then_some(len)
}

fn letter_number(letters: &str) -> u32 {
    letters.bytes().fold(0, |number, letter| {
        number * 26 + u32::from(letter - b'A') + 1
    })
}

/// The first byte from `at` on that is no white space.
fn skip_blank(line: &str, at: usize) -> usize {
    line.len() - line[at..].trim_start().len()
}
