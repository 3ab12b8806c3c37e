//! Draws what the collection holds, for the start page: how much, of whom, of when, in which languages, and what is missing.

use crate::address::with_pairs;
use crate::answer::FacetValue;
use crate::page::frame::language_of;
use crate::page::i18n::grouped;
use crate::page::results::Results;
use crate::question::{Facet, Question, Sort};

/// The collection in a row of facts, and queries to begin with.
pub(super) struct HoldingsView {
    pub(super) facts: Vec<HoldingView>,
    pub(super) examples: Vec<ExampleView>,
}

/// A fact of the collection.
pub(super) struct HoldingView {
    pub(super) name: &'static str,
    pub(super) values: Vec<HoldingValue>,
}

pub(super) struct HoldingValue {
    pub(super) text: String,
    pub(super) href: String,
    /// Language in full, where the text is its sign.
    pub(super) spoken: String,
}

pub(super) struct ExampleView {
    pub(super) q: String,
    pub(super) lang: String,
    pub(super) href: String,
}

impl Results<'_> {
    pub(super) fn holdings(&self, examples: &[String]) -> Option<HoldingsView> {
        let documents = self.answer.index.documents;
        if documents == 0 {
            return None;
        }
        let text = self.ui.text();
        let all = self.href(&Question::default());
        let facts = [
            (
                text.holdings_documents,
                vec![plain(grouped(documents), all)],
            ),
            (text.holdings_publishers, self.publishers()),
            (text.years, self.span_of_years()),
            (text.holdings_languages, self.languages()),
            (text.holdings_added, self.last_added()),
            (text.holdings_unread, vec![self.unread()]),
        ];
        let facts = facts.into_iter().filter(|(_, values)| !values.is_empty());
        Some(HoldingsView {
            facts: facts
                .map(|(name, values)| HoldingView { name, values })
                .collect(),
            examples: examples.iter().map(|q| self.example(q)).collect(),
        })
    }

    fn example(&self, q: &str) -> ExampleView {
        ExampleView {
            q: q.to_owned(),
            lang: language_of(q, &[]),
            href: self.href(&Question::about(q)),
        }
    }

    fn publishers(&self) -> Vec<HoldingValue> {
        let facets = self.answer.facets.iter();
        let publishers = facets.filter(|facet| facet.field == Facet::Publisher);
        let count: usize = publishers
            .map(|facet| facet.values.len() + facet.more)
            .sum();
        let value = || plain(grouped(count as u64), self.path("/filters/publisher"));
        (count > 0).then(value).into_iter().collect()
    }

    fn span_of_years(&self) -> Vec<HoldingValue> {
        let facets = self.answer.facets.iter();
        let years = facets.filter(|facet| facet.field == Facet::Year);
        let years = years.flat_map(|facet| &facet.values);
        let years = years.map(|value| value.value.as_str());
        let years = years.filter(|year| !year.is_empty());
        let (first, last) = (years.clone().min(), years.max());
        let (Some(first), Some(last)) = (first, last) else {
            return Vec::new();
        };
        let span = match first == last {
            true => first.to_owned(),
            false => format!("{first}–{last}"),
        };
        let oldest = Question::default().sort(Sort::Oldest);
        Vec::from([plain(span, self.href(&oldest))])
    }

    fn languages(&self) -> Vec<HoldingValue> {
        let facets = self.answer.facets.iter();
        let languages = facets.filter(|facet| facet.field == Facet::Language);
        let languages = languages.flat_map(|facet| &facet.values);
        let value = |language: &FacetValue| {
            let text = self.ui.text();
            let sign = match language.value.as_str() {
                "en" => text.badge_en,
                "zh-Hant" => text.badge_hant,
                "zh-Hans" => text.badge_hans,
                other => other,
            };
            let count = grouped(language.count);
            let filtered = Question::default().filter(Facet::Language, [language.value.clone()]);
            HoldingValue {
                text: format!("{sign} {count}"),
                href: self.href(&filtered),
                spoken: format!("{} {count}", self.ui.language_name(&language.value)),
            }
        };
        languages.map(value).collect()
    }

    /// Day on which the newest document came into the index.
    fn last_added(&self) -> Vec<HoldingValue> {
        let newest = self.answer.index.newest.as_deref().unwrap_or_default();
        let Some(day) = newest.get(..10) else {
            return Vec::new();
        };
        let added = Question::default().sort(Sort::Added);
        Vec::from([plain(self.ui.date(day), self.href(&added))])
    }

    fn unread(&self) -> HoldingValue {
        plain(grouped(self.answer.index.unread), self.path("/coverage"))
    }

    /// A page without a question, in the language chosen.
    fn path(&self, path: &str) -> String {
        let chosen = self.chosen.map(|ui| ("ui", ui.code().to_owned()));
        with_pairs(path, chosen.as_slice())
    }
}

fn plain(text: String, href: String) -> HoldingValue {
    HoldingValue {
        text,
        href,
        spoken: String::new(),
    }
}
