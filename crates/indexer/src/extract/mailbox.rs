//! Takes the messages out of a mailbox (mbox, RFC 4155): each begins with a line `From ` and the address of its sender.

/// Returns the messages of a mailbox. A line `From ` begins one where a blank line stands before it and a header behind it.
pub(crate) fn messages(bytes: &[u8]) -> Vec<&[u8]> {
    let starts = message_starts(bytes);
    let ends = starts.iter().skip(1).map(|(start, _)| *start);
    let ends = ends.chain(std::iter::once(bytes.len()));
    let messages = starts.iter().zip(ends);
    messages
        .map(|((_, body), end)| &bytes[*body..end])
        .collect()
}

/// Bytes where the line `From ` of each message begins and where it ends.
fn message_starts(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    let mut at = 0;
    let mut is_after_blank = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let next = at + line.len();
        if is_after_blank && line.starts_with(b"From ") && begins_with_header(&bytes[next..]) {
            starts.push((at, next));
        }
        is_after_blank = line.iter().all(u8::is_ascii_whitespace);
        at = next;
    }
    starts
}

/// Returns true for a file that is a mailbox.
pub(crate) fn is_mailbox(head: &[u8]) -> bool {
    let Some(line) = head.iter().position(|byte| *byte == b'\n') else {
        return false;
    };
    head.starts_with(b"From ") && begins_with_header(&head[line + 1..])
}

/// Returns true if the first line is `Name: value`.
fn begins_with_header(text: &[u8]) -> bool {
    let colon = text.iter().take(80).position(|byte| *byte == b':');
    colon.is_some_and(|colon| {
        colon > 1
            && text[..colon]
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_from_in_a_text_begins_no_message() {
        let mailbox = b"From a@b Sat Jan  1 00:00:00 2024\nSubject: one\n\nFrom here on: text\n\nFrom now\non\n\n\
            From c@d Sat Jan  1 00:00:00 2024\nSubject: two\n\nbody\n";
        assert!(is_mailbox(mailbox));
        let messages = messages(mailbox);
        assert_eq!(messages.len(), 2);
        assert!(messages[0].starts_with(b"Subject: one"));
        assert!(messages[1].starts_with(b"Subject: two"));
        assert!(!is_mailbox(
            b"From the Chief Executive\nto the people: a letter.\n"
        ));
        assert!(!is_mailbox(b"From a"));
    }
}
