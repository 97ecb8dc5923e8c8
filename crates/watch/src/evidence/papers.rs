//! What lies beside the footage in an export: for people, for Python and for openssl.
//!
//! Promises: each but the manifest and its signature follows from the manifest, so that a changed one is found.

use super::{Manifest, PAGE, key::pem};

/// The signed manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// Its signature: 64 bytes.
pub(super) const SIGNATURE: &str = "manifest.sig";
/// How many files lie beside the footage.
pub(super) const COUNT: usize = 6;

/// All but the manifest and its signature: name and content.
pub(super) fn beside(manifest: &Manifest) -> [(&'static str, Vec<u8>); COUNT - 2] {
    [
        ("check.py", include_bytes!("check.py").to_vec()),
        ("node-key.pem", pem(&manifest.public_key).into_bytes()),
        ("README.txt", readme(manifest).into_bytes()),
        ("verify.html", PAGE.as_bytes().to_vec()),
    ]
}

/// What people read first: that it holds copies, where it does.
fn readme(manifest: &Manifest) -> String {
    let before = if manifest.copies.is_empty() { "" } else { include_str!("COPIES.txt") };
    format!("{before}{}", include_str!("README.txt"))
}
