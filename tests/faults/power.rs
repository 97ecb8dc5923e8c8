//! The power goes: what the disk holds at that moment is copied, mounted and started on.
//!
//! The node's process is halted, so that nothing more reaches the disk; what it had not flushed stays in the memory of
//! the file system above the image and is lost to the copy, as it is to a power cut.

use crate::{
    commune::sample,
    disks::Disk,
    kill::ring_on,
    node::{Folder, Node, until},
    scene::{bells_of, left_out, seed},
    town::{Town, Written},
};
use std::{fs, time::Duration};

/// How often the power goes.
const CUTS: usize = 12;

/// How long the disk may take to come to rest once the node is halted.
const RESTS_WITHIN: Duration = Duration::from_secs(30);

/// A copy of the disk at one moment: nothing was written to it from the copy's beginning to its end.
fn cut(disk: &Disk, device: &str, name: &str) -> Disk {
    let written = || fs::read_to_string(format!("/sys/block/{device}/stat")).unwrap();
    let copy = |to: &std::path::Path| {
        until("the disk rests", RESTS_WITHIN, || {
            let before = written();
            fs::copy(disk.image(), to).unwrap();
            (written() == before).then_some(())
        });
    };
    Disk::of_image(name, copy).unwrap()
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let disk = match Disk::in_a_file("power", 48) {
        Ok(disk) => disk,
        Err(why) => return left_out("power cut", why),
    };
    let chance = seed("power");
    let device = disk.device().unwrap();
    let teams = [0, 1].map(|team: usize| sample().teams[team].id);
    let watched = teams.map(|team| bells_of(team).remove(0));
    let mut node = Node::at(Folder::new("power"), disk.root().join("data"));
    node.start();
    let town = Town::of(&node, &teams, &watched, &chance);
    let (mut acts, mut last) = (0, None);
    for number in 1..=CUTS {
        let mut copied = None;
        town.load(|| {
            town.for_a_while();
            let all = town.all();
            node.signal("STOP");
            copied = Some((all, cut(&disk, &device, "copy")));
            node.signal("CONT");
        });
        let (all, copy) = copied.unwrap();
        let data = copy.root().join("data");
        node.configure(&data, "info");
        node.verifies();
        node.views_agree();
        let mut written = Written::default();
        written.read_on(&data);
        let lost = written.lost(&all);
        assert!(lost.is_empty(), "cut {number} lost {} of {}: {lost:?}", lost.len(), all.len());
        acts = all.len();
        last = Some(copy);
    }
    // The last time it stays dark, and the node starts on what the disk held.
    node.kill();
    let copy = last.unwrap();
    node.start();
    ring_on(&node, &watched, "after the power cut");
    node.stop();
    node.verifies();
    println!("power: {CUTS} cuts, {acts} acknowledged acts at the last, none lost");
    drop((node, town, copy));
}
