//! The version of the pipeline moves with what the pipeline yields.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use polidex_analysis::hash::Fnv;
use polidex_analysis::tokens::{Grams, Token, character_tokens, word_tokens};
use polidex_analysis::units::Pieces;
use polidex_indexer::build::walk::find_files;
use polidex_indexer::extract::extract_documents;
use polidex_indexer::pipeline::{PreparedDocument, prepare_document};
use polidex_indexer::repair::Options;
use polidex_indexer::version::{PIPELINE_VERSION, PIPELINE_VERSIONS};
use polidex_schema::citations::unpack_citations;
use polidex_tests::top;
use tempfile::TempDir;

/// Texts of every format that is typed, and of each family of damage.
const TEXTS: &[(&str, &str)] = &[
    (
        "table.md",
        "# 條文對照表\n\n| （修正通過）<br>第四條　僑民得申請證明書。<br>前項證明書由主管機關發給。<br>第五條　依第四條第一項辦理。 | 說明 |\n",
    ),
    (
        "notes.md",
        "---\ntitle: Library Rules\nlang: en\ndate: 2024-03-10\n---\n# Library Rules\n\n1. Open daily.\n2. No smoking.\n\n> See *section 5*.\n",
    ),
    (
        "history.txt",
        "公園條例\n\n第 1 條　本條例適用於公園。\n\n沿革：\n1.中華民國九十三年五月三十一日行政院農業委員會農授糧字第 0931132\n  349 號令修正發布第 4  條條文；並自發布日施行\n  中華民國九十四年五月三十一日行政院公告第 4  條停止適用\n",
    ),
    (
        "page.html",
        "<html lang=zh-Hant><head><title>公園條例</title><meta name=author content=立法會></head><body><h1>公園條例</h1><p>第一條　本條例適用於公園。<p>Second &amp; last.<ul><li>甲<li>乙</ul></body></html>",
    ),
    (
        "law.xml",
        "<?xml version=\"1.0\"?><law><title>Parks Act</title><section><p>Parks are open to all.</p></section></law>",
    ),
    (
        "table.csv",
        "id,title,text\na,First,\"Public housing, in Hong Kong\"\nb,Second,公共房屋\n",
    ),
    (
        "lines.jsonl",
        "{\"id\": \"l1\", \"title\": \"One\", \"text\": \"第二十三條 罰款一千元。\"}\n{\"text\": \"Line two of three.\", \"date\": \"2023\"}\nnot json\n",
    ),
    (
        "message.eml",
        "From: Clerk <clerk@example.org>\r\nSubject: =?UTF-8?B?6YCa55+l?=\r\nDate: Mon, 11 Mar 2024 10:00:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe meeting is on Friday.\r\n",
    ),
    (
        "memo.rtf",
        "{\\rtf1\\ansi{\\b Memo}\\par The fee is \\u20803?40.\\par}",
    ),
    (
        "notes.rtf",
        "{\\rtf1\\ansi{\\header Bureau\\par}The regime{\\footnote Of 1998.} was reviewed.\\par Twice.}",
    ),
    (
        "judgment.txt",
        "HCAL 1234/2019\n\nIN THE HIGH COURT\n\nJUDGMENT\n\nThe application is dismissed.\n",
    ),
    (
        "wrapped.txt",
        "Report of the Committee\n\nThe Committee considered the proposals for the develop-\nment of new quality productive forces and noted that they\nwere consistent with the policies that the Government had\nannounced in the previous year.\n\n3\n\nThe Committee agreed that the work should be continued in\nthe next session of the Council.\n",
    ),
    (
        "articles.txt",
        "第一章　總則\n第一條　為促進新質生產力之發展，特制定本辦法。\n第二條　本辦法所稱主管機關，在中央為經濟部；在直轄市為直轄市政府。\n附件一　收費表\n",
    ),
    (
        "entities.txt",
        "EPA&#8217;s Mobile Access Review\n\n&lt;b&gt;No\\u65b0\\u8d28 smoking&lt;/b&gt;\n",
    ),
    (
        "double.txt",
        "ç¤¾åŒºå›¾ä¹¦é¦†å‘¨æœ«å»¶é•¿å¼€æ”¾æ—¶é—´ï¼Œæ–¹ä¾¿ä¸Šç\u{8f}\u{ad}æ—\u{8f}å€Ÿé˜…ã€‚\n\n娌抽亾淇濇磥瀹炶\u{e511}鍒嗘\u{e18c}璐熻矗鍒跺害\n",
    ),
    (
        "glyphs.txt",
        "ю͑ྗᙄࡰ ##4 ˄̻୛ɻ\n\nstrategic emerging and future-∏oriented industries\n",
    ),
    (
        "characters.txt",
        "⽴法會通過ﬁnancial 條例，金額為 １，０００ 元。\u{200B}\n\n\u{F9E4}由\n",
    ),
    (
        "spaced.txt",
        "新 質 生 產 力 的 發 展 。\n\nT h e  C o u n c i l  a g r e e d .\n\nInnovaton and Al are priorities of thc Governrnent.\n",
    ),
    (
        "lost.txt",
        "The text ??????? ???? is beyond repair, \u{FFFD}\u{FFFD}\u{FFFD}.\n",
    ),
    (
        "names.md",
        "---\ntitle: 说明\n---\n\n*由*中国证券监督管理委员会（以下简称“证监会”）批准，\u{FFFD}。\n\n第 1 條 三十日內繳 5,000 元，第 7 條之 12 人、15 人、40 日、60 日、90 日同。\n",
    ),
    (
        "breaker.md",
        "<div class=\"breaker\"></div>\n<a name=\"rules\"></a>\n\n## 2 Rules\n\nDogs are kept on a lead.\n",
    ),
    ("empty.txt", ""),
    ("blank.txt", "\n \n"),
];

/// Bytes that are not UTF-8: GBK, Big5 and UTF-16.
const BYTES: &[(&str, &[u8])] = &[
    (
        "gbk.txt",
        b"\xd6\xd0\xbb\xaa\xc8\xcb\xc3\xf1\xb9\xb2\xba\xcd\xb9\xfa\xb9\xfa\xce\xf1\xd4\xba\xb9\xe6\xb6\xa8\xa3\xac\xb1\xbe\xb0\xec\xb7\xa8\xd7\xd4\xb7\xa2\xb2\xbc\xd6\xae\xc8\xd5\xc6\xf0\xca\xa9\xd0\xd0\xa1\xa3\n",
    ),
    (
        "big5.txt",
        b"\xa5\xdf\xaa\x6b\xb7\x7c\xb3\x71\xb9\x4c\xb1\xf8\xa8\xd2\xa1\x41\xa6\xdb\xa4\xb5\xa4\xe9\xb0\x5f\xa5\xcd\xae\xc4\xa1\x43\n",
    ),
    ("utf16.txt", b"\xff\xfeP\0a\0r\0k\0s\0\n\0"),
    ("latin.txt", b"The caf\xe9 of the Mus\xe9e is open; entr\xe9e: 5 \x80.\n"),
];

/// A package of OOXML with one text.
fn docx() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let members = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>",
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        ),
        (
            "word/document.xml",
            "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr><w:r><w:t>Housing Policy</w:t></w:r></w:p><w:p><w:r><w:t>Flats are built.</w:t></w:r></w:p></w:body></w:document>",
        ),
    ];
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name, options).expect("a member");
        writer.write_all(content.as_bytes()).expect("its bytes");
    }
    writer.finish().expect("a package").into_inner()
}

/// A PDF of one page with two lines.
fn pdf() -> Vec<u8> {
    let content = "BT /F1 10 Tf 50 700 Td (Public consultation on land) Tj 0 -14 Td (closes on 31 March 2024.) Tj ET";
    let stream = format!(
        "<</Length {}>>\nstream\n{content}\nendstream",
        content.len()
    );
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        &stream,
    ];
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", bytes.len()).expect("a string");
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).into_bytes());
    }
    let start = bytes.len();
    bytes.extend(
        format!("xref\n0 6\n0000000000 65535 f \n{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n")
            .into_bytes(),
    );
    bytes
}

fn fixed_folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write =
        |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
    for (name, text) in TEXTS {
        write(name, text.as_bytes());
    }
    for (name, bytes) in BYTES {
        write(name, bytes);
    }
    write("policy.docx", &docx());
    write("notice.pdf", &pdf());
    write("columns.pdf", &columns());
    write("lists.pdf", &lists());
    folder
}

/// A page of two columns, of which the right one begins two lines higher.
fn columns() -> Vec<u8> {
    let line = |x: u32, number: u32| {
        let y = 760 - 15 * number;
        format!(
            "BT /F1 10 Tf {x} {y} Td (line {number} of a column that is as wide as prose) Tj ET\n"
        )
    };
    let left = (2..9).map(|number| line(40, number));
    let right = (0..9).map(|number| line(310, number));
    polidex_tests::made::pdf(&[left.chain(right).collect()])
}

/// A page of two lists of short entries, of which the right one stands at heights of its own.
fn lists() -> Vec<u8> {
    let entry = |x: u32, y: u32, number: u32| {
        format!("BT /F1 10 Tf {x} {y} Td ({number} [Amendment of the Act]) Tj ET\n")
    };
    let left = (0..9).map(|row| entry(40, 760 - 15 * row, 412 + row));
    let right = (0..9).map(|row| entry(310, 755 - 15 * row, 445 + row));
    polidex_tests::made::pdf(&[left.chain(right).collect()])
}

/// One line for each document below `path`: all that an index would hold of it.
fn yields(path: &Path, lines: &mut Vec<String>) {
    let paths = [PathBuf::from(path)];
    for file in find_files(&paths).expect("the folder is there").files {
        extract_documents(&file.path, &file.relative, &mut |extracted| {
            let prepared = extracted.and_then(|raw| {
                let id = raw.id.clone().unwrap_or_else(|| raw.path.clone());
                prepare_document(id, raw, &Options::default())
            });
            lines.push(match prepared {
                Ok(prepared) => describe(&prepared),
                Err(skipped) => format!("{}: {}", skipped.path, skipped.reason),
            });
        });
    }
}

fn describe(prepared: &PreparedDocument) -> String {
    let record = &prepared.record;
    let mut line = format!(
        "{} {:016x} {:?} {:?} {:?} {:x?} {:?} {:?} {:?} ",
        serde_json::to_string(record).expect("plain data"),
        prepared.duplicate_key,
        prepared.work,
        prepared.abbreviations,
        prepared.number_sketch,
        prepared.notes,
        prepared.text,
        unpack_citations(&prepared.citations),
        prepared.cites,
    );
    for repair in &prepared.repairs {
        // Rounded: the last bits of a logarithm are the machine's.
        let kind = repair.kind.slug();
        let lines = (repair.first_line, repair.last_line);
        let change = (&repair.before, &repair.after);
        write!(
            line,
            "{kind} {lines:?} {change:?} {:.2} ",
            repair.confidence
        )
        .expect("a string");
    }
    add_tokens(&mut line, &record.title);
    add_tokens(&mut line, &prepared.text);
    add_tokens(&mut line, &prepared.replaced);
    line
}

fn add_tokens(line: &mut String, text: &str) {
    let mut add = |token: Token<'_>| {
        write!(line, "{}@{} ", token.term, token.position).expect("a string");
    };
    let mut grams = Grams::default();
    for (_, cut) in Pieces::of(text) {
        grams.push(&cut, &mut add);
        word_tokens(&cut, &mut add);
        character_tokens(&cut, &mut add);
    }
    grams.finish(&mut add);
}

#[test]
fn the_version_moves_with_what_the_pipeline_yields() {
    let seeds = top().join("seeds");
    let folder = fixed_folder();
    let mut lines = Vec::new();
    yields(&seeds, &mut lines);
    yields(folder.path(), &mut lines);
    if let Some(path) = std::env::var_os("POLIDEX_PIPELINE_OUTPUT") {
        fs::write(path, lines.join("\n")).expect("the file can be written");
    }
    let hash = format!("{:016x}", Fnv::of(lines.join("\n").as_bytes()));
    let (version, expected) = PIPELINE_VERSIONS[PIPELINE_VERSIONS.len() - 1];
    assert_eq!(
        hash,
        expected,
        "what the pipeline yields has changed, so indexes made before have to be made anew: unless that was a mistake, add \
         the line ({}, \"{hash}\") to PIPELINE_VERSIONS in crates/indexer/src/version.rs. POLIDEX_PIPELINE_OUTPUT=FILE writes what it \
         yields, to compare",
        version + 1
    );
}

#[test]
fn versions_only_go_up() {
    let is_rising = |pair: &[(u32, &str)]| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1;
    assert!(PIPELINE_VERSIONS.windows(2).all(is_rising));
    assert_eq!(
        PIPELINE_VERSIONS.last().map(|(version, _)| *version),
        Some(PIPELINE_VERSION)
    );
}
