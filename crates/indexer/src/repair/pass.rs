//! How a pass says what it changes, and how that becomes text, map and steps.
//!
//! In: a text and the [`Edits`] one pass found in it. Out: the next text, the map back, the record. A pass never builds
//! its output itself: it names spans of its input and what stands there instead, so every change is recorded and a
//! replay is a splice. Edits may be pushed in any order; of two that overlap the one that starts first wins.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::Options;
use crate::repair::survey::{Marks, Survey, Test};
use crate::text::model::Model;
use crate::text::source_map::SourceMap;

/// One change a pass wants: `at` (bytes of its input) becomes `after`.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// Bytes of the pass's input, on char boundaries; may be empty.
    pub(crate) at: Range<usize>,
    /// Text that stands there afterwards; may be empty.
    pub(crate) after: String,
    pub(crate) kind: RepairKind,
    /// 0 to 1.
    pub(crate) confidence: f32,
    /// From `after` to bytes of the pass's input, where the edit moves text rather than rewriting it. Without one,
    /// all of `after` stands for all of `at`.
    inner: Option<SourceMap>,
}

/// Findings of one pass in its input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    edits: Vec<Edit>,
    lost: Vec<Range<usize>>,
}

impl Edits {
    /// Replaces `at` by `after`.
    pub(crate) fn replace(
        &mut self,
        at: Range<usize>,
        after: impl Into<String>,
        kind: RepairKind,
        confidence: f32,
    ) {
        self.edits.push(Edit {
            at,
            after: after.into(),
            kind,
            confidence,
            inner: None,
        });
    }

    /// Rearranges `at`: `pieces` of the pass's input, or new text, in the order they shall stand in.
    pub(crate) fn rearrange(
        &mut self,
        at: Range<usize>,
        text: &str,
        pieces: &[Moved],
        kind: RepairKind,
        confidence: f32,
    ) {
        let mut after = String::with_capacity(at.len());
        let mut inner = SourceMap::default();
        for piece in pieces {
            match piece {
                Moved::Copy(range) => {
                    after.push_str(&text[range.clone()]);
                    inner.push_copy(range.clone());
                }
                Moved::New(range, new) => {
                    after.push_str(new);
                    inner.push_replacement(range.clone(), new.len());
                }
            }
        }
        self.edits.push(Edit {
            at,
            after,
            kind,
            confidence,
            inner: Some(inner),
        });
    }

    /// Marks `at` (bytes of the pass's input) as beyond repair.
    pub(crate) fn lose(&mut self, at: Range<usize>) {
        self.lost.push(at);
    }

    /// Returns true when the pass leaves its input as it is.
    pub(crate) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Sorts the edits and drops the ones that overlap an earlier one or change nothing.
    pub(crate) fn settle(&mut self, text: &str) {
        self.edits
            .retain(|edit| text[edit.at.clone()] != edit.after);
        self.edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
        let mut free_from = 0;
        self.edits.retain(|edit| {
            let fits = edit.at.start >= free_from;
            if fits {
                free_from = edit.at.end.max(edit.at.start);
            }
            fits
        });
    }

    /// Drops the edits whose kind `is_kept` refuses.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(RepairKind) -> bool) {
        self.edits.retain(|edit| is_kept(edit.kind));
    }

    /// The edits, sorted and apart once settled.
    pub(crate) fn list(&self) -> &[Edit] {
        &self.edits
    }

    /// The spans beyond repair, in bytes of the pass's input.
    pub(crate) fn lost(&self) -> &[Range<usize>] {
        &self.lost
    }

    /// The text after the edits, and the map from it back to `text`. The edits are settled.
    pub(crate) fn apply(&self, text: &str) -> (String, SourceMap) {
        let mut out = String::with_capacity(text.len());
        let mut map = SourceMap::default();
        let mut copied = 0;
        for edit in &self.edits {
            out.push_str(&text[copied..edit.at.start]);
            map.push_copy(copied..edit.at.start);
            out.push_str(&edit.after);
            match &edit.inner {
                Some(inner) => map.append(inner),
                None => map.push_replacement(edit.at.clone(), edit.after.len()),
            }
            copied = edit.at.end;
        }
        out.push_str(&text[copied..]);
        map.push_copy(copied..text.len());
        (out, map)
    }
}

/// A piece of a rearranged span.
#[derive(Clone, Debug)]
pub(crate) enum Moved {
    /// Bytes of the pass's input, verbatim.
    Copy(Range<usize>),
    /// New text that stands for these bytes of the pass's input.
    New(Range<usize>, String),
}

/// State that the passes of one document share.
pub(crate) struct Context<'a> {
    /// Choice of what to repair.
    pub(crate) options: &'a Options,
    /// Model of text.
    pub(crate) model: &'static Model,
    /// Lines of the text as it stands that concern some pass.
    pub(super) survey: Survey,
    /// Mark of the pass that is running.
    pub(super) mark: Marks,
    /// Evidence of earlier passages and passes.
    pub(crate) evidence: Evidence,
    /// Bytes that the dearest pass has looked at in vain; it gives up where there is nothing but noise.
    pub(crate) fruitless_bytes: usize,
    /// Trials of that pass that were in vain, kept from round to round.
    pub(crate) vain_trials: HashSet<u64>,
}

impl<'a> Context<'a> {
    /// Nothing has been shown yet; `survey` is of the text the first pass will see.
    pub(super) fn new(options: &'a Options, survey: Survey) -> Self {
        Self {
            options,
            model: Model::get(),
            survey,
            mark: Marks::default(),
            evidence: Evidence::default(),
            fruitless_bytes: 0,
            vain_trials: HashSet::new(),
        }
    }

    /// Forgets all but what was tried in vain.
    pub(super) fn begin_round(&mut self) {
        self.evidence = Evidence::default();
        self.fruitless_bytes = 0;
    }

    /// Lines that hold a suspect of the running pass, their line ends included.
    pub(crate) fn suspect_lines(&self) -> impl Iterator<Item = Range<usize>> {
        self.survey.lines_with(self.mark)
    }
}

/// Nats gained so far by kind of repair: one sure repair of a kind lowers the bar for the next of the same kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    gained_nats: BTreeMap<RepairKind, f32>,
    /// Gained by reading as UTF-8 what had been read as any other set.
    utf8_nats: f32,
}

impl Evidence {
    /// Adds what a repair of `kind` gained.
    pub(crate) fn add(&mut self, kind: RepairKind, nats: f32) {
        *self.gained_nats.entry(kind).or_default() += nats;
    }

    /// Adds what reading a stretch as UTF-8 gained, whatever it had been read as.
    pub(crate) fn add_utf8(&mut self, nats: f32) {
        self.utf8_nats += nats;
    }

    /// Returns true when nothing has been repaired yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.gained_nats.is_empty()
    }

    /// Returns what repairs of `kind` have gained so far in this document; 0 when there was none.
    pub(crate) fn of(&self, kind: RepairKind) -> f32 {
        self.gained_nats.get(&kind).copied().unwrap_or_default()
    }

    /// Gained so far by reading as UTF-8, whatever it had been read as.
    pub(crate) fn of_utf8(&self) -> f32 {
        self.utf8_nats
    }
}

/// One pass: a class of damage and how it is found.
pub(crate) struct Pass {
    /// Family that switches it.
    pub(crate) family: Family,
    /// Tells the kinds its edits may have.
    pub(crate) makes: fn(RepairKind) -> bool,
    /// Tells the characters that make a line suspect, for [`Context::suspect_lines`]; `None` where a pass looks over
    /// the text by itself.
    pub(crate) suspects: Option<Test>,
    /// Finds the edits in a text; total, and empty for clean text.
    pub(crate) find: fn(&str, &mut Context<'_>) -> Edits,
}

impl Pass {
    /// Returns true for a pass that takes a layer of encoding off, so that it must run until none is left.
    pub(super) fn peels_layers(&self) -> bool {
        matches!(self.family, Family::Escapes | Family::DoubleEncoding)
    }
}
