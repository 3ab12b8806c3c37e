//! Draws how often phrases occur over time: lines in a picture that prints, the figures in a table.
//!
//! In: a timeline. Out: a page. The picture has attributes only, no styles: lines are told apart by dashes and marks as well as by
//! colour, and are named at their ends. Every figure of the table leads to its documents.

use std::fmt::Write as _;

use askama::Template;

use crate::address::{filter_pairs, timeline_pairs, with_pairs};
use crate::answer::{Point, Series, Timeline};
use crate::page::frame::{Frame, Visit, language_of};
use crate::page::i18n::{Text, fill, grouped};
use crate::question::{
    Facet, MAX_TIMELINE_PHRASES, PartialDate, Question, TimeUnit, TimelineQuestion,
};
use crate::request::address::search_href;
use crate::request::language::Ui;

/// Size of the picture, and of the room around the lines.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 34.0;
/// Lines across the picture, and labels below it at most.
const GRID_LINES: u32 = 4;
const MAX_LABELS: usize = 10;
/// Boxes for phrases that are always there; one more than phrases is left empty.
const LEAST_BOXES: usize = 2;
/// Dashes of the lines, one after the other.
const DASHES: [&str; 4] = ["", "7 4", "2 4", "10 4 2 4"];

#[derive(Template)]
#[template(path = "timeline.html")]
struct TimelinePage {
    frame: Frame,
    boxes: Vec<PhraseBox>,
    /// The filters and the language, kept by the form.
    hidden: Vec<(String, String)>,
    is_month: bool,
    totals: Vec<SeriesTotal>,
    picture: Option<Picture>,
    rows: Vec<Row>,
    /// Address of the figures as JSON.
    json: String,
}

struct PhraseBox {
    number: usize,
    label: String,
    phrase: String,
}

struct SeriesTotal {
    q: String,
    lang: String,
    total: String,
    undated: String,
}

struct Picture {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    label: String,
    grid: Vec<Label>,
    periods: Vec<Label>,
    lines: Vec<Line>,
}

/// A text at a place of the picture.
struct Label {
    x: f64,
    y: f64,
    text: String,
}

struct Line {
    /// Number of the line, from 1: its colour in the sheet.
    number: usize,
    dash: &'static str,
    points: String,
    marks: Vec<(String, String)>,
    name: Label,
    lang: String,
}

struct Row {
    when: String,
    documents: String,
    characters: String,
    cells: Vec<Cell>,
}

struct Cell {
    occurrences: String,
    per_million: String,
    /// The documents behind the figure; none where it is 0.
    href: Option<String>,
}

/// Draws the page of `timeline`.
pub(crate) fn render_timeline(
    question: &TimelineQuestion,
    timeline: &Timeline,
    visit: &Visit,
) -> String {
    let drawing = Drawing {
        question,
        timeline,
        visit,
        ui: visit.ui,
    };
    let page = drawing.page();
    page.render().expect("writing to a string does not fail")
}

struct Drawing<'a> {
    question: &'a TimelineQuestion,
    timeline: &'a Timeline,
    visit: &'a Visit,
    ui: Ui,
}

impl Drawing<'_> {
    fn text(&self) -> &'static Text {
        self.ui.text()
    }

    fn page(&self) -> TimelinePage {
        let pairs = timeline_pairs(self.question);
        let title = self.text().timeline_title;
        let chosen = self.visit.chosen.map(|ui| ("ui", ui.code().to_owned()));
        let kept = filter_pairs(&self.question.filters)
            .into_iter()
            .chain(chosen);
        TimelinePage {
            frame: Frame::new(self.visit, title, "/timeline", &pairs),
            boxes: self.boxes(),
            hidden: kept.map(|(name, value)| (name.to_owned(), value)).collect(),
            is_month: self.question.unit == TimeUnit::Month,
            totals: self
                .timeline
                .series
                .iter()
                .map(|series| self.total(series))
                .collect(),
            picture: self.picture(),
            rows: self.rows(),
            json: with_pairs("/api/v1/timeline", &pairs),
        }
    }

    fn boxes(&self) -> Vec<PhraseBox> {
        let phrases = &self.question.phrases;
        let count = (phrases.len() + 1).clamp(LEAST_BOXES, MAX_TIMELINE_PHRASES);
        let phrase_box = |number: usize| PhraseBox {
            number,
            label: fill(self.text().timeline_phrase, &[("n", &number.to_string())]),
            phrase: phrases.get(number - 1).cloned().unwrap_or_default(),
        };
        (1..=count).map(phrase_box).collect()
    }

    fn total(&self, series: &Series) -> SeriesTotal {
        let text = self.text();
        let said = |occurrences: u64, documents: u64| {
            let values = [
                ("n", grouped(occurrences)),
                ("documents", self.ui.documents(documents)),
            ];
            let values = values
                .each_ref()
                .map(|(name, value)| (*name, value.as_str()));
            fill(text.timeline_total, &values)
        };
        let undated = &series.undated;
        SeriesTotal {
            lang: language_of(&series.q, &[]),
            q: series.q.clone(),
            total: said(series.occurrences, series.documents),
            undated: match undated.occurrences {
                0 => String::new(),
                _ => format!(
                    "{}{}{}",
                    text.no_date,
                    text.colon,
                    said(undated.occurrences, undated.documents)
                ),
            },
        }
    }

    fn picture(&self) -> Option<Picture> {
        let periods = &self.timeline.periods;
        if periods.len() < 2 || self.timeline.series.is_empty() {
            return None;
        }
        let points = self
            .timeline
            .series
            .iter()
            .flat_map(|series| &series.points);
        let most = points.map(|point| point.per_million).fold(0.0, f64::max);
        let scale = Scale {
            step: round_up(most / f64::from(GRID_LINES)),
            first: self.place(&periods[0].when),
            last: self.place(&periods[periods.len() - 1].when),
        };
        Some(Picture {
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            right: WIDTH - RIGHT,
            label: self.text().timeline_per_million.to_owned(),
            grid: scale.grid(),
            periods: self.period_labels(&scale),
            lines: self.lines(&scale),
        })
    }

    /// Number of a period: years, or months since the year 0.
    fn place(&self, when: &str) -> f64 {
        let date = PartialDate::parse(when);
        let first = date.map_or(0, |date| date.first_day());
        match self.question.unit {
            TimeUnit::Year => (first / 10_000) as f64,
            TimeUnit::Month => (first / 10_000 * 12 + first / 100 % 100) as f64,
        }
    }

    fn period_labels(&self, scale: &Scale) -> Vec<Label> {
        let periods = &self.timeline.periods;
        let step = periods.len().div_ceil(MAX_LABELS);
        let label = |when: &String| Label {
            x: scale.x(self.place(when)),
            y: HEIGHT - BOTTOM + 20.0,
            text: when.clone(),
        };
        let whens = periods.iter().map(|period| &period.when);
        whens.step_by(step).map(label).collect()
    }

    fn lines(&self, scale: &Scale) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for (index, series) in self.timeline.series.iter().enumerate() {
            let at = |point: &Point| (scale.x(self.place(&point.when)), scale.y(point.per_million));
            let mut points = String::new();
            for (x, y) in series.points.iter().map(at) {
                let _ = write!(points, "{x:.1},{y:.1} ");
            }
            let end = series.points.last().map_or(0.0, |point| at(point).1);
            let name = Label {
                x: WIDTH - RIGHT + 8.0,
                y: free_height(end, lines.iter().map(|line| line.name.y)),
                text: series.q.clone(),
            };
            let marks = series.points.iter().map(at);
            lines.push(Line {
                number: index + 1,
                dash: DASHES[index % DASHES.len()],
                points: points.trim_end().to_owned(),
                marks: marks
                    .map(|(x, y)| (format!("{x:.1}"), format!("{y:.1}")))
                    .collect(),
                name,
                lang: language_of(&series.q, &[]),
            });
        }
        lines
    }

    fn rows(&self) -> Vec<Row> {
        let periods = self.timeline.periods.iter().enumerate();
        periods
            .map(|(at, period)| Row {
                when: self.ui.date(&period.when),
                documents: grouped(period.documents),
                characters: grouped(period.characters),
                cells: self.cells(at, &period.when),
            })
            .collect()
    }

    fn cells(&self, at: usize, when: &str) -> Vec<Cell> {
        let series = self.timeline.series.iter();
        let cell = |series: &Series| {
            let point = series.points.get(at)?;
            Some(Cell {
                occurrences: grouped(point.occurrences),
                per_million: format!("{:.2}", point.per_million),
                href: (point.occurrences > 0).then(|| self.documents_href(&series.q, when)),
            })
        };
        series.filter_map(cell).collect()
    }

    /// The documents of a period that hold a phrase.
    fn documents_href(&self, phrase: &str, when: &str) -> String {
        let bare = phrase.replace(['"', '“', '”', '「', '」'], " ");
        let mut question = Question::about(format!("\"{}\"", bare.trim()));
        question.search.filters = self.question.filters.clone();
        match self.question.unit {
            TimeUnit::Year => question.search.filters.add(Facet::Year, when),
            TimeUnit::Month => {
                let month = PartialDate::parse(when);
                (question.search.filters.from, question.search.filters.to) = (month, month);
            }
        }
        search_href("/search", &question, self.visit.chosen)
    }
}

/// Places of the picture by time and frequency.
struct Scale {
    step: f64,
    first: f64,
    last: f64,
}

impl Scale {
    fn x(&self, at: f64) -> f64 {
        let span = (self.last - self.first).max(1.0);
        LEFT + (at - self.first) / span * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, frequency: f64) -> f64 {
        let most = self.step * f64::from(GRID_LINES);
        HEIGHT - BOTTOM - frequency / most * (HEIGHT - TOP - BOTTOM)
    }

    fn grid(&self) -> Vec<Label> {
        let line = |number: u32| {
            let frequency = self.step * f64::from(number);
            Label {
                x: LEFT - 8.0,
                y: self.y(frequency),
                text: format!("{frequency}"),
            }
        };
        (0..=GRID_LINES).map(line).collect()
    }
}

/// The next of 1, 2, 2.5, 5 and 10 times a power of ten.
fn round_up(number: f64) -> f64 {
    if number <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(number.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter();
    let step = steps.map(|step| step * power).find(|step| *step >= number);
    step.unwrap_or(10.0 * power)
}

/// A height near `wanted` that no other label is too close to.
fn free_height(wanted: f64, taken: impl Iterator<Item = f64>) -> f64 {
    let taken: Vec<f64> = taken.collect();
    let mut height = wanted.max(TOP + 8.0);
    while taken.iter().any(|other| (other - height).abs() < 18.0) {
        height -= 1.0;
        if height < TOP {
            return wanted + 18.0 * taken.len() as f64;
        }
    }
    height
}
