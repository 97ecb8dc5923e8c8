//! What tests run on is what is promised.

use liengia_journal::{
    statement,
    testing::{Engine, Fresh, raw},
};

/// PostgreSQL 15, in the server's own counting.
const OLDEST: u32 = 150_000;

#[tokio::test]
async fn the_postgresql_that_tests_run_on_is_at_least_the_oldest_that_is_promised() {
    let fresh = Fresh::new(Engine::Postgres).await;
    let asked = statement!("SELECT current_setting('server_version_num')");
    let said = raw(&fresh.database(), &asked).await.unwrap();
    let version: u32 = said[0].text(0).unwrap().parse().unwrap();
    assert!(version >= OLDEST, "PostgreSQL 15 or newer is promised, and tested on {version}");
}
