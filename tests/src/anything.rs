//! What has to hold of any bytes at all: one function a parser, for the fuzzer (`tests/fuzz`) and for every run of the tests
//! (`tests/tests/promises/anything.rs`). Each panics when its law is broken.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use polidex_analysis::citations::citations;
use polidex_analysis::fold::fold_text;
use polidex_analysis::tokens::{character_tokens, gram_tokens, phrase_terms, word_tokens};
use polidex_analysis::units::{PARAGRAPH_GAP, cut_text};
use polidex_indexer::build::catalog::Catalog;
use polidex_indexer::build::forgotten::Forgotten;
use polidex_indexer::decode::decode_bytes;
use polidex_indexer::extract::extract_bytes;
use polidex_indexer::pipeline::prepare_document;
use polidex_indexer::repair::{Options, repair_text, replay};
use polidex_schema::added::Added;
use polidex_schema::citations::{pack_citations, unpack_citations};
use polidex_schema::coverage::Coverage;
use polidex_schema::manifest::{Manifest, parse_current};
use polidex_schema::packed::{Packed, pack_bytes, pack_text};
use polidex_schema::record::{DocumentRecord, RepairRecord};
use polidex_schema::repairs::StoredRepairs;
use polidex_server::error::ServerError;
use polidex_server::http::{Limits, Rate, Settings, Site, serve};
use polidex_server::login::Users;
use polidex_server::query::expand::tables::{parse_glossary, parse_synonyms};
use polidex_server::query::parse::parse_query;
use polidex_server::question::Question;
use polidex_server::searcher::Searcher;

use crate::SEEDS;
use crate::made::{compound_file, pdf, zip};

/// One law: its name, and the function that holds it against some bytes.
pub type Law = (&'static str, fn(&[u8]));

/// All of them.
pub const LAWS: [Law; 16] = [
    ("query", query),
    ("search", search),
    ("decode", decode),
    ("repair", repair),
    ("cut", cut),
    ("extract", extract),
    ("package", package),
    ("page", page),
    ("signature", signature),
    ("stored", stored),
    ("citations", cites),
    ("archive", archive),
    ("compound", compound),
    ("generation", generation),
    ("request", request),
    ("draft", draft),
];

/// A query is parsed or refused by a limit; what was parsed, written and parsed again, is the same.
pub fn query(data: &[u8]) {
    let typed = String::from_utf8_lossy(data);
    match parse_query(&typed) {
        Ok(parsed) => {
            let canonical = parsed.canonical();
            // Written out it may be longer than what was typed, and so over the limit.
            if let Ok(again) = parse_query(&canonical) {
                assert_eq!(again.canonical(), canonical, "typed: {typed:?}");
            }
        }
        Err(error) => assert!(matches!(error, ServerError::LimitPassed { .. }), "{error}"),
    }
}

/// A question is answered or refused; marks lie in their snippets, in order, and nothing but `<mark>` is HTML.
pub fn search(data: &[u8]) {
    let q = String::from_utf8_lossy(data);
    let Ok(answer) = SEEDS.engine.search(&Question::about(q)) else {
        return;
    };
    for passage in answer.hits.iter().flat_map(|hit| &hit.passages) {
        let mut behind = 0;
        for mark in &passage.offsets {
            assert!(
                behind <= mark.start && mark.start < mark.end,
                "{:?} of {:?}",
                passage.offsets,
                passage.text
            );
            behind = mark.end;
        }
        assert!(behind <= passage.text.chars().count());
        let bare = passage.html.replace("<mark>", "").replace("</mark>", "");
        assert!(!bare.contains(['<', '>', '"', '\'']), "{}", passage.html);
    }
}

/// Bytes of any kind decode; plain UTF-8 without a mark of order comes back as it is unless it is better read otherwise.
pub fn decode(data: &[u8]) {
    let decoded = decode_bytes(data, None);
    assert!(!decoded.encoding.is_empty());
    if data.is_ascii() && !data.contains(&0x1B) && decoded.encoding == "UTF-8" {
        assert_eq!(decoded.text.as_bytes(), data);
    }
}

/// Repair ends, its steps replay, its map tiles and a second repair finds nothing.
pub fn repair(data: &[u8]) {
    let text = decode_bytes(data, None).text;
    let repaired = repair_text(&text, &Options::default());
    assert_eq!(
        replay(&text, &repaired.steps),
        repaired.text,
        "steps of {text:?}"
    );
    let whole = repaired.map.source_of(0..repaired.text.len());
    assert!(
        whole.end <= text.len()
            && text.is_char_boundary(whole.start)
            && text.is_char_boundary(whole.end)
    );
    let again = repair_text(&repaired.text, &Options::default());
    assert!(
        again.steps.is_empty(),
        "{text:?} became {:?}, then {:?}",
        repaired.text,
        again.text
    );
}

/// Units, grams, words and characters lie in the text, at positions that never go back; folding twice is folding once.
pub fn cut(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let folded = fold_text(&text);
    assert_eq!(fold_text(&folded.text).text, folded.text, "{text:?}");
    let cut = cut_text(&text);
    let mut next = 0;
    gram_tokens(&cut, |token| {
        // One token a position, and no gap but at the end of a paragraph.
        let step = token.position - next;
        assert!(step == 0 || next > 0 && step == PARAGRAPH_GAP, "{text:?}");
        assert!(!token.term.is_empty(), "{text:?}");
        next = token.position + 1;
    });
    let (mut behind_words, mut behind) = (0, 0);
    word_tokens(&cut, |token| {
        assert!(token.position >= behind_words, "{text:?}");
        behind_words = token.position;
    });
    character_tokens(&cut, |token| {
        assert!(token.position >= behind, "{text:?}");
        behind = token.position;
    });
    let _ = phrase_terms(&cut);
}

/// Names whose endings decide where the first bytes do not.
const NAMES: [&str; 8] = [
    "a.txt", "a.md", "a.html", "a.csv", "a.tsv", "a.json", "a.jsonl", "a.eml",
];

/// The whole way from a file's bytes to what the writer takes: each document comes out or has a reason. The first byte
/// chooses the file's name.
pub fn extract(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else {
        return;
    };
    let name = NAMES[usize::from(*choice) % NAMES.len()];
    extract_file(bytes.to_vec(), name);
}

/// Every document of a file comes out or has a reason.
fn extract_file(bytes: Vec<u8>, name: &str) {
    extract_bytes(bytes, name, &mut |extracted| match extracted
        .and_then(|raw| prepare_document("id".to_owned(), raw, &Options::default()))
    {
        Ok(document) => {
            for passage in &document.record.passages {
                let range = passage.from_byte as usize..passage.to_byte as usize;
                assert!(
                    document
                        .text
                        .get(range)
                        .is_some_and(|text| !text.trim().is_empty())
                );
            }
        }
        Err(skipped) => assert!(!skipped.reason.to_string().is_empty()),
    });
}

const WORKBOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const WORKBOOK_PARTS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
/// A binary workbook of one sheet called `a`, and where it is.
const BINARY_WORKBOOK: &[u8] = b"\x9C\x01\x14\0\0\0\0\0\0\0\0\x01\0\0\0r\0\x01\0\0\0a\0";
const BINARY_PARTS: &[u8] =
    br#"<Relationships><Relationship Id="r" Target="worksheets/sheet1.bin"/></Relationships>"#;
const BOOK: &[u8] =
    br#"<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>"#;

/// The parts of packages: Office documents, OpenDocument, OFD, books. The first byte chooses which member the others are.
pub fn package(data: &[u8]) {
    let Some((choice, part)) = data.split_first() else {
        return;
    };
    let members: &[(&str, &[u8])] = match choice % 13 {
        0 => &[("word/document.xml", part)],
        1 => &[
            ("word/document.xml", b"<w:p/>"),
            ("word/numbering.xml", part),
        ],
        2 => &[
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_PARTS),
            ("xl/worksheets/sheet1.xml", part),
        ],
        3 => &[
            ("xl/workbook.xml", WORKBOOK),
            ("xl/sharedStrings.xml", part),
        ],
        4 => &[
            ("ppt/presentation.xml", b"<p/>"),
            ("ppt/slides/slide1.xml", part),
        ],
        5 => &[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", part),
        ],
        6 => &[("OFD.xml", part)],
        7 => &[("META-INF/container.xml", BOOK), ("book.opf", part)],
        8 => &[("xl/workbook.bin", part)],
        9 => &[
            ("xl/workbook.bin", BINARY_WORKBOOK),
            ("xl/_rels/workbook.bin.rels", BINARY_PARTS),
            ("xl/worksheets/sheet1.bin", part),
        ],
        10 => &[("xl/workbook.bin", b""), ("xl/styles.bin", part)],
        11 => &[
            (
                "word/document.xml",
                b"<w:p><w:footnoteReference w:id='2'/></w:p>",
            ),
            ("word/footnotes.xml", part),
        ],
        _ => &[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", b"<p>a</p>"),
            ("styles.xml", part),
        ],
    };
    extract_file(zip(members), "a.zip");
}

/// What a page of a PDF draws.
pub fn page(data: &[u8]) {
    let content = String::from_utf8_lossy(data).into_owned();
    extract_file(pdf(&[content]), "a.pdf");
}

/// First bytes of formats that are told by them.
const SIGNATURES: [&[u8]; 8] = [
    b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    b"{\\rtf1 ",
    b"%PDF-1.4\n/EmbeddedFile ",
    b"WARC/1.0\r\n",
    b"From a@b x\nSubject: a\n",
    b"MIME-Version: 1.0\r\n",
    b"PK\x03\x04",
    b"\x1F\x8B",
];

/// What follows the first bytes of a format. The first byte chooses which.
pub fn signature(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    let start = SIGNATURES[usize::from(*choice) % SIGNATURES.len()];
    extract_file([start, rest].concat(), "a.bin");
}

/// What lies in an index may be damaged: it is read or refused. What was packed comes back.
pub fn stored(data: &[u8]) {
    let _ = DocumentRecord::from_bytes(data);
    let _ = RepairRecord::all_from_bytes(data);
    let _ = Coverage::from_bytes(data);
    if let Some(repairs) = StoredRepairs::open(data) {
        let _ = (repairs.all(), repairs.slice(1, 2), repairs.touching(1, 2));
    }
    if let Some(packed) = Packed::open(data) {
        let _ = packed.unpack();
    }
    let packed = pack_bytes(data, b"near");
    let unpacked = Packed::open(&packed).and_then(|packed| packed.unpack_near(b"near"));
    assert_eq!(unpacked.as_deref(), Some(data));
    let text = String::from_utf8_lossy(data);
    let packed = pack_text(&text);
    assert_eq!(
        Packed::open(&packed)
            .and_then(|packed| packed.unpack())
            .as_deref(),
        Some(text.as_bytes())
    );
    let _ = parse_glossary(&text);
    let _ = parse_synonyms(&text);
}

/// Texts to begin with: what the parsers look for, so that a few changed bytes reach deep.
pub static BEGINNINGS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let texts: [&[u8]; 39] = [
        b"",
        "新質生產力 -title:\"AI\" OR (創新* NOT 「低空經濟」)".as_bytes(),
        b"a:(^ \"a b\"~5 ((((((((",
        "第23條 第二十三条 2024年3月5日 國發〔2023〕15號 Cap. 614".as_bytes(),
        "粤港澳大湾区".as_bytes(),
        &[0xEF, 0xBB, 0xBF, b'a', 0xE6, 0x96],
        b"\xB4\xFA\xB8\xD5 \xC1\x60\xBB\xFD\r\n\xB4\xFA",
        b"\xD0\xC2\xD6\xCA\xC9\xFA\xB2\xFA\xC1\xA6 \x81\x30\x81\x30",
        b"\xFF\xFE\x2D\x4E\x87\x65",
        b"~{<:Ky2;~} \x1B$B\x30\x21\x1B(B +ZeVnLIqe-",
        "æ–°è´¨ç”Ÿäº§åŠ› &amp;amp; \\u65b0\\u8d28 =E6=96=B0".as_bytes(),
        "ю͑ྗᙄࡰ ##4 ˄̻୛ɻ".as_bytes(),
        "立 法 會 文 件 inno-\nvation future-∏oriented \\$10".as_bytes(),
        "left one    right one\nleft two    right two\nleft three    right three\n".as_bytes(),
        "---\ntitle: 甲\ndate: 2024-03-05\n---\n# 乙\n\n- 丙\n".as_bytes(),
        "+++\ntitle = '甲'\n+++\ntext".as_bytes(),
        "\u{1}<html lang=zh><head><meta charset=big5><title>a</title><body><nav>x</nav><main><h1>甲</h1><table><tr><td>1<td>2</table>".as_bytes(),
        b"\x02<?xml version='1.0'?><rss><channel><item><title>a</title><description>&lt;b&gt;</description></item></channel></rss>",
        b"\x03id,title,text\n1,\"a \"\"b\"\"\",\"c\nd\"\n2,,\n",
        b"\x05{\"text\":\"a\",\"title\":\"\\ud800\",\"date\":\"2024\"}",
        b"\x06{\"id\":\"a\",\"text\":\"b\"}\n{\"id\":\"a\"\n[1]\n",
        b"\x07From: a@b\r\nSubject: =?big5?B?tPo=?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>a\r\n--x--",
        b"\x00{\\rtf1\\ansi\\ansicpg936 {\\fonttbl{\\f0 a;}}\\u26032? \\'d0\\'c2\\par {\\field{\\*\\fldinst x}}}",
        b"\x00PK\x03\x04\x14\x00\x00\x00\x00\x00",
        b"\x00%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>",
        b"\x00MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>a\r\n--x--",
        b"\x00From a@b x\nSubject: a\nMessage-ID: <1>\n\nb\n\nFrom c@d x\nSubject: c\n\nd\n",
        b"\x00WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a\r\nContent-Length: 30\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>text</p>",
        b"\x00<w:document><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>",
        b"\x02<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>",
        b"\x05<office:document-content><office:body><text:p>a<text:s text:c='9'/></text:p><table:table-row><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></office:body></office:document-content>",
        b"\x00q=%E6%96%B0&page=2&from=2024-03&source=002&facets=year&sort=date&fields=a",
        b"\x02documents/002?q=a&view=published&lines=3-9",
        b"\x03203.0.113.7, [2001:db8::1]:80, unknown",
        b"\x01GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"{\"generation\":\"g000001\",\"analyzer\":\"a\",\"built_from\":[],\"documents\":1,\"passages\":1,\"files\":{\"a\":{\"len_bytes\":1,\"crc32\":2}}}",
        "依《公司條例》第3(1)條及「新質生產力」，see section 12 of the Companies Act 2006: \"a quotation of it\".".as_bytes(),
        b"BT /F1 12 Tf 1 0 0 1 72 700 Tm (a) Tj /F2 9 Tf <0102> Tj [(b) -200 (c)] TJ T* ET q 2 0 0 2 0 0 cm Q",
        "新質生產力|新质生产力|new quality productive forces\t\nA\tB\n".as_bytes(),
    ];
    texts.iter().map(|text| text.to_vec()).collect()
});

/// Citations lie in order within the text, on its characters, whatever part of it they are wanted of.
pub fn cites(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for from in [0, text.len() / 2] {
        let from = text.floor_char_boundary(from);
        let mut last = from;
        for cite in citations(&text, from, "") {
            assert!(cite.range.start >= last, "{cite:?}");
            assert!(
                text.get(cite.range.clone())
                    .is_some_and(|words| !words.is_empty()),
                "{cite:?}"
            );
            last = cite.range.start;
        }
    }
}

/// First bytes of archives.
const ARCHIVES: [&[u8]; 4] = [
    b"7z\xBC\xAF\x27\x1C\x00\x04",
    b"Rar!\x1A\x07\x00",
    b"Rar!\x1A\x07\x01\x00",
    b"PK\x03\x04\x14\x00",
];
/// Bytes of a header of tar, and where its checksum stands.
const TAR_HEADER: usize = 512;
const TAR_SUM: std::ops::Range<usize> = 148..156;

/// Archives: what follows their first bytes, and tar, whose header has its sum made right. The first byte chooses which.
pub fn archive(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    if let Some(start) = ARCHIVES.get(usize::from(choice % 6)) {
        return extract_file([start, rest].concat(), "a.bin");
    }
    let mut tar = rest.to_vec();
    tar.resize(tar.len().max(TAR_HEADER).next_multiple_of(TAR_HEADER), 0);
    tar[257..263].copy_from_slice(b"ustar\0");
    tar[TAR_SUM].fill(b' ');
    let sum: u32 = tar[..TAR_HEADER].iter().map(|byte| u32::from(*byte)).sum();
    tar[TAR_SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    extract_file(tar, "a.tar");
}

/// Streams of compound files: old Word, Excel and PowerPoint, messages of Outlook, encrypted documents. The first byte chooses
/// which one the others are.
pub fn compound(data: &[u8]) {
    let Some((choice, stream)) = data.split_first() else {
        return;
    };
    let half = stream.len() / 2;
    let (one, two) = stream.split_at(half);
    let streams: &[(&str, &[u8])] = match choice % 6 {
        0 => &[("1Table", one), ("WordDocument", two)],
        1 => &[("Workbook", stream)],
        2 => &[("Current User", one), ("PowerPoint Document", two)],
        3 => &[
            ("__properties_version1.0", one),
            ("__substg1.0_1000001F", two),
            ("__substg1.0_10090102", one),
        ],
        4 => &[("EncryptionInfo", one), ("EncryptedPackage", two)],
        _ => &[("Book", stream)],
    };
    extract_file(compound_file(streams), "a.bin");
}

/// The small files of an index and of its operator: read or refused. What is written is read again as it was.
pub fn generation(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = (Manifest::verified(&text), parse_current(&text));
    if let Ok(manifest) = Manifest::from_text(&text) {
        assert!(Manifest::verified(&manifest.to_text()).is_ok(), "{text}");
    }
    if let Some(catalog) = Catalog::from_bytes(data) {
        assert_eq!(Catalog::from_bytes(&catalog.to_bytes()), Some(catalog));
    }
    if let Some(added) = Added::from_bytes(data) {
        let _ = added.newest_ms();
    }
    let forgotten = Forgotten::from_text(&text);
    let _ = Forgotten::from_text(&forgotten.to_text());
    if let Some(citations) = unpack_citations(data) {
        let packed = pack_citations(&citations);
        assert_eq!(unpack_citations(&packed), Some(citations));
    }
    let _ = Users::parse(&text);
}

/// A server of the seeds in this process, where requests are sent as bytes.
static SERVER: LazyLock<SocketAddr> = LazyLock::new(|| {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    listener.set_nonblocking(true).expect("a socket");
    std::thread::spawn(move || {
        let settings = Settings {
            rate: Rate::Unlimited,
            mcp: true,
            trusted_proxies: vec!["127.0.0.1/32".parse().expect("a network")],
            limits: Limits {
                head_timeout: Duration::from_millis(200),
                ..Limits::default()
            },
            ..Settings::default()
        };
        let site = Site::new(settings);
        let engine = Searcher::open(SEEDS.folder.path()).expect("the seeds");
        site.put_engine(Arc::new(engine));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            serve(listener, site, std::future::pending()).await
        });
        served.expect("the server goes on");
    });
    address
});

/// Any bytes sent to a server: it goes on, no answer is a failure of its own, and every answer has the security headers. The
/// first byte chooses whether they are a request, the question, the address or a header of one.
pub fn request(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    // What is no address would end the request before it is read.
    let address = || -> String {
        let kept = |byte: &u8| byte.is_ascii_graphic() && *byte != b'#';
        let written = |byte: &u8| match kept(byte) {
            true => char::from(*byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        rest.iter().map(written).collect()
    };
    let (method, path) = match choice % 5 {
        0 => ("GET", format!("/search?{}", address())),
        2 => ("GET", format!("/{}", address())),
        4 => ("POST", "/mcp".to_owned()),
        _ => ("GET", "/api/v1/search?q=a".to_owned()),
    };
    let value: Vec<u8> = rest
        .iter()
        .map(|byte| if byte.is_ascii_control() { b' ' } else { *byte })
        .collect();
    let mut sent = match choice % 5 {
        1 => rest.to_vec(),
        _ => format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
            .into_bytes(),
    };
    match choice % 5 {
        3 => {
            for name in [
                "X-Forwarded-For",
                "Accept-Language",
                "Cookie",
                "Accept",
                "If-None-Match",
                "Range",
            ] {
                sent.extend(name.bytes().chain(*b": "));
                sent.extend(value.iter().chain(b"\r\n"));
            }
        }
        4 => {
            let head = format!(
                "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: {}\r\n\r\n",
                rest.len()
            );
            sent.extend(head.as_bytes());
            sent.extend(rest);
        }
        _ => {}
    }
    sent.extend(b"\r\n\r\n");
    let answer = answer_to(&sent);
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!head.starts_with("HTTP/1.1 500"), "{answer}");
    let is_safe = head.contains("content-security-policy: default-src 'none'");
    assert!(head.is_empty() || is_safe, "{head}");
}

/// What the server answers to some bytes before it closes.
fn answer_to(sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(*SERVER).expect("the server goes on");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a socket");
    // A server that refuses early may close before all is sent: its answer is what counts.
    let _ = stream.write_all(sent);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A draft is checked: each of its citations and quotations lies in it, on its characters.
pub fn draft(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let checked = SEEDS.engine.check(&text).expect("the seeds answer");
    for found in &checked {
        let words = text.chars().skip(found.start);
        let words: String = words.take(found.quote.chars().count()).collect();
        assert_eq!(words, found.quote, "{text:?}");
    }
}
