//! Names the kinds of documents in the reader's language.
//!
//! In: a kind as a document or its folder gives it, in any of the three languages. Out: its name in the language of the interface;
//! a kind that is not known stays as it is.

use polidex_analysis::language::Language;

use crate::request::language::Ui;
use crate::suggest::in_script;

/// Kinds in English, Traditional and Simplified Chinese: those that texts tell of themselves, and those that folders declare
/// most often.
const KINDS: [[&str; 3]; 32] = [
    ["law", "法律", "法律"],
    ["bill", "法案", "法案"],
    ["act", "法令", "法令"],
    ["ordinance", "條例", "条例"],
    ["regulation", "規例", "法规"],
    ["regulations", "規例", "法规"],
    ["administrative regulation", "行政法規", "行政法规"],
    ["judicial interpretation", "司法解釋", "司法解释"],
    ["judgment", "判決書", "判决书"],
    ["notice", "通知", "通知"],
    ["circular", "通告", "通告"],
    ["guideline", "指引", "指引"],
    ["guidelines", "指引", "指引"],
    ["speech", "演辭", "讲话"],
    ["minutes", "會議紀錄", "会议记录"],
    ["record of proceedings", "會議過程正式紀錄", "会议正式记录"],
    ["Legislative Council question", "立法會質詢", "立法会质询"],
    ["Legislative Council paper", "立法會文件", "立法会文件"],
    ["policy address", "施政報告", "施政报告"],
    ["budget speech", "財政預算案演辭", "财政预算案演讲"],
    ["policy", "政策", "政策"],
    ["plan", "規劃", "规划"],
    ["report", "報告", "报告"],
    ["white paper", "白皮書", "白皮书"],
    ["consultation paper", "諮詢文件", "咨询文件"],
    ["research paper", "研究報告", "研究报告"],
    ["press release", "新聞公報", "新闻公报"],
    ["news", "新聞", "新闻"],
    ["article", "文章", "文章"],
    ["blog", "網誌", "博客"],
    ["letter", "函件", "函件"],
    ["form", "表格", "表格"],
];

impl Ui {
    /// Returns the name of a kind; Chinese of the other script is written in the reader's.
    pub(crate) fn kind_name(self, kind: &str) -> String {
        let is_known =
            |names: &&[&str; 3]| names.iter().any(|name| name.eq_ignore_ascii_case(kind));
        let names = KINDS.iter().find(is_known);
        match (self, names) {
            // As the collection writes it: `Law` and `law` are two kinds.
            (Self::En, Some(_)) if kind.is_ascii() => kind.to_owned(),
            (Self::En, Some([name, ..])) => (*name).to_owned(),
            (Self::ZhHant, Some([_, name, _])) | (Self::ZhHans, Some([.., name])) => {
                (*name).to_owned()
            }
            (_, None) => self.in_own_script(kind),
        }
    }

    /// Returns `text` with its ideographs in the script of the interface; an English one leaves them as they are.
    pub(crate) fn in_own_script(self, text: &str) -> String {
        in_script(text, self.language())
    }

    /// The language of the interface as a language of documents.
    pub(crate) fn language(self) -> Language {
        match self {
            Self::En => Language::English,
            Self::ZhHant => Language::TraditionalChinese,
            Self::ZhHans => Language::SimplifiedChinese,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_in_the_readers_language_and_script() {
        for (kind, [en, hant, hans]) in [
            ("law", ["law", "法律", "法律"]),
            ("Press release", ["Press release", "新聞公報", "新闻公报"]),
            ("新聞公報", ["press release", "新聞公報", "新闻公报"]),
            ("法律", ["law", "法律", "法律"]),
            ("會議紀要", ["會議紀要", "會議紀要", "会议纪要"]),
            ("factsheet", ["factsheet", "factsheet", "factsheet"]),
            ("", ["", "", ""]),
        ] {
            let names = Ui::ALL.map(|ui| ui.kind_name(kind));
            assert_eq!(names, [en, hant, hans], "{kind}");
        }
    }
}
