//! The promise: how documents render a term in their counterparts is counted, each with its sentences.

use polidex_server::question::{Query, Search};
use polidex_server::rendering_answer::Renderings;
use polidex_tests::{Indexed, index_texts};

const ZH: &str = "工會條例\n\n第 1 條\n勞工得組織工會。工會為法人。\n第 2 條\n工會應置理事五人；任期三年。\n第 3 條\n雇主不得妨礙工會之成立。\n第 4 條\n主管機關得派員檢查。\n";
const EN: &str = "Labor Union Ordinance\n\nArticle 1\nWorkers may organize a labor union. A labor union is a juridical person.\nArticle 2\nA labor union shall have five directors; their term is three years.\nArticle 3\nNo employer may hinder the establishment of a labor union.\nArticle 4\nThe competent authority may send inspectors.\n";

fn collection() -> Indexed {
    index_texts(&[
        ("zh/union.txt", ZH.as_bytes()),
        ("en/union.txt", EN.as_bytes()),
        ("zh/alone.txt", "工會統計\n\n工會共有五千個。\n".as_bytes()),
    ])
}

fn renderings(indexed: &Indexed, q: &str) -> Renderings {
    let search = Search::from(Query::about(q));
    indexed.engine.renderings(&search).expect("readable")
}

#[test]
fn a_term_is_rendered_as_its_counterparts_say() {
    let indexed = collection();
    let found = renderings(&indexed, "工會");
    assert_eq!(
        (found.documents, found.sentences, found.untold),
        (1, 4, 0),
        "{found:?}"
    );
    let best = &found.renderings[0];
    assert_eq!(
        (best.text.as_str(), best.count, best.documents),
        ("labor union", 4, 1)
    );
    let partners = &best.sentences[0];
    assert_eq!(partners.source.text, "第 1 條\n勞工得組織工會。");
    let cut = |of: &polidex_server::rendering_answer::SentenceText| -> String {
        let span = of.offsets[0];
        of.text
            .chars()
            .skip(span.start)
            .take(span.end - span.start)
            .collect()
    };
    assert_eq!(
        (cut(&partners.source), cut(&partners.rendered)),
        ("工會".to_owned(), "labor union".to_owned())
    );
    // The other script and the other direction.
    assert_eq!(renderings(&indexed, "工会").renderings[0].count, 4);
    let back = renderings(&indexed, "\"labor union\"");
    assert_eq!(back.renderings[0].text, "工會");
    let none = renderings(&indexed, "");
    assert_eq!((none.sentences, none.renderings.len()), (0, 0));
}

#[test]
fn hostile_texts_stay_bounded() {
    let zh = format!("長文\n\n{}", "工會應置理事五人，任期三年。".repeat(20_000));
    let en = format!(
        "Long text\n\n{}",
        "A labor union shall have five directors. ".repeat(20_000)
    );
    let indexed = index_texts(&[
        ("zh/long.txt", zh.as_bytes()),
        ("en/long.txt", en.as_bytes()),
    ]);
    let started = std::time::Instant::now();
    let found = renderings(&indexed, "工會");
    assert_eq!(found.documents, 1);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
