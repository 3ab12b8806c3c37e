//! Cuts folded Han text into words.
//!
//! In: a run of folded ideographs. Out: its words by jieba's dictionary (Simplified), with the vocabulary of policy papers
//! added. The hidden Markov model stays off: it makes no difference to ranking (measured on STARD) and costs time.

use std::sync::LazyLock;

use jieba_rs::Jieba;

use crate::fold::fold_text;

/// Loading takes 74 ms and 51 MB, so nothing pays for it before the first Han word is cut.
static JIEBA: LazyLock<Jieba> = LazyLock::new(|| {
    let mut jieba = Jieba::new();
    for word in policy_words() {
        jieba.add_word(&word, None, None);
    }
    jieba
});

/// Words of policy papers that jieba's dictionary lacks, one a line.
pub(crate) const POLICY_WORDS: &str = include_str!("../data/policy_words.txt");

/// Returns the words added to jieba's dictionary, folded.
fn policy_words() -> impl Iterator<Item = String> {
    POLICY_WORDS
        .lines()
        .filter(|line| !line.is_empty())
        .map(|word| fold_text(word).text)
}

/// The words of `run`, a folded run of ideographs, in order; together they are the run. Empty for an empty run.
pub fn cut_words(run: &str) -> Vec<&str> {
    if run.is_empty() {
        return Vec::new();
    }
    JIEBA
        .cut(run, false)
        .into_iter()
        .map(|token| token.word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_text_is_cut_after_folding() {
        let words = |text: &str| cut_words(&fold_text(text).text).join("/");
        assert_eq!(words("新質生產力"), "新质生产力");
        assert_eq!(
            words("香港特別行政區政府公佈計劃"),
            "香港特别行政区政府/公布/计划"
        );
        assert_eq!(words("發展低空經濟"), "发展/低空经济");
        assert_eq!(words(""), "");
    }
}
