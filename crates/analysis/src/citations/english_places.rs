//! Places in English text: *sections 4, 5 or 13*, *paragraphs 7(1)(a) to (d)*, *Paragraph 2 of Article 48*.

use crate::citations::places::LONGEST_LIST;
use crate::citations::structure::Position;
use crate::citations::view::View;

/// Words of divisions with their rank, the longer first. Ranks below 5 hold articles.
const UNITS: [(&str, u8); 57] = [
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
    ("Sec. ", 5),
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
            return;
        }
        // Paragraph 30.3 is the third of article 30.
        if rank == 7
            && let Some((article, paragraph)) =
                number.split_once('.').filter(|_| !number.contains('('))
        {
            self.levels.push((4, article.to_owned()));
            self.levels.push((rank, paragraph.to_owned()));
            return;
        }
        // Article 2.3 is the third item of article 2.
        if rank == 4
            && let Some((article, item)) = number.split_once('.')
        {
            self.levels.push((rank, article.to_owned()));
            self.levels.push((8, item.to_owned()));
            return;
        }
        let mut parts = number.split('(');
        let first = parts.next().unwrap_or_default();
        // The number before the brackets of a lower division is the section's.
        let has_brackets = number.contains('(');
        let rank_of_first = if (6..=9).contains(&rank) && has_brackets {
            5
        } else {
            rank
        };
        if !first.is_empty() {
            self.levels.push((rank_of_first, first.to_owned()));
        }
        let inner: Vec<&str> = parts.map(|part| part.trim_end_matches(')')).collect();
        let last = inner.len() as u8;
        let top = if rank <= 5 {
            6
        } else {
            (rank + 1).saturating_sub(last).max(6)
        };
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
        let mut levels = Vec::new();
        levels.extend(
            position
                .article
                .clone()
                .map(|article| (if by_article { 4 } else { 5 }, article)),
        );
        let (rank, _) = *self
            .levels
            .first()
            .map(|(rank, number)| (rank, number))
            .as_ref()?;
        if by_article && *rank == 8 {
            levels.push((7, position.items_of.max(1).to_string()));
        } else if !by_article && !names_section {
            let above = (*rank - 6) as usize;
            let kept = position.below.iter().take(above.min(3)).enumerate();
            levels.extend(kept.filter_map(|(at, number)| Some((6 + at as u8, number.clone()?))));
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

/// Reads places at `at`: a division's word and numbers, and further divisions joined to them.
pub(super) fn group_at(view: &View, at: usize) -> Option<Group> {
    let mut group = list_at(view, at)?;
    let mut direction = None;
    while let Some((_, from)) = view.one_of(group.end, &[" of the ", ", of ", " of ", ", ", ","]) {
        let Some(next) = list_at(view, from) else {
            break;
        };
        let (here, there) = (group.places[0].rank(), next.places[0].rank());
        let is_upward = match (here.min(10), there.min(10)) {
            (here, there) if here == there => break,
            (here, there) if !(4..=9).contains(&here) || !(4..=9).contains(&there) => break,
            (here, there) => there < here,
        };
        let last_rank = group.places[0]
            .levels
            .last()
            .map_or(here, |(rank, _)| *rank);
        if direction.is_some_and(|direction| direction != is_upward)
            || (!is_upward && there <= last_rank)
        {
            break;
        }
        direction = Some(is_upward);
        merge(&mut group, next, is_upward);
    }
    Some(group)
}

fn merge(group: &mut Group, next: Group, is_upward: bool) {
    group.end = next.end;
    if is_upward {
        let Some(above) = next.places.first() else {
            return;
        };
        for place in &mut group.places {
            place.levels = [above.levels.clone(), std::mem::take(&mut place.levels)].concat();
        }
        if let Some(last) = group.places.last_mut() {
            last.end = next.end;
        }
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

/// A division's word and its numbers.
fn list_at(view: &View, at: usize) -> Option<Group> {
    let (unit, rank) = UNITS.iter().find(|(unit, _)| view.starts(at, unit))?;
    let mut from = at + unit.chars().count();
    if !unit.ends_with([' ', '§']) {
        if view.get(from) != ' ' {
            return None;
        }
        from += 1;
    }
    let (number, mut end) = unnoted(number(view, from, *rank)?);
    if is_measure(view, end) {
        return None;
    }
    // Items of a list of goods have compound numbers; others are counted things.
    if unit.starts_with("item") && !number.contains(['-', '.']) {
        return None;
    }
    // Item 3 of a list is one of the law's where a paragraph is named with it.
    if unit.starts_with("Item") && view.one_of(end, &ABOVE_ITEMS).is_none() {
        return None;
    }
    let mut places = Vec::from([place(at, end, *rank, &number)]);
    let mut last = number;
    while places.len() < LONGEST_LIST {
        let Some((joint, from)) = view.one_of(end, &JOINTS) else {
            break;
        };
        let is_range = matches!(joint, " to " | " through " | " ~ " | "–");
        let from = if is_range {
            behind_unit(view, from, unit)
        } else {
            from
        };
        let Some((next, behind)) = number_like(view, from, *rank, &last) else {
            break;
        };
        if is_measure(view, behind) || (joint == "," && !unit.to_lowercase().starts_with("subpara"))
        {
            break;
        }
        end = behind;
        if is_range {
            range(&mut places, *rank, &last, &next, behind);
        } else {
            places.push(place(from, behind, *rank, &next));
        }
        last = next;
    }
    Some(Group { places, end })
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
        let is_new = last.starts_with('(') && !number.starts_with('(');
        return (!is_new).then_some((number, end));
    }
    let kept: Vec<&str> = last.split_inclusive(')').collect();
    let first = number.split_inclusive(')').next()?;
    let brackets = |part: &str| part.find('(').map(|at| part[at..].to_owned());
    let same = kept
        .iter()
        .rposition(|part| brackets(part).is_some_and(|part| shape(&part) == shape(first)));
    let at = same.unwrap_or_else(|| kept.len().saturating_sub(1));
    let head: String = kept[..at].concat();
    let stem = kept
        .get(at)
        .and_then(|part| part.find('(').map(|at| part[..at].to_owned()))
        .unwrap_or_default();
    Some((format!("{head}{stem}{number}"), end))
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
    let mut end = from;
    let mut number = String::new();
    let first = view.get(from);
    if rank == 11 {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | ')' | '-');
        end += (from..from + 24)
            .take_while(|at| is_part(view.get(*at)))
            .count();
        return first.is_ascii_digit().then(|| (view.text(from..end), end));
    }
    if first.is_ascii_digit() {
        end = digits(view, from, rank);
        number = view.text(from..end);
    } else if matches!(rank, 0..=4 | 12..=15) {
        end = capitals(view, from, rank)?;
        number = view.text(from..end);
    } else if first != '(' {
        return None;
    }
    while let Some((inner, behind)) = bracket(view, end) {
        number += &format!("({inner})");
        end = behind;
    }
    (end > from).then_some((number, end))
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
    let len = (from..from + 6)
        .take_while(|at| view.get(*at).is_ascii_uppercase())
        .count();
    let mut end = from + len;
    let is_roman = (from..end).all(|at| matches!(view.get(at), 'I' | 'V' | 'X' | 'L'));
    if len == 0 || (!is_roman && (len > 2 || rank == 4)) || view.get(end).is_ascii_lowercase() {
        return None;
    }
    while matches!(view.get(end), '.' | '-') && view.get(end + 1).is_ascii_digit()
        || view.get(end).is_ascii_digit()
    {
        end += 1;
    }
    Some(end)
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
    let is_label = !inner.is_empty()
        && (inner.len() <= 2
            || inner.starts_with(|c: char| c.is_ascii_digit())
            || inner.chars().all(|c| matches!(c, 'i' | 'v' | 'x')));
    (is_label && view.get(at + 1 + inner.len()) == ')')
        .then_some((inner.clone(), at + 2 + inner.len()))
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
    const ROMANS: [&str; 12] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii",
    ];
    let number = |text: &str| text.split('.').next()?.parse::<u32>().ok();
    if let (Some(first), Some(last)) = (number(first), number(last)) {
        let inner = (first.saturating_add(1)..last).take(LONGEST_LIST);
        return inner.map(|number| number.to_string()).collect();
    }
    let roman = |text: &str| ROMANS.iter().position(|roman| *roman == text);
    if let (Some(first), Some(last)) = (roman(first), roman(last))
        && last > first
    {
        let inner = ROMANS[first + 1..last].iter();
        return inner.map(|roman| (*roman).to_owned()).collect();
    }
    match (first.as_bytes(), last.as_bytes()) {
        ([first], [last]) if first < last => (first + 1..*last)
            .map(|letter| char::from(letter).to_string())
            .collect(),
        _ => Vec::new(),
    }
}
