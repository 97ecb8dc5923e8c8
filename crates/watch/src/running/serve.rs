//! Bytes of recorded files, as they are asked for.

use super::{NoFootage, Running};
use crate::{
    fmp4::Track,
    footage::{FootageError, Placed},
    live::still,
    record::FileName,
    segment::{ReadAt, fragment_at, init_length},
    tier::{Object, Opened, Source},
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream::BoxStream};
use liengia_kernel::CameraId;
use std::{fs::File, io, path::Path, sync::Arc};
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    sync::Semaphore,
};

/// Bytes of a recorded file.
pub type Part = BoxStream<'static, io::Result<Bytes>>;

/// Bytes that are read at a time.
const BLOCK: usize = 256 * 1024;

/// The same from the tier: each is a request to the store.
const FROM_TIER: u64 = 1024 * 1024;

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
    /// How the file of a fragment begins; none if it cannot be read. The store is not asked for that.
    pub async fn start_of(&self, placed: &Placed) -> Option<FileStart> {
        let Source::Disk(path) = &placed.source else {
            return Some(FileStart { init_length: placed.init_length });
        };
        let path = path.clone();
        let read = move || Some(FileStart { init_length: init_length(&File::open(path).ok()?).ok()? });
        tokio::task::spawn_blocking(read).await.ok().flatten()
    }

    /// So many bytes of a file from there on; none if it is not there. Where it is in the tier, the first of them came.
    pub async fn part(&self, source: &Source, from: u64, length: u64) -> Result<Option<Part>, NoFootage> {
        match source {
            Source::Disk(path) => Ok(stream_part(path, from, length).await),
            Source::Tier(object) => {
                found(remote_part(self.0.tier_seats.clone(), object.clone(), from, length).await)
            }
        }
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
    pub async fn still(&self, placed: Placed) -> Result<Option<Vec<u8>>, NoFootage> {
        if matches!(placed.source, Source::Tier(_)) {
            return Ok(found(seated(&self.0.tier_seats, move || one_picture(&placed)).await)?.flatten());
        }
        let picture = tokio::task::spawn_blocking(move || one_picture(&placed)).await;
        Ok(found(picture.map_err(|_| NoFootage::Stopping)?)?.flatten())
    }
}

/// What is not there is none; what the store or a disk did else is told.
fn found<T>(read: io::Result<T>) -> Result<Option<T>, NoFootage> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FootageError::File(error).into()),
    }
}

fn one_picture(placed: &Placed) -> io::Result<Option<Vec<u8>>> {
    let file = placed.source.open()?;
    let picture = picture_of(&file, placed.offset);
    match file.trouble() {
        Some(trouble) if picture.is_none() => Err(trouble.into()),
        _ => Ok(picture),
    }
}

fn picture_of(file: &Opened, offset: u64) -> Option<Vec<u8>> {
    let init = read(file, 0, init_length(file).ok()?)?;
    let fragment = fragment_at(file, offset).ok()??;
    let mut pictures = fragment.samples.iter().filter(|sample| sample.track == Track::Pictures);
    let key = pictures.find(|sample| sample.key)?;
    let end = u64::try_from(key.offset).ok()?.checked_add(u64::from(key.length))?;
    if end > LONGEST_PICTURE {
        return None;
    }
    still(&init, &fragment, &read(file, offset, end)?)
}

fn read(file: &impl ReadAt, at: u64, length: u64) -> Option<Vec<u8>> {
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

/// So many bytes of a file in the tier; the first of them are here when this answers.
async fn remote_part(seats: Arc<Semaphore>, object: Object, from: u64, length: u64) -> io::Result<Part> {
    let end = from.saturating_add(length).min(object.length());
    let opened = move || {
        let remote = object.open()?;
        let first = next_of(&remote, from, end)?;
        Ok((Arc::new(remote), first))
    };
    let (remote, first) = seated(&seats, opened).await?;
    let at = from + first.len() as u64;
    let rest = futures_util::stream::unfold((seats, remote, at), move |(seats, remote, at)| async move {
        if at >= end {
            return None;
        }
        let reader = remote.clone();
        let read = seated(&seats, move || next_of(&*reader, at, end)).await;
        // Behind an error there is nothing.
        let next = read.as_ref().map_or(end, |bytes| at + bytes.len() as u64);
        Some((read, (seats, remote, next)))
    });
    Ok(futures_util::stream::once(async { Ok(first) }).chain(rest).boxed())
}

/// Asks the store on a thread that may wait for it: few at a time, so that many who look, and a store that does not answer,
/// do not take all threads.
async fn seated<T: Send + 'static>(
    seats: &Arc<Semaphore>,
    ask: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let seat = seats.clone().acquire_owned().await.map_err(io::Error::other)?;
    let asked = move || {
        let answer = ask();
        drop(seat);
        answer
    };
    tokio::task::spawn_blocking(asked).await.map_err(io::Error::other)?
}

/// The next bytes of a file before this end; never none of them.
fn next_of(file: &impl ReadAt, at: u64, end: u64) -> io::Result<Bytes> {
    let most = end.saturating_sub(at).min(FROM_TIER);
    let mut bytes = vec![0; usize::try_from(most).map_err(io::Error::other)?];
    let count = file.read_at(&mut bytes, at)?;
    if count == 0 && most > 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    bytes.truncate(count);
    Ok(bytes.into())
}

/// So many bytes of a file from there on; none if it cannot be opened.
async fn stream_part(path: &Path, from: u64, length: u64) -> Option<Part> {
    let mut file = tokio::fs::File::open(path).await.ok()?;
    file.seek(io::SeekFrom::Start(from)).await.ok()?;
    Some(blocks(file, length).boxed())
}

/// A whole file.
pub(super) fn stream(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> + Send {
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
