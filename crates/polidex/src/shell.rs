//! `polidex completions` and `polidex man`: what a shell and `man` have to know of the commands.

use std::io::Write;

use anyhow::{Context, bail};
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::Found;
use crate::output::is_broken_pipe;

/// Print the completions of a shell: `source <(polidex completions bash)`
#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual in the form of `man`: `polidex man search | man -l -`
#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// Command; without one, the page of the whole program
    command: Option<String>,
}

/// Prints the completions.
pub(crate) fn complete(args: &CompletionsArgs, mut program: Command) -> anyhow::Result<Found> {
    // clap_complete panics where it cannot write, and a pipe may be closed: it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "polidex", &mut script);
    print(&script)
}

/// Prints the manual page of the program or of a command.
pub(crate) fn manual(args: &ManArgs, mut program: Command) -> anyhow::Result<Found> {
    program.build();
    let page = match &args.command {
        None => Man::new(program),
        Some(name) => {
            let commands = program.get_subcommands();
            let named = commands.filter(|command| !command.is_hide_set());
            let Some(command) = named.into_iter().find(|command| command.get_name() == name) else {
                bail!("there is no command `{name}`; `polidex --help` lists them");
            };
            Man::new(command.clone())
        }
    };
    let mut text = Vec::new();
    page.render(&mut text).context("writing the manual")?;
    print(&text)
}

fn print(text: &[u8]) -> anyhow::Result<Found> {
    let written = std::io::stdout().lock().write_all(text);
    match written.context("printing") {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(Found::Something),
    }
}
