//! Filters limit, facets count truly: each with every other filter applied and its own left out.

use std::collections::{BTreeMap, BTreeSet};

use polidex_server::answer::Answer;
use polidex_server::question::{Facet, Matching, PartialDate, Query, Question, Sort, Tier};
use polidex_tests::{Indexed, Random, SEEDS, index_texts};

fn facet(answer: &Answer, field: Facet) -> BTreeMap<String, u64> {
    let facet = answer
        .facets
        .iter()
        .find(|facet| facet.field == field)
        .expect("every facet is in every answer");
    facet
        .values
        .iter()
        .map(|value| (value.value.clone(), value.count))
        .collect()
}

fn ids(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// Sixty small documents with every mixture of publisher, language, kind and date.
fn made() -> Indexed {
    let mut lines = String::new();
    let mut random = Random(3);
    for number in 0..60 {
        let date = ["2022-05-01", "2023-07", "2024", ""][random.below(4)];
        let lang = ["en", "zh-Hant", "zh-Hans"][random.below(3)];
        let kind = ["blog", "law"][random.below(2)];
        let document = serde_json::json!({
            "id": format!("doc/{number:02}"), "title": format!("Paper {number}"), "text": format!("housing policy 房屋 {number}"),
            "publisher": format!("Bureau {}", random.below(3)), "kind": kind, "date": date, "lang": lang,
        });
        lines.push_str(&format!("{document}\n"));
    }
    index_texts(&[("made.jsonl", lines.as_bytes())])
}

/// Whether a hit passes the filters, told from what the answer itself shows.
fn passes(answer: &Answer, question: &Question) -> bool {
    answer.hits.iter().all(|hit| {
        (question.search.filters.publisher.is_empty()
            || question.search.filters.publisher.contains(&hit.publisher))
            && (question.search.filters.kind.is_empty()
                || question.search.filters.kind.contains(&hit.kind))
            && (question.search.filters.lang.is_empty()
                || hit
                    .lang
                    .iter()
                    .any(|lang| question.search.filters.lang.contains(lang)))
    })
}

#[test]
fn every_facet_is_the_count_of_choosing_its_value() {
    let made = made();
    let mut random = Random(11);
    for _ in 0..40 {
        let mut question = Question::about("房屋").per_page(100);
        let pick = |random: &mut Random, values: &[&str]| match random.below(3) {
            0 => vec![],
            _ => vec![values[random.below(values.len())].to_owned()],
        };
        question.search.filters.publisher =
            pick(&mut random, &["Bureau 0", "Bureau 1", "Bureau 2"]);
        question.search.filters.kind = pick(&mut random, &["blog", "law"]);
        question.search.filters.lang = pick(&mut random, &["en", "zh-Hant", "zh-Hans"]);
        question.search.filters.from = [None, PartialDate::parse("2023")][random.below(2)];
        let answer = made.ask(&question);
        assert!(passes(&answer, &question));
        assert_eq!(answer.total.value as usize, answer.hits.len());
        for (field, count_of) in facet(&answer, Facet::Publisher) {
            let mut chosen = question.clone();
            chosen.search.filters.publisher = vec![field.clone()];
            assert_eq!(
                made.ask(&chosen).total.value,
                count_of,
                "publisher {field} of {question:?}"
            );
        }
        for (field, count_of) in facet(&answer, Facet::Kind) {
            let mut chosen = question.clone();
            chosen.search.filters.kind = vec![field.clone()];
            assert_eq!(
                made.ask(&chosen).total.value,
                count_of,
                "kind {field} of {question:?}"
            );
        }
        for (field, count_of) in facet(&answer, Facet::Year) {
            let year = PartialDate::parse(&field);
            let chosen = question.clone().dated(year, year);
            assert_eq!(
                made.ask(&chosen).total.value,
                count_of,
                "year {field} of {question:?}"
            );
        }
        let sources = facet(&answer, Facet::Source);
        let mut unfiltered = question.clone();
        unfiltered.search.filters.source.clear();
        assert_eq!(
            sources.values().sum::<u64>(),
            made.ask(&unfiltered).total.value
        );
    }
}

/// Forty papers with a Chinese version each that holds neither the word nor a translation of it.
fn with_versions() -> Indexed {
    let mut lines = String::new();
    for number in 0..40 {
        let publisher = format!("Bureau {}", number % 3);
        let kind = ["blog", "law"][number % 2];
        let date = format!("{}-05-01", 2020 + number % 4);
        let english = serde_json::json!({
            "id": format!("en/{number:02}"), "title": format!("Paper {number}"), "publisher": publisher, "kind": kind,
            "date": date, "text": format!("{}{}", "Northport ".repeat(1 + number / 4), "is a town. ".repeat(9)),
        });
        let chinese = serde_json::json!({
            "id": format!("zh/{number:02}"), "title": format!("文件{number}"), "publisher": publisher, "kind": kind,
            "date": date, "text": format!("這是第{number}份文件的內容。"), "counterpart_of": format!("en/{number:02}"),
        });
        lines.push_str(&format!("{english}\n{chinese}\n"));
    }
    index_texts(&[("made.jsonl", lines.as_bytes())])
}

#[test]
fn versions_of_the_first_hits_count_as_they_are_listed() {
    let made = with_versions();
    let question = Question::about("Northport").group_duplicates(false);
    let whole = made.ask(&question);
    assert_eq!((whole.total.value, whole.expanded_total), (40, 10));
    let filtered = [
        question.clone(),
        question.clone().filter(Facet::Kind, ["law"]),
        question.clone().filter(Facet::Language, ["zh-Hant"]),
        question
            .clone()
            .filter(Facet::Publisher, ["Bureau 0", "Bureau 2"]),
    ];
    for question in filtered {
        let answer = made.ask(&question);
        for field in [Facet::Language, Facet::Publisher, Facet::Kind, Facet::Year] {
            let counts = facet(&answer, field);
            for (value, count) in &counts {
                let mut chosen = question.clone().per_page(100);
                for other in counts.keys() {
                    chosen.search.filters.remove(field, other);
                }
                let listed = made.ask(&chosen.filter(field, [value]));
                assert_eq!(found(&listed), *count, "{field:?} {value} of {question:?}");
                assert_eq!(listed.hits.len() as u64, *count, "{field:?} {value}");
            }
            let all = made.engine.values(&question.search, field);
            let all = all.expect("readable").into_iter();
            let all: BTreeMap<String, u64> = all.map(|of| (of.value, of.count)).collect();
            assert_eq!(all, counts, "{field:?} of {question:?}");
        }
    }
}

#[test]
fn most_of_the_words_follow_a_choice_only_where_it_has_nothing_else() {
    let document = |number: usize| {
        let (publisher, text) = match number {
            0..11 => ("Harbour Bureau", "Harbours, lighthouses and railways."),
            11 => ("Railway Bureau", "Railways, lighthouses and harbours."),
            12..30 => ("Railway Bureau", "Harbours and lighthouses."),
            30..50 => ("Lighthouse Bureau", "Lighthouses and harbours."),
            _ => ("Railway Bureau", "Railways."),
        };
        let text = format!("{text} Paper {number}.");
        serde_json::json!({ "id": format!("d/{number:03}"), "publisher": publisher, "text": text })
    };
    let lines: String = (0..150)
        .map(|number| format!("{}\n", document(number)))
        .collect();
    let made = index_texts(&[("made.jsonl", lines.as_bytes())]);
    let question = Question::about("harbour lighthouse railway").group_duplicates(false);
    let counts = facet(&made.ask(&question), Facet::Publisher);
    let expected = [("Harbour Bureau", 11), ("Railway Bureau", 1)];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counts, expected.into());
    let of = |publisher| {
        let answer = made.ask(&question.clone().filter(Facet::Publisher, [publisher]));
        (found(&answer), facet(&answer, Facet::Publisher)[publisher])
    };
    assert_eq!(of("Harbour Bureau"), (11, 11));
    assert_eq!(of("Railway Bureau"), (1, 1));
    assert_eq!(of("Lighthouse Bureau"), (20, 20), "none holds all");
}

#[test]
fn a_chosen_source_behind_the_best_of_the_others_counts_as_it_is_listed() {
    let mut lines = String::new();
    for number in 0..130 {
        let document = serde_json::json!({
            "id": format!("doc/{number:03}"), "title": format!("Paper {number}"),
            "text": format!("{}{}", "公司 ".repeat(140 - number), "甲乙丙".repeat(number)),
        });
        lines.push_str(&format!("{document}\n"));
    }
    lines.push_str("{\"id\": \"other\", \"text\": \"別的文件。\"}\n");
    let made = index_texts(&[("made.jsonl", lines.as_bytes())]);
    for (chosen, expected) in [
        (vec!["doc/000"], vec![1]),
        (vec!["doc/129"], vec![1]),
        (vec!["doc/129", "doc/001", "other"], vec![1, 1, 0]),
    ] {
        let question = Question::about("公司").filter(Facet::Source, chosen.iter().copied());
        let answer = made.ask(&question);
        assert_eq!(answer.total.value, expected.iter().sum::<u64>());
        let sources = facet(&answer, Facet::Source);
        let counts: Vec<u64> = chosen.iter().map(|id| sources[*id]).collect();
        assert_eq!(counts, expected, "{chosen:?}");
        let more = answer.facets[0].more as u64;
        assert_eq!(sources.values().sum::<u64>() + more, 130, "{chosen:?}");
    }
}

#[test]
fn a_month_matches_every_range_that_touches_it() {
    let on = |from: &str, to: &str| {
        let question =
            Question::about("新質生產力").dated(PartialDate::parse(from), PartialDate::parse(to));
        SEEDS.ask(&question).total.value
    };
    assert_eq!(on("2024-03-31", "2024-03-31"), 1, "002 is dated 2024-03");
    assert_eq!(on("2024-02", "2024-03-01"), 1);
    assert_eq!(on("2024-04", "2024-12"), 0);
    assert_eq!(on("2024", ""), 1);
}

#[test]
fn without_a_query_the_newest_come_first_and_pages_make_the_whole() {
    let answer = SEEDS.ask(&Question::default());
    let dates: Vec<_> = answer.hits.iter().map(|hit| hit.date.as_str()).collect();
    assert_eq!(
        dates,
        [
            "2024-10",
            "2024-03-27",
            "2024-03-11",
            "2024-03-10",
            "2024-03"
        ]
    );
    let made = made();
    let mut paged = Vec::new();
    for page in 1..=9 {
        let answer = made.ask(
            &Question::about("housing")
                .page(page)
                .per_page(7)
                .sort(Sort::Oldest),
        );
        paged.extend(answer.hits.into_iter().map(|hit| hit.id));
    }
    let whole = made.ask(&Question::about("housing").per_page(100).sort(Sort::Oldest));
    assert_eq!(paged, ids(&whole));
    assert_eq!(paged.len(), 60);
}

#[test]
fn all_is_part_of_any_and_not_takes_away() {
    let count = |q: &str, matching| {
        SEEDS
            .ask(&Question::about(q).matching(matching))
            .total
            .value
    };
    assert!(
        count("hydrogen innovation", Matching::All) <= count("hydrogen innovation", Matching::Any)
    );
    assert_eq!(
        count("innovation OR hydrogen", Matching::All),
        count("hydrogen OR innovation", Matching::All)
    );
    let with = count("innovation hydrogen", Matching::All);
    let without = count("innovation -hydrogen", Matching::All);
    assert_eq!(with + without, count("innovation", Matching::All));
    assert_eq!(
        count("-innovation", Matching::All) + count("innovation", Matching::All),
        5
    );
}

#[test]
fn clauses_can_be_limited_to_title_and_publisher() {
    let ids = |q: &str| SEEDS.ids(q);
    assert_eq!(ids("title:HKPC"), ["003_ffee91429a66c156"]);
    assert_eq!(
        ids("publisher:\"Productivity Council\""),
        ["003_ffee91429a66c156"]
    );
    assert!(ids("title:hydrogen").is_empty());
    assert_eq!(ids("stableco*"), ["004_f70c433b98ebec33"]);
}

#[test]
fn documents_are_found_by_their_number_in_any_brackets_and_either_script() {
    let sources = [
        ("a", "国发〔2023〕15号"),
        ("b", "国发〔2023〕150号"),
        ("c", "LC Paper No. CB(1)12/2024"),
    ]
    .map(|(name, number)| format!("[\"{name}.txt\"]\ntitle = \"{name}\"\nnumber = \"{number}\"\n"));
    let text = "房屋政策的內容如下。".as_bytes();
    let sources = sources.concat();
    let indexed = index_texts(&[
        ("a.txt", text),
        ("b.txt", text),
        ("c.txt", text),
        ("sources.toml", sources.as_bytes()),
    ]);
    let cases: [(&str, &[&str]); 9] = [
        ("number:国发〔2023〕15号", &["a"]),
        ("number:國發(2023)15號", &["a"]),
        ("文號：「国发[2023]15号」", &["a"]),
        ("number:国发", &["a", "b"]),
        ("number:15", &["a"]),
        ("房屋 -number:国发", &["c"]),
        ("number:\"cb(1)12/2024\" 房屋", &["c"]),
        ("number:(150 OR 12/2024)", &["b", "c"]),
        ("number:5号", &[]),
    ];
    for (q, expected) in cases {
        let mut titles: Vec<String> = {
            let question = Question::about(q).group_duplicates(false);
            indexed
                .ask(&question)
                .hits
                .into_iter()
                .map(|hit| hit.title)
                .collect()
        };
        titles.sort_unstable();
        assert_eq!(titles, expected, "{q}");
    }
}

#[test]
fn every_value_of_a_filter_can_be_had_where_an_answer_lists_the_first_hundred() {
    let line = |n: usize| {
        let publisher = format!("Bureau {}", n % 130);
        let kind = if n.is_multiple_of(2) { "even" } else { "odd" };
        let document = serde_json::json!({ "id": format!("d{n}"), "title": format!("Paper {n}"), "publisher": publisher,
            "kind": kind, "text": "a paper on housing" });
        format!("{document}\n")
    };
    let lines: String = (0..200).map(line).collect();
    let made = polidex_tests::index_texts(&[("a.jsonl", lines.as_bytes())]);
    for kind in [vec![], vec!["even".to_owned()]] {
        let question = Question::about("housing")
            .filter(Facet::Kind, kind)
            .filter(Facet::Publisher, ["Bureau 3"]);
        let answer = made.ask(&question);
        let facet = answer
            .facets
            .iter()
            .find(|facet| facet.field == Facet::Publisher)
            .expect("there is one");
        let all = made
            .engine
            .values(&question.search, Facet::Publisher)
            .expect("readable");
        assert_eq!(
            facet.values,
            all[..facet.values.len()],
            "as the answer begins"
        );
        assert_eq!(facet.values.len() + facet.more, all.len());
        assert_eq!(
            all.iter().map(|value| value.count).sum::<u64>(),
            if question.search.filters.kind.is_empty() {
                200
            } else {
                100
            }
        );
    }
    assert!(
        made.engine
            .values(&Query::about("housing").into(), Facet::Source)
            .expect("readable")
            .is_empty()
    );
}

/// Number of documents that an answer lists, of every degree.
fn found(answer: &Answer) -> u64 {
    answer.total.value + answer.expanded_total + answer.original_total
}

#[test]
fn a_count_is_the_sum_of_its_parts_and_each_part_is_a_list() {
    let indexed = &*SEEDS;
    for q in [
        "新質生產力",
        "innovation",
        "low-altitude economy",
        "housing policy",
        "發展規劃 technology",
    ] {
        for sort in [Sort::Relevance, Sort::Newest] {
            let question = Question::about(q)
                .sort(sort)
                .per_page(100)
                .group_duplicates(false);
            let whole = indexed.ask(&question);
            let tiers = whole.total.tiers;
            let parts = [
                (Tier::All, tiers.all),
                (Tier::Most, tiers.most),
                (Tier::Translation, whole.expanded_total),
                (Tier::Original, whole.original_total),
            ];
            assert_eq!(
                parts.iter().map(|(_, count)| count).sum::<u64>(),
                whole.page.listed,
                "{q}"
            );
            let mut listed = BTreeSet::new();
            for (tier, count) in parts {
                let part = indexed.ask(&question.clone().tier(Some(tier)));
                assert_eq!(
                    (found(&part), part.page.listed),
                    (count, count),
                    "{q} {tier:?}"
                );
                assert_eq!(part.hits.len() as u64, count, "{q} {tier:?}");
                listed.extend(part.hits.iter().map(|hit| hit.id.clone()));
            }
            let all: BTreeSet<String> = whole.hits.iter().map(|hit| hit.id.clone()).collect();
            assert_eq!(listed, all, "{q}");
            // Facets count what is listed.
            let years = whole
                .facets
                .iter()
                .find(|facet| facet.field == Facet::Year)
                .expect("years");
            let dated: u64 = years.values.iter().map(|value| value.count).sum();
            assert_eq!(dated + years.without, whole.page.listed, "{q}");
        }
    }
}

#[test]
fn documents_without_a_date_can_be_asked_for() {
    let indexed = made();
    let without = |answer: &Answer| {
        let years = answer
            .facets
            .iter()
            .find(|facet| facet.field == Facet::Year);
        years.map_or(0, |years| years.without)
    };
    let all = indexed.ask(&Question::default());
    let mut undated = Question::default().per_page(100);
    undated.search.filters.undated = true;
    let answer = indexed.ask(&undated);
    assert!(without(&all) > 0);
    assert_eq!(found(&answer), without(&all));
    assert!(answer.hits.iter().all(|hit| hit.date.is_empty()));
    assert_eq!(without(&answer), without(&all), "its own filter left out");
    let year = PartialDate::parse("2024");
    let dated = indexed.ask(&Question::default().dated(year, year).per_page(100));
    assert_eq!(without(&dated), without(&all));
    let both = indexed.ask(&undated.clone().dated(year, year));
    assert_eq!(found(&both), found(&dated) + found(&answer));
}

#[test]
fn the_months_of_a_chosen_year_count_its_documents() {
    let indexed = made();
    let months = |answer: &Answer| {
        let years = answer
            .facets
            .iter()
            .find(|facet| facet.field == Facet::Year);
        years.map_or_else(Vec::new, |years| years.months.clone())
    };
    assert!(
        months(&indexed.ask(&Question::default())).is_empty(),
        "of three years"
    );
    let within = |year| {
        let year = PartialDate::parse(year);
        indexed.ask(&Question::default().dated(year, year).per_page(100))
    };
    assert!(
        months(&within("2024")).is_empty(),
        "dated to the year alone"
    );
    let answer = within("2023");
    let months = months(&answer);
    assert!(!months.is_empty());
    for month in months {
        let in_month = |hit: &&polidex_server::answer::Hit| hit.date.starts_with(&month.value);
        assert_eq!(
            answer.hits.iter().filter(in_month).count() as u64,
            month.count,
            "{}",
            month.value
        );
    }
}
