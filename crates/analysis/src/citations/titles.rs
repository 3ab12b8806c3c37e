//! Titles between marks: 《中华人民共和国公司法》, 「司法官候補規則」, “道路工程的照明守則”.

use crate::citations::Kind;
use crate::citations::view::View;

/// Longest title in characters.
const LONGEST_TITLE: usize = 160;
/// Last words of the titles of laws and other rules.
const LAWS: [&str; 83] = [
    "法",
    "法典",
    "条例",
    "條例",
    "规定",
    "規定",
    "办法",
    "辦法",
    "规则",
    "規則",
    "细则",
    "細則",
    "决定",
    "決定",
    "解释",
    "解釋",
    "批复",
    "意见",
    "意見",
    "通知",
    "公约",
    "公約",
    "协定",
    "協定",
    "协议",
    "協議",
    "条约",
    "條約",
    "议定书",
    "議定書",
    "宪章",
    "憲章",
    "宣言",
    "标准",
    "標準",
    "准则",
    "準則",
    "纲要",
    "綱要",
    "守则",
    "守則",
    "规程",
    "規程",
    "通则",
    "通則",
    "条令",
    "令",
    "公告",
    "规例",
    "規例",
    "命令",
    "章程",
    "附例",
    "修正案",
    "草案",
    "要点",
    "要點",
    "目录",
    "目錄",
    "制度",
    "复函",
    "答复",
    "规范",
    "規範",
    "安排",
    "约章",
    "联合声明",
    "聯合聲明",
    "共同綱領",
    "共同纲领",
    "表",
    "名录",
    "须知",
    "作業規定",
    "请示",
    "請示",
    "决议",
    "決議",
    "纪要",
    "紀要",
    "声明",
    "聲明",
    "函",
];
/// Last words of the titles of laws between quotation marks.
const LAWS_IN_QUOTES: [&str; 16] = [
    "法",
    "條例",
    "条例",
    "規則",
    "辦法",
    "办法",
    "規程",
    "細則",
    "公約",
    "準則",
    "標準表",
    "基準表",
    "標準",
    "守則",
    "通則",
    "綱要",
];
/// Last words of the titles of reports, plans and guides.
const OTHERS: [&str; 30] = [
    "报告",
    "報告",
    "报告书",
    "報告書",
    "规划",
    "規劃",
    "计划",
    "計劃",
    "計畫",
    "方案",
    "指引",
    "指南",
    "文件",
    "白皮书",
    "白皮書",
    "绿皮书",
    "綠皮書",
    "手册",
    "手冊",
    "预案",
    "大綱",
    "大纲",
    "策略",
    "藍圖",
    "蓝图",
    "手則",
    "憲報",
    "说明",
    "說明",
    "宪报",
];
/// Last words of forms, permits and letters.
const FORMS: [&str; 16] = [
    "申请表",
    "申請表",
    "登记表",
    "登記表",
    "报告表",
    "報告表",
    "审批表",
    "统计表",
    "备案表",
    "鉴定表",
    "推荐表",
    "情况表",
    "一览表",
    "通知令",
    "自查表",
    "信息表",
];

/// A title between marks.
pub(super) struct Title {
    /// Index behind the closing mark.
    pub(super) end: usize,
    /// The title, without the marks.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// Reads the title whose opening mark stands at `index`.
pub(super) fn title(view: &View, index: usize) -> Option<Title> {
    let open = view.get(index);
    let last = closing(view, index, open)?;
    let name = view.text(index + 1..last);
    let is_book = matches!(open, '《' | '〈');
    let kind = kind_of(&name, is_book)?;
    let name = if is_book {
        name
    } else {
        enacted(&name).to_owned()
    };
    Some(Title {
        end: last + 1,
        name,
        kind,
    })
}

/// Index of the mark that closes the one at `index`.
fn closing(view: &View, index: usize, open: char) -> Option<usize> {
    let close = match open {
        '《' => '》',
        '〈' => '〉',
        '「' => '」',
        '『' => '』',
        '“' => '”',
        _ => return None,
    };
    let mut depth = 0usize;
    let last = (index..index + LONGEST_TITLE).find(|at| {
        let c = view.get(*at);
        depth += usize::from(c == open);
        depth -= usize::from(c == close && depth > 0);
        (c == close && depth == 0) || c == '\0'
    })?;
    (view.get(last) == close).then_some(last)
}

/// Kind of the work that has the title `name`; `None` if no work we know the form of has it.
fn kind_of(name: &str, is_book: bool) -> Option<Kind> {
    let is_long = name.chars().count() >= if is_book { 2 } else { 5 };
    if !is_long || FORMS.iter().any(|word| name.ends_with(word)) {
        return None;
    }
    if is_book {
        return kind_of_book(name);
    }
    let is_one = !name.contains(['，', '。', '；', '！', '？', ',', ';']);
    let law = enacted(name);
    let is_law = LAWS_IN_QUOTES.iter().any(|word| law.ends_with(word))
        && !law.ends_with("方法")
        && !law.ends_with("立法");
    (is_one && is_law).then_some(Kind::Law)
}

/// Kind of the work that has the title `name` between the marks of titles.
fn kind_of_book(name: &str) -> Option<Kind> {
    let bare = name.split(['(', '（']).next();
    let bare = bare
        .filter(|bare| bare.chars().count() >= 2)
        .unwrap_or(name);
    let ends = |words: &[&str]| {
        words
            .iter()
            .any(|word| name.ends_with(word) || bare.ends_with(word))
    };
    if ends(&OTHERS) {
        return Some(Kind::Other);
    }
    ends(&LAWS).then_some(Kind::Law)
}

/// Title of the law that a bill is a draft of.
fn enacted(name: &str) -> &str {
    const DRAFTS: [&str; 4] = ["部分條文修正草案", "條文修正草案", "修正草案", "草案"];
    let law = DRAFTS.iter().find_map(|draft| name.strip_suffix(draft));
    law.filter(|_| !name.contains('第')).unwrap_or(name)
}
