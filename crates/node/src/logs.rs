//! Logs: structured, on standard error, without personal data or secrets.
//!
//! Promises: a line that cannot be written (the log lies on a disk that is full) is lost, and nothing else is. The
//! library would complain on standard error, and die of that: the journal's writer with it.

use crate::config::{Log, LogFormat};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Begins logging; what other crates say counts from `warn` up.
pub fn begin(log: &Log) {
    let level: LevelFilter = log.level.parse().unwrap_or(LevelFilter::INFO);
    let filter = EnvFilter::new(format!("warn,liengia={level}"))
        .add_directive(level.into_level().map_or(LevelFilter::OFF, LevelFilter::from_level).into());
    let quiet = ["rmqtt", "rmqtt_net", "hyper", "h2", "rustls", "tokio_postgres"]
        .into_iter()
        .filter_map(|name| format!("{name}=warn").parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(quiet)
        .with_writer(std::io::stderr)
        .log_internal_errors(false)
        .with_target(true);
    // A second call, as in tests that start two nodes in one process, keeps the first one's settings.
    let _ = match log.format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
}
