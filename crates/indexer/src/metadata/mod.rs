//! Describes a document: title, publisher, number, date, languages, kind.
//!
//! In: what the source says about it and its laid-out text. Out: the fields of its record. What the source says comes
//! first; what it leaves out is read from the places of the text that hold it (`edges.rs`: its head and its foot) or stays
//! empty. A wrong value is worse than none, so every reader knows a few forms and nothing else; how often each is right,
//! and how often it finds anything, `tests/tests/promises/metadata.rs` measures against values that were declared.

mod bodies;
mod date;
mod edges;
mod history;
mod kind;
mod number;
mod publisher;
mod title;

use polidex_analysis::date::PartialDate;
use polidex_analysis::language::{Language, ScriptCounts};

use edges::Edges;
pub use number::number_key;

use crate::declared::Declared;
use crate::layout::LaidOut;

/// A language with a smaller share of a document's letters and characters is not one of its languages.
const LANGUAGE_SHARE_PERCENT: usize = 10;

/// The description of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Never empty unless the text is.
    pub title: String,
    /// Or empty.
    pub publisher: String,
    /// A valid partial date, or empty.
    pub date: String,
    /// The main one first; at least one.
    pub lang: Vec<Language>,
    /// Or empty.
    pub kind: String,
    /// As its publisher writes it, or empty.
    pub number: String,
    /// Provenance.
    pub provenance: Option<String>,
    /// http or https only.
    pub original_url: Option<String>,
}

/// Describes a document; `declared` is what its source says of it.
pub fn describe(declared: &Declared, laid_out: &LaidOut) -> Description {
    let given = |value: &Option<String>| {
        value
            .as_deref()
            .map(clean)
            .filter(|value| !value.is_empty())
    };
    let is_web = |url: &String| url.starts_with("http://") || url.starts_with("https://");
    let date = given(&declared.date).and_then(|date| PartialDate::parse(&date));
    let read = read_text(given(&declared.title), laid_out);
    Description {
        title: read
            .title
            .unwrap_or_else(|| title::first_words(laid_out, &Edges::of(laid_out))),
        publisher: given(&declared.publisher)
            .or(read.publisher)
            .unwrap_or_default(),
        date: date
            .or(read.date)
            .map_or_else(String::new, |date| date.to_string()),
        lang: languages(declared, laid_out),
        kind: given(&declared.kind).or(read.kind).unwrap_or_default(),
        number: given(&declared.number).or(read.number).unwrap_or_default(),
        provenance: given(&declared.source),
        original_url: given(&declared.original_url).filter(is_web),
    }
}

/// Description of a document, read from its text alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadFromText {
    /// The title that stands at its head; `None` where a text begins with a sentence.
    pub title: Option<String>,
    /// Body that signed, issued or passed it.
    pub publisher: Option<String>,
    /// The day of its publication.
    pub date: Option<PartialDate>,
    /// Kind.
    pub kind: Option<String>,
    /// Number of its own.
    pub number: Option<String>,
}

/// Reads what a text says of its document; `title` is its title where that is known.
pub fn read_text(title: Option<String>, laid_out: &LaidOut) -> ReadFromText {
    let edges = Edges::of(laid_out);
    let history = history::read_history(&edges.head);
    let title = title.or_else(|| title::title_in(laid_out, &edges));
    let name = title.as_deref().unwrap_or_default();
    ReadFromText {
        publisher: publisher::read_publisher(&edges, &history, name)
            .map(|publisher| clean(&publisher)),
        date: date::read_date(&edges, &history, &laid_out.text),
        kind: kind::read_kind(name, &edges.head).map(str::to_owned),
        number: number::read_number(&edges.head, name).map(|number| clean(&number)),
        title,
    }
}

/// Metadata is one line without control characters: it stands in lists, headers and logs.
fn clean(value: &str) -> String {
    let spaced: String = value
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The script of a document's Chinese: what is declared, else what its characters say.
pub fn chinese_script(declared: &Declared, text: &str) -> Language {
    let tags = declared
        .languages
        .iter()
        .filter_map(|tag| Language::from_tag(tag));
    let declared = tags
        .into_iter()
        .find(|language| *language != Language::English);
    let counts = ScriptCounts {
        letters: 0,
        ..ScriptCounts::of(text)
    };
    match counts.language(declared.unwrap_or(Language::TraditionalChinese)) {
        Language::English => declared.unwrap_or(Language::TraditionalChinese),
        chinese => declared.unwrap_or(chinese),
    }
}

fn languages(declared: &Declared, laid_out: &LaidOut) -> Vec<Language> {
    let mut languages: Vec<Language> = declared
        .languages
        .iter()
        .filter_map(|tag| Language::from_tag(tag))
        .collect();
    if languages.is_empty() {
        languages = languages_of(laid_out, chinese_script(declared, &laid_out.text));
    }
    languages.dedup();
    languages
}

/// By the share of characters in blocks of each language; a Han character weighs as three letters.
fn languages_of(laid_out: &LaidOut, chinese: Language) -> Vec<Language> {
    let mut weights: Vec<(Language, usize)> = Vec::new();
    for block in &laid_out.blocks {
        let counts = ScriptCounts::of(&laid_out.text[block.range.clone()]);
        let language = counts.language(chinese);
        let weight = counts.han * 3 + counts.letters;
        match weights.iter_mut().find(|(known, _)| *known == language) {
            Some((_, sum)) => *sum += weight,
            None => weights.push((language, weight)),
        }
    }
    let total: usize = weights.iter().map(|(_, weight)| weight).sum();
    weights.sort_by_key(|(language, weight)| (std::cmp::Reverse(*weight), *language));
    weights.retain(|(_, weight)| weight * 100 >= total * LANGUAGE_SHARE_PERCENT);
    if weights.is_empty() {
        weights.push((Language::English, 0));
    }
    weights.into_iter().map(|(language, _)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lay_out;

    #[test]
    fn what_the_source_says_comes_first() {
        let declared = Declared {
            title: Some("A\u{0}  title\nof two lines".to_owned()),
            date: Some("2024-13".to_owned()),
            languages: vec!["zh-Hant".to_owned(), "en".to_owned()],
            original_url: Some("javascript:alert(1)".to_owned()),
            ..Declared::default()
        };
        let description = describe(&declared, &lay_out("text", "x.txt", 0));
        assert_eq!(description.title, "A title of two lines");
        assert_eq!(description.date, "", "there is no month 13");
        assert_eq!(
            description.lang,
            [Language::TraditionalChinese, Language::English]
        );
        assert_eq!(description.original_url, None);
    }

    #[test]
    fn title_and_languages_come_from_the_text_otherwise() {
        let text = "# 施政報告\n\n特區政府會加快發展新質生產力。\n\nThe Government will accelerate its development of new forces.";
        let description = describe(&Declared::default(), &lay_out(text, "x.txt", 0));
        assert_eq!(description.title, "施政報告");
        assert_eq!(
            description.lang,
            [Language::TraditionalChinese, Language::English]
        );
    }
}
