//! Replaces single characters that stand for others.
//!
//! In: text. Out: edits, one for each character or short run, without any guess: the tables are Unicode's own.
//!
//! | found | becomes | stays |
//! |---|---|---|
//! | Kangxi and CJK radicals beside Chinese | unified ideographs | alone between separators: a list of radicals |
//! | compatibility ideographs | their canonical equivalents | twelve that are unified ideographs themselves |
//! | Latin ligatures | their letters | |
//! | vertical presentation forms | the ordinary marks | |
//! | private-use bullets at a line's start, the Symbol font's dash | `•` and a space, `—` | other private use |
//! | private use of Hong Kong's Big5 fonts | HKSCS characters | where the result is no usual character |
//! | private use of code page 950 and of older GB 18030, between Chinese | kana, numbered marks; vertical marks | elsewhere |
//! | the Symbol font's signs beside figures | those signs | elsewhere |
//! | controls that are signs in windows-1252 (`\u{93}so\u{94}`) | those signs | beside other odd characters |
//! | no-break spaces | spaces | after capitals and before signs that double encodings leave there |
//! | zero-width spaces, joiners between Chinese, soft hyphens | nothing | in scripts that need them |

use encoding_rs::BIG5;
use polidex_analysis::scripts::is_radical;
use unicode_normalization::char::decompose_canonical;

use polidex_schema::repair_kind::{Family, RepairKind};

use super::lines::is_wide;
use super::pass::{Context, Edits, Pass};
use crate::text::charset::{Charset, Coding};

/// Confidence of all of them: they follow tables, not judgement.
const CONFIDENCE: f32 = 0.99;
/// Confidence in HKSCS: other systems kept other characters at its codes.
const HKSCS_CONFIDENCE: f32 = 0.9;

/// Single characters that stand for others.
pub(super) const PASS: Pass = Pass {
    family: Family::Characters,
    makes: |kind| {
        matches!(
            kind,
            RepairKind::Windows1252Sign
                | RepairKind::ZeroWidth
                | RepairKind::SoftHyphen
                | RepairKind::NoBreakSpace
                | RepairKind::Radical
                | RepairKind::CompatibilityIdeograph
                | RepairKind::Ligature
                | RepairKind::VerticalForm
                | RepairKind::PrivateUseBullet
                | RepairKind::PrivateUseDash
                | RepairKind::PrivateUseSign
                | RepairKind::HkscsPrivateUse
        )
    },
    suspects: Some(|c, _| is_stand_in(c)),
    find,
};

/// Finds the characters that stand for others.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let mut hong_kong = HongKong::default();
    // A soft hyphen takes the line break with it.
    let mut done = 0;
    for line in context.suspect_lines() {
        for (offset, c) in text[line.clone()]
            .char_indices()
            .filter(|(_, c)| is_stand_in(*c))
        {
            let at = line.start + offset;
            if at < done {
                continue;
            }
            if matches!(c, '\u{E000}'..='\u{F8FF}') {
                hong_kong.look_at(text, at, c);
            }
            done = mend(text, at, c, &mut edits);
        }
    }
    hong_kong.mend(&mut edits);
    edits
}

/// Returns true when `c` may stand for another character; see [`mend`].
pub(super) fn is_stand_in(c: char) -> bool {
    matches!(
        c as u32,
        0x85 | 0x91..=0x97 | 0x99 | 0xA0 | 0xAD | 0x200B..=0x200D | 0x2060 | 0x2E80..=0x2FD5 | 0xE000..=0xFAFF | 0xFB00..=0xFB06 | 0xFE10..=0xFE19
            | 0xFE30..=0xFE48 | 0xFEFF | 0x2_F800..=0x2_FA1F
    )
}

/// The private-use characters of a document that may be HKSCS, and whether the document comes from Hong Kong.
#[derive(Default)]
struct HongKong {
    found: Vec<(usize, char, char)>,
    is_sure: bool,
}

impl HongKong {
    fn look_at(&mut self, text: &str, at: usize, c: char) {
        self.is_sure |= c == DASH;
        let (before, after) = (
            text[..at].chars().next_back(),
            text[at + c.len_utf8()..].chars().next(),
        );
        if !before.is_some_and(is_wide) || !after.is_some_and(is_wide) {
            return;
        }
        if let Some(ideograph) =
            hkscs_of_private_use(c).filter(|&ideograph| HONG_KONG.contains(ideograph))
        {
            self.is_sure |= SURELY_HONG_KONG.contains(ideograph);
            self.found.push((at, c, ideograph));
        }
    }

    fn mend(self, edits: &mut Edits) {
        if !self.is_sure {
            return;
        }
        for (at, c, ideograph) in self.found {
            edits.replace(
                at..at + c.len_utf8(),
                ideograph.to_string(),
                RepairKind::HkscsPrivateUse,
                HKSCS_CONFIDENCE,
            );
        }
    }
}

/// Adobe's private-use extender, which Hong Kong's official record uses as a dash.
const DASH: char = '\u{F8E7}';

/// Looks at one character; returns how far it has dealt with the text, or 0.
fn mend(text: &str, at: usize, c: char, edits: &mut Edits) -> usize {
    let end = at + c.len_utf8();
    let mut replace = |by: Option<char>, kind| {
        if let Some(by) = by.filter(|&by| by != c) {
            edits.replace(at..end, by.to_string(), kind, CONFIDENCE);
        }
        end
    };
    match c {
        '\u{85}'..='\u{99}' => replace(sign_of_control(text, at, c), RepairKind::Windows1252Sign),
        '\u{A0}' => mend_no_break_spaces(text, at, edits),
        '\u{AD}' => mend_soft_hyphen(text, at, edits),
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => mend_zero_width(text, at, c, edits),
        '\u{2E80}'..='\u{2FD5}' if !is_isolated(text, at, end) => {
            replace(radical_to_ideograph(c), RepairKind::Radical)
        }
        '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
            replace(canonical_equivalent(c), RepairKind::CompatibilityIdeograph)
        }
        '\u{FB00}'..='\u{FB06}' => {
            let letters = LIGATURES[c as usize - LIGATURES_FROM];
            edits.replace(at..end, letters, RepairKind::Ligature, CONFIDENCE);
            end
        }
        '\u{FE10}'..='\u{FE19}' | '\u{FE30}'..='\u{FE48}' => {
            let mut forms = VERTICAL_FORMS.iter();
            let mark = forms.find(|(form, _)| *form == c).map(|&(_, mark)| mark);
            replace(mark, RepairKind::VerticalForm)
        }
        '\u{E000}'..='\u{F8FF}' => mend_private_use(text, at, c, edits),
        _ => end,
    }
}

/// Code point of the first Latin ligature ...
const LIGATURES_FROM: usize = 0xFB00;
/// ... and the letters of each.
const LIGATURES: [&str; 7] = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

/// Takes out a character without width: everywhere but in scripts that need it, or between Chinese.
fn mend_zero_width(text: &str, at: usize, c: char, edits: &mut Edits) -> usize {
    let end = at + c.len_utf8();
    let is_damage = match c {
        '\u{200C}' | '\u{200D}' => is_between_wide(text, at, end),
        _ => !needs_zero_width(text, at, end),
    };
    if is_damage {
        edits.replace(at..end, "", RepairKind::ZeroWidth, CONFIDENCE);
    }
    end
}

/// The quotation mark, dash, ellipsis or the like that windows-1252 has in the place of a control; `None` beside what
/// may be the rest of a wrong decoding.
fn sign_of_control(text: &str, at: usize, c: char) -> Option<char> {
    let before = text[..at].chars().next_back();
    let after = text[at + c.len_utf8()..].chars().next();
    let mut neighbours = [before, after].into_iter().flatten();
    let touches_word = neighbours.clone().any(char::is_alphanumeric);
    // A bullet or a dash stands between blanks, too.
    let stands_apart = matches!(c, '\u{95}'..='\u{97}') && after == Some(' ');
    if !(touches_word || stands_apart) || !neighbours.all(is_plain) {
        return None;
    }
    let byte = [u8::try_from(c).ok()?];
    let (sign, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte);
    sign.chars().next()
}

/// Returns true for what stands beside a sign in text that was decoded well.
fn is_plain(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_control() || c == '\n' || is_wide(c)
}

/// A run of no-break spaces, which may have ordinary ones between them, becomes as many spaces.
fn mend_no_break_spaces(text: &str, at: usize, edits: &mut Edits) -> usize {
    let end = at
        + text[at..]
            .find(|c| c != '\u{A0}')
            .unwrap_or(text.len() - at);
    let before = text[..at].chars().next_back().unwrap_or('\n');
    let after = text[end..].chars().next().unwrap_or('\n');
    // `Ã` and a no-break space are `à` read in the wrong charset; a sign after one may be such a rest as well.
    let may_be_mojibake = matches!(before, '\u{C0}'..='\u{DE}')
        || matches!(after, '\u{80}'..='\u{BF}') && after != '»';
    if !may_be_mojibake {
        edits.replace(
            at..end,
            " ".repeat(text[at..end].chars().count()),
            RepairKind::NoBreakSpace,
            CONFIDENCE,
        );
    }
    end
}

/// The text of the next line, if nothing but blanks stands before it.
fn next_line(rest: &str) -> &str {
    let rest = rest.trim_start_matches(' ');
    let next = rest
        .strip_prefix('\n')
        .or_else(|| rest.strip_prefix("\r\n"));
    next.map_or("", |next| next.trim_start_matches(' '))
}

/// A soft hyphen goes, and with it the line break it was printed for. Between digits it is a hyphen that a program wrote for
/// one: `2014­2020` are two years.
fn mend_soft_hyphen(text: &str, at: usize, edits: &mut Edits) -> usize {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut end = at + '\u{AD}'.len_utf8();
    let rest = &text[end..];
    if text[..at].ends_with(is_digit) && rest.starts_with(is_digit) {
        edits.replace(at..end, "-", RepairKind::SoftHyphen, CONFIDENCE);
        return end;
    }
    let next = next_line(rest);
    if next.starts_with(char::is_lowercase) {
        end = text.len() - next.len();
    }
    edits.replace(at..end, "", RepairKind::SoftHyphen, CONFIDENCE);
    end
}

/// South-East Asian scripts mark words with zero-width spaces.
fn needs_zero_width(text: &str, at: usize, end: usize) -> bool {
    let is_unspaced = |c: char| matches!(c as u32, 0x0E00..=0x109F | 0x1780..=0x17FF | 0x1950..=0x1AAF | 0xA9E0..=0xAADF);
    text[..at].chars().next_back().is_some_and(is_unspaced)
        || text[end..].chars().next().is_some_and(is_unspaced)
}

fn is_between_wide(text: &str, at: usize, end: usize) -> bool {
    let is_cjk = |c: char| is_wide(c) && !matches!(c as u32, 0x1_F000..=0x1_FFFF);
    text[..at].chars().next_back().is_some_and(is_cjk)
        && text[end..].chars().next().is_some_and(is_cjk)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_radical(c)
}

/// Returns true when a radical stands by itself: between separators, with nothing or another radical beyond them, as
/// in a list.
fn is_isolated(text: &str, at: usize, end: usize) -> bool {
    let (before, after) = (&text[..at], &text[end..]);
    if before.ends_with(is_letter) || after.starts_with(is_letter) {
        return false;
    }
    let ends = |c: &char| *c == '\n' || is_letter(*c);
    let beyond = [
        before.chars().rev().take(MAX_SEPARATORS).find(ends),
        after.chars().take(MAX_SEPARATORS).find(ends),
    ];
    let mut letters = beyond.into_iter().flatten().filter(|&c| is_letter(c));
    letters.clone().next().is_none() || letters.any(is_radical)
}

/// Marks and blanks between two items of a list, at most.
const MAX_SEPARATORS: usize = 4;

/// The ideograph Unicode gives for a radical; `None` where it gives none.
fn radical_to_ideograph(c: char) -> Option<char> {
    if c >= '\u{2F00}' {
        let mut ideograph = None;
        unicode_normalization::char::decompose_compatible(c, |part| ideograph = Some(part));
        return ideograph;
    }
    let mut pairs = RADICALS_SUPPLEMENT.chars();
    while let (Some(radical), Some(ideograph)) = (pairs.next(), pairs.next()) {
        if radical == c {
            return Some(ideograph);
        }
    }
    None
}

fn canonical_equivalent(c: char) -> Option<char> {
    let mut equivalent = None;
    decompose_canonical(c, |part| equivalent = Some(part));
    equivalent
}

/// Bullets and dashes of symbol fonts.
fn mend_private_use(text: &str, at: usize, c: char, edits: &mut Edits) -> usize {
    let end = at + c.len_utf8();
    if c == DASH {
        edits.replace(at..end, "—", RepairKind::PrivateUseDash, CONFIDENCE);
    } else if let Some(end) = end_of_bullet(text, at, c) {
        edits.replace(at..end, "• ", RepairKind::PrivateUseBullet, CONFIDENCE);
        return end;
    } else if c == SYMBOL_BULLET {
        edits.replace(at..end, "•", RepairKind::PrivateUseBullet, CONFIDENCE);
    } else if let Some((sign, confidence)) = sign_of_private_use(text, at, c) {
        edits.replace(
            at..end,
            sign.to_string(),
            RepairKind::PrivateUseSign,
            confidence,
        );
    }
    end
}

/// The sign of a symbol font, or of an older character set beside text in that set.
fn sign_of_private_use(text: &str, at: usize, c: char) -> Option<(char, f32)> {
    if let Some(sign) = sign_of_symbol_font(text, at, c) {
        return Some((sign, CONFIDENCE));
    }
    let sign = of_code_page_950(c).or_else(|| of_older_gb18030(c))?;
    touches_wide(text, at, at + c.len_utf8()).then_some((sign, SIGN_CONFIDENCE))
}

/// Confidence in private use that one system kept for what Unicode has elsewhere.
const SIGN_CONFIDENCE: f32 = 0.95;

/// Signs of the Symbol font that stand before a figure, or between two, with what they are.
const SYMBOLS: [(char, char); 9] = [
    ('\u{F0B1}', '±'),
    ('\u{F0A3}', '≤'),
    ('\u{F0B3}', '≥'),
    ('\u{F0B4}', '×'),
    ('\u{F0B9}', '≠'),
    ('\u{F0BB}', '≈'),
    ('\u{F02D}', '−'),
    ('\u{F02B}', '+'),
    ('\u{F03D}', '='),
];

/// The sign that a character of the Symbol font is, told by the figures beside it.
fn sign_of_symbol_font(text: &str, at: usize, c: char) -> Option<char> {
    let before = text[..at].trim_end_matches(' ');
    let after = text[at + c.len_utf8()..].trim_start_matches(' ');
    let is_digit = |c: char| c.is_ascii_digit();
    match c {
        '\u{F0B0}' => (before.ends_with(is_digit) && after.starts_with(['C', 'F'])).then_some('°'),
        '\u{F06D}' => {
            (before.ends_with(is_digit) && after.starts_with(['m', 'g', 'L', 's'])).then_some('μ')
        }
        _ => {
            let (_, sign) = SYMBOLS.iter().find(|(symbol, _)| *symbol == c)?;
            after.starts_with(is_digit).then_some(*sign)
        }
    }
}

/// The character that code page 950 has in the user-defined rows of Big5 from C6A1 on: numbered marks and kana.
fn of_code_page_950(c: char) -> Option<char> {
    let stretches: [(u32, u32, u32); 5] = [
        (0xF6B1, '①' as u32, 10),
        (0xF6BB, '⑴' as u32, 10),
        (0xF6C5, 'ⅰ' as u32, 10),
        (0xF6F7, 'ぁ' as u32, 83),
        (0xF74A, 'ァ' as u32, 86),
    ];
    let code = c as u32;
    let found = stretches
        .iter()
        .find(|(from, _, len)| (*from..from + len).contains(&code));
    found.and_then(|(from, to, _)| char::from_u32(to + code - from))
}

/// The vertical mark or ideograph that GB 18030 has had since 2005 or 2022 where it had private use before.
fn of_older_gb18030(c: char) -> Option<char> {
    let mut bytes = Vec::new();
    if !Charset::Gb18030.encode(c, &mut bytes) {
        return None;
    }
    let (by, _) = Charset::Gb18030.decode_at(&bytes)?;
    let is_assigned = !matches!(by, '\u{E000}'..='\u{F8FF}');
    is_assigned.then_some(by)
}

/// Returns true when a wide character stands before or behind.
fn touches_wide(text: &str, at: usize, end: usize) -> bool {
    let is_text = |c: char| is_wide(c) || matches!(c, '\u{E000}'..='\u{F8FF}');
    text[..at].ends_with(is_text) && text[end..].starts_with(|c: char| is_text(c) || c == '\n')
}

/// The bullet of the Symbol font.
const SYMBOL_BULLET: char = '\u{F0B7}';

/// Returns where the item begins whose bullet a sign of a symbol font at the start of a line is.
fn end_of_bullet(text: &str, at: usize, c: char) -> Option<usize> {
    let is_symbol = matches!(c, '\u{F020}'..='\u{F0FF}');
    let before = text[..at].trim_end_matches([' ', '\t']);
    if !is_symbol || !before.is_empty() && !before.ends_with('\n') {
        return None;
    }
    let rest = text[at + c.len_utf8()..].trim_start_matches([' ', '\t', '\u{A0}', '\u{3000}']);
    let is_item = |c: char| !c.is_whitespace() && !matches!(c, '\u{E000}'..='\u{F8FF}');
    rest.starts_with(is_item).then(|| text.len() - rest.len())
}

/// The HKSCS character that shares its Big5 code with a private-use character: Big5 systems without HKSCS mapped the
/// user-defined rows to private use in order, 157 codes to a row.
fn hkscs_of_private_use(c: char) -> Option<char> {
    let (index, first_lead) = match c as u32 {
        code @ 0xE000..=0xE310 => (code - 0xE000, 0xFA),
        code @ 0xE311..=0xEEB7 => (code - 0xE311, 0x8E),
        _ => return None,
    };
    let code = user_defined_code(index, first_lead)?;
    let decoded = BIG5.decode_without_bom_handling_and_without_replacement(&code)?;
    let mut chars = decoded.chars();
    let ideograph = chars
        .next()
        .filter(|&c| matches!(c as u32, 0x3400..=0x9FFF | 0x2_0000..=0x2_FFFF))?;
    chars.next().is_none().then_some(ideograph)
}

/// The Big5 code of the user-defined character `index` of the rows from `first_lead` on.
fn user_defined_code(index: u32, first_lead: u32) -> Option<[u8; 2]> {
    /// Codes of a row, and how many of them come before the gap in the second byte.
    const ROW: (u32, u32) = (157, 63);
    let (row, cell) = (index / ROW.0, index % ROW.0);
    let trail = if cell < ROW.1 {
        0x40 + cell
    } else {
        0xA1 + cell - ROW.1
    };
    let lead = u8::try_from(first_lead + row).ok()?;
    Some([lead, u8::try_from(trail).ok()?])
}

/// HKSCS characters that Hong Kong's texts use often. Other systems kept other characters at the same codes, so a rare
/// result is as likely to be wrong as right.
const HONG_KONG: &str = "着衞邨劏埗鱲鈎琼擧裏綫峯栢滙嘅咗哋嚟喺冇啲嗰咁嘢攞㗎喎啱揾搵瞓噃𨋢乸脷磡滘氹冚簕厔鯇曱甴\
    嗌嚿孭屙嬲惗抦拎揼撳攰晒枱梘煲瞓粧罉翕腍蛯蝦諗趷踎躝鎅鎚靚韮餸駡鷄麪麵黐齋纮廸椗涷粦堃鑛暎喆珉玥彣";

/// Characters no other system is known to have kept at their codes; they vouch for the rarer ones of a document.
const SURELY_HONG_KONG: &str = "着衞邨裏麪劏埗鱲鈎";

/// Vertical forms and the marks they are forms of, in the width of Chinese type (NFKC would give ASCII).
const VERTICAL_FORMS: [(char, char); 32] = [
    ('\u{FE10}', '，'),
    ('\u{FE11}', '、'),
    ('\u{FE12}', '。'),
    ('\u{FE13}', '：'),
    ('\u{FE14}', '；'),
    ('\u{FE15}', '！'),
    ('\u{FE16}', '？'),
    ('\u{FE17}', '〖'),
    ('\u{FE18}', '〗'),
    ('\u{FE19}', '…'),
    // Meant as two dots one above the other; texts use it as a colon.
    ('\u{FE30}', '：'),
    ('\u{FE31}', '—'),
    ('\u{FE32}', '–'),
    ('\u{FE33}', '＿'),
    ('\u{FE35}', '（'),
    ('\u{FE36}', '）'),
    ('\u{FE37}', '｛'),
    ('\u{FE38}', '｝'),
    ('\u{FE39}', '〔'),
    ('\u{FE3A}', '〕'),
    ('\u{FE3B}', '【'),
    ('\u{FE3C}', '】'),
    ('\u{FE3D}', '《'),
    ('\u{FE3E}', '》'),
    ('\u{FE3F}', '〈'),
    ('\u{FE40}', '〉'),
    ('\u{FE41}', '「'),
    ('\u{FE42}', '」'),
    ('\u{FE43}', '『'),
    ('\u{FE44}', '』'),
    ('\u{FE47}', '［'),
    ('\u{FE48}', '］'),
];

/// Radicals of the CJK Radicals Supplement, each before its ideograph (EquivalentUnifiedIdeograph.txt, Unicode 14).
const RADICALS_SUPPLEMENT: &str = "\
    ⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍尐⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡\
    ⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爬⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫\
    ⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艺⻀艻⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辷⻎辸⻏邑\
    ⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄\
    ⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟";
