//! `liengia-recorder FOLDER URL...`: the recorder of the node alone, to be measured. It says `ready` before the first camera
//! is called, records until its input ends, and then says what it took as one line of JSON.

use anyhow::{Context as _, ensure};
use liengia_kernel::{SystemClock, SystemEntropy};
use liengia_watch::{
    record::{CameraSettings, Nobody, Recorder, RecorderConfig, Recording, Witness},
    rtsp::Target,
};
use serde_json::json;
use std::{
    io::{Read as _, Write as _, stdin, stdout},
    sync::Arc,
    time::Duration,
};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("a folder is needed")?;
    let config = RecorderConfig {
        disks: vec![folder.into()],
        beat: Duration::from_millis(250),
        watched_beat: Duration::from_millis(20),
        file_length: Duration::from_mins(10),
    };
    let witness: Arc<dyn Witness> = Arc::new(Nobody);
    let recorder = Recorder::start(&config, Arc::new(SystemClock::new()), Arc::new(SystemEntropy), &witness)?;
    println!("ready");
    stdout().flush()?;
    // The idle program is looked at before it is given its cameras.
    let mut input = stdin().lock();
    input.read_exact(&mut [0])?;
    for (number, url) in (0_u64..).zip(arguments) {
        let mut camera = [0; 16];
        camera[..8].copy_from_slice(&number.to_be_bytes());
        let target = Target::parse(&url)?;
        let settings = CameraSettings {
            camera,
            target,
            sub: None,
            certificate: None,
            disk: 0,
            sound: false,
            recording: Recording::Always,
        };
        ensure!(recorder.put(settings), "the recorder takes no more cameras");
    }
    let mut rest = Vec::new();
    input.read_to_end(&mut rest)?;
    let counts = recorder.counts();
    let disk = recorder.disks().first().map(liengia_watch::record::Disk::counts).unwrap_or_default();
    let sum = |what: fn(&liengia_watch::record::CameraCounts) -> u64| counts.values().map(what).sum::<u64>();
    let said = json!({
        "recording": counts.values().filter(|one| one.taken.pictures > 0).count(),
        "pictures": sum(|one| one.taken.pictures),
        "lost_packets": sum(|one| one.taken.lost_packets),
        "left_out": sum(|one| one.taken.left_out) + disk.left_out,
        "connections": sum(|one| one.connections),
        "trouble": counts.values().find_map(|one| one.trouble.clone()),
    });
    println!("{said}");
    Ok(())
}
