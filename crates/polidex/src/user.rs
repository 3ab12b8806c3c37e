//! `polidex user`: the file of who may log in.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use polidex_server::login::Users;
use tempfile::NamedTempFile;

use crate::Found;
use crate::output::say;

/// Say who may log in to a server started with `--users FILE`
#[derive(Args, Debug)]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    change: Change,
}

#[derive(Subcommand, Debug)]
enum Change {
    /// Add a user, or give one another password, read from standard input; makes the file if it is not there
    Add(Named),
    /// Remove a user, with the sessions and tokens
    Remove(Named),
    /// Print a new token for programs: `Authorization: Bearer TOKEN`
    Token {
        #[command(flatten)]
        named: Named,
        /// Take all tokens of the user and make none
        #[arg(long)]
        revoke: bool,
    },
}

#[derive(Args, Debug)]
struct Named {
    /// Name of the user
    name: String,
    /// File of users
    #[arg(long, value_name = "FILE")]
    users: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &UserArgs) -> anyhow::Result<Found> {
    match &args.change {
        Change::Add(named) => add(named),
        Change::Remove(named) => remove(named),
        Change::Token { named, revoke } => token(named, *revoke),
    }
}

fn add(named: &Named) -> anyhow::Result<Found> {
    let mut users = match named.users.exists() {
        true => read(&named.users)?,
        false => Users::nobody()?,
    };
    users.set_password(&named.name, &typed_password()?)?;
    write(&named.users, &users)?;
    say(&format!("{} may log in", named.name));
    Ok(Found::Something)
}

fn remove(named: &Named) -> anyhow::Result<Found> {
    let mut users = read(&named.users)?;
    if !users.remove(&named.name) {
        bail!(
            "there is no user `{}` in {}",
            named.name,
            named.users.display()
        );
    }
    write(&named.users, &users)?;
    say(&format!(
        "{} is removed; a running server follows within a second",
        named.name
    ));
    Ok(Found::Something)
}

fn token(named: &Named, revoke: bool) -> anyhow::Result<Found> {
    let mut users = read(&named.users)?;
    if revoke {
        let count = users.revoke_tokens(&named.name)?;
        write(&named.users, &users)?;
        say(&format!("{count} tokens of {} are taken", named.name));
        return Ok(Found::Something);
    }
    let token = users.add_token(&named.name)?;
    write(&named.users, &users)?;
    writeln!(std::io::stdout(), "{token}").context("printing the token")?;
    Ok(Found::Something)
}

/// The first line of standard input.
fn typed_password() -> anyhow::Result<String> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.context("reading the password from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(path: &Path) -> anyhow::Result<Users> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {shown}"))?;
    Users::parse(&text).with_context(|| format!("reading {shown}"))
}

/// Writes the file at once or not at all, for its owner alone. Who could read the file before can go on.
fn write(path: &Path, users: &Users) -> anyhow::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let shown = path.display();
    let written = || -> std::io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(users.to_text().as_bytes())?;
        keep_owner(path, file.path())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    written().with_context(|| format!("writing {shown}"))
}

/// Gives the file at `new` the owner and the permissions of the one at `old`, if there is one.
#[cfg(unix)]
fn keep_owner(old: &Path, new: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let Ok(old) = old.metadata() else {
        return Ok(());
    };
    let is_other = new.metadata()?.uid() != old.uid() || new.metadata()?.gid() != old.gid();
    if is_other {
        std::os::unix::fs::chown(new, Some(old.uid()), Some(old.gid()))?;
    }
    std::fs::set_permissions(new, old.permissions())
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
}
