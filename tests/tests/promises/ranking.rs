//! The right document first for what people type: degrees of a list, titles, articles, frames of questions.

use polidex_server::answer::{Answer, MatchedBy, Tier};
use polidex_server::question::{Matching, Question, Sort};
use polidex_tests::{Indexed, index_texts};

const TEXTS: [(&str, &[u8]); 9] = [
    ("sandbox.txt", "政府研究監管沙盒，容許企業在元宇宙試驗新服務。".as_bytes()),
    ("meta.txt", "元宇宙的監管由多個部門負責，現時未有專門條例。".as_bytes()),
    ("words.txt", "宇宙浩瀚，沙漠無邊。".as_bytes()),
    (
        "law.md",
        "# 中华人民共和国刑法\n\n第一条 为了惩罚犯罪，制定本法。\n\n第二条 刑法的任务是保护人民。\n\n第三条 法律明文规定为犯罪行为的，依照法律定罪处刑。".as_bytes(),
    ),
    (
        "amendment.md",
        "# 中华人民共和国刑法修正案\n\n第一条 将刑法第三条修改为新的刑法条文。刑法、刑法、刑法。".as_bytes(),
    ),
    (
        "reading.md",
        "# 最高人民法院关于适用刑法时间效力规定若干问题的解释\n\n刑法施行以前的行为，适用当时的刑法。刑法第三条。".as_bytes(),
    ),
    ("independence.txt", "報告批評港獨言論。".as_bytes()),
    ("alone.txt", "本港人士意見獨特，來港獲獨立評審。".as_bytes()),
    ("code.md", "# Companies Act\n\nSection 1 This is the Companies Act.\n\nSection 12 A company keeps a register.".as_bytes()),
];

fn indexed() -> Indexed {
    index_texts(&TEXTS)
}

fn tiers(answer: &Answer) -> Vec<(&str, Tier, Vec<&str>)> {
    let hits = answer.hits.iter();
    hits.map(|hit| {
        let missing = hit.missing.iter().map(String::as_str).collect();
        (hit.id.as_str(), hit.tier, missing)
    })
    .collect()
}

#[test]
fn documents_with_most_of_the_words_follow_those_with_all_and_say_what_they_lack() {
    let indexed = indexed();
    let answer = indexed.ask(&Question::about("元宇宙 監管 沙盒"));
    assert_eq!(
        tiers(&answer),
        [
            ("sandbox", Tier::All, vec![]),
            ("meta", Tier::Most, vec!["沙盒"]),
        ]
    );
    assert_eq!((answer.total.value, answer.total.tiers.all), (2, 1));
    assert_eq!(answer.query.matching, MatchedBy::All);
    let answer = indexed.ask(&Question::about("元宇宙 監管 沙盒").matching(Matching::All));
    assert_eq!(answer.hits.len(), 1);
    let answer = indexed.ask(&Question::about("元宇宙 AND 監管 AND 沙盒"));
    assert_eq!(answer.hits.len(), 1);
    let answer = indexed.ask(&Question::about("元宇宙 監管 沙盒").sort(Sort::Newest));
    assert_eq!(answer.hits.len(), 1, "by date there are no degrees");
    let answer = indexed.ask(&Question::about("元宇宙 監管 不存在嘅字"));
    assert_eq!(answer.hits[0].tier, Tier::Most);
    assert_eq!(answer.query.matching, MatchedBy::Any);
}

#[test]
fn a_question_lists_what_its_topic_lists() {
    let indexed = indexed();
    let topic = indexed.ids("元宇宙 監管");
    for q in [
        "什麼是元宇宙監管？",
        "元宇宙監管由哪個部門負責",
        "請問元宇宙監管有甚麼規定",
    ] {
        assert_eq!(indexed.ids(q), topic, "{q}");
    }
    let answer = indexed.ask(&Question::about("什麼是元宇宙監管？"));
    assert!(
        answer
            .hits
            .iter()
            .flat_map(|hit| &hit.passages)
            .all(|passage| !passage.html.contains("<mark>什")),
        "what only asks is not marked"
    );
}

#[test]
fn the_law_comes_before_its_amendments_and_readings() {
    let indexed = indexed();
    for q in ["刑法", "刑法是什么", "刑法第三条", "刑法 第3条", "刑法3條"] {
        assert_eq!(indexed.ids(q)[0], "law", "{q}");
    }
    assert_eq!(indexed.ids("刑法修正案")[0], "amendment");
}

#[test]
fn the_article_named_is_the_first_passage_of_its_law() {
    let indexed = indexed();
    for (q, id, beginning) in [
        ("刑法第三条", "law", "第三条 法律明文"),
        ("刑法2条", "law", "第二条 刑法的任务"),
        ("s. 12 of the Companies Act", "code", "Section 12 A company"),
    ] {
        let answer = indexed.ask(&Question::about(q));
        let first = &answer.hits[0];
        assert_eq!(first.id, id, "{q}");
        assert!(
            first.passages[0].text.starts_with(beginning),
            "{q}: {:?}",
            first.passages[0]
        );
        assert!(first.passages[0].url.contains("#p"), "{q}");
    }
}

#[test]
fn what_a_dictionary_does_not_know_is_one_piece_where_it_stands_so() {
    let indexed = indexed();
    let answer = indexed.ask(&Question::about("港獨"));
    assert_eq!(tiers(&answer), [("independence", Tier::All, vec![])]);
}

#[test]
fn a_single_ideograph_goes_with_the_neighbour_that_it_stands_beside_more_often() {
    let indexed = index_texts(&[
        (
            "rules.txt",
            "公司名稱及業務之預查，依本準則辦理。".as_bytes(),
        ),
        ("other.txt", "商號申請預查者，應繳費用。".as_bytes()),
        (
            "table.txt",
            "工程計劃名稱\n預計費用由公司支付，逐一查核。".as_bytes(),
        ),
    ]);
    let answer = indexed.ask(&Question::about("公司名稱預查"));
    assert_eq!(tiers(&answer)[0], ("rules", Tier::All, vec![]));
}

#[test]
fn a_known_term_of_several_words_is_wanted_in_one_piece() {
    let indexed = index_texts(&[
        ("one.txt", b"Minimum wages rose, and so did rents."),
        (
            "apart.txt",
            b"The wage is paid monthly; a minimum of two days is free.",
        ),
        ("zh.txt", "最低工資委員會提交報告。".as_bytes()),
        ("flat.txt", "政府興建公共房屋。".as_bytes()),
        ("street.txt", "公共地方的房屋破舊。".as_bytes()),
    ]);
    let answer = indexed.ask(&Question::about("公共房屋"));
    let all = tiers(&answer)
        .into_iter()
        .filter(|(_, tier, _)| *tier == Tier::All);
    assert_eq!(all.collect::<Vec<_>>(), [("flat", Tier::All, vec![])]);
    let answer = indexed.ask(&Question::about("minimum wage"));
    let found = tiers(&answer);
    assert!(found.contains(&("one", Tier::All, vec![])), "{found:?}");
    assert!(
        found.contains(&("zh", Tier::Translation, vec![])),
        "{found:?}"
    );
    assert_eq!(
        found.last(),
        Some(&("apart", Tier::Most, vec!["minimum wage"]))
    );
    // Words that no table knows together may stand apart.
    let answer = indexed.ask(&Question::about("monthly wage"));
    assert_eq!(tiers(&answer)[0], ("apart", Tier::All, vec![]));
}

/// The first passage of each hit by its first words.
fn first_passages(answer: &Answer) -> Vec<(&str, &str)> {
    let hits = answer.hits.iter();
    hits.map(|hit| (hit.id.as_str(), hit.passages[0].text.as_str()))
        .collect()
}

#[test]
fn a_passage_that_holds_words_as_typed_goes_before_one_that_holds_them_apart() {
    let indexed = index_texts(&[
        (
            "wage.md",
            b"# Review\n\nA minimum standard is studied; wage by wage, a minimum is compiled.\n\nNothing of it here.\n\n\
              The minimum wage now stands at $40 an hour.",
        ),
        (
            "abode.md",
            b"# Paper\n\nAn abode is no right; a right to an abode that is right.\n\nThe right of abode is verified.",
        ),
        (
            "traffic.md",
            "# 報告\n\n安全的交通，交通上的安全，交通和安全。\n\n交通安全由警務處負責。".as_bytes(),
        ),
    ]);
    for (q, beginning) in [
        ("minimum wage", "The minimum wage"),
        ("the minimum wage", "The minimum wage"),
        ("minimum wages", "The minimum wage"),
        ("right of abode", "The right of abode"),
        ("交通 安全", "交通安全"),
        ("交通安全", "交通安全"),
    ] {
        let answer = indexed.ask(&Question::about(q));
        let (_, first) = first_passages(&answer)[0];
        assert!(first.starts_with(beginning), "{q}: {first}");
    }
}

#[test]
fn what_a_question_asks_orders_hits_and_passages_and_is_not_required() {
    let indexed = index_texts(&[
        (
            "talk.md",
            "# 文件甲\n\n酒後駕駛是講座題目，講者為醫生，市民可以參加。".as_bytes(),
        ),
        (
            "law.md",
            "# 文件乙\n\n酒後駕駛屬違法行為，警員可要求司機接受測試。\n\n酒後駕駛的司機，可處罰款二萬五千元及監禁三年。".as_bytes(),
        ),
        (
            "history.md",
            b"# Notice A\n\nThe history of the passport: a passport in two chapters.",
        ),
        (
            "fee.md",
            b"# Notice B\n\nA passport is printed here.\n\nThe fee for a passport is $370.",
        ),
    ]);
    for (q, id, beginning) in [
        ("酒后驾驶罚款多少", "law", "酒後駕駛的司機"),
        ("酒後駕駛怎麼處罰？", "law", "酒後駕駛的司機"),
        ("what is the fee for a passport?", "fee", "The fee"),
        ("what does a passport cost", "fee", "The fee"),
    ] {
        let answer = indexed.ask(&Question::about(q));
        let (first, passage) = first_passages(&answer)[0];
        assert_eq!(first, id, "{q}");
        assert!(passage.starts_with(beginning), "{q}: {passage}");
        let other = &answer.hits[1];
        assert_eq!((other.tier, other.missing.len()), (Tier::All, 0), "{q}");
        let html = &answer.hits[0].passages[0].html;
        assert!(
            !html.contains("<mark>罰") && !html.contains("<mark>fee"),
            "{html}"
        );
    }
}

#[test]
fn a_compound_that_stands_nowhere_lists_what_holds_its_words_under_the_line() {
    let indexed = index_texts(&[
        ("flu.txt", "疫苗接種可預防流感及肺炎。".as_bytes()),
        ("one.txt", "疫苗的研究。".as_bytes()),
        ("food.txt", "食品的安全由食安中心負責。".as_bytes()),
    ]);
    for (q, id) in [("流感疫苗", "flu"), ("食品安全", "food")] {
        let answer = indexed.ask(&Question::about(q));
        assert_eq!(tiers(&answer), [(id, Tier::Most, vec![q])], "{q}");
        let html = &answer.hits[0].passages[0].html;
        assert_eq!(html.matches("<mark>").count(), 2, "{html}");
    }
}

#[test]
fn a_documents_own_id_finds_it() {
    let indexed = indexed();
    assert_eq!(indexed.ids("independence")[0], "independence");
}

#[test]
fn long_queries_are_answered_by_their_most_telling_words() {
    let indexed = indexed();
    let words: Vec<String> = (0..300).map(|at| format!("word{at}")).collect();
    let q = format!("{} register company", words.join(" "));
    let answer = indexed.ask(&Question::about(q));
    assert!(
        answer
            .query
            .warnings
            .iter()
            .any(|warning| warning.code == "many-words"),
        "{:?}",
        answer.query.warnings
    );
}

#[test]
fn an_english_sentence_finds_first_what_stands_in_its_best_answers() {
    let filler = |n: usize| format!("Nothing of note was recorded on day {n}.").into_bytes();
    let mut texts: Vec<(String, Vec<u8>)> = (0..12)
        .map(|n| (format!("other{n:02}.txt"), filler(n)))
        .collect();
    let answers = [
        (
            "a1.txt",
            "Reactor coolant leakage detection equipment uses acoustic sensors. Acoustic sensors report leaks.",
        ),
        (
            "a2.txt",
            "Detection equipment for reactor coolant leakage: acoustic sensors, acoustic probes.",
        ),
        (
            "b-other.txt",
            "Coolant detection in garden hoses, coolant in pipes.",
        ),
        (
            "c-like.txt",
            "Coolant detection by acoustic means and sensors of every kind.",
        ),
    ];
    texts.extend(answers.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())));
    let texts: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_slice()))
        .collect();
    let indexed = index_texts(&texts);
    let place = |ids: &[String], id: &str| ids.iter().position(|found| found == id);
    let ids = indexed.ids("reactor coolant leakage detection equipment");
    assert!(place(&ids, "c-like") < place(&ids, "b-other"), "{ids:?}");
    // Words that nobody asked for list nothing and are not marked.
    assert!(place(&ids, "other00").is_none());
    let two_words = indexed.ids("coolant detection");
    assert!(
        place(&two_words, "b-other") < place(&two_words, "c-like"),
        "{two_words:?}"
    );
}
