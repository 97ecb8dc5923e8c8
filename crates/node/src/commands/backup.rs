//! `liengia backup`, `liengia restore`, `liengia backup-key`.
//!
//! Promises: a backup is taken while the node runs; what is in it only the key opens, and the key is named each time and
//! never kept by the node; a restore fills an empty node and no other.

use super::meter;
use crate::{
    cli::{BackupOf, RestoreOf},
    config::Config,
    identity::{self, Identity, IdentityError, make_folder, write_durably},
    node,
};
use anyhow::{Context as _, bail};
use liengia_journal::{
    ERASED_IDS, Schema,
    backup::{self, BackupKey, BackupOrder, BesideFile, RestoreOrder, remove_expired},
    folder_of,
};
use liengia_kernel::{Clock as _, SystemClock, SystemEntropy};
use std::{
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Who the node is, by this name in a backup and in the data folder.
const IDENTITY: &str = "identity.json";

/// The files that are saved with the journal: their name in a backup, and where they lie in the data folder.
const BESIDE: [(&str, &str); 3] =
    [(IDENTITY, IDENTITY), ("push.key", "keys/push.key"), ("report.key", "keys/report.key")];

/// Makes a new key.
pub fn make_key(path: &Path) -> anyhow::Result<()> {
    let key = BackupKey::new(&SystemEntropy);
    key.write_new(path)?;
    println!(
        "{} is the key of your backups (id {}). Keep it apart from them, and in more than one place: without it no \
         backup can be read.",
        path.display(),
        key.id()
    );
    Ok(())
}

/// Saves a node as it is now.
pub async fn backup(config: &Config, of: &BackupOf) -> anyhow::Result<()> {
    let now = SystemClock::new().now();
    let identity = Identity::read(&config.data)?;
    let mut beside = Vec::new();
    for (name, place) in BESIDE {
        let path = config.data.join(place);
        if path.exists() {
            let contents = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            beside.push(BesideFile { name: name.to_owned(), contents });
        }
    }
    let order = BackupOrder {
        database: node::database(config),
        schema: Schema::new(node::PARTS),
        commune: identity.commune,
        file: of.file.clone(),
        key: BackupKey::read(&of.key)?,
        erased_ids: config.erased_ids(),
        made_at: now,
        expires_at: now + Duration::from_hours(24 * u64::from(of.keep_days)),
        beside,
        entropy: Arc::new(SystemEntropy),
    };
    let made = backup::backup(order, meter::show).await?;
    meter::done();
    println!(
        "{}: {} rows, {} bytes, to be deleted after {} days.",
        of.file.display(),
        made.rows,
        made.bytes,
        of.keep_days
    );
    for removed in remove_expired(folder_of(&of.file), now)? {
        println!("{} had expired, and was deleted.", removed.display());
    }
    let folder = folder_of(&of.file);
    if !config.backup.folders.iter().any(|known| same(known, folder)) {
        println!(
            "backup.folders does not name {}: ids that are erased from now on are listed beside the database only. Name \
             it, so that a restore finds them even when this machine is lost.",
            folder.display()
        );
    }
    Ok(())
}

/// Fills an empty node from a backup.
pub async fn restore(config: &Config, of: &RestoreOf) -> anyhow::Result<()> {
    let marker = identity::restoring(&config.data);
    let taken = [IDENTITY, "journal.db"].map(|name| config.data.join(name));
    if let Some(there) = taken.iter().find(|path| path.exists()).filter(|_| !marker.exists()) {
        bail!(
            "{} is there already: a restore fills an empty node and no other. Give another folder as `data`, or move this \
             one away",
            there.display()
        );
    }
    let key = BackupKey::read(&of.key)?;
    let identity = identity_for(config, of, &key)?;
    make_folder(&config.data).with_context(|| format!("cannot make the folder {}", config.data.display()))?;
    let erased_ids = of.erased_ids.clone().unwrap_or_else(|| newest_list(config, &of.file));
    let order = RestoreOrder {
        file: of.file.clone(),
        key,
        schema: Schema::new(node::PARTS),
        target: node::database(config),
        erased_ids: erased_ids.clone(),
        now: SystemClock::new().now(),
        accept_expired: of.accept_expired,
        entropy: Arc::new(SystemEntropy),
    };
    // Until the identity lies beside the database, no node may start here and make another.
    write_durably(&marker, b"a restore is under way, or broke off: run it again\n")
        .with_context(|| format!("cannot write into {}", config.data.display()))?;
    let restored = match backup::restore(order, meter::show).await {
        Ok(restored) => restored,
        Err(error) => {
            std::fs::remove_file(&marker)?;
            return Err(error.into());
        }
    };
    meter::done();
    for file in &restored.beside {
        let Some((_, place)) = BESIDE.iter().find(|(name, _)| *name == file.name) else { continue };
        let contents = identity.as_ref().filter(|_| file.name == IDENTITY).unwrap_or(&file.contents);
        let path = config.data.join(place);
        let kept = make_folder(folder_of(&path)).and_then(|()| write_durably(&path, contents));
        kept.with_context(|| format!("cannot write {}", path.display()))?;
    }
    if config.database.postgres.is_some() && erased_ids.exists() && erased_ids != config.erased_ids() {
        write_durably(&config.erased_ids(), &std::fs::read(&erased_ids)?)?;
    }
    std::fs::remove_file(&marker)?;
    println!(
        "Restored as it was at {}: {} rows; {} left out, because their owners were erased since. Epoch {} begins. What \
         happened after the backup is lost, unless it lives elsewhere.",
        restored.made_at, restored.rows, restored.left_out, restored.epoch
    );
    if std::fs::metadata(&config.data)?.uid() == 0 {
        println!(
            "{0} belongs to root. If the node runs as a user of its own, run: chown -R liengia:liengia {0}",
            config.data.display()
        );
    }
    Ok(())
}

/// Refuses a backup of a node with another host than the configuration's, unless the host is to change; then answers the
/// identity with the new one.
fn identity_for(config: &Config, of: &RestoreOf, key: &BackupKey) -> anyhow::Result<Option<Vec<u8>>> {
    let beside = backup::beside_in(&of.file, key)?;
    let Some(saved) = beside.iter().find(|file| file.name == IDENTITY) else { return Ok(None) };
    let saved: Identity =
        serde_json::from_slice(&saved.contents).with_context(|| format!("{IDENTITY} in the backup"))?;
    if saved.host == config.host {
        return Ok(None);
    }
    if !of.change_host {
        let (fixed, configured) = (saved.host, config.host.clone());
        return Err(anyhow::Error::new(IdentityError::HostChanged { fixed, configured }).context(
            "nothing was restored (--change-host gives the node the new name; phones are then set up anew)",
        ));
    }
    Ok(Some(serde_json::to_vec_pretty(&Identity { host: config.host.clone(), ..saved })?))
}

/// The longest list that is there: beside the backup, beside the database, or in a folder of backups.
fn newest_list(config: &Config, file: &Path) -> PathBuf {
    let beside = folder_of(file).join(ERASED_IDS);
    let others = config.backup.folders.iter().map(|folder| folder.join(ERASED_IDS));
    let all = std::iter::once(beside.clone()).chain([config.erased_ids()]).chain(others);
    let size = |path: &PathBuf| std::fs::metadata(path).map(|metadata| metadata.len()).ok();
    all.filter(|path| size(path).is_some()).max_by_key(size).unwrap_or(beside)
}

fn same(one: &Path, other: &Path) -> bool {
    one == other
        || one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}
