//! The ground on which everything stands: identity, journal, register, accounts.

use crate::{
    config::Config,
    identity::{Identity, make_folder},
    keys::Keys,
    node::{PARTS, Setting, database, origin_of},
};
use anyhow::Context as _;
use liengia_access::{Access, AccessConfig, PasswordCost};
use liengia_fire::Kit;
use liengia_http::Origins;
use liengia_journal::{ERASED_IDS, Journal, JournalConfig, Schema};
use liengia_kernel::{Clock, Entropy, SystemClock, SystemEntropy, Timestamp};
use liengia_register::Register;
use std::sync::Arc;

/// Connections for reading.
const READERS: usize = 4;

/// What everything else stands on.
pub struct Ground {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where ids and secrets come from.
    pub entropy: Arc<dyn Entropy>,
    /// The journal.
    pub journal: Journal,
    /// When the node was started first.
    pub set_up_at: Timestamp,
    /// Who is where.
    pub register: Register,
    /// Devices, points, shifts.
    pub kit: Kit,
    /// Accounts, sessions, roles.
    pub access: Access,
    /// What the node signs with.
    pub keys: Keys,
    /// Where people open pages.
    pub origin: String,
    /// Where pages may come from that write.
    pub origins: Origins,
}

impl Ground {
    /// Opens it, and makes it at the first start.
    pub async fn open(config: &Config, setting: &Setting) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let journal = open_journal(config, clock.now(), &entropy).await?;
        let keys = Keys::open(&config.data, &*entropy);
        let set_up_at = Identity::read(&config.data)?.made_at;
        let register = Register { journal: journal.clone(), entropy: entropy.clone() };
        let kit = Kit { journal: journal.clone(), entropy: entropy.clone() };
        let origin = origin_of(config);
        let pages = std::iter::once(origin.as_str()).chain(setting.origins.iter().map(String::as_str));
        let origins = Origins::new(pages)?;
        let access = Access::open(
            journal.clone(),
            AccessConfig {
                clock: clock.clone(),
                entropy: entropy.clone(),
                directory: Arc::new(register.clone()),
                origin: origin.clone(),
                origins: origins.clone(),
                password_cost: PasswordCost::default(),
                utc_offset_hours: config.alarm.utc_offset_hours,
            },
        )
        .await?;
        Ok(Self { clock, entropy, journal, set_up_at, register, kit, access, keys, origin, origins })
    }
}

/// Opens the node's journal; at the first start it makes the node's identity and its tables.
pub async fn open_journal(
    config: &Config,
    now: Timestamp,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<Journal> {
    make_folder(&config.data).with_context(|| format!("cannot make the folder {}", config.data.display()))?;
    let identity = Identity::open(&config.data, &config.host, now, &**entropy)?;
    let journal = Journal::open(JournalConfig {
        database: database(config),
        commune: identity.commune,
        schema: Schema::new(PARTS),
        entropy: entropy.clone(),
        readers: READERS,
    })
    .await?;
    // A disk that is not plugged in must not keep the bells from ringing: its list follows when it is there again.
    for folder in config.backup.folders.iter().filter(|folder| !folder.is_dir()) {
        tracing::warn!(folder = %folder.display(), "a folder of backups is not there: erased ids are not listed in it");
    }
    let beside = config.backup.folders.iter().map(|folder| folder.join(ERASED_IDS));
    journal.list_erased_in(std::iter::once(config.erased_ids()).chain(beside).collect()).await?;
    Ok(journal)
}
