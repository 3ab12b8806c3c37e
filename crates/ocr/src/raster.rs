//! Pixels.

/// A picture in red, green and blue, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Raster {
    /// Returns a picture of `rgb`, three bytes a pixel; `None` if that is not what its size needs, or if it has no pixel.
    pub fn new(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let pixels = u64::from(width) * u64::from(height);
        let fits = pixels > 0 && pixels.checked_mul(3) == Some(rgb.len() as u64);
        fits.then_some(Self { width, height, rgb })
    }

    /// Returns a white picture; `None` if it has no pixel.
    pub fn white(width: u32, height: u32) -> Option<Self> {
        let len = (width as usize)
            .checked_mul(height as usize)?
            .checked_mul(3)?;
        Self::new(width, height, vec![0xFF; len])
    }

    /// Pixels from left to right.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Red, green and blue of each pixel.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Red, green and blue of each pixel, to be changed.
    pub fn rgb_mut(&mut self) -> &mut [u8] {
        &mut self.rgb
    }

    /// Brightness of a pixel, from 0 to 255; `None` beyond the picture.
    #[cfg(feature = "engine")]
    pub(crate) fn brightness(&self, x: i64, y: i64) -> Option<f32> {
        let (x, y) = (u32::try_from(x).ok()?, u32::try_from(y).ok()?);
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        let pixel = &self.rgb[at..at + 3];
        Some(pixel.iter().map(|value| f32::from(*value)).sum::<f32>() / 3.0)
    }

    /// Returns the picture turned clockwise by a quarter, `quarters` times.
    pub fn turned(&self, quarters: u32) -> Self {
        let (w, h) = (self.width as usize, self.height as usize);
        let quarters = quarters % 4;
        let (width, height) = if quarters % 2 == 1 { (h, w) } else { (w, h) };
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match quarters {
                    0 => (x, y),
                    1 => (y, h - 1 - x),
                    2 => (w - 1 - x, h - 1 - y),
                    _ => (w - 1 - y, x),
                };
                let at = (from_y * w + from_x) * 3;
                rgb.extend_from_slice(&self.rgb[at..at + 3]);
            }
        }
        Self {
            width: width as u32,
            height: height as u32,
            rgb,
        }
    }

    /// Returns a part of the picture, as far as it lies within.
    pub fn part(&self, (left, top): (u32, u32), (width, height): (u32, u32)) -> Self {
        let left = left.min(self.width - 1);
        let top = top.min(self.height - 1);
        let width = width.clamp(1, self.width - left);
        let height = height.clamp(1, self.height - top);
        let line = self.width as usize * 3;
        let columns = left as usize * 3..(left + width) as usize * 3;
        let rows = self.rgb.chunks_exact(line);
        let rows = rows.skip(top as usize).take(height as usize);
        Self {
            width,
            height,
            rgb: rows
                .flat_map(|row| &row[columns.clone()])
                .copied()
                .collect(),
        }
    }

    /// Returns the picture in another size; each pixel is the mean of what it covers.
    pub fn resized(&self, width: u32, height: u32) -> Self {
        let across = Spans::new(self.width, width);
        let down = Spans::new(self.height, height);
        let mut narrow = vec![0.0_f32; width as usize * self.height as usize * 3];
        let rows = self.rgb.chunks_exact(self.width as usize * 3);
        for (row, out) in rows.zip(narrow.chunks_exact_mut(width as usize * 3)) {
            for (span, pixel) in across.0.iter().zip(out.chunks_exact_mut(3)) {
                span.mean(|at, share| {
                    for channel in 0..3 {
                        pixel[channel] += f32::from(row[at * 3 + channel]) * share;
                    }
                });
            }
        }
        let line = width as usize * 3;
        let mut rgb = Vec::with_capacity(line * height as usize);
        let mut sums = vec![0.0_f32; line];
        for span in &down.0 {
            sums.fill(0.0);
            span.mean(|at, share| {
                for (sum, value) in sums.iter_mut().zip(&narrow[at * line..]) {
                    *sum += value * share;
                }
            });
            rgb.extend(sums.iter().map(|sum| sum.round() as u8));
        }
        Self { width, height, rgb }
    }
}

#[cfg(feature = "engine")]
impl Raster {
    /// Returns the pixel at `x`, `y`; outside the picture, the nearest one.
    fn pixel(&self, x: i64, y: i64) -> [u8; 3] {
        let x = x.clamp(0, i64::from(self.width) - 1) as usize;
        let y = y.clamp(0, i64::from(self.height) - 1) as usize;
        let at = (y * self.width as usize + x) * 3;
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    /// Returns the colour at a point between pixels, whose centres lie at halves.
    pub(crate) fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let (left, top) = (left as i64, top as i64);
        let corners = [
            (self.pixel(left, top), (1.0 - right) * (1.0 - down)),
            (self.pixel(left + 1, top), right * (1.0 - down)),
            (self.pixel(left, top + 1), (1.0 - right) * down),
            (self.pixel(left + 1, top + 1), right * down),
        ];
        let mut colour = [0.0; 3];
        for (pixel, share) in corners {
            for (sum, value) in colour.iter_mut().zip(pixel) {
                *sum += f32::from(value) * share;
            }
        }
        colour
    }
}

/// For each pixel of a row, the pixels of the row it is made of.
struct Spans(Vec<Span>);

struct Span {
    first: usize,
    shares: Vec<f32>,
}

impl Spans {
    fn new(from: u32, to: u32) -> Self {
        let scale = from as f32 / to as f32;
        // A smaller picture takes the mean, a larger one the line between two neighbours.
        let reach = scale.max(1.0);
        let spans = (0..to).map(|at| {
            let centre = (at as f32 + 0.5) * scale;
            Span::around(centre, reach, from)
        });
        Self(spans.collect())
    }
}

impl Span {
    /// Weights fall off in a line from `centre` to `reach` on both sides.
    fn around(centre: f32, reach: f32, len: u32) -> Self {
        let first = (centre - reach).floor().max(0.0) as usize;
        let last = ((centre + reach).ceil() as usize).min(len as usize);
        let weight = |at: usize| (1.0 - (at as f32 + 0.5 - centre).abs() / reach).max(0.0);
        let mut shares: Vec<f32> = (first..last).map(weight).collect();
        let sum: f32 = shares.iter().sum();
        for share in &mut shares {
            *share /= sum;
        }
        Self { first, shares }
    }

    fn mean(&self, mut add: impl FnMut(usize, f32)) {
        for (at, share) in (self.first..).zip(&self.shares) {
            add(at, *share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, values: &[u8]) -> Raster {
        let rgb = values.iter().flat_map(|value| [*value; 3]).collect();
        Raster::new(width, values.len() as u32 / width, rgb).expect("a picture")
    }

    #[test]
    fn a_picture_turns_clockwise() {
        let picture = grey(2, &[1, 2, 3, 4, 5, 6]);
        assert_eq!(picture.turned(1), grey(3, &[5, 3, 1, 6, 4, 2]));
        assert_eq!(picture.turned(2), grey(2, &[6, 5, 4, 3, 2, 1]));
        assert_eq!(picture.turned(3), grey(3, &[2, 4, 6, 1, 3, 5]));
        assert_eq!(picture.turned(4), picture);
    }

    #[test]
    fn a_part_lies_within_the_picture() {
        let picture = grey(3, &[1, 2, 3, 4, 5, 6]);
        assert_eq!(picture.part((1, 0), (2, 2)), grey(2, &[2, 3, 5, 6]));
        assert_eq!(picture.part((2, 1), (9, 9)), grey(1, &[6]));
        assert_eq!(picture.part((9, 9), (0, 0)), grey(1, &[6]));
    }

    #[test]
    fn a_smaller_picture_is_the_mean_and_a_size_that_lies_is_none() {
        let picture = grey(4, &[0, 0, 200, 200, 0, 0, 200, 200]);
        let small = picture.resized(2, 1);
        assert!(
            small.rgb()[0] < 40 && small.rgb()[3] > 160,
            "{:?}",
            small.rgb()
        );
        assert_eq!(grey(2, &[9, 9, 9, 9]).resized(5, 3).rgb(), [9; 45]);
        assert!(Raster::new(2, 2, vec![0; 11]).is_none());
        assert!(Raster::white(0, 4).is_none());
    }
}
