//! The files that pages need, inside the program: a fixed table, so that no request ever names a path.

use std::sync::LazyLock;

/// A file that is served as it is, for ever: its public name holds a hash of its content.
pub(crate) struct Asset {
    source: &'static str,
    name: String,
    pub(crate) media_type: &'static str,
    pub(crate) bytes: &'static [u8],
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset(
            "polidex.css",
            "text/css; charset=utf-8",
            include_bytes!("../../static/polidex.css"),
        ),
        asset(
            "polidex.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../static/polidex.js"),
        ),
        asset(
            "favicon.svg",
            "image/svg+xml",
            include_bytes!("../../static/favicon.svg"),
        ),
    ]
});

fn asset(source: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Asset {
    let (stem, extension) = source
        .split_once('.')
        .expect("every asset has an extension");
    Asset {
        source,
        name: format!("{stem}.{:016x}.{extension}", fnv1a(bytes)),
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
