//! Which address a track or the whole presentation is controlled by (RFC 2326, C.1.1).
//!
//! Promises: an address that it makes can stand in a request line. It follows what cameras mean: a relative address is
//! put behind the base with one slash, even where RFC 1808 would replace the base's last part.

/// The address that `control` means against `base`, or none if it cannot stand in a request.
pub(super) fn address(base: &str, control: &str) -> Option<String> {
    let control = control.trim();
    if !control.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let lower = control.get(..8).unwrap_or(control).to_ascii_lowercase();
    Some(if control.is_empty() || control == "*" {
        base.to_owned()
    } else if lower.starts_with("rtsp://") || lower.starts_with("rtsps://") {
        control.to_owned()
    } else if control.starts_with('/') {
        let authority = base.find("://").map_or(0, |scheme| scheme + 3);
        let end = base.get(authority..)?.find('/').map_or(base.len(), |slash| authority + slash);
        format!("{}{control}", base.get(..end)?)
    } else if base.ends_with('/') || control.starts_with('?') {
        format!("{base}{control}")
    } else {
        format!("{base}/{control}")
    })
}

/// The base of a description's addresses: what the answer says, else what was asked for. The former may itself be
/// relative.
pub(super) fn base(content_base: Option<&str>, content_location: Option<&str>, asked: &str) -> String {
    let said = content_base.or(content_location).filter(|said| !said.trim().is_empty());
    said.and_then(|said| address(asked, said)).unwrap_or_else(|| asked.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_are_put_behind_the_base() {
        for (base, control, whole) in [
            ("rtsp://cam/live/", "trackID=1", "rtsp://cam/live/trackID=1"),
            ("rtsp://cam/live", "trackID=1", "rtsp://cam/live/trackID=1"),
            ("rtsp://cam/c?channel=1&subtype=0/", "trackID=0", "rtsp://cam/c?channel=1&subtype=0/trackID=0"),
            ("rtsp://cam/live", "RTSP://10.0.0.1/x/track1", "RTSP://10.0.0.1/x/track1"),
            ("rtsp://cam:554/live/a", "/other/track1", "rtsp://cam:554/other/track1"),
            ("rtsp://cam", "/other", "rtsp://cam/other"),
            ("rtsp://cam/v", "?ctype=video", "rtsp://cam/v?ctype=video"),
            ("rtsp://cam/live", " * ", "rtsp://cam/live"),
            ("rtsp://cam/live", "", "rtsp://cam/live"),
        ] {
            assert_eq!(address(base, control).as_deref(), Some(whole));
        }
        assert_eq!(address("rtsp://cam/", "a b"), None);
        assert_eq!(address("rtsp://cam/", "a\r\nX: y"), None);
        assert_eq!(address("rtsp://cam/", "độ"), None);
    }

    #[test]
    fn the_base_is_what_the_answer_says_first() {
        let asked = "rtsp://cam/live";
        assert_eq!(base(Some("rtsp://10.0.0.1/b/"), Some("rtsp://10.0.0.1/l/"), asked), "rtsp://10.0.0.1/b/");
        assert_eq!(base(None, Some("rtsp://10.0.0.1/l/"), asked), "rtsp://10.0.0.1/l/");
        assert_eq!(base(None, None, asked), asked);
        assert_eq!(base(Some(" "), None, asked), asked);
        assert_eq!(base(Some("bad base"), None, asked), asked);
    }
}
