//! Holds a quotation against the text of a document.
//!
//! Both are cut into units, which script, width and case do not change, and punctuation and white space do not either. Runs of
//! equal units show what was left out; the distance of the units shows what was changed. All of it is bounded: a quotation
//! has at most [`MAX_UNITS`] units, and the distance is measured within one article.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use polidex_analysis::citations::{Article, articles};
use polidex_analysis::scripts::is_han;
use polidex_analysis::units::{UnitKind, cut_text};

use crate::checking::Verdict;

/// Maximum number of units of a quotation that are compared.
const MAX_UNITS: usize = 1_500;
/// Maximum number of units of an article within which changed words are sought.
const MAX_ARTICLE: usize = 6_000;
/// Least number of units of a piece between omissions.
const LEAST_PIECE: usize = 3;
/// Maximum number of pieces between omissions that nothing marks.
const MAX_PIECES: usize = 4;
/// Share of the units of a quotation that may differ in a changed one.
const MAX_CHANGED: f32 = 0.4;
/// Marks of an omission, the longer first.
const OMISSIONS: [&str; 8] = ["……", "[…]", "[...]", "［…］", "(...)", "…", "...", "⋯⋯"];

/// A unit of a text.
struct Unit {
    word: u32,
    source: Range<usize>,
}

/// A document ready to be compared with quotations.
pub(super) struct Reading {
    text: String,
    close: String,
    units: Vec<Unit>,
    words: HashMap<String, u32>,
    articles: Vec<Article>,
}

/// Place at which a quotation stands, and the verdict on it there.
pub(super) struct Match {
    pub(super) verdict: Verdict,
    pub(super) range: Range<usize>,
}

/// Returns true if two numbers of articles are one.
pub(super) fn same_number(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

impl Reading {
    pub(super) fn of(text: String) -> Self {
        let mut words = HashMap::new();
        let cut = cut_text(&text);
        let units = cut
            .units()
            .iter()
            .filter(|unit| unit.kind != UnitKind::Mark);
        let units = units.map(|unit| {
            let next = u32::try_from(words.len()).unwrap_or(u32::MAX);
            let word = *words.entry(cut.text(unit).to_owned()).or_insert(next);
            Unit {
                word,
                source: unit.source(),
            }
        });
        Self {
            units: units.collect(),
            close: close(&text),
            articles: articles(&text),
            words,
            text,
        }
    }

    pub(super) fn has_articles(&self) -> bool {
        self.articles.len() > 1
    }

    /// The article of a number, with what may follow it.
    pub(super) fn article(&self, number: &str) -> Option<&Article> {
        self.articles
            .iter()
            .find(|article| same_number(&article.number, number))
    }

    /// Number of the article that holds a byte.
    pub(super) fn article_at(&self, byte: usize) -> Option<&str> {
        let after = self
            .articles
            .partition_point(|article| article.range.start <= byte);
        let article = self.articles.get(after.checked_sub(1)?)?;
        Some(&article.number)
    }

    /// Place of an article as citations write it.
    pub(super) fn place(&self, article: &str) -> String {
        let is_chinese = self.text.chars().take(2_000).any(is_han);
        let is_article = is_chinese || self.text.contains("\nArticle ");
        format!("{}:{article}", if is_article { "art" } else { "s" })
    }

    /// Words of a range on one line.
    pub(super) fn words(&self, range: Range<usize>) -> String {
        let words = self.text.get(range).unwrap_or_default();
        words
            .split('\n')
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Finds a quotation: in the article `cited` first, then in the whole text.
    pub(super) fn find(&self, quotation: &str, cited: Option<&str>) -> Option<Match> {
        let article = cited.and_then(|number| self.article(number));
        let within = article.map(|article| self.units_of(&article.range));
        let whole = 0..self.units.len();
        let pieces = self.pieces(quotation);
        if pieces.len() > 1 {
            let near = within.unwrap_or_else(|| whole.clone());
            return self
                .abridged(&pieces, near)
                .or_else(|| self.abridged(&pieces, whole));
        }
        let units = pieces.first()?;
        let run = within.clone().and_then(|range| self.run(units, range));
        if let Some(range) = run.or_else(|| self.run(units, whole)) {
            let verdict = self.verdict_of_run(quotation);
            return Some(Match { verdict, range });
        }
        let within = within.or_else(|| self.nearest(units))?;
        self.differing(units, within)
            .or_else(|| self.differing(units, self.nearest(units)?))
    }

    /// Verdict on a quotation whose units stand in the text one after the other.
    fn verdict_of_run(&self, quotation: &str) -> Verdict {
        if self.close.contains(&close(quotation)) {
            Verdict::Verbatim
        } else {
            Verdict::Variant
        }
    }

    /// A quotation that leaves out or changes some units of `range`.
    fn differing(&self, units: &[u32], range: Range<usize>) -> Option<Match> {
        self.omitted(units, range.clone())
            .or_else(|| self.changed(units, range))
    }

    /// Units of a quotation, cut where it marks an omission. Words that the text does not have are all one.
    fn pieces(&self, quotation: &str) -> Vec<Vec<u32>> {
        let mut marked = quotation.to_owned();
        for mark in OMISSIONS {
            marked = marked.replace(mark, "\u{0}");
        }
        let parts = marked.split('\u{0}').map(|part| self.piece(part));
        parts.filter(|part| !part.is_empty()).collect()
    }

    fn piece(&self, part: &str) -> Vec<u32> {
        let cut = cut_text(part);
        let units = cut
            .units()
            .iter()
            .filter(|unit| unit.kind != UnitKind::Mark);
        units
            .map(|unit| self.words.get(cut.text(unit)).copied().unwrap_or(u32::MAX))
            .take(MAX_UNITS)
            .collect()
    }

    fn units_of(&self, range: &Range<usize>) -> Range<usize> {
        let from = self
            .units
            .partition_point(|unit| unit.source.start < range.start);
        let to = self
            .units
            .partition_point(|unit| unit.source.start < range.end);
        from..to
    }

    fn source(&self, range: Range<usize>) -> Range<usize> {
        let start = self
            .units
            .get(range.start)
            .map_or(0, |unit| unit.source.start);
        let last = range.end.saturating_sub(1).max(range.start);
        let end = self.units.get(last).map_or(start, |unit| unit.source.end);
        start..end.max(start)
    }

    /// Bytes at which `units` stand one after the other within `range`.
    fn run(&self, units: &[u32], range: Range<usize>) -> Option<Range<usize>> {
        let at = self.run_at(units, range)?;
        Some(self.source(at..at + units.len()))
    }

    fn run_at(&self, units: &[u32], range: Range<usize>) -> Option<usize> {
        let first = *units.first()?;
        let last = range.end.checked_sub(units.len())?;
        (range.start..=last).find(|at| {
            self.units[*at].word == first
                && self.units[*at..*at + units.len()]
                    .iter()
                    .zip(units)
                    .all(|(unit, word)| unit.word == *word)
        })
    }

    /// Pieces between marked omissions, in their order.
    fn abridged(&self, pieces: &[Vec<u32>], range: Range<usize>) -> Option<Match> {
        let mut from = range.start;
        let mut first = None;
        for piece in pieces {
            let at = self.run_at(piece, from..range.end)?;
            first = first.or(Some(at));
            from = at + piece.len();
        }
        let range = self.source(first?..from);
        Some(Match {
            verdict: Verdict::Abridged,
            range,
        })
    }

    /// A quotation made of long runs of the text in their order, with something left out between them.
    fn omitted(&self, units: &[u32], range: Range<usize>) -> Option<Match> {
        let (mut at, mut from, mut pieces) = (0, range.start, 0);
        let mut first = None;
        while at < units.len() {
            pieces += 1;
            let (start, len) = self.longest(&units[at..], from..range.end)?;
            let is_last = at + len == units.len();
            if pieces > MAX_PIECES || len < LEAST_PIECE && !(is_last && len >= 2) {
                return None;
            }
            first = first.or(Some(start));
            (at, from) = (at + len, start + len);
        }
        let range = self.source(first?..from);
        Some(Match {
            verdict: Verdict::Omission,
            range,
        })
    }

    /// The longest run within `range` that `units` begin with.
    fn longest(&self, units: &[u32], range: Range<usize>) -> Option<(usize, usize)> {
        let length = |at: usize| {
            let text = self.units[at..range.end].iter();
            text.zip(units)
                .take_while(|(unit, word)| unit.word == **word)
                .count()
        };
        let runs = range.clone().map(|at| (at, length(at)));
        let best = runs.fold((0, 0), |best, run| if run.1 > best.1 { run } else { best });
        (best.1 > 0).then_some(best)
    }

    /// The part of the text whose pairs of units a quotation shares most: an article, or as much text as it is long.
    fn nearest(&self, units: &[u32]) -> Option<Range<usize>> {
        let window = 2 * units.len().max(16);
        let (best, best_at) = self.densest(units, window);
        let from = (best_at + 1).saturating_sub(window + units.len());
        let to = (best_at + units.len()).min(self.units.len());
        (best * 3 >= units.len()).then_some(from..to)
    }

    /// Number of pairs shared with `units` in the `window` of the text that has most of them, and the last unit of it.
    fn densest(&self, units: &[u32], window: usize) -> (usize, usize) {
        let pairs: HashSet<(u32, u32)> = units.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let is_shared = |at: usize| {
            let next = self.units.get(at + 1);
            next.is_some_and(|next| pairs.contains(&(self.units[at].word, next.word)))
        };
        let (mut count, mut best, mut best_at) = (0_usize, 0, 0);
        for at in 0..self.units.len() {
            count += usize::from(is_shared(at));
            if at >= window {
                count -= usize::from(is_shared(at - window));
            }
            if count > best {
                (best, best_at) = (count, at);
            }
        }
        (best, best_at)
    }

    /// A quotation that differs from a run of the text in some units.
    fn changed(&self, units: &[u32], range: Range<usize>) -> Option<Match> {
        let range = range.start..range.end.min(range.start + MAX_ARTICLE);
        let row = changes(&self.units[range.clone()], units);
        let (end, (changes, start)) = row
            .iter()
            .enumerate()
            .min_by_key(|(_, (changes, _))| *changes)?;
        let is_near = *changes as f32 <= MAX_CHANGED * units.len() as f32;
        let found = range.start + start..range.start + end;
        is_near.then(|| Match {
            verdict: Verdict::Altered,
            range: self.source(found),
        })
    }
}

/// Least number of changes of `units` against any run that ends before each unit of the text, and its start.
fn changes(text: &[Unit], units: &[u32]) -> Vec<(u32, usize)> {
    let mut row: Vec<(u32, usize)> = (0..=text.len()).map(|at| (0, at)).collect();
    for (count, word) in units.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (count as u32 + 1, 0);
        for at in 1..row.len() {
            let same = text[at - 1].word == *word;
            let step = (diagonal.0 + u32::from(!same), diagonal.1);
            let left_out = (row[at - 1].0 + 1, row[at - 1].1);
            let added = (row[at].0 + 1, row[at].1);
            diagonal = row[at];
            row[at] = step.min(left_out).min(added);
        }
    }
    row
}
/// A text without the white space beside ideographs and wide marks, and with one blank for a run of blanks: wrapped lines of
/// Chinese are the same words.
fn close(text: &str) -> String {
    let mut close = String::with_capacity(text.len());
    let mut gap: Option<char> = None;
    for character in text.chars() {
        if character.is_whitespace() {
            let is_break = character == '\n' || gap == Some('\n');
            gap = Some(if is_break { '\n' } else { ' ' });
            continue;
        }
        let is_narrow = |c: char| c < '\u{2E80}';
        if let Some(gap) = gap.take()
            && close.chars().next_back().is_some_and(is_narrow)
            && is_narrow(character)
        {
            close.push(gap);
        }
        close.push(character);
    }
    close
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAW: &str = "第一条 国家实行社会主义市场经济，国家加强经济立法，完善宏观调控。\n第二条 县级以上人民政府应当在三十日以内书面答复申请人，并抄送上级机关备案；逾期不答复的，视为同意。\n";

    fn verdict(quotation: &str, cited: Option<&str>) -> Option<Verdict> {
        Reading::of(LAW.to_owned())
            .find(quotation, cited)
            .map(|found| found.verdict)
    }

    #[test]
    fn quotations_are_told_from_what_they_were_made_of() {
        let cases = [
            ("国家加强经济立法，完善宏观调控", Some(Verdict::Verbatim)),
            ("國家加強經濟立法，完善宏觀調控", Some(Verdict::Variant)),
            ("国家加强经济立法 完善宏观调控", Some(Verdict::Variant)),
            (
                "应当在三十日以内书面答复申请人……逾期不答复的，视为同意",
                Some(Verdict::Abridged),
            ),
            (
                "应当在六十日以内书面答复申请人，并抄送上级机关备案",
                Some(Verdict::Altered),
            ),
            (
                "应当在三十日以内书面答复申请人；逾期不答复的，视为同意",
                Some(Verdict::Omission),
            ),
            ("每年十月对风筝使用者逐一登记造册", None),
        ];
        for (quotation, expected) in cases {
            assert_eq!(verdict(quotation, Some("2")), expected, "{quotation}");
            assert_eq!(verdict(quotation, None), expected, "{quotation}");
        }
    }

    #[test]
    fn no_changed_word_is_called_verbatim() {
        let words = "县级以上人民政府应当在三十日以内书面答复申请人";
        for (at, character) in words.char_indices() {
            let changed = [&words[..at], "某", &words[at + character.len_utf8()..]].concat();
            let found = verdict(&changed, Some("2"));
            assert!(
                !matches!(found, Some(Verdict::Verbatim | Verdict::Variant)),
                "{changed}: {found:?}"
            );
        }
    }
}
