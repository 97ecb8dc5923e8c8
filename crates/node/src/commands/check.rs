//! `liengia check`: explains every problem of a configuration before the node is started with it.

use crate::config::{Config, ConfigError};
use std::{net::TcpListener, path::Path};

/// Everything that is wrong, each with what to do about it.
pub fn problems(path: &Path) -> Result<Vec<String>, ConfigError> {
    let config = Config::read(path)?;
    let mut problems = config.problems();
    let listeners = config.http.listen.iter().chain(&config.mqtt.listen).chain(&config.mqtt.tls_listen);
    for address in listeners {
        if let Err(error) = TcpListener::bind(address) {
            problems.push(format!("{address} cannot be listened on: {error} (is the node running already?)"));
        }
    }
    Ok(problems)
}
