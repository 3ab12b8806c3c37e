//! The pages, complete without JavaScript.

use polidex_server::http::{Limits, Rate, Settings};

use super::backend::{ODD_ID, Rote};
use super::client::Server;

fn attribute_values<'a>(html: &'a str, before: &str) -> Vec<&'a str> {
    html.split(before)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[test]
fn the_search_page_has_all_its_parts() {
    let server = Server::start();
    let page = server
        .get("/search?q=%E6%96%B0%E8%B3%AA&source=002&from=2024&to=2024&ui=en")
        .body;
    for part in [
        "<title>新質 - polidex</title>",
        "<html lang=\"en\">",
        "<form method=\"get\" action=\"/search\" role=\"search\"",
        "<input type=\"search\" id=\"q\" name=\"q\" value=\"新質\"",
        "autocomplete=\"off\"",
        "<label for=\"q\">Search the documents</label>",
        "<search class=\"ask\">",
        "enterkeyhint=\"search\"",
        "spellcheck=\"false\"",
        "role=\"status\"",
        "<h1 class=\"heading\">Results for <bdi lang=\"zh\">新質</bdi></h1>",
        "1–20 of 45 documents",
        "aria-label=\"Remove filter: Document Accelerating 新質生產力\"",
        "aria-label=\"Remove filter: Year 2024\"",
        "lang=\"zh-Hant\"><mark>發展</mark>「新質生產力」</p>",
        " · p. 3<",
        "<time datetime=\"2024-03\">March 2024</time>",
        "4 matching passages",
        "rel=\"next\"",
        "<a href=\"/sources?q=%E6%96%B0%E8%B3%AA&#38;source=002&#38;from=2024&#38;to=2024&#38;ui=en\">All 10 documents…</a>",
        "name=\"source\" value=\"002\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(page.matches("<h1").count(), 1);
}

#[test]
fn every_link_of_a_page_is_answered() {
    let server = Server::start();
    for start in [
        "/",
        "/search?q=a&source=002&sort=date&page=2&ui=zh-Hans",
        "/search?q=zzzz&kind=x",
        "/documents/002?q=a&ui=en",
        "/help",
        "/coverage",
        "/timeline?q=a",
        "/documents/002?q=a&cite=p2&style=apa&ui=en",
        "/documents/002?speaker=%E4%B8%BB%E5%B8%AD&ui=en",
        "/compare?a=002&b=hostile&q=a&ui=en",
        "/compare?a=002&filter=%E5%A0%B1%E5%91%8A&ui=zh-Hant",
        "/compare",
    ] {
        let page = server.get(start).body;
        let links = attribute_values(&page, " href=\"");
        assert!(links.len() > 5, "{start}");
        for link in links.iter().filter(|link| link.starts_with('/')) {
            let target = link.replace("&#38;", "&").replace("&amp;", "&");
            let target = target.split('#').next().unwrap();
            let status = server.get(target).status;
            assert!(
                status == 200 || (status == 400 && target.contains("kind=x")),
                "{start} → {target}: {status}"
            );
        }
    }
}

#[test]
fn a_filter_is_a_link_that_keeps_the_rest_and_starts_at_page_one() {
    let server = Server::start();
    let page = server.get("/search?q=a&page=2&sort=date").body;
    let links = attribute_values(&page, " href=\"");
    assert!(
        links
            .iter()
            .any(|link| link.replace("&#38;", "&") == "/search?q=a&from=2024&to=2024&sort=date"),
        "{links:?}"
    );
    assert!(
        links
            .iter()
            .any(|link| link.replace("&#38;", "&") == "/search?q=a&lang=zh-Hant&sort=date"),
        "{links:?}"
    );
}

#[test]
fn the_interface_follows_address_cookie_and_browser() {
    let server = Server::start();
    let lang = |target: &str, headers: &[(&str, &str)]| {
        let page = server.get_with(target, headers).body;
        attribute_values(&page, "<html lang=\"")[0].to_owned()
    };
    assert_eq!(lang("/", &[]), "en");
    assert_eq!(
        lang("/", &[("Accept-Language", "zh-HK,en;q=0.5")]),
        "zh-Hant-HK"
    );
    assert_eq!(
        lang(
            "/",
            &[
                ("Accept-Language", "zh-HK"),
                ("Cookie", "polidex_ui=zh-Hans")
            ]
        ),
        "zh-Hans"
    );
    assert_eq!(
        lang(
            "/?ui=en",
            &[
                ("Accept-Language", "zh-HK"),
                ("Cookie", "polidex_ui=zh-Hans")
            ]
        ),
        "en"
    );
    assert_eq!(
        lang("/search?q=a&ui=zh-Hant&page=x", &[]),
        "zh-Hant-HK",
        "errors too"
    );
    let chosen = server.get("/search?q=a&ui=zh-Hant");
    assert!(
        chosen
            .header("set-cookie")
            .unwrap()
            .starts_with("polidex_ui=zh-Hant;")
    );
    assert!(
        chosen.body.contains("name=\"ui\" value=\"zh-Hant\""),
        "a new query keeps it"
    );
    assert_eq!(server.get("/search?ui=fr").status, 400);
}

#[test]
fn nothing_found_is_not_a_dead_end() {
    let server = Server::start();
    let reply = server.get("/search?q=zzzz&source=002&expand=none&ui=en");
    assert_eq!(reply.status, 200);
    for part in [
        "Nothing found",
        "<bdi>zzzz</bdi>",
        "remove the filter <bdi lang=\"en\">Document</bdi>: <bdi lang=\"zh\">Accelerating",
        "allow variants",
        "browse all documents",
    ] {
        assert!(reply.body.contains(part), "{part}");
    }
    let beyond = server.get("/search?q=a&page=9&ui=en");
    assert!(
        beyond.body.contains("There is no such page")
            && beyond
                .body
                .contains("<a href=\"/search?q=a&#38;ui=en\">Page 1</a>")
    );
    let quoted = server.get("/search?q=%E3%80%8Czzzz%E3%80%8D&ui=en");
    assert_eq!(quoted.status, 200);
}

/// Links of a part of a page, decoded.
fn links_of(part: &str) -> Vec<String> {
    attribute_values(part, " href=\"")
        .iter()
        .map(|link| link.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page
        .find(from)
        .unwrap_or_else(|| panic!("{from} is missing\n{page}"));
    &page[start
        ..start
            + page[start..]
                .find(to)
                .unwrap_or_else(|| panic!("{to} is missing"))]
}

#[test]
fn expansions_are_listed_and_each_can_be_left_out() {
    let server = Server::start();
    let page = server.get("/search?q=housing&page=2&ui=en").body;
    let list = between(&page, "<details class=\"expansions\"", "<h2");
    for part in [
        "role=\"group\" aria-label=\"Also searched\"",
        "aria-label=\"Search without 房屋\"><bdi lang=\"zh\">房屋</bdi>",
        "<summary>3 more</summary>",
        "&#60;script&#62;",
    ] {
        assert!(list.contains(part), "{part}\n{list}");
    }
    let links = links_of(list);
    assert!(
        links.contains(&"/search?q=housing&without=%E6%88%BF%E5%B1%8B&ui=en".to_owned()),
        "{links:?}"
    );
    assert!(
        links.contains(&"/search?q=housing&expand=none&ui=en".to_owned()),
        "{links:?}"
    );
    assert!(
        links.contains(&"/search?q=housing&expand=variants&ui=en".to_owned()),
        "{links:?}"
    );
    for link in &links {
        assert_eq!(server.get(link).status, 200, "{link}");
    }

    let left_out = server
        .get("/search?q=housing&without=%E6%88%BF%E5%B1%8B&ui=en")
        .body;
    let list = between(&left_out, "<details class=\"expansions\"", "<h2");
    assert!(
        list.contains("aria-label=\"Search with 房屋 again\"")
            && !list.contains("Search without 房屋"),
        "{list}"
    );
    assert!(
        list.starts_with("<details class=\"expansions\" open>")
            && list.matches("<details").count() == 1,
        "ten are no more than a fold is worth"
    );
    let still_many = server.get("/search?q=housing&without=x&ui=en").body;
    assert!(
        still_many.contains("<details open>"),
        "the fold stays open for the next"
    );
    let form = between(&left_out, "<form", "</form>");
    assert!(
        !form.contains("name=\"without\""),
        "another query has other forms"
    );

    let none = server.get("/search?q=housing&expand=none&ui=en").body;
    assert!(
        none.contains("Searched only as typed") && none.contains("with variants and translations"),
        "{none}"
    );
    assert!(
        !server
            .get("/search?q=a")
            .body
            .contains("class=\"expansions\"")
    );
}

#[test]
fn hits_by_translation_say_so_and_are_counted_apart() {
    let server = Server::start();
    for (ui, count, label) in [
        ("en", "12 by translation", "by translation"),
        ("zh-Hant", "12 份經翻譯", "經翻譯找到"),
        ("zh-Hans", "12 份经翻译", "经翻译找到"),
    ] {
        let page = server
            .get(&format!("/search?q=housing&page=3&ui={ui}"))
            .body;
        let head = between(&page, "<div class=\"results-head\"", "</p>");
        assert!(
            head.contains(count)
                && head.contains("41–57")
                && head.contains("45 ")
                && head.contains("57 "),
            "{head}"
        );
        let parts = links_of(head);
        for tier in ["all", "translation"] {
            let href = format!("/search?q=housing&tier={tier}&ui={ui}");
            assert!(parts.contains(&href), "{parts:?}");
        }
        let label = format!("<span class=\"by-translation\">{label}</span>");
        let hits: Vec<&str> = page.split("<li class=\"hit\">").skip(1).collect();
        let labelled: Vec<bool> = hits.iter().map(|hit| hit.contains(&label)).collect();
        assert_eq!(labelled, [vec![false; 5], vec![true; 12]].concat());
        assert_eq!(page.matches("<ol class=\"hits\">").count(), 1);
        assert!(
            between(&page, "role=\"status\"", "</p>").contains("12"),
            "said too"
        );
    }
    let only = server.get("/search?q=translated&ui=en").body;
    assert!(
        only.contains("class=\"by-translation\"") && !only.contains("Nothing found"),
        "{only}"
    );
    assert!(
        between(&only, "role=\"status\"", "</p>")
            .contains("12 documents by translation found for <bdi lang=\"en\">translated</bdi>")
    );
    assert_eq!(only.matches("<ol class=\"hits\">").count(), 1);
}

#[test]
fn a_hit_by_the_text_as_published_says_so_and_opens_it() {
    let server = Server::start();
    for (ui, count, sentence) in [
        (
            "en",
            "1 only in the text as published",
            "Found only in the text as published: a repair changed these words.",
        ),
        (
            "zh-Hant",
            "1 份只見於原始文本",
            "只見於原始文本：修復時改動了這些字句。",
        ),
        (
            "zh-Hans",
            "1 份只见于原始文本",
            "只见于原始文本：修复时改动了这些字句。",
        ),
    ] {
        let page = server.get(&format!("/search?q=published&ui={ui}")).body;
        let head = between(&page, "<div class=\"results-head\"", "</p>");
        assert!(head.contains(count), "{head}");
        let hits: Vec<&str> = page.split("<li class=\"hit\">").skip(1).collect();
        let said: Vec<bool> = hits.iter().map(|hit| hit.contains(sentence)).collect();
        assert_eq!(said, [false, false, true]);
        let links = links_of(hits[2]);
        let opens = |link: &&String| link.contains("view=published");
        // Its title and the words behind the sentence.
        assert!(links.iter().filter(opens).count() >= 2, "{links:?}");
        let first = links_of(hits[0]);
        assert_eq!(first.iter().filter(opens).count(), 0, "{first:?}");
        assert!(
            between(&page, "role=\"status\"", "</p>").contains(count),
            "said too"
        );
    }
}

#[test]
fn a_reader_is_shown_how_to_switch_repairs_off() {
    let server = Server::start();
    let page = server.get("/documents/hostile?ui=en").body;
    let repairs = between(&page, "<section class=\"repairs\"", "</section>");
    assert!(
        repairs.contains("put these lines into sources.toml"),
        "{repairs}"
    );
    let lines = between(repairs, "<pre class=\"to-paste\" tabindex=\"0\">", "</pre>");
    let lines = lines.rsplit('>').next().unwrap().replace("&#34;", "\"");
    let table: toml::Table = lines.parse().expect("TOML");
    let (_, switches) = table.iter().next().expect("one file");
    let kinds = switches["without"].as_array().expect("kinds");
    assert!(!kinds.is_empty(), "{lines}");
    for kind in kinds {
        let kind = kind.as_str().expect("a slug");
        assert!(repairs.contains(&format!("<code>{kind}</code>")), "{kind}");
    }
    assert!(lines.contains("# repair = false"));
}

#[test]
fn pages_run_over_both_kinds_of_hits() {
    let server = Server::start();
    let last = server.get("/search?q=housing&per_page=50&page=2&ui=en");
    assert!(last.body.contains("51–57 of 57"), "{}", last.body);
    assert!(
        server
            .get("/search?q=housing&per_page=50")
            .body
            .contains("rel=\"next\""),
        "45 fit on one page, 57 do not"
    );
    let api = server.get("/api/v1/search?q=housing&per_page=50").json();
    assert_eq!(
        api["links"]["next"],
        "/api/v1/search?q=housing&page=2&per_page=50"
    );
}

#[test]
fn duplicates_are_one_fold_away() {
    let page = Server::start().get("/search?q=a&ui=en").body;
    let fold = between(&page, "<details class=\"duplicates\">", "</details>");
    assert!(
        fold.contains("<summary>Also in 3 more documents</summary>"),
        "{fold}"
    );
    assert!(
        links_of(fold).contains(&"/documents/002?q=a&ui=en".to_owned()),
        "{fold}"
    );
}

#[test]
fn a_hit_says_why_it_stands_where_it_stands() {
    let server = Server::start();
    let plain = server.get("/search?q=a&page=2&ui=en").body;
    assert_eq!(
        plain.matches("class=\"to-why\"").count(),
        20,
        "a way to it at every hit"
    );
    assert!(
        links_of(&plain).contains(&"/search?q=a&page=2&explain=true&ui=en#why-3".to_owned()),
        "{plain}"
    );
    for unranked in ["/search?ui=en", "/search?q=a&sort=date&ui=en"] {
        assert!(
            !server.get(unranked).body.contains("to-why"),
            "{unranked}: the order explains itself"
        );
    }
    for (ui, parts) in [
        (
            "en",
            [
                "the title is the query",
                "(a translation of “",
                "in 2 of 3 documents",
                "7 smaller parts",
                " is missing",
            ],
        ),
        (
            "zh-Hant",
            [
                "標題與查詢一字不差",
                "」的翻譯）",
                "3 份文件中 2 份有",
                "其餘 7 項合計",
                "沒有「",
            ],
        ),
        (
            "zh-Hans",
            [
                "标题与查询一字不差",
                "”的翻译）",
                "3 份文件中 2 份有",
                "其余 7 项合计",
                "没有“",
            ],
        ),
    ] {
        let page = server
            .get(&format!("/search?q=a&page=2&explain=true&ui={ui}"))
            .body;
        let why = between(&page, "<ul id=\"why-3\" tabindex=\"-1\">", "</ul>");
        for part in parts {
            assert!(why.contains(part), "{part}\n{why}");
        }
        assert_eq!(
            why.matches("<span class=\"number\">11 %</span>").count(),
            9,
            "{why}"
        );
        let absent = between(&page, "<section class=\"absent\"", "</section>");
        assert_eq!(absent.matches("<li>").count(), 6, "{absent}");
        assert!(
            links_of(&page).contains(&format!("/search?q=a&page=2&ui={ui}")),
            "a way back"
        );
    }
}

#[test]
fn lists_to_take_away_are_of_the_same_question() {
    let server = Server::start();
    let page = server
        .get("/search?q=housing&expand=variants&without=x%20y&kind=k1&page=2&explain=true&ui=en")
        .body;
    let links = links_of(between(&page, "<nav class=\"exports\"", "</nav>"));
    let asked = "?q=housing&kind=k1&expand=variants&without=x%20y";
    let paths = [
        "/search.csv",
        "/search.json",
        "/search.bib",
        "/search.ris",
        "/search.atom",
    ];
    assert_eq!(links, paths.map(|path| format!("{path}{asked}")));
    let head = between(&page, "type=\"application/atom+xml\"", ">");
    assert!(head.contains("expand=variants&#38;without=x%20y"), "{head}");
}

#[test]
fn a_value_is_chosen_out_of_hundreds_without_javascript() {
    let server = Server::start();
    let search = server.get("/search?q=a&ui=en").body;
    assert!(
        search.contains("<a href=\"/filters/kind?q=a&#38;ui=en\">All 250…</a>"),
        "{search}"
    );
    let page = server.get("/filters/kind?q=a&lang=en&page=3&ui=en").body;
    for part in [
        "201–250 of 250 values",
        "name=\"lang\" value=\"en\"",
        "3 documents",
        "aria-label=\"Page 1\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let choose = links_of(between(&page, "<ul class=\"sources\">", "</ul>")).remove(0);
    assert_eq!(
        choose,
        "/search?q=a&lang=en&kind=kind%20200%20%E6%A9%9F%E6%A7%8B&ui=en"
    );
    let found = server
        .get("/filters/publisher?filter=%E6%9C%BA%E6%9E%84&page=2&ui=zh-Hans")
        .body;
    assert!(
        found.contains("选择发布机构") && found.contains("第 101–200 项"),
        "either script finds: {found}"
    );
    let chosen = server
        .get("/filters/publisher?publisher=publisher+7+%E6%A9%9F%E6%A7%8B&ui=en")
        .body;
    assert_eq!(
        chosen.matches("aria-current=\"true\" lang=\"zh\"").count(),
        1
    );
    assert_eq!(server.get("/filters/color").status, 404);
    assert_eq!(server.get("/filters/kind?page=0").status, 400);
    assert!(
        server
            .get("/filters/kind?q=zzzz&ui=zh-Hant")
            .body
            .contains("列表中沒有名稱相符者")
    );
}

#[test]
fn a_document_is_chosen_out_of_thousands_without_javascript() {
    let server = Server::start();
    let page = server.get("/sources?q=a&kind=k1&source=002&ui=en").body;
    for part in [
        "1–100 of 6,003 documents",
        "name=\"kind\" value=\"k1\"",
        "aria-label=\"Page 61\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(
        page.matches("aria-current=\"true\" lang=").count(),
        1,
        "the chosen one"
    );
    let found = server
        .get("/sources?q=a&kind=k1&filter=circular+5999&ui=en")
        .body;
    assert!(found.contains("1 document<"), "{found}");
    let choose = links_of(between(&found, "<ul class=\"sources\">", "</ul>")).remove(0);
    assert_eq!(choose, "/search?q=a&source=many5999&kind=k1&ui=en");
    assert!(
        server
            .get("/sources?filter=%E9%80%9A%E5%87%BD&page=60&ui=en")
            .body
            .contains("5,901–6,000 of 6,000")
    );
    assert!(
        server
            .get("/sources?filter=zzz&ui=zh-Hans")
            .body
            .contains("没有标题或发布机构相符的文件")
    );
    assert_eq!(server.get("/sources?page=999").status, 200);
    for target in ["/sources?page=0", "/sources?x=1"] {
        assert_eq!(server.get(target).status, 400, "{target}");
    }
}

#[test]
fn too_many_chosen_documents_are_refused_politely() {
    let server = Server::start();
    let many: String = (0..150).map(|n| format!("&source=many{n:04}")).collect();
    let reply = server.get(&format!("/search?q=%E6%96%B0{many}&ui=zh-Hant"));
    assert_eq!(reply.status, 422);
    for part in ["value=\"新\"", "最多 100", "現為 101", "參考編號"] {
        assert!(reply.body.contains(part), "{part}\n{}", reply.body);
    }
    let more: String = (0..3_000).map(|n| format!("&source=many{n:04}")).collect();
    let reply = server.get(&format!("/search?q=%E6%96%B0{more}&ui=zh-Hant"));
    assert_eq!(reply.status, 414);
    assert!(
        reply.body.contains("網址過長") && reply.body.contains("value=\"新\""),
        "{}",
        reply.body
    );
}

#[test]
fn the_reading_page_has_all_its_parts() {
    let server = Server::start();
    let page = server.get("/documents/002?q=a&ui=en").body;
    for part in [
        "<h2 id=\"p1\" lang=\"zh-Hant\" tabindex=\"-1\"",
        "<p id=\"p2\" lang=\"zh-Hant\" tabindex=\"-1\" class=\"repaired\" data-line=\"2\" data-place=\"Line 2\"><mark>Ac</mark>celerating",
        "<li id=\"p3\" lang=\"en\"",
        "<h3 id=\"p5\"",
        "5 marked",
        "href=\"/search?q=a&#38;ui=en\"",
        "As published",
        "Glyph numbers of a PDF font",
        "ю͑ྗᙄࡰ",
        "rel=\"noopener noreferrer\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let published = server.get("/documents/002?view=published&ui=en").body;
    assert!(published.contains("<pre>ю͑ྗᙄࡰ</pre>"), "{published}");
    let odd = percent_encoding::utf8_percent_encode(ODD_ID, percent_encoding::NON_ALPHANUMERIC);
    assert_eq!(server.get(&format!("/documents/{odd}")).status, 200);
}

#[test]
fn an_error_page_keeps_the_question() {
    let server = Server::start();
    let reply = server.get("/search?q=%E6%96%B0&publisher=P&page=0&ui=zh-Hant");
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (400, Some("text/html; charset=utf-8"))
    );
    for part in [
        "value=\"新\"",
        "name=\"publisher\" value=\"P\"",
        "參數 page 的值無法讀取",
        "參考編號",
    ] {
        assert!(reply.body.contains(part), "{part}\n{}", reply.body);
    }
    let as_json = server.get_with("/search?page=0", &[("Accept", "application/json")]);
    assert_eq!(
        as_json.header("content-type"),
        Some("application/problem+json")
    );
}

#[test]
fn every_failure_keeps_the_question_and_says_what_it_is_in_the_readers_language() {
    let limits = Limits {
        search_threads: 1,
        search_queue: 0,
        ..Limits::default()
    };
    let server = Server::with(
        Settings {
            limits,
            ..Settings::default()
        },
        Some(Rote {
            generation: "one",
            total: 3,
        }),
    );
    let none = Server::with(Settings::default(), None);
    let tired = Server::with(
        Settings {
            rate: Rate::PerSecond(1),
            ..Settings::default()
        },
        Some(Rote {
            generation: "one",
            total: 3,
        }),
    );
    for _ in 0..10 {
        tired.get("/search?q=%E6%96%B0");
    }
    let long = format!("%E6%96%B0{}", "x".repeat(4_000));
    let too_long = "a".repeat(17 * 1024);
    let cases: [(&Server, u16, &str, [&str; 3]); 9] = [
        (
            &server,
            400,
            "/search?q=%E6%96%B0&page=0",
            ["cannot be read", "無法讀取", "无法读取"],
        ),
        (
            &server,
            404,
            "/nowhere?q=%E6%96%B0",
            [
                "nothing at this address",
                "此網址沒有內容",
                "此网址没有内容",
            ],
        ),
        (
            &server,
            404,
            "/documents/none?q=%E6%96%B0",
            ["no such document", "沒有這份文件", "没有这份文件"],
        ),
        (
            &server,
            421,
            "/search?q=%E6%96%B0",
            ["does not answer to that name", "不以該名稱", "不以该名称"],
        ),
        (
            &server,
            422,
            &format!("/search?q={long}"),
            [
                "at most 4000, this is 4001",
                "最多 4000，現為 4001",
                "最多 4000，现为 4001",
            ],
        ),
        (
            &server,
            414,
            &format!("/search?q=%E6%96%B0&kind={too_long}"),
            ["too long", "網址過長", "网址过长"],
        ),
        (
            &server,
            500,
            "/search?q=panic",
            ["Something went wrong", "這裏出了問題", "这里出了问题"],
        ),
        (
            &tired,
            429,
            "/search?q=%E6%96%B0",
            ["Too many requests", "請求過多", "请求过多"],
        ),
        (
            &none,
            503,
            "/search?q=%E6%96%B0",
            ["index is being built", "索引建立中", "索引正在建立"],
        ),
    ];
    let mut references = std::collections::BTreeSet::new();
    for (server, status, target, sentences) in cases {
        for (accept, sentence) in ["en", "zh-HK", "zh-CN"].into_iter().zip(sentences) {
            let host = if status == 421 {
                "elsewhere.example"
            } else {
                "localhost"
            };
            let reply = server.get_with(target, &[("Accept-Language", accept), ("Host", host)]);
            assert_eq!(reply.status, status, "{target}");
            assert!(
                reply.body.contains(sentence),
                "{status} {accept}: {sentence}\n{}",
                reply.body
            );
            let q = if status == 500 {
                "value=\"panic\""
            } else {
                "value=\"新"
            };
            assert!(reply.body.contains(q), "{status}: the query is kept");
            references.insert(between(&reply.body, "<code>", "</code>").to_owned());
            assert_eq!(
                reply.header("retry-after").is_some(),
                [429, 503].contains(&status),
                "{status}"
            );
        }
    }
    assert_eq!(
        references.len(),
        27,
        "each failure has a reference of its own"
    );
}

#[test]
fn a_full_queue_is_said_on_a_page_too() {
    let limits = Limits {
        search_threads: 1,
        search_queue: 0,
        ..Limits::default()
    };
    let server = Server::with(
        Settings {
            limits,
            ..Settings::default()
        },
        Some(Rote {
            generation: "one",
            total: 3,
        }),
    );
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| server.get("/search?q=slow").status);
        std::thread::sleep(std::time::Duration::from_millis(120));
        let reply = server.get("/search?q=%E6%96%B0&kind=k1&ui=zh-Hant");
        assert_eq!(
            (reply.status, reply.header("retry-after")),
            (503, Some("1"))
        );
        for part in [
            "同時檢索的人太多",
            "value=\"新\"",
            "name=\"kind\" value=\"k1\"",
            "參考編號",
        ] {
            assert!(reply.body.contains(part), "{part}\n{}", reply.body);
        }
        assert_eq!(slow.join().unwrap(), 200);
    });
}

#[test]
fn a_wrong_date_is_said_at_its_field() {
    let server = Server::start();
    let page = server.get("/search?q=a&from=2024-13&ui=en").body;
    for part in [
        "value=\"2024-13\"",
        "aria-invalid=\"true\"",
        "id=\"from-error\">Not a date",
        "aria-describedby=\"date-hint from-error\"",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    let reversed = server.get("/search?q=a&from=2025&to=2024&ui=en").body;
    assert!(
        reversed.contains("id=\"to-error\">This lies before"),
        "{reversed}"
    );
}

#[test]
fn the_state_is_the_address() {
    let server = Server::start();
    let page = || server.get("/search?q=a&kind=k1&ui=zh-Hans").body;
    assert_eq!(page(), page());
}

#[test]
fn an_empty_collection_says_so() {
    let server = Server::with(
        Default::default(),
        Some(Rote {
            generation: "one",
            total: 0,
        }),
    );
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn static_files_are_kept_for_ever_under_their_hash() {
    let server = Server::start();
    let page = server.get("/").body;
    let stylesheet = attribute_values(&page, "rel=\"stylesheet\" href=\"")[0].to_owned();
    let reply = server.get(&stylesheet);
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/css; charset=utf-8"))
    );
    assert!(reply.header("cache-control").unwrap().contains("immutable"));
    assert!(!page.contains("style=\""), "no inline style");
}

#[test]
fn a_hit_is_its_title_its_facts_and_its_best_passage_and_the_rest_folds_out() {
    let page = Server::start().get("/search?q=a&ui=en").body;
    let hit = page.split("<li class=\"hit\">").nth(1).expect("a hit");
    let fold = between(hit, "<details class=\"more\">", "</details>");
    assert!(fold.contains("<summary>1 more passage</summary>"), "{hit}");
    assert_eq!(fold.matches("class=\"snippet\"").count(), 1, "{fold}");
    assert_eq!(hit.matches("class=\"snippet\"").count(), 2, "{hit}");
    assert!(
        hit.find("class=\"snippet\"") < hit.find("<details class=\"more\">"),
        "the best stands open"
    );
    assert_eq!(
        hit.matches("class=\"cite\"").count(),
        2,
        "each has its citation"
    );
    assert_eq!(
        hit.matches("class=\"under\"").count(),
        1,
        "a heading that passages share stands once"
    );
}

#[test]
fn filters_lead_with_publisher_kind_and_language_and_documents_are_a_box() {
    let page = Server::start().get("/search?q=a&from=2020&ui=en").body;
    let filters = &page[page.find("<aside").unwrap()..];
    let at = |part: &str| filters.find(part).unwrap_or_else(|| panic!("{part}"));
    assert!(at("facet-kind") < at("facet-lang"));
    assert!(at("facet-lang") < at("facet-year"));
    assert!(at("facet-year") < at("facet-source"));
    let box_of = between(filters, "action=\"/sources\"", "</form>");
    for part in [
        "name=\"filter\"",
        "name=\"q\" value=\"a\"",
        "name=\"from\" value=\"2020\"",
        "<label for=\"find-document\">",
    ] {
        assert!(box_of.contains(part), "{part}\n{box_of}");
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    let server = Server::start();
    for (written, plain) in [
        ("2014%E5%B9%B43%E6%9C%88", "2014-03"),
        ("March+2014", "2014-03"),
        ("%E6%B0%91%E5%9C%8B103%E5%B9%B43%E6%9C%88", "2014-03"),
        ("5+March+2014", "2014-03-05"),
    ] {
        let page = server.get(&format!("/search?q=a&from={written}&ui=en"));
        assert_eq!(page.status, 200, "{written}");
        let field = format!("<input id=\"from\" name=\"from\" value=\"{plain}\"");
        assert!(page.body.contains(&field), "{written}");
        assert_eq!(
            server
                .get(&format!("/api/v1/search?q=a&to={written}"))
                .status,
            200
        );
    }
    assert_eq!(
        server.get("/api/v1/search?from=3/4/2014").status,
        400,
        "two dates"
    );
}

#[test]
fn hits_over_time_are_a_picture_and_a_table_that_leads_to_the_documents() {
    let server = Server::start();
    let results = server.get("/search?q=a&kind=k1&ui=en").body;
    assert!(
        links_of(&results).contains(&"/timeline?q=a&kind=k1&ui=en".to_owned()),
        "{results}"
    );
    let page = server
        .get("/timeline?q=a&q=%E6%96%B0%3Cb%3E&kind=k1&ui=en")
        .body;
    for part in [
        "name=\"kind\" value=\"k1\"",
        "<polyline points=\"",
        "stroke-dasharray=\"7 4\"",
        "role=\"img\" aria-label=\"Occurrences in a million characters\"",
        "<th scope=\"row\">2014</th>",
        "新&#60;b&#62;",
        "6 times in 3 documents",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(
        !page.contains("style="),
        "attributes only, as the policy wants"
    );
    let links = links_of(&page);
    let wanted = "/search?q=%22a%22&kind=k1&from=2014&to=2014&ui=en";
    assert!(links.contains(&wanted.to_owned()), "{links:?}");
    for q in ["", "?q=", "?unit=month", "?q=%22%22"] {
        assert_eq!(server.get(&format!("/timeline{q}")).status, 200, "{q}");
    }
}

#[test]
fn a_passage_is_shown_as_a_quotation_with_its_reference_in_the_style_chosen() {
    let server = Server::start();
    let quotation = |target: &str| {
        let page = server.get(target).body;
        between(&page, "<div class=\"reference quotation\"", "</pre>").to_owned()
    };
    let plain = quotation("/documents/002?q=a&cite=p2&ui=en");
    for part in [
        "data-marks=\"「」『』\"",
        "lang=\"zh-Hant\">「Accelerating 新質生產力」</span> <span class=\"referenced\">",
        "https://example.org/a?b=&#34;c&#34;",
        "data-style=\"plain\" aria-current=\"true\"",
    ] {
        assert!(plain.contains(part), "{part}\n{plain}");
    }
    assert!(!plain.contains("OSCOLA"), "an article is no law");
    let links = links_of(&plain);
    let wanted = "/documents/002?q=a&ui=en&cite=p2&style=apa#cite".to_owned();
    assert!(links.contains(&wanted), "{links:?}");
    let apa = quotation("/documents/002?q=a&cite=p2&style=apa&ui=en");
    assert!(apa.contains("(2024, March)"), "{apa}");
    let unsuited = quotation("/documents/002?cite=p2&style=oscola&ui=en");
    assert!(
        unsuited.contains("data-style=\"plain\" aria-current"),
        "{unsuited}"
    );
    assert_eq!(server.get("/documents/002?cite=p2&style=mla").status, 400);
    let hostile = quotation("/documents/hostile?cite=p2&style=chicago&ui=en");
    assert!(!hostile.contains("<script"), "{hostile}");
    let none = server.get("/documents/002?cite=p999&ui=en").body;
    assert!(!none.contains("reference quotation") && none.contains("GB/T 7714"));
}

#[test]
fn kinds_are_named_in_the_readers_language() {
    let server = Server::start();
    for (ui, name) in [("en", "article"), ("zh-Hant", "文章"), ("zh-Hans", "文章")] {
        let page = server.get(&format!("/search?q=a&ui={ui}")).body;
        let kind = format!("<span class=\"kind\">{name}</span>");
        assert!(page.contains(&kind), "{ui}");
        let document = server.get(&format!("/documents/002?ui={ui}")).body;
        assert!(document.contains(&kind), "{ui}");
    }
}

#[test]
fn the_start_page_says_what_the_collection_holds_with_examples_of_it() {
    let server = Server::start();
    for (ui, parts) in [
        (
            "en",
            [
                "Documents",
                "Years",
                "Languages",
                "Files not read",
                "For example",
            ],
        ),
        ("zh-Hant", ["文件", "年份", "語言", "未能讀取", "例如"]),
        ("zh-Hans", ["文件", "年份", "语言", "未能读取", "例如"]),
    ] {
        let page = server.get(&format!("/?ui={ui}")).body;
        let holdings = between(&page, "<section class=\"holdings\"", "</section>");
        for part in parts {
            assert!(holdings.contains(part), "{part}\n{holdings}");
        }
        for link in links_of(holdings) {
            assert_eq!(server.get(&link).status, 200, "{link}");
        }
        assert!(!holdings.contains("<script"), "{holdings}");
    }
    let chinese = server.get("/?ui=zh-Hans").body;
    assert!(chinese.contains("lang=\"zh\"><bdi>新質</bdi>"), "{chinese}");
    let results = server.get("/search?q=a&ui=en").body;
    assert!(!results.contains("class=\"holdings\""));
}

#[test]
fn a_record_lists_its_speakers_and_a_page_shows_one_alone() {
    let server = Server::start();
    let page = server.get("/documents/002?q=a&ui=en").body;
    let speakers = between(&page, "<details class=\"speakers\"", "</details>");
    let links = links_of(speakers);
    let chair = "/documents/002?q=a&ui=en&speaker=%E4%B8%BB%E5%B8%AD".to_owned();
    assert!(
        links.contains(&chair) && speakers.contains("1,234"),
        "{speakers}"
    );
    let alone = server.get(&chair).body;
    assert!(alone.contains("Only what 主席 says is shown."), "{alone}");
    let speakers = between(&alone, "<details class=\"speakers\" open", "</details>");
    assert!(
        links_of(speakers).contains(&"/documents/002?q=a&ui=en".to_owned()),
        "a way back"
    );
    let hostile = server.get("/documents/hostile?ui=en").body;
    assert!(!hostile.contains("<script>alert"), "{hostile}");
}

#[test]
fn two_documents_stand_side_by_side_with_what_differs() {
    let server = Server::start();
    let page = server.get("/compare?a=002&b=hostile&q=a&ui=en").body;
    for part in [
        "<tr class=\"same\">",
        "<tr class=\"changed\">",
        "<tr class=\"only-a\">",
        "<tr class=\"only-b\">",
        "<mark>A<del>c</del></mark><del>c</del>elerating",
        "<ins>",
        "Only on the left:",
        "Places that differ: 3.",
        "only the first 48 MB",
        "Only what differs (3)",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");
    let links = links_of(&page);
    for link in [
        "/compare?a=hostile&b=002&q=a&ui=en",
        "/compare?a=002&b=hostile&q=a&show=changes&ui=en",
        "/compare?a=002&b=hostile&q=a&page=3&ui=en",
        "/documents/002?ui=en#p1",
    ] {
        assert!(links.contains(&link.to_owned()), "{link}\n{links:?}");
    }
    let document = server.get("/documents/002?q=a&ui=en").body;
    assert!(links_of(&document).contains(&"/compare?a=002&q=a&ui=en".to_owned()));
    let choice = server
        .get("/compare?a=002&filter=%E6%8A%A5%E5%91%8A&ui=en")
        .body;
    let found: Vec<String> = links_of(&choice)
        .into_iter()
        .filter(|link| link.contains("&b="))
        .collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(server.get(&found[0]).status, 200);
    assert_eq!(server.get("/compare?a=002&b=none").status, 404);
}
