//! What the codes of a request for a union name.

use std::collections::BTreeSet;

use super::asked::EXAMPLE;
use crate::api::problem::Problem;
use crate::atlas::intercommunalites::home;
use crate::atlas::places::{Named, PlaceId};
use crate::atlas::world::Atlas;
use crate::domain::codes::{CommuneCode, Siren};
use crate::domain::programme::MembreCode;
use crate::domain::typography;

/// How many codes that name nothing a problem names.
const NAMED: usize = 5;

/// A member and the communes it brings.
pub struct Member<'a> {
    /// What it is.
    pub code: MembreCode,
    /// Its name.
    pub nom: &'a str,
    /// Its communes.
    pub places: Vec<PlaceId>,
    /// The intercommunalité that it is or counts through.
    pub home: Option<Siren>,
    /// The code asked for, where it is a former one.
    pub asked: Option<String>,
}

/// Resolves codes: each member once, in the order in which they were first named.
///
/// # Errors
/// 400 that names the codes that are none or name nothing.
pub fn resolve<'a>(atlas: &'a Atlas, codes: &[String]) -> Result<Vec<Member<'a>>, Problem> {
    let mut members: Vec<Member<'a>> = Vec::new();
    let mut known: BTreeSet<MembreCode> = BTreeSet::new();
    let mut unknown: Vec<&str> = Vec::new();
    for code in codes {
        let found = named(atlas, code);
        if found.is_empty() && !unknown.contains(&code.as_str()) {
            unknown.push(code);
        }
        members.extend(found.into_iter().filter(|m| known.insert(m.code)));
    }
    if unknown.is_empty() {
        return Ok(members);
    }
    let mut shown: Vec<String> = unknown
        .iter()
        .take(NAMED)
        .map(|code| format!("« {} »", typography::shown(code, 20)))
        .collect();
    if unknown.len() > NAMED {
        shown.push(format!("et {} autres", unknown.len() - NAMED));
    }
    let detail = format!(
        "Aucun EPCI, EPT ni commune, actuelle ou ancienne, n’a ce code : {}.",
        shown.join(", ")
    );
    Err(Problem::parameter("membres", detail, EXAMPLE))
}

/// What one code names; several communes for a former code that was divided, nothing for what is no code.
fn named<'a>(atlas: &'a Atlas, code: &str) -> Vec<Member<'a>> {
    if let Ok(siren) = code.parse::<Siren>() {
        let found = atlas.intercommunalite(siren);
        return found
            .map(|(epci, _)| Member {
                code: if epci.is_ept() {
                    MembreCode::Ept(siren)
                } else {
                    MembreCode::Epci(siren)
                },
                nom: &epci.nom,
                places: atlas.communes_of(epci),
                home: Some(siren),
                asked: None,
            })
            .into_iter()
            .collect();
    }
    let Ok(code) = code.parse::<CommuneCode>() else {
        return Vec::new();
    };
    let (places, former) = match atlas.places.named(code) {
        Some(Named::Current(place)) => (vec![place], false),
        Some(Named::Former(_, places)) => (places, true),
        None => return Vec::new(),
    };
    places
        .into_iter()
        .map(|place| {
            let commune = atlas.places.commune(place);
            Member {
                code: MembreCode::Commune(commune.code),
                nom: &commune.nom,
                places: vec![place],
                home: home(commune),
                asked: former.then(|| code.to_string()),
            }
        })
        .collect()
}
