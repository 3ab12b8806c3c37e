//! Completes a query while it is typed and offers other spellings of one that finds little.
//!
//! In: a [`Collection`], read once, and the first characters of a query. Out: [`Suggestion`](crate::answer::Suggestion)s of
//! titles, headings, glossary terms and frequent phrases, best first. Everything suggested stands in the documents. Corrections
//! are looked up in a [`Lexicon`](correct::Lexicon). Bounded in memory and work, whatever is typed or indexed.

mod characters;
mod collection;
pub(crate) mod correct;
mod examples;
mod phrases;
mod reading;
mod script;
mod stored;
mod suggester;
mod text;

pub(crate) use collection::Collection;
pub(crate) use script::in_script;
pub(crate) use suggester::{Suggester, romanized_terms};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use polidex_analysis::language::Language;
    use polidex_schema::record::DocumentRecord;
    use proptest::prelude::*;

    use super::text::normalized;
    use super::*;
    use crate::query::expand::tables::Concept;

    /// Three documents by hand.
    struct Shelf(Vec<(DocumentRecord, String)>);

    impl Collection for Shelf {
        fn documents(&self) -> usize {
            self.0.len()
        }

        fn visit(&self, step: usize, visit: &mut dyn FnMut(&DocumentRecord, &str) -> bool) {
            for (record, text) in self.0.iter().step_by(step) {
                if !visit(record, text) {
                    return;
                }
            }
        }

        fn phrases_documents(&self, phrases: &[&str]) -> Vec<u64> {
            let of = |phrase: &&str| {
                let wanted = normalized(phrase);
                let holds =
                    |(_, text): &&(DocumentRecord, String)| normalized(text).contains(&wanted);
                self.0.iter().filter(holds).count() as u64
            };
            phrases.iter().map(of).collect()
        }

        fn language_documents(&self, language: Language) -> u64 {
            self.0
                .iter()
                .filter(|(record, _)| record.lang.contains(&language))
                .count() as u64
        }
    }

    fn shelf() -> Suggester {
        let document = |title: &str, lang, text: &str| {
            (
                DocumentRecord {
                    title: title.to_owned(),
                    lang: vec![lang],
                    ..DocumentRecord::default()
                },
                text.to_owned(),
            )
        };
        let shelf = Shelf(vec![
            document(
                "《施政報告》附篇",
                Language::TraditionalChinese,
                "發展新質生產力，落實低空經濟試點。",
            ),
            document(
                "新質生產力的實踐",
                Language::TraditionalChinese,
                "加快發展新質生產力和低空經濟試點",
            ),
            document(
                "Low-altitude economy: a roadmap",
                Language::English,
                "new quality productive forces matter",
            ),
        ]);
        let term = |traditional: &str, simplified: &str, english: &str| Concept {
            traditional: vec![traditional.to_owned()],
            simplified: vec![simplified.to_owned()],
            english: vec![english.to_owned()],
        };
        let terms = [
            term("新質生產力", "新质生产力", "new quality productive forces"),
            term("立法會", "立法会", "Legislative Council"),
        ];
        Suggester::read(&shelf, &terms)
    }

    fn texts(suggester: &Suggester, typed: &str) -> Vec<String> {
        suggester
            .suggest(typed, 10, None)
            .into_iter()
            .map(|suggestion| suggestion.text)
            .collect()
    }

    #[test]
    fn both_scripts_and_both_romanizations_lead_to_the_term() {
        let suggester = shelf();
        for typed in [
            "新質",
            "新",
            "xinzhi",
            "xin zhi sheng chan li",
            "XinZhi",
            "xzscl",
            "xz",
            "sanzat",
            "ｘｉｎｚｈｉ",
        ] {
            assert_eq!(
                texts(&suggester, typed).first().map(String::as_str),
                Some("新質生產力"),
                "{typed}"
            );
        }
        assert_eq!(texts(&suggester, "新质")[0], "新质生产力");
        assert_eq!(texts(&suggester, "生產力")[0], "新質生產力");
        assert_eq!(
            texts(&suggester, "new q")[0],
            "new quality productive forces"
        );
    }

    #[test]
    fn suggestions_are_in_the_script_of_what_is_typed_and_else_in_the_readers() {
        let suggester = shelf();
        let first = |typed: &str, script| suggester.suggest(typed, 10, script).remove(0);
        let (hant, hans) = (Language::TraditionalChinese, Language::SimplifiedChinese);
        let title = first("施政报告", None);
        assert_eq!(
            (title.text.as_str(), title.lang.as_str()),
            ("《施政报告》附篇", "zh-Hans")
        );
        assert_eq!(first("新", Some(hans)).text, "新质生产力");
        assert_eq!(first("新", Some(hant)).text, "新質生產力");
        assert_eq!(first("xinzhi", Some(hans)).text, "新质生产力");
        assert_eq!(first("新質", Some(hans)).text, "新質生產力");
        assert_eq!(first("new q", Some(hans)).lang, "en");
    }

    #[test]
    fn beginnings_come_before_insides_and_nothing_twice() {
        let suggester = shelf();
        assert_eq!(
            texts(&suggester, "low altitude"),
            ["Low-altitude economy: a roadmap"]
        );
        assert_eq!(
            texts(&suggester, "road"),
            ["Low-altitude economy: a roadmap"]
        );
        let found = texts(&suggester, "新質");
        let folded: HashSet<String> = found.iter().map(|text| normalized(text)).collect();
        assert_eq!(folded.len(), found.len(), "{found:?}");
    }

    #[test]
    fn what_no_document_holds_is_not_suggested() {
        let suggester = shelf();
        assert!(texts(&suggester, "立法").is_empty());
        assert!(texts(&suggester, "legis").is_empty());
        assert!(texts(&suggester, "").is_empty() && texts(&suggester, "n").is_empty());
        assert!(texts(&suggester, "新質生產力新質生產力").is_empty());
    }

    #[test]
    fn the_last_of_several_words_is_completed() {
        assert_eq!(texts(&shelf(), "香港 新質")[0], "香港 新質生產力");
    }

    #[test]
    fn phrases_that_several_documents_share_are_suggested() {
        assert!(
            texts(&shelf(), "低空").contains(&"低空經濟試點".to_owned()),
            "{:?}",
            texts(&shelf(), "低空")
        );
    }

    #[test]
    fn latin_letters_for_a_whole_term_name_it() {
        assert_eq!(shelf().romanized("xinzhi shengchanli", 3), ["新質生產力"]);
        assert!(shelf().romanized("xinzhi", 3).is_empty());
    }

    proptest! {
        #[test]
        fn anything_typed_is_answered(typed in "[\\PC新質a-z\"「 ]{0,80}") {
            let suggester = shelf();
            prop_assert!(suggester.suggest(&typed, 5, None).len() <= 5);
        }
    }
}
