//! Tells what a question is about from the frame it is asked in: 什么是…, …怎么处罚, *how is … regulated*.
//!
//! In: a run of words as typed. Out: the same text with the words of the frame blanked, so that every place in it stays.
//! A frame begins at a word that asks (什么, *who*) or a word of politeness, and reaches as far as words that only help to ask
//! (规定, 部门, *rules on*) stand beside it. Words that help to ask are content everywhere else: 行政处罚 keeps its 处罚.

mod asked;
mod chinese;
mod english;
mod tables;

use std::ops::Range;

use polidex_analysis::function_words::is_function_word;
use polidex_analysis::tokens::words;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

/// A question without its frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    /// The text with the words of the frame blanked.
    pub carrying: String,
    /// What the frame asks of it, in all words that say so (罚款, 处罚; *fee*, *charge*): one list for each word of the frame
    /// that says something. Such words rank; none is required.
    pub asked: Vec<Vec<String>>,
}

/// Tells the part of `text` that carries what is asked, in its place, from its frame; all of it carries when nothing else is
/// left.
///
/// # Examples
/// ```
/// use polidex_server::query::frames::framed;
///
/// let framed = framed("酒后驾驶罚款多少");
/// assert_eq!(framed.carrying.trim(), "酒后驾驶");
/// assert_eq!(framed.asked[0][0], "罚款");
/// ```
pub fn framed(text: &str) -> Framed {
    let cut = cut_text(text);
    let mut dropped = vec![false; cut.units().len()];
    let mut said = chinese::drop_frames(&cut, &mut dropped);
    said.extend(english::drop_frames(text, &cut, &mut dropped));
    drop_outer_marks(&cut, &mut dropped);
    let left = blanked(text, &cut, &dropped);
    if has_content(&left) {
        Framed {
            carrying: left,
            asked: asked::asked_by(&said),
        }
    } else {
        Framed {
            carrying: text.to_owned(),
            asked: Vec::new(),
        }
    }
}

/// The part of `text` that carries what is asked, in its place; all of it when nothing else is left.
///
/// # Examples
/// ```
/// use polidex_server::query::frames::carrying;
///
/// assert_eq!(carrying("精神卫生怎么处罚").trim(), "精神卫生");
/// assert_eq!(carrying("how is railway safety regulated?").trim(), "railway safety");
/// assert_eq!(carrying("行政处罚").trim(), "行政处罚");
/// ```
pub fn carrying(text: &str) -> String {
    framed(text).carrying
}

/// Marks the signs before and behind all that is left: the question mark is no part of what is asked.
fn drop_outer_marks(cut: &Cut, dropped: &mut [bool]) {
    let is_left = |at: &usize| !dropped[*at] && cut.units()[*at].kind != UnitKind::Mark;
    let first = (0..dropped.len()).find(is_left);
    let last = (0..dropped.len()).rev().find(is_left);
    if let (Some(first), Some(last)) = (first, last) {
        (0..first)
            .chain(last + 1..dropped.len())
            .for_each(|at| dropped[at] = true);
    }
}

fn blanked(text: &str, cut: &Cut, dropped: &[bool]) -> String {
    let mut left = text.to_owned();
    let units = cut.units().iter().zip(dropped).filter(|(_, drop)| **drop);
    for (unit, _) in units {
        let Range { start, end } = unit.source();
        left.replace_range(start..end, &" ".repeat(end - start));
    }
    left
}

fn has_content(text: &str) -> bool {
    let cut = cut_text(text);
    words(&cut).into_iter().any(|word| {
        let units = &cut.units()[word.units];
        let source = units[0].source().start..units[units.len() - 1].source().end;
        !is_function_word(&text[source])
    })
}

#[cfg(test)]
mod tests;
