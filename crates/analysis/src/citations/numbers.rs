//! Numbers of documents in Chinese: 国发〔2014〕21号, 台內營字第1080815124號, 釋字第748號解釋, 2013年第110號法律公告.

use crate::citations::places::numeral;
use crate::citations::view::{Gap, View};
use crate::scripts::is_han;

/// Longest number before its last character.
const LONGEST_NUMBER: usize = 44;
/// Longest name of who gave the number, in characters.
const LONGEST_ISSUER: usize = 22;
/// Words before a number that do not belong to it, the longer first.
const BEFORE: [&str; 24] = [
    "联合发布",
    "發布之",
    "公布之",
    "依照",
    "根据",
    "依据",
    "依據",
    "以",
    "按",
    "见",
    "見",
    "依",
    "及",
    "与",
    "與",
    "和",
    "、",
    "日",
    "年",
    "月",
    "于",
    "於",
    "的",
    "原",
];
/// Words behind a number that belong to it.
const BEHIND: [&str; 9] = [
    "法律公告",
    "政府公告",
    "解釋令",
    "解釋",
    "解释",
    "文件",
    "公報",
    "公报",
    "公告",
];

/// A number of a document in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Returns the numbers of `view`, in order.
pub(super) fn numbers(view: &View) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    let mut floor = 0;
    for at in 0..view.len() {
        if !matches!(view.get(at), '号' | '號') {
            continue;
        }
        let read = case(view, at, floor)
            .or_else(|| bracketed(view, at, floor))
            .or_else(|| lettered(view, at, floor))
            .or_else(|| of_year(view, at, floor))
            .or_else(|| of_paper(view, at, floor));
        if let Some(number) = read {
            let end = behind(view, number.end);
            floor = end;
            found.push(Number { end, ..number });
        }
    }
    found
}

fn behind(view: &View, end: usize) -> usize {
    view.one_of(end, &BEHIND).map_or(end, |(_, end)| end)
}

/// Index of the first of the digits (and letters) that end at `end`.
fn digits_before(view: &View, end: usize, floor: usize) -> usize {
    let lowest = floor.max(end.saturating_sub(LONGEST_NUMBER));
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '/' | '(' | ')');
    let mut at = end;
    while at > lowest && is_part(view.get(at - 1)) {
        at -= 1;
    }
    at
}

/// Longest words between the year and the number of a case.
const LONGEST_COURT: usize = 16;
/// Kinds of cases, of which the words of one hold a first, and the stages that they end with.
const CASES: &str = "民刑行执執赔賠知破认財财";
const STAGES: &str = "初终終再申监監辖轄执執异異复複抗提撤更他特催督破清";

/// （2019）最高法民终347号, (2021)京0105民初12345号.
fn case(view: &View, at: usize, floor: usize) -> Option<Number> {
    let digits = (floor..at)
        .rev()
        .take_while(|at| view.get(*at).is_ascii_digit());
    let first = at - digits.count();
    let lowest = floor.max(first.saturating_sub(LONGEST_COURT));
    let close = (lowest..first)
        .rev()
        .find(|at| matches!(view.get(*at), ')' | '〕' | ']'))?;
    let words = view.text(close + 1..first);
    let is_court = |c: char| is_han(c) || c.is_ascii_digit();
    let is_case = first < at
        && words.chars().all(is_court)
        && words.contains(|c| CASES.contains(c))
        && words.ends_with(|c| STAGES.contains(c));
    let start = close.checked_sub(5).filter(|start| *start >= floor)?;
    let opens = matches!(view.get(start), '(' | '〔' | '[');
    let is_year = (start + 1..close).all(|at| view.get(at).is_ascii_digit());
    (is_case && opens && is_year).then_some(Number { start, end: at + 1 })
}

/// 法释〔1998〕4号.
fn bracketed(view: &View, at: usize, floor: usize) -> Option<Number> {
    let mut open = at.saturating_sub(1);
    let lowest = floor.max(at.saturating_sub(20));
    while open > lowest && !matches!(view.get(open), '〔' | '[' | '［' | '(' | '【') {
        open -= 1;
    }
    let year = view.text(open + 1..open + 5);
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let closes = matches!(view.get(open + 5), '〕' | ']' | '］' | ')' | '】');
    if !is_year || !closes {
        return None;
    }
    let start = issuer_start(view, open, floor, 12);
    (start < open).then_some(Number { start, end: at + 1 })
}

/// 台內營字第1080815124號, 国务院令第551号, 釋字第七四八號.
fn lettered(view: &View, at: usize, floor: usize) -> Option<Number> {
    let lowest = floor.max(at.saturating_sub(LONGEST_NUMBER));
    let mark = (lowest..at)
        .rev()
        .take_while(|at| !matches!(view.get(*at), '，' | '。' | ',' | '、'))
        .find(|at| view.get(*at) == '第')?;
    if !is_numeral(&view.text(mark + 1..at)) {
        return None;
    }
    let end = at + 1;
    if matches!(view.get(mark.wrapping_sub(1)), '字' | '令') {
        let issuer = issuer_start(view, mark, floor, LONGEST_ISSUER);
        let start = year_before(view, issuer, floor).unwrap_or(issuer);
        return (issuer + 1 < mark).then_some(Number { start, end });
    }
    let is_public = view.get(end) == '公' && matches!(view.get(end + 1), '報' | '报');
    is_public.then_some(Number { start: mark, end })
}

/// First digit of the year before the letters of a judgment: 108年度台上字, 111年憲判字.
fn year_before(view: &View, at: usize, floor: usize) -> Option<usize> {
    if !view.ends(at, "年") {
        return None;
    }
    let digits = (floor..at - 1)
        .rev()
        .take_while(|at| view.get(*at).is_ascii_digit());
    let count = digits.count();
    matches!(count, 2..=4).then_some(at - 1 - count)
}

/// Returns true if `inner` may stand between 第 and 號.
fn is_numeral(inner: &str) -> bool {
    let is_part =
        |c: char| c.is_ascii_alphanumeric() || "〇零○一二三四五六七八九十百千 -()".contains(c);
    !inner.is_empty() && inner.chars().all(is_part)
}

/// 2013年第110號.
fn of_year(view: &View, at: usize, floor: usize) -> Option<Number> {
    let first = digits_before(view, at, floor);
    if !view.ends(first, "年第") || first < floor + 6 || first >= at {
        return None;
    }
    let start = first - 6;
    let is_suit = ["訴訟", "公告"]
        .iter()
        .any(|word| before_is(view, start, word));
    let is_named = is_suit || view.one_of(at + 1, &BEHIND).is_some();
    let year = view.text(start..first - 2);
    if !is_named || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let start = if is_suit {
        issuer_start(view, start, floor, 12)
    } else {
        start
    };
    Some(Number { start, end: at + 1 })
}

fn before_is(view: &View, at: usize, word: &str) -> bool {
    view.ends(at, word)
}

/// 立法會CB(4)888/12-13(01)號文件.
fn of_paper(view: &View, at: usize, floor: usize) -> Option<Number> {
    let first = digits_before(view, at, floor);
    let number = view.text(first..at);
    let is_paper = number.contains('/') || (number.contains('(') && number.contains('-'));
    let has_letters = number.contains(|c: char| c.is_ascii_uppercase());
    if !is_paper || !has_letters {
        return None;
    }
    let mark = if view.get(first.wrapping_sub(1)) == '第' {
        first - 1
    } else {
        first
    };
    Some(Number {
        start: issuer_start(view, mark, floor, 8),
        end: at + 1,
    })
}

/// First character of the name of who gave the number that begins at `end`.
fn issuer_start(view: &View, end: usize, floor: usize, longest: usize) -> usize {
    let lowest = floor.max(end.saturating_sub(longest));
    let mut at = end;
    while at > lowest {
        if let Some(open) = year_start(view, at, lowest) {
            at = open;
            continue;
        }
        let before = view.get(at - 1);
        let is_open = before == '(' && !view.text(at..end).contains(')');
        if is_open || !is_of_issuer(view, at) {
            break;
        }
        at -= 1;
    }
    at
}

/// Index of the brackets around the year of the Republic that end at `at`: 教育部（89）台參字.
fn year_start(view: &View, at: usize, lowest: usize) -> Option<usize> {
    let mut inner = (at.saturating_sub(6).max(lowest)..at - 1).rev();
    let open = inner.find(|at| view.get(*at) == '(');
    open.filter(|_| view.get(at - 1) == ')')
}

/// Returns true if the character before `at` may belong to the name of who gave a number.
fn is_of_issuer(view: &View, at: usize) -> bool {
    let before = view.get(at - 1);
    let is_bracket = matches!(before, '(' | ')' | '（' | '）');
    let is_part = (is_han(before) || is_bracket) && view.gap(at) < Gap::BlankLine;
    let is_word = view.one_before(at, &BEFORE).is_some() && !view.ends(at, "共和");
    is_part && !is_word
}

/// 第132章 as the number of a law: of digits, in a text without chapters.
pub(super) fn chapter_number(view: &View, index: usize) -> Option<(String, usize)> {
    if view.get(index) != '第' || !view.get(index + 1).is_ascii_digit() {
        return None;
    }
    let (number, end) = numeral(view, index + 1)?;
    (view.get(end) == '章').then_some((number, end + 1))
}
