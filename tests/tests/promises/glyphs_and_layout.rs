//! The promise: what PDF fonts, page layout and OCR did to a text is undone, and nothing else is touched.

use crate::cases::{Cases, repair};
use polidex_indexer::repair::replay;
use polidex_tests::top;
use proptest::prelude::*;

fn cases() -> Cases {
    crate::cases::read(include_str!("cases/glyphs_and_layout.json"))
}

fn seed(name: &str) -> String {
    let path = top().join("seeds").join(name);
    std::fs::read_to_string(path).expect("seeds are part of the repository")
}

#[test]
fn damage_is_undone() {
    cases().assert_damage_is_undone();
}

#[test]
fn clean_text_stays() {
    cases().assert_clean_text_stays();
}

#[test]
fn known_failures_still_fail() {
    cases().assert_known_failures_still_fail();
}

#[test]
fn repaired_text_needs_no_repair() {
    for case in cases().mended() {
        assert_eq!(repair(&case.after).text, case.after, "{}", case.what);
    }
}

#[test]
fn steps_replay() {
    for case in cases().mended() {
        let repaired = repair(&case.before);
        assert_eq!(
            replay(&case.before, &repaired.steps),
            repaired.text,
            "{}",
            case.what
        );
    }
}

#[test]
fn the_two_columns_of_seed_002_are_read_one_after_the_other() {
    let repaired = repair(&seed("002_e23275e6c80ec80e.txt"));
    for phrase in [
        "吳永嘉議員 BBS 太平紳士",
        "歡迎掃描 QR code 閱讀此內容",
        "達致「新質生產力」",
        "抓緊機遇",
        "高端化、智能化、綠色化",
        "基本法第23條",
        "One of the key highlights of this year's Two Sessions",
        "當中習主席便強調不是要忽視",
        "特區政府需加快香港新型工業化發展",
        "筆者認\n\n經濟增長動力有所提升",
    ] {
        assert!(repaired.text.contains(phrase), "{phrase}");
    }
    insta::assert_snapshot!("seed_002", repaired.text);
}

#[test]
fn the_other_seeds_change_only_where_they_should() {
    for name in ["000_9ac07af73a5acd48.txt", "003_ffee91429a66c156.txt"] {
        assert_eq!(repair(&seed(name)).text, seed(name), "{name}");
    }
    let mut changes = String::new();
    for name in ["001_139a885daddb3b1d.txt", "004_f70c433b98ebec33.txt"] {
        let text = seed(name);
        for step in repair(&text).steps {
            let before = text[..step.source.start]
                .chars()
                .rev()
                .take(16)
                .collect::<Vec<_>>();
            let before: String = before.into_iter().rev().collect();
            let after: String = text[step.source.end..].chars().take(16).collect();
            changes.push_str(&format!(
                "{}: {before}[{}→{}]{after}\n",
                step.kind, step.before, step.after
            ));
        }
    }
    insta::assert_snapshot!("seeds_001_and_004", changes);
}

/// Pieces that concern these passes, so that random texts meet them in every order.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "ю͑ྗᙄࡰ",
        "##4",
        " ",
        "  ",
        "    ",
        "\n",
        "\n\n",
        "中文",
        "政府工作報告，",
        "。",
        "a",
        "The policy ",
        "7KH",
        "\u{3}",
        "\u{1}",
        "⼈",
        "ﬁ",
        "︵",
        "\u{F0B7} ",
        "\u{F8E7}",
        "\u{E2E5}",
        "\u{A0}",
        "\u{200B}",
        "\u{AD}",
        "-\n",
        "tech-\nnology",
        "¬",
        "\\$1",
        "Al",
        "AI ",
        "1O0",
        "20l3",
        "│",
        "中 文 字 中 文 字",
        "aabbccdd",
        "thepolicyofthecity",
        "1. ",
        "•",
        "```\n",
        "é",
        "😀",
    ];
    prop_oneof![8 => proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn repair_is_total_and_replays(pieces in proptest::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        let repaired = repair(&text);
        prop_assert_eq!(replay(&text, &repaired.steps), &repaired.text[..]);
        prop_assert_eq!(repaired.map.len_bytes(), repaired.text.len());
        for piece in repaired.map.pieces() {
            if piece.verbatim {
                prop_assert_eq!(&text[piece.source.clone()], &repaired.text[piece.text.clone()]);
            }
        }
    }

    #[test]
    fn repair_of_repaired_text_changes_nothing(pieces in proptest::collection::vec(piece(), 0..40)) {
        let once = repair(&pieces.concat()).text;
        let twice = repair(&once);
        prop_assert_eq!(&twice.text, &once, "{:?}", twice.steps);
    }
}
