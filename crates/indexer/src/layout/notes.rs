//! Finds the notes of Markdown, and the signs that call for them.
//!
//! In: the events of a text. Out: the same events without the notes, which are kept to be taken behind the block that calls
//! for them, and without their signs: `[^1]`, `<sup>1</sup>`, `[[1]](#_ftn1)`, nor the words for pictures within a line. A note that nothing calls for stays where it is.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::text::note_sign::{Sign, may_be_sign};

/// An event and its bytes.
pub(super) type Placed<'e> = (Event<'e>, Range<usize>);

/// Events of a note, at most; a longer one stays where it is.
const NOTE_EVENTS: usize = 2000;
/// Events of the sign of a note, at most.
const SIGN_EVENTS: usize = 9;

/// Events of the sign of a note that is not there: a bracket, its label, a bracket.
const LONE_EVENTS: usize = 3;

/// Notes of a text that it calls for.
#[derive(Debug, Default)]
pub(super) struct Notes<'e> {
    /// Notes not yet taken, by label.
    left: HashMap<String, Vec<Placed<'e>>>,
    /// Labels of notes whose place they leave.
    moved: HashSet<String>,
    /// Labels called for since notes were taken last.
    called: VecDeque<String>,
}

impl<'e> Notes<'e> {
    /// Collects the notes of `text`, whose events `parser` gives.
    pub(super) fn of<I: Iterator<Item = Placed<'e>>>(text: &str, parser: impl Fn() -> I) -> Self {
        let mut notes = Self::default();
        if !text.contains("[^") {
            return notes;
        }
        let mut called = HashSet::new();
        let mut open: Option<(String, Vec<Placed<'e>>)> = None;
        for (event, range) in parser() {
            match (&event, &mut open) {
                (Event::Start(Tag::FootnoteDefinition(label)), None) => {
                    open = Some((label.to_string(), Vec::new()));
                    continue;
                }
                (Event::End(TagEnd::FootnoteDefinition), Some(_)) => {
                    if let Some((label, events)) = open.take() {
                        notes.left.entry(label).or_default().extend(events);
                    }
                    continue;
                }
                (Event::FootnoteReference(label), _) => {
                    called.insert(label.to_string());
                }
                _ => {}
            }
            if let Some((_, events)) = open
                .as_mut()
                .filter(|(_, events)| events.len() <= NOTE_EVENTS)
            {
                events.push((event, range));
            }
        }
        notes
            .left
            .retain(|label, events| called.contains(label) && events.len() <= NOTE_EVENTS);
        notes.moved = notes.left.keys().cloned().collect();
        notes
    }

    /// Returns true if the text so far calls for notes that were not taken.
    pub(super) fn are_called(&self) -> bool {
        !self.called.is_empty()
    }

    /// Takes the events of the next note that was called for.
    pub(super) fn next_called(&mut self) -> Option<Vec<Placed<'e>>> {
        while let Some(label) = self.called.pop_front() {
            if let Some(note) = self.left.remove(&label) {
                return Some(note);
            }
        }
        None
    }
}

/// Events with a few of those that follow.
pub(super) struct Ahead<'e, I> {
    events: I,
    next: VecDeque<Placed<'e>>,
}

impl<'e, I: Iterator<Item = Placed<'e>>> Ahead<'e, I> {
    pub(super) fn new(events: I) -> Self {
        Self {
            events,
            next: VecDeque::new(),
        }
    }

    /// Returns the next event of what is shown, `line` being the text of the open line so far. Only where the text
    /// `holds_html` are there signs, and pictures that are no text.
    pub(super) fn next_shown(
        &mut self,
        notes: &mut Notes<'e>,
        line: &str,
        holds_html: bool,
    ) -> Option<Placed<'e>> {
        loop {
            self.look_ahead();
            let sign = self.sign_len(line).or_else(|| self.lone_sign_len());
            if let Some(events) = sign.filter(|_| holds_html) {
                self.next.drain(..events);
                continue;
            }
            let (event, range) = self.next.pop_front()?;
            match &event {
                Event::Start(Tag::Image { .. }) if holds_html && !line.trim().is_empty() => {
                    self.skip_to(&Event::End(TagEnd::Image));
                }
                Event::FootnoteReference(label) => notes.called.push_back(label.to_string()),
                Event::Start(Tag::FootnoteDefinition(label))
                    if notes.moved.contains(label.as_ref()) =>
                {
                    self.skip_to(&Event::End(TagEnd::FootnoteDefinition));
                }
                _ => return Some((event, range)),
            }
        }
    }

    fn look_ahead(&mut self) {
        while self.next.len() <= SIGN_EVENTS {
            match self.events.next() {
                Some(event) => self.next.push_back(event),
                None => break,
            }
        }
    }

    fn skip_to(&mut self, end: &Event<'_>) {
        while let Some((event, _)) = self.next.pop_front().or_else(|| self.events.next()) {
            if event == *end {
                break;
            }
        }
    }

    /// Number of the next events that are the sign of a note: an element with a short text.
    fn sign_len(&self, line: &str) -> Option<usize> {
        let mut sign = Sign::default();
        let mut depth = 0;
        for (at, (event, _)) in self.next.iter().take(SIGN_EVENTS).enumerate() {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => {
                    depth += 1;
                    sign.place = sign.place.or_else(|| place_in(dest_url));
                }
                Event::InlineHtml(tag) if opens_sign(tag) => {
                    depth += 1;
                    sign.is_raised |= tag.starts_with("<sup");
                    sign.place = sign.place.or_else(|| place_in_tag(tag));
                }
                Event::InlineHtml(tag) if tag.starts_with("</") => depth -= 1,
                Event::End(TagEnd::Link) => depth -= 1,
                Event::Text(text) if depth > 0 => sign.text.push_str(text),
                _ => return None,
            }
            if depth <= 0 {
                let is_sign =
                    may_be_sign(&sign.text) && sign.calls_note(line, self.text_at(at + 1));
                return is_sign.then_some(at + 1);
            }
        }
        None
    }

    /// Number of the next events that are the sign of a note that the text does not have: `[^1]`.
    fn lone_sign_len(&self) -> Option<usize> {
        let mut text = String::new();
        for (at, (event, _)) in self.next.iter().take(LONE_EVENTS).enumerate() {
            let Event::Text(part) = event else {
                return None;
            };
            if at == 0 && !part.starts_with('[') {
                return None;
            }
            text.push_str(part);
            let label = text
                .strip_prefix("[^")
                .and_then(|rest| rest.strip_suffix(']'));
            if let Some(label) = label {
                return may_be_sign(label).then_some(at + 1);
            }
        }
        None
    }

    fn text_at(&self, at: usize) -> &str {
        match self.next.get(at) {
            Some((Event::Text(text), _)) => text,
            Some((Event::InlineHtml(tag), _)) if tag.starts_with("<sub") => "/",
            _ => "",
        }
    }
}

/// Returns true for a tag that may begin the sign of a note.
fn opens_sign(tag: &str) -> bool {
    tag.starts_with("<sup") || tag.starts_with("<a ")
}

/// Place in the same text that an address names.
fn place_in(address: &str) -> Option<String> {
    address.strip_prefix('#').map(str::to_owned)
}

/// Place in the same text that the tag of a link names.
fn place_in_tag(tag: &str) -> Option<String> {
    let (_, behind) = tag.split_once("href=")?;
    let address = behind.trim_start_matches(['"', '\'']);
    let end = address.find(['"', '\'', '>', ' ']).unwrap_or(address.len());
    place_in(&address[..end])
}
