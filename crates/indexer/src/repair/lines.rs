//! Measures lines: how wide they are, how wide their paragraph was set, and which breaks that width made.
//!
//! In: a text and its lines. Out: [`Line`]s with their widths, and the [`Measure`] of lines that follow each other.
//! Text that was wrapped as text fills columns of equal characters; a Chinese text may have been wrapped by counting
//! characters; a page that was set and then dumped fills its width with letters of different widths. The measure takes
//! the kind of face that explains most breaks. Widths are hundredths of a column; a Chinese character takes 200.

use std::ops::Range;

/// Chinese lines vary by this much: marks that may not begin a line hang over or take a character along.
pub(crate) const HAN_SLACK: usize = 400;
/// Two characters of room: more than a mark that must not begin a line explains.
pub(crate) const HAN_ROOM: usize = 400;
/// A proportional line is full when this share of the width is not enough for the next word.
const PROPORTIONAL_FULL_PERCENT: usize = 97;

/// One line, without the blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Bytes of the text; never empty.
    pub(crate) range: Range<usize>,
    /// Display columns before it.
    pub(crate) indent_columns: usize,
    /// Width in each face.
    widths: [usize; FACES.len()],
    /// Width, in each face, of what a line breaker would have had to move: a Chinese character, or a word with the
    /// marks on it.
    unit_widths: [usize; FACES.len()],
    starts_wide: bool,
    ends_wide: bool,
}

impl Line {
    /// The line in `range` of `text` without the blanks around it; `None` when nothing is left.
    pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Option<Self> {
        let line = text[range.clone()].trim_end();
        let content = line.trim_start();
        if content.is_empty() {
            return None;
        }
        let start = range.start + line.len() - content.len();
        let set = without_article(content);
        Some(Self {
            range: start..start + content.len(),
            indent_columns: width_columns(&line[..line.len() - content.len()]),
            widths: widths(set),
            unit_widths: widths(first_unit(content)),
            starts_wide: content.starts_with(is_wide),
            ends_wide: content.ends_with(is_wide),
        })
    }

    /// Display columns it takes.
    pub(crate) fn width_columns(&self) -> usize {
        self.widths[Face::Fixed as usize] / 100
    }
}

/// Returns a line without the number of the article that the publisher of a law set before it, outside the width
/// (`第 20 條　`).
pub(crate) fn without_article(line: &str) -> &str {
    let rest = || {
        let number = line.strip_prefix("第 ")?;
        let is_numeral = |c: char| c.is_ascii_digit() || c == '-' || c == ' ';
        let rest = number.trim_start_matches(is_numeral);
        rest.strip_prefix('條')?.strip_prefix('\u{3000}')
    };
    rest().unwrap_or(line)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    /// Every Latin letter takes one column: text that was wrapped as text.
    Fixed,
    /// Every character takes as much as any other: text that was wrapped by counting characters.
    Counted,
    /// Letters take what they take in a book face: text that was set, then dumped.
    Proportional,
}

const FACES: [Face; 3] = [Face::Fixed, Face::Counted, Face::Proportional];

/// Width that lines were set to, and the kind of face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    face: Face,
    width: usize,
}

impl Measure {
    /// The width of these lines, in the face that makes more of their breaks necessary. `pairs` are the lines that
    /// follow each other.
    pub(crate) fn of<'a>(pairs: impl Iterator<Item = (&'a Line, &'a Line)> + Clone) -> Self {
        let [fixed, counted, proportional] = FACES.map(|face| {
            let lines = pairs.clone().flat_map(|(line, next)| [line, next]);
            let mut widths: Vec<usize> = lines.map(|line| line.widths[face as usize]).collect();
            widths.sort_unstable();
            let measure = Self {
                face,
                width: usual_maximum(&widths),
            };
            let full = pairs
                .clone()
                .filter(|(line, next)| measure.breaks(line, next));
            let (count, room) = full.fold((0, 0), |(count, room), (line, _)| {
                (count + 1, room + measure.room(line))
            });
            (count, room, measure)
        });
        let is_counted = counted.0 > fixed.0 || counted.0 == fixed.0 && counted.1 < fixed.1;
        let best = if is_counted { counted } else { fixed };
        if proportional.0 > best.0 {
            proportional.2
        } else {
            best.2
        }
    }

    /// Returns true when `next` could not have begun on `line`, which itself is no wider than the others.
    pub(crate) fn breaks(self, line: &Line, next: &Line) -> bool {
        if line.widths[self.face as usize]
            > self.width + self.width / 50 + HAN_SLACK * usize::from(line.ends_wide)
        {
            return false;
        }
        let unit = next.unit_widths[self.face as usize];
        if next.starts_wide || line.ends_wide {
            return self.room(line) < HAN_SLACK + unit;
        }
        let needed = line.widths[self.face as usize] + self.face.char_width(' ') + unit;
        match self.face {
            Face::Fixed | Face::Counted => needed > self.width,
            Face::Proportional => needed * 100 > self.width * PROPORTIONAL_FULL_PERCENT,
        }
    }

    /// Returns true when `line` leaves a quarter of the width free.
    pub(crate) fn is_short(self, line: &Line) -> bool {
        4 * self.room(line) > self.width
    }

    /// Returns what `line` leaves free of the width.
    pub(crate) fn room(self, line: &Line) -> usize {
        self.width.saturating_sub(line.widths[self.face as usize])
    }

    /// Returns true when a Chinese line leaves room for two characters.
    pub(crate) fn has_room(self, line: &Line) -> bool {
        line.ends_wide && self.room(line) >= HAN_ROOM
    }
}

/// The width most of the longer lines come near: the longest of many may have been left whole.
fn usual_maximum(sorted_widths: &[usize]) -> usize {
    let count = sorted_widths.len();
    let near =
        |width: usize| count - sorted_widths.partition_point(|&other| 20 * other < 17 * width);
    let is_usual = |width: &&usize| {
        count < MANY_LINES || near(**width) >= MANY_LINES / 2 && 4 * near(**width) >= count
    };
    sorted_widths
        .iter()
        .rev()
        .find(is_usual)
        .or(sorted_widths.last())
        .copied()
        .unwrap_or_default()
}

/// From this many lines on (inner lines of a paragraph count twice) one is allowed to stick out.
const MANY_LINES: usize = 8;

impl Face {
    fn char_width(self, c: char) -> usize {
        match (self, u8::try_from(c)) {
            (Self::Counted, _) => 200,
            (Self::Fixed, Ok(0..0x80)) => 100,
            (Self::Proportional, Ok(byte @ 0..0x80)) => {
                usize::from(PROPORTIONAL_WIDTHS[usize::from(byte)])
            }
            _ => char_columns(c) * 100,
        }
    }
}

/// Widths of the ASCII characters, rounded from the usual serif and sans-serif faces.
const PROPORTIONAL_WIDTHS: [u8; 0x80] = {
    let mut widths = [100; 0x80];
    let classes: [(&[u8], u8); 5] = [
        (b"ijl'|", 50),
        (b" ftI.,;:!/", 55),
        (b"rs()-[]\"", 68),
        (b"mwMW@%", 155),
        (b"ABCDEFGHJKLNOPQRSTUVXYZ&", 132),
    ];
    let mut class = 0;
    while class < classes.len() {
        let (bytes, width) = classes[class];
        let mut index = 0;
        while index < bytes.len() {
            widths[bytes[index] as usize] = width;
            index += 1;
        }
        class += 1;
    }
    widths
};

/// The widths of `text` in all faces; for a proportional one, runs of blanks count as one, since justified lines are
/// stretched by them.
fn widths(text: &str) -> [usize; FACES.len()] {
    let (mut fixed, mut counted, mut proportional) = (0, 0, 0);
    let mut last = 'x';
    for c in text.chars() {
        counted += 200;
        if let Ok(byte @ 0..0x80) = u8::try_from(c) {
            fixed += 100;
            let is_stretched = c == ' ' && last == ' ';
            proportional += if is_stretched {
                0
            } else {
                usize::from(PROPORTIONAL_WIDTHS[usize::from(byte)])
            };
        } else {
            let columns = char_columns(c);
            fixed += columns * 100;
            proportional += columns * 100;
        }
        last = c;
    }
    [fixed, counted, proportional]
}

fn first_unit(text: &str) -> &str {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else {
        return text;
    };
    if is_wide(first) {
        return &text[..first.len_utf8()];
    }
    let end = chars
        .find(|&(_, c)| c == ' ' || is_wide(c))
        .map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Display columns of `text`: wide characters take two.
pub(crate) fn width_columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// Display columns of one character.
pub(crate) fn char_columns(c: char) -> usize {
    match c as u32 {
        0..0x80 => 1,
        0x3000..=0x303E | 0x3041..=0x33FF | 0x3400..=0x9FFF => 2,
        _ => unicode_width::UnicodeWidthChar::width(c).unwrap_or(1),
    }
}

/// Returns true when `c` is set in two columns and joins its neighbours without a space.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x2E80..=0xA4CF | 0xF900..=0xFAFF | 0xFE30..=0xFE4F | 0xFF00..=0xFFEF | 0x2_0000..=0x3_FFFF)
}

/// Returns true when `c` draws the frame of a table; the plain horizontal stroke also serves as a dash.
pub(crate) fn is_box_drawing(c: char) -> bool {
    matches!(c, '\u{2501}'..='\u{257F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            lines.extend(Line::trimmed(text, start..start + line.len()));
            start += line.len();
        }
        lines
    }

    #[test]
    fn a_line_is_measured_without_its_blanks() {
        let line = &lines("  政府 policy  \n")[0];
        assert_eq!(
            (
                line.range.clone(),
                line.indent_columns,
                line.width_columns()
            ),
            (2..15, 2, 11)
        );
        assert!(Line::trimmed(" \n", 0..2).is_none());
    }

    #[test]
    fn a_break_is_made_by_the_width_when_the_next_word_does_not_fit() {
        let lines = lines("the quick brown fox jumps\nover the lazy dog and\nruns away\n");
        let measure = Measure::of(lines.windows(2).map(|pair| (&pair[0], &pair[1])));
        assert!(measure.breaks(&lines[0], &lines[1]));
        assert!(
            !measure.breaks(&lines[2], &lines[0]),
            "`the` would have fitted behind `runs away`"
        );
    }

    #[test]
    fn one_long_line_does_not_set_the_width() {
        assert_eq!(usual_maximum(&[40, 58, 58, 59, 59, 60, 60, 200]), 60);
        assert_eq!(usual_maximum(&[]), 0);
    }
}
