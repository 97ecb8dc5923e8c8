//! Where a camera's files are on a disk, how they are named, and how one begins.
//!
//! Promises: a name is never used twice and nothing is overwritten; what a power cut left torn is moved aside and not
//! deleted. The camera's folder is made, the disk's own is not: a disk that is not mounted must not fill another one.

use super::{CameraId, Chain};
use crate::{
    fmp4::PAGE,
    segment::{Tail, tail},
};
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom},
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

/// How long a first fragment's number is in a name, so that names sort.
const DIGITS: usize = 12;

/// The name of a file: the number of its first fragment, and when that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileName {
    /// The number of its first fragment.
    pub number: u64,
    /// When that was taken, in microseconds since 1970 UTC.
    pub wall_us: i64,
}

impl fmt::Display for FileName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:0DIGITS$}-{}.mp4", self.number, self.wall_us)
    }
}

impl FileName {
    /// Reads a name; none if it is another's.
    pub fn parse(name: &str) -> Option<Self> {
        let (number, wall) = name.strip_suffix(".mp4")?.split_once('-')?;
        Some(Self { number: number.parse().ok()?, wall_us: wall.parse().ok()? })
    }
}

/// The folder of a camera on a disk.
pub fn camera_folder(disk: &Path, camera: CameraId) -> PathBuf {
    let name = camera.iter().fold(String::with_capacity(32), |name, byte| name + &format!("{byte:02x}"));
    disk.join(name)
}

/// Where the chain of a camera goes on, as far as its folder tells; what is torn is moved aside on the way.
pub(super) fn resume(folder: &Path) -> io::Result<Chain> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Chain::default()),
        other => other?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry?.file_name().to_str().and_then(FileName::parse));
    }
    names.sort_unstable();
    for name in names.into_iter().rev() {
        let path = folder.join(name.to_string());
        let file = OpenOptions::new().read(true).write(true).open(&path)?;
        let tail = tail(&file)?;
        if tail.torn > 0 || tail.whole == 0 {
            move_aside(&path, file, &tail)?;
        }
        if let Some(last) = tail.last {
            return Ok(Chain { number: last.header.number + 1, previous: last.hash });
        }
    }
    Ok(Chain::default())
}

/// What is behind the whole part goes into a file of its own, and then out of this one. What has no whole part goes there
/// itself: as a file of footage nothing could be made of it.
fn move_aside(path: &Path, mut file: File, tail: &Tail) -> io::Result<()> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".torn");
    if tail.whole == 0 {
        fs::rename(path, &aside)?;
        return File::open(path.parent().unwrap_or(path))?.sync_all();
    }
    let mut torn = OpenOptions::new().write(true).create(true).truncate(true).open(&aside)?;
    file.seek(SeekFrom::Start(tail.whole))?;
    io::copy(&mut (&mut file).take(tail.torn), &mut torn)?;
    torn.sync_all()?;
    file.set_len(tail.whole)?;
    file.sync_all()
}

/// A new file with its init segment, and where its first fragment goes.
pub(super) fn create(folder: &Path, name: FileName, init: &[u8]) -> io::Result<(File, u64)> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    let path = folder.join(name.to_string());
    let made = OpenOptions::new().write(true).create_new(true).open(&path)?;
    // Past the page cache, where the file system can: whether it can shows at the first write.
    let direct = OpenOptions::new().write(true).custom_flags(libc::O_DIRECT).open(&path);
    let written = match direct.and_then(|file| write_init(&file, init).map(|()| file)) {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => write_init(&made, init).map(|()| made),
        other => other,
    };
    let ready = written.and_then(|file| {
        file.sync_data()?;
        File::open(folder)?.sync_all()?;
        Ok((file, init.len() as u64))
    });
    if ready.is_err() {
        // Nothing is in it yet, and its name may be wanted again.
        let _ = fs::remove_file(&path);
    }
    ready
}

/// Writes from a page's beginning, as writes past the page cache must.
fn write_init(file: &File, init: &[u8]) -> io::Result<()> {
    let mut aligned = vec![0; init.len() + PAGE];
    let start = aligned.as_ptr().align_offset(PAGE).min(PAGE);
    let place = aligned.get_mut(start..start + init.len()).ok_or(io::ErrorKind::InvalidInput)?;
    place.copy_from_slice(init);
    file.write_all_at(place, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_their_numbers_and_read_back() {
        let names = [9, 10, 999_999].map(|number| FileName { number, wall_us: -7 });
        let texts = names.map(|name| name.to_string());
        assert!(texts.is_sorted());
        assert_eq!(texts.map(|text| FileName::parse(&text)), names.map(Some));
        assert_eq!(FileName::parse("000000000001-5.mp4.torn"), None);
    }
}
