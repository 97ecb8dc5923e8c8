//! Hands messages to gateways, and tells what became of each.

use super::{
    dead::{DeadLetters, Why, letter},
    gateway::{Channel, Gateway},
    message::{BadMessage, Message, MessageId},
    relay::{Health, Places, Said, Ward, judge},
    secret,
};
use crate::outgoing::{
    Carrier, Client, Courier, End, Errand, Full, Next, Pace, Started, start as start_courier,
};
use bytes::Bytes;
use hyper::{Request, header};
use liengia_kernel::{Clock, Entropy, Timestamp};
use std::{
    collections::{BTreeSet, VecDeque},
    marker::PhantomData,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;

/// The usual pace. Gateways send one message after the other anyway.
pub const PACE: Pace = Pace {
    waiting: 20_000,
    at_once: 16,
    first_retry: Duration::from_secs(2),
    longest_retry: Duration::from_secs(30),
};
/// The usual time in which a gateway must take a message; for the [`Client`].
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// Message ids that are remembered, so that none is sent twice.
const REMEMBERED: usize = 50_000;

/// What became of one message. `ticket` is what the caller gave with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<T> {
    /// The caller's own.
    pub ticket: T,
    /// The message.
    pub id: MessageId,
    /// What became of it.
    pub delivery: Delivery,
    /// Rounds over the gateways.
    pub attempts: u32,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// This gateway took it. Whether a person read or heard it, the answer says.
    Accepted {
        /// Its name.
        gateway: String,
    },
    /// It was given up, and stands among the dead letters.
    Dead {
        /// What stood in its way last.
        why: Why,
    },
    /// The program was stopped before it was sent.
    Stopped,
}

/// Why a message was not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untaken {
    /// The line is full.
    #[error(transparent)]
    Full(#[from] Full),
    /// A message with this id was taken before. Nothing needs to be done.
    #[error("a message with this id was taken before; it is not sent again")]
    Known,
    /// No gateway would take it.
    #[error(transparent)]
    Bad(#[from] BadMessage),
}

/// Why a dead letter was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSentAgain {
    /// No dead letter has this id: it was sent again already, or made room for newer ones.
    #[error("no dead letter has this id")]
    NoLetter,
    /// It could not be taken in, and stays on the list.
    #[error(transparent)]
    Untaken(#[from] Untaken),
}

/// How many messages ended how, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Taken by a gateway.
    pub accepted: u64,
    /// Dead letters, also those that the list no longer holds.
    pub dead: u64,
    /// Not taken in because the line was full.
    pub refused: u64,
    /// Handed in again with the same id.
    pub known: u64,
    /// Waiting now.
    pub waiting: usize,
    /// Under way now.
    pub under_way: usize,
}

struct Load<T> {
    message: Message,
    /// Written at the first attempt.
    body: Option<Bytes>,
    refused: Places,
    last: Option<(usize, Why)>,
    ticket: T,
}

/// What the hook and its courier share.
struct Office {
    gateways: Vec<Gateway>,
    client: Client,
    clock: Arc<dyn Clock>,
    ward: Mutex<Ward>,
    dead: DeadLetters,
    known: Mutex<Known>,
    accepted: AtomicU64,
    refused: AtomicU64,
    repeated: AtomicU64,
}

#[derive(Default)]
struct Known {
    ids: BTreeSet<MessageId>,
    oldest_first: VecDeque<MessageId>,
}

impl Known {
    /// Whether the id is new; then it is known from now on.
    fn meet(&mut self, id: &MessageId) -> bool {
        if !self.ids.insert(id.clone()) {
            return false;
        }
        self.oldest_first.push_back(id.clone());
        if self.oldest_first.len() > REMEMBERED
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    fn forget(&mut self, id: &MessageId) {
        self.ids.remove(id);
        self.oldest_first.retain(|known| known != id);
    }
}

fn locked<V>(mutex: &Mutex<V>) -> MutexGuard<'_, V> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends messages through gateways. Cloned freely; when the last is dropped, sending stops.
pub struct Hook<T> {
    courier: Arc<Courier<Load<T>>>,
    office: Arc<Office>,
}

impl<T> Clone for Hook<T> {
    fn clone(&self) -> Self {
        Self { courier: Arc::clone(&self.courier), office: Arc::clone(&self.office) }
    }
}

/// Starts to send through these gateways, on the current runtime: the first is asked first; of more than
/// [`super::MOST_GATEWAYS`] the rest are not used. The client should reach as far as
/// [`crate::outgoing::Reach::Operator`]. Outcomes come out of the receiver; whoever does not read them stops the
/// sending, and drops it when they are not wanted.
pub fn start<T: Send + 'static>(
    client: Client,
    mut gateways: Vec<Gateway>,
    pace: Pace,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> (Hook<T>, mpsc::Receiver<Outcome<T>>) {
    gateways.truncate(super::MOST_GATEWAYS);
    let office = Arc::new(Office {
        ward: Mutex::new(Ward::of(&gateways)),
        gateways,
        client,
        clock: Arc::clone(&clock),
        dead: DeadLetters::default(),
        known: Mutex::default(),
        accepted: AtomicU64::new(0),
        refused: AtomicU64::new(0),
        repeated: AtomicU64::new(0),
    });
    let postman = Postman { office: Arc::clone(&office), ticket: PhantomData };
    let Started { courier, outcomes } = start_courier(Arc::new(postman), pace, clock, entropy);
    (Hook { courier: Arc::new(courier), office }, outcomes)
}

impl<T> Hook<T> {
    /// Sends a message. Its time runs from now.
    pub fn send(&self, message: Message, ticket: T) -> Result<(), Untaken> {
        message.check()?;
        let office = &self.office;
        let id = message.id.clone();
        if !locked(&office.known).meet(&id) {
            office.repeated.fetch_add(1, Ordering::Relaxed);
            return Err(Untaken::Known);
        }
        let expires = office.clock.elapsed().saturating_add(message.ttl);
        let rank = message.mode.rank();
        let load = Load { message, body: None, refused: Places::default(), last: None, ticket };
        self.courier.take(Errand { load, rank, expires, attempts: 0 }).map_err(|(_, full)| {
            // It was not sent, so it may come again.
            locked(&office.known).forget(&id);
            office.refused.fetch_add(1, Ordering::Relaxed);
            Untaken::Full(full)
        })
    }

    /// Sends a dead letter again, with its whole time before it. It leaves the list; if it dies again it comes back.
    pub fn send_again(&self, id: &MessageId, ticket: T) -> Result<(), NotSentAgain> {
        let taken = self.office.dead.take(id);
        let (letter, message) = taken.ok_or(NotSentAgain::NoLetter)?;
        locked(&self.office.known).forget(id);
        self.send(message.clone(), ticket).map_err(|untaken| {
            self.office.dead.put_back(letter, message);
            NotSentAgain::Untaken(untaken)
        })
    }

    /// What could not be delivered.
    pub fn dead(&self) -> &DeadLetters {
        &self.office.dead
    }

    /// Whether any gateway sends this way.
    pub fn carries(&self, channel: Channel) -> bool {
        self.office.gateways.iter().any(|gateway| gateway.sends(channel))
    }

    /// How the gateways do, in the configured order.
    pub fn health(&self) -> Vec<Health> {
        locked(&self.office.ward).report()
    }

    /// How many ended how.
    pub fn counts(&self) -> Counts {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            accepted: read(&self.office.accepted),
            dead: self.office.dead.count(),
            refused: read(&self.office.refused),
            known: read(&self.office.repeated),
            waiting: self.courier.waiting(),
            under_way: self.courier.under_way(),
        }
    }

    /// Finishes what is under way, ends what waits as [`Delivery::Stopped`], then closes the outcomes.
    pub fn stop(&self) {
        self.courier.stop();
    }
}

struct Postman<T> {
    office: Arc<Office>,
    ticket: PhantomData<fn() -> T>,
}

impl<T: Send + 'static> Postman<T> {
    async fn ask(&self, place: usize, load: &mut Load<T>, left: Duration) -> Said {
        let Office { clock, gateways, client, ward, .. } = &*self.office;
        let expires_at = clock.now() + left;
        let body = load.body.get_or_insert_with(|| load.message.to_json(expires_at).into()).clone();
        let said = match request(&gateways[place], &load.message.id, body, clock.now()) {
            Ok(request) => judge(client.send(request).await),
            Err(_) => Said::Refused(Why::NotAllowed),
        };
        locked(ward).note(place, said, clock.elapsed(), clock.now());
        if let Said::Trouble(why, _) = said {
            tracing::warn!(gateway = gateways[place].name(), %why, "a gateway did not take a message");
        }
        said
    }
}

fn request(
    gateway: &Gateway,
    id: &MessageId,
    body: Bytes,
    now: Timestamp,
) -> Result<Request<http_body_util::Full<Bytes>>, hyper::http::Error> {
    let timestamp = now.as_seconds().to_string();
    let mut request = Request::post(gateway.address().clone())
        .header(header::CONTENT_TYPE, "application/json")
        .header(secret::ID, id.as_str())
        .header(secret::SIGNATURE, gateway.secret().sign(id.as_str(), &timestamp, &body))
        .header(secret::TIMESTAMP, timestamp);
    if let Some(bearer) = gateway.bearer() {
        request = request.header(header::AUTHORIZATION, bearer);
    }
    request.body(body.into())
}

impl<T: Send + 'static> Carrier for Postman<T> {
    type Load = Load<T>;
    type Verdict = Delivery;
    type Outcome = Outcome<T>;

    async fn attempt(&self, load: &mut Load<T>, left: Duration) -> Next<Delivery> {
        let office = &*self.office;
        let started = office.clock.elapsed();
        let order = locked(&office.ward).order(&office.gateways, load.message.channel, load.refused, started);
        let mut pause: Option<Duration> = None;
        for place in order {
            let left = left.saturating_sub(office.clock.elapsed().saturating_sub(started));
            if left.is_zero() {
                break;
            }
            match self.ask(place, load, left).await {
                Said::Taken => {
                    let gateway = office.gateways[place].name().to_owned();
                    return Next::End(Delivery::Accepted { gateway });
                }
                Said::Refused(why) => {
                    load.refused.add(place);
                    load.last = Some((place, why));
                }
                Said::Trouble(why, asked) => {
                    load.last = Some((place, why));
                    pause = Some(pause.map_or(asked, |shortest| shortest.min(asked)));
                }
            }
        }
        match pause {
            Some(pause) => Next::Again(pause),
            None => Next::End(Delivery::Dead { why: load.last.map_or(Why::NoGateway, |(_, why)| why) }),
        }
    }

    fn outcome(&self, load: Load<T>, end: End<Delivery>, attempts: u32) -> Outcome<T> {
        let office = &*self.office;
        let delivery = match end {
            End::Reached(delivery) => delivery,
            End::Expired => Delivery::Dead { why: load.last.map_or(Why::TooOld, |(_, why)| why) },
            End::Stopped => Delivery::Stopped,
        };
        match delivery {
            Delivery::Accepted { .. } => {
                office.accepted.fetch_add(1, Ordering::Relaxed);
                office.dead.arrived(&load.message.id);
            }
            Delivery::Dead { why } => {
                let last = load.last.map(|(place, why)| (office.gateways[place].name(), why));
                let letter = letter(&load.message, office.clock.now(), attempts, last, why);
                office.dead.add(letter, load.message.clone());
            }
            Delivery::Stopped => {}
        }
        Outcome { ticket: load.ticket, id: load.message.id, delivery, attempts }
    }
}
