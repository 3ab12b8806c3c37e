//! `polidex ocr`: installs the networks that read scans, and finds them again.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use polidex_indexer::extract::scan::{IS_BUILT_IN, ScanMode};
use polidex_indexer::models::{Models, install};
use polidex_indexer::readers::Scans;
use polidex_indexer::report::{FileReport, IndexReport};
use polidex_indexer::skip::SkipReason;

use crate::Found;
use crate::output::{safe, say};

/// Install the models that read scans
#[derive(Args, Debug)]
pub(crate) struct OcrArgs {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand, Debug)]
enum Task {
    /// Take the models from the wheel `rapidocr` 3.10.0 (`pip download rapidocr==3.10.0 --no-deps`) or from a folder
    Install {
        /// Wheel, or folder of its files
        source: PathBuf,
        /// Take models of another release, whose hashes are unknown
        #[arg(long)]
        trust: bool,
    },
}

/// Scans that are read
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OcrMode {
    /// Pages without text, or whose picture says more than their text
    #[default]
    Auto,
    /// All pages, whatever text they have
    All,
    /// None
    Off,
}

impl OcrMode {
    fn scans(self) -> ScanMode {
        match self {
            Self::Auto => ScanMode::Auto,
            Self::All => ScanMode::All,
            Self::Off => ScanMode::Off,
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &OcrArgs) -> anyhow::Result<Found> {
    let Task::Install { source, trust } = &args.task;
    let folder = models_folder().context("installing the models")?;
    install(source, &folder, *trust).context("installing the models")?;
    let shown = folder.display().to_string();
    say(&format!(
        "the models that read scans are in {}",
        safe(&shown)
    ));
    if !IS_BUILT_IN {
        say("this program reads no scans: build it with `--features ocr`");
    }
    Ok(Found::Something)
}

/// Reading of scans as `mode` says. `auto` is off where nothing reads them; `all` says what is missing.
pub(crate) fn scans(mode: OcrMode) -> anyhow::Result<Scans> {
    let models = models_folder().and_then(|folder| {
        Models::find(&folder).with_context(|| {
            format!(
                "no models in {}: `polidex ocr install` takes them from a file",
                safe(&folder.display().to_string())
            )
        })
    });
    match (mode, models) {
        (OcrMode::Off, _) => Ok(Scans::default()),
        (OcrMode::Auto, _) if !IS_BUILT_IN => Ok(Scans::default()),
        (OcrMode::Auto, Err(_)) => Ok(Scans::default()),
        (OcrMode::All, _) if !IS_BUILT_IN => {
            bail!("this program reads no scans: build it with `--features ocr`")
        }
        (_, Err(error)) => Err(error.context("reading scans")),
        (mode, Ok(models)) => Scans::new(mode.scans(), &models.finds, &models.reads)
            .context("reading the models; `polidex ocr install` installs them anew"),
    }
}

/// Says how the scans of a build would be read, if it met some that nothing read and nobody left out.
pub(crate) fn say_unread(mode: OcrMode, report: &IndexReport) {
    let is_off = || scans(mode).is_ok_and(|scans| scans.mode() == ScanMode::Off);
    let unread = report.files.iter().filter(|file| is_unread(file)).count();
    if mode != OcrMode::Auto || unread == 0 || !is_off() {
        return;
    }
    let cure = match IS_BUILT_IN {
        true => "`polidex ocr install` installs the models that read them",
        false => "a program built with `--features ocr` reads them",
    };
    say(&format!("{unread} files are or hold scans: {cure}"));
}

/// Returns true for a picture that was not read, and for a file with such pages.
fn is_unread(file: &FileReport) -> bool {
    match &file.skipped {
        Some(SkipReason::ForeignFormat(format)) => PICTURES.contains(&format.as_str()),
        _ => file.reason.contains("a scan without text"),
    }
}

/// Formats of pictures that are read.
const PICTURES: [&str; 5] = [
    "PNG image",
    "JPEG image",
    "WebP image",
    "GIF image",
    "TIFF image",
];

/// `$XDG_DATA_HOME/polidex/ocr`, or below the folder of the user.
fn models_folder() -> anyhow::Result<PathBuf> {
    let absolute = |name: &str| {
        let folder = std::env::var_os(name).map(PathBuf::from);
        folder.filter(|folder| folder.is_absolute())
    };
    let data = absolute("XDG_DATA_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/share")))
        .context("neither XDG_DATA_HOME nor HOME names a folder")?;
    Ok(data.join("polidex").join("ocr"))
}
