//! What runs beside everything else until the node stops.

use std::future::Future;
use tokio::{sync::watch, task::JoinHandle};

/// The tasks of a node.
pub struct Tasks {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

impl Tasks {
    /// None yet.
    pub fn new() -> Self {
        Self { stop: watch::Sender::new(false), running: Vec::new() }
    }

    /// Turns true when the node stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs this until it ends by itself, which it must when the node stops.
    pub fn run(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.running.push(tokio::spawn(task));
    }

    /// Says that the node stops, and waits for all of them.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.running {
            let _ = task.await;
        }
    }
}
