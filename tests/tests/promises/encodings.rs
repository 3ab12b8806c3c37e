//! The promise: bytes become the text that was meant, what was decoded wrongly is undone, and good text is not touched.

use crate::cases::{Cases, repair};
use polidex_indexer::decode::decode_bytes;
use polidex_indexer::repair::{Damage, Family, Level, Options, RepairKind, repair_text, replay};
use proptest::prelude::*;

fn cases() -> Cases {
    crate::cases::read(include_str!("cases/encodings.json"))
}

#[test]
fn damage_is_undone() {
    cases().assert_damage_is_undone();
}

#[test]
fn good_text_stays() {
    cases().assert_clean_text_stays();
}

#[test]
fn known_failures_still_fail() {
    cases().assert_known_failures_still_fail();
}

#[test]
fn what_is_lost_is_kept_and_said() {
    for (text, is_lost) in [
        ("第三條 锟斤拷锟斤拷之規定", true),
        ("烫烫烫烫烫烫 未命名", true),
        ("本辦法???施行", true),
        ("????? ????????? ??", true),
        ("\u{FFFD}之規定", true),
        ("真的嗎???", false),
        ("烫伤处理规程", false),
        ("屯屯有路", false),
    ] {
        let repaired = repair(text);
        assert_eq!(repaired.text, text);
        assert_eq!(!repaired.lost.is_empty(), is_lost, "{text}");
    }
}

#[test]
fn a_hole_is_no_character_of_any_set() {
    // U+FFFD with its bytes exchanged is U+FDFF: nothing is made of holes.
    for text in [
        "第三條\u{FFFD}\u{FFFD}\u{FFFD}堆之規定",
        "以上出席\u{FFFD}\u{FFFD}\u{FFFD}傜敤鎴",
        "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
    ] {
        let repaired = repair(text);
        let holes = |text: &str| text.matches('\u{FFFD}').count();
        assert!(holes(&repaired.text) >= holes(text), "{}", repaired.text);
    }
}

#[test]
fn a_kind_that_is_off_does_nothing() {
    let text = "AI policy: generative Al tools &amp; ﬁrms";
    let options = Options {
        without: vec![Damage::Kind(RepairKind::AlForAi)],
        ..Options::default()
    };
    let repaired = repair_text(text, &options);
    assert_eq!(repaired.text, "AI policy: generative Al tools & firms");
}

#[test]
fn a_family_that_is_off_does_nothing() {
    let text = "&#22294;&#26360;&#39208;";
    let without = Options {
        level: Level::Full,
        without: vec![Damage::Family(Family::Escapes)],
    };
    assert_eq!(repair_text(text, &without).text, text);
    assert_eq!(repair(text).text, "圖書館");
}

#[test]
fn the_rest_of_a_document_decides_on_short_runs() {
    // Five rare characters alone may be names; under a line that is surely Big5 read as GBK they are not.
    let (sure, short) = ("本校學生宿舍管理辦法", "校長室");
    let garble = |text: &str| {
        let (bytes, _, _) = encoding_rs::BIG5.encode(text);
        encoding_rs::GB18030
            .decode_without_bom_handling(&bytes)
            .0
            .into_owned()
    };
    let text = format!("{}\n{}\n", garble(sure), garble(short));
    assert_eq!(repair(&text).text, format!("{sure}\n{short}\n"));
}

#[test]
fn files_are_read_in_the_set_they_were_written_in() {
    let text = "圖書館週末延長開放時間，請讀者留意。";
    let simplified = "图书馆周末延长开放时间，请读者留意。";
    for (encoding, text) in [
        (encoding_rs::BIG5, text),
        (encoding_rs::GB18030, simplified),
        (encoding_rs::GBK, text),
        (encoding_rs::UTF_8, text),
        (
            encoding_rs::SHIFT_JIS,
            "図書館は週末も開いています。お気軽にどうぞ。",
        ),
        (
            encoding_rs::EUC_JP,
            "図書館は週末も開いています。お気軽にどうぞ。",
        ),
        (
            encoding_rs::EUC_KR,
            "도서관은 주말에도 문을 엽니다. 많이 이용해 주세요.",
        ),
        (
            encoding_rs::WINDOWS_1251,
            "Библиотека открыта в выходные дни до восьми часов вечера.",
        ),
        (
            encoding_rs::WINDOWS_1252,
            "La bibliothèque est ouverte le dimanche jusqu’à midi.",
        ),
    ] {
        let (bytes, _, has_holes) = encoding.encode(text);
        assert!(!has_holes, "{}", encoding.name());
        let decoded = decode_bytes(&bytes, None);
        assert_eq!(
            decoded.text,
            text,
            "{} read as {}",
            encoding.name(),
            decoded.encoding
        );
        assert_eq!(decoded.replaced, 0);
    }
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
        assert_eq!(decode_bytes(&bytes, None).text, text);
    }
}

#[test]
fn lines_of_different_sets_are_read_one_by_one() {
    let lines = [
        "圖書館週末延長開放時間，請讀者留意。\n",
        "社区图书馆周末延长开放时间。\n",
    ];
    let mut bytes = lines[0].as_bytes().to_vec();
    bytes.extend(&*encoding_rs::BIG5.encode(lines[0]).0);
    bytes.extend(lines[1].as_bytes());
    bytes.extend(&*encoding_rs::BIG5.encode(lines[0]).0);
    let decoded = decode_bytes(&bytes, None);
    assert_eq!(
        decoded.text,
        [lines[0], lines[0], lines[1], lines[0]].concat()
    );
    assert_eq!(decoded.encoding, "mixed");
}

fn assert_laws(text: &str) -> Result<(), TestCaseError> {
    let repaired = repair(text);
    prop_assert_eq!(
        &replay(text, &repaired.steps),
        &repaired.text,
        "steps replay"
    );
    prop_assert_eq!(
        &repair(&repaired.text).text,
        &repaired.text,
        "repair is idempotent"
    );
    let mut end = 0;
    for piece in repaired.map.pieces() {
        prop_assert_eq!(piece.text.start, end, "pieces tile the text");
        prop_assert!(
            text.get(piece.source.clone()).is_some(),
            "sources lie on char boundaries"
        );
        if piece.verbatim {
            prop_assert_eq!(
                &repaired.text[piece.text.clone()],
                &text[piece.source.clone()],
                "copies are copies"
            );
        }
        end = piece.text.end;
    }
    prop_assert_eq!(end, repaired.text.len(), "pieces reach the end");
    for span in &repaired.lost {
        prop_assert!(
            repaired
                .text
                .get(span.clone())
                .is_some_and(|lost| !lost.is_empty()),
            "lost spans are text"
        );
    }
    Ok(())
}

/// Text as it comes, good and bad: pieces of many scripts, of mojibake, of escapes.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "依法追究",
            "圖書館",
            "The library",
            " ",
            "\n",
            "，",
            "。",
            "é",
            "Ã©",
            "â€œ",
            "鐨勬槸",
            "鍦ㄤ簡",
            "²úÉ½",
            "&#22294;",
            "&amp;",
            "\\u4e2d",
            "%E4%B8",
            "=E4=B8",
            "+V4Jj-",
            "~{",
            "~}",
            "\u{FFFD}",
            "锟斤拷",
            "???",
            "데이터",
            "データ",
            "ｱｲ",
            "\u{E5E5}",
            "\u{AD}",
            "-\n",
            "( )",
            "1O0",
            "⽂",
            "\u{A0}",
            "ю͑ྗ",
            "=?UTF-8?B?",
            "?=",
            "├┤",
            "Г ",
            "Ã ",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,4}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn laws_hold_for_any_text(text in any_text()) {
        assert_laws(&text)?;
    }

    #[test]
    fn laws_hold_for_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let decoded = decode_bytes(&bytes, None);
        assert_laws(&decoded.text)?;
    }

    #[test]
    fn laws_hold_for_good_text_read_wrongly(text in "[一-龠，。 a-z]{0,40}", right in 0..4_usize, wrong in 0..6_usize) {
        use encoding_rs::{BIG5, EUC_KR, GB18030, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_1251, WINDOWS_1252};
        let bytes = [UTF_8, GB18030, BIG5, SHIFT_JIS][right].encode(&text).0.into_owned();
        let garbled = [WINDOWS_1252, GB18030, BIG5, EUC_KR, WINDOWS_1251, KOI8_R][wrong].decode_without_bom_handling(&bytes).0;
        assert_laws(&garbled)?;
    }

    #[test]
    fn plain_text_of_common_characters_never_changes(
        words in prop::collection::vec(prop::sample::select(vec![
            "圖書館", "開放", "時間", "規定", "第三條", "应当", "管理", "办法", "the", "library", "shall", "be", "open", "2024", "，", "。", "（一）",
        ]), 1..12),
    ) {
        let text = words.concat();
        prop_assert_eq!(repair_text(&text, &Options { level: Level::Safe, without: Vec::new() }).text, text);
    }
}

/// Sentences in sets that `encoding_rs` does not have, as `iconv` and Python write them.
#[test]
fn sets_the_web_forgot_are_read() {
    let cases: [(&str, &[u8]); 5] = [
        ("오늘 회의는 취소되었습니다.", JOHAB),
        ("本辦法自公布日施行，由主管機關定之。", EUC_TW),
        ("本办法自公布之日起施行。\n由国务院负责解释。", ISO_2022_CN),
        ("Für größere Räume genügen früher übliche Gebühren.", CP850),
        ("Źródło żółtej wody płynęło w głąb kraju, ścieżką.", CP852),
    ];
    for (text, bytes) in cases {
        let decoded = decode_bytes(bytes, None);
        assert_eq!(decoded.text, text, "{}", decoded.encoding);
    }
}

const JOHAB: &[u8] =
    b"\xB5\xA1\x93i \xD2A\xB7\x81\x93e \xC2\xE1\xAD\xA1\x96A\xB4\xF6\xAFs\x93\xA1\x94a.";
const EUC_TW: &[u8] = b"\xC6\xDB\xF2\xD6\xCE\xCE\xC8\xDC\xC4\xFC\xC6\xCC\xC5\xCA\xD1\xCC\xC8\xE7\xA1\xA2\xC6\xF1\xC5\xE4\xEA\xA7\xF1\xA2\xF9\xC3\xCC\xF9\xC4\xE6\xA1\xA4";
const ISO_2022_CN: &[u8] =
    b"\x1B$)A\x0E1>0l7(WT9+2<V.HUFpJ)PP!#\x0F\x0A\x1B$)A\x0ESI9zNqT:8:Tp=bJM!#\x0F";
const CP850: &[u8] = b"F\x81r gr\x94\xE1ere R\x84ume gen\x81gen fr\x81her \x81bliche Geb\x81hren.";
const CP852: &[u8] =
    b"\x8Dr\xA2d\x88o \xBE\xA2\x88tej wody p\x88yn\xA9\x88o w g\x88\xA5b kraju, \x98cie\xBEk\xA5.";
