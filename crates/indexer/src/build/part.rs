//! A part of the files below the paths: what one of several processes indexes that feed one index.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// Maximum number of parts.
const MAX_PARTS: u32 = 10_000;

/// Part `number` of `of`, counted from one. Every file belongs to one part, by a hash of its path below its folder.
///
/// # Examples
///
/// ```
/// use polidex_indexer::build::part::Part;
///
/// let part: Part = "2/3".parse()?;
/// let parts = ["1/3", "2/3", "3/3"].map(|text| text.parse::<Part>());
/// let holding = parts.into_iter().filter(|part| part.is_ok_and(|part| part.holds("a/b.txt")));
/// assert_eq!((part.number(), holding.count()), (2, 1));
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    number: u32,
    of: u32,
}

impl Part {
    /// Number of the part, from one.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Number of all parts.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Returns true if the file with this path below its folder belongs to the part.
    pub fn holds(self, relative: &str) -> bool {
        // Names of files are too much alike for a hash that does not mix well.
        let digest = Sha256::digest(relative);
        let hash = u64::from_be_bytes(digest[..8].try_into().expect("SHA-256 has 32 bytes"));
        hash % u64::from(self.of) == u64::from(self.number - 1)
    }
}

impl FromStr for Part {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/');
        let numbers =
            numbers.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) && of <= MAX_PARTS => {
                Ok(Self { number, of })
            }
            _ => Err("write the number of the part and of all parts: 2/3"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_even_and_leave_nothing_out() {
        let parts: Vec<Part> = (1..=7)
            .map(|number| format!("{number}/7").parse().expect("a part"))
            .collect();
        let mut held = [0; 7];
        for file in 0..7_000 {
            let path = format!("laws/{file:05}.txt");
            let mut holding = (0..7).filter(|place| parts[*place].holds(&path));
            held[holding.next().expect("one holds it")] += 1;
            assert_eq!(holding.next(), None);
        }
        assert!(
            held.iter().all(|count| (850..1_150).contains(count)),
            "{held:?}"
        );
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in ["", "1", "0/3", "4/3", "1/0", "1/10001", "-1/3", "1/3/5"] {
            assert!(text.parse::<Part>().is_err(), "{text}");
        }
    }
}
