//! An answer as people read it: on a terminal with colours and links, else as plain lines.

use std::io::{IsTerminal, Write};

use polidex_server::answer::{Answer, Hit, PassageHit, Tier};

use crate::language::Language;
use crate::output::{safe, say};
use crate::search::messages::Messages;

/// Where the answer is written.
pub(super) struct Terminal<'a> {
    has_colour: bool,
    has_links: bool,
    /// Language of what stands among the hits.
    messages: Messages,
    /// Language of what is said beside them.
    spoken: Messages,
    base_url: Option<&'a str>,
}

impl<'a> Terminal<'a> {
    /// The terminal that `stdout` is, if it is one; links to documents lead to the server at `base_url`.
    pub(super) fn of(stdout: &impl IsTerminal, base_url: Option<&'a str>) -> Self {
        let is_terminal = stdout.is_terminal();
        let is_plain = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        Self {
            has_colour: is_terminal && !is_plain && std::env::var_os("NO_COLOR").is_none(),
            has_links: is_terminal && !is_plain,
            messages: Messages(Language::of(stdout)),
            spoken: Messages(Language::of(&std::io::stderr())),
            base_url,
        }
    }

    pub(super) fn write_answer(
        &self,
        out: &mut impl Write,
        answer: &Answer,
    ) -> std::io::Result<()> {
        for warning in &answer.query.warnings {
            say(&self.spoken.note(&warning.message));
        }
        for expansion in &answer.query.expansions {
            say(&self.spoken.also_searched(expansion));
        }
        self.write_hits(out, answer)?;
        for absent in &answer.absent {
            say(&self.spoken.not_listed(absent));
        }
        for correction in &answer.corrections {
            say(&self.spoken.did_you_mean(correction));
        }
        self.say_total(answer);
        Ok(())
    }

    fn say_total(&self, answer: &Answer) {
        if !answer.hits.is_empty() {
            return say(&self.spoken.total(answer));
        }
        say(self.spoken.nothing_found());
        for term in &answer.query.terms {
            say(&self.spoken.documents_with(&term.term, term.documents));
        }
    }

    fn write_hits(&self, out: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
        let first_of_most = answer.hits.iter().position(|hit| hit.tier == Tier::Most);
        for (index, hit) in answer.hits.iter().enumerate() {
            if first_of_most == Some(index) {
                let total = answer.total.tiers.most;
                writeln!(out, "{}\n", self.messages.most_of_the_words(total))?;
            }
            self.write_hit(out, hit)?;
        }
        Ok(())
    }

    fn write_hit(&self, out: &mut impl Write, hit: &Hit) -> std::io::Result<()> {
        let title = safe(&hit.title);
        writeln!(out, "{}", self.linked(&self.coloured(&title, "1"), hit))?;
        writeln!(out, "  {}", about(hit))?;
        self.write_reservations(out, hit)?;
        for passage in &hit.passages {
            let place = place_of(passage);
            writeln!(out, "  {place:>5}: {}", self.marked(passage))?;
        }
        if hit.duplicate_count > 0 {
            let ids = hit.duplicates.iter().map(|duplicate| safe(&duplicate.id));
            let ids: Vec<String> = ids.collect();
            let said = self.messages.duplicates(hit.duplicate_count, &ids);
            writeln!(out, "  {said}")?;
        }
        write_explanation(out, hit)?;
        writeln!(out)
    }

    /// Writes in what a hit differs from one that holds all words as they were typed.
    fn write_reservations(&self, out: &mut impl Write, hit: &Hit) -> std::io::Result<()> {
        if hit.by_translation {
            writeln!(out, "  {}", self.messages.by_translation())?;
        }
        if hit.original {
            writeln!(out, "  {}", self.messages.as_published())?;
        }
        if !hit.missing.is_empty() {
            writeln!(out, "  {}", safe(&self.messages.without(&hit.missing)))?;
        }
        Ok(())
    }

    /// The snippet on one line, its marks in colour, or in brackets where there is none.
    fn marked(&self, passage: &PassageHit) -> String {
        let (open, close) = if self.has_colour {
            ("\u{1B}[1;33m", "\u{1B}[0m")
        } else {
            ("[", "]")
        };
        let mut shown = String::new();
        for (index, character) in passage.text.chars().enumerate() {
            if passage.offsets.iter().any(|mark| mark.start == index) {
                shown.push_str(open);
            }
            if character.is_control() {
                shown.push(' ')
            } else {
                shown.push_str(&safe(&character.to_string()))
            }
            if passage.offsets.iter().any(|mark| mark.end == index + 1) {
                shown.push_str(close);
            }
        }
        shown
    }

    fn coloured(&self, text: &str, colour: &str) -> String {
        if self.has_colour {
            format!("\u{1B}[{colour}m{text}\u{1B}[0m")
        } else {
            text.to_owned()
        }
    }

    /// `text` as a link (OSC 8) to the document on the server, or where it was published.
    fn linked(&self, text: &str, hit: &Hit) -> String {
        let on_server = self.base_url.map(|base| {
            let base = base.trim_end_matches('/');
            format!("{base}{}", hit.url)
        });
        let address = on_server.or_else(|| hit.original_url.clone());
        match address.filter(|_| self.has_links) {
            Some(address) if address.bytes().all(|byte| byte.is_ascii_graphic()) => {
                format!("\u{1B}]8;;{address}\u{1B}\\{text}\u{1B}]8;;\u{1B}\\")
            }
            _ => text.to_owned(),
        }
    }
}

/// Writes the reasons of a score and the score itself, where they were asked for.
fn write_explanation(out: &mut impl Write, hit: &Hit) -> std::io::Result<()> {
    for reason in &hit.explanation {
        writeln!(out, "      · {}", safe(&reason.to_string()))?;
    }
    if !hit.explanation.is_empty() {
        writeln!(out, "      = {:.4}", hit.score)?;
    }
    Ok(())
}

/// Id and metadata of a document, those that are known.
fn about(hit: &Hit) -> String {
    let about = [
        hit.id.as_str(),
        &hit.publisher,
        &hit.date,
        &hit.kind,
        &hit.number,
    ];
    let known = about.into_iter().filter(|part| !part.is_empty());
    known.map(safe).collect::<Vec<_>>().join(" · ")
}

/// The division a passage belongs to, and its page or line.
fn place_of(passage: &PassageHit) -> String {
    // The page is what a reader of a PDF can turn to; other files have lines.
    let at = passage.page.map_or_else(
        || passage.lines.first.to_string(),
        |page| format!("p. {page}"),
    );
    match &passage.place {
        Some(place) => format!("{} · {at}", safe(place)),
        None => at,
    }
}
