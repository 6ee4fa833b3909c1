//! `territoires check`

use std::process::ExitCode;

use super::{CommandError, DataArguments, say, world};

/// Prints the report.
pub(super) fn run(arguments: &DataArguments) -> Result<ExitCode, CommandError> {
    let atlas = world::load(arguments.donnees.as_deref())?;
    let report = atlas.check();
    say(&report)?;
    Ok(if report.faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
