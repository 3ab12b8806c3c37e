//! Reads EUC-TW, and the planes of CNS 11643 that ISO-2022-CN holds.
//!
//! In: bytes. Out: text, by way of Big5, whose characters the first two planes are, nearly in its order; of the later
//! planes, what other sets have too (`../../data/cns`). A character that is in none of them is U+FFFD.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::BIG5;

/// Stretches in which Big5 and a plane run in step: the first code of Big5, the plane, the first cell of the plane, the
/// number of characters. Places are counted from the first code; a row of Big5 has 157, one of a plane 94. Counted from
/// `iconv`'s EUC-TW.
const STEPS: [(u16, u8, u16, u16); 94] = [
    (0, 1, 0, 5),
    (6, 1, 6, 8),
    (15, 1, 15, 6),
    (21, 1, 155, 1),
    (22, 1, 24, 1),
    (23, 1, 21, 2),
    (29, 1, 29, 44),
    (73, 1, 74, 1),
    (74, 1, 73, 1),
    (75, 1, 75, 22),
    (98, 1, 98, 1),
    (100, 1, 100, 27),
    (127, 1, 128, 1),
    (128, 1, 127, 1),
    (129, 1, 129, 19),
    (148, 1, 149, 1),
    (149, 1, 148, 1),
    (150, 1, 150, 4),
    (156, 1, 156, 2),
    (158, 1, 156, 2),
    (160, 1, 160, 1),
    (162, 1, 162, 1),
    (165, 1, 165, 69),
    (234, 1, 282, 29),
    (263, 1, 3307, 1),
    (264, 1, 312, 1),
    (265, 1, 3394, 1),
    (266, 1, 314, 142),
    (471, 1, 3290, 1412),
    (1883, 1, 5126, 1),
    (1884, 1, 4702, 424),
    (2308, 1, 5127, 1876),
    (4184, 1, 7004, 387),
    (4571, 1, 7003, 1),
    (4572, 1, 7391, 525),
    (5097, 1, 7917, 105),
    (5203, 1, 8023, 83),
    (5286, 1, 7916, 1),
    (5287, 1, 8106, 84),
    (5371, 1, 8191, 54),
    (5425, 1, 8246, 1),
    (5426, 1, 8245, 1),
    (5427, 1, 8247, 90),
    (5517, 1, 8190, 1),
    (5518, 1, 8337, 354),
    (6280, 2, 0, 10),
    (6291, 2, 10, 33),
    (6324, 2, 44, 48),
    (6372, 2, 43, 1),
    (6373, 2, 92, 46),
    (6419, 2, 139, 167),
    (6586, 2, 138, 1),
    (6587, 2, 306, 1840),
    (8427, 2, 2792, 1),
    (8428, 2, 2147, 108),
    (8536, 2, 2893, 1),
    (8537, 2, 2255, 537),
    (9074, 2, 2146, 1),
    (9075, 2, 2793, 100),
    (9175, 2, 2894, 399),
    (9575, 2, 3293, 1637),
    (11212, 2, 4931, 146),
    (11358, 2, 5078, 287),
    (11645, 2, 5366, 116),
    (11761, 2, 4930, 1),
    (11762, 2, 5482, 137),
    (11899, 2, 5077, 1),
    (11900, 2, 5619, 104),
    (12004, 2, 5724, 222),
    (12226, 2, 6312, 1),
    (12227, 2, 5946, 198),
    (12425, 2, 5723, 1),
    (12426, 2, 6144, 82),
    (12508, 2, 5365, 1),
    (12509, 2, 6226, 86),
    (12595, 2, 6313, 8),
    (12603, 2, 6644, 1),
    (12604, 2, 6321, 153),
    (12757, 2, 6787, 1),
    (12758, 2, 6474, 56),
    (12814, 2, 6531, 113),
    (12927, 2, 6645, 142),
    (13069, 2, 6788, 45),
    (13114, 2, 6530, 1),
    (13115, 2, 6833, 71),
    (13186, 2, 6905, 194),
    (13380, 2, 6904, 1),
    (13381, 2, 7099, 490),
    (13871, 2, 7590, 43),
    (13914, 2, 7589, 1),
    (13915, 2, 7633, 1),
    (13916, 2, 7645, 1),
    (13917, 2, 7634, 11),
    (13928, 2, 7646, 4),
];

/// Codes of a row of Big5, and how many of them come before the gap in the second byte.
const BIG5_ROW: (u16, u16) = (157, 63);
/// Cells of a row of CNS 11643.
const CNS_ROW: u16 = 94;

const PLANES: &str = include_str!("../../data/cns/planes.txt");

/// Characters of the later planes by plane and cell.
static LATER: LazyLock<HashMap<(u8, u16), char>> = LazyLock::new(|| {
    let mut later = HashMap::new();
    for line in PLANES.lines() {
        let (plane, cells) = line.split_once(' ').expect("a plane and its cells");
        let plane = plane.parse().expect("the number of a plane");
        let (mut cell, mut distance) = (0, 0);
        for c in cells.chars() {
            match c.to_digit(10) {
                Some(digit) => distance = distance * 10 + digit as u16,
                None => {
                    cell += std::mem::take(&mut distance);
                    later.insert((plane, cell), c);
                }
            }
        }
    }
    later
});

/// Returns the character of `plane` at two bytes of 21 to 7E; U+FFFD where it is not known, `None` where there is none.
pub(crate) fn cns_char(plane: u8, row: u8, cell: u8) -> Option<char> {
    let place = |byte: u8| byte.checked_sub(0x21).map(u16::from);
    let place = place(row)? * CNS_ROW + place(cell).filter(|cell| *cell < CNS_ROW)?;
    if plane > 2 {
        let known = LATER.get(&(plane, place)).copied();
        return Some(known.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    let step = STEPS
        .iter()
        .find(|(_, of, first, len)| *of == plane && (*first..first + len).contains(&place))?;
    big5_char(step.0 + place - step.2)
}

/// Returns the character at a place of Big5, counted from A140.
fn big5_char(code: u16) -> Option<char> {
    let (lead, trail) = (code / BIG5_ROW.0, code % BIG5_ROW.0);
    let trail = if trail < BIG5_ROW.1 {
        0x40 + trail
    } else {
        0xA1 + trail - BIG5_ROW.1
    };
    let bytes = [u8::try_from(0xA1 + lead).ok()?, u8::try_from(trail).ok()?];
    let text = BIG5.decode_without_bom_handling_and_without_replacement(&bytes)?;
    text.chars().next()
}

/// Reads all of `bytes`; `None` where any of them is not EUC-TW.
pub(crate) fn decode_euc_tw(bytes: &[u8]) -> Option<String> {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (c, left) = first_char(rest)?;
        text.push(c);
        rest = left;
    }
    Some(text)
}

/// The character that `bytes` begin with, and the bytes behind it.
fn first_char(bytes: &[u8]) -> Option<(char, &[u8])> {
    match bytes {
        [first @ 0..0x80, left @ ..] => Some((char::from(*first), left)),
        [0x8E, plane @ 0xA1..=0xB0, row, cell, left @ ..] => {
            Some((cns_char(plane - 0xA0, row & 0x7F, cell & 0x7F)?, left))
        }
        [row @ 0xA1..=0xFE, cell @ 0xA1..=0xFE, left @ ..] => {
            Some((cns_char(1, row & 0x7F, cell & 0x7F)?, left))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_planes_are_read() {
        assert_eq!(
            decode_euc_tw(b"\xC4\xE3\xC5\xC6").map(|text| text.chars().count()),
            Some(2)
        );
        assert_eq!(decode_euc_tw(b"a\x8E\xA2\xA1\xA1").as_deref(), Some("a乂"));
        assert_eq!(
            decode_euc_tw(b"\x8E\xA3\xBC\xE3\xDF\xDB").as_deref(),
            Some("湾普")
        );
        assert_eq!(decode_euc_tw(b"\xC4"), None);
        assert_eq!(decode_euc_tw(b"\xC4\x41"), None);
    }
}
