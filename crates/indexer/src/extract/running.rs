//! Lines that run along the pages of an Office document, its headers and footers, each once.

use crate::extract::flow::Flow;
use polidex_schema::record::Role;

/// Words of a line that says no more than which page it is on, in small letters and without blanks.
const PAGE_WORDS: [&str; 15] = [
    "",
    "page",
    "pageof",
    "of",
    "p",
    "pp",
    "第页",
    "第頁",
    "第页共页",
    "第頁共頁",
    "第頁共頁數",
    "共页",
    "共頁",
    "页",
    "頁",
];

/// Headers, footers and comments met so far.
#[derive(Debug, Default)]
pub(crate) struct RunningLines {
    lines: Vec<String>,
}

impl RunningLines {
    /// Keeps a line, unless it is kept already or only counts pages.
    pub(crate) fn push(&mut self, line: &str) {
        let line = line.trim();
        if !counts_pages(line) && !self.lines.iter().any(|known| known == line) {
            self.lines.push(line.to_owned());
        }
    }

    /// Writes all of them, a paragraph each.
    pub(crate) fn write(self, flow: &mut Flow) {
        for line in self.lines {
            flow.paragraph(&line, Role::Paragraph);
        }
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

/// Returns true for a line that says no more than which page it is on: `第 1 页 共 5 页`, `Page 2 of 9`, `- 3 -`.
pub(crate) fn counts_pages(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic());
    let letters: String = letters.flat_map(char::to_lowercase).collect();
    PAGE_WORDS.contains(&letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_once_and_the_number_of_a_page_never() {
        let mut running = RunningLines::default();
        for line in [
            "财政局",
            " 财政局 ",
            "第 1 页 共 5 页",
            "- 3 -",
            "Page 2 of 9",
            "Draft 2",
        ] {
            running.push(line);
        }
        assert_eq!(running.into_lines(), ["财政局", "Draft 2"]);
    }
}
