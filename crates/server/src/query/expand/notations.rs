//! Writes a number, a date or an amount in all its notations.

use polidex_analysis::numerals::roman_numeral;

use polidex_analysis::date::ENGLISH_MONTHS;

/// Year before the first of the Republic of China.
pub(super) const MINGUO_YEAR: u64 = 1_911;

/// Notations of one value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Forms {
    /// In Chinese.
    pub(super) han: Vec<String>,
    /// In English.
    pub(super) english: Vec<String>,
    /// In digits and signs alone.
    pub(super) neutral: Vec<String>,
}

/// Largest number that is written in ideographs; nobody does beyond it.
pub(super) const MAX_HAN_NUMBER: u64 = 999_999_999_999;

/// Writes a number in ideographs as it is read aloud: 二十三, 一百零五. `None` beyond [`MAX_HAN_NUMBER`].
pub(super) fn han_number(number: u64) -> Option<String> {
    if number == 0 {
        return Some("零".to_owned());
    }
    if number > MAX_HAN_NUMBER {
        return None;
    }
    let mut text = String::new();
    let mut needs_zero = false;
    for (value, name) in [(100_000_000, "億"), (10_000, "萬"), (1, "")] {
        let group = number / value % 10_000;
        if group == 0 {
            needs_zero = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (needs_zero || group < 1_000) {
            text.push('零');
        }
        needs_zero = false;
        text.push_str(&group_text(group, text.is_empty()));
        text.push_str(name);
    }
    Some(text)
}

/// Writes a number up to 9,999; the 一 before a leading 十 is left out at the start of a text.
fn group_text(group: u64, is_first: bool) -> String {
    let mut text = String::new();
    let mut skipped = false;
    for (value, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = group / value % 10;
        if digit == 0 {
            skipped = !text.is_empty();
            continue;
        }
        if skipped {
            text.push('零');
        }
        skipped = false;
        if !(is_first && digit == 1 && value == 10 && text.is_empty()) {
            text.push(DIGITS[digit as usize]);
        }
        text.push_str(name);
    }
    text
}

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Returns all notations of a count: digits, ideographs, and 廿 and 卅 for the twenties and thirties.
pub(super) fn notations(number: u64) -> Vec<String> {
    let mut forms = vec![number.to_string()];
    let Some(han) = han_number(number) else {
        return forms;
    };
    for (from, short) in [(20, '廿'), (30, '卅')] {
        if (from..from + 10).contains(&number) {
            let rest: String = han.chars().skip(2).collect();
            forms.push(format!("{short}{rest}"));
        }
    }
    forms.insert(1, han);
    forms
}

/// Writes a year digit by digit: 二〇二四, 二零二四.
fn year_notations(year: u64) -> Vec<String> {
    let spelt = |zero: char| {
        let digit = |digit: u8| {
            if digit == b'0' {
                zero
            } else {
                DIGITS[usize::from(digit - b'0')]
            }
        };
        year.to_string().bytes().map(digit).collect::<String>()
    };
    let mut forms = vec![spelt('〇')];
    if forms[0].contains('〇') {
        forms.push(spelt('零'));
    }
    forms
}

/// A date as far as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: Option<u64>,
    pub(super) month: Option<u64>,
    pub(super) day: Option<u64>,
}

impl Date {
    /// Returns all notations of the date, the commonest first.
    pub(super) fn forms(self) -> Forms {
        Forms {
            han: [self.in_digits(), self.in_ideographs(), self.of_minguo()].concat(),
            english: self.in_english(),
            neutral: self.in_iso(),
        }
    }

    fn in_digits(self) -> Vec<String> {
        vec![part(self.year, "年") + &part(self.month, "月") + &part(self.day, "日")]
    }

    fn in_ideographs(self) -> Vec<String> {
        let rest = han_part(self.month, "月") + &han_part(self.day, "日");
        match self.year {
            Some(year) => year_notations(year)
                .iter()
                .map(|year| format!("{year}年{rest}"))
                .collect(),
            None => vec![rest],
        }
    }

    /// Writes a day by the years of the Republic of China; the era stands before it or not. A year or a month alone needs its
    /// era to be one.
    fn of_minguo(self) -> Vec<String> {
        let year = self.year.and_then(|year| year.checked_sub(MINGUO_YEAR));
        let Some(year) = year.filter(|year| (1..200).contains(year)) else {
            return Vec::new();
        };
        let era = if self.day.is_some() { "" } else { "民國" };
        let digits = part(self.month, "月") + &part(self.day, "日");
        let han = han_part(self.month, "月") + &han_part(self.day, "日");
        let mut forms = vec![format!("{era}{year}年{digits}")];
        let mut years = year_notations(year);
        years.extend(han_number(year));
        if (111..120).contains(&year) || (110..200).contains(&year) && year % 100 >= 10 {
            // 一百十三 and 一百一十三 are both written.
            years.extend(han_number(year).map(|year| year.replacen("百十", "百一十", 1)));
        }
        years.dedup();
        forms.extend(years.iter().map(|year| format!("{era}{year}年{han}")));
        forms
    }

    fn in_iso(self) -> Vec<String> {
        match (self.year, self.month, self.day) {
            (Some(year), Some(month), None) => vec![format!("{year}-{month:02}")],
            (Some(year), Some(month), Some(day)) => {
                let mut forms = vec![format!("{year}-{month:02}-{day:02}")];
                if month < 10 || day < 10 {
                    forms.push(format!("{year}-{month}-{day}"));
                }
                forms.push(format!("{year}.{month}.{day}"));
                forms
            }
            _ => Vec::new(),
        }
    }

    fn in_english(self) -> Vec<String> {
        let month = self
            .month
            .and_then(|month| ENGLISH_MONTHS.get(month as usize - 1));
        let Some(month) = month else {
            return Vec::new();
        };
        let short = Some(&month[..3]).filter(|short| short != month);
        match (self.year, self.day) {
            (Some(year), None) => {
                let mut forms = vec![format!("{month} {year}")];
                forms.extend(short.map(|short| format!("{short} {year}")));
                forms
            }
            (Some(year), Some(day)) => english_days(year, month, short, day),
            (None, Some(day)) => vec![
                format!("{day} {month}"),
                format!("{month} {day}"),
                format!("{} {month}", ordinal(day)),
                format!("{month} {}", ordinal(day)),
            ],
            (None, None) => Vec::new(),
        }
    }
}

fn part(value: Option<u64>, name: &str) -> String {
    value
        .map(|value| format!("{value}{name}"))
        .unwrap_or_default()
}

fn han_part(value: Option<u64>, name: &str) -> String {
    value
        .and_then(han_number)
        .map(|value| format!("{value}{name}"))
        .unwrap_or_default()
}

/// Notations of a day, with the month in full and `short` where it has a short form.
fn english_days(year: u64, month: &str, short: Option<&str>, day: u64) -> Vec<String> {
    let ordinal = ordinal(day);
    let mut forms = vec![
        format!("{day} {month} {year}"),
        format!("{month} {day}, {year}"),
        format!("{ordinal} {month} {year}"),
        format!("{month} {ordinal}, {year}"),
        format!("{day} {month}, {year}"),
        format!("{ordinal} of {month} {year}"),
    ];
    if let Some(short) = short {
        forms.push(format!("{day} {short} {year}"));
        forms.push(format!("{short} {day}, {year}"));
    }
    forms
}

/// Writes 21st, 2nd, 3rd, 11th.
fn ordinal(number: u64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Centuries in words, from the tenth on.
pub(super) const SPELT_CENTURIES: [&str; 13] = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
];

/// Returns all notations of a century.
pub(super) fn century(number: u64) -> Forms {
    let spelt = number.checked_sub(10);
    let spelt = spelt.and_then(|at| SPELT_CENTURIES.get(at as usize));
    let numbers = notations(number);
    let english = std::iter::once(ordinal(number)).chain(spelt.map(|spelt| (*spelt).to_owned()));
    Forms {
        han: numbers
            .iter()
            .map(|number| format!("{number}世紀"))
            .collect(),
        english: english.map(|number| format!("{number} century")).collect(),
        neutral: Vec::new(),
    }
}

/// Returns all notations of a share of a hundred, given in thousandths of a per cent.
pub(super) fn share_forms(thousandths: u64) -> Forms {
    let whole = thousandths / 1_000;
    let decimals = format!("{:03}", thousandths % 1_000);
    let decimals = decimals.trim_end_matches('0');
    let (mut digits, mut spelt) = (grouped(whole), han_number(whole));
    if !decimals.is_empty() {
        digits = format!("{digits}.{decimals}");
        spelt = spelt.map(|whole| format!("{whole}點{}", spelt_digits(decimals)));
    }
    let mut han = vec![format!("百分之{digits}")];
    if thousandths == 100_000 {
        han.extend(["百分之百", "百分百"].map(str::to_owned));
    }
    han.extend(spelt.map(|number| format!("百分之{number}")));
    let tens = whole / 10;
    if (1..10).contains(&tens) && thousandths.is_multiple_of(10_000) {
        han.push(format!("{}成", DIGITS[tens as usize]));
        han.push(format!("{tens}成"));
    }
    Forms {
        han,
        english: vec![format!("{digits} per cent"), format!("{digits} percent")],
        neutral: vec![format!("{digits}%")],
    }
}

fn spelt_digits(digits: &str) -> String {
    let digits = digits.bytes();
    digits
        .map(|digit| DIGITS[usize::from(digit - b'0')])
        .collect()
}

/// Returns all notations of a count between `around`: 第 and 條.
pub(super) fn counted_forms(number: u64, around: (&str, &str), has_roman: bool) -> Forms {
    let (ordinal, counter) = around;
    let mut numbers = notations(number);
    if counter == "年" && (1_000..3_000).contains(&number) {
        numbers.extend(year_notations(number));
    }
    if number >= 1_000 && ordinal.is_empty() && counter != "年" {
        numbers.push(grouped(number));
    }
    if has_roman && number < 40 {
        numbers.extend(u32::try_from(number).ok().and_then(roman_numeral));
    }
    let written = numbers
        .iter()
        .map(|number| format!("{ordinal}{number}{counter}"));
    Forms {
        han: written.collect(),
        ..Forms::default()
    }
}

/// Returns both notations of a numbered part: Part IV, Part 4.
pub(super) fn numbered_part(name: &str, number: u64) -> Forms {
    let roman = u32::try_from(number).ok().and_then(roman_numeral);
    let numbers = std::iter::once(number.to_string()).chain(roman);
    Forms {
        english: numbers.map(|number| format!("{name} {number}")).collect(),
        ..Forms::default()
    }
}

/// A whole amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    value: u64,
}

impl Amount {
    pub(super) fn of(value: u64) -> Self {
        Self { value }
    }

    /// Returns all notations of the amount, each in Chinese or digits before `currency`.
    pub(super) fn forms(self, currency: &str) -> Forms {
        let mut numbers = han_amounts(self.value);
        numbers.extend(
            han_number(self.value).filter(|_| self.value < 100_000_000 || numbers.is_empty()),
        );
        let doubled: Vec<String> = numbers
            .iter()
            .filter_map(|number| with_two(number))
            .collect();
        numbers.extend(doubled);
        let mut neutral = vec![grouped(self.value)];
        if self.value >= 1_000 {
            neutral.push(self.value.to_string());
        }
        let with_currency = |number: &String| format!("{number}{currency}");
        let neutral: Vec<String> = neutral.iter().map(with_currency).collect();
        let han = numbers.iter().map(with_currency);
        if currency.is_empty() {
            return Forms {
                han: han.collect(),
                english: english_amounts(self.value),
                neutral,
            };
        }
        Forms {
            han: han.chain(neutral).collect(),
            english: english_amounts(self.value),
            neutral: Vec::new(),
        }
    }
}

/// Writes 兩 for the 二 before a place: 兩百, 兩萬.
fn with_two(number: &str) -> Option<String> {
    let behind = number.strip_prefix('二')?;
    behind
        .starts_with(['百', '千', '萬', '億'])
        .then(|| format!("兩{behind}"))
}

/// Writes an amount with 億 or 萬: `100億`, `一百億`. Thousandths at most, as people write them.
fn han_amounts(value: u64) -> Vec<String> {
    let mut forms = Vec::new();
    for (scale, name) in [(100_000_000, "億"), (10_000, "萬")] {
        if value >= scale {
            forms.extend(scaled(value, scale).map(|number| format!("{number}{name}")));
            if value.is_multiple_of(scale) {
                forms.extend(han_number(value / scale).map(|number| format!("{number}{name}")));
                break;
            }
        }
    }
    forms
}

/// Writes an amount with trillion, billion or million, or in full: `1.3 trillion`, `500,000`.
fn english_amounts(value: u64) -> Vec<String> {
    let scales = [
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
    ];
    let fitting = scales.iter().filter(|(scale, _)| value >= *scale);
    let written =
        fitting.filter_map(|(scale, name)| Some(format!("{} {name}", scaled(value, *scale)?)));
    let mut forms: Vec<String> = written.take(2).collect();
    if value < 1_000_000 {
        forms.push(grouped(value));
    }
    forms
}

/// Writes `value / scale` with up to three decimals; `None` if that is not exact.
fn scaled(value: u64, scale: u64) -> Option<String> {
    let thousandth = scale / 1_000;
    if thousandth == 0 || !value.is_multiple_of(thousandth) {
        return None;
    }
    let (whole, rest) = (value / scale, value % scale / thousandth);
    let decimals = format!("{rest:03}");
    let decimals = decimals.trim_end_matches('0');
    Some(if decimals.is_empty() {
        grouped(whole)
    } else {
        format!("{}.{decimals}", grouped(whole))
    })
}

/// Writes a number with thousands separators.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
