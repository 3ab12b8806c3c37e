//! The batch protocol: one JSON line for each document in, one out.
//!
//! In: `{"id","kind":"text"|"bytes","input"|"input_b64"}`. Out: `{"id","output","lossy","map","repairs"}`, where `map`
//! (text documents only) is a list of `[in_start, in_end, out_start, out_end, op]` in code points and `op` is `=` for a
//! copy and `~` for what was repaired; `repairs`, left out where there are none, names each kind with the text before and
//! after and the confidence; `encoding` (bytes only) is the set that was read. Each line is a document of its own; nothing
//! learnt from one serves another.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Options, Repaired, repair_text};
use crate::decode::{Decoded, decode_bytes};
use crate::text::base64::decode_base64;

/// Reason why a line has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The line is not the JSON object the protocol asks for.
    #[error("not a document of the batch protocol: {0}")]
    Json(#[from] serde_json::Error),
    /// `input_b64` is not Base64.
    #[error("input_b64 of {0} is not base64")]
    Base64(String),
}

#[derive(Deserialize)]
struct Question {
    id: String,
    #[serde(default)]
    input: Option<String>,
    #[serde(default)]
    input_b64: Option<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    output: &'a str,
    lossy: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    map: Option<Vec<Segment>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repairs: Vec<Repair<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'a str>,
}

/// One repair, as a batch reports it.
#[derive(Serialize)]
struct Repair<'a> {
    kind: Cow<'static, str>,
    before: &'a str,
    after: &'a str,
    confidence: f32,
}

/// Answers one line of the protocol; the answer has no line end.
pub fn answer_line(line: &str, options: &Options) -> Result<String, BatchError> {
    let question: Question = serde_json::from_str(line)?;
    let answer = match (&question.input, &question.input_b64) {
        (Some(text), _) => {
            let repaired = repair_text(text, options);
            let map = Some(code_point_map(text, &repaired));
            to_json(&question.id, &repaired, None, map)?
        }
        (None, Some(base64)) => {
            let bytes = decode_base64(base64.as_bytes())
                .ok_or_else(|| BatchError::Base64(question.id.clone()))?;
            let decoded = decode_bytes(&bytes, None);
            let repaired = repair_text(&decoded.text, options);
            to_json(&question.id, &repaired, Some(&decoded), None)?
        }
        (None, None) => to_json(&question.id, &repair_text("", options), None, None)?,
    };
    Ok(answer)
}

/// `[in_start, in_end, out_start, out_end, op]`.
type Segment = (usize, usize, usize, usize, &'static str);

fn to_json(
    id: &str,
    repaired: &Repaired,
    decoded: Option<&Decoded>,
    map: Option<Vec<Segment>>,
) -> serde_json::Result<String> {
    let lossy = decoded.is_some_and(|decoded| decoded.replaced > 0) || !repaired.lost.is_empty();
    let repairs = repaired.steps.iter().map(|step| Repair {
        kind: step.kind.slug(),
        before: &step.before,
        after: &step.after,
        confidence: step.confidence,
    });
    serde_json::to_string(&Answer {
        id,
        output: &repaired.text,
        lossy,
        map,
        repairs: repairs.collect(),
        encoding: decoded.map(|decoded| decoded.encoding.as_str()),
    })
}

fn code_point_map(source: &str, repaired: &Repaired) -> Vec<Segment> {
    let source_at = CharCounts::of(source);
    let text_at = CharCounts::of(&repaired.text);
    let pieces = repaired.map.pieces().iter();
    pieces
        .map(|piece| {
            let op = if piece.verbatim { "=" } else { "~" };
            let (source, text) = (&piece.source, &piece.text);
            (
                source_at.before(source.start),
                source_at.before(source.end),
                text_at.before(text.start),
                text_at.before(text.end),
                op,
            )
        })
        .collect()
}

/// Number of characters before a byte, with a mark every [`CharCounts::STEP`] bytes.
struct CharCounts<'a> {
    text: &'a str,
    marks: Vec<usize>,
}

impl<'a> CharCounts<'a> {
    const STEP: usize = 256;

    fn of(text: &'a str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / Self::STEP + 1);
        let mut count = 0;
        for chunk in text.as_bytes().chunks(Self::STEP) {
            marks.push(count);
            count += count_starts(chunk);
        }
        marks.push(count);
        Self { text, marks }
    }

    fn before(&self, byte: usize) -> usize {
        let mark = byte / Self::STEP;
        self.marks[mark] + count_starts(&self.text.as_bytes()[mark * Self::STEP..byte])
    }
}

fn count_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}
