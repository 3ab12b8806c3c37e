//! Reads the modules of a crate from its sources and finds the modules each of them needs.
//!
//! A module needs another if it names it: in a `use`, or in a path anywhere in its code, macros and attributes
//! included. Names are resolved as the compiler does it, through imports, globs and re-exports. A path needs the last
//! module that it spells out, and also the module that defines the item at its end: if `a` hands on `b::Item` by
//! `pub use`, then `crate::a::Item` needs both `a` and `b`, since a reader has to open both. Whatever is compiled for
//! tests alone is left out. Methods called on a value name no module and count for nothing.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Meta, Stmt, TraitItem, UseTree};

/// Texts of a crate's files by path below `src`.
pub(crate) type Files = BTreeMap<String, String>;

/// Modules of one crate root (a library or a program); the root comes first.
pub(crate) struct Modules {
    modules: Vec<Module>,
    /// Files that belong to these modules, those of tests included.
    pub(crate) files: BTreeSet<String>,
}

#[derive(Default)]
struct Module {
    path: Vec<String>,
    parent: Option<usize>,
    children: BTreeMap<String, usize>,
    /// Names of the items defined here.
    items: BTreeSet<String>,
    /// Names brought in by `use`, and what they stand for.
    imports: Vec<(String, Vec<String>)>,
    /// Modules or enums whose names are brought in by `use …::*`.
    globs: Vec<Vec<String>>,
    mentions: Vec<Mention>,
}

struct Mention {
    path: Vec<String>,
    /// `file:line` below `src`.
    at: String,
}

/// One module's need of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Need {
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    /// First place that shows it: file, line and path.
    pub(crate) shown_by: String,
}

impl Modules {
    /// Reads the modules below `root`, such as `lib.rs`. Panics with file and reason if a file cannot be parsed.
    pub(crate) fn read(files: &Files, root: &str) -> Self {
        let mut modules = Self {
            modules: vec![Module::default()],
            files: BTreeSet::new(),
        };
        modules.read_file(files, root, "", 0);
        modules
    }

    /// Needs between modules of which neither contains the other, each once, in order.
    pub(crate) fn needs(&self) -> Vec<Need> {
        let mut needs: BTreeMap<(usize, usize), String> = BTreeMap::new();
        for (from, module) in self.modules.iter().enumerate() {
            for mention in &module.mentions {
                for to in self.modules_of(from, &mention.path) {
                    if !self.contains(from, to) && !self.contains(to, from) {
                        needs.entry((from, to)).or_insert_with(|| {
                            format!("{}: {}", mention.at, mention.path.join("::"))
                        });
                    }
                }
            }
        }
        let need = |((from, to), shown_by): ((usize, usize), String)| Need {
            from: self.modules[from].path.clone(),
            to: self.modules[to].path.clone(),
            shown_by,
        };
        needs.into_iter().map(need).collect()
    }

    fn contains(&self, outer: usize, inner: usize) -> bool {
        self.modules[inner]
            .path
            .starts_with(&self.modules[outer].path)
    }

    /// Modules that `path` needs, written in module `from`.
    fn modules_of(&self, from: usize, path: &[String]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        self.resolve(from, path, &mut found, &mut BTreeSet::new());
        found
    }

    /// Adds to `found` the last module that `path` spells out and the one that defines what it leads to. Returns the
    /// latter, or `None` if the path leads out of the crate.
    fn resolve(
        &self,
        from: usize,
        path: &[String],
        found: &mut BTreeSet<usize>,
        open: &mut BTreeSet<(usize, String)>,
    ) -> Option<usize> {
        let (mut module, mut rest) = self.start(from, path)?;
        while let Some((name, further)) = rest.split_first() {
            let Some(&child) = self.modules[module].children.get(name) else {
                break;
            };
            (module, rest) = (child, further);
        }
        let is_foreign =
            rest.len() == path.len() && !self.is_in_scope(module, &rest[0], &mut BTreeSet::new());
        if is_foreign {
            return None;
        }
        found.insert(module);
        let Some((name, further)) = rest.split_first() else {
            return Some(module);
        };
        // A name that leads back to itself, such as `use syn::{self}`, leads out of the crate.
        if !open.insert((module, name.clone())) {
            return None;
        }
        let mut definer = None;
        for target in self.stands_for(module, name) {
            let whole: Vec<String> = target.0.iter().chain(further).cloned().collect();
            // What is handed on by way of others is their need: only the end counts here.
            definer = self
                .resolve(target.1, &whole, &mut BTreeSet::new(), open)
                .or(definer);
        }
        open.remove(&(module, name.clone()));
        let definer = definer.unwrap_or(module);
        found.insert(definer);
        Some(definer)
    }

    /// Module where the walk along `path` begins, and the names still to walk.
    fn start<'a>(&self, from: usize, path: &'a [String]) -> Option<(usize, &'a [String])> {
        let (mut module, mut rest) = (from, path);
        while let Some((first, further)) = rest.split_first() {
            module = match first.as_str() {
                "crate" => 0,
                "self" => module,
                "super" => self.modules[module].parent?,
                _ => break,
            };
            rest = further;
        }
        Some((module, rest))
    }

    /// Paths that `name` stands for in `module` by an import or a glob, each with the module it is written from.
    fn stands_for(&self, module: usize, name: &str) -> Vec<(Vec<String>, usize)> {
        let here = &self.modules[module];
        if here.items.contains(name) {
            return Vec::new();
        }
        let named = here.imports.iter().filter(|(known, _)| known == name);
        let mut paths: Vec<_> = named.map(|(_, path)| (path.clone(), module)).collect();
        if paths.is_empty() {
            for origin in self.glob_origins(module) {
                if self.is_in_scope(origin, name, &mut BTreeSet::from([module])) {
                    paths.push((vec!["self".to_owned(), name.to_owned()], origin));
                }
            }
        }
        paths
    }

    /// Modules whose names `module` brings in by `use …::*`.
    fn glob_origins(&self, module: usize) -> Vec<usize> {
        let mut origins = Vec::new();
        for path in &self.modules[module].globs {
            let Some((mut origin, rest)) = self.start(module, path) else {
                continue;
            };
            let mut walked = rest.iter();
            let is_module = walked.all(|name| {
                let child = self.modules[origin].children.get(name);
                origin = child.copied().unwrap_or(origin);
                child.is_some()
            });
            if is_module && origin != module {
                origins.push(origin);
            }
        }
        origins
    }

    fn is_in_scope(&self, module: usize, name: &str, seen: &mut BTreeSet<usize>) -> bool {
        let here = &self.modules[module];
        here.items.contains(name)
            || here.children.contains_key(name)
            || here.imports.iter().any(|(known, _)| known == name)
            || self
                .glob_origins(module)
                .into_iter()
                .any(|origin| seen.insert(origin) && self.is_in_scope(origin, name, seen))
    }

    fn read_file(&mut self, files: &Files, file: &str, folder: &str, module: usize) {
        let text = files
            .get(file)
            .unwrap_or_else(|| panic!("{file} is not among the sources"));
        self.files.insert(file.to_owned());
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        if has_test_attribute(&parsed.attrs) {
            return;
        }
        let mut reader = Reader {
            files,
            file,
            folder: folder.to_owned(),
            module,
            modules: self,
        };
        reader.visit_file(&parsed);
    }

    fn add_child(&mut self, parent: usize, name: &str) -> usize {
        let mut path = self.modules[parent].path.clone();
        path.push(name.to_owned());
        let child = self.modules.len();
        self.modules.push(Module {
            path,
            parent: Some(parent),
            ..Module::default()
        });
        self.modules[parent].children.insert(name.to_owned(), child);
        child
    }
}

/// Collects what one file says into `modules`.
struct Reader<'a> {
    files: &'a Files,
    file: &'a str,
    /// Where the files of this module's children lie: "" or "a/b/".
    folder: String,
    module: usize,
    modules: &'a mut Modules,
}

impl Reader<'_> {
    fn here(&mut self) -> &mut Module {
        &mut self.modules.modules[self.module]
    }

    fn mention(&mut self, path: Vec<String>, line: usize) {
        let at = format!("{}:{line}", self.file);
        self.here().mentions.push(Mention { path, at });
    }

    /// Adds every name of a use tree, with `prefix` before it.
    fn import(&mut self, tree: &UseTree, prefix: &[String], line: usize) {
        let joined = |name: &syn::Ident| {
            let mut path = prefix.to_vec();
            path.push(name.to_string());
            path
        };
        match tree {
            UseTree::Path(part) => self.import(&part.tree, &joined(&part.ident), line),
            UseTree::Group(group) => {
                for item in &group.items {
                    self.import(item, prefix, line);
                }
            }
            UseTree::Glob(_) => {
                self.here().globs.push(prefix.to_vec());
                self.mention(prefix.to_vec(), line);
            }
            UseTree::Name(name) if name.ident == "self" => {
                let known = prefix.last().cloned().unwrap_or_default();
                self.import_as(known, prefix.to_vec(), line);
            }
            UseTree::Name(name) => {
                self.import_as(name.ident.to_string(), joined(&name.ident), line);
            }
            UseTree::Rename(rename) if rename.ident == "self" => {
                self.import_as(rename.rename.to_string(), prefix.to_vec(), line);
            }
            UseTree::Rename(rename) => {
                self.import_as(rename.rename.to_string(), joined(&rename.ident), line);
            }
        }
    }

    fn import_as(&mut self, name: String, path: Vec<String>, line: usize) {
        self.here().imports.push((name, path.clone()));
        self.mention(path, line);
    }

    /// Mentions every path in tokens that have no syntax of their own: those of macros and attributes.
    fn mention_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => self.mention_tokens(group.stream()),
                TokenTree::Ident(first) => {
                    let line = first.span().start().line;
                    let mut path = vec![first.to_string()];
                    while let Some(next) = name_after_colons(&tokens[at + 1..]) {
                        path.push(next);
                        at += 3;
                    }
                    self.mention(path, line);
                }
                TokenTree::Literal(literal) => {
                    // serde names functions in strings: #[serde(with = "crate::hex")].
                    let text = literal.to_string();
                    let path = text.trim_matches('"');
                    if path.contains("::") && syn::parse_str::<syn::Path>(path).is_ok() {
                        let names = path.split("::").map(|name| name.trim().to_owned());
                        self.mention(names.collect(), literal.span().start().line);
                    }
                }
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }
}

/// The name in `:: name`, if `tokens` begin so.
fn name_after_colons(tokens: &[TokenTree]) -> Option<String> {
    match tokens {
        [
            TokenTree::Punct(one),
            TokenTree::Punct(two),
            TokenTree::Ident(name),
            ..,
        ] if one.as_char() == ':' && two.as_char() == ':' => Some(name.to_string()),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test_item(item) {
            if let Item::Mod(module) = item {
                let name = module.ident.to_string();
                let below = format!("{}{name}", self.folder);
                let files = self.files.keys().filter(|file| {
                    **file == format!("{below}.rs") || file.starts_with(&format!("{below}/"))
                });
                self.modules.files.extend(files.cloned());
            }
            return;
        }
        if let Some(name) = name_of(item) {
            self.here().items.insert(name);
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Fn(function) => &function.attrs[..],
            ImplItem::Const(constant) => &constant.attrs[..],
            _ => &[],
        };
        if !has_test_attribute(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let is_test =
            matches!(item, TraitItem::Fn(function) if has_test_attribute(&function.attrs));
        if !is_test {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let is_test = matches!(statement, Stmt::Local(local) if has_test_attribute(&local.attrs));
        if !is_test {
            visit::visit_stmt(self, statement);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let name = item.ident.to_string();
        let child = self.modules.add_child(self.module, &name);
        let folder = format!("{}{name}/", self.folder);
        if let Some((_, items)) = &item.content {
            let (outer, outer_folder) = (self.module, std::mem::replace(&mut self.folder, folder));
            self.module = child;
            for item in items {
                self.visit_item(item);
            }
            (self.module, self.folder) = (outer, outer_folder);
            return;
        }
        assert!(
            !item
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("path")),
            "{}: module {name} lies elsewhere by #[path], which this test does not follow",
            self.file
        );
        let flat = format!("{}{name}.rs", self.folder);
        let file = if self.files.contains_key(&flat) {
            flat
        } else {
            format!("{folder}mod.rs")
        };
        self.modules.read_file(self.files, &file, &folder, child);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // `use ::name` always leads out of the crate.
        if item.leading_colon.is_none() {
            self.import(&item.tree, &[], item.span().start().line);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|part| part.ident.to_string());
            self.mention(names.collect(), path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.mention_tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            _ if attribute.path().is_ident("doc") => {}
            Meta::List(list) => self.mention_tokens(list.tokens.clone()),
            meta => visit::visit_meta(self, meta),
        }
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn is_test_item(item: &Item) -> bool {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    has_test_attribute(attributes)
}

/// Tells `#[cfg(test)]` among `attributes`; `cfg(any(test, …))` may be compiled otherwise and does not count.
fn has_test_attribute(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|name| name == "test")
    })
}
