//! The file of users: a line each, written by `polidex user`.
//!
//! ```text
//! polidex-users 1
//! key 9f3c…                       signs sessions
//! user alice 03c1… $argon2id$…    name, id of the password, its hash
//! token alice 5d41…               name, hash of a token
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};

use super::secret::{BadSecret, SessionKey, hash_of, random_hex};

/// First line of a file.
const HEAD: &str = "polidex-users 1";
/// Longest name, in characters.
const MAX_NAME_CHARS: usize = 64;
/// Least and most characters of a password; a longer one would only take time.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=512;
/// Beginning of a token, by which scanners for lost secrets know it.
const TOKEN_BEGINS: &str = "polidex_";
/// A hash that no password has, as dear to check as that of a user: an unknown name takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Names with what proves them.
#[derive(Clone, Debug)]
pub struct Users {
    key: SessionKey,
    users: BTreeMap<String, User>,
}

#[derive(Clone, Debug, Default)]
struct User {
    /// Id of the password, with which sessions end.
    id: String,
    /// Argon2id of the password, in the PHC format; absent in a user of tokens alone.
    password: Option<String>,
    tokens: Vec<String>,
}

/// Fault of a file of users, or of a change to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUsers {
    /// Another file.
    #[error("this is no file of users; `polidex user add NAME --users FILE` makes one")]
    OtherFile,
    /// A line that cannot be read.
    #[error(
        "line {line} cannot be read; mend it, or remove the user that it is of and add it again"
    )]
    BadLine {
        /// Number of the line, from 1.
        line: usize,
    },
    /// A name that cannot stand in a line.
    #[error("a name has 1 to 64 characters without white space")]
    BadName,
    /// A password that is too short or too long.
    #[error("a password has 8 to 512 characters")]
    BadPassword,
    /// A name that is not in the file.
    #[error("there is no user `{name}`; `polidex user add {name} --users FILE` adds one")]
    UnknownUser {
        /// The name.
        name: String,
    },
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    NoHash,
    /// No random bytes.
    #[error(transparent)]
    Secret(#[from] BadSecret),
}

impl Users {
    /// Returns a list of nobody, with a key of its own.
    ///
    /// # Errors
    /// [`BadUsers::Secret`] without random numbers.
    pub fn nobody() -> Result<Self, BadUsers> {
        Ok(Self {
            key: SessionKey::random()?,
            users: BTreeMap::new(),
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BadUsers::OtherFile`], [`BadUsers::BadLine`].
    pub fn parse(text: &str) -> Result<Self, BadUsers> {
        let mut lines = text.lines().zip(1..);
        if lines.next().is_none_or(|(head, _)| head.trim() != HEAD) {
            return Err(BadUsers::OtherFile);
        }
        let mut key = None;
        let mut users: BTreeMap<String, User> = BTreeMap::new();
        for (line, number) in lines.filter(|(line, _)| !line.trim().is_empty()) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            match fields[..] {
                ["key", hex] => key = SessionKey::of_hex(hex),
                ["user", name, id, hash] => {
                    let user = users.entry(name.to_owned()).or_default();
                    user.id = id.to_owned();
                    let is_hash = PasswordHash::new(hash).is_ok();
                    if !is_hash && hash != "-" {
                        return Err(BadUsers::BadLine { line: number });
                    }
                    user.password = is_hash.then(|| hash.to_owned());
                }
                ["token", name, hash] => {
                    let user = users.entry(name.to_owned()).or_default();
                    user.tokens.push(hash.to_owned());
                }
                _ => return Err(BadUsers::BadLine { line: number }),
            }
        }
        let key = key.ok_or(BadUsers::OtherFile)?;
        Ok(Self { key, users })
    }

    /// The file as it is written.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\nkey {}\n", self.key.to_hex());
        for (name, user) in &self.users {
            let password = user.password.as_deref().unwrap_or("-");
            let _ = writeln!(text, "user {name} {} {password}", user.id);
            for token in &user.tokens {
                let _ = writeln!(text, "token {name} {token}");
            }
        }
        text
    }

    /// Adds a user, or gives one another password, which ends the sessions of the one before.
    ///
    /// # Errors
    /// [`BadUsers::BadName`], [`BadUsers::BadPassword`].
    pub fn set_password(&mut self, name: &str, password: &str) -> Result<(), BadUsers> {
        check_name(name)?;
        if !PASSWORD_CHARS.contains(&password.chars().count()) {
            return Err(BadUsers::BadPassword);
        }
        let hash = Argon2::default().hash_password(password.as_bytes());
        let hash = hash.map_err(|_| BadUsers::NoHash)?.to_string();
        let id = random_hex(8)?;
        let user = self.users.entry(name.to_owned()).or_default();
        user.password = Some(hash);
        user.id = id;
        Ok(())
    }

    /// Removes a user; true if there was one. Sessions and tokens end with it.
    pub fn remove(&mut self, name: &str) -> bool {
        self.users.remove(name).is_some()
    }

    /// Gives a user one more token and returns it; it is not stored.
    ///
    /// # Errors
    /// [`BadUsers::UnknownUser`].
    pub fn add_token(&mut self, name: &str) -> Result<String, BadUsers> {
        let token = format!("{TOKEN_BEGINS}{}", random_hex(32)?);
        self.user_mut(name)?.tokens.push(hash_of(&token));
        Ok(token)
    }

    /// Takes all tokens of a user, and returns their number.
    ///
    /// # Errors
    /// [`BadUsers::UnknownUser`].
    pub fn revoke_tokens(&mut self, name: &str) -> Result<usize, BadUsers> {
        Ok(std::mem::take(&mut self.user_mut(name)?.tokens).len())
    }

    fn user_mut(&mut self, name: &str) -> Result<&mut User, BadUsers> {
        let unknown = || BadUsers::UnknownUser {
            name: name.to_owned(),
        };
        self.users.get_mut(name).ok_or_else(unknown)
    }

    /// Names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.users.keys().map(String::as_str)
    }

    /// True if `password` is that of `name`. Takes tens of milliseconds, as long for a name that is unknown.
    pub fn has_password(&self, name: &str, password: &str) -> bool {
        let user = self.users.get(name);
        let hash = user.and_then(|user| user.password.as_deref());
        let is_short = password.chars().count() <= *PASSWORD_CHARS.end();
        let password = if is_short { password } else { "" };
        let parsed = PasswordHash::new(hash.unwrap_or(NOBODY));
        let verified = parsed.is_ok_and(|parsed| {
            Argon2::default()
                .verify_password(password.as_bytes(), &parsed)
                .is_ok()
        });
        verified && hash.is_some()
    }

    /// The user whose token it is. What is compared are hashes, from whose likeness nothing of a token can be told.
    pub fn of_token(&self, token: &str) -> Option<&str> {
        let hash = hash_of(token);
        let has = |user: &User| user.tokens.contains(&hash);
        let (name, _) = self.users.iter().find(|(_, user)| has(user))?;
        Some(name)
    }

    pub(super) fn id_of(&self, name: &str) -> Option<&str> {
        let user = self.users.get(name)?;
        user.password.as_ref().map(|_| user.id.as_str())
    }

    pub(super) fn key(&self) -> &SessionKey {
        &self.key
    }
}

fn check_name(name: &str) -> Result<(), BadUsers> {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
    let chars = name.chars().count();
    if (1..=MAX_NAME_CHARS).contains(&chars) && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(BadUsers::BadName)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_no_password_and_no_token_and_proves_both() {
        let mut users = Users::nobody().expect("random");
        users.set_password("陳大文", "correct horse").expect("good");
        let token = users.add_token("陳大文").expect("a user");
        let text = users.to_text();
        assert!(!text.contains("correct horse") && !text.contains(&token));
        let read = Users::parse(&text).expect("what was written");
        assert_eq!(read.to_text(), text);
        assert!(read.has_password("陳大文", "correct horse"));
        assert!(!read.has_password("陳大文", "correct horsf"));
        assert!(!read.has_password("nobody", "correct horse"));
        assert!(
            !read.has_password("nobody", ""),
            "of the hash that nobody has"
        );
        assert_eq!(read.of_token(&token), Some("陳大文"));
        assert_eq!(read.of_token("polidex_"), None);
        let mut read = read;
        assert_eq!(read.revoke_tokens("陳大文"), Ok(1));
        assert_eq!(read.of_token(&token), None);
        assert!(read.remove("陳大文") && !read.remove("陳大文"));
        assert_eq!(read.names().count(), 0);
    }

    #[test]
    fn another_password_has_another_id() {
        let mut users = Users::nobody().expect("random");
        users.set_password("a", "password one").expect("good");
        let first = users.id_of("a").map(str::to_owned);
        users.set_password("a", "password two").expect("good");
        assert!(first.is_some() && users.id_of("a").map(str::to_owned) != first);
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let mut users = Users::nobody().expect("random");
        for name in ["", "a b", "a\nuser b x y", &"a".repeat(65)] {
            let refused = users.set_password(name, "long enough");
            assert_eq!(refused, Err(BadUsers::BadName), "{name:?}");
        }
        assert_eq!(users.set_password("a", "short"), Err(BadUsers::BadPassword));
        assert!(users.add_token("a").is_err());
        let parse = |text: &str| Users::parse(text).expect_err(text);
        assert_eq!(parse(""), BadUsers::OtherFile);
        assert_eq!(parse("root:x:0:0"), BadUsers::OtherFile);
        let text = users.to_text();
        assert_eq!(
            parse(&format!("{text}\nuser a b")),
            BadUsers::BadLine { line: 4 }
        );
        assert_eq!(
            parse(&format!("{text}user a b secret")),
            BadUsers::BadLine { line: 3 }
        );
    }
}
