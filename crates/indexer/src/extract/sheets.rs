//! Reads workbooks (XLSX, XLSB): a sheet is a heading and its rows, a row one paragraph with its cells between tabs.
//!
//! Cells are read one by one: a table of calamine's is as large as its farthest cells are apart, which a file of a few
//! bytes can make as large as it likes.

use std::fmt::Display;
use std::io::Cursor;

use calamine::{Cell, Data, DataRef, Reader, Xlsb, Xlsx};
use polidex_schema::record::Role;

use crate::extract::drawing::read_drawings;
use crate::extract::package::Package;
use crate::skip::SkipReason;
use crate::structure::{StructuredText, TextBuilder};

/// Reads a workbook of XML parts; `notes` gets a line for every sheet that breaks off.
pub(crate) fn read_sheets(
    package: Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    read_workbook::<Xlsx<_>>(package, notes, |workbook, sheet, builder| {
        let mut cells = workbook.worksheet_cells_reader(sheet)?;
        push_cells(|| cells.next_cell(), builder)
    })
}

/// Reads a workbook of binary parts, as [`read_sheets`] does.
pub(crate) fn read_binary_sheets(
    package: Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    read_workbook::<Xlsb<_>>(package, notes, |workbook, sheet, builder| {
        let mut cells = workbook.worksheet_cells_reader(sheet)?;
        push_cells(|| cells.next_cell(), builder)
    })
}

/// Reads a workbook whose engine is `W`; `push_sheet` appends the cells of a sheet.
fn read_workbook<W>(
    mut package: Package,
    notes: &mut Vec<String>,
    push_sheet: impl Fn(&mut W, &str, &mut TextBuilder) -> Result<(), W::Error>,
) -> Result<StructuredText, SkipReason>
where
    W: Reader<Cursor<Vec<u8>>>,
    W::Error: Display,
{
    // The engine opens the file itself and counts nothing.
    package.check_all()?;
    let beside = beside_cells(&mut package, notes)?;
    let mut workbook = W::new(Cursor::new(package.into_bytes()))
        .map_err(|error| SkipReason::DamagedXlsx(error.to_string()))?;
    let mut builder = TextBuilder::default();
    for sheet in workbook.sheet_names() {
        push_name(&sheet, &mut builder);
        if let Err(reason) = push_sheet(&mut workbook, &sheet, &mut builder) {
            notes.push(format!("sheet {sheet}: {reason}"));
        }
    }
    push_lines(&beside, &mut builder);
    Ok(builder.finish("UTF-8"))
}

fn push_lines(lines: &[String], builder: &mut TextBuilder) {
    for line in lines {
        builder.begin(Role::Paragraph);
        builder.push_collapsed(line);
    }
}

/// Comments, text boxes and labels of charts.
fn beside_cells(package: &mut Package, notes: &mut Vec<String>) -> Result<Vec<String>, SkipReason> {
    let parts = ["xl/comments", "xl/drawings/drawing", "xl/charts/chart"];
    let names: Vec<String> = parts
        .into_iter()
        .flat_map(|prefix| package.names(prefix, ".xml"))
        .collect();
    read_drawings(package, &names, notes)
}

fn push_name(sheet: &str, builder: &mut TextBuilder) {
    builder.begin(Role::Heading(2));
    builder.push_collapsed(sheet);
    builder.end();
}

/// Appends the cells that `next` gives, a row a block.
fn push_cells<'a, E>(
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, E>,
    builder: &mut TextBuilder,
) -> Result<(), E> {
    let mut row = None;
    let mut column = 0;
    while let Some(cell) = next()? {
        let (cell_row, cell_column) = cell.get_position();
        if row != Some(cell_row) {
            builder.begin(Role::Paragraph);
            (row, column) = (Some(cell_row), 0);
        }
        let Some(text) = text_of(cell.get_value()) else {
            continue;
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

/// A value as text; a date without its time where that is midnight.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    match value.clone() {
        DataRef::Empty => None,
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, hour, minute, ..) = date.to_ymd_hms_milli();
            let time = if (hour, minute) == (0, 0) {
                String::new()
            } else {
                format!(" {hour:02}:{minute:02}")
            };
            Some(format!("{year:04}-{month:02}-{day:02}{time}"))
        }
        value => Some(Data::from(value).to_string()),
    }
}
