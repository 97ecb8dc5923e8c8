//! Exports and their check, beside `cp` and `sha256sum` of the same bytes, by turns; what is written is on the disk when
//! the clock stops.

use crate::{
    machine::{self, Folder, real},
    plot::{Bars, Panel, Tone},
    report::{Row, Wanted},
};
use anyhow::{Context as _, ensure};
use liengia_kernel::{Clock as _, SystemClock, SystemEntropy, Timestamp};
use liengia_watch::{
    evidence::{
        ExportKey, Who,
        export::{Order, Piece, write},
        verify::check,
    },
    segment::{init_length, walk},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Files of ten minutes in an export.
const FILES: usize = 7;

/// What was found.
pub struct Found {
    pub rows: Vec<Row>,
    pub panels: Vec<Panel>,
}

/// Measures it on copies of this file.
#[expect(clippy::too_many_lines, reason = "a table, row by row")]
pub fn measure(folder: &Folder, file: &Path, rounds: usize) -> anyhow::Result<Found> {
    let pieces = pieces(folder, file)?;
    let bytes: u64 = pieces
        .iter()
        .filter_map(|piece| piece.source.path())
        .map(|path| path.metadata().map_or(0, |data| data.len()))
        .sum();
    let key = ExportKey::load(&ExportKey::generate(&SystemEntropy)).context("no key")?;
    let zip = folder.join("export.zip");
    let (mut export, mut cp, mut verified, mut sums) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let recorded: Vec<_> = pieces.iter().filter_map(|piece| Some(piece.source.path()?.to_owned())).collect();
    let exported = |pieces: &[Piece]| {
        drop(fs::remove_file(&zip));
        settle(&recorded)?;
        timed(|| {
            let file = written(&zip)?;
            let made = write(&file, &order(), pieces.iter().cloned(), &key, &mut |_| ())?;
            file.sync_data()?;
            ensure!(made.manifest.files.iter().all(|file| file.damaged.is_empty()), "damaged footage");
            Ok(())
        })
    };
    // Memory, of an export of one file and of one of all.
    let mut peaks = Vec::new();
    for part in [&pieces[..1], &pieces[..]] {
        machine::forget_peak()?;
        exported(part)?;
        peaks.push(machine::peak_kb(std::process::id()) / 1024.0);
    }
    for round in 0..rounds {
        // What comes second may find the disk warm, or busy: each comes second as often.
        if round % 2 == 0 {
            settle(&recorded)?;
            cp.push(copied(folder, &pieces)?);
            export.push(exported(&pieces)?);
        } else {
            export.push(exported(&pieces)?);
            settle(&recorded)?;
            cp.push(copied(folder, &pieces)?);
        }
        settle(std::slice::from_ref(&zip))?;
        sums.push(timed(|| run(Command::new("sha256sum").arg(&zip)))?);
        settle(std::slice::from_ref(&zip))?;
        verified.push(timed(|| {
            let report = check(&File::open(&zip)?)?;
            ensure!(report.is_as_exported(), "the export does not hold");
            Ok(())
        })?);
    }
    let speed = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        real(bytes) / 1e6 / times.get(times.len() / 2).copied().unwrap_or(1.0)
    };
    let (export, cp, verified, sums) = (speed(export), speed(cp), speed(verified), speed(sums));
    let row = |name, what, ours, peer: (f64, &str), wanted| Row {
        name,
        what,
        ours,
        peer: Some((peer.0, peer.1.to_owned())),
        wanted: Wanted::TimesAtLeast(wanted),
        n: format!("{:.1} GB in {FILES} files", real(bytes) / 1e9),
        tls: None,
        fsync: Some(true),
    };
    let rows = vec![
        row("export_vs_cp", "a signed export is written, MB/s", export, (cp, "cp"), 0.7),
        Row {
            fsync: Some(false),
            ..row("verify_vs_sha256sum", "an export is verified, MB/s", verified, (sums, "sha256sum"), 0.8)
        },
        Row {
            name: "export_memory_growth",
            what: "peak memory of this process while it writes all files, beside that for one of them",
            ours: peaks[1] / peaks[0],
            peer: None,
            wanted: Wanted::AtMost(1.1),
            n: format!("{:.0} MB for one, {:.0} MB for {FILES}", peaks[0], peaks[1]),
            tls: None,
            fsync: None,
        },
    ];
    let bars = |title: &str, ours, peer: (&str, f64), wanted: f64| {
        Panel::Bars(Bars {
            title: title.into(),
            each: vec![("liengia".into(), ours, Tone::Ours), (peer.0.into(), peer.1, Tone::Peer)],
            wanted: Some((wanted * peer.1, format!("wanted: at least {wanted} of {}'s", peer.0))),
        })
    };
    let panels = vec![
        bars("An export is written, MB/s", export, ("cp", cp), 0.7),
        bars("An export is verified, MB/s", verified, ("sha256sum", sums), 0.8),
    ];
    Ok(Found { rows, panels })
}

/// Copies of the file, as recorded files of several cameras.
fn pieces(folder: &Folder, file: &Path) -> anyhow::Result<Vec<Piece>> {
    let open = File::open(file)?;
    let fragments: Vec<_> = walk(&open).collect::<Result<_, _>>()?;
    let (first, last) = fragments.first().zip(fragments.last()).context("an empty file")?;
    let piece = |number: usize| {
        let path: PathBuf = folder.join(format!("recorded-{number}.mp4"));
        fs::copy(file, &path)?;
        Ok(Piece {
            camera: first.header.camera,
            camera_name: format!("Camera {number}"),
            source: path.into(),
            init_bytes: init_length(&open)?,
            fragments: fragments.iter().map(|one| (one.offset, one.length)).collect(),
            first_fragment: first.header.number,
            from: Timestamp::from_micros(first.header.wall_us),
            until: Timestamp::from_micros(last.header.wall_us),
            gaps: Vec::new(),
            proofs: Vec::new(),
        })
    };
    (0..FILES).map(piece).collect()
}

fn order() -> Order {
    let who = |id: &str| Who { unit: "Công an xã".into(), id: id.into() };
    let now = SystemClock::new().now();
    Order {
        export: "bench".into(),
        node: "bench".into(),
        commune: "bench".into(),
        asked_by: who("one"),
        approved_by: who("another"),
        purpose: "accident".into(),
        case_number: None,
        asked_at: now,
        approved_at: now,
        made_at: now,
    }
}

/// What was written before is on the disk, and what is read next is in the page cache, before anything is timed.
fn settle(read_next: &[PathBuf]) -> anyhow::Result<()> {
    run(&mut Command::new("sync"))?;
    for path in read_next {
        std::io::copy(&mut File::open(path)?, &mut std::io::sink())?;
    }
    Ok(())
}

fn written(path: &Path) -> std::io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(true).open(path)
}

/// `cp` of the same bytes into a folder of its own.
fn copied(folder: &Folder, pieces: &[Piece]) -> anyhow::Result<f64> {
    let into = folder.join("copied");
    drop(fs::remove_dir_all(&into));
    fs::create_dir_all(&into)?;
    let took = timed(|| {
        run(Command::new("cp").args(pieces.iter().filter_map(|piece| piece.source.path())).arg(&into))?;
        for entry in fs::read_dir(&into)? {
            File::open(entry?.path())?.sync_data()?;
        }
        Ok(())
    })?;
    fs::remove_dir_all(&into)?;
    Ok(took)
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let done = command.output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// How long it takes, in seconds.
fn timed(mut what: impl FnMut() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let clock = SystemClock::new();
    what()?;
    let took: Duration = clock.elapsed();
    Ok(took.as_secs_f64())
}
