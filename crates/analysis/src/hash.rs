//! A hash that is equal from one release of Rust to the next, which the standard hasher is not.

/// FNV-1a in 64 bits. Any change of a single byte changes the result; it guards against accidents, not adversaries.
///
/// # Examples
///
/// ```
/// use polidex_analysis::hash::Fnv;
///
/// let mut hash = Fnv::default();
/// hash.add(b"one ");
/// hash.add(b"text");
/// assert_eq!(hash.value(), Fnv::of(b"one text"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Hashes `bytes` alone.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut hash = Self::default();
        hash.add(bytes);
        hash.value()
    }

    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// Returns the hash of everything added.
    pub fn value(&self) -> u64 {
        self.0
    }
}
