//! Keys and random names.

use getrandom::fill;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Least number of characters of a secret that is typed.
const LEAST_CHARS: usize = 32;

/// Key that signs the cookies of sessions.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionKey([u8; 32]);

/// Fault of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// Short enough to be guessed.
    #[error("a secret needs at least 32 characters; `openssl rand -hex 32` makes one")]
    Short,
    /// The system gave no random bytes.
    #[error("the system gives no random numbers")]
    NoRandom,
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

impl SessionKey {
    /// Returns a key of random bytes.
    ///
    /// # Errors
    /// [`BadSecret::NoRandom`].
    pub fn random() -> Result<Self, BadSecret> {
        let mut key = [0; 32];
        fill(&mut key).map_err(|_| BadSecret::NoRandom)?;
        Ok(Self(key))
    }

    /// Returns the key that a typed secret stands for.
    ///
    /// # Errors
    /// [`BadSecret::Short`].
    pub fn of_secret(secret: &str) -> Result<Self, BadSecret> {
        if secret.chars().count() < LEAST_CHARS {
            return Err(BadSecret::Short);
        }
        Ok(Self(Sha256::digest(secret.as_bytes()).into()))
    }

    pub(super) fn of_hex(text: &str) -> Option<Self> {
        Some(Self(bytes_of(text)?.try_into().ok()?))
    }

    pub(super) fn to_hex(&self) -> String {
        hex(&self.0)
    }

    pub(super) fn sign(&self, text: &str) -> String {
        hex(&self.mac(text).finalize().into_bytes())
    }

    /// True if `signature` is that of `text`; takes the same time wherever they differ.
    pub(super) fn verifies(&self, text: &str, signature: &str) -> bool {
        let signature = bytes_of(signature).unwrap_or_default();
        self.mac(text).verify_slice(&signature).is_ok()
    }

    fn mac(&self, text: &str) -> Hmac<Sha256> {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0);
        let mac = mac.expect("a key may have any length");
        mac.chain_update(text.as_bytes())
    }
}

/// Random bytes as hexadecimal digits.
pub(super) fn random_hex(bytes: usize) -> Result<String, BadSecret> {
    let mut random = vec![0; bytes];
    fill(&mut random).map_err(|_| BadSecret::NoRandom)?;
    Ok(hex(&random))
}

/// Hash under which a token is stored. A token is random, so that no slow hash is needed.
pub(super) fn hash_of(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_one_text_and_one_key() {
        let key = SessionKey::random().expect("random");
        let signed = key.sign("alice");
        assert!(key.verifies("alice", &signed));
        assert!(!key.verifies("alicf", &signed));
        assert!(!key.verifies("alice", &signed[2..]) && !key.verifies("alice", ""));
        assert!(!key.verifies("alice", "zz") && !key.verifies("alice", "é"));
        assert!(
            !SessionKey::random()
                .expect("random")
                .verifies("alice", &signed)
        );
        let typed = SessionKey::of_secret(&"s".repeat(32)).expect("long enough");
        assert!(typed.verifies(
            "a",
            &SessionKey::of_hex(&typed.to_hex()).expect("hex").sign("a")
        ));
        assert_eq!(SessionKey::of_secret("short"), Err(BadSecret::Short));
    }
}
