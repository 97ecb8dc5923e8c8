//! The feed: the newest CAP messages as Atom (RFC 4287), each with a link to itself.

use super::{
    alert::{Alert, BadAlert},
    write::{Page, status},
};
use liengia_kernel::Timestamp;
use sha2::{Digest, Sha256};

/// Messages in the feed; older ones are still there by their own address.
pub const MOST_ENTRIES: usize = 100;

/// What the feed says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed<'a> {
    /// The node's own address without a slash at the end: `https://node.example.vn`.
    pub base: &'a str,
    /// The feed's name.
    pub title: &'a str,
    /// Who warns: the commune.
    pub author: &'a str,
    /// When it was last changed, if it has no message.
    pub updated: Timestamp,
    /// The messages; the newest come first in the feed, whatever their order here.
    pub alerts: &'a [Alert],
}

/// The feed as Atom (`application/atom+xml`).
pub fn feed(feed: &Feed<'_>) -> Result<String, BadAlert> {
    let mut newest: Vec<&Alert> = feed.alerts.iter().collect();
    newest.sort_by_key(|alert| (std::cmp::Reverse(alert.sent), alert.identifier()));
    newest.truncate(MOST_ENTRIES);
    let updated = newest.first().map_or(feed.updated, |alert| alert.sent);
    let address = format!("{}/cap/feed.atom", feed.base);

    let mut page = Page::new();
    page.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom")]);
    page.text("id", &urn(&address));
    page.text("title", feed.title);
    page.text("updated", &seconds(updated));
    page.open("author", &[]);
    page.text("name", feed.author);
    page.close("author");
    page.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &address)]);
    for alert in newest {
        alert.check()?;
        entry(&mut page, feed.base, alert);
    }
    page.close("feed");
    Ok(page.0)
}

fn entry(page: &mut Page, base: &str, alert: &Alert) {
    // Checked: there is at least one language, and its own comes first.
    let Some(info) = alert.infos.first() else { return };
    let identifier = alert.identifier();
    let address = format!("{base}/cap/{identifier}.xml");
    page.open("entry", &[("xml:lang", &info.language)]);
    page.text("id", &urn(&format!("{} {identifier}", alert.sender.as_str())));
    page.text("title", &info.headline);
    page.text("updated", &seconds(alert.sent));
    page.empty("category", &[("term", status(alert.status))]);
    page.empty("link", &[("rel", "alternate"), ("type", "application/cap+xml"), ("href", &address)]);
    page.text("summary", &info.description);
    page.close("entry");
}

fn seconds(at: Timestamp) -> String {
    super::time(at)
}

/// A name that never changes: a UUID (version 8) from the hash of what it names.
fn urn(named: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(named)[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    format!("urn:uuid:{}", liengia_kernel::EntryId::from_bytes(bytes))
}
