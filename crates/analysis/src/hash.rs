//! A hash that stays the same between releases of Rust, which the standard hasher does not.

/// FNV-1a in 64 bits. Any change of a single byte changes the result; it keeps out accidents, not adversaries.
#[derive(Clone, Copy, Debug)]
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash of everything added.
    pub fn value(&self) -> u64 {
        self.0
    }
}
