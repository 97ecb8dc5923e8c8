//! What lies beside the footage in an export: for people, for `sha256sum` and for openssl.
//!
//! Promises: each but the manifest and its signature follows from the manifest, so that a changed one is found.

use super::{Manifest, PAGE, hex::digits, key::pem};
use std::fmt::Write as _;

/// The signed manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// Its signature: 64 bytes.
pub(super) const SIGNATURE: &str = "manifest.sig";
/// How many files lie beside the footage.
pub(super) const COUNT: usize = 6;

/// All but the manifest and its signature: name and content.
pub(super) fn beside(manifest: &Manifest) -> [(&'static str, Vec<u8>); COUNT - 2] {
    let mut sums = String::new();
    for file in &manifest.files {
        // Writing to a text cannot fail.
        let _ = writeln!(sums, "{}  {}", digits(&file.sha256), file.name);
    }
    [
        ("SHA256SUMS", sums.into_bytes()),
        ("node-key.pem", pem(&manifest.public_key).into_bytes()),
        ("README.txt", include_bytes!("README.txt").to_vec()),
        ("verify.html", PAGE.as_bytes().to_vec()),
    ]
}
