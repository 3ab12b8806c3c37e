//! Alerts: a document is news once, when it comes in or its text changes, and never because the index was built anew.

use std::fs;
use std::path::Path;

use polidex_indexer::index::{BuildOptions, build_index};
use polidex_server::calendar::parse_instant;
use polidex_server::question::{Question, Sort};
use polidex_server::searcher::Searcher;
use tempfile::TempDir;

struct Watched {
    files: TempDir,
    index: TempDir,
}

impl Watched {
    fn new(texts: &[(&str, &str)]) -> Self {
        let watched = Self {
            files: TempDir::new().expect("a folder"),
            index: TempDir::new().expect("a folder"),
        };
        texts
            .iter()
            .for_each(|(name, text)| watched.write(name, text));
        watched.build(false);
        watched
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.files.path().join(name), text).expect("a file");
    }

    fn build(&self, rebuild: bool) {
        let options = BuildOptions {
            threads: 1,
            rebuild,
            ..BuildOptions::default()
        };
        let paths = [self.files.path().to_owned()];
        build_index(&paths, self.index.path(), &options, &|_| {}).expect("an index");
    }

    fn searcher(&self) -> Searcher {
        Searcher::open(self.index.path()).expect("an index")
    }

    /// Time of the newest document.
    fn newest(&self) -> u64 {
        let newest = self.searcher().index_info().newest.expect("a time");
        parse_instant(&newest).expect("an instant")
    }

    /// Ids of what came in after `since`, newest first.
    fn news(&self, q: &str, since: u64) -> Vec<String> {
        let mut question = Question::about(q).sort(Sort::Added);
        question.search.filters.added_after = Some(since);
        let answer = self.searcher().search(&question).expect("an answer");
        assert_eq!(answer.total.value, answer.hits.len() as u64);
        answer.hits.into_iter().map(|hit| hit.id).collect()
    }
}

fn path_of(watched: &Watched) -> &Path {
    watched.index.path()
}

#[test]
fn only_what_came_in_or_changed_is_news() {
    let watched = Watched::new(&[
        ("a.txt", "housing policy, first paper"),
        ("b.txt", "housing policy, second"),
    ]);
    let since = watched.newest();
    assert!(watched.news("housing", since).is_empty());
    assert_eq!(watched.news("housing", 0).len(), 2);
    // A rebuild is no news, nor is a file that is saved again.
    watched.build(true);
    watched.write("a.txt", "housing policy, first paper");
    watched.build(false);
    assert!(watched.news("housing", since).is_empty());
    // A new document and a changed text are; each only for those who ask for it.
    watched.write("c.txt", "housing policy, third");
    watched.write("d.txt", "on other matters");
    watched.write("b.txt", "housing policy, second, with a correction");
    watched.build(false);
    let mut news = watched.news("housing", since);
    news.sort();
    assert_eq!(news, ["b", "c"]);
    let later = watched.newest();
    assert!(later > since);
    assert!(watched.news("housing", later).is_empty());
    // Its description changes and its text does not.
    watched.write("sources.toml", "[\"a.txt\"]\ntitle = \"Another title\"\n");
    watched.build(false);
    assert!(watched.news("housing", later).is_empty());
}

#[test]
fn an_index_of_before_alerts_on_nothing() {
    let watched = Watched::new(&[("a.txt", "housing policy")]);
    let generations = fs::read_dir(path_of(&watched).join("generations")).expect("a folder");
    for generation in generations {
        let added = generation.expect("an entry").path().join("added.account");
        fs::remove_file(added).expect("a file");
    }
    watched.build(true);
    let newest = watched.newest();
    let question = Question::about("housing");
    let answer = watched.searcher().search(&question).expect("an answer");
    let added = answer.hits[0].added.clone().expect("a time");
    assert_eq!(parse_instant(&added), Some(newest));
    let manifest = path_of(&watched).join("CURRENT");
    let now = fs::metadata(manifest)
        .and_then(|file| file.modified())
        .expect("a time");
    let now = now
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_millis() as u64;
    assert!(newest <= now, "as old as the index that held it");
}
