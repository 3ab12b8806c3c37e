//! Other words for the same thing: what is found, how it is counted, shown and switched off.

use polidex_server::answer::{Answer, ExpansionKind, Tier};
use polidex_server::question::{Expand, Facet, Matching, Question};
use polidex_tests::{Indexed, SEEDS, index_texts};

const TEXTS: [(&str, &[u8]); 8] = [
    ("hk.txt", "政府會提升服務的質量。這是報告的內容，說明政府的工作。".as_bytes()),
    ("tw.txt", "政府會提升服務的品質。這是報告的內容，說明政府的工作。".as_bytes()),
    ("en.txt", b"The Greater Bay Area plan. The Financial Secretary spoke of new quality productive forces."),
    ("zh.txt", "財政司司長談及新質生產力和粵港澳大灣區。".as_bytes()),
    ("both.txt", "財政司司長在香港談及新質生產力，即 new quality productive forces 。".as_bytes()),
    (
        "law-en.txt",
        b"This is under Article 23 and Cap. 614. It was passed in March 2024 at a cost of 10 billion dollars.",
    ),
    ("law-zh.txt", "根據第二十三條和第614章，於二〇二四年三月通過，費用為一百億元。".as_bytes()),
    ("law-digits.txt", "根據第23條和第六百一十四章，於2024年3月通過，費用為100億元。".as_bytes()),
];

fn indexed() -> Indexed {
    index_texts(&TEXTS)
}

fn ids(answer: &Answer) -> (Vec<&str>, Vec<&str>) {
    let (translated, literal): (Vec<_>, Vec<_>) =
        answer.hits.iter().partition(|hit| hit.by_translation);
    let ids = |hits: Vec<&polidex_server::answer::Hit>| {
        let mut ids: Vec<&str> = Vec::new();
        for hit in hits {
            let known = TEXTS
                .iter()
                .find(|(name, _)| name.strip_suffix(".txt") == Some(hit.id.as_str()));
            ids.push(known.map_or("?", |(name, _)| name.strip_suffix(".txt").expect("a text")));
        }
        ids
    };
    (ids(literal), ids(translated))
}

fn sorted(mut ids: Vec<&str>) -> Vec<&str> {
    ids.sort_unstable();
    ids
}

#[test]
fn regional_words_find_each_other_below_what_was_typed() {
    let indexed = indexed();
    for (q, first, second) in [
        ("質量", "hk", "tw"),
        ("品質", "tw", "hk"),
        ("品质", "tw", "hk"),
    ] {
        let answer = indexed.ask(&Question::about(q).expand(Expand::Variants));
        assert_eq!(ids(&answer), (vec![first, second], vec![]), "{q}");
        assert_eq!(
            (answer.total.value, answer.expanded_total),
            (2, 0),
            "{q}: variants count"
        );
        assert!(
            answer.hits[1].passages[0].html.contains("<mark>"),
            "{q}: the form found is marked"
        );
        let expansion = &answer.query.expansions[0];
        assert_eq!(
            (
                expansion.term.as_str(),
                expansion.kind,
                expansion.forms.len()
            ),
            (q, ExpansionKind::Variant, 1)
        );
    }
}

#[test]
fn translations_are_listed_and_counted_apart() {
    let indexed = indexed();
    let answer = indexed.ask(&Question::about("新質生產力"));
    let (literal, translated) = ids(&answer);
    assert_eq!(sorted(literal), ["both", "zh"]);
    assert_eq!(translated, ["en"]);
    assert_eq!((answer.total.value, answer.expanded_total), (2, 1));
    let lang = answer
        .facets
        .iter()
        .find(|facet| facet.field == Facet::Source)
        .expect("a facet");
    assert!(
        lang.values.iter().any(|value| value.value == "en"),
        "facets count what is listed"
    );
    let by_translation = answer
        .hits
        .iter()
        .find(|hit| hit.by_translation)
        .expect("one");
    assert!(
        by_translation.passages[0]
            .html
            .contains("<mark>new quality productive forces</mark>")
    );
    let kinds: Vec<_> = answer
        .query
        .expansions
        .iter()
        .map(|expansion| expansion.kind)
        .collect();
    assert!(kinds.contains(&ExpansionKind::Translation));

    let answer = indexed.ask(&Question::about("Greater Bay Area"));
    assert_eq!(ids(&answer), (vec!["en"], vec!["zh"]));
    let answer = indexed.ask(&Question::about("GBA"));
    let (literal, translated) = ids(&answer);
    assert_eq!(
        (literal, translated),
        (vec!["en"], vec!["zh"]),
        "{:?}",
        answer.query.expansions
    );
}

/// Hits that hold all words or their translations.
fn found(answer: &Answer) -> Vec<&str> {
    let hits = answer.hits.iter().filter(|hit| hit.tier != Tier::Most);
    sorted(hits.map(|hit| hit.id.as_str()).collect())
}

#[test]
fn short_names_of_two_letters_and_what_they_stand_for_find_each_other() {
    let indexed = index_texts(&[
        ("us1.txt", b"The U.S. Government imposed tariffs."),
        ("us2.txt", b"US tariffs on steel."),
        ("us3.txt", b"The US imposed sanctions."),
        ("us4.txt", b"They asked us about it."),
        ("us5.txt", "美國徵收關稅。".as_bytes()),
        ("eu1.txt", b"EU rules"),
        ("eu2.txt", b"European Union rules"),
        ("eu3.txt", "歐盟的規則".as_bytes()),
        ("ai1.txt", "香港的AI發展藍圖。".as_bytes()),
        ("ai2.txt", "人工智慧發展藍圖。".as_bytes()),
        ("ai3.txt", "生成式AI指引".as_bytes()),
        ("ai4.txt", "生成式人工智能指引".as_bytes()),
        ("ev1.txt", "EV充電設施".as_bytes()),
        ("ev2.txt", "電動車充電設施".as_bytes()),
        ("fs.txt", b"FS is a file system."),
    ]);
    for (q, expected) in [
        ("US tariffs", vec!["us1", "us2", "us5"]),
        ("U.S. tariffs", vec!["us1", "us2", "us5"]),
        ("the US tariffs", vec!["us1", "us2", "us5"]),
        ("美國", vec!["us1", "us3", "us5"]),
        ("歐盟", vec!["eu1", "eu2", "eu3"]),
        ("EU", vec!["eu1", "eu2", "eu3"]),
        ("人工智能發展", vec!["ai1", "ai2"]),
        ("AI發展", vec!["ai1", "ai2"]),
        ("生成式人工智能", vec!["ai3", "ai4"]),
        ("電動車充電", vec!["ev1", "ev2"]),
        ("財政司司長", vec![]),
    ] {
        let answer = indexed.ask(&Question::about(q));
        assert_eq!(found(&answer), expected, "{q}");
    }
    let answer = indexed.ask(&Question::about("US"));
    let us = answer.hits.iter().find(|hit| hit.id == "us4");
    let passages = us.into_iter().flat_map(|hit| &hit.passages);
    assert_eq!(passages.count(), 0, "the pronoun is not marked");
}

#[test]
fn a_known_term_is_found_in_the_spellings_of_its_words() {
    let indexed = index_texts(&[
        ("labour1.txt", b"Labour market reform."),
        ("labour2.txt", b"Labor markets."),
        ("ageing1.txt", b"An ageing population."),
        ("ageing2.txt", b"An aging population."),
        ("centre1.txt", b"A data centre."),
        ("centre2.txt", b"Data centers."),
        ("flats1.txt", b"Sub-divided flats were inspected."),
        ("flats2.txt", b"Subdivided flats were inspected."),
        ("post1.txt", b"Post-secondary education."),
        ("post2.txt", b"Postsecondary education."),
        ("women1.txt", b"Women's rights."),
        ("women2.txt", "Of women’s rights.".as_bytes()),
        (
            "apart.txt",
            b"The market needs labour; data of a population in the centre.",
        ),
    ]);
    for (q, expected) in [
        ("labor market", ["labour1", "labour2"]),
        ("labour market", ["labour1", "labour2"]),
        ("aging population", ["ageing1", "ageing2"]),
        ("ageing population", ["ageing1", "ageing2"]),
        ("data center", ["centre1", "centre2"]),
        ("data centres", ["centre1", "centre2"]),
        ("subdivided flats", ["flats1", "flats2"]),
        ("sub-divided flats", ["flats1", "flats2"]),
        ("post-secondary education", ["post1", "post2"]),
        ("post secondary education", ["post1", "post2"]),
        ("womens rights", ["women1", "women2"]),
    ] {
        let answer = indexed.ask(&Question::about(q));
        assert_eq!(found(&answer), expected, "{q}");
    }
}

#[test]
fn expansions_can_be_switched_off_as_a_whole_or_one_by_one() {
    let indexed = indexed();
    let ask = |expand: Expand, without: &[&str]| {
        indexed.ask(
            &Question::about("新質生產力")
                .expand(expand)
                .without(without.iter().copied()),
        )
    };
    for expand in [Expand::None, Expand::Variants] {
        assert_eq!(ask(expand, &[]).expanded_total, 0, "{expand:?}");
    }
    let all = ask(Expand::All, &[]);
    let forms: Vec<&str> = all
        .query
        .expansions
        .iter()
        .flat_map(|expansion| &expansion.forms)
        .map(String::as_str)
        .collect();
    let one_less = ask(Expand::All, &["New Quality productive forces"]);
    let left: Vec<&String> = one_less
        .query
        .expansions
        .iter()
        .flat_map(|expansion| &expansion.forms)
        .collect();
    assert_eq!(
        left.len() + 1,
        forms.len(),
        "folding does not matter for what is left out"
    );
    assert_eq!(one_less.expanded_total, 0);
    assert_eq!(ask(Expand::All, &forms).query.expansions, []);
    let variants = indexed.ask(&Question::about("質量").expand(Expand::None));
    assert_eq!(variants.total.value, 1);
}

#[test]
fn inside_quotes_nothing_is_widened() {
    let indexed = indexed();
    for q in [
        "\"新質生產力\"",
        "「質量」",
        "\"第23條\"",
        "\"Greater Bay Area\"",
    ] {
        let answer = indexed.ask(&Question::about(q));
        assert_eq!(
            (answer.query.expansions.len(), answer.expanded_total),
            (0, 0),
            "{q}"
        );
    }
    assert_eq!(indexed.ids("「質量」"), ["hk"]);
}

#[test]
fn numbers_and_references_are_found_in_all_their_notations() {
    let indexed = indexed();
    for q in [
        "第23條",
        "第二十三條",
        "第廿三条",
        "第614章",
        "第六百一十四章",
        "2024年3月",
        "二〇二四年三月",
        "2024-03",
        "100億",
        "一百亿",
    ] {
        let answer = indexed.ask(&Question::about(q));
        let (literal, translated) = ids(&answer);
        assert_eq!(
            (sorted(literal), translated),
            (vec!["law-digits", "law-zh"], vec!["law-en"]),
            "{q}"
        );
    }
    for q in [
        "Article 23",
        "Cap. 614",
        "March 2024",
        "10 billion",
        "$10 billion",
    ] {
        let answer = indexed.ask(&Question::about(q));
        let (literal, translated) = ids(&answer);
        assert_eq!(
            (literal, sorted(translated)),
            (vec!["law-en"], vec!["law-digits", "law-zh"]),
            "{q}"
        );
    }
}

#[test]
fn document_numbers_are_found_as_typed_with_any_brackets() {
    let indexed = index_texts(&[
        ("a.txt", "國發〔2023〕15号文件規定如下。".as_bytes()),
        ("b.txt", "国发[2023]16号。".as_bytes()),
    ]);
    for q in [
        "国发〔2023〕15号",
        "国发[2023]15号",
        "\"国发〔2023〕15号\"",
        "\"国发[2023]15号\"",
        "國發（2023）15號",
    ] {
        assert_eq!(indexed.ids(q), ["a"], "{q}");
    }
}

#[test]
fn words_decide_what_is_listed_when_no_document_has_them_all() {
    let indexed = index_texts(&[
        ("words.txt", "香港推動低空經濟的發展。".as_bytes()),
        ("pair.txt", "他在空經上花了時間。".as_bytes()),
        ("function.txt", "我的書和你的筆。".as_bytes()),
    ]);
    let answer = indexed.ask(&Question::about("低空經濟的火星探測"));
    assert_eq!(
        answer
            .hits
            .iter()
            .map(|hit| hit.id.as_str())
            .collect::<Vec<_>>(),
        ["words"]
    );
    assert!(
        answer.hits.iter().all(|hit| hit.passage_count > 0),
        "what is listed has a mark"
    );
}

#[test]
fn a_question_in_a_sentence_is_ranked_by_any_of_its_words() {
    let indexed = index_texts(&[
        ("right.txt", "低空經濟由發展改革部門負責推動。".as_bytes()),
        (
            "long.txt",
            "香港的負責人談什麼都可以，經濟和推動和低空，由誰負責都是問題。".as_bytes(),
        ),
    ]);
    let answer = indexed.ask(&Question::about("低空經濟由什麼部門負責推動？"));
    assert_eq!(answer.total.value, 2);
    assert_eq!(answer.hits[0].id, "right");
}

#[test]
fn a_title_typed_in_full_comes_first() {
    let mut texts = vec![
        ("law.txt", "勞動基準法\n\n本法規定勞動條件。".to_owned()),
        (
            "rules.txt",
            format!(
                "勞動基準法施行細則\n\n{}",
                "勞動基準法施行細則依勞動基準法訂定。".repeat(20)
            ),
        ),
    ];
    texts.push((
        "other.txt",
        format!("其他規定\n\n{}", "依勞動基準法辦理。".repeat(30)),
    ));
    let texts: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let indexed = index_texts(&texts);
    for (q, first) in [
        ("勞動基準法", "law"),
        ("劳动基准法", "law"),
        ("劳动基准法施行细则", "rules"),
        ("\"勞動基準法\"", "law"),
    ] {
        assert_eq!(indexed.ids(q)[0], first, "{q}");
    }
}

#[test]
fn what_is_unwanted_is_unwanted_in_all_its_forms() {
    let indexed = indexed();
    let all = indexed.ask(&Question::about("政府")).total.value;
    let with = indexed.ask(&Question::about("政府 質量").matching(Matching::All));
    let with = with.total.value;
    let without = indexed.ask(&Question::about("政府 -質量")).total.value;
    assert_eq!(with + without, all);
    let answer = indexed.ask(&Question::about("新質生產力 -粵港澳大灣區"));
    assert_eq!(
        ids(&answer),
        (vec!["both"], vec![]),
        "the English text speaks of the Greater Bay Area"
    );
}

#[test]
fn pages_run_over_literal_hits_and_translations() {
    let indexed = indexed();
    let mut seen = Vec::new();
    for page in 1..=4 {
        let answer = indexed.ask(&Question::about("新質生產力").page(page).per_page(1));
        seen.extend(
            answer
                .hits
                .into_iter()
                .map(|hit| (hit.id, hit.by_translation)),
        );
    }
    seen.sort();
    assert_eq!(
        seen,
        [("both", false), ("en", true), ("zh", false)].map(|(id, is)| (id.to_owned(), is))
    );
}

#[test]
fn the_reading_page_marks_what_the_list_marked() {
    let indexed = indexed();
    let question = Question::about("新質生產力");
    let read = |question: &Question| {
        indexed
            .engine
            .document("en", &question.search.query)
            .expect("readable")
            .expect("there")
    };
    assert_eq!(read(&question).mark_count, 1);
    assert_eq!(read(&question.expand(Expand::Variants)).mark_count, 0);
    let url = &indexed
        .ask(&Question::about("質量").expand(Expand::Variants))
        .hits[0]
        .url;
    assert!(url.ends_with("&expand=variants"), "{url}");
}

#[test]
fn the_seeds_answer_in_both_languages() {
    for q in ["new quality productive forces", "新質生產力"] {
        let answer = SEEDS.ask(&Question::about(q));
        assert_eq!(
            answer.total.value + answer.expanded_total,
            5,
            "{q}: {} literal",
            answer.total.value
        );
        assert_eq!(answer.hits.len(), 5);
    }
}

#[test]
fn what_a_longer_name_adds_is_not_said_twice() {
    let text = "當局設立監管沙盒，沙盒是試驗場。產品質量和產品品質。".as_bytes();
    let indexed = index_texts(&[("a.txt", text)]);
    let forms = |q: &str| {
        let answer = indexed.ask(&Question::about(q));
        let expansions = answer.query.expansions.iter();
        expansions
            .flat_map(|one| one.forms.clone())
            .collect::<Vec<String>>()
    };
    let of_sandbox = forms("監管沙盒");
    assert!(of_sandbox.contains(&"沙盒".to_owned()), "{of_sandbox:?}");
    assert!(
        !of_sandbox.contains(&"監管監管沙盒".to_owned()),
        "{of_sandbox:?}"
    );
    assert!(forms("產品質量").contains(&"產品品質".to_owned()));
}

#[test]
fn a_query_has_so_many_forms_and_no_more() {
    let glossary = std::fs::read_to_string(polidex_tests::top().join("data/glossary.tsv"));
    let glossary = glossary.expect("the glossary");
    let concepts = glossary.lines().filter(|line| !line.starts_with('#'));
    let first = concepts.filter_map(|line| line.split(['|', '\t']).next());
    let words: Vec<&str> = first.filter(|word| !word.is_empty()).take(120).collect();
    let answer = SEEDS.ask(&Question::about(words.join(" ")));
    let forms = answer
        .query
        .expansions
        .iter()
        .map(|found| found.forms.len());
    let forms: usize = forms.sum();
    assert!(
        (40..=64).contains(&forms),
        "{forms} forms of {} words",
        words.len()
    );
}
