//! Clean texts to be damaged: sentences of our own, the seeds, and the laws of `../shared/corpus` where they are.
//!
//! In: a language and a length. Out: texts that repair leaves as they are, drawn evenly over the documents.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use polidex_indexer::repair::{Options, repair_text};

use super::random::Random;

/// Language that a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lang {
    /// Traditional Chinese.
    Traditional,
    /// Simplified Chinese.
    Simplified,
    /// English.
    English,
    /// Other languages in Latin letters.
    Latin,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 4] = [
        Self::Traditional,
        Self::Simplified,
        Self::English,
        Self::Latin,
    ];

    /// Returns true for both Chinese scripts.
    pub fn is_chinese(self) -> bool {
        matches!(self, Self::Traditional | Self::Simplified)
    }

    /// Returns true if `c` is a letter of it.
    fn has(self, c: char) -> bool {
        if self.is_chinese() {
            is_han(c)
        } else {
            c.is_alphabetic() && c < '\u{2000}'
        }
    }

    /// Name in the table of results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Traditional => "zh-Hant",
            Self::Simplified => "zh-Hans",
            Self::English => "en",
            Self::Latin => "latin",
        }
    }
}

/// Length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// 4 to 12 characters, alone.
    Title,
    /// A line.
    Sentence,
    /// Some lines in a row.
    Passage,
}

impl Extent {
    /// Every length.
    pub const ALL: [Self; 3] = [Self::Title, Self::Sentence, Self::Passage];

    /// Name in the table of results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Sentence => "sentence",
            Self::Passage => "passage",
        }
    }
}

/// Texts of one language.
#[derive(Default)]
pub struct Texts {
    /// Lines of a few characters.
    pub titles: Vec<String>,
    /// Longer lines.
    pub sentences: Vec<String>,
    /// Lines in a row.
    pub passages: Vec<String>,
}

const TRADITIONAL: &[&str] = &[
    "圖書館週末延長開放時間",
    "夜間照明改善計劃",
    "陳嘉慧主任",
    "屯門河畔長者中心",
    "區議會文件第七號",
    "社區客廳先導計劃由三間非政府機構分別營運，居民可預約使用廚房及自修角。",
    "本署接獲投訴後，會於七個工作天內派員到場視察，並以書面回覆投訴人。",
    "街市攤檔如須暫停營業超過三天，檔主應事先通知管理處，以免影響續租資格。",
    "去年共有二千三百名學員完成課程，其中六成半在三個月內找到工作。",
    "潮漲期間海濱步道可能封閉，請留意告示牌上的最新安排。",
];
const SIMPLIFIED: &[&str] = &[
    "社区食堂补贴办法",
    "公园绿道夜跑提示",
    "张晓雯工程师",
    "城东垃圾转运站",
    "老旧小区加装电梯",
    "河道保洁实行分段负责制度，每段设一名河长，每周至少巡查两次。",
    "居民可以通过手机预约上门回收旧家具，费用按件计算。",
    "幼儿园午睡室应当保持通风，被褥每两周晾晒一次。",
    "参加志愿服务满一百小时的学生，可以申请减免图书馆押金。",
    "道路施工期间，公交车临时绕行，沿线站点不停靠。",
];
const ENGLISH: &[&str] = &[
    "Evening opening hours",
    "Notice to stallholders",
    "Footpath repairs",
    "The ferry won’t run on Sundays; “replacement” buses leave every twenty minutes.",
    "Residents may book the kitchen – free of charge – for two hours a week.",
    "Fees of £12 and €9 apply, unless the form says otherwise…",
    "Children under six travel free, but each needs a ticket of its own.",
    "We’ve moved the café’s entrance to the west side, next to the naïve mural.",
];
const LATIN: &[&str] = &[
    "Bibliothèque fermée le 14 août",
    "Öffnungszeiten ändern sich",
    "Años de educación",
    "Die Brücke über den Fluß bleibt während der Bauarbeiten gesperrt.",
    "Le marché aura lieu dès le début du mois d’août, malgré les travaux.",
    "La biblioteca abrirá más tarde mañana; habrá talleres para los niños.",
    "As inscrições terminam amanhã às três horas da tarde.",
    "Biblioteket är öppet på lördagar, även när det är helgdag.",
    "Knihovna bude otevřena až do večera, přístup je z náměstí.",
    "Biblioteka będzie czynna dłużej, również w święta.",
    "A könyvtár szombaton is nyitva tart, kivéve az ünnepnapokat.",
    "Kütüphane hafta sonu açık olacak, giriş ücretsizdir.",
    "Thư viện mở cửa cả ngày chủ nhật để phục vụ người dân.",
    "Kirjasto on avoinna myös lauantaisin, ja pääsy on vapaa.",
];

/// Sentences of our own.
pub fn written(lang: Lang) -> Texts {
    let sentences = match lang {
        Lang::Traditional => TRADITIONAL,
        Lang::Simplified => SIMPLIFIED,
        Lang::English => ENGLISH,
        Lang::Latin => LATIN,
    };
    let mut texts = Texts::default();
    for line in sentences {
        texts.add_line(line, lang);
    }
    for chunk in sentences.windows(3) {
        texts.passages.push(chunk.join("\n") + "\n");
    }
    texts
}

/// Texts of our own and of the seeds.
pub fn own(lang: Lang) -> Texts {
    let seeds: &[&str] = match lang {
        Lang::Traditional => &["000", "001", "003"],
        Lang::Simplified | Lang::Latin => &[],
        Lang::English => &["004"],
    };
    let mut texts = written(lang);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../seeds");
    let names = std::fs::read_dir(folder)
        .expect("the seeds are part of the repository")
        .flatten();
    let mut paths: Vec<PathBuf> = names.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if seeds.iter().any(|seed| name.starts_with(seed)) {
            texts.add_document(&std::fs::read_to_string(path).expect("a seed"), lang);
        }
    }
    texts.keep_clean();
    texts
}

/// Documents that are drawn from each file of the corpus ...
const DOCUMENTS: usize = 400;
/// ... and lines of each.
const LINES: usize = 6;

/// Texts of the corpus in `folder`; empty where it has none of that language.
pub fn corpus(folder: &Path, lang: Lang, random: &mut Random) -> std::io::Result<Texts> {
    let files: &[&str] = match lang {
        Lang::Traditional => &[
            "zh-hant-taiwan-laws",
            "zh-hant-taiwan-ly-gazette",
            "hk-legco-speeches",
        ],
        Lang::Simplified => &["zh-hans-prc-laws"],
        Lang::English => &[
            "en-canada-acts-regs",
            "en-taiwan-laws-parallel",
            "en-digitalgov",
            "en-cfpb-regulations",
        ],
        Lang::Latin => &[],
    };
    let mut texts = Texts::default();
    for file in files {
        texts.draw(folder, file, lang, random)?;
    }
    texts.keep_clean();
    Ok(texts)
}

/// Statutes of the corpus in `folder` that anyone may publish: of the PRC (Copyright Law, article 5)
/// and of Taiwan with their official translations (Copyright Act, article 9).
pub fn statutes(folder: &Path, lang: Lang, random: &mut Random) -> std::io::Result<Texts> {
    let mut texts = Texts::default();
    let file = match lang {
        Lang::Traditional => "zh-hant-taiwan-laws",
        Lang::Simplified => "zh-hans-prc-laws",
        Lang::English => "en-taiwan-laws-parallel",
        Lang::Latin => return Ok(texts),
    };
    texts.draw(folder, file, lang, random)?;
    Ok(texts)
}

impl Texts {
    /// Texts of one length.
    pub fn of(&self, extent: Extent) -> &[String] {
        match extent {
            Extent::Title => &self.titles,
            Extent::Sentence => &self.sentences,
            Extent::Passage => &self.passages,
        }
    }

    /// Draws documents of a file of the corpus, and lines of each.
    fn draw(
        &mut self,
        folder: &Path,
        file: &str,
        lang: Lang,
        random: &mut Random,
    ) -> std::io::Result<()> {
        let packed = File::open(folder.join(file).with_extension("jsonl.gz"))?;
        let lines = BufReader::new(GzDecoder::new(packed)).lines();
        let documents = lines.collect::<std::io::Result<Vec<String>>>()?;
        for _ in 0..DOCUMENTS.min(documents.len()) {
            let document: serde_json::Value =
                serde_json::from_str(random.pick::<String>(&documents))?;
            if document["lang"].as_str() != Some(lang.name()) {
                continue;
            }
            self.add_line(document["title"].as_str().unwrap_or_default(), lang);
            let text = document["text"].as_str().unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            for _ in 0..LINES.min(lines.len()) {
                let at = random.below(lines.len());
                self.add_line(lines[at], lang);
                self.add_passage(&lines[at..lines.len().min(at + 5)], lang);
            }
        }
        Ok(())
    }

    /// Adds every text of `other`.
    pub fn extend(&mut self, other: Self) {
        self.titles.extend(other.titles);
        self.sentences.extend(other.sentences);
        self.passages.extend(other.passages);
    }

    fn add_document(&mut self, text: &str, lang: Lang) {
        let lines: Vec<&str> = text.lines().collect();
        lines.iter().for_each(|line| self.add_line(line, lang));
        lines
            .chunks(5)
            .for_each(|lines| self.add_passage(lines, lang));
    }

    fn add_passage(&mut self, lines: &[&str], lang: Lang) {
        let passage = lines.join("\n") + "\n";
        let letters = passage.chars().filter(|c| lang.has(*c)).count();
        if letters * 2 > passage.chars().count() {
            self.passages.push(passage);
        }
    }

    /// Adds a line as a title or a sentence, by its length; others are left out.
    pub fn add_line(&mut self, line: &str, lang: Lang) {
        let line = line.trim().trim_start_matches(['#', ' ']);
        let len_chars = line.chars().count();
        let letters = line.chars().filter(|c| lang.has(*c)).count();
        let is_text = letters * 2 > len_chars;
        let (title, sentence) = if lang.is_chinese() {
            (4..=12, 13..=200)
        } else {
            (10..=40, 41..=400)
        };
        match () {
            () if is_text && title.contains(&len_chars) => self.titles.push(line.to_owned()),
            () if is_text && sentence.contains(&len_chars) => self.sentences.push(line.to_owned()),
            () => {}
        }
    }

    /// Removes texts that repair would change: once damaged, they have no one answer.
    pub fn keep_clean(&mut self) {
        for texts in [&mut self.titles, &mut self.sentences, &mut self.passages] {
            texts.retain(|text| text.len() < MAX_BYTES && is_clean(text));
        }
    }
}

/// Longer passages say no more.
const MAX_BYTES: usize = 4000;

/// Returns true if repair leaves `text` as it is.
pub fn is_clean(text: &str) -> bool {
    let repaired = repair_text(text, &Options::default());
    repaired.steps.is_empty() && repaired.lost.is_empty()
}

/// Returns true if `c` is an ideograph.
pub fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF)
}
