//! Tells bytes that are no text in any encoding, at memory speed.
//!
//! Text in an 8-bit or multi-byte encoding holds next to no control bytes; compressed or encrypted data holds one in nine.
//! Text in UTF-16 or UTF-32 holds many, and is told by its code units: nearly all of them are letters in use.

/// Bytes of each sample; samples come from the beginning, the middle and the end.
const SAMPLE_BYTES: usize = 4096;
/// Less than this says nothing.
const MIN_BYTES: usize = 32;
/// Most control bytes in a hundred of text. The most of 413 files in old encodings was 0.4 (control bytes of a terminal).
const MAX_CONTROL_PERCENT: usize = 3;
/// Least units in a hundred that are letters, for UTF-16 and UTF-32: random bytes reach 45.
const MIN_WIDE_PERCENT: usize = 90;

/// Returns true for bytes that are no text.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    // Files of fixed blocks are filled with zeros, those of DOS end with ^Z.
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, 0 | 0x1A))
        .map_or(0, |last| last + 1);
    let text = &bytes[..end];
    if text.len() < MIN_BYTES {
        return false;
    }
    let samples = samples(text);
    let all: usize = samples.iter().map(|sample| sample.len()).sum();
    let controls: usize = samples
        .iter()
        .map(|sample| sample.iter().filter(|byte| is_control(**byte)).count())
        .sum();
    controls * 100 > all * MAX_CONTROL_PERCENT && !is_wide_text(&samples)
}

/// Parts of `text`, each beginning at a multiple of four bytes.
fn samples(text: &[u8]) -> Vec<&[u8]> {
    if text.len() <= 3 * SAMPLE_BYTES {
        return vec![text];
    }
    [0, text.len() / 2, text.len() - SAMPLE_BYTES]
        .into_iter()
        .map(|start| start / 4 * 4)
        .map(|start| &text[start..start + SAMPLE_BYTES])
        .collect()
}

/// Control bytes without a use in text. Tab, line and page ends have one, escape and shifts switch sets in ISO 2022.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=0x08 | 0x0B | 0x10..=0x1A | 0x1C..=0x1F | 0x7F)
}

/// Returns true if the samples are text in UTF-16 or UTF-32 of either byte order.
fn is_wide_text(samples: &[&[u8]]) -> bool {
    let readings: [fn(&[u8]) -> u32; 4] = [
        |unit| u32::from(u16::from_le_bytes([unit[0], unit[1]])),
        |unit| u32::from(u16::from_be_bytes([unit[0], unit[1]])),
        |unit| u32::from_le_bytes([unit[0], unit[1], unit[2], unit[3]]),
        |unit| u32::from_be_bytes([unit[0], unit[1], unit[2], unit[3]]),
    ];
    let mut readings = readings.into_iter().zip([2, 2, 4, 4]);
    readings.any(|(read, width)| are_in_use(samples, width, read))
}

/// Returns true if nearly all units of so many bytes are code points that are in use.
fn are_in_use(samples: &[&[u8]], width: usize, read: fn(&[u8]) -> u32) -> bool {
    let units = || samples.iter().flat_map(|sample| sample.chunks_exact(width));
    let all = units().count();
    let good = units().filter(|unit| is_in_use(read(unit))).count();
    all > 0 && good * 100 >= all * MIN_WIDE_PERCENT
}

/// Characters that most text is made of: Latin to Thai, kana, Han, Hangul, their marks, and surrogates in UTF-16.
fn is_in_use(unit: u32) -> bool {
    matches!(unit, 0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0xA0..=0x24F | 0x370..=0x5FF | 0x600..=0x6FF | 0x900..=0x97F
        | 0xE00..=0xE7F | 0x1E00..=0x1EFF | 0x2000..=0x206F | 0x2100..=0x23FF | 0x2460..=0x26FF | 0x3000..=0x30FF
        | 0x3105..=0x312F | 0x3200..=0x33FF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xD800..=0xDFFF | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFEFF | 0xFF01..=0xFFEE | 0x20000..=0x323AF)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "行政長官在施政報告中提出，政府會推動新質生產力，並完善房屋供應。\n\
        The Government will take forward the proposals, and report to the Council in 2024.\n";

    #[test]
    fn text_in_any_encoding_is_none() {
        let text = TEXT.repeat(40);
        let encodings = [
            encoding_rs::BIG5,
            encoding_rs::GB18030,
            encoding_rs::UTF_8,
            encoding_rs::ISO_2022_JP,
        ];
        for encoding in encodings {
            assert!(!is_binary(&encoding.encode(&text).0), "{}", encoding.name());
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        let wide = |bytes: Vec<u8>| assert!(!is_binary(&bytes));
        wide(units.iter().flat_map(|unit| unit.to_le_bytes()).collect());
        wide(units.iter().flat_map(|unit| unit.to_be_bytes()).collect());
        wide(
            text.chars()
                .flat_map(|c| (c as u32).to_le_bytes())
                .collect(),
        );
        wide(
            text.chars()
                .flat_map(|c| (c as u32).to_be_bytes())
                .collect(),
        );
    }

    #[test]
    fn text_with_a_few_controls_or_filled_up_with_zeros_is_none() {
        let mut text = TEXT.repeat(4).into_bytes();
        text[40] = 0;
        text.extend([0; 4096]);
        assert!(!is_binary(&text));
        assert!(!is_binary(b"\x1B$)C\x0E05\x0F\x0C"));
    }

    #[test]
    fn random_bytes_and_tables_of_numbers_are() {
        let mut state = 1_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        for len in [64, 1000, 100_000] {
            let bytes: Vec<u8> = (0..len).map(|_| random()).collect();
            assert!(is_binary(&bytes), "{len} random bytes");
        }
        let numbers: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
        assert!(is_binary(&numbers));
    }
}
