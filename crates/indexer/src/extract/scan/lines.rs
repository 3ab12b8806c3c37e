//! From the lines read of a picture to rows of text, as those of any page.

use polidex_ocr::{Line, PageText};

use crate::extract::page::Glyph;
use crate::extract::page::rows::{Row, is_wide, median, rows_of};

/// Size of a font by the height of its lines as they are found, measured on pages of known sizes.
const SIZE_OF_HEIGHT: f64 = 0.72;
/// Characters of a line whose slope counts.
const SLOPING_CHARACTERS: usize = 8;
/// A gap wider than this, in sizes of the font, is none that letters leave: cells of a table in one line.
const WIDE_GAP: f64 = 1.6;

/// Rows of a page, for each direction its text runs in.
pub(crate) fn directions_of(page: &PageText) -> Vec<Vec<Row>> {
    let slope = slope_of(page);
    let glyphs: Vec<Glyph> = page
        .lines
        .iter()
        .flat_map(|line| glyphs_of(line, slope))
        .collect();
    rows_of(&glyphs)
}

/// Angle that the lines of a page lean by.
fn slope_of(page: &PageText) -> f64 {
    let is_long = |line: &&Line| line.characters.len() >= SLOPING_CHARACTERS;
    let slopes = page.lines.iter().filter(is_long).filter_map(|line| {
        let (first, last) = (line.characters.first()?, line.characters.last()?);
        let (dx, dy) = (last.to.0 - first.from.0, last.to.1 - first.from.1);
        let (dx, dy) = (f64::from(dx), f64::from(dy));
        Some(match line.is_vertical {
            true => (-dx).atan2(dy),
            false => dy.atan2(dx),
        })
    });
    median(slopes)
}

/// Glyphs of a line on a level page. They touch each other, but for gaps that are too wide for letters: where a space
/// stands, the recognizer says so.
fn glyphs_of(line: &Line, slope: f64) -> Vec<Glyph> {
    let (sin, cos) = slope.sin_cos();
    let turned = |(x, y): (f32, f32)| {
        let (x, y) = (f64::from(x), f64::from(y));
        (x * cos + y * sin, y * cos - x * sin)
    };
    let size = size_of(line);
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(line.characters.len());
    // One height for the whole line: what is left of its slope is no step.
    let middle = line.characters.get(line.characters.len() / 2);
    let (across, down) = middle.map_or((0.0, 0.0), |character| turned(character.from));
    for character in &line.characters {
        let (from, to) = (turned(character.from), turned(character.to));
        let (start, advance) = match line.is_vertical {
            true => ((across, from.1), (0.0, to.1 - from.1)),
            false => ((from.0, down), (to.0 - from.0, 0.0)),
        };
        glyphs.push(Glyph {
            text: character.text.clone(),
            x: start.0,
            y: start.1,
            advance,
            size,
            is_apart: glyphs.is_empty(),
        });
    }
    close_gaps(&mut glyphs, line.is_vertical);
    glyphs
}

/// Size of the font of a line.
fn size_of(line: &Line) -> f64 {
    let pitches = line.characters.iter().filter_map(|character| {
        let is_wide = character.text.chars().all(is_wide);
        let (dx, dy) = (
            character.to.0 - character.from.0,
            character.to.1 - character.from.1,
        );
        is_wide.then(|| f64::from(dx.hypot(dy)))
    });
    let pitches: Vec<f64> = pitches.collect();
    let by_height = f64::from(line.size) * SIZE_OF_HEIGHT;
    if pitches.len() < 3 {
        return by_height;
    }
    // Letters may be spaced; they are never higher than their line.
    median(pitches.into_iter()).min(f64::from(line.size))
}

/// Lets each glyph reach the next one.
fn close_gaps(glyphs: &mut [Glyph], is_vertical: bool) {
    for index in 1..glyphs.len() {
        let next = (glyphs[index].x, glyphs[index].y);
        let glyph = &mut glyphs[index - 1];
        let along = if is_vertical {
            next.1 - glyph.y
        } else {
            next.0 - glyph.x
        };
        if along < WIDE_GAP * glyph.size && along > 0.0 {
            glyph.advance = if is_vertical {
                (0.0, along)
            } else {
                (along, 0.0)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::page::columns::reading_order;
    use polidex_ocr::Character;

    /// A line of ideographs 20 pixels wide that begins at a point and leans by a share of its length.
    fn line(text: &str, (x, y): (f32, f32), slope: f32) -> Line {
        let point = |index: usize| {
            let along = index as f32 * 20.0;
            (x + along, y + along * slope)
        };
        let characters = text.chars().enumerate().map(|(index, c)| Character {
            text: c.to_string(),
            from: point(index),
            to: point(index + 1),
            confidence: 0.9,
        });
        Line {
            characters: characters.collect(),
            size: 28.0,
            is_vertical: false,
        }
    }

    fn texts(page: &PageText) -> Vec<String> {
        let rows = directions_of(page).into_iter().flatten();
        rows.map(|row| row.text()).collect()
    }

    #[test]
    fn lines_of_a_leaning_page_are_rows_in_order() {
        // On the right end, the second line stands higher than the first one on its left.
        let page = PageText {
            lines: vec![
                line("第二行也有这样长的十二字", (100.0, 140.0), -0.2),
                line("第一行比较长一些的十二字", (100.0, 100.0), -0.2),
            ],
            ..PageText::default()
        };
        assert_eq!(
            texts(&page),
            ["第一行比较长一些的十二字", "第二行也有这样长的十二字"]
        );
    }

    #[test]
    fn columns_that_run_down_are_read_from_the_right() {
        let down = |text: &str, x: f32| {
            let mut line = line(text, (0.0, 0.0), 0.0);
            line.is_vertical = true;
            for character in &mut line.characters {
                character.from = (x, character.from.0);
                character.to = (x, character.to.0);
            }
            line
        };
        let page = PageText {
            lines: vec![down("左邊第二行", 100.0), down("右邊第一行", 140.0)],
            ..PageText::default()
        };
        assert_eq!(texts(&page), ["右邊第一行", "左邊第二行"]);
    }

    #[test]
    fn tiers_of_a_leaning_page_are_read_one_after_the_other() {
        let down = |tier: usize, number: usize| {
            let (x, y) = (400.0 - 40.0 * number as f32, 400.0 * tier as f32);
            let text = format!("{}{number}這一行有十個字這麼長", ["上", "下"][tier]);
            let mut line = line(&text, (0.0, 0.0), 0.0);
            line.is_vertical = true;
            for character in &mut line.characters {
                let at = |along: f32| (x + 0.09 * (y + along), y + along);
                (character.from, character.to) = (at(character.from.0), at(character.to.0));
            }
            line
        };
        let page = PageText {
            lines: (0..2)
                .flat_map(|tier| (0..6).map(move |number| (tier, number)))
                .map(|(tier, number)| down(tier, number))
                .collect(),
            ..PageText::default()
        };
        let rows = directions_of(&page).remove(0);
        let flows = reading_order(rows, 0);
        let rows = flows.iter().flat_map(|flow| &flow.rows);
        let firsts: String = rows
            .map(|row| row.text().chars().next().unwrap_or('-'))
            .collect();
        assert_eq!(firsts, "上上上上上上下下下下下下");
    }
}
