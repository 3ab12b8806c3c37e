//! Places in a work: 第二十三條第一項第四款, 第五条至第八条, 第27、28及31條, 第104A(1)(b)條.
//!
//! In: a view and an index. Out: the places of a list, each as a path from the outermost division down, with the characters
//! that name it. A place of a list that names lower divisions only lies in the place before it.

use crate::citations::view::View;
use crate::numerals::chinese_number;

/// Maximum number of places of one list, and of one range.
pub(super) const LONGEST_LIST: usize = 200;
/// Longest numeral in characters.
const LONGEST_NUMERAL: usize = 10;

/// Divisions, the outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Schedule,
    Book,
    Part,
    Chapter,
    Section,
    Article,
    Paragraph,
    Item,
    Sub,
    Page,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Schedule => "sch",
            Self::Book => "book",
            Self::Part => "part",
            Self::Chapter => "ch",
            Self::Section => "sec",
            Self::Article => "art",
            Self::Paragraph => "para",
            Self::Item => "item",
            Self::Sub => "sub",
            Self::Page => "page",
        }
    }
}

/// Path of a place.
pub(super) type Path = Vec<(Level, String)>;

/// A place of a list.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) path: Path,
}

/// Path as it is written in a citation.
pub(super) fn written(path: &Path) -> String {
    let is_brackets = path.iter().any(|(_, number)| number.contains('('));
    let levels = path.iter().map(|(level, number)| {
        let name = match level {
            Level::Article if is_brackets => "s",
            level => level.name(),
        };
        let mut parts = number.split('(');
        let first = format!("{name}:{}", parts.next().unwrap_or_default());
        let lower = ["ss", "para", "subpara", "clause", "subclause"];
        let inner = parts
            .zip(lower)
            .map(|(part, name)| format!("/{name}:{}", part.trim_end_matches(')')));
        first + &inner.collect::<String>()
    });
    levels.collect::<Vec<_>>().join("/")
}

/// Reads `二十三`, `104A` or `12-1` at `index`, as digits, and the index behind it.
pub(super) fn numeral(view: &View, index: usize) -> Option<(String, usize)> {
    let first = view.get(index);
    if first.is_ascii_digit() {
        return digits(view, index);
    }
    let is_numeral =
        |c: char| "〇零○一二三四五六七八九十百千两兩廿卅壹貳參肆伍陸柒捌玖拾".contains(c);
    let len = (index..index + LONGEST_NUMERAL)
        .take_while(|at| is_numeral(view.get(*at)))
        .count();
    let number = chinese_number(&view.text(index..index + len)).filter(|_| len > 0)?;
    Some((number.to_string(), index + len))
}

fn digits(view: &View, index: usize) -> Option<(String, usize)> {
    let is_part = |at: &usize| {
        let c = view.get(*at);
        c.is_ascii_digit() || (c.is_ascii_uppercase() && *at > index)
    };
    let len = (index..index + LONGEST_NUMERAL).take_while(is_part).count();
    Some((view.text(index..index + len), index + len))
}

/// Reads a numeral that may stand in brackets.
fn loose_numeral(view: &View, index: usize) -> Option<(String, usize)> {
    if view.get(index) != '(' {
        return numeral(view, index);
    }
    let (number, end) = numeral(view, index + 1)?;
    (view.get(end) == ')').then_some((number, end + 1))
}

/// Words between the numbers of a list, the longer first.
pub(super) const CONNECTORS: [&str; 15] = [
    "、以及",
    "，以及",
    "以及",
    "或者",
    "和",
    "、",
    "及",
    "與",
    "与",
    "或",
    "暨",
    "并",
    "並",
    "，",
    ",",
];
/// Words of a range.
const RANGES: [&str; 6] = ["至", "到", "~", "—", "～", "-"];

/// Reader of places.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) view: &'a View,
    /// 項 lies above 款, as in Taiwan.
    pub(super) is_traditional: bool,
}

/// One number before its division.
struct Number {
    start: usize,
    end: usize,
    number: String,
    /// Set if a range that begins with the number before ends here.
    ends_range: bool,
}

/// Numbers of one division: 第5、9及12條.
struct Atom {
    level: Level,
    numbers: Vec<Number>,
    end: usize,
}

impl Reader<'_> {
    fn level_at(&self, index: usize) -> Option<(Level, usize)> {
        let (above, below) = match self.is_traditional {
            true => (['項', '项'], ['款', '款']),
            false => (['款', '款'], ['项', '項']),
        };
        let level = match self.view.get(index) {
            '条' | '條' => Level::Article,
            c if above.contains(&c) => Level::Paragraph,
            c if below.contains(&c) => Level::Item,
            '目' => Level::Sub,
            '章' => Level::Chapter,
            '节' | '節' => Level::Section,
            '编' | '編' => Level::Book,
            '部' if !matches!(
                self.view.get(index + 1),
                '分' | '门' | '門' | '隊' | '队' | '长' | '長'
            ) =>
            {
                Level::Part
            }
            '頁' | '页' => Level::Page,
            '段' => Level::Paragraph,
            _ => return None,
        };
        Some((level, index + 1))
    }

    /// Numbers and their division at `index`; 第 may be left out where `is_list`.
    fn atom(&self, index: usize, is_list: bool) -> Option<Atom> {
        let view = self.view;
        let has_mark = view.get(index) == '第';
        if !has_mark && !is_list {
            return None;
        }
        let mut numbers: Vec<Number> = Vec::new();
        let (mut at, mut start, mut ends_range) = (index + usize::from(has_mark), index, false);
        while numbers.len() < LONGEST_LIST {
            let (number, end) = loose_numeral(view, at)?;
            let (number, end) = self.brackets(number, end);
            numbers.push(Number {
                start,
                end,
                number,
                ends_range,
            });
            if let Some((level, end)) = self.level_at(end) {
                return Some(
                    Atom {
                        level,
                        numbers,
                        end,
                    }
                    .with_inserted(view),
                );
            }
            let range = view.one_of(end, &RANGES);
            ends_range = range.is_some();
            let (_, behind) = range.or_else(|| view.one_of(end, &CONNECTORS))?;
            start = behind;
            at = behind + usize::from(view.get(behind) == '第');
        }
        None
    }

    /// `(1)(b)` behind a number: 第34(2)條.
    fn brackets(&self, mut number: String, mut end: usize) -> (String, usize) {
        let view = self.view;
        while view.get(end) == '(' {
            let inner: String = (end + 1..end + 7)
                .map(|at| view.get(at))
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            if inner.is_empty() || view.get(end + 1 + inner.len()) != ')' {
                break;
            }
            end += inner.len() + 2;
            number = format!("{number}({inner})");
        }
        (number, end)
    }

    /// The list of places at `index`, within `base`. Returns the index behind it too.
    pub(super) fn list(
        &self,
        index: usize,
        base: &Path,
        is_list: bool,
    ) -> Option<(Vec<Leaf>, usize)> {
        let mut leaves = Vec::new();
        let (mut path, mut end) = self.one(index, base, is_list, &mut leaves)?;
        while leaves.len() < LONGEST_LIST {
            let next = self
                .range(end, &path, &mut leaves)
                .or_else(|| self.further(end, &path, &mut leaves));
            let Some((next, after)) = next else {
                break;
            };
            (path, end) = (next, after);
        }
        Some((leaves, end))
    }

    /// Adds the places of a range from `path`, and returns the path of its end.
    fn range(&self, end: usize, path: &Path, leaves: &mut Vec<Leaf>) -> Option<(Path, usize)> {
        let (_, behind) = self.view.one_of(end, &RANGES)?;
        let (to, after) = self.range_end(behind, path)?;
        expand(leaves, path, &to, after);
        Some((to, after))
    }

    /// Adds the place that a joint at `end` adds to a list, and returns its path.
    fn further(&self, end: usize, path: &Path, leaves: &mut Vec<Leaf>) -> Option<(Path, usize)> {
        let (word, behind) = self.view.one_of(end, &CONNECTORS)?;
        let is_bare = !matches!(word, "，" | ",");
        self.one(behind, path, is_bare, leaves)
    }

    fn range_end(&self, index: usize, from: &Path) -> Option<(Path, usize)> {
        let mut ignored = Vec::new();
        let (to, end) = self.one(index, from, true, &mut ignored)?;
        let same = to.len() == from.len() && to.last()?.0 == from.last()?.0;
        (same && ignored.len() == 1).then_some((to, end))
    }

    /// One place, or several that share the division: adds them and returns the path of the last.
    fn one(
        &self,
        index: usize,
        base: &Path,
        is_list: bool,
        leaves: &mut Vec<Leaf>,
    ) -> Option<(Path, usize)> {
        let atom = self.atom(index, is_list)?;
        let above = base.iter().take_while(|(level, _)| *level < atom.level);
        let mut path = atom.put_below(&above.cloned().collect(), None, leaves);
        let mut end = atom.end;
        while let Some(lower) = self.lower(end, path.last().map(|(level, _)| *level)?) {
            // The last place goes down; the others of its list are whole.
            let popped = leaves.pop()?;
            path = lower.put_below(&path, Some(popped.start), leaves);
            end = lower.end;
        }
        Some((path, end))
    }

    /// A division below `level` directly behind.
    fn lower(&self, index: usize, level: Level) -> Option<Atom> {
        let atom = self.atom(index, false)?;
        (atom.level > level).then_some(atom)
    }
}

impl Atom {
    /// Adds the places of its numbers within `above`, the first from `start` on, and returns the path of the last.
    fn put_below(&self, above: &Path, start: Option<usize>, leaves: &mut Vec<Leaf>) -> Path {
        let mut path = above.clone();
        let last = self.numbers.len() - 1;
        for (at, number) in self.numbers.iter().enumerate() {
            let from = path;
            path = above.clone();
            path.push((self.level, number.number.clone()));
            let end = if at == last { self.end } else { number.end };
            if number.ends_range {
                expand(leaves, &from, &path, end);
                continue;
            }
            leaves.push(Leaf {
                start: start.filter(|_| at == 0).unwrap_or(number.start),
                end,
                path: path.clone(),
            });
        }
        path
    }

    /// Reads 之一 behind the division: 第三條之一.
    fn with_inserted(mut self, view: &View) -> Self {
        if view.get(self.end) == '之'
            && let Some((more, end)) = numeral(view, self.end + 1)
            && let Some(last) = self.numbers.last_mut()
        {
            last.number = format!("{}-{more}", last.number);
            self.end = end;
        }
        self
    }
}

/// Adds the places behind `from` up to `to`; all share the characters of the range.
fn expand(leaves: &mut Vec<Leaf>, from: &Path, to: &Path, end: usize) {
    let Some(first) = leaves.last_mut() else {
        return;
    };
    first.end = end;
    let start = first.start;
    let inner = last_number(from)
        .zip(last_number(to))
        .map_or(0..0, |(from, to)| from.saturating_add(1)..to);
    for value in inner.take(LONGEST_LIST) {
        let mut path = to.clone();
        if let Some(last) = path.last_mut() {
            last.1 = value.to_string();
        }
        leaves.push(Leaf { start, end, path });
    }
    let path = to.clone();
    leaves.push(Leaf { start, end, path });
}

/// Digits of the lowest number of a path.
fn last_number(path: &Path) -> Option<u32> {
    let (_, number) = path.last()?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
