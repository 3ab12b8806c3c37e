//! Turns the account of an index into an answer.

use polidex_schema::coverage::{self, CoveredFile, FileList};

use crate::answer::{Coverage, CoverageFile, CoverageList, IndexInfo};

/// The account `of` an index that was made at `built`.
pub(super) fn coverage_of(of: &coverage::Coverage, index: IndexInfo, built: String) -> Coverage {
    Coverage {
        index,
        built: Some(built),
        skipped: list_of(&of.skipped),
        stale: list_of(&of.stale),
        partly: list_of(&of.partly),
        repaired: of.repaired,
        beyond_repair: of.with_losses,
        repairs: of.repairs.clone(),
    }
}

fn list_of(list: &FileList) -> CoverageList {
    CoverageList {
        count: list.count,
        classes: list.classes.clone(),
        reasons: list.reasons.clone(),
        files: list.files.iter().map(file_of).collect(),
    }
}

fn file_of(file: &CoveredFile) -> CoverageFile {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    CoverageFile {
        path: file.path.clone(),
        id: known(&file.id),
        class: known(&file.class),
        reason: file.reason.clone(),
    }
}
