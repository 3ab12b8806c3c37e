//! Reads pictures of pages: finds the lines of text and recognizes their characters.
//!
//! In: a [`Raster`] and two networks of the PP-OCR family, one that finds lines and one that reads them. Out: [`Line`]s with
//! the place and the confidence of every character. Pure: no files, clock or network. What lines mean for each other, rows,
//! columns, paragraphs, is for others to say.
//!
//! `raster` holds pixels, `pictures` decodes files of them, `text` is what is read, `geometry` boxes that may lean, `regions`
//! slices of a long picture, `detect` finds lines, `gutters` parts those of two columns, `ink` tells ink from paper, `recognize` reads one, `lines` reads each
//! at the width it needs, `page` turns the page upright and reads them all, `model` loads the networks, `anything` holds it
//! against any bytes. Without the feature `engine` only the types are there.

mod raster;
mod text;

#[cfg(feature = "engine")]
#[doc(hidden)]
pub mod anything;
#[cfg(feature = "engine")]
mod detect;
#[cfg(feature = "engine")]
mod geometry;
#[cfg(feature = "engine")]
mod gutters;
#[cfg(feature = "engine")]
mod ink;
#[cfg(feature = "engine")]
mod lines;
#[cfg(feature = "engine")]
mod model;
#[cfg(feature = "engine")]
mod page;
#[cfg(feature = "engine")]
mod pictures;
#[cfg(feature = "engine")]
mod recognize;
#[cfg(feature = "engine")]
mod regions;
#[cfg(feature = "engine")]
mod weights;

#[cfg(feature = "engine")]
pub use model::{Models, OcrError};
#[cfg(feature = "engine")]
pub use page::Reader;
#[cfg(feature = "engine")]
pub use pictures::{MAX_PICTURE_PAGES, PictureError, for_each_page, to_png};
pub use raster::Raster;
#[cfg(feature = "engine")]
pub use regions::slices_of;
pub use text::{Character, Line, PageText, TimeLeft};
