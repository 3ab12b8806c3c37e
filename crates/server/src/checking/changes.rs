//! Words by which texts say that a work, or an article, is no longer in force.

use crate::checking::Verdict;

/// Longest text of an article that is repealed, in characters: its label, the word and a note of the act that did it.
const LONGEST_REPEALED: usize = 90;
/// Words, in brackets or alone, that stand in the place of an article that is no more.
const REPEALED_ARTICLE: [&str; 9] = [
    "(刪除)",
    "(删除)",
    "(廢止)",
    "(废止)",
    "[repealed",
    "(repealed",
    "(deleted)",
    "[deleted",
    "[revoked",
];
/// Words behind the name of a work by which a text ends its force.
const REPEALS: [&str; 8] = [
    "同时废止",
    "同時廢止",
    "予以废止",
    "予以廢止",
    "废止",
    "廢止",
    "is repealed",
    "is hereby repealed",
];
/// Characters between a name and such words.
const NEAR: usize = 24;
/// Marks that end what is said of a name.
const ENDS: [char; 8] = ['。', '；', '，', ';', '\n', '《', '「', '、'];

/// Returns true if an article consists of the words that it is repealed.
pub(super) fn is_repealed(article: &str) -> bool {
    if article.chars().count() > LONGEST_REPEALED {
        return false;
    }
    let plain: String = article
        .chars()
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '〔' | '【' => '[',
            c => c.to_ascii_lowercase(),
        })
        .collect();
    REPEALED_ARTICLE.iter().any(|words| plain.contains(words))
}

/// Change that a later text says of a work which it names between `before` and `after`: that it is repealed, or in the text's own
/// title, `title`, that it is amended.
pub fn said_of(title: &str, before: &str, after: &str) -> Option<Verdict> {
    let after = after.trim_start_matches(|c: char| "》」”)）".contains(c));
    let said: String = after.chars().take(NEAR).collect();
    let said = said.split(ENDS).next().unwrap_or_default();
    if REPEALS.iter().any(|words| said.contains(words)) && !said.contains(['未', '不']) {
        return Some(Verdict::Repealed);
    }
    let head: String = before.chars().rev().take(4).collect();
    let is_amending = ["关于修改", "關於修正", "關於修改"]
        .iter()
        .any(|words| title.contains(words));
    let is_named = head.contains("改修") || head.contains("正修");
    (is_amending && is_named).then_some(Verdict::Amended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_is_repealed_by_its_own_words() {
        for article in [
            "第 2 條　（刪除）",
            "第五条 （删除）",
            "12 [Repealed, 2019, c. 29, s. 377]",
            "Article 2 (Deleted)",
        ] {
            assert!(is_repealed(article), "{article}");
        }
        let long = format!("第 2 條 （刪除） {}", "文".repeat(90));
        for article in ["第 2 條 經主管機關刪除者，不得再申請。", &long] {
            assert!(!is_repealed(article), "{article}");
        }
    }

    #[test]
    fn a_later_text_says_what_it_repeals_and_amends() {
        let said = |before, after| said_of("关于修改《港口法》的决定", before, after);
        assert_eq!(said("施行，", "》同时废止。"), Some(Verdict::Repealed));
        assert_eq!(said("", " is hereby repealed."), Some(Verdict::Repealed));
        assert_eq!(said("关于修改《", "》的决定"), Some(Verdict::Amended));
        assert_eq!(
            said("依照", "》办理，原办法废止。"),
            None,
            "another is repealed"
        );
        assert_eq!(said("", "》未予废止的"), None);
    }
}
