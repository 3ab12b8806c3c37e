//! Chinese labels: 第三章, 第二十三條之一, 附件一.

use polidex_analysis::numerals::chinese_numeral_len;
use polidex_schema::record::Rank;

use crate::places::label::{ReadLabel, Word, is_chinese_title, skip_blank};
use crate::places::number::{Number, leading_capitals, letter_number, read_chinese_number};

/// Han units of divisions, longer ones before their beginnings.
const CHINESE_UNITS: [(&str, Rank); 16] = [
    ("次分部", Rank::Subdivision),
    ("分部", Rank::Division),
    ("分編", Rank::Part),
    ("分编", Rank::Part),
    ("部分", Rank::Part),
    ("編", Rank::Book),
    ("编", Rank::Book),
    ("篇", Rank::Book),
    ("部", Rank::Part),
    ("章", Rank::Chapter),
    ("節", Rank::Division),
    ("节", Rank::Division),
    ("款", Rank::Subdivision),
    ("目", Rank::Subsubdivision),
    ("條", Rank::Article),
    ("条", Rank::Article),
];

/// Words of annexes.
const ANNEXES: [&str; 4] = ["附件", "附錄", "附录", "附表"];
/// Marks and words after a label that continue a sentence.
const MENTION_MARKS: [char; 12] = [
    '及', '與', '与', '和', '至', '、', '，', ',', '；', '。', '所', '之',
];
const MENTION_WORDS: [&str; 4] = ["規定", "规定", "或者", "或第"];

fn unit_at_start(text: &str) -> Option<(&'static str, Rank)> {
    let mut units = CHINESE_UNITS.into_iter();
    units.find(|(unit, _)| text.starts_with(unit))
}

/// Reads a label that begins with 第.
pub(super) fn read_chinese(line: &str) -> Option<ReadLabel> {
    let number_at = skip_blank(line, '第'.len_utf8());
    let (mut number, len) = read_chinese_number(&line[number_at..])?;
    let unit_at = skip_blank(line, number_at + len);
    let (unit, rank) = unit_at_start(&line[unit_at..])?;
    let mut end = unit_at + unit.len();
    if let Some((inserted, inserted_end)) = read_inserted(line, end)? {
        (number.1, end) = (inserted, inserted_end);
    }
    let rest = &line[end..];
    is_chinese_label(line, rank, rest).then(|| ReadLabel {
        len_bytes: end,
        rank,
        number,
        word: Word::Other,
        is_plain: is_apart(rest),
    })
}

/// Returns true if what stands behind the label of a line is what it opens.
fn is_chinese_label(line: &str, rank: Rank, rest: &str) -> bool {
    let opens = match rank {
        Rank::Article => opens_article(rest),
        rank => is_chinese_title(line) && opens_division(rank, rest),
    };
    opens && !goes_on_as_mention(rest)
}

/// Reads the number inserted by 之, as in 第二十三條之一, and the byte after it. The outer `None` means that 之 is there
/// without a numeral: 第二十三條之規定 is no label.
fn read_inserted(line: &str, at: usize) -> Option<Option<(u32, usize)>> {
    let behind = skip_blank(line, at);
    let Some(rest) = line[behind..].strip_prefix('之') else {
        return Some(None);
    };
    let from = skip_blank(line, line.len() - rest.len());
    let (inserted, len) = read_chinese_number(&line[from..])?;
    Some(Some((inserted.0, from + len)))
}

fn is_apart(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(char::is_whitespace)
}

fn opens_article(rest: &str) -> bool {
    is_apart(rest) || rest.starts_with(['（', '(', '【', '［', '[', '：', ':'])
}

fn opens_division(rank: Rank, rest: &str) -> bool {
    let may_touch = matches!(rank, Rank::Book | Rank::Chapter);
    is_apart(rest) || may_touch || rest.starts_with(['（', '(', '：', ':', '─', '—'])
}

/// Returns whether the text after a label shows it to be a mention: 第二條 第一項, 第二章及第三章.
fn goes_on_as_mention(rest: &str) -> bool {
    let rest = rest.trim_start();
    let goes_on =
        rest.starts_with(MENTION_MARKS) || MENTION_WORDS.iter().any(|word| rest.starts_with(word));
    if goes_on {
        return true;
    }
    let Some(rest) = rest.strip_prefix('第') else {
        return false;
    };
    let rest = rest.trim_start();
    let unit = rest[chinese_numeral_len(rest)..].trim_start();
    unit.starts_with(['項', '项', '款', '目'])
}

/// Reads a label of an annex.
pub(super) fn read_chinese_annex(line: &str) -> Option<ReadLabel> {
    let word = ANNEXES.into_iter().find(|word| line.starts_with(word))?;
    let at = skip_blank(line, word.len());
    let (number, len) = read_annex_number(&line[at..])?;
    let end = if len == 0 { word.len() } else { at + len };
    let rest = &line[end..];
    let opens = is_apart(rest) || rest.starts_with(['：', ':']);
    let is_label = opens && is_chinese_title(line) && !goes_on_as_mention(rest);
    is_label.then_some(ReadLabel {
        len_bytes: end,
        rank: Rank::Annex,
        number,
        word: Word::Other,
        is_plain: rest.is_empty(),
    })
}

/// Reads a number or letters; a word that stands alone has the number 0.
fn read_annex_number(rest: &str) -> Option<(Number, usize)> {
    if let Some(read) = read_chinese_number(rest) {
        return Some(read);
    }
    match leading_capitals(rest) {
        Some(letters) => Some(((letter_number(&rest[..letters]), 0), letters)),
        None => rest.is_empty().then_some(((0, 0), 0)),
    }
}
