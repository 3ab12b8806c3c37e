//! Files made for tests: small ones of the formats that cannot be typed.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// A ZIP file of these members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a member");
        writer.write_all(content).expect("its bytes");
    }
    writer.finish().expect("a ZIP file").into_inner()
}

/// Bytes of a sector of a compound file.
const SECTOR: usize = 512;
/// Streams below this size would lie in a stream of small sectors; those made here are filled up to it.
const LEAST_STREAM: usize = 4_096;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const NO_ENTRY: u32 = 0xFFFF_FFFF;

/// A compound file (Office of before 2007, Outlook) of these streams, which are given in the order of their names by length,
/// then letter. Each is filled up with zeros.
pub fn compound_file(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let sizes = streams
        .iter()
        .map(|(_, bytes)| bytes.len().max(LEAST_STREAM));
    let sectors: Vec<usize> = sizes.clone().map(|size| size.div_ceil(SECTOR)).collect();
    let directory_sectors = (streams.len() + 1).div_ceil(4);
    let data_sectors = directory_sectors + sectors.iter().sum::<usize>();
    // Each sector of the table speaks for 128, itself among them.
    let table_sectors = (data_sectors + 1).div_ceil(127);
    let mut table = vec![0xFFFF_FFFD_u32; table_sectors];
    let mut chain = |length: usize| {
        let start = table.len() as u32;
        table.extend((1..length as u32).map(|step| start + step));
        table.push(END_OF_CHAIN);
        start
    };
    let directory_start = chain(directory_sectors);
    let starts: Vec<u32> = sectors.iter().map(|length| chain(*length)).collect();
    table.resize(table_sectors * SECTOR / 4, NO_ENTRY);
    let mut file = compound_header(table_sectors, directory_start);
    file.extend(table.iter().flat_map(|entry| entry.to_le_bytes()));
    let mut directory = directory_entry("Root Entry", 5, NO_ENTRY, 1, END_OF_CHAIN, 0);
    for (number, ((name, _), size)) in (1..).zip(streams.iter().zip(sizes)) {
        let next = if number < streams.len() {
            number as u32 + 1
        } else {
            NO_ENTRY
        };
        directory.extend(directory_entry(
            name,
            2,
            next,
            NO_ENTRY,
            starts[number - 1],
            size,
        ));
    }
    directory.resize(directory_sectors * SECTOR, 0);
    file.extend(directory);
    for ((_, bytes), length) in streams.iter().zip(sectors) {
        file.extend(*bytes);
        file.resize(file.len() + length * SECTOR - bytes.len(), 0);
    }
    file
}

fn compound_header(table_sectors: usize, directory_start: u32) -> Vec<u8> {
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.resize(24, 0);
    for number in [0x3E_u16, 3, 0xFFFE, 9, 6] {
        header.extend(number.to_le_bytes());
    }
    header.resize(44, 0);
    let small = LEAST_STREAM as u32;
    for number in [
        table_sectors as u32,
        directory_start,
        0,
        small,
        END_OF_CHAIN,
        0,
        END_OF_CHAIN,
        0,
    ] {
        header.extend(number.to_le_bytes());
    }
    let places = (0..table_sectors as u32).take(109);
    header.extend(places.flat_map(u32::to_le_bytes));
    header.resize(SECTOR, 0xFF);
    header
}

/// An entry of the directory: a stream (2) or the root (5), its sibling to the right, its child, its first sector and its size.
fn directory_entry(
    name: &str,
    kind: u8,
    right: u32,
    child: u32,
    start: u32,
    size: usize,
) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_bytes = entry.len() as u16 + 2;
    entry.resize(64, 0);
    entry.extend(name_bytes.to_le_bytes());
    entry.extend([kind, 1]);
    for number in [NO_ENTRY, right, child] {
        entry.extend(number.to_le_bytes());
    }
    entry.resize(116, 0);
    entry.extend(start.to_le_bytes());
    entry.extend((size as u64).to_le_bytes());
    entry
}

/// A PDF of these pages' contents, with Helvetica as F1, a font of Adobe-CNS1 without ToUnicode as F2 (codes are character
/// ids) and one of Adobe-GB1 read through a predefined CMap as F3 (codes are UCS-2).
pub fn pdf(pages: &[String]) -> Vec<u8> {
    pdf_with(pages, "")
}

/// The same with more in its trailer, as `/Encrypt <<…>>`.
pub fn pdf_with(pages: &[String], trailer: &str) -> Vec<u8> {
    pdf_of(pages, trailer, "")
}

/// The same with more in each page, as `/Annots […]`.
pub fn pdf_with_entries(pages: &[String], entries: &str) -> Vec<u8> {
    pdf_of(pages, "", entries)
}

fn pdf_of(pages: &[String], trailer: &str, entries: &str) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len())
        .map(|index| format!("{} 0 R", 10 + 2 * index))
        .collect();
    let cid = |name: &str, ordering: &str, encoding: &str, descendant: usize| {
        let font = format!(
            "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/{encoding}/DescendantFonts[{descendant} 0 R]>>"
        );
        let info = format!("<</Registry(Adobe)/Ordering({ordering})/Supplement 0>>");
        let part = format!(
            "<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}/CIDSystemInfo {info}/DW 1000>>"
        );
        (font, part)
    };
    let (cns, cns_part) = cid("MSung", "CNS1", "Identity-H", 6);
    let (gb, gb_part) = cid("STSong", "GB1", "UniGB-UCS2-H", 8);
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (
            2,
            format!(
                "<</Type/Pages/Count {}/Kids[{}]>>",
                pages.len(),
                kids.join(" ")
            ),
        ),
        (
            3,
            "<</Title(Made title)/CreationDate(D:20240310120000)>>".to_owned(),
        ),
        (
            4,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        ),
        (5, cns),
        (6, cns_part),
        (7, gb),
        (8, gb_part),
    ];
    for (index, content) in pages.iter().enumerate() {
        let number = 10 + 2 * index;
        let fonts = "<</Font<</F1 4 0 R/F2 5 0 R/F3 7 0 R>>>>";
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources {fonts}{entries}/Contents {} 0 R>>",
            number + 1
        );
        objects.push((number, page));
        objects.push((
            number + 1,
            format!(
                "<</Length {}>>\nstream\n{content}\nendstream",
                content.len()
            ),
        ));
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut table = String::new();
    for (number, object) in &objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", bytes.len()));
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    let start = bytes.len();
    let trailer = format!(
        "<</Size {}/Root 1 0 R/Info 3 0 R{trailer}>>",
        10 + 2 * pages.len()
    );
    bytes.extend(
        format!(
            "xref\n0 1\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n"
        )
        .into_bytes(),
    );
    bytes
}

/// Content that shows a line of Latin text.
pub fn line(x: u32, y: u32, text: &str) -> String {
    format!("BT /F1 10 Tf {x} {y} Td ({text}) Tj ET\n")
}
