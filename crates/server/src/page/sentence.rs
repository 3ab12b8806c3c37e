//! Cuts a sentence of the interface at its quotations, so that each can say its own language to those who listen.

use crate::page::frame::language_of;

/// A run of a sentence: words of the interface, or a quotation in a language of its own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TextRun {
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
}

/// `pattern` cut at its `{name}` places, each filled with its quotation.
pub(crate) fn with_quotations(pattern: &str, quoted: &[(&str, &str)]) -> Vec<TextRun> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        pieces.push(run(before, None));
        let value = value_of(quoted, name);
        pieces.push(run(value, Some(language_of(value, &[]))));
        rest = after;
    }
    pieces.push(run(rest, None));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

fn value_of<'a>(quoted: &[(&str, &'a str)], name: &str) -> &'a str {
    let value = quoted.iter().find(|(known, _)| *known == name);
    value.map_or("", |(_, value)| value)
}

fn run(text: &str, lang: Option<String>) -> TextRun {
    TextRun {
        text: text.to_owned(),
        lang,
    }
}

/// An English sentence cut at its Chinese examples, which are parted from it by spaces; a Chinese sentence is one piece.
pub(crate) fn with_examples(sentence: &str) -> Vec<TextRun> {
    if language_of(sentence.split(' ').next().unwrap_or_default(), &[]) != "en" {
        return vec![TextRun {
            text: sentence.to_owned(),
            lang: None,
        }];
    }
    let mut pieces: Vec<TextRun> = Vec::new();
    for word in sentence.split_inclusive(' ') {
        let lang = language_of(word, &[]);
        let lang = (lang != "en").then_some(lang);
        match pieces.last_mut().filter(|piece| piece.lang == lang) {
            Some(piece) => piece.text.push_str(word),
            None => pieces.push(TextRun {
                text: word.to_owned(),
                lang,
            }),
        }
    }
    pieces
}

/// The whole sentence.
pub(crate) fn plain_text(pieces: &[TextRun]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_say_their_language_within_an_english_sentence_only() {
        let cut = with_examples("others: 第23條, 第二十三條, Article 23");
        let seen: Vec<_> = cut
            .iter()
            .map(|piece| (piece.text.as_str(), piece.lang.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                ("others: ", None),
                ("第23條, 第二十三條, ", Some("zh")),
                ("Article 23", None)
            ]
        );
        assert_eq!(with_examples("互查：Article 23 等").len(), 1);
    }

    #[test]
    fn a_quotation_says_its_language_and_is_no_pattern() {
        let cut = with_quotations("檢索結果：{q}。", &[("q", "{q} of <b>")]);
        let seen: Vec<_> = cut
            .iter()
            .map(|piece| (piece.text.as_str(), piece.lang.as_deref()))
            .collect();
        assert_eq!(
            seen,
            [
                ("檢索結果：", None),
                ("{q} of <b>", Some("en")),
                ("。", None)
            ]
        );
        assert_eq!(plain_text(&cut), "檢索結果：{q} of <b>。");
        assert_eq!(with_quotations("{q}", &[("q", "")]), []);
    }
}
