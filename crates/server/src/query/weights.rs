//! Weights and thresholds of the plan, each with what was measured.
//!
//! Weights stand beside a word's own BM25 of 1. Measured on 2026-11-25 on ../shared/ir, nDCG@10: STARD 0.522 (bigrams alone
//! 0.499, jieba 0.470), DRCD 0.973 (0.969, 0.956), TIME 0.719 (Porter 0.707). Function words left out of sentences: TIME's MAP
//! rises from 0.645 to 0.650, STARD from 0.519 to 0.520.

/// Weight of a word in the title, beside its weight as a word of title and text together. Scored apart at full weight, short
/// titles outweigh what documents are about: TIME falls to 0.65, STARD to 0.48.
pub const TITLE: f32 = 0.15;
/// Weight of a Latin word in the form typed, beside the weight of its stem.
pub const SURFACE: f32 = 0.3;
/// Weight of a pair of adjacent ideographs, marks among them. Of all documents of STARD, with the weight of characters below:
/// 1.0 gives 0.510, 1.2 0.511, 1.3 0.513.
pub const GRAM: f32 = 1.3;
/// Weight of a single ideograph. Without it STARD falls to 0.501; 1.0 gives 0.520 (DRCD 0.9715), 1.3 0.522 (0.9721), 1.6 0.522
/// (0.9730), 2.0 no more; 1.8 since marks are counted with them.
pub const CHARACTER: f32 = 1.8;
/// Maximum share of documents that hold an ideograph which still tells something. 0.1 gives 0.515, 0.5 gives 0.517.
pub const RARE_CHARACTER_SHARE: f32 = 0.3;
/// Weight of the words of a query standing together in a text as typed. The judged questions are sentences and do not tell;
/// people who type two or three words do mean them together.
pub const CLOSENESS: f32 = 0.5;
/// Weight of the words of a query standing together in a title: who types a title wants that document.
pub const TITLE_CLOSENESS: f32 = 2.0;
/// Maximum number of words that are looked for in one piece; more stand nowhere as typed.
pub const MAX_CLOSE_WORDS: usize = 8;
/// Score of a title that is the query, beyond the sum of the others: who types a title wants that document, and not the rules
/// that enforce it. A title that the query covers in part adds its share.
pub const NAMED_TITLE: f32 = 1_000.0;
/// Minimum score of a title that is the query in another region's words.
pub const VARIANT_TITLE: f32 = 700.0;
/// Score of a document whose id was typed.
pub const OWN_ID: f32 = 4_000.0;
/// Maximum factor of the scores of hits by translation beside those as typed.
pub const BY_TRANSLATION: f32 = 0.5;
/// Score of the best hit by translation beside the best as typed, at most: who types a language reads it.
pub const BEST_TRANSLATION: f32 = 0.95;
/// Minimum share of what two words of a query tell that a document must hold to be listed behind those that hold both. 0.5
/// costs STARD 0.008; 0.1 gives no more.
const MOST_SHARE: f32 = 0.35;
/// As [`MOST_SHARE`], for more words: a sentence has words that no right answer holds. From 6 words on instead of 4, STARD
/// loses 0.044 and DRCD 0.024.
const MOST_SHARE_OF_MANY: f32 = 0.1;

/// Minimum share of what `words` words tell that a document must hold to be listed behind those that hold all. Three Latin
/// words are as strict as two: *low-altitude economy* would list what only holds *economy*. For three Chinese words that costs
/// STARD 0.006.
pub fn most_share(words: usize, is_latin: bool) -> f32 {
    match words {
        0..=2 => MOST_SHARE,
        3 if is_latin => MOST_SHARE,
        _ => MOST_SHARE_OF_MANY,
    }
}
/// Number of words from which on a query is a sentence: the score alone decides between documents with all words and with most
/// (else TIME's MAP loses 0.02), and the pairs of ideographs of its frame add to it. 6 costs TIME 0.005.
pub const SENTENCE: usize = 4;
/// Number of first documents of an English sentence that tell which other words its answers hold. TIME's MAP, on the user's
/// path: 0.652 without, 0.668 with 10; 8 and 12 differ by less than 0.002, 5 and 15 lose 0.006 and more.
pub const FEEDBACK_DOCUMENTS: usize = 10;
/// Number of such words. 20 give 0.659, 60 no more than 40.
pub const FEEDBACK_TERMS: usize = 40;
/// Weight of all such words together, beside the words of the query. 0.6 gives the same, 0.8 loses 0.02.
pub const FEEDBACK: f32 = 0.5;
/// Maximum share of documents that hold such a word. 0.25 gives 0.667, 0.1 0.661.
pub const FEEDBACK_SHARE: f32 = 0.3;
/// Maximum length of a text that tells such words, in bytes.
pub const FEEDBACK_BYTES: usize = 16 << 10;
/// Maximum number of words of a query that are looked up: the most telling.
pub const MAX_WORDS: usize = 64;
/// Fewer documents with all words than this are followed by those with most of them.
pub const FEW_WITH_ALL: u64 = 10;
/// Number of hits as typed whose versions in other languages stand beside them.
pub const HITS_WITH_TWINS: usize = 10;
/// Maximum number of titles matched against a query.
pub const MAX_TITLES: usize = 16;
/// Weight of another form in the same language, beside the words as typed.
pub const VARIANT: f32 = 0.5;
/// Weight of a translation in a text. Ranked among translations only.
pub const TRANSLATION: f32 = 1.0;
/// Weight of a translation in a title.
pub const TITLE_TRANSLATION: f32 = 2.0;
/// Share of the words of a query whose translation a document must hold, from three words on: a table never has all the words
/// of a longer question.
pub const TRANSLATED_SHARE: f32 = 0.6;
/// Share of what the words of a query tell that a document found by translation must hold, where some have no translation.
pub const TRANSLATED_TELLING: f32 = 0.5;
/// Weight of a mark made by a form: it tells less of a passage than the words as typed.
pub const FORM_MARK: f32 = 0.5;
/// Weight of two words that stand in a text as they are typed one behind the other, beside the mean weight of their marks. Each
/// counts 1.33 where it stands once and 2 at most, so a passage that holds them together goes before one that holds them often
/// and apart, and not far behind one that holds a third word apart.
pub const TOGETHER_MARK: f32 = 1.0;
/// Maximum number of bytes between such words: a short joining word, as in *right of abode*.
pub const MAX_GAP_BYTES: usize = 12;
/// Weight of what a question asks among its first hits, as its words have it in all: one of ideographs counts as a word, by its
/// pairs and by its characters.
pub const ASKED_HAN: f32 = 4.0;
/// As [`ASKED_HAN`], for an English word: its stem and the form typed.
pub const ASKED_LATIN: f32 = 1.3;
/// Score of a title that says what a question asks, beside [`NAMED_TITLE`]: as a title of which less than half is named. The law
/// that the topic names stays first.
pub const ASKED_TITLE: f32 = 200.0;
/// Weight of another word for what a question asks, beside the word typed: 罰款 where 處罰 is asked.
pub const KIN_OF_ASKED: f32 = 0.5;
/// Number of the best passages of a document among which those that hold what a question asks are found.
pub const ASKED_PASSAGES: usize = 24;
/// Minimum weight of a mark, so that a word of every document still chooses a passage.
pub const LEAST_MARK: f32 = 0.05;
/// Maximum number of forms of one query (SAFETY S10).
pub const MAX_FORMS: usize = 64;
/// Maximum number of terms that a prefix stands for.
pub const MAX_PREFIX_TERMS: usize = 256;
/// Maximum number of pairs, and of ideographs, of one run of words that are optional clauses.
pub const MAX_OPTIONAL_TERMS: usize = 64;
