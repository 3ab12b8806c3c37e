//! Reads workbooks (XLSX, XLSB): a sheet is a heading and its rows, a row one paragraph with its cells between tabs.
//!
//! Cells are read one by one: a table of calamine's is as large as its farthest cells are apart, which a file of a few
//! bytes can make as large as it likes.

mod binary;
mod header;
mod number_format;

use std::io::Cursor;

use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use polidex_schema::record::Role;

pub(crate) use self::header::header_lines;
use self::number_format::{NumberFormat, plain, show_date, show_elapsed};
use crate::extract::drawing::read_drawings;
use crate::extract::package::Package;
use crate::extract::running::RunningLines;
use crate::extract::xml::{XmlEvent, walk_xml};
use crate::skip::SkipReason;
use crate::structure::{StructuredText, TextBuilder};

/// Reads a workbook of XML parts; `notes` gets a line for every sheet that breaks off.
pub(crate) fn read_sheets(
    mut package: Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    // The engine opens the file itself and counts nothing.
    let mut beside = check_and_take_headers(&mut package)?;
    package.begin_document();
    beside.extend(beside_cells(&mut package, notes)?);
    let mut workbook = Xlsx::new(Cursor::new(package.into_bytes()))
        .map_err(|error: XlsxError| SkipReason::DamagedXlsx(error.to_string()))?;
    let mut builder = TextBuilder::default();
    let mut formats = Vec::new();
    for sheet in workbook.sheet_names() {
        push_name(&sheet, &mut builder);
        if let Err(reason) = push_cells(&mut workbook, &sheet, &mut formats, &mut builder) {
            notes.push(format!("sheet {sheet}: {reason}"));
        }
    }
    push_lines(&beside, &mut builder);
    Ok(builder.finish("UTF-8"))
}

/// Reads a workbook of binary parts, as [`read_sheets`] does.
pub(crate) fn read_binary_sheets(
    mut package: Package,
    notes: &mut Vec<String>,
) -> Result<StructuredText, SkipReason> {
    let mut builder = TextBuilder::default();
    let workbook = binary::Workbook::open(&mut package)?;
    workbook.write(&mut package, &mut builder, notes)?;
    let mut beside = binary::comments(&mut package)?;
    beside.extend(beside_cells(&mut package, notes)?);
    push_lines(&beside, &mut builder);
    Ok(builder.finish("UTF-8"))
}

/// Checks the size of every member, and takes the words of the headers and footers of the sheets, each once.
fn check_and_take_headers(package: &mut Package) -> Result<Vec<String>, SkipReason> {
    let mut running = RunningLines::default();
    for index in 0..package.len() {
        let bytes = package.read_index(index)?;
        if package.name(index).starts_with("xl/worksheets/") {
            headers_of(&bytes)
                .iter()
                .for_each(|line| running.push(line));
        }
    }
    Ok(running.into_lines())
}

/// Words of the headers and footers of a sheet, which stand behind its cells.
fn headers_of(sheet: &[u8]) -> Vec<String> {
    const CELLS_END: &[u8] = b"</sheetData>";
    let mut windows = sheet.windows(CELLS_END.len());
    let Some(end) = windows.rposition(|bytes| bytes == CELLS_END) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let mut code = String::new();
    let mut is_in_header = false;
    let behind = String::from_utf8_lossy(&sheet[end + CELLS_END.len()..]);
    // A header that breaks off has no words. Its `&` are entities, each a text of its own.
    let _ = walk_xml(&behind, &mut |event| match event {
        XmlEvent::Open(name, _) => is_in_header = is_header(name),
        XmlEvent::Text(text) if is_in_header => code.push_str(&text),
        XmlEvent::Close(_) => {
            lines.extend(header_lines(&std::mem::take(&mut code)));
            is_in_header = false;
        }
        XmlEvent::Text(_) => {}
    });
    lines
}

fn is_header(name: &str) -> bool {
    let place = name
        .strip_suffix("Header")
        .or_else(|| name.strip_suffix("Footer"));
    place.is_some_and(|place| matches!(place, "odd" | "even" | "first"))
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

/// Appends the cells of a sheet, a row a block. `formats` are those of the workbook's styles, read with its first sheet.
fn push_cells(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    formats: &mut Vec<NumberFormat>,
    builder: &mut TextBuilder,
) -> Result<(), XlsxError> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    if formats.is_empty() {
        let codes = cells
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref());
        let read = |code: &calamine::NumberFormat| NumberFormat::read(&code.format_code);
        formats.extend(codes.map(|code| code.map_or(NumberFormat::General, read)));
    }
    let mut writer = RowWriter::default();
    while let Some((cell, style)) = cells.next_cell_with_style_id()? {
        let format = formats.get(style).unwrap_or(&NumberFormat::General);
        if let Some(text) = text_of(cell.get_value(), format) {
            writer.cell(cell.get_position(), &text, builder);
        }
    }
    builder.end();
    Ok(())
}

/// Writes cells in the order of their rows.
#[derive(Default)]
struct RowWriter {
    row: Option<u32>,
    column: u32,
}

impl RowWriter {
    /// Appends a cell at `(row, column)`.
    fn cell(&mut self, (row, column): (u32, u32), text: &str, builder: &mut TextBuilder) {
        if self.row != Some(row) {
            builder.begin(Role::Paragraph);
            (self.row, self.column) = (Some(row), 0);
        }
        // Empty cells between others are one tab, however many.
        if column > self.column {
            builder.push_tab();
        }
        self.column = column;
        builder.push_collapsed(text);
    }
}

/// A value as its cell shows it.
fn text_of(value: &DataRef<'_>, format: &NumberFormat) -> Option<String> {
    match value {
        DataRef::Empty => None,
        DataRef::DateTime(date) if date.is_datetime() => Some(show_date(date)),
        DataRef::DateTime(date) => Some(show_elapsed(date.as_f64())),
        DataRef::Int(number) => Some(number_text(*number as f64, format)),
        DataRef::Float(number) => Some(number_text(*number, format)),
        DataRef::Bool(is_true) => Some(bool_text(*is_true).to_owned()),
        value => Some(Data::from(value.clone()).to_string()),
    }
}

/// What calamine takes for a number is one, whatever its format looks like.
fn number_text(number: f64, format: &NumberFormat) -> String {
    match format {
        NumberFormat::Date | NumberFormat::Elapsed => plain(number),
        format => format.show(number, false),
    }
}

fn bool_text(is_true: bool) -> &'static str {
    if is_true { "TRUE" } else { "FALSE" }
}
