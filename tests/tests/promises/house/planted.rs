//! Small crates with a circle of each kind: what `circles_of` must see, and what it must not.

use super::circles::circles_of;
use super::modules::Files;

fn files(texts: &[(&str, &str)]) -> Files {
    let owned = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
    texts.iter().map(owned).collect()
}

/// Members of the circles of modules and of rooms, each circle as `a, b`.
fn found(texts: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let circles = circles_of(&files(texts));
    let told = |circle: super::circles::Circle| circle.members.join(", ");
    (
        circles.modules.into_iter().map(told).collect(),
        circles.rooms.into_iter().map(told).collect(),
    )
}

/// Asserts that `a` and `b`, two modules of one room, need each other, and no rooms do.
#[track_caller]
fn assert_circle_in_a_room(room: &str, a: &str, b: &str) {
    let texts = [
        ("lib.rs", "mod room;"),
        ("room/mod.rs", room),
        ("room/a.rs", a),
        ("room/b.rs", b),
    ];
    assert_eq!(found(&texts), (vec!["room::a, room::b".to_owned()], vec![]));
}

#[test]
fn a_tree_without_circles_has_none() {
    let texts = [
        ("lib.rs", "pub mod a; pub mod b; pub use b::B; mod room;"),
        (
            "a.rs",
            "use crate::b::{self, B}; pub struct A(B); fn f() { b::make() }",
        ),
        (
            "b.rs",
            "use std::fmt; pub struct B; pub fn make() {} pub fn say(_: fmt::Arguments) {}",
        ),
        (
            "room/mod.rs",
            "pub mod one; mod two; pub use two::Two; use crate::a::A;",
        ),
        // A parent and its child may need each other, and a word of a comment or a text is no path.
        (
            "room/one.rs",
            "//! See [`crate::room::two`].\nuse super::Two; const TEXT: &str = \"see crate::room\";",
        ),
        (
            "room/two.rs",
            "pub struct Two; impl Two { fn one(&self) { self.one() } }",
        ),
    ];
    assert_eq!(found(&texts), (vec![], vec![]));
}

#[test]
fn a_circle_by_use_is_seen() {
    assert_circle_in_a_room(
        "mod a; mod b;",
        "use super::b::B; pub struct A;",
        "use crate::room::a::A; pub struct B;",
    );
}

#[test]
fn a_circle_by_a_use_of_many_lines_is_seen() {
    let a = "pub struct A;\nuse crate::{\n    room::{\n        b::{self as other, B},\n    },\n};";
    assert_circle_in_a_room(
        "mod a; mod b;",
        a,
        "pub struct B; fn f() { use super::a::*; }",
    );
}

#[test]
fn a_circle_by_a_path_in_code_is_seen() {
    let a = "pub struct A; fn f() -> Option<crate::room::b::B> { None }";
    assert_circle_in_a_room("mod a; mod b;", a, "pub struct B; fn f(_: &super::a::A) {}");
}

#[test]
fn a_circle_by_a_path_in_a_macro_or_an_attribute_is_seen() {
    let a = "pub struct A; fn f() { println!(\"{}\", crate::room::b::NAME); }";
    let b = "pub const NAME: &str = \"\"; #[serde(with = \"super::a\")] pub struct B;";
    assert_circle_in_a_room("mod a; mod b;", a, b);
}

#[test]
fn a_circle_by_an_imported_module_is_seen() {
    // `a` names `b` only as a part of its parent, which it imports.
    let a = "use crate::room; pub struct A; fn f() { room::b::make() }";
    assert_circle_in_a_room("mod a; mod b;", a, "use super::a::A; pub fn make() {}");
}

#[test]
fn a_circle_through_a_re_export_is_seen() {
    let room = "mod a; mod b; pub use b::B;";
    assert_circle_in_a_room(
        room,
        "use super::B; pub struct A;",
        "use super::a::A; pub struct B;",
    );
    assert_circle_in_a_room(
        room,
        "use super::*; pub struct A(B);",
        "use super::a::A; pub struct B;",
    );
    let renamed = "mod a; mod b; pub use self::b::Inner as B;";
    assert_circle_in_a_room(
        renamed,
        "use crate::room::B; pub struct A;",
        "use super::a::A; pub struct Inner;",
    );
}

#[test]
fn a_circle_through_a_re_export_of_the_crate_is_seen() {
    let texts = [
        ("lib.rs", "mod a; mod b; pub use b::B;"),
        ("a.rs", "pub struct A(crate::B);"),
        ("b.rs", "pub struct B; fn f(_: crate::a::A) {}"),
    ];
    let both = vec!["a, b".to_owned()];
    assert_eq!(found(&texts), (both.clone(), both));
}

#[test]
fn a_module_that_hands_on_anothers_item_is_needed_too() {
    let texts = [
        ("lib.rs", "mod a; mod b; mod c;"),
        (
            "a.rs",
            "pub use crate::c::Item; fn f() { crate::b::make() }",
        ),
        ("b.rs", "use crate::a::Item; pub fn make() {}"),
        ("c.rs", "pub struct Item;"),
    ];
    let both = vec!["a, b".to_owned()];
    assert_eq!(found(&texts), (both.clone(), both));
}

#[test]
fn a_circle_between_rooms_alone_is_seen() {
    let texts = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod one; mod two;"),
        ("a/one.rs", "use crate::b::one::One;"),
        ("a/two.rs", "pub struct Two;"),
        ("b/mod.rs", "pub mod one; mod two;"),
        ("b/one.rs", "pub struct One;"),
        ("b/two.rs", "use crate::a::two::Two;"),
    ];
    assert_eq!(found(&texts), (vec![], vec!["a, b".to_owned()]));
}

#[test]
fn a_circle_of_three_and_one_of_a_module_inside_a_file_are_seen() {
    let texts = [
        (
            "main.rs",
            "mod a; mod b; mod c; mod d { use crate::e; } mod e { pub fn f() { super::d::g() } }",
        ),
        ("a.rs", "use crate::b::x;"),
        ("b.rs", "use crate::c::x;"),
        ("c.rs", "pub fn x() { crate::a::x() }"),
    ];
    let circles = vec!["a, b, c".to_owned(), "d, e".to_owned()];
    assert_eq!(found(&texts), (circles.clone(), circles));
}

#[test]
fn what_tests_need_counts_for_nothing() {
    let texts = [
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod help;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        (
            "b.rs",
            "pub struct B; #[cfg(test)] use crate::a::A; #[cfg(test)] fn f(_: crate::a::A) {} #[cfg(test)] mod tests { use crate::a::A; }",
        ),
        ("help/mod.rs", "use crate::a::A; mod more;"),
        ("help/more.rs", "use crate::b::B;"),
    ];
    assert_eq!(found(&texts), (vec![], vec![]));
}

#[test]
#[should_panic(expected = "no module declares {\"lost.rs\"}")]
fn a_file_that_no_module_declares_is_told() {
    circles_of(&files(&[("lib.rs", ""), ("lost.rs", "")]));
}
