//! Looks over a text for the bytes that could concern a pass, before the pass does any work.
//!
//! In: bytes and a test of one, two or three neighbours. Out: whether any passes. The tests are evaluated for whole
//! stretches without leaving early, so that the compiler can use vector instructions: clean text is looked over at
//! several gigabytes a second.

/// Bytes looked at before it is asked whether something was found.
const STRETCH: usize = 4096;

/// Whether any byte passes `test`.
pub(crate) fn any_byte(bytes: &[u8], test: impl Fn(u8) -> bool) -> bool {
    bytes.chunks(STRETCH).any(|stretch| stretch.iter().fold(false, |found, &byte| found | test(byte)))
}

/// Whether any two neighbours pass `test`. The test should use `&` and `|`, which have no branches.
pub(crate) fn any_pair(bytes: &[u8], test: impl Fn(u8, u8) -> bool) -> bool {
    let Some(seconds) = bytes.get(1..) else { return false };
    let pairs = bytes.chunks(STRETCH).zip(seconds.chunks(STRETCH));
    pairs.into_iter().any(|(firsts, seconds)| {
        firsts.iter().zip(seconds).fold(false, |found, (&first, &second)| found | test(first, second))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_pairs_across_stretches() {
        let mut bytes = vec![b'x'; 3 * STRETCH];
        assert!(!any_pair(&bytes, |one, other| (one == b'a') & (other == b'b')));
        bytes[STRETCH - 1] = b'a';
        bytes[STRETCH] = b'b';
        assert!(any_pair(&bytes, |one, other| (one == b'a') & (other == b'b')));
        assert!(any_byte(&bytes, |byte| byte == b'b'));
        assert!(!any_byte(&bytes, |byte| byte == b'c'));
    }

    #[test]
    fn short_texts_have_no_pairs() {
        assert!(!any_pair(b"", |_, _| true));
        assert!(!any_pair(b"a", |_, _| true));
        assert!(any_pair(b"ab", |_, _| true));
    }
}
