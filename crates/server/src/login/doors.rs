//! The ways in of one server: a file of users that may change while it runs, or a name that a proxy gives.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::secret::SessionKey;
use super::session::{self, SESSION_SECONDS, Session};
use super::users::Users;

/// Time between two looks at the file: a user that is removed is out after it.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Ways in of a server.
#[derive(Clone, Debug)]
pub struct Doors {
    /// File of users.
    file: Option<Arc<File>>,
    /// Key that signs in place of the file's.
    key: Option<SessionKey>,
    /// Name of the header in which a trusted proxy gives the user.
    header: Option<String>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    read: Mutex<Read>,
}

/// What was read, and of which file.
#[derive(Debug)]
struct Read {
    users: Arc<Users>,
    stamp: Option<(SystemTime, u64)>,
    looked: Instant,
}

impl Doors {
    /// Opens the file of users at `path`, if there is one, and believes a trusted proxy's `header`, if there is one. `key`
    /// signs in place of the key in the file.
    ///
    /// # Errors
    /// A file that cannot be read or is no file of users.
    pub fn open(
        path: Option<&Path>,
        key: Option<SessionKey>,
        header: Option<String>,
    ) -> io::Result<Self> {
        let file = path.map(File::open).transpose()?;
        Ok(Self {
            file: file.map(Arc::new),
            key,
            header,
        })
    }

    /// True if a name and a password can be typed.
    pub(crate) fn have_passwords(&self) -> bool {
        self.file.is_some()
    }

    /// Name of the header of a trusted proxy.
    pub(crate) fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }

    /// The user of a session's cookie.
    pub(crate) fn user_of_cookie(&self, cookie: &str) -> Option<String> {
        let users = self.users()?;
        let key = self.key.as_ref().unwrap_or(users.key());
        let Session { name, id } = session::read(key, cookie, now())?;
        (users.id_of(&name) == Some(&id)).then_some(name)
    }

    /// The user whose token it is.
    pub(crate) fn user_of_token(&self, token: &str) -> Option<String> {
        self.users()?.of_token(token).map(str::to_owned)
    }

    /// The cookie of a new session, if the password is right, and the seconds after which it ends. Takes tens of
    /// milliseconds.
    pub(crate) fn enter(&self, name: &str, password: &str) -> Option<(String, u64)> {
        let users = self.users()?;
        if !users.has_password(name, password) {
            return None;
        }
        let session = Session {
            name: name.to_owned(),
            id: users.id_of(name)?.to_owned(),
        };
        let key = self.key.as_ref().unwrap_or(users.key());
        let cookie = session::write(key, &session, now() + SESSION_SECONDS);
        Some((cookie, SESSION_SECONDS))
    }

    fn users(&self) -> Option<Arc<Users>> {
        self.file.as_ref().map(|file| file.users())
    }
}

impl File {
    fn open(path: &Path) -> io::Result<Self> {
        let read = Read {
            stamp: stamp_of(path),
            users: Arc::new(read_users(path)?),
            looked: Instant::now(),
        };
        Ok(Self {
            path: path.to_owned(),
            read: Mutex::new(read),
        })
    }

    /// The users as the file has them. One that cannot be read now keeps those of before, and that is logged.
    fn users(&self) -> Arc<Users> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.looked.elapsed() >= LOOK_EVERY {
            read.looked = Instant::now();
            let stamp = stamp_of(&self.path);
            if stamp != read.stamp {
                match read_users(&self.path) {
                    Ok(users) => (read.users, read.stamp) = (Arc::new(users), stamp),
                    Err(error) => tracing::warn!(%error, "the users stay as they were"),
                }
            }
        }
        Arc::clone(&read.users)
    }
}

fn read_users(path: &Path) -> io::Result<Users> {
    let text = std::fs::read_to_string(path)?;
    Users::parse(&text).map_err(io::Error::other)
}

fn stamp_of(path: &Path) -> Option<(SystemTime, u64)> {
    let file = path.metadata().ok()?;
    Some((file.modified().ok()?, file.len()))
}

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
