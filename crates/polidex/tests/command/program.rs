//! Runs the program, and asks a running server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The program, to be run in `folder`.
pub(crate) fn polidex(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polidex"));
    command.current_dir(folder).env("NO_COLOR", "1");
    // What is installed on this machine is no part of a test.
    command.env("XDG_DATA_HOME", folder.join("data"));
    command
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    polidex(folder)
        .args(args)
        .output()
        .expect("the command runs")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server on a free port; killed when dropped.
pub(crate) struct Server {
    /// As it was announced.
    pub(crate) address: String,
    child: Option<Child>,
}

impl Server {
    pub(crate) fn start(folder: &Path, args: &[&str]) -> Self {
        Self::spawn(
            polidex(folder)
                .arg("serve")
                .args(args)
                .stderr(Stdio::null()),
        )
    }

    /// Starts `command`, which is to serve.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command runs");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .expect("the address")
            .to_owned();
        Self {
            address,
            child: Some(child),
        }
    }

    /// The whole answer, head and body.
    pub(crate) fn get(&self, target: &str) -> String {
        self.get_with(target, "")
    }

    /// The same with more header lines.
    pub(crate) fn get_with(&self, target: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\n{headers}Connection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// The body of an answer that is JSON.
    pub(crate) fn json(&self, target: &str) -> serde_json::Value {
        let answer = self.get(target);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    /// Asks it to end, as a service manager would, and waits until it has.
    pub(crate) fn stop(mut self) -> Output {
        let child = self.child.take().expect("stopped once");
        let asked = Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status();
        assert!(asked.is_ok_and(|status| status.success()));
        child.wait_with_output().expect("it ends")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
