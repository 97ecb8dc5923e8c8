//! What the broker counts, so that every refusal and every drop can be seen.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Makes the counters, their snapshot and their descriptions from one list.
macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident,)*) => {
        /// The counters themselves.
        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $(pub(super) $name: AtomicU64,)*
        }

        impl Counters {
            pub(super) fn snapshot(&self) -> Counts {
                Counts { $($name: self.$name.load(Relaxed),)* }
            }
        }

        /// Everything counted since the start, at one moment.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Counts {
            $($(#[doc = $doc])+ pub $name: u64,)*
        }

        impl Counts {
            /// Name, description and value of each, for metrics.
            pub fn each(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
                [$((stringify!($name), concat!($($doc,)+).trim_ascii(), self.$name),)*].into_iter()
            }
        }
    };
}

counts! {
    /// Connections accepted.
    accepted,
    /// Clients let in.
    admitted,
    /// Connections refused because as many as allowed are there.
    refused_full,
    /// Clients refused: unknown name or wrong password.
    refused_credentials,
    /// Clients refused for something else: protocol, client id, will on a foreign topic.
    refused_other,
    /// Connections that did not say who they are in time.
    silent_timed_out,
    /// Connections that had not said who they are when others needed the room.
    silent_evicted,
    /// TLS handshakes that failed.
    tls_failed,
    /// Clients cut off for bytes that are no packet or break the protocol.
    malformed,
    /// Clients cut off for a packet that is too large.
    oversized,
    /// Large messages of a bridge read past.
    skipped,
    /// Messages refused: not the client's topic.
    publish_denied,
    /// Subscriptions refused: not the client's topic, or too many.
    subscribe_denied,
    /// Messages of devices handled.
    messages,
    /// Presses and cancellations handed over.
    urgent,
    /// Messages dropped because their device says too much.
    limited,
    /// Presses dropped because their device pressed very often moments before.
    limited_presses,
    /// Messages in which something could not be read.
    unreadable,
    /// Signs of life dropped because nobody took them out in time.
    inbox_full,
    /// Commands sent to a connection.
    sent,
    /// Commands dropped because the device does not take them in.
    send_full,
    /// Connections cut off because nothing was heard for one and a half keep-alive periods.
    keep_alive_lost,
    /// Connections cut off because they did not take in what was sent.
    stuck,
    /// Connections replaced by a newer one of the same client.
    taken_over,
    /// Connections that could not be accepted.
    accept_failed,
}

/// One more.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counter_has_a_name_and_a_description() {
        let counters = Counters::default();
        count(&counters.urgent);
        let listed: Vec<_> = counters.snapshot().each().collect();
        assert!(listed.contains(&("urgent", "Presses and cancellations handed over.", 1)));
        assert!(listed.iter().all(|(_, description, _)| description.ends_with('.')));
    }
}
