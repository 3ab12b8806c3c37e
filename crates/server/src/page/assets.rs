//! The files that pages need, inside the program: a fixed table, so that no request ever names a path.

use std::sync::LazyLock;

/// A file that is served as it is, for ever: its public name holds a hash of its content.
pub(crate) struct Asset {
    source: &'static str,
    name: String,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

static ASSETS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    [
        asset(
            "polidex.css",
            "text/css; charset=utf-8",
            slim_sheet(include_str!("../../static/polidex.css")),
        ),
        asset(
            "polidex.js",
            "text/javascript; charset=utf-8",
            slim_script(include_str!("../../static/polidex.js")),
        ),
        asset(
            "document.js",
            "text/javascript; charset=utf-8",
            slim_script(include_str!("../../static/document.js")),
        ),
        asset(
            "list.js",
            "text/javascript; charset=utf-8",
            slim_script(include_str!("../../static/list.js")),
        ),
        asset(
            "favicon.svg",
            "image/svg+xml",
            include_str!("../../static/favicon.svg").to_owned(),
        ),
    ]
});

/// A sheet without its comments and indentation, which are for those who read it here.
fn slim_sheet(text: &str) -> String {
    let mut slim = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        slim.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    slim.push_str(rest);
    slim_lines(&slim, |_| true)
}

/// A script without the lines of its comments and its indentation.
fn slim_script(text: &str) -> String {
    let is_comment = |line: &str| {
        ["//", "/**", "* ", "*/"]
            .iter()
            .any(|sign| line.starts_with(sign))
    };
    slim_lines(text, |line| !is_comment(line))
}

fn slim_lines(text: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let lines = text.lines().map(str::trim);
    let mut slim = String::with_capacity(text.len());
    for line in lines.filter(|line| !line.is_empty() && is_kept(line)) {
        slim.push_str(line);
        slim.push('\n');
    }
    slim
}

fn asset(source: &'static str, media_type: &'static str, text: String) -> Asset {
    let bytes = text.into_bytes();
    let (stem, extension) = source
        .split_once('.')
        .expect("every asset has an extension");
    Asset {
        source,
        name: format!("{stem}.{:016x}.{extension}", fnv1a(&bytes)),
        media_type,
        bytes,
    }
}

/// FNV-1a: tells versions of our own files apart; nobody forges them.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The asset whose public name is `name`.
pub(crate) fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of the asset `source`.
pub(crate) fn href(source: &str) -> String {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.source == source)
        .expect("listed in ASSETS");
    format!("/static/{}", asset.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_lacks_comments_and_nothing_else() {
        let sheet = slim_sheet("/* a */\n.b { color: red; } /* c\n d */\n\n  .e { }\n");
        assert_eq!(sheet, ".b { color: red; }\n.e { }\n");
        let script = slim_script("// a\nconst b = 1; // c\n  /** d */\n  e(\"//f\");\n");
        assert_eq!(script, "const b = 1; // c\ne(\"//f\");\n");
    }

    #[test]
    fn no_text_of_a_script_runs_over_lines() {
        // Its indentation would be lost.
        for script in [
            include_str!("../../static/polidex.js"),
            include_str!("../../static/document.js"),
            include_str!("../../static/list.js"),
        ] {
            for line in script.lines() {
                let ticks = line.replace("\\`", "").matches('`').count();
                assert!(ticks.is_multiple_of(2), "{line}");
            }
        }
    }
}
