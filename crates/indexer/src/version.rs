//! Version of the pipeline's output, and the evidence for it.
//!
//! An index names the version that prepared its documents. A program of another version prepares all of them anew; one of the
//! same version goes on from what is there. So the version changes when what comes out of the pipeline can, and for nothing
//! else: not for a comment, a rename or a faster way.

/// Versions so far with the hash of what each yields for the fixed folder of `tests/tests/promises/pipeline_version.rs`: stored texts,
/// records, repairs, tokens.
///
/// When the test says that the hash has moved, either undo what moved it or add a line here. A line is never changed.
pub const PIPELINE_VERSIONS: &[(u32, &str)] = &[
    (1, "baecd3d756d128cf"),
    (2, "983b86713dbd16b0"),
    (3, "b81c852548a1d4bc"),
    (4, "54e217ef74aae670"),
    (5, "543aa22013bccc8e"),
    (6, "af69d13c04d9741f"),
    (7, "a1450b968178658e"),
    (8, "f728a4133dab76ea"),
    (9, "9c7215a8aa18187c"),
    (10, "cde7a6534eeb541b"),
    (11, "81df0483600e5841"),
    // Citations within longer words too, which the folder has none of.
    (12, "2b3458b83e2075aa"),
    (13, "54233d443203ad77"),
    // Addresses, signs of notes and page numbers leave sentences; publishers and dates of more fields, titles of more labels.
    (14, "5dfec19687064cdc"),
];

/// Version in force: the last of [`PIPELINE_VERSIONS`].
pub const PIPELINE_VERSION: u32 = PIPELINE_VERSIONS[PIPELINE_VERSIONS.len() - 1].0;
