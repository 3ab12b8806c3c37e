//! Citations of a document as they are stored, and the terms by which a document is found that cites something.
//!
//! The indexer packs what [`polidex_analysis::citations`] recognises in a text; the server reads it beside the record. A name
//! or a place that a text repeats is stored once. Offsets are bytes of the stored text.

use std::collections::{BTreeSet, HashMap};

use polidex_analysis::citations::{Citation, Kind, Work, citations};
use serde::{Deserialize, Serialize};

use crate::fields::title_key;
use crate::packed::{Packed, pack_bytes};

/// States that a law is named without, in keys.
const STATES: [&str; 2] = ["中华人民共和国", "中华民国"];
/// Kinds by their stored number.
const KINDS: [Kind; 6] = [
    Kind::Law,
    Kind::Article,
    Kind::Number,
    Kind::Own,
    Kind::Debate,
    Kind::Other,
];
/// Parts a work from the place in it within a term; no text holds it.
const PLACE_MARK: char = '\u{1F}';
/// Levels of a place that have terms of their own: article, paragraph, item.
const TERM_LEVELS: usize = 3;

/// Citations as they are stored.
#[derive(Default, Serialize, Deserialize)]
struct Stored {
    /// Works by number, each with what it is known by.
    works: Vec<(u8, String)>,
    places: Vec<String>,
    entries: Vec<Entry>,
}

/// A citation of the stored list.
#[derive(Serialize, Deserialize)]
struct Entry {
    /// Bytes from the start of the citation before.
    gap: u32,
    len_bytes: u32,
    kind: u8,
    work: u32,
    place: u32,
}

/// Packs citations, which are in the order of their starts.
///
/// # Examples
/// ```
/// use polidex_analysis::citations::citations;
/// use polidex_schema::citations::{pack_citations, unpack_citations};
///
/// let found = citations("依民法第三條、第四條及著作權法第五條規定", 0, "");
/// let packed = pack_citations(&found);
/// assert_eq!(unpack_citations(&packed), Some(found));
/// ```
pub fn pack_citations(citations: &[Citation]) -> Vec<u8> {
    let mut stored = Stored::default();
    let (mut works, mut places) = (Numbers::default(), Numbers::default());
    let mut last = 0;
    for citation in citations {
        let Citation {
            range,
            kind,
            work,
            place,
        } = citation;
        stored.entries.push(Entry {
            gap: range.start.saturating_sub(last) as u32,
            len_bytes: range.len() as u32,
            kind: KINDS.iter().position(|known| known == kind).unwrap_or(0) as u8,
            work: works.of(stored_work(work)),
            place: places.of(place.clone()),
        });
        last = range.start;
    }
    (stored.works, stored.places) = (works.values, places.values);
    let bytes = postcard::to_allocvec(&stored).expect("plain data always serialises");
    pack_bytes(&bytes, &[])
}

/// Reads stored citations; `None` when the bytes are none.
pub fn unpack_citations(packed: &[u8]) -> Option<Vec<Citation>> {
    let bytes = Packed::open(packed)?.unpack()?;
    let stored: Stored = postcard::from_bytes(&bytes).ok()?;
    let mut at = 0_usize;
    let mut citations = Vec::with_capacity(stored.entries.len());
    for entry in &stored.entries {
        at = at.checked_add(entry.gap as usize)?;
        citations.push(Citation {
            range: at..at.checked_add(entry.len_bytes as usize)?,
            kind: *KINDS.get(usize::from(entry.kind))?,
            work: work_of(stored.works.get(entry.work as usize)?)?,
            place: stored.places.get(entry.place as usize)?.clone(),
        });
    }
    Some(citations)
}

/// Distinct values in the order in which they came.
struct Numbers<T> {
    values: Vec<T>,
    known: HashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            known: HashMap::new(),
        }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbers<T> {
    fn of(&mut self, value: T) -> u32 {
        if let Some(number) = self.known.get(&value) {
            return *number;
        }
        let number = self.values.len() as u32;
        self.values.push(value.clone());
        self.known.insert(value, number);
        number
    }
}

fn stored_work(work: &Work) -> (u8, String) {
    match work {
        Work::This => (0, String::new()),
        Work::Named(name) => (1, name.clone()),
        Work::Numbered(number) => (2, number.clone()),
        Work::Meeting(day) => (3, day.clone()),
    }
}

fn work_of((form, name): &(u8, String)) -> Option<Work> {
    Some(match form {
        0 => Work::This,
        1 => Work::Named(name.clone()),
        2 => Work::Numbered(name.clone()),
        3 => Work::Meeting(name.clone()),
        _ => return None,
    })
}

/// Key of a work's name: what two names share that are one. Script, width, marks, white space and the name of the state
/// before it tell nothing.
///
/// # Examples
/// ```
/// use polidex_schema::citations::work_key;
///
/// assert_eq!(work_key("《中華人民共和國刑法》"), work_key("刑法"));
/// assert_eq!(work_key("The Patent Act"), work_key("patent act"));
/// ```
pub fn work_key(name: &str) -> String {
    let key = title_key(name).replace(' ', "");
    let stripped = STATES.iter().find_map(|state| key.strip_prefix(state));
    let key = match stripped.filter(|rest| !rest.is_empty()) {
        Some(rest) => rest.to_owned(),
        None => key,
    };
    let has_article = name
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("the "));
    match key.strip_prefix("the") {
        Some(rest) if has_article => rest.to_owned(),
        _ => key,
    }
}

/// Returns true if the name of a work begins with that of the People's Republic: texts of its regions may cite it.
pub fn is_national(title: &str) -> bool {
    title_key(title).replace(' ', "").starts_with(STATES[0])
}

/// Terms by which a document is found that makes `citations`: each work, and each place in it with the places that hold it.
/// Citations of the text itself have none.
pub fn cites_terms(citations: &[Citation]) -> Vec<String> {
    let mut seen: BTreeSet<(&Work, &str)> = BTreeSet::new();
    let mut keys: HashMap<&Work, String> = HashMap::new();
    let mut terms = BTreeSet::new();
    for citation in citations.iter().filter(|cite| cite.work != Work::This) {
        if !seen.insert((&citation.work, &citation.place)) {
            continue;
        }
        let key = keys.entry(&citation.work);
        let key = key.or_insert_with(|| key_of_work(&citation.work));
        if !key.is_empty() {
            terms.extend(places_over(&citation.place).map(|place| term(key, &place)));
        }
    }
    terms.into_iter().collect()
}

/// The term of a place in a work, or of the work where the place is empty; `None` for a citation of the text itself.
pub fn cites_term(citation: &Citation) -> Option<String> {
    let key = key_of_work(&citation.work);
    let place = places_over(&citation.place).last()?;
    (!key.is_empty()).then(|| term(&key, &place))
}

/// Terms that a document has which cites what `text` names: the works and places recognised in it, or the whole of it as the
/// name of a work.
pub fn named_terms(text: &str) -> Vec<String> {
    let found = citations(text, 0, "");
    let terms: BTreeSet<String> = found.iter().filter_map(cites_term).collect();
    if !terms.is_empty() {
        return terms.into_iter().collect();
    }
    Vec::from([term(&work_key(text), "")])
}

fn term(key: &str, place: &str) -> String {
    format!("{key}{PLACE_MARK}{place}")
}

fn key_of_work(work: &Work) -> String {
    match work {
        Work::This => String::new(),
        Work::Named(name) => work_key(name),
        Work::Numbered(number) => title_key(number).replace(' ', ""),
        Work::Meeting(day) => day.clone(),
    }
}

/// The whole work, then a place and those that hold it from the outermost on. A section is an article here: 第7條 of an
/// ordinance is its section 7.
fn places_over(place: &str) -> impl Iterator<Item = String> {
    let place = plain_place(place);
    let levels = place.match_indices('/').map(|(at, _)| at);
    let mut ends: Vec<usize> = levels.chain([place.len()]).take(TERM_LEVELS).collect();
    if !place.is_empty() {
        ends.insert(0, 0);
    }
    ends.into_iter().map(move |end| place[..end].to_owned())
}

/// A place with the words of one country for its levels.
///
/// # Examples
/// ```
/// use polidex_schema::citations::plain_place;
///
/// assert_eq!(plain_place("s:7/ss:2"), "art:7/para:2");
/// ```
pub fn plain_place(place: &str) -> String {
    let levels = place.split('/').map(|level| match level.split_once(':') {
        Some(("s", number)) => format!("art:{number}"),
        Some(("ss", number)) => format!("para:{number}"),
        _ => level.to_owned(),
    });
    levels.collect::<Vec<_>>().join("/").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_read_again() {
        let text =
            "根據《渡輪條例》(第998章)第7(2)(a)條及該條例第9條，依本辦法第一條和交发〔2020〕8号。"
                .repeat(40);
        let found = citations(&text, 0, "");
        assert!(found.len() > 100);
        let packed = pack_citations(&found);
        assert_eq!(unpack_citations(&packed).as_deref(), Some(&found[..]));
        assert!(packed.len() < 8 * found.len(), "{}", packed.len());
        assert_eq!(unpack_citations(&packed[..packed.len() / 2]), None);
        assert_eq!(unpack_citations(&pack_citations(&[])), Some(Vec::new()));
    }

    #[test]
    fn a_place_is_found_by_those_that_hold_it() {
        let found = citations("依中華民國刑法第二百三十四條第一項規定", 0, "");
        let terms = cites_terms(&found);
        let wanted = citations("刑法第234條", 0, "");
        assert!(terms.contains(&cites_term(&wanted[0]).expect("a place")));
        assert_eq!(
            terms,
            [
                "刑法\u{1F}",
                "刑法\u{1F}art:234",
                "刑法\u{1F}art:234/para:1"
            ]
        );
        let english = citations("section 7(2) of the Ferry Act", 0, "");
        assert_eq!(cites_terms(&english).len(), 3);
        assert_eq!(named_terms("section 7 of the ferry act").len(), 1);
        assert_eq!(named_terms("香港2030"), ["香港2030\u{1F}"]);
        assert!(cites_terms(&citations("依本辦法第三條", 0, "")).is_empty());
    }
}
