//! Writes the words of a passage as a quotation, in the marks of its language.

use crate::page::citation::one_line;

/// Quotation marks of a language: around a quotation, and around one within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QuotationMarks {
    outer: [char; 2],
    inner: [char; 2],
}

impl QuotationMarks {
    /// The marks of a language tag: corner brackets in Traditional Chinese, curved marks elsewhere.
    pub(super) fn of(lang: &str) -> Self {
        match lang {
            "zh-Hant" => Self {
                outer: ['「', '」'],
                inner: ['『', '』'],
            },
            _ => Self {
                outer: ['“', '”'],
                inner: ['‘', '’'],
            },
        }
    }

    /// The four marks in a row, for the script of the page.
    pub(super) fn joined(self) -> String {
        self.outer.into_iter().chain(self.inner).collect()
    }

    /// `text` on one line and within the marks; marks that it holds become those of a quotation within one.
    pub(super) fn around(self, text: &str) -> String {
        let [open, close] = self.outer;
        let nested = |c: char| match self.outer.iter().position(|mark| *mark == c) {
            Some(at) => self.inner[at],
            None => c,
        };
        let text: String = one_line(text).chars().map(nested).collect();
        let words: Vec<&str> = text.split_whitespace().collect();
        format!("{open}{}{close}", words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_has_the_marks_of_its_language_and_one_line() {
        let quoted = |lang, text| QuotationMarks::of(lang).around(text);
        assert_eq!(
            quoted("zh-Hant", "所稱「公司」，\n指“公司”。"),
            "「所稱『公司』， 指“公司”。」"
        );
        assert_eq!(quoted("zh-Hans", "所称“公司”"), "“所称‘公司’”");
        assert_eq!(
            quoted("en", " The “company’s”\r\n\tname "),
            "“The ‘company’s’ name”"
        );
        assert_eq!(QuotationMarks::of("zh-Hant").joined(), "「」『』");
    }
}
