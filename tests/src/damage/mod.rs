//! Damage made from clean texts, and how much of it repair restores.

pub mod damages;
pub mod fixture;
pub mod random;
pub mod score;
pub mod texts;
