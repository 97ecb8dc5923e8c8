//! What leaves the node: pushes to browsers, texts and calls through gateways.

use super::{Devices, Ground, Tasks};
use crate::{
    alarm_loop::{self, Calls, Letter, Numbers, Round, Undelivered, follow_pushes, forget_ended},
    config::{Config, Gateway},
    node::Setting,
};
use liengia_kernel::Pii;
use liengia_signal::{
    book::Book,
    hook::{self, Hook},
    outgoing::{Client, Reach, Trust},
    push::{self, Pusher, VapidKey},
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::mpsc;

/// How long a message may take on its way to a push service.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// What leaves the node.
pub struct Outgoing {
    /// Where browsers are woken.
    pub book: Arc<Book>,
    /// The same where pushes can be signed; otherwise nobody is in it.
    pub woken: Arc<Book>,
    /// The public key of pushes; none where the node cannot read its own.
    pub push_key: Option<Arc<str>>,
    /// Wakes browsers.
    pub pusher: Pusher<String>,
    /// Texts and calls; none where no gateway is configured.
    pub hook: Option<Hook<()>>,
    /// The gateways, for the way back.
    pub gateways: Vec<hook::Gateway>,
    /// Which texts and calls were for whom.
    pub calls: Arc<Calls>,
    /// What could not be delivered.
    pub undelivered: Undelivered,
}

impl Outgoing {
    /// Starts to send, and the round that takes words to people.
    pub async fn start(
        config: &Config,
        setting: &Setting,
        ground: &Ground,
        devices: &Devices,
        letters: mpsc::Receiver<Letter>,
        tasks: &mut Tasks,
    ) -> anyhow::Result<Self> {
        let reach = if setting.push_to_loopback { Reach::PublicOrLoopback } else { Reach::Public };
        let trust = Trust::of_this_machine().unwrap_or_else(|error| {
            tracing::warn!(%error, "no push and no gateway over https can be reached");
            Trust::nobody()
        });
        let access = ground.access.clone();
        let lives = Box::new(move |session| access.may_be_woken(session));
        let book = Arc::new(Book::open(&ground.journal, reach, lives).await?);
        let endings = ground.access.endings();
        tasks.run(forget_ended(
            endings,
            book.clone(),
            ground.journal.clone(),
            ground.clock.clone(),
            tasks.stopping(),
        ));
        let (push_key, woken) = match &ground.keys.push {
            Some(key) => (Some(key.public_key().into()), book.clone()),
            // Whoever is in the book is bound to the key that cannot be read: they stay in it, and are not written to.
            None => (None, Arc::new(Book::open(&ground.journal, reach, Box::new(|_| false)).await?)),
        };
        let signs = ground.keys.push.clone().unwrap_or_else(|| VapidKey::generate(&*ground.entropy));
        let contact = config.push_contact()?;
        let client = Client::new(reach, &trust, SEND_TIMEOUT);
        let (clock, entropy) = (ground.clock.clone(), ground.entropy.clone());
        let (pusher, outcomes) = push::start(client, signs, contact, push::PACE, clock, entropy);
        tokio::spawn(follow_pushes(outcomes, book.clone(), ground.journal.clone(), ground.clock.clone()));
        let gateways: Vec<hook::Gateway> =
            config.alarm.gateways.iter().map(Gateway::made).collect::<Result<_, _>>()?;
        let hook = start_hook(&gateways, &trust, ground);
        let calls = Arc::new(Calls::default());
        let undelivered = Undelivered {
            dead: hook.as_ref().map(|hook| hook.dead().clone()).unwrap_or_default(),
            calls: calls.clone(),
            book: book.clone(),
            journal: ground.journal.clone(),
            clock: ground.clock.clone(),
        };
        undelivered.recall().await?;
        let after = ground.journal.head().await?.seq;
        tasks.run(undelivered.clone().keep(after, tasks.stopping()));
        let round = Round {
            directory: devices.directory.clone(),
            access: ground.access.clone(),
            alarms: devices.alarms.clone(),
            book: woken.clone(),
            pusher: pusher.clone(),
            hook: hook.clone(),
            calls: calls.clone(),
            numbers: numbers(config),
            unsaid: Mutex::default(),
            clock: ground.clock.clone(),
        };
        tasks.run_needed("the round of words to people", alarm_loop::go(round, letters, tasks.stopping()));
        Ok(Self { book, woken, push_key, pusher, hook, gateways, calls, undelivered })
    }
}

fn start_hook(gateways: &[hook::Gateway], trust: &Trust, ground: &Ground) -> Option<Hook<()>> {
    if gateways.is_empty() {
        return None;
    }
    let client = Client::new(Reach::Operator, trust, hook::TIMEOUT);
    let (clock, entropy) = (ground.clock.clone(), ground.entropy.clone());
    let (hook, outcomes) = hook::start(client, gateways.to_vec(), hook::PACE, clock, entropy);
    // What became of each is counted, and stands among the dead letters where it failed.
    drop(outcomes);
    Some(hook)
}

fn numbers(config: &Config) -> Numbers {
    let pii = |number: &Option<String>| number.clone().map(Pii::new);
    Numbers {
        on_call: pii(&config.alarm.on_call),
        village_security: pii(&config.alarm.village_security),
        next_post: pii(&config.alarm.next_post),
        loudspeakers: config.alarm.loudspeakers.iter().cloned().map(Pii::new).collect(),
    }
}
