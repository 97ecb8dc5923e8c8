//! Copies of footage: how ffmpeg is told to make one, and what the manifest says of it.
//!
//! Promises: a copy names what it was made of, by hashes that lead to the journal, and is never called a recording. What is
//! covered is black before anything is coded. It never runs anything.

use super::{Footage, hex};
use crate::{event::Mask, segment::Hash};
use liengia_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, time::Duration};

/// What a copy is made of, in the folder in which ffmpeg works.
pub const ORIGINAL: &str = "original.mp4";
/// The copy, there.
pub const COPY: &str = "copy.mp4";
/// What stands in a copy's pictures.
pub const STAMP: &str = "BẢN SAO / COPY";
/// Most masks in a copy: what somebody drew, and what a home did.
pub const MAX_MASKS: usize = 16;

/// A copy in an export: made anew from recorded footage. Its pictures are not the recorded ones, and prove nothing by
/// themselves; the original does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Its name in the ZIP.
    pub name: String,
    /// When its first picture was taken, to a picture or two.
    pub from: Timestamp,
    /// When its last picture ended.
    pub until: Timestamp,
    /// Bytes of the file.
    pub bytes: u64,
    /// CRC-32 of the file, as the ZIP says it.
    pub crc32: u32,
    /// SHA-256 of the file.
    #[serde(with = "hex")]
    pub sha256: Hash,
    /// What is covered with black, in thousandths of the picture.
    pub masks: Vec<Mask>,
    /// Whether [`STAMP`] stands in its pictures.
    pub stamped: bool,
    /// The program that made it, and its version.
    pub made_with: String,
    /// What it was made of: the recorded file, which lies in the ZIP under this name or stayed with the node.
    pub original: Footage,
}

/// One copy that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What of the original comes before it.
    pub from: Duration,
    /// How long it lasts.
    pub length: Duration,
    /// What is covered, in thousandths of the picture; at most [`MAX_MASKS`].
    pub masks: Vec<Mask>,
    /// Whether [`STAMP`] stands in its pictures.
    pub stamped: bool,
}

/// The arguments for ffmpeg (without its own name) that make [`COPY`] of [`ORIGINAL`] in the folder in which it is started.
/// No name and no text of anybody's stands in them.
pub fn ffmpeg_arguments(cut: &Cut) -> Vec<String> {
    let seconds = |time: Duration| format!("{}.{:03}", time.as_secs(), time.subsec_millis());
    let fixed = |words: &[&str]| words.iter().copied().map(str::to_owned).collect::<Vec<_>>();
    let mut arguments = fixed(&["-nostdin", "-hide_banner", "-nostats", "-v", "error", "-threads", "2"]);
    // Nothing but a file is opened, and it is what the recorder writes.
    arguments.extend(fixed(&["-protocol_whitelist", "file", "-f", "mp4", "-i"]));
    arguments.extend([format!("file:{ORIGINAL}"), "-ss".into(), seconds(cut.from)]);
    arguments.extend(["-t".into(), seconds(cut.length)]);
    arguments.extend(fixed(&["-map", "0:v:0"]));
    if let Some(filter) = filter(cut) {
        arguments.extend(["-filter_threads".into(), "1".into(), "-vf".into(), filter]);
    }
    arguments.extend(fixed(&["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "2"]));
    // Captions and the like that ride in the original's pictures stay behind.
    arguments.extend(fixed(&["-pix_fmt", "yuv420p", "-a53cc", "0", "-vsync", "vfr"]));
    if cut.masks.is_empty() {
        arguments.extend(fixed(&["-map", "0:a:0?", "-c:a", "aac"]));
    }
    arguments.extend(fixed(&["-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart"]));
    arguments.extend(fixed(&["-f", "mp4", "-n"]));
    arguments.push(format!("file:{COPY}"));
    arguments
}

/// What covers the masks and says that it is a copy; none where nothing does.
fn filter(cut: &Cut) -> Option<String> {
    let mut filter = String::new();
    for Mask { x, y, width, height } in cut.masks.iter().take(MAX_MASKS) {
        let (right, bottom) = (u32::from(*x) + u32::from(*width), u32::from(*y) + u32::from(*height));
        // What is covered in part is covered. Writing to a text cannot fail.
        let _ = write!(
            filter,
            "drawbox=x=floor(iw*{x}/1000):y=floor(ih*{y}/1000):w=ceil(iw*{right}/1000)-floor(iw*{x}/1000):\
             h=ceil(ih*{bottom}/1000)-floor(ih*{y}/1000):color=black:t=fill,"
        );
    }
    if cut.stamped {
        let _ = write!(filter, "{},", stamp());
    }
    filter.pop();
    (!filter.is_empty()).then_some(filter)
}

/// The filter that writes [`STAMP`] into pictures; it needs a font.
pub fn stamp() -> String {
    format!(
        "drawtext=text='{STAMP}':x=(w-text_w)/2:y=h-text_h*2:fontsize=h/16:fontcolor=white:box=1:boxcolor=black:\
         boxborderw=6:expansion=none"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASK: Mask = Mask { x: 100, y: 200, width: 300, height: 400 };

    fn arguments(masks: &[Mask], stamped: bool) -> String {
        let (from, length) = (Duration::from_millis(1_500), Duration::from_mins(1));
        ffmpeg_arguments(&Cut { from, length, masks: masks.to_vec(), stamped }).join(" ")
    }

    #[test]
    fn a_copy_is_cut_covered_and_says_what_it_is() {
        let masked = arguments(&[MASK, MASK], true);
        assert!(masked.contains("-i file:original.mp4 -ss 1.500 -t 60.000 "), "{masked}");
        assert!(masked.contains("x=floor(iw*100/1000):y=floor(ih*200/1000):w=ceil(iw*400/1000)"), "{masked}");
        assert_eq!(masked.matches("color=black:t=fill").count(), 2);
        assert!(masked.contains("t=fill,drawtext=text='BẢN SAO / COPY'"), "{masked}");
        assert!(masked.ends_with(" -n file:copy.mp4"), "{masked}");
    }

    #[test]
    fn what_is_covered_is_not_heard_either() {
        assert!(!arguments(&[MASK], false).contains("0:a:0"));
        let cut = arguments(&[], false);
        assert!(cut.contains("-map 0:a:0? -c:a aac") && !cut.contains("-vf"), "{cut}");
    }

    #[test]
    fn no_more_masks_are_drawn_than_there_may_be() {
        assert_eq!(arguments(&[MASK; MAX_MASKS + 9], false).matches("drawbox").count(), MAX_MASKS);
    }
}
