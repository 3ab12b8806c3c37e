//! A record of proceedings says who speaks: each passage has its speaker, and what one says can be read alone.

use polidex_server::answer::{Document, Piece, Speaker};
use polidex_server::question::Query;
use polidex_tests::{Indexed, index_texts, shared};

const RECORD: &str = "立法會會議過程正式紀錄\n\n2013年1月9日\n\n出席議員：\n\n陳志全議員\n\n\
                      主席：早晨。現在開會。\n\n陳志全議員：主席，我想提出質詢。\n\n請局長回答。\n\n\
                      運輸及房屋局局長（譯文）：主席，多謝議員的質詢。\n\n主席：下一項。\n";

fn spoken(indexed: &Indexed, id: &str, speaker: &str) -> Document {
    let found = indexed.engine.spoken_by(id, &Query::default(), speaker);
    found.expect("an answer").expect("a document")
}

#[test]
fn a_record_names_who_speaks_and_gives_what_one_says_alone() {
    let indexed = index_texts(&[
        ("record.txt", RECORD.as_bytes()),
        ("law.txt", "第一條：主席。\n\n第二條：委員。".as_bytes()),
    ]);
    let speakers = indexed.engine.speakers("record").expect("an answer");
    let speaker = |name: &str, turns| Speaker {
        name: name.to_owned(),
        turns,
    };
    assert_eq!(
        speakers,
        [
            speaker("主席", 2),
            speaker("陳志全議員", 1),
            speaker("運輸及房屋局局長", 1),
        ]
    );
    let chan = spoken(&indexed, "record", "陳志全議員");
    let texts: Vec<&str> = chan.passages.iter().map(|one| one.text.trim()).collect();
    assert_eq!(texts, ["陳志全議員：主席，我想提出質詢。", "請局長回答。"]);
    let whole = indexed
        .engine
        .document("record", &Query::default())
        .expect("an answer");
    let whole = whole.expect("a document");
    let first = whole.passages.first().expect("a passage");
    assert_eq!(first.speaker, None);
    let last = whole.passages.last().expect("a passage");
    assert_eq!(last.speaker.as_deref(), Some("主席"));
    assert!(spoken(&indexed, "record", "某某議員").passages.is_empty());
    assert!(
        indexed
            .engine
            .speakers("law")
            .expect("an answer")
            .is_empty()
    );
}

#[test]
fn a_speaker_goes_on_across_the_parts_of_a_long_record() {
    let words = "我繼續發言，講述政府的政策。".repeat(40);
    let mut text = String::from("主席：開會。\n\n");
    for paragraph in 0..700 {
        let label = match paragraph % 120 {
            0 => "李議員：",
            60 => "陳議員：",
            _ => "",
        };
        text.push_str(&format!("{label}{words}\n\n"));
    }
    let indexed = index_texts(&[("long.txt", text.as_bytes())]);
    let mut seen = 0;
    for number in 1.. {
        let piece = indexed
            .engine
            .document_piece("long", &Query::default(), Piece::Part(number));
        let part = piece.expect("an answer").expect("a document");
        let long = part.passages.iter().filter(|one| one.text.len() > 1_000);
        for passage in long {
            let expected = if seen / 60 % 2 == 0 {
                "李議員"
            } else {
                "陳議員"
            };
            assert_eq!(passage.speaker.as_deref(), Some(expected), "{seen}");
            seen += 1;
        }
        if part.part.as_ref().is_none_or(|part| part.count == number) {
            break;
        }
    }
    assert_eq!(seen, 700);
    let chan = spoken(&indexed, "long", "陳議員");
    let bytes: usize = chan.passages.iter().map(|one| one.text.len()).sum();
    assert!((400 << 10..=512 << 10).contains(&bytes), "{bytes}");
    let speakers = indexed.engine.speakers("long").expect("an answer");
    let turns: Vec<usize> = speakers.iter().map(|one| one.turns).collect();
    assert_eq!(turns, [1, 6, 6]);
}

#[test]
fn meetings_of_the_legislative_council_have_their_speakers() {
    let Some(corpus) = shared("corpus") else {
        return;
    };
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::copy(
        corpus.join("zh-hant-hk-hansard-meetings.jsonl.gz"),
        folder.path().join("meetings.jsonl.gz"),
    )
    .expect("readable");
    let indexed = polidex_tests::index(&[folder.path().to_owned()], 2);
    let sources = indexed.engine.sources().expect("sources");
    let mut speaking = 0;
    for source in sources.iter() {
        let speakers = indexed.engine.speakers(&source.id).expect("an answer");
        speaking += usize::from(speakers.len() >= 5);
        let wrong = speakers
            .iter()
            .find(|one| one.name.contains(['，', '。']) || one.name.chars().count() > 24);
        assert_eq!(wrong, None, "{}", source.id);
    }
    assert!(
        speaking * 10 >= sources.len() * 8,
        "{speaking} of {}",
        sources.len()
    );
}

#[test]
fn a_speech_longer_than_a_part_keeps_its_speaker() {
    let words = "我繼續發言，講述政府的政策。".repeat(40);
    let mut text =
        String::from("主席：開會。\n\n陳議員：我問。\n\n主席：請局長回答。\n\n局長：多謝。\n\n");
    // Three parts and more.
    for _ in 0..800 {
        text.push_str(&format!("{words}\n\n"));
    }
    text.push_str("主席：休會。\n");
    let indexed = index_texts(&[
        ("long.txt", text.as_bytes()),
        ("law.txt", text.replace('：', "，").as_bytes()),
    ]);
    let part = |id: &str, number: usize| {
        let piece = Piece::Part(number);
        let part = indexed.engine.document_piece(id, &Query::default(), piece);
        part.expect("an answer").expect("a document")
    };
    let count = part("long", 1).part.expect("a long document").count;
    assert!(count > 4, "{count}");
    for number in 2..=count {
        let first = part("long", number).passages.remove(0);
        assert_eq!(first.speaker.as_deref(), Some("局長"), "part {number}");
        let first = part("law", number).passages.remove(0);
        assert_eq!(first.speaker, None, "no record");
    }
    let last = part("long", count).passages.pop().expect("a passage");
    assert_eq!(last.speaker.as_deref(), Some("主席"));
}
