//! `liengia`: one program for a commune and for a province.

mod config;
mod identity;
mod listen;

fn main() {}
