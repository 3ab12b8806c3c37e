//! The list of passes.
//!
//! A class of damage is a file of this folder that ends in a [`Pass`]: the kinds of its edits, the characters that make a
//! line suspect, and the function that finds the edits. What follows from the list: the order, the marks of the survey,
//! what a family's switch turns off. Adding a class touches its file and this list; a kind of its own is a row of
//! [`RepairKind`](polidex_schema::repair_kind::RepairKind), which does not compile without words for the reader.

use std::sync::LazyLock;

use super::pass::Pass;
use super::survey::{Marks, Surveyor};
use super::{
    characters, cid, columns, double, doubled, escape, glyph_shift, headers, hyphens, ligatures,
    lost, ocr, overstrike, spacing, words, wraps,
};
use crate::text::model::Model;

/// Passes in the order they run.
///
/// Escapes yield bytes and double encodings yield characters, so they come before the passes that read characters.
/// Layout needs characters, and the traces of OCR need words.
pub(super) static PASSES: [Pass; 16] = [
    escape::PASS,
    double::PASS,
    cid::PASS,
    glyph_shift::PASS,
    overstrike::PASS,
    characters::PASS,
    ligatures::PASS,
    columns::PASS,
    headers::PASS,
    doubled::PASS,
    spacing::PASS,
    wraps::PASS,
    hyphens::PASS,
    words::PASS,
    ocr::PASS,
    lost::PASS,
];

/// Knows the characters each pass looks for.
pub(super) static SURVEYOR: LazyLock<Surveyor> = LazyLock::new(|| {
    let tests = PASSES.iter().filter_map(|pass| pass.suspects).collect();
    Surveyor::new(tests, Model::get())
});

/// Mark that the survey gives the lines of the pass with this number; none for a pass without suspects.
pub(super) fn mark_of(number: usize) -> Marks {
    if PASSES[number].suspects.is_none() {
        return Marks::default();
    }
    let before = PASSES[..number].iter();
    Marks::of_pass(before.filter(|pass| pass.suspects.is_some()).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polidex_schema::repair_kind::{Family, RepairKind};

    #[test]
    fn every_kind_is_made_by_a_pass_of_its_family() {
        for kind in RepairKind::all() {
            let mut makers = PASSES.iter().filter(|pass| (pass.makes)(kind)).peekable();
            assert!(makers.peek().is_some(), "no pass makes {kind}");
            for pass in makers {
                assert_eq!(pass.family, kind.family(), "{kind}");
            }
        }
    }

    #[test]
    fn every_family_has_a_pass() {
        for family in Family::ALL {
            let has_pass = PASSES.iter().any(|pass| pass.family == family);
            assert!(has_pass, "{}", family.slug());
        }
    }
}
