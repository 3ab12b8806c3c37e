//! What a frame asks of its topic: a penalty, a fee, a deadline. Such words are not required of a document, since it may say so
//! in other words, but they tell which document and which passage answers.

use std::collections::HashMap;
use std::sync::LazyLock;

use polidex_analysis::fold::fold_text;
use polidex_analysis::latin::stem;

/// Words that ask for one thing, in Simplified characters and in English: each group is found by any of its words.
const ASKED: &[&[&str]] = &[
    &[
        "处罚",
        "罚款",
        "惩罚",
        "罚则",
        "监禁",
        "拘留",
        "有期徒刑",
        "处分",
        "罚",
        "判",
        "判刑",
        "量刑",
        "坐牢",
    ],
    &["费用", "收费", "缴费", "价格", "价钱", "费", "元", "钱"],
    &["申请", "声请", "申领", "申办", "申报", "办理", "领取"],
    &["登记", "注册"],
    &["期限", "时限", "限期", "届满", "逾期", "日期"],
    &["条件", "资格", "要件"],
    &["程序", "手续", "流程", "步骤"],
    &["材料", "文件", "证件", "证明", "表格"],
    &["赔偿", "补偿"],
    &["责任", "法律责任", "追究", "后果", "法律后果"],
    &["权利", "权利义务"],
    &["义务"],
    &["计算", "计"],
    &["定义", "是指", "含义", "涵义"],
    &["范围", "适用"],
    &["对象"],
    &["标准"],
    &["目的"],
    &["原因", "理由"],
    &["投诉", "举报"],
    &["禁止", "不得", "违法", "犯法"],
    &["允许", "准许", "许可"],
    &["保障", "保护"],
    &["修订", "修改"],
    &["负责", "主管", "主管机关", "主管部门", "监管", "规管"],
    &[
        "penalty",
        "fine",
        "punishment",
        "sanction",
        "imprisonment",
        "liable",
    ],
    &["fee", "charge", "cost", "price"],
    &["deadline", "within", "later"],
    &["apply", "application", "applicant"],
    &["obtain", "issue"],
    &["procedure", "process", "step"],
    &["criterion", "condition", "eligible", "requirement"],
    &["document", "form", "papers"],
    &["licence", "permit", "permission", "approval"],
    &["right"],
    &["obligation", "duty"],
    &["consequence"],
    &[
        "responsible",
        "responsibility",
        "authority",
        "agency",
        "department",
    ],
    &["definition", "means", "defined"],
    &["purpose"],
    &["scope"],
    &["limit"],
    &["standard"],
    &["difference"],
    &["calculated"],
    &["prohibited", "banned", "illegal"],
    &["allowed", "permitted", "lawful", "legal"],
    &["enforced", "enforcement"],
    &["administered"],
    &["funded", "funding"],
    &["licensed"],
    &["violate", "breach", "violation"],
];

/// Words that a question begins with before what it asks: 點申請, 點收費.
const HOW: &str = "点";

/// The group of each word, by its key.
static GROUPS: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let mut groups = HashMap::new();
    for (at, group) in ASKED.iter().enumerate() {
        for word in *group {
            groups.entry(key(word)).or_insert(at);
        }
    }
    groups
});

/// A word by which it is found: folded, an English one in any form.
fn key(word: &str) -> String {
    stem(&fold_text(word).text)
}

/// What the words of a frame ask, each in all words that say so, its own first.
pub(super) fn asked_by(said: &[String]) -> Vec<Vec<String>> {
    let how = fold_text(HOW).text;
    let mut known: Vec<usize> = Vec::new();
    let mut asked = Vec::new();
    for word in said {
        let group = |word: &str| Some((word.to_owned(), *GROUPS.get(&key(word))?));
        let behind_how = || word.strip_prefix(how.as_str()).and_then(group);
        let Some((word, at)) = group(word).or_else(behind_how) else {
            continue;
        };
        if !known.contains(&at) {
            known.push(at);
            asked.push(with_kin(&word, ASKED[at]));
        }
    }
    asked
}

fn with_kin(word: &str, group: &[&str]) -> Vec<String> {
    let same = key(word);
    let as_listed = group.iter().filter(|kin| key(kin) == same);
    let others = group.iter().filter(|kin| key(kin) != same);
    // 罚 alone stands in too many words to be looked for.
    let tells = |kin: &&&str| kin.is_ascii() || kin.chars().count() > 1;
    as_listed
        .chain(others)
        .filter(tells)
        .map(|kin| (*kin).to_owned())
        .collect()
}
