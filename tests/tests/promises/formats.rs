//! Every format that is read gives the text a reader sees, and every bad file its reason.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use polidex_indexer::build::walk::find_files;
use polidex_indexer::decode::decode_bytes;
use polidex_indexer::extract::{
    RawDocument, detect_format, extract_bytes, extract_documents, read_document,
};
use polidex_indexer::pipeline::PreparedDocument;
use polidex_indexer::pipeline::prepare_document;
use polidex_indexer::repair::Options;
use polidex_server::question::Question;
use polidex_tests::made::{line, pdf, zip};
use polidex_tests::{index_texts, shared};
use proptest::prelude::*;

/// What comes out of a file: prepared documents, and reasons.
fn prepare(path: &Path) -> Vec<Result<PreparedDocument, String>> {
    let found = find_files(&[path.to_owned()]).expect("a file");
    let mut prepared = Vec::new();
    for file in &found.files {
        extract_documents(&file.path, &file.relative, &mut |extracted| {
            let document = extracted
                .and_then(|raw| prepare_document(raw.path.clone(), raw, &Options::default()));
            prepared.push(document.map_err(|skipped| skipped.reason.to_string()));
        });
    }
    prepared
}

fn prepare_bytes(name: &str, bytes: &[u8]) -> Vec<Result<PreparedDocument, String>> {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    prepare(&path)
}

/// The passages of a document, one a line.
fn passages(document: &PreparedDocument) -> String {
    let line = |passage: &polidex_schema::record::PassageRecord| {
        let text = &document.text[passage.from_byte as usize..passage.to_byte as usize];
        let page = passage
            .page
            .map_or(String::new(), |page| format!("p{page} "));
        format!("{page}{:?}: {text:?}", passage.role)
    };
    document
        .record
        .passages
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn only(mut prepared: Vec<Result<PreparedDocument, String>>) -> PreparedDocument {
    assert_eq!(prepared.len(), 1);
    prepared.remove(0).expect("a document")
}

#[test]
fn what_is_lost_is_flagged_where_lay_out_has_moved_it() {
    let text = "---\ntitle: 公報\n---\n\n# 第一章\n\n*本辦法*&nbsp;自\u{FFFD}施行。\n\n- 甲\u{FFFD}\u{FFFD}乙\n";
    let document = only(prepare_bytes("a.md", text.as_bytes()));
    let lost: Vec<Option<&str>> = document
        .record
        .lost
        .iter()
        .map(|(from, to)| document.text.get(*from as usize..*to as usize))
        .collect();
    assert_eq!(lost, [Some("\u{FFFD}"), Some("\u{FFFD}\u{FFFD}")]);
}

const CORE: &[u8] =
    "<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:title>施政報告</dc:title><dcterms:created xmlns:dcterms='t'>\
    2024-03-10T00:00:00Z</dcterms:created></cp:coreProperties>"
        .as_bytes();

fn docx(body: &str) -> Vec<u8> {
    let styles = "<w:styles xmlns:w='w'><w:style w:styleId='1'><w:name w:val='heading 2'/></w:style></w:styles>";
    let numbering = "<w:numbering xmlns:w='w'><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:start w:val='1'/>\
        <w:numFmt w:val='chineseCounting'/><w:lvlText w:val='第%1條'/></w:lvl></w:abstractNum>\
        <w:num w:numId='3'><w:abstractNumId w:val='0'/></w:num></w:numbering>";
    let document =
        format!("<w:document xmlns:w='w' xmlns:mc='m'><w:body>{body}</w:body></w:document>");
    zip(&[
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/numbering.xml", numbering.as_bytes()),
        ("docProps/core.xml", CORE),
    ])
}

#[test]
fn word_documents_keep_headings_numbers_tables_and_boxes() {
    let bytes = docx(
        "<w:p><w:pPr><w:pStyle w:val='1'/></w:pPr><w:r><w:t>總則</w:t></w:r></w:p>\
         <w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='3'/></w:numPr></w:pPr><w:r><w:t>為發展新質</w:t></w:r>\
         <w:r><w:t>生產力</w:t></w:r><w:del><w:r><w:delText>刪去</w:delText></w:r></w:del></w:p>\
         <w:p><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr><w:r><w:t xml:space='preserve'>A &amp; B </w:t></w:r></w:p>\
         <w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框內</w:t></w:r></w:p></w:txbxContent>\
         </mc:Choice><mc:Fallback><w:p><w:r><w:t>框內</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent><w:t>框外</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:tc><w:p><w:r><w:t>年</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2024</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    let document = only(prepare_bytes("x.bin", &bytes));
    insta::assert_snapshot!(passages(&document), @r#"
    Heading(2): "總則"
    ListItem: "第一條 為發展新質生產力"
    ListItem: "第二條 A & B"
    Paragraph: "框外"
    Paragraph: "框內"
    Paragraph: "年\t2024"
    "#);
    assert_eq!(
        (
            document.record.title.as_str(),
            document.record.date.as_str()
        ),
        ("總則", "")
    );
}

#[test]
fn open_document_texts_and_slides_are_read() {
    let text = "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b'><office:body><office:text>\
        <text:h text:outline-level='2'>第一章</text:h><text:p>甲<text:s text:c='2'/>乙<text:note><text:note-citation>1</text:note-citation>\
        <text:note-body><text:p>註腳</text:p></text:note-body></text:note>丙</text:p><text:list><text:list-item><text:p>項</text:p>\
        </text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>\
        <table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table></office:text></office:body>\
        </office:document-content>";
    let odt = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", text.as_bytes()),
    ]);
    insta::assert_snapshot!(passages(&only(prepare_bytes("x.odt", &odt))), @r#"
    Heading(2): "第一章"
    Paragraph: "甲  乙丙"
    Paragraph: "註腳"
    ListItem: "項"
    Paragraph: "a\tb"
    "#);
    let slide = |title: &str, body: &str| {
        format!(
            "<p:sld xmlns:p='p' xmlns:a='a'><p:sp><p:ph type='title'/><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:sp>\
             <p:sp><a:p><a:r><a:t>{body}</a:t></a:r></a:p></p:sp><p:sp><p:ph type='sldNum'/><a:p><a:t>9</a:t></a:p></p:sp></p:sld>"
        )
    };
    let pptx = zip(&[
        ("ppt/presentation.xml", b"<p:presentation xmlns:p='p' xmlns:r='r'><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/></p:presentation>"),
        ("ppt/_rels/presentation.xml.rels", b"<R><Relationship Id='r1' Target='slides/slide1.xml'/><Relationship Id='r2' Target='slides/slide2.xml'/></R>"),
        ("ppt/slides/slide1.xml", slide("One", "first").as_bytes()),
        ("ppt/slides/slide2.xml", slide("Two", "second").as_bytes()),
    ]);
    insta::assert_snapshot!(passages(&only(prepare_bytes("x.pptx", &pptx))), @r#"
    p1 Heading(1): "Two"
    p1 Paragraph: "second"
    p2 Heading(1): "One"
    p2 Paragraph: "first"
    "#);
}

#[test]
fn books_sheets_messages_and_rich_text_are_read() {
    let epub = zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", b"<c><rootfile full-path='OEBPS/c.opf'/></c>"),
        (
            "OEBPS/c.opf",
            "<p><metadata xmlns:dc='d'><dc:title>書</dc:title><dc:language>zh-Hant</dc:language></metadata><manifest>\
             <item id='a' href='a%20b.xhtml'/><item id='b' href='b.xhtml'/></manifest><spine><itemref idref='b'/><itemref idref='a'/></spine></p>"
                .as_bytes(),
        ),
        ("OEBPS/a b.xhtml", "<html><head><title>x</title></head><body><h1>第二章</h1><p>乙</p></body></html>".as_bytes()),
        ("OEBPS/b.xhtml", "<html><body><h1>第一章</h1><p>甲</p></body></html>".as_bytes()),
    ]);
    let book = only(prepare_bytes("x.epub", &epub));
    assert_eq!(
        (book.text.as_str(), book.record.title.as_str()),
        ("第一章\n\n甲\n\n第二章\n\n乙", "書")
    );
    let sheet = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row r='1'>\
        <c r='A1' t='inlineStr'><is><t>年份</t></is></c><c r='C1'><v>2024</v></c></row><row r='9'><c r='XFD9'><v>1.5</v></c></row>\
        </sheetData></worksheet>";
    let xlsx = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "_rels/.rels",
            b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='rId1' \
              Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' \
             xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>\
             <sheet name='統計' sheetId='1' r:id='rId1'/></sheets></workbook>"
                .as_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='rId1' \
              Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ]);
    assert_eq!(
        only(prepare_bytes("x.xlsx", &xlsx)).text,
        "統計\n\n年份\t2024\n\n1.5"
    );
    let message = "From: =?UTF-8?B?5pS/5bqc?= <a@example.org>\r\nSubject: Notice\r\nDate: Sun, 10 Mar 2024 08:00:00 +0000\r\n\
        MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+55SyPC9wPg==\r\n";
    let message = only(prepare_bytes("x", message.as_bytes()));
    assert_eq!(message.text, "Notice\n\n甲");
    assert_eq!(
        (
            message.record.publisher.as_str(),
            message.record.date.as_str()
        ),
        ("政府", "2024-03-10")
    );
    let attached = "From: a@example.org\r\nSubject: Papers\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nsee the files\r\n\
        --b\r\nContent-Type: text/html; name=p.html\r\nContent-Disposition: attachment; filename=p.html\r\n\r\n<p>in a page</p>\r\n\
        --b\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=logo.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
        --b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=../up/empty.txt\r\n\r\n\r\n--b--\r\n";
    let prepared: Vec<String> = prepare_bytes("m.eml", attached.as_bytes())
        .into_iter()
        .map(|document| {
            document.map_or_else(
                |reason| reason,
                |read| format!("{}: {} {:?}", read.record.path, read.text, read.notes),
            )
        })
        .collect();
    insta::assert_snapshot!(prepared.join("\n---\n"), @r#"
    m.eml: Papers

    see the files ["attached file logo.png: PNG image, not read"]
    ---
    m.eml/p.html: in a page []
    ---
    empty file
    "#);
    let rich = only(prepare_bytes(
        "x.doc",
        b"{\\rtf1\\ansi\\ansicpg950 \\'a4\\'a4\\par \\u20154?}",
    ));
    assert_eq!(rich.text, "中\n\n人");
}

#[test]
fn a_mark_of_byte_order_beats_what_a_page_declares() {
    let page = |charset: &str| {
        format!(
            "<html><head><meta charset={charset}></head><body><p>發展新質生產力。</p></body></html>"
        )
    };
    let utf_16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(bytes)
            .collect()
    };
    let pages = [
        format!("\u{feff}{}", page("big5")).into_bytes(),
        format!("\u{feff}{}", page("gb2312")).into_bytes(),
        utf_16(&page("utf-8"), u16::to_le_bytes),
        utf_16(&page("big5"), u16::to_be_bytes),
    ];
    for bytes in pages {
        let document = only(prepare_bytes("x.html", &bytes));
        assert_eq!(document.text, "發展新質生產力。", "{:02x?}", &bytes[..4]);
    }
}

#[test]
fn files_attached_beyond_the_limit_are_said() {
    let attached = |count: usize| {
        let file = |number| {
            format!(
                "--b\r\nContent-Type: text/plain; name={number}.txt\r\nContent-Disposition: attachment\r\n\r\npaper {number}\r\n"
            )
        };
        let files: String = (1..=count).map(file).collect();
        format!(
            "From: a@example.org\r\nSubject: Papers\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n{files}--b--\r\n"
        )
    };
    for (count, reasons) in [(10_000, 0), (10_001, 1), (10_500, 1)] {
        let mut said = Vec::new();
        let mut documents = 0;
        let bytes = attached(count).into_bytes();
        extract_bytes(bytes, "m.eml", &mut |extracted| match extracted {
            Ok(_) => documents += 1,
            Err(skipped) => said.push(format!("{}: {}", skipped.path, skipped.reason)),
        });
        assert_eq!(
            (documents, said.len()),
            (10_001, reasons),
            "{count}: {said:?}"
        );
        let expected = "m.eml: more than 10000 files are attached: the others are not read";
        assert!(said.iter().all(|said| said == expected), "{said:?}");
    }
}

#[test]
fn front_matter_is_data_and_no_text() {
    let text = "---\ntitle: 施政報告\ndate: 2024-10-16\n---\n\n## 引言\n\n發展新質生產力。\n";
    let document = only(prepare_bytes("x.md", text.as_bytes()));
    assert_eq!(document.text, "引言\n\n發展新質生產力。");
    assert_eq!(
        (
            document.record.title.as_str(),
            document.record.date.as_str()
        ),
        ("施政報告", "2024-10-16")
    );
    assert_eq!(document.record.passages[0].first_line, 6);
}

#[test]
fn feeds_and_other_xml_are_read_without_their_entities() {
    let feed = "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY bomb 'boom'>]><rss><channel><title>新聞</title><language>zh-hk</language>\
        <item><title>甲</title><link>http://x</link><description><![CDATA[<p>一<b>二</b></p>&amp;三]]></description></item>\
        <item><title>乙 &bomb;</title><content><div>說明見<a>這裡</a>。</div></content></item></channel></rss>";
    let document = only(prepare_bytes("feed", feed.as_bytes()));
    insta::assert_snapshot!(passages(&document), @r#"
    Heading(2): "新聞"
    Heading(2): "甲"
    Paragraph: "一二"
    Paragraph: "&三"
    Heading(2): "乙 &bomb;"
    Paragraph: "說明見這裡。"
    "#);
    assert_eq!(document.record.title, "新聞");
    let deep = format!(
        "<?xml version='1.0'?><r><p>before</p>{}",
        "<a>".repeat(100_000)
    );
    let document = only(prepare_bytes("deep.xml", deep.as_bytes()));
    assert_eq!(document.text, "before");
    assert!(
        document.notes[0].contains("nested more than 256 deep"),
        "{:?}",
        document.notes
    );
}

#[test]
fn archives_give_a_document_a_member_and_a_reason_for_every_other() {
    let inner = zip(&[("a.txt", b"inner")]);
    let archive = zip(&[
        ("法規/甲.txt", "第一條 新質生產力".as_bytes()),
        ("page.html", b"<p>phrase of a page</p>"),
        ("inner.zip", &inner),
        (
            "rows.jsonl",
            b"{\"text\":\"row one\"}\n{\"text\":\"row two\"}\n",
        ),
        ("__MACOSX/._x", b"junk"),
        ("empty.txt", b""),
    ]);
    let indexed = index_texts(&[
        ("papers.zip", &archive),
        ("t.csv", b"title,text\nA,cell phrase\n"),
    ]);
    let skipped: Vec<_> = indexed
        .report
        .skipped()
        .map(|file| format!("{}: {}", file.path, file.reason))
        .collect();
    insta::assert_snapshot!(skipped.join("\n"), @r"
    papers.zip/empty.txt: empty file
    papers.zip/inner.zip: archive within an archive: not opened
    ");
    assert_eq!(indexed.report.documents, 5);
    assert_eq!(indexed.ids("\"phrase of a page\""), ["papers/page.html"]);
    assert_eq!(indexed.ids("\"cell phrase\""), ["t:2"]);
}

#[test]
fn tar_archives_are_read_with_and_without_gzip() {
    let member = |name: &str, kind: u8, content: &[u8]| {
        let mut header = vec![0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        header[156] = kind;
        header[257..263].copy_from_slice(b"ustar\0");
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        header.extend(content);
        header.resize(header.len().next_multiple_of(512), 0);
        header
    };
    let inner = zip(&[("a.txt", b"inner")]);
    let tar = [
        member("papers/one.txt", b'0', b"the first paper of the archive"),
        member("papers/two.html", b'0', b"<p>the second paper</p>"),
        member("papers/inner.zip", b'0', &inner),
        member("papers/link", b'2', b""),
        vec![0; 1_024],
    ]
    .concat();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&tar).expect("bytes");
    let gzip = gzip.finish().expect("a gzip file");
    let indexed = index_texts(&[
        ("plain.tar", &tar),
        ("packed.tar.gz", &gzip),
        ("cut.tar", &tar[..1_000]),
    ]);
    let skipped: Vec<_> = indexed
        .report
        .skipped()
        .map(|file| format!("{}: {}", file.path, file.reason))
        .collect();
    insta::assert_snapshot!(skipped.join("\n"), @r"
    cut.tar: tar archive is cut off
    packed.tar.gz/papers/inner.zip: archive within an archive: not opened
    packed.tar.gz/papers/link: not a regular file
    plain.tar/papers/inner.zip: archive within an archive: not opened
    plain.tar/papers/link: not a regular file
    ");
    assert_eq!(indexed.report.documents, 5);
    assert_eq!(
        indexed
            .ask(&Question::about("\"second paper\""))
            .total
            .value,
        2
    );
}

#[test]
fn archives_of_7_zip_and_rar_give_a_document_a_member() {
    let folder = polidex_tests::top().join("tests/fixtures/archives");
    for name in ["papers.7z", "papers5.rar", "papers4.rar"] {
        let bytes = fs::read(folder.join(name)).expect("a fixture");
        let mut documents: Vec<PreparedDocument> = prepare_bytes(name, &bytes)
            .into_iter()
            .map(|document| document.unwrap_or_else(|reason| panic!("{name}: {reason}")))
            .collect();
        documents.sort_by(|one, other| one.record.title.cmp(&other.record.title));
        assert_eq!(documents.len(), 2, "{name}");
        assert_eq!(documents[0].record.title, "Housing plan", "{name}");
        assert!(documents[1].text.contains("公共房屋的供應"), "{name}");

        let cut = prepare_bytes(name, &bytes[..bytes.len() / 2]);
        assert!(cut.iter().any(Result::is_err), "{name} is cut off");
        // An archive within an archive could go on for ever.
        let nested = prepare_bytes("a.zip", &zip(&[(name, &bytes)]));
        assert!(matches!(&nested[..], [Err(reason)] if reason.contains("not opened")));
    }
}

#[test]
fn files_attached_to_a_pdf_are_documents() {
    let path = polidex_tests::top().join("tests/fixtures/archives/portfolio.pdf");
    let bytes = fs::read(path).expect("a fixture");
    let texts: Vec<String> = prepare_bytes("portfolio.pdf", &bytes)
        .into_iter()
        .map(|document| document.expect("a document").text)
        .collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[0].contains("Cover page of the portfolio"));
    assert!(
        texts
            .iter()
            .any(|text| text.contains("附件甲：公共房屋的安排"))
    );
    assert!(
        texts
            .iter()
            .any(|text| text.contains("Secret housing plan"))
    );
}

#[test]
fn a_message_within_a_message_gives_its_files() {
    let part = |kind: &str, name: &str, text: &str| {
        format!(
            "Content-Type: {kind}\r\nContent-Disposition: attachment; filename={name}\r\n\r\n{text}\r\n"
        )
    };
    let inner = format!(
        "Subject: Inner\r\nFrom: a@b\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nInner text.\r\n--y\r\n{}--y--",
        part("text/plain", "list.txt", "A list of flats.")
    );
    let outer = format!(
        "Subject: Outer\r\nFrom: c@d\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nOuter text.\r\n--x\r\n{}--x--",
        part("message/rfc822", "inner.eml", &inner)
    );
    let texts: Vec<String> = prepare_bytes("outer.eml", outer.as_bytes())
        .into_iter()
        .map(|document| document.expect("a document").text)
        .collect();
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[0].contains("Outer text") && texts[1].contains("Inner text"));
    assert!(texts[2].contains("A list of flats"));
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![b' '; 80 << 20];
    let bomb = zip(&[("word/document.xml", &zeros)]);
    let prepared = prepare_bytes("bomb.docx", &bomb);
    let reason = prepared[0].as_ref().expect_err("a bomb");
    assert!(
        reason.contains("times its size") || reason.contains("larger than"),
        "{reason}"
    );
    let many: Vec<(String, &[u8])> = (0..10_001)
        .map(|index| (format!("{index}.txt"), b"".as_slice()))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, content)| (name.as_str(), *content))
        .collect();
    let prepared = prepare_bytes("many.zip", &zip(&many));
    assert!(
        prepared[0]
            .as_ref()
            .expect_err("too many")
            .contains("10001 members")
    );
}

#[test]
fn pdf_pages_become_paragraphs_with_their_numbers() {
    let page = |number: u32, body: &str| {
        format!(
            "{}{body}{}",
            line(60, 770, "Policy Address 2024"),
            line(300, 30, &number.to_string())
        )
    };
    let bytes = pdf(&[
        page(
            1,
            &(line(60, 700, "The Government will accelerate the develop-")
                + &line(
                    60,
                    686,
                    "ment of new quality productive forces and go on with the",
                )),
        ),
        page(
            2,
            &(line(
                60,
                700,
                "reform of the industry in the years to come, in every way",
            ) + &line(60, 686, "that is open.")),
        ),
        page(3, &line(60, 700, "Another paragraph.")),
    ]);
    insta::assert_snapshot!(passages(&only(prepare_bytes("x", &bytes))), @r#"
    p1 Paragraph: "Policy Address 2024"
    p1 Paragraph: "The Government will accelerate the development of new quality productive forces and go on with the reform of the industry in the years to come, in every way that is open."
    p3 Paragraph: "Another paragraph."
    "#);
    let document = only(prepare_bytes("x.pdf", &bytes));
    assert_eq!(
        (
            document.record.title.as_str(),
            document.record.date.as_str()
        ),
        ("Policy Address 2024", "")
    );
    let indexed = index_texts(&[("x.pdf", &bytes)]);
    let answer = indexed.ask(&Question::about("\"another paragraph\""));
    assert_eq!(answer.hits[0].passages[0].page, Some(3));
}

#[test]
fn pdf_columns_are_read_one_after_the_other() {
    let left = [
        "the left column tells of housing and",
        "of land in the New Territories that",
        "will be made ready for homes within",
        "ten years from now.",
    ];
    let right = [
        "the right column tells of industries",
        "of the future and of what they need",
        "most: people, money and a place that",
        "lets them grow.",
    ];
    let rows = left.iter().zip(right).enumerate();
    let content: String = rows
        .map(|(index, (left, right))| {
            let y = 700 - 14 * index as u32;
            line(60, y, left) + &line(320, y, right)
        })
        .collect();
    let document = only(prepare_bytes("x.pdf", &pdf(&[content])));
    assert_eq!(
        document.text,
        format!("{}\n\n{}", left.join(" "), right.join(" "))
    );
}

#[test]
fn fonts_of_known_collections_need_no_map_of_their_own() {
    // 一乙 are the ids 595 and 596 of Adobe-CNS1; the codes of the other font are UCS-2.
    let hex: String = "新质生产力是推动发展的力量"
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    let content =
        format!("BT /F2 10 Tf 60 700 Td <02530254> Tj ET BT /F3 10 Tf 60 600 Td <{hex}> Tj ET");
    let document = only(prepare_bytes("x.pdf", &pdf(&[content])));
    assert_eq!(document.text, "一乙\n\n新质生产力是推动发展的力量");
    assert!(document.repairs.is_empty());
}

#[test]
fn bad_pdfs_have_a_reason() {
    let whole = pdf(&[line(60, 700, "text")]);
    for (bytes, expected) in [
        (b"%PDF-1.7\n".to_vec(), "damaged or cut off"),
        (pdf(&["0 0 m".to_owned()]), "without text"),
        (
            pdf(&["BI /W 1 /H 1 /BPC 8 /CS /G ID x EI".to_owned()]),
            "a scan without text",
        ),
        (
            format!("%PDF-1.7\n1 0 obj {} endobj", "[".repeat(200_000)).into_bytes(),
            "damaged or cut off",
        ),
    ] {
        let reason = prepare_bytes("x.pdf", &bytes)
            .remove(0)
            .expect_err("nothing to read");
        assert!(reason.contains(expected), "{reason}");
    }
    let scan = "BI /W 1 /H 1 /BPC 8 /CS /G ID x EI".to_owned();
    let indexed = index_texts(&[
        ("one.pdf", &pdf(std::slice::from_ref(&scan))),
        ("two.pdf", &pdf(&[scan.clone(), scan])),
    ]);
    let reasons: Vec<_> = indexed.report.skipped_by_reason().into_iter().collect();
    assert_eq!(
        reasons,
        [("unreadable, a scan without text".to_owned(), 2)],
        "by reason and not by page"
    );
    for cut in (0..whole.len()).step_by(97) {
        let prepared = prepare_bytes("x.pdf", &whole[..cut]);
        assert_eq!(prepared.len(), 1, "cut at {cut}");
    }
}

/// Share of the runs of eight characters of `truth` that `text` holds as often, white space and marks of Markdown headings
/// aside: the marks become structure.
fn recall(truth: &str, text: &str) -> f64 {
    const RUN: usize = 8;
    let runs = |text: &str| {
        let characters: Vec<char> = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '#')
            .collect();
        let mut runs: HashMap<String, usize> = HashMap::new();
        for run in characters.windows(RUN) {
            *runs.entry(run.iter().collect()).or_default() += 1;
        }
        runs
    };
    let (truth, text) = (runs(truth), runs(text));
    let held: usize = truth
        .iter()
        .map(|(run, count)| (*count).min(text.get(run).copied().unwrap_or(0)))
        .sum();
    held as f64 / truth.values().sum::<usize>().max(1) as f64
}

/// The right text of a file.
fn truth_of(path: &Path) -> String {
    decode_bytes(&std::fs::read(path).expect("a truth"), None).text
}

#[test]
fn legacy_encodings_reach_their_truth() {
    let Some(folder) = shared("files") else {
        return;
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let truth = path.with_extension("truth.txt");
        if !name.starts_with("legacy-") || name.contains(".truth.") || !truth.exists() {
            continue;
        }
        let document = only(prepare(&path));
        let recall = recall(&truth_of(&truth), &document.text);
        assert!(recall >= 0.99, "{name}: recall {recall:.4}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen} files");
}

#[test]
fn pdfs_reach_their_truth_or_are_reported() {
    let Some(folder) = shared("files") else {
        return;
    };
    let mut seen = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("made-") || !name.ends_with(".pdf") {
            continue;
        }
        seen += 1;
        let prepared = prepare(&path).remove(0);
        if name.contains("no-tounicode") {
            let reason = prepared.expect_err("nothing can map its glyphs");
            assert!(reason.contains("unreadable"), "{name}: {reason}");
            continue;
        }
        let recall = recall(
            &truth_of(&path.with_extension("truth.txt")),
            &prepared.expect("text").text,
        );
        assert!(recall >= 0.97, "{name}: recall {recall:.4}");
    }
    assert!(seen >= 6, "{seen} files");
    let reason = prepare(&folder.join("hk-csb-letter-scanned.pdf"))
        .remove(0)
        .expect_err("a scan");
    assert!(reason.contains("a scan"), "{reason}");
}

/// The text of a row of the shared corpus, without the comment that ends its heading.
fn corpus_text(id: &str) -> String {
    let collection = match id.split('/').next() {
        Some("ca") => "en-canada-acts-regs",
        Some("prc") => "zh-hans-prc-laws",
        Some("tw") => "zh-hant-taiwan-laws",
        _ => panic!("{id}: of no known collection"),
    };
    let path = shared("corpus")
        .expect("beside the files")
        .join(format!("{collection}.jsonl.gz"));
    let rows = BufReader::new(GzDecoder::new(File::open(path).expect("a collection")));
    let mut texts = rows
        .lines()
        .map(|line| line.expect("a line"))
        .filter(|line| line.contains(id))
        .filter_map(|line| {
            let row: serde_json::Value = serde_json::from_str(&line).expect("a row");
            (row["id"] == id).then(|| {
                row["text"]
                    .as_str()
                    .expect("a text")
                    .replace("<!-- INFO END -->", "")
            })
        });
    texts
        .next()
        .unwrap_or_else(|| panic!("{id} is not in {collection}"))
}

#[test]
#[allow(clippy::print_stderr, reason = "recall is a figure to read")]
fn office_documents_reach_the_text_they_were_made_from() {
    let Some(folder) = shared("files") else {
        return;
    };
    let readme = truth_of(&folder.join("README.md"));
    let mut seen = 0;
    for row in readme.lines().filter(|row| row.starts_with("| made-")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let (name, note) = (cells[1], cells[6]);
        if !name.ends_with(".docx") && !name.ends_with(".odt") {
            continue;
        }
        let id = note
            .strip_prefix("built here from ")
            .and_then(|rest| rest.strip_suffix(" in the corpus of this side"));
        let truth = corpus_text(id.unwrap_or_else(|| panic!("{name}: {note}")));
        let recall = recall(&truth, &only(prepare(&folder.join(name))).text);
        eprintln!("{name}: recall {recall:.4}");
        assert!(recall >= 0.99, "{name}: recall {recall:.4}");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Reading is total: random bytes, and real formats with bytes changed or cut, give a document or a reason.
    #[test]
    fn reading_is_total(
        kind in 0_usize..6,
        noise in prop::collection::vec(any::<u8>(), 0..200),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = match kind {
            0 => noise,
            1 => docx("<w:p><w:r><w:t>甲乙</w:t></w:r></w:p>"),
            2 => b"<!DOCTYPE html><html><body><table><tr><td>a<p>b</td></table><script>x</script>&amp;".to_vec(),
            3 => b"<?xml version='1.0'?><rss><item><title>a&#x4E00;</title><b>c</b></item></rss>".to_vec(),
            4 => pdf(&[line(60, 700, "some text")]),
            _ => b"a,text\n1,\"x\ny\"\n2,z\n".to_vec(),
        };
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes.truncate(cut.index(bytes.len() + 1));
        let format = detect_format(&bytes, "x");
        let raw = RawDocument { format, content: polidex_indexer::extract::Content::Bytes(bytes.clone()), ..RawDocument::default() };
        let _ = read_document(raw);
        for document in prepare_bytes("x", &bytes).into_iter().flatten() {
            for passage in &document.record.passages {
                prop_assert!(document.text.get(passage.from_byte as usize..passage.to_byte as usize).is_some());
            }
        }
    }
}
