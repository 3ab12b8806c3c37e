//! Points of time as people and programs read them, in UTC: the day on which something is read, the hour an index was made.

use std::time::{SystemTime, UNIX_EPOCH};

use polidex_analysis::date::PartialDate;

/// Seconds of a day.
const DAY_SECONDS: u64 = 86_400;

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

/// Today in UTC, `YYYY-MM-DD`.
pub fn today() -> String {
    civil_date(seconds(SystemTime::now()) / DAY_SECONDS)
}

/// A point of time by RFC 3339, `2024-03-11T08:05:00Z`.
pub(crate) fn stamp(time: SystemTime) -> String {
    let seconds = seconds(time);
    let (day, of_day) = (seconds / DAY_SECONDS, seconds % DAY_SECONDS);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", civil_date(day))
}

/// A point of time in milliseconds since 1970 by RFC 3339, `2024-03-11T08:05:00.250Z`.
pub fn stamp_ms(ms: u64) -> String {
    let time = UNIX_EPOCH + std::time::Duration::from_millis(ms);
    let seconds = stamp(time);
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), ms % 1_000)
}

/// Reads a point of time in UTC as [`stamp_ms`] writes it, with or without its milliseconds, or a day, which stands for its first
/// moment. `None` for anything else.
///
/// # Examples
/// ```
/// use polidex_server::calendar::{parse_instant, stamp_ms};
///
/// let at = parse_instant("2024-03-11T08:05:00.250Z").expect("an instant");
/// assert_eq!(stamp_ms(at), "2024-03-11T08:05:00.250Z");
/// assert_eq!(parse_instant("2024-03-11"), parse_instant("2024-03-11T00:00:00Z"));
/// assert_eq!(parse_instant("2024-02-30"), None);
/// ```
pub fn parse_instant(text: &str) -> Option<u64> {
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, time.strip_suffix('Z')?),
        None => (text, "00:00:00"),
    };
    let date = PartialDate::parse(day).filter(|_| day.len() == 10)?;
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<u64> = seconds.split(':').map(two_digits).collect::<Option<_>>()?;
    let [hour, minute, second] = parts[..] else {
        return None;
    };
    let is_fraction =
        (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if hour > 23 || minute > 59 || second > 59 || !is_fraction {
        return None;
    }
    let ms: u64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    let days = days_before(date.first_day())?;
    let seconds = days * DAY_SECONDS + hour * 3_600 + minute * 60 + second;
    Some(seconds * 1_000 + ms)
}

fn two_digits(part: &str) -> Option<u64> {
    let is_number = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { part.parse().ok() } else { None }
}

/// Days from 1970-01-01 to a day, `YYYYMMDD`; `None` before it.
fn days_before(day: u64) -> Option<u64> {
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
    // Years that begin in March.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + of_year;
    days.checked_sub(719_468)
}

/// The proleptic Gregorian date of a day counted from 1970-01-01: years that begin in March, so that the leap day comes
/// last, in cycles of 400.
fn civil_date(days: u64) -> String {
    let shifted = days + 719_468;
    let (cycle, day_of_cycle) = (shifted / 146_097, shifted % 146_097);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524
        - day_of_cycle / 146_096)
        / 365;
    let day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = cycle * 400 + year_of_cycle + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_point_of_time_is_a_day_and_an_hour() {
        let time = UNIX_EPOCH + Duration::from_secs(1_710_144_301);
        assert_eq!(stamp(time), "2024-03-11T08:05:01Z");
    }

    #[test]
    fn days_are_dates() {
        let cases = [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (20_819, "2027-01-01"),
        ];
        for (days, date) in cases {
            assert_eq!(civil_date(days), date);
        }
    }
}
