//! kill -9 at random moments under load.

use super::{child::Writer, nothing_is_lost};
use crate::bells::BELLS;
use liengia_journal::testing::{Engine, Fresh};
use liengia_kernel::SeededEntropy;

async fn kill_again_and_again(engine: Engine, times: u64) {
    let fresh = Fresh::new(engine).await;
    fresh.open(&[BELLS]).await.close().await;
    let chance = SeededEntropy::new(99);
    let mut acknowledged = Vec::new();
    for round in 0..times {
        let mut writer = Writer::start(&fresh.database());
        writer.until(1 + usize::try_from(chance.below(400)).unwrap());
        acknowledged.extend(writer.kill());
        if round % 5 == 4 || round + 1 == times {
            nothing_is_lost(&fresh.database(), &acknowledged).await;
        }
    }
    assert!(acknowledged.len() as u64 >= times);
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_kills_lose_nothing_on_sqlite() {
    kill_again_and_again(Engine::Sqlite, 40).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_lose_nothing_on_postgres() {
    kill_again_and_again(Engine::Postgres, 10).await;
}
