//! Writes `crates/analysis/data/han_folds.txt`: every Han character that folds to another one, and that one.
//!
//! `cargo dev generate han-folds > crates/analysis/data/han_folds.txt`
//!
//! The order is OpenCC's: a Hong Kong or Taiwan form to the standard Traditional form, that to Simplified; character tables
//! only, since phrase dictionaries depend on context and cannot be exact. Pairs that OpenCC keeps apart for conversion, but that
//! readers of policy papers use for each other, are added: old printed forms (硏, 汚), Japanese ones (広) and variants (邨, 舖).

use std::io::Write as _;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

const ADDED: [(char, char); 135] = [
    ('著', '着'),
    ('瞭', '了'),
    ('覆', '复'),
    ('藉', '借'),
    ('祇', '只'),
    ('衹', '只'),
    ('硏', '研'),
    ('汚', '污'),
    ('劄', '札'),
    ('賍', '赃'),
    ('刦', '劫'),
    ('刼', '劫'),
    ('舖', '铺'),
    ('邨', '村'),
    ('畧', '略'),
    ('吿', '告'),
    ('槪', '概'),
    ('靑', '青'),
    ('淸', '清'),
    ('彊', '强'),
    ('呉', '吴'),
    ('兎', '兔'),
    ('勲', '勋'),
    ('谘', '咨'),
    ('効', '效'),
    ('傚', '效'),
    ('倣', '仿'),
    ('尅', '克'),
    ('厰', '厂'),
    ('呪', '咒'),
    ('囘', '回'),
    ('囬', '回'),
    ('壻', '婿'),
    ('妬', '妒'),
    ('姪', '侄'),
    ('寃', '冤'),
    ('幷', '并'),
    ('倂', '并'),
    ('竝', '并'),
    ('徃', '往'),
    ('徳', '德'),
    ('悞', '误'),
    ('戯', '戏'),
    ('揷', '插'),
    ('挿', '插'),
    ('攷', '考'),
    ('晩', '晚'),
    ('曁', '暨'),
    ('朶', '朵'),
    ('栢', '柏'),
    ('碁', '棋'),
    ('欵', '款'),
    ('歛', '敛'),
    ('氷', '冰'),
    ('廻', '回'),
    ('逥', '回'),
    ('砲', '炮'),
    ('礮', '炮'),
    ('瘉', '愈'),
    ('皷', '鼓'),
    ('盌', '碗'),
    ('椀', '碗'),
    ('窻', '窗'),
    ('窓', '窗'),
    ('牕', '窗'),
    ('籖', '签'),
    ('緖', '绪'),
    ('総', '总'),
    ('聫', '联'),
    ('聨', '联'),
    ('膓', '肠'),
    ('荅', '答'),
    ('菓', '果'),
    ('蔴', '麻'),
    ('痲', '麻'),
    ('袴', '裤'),
    ('覩', '睹'),
    ('讐', '仇'),
    ('貭', '质'),
    ('賸', '剩'),
    ('趂', '趁'),
    ('躭', '耽'),
    ('躱', '躲'),
    ('輙', '辄'),
    ('逈', '迥'),
    ('郞', '郎'),
    ('鄕', '乡'),
    ('隣', '邻'),
    ('鍳', '鉴'),
    ('鉄', '铁'),
    ('鐡', '铁'),
    ('濶', '阔'),
    ('陥', '陷'),
    ('頼', '赖'),
    ('駆', '驱'),
    ('髪', '发'),
    ('鬬', '斗'),
    ('鬪', '斗'),
    ('鬭', '斗'),
    ('黒', '黑'),
    ('黙', '默'),
    ('斎', '斋'),
    ('亀', '龟'),
    ('冐', '冒'),
    ('凴', '凭'),
    ('劒', '剑'),
    ('劎', '剑'),
    ('勅', '敕'),
    ('勦', '剿'),
    ('厯', '历'),
    ('唘', '启'),
    ('奨', '奖'),
    ('広', '广'),
    ('恊', '协'),
    ('敭', '扬'),
    ('昬', '昏'),
    ('暎', '映'),
    ('暱', '昵'),
    ('燄', '焰'),
    ('煖', '暖'),
    ('稾', '稿'),
    ('賛', '赞'),
    ('鎗', '枪'),
    ('飜', '翻'),
    ('餽', '馈'),
    ('尙', '尚'),
    ('搾', '榨'),
    ('彛', '彝'),
    ('彜', '彝'),
    ('疎', '疏'),
    ('戸', '户'),
    ('跼', '局'),
    ('艸', '草'),
    ('僊', '仙'),
    ('銲', '焊'),
];

/// Writes the table to standard output.
pub(crate) fn run() -> anyhow::Result<()> {
    let steps = [
        OpenCC::from_config(BuiltinConfig::Hk2t)?,
        OpenCC::from_config(BuiltinConfig::Tw2t)?,
        OpenCC::from_config(BuiltinConfig::T2s)?,
    ];
    let mut out = std::io::stdout().lock();
    let ranges = [0x3400..=0x4DBF_u32, 0x4E00..=0x9FFF, 0x20000..=0x323AF];
    for character in ranges.into_iter().flatten().filter_map(char::from_u32) {
        let mut folded = fold(character, &steps);
        // A Hong Kong form may lead to a Taiwan form that leads on: the table holds where the chain ends.
        for _ in 0..4 {
            folded = fold(folded, &steps);
        }
        if folded != character {
            writeln!(out, "{character}{folded}")?;
        }
    }
    Ok(())
}

/// Converts a character by each step that yields one character again.
fn fold(character: char, steps: &[OpenCC]) -> char {
    let added = ADDED.iter().find(|(from, _)| *from == character);
    let mut current = added.map_or(character, |(_, to)| *to);
    for step in steps {
        let converted = step.convert(&current.to_string());
        let mut characters = converted.chars();
        if let (Some(only), None) = (characters.next(), characters.next()) {
            current = only;
        }
    }
    current
}
