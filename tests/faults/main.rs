//! The real binary, from outside, while everything goes wrong: killed, without a disk, without power, with a clock that
//! jumps, flooded, besieged, and spoken to in bad faith.
//!
//! Promises: every test starts a node of its own on a loopback address of its own, decides by a seed that it prints
//! (`LIENGIA_FAULT_SEED` repeats one), and says why where it leaves something out. Never: the inside of the program;
//! what is asserted was seen by a device, a browser, a command, or read in the database of a node that is dead.
//! docs/reference/faults.md says what is tried, how long, and what counts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod commune;
mod day;
mod disks;
mod door;
mod http;
mod journal;
mod liar;
mod mqtt;
mod mutate;
mod node;
mod scene;
mod town;
mod typed;
mod watched;

mod alarm_cameras;
mod bits;
mod clock;
mod deaf;
mod disk;
mod doors;
mod eyes;
mod flood;
mod footage;
mod half_open;
mod half_open_tls;
mod handed_out;
mod hostile_files;
mod hostile_http;
mod hostile_mqtt;
mod kill;
mod odd;
mod power;
mod privacy;
mod residents;
mod told;
