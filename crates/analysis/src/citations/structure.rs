//! The division that each line of a text stands in: its chapter, article, paragraph and item.
//!
//! Lines are read as laws are printed: a label opens an article, a line behind the end of a sentence a paragraph, a numeral
//! an item. A line that goes on with a sentence is a wrapped one and opens nothing.

use crate::citations::places::numeral;
use crate::citations::view::{Gap, View};
use crate::numerals::roman_number;

/// Longest run of marks before a label: `## `, `> `, “.
const LONGEST_MARKS: usize = 8;

/// Words that open the labels of English laws.
const ENGLISH_LABELS: [&str; 8] = [
    "Article ",
    "PART ",
    "Part ",
    "Chapter ",
    "CHAPTER ",
    "§ ",
    "Subpart ",
    "DIVISION ",
];
/// Longest number of a label in characters.
const LONGEST_NUMBER: usize = 16;

/// The divisions that a line stands in.
#[derive(Clone, Debug, Default)]
pub(super) struct Position {
    pub(super) part: Option<String>,
    pub(super) chapter: Option<String>,
    pub(super) section: Option<String>,
    pub(super) article: Option<String>,
    /// Number of the article among those of the text.
    pub(super) article_at: usize,
    /// Number of the paragraph in its article, from 1; 0 before the first.
    pub(super) paragraph: u32,
    /// The last paragraph that has items, and the last of them.
    pub(super) items_of: u32,
    pub(super) item: u32,
    /// English divisions below the section: `(2)`, `(a)`, `(i)`.
    pub(super) below: [Option<String>; 3],
}

/// The lines of a text.
pub(super) struct Structure {
    lines: Vec<(usize, Position)>,
    /// Numbers of the articles, in order.
    pub(super) articles: Vec<String>,
    /// Index of each of them.
    pub(super) starts: Vec<usize>,
    /// Index behind each label, sorted with its start.
    labels: Vec<(usize, usize)>,
    /// Set if its articles are called so: a paragraph is counted, not lettered.
    pub(super) by_article: bool,
}

impl Structure {
    pub(super) fn of(view: &View, is_chinese: bool) -> Self {
        let mut reading = Reading {
            view,
            is_chinese,
            position: Position::default(),
            structure: Self {
                lines: Vec::new(),
                articles: Vec::new(),
                starts: Vec::new(),
                labels: Vec::new(),
                by_article: false,
            },
        };
        for index in (0..view.len()).filter(|index| view.is_line_start(*index)) {
            reading.line(index);
            let line = (index, reading.position.clone());
            reading.structure.lines.push(line);
        }
        reading.structure
    }

    /// The divisions that `index` stands in.
    pub(super) fn at(&self, index: usize) -> Option<&Position> {
        let line = self.lines.partition_point(|(start, _)| *start <= index);
        line.checked_sub(1).map(|line| &self.lines[line].1)
    }

    /// Index behind the label that starts at `index`, if one does.
    pub(super) fn label_end(&self, index: usize) -> Option<usize> {
        let at = self.labels.binary_search_by_key(&index, |label| label.0);
        at.ok().map(|at| self.labels[at].1)
    }

    /// Returns true if the text has articles of its own.
    pub(super) fn has_articles(&self) -> bool {
        self.articles.len() > 1
    }
}

struct Reading<'a> {
    view: &'a View,
    is_chinese: bool,
    position: Position,
    structure: Structure,
}

impl Reading<'_> {
    fn line(&mut self, index: usize) {
        let view = self.view;
        let marks = (index..index + LONGEST_MARKS)
            .take_while(|at| matches!(view.get(*at), '#' | '>' | '*' | ' ' | '“' | '「' | '-'));
        let from = index + marks.count();
        let is_label = match self.is_chinese {
            true => self.chinese_label(from) || self.item(from),
            false => {
                self.english_label(from)
                    || (!self.structure.by_article && self.section_label(from, index))
                    || (self.structure.by_article && self.item(from))
                    || self.english_item(from)
            }
        };
        if is_label {
            return;
        }
        if index == 0 || opens_paragraph(view, index) {
            self.position.paragraph += 1;
        }
    }

    /// 第三章, 第二十三條之一, 第 5-1 條.
    fn chinese_label(&mut self, from: usize) -> bool {
        let view = self.view;
        let Some((number, unit, end)) = numbered_unit(view, from) else {
            return false;
        };
        if view.gap(end) == Gap::None && !matches!(view.get(end), '【' | '(' | '[' | ':') {
            return false;
        }
        match unit {
            '编' | '編' => self.position.part = Some(number),
            '章' => (self.position.chapter, self.position.section) = (Some(number), None),
            '节' | '節' => self.position.section = Some(number),
            '条' | '條' => self.open_article(number, from),
            _ => return false,
        }
        self.structure.labels.push((from, end));
        true
    }

    fn open_article(&mut self, number: String, from: usize) {
        self.structure.starts.push(from);
        self.structure.articles.push(number.clone());
        let kept = &mut self.position;
        kept.article = Some(number);
        kept.article_at = self.structure.articles.len() - 1;
        (kept.paragraph, kept.items_of, kept.item) = (1, 1, 0);
        kept.below = [None, None, None];
    }

    /// （一）, 一、 and `1.` at the start of a line.
    fn item(&mut self, from: usize) -> bool {
        let view = self.view;
        let is_bracket = view.get(from) == '(';
        let Some((number, end)) = numeral(view, from + usize::from(is_bracket)) else {
            return false;
        };
        let closes = match view.get(end) {
            ')' => is_bracket,
            '.' if !self.is_chinese => !is_bracket && !view.get(end + 1).is_ascii_digit(),
            '、' | '.' | '．' => !is_bracket,
            _ => false,
        };
        let Some(number) = number.parse().ok().filter(|_| closes) else {
            return false;
        };
        let is_traditional = self.structure.is_traditional(view, from);
        let is_sub = is_traditional && is_bracket;
        if !is_sub && self.position.article.is_some() {
            self.position.items_of = self.position.paragraph;
            self.position.item = number;
        }
        true
    }

    /// `Article 23-1  …`, `PART II`, `§ 1005.7 …`, `## 5.2 …`.
    fn english_label(&mut self, from: usize) -> bool {
        let view = self.view;
        let Some((word, at)) = view.one_of(from, &ENGLISH_LABELS) else {
            return false;
        };
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let mut end = at;
        while end < at + LONGEST_NUMBER && is_part(view.get(end)) {
            end += 1;
        }
        let number = view.text(at..end);
        let number = number.trim_end_matches(['.', '-']).to_owned();
        if number.is_empty() || !ends_label(view, word, end) {
            return false;
        }
        self.open_division(word, number, from);
        self.structure.labels.push((from, end));
        true
    }

    fn open_division(&mut self, word: &str, number: String, from: usize) {
        match word.trim().to_ascii_lowercase().as_str() {
            "article" | "§" => {
                self.structure.by_article |= self.view.get(from) == 'A';
                self.open_article(number, from);
            }
            "part" => self.position.part = Some(roman_prefix(&number)),
            "chapter" => {
                let digits = roman_number(&number).map(|number| number.to_string());
                self.position.chapter = Some(digits.unwrap_or(number));
            }
            "subpart" => self.position.section = Some(number),
            _ => {}
        }
    }

    /// `27 For greater certainty`, `22 (1)`, `Property (2)`, `## 5.2 Title`.
    fn section_label(&mut self, from: usize, index: usize) -> bool {
        let view = self.view;
        let is_markdown = view.get(index) == '#';
        let Some(end) = section_number_end(view, from, is_markdown) else {
            return false;
        };
        self.open_article(view.text(from..end), from);
        self.structure.labels.push((from, end));
        if view.get(end + 1) == '(' {
            self.english_item(end + 1);
        }
        true
    }

    /// `(2)`, `(a)`, `(iv)` at the start of a line.
    fn english_item(&mut self, from: usize) -> bool {
        let view = self.view;
        if view.get(from) != '(' {
            return false;
        }
        let inner: String = (from + 1..from + 8)
            .map(|at| view.get(at))
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
            .collect();
        if inner.is_empty() || view.get(from + 1 + inner.len()) != ')' {
            return false;
        }
        let below = &mut self.position.below;
        let level = item_level(&inner, below[1].as_deref());
        below[level] = Some(inner);
        for lower in &mut below[level + 1..] {
            *lower = None;
        }
        true
    }
}

impl Structure {
    /// Returns true if the line that starts at `from` belongs to a text of articles in the traditional script.
    fn is_traditional(&self, view: &View, from: usize) -> bool {
        let label = self.labels.last().map(|label| label.0..label.1);
        label.is_some_and(|label| view.chars[label.start..label.end.min(from)].contains(&'條'))
    }
}

/// Reads 第二十三條之一 or 第 5-1 條 at `from`: the number, its unit and the index behind.
fn numbered_unit(view: &View, from: usize) -> Option<(String, char, usize)> {
    if view.get(from) != '第' {
        return None;
    }
    let (number, end) = numeral(view, from + 1)?;
    let (number, end) = with_further(view, '-', number, end);
    let unit = view.get(end);
    let (number, end) = with_further(view, '之', number, end + 1);
    Some((number, unit, end))
}

/// A number that ends at `end`, with the one that `mark` joins to it.
fn with_further(view: &View, mark: char, number: String, end: usize) -> (String, usize) {
    if view.get(end) == mark
        && let Some((more, behind)) = numeral(view, end + 1)
    {
        return (format!("{number}-{more}"), behind);
    }
    (number, end)
}

/// Returns true if the label of a division, `word` and a number, may end at `end`.
fn ends_label(view: &View, word: &str, end: usize) -> bool {
    let is_apart = view.get(end) == ' ' || view.is_line_start(end) || view.get(end) == ':';
    // Article 5 of the Act, at the start of a wrapped line.
    let goes_on = view.get(end + 1).is_ascii_lowercase() || view.get(end) == ',';
    !goes_on && (is_apart || word.eq_ignore_ascii_case("part "))
}

/// Index behind the number of a section at `from` that opens a line.
fn section_number_end(view: &View, from: usize, is_markdown: bool) -> Option<usize> {
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || c.is_ascii_uppercase();
    let digits = (from..from + 10).take_while(|at| is_part(view.get(*at)));
    let end = from + digits.count();
    let opens =
        view.get(end) == ' ' && (view.get(end + 1) == '(' || view.get(end + 1).is_uppercase());
    if !view.get(from).is_ascii_digit() || !opens || view.get(end - 1) == '.' {
        return None;
    }
    let number = view.text(from..end);
    let is_name = number.contains('.') && number.ends_with(|c: char| c.is_ascii_uppercase());
    (is_markdown || !is_name).then_some(end)
}

/// Level of the division `inner` below a section, behind a paragraph `letter`: a number, a letter, a Roman numeral.
fn item_level(inner: &str, letter: Option<&str>) -> usize {
    if inner.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    let is_roman = inner.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    let is_next_letter = inner == "i" && letter == Some("h");
    if is_roman && letter.is_some() && !is_next_letter {
        2
    } else {
        1
    }
}
/// `II` of `IIGOODS AND SERVICES`.
fn roman_prefix(number: &str) -> String {
    let is_of_number = |c: &char| matches!(c, 'I' | 'V' | 'X' | 'L' | '.') || c.is_ascii_digit();
    let prefix: String = number.chars().take_while(is_of_number).collect();
    if prefix.is_empty() {
        number.to_owned()
    } else {
        prefix
    }
}

/// Returns true if the line before `index` is a whole sentence.
fn opens_paragraph(view: &View, index: usize) -> bool {
    let last = view.get(index.saturating_sub(1));
    let last = if last == ' ' {
        view.get(index.saturating_sub(2))
    } else {
        last
    };
    matches!(
        last,
        '。' | ':' | ';' | '；' | '”' | '」' | ')' | '.' | '>' | '｜'
    ) || view.gap(index) == Gap::BlankLine
}
