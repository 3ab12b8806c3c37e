//! Words of the headers and footers of a sheet, without their codes (ECMA-376 part 1, section 18.3.1.46).

/// The words of each part (left, middle, right) of a header; what a program fills in, a page or a file's name, is left out.
pub(crate) fn header_lines(code: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut rest = code;
    while let Some(at) = rest.find('&') {
        push(&mut lines, &rest[..at]);
        rest = take_code(&rest[at + 1..], &mut lines);
    }
    push(&mut lines, rest);
    lines.retain(|line| !line.trim().is_empty());
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

/// Passes over a code behind its `&` and returns what follows it.
fn take_code<'a>(after: &'a str, lines: &mut Vec<String>) -> &'a str {
    let Some(code) = after.chars().next() else {
        return after;
    };
    let rest = &after[code.len_utf8()..];
    match code {
        'L' | 'C' | 'R' => {
            lines.push(String::new());
            rest
        }
        '&' => {
            push(lines, "&");
            rest
        }
        '"' => rest.split_once('"').map_or("", |(_, rest)| rest),
        // A colour: six digits, or a theme and a tint.
        'K' => rest.get(6..).unwrap_or(""),
        '0'..='9' => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_and_words_stay() {
        let code = "&L&\"宋体,Bold\"&12财政局&C&KFF0000R&&D 预算\n&R第 &P 页";
        assert_eq!(header_lines(code), ["财政局", "R&D 预算\n", "第  页"]);
        assert_eq!(header_lines("&P/&N"), ["/"]);
        assert_eq!(header_lines("&"), [""; 0]);
    }
}
