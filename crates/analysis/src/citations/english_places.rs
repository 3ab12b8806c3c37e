//! Places in English text: *sections 4, 5 or 13*, *paragraphs 7(1)(a) to (d)*, *Paragraph 2 of Article 48*.

use crate::citations::places::LONGEST_LIST;
use crate::citations::structure::Position;
use crate::citations::view::View;

/// Words of divisions with their rank, the longer first. Ranks below 5 hold articles.
const UNITS: [(&str, u8); 63] = [
    ("subparagraphs", 8),
    ("Subparagraphs", 8),
    ("subparagraph", 8),
    ("Subparagraph", 8),
    ("subsections", 6),
    ("Subsections", 6),
    ("subsection", 6),
    ("Subsection", 6),
    ("paragraphs", 7),
    ("Paragraphs", 7),
    ("paragraph", 7),
    ("Paragraph", 7),
    ("tariff items", 10),
    ("tariff item", 10),
    ("appendices", 0),
    ("Appendices", 0),
    ("appendix", 0),
    ("Appendix", 0),
    ("Schedules", 1),
    ("Schedule", 1),
    ("schedule", 1),
    ("Annexes", 2),
    ("Annex", 2),
    ("annex", 2),
    ("sections", 5),
    ("Sections", 5),
    ("section", 5),
    ("Section", 5),
    ("articles", 4),
    ("Articles", 4),
    ("article", 4),
    ("Article", 4),
    ("Chapters", 3),
    ("Chapter", 3),
    ("Divisions", 13),
    ("Division", 13),
    ("clauses", 9),
    ("Clauses", 9),
    ("clause", 9),
    ("Clause", 9),
    ("comment", 11),
    ("Subpart", 14),
    ("subpart", 14),
    ("Parts", 12),
    ("Part", 12),
    ("Title", 15),
    ("title", 15),
    ("§§ ", 5),
    ("§ ", 5),
    ("§", 5),
    ("items", 10),
    ("item", 10),
    ("Items", 9),
    ("Item", 9),
    ("ss. ", 5),
    ("s. ", 5),
    ("ss.", 5),
    ("s.", 5),
    ("Sec. ", 5),
    ("sec. ", 5),
    ("subs. ", 6),
    ("paras. ", 7),
    ("para. ", 7),
];
/// Joints of a list, the longer first.
const JOINTS: [&str; 11] = [
    " and/or ",
    ", and ",
    ", or ",
    " through ",
    " and ",
    " or ",
    " to ",
    " ~ ",
    "–",
    ", ",
    ",",
];
/// Words behind a number that is no place.
const MEASURES: [&str; 22] = [
    "days", "day", "years", "year", "months", "month", "percent", "per", "hours", "%", "U.S.C",
    "USC", "CFR", "C.F.R", "Stat", "dollars", "million", "weeks", "members", "copies", "persons",
    "meters",
];

/// Words behind an item of a law.
const ABOVE_ITEMS: [&str; 8] = [
    ", Paragraph",
    " of Paragraph",
    ", Subparagraph",
    " of Subparagraph",
    ", Article",
    " of Article",
    ", paragraph",
    " of paragraph",
];

/// Names of ranks from the outermost.
const NAMES: [&str; 16] = [
    "app", "sch", "annex", "ch", "art", "s", "ss", "para", "subpara", "clause", "item", "comment",
    "part", "div", "subpart", "title",
];

/// Small Roman numerals in order.
const ROMANS: [&str; 12] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
];
/// A place: a number of a division, and the brackets behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Numbers with their ranks, the outermost first.
    levels: Vec<(u8, String)>,
}

/// Places with one division's word.
pub(super) struct Group {
    pub(super) places: Vec<Place>,
    pub(super) end: usize,
}

impl Place {
    /// A place of a section and its brackets.
    pub(super) fn of_section(start: usize, end: usize, number: &str) -> Self {
        let mut place = Self {
            start,
            end,
            levels: Vec::new(),
        };
        place.add(5, number);
        place
    }

    pub(super) fn whole() -> Self {
        Self::default()
    }

    /// A place of the division `name`.
    pub(super) fn named(start: usize, end: usize, rank: u8, number: &str) -> Self {
        Self {
            start,
            end,
            levels: Vec::from([(rank, number.to_owned())]),
        }
    }

    fn add(&mut self, rank: u8, number: &str) {
        if rank == 11 {
            self.levels.push((rank, number.to_owned()));
        } else if let Some(levels) = pointed(rank, number) {
            self.levels.extend(levels);
        } else {
            self.add_brackets(rank, number);
        }
    }

    /// Adds a number and the divisions in the brackets behind it.
    fn add_brackets(&mut self, rank: u8, number: &str) {
        let mut parts = number.split('(');
        let first = parts.next().unwrap_or_default();
        if !first.is_empty() {
            let rank = rank_before_brackets(rank, number);
            self.levels.push((rank, first.to_owned()));
        }
        let inner: Vec<&str> = parts.map(|part| part.trim_end_matches(')')).collect();
        let top = top_rank(rank, inner.len() as u8);
        for (at, part) in inner.into_iter().enumerate() {
            self.levels.push((top + at as u8, part.to_owned()));
        }
    }

    pub(super) fn is_article(&self) -> bool {
        self.levels.iter().any(|(rank, _)| *rank == 4)
    }

    /// Number of the part that a section of a code lies in: 1026 of 1026.3.
    pub(super) fn part(&self) -> Option<&str> {
        let (rank, number) = self.levels.first()?;
        let (part, _) = number.split_once('.')?;
        let is_part = part.len() >= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
        (*rank == 5 && is_part).then_some(part)
    }

    /// Returns true for an item of a list of goods.
    pub(super) fn is_item(&self) -> bool {
        self.levels.first().is_some_and(|(rank, _)| *rank == 10)
    }

    /// Returns true if it lies within a section that is not named.
    pub(super) fn is_lower(&self) -> bool {
        self.levels
            .first()
            .is_some_and(|(rank, _)| (6..=9).contains(rank))
    }

    /// The place with the divisions it stands in.
    pub(super) fn completed(
        &self,
        position: Option<&Position>,
        by_article: bool,
        names_section: bool,
    ) -> Option<Self> {
        let position = position?;
        let (rank, _) = self.levels.first()?;
        let article_rank = if by_article { 4 } else { 5 };
        let article = position.article.clone();
        let mut levels = Vec::from_iter(article.map(|article| (article_rank, article)));
        if by_article && *rank == 8 {
            levels.push((7, position.items_of.max(1).to_string()));
        } else if !by_article && !names_section {
            levels.extend(divisions_above(position, *rank));
        }
        levels.extend(self.levels.iter().cloned());
        Some(Self {
            levels,
            ..self.clone()
        })
    }

    /// The place as it is written in a citation.
    pub(super) fn written(&self, by_article: bool) -> String {
        let name = |rank: u8| match (by_article, rank) {
            (true, 8) => "item",
            (true, 9 | 10) => "sub",
            (_, rank) => NAMES.get(usize::from(rank)).copied().unwrap_or("item"),
        };
        let levels = self
            .levels
            .iter()
            .map(|(rank, number)| format!("{}:{number}", name(*rank)));
        levels.collect::<Vec<_>>().join("/")
    }

    fn rank(&self) -> u8 {
        self.levels.first().map_or(5, |(rank, _)| *rank)
    }
}

/// Divisions of a number that a point parts: paragraph 30.3 is the third of article 30, article 2.3 the third item of article 2.
fn pointed(rank: u8, number: &str) -> Option<[(u8, String); 2]> {
    let (article, lower) = number.split_once('.')?;
    let lower_rank = match rank {
        7 if !number.contains('(') => 7,
        4 => 8,
        _ => return None,
    };
    Some([(4, article.to_owned()), (lower_rank, lower.to_owned())])
}

/// Rank of what stands before the brackets of a number.
fn rank_before_brackets(rank: u8, number: &str) -> u8 {
    // The number before the brackets of a lower division is the section's.
    let is_of_section = (6..=9).contains(&rank) && number.contains('(');
    if is_of_section { 5 } else { rank }
}
/// Rank of the first of `count` brackets behind a number of `rank`.
fn top_rank(rank: u8, count: u8) -> u8 {
    if rank <= 5 {
        6
    } else {
        (rank + 1).saturating_sub(count).max(6)
    }
}

/// Divisions between a section and `rank` that `position` stands in.
fn divisions_above(position: &Position, rank: u8) -> Vec<(u8, String)> {
    let above = (rank - 6) as usize;
    let kept = position.below.iter().take(above.min(3)).enumerate();
    let kept = kept.filter_map(|(at, number)| Some((6 + at as u8, number.clone()?)));
    kept.collect()
}
/// Reads places at `at`: a division's word and numbers, and further divisions joined to them.
pub(super) fn group_at(view: &View, at: usize) -> Option<Group> {
    let mut group = list_at(view, at)?;
    let mut direction = None;
    while let Some((_, from)) = view.one_of(group.end, &[" of the ", ", of ", " of ", ", ", ","]) {
        let Some(next) = list_at(view, from) else {
            break;
        };
        let Some(is_upward) = is_upward(&group, &next) else {
            break;
        };
        if direction.is_some_and(|direction| direction != is_upward) {
            break;
        }
        direction = Some(is_upward);
        merge(&mut group, next, is_upward);
    }
    Some(group)
}

/// Returns true if `next` holds `group`, false if it lies within; `None` if they are not parts of one place.
fn is_upward(group: &Group, next: &Group) -> Option<bool> {
    let first = &group.places[0];
    let (here, there) = (first.rank(), next.places[0].rank());
    let may_join = |rank: u8| (4..=9).contains(&rank.min(10));
    if here.min(10) == there.min(10) || !may_join(here) || !may_join(there) {
        return None;
    }
    let is_upward = there < here;
    let last_rank = first.levels.last().map_or(here, |(rank, _)| *rank);
    (is_upward || there > last_rank).then_some(is_upward)
}

fn merge(group: &mut Group, next: Group, is_upward: bool) {
    group.end = next.end;
    if is_upward {
        put_within(group, &next);
        return;
    }
    let Some(above) = group.places.pop() else {
        return;
    };
    for (at, mut place) in next.places.into_iter().enumerate() {
        place.levels = [above.levels.clone(), place.levels].concat();
        if at == 0 {
            place.start = above.start;
        }
        group.places.push(place);
    }
}

/// Puts the places of `group` into the first of `outer`.
fn put_within(group: &mut Group, outer: &Group) {
    let Some(above) = outer.places.first() else {
        return;
    };
    for place in &mut group.places {
        place.levels = [above.levels.clone(), std::mem::take(&mut place.levels)].concat();
    }
    if let Some(last) = group.places.last_mut() {
        last.end = outer.end;
    }
}

/// A division's word and its numbers.
fn list_at(view: &View, at: usize) -> Option<Group> {
    let (unit, rank) = UNITS.iter().find(|(unit, _)| view.starts(at, unit))?;
    let from = behind_word(view, at, unit)?;
    let (number, mut end) = unnoted(number(view, from, *rank)?);
    if is_measure(view, end) || is_counted_item(view, unit, &number, end) {
        return None;
    }
    let mut places = Vec::from([place(at, end, *rank, &number)]);
    let mut last = number;
    while places.len() < LONGEST_LIST {
        let Some(next) = next_of_list(view, end, (unit, *rank), &last) else {
            break;
        };
        end = next.end;
        if next.is_range {
            range(&mut places, *rank, &last, &next.number, end);
        } else {
            places.push(place(next.start, end, *rank, &next.number));
        }
        last = next.number;
    }
    Some(Group { places, end })
}

/// A further number of a list.
struct Next {
    start: usize,
    end: usize,
    number: String,
    /// Set if a range that begins with the number before ends here.
    is_range: bool,
}

/// The joint at `end` and the number behind it.
fn next_of_list(view: &View, end: usize, (unit, rank): (&str, u8), last: &str) -> Option<Next> {
    let (joint, from) = view.one_of(end, &JOINTS)?;
    let is_range = matches!(joint, " to " | " through " | " ~ " | "–");
    let start = if is_range {
        behind_unit(view, from, unit)
    } else {
        from
    };
    let (number, end) = number_like(view, start, rank, last)?;
    let is_touching = joint == "," && !unit.to_lowercase().starts_with("subpara");
    (!is_measure(view, end) && !is_touching).then_some(Next {
        start,
        end,
        number,
        is_range,
    })
}

/// Index at which the number behind a division's word begins.
fn behind_word(view: &View, at: usize, unit: &str) -> Option<usize> {
    let end = at + unit.chars().count();
    if unit.ends_with([' ', '§', '.']) {
        return Some(end);
    }
    (view.get(end) == ' ').then_some(end + 1)
}

/// Tells items that are counted from those of a list of goods or of a law.
fn is_counted_item(view: &View, unit: &str, number: &str, end: usize) -> bool {
    // Items of a list of goods have compound numbers; others are counted things.
    let is_plain = unit.starts_with("item") && !number.contains(['-', '.']);
    // Item 3 of a list is one of the law's where a paragraph is named with it.
    is_plain || (unit.starts_with("Item") && view.one_of(end, &ABOVE_ITEMS).is_none())
}

/// A number without the letter of a footnote: section 1021a is section 1021.
fn unnoted((number, end): (String, usize)) -> (String, usize) {
    let is_noted = number.ends_with(|c: char| c.is_ascii_lowercase());
    match number.strip_suffix(|c: char| c.is_ascii_lowercase()) {
        Some(plain) if is_noted && !number.contains('(') && !plain.is_empty() => {
            (plain.to_owned(), end - 1)
        }
        _ => (number, end),
    }
}

/// Index behind the division's word where a range repeats it: *Article 4 to Article 10*.
fn behind_unit(view: &View, from: usize, unit: &str) -> usize {
    let singular = unit.trim_end_matches('s');
    let behind = from + singular.len() + 1;
    if view.starts(from, singular) && view.get(behind - 1) == ' ' {
        behind
    } else {
        from
    }
}

fn place(start: usize, end: usize, rank: u8, number: &str) -> Place {
    let mut place = Place {
        start,
        end,
        levels: Vec::new(),
    };
    place.add(rank, number);
    place
}

fn is_measure(view: &View, end: usize) -> bool {
    view.get(end) == ' ' && MEASURES.iter().any(|word| view.starts(end + 1, word))
}

/// The next number of a list; brackets alone go on with the number before.
fn number_like(view: &View, from: usize, rank: u8, last: &str) -> Option<(String, usize)> {
    let (number, end) = number(view, from, rank)?;
    if !number.starts_with('(') {
        return (!last.starts_with('(')).then_some((number, end));
    }
    let first = number.split_inclusive(')').next()?;
    let head = head_of_like(last, first);
    Some((format!("{head}{number}"), end))
}

/// Characters of `last` before its bracket of the same kind as `bracket`.
fn head_of_like(last: &str, bracket: &str) -> String {
    let kept: Vec<&str> = last.split_inclusive(')').collect();
    let is_like = |part: &&str| {
        part.find('(')
            .is_some_and(|at| shape(&part[at..]) == shape(bracket))
    };
    let same = kept.iter().rposition(is_like);
    let at = same.unwrap_or_else(|| kept.len().saturating_sub(1));
    let stem = kept
        .get(at)
        .and_then(|part| part.find('(').map(|at| &part[..at]));
    kept[..at].concat() + stem.unwrap_or_default()
}

/// Kind of a bracket: a digit, a letter, a Roman numeral.
fn shape(bracket: &str) -> u8 {
    let inner = bracket.trim_matches(['(', ')']);
    match inner.chars().next() {
        Some(c) if c.is_ascii_digit() => 0,
        Some(c) if c.is_ascii_uppercase() => 1,
        Some(_) if inner.chars().all(|c| matches!(c, 'i' | 'v' | 'x')) => 2,
        _ => 3,
    }
}

/// Reads `12A`, `45-1`, `16.1(1)(a)`, `(a)(ii)`, and for some divisions `IV` or `B`.
pub(super) fn number(view: &View, from: usize, rank: u8) -> Option<(String, usize)> {
    let first = view.get(from);
    if rank == 11 {
        return comment_number(view, from);
    }
    let mut end = if first.is_ascii_digit() {
        digits(view, from, rank)
    } else if matches!(rank, 0..=4 | 12..=15) {
        capitals(view, from, rank)?
    } else if first == '(' {
        from
    } else {
        return None;
    };
    let mut number = view.text(from..end);
    while let Some((inner, behind)) = bracket(view, end) {
        number += &format!("({inner})");
        end = behind;
    }
    (end > from).then_some((number, end))
}

/// Reads the number of a comment: `3(a)-1`.
fn comment_number(view: &View, from: usize) -> Option<(String, usize)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | ')' | '-');
    let len = (from..from + 24)
        .take_while(|at| is_part(view.get(*at)))
        .count();
    let end = from + len;
    let is_number = view.get(from).is_ascii_digit();
    is_number.then(|| (view.text(from..end), end))
}

fn digits(view: &View, from: usize, rank: u8) -> usize {
    let mut end = from;
    while end < from + 24 {
        let c = view.get(end);
        let next = view.get(end + 1);
        let is_part = c.is_ascii_digit()
            || (matches!(c, '.' | '-')
                && next.is_ascii_alphanumeric()
                && (next.is_ascii_digit() || rank == 10))
            || (c.is_ascii_alphabetic()
                && !next.is_ascii_lowercase()
                && (c.is_ascii_uppercase() || !next.is_ascii_alphabetic()));
        if !is_part {
            break;
        }
        end += 1;
    }
    end
}

/// A Roman numeral or a letter or two.
fn capitals(view: &View, from: usize, rank: u8) -> Option<usize> {
    let letters = (from..from + 6).take_while(|at| view.get(*at).is_ascii_uppercase());
    let len = letters.count();
    let end = from + len;
    let is_roman = (from..end).all(|at| matches!(view.get(at), 'I' | 'V' | 'X' | 'L'));
    let is_numeral = len > 0 && (is_roman || (len <= 2 && rank != 4));
    if !is_numeral || view.get(end).is_ascii_lowercase() {
        return None;
    }
    Some(behind_digits(view, end))
}

/// Index behind the digits at `end` and those that a point or a hyphen joins to them.
fn behind_digits(view: &View, mut end: usize) -> usize {
    while matches!(view.get(end), '.' | '-') && view.get(end + 1).is_ascii_digit()
        || view.get(end).is_ascii_digit()
    {
        end += 1;
    }
    end
}

/// `(a)`, `(1.01)`, `(iv)`.
fn bracket(view: &View, at: usize) -> Option<(String, usize)> {
    if view.get(at) != '(' {
        return None;
    }
    let inner: String = (at + 1..at + 8)
        .map(|at| view.get(at))
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
        .collect();
    let close = at + 1 + inner.len();
    (is_bracket_label(&inner) && view.get(close) == ')').then_some((inner, close + 1))
}

/// Returns true if brackets that hold `inner` name a division.
fn is_bracket_label(inner: &str) -> bool {
    let is_number = inner.starts_with(|c: char| c.is_ascii_digit());
    let is_roman = inner.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    !inner.is_empty() && (inner.len() <= 2 || is_number || is_roman)
}

/// Adds the places of a range up to `to`; all share its characters.
fn range(places: &mut Vec<Place>, rank: u8, from: &str, to: &str, end: usize) {
    let Some(first) = places.last_mut() else {
        return;
    };
    first.end = end;
    let start = first.start;
    for number in between(from, to).into_iter().take(LONGEST_LIST) {
        places.push(place(start, end, rank, &number));
    }
    places.push(place(start, end, rank, to));
}

/// Numbers between two: of digits, letters or small Roman numerals at the end.
fn between(from: &str, to: &str) -> Vec<String> {
    let head_len = to.rfind('(').map_or(0, |at| at + 1);
    let (head, last) = to.split_at(head_len);
    let last = last.trim_end_matches(')');
    let first = from.rsplit('(').next().unwrap_or(from);
    let close = if head.is_empty() { "" } else { ")" };
    let inner = labels_between(first.trim_end_matches(')'), last);
    let wrap = |inner: String| format!("{head}{inner}{close}");
    inner.into_iter().take(LONGEST_LIST).map(wrap).collect()
}

/// Labels between two of one kind.
fn labels_between(first: &str, last: &str) -> Vec<String> {
    numbers_between(first, last)
        .or_else(|| romans_between(first, last))
        .unwrap_or_else(|| letters_between(first, last))
}

fn numbers_between(first: &str, last: &str) -> Option<Vec<String>> {
    let number = |text: &str| text.split('.').next()?.parse::<u32>().ok();
    let (first, last) = (number(first)?, number(last)?);
    let inner = (first.saturating_add(1)..last).take(LONGEST_LIST);
    Some(inner.map(|number| number.to_string()).collect())
}

fn romans_between(first: &str, last: &str) -> Option<Vec<String>> {
    let roman = |text: &str| ROMANS.iter().position(|roman| *roman == text);
    let (first, last) = (roman(first)?, roman(last)?);
    let inner = ROMANS.get(first + 1..last)?.iter();
    Some(inner.map(|roman| (*roman).to_owned()).collect())
}

fn letters_between(first: &str, last: &str) -> Vec<String> {
    match (first.as_bytes(), last.as_bytes()) {
        ([first], [last]) if first < last => (first + 1..*last)
            .map(|letter| char::from(letter).to_string())
            .collect(),
        _ => Vec::new(),
    }
}
