//! Headers and footers that the reader of old Office formats passes over: those of the sheets of a workbook ([MS-XLS] section
//! 2.4.136) and of the slides and notes of a presentation ([MS-PPT] section 2.4.15.1).

use std::io::Cursor;

use office_oxide::cfb::CfbReader;
use office_oxide::format::DocumentFormat;

use crate::extract::running::RunningLines;
use crate::extract::sheets::header_lines;

/// Records of a workbook with the header and the footer of a sheet.
const SHEET_HEADERS: [u16; 2] = [0x14, 0x15];
/// Record of a presentation that holds headers and footers, and one that is a text.
const SLIDE_HEADERS: u16 = 0x0FD9;
const TEXT: u16 = 0x0FBA;

/// The headers and footers of a document that is not encrypted; none where it cannot be read.
pub(crate) fn running_lines(bytes: &[u8], format: DocumentFormat) -> RunningLines {
    let mut lines = RunningLines::default();
    let Ok(mut reader) = CfbReader::new(Cursor::new(bytes)) else {
        return lines;
    };
    let mut stream = |name: &str| reader.open_stream(name).unwrap_or_default();
    match format {
        DocumentFormat::Xls => of_sheets(&stream("Workbook"), &mut lines),
        DocumentFormat::Ppt => of_slides(&stream("PowerPoint Document"), &mut lines),
        _ => {}
    }
    lines
}

fn number_at(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*two))
}

fn of_sheets(stream: &[u8], lines: &mut RunningLines) {
    let mut at = 0;
    while let (Some(kind), Some(len)) = (number_at(stream, at), number_at(stream, at + 2)) {
        let data = stream
            .get(at + 4..at + 4 + usize::from(len))
            .unwrap_or_default();
        if SHEET_HEADERS.contains(&kind) {
            let code = text_of_sheet(data).unwrap_or_default();
            header_lines(&code).iter().for_each(|line| lines.push(line));
        }
        at += 4 + usize::from(len);
    }
}

/// A count of characters, whether they have two bytes, and the characters.
fn text_of_sheet(data: &[u8]) -> Option<String> {
    let (flags, characters) = data.get(2..)?.split_first()?;
    if flags & 1 != 0 {
        return Some(wide_text(characters));
    }
    let count = usize::from(number_at(data, 0)?).min(characters.len());
    Some(
        characters[..count]
            .iter()
            .map(|byte| char::from(*byte))
            .collect(),
    )
}

fn wide_text(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

fn of_slides(stream: &[u8], lines: &mut RunningLines) {
    let mut at = 0;
    let mut headers_end = 0;
    while let Some(head) = stream.get(at..at + 8) {
        let is_container = head[0] & 0xF == 0xF;
        let kind = u16::from_le_bytes([head[2], head[3]]);
        let len = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let start = at + 8;
        let end = start.saturating_add(len);
        if kind == SLIDE_HEADERS {
            headers_end = end;
        } else if kind == TEXT && at < headers_end {
            lines.push(&wide_text(stream.get(start..end).unwrap_or_default()));
        }
        at = if is_container { start } else { end };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_slides_are_told_from_other_texts() {
        let record = |kind: u16, version: u8, data: &[u8]| {
            let mut record = vec![version, 0];
            record.extend(kind.to_le_bytes());
            record.extend((data.len() as u32).to_le_bytes());
            record.extend(data);
            record
        };
        let text = |text: &str| {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            record(TEXT, 0, &units)
        };
        let headers = record(SLIDE_HEADERS, 15, &[text("Draft"), text("财政局")].concat());
        let stream = record(1000, 15, &[text("name"), headers, text("other")].concat());
        let mut lines = RunningLines::default();
        of_slides(&stream, &mut lines);
        assert_eq!(lines.into_lines(), ["Draft", "财政局"]);
    }

    #[test]
    fn headers_of_sheets_have_one_byte_or_two_for_a_letter() {
        let narrow = [0x14, 0, 8, 0, 5, 0, 0, b'&', b'C', b'A', b'b', b'c'];
        let wide = [0x15, 0, 5, 0, 1, 0, 1, 0x22, 0x8D];
        let mut lines = RunningLines::default();
        of_sheets(&[&narrow[..], &wide, &[0x14]].concat(), &mut lines);
        assert_eq!(lines.into_lines(), ["Abc", "财"]);
    }
}
