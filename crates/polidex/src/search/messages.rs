//! What is said of an answer on the terminal, in the language of its reader.

use polidex_server::answer::{Absent, Answer, Correction};
use polidex_server::expansion::Expansion;

use crate::language::Language;

/// Messages in one language.
#[derive(Clone, Copy)]
pub(super) struct Messages(pub(super) Language);

impl Messages {
    pub(super) fn note(self, message: &str) -> String {
        format!("{}{message}", self.0.pick("note: ", "註：", "注："))
    }

    pub(super) fn also_searched(self, expansion: &Expansion) -> String {
        let Expansion { term, forms, .. } = expansion;
        let forms = forms.join(self.0.pick(", ", "、", "、"));
        let said = self.0.pick("also searched: ", "同時搜尋：", "同时搜索：");
        format!("{said}{term} = {forms}")
    }

    pub(super) fn did_you_mean(self, correction: &Correction) -> String {
        let Correction { q, documents } = correction;
        match self.0 {
            Language::English => format!("did you mean: {q} ({documents} documents)"),
            Language::Traditional => format!("你是否想找：{q}（{documents} 份文件）"),
            Language::Simplified => format!("你是否想找：{q}（{documents} 份文件）"),
        }
    }

    pub(super) fn not_listed(self, absent: &Absent) -> String {
        let reasons: Vec<String> = absent.explanation.iter().map(ToString::to_string).collect();
        let said = self
            .0
            .pick(" is not listed: ", " 不在其中：", " 不在其中：");
        format!("{}{said}{}", absent.id, reasons.join("; "))
    }

    pub(super) fn nothing_found(self) -> &'static str {
        self.0.pick("nothing found", "找不到結果", "找不到结果")
    }

    pub(super) fn documents_with(self, term: &str, count: u64) -> String {
        let documents = self.0.pick("documents", "份文件", "份文件");
        format!("  {term}: {count} {documents}")
    }

    pub(super) fn total(self, answer: &Answer) -> String {
        let (listed, total) = (answer.hits.len(), answer.total.value);
        let mut said = match self.0 {
            Language::English => format!("{listed} listed of {total} documents"),
            Language::Traditional => format!("列出 {listed} 份，共 {total} 份文件"),
            Language::Simplified => format!("列出 {listed} 份，共 {total} 份文件"),
        };
        match (answer.expanded_total, self.0) {
            (0, _) => {}
            (more, Language::English) => {
                said.push_str(&format!(" and {more} found by translation"));
            }
            (more, Language::Traditional) => {
                said.push_str(&format!("，另有 {more} 份憑譯文找到"));
            }
            (more, Language::Simplified) => {
                said.push_str(&format!("，另有 {more} 份凭译文找到"));
            }
        }
        match (answer.original_total, self.0) {
            (0, _) => {}
            (more, Language::English) => {
                said.push_str(&format!(" and {more} found only in the text as published"));
            }
            (more, Language::Traditional) => {
                said.push_str(&format!("，另有 {more} 份只在原文中找到"));
            }
            (more, Language::Simplified) => {
                said.push_str(&format!("，另有 {more} 份只在原文中找到"));
            }
        }
        said
    }

    pub(super) fn most_of_the_words(self, total: u64) -> String {
        match self.0 {
            Language::English => format!("-- with most of the words: {total} documents"),
            Language::Traditional => format!("-- 含大部分字詞：{total} 份文件"),
            Language::Simplified => format!("-- 含大部分字词：{total} 份文件"),
        }
    }

    pub(super) fn by_translation(self) -> &'static str {
        self.0
            .pick("found by translation", "憑譯文找到", "凭译文找到")
    }

    pub(super) fn as_published(self) -> &'static str {
        self.0.pick(
            "found only in the text as published: a repair changed these words",
            "只在原文中找到：修復改動了這些字",
            "只在原文中找到：修复改动了这些字",
        )
    }

    pub(super) fn without(self, words: &[String]) -> String {
        let words = words.join(self.0.pick(", ", "、", "、"));
        format!("{}{words}", self.0.pick("without ", "不含 ", "不含 "))
    }

    pub(super) fn duplicates(self, count: usize, ids: &[String]) -> String {
        let ids = ids.join(", ");
        match self.0 {
            Language::English => format!("also in {count} more: {ids}"),
            Language::Traditional => format!("另有 {count} 份相同：{ids}"),
            Language::Simplified => format!("另有 {count} 份相同：{ids}"),
        }
    }
}
