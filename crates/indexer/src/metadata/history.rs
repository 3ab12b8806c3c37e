//! Reads the history that a law prints of itself: who passed it and when, and every amendment since.
//!
//! In: the head of a law of the People's Republic (`（1995年2月28日第八届全国人民代表大会常务委员会第十二次会议通过　根据2012年…修正）`,
//! a line each or all in brackets) or the foot of one of Taiwan (`沿革：` and numbered lines). Out: the entries, in order.
//!
//! Of several amendments the last one dates the document: the file holds the text as it was amended, and the date of the
//! first version would put a text of today among those of decades ago. But an entry dates a document only where the day it
//! names is the day of publication. Held against 1,512 declared dates of shared/corpus (2026-11-25): laws passed by the National
//! People's Congress, which are published the same day, 351 of 358 right (the others are parts of the Civil Code, declared
//! by the day they came into force); `公布` behind an adoption, 168 of 170; but a court's adoption
//! 3 of 157 (published weeks later), a local congress's 277 of 328, an order of the State Council alone 51 of 137 (amendments by
//! collective decisions are not listed). The last three are not taken for the date.

use polidex_analysis::date::PartialDate;

use crate::text::written_date::{date_at, find_date};

/// One entry of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// Day of the entry.
    pub(super) date: PartialDate,
    /// Actor and object, up to the verb: `第八届全国人民代表大会常务委员会第十二次会议`.
    pub(super) actor: &'a str,
    /// Act that the entry tells of.
    pub(super) verb: Verb,
}

/// Act of a body in the making of a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// 通过.
    Passed,
    /// 修正, 修订, 修改.
    Amended,
    /// 公布.
    Promulgated,
    /// 发布, 颁布: the older word.
    Issued,
    /// 批准.
    Approved,
}

const VERBS: [(&str, Verb); 8] = [
    ("通过", Verb::Passed),
    ("修正", Verb::Amended),
    ("修订", Verb::Amended),
    ("修改", Verb::Amended),
    ("公布", Verb::Promulgated),
    ("发布", Verb::Issued),
    ("颁布", Verb::Issued),
    ("批准", Verb::Approved),
];

/// History that a law prints of its making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct History<'a> {
    /// Entries that were understood, in order.
    pub(super) entries: Vec<Entry<'a>>,
    /// True if a line with a day in front was not understood: the last amendment may be missing.
    has_gaps: bool,
}

impl History<'_> {
    /// Returns true if there is a history at all.
    pub(super) fn is_there(&self) -> bool {
        !self.entries.is_empty()
    }
}

/// The history in the head of a law.
pub(super) fn read_history<'a>(head: &[&'a str]) -> History<'a> {
    let mut history = History::default();
    for line in head {
        let text = line.trim_start_matches(['（', '(']);
        let text = text.strip_prefix("根据").unwrap_or(text);
        if date_at(text).is_some_and(|(date, _)| date.first_day() == date.last_day()) {
            match read_line(text) {
                Some(entries) => history.entries.extend(entries),
                None => history.has_gaps = true,
            }
        }
    }
    history
}

/// The entries of one line that begins with a date: each goes to the next date. `None` for a date that says something else.
fn read_line(text: &str) -> Option<Vec<Entry<'_>>> {
    let mut rest = text;
    let mut found = Vec::new();
    while let Some((date, range)) = find_date(rest) {
        let behind = &rest[range.end..];
        let next = find_date(behind).map_or(behind.len(), |(_, next)| next.start);
        let said = without_joints(&behind[..next]);
        rest = behind;
        if !tells_of_force(said) {
            let (actor, verb) = actor_and_verb(said)?;
            found.push(Entry { date, actor, verb });
        }
    }
    Some(found)
}

/// The text of an entry without marks at its ends and words that lead to the next one.
fn without_joints(text: &str) -> &str {
    let is_mark = |c: char| c.is_whitespace() || "（）()，,、；。".contains(c);
    let said = text.trim_matches(is_mark);
    let said = ["根据", "自", "并", "，"].iter().fold(said, |said, word| {
        said.strip_suffix(word).unwrap_or(said).trim_end()
    });
    said.trim_end_matches(is_mark)
}

/// Returns true if an entry tells of the day a law comes into force, which is another matter.
fn tells_of_force(said: &str) -> bool {
    ["施行", "起施行", "实施", "起实施", "执行", "生效", "起生效"]
        .iter()
        .any(|word| said.starts_with(word))
}

fn actor_and_verb(said: &str) -> Option<(&str, Verb)> {
    // `…会议通过的《中华人民共和国刑法修正案（二）》` amends as well.
    let passed = said
        .strip_suffix('》')
        .and_then(|said| said.split_once("通过的《"))
        .map(|(actor, _)| (actor, Verb::Amended));
    let by_verb = || {
        VERBS
            .iter()
            .find_map(|(word, verb)| Some((said.strip_suffix(word)?, *verb)))
    };
    let (actor, verb) = passed.or_else(by_verb)?;
    (!actor.contains(['，', '。'])).then_some((actor.trim(), verb))
}

/// The day a history gives its document, see the module; `None` where the history does not tell.
pub(super) fn date_of_history(history: &History) -> Option<PartialDate> {
    let entries = &history.entries;
    let last = entries.iter().max_by_key(|entry| entry.date.first_day())?;
    let is_congress = last.actor.contains("全国人民代表大会") || last.actor.contains("全国人大");
    let was_passed = entries.iter().any(|entry| entry.verb == Verb::Passed);
    let is_order_alone = last.actor.contains("国务院") && !was_passed;
    let is_published = match last.verb {
        Verb::Passed | Verb::Amended => is_congress,
        Verb::Promulgated => !is_order_alone,
        Verb::Issued | Verb::Approved => false,
    };
    (is_published && !history.has_gaps).then_some(last.date)
}

/// The day of the last entry of a Taiwan law's `沿革`, which are numbered and begin with their day.
pub(super) fn date_of_lineage(text: &str) -> Option<PartialDate> {
    const LABELS: [&str; 3] = ["沿革：", "法規沿革：", "立法沿革："];
    /// Longest list looked at, in lines.
    const MOST_LINES: usize = 600;
    let mut last = None;
    for line in text.lines().rev().take(MOST_LINES).map(str::trim) {
        if LABELS.contains(&line) {
            return last;
        }
        if last.is_none()
            && let Some(said) = numbered(line)
        {
            let (date, len) = date_at(said)?;
            // An entry says who ordered it on that day; anything else is a list of other things.
            last = (!said[len..].trim().is_empty()).then_some(date);
            last?;
        }
    }
    None
}

/// Text behind a number and a full stop.
fn numbered(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(['.', '．', '、'])?;
    (digits > 0).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(lines: &[&str]) -> Option<String> {
        date_of_history(&read_history(lines)).map(|date| date.to_string())
    }

    #[test]
    fn the_last_amendment_dates_a_law_of_the_congress() {
        assert_eq!(
            date(&["（2023年12月29日第十四届全国人民代表大会常务委员会第七次会议通过）"])
                .as_deref(),
            Some("2023-12-29")
        );
        let amended = "（1995年2月28日第八届全国人民代表大会常务委员会第十二次会议通过　根据2012年10月26日第十一届全国人民代表大会\
            常务委员会第二十九次会议《关于修改〈中华人民共和国人民警察法〉的决定》修正）";
        assert_eq!(date(&[amended]).as_deref(), Some("2012-10-26"));
        let in_force = "2020年5月28日第十三届全国人民代表大会第三次会议通过，自2021年1月1日起施行";
        assert_eq!(date(&[in_force]).as_deref(), Some("2020-05-28"));
    }

    #[test]
    fn only_a_day_of_publication_counts() {
        let court =
            "（2018年6月25日最高人民法院审判委员会第1743次会议通过，自2018年10月1日起施行）";
        assert_eq!(date(&[court]), None);
        assert_eq!(
            date(&["2009年2月25日 中华人民共和国国务院令第551号公布"]),
            None
        );
        let full = [
            "2010年11月24日国务院第134次常务会议通过",
            "2010年12月4日国务院令第588号公布",
        ];
        assert_eq!(date(&full).as_deref(), Some("2010-12-04"));
        let wrapped = [
            "1999年8月30日第九届全国人民代表大会常务委员会第十一次会议通过",
            "2017年12月27日第十二届全国人民代表大会常务委员会第三十一次会议《关于修改<招标投标法>",
        ];
        assert_eq!(date(&wrapped), None, "the last amendment goes on elsewhere");
        let code = [
            "1997年3月14日第八届全国人民代表大会第五次会议修订",
            "2023年12月29日第十四届全国人民代表大会常务委员会第七次会议通过的《中华人民共和国刑法修正案（十二）》",
        ];
        assert_eq!(date(&code).as_deref(), Some("2023-12-29"));
        assert_eq!(
            date(&[
                "2023年12月29日，第十四届全国人民代表大会常务委员会第七次会议表决通过了《公司法》。"
            ]),
            None
        );
    }

    #[test]
    fn the_last_line_of_a_lineage_dates_a_law_of_taiwan() {
        let law = "第 8 條　本辦法自發布日施行。\n\n沿革：\n1.中華民國九十八年六月十日總統令制定\n  公布全文 13 條\n\
            2. 中華民國一百十三年一月三日總統華總一經字第 11200115291 號令\n    修正公布；並自一百十三年七月一日施行";
        assert_eq!(
            date_of_lineage(law).map(|date| date.to_string()).as_deref(),
            Some("2024-01-03")
        );
        assert_eq!(
            date_of_lineage("1.中華民國九十八年六月十日"),
            None,
            "no list says that it is a lineage"
        );
    }
}
