//! Frames of Chinese questions.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use polidex_analysis::fold::fold_text;
use polidex_analysis::tokens::words;
use polidex_analysis::units::{Cut, Unit, UnitKind};

use crate::query::frames::tables::{ABOUT, ASKS, COPULAS, DEFINES, LED, LIGHT, LINKS, VERBS};

/// Maximum number of characters of a word of a frame.
const MAX_WORD: usize = 6;

/// Part that a piece of the text plays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Ask,
    Define,
    Link,
    Light,
    Content,
}

/// Roles of the words of frames, folded as texts are.
static ROLES: LazyLock<HashMap<String, Role>> = LazyLock::new(|| {
    let tables = [
        (LED, Role::Light),
        (LIGHT, Role::Light),
        (LINKS, Role::Link),
        (ASKS, Role::Ask),
        (DEFINES, Role::Define),
    ];
    let rows = tables
        .into_iter()
        .flat_map(|(words, role)| words.iter().map(move |word| (fold_text(word).text, role)));
    rows.collect()
});

/// A word of a frame, or a character of what it is about.
struct Piece {
    units: Range<usize>,
    text: String,
    role: Role,
}

/// Marks the units of frames and returns their words, folded.
pub(super) fn drop_frames(cut: &Cut, dropped: &mut [bool]) -> Vec<String> {
    let pieces = pieces(cut);
    let mut is_frame = vec![false; pieces.len()];
    let frames = Frames { pieces: &pieces };
    for (at, piece) in pieces.iter().enumerate() {
        match piece.role {
            Role::Ask => frames.drop_around(at, &mut is_frame),
            Role::Define => frames.drop_before(at, &mut is_frame),
            _ => {}
        }
    }
    if is_frame.contains(&true) {
        frames.drop_edges(&mut is_frame);
    } else {
        frames.drop_about(&mut is_frame);
    }
    let mut said = Vec::new();
    for (piece, is_frame) in pieces.into_iter().zip(is_frame) {
        if is_frame {
            dropped[piece.units].fill(true);
            said.push(piece.text);
        }
    }
    said
}

/// The ideographs of a text cut into words of frames, the longest first, and single characters.
fn pieces(cut: &Cut) -> Vec<Piece> {
    let units = cut.units();
    let borders: HashSet<usize> = words(cut)
        .into_iter()
        .flat_map(|word| [word.units.start, word.units.end])
        .collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < units.len() {
        let piece = (1..=MAX_WORD)
            .rev()
            .find_map(|len| frame_word(cut, at..at + len, &borders))
            .unwrap_or_else(|| Piece {
                units: at..at + 1,
                text: cut.text(&units[at]).to_owned(),
                role: Role::Content,
            });
        at = piece.units.end;
        pieces.push(piece);
    }
    pieces
}

fn frame_word(cut: &Cut, range: Range<usize>, borders: &HashSet<usize>) -> Option<Piece> {
    let units = cut.units().get(range.clone())?;
    if !is_run_of_ideographs(units) {
        return None;
    }
    let text: String = units.iter().map(|unit| cut.text(unit)).collect();
    let is_word = borders.contains(&range.start) && borders.contains(&range.end);
    let ends_word = range.len() > 1 && borders.contains(&range.end);
    let role = role_of(&text, is_word, ends_word)?;
    Some(Piece {
        units: range,
        text,
        role,
    })
}

fn is_run_of_ideographs(units: &[Unit]) -> bool {
    let mut pairs = units.windows(2);
    pairs.all(|pair| pair[0].position + 1 == pair[1].position)
        && units.iter().all(|unit| unit.kind == UnitKind::Ideograph)
}

/// Role of a word; one that asks in two characters or more is known at the end of a longer word too.
fn role_of(text: &str, is_word: bool, ends_word: bool) -> Option<Role> {
    let asks = is_word || ends_word;
    match ROLES.get(text)? {
        Role::Define if asks => Some(Role::Define),
        Role::Ask if asks => Some(Role::Ask),
        Role::Link if is_word => Some(Role::Link),
        Role::Light if is_word => Some(Role::Light),
        _ => None,
    }
}

struct Frames<'a> {
    pieces: &'a [Piece],
}

impl Frames<'_> {
    fn role(&self, at: usize) -> Option<Role> {
        self.pieces.get(at).map(|piece| piece.role)
    }

    fn is(&self, at: usize, table: &[&str]) -> bool {
        self.pieces
            .get(at)
            .is_some_and(|piece| table.iter().any(|word| fold_text(word).text == piece.text))
    }

    /// Marks the word that asks at `at` and the words of its frame on both sides.
    fn drop_around(&self, at: usize, is_frame: &mut [bool]) {
        self.drop_before(at, is_frame);
        // 什么是行政处罚: what follows is what is asked about.
        if self.is(at + 1, COPULAS) {
            is_frame[at + 1] = true;
            return;
        }
        let mut next = at + 1;
        while matches!(self.role(next), Some(Role::Link | Role::Light)) {
            is_frame[next] = true;
            next += 1;
        }
    }

    /// Marks the word at `at` and the words that lead up to it. A word that is content elsewhere leads up to it only behind
    /// a link: 的规定是什么, not 食品安全标准是什么.
    fn drop_before(&self, at: usize, is_frame: &mut [bool]) {
        is_frame[at] = true;
        let mut first = at;
        while first > 0 {
            let role = self.pieces[first - 1].role;
            let is_near = first == at || self.is(first, &["于", "了", "得"]);
            let is_led =
                first < 2 || self.is_joined(first - 2) || is_near && self.is(first - 1, LED);
            match role {
                Role::Link => {}
                Role::Light if is_led => {}
                _ => break,
            }
            first -= 1;
            is_frame[first] = true;
        }
    }

    /// Returns `true` if a word of a frame may stand behind the piece at `at`: a 的, a word that asks, or another such word
    /// that is joined itself.
    fn is_joined(&self, at: usize) -> bool {
        let mut at = at;
        loop {
            match self.pieces[at].role {
                Role::Ask | Role::Define | Role::Link => return true,
                Role::Light if at > 0 => at -= 1,
                Role::Light => return true,
                Role::Content => return false,
            }
        }
    }

    /// Marks what is left of a frame at both ends of a question.
    fn drop_edges(&self, is_frame: &mut [bool]) {
        let closes = |at: usize| self.role(at) == Some(Role::Link);
        let opens = |at: usize| closes(at) || self.is(at, VERBS);
        let all = 0..self.pieces.len();
        let first = all.clone().take_while(|at| is_frame[*at] || opens(*at));
        let last = all
            .rev()
            .take_while(|at| is_frame[*at] || closes(*at) && !self.ends_word(*at));
        let edges: Vec<usize> = first.chain(last).collect();
        for at in edges {
            is_frame[at] = true;
        }
        self.drop_tail(is_frame);
    }

    /// Returns `true` for a character behind one that would stand alone without it: 請 of 怎麼聲請. The dictionary does not know
    /// such a word.
    fn ends_word(&self, at: usize) -> bool {
        let is_content = |at: usize| self.role(at) == Some(Role::Content);
        let is_alone = at > 0 && is_content(at - 1) && (at == 1 || !is_content(at - 2));
        self.pieces[at].units.len() == 1 && is_alone
    }

    /// Marks 的规定 at the end of what is left.
    fn drop_tail(&self, is_frame: &mut [bool]) {
        const OF: [&str; 5] = ["的", "嘅", "之", "相关", "有关"];
        let Some(end) = (0..self.pieces.len()).rev().find(|at| !is_frame[*at]) else {
            return;
        };
        let is_role = |at: &usize, role| self.role(*at) == Some(role);
        let light = (0..=end).rev().take_while(|at| is_role(at, Role::Light));
        let first = end + 1 - light.count();
        if first == 0 || first > end || !self.is(first - 1, &OF) {
            return;
        }
        let links = (0..first - 1)
            .rev()
            .take_while(|at| is_role(at, Role::Link));
        let from = first - 1 - links.count();
        is_frame[from..=end].fill(true);
    }

    /// Marks 关于 … 的规定 where nothing asks.
    fn drop_about(&self, is_frame: &mut [bool]) {
        if self.is(0, ABOUT) {
            is_frame[0] = true;
            self.drop_tail(is_frame);
        }
    }
}
