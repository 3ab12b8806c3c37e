//! `polidex citations` and `polidex check`: lines in, lines out; a draft of any format.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use tempfile::TempDir;

use crate::program::{polidex, run, text};

const ACT: &str = "Ferry Safety Act\n\n1 This Act may be cited as the Ferry Safety Act.\n\n2 Every owner of a ferry shall keep a copy of the certificate on board.\n";

fn indexed_folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir(folder.path().join("seeds")).expect("a folder");
    std::fs::write(folder.path().join("seeds/ferry.txt"), ACT).expect("a file");
    assert_eq!(run(folder.path(), &["index"]).status.code(), Some(0));
    folder
}

fn run_with(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut command = polidex(folder);
    command.args(args).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

fn objects(output: &Output) -> Vec<serde_json::Value> {
    let lines = text(&output.stdout);
    let objects = lines.lines().map(serde_json::from_str);
    objects.collect::<Result<_, _>>().expect("an object a line")
}

#[test]
fn each_line_has_its_answer_and_a_bad_one_stops_nothing() {
    let folder = indexed_folder();
    let input =
        "{\"text\":\"港口 section 2 of the Ferry Safety Act.\"}\n{no\n{\"text\":\"Nothing.\"}\n";
    let cited = run_with(folder.path(), &["citations", "--jsonl"], input);
    let answers = objects(&cited);
    assert_eq!(answers.len(), 3);
    let cite = &answers[0]["cites"][0];
    assert_eq!(cite["target"], "ferry");
    assert_eq!(cite["place"], "s:2");
    assert_eq!(cite["start"], 3, "code points");
    assert!(answers[1]["error"].is_string());
    assert_eq!(answers[2]["cites"].as_array().map(Vec::len), Some(0));
    let input = "{\"id\":\"a\",\"text\":\"Section 9 of the Ferry Safety Act applies.\"}\nno\n";
    let checked = run_with(folder.path(), &["check", "--jsonl"], input);
    let answers = objects(&checked);
    assert_eq!((answers.len(), checked.status.code()), (2, Some(1)));
    assert_eq!(answers[0]["id"], "a");
    assert_eq!(answers[0]["items"][0]["verdict"], "no_such_article");
}

#[test]
fn a_draft_is_a_file_of_any_format() {
    let folder = indexed_folder();
    let right = "Under section 2 of the Ferry Safety Act, \u{201c}Every owner of a ferry shall keep a copy of the certificate on board\u{201d}.";
    let wrong = right.replace("a copy", "no copy");
    let page = format!("<html><body><h1>Draft</h1><p>{wrong}</p></body></html>");
    for (name, draft, code) in [
        ("right.txt", right, 0),
        ("wrong.txt", &wrong, 1),
        ("wrong.html", &page, 1),
    ] {
        std::fs::write(folder.path().join(name), draft).expect("a file");
        let checked = run(folder.path(), &["check", name]);
        let said = text(&checked.stdout);
        assert_eq!(
            checked.status.code(),
            Some(code),
            "{name}: {said}{}",
            text(&checked.stderr)
        );
        assert_eq!(said.contains("altered"), code == 1, "{name}: {said}");
    }
    let none = run(folder.path(), &["check", "none.txt"]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn every_occurrence_is_a_line_and_counterparts_render_it() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join("seeds").join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write(
        "zh/union.txt",
        "工會條例\n\n第 1 條\n勞工得組織工會。工會為法人。\n第 2 條\n工會應置理事。\n",
    );
    write(
        "en/union.txt",
        "Union Ordinance\n\nArticle 1\nWorkers may organize a labor union. A labor union is a juridical person.\nArticle 2\nA labor union shall have directors.\n",
    );
    assert_eq!(run(folder.path(), &["index"]).status.code(), Some(0));
    let kwic = |args: &[&str]| {
        let all = [&["kwic"], args].concat();
        let output = run(folder.path(), &all);
        (output.status.code(), text(&output.stdout))
    };
    let (code, lines) = kwic(&["工會", "--by", "right"]);
    assert_eq!(code, Some(0), "{lines}");
    assert_eq!(lines.lines().count(), 4, "{lines}");
    assert!(lines.contains("勞工得組織\t[工會]\t。"), "{lines}");
    let (_, csv) = kwic(&["工會", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 1 + 4, "{csv}");
    let (_, json) = kwic(&["工會", "--format", "json", "--limit", "2"]);
    let found: serde_json::Value = serde_json::from_str(&json).expect("an object");
    assert_eq!(found["page"]["listed"], 4);
    assert_eq!(found["lines"].as_array().map(Vec::len), Some(2));
    let (_, beside) = kwic(&["工會", "--neighbours"]);
    assert!(
        beside.lines().all(|line| line.split('\t').count() == 5),
        "{beside}"
    );
    let (code, rendered) = kwic(&["工會", "--renderings"]);
    assert_eq!((code, rendered.as_str()), (Some(0), "labor union\t3\t1\n"));
    let (code, nothing) = kwic(&["航道"]);
    assert_eq!((code, nothing.as_str()), (Some(1), ""));
}
