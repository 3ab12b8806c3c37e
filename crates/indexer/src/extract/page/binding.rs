//! Takes out the line along which the sheets of a Chinese letter are bound: 裝, 訂 and 線 one below the other in a column of
//! their own, with dots or bars between them. They stand beside the lines of the letter and would be read into them.

use super::Glyph;

/// The three letters from top to bottom, as they are written in both scripts.
const LETTERS: [&str; 3] = ["裝装", "訂订", "線线"];
/// What the line between them is made of.
const DOTS: &str = "|｜︱︳│┃┆┇┊┋╎╏¦︙︰⋮…‥.．·・‧•。:：∶";
/// Distance of two letters at least, in sizes of the font: within a word written downwards it is one.
const MIN_DISTANCE: f64 = 3.0;
/// Other glyphs that may stand in the column of the line: a heading that crosses it.
const MAX_OTHERS: usize = 3;

/// The glyphs of a page without its binding line. They run from left to right, y grows downwards.
pub(super) fn without_binding_line(mut glyphs: Vec<Glyph>) -> Vec<Glyph> {
    while let Some(line) = binding_line(&glyphs) {
        glyphs.retain(|glyph| !line.holds(glyph));
    }
    glyphs
}

/// Where a binding line stands.
struct BindingLine {
    x: f64,
    size: f64,
}

impl BindingLine {
    fn is_at(&self, glyph: &Glyph) -> bool {
        let middle = glyph.x + glyph.advance.0 / 2.0;
        (middle - self.x).abs() < 0.6 * self.size
    }

    fn holds(&self, glyph: &Glyph) -> bool {
        self.is_at(glyph)
            && (is_one_of(glyph, DOTS) || LETTERS.iter().any(|letter| is_one_of(glyph, letter)))
    }
}

fn is_one_of(glyph: &Glyph, letters: &str) -> bool {
    !glyph.text.is_empty() && letters.contains(glyph.text.as_str())
}

fn binding_line(glyphs: &[Glyph]) -> Option<BindingLine> {
    let of = |letters: &'static str| glyphs.iter().filter(move |glyph| is_one_of(glyph, letters));
    of(LETTERS[0]).find_map(|first| {
        let second = of(LETTERS[1]).find(|second| is_below(first, second))?;
        of(LETTERS[2]).find(|third| is_below(second, third))?;
        let line = BindingLine {
            x: first.x + first.advance.0 / 2.0,
            size: first.size,
        };
        let others = glyphs.iter().filter(|glyph| {
            line.is_at(glyph) && !line.holds(glyph) && !glyph.text.trim().is_empty()
        });
        (others.count() <= MAX_OTHERS).then_some(line)
    })
}

fn is_below(upper: &Glyph, lower: &Glyph) -> bool {
    let is_aligned = (upper.x - lower.x).abs() < 0.3 * upper.size;
    is_aligned && lower.y - upper.y > MIN_DISTANCE * upper.size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: &str, x: f64, y: f64) -> Glyph {
        Glyph {
            is_apart: false,
            text: text.to_owned(),
            x,
            y,
            advance: (10.0, 0.0),
            size: 10.0,
        }
    }

    fn left(glyphs: Vec<Glyph>) -> String {
        let glyphs = without_binding_line(glyphs);
        glyphs.iter().map(|glyph| glyph.text.as_str()).collect()
    }

    #[test]
    fn a_line_in_a_column_of_its_own_goes() {
        let mut page = vec![
            glyph("裝", 20.0, 100.0),
            glyph("訂", 20.0, 200.0),
            glyph("線", 20.0, 300.0),
        ];
        page.extend((10..40).map(|row| glyph("｜", 20.5, f64::from(row * 10) + 5.0)));
        page.extend((10..40).map(|row| glyph("文", 60.0, f64::from(row * 10))));
        assert_eq!(left(page), "文".repeat(30));
    }

    #[test]
    fn letters_of_the_text_stay() {
        let word = ["裝", "訂", "線"];
        let across = word
            .iter()
            .zip(1_u8..)
            .map(|(text, at)| glyph(text, f64::from(at) * 10.0, 50.0));
        assert_eq!(left(across.collect()), "裝訂線");
        let down = word
            .iter()
            .zip(1_u8..)
            .map(|(text, at)| glyph(text, 20.0, f64::from(at) * 10.0));
        assert_eq!(left(down.collect()), "裝訂線");
        let mut page: Vec<Glyph> = (10..40)
            .map(|row| glyph("文", 20.0, f64::from(row * 10)))
            .collect();
        for (text, row) in word.into_iter().zip([12_u8, 20, 30]) {
            page.push(glyph(text, 20.0, f64::from(row) * 10.0 + 1.0));
        }
        assert_eq!(left(page).chars().count(), 33);
    }
}
