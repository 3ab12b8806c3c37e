//! Cuts a folded text into units: Han characters, Latin words, numbers, clause marks.
//!
//! In: any text. Out: [`Cut`], its units in order, each with its place in the folded text, in the source and in the count
//! of positions. White space, line breaks, brackets and symbols part words and vanish; a blank line leaves a gap that no
//! phrase and no nearness reaches across.
//!
//! A unit is what a quoted phrase is made of, so it is cut as a reader's eye cuts: hyphens and apostrophes part words
//! (`in-depth`, `in‑depth` and `in depth` are the same two), `1,000` and `5.2` are one number each, and an acronym with dots is
//! the word without them (`U.S.C.`, `USC`). A comma behind a Latin word and the dot of an abbreviation are no clause marks: *Dr.
//! Chan* reads as *Dr Chan*. Compounds that are names of their own (`I&T`, `1+`, `C++`, `C#`, `.NET`, `5%`) are also noted as
//! [`Joined`].

use std::ops::Range;

use crate::abbreviations::{acronym_at, is_abbreviation};
use crate::fold::{CharFold, Class, Folded, class_of, fold_char, fold_text};

/// Positions skipped at a blank line: more than any nearness a query may ask for.
pub const PARAGRAPH_GAP: u32 = 64;

/// Letters or digits at most before an `&` for the whole to be one name: `I&T`, `R&D`, `AT&T`, not `research&development`.
const MAX_CHARS_BEFORE_AMPERSAND: usize = 2;

/// Kinds of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// One Han character, or one of another script written without spaces.
    Ideograph,
    /// A run of letters and digits that is not a number.
    Word,
    /// A number, with its decimals and thousands: `23`, `1,000`, `5.2`.
    Number,
    /// A clause or sentence mark.
    Mark,
}

/// One unit of a text. Ranges are bytes, half-open, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Kind.
    pub kind: UnitKind,
    /// True if an apostrophe stands right before it, as before the `s` of `year's`.
    pub after_apostrophe: bool,
    /// Position in the count of units; gaps stand for the ends of paragraphs.
    pub position: u32,
    folded: (u32, u32),
    source: (u32, u32),
}

impl Unit {
    /// Bytes of the source.
    pub fn source(&self) -> Range<usize> {
        self.source.0 as usize..self.source.1 as usize
    }

    fn folded(&self) -> Range<usize> {
        self.folded.0 as usize..self.folded.1 as usize
    }
}

/// A compound that is a name of its own beside its parts: `i&t` over `i` and `t`, `1+` over `1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Index of its first unit.
    pub first_unit: usize,
    /// Number of units it covers.
    pub unit_count: usize,
    folded: (u32, u32),
    source: (u32, u32),
}

impl Joined {
    /// Bytes of the source.
    pub fn source(&self) -> Range<usize> {
        self.source.0 as usize..self.source.1 as usize
    }
}

/// A text, cut.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    folded: Folded,
    units: Vec<Unit>,
    joined: Vec<Joined>,
}

impl Cut {
    /// The units in the order of the text.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The compounds in the order of the text; they never overlap.
    pub fn joined(&self) -> &[Joined] {
        &self.joined
    }

    /// The folded text of a unit.
    pub fn text(&self, unit: &Unit) -> &str {
        &self.folded.text[unit.folded()]
    }

    /// The folded text of a compound: `i&t`.
    pub fn joined_text(&self, joined: &Joined) -> &str {
        &self.folded.text[joined.folded.0 as usize..joined.folded.1 as usize]
    }

    /// The folded text of adjacent ideographs `units[range]`, which holds nothing but them when it is returned.
    pub(crate) fn ideographs(&self, range: Range<usize>, buffer: &mut String) {
        buffer.clear();
        for unit in &self.units[range] {
            buffer.push_str(self.text(unit));
        }
    }
}

/// Cuts `source`. Linear in its length; the units take ten times its memory, see [`Pieces`].
///
/// # Examples
///
/// ```
/// use polidex_analysis::units::cut_text;
///
/// let cut = cut_text("第23條: HK$1,000");
/// let units: Vec<&str> = cut.units().iter().map(|unit| cut.text(unit)).collect();
/// assert_eq!(units, ["第", "23", "条", ":", "hk", "1,000"]);
/// ```
pub fn cut_text(source: &str) -> Cut {
    Carry::default().cut(source)
}

/// Bytes of a piece, as a rule.
const PIECE_BYTES: usize = 1 << 20;

/// Cuts a long text piece by piece, so that only one piece at a time takes memory: pairs of the byte where a piece begins and
/// its [`Cut`], whose ranges count from there. The units of all pieces are those of [`cut_text`], their positions included.
///
/// A piece ends behind the end of a sentence, where no run of ideographs, no word and no number goes on; a text without any
/// is one piece.
pub struct Pieces<'a> {
    source: &'a str,
    at: usize,
    piece_bytes: usize,
    carry: Carry,
}

impl<'a> Pieces<'a> {
    /// The pieces of `source`, of about a megabyte each.
    pub fn of(source: &'a str) -> Self {
        Self::of_bytes(source, PIECE_BYTES)
    }

    /// Like [`Pieces::of`], with pieces of at least `piece_bytes`.
    pub(crate) fn of_bytes(source: &'a str, piece_bytes: usize) -> Self {
        Self {
            source,
            at: 0,
            piece_bytes,
            carry: Carry::default(),
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = (usize, Cut);

    fn next(&mut self) -> Option<(usize, Cut)> {
        let start = self.at;
        if start == self.source.len() {
            return None;
        }
        self.at = piece_end(self.source, start, self.piece_bytes);
        Some((start, self.carry.cut(&self.source[start..self.at])))
    }
}

/// The first place where a sentence has ended, `piece_bytes` or more behind `start`.
fn piece_end(source: &str, start: usize, piece_bytes: usize) -> usize {
    let from = source.ceil_char_boundary(start.saturating_add(piece_bytes).min(source.len()));
    let mut has_ended = false;
    for (at, character) in source[from..].char_indices() {
        let begins_anew = character.is_whitespace()
            || matches!(fold_char(character), CharFold::One(_, Class::Ideograph));
        if has_ended && begins_anew {
            return from + at;
        }
        has_ended = matches!(character, '。' | '！' | '？' | '；' | '.' | '!' | '?' | ';');
    }
    source.len()
}

/// State carried from one piece to the next.
#[derive(Clone, Copy, Debug, Default)]
struct Carry {
    /// Of the next unit; 0 before the first.
    position: u32,
    /// Line ends since the last sign that is no white space.
    breaks: u32,
    /// True if a blank line came before the signs that lie between the last unit and the next.
    is_parted: bool,
}

impl Carry {
    fn cut(&mut self, source: &str) -> Cut {
        let mut cutter = Cutter::new(fold_text(source), *self);
        cutter.run();
        *self = cutter.carry;
        Cut {
            folded: cutter.folded,
            units: cutter.units,
            joined: cutter.joined,
        }
    }
}

struct Cutter {
    folded: Folded,
    units: Vec<Unit>,
    joined: Vec<Joined>,
    carry: Carry,
    after_apostrophe: bool,
    /// Start of an `&` compound that is still growing: its first unit and folded byte.
    open_compound: Option<(usize, usize)>,
    /// Folded byte up to which a chain of digits and marks was found to be no number.
    chain_end: usize,
    /// Acronyms without their dots, which stand behind the folded text in the end.
    acronyms: String,
}

impl Cutter {
    fn new(folded: Folded, carry: Carry) -> Self {
        let units = Vec::with_capacity(folded.text.len() / 4);
        Self {
            folded,
            units,
            joined: Vec::new(),
            carry,
            after_apostrophe: false,
            open_compound: None,
            chain_end: 0,
            acronyms: String::new(),
        }
    }

    fn run(&mut self) {
        let mut text = std::mem::take(&mut self.folded.text);
        let mut at = 0;
        while let Some(character) = text[at..].chars().next() {
            at = self.push_at(&text, at, character);
        }
        text.push_str(&self.acronyms);
        self.folded.text = text;
    }

    /// Pushes the units that begin with `character`, which stands at `at`; returns where the cutter goes on.
    #[inline]
    fn push_at(&mut self, text: &str, at: usize, character: char) -> usize {
        let end = at + character.len_utf8();
        match class_of(character) {
            Class::Letter | Class::Digit => {
                let acronym_end = self.push_acronym(text, at);
                return acronym_end.unwrap_or_else(|| self.push_word(text, at));
            }
            Class::Mark => return self.push_mark(text, at..end),
            Class::Ideograph => self.push(UnitKind::Ideograph, at..end),
            class => self.pass(character, class),
        }
        end
    }

    /// Pushes a mark, or the name that it begins, unless it is light; returns where the cutter goes on.
    #[inline]
    fn push_mark(&mut self, text: &str, mark: Range<usize>) -> usize {
        let end = mark.end;
        if self.is_light(text, mark.clone()) {
            self.after_apostrophe = false;
        } else if begins_dotted_name(text, mark.start) {
            let first_unit = self.units.len();
            let name_end = end + alphanumeric_len(&text[end..]);
            self.push(UnitKind::Word, end..name_end);
            self.push_joined(first_unit, mark.start..name_end);
            return name_end;
        } else {
            self.push(UnitKind::Mark, mark);
        }
        end
    }

    /// Passes over a character that is no unit.
    #[inline]
    fn pass(&mut self, character: char, class: Class) {
        match class {
            Class::Break => {
                self.carry.breaks += 1;
                self.after_apostrophe = false;
            }
            Class::Separator => {
                // A line of rules or of brackets is no blank line: a scan of the text passes over its signs.
                self.carry.is_parted |= std::mem::take(&mut self.carry.breaks) >= 2;
                self.after_apostrophe = character == '\'';
            }
            Class::Space => self.after_apostrophe = false,
            _ => {}
        }
    }

    /// Returns `true` for a mark that ends no clause: the comma behind a Latin word, the dot of an abbreviation, and the full
    /// width dot between the parts of a name in ideographs.
    fn is_light(&self, text: &str, mark: Range<usize>) -> bool {
        let before = text[..mark.start].chars().next_back().map(class_of);
        let is_full_width = self.folded.map.source_of(mark.clone()).len() > 1;
        match (&text[mark.clone()], before) {
            (",", Some(Class::Letter)) => !is_full_width,
            (".", Some(Class::Letter)) => {
                !is_full_width && self.ends_abbreviation(text, mark.start)
            }
            (".", Some(Class::Ideograph)) => {
                let after = text[mark.end..].chars().next().map(class_of);
                is_full_width && after == Some(Class::Ideograph)
            }
            _ => false,
        }
    }

    /// Returns `true` if the last word ends at `at` and is an abbreviation.
    fn ends_abbreviation(&self, text: &str, at: usize) -> bool {
        let word = self.units.last().filter(|unit| unit.folded().end == at);
        word.is_some_and(|word| is_abbreviation(&text[word.folded()]))
    }

    /// Pushes the acronym with dots that starts at `at` as one word; returns where the cutter goes on.
    fn push_acronym(&mut self, text: &str, at: usize) -> Option<usize> {
        let (acronym, len) = acronym_at(&text[at..])?;
        let start = text.len() + self.acronyms.len();
        self.acronyms.push_str(&acronym);
        let end = text.len() + self.acronyms.len();
        let source = self.folded.map.source_of(at..at + len);
        self.push_unit(UnitKind::Word, start..end, source);
        self.open_compound = None;
        Some(at + len)
    }

    /// Pushes the word or number that starts at `at` and what joins it; returns where the cutter goes on.
    fn push_word(&mut self, text: &str, at: usize) -> usize {
        let number = if at < self.chain_end {
            None
        } else {
            self.number_end(text, at)
        };
        let end = number.unwrap_or_else(|| at + alphanumeric_len(&text[at..]));
        let (word, rest) = (&text[at..end], &text[end..]);
        let is_number = word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b'.');
        let first_unit = self.units.len();
        let kind = if is_number {
            UnitKind::Number
        } else {
            UnitKind::Word
        };
        self.push(kind, at..end);
        let open = self.open_compound.take();
        if self.joins_on(word, rest) {
            self.open_compound = Some(open.unwrap_or((first_unit, at)));
            return end + 1;
        }
        if let Some((compound_unit, compound_at)) = open {
            self.push_joined(compound_unit, compound_at..end);
        } else if let Some(sign_len) = sign_len(word, rest, is_number) {
            self.push_joined(first_unit, at..end + sign_len);
        }
        end
    }

    /// End of the grouped or decimal number that starts at `at`, letters behind it included (`1.5bn`); `None` when there is
    /// no such number. A chain like `2024.3.11` or `3,45` is no number: its parts are.
    fn number_end(&mut self, text: &str, at: usize) -> Option<usize> {
        let digits_and_marks = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b',' | b'.');
        let chain_len = text.as_bytes()[at..]
            .iter()
            .take_while(|byte| digits_and_marks(byte))
            .count();
        let chain = text[at..at + chain_len].trim_end_matches([',', '.']);
        let end = at + chain.len();
        if is_grouped_or_decimal(chain) {
            return Some(end + alphanumeric_len(&text[end..]));
        }
        self.chain_end = end;
        None
    }

    /// Returns true if `word` and the `&` after it begin or continue a compound.
    fn joins_on(&self, word: &str, rest: &str) -> bool {
        let mut rest = rest.chars();
        let is_ampersand = rest.next() == Some('&');
        let goes_on = rest
            .next()
            .is_some_and(|next| matches!(class_of(next), Class::Letter | Class::Digit));
        is_ampersand && goes_on && word.chars().count() <= MAX_CHARS_BEFORE_AMPERSAND
    }

    fn push(&mut self, kind: UnitKind, folded: Range<usize>) {
        let source = self.folded.map.source_of(folded.clone());
        self.push_unit(kind, folded, source);
    }

    fn push_unit(&mut self, kind: UnitKind, folded: Range<usize>, source: Range<usize>) {
        let carry = &mut self.carry;
        let is_parted =
            std::mem::take(&mut carry.is_parted) | (std::mem::take(&mut carry.breaks) >= 2);
        if is_parted && carry.position > 0 {
            carry.position += PARAGRAPH_GAP;
        }
        self.units.push(Unit {
            kind,
            after_apostrophe: std::mem::take(&mut self.after_apostrophe),
            position: self.carry.position,
            folded: (folded.start as u32, folded.end as u32),
            source: (source.start as u32, source.end as u32),
        });
        self.carry.position += 1;
    }

    fn push_joined(&mut self, first_unit: usize, folded: Range<usize>) {
        let source = self.folded.map.source_of(folded.clone());
        self.joined.push(Joined {
            first_unit,
            unit_count: self.units.len() - first_unit,
            folded: (folded.start as u32, folded.end as u32),
            source: (source.start as u32, source.end as u32),
        });
    }
}

fn is_han(character: char) -> bool {
    class_of(character) == Class::Ideograph
}

/// Returns `true` if the dot at `at` begins a name: `.NET`, but neither `etc.net` nor a dot before a blank.
fn begins_dotted_name(text: &str, at: usize) -> bool {
    let Some(behind) = text[at..].strip_prefix('.') else {
        return false;
    };
    let before = text[..at].chars().next_back().map(class_of);
    let after = behind.chars().next().map(class_of);
    let is_free = matches!(
        before,
        None | Some(Class::Space | Class::Break | Class::Ideograph)
    );
    is_free && after == Some(Class::Letter)
}

/// Bytes of the sign that belongs to the name `word` before `rest`: `C++`, `1+`, `C#`, `5%`.
fn sign_len(word: &str, rest: &str, is_number: bool) -> Option<usize> {
    let plus_len = rest.len() - rest.trim_start_matches('+').len();
    let len = match rest.chars().next()? {
        '+' if plus_len <= 3 => plus_len,
        '#' if word.len() == 1 && !is_number => 1,
        '%' if is_number => 1,
        _ => return None,
    };
    let ends_there = rest[len..]
        .chars()
        .next()
        .is_none_or(|next| !next.is_alphanumeric() || is_han(next));
    ends_there.then_some(len)
}

/// Bytes of the run of letters and digits that `text` starts with.
fn alphanumeric_len(text: &str) -> usize {
    let ends = text
        .char_indices()
        .find(|(_, character)| !matches!(class_of(*character), Class::Letter | Class::Digit));
    ends.map_or(text.len(), |(at, _)| at)
}

/// `1,000`, `5.2`, `1,234.5`; neither `12` nor `3,45` nor `1.2.3`.
fn is_grouped_or_decimal(chain: &str) -> bool {
    let (whole, decimals) = chain
        .split_once('.')
        .map_or((chain, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut groups = whole.split(',');
    let first_len = groups.next().map_or(0, str::len);
    let is_grouped = whole.contains(',');
    let groups_fit =
        first_len > 0 && groups.all(|group| group.len() == 3) && (!is_grouped || first_len <= 3);
    let decimals_fit =
        decimals.is_none_or(|decimals| !decimals.is_empty() && !decimals.contains([',', '.']));
    groups_fit && decimals_fit && (is_grouped || decimals.is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn show(source: &str) -> String {
        let cut = cut_text(source);
        let mut shown: Vec<String> = cut
            .units
            .iter()
            .map(|unit| format!("{}@{}", cut.text(unit), unit.position))
            .collect();
        shown.extend(
            cut.joined
                .iter()
                .map(|joined| format!("<{}>", cut.joined_text(joined))),
        );
        shown.join(" ")
    }

    #[test]
    fn units_are_cut_as_readers_cut_them() {
        let cases = [
            ("第23條", "第@0 23@1 条@2"),
            ("AI技術", "ai@0 技@1 术@2"),
            ("in‑depth study", "in@0 depth@1 study@2"),
            ("this year’s", "this@0 year@1 s@2"),
            ("$1,000 or 5.2%", "1,000@0 or@1 5.2@2 <5.2%>"),
            ("2024.3.11", "2024@0 .@1 3@2 .@3 11@4"),
            ("sections 2,3", "sections@0 2@1 ,@2 3@3"),
            ("I&T、R&D", "i@0 t@1 、@2 r@3 d@4 <i&t> <r&d>"),
            ("Ｉ＆Ｔ", "i@0 t@1 <i&t>"),
            ("a \"1+\" mechanism", "a@0 1@1 mechanism@2 <1+>"),
            ("1+1", "1@0 1@1"),
            ("18 U.S.C. § 242", "18@0 usc@1 242@2"),
            ("a Ph.D. in law", "a@0 phd@1 in@2 law@3"),
            ("www.itib.gov.hk", "www@0 .@1 itib@2 .@3 gov@4 .@5 hk@6"),
            ("give us. No", "give@0 us@1 .@2 no@3"),
            ("the U.S. and us", "the@0 u@1 s@2 and@3 us@4"),
            (
                "Dr. Chan, Cap. 5, end. Go",
                "dr@0 chan@1 cap@2 5@3 ,@4 end@5 .@6 go@7",
            ),
            ("使用AI，推動", "使@0 用@1 ai@2 ,@3 推@4 动@5"),
            ("克依拉．阿衣", "克@0 依@1 拉@2 阿@3 衣@4"),
            (
                "C# and .NET, 5% more",
                "c@0 and@1 net@2 5@3 more@4 <c#> <.net> <5%>",
            ),
            ("science&technology", "science@0 technology@1"),
            ("R&D&I", "r@0 d@1 i@2 <r&d&i>"),
            ("Chang'E-8", "chang@0 e@1 8@2"),
            ("達致「新質\n生產力」", "达@0 致@1 新@2 质@3 生@4 产@5 力@6"),
            ("教育，衛生", "教@0 育@1 ，@2 卫@3 生@4"),
            ("一\n \n二", "一@0 二@65"),
            ("一\n├──┼──┤\n二", "一@0 二@1"),
            ("一\n\n──\n二", "一@0 二@65"),
            ("──\n\n──\n一\n二", "一@0 二@1"),
            ("HK$1.3 trillion", "hk@0 1.3@1 trillion@2"),
            ("14th 1.5bn", "14th@0 1.5bn@1"),
            ("", ""),
        ];
        for (source, expected) in cases {
            // Full-width clause marks fold to their ASCII twins.
            assert_eq!(show(source), expected.replace('，', ","), "{source}");
        }
    }

    proptest! {
        #[test]
        fn pieces_have_the_units_of_the_whole(
            source in "[新質第條。！；.;!?,A-Cé1&'「─\\n ]{0,120}",
            piece_bytes in 0_usize..40,
        ) {
            let show = |base: usize, cut: &Cut| {
                let units = cut.units().iter().map(|unit| {
                    let source = base + unit.source().start..base + unit.source().end;
                    (unit.kind, unit.after_apostrophe, unit.position, source, cut.text(unit).to_owned())
                });
                let joined = cut.joined().iter().map(|joined| {
                    (base + joined.source().start, cut.joined_text(joined).to_owned())
                });
                (units.collect::<Vec<_>>(), joined.collect::<Vec<_>>())
            };
            let (mut units, mut joined) = (Vec::new(), Vec::new());
            for (base, cut) in Pieces::of_bytes(&source, piece_bytes) {
                let (more_units, more_joined) = show(base, &cut);
                units.extend(more_units);
                joined.extend(more_joined);
            }
            prop_assert_eq!((units, joined), show(0, &cut_text(&source)));
        }

        #[test]
        fn units_tile_forward_on_boundaries(source in "[\\PC新質第條ﬁéＡ&+'.,0-9\u{AD}\n ]{0,60}") {
            let cut = cut_text(&source);
            let (mut start, mut end) = (0, 0);
            let mut position = None;
            for unit in cut.units() {
                let range = unit.source();
                prop_assert!(source.is_char_boundary(range.start) && source.is_char_boundary(range.end));
                // Two units may share a source character that folds to both: ¼ is 1 and 4.
                prop_assert!(range.start < range.end && range.start >= start && range.end >= end);
                prop_assert!(position.is_none_or(|before| unit.position > before));
                (start, end) = (range.start, range.end);
                position = Some(unit.position);
            }
        }
    }
}
