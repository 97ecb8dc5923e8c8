//! What goes wrong between the node and the store, in words that say what to do.

use object_store::{
    Error as Said,
    client::{HttpError, HttpErrorKind},
};
use serde::Serialize;
use std::{error::Error, io};

/// Letters of what a store says that are passed on.
const MOST_SAID: usize = 200;

/// Why the store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TierError {
    /// No connection.
    #[error("the store cannot be reached: does it run, and does watch.tier.endpoint name it?")]
    Away,
    /// No answer within the deadline.
    #[error("the store did not answer in time")]
    TimedOut,
    /// Nobody that is trusted vouches for it.
    #[error(
        "the certificate of the store is not trusted: name the authority that vouches for it in watch.tier.ca"
    )]
    Untrusted,
    /// The key is wrong, or may not do this.
    #[error(
        "the store refuses the access key: are both lines of watch.tier.key_file right, and may this key read, write, \
         delete and list in the bucket?"
    )]
    Refused,
    /// The clocks differ too much for a signature.
    #[error("the clock of the store and of this machine differ too much: set both by a time server")]
    Clock,
    /// No such bucket.
    #[error("the store has no such bucket: make it, or correct watch.tier.bucket")]
    NoBucket,
    /// Old versions of what is deleted would stay.
    #[error(
        "the bucket keeps what is deleted: switch its versions off, so that footage is gone once its time is over"
    )]
    Versions,
    /// The object is not there.
    #[error("the store does not have this file any more")]
    Gone,
    /// The store holds other bytes than were sent, or they were not sealed by this node.
    #[error("what the store holds cannot be opened: it was changed, or sealed with another key")]
    Sealed,
    /// The store answered something else.
    #[error("the store answered: {0}")]
    Said(String),
    /// The node stops, or there are no threads for it.
    #[error("the node is stopping")]
    Stopping,
}

/// The same in a word, for screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// It cannot be reached, or does not answer in time.
    Away,
    /// Its certificate is not trusted.
    Untrusted,
    /// It refuses the access key, or the clocks differ too much.
    Refused,
    /// There is no such bucket, or it keeps what is deleted.
    Bucket,
    /// What it holds is not what was sent.
    Changed,
    /// Anything else; the log has the words.
    Other,
}

impl TierError {
    /// The same in a word.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::Away | Self::TimedOut => Trouble::Away,
            Self::Untrusted => Trouble::Untrusted,
            Self::Refused | Self::Clock => Trouble::Refused,
            Self::NoBucket | Self::Versions => Trouble::Bucket,
            Self::Sealed | Self::Gone => Trouble::Changed,
            Self::Said(_) | Self::Stopping => Trouble::Other,
        }
    }

    /// What an error of a reader says of the store; none if it is about a disk.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// What the library says, in our words.
    pub(super) fn told(error: &Said) -> Self {
        let words = chain(error);
        let says = |code: &str| words.contains(code);
        match error {
            _ if says("NoSuchBucket") => Self::NoBucket,
            _ if says("RequestTimeTooSkewed") => Self::Clock,
            Said::NotFound { .. } => Self::Gone,
            Said::PermissionDenied { .. } | Said::Unauthenticated { .. } => Self::Refused,
            _ if says("InvalidAccessKeyId") || says("SignatureDoesNotMatch") => Self::Refused,
            _ if says("invalid peer certificate") => Self::Untrusted,
            _ => match connection(error) {
                Some(HttpErrorKind::Timeout) => Self::TimedOut,
                Some(HttpErrorKind::Connect | HttpErrorKind::Request | HttpErrorKind::Interrupted) => {
                    Self::Away
                }
                _ => Self::Said(plain(&words)),
            },
        }
    }
}

impl From<TierError> for io::Error {
    fn from(error: TierError) -> Self {
        let kind = if error == TierError::Gone { io::ErrorKind::NotFound } else { io::ErrorKind::Other };
        Self::new(kind, error)
    }
}

/// What an error and all below it say.
fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        words.push_str(": ");
        words.push_str(&error.to_string());
        below = error.source();
    }
    words
}

/// What became of the connection, if it is that.
fn connection(error: &(dyn Error + 'static)) -> Option<HttpErrorKind> {
    let mut below = Some(error);
    while let Some(error) = below {
        if let Some(found) = error.downcast_ref::<HttpError>() {
            return Some(found.kind());
        }
        below = error.source();
    }
    None
}

/// One short line of it.
fn plain(words: &str) -> String {
    let letters = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    letters.take(MOST_SAID).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_reader_still_tells_what_the_store_did() {
        let error = io::Error::from(TierError::TimedOut);
        assert_eq!(TierError::of(&error), Some(&TierError::TimedOut));
        assert_eq!(io::Error::from(TierError::Gone).kind(), io::ErrorKind::NotFound);
        assert_eq!(TierError::of(&io::Error::other("a disk")), None);
    }

    #[test]
    fn what_a_store_says_is_one_short_line() {
        assert_eq!(plain("a\r\nb"), "a  b");
        assert_eq!(plain(&"x".repeat(5000)).len(), MOST_SAID);
    }
}
