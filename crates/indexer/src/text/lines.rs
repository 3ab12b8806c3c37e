//! Lines of a text and the bytes they stand at.

use std::ops::Range;

/// Returns each line of `text`, its line end included, behind the byte it starts at.
pub(crate) fn line_indices(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        (start, line)
    })
}

/// Returns the bytes of each line of `text` without its line end.
pub(crate) fn line_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let without_end = |line: &str| line.trim_end_matches(['\n', '\r']).len();
    line_indices(text).map(move |(start, line)| start..start + without_end(line))
}

/// Returns the start of the line that the byte `at` stands in.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_where_they_start() {
        let text = "一\r\n\ntwo";
        let lines: Vec<(usize, &str)> = line_indices(text).collect();
        assert_eq!(lines, [(0, "一\r\n"), (5, "\n"), (6, "two")]);
        let ranges: Vec<Range<usize>> = line_ranges(text).collect();
        assert_eq!(ranges, [0..3, 5..5, 6..9]);
        assert_eq!(line_indices("").count(), 0);
    }

    #[test]
    fn a_line_starts_behind_the_line_end_before_it() {
        let starts = [0, 2, 3, 5].map(|at| line_start("ab\ncd", at));
        assert_eq!(starts, [0, 0, 3, 3]);
    }
}
