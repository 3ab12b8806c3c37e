//! Hand-made answers: a small collection with everything a page can be given, and queries that misbehave on purpose.

use std::sync::Arc;
use std::time::Duration;

use polidex_analysis::language::Language;
use polidex_schema::repair_kind::{Collection, RepairKind};
use polidex_server::answer::{
    Absent, Answer, Document, DocumentLink, DocumentPassage, DocumentSummary, Expansion,
    ExpansionKind, FacetCounts, FacetValue, Hit, IndexInfo, Lines, MarkOffsets, MatchedBy,
    PageInfo, PageLinks, PassageHit, Period, Point, QueryEcho, Repair, ScannedShare, Series,
    Speaker, Suggestion, SuggestionKind, Suggestions, TermCount, Tier, TierTotals, Timeline, Total,
    Warning,
};
use polidex_server::comparison::{
    AlignedBy, ComparedPassage, ComparedRow, Comparison, ComparisonQuestion,
};
use polidex_server::error::ServerError;
use polidex_server::http::Answers;
use polidex_server::question::{Expand, Facet, Query, Question, Search, Sort, TimelineQuestion};
use polidex_server::reason::{Label, Place, Reason, ScorePart, TermUnit};
use polidex_server::searcher::ListPage;

/// A document whose every text tries to be something else.
pub(crate) const HOSTILE: &str = "</title></mark><script>alert(1)</script>\"><img src=x onerror=alert(1)>'&lt;\u{2028}\u{202e}javascript:";
/// Documents besides those that are searched.
pub(crate) const MANY: usize = 6_000;
/// An id that must be encoded everywhere.
pub(crate) const ODD_ID: &str = "報告/2024 \"a\" #1?%/../x";

/// Answers by rote. `generation` tells two of them apart.
pub(crate) struct Rote {
    pub(crate) generation: &'static str,
    pub(crate) total: u64,
}

fn summary(id: &str, title: &str) -> DocumentSummary {
    DocumentSummary {
        id: id.to_owned(),
        title: title.to_owned(),
        publisher: title.to_owned(),
        date: "2024-03".to_owned(),
        lang: vec!["zh-Hant".to_owned(), "en".to_owned()],
        kind: "article".to_owned(),
        number: title.to_owned(),
        url: format!("/documents/{id}"),
        original_url: Some(
            if id == "hostile" {
                "javascript:alert(1)"
            } else {
                "https://example.org/a?b=\"c\""
            }
            .to_owned(),
        ),
        passage_count: 3,
    }
}

fn documents() -> [DocumentSummary; 3] {
    [
        summary("002", "Accelerating 新質生產力"),
        summary(ODD_ID, "報告"),
        summary("hostile", HOSTILE),
    ]
}

fn passage_hit(id: &str, text: &str) -> PassageHit {
    PassageHit {
        part: None,
        id: id.to_owned(),
        lines: Lines {
            first: 26,
            last: 31,
        },
        page: Some(3),
        place: Some(text.to_owned()),
        heading: Some("Part one".to_owned()),
        lang: "zh-Hant".to_owned(),
        text: text.to_owned(),
        html: text.to_owned(),
        offsets: vec![MarkOffsets { start: 0, end: 2 }],
        url: String::new(),
    }
}

fn link(document: &DocumentSummary) -> DocumentLink {
    DocumentLink {
        id: document.id.clone(),
        title: document.title.clone(),
        lang: document.lang[0].clone(),
        url: document.url.clone(),
    }
}

/// What was searched for beside `q`: nothing but for the queries `housing` and `translated`.
fn expansions(question: &Question) -> Vec<Expansion> {
    let has_any = ["housing", "translated"].contains(&question.search.query.q.as_str())
        && question.search.query.expand != Expand::None;
    if !has_any {
        return Vec::new();
    }
    let list = |kind, forms: &[&str]| Expansion {
        term: question.search.query.q.clone(),
        kind,
        forms: forms
            .iter()
            .filter(|form| question.search.query.without.iter().all(|out| out != *form))
            .map(|f| (*f).into())
            .collect(),
    };
    let mut all = vec![list(ExpansionKind::Variant, &["accommodation", HOSTILE])];
    if question.search.query.expand == Expand::All {
        all.push(list(
            ExpansionKind::Translation,
            &[
                "房屋", "住房", "居屋", "公屋", "住宅", "樓宇", "居所", "安居", "置業",
            ],
        ));
    }
    all
}

/// Why a chosen document is not among the hits: likewise.
fn absent() -> Vec<Absent> {
    let explanation = vec![
        Reason::ListedUnder {
            id: HOSTILE.to_owned(),
        },
        Reason::InOriginal,
        Reason::LeftOutByFilter,
        Reason::OnAnotherPage,
        Reason::CombinedOtherwise,
    ];
    vec![Absent {
        id: "002".to_owned(),
        title: HOSTILE.to_owned(),
        explanation,
    }]
}

/// Why a hit stands where it stands: a reason of each kind.
fn reasons() -> Vec<Reason> {
    let label = |stands_for| Label {
        text: HOSTILE.to_owned(),
        stands_for,
    };
    let form = |kind| label(Some((kind, "房屋".to_owned())));
    let term = |label, unit| ScorePart::Term {
        label,
        unit,
        place: Place::Text,
        documents: 2,
        of: 3,
    };
    let parts = [
        ScorePart::WholeTitle,
        ScorePart::Phrase {
            label: label(None),
            place: Place::Title,
        },
        term(form(ExpansionKind::Translation), TermUnit::Word),
        term(form(ExpansionKind::Variant), TermUnit::Pair),
        term(label(None), TermUnit::Character),
        term(label(None), TermUnit::Spelling),
        ScorePart::Publisher,
        ScorePart::Matching,
        ScorePart::Lesser { count: 7 },
    ];
    let adds = parts
        .into_iter()
        .map(|part| Reason::Adds { part, score: 1.5 });
    let lacks = Reason::Lacks {
        label: HOSTILE.to_owned(),
        in_title: false,
        as_typed: false,
    };
    adds.chain([lacks]).collect()
}

impl Rote {
    /// How many documents hold the query, and how many its translation alone.
    fn totals(&self, question: &Question) -> (u64, u64) {
        let is_translated = question.search.query.expand == Expand::All;
        match question.search.query.q.as_str() {
            "zzzz" => (0, 0),
            "housing" if is_translated => (self.total, 12),
            "published" => (3, 0),
            "translated" => (0, if is_translated { 12 } else { 0 }),
            _ => (self.total, 0),
        }
    }

    fn hits(&self, question: &Question) -> Vec<Hit> {
        let seen = (question.window.page - 1) * question.window.per_page;
        let (literal, translated) = self.totals(question);
        let left = ((literal + translated) as usize)
            .saturating_sub(seen)
            .min(question.window.per_page);
        let documents = documents();
        (0..left)
            .map(|index| {
                let DocumentSummary {
                    id,
                    title,
                    publisher,
                    date,
                    lang,
                    kind,
                    number,
                    url,
                    original_url,
                    ..
                } = documents[(seen + index) % 3].clone();
                Hit {
                    title_html: title.clone(),
                    passages: vec![
                        passage_hit("p12", &title),
                        passage_hit("p13", "發展「新質生產力」"),
                    ],
                    id,
                    title,
                    publisher,
                    date,
                    lang,
                    kind,
                    number,
                    url,
                    original_url,
                    added: None,
                    cited_by: None,
                    score: 7.5,
                    tier: if seen + index >= literal as usize {
                        Tier::Translation
                    } else {
                        Tier::All
                    },
                    missing: Vec::new(),
                    by_translation: seen + index >= literal as usize,
                    original: false,
                    scanned: (index == 2).then_some(ScannedShare {
                        pages: 3,
                        confidence: 0.987,
                    }),
                    counterparts: Vec::new(),
                    duplicates: if index == 1 {
                        documents.iter().map(link).collect()
                    } else {
                        Vec::new()
                    },
                    version: None,
                    duplicate_count: if index == 1 { documents.len() } else { 0 },
                    explanation: if question.show.explain {
                        reasons()
                    } else {
                        Vec::new()
                    },
                    passage_count: 4,
                }
            })
            .collect()
    }

    fn facets(question: &Question) -> Vec<FacetCounts> {
        let value = |value: &str, label: &str, selected| FacetValue {
            value: value.to_owned(),
            label: label.to_owned(),
            count: 1,
            selected,
        };
        let sources = documents().map(|d| {
            value(
                &d.id,
                &d.title,
                question.search.filters.source.contains(&d.id),
            )
        });
        vec![
            FacetCounts {
                field: Facet::Source,
                values: sources.into(),
                more: 7,
                without: 0,
                months: Vec::new(),
            },
            FacetCounts {
                field: Facet::Language,
                values: vec![value("zh-Hant", "zh-Hant", false)],
                more: 0,
                without: 0,
                months: Vec::new(),
            },
            FacetCounts {
                field: Facet::Year,
                values: vec![value(
                    "2024",
                    "2024",
                    question.search.filters.from.is_some(),
                )],
                more: 0,
                without: 0,
                months: Vec::new(),
            },
            FacetCounts {
                field: Facet::Kind,
                values: (0..30)
                    .map(|n| value(&format!("k{n}"), &format!("k{n}"), false))
                    .collect(),
                more: 220,
                without: 0,
                months: Vec::new(),
            },
        ]
    }
}

impl Answers for Rote {
    fn index_info(&self) -> IndexInfo {
        IndexInfo {
            generation: self.generation.to_owned(),
            documents: 3,
            passages: 9,
            ..IndexInfo::default()
        }
    }

    fn search(&self, question: &Question) -> Result<Answer, ServerError> {
        match question.search.query.q.as_str() {
            "panic" => panic!("a secret of /var/lib/polidex"),
            "slow" => std::thread::sleep(Duration::from_millis(400)),
            "clauses" => {
                return Err(ServerError::LimitPassed {
                    limit: "clauses",
                    allowed: 32,
                    unit: "clauses",
                    found: 33,
                });
            }
            "broken" => {
                return Err(ServerError::Unreadable {
                    path: "/var/lib/polidex".into(),
                    reason: "a secret".to_owned(),
                });
            }
            _ => {}
        }
        let known = documents();
        if let Some(id) = question
            .search
            .filters
            .source
            .iter()
            .find(|id| known.iter().all(|document| document.id != **id))
        {
            return Err(ServerError::UnknownSource { id: id.clone() });
        }
        let (total, expanded_total) = self.totals(question);
        let mut hits = self.hits(question);
        // The last hit of this question is one by the text as published alone.
        let original_total = u64::from(question.search.query.q == "published");
        if original_total > 0
            && let Some(last) = hits.last_mut()
        {
            (last.tier, last.original) = (Tier::Original, true);
            last.passages.clear();
        }
        let partial = Warning {
            code: "no-document-has-all-words",
            message: "no document has all words".to_owned(),
        };
        Ok(Answer {
            query: QueryEcho {
                q: question.search.query.q.clone(),
                parsed: format!("({})", question.search.query.q),
                warnings: vec![partial],
                matching: MatchedBy::Any,
                terms: vec![TermCount {
                    term: question.search.query.q.clone(),
                    documents: 0,
                }],
                expansions: expansions(question),
            },
            total: Total {
                value: total - original_total,
                relation: "eq",
                tiers: TierTotals {
                    all: total - original_total,
                    most: 0,
                },
            },
            expanded_total,
            original_total,
            corrections: Vec::new(),
            partial: false,
            absent: if question.show.explain {
                absent()
            } else {
                Vec::new()
            },
            page: PageInfo {
                number: question.window.page,
                per_page: question.window.per_page,
                listed: total + expanded_total,
            },
            hits,
            facets: Self::facets(question),
            index: self.index_info(),
            took_ms: 0.4,
            links: PageLinks::default(),
        })
    }

    fn document(&self, id: &str, query: &Query) -> Result<Option<Document>, ServerError> {
        let Some(summary) = documents().into_iter().find(|document| document.id == id) else {
            return Ok(None);
        };
        let text = summary.title.clone();
        let passage = |number: u32, role, level, lang: &str| DocumentPassage {
            id: format!("p{number}"),
            role,
            level,
            page: None,
            place: None,
            lines: Lines {
                first: number,
                last: number,
            },
            lang: lang.to_owned(),
            text: text.clone(),
            html: text.clone(),
            offsets: if query.q.is_empty() {
                Vec::new()
            } else {
                vec![MarkOffsets { start: 0, end: 2 }]
            },
            doubtful: Vec::new(),
            speaker: match id {
                "002" => Some("主席".to_owned()),
                "hostile" => Some(HOSTILE.to_owned()),
                _ => None,
            },
        };
        Ok(Some(Document {
            path: format!("{text}.txt"),
            content_hash: "h".repeat(64),
            stale: false,
            window: None,
            part: None,
            provenance: Some(text.clone()),
            first_date: String::new(),
            effective: String::new(),
            file_date: String::new(),
            origins: Vec::new(),
            encoding: "UTF-8".to_owned(),
            scans: Vec::new(),
            passages: vec![
                passage(1, "heading", 1, "zh-Hant"),
                passage(2, "paragraph", 0, "zh-Hant"),
                passage(3, "list-item", 0, "en"),
                passage(4, "list-item", 0, "en"),
                passage(5, "heading", 4, "en"),
            ],
            counterparts: Vec::new(),
            mark_count: if query.q.is_empty() { 0 } else { 5 },
            repairs: vec![Repair {
                kind: RepairKind::Cid(Collection::Cns1).into(),
                lines: Lines { first: 2, last: 2 },
                before: "ю͑ྗᙄࡰ".to_owned(),
                after: text.clone(),
                confidence: 0.99,
            }],
            as_published: Some(format!("{text}\nю͑ྗᙄࡰ")),
            summary,
        }))
    }

    fn sources(&self) -> Result<Arc<[DocumentSummary]>, ServerError> {
        let more =
            (0..MANY).map(|n| summary(&format!("many{n:04}"), &format!("Circular {n} 通函")));
        let mut all: Vec<_> = documents().into_iter().chain(more).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(all.into())
    }

    fn ids(&self, search: &Search, _: Sort) -> Result<Vec<String>, ServerError> {
        let all = self
            .sources()?
            .iter()
            .map(|document| document.id.clone())
            .collect();
        Ok(if search.query.q == "zzzz" {
            Vec::new()
        } else {
            all
        })
    }

    fn values(&self, search: &Search, facet: Facet) -> Result<Vec<FacetValue>, ServerError> {
        let value = |n: usize| {
            let value = format!("{facet} {n} 機構");
            let selected = search.filters.publisher.contains(&value);
            FacetValue {
                label: value.clone(),
                value,
                count: 3,
                selected,
            }
        };
        Ok(if search.query.q == "zzzz" {
            Vec::new()
        } else {
            (0..250).map(value).collect()
        })
    }

    fn speakers(&self, id: &str) -> Result<Vec<Speaker>, ServerError> {
        let speaker = |name: &str, turns| Speaker {
            name: name.to_owned(),
            turns,
        };
        Ok(match id {
            "002" => vec![speaker("主席", 1_234), speaker("陳志全議員", 2)],
            "hostile" => vec![speaker(HOSTILE, 1)],
            _ => Vec::new(),
        })
    }

    fn examples(&self, lang: Language) -> Vec<String> {
        match lang {
            Language::English => vec!["productive forces".to_owned(), HOSTILE.to_owned()],
            _ => vec!["新質".to_owned()],
        }
    }

    fn compare(
        &self,
        question: &ComparisonQuestion,
        page: ListPage,
    ) -> Result<Option<Comparison>, ServerError> {
        let find = |id: &str| documents().into_iter().find(|document| document.id == id);
        let (Some(a), Some(b)) = (find(&question.a), find(&question.b)) else {
            return Ok(None);
        };
        let passage = |document: &DocumentSummary| ComparedPassage {
            id: "p1".to_owned(),
            role: "paragraph",
            place: Some(document.title.clone()),
            lang: "zh-Hant".to_owned(),
            text: document.title.clone(),
            offsets: vec![MarkOffsets { start: 0, end: 2 }],
            differences: vec![MarkOffsets { start: 1, end: 3 }],
            url: format!("{}#p1", document.url),
        };
        let row =
            |same, a: Vec<ComparedPassage>, b: Vec<ComparedPassage>| ComparedRow { same, a, b };
        Ok(Some(Comparison {
            by: AlignedBy::Words,
            changed: 3,
            complete: false,
            page: PageInfo {
                number: page.number,
                per_page: page.per_page,
                listed: 250,
            },
            rows: vec![
                row(true, vec![passage(&a)], vec![passage(&b)]),
                row(false, vec![passage(&a)], vec![passage(&b)]),
                row(false, vec![passage(&a)], Vec::new()),
                row(false, Vec::new(), vec![passage(&b)]),
            ],
            a,
            b,
            index: self.index_info(),
        }))
    }

    fn timeline(&self, question: &TimelineQuestion) -> Result<Timeline, ServerError> {
        let point = |when: &str, occurrences| Point {
            when: when.to_owned(),
            occurrences,
            documents: 1,
            per_million: occurrences as f64 * 1.5,
        };
        let period = |when: &str| Period {
            when: when.to_owned(),
            documents: 2,
            characters: 1_000,
        };
        let series = question.phrases.iter().map(|q| Series {
            q: q.clone(),
            occurrences: 6,
            documents: 3,
            points: vec![point("2013", 1), point("2014", 3)],
            undated: point("", 2),
        });
        Ok(Timeline {
            unit: question.unit.name(),
            periods: vec![period("2013"), period("2014")],
            series: series.collect(),
            index: self.index_info(),
        })
    }

    fn suggest(&self, typed: &str, limit: usize, _script: Option<Language>) -> Suggestions {
        if typed == "panic" {
            panic!("a secret of /var/lib/polidex");
        }
        let titles = documents().map(|document| document.title);
        let suggestions = titles.into_iter().take(limit).map(|text| Suggestion {
            text,
            kind: SuggestionKind::Title,
            lang: "en".to_owned(),
            documents: Some(1),
        });
        Suggestions {
            q: typed.to_owned(),
            suggestions: suggestions.collect(),
            index: self.index_info(),
        }
    }
}
