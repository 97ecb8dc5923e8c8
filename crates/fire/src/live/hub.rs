//! News for open screens: what changed, by id; each screen's stream turns it into what its person may see.

use crate::engine::{Board, DeviceHealth, Notice, Question};
use liengia_kernel::AlarmId;
use tokio::sync::broadcast;

/// Most news that a slow stream may lag behind; past that it is told to load everything anew.
const MAX_LAG: usize = 4096;

/// Something that an open screen may have to show.
#[derive(Clone, Debug)]
pub enum News {
    /// Something on the boards changed.
    Board(Board),
    /// A card of this alarm was offered, taken back or moved on.
    Card(AlarmId),
    /// A word to people.
    Notice(Notice),
    /// A late press must be answered.
    Question(Question),
    /// A device's health changed.
    Health(DeviceHealth),
}

/// Where news goes out. Clones are the same hub.
#[derive(Clone, Debug)]
pub struct Hub {
    news: broadcast::Sender<News>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { news: broadcast::channel(MAX_LAG).0 }
    }
}

impl Hub {
    /// Tells every open screen.
    pub fn publish(&self, news: News) {
        // Nobody is looking: then nobody needs it.
        let _ = self.news.send(news);
    }

    /// News from now on.
    pub fn listen(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// How many streams are open.
    pub fn listeners(&self) -> usize {
        self.news.receiver_count()
    }
}
