//! Reads the number a publisher gave its document, and tells the form of it that is the same in every language.
//!
//! In: the head of a text, or a number as it is declared. Out: the number as it is written, or nothing. A number counts only
//! where a document bears its own: alone on a line, behind a label, in brackets behind the title, or as the one order in a
//! law's history. Numbers in sentences are other documents'.

use polidex_analysis::numerals::{chinese_number, chinese_numeral_len};
use polidex_analysis::scripts::is_bmp_ideograph_but_hexagram as is_han;

use polidex_analysis::date::PartialDate;

use crate::metadata::labels::behind_label;
use crate::metadata::series::{is_of_series, is_of_union};
use crate::metadata::signature::columns_of;
use crate::text::written_date::{find_date, whole_date};

/// Lines at the head that may hold it.
const TOP_LINES: usize = 15;

/// The number of a document, and the line that bears it.
pub(super) fn read_number<'a>(head: &[&'a str], title: &str) -> Option<(String, &'a str)> {
    let top = &head[..head.len().min(TOP_LINES)];
    let first = head.first().copied().unwrap_or_default();
    let is_own = |at: &usize| !is_chapter_of_another(top, *at, title);
    let mut alone = (0..top.len())
        .filter(is_own)
        .filter_map(|at| Some((close(alone_on(top[at])?), top[at])));
    let first_alone = alone.next();
    let first_alone = first_alone.map(|first| alone.fold(first, more_precise));
    first_alone
        .or_else(|| two_lines(top))
        .or_else(|| docket(top))
        .or_else(|| behind_title(title).map(|number| (number, first)))
        .or_else(|| order_of_history(head))
}

/// The second of two numbers where it is the first and a part of it, as a page with the whole title bears it behind a cover:
/// `NIST Special Publication 800-63` and `NIST Special Publication 800-63-3`.
fn more_precise<'a>(first: (String, &'a str), second: (String, &'a str)) -> (String, &'a str) {
    let behind = second.0.strip_prefix(first.0.as_str());
    match behind.is_some_and(|behind| behind.starts_with('-')) {
        true => second,
        false => first,
    }
}

/// Words before the number of a case of a court in English.
const CASES: [&str; 8] = [
    "No. ",
    "Nos. ",
    "Case No. ",
    "Case: ",
    "Docket No. ",
    "Civil Action No. ",
    "Civil Case No. ",
    "Criminal No. ",
];

/// The number of a case in the caption of a court, beside its parties or between the court and them: `v.   : No. 07-1315`.
fn docket<'a>(top: &[&'a str]) -> Option<(String, &'a str)> {
    let is_of_court = |line: &&str| {
        let columns = columns_of(line);
        columns
            .first()
            .is_some_and(|first| matches!(*first, "v." | "vs." | "versus" | "-v-"))
            || line.contains(" v. ")
            || line.contains("COURT")
    };
    top.iter().find(|line| is_of_court(line))?;
    let number = |line: &'a str| columns_of(line).into_iter().find_map(number_of_case);
    top.iter()
        .find_map(|line| Some((number(line)?.to_owned(), *line)))
}

/// `07-1315`, `1:20-cv-03010` behind its word.
fn number_of_case(column: &str) -> Option<&str> {
    let column = column.trim_start_matches([':', ')', ' ']);
    let number = CASES.iter().find_map(|word| column.strip_prefix(word))?;
    let is_number = (4..=24).contains(&number.len())
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.contains('-')
        && number
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b":-".contains(&byte));
    is_number.then_some(number)
}

/// Returns true for a chapter in brackets below the name of a law that is not the title: a brief on a bill names the law it
/// amends.
fn is_chapter_of_another(top: &[&str], at: usize, title: &str) -> bool {
    let Some(inner) = top[at].strip_prefix(['(', '（']) else {
        return false;
    };
    let is_chapter = chapter(inner.trim_end_matches([')', '）']).trim()).is_some();
    let over = at.checked_sub(1).map_or("", |over| top[over]);
    is_chapter && !title.contains(over) && !over.contains(title)
}

/// Returns true for a number of the kind that letters and notices of Chinese bodies bear.
pub(super) fn is_of_letter(number: &str) -> bool {
    let is_chinese = number.contains(['号', '號']);
    is_chinese
        && matches!(
            parse(number),
            Some(Number::Issued { .. } | Number::Lettered)
        )
}

/// A number without the blanks that a page sets around its digits: 发改办财金规〔2019〕860 号.
fn close(number: &str) -> String {
    let is_wide = |c: char| !c.is_ascii();
    let mut kept = String::with_capacity(number.len());
    let mut rest = number.trim().chars().peekable();
    while let Some(character) = rest.next() {
        let is_blank = character.is_whitespace();
        let near_wide = kept.ends_with(is_wide) || rest.peek().copied().is_some_and(is_wide);
        if !(is_blank && near_wide) {
            kept.push(character);
        }
    }
    kept
}

/// Labels of a document's number and of nothing else: what stands behind one is a number whatever its form.
const SURE_LABELS: [&str; 18] = [
    "发文字号",
    "發文字號",
    "发文文号",
    "发文号",
    "文号",
    "文號",
    "字號",
    "公文字號",
    "文件号",
    "文件编号",
    "文件編號",
    "document no",
    "document no.",
    "document number",
    "policy no",
    "policy no.",
    "policy number",
    "circular no",
];

/// Labels behind which a number counts where its form tells it.
const LABELS: [&str; 7] = [
    "编号",
    "編號",
    "our ref",
    "our ref.",
    "ref",
    "ref.",
    "reference no",
];

/// Longest number that a label alone tells, in characters.
const LABELLED_CHARS: usize = 30;

/// The number that a line is: alone, beside other facts between wide blanks, before or behind a day.
pub(super) fn alone_on(line: &str) -> Option<&str> {
    whole(line)
        .or_else(|| among_facts(line))
        .or_else(|| beside_day(line).map(|(number, _)| number))
        .or_else(|| beside_maker(line))
}

/// The number beside the name of who bears it: `United Nations A/RES/75/1`, `REGULATION (EU) 2016/679 OF THE EUROPEAN …`.
fn beside_maker(line: &str) -> Option<&str> {
    let symbol = line.strip_prefix("United Nations ").map(str::trim);
    let act = || {
        Some(
            line.split_once(" OF THE ")
                .or_else(|| line.split_once(" of the "))?
                .0
                .trim(),
        )
    };
    let symbol = symbol.filter(|text| is_of_series(text));
    symbol.or_else(|| act().filter(|text| is_of_union(text)))
}

/// `国发〔2014〕21号　　　签发人：张三`, `发文字号：国发〔2014〕21号　　发布日期：2014年06月27日`.
fn among_facts(line: &str) -> Option<&str> {
    let columns = columns_of(line);
    let is_fact = |part: &&&str| {
        part.contains(['：', ':']) || whole_date(part).is_some() || whole(part).is_some()
    };
    let facts = columns.iter().filter(is_fact).count();
    let are_facts = (2..=6).contains(&columns.len()) && facts == columns.len();
    columns.into_iter().filter(|_| are_facts).find_map(whole)
}

/// The number and the day that make a line: `SOR/2004-306 December 14, 2004`, `Executive Order 14028 of May 12, 2021`,
/// `中華民國112年5月31日 台內營字第1120806333號`.
pub(super) fn beside_day(line: &str) -> Option<(&str, PartialDate)> {
    let (date, range) = find_date(line)?;
    let before = line[..range.start].trim();
    let behind = line[range.end..].trim();
    let number = match (before.is_empty(), behind.is_empty()) {
        (false, true) => whole(before.strip_suffix(" of").unwrap_or(before)),
        (true, false) => whole(behind),
        _ => None,
    }?;
    Some((number, date))
}

/// What stands behind a sure label, if it can be a number at all.
fn labelled(line: &str) -> Option<&str> {
    let value = behind_label(line, &SURE_LABELS)?;
    let value = columns_of(value).into_iter().next()?;
    let is_number = value.chars().count() <= LABELLED_CHARS
        && value.chars().any(|c| c.is_ascii_digit())
        && !value.contains(['，', '。', '；', '：', ':', '《'])
        && whole_date(value).is_none();
    is_number.then_some(value)
}

/// The line, if it is a number and nothing but brackets or a label around it.
fn whole(line: &str) -> Option<&str> {
    if let Some(number) = labelled(line) {
        return Some(number);
    }
    let text = behind_label(line, &LABELS).unwrap_or(line).trim();
    let outer = text
        .strip_prefix(['（', '('])
        .and_then(|rest| rest.strip_suffix(['）', ')']))
        .map(str::trim);
    // [Docket No. FAA–2020–0686; Product Identifier 2019–NM–035–AD]
    let first = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|rest| rest.split(';').next());
    let candidates = [Some(text), outer, first];
    candidates
        .into_iter()
        .flatten()
        .find(|text| parse(text).is_some())
}

/// `中华人民共和国国务院令` over `第551号`, `（第三号）` or `2019年 第12号`; a joint order has 令 on a line of its own.
fn two_lines<'a>(top: &[&'a str]) -> Option<(String, &'a str)> {
    (1..top.len()).find_map(|at| {
        let number = top[at].trim_matches(['（', '）', '(', ')', ' ']);
        let from = issuers_over(top, at - 1);
        let joined = format!("{}{}{number}", top[from..at - 1].join("、"), top[at - 1]);
        let is_order = top[at - 1].ends_with(['令', '告']) && !number.is_empty();
        let parsed = is_order.then(|| parse(&joined)).flatten()?;
        matches!(parsed, Number::Order { .. } | Number::Issued { .. })
            .then_some((close(&joined), top[from]))
    })
}

/// The place of the first of the bodies that give the order on the line at `at`, where that line is only the word.
fn issuers_over(top: &[&str], at: usize) -> usize {
    const FORMS: [&str; 3] = ["令", "公告", "通告"];
    if !FORMS.contains(&top[at]) {
        return at;
    }
    let over = top[..at].iter().rev();
    at - over.take_while(|line| is_word_of_body(line)).count()
}

/// The number in brackets at the end of a title: `… Ordinance (Cap. 614)`, `…的通知（国发〔2023〕15号）`.
fn behind_title(title: &str) -> Option<String> {
    let inner = title.strip_suffix([')', '）'])?;
    // Brackets of the number itself open behind those around it.
    let opens = inner
        .char_indices()
        .filter(|(_, c)| matches!(c, '(' | '（'));
    let candidates = opens.map(|(at, c)| &inner[at + c.len_utf8()..]);
    candidates
        .map(str::trim)
        .find(|text| parse(text).is_some())
        .map(str::to_owned)
}

/// The order by which a law was published, where its history tells of one only.
fn order_of_history<'a>(head: &[&'a str]) -> Option<(String, &'a str)> {
    let mut orders: Vec<(&str, &'a str)> = head
        .iter()
        .flat_map(|line| orders_in(line).into_iter().map(move |order| (order, *line)))
        .collect();
    orders.dedup_by_key(|(order, _)| *order);
    match orders.as_slice() {
        [(only, line)] => Some(((*only).to_owned(), line)),
        _ => None,
    }
}

/// `… 中华人民共和国国务院令第551号公布`: an order between a day and what it does.
fn orders_in(line: &str) -> Vec<&str> {
    let order_at = |(at, _)| {
        let end = at + line[at..].find('号')? + '号'.len_utf8();
        let order = &line[order_start(line, at)..end];
        let behind = &line[end..];
        let is_publication = ["公布", "发布"].iter().any(|verb| behind.starts_with(verb));
        let is_order = matches!(parse(order), Some(Number::Order { .. }));
        (is_publication && is_order).then_some(order)
    };
    line.match_indices("令第").filter_map(order_at).collect()
}

/// Start of the name of who gave an order, which ends at `at`: behind a day or anything that is not Chinese. Several bodies may
/// give one: 国务院、中央军事委员会令第54号.
fn order_start(line: &str, at: usize) -> usize {
    let before = &line[..at];
    let stop = before.rfind(|c: char| !is_han(c) && c != '、');
    let start = stop.map_or(0, |stop| {
        stop + before[stop..].chars().next().map_or(1, char::len_utf8)
    });
    before[start..]
        .rfind('日')
        .map_or(start, |day| start + day + '日'.len_utf8())
}

/// A document's number in the form in which it is the same in every language; `None` when it has no such form.
pub fn number_key(number: &str) -> Option<String> {
    Some(match parse(number.trim())? {
        Number::Chapter(chapter) => format!("cap {}", chapter.to_uppercase()),
        Number::Paper(paper) => format!("lc {}", paper.to_uppercase()),
        Number::LegalNotice { year, number } => format!("ln {number} {year}"),
        Number::Issued { word, year, number } => {
            format!(
                "{} {year} {number}",
                polidex_analysis::fold::fold_text(&word).text
            )
        }
        // The word of an order is Chinese; its translation calls it otherwise.
        Number::Order { .. } | Number::Lettered => return None,
    })
}

/// The kinds of numbers that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Number {
    /// 国发〔2023〕15号: the issuer's word, the year and the number.
    Issued {
        word: String,
        year: u64,
        number: u64,
    },
    /// 国务院令第551号.
    Order { number: u64 },
    /// 府授教字第1130012345號.
    Lettered,
    /// Cap. 614, 第614章: a chapter of the laws of Hong Kong.
    Chapter(String),
    /// LC Paper No. CB(2)123/2023-24(01), 立法會CB(2)123/2023-24(01)號文件.
    Paper(String),
    /// L.N. 12 of 2024, 2024年第12號法律公告.
    LegalNotice { year: u64, number: u64 },
}

/// Reads `text`, which has to be a number from its first to its last character.
fn parse(text: &str) -> Option<Number> {
    issued(text)
        .or_else(|| announced(text))
        .or_else(|| order(text))
        .or_else(|| lettered(text))
        .or_else(|| chapter(text))
        .or_else(|| paper(text))
        .or_else(|| legal_notice(text))
        .or_else(|| named(text))
        .or_else(|| is_of_series(text).then_some(Number::Lettered))
}

/// 国家税务总局公告2019年第12号, 商务部令2019年第2号: the word of a body, the year and the number.
fn announced(text: &str) -> Option<Number> {
    let (word, rest) = ["公告", "通告", "令"]
        .iter()
        .find_map(|form| text.split_once(form))?;
    let (year, number) = rest.trim().split_once('年')?;
    let number = between(number.trim(), &["第"], &["号", "號"])?;
    if !word.is_empty() && !is_word_of_body(word) {
        return None;
    }
    Some(Number::Issued {
        word: word.to_owned(),
        year: year_of(year)?,
        number: digits(number.trim())?,
    })
}

/// Returns true for the name of a body, or of several.
fn is_word_of_body(word: &str) -> bool {
    let is_of_word = |c: char| is_han(c) || c == '、' || c == ' ';
    (2..=40).contains(&word.chars().count()) && word.chars().all(is_of_word)
}

/// Words before the number of an English document.
const ENGLISH_WORDS: [&str; 22] = [
    "Docket No. ",
    "Docket Number: ",
    "Circular No. ",
    "Circular Memorandum No. ",
    "Paper No. ",
    "Report No. ",
    "Order No. ",
    "Document No. ",
    "Public Law ",
    "Pub. L. ",
    "SOR/",
    "SI/",
    "S.I. No. ",
    "S.I. ",
    "Statutory Instrument No. ",
    "Executive Order ",
    "Regulation No. ",
    "Notice No. ",
    "G.N. ",
    "Directive No. ",
    "Bulletin No. ",
    "Resolution No. ",
];

/// Docket No. FAA–2020–0686, Public Law 104-13, SOR/2004-306: a word of a few and a number without blanks.
fn named(text: &str) -> Option<Number> {
    let number = ENGLISH_WORDS
        .iter()
        .find_map(|word| text.strip_prefix(word))?;
    let is_number = (2..=30).contains(&number.chars().count())
        && number.bytes().any(|byte| byte.is_ascii_digit())
        && number
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "()/.-–".contains(c));
    is_number.then_some(Number::Lettered)
}

/// Opening and closing brackets around a year.
const YEAR_BRACKETS: [(char, char); 8] = [
    ('〔', '〕'),
    ('[', ']'),
    ('［', '］'),
    ('(', ')'),
    ('（', '）'),
    ('【', '】'),
    ('〈', '〉'),
    ('﹝', '﹞'),
];

fn issued(text: &str) -> Option<Number> {
    let (word, year, rest) = around_year(text)?;
    let rest = rest.trim().strip_suffix(['号', '號'])?.trim();
    let number = rest.strip_prefix('第').unwrap_or(rest).trim();
    let is_word = (2..=12).contains(&word.chars().count()) && word.chars().all(is_han);
    if !is_word || year.len() != 4 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Number::Issued {
        word: word.to_owned(),
        year: year.parse().ok()?,
        number: digits(number)?,
    })
}

/// The word before a year in brackets, the year, and the rest.
fn around_year(text: &str) -> Option<(&str, &str, &str)> {
    let bracket = |c: char| YEAR_BRACKETS.iter().find(|(open, _)| *open == c);
    let (at, (open, close)) = text
        .char_indices()
        .find_map(|(at, c)| Some((at, bracket(c)?)))?;
    let (year, rest) = text[at + open.len_utf8()..].split_once(*close)?;
    Some((text[..at].trim(), year.trim().trim_end_matches('年'), rest))
}

fn order(text: &str) -> Option<Number> {
    let (word, rest) = text.split_once("令").or_else(|| text.split_once("公告"))?;
    let number = rest
        .trim()
        .strip_prefix('第')?
        .trim_end()
        .strip_suffix(['号', '號'])?;
    let count = word.chars().count();
    ((2..=40).contains(&count) && word.chars().all(|c| is_han(c) || c == '、')).then_some(())?;
    Some(Number::Order {
        number: numeral(number)?,
    })
}

fn lettered(text: &str) -> Option<Number> {
    let (word, rest) = text.split_once("字第")?;
    let rest = rest.trim_end_matches(['函', '令', '書']).trim_end();
    let number = rest.strip_suffix('號')?.trim();
    let count = word.chars().count();
    let is_number = (4..=16).contains(&number.len())
        && number.starts_with(|first: char| first.is_ascii_digit())
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-');
    let is_of_word = |c: char| is_han(c) || matches!(c, '(' | ')' | '（' | '）');
    ((2..=14).contains(&count) && word.chars().all(is_of_word) && is_number)
        .then_some(Number::Lettered)
}

fn chapter(text: &str) -> Option<Number> {
    let inner = match ["Cap. ", "Cap.", "Cap ", "CAP. ", "CAP.", "CAP ", "Chapter "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
    {
        Some(rest) => rest,
        None => text.strip_prefix('第')?.strip_suffix('章')?,
    };
    let inner = inner.trim();
    let count = inner.bytes().take_while(u8::is_ascii_digit).count();
    let letters = &inner[count..];
    // 第十四章 is a chapter of this document: those of the statute book have digits, and more than one.
    let is_chapter = (2..=4).contains(&count)
        && letters.len() <= 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase());
    is_chapter.then(|| Number::Chapter(inner.to_owned()))
}

fn paper(text: &str) -> Option<Number> {
    let inner = between(text, &["LC Paper No.", "LC Paper Nos."], &[""])
        .or_else(|| between(text, &["立法會", "立法会"], &["號文件", "号文件"]))?;
    let inner: String = inner.chars().filter(|c| !c.is_whitespace()).collect();
    let is_paper = inner.starts_with(|first: char| first.is_ascii_uppercase())
        && inner.contains('/')
        && inner.bytes().any(|byte| byte.is_ascii_digit())
        && inner
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "()/-&".contains(c));
    is_paper.then_some(Number::Paper(inner))
}

/// The part of a text between one of `starts` and one of `ends`.
fn between<'a>(text: &'a str, starts: &[&str], ends: &[&str]) -> Option<&'a str> {
    let rest = starts.iter().find_map(|start| text.strip_prefix(start))?;
    ends.iter().find_map(|end| rest.strip_suffix(end))
}

fn legal_notice(text: &str) -> Option<Number> {
    if let Some(rest) = ["L.N. ", "L.N.", "LN "]
        .iter()
        .find_map(|word| text.strip_prefix(word))
    {
        let (number, year) = rest.split_once(" of ")?;
        return Some(Number::LegalNotice {
            year: year_of(year)?,
            number: digits(number.trim())?,
        });
    }
    let (year, rest) = text.split_once('年')?;
    let number = rest.trim().strip_prefix('第')?;
    let number = number
        .strip_suffix("號法律公告")
        .or_else(|| number.strip_suffix("号法律公告"))?;
    Some(Number::LegalNotice {
        year: year_of(year)?,
        number: digits(number.trim())?,
    })
}

fn year_of(text: &str) -> Option<u64> {
    let text = text.trim();
    (text.len() == 4).then(|| digits(text)).flatten()
}

fn digits(text: &str) -> Option<u64> {
    let is_number = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A numeral that is all of `text`.
fn numeral(text: &str) -> Option<u64> {
    let text = text.trim();
    (chinese_numeral_len(text) == text.len())
        .then(|| chinese_number(text))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(lines: &[&str], title: &str) -> Option<String> {
        read_number(lines, title).map(|(number, _)| number)
    }

    #[test]
    fn a_document_bears_its_number_alone_or_behind_its_title() {
        for (line, expected) in [
            ("国发〔2023〕15号", "国发〔2023〕15号"),
            ("国办发[2023]第15号", "国办发[2023]第15号"),
            ("（法释〔2018〕18号）", "法释〔2018〕18号"),
            ("發文字號：府授教字第1130012345號", "府授教字第1130012345號"),
            (
                "中华人民共和国主席令第五十六号",
                "中华人民共和国主席令第五十六号",
            ),
            (
                "LC Paper No. CB(2)123/2023-24(01)",
                "LC Paper No. CB(2)123/2023-24(01)",
            ),
            (
                "立法會CB(2)123/2023-24(01)號文件",
                "立法會CB(2)123/2023-24(01)號文件",
            ),
            ("L.N. 12 of 2024", "L.N. 12 of 2024"),
            ("2024年第12號法律公告", "2024年第12號法律公告"),
            ("(Cap. 614)", "Cap. 614"),
            (
                "国家税务总局公告2019年第12号",
                "国家税务总局公告2019年第12号",
            ),
            ("商务部令2019年第2号", "商务部令2019年第2号"),
            ("发改办财金规〔2019〕860 号", "发改办财金规〔2019〕860号"),
            (
                "發文字號：院臺教字第1120012345A號",
                "院臺教字第1120012345A號",
            ),
            (
                "[Docket No. FAA–2020–0686; Product Identifier 2019–NM–035–AD]",
                "Docket No. FAA–2020–0686",
            ),
            ("SOR/2004-306", "SOR/2004-306"),
            ("Public Law 104-13", "Public Law 104-13"),
            ("第614章", "第614章"),
            ("财税〔2019〕13号　　　签发人：王某", "财税〔2019〕13号"),
            (
                "发文字号：国发〔2014〕21号　　发布日期：2014年06月27日",
                "国发〔2014〕21号",
            ),
            ("公告 2020年 第12号", "公告2020年第12号"),
            (
                "發文字號：臺教高(一)字第1122202987號",
                "臺教高(一)字第1122202987號",
            ),
            ("SOR/2004-306 December 14, 2004", "SOR/2004-306"),
            (
                "Executive Order 14028 of May 12, 2021",
                "Executive Order 14028",
            ),
            ("教育局通告第 13/2023 號", "教育局通告第13/2023號"),
            ("文号：深规12-7", "深规12-7"),
        ] {
            assert_eq!(
                number(&["標題", line], "標題").as_deref(),
                Some(expected),
                "{line}"
            );
        }
        assert_eq!(
            number(&[], "Safety Ordinance (Cap. 59A)").as_deref(),
            Some("Cap. 59A")
        );
        assert_eq!(
            number(&[], "关于规划的通知（国发（2023）15号）").as_deref(),
            Some("国发（2023）15号")
        );
        let order = ["中华人民共和国国务院令", "第551号"];
        assert_eq!(
            number(&order, "条例").as_deref(),
            Some("中华人民共和国国务院令第551号")
        );
        let joint = ["国家发展和改革委员会", "商务部", "令", "第47号"];
        assert_eq!(
            number(&joint, "清单").as_deref(),
            Some("国家发展和改革委员会、商务部令第47号")
        );
        let history = "2009年2月25日 中华人民共和国国务院令第551号公布";
        assert_eq!(
            number(&[history], "条例").as_deref(),
            Some("中华人民共和国国务院令第551号")
        );
    }

    #[test]
    fn cases_and_acts_bear_their_numbers_beside_names() {
        for (lines, expected) in [
            (["PETITIONER", "v. \t: No. 07-1315"], "07-1315"),
            (
                ["SUPREME COURT OF THE UNITED STATES", "No. 19-1392"],
                "19-1392",
            ),
            (["ALFA v. BETA", "Case No. 1:20-cv-03010"], "1:20-cv-03010"),
            (
                ["General Assembly", "United Nations A/RES/75/1"],
                "A/RES/75/1",
            ),
            (
                [
                    "NIST Special Publication 800-63",
                    "NIST Special Publication 800-63-3",
                ],
                "NIST Special Publication 800-63-3",
            ),
            (
                [
                    "L 119",
                    "REGULATION (EU) 2016/679 OF THE EUROPEAN PARLIAMENT",
                ],
                "REGULATION (EU) 2016/679",
            ),
        ] {
            assert_eq!(number(&lines, "Title").as_deref(), Some(expected));
        }
        assert_eq!(number(&["Room 5", "No. 07-1315"], "Title"), None);
    }

    #[test]
    fn numbers_of_other_documents_are_left_alone() {
        for line in [
            "根据国发〔2023〕15号的规定",
            "第三章",
            "第十四章",
            "第3章 總則",
            "under Cap. 614 of the Laws",
            "第551号",
            "Public Law is what the public makes",
            "（2023）",
            "2024年第12號",
        ] {
            assert_eq!(number(&[line], "標題"), None, "{line}");
        }
        let brief = ["Road Traffic Ordinance", "(Chapter 374)", "AMENDMENT BILL"];
        assert_eq!(number(&brief, "AMENDMENT BILL"), None, "the law it amends");
        let joint = "1990年4月5日 国务院、中央军事委员会令第54号发布";
        assert_eq!(
            number(&[joint], "条例").as_deref(),
            Some("国务院、中央军事委员会令第54号")
        );
        let twice = [
            "2009年2月25日国务院令第551号公布",
            "2019年3月2日国务院令第709号公布",
        ];
        assert_eq!(number(&twice, "条例"), None, "which of the two?");
    }

    #[test]
    fn the_key_of_a_number_is_the_same_in_every_language() {
        let same = [
            ("Cap. 614", "第614章"),
            (
                "LC Paper No. CB(2)123/2023-24(01)",
                "立法會CB(2)123/2023-24(01)號文件",
            ),
            ("L.N. 12 of 2024", "2024年第12號法律公告"),
            ("国发〔2023〕15号", "國發[2023]15號"),
        ];
        for (one, other) in same {
            assert_eq!(number_key(one), number_key(other), "{one}");
            assert!(number_key(one).is_some(), "{one}");
        }
        assert_ne!(number_key("Cap. 614"), number_key("Cap. 614A"));
        assert_eq!(number_key("Report 5"), None);
    }
}
