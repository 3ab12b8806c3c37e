//! Counts how often phrases occur in the texts of documents over time.
//!
//! In: phrases, filters, a unit of time. Out: [`Timeline`]. A phrase occurs where a search for it in quotation marks finds it, in
//! either script; titles are not counted. Exact: numbers are read from the index, characters from the stored texts.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use polidex_analysis::fold::fold_text;
use polidex_analysis::tokens::is_single_character;
use polidex_analysis::units::{Cut, cut_text};
use polidex_schema::fields::holds_words;

use crate::answer::{Period, Point, Series, Timeline};
use crate::engine::Engine;
use crate::error::ServerError;
use crate::query::parse::MAX_PHRASE_UNITS;
use crate::query::plan::{Field, Node, placed_terms};
use crate::question::{Filters, MAX_TIMELINE_PHRASES, Sort, TimeUnit, TimelineQuestion};

/// Characters by which frequencies are given.
const MILLION: f64 = 1_000_000.0;
/// Quotation marks that may stand around a phrase.
const QUOTES: [char; 9] = ['"', '“', '”', '「', '」', '『', '』', '＂', '\''];

/// What a timeline needs of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Dated {
    date: String,
    characters: u64,
    /// The title, folded.
    title: String,
    /// True if words and grams hold the title beside the text, which does not hold it.
    has_title_beside: bool,
}

/// Documents by id.
pub(super) type Collection = HashMap<String, Dated>;

/// Reads dates and lengths of all documents.
pub(super) fn read_collection(engine: &dyn Engine) -> Result<Collection, ServerError> {
    let mut collection = Collection::new();
    let mut failure = None;
    engine.visit(1, &mut |stored| {
        let read = stored.and_then(|stored| {
            let text = stored.text()?;
            let text = text.whole()?;
            let title = &stored.record.title;
            let dated = Dated {
                date: stored.record.date.clone(),
                characters: text.chars().count() as u64,
                has_title_beside: !holds_words(&text, title),
                title: fold_text(title).text,
            };
            collection.insert(stored.record.id.clone(), dated);
            Ok(())
        });
        failure = read.err();
        failure.is_none()
    });
    failure.map_or(Ok(collection), Err)
}

/// One timeline being counted.
pub(super) struct Counting<'a> {
    pub(super) engine: &'a dyn Engine,
    pub(super) collection: &'a Collection,
    pub(super) unit: TimeUnit,
    pub(super) deadline: Instant,
}

impl Counting<'_> {
    /// Counts what `question` asks for.
    pub(super) fn timeline(&self, question: &TimelineQuestion) -> Result<Timeline, ServerError> {
        check(&question.phrases)?;
        let wanted = self.wanted(&question.filters)?;
        let periods = self.periods(&wanted);
        let series = question
            .phrases
            .iter()
            .map(|phrase| self.series(phrase, &wanted, &periods));
        Ok(Timeline {
            unit: self.unit.name(),
            series: series.collect::<Result<_, _>>()?,
            periods: periods
                .into_values()
                .filter(|period| !period.when.is_empty())
                .collect(),
            index: self.engine.info(),
        })
    }

    /// The documents that pass `filters`, each with its period.
    fn wanted(&self, filters: &Filters) -> Result<HashMap<String, String>, ServerError> {
        let ids = self
            .engine
            .ids(&Node::Everything, filters, Sort::Oldest, self.deadline)?;
        Ok(ids
            .into_iter()
            .map(|id| (id.clone(), self.period_of(&id)))
            .collect())
    }

    /// The period of a document; empty if its date does not tell.
    fn period_of(&self, id: &str) -> String {
        let date = self.collection.get(id).map(|dated| dated.date.as_str());
        let period = date.and_then(|date| date.get(..self.unit.len_chars()));
        period.unwrap_or_default().to_owned()
    }

    fn periods(&self, wanted: &HashMap<String, String>) -> BTreeMap<String, Period> {
        let mut periods: BTreeMap<String, Period> = BTreeMap::new();
        for (id, when) in wanted {
            let period = periods.entry(when.clone()).or_default();
            period.when.clone_from(when);
            period.documents += 1;
            period.characters += self.collection.get(id).map_or(0, |dated| dated.characters);
        }
        periods
    }

    fn series(
        &self,
        phrase: &str,
        wanted: &HashMap<String, String>,
        periods: &BTreeMap<String, Period>,
    ) -> Result<Series, ServerError> {
        let mut points: BTreeMap<&str, Point> = periods
            .keys()
            .map(|when| {
                (
                    when.as_str(),
                    Point {
                        when: when.clone(),
                        ..Point::default()
                    },
                )
            })
            .collect();
        for (id, count) in self.in_texts(phrase)? {
            let point = wanted
                .get(&id)
                .and_then(|when| points.get_mut(when.as_str()));
            if let Some(point) = point.filter(|_| count > 0) {
                point.occurrences += count;
                point.documents += 1;
            }
        }
        for (when, point) in &mut points {
            let characters = periods.get(*when).map_or(0, |period| period.characters);
            point.per_million = per_million(point.occurrences, characters);
        }
        let undated = points.remove("").unwrap_or_default();
        let all = || points.values().chain([&undated]);
        Ok(Series {
            q: phrase.to_owned(),
            occurrences: all().map(|point| point.occurrences).sum(),
            documents: all().map(|point| point.documents).sum(),
            points: points.values().cloned().collect(),
            undated,
        })
    }

    /// Occurrences in the text of each document: those in title and text, without those in the title.
    fn in_texts(&self, phrase: &str) -> Result<Vec<(String, u64)>, ServerError> {
        let cut = cut_text(phrase.trim_matches(|c: char| QUOTES.contains(&c) || c.is_whitespace()));
        let terms = placed_terms(&cut);
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        if is_single_character(&cut) {
            let character = vec![(0, cut.text(&cut.units()[0]).to_owned())];
            let counts = self
                .engine
                .occurrences(Field::Characters, &character, self.deadline)?;
            return Ok(without_titles(counts, self.in_titles(&character[0].1)));
        }
        let counts = self.of_phrase([Field::Grams, Field::Words], &cut, &terms)?;
        let mut in_titles = self.of_phrase([Field::TitleGrams, Field::TitleWords], &cut, &terms)?;
        // A title that the text holds is not indexed beside it.
        let is_beside = |id: &str| {
            self.collection
                .get(id)
                .is_some_and(|dated| dated.has_title_beside)
        };
        in_titles.retain(|(id, _)| is_beside(id));
        Ok(without_titles(counts, in_titles))
    }

    /// Occurrences of a phrase by its stream of grams. That holds no signs, so none is counted more often than each compound
    /// of the phrase (`5%`) stands among the words.
    fn of_phrase(
        &self,
        [grams, words]: [Field; 2],
        cut: &Cut,
        terms: &[(usize, String)],
    ) -> Result<Vec<(String, u64)>, ServerError> {
        let mut counts = self.engine.occurrences(grams, terms, self.deadline)?;
        for compound in cut.joined() {
            let term = [(0, cut.joined_text(compound).to_owned())];
            let most = self.engine.occurrences(words, &term, self.deadline)?;
            let most: HashMap<String, u64> = most.into_iter().collect();
            for (id, count) in &mut counts {
                *count = (*count).min(most.get(id).copied().unwrap_or(0));
            }
        }
        Ok(counts)
    }

    /// Occurrences of a single ideograph in titles.
    fn in_titles(&self, character: &str) -> Vec<(String, u64)> {
        let documents = self.collection.iter();
        documents
            .map(|(id, dated)| (id.clone(), dated.title.matches(character).count() as u64))
            .collect()
    }
}

fn without_titles(counts: Vec<(String, u64)>, in_titles: Vec<(String, u64)>) -> Vec<(String, u64)> {
    let in_titles: HashMap<String, u64> = in_titles.into_iter().collect();
    let in_text = |(id, count): (String, u64)| {
        let in_title = in_titles.get(&id).copied().unwrap_or(0);
        (id, count.saturating_sub(in_title))
    };
    counts.into_iter().map(in_text).collect()
}

fn per_million(occurrences: u64, characters: u64) -> f64 {
    match characters {
        0 => 0.0,
        // Three digits behind the point: more than the data bear.
        _ => (occurrences as f64 * MILLION / characters as f64 * 1_000.0).round() / 1_000.0,
    }
}

fn check(phrases: &[String]) -> Result<(), ServerError> {
    if phrases.len() > MAX_TIMELINE_PHRASES {
        return Err(ServerError::LimitPassed {
            limit: "timeline-phrases",
            allowed: MAX_TIMELINE_PHRASES,
            unit: "phrases",
            found: phrases.len(),
        });
    }
    for phrase in phrases {
        let found = cut_text(phrase).units().len();
        if found > MAX_PHRASE_UNITS {
            return Err(ServerError::LimitPassed {
                limit: "phrase-length",
                allowed: MAX_PHRASE_UNITS,
                unit: "characters and words in a phrase",
                found,
            });
        }
    }
    Ok(())
}
