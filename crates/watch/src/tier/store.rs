//! Requests to the store, each with its deadline.
//!
//! Promises: every call ends within its deadline, or at once when it is told to stop; where the store just failed, readers are
//! told so at once for a moment instead of each waiting for itself. It has one thread of its own, so that nothing else of the
//! node waits behind it. Blocks, for plain threads.

use super::{
    BadTier, Name, SealKey, TierError, TierSettings,
    link::Link,
    name::{camera_of, file_of, folder},
};
use crate::record::{CameraId, FileName};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use liengia_kernel::{Clock, Entropy};
use object_store::{
    BackoffConfig, ObjectStore as _, ObjectStoreExt as _, PutPayload, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey},
    path::Path as Key,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::watch,
};

/// Within this a part of a file comes, or somebody who looks is told that it does not.
const READING: Duration = Duration::from_secs(10);
/// Within this something small is done.
const ASKING: Duration = Duration::from_secs(20);
/// Within this a camera's files are listed: some thousands.
const LISTING: Duration = Duration::from_mins(5);
/// After the store failed, readers are told so at once for this long.
const RESTING: Duration = Duration::from_secs(5);
/// Names of a camera that are listed: more than it can have.
const MOST_LISTED: usize = 1 << 18;
/// A request that failed is tried once more within its deadline.
const TRIES: usize = 1;

/// The store. Clones are the same store, with the same end.
#[derive(Clone)]
pub struct Tier {
    pub(super) shared: Arc<Shared>,
    /// Turns true when what was begun by this one must end.
    stop: Arc<watch::Sender<bool>>,
}

pub(super) struct Shared {
    pub(super) store: AmazonS3,
    prefix: String,
    pub(super) seal: SealKey,
    after: Duration,
    clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    /// Until when readers are told at once what went wrong.
    rests: Mutex<Option<(Duration, TierError)>>,
    thread: Thread,
}

/// A runtime that need not be waited for.
struct Thread(Option<Runtime>);

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tier(..)")
    }
}

impl Tier {
    /// The store of these settings. Nothing is asked yet.
    pub fn new(
        settings: &TierSettings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, BadTier> {
        let link = Link::new(settings.authorities.as_deref())?;
        let backoff = BackoffConfig {
            init_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(2),
            base: 2.,
        };
        let store = AmazonS3Builder::new()
            .with_endpoint(settings.endpoint.trim_end_matches('/'))
            .with_allow_http(true)
            .with_virtual_hosted_style_request(false)
            // Not every store knows how to delete many at once.
            .with_config(AmazonS3ConfigKey::DisableBulkDelete, "true")
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_access_key_id(&settings.key.id)
            .with_secret_access_key(&settings.key.secret)
            .with_retry(RetryConfig { backoff, max_retries: TRIES, retry_timeout: READING })
            .with_http_connector(link)
            .build()
            .map_err(|_| BadTier::Endpoint)?;
        let thread = Builder::new_multi_thread().worker_threads(1).thread_name("tier").enable_all().build();
        Ok(Self {
            shared: Arc::new(Shared {
                store,
                prefix: settings.prefix.clone(),
                seal: settings.seal.clone(),
                after: settings.after,
                clock,
                entropy,
                rests: Mutex::default(),
                thread: Thread(thread.ok()),
            }),
            stop: Arc::new(watch::Sender::new(false)),
        })
    }

    /// The same store for work that ends apart from other work.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self { shared: self.shared.clone(), stop: Arc::new(watch::Sender::new(false)) }
    }

    /// Everything that was begun by this one and its clones ends at once.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Files that ended so long ago are sent.
    pub fn after(&self) -> Duration {
        self.shared.after
    }

    /// Writes something small, reads a part of it and deletes it again.
    pub fn try_out(&self) -> Result<(), TierError> {
        let mut chance = [0; 8];
        self.shared.entropy.fill(&mut chance);
        let key = format!("{}/liengia-check-{:016x}", self.shared.prefix, u64::from_be_bytes(chance));
        let key = Key::from(key.trim_start_matches('/'));
        let store = &self.shared.store;
        let put = self.run(ASKING, store.put(&key, PutPayload::from_static(b"liengia check")))?;
        let read = self.run(ASKING, store.get_range(&key, 8..13));
        let deleted = self.run(ASKING, store.delete(&key));
        if *read? != *b"check" {
            return Err(TierError::Sealed);
        }
        deleted?;
        if put.version.is_some() { Err(TierError::Versions) } else { Ok(()) }
    }

    /// Deletes a file, if it is there; the store confirmed it once this returns.
    pub fn delete(&self, name: &Name) -> Result<(), TierError> {
        match self.run(ASKING, self.shared.store.delete(&self.key(name))) {
            Err(TierError::Gone) => Ok(()),
            other => other,
        }
    }

    /// The cameras of which there are files.
    pub fn cameras(&self) -> Result<BTreeSet<CameraId>, TierError> {
        let prefix = Some(Key::from(self.shared.prefix.as_str())).filter(|_| !self.shared.prefix.is_empty());
        let listed = self.run(LISTING, self.shared.store.list_with_delimiter(prefix.as_ref()))?;
        let folders = listed.common_prefixes.iter().filter_map(|folder| camera_of(folder.filename()?));
        Ok(folders.collect())
    }

    /// The files of a camera, and how long their objects are. What is called otherwise is left out.
    pub fn files(&self, camera: CameraId) -> Result<BTreeMap<FileName, u64>, TierError> {
        let folder = Key::from(folder(&self.shared.prefix, camera));
        let listing = async {
            let mut found = BTreeMap::new();
            let mut objects = self.shared.store.list(Some(&folder));
            while let Some(object) = objects.try_next().await? {
                let inside = object.location.parts_count() == folder.parts_count() + 1;
                let file = object.location.filename().filter(|_| inside).and_then(file_of);
                if let Some(file) = file.filter(|_| found.len() < MOST_LISTED) {
                    found.insert(file, object.size);
                }
            }
            Ok(found)
        };
        self.run(LISTING, listing)
    }

    /// Bytes of an object.
    pub(super) fn get(&self, name: &Name, range: Range<u64>) -> Result<Bytes, TierError> {
        if let Some((until, error)) = &*self.rests()
            && self.shared.clock.elapsed() < *until
        {
            return Err(error.clone());
        }
        self.run(READING, self.shared.store.get_range(&self.key(name), range))
    }

    pub(super) fn key(&self, name: &Name) -> Key {
        name.key(&self.shared.prefix)
    }

    fn rests(&self) -> std::sync::MutexGuard<'_, Option<(Duration, TierError)>> {
        self.shared.rests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a request until it is answered, its time is over, or this one is stopped.
    pub(super) fn run<T>(
        &self,
        within: Duration,
        request: impl Future<Output = object_store::Result<T>>,
    ) -> Result<T, TierError> {
        let runtime = self.shared.thread.0.as_ref().ok_or(TierError::Stopping)?;
        let mut stopped = self.stop.subscribe();
        let answered = runtime.handle().block_on(async {
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => Err(TierError::Stopping),
                answer = tokio::time::timeout(within, request) => match answer {
                    Err(_) => Err(TierError::TimedOut),
                    Ok(answer) => answer.map_err(|error| TierError::told(&error)),
                },
            }
        });
        *self.rests() = match &answered {
            Err(error @ (TierError::Away | TierError::TimedOut)) => {
                Some((self.shared.clock.elapsed() + RESTING, error.clone()))
            }
            _ => None,
        };
        answered
    }
}
