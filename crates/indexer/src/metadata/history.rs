//! Reads the history that a law prints of itself: who passed it and when, and every amendment since.
//!
//! In: the head of a law of the People's Republic (`（1995年2月28日第八届全国人民代表大会常务委员会第十二次会议通过　根据2012年…修正）`,
//! a line each or all in brackets) or the foot of one of Taiwan (`沿革：` and numbered lines, `Legislative history:`). Out: the
//! entries, in order.
//!
//! Of several entries the last one dates the document: the file holds the text as it was amended, and the date of the first
//! version would put a text of today among those of decades ago. An adoption counts as much as a promulgation: the day is
//! the latest that the text itself names. Collections often date a law by its publication instead, which a court's
//! interpretation follows by weeks and does not print; what the text does not say is not guessed.

use polidex_analysis::date::PartialDate;

use crate::text::written_date::{date_at, find_date, whole_date};

/// One entry of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// Day of the entry.
    pub(super) date: PartialDate,
    /// Actor and object, up to the verb: `第八届全国人民代表大会常务委员会第十二次会议`.
    pub(super) actor: &'a str,
    /// Act that the entry tells of.
    pub(super) verb: Verb,
    /// Line it stands in.
    pub(super) line: &'a str,
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
    /// Day of the last line that begins with one and was not understood: the last amendment may be missing.
    gap: Option<PartialDate>,
    /// Day it comes into force.
    pub(super) effective: Option<(PartialDate, &'a str)>,
}

impl History<'_> {
    /// Returns true if there is a history at all.
    pub(super) fn is_there(&self) -> bool {
        !self.entries.is_empty()
    }
}

/// Lines that one entry may be broken over.
const ENTRY_LINES: usize = 4;

/// The history in the head of a law; the lines of `head` are cut from `text`.
pub(super) fn read_history<'a>(text: &'a str, head: &[&'a str]) -> History<'a> {
    let mut history = History::default();
    for (at, line) in head.iter().enumerate() {
        let Some(date) = day_at(entry_in(line)) else {
            continue;
        };
        let is_read = entries_from(text, &head[at..])
            .any(|entry| read_line(entry_in(entry), line, &mut history));
        // A day alone is that of a signature.
        if !is_read && whole_date(line).is_none() {
            history.gap = history
                .gap
                .filter(|gap| gap.first_day() > date.first_day())
                .or(Some(date));
        }
    }
    history
}

/// The day that `text` begins with.
fn day_at(text: &str) -> Option<PartialDate> {
    let (date, _) = date_at(text)?;
    (date.first_day() == date.last_day()).then_some(date)
}

/// Texts from the first of `lines` that may be one entry: that line, then with the next, none of which begins with a date.
fn entries_from<'a>(text: &'a str, lines: &[&'a str]) -> impl Iterator<Item = &'a str> {
    (1..=ENTRY_LINES.min(lines.len())).filter_map(move |count| {
        let is_one = count == 1 || date_at(entry_in(lines[count - 1])).is_none();
        span(text, &lines[..count]).filter(|_| is_one)
    })
}

/// A line without the bracket and the word that open an entry.
fn entry_in(line: &str) -> &str {
    let text = line.trim_start_matches(['（', '(', '〔', '[']);
    text.strip_prefix("根据").unwrap_or(text)
}

/// The part of `text` from the first of its `lines` to the last.
fn span<'a>(text: &'a str, lines: &[&'a str]) -> Option<&'a str> {
    let at = |line: &str| (line.as_ptr() as usize).checked_sub(text.as_ptr() as usize);
    let last = lines.last()?;
    text.get(at(lines.first()?)?..at(last)? + last.len())
}

/// The words between a date and the next one.
fn said_before_next_date(behind: &str) -> &str {
    let next = find_date(behind).map_or(behind.len(), |(_, next)| next.start);
    without_joints(&behind[..next])
}

/// Adds the entries of one line that begins with a date: each goes to the next date. False for a date that says something
/// else, of which nothing is added.
fn read_line<'a>(text: &'a str, line: &'a str, history: &mut History<'a>) -> bool {
    let mut rest = text;
    let mut found = Vec::new();
    let mut effective = None;
    while let Some((date, range)) = find_date(rest) {
        rest = &rest[range.end..];
        let said = said_before_next_date(rest);
        if tells_of_force(said) {
            effective = Some((date, line));
        } else if let Some((actor, verb)) = actor_and_verb(said) {
            found.push(Entry {
                date,
                actor,
                verb,
                line,
            });
        } else {
            return false;
        }
    }
    history.entries.extend(found);
    history.effective = history.effective.or(effective);
    true
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
    let said = without_force(said);
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
    // （此件公开发布） stands below the day of a signature.
    let is_act = !actor.contains(['，', '。']) && !actor.ends_with("公开");
    is_act.then_some((actor.trim(), verb))
}

/// An entry up to the words on its coming into force. `第一次修正`, `发布 自发布之日施行`, `…决定》修改并重新公布` end otherwise
/// than with their verb.
fn without_force(said: &str) -> &str {
    let parted = said
        .split_once("自发布之日")
        .or_else(|| said.split_once("自公布之日"));
    parted.map_or(said, |(before, _)| {
        before.trim_end_matches([' ', '\u{3000}', '，', '并'])
    })
}

/// The day a history gives its document and the line of it, see the module; `None` where the history does not tell.
pub(super) fn date_of_history<'a>(history: &History<'a>) -> Option<(PartialDate, &'a str)> {
    let last = history
        .entries
        .iter()
        .max_by_key(|entry| entry.date.first_day())?;
    let is_last = history
        .gap
        .is_none_or(|gap| gap.first_day() <= last.date.first_day());
    is_last.then_some((last.date, last.line))
}

/// The day a law was first issued: its first promulgation, where one follows its adoption before any amendment, else the
/// first entry.
pub(super) fn first_date_of_history<'a>(history: &History<'a>) -> Option<(PartialDate, &'a str)> {
    let mut entries: Vec<&Entry> = history.entries.iter().collect();
    entries.sort_by_key(|entry| entry.date.first_day());
    let first = entries
        .first()
        .filter(|entry| entry.verb != Verb::Amended)?;
    let published = entries
        .iter()
        .take_while(|entry| entry.verb != Verb::Amended)
        .skip(1)
        .take_while(|entry| entry.verb != Verb::Passed)
        .last()
        .unwrap_or(first);
    Some((published.date, published.line))
}

/// First and last entry of the list of amendments at the end of a law of Taiwan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lineage<'a> {
    /// Day and text of the first entry, where it has one.
    pub(super) first: Option<(PartialDate, &'a str)>,
    /// Day and text of the last one.
    pub(super) last: (PartialDate, &'a str),
}

/// The lineage at the end of a text: `沿革：` or `Legislative history:` over numbered lines.
pub(super) fn read_lineage(text: &str) -> Option<Lineage<'_>> {
    const LABELS: [&str; 5] = [
        "沿革：",
        "法規沿革：",
        "立法沿革：",
        "Legislative history:",
        "Legislative History:",
    ];
    /// Longest list looked at, in lines.
    const MOST_LINES: usize = 600;
    let mut last = None;
    let mut first = None;
    for line in text.lines().rev().take(MOST_LINES).map(str::trim) {
        if LABELS.contains(&line) {
            return Some(Lineage { first, last: last? });
        }
        if let Some(said) = numbered(line) {
            let found = date_of_entry(said).map(|date| (date, line));
            // Where the last entry is not understood the law may be younger than all others.
            if last.is_none() {
                last = Some(found?);
            }
            first = found;
        }
    }
    None
}

/// The day of an entry of a lineage: the one it begins with, or in English the one that no coming into force names.
fn date_of_entry(said: &str) -> Option<PartialDate> {
    if let Some((date, len)) = date_at(said) {
        // An entry says who ordered it on that day; anything else is a list of other things.
        return (!said[len..].trim().is_empty()).then_some(date);
    }
    if !said.is_ascii() && !said.starts_with(|c: char| c.is_ascii()) {
        return None;
    }
    let (date, range) = find_date(said)?;
    let before = said[..range.start].to_ascii_lowercase();
    let tells_of_force = ["effect", "force", "implement", "original"]
        .iter()
        .any(|word| before.contains(word));
    (!tells_of_force).then_some(date)
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
        let text = lines.join("\n");
        let lines: Vec<&str> = text.lines().collect();
        date_of_history(&read_history(&text, &lines)).map(|(date, _)| date.to_string())
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
    fn the_latest_day_that_the_text_names_counts() {
        let court =
            "（2018年6月25日最高人民法院审判委员会第1743次会议通过，自2018年10月1日起施行）";
        assert_eq!(date(&[court]).as_deref(), Some("2018-06-25"));
        assert_eq!(
            date(&["2009年2月25日 中华人民共和国国务院令第551号公布"]).as_deref(),
            Some("2009-02-25")
        );
        let approved = [
            "2022年10月25日 韶关市第十五届人民",
            "代表大会常务委员会第八次会议通过",
            "2022年11月30日 广东省第十三届人民",
            "代表大会常务委员会第四十七次会议批准）",
        ];
        assert_eq!(
            date(&approved).as_deref(),
            Some("2022-11-30"),
            "broken lines"
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
    fn the_last_entry_of_a_lineage_dates_a_law_of_taiwan() {
        let last = |text: &str| read_lineage(text).map(|lineage| lineage.last.0.to_string());
        let law = "第 8 條　本辦法自發布日施行。\n\n沿革：\n1.中華民國九十八年六月十日總統令制定\n  公布全文 13 條\n\
            2. 中華民國一百十三年一月三日總統華總一經字第 11200115291 號令\n    修正公布；並自一百十三年七月一日施行";
        assert_eq!(last(law).as_deref(), Some("2024-01-03"));
        let first = read_lineage(law).and_then(|lineage| Some(lineage.first?.0.to_string()));
        assert_eq!(first.as_deref(), Some("2009-06-10"));
        assert_eq!(
            last("1.中華民國九十八年六月十日"),
            None,
            "no list says that it is a lineage"
        );
        for (entry, expected) in [
            ("Amended on May. 16, 2022", Some("2022-05-16")),
            (
                "Repealed per 14 February 2014 Order No. Financial-Supervisory",
                Some("2014-02-14"),
            ),
            (
                "MOHW Food No. 1051205169 Amended and Promulgated on 12/08/2016",
                None,
            ),
            (
                "Date of effect set by the Executive Yuan as May 1, 2019",
                None,
            ),
        ] {
            let text = format!(
                "Article 9  Text.\n\nLegislative history:\n1.Promulgated on July 8, 2009\n2.{entry}"
            );
            assert_eq!(last(&text).as_deref(), expected, "{entry}");
        }
    }

    #[test]
    fn the_first_issue_is_the_first_promulgation() {
        let first = |lines: &[&str]| {
            let text = lines.join("\n");
            let lines: Vec<&str> = text.lines().collect();
            first_date_of_history(&read_history(&text, &lines)).map(|(date, _)| date.to_string())
        };
        let order = [
            "2009年4月22日 国务院第58次常务会议通过",
            "2009年5月4日 中华人民共和国国务院令第554号公布",
            "2019年3月2日 《国务院关于修改部分行政法规的决定》修订",
        ];
        assert_eq!(first(&order).as_deref(), Some("2009-05-04"));
        let court = [
            "2003年1月9日 最高人民法院审判委员会第1263次会议通过",
            "2020年12月23日 最高人民法院审判委员会第1823次会议通过",
        ];
        assert_eq!(first(&court).as_deref(), Some("2003-01-09"));
        assert_eq!(first(&["2008年1月13日 《决定》第二次修订"]), None);
    }
}
