//! Formats of an office's past: old Word, PowerPoint and Excel, OFD, saved pages, mail folders; and nothing that is no text.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use polidex_indexer::build::walk::find_files;
use polidex_indexer::extract::{detect_format, extract_bytes, format::Format};
use polidex_indexer::pipeline::{PreparedDocument, prepare_document};
use polidex_indexer::repair::Options;
use polidex_tests::made::{line, pdf, pdf_with_entries, zip};
use polidex_tests::{Random, shared};

/// Name and bytes of a member of a ZIP file.
type Member<'a> = (&'a str, &'a [u8]);

/// Documents and reasons of a file called `name`.
fn prepare(name: &str, bytes: &[u8]) -> Vec<Result<PreparedDocument, String>> {
    let mut prepared = Vec::new();
    extract_bytes(bytes.to_vec(), name, &mut |extracted| {
        let document =
            extracted.and_then(|raw| prepare_document(raw.path.clone(), raw, &Options::default()));
        prepared.push(document.map_err(|skipped| skipped.reason.to_string()));
    });
    prepared
}

fn only(name: &str, bytes: &[u8]) -> PreparedDocument {
    let mut prepared = prepare(name, bytes);
    assert_eq!(prepared.len(), 1, "{name}");
    prepared
        .remove(0)
        .unwrap_or_else(|reason| panic!("{name}: {reason}"))
}

fn reason(name: &str, bytes: &[u8]) -> String {
    let mut prepared = prepare(name, bytes);
    assert_eq!(prepared.len(), 1, "{name}");
    prepared.remove(0).expect_err(name)
}

fn ofd(page: &str, template: &str) -> Vec<u8> {
    let line = |y: u32, text: &str| {
        format!(
            "<o:TextObject Boundary='20 {y} 170 7' Size='5'><o:TextCode X='0' Y='5' DeltaX='g {} 5'>{text}</o:TextCode></o:TextObject>",
            text.chars().count() - 1
        )
    };
    let content = |body: &str, template: &str| {
        format!(
            "<o:Page xmlns:o='o'>{template}<o:Content><o:Layer>{body}</o:Layer></o:Content></o:Page>"
        )
    };
    let page = content(&line(40, page), "<o:Template TemplateID='9'/>");
    let template = content(&line(20, template), "");
    let annotation = format!(
        "<o:PageAnnot xmlns:o='o'><o:Annot Type='Watermark'><o:Appearance Boundary='0 0 9 9'>{}</o:Appearance></o:Annot>\
         <o:Annot Type='Stamp'><o:Appearance Boundary='0 60 9 9'>{}</o:Appearance></o:Annot></o:PageAnnot>",
        line(0, "只是水印"),
        line(0, "已核对无误")
    );
    zip(&[
        (
            "OFD.xml",
            "<o:OFD xmlns:o='o'><o:DocBody><o:DocInfo><o:CustomDatas><o:CustomData Name='producer'>x</o:CustomData>\
             <o:CustomData Name='发票号码'>12235358</o:CustomData></o:CustomDatas></o:DocInfo>\
             <o:DocRoot>/Doc_0/Document.xml</o:DocRoot></o:DocBody></o:OFD>"
                .as_bytes(),
        ),
        (
            "Doc_0/Document.xml",
            b"<o:Document xmlns:o='o'><o:CommonData><o:TemplatePage ID='9' BaseLoc='Tpls/T.xml'/></o:CommonData>\
              <o:Pages><o:Page ID='1' BaseLoc='Pages/P.xml'/></o:Pages><o:Annotations>A.xml</o:Annotations></o:Document>",
        ),
        ("Doc_0/Pages/P.xml", page.as_bytes()),
        ("Doc_0/Tpls/T.xml", template.as_bytes()),
        (
            "Doc_0/A.xml",
            b"<o:Annotations xmlns:o='o'><o:Page PageID='1'><o:FileLoc>/Doc_0/An.xml</o:FileLoc></o:Page></o:Annotations>",
        ),
        ("Doc_0/An.xml", annotation.as_bytes()),
        ("Doc_0/Signs/SignedValue.dat", &[0x30, 0x82, 1, 2]),
    ])
}

#[test]
fn an_ofd_is_one_document_with_its_templates_and_annotations() {
    let document = only("a.ofd", &ofd("关于加快发展新质生产力的通知", "机关文件"));
    assert_eq!(
        document.text.split("\n\n").collect::<Vec<_>>(),
        [
            "机关文件",
            "关于加快发展新质生产力的通知",
            "已核对无误",
            "发票号码\t12235358"
        ]
    );
    assert_eq!(document.record.passages[0].page, Some(1));
}

#[test]
fn saved_pages_are_their_page() {
    let saved = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.gov.hk/p\r\nSubject: =?utf-8?Q?=E6=96=BD?=\r\n\
        \x20=?utf-8?Q?=E6=94=BF?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"b\"\r\n\r\n\
        --b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: binary\r\n\r\n<html><body><h1>施政報告</h1><p>一地兩檢</p></body></html>\r\n\
        --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    let mut bytes = saved.as_bytes().to_vec();
    bytes.extend((0..4000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()));
    bytes.extend(b"\r\n--b--\r\n");
    let document = only("p.mhtml", &bytes);
    assert_eq!(document.text, "施政報告\n\n一地兩檢");
    assert_eq!(
        document.record.original_url.as_deref(),
        Some("https://example.gov.hk/p")
    );
}

#[test]
fn folders_beside_saved_pages_belong_to_them() {
    let folder = tempfile::TempDir::new().expect("a folder");
    for path in [
        "page.html",
        "page_files/frame.html",
        "notes_files/a.txt",
        "報告.htm",
        "報告.files/b.html",
    ] {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "<p>text</p>").expect("a file");
    }
    let found = find_files(&[folder.path().to_owned()]).expect("a folder");
    let files: Vec<&str> = found
        .files
        .iter()
        .map(|file| file.relative.as_str())
        .collect();
    assert_eq!(files, ["notes_files/a.txt", "page.html", "報告.htm"]);
    let skipped: Vec<String> = found
        .skipped
        .iter()
        .map(|skipped| format!("{}: {}", skipped.path, skipped.reason))
        .collect();
    assert_eq!(
        skipped,
        [
            "page_files: part of the saved page page.html",
            "報告.files: part of the saved page 報告.htm"
        ]
    );
}

#[test]
fn mail_folders_give_a_document_a_message() {
    let folder = "From a@b Sat Jan  1 00:00:00 2024\nFrom: a@b\nSubject: one\nMessage-ID: <1>\n\nfirst body\n\nFrom here on\n\n\
        From c@d Sat Jan  1 00:00:00 2024\nFrom: c@d\nSubject: two\nMessage-ID: <2>\n\nsecond body\n";
    let prepared = prepare("inbox", folder.as_bytes());
    let texts: Vec<&str> = prepared
        .iter()
        .map(|document| document.as_ref().expect("a message").text.as_str())
        .collect();
    assert_eq!(
        texts,
        ["one\n\nfirst body\n\nFrom here on", "two\n\nsecond body"]
    );
}

#[test]
fn words_beside_the_text_of_office_documents_are_read() {
    let xml = |body: &str| format!("<w:x xmlns:w='w'>{body}</w:x>");
    let paragraph = |text: &str| xml(&format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"));
    let parts = [
        ("word/document.xml", paragraph("正文")),
        ("word/header1.xml", paragraph("頁眉")),
        ("word/header2.xml", paragraph("頁眉")),
        ("word/comments.xml", paragraph("批註")),
        ("word/diagrams/data1.xml", paragraph("圖中字")),
    ];
    let members: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    assert_eq!(
        only("a.docx", &zip(&members)).text,
        "正文\n\n頁眉\n\n批註\n\n圖中字"
    );
}

fn packed(name: &str, parts: &[(&str, &str)]) -> String {
    let members: Vec<Member<'_>> = parts
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    only(name, &zip(&members)).text
}

#[test]
fn notes_stand_behind_the_paragraph_that_refers_to_them() {
    let note = |id: u8, text: &str| {
        format!(
            "<w:footnote w:id='{id}'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>"
        )
    };
    let footnotes = format!(
        "<w:x xmlns:w='w'>{}{}{}</w:x>",
        note(2, "基準年"),
        note(3, "表中註"),
        note(9, "無主註")
    );
    let document = "<w:x xmlns:w='w'><w:p><w:r><w:t>減碳</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:t>策略。</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t><w:footnoteReference w:id='3'/></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p><w:r><w:t>完</w:t></w:r></w:p></w:x>";
    let parts = [
        ("word/document.xml", document),
        ("word/footnotes.xml", &footnotes),
    ];
    assert_eq!(
        packed("a.docx", &parts),
        "減碳策略。\n\n基準年\n\n甲\n表中註\t乙\n\n完\n\n無主註"
    );

    let content = "<o:x xmlns:o='o'><o:p>Cut<o:note><o:note-citation>1</o:note-citation><o:note-body><o:p>Base year.</o:p></o:note-body></o:note> carbon.\
        <o:annotation><o:creator>Ann</o:creator><o:p>Check this.</o:p></o:annotation></o:p><o:p>End.</o:p></o:x>";
    let styles = "<o:x xmlns:o='o'><o:style><o:p>no text</o:p></o:style><o:master-page><o:header><o:p>Draft paper</o:p></o:header>\
        <o:footer><o:p>Page <o:page-number>1</o:page-number></o:p></o:footer><o:footer-left><o:p>Draft paper</o:p></o:footer-left></o:master-page></o:x>";
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content),
        ("styles.xml", styles),
    ];
    assert_eq!(
        packed("a.odt", &parts),
        "Cut carbon.\n\nBase year.\n\nEnd.\n\nCheck this.\n\nDraft paper"
    );
}

/// A record of a binary workbook.
fn record(number: u16, data: &[u8]) -> Vec<u8> {
    let number = if number < 128 {
        vec![number as u8]
    } else {
        vec![number as u8 | 0x80, (number >> 7) as u8]
    };
    [number, vec![data.len() as u8], data.to_vec()].concat()
}

/// A text in a record of a binary workbook.
fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [
        &(text.encode_utf16().count() as u32).to_le_bytes()[..],
        &units,
    ]
    .concat()
}

#[test]
fn numbers_of_binary_workbooks_are_shown_as_in_their_cells() {
    let workbook = record(156, &[&[0; 8][..], &wide("r1"), &wide("預算")].concat());
    let style = |id: u16| record(47, &[&[0, 0][..], &id.to_le_bytes()].concat());
    let styles = [
        record(
            44,
            &[&164_u16.to_le_bytes()[..], &wide("yyyy/m/d")].concat(),
        ),
        record(617, &[]),
        style(0),
        style(9),
        style(164),
        record(618, &[]),
        style(9),
    ];
    let cell = |number: u16, column: u8, style: u8, value: &[u8]| {
        record(
            number,
            &[&[column, 0, 0, 0, style, 0, 0, 0][..], value].concat(),
        )
    };
    let sheet = [
        record(0, &[0; 4]),
        cell(7, 0, 0, &[0; 4]),
        cell(5, 1, 1, &0.25_f64.to_le_bytes()),
        cell(2, 2, 2, &(42_803_u32 << 2 | 2).to_le_bytes()),
        cell(11, 3, 0, &[0x1D]),
        record(146, &[]),
        record(
            479,
            &[&[0, 0][..], &wide("&L財政局&CPage &P"), &[0xFF; 4]].concat(),
        ),
    ];
    let rels = b"<r><Relationship Id='r1' Target='worksheets/sheet1.bin'/></r>";
    let comment = record(637, &[&[0][..], &wide("含材料費")].concat());
    let shared = record(19, &[&[0][..], &wide("道路")].concat());
    let file = zip(&[
        ("xl/workbook.bin", &workbook),
        ("xl/_rels/workbook.bin.rels", rels),
        ("xl/styles.bin", &styles.concat()),
        ("xl/sharedStrings.bin", &shared),
        ("xl/worksheets/sheet1.bin", &sheet.concat()),
        ("xl/comments1.bin", &comment),
    ]);
    assert_eq!(
        only("a.xlsb", &file).text,
        "預算\n\n道路\t25%\t2017-03-09\t#NAME?\n\n財政局\n\n含材料費"
    );
}

#[test]
fn a_pdf_gives_the_values_of_its_form_and_its_running_lines_once() {
    let running = |text: &str, y: u32| {
        format!(
            "/Artifact <</Type/Pagination>> BDC {} EMC\n",
            line(70, y, text)
        )
    };
    let page = |text: &str, number: u32| {
        let body: String = (0..4).map(|at| line(70, 700 - 12 * at, text)).collect();
        format!(
            "{}{body}{}",
            running("Annex V", 780),
            running(&format!("Page {number}"), 20)
        )
    };
    let pages = [
        page("The first page has a text of its own.", 1),
        page("The second page has another text.", 2),
    ];
    let text = only("a.pdf", &pdf(&pages)).text;
    assert_eq!(text.matches("Annex V").count(), 1, "{text}");
    assert!(!text.contains("Page 1"), "{text}");

    let field = "/Annots[<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(Chan Tai Man)/Rect[150 690 400 706]>>\
        <</Type/Annot/Subtype/Widget/FT/Tx/Ff 8192/T(b)/V(secret)/Rect[150 640 400 656]>>]";
    let form = pdf_with_entries(&[line(70, 694, "Name:") + &line(70, 644, "Word:")], field);
    assert_eq!(only("a.pdf", &form).text, "Name:\tChan Tai Man\n\nWord:");
}

#[test]
fn what_is_no_document_is_named_and_gives_none() {
    let mut random = Random(7);
    let noise: Vec<u8> = (0..200_000).map(|_| random.below(256) as u8).collect();
    let with = |head: &[u8]| [head, &noise[..5000]].concat();
    let named: [(&[u8], &str); 42] = [
        (b"II*\0", "TIFF image"),
        (b"\0\0\0\x18ftypmp42", "MP4 film or HEIF image"),
        (b"RIFF\x10\0\0\0WEBP", "WebP image"),
        (b"RIFF\x10\0\0\0AVI LIST", "AVI film"),
        (b"ID3\x04\0", "MP3 sound"),
        (b"OggS\0", "Ogg sound"),
        (b"\x1A\x45\xDF\xA3", "Matroska film"),
        (b"ITSF\x03", "CHM"),
        (
            b"\x30\x82\x10\x00\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02",
            "signed mail (P7M)",
        ),
        (b"\x7FELF\x02", "program"),
        (b"SQLite format 3\0", "SQLite database"),
        (b"\0\x01\0\0\0\x10", "font"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b"\x89PNG\r\n\x1A\n", "PNG image"),
        (b"\xFF\xD8\xFF\xE0", "JPEG image"),
        (b"GIF89a", "GIF image"),
        (b"BM\x10\0\0\0\0\0\0\0", "BMP image"),
        (b"8BPS\0\x01", "Photoshop image"),
        (b"\0\0\x01\0\x01\0", "icon"),
        (b"\xD7\xCD\xC6\x9A\0\0", "WMF image"),
        (b"AT&TFORM", "DjVu document"),
        (b"fLaC\0", "FLAC sound"),
        (b"MThd\0\0\0\x06", "MIDI sound"),
        (b"#!AMR\n", "AMR sound"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "WAV sound"),
        (b"FLV\x01\x05", "Flash film"),
        (b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media"),
        (b"\0\0\x01\xBA", "MPEG film"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xFD7zXZ\0", "xz"),
        (b"\x28\xB5\x2F\xFD", "Zstandard"),
        (b"\x5D\0\0\x80\0", "LZMA"),
        (b"\x1F\x9D\x90", "compress of Unix"),
        (b"MSCF\0\0\0\0", "cabinet of Windows"),
        (b"\xED\xAB\xEE\xDB", "RPM package"),
        (b"\0asm\x01\0\0\0", "program"),
        (b"\0\x01\0\0Standard Jet DB", "Access database"),
        (b"!BDN", "Outlook folder (PST)"),
        (b"wOF2", "font"),
        (b"\xFFWPC", "WordPerfect document"),
        (b"SIMPLE  =                    T", "FITS image"),
        (
            b"-----BEGIN RSA PRIVATE KEY-----\n",
            "key or certificate (PEM)",
        ),
    ];
    for (head, name) in named {
        assert_eq!(
            reason("x.txt", &with(head)),
            format!("{name}: this format is not read")
        );
    }
    for len in [64, 700, 5000, noise.len()] {
        assert_eq!(
            reason("x.txt", &noise[..len]),
            "binary data: this format is not read"
        );
    }
    let damaged = reason("x.txt", &with(b"Rar!\x1A\x07\x01\0"));
    assert!(
        damaged.starts_with("archive that cannot be unpacked"),
        "{damaged}"
    );
    let ebcdic: Vec<u8> = b"\xE3\x88\x85@\xD7\x93\x81\x95@".repeat(40);
    assert_eq!(
        reason("x.txt", &ebcdic),
        "EBCDIC text: this format is not read"
    );
    let signed = "-----BEGIN PGP SIGNED MESSAGE-----\n\nA text on housing that somebody signed.\n";
    assert!(only("x.txt", signed.as_bytes()).text.contains("housing"));
    let packages: [(&[Member], &str); 7] = [
        (
            &[
                ("index.xml", b"<x/>"),
                ("buildVersionHistory.plist", b"<x/>"),
            ],
            "Apple iWork document",
        ),
        (
            &[("Index/Document.iwa", b"x"), ("preview.jpg", b"x")],
            "Apple iWork document",
        ),
        (
            &[("AndroidManifest.xml", b"x"), ("assets/a.txt", b"text")],
            "Android program",
        ),
        (
            &[
                ("META-INF/MANIFEST.MF", b"x"),
                ("a/B.class", b"x"),
                ("a.txt", b"text"),
            ],
            "Java program",
        ),
        (
            &[("a/__init__.py", b"text"), ("a-1.0.dist-info/WHEEL", b"x")],
            "Python package",
        ),
        (
            &[("A.nuspec", b"<x/>"), ("lib/readme.txt", b"text")],
            "NuGet package",
        ),
        (
            &[
                ("extension.vsixmanifest", b"<x/>"),
                ("extension/readme.md", b"text"),
            ],
            "extension of Visual Studio",
        ),
    ];
    for (members, name) in packages {
        assert_eq!(
            reason("x.zip", &zip(members)),
            format!("{name}: this format is not read")
        );
    }
    assert_eq!(
        reason("x.doc", &with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")),
        "damaged Office document: this format is not read"
    );
}

/// Files of the field with the text that another reader found in them.
fn files_with_truths(endings: &[&str]) -> Option<Vec<(PathBuf, String)>> {
    let folder = shared("field/files")?;
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            endings
                .iter()
                .any(|ending| path.extension().is_some_and(|own| own == *ending))
        })
        .collect();
    files.sort();
    let with_truth = files.into_iter().filter_map(|path| {
        let truth = std::fs::read_to_string(path.with_extension("truth.txt")).ok()?;
        Some((path, truth))
    });
    Some(with_truth.collect())
}

/// Runs of eight characters, without white space and the marks of the truths' own lines.
fn runs(text: &str) -> HashMap<String, usize> {
    let is_own = |line: &str| line.starts_with("--- ") || line.starts_with('[');
    let letters: Vec<char> = text
        .lines()
        .filter(|line| !is_own(line))
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace() && *c != '|')
        .collect();
    let mut counts = HashMap::new();
    for run in letters.windows(8) {
        *counts.entry(run.iter().collect()).or_insert(0) += 1;
    }
    counts
}

fn recall(truth: &str, text: &str) -> f64 {
    let (truth, text) = (runs(truth), runs(text));
    let found: usize = truth
        .iter()
        .map(|(run, count)| *count.min(text.get(run).unwrap_or(&0)))
        .sum();
    found as f64 / truth.values().sum::<usize>().max(1) as f64
}

#[test]
fn old_office_and_ofd_files_of_the_field_are_read_as_other_readers_read_them() {
    let Some(files) = files_with_truths(&["doc", "wps", "ppt", "xls", "ofd", "rtf"]) else {
        return;
    };
    assert!(files.len() >= 10, "{files:?}");
    for (path, truth) in files {
        let bytes = std::fs::read(&path).expect("a file");
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let text = only(name, &bytes).text;
        let found = recall(&truth, &text);
        // A presentation whose notes hold nothing but the header and footer of the page has them in its truth.
        let least = if name.ends_with(".ppt") { 0.9 } else { 0.95 };
        assert!(found >= least, "{name}: recall {found:.3}");
    }
}

#[test]
fn text_in_old_encodings_is_never_taken_for_noise() {
    let Some(folder) = shared("files") else {
        return;
    };
    let is_text = |path: &Path| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.ends_with(".txt") && !name.ends_with(".truth.txt")
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if is_text(&path) {
            let bytes = std::fs::read(&path).expect("a file");
            assert_eq!(
                detect_format(&bytes, "x.txt"),
                Format::Text,
                "{}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen >= 8);
}
