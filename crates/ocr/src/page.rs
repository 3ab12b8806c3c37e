//! Reads a page: turns it upright, finds its lines, reads each.

use std::ops::Range;

use crate::detect::find_lines;
use crate::geometry::Leaning;
use crate::gutters::parted;
use crate::ink::inked;
use crate::lines::{Lines, mean_confidence};
use crate::model::{Models, OcrError};
use crate::raster::Raster;
use crate::recognize::{Read, Stands, read_line};
use crate::text::{Character, Line, PageText, TimeLeft};
use crate::weights::{
    LEAST_CONFIDENCE, SAMPLED_LENGTH, SAMPLED_LINES, SQUEEZED, SURELY_UPRIGHT, TALL,
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

    /// Reads a picture of a page. `time_left` is asked before each line; what was read when there is none is returned.
    ///
    /// # Errors
    /// A network fails.
    pub fn read(
        &self,
        picture: &Raster,
        time_left: &dyn Fn() -> TimeLeft,
    ) -> Result<PageText, OcrError> {
        let (places, is_whole) = find_lines(&self.models.finds, picture, time_left)?;
        let turned = self.quarters_to_upright(picture, &places)?;
        let size = (picture.width() as f32, picture.height() as f32);
        let mut page = match turned {
            0 => self.read_places(picture, &places, time_left)?,
            2 => {
                let places: Vec<_> = places
                    .into_iter()
                    .map(|place| place.upside_down(size))
                    .collect();
                self.read_places(&picture.turned(2), &places, time_left)?
            }
            turned => {
                let picture = picture.turned(turned);
                let (places, _) = find_lines(&self.models.finds, &picture, time_left)?;
                self.read_places(&picture, &places, time_left)?
            }
        };
        page.turned = turned;
        page.is_cut |= !is_whole;
        Ok(page)
    }

    fn read_places(
        &self,
        picture: &Raster,
        places: &[Leaning],
        time_left: &dyn Fn() -> TimeLeft,
    ) -> Result<PageText, OcrError> {
        let mut page = PageText {
            width: picture.width() as f32,
            height: picture.height() as f32,
            ..PageText::default()
        };
        let mut lines = Lines::new(&self.models, picture);
        for place in &parted(picture, places) {
            let time_left = time_left();
            if time_left == TimeLeft::None {
                page.is_cut = true;
                break;
            }
            lines.is_hurried = time_left == TimeLeft::Short;
            let is_vertical = is_tall(place);
            let read = match is_vertical {
                true => lines.read_vertical(place)?,
                false => lines.read_level(place)?,
            };
            if mean_confidence(&read) >= LEAST_CONFIDENCE && !is_ornament(&read) {
                page.lines.push(match is_vertical {
                    true => to_line(&read, place, true, 0.0..place.height),
                    false => to_line(&read, place, false, inked(picture, place)),
                });
            }
        }
        Ok(page)
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
            let part = place.shortened(SAMPLED_LENGTH);
            read.extend(read_line(&self.models, picture, &part, stands, SQUEEZED)?);
        }
        Ok(mean_confidence(&read))
    }
}

/// Returns true for nothing but shapes, as the star of a stamp: no text of the page.
fn is_ornament(read: &[Read]) -> bool {
    let is_shape = |c| matches!(c, '\u{2190}'..='\u{27BF}');
    read.iter().all(|read| read.text.chars().all(is_shape))
}

fn is_tall(place: &Leaning) -> bool {
    place.height > TALL * place.width
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

/// Gives each character the stretch of the line up to half way to its neighbours, and the outermost no more than what is `inked`.
fn to_line(read: &[Read], place: &Leaning, is_vertical: bool, inked: Range<f32>) -> Line {
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
            from: point(
                begin
                    .clamp(middle - size, middle)
                    .max(inked.start.min(middle)),
            ),
            to: point(end.clamp(middle, middle + size).min(inked.end.max(middle))),
            confidence: read.confidence,
        });
    }
    Line {
        characters,
        size,
        is_vertical,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_of_a_stamp_is_no_line() {
        let read = |text: &str| -> Vec<Read> {
            let characters = text.chars().map(|c| Read {
                text: c.to_string(),
                at: 0.5,
                confidence: 0.9,
            });
            characters.collect()
        };
        assert!(is_ornament(&read("★")) && is_ornament(&read("●■")));
        assert!(!is_ornament(&read("★章")) && !is_ornament(&read("。")));
    }
}
