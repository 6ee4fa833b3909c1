//! The words that pages have for what the contract has codes for.

use crate::api::parts::CodeNom;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;

/// What became of a territory, in a word.
#[must_use]
pub fn evolution(word: &str) -> &'static str {
    match word {
        "nouveau" => "Nouveau",
        "identique" => "Identique",
        _ => "Reconfiguré",
    }
}

/// Its départements: « Pyrénées-Atlantiques (64), Hautes-Pyrénées (65) ».
#[must_use]
pub fn departements(atlas: &Atlas, profile: &Profile) -> String {
    let all = profile.facts.departements.iter();
    let named: Vec<String> = all
        .map(|&code| CodeNom::departement(atlas, code).with_code())
        .collect();
    named.join(", ")
}

/// A measure without its decimals.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // square kilometres of a part of France
pub fn whole(measure: f64) -> u64 {
    measure.round().max(0.0) as u64
}
