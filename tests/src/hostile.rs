//! Documents that want to be more than text: what a server of other people's documents must show as it is written.

use std::fs;
use std::path::Path;

use serde_json::json;

/// What wants to become an element, an attribute, a script, a template, or a line that runs the other way.
pub const PAYLOADS: [&str; 12] = [
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=\"window.pwned=1\">",
    "</mark><b>bold</b>",
    "&lt;script&gt; &amp;",
    "\u{2028}\u{202E}evil\u{0}\u{2066}\u{061C}",
    "<svg/onload=window.pwned=1>",
    "' onfocus='window.pwned=1' autofocus='",
    "</title></textarea></style><script>window.pwned=1</script>",
    "<iframe src=\"javascript:window.pwned=1\"></iframe>",
    "javascript:window.pwned=1",
    "<a href=\"javascript:window.pwned=1\">here</a>",
    "]]><script>window.pwned=1</script>{{7*7}}${7*7}",
];

/// Fills `folder` with documents whose titles, names, texts, publishers, kinds, numbers, sources and addresses are
/// [`PAYLOADS`]. Each holds the word `findme`; two are duplicates, one has repairs, and some have two languages.
///
/// # Panics
/// When the folder cannot be written.
pub fn write_hostile(folder: &Path) {
    let mut lines = String::new();
    for (index, payload) in PAYLOADS.iter().enumerate() {
        let next = PAYLOADS[(index + 1) % PAYLOADS.len()];
        let text = format!(
            "findme {payload} findme\n\n特區政府 findme {next} 加快發展。\n\nThe end of {payload} \\$1.2 billion."
        );
        let document = json!({
            "id": format!("{index} {}", payload.replace('\0', "")), "title": format!("findme {payload}"), "publisher": next, "kind": payload,
            "number": payload, "source": payload, "original_url": payload, "date": "2024-03-11", "text": text,
        });
        lines.push_str(&format!("{document}\n"));
    }
    fs::write(folder.join("lines.jsonl"), lines).expect("a file");
    let all = PAYLOADS.join("\n\n");
    let name = |payload: &str| payload.replace(['/', '\0'], "_");
    for payload in &PAYLOADS[..6] {
        fs::write(
            folder.join(format!("{}.txt", name(payload))),
            format!("findme {payload}\n\n{all}"),
        )
        .expect("a file");
    }
    // A record of proceedings, whose speakers are links.
    let turns: String = PAYLOADS
        .iter()
        .map(|payload| format!("主席：findme {payload}\n\n陳議員：{payload}\n\n"))
        .collect();
    fs::write(folder.join("record.txt"), &turns).expect("a file");
    // An earlier version of it, to be compared.
    let earlier = turns
        .replace("findme", "looked for")
        .replace("陳議員", "李議員");
    fs::write(folder.join("earlier.txt"), format!("findme\n\n{earlier}")).expect("a file");
    let headings: String = PAYLOADS
        .iter()
        .map(|payload| format!("## {payload}\n\nfindme below {payload}\n\n"))
        .collect();
    fs::write(
        folder.join("headings.md"),
        format!("# findme {}\n\n{headings}", PAYLOADS[0]),
    )
    .expect("a file");
    for twin in ["twin <b>.txt", "twin \" onload='x'.txt"] {
        let text = format!(
            "findme twin {}\n\nBoth say the same of {}.",
            PAYLOADS[1], PAYLOADS[0]
        );
        fs::write(folder.join(twin), text).expect("a file");
    }
    let page = format!(
        "<html><head><title>findme {}</title></head><body><p>findme {all}</p></body></html>",
        PAYLOADS[1]
    );
    fs::write(folder.join("page.html"), page).expect("a file");
}
