//! Reads the words of drawings that stand beside the text of Office documents: diagrams (SmartArt), charts, text boxes of a
//! sheet, comments of its cells.

use crate::extract::package::Package;
use crate::extract::xml::{XmlEvent, walk_xml};
use crate::skip::SkipReason;

/// Reads the parts called `names`; a paragraph, a label of a chart and a comment are a line each. A part that breaks off
/// gives a line in `notes`.
pub(crate) fn read_drawings(
    package: &mut Package,
    names: &[String],
    notes: &mut Vec<String>,
) -> Result<Vec<String>, SkipReason> {
    let mut lines = Vec::new();
    for name in names {
        let Some(text) = package.read_text(name)? else {
            continue;
        };
        let mut reader = Reader::default();
        if let Err(reason) = walk_xml(&text, &mut |event| reader.take(event)) {
            notes.push(format!("{name}: {reason}"));
        }
        reader.end_line();
        lines.append(&mut reader.lines);
    }
    Ok(lines)
}

#[derive(Default)]
struct Reader {
    lines: Vec<String>,
    line: String,
    is_in_text: bool,
    /// Within the labels of a chart, which are kept as the values of cells.
    is_in_labels: bool,
}

impl Reader {
    fn take(&mut self, event: XmlEvent<'_>) {
        match event {
            XmlEvent::Open("t", _) => self.is_in_text = true,
            XmlEvent::Open("strCache", _) => self.is_in_labels = true,
            XmlEvent::Open("v", _) => self.is_in_text = self.is_in_labels,
            XmlEvent::Text(text) if self.is_in_text => self.line.push_str(&text),
            XmlEvent::Close("t") => self.is_in_text = false,
            XmlEvent::Close("strCache") => self.is_in_labels = false,
            XmlEvent::Close("p" | "comment") => self.end_line(),
            XmlEvent::Close("v") => {
                self.is_in_text = false;
                if self.is_in_labels {
                    self.end_line();
                }
            }
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(xml: &str) -> Vec<String> {
        let mut reader = Reader::default();
        walk_xml(xml, &mut |event| reader.take(event)).expect("well-formed");
        reader.lines
    }

    #[test]
    fn words_of_diagrams_charts_and_comments_are_lines() {
        let diagram = "<d:dataModel><d:pt><d:t><a:p><a:r><a:t>施政</a:t></a:r><a:r><a:t>方針</a:t></a:r></a:p></d:t></d:pt></d:dataModel>";
        assert_eq!(lines(diagram), ["施政方針"]);
        let chart = "<c:chart><c:cat><c:strCache><c:pt><c:v>2023年</c:v></c:pt></c:strCache></c:cat>\
            <c:val><c:numCache><c:pt><c:v>17</c:v></c:pt></c:numCache></c:val></c:chart>";
        assert_eq!(lines(chart), ["2023年"]);
        let comment =
            "<comments><comment><text><r><t>甲</t></r><r><t>乙</t></r></text></comment></comments>";
        assert_eq!(lines(comment), ["甲乙"]);
    }
}
