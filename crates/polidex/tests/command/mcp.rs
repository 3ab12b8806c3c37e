//! `polidex mcp` as an assistant's program uses it: through a client of the protocol, over the program's own input and output.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Stdio};

use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService, ServiceExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::unix::pipe::{Receiver, Sender};

use crate::program::{polidex, run};

const LAW: &str = "# 海岸管理法\n\n第一章 總則\n\n第一條 為維護自然海岸，特制定本法。\n\n第二條 本法所稱海岸地區，指中央主管機關依環境特性劃定公告之陸地與水域。\n";

fn indexed_folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::create_dir(folder.path().join("seeds")).expect("a folder");
    std::fs::write(folder.path().join("seeds/law.md"), LAW).expect("a file");
    std::fs::write(folder.path().join("seeds/tides.txt"), "A policy on tides.").expect("a file");
    assert_eq!(run(folder.path(), &["index"]).status.code(), Some(0));
    folder
}

/// The program, and the client that speaks to it.
struct Session {
    client: RunningService<RoleClient, ()>,
    child: Child,
}

impl Session {
    async fn start(folder: &Path) -> Self {
        let mut command = polidex(folder);
        command.args(["mcp", "--base-url", "https://office.example/polidex"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the command runs");
        let input = OwnedFd::from(child.stdin.take().expect("piped"));
        let output = OwnedFd::from(child.stdout.take().expect("piped"));
        let input = Sender::from_owned_fd(input).expect("a pipe");
        let output = Receiver::from_owned_fd(output).expect("a pipe");
        let client = ().serve((output, input)).await.expect("it speaks MCP");
        Self { client, child }
    }

    /// The structured result of a call, and true if it failed.
    async fn call(&self, tool: &'static str, arguments: Value) -> (Value, bool) {
        let arguments = arguments.as_object().cloned().expect("an object");
        let request = CallToolRequestParams::new(tool).with_arguments(arguments);
        let result = self.client.call_tool(request).await.expect("an answer");
        let is_error = result.is_error == Some(true);
        let text = serde_json::to_value(&result.content).expect("JSON");
        (result.structured_content.unwrap_or(text), is_error)
    }

    async fn end(mut self) {
        self.client.cancel().await.expect("it closes");
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }
}

fn run_async(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("threads").block_on(test);
}

#[test]
fn a_quotation_can_be_verified() {
    let folder = indexed_folder();
    run_async(async {
        let session = Session::start(folder.path()).await;
        let tools = session.client.list_all_tools().await.expect("a list");
        let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
        assert_eq!(names, ["search", "read", "list_sources"]);
        let (found, failed) = session.call("search", json!({ "query": "自然海岸" })).await;
        assert!(!failed && found["total"] == 1, "{found}");
        let document = &found["documents"][0];
        let quote = &document["quotes"][0];
        assert!(
            quote["quote"]
                .as_str()
                .is_some_and(|text| text.contains("自然海岸")),
            "{quote}"
        );
        assert!(
            quote["place"]
                .as_str()
                .is_some_and(|place| place.contains("第一條")),
            "{quote}"
        );
        let address = quote["address"].as_str().expect("an address");
        assert!(
            address.starts_with("https://office.example/polidex/documents/law"),
            "{address}"
        );
        let asked = json!({ "document": document["document"], "passage": quote["passage"] });
        let (read, failed) = session.call("read", asked).await;
        assert!(!failed, "{read}");
        let passage = read["quotes"][0]["quote"].as_str().expect("a text");
        let [start, end] =
            ["start", "end"].map(|name| quote[name].as_u64().expect("a number") as usize);
        let quoted: String = passage.chars().skip(start).take(end - start).collect();
        assert_eq!(quoted, quote["quote"].as_str().expect("a text"));
        assert!(LAW.contains(&quoted), "exact text");
        session.end().await;
    });
}

#[test]
fn places_stretches_and_lists_are_read() {
    let folder = indexed_folder();
    run_async(async {
        let session = Session::start(folder.path()).await;
        let (place, failed) = session
            .call("read", json!({ "document": "law", "place": "第二條" }))
            .await;
        assert!(!failed, "{place}");
        assert!(
            place["quotes"][0]["quote"]
                .as_str()
                .is_some_and(|text| text.contains("海岸地區")),
            "{place}"
        );
        let (first, _) = session
            .call("read", json!({ "document": "law", "length": 5 }))
            .await;
        let next = first["next"].as_u64().expect("there is more");
        let (second, _) = session
            .call("read", json!({ "document": "law", "start": next }))
            .await;
        assert_ne!(
            first["quotes"][0]["passage"],
            second["quotes"][0]["passage"]
        );
        let (sources, _) = session.call("list_sources", json!({})).await;
        assert_eq!(sources["total"], 2);
        let (after, _) = session
            .call("list_sources", json!({ "after": "law" }))
            .await;
        assert_eq!(after["sources"][0]["document"], "tides");
        for (tool, arguments, said) in [
            (
                "search",
                json!({ "query": "海岸", "wrong": 1 }),
                "unknown field `wrong`",
            ),
            (
                "search",
                json!({ "query": "海岸", "from": "yesterday" }),
                "from",
            ),
            ("read", json!({ "document": "none" }), "none"),
            (
                "read",
                json!({ "document": "law", "place": "第九條" }),
                "no such passage or place",
            ),
            ("write", json!({}), "no tool `write`"),
        ] {
            let (problem, failed) = session.call(tool, arguments).await;
            assert!(
                failed && problem.to_string().contains(said),
                "{said}: {problem}"
            );
        }
        session.end().await;
    });
}
