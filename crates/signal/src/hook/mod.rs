//! Hooks: SMS, voice calls and loudspeakers by gateways that speak HTTP, out and back.
//!
//! Out: one signed JSON message per person or loudspeaker, to the first gateway that takes it. Back: the key that a
//! person pressed, signed by the gateway: 1 coming, 2 cannot come, 3 all out. docs/reference/hooks.md is the other side's
//! view of the same.
//!
//! Promises: every message that was taken ends in one [`Outcome`]; what could not be delivered also stands in a list of
//! dead letters, which holds no telephone number and no text. A message id is sent once, however often it is handed in.
//! No answer counts that is not signed, and none counts twice. Never: a secret, a number or a text in a log.

mod answer;
mod dead;
mod gateway;
mod kept;
mod message;
mod relay;
mod secret;
mod sender;

pub use answer::{Answer, Answers, Heard, LONGEST_ANSWER, Refusal, Signed, WINDOW};
pub use dead::{DeadLetter, DeadLetters, KEPT, Why};
pub use gateway::{BadGateway, Channel, Gateway, MOST_GATEWAYS};
pub use kept::{KeptLetter, forgetting, forgetting_old};
pub use message::{BadMessage, BadMessageId, LONGEST_TEXT, Message, MessageId, Mode};
pub use relay::Health;
pub use secret::{BadSecret, Secret};
pub use sender::{Counts, Delivery, Hook, NotSentAgain, Outcome, PACE, TIMEOUT, Untaken, start};
