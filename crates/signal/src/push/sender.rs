//! Hands messages to push services, and tells what became of each.

use super::{Contact, Message, Subscription, VapidKey, encrypt, vapid};
use crate::outgoing::{
    Answer, Carrier, Client, Courier, End, Errand, Failure, Full, Next, Pace, Started, start as start_courier,
};
use bytes::Bytes;
use hyper::{Request, header};
use liengia_kernel::{Clock, Entropy, Timestamp};
use std::{
    collections::BTreeMap,
    marker::PhantomData,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;

/// The usual pace: a storm over a whole province fits the line, and the 64 at once that one push service may have of them
/// empty it in well under the five minutes that a ring may travel; one that hangs leaves the others three quarters.
pub const PACE: Pace = Pace {
    waiting: 50_000,
    at_once: 256,
    first_retry: Duration::from_secs(2),
    longest_retry: Duration::from_mins(1),
};
/// Push services whose signed word is kept; past that, all are signed anew.
const SERVICES: usize = 64;

/// What became of one message. `ticket` is what the caller gave with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome<T> {
    /// The caller's own.
    pub ticket: T,
    /// What became of it.
    pub delivery: Delivery,
    /// How often it was tried.
    pub attempts: u32,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The push service took it. Whether the phone shows it, nobody says.
    Accepted,
    /// The subscription is over: forget it.
    Gone,
    /// The push service will not take it, however often it is asked.
    Failed(Why),
    /// Its time was over before the push service took it.
    Expired,
    /// The program was stopped before it was sent.
    Stopped,
}

/// Why a push service will not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The address leads where the program may not go.
    #[error("the push service lies inside this network; ask the person to subscribe again")]
    NotAllowed,
    /// 401 or 403: the subscription belongs to another key, or the node's clock is wrong.
    #[error(
        "the push service does not know this node's key; check the node's clock, else ask the person to subscribe again"
    )]
    NotOurs,
    /// A redirect, which is never followed.
    #[error("the push service sent the message elsewhere, which is not followed")]
    SentElsewhere,
    /// Any other refusal, with its HTTP status.
    #[error("the push service refused the message (status {0})")]
    Refused(u16),
}

impl Why {
    /// Its word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::NotOurs => "not_ours",
            Self::SentElsewhere => "sent_elsewhere",
            Self::Refused(_) => "refused",
        }
    }
}

/// How many messages ended how, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Taken by a push service.
    pub accepted: u64,
    /// Subscriptions that were over.
    pub gone: u64,
    /// Refused for good.
    pub failed: u64,
    /// Too old.
    pub expired: u64,
    /// Not taken in because the line was full.
    pub refused: u64,
    /// Waiting now.
    pub waiting: usize,
    /// Under way now.
    pub under_way: usize,
}

#[derive(Default)]
struct Tally {
    accepted: AtomicU64,
    gone: AtomicU64,
    failed: AtomicU64,
    expired: AtomicU64,
    refused: AtomicU64,
}

struct Load<T> {
    to: Subscription,
    message: Arc<Message>,
    /// Encrypted at the first attempt, the same bytes at every other.
    body: Option<Bytes>,
    ticket: T,
}

struct Service<T> {
    client: Client,
    key: VapidKey,
    contact: Contact,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    signed: Mutex<BTreeMap<String, (String, Timestamp)>>,
    tally: Arc<Tally>,
    ticket: PhantomData<fn() -> T>,
}

/// Sends messages. Cloned freely; when the last is dropped, sending stops.
pub struct Pusher<T> {
    courier: Arc<Courier<Load<T>>>,
    clock: Arc<dyn Clock>,
    tally: Arc<Tally>,
}

impl<T> Clone for Pusher<T> {
    fn clone(&self) -> Self {
        Self {
            courier: Arc::clone(&self.courier),
            clock: Arc::clone(&self.clock),
            tally: Arc::clone(&self.tally),
        }
    }
}

/// Starts to send, on the current runtime. Outcomes come out of the receiver; whoever does not read them stops the
/// sending, and drops it when they are not wanted.
pub fn start<T: Send + 'static>(
    client: Client,
    key: VapidKey,
    contact: Contact,
    pace: Pace,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> (Pusher<T>, mpsc::Receiver<Outcome<T>>) {
    let tally = Arc::new(Tally::default());
    let service = Service {
        client,
        key,
        contact,
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        signed: Mutex::default(),
        tally: Arc::clone(&tally),
        ticket: PhantomData,
    };
    let Started { courier, outcomes } = start_courier(Arc::new(service), pace, Arc::clone(&clock), entropy);
    (Pusher { courier: Arc::new(courier), clock, tally }, outcomes)
}

impl<T> Pusher<T> {
    /// Sends `message` to one subscription. Its time runs from now; refused if too many wait.
    pub fn send(&self, to: Subscription, message: Arc<Message>, ticket: T) -> Result<(), Full> {
        let expires = self.clock.elapsed().saturating_add(message.ttl());
        let rank = message.urgency().rank();
        let load = Load { to, message, body: None, ticket };
        self.courier.take(Errand { load, rank, expires, attempts: 0 }).map_err(|(_, full)| {
            self.tally.refused.fetch_add(1, Ordering::Relaxed);
            full
        })
    }

    /// How many ended how.
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            accepted: read(&self.tally.accepted),
            gone: read(&self.tally.gone),
            failed: read(&self.tally.failed),
            expired: read(&self.tally.expired),
            refused: read(&self.tally.refused),
            waiting: self.courier.waiting(),
            under_way: self.courier.under_way(),
        }
    }

    /// Finishes what is under way, ends what waits as [`Delivery::Stopped`], then closes the outcomes.
    pub fn stop(&self) {
        self.courier.stop();
    }
}

impl<T> Service<T> {
    /// One signed word serves a push service for hours; signing costs more than sending.
    fn authorization(&self, to: &Subscription) -> String {
        let now = self.clock.now();
        let origin = to.origin();
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((header, until)) = signed.get(&origin) {
            // Neither nearly over nor, after the clock was set back, too far ahead.
            let left = until.since(now);
            if left > vapid::GOOD_FOR / 4 && left <= vapid::GOOD_FOR {
                return header.clone();
            }
        }
        if signed.len() >= SERVICES {
            signed.clear();
        }
        let (header, until) = self.key.authorization(&origin, &self.contact, now);
        signed.insert(origin, (header.clone(), until));
        header
    }

    fn body(&self, load: &mut Load<T>) -> Bytes {
        let encrypted = || {
            let mut salt = [0; 16];
            self.entropy.fill(&mut salt);
            let once = vapid::one_time_key(self.entropy.as_ref());
            let message = &load.message;
            encrypt::encrypt(message.payload(), message.filled_up(), &load.to, &once, salt).into()
        };
        load.body.get_or_insert_with(encrypted).clone()
    }

    fn request(
        &self,
        load: &mut Load<T>,
        left: Duration,
    ) -> Result<Request<http_body_util::Full<Bytes>>, hyper::http::Error> {
        let body = self.body(load);
        let mut request = Request::post(load.to.endpoint().clone())
            .header(header::AUTHORIZATION, self.authorization(&load.to))
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_ENCODING, "aes128gcm")
            // What is left, not what it had: a ring that waited here must not wait as long again there.
            .header("ttl", left.as_secs())
            .header("urgency", load.message.urgency().header());
        if let Some(topic) = load.message.topic() {
            request = request.header("topic", topic.as_str());
        }
        request.body(body.into())
    }
}

impl<T: Send + 'static> Carrier for Service<T> {
    type Load = Load<T>;
    type Verdict = Delivery;
    type Outcome = Outcome<T>;

    fn way(&self, load: &Load<T>) -> Option<String> {
        Some(load.to.origin())
    }

    async fn attempt(&self, load: &mut Load<T>, left: Duration) -> Next<Delivery> {
        let Ok(request) = self.request(load, left) else {
            return Next::End(Delivery::Failed(Why::Refused(0)));
        };
        judge(self.client.send(request).await)
    }

    fn outcome(&self, load: Load<T>, end: End<Delivery>, attempts: u32) -> Outcome<T> {
        let delivery = match end {
            End::Reached(delivery) => delivery,
            End::Expired => Delivery::Expired,
            End::Stopped => Delivery::Stopped,
        };
        let count = match delivery {
            Delivery::Accepted => Some(&self.tally.accepted),
            Delivery::Gone => Some(&self.tally.gone),
            Delivery::Failed(_) => Some(&self.tally.failed),
            Delivery::Expired => Some(&self.tally.expired),
            Delivery::Stopped => None,
        };
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Outcome { ticket: load.ticket, delivery, attempts }
    }
}

/// What an answer, or none, means for the message.
fn judge(said: Result<Answer, Failure>) -> Next<Delivery> {
    match said {
        Ok(Answer { status, retry_after }) => match status {
            200..=299 => Next::End(Delivery::Accepted),
            404 | 410 => Next::End(Delivery::Gone),
            408 | 429 | 500..=599 => Next::Again(retry_after.unwrap_or_default()),
            401 | 403 => Next::End(Delivery::Failed(Why::NotOurs)),
            300..=399 => Next::End(Delivery::Failed(Why::SentElsewhere)),
            other => Next::End(Delivery::Failed(Why::Refused(other))),
        },
        Err(Failure::NotAllowed) => Next::End(Delivery::Failed(Why::NotAllowed)),
        Err(Failure::Unreachable | Failure::Untrusted | Failure::TimedOut | Failure::Broken) => {
            Next::Again(Duration::ZERO)
        }
    }
}
