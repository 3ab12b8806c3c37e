//! Names the program that prepares documents by a hash of its sources: another program may prepare them otherwise, so it
//! does not go on from an index of this one. A number raised by hand would be forgotten.

use std::fs;
use std::path::Path;

fn main() {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for folder in [
        "src",
        "data",
        "../analysis/src",
        "../analysis/data",
        "../schema/src",
    ] {
        println!("cargo::rerun-if-changed={folder}");
        add_folder(Path::new(folder), &mut hash);
    }
    println!("cargo::rustc-env=POLIDEX_PIPELINE={hash:016x}");
}

fn add_folder(folder: &Path, hash: &mut u64) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add_folder(&path, hash);
            continue;
        }
        for byte in fs::read(&path).unwrap_or_default() {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
