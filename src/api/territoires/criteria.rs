//! Which territories of a phase are wanted: the criteria that the list of the API and that of the pages share.

use crate::api::params::Params;
use crate::api::phase;
use crate::api::problem::Problem;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::alphabet;
use crate::domain::codes::{DepartementCode, RegionCode};
use crate::domain::fold::fold;
use crate::domain::typography;

/// Characters of a text to look for.
const MAX_TEXT: usize = 100;

/// What `evolution=` may be.
pub const EVOLUTIONS: [&str; 3] = ["identique", "reconfigure", "nouveau"];

/// What is wanted of a list.
pub struct Criteria {
    /// The phase, by its position.
    pub phase: usize,
    region: Option<RegionCode>,
    departement: Option<DepartementCode>,
    evolution: Option<String>,
    interregional: Option<bool>,
    /// Folded.
    text: Option<String>,
}

impl Criteria {
    /// Reads `phase=`, `region=`, `departement=`, `evolution=`, `interregional=` and `q=`.
    ///
    /// # Errors
    /// A problem that names the parameter at fault.
    pub fn read(atlas: &Atlas, params: &Params) -> Result<Self, Problem> {
        let tables = &atlas.tables;
        let region = params.text("region", MAX_TEXT)?.map(|text| {
            let named = tables.regions.iter().map(|r| (r.code, r.nom.as_str()));
            named_or_coded(
                text,
                named,
                "d’une région",
                "/api/v1/territoires?region=Bretagne",
            )
        });
        let departement = params.text("departement", MAX_TEXT)?.map(|text| {
            let named = tables.departements.iter().map(|d| (d.code, d.nom.as_str()));
            named_or_coded(
                text,
                named,
                "d’un département",
                "/api/v1/territoires?departement=29",
            )
        });
        let evolution = params.get("evolution").map(|word| {
            if EVOLUTIONS.contains(&word) {
                return Ok(word.to_owned());
            }
            let detail = "Cette évolution n’existe pas ; il y a : identique, reconfigure, nouveau.";
            Err(params.problem("evolution", detail))
        });
        let interregional = match params.get("interregional") {
            None => None,
            Some("oui") => Some(true),
            Some("non") => Some(false),
            Some(_) => {
                let detail = "interregional est « oui » ou « non ».";
                return Err(params.problem("interregional", detail));
            }
        };
        Ok(Self {
            interregional,
            phase: phase::read(atlas, params)?,
            region: region.transpose()?,
            departement: departement.transpose()?,
            evolution: evolution.transpose()?,
            text: params.text("q", MAX_TEXT)?.map(fold),
        })
    }

    fn fits(&self, profile: &Profile) -> bool {
        let (territoire, facts) = (profile.territoire, profile.facts);
        let in_region = |code| profile.is_of_region(code);
        let in_departement = |code| facts.departements.contains(&code);
        let evolved = |word: &String| facts.evolution.is_some_and(|e| e.as_str() == word);
        let named = |text: &String| {
            let nom = fold(&territoire.nom);
            !text.is_empty() && (nom.contains(text) || fold(&territoire.id) == *text)
        };
        self.region.is_none_or(in_region)
            && self.departement.is_none_or(in_departement)
            && self.evolution.as_ref().is_none_or(evolved)
            && self
                .interregional
                .is_none_or(|wanted| facts.interregional == wanted)
            && self.text.as_ref().is_none_or(named)
    }

    /// The territories that fit, in the order of their names as French readers expect them.
    #[must_use]
    pub fn chosen<'a>(&self, atlas: &'a Atlas) -> Vec<Profile<'a>> {
        let all = atlas.profiles(self.phase).filter(|p| self.fits(p));
        let mut chosen: Vec<Profile> = all.collect();
        chosen.sort_by(|a, b| {
            let names = alphabet::order(&a.territoire.nom, &b.territoire.nom);
            names.then_with(|| a.territoire.id.cmp(&b.territoire.id))
        });
        chosen
    }
}

/// The unit that a text names, by its code or its folded name.
fn named_or_coded<'a, C: Copy + std::fmt::Display>(
    text: &str,
    units: impl Iterator<Item = (C, &'a str)>,
    what: &str,
    example: &'static str,
) -> Result<C, Problem> {
    let wanted = fold(text);
    let mut units = units;
    units
        .find(|(code, nom)| fold(&code.to_string()) == wanted || fold(nom) == wanted)
        .map(|(code, _)| code)
        .ok_or_else(|| {
            let shown = typography::shown(text, 40);
            Problem::not_found(
                format!("« {shown} » n’est le code ni le nom {what} : il faut l’un ou l’autre."),
                example,
            )
        })
}
