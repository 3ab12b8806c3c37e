//! Reads what a page says of itself as linked data (JSON-LD, <https://schema.org>).
//!
//! In: the texts of its scripts. Out: title, publisher and date of the first thing that has a date of publication, else the
//! first publisher. What is no JSON says nothing. Contexts are not read and no address is opened.

use serde_json::Value;

/// What linked data says of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkedData {
    /// Headline, or name.
    pub(crate) title: Option<String>,
    /// Name of the publisher.
    pub(crate) publisher: Option<String>,
    /// Date of publication as it is written.
    pub(crate) date: Option<String>,
}

/// Things that are looked at, at most.
const THINGS: usize = 200;
/// Longest script that is read, in bytes.
const SCRIPT_BYTES: usize = 1 << 20;

/// Reads the linked data in `scripts`.
pub(crate) fn read_linked_data<'a>(scripts: impl Iterator<Item = &'a str>) -> LinkedData {
    let read = scripts.filter(|script| script.len() <= SCRIPT_BYTES);
    let values: Vec<Value> = read
        .filter_map(|script| serde_json::from_str(script).ok())
        .collect();
    let things: Vec<&Value> = values.iter().flat_map(things_of).take(THINGS).collect();
    let work = things
        .iter()
        .find(|thing| text_of(thing, "datePublished").is_some());
    let publisher = |thing: &&&Value| publisher_of(thing, &things);
    let from_any = || things.iter().find_map(|thing| publisher_of(thing, &things));
    LinkedData {
        title: work.and_then(|work| text_of(work, "headline")),
        publisher: work.as_ref().and_then(publisher).or_else(from_any),
        date: work.and_then(|work| text_of(work, "datePublished")),
    }
}

/// The things of a script: one, a list, or a graph of them.
fn things_of(value: &Value) -> Vec<&Value> {
    let listed: Vec<&Value> = match value {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    };
    let mut things = Vec::new();
    for thing in listed {
        things.push(thing);
        if let Some(Value::Array(graph)) = thing.get("@graph") {
            things.extend(graph);
        }
    }
    things
}

/// The name of a thing's publisher, which may be another of the `things`, named by its id.
fn publisher_of(thing: &Value, things: &[&Value]) -> Option<String> {
    let publisher = match thing.get("publisher")? {
        Value::Array(several) => several.first()?,
        one => one,
    };
    let named = publisher.as_str().map(str::to_owned);
    named.or_else(|| text_of(publisher, "name")).or_else(|| {
        let id = publisher.get("@id")?;
        let meant = things.iter().find(|thing| thing.get("@id") == Some(id))?;
        text_of(meant, "name")
    })
}

fn text_of(thing: &Value, key: &str) -> Option<String> {
    let text = thing.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_names_its_publisher_by_id() {
        let script = r##"{"@context": "https://schema.org", "@graph": [
            {"@type": "Organization", "@id": "#org", "name": "Department for Transport"},
            {"@type": "NewsArticle", "headline": "Rail line opens", "datePublished": "2021-11-05T10:00:00Z", "publisher": {"@id": "#org"}}
        ]}"##;
        let read = read_linked_data(["no json", script].into_iter());
        assert_eq!(read.title.as_deref(), Some("Rail line opens"));
        assert_eq!(read.publisher.as_deref(), Some("Department for Transport"));
        assert_eq!(read.date.as_deref(), Some("2021-11-05T10:00:00Z"));
        let list = r#"[{"publisher": "教育部"}, {"publisher": [{"name": "x"}]}]"#;
        let read = read_linked_data([list].into_iter());
        assert_eq!(
            (read.publisher.as_deref(), read.date),
            (Some("教育部"), None)
        );
        assert_eq!(
            read_linked_data(["[]", "1", ""].into_iter()),
            LinkedData::default()
        );
    }
}
