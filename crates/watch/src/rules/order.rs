//! Decisions about copies of orders.

/// The longest copy of an order, in bytes.
pub const LONGEST_COPY: usize = 2 * 1024 * 1024;

/// What a copy is, by how it begins; none where it is nothing that is kept, or too long.
pub fn media_of(copy: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 3] =
        [(b"%PDF-", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")];
    let fits = copy.len() <= LONGEST_COPY;
    KINDS.iter().find(|(begin, _)| fits && copy.starts_with(begin)).map(|(_, media)| *media)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_told_by_its_bytes_and_not_by_its_name() {
        assert_eq!(media_of(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_of(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_of(b"\x89PNG\r\n\x1a\n."), Some("image/png"));
        assert_eq!(media_of(b"<html>"), None);
        assert_eq!(media_of(b""), None);
        let long = [b"%PDF-".as_slice(), &vec![0; LONGEST_COPY]].concat();
        assert_eq!(media_of(&long), None);
    }
}
