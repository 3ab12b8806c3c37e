//! Names of laws that stand without marks: 依民事訴訟法第二百四十一條, 按照消费者权益保护法处罚.
//!
//! A name ends with the word of its kind. It begins behind a word that leads to a law (依, 违反), behind a mark, or behind a
//! conjunction that parts two citations; a conjunction within a name (加值型及非加值型營業稅法) parts nothing.

use std::collections::HashMap;
use std::ops::Range;

use crate::citations::view::{Gap, View};
use crate::scripts::is_han;

/// Longest name in characters.
const LONGEST_NAME: usize = 48;
/// Last words of the names of laws, the longer first.
pub(super) const LAW_ENDS: [&str; 35] = [
    "增修條文",
    "施行細則",
    "实施细则",
    "組織通則",
    "条例",
    "條例",
    "规则",
    "規則",
    "办法",
    "辦法",
    "细则",
    "細則",
    "规程",
    "規程",
    "通则",
    "通則",
    "准则",
    "準則",
    "标准",
    "標準",
    "纲要",
    "綱要",
    "公约",
    "公約",
    "条约",
    "條約",
    "协定",
    "協定",
    "规例",
    "規例",
    "要點",
    "民法典",
    "手冊",
    "表",
    "法",
];
/// Names of two characters.
const SHORT_NAMES: [&str; 5] = ["宪法", "憲法", "刑法", "民法", "民法典"];
/// Words that end with 法 and name no law.
const NO_LAWS: [&str; 49] = [
    "方法",
    "作法",
    "收費法",
    "折現法",
    "直線法",
    "比較法",
    "成本法",
    "權益法",
    "收益法",
    "估價法",
    "加權法",
    "評分法",
    "立法",
    "执法",
    "執法",
    "违法",
    "違法",
    "守法",
    "看法",
    "做法",
    "想法",
    "说法",
    "說法",
    "书法",
    "語法",
    "手法",
    "枉法",
    "犯法",
    "修法",
    "无法",
    "無法",
    "依法",
    "非法",
    "不法",
    "合法",
    "普法",
    "釋法",
    "释法",
    "普通法",
    "特別法",
    "特别法",
    "国际法",
    "國際法",
    "行政法",
    "程序法",
    "实体法",
    "各該法",
    "成文法",
    "判例法",
];
/// Words behind 法 that belong to the name.
const LONGER: [&str; 7] = [
    "增修條文",
    "施行細則",
    "施行法",
    "实施细则",
    "实施条例",
    "修正案",
    "组织法",
];
/// Characters behind 法 that go on with the word: 法律, 法院.
const GOES_ON: &str =
    "律规規院官庭学學治制令定人案务務例警益典理则則師师条條医醫家官西国國币幣团團郎";
/// Words that lead to a law, the longer first.
const CUES: [&str; 57] = [
    "依照",
    "按照",
    "根据",
    "根據",
    "依據",
    "依据",
    "违反",
    "違反",
    "适用",
    "適用",
    "准用",
    "準用",
    "符合",
    "遵守",
    "执行",
    "執行",
    "参照",
    "參照",
    "比照",
    "援引",
    "引用",
    "触犯",
    "觸犯",
    "抵触",
    "牴觸",
    "对于",
    "對於",
    "属于",
    "屬於",
    "涉及",
    "所称",
    "所稱",
    "非依",
    "应依",
    "應依",
    "得依",
    "依",
    "除",
    "在",
    "于",
    "於",
    "的",
    "之",
    "是",
    "与其",
    "就其",
    "另按",
    "实施",
    "違背",
    "违背",
    "應按",
    "经依",
    "經依",
    "依現行",
    "现行",
    "現行",
    "犯",
];
/// Words among them behind which rules are meant that are no law.
const CITING: [&str; 25] = [
    "依照", "按照", "根据", "根據", "依據", "依据", "违反", "違反", "适用", "適用", "准用", "準用",
    "依", "符合", "參照", "参照", "比照", "現行", "现行", "牴觸", "抵触", "觸犯", "触犯", "援引",
    "引用",
];
/// Conjunctions that part citations, and stand within names.
const WEAK: [&str; 13] = [
    "以及", "或者", "并依", "並依", "及", "與", "与", "和", "或", "暨", "并", "並", "对",
];
/// Words that stand before a name and do not belong to it.
const LEADING: [&str; 26] = [
    "中华民国",
    "其他",
    "有关",
    "有關",
    "相关",
    "相關",
    "该",
    "該",
    "各",
    "其",
    "我国",
    "我國",
    "上述",
    "前述",
    "上開",
    "本院",
    "为",
    "為",
    "由",
    "以",
    "目前",
    "原來",
    "原来",
    "唯獨",
    "連同",
    "包括",
];
/// Words before a kind of law that point to one named elsewhere.
const POINTERS: [&str; 7] = ["本", "同", "该", "該", "各", "此", "上開"];
/// Words that end with a pointer and are none, within names of laws: 劳动合同法, 日本法.
const NO_POINTERS: [&str; 15] = [
    "合同", "共同", "基本", "日本", "根本", "資本", "资本", "樣本", "样本", "副本", "課本", "课本",
    "劇本", "剧本", "版本",
];
/// Others, that no name of a law has.
const NO_NAMED_POINTERS: [&str; 8] = [
    "應該", "应该", "不同", "相同", "等同", "雷同", "協同", "协同",
];
/// Beginnings that no name of a work has.
const NO_BEGINNINGS: [&str; 20] = [
    "這", "这", "現有", "现有", "上述", "一", "相關", "相关", "有關", "有关", "其他", "具體",
    "具体", "另", "前", "各", "同", "本", "此", "何",
];

/// A name without marks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub(super) start: usize,
    pub(super) end: usize,
    /// A word that leads to a law, or a mark, stands before it.
    pub(super) is_led: bool,
    /// A word that leads to a law stands before it.
    pub(super) is_cited: bool,
}

/// Returns the names of `view`, by their first characters.
pub(super) fn names(view: &View) -> HashMap<usize, Name> {
    let mut found: HashMap<usize, Name> = HashMap::new();
    let mut from = 0;
    for end in 1..=view.len() {
        if !is_end(view, end) {
            continue;
        }
        let Some(name) = name_before(view, end, from) else {
            continue;
        };
        from = end;
        found.insert(name.start, name);
    }
    found
}

/// Returns true if the name of a law may end at `end`.
pub(super) fn is_end(view: &View, end: usize) -> bool {
    let last = view.get(end.wrapping_sub(1));
    if !matches!(
        last,
        '法' | '例'
            | '则'
            | '則'
            | '程'
            | '准'
            | '準'
            | '约'
            | '約'
            | '定'
            | '點'
            | '要'
            | '册'
            | '冊'
            | '典'
            | '文'
            | '办'
    ) {
        return false;
    }
    let Some(kind) = view.one_before(end, &LAW_ENDS) else {
        return false;
    };
    let is_longer = LAW_ENDS
        .iter()
        .any(|longer| longer.len() > kind.len() && begins_in(view, end, kind, longer));
    let goes_on = match kind {
        "法" => law_goes_on(view, end),
        // 中央法規標準法 ends with its last word.
        _ => view.get(end) == '法' && !GOES_ON.contains(view.get(end + 1)),
    };
    !goes_on && !is_longer
}

/// Returns true if the 法 that ends at `end` is a part of a longer word or name.
fn law_goes_on(view: &View, end: usize) -> bool {
    let said = view.one_of(end, &["规定", "規定", "規範", "规范"]);
    let is_word =
        GOES_ON.contains(view.get(end)) && said.is_none() && view.gap(end) < Gap::BlankLine;
    is_word || view.one_of(end, &LONGER).is_some()
}

/// Returns true if a longer kind stands around the one that ends at `end`: 施行法 and 施行法細則.
fn begins_in(view: &View, end: usize, kind: &str, longer: &str) -> bool {
    let start = end - kind.chars().count();
    view.starts(start, longer)
}

/// Returns true if the character at `at`, which may point to a law or a place, ends a longer word: 同 of 合同, 本 of 資本.
pub(super) fn is_within_word(view: &View, at: usize) -> bool {
    let words = [&NO_POINTERS[..], &NO_NAMED_POINTERS];
    words
        .iter()
        .any(|words| view.one_before(at + 1, words).is_some())
}

fn name_before(view: &View, end: usize, floor: usize) -> Option<Name> {
    let (mut start, is_led) = start_before(view, end, floor);
    let is_cited = view.one_before(start, &CITING).is_some();
    while let Some((_, behind)) = view.one_of(start, &LEADING)
        && behind < end
    {
        start = behind;
    }
    let name = view.text(start..end);
    let kind = view.one_before(end, &LAW_ENDS)?;
    let is_named = is_long_enough(&name, kind, end - start);
    (is_named && !is_no_law(&name, kind) && !holds_place(view, start..end)).then_some(Name {
        start,
        end,
        is_led,
        is_cited,
    })
}

/// Returns true if `name`, of `len` characters, says more than its kind.
fn is_long_enough(name: &str, kind: &str, len: usize) -> bool {
    let least = match kind {
        "法" => 3,
        kind => kind.chars().count() + 2,
    };
    len >= least || SHORT_NAMES.contains(&name)
}

/// Returns true if `name` is a word of its own (方法, 司法), points to a law (同法) or begins as none does.
fn is_no_law(name: &str, kind: &str) -> bool {
    let is_word =
        |word: &&str| name.ends_with(*word) && (word.chars().count() < 3 || name == *word);
    let is_justice = name.ends_with("司法") && !name.ends_with("公司法");
    let bare = name.strip_suffix(kind).unwrap_or(name);
    let is_whole = |word: &&str| bare.ends_with(*word);
    let points = |word: &&str| bare.ends_with(*word) && !NO_POINTERS.iter().any(is_whole);
    is_justice
        || NO_LAWS.iter().any(is_word)
        || POINTERS.iter().any(points)
        || NO_BEGINNINGS.iter().any(|word| name.starts_with(word))
}

/// Returns true if a place stands within a name: 第五條.
fn holds_place(view: &View, range: Range<usize>) -> bool {
    range.clone().filter(|at| view.get(*at) == '第').any(|at| {
        let unit = (at + 1..range.end.min(at + 12)).map(|at| view.get(at));
        unit.into_iter().any(|c| "条條章节節項项款号號".contains(c))
    })
}

/// Index at which the name that ends at `end` begins, and true if a word that leads to it stands there.
fn start_before(view: &View, end: usize, floor: usize) -> (usize, bool) {
    let lowest = floor.max(end.saturating_sub(LONGEST_NAME));
    let mut at = end - 1;
    while at > lowest {
        let before = view.get(at - 1);
        let is_label =
            view.gap(at) >= Gap::Blank && matches!(before, '条' | '條' | '章' | '节' | '節');
        if is_label || !is_han(before) || view.gap(at) == Gap::BlankLine {
            return (at, !before.is_ascii_alphanumeric());
        }
        if view.one_before(at, &CUES).is_some() && end - at >= 2 {
            return (at, true);
        }
        if let Some(word) = view.one_before(at, &WEAK)
            && parts(view, at - word.chars().count())
        {
            return (at, true);
        }
        at -= 1;
    }
    (at, at == floor && (floor > 0 || at == 0))
}

/// Returns true if a citation ends at `end`.
fn parts(view: &View, end: usize) -> bool {
    let last = view.get(end.wrapping_sub(1));
    "条條项項款目章节節》」』)法".contains(last)
        || view.one_before(end, &LAW_ENDS).is_some()
        || view.ends(end, "规定")
        || view.ends(end, "規定")
}

/// Returns true if what stands behind a name that names no place shows that a law is meant.
pub(super) fn reads_as_law(view: &View, name: Name) -> bool {
    let kind = view.one_before(name.end, &LAW_ENDS).unwrap_or("法");
    let len = name.end - name.start;
    let is_known = SHORT_NAMES.contains(&view.text(name.start..name.end).as_str());
    // Standards and measures that are counted, in a text where names of laws have marks.
    if matches!(
        kind,
        "标准" | "准则" | "规则" | "细则" | "规程" | "通则" | "纲要"
    ) {
        return false;
    }
    let floor = match kind {
        "法" => 3,
        "条例" | "條例" => 5,
        _ => 7,
    };
    let next = view.get(name.end);
    let is_over = !is_han(next)
        || "规規的之第等及和与與或所处處予办辦施追后後有另未已公中草修以並并前就並暨對对辦理發发得授应應不".contains(next);
    let is_led = if kind == "法" {
        name.is_led
    } else {
        name.is_cited
    };
    let is_sheet = !matches!(kind, "手冊" | "表")
        || view.one_of(name.end, &["规定", "規定", "之規定"]).is_some();
    is_led && is_over && is_sheet && (is_known || len >= floor)
}
