//! Words that say how other words belong together, and nothing of what a text is about.
//!
//! They are indexed and ranked like all words, since a phrase needs them. They alone list no document when not all words are
//! wanted, and they have no translation.

use polidex_analysis::fold::fold_text;

const ENGLISH: &[&str] = &[
    "a", "about", "an", "and", "any", "are", "as", "at", "be", "been", "between", "by", "can",
    "did", "do", "does", "for", "from", "has", "have", "how", "if", "in", "into", "is", "it",
    "its", "no", "not", "of", "on", "or", "shall", "should", "so", "such", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "under", "upon",
    "was", "were", "what", "when", "where", "whether", "which", "who", "whom", "whose", "why",
    "will", "with", "would",
];

/// Folded.
const CHINESE: &[&str] = &[
    "的", "之", "和", "及", "与", "或", "在", "于", "是", "了", "吗", "呢", "吧", "啊", "也", "都",
    "就", "而", "则", "其", "该", "以", "为", "被", "把", "将", "对", "对于", "关于", "什么",
    "怎么", "怎样", "如何", "哪些", "哪", "谁", "几", "多少", "是否", "有", "没有", "不", "我",
    "你", "他", "她", "它", "我们", "他们", "这", "那", "这个", "那个", "以及", "可以", "能", "会",
    "要", "应", "等", "所", "从", "到", "由", "向", "因", "因为", "如果", "但", "但是",
];

/// Whether `typed` is a function word of either language, in either script.
pub fn is_function_word(typed: &str) -> bool {
    let folded = fold_text(typed).text;
    ENGLISH.binary_search(&folded.as_str()).is_ok() || CHINESE.contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_are_known_in_either_script() {
        assert!(ENGLISH.is_sorted());
        for word in ["The", "of", "的", "對於", "对于", "與"] {
            assert!(is_function_word(word), "{word}");
        }
        for word in ["policy", "會議", "香港", "may", "act"] {
            assert!(!is_function_word(word), "{word}");
        }
    }
}
