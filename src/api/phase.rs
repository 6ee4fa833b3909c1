//! `phase=`: which phase of the programme a request is about.

use super::params::Params;
use super::problem::Problem;
use crate::atlas::world::Atlas;

/// The phase asked for, the latest where none is.
///
/// # Errors
/// 400 that names the phases there are.
pub fn read(atlas: &Atlas, params: &Params) -> Result<usize, Problem> {
    let Some(id) = params.get("phase") else {
        return Ok(atlas.current_phase());
    };
    atlas
        .phase(id)
        .ok_or_else(|| params.problem("phase", unknown(atlas)))
}

/// What to say of a phase that does not exist.
#[must_use]
pub fn unknown(atlas: &Atlas) -> String {
    let known: Vec<&str> = atlas.tables.phases.iter().map(|p| p.id.as_str()).collect();
    format!("Cette phase n’existe pas ; il y a : {}.", known.join(", "))
}
