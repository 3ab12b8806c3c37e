//! A document ready for the index: the type between the stages that understand text and the one that writes.

use polidex_analysis::date::PartialDate;
use polidex_analysis::fields::Fields;
use polidex_analysis::record::DocumentRecord;
use tantivy::TantivyDocument;

/// A document with all its stages behind it.
#[derive(Clone, Debug)]
pub struct PreparedDocument {
    /// Everything but its text.
    pub record: DocumentRecord,
    /// The stored text.
    pub text: String,
    /// The text as decoded, where it differs from the stored one.
    pub original: Option<String>,
}

impl PreparedDocument {
    /// Bytes it holds in memory, roughly.
    pub fn len_bytes(&self) -> usize {
        self.text.len() + self.original.as_ref().map_or(0, String::len) + self.record.passages.len() * 24
    }

    /// The document as the engine takes it.
    pub(crate) fn to_tantivy(&self, fields: &Fields) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        let record = &self.record;
        document.add_text(fields.id, &record.id);
        document.add_text(fields.title, &record.title);
        document.add_text(fields.publisher, &record.publisher);
        document.add_text(fields.kind, &record.kind);
        for language in &record.lang {
            document.add_text(fields.lang, language.tag());
        }
        if let Some(date) = PartialDate::parse(&record.date) {
            document.add_u64(fields.first_day, date.first_day());
            document.add_u64(fields.last_day, date.last_day());
        }
        for field in [fields.title_words, fields.title_grams, fields.characters] {
            document.add_text(field, &record.title);
        }
        for field in [fields.words, fields.grams, fields.characters, fields.text] {
            document.add_text(field, &self.text);
        }
        if let Some(original) = &self.original {
            document.add_text(fields.original, original);
        }
        document.add_bytes(fields.record, &record.to_bytes());
        document
    }
}
