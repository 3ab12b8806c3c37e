//! Function words: those that say how other words belong together, and nothing of what a text is about.
//!
//! One list for each purpose. They overlap and none can stand for another: a query may drop a word that still ends a
//! phrase, and a name may hold *&*. All are lower case, as folded text is.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fold::fold_text;

/// English words that are never what a query is about; sorted.
const ENGLISH: &[&str] = &[
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "between", "by", "can",
    "did", "do", "does", "for", "from", "has", "have", "how", "if", "in", "into", "is", "it",
    "its", "no", "not", "of", "on", "or", "shall", "should", "so", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "under", "upon",
    "was", "were", "what", "when", "where", "whether", "which", "who", "whom", "whose", "why",
    "will", "with", "would",
];

/// Chinese words that are never what a query is about.
const CHINESE: &[&str] = &[
    "的", "之", "和", "及", "与", "或", "在", "于", "是", "了", "吗", "呢", "吧", "啊", "也", "都",
    "就", "而", "则", "其", "该", "以", "为", "被", "把", "将", "对", "对于", "关于", "什么",
    "甚么", "怎么", "怎样", "如何", "哪些", "哪", "谁", "几", "多少", "是否", "有", "没有", "不",
    "我", "你", "他", "她", "它", "我们", "他们", "这", "那", "这个", "那个", "以及", "可以", "能",
    "会", "要", "应", "等", "所", "从", "到", "由", "向", "因", "因为", "如果", "但", "但是",
];

/// English words that no phrase ends with: a line that ends with one goes on in the next.
const NEVER_LAST: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "between", "by", "for", "from", "in", "into", "is",
    "its", "of", "on", "or", "than", "that", "the", "their", "this", "to", "under", "was", "were",
    "which", "with",
];

/// English words that a sentence run together without spaces is recognised by. A run of nouns alone is a name. Shorter words
/// (*in*, *on*) are left out since they also end words (`-ation`).
const IN_SENTENCES: &[&str] = &[
    "after", "also", "and", "any", "are", "been", "before", "between", "but", "can", "each",
    "every", "for", "from", "has", "have", "into", "its", "may", "more", "must", "not", "of",
    "only", "other", "shall", "should", "such", "than", "that", "the", "their", "them", "they",
    "this", "to", "under", "upon", "was", "were", "when", "where", "which", "who", "will", "with",
    "within", "without", "you",
];

/// English words that the title of a law has in small letters.
const IN_TITLES: &[&str] = &[
    "a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "under", "with",
];

/// English words that the name of a public body has in small letters.
const IN_NAMES: &[&str] = &["&", "and", "at", "for", "in", "of", "on", "the", "to"];

/// Returns true if `typed` is a function word of English or Chinese, in any case and either script.
///
/// Such words are indexed and ranked like all others, since a phrase needs them. They alone list no document when not all
/// words are wanted, and they have no translation.
///
/// # Examples
///
/// ```
/// use polidex_analysis::function_words::is_function_word;
///
/// assert!(is_function_word("The") && is_function_word("對於"));
/// assert!(!is_function_word("may"));
/// ```
pub fn is_function_word(typed: &str) -> bool {
    // Folded as texts are: 什么 is not its own folded form.
    static FOLDED: LazyLock<HashSet<String>> =
        LazyLock::new(|| CHINESE.iter().map(|word| fold_text(word).text).collect());
    let folded = fold_text(typed).text;
    ENGLISH.binary_search(&folded.as_str()).is_ok() || FOLDED.contains(&folded)
}

/// Returns true if no English phrase ends with `word`.
pub fn is_never_last(word: &str) -> bool {
    NEVER_LAST.binary_search(&word).is_ok()
}

/// Returns true if `word` tells an English sentence from a run of nouns.
pub fn is_in_sentences(word: &str) -> bool {
    IN_SENTENCES.binary_search(&word).is_ok()
}

/// Returns true if `word` stands in small letters within the English title of a law.
pub fn is_in_titles(word: &str) -> bool {
    IN_TITLES.binary_search(&word).is_ok()
}

/// Returns true if `word` stands in small letters within the English name of a public body.
pub fn is_in_names(word: &str) -> bool {
    IN_NAMES.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_their_search() {
        for list in [ENGLISH, NEVER_LAST, IN_SENTENCES, IN_TITLES, IN_NAMES] {
            assert!(list.is_sorted(), "{list:?}");
        }
    }

    #[test]
    fn function_words_are_known_in_either_script() {
        for word in ["The", "of", "的", "對於", "对于", "與", "什么", "甚麼"] {
            assert!(is_function_word(word), "{word}");
        }
        for word in ["policy", "會議", "香港", "may", "act"] {
            assert!(!is_function_word(word), "{word}");
        }
    }

    #[test]
    fn each_purpose_has_its_own_words() {
        assert!(NEVER_LAST.iter().all(|word| is_function_word(word)));
        assert!(is_in_sentences("must") && !is_never_last("must"));
        assert!(is_never_last("in") && !is_in_sentences("in"));
        assert!(is_in_names("&") && !is_in_titles("&"));
        assert!(is_in_titles("under") && !is_in_names("under"));
    }
}
