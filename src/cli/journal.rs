//! The log: on the standard error, a line for people or a JSON object.

use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;

use super::CommandError;
use crate::config::Journal;

/// Begins it. Panics are logged like all else, by place and message.
///
/// # Errors
/// Where the directives cannot be read.
pub(super) fn begin(form: Journal, directives: &str) -> Result<(), CommandError> {
    let filter = EnvFilter::try_new(directives).map_err(|e| {
        format!("niveau : « {directives} » ne convient pas ({e}) ; il faut par exemple info, ou info,territoires=debug")
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr);
    match form {
        Journal::Text => log.init(),
        Journal::Json => log.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref().unwrap_or_default();
        let dit = panic.payload_as_str().unwrap_or_default();
        tracing::error!(place, dit, "panique");
    }));
    Ok(())
}
