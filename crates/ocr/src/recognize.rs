//! Reads one line: the network says for each narrow column of its picture which character stands there, or none.

use crate::detect::to_tensor;
use crate::geometry::Leaning;
use crate::model::{Models, OcrError};
use crate::raster::Raster;
use crate::weights::{LINE_HEIGHT, MARGIN, MAX_LINE_WIDTH, MIN_LINE_WIDTH, TRIMMED};

/// A character as read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Read {
    pub(crate) text: String,
    /// Middle, as a share of the length of the line.
    pub(crate) at: f32,
    pub(crate) confidence: f32,
}

/// Ways in which the letters of a line stand in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stands {
    /// Upright, from left to right.
    Upright,
    /// On their heads, from right to left.
    UpsideDown,
    /// On their sides, from the top to the bottom: turned against the clock, the line is level.
    Downwards,
    /// On their sides, from the bottom to the top.
    Upwards,
}

impl Stands {
    fn is_level(self) -> bool {
        matches!(self, Self::Upright | Self::UpsideDown)
    }
}

/// Reads the line in `place`; its picture is `width` times as wide as its height asks for.
pub(crate) fn read_line(
    models: &Models,
    picture: &Raster,
    place: &Leaning,
    stands: Stands,
    width: f32,
) -> Result<Vec<Read>, OcrError> {
    let (place, margin) = with_margins(place, stands);
    let line = line_picture(picture, &place, stands, width);
    let scores = models.reads.run(to_tensor(&line))?;
    let classes = models.characters.len();
    let mut read = decode(&scores, classes, &models.characters);
    for character in &mut read {
        character.at = ((character.at - margin) / (1.0 - 2.0 * margin)).clamp(0.0, 1.0);
    }
    Ok(read)
}

/// Returns the box with a margin at both ends of its line, and the share of its new length that each of them takes.
fn with_margins(place: &Leaning, stands: Stands) -> (Leaning, f32) {
    let mut shown = *place;
    let (len, margin) = match stands.is_level() {
        true => (&mut shown.width, MARGIN * place.height),
        false => (&mut shown.height, MARGIN * place.width),
    };
    *len += 2.0 * margin;
    let share = margin / len.max(1.0);
    if stands == Stands::Downwards {
        shown.width *= TRIMMED;
    }
    (shown, share)
}

/// Returns the picture of a line, level, in the height that the network takes.
pub(crate) fn line_picture(
    picture: &Raster,
    place: &Leaning,
    stands: Stands,
    width: f32,
) -> Raster {
    let (len, high) = match stands.is_level() {
        true => (place.width, place.height),
        false => (place.height, place.width),
    };
    let width = (LINE_HEIGHT as f32 * width * len / high.max(1.0)).round() as u32;
    let width = width.clamp(MIN_LINE_WIDTH, MAX_LINE_WIDTH);
    let (across, down) = (len / width as f32, high / LINE_HEIGHT as f32);
    let colour_at = |x: f32, y: f32| {
        let (px, py) = in_box(place, stands, x * across, y * down);
        let (px, py) = place.point(px, py);
        picture.sample(px, py)
    };
    // Where pixels are larger than those of the picture, they are the mean of some points.
    let points = (across.max(down).round() as usize).clamp(1, 4);
    let pixels = (0..width * LINE_HEIGHT).flat_map(|at| {
        let corner = ((at % width) as f32, (at / width) as f32);
        mean_colour(corner, points, colour_at)
    });
    Raster::new(width, LINE_HEIGHT, pixels.collect()).unwrap_or_else(|| picture.clone())
}

/// Returns the mean of `points` times `points` colours within a pixel.
fn mean_colour(
    (x, y): (f32, f32),
    points: usize,
    colour_at: impl Fn(f32, f32) -> [f32; 3],
) -> [u8; 3] {
    let part = |index: usize| (index as f32 + 0.5) / points as f32;
    let count = points * points;
    let mut sums = [0.0_f32; 3];
    for point in 0..count {
        let colour = colour_at(x + part(point % points), y + part(point / points));
        for (sum, value) in sums.iter_mut().zip(colour) {
            *sum += value;
        }
    }
    sums.map(|sum| (sum / count as f32).round() as u8)
}

/// Returns the point of the box that lies `along` the line and `below` its upper edge.
fn in_box(place: &Leaning, stands: Stands, along: f32, below: f32) -> (f32, f32) {
    match stands {
        Stands::Upright => (along, below),
        Stands::UpsideDown => (place.width - along, place.height - below),
        Stands::Downwards => (place.width - below, along),
        Stands::Upwards => (below, place.height - along),
    }
}

/// Joins columns of the same character, and leaves out those of none.
fn decode(scores: &[f32], classes: usize, characters: &[String]) -> Vec<Read> {
    let columns = scores.len() / classes.max(1);
    let mut read: Vec<Read> = Vec::new();
    let mut last = 0;
    for (column, scores) in scores.chunks_exact(classes.max(1)).enumerate() {
        let (class, confidence) = best(scores);
        let at = (column as f32 + 0.5) / columns as f32;
        if class != 0 && class == last {
            if let Some(same) = read.last_mut()
                && same.confidence < confidence
            {
                same.confidence = confidence;
                same.at = at;
            }
        } else if class != 0 {
            read.push(Read {
                text: characters[class].clone(),
                at,
                confidence,
            });
        }
        last = class;
    }
    read
}

fn best(scores: &[f32]) -> (usize, f32) {
    let mut best = (0, f32::NEG_INFINITY);
    for (class, score) in scores.iter().enumerate() {
        if *score > best.1 {
            best = (class, *score);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_one_character_are_joined_unless_none_stands_between() {
        let characters = ["", "甲", "乙", " "].map(str::to_owned);
        let column = |class: usize, score: f32| {
            let mut scores = [0.0; 4];
            scores[class] = score;
            scores
        };
        let columns = [(0, 0.9), (1, 0.6), (1, 0.9), (0, 0.9), (1, 0.8), (2, 0.7)];
        let scores: Vec<f32> = columns.iter().flat_map(|(c, s)| column(*c, *s)).collect();
        let read = decode(&scores, 4, &characters);
        let text: String = read.iter().map(|read| read.text.as_str()).collect();
        assert_eq!(text, "甲甲乙");
        assert_eq!(read[0].confidence, 0.9);
        assert!((read[0].at - 2.5 / 6.0).abs() < 1e-6);
    }

    #[test]
    fn a_line_is_turned_level() {
        // A column of four pixels, dark at its top.
        let rgb = [0, 80, 160, 240].iter().flat_map(|v| [*v; 3]).collect();
        let picture = Raster::new(1, 4, rgb).expect("a picture");
        let place = Leaning {
            centre: (0.5, 2.0),
            along: (1.0, 0.0),
            width: 1.0,
            height: 4.0,
        };
        let ends = |stands| {
            let line = line_picture(&picture, &place, stands, 1.0);
            let last = line.width() as usize - 1;
            (line.rgb()[0], line.rgb()[last * 3])
        };
        assert_eq!(ends(Stands::Downwards), (0, 240));
        assert_eq!(ends(Stands::Upwards), (240, 0));
    }
}
