//! Requests as a reader sends them, and as one does who means harm.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Answer to one request.
pub(super) struct Reply {
    /// Status; 0 where there is none, or the answer breaks off.
    pub(super) status: u16,
    pub(super) took: Duration,
    says_when: bool,
}

impl Reply {
    /// Returns true for a server that is at its capacity, and says when to come again.
    pub(super) fn is_busy(&self) -> bool {
        self.status == 503 && self.says_when
    }

    pub(super) fn is_error(&self) -> bool {
        self.status != 200 && !self.is_busy()
    }
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Asks for `target` for the client `from` and reads the answer to its end.
pub(super) fn get(address: SocketAddr, target: &str, from: &str, patience: Duration) -> Reply {
    let started = Instant::now();
    let read = open(address, target, from, patience).and_then(|mut stream| {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    });
    let answer = read.unwrap_or_default();
    let head_end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let head = String::from_utf8_lossy(&answer[..head_end.unwrap_or(0)]).to_ascii_lowercase();
    let is_whole = !head.contains("chunked") || answer.ends_with(b"0\r\n\r\n");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Reply {
        status: status.filter(|_| is_whole).unwrap_or(0),
        took: started.elapsed(),
        says_when: head.contains("\r\nretry-after:"),
    }
}

/// Sends a request and leaves its answer to be read.
pub(super) fn open(
    address: SocketAddr,
    target: &str,
    from: &str,
    patience: Duration,
) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nX-Forwarded-For: {from}\r\n\
         Accept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    Ok(stream)
}
