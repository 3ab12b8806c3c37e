//! Reads each line at the width that its characters need, which the line before and a first reading tell.

use std::cmp::Ordering;

use crate::geometry::{Leaning, middle};
use crate::model::{Models, OcrError};
use crate::raster::Raster;
use crate::recognize::{Read, Stands, read_line};
use crate::weights::{FULL, GAP, SQUEEZED, SURELY_READ, WIDE, WIDENED, WIDENED_AGAIN};

/// Lines of a picture, read one after the other.
pub(crate) struct Lines<'a> {
    models: &'a Models,
    picture: &'a Raster,
    /// True if the line before is one of letters.
    is_latin: bool,
    /// True if each line is to be read once.
    pub(crate) is_hurried: bool,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(models: &'a Models, picture: &'a Raster) -> Self {
        Self {
            models,
            picture,
            is_latin: false,
            is_hurried: false,
        }
    }

    /// Reads a line that runs downwards.
    pub(crate) fn read_vertical(&self, place: &Leaning) -> Result<Vec<Read>, OcrError> {
        let read = self.read_at(place, Stands::Downwards, WIDENED)?;
        if self.is_hurried || missing(&read) == 0 {
            return Ok(read);
        }
        let again = self.read_at(place, Stands::Downwards, WIDENED_AGAIN)?;
        let is_better = missing(&again) < missing(&read);
        Ok(if is_better { again } else { read })
    }

    /// Reads a level line.
    pub(crate) fn read_level(&mut self, place: &Leaning) -> Result<Vec<Read>, OcrError> {
        let width = if self.is_latin { FULL } else { SQUEEZED };
        let mut read = self.read_at(place, Stands::Upright, width)?;
        let wanted = wanted_width(&read);
        if wanted > width && !self.is_hurried {
            read = better(read, self.read_at(place, Stands::Upright, wanted)?);
        }
        self.is_latin = is_latin(&read);
        Ok(read)
    }

    fn read_at(&self, place: &Leaning, stands: Stands, width: f32) -> Result<Vec<Read>, OcrError> {
        read_line(self.models, self.picture, place, stands, width)
    }
}

/// Width that a line needs, by what was read of it.
fn wanted_width(read: &[Read]) -> f32 {
    if is_latin(read) || mean_confidence(read) < SURELY_READ {
        FULL
    } else if missing(read) > 0 {
        WIDE
    } else {
        SQUEEZED
    }
}

/// The better one of two readings; the second is at the width of letters.
fn better(first: Vec<Read>, second: Vec<Read>) -> Vec<Read> {
    let is_better = match missing(&second).cmp(&missing(&first)) {
        Ordering::Less => true,
        Ordering::Equal => mean_confidence(&second) > mean_confidence(&first),
        Ordering::Greater => false,
    };
    if is_latin(&first) || is_better {
        second
    } else {
        first
    }
}

/// Number of places among ideographs side by side with room for one more: a mark that was not read, or a blank.
fn missing(read: &[Read]) -> usize {
    let is_wide = |read: &Read| !read.text.is_ascii();
    let runs = read.split(|read| !is_wide(read));
    let distances: Vec<Vec<f32>> = runs
        .map(|run| run.windows(2).map(|pair| pair[1].at - pair[0].at).collect())
        .collect();
    let usual = middle(distances.concat().into_iter()).unwrap_or(1.0);
    distances.iter().map(|run| gaps(run, usual)).sum()
}

/// Number of gaps: distances that are too wide by [`GAP`], alone or with both of their neighbours, which may share the room.
fn gaps(distances: &[f32], usual: f32) -> usize {
    let is_wide = |distances: &[f32]| {
        let room = distances.iter().sum::<f32>() / usual.max(f32::EPSILON);
        room - distances.len() as f32 > GAP
    };
    let (mut at, mut gaps) = (0, 0);
    while at < distances.len() {
        let three = distances.get(at..at + 3);
        let step = match (is_wide(&distances[at..=at]), three.is_some_and(is_wide)) {
            (true, _) => 1,
            (false, true) => 3,
            (false, false) => 0,
        };
        gaps += usize::from(step > 0);
        at += step.max(1);
    }
    gaps
}

/// Returns true for more letters and digits than other characters.
fn is_latin(read: &[Read]) -> bool {
    let latin = read.iter().filter(|read| read.text.is_ascii()).count();
    latin * 2 > read.len()
}

pub(crate) fn mean_confidence(read: &[Read]) -> f32 {
    let sum: f32 = read.iter().map(|read| read.confidence).sum();
    sum / read.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(characters: &[(&str, f32)]) -> Vec<Read> {
        let characters = characters.iter().map(|(text, at)| Read {
            text: (*text).to_owned(),
            at: *at,
            confidence: 0.99,
        });
        characters.collect()
    }

    #[test]
    fn a_line_with_room_for_a_mark_is_read_again() {
        let whole = read(&[("甲", 0.1), ("乙", 0.2), ("、", 0.3), ("丙", 0.4)]);
        let lost = read(&[("甲", 0.1), ("乙", 0.2), ("丙", 0.4), ("丁", 0.5)]);
        assert_eq!(wanted_width(&whole), SQUEEZED);
        assert_eq!((missing(&lost), wanted_width(&lost)), (1, WIDE));
        assert_eq!(better(lost, whole.clone()), whole);
        assert_eq!((missing(&[]), missing(&whole[..1])), (0, 0));
    }

    #[test]
    fn room_is_seen_that_its_neighbours_share() {
        let middles = [248, 287, 326, 364, 401, 439, 487, 546, 594, 632, 671, 711];
        let line: Vec<(&str, f32)> = middles.map(|at| ("字", at as f32)).into();
        assert_eq!(missing(&read(&line)), 1);
        // Numbers are as wide as they are.
        let numbers = read(&[
            ("第", 0.1),
            ("1", 0.3),
            ("0", 0.35),
            ("条", 0.6),
            ("例", 0.7),
        ]);
        assert_eq!(missing(&numbers), 0);
    }
}
