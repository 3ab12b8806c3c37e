//! What has to hold of any bytes at all, for the fuzzer (`tests/fuzz`) and for every run of the tests.

use crate::detect::{boxes_of, detect_size};
use crate::geometry::Leaning;
use crate::gutters::parted;
use crate::ink::inked;
use crate::pictures::for_each_page;
use crate::raster::Raster;
use crate::recognize::{Stands, line_picture};
use crate::regions::{drawn_part, slices};
use crate::weights::LINE_HEIGHT;

/// Pixels of a picture whose lines are cut out: more take too long for a law.
const MOST_PIXELS: usize = 1 << 16;
/// Boxes that are cut out.
const MOST_BOXES: usize = 8;

/// Bytes are pictures or are refused; a picture is cut into slices that cover it, and into lines that have the height which is
/// read. The first byte chooses what the others follow.
pub fn picture(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    match choice % 5 {
        0 => decode(rest),
        1 => decode(&[b"II*\0\x08\0\0\0", rest].concat()),
        2 => decode(&[b"GIF89a", rest].concat()),
        3 => decode(&[b"\xFF\xD8\xFF", rest].concat()),
        _ => cut(&pixels_of(rest)),
    }
}

fn decode(bytes: &[u8]) {
    let mut pages = 0;
    let _ = for_each_page(bytes, &mut |page| {
        if let Ok(page) = page
            && page.rgb().len() <= 3 * MOST_PIXELS
        {
            cut(&page);
        }
        pages += 1;
        pages < 3
    });
}

/// A picture of these bytes, as wide as the first says.
fn pixels_of(bytes: &[u8]) -> Raster {
    let width = usize::from(*bytes.first().unwrap_or(&0)) + 1;
    let mut rgb = bytes.to_vec();
    rgb.resize(rgb.len().next_multiple_of(width * 3).max(width * 3), 0xFF);
    let height = rgb.len() / 3 / width;
    let picture = Raster::new(width as u32, height as u32, rgb);
    picture.expect("whole rows of whole pixels")
}

fn cut(picture: &Raster) {
    let slices = slices(picture);
    let covered: u32 = slices.iter().map(|slice| slice.own.len() as u32).sum();
    assert_eq!(covered, picture.width().max(picture.height()));
    let (width, height) = detect_size(picture.width(), picture.height());
    let small = picture.resized(width, height);
    let (left, top, width, height) = drawn_part(&small);
    assert!(left + width <= small.width() && top + height <= small.height());
    // As if each light pixel were the middle of a line.
    let part = small.part((left, top), (width, height));
    let pixels = part.rgb().chunks_exact(3);
    let map: Vec<f32> = pixels.map(|pixel| f32::from(pixel[0]) / 255.0).collect();
    let boxes = boxes_of(&map, width as usize);
    let lines = parted(picture, &boxes);
    let width_of = |lines: &[Leaning]| lines.iter().map(|line| line.width).sum::<f32>();
    assert!(lines.len() >= boxes.len() && width_of(&lines) <= width_of(&boxes) + 1.0);
    for found in lines.iter().take(MOST_BOXES) {
        let inked = inked(picture, found);
        assert!(0.0 <= inked.start && inked.start <= inked.end && inked.end <= found.width);
        cut_out(picture, found);
    }
}

fn cut_out(picture: &Raster, found: &Leaning) {
    let ways = [
        Stands::Upright,
        Stands::UpsideDown,
        Stands::Downwards,
        Stands::Upwards,
    ];
    for stands in ways {
        let line = line_picture(picture, found, stands, 1.0);
        assert_eq!(line.height(), LINE_HEIGHT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::TiffEncoder;
    use tiff::encoder::colortype::Gray8;

    fn beginnings() -> Vec<Vec<u8>> {
        let mut tiff = std::io::Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut tiff).expect("memory");
        for _ in 0..2 {
            let written = encoder.write_image::<Gray8>(4, 3, &[7; 12]);
            written.expect("memory");
        }
        let tiff = tiff.into_inner();
        let gif = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x02\x05\0;";
        let mut pixels = vec![4, 40];
        pixels.extend((0..3_000_u32).map(|at| if at % 97 < 40 { 0 } else { 0xFF }));
        vec![
            [&[0], tiff.as_slice()].concat(),
            [&[1], &tiff[8..]].concat(),
            [&[0], gif.as_slice()].concat(),
            pixels,
        ]
    }

    #[test]
    fn any_bytes_are_a_picture_or_are_refused() {
        let beginnings = beginnings();
        let mut random = 20_261_129_u64;
        let mut below = |most: usize| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 33) as usize % most.max(1)
        };
        for run in 0..2_000 {
            let mut bytes = beginnings[run % beginnings.len()].clone();
            for _ in 0..below(6) {
                let at = below(bytes.len());
                match below(4) {
                    0 => bytes.truncate(at + 1),
                    1 => bytes.insert(at, below(256) as u8),
                    _ => bytes[at] = below(256) as u8,
                }
            }
            let held = std::panic::catch_unwind(|| picture(&bytes));
            assert!(held.is_ok(), "run {run}: {bytes:?}");
        }
    }
}
