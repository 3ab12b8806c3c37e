//! The log on standard error: one line an event, JSON or text, from a level on. The access log is a part of it.

use clap::ValueEnum;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;
use tracing_subscriber::util::SubscriberInitExt;

/// Events of answered requests.
const ACCESS: &str = "access";

/// Least severe event that is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Error,
    #[default]
    Warn,
    Info,
    Debug,
}

/// Form of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// An object a line: nothing that a request or a file name holds can forge a line of its own
    #[default]
    Json,
    /// A line of text
    Text,
}

/// Starts the log of this process; requests are in it only where `with_access` says so.
pub(crate) fn start(level: Level, format: Format, with_access: bool) {
    let level = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let access = match with_access {
        true => LevelFilter::INFO,
        false => LevelFilter::OFF,
    };
    let wanted = Targets::new()
        .with_default(level)
        .with_target(ACCESS, access);
    let lines = layer().with_writer(std::io::stderr);
    match format {
        Format::Json => registry().with(lines.json().with_filter(wanted)).init(),
        // Without colours: the text format escapes control characters only in fields it quotes.
        Format::Text => registry()
            .with(lines.with_ansi(false).with_filter(wanted))
            .init(),
    }
}
