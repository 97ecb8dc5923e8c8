//! The connection to PostgreSQL is cut at every moment of a commit, by a proxy between it and the journal: whatever was
//! acknowledged is there once, and what the server had done already is not done again.

use crate::{
    bells::{BELLS, rang},
    faults::{Acknowledged, nothing_is_lost},
};
use liengia_journal::{
    Commit, Database, Draft, Journal, JournalConfig, Receipt, Schema, Statement, statement,
    testing::{COMMUNE, Engine, Fresh, context},
};
use liengia_kernel::SystemEntropy;
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// When the proxy cuts.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// The journal sends this, and the server never hears of it.
    Before(&'static str),
    /// The server has heard this and answers with the same word, and the journal never hears of that.
    After(&'static str),
}

impl Cut {
    fn word(self) -> &'static str {
        match self {
            Self::Before(word) | Self::After(word) => word,
        }
    }
}

type Order = Arc<Mutex<Option<Cut>>>;

/// Stands between the journal and the server.
struct Proxy {
    database: Database,
    order: Order,
}

impl Proxy {
    async fn before(database: &Database) -> Self {
        let Database::Postgres(url) = database else { unreachable!() };
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, rest) = rest.split_once('/').unwrap();
        let (user, server) = authority.rsplit_once('@').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap();
        let (server, order) = (server.to_owned(), Order::default());
        let orders = order.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(carry(client, server, orders.clone()));
            }
        });
        Self { database: Database::Postgres(format!("{scheme}://{user}@{own}/{rest}")), order }
    }

    fn cut(&self, cut: Cut) {
        *self.order.lock().unwrap() = Some(cut);
    }

    fn has_cut(&self) -> bool {
        self.order.lock().unwrap().is_none()
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// Carries one connection until an end closes it or the order says to cut it; both ends are closed then.
async fn carry(mut client: TcpStream, mut server: TcpStream, order: Order) {
    let (mut sent, mut answered) = (vec![0; 256 * 1024], vec![0; 256 * 1024]);
    loop {
        tokio::select! {
            Ok(length) = client.read(&mut sent) => {
                let sent = &sent[..length];
                let due = order.lock().unwrap().take_if(|cut| holds(sent, cut.word()));
                match due {
                    Some(Cut::Before(_)) => return,
                    Some(Cut::After(word)) => {
                        server.write_all(sent).await.unwrap();
                        let mut length = 0;
                        while !holds(&answered[..length], word) {
                            length = server.read(&mut answered).await.unwrap();
                        }
                        return;
                    }
                    None if length == 0 || server.write_all(sent).await.is_err() => return,
                    None => {}
                }
            }
            Ok(length) = server.read(&mut answered) => {
                if length == 0 || client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
            else => return,
        }
    }
}

async fn open(database: Database) -> Journal {
    let config = JournalConfig {
        database,
        commune: COMMUNE,
        schema: Schema::new([BELLS]),
        entropy: Arc::new(SystemEntropy),
        readers: 1,
    };
    Journal::open(config).await.unwrap()
}

/// Counts, without an entry.
fn count_up(counter: &str) -> Statement {
    let sql = "INSERT INTO heard (commune, bell, at) VALUES ($1, $2, 1) \
               ON CONFLICT (commune, bell) DO UPDATE SET at = heard.at + 1";
    statement!(sql, COMMUNE, counter)
}

async fn counted(journal: &Journal, counter: &str) -> i64 {
    let rows =
        journal.query(statement!("SELECT at FROM heard WHERE commune = $1 AND bell = $2", COMMUNE, counter));
    rows.await.unwrap().first().map_or(0, |row| row.int(0).unwrap())
}

fn acknowledged(receipts: &[Receipt]) -> Vec<Acknowledged> {
    receipts.iter().flat_map(|receipt| &receipt.entries).map(|entry| Acknowledged::of(entry)).collect()
}

/// The moments of a commit that can be told apart from outside. `bell-cut` stands in its statements.
const CUTS: [Cut; 4] =
    [Cut::Before("BEGIN"), Cut::Before("bell-cut"), Cut::Before("COMMIT"), Cut::After("COMMIT")];

#[tokio::test]
async fn a_commit_whose_connection_is_cut_is_done_once_and_acknowledged() {
    let fresh = Fresh::new(Engine::Postgres).await;
    let proxy = Proxy::before(&fresh.database()).await;
    let journal = open(proxy.database.clone()).await;
    let mut receipts = Vec::new();
    for cut in CUTS {
        let (before, head) = (counted(&journal, "bell-cut").await, journal.head().await.unwrap().seq);
        proxy.cut(cut);
        let command = Commit::new(context(1), vec![rang("bell-cut", 1), rang("bell-b", 1)]);
        receipts.push(journal.commit(command.beside([count_up("bell-cut")])).await.unwrap());
        assert!(proxy.has_cut(), "{cut:?}");
        assert_eq!(counted(&journal, "bell-cut").await, before + 1, "{cut:?}");
        assert_eq!(journal.head().await.unwrap().seq, head + 2, "{cut:?}");
    }
    journal.close().await;
    nothing_is_lost(&fresh.database(), &acknowledged(&receipts)).await;
}

#[tokio::test]
async fn a_commit_without_an_entry_is_done_once_too() {
    let fresh = Fresh::new(Engine::Postgres).await;
    let proxy = Proxy::before(&fresh.database()).await;
    let journal = open(proxy.database.clone()).await;
    for (number, cut) in (1..).zip(CUTS) {
        proxy.cut(cut);
        let command = Commit::new(context(1), Vec::new()).beside([count_up("bell-cut")]);
        journal.commit(command).await.unwrap();
        assert!(proxy.has_cut(), "{cut:?}");
        assert_eq!(counted(&journal, "bell-cut").await, number, "{cut:?}");
    }
}

#[tokio::test]
async fn many_commits_at_once_are_each_done_once_however_often_the_connection_is_cut() {
    let fresh = Fresh::new(Engine::Postgres).await;
    let proxy = Proxy::before(&fresh.database()).await;
    let journal = open(proxy.database.clone()).await;
    let mut receipts = Vec::new();
    for (round, cut) in CUTS.into_iter().cycle().take(12).enumerate() {
        proxy.cut(cut);
        let commands = (0..20).map(|caller| {
            let drafts: Vec<Draft> = (0..caller % 3).map(|_| rang("bell-cut", 0)).collect();
            let counter = if caller == 0 { "bell-cut".to_owned() } else { format!("counter-{caller}") };
            journal.commit(Commit::new(context(1), drafts).beside([count_up(&counter)]))
        });
        receipts.extend(futures_util::future::try_join_all(commands).await.unwrap());
        assert!(proxy.has_cut(), "{cut:?}");
        let rounds = i64::try_from(round).unwrap() + 1;
        assert_eq!(counted(&journal, "counter-7").await, rounds, "{cut:?}");
        assert_eq!(counted(&journal, "bell-cut").await, rounds, "{cut:?}");
    }
    let told = acknowledged(&receipts);
    assert_eq!(journal.head().await.unwrap().seq, told.len() as u64);
    journal.close().await;
    nothing_is_lost(&fresh.database(), &told).await;
}
