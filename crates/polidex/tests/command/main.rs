//! The program as people, scripts and service managers use it.

mod alerts;
mod citations;
mod cli;
mod config;
mod confined;
mod daily;
#[cfg(target_os = "linux")]
mod faults;
mod hostile_pdf;
mod kept;
mod mcp;
mod operations;
mod originals;
mod packaging;
mod program;
mod ranking;
mod retries;
mod scans;
