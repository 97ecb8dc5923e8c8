//! What runs beside everything else until the node stops.

use anyhow::Context as _;
use liengia_fire::live::Needed;
use std::future::Future;
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::watch,
    task::JoinHandle,
};

/// The tasks of a node.
pub struct Tasks {
    stop: watch::Sender<bool>,
    /// Turns true before anything ends that is needed.
    leaving: watch::Sender<bool>,
    needed: Needed,
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
        let leaving = watch::Sender::new(false);
        let needed = Needed::until(leaving.subscribe());
        Self { stop: watch::Sender::new(false), leaving, needed, running: Vec::new(), threads: Vec::new() }
    }

    /// Turns true when the node stops.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs this until it ends by itself, which it must when the node stops.
    pub fn run(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.running.push(tokio::spawn(task));
    }

    /// The same for what the node cannot do without; see [`Self::lost`].
    pub fn run_needed(&mut self, what: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        self.run(self.needed.watch(what, task));
    }

    /// Waits until something ended before its time that the node cannot do without; tells what.
    pub fn lost(&self) -> impl Future<Output = &'static str> + Send + 'static + use<> {
        self.needed.lost()
    }

    /// Says that the node is about to stop: what ends from now on ends in time.
    pub fn leave(&self) {
        self.leaving.send_replace(true);
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

    /// Runs this on such a thread until it ends by itself, which it must when the node stops. The node cannot do without.
    pub fn run_needed_on(
        &mut self,
        thread: &Handle,
        what: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        self.running.push(thread.spawn(self.needed.watch(what, task)));
    }

    /// Says that the node stops, and waits for all of them.
    pub async fn stop(self) {
        self.leave();
        self.stop.send_replace(true);
        for task in self.running {
            let _ = task.await;
        }
    }
}
