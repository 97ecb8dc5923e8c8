//! Bytes of recorded files, as they are asked for.

use super::{NoFootage, Running};
use crate::{
    footage::Placed,
    live::still,
    record::FileName,
    segment::{ReadAt as _, fragment_at, init_length},
};
use bytes::Bytes;
use futures_util::Stream;
use liengia_kernel::{CameraId, ExportId};
use std::{fs::File, io, path::Path, sync::Arc};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// Bytes that are read at a time.
const BLOCK: usize = 256 * 1024;

/// Fragments of one file: more than it has.
const OF_A_FILE: usize = 10_000;

/// How long before its name's moment a file's first fragment may begin, in microseconds, by rounding.
const BEFORE_US: i64 = 1_000_000;

/// No file is longer, in microseconds.
const LONGEST_US: i64 = 2 * 3_600_000_000;

/// A key picture alone is no longer, in bytes.
const LONGEST_PICTURE: u64 = 16 * 1024 * 1024;

/// How a recorded file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStart {
    /// Bytes of its init segment.
    pub init_length: u64,
}

impl Running {
    /// How a file begins; none if it cannot be read.
    pub async fn start_of(&self, path: &Arc<Path>) -> Option<FileStart> {
        let path = path.clone();
        let read = move || Some(FileStart { init_length: init_length(&File::open(path).ok()?).ok()? });
        tokio::task::spawn_blocking(read).await.ok().flatten()
    }

    /// The fragments of a file of which any part lies in this stretch, in microseconds.
    pub async fn in_file(
        &self,
        camera: CameraId,
        file: FileName,
        (from, to): (i64, i64),
    ) -> Result<Vec<Placed>, NoFootage> {
        let from = from.max(file.wall_us.saturating_sub(BEFORE_US));
        let to = to.min(file.wall_us.saturating_add(LONGEST_US));
        self.ask(move |index| {
            let mut found = index.fragments(*camera.as_bytes(), from, to, OF_A_FILE)?;
            found.retain(|placed| placed.file == file);
            Ok(found)
        })
        .await
    }

    /// The first key picture of a fragment as a file of its own; none if it has none, or its file is gone.
    pub async fn still(&self, placed: Placed) -> Option<Vec<u8>> {
        tokio::task::spawn_blocking(move || one_picture(&placed)).await.ok().flatten()
    }

    /// What was put together of an export: the file and its length.
    pub async fn made(&self, export: ExportId) -> Option<(tokio::fs::File, u64)> {
        let path = self.export_path(export);
        let file = tokio::fs::File::open(path).await.ok()?;
        let length = file.metadata().await.ok()?.len();
        Some((file, length))
    }
}

fn one_picture(placed: &Placed) -> Option<Vec<u8>> {
    let file = File::open(&placed.path).ok()?;
    let init = read(&file, 0, init_length(&file).ok()?)?;
    let fragment = fragment_at(&file, placed.offset).ok()??;
    let key =
        fragment.samples.iter().find(|sample| sample.key && sample.track == crate::fmp4::Track::Pictures)?;
    let end = u64::try_from(key.offset).ok()?.checked_add(u64::from(key.length))?;
    if end > LONGEST_PICTURE {
        return None;
    }
    still(&init, &fragment, &read(&file, placed.offset, end)?)
}

fn read(file: &File, at: u64, length: u64) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    let mut done = 0;
    while done < bytes.len() {
        let rest = bytes.get_mut(done..)?;
        match file.read_at(rest, at + done as u64).ok()? {
            0 => return None,
            many => done += many,
        }
    }
    Some(bytes)
}

/// So many bytes of a file from there on; none if it cannot be opened.
pub async fn stream_part(
    path: &Path,
    from: u64,
    length: u64,
) -> Option<impl Stream<Item = io::Result<Bytes>> + Send + use<>> {
    let mut file = tokio::fs::File::open(path).await.ok()?;
    file.seek(io::SeekFrom::Start(from)).await.ok()?;
    Some(blocks(file, length))
}

/// A whole file.
pub fn stream(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> + Send {
    blocks(file, u64::MAX)
}

fn blocks(file: tokio::fs::File, length: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let mut file = file;
    file.set_max_buf_size(BLOCK);
    futures_util::stream::unfold((file, length), async |(mut file, left)| {
        if left == 0 {
            return None;
        }
        let mut block = vec![0; BLOCK.min(usize::try_from(left).unwrap_or(BLOCK))];
        match file.read(&mut block).await {
            Ok(0) => None,
            Ok(many) => {
                block.truncate(many);
                Some((Ok(block.into()), (file, left - many as u64)))
            }
            Err(error) => Some((Err(error), (file, 0))),
        }
    })
}
