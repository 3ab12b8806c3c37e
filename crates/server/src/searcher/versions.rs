//! Versions of one work, and their force on a day.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use polidex_analysis::citations::articles;
use polidex_analysis::date::PartialDate;
use polidex_analysis::scripts::is_han;
use polidex_schema::citations::plain_place;
use polidex_schema::record::DocumentRecord;

use crate::address::{document_address, encode, with_pairs};
use crate::answer::VersionPlace;
use crate::calendar::today;
use crate::checking::Verdict;
use crate::comparing::words::differences;
use crate::engine::Stored;
use crate::error::ServerError;
use crate::query::plan::Plan;
use crate::question::{Filters, ListPage, Query};
use crate::reuse::{Sketch, sketch_of};
use crate::searcher::Searcher;
use crate::searcher::hits::summary;
use crate::searcher::provisions::article_of;
use crate::version_answer::{ArticleVersion, Force, ForceSaid, VersionOfWork, VersionsOfWork};
use crate::versions::{
    Dated, Likeness, Version, Versions, comes_into_force, leaves_day_open, repealed_by_head,
    revised_by_head,
};

/// Longest text whose articles are compared, in bytes: beyond, only whole documents are listed.
const MAX_COMPARED_BYTES: usize = 4 << 20;
/// Share of the shingles that an article has in common with the same article of another version.
const LEAST_SHARE: f32 = 0.3;
/// Characters of the longest label of an article.
const LONGEST_LABEL: usize = 16;
/// Articles that a list of changes names.
const MAX_NAMED: usize = 200;

/// Number of a day, `YYYYMMDD`, as a date.
fn day_of(number: u64) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        number / 10_000,
        number / 100 % 100,
        number % 100
    )
}

/// Last day that a date may mean; today's without one.
fn day(as_of: Option<PartialDate>) -> u64 {
    let today = || PartialDate::parse(&today()).expect("today is a day");
    as_of.unwrap_or_else(today).last_day()
}

impl Searcher {
    /// Works of several versions. The first call reads every stored record, further ones none.
    pub(super) fn versions_table(&self) -> Result<Arc<Versions>, ServerError> {
        if let Some(known) = self.versions.get() {
            return Ok(Arc::clone(known));
        }
        let mut documents = Vec::new();
        let mut passages = HashMap::new();
        let mut failure = None;
        self.engine.visit(1, &mut |stored| {
            match stored {
                Ok(stored) => {
                    let record = &stored.record;
                    passages.insert(record.id.clone(), record.passages.len());
                    documents.push(dated(record));
                }
                Err(error) => failure = Some(error),
            }
            failure.is_none()
        });
        if let Some(error) = failure {
            return Err(error);
        }
        let reuse = self.reuse_table()?;
        let versions = Versions::of(
            &documents,
            &Likeness {
                are_alike: &|one, other| reuse.shares_most(one, other),
                twins: &reuse.twins(&passages),
            },
        );
        Ok(Arc::clone(self.versions.get_or_init(|| Arc::new(versions))))
    }

    /// Ids of the versions of works that were not in force on a day.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub(super) fn not_in_force(&self, as_of: PartialDate) -> Result<Vec<String>, ServerError> {
        Ok(self.versions_table()?.not_in_force(as_of.last_day()))
    }

    /// Versions of the work that the document `id` is one of, with what changed from one to the next, and their force on a
    /// day, today's unless another is named; `None` when there is no such document.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn versions(
        &self,
        id: &str,
        place: &str,
        as_of: Option<PartialDate>,
        page: ListPage,
    ) -> Result<Option<VersionsOfWork>, ServerError> {
        let Some(found) = self.engine.find(id)? else {
            return Ok(None);
        };
        let stored = self.engine.document(found)?;
        let record = &stored.record;
        let (table, day) = (self.versions_table()?, day(as_of));
        let alone = [alone(record)];
        let all = table.of_document(id).map_or(&alone[..], |(all, _)| all);
        let newest_first: Vec<usize> = (0..all.len()).rev().collect();
        let mut versions = Vec::new();
        let articles = Articles::of(&stored)?;
        let place_asked = plain_place(place);
        let asked = article_of(&place_asked).and_then(|number| articles.numbered(number));
        let asked = asked.map(|article| (&articles, article));
        for at in page.of(&newest_first) {
            versions.extend(self.version(all, *at, place, asked, day)?);
        }
        let in_force = Versions::in_force(all, day).filter(|at| all[*at].begins > 0);
        Ok(Some(VersionsOfWork {
            document: summary(record),
            as_of: day_of(day),
            in_force: in_force.map(|at| all[at].id.clone()),
            place: place.to_owned(),
            page: page.info(all.len()),
            versions,
            index: self.index_info(),
        }))
    }

    /// Version `at` of `all`, with what changed since the one before; `asked` is the article of `place` in the document asked for.
    fn version(
        &self,
        all: &[Version],
        at: usize,
        place: &str,
        asked: Option<(&Articles, &Article)>,
        day: u64,
    ) -> Result<Option<VersionOfWork>, ServerError> {
        let Some(stored) = self.stored(&all[at].id)? else {
            return Ok(None);
        };
        let before = at.checked_sub(1).map(|before| self.stored(&all[before].id));
        let before = before.transpose()?.flatten();
        let own = Articles::of(&stored)?;
        let earlier = before.as_ref().map(Articles::of).transpose()?;
        let mut version = VersionOfWork {
            document: summary(&stored.record),
            begins: match all[at].begins {
                0 => String::new(),
                begins => day_of(begins),
            },
            force: self.force_of(&stored, all, at, day)?,
            changed: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            article: None,
        };
        if place.is_empty() {
            if let Some(earlier) = &earlier {
                own.compare(earlier, &mut version);
            }
            return Ok(Some(version));
        }
        let wanted =
            asked.and_then(|(articles, article)| own.same_as(article, articles.words(article)));
        version.article =
            wanted.map(|article| own.article(article, earlier.as_ref(), &stored.record));
        Ok(Some(version))
    }

    fn stored(&self, id: &str) -> Result<Option<Stored>, ServerError> {
        let found = self.engine.find(id)?;
        found.map(|found| self.engine.document(found)).transpose()
    }

    /// Force of version `at` of `all` on a day, by its own words first, then by those of other documents.
    fn force_of(
        &self,
        stored: &Stored,
        all: &[Version],
        at: usize,
        day: u64,
    ) -> Result<ForceSaid, ServerError> {
        let id = &stored.record.id;
        let text = stored.text()?;
        let own = text.whole()?;
        if let Some(words) = repealed_by_head(&stored.record.title, &own) {
            return Ok(said(Force::Repealed, words, id));
        }
        let change = self.change_of(id)?;
        let is_repealed = |verdict| verdict == Verdict::Repealed;
        if let Some(change) = change.as_ref().filter(|change| is_repealed(change.verdict)) {
            return Ok(said(
                Force::Repealed,
                change.words.clone(),
                &change.document,
            ));
        }
        let own_words = comes_into_force(&own).map(|range| one_line(&own[range]));
        if all[at].begins > day {
            return Ok(said(
                Force::NotYetInForce,
                own_words.unwrap_or_default(),
                id,
            ));
        }
        if let Some(later) = all.get(at + 1).filter(|later| later.begins <= day) {
            return self.amended_by(&later.id);
        }
        if let Some(change) = change {
            return Ok(said(Force::Amended, change.words, &change.document));
        }
        let is_known = all[at].begins > 0;
        let says = |words: &String| is_known && !leaves_day_open(words);
        Ok(match own_words.filter(says) {
            Some(words) => said(Force::InForce, words, id),
            None => ForceSaid::default(),
        })
    }

    /// Amended, where the later version `id` says what it is: that one is held is no sentence that says so.
    fn amended_by(&self, id: &str) -> Result<ForceSaid, ServerError> {
        let words = self.own_words(id)?;
        Ok(match words.is_empty() {
            true => ForceSaid::default(),
            false => said(Force::Amended, words, id),
        })
    }

    /// Line in which a document says that it is a revision, or when it comes into force; empty without one.
    fn own_words(&self, id: &str) -> Result<String, ServerError> {
        let Some(stored) = self.stored(id)? else {
            return Ok(String::new());
        };
        let text = stored.text()?;
        let whole = text.whole()?;
        let revised = revised_by_head(&whole).or_else(|| comes_into_force(&whole));
        Ok(revised.map_or_else(String::new, |range| one_line(&whole[range])))
    }

    /// Place of a document among the versions of its work; `None` where it is the only one, or where a large collection has not
    /// been read yet.
    pub(super) fn version_place(&self, id: &str) -> Result<Option<VersionPlace>, ServerError> {
        if self.versions.get().is_none() && !self.is_small() {
            return Ok(None);
        }
        let table = self.versions_table()?;
        let Some((all, at)) = table.of_document(id) else {
            return Ok(None);
        };
        let in_force = Versions::in_force(all, day(None));
        let path = format!("/documents/{}/versions", encode(id));
        Ok(Some(VersionPlace {
            number: at + 1,
            count: all.len(),
            in_force: in_force == Some(at),
            work: all[all.len() - 1].id.clone(),
            url: path,
        }))
    }

    /// Force of a document today, and the number of the versions of its work; `None` where a large collection has not been read
    /// yet.
    pub(super) fn force_today(
        &self,
        stored: &Stored,
    ) -> Result<Option<(ForceSaid, usize)>, ServerError> {
        if self.versions.get().is_none() && !self.is_small() {
            return Ok(None);
        }
        let table = self.versions_table()?;
        let alone = [alone(&stored.record)];
        let (all, at) = table.of_document(&stored.record.id).unwrap_or((&alone, 0));
        let force = self.force_of(stored, all, at, day(None))?;
        Ok(Some((force, all.len())))
    }

    /// Limits a search to the versions in force on the day that it names, and to documents that were there by then.
    pub(super) fn limit_to_day(
        &self,
        filters: &mut Filters,
        plan: &mut Plan,
    ) -> Result<(), ServerError> {
        let Some(as_of) = filters.as_of else {
            return Ok(());
        };
        plan.lists.leave_out(&self.not_in_force(as_of)?);
        filters.undated |= !filters.limits_dates();
        let is_later = |to: &PartialDate| to.last_day() > as_of.last_day();
        if filters.to.is_none_or(|to| is_later(&to)) {
            filters.to = Some(as_of);
        }
        Ok(())
    }

    /// The version of the work of the document `id` that was in force on a day; the document itself where it is the only one,
    /// or none had begun.
    ///
    /// # Errors
    /// [`ServerError::Engine`].
    pub fn version_on(&self, id: &str, as_of: PartialDate) -> Result<String, ServerError> {
        let table = self.versions_table()?;
        let of_work = table.of_document(id);
        let on_day = of_work.and_then(|(all, _)| {
            let at = Versions::in_force(all, as_of.last_day())?;
            Some(all[at].id.clone())
        });
        Ok(on_day.unwrap_or_else(|| id.to_owned()))
    }
}

fn dated(record: &DocumentRecord) -> Dated {
    let lang = record.lang.first();
    Dated {
        id: record.id.clone(),
        title: record.title.clone(),
        lang: lang.map_or_else(String::new, |lang| lang.tag().to_owned()),
        date: record.date.clone(),
        effective: record.effective.clone(),
        number: record.number.clone(),
        publisher: record.publisher.clone(),
    }
}

/// A document as the only version of its work.
fn alone(record: &DocumentRecord) -> Version {
    Version {
        id: record.id.clone(),
        begins: dated(record).begins().unwrap_or(0),
    }
}

/// A text on one line. No blank stands where a page broke a line between two ideographs.
fn one_line(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let line = words.join(" ");
        let last = whole.chars().next_back();
        let joins = last.is_some_and(is_han) && line.starts_with(is_han);
        if !whole.is_empty() && !line.is_empty() && !joins {
            whole.push(' ');
        }
        whole += &line;
    }
    whole
}

/// Articles of a text, in order.
struct Articles {
    text: String,
    articles: Vec<Article>,
    by_number: BTreeMap<String, usize>,
}

struct Article {
    number: String,
    range: std::ops::Range<usize>,
    /// Sketch of its words; `None` for a short one.
    sketch: Option<Sketch>,
}

impl Articles {
    fn of(stored: &Stored) -> Result<Self, ServerError> {
        let mut own = Self {
            text: String::new(),
            articles: Vec::new(),
            by_number: BTreeMap::new(),
        };
        let text = stored.text()?;
        if text.len_bytes() > MAX_COMPARED_BYTES {
            return Ok(own);
        }
        own.text = text.whole()?.into_owned();
        for article in articles(&own.text) {
            let number = article.number.to_lowercase();
            if let Entry::Vacant(place) = own.by_number.entry(number.clone()) {
                place.insert(own.articles.len());
                let words = own.text.get(article.range.clone()).unwrap_or_default();
                own.articles.push(Article {
                    number,
                    sketch: sketch_of(without_label(words)).map(|(sketch, _)| sketch),
                    range: article.range,
                });
            }
        }
        Ok(own)
    }

    fn numbered(&self, number: &str) -> Option<&Article> {
        let at = self.by_number.get(number)?;
        self.articles.get(*at)
    }

    fn words(&self, article: &Article) -> &str {
        let words = self.text.get(article.range.clone());
        words.unwrap_or_default().trim()
    }

    /// The article that `article` of another version is here, whatever its number: that of its number unless it says
    /// something else, one of the same words, or the most alike.
    fn same_as(&self, article: &Article, words: &str) -> Option<&Article> {
        let share = |own: &Article| match (&own.sketch, &article.sketch) {
            (Some(own), Some(other)) => Some(own.share(other)),
            _ => None,
        };
        let numbered = self.numbered(&article.number);
        let is_it = |own: &&Article| share(own).is_none_or(|share| share >= LEAST_SHARE);
        if let Some(own) = numbered.filter(is_it) {
            return Some(own);
        }
        let has_words = |own: &&Article| without_label(self.words(own)) == without_label(words);
        if let Some(own) = self.articles.iter().find(has_words) {
            return Some(own);
        }
        let alike = self
            .articles
            .iter()
            .filter_map(|own| Some((share(own)?, own)));
        let best = alike.max_by(|one, other| one.0.total_cmp(&other.0))?;
        (best.0 >= LEAST_SHARE).then_some(best.1)
    }

    /// Names the articles that differ from those of the version before.
    fn compare(&self, before: &Self, version: &mut VersionOfWork) {
        let mut kept = HashSet::new();
        for article in &self.articles {
            let words = self.words(article);
            let earlier = before.same_as(article, words);
            let list = match earlier {
                None => &mut version.added,
                Some(earlier) => {
                    kept.insert(earlier.number.as_str());
                    if is_same(without_label(words), without_label(before.words(earlier))) {
                        continue;
                    }
                    &mut version.changed
                }
            };
            if list.len() < MAX_NAMED {
                list.push(article.number.clone());
            }
        }
        let gone = before.articles.iter().map(|article| &article.number);
        let gone = gone.filter(|number| !kept.contains(number.as_str()));
        version.removed = gone.take(MAX_NAMED).cloned().collect();
    }

    /// An article, with what differs from the version before.
    fn article(
        &self,
        article: &Article,
        before: Option<&Self>,
        record: &DocumentRecord,
    ) -> ArticleVersion {
        let words = self.words(article);
        let earlier = before.and_then(|before| {
            let earlier = before.same_as(article, words)?;
            Some(before.words(earlier))
        });
        let differ = earlier
            .map(|earlier| differences(words, earlier))
            .unwrap_or_default();
        let earlier: Vec<char> = earlier.unwrap_or_default().chars().collect();
        let lacks = differ.second.iter().filter_map(|span| {
            let words = earlier.get(span.start..span.end)?;
            Some(words.iter().collect())
        });
        let lang = record.lang.first();
        ArticleVersion {
            text: words.to_owned(),
            lang: lang.map_or_else(String::new, |lang| lang.tag().to_owned()),
            url: with_pairs(
                &document_address(&record.id, &Query::default()),
                &[("place", format!("art:{}", article.number))],
            ),
            differs: differ.first,
            lacks: lacks.collect(),
        }
    }
}

/// The words of an article behind its label: 第五條, *Article 5*, *5*.
fn without_label(article: &str) -> &str {
    let article = article.trim_start();
    let rest = ["Article ", "Section ", "ARTICLE ", "SECTION "]
        .iter()
        .find_map(|word| article.strip_prefix(word))
        .unwrap_or(article);
    let rest = rest.strip_prefix("第 ").unwrap_or(rest);
    let rest = match rest.split_once(char::is_whitespace) {
        Some((label, rest)) if label.chars().count() <= LONGEST_LABEL => rest.trim_start(),
        _ => rest,
    };
    let rest = rest.strip_prefix(['條', '条']).unwrap_or(rest);
    rest.trim()
}

/// Returns true if two texts have the same words.
fn is_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let differ = differences(one, other);
    differ.first.is_empty() && differ.second.is_empty()
}

/// A force and the words that say it, of the text of `document`.
fn said(force: Force, words: String, document: &str) -> ForceSaid {
    ForceSaid {
        force,
        words,
        document: document.to_owned(),
    }
}
