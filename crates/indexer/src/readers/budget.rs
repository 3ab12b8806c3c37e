//! What one file may cost, everything that comes out of it included.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::extract::limits::{Limits, file_limits};
use crate::skip::SkipReason;

/// Cost of a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spent {
    pub(crate) processor: Duration,
    pub(crate) output_bytes: u64,
}

/// Budget of one file in processor time and bytes of output. The documents of a file may be read at once, each in a worker of
/// its own: they all draw on it.
#[derive(Debug)]
pub struct Budget {
    limits: Mutex<Limits>,
    spent: Mutex<Spent>,
}

impl Budget {
    /// Returns the budget of a file of `len_bytes`.
    pub fn new(len_bytes: u64) -> Self {
        Self {
            limits: Mutex::new(file_limits(len_bytes)),
            spent: Mutex::default(),
        }
    }

    /// Returns what is left for a task that takes documents out of the file.
    pub(crate) fn remaining(&self) -> Limits {
        let (limits, spent) = (self.limits(), self.spent());
        Limits {
            processor: limits.processor.saturating_sub(spent.processor),
            output_bytes: limits.output_bytes.saturating_sub(spent.output_bytes),
            ..limits
        }
    }

    /// Returns the limits of a task that reads a document of `len_bytes`, whose reader may declare limits of its own. They
    /// raise the file's budget if they are wider.
    pub(crate) fn limits_for(&self, len_bytes: u64, declared: Option<Limits>) -> Limits {
        let own = declared.unwrap_or_else(|| file_limits(len_bytes));
        if declared.is_some() {
            let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
            limits.processor = limits.processor.max(own.processor);
            limits.output_bytes = limits.output_bytes.max(own.output_bytes);
        }
        let left = self.remaining();
        Limits {
            processor: own.processor.min(left.processor),
            output_bytes: own.output_bytes.min(left.output_bytes),
            ..own
        }
    }

    pub(crate) fn charge(&self, spent: Spent) {
        let mut sum = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        sum.processor += spent.processor;
        sum.output_bytes += spent.output_bytes;
    }

    pub(crate) fn is_left(&self) -> bool {
        self.overdrawn().is_none()
    }

    /// Returns the reason why nothing more of the file is read; `None` while something is left.
    pub(crate) fn overdrawn(&self) -> Option<SkipReason> {
        let (limits, spent) = (self.limits(), self.spent());
        if spent.processor >= limits.processor {
            return Some(SkipReason::TooCostly {
                limit_seconds: limits.processor.as_secs(),
            });
        }
        (spent.output_bytes >= limits.output_bytes).then_some(SkipReason::GrowsBeyond {
            limit_mib: limits.output_bytes >> 20,
        })
    }

    fn limits(&self) -> Limits {
        *self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_documents_of_a_file_draw_on_one_budget() {
        let budget = Budget::new(1 << 20);
        let whole = budget.remaining();
        let half = Spent {
            processor: whole.processor / 2,
            output_bytes: 1,
        };
        budget.charge(half);
        assert_eq!(
            budget.remaining().processor,
            whole.processor - half.processor
        );
        assert!(budget.is_left());
        budget.charge(half);
        let reason = budget.overdrawn().expect("used up").to_string();
        assert!(reason.contains("of processor time"), "{reason}");
    }

    #[test]
    fn a_reader_may_declare_more_than_a_file_has() {
        let budget = Budget::new(0);
        let own = Limits {
            processor: Duration::from_secs(3_600),
            ..file_limits(0)
        };
        assert_eq!(budget.limits_for(0, Some(own)).processor, own.processor);
        budget.charge(Spent {
            processor: Duration::from_secs(3_000),
            output_bytes: 0,
        });
        assert_eq!(
            budget.limits_for(0, Some(own)).processor,
            Duration::from_secs(600)
        );
    }
}
