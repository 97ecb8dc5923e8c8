//! Proof that footage is what was recorded: trees of hashes whose roots stand in the journal.

pub mod merkle;
