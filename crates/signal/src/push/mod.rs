//! Web Push: a message to a browser or phone, through the push service that the browser chose (RFC 8030, 8291, 8292).
//!
//! Promises: the service sees neither what a message says nor how long it is; a ring that is too old is not delivered,
//! neither here nor by the service; every message that was taken ends in one [`Outcome`]. Never: a redirect followed, a
//! request to an address inside the operator's own network, an endpoint in a log (it tells who a person is).

mod encrypt;
mod message;
mod sender;
mod subscription;
mod vapid;

pub use message::{BadMessage, LONGEST_PAYLOAD, Message, RING_TTL, Topic, Urgency};
pub use sender::{Counts, Delivery, Outcome, PACE, Pusher, Why, start};
pub use subscription::{BadSubscription, Subscription};
pub use vapid::{BadContact, BadVapidKey, Contact, VapidKey};

use base64::{
    alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Base64 for addresses, without padding; what browsers hand in may have some.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
