//! Generates `data/cid/*.bin`, the tables from CIDs to Unicode that `text::cid_tables` unpacks.
//!
//! In: the folder of Adobe's CMap resources (`/usr/share/poppler/cMap` where Debian's poppler-data is installed), of
//! which `Adobe-{CNS1,GB1,Japan1,Korea1}-UCS2` are read (BSD-3, see `data/cid/LICENSE`), and the folder to write to.
//! Out: one file a collection. The `cidToUnicode` files of the same package are under the GPL and are never read.
//!
//!     cargo dev generate cid-tables CMAP_DIR crates/indexer/data/cid
//!
//! Format, before deflate, all numbers as LEB128 varints: the number of CIDs; for each CID 0 when it has no text, else
//! one plus the zigzag-coded difference of its first code point to that of the last CID with text; then the number of
//! CIDs whose text is longer, and for each the difference to the CID before it in this list, the number of code points
//! that follow the first, and these code points.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

const COLLECTIONS: [&str; 4] = ["CNS1", "GB1", "Japan1", "Korea1"];

/// Reads the CMap resources below `cmap_dir` and writes a table of each collection to `out_dir`.
pub(crate) fn run(cmap_dir: &Path, out_dir: &Path) -> Result<()> {
    for name in COLLECTIONS {
        let path = cmap_dir.join(format!("Adobe-{name}/Adobe-{name}-UCS2"));
        let cmap = std::fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
        let text_of_cid = parse_cmap(&cmap)?;
        let packed = deflate(&serialize(&text_of_cid))?;
        let out = out_dir.join(format!("{}.bin", name.to_lowercase()));
        std::fs::write(out, &packed)?;
        println!(
            "{name}: {} CIDs with text, {} bytes",
            text_of_cid.len(),
            packed.len()
        );
    }
    Ok(())
}

/// The text of every CID that has one: the `beginbfchar` and `beginbfrange` sections of a `-UCS2` CMap. Entries that
/// map to U+FFFD or U+0000 have no text.
fn parse_cmap(cmap: &str) -> Result<BTreeMap<u16, String>> {
    let mut text_of_cid = BTreeMap::new();
    let mut section = "";
    for line in cmap.lines() {
        match line.split_whitespace().last() {
            Some(word @ ("beginbfchar" | "beginbfrange")) => section = word,
            Some("endbfchar" | "endbfrange") => section = "",
            _ if section.is_empty() => {}
            _ => parse_entry(line, section, &mut text_of_cid)?,
        }
    }
    text_of_cid.retain(|_, text| !text.starts_with(['\u{FFFD}', '\0']));
    Ok(text_of_cid)
}

fn parse_entry(line: &str, section: &str, text_of_cid: &mut BTreeMap<u16, String>) -> Result<()> {
    let hex_fields = line
        .split(['<', '>', ' ', '[', ']'])
        .filter(|field| !field.is_empty());
    let fields: Vec<Vec<u16>> = hex_fields.map(parse_units).collect::<Result<_>>()?;
    match (section, fields.as_slice()) {
        ("beginbfchar", [cid, units]) => {
            text_of_cid.insert(cid[0], String::from_utf16(units)?);
        }
        ("beginbfrange", [first, last, units]) => {
            for step in 0..=last[0] - first[0] {
                text_of_cid.insert(first[0] + step, shifted(units, step)?);
            }
        }
        _ => bail!("unexpected line: {line}"),
    }
    Ok(())
}

/// The text of `units`, of which the last one is `step` further on.
fn shifted(units: &[u16], step: u16) -> Result<String> {
    let mut units = units.to_vec();
    let last = units.last_mut();
    *last.expect("parse_units gives one unit at least") += step;
    Ok(String::from_utf16(&units)?)
}

fn parse_units(hex: &str) -> Result<Vec<u16>> {
    let digits = (0..hex.len())
        .step_by(4)
        .map(|at| &hex[at..hex.len().min(at + 4)]);
    digits
        .map(|unit| Ok(u16::from_str_radix(unit, 16)?))
        .collect()
}

fn serialize(text_of_cid: &BTreeMap<u16, String>) -> Vec<u8> {
    let mut table = Vec::new();
    push_first_characters(&mut table, text_of_cid);
    push_longer_texts(&mut table, text_of_cid);
    table
}

fn push_first_characters(table: &mut Vec<u8>, text_of_cid: &BTreeMap<u16, String>) {
    let count = text_of_cid.keys().last().map_or(0, |&cid| cid + 1);
    push_varint(table, u32::from(count));
    let mut previous = 0;
    for cid in 0..count {
        let Some(first) = text_of_cid.get(&cid).and_then(|text| text.chars().next()) else {
            push_varint(table, 0);
            continue;
        };
        let first = u32::from(first);
        push_varint(table, 1 + zigzag(i64::from(first) - i64::from(previous)));
        previous = first;
    }
}

/// Zigzag code of a difference: small for one that is small either way.
fn zigzag(difference: i64) -> u32 {
    let zigzag = (difference << 1) ^ (difference >> 63);
    u32::try_from(zigzag).expect("code points have 21 bits")
}

fn push_longer_texts(table: &mut Vec<u8>, text_of_cid: &BTreeMap<u16, String>) {
    let long: Vec<_> = text_of_cid
        .iter()
        .filter(|(_, text)| text.chars().nth(1).is_some())
        .collect();
    let count = u32::try_from(long.len()).expect("fewer than there are CIDs");
    push_varint(table, count);
    let mut previous_cid = 0;
    for (&cid, text) in long {
        push_varint(table, u32::from(cid - previous_cid));
        push_rest(table, text);
        previous_cid = cid;
    }
}

/// Appends all but the first character of a text, behind their number.
fn push_rest(table: &mut Vec<u8>, text: &str) {
    let rest: Vec<u32> = text.chars().skip(1).map(u32::from).collect();
    push_varint(table, u32::try_from(rest.len()).expect("a few letters"));
    for code_point in rest {
        push_varint(table, code_point);
    }
}

fn push_varint(table: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        table.push(value as u8 & 0x7F | 0x80);
        value >>= 7;
    }
    table.push(value as u8);
}

fn deflate(table: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(table)?;
    Ok(encoder.finish()?)
}
