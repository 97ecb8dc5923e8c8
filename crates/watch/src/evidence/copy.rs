//! Shortened or masked copies of exported footage: how they are made, and the note that says that they are copies.
//!
//! Promises: a copy always names the original's SHA-256. It never runs anything.

use super::hex;
use crate::segment::Hash;
use serde::{Deserialize, Serialize};
use std::{ffi::OsString, path::Path, time::Duration};

/// Most masks in a copy.
pub const MAX_MASKS: usize = 64;

/// The note beside a copy. It is a copy, made anew, and proves nothing by itself: the original does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// `liengia-copy-1`: this is a copy.
    pub format: CopyFormat,
    /// The export in which the original lies.
    pub export: String,
    /// The original's name there.
    pub original: String,
    /// SHA-256 of the original.
    #[serde(with = "hex")]
    pub original_sha256: Hash,
    /// SHA-256 of the copy.
    #[serde(with = "hex")]
    pub sha256: Hash,
    /// Milliseconds of the original before the copy begins.
    pub from_ms: u64,
    /// Milliseconds that the copy lasts at the most.
    pub length_ms: u64,
    /// What was covered.
    pub masks: Vec<Mask>,
}

/// What a copy's note says of its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CopyFormat {
    /// The only one.
    #[serde(rename = "liengia-copy-1")]
    One,
}

/// A part of the picture that is covered, in pixels from its left upper corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// From the left.
    pub x: u16,
    /// From above.
    pub y: u16,
    /// Width, at least 2.
    pub width: u16,
    /// Height, at least 2.
    pub height: u16,
    /// How it is covered.
    pub cover: Cover,
}

/// How a part of the picture is covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cover {
    /// With black: nothing of it can be guessed.
    Black,
    /// Blurred: what moves is seen, who it is is not.
    Blurred,
}

/// Why no copy is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCopy {
    /// More masks than [`MAX_MASKS`].
    #[error("too many masks: cover larger parts of the picture with fewer of them")]
    TooMany,
    /// A mask that covers nothing.
    #[error("a mask covers nothing: draw it at least two pixels wide and high")]
    Empty,
}

/// The arguments for ffmpeg (without its own name) that make a copy of `length` from `from` on, with these parts covered.
pub fn ffmpeg_command(
    input: &Path,
    output: &Path,
    from: Duration,
    length: Duration,
    masks: &[Mask],
) -> Result<Vec<OsString>, BadCopy> {
    let graph = graph(masks)?;
    let seconds = |time: Duration| OsString::from(format!("{}.{:03}", time.as_secs(), time.subsec_millis()));
    // `file:` keeps a name such as `http:x` or `-y` from being anything but a name.
    let named = |path: &Path| {
        let mut name = OsString::from("file:");
        name.push(path);
        name
    };
    let mut arguments: Vec<OsString> =
        ["-nostdin", "-v", "error", "-protocol_whitelist", "file", "-ss"].map(Into::into).into();
    arguments.extend([seconds(from), "-i".into(), named(input), "-t".into(), seconds(length)]);
    if let Some(graph) = graph {
        arguments.extend(["-filter_complex", &graph, "-map", "[out]", "-map", "0:a?"].map(Into::into));
    }
    arguments.extend(["-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac"].map(Into::into));
    arguments.extend(["-map_metadata", "-1", "-movflags", "+faststart", "-n"].map(Into::into));
    arguments.push(named(output));
    Ok(arguments)
}

/// What covers the masks, one after another; none without masks.
fn graph(masks: &[Mask]) -> Result<Option<String>, BadCopy> {
    if masks.len() > MAX_MASKS {
        return Err(BadCopy::TooMany);
    }
    let mut graph = String::new();
    let mut before = "0:v".to_owned();
    for (place, Mask { x, y, width, height, cover }) in masks.iter().enumerate() {
        if *width < 2 || *height < 2 {
            return Err(BadCopy::Empty);
        }
        let after = if place + 1 == masks.len() { "out".into() } else { format!("m{place}") };
        let step = match cover {
            Cover::Black => {
                format!("[{before}]drawbox=x={x}:y={y}:w={width}:h={height}:color=black:t=fill[{after}];")
            }
            Cover::Blurred => {
                // boxblur refuses a radius above half of the smaller plane, and colour planes are half as large.
                let radius = (width.min(height) / 4).clamp(1, 40).min(width.min(height) / 2);
                format!(
                    "[{before}]split[a{place}][b{place}];[b{place}]crop={width}:{height}:{x}:{y},\
                     format=yuv444p,boxblur={radius}:3[c{place}];[a{place}][c{place}]overlay={x}:{y}[{after}];"
                )
            }
        };
        graph.push_str(&step);
        before = after;
    }
    graph.pop();
    Ok((!graph.is_empty()).then_some(graph))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const BLACK: Mask = Mask { x: 10, y: 20, width: 30, height: 40, cover: Cover::Black };

    #[test]
    fn names_are_only_names_and_masks_cover_something() {
        let command = |masks: &[Mask]| {
            ffmpeg_command(
                Path::new("-y"),
                Path::new("http:x"),
                Duration::from_millis(1500),
                Duration::from_mins(1),
                masks,
            )
        };
        let plain = command(&[]).unwrap();
        assert!(plain.contains(&"file:-y".into()) && plain.last() == Some(&"file:http:x".into()));
        assert!(plain.contains(&"1.500".into()) && plain.contains(&"60.000".into()));
        let masked = command(&[BLACK]).unwrap();
        assert!(masked.contains(&"[0:v]drawbox=x=10:y=20:w=30:h=40:color=black:t=fill[out]".into()));
        assert_eq!(command(&[Mask { width: 1, ..BLACK }]), Err(BadCopy::Empty));
        assert_eq!(command(&[BLACK; MAX_MASKS + 1]), Err(BadCopy::TooMany));
    }

    /// Needs ffmpeg; without it there is nothing that could be asked.
    #[test]
    fn ffmpeg_understands_every_cover() {
        let folder = std::env::temp_dir().join(format!("liengia-copy-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (source, copy) = (folder.join("source.mp4"), folder.join("copy.mp4"));
        let input = ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=5", "-t", "2"];
        if let Ok(made) = Command::new("ffmpeg").args(input).arg(&source).status() {
            assert!(made.success());
            let small = Mask { width: 2, height: 3, cover: Cover::Blurred, ..BLACK };
            let masks = [BLACK, Mask { cover: Cover::Blurred, ..BLACK }, small];
            let arguments =
                ffmpeg_command(&source, &copy, Duration::from_millis(400), Duration::from_secs(1), &masks);
            let said = Command::new("ffmpeg").args(arguments.unwrap()).output().unwrap();
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
            assert!(std::fs::metadata(&copy).unwrap().len() > 1000);
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
