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

/// A PDF of these pages' contents, with Helvetica as F1, a font of Adobe-CNS1 without ToUnicode as F2 (codes are character
/// ids) and one of Adobe-GB1 read through a predefined CMap as F3 (codes are UCS-2).
pub fn pdf(pages: &[String]) -> Vec<u8> {
    pdf_with(pages, "")
}

/// The same with more in its trailer, as `/Encrypt <<…>>`.
pub fn pdf_with(pages: &[String], trailer: &str) -> Vec<u8> {
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
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources {fonts}/Contents {} 0 R>>",
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
