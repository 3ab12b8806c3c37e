//! Versions of one work, and what texts say of their force.
//!
//! In: documents with their titles, languages and dates. Out: [`Versions`]: works that are held in several versions, and which
//! of them was in force on a day. [`words`] reads off a text whether it is repealed, [`beginning`] when it comes into force.

mod beginning;
mod table;
mod words;

pub(crate) use self::beginning::{comes_into_force, leaves_day_open};
pub(crate) use self::table::{Dated, Likeness, Version, Versions};
pub(crate) use self::words::{repealed_by_head, revised_by_head};
