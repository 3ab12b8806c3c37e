//! Knows who may enter: names with passwords and tokens in a file, and the sessions of browsers.
//!
//! In: a name with a password, a token, or the cookie of a session. Out: the user, or nothing. Everyone who may enter sees
//! every document. Passwords are stored as Argon2id, tokens as SHA-256; a session is a signed cookie, so that any process
//! with the same key accepts it, and ends when it expires, when its user is removed or when the password changes.

mod doors;
mod secret;
mod session;
mod users;

pub use doors::Doors;
pub use secret::{BadSecret, SessionKey};
pub use users::{BadUsers, Users};
