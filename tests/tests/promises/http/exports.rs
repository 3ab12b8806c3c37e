//! Result lists as files and feeds, and citations: whole, neutralised, well formed.

use super::backend::Rote;
use super::client::Server;

fn server(total: u64) -> Server {
    Server::with(
        Default::default(),
        Some(Rote {
            generation: "one",
            total,
        }),
    )
}

/// Rows of a CSV file by a reader of its own (RFC 4180).
fn rows(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && row.is_empty());
    rows
}

/// Checks that every element is closed in order, that attributes are quoted, and that `&` opens a known entity.
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        assert!(!text.contains('>'), "{text}");
        for entity in text.split('&').skip(1) {
            assert!(
                ["amp;", "lt;", "gt;", "quot;"]
                    .iter()
                    .any(|known| entity.starts_with(known)),
                "{entity}"
            );
        }
        let end = start + rest[start..].find('>').unwrap();
        let tag = &rest[start + 1..end];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') && !tag.starts_with('?') {
            open.push(tag.split(' ').next().unwrap());
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_csv_file_holds_every_hit_and_no_formula() {
    let reply = server(250).get("/search.csv?q=%3D1%2B1&page=2&per_page=5");
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/csv; charset=utf-8"))
    );
    assert!(reply.body.starts_with('\u{feff}'));
    assert!(
        reply
            .header("content-disposition")
            .unwrap()
            .starts_with("attachment; filename=\"polidex-")
    );
    let rows = rows(&reply.body);
    assert_eq!(
        rows.len(),
        251,
        "the whole list, whatever page was looked at"
    );
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let column = |name: &str| rows[0].iter().position(|known| known == name).unwrap();
    assert_eq!(rows[1][column("query")], "'=1+1");
    assert_eq!(rows[1][column("title")], "Accelerating 新質生產力");
    assert!(rows[1][column("url")].starts_with("http://localhost/documents/002?q="));
    assert!(
        rows.iter()
            .flatten()
            .all(|cell| !cell.starts_with(['=', '+', '-', '@']))
    );
    assert!(
        rows.iter()
            .all(|row| !row[column("original_url")].starts_with("javascript"))
    );
}

#[test]
fn an_export_says_what_was_found_by_translation_and_what_stands_for_others() {
    let server = server(45);
    let rows = rows(&server.get("/search.csv?q=housing").body);
    let column = |name: &str| rows[0].iter().position(|known| known == name).unwrap();
    let translated = rows
        .iter()
        .filter(|row| row[column("by_translation")] == "true")
        .count();
    assert_eq!((rows.len(), translated), (1 + 45 + 12, 12));
    assert!(rows[2][column("duplicates")].starts_with("002 "));
    let scanned = |row: usize| {
        let columns = ["scanned_pages", "scan_confidence"];
        columns.map(|name| rows[row][column(name)].as_str())
    };
    assert_eq!((scanned(3), scanned(4)), (["3", "0.987"], ["", ""]));
    let json = server.get("/search.json?q=housing").json();
    assert_eq!(
        (&json["total"], &json["expanded_total"], &json["exported"]),
        (&45.into(), &12.into(), &57.into())
    );
}

#[test]
fn an_export_ends_at_its_cap_and_says_so() {
    let json = server(2_500).get("/search.json?q=a").json();
    assert_eq!(
        (json["total"].as_u64(), json["exported"].as_u64()),
        (Some(2_500), Some(1_000))
    );
    assert_eq!(json["hits"].as_array().unwrap().len(), 1_000);
    assert_eq!(json["q"], "a");
    assert_eq!(json["retrieved"].as_str().unwrap().len(), 10);
}

#[test]
fn references_are_one_record_a_document() {
    let server = server(45);
    let ris = server.get("/search.ris?q=a").body;
    assert_eq!(
        ris.lines()
            .filter(|line| line.starts_with("TY  - "))
            .count(),
        45
    );
    assert_eq!(
        ris.lines()
            .filter(|line| line.trim_end() == "ER  -")
            .count(),
        45
    );
    let bibtex = server.get("/search.bib?q=a").body;
    assert_eq!(
        bibtex
            .lines()
            .filter(|line| line.starts_with("@article{"))
            .count(),
        45
    );
    assert_eq!(bibtex.lines().filter(|line| *line == "}").count(), 45);
}

#[test]
fn feeds_and_descriptions_are_well_formed() {
    let server = server(3);
    let hostile = percent_encoding::utf8_percent_encode(
        super::backend::HOSTILE,
        percent_encoding::NON_ALPHANUMERIC,
    )
    .to_string();
    for target in [
        "/search.atom",
        "/search.atom?q=a&lang=en",
        &format!("/search.atom?q={hostile}"),
        "/opensearch.xml",
    ] {
        let reply = server.get(target);
        assert_eq!(reply.status, 200, "{target}");
        assert_well_formed(&reply.body);
    }
    let feed = server.get("/search.atom?q=a").body;
    assert_eq!(feed.matches("<entry>").count(), 3);
    assert!(feed.contains("<updated>2024-03-01T00:00:00Z</updated>"));
    let description = server.get("/opensearch.xml").body;
    assert!(
        description.contains("template=\"http://localhost/search?q={searchTerms}\""),
        "{description}"
    );
}

#[test]
fn a_list_that_cannot_be_asked_for_is_a_problem() {
    let server = server(3);
    assert_eq!(server.get("/search.csv?x=1").status, 400);
    assert_eq!(server.get("/search.atom?source=nothing").status, 400);
    assert_eq!(server.get("/opensearch.xml?q=a").status, 400);
}

#[test]
fn absolute_links_use_the_configured_address() {
    let settings = polidex_server::http::Settings {
        base_url: Some("https://policy.example/".parse().unwrap()),
        ..Default::default()
    };
    let server = Server::with(
        settings,
        Some(Rote {
            generation: "one",
            total: 3,
        }),
    );
    let reply = server.get_with("/opensearch.xml", &[("Host", "policy.example")]);
    assert!(
        reply
            .body
            .contains("https://policy.example/search?q={searchTerms}")
    );
}

#[test]
fn a_passage_has_a_citation() {
    let page = server(3).get("/documents/002?cite=p2&ui=en").body;
    for part in [
        "Citation · Line 2",
        "https://example.org/a?b=",
        "<h3>GB/T 7714</h3>",
        "<h3>APA</h3>",
        "<h3>Chicago</h3>",
        "@article{polidex1_002,",
        "TY  - JOUR",
        "class=\"Z3988\" title=\"ctx_ver=Z39%2E88%2D2004",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(
        !page.contains("http://localhost/documents/002#p2"),
        "nobody else can open it"
    );
    let whole = server(3).get("/documents/002?ui=en").body;
    assert!(whole.contains("@article{polidex1_002,"));
}

#[test]
fn every_hit_of_a_list_has_its_open_url() {
    let page = server(3).get("/search?q=a&ui=en").body;
    let urls = page.split("class=\"Z3988\" title=\"").skip(1);
    let urls: Vec<&str> = urls.filter_map(|url| url.split('"').next()).collect();
    assert_eq!(
        urls.len(),
        page.matches("<li class=\"hit\">").count(),
        "{page}"
    );
    for url in &urls {
        assert!(url.starts_with("ctx_ver=Z39%2E88%2D2004&#38;rft"), "{url}");
        assert!(url.contains("rft.title="), "{url}");
        assert!(!url.contains("localhost"), "nobody else can open it: {url}");
    }
    let addresses = urls
        .iter()
        .filter_map(|url| url.split("rft.identifier=").nth(1));
    let addresses: Vec<&str> = addresses.collect();
    // What one document gives for its address is no address of the web.
    assert_eq!(addresses.len() + 1, urls.len(), "{page}");
    for address in addresses {
        assert!(
            address.starts_with("https%3A%2F%2Fexample%2Eorg"),
            "{address}"
        );
    }
}

#[test]
fn a_timeline_is_json_and_a_table_for_those_who_accept_it() {
    let server = server(45);
    let address = "/api/v1/timeline?q=%3D1%2B1&q=%E6%96%B0%E8%B3%AA&unit=year";
    let json = server.get(address).json();
    assert_eq!(json["unit"], "year");
    assert_eq!(json["series"][1]["q"], "新質");
    assert_eq!(json["series"][1]["points"][1]["occurrences"], 3);
    let csv = server.get_with(address, &[("Accept", "text/csv")]);
    assert!(csv.header("content-type").unwrap().starts_with("text/csv"));
    let rows = rows(&csv.body);
    assert_eq!(
        rows.len(),
        1 + 2 * 3,
        "a row a phrase and period, and one without a date"
    );
    assert_eq!(rows[0][..3], ["year", "q", "occurrences"]);
    assert_eq!(rows[1][..3], ["2013", "'=1+1", "1"], "no formula");
    assert_eq!(rows[6][..3], ["", "新質", "2"]);
    for wrong in ["unit=week", "sort=date", "q=a&from=2025&to=2024"] {
        assert_eq!(
            server.get(&format!("/api/v1/timeline?{wrong}")).status,
            400,
            "{wrong}"
        );
    }
}
