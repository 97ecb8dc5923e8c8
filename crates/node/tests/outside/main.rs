//! The program from outside: the real binary, its files, its doors.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod acme;
mod answers;
mod backups;
mod ca_page;
mod cap;
mod certificates;
mod check;
mod http;
mod kit;
mod metrics;
mod postgres;
mod pushes;
mod report;
mod streams;
mod unit;
