//! Citations in English text: *section 12(3)(a) of the Companies Act*, *Article 5, Paragraph 4 of this Act*, *that Act*.

use std::collections::HashMap;

use crate::citations::english_names::{capitals_at, name_at, noun_of};
use crate::citations::english_numbers::number_at;
use crate::citations::english_places::{Group, Place, group_at};
use crate::citations::structure::{Position, Structure};
use crate::citations::view::{Gap, View};
use crate::citations::{Citation, Kind, MAX_CITATIONS, Work};

/// Characters within which *the Act* is the one named last, where the text defines none.
const NEAR: usize = 400;
/// Nouns of whole texts, behind *this* and *these*; the longer first.
const WHOLES: [&str; 25] = [
    "Enforcement Rules",
    "Regulations",
    "regulations",
    "Regulation",
    "regulation",
    "Ordinance",
    "Statute",
    "Standards",
    "Rules",
    "Order",
    "Permit",
    "Code",
    "Act",
    "Law",
    "Charter",
    "Directions",
    "Guidelines",
    "guideline",
    "Our Proclamation",
    "Proclamation",
    "Measures",
    "Principles",
    "Appendix",
    "Constitution",
    "Bylaw",
];
/// Words between a place and its work.
const LEADS: [&str; 12] = [
    ", of the ",
    " of the ",
    " under the ",
    " in the ",
    " to the ",
    " of ",
    ", of ",
    " under ",
    " in ",
    "a of the ",
    " and of the ",
    " set forth in the ",
];
/// Words that mean the law named before.
const THAT: [&str; 6] = [
    "that Act",
    "that Law",
    "said Act",
    "same Act",
    "such Act",
    "that Regulation",
];
/// Nouns of divisions behind *this*.
const DIVISIONS: [&str; 12] = [
    "subsection",
    "subpart",
    "section",
    "Section",
    "Part",
    "part",
    "Chapter",
    "chapter",
    "Article",
    "article",
    "Division",
    "Subpart",
];

/// Words before a division that is the one before.
const PRECEDING: [&str; 6] = [
    "the preceding ",
    "The preceding ",
    "the above ",
    "the previous ",
    "the foregoing ",
    "preceding ",
];
/// Divisions that are named by their distance.
const COUNTED: [&str; 6] = [
    "paragraph",
    "Paragraph",
    "article",
    "Article",
    "subparagraph",
    "Subparagraph",
];
/// Words behind a list of places that lies in the division before.
const WITHIN: [&str; 4] = [
    " of the preceding paragraph",
    " of the preceding Paragraph",
    " of the preceding article",
    " of the preceding Article",
];
/// Beginnings of brackets that define a short name, in small letters.
const DEFINITIONS: [&str; 9] = [
    "hereinafter",
    "hereafter",
    "herein",
    "referred to as",
    "the \"",
    "the “",
    "the act",
    "\"",
    "“",
];
/// Nouns that stand for a law that is named elsewhere.
const SHORTS: [&str; 9] = [
    "Act",
    "Regulations",
    "Law",
    "Code",
    "Statute",
    "Rules",
    "Special Act",
    "Ordinance",
    "act ",
];
/// Words with a capital behind such a noun that are no part of its name.
const BEHIND_NOUN: [&str; 9] = [
    "Section",
    "Part",
    "Article",
    "Chapter",
    "Schedule",
    "Division",
    "Subsection",
    "Paragraph",
    "Annex",
];
/// Reading of one text.
pub(super) struct Scan<'a> {
    view: &'a View,
    structure: &'a Structure,
    title: String,
    /// Names that *the Act* and other short names stand for.
    defined: HashMap<String, String>,
    last_law: Option<String>,
    /// Index behind its name.
    last_end: usize,
    /// Found places whose work has not been named yet.
    open: Vec<usize>,
    /// Index behind the last of them.
    open_end: usize,
    found: Vec<(Citation, usize)>,
    first: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(view: &'a View, structure: &'a Structure, title: &str) -> Self {
        let mut defined = HashMap::new();
        // Enforcement rules are named after their law.
        let parent = [
            "Enforcement Rules of the ",
            "Enforcement Rules for the ",
            "Enforcement Rules of ",
            "Enforcement Rules for ",
        ];
        if let Some(law) = parent.iter().find_map(|head| title.strip_prefix(head))
            && let Some(noun) = noun_of(law)
        {
            defined.insert(noun.to_owned(), law.to_owned());
        }
        Self {
            view,
            structure,
            title: title.to_owned(),
            defined,
            last_law: None,
            last_end: 0,
            open: Vec::new(),
            open_end: 0,
            found: Vec::new(),
            first: 0,
        }
    }

    pub(super) fn run(mut self, first: usize) -> Vec<Citation> {
        self.first = first;
        let mut at = 0;
        while at < self.view.len() {
            let is_start = self.is_word_start(at);
            at = if is_start {
                self.step(at).max(at + 1)
            } else {
                at + 1
            };
        }
        self.found
            .into_iter()
            .map(|(citation, _)| citation)
            .collect()
    }

    fn named(&mut self, law: &str, end: usize) {
        self.last_law = Some(law.to_owned());
        self.last_end = end;
    }

    /// Returns true if the title ends with the name of rules: *Zoning Regulations*.
    fn ends_title(&self, name: &str) -> bool {
        let is_rules = noun_of(name).is_some_and(|noun| matches!(noun, "Regulations" | "Rules"));
        is_rules && self.title.ends_with(&format!(" {name}"))
    }

    fn is_word_start(&self, at: usize) -> bool {
        let here = self.view.get(at);
        let before = self.view.get(at.wrapping_sub(1));
        // Footnotes touch what they hold: aS.C. 2001, c. 9.
        let is_noted = before.is_ascii_lowercase()
            && self.view.is_line_start(at - 1)
            && self.view.one_of(at, &["R.S.", "S.C."]).is_some();
        is_noted
            || (here.is_ascii_alphanumeric() || here == '§')
                && !before.is_ascii_alphanumeric()
                && before != '/'
    }

    fn step(&mut self, at: usize) -> usize {
        if let Some(end) = self.structure.label_end(at) {
            return end;
        }
        if self.view.is_line_start(at)
            && let Some(end) = self.title_line(at)
        {
            return end;
        }
        if let Some((end, word)) = number_at(self.view, at) {
            return self.number(at, end, word);
        }
        self.group(at)
            .or_else(|| self.preceding(at))
            .or_else(|| self.this(at))
            .or_else(|| self.name(at))
            .or_else(|| self.short(at))
            .unwrap_or(at + 1)
    }

    /// Index behind a line that is the title of the text and nothing else.
    fn title_line(&self, at: usize) -> Option<usize> {
        let len = self.title.chars().count();
        let end = at + len;
        let is_line = len > 0 && (self.view.is_line_start(end) || self.view.is_line_start(end + 1));
        (is_line && same(&self.view.text(at..end), &self.title)).then_some(end)
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind, work: Work, place: String) {
        if end <= self.first || self.found.len() >= MAX_CITATIONS {
            return;
        }
        let range = self.view.bytes(start..end);
        self.found.push((
            Citation {
                range,
                kind,
                work,
                place,
            },
            start,
        ));
    }

    fn number(
        &mut self,
        at: usize,
        end: usize,
        found: Vec<(usize, usize, String, Place)>,
    ) -> usize {
        for (start, end, work, place) in found {
            let start = if start <= at { at } else { start };
            self.push(
                start,
                end,
                Kind::Number,
                Work::Numbered(work),
                place.written(false),
            );
        }
        end
    }

    /// Places with a division's word, and the work they lie in.
    fn group(&mut self, at: usize) -> Option<usize> {
        let group = group_at(self.view, at)?;
        if self.is_no_citation(at, group.end) {
            return Some(group.end);
        }
        let (above, end) = self.above(at, group.end);
        let (work, behind) = self.work_behind(end);
        let before = (work.is_none() && self.view.one_of(end, &LEADS).is_none())
            .then(|| self.work_before(at))
            .flatten();
        let (work, from) = match before {
            Some((law, start)) => (Some(law), start),
            None => (work, at),
        };
        if !(self.open_end > 0 && at >= self.open_end && self.is_joined(self.open_end, at)) {
            self.open.clear();
        }
        let work = self.work_of(&group, work);
        if work.is_none() && self.is_stray(at) {
            self.open.clear();
            return Some(end);
        }
        let until = behind.unwrap_or(end);
        self.places(&group, from, until, work.as_ref(), above.as_deref());
        match &work {
            Some(work) => self.close(work),
            None => self.open_end = end,
        }
        Some(until)
    }

    /// The law right before places at `at`, and where its name starts: *Ferry Act, s. 12*. It is no citation of its own then.
    fn work_before(&mut self, at: usize) -> Option<(Work, usize)> {
        let view = self.view;
        let is_short = view
            .one_of(at, &["s. ", "ss. ", "s.", "ss.", "§"])
            .is_some();
        let is_behind = match view.text(self.last_end..at).as_str() {
            ", " => view.gap(at) < Gap::Line,
            " " => is_short && view.gap(at) < Gap::Line,
            _ => false,
        };
        let (last, start) = self.found.last().filter(|_| is_behind)?;
        let is_law =
            last.kind == Kind::Law && last.range.end == view.bytes(*start..self.last_end).end;
        let (work, start) = (last.work.clone(), *start);
        is_law.then(|| {
            self.found.pop();
            (work, start)
        })
    }

    /// Work that places lie in, where `named` is the one behind them.
    fn work_of(&self, group: &Group, named: Option<Work>) -> Option<Work> {
        let is_item = group.places[0].is_item();
        let unnamed = is_item.then(|| Work::Named(String::new()));
        self.other_part(group).or(named).or(unnamed)
    }

    /// Returns true if a place at `at` without a work is of no law: the text has no sections, and nothing links it.
    fn is_stray(&self, at: usize) -> bool {
        let is_linked = self.view.get(at.wrapping_sub(1)) == '[';
        !is_linked && !self.structure.has_articles() && self.title_is_free()
    }

    /// The part of a code that a section lies in, where it is not the text's own: § 1081.201 in part 1012.
    fn other_part(&self, group: &Group) -> Option<Work> {
        let (code, _) = self.title.split_once(" Part ")?;
        let part = group.places[0].part()?;
        let own = self.structure.articles.first()?.split_once('.')?.0;
        let is_code = code.starts_with(|c: char| c.is_ascii_digit());
        (is_code && part != own).then(|| Work::Numbered(format!("{code} Part {part}")))
    }

    /// Tells a place from a part of a periodical, and from the label of a line.
    fn is_no_citation(&self, at: usize, end: usize) -> bool {
        let view = self.view;
        let is_periodical = view.ends(at, "Gazette ") || view.ends(at, "Gazette, ");
        let opens_line = view.is_line_start(at)
            && view.get(end) == ' '
            && view.get(end + 1).is_ascii_uppercase();
        is_periodical || (opens_line && view.get(at).is_ascii_uppercase())
    }

    /// Adds the places of a list that reaches to `until`; without a work they stay open for the one named next.
    fn places(
        &mut self,
        group: &Group,
        at: usize,
        until: usize,
        work: Option<&Work>,
        above: Option<&str>,
    ) {
        let kind = kind_of_places(group, work);
        let last = group.places.len() - 1;
        for (index, place) in group.places.iter().enumerate() {
            let written = match above {
                Some(above) => Some(self.written_below(above, place)),
                None => self.written(place, at, kind == Kind::Own, until),
            };
            let Some(written) = written else {
                continue;
            };
            let start = if index == 0 { at } else { place.start };
            let end = if index == last { until } else { place.end };
            let count = self.found.len();
            let named = work.cloned().unwrap_or(Work::This);
            self.push(start, end, kind, named, written);
            if work.is_none() && self.found.len() > count {
                self.open.push(count);
            }
        }
    }

    fn written_below(&self, above: &str, place: &Place) -> String {
        let lower = place.written(self.structure.by_article);
        format!("{above}/{lower}")
    }

    /// Division that a list of places lies in by the words behind it: *of the preceding paragraph*, *of the schedule*.
    fn above(&self, at: usize, end: usize) -> (Option<String>, usize) {
        let schedule = [" of the schedule", " of the Schedule"];
        if let Some((_, behind)) = self.whole_word(end, &schedule) {
            return (Some("sch".to_owned()), behind);
        }
        let Some((cue, behind)) = self.view.one_of(end, &WITHIN) else {
            return (None, end);
        };
        let word = if cue.ends_with("aragraph") {
            "paragraph"
        } else {
            "article"
        };
        let position = self.structure.at(at);
        let paths = position.and_then(|position| self.before(position, word, 1));
        match paths.and_then(|mut paths| paths.pop()) {
            Some(path) => (Some(path), behind),
            None => (None, end),
        }
    }

    /// Gives the work named last to the places before that have none.
    fn close(&mut self, work: &Work) {
        for index in std::mem::take(&mut self.open) {
            let citation = &mut self.found[index].0;
            let is_top = citation.place.starts_with("art") || citation.place.starts_with("s:");
            if is_top && *work != Work::This {
                citation.work = work.clone();
                citation.kind = Kind::Article;
            }
        }
        self.open_end = 0;
    }

    /// Returns true if nothing but the joint of a list stands between two places.
    fn is_joined(&self, from: usize, to: usize) -> bool {
        let between = self.view.text(from..to);
        let between = between.trim();
        to - from <= 40
            && matches!(
                between,
                "," | "and"
                    | "or"
                    | ", and"
                    | ", or"
                    | "or in the subparagraphs of"
                    | "and in"
                    | "or in"
                    | ", and in"
                    | "or of"
                    | "and of"
                    | "or to"
                    | "and to"
                    | "and the"
                    | "or the"
            )
    }

    /// Returns true if the text is no law: its sections are those of others.
    fn title_is_free(&self) -> bool {
        noun_of(&self.title).is_none()
    }

    /// Place as it is written in a citation; lower places of this text are completed by where they stand.
    fn written(&self, place: &Place, at: usize, is_this: bool, until: usize) -> Option<String> {
        let by_article = self.structure.by_article;
        if !is_this || !place.is_lower() {
            return Some(place.written(by_article || place.is_article()));
        }
        let names_section = self.view.ends(until, "section");
        let position = self.structure.at(at);
        let completed = place.completed(position, by_article, names_section)?;
        Some(completed.written(by_article))
    }

    /// Reads `of the Companies Act`, `of this section`, `of that Act` at `end`, and the index behind.
    fn work_behind(&mut self, end: usize) -> (Option<Work>, Option<usize>) {
        let view = self.view;
        let Some((_, at)) = view.one_of(self.behind_mark(end), &LEADS) else {
            return (None, None);
        };
        if let Some((_, behind)) = self.whole_word(at, &THAT) {
            return (self.last_law.clone().map(Work::Named), Some(behind));
        }
        let work = match view.one_of(at, &["this ", "these ", "This ", "These "]) {
            Some((_, at)) => self.this_at(at),
            None => self.law_at(at),
        };
        work.map_or((None, None), |(work, end)| (Some(work), Some(end)))
    }

    /// Index behind *et seq.* and the mark of a footnote at `end`.
    fn behind_mark(&self, end: usize) -> usize {
        let view = self.view;
        let at = view.one_of(end, &[" et seq."]).map_or(end, |(_, end)| end);
        let is_letter = view.get(at).is_ascii_lowercase() && view.get(at + 1) == ' ';
        let is_mark = view.get(at) == '*' || is_letter;
        at + usize::from(is_mark)
    }

    /// The work that *this* with the noun at `at` means, as a whole or by a division of it.
    fn this_at(&self, at: usize) -> Option<(Work, usize)> {
        let (word, behind) = self
            .whole_word(at, &WHOLES)
            .or_else(|| self.whole_word(at, &DIVISIONS))
            .or_else(|| self.whole_word(at, &["definition", "paragraph"]))?;
        Some((self.whole(word), behind))
    }

    /// A law by its name, its short name, or by the capitals of what a place lies in.
    fn law_at(&mut self, at: usize) -> Option<(Work, usize)> {
        if let Some(name) = name_at(self.view, at) {
            let end = self.define(name.end, &name.name);
            self.named(&name.name, name.end);
            let is_own = same(&name.name, &self.title);
            let work = match is_own {
                true => Work::This,
                false => Work::Named(name.name),
            };
            return Some((work, end));
        }
        let chapter = self
            .view
            .starts(at, "Cap. ")
            .then(|| number_at(self.view, at));
        if let Some((end, found)) = chapter.flatten()
            && let [(_, _, number, _)] = &found[..]
        {
            return Some((Work::Numbered(number.clone()), end));
        }
        self.short_at(at).or_else(|| {
            let name = capitals_at(self.view, at)?;
            Some((Work::Named(name.name), name.end))
        })
    }

    /// Reads the brackets behind a name, which may give it a short one. Returns the index behind them.
    fn define(&mut self, end: usize, name: &str) -> usize {
        let view = self.view;
        let Some((_, at)) = view.one_of(end, &[" (", "(", ", ("]) else {
            self.define_by_noun(name);
            return end;
        };
        let Some(close) = (at..at + 90).find(|at| view.get(*at) == ')') else {
            return end;
        };
        let inner = view.text(at..close);
        let short = short_in(&inner);
        let is_chapter = inner.starts_with("Cap.");
        let is_of_name = short.is_some() || is_chapter;
        if let Some(short) = short {
            self.defined.insert(short, name.to_owned());
        }
        self.define_by_noun(name);
        if is_of_name { close + 1 } else { end }
    }

    /// The first law of a kind that a text names is what it calls *the Act*, unless it says otherwise.
    fn define_by_noun(&mut self, name: &str) {
        if let Some(noun) = noun_of(name) {
            self.defined
                .entry(format!("\u{1}{noun}"))
                .or_insert_with(|| name.to_owned());
        }
    }

    /// *the preceding paragraph*, *the preceding two Paragraphs*, *the above article*.
    fn preceding(&mut self, at: usize) -> Option<usize> {
        let view = self.view;
        let (_, end) = view.one_of(at, &PRECEDING)?;
        let (count, end) = self.count_at(end);
        let (word, mut end) = view.one_of(end, &COUNTED)?;
        end += usize::from(view.get(end) == 's');
        let position = self.structure.at(at)?;
        let paths = self.before(position, &word.to_lowercase(), count)?;
        for place in paths {
            self.push(at, end, Kind::Own, Work::This, place);
        }
        Some(end)
    }

    /// A number of divisions in words at `at`, one if there is none, and the index behind it.
    fn count_at(&self, at: usize) -> (usize, usize) {
        match self.view.one_of(at, &["two ", "three ", "four "]) {
            Some(("two ", end)) => (2, end),
            Some(("three ", end)) => (3, end),
            Some((_, end)) => (4, end),
            None => (1, at),
        }
    }

    fn before(&self, position: &Position, word: &str, count: usize) -> Option<Vec<String>> {
        let article = position.article.as_ref()?;
        if word == "article" {
            return self.articles_before(position, count);
        }
        let (above, current, unit) = if word == "paragraph" {
            (format!("art:{article}"), position.paragraph, "para")
        } else {
            let paragraph = position.items_of.max(1);
            let above = format!("art:{article}/para:{paragraph}");
            (above, position.item, "item")
        };
        let from = current.checked_sub(count as u32).filter(|from| *from > 0)?;
        let path = |number: u32| format!("{above}/{unit}:{number}");
        Some((from..current).map(path).collect())
    }

    /// The `count` articles before the one of `position`.
    fn articles_before(&self, position: &Position, count: usize) -> Option<Vec<String>> {
        let from = position.article_at.checked_sub(count)?;
        let articles = &self.structure.articles[from..position.article_at];
        let path = |article: &String| format!("art:{article}");
        Some(articles.iter().map(path).collect())
    }

    /// *this Act*, *these Regulations*, *this section*.
    fn this(&mut self, at: usize) -> Option<usize> {
        let (_, from) = self
            .view
            .one_of(at, &["this ", "This ", "these ", "These "])?;
        self.this_whole(at, from)
            .or_else(|| self.this_division(at, from))
    }

    /// *this Act* at `at` with its noun at `from`.
    fn this_whole(&mut self, at: usize, from: usize) -> Option<usize> {
        let (word, end) = self.whole_word(from, &WHOLES)?;
        let work = self.whole(word);
        self.push(at, end, kind_of_whole(&work), work, String::new());
        Some(end)
    }

    /// *this section* at `at` with its noun at `from`.
    fn this_division(&mut self, at: usize, from: usize) -> Option<usize> {
        let (word, end) = self.whole_word(from, &DIVISIONS)?;
        let position = self.structure.at(at)?;
        let place = self.division(word, position)?;
        self.push(at, end, Kind::Own, Work::This, place);
        Some(end)
    }

    /// *This Act* in rules made under an act is that act.
    fn whole(&self, word: &str) -> Work {
        let noun = noun_of(&self.title);
        let law = ["Act", "Law"]
            .contains(&word)
            .then(|| self.law_of(word))
            .flatten();
        match (noun, law) {
            (Some(noun), Some(law)) if !["Act", "Law", "Code", "Statute"].contains(&noun) => {
                Work::Named(law.clone())
            }
            _ => Work::This,
        }
    }

    fn law_of(&self, noun: &str) -> Option<&String> {
        self.defined
            .get(noun)
            .or_else(|| self.defined.get(&format!("\u{1}{noun}")))
    }

    fn division(&self, word: &str, position: &Position) -> Option<String> {
        let article = position.article.as_ref();
        let by_article = self.structure.by_article;
        Some(match word {
            "section" | "Section" => format!("s:{}", article?),
            "article" | "Article" => format!("art:{}", article?),
            "Part" => format!("part:{}", position.part.as_ref()?),
            "part" => String::new(),
            "Chapter" | "chapter" => format!("ch:{}", position.chapter.as_ref()?),
            "subpart" | "Subpart" => format!("subpart:{}", position.section.as_ref()?),
            "subsection" if !by_article => {
                format!("s:{}/ss:{}", article?, position.below[0].as_ref()?)
            }
            _ => return None,
        })
    }

    /// A law by its name.
    fn name(&mut self, at: usize) -> Option<usize> {
        let name = name_at(self.view, at)?;
        let is_own = same(&name.name, &self.title) || self.ends_title(&name.name);
        let end = self.define(name.end, &name.name);
        if let Some(short) = self.defined_before(at) {
            self.defined.insert(short, name.name.clone());
        }
        if is_own {
            if !self.fills_line(at, name.end) {
                self.push(at, name.end, Kind::Own, Work::This, String::new());
            }
            return Some(end);
        }
        self.named(&name.name, name.end);
        let work = Work::Named(name.name);
        self.push(at, name.end, Kind::Law, work, String::new());
        Some(end)
    }

    fn fills_line(&self, at: usize, end: usize) -> bool {
        let next = end + usize::from(self.view.get(end) == ' ');
        self.view.is_line_start(at) && self.view.is_line_start(next)
    }

    /// `Act means the DNA Identification Act`: the short name before a definition.
    fn defined_before(&self, at: usize) -> Option<String> {
        let word = self.view.one_before(
            at,
            &[
                "Act means the ",
                "Code means the ",
                "Law means the ",
                "Act means ",
            ],
        )?;
        Some(word.split(' ').next()?.to_owned())
    }

    /// *the Act*, *The Regulations*.
    fn short(&mut self, at: usize) -> Option<usize> {
        let (_, from) = self.view.one_of(at, &["the ", "The "])?;
        let (work, end) = self.short_at(from)?;
        self.push(at, end, kind_of_whole(&work), work, String::new());
        Some(end)
    }

    fn short_at(&self, from: usize) -> Option<(Work, usize)> {
        let (word, end) = self.short_noun(from)?;
        if let Some(law) = self.defined.get(word) {
            let is_own = same(law, &self.title);
            let work = if is_own {
                Work::This
            } else {
                Work::Named(law.clone())
            };
            return Some((work, end));
        }
        let last = word.rsplit(' ').next().unwrap_or(word);
        if noun_of(&self.title) == Some(last) {
            return Some((Work::This, end));
        }
        Some((Work::Named(self.short_law(word, last, from)?), end))
    }

    /// A noun that stands for a law at `from`, and the index behind it.
    fn short_noun(&self, from: usize) -> Option<(&'static str, usize)> {
        let (word, end) = self.view.one_of(from, &SHORTS)?;
        let next = self.view.get(end);
        if next.is_ascii_alphabetic() || next == '-' || self.goes_on(end) {
            return None;
        }
        let word = word.trim();
        if word == "act" && !self.defined.contains_key("act") {
            return None;
        }
        let is_blank = self.view.get(end - 1) == ' ';
        Some((word, end - usize::from(is_blank)))
    }

    /// The first of `words` that stands at `at` and is no part of a longer word, and the index behind it.
    fn whole_word(&self, at: usize, words: &[&'static str]) -> Option<(&'static str, usize)> {
        let found = self.view.one_of(at, words);
        found.filter(|(_, end)| !self.view.get(*end).is_ascii_alphabetic())
    }

    /// Returns true if a noun that ends at `end` is a part of a longer name: *the Law Society*, *the Rules Committee*.
    fn goes_on(&self, end: usize) -> bool {
        let next = end + 1;
        let is_capital = |at: usize| self.view.get(at).is_ascii_uppercase();
        self.view.get(end) == ' '
            && self.view.gap(next) < Gap::Line
            && is_capital(next)
            // *the Act SOR/99-1*, *the Act II* are no names.
            && self.view.get(next + 1).is_ascii_lowercase()
            && self.view.one_of(next, &BEHIND_NOUN).is_none()
    }

    /// Name of the law that *the* `word` at `from` means: the one named last if it is near, the first of its kind, or none.
    fn short_law(&self, word: &str, last: &str, from: usize) -> Option<String> {
        let is_near =
            |law: &&String| from - self.last_end.min(from) <= NEAR && noun_of(law) == Some(last);
        let near = self.last_law.as_ref().filter(is_near);
        let law = near.or_else(|| self.law_of(word));
        let is_rules = matches!(word, "Act" | "Law") && noun_of(&self.title).is_some();
        let unnamed = is_rules.then(|| format!("the {word}"));
        law.cloned().or(unnamed)
    }
}

/// Kind of the places of `group` in `work`.
fn kind_of_places(group: &Group, work: Option<&Work>) -> Kind {
    match work {
        Some(_) if group.places[0].is_item() => Kind::Other,
        None | Some(Work::This) => Kind::Own,
        Some(_) => Kind::Article,
    }
}

/// Kind of `work` as a whole.
fn kind_of_whole(work: &Work) -> Kind {
    match work {
        Work::This => Kind::Own,
        _ => Kind::Law,
    }
}

/// Short name that brackets with `inner` between them define.
fn short_in(inner: &str) -> Option<String> {
    let lower = inner.to_lowercase();
    if DEFINITIONS.iter().any(|cue| lower.starts_with(cue)) {
        let last = inner.rsplit([' ']).next().unwrap_or_default();
        let short = last.trim_matches(|c: char| !c.is_alphanumeric());
        return Some(short.to_owned());
    }
    let is_capital = |c: char| c.is_ascii_uppercase() || c == '-' || c == '.';
    let is_acronym = !inner.is_empty() && inner.len() <= 8 && inner.chars().all(is_capital);
    is_acronym.then(|| inner.to_owned())
}
/// Returns true if two names are the same but for the article, case and white space.
fn same(one: &str, other: &str) -> bool {
    let bare = |name: &str| {
        let name = name.to_lowercase().replace('’', "'");
        name.strip_prefix("the ").unwrap_or(&name).trim().to_owned()
    };
    bare(one) == bare(other)
}
