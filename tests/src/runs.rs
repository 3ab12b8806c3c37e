//! Random runs of the texts of an index, and the texts as the oracle sees them: for phrases that a scan has to find as well.

use polidex_server::question::Query;
use polidex_server::searcher::Searcher;

use crate::Random;
use crate::oracle::{Plain, is_unit, is_wall, plain};

/// A document as the oracle sees it.
pub struct Scanned {
    /// Document id.
    pub id: String,
    /// Its title and text.
    pub text: Plain,
    /// Units of the text.
    pub units: Vec<String>,
}

impl Scanned {
    /// The document of this text.
    pub fn new(id: String, text: &str) -> Self {
        let text = plain(text);
        Self {
            id,
            units: text.units(),
            text,
        }
    }
}

/// Every document of an index, read through its public door.
pub fn scan(engine: &Searcher) -> Vec<Scanned> {
    let sources = engine.sources().expect("readable");
    let scan_one = |id: String| {
        let document = engine
            .document(&id, &Query::default())
            .expect("readable")
            .expect("there");
        // A title is text of the document: a reader sees it.
        let mut paragraphs = vec![document.summary.title.as_str()];
        paragraphs.extend(
            document
                .passages
                .iter()
                .map(|passage| passage.text.as_str()),
        );
        Scanned::new(id, &paragraphs.join("\n\n"))
    };
    sources
        .iter()
        .map(|source| scan_one(source.id.clone()))
        .collect()
}

/// A random run of 1 to `most` units inside a paragraph; `None` where the place chosen has none.
pub fn random_run(document: &Scanned, random: &mut Random, most: usize) -> Option<String> {
    let start = random.below(document.units.len());
    let wanted = 1 + random.below(most);
    let mut run = Vec::new();
    let mut count = 0;
    for unit in &document.units[start..] {
        if is_wall(unit) || count == wanted {
            break;
        }
        run.push(unit.as_str());
        count += usize::from(is_unit(unit));
    }
    while run.last().is_some_and(|unit| !is_unit(unit)) {
        run.pop();
    }
    let first = run.first()?;
    let is_number = |unit: &str| unit.starts_with(char::is_numeric);
    let after_wall = start > 0 && is_wall(&document.units[start - 1]);
    let before_wall = document
        .units
        .get(start + run.len())
        .is_some_and(|next| is_wall(next));
    let is_half = (after_wall && is_number(first))
        || (before_wall && run.last().is_some_and(|last| is_number(last)));
    (is_unit(first) && count > 0 && !is_half).then(|| run.concat())
}
