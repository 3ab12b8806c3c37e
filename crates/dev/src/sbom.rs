//! Writes the bill of materials of the program: every crate that is built into it, as CycloneDX 1.5 in JSON.
//!
//! In: what `cargo metadata` says of the locked dependencies, and `Cargo.lock` for their checksums. Out: a file that is the same
//! for the same lock file: no time, no serial number. Crates that only tests or developers' tools need are left out; those that
//! only take part in the build are listed as excluded from what runs.

use std::collections::{BTreeMap, HashMap};
use std::process::Command;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

/// The crate that is shipped.
const PROGRAM: &str = "polidex";

/// Prints the bill.
///
/// # Errors
/// When `cargo metadata` fails or `Cargo.lock` cannot be read.
pub(crate) fn run() -> anyhow::Result<()> {
    let metadata = metadata()?;
    let root = metadata["workspace_root"].as_str().context("a workspace")?;
    let lock =
        std::fs::read_to_string(format!("{root}/Cargo.lock")).context("reading Cargo.lock")?;
    println!(
        "{}",
        serde_json::to_string_pretty(&bill(&metadata, &lock)?)?
    );
    Ok(())
}

/// What cargo knows of the locked dependencies, with every feature that a release is built with.
fn metadata() -> anyhow::Result<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let features = format!("{PROGRAM}/ocr");
    let args = [
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--features",
    ];
    let told = Command::new(cargo).args(args).arg(features).output();
    let told = told.context("running cargo metadata")?;
    ensure!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );
    serde_json::from_slice(&told.stdout).context("reading what cargo metadata says")
}

/// Part that a crate has in the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Runs while it is built: a build script, a macro and what they need.
    Build,
    /// Is built into it.
    Program,
}

fn bill(metadata: &Value, lock: &str) -> anyhow::Result<Value> {
    let packages = by_id(&metadata["packages"]);
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let program = packages.values().find(|package| package["name"] == PROGRAM);
    let program = program.context("the program is a member of the workspace")?;
    let parts = parts_of(text(&program["id"]), &packages, &nodes);
    let sums = checksums(lock);
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for (id, part) in &parts {
        let package = packages.get(id).context("a package for every part")?;
        if package["id"] != program["id"] {
            components.push(component(package, *part, &sums));
        }
        let needed = needed_by(nodes.get(id).copied())
            .filter(|(id, _)| parts.contains_key(id))
            .filter_map(|(id, _)| packages.get(id).map(|package| address(package)));
        let mut needed: Vec<String> = needed.collect();
        needed.sort();
        dependencies.push(json!({ "ref": address(package), "dependsOn": needed }));
    }
    let by_address = |value: &Value| value["bom-ref"].to_string() + &value["ref"].to_string();
    components.sort_by_key(by_address);
    dependencies.sort_by_key(by_address);
    let mut main = component(program, Part::Program, &sums);
    main["type"] = "application".into();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": main },
        "components": components,
        "dependencies": dependencies,
    }))
}

fn by_id(values: &Value) -> HashMap<&str, &Value> {
    let values = values.as_array().into_iter().flatten();
    values.map(|value| (text(&value["id"]), value)).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The crates that the program needs, directly or through others, with the most that each is to it.
fn parts_of<'a>(
    program: &'a str,
    packages: &HashMap<&'a str, &'a Value>,
    nodes: &HashMap<&'a str, &'a Value>,
) -> BTreeMap<&'a str, Part> {
    let mut parts = BTreeMap::new();
    let mut open = vec![(program, Part::Program)];
    while let Some((id, part)) = open.pop() {
        let known = parts.get(id);
        if known.is_some_and(|known| *known >= part) {
            continue;
        }
        parts.insert(id, part);
        for (needed, is_built_in) in needed_by(nodes.get(id).copied()) {
            let is_macro = packages
                .get(needed)
                .is_some_and(|package| is_macro(package));
            let is_part = part == Part::Program && is_built_in && !is_macro;
            open.push((needed, if is_part { Part::Program } else { Part::Build }));
        }
    }
    parts
}

/// The crates that a crate needs but for its tests, and whether it needs them when it runs.
fn needed_by(node: Option<&Value>) -> impl Iterator<Item = (&str, bool)> {
    let needed = node.and_then(|node| node["deps"].as_array());
    needed.into_iter().flatten().filter_map(|needed| {
        let kinds = needed["dep_kinds"].as_array()?;
        let is = |kind: Value| kinds.iter().any(|known| known["kind"] == kind);
        let is_built_in = is(Value::Null);
        (is_built_in || is("build".into())).then_some((text(&needed["pkg"]), is_built_in))
    })
}

fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    let mut kinds = targets
        .filter_map(|target| target["kind"].as_array())
        .flatten();
    kinds.any(|kind| kind == "proc-macro")
}

/// Address of a crate as scanners know it.
fn address(package: &Value) -> String {
    format!(
        "pkg:cargo/{}@{}",
        text(&package["name"]),
        text(&package["version"])
    )
}

fn component(package: &Value, part: Part, sums: &HashMap<(String, String), String>) -> Value {
    let (name, version) = (text(&package["name"]), text(&package["version"]));
    let address = address(package);
    let mut component = json!({
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "scope": if part == Part::Program { "required" } else { "excluded" },
    });
    if let Some(license) = package["license"].as_str() {
        // Cargo once allowed a slash for OR; SPDX does not.
        let expression = license.replace('/', " OR ").replace("  ", " ");
        component["licenses"] = json!([{ "expression": expression }]);
    } else if let Some(file) = package["license_file"].as_str() {
        component["licenses"] = json!([{ "license": { "name": file } }]);
    }
    if let Some(sum) = sums.get(&(name.to_owned(), version.to_owned())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    component
}

/// Checksums of `Cargo.lock` by name and version.
fn checksums(lock: &str) -> HashMap<(String, String), String> {
    let mut sums = HashMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
        };
        if let (Some(name), Some(version), Some(sum)) =
            (value("name"), value("version"), value("checksum"))
        {
            sums.insert((name, version), sum);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_lists_what_is_shipped_with_licence_and_checksum_and_nothing_else() {
        let metadata = metadata().expect("cargo");
        let root = text(&metadata["workspace_root"]);
        let lock = std::fs::read_to_string(format!("{root}/Cargo.lock")).expect("a lock file");
        let bill = bill(&metadata, &lock).expect("a bill");
        let components = bill["components"].as_array().expect("components");
        let of = |name: &str| {
            components
                .iter()
                .find(|component| component["name"] == name)
        };
        for name in ["tantivy", "axum", "hyper", "jieba-rs", "polidex-server"] {
            assert_eq!(of(name).expect(name)["scope"], "required", "{name}");
        }
        assert_eq!(of("syn").expect("macros need it")["scope"], "excluded");
        for name in ["proptest", "insta", "polidex-dev", "polidex-tests"] {
            assert!(of(name).is_none(), "{name} is not shipped");
        }
        for component in components {
            let name = text(&component["name"]);
            let is_ours = name.starts_with("polidex");
            assert!(component["licenses"].is_array(), "{name} has a licence");
            assert!(
                is_ours || component["hashes"].is_array(),
                "{name} has a checksum"
            );
        }
        assert_eq!(bill["metadata"]["component"]["name"], PROGRAM);
    }
}
