//! Tells text from noise.

use polidex_analysis::scripts::is_bmp_ideograph;

use crate::text::model::Model;

/// Plausibility that names made of rare characters reach and noise does not, in nats for each character.
const MIN_PLAUSIBLE_NATS: f32 = -9.5;

/// Returns how plausible `text` is, in nats for each character, at most 0; 0 for the empty text.
///
/// Good Chinese (either script) and English reach -3 to -7, lists of rare names -9, noise and wrong readings -10 to -18.
/// Of other living scripts the model knows only that letters of one script stand together: they score -5 to -7, whatever
/// they say. Blanks and line breaks count as characters; a page of a few words says little.
///
/// # Examples
///
/// ```
/// use polidex_indexer::repair::plausibility;
/// assert!(plausibility("依法追究刑事责任") > plausibility("渚濇硶杩界┒鍒戜簨璐ｄ换") + 4.0);
/// ```
pub fn plausibility(text: &str) -> f32 {
    let len_chars = text.chars().count();
    if len_chars == 0 {
        0.0
    } else {
        Model::get().living_score('\n', text.chars()) / len_chars as f32
    }
}

/// Returns true for what reads like text and not like noise: [`plausibility`] above that of names made of rare characters.
///
/// # Examples
///
/// ```
/// use polidex_indexer::repair::is_plausible;
/// assert!(is_plausible("The Council may, by regulation, prescribe the fees."));
/// assert!(!is_plausible("ю͑ྗᙄࡰ˄̻୛ɻ"));
/// ```
pub fn is_plausible(text: &str) -> bool {
    plausibility(text) > MIN_PLAUSIBLE_NATS
}

/// Ideographs likelier than this are what Chinese is written in.
const USUAL_NATS: f32 = -11.0;
/// Fewer ideographs say nothing.
const MIN_USUAL: usize = 24;

/// Returns true for a list in Chinese: names and words that no sentence joins, so that [`is_plausible`] may miss them, but
/// nearly all in ideographs that Chinese is written in. A wrong map of glyphs gives rare ones.
pub(crate) fn is_list_of_usual(text: &str) -> bool {
    let model = Model::get();
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    let count = letters().count();
    let ideographs = letters().filter(|c| is_bmp_ideograph(*c)).count();
    let usual = letters()
        .filter(|c| is_bmp_ideograph(*c) && model.unigram(*c) > USUAL_NATS)
        .count();
    let ascii = letters().filter(char::is_ascii_alphabetic).count();
    ideographs >= MIN_USUAL
        && usual * 20 >= ideographs * 17
        && (ideographs + ascii) * 20 >= count * 19
}
