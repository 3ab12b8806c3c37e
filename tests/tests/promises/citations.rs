//! The promise: what a text cites is named, and found where the collection holds it; a draft is told from its sources.

use polidex_server::checking::{Verdict, What};
use polidex_tests::{Indexed, index_texts};

const HARBOUR: &str = "海港管理法\n\n第一章 總則\n\n第 1 條\n海港由主管機關管理，並應公告其範圍；公告後三十日內得提出異議。\n第 2 條\n船舶進港，應繳納港務費。\n前項費用，由主管機關定之。\n第 3 條\n違反前條規定者，處新臺幣一萬元以上五萬元以下罰鍰。\n";
const RULES: &str = "海港收費辦法\n\n第 1 條\n本辦法依海港管理法（以下簡稱本法）第二條第二項規定訂定之。\n第 2 條\n依本法第三條處罰者，準用航路法第九條。\n";
const FERRY: &str = "Ferry Safety Act\n\n1 This Act may be cited as the Ferry Safety Act.\n\n2 (1)\nThe Minister may make regulations respecting the inspection of ferries and the certificates of their masters.\n(2) Every owner of a ferry shall keep a copy of the certificate on board.\n\n3 A person who contravenes subsection 2(2) is guilty of an offence.\n";

fn collection() -> Indexed {
    index_texts(&[
        ("laws/harbour.txt", HARBOUR.as_bytes()),
        ("laws/rules.txt", RULES.as_bytes()),
        ("laws/ferry.txt", FERRY.as_bytes()),
    ])
}

/// Each citation of a passage as `words → target place`.
fn cited(indexed: &Indexed, doc: &str, text: &str) -> Vec<String> {
    let found = indexed.engine.citations(doc, text).expect("readable");
    let said = found.into_iter().map(|cite| {
        let target = cite.target.unwrap_or_else(|| "-".to_owned());
        format!("{} → {target} {}", cite.quote, cite.place)
    });
    said.map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn citations_mean_what_they_mean_in_their_document() {
    let indexed = collection();
    let rules = |text: &str| cited(&indexed, "laws/rules", text);
    assert_eq!(
        rules("本辦法依海港管理法（以下簡稱本法）第二條第二項規定訂定之。"),
        [
            "本辦法 → laws/rules",
            "海港管理法（以下簡稱本法）第二條第二項 → laws/harbour art:2/para:2"
        ]
    );
    assert_eq!(
        rules("依本法第三條處罰者，準用航路法第九條。"),
        ["本法第三條 → laws/harbour art:3", "航路法第九條 → - art:9"]
    );
    assert_eq!(
        cited(&indexed, "laws/harbour", "違反前條規定者"),
        ["前條 → laws/harbour art:2"]
    );
    assert_eq!(
        cited(&indexed, "", "under section 2(1) of the Ferry Safety Act"),
        ["section 2(1) of the Ferry Safety Act → laws/ferry s:2/ss:1"]
    );
}

/// Verdicts on a draft, citations and quotations.
fn verdicts(indexed: &Indexed, draft: &str) -> Vec<(What, Verdict)> {
    let found = indexed.engine.check(draft).expect("readable");
    found
        .into_iter()
        .map(|item| (item.what, item.verdict))
        .collect()
}

#[test]
fn a_draft_is_told_from_its_sources() {
    let indexed = collection();
    let quoted = |words: &str| {
        let draft = format!("依海港管理法第1條規定：「{words}」，爰提出意見。");
        let found = verdicts(&indexed, &draft);
        assert_eq!(found[0], (What::Citation, Verdict::Found), "{draft}");
        found.get(1).map(|(_, verdict)| *verdict)
    };
    let cases = [
        ("海港由主管機關管理，並應公告其範圍", Verdict::Verbatim),
        ("海港由主管机关管理，并应公告其范围", Verdict::Variant),
        (
            "海港由主管機關管理……公告後三十日內得提出異議",
            Verdict::Abridged,
        ),
        ("海港由上級機關管理，並應公告其範圍", Verdict::Altered),
        (
            "海港由主管機關管理；公告後三十日內得提出異議",
            Verdict::Omission,
        ),
        ("處新臺幣一萬元以上五萬元以下罰鍰", Verdict::Elsewhere),
        ("風箏持有人應於每年五月逐一造冊列管", Verdict::NotFound),
    ];
    for (words, verdict) in cases {
        assert_eq!(quoted(words), Some(verdict), "{words}");
    }
    let citation = |draft: &str| verdicts(&indexed, draft)[0];
    assert_eq!(
        citation("依海港管理法第90條規定"),
        (What::Citation, Verdict::NoSuchArticle)
    );
    assert_eq!(
        citation("依《航路法》第9條規定"),
        (What::Citation, Verdict::NoSuchWork)
    );
    assert_eq!(
        citation("as section 3 of the Ferry Safety Act says"),
        (What::Citation, Verdict::Found)
    );
    let changed = "Under section 2 of the Ferry Safety Act, “The Minister may make regulations respecting the annual of ferries”.";
    assert_eq!(verdicts(&indexed, changed)[1].1, Verdict::Altered);
}
