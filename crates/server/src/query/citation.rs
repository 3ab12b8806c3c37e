//! Reads the article of a law that a query names: 刑法第二百三十四条, 基本法23, *s. 12 of the Companies Act*.
//!
//! In: a query's words. Out: the text of the law's name, and the article's number in digits, as [`label_number`] reads it off
//! a label of the text.

use std::ops::Range;

use polidex_analysis::numerals::chinese_number;

/// An article that a query names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Name of the law, as typed.
    pub law: String,
    /// Number of the article: `234`, `12a`, `5-1`.
    pub number: String,
}

/// Words before the number of an article.
const SECTION_WORDS: [&str; 15] = [
    "section",
    "sections",
    "sec",
    "sec.",
    "s",
    "s.",
    "ss.",
    "§",
    "article",
    "articles",
    "art",
    "art.",
    "rule",
    "regulation",
    "clause",
];
/// Last ideographs of the names of laws, in both scripts: 基本法23 names an article, 低碳23 does not.
const LAW_ENDS: &str = "法例则則规規定约約章程令典";
/// Longest numeral in characters.
const MAX_NUMERAL: usize = 8;

/// The article that `text` names, if it names one and anything besides.
///
/// # Examples
/// ```
/// use polidex_server::query::citation::citation;
///
/// let cited = citation("刑法第二百三十四条").expect("an article");
/// assert_eq!((cited.law.trim(), cited.number.as_str()), ("刑法", "234"));
/// assert!(citation("刑法").is_none());
/// ```
pub fn citation(text: &str) -> Option<Citation> {
    chinese(text).or_else(|| english(text))
}

fn chinese(text: &str) -> Option<Citation> {
    let characters: Vec<char> = text.trim_end().chars().collect();
    let Cited { numeral, rest, sub } =
        marked_article(&characters).or_else(|| bare_article(&characters))?;
    let number = chinese_number(&text_of(&characters[numeral.clone()]))?;
    let is_between = |c: &&char| matches!(c, '第' | ' ' | '\u{3000}');
    let before = &characters[..numeral.start];
    let between = before.iter().rev().take_while(is_between).count();
    let named = &before[..before.len() - between];
    let is_named = named.iter().any(|c| c.is_alphanumeric());
    is_named.then(|| Citation {
        law: format!("{} {}", text_of(named), text_of(&characters[rest..])),
        number: sub.map_or_else(|| number.to_string(), |sub| format!("{number}-{sub}")),
    })
}

/// An article within a text of characters.
struct Cited {
    numeral: Range<usize>,
    /// Index behind all that belongs to it.
    rest: usize,
    /// Number behind 之.
    sub: Option<u64>,
}

/// The first numeral before 条.
fn marked_article(characters: &[char]) -> Option<Cited> {
    let is_article = |at: &usize| matches!(characters[*at], '条' | '條');
    let mut articles = (1..characters.len()).filter(is_article);
    let numeral = articles.find_map(|at| Some(numeral_before(characters, at)?..at))?;
    let (rest, sub) = behind_article(characters, numeral.end + 1);
    Some(Cited { numeral, rest, sub })
}

/// Digits at the end, behind the name of a law.
fn bare_article(characters: &[char]) -> Option<Cited> {
    let rest = characters.len();
    let numeral = numeral_before(characters, rest)?..rest;
    let mut before = characters[..numeral.start].iter().rev();
    let last = before.find(|c| !c.is_whitespace())?;
    let are_digits = characters[numeral.clone()].iter().all(char::is_ascii_digit);
    (LAW_ENDS.contains(*last) && are_digits).then_some(Cited {
        numeral,
        rest,
        sub: None,
    })
}

fn text_of(characters: &[char]) -> String {
    characters.iter().collect()
}

/// Where the numeral before `end` starts; `None` without one.
fn numeral_before(characters: &[char], end: usize) -> Option<usize> {
    let is_digit = |c: char| {
        c.is_ascii_digit()
            || chinese_number(&c.to_string()).is_some()
            || matches!(c, '十' | '百' | '千')
    };
    let mut last = end;
    while last > 0 && characters[last - 1] == ' ' {
        last -= 1;
    }
    let start = (last.saturating_sub(MAX_NUMERAL)..last)
        .rev()
        .take_while(|at| is_digit(characters[*at]))
        .last()?;
    let numeral: String = characters[start..last].iter().collect();
    chinese_number(&numeral).map(|_| start)
}

/// Index behind what belongs to the article (之一, 第二款, 第三项), and the number behind 之.
fn behind_article(characters: &[char], mut at: usize) -> (usize, Option<u64>) {
    let mut sub = None;
    if characters.get(at) == Some(&'之') {
        let numeral: String = characters[at + 1..].iter().take(1).collect();
        if let Some(number) = chinese_number(&numeral) {
            (at, sub) = (at + 2, Some(number));
        }
    }
    while characters.get(at) == Some(&'第') {
        let mut near = characters[at..].iter().take(6);
        let Some(len) = near.position(|c| matches!(c, '款' | '项' | '項' | '目')) else {
            break;
        };
        at += len + 1;
    }
    (at, sub)
}

fn english(text: &str) -> Option<Citation> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (at, number) = words.windows(2).enumerate().find_map(|(at, pair)| {
        let number = section_number(pair[1])?;
        is_section_word(pair[0]).then_some((at, number))
    })?;
    let law = [&words[..at], &words[at + 2..]].concat();
    let is_named = law.iter().any(|word| word.chars().count() > 3);
    is_named.then(|| Citation {
        law: law.join(" "),
        number,
    })
}

fn is_section_word(word: &str) -> bool {
    SECTION_WORDS.contains(&word.to_lowercase().as_str())
}

/// `12`, `12A`, `12(3)(a)` and `12,` as a number of a section.
fn section_number(word: &str) -> Option<String> {
    let plain = word
        .split('(')
        .next()?
        .trim_end_matches([',', '.', ';', ':']);
    let letters = plain.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let is_number = plain.starts_with(|c: char| c.is_ascii_digit())
        && letters.len() <= 2
        && letters.chars().all(|c| c.is_ascii_alphabetic());
    is_number.then(|| plain.to_lowercase())
}

/// Number of the article that a label names: 第二百三十四条, 第 5 條之 1, `Article 40`, `§ 12.3`.
pub fn label_number(label: &str) -> Option<String> {
    let compact: String = label.split_whitespace().collect();
    if let Some((article, behind)) = compact.split_once(['条', '條']) {
        return chinese_label_number(article, behind);
    }
    let from = compact.find(|c: char| c.is_ascii_digit())?;
    let is_of_number = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let number: String = compact[from..].chars().take_while(is_of_number).collect();
    Some(number.trim_end_matches(['.', '-']).to_lowercase())
}

/// Number of an article, given what stands before and behind 条.
fn chinese_label_number(article: &str, behind: &str) -> Option<String> {
    let characters: Vec<char> = article.chars().collect();
    let start = numeral_before(&characters, characters.len())?;
    let number = chinese_number(&text_of(&characters[start..]))?;
    if let Some(sub) = chinese_number(behind.trim_start_matches('之')) {
        return Some(format!("{number}-{sub}"));
    }
    let before = text_of(&characters[..start]);
    // 第 5-1 條.
    Some(if before.contains('-') {
        let first = before.trim_start_matches('第').trim_end_matches('-');
        format!("{first}-{number}")
    } else {
        number.to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_read_off_queries() {
        let cases = [
            ("刑法第二百三十四条", "刑法", "234"),
            ("刑法234條", "刑法", "234"),
            ("刑法 第234条", "刑法", "234"),
            ("基本法23", "基本法", "23"),
            ("基本法第二十三條", "基本法", "23"),
            ("民法第三條之一", "民法", "3-1"),
            ("劳动合同法第三十八条第一款第二项", "劳动合同法", "38"),
            ("劳动法第38条 解除", "劳动法 解除", "38"),
            ("s. 12 of the Companies Act", "of the Companies Act", "12"),
            ("Article 40 Patent Act", "Patent Act", "40"),
            ("Criminal Code section 12(3)(a)", "Criminal Code", "12"),
            ("Companies Act s 5A", "Companies Act", "5a"),
        ];
        for (typed, law, number) in cases {
            let cited = citation(typed);
            let cited = cited.map(|cited| {
                let law: Vec<&str> = cited.law.split_whitespace().collect();
                (law.join(" "), cited.number)
            });
            assert_eq!(cited, Some((law.to_owned(), number.to_owned())), "{typed}");
        }
        for typed in [
            "第23條",
            "刑法",
            "2013年預算",
            "低碳23",
            "條例草案",
            "Part 4",
            "Windows 11",
            "四项条件",
        ] {
            assert_eq!(citation(typed), None, "{typed}");
        }
    }

    #[test]
    fn articles_are_read_off_labels() {
        let cases = [
            ("第二百三十四条", "234"),
            ("第 29 條", "29"),
            ("第 5-1 條", "5-1"),
            ("第三條之一", "3-1"),
            ("Article 40", "40"),
            ("§ 12.3", "12.3"),
            ("Section 5A", "5a"),
            ("12", "12"),
        ];
        for (label, number) in cases {
            assert_eq!(label_number(label).as_deref(), Some(number), "{label}");
        }
    }
}
