//! Terms shared by the counterparts of one work in several languages.
//!
//! In: what is declared of a document, its path or id, its number. Out: terms for the index. Two documents that share a
//! term *may* be counterparts; they are when their languages differ and each language has one only, which whoever looks the
//! terms up has to see to.
//!
//! A path says its language by a part of its own: `en/budget.txt` and `tc/budget.txt`, `budget_e.txt` and `budget_c.txt`,
//! `hko-en_tide` and `hko-tc_tide`. A part that does not fit the document's language is an ordinary word (`annex-c`).

use polidex_analysis::language::Language;

/// Maximum number of hashes of a sketch of a document's numbers: the field `number_sketch`.
pub const SKETCH_SIZE: usize = 24;

/// A path that says its language.
const MARKED: &str = "m:";
/// A path that says none: the counterpart of one that does, but never of another that does not.
const UNMARKED: &str = "u:";

/// The term of documents that are declared to be one work.
pub fn named(name: &str) -> String {
    format!("w:{name}")
}

/// The term of a document that is declared to be the counterpart of another: the other's id.
pub fn counterpart_of(id: &str) -> String {
    format!("c:{id}")
}

/// The term of a document with a number; `key` is the same in every language.
pub fn numbered(key: &str) -> String {
    format!("n:{key}")
}

/// The term of a document by its id where that is its own, else by the path of its file; `None` when it has only its place
/// in a file of many. `language` is its main language.
pub fn of_path(id: &str, path: &str, language: Language) -> Option<String> {
    let is_file = path
        .strip_prefix(id)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if !is_file && is_line_of(id, path) {
        return None;
    }
    let path = if is_file { without_extension(path) } else { id };
    let (key, is_marked) = without_language(&path.to_lowercase(), language);
    let kind = if is_marked { MARKED } else { UNMARKED };
    (!key.is_empty()).then(|| format!("{kind}{key}"))
}

/// Terms of the documents that may be counterparts of one with `own`, in groups: the surest first. Each group holds the
/// document itself when it is looked up. A group of paths needs one that says its language: [`is_marked`].
pub fn groups(id: &str, own: &[String]) -> Vec<Vec<String>> {
    let of_kind = |kind: &str| own.iter().find_map(|term| term.strip_prefix(kind));
    let mut groups = Vec::new();
    groups.extend(of_kind("w:").map(|name| vec![named(name)]));
    groups.push(vec![counterpart_of(of_kind("c:").unwrap_or(id))]);
    groups.extend(
        of_kind(MARKED)
            .or(of_kind(UNMARKED))
            .map(|key| vec![format!("{MARKED}{key}"), format!("{UNMARKED}{key}")]),
    );
    groups.extend(of_kind("n:").map(|key| vec![numbered(key)]));
    groups
}

/// The id that a term of [`counterpart_of`] names.
pub fn named_counterpart(term: &str) -> Option<&str> {
    term.strip_prefix("c:")
}

/// Returns true for the term of a path that says its language; `None` for what is no term of a path.
pub fn is_marked(term: &str) -> Option<bool> {
    match term {
        term if term.starts_with(MARKED) => Some(true),
        term if term.starts_with(UNMARKED) => Some(false),
        _ => None,
    }
}

/// Returns true if an id was made of a file's name and a line's number.
fn is_line_of(id: &str, path: &str) -> bool {
    let number = |text: &str| text.rsplit_once(':').map(|(_, number)| number.to_owned());
    number(path).is_some_and(|line| number(id) == Some(line))
}

fn without_extension(path: &str) -> &str {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => &path[..name_at + dot],
        _ => path,
    }
}

/// `path` without the parts that say `language`, and whether there were any.
fn without_language(path: &str, language: Language) -> (String, bool) {
    let segments: Vec<&str> = path.split('/').collect();
    let last = segments.len() - 1;
    let mut kept: Vec<String> = Vec::new();
    let mut is_marked = false;
    for (index, segment) in segments.iter().enumerate() {
        let (rest, says_language) = segment_without_language(segment, index == last, language);
        is_marked |= says_language;
        if !rest.is_empty() {
            kept.push(rest.join("-"));
        }
    }
    // A name that is nothing but a language says nothing about what it names: `en.txt` in a folder of all languages is its
    // folder's, but at the top it is nobody's.
    (kept.join("/"), is_marked)
}

/// Words of a folder or of a name without those that say `language`, and whether there were any.
fn segment_without_language(segment: &str, is_name: bool, language: Language) -> (Vec<&str>, bool) {
    let words: Vec<&str> = segment.split(['-', '_', '.', ' ']).collect();
    let mut rest: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // One letter says a language only as a folder or at the end of a name.
        let may_be_letter = match is_name {
            true => at > 0 && at + 1 == words.len(),
            false => words.len() == 1,
        };
        match language_words(&words[at..], may_be_letter) {
            Some((said, count)) if said.fits(language) => at += count,
            _ => {
                rest.push(words[at]);
                at += 1;
            }
        }
    }
    let says_language = rest.len() < words.len();
    (rest, says_language)
}

/// Language named by a part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    English,
    Chinese,
    Traditional,
    Simplified,
}

impl Said {
    fn fits(self, language: Language) -> bool {
        match self {
            Self::English => language == Language::English,
            Self::Chinese => language != Language::English,
            Self::Traditional => language == Language::TraditionalChinese,
            Self::Simplified => language == Language::SimplifiedChinese,
        }
    }
}

/// Reads the language that the first of `words` name, with their number: `zh hk` is one tag.
fn language_words(words: &[&str], may_be_letter: bool) -> Option<(Said, usize)> {
    let said = match *words.first()? {
        "en" | "eng" | "english" => Said::English,
        "tc" | "cht" | "zht" | "hant" | "trad" => Said::Traditional,
        "sc" | "chs" | "zhs" | "hans" | "simp" => Said::Simplified,
        "chi" | "chinese" | "cn" => Said::Chinese,
        "zh" => return Some(chinese_words(words)),
        "e" if may_be_letter => Said::English,
        "c" if may_be_letter => Said::Chinese,
        _ => return None,
    };
    Some((said, 1))
}

/// Reads the script or the region behind `zh`.
fn chinese_words(words: &[&str]) -> (Said, usize) {
    let said = match words.get(1) {
        Some(&("hant" | "hk" | "tw" | "mo")) => Said::Traditional,
        Some(&("hans" | "cn" | "sg")) => Said::Simplified,
        _ => return (Said::Chinese, 1),
    };
    (said, 2 + usize::from(has_region(words)))
}

/// `zh-hant-hk`: a region behind the script.
fn has_region(words: &[&str]) -> bool {
    matches!(words.get(1), Some(&("hant" | "hans")))
        && matches!(words.get(2), Some(&("hk" | "tw" | "mo" | "cn" | "sg")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Language = Language::English;
    const TC: Language = Language::TraditionalChinese;
    const SC: Language = Language::SimplifiedChinese;

    fn of_file(path: &str, language: Language) -> Option<String> {
        of_path(without_extension(path), path, language)
    }

    #[test]
    fn counterparts_share_a_key() {
        let cases: [&[(&str, Language)]; 8] = [
            &[("tw/en/A0000001", EN), ("tw/zh/A0000001", TC)],
            &[
                ("loose/en/hko-en_tide.htm", EN),
                ("loose/zh-Hant/hko-tc_tide.htm", TC),
            ],
            &[("p/budget_e.txt", EN), ("p/budget_c.txt", TC)],
            &[
                ("Budget_EN.pdf", EN),
                ("Budget_TC.pdf", TC),
                ("Budget_SC.pdf", SC),
            ],
            &[
                ("2023/en/policy.htm", EN),
                ("2023/tc/policy.htm", TC),
                ("2023/sc/policy.htm", SC),
            ],
            &[
                ("report-zh-hant-hk.md", TC),
                ("report-en.md", EN),
                ("report.zh-cn.md", SC),
            ],
            &[("english/panels/x.doc", EN), ("chinese/panels/x.doc", TC)],
            &[
                ("cm0426-translate-e.txt", EN),
                ("cm0426-translate-c.txt", TC),
            ],
        ];
        for group in cases {
            let terms: Vec<_> = group
                .iter()
                .map(|(path, language)| of_file(path, *language))
                .collect();
            assert!(
                terms[0]
                    .as_deref()
                    .is_some_and(|term| term.starts_with(MARKED)),
                "{terms:?}"
            );
            assert!(terms.iter().all(|term| *term == terms[0]), "{terms:?}");
        }
    }

    #[test]
    fn a_word_that_says_another_language_is_a_word() {
        assert_eq!(of_file("annex-c.txt", EN).as_deref(), Some("u:annex-c"));
        assert_eq!(
            of_file("vitamin-e-supply.txt", EN).as_deref(),
            Some("u:vitamin-e-supply")
        );
        assert_eq!(of_file("tw/zh/A1.txt", EN).as_deref(), Some("u:tw/zh/a1"));
        assert_eq!(of_file("e.txt", EN).as_deref(), Some("u:e"));
        assert_eq!(of_file("en.txt", EN), None, "nothing is left to share");
        assert_eq!(
            of_path("laws:12", "laws.jsonl:12", EN),
            None,
            "a line of a file has no path of its own"
        );
        assert_eq!(
            of_path("ca/act/C-29.4", "x.jsonl:3", EN).as_deref(),
            Some("u:ca/act/c-29-4")
        );
    }

    #[test]
    fn the_surest_group_comes_first() {
        let own = vec![
            numbered("cap614"),
            of_file("a_e.txt", EN).expect("a key"),
            named("ordinance"),
        ];
        let groups = groups("a_e", &own);
        assert_eq!(
            groups,
            [
                vec!["w:ordinance"],
                vec!["c:a_e"],
                vec!["m:a", "u:a"],
                vec!["n:cap614"]
            ]
        );
    }
}
