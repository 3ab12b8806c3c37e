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
mod labels;
mod number;
mod publisher;
mod signature;
mod title;

use polidex_analysis::date::PartialDate;
use polidex_analysis::language::{Language, ScriptCounts};
use polidex_schema::record::ValueField;

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
    /// The day it was issued first, or empty.
    pub first_date: String,
    /// The day it comes into force, or empty.
    pub effective: String,
    /// The day its file says it was made, or empty; never its date.
    pub file_date: String,
    /// Or empty.
    pub kind: String,
    /// As its publisher writes it, or empty.
    pub number: String,
    /// Provenance.
    pub provenance: Option<String>,
    /// http or https only.
    pub original_url: Option<String>,
    /// Where the values are from that are not empty.
    pub from: Vec<(ValueField, ReadFrom)>,
}

/// Where a value is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFrom {
    /// The folder's `sources.toml`, a row's columns, front matter.
    Declared,
    /// What the file says of itself: its properties, a page's `<meta>`.
    Properties,
    /// The text, at this byte.
    Text(usize),
    /// The first words of a text that has no title.
    FirstWords,
}

/// Describes a document: `declared` is what its folder says of it, `properties` what its format does.
pub fn describe(declared: &Declared, properties: &Declared, laid_out: &LaidOut) -> Description {
    let read = read_text(given(&declared.title), properties, laid_out);
    let mut from = Vec::new();
    let mut choose = |field, values: [Option<(String, ReadFrom)>; 3]| {
        let found = values.into_iter().flatten().next();
        found.map_or_else(String::new, |(value, origin)| {
            from.push((field, origin));
            value
        })
    };
    let in_text = |value: Option<Read<String>>| value.map(|read| (read.value, read.from));
    let date_in_text =
        |value: Option<Read<PartialDate>>| value.map(|read| (read.value.to_string(), read.from));
    let is_web = |url: &String| url.starts_with("http://") || url.starts_with("https://");
    let title = choose(ValueField::Title, [in_text(read.title), None, None]);
    Description {
        title: if title.is_empty() {
            choose(
                ValueField::Title,
                [
                    Some((
                        title::first_words(laid_out, &Edges::of(laid_out)),
                        ReadFrom::FirstWords,
                    )),
                    None,
                    None,
                ],
            )
        } else {
            title
        },
        publisher: choose(
            ValueField::Publisher,
            [
                said(&declared.publisher),
                in_text(read.publisher),
                said_of_itself(&properties.publisher)
                    .and_then(|(names, from)| Some((bodies::publisher_among(&names)?, from))),
            ],
        ),
        date: choose(
            ValueField::Date,
            [
                day(said(&declared.date)),
                date_in_text(read.date),
                day(said_of_itself(&properties.date)),
            ],
        ),
        first_date: choose(
            ValueField::FirstDate,
            [
                day(said(&declared.first_date)),
                date_in_text(read.first_date),
                None,
            ],
        ),
        effective: choose(
            ValueField::Effective,
            [
                day(said(&declared.effective)),
                date_in_text(read.effective),
                None,
            ],
        ),
        file_date: choose(
            ValueField::FileDate,
            [
                day(said(&declared.file_date)),
                day(said_of_itself(&properties.file_date)),
                None,
            ],
        ),
        kind: choose(
            ValueField::Kind,
            [said(&declared.kind), in_text(read.kind), None],
        ),
        number: choose(
            ValueField::Number,
            [
                said(&declared.number),
                in_text(read.number),
                said_of_itself(&properties.number),
            ],
        ),
        lang: languages(declared, laid_out),
        provenance: given(&declared.source),
        original_url: given(&declared.original_url)
            .or_else(|| given(&properties.original_url))
            .filter(is_web),
        from,
    }
}

/// A value as one clean line; `None` where it says nothing.
fn given(value: &Option<String>) -> Option<String> {
    value
        .as_deref()
        .map(clean)
        .filter(|value| !value.is_empty())
}

fn said(value: &Option<String>) -> Option<(String, ReadFrom)> {
    given(value).map(|value| (value, ReadFrom::Declared))
}

fn said_of_itself(value: &Option<String>) -> Option<(String, ReadFrom)> {
    given(value).map(|value| (value, ReadFrom::Properties))
}

fn day(value: Option<(String, ReadFrom)>) -> Option<(String, ReadFrom)> {
    value.and_then(|(date, from)| Some((PartialDate::parse(&date)?.to_string(), from)))
}

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<T> {
    /// Value.
    pub value: T,
    /// Place.
    pub from: ReadFrom,
}

/// Description of a document, read from its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadFromText {
    /// The title that stands at its head; `None` where a text begins with a sentence.
    pub title: Option<Read<String>>,
    /// Body that signed, issued or passed it, or the bodies, with `、` between them.
    pub publisher: Option<Read<String>>,
    /// The day it was issued.
    pub date: Option<Read<PartialDate>>,
    /// The day it was issued first.
    pub first_date: Option<Read<PartialDate>>,
    /// The day it comes into force.
    pub effective: Option<Read<PartialDate>>,
    /// Kind.
    pub kind: Option<Read<String>>,
    /// Number of its own.
    pub number: Option<Read<String>>,
}

/// Reads what a text says of its document; `declared` is its title where that is known, `properties` what its format says.
pub fn read_text(
    declared: Option<String>,
    properties: &Declared,
    laid_out: &LaidOut,
) -> ReadFromText {
    let edges = Edges::of(laid_out);
    let history = history::read_history(&laid_out.text, &edges.head);
    let place = |line: &str| {
        ReadFrom::Text((line.as_ptr() as usize).saturating_sub(laid_out.text.as_ptr() as usize))
    };
    let title = match declared {
        Some(title) => Some(Read {
            value: without_entities(&title),
            from: ReadFrom::Declared,
        }),
        None => title_of(properties, laid_out, &edges, place),
    };
    let name = title
        .as_ref()
        .map(|title| title.value.as_str())
        .unwrap_or_default();
    let number = number::read_number(&edges.head, name);
    let is_official = publisher::is_official(name)
        || number
            .as_ref()
            .is_some_and(|(number, _)| number::is_of_letter(number));
    let dates = date::read_dates(laid_out, &edges, &history, is_official);
    let at = |said: Option<date::Said>| {
        said.map(|(value, line)| Read {
            value,
            from: place(line),
        })
    };
    let named = |found: Option<(String, &str)>| {
        found.map(|(value, line)| Read {
            value: clean(&value),
            from: place(line),
        })
    };
    ReadFromText {
        publisher: named(publisher::read_publisher(laid_out, &edges, &history, name)),
        date: at(dates.issued),
        first_date: at(dates.first),
        effective: at(dates.effective),
        kind: kind::read_kind(name, &edges.head).map(|kind| Read {
            value: kind.to_owned(),
            from: title.as_ref().map_or(ReadFrom::Text(0), |title| title.from),
        }),
        number: named(number),
        title,
    }
}

/// The title: what the format declares where the text agrees; then what stands at the head of the text; then what the format
/// declares, where that is one. A page's own title is surer than the first words of its text, a file's property less sure.
fn title_of(
    properties: &Declared,
    laid_out: &LaidOut,
    edges: &Edges,
    place: impl Fn(&str) -> ReadFrom,
) -> Option<Read<String>> {
    let read = |(value, line): (String, &str)| Read {
        value,
        from: place(line),
    };
    let of_page = given(&properties.title);
    let of_file = given(&properties.file_title);
    let declared = of_page
        .clone()
        .or(of_file.clone())
        .filter(|title| !title::is_file_name(title));
    let stood = title::title_in(laid_out, edges);
    if let Some(agreed) = declared
        .as_deref()
        .and_then(|title| title::agreed(title, edges))
    {
        // An official title names its body and its form, of which a page's title often leaves something out.
        let is_fuller = stood
            .as_ref()
            .is_some_and(|(title, _)| title.contains(&agreed.0));
        return stood.filter(|_| is_fuller).or(Some(agreed)).map(read);
    }
    let own = |value: String| Read {
        value: without_entities(&value),
        from: ReadFrom::Properties,
    };
    match (of_page.filter(|title| !title::names_site(title)), stood) {
        (_, Some(stood))
            if publisher::is_official(&stood.0) || title::is_over_facts(&stood, edges) =>
        {
            Some(read(stood))
        }
        (Some(_), Some(stood)) if title::is_heading(&stood, laid_out) => Some(read(stood)),
        (Some(title), _) => Some(own(title)),
        (None, Some(stood)) => Some(read(stood)),
        (None, None) => declared.map(own),
    }
}

/// A title without the entities that a table of another program left in it: `People&#58; Closing the Gap`.
fn without_entities(title: &str) -> String {
    const NAMED: [(&str, &str); 12] = [
        ("&nbsp;", " "),
        ("&mdash;", "—"),
        ("&ndash;", "–"),
        ("&rsquo;", "’"),
        ("&lsquo;", "‘"),
        ("&ldquo;", "“"),
        ("&rdquo;", "”"),
        ("&hellip;", "…"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    let mut text = title.to_owned();
    for (entity, character) in NAMED {
        text = text.replace(entity, character);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("&#") {
        let (before, entity) = rest.split_at(at);
        plain.push_str(before);
        let end = entity.find(';').filter(|end| *end <= 8);
        let number = end.map(|end| &entity[2..end]);
        let code = number.and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        match (code.and_then(char::from_u32), end) {
            (Some(character), Some(end)) => {
                plain.push(character);
                rest = &entity[end + 1..];
            }
            _ => {
                plain.push_str("&#");
                rest = &entity[2..];
            }
        }
    }
    plain.push_str(rest);
    clean(&plain)
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
        let description = describe(
            &declared,
            &Declared::default(),
            &lay_out("text", "x.txt", 0),
        );
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
        let description = describe(
            &Declared::default(),
            &Declared::default(),
            &lay_out(text, "x.txt", 0),
        );
        assert_eq!(description.title, "施政報告");
        assert_eq!(
            description.lang,
            [Language::TraditionalChinese, Language::English]
        );
    }
}
