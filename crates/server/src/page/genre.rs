//! Tells what sort of publication a document is, for the formats of references that want to know.
//!
//! In: the kind that its folder or text gives, in either language. Out: [`Genre`]; a kind that no rule knows is a report if it has
//! a publisher, and a document otherwise.

/// Sort of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Genre {
    /// Acts, ordinances, regulations.
    Statute,
    /// Bills.
    Bill,
    /// Records of proceedings, speeches and questions in them.
    Hearing,
    /// Judgments.
    Case,
    /// Articles of journals and magazines.
    Article,
    /// News and press releases.
    News,
    /// Blogs and pages of the web.
    Web,
    /// Reports, papers, addresses, plans.
    Report,
    /// Anything else.
    Document,
}

/// Words of kinds, the first that a kind holds decides.
const RULES: [(Genre, &[&str]); 7] = [
    (Genre::Bill, &["bill", "草案"]),
    (
        Genre::Hearing,
        &[
            "proceedings",
            "hansard",
            "speech",
            "minutes",
            "hearing",
            "question",
            "debate",
            "發言",
            "发言",
            "會議",
            "会议",
            "質詢",
            "质询",
        ],
    ),
    (
        Genre::Case,
        &[
            "judgment",
            "judgement",
            "decision of the court",
            "case",
            "判決",
            "判决",
            "裁定",
        ],
    ),
    (
        Genre::Statute,
        &[
            "law",
            "act",
            "ordinance",
            "statute",
            "regulation",
            "legislation",
            "rules",
            "code",
            "法律",
            "法規",
            "法规",
            "條例",
            "条例",
            "規章",
            "规章",
            "規定",
            "规定",
            "辦法",
            "办法",
        ],
    ),
    (Genre::News, &["press", "news", "新聞", "新闻"]),
    (
        Genre::Web,
        &["blog", "web", "post", "網誌", "博客", "網頁", "网页"],
    ),
    (Genre::Article, &["article", "journal", "文章", "期刊"]),
];

impl Genre {
    /// The genre of a document of `kind`, which may be unknown.
    pub(crate) fn of(kind: &str, has_publisher: bool) -> Self {
        let kind = kind.to_lowercase();
        let is_of = |words: &[&str]| words.iter().any(|word| holds_word(&kind, word));
        let rule = RULES.iter().find(|(_, words)| is_of(words));
        match rule {
            Some((genre, _)) => *genre,
            None if has_publisher => Self::Report,
            None => Self::Document,
        }
    }

    /// Type of a RIS record.
    pub(crate) fn ris(self) -> &'static str {
        match self {
            Self::Statute => "STAT",
            Self::Bill => "BILL",
            Self::Hearing => "HEAR",
            Self::Case => "CASE",
            Self::Article => "JOUR",
            Self::News => "NEWS",
            Self::Web => "ELEC",
            Self::Report => "RPRT",
            Self::Document => "GEN",
        }
    }

    /// Type of a BibTeX entry.
    pub(crate) fn bibtex(self) -> &'static str {
        match self {
            Self::Report => "techreport",
            Self::Article => "article",
            _ => "misc",
        }
    }

    /// Sign of GB/T 7714.
    pub(crate) fn gbt7714(self) -> &'static str {
        match self {
            Self::Report => "R",
            Self::Article => "J",
            Self::News => "N",
            Self::Web => "EB",
            _ => "Z",
        }
    }
}

/// Returns true if `kind` holds `word`: as a word of its own where it is of letters, anywhere where it is of ideographs.
fn holds_word(kind: &str, word: &str) -> bool {
    if !word.is_ascii() {
        return kind.contains(word);
    }
    let is_inside = |c: char| c.is_ascii_alphanumeric();
    kind.match_indices(word).any(|(at, _)| {
        let before = kind[..at].chars().next_back();
        let behind = kind[at + word.len()..]
            .trim_start_matches('s')
            .chars()
            .next();
        !before.is_some_and(is_inside) && !behind.is_some_and(is_inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_the_types_that_reference_managers_know() {
        for (kind, ris) in [
            ("law", "STAT"),
            ("Laws", "STAT"),
            ("行政法規", "STAT"),
            ("bill", "BILL"),
            ("record of proceedings", "HEAR"),
            ("speech", "HEAR"),
            ("Legislative Council question", "HEAR"),
            ("press release", "NEWS"),
            ("blog", "ELEC"),
            ("article", "JOUR"),
            ("policy address", "RPRT"),
            ("white paper", "RPRT"),
            ("factsheet", "RPRT"),
        ] {
            assert_eq!(Genre::of(kind, true).ris(), ris, "{kind}");
        }
        assert_eq!(Genre::of("", false).ris(), "GEN");
    }
}
