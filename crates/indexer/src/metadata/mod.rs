//! Describes a document: title, publisher, number, date, languages, kind.
//!
//! In: what the source says about it and its laid-out text. Out: the fields of its record. What the source says comes
//! first; what it leaves out is read from the places of the text that hold it (`edges.rs`: its head and its foot) or stays
//! empty. A wrong value is worse than none, so every reader knows a few forms and nothing else; how often each is right,
//! and how often it finds anything, `tests/tests/promises/metadata.rs` measures against values that were declared.

mod abbreviations;
mod bodies;
mod date;
mod edges;
mod history;
mod kind;
mod labels;
mod number;
mod publisher;
mod series;
mod signature;
mod title;

use polidex_analysis::date::PartialDate;
use polidex_analysis::language::{Language, ScriptCounts};
use polidex_schema::record::ValueField;

pub(crate) use abbreviations::abbreviations;
use edges::Edges;
pub use number::number_key;

use crate::declared::Declared;
use crate::layout::LaidOut;

/// A language with a smaller share of a document's letters and characters is not one of its languages.
const LANGUAGE_SHARE_PERCENT: usize = 10;

/// The bodies that a publisher's name is made of: those of a joint document stand with `、` between them. A name that is not
/// made of bodies is one.
///
/// # Examples
/// ```
/// use polidex_indexer::metadata::publishers;
/// assert_eq!(publishers("财政部、税务总局"), ["财政部", "税务总局"]);
/// assert_eq!(publishers("環境、食品及農村事務部"), ["環境、食品及農村事務部"]);
/// ```
pub fn publishers(publisher: &str) -> Vec<&str> {
    let parts: Vec<&str> = publisher.split('、').map(str::trim).collect();
    if parts.iter().all(|part| bodies::is_signatory(part)) {
        parts
    } else {
        vec![publisher]
    }
}

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
    let title = read.title.filter(|title| !title.value.is_empty());
    let title = title.unwrap_or_else(|| first_words(laid_out));
    let publisher = [
        said(&declared.publisher),
        read.publisher,
        publisher_of_file(properties),
    ];
    let number = [
        said(&declared.number),
        read.number,
        said_of_itself(&properties.number),
    ];
    let mut of = Chosen::default();
    Description {
        title: of.first(ValueField::Title, [Some(title)]),
        publisher: of.first(ValueField::Publisher, publisher),
        date: of.day(
            ValueField::Date,
            &declared.date,
            read.date,
            &properties.date,
        ),
        first_date: of.day(
            ValueField::FirstDate,
            &declared.first_date,
            read.first_date,
            &None,
        ),
        effective: of.day(
            ValueField::Effective,
            &declared.effective,
            read.effective,
            &None,
        ),
        file_date: of.day(
            ValueField::FileDate,
            &declared.file_date,
            None,
            &properties.file_date,
        ),
        kind: of.first(ValueField::Kind, [said(&declared.kind), read.kind]),
        number: of.first(ValueField::Number, number),
        lang: languages(declared, laid_out),
        provenance: given(&declared.source),
        original_url: web_address(declared, properties),
        from: of.from,
    }
}

/// Values chosen for a description.
#[derive(Default)]
struct Chosen {
    from: Vec<(ValueField, ReadFrom)>,
}

impl Chosen {
    /// Returns the first value there is, or an empty one, and notes its origin.
    fn first<const N: usize>(
        &mut self,
        field: ValueField,
        values: [Option<Read<String>>; N],
    ) -> String {
        let found = values.into_iter().flatten().next();
        found.map_or_else(String::new, |read| {
            self.from.push((field, read.from));
            read.value
        })
    }

    /// Returns the first valid date of what is declared, read in the text and said by the file.
    fn day(
        &mut self,
        field: ValueField,
        declared: &Option<String>,
        read: Option<Read<PartialDate>>,
        property: &Option<String>,
    ) -> String {
        let written = |read: Read<PartialDate>| Read {
            value: read.value.to_string(),
            from: read.from,
        };
        let declared = said(declared).and_then(day);
        let of_file = said_of_itself(property).and_then(day);
        self.first(field, [declared, read.map(written), of_file])
    }
}

/// Name for a text without a title.
fn first_words(laid_out: &LaidOut) -> Read<String> {
    Read {
        value: title::first_words(laid_out, &Edges::of(laid_out)),
        from: ReadFrom::FirstWords,
    }
}

/// The publisher that a file names, or the body among the names that it says made it.
fn publisher_of_file(properties: &Declared) -> Option<Read<String>> {
    let body_among = |names: Read<String>| {
        let value = bodies::publisher_among(&names.value)?;
        Some(Read { value, ..names })
    };
    let named = said_of_itself(&properties.file_publisher);
    let body = named.clone().and_then(body_among);
    body.or_else(|| named.filter(|named| publisher::is_name(&named.value)))
        .or_else(|| said_of_itself(&properties.publisher).and_then(body_among))
}

/// Address of a document on the web, unless it is one of another kind.
fn web_address(declared: &Declared, properties: &Declared) -> Option<String> {
    given(&declared.original_url)
        .or_else(|| given(&properties.original_url))
        .filter(|url| url.starts_with("http://") || url.starts_with("https://"))
}

/// A value as one clean line; `None` where it says nothing.
fn given(value: &Option<String>) -> Option<String> {
    value
        .as_deref()
        .map(clean)
        .filter(|value| !value.is_empty())
}

fn said(value: &Option<String>) -> Option<Read<String>> {
    given(value).map(|value| Read {
        value,
        from: ReadFrom::Declared,
    })
}

fn said_of_itself(value: &Option<String>) -> Option<Read<String>> {
    given(value).map(|value| Read {
        value,
        from: ReadFrom::Properties,
    })
}

/// A value as a date; `None` where it is none.
fn day(read: Read<String>) -> Option<Read<String>> {
    let value = PartialDate::parse(&read.value)?.to_string();
    Some(Read { value, ..read })
}

/// A value and where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<T> {
    /// Value.
    pub value: T,
    /// Place.
    pub from: ReadFrom,
}

impl<T> Read<T> {
    /// A value that was read on `line` of the text.
    fn on(line: &str, value: T, laid_out: &LaidOut) -> Self {
        let at = line.as_ptr() as usize;
        let from = ReadFrom::Text(at.saturating_sub(laid_out.text.as_ptr() as usize));
        Self { value, from }
    }
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
    let title = match declared {
        Some(title) => Some(Read {
            value: without_entities(&title),
            from: ReadFrom::Declared,
        }),
        None => title_of(properties, laid_out, &edges),
    };
    let name = title.as_ref().map_or("", |title| title.value.as_str());
    let number = number::read_number(&edges.head, name);
    let is_official = is_official(name, number.as_ref());
    let dates = date::read_dates(laid_out, &edges, &history, is_official);
    let numbered = number.as_ref().map_or("", |(number, _)| number.as_str());
    let publisher = publisher::read_publisher(laid_out, &edges, &history, name, numbered);
    let dated = |(value, line): date::Said| Read::on(line, value, laid_out);
    let named = |(value, line): (String, &str)| Read::on(line, clean(&value), laid_out);
    ReadFromText {
        publisher: publisher.map(named),
        date: dates.issued.map(dated),
        first_date: dates.first.map(dated),
        effective: dates.effective.map(dated),
        kind: kind_of(title.as_ref(), &edges),
        number: number.map(named),
        title,
    }
}

/// Returns true for a document that an office sends, by its name or its number.
fn is_official(name: &str, number: Option<&(String, &str)>) -> bool {
    publisher::is_official(name) || number.is_some_and(|(number, _)| number::is_of_letter(number))
}

/// The kind that a title names, or the head of the text.
fn kind_of(title: Option<&Read<String>>, edges: &Edges) -> Option<Read<String>> {
    let name = title.map_or("", |title| title.value.as_str());
    let kind = kind::read_kind(name, &edges.head)?;
    Some(Read {
        value: kind.to_owned(),
        from: title.map_or(ReadFrom::Text(0), |title| title.from),
    })
}

/// The title: what the format declares where the text agrees; then what stands at the head of the text; then what the format
/// declares, where that is one. A page's own title is surer than the first words of its text, a file's property less sure.
fn title_of(properties: &Declared, laid_out: &LaidOut, edges: &Edges) -> Option<Read<String>> {
    let of_page = given(&properties.title);
    let declared = of_page
        .clone()
        .or_else(|| given(&properties.file_title))
        .filter(|title| !title::is_file_name(title));
    let stood = title::title_in(laid_out, edges);
    let read = |(value, line): title::Titled| Read::on(line, value, laid_out);
    let agreed = declared
        .as_deref()
        .and_then(|title| title::agreed(title, edges));
    if let Some(agreed) = agreed {
        // An official title names its body and its form, of which a page's title often leaves something out.
        let fuller = stood.filter(|(title, _)| title.contains(&agreed.0));
        return fuller.or(Some(agreed)).map(read);
    }
    let of_page = of_page.filter(|title| !title::names_site(title));
    let is_surer = |stood: &title::Titled| {
        of_page.is_none()
            || publisher::is_official(&stood.0)
            || title::is_over_facts(stood, edges)
            || title::is_heading(stood, laid_out)
    };
    stood
        .filter(is_surer)
        .map(read)
        .or_else(|| of_page.clone().or(declared).map(title_of_file))
}

fn title_of_file(title: String) -> Read<String> {
    Read {
        value: without_entities(&title),
        from: ReadFrom::Properties,
    }
}

/// Named entities, and what they stand for. The ampersand comes last: it is part of all others.
const NAMED_ENTITIES: [(&str, &str); 12] = [
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

/// A title without the entities that a table of another program left in it: `People&#58; Closing the Gap`.
fn without_entities(title: &str) -> String {
    let mut text = title.to_owned();
    for (entity, character) in NAMED_ENTITIES {
        text = text.replace(entity, character);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, entity)) = rest.split_once("&#") {
        plain.push_str(before);
        rest = match numbered_entity(entity) {
            Some((character, behind)) => {
                plain.push(character);
                behind
            }
            None => {
                plain.push_str("&#");
                entity
            }
        };
    }
    plain.push_str(rest);
    clean(&plain)
}

/// The character of a numbered entity, of which `entity` begins with the number, and the text behind it.
fn numbered_entity(entity: &str) -> Option<(char, &str)> {
    /// Bytes of the longest number.
    const LONGEST: usize = 6;
    let (number, behind) = entity.split_once(';')?;
    if number.len() > LONGEST {
        return None;
    }
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    Some((char::from_u32(code)?, behind))
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
    let mut weights = language_weights(laid_out, chinese);
    let total: usize = weights.iter().map(|(_, weight)| weight).sum();
    weights.sort_by_key(|(language, weight)| (std::cmp::Reverse(*weight), *language));
    weights.retain(|(_, weight)| weight * 100 >= total * LANGUAGE_SHARE_PERCENT);
    if weights.is_empty() {
        weights.push((Language::English, 0));
    }
    weights.into_iter().map(|(language, _)| language).collect()
}

fn language_weights(laid_out: &LaidOut, chinese: Language) -> Vec<(Language, usize)> {
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
    weights
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
