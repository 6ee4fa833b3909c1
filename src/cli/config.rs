//! `territoires config`

use std::process::ExitCode;

use super::settings::Settings;
use super::{CommandError, say};

/// Prints the settings in force, as a file of settings that says the same.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let in_force = settings.in_force()?;
    say(in_force.to_string().trim_end())?;
    Ok(ExitCode::SUCCESS)
}
