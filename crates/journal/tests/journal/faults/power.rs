//! A power cut: the disk's image is copied while it is mounted and written, which holds what a disk would hold.

use super::{
    child::Writer,
    machine::{Disk, or_skip},
    nothing_is_lost,
};
use crate::bells::BELLS;
use liengia_journal::{
    Database, Journal, JournalConfig, Schema,
    testing::{COMMUNE, folder},
};
use liengia_kernel::{SeededEntropy, SystemEntropy};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn three_power_cuts_lose_nothing_that_was_acknowledged() {
    let folder = folder();
    let chance = SeededEntropy::new(5);
    for cut in 0..3 {
        let place = folder.join(cut.to_string());
        std::fs::create_dir(&place).unwrap();
        let Some(disk) = or_skip(Disk::in_file(&place, 64)) else { return };
        let database = Database::Sqlite(disk.path().join("journal.db"));
        let opened = Journal::open(JournalConfig {
            database: database.clone(),
            commune: COMMUNE,
            schema: Schema::new([BELLS]),
            entropy: Arc::new(SystemEntropy),
            readers: 1,
        });
        opened.await.unwrap().close().await;
        let mut writer = Writer::start(&database);
        writer.until(500 + usize::try_from(chance.below(2500)).unwrap());
        writer.freeze();
        let copy = place.join("copy");
        std::fs::copy(disk.image.as_ref().unwrap(), &copy).unwrap();
        let acknowledged = writer.kill();
        drop(disk);
        let disk = Disk::of_image(&copy).unwrap();
        nothing_is_lost(&Database::Sqlite(disk.path().join("journal.db")), &acknowledged).await;
    }
}
