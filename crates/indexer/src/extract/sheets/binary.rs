//! Reads the parts of binary workbooks (XLSB, [MS-XLSB]): records of a number, a length and bytes.
//!
//! calamine reads values of these workbooks but not which format a cell has, so `20%` and `0.2` cannot be told apart there.

use super::header::header_lines;
use super::number_format::NumberFormat;
use super::{RowWriter, bool_text, push_lines, push_name};
use crate::extract::package::{Package, member_name};
use crate::extract::running::RunningLines;
use crate::extract::xml::{XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::TextBuilder;

/// Numbers of the records that are read ([MS-XLSB] section 2.3).
mod record {
    pub(super) const ROW: u16 = 0;
    pub(super) const SHARED_STRING: u16 = 19;
    pub(super) const FORMAT: u16 = 44;
    pub(super) const CELL_STYLE: u16 = 47;
    pub(super) const CELL_STYLES_END: u16 = 618;
    pub(super) const CELL_STYLES: u16 = 617;
    pub(super) const CELLS_END: u16 = 146;
    pub(super) const WORKBOOK: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const HEADERS: u16 = 479;
    pub(super) const COMMENT: u16 = 637;
}

/// Rows that a sheet has at most.
const MAX_ROW: u32 = 1 << 20;

/// What the sheets of a workbook share.
#[derive(Default)]
pub(super) struct Workbook {
    /// Name of each sheet and the member that holds it.
    sheets: Vec<(String, String)>,
    strings: Vec<String>,
    styles: Vec<NumberFormat>,
    is_1904: bool,
}

impl Workbook {
    /// Opens the workbook in `package`.
    pub(super) fn open(package: &mut Package) -> Result<Self, SkipReason> {
        let mut workbook = Self::default();
        let members = members_by_id(package)?;
        let bytes = package.read("xl/workbook.bin")?.unwrap_or_default();
        for (number, data) in Records(&bytes) {
            match number {
                record::WORKBOOK => {
                    workbook.is_1904 = data.first().is_some_and(|flags| flags & 1 != 0)
                }
                record::SHEET => workbook.sheets.extend(sheet_of(data, &members)),
                _ => {}
            }
        }
        let bytes = package.read("xl/sharedStrings.bin")?.unwrap_or_default();
        let strings = Records(&bytes).filter(|(number, _)| *number == record::SHARED_STRING);
        let text = |data: &[u8]| text_at(data, 1).map(|(text, _)| text).unwrap_or_default();
        workbook.strings = strings.map(|(_, data)| text(data)).collect();
        let bytes = package.read("xl/styles.bin")?.unwrap_or_default();
        workbook.styles = read_styles(&bytes);
        Ok(workbook)
    }

    /// Appends the sheets, their headers and footers behind each.
    pub(super) fn write(
        &self,
        package: &mut Package,
        builder: &mut TextBuilder,
        notes: &mut Vec<String>,
    ) -> Result<(), SkipReason> {
        for (name, member) in &self.sheets {
            push_name(name, builder);
            match package.read(member)? {
                Some(bytes) => self.write_sheet(&bytes, builder),
                None => notes.push(format!("sheet {name}: {member} is missing")),
            }
        }
        Ok(())
    }

    fn write_sheet(&self, bytes: &[u8], builder: &mut TextBuilder) {
        let mut writer = RowWriter::default();
        let mut row = 0;
        let mut headers = Vec::new();
        for (number, data) in Records(bytes) {
            match number {
                record::ROW => row = u32_at(data, 0).unwrap_or(MAX_ROW),
                record::HEADERS => headers = headers_of(data),
                1..=11 if row < MAX_ROW => {
                    if let (Some(column), Some(text)) = (u32_at(data, 0), self.cell(number, data)) {
                        writer.cell((row, column), &text, builder);
                    }
                }
                // No cell stands behind the end of cells.
                record::CELLS_END => row = MAX_ROW,
                _ => {}
            }
        }
        builder.end();
        push_lines(&headers, builder);
    }

    /// Text of a cell; `None` for one that is empty or cut off.
    fn cell(&self, number: u16, data: &[u8]) -> Option<String> {
        let style = u32_at(data, 4)? & 0xFF_FFFF;
        let style = self
            .styles
            .get(style as usize)
            .unwrap_or(&NumberFormat::General);
        let number_text = |value: f64| style.show(value, self.is_1904);
        match number {
            2 => Some(number_text(packed_number(u32_at(data, 8)?))),
            3 | 11 => Some(error_text(*data.get(8)?).to_owned()),
            4 | 10 => Some(bool_text(*data.get(8)? != 0).to_owned()),
            5 | 9 => Some(number_text(f64::from_le_bytes(array_at(data, 8)?))),
            6 | 8 => text_at(data, 8).map(|(text, _)| text),
            7 => self.strings.get(u32_at(data, 8)? as usize).cloned(),
            _ => None,
        }
    }
}

/// Comments of the cells of all sheets.
pub(super) fn comments(package: &mut Package) -> Result<Vec<String>, SkipReason> {
    let mut comments = Vec::new();
    for name in package.names("xl/comments", ".bin") {
        let bytes = package.read(&name)?.unwrap_or_default();
        let texts = Records(&bytes).filter(|(number, _)| *number == record::COMMENT);
        comments.extend(
            texts
                .filter_map(|(_, data)| text_at(data, 1))
                .map(|(text, _)| text),
        );
    }
    Ok(comments)
}

/// Members of the workbook by the ids that it names them by.
fn members_by_id(package: &mut Package) -> Result<Vec<(String, String)>, SkipReason> {
    let mut members = Vec::new();
    let text = package.read_text("xl/_rels/workbook.bin.rels")?;
    // Broken relations name fewer sheets.
    let _ = walk_xml(&text.unwrap_or_default(), &mut |event| {
        if let XmlEvent::Open("Relationship", attributes) = event
            && let (Some(id), Some(target)) = (attributes.get("Id"), attributes.get("Target"))
        {
            members.push((id, member_name("xl", &target)));
        }
    });
    Ok(members)
}

/// Name and member of a sheet.
fn sheet_of(data: &[u8], members: &[(String, String)]) -> Option<(String, String)> {
    let (id, behind) = text_at(data, 8)?;
    let (name, _) = text_at(data, behind)?;
    let (_, member) = members.iter().find(|(known, _)| *known == id)?;
    Some((name, member.clone()))
}

/// Formats of the cells by their style.
fn read_styles(bytes: &[u8]) -> Vec<NumberFormat> {
    let mut defined = Vec::new();
    let mut styles = Vec::new();
    let mut is_of_cells = false;
    for (number, data) in Records(bytes) {
        match number {
            record::FORMAT => {
                if let (Some(id), Some((code, _))) = (u16_at(data, 0), text_at(data, 2)) {
                    defined.push((id, NumberFormat::read(&code)));
                }
            }
            record::CELL_STYLES => is_of_cells = true,
            record::CELL_STYLES_END => is_of_cells = false,
            record::CELL_STYLE if is_of_cells => {
                let id = u16_at(data, 2).unwrap_or(0);
                let own = defined.iter().find(|(known, _)| *known == id);
                let own = own.map(|(_, format)| format.clone());
                let format = own.or_else(|| NumberFormat::built_in(id));
                styles.push(format.unwrap_or(NumberFormat::General));
            }
            _ => {}
        }
    }
    styles
}

/// Words of the headers and footers of a sheet, each once.
fn headers_of(data: &[u8]) -> Vec<String> {
    let mut running = RunningLines::default();
    let mut at = 2;
    while let Some((code, behind)) = text_at(data, at) {
        header_lines(&code)
            .iter()
            .for_each(|line| running.push(line));
        at = behind;
    }
    running.into_lines()
}

/// A number in 30 bits: a whole one or the upper part of a double, either of them in hundredths where that is flagged.
fn packed_number(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}

fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

fn array_at<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    array_at(data, at).map(u16::from_le_bytes)
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    array_at(data, at).map(u32::from_le_bytes)
}

/// The text at a byte and where it ends; one of length -1 is none, and empty.
fn text_at(data: &[u8], at: usize) -> Option<(String, usize)> {
    let len = u32_at(data, at)?;
    let start = at + 4;
    if len == u32::MAX {
        return Some((String::new(), start));
    }
    let end = start.checked_add((len as usize).checked_mul(2)?)?;
    let units = data.get(start..end)?.chunks_exact(2);
    let units: Vec<u16> = units
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    Some((String::from_utf16_lossy(&units), end))
}

/// Records of a part, until it is cut off.
struct Records<'a>(&'a [u8]);

impl<'a> Records<'a> {
    /// A number of at most `most_bytes`, seven bits in each, the lowest first.
    fn number(&mut self, most_bytes: u32) -> Option<u32> {
        let mut number = 0;
        for index in 0..most_bytes {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u32::from(byte & 0x7F) << (7 * index);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.number(2)? as u16;
        let len = self.number(4)? as usize;
        let (data, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some((number, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_where_they_are_cut_off() {
        let whole = [0x93, 0x01, 2, 7, 8, 5, 0];
        let read: Vec<_> = Records(&whole).collect();
        assert_eq!(read, [(147, &whole[3..5]), (5, &[][..])]);
        assert_eq!(Records(&whole[..4]).count(), 0);
    }

    #[test]
    fn packed_numbers_are_whole_or_in_hundredths() {
        assert_eq!(packed_number(13 << 2 | 2), 13.0);
        assert_eq!(packed_number(303 << 2 | 3), 3.03);
        assert_eq!(packed_number(0x3FF0_0000), 1.0);
    }
}
