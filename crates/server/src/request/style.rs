//! Styles of references that a reader chooses from.

/// A style in which a reference is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CitationStyle {
    /// Publisher, title, date, place, address.
    #[default]
    Plain,
    Gbt7714,
    Apa,
    Chicago,
    /// For laws and bills only.
    Oscola,
}

impl CitationStyle {
    /// Every style, in the order in which they are offered.
    pub(crate) const ALL: [Self; 5] = [
        Self::Plain,
        Self::Gbt7714,
        Self::Apa,
        Self::Chicago,
        Self::Oscola,
    ];

    /// Values of the parameter `style`, in the order of [`CitationStyle::ALL`].
    pub(crate) const NAMES: [&'static str; 5] = ["plain", "gbt7714", "apa", "chicago", "oscola"];

    /// Value of the parameter `style`.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The style of this [`name`](Self::name); the default of any other.
    pub(crate) fn of_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|style| style.name() == name);
        known.unwrap_or_default()
    }
}
