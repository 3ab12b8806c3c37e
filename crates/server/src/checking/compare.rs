//! Holds a quotation against the text of a document.
//!
//! Both are cut into units, which script, width and case do not change, and punctuation and white space do not either. Signs that
//! change what a number says (`%`, `$`, `≥`) are units, too. Runs of equal units show what was left out; the distance of the units
//! shows what was changed. All of it is bounded: a quotation has at most [`MAX_UNITS`] units, and the distance is measured within
//! one article.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use polidex_analysis::citations::{Article, articles};
use polidex_analysis::fold::{CharFold, fold_char};
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
const OMISSIONS: [&str; 13] = [
    "……",
    "[…]",
    "[...]",
    "［…］",
    "(...)",
    "…",
    "...",
    ". . .",
    "* * *",
    "⋯⋯",
    "（略）",
    "(略)",
    "[sic]",
];

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
        let mut units = Vec::new();
        for_each_word(&text, |word, source| {
            let next = u32::try_from(words.len()).unwrap_or(u32::MAX);
            let word = *words.entry(word.to_owned()).or_insert(next);
            units.push(Unit { word, source });
        });
        Self {
            units,
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
            return self.abridged(&pieces, within);
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
        let marked = without_brackets_of_letters(&marked);
        let parts = marked.split('\u{0}').map(|part| self.piece(part));
        parts.filter(|part| !part.is_empty()).collect()
    }

    fn piece(&self, part: &str) -> Vec<u32> {
        let mut units = Vec::new();
        for_each_word(part, |word, _| {
            units.push(self.words.get(word).copied().unwrap_or(u32::MAX));
        });
        units.truncate(MAX_UNITS);
        units
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
            let run = *at..*at + units.len();
            self.units[*at].word == first
                && self.units[run.clone()]
                    .iter()
                    .zip(units)
                    .all(|(unit, word)| unit.word == *word)
                && self.keeps_signs(run)
        })
    }

    /// Returns false for a run that leaves out the sign of the number it begins or ends with.
    fn keeps_signs(&self, run: Range<usize>) -> bool {
        let text = |at: usize| &self.text[self.units[at].source.clone()];
        let is_number = |at: usize| text(at).ends_with(|c: char| c.is_numeric());
        let is_sign = |at: usize, signs: &str| {
            let text = self
                .units
                .get(at)
                .map(|unit| &self.text[unit.source.clone()]);
            text.and_then(|text| text.chars().next())
                .is_some_and(|c| signs.contains(folded_sign(c)))
        };
        let (first, last) = (run.start, run.end - 1);
        let is_cut_before = || first > 0 && is_number(first) && is_sign(first - 1, SIGNS_BEFORE);
        !(is_number(last) && is_sign(last + 1, SIGNS_BEHIND) || is_cut_before())
    }

    /// Pieces between marked omissions, in their order: in the article `cited`, in another, or before the first. Those that
    /// stand in several articles alone are no quotation of any.
    fn abridged(&self, pieces: &[Vec<u32>], cited: Option<Range<usize>>) -> Option<Match> {
        let starts = self.articles.iter().map(|article| article.range.clone());
        let head = 0..self.articles.first().map_or(0, |first| first.range.start);
        let parts = starts.chain([head]).map(|range| self.units_of(&range));
        let of_one = cited
            .into_iter()
            .chain(parts)
            .find_map(|range| self.in_order(pieces, range));
        let across = || self.in_order(pieces, 0..self.units.len());
        let verdict = match of_one.is_none() && self.has_articles() {
            true => Verdict::Elsewhere,
            false => Verdict::Abridged,
        };
        let range = of_one.or_else(across)?;
        Some(Match { verdict, range })
    }

    /// Bytes from the first of `pieces` to the last, which stand one behind the other within `range`.
    fn in_order(&self, pieces: &[Vec<u32>], range: Range<usize>) -> Option<Range<usize>> {
        let mut from = range.start;
        let mut first = None;
        for piece in pieces {
            let at = self.run_at(piece, from..range.end)?;
            first = first.or(Some(at));
            from = at + piece.len();
        }
        Some(self.source(first?..from))
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

/// Signs before a number, and behind one, that change what it says.
const SIGNS_BEFORE: &str = "$€£¥±≥≤><=+-";
const SIGNS_BEHIND: &str = "%‰℃°";

/// A sign in its usual width and form.
fn folded_sign(sign: char) -> char {
    match fold_char(sign) {
        CharFold::One('−', _) => '-',
        CharFold::One('≧', _) => '≥',
        CharFold::One('≦', _) => '≤',
        CharFold::One(folded, _) => folded,
        _ => sign,
    }
}

/// Calls `take` with each word of `text`, folded, and its bytes: its units without marks, and the signs of numbers between them.
fn for_each_word(text: &str, mut take: impl FnMut(&str, Range<usize>)) {
    let cut = cut_text(text);
    let mut behind = 0;
    for unit in cut
        .units()
        .iter()
        .filter(|unit| unit.kind != UnitKind::Mark)
    {
        let source = unit.source();
        for_each_sign(text, behind..source.start.max(behind), &mut take);
        behind = source.end;
        take(cut.text(unit), source);
    }
    for_each_sign(text, behind.min(text.len())..text.len(), &mut take);
}

/// Calls `take` with each sign of a number in `gap`, which lies between two words.
fn for_each_sign(text: &str, gap: Range<usize>, take: &mut impl FnMut(&str, Range<usize>)) {
    for (offset, c) in text[gap.clone()].char_indices() {
        let sign = folded_sign(c);
        let at = gap.start + offset;
        let end = at + c.len_utf8();
        let precedes_number = || {
            text[end..]
                .trim_start_matches(' ')
                .starts_with(char::is_numeric)
        };
        // Between two figures or words a stroke is none.
        let is_minus =
            || !text[..at].ends_with(char::is_alphanumeric) || text[..at].ends_with(is_han);
        let tells = match sign {
            '$' | '€' | '£' | '¥' | '%' | '‰' | '±' | '≥' | '≤' | '℃' | '°' => true,
            '>' | '<' | '=' | '+' => precedes_number(),
            '-' => precedes_number() && is_minus(),
            _ => false,
        };
        if tells {
            take(sign.encode_utf8(&mut [0; 4]), at..end);
        }
    }
}

/// A quotation without the brackets around a letter whose case was changed: `[T]he`.
fn without_brackets_of_letters(quotation: &str) -> String {
    let mut kept = String::with_capacity(quotation.len());
    let mut rest = quotation;
    while let Some(at) = rest.find('[') {
        let mut inner = rest[at + 1..].chars();
        let letter = inner.next().filter(|c| c.is_alphabetic());
        kept.push_str(&rest[..at]);
        match letter.filter(|_| inner.next() == Some(']')) {
            Some(letter) => {
                kept.push(letter);
                rest = &rest[at + 2 + letter.len_utf8()..];
            }
            None => {
                kept.push('[');
                rest = &rest[at + 1..];
            }
        }
    }
    kept + rest
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
    fn a_sign_of_a_number_is_a_word() {
        let law = "第一条 价值10%以上、金额$53,500或者温度低于-5℃的，处±2倍罚款。\n第二条 比例≥5‰的，见第3-5项。\n";
        let verdict = |quotation: &str| {
            let found = Reading::of(law.to_owned()).find(quotation, None);
            found.map(|found| found.verdict)
        };
        for exact in [
            "价值10%以上",
            "价值１０％以上、金额＄53,500",
            "低于-5℃的",
            "低于－５℃的",
            "低于−5℃的",
            "比例≧5‰",
            "价值10﹪以上",
            "见第3-5项",
        ] {
            let found = verdict(exact);
            assert!(
                matches!(found, Some(Verdict::Verbatim | Verdict::Variant)),
                "{exact}: {found:?}"
            );
        }
        for changed in [
            "价值10‰以上、金额$53,500",
            "价值10以上、金额$53,500",
            "价值10%以上、金额€53,500",
            "价值10%以上、金额53,500",
            "温度低于5℃的，处±2倍罚款",
            "温度低于+5℃的，处±2倍罚款",
            "处2倍罚款。比例",
            "第一条 价值10",
            "53,500或者温度低于",
            "比例≤5‰的，见第",
        ] {
            let found = verdict(changed);
            assert!(
                !matches!(found, Some(Verdict::Verbatim | Verdict::Variant)),
                "{changed}: {found:?}"
            );
        }
    }

    #[test]
    fn an_omission_reaches_over_no_article() {
        let across = "国家加强经济立法……视为同意";
        assert_eq!(verdict(across, Some("1")), Some(Verdict::Elsewhere));
        assert_eq!(verdict(across, None), Some(Verdict::Elsewhere));
        for marked in [
            "应当在三十日以内书面答复申请人（略）视为同意",
            "应当在三十日以内. . .视为同意",
        ] {
            assert_eq!(
                verdict(marked, Some("2")),
                Some(Verdict::Abridged),
                "{marked}"
            );
        }
        // The first words stand in an article before, too.
        let law = "第一条 县级以上人民政府应当公开信息。\n第二条 县级以上人民政府应当答复申请人，逾期视为同意。\n";
        let found = Reading::of(law.to_owned()).find("县级以上人民政府应当……逾期视为同意", None);
        assert_eq!(found.map(|found| found.verdict), Some(Verdict::Abridged));
        let act = "1 The Minister may make orders.\n2 An order ends after a year.\n";
        let found = Reading::of(act.to_owned()).find("[t]he Minister may make [o]rders", None);
        assert_eq!(found.map(|found| found.verdict), Some(Verdict::Variant));
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
