//! Draws the links to the pages of a list.

use crate::answer::PageInfo;
use crate::page::i18n::fill;
use crate::request::language::Ui;

/// A link to a page of a list.
pub(crate) struct PageLink {
    pub(crate) number: usize,
    pub(crate) href: String,
    pub(crate) is_current: bool,
    pub(crate) label: String,
}

/// Number of the last page of a list; 0 for an empty one.
pub(crate) fn last_page(page: &PageInfo) -> usize {
    (page.listed as usize).div_ceil(page.per_page)
}

/// Links to the pages around `current`, the first and the `last`; none when there is one page.
pub(crate) fn page_links(
    current: usize,
    last: usize,
    ui: Ui,
    href: impl Fn(usize) -> String,
) -> Vec<PageLink> {
    if last < 2 {
        return Vec::new();
    }
    let numbers = (1..=last)
        .filter(|number| *number == 1 || *number == last || number.abs_diff(current) <= 2);
    numbers
        .map(|number| PageLink {
            number,
            href: href(number),
            is_current: number == current,
            label: fill(ui.text().page, &[("n", &number.to_string())]),
        })
        .collect()
}
