//! The reader's language: the one the interface is shown in.
//!
//! In: the parameters and headers of a request. Out: one of three languages, taken from the address, else from the choice
//! remembered in a cookie, else from `Accept-Language`.

use axum::http::{HeaderMap, header};

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ui {
    En,
    ZhHant,
    ZhHans,
}

/// Name of the cookie that remembers the choice.
const COOKIE: &str = "polidex_ui";

impl Ui {
    /// Every language, in the order of the switch.
    pub(crate) const ALL: [Self; 3] = [Self::En, Self::ZhHant, Self::ZhHans];

    /// Value of the parameter `ui`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHant => "zh-Hant",
            Self::ZhHans => "zh-Hans",
        }
    }

    /// Returns the language of this [`code`](Self::code).
    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ui| ui.code() == code)
    }

    /// The page's `lang`: with a region where glyphs depend on it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhHant => "zh-Hant-HK",
            Self::ZhHans => "zh-Hans",
        }
    }

    /// Name of the language in itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::ZhHant => "繁體中文",
            Self::ZhHans => "简体中文",
        }
    }

    /// The language in one sign, for a narrow screen; its name begins with it or holds it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::En => "En",
            Self::ZhHant => "繁",
            Self::ZhHans => "简",
        }
    }

    /// The `Set-Cookie` header that remembers it for a year: a preference, nothing about the reader.
    pub(crate) fn cookie(self) -> &'static str {
        match self {
            Self::En => "polidex_ui=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
            Self::ZhHant => "polidex_ui=zh-Hant; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
            Self::ZhHans => "polidex_ui=zh-Hans; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        }
    }

    /// Returns the language chosen in the address, else the remembered one, else the browser's, else English.
    pub(crate) fn pick(chosen: Option<Self>, headers: &HeaderMap) -> Self {
        chosen
            .or_else(|| Self::remembered(headers))
            .or_else(|| Self::accepted(headers))
            .unwrap_or(Self::En)
    }

    /// Like [`Ui::pick`], for a request whose parameters are not known to be valid.
    pub(crate) fn of_request(pairs: &[(String, String)], headers: &HeaderMap) -> Self {
        let chosen = pairs
            .iter()
            .find(|(name, _)| name == "ui")
            .and_then(|(_, code)| Self::from_code(code));
        Self::pick(chosen, headers)
    }

    /// Returns the language in the cookie.
    fn remembered(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        pairs
            .find(|(name, _)| *name == COOKIE)
            .and_then(|(_, code)| Self::from_code(code))
    }

    /// Returns the language of the highest quality in `Accept-Language`, the first of several.
    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let accept = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        let mut best: Option<(u16, Self)> = None;
        for range in accept.split(',') {
            let (tag, quality) = range.split_once(';').unwrap_or((range, "q=1"));
            let quality = thousandths(quality.trim());
            if let Some(ui) = Self::of_tag(tag.trim())
                && quality > best.map_or(0, |(quality, _)| quality)
            {
                best = Some((quality, ui));
            }
        }
        best.map(|(_, ui)| ui)
    }

    /// Returns the language of a tag: by the script subtag, else by region; bare `zh` is Simplified (CLDR's likely subtags), Cantonese is Traditional.
    fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.to_ascii_lowercase();
        let mut parts = tag.split('-');
        let language = parts.next()?;
        let has = |wanted: &[&str]| tag.split('-').skip(1).any(|part| wanted.contains(&part));
        match language {
            "en" => Some(Self::En),
            "zh" if has(&["hans"]) => Some(Self::ZhHans),
            "yue" if has(&["hans", "cn"]) => Some(Self::ZhHans),
            "zh" if has(&["hant", "tw", "hk", "mo"]) => Some(Self::ZhHant),
            "yue" => Some(Self::ZhHant),
            "zh" => Some(Self::ZhHans),
            _ => None,
        }
    }
}

fn thousandths(quality: &str) -> u16 {
    let value = quality
        .strip_prefix("q=")
        .and_then(|number| number.parse::<f32>().ok())
        .unwrap_or(0.0);
    (value.clamp(0.0, 1.0) * 1000.0) as u16
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn picked(accept: &str) -> Ui {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_LANGUAGE,
            HeaderValue::from_str(accept).expect("ascii"),
        );
        Ui::pick(None, &headers)
    }

    #[test]
    fn the_browsers_language_is_taken() {
        let cases = [
            ("en-GB,en;q=0.9", Ui::En),
            ("zh-HK,zh;q=0.9,en;q=0.8", Ui::ZhHant),
            ("zh-TW", Ui::ZhHant),
            ("zh-Hans-HK", Ui::ZhHans),
            ("zh", Ui::ZhHans),
            ("zh-CN;q=0.5, en;q=0.9", Ui::En),
            ("fr, zh-Hant;q=0.1", Ui::ZhHant),
            ("yue", Ui::ZhHant),
            ("en;q=0, zh-SG;q=0.001", Ui::ZhHans),
            ("fr", Ui::En),
            (";;q=x,,", Ui::En),
        ];
        for (accept, expected) in cases {
            assert_eq!(picked(accept), expected, "{accept}");
        }
    }

    #[test]
    fn the_address_beats_the_cookie_and_the_cookie_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=b; polidex_ui=zh-Hant"),
        );
        assert_eq!(Ui::pick(None, &headers), Ui::ZhHant);
        assert_eq!(Ui::pick(Some(Ui::ZhHans), &headers), Ui::ZhHans);
    }
}
