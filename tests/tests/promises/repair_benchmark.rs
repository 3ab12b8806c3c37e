//! The promise: repair restores what it restored when it was measured, and leaves clean text alone.
//!
//! Runs the public half of the mojibake benchmark (`../shared/mojibake`, beside the repository) through the batch
//! protocol and compares as its scorer does: NFC unless a case says `raw`, trailing whitespace apart, `expected` or one
//! of `accept`. Where the benchmark is absent the tests say so and pass.

use polidex_indexer::repair::Options;
use polidex_indexer::repair::batch::answer_line;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

struct Outcome {
    class: String,
    is_exact: bool,
    is_changed: bool,
    is_flag_right: bool,
}

/// Classes that are counted together, by the beginning of their names, and the share that must be exact. Where the
/// share is below the goal the goal stands behind it.
const FLOORS: [(&str, &[&str], f32); 22] = [
    (
        "bytes in one set",
        &[
            "bytes.gb",
            "bytes.big5",
            "bytes.utf",
            "bytes.cp1252",
            "bytes.declared",
            "bytes.seven_bit",
        ],
        98.0,
    ),
    (
        "short titles",
        &["bytes.short", "bytes.japanese_korean"],
        98.0,
    ),
    ("lines of different sets", &["bytes.mixed_lines"], 95.0),
    ("cut ends", &["bytes.truncated"], 95.0),
    (
        "real files, Chinese, Japanese, Korean",
        &["suite.cjk"],
        99.0,
    ),
    ("real files, others", &["suite.other"], 95.0),
    ("double encodings", &["double."], 98.0),
    ("one damaged segment", &["double.segment"], 90.0),
    ("escapes", &["escape."], 98.0),
    (
        "glyph ids",
        &[
            "pdf.cid_cns",
            "pdf.cid_gb",
            "pdf.cid_japan",
            "pdf.cid_korea",
            "pdf.gid_shift",
        ],
        98.0,
    ),
    ("glyph ids among words", &["pdf.cid_inline"], 92.0),
    (
        "single characters",
        &[
            "pdf.kangxi",
            "pdf.compat",
            "pdf.ligature",
            "pdf.vertical_forms",
            "pdf.pua_bullet",
        ],
        100.0,
    ),
    (
        "spacing",
        &["pdf.spaced", "pdf.doubled", "pdf.soft_hyphen", "pdf.nbsp"],
        95.0,
    ),
    (
        "hyphens and missing spaces",
        &["pdf.eol_hyphen", "pdf.missing_space"],
        85.0,
    ),
    ("traces of OCR", &["ocr."], 90.0),
    ("layout", &["layout."], 90.0),
    ("beyond repair", &["lossy."], 100.0),
    ("two damages", &["combo"], 85.0),
    ("names", &["hard.names"], 90.0),
    ("names in glyph ids", &["hard.cid_names"], 85.0),
    (
        "text of the web",
        &["hard.domain", "hard.bytes_names"],
        98.0,
    ),
    ("short cases of ftfy", &["ftfy.positive"], 92.0), // goal: 98
];
/// Mean over the classes that can be repaired.
const MACRO_FLOOR: f32 = 98.0;

#[test]
fn damage_is_restored_as_measured() {
    let Some(outcomes) = outcomes("cases.jsonl") else {
        return;
    };
    let mut short = Vec::new();
    for (name, classes, floor) in FLOORS {
        let share = exact_share(&outcomes, |class| {
            classes.iter().any(|begin| class.starts_with(begin))
        });
        if share < floor {
            short.push(format!("{name}: {share:.1} % are exact, {floor:.1} % were"));
        }
    }
    let mut classes: Vec<&str> = outcomes
        .iter()
        .map(|outcome| outcome.class.as_str())
        .collect();
    classes.sort_unstable();
    classes.dedup();
    classes.retain(|class| !is_clean(class) && !class.starts_with("lossy"));
    let sum: f32 = classes
        .iter()
        .map(|name| exact_share(&outcomes, |class| class == *name))
        .sum();
    let mean = sum / classes.len() as f32;
    if mean < MACRO_FLOOR {
        short.push(format!("mean over {} classes: {mean:.1} %", classes.len()));
    }
    assert!(short.is_empty(), "{}", short.join("\n"));
}

#[test]
fn clean_cases_are_left_alone() {
    let Some(outcomes) = outcomes("cases.jsonl") else {
        return;
    };
    let changed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| is_clean(&outcome.class) && outcome.is_changed)
        .map(|o| o.class.as_str())
        .collect();
    assert!(changed.is_empty(), "clean text changed in {changed:?}");
}

#[test]
fn clean_lines_are_left_alone() {
    let Some(outcomes) = outcomes("clean_large.jsonl") else {
        return;
    };
    let changed = outcomes.iter().filter(|outcome| outcome.is_changed).count();
    assert_eq!(
        changed,
        0,
        "{changed} of {} clean lines changed",
        outcomes.len()
    );
}

fn is_clean(class: &str) -> bool {
    class.starts_with("clean") || class == "ftfy.negative"
}

/// Per cent of the cases that are exact, and rightly flagged where something is lost.
fn exact_share(outcomes: &[Outcome], belongs: impl Fn(&str) -> bool) -> f32 {
    let cases: Vec<&Outcome> = outcomes
        .iter()
        .filter(|outcome| belongs(&outcome.class))
        .collect();
    let needs_flag = |class: &str| class.starts_with("lossy") || class == "bytes.truncated";
    let right = cases
        .iter()
        .filter(|case| case.is_exact && (case.is_flag_right || !needs_flag(&case.class)))
        .count();
    right as f32 * 100.0 / cases.len().max(1) as f32
}

/// Runs every case of a file; `None` where the benchmark is absent.
fn outcomes(file: &str) -> Option<Vec<Outcome>> {
    let path = polidex_tests::shared("mojibake")?.join(file);
    let cases = std::fs::read_to_string(path).expect("the benchmark's folder is whole");
    Some(
        cases
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(run_case)
            .collect(),
    )
}

fn run_case(line: &str) -> Outcome {
    let case: Value = serde_json::from_str(line).expect("cases are JSON");
    let text = |key: &str| case[key].as_str().unwrap_or_default();
    let question = serde_json::json!({
        "id": text("id"), "kind": text("kind"), "input": case.get("input"), "input_b64": case.get("input_b64"),
    });
    let answer = answer_line(&question.to_string(), &Options::default())
        .expect("cases keep to the protocol");
    let answer: Value = serde_json::from_str(&answer).expect("answers are JSON");
    let is_raw = text("cmp") == "raw";
    let output = compared(
        answer["output"].as_str().expect("answers have an output"),
        is_raw,
    );
    let accepted = case["accept"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let is_exact = std::iter::once(text("expected"))
        .chain(accepted)
        .any(|good| compared(good, is_raw) == output);
    Outcome {
        class: text("class").to_owned(),
        is_exact,
        is_changed: compared(text("input"), is_raw) != output,
        is_flag_right: answer["lossy"] == case.get("lossy").cloned().unwrap_or(Value::Bool(false)),
    }
}

/// The form in which outputs are compared.
fn compared(text: &str, is_raw: bool) -> String {
    let trimmed = text
        .split('\n')
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n");
    let trimmed = trimmed.trim_end();
    if is_raw {
        trimmed.to_owned()
    } else {
        trimmed.nfc().collect()
    }
}
