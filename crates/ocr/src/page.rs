//! Reads a page: turns it upright, finds its lines, reads each.

use crate::detect::find_lines;
use crate::geometry::Leaning;
use crate::model::{Models, OcrError};
use crate::raster::Raster;
use crate::recognize::{Read, Stands, read_line};
use crate::text::{Character, Line, PageText};
use crate::weights::{
    FULL, LEAST_CONFIDENCE, SAMPLED_LINES, SQUEEZED, SURELY_READ, SURELY_UPRIGHT, TALL, WIDENED,
};

/// A reader of pages.
pub struct Reader {
    models: Models,
}

impl Reader {
    /// Returns a reader with its networks.
    pub fn new(models: Models) -> Self {
        Self { models }
    }

    /// Reads a picture of a page.
    ///
    /// # Errors
    /// A network fails.
    pub fn read(&self, picture: &Raster) -> Result<PageText, OcrError> {
        let places = find_lines(&self.models.finds, picture)?;
        let turned = self.quarters_to_upright(picture, &places)?;
        let size = (picture.width() as f32, picture.height() as f32);
        match turned {
            0 => self.read_places(picture, &places, 0),
            2 => {
                let places: Vec<_> = places
                    .into_iter()
                    .map(|place| place.upside_down(size))
                    .collect();
                self.read_places(&picture.turned(2), &places, 2)
            }
            turned => {
                let picture = picture.turned(turned);
                let places = find_lines(&self.models.finds, &picture)?;
                self.read_places(&picture, &places, turned)
            }
        }
    }

    fn read_places(
        &self,
        picture: &Raster,
        places: &[Leaning],
        turned: u32,
    ) -> Result<PageText, OcrError> {
        let mut lines: Vec<Line> = Vec::with_capacity(places.len());
        for place in places {
            let is_latin = lines.last().is_some_and(is_latin);
            lines.extend(self.read_place(picture, place, is_latin)?);
        }
        Ok(PageText {
            lines,
            turned,
            width: picture.width() as f32,
            height: picture.height() as f32,
        })
    }

    /// Reads a line; `None` if nothing that is like text stands there. `is_latin` says that it stands among lines of letters.
    fn read_place(
        &self,
        picture: &Raster,
        place: &Leaning,
        is_latin: bool,
    ) -> Result<Option<Line>, OcrError> {
        let is_vertical = is_tall(place);
        let read = match is_vertical {
            true => read_line(&self.models, picture, place, Stands::Downwards, WIDENED)?,
            false => self.read_level(picture, place, is_latin)?,
        };
        let is_text = mean_confidence(&read) >= LEAST_CONFIDENCE;
        Ok(is_text.then(|| to_line(&read, place, is_vertical)))
    }

    /// Reads a level line at the width that its characters need, which the first reading tells.
    fn read_level(
        &self,
        picture: &Raster,
        place: &Leaning,
        is_latin: bool,
    ) -> Result<Vec<Read>, OcrError> {
        let read_at = |width| read_line(&self.models, picture, place, Stands::Upright, width);
        if is_latin {
            return read_at(FULL);
        }
        let read = read_at(SQUEEZED)?;
        let is_latin = mostly_latin(read.iter().map(|read| read.text.as_str()));
        if !is_latin && mean_confidence(&read) >= SURELY_READ {
            return Ok(read);
        }
        let again = read_at(FULL)?;
        let is_better = is_latin || mean_confidence(&again) > mean_confidence(&read);
        Ok(if is_better { again } else { read })
    }

    /// Returns the quarters of a turn that bring a page upright: the way its longest lines are read best.
    fn quarters_to_upright(&self, picture: &Raster, places: &[Leaning]) -> Result<u32, OcrError> {
        let all: f32 = places.iter().map(Leaning::area).sum();
        let tall = places.iter().filter(|place| is_tall(place));
        let tall: f32 = tall.map(Leaning::area).sum();
        let is_tall_page = tall > all / 2.0;
        let mut sample: Vec<&Leaning> = places
            .iter()
            .filter(|place| is_tall(place) == is_tall_page)
            .collect();
        sample.sort_by(|one, other| other.area().total_cmp(&one.area()));
        sample.truncate(SAMPLED_LINES);
        // Vertical writing is read as it stands; so its way comes first, and another only if it is read better.
        let ways: &[(Stands, u32)] = match is_tall_page {
            true => &[
                (Stands::Downwards, 0),
                (Stands::Upwards, 1),
                (Stands::Downwards, 3),
            ],
            false => &[(Stands::Upright, 0), (Stands::UpsideDown, 2)],
        };
        let mut best = (0, 0.0);
        for (stands, quarters) in ways {
            let confidence = self.confidence_of(picture, &sample, *stands)?;
            if confidence > best.1 {
                best = (*quarters, confidence);
            }
            if best.1 >= SURELY_UPRIGHT {
                break;
            }
        }
        Ok(best.0)
    }

    fn confidence_of(
        &self,
        picture: &Raster,
        places: &[&Leaning],
        stands: Stands,
    ) -> Result<f32, OcrError> {
        let mut read = Vec::new();
        for place in places {
            read.extend(read_line(&self.models, picture, place, stands, SQUEEZED)?);
        }
        Ok(mean_confidence(&read))
    }
}

fn is_tall(place: &Leaning) -> bool {
    place.height > TALL * place.width
}

/// Returns true for a line of more letters and digits than other characters.
fn is_latin(line: &Line) -> bool {
    mostly_latin(
        line.characters
            .iter()
            .map(|character| character.text.as_str()),
    )
}

fn mostly_latin<'a>(characters: impl Iterator<Item = &'a str>) -> bool {
    let (mut latin, mut all) = (0, 0);
    for text in characters {
        latin += usize::from(text.is_ascii());
        all += 1;
    }
    latin * 2 > all
}

fn mean_confidence(read: &[Read]) -> f32 {
    let sum: f32 = read.iter().map(|read| read.confidence).sum();
    sum / read.len().max(1) as f32
}

/// Half of the widest character, in heights of the box of its line.
const WIDEST_HALF: f32 = 0.36;

/// Half the width of the first and of the last character. Beyond its ends a line has no neighbours: the outermost characters
/// are as wide there as on their other side.
fn outer_halves(middles: &[f32], widest: f32) -> (f32, f32) {
    let gap = |index: usize| (middles[index + 1] - middles[index]) / 2.0;
    match middles.len().saturating_sub(1) {
        0 => (widest, widest),
        last => (gap(0).min(widest), gap(last - 1).min(widest)),
    }
}

/// Gives each character the stretch of the line up to half way to its neighbours.
fn to_line(read: &[Read], place: &Leaning, is_vertical: bool) -> Line {
    let (len, size) = match is_vertical {
        true => (place.height, place.width),
        false => (place.width, place.height),
    };
    let point = |along: f32| match is_vertical {
        true => place.point(size / 2.0, along),
        false => place.point(along, size / 2.0),
    };
    let middles: Vec<f32> = read.iter().map(|read| read.at * len).collect();
    let (first_half, last_half) = outer_halves(&middles, size * WIDEST_HALF);
    let mut characters = Vec::with_capacity(read.len());
    for (index, read) in read.iter().enumerate() {
        let middle = middles[index];
        let before = index.checked_sub(1).map(|before| middles[before]);
        let begin = before.map_or(middle - first_half, |before| (before + middle) / 2.0);
        let end = middles
            .get(index + 1)
            .map_or(middle + last_half, |after| (middle + after) / 2.0);
        characters.push(Character {
            text: read.text.clone(),
            from: point(begin.clamp(middle - size, middle).max(0.0)),
            to: point(end.clamp(middle, middle + size).min(len)),
            confidence: read.confidence,
        });
    }
    Line {
        characters,
        size,
        is_vertical,
    }
}
