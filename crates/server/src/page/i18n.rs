//! Sentences and words of the interface in the reader's language.
//!
//! All words stand in one table, a line each, so that a translation cannot be missing.

use polidex_analysis::date::ENGLISH_MONTHS;
use polidex_schema::repair_kind::{RecordedKind, RepairKind};

use crate::answer::{FacetValue, Lines};
use crate::question::{Facet, Tier};
use crate::request::language::Ui;

impl Ui {
    /// The words of this language.
    pub(crate) fn text(self) -> &'static Text {
        match self {
            Self::En => &EN,
            Self::ZhHant => &ZH_HANT,
            Self::ZhHans => &ZH_HANS,
        }
    }

    /// A language tag of a document in this language's words; an unknown one as it is.
    pub(crate) fn language_name(self, tag: &str) -> String {
        let text = self.text();
        match tag {
            "en" => text.lang_en.to_owned(),
            "zh-Hant" | "zh-Hant-HK" | "zh-Hant-TW" | "zh-TW" | "zh-HK" => {
                text.lang_hant.to_owned()
            }
            "zh-Hans" | "zh-Hans-CN" | "zh-CN" => text.lang_hans.to_owned(),
            other => other.to_owned(),
        }
    }

    /// Returns the name of a facet.
    pub(crate) fn facet_title(self, facet: Facet) -> &'static str {
        let text = self.text();
        match facet {
            Facet::Source => text.facet_source,
            Facet::Publisher => text.facet_publisher,
            Facet::Language => text.facet_lang,
            Facet::Kind => text.facet_kind,
            Facet::Year => text.facet_year,
            Facet::Cited => text.facet_cited,
        }
    }

    /// Returns the name of a value of a facet.
    pub(crate) fn value_name(self, facet: Facet, value: &FacetValue) -> String {
        match facet {
            Facet::Language => self.language_name(&value.value),
            Facet::Kind => self.kind_name(&value.value),
            Facet::Cited => self.cited_range(&value.value),
            _ => value.label.clone(),
        }
    }

    /// Name of a range of the number of documents that cite one.
    pub(crate) fn cited_range(self, range: &str) -> String {
        let text = self.text();
        match range.split_once('-') {
            None => text.cited_by_none.to_owned(),
            Some((from, "")) => fill(text.cited_by_many, &[("from", from)]),
            Some((from, to)) => fill(text.cited_by_some, &[("from", from), ("to", to)]),
        }
    }

    /// `2024-03-11` as people write it here; what is no date comes back as it is.
    pub(crate) fn date(self, date: &str) -> String {
        let parts: Vec<u16> = date
            .split('-')
            .filter_map(|part| part.parse().ok())
            .collect();
        let written = match self {
            Self::En => english_date(&parts),
            Self::ZhHant | Self::ZhHans => chinese_date(&parts),
        };
        written.unwrap_or_else(|| date.to_owned())
    }

    /// `1,234 documents`.
    pub(crate) fn documents(self, count: u64) -> String {
        let text = self.text();
        fill(
            if count == 1 {
                text.document_one
            } else {
                text.document_many
            },
            &[("n", &grouped(count))],
        )
    }

    /// `131 values`.
    pub(crate) fn values(self, count: u64) -> String {
        let text = self.text();
        fill(
            if count == 1 {
                text.values_one
            } else {
                text.values_many
            },
            &[("n", &grouped(count))],
        )
    }

    /// `Also in 3 more documents`.
    pub(crate) fn also_in(self, count: usize) -> String {
        let text = self.text();
        fill(
            if count == 1 {
                text.also_in_one
            } else {
                text.also_in_many
            },
            &[("n", &grouped(count as u64))],
        )
    }

    /// `3 matching passages`.
    pub(crate) fn matching_passages(self, count: usize) -> String {
        let text = self.text();
        let pattern = if count == 1 {
            text.matching_passage_one
        } else {
            text.matching_passage_many
        };
        fill(pattern, &[("n", &grouped(count as u64))])
    }

    /// `2 more passages`.
    pub(crate) fn more_passages(self, count: usize) -> String {
        let text = self.text();
        let pattern = if count == 1 {
            text.more_passage_one
        } else {
            text.more_passage_many
        };
        fill(pattern, &[("n", &grouped(count as u64))])
    }

    /// Returns the name of a degree in which documents hold a query.
    pub(crate) fn tier_name(self, tier: Tier) -> &'static str {
        let text = self.text();
        match tier {
            Tier::All => text.tier_typed,
            Tier::Most => text.tier_most,
            Tier::Translation => text.hit_by_translation,
            Tier::Original => text.tier_original,
        }
    }

    /// `Lines 26–31`.
    pub(crate) fn lines(self, first: u32, last: u32) -> String {
        let text = self.text();
        if first == last {
            fill(text.line_one, &[("first", &first.to_string())])
        } else {
            fill(
                text.line_many,
                &[("first", &first.to_string()), ("last", &last.to_string())],
            )
        }
    }

    /// Returns the place of a passage: chapter and article, page; lines where there is neither.
    pub(crate) fn place(self, place: Option<&str>, page: Option<u32>, lines: Lines) -> String {
        let page = page.map(|page| fill(self.text().page_place, &[("n", &page.to_string())]));
        let parts: Vec<String> = place
            .map(ToOwned::to_owned)
            .into_iter()
            .chain(page)
            .collect();
        if parts.is_empty() {
            self.lines(lines.first, lines.last)
        } else {
            parts.join(" · ")
        }
    }

    /// Returns a sentence on what a kind of repair mends. The match is exhaustive: a new kind does not compile until it has
    /// words. A kind of a later release is named by its slug.
    pub(crate) fn repair_kind(self, kind: &RecordedKind) -> String {
        let text = self.text();
        match kind {
            RecordedKind::Known(kind) => repair_words(*kind, text).to_owned(),
            RecordedKind::Other(slug) => fill(text.repair_other, &[("kind", slug)]),
        }
    }
}

fn repair_words(kind: RepairKind, text: &Text) -> &'static str {
    match kind {
        RepairKind::Entity => text.repair_entity,
        RepairKind::UnicodeEscape
        | RepairKind::ByteEscape
        | RepairKind::OctalEscape
        | RepairKind::Percent
        | RepairKind::PercentUnicode
        | RepairKind::EncodedWord
        | RepairKind::QuotedPrintable
        | RepairKind::MarkdownEscape => text.repair_escape,
        RepairKind::Hz => text.repair_hz,
        RepairKind::Utf7 => text.repair_utf7,
        RepairKind::WrongDecoding { .. } => text.repair_charset,
        RepairKind::Cid(_) => text.repair_cid,
        RepairKind::GlyphShift => text.repair_glyph_shift,
        RepairKind::Overstrike => text.repair_overstrike,
        RepairKind::Windows1252Sign => text.repair_windows_1252_sign,
        RepairKind::ZeroWidth | RepairKind::SoftHyphen | RepairKind::NoBreakSpace => {
            text.repair_invisible
        }
        RepairKind::Radical => text.repair_radical,
        RepairKind::Ligature => text.repair_ligature,
        RepairKind::CompatibilityIdeograph
        | RepairKind::VerticalForm
        | RepairKind::HkscsPrivateUse => text.repair_form,
        RepairKind::PrivateUseBullet
        | RepairKind::PrivateUseDash
        | RepairKind::PrivateUseSign
        | RepairKind::StrayGlyph => text.repair_bullet,
        RepairKind::Columns => text.repair_columns,
        RepairKind::RunningHeader => text.repair_running_header,
        RepairKind::Doubled => text.repair_doubled,
        RepairKind::Spaced => text.repair_spaced,
        RepairKind::HardWrap | RepairKind::MissingSpace => text.repair_lines,
        RepairKind::Hyphen => text.repair_hyphen,
        RepairKind::AlForAi => text.repair_ocr,
        RepairKind::Digit => text.repair_digit,
    }
}

fn english_date(parts: &[u16]) -> Option<String> {
    match parts {
        [year, month, day] => Some(format!("{day} {} {year}", month_name(*month))),
        [year, month] => Some(format!("{} {year}", month_name(*month))),
        _ => None,
    }
}

fn chinese_date(parts: &[u16]) -> Option<String> {
    match parts {
        [year, month, day] => Some(format!("{year}年{month}月{day}日")),
        [year, month] => Some(format!("{year}年{month}月")),
        [year] => Some(format!("{year}年")),
        _ => None,
    }
}

fn month_name(month: u16) -> &'static str {
    ENGLISH_MONTHS
        .get(usize::from(month).wrapping_sub(1))
        .copied()
        .unwrap_or("")
}

/// `12345` → `12,345`, as all three languages write it.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Puts values into a pattern's `{name}` places, in one walk: a value that looks like a place stays as it is.
pub(crate) fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some((before, place)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = place.split_once('}') else {
            text.push('{');
            rest = place;
            break;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.extend(["{", name, "}"]),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

macro_rules! texts {
    ($($key:ident: $en:literal, $hant:literal, $hans:literal;)*) => {
        /// Every word of the interface in one language.
        pub(crate) struct Text { $(pub(crate) $key: &'static str,)* }
        static EN: Text = Text { $($key: $en,)* };
        static ZH_HANT: Text = Text { $($key: $hant,)* };
        static ZH_HANS: Text = Text { $($key: $hans,)* };
        #[cfg(test)]
        static ROWS: &[(&str, [&str; 3])] = &[$((stringify!($key), [$en, $hant, $hans]),)*];
    };
}

texts! {
    tagline: "Search policy documents in Chinese and English", "檢索中英文政策文件", "检索中英文政策文件";
    search_label: "Search the documents", "檢索文件", "检索文件";
    search_hint: "Words, or a “quoted phrase”. Traditional and Simplified find each other.", "輸入詞語，或加「引號」查完整句子；繁簡互通。", "输入词语，或加“引号”查完整句子；繁简互通。";
    search: "Search", "檢索", "检索";
    suggestions: "Suggestions", "建議", "建议";
    suggestion_term: "Term", "術語", "术语";
    suggestion_phrase: "Phrase", "常用語", "常用语";
    suggestion_title: "Title", "標題", "标题";
    suggestion_heading: "Heading", "小標題", "小标题";
    did_you_mean: "Did you mean", "你是否想查", "您是否想查";
    skip_results: "Skip to results", "跳至結果", "跳至结果";
    skip_filters: "Skip to filters", "跳至篩選", "跳至筛选";
    skip_main: "Skip to content", "跳至內容", "跳至内容";
    help: "Help", "說明", "帮助";
    language: "Language", "語言", "语言";
    results_for: "Results for {q}", "檢索結果：{q}", "检索结果：{q}";
    all_documents: "All documents", "全部文件", "全部文件";
    filtered_documents: "Filtered documents", "篩選後的文件", "筛选后的文件";
    holdings: "The collection", "館藏", "馆藏";
    holdings_documents: "Documents", "文件", "文件";
    holdings_publishers: "Publishers", "發布機構", "发布机构";
    holdings_languages: "Languages", "語言", "语言";
    holdings_added: "Last added", "最近收錄", "最近收录";
    holdings_unread: "Files not read", "未能讀取", "未能读取";
    holdings_examples: "For example", "例如", "例如";
    newest_documents: "Newest documents", "最新文件", "最新文件";
    document_one: "{n} document", "{n} 份文件", "{n} 份文件";
    document_many: "{n} documents", "{n} 份文件", "{n} 份文件";
    range_of: "{first}–{last} of {total}", "第 {first}–{last} 份，共 {total}", "第 {first}–{last} 份，共 {total}";
    range_of_values: "{first}–{last} of {total}", "第 {first}–{last} 項，共 {total}", "第 {first}–{last} 项，共 {total}";
    seconds: "{n} s", "{n} 秒", "{n} 秒";
    status_results: "{documents} found for {q}", "找到 {documents}：{q}", "找到 {documents}：{q}";
    colon: ": ", "：", "：";
    in_brackets: " ({text})", "（{text}）", "（{text}）";
    status_none: "Nothing found for {q}", "沒有結果：{q}", "没有结果：{q}";
    only_translated: "{documents} by translation", "經翻譯找到 {documents}", "经翻译找到 {documents}";
    part_typed: "{n} as typed", "{n} 份合原詞", "{n} 份合原词";
    part_most: "{n} with most of the words", "{n} 份含大部分詞", "{n} 份含大部分词";
    part_translation: "{n} by translation", "{n} 份經翻譯", "{n} 份经翻译";
    listed_under: "{n} listed under another", "{n} 份列於同文之下", "{n} 份列于同文之下";
    added_after: "Added after", "收錄於此後", "收录于此后";
    tier_name: "Match", "相符程度", "相符程度";
    tier_typed: "as typed", "合原詞", "合原词";
    tier_most: "most of the words", "含大部分字詞", "含大部分字词";
    tier_original: "only in the text as published", "只見於原始文本", "只见于原始文本";
    more_passage_one: "{n} more passage", "再看 {n} 段", "再看 {n} 段";
    more_passage_many: "{n} more passages", "再看 {n} 段", "再看 {n} 段";
    hit_by_translation: "by translation", "經翻譯找到", "经翻译找到";
    hit_in_original: "Found only in the text as published: a repair changed these words.", "只見於原始文本：修復時改動了這些字句。", "只见于原始文本：修复时改动了这些字句。";
    only_in_original: "{n} only in the text as published", "{n} 份只見於原始文本", "{n} 份只见于原始文本";
    hold_most: "These hold most of the words: {n}", "以下文件含大部分字詞：{n} 份", "以下文件含大部分字词：{n} 份";
    without_words: "without {words}", "沒有 {words}", "没有 {words}";
    also_searched: "Also searched", "同時檢索", "同时检索";
    left_out: "Left out", "已略去", "已略去";
    leave_form_out: "Search without {form}", "檢索時略去「{form}」", "检索时略去“{form}”";
    take_form_back: "Search with {form} again", "重新檢索「{form}」", "重新检索“{form}”";
    only_variants: "without translations", "不含翻譯", "不含翻译";
    only_as_typed: "only as typed", "只查所輸入的詞", "只查所输入的词";
    with_translations: "with translations", "包括翻譯", "包括翻译";
    with_expansions: "with variants and translations", "包括異體與翻譯", "包括异体与翻译";
    expansions_off: "Searched only as typed", "只查所輸入的詞", "只查所输入的词";
    also_in_one: "Also in {n} more document", "另有 {n} 份文件內容相同或相近", "另有 {n} 份文件内容相同或相近";
    also_in_many: "Also in {n} more documents", "另有 {n} 份文件內容相同或相近", "另有 {n} 份文件内容相同或相近";
    why: "Why here?", "為何排在此處？", "为何排在此处？";
    why_hidden: "Hide the explanations", "隱藏解釋", "隐藏解释";
    why_shown: "Each result says why it stands where it stands. Rare words count for more than common ones, and titles for more than text.", "每項結果附有排序原因。罕見的詞比常見的重要，標題比正文重要。", "每项结果附有排序原因。罕见的词比常见的重要，标题比正文重要。";
    not_listed: "Chosen, but not listed here", "已選但未在此列出", "已选但未在此列出";
    label_typed: "“{text}”", "「{text}」", "“{text}”";
    label_variant: "“{text}” (another form of “{term}”)", "「{text}」（「{term}」的另一寫法）", "“{text}”（“{term}”的另一写法）";
    label_translation: "“{text}” (a translation of “{term}”)", "「{text}」（「{term}」的翻譯）", "“{text}”（“{term}”的翻译）";
    place_title: "title", "標題", "标题";
    place_text: "text", "正文", "正文";
    reason_character: "the single character {label} in the {place}", "{place}有單字{label}", "{place}有单字{label}";
    reason_word: "the word {label} in the {place}", "{place}有詞語{label}", "{place}有词语{label}";
    reason_pair: "{label} side by side in the {place}", "{place}有相連的{label}", "{place}有相连的{label}";
    reason_spelling: "{label}, spelled exactly so, in the {place}", "{place}有寫法完全相同的{label}", "{place}有写法完全相同的{label}";
    reason_phrase: "{label} in one piece in the {place}", "{place}完整出現{label}", "{place}完整出现{label}";
    reason_rarity: "in {n} of {m} documents", "{m} 份文件中 {n} 份有", "{m} 份文件中 {n} 份有";
    reason_whole_title: "the title is the query, word for word", "標題與查詢一字不差", "标题与查询一字不差";
    reason_publisher: "the publisher is the one asked for", "發布機構相符", "发布机构相符";
    reason_matching: "what every document found gets", "所有結果共有", "所有结果共有";
    reason_lesser: "{n} smaller parts together", "其餘 {n} 項合計", "其余 {n} 项合计";
    reason_lacks: "{label} is missing", "沒有{label}", "没有{label}";
    reason_lacks_in_title: "{label} is missing in the title", "標題沒有{label}", "标题没有{label}";
    reason_lacks_as_typed: "{label} itself, as typed, is missing", "沒有{label}本身", "没有{label}本身";
    reason_listed_under: "it is listed under {text}, which has the same text", "與 {text} 內容相同，列於其下", "与 {text} 内容相同，列于其下";
    reason_filter: "it holds what is asked, but a filter leaves it out", "內容相符，但被篩選條件排除", "内容相符，但被筛选条件排除";
    reason_other_page: "it holds what is asked and stands on another page", "內容相符，在另一頁", "内容相符，在另一页";
    reason_in_original: "a quoted phrase stands only in the text as published, where a repair changed it; such documents come last", "引號內的字句只見於原始文本，修復時曾改動；這類文件排在最後", "引号内的字句只见于原始文本，修复时曾改动；这类文件排在最后";
    reason_combined: "it holds every word, but also what is excluded, or not as the query combines them", "含有全部詞語，但也有所排除者，或組合方式不符", "含有全部词语，但也有所排除者，或组合方式不符";
    understood: "Understood as", "理解為", "理解为";
    no_document_has_all: "No document holds all these words. The best partial matches are listed.", "沒有文件包含全部詞語，以下是最接近的結果。", "没有文件包含全部词语，以下是最接近的结果。";
    unbalanced_quote: "A quotation mark had no partner; it was taken to close at the end.", "引號不成對，已視為在結尾處關閉。", "引号不成对，已视为在结尾处关闭。";
    unbalanced_bracket: "A bracket had no partner and was left out.", "括號不成對，已略去。", "括号不成对，已略去。";
    empty_phrase: "An empty phrase was left out.", "空的引號已略去。", "空的引号已略去。";
    nothing_to_search: "A mark without a word beside it was left out.", "沒有詞語的符號已略去。", "没有词语的符号已略去。";
    prefix_too_short: "* needs at least two letters before it; it was left out.", "* 之前須有至少兩個字母，已略去。", "* 之前须有至少两个字母，已略去。";
    deadline: "The search took too long and was cut short. Counts are of what was seen.", "檢索時間過長，已提前結束；數目只計已查部分。", "检索时间过长，已提前结束；数目只计已查部分。";
    part_missing: "A part of the index did not answer. Counts are of what was seen.", "部分索引未有回應；數目只計已查部分。", "部分索引没有响应；数目只计已查部分。";
    chosen_filters: "Chosen filters", "已選條件", "已选条件";
    remove_filter: "Remove filter: {name} {value}", "移除條件：{name} {value}", "移除条件：{name} {value}";
    clear_all: "Clear all", "全部清除", "全部清除";
    filters: "Filters", "篩選", "筛选";
    facet_source: "Document", "文件", "文件";
    facet_publisher: "Publisher", "發布機構", "发布机构";
    facet_lang: "Language", "語言", "语言";
    facet_kind: "Kind", "類別", "类别";
    facet_year: "Year", "年份", "年份";
    facet_cited: "Cited by", "被引用", "被引用";
    cited_by_none: "No document", "未被引用", "未被引用";
    cited_by_some: "{from}–{to} documents", "{from} 至 {to} 份文件", "{from} 至 {to} 份文件";
    cited_by_many: "{from} documents or more", "{from} 份文件或以上", "{from} 份文件或以上";
    cited_by_documents: "cited by {documents}", "被 {documents}引用", "被 {documents}引用";
    no_date: "No date", "沒有日期", "没有日期";
    years: "Years", "年份", "年份";
    years_of: "Years {first}–{last}", "{first}–{last} 年", "{first}–{last} 年";
    months_of: "Months of {year}", "{year}年各月", "{year}年各月";
    bar_of: "{when}: {documents}", "{when}：{documents}", "{when}：{documents}";
    reading_list: "Reading list", "閱讀清單", "阅读清单";
    list_intro: "Documents and searches that you keep, with your notes. They are stored in this browser alone.", "您保存的文件和檢索，連同筆記，只存於此瀏覽器。", "您保存的文件和检索，连同笔记，只存于此浏览器。";
    list_script: "The list needs JavaScript: it is kept in this browser and nowhere else.", "清單須用 JavaScript：內容只存於此瀏覽器。", "清单须用 JavaScript：内容只存于此浏览器。";
    list_empty: "Nothing is kept yet. “Keep” stands at each result and document.", "尚未保存任何項目。每項結果和文件旁均有「保存」。", "尚未保存任何项目。每项结果和文件旁均有“保存”。";
    list_documents: "Documents", "文件", "文件";
    list_searches: "Searches", "檢索", "检索";
    list_note: "Note on {title}", "筆記：{title}", "笔记：{title}";
    list_remove: "Remove", "移除", "移除";
    list_import: "Bring in a list (JSON)", "匯入清單（JSON）", "导入清单（JSON）";
    list_wrong: "This file is no reading list of polidex.", "此檔案不是 polidex 的閱讀清單。", "此文件不是 polidex 的阅读清单。";
    list_brought: "{n} brought in", "已匯入 {n} 項", "已导入 {n} 项";
    list_full: "This browser keeps no more; export the list and remove something.", "此瀏覽器已無空間；請先匯出清單再移除部分項目。", "此浏览器已无空间；请先导出清单再移除部分项目。";
    keep: "Keep", "保存", "保存";
    kept: "Kept", "已保存", "已保存";
    keep_search: "Keep this search", "保存此檢索", "保存此检索";
    timeline_title: "Over time", "用詞趨勢", "用词趋势";
    timeline_intro: "How often phrases occur in the texts, by the date of the documents. A phrase is found as one in quotation marks is.", "按文件日期統計字句在正文出現的次數；查法與引號內的字句相同。", "按文件日期统计字句在正文出现的次数；查法与引号内的字句相同。";
    timeline_phrase: "Phrase {n}", "字句 {n}", "字句 {n}";
    timeline_unit: "By", "單位", "单位";
    timeline_year: "year", "年", "年";
    timeline_month: "month", "月", "月";
    timeline_draw: "Count", "統計", "统计";
    timeline_per_million: "Occurrences in a million characters", "每百萬字出現次數", "每百万字出现次数";
    timeline_occurrences: "Occurrences", "出現次數", "出现次数";
    timeline_table: "The figures", "數字", "数字";
    timeline_when: "Period", "時期", "时期";
    timeline_documents: "Documents", "文件", "文件";
    timeline_characters: "Characters", "字數", "字数";
    timeline_total: "{n} times in {documents}", "{documents}中 {n} 次", "{documents}中 {n} 次";
    timeline_none: "No period to show: none of these documents has such a date.", "沒有可顯示的時期：這些文件沒有相應的日期。", "没有可显示的时期：这些文件没有相应的日期。";
    years_listed: "Years as a list", "列出年份", "列出年份";
    show_more: "{n} more", "另外 {n} 項", "另外 {n} 项";
    all_values: "All {n}…", "全部 {n} 項…", "全部 {n} 项…";
    choose_value: "Choose: {name}", "選擇{name}", "选择{name}";
    values_for: "{name} · {q}", "{name}：{q}", "{name}：{q}";
    find_value: "Find by name", "按名稱尋找", "按名称查找";
    no_such_value: "Nothing in the list has this in its name.", "列表中沒有名稱相符者。", "列表中没有名称相符者。";
    values_one: "{n} value", "{n} 項", "{n} 项";
    values_many: "{n} values", "{n} 項", "{n} 项";
    all_in_list: "All {documents}…", "全部 {documents}…", "全部 {documents}…";
    sources_title: "Choose a document", "選擇文件", "选择文件";
    sources_for: "Documents for {q}", "文件：{q}", "文件：{q}";
    find_document: "Find by title or publisher", "按標題或發布機構尋找", "按标题或发布机构查找";
    find: "Find", "尋找", "查找";
    no_such_source: "No document has this in its title or publisher.", "沒有標題或發布機構相符的文件。", "没有标题或发布机构相符的文件。";
    chosen: "chosen", "已選", "已选";
    find_in_list: "Find in this list", "在列表中尋找", "在列表中查找";
    dates: "Dates", "日期", "日期";
    from: "From", "由", "从";
    to: "To", "至", "到";
    date_hint: "Year, month or day, such as 2024, 2024-03 or 11 March 2024", "年、月或日，如 2024、2024-03、2014年3月、民國103年3月", "年、月或日，如 2024、2024-03、2014年3月";
    date_wrong: "Not a date: write 2024, 2024-03 or 11 March 2024.", "日期無法識別：請寫 2024、2024-03 或 2024年3月11日。", "日期无法识别：请写 2024、2024-03 或 2024年3月11日。";
    date_reversed: "This lies before the first date.", "此日期早於起始日期。", "此日期早于起始日期。";
    apply: "Apply", "套用", "应用";
    sort: "Sort", "排序", "排序";
    sort_relevance: "Relevance", "相關度", "相关度";
    sort_newest: "Newest", "最新", "最新";
    sort_oldest: "Oldest", "最舊", "最旧";
    sort_cited: "Most cited", "最多引用", "最多引用";
    matching_passage_one: "{n} matching passage", "{n} 段相符", "{n} 段相符";
    matching_passage_many: "{n} matching passages", "{n} 段相符", "{n} 段相符";
    line_one: "Line {first}", "第 {first} 行", "第 {first} 行";
    line_many: "Lines {first}–{last}", "第 {first}–{last} 行", "第 {first}–{last} 行";
    pages: "Pages", "頁碼", "页码";
    page_place: "p. {n}", "第{n}頁", "第{n}页";
    counterparts: "In other languages", "其他語文版本", "其他语文版本";
    page: "Page {n}", "第 {n} 頁", "第 {n} 页";
    next_page: "Next", "下一頁", "下一页";
    previous_page: "Previous", "上一頁", "上一页";
    deep_end: "Only the first {n} documents can be paged to. Narrow the search to reach the others.", "只能翻閱首 {n} 份文件，請縮小範圍以查看其餘。", "只能翻阅前 {n} 份文件，请缩小范围以查看其余。";
    nothing_found: "Nothing found", "沒有找到結果", "没有找到结果";
    beyond_last: "There is no such page; the results end earlier.", "沒有這一頁，結果在此之前已盡。", "没有这一页，结果在此之前已尽。";
    nothing_in_index: "There are no documents in the index yet.", "索引中尚無文件。", "索引中尚无文件。";
    each_word: "What each part of the query finds", "查詢各部分的結果數", "查询各部分的结果数";
    try_this: "You could", "可以試試", "可以试试";
    try_without: "remove the filter {name}: {value}", "移除條件「{name}：{value}」", "移除条件“{name}：{value}”";
    try_no_filters: "search without any filter", "不設任何條件再查", "不设任何条件再查";
    try_no_quotes: "search without quotation marks: {q}", "去掉引號再查：{q}", "去掉引号再查：{q}";
    try_any: "look for any of the words", "查找包含任一詞語的文件", "查找包含任一词语的文件";
    try_expand: "allow variants and translations", "容許異體與翻譯", "容许异体与翻译";
    try_shorter: "use fewer or more general words; one Chinese character is enough", "減少詞語或改用較籠統的說法；單一個漢字亦可", "减少词语或改用较笼统的说法；单个汉字也可以";
    try_browse: "browse all documents", "瀏覽全部文件", "浏览全部文件";
    original: "Original", "原文網址", "原文网址";
    provenance: "Provenance", "來源", "来源";
    stale_text: "The file could not be read when the index was last updated. This is the text of an earlier update.",
        "上次更新索引時未能讀取此檔案，以下是較早前的內容。",
        "上次更新索引时未能读取此文件，以下是较早前的内容。";
    scanned: "Text recognized from pictures of pages ({pages}), mean confidence {percent}%. Words may be misread; those with a dotted line are doubtful.",
        "文字由頁面圖像識別而得（第 {pages} 頁），平均置信度 {percent}%，可能有誤；帶虛線者存疑。",
        "文字由页面图像识别而得（第 {pages} 页），平均置信度 {percent}%，可能有误；带虚线者存疑。";
    facts: "Where title, date and publisher are from", "標題、日期、發布機構的依據", "标题、日期、发布机构的依据";
    facts_wrong: "If a value is wrong, put these lines into sources.toml in the folder, correct them and index again.", "如有錯誤，請把以下各行放入資料夾的 sources.toml，改正後重新索引。", "如有错误，请把以下各行放入文件夹的 sources.toml，改正后重新索引。";
    date_field: "Date", "日期", "日期";
    number_field: "Number", "文號", "文号";
    first_date: "First issued", "最初發布", "最初发布";
    effective: "In force from", "施行日期", "施行日期";
    file_date: "File made", "檔案日期", "文件日期";
    from_line: "line {n} of the file", "檔案第 {n} 行", "文件第 {n} 行";
    from_declared: "declared", "已聲明", "已声明";
    from_properties: "properties of the file", "檔案屬性", "文件属性";
    from_first_words: "first words of the text", "正文首句", "正文首句";
    back_to_results: "Back to the results", "返回結果", "返回结果";
    speakers: "Speakers", "發言者", "发言者";
    spoken_by: "Only what {name} says is shown.", "只顯示{name}的發言。", "只显示{name}的发言。";
    outline: "Outline", "大綱", "大纲";
    parts: "Parts", "分段", "分段";
    part_of: "Part {n} of {m}", "第 {n} 段，共 {m} 段", "第 {n} 段，共 {m} 段";
    parts_hint: "Searching within the page and printing see this part only.", "頁內尋找及列印只及本段。", "页内查找及打印只及本段。";
    whole_text: "The whole text", "全文", "全文";
    first_part: "First", "首段", "首段";
    previous_part: "Previous", "上一段", "上一段";
    next_part: "Next", "下一段", "下一段";
    last_part: "Last", "末段", "末段";
    view_text: "Repaired text", "修復後文本", "修复后文本";
    view_published: "As published", "原始文本", "原始文本";
    view: "View", "檢視", "查看";
    hits_in_document: "{n} marked", "標示 {n} 處", "标示 {n} 处";
    hit_of: "{n} of {m}", "{n} / {m}", "{n} / {m}";
    next_hit: "Next hit", "下一處", "下一处";
    previous_hit: "Previous hit", "上一處", "上一处";
    nothing_marked: "Nothing in this document matches the query.", "此文件沒有相符之處。", "此文件没有相符之处。";
    repairs: "Repairs", "修復記錄", "修复记录";
    repairs_intro: "What was changed so that this text can be read and found. The file itself is untouched.", "為使文本可讀可查而作的改動；檔案本身保持原樣。", "为使文本可读可查而作的改动；文件本身保持原样。";
    list_comma: ", ", "、", "、";
    repair_count: "{n} repairs", "{n} 項修復", "{n} 项修复";
    no_repairs: "Nothing had to be repaired.", "無須修復。", "无须修复。";
    as_published_same: "The text is shown as it was published.", "此文本即原始文本。", "此文本即原始文本。";
    repairs_wrong: "If a repair is wrong, put these lines into sources.toml in the folder, keep the kinds that are wrong and index again. repair = false switches all repair off.", "如有修復不當，請把以下各行放入資料夾的 sources.toml，只留下不當的種類，然後重新索引。repair = false 則完全不作修復。", "如有修复不当，请把以下各行放入文件夹的 sources.toml，只留下不当的种类，然后重新索引。repair = false 则完全不作修复。";
    published_as: "Published", "原始", "原始";
    shown_as: "Shown", "顯示為", "显示为";
    moved: "behind the paragraph", "移至段落之後", "移至段落之后";
    removed: "left out", "略去", "略去";
    certainty: "certainty {n} %", "把握 {n}%", "把握 {n}%";
    repair_cid: "Glyph numbers of a PDF font had been taken for characters", "PDF 字型的字形編號被誤作字元", "PDF 字体的字形编号被误作字符";
    repair_columns: "Two columns had been mixed line by line", "左右兩欄逐行混在一起", "左右两栏逐行混在一起";
    repair_lines: "Lines of one paragraph had been broken apart", "同一段落被拆成數行", "同一段落被拆成数行";
    repair_glyph_shift: "Letters had been shifted by a PDF font", "PDF 字型使字母移位", "PDF 字体使字母移位";
    repair_escape: "Escape marks had been left in the text", "文本中殘留轉義符號", "文本中残留转义符号";
    repair_bullet: "A sign of a symbol font had been taken for a letter", "符號字型的標記被誤作字元", "符号字体的标记被误作字符";
    repair_ocr: "“AI” had been read as “Al”, with a small L", "「AI」被誤認為「Al」（小寫 L）", "“AI”被误认为“Al”（小写 L）";
    repair_invisible: "Invisible characters had stood between the letters", "字元之間夾有不可見字元", "字符之间夹有不可见字符";
    repair_form: "Characters had been encoded in a compatibility form", "字元使用了相容或私用碼位", "字符使用了兼容或私用码位";
    repair_charset: "The text had been decoded with the wrong charset", "文本曾以錯誤的編碼解讀", "文本曾以错误的编码解读";
    repair_entity: "Character references of HTML had been left in the text", "文本中殘留 HTML 字元參照", "文本中残留 HTML 字符引用";
    repair_hz: "The text had been left in HZ, a seven-bit encoding of Chinese", "文本仍為七位元中文編碼 HZ", "文本仍为七位中文编码 HZ";
    repair_utf7: "The text had been left in UTF-7, a seven-bit encoding of mail", "文本仍為七位元郵件編碼 UTF-7", "文本仍为七位邮件编码 UTF-7";
    repair_windows_1252_sign: "A sign of windows-1252 had been taken for a control character", "windows-1252 的符號被誤作控制字元", "windows-1252 的符号被误作控制字符";
    repair_radical: "A radical had been encoded in place of the character", "以部首的碼位代替了漢字", "以部首的码位代替了汉字";
    repair_ligature: "Joined letters had been encoded as one character", "連字被編為單一字元", "连字被编为单个字符";
    repair_running_header: "A running header or page number had stood within a sentence", "句子中間夾有頁眉或頁碼", "句子中间夹有页眉或页码";
    repair_doubled: "Each character had been printed twice", "每個字元重複印了兩次", "每个字符重复印了两次";
    repair_overstrike: "Characters had been printed on top of each other", "字元曾重疊印在同一位置", "字符曾重叠印在同一位置";
    repair_spaced: "Blanks had stood between all characters", "每個字元之間夾有空格", "每个字符之间夹有空格";
    repair_hyphen: "A word had been divided by a hyphen at the end of a line", "詞語在行末被連字號斷開", "单词在行末被连字符断开";
    repair_digit: "A letter had been read in place of a digit", "數字被誤認為字母", "数字被误认为字母";
    repair_other: "Damaged text ({kind})", "文本受損（{kind}）", "文本受损（{kind}）";
    file: "File", "檔案", "文件名";
    encoding: "Encoding", "編碼", "编码";
    lang_en: "English", "英文", "英文";
    lang_hant: "Traditional Chinese", "繁體中文", "繁体中文";
    lang_hans: "Simplified Chinese", "簡體中文", "简体中文";
    badge_en: "EN", "英", "英";
    badge_hant: "繁", "繁", "繁";
    badge_hans: "简", "簡", "简";
    footer_index: "{documents}, {passages} passages · index {generation}", "{documents}，{passages} 段 · 索引 {generation}", "{documents}，{passages} 段 · 索引 {generation}";
    reference: "Reference", "參考編號", "参考编号";
    problem_detail: "Detail", "詳情", "详情";
    original_page: "Page as printed: {n}", "原頁圖像：第{n}頁", "原页图像：第{n}页";
    original_page_of: "Page {n} of {m}", "第 {n} 頁，共 {m} 頁", "第 {n} 页，共 {m} 页";
    original_not_drawn: "This page cannot be drawn.", "未能繪出此頁。", "未能绘出此页。";
    original_no_such_page: "There is no such page in the file.", "檔案沒有這一頁。", "文件没有这一页。";
    original_lacks_font: "This page cannot be drawn: the file does not hold a font that the page uses, and this server has none in its place.", "未能繪出此頁：檔案沒有內嵌此頁所用的字型，伺服器亦沒有可代替的字型。", "未能绘出此页：文件没有内嵌此页所用的字体，服务器也没有可代替的字体。";
    back_home: "Back to the start page", "返回首頁", "返回首页";
    problem_unknown_parameter: "The address holds a parameter that does not exist: {parameter}.", "網址含有不存在的參數：{parameter}。", "网址含有不存在的参数：{parameter}。";
    problem_malformed_parameter: "The value of {parameter} cannot be read.", "參數 {parameter} 的值無法讀取。", "参数 {parameter} 的值无法读取。";
    problem_dates: "The dates cannot be used as they are. Correct them below.", "日期無法使用，請在下方更正。", "日期无法使用，请在下方更正。";
    problem_repeated_parameter: "The parameter {parameter} may be given only once.", "參數 {parameter} 只可出現一次。", "参数 {parameter} 只能出现一次。";
    problem_unknown_source: "A chosen document is not in the index. It may have been removed or renamed.", "所選文件不在索引中，可能已被移除或改名。", "所选文件不在索引中，可能已被移除或改名。";
    problem_malformed_request: "The address cannot be read.", "網址無法讀取。", "网址无法读取。";
    problem_unknown_document: "There is no such document. It may have been removed or renamed.", "沒有這份文件，可能已被移除或改名。", "没有这份文件，可能已被移除或改名。";
    problem_unknown_address: "There is nothing at this address.", "此網址沒有內容。", "此网址没有内容。";
    problem_method_not_allowed: "Pages here can only be read.", "此處只供閱讀。", "此处只供阅读。";
    problem_body_too_large: "The request is too large.", "請求過大。", "请求过大。";
    problem_address_too_long: "The address is too long. Shorten the query or remove filters.", "網址過長，請縮短查詢或減少條件。", "网址过长，请缩短查询或减少条件。";
    problem_unknown_host: "This server does not answer to that name.", "此伺服器不以該名稱提供服務。", "此服务器不以该名称提供服务。";
    problem_limit_passed: "The query is larger than allowed ({limit}: at most {allowed}, this is {found}). Shorten it.", "查詢超出限制（{limit}：最多 {allowed}，現為 {found}），請縮短。", "查询超出限制（{limit}：最多 {allowed}，现为 {found}），请缩短。";
    problem_too_many_requests: "Too many requests came from your address. Try again in {seconds} s.", "來自你網址的請求過多，請在 {seconds} 秒後再試。", "来自您地址的请求过多，请在 {seconds} 秒后再试。";
    problem_title_busy: "A moment, please", "請稍候", "请稍候";
    problem_headers_too_large: "The browser sent too many headers.", "瀏覽器送出的標頭過多。", "浏览器发送的标头过多。";
    problem_internal: "Something went wrong here. Try again in a moment.", "這裏出了問題，請稍後再試。", "这里出了问题，请稍后再试。";
    problem_busy: "Too many searches at once. Try again in a moment.", "同時檢索的人太多，請稍後再試。", "同时检索的人太多，请稍后再试。";
    problem_not_ready: "The index is being built. Try again in a moment.", "索引建立中，請稍後再試。", "索引正在建立，请稍后再试。";
    problem_login_required: "This is for users of the office. Log in first.", "此處只供機構用戶使用，請先登入。", "此处仅供机构用户使用，请先登录。";
    problem_other_origin: "The form came from another site. Open the page again and send it from there.", "表格來自其他網站，請重新開啟頁面再提交。", "表单来自其他网站，请重新打开页面再提交。";
    login_title: "Log in", "登入", "登录";
    login_name: "Name", "用戶名稱", "用户名";
    login_password: "Password", "密碼", "密码";
    login_failed: "The name or the password is wrong.", "用戶名稱或密碼不正確。", "用户名或密码不正确。";
    login_as: "You are logged in as {name}.", "你已登入，用戶名稱為 {name}。", "您已登录，用户名为 {name}。";
    logout: "Log out", "登出", "退出登录";
    problem_title_request: "This could not be asked", "無法這樣查詢", "无法这样查询";
    problem_title_missing: "Not found", "找不到", "找不到";
    problem_title_server: "Not available", "暫時無法使用", "暂时无法使用";
    cited_by: "cited by {n}", "被引用 {n} 次", "被引用 {n} 次";
    cited_by_title: "Passages that cite this", "引用此處的段落", "引用此处的段落";
    cited_by_count: "Citations: {n}, the newest first", "共 {n} 處引用，由新到舊", "共 {n} 处引用，由新到旧";
    cited_by_whole: "All citations of the document", "引用整份文件的段落", "引用整份文件的段落";
    back_to_document: "Back to the document", "返回文件", "返回文件";
    not_held_title: "Cited and not held", "文中引用而未收錄", "文中引用而未收录";
    not_held_hint: "Works that the documents cite by name and the index does not hold, those that most documents cite first. Each leads to the documents that cite it.", "文件中提及名稱、而索引未收錄的法規與文件，引用文件最多者在前；點選可查看引用它的文件。", "文件中提及名称、而索引未收录的法规与文件，引用文件最多者在前；点选可查看引用它的文件。";
    not_held_count: "Works: {n}", "共 {n} 項", "共 {n} 项";
    not_held_work: "Work", "名稱", "名称";
    not_held_documents: "Documents that cite it", "引用文件數", "引用文件数";
    not_held_citations: "Citations", "引用次數", "引用次数";
    reuse_title: "Passages in several documents", "多份文件共有的段落", "多份文件共有的段落";
    reuse_hint: "Passages that stand nearly verbatim in several documents, in either script, those in most documents first. Headings and short phrases are left out.", "在多份文件中文字大致相同的段落，繁簡體視作相同，見於最多文件者在前；標題及短句不計。", "在多份文件中文字大致相同的段落，繁简体视作相同，见于最多文件者在前；标题及短句不计。";
    reuse_of_title: "Passages that stand in other documents too", "亦見於其他文件的段落", "亦见于其他文件的段落";
    reuse_count: "Passages: {n}", "共 {n} 段", "共 {n} 段";
    reuse_none: "No passage of this document stands in another.", "本文件沒有段落見於其他文件。", "本文件没有段落见于其他文件。";
    reuse_alike: "Documents that have most of them", "共有段落最多的文件", "共有段落最多的文件";
    reuse_shared: "passages: {n}", "{n} 段", "{n} 段";
    reuse_link: "passages also in other documents: {n}", "{n} 段亦見於其他文件", "{n} 段亦见于其他文件";
    as_of: "In force on", "施行於", "施行于";
    versions_title: "Versions", "歷次版本", "历次版本";
    versions_link: "Versions: {n}", "版本：{n}", "版本：{n}";
    versions_of: "version {number} of {n}", "第 {number} 版，共 {n} 版", "第 {number} 版，共 {n} 版";
    versions_on: "The version of {day} is named. Force is told by the words of the texts that are held.", "已標明 {day} 的版本；效力依所收錄文件的文字而定。", "已标明 {day} 的版本；效力依所收录文件的文字而定。";
    versions_none_on: "No version had begun on {day}.", "{day} 尚無任何版本。", "{day} 尚无任何版本。";
    versions_begins: "from {day}", "自 {day} 起", "自 {day} 起";
    versions_this: "The version of that day", "當日版本", "当日版本";
    versions_article: "Article", "條文", "条文";
    versions_whole: "All versions of the whole", "整份文件的歷次版本", "整份文件的历次版本";
    versions_changed: "Articles in other words than before:", "文字有修改的條文：", "文字有修改的条文：";
    versions_added: "New articles:", "新增條文：", "新增条文：";
    versions_removed: "Articles left out:", "刪去的條文：", "删去的条文：";
    versions_lacks: "Before:", "先前作：", "此前作：";
    versions_no_article: "This version has no such article.", "此版本沒有該條。", "此版本没有该条。";
    force_in_force: "In force", "現行有效", "现行有效";
    force_amended: "Amended since", "其後有修改", "其后有修改";
    force_repealed: "Repealed", "已廢止", "已废止";
    force_not_yet: "Not yet in force", "尚未施行", "尚未施行";
    copies_title: "This passage in other documents", "此段落見於其他文件", "此段落见于其他文件";
    copies_link: "also in {n}", "另見 {n} 份文件", "另见 {n} 份文件";
    copies_in: "In {n} documents", "見於 {n} 份文件", "见于 {n} 份文件";
    copies_quoting: "quoted in {n}", "{n} 份文件引述", "{n} 份文件引述";
    copies_first: "first in", "最早見於", "最早见于";
    copies_same: "The same words", "文字相同", "文字相同";
    copies_differ: "Words that differ are marked.", "不同的文字已標明。", "不同的文字已标明。";
    copies_lacks: "In place of it, the passage above has:", "上方段落在該處作：", "上方段落在该处作：";
    copies_quotation: "quotation", "引文", "引文";
    concordance_title: "Concordance", "逐詞索引", "逐词索引";
    concordance_by: "Order", "排序", "排序";
    concordance_show: "Show", "顯示", "显示";
    concordance_left: "Left of it", "左側", "左侧";
    concordance_right: "Right of it", "右側", "右侧";
    concordance_word: "Word", "詞語", "词语";
    concordance_lines: "Lines", "行數", "行数";
    concordance_documents: "Documents", "文件數", "文件数";
    concordance_association: "Log-likelihood", "對數似然值", "对数似然值";
    concordance_summary: "Lines: {n}, in {documents}", "共 {n} 行，見於{documents}", "共 {n} 行，见于{documents}";
    concordance_cut: "The first {n} lines; there are more in {documents}", "首 {n} 行；{documents}中尚有更多", "前 {n} 行；{documents}中尚有更多";
    renderings_title: "Renderings", "對譯", "对译";
    renderings_hint: "How documents that have a version in the other language render a word there: their sentences are aligned, and the words that stand for it are counted.", "在具有另一語言版本的文件中，逐句對齊並統計該詞的譯法。", "在具有另一语言版本的文件中，逐句对齐并统计该词的译法。";
    renderings_summary: "Sentences: {n}, in {documents} with a counterpart. No rendering was told in {untold}.", "共 {n} 句，見於{documents}（均有另一語言版本）；{untold} 句未能辨認譯法。", "共 {n} 句，见于{documents}（均有另一语言版本）；{untold} 句未能辨认译法。";
    renderings_cut: "The first {n} sentences, in {documents} with a counterpart; there are more. No rendering was told in {untold}.", "首 {n} 句，見於{documents}（均有另一語言版本），尚有更多；{untold} 句未能辨認譯法。", "前 {n} 句，见于{documents}（均有另一语言版本），尚有更多；{untold} 句未能辨认译法。";
    renderings_word: "Rendering", "譯法", "译法";
    renderings_sentences: "Sentences", "句數", "句数";
    renderings_link: "How it is rendered in the other language", "另一語言的譯法", "另一语言的译法";
    compare_title: "Compare two documents", "對照兩份文件", "对照两份文件";
    compare_versions: "Two texts compared", "兩份文本對照", "两份文本对照";
    compare_languages: "Two languages side by side", "雙語對照", "双语对照";
    compare_beside: "Side by side: {name}", "對照：{name}", "对照：{name}";
    compare_link: "Compare…", "與其他文件對照…", "与其他文件对照…";
    compare_choose_first: "Choose the first document.", "選擇第一份文件。", "选择第一份文件。";
    compare_choose_second: "Choose the document to lay beside it.", "選擇與之對照的文件。", "选择与之对照的文件。";
    compare_more: "There are more; find them by title or publisher.", "尚有更多，請按標題或發布機構尋找。", "还有更多，请按标题或发布机构查找。";
    compare_same: "Both say the same; script, case and punctuation are left aside.", "兩者文字相同（繁簡、大小寫及標點不計）。", "两者文字相同（繁简、大小写及标点不计）。";
    compare_changed: "Places that differ: {n}. Script, case and punctuation are left aside.", "相異之處：{n}（繁簡、大小寫及標點不計）。", "相异之处：{n}（繁简、大小写及标点不计）。";
    compare_by_articles: "Aligned article by article.", "逐條對照。", "逐条对照。";
    compare_by_passages: "Aligned by order and length; here and there a passage may stand beside the wrong one.", "按次序及長短逐段對照，個別段落或有錯位。", "按次序及长短逐段对照，个别段落或有错位。";
    compare_cut: "The documents are too long: only the first 48 MB of each are compared.", "文件過長，只對照各自首 48 MB。", "文件过长，只对照各自前 48 MB。";
    compare_all: "Whole text", "全文", "全文";
    compare_only_changed: "Only what differs ({n})", "只看相異之處（{n}）", "只看相异之处（{n}）";
    compare_swap: "Swap sides", "左右互換", "左右互换";
    compare_other: "Another document…", "另選文件…", "另选文件…";
    compare_only_left: "Only on the left:", "只見於左側：", "只见于左侧：";
    compare_only_right: "Only on the right:", "只見於右側：", "只见于右侧：";
    compare_differs: "Differs:", "相異：", "相异：";
    check_title: "Check a draft", "核對文稿", "核对文稿";
    check_hint: "Every citation is looked up in the index, and every quotation is held against the text it cites. Nothing is kept. What the index does not hold cannot be checked.", "逐一查核文稿所引的法規與條文，並將引文與原文比對。文稿不予保存。索引未收錄者無從核對。", "逐一查核文稿所引的法规与条文，并将引文与原文比对。文稿不予保存。索引未收录者无从核对。";
    check_text: "Text of the draft", "文稿內容", "文稿内容";
    check_file: "or a file of at most 2 MB", "或不超過 2 MB 的檔案", "或不超过 2 MB 的文件";
    check_button: "Check", "核對", "核对";
    check_unread: "The file could not be read.", "未能讀取檔案。", "未能读取文件。";
    check_summary: "Citations: {citations}. Quotations: {quotations}. To look at: {wrong}.", "引用 {citations} 處，引文 {quotations} 處，須留意 {wrong} 處。", "引用 {citations} 处，引文 {quotations} 处，须留意 {wrong} 处。";
    check_line: "line {n}", "第 {n} 行", "第 {n} 行";
    check_source: "The document says:", "原文：", "原文：";
    verdict_found: "Found", "查得", "查得";
    verdict_no_such_article: "No such article", "無此條文", "无此条文";
    verdict_no_such_work: "Not in the index", "索引未收錄", "索引未收录";
    verdict_unchecked: "Not checked", "未核對", "未核对";
    verdict_verbatim: "Verbatim", "與原文一致", "与原文一致";
    verdict_variant: "Same words, other script or marks", "字詞相同，字形或標點有別", "字词相同，字形或标点有别";
    verdict_abridged: "Abridged, and marked so", "節錄，已標明", "节录，已标明";
    verdict_altered: "Altered", "文字有改動", "文字有改动";
    verdict_omission: "Words left out, not marked", "有刪節而未標明", "有删节而未标明";
    verdict_elsewhere: "Stands elsewhere", "見於他處", "见于他处";
    verdict_not_found: "Not found", "未查得", "未查得";
    verdict_amended: "Amended since", "其後有修改", "其后有修改";
    verdict_repealed: "Repealed", "已廢止", "已废止";
    coverage_title: "What the index holds", "索引涵蓋範圍", "索引涵盖范围";
    coverage_summary: "{documents}. Files that could not be read: {n}.", "共{documents}；未能讀取的檔案：{n}。", "共{documents}；未能读取的文件：{n}。";
    coverage_built: "Last changed by the run of {day}, {time} UTC ({generation}). The command polidex doctor says the same and checks every byte.", "最近一次更新索引：{day} {time}（UTC，{generation}）。命令 polidex doctor 列出相同內容，並逐一核對索引檔案。", "最近一次更新索引：{day} {time}（UTC，{generation}）。命令 polidex doctor 列出相同内容，并逐一核对索引文件。";
    coverage_link: "What the index holds", "索引涵蓋範圍", "索引涵盖范围";
    coverage_unread_one: "{n} file could not be read", "{n} 個檔案未能讀取", "{n} 个文件未能读取";
    coverage_unread_many: "{n} files could not be read", "{n} 個檔案未能讀取", "{n} 个文件未能读取";
    coverage_skipped: "Not in the index", "未收入索引", "未收入索引";
    coverage_skipped_hint: "Files, and members of archives, with the reason for each.", "檔案及壓縮檔內的項目，各附原因。", "文件及压缩包内的项目，各附原因。";
    coverage_stale: "Text of an earlier run", "沿用舊文", "沿用旧文";
    coverage_stale_hint: "These files could not be read by the last run, or are no longer in their folders: their earlier text is kept.", "最近一次執行時未能讀取或已不在資料夾內的檔案，保留先前的文字。", "最近一次运行时未能读取或已不在文件夹内的文件，保留先前的文字。";
    coverage_partly: "Read in part", "部分讀取", "部分读取";
    coverage_partly_hint: "Pages without text, sheets that break off, attached files that were not opened.", "沒有文字的頁面、中斷的工作表、未開啟的附件。", "没有文字的页面、中断的工作表、未打开的附件。";
    coverage_repairs: "Repairs", "修復", "修复";
    coverage_repaired: "Documents with repairs", "經修復的文件", "经修复的文件";
    coverage_beyond_repair: "Documents with places beyond repair", "含無法修復之處的文件", "含无法修复之处的文件";
    coverage_held: "Documents kept although they are gone", "檔案已移除而仍保留的文件", "文件已移除而仍保留的条目";
    class_left_out: "Left out by rule", "按規則略去", "按规则略去";
    class_unreadable: "The system did not give them", "系統未能提供", "系统未能提供";
    class_empty: "Without text", "沒有文字", "没有文字";
    class_foreign_format: "Formats that are not read", "不支援的格式", "不支持的格式";
    class_too_large: "Beyond a limit", "超出上限", "超出上限";
    class_damaged: "Damaged or cut off", "已損壞或不完整", "已损坏或不完整";
    class_encrypted: "A password is needed", "需要密碼", "需要密码";
    class_invalid: "Records that are no documents", "並非文件的記錄", "并非文件的记录";
    class_duplicate: "The id of another document", "編號與另一文件重複", "编号与另一文件重复";
    class_no_text_layer: "Scans, or fonts without a text", "掃描件，或字型沒有對應文字", "扫描件，或字体没有对应文字";
    class_reader_failed: "Their reader failed", "讀取程式失敗", "读取程序失败";
    help_title: "How to search", "檢索說明", "检索说明";
    help_words: "Words", "詞語", "词语";
    help_words_text: "All words are wanted. If no document has them all, the closest are listed and the page says so. Case, width, accents, and British or American spelling make no difference.", "文件須包含全部詞語；若無一齊備，則列出最接近者並註明。大小寫、全形半形、英美拼法皆不影響結果。", "文件须包含全部词语；若无一齐备，则列出最接近者并注明。大小写、全角半角、英美拼法都不影响结果。";
    help_phrase: "Exact phrases", "完整句子", "完整句子";
    help_phrase_text: "Put it in quotation marks, “…” or 「…」. Inside them every character counts; only script, case and width are folded. A phrase is found across line breaks and columns.", "加上引號「…」或 “…”，其中每個字都要相符，只有繁簡、大小寫與全形半形不計。跨行、跨欄的句子同樣找得到。", "加上引号“…”或「…」，其中每个字都要相符，只有繁简、大小写与全角半角不计。跨行、跨栏的句子同样找得到。";
    help_syntax: "All that can be typed", "查詢語法", "查询语法";
    syntax_words: "all these words, in either script and any form", "包含全部詞語，繁簡及詞形變化皆可", "包含全部词语，繁简及词形变化皆可";
    syntax_phrase: "this phrase, whole and in this order", "完整的句子，次序不變", "完整的句子，次序不变";
    syntax_near: "the parts of the phrase within five positions", "句子各部分相距不超過五個位置", "句子各部分相距不超过五个位置";
    syntax_without: "without this word", "不含此詞", "不含此词";
    syntax_or: "either of the two; brackets group", "二者之一；括號可分組", "二者之一；括号可分组";
    syntax_title: "only in titles", "只查標題", "只查标题";
    syntax_publisher: "only of this publisher", "只查此發布機構", "只查此发布机构";
    syntax_number: "documents of this number, brackets of any kind", "只查此文號，括號形式不拘", "只查此文号，括号形式不拘";
    syntax_cites: "documents that cite this work, or this place in it", "引用此法規或其中此條的文件", "引用此法规或其中此条的文件";
    syntax_prefix: "words that begin so", "以此開頭的詞", "以此开头的词";
    help_expansions: "Other words for the same", "同義與翻譯", "同义与翻译";
    help_expansions_text: "Outside quotation marks, a word also finds what is said elsewhere for it (計劃, 計畫; 質量, 品質) and, behind everything else and counted apart, its translation. What was added is listed over the results; each form, all translations, or all of it can be left out there.", "引號之外的詞，也會查出其他地區的說法（計劃、計畫；質量、品質）及其翻譯；翻譯所得排在最後，另行計數。所加各詞列於結果之上，可逐一略去，也可全部略去。", "引号之外的词，也会查出其他地区的说法（计划、计画；质量、品质）及其翻译；翻译所得排在最后，另行计数。所加各词列于结果之上，可逐一略去，也可全部略去。";
    help_numbers: "Numbers and dates", "數字與日期", "数字与日期";
    help_numbers_text: "Every way to write a number finds the others: 第23條, 第二十三條, Article 23; 2024年3月, 二〇二四年三月, March 2024; 100億, 10 billion. Document numbers are found as they are typed.", "數字的各種寫法互查：第23條、第二十三條、Article 23；2024年3月、二〇二四年三月、March 2024；100億、10 billion。文號照原樣輸入即可。", "数字的各种写法互查：第23条、第二十三条、Article 23；2024年3月、二〇二四年三月、March 2024；100亿、10 billion。文号照原样输入即可。";
    help_scripts: "Traditional and Simplified", "繁體與簡體", "繁体与简体";
    help_scripts_text: "Either finds the other. What you read is always the text as it was published.", "繁簡互查。顯示的文字一律保持發布時的原貌。", "繁简互查。显示的文字一律保持发布时的原貌。";
    help_filters: "Filters", "篩選", "筛选";
    help_filters_text: "Numbers beside a filter say how many documents you would see, with all other filters kept. Several values of one filter are alternatives.", "條件旁的數字，是在其他條件不變時可見的文件數；同一類別可選多項。", "条件旁的数字，是在其他条件不变时可见的文件数；同一类别可选多项。";
    help_keys: "Keys", "快捷鍵", "快捷键";
    help_key_focus: "to the search box", "移至檢索框", "移至检索框";
    help_key_next: "next hit on the reading page", "閱讀頁：下一處", "阅读页：下一处";
    help_key_previous: "previous hit on the reading page", "閱讀頁：上一處", "阅读页：上一处";
    help_key_copy: "reading page: copies what is selected, or the passage in view, as a quotation with its reference", "閱讀頁：把所選文字或當前段落連同出處複製為引文", "阅读页：把所选文字或当前段落连同出处复制为引文";
    help_key_help: "this page", "本說明", "本说明";
    help_keys_switch: "Single-key shortcuts", "單鍵快捷鍵", "单键快捷键";
    help_api: "For programs", "程式介面", "编程接口";
    help_api_text: "The same questions are answered as JSON:", "相同的查詢可取得 JSON：", "相同的查询可取得 JSON：";
    help_parameters: "Parameters of a search", "檢索參數", "检索参数";
    api_rules: "Unknown parameters are refused. A problem has a code that never changes. Where the site asks for a login, send a token: Authorization: Bearer TOKEN.", "未知參數會被拒絕。每種錯誤有固定代碼。網站要求登入時，請傳送權杖：Authorization: Bearer TOKEN。", "未知参数会被拒绝。每种错误有固定代码。网站要求登录时，请发送令牌：Authorization: Bearer TOKEN。";
    api_addresses: "Addresses", "位址", "地址";
    api_codes: "Codes of problems", "錯誤代碼", "错误代码";
    help_problems: "Problems and what they mean", "錯誤說明", "错误说明";
    citation: "Citation", "引用", "引用";
    citation_plain: "Plain text", "純文字", "纯文本";
    citation_style: "Style of the reference", "引用格式", "引用格式";
    quotation: "Quotation with its reference", "引文連出處", "引文连出处";
    quote: "Copy quotation", "複製引文", "复制引文";
    cite: "Cite", "引用", "引用";
    copy: "Copy", "複製", "复制";
    copied: "Copied", "已複製", "已复制";
    take_away: "Export", "匯出", "导出";
    feed: "Feed", "訂閱", "订阅";
    close: "Close", "關閉", "关闭";
    show_results: "Show {documents}", "顯示 {documents}", "显示 {documents}";
    loading: "Searching…", "檢索中…", "检索中…";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_translation_has_the_places_of_the_english() {
        let places = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'))
                .map(|(name, _)| name.to_owned())
                .collect();
            names.sort();
            names
        };
        for (key, [en, hant, hans]) in ROWS {
            assert!(
                !en.is_empty() && !hant.is_empty() && !hans.is_empty(),
                "{key}"
            );
            assert_eq!(places(en), places(hant), "{key}");
            assert_eq!(places(en), places(hans), "{key}");
        }
    }

    #[test]
    fn dates_and_numbers_are_written_as_people_do() {
        assert_eq!(Ui::En.date("2024-03-11"), "11 March 2024");
        assert_eq!(Ui::ZhHant.date("2024-03"), "2024年3月");
        assert_eq!(Ui::En.date("2024"), "2024");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(
            fill("{a} {b} {c}", &[("a", "{b}"), ("b", "2")]),
            "{b} 2 {c}"
        );
    }
}
