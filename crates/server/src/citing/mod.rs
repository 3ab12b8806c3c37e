//! Citations of a text, each resolved to a document of the collection.
//!
//! [`polidex_analysis::citations`] says what a text names; [`Works`] says which documents have that name. The text is read
//! where it stands in its document, so that 前項 and *the Act* mean what they mean there. What is not in the collection stays
//! a citation with its name.

mod locate;
mod works;

mod table;

use polidex_analysis::citations::{Citation, Work, citations};
use serde::Serialize;

pub(crate) use self::table::{Link, Table, TableBuilder};
pub use self::works::{Citing, Works};
use crate::citing::locate::locate;

/// Characters before a name that may belong to it.
const LONGEST_LEAD: usize = 40;

/// A citation and the document it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// First character, in code points of the text.
    pub start: usize,
    /// Words of the text.
    pub quote: String,
    /// Kind: `law`, `article`, `number`, `self`, `debate` or `other`.
    pub kind: &'static str,
    /// Name of the work.
    pub work: String,
    /// Place in the work, `art:38-1/para:2`; empty for the whole.
    pub place: String,
    /// Id of the document, or nothing where the collection does not hold it.
    pub target: Option<String>,
}

/// A document that a text stands in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// Id; empty for a text of its own.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// Date, as in its record.
    pub date: &'a str,
    /// Whole text.
    pub text: &'a str,
}

/// Returns what `text`, a passage of `source`, cites, with the documents of `works` that it means.
pub fn cited(text: &str, source: Source<'_>, works: &Works) -> Vec<Cited> {
    let before = locate(source.text, text).map_or("", |at| &source.text[..at]);
    let whole = [before, text].concat();
    let read = || whole.as_str();
    let citing = Citing::of(source, &read);
    let mut counted = (before.len(), 0);
    let found = citations(&whole, before.len(), source.title);
    let resolve = |citation: Citation| {
        let (citation, target) = resolved(citation, works, &citing);
        // A longer name may begin before the citation that was counted last.
        let (from, to) = (counted.0.min(citation.range.start), citation.range.start);
        if to < counted.0 {
            counted.1 -= whole[to..counted.0].chars().count();
        }
        counted.1 += whole[from..to].chars().count();
        counted.0 = to;
        let own = || (citation.work == Work::This && !source.id.is_empty()).then_some(source.id);
        let target = target.map(|at| works.id(at)).or_else(own);
        Cited {
            start: counted.1,
            quote: whole[citation.range.clone()].to_owned(),
            kind: citation.kind.name(),
            target: target.map(str::to_owned),
            work: name_of(citation.work, source.title),
            place: citation.place,
        }
    };
    found.into_iter().map(resolve).collect()
}

/// A citation with the whole of its name, and the number of the document that it means, among those of `works`.
pub(crate) fn resolved(
    mut citation: Citation,
    works: &Works,
    citing: &Citing<'_>,
) -> (Citation, Option<usize>) {
    lengthen(&mut citation, works, citing);
    shorten(&mut citation, works, citing);
    let is_foreign = is_of_another_country(&citation, citing);
    let target = (!is_foreign).then(|| target(&citation, works, citing));
    (citation, target.flatten())
}

/// Document that a citation means; a section of a code is looked up by its part.
fn target(citation: &Citation, works: &Works, citing: &Citing<'_>) -> Option<usize> {
    if let Work::Numbered(code) = &citation.work
        && let Some(section) = citation.place.strip_prefix("s:")
        && let Some((part, _)) = section.split_once('.')
    {
        let part = Work::Numbered(format!("{code} Part {part}"));
        if let Some(found) = works.target(&part, citing) {
            return Some(found);
        }
    }
    works.target(&citation.work, citing)
}

/// Gives a citation the longer name that a title of the collection has, where the text before it goes on with it.
fn lengthen(citation: &mut Citation, works: &Works, citing: &Citing<'_>) {
    let Work::Named(name) = &citation.work else {
        return;
    };
    let start = citation.range.start;
    let is_bare = || {
        let words = citing.text().get(start..);
        words.is_some_and(|words| !name.is_empty() && words.starts_with(first_of(name)))
    };
    let lead = || citing.text().get(..start).map_or("", lead_of);
    if let Some((longer, count)) = works.longer(name, lead, citing)
        && is_bare()
    {
        let before = citing.text().get(..start).unwrap_or_default();
        let letters = before.char_indices().rev();
        let letters = letters.filter(|(_, c)| c.is_alphanumeric());
        let first = letters.take(count).last().map_or(start, |(at, _)| at);
        citation.range.start = first;
        citation.work = Work::Named(longer);
    }
}

/// Countries whose laws have the titles of other countries' laws.
const COUNTRIES: [&str; 44] = [
    "日本",
    "韩国",
    "韓國",
    "美国",
    "美國",
    "德国",
    "德國",
    "法国",
    "法國",
    "英国",
    "英國",
    "欧盟",
    "歐盟",
    "欧洲",
    "歐洲",
    "俄罗斯",
    "俄羅斯",
    "印度",
    "新加坡",
    "澳大利亚",
    "澳洲",
    "加拿大",
    "新西兰",
    "紐西蘭",
    "新西蘭",
    "意大利",
    "義大利",
    "西班牙",
    "瑞士",
    "瑞典",
    "荷兰",
    "荷蘭",
    "巴西",
    "泰国",
    "泰國",
    "越南",
    "马来西亚",
    "馬來西亞",
    "印尼",
    "菲律宾",
    "菲律賓",
    "墨西哥",
    "南非",
    "以色列",
];

/// Returns true for the law of another country, whose name stands right before the title: 美国《国家安全法》.
fn is_of_another_country(citation: &Citation, citing: &Citing<'_>) -> bool {
    let before = citing
        .text()
        .get(..citation.range.start)
        .unwrap_or_default();
    let before = before.trim_end_matches(['的', '之', '《', '「', '“', ' ']);
    let is_named = matches!(citation.work, Work::Named(_));
    is_named && COUNTRIES.iter().any(|country| before.ends_with(country))
}

/// Takes from a citation the words before the title of the collection that it ends with: they belong to the sentence.
fn shorten(citation: &mut Citation, works: &Works, citing: &Citing<'_>) {
    let Work::Named(name) = &citation.work else {
        return;
    };
    let Some(title) = works.shorter(name, citing) else {
        return;
    };
    let lead = &name[..name.len() - title.len()];
    let words = citing.text().get(citation.range.clone());
    // A name between marks is one as it stands.
    if let Some(at) = words
        .and_then(|words| words.find(lead))
        .filter(|_| !lead.is_empty())
    {
        if at == 0 {
            citation.range.start += lead.len();
        }
        citation.work = Work::Named(title.to_owned());
    }
}

fn first_of(name: &str) -> char {
    name.chars().next().unwrap_or(' ')
}

/// Last words of `before`, behind a mark, that may belong to a name.
fn lead_of(before: &str) -> &str {
    let longest = before.char_indices().rev().nth(LONGEST_LEAD);
    let from = longest.map_or(0, |(at, _)| at);
    before[from..]
        .split(['。', '，', '；', '《', '》', '「', '」'])
        .next_back()
        .unwrap_or_default()
}

pub(crate) fn name_of(work: Work, title: &str) -> String {
    match work {
        Work::This => title.to_owned(),
        Work::Named(name) | Work::Numbered(name) => name,
        Work::Meeting(day) => day,
    }
}
