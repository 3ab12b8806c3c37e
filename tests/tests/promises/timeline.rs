//! Hits over time: numbers are those of a scan of the texts, whatever the script, the period and the filter.

use polidex_analysis::fold::fold_text;
use polidex_server::answer::{Series, Timeline};
use polidex_server::question::{
    Facet, Filters, MAX_TIMELINE_PHRASES, PartialDate, TimeUnit, TimelineQuestion,
};
use polidex_tests::{Indexed, Random, index_texts};

/// Pieces that the made texts consist of; no phrase below arises between two of them.
const PIECES: [&str; 6] = [
    "房屋政策",
    "低空經濟",
    "housing policy",
    "low-altitude economy",
    "天",
    "Housing supply",
];
const DATES: [&str; 6] = [
    "2012-05-01",
    "2012-07",
    "2013",
    "2014-03-11",
    "2014-03-12",
    "",
];

struct Made {
    indexed: Indexed,
    /// Date, publisher and text of each.
    documents: Vec<(&'static str, String, String)>,
}

fn made() -> Made {
    let mut random = Random(7);
    let (mut lines, mut documents) = (String::new(), Vec::new());
    for number in 0..80 {
        let count = random.below(6);
        let pieces = (0..count).map(|_| PIECES[random.below(PIECES.len())]);
        let text = format!(
            "第一段\n\n{}。\n\n完",
            pieces.collect::<Vec<_>>().join("；")
        );
        let date = DATES[random.below(DATES.len())];
        let publisher = format!("Bureau {}", random.below(2));
        let document = serde_json::json!({
            "id": format!("d{number}"), "title": "房屋政策 housing policy 天", "text": text, "date": date, "publisher": publisher,
        });
        lines.push_str(&format!("{document}\n"));
        documents.push((date, publisher, text));
    }
    Made {
        indexed: index_texts(&[("made.jsonl", lines.as_bytes())]),
        documents,
    }
}

fn ask(made: &Made, phrases: &[&str], unit: TimeUnit, filters: Filters) -> Timeline {
    let question = TimelineQuestion {
        phrases: phrases.iter().map(|phrase| (*phrase).to_owned()).collect(),
        filters,
        unit,
    };
    made.indexed.engine.timeline(&question).expect("an answer")
}

/// Occurrences, documents and characters by a scan of the texts.
fn scanned(made: &Made, phrase: &str, is_wanted: impl Fn(&str, &str) -> bool) -> (u64, u64, u64) {
    let phrase = fold_text(phrase).text;
    let (mut occurrences, mut documents, mut characters) = (0, 0, 0);
    for (date, publisher, text) in &made.documents {
        if is_wanted(date, publisher) {
            let count = fold_text(text).text.matches(&phrase).count() as u64;
            occurrences += count;
            documents += u64::from(count > 0);
            characters += text.chars().count() as u64;
        }
    }
    (occurrences, documents, characters)
}

fn assert_is_scan(made: &Made, timeline: &Timeline, series: &Series, of: impl Fn(&str) -> bool) {
    let len = if timeline.unit == "year" { 4 } else { 7 };
    for (point, period) in series.points.iter().zip(&timeline.periods) {
        assert_eq!(point.when, period.when);
        let (occurrences, documents, characters) = scanned(made, &series.q, |date, publisher| {
            date.get(..len) == Some(&point.when) && of(publisher)
        });
        let seen = (point.occurrences, point.documents, period.characters);
        assert_eq!(
            seen,
            (occurrences, documents, characters),
            "{} {}",
            series.q,
            point.when
        );
        let expected = occurrences as f64 * 1e6 / characters as f64;
        assert!((point.per_million - expected).abs() < 0.001, "{}", series.q);
    }
    let all = scanned(made, &series.q, |_, publisher| of(publisher));
    assert_eq!(
        (series.occurrences, series.documents),
        (all.0, all.1),
        "{}",
        series.q
    );
    let undated = scanned(made, &series.q, |date, publisher| {
        date.get(..len).is_none() && of(publisher)
    });
    assert_eq!(series.undated.occurrences, undated.0, "{}", series.q);
}

#[test]
fn a_timeline_is_a_scan_of_the_texts() {
    let made = made();
    let phrases = [
        "房屋政策",
        "“housing policy”",
        "低空经济",
        "low-altitude economy",
        "天",
        "housing",
        "absent words",
    ];
    for unit in [TimeUnit::Year, TimeUnit::Month] {
        let timeline = ask(&made, &phrases, unit, Filters::default());
        assert_eq!(timeline.series.len(), phrases.len());
        let periods: Vec<&str> = timeline
            .periods
            .iter()
            .map(|period| period.when.as_str())
            .collect();
        let expected: &[&str] = match unit {
            TimeUnit::Year => &["2012", "2013", "2014"],
            TimeUnit::Month => &["2012-05", "2012-07", "2014-03"],
        };
        assert_eq!(periods, expected);
        for series in &timeline.series {
            let mut bare = series.clone();
            bare.q = series.q.trim_matches(['“', '”']).to_owned();
            assert_is_scan(&made, &timeline, &bare, |_| true);
        }
        assert!(timeline.series[0].occurrences > 0 && timeline.series[6].occurrences == 0);
    }
}

#[test]
fn a_title_in_the_text_and_the_sign_of_a_name_are_counted_as_they_stand() {
    let document = serde_json::json!({
        "id": "a", "title": "創科政策", "date": "2014",
        "text": "創科政策\n\n創科政策增長5%，其後5項。The R&D fund is no R D fund.",
    });
    let made = Made {
        indexed: index_texts(&[("a.jsonl", format!("{document}\n").as_bytes())]),
        documents: Vec::new(),
    };
    let phrases = [
        "創科政策",
        "5%",
        "5",
        "增長5%",
        "R&D fund",
        "R D fund",
        "策",
    ];
    let timeline = ask(&made, &phrases, TimeUnit::Year, Filters::default());
    let counts = timeline.series.iter().map(|series| series.occurrences);
    // Without its sign a phrase stands wherever its words do.
    assert_eq!(counts.collect::<Vec<_>>(), [2, 1, 2, 1, 1, 2, 2]);
}

#[test]
fn filters_limit_a_timeline_and_what_it_is_measured_by() {
    let made = made();
    let mut filters = Filters::default();
    filters.add(Facet::Publisher, "Bureau 1");
    let timeline = ask(&made, &["房屋政策"], TimeUnit::Year, filters.clone());
    assert_is_scan(&made, &timeline, &timeline.series[0], |publisher| {
        publisher == "Bureau 1"
    });
    (filters.from, filters.to) = (PartialDate::parse("2014"), PartialDate::parse("2014"));
    let timeline = ask(&made, &["房屋政策"], TimeUnit::Year, filters);
    assert_eq!(timeline.periods.len(), 1);
}

#[test]
fn more_phrases_than_a_picture_bears_are_refused() {
    let made = made();
    let question = TimelineQuestion {
        phrases: vec!["a".to_owned(); MAX_TIMELINE_PHRASES + 1],
        ..TimelineQuestion::default()
    };
    assert!(made.indexed.engine.timeline(&question).is_err());
}
