//! Sizes and thresholds, each with what was measured.

/// Longest side of the picture that lines are looked for in. On seven pages 736 costs a sixth less and misses more (0.53 % of
/// the characters are wrong beside 0.40 %).
pub(crate) const DETECT_SIDE: u32 = 960;
/// Sides of that picture are multiples of this: the network halves them five times.
pub(crate) const DETECT_STEP: u32 = 32;
/// A picture this many times as long as wide is looked at in slices; less is a page.
pub(crate) const LONG: f32 = 2.2;
/// Length of a slice in widths: a page is 1.4 of them long.
pub(crate) const SLICE: f32 = 1.5;
/// Slices of a wide picture are this long at least: to cut a line costs a word.
pub(crate) const WIDE_SLICE_PIXELS: u32 = 4_000;
/// Slices of a picture.
pub(crate) const MAX_SLICES: u32 = 64;
/// Side of the cells in which it is judged whether anything is drawn.
pub(crate) const INK_CELL: u32 = 16;
/// Contrast of a cell in which something is drawn, as a share of the greatest. The noise of paper has less, faint print more.
pub(crate) const INK_SHARE: f32 = 0.15;
/// Contrast of such a cell at least.
pub(crate) const LEAST_INK: u8 = 10;
/// Probability from which a pixel belongs to a line.
pub(crate) const TEXT_PIXEL: f32 = 0.3;
/// Mean probability that the pixels of a line have at least.
pub(crate) const TEXT_LINE: f32 = 0.5;
/// Lines are found shrunk. Their area times this, by their circumference, is what they grow by on each side.
pub(crate) const GROWTH: f32 = 1.6;
/// Pixels of the shorter side of a line as found; less is dust.
pub(crate) const LEAST_SIDE: f32 = 3.0;
/// Lines of a page. A page of a newspaper has 1,500.
pub(crate) const MAX_LINES: usize = 4_000;

/// Height of the pictures of lines that the network reads.
pub(crate) const LINE_HEIGHT: u32 = 48;
/// Width of a line's picture for each pixel that its height asks for: of ideographs, which leave three columns to each.
pub(crate) const SQUEEZED: f32 = 0.7;
/// The same of lines of letters, of which two alike need an empty column between them: at 0.7 *shall* is read as *shal*. Wider
/// pictures for narrow letters and narrower ones for wide letters, so that each has 1.9, 2.1 or 2.4 columns, cost a sixth more
/// and read 0.15 % wrong where this reads 0.08 %; 0.85 costs a tenth less and reads 0.16 % and 0.67 % wrong, not 0.08 and 0.36.
pub(crate) const FULL: f32 = 1.0;
/// The same of lines of ideographs between which a mark was not read.
pub(crate) const WIDE: f32 = 1.3;
/// Room for this much of an ideograph beside or among some that are read tells of a mark that was not read.
pub(crate) const GAP: f32 = 0.45;
/// The same of lines that run downwards: at 0.7 their marks, which stand in the corner of an empty square, are lost.
pub(crate) const WIDENED: f32 = 1.8;
/// The same when such a line is read again.
pub(crate) const WIDENED_AGAIN: f32 = 1.4;
/// Share of the height of its box that the picture of such a line shows, so that marks are larger.
pub(crate) const TRIMMED: f32 = 0.8;
/// Share of the height of a line that its picture shows beyond each of its ends; without it, a mark at the end is lost.
pub(crate) const MARGIN: f32 = 0.2;
/// Mean confidence below which a line of ideographs is read again at its full width.
pub(crate) const SURELY_READ: f32 = 0.93;
/// Longest picture of a line: 140 ideographs.
pub(crate) const MAX_LINE_WIDTH: u32 = 4_800;
/// Shortest one.
pub(crate) const MIN_LINE_WIDTH: u32 = 16;
/// A line this much higher than wide runs downwards.
pub(crate) const TALL: f32 = 1.5;

/// Lines read to tell which side of a page is up.
pub(crate) const SAMPLED_LINES: usize = 5;
/// Length of the part of such a line that is read, in heights.
pub(crate) const SAMPLED_LENGTH: f32 = 12.0;
/// Mean confidence from which a page is taken to be upright without another look.
pub(crate) const SURELY_UPRIGHT: f32 = 0.9;
/// Mean confidence of a line that is text and no drawing.
pub(crate) const LEAST_CONFIDENCE: f32 = 0.5;

/// Pixels of a picture: A3 at 600 dots an inch has 70 million.
pub(crate) const MAX_PIXELS: u64 = 100_000_000;
/// Bytes that a decoder of pictures may ask for.
pub(crate) const MAX_DECODER_BYTES: u64 = 512 << 20;
