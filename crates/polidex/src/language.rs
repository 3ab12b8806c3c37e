//! Language of what people read on the terminal. What scripts read is always English.

use std::io::IsTerminal;

/// Language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    Traditional,
    Simplified,
}

impl Language {
    /// Language of the reader of `stream`: that of the locale where it is a terminal.
    pub(crate) fn of(stream: &impl IsTerminal) -> Self {
        if stream.is_terminal() {
            Self::of_locale(&locale())
        } else {
            Self::English
        }
    }

    /// Language of a locale as POSIX names it: `zh_HK.UTF-8`. Regions that write Traditional Chinese are named, all others
    /// of `zh` write Simplified.
    fn of_locale(locale: &str) -> Self {
        let locale = locale.split(['.', '@']).next().unwrap_or_default();
        let mut parts = locale.split(['_', '-']);
        if parts.next() != Some("zh") {
            return Self::English;
        }
        let is_traditional = |part: &str| ["TW", "HK", "MO", "Hant"].contains(&part);
        if parts.any(is_traditional) {
            Self::Traditional
        } else {
            Self::Simplified
        }
    }

    /// The one of three texts that is in this language.
    pub(crate) fn pick<T>(self, english: T, traditional: T, simplified: T) -> T {
        match self {
            Self::English => english,
            Self::Traditional => traditional,
            Self::Simplified => simplified,
        }
    }
}

/// Locale of messages: the first of the variables that is set and not empty, as POSIX orders them.
fn locale() -> String {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
    let set = variables.filter_map(|name| std::env::var(name).ok());
    set.into_iter()
        .find(|value| !value.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn locales_name_a_script_by_their_region() {
        let cases = [
            ("", Language::English),
            ("C.UTF-8", Language::English),
            ("en_HK.UTF-8", Language::English),
            ("zh_HK.UTF-8", Language::Traditional),
            ("zh_TW", Language::Traditional),
            ("zh_Hant_CN", Language::Traditional),
            ("zh_CN.GB18030", Language::Simplified),
            ("zh_SG@x", Language::Simplified),
            ("zh", Language::Simplified),
        ];
        for (locale, language) in cases {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
