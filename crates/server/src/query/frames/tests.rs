use super::*;

fn left(typed: &str) -> String {
    carrying(typed)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn chinese_frames_are_told_from_what_they_ask_about() {
    let cases = [
        ("谁负责精神卫生", "精神卫生"),
        ("我想了解宅基地的相关规定", "宅基地"),
        ("违反寺廟登記會有什麼後果", "寺廟登記"),
        ("邊個部門負責升降機安全", "升降機安全"),
        ("何謂證券借貸", "證券借貸"),
        ("什么叫不可抗力", "不可抗力"),
        ("请问一下，工伤认定怎么办理", "工伤认定"),
        ("哪里可以办理居住证", "居住证"),
        ("申请居住证需要哪些材料", "居住证"),
        ("居住證要幾耐先攞到", "居住證"),
        ("點解要強制驗窗", "強制驗窗"),
        ("有冇關於垃圾徵費嘅法例", "垃圾徵費"),
        ("关于土地征收的规定", "土地征收"),
        ("土地征收的法律依据是什么", "土地征收"),
        ("土地征收由谁负责？", "土地征收"),
        ("醉驾会怎么判", "醉驾"),
        ("酒后驾驶罚多少钱", "酒后驾驶"),
        ("公寓大廈管理費怎麼計算", "公寓大廈管理費"),
        ("香港有甚麼氫能政策？", "香港 氫能政策"),
        ("有没有关于数据出境的规定", "数据出境"),
        ("介绍一下社会保险", "社会保险"),
        ("外国人来华工作需要什么许可", "外国人来华工作 许可"),
        ("什么是行政处罚", "行政处罚"),
        ("行政处罚", "行政处罚"),
        ("食品安全标准是什么", "食品安全标准"),
        ("住房公积金适用于什么人", "住房公积金"),
        ("外包装回收合法吗", "外包装回收"),
        ("村屋僭建要點做", "村屋僭建"),
        ("什么是", "什么是"),
        ("如何规定", "如何规定"),
        ("法律责任", "法律责任"),
        ("保護令怎麼聲請", "保護令"),
        ("如何敦請", "敦請"),
    ];
    for (typed, expected) in cases {
        assert_eq!(left(typed), expected, "{typed}");
    }
}

#[test]
fn english_frames_are_told_from_what_they_ask_about() {
    let cases = [
        ("what does force majeure mean", "force majeure"),
        ("what is legal aid", "legal aid"),
        (
            "where can I find information about cargo screening",
            "cargo screening",
        ),
        ("which agency regulates food additives?", "food additives"),
        ("do I need a licence for pet food?", "pet food"),
        ("tell me about marine insurance", "marine insurance"),
        ("please explain plant quarantine", "plant quarantine"),
        ("is euthanasia legal?", "euthanasia"),
        ("what happens if I violate noise control?", "noise control"),
        (
            "what is the penalty for drunk driving in China",
            "drunk driving in China",
        ),
        ("how does carbon pricing work", "carbon pricing"),
        ("who enforces building safety", "building safety"),
        (
            "I want to know the legal requirements for egg grading",
            "egg grading",
        ),
        ("can you tell me the rules about pilotage", "pilotage"),
        ("how long does probation take?", "probation"),
        ("railway safety", "railway safety"),
        ("rules of origin", "rules of origin"),
        ("how to", "how to"),
    ];
    for (typed, expected) in cases {
        assert_eq!(left(typed), expected, "{typed}");
    }
}

#[test]
fn what_a_frame_asks_is_told_in_all_words_that_say_so() {
    for (typed, asked) in [
        ("酒后驾驶罚款多少", &["罚款"][..]),
        ("居留權點申請", &["申请"]),
        ("護照费用多少", &["费用"]),
        ("what is the penalty for drunk driving", &["penalty"]),
        ("what does a passport cost", &["cost"]),
        ("什么是行政处罚", &[]),
        ("what is legal aid", &[]),
        ("行政处罚", &[]),
    ] {
        let framed = framed(typed);
        let first: Vec<&str> = framed.asked.iter().map(|words| words[0].as_str()).collect();
        assert_eq!(first, asked, "{typed}");
    }
    let framed = framed("酒后驾驶怎么处罚");
    assert!(framed.asked[0].contains(&"罚款".to_owned()));
}
