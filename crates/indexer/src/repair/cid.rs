//! Decodes character ids of a PDF font that were taken for code points.
//!
//! In: text. Out: edits that read such runs through the table of the one collection that makes sense of them.
//!
//! A font without a way back to Unicode prints CIDs: common Chinese characters become U+0250 to U+1800, so that Greek,
//! Arabic, Indic and Ethiopic letters mix within a word, which no living text does. Every line with such letters is
//! read as a chain in two states, as it stands or through a table, and the cheapest path by the model decides where
//! runs begin and end; ASCII inside a run is shifted by 31 (`##4` is `BBS`) and decoded along where that reads better
//! than it does as it stands, while blanks stay blanks. A run is repaired only when it gains enough, counted for each
//! character, for its length; short runs need a surer one of the same collection in the document.
//!
//! Known failures: CIDs 9, 10 and 13 (brackets and comma) that became a tab or a line break; names of two rare
//! characters in a document without other evidence.

use std::ops::Range;
use std::sync::LazyLock;

use polidex_schema::repair_kind::{Family, RepairKind};

use crate::repair::names::name_nats;
use crate::repair::pass::{Context, Edits, Pass};
use crate::text::cid_tables::{Collection, cid_to_text};
use crate::text::model::Model;

/// Confidence in a run that is sure by itself ...
const SURE: f32 = 0.98;
/// ... and in one beside a sure one.
const LIKELY: f32 = 0.9;
/// Leaving or entering a run costs this much.
const SWITCH_NATS: f32 = 4.0;
/// A wrong collection hardly ever gains as much for each glyph.
const CERTAIN_NATS: f32 = 6.0;
/// Share of the model's opinion of what was decoded that counts between collections.
const MODEL_SHARE: f32 = 0.3;
/// Bonus on each line for a collection seen elsewhere in the document.
const FAMILIAR_NATS: f32 = 8.0;

/// Hangul and Chinese characters stand side by side this rarely.
const FOREIGN_NEIGHBOUR_NATS: f32 = -5.0;

/// A change of script within a word costs the reading as it stands this much.
const TORN_NATS: f32 = -6.0;

/// A token that is odd as it stands and letters when shifted gains this much.
const SHIFTED_TOKEN_NATS: f32 = 6.0;

/// Character ids of PDF fonts.
pub(super) const PASS: Pass = Pass {
    family: Family::GlyphIds,
    makes: |kind| matches!(kind, RepairKind::Cid(_)),
    suspects: Some(|c, _| is_suspect(c)),
    find,
};

/// Finds the runs of CIDs in `text`.
pub(crate) fn find(text: &str, context: &mut Context<'_>) -> Edits {
    let mut edits = Edits::default();
    let lines: Vec<Range<usize>> = context.suspect_lines().collect();
    if is_living(lines.iter().map(|line| &text[line.clone()])) {
        return edits;
    }
    // All of them before the first edit: a run that is likely is believed where the text has shown its collection.
    for (run, start) in runs_of_lines(text, lines, context) {
        if run.is_sure() || run.is_likely() && context.evidence.of(run.kind()) > 0.0 {
            let at = run.at.start + start..run.at.end + start;
            let confidence = if run.is_sure() { SURE } else { LIKELY };
            let kind = run.kind();
            edits.replace(at, run.decoded, kind, confidence);
        }
    }
    edits
}

/// The runs of a stretch; those that are evident are evidence for others.
fn runs_of_stretch(stretch: &str, context: &mut Context<'_>) -> Vec<Run> {
    let spaced = is_spaced(stretch)
        .then(|| best_spaced_run(stretch, context))
        .flatten();
    let runs = spaced.map_or_else(|| best_runs(stretch, context), |run| vec![run]);
    let is_evident = |run: &&Run| run.is_sure() && run.len_glyphs >= MIN_EVIDENT_GLYPHS;
    for run in runs.iter().filter(is_evident) {
        context.evidence.add(run.kind(), run.gain_nats);
    }
    runs
}

/// Glyphs of a run that is evidence for others of its collection.
const MIN_EVIDENT_GLYPHS: usize = 3;
/// Letters of a word that shows whether scripts mix within words.
const MIN_TELLING_LETTERS: usize = 3;

/// Returns true when at least half the longer words of `lines` are of one script each: a living language, whatever its
/// letters would be through a table.
fn is_living<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let (mut count, mut mixed) = (0, 0);
    for word in lines.flat_map(str::split_whitespace) {
        if word
            .chars()
            .filter(|c| is_suspect(*c))
            .nth(MIN_TELLING_LETTERS - 1)
            .is_some()
        {
            count += 1;
            mixed += usize::from(mixes_scripts(word));
        }
    }
    count > 0 && 2 * mixed <= count
}

/// The runs of CIDs in `lines`, each with the start of the stretch it was found in.
fn runs_of_lines(
    text: &str,
    lines: Vec<Range<usize>>,
    context: &mut Context<'_>,
) -> Vec<(Run, usize)> {
    let mut found = Vec::new();
    for line in lines {
        let (start, content) = (line.start, text[line].trim_end_matches(['\n', '\r']));
        for stretch in suspect_stretches(content) {
            let runs = runs_of_stretch(&content[stretch.clone()], context);
            found.extend(runs.into_iter().map(|run| (run, start + stretch.start)));
        }
    }
    found
}

/// A line no longer than this is looked at whole.
const WHOLE_LINE_BYTES: usize = 2048;
/// Bytes around suspects that are looked at with them in longer lines.
const MARGIN_BYTES: usize = 400;

/// The parts of `line` that hold suspects: all of it, or the surroundings of each group of them in a long line.
fn suspect_stretches(line: &str) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for (at, c) in line.char_indices().filter(|(_, c)| is_suspect(*c)) {
        if line.len() <= WHOLE_LINE_BYTES {
            let whole = 0..line.len();
            return vec![whole];
        }
        let start = at.saturating_sub(MARGIN_BYTES);
        let end = line.len().min(at + c.len_utf8() + MARGIN_BYTES);
        match stretches.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => stretches.push(start..end),
        }
    }
    let whole_chars =
        |at: Range<usize>| line.floor_char_boundary(at.start)..line.ceil_char_boundary(at.end);
    stretches.into_iter().map(whole_chars).collect()
}

/// A letter of the scripts common CIDs fall into, and that Chinese and English text hardly uses.
pub(super) fn is_suspect(c: char) -> bool {
    matches!(c as u32, 0x0250..=0x1FFF)
}

/// A stretch of a line that reads better through a collection.
struct Run {
    at: Range<usize>,
    decoded: String,
    collection: Collection,
    /// Gain in all.
    gain_nats: f32,
    /// Characters outside ASCII.
    len_glyphs: usize,
    /// True when a word mixes scripts.
    mixes_scripts: bool,
}

/// Gain for each glyph that no clean word of 60 languages reaches, from so many glyphs on.
const SURE_GAINS: [(usize, f32); 4] = [(2, 8.0), (3, 4.5), (4, 3.0), (8, 2.0)];
/// Gain for each glyph beside a sure run of the same collection ...
const LIKELY_GAIN_NATS: f32 = 2.5;
/// ... and of a glyph alone.
const LIKELY_SINGLE_GAIN_NATS: f32 = 6.0;

impl Run {
    fn kind(&self) -> RepairKind {
        RepairKind::Cid(self.collection)
    }

    fn gain_per_glyph(&self) -> f32 {
        self.gain_nats / self.len_glyphs.max(1) as f32
    }

    /// A gain that no clean word of 60 languages reaches at that length, and a mixture of scripts: any Greek reads as
    /// kana, and any Indic script as Hangul or as common ideographs, but none mixes with its neighbours.
    fn is_sure(&self) -> bool {
        let mut bars = SURE_GAINS.iter().rev();
        let bar = bars.find(|(len, _)| *len <= self.len_glyphs);
        self.mixes_scripts && bar.is_some_and(|(_, nats)| self.gain_per_glyph() > *nats)
    }

    /// So good that no other collection needs to be tried.
    fn is_certain(&self) -> bool {
        self.is_sure() && self.len_glyphs >= 4 && self.gain_per_glyph() > CERTAIN_NATS
    }

    /// Enough beside a sure run of the same collection.
    fn is_likely(&self) -> bool {
        let min_gain = match self.len_glyphs {
            0 => return false,
            1 => LIKELY_SINGLE_GAIN_NATS,
            _ => LIKELY_GAIN_NATS,
        };
        self.gain_per_glyph() > min_gain
    }
}

/// The runs of a line through the collection that explains it best. The one seen before in the document is tried first,
/// and the others only when it leaves doubt.
fn best_runs(line: &str, context: &Context<'_>) -> Vec<Run> {
    let familiar_nats = |collection: Collection| context.evidence.of(RepairKind::Cid(collection));
    let mut collections = Collection::ALL;
    collections.sort_by(|&one, &other| familiar_nats(other).total_cmp(&familiar_nats(one)));
    let mut best: (f32, Vec<Run>) = (0.0, Vec::new());
    for collection in collections {
        let runs = runs_through(line, collection, context.model);
        let is_familiar = familiar_nats(collection) > 0.0;
        if is_familiar && !runs.is_empty() && runs.iter().all(Run::is_certain) {
            return runs;
        }
        let familiar = if is_familiar { FAMILIAR_NATS } else { 0.0 };
        let gain = gain_nats(&runs, line, context.model) + familiar;
        if !runs.is_empty() && gain > best.0 {
            best = (gain, runs);
        }
    }
    best.1
}

/// Nats that the runs of a line gain. The floors by CID make all collections alike for what the model has hardly seen; its own
/// opinion parts them.
fn gain_nats(runs: &[Run], line: &str, model: &Model) -> f32 {
    let gain: f32 = runs.iter().map(|run| run.gain_nats).sum();
    let score = |text: &str| model.living_score('\n', text.chars());
    let model_gain: f32 = runs
        .iter()
        .map(|run| score(&run.decoded) - score(&line[run.at.clone()]))
        .sum();
    gain + MODEL_SHARE * model_gain
}

/// Fewest characters of a line with a blank after each.
const MIN_SPACED: usize = 5;

/// Returns true when single blanks part all characters.
fn is_spaced(line: &str) -> bool {
    let line = line.trim();
    let is_single = |word: &str| word.chars().nth(1).is_none() && !word.is_empty();
    line.split(' ').all(is_single) && line.split(' ').count() >= MIN_SPACED
}

/// A heading that was set with wide spacing: read without its blanks, if all of it is one run then.
fn best_spaced_run(line: &str, context: &Context<'_>) -> Option<Run> {
    let closed = line.replace(' ', "");
    let [run] = <[Run; 1]>::try_from(best_runs(&closed, context)).ok()?;
    let at = line.find(|c| c != ' ')?..line.trim_end_matches(' ').len();
    (run.at == (0..closed.len())).then_some(Run { at, ..run })
}

/// One place of the chain: the best way to get here as it stands and through the table.
struct Place {
    byte: usize,
    as_is: char,
    decoded: Option<&'static str>,
    /// Best score that ends here, by state, and whether it came from the decoded state.
    best: [f32; 2],
    from_decoded: [bool; 2],
}

/// Cuts `line` into runs through `collection` and the text between them (Viterbi over two states).
fn runs_through(line: &str, collection: Collection, model: &Model) -> Vec<Run> {
    let chain = Chain {
        line,
        collection,
        model,
    };
    let mut places: Vec<Place> = Vec::new();
    for (byte, c) in line.char_indices() {
        places.push(match places.last() {
            Some(last) => chain.next(last, byte, c),
            None => chain.first(c),
        });
    }
    trace_back(line, &places, collection, model)
}

/// A line read as it stands and through a collection.
struct Chain<'a> {
    line: &'a str,
    collection: Collection,
    model: &'a Model,
}

impl Chain<'_> {
    /// Returns the first place; a run may begin there for nothing.
    fn first(&self, c: char) -> Place {
        let decoded = self.decoded(0, c);
        Place {
            byte: 0,
            as_is: c,
            decoded,
            best: [
                as_is_nats(self.model, '\n', c),
                self.decoded_nats(self.bonus_nats(0), c, decoded, '\n'),
            ],
            from_decoded: [false, true],
        }
    }

    fn next(&self, last: &Place, byte: usize, c: char) -> Place {
        let decoded = self.decoded(byte, c);
        let before = last.decoded.and_then(|text| text.chars().next_back());
        let contexts = [last.as_is, before.unwrap_or(' ')];
        // A run does not begin or end within a word.
        let is_within_word = last.as_is.is_ascii_alphanumeric() && c.is_ascii_alphanumeric();
        let switch_nats = if is_within_word {
            f32::INFINITY
        } else {
            SWITCH_NATS
        };
        let bonus_nats = self.bonus_nats(byte);
        let mut place = Place {
            byte,
            as_is: c,
            decoded,
            best: [0.0; 2],
            from_decoded: [false; 2],
        };
        for state in 0..2 {
            let score_from = |from: usize| {
                let emitted = match state {
                    0 => as_is_nats(self.model, contexts[from], c),
                    _ => self.decoded_nats(bonus_nats, c, decoded, contexts[from]),
                };
                last.best[from] + emitted - if from == state { 0.0 } else { switch_nats }
            };
            let scores = [score_from(0), score_from(1)];
            place.from_decoded[state] = scores[1] > scores[0];
            place.best[state] = scores[0].max(scores[1]);
        }
        place
    }

    fn decoded(&self, byte: usize, c: char) -> Option<&'static str> {
        let is_wide_gap = c == ' ' && self.line[byte..].starts_with("   ");
        decode(c, self.collection).filter(|_| !is_wide_gap)
    }

    /// Returns what speaks for a token of ASCII that starts at `byte` as part of a run.
    fn bonus_nats(&self, byte: usize) -> f32 {
        if is_shifted_token(self.line, byte, self.collection) {
            SHIFTED_TOKEN_NATS
        } else {
            0.0
        }
    }

    /// Returns the score of what `c` decodes to, after `last`.
    fn decoded_nats(&self, bonus_nats: f32, c: char, decoded: Option<&str>, last: char) -> f32 {
        let Some(text) = decoded else {
            return f32::NEG_INFINITY;
        };
        let mut last = last;
        let mut nats = bonus_nats;
        for next in text.chars() {
            nats += decoded_nats(self.model, self.collection, u32::from(c), last, next);
            last = next;
        }
        nats
    }
}

fn trace_back(line: &str, places: &[Place], collection: Collection, model: &Model) -> Vec<Run> {
    let states = best_states(places);
    let mut runs = Vec::new();
    let mut start = 0;
    for group in states.chunk_by(|one, next| one == next) {
        let end = start + group.len();
        if group[0] {
            runs.extend(run_of(line, &places[start..end], collection, model));
        }
        start = end;
    }
    runs
}

/// True for each place that is decoded on the best way to the last.
fn best_states(places: &[Place]) -> Vec<bool> {
    let last = places.last();
    let mut is_decoded = last.is_some_and(|last| last.best[1] > last.best[0]);
    let mut states = vec![false; places.len()];
    for (index, place) in places.iter().enumerate().rev() {
        states[index] = is_decoded;
        is_decoded = place.from_decoded[usize::from(is_decoded)];
    }
    states
}

/// The run in `places`, without blanks at its ends; `None` when it holds no suspect character.
fn run_of(line: &str, places: &[Place], collection: Collection, model: &Model) -> Option<Run> {
    let is_blank = |place: &Place| place.as_is == ' ';
    let first = places.iter().position(|place| !is_blank(place))?;
    let last = places.iter().rposition(|place| !is_blank(place))?;
    let places = &places[first..=last];
    if !places.iter().any(|place| is_suspect(place.as_is)) {
        return None;
    }
    let last = places.last()?;
    let at = places[0].byte..last.byte + last.as_is.len_utf8();
    let (decoded, gain_nats) = decode_places(places, collection, model);
    let is_glyph = |place: &&Place| !place.as_is.is_ascii();
    Some(Run {
        decoded,
        collection,
        gain_nats,
        len_glyphs: places.iter().filter(is_glyph).count(),
        mixes_scripts: words_mix_scripts(&line[at.clone()]),
        at,
    })
}

/// The text that the CIDs of `places` stand for, and the nats it gains.
fn decode_places(places: &[Place], collection: Collection, model: &Model) -> (String, f32) {
    let mut decoded = String::new();
    let mut gain_nats = 0.0;
    let mut last = ('\n', '\n');
    for place in places {
        for next in place.decoded.unwrap_or_default().chars() {
            gain_nats += decoded_nats(model, collection, u32::from(place.as_is), last.1, next);
            decoded.push(next);
            last.1 = next;
        }
        gain_nats -= model_nats(model, last.0, place.as_is);
        last.0 = place.as_is;
    }
    (decoded, gain_nats)
}

/// Returns the text of `c` through `collection`; blanks between words are real blanks.
fn decode(c: char, collection: Collection) -> Option<&'static str> {
    if c == ' ' {
        return Some(" ");
    }
    let cid = u16::try_from(u32::from(c)).ok()?;
    match cid_to_text(collection, cid)? {
        "\u{2002}" => Some(" "),
        text => Some(text),
    }
}

/// Returns true when a token of ASCII starts at `byte` that no one would write and that reads as letters: `##4`,
/// `(#4`, `+1`.
fn is_shifted_token(line: &str, byte: usize, collection: Collection) -> bool {
    let is_start = byte == 0 || !line.as_bytes()[byte - 1].is_ascii_graphic();
    if !is_start {
        return false;
    }
    let rest = &line.as_bytes()[byte..];
    let len = rest.iter().position(|byte| !byte.is_ascii_graphic());
    let token = &rest[..len.unwrap_or(rest.len())];
    let is_letter = |&byte: &u8| {
        decode(char::from(byte), collection)
            .is_some_and(|text| text.chars().all(|c| c.is_ascii_alphabetic()))
    };
    is_odd(token) && token.iter().all(is_letter)
}

/// Returns true for a token with signs where no one would write them.
fn is_odd(token: &[u8]) -> bool {
    let [first, .., last] = token else {
        return false;
    };
    let inner = &token[..token.len() - 1];
    (*first, *last) != (b'(', b')')
        && !first.is_ascii_lowercase()
        && !inner.iter().all(u8::is_ascii_alphanumeric)
}

/// Returns how plausible a decoded character is. A collection numbers common characters before rare ones, so an
/// ideograph the model has hardly seen is judged by its CID; names and titles are judged by what is usual in them.
fn decoded_nats(model: &Model, collection: Collection, cid: u32, last: char, next: char) -> f32 {
    let nats = model_nats(model, last, next);
    if !is_han(next) {
        return nats;
    }
    let (common, less_common) = match collection {
        Collection::Cns1 => (595..5996, 5996..13_648),
        Collection::Gb1 => (939..4694, 4694..7702),
        Collection::Japan1 => (1125..4090, 4090..7479),
        Collection::Korea1 => (0..0, 3436..8324),
    };
    let by_cid = if common.contains(&cid) {
        COMMON_HAN_NATS
    } else if less_common.contains(&cid) {
        LESS_COMMON_HAN_NATS
    } else {
        f32::NEG_INFINITY
    };
    nats.max(by_cid).max(name_nats(last, next))
}

/// An ideograph among the common ones of its collection, at least.
const COMMON_HAN_NATS: f32 = -10.5;
/// An ideograph among the others of the first character set, at least.
const LESS_COMMON_HAN_NATS: f32 = -12.5;

/// The model's log-likelihood, with kana and Hangul, which it has not learnt, by how common they are.
fn model_nats(model: &Model, last: char, next: char) -> f32 {
    match next {
        '\u{3041}'..='\u{30FE}' => KANA_NATS,
        '\u{AC00}'..='\u{D7A3}' if is_han(last) => hangul_nats(next) + FOREIGN_NEIGHBOUR_NATS,
        '\u{AC00}'..='\u{D7A3}' => hangul_nats(next),
        _ if is_han(next) && matches!(last, '\u{AC00}'..='\u{D7A3}') => {
            model.unigram(next) + FOREIGN_NEIGHBOUR_NATS
        }
        _ => model.nats(last, next),
    }
}

/// [`model_nats`] of text that stands as it is: within a word, living text changes neither between scripts nor between
/// Chinese and one of them.
fn as_is_nats(model: &Model, last: char, next: char) -> f32 {
    let is_torn =
        is_suspect(next) && (is_han(last) || mixed(last, next)) || is_suspect(last) && is_han(next);
    model_nats(model, last, next) + if is_torn { TORN_NATS } else { 0.0 }
}

fn mixed(last: char, next: char) -> bool {
    is_suspect(last)
        && matches!((script_of(last, ' '), script_of(next, last)), (Some(one), Some(other)) if one != other)
}

fn is_han(c: char) -> bool {
    matches!(c as u32, 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// ln p of a Hangul syllable among all: a list of the common ones by rank, all others alike.
fn hangul_nats(c: char) -> f32 {
    HANGUL_NATS
        .get((c as usize).wrapping_sub(0xAC00))
        .copied()
        .unwrap_or(RARE_HANGUL_NATS)
}

/// Score of kana, all alike.
const KANA_NATS: f32 = -4.5;
/// Score of the most common syllable ...
const FIRST_HANGUL_NATS: f32 = -3.6;
/// ... and the number of ranks after which one is half as common.
const HANGUL_RANKS: f32 = 8.0;
/// Score of a syllable that is not in the list.
const RARE_HANGUL_NATS: f32 = -11.0;

static HANGUL_NATS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let mut nats = vec![RARE_HANGUL_NATS; 0xD7A4 - 0xAC00];
    for (rank, c) in COMMON_HANGUL.chars().enumerate() {
        nats[c as usize - 0xAC00] = FIRST_HANGUL_NATS - (1.0 + rank as f32 / HANGUL_RANKS).ln();
    }
    nats
});

/// Syllables of Korean prose, the most common first.
const COMMON_HANGUL: &str = "이다의는에을고가하로를사지기한에서도리대시은자인정어일수부들과보전그제해나있\
    스주아여상장공원동소라구유개조용안성물적경니비생국관마문신것세야우요무화계행음치미심당중선방산위만연교실법회모영오간말명\
    분할내트면데거드단터설합진파레체입업출때타습토까러결바두또양저통서식재질운품현등권초호남학최금람않없같크른노";

/// Returns true when a good part of the words mix scripts: living text may do so by a slip, a run of CIDs does it
/// throughout.
fn words_mix_scripts(run: &str) -> bool {
    let words = || {
        run.split(' ')
            .filter(|word| word.chars().filter(|&c| is_suspect(c)).count() >= 2)
    };
    let mixed = words().filter(|word| mixes_scripts(word)).count();
    mixed > 0 && 3 * mixed >= words().count()
}

/// Returns true when `word` mixes scripts that are never written together.
fn mixes_scripts(word: &str) -> bool {
    let mut seen = None;
    let mut last = ' ';
    for c in word.chars() {
        let script = script_of(c, last);
        last = c;
        match (seen, script) {
            (_, None) => {}
            (None, _) => seen = script,
            (Some(first), Some(next)) if first == next => {}
            (Some(_), Some(_)) => return true,
        }
    }
    false
}

/// Returns true for letters of Latin, Greek and Cyrillic, which combining marks stand on.
fn takes_marks(letter: char) -> bool {
    letter.is_ascii_alphabetic() || matches!(letter as u32, 0xC0..=0x52F | 0x1E00..=0x1FFF)
}

/// A number for the script of `c`, by block; `None` for ASCII, marks and characters that many scripts use. Combining
/// marks belong to the letter `last`; where that takes none, they are as foreign as another script.
fn script_of(c: char, last: char) -> Option<u32> {
    let code = c as u32;
    let script = match code {
        // The apostrophe that is a letter of Ukrainian, and the full stops of most Indic scripts.
        0x2BC | 0x964 | 0x965 => return None,
        0xC0..=0x2FF | 0x1D00..=0x1DBF | 0x1E00..=0x1EFF => 1,
        0x300..=0x36F if takes_marks(last) => return None,
        0x300..=0x36F => 4,
        0x370..=0x3FF | 0x1F00..=0x1FFF => 2,
        0x400..=0x52F => 3,
        0x530..=0x58F => 5,
        0x590..=0x5FF => 6,
        0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF => 7,
        0x10A0..=0x10FF | 0x1C90..=0x1CBF => 8,
        0x1100..=0x11FF => 9,
        0x1200..=0x139F => 10,
        0x1400..=0x167F => 11,
        0xF00..=0xFFF => 12,
        0x700..=0x1CFF => 0x100 + code / 0x80,
        _ => return None,
    };
    Some(script)
}
