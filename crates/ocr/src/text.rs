//! Text of a page, with places.

use serde::{Deserialize, Serialize};

/// Text read of a page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// Lines, in no order.
    pub lines: Vec<Line>,
    /// Quarters of a turn, clockwise, that bring the picture upright. Places are of the picture so turned.
    pub turned: u32,
    /// Width of the upright picture.
    pub width: f32,
    /// Height of the upright picture.
    pub height: f32,
    /// True if there was no time for all of its lines.
    pub is_cut: bool,
}

/// A line of text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Characters in the order they are read.
    pub characters: Vec<Character>,
    /// Height of the line across its direction.
    pub size: f32,
    /// True if it runs from the top to the bottom.
    pub is_vertical: bool,
}

/// A character, with the stretch of its line that it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Character {
    /// Text, mostly one character.
    pub text: String,
    /// Begin of its stretch, in the middle of the line's height.
    pub from: (f32, f32),
    /// End of its stretch.
    pub to: (f32, f32),
    /// From 0 to 1.
    pub confidence: f32,
}

/// What time there is for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLeft {
    /// Enough for lines to be read twice where that is better.
    Enough,
    /// So little that each line is read once.
    Short,
    /// Nothing: what was read is returned.
    None,
}

impl Line {
    /// Text of the line.
    pub fn text(&self) -> String {
        self.characters.iter().map(|c| c.text.as_str()).collect()
    }
}

impl PageText {
    /// Mean confidence of its characters; 1 of a page without any.
    pub fn confidence(&self) -> f32 {
        let characters = self.lines.iter().flat_map(|line| &line.characters);
        let (mut sum, mut count) = (0.0, 0_u32);
        for character in characters {
            sum += character.confidence;
            count += 1;
        }
        if count == 0 { 1.0 } else { sum / count as f32 }
    }

    /// Letters and digits that were read.
    pub fn letters(&self) -> usize {
        let characters = self.lines.iter().flat_map(|line| &line.characters);
        let letters = characters.flat_map(|character| character.text.chars());
        letters.filter(|c| c.is_alphanumeric()).count()
    }
}
