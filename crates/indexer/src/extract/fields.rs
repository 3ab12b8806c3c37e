//! Values that formats declare about a document: dates in their many spellings, titles that mean nothing.

use polidex_analysis::date::PartialDate;

use crate::text::written_date::whole_date;

/// The date in a value such as `2024-03-10T08:00:00Z`, `D:20240310`, `20240310`, `Sun, 10 Mar 2024 08:00:00 GMT`,
/// `2024年3月10日`, `10 March 2024`, `中華民國113年3月10日`; `None` when there is none that is valid.
pub(crate) fn date_of(value: &str) -> Option<String> {
    by_numbers(value).or_else(|| whole_date(value).map(|date| date.to_string()))
}

fn by_numbers(value: &str) -> Option<String> {
    let value = value.trim().trim_start_matches("D:");
    let numbers = value.split(|c: char| !c.is_ascii_digit());
    let numbers: Vec<&str> = numbers.filter(|part| !part.is_empty()).collect();
    if let Some(month) = month_by_name(value) {
        let day = numbers.iter().find(|number| number.len() <= 2)?;
        let year = numbers.iter().find(|number| number.len() == 4)?;
        return valid_day(year, &month.to_string(), day);
    }
    match numbers.as_slice() {
        [packed, ..] if packed.len() >= 8 => valid_day(&packed[..4], &packed[4..6], &packed[6..8]),
        [year, rest @ ..] if year.len() == 4 => from_year(year, rest),
        _ => None,
    }
}

/// The date of a year and the numbers behind it: a month and a day, a month, or nothing.
fn from_year(year: &str, rest: &[&str]) -> Option<String> {
    let month_of = |month: &str| valid(&format!("{year}-{month:0>2}"));
    match rest {
        [month, day, ..] => {
            let day = if day.len() > 2 { "" } else { day };
            valid_day(year, month, day).or_else(|| month_of(month))
        }
        [month] => month_of(month),
        [] => valid(year),
    }
}

fn valid_day(year: &str, month: &str, day: &str) -> Option<String> {
    (year.len() == 4)
        .then(|| valid(&format!("{year}-{month:0>2}-{day:0>2}")))
        .flatten()
}

fn valid(date: &str) -> Option<String> {
    PartialDate::parse(date).map(|date| date.to_string())
}

fn month_by_name(value: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let lower = value.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
    words.find_map(|word| {
        MONTHS
            .iter()
            .position(|month| word.starts_with(month))
            .map(|index| index + 1)
    })
}

/// Sets `slot` unless it is set or `value` says nothing.
pub(crate) fn fill(slot: &mut Option<String>, value: &str) {
    let value = value.trim();
    if slot.is_none() && !value.is_empty() {
        *slot = Some(value.to_owned());
    }
}

/// Days that programs write by themselves: the template of a library for Word files, and one for PDF whose files are to be
/// the same every time.
pub(crate) fn is_placeholder_day(day: &str) -> bool {
    ["2013-12-23T23:15:00", "2000-01-01T00:00:00"]
        .iter()
        .any(|known| day.trim().starts_with(known))
}

/// Titles that programs give by themselves.
pub(crate) fn is_placeholder(title: &str) -> bool {
    let title = title.trim().to_ascii_lowercase();
    title.is_empty()
        || [
            "untitled",
            "document1",
            "powerpoint presentation",
            "word document",
            "title",
            "slide 1",
        ]
        .contains(&title.as_str())
        || title.starts_with("microsoft word - ")
        || [
            "doc", "docx", "exe", "pdf", "indd", "odt", "ppt", "pptx", "rtf", "xls", "xlsx",
        ]
        .iter()
        .any(|extension| {
            title
                .strip_suffix(extension)
                .is_some_and(|name| name.ends_with('.'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_many_spellings() {
        for (value, expected) in [
            ("2024-03-10T08:00:00Z", Some("2024-03-10")),
            ("D:20240310080000+08'00'", Some("2024-03-10")),
            ("Sun, 10 Mar 2024 08:00:00 GMT", Some("2024-03-10")),
            ("March 10, 2024", Some("2024-03-10")),
            ("2024年3月10日", Some("2024-03-10")),
            ("中華民國113年3月10日", Some("2024-03-10")),
            ("二〇二四年三月十日", Some("2024-03-10")),
            ("2024/3", Some("2024-03")),
            ("2024", Some("2024")),
            ("2024-13-10", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(date_of(value).as_deref(), expected, "{value}");
        }
    }
}
