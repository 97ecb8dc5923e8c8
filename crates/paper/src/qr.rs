//! QR codes as SVG: one path, sharp at every size, with a name for those who cannot see it.
//!
//! Pure. The picture holds no style and no script, so that it can stand in a page under a strict content policy.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Clear modules around the code; readers need four (ISO 18004).
const QUIET: usize = 4;
/// The most that one code holds: larger ones need a better camera than a cheap phone has.
pub const MOST_BYTES: usize = 600;

/// More text than one code can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a QR code holds at most {MOST_BYTES} bytes, this text has {0}; make it shorter")]
pub struct TooMuchText(pub usize);

/// The QR code of `text` as an SVG element. `title` says what it is for, to people who cannot see it.
///
/// Always black on white, also in a dark page: many readers know no other way round.
pub fn qr_svg(text: &str, title: &str) -> Result<String, TooMuchText> {
    let too_much = || TooMuchText(text.len());
    if text.len() > MOST_BYTES {
        return Err(too_much());
    }
    // Level M: 15 % of the code may be dirty, creased or in the shade.
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| too_much())?;
    let side = code.width() + 2 * QUIET;
    let title = escaped(title);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{title}\" \
         shape-rendering=\"crispEdges\"><title>{title}</title><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/>\
         <path fill=\"#000\" d=\"{}\"/></svg>",
        path(&code)
    ))
}

/// One rectangle for each run of dark modules.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(code.width()).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                // Writing to a string never fails.
                let _ = write!(path, "M{} {}h{w}v1h-{w}z", column + QUIET, row + QUIET, w = run.len());
            }
            column += run.len();
        }
    }
    path
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path as a browser does, at `scale` pixels a module, and reads it as a camera does.
    fn read_back(svg: &str, scale: usize) -> String {
        let between = |start: &str, end: &str| {
            let from = svg.find(start).unwrap() + start.len();
            &svg[from..from + svg[from..].find(end).unwrap()]
        };
        let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
        let mut dark = vec![false; side * side];
        for run in between("fill=\"#000\" d=\"M", "\"").split('M') {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            let width: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            dark[y * side + x..y * side + x + width].fill(true);
        }
        let pixels = side * scale;
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(pixels, pixels, |x, y| {
            if dark[y / scale * side + x / scale] { 0 } else { 255 }
        });
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn another_reader_reads_what_was_written() {
        for text in [
            "https://node.xa-hoa-binh.example.vn/join#9f86d081884c7d659a2feaa0c55ad015",
            "nhà bà Lan, số 12, ngõ 7",
            "1",
            &"long ".repeat(120),
        ] {
            let svg = qr_svg(text, "Mã vào tổ").unwrap();
            for scale in [3, 8] {
                assert_eq!(read_back(&svg, scale), text);
            }
        }
    }

    #[test]
    fn the_code_has_a_name_and_clear_space_around_it() {
        let svg = qr_svg("a", "Mã <của> \"nhà\" & tổ").unwrap();
        let name = "Mã &lt;của&gt; &quot;nhà&quot; &amp; tổ";
        assert!(
            svg.contains(&format!("<title>{name}</title>"))
                && svg.contains(&format!("aria-label=\"{name}\""))
        );
        assert!(svg.contains("role=\"img\"") && svg.contains("shape-rendering=\"crispEdges\""));
        // The smallest code has 21 modules a side; its first corner begins after four clear ones.
        assert!(svg.contains("viewBox=\"0 0 29 29\"") && svg.contains("d=\"M4 4h7v1h-7z"));
        assert!(!svg.contains("style") && !svg.contains("script"));
    }

    #[test]
    fn too_much_text_is_refused() {
        assert_eq!(qr_svg(&"a".repeat(601), ""), Err(TooMuchText(601)));
        assert!(qr_svg(&"a".repeat(600), "").is_ok());
    }
}
