//! The promise: no text makes reading or repair take more than its length deserves.
//!
//! Patterns that invite work without end are made a megabyte long. What is asserted is how time grows, never how long it is:
//! four times the text may take ten times the time, which leaves room for a busy machine and none for the square.

use std::time::{Duration, Instant};

use encoding_rs::{BIG5, GB18030, WINDOWS_1252};
use polidex_indexer::decode::decode_bytes;
use polidex_indexer::repair::{Options, repair_text, replay};

const LONG_BYTES: usize = 1 << 20;
const SHORT_BYTES: usize = LONG_BYTES / 4;
/// Growth that is allowed for four times the text; the square would be 16.
const MAX_GROWTH: u32 = 10;
/// Times below this say nothing: tables are loaded, the machine does something else.
const MIN_TIME: Duration = Duration::from_millis(60);
/// The best of so many runs counts.
const RUNS: usize = 5;

const SENTENCE: &str = "社区食堂按照实际用餐人数结算补贴，逾期未报的不予追溯。";

/// Reads and repairs `bytes`, and says how long that took.
fn time_of(bytes: &[u8]) -> Duration {
    let (started, started_cpu) = (Instant::now(), cpu_time());
    let decoded = decode_bytes(bytes, None);
    let repaired = repair_text(&decoded.text, &Options::default());
    let time = match (started_cpu, cpu_time()) {
        (Some(from), Some(to)) => to - from,
        _ => started.elapsed(),
    };
    assert_eq!(repaired.map.len_bytes(), repaired.text.len());
    assert!(
        replay(&decoded.text, &repaired.steps) == repaired.text,
        "steps replay"
    );
    time
}

/// What this thread has had of a processor: other work on the machine does not count. Only Linux tells.
fn cpu_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ')
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// Asserts that time grows with the length of `pattern` said over and over.
fn assert_linear(name: &str, pattern: &[u8]) {
    assert_linear_after(name, b"", pattern);
}

/// The same with `head` once before it.
fn assert_linear_after(name: &str, head: &[u8], pattern: &[u8]) {
    let text_of = |len_bytes: usize| [head, &pattern.repeat(len_bytes / pattern.len())].concat();
    let (short, long) = (text_of(SHORT_BYTES), text_of(LONG_BYTES));
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        best = (best.0.min(time_of(&short)), best.1.min(time_of(&long)));
        if best.1 <= best.0.max(MIN_TIME) * MAX_GROWTH {
            return;
        }
    }
    panic!(
        "{name}: {SHORT_BYTES} bytes take {:?}, {LONG_BYTES} take {:?}",
        best.0, best.1
    );
}

fn misread(
    text: &str,
    right: &'static encoding_rs::Encoding,
    wrong: &'static encoding_rs::Encoding,
) -> String {
    wrong
        .decode_without_bom_handling(&right.encode(text).0)
        .0
        .into_owned()
}

/// UTF-8 taken for Latin-1, `layers` times.
fn nested(layers: usize) -> String {
    (0..layers).fold(SENTENCE.to_owned(), |text, _| {
        text.bytes().map(char::from).collect()
    })
}

#[test]
fn escapes_take_time_in_proportion() {
    assert_linear_after("one ampersand escaped over and over", b"&", b"amp;");
    for pattern in [
        "&amp;amp;",
        "&",
        "&lt;a",
        "<a ",
        "\\u",
        "\\u4e2d",
        "\\u4e2d\\u",
        "\\ud83d",
        "%",
        "%E4%B8%AD",
        "%E4%B8!",
        "=?a?",
        "=?utf-8?b?",
        "=?utf-8?B?5L2g?= ",
        "=E4=B8=AD",
        "\\xe4\\xbd",
        "~{",
        "~{VPND~} ",
        "+T2A- ",
        "+",
    ] {
        assert_linear(pattern, pattern.as_bytes());
    }
}

#[test]
fn wrong_decodings_take_time_in_proportion() {
    let garbled = [
        misread(SENTENCE, GB18030, BIG5),
        misread(SENTENCE, GB18030, WINDOWS_1252),
        nested(1),
    ]
    .concat();
    assert_linear("alternating decodings, one line", garbled.as_bytes());
    assert_linear(
        "alternating decodings, line by line",
        garbled.replace('。', "。\n").as_bytes(),
    );
    assert_linear("three layers, one line", nested(3).as_bytes());
    assert_linear("three layers, line by line", (nested(3) + "\n").as_bytes());
    let sets = [
        GB18030.encode(SENTENCE).0.into_owned(),
        SENTENCE.as_bytes().to_vec(),
        b"caf\xE9 \x80\xFF".to_vec(),
    ];
    assert_linear("alternating sets, one line", &sets.concat());
    assert_linear("alternating sets, line by line", &sets.join(&b'\n'));
    for pattern in [
        "Ã",
        "ÃÂ ",
        "Ã¢â‚¬",
        "├ü",
        "\u{FFFD}",
        "\u{FFFD}a",
        "鐨勬槸",
        "鐨勬\n",
        "龘靐齉爩",
        "\u{E001}\u{F8F1}",
        "\0a",
    ] {
        assert_linear(pattern, pattern.as_bytes());
    }
}

#[test]
fn glyphs_and_pages_take_time_in_proportion() {
    for pattern in [
        "ю͑ྗᙄࡰ",
        "ю͑ྗᙄࡰ ##4 ",
        "ю͑ྗᙄࡰ\n",
        "7KH\u{3}",
        "的",
        "a",
        "abcdefghijklmnopqrstuvwxyz",
        "thequickbrownfoxjumpsover",
        "?",
        "????中",
        "锟斤拷",
        "烫烫烫烫a",
        " ",
        "\n",
        "中 ",
        "a ",
        "aabb",
        "⼀、",
        "\u{AD}\n",
        "\u{F0B7} ",
        "\u{E2E5}中",
        "word-\n",
        "中文字中文字中文字         some english words here\n",
        "                    a                    b\n",
        "本條例所稱之主管機關在中央為內政部在直轄市為直轄\n",
        "1O ",
        "Al ",
        "\\$1 ",
        "│ │\n",
        "ab   cd   ef   gh\n",
        "(",
        "第",
    ] {
        assert_linear(pattern, pattern.as_bytes());
    }
}
