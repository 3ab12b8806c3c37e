//! Reads a document's dates from the places that hold them, and from no other.
//!
//! In: the edges of a text, its history, its signatures. Out: the day it was issued, the day it was first issued, the day it
//! comes into force; each with the line that says so, or nothing: a wrong date sorts and filters a document where nobody
//! finds it, a missing one leaves it where it is.
//!
//! The places of the day of issue, the surest first: a label (`發文日期：`); the history of a law (`history.rs`); a line of
//! facts near the top (`2019-09-26 10:56:28 来源：…`); a form of words (*Dated this 27th day of March 2024*); then a line of
//! its own near the top, a press release's dateline, a signature. Where these last three tell different days, none is taken.

use std::ops::Range;

use polidex_analysis::date::PartialDate;

use crate::layout::LaidOut;
use crate::metadata::bodies::is_signatory;
use crate::metadata::edges::{Edges, all_lines, is_sentence};
use crate::metadata::history::{History, date_of_history, first_date_of_history, read_lineage};
use crate::metadata::labels::behind_label;
use crate::metadata::number::{alone_on, beside_day};
use crate::metadata::signature::{Signature, columns_of, read_signatures};
use crate::text::written_date::{
    date_and_time_at, date_at, date_with_time, find_date, packed_date, whole_date,
};

/// Lines at the end among which a day stands alone, as that of a letter or a blog.
const LAST_LINES: usize = 3;
/// Longest name of a place in a dateline, in characters.
const PLACE_CHARS: usize = 30;
/// Lines of a cover or of a letterhead.
const TOP_LINES: usize = 14;
/// Lines of which one may be the month of a document.
const MONTH_LINES: usize = 4;
/// Lines of a cover, one of which may be the month of a report.
const COVER_LINES: usize = 10;
/// A line of more characters that ends like a sentence is one.
const TOP_CHARS: usize = 40;
/// Lines near the top that may be one of facts about a page.
const FACT_LINES: usize = 16;
/// Widest line of facts, in characters.
const FACT_CHARS: usize = 120;
/// Most text between a form of words and its date, in bytes.
const FORM_BYTES: usize = 80;

/// A date and the line that says it.
pub(super) type Said<'a> = (PartialDate, &'a str);

/// The dates of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dates<'a> {
    /// Day this text was issued.
    pub(super) issued: Option<Said<'a>>,
    /// Day it was issued first.
    pub(super) first: Option<Said<'a>>,
    /// Day it comes into force.
    pub(super) effective: Option<Said<'a>>,
}

/// Labels of the day of issue, without blanks, in small letters, the surest group first. The day a text comes into force is
/// another, and so is the day a page was looked at last.
const ISSUE_LABELS: [&[&str]; 5] = [
    &["修正日期", "修订日期", "修訂日期", "amended date"],
    &[
        "成文日期",
        "发文日期",
        "發文日期",
        "发文时间",
        "發文時間",
        "签发日期",
        "簽發日期",
        "签署日期",
        "簽署日期",
        "公布日期",
        "公佈日期",
        "颁布日期",
        "頒布日期",
        "公告日期",
        "开票日期",
        "開票日期",
        "出具日期",
        "签发时间",
        "date of issue",
        "issue date",
        "date issued",
        "issued on",
        "issued",
        "dated",
    ],
    &[
        "发布日期",
        "發布日期",
        "發佈日期",
        "发布时间",
        "發布時間",
        "發佈時間",
        "发表时间",
        "發表時間",
        "发表日期",
        "發表日期",
        "发稿时间",
        "發稿時間",
        "刊登日期",
        "刊載日期",
        "刊载日期",
        "登載日期",
        "张贴日期",
        "張貼日期",
        "上传日期",
        "上傳日期",
        "上版日期",
        "公開日期",
        "公开日期",
        "发布于",
        "發布於",
        "發佈於",
        "发表于",
        "發表於",
        "印发日期",
        "印发时间",
        "publication date",
        "date published",
        "published on",
        "published",
        "release date",
        "date released",
        "released on",
        "posted on",
        "posted",
        "date posted",
    ],
    &["日期", "date"],
    &["时间", "時間"],
];

/// Group of [`ISSUE_LABELS`] from which on labels say when a page shows a text.
const PUBLICATION_LABELS: usize = 2;

/// Labels of the day a text was issued first.
const FIRST_LABELS: [&str; 8] = [
    "制定日期",
    "訂定日期",
    "首次发布日期",
    "首次發布日期",
    "初版日期",
    "first published",
    "first issued",
    "originally published",
];

/// Labels of the day a text comes into force.
const EFFECTIVE_LABELS: [&str; 16] = [
    "施行日期",
    "实施日期",
    "實施日期",
    "生效日期",
    "执行日期",
    "施行时间",
    "实施时间",
    "生效时间",
    "effective date",
    "date of effect",
    "effective from",
    "effective",
    "coming into force",
    "commencement date",
    "in force from",
    "commencement",
];

/// Words that a line begins with when it says on which day a law was made.
const ISSUE_FORMS: [&str; 18] = [
    "dated this",
    "dated at",
    "dated the",
    "dated",
    "assented to",
    "approved",
    "enacted",
    "issued",
    "registration",
    "registered",
    "made at",
    "gazetted",
    "revised",
    "last revised",
    "last amended",
    "as amended",
    "published",
    "released",
];

/// Reads the dates of a document, see the module.
pub(super) fn read_dates<'a>(
    laid_out: &'a LaidOut,
    edges: &Edges<'a>,
    history: &History<'a>,
    is_official: bool,
) -> Dates<'a> {
    let lineage = read_lineage(&laid_out.text);
    let first = labelled_as(&edges.head, &FIRST_LABELS)
        .or_else(|| first_date_of_history(history))
        .or(lineage.and_then(|lineage| lineage.first));
    Dates {
        issued: issued(laid_out, edges, history, is_official),
        first,
        effective: effective(edges, history),
    }
}

fn issued<'a>(
    laid_out: &'a LaidOut,
    edges: &Edges<'a>,
    history: &History<'a>,
    is_official: bool,
) -> Option<Said<'a>> {
    // A notice goes out on the day it is signed, whenever a page shows it.
    let signed = |signatures: &[Signature<'a>]| first_signed(signatures).filter(|_| is_official);
    if let Some(found) = labelled(edges, is_official, PUBLICATION_LABELS) {
        return found;
    }
    let is_notice = is_official && !history.is_there();
    if let Some(found) = is_notice
        .then(|| signed(&read_signatures(laid_out)))
        .flatten()
    {
        return Some(found);
    }
    if let Some(found) = labelled(edges, is_official, ISSUE_LABELS.len()) {
        return found;
    }
    if history.is_there() {
        let said = date_of_history(history)?;
        return Some(later_of(said, signed(&read_signatures(laid_out))));
    }
    if let Some(lineage) = read_lineage(&laid_out.text) {
        return Some(lineage.last);
    }
    by_place(laid_out, edges, &read_signatures(laid_out))
}

/// The date that a history says, or the one of the signature if that is later: a court's notice is signed after it was
/// passed.
fn later_of<'a>(said: Said<'a>, signed: Option<Said<'a>>) -> Said<'a> {
    let later = signed.filter(|signed| signed.0.first_day() > said.0.first_day());
    later.unwrap_or(said)
}

fn first_signed<'a>(signatures: &[Signature<'a>]) -> Option<Said<'a>> {
    let first = signatures.first()?;
    Some((first.date, first.line))
}

/// The date that a place of the text tells, the surest place first.
fn by_place<'a>(
    laid_out: &'a LaidOut,
    edges: &Edges<'a>,
    signatures: &[Signature<'a>],
) -> Option<Said<'a>> {
    line_of_facts(&edges.head)
        .or_else(|| beside_number(&edges.head))
        .or_else(|| form_of_words(edges))
        .or_else(|| day_of_order(laid_out, edges))
        .or_else(|| {
            agreed(&[
                at_top(&edges.head),
                dateline(edges.top_and_sentence()),
                at_foot(&edges.foot, signatures),
            ])
        })
        .or_else(|| printed(&edges.foot))
}

/// The day of an order, on the line below who gives it: the text that it publishes follows (`总理　李强` / `2024年3月10日`).
fn day_of_order<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>) -> Option<Said<'a>> {
    /// Lines that name an order.
    const NAME_LINES: usize = 6;
    /// Lines that an order has at most.
    const LINES: usize = 40;
    let mut top = edges.head.iter().take(NAME_LINES);
    top.find(|line| line.ends_with('令') || line.contains("令第"))?;
    let lines: Vec<&str> = all_lines(laid_out).take(LINES).collect();
    lines.windows(2).find_map(|pair| {
        let date = whole_date(pair[1]).filter(is_day)?;
        is_post_and_name(pair[0]).then_some((date, pair[1]))
    })
}

/// The day beside the number of a document, where only one is: `SOR/2004-306 December 14, 2004`.
fn beside_number<'a>(head: &[&'a str]) -> Option<Said<'a>> {
    let top = &head[..head.len().min(TOP_LINES)];
    let found = top
        .iter()
        .filter_map(|line| Some((beside_day(line)?.1, *line)));
    match Place::of(found) {
        Place::One(said) => Some(said),
        Place::Nothing | Place::Many => None,
    }
}

/// `国务院办公厅秘书局　2019年8月21日印发`: the day a notice without a signature was printed.
fn printed<'a>(foot: &[&'a str]) -> Option<Said<'a>> {
    let date = |line: &str| {
        let (date, range) = find_date(line)?;
        line[range.end..].trim().starts_with("印发").then_some(date)
    };
    foot.iter()
        .rev()
        .find_map(|line| Some((date(line)?, *line)))
}

/// The one date that all places agree on; a month agrees with a day of it.
fn agreed<'a>(places: &[Place<'a>]) -> Option<Said<'a>> {
    let mut best: Option<Said> = None;
    for place in places {
        match (place, best) {
            (Place::Nothing, _) => {}
            (Place::Many, _) => return None,
            (Place::One(said), None) => best = Some(*said),
            (Place::One(said), Some(known)) if covers(known.0, said.0) => best = Some(*said),
            (Place::One(said), Some(known)) if covers(said.0, known.0) => {}
            (Place::One(_), Some(_)) => return None,
        }
    }
    best
}

fn covers(wide: PartialDate, narrow: PartialDate) -> bool {
    wide.first_day() <= narrow.first_day() && narrow.last_day() <= wide.last_day()
}

/// Dates found in one place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    Nothing,
    One(Said<'a>),
    /// Several dates, none of which is the document's more than the others.
    Many,
}

impl<'a> Place<'a> {
    fn add(self, said: Said<'a>) -> Self {
        match self {
            Self::Nothing => Self::One(said),
            Self::One(known) if known.0 == said.0 => self,
            Self::One(_) | Self::Many => Self::Many,
        }
    }

    fn of(found: impl Iterator<Item = Said<'a>>) -> Self {
        found.fold(Self::Nothing, Self::add)
    }
}

/// Labels that stand beside the day of an event to come.
const EVENT_LABELS: [&str; 9] = [
    "地点",
    "地點",
    "venue",
    "place",
    "location",
    "报名截止",
    "報名截止",
    "time",
    "截止日期",
];
/// Words in the titles of what is dated by the event it records.
const RECORD_WORDS: [&str; 14] = [
    "紀錄", "記錄", "记录", "纪要", "紀要", "議事", "议事", "議程", "议程", "Minutes", "Agenda",
    "Record", "MINUTES", "AGENDA",
];

/// Returns true if the labels of a head tell of an event to come, whose day is not that of the document.
fn tells_of_event(head: &[&str]) -> bool {
    let is_record = head
        .iter()
        .take(TOP_LINES)
        .any(|line| RECORD_WORDS.iter().any(|word| line.contains(word)));
    !is_record
        && head
            .iter()
            .any(|line| behind_label(line, &EVENT_LABELS).is_some())
}

/// The date behind a label of the first `groups`: `Some(None)` when labels tell different days.
fn labelled<'a>(edges: &Edges<'a>, is_official: bool, groups: usize) -> Option<Option<Said<'a>>> {
    /// Groups whose labels name a day of whatever kind.
    const COMMON: usize = 2;
    let sure = ISSUE_LABELS.len() - COMMON;
    for (rank, labels) in ISSUE_LABELS.iter().enumerate().take(groups) {
        // A notice of a meeting names the meeting's time, not its own.
        let is_time = rank + 1 == ISSUE_LABELS.len();
        if rank >= sure && (is_time && is_official || tells_of_event(&edges.head)) {
            return None;
        }
        // At the foot a common word is a label in a table only.
        let is_label = |line: &&&str| rank < sure || !is_time && line.contains('\t');
        let lines = edges.head.iter().chain(edges.foot.iter().filter(is_label));
        let found = lines.filter_map(|line| Some((date_behind(line, labels)?, *line)));
        match Place::of(found) {
            Place::Nothing => {}
            Place::One(said) => return Some(Some(said)),
            Place::Many => return Some(None),
        }
    }
    None
}

fn labelled_as<'a>(lines: &[&'a str], labels: &[&str]) -> Option<Said<'a>> {
    lines
        .iter()
        .find_map(|line| Some((date_behind(line, labels)?, *line)))
}

/// `發文日期：中華民國113年3月5日`, `時　　間　中華民國96年1月18日（星期四）上午10時2分`, `Amended Date: 20040421`.
fn date_behind(line: &str, labels: &[&str]) -> Option<PartialDate> {
    let value = behind_label(line, labels)?;
    let first = value
        .split([' ', '\u{3000}', '\t', '*', '_', ']', '】'])
        .next()?;
    if let Some(date) = packed_date(first).or_else(|| whole_date(value)) {
        return Some(date);
    }
    if let Some(date) = republic_date(first).filter(|_| !line.is_ascii()) {
        return Some(date);
    }
    let text = value.trim_start_matches(['(', '（', '[']);
    let (date, len) = date_at(text).or_else(|| behind_weekday(text))?;
    (!goes_on_to_another(&text[len..])).then_some(date)
}

/// `113-03-05`, `113/3/5`, `113年3月5日`: a year of the Republic of three digits, behind a Chinese label.
fn republic_date(text: &str) -> Option<PartialDate> {
    let year = text
        .get(..3)
        .filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest = text[3..].trim_start_matches(['-', '/', '.', '年']);
    let is_year = rest.len() < text.len() - 3 && year.starts_with('1');
    let year = 1_911 + year.parse::<u64>().ok().filter(|_| is_year)?;
    date_at(&format!("{year}{}", &text[3..])).map(|(date, _)| date)
}

/// `Thursday, March 5, 2024`.
fn behind_weekday(text: &str) -> Option<(PartialDate, usize)> {
    let (date, range) = find_date(text)?;
    let before = text[..range.start].trim_end_matches([' ', ',', '，', '、']);
    let is_weekday = before.ends_with("day") && !before.contains(' ')
        || before.starts_with("星期") && before.chars().count() == 3;
    is_weekday.then_some((date, range.end))
}

/// Returns true if a date is the first day of a span: `2004年2月20日、2月24日`, `5 March 2024 to 7 March 2024`. A time of day
/// goes on with one day, and so does the next fact of a line.
fn goes_on_to_another(behind: &str) -> bool {
    let behind = behind.trim_start();
    let is_joined = behind
        .starts_with(['至', '到', '—', '–', '-', '~', '～', '、', '及', '和', '與'])
        || behind.starts_with("to ")
        || behind.starts_with("and ");
    let has_month = behind
        .split([' ', '\u{3000}', '\t'])
        .take_while(|part| {
            !part.contains(['：', ':']) || part.starts_with(|c: char| c.is_ascii_digit())
        })
        .any(|part| part.contains('月'));
    is_joined
        && (behind.starts_with('至')
            || find_date(behind).is_some()
            || behind.contains(['月', '日']))
        || has_month
}

/// Facts about a page in one line near its top: `2019-09-26 10:56:28　证券时报网`, `来源：新华社　2019年06月15日 08:18`.
fn line_of_facts<'a>(head: &[&'a str]) -> Option<Said<'a>> {
    let lines = &head[..head.len().min(FACT_LINES)];
    let sentence = lines
        .iter()
        .position(|line| is_prose(line) && !is_headline(line))
        .unwrap_or(lines.len());
    let of = |lines: &[&'a str]| {
        Place::of(
            lines
                .iter()
                .filter_map(|line| Some((date_among_facts(line)?, *line))),
        )
    };
    // A list of news has a day at each of its lines.
    match of(&lines[..sentence]) {
        Place::One(said) => Some(said),
        Place::Nothing | Place::Many => None,
    }
}

fn is_prose(line: &str) -> bool {
    line.contains(['。', '，', '；']) || is_sentence(line) && line.chars().count() > FACT_CHARS
}

/// Returns true for a line with a comma that is short enough for a headline: `外媒眼中的武汉长假：蓬勃发展，欢声笑语`.
fn is_headline(line: &str) -> bool {
    /// Longest headline, in characters.
    const HEADLINE_CHARS: usize = 44;
    !line.contains('。')
        && !line.ends_with(['，', '；', '：'])
        && line.chars().count() <= HEADLINE_CHARS
}

/// Words that stand beside the date of a page.
const FACT_WORDS: [&str; 17] = [
    "来源", "來源", "作者", "记者", "記者", "编辑", "編輯", "浏览", "瀏覽", "阅读", "點閱", "点击",
    "點擊", "分享", "字号", "字體", "稿源",
];

fn date_among_facts(line: &str) -> Option<PartialDate> {
    if is_prose(line) || line.chars().count() > FACT_CHARS {
        return None;
    }
    if let Some((date, behind)) = date_and_time_at(line) {
        return (!goes_on_to_another(behind)).then_some(date);
    }
    let (date, range) = find_date(line)?;
    let is_fact = is_day(&date)
        && (FACT_WORDS.iter().any(|word| line.contains(word))
            || has_time(line, &range)
            || is_barred(line, &range))
        && !goes_on_to_another(&line[range.end..]);
    is_fact.then_some(date)
}

fn is_day(date: &PartialDate) -> bool {
    date.first_day() == date.last_day()
}

/// Returns true if the hour follows a date that no label introduces.
fn has_time(line: &str, date: &Range<usize>) -> bool {
    date_and_time_at(&line[date.start..]).is_some() && !line[..date.start].contains(['：', ':'])
}

/// Returns true if a bar parts a date from other facts.
fn is_barred(line: &str, date: &Range<usize>) -> bool {
    let is_bar = |c: char| "|｜·•".contains(c);
    let before = line[..date.start].trim();
    before.ends_with(is_bar)
        || before.is_empty() && line[date.end..].trim_start().starts_with(is_bar)
}

/// `Dated this 27th day of March 2024`, `[Assented to 13th June 2002]`, `Registration SOR/2006-50 March 22, 2006`,
/// `Vol. 85, No. 152 / Thursday, August 6, 2020`, `Minutes of the meeting held on 5 March 2024`.
fn form_of_words<'a>(edges: &Edges<'a>) -> Option<Said<'a>> {
    let foot = edges.foot.iter().rev();
    let lines = edges.head.iter().chain(foot);
    let found = lines.filter_map(|line| {
        let date = date_of_form(line)
            .or_else(|| date_of_masthead(line))
            .or_else(|| date_of_meeting(line))?;
        Some((date, *line))
    });
    match Place::of(found) {
        Place::One(said) => Some(said),
        Place::Nothing | Place::Many => None,
    }
}

/// The date that a form of words tells.
fn date_of_form(line: &str) -> Option<PartialDate> {
    date_of_words(line)
        .or_else(|| date_of_leaders(line))
        .or_else(|| date_of_assent(line))
        .or_else(|| date_of_address(line))
        .or_else(|| date_of_printing(line))
}

/// `中華民國112年4月19日印發`.
fn date_of_printing(line: &str) -> Option<PartialDate> {
    const VERBS: [&str; 6] = ["印發", "公布", "公佈", "發布", "发布", "签发"];
    let text = line.trim_matches(['(', ')', '（', '）', ' ']);
    let (date, len) = date_at(text)?;
    (is_day(&date) && VERBS.contains(&text[len..].trim())).then_some(date)
}

fn date_of_words(line: &str) -> Option<PartialDate> {
    let text = line.trim_start_matches(['[', '(', '*', '_', ' ']);
    let lower = text.get(..24.min(text.len()))?.to_ascii_lowercase();
    let form = ISSUE_FORMS.iter().find(|form| lower.starts_with(**form))?;
    let behind = text.get(form.len()..)?;
    if behind.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    date_after(behind.trim_start_matches([':', ' ']))
}

/// `Made - - - - 11th April 2018`.
fn date_of_leaders(line: &str) -> Option<PartialDate> {
    let behind = line.strip_prefix("Made")?;
    let text = behind.trim_start_matches(|c: char| " \t-–—.…\u{A0}".contains(c));
    let is_led = behind.len() - text.len() > 1;
    is_led.then(|| whole_date(text)).flatten()
}

/// `[1986, c. 40, assented to 27th June, 1986]`.
fn date_of_assent(line: &str) -> Option<PartialDate> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let (before, behind) = inner.split_once("assented to ")?;
    (before.len() <= FORM_BYTES)
        .then(|| whole_date(behind))
        .flatten()
}

/// `——2023年6月26日在第十四届全国人民代表大会常务委员会第三次会议上`: the day a speech or a report was made.
fn date_of_address(line: &str) -> Option<PartialDate> {
    let text = line.trim_matches(|c: char| "—－-─()（） ".contains(c));
    let (date, len) = date_at(text)?;
    let behind = text[len..].trim();
    let is_at_meeting = behind.starts_with('在') && behind.ends_with('上');
    (is_at_meeting && line.chars().count() <= FACT_CHARS && is_day(&date)).then_some(date)
}

/// Returns true for a line that says on which day its text was made, and nothing else: `DATED this 14th day of February 2023`,
/// `中華民國一百零九年十二月三十一日修正`.
pub(super) fn is_of_making(line: &str) -> bool {
    const VERBS: [&str; 14] = [
        "修正", "修訂", "修订", "公布", "發布", "发布", "訂定", "制定", "通过", "通過", "印发",
        "施行", "頒布", "颁布",
    ];
    let text = line.trim_matches(['(', ')', '（', '）', ' ']);
    let by_verb = || {
        let (_, len) = date_at(text)?;
        let behind = text[len..].trim();
        (behind.chars().count() <= 8 && VERBS.iter().any(|verb| behind.ends_with(verb)))
            .then_some(())
    };
    date_of_form(line).is_some() || by_verb().is_some()
}

/// The date of a line behind words that are no sentence of another matter.
fn date_after(rest: &str) -> Option<PartialDate> {
    let (date, range) = find_date(rest)?;
    let before = &rest[..range.start];
    let behind = rest[range.end..].trim_matches([']', ')', '.', '*', '_', ' ', ',']);
    let is_short = before.len() <= FORM_BYTES && !before.contains([':', ';', '(']);
    let is_end = behind.len() <= FORM_BYTES && find_date(behind).is_none();
    (is_short && is_end).then_some(date)
}

fn date_of_masthead(line: &str) -> Option<PartialDate> {
    let is_masthead =
        line.contains("Vol. ") && line.contains("No. ") && line.chars().count() <= FACT_CHARS;
    let (date, _) = is_masthead.then(|| find_date(line))??;
    Some(date)
}

fn date_of_meeting(line: &str) -> Option<PartialDate> {
    let starts = [
        "Minutes",
        "Agenda",
        "Notes of",
        "Record of",
        "Verbatim",
        "Summary of",
        "Held ",
        "held ",
    ];
    let is_meeting = starts.iter().any(|start| line.starts_with(start));
    let (_, behind) = line
        .split_once("held ")
        .or_else(|| line.split_once("Held "))
        .filter(|_| is_meeting)?;
    let (date, range) = find_date(behind)?;
    (!goes_on_to_another(&behind[range.end..])).then_some(date)
}

/// Returns true for a line near the top that says when its page was published.
pub(super) fn says_date(line: &str) -> bool {
    let labels = &ISSUE_LABELS[1..];
    date_among_facts(line).is_some()
        || labels
            .iter()
            .any(|labels| date_behind(line, labels).is_some())
}

/// A line above the first paragraph that is a date, or the day and hour of a meeting, and nothing else.
fn at_top<'a>(head: &[&'a str]) -> Place<'a> {
    let top = head
        .iter()
        .take(TOP_LINES)
        .take_while(|line| !is_paragraph(line))
        .enumerate();
    // A month further down heads a table or a part, unless it is the English one of a cover that bears a number.
    let is_cover = head
        .iter()
        .take(COVER_LINES)
        .any(|line| alone_on(line).is_some());
    let is_own = |at: usize, date: &PartialDate| {
        at < MONTH_LINES || is_day(date) || is_cover && at < COVER_LINES && head[at].is_ascii()
    };
    Place::of(top.filter_map(|(at, line)| {
        let date = date_of_line(line).filter(|date| is_own(at, date))?;
        Some((date, *line))
    }))
}

fn is_paragraph(line: &str) -> bool {
    let is_wide = line.chars().count() > TOP_CHARS;
    line.contains('。') || is_sentence(line) && (is_wide || line.ends_with('.'))
}

/// The date that a line is, with an hour, a rule or the name of an order before it or without.
fn date_of_line(line: &str) -> Option<PartialDate> {
    // `of 23 October 2019` stands below the name of a directive.
    whole_date(line.strip_prefix("of ").unwrap_or(line))
        .or_else(|| date_of_order(line))
        .or_else(|| date_with_time(line).filter(|_| line.contains([':', '：', '时', '時'])))
        .or_else(|| date_behind_rule(line))
}

/// `內政部令　　中華民國112年5月31日`.
fn date_of_order(line: &str) -> Option<PartialDate> {
    match columns_of(line).as_slice() {
        [word, date] if word.ends_with(['令', '告', '函']) && is_signatory_of_form(word) => {
            whole_date(date)
        }
        _ => None,
    }
}

/// Returns true for the name of a body with the form of what it issues behind.
fn is_signatory_of_form(text: &str) -> bool {
    let forms = ["令", "公告", "函", "通告"];
    forms
        .iter()
        .filter_map(|form| text.strip_suffix(form))
        .any(is_signatory)
}

/// `立法會 ─ 2012年11月21日\t1493`: a running header of a name, a dash, a date and a page.
fn date_behind_rule(line: &str) -> Option<PartialDate> {
    let (_, behind) = line.rsplit_once(['─', '｜'])?;
    let behind = behind.trim();
    let (date, len) = date_at(behind)?;
    let page = behind[len..].trim();
    page.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(date)
}

/// `(Hong Kong, 11 March 2024) The Council …`, `WASHINGTON, March 5, 2024 – …` at the beginning of a paragraph near the top.
fn dateline<'a>(lines: &[&'a str]) -> Place<'a> {
    Place::of(
        lines
            .iter()
            .filter_map(|line| Some((date_of_dateline(line)?, *line))),
    )
}

fn date_of_dateline(line: &str) -> Option<PartialDate> {
    let (inner, is_bracketed) = match line.strip_prefix(['(', '（', '【', '[']) {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    let (date, range) = find_date(inner)?;
    let place = inner[..range.start].trim_end();
    let behind = inner[range.end..].trim_start();
    let is_closed = if is_bracketed {
        behind.starts_with([')', '）', '】', ']'])
    } else {
        behind.starts_with(['–', '—', '─', '－', '-'])
    };
    is_closed.then_some(date).filter(|_| is_place(place))
}

/// The name of a place and a mark behind it, or no name.
fn is_place(text: &str) -> bool {
    let name = text.trim_end_matches(|c: char| c.is_whitespace() || ",，–—─－-".contains(c));
    let is_marked = name.len() < text.len() || text.is_empty();
    let is_name =
        |word: &str| word.starts_with(|first: char| first.is_uppercase() || !first.is_ascii());
    is_marked
        && text.chars().count() <= PLACE_CHARS
        && !name.contains(['。', '，', '：', ':', ';', '('])
        && name
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .all(is_name)
}

/// A line at the foot that is a date: under a signature, behind the end of a press release, or the last of all.
fn at_foot<'a>(foot: &[&'a str], signatures: &[Signature<'a>]) -> Place<'a> {
    for (at, line) in foot.iter().enumerate().rev() {
        let date = date_behind_end(line)
            .or_else(|| whole_date(line).filter(|_| is_end_of_release(foot, at)));
        if let Some(date) = date {
            return Place::One((date, line));
        }
    }
    let near = signatures
        .iter()
        .filter(|signature| signature.lines_behind < foot.len());
    match Place::of(near.map(|signature| (signature.date, signature.line))) {
        Place::Nothing => alone_at_end(foot),
        found => found,
    }
}

/// The date behind the word that ends a press release.
fn date_behind_end(line: &str) -> Option<PartialDate> {
    ["Ends/", "Ends ", "完／", "完/"]
        .iter()
        .find_map(|word| line.strip_prefix(word))
        .and_then(whole_date)
}

fn is_end_of_release(foot: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| foot[before]);
    let behind = foot.get(at + 1).map_or("", |line| line);
    ["Ends", "- Ends -", "完"].contains(&before)
        || behind.starts_with("Issued at")
        || behind.starts_with("香港時間")
        || behind.starts_with("香港时间")
}

/// A day on a line of its own behind the last sentence, where no other line near it is one.
fn alone_at_end<'a>(foot: &[&'a str]) -> Place<'a> {
    let dates = || foot.iter().filter_map(|line| whole_date(line));
    let is_alone = dates().nth(1).is_none();
    let Some(date) = dates().next().filter(|date| is_alone && is_day(date)) else {
        return Place::Nothing;
    };
    let at = foot.iter().position(|line| whole_date(line).is_some());
    let at = at.unwrap_or_default();
    let before = at.checked_sub(1).map_or("", |before| foot[before]);
    let is_plain = |line: &&str| !is_prose(line) && !line.contains('\t');
    let is_last = foot.len() - at <= LAST_LINES && foot[at + 1..].iter().all(is_plain);
    if is_last && ends_text(before) {
        Place::One((date, foot[at]))
    } else {
        Place::Nothing
    }
}

/// Returns true for a line that a date can follow: the end of a sentence, or who signs.
fn ends_text(line: &str) -> bool {
    let is_end = line.ends_with(['。', '.', '！', '!', '”', '」', '：', ':']);
    let unnumbered = line.trim_end_matches(|c: char| c.is_ascii_digit());
    let signs = is_name(line) || is_signatory(unnumbered) || is_post_and_name(line);
    (is_end || signs) && !line.contains('\t')
}

/// `商务部部长：王某`, `教育局局長（陳某代行）`: who signs, behind the post.
fn is_post_and_name(line: &str) -> bool {
    const POSTS: [&str; 20] = [
        "部长", "部長", "局长", "局長", "主任", "署长", "署長", "院长", "院長", "省长", "市长",
        "市長", "縣長", "主席", "总理", "總理", "行长", "处长", "處長", "司长",
    ];
    let is_short = line.chars().count() <= 30 && !line.contains(['，', '。', '；']);
    is_short && POSTS.iter().any(|post| line.contains(post))
}

/// Returns true for a few ideographs, as a name has.
fn is_name(line: &str) -> bool {
    let is_of_name = |c: char| c.is_alphabetic() && !c.is_ascii() || c == ' ';
    (2..=14).contains(&line.chars().count()) && line.chars().all(is_of_name)
}

/// The day a text comes into force, where it says so: behind a label, in its history, in its last article.
fn effective<'a>(edges: &Edges<'a>, history: &History<'a>) -> Option<Said<'a>> {
    labelled_as(&edges.head, &EFFECTIVE_LABELS)
        .or(history.effective)
        .or_else(|| {
            let lines = edges.foot.iter().rev();
            lines
                .into_iter()
                .find_map(|line| Some((force_of(line)?, *line)))
        })
}

/// `本条例自2009年7月1日起施行`, `本規程自中華民國一百零三年一月一日施行`, `This Order comes into force on 1 April 2024`.
fn force_of(line: &str) -> Option<PartialDate> {
    let mut starts = line.match_indices('自');
    starts
        .find_map(|(at, since)| {
            let is_own = line[..at].contains('本');
            chinese_force(&line[at + since.len()..]).filter(|_| is_own)
        })
        .or_else(|| english_force(line))
}

/// The day at the start of `since`, from which on something is in force.
fn chinese_force(since: &str) -> Option<PartialDate> {
    const VERBS: [&str; 6] = ["施行", "实施", "實施", "生效", "执行", "執行"];
    let (date, len) = date_at(since)?;
    let behind = since[len..].trim_start_matches(['起', '正', '式', '开', '開', '始', ' ', '，']);
    VERBS
        .iter()
        .any(|verb| behind.starts_with(verb))
        .then_some(date)
}

fn english_force(line: &str) -> Option<PartialDate> {
    const WORDS: [&str; 5] = [
        "into force on",
        "into operation on",
        "takes effect on",
        "take effect on",
        "effective on",
    ];
    let behind = WORDS
        .iter()
        .find_map(|word| Some(line.split_once(word)?.1))?;
    let is_own = ["This ", "These "].iter().any(|word| line.contains(word));
    let (date, _) = date_at(behind.trim_start().trim_start_matches("the ")).filter(|_| is_own)?;
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lay_out;

    fn date(text: &str) -> Option<String> {
        let laid_out = lay_out(text, "x.txt", 0);
        let edges = Edges::of(&laid_out);
        let history = crate::metadata::history::read_history(&laid_out.text, &edges.head);
        let is_official = edges
            .head
            .first()
            .is_some_and(|line| line.starts_with("关于"));
        let dates = read_dates(&laid_out, &edges, &history, is_official);
        dates.issued.map(|(date, _)| date.to_string())
    }

    #[test]
    fn labels_are_sure() {
        assert_eq!(
            date("函\n\n發文日期：中華民國113年3月5日\n\n主旨：檢送紀錄。").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            date("紀錄\n\n時　　間　中華民國96年1月18日（星期四）上午10時2分\n\n甲").as_deref(),
            Some("2007-01-18")
        );
        assert_eq!(
            date("Act\n\nAmended Date: 20040421\n\nArticle 1  Text.").as_deref(),
            Some("2004-04-21")
        );
        assert_eq!(
            date("紀錄\n\n時間：九十三年二月二十日\n\n甲"),
            None,
            "of which era?"
        );
        assert_eq!(
            date("紀錄\n\n時間：2004年2月20日、2月24日\n\n甲"),
            None,
            "two days"
        );
        assert_eq!(
            date("通知\n\n施行日期：2024年3月5日\n\n甲"),
            None,
            "the day it comes into force"
        );
    }

    #[test]
    fn a_date_of_its_own_counts_at_the_edges_only() {
        assert_eq!(
            date("NOTICE\n\n5 March 2024\n\nText.").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            date("通知\n\n各部門：\n\n請照辦。\n\n国务院办公厅\n二〇二四年三月一日").as_deref(),
            Some("2024-03-01")
        );
        assert_eq!(
            date("Text.\n\nEnds/Wednesday, March 27, 2024\nIssued at HKT 15:00").as_deref(),
            Some("2024-03-27")
        );
        assert_eq!(
            date("甲。\n\n完\n\n2024年3月27日（星期三）\n香港時間15時00分").as_deref(),
            Some("2024-03-27")
        );
        assert_eq!(
            date("數字\n\n2024年3月5日的會議。\n\n甲。\n\n2023年3月"),
            None
        );
        assert_eq!(
            date("NEWS\n\n5 March 2024\n\none\n\n6 March 2024\n\ntwo"),
            None,
            "a list of days"
        );
        assert_eq!(
            date(
                "REPORT\n\n5 March 2024\n\nThe text goes on and on.\n\nPolicy Office\n6 March 2024"
            ),
            None,
            "two days"
        );
        assert_eq!(
            date("REPORT\n\nMarch 2024\n\nThe text goes on and on.\n\nPolicy Office\n6 March 2024")
                .as_deref(),
            Some("2024-03-06")
        );
    }

    #[test]
    fn a_page_says_its_date_in_a_line_of_facts() {
        for facts in [
            "2019-06-15 08:18:28",
            "2019年06月15日08:18 来源：人民网",
            "2019-06-15 08:18　证券时报网",
            "来源：新华社 | 2019-06-15 08:18",
            "发布时间：2019-06-15 来源：中国地理学会 浏览次数：12",
            "时间：2019年6月15日　来源：新华网",
            "【发布日期】2019/06/15　【字体：大 中 小】",
            "發布日期：108-06-15　點閱：12",
            "Posted on June 15, 2019 by Admin",
            "June 15, 2019 | News",
            "By Jane Doe · 15 June 2019",
            "Saturday, June 15, 2019 3:15 pm",
        ] {
            let text = format!(
                "某地加快交通网络建设\n\n{facts}\n\n据6月14日消息，网络已经建成。\n\n2018年5月1日的报告说过。"
            );
            assert_eq!(date(&text).as_deref(), Some("2019-06-15"), "{facts}");
        }
        for facts in [
            "更新日期：2019-06-15",
            "Last updated: 15 June 2019",
            "会议时间：2019年6月15日",
            "报名截止：2019年6月15日",
            "2019年6月15日至18日",
            "施行日期：2019年6月15日",
        ] {
            let text = format!("某地加快交通网络建设\n\n{facts}\n\n据6月14日消息，网络已经建成。");
            assert_eq!(date(&text), None, "{facts}");
        }
        let list = "要闻\n\n甲 2019-06-15 08:18\n\n乙 2019-06-16 09:00\n\n丙 2019-06-17 09:00";
        assert_eq!(date(list), None, "a list of news");
        let event = "讲座预告\n\n时间：2019年6月15日下午2时\n\n地点：报告厅\n\n欢迎参加。";
        assert_eq!(date(event), None, "an event to come");
    }

    #[test]
    fn a_notice_is_dated_by_its_signature() {
        for (text, expected) in [
            (
                "关于建设的通知\n\n各部门：\n\n请照办。\n\n国家发展改革委办公厅\n税务总局办公厅\n2019 年 8 月 20 日",
                Some("2019-08-20"),
            ),
            (
                "关于建设的通知\n\n请照办。\n\n教育部\n2019年8月20日\n\n附件：名单\n\n一、甲。\n\n二、乙。\n\n三、丙。\n\n四、丁。\n\n五、戊。\n\n六、己。\n\n七。\n\n八。\n\n九。\n\n十。\n\n十一。\n\n十二。\n\n十三。",
                Some("2019-08-20"),
            ),
            (
                "关于建设的通知\n\n请照办。\n\n办公室秘书处　2019年8月21日印发",
                Some("2019-08-21"),
            ),
            (
                "关于建设的通知\n\n请照办。\n\n教育部\n2019年8月20日\n\n教育部办公厅　2019年8月21日印发",
                Some("2019-08-20"),
            ),
            (
                "关于开会的通知\n\n时间：2019年9月1日\n\n地点：本部\n\n请参加。\n\n教育部\n2019年8月20日",
                Some("2019-08-20"),
            ),
            (
                "公开信\n\n感谢大家。\n\n王小明\n二〇一九年八月二十日",
                Some("2019-08-20"),
            ),
            ("统计表\n\n合计\t12\n\n2019年8月20日\t13", None),
        ] {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn english_forms_of_words_say_a_date() {
        for (line, expected) in [
            ("Dated this 27th day of March 2024", Some("2024-03-27")),
            ("Dated at Ottawa, March 27, 2024", Some("2024-03-27")),
            ("[Assented to 27th March 2024]", Some("2024-03-27")),
            ("Approved March 27, 2024.", Some("2024-03-27")),
            (
                "Registration SOR/2024-50 March 27, 2024",
                Some("2024-03-27"),
            ),
            (
                "Vol. 85, No. 152 Wednesday, March 27, 2024",
                Some("2024-03-27"),
            ),
            (
                "Minutes of the meeting held on 27 March 2024",
                Some("2024-03-27"),
            ),
            ("Issued March 2024", Some("2024-03")),
            ("Effective March 27, 2024", None),
            (
                "Approved as of the meeting (see the note: March 27, 2024)",
                None,
            ),
        ] {
            let text = format!(
                "Notice of Appointment\n\n{line}\n\nThe board has appointed three members to the panel."
            );
            assert_eq!(date(&text).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_law_says_when_it_comes_into_force_and_was_first_issued() {
        let dates = |text: &str| {
            let laid_out = lay_out(text, "x.txt", 0);
            let edges = Edges::of(&laid_out);
            let history = crate::metadata::history::read_history(&laid_out.text, &edges.head);
            let dates = read_dates(&laid_out, &edges, &history, false);
            [dates.issued, dates.first, dates.effective]
                .map(|said| said.map(|(date, _)| date.to_string()).unwrap_or_default())
        };
        for (text, expected) in [
            (
                "条例\n\n2009年4月22日 国务院第58次常务会议通过\n\n2009年5月4日 国务院令第554号公布\n\n2009年7月1日 施行\n\n第一条 甲。",
                ["2009-05-04", "2009-05-04", "2009-07-01"],
            ),
            (
                "条例\n\n2009年5月4日 国务院令第554号公布\n\n2019年3月2日 《决定》修订\n\n第一条 甲。\n\n第二条 本条例自2009年7月1日起施行。",
                ["2019-03-02", "2009-05-04", "2009-07-01"],
            ),
            (
                "規程\n\n第 1 條　甲。\n\n第 2 條　本規程自中華民國一百零三年一月一日施行。\n\n沿革：\n1.中華民國一百零二年十二月三十日內政部台內警字第 10208739243 號令訂定發布",
                ["2013-12-30", "2013-12-30", "2014-01-01"],
            ),
            (
                "Order\n\n1 Text.\n\n2 This Order comes into force on 1 April 2024.",
                ["", "", "2024-04-01"],
            ),
            (
                "条例\n\n第一条 甲。\n\n第二条 旧条例自1990年1月1日起施行。",
                ["", "", ""],
            ),
        ] {
            assert_eq!(dates(text), expected, "{text}");
        }
    }

    #[test]
    fn a_dateline_opens_a_press_release() {
        assert_eq!(
            date("(Hong Kong, 11 March 2024) The Council welcomes it.").as_deref(),
            Some("2024-03-11")
        );
        assert_eq!(
            date("WASHINGTON, March 5, 2024 – The Department said so.").as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(
            date("（香港，2024年3月11日）生產力局歡迎。").as_deref(),
            Some("2024-03-11")
        );
        assert_eq!(
            date("The Act of March 5, 2024 – as amended – applies."),
            None
        );
        assert_eq!(date("In Hong Kong, on 11 March 2024, it rained."), None);
    }
}
