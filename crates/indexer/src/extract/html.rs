//! Reads a page of the web: its main content, its structure, what it declares about itself.
//!
//! In: decoded HTML of any quality. Out: [`StructuredText`] and the declared metadata. html5gum cuts the page into tokens
//! as the HTML standard says; the tree built here is simpler than the standard's: it lives in one vector, stops growing
//! deeper at [`MAX_HTML_DEPTH`], and is walked without recursion, so that no page can overflow a stack or take more than
//! a bounded number of steps for a tag. Nothing a page refers to is ever fetched.
//!
//! What is left out (navigation, banners, scripts, forms) is told by the element, its role, words of its class and id, and by
//! links that outweigh text. When that would leave next to nothing, only what a browser does not show is left out: a lost
//! sentence is worse than a menu too much.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use polidex_schema::record::Role;

use crate::declared::Declared;
use crate::extract::fields::{date_of, fill};
use crate::extract::limits::MAX_HTML_DEPTH;
use crate::extract::linked_data::{LinkedData, read_linked_data};
use crate::structure::{StructuredText, TextBuilder};
use crate::text::note_sign::{Sign, may_be_sign};

/// Reads a page.
pub(crate) fn read_html(html: &str) -> (StructuredText, Declared) {
    let tree = Tree::parse(html);
    let mut builder = TextBuilder::default();
    tree.write_main(&mut builder);
    let declared = tree.declared();
    (builder.finish("UTF-8"), declared)
}

/// Appends the text of a fragment of HTML: a feed's item, a message's body.
pub(crate) fn push_html(html: &str, builder: &mut TextBuilder) {
    let tree = Tree::parse(html);
    tree.write(0, &|node| node.is_unseen, builder);
}

/// An element or a text.
#[derive(Debug, Default)]
struct Node {
    parent: usize,
    /// One past the last node below this one: nodes are in the order of the page.
    end: usize,
    /// Lower-case name; empty for a text.
    name: String,
    /// Text of a text.
    text: String,
    /// Place in the page that a link leads to.
    place: Option<String>,
    /// True if it is declared to be the sign of a note.
    is_note_sign: bool,
    /// True if it holds linked data (JSON-LD).
    is_linked_data: bool,
    /// Not shown by a browser.
    is_unseen: bool,
    /// Not part of what the page is about, by its name, role or class.
    is_aside: bool,
    /// Main content by its name or role.
    is_main: bool,
}

#[derive(Debug, Default)]
struct Tree {
    /// In the order of the page; the first is the page itself.
    nodes: Vec<Node>,
    metas: Vec<(String, String)>,
    language: String,
    canonical: String,
}

/// Links and letters of a stretch of a page.
#[derive(Clone, Copy, Debug, Default)]
struct LinkSum {
    links: usize,
    /// Letters within links.
    linked: usize,
    /// All letters.
    text: usize,
}

impl LinkSum {
    fn add_text(&mut self, text: &str, is_linked: bool) {
        let letters = letters(text);
        self.text += letters;
        self.linked += if is_linked { letters } else { 0 };
    }

    fn since(self, before: Self) -> Self {
        Self {
            links: self.links - before.links,
            linked: self.linked - before.linked,
            text: self.text - before.text,
        }
    }

    fn is_menu(self) -> bool {
        self.links >= 4
            && self.linked * 10 >= self.text * 8
            && self.text <= self.links * MENU_LETTERS
    }
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];
const UNSEEN: [&str; 15] = [
    "script", "style", "template", "noscript", "iframe", "object", "canvas", "svg", "head",
    "datalist", "audio", "video", "map", "noframes", "noembed",
];
/// Elements that stand in a line of text.
const INLINE: [&str; 34] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
];
/// Words of a class or an id that name what surrounds a page's content.
const ASIDE_WORDS: [&str; 34] = [
    "nav",
    "navbar",
    "navigation",
    "menu",
    "submenu",
    "megamenu",
    "breadcrumb",
    "breadcrumbs",
    "sidebar",
    "footer",
    "cookie",
    "cookies",
    "social",
    "share",
    "sharing",
    "skip",
    "skiplink",
    "pagination",
    "pager",
    "login",
    "banner",
    "toolbar",
    "advert",
    "advertisement",
    "ads",
    "popup",
    "modal",
    "offcanvas",
    "topbar",
    "sitemap",
    "masthead",
    "newsletter",
    "fontsize",
    "langswitch",
];

/// Roles of what surrounds a page's content.
const ASIDE_ROLES: [&str; 8] = [
    "navigation",
    "banner",
    "contentinfo",
    "search",
    "complementary",
    "menu",
    "menubar",
    "dialog",
];

fn is_inline(name: &str) -> bool {
    INLINE.contains(&name)
        || matches!(
            name,
            "var" | "time" | "wbr" | "img" | "button" | "input" | "select" | "option"
        )
}

fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

/// An attribute's value, decoded.
type Attribute<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Names of metadata that give the title of a page, the surest first.
const TITLE_METAS: [&str; 5] = [
    "citation_title",
    "dc.title",
    "dcterms.title",
    "articletitle",
    "og:title",
];
/// Names of metadata that give the publisher of a page and nothing else.
const PUBLISHER_METAS: [&str; 4] = [
    "dc.publisher",
    "dcterms.publisher",
    "citation_publisher",
    "publisher",
];
/// Names of metadata that may name the publisher of a page, its author or its site, the surest first.
const MAKER_METAS: [&str; 5] = [
    "contentsource",
    "og:site_name",
    "dc.creator",
    "dcterms.creator",
    "author",
];
/// Names of metadata that give the date of a page.
const DATE_METAS: [&str; 16] = [
    "article:published_time",
    "dc.date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "citation_date",
    "citation_publication_date",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish_date",
    "firstpublishedtime",
    "og:release_date",
];

impl Tree {
    fn parse(html: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut parser = Parser::new();
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            match token {
                Token::StartTag(tag) => parser.start(&tag),
                Token::EndTag(tag) => parser.close(&String::from_utf8_lossy(&tag.name)),
                Token::String(text) => parser.text(&String::from_utf8_lossy(&text)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        parser.finish()
    }

    /// The nodes below `root`, itself included, without those below a node that `is_left_out`.
    fn visible<'a>(
        &'a self,
        root: usize,
        is_left_out: &'a dyn Fn(&Node) -> bool,
    ) -> impl Iterator<Item = usize> + 'a {
        let mut at = root;
        std::iter::from_fn(move || {
            while at < self.nodes[root].end.max(root + 1) {
                if is_left_out(&self.nodes[at]) {
                    at = self.nodes[at].end.max(at + 1);
                    continue;
                }
                at += 1;
                return Some(at - 1);
            }
            None
        })
    }

    fn text_len(&self, root: usize, is_left_out: &dyn Fn(&Node) -> bool) -> usize {
        let lens = self.visible(root, is_left_out).map(|index| {
            let node = &self.nodes[index];
            if node.name.is_empty() {
                letters(&node.text)
            } else {
                0
            }
        });
        lens.sum()
    }

    /// Writes the main content.
    fn write_main(&self, builder: &mut TextBuilder) {
        let menus = self.menus();
        let is_unseen = |node: &Node| node.is_unseen;
        let is_aside = |node: &Node| {
            node.is_unseen || node.is_aside || menus.contains(&std::ptr::from_ref(node))
        };
        let whole = self.text_len(0, &is_unseen);
        let kept = self.text_len(0, &is_aside);
        if let [main] = self.outermost_mains().as_slice() {
            let inside = self.text_len(*main, &is_aside);
            if inside * 2 > kept || inside > ENOUGH_LETTERS {
                return self.write(*main, &is_aside, builder);
            }
        }
        if kept * 8 < whole && kept < ENOUGH_LETTERS {
            return self.write(0, &is_unseen, builder);
        }
        self.write(0, &is_aside, builder);
    }

    /// Elements that hold the main content, but for those within another.
    fn outermost_mains(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut end = 0;
        for (index, node) in self.nodes.iter().enumerate() {
            if node.is_main && index >= end {
                found.push(index);
                end = node.end;
            }
        }
        found
    }

    /// Lists and boxes of links outside the main content: many links, short, and hardly any other text.
    fn menus(&self) -> std::collections::HashSet<*const Node> {
        let mut menus = std::collections::HashSet::new();
        let sums = self.link_sums();
        let mut main_end = 0;
        for (index, node) in self.nodes.iter().enumerate() {
            if node.is_main {
                main_end = main_end.max(node.end);
            }
            let is_box = matches!(
                node.name.as_str(),
                "ul" | "ol" | "div" | "table" | "td" | "section" | "p" | "dl"
            );
            if index >= main_end && is_box && sums[node.end].since(sums[index]).is_menu() {
                menus.insert(std::ptr::from_ref(node));
            }
        }
        menus
    }

    /// Links and letters before each node, and at the end.
    fn link_sums(&self) -> Vec<LinkSum> {
        let mut sums = Vec::with_capacity(self.nodes.len() + 1);
        let mut sum = LinkSum::default();
        let (mut link_end, mut unseen_end) = (0, 0);
        for (index, node) in self.nodes.iter().enumerate() {
            sums.push(sum);
            if node.is_unseen {
                unseen_end = unseen_end.max(node.end);
            }
            if index < unseen_end {
                continue;
            }
            if node.name == "a" && index >= link_end {
                sum.links += 1;
                link_end = node.end;
            } else if node.name.is_empty() {
                sum.add_text(&node.text, index < link_end);
            }
        }
        sums.push(sum);
        sums
    }

    /// Writes what is seen below `root` as blocks.
    fn write(&self, root: usize, is_left_out: &dyn Fn(&Node) -> bool, builder: &mut TextBuilder) {
        builder.begin(Role::Paragraph);
        let mut open: Vec<usize> = Vec::new();
        let mut sign_end = 0;
        for index in self.visible(root, is_left_out) {
            while let Some(last) = open.pop_if(|last| self.nodes[*last].end <= index) {
                self.leave(last, builder);
            }
            if index < sign_end {
                continue;
            }
            if self.calls_note(index, builder) {
                sign_end = self.nodes[index].end;
            } else if self.nodes[index].name.is_empty() {
                self.write_text(index, builder);
            } else {
                self.enter(index, builder);
                open.push(index);
            }
        }
        for index in open.into_iter().rev() {
            self.leave(index, builder);
        }
        builder.end();
    }

    fn write_text(&self, index: usize, builder: &mut TextBuilder) {
        let text = &self.nodes[index].text;
        if text.contains('\n') && self.is_within(index, "pre") {
            builder.push(text);
        } else {
            builder.push_collapsed(text);
        }
    }

    fn enter(&self, index: usize, builder: &mut TextBuilder) {
        let node = &self.nodes[index];
        match node.name.as_str() {
            "br" => builder.push_line_end(),
            "img" => {}
            "td" | "th" if self.is_row(index) => {}
            name if is_inline(name) => {}
            name => {
                if let Some(level) = heading_level(name) {
                    return builder.begin(Role::Heading(level));
                }
                if self.is_in_cell(index) {
                    return builder.push_line_end();
                }
                let role = if self.is_within(index, "li") {
                    Role::ListItem
                } else {
                    Role::Paragraph
                };
                builder.begin(role);
            }
        }
    }

    fn leave(&self, index: usize, builder: &mut TextBuilder) {
        let node = &self.nodes[index];
        match node.name.as_str() {
            "td" | "th" if self.is_row(index) => builder.push_tab(),
            "br" | "img" => {}
            "sup" if self.names_note(index, builder) => builder.push_collapsed(" "),
            name if is_inline(name) => {}
            name if heading_level(name).is_none() && self.is_in_cell(index) => {
                builder.push_line_end()
            }
            _ => {
                let outer = if self.is_within(node.parent, "li") {
                    Role::ListItem
                } else {
                    Role::Paragraph
                };
                builder.begin(outer);
            }
        }
    }

    /// Returns true for an element that calls for a note, within a line: at its start a number names the note itself.
    fn calls_note(&self, index: usize, builder: &TextBuilder) -> bool {
        let node = &self.nodes[index];
        if node.end - index > SIGN_NODES || !matches!(node.name.as_str(), "a" | "sup" | "span") {
            return false;
        }
        let sign = self.sign_at(index);
        may_be_sign(&sign.text) && sign.calls_note(&builder.line_so_far(), self.text_behind(index))
    }

    /// Returns true for the linked number that a note begins with.
    fn names_note(&self, index: usize, builder: &TextBuilder) -> bool {
        let sign = self.sign_at(index);
        let is_linked = sign.place.is_some() || self.nodes[self.nodes[index].parent].name == "a";
        is_linked && may_be_sign(&sign.text) && builder.line_so_far() == sign.text
    }

    /// The characters that an element sets apart.
    fn sign_at(&self, index: usize) -> Sign {
        let nodes = &self.nodes[index..self.nodes[index].end];
        let texts = nodes.iter().map(|node| node.text.as_str());
        Sign {
            text: texts.collect(),
            is_raised: nodes.iter().any(|node| node.name == "sup"),
            place: nodes.iter().find_map(|node| node.place.clone()),
            is_declared: nodes.iter().any(|node| node.is_note_sign),
        }
    }

    /// Text right behind an element; that of a lower one is the rest of a fraction.
    fn text_behind(&self, index: usize) -> &str {
        match self.nodes.get(self.nodes[index].end) {
            Some(next) if next.name == "sub" => "/",
            Some(next) => &next.text,
            None => "",
        }
    }

    /// Returns true if the node or one a few levels up is called `name`.
    fn is_within(&self, mut index: usize, name: &str) -> bool {
        for _ in 0..NEAR_LEVELS {
            if self.nodes[index].name == name {
                return true;
            }
            if index == 0 {
                return false;
            }
            index = self.nodes[index].parent;
        }
        false
    }

    /// Returns true if a cell is one of a row of data, not a box that a page is laid out with.
    fn is_row(&self, cell: usize) -> bool {
        let node = &self.nodes[cell];
        let row = node.parent;
        self.nodes[row].name == "tr" && self.is_data_row(row)
    }

    /// Cells of a row of data are short and hold no tables, headings or lists.
    fn is_data_row(&self, row: usize) -> bool {
        let end = self.nodes[row].end;
        let inside = &self.nodes[row + 1..end.min(row + 1 + MAX_ROW_NODES)];
        let is_boxes = |node: &Node| {
            matches!(
                node.name.as_str(),
                "table" | "h1" | "h2" | "h3" | "ul" | "ol" | "article"
            )
        };
        end - row <= MAX_ROW_NODES && !inside.iter().any(is_boxes)
    }

    /// Returns true if a block stands in a cell of a row of data.
    fn is_in_cell(&self, index: usize) -> bool {
        let mut at = self.nodes[index].parent;
        for _ in 0..NEAR_LEVELS {
            match self.nodes[at].name.as_str() {
                "td" | "th" => return self.is_row(at),
                "" | "table" | "body" | "html" => return false,
                _ if at == 0 => return false,
                _ => at = self.nodes[at].parent,
            }
        }
        false
    }

    fn declared(&self) -> Declared {
        let canonical = Some(&self.canonical).filter(|url| url.starts_with("http"));
        let linked = self.linked_data();
        let date = self.meta(&DATE_METAS).or(linked.date);
        let mut declared = Declared {
            original_url: self.meta(&["og:url"]).or_else(|| canonical.cloned()),
            publisher: self.makers(),
            file_publisher: self.meta(&PUBLISHER_METAS).or(linked.publisher),
            date: date.and_then(|date| date_of(&date)),
            ..Declared::default()
        };
        if let Some(title) = self.title(self.meta(&TITLE_METAS).or(linked.title)) {
            fill(&mut declared.title, &title);
        }
        if !self.language.is_empty() {
            declared.languages.push(self.language.clone());
        }
        declared
    }

    /// The first of the metadata `names` that says something.
    fn meta(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let mut metas = self.metas.iter();
            let (_, value) = metas.find(|(key, value)| key == name && !value.trim().is_empty())?;
            Some(value.clone())
        })
    }

    /// Names of who may have made the page, a bar between them.
    fn makers(&self) -> Option<String> {
        let metas = MAKER_METAS.iter().filter_map(|name| self.meta(&[name]));
        let makers: Vec<String> = metas.chain(self.site_in_title()).collect();
        (!makers.is_empty()).then(|| makers.join("|"))
    }

    /// What the page says of itself as linked data.
    fn linked_data(&self) -> LinkedData {
        let scripts = self.nodes.iter().enumerate();
        let scripts = scripts.filter(|(_, node)| node.is_linked_data);
        let texts = scripts.filter_map(|(index, node)| {
            let text = self.nodes[index + 1..node.end].first()?;
            Some(text.text.as_str())
        });
        read_linked_data(texts)
    }

    /// The text of the first element of a name.
    fn text_of(&self, name: &str) -> Option<String> {
        let index = self.nodes.iter().position(|node| node.name == name)?;
        let texts = self.nodes[index..self.nodes[index].end]
            .iter()
            .map(|node| node.text.as_str());
        let text = texts.collect::<String>();
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// What stands behind the name of the page in its title, which names who made it, among others.
    fn site_in_title(&self) -> Option<String> {
        let title = self.text_of("title")?;
        let (_, site) = title
            .split_once(['｜', '|'])
            .or_else(|| title.rsplit_once(" - "))?;
        Some(site.trim().to_owned())
    }

    /// Name of the page: a first heading that stands in its title, since titles also name the site; else what
    /// is declared, else the title.
    fn title(&self, declared: Option<String>) -> Option<String> {
        let title = self.text_of("title");
        let heading = self
            .text_of("h1")
            .filter(|heading| heading.chars().count() > 1);
        match (&title, heading) {
            (Some(title), Some(heading)) if title.contains(&heading) => Some(heading),
            _ => declared.or(title),
        }
    }
}

/// A main content of this many letters is one, whatever share of the page it has.
const ENOUGH_LETTERS: usize = 400;
/// Links of a menu have about this many letters.
const MENU_LETTERS: usize = 24;
/// Most nodes of the sign of a note.
const SIGN_NODES: usize = 10;
/// Levels searched upwards for a list's item or a cell.
const NEAR_LEVELS: usize = 12;
/// A row with more nodes than this lays out a page.
const MAX_ROW_NODES: usize = 400;

/// Letters and digits; an ideograph weighs as two letters.
fn letters(text: &str) -> usize {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| if c > '\u{2E80}' { 2 } else { 1 })
        .sum()
}

/// Builds the tree from tags.
struct Parser {
    tree: Tree,
    /// Open elements; the first is the page.
    open: Vec<usize>,
    /// Elements beyond the greatest depth that are open.
    beyond: usize,
}

/// Elements that the start of `name` ends.
fn ended_by(name: &str) -> &'static [&'static str] {
    match name {
        "li" => &["li", "p"],
        "dt" | "dd" => &["dt", "dd", "p"],
        "tr" => &["tr", "td", "th", "p"],
        "td" | "th" => &["td", "th", "p"],
        "option" => &["option"],
        "body" => &["head"],
        "thead" | "tbody" | "tfoot" => &["tr", "td", "th", "thead", "tbody"],
        "br" | "hr" | "meta" | "link" => &[],
        _ if is_inline(name) => &[],
        _ => &["p"],
    }
}

impl Parser {
    fn new() -> Self {
        let tree = Tree {
            nodes: vec![Node {
                name: "#page".to_owned(),
                ..Node::default()
            }],
            ..Tree::default()
        };
        Self {
            tree,
            open: vec![0],
            beyond: 0,
        }
    }

    fn start(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        let value = |key: &str| {
            let value = tag.attributes.get(key.as_bytes())?;
            Some(String::from_utf8_lossy(value).into_owned())
        };
        self.open(name, tag.self_closing, &value);
    }

    fn open(&mut self, name: String, is_closed: bool, attribute: Attribute<'_>) {
        self.note(&name, attribute);
        self.close_implied(&name);
        let is_void = VOID.contains(&name.as_str())
            || is_closed && matches!(name.as_str(), "path" | "use" | "circle");
        let node = self.element(name, attribute);
        let index = self.push(node);
        if is_void {
            return;
        }
        if self.open.len() < MAX_HTML_DEPTH {
            self.open.push(index);
        } else {
            self.beyond += 1;
        }
    }

    fn element(&self, name: String, attribute: Attribute<'_>) -> Node {
        let role = attribute("role").unwrap_or_default();
        let is_root = matches!(name.as_str(), "html" | "body" | "main" | "article");
        let is_unseen = is_hidden(attribute) && !is_root;
        let is_aside = self.is_aside_element(&name)
            || ASIDE_ROLES.contains(&role.as_str())
            || ["class", "id"]
                .iter()
                .any(|key| attribute(key).is_some_and(|words| names_aside(&words)));
        Node {
            is_unseen: is_unseen || UNSEEN.contains(&name.as_str()) || name == "title",
            is_aside: !is_root && is_aside,
            is_main: role == "main" || matches!(name.as_str(), "main" | "article"),
            place: place_of_link(&name, attribute),
            is_note_sign: is_declared_sign(&name, attribute),
            is_linked_data: name == "script"
                && attribute("type").is_some_and(|kind| kind.trim() == "application/ld+json"),
            name,
            ..Node::default()
        }
    }

    fn is_aside_element(&self, name: &str) -> bool {
        let is_in_main = || {
            self.open
                .iter()
                .any(|index| self.tree.nodes[*index].is_main)
        };
        match name {
            "nav" | "aside" | "select" | "button" | "input" | "textarea" => true,
            "footer" | "header" => !is_in_main(),
            _ => false,
        }
    }

    /// Notes the page's declarations.
    fn note(&mut self, name: &str, attribute: Attribute<'_>) {
        match name {
            "html" if self.tree.language.is_empty() => {
                self.tree.language = attribute("lang")
                    .or_else(|| attribute("xml:lang"))
                    .unwrap_or_default();
            }
            "meta" => {
                let keys = ["name", "property", "itemprop"];
                let key = keys.into_iter().find_map(attribute).unwrap_or_default();
                if let Some(value) = attribute("content").filter(|_| !key.is_empty()) {
                    self.tree.metas.push((key.to_ascii_lowercase(), value));
                }
            }
            "link" if attribute("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                self.tree.canonical = attribute("href").unwrap_or_default();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.push(Node {
            text: text.to_owned(),
            ..Node::default()
        });
    }

    fn push(&mut self, mut node: Node) -> usize {
        let index = self.tree.nodes.len();
        node.parent = *self.open.last().unwrap_or(&0);
        node.end = index + 1;
        self.tree.nodes.push(node);
        index
    }

    /// Ends what the start of `name` ends without a tag.
    fn close_implied(&mut self, name: &str) {
        let ends = ended_by(name);
        while let Some(index) = self.open.last().copied() {
            let last = self.tree.nodes[index].name.as_str();
            // An inline element left open does not keep its block open; a box does.
            let depth = if is_inline(last) {
                self.block_above_inline()
            } else {
                self.open.len() - 1
            };
            let block = self.tree.nodes[self.open[depth]].name.as_str();
            if depth == 0 || !ends.contains(&block) {
                break;
            }
            self.close_down_to(depth);
        }
    }

    /// The place among the open elements of the innermost that is no inline one.
    fn block_above_inline(&self) -> usize {
        let is_block = |index: &usize| !is_inline(&self.tree.nodes[*index].name);
        self.open.iter().rposition(is_block).unwrap_or(0)
    }

    fn close(&mut self, name: &str) {
        if self.beyond > 0 {
            if !VOID.contains(&name) {
                self.beyond -= 1;
            }
            return;
        }
        let is_cell = matches!(
            name,
            "td" | "th" | "tr" | "table" | "tbody" | "body" | "html"
        );
        for depth in (1..self.open.len()).rev() {
            let open = self.tree.nodes[self.open[depth]].name.as_str();
            if open == name {
                return self.close_down_to(depth);
            }
            let is_barrier = match is_inline(name) {
                true => !is_inline(open),
                false => matches!(open, "td" | "th" | "table" | "body") && !is_cell,
            };
            if is_barrier {
                return;
            }
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        let end = self.tree.nodes.len();
        for index in self.open.drain(depth..) {
            self.tree.nodes[index].end = end;
        }
    }

    fn finish(mut self) -> Tree {
        self.close_down_to(0);
        self.tree
    }
}

/// Place in the same page that a link leads to.
fn place_of_link(name: &str, attribute: Attribute<'_>) -> Option<String> {
    let href = attribute("href").filter(|_| name == "a")?;
    let (_, place) = href.split_once('#')?;
    Some(place.to_owned())
}

/// Returns true for the attributes of what calls for a note, in pages, books and what word processors make of texts.
fn is_declared_sign(name: &str, attribute: Attribute<'_>) -> bool {
    if !matches!(name, "a" | "sup" | "span") {
        return false;
    }
    let is_role = |key: &str| attribute(key).is_some_and(|role| role.contains("noteref"));
    let is_class = |word: &str| {
        let mut names = ["footnote", "endnote", "noteref"].iter();
        names.any(|name| word.contains(name)) || word == "reference" && name == "sup"
    };
    let class = attribute("class").unwrap_or_default().to_ascii_lowercase();
    is_role("role") || is_role("epub:type") || class.split_whitespace().any(is_class)
}

/// Returns true if the attributes of an element hide it.
fn is_hidden(attribute: Attribute<'_>) -> bool {
    attribute("hidden").is_some_and(|value| value != "until-found")
        || attribute("style").is_some_and(|style| {
            let style: String = style.to_ascii_lowercase().split_whitespace().collect();
            style.contains("display:none") || style.contains("visibility:hidden")
        })
}

/// Returns true if a class or an id has a word that names what surrounds content: `main-nav`, `siteFooter`, but not `navy`.
fn names_aside(words: &str) -> bool {
    let mut word = String::new();
    let mut was_lower = false;
    for character in words.chars().chain([' ']) {
        let is_new =
            !character.is_ascii_alphanumeric() || (character.is_ascii_uppercase() && was_lower);
        if is_new && !word.is_empty() {
            if ASIDE_WORDS.contains(&word.as_str()) {
                return true;
            }
            word.clear();
        }
        was_lower = character.is_ascii_lowercase();
        if character.is_ascii_alphanumeric() {
            word.push(character.to_ascii_lowercase());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(html: &str) -> String {
        let (text, _) = read_html(html);
        let blocks = text
            .blocks
            .iter()
            .map(|block| format!("{:?}: {:?}", block.role, &text.text[block.range.clone()]));
        blocks.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_sign_of_a_note_is_no_part_of_a_sentence() {
        let html = "<p>The regime<sup><a href=#n1>1</a></sup>, of 5 m<sup>2</sup> in the 21<sup>st</sup> century,\
            <a href=#n2><sup>2</sup></a> emits CO<sub>2</sub>.\
            <p>國家安全<sup>[2]</sup>教育<a href=#_ftn1>[1]</a>日<a role=doc-noteref href=#x>①</a>。\
            <p><sup><a href=#r1>1</a></sup>The note.<br><sup>2</sup> Another.\
            <p>See <a href=#s5>5</a> and <a href=/x>21<sup>st</sup></a> of <a href=/y>5 m<sup>2</sup></a>.";
        insta::assert_snapshot!(show(html), @r#"
        Paragraph: "The regime, of 5 m2 in the 21st century, emits CO2."
        Paragraph: "國家安全教育日。"
        Paragraph: "1 The note.\n2 Another."
        Paragraph: "See 5 and 21st of 5 m2."
        "#);
    }

    #[test]
    fn a_page_becomes_its_content() {
        let html = "<!DOCTYPE html><html lang=zh-Hant><head><title>施政報告 - 政府網站</title><meta name=DC.Date content=2024-03-10>\
            <link rel=canonical href=https://example.org/a></head><body><header><a href=/>Home</a></header>\
            <nav><ul><li><a>一</a></ul></nav><div class='main-nav'>menu</div><h1>施政報告</h1><p>發展<b>新質</b>生產力 &amp; more\n text\
            <p>第二段<br>第二行<ul><li>甲<li>乙<p>丙</ul><table><tr><th>年<th>數<tr><td>2024<td><p>1</p></table>\
            <script>var x = '<p>no</p>'</script><footer>copyright</footer>";
        insta::assert_snapshot!(show(html), @r#"
        Heading(1): "施政報告"
        Paragraph: "發展新質生產力 & more text"
        Paragraph: "第二段\n第二行"
        ListItem: "甲"
        ListItem: "乙"
        ListItem: "丙"
        Paragraph: "年\t數"
        Paragraph: "2024\t1"
        "#);
        let (_, declared) = read_html(html);
        assert_eq!(declared.title.as_deref(), Some("施政報告"));
        assert_eq!(declared.date.as_deref(), Some("2024-03-10"));
        assert_eq!(
            declared.original_url.as_deref(),
            Some("https://example.org/a")
        );
        assert_eq!(declared.languages, ["zh-Hant"]);
    }

    #[test]
    fn a_page_of_nothing_but_links_is_kept() {
        let html = "<body><ul><li><a>甲法</a><li><a>乙法</a><li><a>丙法</a><li><a>丁法</a></ul>";
        assert_eq!(read_html(html).0.blocks.len(), 4);
    }

    #[test]
    fn depth_costs_nothing() {
        let html = format!(
            "{}text{}<p>after",
            "<div>".repeat(200_000),
            "</div>".repeat(200_000)
        );
        let (text, _) = read_html(&html);
        assert_eq!(text.text, "text\n\nafter");
        let html = "<b><i><p><td><table>".repeat(20_000);
        read_html(&html);
    }
}
