//! What is usual in names: surnames, given names, titles, places.
//!
//! In: two characters that follow each other. Out: the least plausibility a name gives the second. The model learns
//! from laws, where names are rare; these short lists, written for the purpose, keep a name from looking like noise.

use std::sync::LazyLock;

/// ln p of a surname at the start of a line or after a blank.
const SURNAME_NATS: f32 = -6.0;
/// ln p of a usual character of a given name after a surname or another such character.
const GIVEN_NATS: f32 = -7.5;
/// ln p of a character that continues a title or place begun by the one before.
const CONTINUED_NATS: f32 = -2.0;
/// ln p of the first character of a title after a name, and of a place at a start.
const BEGUN_NATS: f32 = -7.0;

/// Returns true for what stands before a name: the start of a line, a space, ASCII, a mark.
fn may_precede_name(c: char) -> bool {
    c.is_whitespace() || c.is_ascii() || matches!(c, '：' | '、' | '，' | '（')
}

/// The least plausibility of `next` after `last` in a name, a title or a place; minus infinity where neither fits.
pub(crate) fn name_nats(last: char, next: char) -> f32 {
    let names = &*NAMES;
    let is_start = may_precede_name(last);
    let roles = |c: char| names.roles.get(c as usize).copied().unwrap_or_default();
    let (before, after) = (roles(last), roles(next));
    if before & after & PART != 0 && names.pairs.binary_search(&(last, next)).is_ok() {
        return CONTINUED_NATS;
    }
    if is_start && after & SURNAME != 0 {
        return SURNAME_NATS;
    }
    if before & (SURNAME | GIVEN) != 0 && after & GIVEN != 0 {
        return GIVEN_NATS;
    }
    let may_begin =
        after & TITLE != 0 && before & (SURNAME | GIVEN) != 0 || after & PLACE != 0 && is_start;
    if may_begin {
        BEGUN_NATS
    } else {
        f32::NEG_INFINITY
    }
}

/// Returns true when all of `text` is what names are made of: a surname, characters of given names, a title; or a
/// place.
pub(crate) fn is_name(text: &str) -> bool {
    let mut last = '\n';
    text.chars().all(|next| {
        let nats = name_nats(last, next);
        last = next;
        nats > f32::NEG_INFINITY
    })
}

const SURNAME: u8 = 1;
const GIVEN: u8 = 2;
const TITLE: u8 = 4;
const PLACE: u8 = 8;
/// Somewhere in a title or a place.
const PART: u8 = 16;

struct Names {
    /// Roles a character of the BMP may have in a name: a set of those above.
    roles: Box<[u8]>,
    /// Characters that follow each other in a title or a place, sorted.
    pairs: Vec<(char, char)>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut roles = vec![0; 0x1_0000].into_boxed_slice();
    let mut give = |chars: &str, role: u8| chars.chars().for_each(|c| roles[c as usize] |= role);
    give(SURNAMES, SURNAME);
    give(GIVEN_NAMES, GIVEN);
    let mut pairs = Vec::new();
    for (words, role) in [(TITLES, TITLE), (PLACES, PLACE)] {
        for word in words.split_whitespace() {
            give(&word[..word.chars().next().map_or(0, char::len_utf8)], role);
            give(word, PART);
            pairs.extend(word.chars().zip(word.chars().skip(1)));
        }
    }
    pairs.sort_unstable();
    Names { roles, pairs }
});

const SURNAMES: &str = "王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何高林羅罗鄭郑梁謝谢宋唐許许韓韩馮冯鄧邓曹彭曾蕭肖萧田董袁潘\
    于蔣蒋蔡余杜葉叶程蘇苏魏呂吕丁任沈姚盧卢姜崔鍾钟譚谭陸陆汪范金石廖賈贾夏韋韦付傅方白鄒邹孟熊秦邱丘江尹薛閻阎段雷侯龍龙史陶黎賀贺\
    顧顾毛郝龔龚邵萬万錢钱嚴严覃武戴莫孔向湯汤常溫温康施文牛樊葛邢安齊齐易喬乔伍龐庞顏颜倪莊庄聶聂章魯鲁岳翟殷詹申歐欧耿關关蘭兰焦俞\
    左柳甘祝包寧宁尚符舒阮柯紀纪梅童凌畢毕單单季裴霍塗涂成苗谷盛曲翁冉駱骆藍蓝路游辛靳歐管柴蒙鮑鲍華华喻祁蒲房滕屈饒饶解牟艾尤陽阳時时\
    穆農农司卓古吉繆缪簡简車车項项連连蘆芦麥麦褚婁娄竇窦戚岑景黨党宮宫費费卜冷晏席衛卫米柏宗瞿桂全佟應应臧閔闵苟鄔邬邊边卞姬師师和仇欒栾\
    隋商刁沙榮荣巫寇桑郎甄叢丛仲虞敖鞏巩明佘池查麻苑遲迟鄺邝區区冼伍植闕阙練练練招容勞劳淳嘉黨鄢湛關霍司徒歐歐諸诸葛上官皇甫尉遲慕容令狐";

const GIVEN_NAMES: &str = "嘉欣穎颖慧俊詩诗業业永偉伟斌曉晓燿耀琛瑩莹鋒锋凱凯琪志明國国華华文建軍军麗丽芳敏靜静強强傑杰磊洋艷艳勇娟濤涛\
    超秀蘭兰霞平剛刚桂英玉珍海雲云春梅鳳凤蓮莲家豪俊宏君怡淑雅婷宜佳蓉珮佩惠美玲雯萍芬芝琳蓓詠咏儀仪恩希樂乐悅悦晴朗軒轩謙谦睿智仁義义德\
    信禮礼孝忠誠诚正和光輝辉煌新東东南西北中健康安寧宁泰瑞祥福祿禄壽寿喜慶庆吉富貴贵榮荣昌盛興兴隆發发達达通成功勝胜利龍龙虎鵬鹏飛飞鴻鸿翔\
    雁燕鶯莺鵑鹃蕾薇菲萱萌萍芸茵荷菊竹松柏楓枫桐楠林森柳桃杏梓桓楚涵清澤泽浩瀚淵渊江河湖波浪潔洁淳沛沁泓晨曦旭昊昕晗暉晖星辰月陽阳宇宙天\
    地坤乾坤山峰嶺岭岩石磊玥瑤瑶璐璇瑜瑾璟珊珠琴瑟書书畫画墨翰筆笔思念憶忆夢梦心怀懷夏秋冬雪冰霜露雨霖霏霆雷電电震威武雄毅剛勁劲力凡塵尘\
    子之亦一二三以可人予元冠冬凌勤卓博友啟启喬善培堯尧增士夫奇妍妮娜嫻娴婉媛學学守定宗官宛容宸寒展岳嵐岚帆平庭廷彥彦彬影彤心怡恆恒悠惟愛爱\
    慈憲宪成承振捷掌揚扬敬昭景晶普朋本柔柱校根棋楊樹树欽钦歌殷民水沈法泉洲浚浦淇淼添渝湘源溪滔漢汉潤润濱滨炎炜煒烈焯焱熙燁烨爵珂珍理琦琬環环\
    瑋玮甫生甜田申略真睦碧祖禎祯秉穗立竣笑筠素紅红紋纹紹绍維维緯纬綺绮綠翠聖圣聰聪育能自舒航良芯若苗茂范荔莉菁葉蒙蔚藝艺虹衍裕西言詠詩誼谊\
    諾诺賢贤超越躍跃逸遠远連達道邦郁鈞钧鈴铃銘铭錦锦鎮镇長长開开闊阔陵霄青非韻韵順顺頌颂顯显風风馨駿骏鳴鸣鶴鹤麒麟黎齊齐";

const TITLES: &str = "女士 先生 小姐 太太 夫人 議員 议员 委員 委员 主席 副主席 局長 局长 署長 署长 處長 处长 司長 司长 部長 部长 校長 校长 院長 院长 \
    教授 副教授 博士 醫生 医生 醫師 医师 律師 律师 大律師 法官 書記 书记 主任 經理 经理 總經理 总经理 總監 总监 秘書長 秘书长 省長 省长 市長 市长 \
    縣長 县长 區長 区长 鎮長 镇长 鄉長 乡长 村長 村长 代表 理事 理事長 理事长 董事 董事長 董事长 會長 会长 總理 总理 總統 总统 部長 大使 將軍 将军 \
    太平紳士 太平绅士 同志 老師 老师 工程師 工程师 建築師 測量師 會計師 会计师 專員 专员 組長 组长 科長 科长 股長 股长 隊長 队长 檢察官 检察官 常務秘書長";

const PLACES: &str = "香港 九龍 九龙 新界 中環 中环 灣仔 湾仔 銅鑼灣 铜锣湾 北角 鰂魚涌 筲箕灣 筲箕湾 柴灣 柴湾 西灣河 太古 薄扶林 香港仔 鴨脷洲 赤柱 淺水灣 \
    石硤尾 深水埗 長沙灣 荔枝角 美孚 旺角 油麻地 尖沙咀 紅磡 土瓜灣 何文田 九龍塘 黃大仙 鑽石山 彩虹 牛頭角 觀塘 秀茂坪 藍田 油塘 將軍澳 西貢 沙田 \
    大圍 火炭 馬鞍山 大埔 粉嶺 上水 羅湖 落馬洲 元朗 天水圍 屯門 荃灣 葵涌 青衣 東涌 大嶼山 長洲 坪洲 南丫島 離島 北京 上海 天津 重慶 重庆 河北 \
    山西 遼寧 辽宁 吉林 黑龍江 黑龙江 江蘇 江苏 浙江 安徽 福建 江西 山東 山东 河南 湖北 湖南 廣東 广东 海南 四川 貴州 贵州 雲南 云南 陝西 陕西 甘肅 甘肃 \
    青海 臺灣 台湾 內蒙古 内蒙古 廣西 广西 西藏 寧夏 宁夏 新疆 澳門 澳门 廣州 广州 深圳 珠海 佛山 惠州 東莞 东莞 中山 江門 江门 肇慶 肇庆 汕頭 汕头 \
    杭州 寧波 宁波 溫州 温州 嘉興 嘉兴 湖州 紹興 绍兴 金華 金华 衢州 台州 麗水 丽水 南京 蘇州 苏州 無錫 无锡 常州 鎮江 镇江 揚州 扬州 泰州 淮安 鹽城 盐城 \
    合肥 蕪湖 芜湖 蚌埠 亳州 亳州市 阜陽 阜阳 宿州 滁州 六安 黃山 黄山 池州 宣城 濟南 济南 青島 青岛 淄博 棗莊 枣庄 煙臺 烟台 濰坊 潍坊 濟寧 济宁 泰安 \
    威海 日照 臨沂 临沂 德州 聊城 濱州 滨州 菏澤 菏泽 鄭州 郑州 洛陽 洛阳 開封 开封 漯河 濮陽 濮阳 武漢 武汉 宜昌 襄陽 襄阳 荊州 荆州 黃岡 孝感 咸寧 長沙 \
    长沙 株洲 湘潭 衡陽 衡阳 郴州 岳陽 岳阳 常德 益陽 益阳 婁底 娄底 懷化 怀化 南昌 九江 景德鎮 景德镇 贛州 赣州 鄱陽湖 鄱阳湖 洞庭湖 太湖 巢湖 青海湖 滇池 \
    福州 廈門 厦门 泉州 漳州 莆田 龍巖 龙岩 三明 南平 寧德 宁德 臺北 台北 新北 桃園 桃园 新竹 苗栗 臺中 台中 彰化 南投 雲林 嘉義 臺南 台南 高雄 屏東 宜蘭 \
    花蓮 臺東 澎湖 金門 馬祖 基隆 成都 綿陽 绵阳 瀘州 泸州 樂山 乐山 宜賓 宜宾 南充 達州 攀枝花 甘孜 阿壩 貴陽 贵阳 遵義 遵义 畢節 毕节 昆明 曲靖 大理 麗江 丽江 \
    西安 咸陽 咸阳 寶雞 宝鸡 延安 榆林 漢中 汉中 蘭州 兰州 敦煌 酒泉 嘉峪關 西寧 西宁 銀川 银川 烏魯木齊 乌鲁木齐 喀什 哈密 拉薩 拉萨 日喀則 瀋陽 沈阳 大連 大连 \
    鞍山 撫順 丹東 長春 长春 哈爾濱 哈尔滨 齊齊哈爾 大慶 石家莊 石家庄 唐山 秦皇島 保定 邯鄲 邯郸 邢臺 邢台 滄州 沧州 廊坊 太原 大同 呼和浩特 包頭 包头 鄂爾多斯 \
    南寧 南宁 柳州 桂林 北海 梧州 玉林 海口 三亞 三亚 儋州";
