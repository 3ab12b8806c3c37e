//! Reads workbooks (XLSX): a sheet is a heading and its rows, a row one paragraph with its cells between tabs.
//!
//! Cells are read one by one: a table of calamine's is as large as its farthest cells are apart, which a file of a few
//! bytes can make as large as it likes.

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx};
use polidex_schema::record::Role;

use crate::extract::package::Package;
use crate::skip::SkipReason;
use crate::structure::{StructuredText, TextBuilder};

/// Reads a workbook; `notes` gets a line for every sheet that breaks off.
pub(crate) fn read_sheets(
    mut package: Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    // The engine opens the file itself and counts nothing.
    package.check_all()?;
    let mut workbook: Xlsx<Cursor<Vec<u8>>> = Xlsx::new(Cursor::new(package.into_bytes()))
        .map_err(|error| SkipReason::DamagedXlsx(error.to_string()))?;
    let mut builder = TextBuilder::default();
    for sheet in workbook.sheet_names() {
        builder.begin(Role::Heading(2));
        builder.push_collapsed(&sheet);
        builder.end();
        if let Err(reason) = push_sheet(&mut workbook, &sheet, &mut builder) {
            notes.push(format!("sheet {sheet}: {reason}"));
        }
    }
    Ok(builder.finish("UTF-8"))
}

fn push_sheet(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    builder: &mut TextBuilder,
) -> Result<(), calamine::XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let mut row = None;
    let mut column = 0;
    while let Some(cell) = cells.next_cell()? {
        let (cell_row, cell_column) = cell.get_position();
        if row != Some(cell_row) {
            builder.begin(Role::Paragraph);
            (row, column) = (Some(cell_row), 0);
        }
        let text = match cell.get_value().clone() {
            DataRef::Empty => continue,
            DataRef::DateTime(date) if date.is_datetime() => {
                let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
                let time = if (hour, minute) == (0, 0) {
                    String::new()
                } else {
                    format!(" {hour:02}:{minute:02}")
                };
                format!("{year:04}-{month:02}-{day:02}{time}")
            }
            value => Data::from(value).to_string(),
        };
        // Empty cells between others are one tab, however many.
        if cell_column > column {
            builder.push_tab();
        }
        column = cell_column;
        builder.push_collapsed(&text);
    }
    builder.end();
    Ok(())
}
