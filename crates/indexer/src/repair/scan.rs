//! Looks over a text for the bytes that could concern a pass, before the pass does any work.
//!
//! In: bytes and a test of one byte or of two neighbours. Out: whether or where any pass it. The tests are evaluated for
//! whole stretches without leaving early, so that the compiler can use vector instructions: clean text is looked over at
//! several gigabytes a second. Tests should use `&` and `|`, which have no branches.

/// Bytes looked at before it is asked whether something was found.
const STRETCH: usize = 1024;

/// Returns true when any byte passes `test`.
pub(crate) fn any_byte(bytes: &[u8], test: impl Fn(u8) -> bool) -> bool {
    bytes.chunks(STRETCH).any(|stretch| {
        stretch
            .iter()
            .fold(0, |found, &byte| found | u8::from(test(byte)))
            != 0
    })
}

/// Returns where the first of two neighbours that pass `test` stands, in order.
pub(crate) fn pairs(bytes: &[u8], test: impl Fn(u8, u8) -> bool) -> impl Iterator<Item = usize> {
    let mut rest = stretches(bytes);
    let mut found = Vec::new().into_iter();
    std::iter::from_fn(move || {
        loop {
            if let Some(at) = found.next() {
                return Some(at);
            }
            let (start, firsts, seconds) = rest.next()?;
            if has_pair(firsts, seconds, &test) {
                let neighbours = firsts.iter().zip(seconds).enumerate();
                let passing = neighbours.filter(|&(_, (&first, &second))| test(first, second));
                found = passing
                    .map(|(at, _)| start + at)
                    .collect::<Vec<_>>()
                    .into_iter();
            }
        }
    })
}

/// Stretches of the bytes, where they start, and the same bytes one further.
fn stretches(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8], &[u8])> {
    let seconds = bytes.get(1..).unwrap_or_default();
    let firsts = &bytes[..seconds.len()];
    let numbered = firsts
        .chunks(STRETCH)
        .zip(seconds.chunks(STRETCH))
        .enumerate();
    numbered.map(|(number, (firsts, seconds))| (number * STRETCH, firsts, seconds))
}

fn has_pair(firsts: &[u8], seconds: &[u8], test: &impl Fn(u8, u8) -> bool) -> bool {
    firsts
        .iter()
        .zip(seconds)
        .fold(0, |found, (&first, &second)| {
            found | u8::from(test(first, second))
        })
        != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_pairs_across_stretches() {
        let mut bytes = vec![b'x'; 3 * STRETCH];
        let is_ab = |one: u8, other: u8| (one == b'a') & (other == b'b');
        assert_eq!(pairs(&bytes, is_ab).next(), None);
        bytes[STRETCH - 1] = b'a';
        bytes[STRETCH] = b'b';
        bytes[2 * STRETCH + 7] = b'a';
        bytes[2 * STRETCH + 8] = b'b';
        assert_eq!(
            pairs(&bytes, is_ab).collect::<Vec<_>>(),
            [STRETCH - 1, 2 * STRETCH + 7]
        );
        assert!(any_byte(&bytes, |byte| byte == b'b'));
        assert!(!any_byte(&bytes, |byte| byte == b'c'));
    }

    #[test]
    fn short_texts_have_no_pairs() {
        assert_eq!(pairs(b"", |_, _| true).next(), None);
        assert_eq!(pairs(b"a", |_, _| true).next(), None);
        assert_eq!(pairs(b"ab", |_, _| true).collect::<Vec<_>>(), [0]);
    }
}
