//! Every passage of a law says where it stands: the chapter and the article, as the document writes them.

use polidex_server::answer::Document;
use polidex_server::question::{Query, Question};
use polidex_tests::index_texts;

/// Each passage with its role and place, one a line.
fn shown(document: &Document) -> String {
    let show = |passage: &polidex_server::answer::DocumentPassage| {
        let text: String = passage
            .text
            .chars()
            .take(24)
            .map(|c| if c == '\n' { '/' } else { c })
            .collect();
        format!(
            "{:9} {:24} | {}",
            passage.role,
            passage.place.as_deref().unwrap_or("-"),
            text
        )
    };
    document
        .passages
        .iter()
        .map(show)
        .collect::<Vec<_>>()
        .join("\n")
}

fn places(name: &str, text: &str) -> String {
    let indexed = index_texts(&[(name, text.as_bytes())]);
    let id = name.rsplit_once('.').expect("a name with an extension").0;
    shown(
        &indexed
            .engine
            .document(id, &Query::default())
            .expect("readable")
            .expect("indexed"),
    )
}

#[test]
fn a_law_of_taiwan_with_padded_numbers_and_wrapped_lines() {
    let law = "公司測試法\n\n法規類別：行政＞經濟部＞商業目\n修正日期：20220628\n\n\n第 一 章 總則\n\n第 1 條　本法所稱公司，謂以營利為目的，\
               依照本法組織、登記、成立之社團法人。\n第 2 條　公司分為左列四種：\n一、無限公司。\n二、有限公司。\n第 2-1 條　前條所定\n\
               第二條第一項之公司，不適用之。\n第二章及第三章之規定，準用之。\n\n第 二 章 無限公司\n   第 一 節 設立\n\n\
               第 4 條　（刪除）\n第 5 條之一　本法自公布日施行。";
    insta::assert_snapshot!(places("law.txt", law));
}

#[test]
fn a_law_of_the_mainland_with_markdown_and_inserted_articles() {
    let law = "# 中华人民共和国测试法\n\n2005年1月5日 第十届全国人民代表大会常务委员会第十次会议通过\n\n## 第一编 总则\n\n### 第一章  一般规定\n\n\
               第一条 为了规范测试活动，制定本法。\n\n本条第二款。\n\n第二十三条之一 第二十三条第一款的规定不适用。\n\n第廿四條 甲。\n\n\
               第25條 乙。\n\n第二百六十条　丙。\n\n## 附件一：表格\n\n项目";
    insta::assert_snapshot!(places("law.md", law));
}

#[test]
fn english_laws_call_their_parts_differently() {
    let taiwan = "Test Act\n\nChapter I General Principles\nSection 1 Scope\nArticle 1  This Act is enacted in accordance with\n\
                  Article 8 of the Basic Act.\nArticle 2  Sections 3 and 4 apply.\nChapter II, Supplementary Provisions\n\
                  Article 3-1  It takes effect.\nSchedule 1\nTable of fees";
    let code = "Part II\nPreliminary\n\nSection 5A  In this Ordinance, a thing is a thing.\n\nSection 6 of the Act does not apply.\n\n\
                § 12.3 Scope.\nThis part applies.\n\nAPPENDIX B—Forms\n\nForm 1";
    insta::assert_snapshot!(places("taiwan.txt", taiwan) + "\n\n" + &places("code.txt", code));
}

#[test]
fn contents_lists_and_sentences_are_no_places() {
    let text = "目錄\n第一章 總則\n第二章 罰則\n第三章 附則\n\n第一章 總則\n\n第一條 甲。\n\n第二章 罰則\n\n第二條 乙。\n\n第三章 附則\n\n\
                第三條第二款所稱丙。\n\n第三部門的發展。\n\nPart of the plan, Section 8 of it.\n\nArticle 26(1)(a);";
    insta::assert_snapshot!(places("text.txt", text));
}

#[test]
fn hits_say_their_place() {
    let law = "測試法\n\n第三章 安全\n\n第二十二條 甲。\n\n第二十三條 香港特別行政區應自行立法。\n禁止任何叛國行為。";
    let indexed = index_texts(&[("law.txt", law.as_bytes())]);
    for q in ["叛國", "「自行立法」", "叛国 特別行政區"] {
        let answer = indexed.ask(&Question::about(q));
        assert_eq!(
            answer.hits[0].passages[0].place.as_deref(),
            Some("第三章 第二十三條"),
            "{q}"
        );
    }
    let heading = indexed.ask(&Question::about("安全"));
    assert_eq!(heading.hits[0].passages[0].place.as_deref(), Some("第三章"));
}
