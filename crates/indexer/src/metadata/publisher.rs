//! Reads who published a document from the places that say so.
//!
//! In: the edges of a text, its history and its title. Out: the name of a body, or nothing. The places: the line over a date at
//! the foot (a signature); the line beside a date of its own at the top; a letterhead (`国务院文件`); the title of an official
//! document, which by its standard (GB/T 9704) is *body* 关于 *matter* 的 *form*; a law's history, which names who passed or
//! ordered it. Anything else is a body that a document speaks of.

use crate::metadata::bodies::body_of;
use crate::metadata::edges::Edges;
use crate::metadata::history::{Entry, History, Verb};
use crate::text::written_date::whole_date;

/// Lines at the end among which a signature may stand.
const SIGNATURE_LINES: usize = 6;

/// Reads the publisher of a document.
pub(super) fn read_publisher(edges: &Edges, history: &History, title: &str) -> Option<String> {
    let found = if history.is_there() {
        of_history(&history.entries)
    } else {
        of_places(edges, title)
    };
    // 教育部 calls itself by its short name as often as by its long one; a facet needs one of them.
    found.map(
        |name| match name.strip_prefix("中华人民共和国").and_then(body_of) {
            Some(short) => short.to_owned(),
            None => name,
        },
    )
}

fn of_places(edges: &Edges, title: &str) -> Option<String> {
    let found = of_title(title)
        .or_else(|| letterhead(&edges.head))
        .or_else(|| signature(&edges.foot));
    found
        .or_else(|| beside_date(edges.top()))
        .map(str::to_owned)
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

/// The body before 关于 in an official title: `国务院办公厅关于印发…的通知`.
fn of_title(title: &str) -> Option<&str> {
    let (before, matter) = ["关于", "關於"]
        .iter()
        .find_map(|word| title.split_once(word))?;
    let matter = matter
        .split(['（', '(', '〔'])
        .next()
        .unwrap_or(matter)
        .trim();
    let is_form = FORMS.iter().any(|form| {
        matter
            .strip_suffix(form)
            .is_some_and(|rest| rest.ends_with('的'))
    });
    // Several bodies publish together; the first is in charge.
    let first = before.split(['、', ' ', '\u{3000}']).next()?;
    is_form.then(|| body_of(first)).flatten()
}

/// `国务院办公厅文件` over everything else.
fn letterhead<'a>(head: &[&'a str]) -> Option<&'a str> {
    let first = *head.first()?;
    body_of(first.strip_suffix("文件")?)
}

fn signature<'a>(foot: &[&'a str]) -> Option<&'a str> {
    let from = foot.len().saturating_sub(SIGNATURE_LINES);
    let lines = &foot[from..];
    let at = lines.iter().rposition(|line| whole_date(line).is_some())?;
    let signed = lines[..at].iter().rev().map_while(|line| body_of(line));
    // Of those who sign together the first is in charge.
    signed.last()
}

/// A body on the line over or under a date of its own, where only one is.
fn beside_date<'a>(top: &[&'a str]) -> Option<&'a str> {
    let at = top.iter().position(|line| whole_date(line).is_some())?;
    let over = at.checked_sub(1).and_then(|over| body_of(top[over]));
    let under = top.get(at + 1).and_then(|line| body_of(line));
    match (over, under) {
        (Some(body), None) | (None, Some(body)) => Some(body),
        _ => None,
    }
}

/// Body that passed a law first, or whose order published it; none where one approved what another issued.
fn of_history(history: &[Entry]) -> Option<String> {
    if history.iter().any(|entry| entry.verb == Verb::Approved) {
        return None;
    }
    let first = history.iter().min_by_key(|entry| entry.date.first_day())?;
    match first.verb {
        Verb::Passed => legislature(
            first
                .actor
                .strip_prefix(['由', '经'])
                .unwrap_or(first.actor),
        ),
        Verb::Promulgated | Verb::Issued => {
            let actor = first.actor.split('令').next().unwrap_or(first.actor).trim();
            let actor = actor.strip_prefix(['由', '经']).unwrap_or(actor);
            // Of several bodies the first is in charge.
            body_of(actor.split('、').next()?).map(str::to_owned)
        }
        Verb::Amended | Verb::Approved => None,
    }
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
    let name = name.trim().replace(' ', "");
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
        let history = crate::metadata::history::read_history(&edges.head);
        read_publisher(&edges, &history, title)
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
                Some("教育部"),
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
                "甲。",
                "最高人民法院、最高人民检察院关于办理案件的解释",
                Some("最高人民法院"),
            ),
            (
                "甲。",
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
                None,
            ),
        ] {
            assert_eq!(publisher(text, "条例").as_deref(), expected, "{text}");
        }
    }
}
