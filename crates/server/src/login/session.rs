//! Cookies of sessions: who, until when, signed.

use percent_encoding::percent_decode_str;

use super::secret::SessionKey;
use crate::address::encode;

/// Seconds after which a session ends: a week, so that few have to type a password on a working day.
pub(super) const SESSION_SECONDS: u64 = 7 * 24 * 60 * 60;

/// What a cookie says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) name: String,
    /// Id of the user's password: another password has another.
    pub(super) id: String,
}

/// Writes the cookie of a session that ends at `expires`, in seconds since 1970.
pub(super) fn write(key: &SessionKey, session: &Session, expires: u64) -> String {
    let said = format!("{expires}.{}.{}", session.id, encode(&session.name));
    format!("{}.{said}", key.sign(&said))
}

/// Reads a cookie that was signed with `key` and has not expired.
pub(super) fn read(key: &SessionKey, cookie: &str, now: u64) -> Option<Session> {
    let (signature, said) = cookie.split_once('.')?;
    if !key.verifies(said, signature) {
        return None;
    }
    let (expires, rest) = said.split_once('.')?;
    let (id, name) = rest.split_once('.')?;
    let name = percent_decode_str(name).decode_utf8().ok()?.into_owned();
    let is_valid = expires.parse::<u64>().is_ok_and(|expires| now < expires);
    is_valid.then(|| Session {
        name,
        id: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_what_was_written_until_it_expires() {
        let key = SessionKey::random().expect("random");
        let session = Session {
            name: "陳 d.j;=".to_owned(),
            id: "0123".to_owned(),
        };
        let cookie = write(&key, &session, 1_000);
        assert!(
            cookie
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b",;\"\\".contains(&b))
        );
        assert_eq!(read(&key, &cookie, 999), Some(session));
        assert_eq!(read(&key, &cookie, 1_000), None, "expired");
        let longer = cookie.replace(".1000.", ".9000.");
        assert_eq!(read(&key, &longer, 999), None, "changed");
        for wrong in ["", ".", "a.b.c.d", &cookie[1..], "é.é"] {
            assert_eq!(read(&key, wrong, 0), None, "{wrong}");
        }
    }
}
