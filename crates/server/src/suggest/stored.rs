//! Suggestions in a file of the generation, made once when the generation is made: reading them from all documents takes a
//! server seconds after every start.

use polidex_analysis::hash::Fnv;
use polidex_analysis::language::Language;
use serde::{Deserialize, Serialize};

use crate::query::expand::tables::Concept;
use crate::suggest::suggester::{Entry, Suggester};
use crate::suggest::text::normalized;

/// Raised when other texts are suggested, or the form of the file changes.
const VERSION: u32 = 1;

/// Content of the file.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    version: u32,
    /// Hash of the glossary whose terms were looked for.
    glossary: u64,
    usual_script: Language,
    entries: T,
}

impl Suggester {
    /// Bytes of the file; `terms` are those that were looked for.
    pub(crate) fn to_bytes(&self, terms: &[Concept]) -> Vec<u8> {
        let stored = Stored {
            version: VERSION,
            glossary: glossary_hash(terms),
            usual_script: self.usual_script,
            entries: self.entries(),
        };
        postcard::to_allocvec(&stored).expect("plain data always serialises")
    }

    /// Decodes the file; `None` when it is none, or was made by a program that suggests otherwise.
    pub(crate) fn from_bytes(bytes: &[u8], terms: &[Concept]) -> Option<Self> {
        let stored: Stored<Vec<Entry>> = postcard::from_bytes(bytes).ok()?;
        if stored.version != VERSION || stored.glossary != glossary_hash(terms) {
            return None;
        }
        let mut suggester = Self::new(stored.usual_script);
        for entry in stored.entries {
            let folded = normalized(&entry.text);
            suggester.add(entry, &folded);
        }
        Some(suggester)
    }
}

fn glossary_hash(terms: &[Concept]) -> u64 {
    let mut hash = Fnv::default();
    for term in terms {
        for column in [&term.traditional, &term.simplified, &term.english] {
            for form in column {
                hash.add(form.as_bytes());
                hash.add(b"\n");
            }
            hash.add(b"\t");
        }
    }
    hash.value()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::answer::SuggestionKind;

    proptest! {
        /// A damaged file, or one of a hostile cluster, is refused or can be asked everything.
        #[test]
        fn any_file_is_refused_or_whole(
            texts in prop::collection::vec("[新質a-c \n]{0,6}|\\PC{0,8}", 0..5),
            typed in "[新質a-c]{1,4}",
            flip in prop::option::of((any::<prop::sample::Index>(), 0..8_u32)),
        ) {
            let entry = |text: String| Entry {
                twin: Some((text.clone(), Language::SimplifiedChinese)),
                text,
                lang: Language::TraditionalChinese,
                kind: SuggestionKind::Title,
                documents: 0,
            };
            let mut file = postcard::to_allocvec(&Stored {
                version: VERSION,
                glossary: glossary_hash(&[]),
                usual_script: Language::TraditionalChinese,
                entries: texts.into_iter().map(entry).collect::<Vec<_>>(),
            })
            .expect("plain data");
            if let Some((at, bit)) = flip {
                let at = at.index(file.len());
                file[at] ^= 1 << bit;
            }
            if let Some(read) = Suggester::from_bytes(&file, &[]) {
                prop_assert!(read.suggest(&typed, 5, None).len() <= 5);
                let _ = read.romanized(&typed, 3);
            }
        }
    }

    fn term(traditional: &str) -> Concept {
        Concept {
            traditional: vec![traditional.to_owned()],
            simplified: Vec::new(),
            english: Vec::new(),
        }
    }

    #[test]
    fn stored_suggestions_are_read_as_they_were_written_and_no_others() {
        let mut suggester = Suggester::new(Language::TraditionalChinese);
        let entry = Entry {
            text: "新質生產力".to_owned(),
            lang: Language::TraditionalChinese,
            twin: Some(("新质生产力".to_owned(), Language::SimplifiedChinese)),
            kind: SuggestionKind::Term,
            documents: 3,
        };
        suggester.add(entry, &normalized("新質生產力"));
        let terms = [term("新質生產力")];
        let bytes = suggester.to_bytes(&terms);
        let read = Suggester::from_bytes(&bytes, &terms).expect("what was written");
        for typed in ["新質", "新质", "xzscl"] {
            assert_eq!(
                read.suggest(typed, 5, None),
                suggester.suggest(typed, 5, None)
            );
            assert_eq!(read.suggest(typed, 5, None).len(), 1, "{typed}");
        }
        assert!(Suggester::from_bytes(&bytes, &[term("立法會")]).is_none());
        assert!(Suggester::from_bytes(&bytes[..bytes.len() - 1], &terms).is_none());
    }
}
