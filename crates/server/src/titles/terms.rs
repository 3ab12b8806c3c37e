//! Terms of titles: words, numbers, and dates as one value each.

use polidex_analysis::function_words::is_function_word;
use polidex_analysis::latin::stem;
use polidex_analysis::tokens::words;
use polidex_analysis::units::{Cut, UnitKind, cut_text};

/// Factor of a word that stands in a title in another form than it was typed.
pub(super) const OTHER_FORM: f32 = 0.9;

/// Term of a title.
pub(super) struct TitleTerm {
    pub(super) text: String,
    /// A number, a date, or a single sign in brackets: it tells less.
    pub(super) is_aside: bool,
}

/// Terms of a text in order; English function words are none.
pub(super) fn title_terms(text: &str) -> Vec<TitleTerm> {
    let cut = cut_text(text);
    let brackets = brackets(text);
    let mut terms = Vec::new();
    let mut skip_until = 0;
    for word in words(&cut) {
        if word.units.start < skip_until {
            continue;
        }
        if let Some((date, end)) = date_at(&cut, word.units.start) {
            skip_until = end;
            terms.push(TitleTerm {
                text: date,
                is_aside: true,
            });
            continue;
        }
        let unit = &cut.units()[word.units.start];
        let is_latin_function = unit.kind == UnitKind::Word && is_function_word(cut.text(unit));
        let is_first_of_function = is_latin_function || word.term == "的";
        if is_first_of_function {
            continue;
        }
        let at = unit.source().start;
        let is_bracketed = brackets
            .iter()
            .any(|(open, close)| (*open..*close).contains(&at));
        terms.push(TitleTerm {
            text: word.term,
            is_aside: is_bracketed && word.units.len() == 1 || unit.kind == UnitKind::Number,
        });
    }
    terms
}

/// A form of a word, prepared for the comparison with many titles.
pub(super) struct Form {
    /// Its ideographs as a title's key holds them, the counters of numbers (年, 第, 條) aside.
    ideographs: String,
    /// Its words and numbers between spaces, each with the stem that some title has; function words aside.
    words: Vec<(String, Option<u32>)>,
}

impl Form {
    pub(super) fn of(form: &str, stem_id: impl Fn(&str) -> Option<u32>) -> Self {
        let cut = cut_text(form);
        let units = cut.units();
        let has_number = units.iter().any(|unit| unit.kind == UnitKind::Number);
        let mut prepared = Self {
            ideographs: String::new(),
            words: Vec::new(),
        };
        for unit in units {
            let text = cut.text(unit);
            match unit.kind {
                UnitKind::Mark => {}
                UnitKind::Word if is_function_word(text) => {}
                UnitKind::Ideograph if has_number => {}
                UnitKind::Ideograph => prepared.ideographs += &format!(" {text}"),
                _ => prepared
                    .words
                    .push((format!(" {text} "), stem_id(&stem(text)))),
            }
        }
        if !prepared.ideographs.is_empty() {
            prepared.ideographs.push(' ');
        }
        prepared
    }

    /// How well it stands in a title, 0 if it does not: its ideographs in one piece, its words and numbers anywhere; less for
    /// words in another inflection. In: the title's key between spaces, the stems of its words.
    pub(super) fn fit(&self, key: &str, stems: &[u32]) -> f32 {
        if !key.contains(&self.ideographs) {
            return 0.0;
        }
        let fit = |(word, stem): &(String, Option<u32>)| {
            let is_stem = || stem.is_some_and(|stem| stems.contains(&stem));
            match () {
                () if key.contains(word) || number_in(word.trim(), key) => 1.0,
                () if is_stem() => OTHER_FORM,
                () => 0.0,
            }
        };
        self.words.iter().map(fit).fold(1.0, f32::min)
    }
}

/// Stems of the Latin words of a title's key.
pub(super) fn latin_stems(key: &str) -> impl Iterator<Item = String> {
    let is_latin = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    key.split(' ')
        .filter(|word| !word.is_empty())
        .filter(is_latin)
        .map(stem)
}

/// Returns `true` if `number` is one of the title's numbers but for its leading zeros: 1 is the 01 of `2013-01-16`.
fn number_in(number: &str, key: &str) -> bool {
    let plain = number.trim_start_matches('0');
    !plain.is_empty()
        && plain.bytes().all(|byte| byte.is_ascii_digit())
        && key
            .split(' ')
            .any(|word| word.trim_start_matches('0') == plain)
}

/// A date that begins with the year at the unit `at`, as one term, and the unit behind it.
fn date_at(cut: &Cut, at: usize) -> Option<(String, usize)> {
    let units = cut.units();
    let number = |at: usize, most: u32| {
        let unit = units.get(at).filter(|unit| unit.kind == UnitKind::Number)?;
        cut.text(unit)
            .parse::<u32>()
            .ok()
            .filter(|value| (1..=most).contains(value))
    };
    let behind = |at: usize, sign: &str| {
        let is_sign = units.get(at).is_some_and(|unit| cut.text(unit) == sign);
        at + usize::from(is_sign)
    };
    let year = number(at, 2_200).filter(|year| *year >= 1_800)?;
    let month_at = behind(at + 1, "年");
    let month = number(month_at, 12)?;
    let day_at = behind(month_at + 1, "月");
    let day = number(day_at, 31)?;
    let end = behind(behind(day_at + 1, "日"), "号");
    Some((format!("{year:04}-{month:02}-{day:02}"), end))
}

/// Bytes between brackets.
fn brackets(text: &str) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '(' | '（' | '〔' | '[' | '［' | '【' => open.push(at),
            ')' | '）' | '〕' | ']' | '］' | '】' => {
                found.extend(open.pop().map(|start| (start, at)));
            }
            _ => {}
        }
    }
    found
}
