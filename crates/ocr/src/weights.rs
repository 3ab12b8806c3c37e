//! Sizes and thresholds, each with what was measured.

/// Longest side of the picture that lines are looked for in. On seven pages 736 costs a sixth less and misses more (0.53 % of
/// the characters are wrong beside 0.40 %).
pub(crate) const DETECT_SIDE: u32 = 960;
/// Sides of that picture are multiples of this: the network halves them five times.
pub(crate) const DETECT_STEP: u32 = 32;
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
/// The same of lines of letters, of which two alike need an empty column between them: at 0.7 *shall* is read as *shal*.
pub(crate) const FULL: f32 = 1.0;
/// The same of lines that run downwards: at 0.7 their marks, which stand in the corner of an empty square, are lost.
pub(crate) const WIDENED: f32 = 1.8;
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
/// Mean confidence from which a page is taken to be upright without another look.
pub(crate) const SURELY_UPRIGHT: f32 = 0.9;
/// Mean confidence of a line that is text and no drawing.
pub(crate) const LEAST_CONFIDENCE: f32 = 0.5;

/// Pixels of a picture: A3 at 600 dots an inch has 70 million.
pub(crate) const MAX_PIXELS: u64 = 100_000_000;
/// Bytes that a decoder of pictures may ask for.
pub(crate) const MAX_DECODER_BYTES: u64 = 512 << 20;
