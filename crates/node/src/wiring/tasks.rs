//! What runs beside everything else until the node stops.

use anyhow::Context as _;
use std::future::Future;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::watch,
    task::JoinHandle,
};

/// The tasks of a node.
pub struct Tasks {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
    threads: Vec<Thread>,
}

/// A thread that runs tasks of its own.
struct Thread(Option<Runtime>);

impl Drop for Thread {
    fn drop(&mut self) {
        // A runtime must not be waited for where other tasks run.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Tasks {
    /// None yet.
    pub fn new() -> Self {
        Self { stop: watch::Sender::new(false), running: Vec::new(), threads: Vec::new() }
    }

    /// Turns true when the node stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs this until it ends by itself, which it must when the node stops.
    pub fn run(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.running.push(tokio::spawn(task));
    }

    /// One thread for tasks that must not wait behind any other: what is spawned there takes turns with nothing else, and
    /// goes from one task to the next without waking a thread. It ends with these tasks.
    pub fn thread(&mut self, name: &str) -> anyhow::Result<Handle> {
        let built = Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build();
        let runtime = built.with_context(|| format!("no thread for {name}"))?;
        let handle = runtime.handle().clone();
        self.threads.push(Thread(Some(runtime)));
        Ok(handle)
    }

    /// Runs this on such a thread until it ends by itself, which it must when the node stops.
    pub fn run_on(&mut self, thread: &Handle, task: impl Future<Output = ()> + Send + 'static) {
        self.running.push(thread.spawn(task));
    }

    /// Says that the node stops, and waits for all of them.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.running {
            let _ = task.await;
        }
    }
}
