//! Recognises what a text cites: laws, their articles, numbered documents, dated meetings, and itself.
//!
//! In: a text, its title, and the byte from which on citations are wanted; what stands before tells the article a sentence
//! stands in and the short names it uses. Out: [`Citation`]s in the order of the text, each with the work it names and the
//! place in it. Nothing is looked up: a name is what the text calls a work, and the caller knows which works there are.
//!
//! One pass over the text, in time linear in its length: every search from a place is bounded (`LONGEST_…`).

mod view;

mod structure;

mod defined;
mod names;
mod numbers;

mod places;

mod titles;

mod chinese;
mod english_names;
mod english_places;

mod english_numbers;

mod english;

use std::ops::Range;

use self::structure::Structure;
use self::view::View;

/// Maximum number of citations of one text.
const MAX_CITATIONS: usize = 100_000;
/// Number of characters of a text's title that are looked at.
const LONGEST_TITLE: usize = 300;

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Kind.
    pub kind: Kind,
    /// Work that is cited.
    pub work: Work,
    /// Place in the work, `art:38-1/para:2`; empty for the whole.
    pub place: String,
}

/// Kinds of citations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A law, or another work that has a title, as a whole.
    Law,
    /// A place in a law.
    Article,
    /// A document that is known by its number.
    Number,
    /// The citing document.
    Own,
    /// A dated meeting.
    Debate,
    /// A report, a plan, a guide.
    Other,
}

impl Kind {
    /// Name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Article => "article",
            Self::Number => "number",
            Self::Own => "self",
            Self::Debate => "debate",
            Self::Other => "other",
        }
    }
}

/// Work that a citation means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// The citing document.
    This,
    /// A work by its title, as the text gives it.
    Named(String),
    /// A work by its number.
    Numbered(String),
    /// A meeting by its day, `YYYY-MM-DD`.
    Meeting(String),
}

/// Returns what `text` cites from the byte `from` on, in order.
///
/// # Examples
/// ```
/// use polidex_analysis::citations::citations;
///
/// let found = citations("依民法第三條之一第二項規定", 0, "");
/// assert_eq!(found[0].place, "art:3-1/para:2");
/// ```
pub fn citations(text: &str, from: usize, title: &str) -> Vec<Citation> {
    let end = title.char_indices().nth(LONGEST_TITLE);
    let title = end.map_or(title, |(end, _)| &title[..end]);
    let view = View::of(text);
    let first = view.index_of(from);
    let is_chinese = view.is_chinese(first);
    let structure = Structure::of(&view, is_chinese);
    let mut found = if is_chinese {
        chinese::Scan::new(&view, &structure, title).run(first)
    } else {
        english::Scan::new(&view, &structure, title).run(first)
    };
    found.retain(|citation| citation.range.start >= from);
    found.sort_by_key(|citation| (citation.range.start, citation.range.end));
    found
}

/// An article of a law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Number: `38-1`, `104A`.
    pub number: String,
    /// Bytes of the text, its label included.
    pub range: Range<usize>,
}

/// Returns the articles, or sections, that `text` consists of, in order.
pub fn articles(text: &str) -> Vec<Article> {
    let view = View::of(text);
    let structure = Structure::of(&view, view.is_chinese(0));
    let ends = structure.starts.iter().skip(1).copied();
    let ends = ends.chain([view.len()]);
    let spans = structure.starts.iter().zip(ends);
    let ranges = spans.map(|(start, end)| view.bytes(*start..end));
    let numbers = structure.articles.iter().cloned();
    numbers
        .zip(ranges)
        .map(|(number, range)| Article { number, range })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each citation as `kind words work place`, what is the text's own as `this`.
    fn read(text: &str, title: &str) -> Vec<String> {
        let work = |work: &Work| match work {
            Work::This => "this".to_owned(),
            Work::Named(name) | Work::Numbered(name) | Work::Meeting(name) => name.clone(),
        };
        let found = citations(text, 0, title);
        let said = found.iter().map(|cite| {
            let words = &text[cite.range.clone()];
            format!(
                "{} | {words} | {} | {}",
                cite.kind.name(),
                work(&cite.work),
                cite.place
            )
        });
        said.map(|line| line.trim_end().to_owned()).collect()
    }

    #[test]
    fn chinese_lists_and_ranges_name_each_place() {
        let cases: [(&str, &[&str]); 8] = [
            (
                "依照海关法第十条第一款第（二）项、第三项和第十二条之一处罚",
                &[
                    "article | 海关法第十条第一款第（二）项 | 海关法 | art:10/para:1/item:2",
                    "article | 第三项 | 海关法 | art:10/para:1/item:3",
                    "article | 第十二条之一 | 海关法 | art:12-1",
                ],
            ),
            (
                "违反《港口法》第三条至第五条规定",
                &[
                    "article | 《港口法》第三条至第五条 | 港口法 | art:3",
                    "article | 《港口法》第三条至第五条 | 港口法 | art:4",
                    "article | 《港口法》第三条至第五条 | 港口法 | art:5",
                ],
            ),
            (
                "依漁業法第九條第二項規定，並準用同條第三項",
                &[
                    "article | 漁業法第九條第二項 | 漁業法 | art:9/para:2",
                    "article | 同條第三項 | 漁業法 | art:9/para:3",
                ],
            ),
            (
                "根據《渡輪條例》(第998章)第7(2)(a)條及該條例第9、10及11條",
                &[
                    "article | 《渡輪條例》(第998章)第7(2)(a)條 | 渡輪條例 | s:7/ss:2/para:a",
                    "article | 該條例第9 | 渡輪條例 | art:9",
                    "article | 10 | 渡輪條例 | art:10",
                    "article | 11條 | 渡輪條例 | art:11",
                ],
            ),
            (
                "根据《港务通知》（交发〔2019〕7号）和交发〔2020〕8号",
                &[
                    "law | 《港务通知》（交发〔2019〕7号） | 港务通知 |",
                    "number | 交发〔2020〕8号 | 交发〔2020〕8号 |",
                ],
            ),
            ("适用修改后的方法，依法执法，司法机关应当守法", &[]),
            ("《新民晚报》报道第三条跑道，填写《渔船登记表》", &[]),
            ("第七条　船舶应当登记。", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, ""), expected, "{text}");
        }
    }

    #[test]
    fn places_within_the_text_are_those_it_stands_in() {
        let law = "渔港办法\n第三章 收费\n第八条 渔港收费。\n依照前款规定办理。\n第九条 违反前条或者本章规定，有下列情形的：\n（一）甲；\n（二）前项情形；\n依照本办法第一条和本条第一款处理。\n";
        let expected = [
            "self | 前款 | this | art:8/para:1",
            "self | 前条 | this | art:8",
            "self | 本章 | this | ch:3",
            "self | 前项 | this | art:9/para:1/item:1",
            "self | 本办法第一条 | this | art:1",
            "self | 本条第一款 | this | art:9/para:1",
        ];
        assert_eq!(read(law, "渔港办法"), expected);
    }

    #[test]
    fn short_names_mean_what_the_text_says() {
        let rules = "第 1 條　本規則依漁船登記條例（以下簡稱本條例）第五條第二項訂定之。\n第 2 條　依本條例第七條申請者，準用本條例施行細則第三條。\n";
        let expected = [
            "self | 本規則 | this |",
            "article | 漁船登記條例（以下簡稱本條例）第五條第二項 | 漁船登記條例 | art:5/para:2",
            "article | 本條例第七條 | 漁船登記條例 | art:7",
            "article | 本條例施行細則第三條 | 漁船登記條例施行細則 | art:3",
        ];
        assert_eq!(read(rules, "漁船登記規則"), expected);
    }

    #[test]
    fn english_places_take_the_work_behind_them() {
        let cases: [(&str, &[&str]); 7] = [
            (
                "under sections 4, 5 or 7(2) of the Ferry Act and that section",
                &[
                    "article | sections 4 | Ferry Act | s:4",
                    "article | 5 | Ferry Act | s:5",
                    "article | 7(2) of the Ferry Act | Ferry Act | s:7/ss:2",
                ],
            ),
            (
                "pursuant to Paragraph 2, Article 12 of the Fisheries Act",
                &[
                    "article | Paragraph 2, Article 12 of the Fisheries Act | Fisheries Act | art:12/para:2",
                ],
            ),
            (
                "see 12 CFR 1026.3(a)(1) and 15 U.S.C. 1604, 1639b",
                &[
                    "number | 12 CFR 1026.3(a)(1) | 12 CFR | s:1026.3/ss:a/para:1",
                    "number | 15 U.S.C. 1604 | 15 U.S.C. | s:1604",
                    "number | 1639b | 15 U.S.C. | s:1639b",
                ],
            ),
            (
                "[Repealed, SOR/99-1, s. 4]",
                &["number | SOR/99-1, s. 4 | SOR/99-1 | s:4"],
            ),
            (
                "Public Law 116-92 and S.C. 2001, c. 9",
                &[
                    "number | Public Law 116-92 | Public Law 116-92 |",
                    "number | S.C. 2001, c. 9 | S.C. 2001, c. 9 |",
                ],
            ),
            (
                "articles of incorporation and title to land, section by section",
                &[],
            ),
            ("within 3 sections and Part time work", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, ""), expected, "{text}");
        }
    }

    #[test]
    fn a_short_word_within_a_longer_one_cites_nothing() {
        let none = [
            "民法第三條之後，目前項目共有三個",
            "依《港口法》第三条，合同条款第二项由双方约定",
            "依《港口法》第三條，應該條例第二項另議",
            "The Law Society and the Rules Committee met the Code Enforcement Officer.",
            "under the Ferry Act, section 3 of that Action Plan",
            "paragraph 2 of this Acting Director's note",
            "section 3 of the scheduled flights",
        ];
        for text in none {
            let found = read(text, "");
            let is_wrong = |line: &&String| {
                [
                    "同条",
                    "該條例",
                    "本條例",
                    "前項",
                    "the Law",
                    "the Rules",
                    "the Code",
                    "that Act",
                    "this Act",
                    "the schedule",
                ]
                .iter()
                .any(|short| {
                    line.split(" | ")
                        .nth(1)
                        .is_some_and(|words| words.contains(short))
                })
            };
            assert!(
                !found.iter().any(|line| is_wrong(&line)),
                "{text}: {found:?}"
            );
        }
        let cases: [(&str, &[&str]); 4] = [
            (
                "依照劳动合同法第三十八条和该法第四十条",
                &[
                    "article | 劳动合同法第三十八条 | 劳动合同法 | art:38",
                    "article | 该法第四十条 | 劳动合同法 | art:40",
                ],
            ),
            (
                "違反資本市場法第三條及合同法第五條",
                &[
                    "article | 資本市場法第三條 | 資本市場法 | art:3",
                    "article | 合同法第五條 | 合同法 | art:5",
                ],
            ),
            (
                "依漁業法第三條，並修正本法第五條",
                &[
                    "article | 漁業法第三條 | 漁業法 | art:3",
                    "self | 本法第五條 | this | art:5",
                ],
            ),
            (
                "The Ferry Act applies. The Act Section 3 and the Act itself",
                &[
                    "law | Ferry Act | Ferry Act |",
                    "law | The Act | Ferry Act |",
                    "law | the Act | Ferry Act |",
                ],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, ""), expected, "{text}");
        }
    }

    #[test]
    fn numbers_of_cases_keep_their_year() {
        let cases: [(&str, &[&str]); 5] = [
            (
                "（2020）某高法民终347号判决书",
                &["number | （2020）某高法民终347号 | (2020)某高法民终347号 |"],
            ),
            (
                "見最高法院108年度台上字第1234號判決",
                &["number | 108年度台上字第1234號 | 108年度台上字第1234號 |"],
            ),
            (
                "憲法法庭111年憲判字第5號",
                &["number | 111年憲判字第5號 | 111年憲判字第5號 |"],
            ),
            (
                "见税务总局公告2023年第12号",
                &["number | 税务总局公告2023年第12号 | 税务总局公告2023年第12号 |"],
            ),
            (
                "2019年3月行政院字第12號；(2020)号；（2020）房间12号",
                &["number | 行政院字第12號 | 行政院字第12號 |"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, ""), expected, "{text}");
        }
    }

    #[test]
    fn short_forms_of_english_law_are_read() {
        let cases: [(&str, &[&str]); 9] = [
            (
                "Under the Ferry Act, s. 12 and the Port Act s.5",
                &[
                    "article | Ferry Act, s. 12 | Ferry Act | s:12",
                    "article | Port Act s.5 | Port Act | s:5",
                ],
            ),
            (
                "See sec. 4 of the Ferry Act and para. 8(2)(a) of the Port Act",
                &[
                    "article | sec. 4 of the Ferry Act | Ferry Act | s:4",
                    "article | para. 8(2)(a) of the Port Act | Port Act | s:8/ss:2/para:a",
                ],
            ),
            (
                "Schedule 1 to the Ferry Services (Safety and Fees) Ordinance",
                &[
                    "article | Schedule 1 to the Ferry Services (Safety and Fees) Ordinance | Ferry Services (Safety and Fees) Ordinance | sch:1",
                ],
            ),
            (
                "by s. 33 of Cap. 104 and Cap. 486, s. 3",
                &[
                    "article | s. 33 of Cap. 104 | Cap. 104 | s:33",
                    "number | Cap. 486, s. 3 | Cap. 486 | s:3",
                ],
            ),
            (
                "the Harbours Act 2006 and L.N. 12 of 2020",
                &[
                    "law | Harbours Act 2006 | Harbours Act 2006 |",
                    "number | L.N. 12 of 2020 | L.N. 12 of 2020 |",
                ],
            ),
            (
                "Regulation (EU) 2016/679, Directive 95/46/EC and S.I. 2019/123",
                &[
                    "number | Regulation (EU) 2016/679 | Regulation (EU) 2016/679 |",
                    "number | Directive 95/46/EC | Directive 95/46/EC |",
                    "number | S.I. 2019/123 | S.I. 2019/123 |",
                ],
            ),
            (
                "H.R. 3684 and GB/T 35273-2020",
                &[
                    "number | H.R. 3684 | H.R. 3684 |",
                    "number | GB/T 35273-2020 | GB/T 35273-2020 |",
                ],
            ),
            (
                "the Ferry Act, section 3 of that Action Plan",
                &["law | Ferry Act | Ferry Act |"],
            ),
            (
                "Directive 5 of the board, in 5 s.12 people, the Minister (who left) Act",
                &[],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, ""), expected, "{text}");
        }
    }

    #[test]
    fn hostile_texts_stay_bounded() {
        let chain = format!("依民法第三條{}規定", "之一".repeat(20_000));
        assert!(citations(&chain, 0, "").len() < 10);
        let ranges = "民法第1條至第9999條、".repeat(5_000);
        assert!(citations(&ranges, 0, "").len() <= MAX_CITATIONS);
        let open = "《".repeat(50_000);
        assert!(citations(&open, 0, &open).is_empty());
        let many = "section 5(1)(a) of the Ferry Act, ".repeat(10_000);
        assert_eq!(citations(&many, 0, &many).len(), 10_000);
        let names = "The Very Great Act of ".repeat(10_000);
        let _ = citations(&names, 0, "");
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_spans_on_its_characters(text in "[第條条項款之一二十3(a)《》「」本前法 \\nAct section.,ofthe§號]{0,80}", from in 0usize..40) {
            let from = text.char_indices().nth(from).map_or(0, |(at, _)| at);
            let found = citations(&text, from, "");
            let mut last = from;
            for cite in found {
                prop_assert!(cite.range.start >= last && cite.range.end > cite.range.start);
                prop_assert!(text.get(cite.range.clone()).is_some());
                last = cite.range.start;
            }
        }
    }
}
