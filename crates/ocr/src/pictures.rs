//! Decodes files of pictures, page by page: PNG, JPEG, WebP, GIF and TIFF.
//!
//! Declared sizes are not trusted: they are held against limits before memory is taken.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader, Limits};
use thiserror::Error;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;

use crate::raster::Raster;
use crate::weights::{MAX_DECODER_BYTES, MAX_PIXELS};

/// Pages read of one file of pictures.
pub const MAX_PICTURE_PAGES: usize = 1_000;

/// Reasons why a picture is not decoded.
#[derive(Debug, Error)]
pub enum PictureError {
    /// More pixels than are read.
    #[error("a picture of {width} × {height} pixels, more than {} million are not read", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// Width as declared.
        width: u32,
        /// Height as declared.
        height: u32,
    },
    /// The decoder gives up.
    #[error("a picture that cannot be decoded: {0}")]
    Damaged(String),
}

/// Returns a picture as PNG; `None` if the encoder gives up.
pub fn to_png(picture: &Raster) -> Option<Vec<u8>> {
    let mut png = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive);
    let (width, height) = (picture.width(), picture.height());
    encoder
        .write_image(picture.rgb(), width, height, ExtendedColorType::Rgb8)
        .ok()?;
    Some(png)
}

fn damaged(error: impl ToString) -> PictureError {
    PictureError::Damaged(error.to_string())
}

/// Hands each page of a file to `take`, which returns false to end there. Returns true if the file has more pages than
/// [`MAX_PICTURE_PAGES`].
///
/// # Errors
/// The first page cannot be decoded; a later one only ends the file.
pub fn for_each_page(
    bytes: &[u8],
    take: &mut dyn FnMut(Result<Raster, PictureError>) -> bool,
) -> Result<bool, PictureError> {
    if bytes.starts_with(b"II") || bytes.starts_with(b"MM") {
        return for_each_tiff_page(bytes, take);
    }
    let page = decode_one(bytes)?;
    take(Ok(page));
    Ok(false)
}

fn check_size((width, height): (u32, u32)) -> Result<(), PictureError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    Ok(())
}

/// Decodes a file of one picture; of a film, its first.
fn decode_one(bytes: &[u8]) -> Result<Raster, PictureError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let mut decoder = reader.map_err(damaged)?.into_decoder().map_err(damaged)?;
    check_size(decoder.dimensions())?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    decoder.set_limits(limits).map_err(damaged)?;
    let turn = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(turn);
    on_white(&picture)
}

/// Lays a picture on white paper.
fn on_white(picture: &DynamicImage) -> Result<Raster, PictureError> {
    let (width, height) = (picture.width(), picture.height());
    let rgb = if picture.color().has_alpha() {
        let pixels = picture.to_rgba8().into_raw();
        let mix = |value: u8, alpha: u8| {
            let alpha = u16::from(alpha);
            ((u16::from(value) * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        let pixels = pixels.chunks_exact(4);
        pixels
            .flat_map(|p| [mix(p[0], p[3]), mix(p[1], p[3]), mix(p[2], p[3])])
            .collect()
    } else {
        picture.to_rgb8().into_raw()
    };
    Raster::new(width, height, rgb).ok_or_else(|| damaged("it has no pixels"))
}

fn for_each_tiff_page(
    bytes: &[u8],
    take: &mut dyn FnMut(Result<Raster, PictureError>) -> bool,
) -> Result<bool, PictureError> {
    let mut limits = tiff::decoder::Limits::default();
    limits.decoding_buffer_size = MAX_DECODER_BYTES as usize;
    limits.intermediate_buffer_size = MAX_DECODER_BYTES as usize;
    let mut decoder = Decoder::new(Cursor::new(bytes))
        .map_err(damaged)?
        .with_limits(limits);
    for _ in 0..MAX_PICTURE_PAGES {
        if !take(tiff_page(&mut decoder)) {
            return Ok(false);
        }
        if !decoder.more_images() {
            return Ok(false);
        }
        // The library refuses a chain of pages that comes back to itself.
        if let Err(error) = decoder.next_image() {
            take(Err(damaged(error)));
            return Ok(false);
        }
    }
    Ok(true)
}

fn tiff_page(decoder: &mut Decoder<Cursor<&[u8]>>) -> Result<Raster, PictureError> {
    let size = decoder.dimensions().map_err(damaged)?;
    check_size(size)?;
    let colours = decoder.colortype().map_err(damaged)?;
    let turn = decoder.find_tag_unsigned::<u16>(Tag::Orientation);
    let quarters = match turn.ok().flatten() {
        Some(3) => 2,
        Some(6) => 1,
        Some(8) => 3,
        _ => 0,
    };
    let samples = match decoder.read_image().map_err(damaged)? {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.iter().map(|value| (value >> 8) as u8).collect(),
        _ => return Err(damaged("its samples are no bytes")),
    };
    let rgb = to_rgb(&samples, colours, size)
        .ok_or_else(|| damaged(format!("its colours are {colours:?}")))?;
    let page = Raster::new(size.0, size.1, rgb).ok_or_else(|| damaged("it is cut off"))?;
    Ok(if quarters == 0 {
        page
    } else {
        page.turned(quarters)
    })
}

/// Returns red, green and blue of samples; `None` of colours that are not known.
fn to_rgb(samples: &[u8], colours: ColorType, size: (u32, u32)) -> Option<Vec<u8>> {
    let grey = |values: &mut dyn Iterator<Item = u8>| values.flat_map(|value| [value; 3]).collect();
    Some(match colours {
        ColorType::Gray(bits @ (1 | 2 | 4)) => grey(&mut unpacked(samples, bits, size).into_iter()),
        ColorType::Gray(8 | 16) => grey(&mut samples.iter().copied()),
        ColorType::GrayA(8 | 16) => grey(&mut samples.chunks_exact(2).map(|pixel| pixel[0])),
        // Brightness is enough to read by.
        ColorType::YCbCr(8) => grey(&mut samples.chunks_exact(3).map(|pixel| pixel[0])),
        ColorType::RGB(8 | 16) => samples.to_vec(),
        ColorType::RGBA(8 | 16) => {
            let pixels = samples.chunks_exact(4);
            pixels.flat_map(|p| [p[0], p[1], p[2]]).collect()
        }
        ColorType::CMYK(8 | 16) => samples.chunks_exact(4).flat_map(printed).collect(),
        _ => return None,
    })
}

/// Greys of samples of less than a byte. Rows begin on whole bytes; the decoder has turned black and white round where white
/// is zero.
fn unpacked(samples: &[u8], bits: u8, (width, height): (u32, u32)) -> Vec<u8> {
    let (width, bits) = (width as usize, usize::from(bits));
    let most = (1_u16 << bits) - 1;
    let rows = samples.chunks_exact((width * bits).div_ceil(8));
    let grey = |row: &[u8], x: usize| {
        let shift = 8 - bits - x * bits % 8;
        let value = u16::from(row[x * bits / 8]) >> shift & most;
        (value * 255 / most) as u8
    };
    let rows = rows.take(height as usize);
    rows.flat_map(|row| (0..width).map(move |x| grey(row, x)))
        .collect()
}

/// Returns red, green and blue of four inks.
fn printed(inks: &[u8]) -> [u8; 3] {
    let light = |ink: u8| (u16::from(255 - ink) * u16::from(255 - inks[3]) / 255) as u8;
    [light(inks[0]), light(inks[1]), light(inks[2])]
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiff::encoder::TiffEncoder;
    use tiff::encoder::colortype::Gray8;

    fn pages_of(bytes: &[u8]) -> (Vec<Result<Raster, PictureError>>, bool) {
        let mut pages = Vec::new();
        let is_cut = for_each_page(bytes, &mut |page| {
            pages.push(page);
            true
        });
        (pages, is_cut.unwrap_or(false))
    }

    /// A PNG whose header says what it likes.
    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut header = b"IHDR".to_vec();
        header.extend(width.to_be_bytes());
        header.extend(height.to_be_bytes());
        header.extend([8, 2, 0, 0, 0]);
        let mut sum = !0_u32;
        for byte in &header {
            sum ^= u32::from(*byte);
            for _ in 0..8 {
                sum = if sum & 1 == 1 {
                    sum >> 1 ^ 0xEDB8_8320
                } else {
                    sum >> 1
                };
            }
        }
        let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0D".to_vec();
        bytes.extend(header);
        bytes.extend((!sum).to_be_bytes());
        bytes.extend(b"\0\0\0\0IDAT\x35\xAF\x06\x1E");
        bytes
    }

    #[test]
    fn a_picture_that_is_too_large_is_refused_by_its_header() {
        let refused = for_each_page(&png_of(60_000, 60_000), &mut |_| true);
        let reason = refused.expect_err("too large").to_string();
        assert!(reason.contains("60000 × 60000"), "{reason}");
        let refused = for_each_page(b"\x89PNG\r\n\x1A\nrubbish", &mut |_| true);
        assert!(matches!(refused, Err(PictureError::Damaged(_))));
    }

    #[test]
    fn every_page_of_a_tiff_is_decoded_and_a_million_are_not() {
        let mut file = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut file).expect("memory");
        for value in 0..3_u8 {
            let page = [value; 6];
            encoder.write_image::<Gray8>(3, 2, &page).expect("memory");
        }
        let bytes = file.into_inner();
        let (pages, is_cut) = pages_of(&bytes);
        let greys: Vec<u8> = pages.iter().flatten().map(|page| page.rgb()[0]).collect();
        assert_eq!((greys, is_cut), (vec![0, 1, 2], false));

        let mut file = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut file).expect("memory");
        for _ in 0..MAX_PICTURE_PAGES + 1 {
            encoder.write_image::<Gray8>(1, 1, &[7]).expect("memory");
        }
        let (pages, is_cut) = pages_of(&file.into_inner());
        assert_eq!((pages.len(), is_cut), (MAX_PICTURE_PAGES, true));
    }

    /// A directory of a TIFF with one white pixel, in entries of four bytes each.
    fn directory(height: u32, strips: (u32, u32), next: u32) -> Vec<u8> {
        let fields = [
            (256_u16, 1, 1),
            (257, 1, height),
            (258, 1, 8),
            (259, 1, 1),
            (262, 1, 1),
            (273, strips.0, strips.1),
            (277, 1, 1),
            (278, 1, 1),
            (279, strips.0, strips.1),
        ];
        let mut bytes = (fields.len() as u16).to_le_bytes().to_vec();
        for (tag, count, value) in fields {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(4_u16.to_le_bytes());
            bytes.extend(u32::to_le_bytes(count));
            bytes.extend(u32::to_le_bytes(value));
        }
        bytes.extend(next.to_le_bytes());
        bytes
    }

    const DIRECTORY_BYTES: u32 = 2 + 9 * 12 + 4;

    #[test]
    fn a_tiff_of_a_million_pages_is_cut_and_a_circle_of_them_ends() {
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for page in 1..=1_000_000_u32 {
            bytes.extend(directory(1, (1, 4), 8 + page * DIRECTORY_BYTES));
        }
        let begun = std::time::Instant::now();
        let (pages, is_cut) = pages_of(&bytes);
        assert_eq!((pages.len(), is_cut), (MAX_PICTURE_PAGES, true));
        assert!(pages.iter().all(Result::is_ok), "{:?}", pages[0]);

        bytes.truncate(8 + 2 * DIRECTORY_BYTES as usize);
        let last = bytes.len() - 4;
        bytes[last..].copy_from_slice(&8_u32.to_le_bytes());
        let (pages, is_cut) = pages_of(&bytes);
        assert_eq!((pages.len(), is_cut), (2, false));
        assert!(pages[0].is_ok() && pages[1].is_err());
        assert!(begun.elapsed().as_secs() < 20);
    }

    #[test]
    fn strips_that_all_lie_at_one_place_and_more_of_them_than_rows_end() {
        let begun = std::time::Instant::now();
        for count in [1_000, 5_000_000, u32::MAX] {
            let mut bytes = b"II*\0\x08\0\0\0".to_vec();
            bytes.extend(directory(1_000, (count, 8 + DIRECTORY_BYTES), 0));
            bytes.resize(bytes.len() + 4_000, 1);
            let mut has_page = false;
            let read = for_each_page(&bytes, &mut |page| {
                has_page |= page.is_ok();
                true
            });
            assert!(!has_page && !read.is_ok_and(|is_cut| is_cut), "{count}");
        }
        assert!(begun.elapsed().as_secs() < 20);
    }

    #[test]
    fn of_a_film_the_first_picture_is_read() {
        let mut film = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
        for _ in 0..10_000 {
            film.extend(b",\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x02\x05\0");
        }
        film.push(b';');
        let (pages, is_cut) = pages_of(&film);
        assert_eq!((pages.len(), is_cut), (1, false));
        let page = pages[0].as_ref().expect("a picture");
        assert_eq!((page.width(), page.height()), (2, 2));
    }

    #[test]
    fn bits_are_grey_and_alpha_shows_the_paper() {
        let rgb = to_rgb(&[0b1010_0000, 0b0100_0000], ColorType::Gray(1), (3, 2));
        let greys: Vec<u8> = rgb.expect("known").chunks(3).map(|p| p[0]).collect();
        assert_eq!(greys, [255, 0, 255, 0, 255, 0]);
        let mut clear = image::RgbaImage::new(1, 1);
        clear.put_pixel(0, 0, image::Rgba([0, 0, 0, 51]));
        let page = on_white(&DynamicImage::ImageRgba8(clear)).expect("a pixel");
        assert_eq!(page.rgb(), [204; 3]);
    }
}
