//! Citations in Chinese text.

use std::collections::HashMap;

use crate::citations::defined::{Aside, Defined, aside};
use crate::citations::english_numbers::number_at;
use crate::citations::names::{LAW_ENDS, Name, is_within_word, names, reads_as_law};
use crate::citations::numbers::{Number, chapter_number, numbers};
use crate::citations::places::{Leaf, Level, Path, Reader, numeral, written};
use crate::citations::structure::{Position, Structure};
use crate::citations::titles::title;
use crate::citations::view::View;
use crate::citations::{Citation, Kind, MAX_CITATIONS, Work};

/// Words behind 本 that mean the text itself, the longer first.
const OWN: [&str; 41] = [
    "施行細則",
    "实施细则",
    "注意事项",
    "注意事項",
    "条例",
    "條例",
    "办法",
    "辦法",
    "规定",
    "規定",
    "解释",
    "规则",
    "規則",
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
    "要点",
    "要點",
    "章程",
    "决定",
    "規範",
    "规范",
    "公约",
    "公約",
    "纲要",
    "綱要",
    "须知",
    "須知",
    "条约",
    "協定",
    "协定",
    "守则",
    "守則",
    "法",
];
/// Words between a title and its place.
const BETWEEN: [&str; 10] = [
    "修正草案",
    "草案",
    "條文",
    "的擬議",
    "中的",
    "中",
    "内",
    "內",
    "的",
    "之",
];
/// Words that mean the law named before, the longer first.
const SAME: [&str; 18] = [
    "上述法例",
    "上述條例",
    "上述条例",
    "上述規例",
    "上開條例",
    "前揭條例",
    "有關條例",
    "該條例",
    "该条例",
    "該規例",
    "该办法",
    "該辦法",
    "该规定",
    "该法",
    "該法",
    "同條例",
    "同办法",
    "同法",
];
/// Words that stand for a law which is named before them somewhere, in speeches.
const GENERIC: [&str; 4] = ["條例草案", "草案", "條例", "規例"];
/// Characters of a sentence in which items lie in the paragraph named before.
const LONGEST_SENTENCE: usize = 400;
/// Characters of the name of a body between a day and its meeting.
const LONGEST_BODY: usize = 14;
/// Characters in which two places still belong to one list.
const NEAR: usize = 14;

/// The law that was named last.
#[derive(Clone)]
struct Named {
    work: Work,
    path: Path,
    /// Index behind it.
    end: usize,
}

/// Titles of two characters.
const SHORT_TITLES: [&str; 8] = [
    "宪法", "憲法", "刑法", "民法", "公約", "公约", "條例", "守則",
];
/// Characters behind 条 of things that are counted: 第三条跑道.
const COUNTED: &str = "跑道街路線线鐵铁巴管船隧行目标";
/// Reading of one text.
pub(super) struct Scan<'a> {
    view: &'a View,
    structure: &'a Structure,
    title: String,
    reader: Reader<'a>,
    names: HashMap<usize, Name>,
    numbers: HashMap<usize, Number>,
    /// Indexes at which a name or a number begins.
    begins: Vec<bool>,
    defined: Defined,
    /// The law named last, and the place cited last with its work.
    last_law: Option<String>,
    last: Option<Named>,
    found: Vec<Citation>,
    /// Index from which on citations are wanted.
    first: usize,
    /// The text has articles of its own and is no record of a debate on others'.
    is_law: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(view: &'a View, structure: &'a Structure, title: &str) -> Self {
        let numbers = numbers(view).into_iter();
        let numbers: HashMap<usize, Number> =
            numbers.map(|number| (number.start, number)).collect();
        let names = names(view);
        let mut begins = vec![false; view.len()];
        for at in names.keys().chain(numbers.keys()) {
            begins[*at] = true;
        }
        Self {
            view,
            structure,
            title: title.chars().filter(|c| !c.is_whitespace()).collect(),
            reader: Reader {
                view,
                is_traditional: is_traditional(view),
            },
            names,
            numbers,
            begins,
            defined: Defined::default(),
            last_law: None,
            last: None,
            found: Vec::new(),
            first: 0,
            is_law: structure.has_articles() && is_law_title(title),
        }
    }

    pub(super) fn run(mut self, first: usize) -> Vec<Citation> {
        self.first = first;
        let mut at = 0;
        while at < self.view.len() {
            at = self.step(at).max(at + 1);
        }
        self.found
    }

    /// Reads what begins at `at` and returns the index behind it.
    fn step(&mut self, at: usize) -> usize {
        if let Some(end) = self.structure.label_end(at) {
            return end;
        }
        if !self.begins[at] && !begins_citation(self.view.get(at)) {
            return at + 1;
        }
        self.marked(at)
            .or_else(|| self.numbered(at))
            .or_else(|| self.standard(at))
            .or_else(|| self.own(at))
            .or_else(|| self.same(at))
            .or_else(|| self.named(at))
            .or_else(|| self.meeting(at))
            .or_else(|| self.page(at))
            .or_else(|| self.schedule(at))
            .or_else(|| self.place(at))
            .unwrap_or(at + 1)
    }

    /// A title between marks.
    fn marked(&mut self, at: usize) -> Option<usize> {
        let title = title(self.view, at)?;
        let known = self.defined.get(&title.name).cloned();
        if known.is_none() && is_short_word(&title.name) {
            return Some(title.end);
        }
        let is_book = matches!(self.view.get(at), '《' | '〈');
        let start = if is_book { self.issuer(at) } else { at };
        let name = known.unwrap_or_else(|| self.view.text(start..at) + &title.name);
        Some(self.work(start, title.end, name, title.kind))
    }

    /// First character of the body that issued the title at `at`, where it stands before it: 最高人民法院《关于…》.
    fn issuer(&self, at: usize) -> usize {
        const BODIES: [&str; 5] = [
            "最高人民法院、最高人民检察院",
            "最高人民法院",
            "最高人民检察院",
            "国务院办公厅",
            "国务院",
        ];
        let starts_about = self.view.starts(at + 1, "关于") || self.view.starts(at + 1, "關於");
        match self.view.one_before(at, &BODIES).filter(|_| starts_about) {
            Some(body) => at - body.chars().count(),
            None => at,
        }
    }

    /// Adds a work that stands at `start..end`, with what belongs to it behind, and the places cited in it.
    fn work(&mut self, start: usize, mut end: usize, mut name: String, kind: Kind) -> usize {
        while let Some((aside, behind)) = aside(self.view, end) {
            match aside {
                Aside::Short(short) => self.defined.add(short, &name),
                Aside::Title => name += &self.view.text(end..behind),
                Aside::Number => {}
            }
            end = behind;
        }
        if self.structure.articles.len() < 3 || self.last_law.is_none() {
            self.defined_by_kind(&name);
        }
        self.last_law = Some(name.clone());
        self.with_places(start, end, Work::Named(name), kind)
    }

    /// The first law of each kind that a text names is its 本法, where it is no law itself.
    fn defined_by_kind(&mut self, name: &str) {
        for kind in ["法", "條例", "条例"] {
            let short = format!("本{kind}");
            if name.ends_with(kind) && self.defined.get(&short).is_none() {
                self.defined.add(format!("\u{1}{short}"), name);
            }
        }
    }

    /// Adds the places of `work` that follow at `end`, or the whole work.
    fn with_places(&mut self, start: usize, end: usize, work: Work, kind: Kind) -> usize {
        let from = self.behind_between(end);
        let is_digit = self.view.get(end).is_ascii_digit();
        let list = self.list(end, is_digit).or_else(|| self.list(from, false));
        let Some((leaves, behind)) = list else {
            self.whole(start, end, work, kind);
            return end;
        };
        let kind = match (&work, kind) {
            (Work::This, _) => Kind::Own,
            (_, Kind::Other) => Kind::Other,
            _ => Kind::Article,
        };
        self.leaves(Some(start), leaves, kind, &work);
        behind
    }

    /// Adds a work as a whole.
    fn whole(&mut self, start: usize, end: usize, work: Work, kind: Kind) {
        self.push(start, end, kind, work.clone(), &Vec::new());
        self.last = Some(Named {
            work,
            path: Vec::new(),
            end,
        });
    }

    /// Index behind the words at `end` that stand between a work and its places.
    fn behind_between(&self, end: usize) -> usize {
        let between = self.view.one_of(end, &BETWEEN);
        between.map_or(end, |(_, behind)| behind)
    }

    /// Index behind the brackets at `end` that belong to a title.
    fn behind_asides(&self, mut end: usize) -> usize {
        while let Some((_, behind)) = aside(self.view, end) {
            end = behind;
        }
        end
    }

    /// The places of a whole work at `at`; a label that begins there is none.
    fn list(&self, at: usize, is_list: bool) -> Option<(Vec<Leaf>, usize)> {
        let is_label = self.structure.label_end(at).is_some();
        let list = self.reader.list(at, &Vec::new(), is_list);
        list.filter(|_| !is_label)
    }

    /// Adds the places of a list; the first begins at `start`.
    fn leaves(&mut self, start: Option<usize>, mut leaves: Vec<Leaf>, kind: Kind, work: &Work) {
        let Some(first) = leaves.first().map(|leaf| (leaf.start, leaf.end)) else {
            return;
        };
        for leaf in &mut leaves {
            if (leaf.start, leaf.end) == first {
                leaf.start = start.unwrap_or(leaf.start);
            }
            self.push(leaf.start, leaf.end, kind, work.clone(), &leaf.path);
        }
        if let Some(last) = leaves.pop() {
            self.last = Some(Named {
                work: work.clone(),
                path: last.path,
                end: last.end,
            });
        }
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind, work: Work, path: &Path) {
        if end <= self.first || self.found.len() >= MAX_CITATIONS {
            return;
        }
        self.found.push(Citation {
            range: self.view.bytes(start..end),
            kind,
            work,
            place: written(path),
        });
    }

    fn numbered(&mut self, at: usize) -> Option<usize> {
        let number = *self.numbers.get(&at)?;
        let work = Work::Numbered(self.view.text(number.start..number.end));
        let (annex, end) = self.annex(number.end);
        if end > self.first && self.found.len() < MAX_CITATIONS {
            self.found.push(Citation {
                range: self.view.bytes(number.start..end),
                kind: Kind::Number,
                work,
                place: annex,
            });
        }
        Some(end)
    }

    /// The annex of a paper behind its number: 附錄I.
    fn annex(&self, end: usize) -> (String, usize) {
        let view = self.view;
        let Some((_, from)) = view.one_of(end, &["附錄", "附录", "附件"]) else {
            return (String::new(), end);
        };
        let is_label =
            |at: &usize| matches!(view.get(*at), 'I' | 'V' | 'X' | 'A'..='F' | '0'..='9');
        let len = (from..from + 5).take_while(is_label).count();
        match len {
            0 => (String::new(), end),
            len => (format!("app:{}", view.text(from..from + len)), from + len),
        }
    }

    /// A number in Latin letters: ISO/IEC 27001.
    fn standard(&mut self, at: usize) -> Option<usize> {
        let is_start = self.view.get(at).is_ascii_uppercase()
            && !self.view.get(at.wrapping_sub(1)).is_ascii_alphanumeric();
        let (end, found) = is_start.then(|| number_at(self.view, at)).flatten()?;
        for (start, end, work, _) in found {
            self.push(start, end, Kind::Number, Work::Numbered(work), &Vec::new());
        }
        Some(end)
    }

    /// 本法, 本條例施行細則, and the law that 本法 means in rules made under it.
    fn own(&mut self, at: usize) -> Option<usize> {
        if self.view.get(at) != '本' || is_within_word(self.view, at) {
            return None;
        }
        let (kind, end) = self.view.one_of(at + 1, &OWN)?;
        if self.is_other_word(kind, end) {
            return Some(end);
        }
        let short = format!("本{kind}");
        let work = self.own_work(kind, &short);
        let (work, end) = self.rules_under(work, &short, end);
        let kind = if work == Work::This {
            Kind::Own
        } else {
            Kind::Law
        };
        Some(self.with_places(at, end, work, kind))
    }

    /// Tells 本法 from 本法院 and a law from its draft.
    fn is_other_word(&self, kind: &str, end: usize) -> bool {
        let next = self.view.get(end);
        (kind == "法" && "律院官人庭".contains(next)) || self.view.starts(end, "草案")
    }

    /// The rules made under `work` that are named behind it: 本法施行細則.
    fn rules_under(&self, work: Work, short: &str, end: usize) -> (Work, usize) {
        let rules = self.view.one_of(end, &["施行細則", "实施细则", "实施条例"]);
        let Some((rules, behind)) = rules.filter(|(rules, _)| !short.ends_with(rules)) else {
            return (work, end);
        };
        let name = match work {
            Work::Named(name) => name,
            _ => self.title.clone(),
        };
        (Work::Named(name + rules), behind)
    }

    fn own_work(&self, kind: &str, short: &str) -> Work {
        let title = self.title.split(['(', '（']).next().unwrap_or_default();
        let is_lower_law =
            kind == "法" && title.ends_with("施行法") && self.defined.get(short).is_some();
        if is_of_kind(title, kind) && !is_lower_law {
            return Work::This;
        }
        if let Some(name) = self.defined.get(short) {
            return Work::Named(name.clone());
        }
        let law = title.strip_suffix("施行細則");
        if let Some(law) = law.filter(|law| law.ends_with(kind)) {
            return Work::Named(law.to_owned());
        }
        let law = self.first_law(kind, short);
        law.filter(|_| !title.is_empty() && !title.ends_with("编"))
            .map_or(Work::This, |name| Work::Named(name.clone()))
    }

    /// The first law of its kind that the text named.
    fn first_law(&self, kind: &str, short: &str) -> Option<&String> {
        let is_law = matches!(kind, "法" | "條例" | "条例");
        let first = self.defined.get(&format!("\u{1}{short}"));
        first.filter(|_| is_law)
    }

    /// 同法, 該條例 with a place.
    fn same(&mut self, at: usize) -> Option<usize> {
        let (word, end) = self.view.one_of(at, &SAME)?;
        if is_within_word(self.view, at) {
            return None;
        }
        if self.view.starts(end, "律") || self.view.starts(end, "草案") {
            return None;
        }
        let (name, end) = self.same_law(word, self.behind_asides(end))?;
        let from = self.behind_between(end);
        let (leaves, behind) = self.reader.list(from, &Vec::new(), false)?;
        self.leaves(Some(at), leaves, Kind::Article, &Work::Named(name));
        Some(behind)
    }

    /// Name of the law that `word` means, or of the rules under it that are named at `end`, and the index behind.
    fn same_law(&self, word: &str, end: usize) -> Option<(String, usize)> {
        let name = self.last_law.clone()?;
        if let Some((rules, behind)) = self.view.one_of(end, &["施行細則", "实施细则"]) {
            return Some((name + rules, behind));
        }
        let is_other =
            word.ends_with("條例") && name.ends_with('法') && word.starts_with(['該', '同']);
        (!is_other).then_some((name, end))
    }

    /// A name without marks.
    fn named(&mut self, at: usize) -> Option<usize> {
        self.unmarked(at).or_else(|| self.generic(at))
    }

    /// The name of a law that has a place behind it, or reads as one.
    fn unmarked(&mut self, at: usize) -> Option<usize> {
        let name = self.names.get(&at).copied()?;
        let text = self.view.text(at..name.end);
        let is_line = self.view.is_line_start(at) && self.view.is_line_start(name.end);
        if text == self.title && is_line {
            return Some(name.end);
        }
        if !self.means_law(name) {
            return None;
        }
        let text = self.defined.get(&text).cloned().unwrap_or(text);
        Some(self.work(at, name.end, text, Kind::Law))
    }

    /// Returns true if a name holds no number of a document, and a place or another sign of a law stands behind it.
    fn means_law(&self, name: Name) -> bool {
        let end = self.behind_asides(name.end);
        if (name.start..end).any(|at| self.numbers.contains_key(&at)) {
            return false;
        }
        let from = self.behind_between(end);
        self.list(from, false).is_some() || reads_as_law(self.view, name)
    }

    /// A place in what a speech calls 條例 or 草案.
    fn generic(&mut self, at: usize) -> Option<usize> {
        let (word, end) = self.view.one_of(at, &GENERIC)?;
        let from = self.behind_between(end);
        let (leaves, behind) = self.reader.list(from, &Vec::new(), false)?;
        let name = self.last_law.clone().unwrap_or_else(|| word.to_owned());
        self.leaves(Some(at), leaves, Kind::Article, &Work::Named(name));
        Some(behind)
    }

    /// 第7屆第5會期第14次會議, 2013年11月19日的會議.
    fn meeting(&mut self, at: usize) -> Option<usize> {
        self.session(at).or_else(|| self.dated_meeting(at))
    }

    fn session(&mut self, at: usize) -> Option<usize> {
        let end = self.session_end(at)?;
        let is_own = self.view.ends(at, "本院");
        let start = if is_own { at - 2 } else { at };
        let work = Work::Numbered(self.view.text(at..end));
        self.push(start, end, Kind::Debate, work, &Vec::new());
        Some(end)
    }

    /// Index behind the number of the meeting of a session at `at`.
    fn session_end(&self, at: usize) -> Option<usize> {
        let view = self.view;
        if view.get(at) != '第' {
            return None;
        }
        let (_, end) = numeral(view, at + 1)?;
        let (_, end) = view.one_of(end, &["屆第", "届第"])?;
        let (_, end) = numeral(view, end)?;
        let (_, end) = view.one_of(end, &["會期第"])?;
        let (_, end) = numeral(view, end)?;
        let (_, end) = view.one_of(end, &["次會議", "次院會"])?;
        Some(end)
    }

    fn dated_meeting(&mut self, at: usize) -> Option<usize> {
        let is_within = self.view.get(at.wrapping_sub(1)).is_ascii_digit();
        if is_within || !self.reader.is_traditional {
            return None;
        }
        let (year, end) = self.year(at)?;
        let (month, end) = self.dated(end, '月')?;
        let (day, end) = self.dated(end, '日')?;
        let until = self.meeting_end(end)?;
        let work = Work::Meeting(format!("{year:04}-{month:02}-{day:02}"));
        self.push(at, until, Kind::Debate, work, &Vec::new());
        Some(until)
    }

    /// Index behind the meeting that the day before `end` is one of.
    fn meeting_end(&self, end: usize) -> Option<usize> {
        let mut near = end..end + LONGEST_BODY;
        let until = near.find(|at| self.view.starts(*at, "會議"))? + 2;
        let between = self.view.text(end..until);
        let holds = |words: &[&str]| words.iter().any(|word| between.contains(word));
        let is_of_meeting = holds(&["的", "立法會", "委員會會議"]);
        let is_other = holds(&["提交", "，", "舉", "。"]);
        (is_of_meeting && !is_other).then_some(until)
    }

    /// The year at `at`: 2013年, or 去年 and 今年 beside the year in the title.
    fn year(&self, at: usize) -> Option<(u32, usize)> {
        let before = match (self.view.get(at), self.view.get(at + 1)) {
            ('去', '年') => 1,
            ('今' | '本', '年') => 0,
            (first, _) if first.is_ascii_digit() => return self.dated(at, '年'),
            _ => return None,
        };
        Some((self.title_year()? - before, at + 2))
    }

    /// The year that the title names first.
    fn title_year(&self) -> Option<u32> {
        let digits = self.title.chars().skip_while(|c| !c.is_ascii_digit());
        let year: String = digits.take_while(char::is_ascii_digit).collect();
        let year = year.parse().ok();
        year.filter(|year| (1_900..2_100).contains(year))
    }

    /// A number of the calendar and its unit.
    fn dated(&self, at: usize, unit: char) -> Option<(u32, usize)> {
        let (number, end) = numeral(self.view, at)?;
        let number = number.parse().ok().filter(|number| *number < 10_000)?;
        (self.view.get(end) == unit).then_some((number, end + 1))
    }

    /// 第22段, 第52頁 and 第6章 of a report that is spoken of.
    fn page(&mut self, at: usize) -> Option<usize> {
        let view = self.view;
        if self.is_law || view.get(at) != '第' || !view.get(at + 1).is_ascii_digit() {
            return None;
        }
        let (number, end) = numeral(view, at + 1)?;
        let level = match view.get(end) {
            '段' => Level::Paragraph,
            '頁' | '页' => Level::Page,
            '章' if number.len() == 1 && !self.structure.has_articles() => Level::Chapter,
            _ => return None,
        };
        let path = Vec::from([(level, number)]);
        self.push(at, end + 1, Kind::Other, Work::Named(String::new()), &path);
        Some(end + 1)
    }

    /// 附表一, 附件2.
    fn schedule(&mut self, at: usize) -> Option<usize> {
        let (_, end) = self.view.one_of(at, &["附表", "附件"])?;
        let (number, end) = numeral(self.view, end)?;
        let path = Vec::from([(Level::Schedule, number)]);
        let work = self.bare_work();
        self.push(at, end, kind_of(&work), work, &path);
        Some(end)
    }

    /// Work that a place without a name lies in: the text, or in a text without articles the law named last.
    fn bare_work(&self) -> Work {
        match &self.last_law {
            Some(law) if !self.is_law => Work::Named(law.clone()),
            _ => Work::This,
        }
    }

    /// Work whose articles the text is made of: itself, or in a record of debates a bill that nothing names.
    fn enclosing_work(&self) -> Work {
        match self.is_law || !self.structure.has_articles() {
            true => self.bare_work(),
            false => Work::Named(String::new()),
        }
    }

    /// A place without a name: 第五條, 前項, 本條第一款, 同條第二項.
    fn place(&mut self, at: usize) -> Option<usize> {
        self.relative(at)
            .or_else(|| self.chapter(at))
            .or_else(|| self.bare_place(at))
    }

    /// The number of a law, 香港法例第132章, in a text without articles.
    fn chapter(&mut self, at: usize) -> Option<usize> {
        if self.structure.has_articles() {
            return None;
        }
        let (number, end) = chapter_number(self.view, at)?;
        if number.len() < 2 {
            return None;
        }
        let is_led = self.view.ends(at, "香港法例");
        let start = if is_led { at - 4 } else { at };
        let work = Work::Numbered(format!("第{number}章"));
        self.push(start, end, Kind::Number, work, &Vec::new());
        Some(end)
    }

    fn bare_place(&mut self, at: usize) -> Option<usize> {
        if self.view.get(at) != '第' || !self.opens_place(at) {
            return None;
        }
        let (work, base) = self.base(at)?;
        let (leaves, end) = self.reader.list(at, &base, false)?;
        if self.is_citation(&leaves, end, &work) {
            self.leaves(None, leaves, kind_of(&work), &work);
        }
        Some(end)
    }

    /// Level of the division that 第… at `at` begins with.
    fn level(&self, at: usize) -> Option<Level> {
        let (leaves, _) = self.reader.list(at, &Vec::new(), false)?;
        let (level, _) = leaves.first()?.path.first()?;
        Some(*level)
    }

    fn opens_place(&self, at: usize) -> bool {
        let before = self.view.get(at.wrapping_sub(1));
        self.level(at).is_some() && !matches!(before, '共' | '计')
    }

    /// Tells a place from 第三條跑道 and 第一章 of a contents list.
    fn is_citation(&self, leaves: &[Leaf], end: usize, work: &Work) -> bool {
        let Some(level) = leaves
            .first()
            .and_then(|leaf| leaf.path.last())
            .map(|last| last.0)
        else {
            return false;
        };
        let is_counted = COUNTED.contains(self.view.get(end));
        let has_articles = self.structure.has_articles();
        match level {
            Level::Article => !is_counted && (has_articles || *work != Work::This),
            Level::Chapter | Level::Section | Level::Book => has_articles,
            Level::Part | Level::Page => false,
            _ => leaves[0].path.len() > 1,
        }
    }

    /// Work and path that a bare place at `at` lies within.
    fn base(&self, at: usize) -> Option<(Work, Path)> {
        let level = self.level(at)?;
        if level <= Level::Article {
            return Some((self.bare_work(), Vec::new()));
        }
        if let Some(found) = self.beside_last(at, level) {
            return Some(found);
        }
        // In a record of debates the articles are those of many bills.
        let is_record = !self.is_law && self.structure.has_articles();
        let path = self.path_above(at, level).filter(|_| !is_record)?;
        Some((self.enclosing_work(), path))
    }

    /// Work and path of the place cited last above `level`, where one at `at` lies in its article.
    fn beside_last(&self, at: usize, level: Level) -> Option<(Work, Path)> {
        let last = self.last.as_ref()?;
        if !self.goes_on(last, at, level) {
            return None;
        }
        let above = last.path.iter().take_while(|(above, _)| *above < level);
        Some((last.work.clone(), above.cloned().collect()))
    }

    /// Returns true if a place of `level` at `at` lies in the article of the place cited last.
    fn goes_on(&self, last: &Named, at: usize, level: Level) -> bool {
        let len = at.saturating_sub(last.end);
        let between = &self.view.chars[last.end.min(at)..at];
        if len > LONGEST_SENTENCE || between.contains(&'。') {
            return false;
        }
        let is_joined = len <= NEAR && !between.contains(&'，');
        let is_item = level >= Level::Item && last.path.len() > 1;
        let has_article = last.path.iter().any(|(level, _)| *level == Level::Article);
        has_article && (is_joined || is_item)
    }

    /// Path of the divisions above `level` that `at` stands in.
    fn path_above(&self, at: usize, level: Level) -> Option<Path> {
        let position = self.structure.at(at)?;
        let mut base = Vec::from([(Level::Article, position.article.clone()?)]);
        if level > Level::Paragraph {
            base.push((Level::Paragraph, position.items_of.max(1).to_string()));
        }
        if level > Level::Item {
            base.push((Level::Item, position.item.max(1).to_string()));
        }
        Some(base)
    }

    /// 前條, 前二項, 本章, 同條 and the places within them.
    fn relative(&mut self, at: usize) -> Option<usize> {
        let (count, level, end) = self.pointer(at)?;
        let (work, paths) = self.pointed(at, count, level)?;
        let base = paths.last()?.clone();
        if let Some((leaves, behind)) = self.reader.list(end, &base, false)
            && leaves[0].path.len() > base.len()
        {
            self.leaves(Some(at), leaves, kind_of(&work), &work);
            return Some(behind);
        }
        if self.view.get(at) == '同' {
            return None;
        }
        self.divisions(at, end, paths, &work);
        Some(self.joined(end, &base, &work).unwrap_or(end))
    }

    /// Work and divisions that the pointer at `at` means.
    fn pointed(&self, at: usize, count: usize, level: Level) -> Option<(Work, Vec<Path>)> {
        match self.view.get(at) {
            '同' => self.same_place(level),
            '本' => Some((self.enclosing_work(), Vec::from([self.current(at, level)?]))),
            _ => Some((self.enclosing_work(), self.before(at, level, count)?)),
        }
    }

    /// Returns true if the character at `at` ends a longer word: 前 of 目前, 同 of 合同.
    fn is_within_word(&self, at: usize) -> bool {
        let of_time = ["提", "目", "先", "日", "當", "当", "空"];
        let is_time = self.view.get(at) == '前' && self.view.one_before(at, &of_time).is_some();
        is_time || is_within_word(self.view, at)
    }

    /// Reads 前二項 at `at`: the number of divisions, their level and the index behind.
    fn pointer(&self, at: usize) -> Option<(usize, Level, usize)> {
        let first = self.view.get(at);
        if !matches!(first, '前' | '本' | '同') || self.is_within_word(at) {
            return None;
        }
        let count = numeral(self.view, at + 1).filter(|_| first == '前');
        let (count, unit_at) = count.map_or((1, at + 1), |(count, end)| {
            (count.parse().unwrap_or(1), end)
        });
        let (level, end) = self.unit(unit_at)?;
        (!is_word(self.view, end, level)).then_some((count, level, end))
    }

    /// Adds whole divisions that share the words `at..end`.
    fn divisions(&mut self, at: usize, end: usize, paths: Vec<Path>, work: &Work) {
        let leaf = |path| Leaf {
            start: at,
            end,
            path,
        };
        let leaves = paths.into_iter().map(leaf).collect();
        self.leaves(Some(at), leaves, kind_of(work), work);
    }

    /// The law cited last, and the division of `level` in it.
    fn same_place(&self, level: Level) -> Option<(Work, Vec<Path>)> {
        let last = self.last.clone()?;
        let above = last
            .path
            .into_iter()
            .take_while(|(above, _)| *above <= level);
        Some((last.work, Vec::from([above.collect()])))
    }

    /// Adds the places that are joined to a relative one: 前項及第四項. Returns the index behind them.
    fn joined(&mut self, end: usize, base: &Path, work: &Work) -> Option<usize> {
        let (_, behind) = self.view.one_of(end, &["、", "及", "或", "與", "和"])?;
        if self.view.get(behind) != '第' {
            return None;
        }
        let (leaves, after) = self.reader.list(behind, base, false)?;
        self.leaves(None, leaves, kind_of(work), work);
        Some(after)
    }

    fn unit(&self, at: usize) -> Option<(Level, usize)> {
        let level = match (self.view.get(at), self.reader.is_traditional) {
            ('条' | '條', _) => Level::Article,
            ('項', true) | ('款', false) => Level::Paragraph,
            ('款', true) | ('项', false) => Level::Item,
            ('目', _) => Level::Sub,
            ('章', _) => Level::Chapter,
            ('节' | '節', _) => Level::Section,
            ('编' | '編', _) => Level::Book,
            _ => return None,
        };
        Some((level, at + 1))
    }

    /// The division of `level` that `at` stands in.
    fn current(&self, at: usize, level: Level) -> Option<Path> {
        let position = self.structure.at(at)?;
        let chapter = || Some((Level::Chapter, position.chapter.clone()?));
        Some(match level {
            Level::Article | Level::Paragraph | Level::Item => in_article(position, level)?,
            Level::Chapter => Vec::from([chapter()?]),
            Level::Section => Vec::from([chapter()?, (level, position.section.clone()?)]),
            Level::Book => Vec::from([(level, position.part.clone()?)]),
            _ => return None,
        })
    }

    /// The `count` divisions of `level` before the one that `at` stands in.
    fn before(&self, at: usize, level: Level, count: usize) -> Option<Vec<Path>> {
        let position = self.structure.at(at)?;
        let count = count.min(20);
        if level == Level::Article {
            return self.articles_before(position, count);
        }
        let (base, current) = within(position, level)?;
        let from = current.checked_sub(count as u32).filter(|from| *from > 0)?;
        let path = |number: u32| {
            let mut path = base.clone();
            path.push((level, number.to_string()));
            path
        };
        Some((from..current).map(path).collect())
    }

    /// The `count` articles before the one of `position`.
    fn articles_before(&self, position: &Position, count: usize) -> Option<Vec<Path>> {
        position.article.as_ref()?;
        let from = position.article_at.checked_sub(count)?;
        let articles = &self.structure.articles[from..position.article_at];
        let path = |article: &String| Vec::from([(Level::Article, article.clone())]);
        Some(articles.iter().map(path).collect())
    }
}

/// Returns true if a citation may begin with `first` that is neither a name without marks nor a number.
fn begins_citation(first: char) -> bool {
    // Opening marks; standards and days; what each list of words above begins with.
    matches!(first, '《' | '〈' | '「' | '『' | '“')
        || first.is_ascii_uppercase()
        || first.is_ascii_digit()
        || matches!(
            first,
            '去' | '今'
                | '本'
                | '第'
                | '前'
                | '同'
                | '附'
                | '上'
                | '有'
                | '該'
                | '该'
                | '條'
                | '草'
                | '規'
        )
}

/// Returns true if a text of this title has articles of its own: a record of debates or a gazette has others'.
fn is_law_title(title: &str) -> bool {
    const RECORDS: [&str; 8] = [
        "公報", "公报", "會議", "会议", "發言", "发言", "紀錄", "纪录",
    ];
    let is_record = RECORDS.iter().any(|word| title.contains(word));
    let bare = title.split(['(', '（']).next().unwrap_or(title).trim_end();
    !is_record || LAW_ENDS.iter().any(|end| bare.ends_with(end))
}

/// Returns true if the text writes more words in the traditional script than in the simplified one.
fn is_traditional(view: &View) -> bool {
    let mut balance = 0_i64;
    for character in &view.chars {
        balance += match character {
            '條' | '項' => 1,
            '条' | '项' => -1,
            _ => 0,
        };
    }
    balance >= 0
}

/// Returns true if a title is too short to be more than a word, and no law's.
fn is_short_word(title: &str) -> bool {
    title.chars().count() <= 2 && !SHORT_TITLES.contains(&title)
}
/// Returns true if a text of this title calls itself by `kind`.
fn is_of_kind(title: &str, kind: &str) -> bool {
    let is_measure = kind == "法" && (title.ends_with("办法") || title.ends_with("辦法"));
    title.ends_with(kind) && !is_measure
}

/// Path of the article of `position`, or of its paragraph or item.
fn in_article(position: &Position, level: Level) -> Option<Path> {
    let mut path = Vec::from([(Level::Article, position.article.clone()?)]);
    match level {
        Level::Paragraph => path.push((level, position.paragraph.to_string())),
        Level::Item => path.extend([
            (Level::Paragraph, position.items_of.to_string()),
            (level, position.item.to_string()),
        ]),
        _ => {}
    }
    Some(path)
}
/// Kind of a place in `work`.
fn kind_of(work: &Work) -> Kind {
    match work {
        Work::This => Kind::Own,
        _ => Kind::Article,
    }
}

/// Path above the paragraphs or items of an article, and the number of the current one.
fn within(position: &Position, level: Level) -> Option<(Path, u32)> {
    let article = (Level::Article, position.article.clone()?);
    match level {
        Level::Paragraph => Some((Vec::from([article]), position.paragraph)),
        Level::Item => {
            let current = if position.items_of < position.paragraph {
                position.item.saturating_add(1)
            } else {
                position.item
            };
            let paragraph = (Level::Paragraph, position.items_of.max(1).to_string());
            Some((Vec::from([article, paragraph]), current))
        }
        _ => None,
    }
}

/// Returns true if the unit at `end` goes on as a word: 前目的, 本部门, 本章程, 本项目, 本节目.
fn is_word(view: &View, end: usize, level: Level) -> bool {
    let next = view.get(end);
    match level {
        Level::Chapter => next == '程',
        Level::Section | Level::Item => next == '目',
        Level::Sub => matches!(next, '的' | '标' | '標' | '录' | '錄'),
        Level::Article => matches!(next, '例' | '约' | '約' | '文') && next != '文',
        Level::Book => matches!(next, '制' | '號' | '号' | '者' | '辑'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_opens_a_citation_is_asked_for() {
        for word in SAME.iter().chain(&GENERIC) {
            assert!(word.starts_with(begins_citation), "{word}");
        }
        assert!(!begins_citation('的') && !begins_citation('，'));
    }
}
