//! `polidex.toml` and `POLIDEX_*`: values for options that are not given on the command line.
//!
//! In: the arguments as typed. Out: the same arguments with an option for each value that the environment or the file has
//! and the command line has not. Flags win over variables, variables over the file, the file over defaults. So a value is
//! checked by the same parser, wherever it is from.

use std::ffi::OsString;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command};
use toml::{Table, Value};

use crate::Found;
use crate::output::safe;

/// Name of the file that is looked for.
const FILE_NAME: &str = "polidex.toml";
/// Positional argument that a file may give as well.
const PATHS: &str = "paths";

/// Print every option's value and where it is from: polidex.toml, POLIDEX_* or the default
#[derive(Args, Debug)]
pub(crate) struct ConfigArgs {
    /// Command; without one, all of them
    command: Option<String>,
}

/// The file of the configuration, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    file: Option<(PathBuf, Table)>,
}

/// The origin of a value.
enum Origin {
    Default,
    File(PathBuf),
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

impl Configuration {
    /// Reads the file `given`, or the one that `POLIDEX_CONFIG` names, or the first that is there: in the working folder,
    /// in the user's folder of configurations, in `/etc/polidex`.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML, or sets what `program` does not know.
    pub(crate) fn read(given: Option<&Path>, program: &Command) -> anyhow::Result<Self> {
        let named = std::env::var_os("POLIDEX_CONFIG").map(PathBuf::from);
        let Some(path) = given.map(Path::to_owned).or(named).or_else(usual_file) else {
            return Ok(Self::default());
        };
        let shown = path.display();
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {shown}"))?;
        let table: Table = text.parse().with_context(|| format!("reading {shown}"))?;
        check_names(&table, program).with_context(|| format!("reading {shown}"))?;
        Ok(Self {
            file: Some((path, table)),
        })
    }

    /// The arguments `typed`, whose options `matches` has, with the values that they do not set.
    ///
    /// # Errors
    /// A value of a kind that no option has.
    pub(crate) fn complete(
        &self,
        typed: &[OsString],
        matches: &ArgMatches,
        program: &Command,
    ) -> anyhow::Result<Vec<OsString>> {
        let mut arguments = typed.to_vec();
        let Some((name, of_command)) = matches.subcommand() else {
            return Ok(arguments);
        };
        let Some(command) = program.find_subcommand(name) else {
            return Ok(arguments);
        };
        let mut behind = place_of(name, typed, program) + 1;
        for option in options_of(command).chain(globals_of(program)) {
            let is_typed =
                of_command.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine);
            if is_typed {
                continue;
            }
            let (values, _) = self.values(name, option)?;
            for argument in arguments_of(option, &values) {
                arguments.insert(behind, argument.into());
                behind += 1;
            }
        }
        Ok(arguments)
    }

    /// The values set for an option of the command `name`, and their origin; none where nothing is set.
    fn values(&self, name: &str, option: &Arg) -> anyhow::Result<(Vec<String>, Origin)> {
        let key = key_of(option);
        let variable = format!("POLIDEX_{}", key.to_uppercase().replace('-', "_"));
        if let Ok(value) = std::env::var(&variable) {
            let values = match is_repeatable(option) {
                true => value.split(',').map(str::to_owned).collect(),
                false => vec![value],
            };
            return Ok((values, Origin::Variable(variable)));
        }
        let Some((path, table)) = &self.file else {
            return Ok((Vec::new(), Origin::Default));
        };
        let of_command = table.get(name).and_then(|value| value.get(key));
        let of_all = || table.get(key).filter(|value| !value.is_table());
        match of_command.or_else(of_all) {
            Some(value) => {
                let values =
                    texts(value).with_context(|| format!("reading {key} of {}", path.display()))?;
                Ok((values, Origin::File(path.clone())))
            }
            None => Ok((Vec::new(), Origin::Default)),
        }
    }
}

/// Place of the command `name` among the arguments `typed`: the first that is no option of all commands nor its value.
fn place_of(name: &str, typed: &[OsString], program: &Command) -> usize {
    let takes_value = |argument: &OsString| {
        let long = argument.to_str().and_then(|text| text.strip_prefix("--"));
        let takes = |option: &Arg| option.get_long() == long && option.get_action().takes_values();
        long.is_some() && program.get_arguments().any(takes)
    };
    let is_value = |at: usize| at > 1 && takes_value(&typed[at - 1]);
    let places = 1..typed.len();
    let mut places = places.filter(|at| typed[*at] == name && !is_value(*at));
    places.next().unwrap_or(typed.len() - 1)
}

/// Prints the values of the options of one command, or of all.
pub(crate) fn run(
    args: &ConfigArgs,
    configuration: &Configuration,
    program: &Command,
) -> anyhow::Result<Found> {
    let mut out = std::io::stdout().lock();
    match &configuration.file {
        Some((path, _)) => writeln!(out, "# file: {}", safe(&path.display().to_string())),
        None => writeln!(out, "# file: none"),
    }
    .context("printing the configuration")?;
    let wanted = |command: &&Command| {
        let name = args.command.as_deref();
        !command.is_hide_set() && name.is_none_or(|name| name == command.get_name())
    };
    let mut commands = program.get_subcommands().filter(wanted).peekable();
    if let (Some(name), None) = (&args.command, commands.peek()) {
        bail!("there is no command `{name}`; `polidex --help` lists them");
    }
    let of_all = globals_of(program).map(|option| ("", option));
    let of_one = commands.flat_map(|command| {
        let name = command.get_name();
        options_of(command).map(move |option| (name, option))
    });
    for (name, option) in of_all.chain(of_one) {
        let (values, origin) = configuration.values(name, option)?;
        let value = shown_value(option, values, &origin);
        let (dot, key) = (if name.is_empty() { "" } else { "." }, key_of(option));
        writeln!(out, "{name}{dot}{key} = {}  # {origin}", safe(&value))
            .context("printing the configuration")?;
    }
    Ok(Found::Something)
}

fn shown_value(option: &Arg, values: Vec<String>, origin: &Origin) -> String {
    if !matches!(origin, Origin::Default) {
        return values.join(",");
    }
    let defaults = option.get_default_values().iter();
    let defaults: Vec<_> = defaults.map(|value| value.to_string_lossy()).collect();
    match (option.get_action(), defaults.is_empty()) {
        (ArgAction::SetTrue, _) => "false".to_owned(),
        (_, true) => "-".to_owned(),
        (_, false) => defaults.join(","),
    }
}

fn usual_file() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    let of_user = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or(home);
    let folders = [
        Some(PathBuf::new()),
        of_user.map(|folder| folder.join("polidex")),
        Some(PathBuf::from("/etc/polidex")),
    ];
    let files = folders
        .into_iter()
        .flatten()
        .map(|folder| folder.join(FILE_NAME));
    files.into_iter().find(|file| file.is_file())
}

/// Options of a command that a file or a variable may set.
fn options_of(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|option| {
        let is_own =
            !option.is_global_set() && !matches!(option.get_id().as_str(), "help" | "version");
        is_own && (option.get_long().is_some() || option.get_id() == PATHS)
    })
}

/// Options of all commands that a file or a variable may set.
fn globals_of(program: &Command) -> impl Iterator<Item = &Arg> {
    let is_set = |option: &&Arg| option.is_global_set() && option.get_id() != "config";
    program.get_arguments().filter(is_set)
}

/// Name of an option in a file: the long one.
fn key_of(option: &Arg) -> &str {
    option.get_long().unwrap_or(PATHS)
}

fn is_repeatable(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Append) || option.get_id() == PATHS
}

/// The command line that sets an option to these values.
fn arguments_of(option: &Arg, values: &[String]) -> Vec<String> {
    let each = values.iter();
    match (option.get_long(), option.get_action()) {
        (None, _) => values.to_vec(),
        (Some(name), ArgAction::SetTrue) => {
            let is_set = |value: &&String| ["true", "1", "yes"].contains(&value.as_str());
            each.filter(is_set).map(|_| format!("--{name}")).collect()
        }
        (Some(name), _) => each.map(|value| format!("--{name}={value}")).collect(),
    }
}

/// A value of a file as the texts that a command line would have.
fn texts(value: &Value) -> anyhow::Result<Vec<String>> {
    Ok(match value {
        Value::String(text) => vec![text.clone()],
        Value::Integer(number) => vec![number.to_string()],
        Value::Boolean(is_set) => vec![is_set.to_string()],
        Value::Array(values) => {
            let texts: anyhow::Result<Vec<Vec<String>>> = values.iter().map(texts).collect();
            texts?.concat()
        }
        other => bail!(
            "a value is a text, a whole number, true, false or a list of those, not a {}",
            other.type_str()
        ),
    })
}

/// Refuses what no command knows: a misspelt option would be ignored in silence.
fn check_names(table: &Table, program: &Command) -> anyhow::Result<()> {
    let has =
        |command: &Command, key: &str| options_of(command).any(|option| key_of(option) == key);
    for (key, value) in table {
        let Some(inner) = value.as_table() else {
            let is_global = globals_of(program).any(|option| key_of(option) == key);
            if is_global || program.get_subcommands().any(|command| has(command, key)) {
                continue;
            }
            bail!("no command has an option `{key}`; `polidex config` lists all");
        };
        let Some(command) = program.find_subcommand(key) else {
            bail!("there is no command `{key}`; `polidex --help` lists them");
        };
        if let Some(unknown) = inner.keys().find(|key| !has(command, key)) {
            bail!("`{key}` has no option `{unknown}`; `polidex config {key}` lists them");
        }
    }
    Ok(())
}
