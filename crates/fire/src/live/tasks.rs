//! What runs beside the engine: its timer, its recorder, and the pen that writes when devices were heard.

use super::{Alarms, heard::WRITE_EVERY, recorder::TRY_AGAIN_AFTER, trend};
use crate::engine::Input;
use liengia_kernel::AlarmId;
use std::{future::Future, mem, sync::PoisonError, time::Duration};
use tokio::sync::watch;

/// Ends when it is time to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Nobody is left who could say so: then it is time, too.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Waits, but not past the end. Whether to go on.
async fn pause(span: Duration, stop: &mut watch::Receiver<bool>) -> bool {
    tokio::select! {
        () = tokio::time::sleep(span) => true,
        () = stopped(stop) => false,
    }
}

impl Alarms {
    pub(super) fn run(&self, what: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let task = tokio::spawn(self.shared.needed.watch(what, task));
        self.shared.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Waits until a task beside the engine ended before its time; tells which.
    pub fn lost(&self) -> impl Future<Output = &'static str> + Send + 'static + use<> {
        self.shared.needed.lost()
    }

    /// Waits until everything that `stop` ends has ended: then all that could be written is written. Nobody tells the engine
    /// anything any more.
    pub async fn written(&self) {
        let tasks = mem::take(&mut *self.shared.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task beside the alarm engine did not end well");
            }
        }
        // What devices said while those tasks ended.
        self.write_the_rest().await;
    }

    /// Ticks when something is due, and does what was left undone.
    pub(super) async fn keep_time(self, mut stop: watch::Receiver<bool>) {
        let mut sooner = self.shared.wakes.subscribe();
        loop {
            let due = self.look(|state| {
                let due = state.next_due();
                self.shared.wakes.send_if_modified(|wakes| {
                    *wakes = due;
                    false
                });
                due
            });
            let wait = async {
                match due {
                    Some(due) => tokio::time::sleep(due.saturating_sub(self.shared.clock.elapsed())).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wait => drop(self.tell(Input::Tick)),
                _ = sooner.changed() => {}
                () = self.shared.undone.left() => self.do_what_is_undone(),
                () = stopped(&mut stop) => return,
            }
        }
    }

    /// Writes what happened, and tells the engine which presses are on the disk.
    pub(super) async fn keep_record(self, mut stop: watch::Receiver<bool>) {
        let recorder = &self.shared.recorder;
        loop {
            tokio::select! {
                () = recorder.something() => {}
                () = stopped(&mut stop) => break,
            }
            match recorder.write_some().await {
                Ok(presses) => self.say_recorded(&presses, true),
                Err(presses) => {
                    self.say_recorded(&presses, false);
                    if !pause(TRY_AGAIN_AFTER, &mut stop).await {
                        break;
                    }
                }
            }
        }
        self.write_the_rest().await;
    }

    /// Writes what was said before the stop, if it can be written.
    async fn write_the_rest(&self) {
        let recorder = &self.shared.recorder;
        loop {
            self.do_what_is_undone();
            if recorder.waiting() == 0 {
                return;
            }
            match recorder.write_some().await {
                Ok(presses) => self.say_recorded(&presses, true),
                Err(_) => return,
            }
        }
    }

    fn say_recorded(&self, presses: &[AlarmId], recorded: bool) {
        for press in presses {
            self.tell(Input::Journal { press: *press, recorded });
        }
    }

    /// Writes now and then when devices were heard and what their trends have counted, and once more at the end.
    pub(super) async fn keep_heartbeats(self, mut stop: watch::Receiver<bool>) {
        for turn in 1_u32.. {
            let go_on = pause(WRITE_EVERY, &mut stop).await;
            if (turn.is_multiple_of(trend::EVERY) || !go_on)
                && let Err(error) = self.write_trends().await
            {
                tracing::warn!(%error, "the trends of devices cannot be written yet");
            }
            if let Err(error) = self.write_heartbeats().await {
                tracing::warn!(%error, "when devices were heard cannot be written yet");
            }
            if !go_on {
                return;
            }
        }
    }
}
