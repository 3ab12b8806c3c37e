//! Reads who published a document.
//!
//! In: the edges of a text, its history, its title. Out: the body, or the bodies of a joint document, and the line that names
//! them; or nothing. A body counts only where one publishes: behind a label (`發文機關：`, `来源：`); in a law's history, which
//! names who passed or ordered it; in the title of an official document, which by its standard (GB/T 9704) is *body* 关于
//! *matter* 的 *form*; over a day at the foot; in a letterhead (`国务院文件`, `新竹縣政府　函`); beside a date of its own.
//! Anything else is a body that a document speaks of.

use crate::layout::LaidOut;
use crate::metadata::bodies::{body_of, is_signatory, signatories};
use crate::metadata::edges::{Edges, is_sentence};
use crate::metadata::history::{Entry, History, Verb, read_lineage};
use crate::metadata::labels::behind_label;
use crate::metadata::series::body_in;
use crate::metadata::signature::{Signature, columns_of, read_signatures};
use crate::text::written_date::{date_and_time_at, date_at, whole_date};

/// Lines near the top that may name a page's source.
const FACT_LINES: usize = 16;
/// Longest name behind a label, in characters.
const NAME_CHARS: usize = 60;
/// Lines over a title that may be a letterhead.
const LETTERHEAD_LINES: usize = 4;

/// Labels of who issued a document, without blanks, in small letters.
const ISSUER_LABELS: [&str; 27] = [
    "发文机关",
    "發文機關",
    "发文单位",
    "發文單位",
    "发布机构",
    "發布機構",
    "发布机关",
    "發布機關",
    "发布单位",
    "發布單位",
    "公布机关",
    "公布機關",
    "颁布机构",
    "頒布機關",
    "制定机关",
    "制定機關",
    "印发机关",
    "發佈機構",
    "發佈機關",
    "issuing agency",
    "issuing authority",
    "issuing body",
    "issued by",
    "published by",
    "publisher",
    "agency",
    "issuer",
];

/// Labels of where a page has its text from.
const SOURCE_LABELS: [&str; 12] = [
    "信息来源",
    "信息來源",
    "文章来源",
    "新闻来源",
    "稿件来源",
    "内容来源",
    "资料来源",
    "資料來源",
    "来源",
    "來源",
    "稿源",
    "source",
];

/// A publisher and the line that names it.
pub(super) type Named<'a> = (String, &'a str);

/// Reads the publisher of a document.
pub(super) fn read_publisher<'a>(
    laid_out: &'a LaidOut,
    edges: &Edges<'a>,
    history: &History<'a>,
    title: &str,
    number: &str,
) -> Option<Named<'a>> {
    let found = labelled(&edges.head, &ISSUER_LABELS)
        .or_else(|| labelled(&edges.foot, &ISSUER_LABELS))
        .or_else(|| {
            if history.is_there() {
                of_history(&history.entries)
            } else {
                by_place(laid_out, edges, title, number)
            }
        })?;
    Some((one_spelling(&found.0), found.1))
}

/// The publisher that a place of the text tells, the surest place first.
fn by_place<'a>(
    laid_out: &'a LaidOut,
    edges: &Edges<'a>,
    title: &str,
    number: &str,
) -> Option<Named<'a>> {
    let top = &edges.head[..edges.head.len().min(FACT_LINES)];
    of_lineage(&laid_out.text)
        .or_else(|| of_title(title, edges))
        .or_else(|| of_signature(laid_out, edges, title))
        .or_else(|| letterhead(edges, title))
        .or_else(|| of_number(top, number))
        .or_else(|| labelled(top, &SOURCE_LABELS))
        .or_else(|| behind_time(top))
        .or_else(|| beside_date(edges.top()))
}

/// The body that the number names: `教育局通告第13/2023號`, `Education Bureau Circular No. 13/2023`.
fn of_number<'a>(top: &[&'a str], number: &str) -> Option<Named<'a>> {
    let body = body_in(number)
        .and_then(body_of)
        .or_else(|| english_body_in(number))?;
    let line = top.iter().find(|line| line.contains(body))?;
    Some((body.to_owned(), line))
}

/// The longest name of a body that an English number begins with.
fn english_body_in(number: &str) -> Option<&str> {
    if !number.is_ascii() {
        return None;
    }
    let blanks = number.match_indices(' ').map(|(at, _)| at);
    let starts: Vec<&str> = blanks.map(|at| &number[..at]).collect();
    starts.into_iter().rev().find_map(body_of)
}

/// Several names of one body, and the one it goes by.
const SPELLINGS: [(&str, &str); 12] = [
    ("香港特区政府", "香港特别行政区政府"),
    ("香港特區政府", "香港特別行政區政府"),
    ("香港政府", "香港特別行政區政府"),
    ("中華人民共和國香港特別行政區政府", "香港特別行政區政府"),
    (
        "Government of the Hong Kong Special Administrative Region",
        "HKSAR Government",
    ),
    (
        "The Government of the Hong Kong Special Administrative Region",
        "HKSAR Government",
    ),
    (
        "Hong Kong Special Administrative Region Government",
        "HKSAR Government",
    ),
    ("Hong Kong SAR Government", "HKSAR Government"),
    ("Government of the HKSAR", "HKSAR Government"),
    ("The HKSAR Government", "HKSAR Government"),
    ("香港特別行政區立法會", "立法會"),
    ("香港立法會", "立法會"),
];

/// The name that a body goes by: one of a table, and 教育部 rather than 中华人民共和国教育部. A facet needs one of them.
pub(super) fn one_spelling(name: &str) -> String {
    let one = |name: &str| {
        let known = SPELLINGS.iter().find(|(other, _)| *other == name);
        let short = name.strip_prefix("中华人民共和国").and_then(body_of);
        known
            .map(|(_, usual)| *usual)
            .or(short)
            .unwrap_or(name)
            .to_owned()
    };
    let parts: Vec<String> = name.split('、').map(|part| one(part.trim())).collect();
    parts.join("、")
}

fn labelled<'a>(lines: &[&'a str], labels: &[&str]) -> Option<Named<'a>> {
    lines
        .iter()
        .find_map(|line| Some((name_in(behind_label(line, labels)?)?, *line)))
}

/// The name that a value begins with; the next fact of its line stands behind a blank.
fn name_in(value: &str) -> Option<String> {
    let value = value.trim_start_matches(['(', '（']);
    let end = end_of_name(value).unwrap_or(value.len());
    let name = value[..end]
        .trim()
        .trim_end_matches(['.', ',', '，', '。', '）', ')']);
    is_name(name).then(|| name.to_owned())
}

/// Returns true for what may be a name: no address, no date, no sentence, nothing that stands for nobody.
pub(super) fn is_name(name: &str) -> bool {
    (2..=NAME_CHARS).contains(&name.chars().count())
        && !NO_NAMES.contains(&name)
        && name.chars().any(char::is_alphabetic)
        && !name.contains(['：', '。', '，', '？', '《', '@', '='])
        && !name.starts_with("http")
        && !name.starts_with("www.")
        && date_at(name).is_none()
}

/// Words behind a label that name nobody.
const NO_NAMES: [&str; 14] = [
    "本站",
    "本站原创",
    "本站編輯",
    "本站编辑",
    "本网",
    "本網",
    "原创",
    "原創",
    "未知",
    "佚名",
    "网络",
    "網絡",
    "互联网",
    "转载",
];

/// The place of what parts a name from the next fact. A blank does, unless the name is Latin.
fn end_of_name(value: &str) -> Option<usize> {
    if value.starts_with(|c: char| c.is_ascii()) {
        value
            .find(['(', '\t', '|', '\u{3000}', ';', '/'])
            .or_else(|| value.find("  "))
            .or_else(|| value.find(", "))
    } else {
        value.find([
            ' ', '\t', '|', '\u{3000}', '（', '(', '｜', '；', '】', ']', '/', '\u{A0}',
        ])
    }
}

/// `2019-09-26 10:56:28　证券时报网`.
fn behind_time<'a>(top: &[&'a str]) -> Option<Named<'a>> {
    top.iter().find_map(|line| {
        let (_, behind) = date_and_time_at(line)?;
        let name = name_in(behind.trim())?;
        let is_source =
            name.ends_with(['网', '網', '报', '報', '社', '台', '臺']) || is_signatory(&name);
        is_source.then_some((name, *line))
    })
}

const FORMS: [&str; 18] = [
    "通知",
    "意见",
    "决定",
    "规定",
    "解释",
    "批复",
    "公告",
    "通告",
    "报告",
    "办法",
    "函",
    "命令",
    "答复",
    "通报",
    "請示",
    "安排",
    "纪要",
    "补充规定",
];

/// The bodies before 关于 in an official title: `国务院办公厅关于印发…的通知`.
fn of_title<'a>(title: &str, edges: &Edges<'a>) -> Option<Named<'a>> {
    // `臺灣臺北地方法院刑事判決`, `最高人民法院民事判决书`.
    let judged = ["判決", "裁定", "判决书", "裁定书"];
    if let Some((court, _)) = title
        .split_once("法院")
        .filter(|_| judged.iter().any(|form| title.ends_with(form)))
    {
        let court = &title[..court.len() + "法院".len()];
        let line = edges.head.iter().find(|line| line.contains(court))?;
        return Some((court.to_owned(), line));
    }
    let (before, matter) = ["关于", "關於"]
        .iter()
        .find_map(|word| title.split_once(word))?;
    let before = before.trim();
    if !ends_in_form(matter) && body_of(before).is_none() {
        return None;
    }
    let bodies = signatories(before)?;
    let line = edges.head.iter().find(|line| line.contains(bodies[0]))?;
    Some((bodies.join("、"), line))
}

/// Returns true for the matter of an official title, which ends in 的 and its form, with or without brackets behind.
fn ends_in_form(matter: &str) -> bool {
    let bare = matter.split(['（', '(', '〔']).next().unwrap_or(matter);
    let before_form = |form: &&str| bare.trim().strip_suffix(*form);
    FORMS
        .iter()
        .filter_map(before_form)
        .any(|rest| rest.ends_with('的'))
}

/// Returns true if a title is one of an official document: *body* 关于 *matter* 的 *form*.
pub(super) fn is_official(title: &str) -> bool {
    let bare = title
        .split(['（', '(', '〔'])
        .next()
        .unwrap_or(title)
        .trim();
    let speaks = title.contains("关于") || title.contains("關於");
    speaks && FORMS.iter().any(|form| bare.ends_with(form))
}

fn of_signature<'a>(laid_out: &'a LaidOut, edges: &Edges<'a>, title: &str) -> Option<Named<'a>> {
    let signatures = read_signatures(laid_out);
    let near = |signature: &&Signature<'a>| signature.lines_behind < edges.foot.len();
    let signature = if is_official(title) {
        signatures.first()
    } else {
        signatures.iter().rfind(near)
    }?;
    Some((signature.bodies.join("、"), signature.line))
}

/// `国务院办公厅文件` over everything else, `新竹縣政府　函`, a running header (`立法會 ─ 2012年11月21日`), the bodies over a title.
fn letterhead<'a>(edges: &Edges<'a>, title: &str) -> Option<Named<'a>> {
    let lines = &edges.head[..edges.head.len().min(LETTERHEAD_LINES)];
    let named = lines
        .iter()
        .find_map(|line| Some((named_by_form(line)?, *line)));
    named.or_else(|| {
        let line = body_over_title(lines, edges, title)?;
        Some((line.to_owned(), line))
    })
}

/// The body that a line names by its form alone.
fn named_by_form(line: &str) -> Option<String> {
    // The record of a hearing begins with its court.
    let court = line.strip_prefix("IN THE ");
    if let Some(court) = court.filter(|court| body_of(court).is_some()) {
        return Some(court.to_owned());
    }
    of_red_head(line).or_else(|| {
        let (name, date) = line.split_once(['─', '｜'])?;
        date_at(date.trim())?;
        body_of(name).map(str::to_owned)
    })
}

/// The last of `lines` over the title that is a body: a department under its ministry is who publishes.
fn body_over_title<'a>(lines: &[&'a str], edges: &Edges<'a>, title: &str) -> Option<&'a str> {
    let is_title =
        |line: &str| !title.is_empty() && (title.starts_with(line) || line.contains(title));
    let title_at = edges.head.iter().position(|line| is_title(line))?;
    let mut over = lines[..title_at.min(lines.len())].iter().rev();
    over.find(|line| !is_sentence(line) && body_of(line).is_some())
        .copied()
}

/// The bodies of a letterhead: `国务院办公厅文件`, `臺中市政府 函`.
fn of_red_head(line: &str) -> Option<String> {
    let close: String = line.split_whitespace().collect();
    if let Some(body) = close.strip_suffix("文件").filter(|rest| is_signatory(rest)) {
        return Some(body.to_owned());
    }
    // `衛生福利部公告`, `內政部令　　中華民國112年5月31日`.
    let first = columns_of(line).into_iter().next().unwrap_or(line);
    let joined = ["公告", "令", "通告"];
    if let Some(body) = joined
        .iter()
        .find_map(|form| body_of(first.strip_suffix(form)?))
    {
        return Some(body.to_owned());
    }
    let kinds = [
        "函",
        "令",
        "書函",
        "公告",
        "開會通知單",
        "簽",
        "新聞稿",
        "新闻稿",
        "新聞資料",
        "公報",
    ];
    let (body, kind) = line.rsplit_once([' ', '\u{3000}', '\t'])?;
    let body: String = body.split_whitespace().collect();
    (kinds.contains(&kind.trim()) && is_signatory(&body)).then_some(body)
}

/// A body on the line over or under a date of its own, where only one is.
fn beside_date<'a>(top: &[&'a str]) -> Option<Named<'a>> {
    let at = top.iter().position(|line| whole_date(line).is_some())?;
    let over = at.checked_sub(1).and_then(|over| body_of(top[over]));
    let under = top.get(at + 1).and_then(|line| body_of(line));
    match (over, under) {
        (Some(body), None) | (None, Some(body)) => Some((body.to_owned(), body)),
        _ => None,
    }
}

/// Body that passed a law first, or whose order published it. Where one approved what another issued, the latter, unless the
/// first has amended it since.
fn of_history<'a>(history: &[Entry<'a>]) -> Option<Named<'a>> {
    let mut entries: Vec<&Entry> = history.iter().collect();
    entries.sort_by_key(|entry| entry.date.first_day());
    let is_approval = |entry: &&&Entry| entry.verb == Verb::Approved;
    let approved = entries.iter().take_while(is_approval).count();
    if approved > 0 && entries.iter().any(|entry| entry.verb == Verb::Amended) {
        return None;
    }
    let first = *entries.get(approved)?;
    Some((publisher_of(first)?, first.line))
}

fn publisher_of(entry: &Entry) -> Option<String> {
    match entry.verb {
        Verb::Passed => legislature(without_by(entry.actor)),
        Verb::Promulgated | Verb::Issued => issuers(entry.actor),
        Verb::Amended | Verb::Approved => None,
    }
}

/// The bodies before `令第551号`.
fn issuers(actor: &str) -> Option<String> {
    let actor = without_by(actor.split('令').next().unwrap_or(actor).trim());
    let bodies: Vec<&str> = actor.split('、').map(str::trim).collect();
    let are_bodies = bodies.iter().all(|body| is_signatory(body));
    are_bodies.then(|| bodies.join("、"))
}

fn without_by(actor: &str) -> &str {
    actor.strip_prefix(['由', '经']).unwrap_or(actor)
}

/// Body that issued what a law of Taiwan holds now: `1.中華民國九十一年八月五日行政院體育委員會體委綜字第…號令訂定發布`. A statute is
/// promulgated by the President, who does not make it.
fn of_lineage(text: &str) -> Option<Named<'_>> {
    let (_, line) = read_lineage(text)?.last;
    let said = line.trim_start_matches(|c: char| c.is_ascii_digit() || ".．、 ".contains(c));
    let (_, len) = date_at(said)?;
    Some((ordering_body(&said[len..])?, line))
}

/// The body at the start of `said`, behind which the word of its order begins with a character of its name:
/// 文化部 in 文化部文授資局物字第…, 行政院環境保護署 in 行政院環境保護署環署毒字第….
fn ordering_body(said: &str) -> Option<String> {
    let said = said.trim_start();
    let stop = said.find(['字', '（', '(', '令', ' ']);
    let said = &said[..stop.unwrap_or(said.len())];
    let mut end = 0;
    for (at, character) in said.char_indices() {
        let piece = &said[end..at + character.len_utf8()];
        let first = piece.chars().next()?;
        // The word of an order often begins with 臺.
        if said[..end].contains(first) || end > 0 && "台臺".contains(first) {
            break;
        }
        if body_of(piece).is_some() {
            end = at + character.len_utf8();
        }
    }
    (end > 0).then(|| said[..end].to_owned())
}

/// `第八届全国人民代表大会常务委员会第十二次会议` and `北京市第十五届人民代表大会常务委员会第二十次会议` without their numbers.
fn legislature(actor: &str) -> Option<String> {
    let (session, meeting) = actor.rsplit_once('第')?;
    // 第十二次会议, 第58次常务会议.
    if !meeting.ends_with("会议") || !meeting.contains('次') {
        return None;
    }
    let name = match session.split_once('第') {
        Some((place, rest)) => {
            let (_, body) = rest.split_once('届')?;
            format!("{place}{body}")
        }
        None => session.to_owned(),
    };
    let name: String = name.split_whitespace().collect();
    // A court's committee passes what the court publishes.
    let name = name
        .strip_suffix("审判委员会")
        .map_or(name.clone(), str::to_owned);
    let name = name
        .strip_suffix("检察委员会")
        .map_or(name.clone(), str::to_owned);
    body_of(&name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::lay_out;

    fn publisher(text: &str, title: &str) -> Option<String> {
        let laid_out = lay_out(text, "x.txt", 0);
        let edges = Edges::of(&laid_out);
        let history = crate::metadata::history::read_history(&laid_out.text, &edges.head);
        read_publisher(&laid_out, &edges, &history, title, "").map(|(name, _)| name)
    }

    #[test]
    fn a_body_counts_where_it_signs() {
        for (text, title, expected) in [
            (
                "甲。\n\n国务院办公厅\n2024年3月1日",
                "通知",
                Some("国务院办公厅"),
            ),
            (
                "甲。\n\n教育部\n财政部\n2024年3月1日",
                "通知",
                Some("教育部、财政部"),
            ),
            (
                "Text.\n\nEducation Bureau\n5 March 2024",
                "Notice",
                Some("Education Bureau"),
            ),
            (
                "Hong Kong Productivity Council\n11 March 2024\n\nText.",
                "Notice",
                Some("Hong Kong Productivity Council"),
            ),
            ("国务院办公厅文件\n\n甲。", "x", Some("国务院办公厅")),
            (
                "最高人民法院、最高人民检察院关于办理案件的解释\n\n甲。",
                "最高人民法院、最高人民检察院关于办理案件的解释",
                Some("最高人民法院、最高人民检察院"),
            ),
            (
                "国务院关于印发规划的通知（国发〔2023〕15号）\n\n甲。",
                "国务院关于印发规划的通知（国发〔2023〕15号）",
                Some("国务院"),
            ),
            ("会议由教育部主持。\n\n2024年3月1日", "x", None),
            ("甲。", "关于成立委员会的通知", None),
            ("教育局\n\n甲。", "x", None),
        ] {
            assert_eq!(publisher(text, title).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_history_names_who_made_the_law() {
        for (text, expected) in [
            (
                "（1995年2月28日第八届全国人民代表大会常务委员会第十二次会议通过）",
                Some("全国人民代表大会常务委员会"),
            ),
            (
                "2020年3月27日 北京市第十五届人民代表大会常务委员会第二十次会议通过",
                Some("北京市人民代表大会常务委员会"),
            ),
            ("2009年4月22日 国务院第58次常务会议通过", Some("国务院")),
            (
                "2009年2月25日 中华人民共和国国务院令第551号公布",
                Some("国务院"),
            ),
            (
                "2018年6月25日最高人民法院审判委员会第1743次会议通过",
                Some("最高人民法院"),
            ),
            (
                "1992年12月25日 国务院批准\n\n1992年12月26日 化学工业部令第7号发布",
                Some("化学工业部"),
            ),
        ] {
            assert_eq!(publisher(text, "条例").as_deref(), expected, "{text}");
        }
    }
}
