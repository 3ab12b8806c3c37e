//! Where a text may have been read wrongly: told by classes of characters, before any reading is tried.

use std::ops::Range;
use std::sync::OnceLock;

use polidex_analysis::scripts::is_bmp_ideograph;

use crate::repair::lines::is_box_drawing;
use crate::repair::pass::Context;
use crate::text::model::{Model, is_frequent_hangul, script_of};

/// Longest stretch that is looked at as one; longer lines are cut here.
pub(super) const MAX_LINE_BYTES: usize = 1 << 16;

/// The part of a line, or of a very long one, that may be damage, with some characters around it.
pub(super) struct SuspiciousLine {
    pub(super) at: Range<usize>,
    /// Letters and signs of single-byte sets side by side.
    pub(super) has_high: bool,
    /// Rare ideographs, private use, Hangul, half-width kana close together.
    pub(super) has_rare: bool,
    /// Scripts that change within words.
    pub(super) has_alien: bool,
    /// Letters and signs of single-byte sets so many together that they may be Chinese.
    pub(super) has_dense: bool,
    /// Not so close together: enough where the text has shown what is wrong with it, not before.
    pub(super) has_traces: bool,
    /// Capitals above ASCII behind small letters.
    rises: usize,
}

pub(super) fn suspicious_lines(text: &str, context: &Context<'_>) -> Vec<SuspiciousLine> {
    let classes = classes(context.model);
    let is_odd = |c: char| {
        classes
            .get(c as usize)
            .is_none_or(|class| *class != Suspicion::None)
    };
    let mut found = Vec::new();
    for line in context.suspect_lines() {
        let mut start = line.start;
        while start < line.end {
            let end = text.floor_char_boundary(line.end.min(start + MAX_LINE_BYTES));
            if line.len() <= MAX_LINE_BYTES || text[start..end].chars().any(is_odd) {
                inspect(text, start..end, classes, context.model, &mut found);
            }
            start = end;
        }
    }
    found
}

/// Returns true when `c` may be a part of text that was read wrongly; see [`Suspicion`].
pub(super) fn is_odd(c: char, model: &Model) -> bool {
    c as usize >= BMP_LEN || suspicion_of(c, model) != Suspicion::None
}

/// Returns true for a character of the private use area, which no text has. Adobe's pieces of arrows and brackets, which the
/// font Symbol has, are left out: they are what a PDF file says, and no set of bytes or swap of them yields one.
pub(super) fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}') && !is_symbol_piece(c)
}

/// Corporate use of Adobe for its font Symbol (`corporateuse.txt` of the Unicode Consortium), but for the four characters
/// that Windows reads the bytes A0 and FD to FF of Shift_JIS as.
fn is_symbol_piece(c: char) -> bool {
    matches!(c, '\u{F8E5}'..='\u{F8EF}' | '\u{F8F4}'..='\u{F8FE}')
}

const BMP_LEN: usize = 0x1_0000;

/// Capitals above ASCII behind small letters that no name has (`ÓůÓĂČíĽţ`).
pub(super) const MIN_RISES: usize = 2;
/// Heat added per rare character; each ordinary character subtracts one.
const RARE_HEAT: i32 = 3;
/// Heat added per letter or sign of a single-byte set; each ordinary character subtracts one.
const HIGH_HEAT: i32 = 2;
/// Three rare characters within four, or so.
const HOT: i32 = 8;
/// Two rare characters within three, or so.
const WARM: i32 = 5;
/// Four letters or signs of single-byte sets within five, or so.
const DENSE: i32 = 6;
/// Changes of script within words that are no loan word.
const MIN_CHANGES: usize = 2;
/// Titles and names this short are looked at when warm.
const SHORT_LINE_BYTES: usize = 120;
/// A name that is a line by itself is looked at for one rare character.
const NAME_LINE_BYTES: usize = 16;
/// Bytes around what is suspicious that are looked at with it: damage begins with plain characters now and then.
const MARGIN_BYTES: usize = 96;

/// Bytes of plain text that part two suspicious stretches of one line.
const GAP_BYTES: usize = 240;

/// Gathers the suspicious stretches of a line.
fn inspect(
    text: &str,
    line: Range<usize>,
    classes: &[Suspicion],
    model: &Model,
    found: &mut Vec<SuspiciousLine>,
) {
    let first = found.len();
    let mut inspector = Inspector::new(text, line.clone());
    for (offset, c) in text[line.clone()].char_indices() {
        let class = match c {
            // An interpunct is good by itself, and the second byte of one that was misread.
            '·' if inspector.last_char == 'Â' => Suspicion::Sign,
            _ => classes.get(c as usize).copied().unwrap_or(Suspicion::Rare),
        };
        inspector.warm(class, c);
        if class == Suspicion::None {
            inspector.pass_plain(c);
        } else {
            found.extend(inspector.close_before(line.start + offset));
            inspector.take(class, c, line.start + offset);
        }
        (inspector.last, inspector.last_char) = (class, c);
    }
    found.extend(inspector.close());
    for span in &mut found[first..] {
        span.has_rare = span.has_rare && has_implausible_window(&text[span.at.clone()], model);
    }
}

/// Walks along a line and keeps what makes a stretch of it suspicious.
struct Inspector<'a> {
    text: &'a str,
    line: Range<usize>,
    /// Heat from which the line is hot.
    hot: i32,
    last: Suspicion,
    last_char: char,
    /// Heat of rare characters.
    heat: i32,
    /// Heat of letters and signs of single-byte sets.
    dense_heat: i32,
    /// Changes of script in the open stretch.
    changes: usize,
    open: Option<SuspiciousLine>,
}

impl<'a> Inspector<'a> {
    fn new(text: &'a str, line: Range<usize>) -> Self {
        let hot = match line.len() {
            len if len <= NAME_LINE_BYTES => RARE_HEAT,
            len if len <= SHORT_LINE_BYTES => WARM,
            _ => HOT,
        };
        Self {
            text,
            line,
            hot,
            last: Suspicion::None,
            last_char: '\n',
            heat: 0,
            dense_heat: 0,
            changes: 0,
            open: None,
        }
    }

    fn warm(&mut self, class: Suspicion, c: char) {
        // Table rules within words are what Big5 shows when it is read as GBK (`盢ㄤ┮籤栋`).
        let is_torn = is_box_drawing(c) && is_bmp_ideograph(self.last_char);
        if class == Suspicion::Rare || is_torn {
            self.heat += RARE_HEAT;
        } else {
            self.heat = (self.heat - 1).max(0);
        }
        if class.is_high() {
            self.dense_heat += HIGH_HEAT;
        } else if class == Suspicion::None {
            self.dense_heat = (self.dense_heat - 1).max(0);
        }
    }

    fn pass_plain(&mut self, c: char) {
        let follows_alien = self.last == Suspicion::Alien && is_bmp_ideograph(c);
        if let Some(span) = &mut self.open {
            span.has_alien |= follows_alien;
        }
    }

    /// Takes a suspicious character into the open stretch.
    fn take(&mut self, class: Suspicion, c: char, from: usize) {
        let (last, last_char) = (self.last, self.last_char);
        let is_other_script = script_of(last_char) != script_of(c);
        if last.is_of_word() && class.is_of_word() && is_other_script {
            self.changes += 1;
        }
        let changes_script = last.is_of_word() && class.is_of_word() && is_other_script;
        let span = self
            .open
            .get_or_insert_with(|| SuspiciousLine::starting(from));
        span.at.end = from + c.len_utf8();
        span.rises += usize::from(last_char.is_lowercase() && !c.is_ascii() && c.is_uppercase());
        span.has_rare |= self.heat >= self.hot;
        span.has_traces |= self.heat >= WARM || class == Suspicion::Sign || is_private_use(c);
        span.has_dense |= self.dense_heat >= DENSE;
        let has_sign = last == Suspicion::Sign || class == Suspicion::Sign;
        span.has_high |= last.is_high() && class.is_high() && has_sign;
        span.has_high |= matches!(c, '\u{80}'..='\u{9F}');
        // Letters above ASCII of two alphabets in one word: code page 437 has Greek ones among them (`ΓÇÖ`).
        let are_letters = last == Suspicion::High && class == Suspicion::High;
        span.has_high |= are_letters && is_other_script;
        // `MinistryтАЩs`.
        span.has_high |= last_char.is_ascii_alphabetic() && matches!(c, 'т' | 'в' | 'Г' | 'В');
        span.has_alien |= changes_script && self.changes >= MIN_CHANGES;
        span.has_alien |= class == Suspicion::Alien && is_bmp_ideograph(last_char);
    }

    /// Closes the open stretch when it ends well before `from`; returns it when it is worth a look.
    fn close_before(&mut self, from: usize) -> Option<SuspiciousLine> {
        let done = self.open.take_if(|open| open.at.end + GAP_BYTES < from)?;
        self.changes = 0;
        done.with_margin(self.text, &self.line)
    }

    fn close(self) -> Option<SuspiciousLine> {
        self.open?.with_margin(self.text, &self.line)
    }
}

/// Characters of a window that must be implausible somewhere: no way of [`is_convincing_cjk`] asks for fewer.
const WINDOW_CHARS: usize = 3;
/// Score of private use, which no text has.
const PRIVATE_USE_NATS: f32 = -40.0;
/// Maximum score of such a window, per character.
const MAX_WINDOW_NATS_PER_CHAR: f32 = -9.5;

/// Returns true when some window of `text` scores as badly as double-byte garbage does.
fn has_implausible_window(text: &str, model: &Model) -> bool {
    let max_nats = MAX_WINDOW_NATS_PER_CHAR * WINDOW_CHARS as f32;
    let mut last = '\n';
    let mut window = [0.0_f32; WINDOW_CHARS];
    for (index, c) in text.chars().enumerate() {
        window[index % WINDOW_CHARS] = if is_private_use(c) {
            PRIVATE_USE_NATS
        } else {
            model.living_nats(last, c)
        };
        last = c;
        let is_full = index + 1 >= WINDOW_CHARS;
        if is_full && window.iter().sum::<f32>() < max_nats {
            return true;
        }
    }
    false
}

/// Mean score of characters above ASCII, up to which a line may be garbage from end to end.
const MAX_WHOLE_NATS: f32 = -8.0;

/// Returns the mean score of the characters of `line` above ASCII.
fn nats_per_wide(line: &str, model: &Model) -> f32 {
    let (mut last, mut count, mut sum) = ('\n', 0_u16, 0.0);
    for c in line.chars().take(usize::from(u16::MAX)) {
        if !c.is_ascii() {
            sum += model.living_nats(last, c);
            count += 1;
        }
        last = c;
    }
    sum / f32::from(count.max(1))
}

impl SuspiciousLine {
    /// Returns true when any pair is tried before the text has shown one.
    pub(super) fn is_worth_a_try(&self) -> bool {
        self.has_high || self.has_dense || self.has_rare || self.has_alien
    }

    /// Returns true where all of `line`, which holds the stretch, may have been read wrongly. What double-byte sets make of
    /// other bytes is implausible throughout; most lines with two rare ideographs are text around a word.
    pub(super) fn may_be_whole(&self, line: &str, model: &Model) -> bool {
        self.has_high
            || self.has_dense
            || self.has_alien
            || nats_per_wide(line, model) < MAX_WHOLE_NATS
    }

    fn starting(at: usize) -> Self {
        Self {
            at: at..at,
            has_high: false,
            has_rare: false,
            has_alien: false,
            has_dense: false,
            has_traces: false,
            rises: 0,
        }
    }

    /// The stretch with what stands around it in its line; `None` when nothing in it is worth a look.
    fn with_margin(mut self, text: &str, line: &Range<usize>) -> Option<Self> {
        let has_dense = self.has_dense && self.rises >= MIN_RISES;
        if !(self.has_high || self.has_rare || self.has_alien || self.has_traces || has_dense) {
            return None;
        }
        self.at.start = line.start.max(self.at.start.saturating_sub(MARGIN_BYTES));
        self.at.end = line.end.min(self.at.end + MARGIN_BYTES);
        while !text.is_char_boundary(self.at.start) {
            self.at.start -= 1;
        }
        while !text.is_char_boundary(self.at.end) {
            self.at.end += 1;
        }
        Some(self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Suspicion {
    None,
    /// A letter of a single-byte set.
    High,
    /// A sign of a single-byte set, or a letter that has the place of one in some.
    Sign,
    Rare,
    Alien,
}

impl Suspicion {
    /// Returns true for letters and signs of single-byte sets.
    fn is_high(self) -> bool {
        matches!(self, Self::High | Self::Sign)
    }

    /// Returns true for what words are made of.
    fn is_of_word(self) -> bool {
        matches!(self, Self::Alien | Self::Rare | Self::High)
    }
}

/// Ideographs less likely than this are rare: one in 160,000.
const RARE_NATS: f32 = -12.0;

/// The suspicion of each character of the BMP; what lies beyond is rare.
fn classes(model: &Model) -> &'static [Suspicion] {
    static CLASSES: OnceLock<Vec<Suspicion>> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let class = |code| char::from_u32(code).map_or(Suspicion::None, |c| suspicion_of(c, model));
        (0..BMP_LEN as u32).map(class).collect()
    })
}

fn suspicion_of(c: char, model: &Model) -> Suspicion {
    match c as u32 {
        0x3016 | 0x3100..=0x312F | 0xFE50..=0xFE6F => Suspicion::Rare,
        0x00..=0x7E
        | 0xB7
        | 0x2010..=0x2017
        | 0x2027
        | 0x3000..=0x301F
        | 0x3040..=0x30FF
        | 0xFF01..=0xFF5E => Suspicion::None,
        0x3400..=0x9FFF if model.unigram(c) < RARE_NATS => Suspicion::Rare,
        0x3400..=0x9FFF => Suspicion::None,
        0xAC00..=0xD7FF if model.knows(c) || is_frequent_hangul(c) => Suspicion::None,
        _ if is_symbol_piece(c) => Suspicion::None,
        0xF900..=0xFAFF if model.unigram(c) >= RARE_NATS => Suspicion::None,
        0xAC00..=0xD7FF | 0xE000..=0xFAFF | 0xFF60..=0xFF9F | 0xFFFD => Suspicion::Rare,
        0x152 | 0x153 | 0x160 | 0x161 | 0x178 | 0x17D | 0x17E | 0x192 | 0x2C6 | 0x2DC => {
            Suspicion::Sign
        }
        0x7F..=0x52F if c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ') => Suspicion::High,
        0x7F..=0x52F | 0x2000..=0x2BFF => Suspicion::Sign,
        _ => Suspicion::Alien,
    }
}
