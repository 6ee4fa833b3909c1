//! What a sheet says in words.

use super::order::{Found, regions};
use super::places::Places;
use super::style::Style;
use crate::atlas::features::Feature;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::alphabet;
use crate::domain::attribution::LICENCE;
use crate::domain::level::Level;
use crate::domain::typography;

/// The title where none is given.
pub fn title(found: &Found) -> String {
    match (&found.profile, found.region) {
        (Some(profile), _) => profile.territoire.nom.clone(),
        (None, Some(region)) => format!("Territoires d’industrie\u{a0}: {}", region.nom),
        (None, None) => "Les Territoires d’industrie".to_owned(),
    }
}

/// The line below it: theme, phase, years, how many, which list.
pub fn subtitle(atlas: &Atlas, found: &Found, style: &Style) -> String {
    let phase = &atlas.tables.phases[found.phase];
    let date = phase
        .editions
        .last()
        .map(|e| typography::date(&e.id).into_owned());
    let list = date.map(|d| format!("liste du {d}"));
    let what = match (&found.profile, found.region) {
        (Some(profile), _) => {
            let names = profile
                .facts
                .regions
                .iter()
                .filter_map(|code| regions(atlas).iter().find(|r| r.code == code.to_string()));
            let names: Vec<&str> = names.map(|r| r.nom.as_str()).collect();
            format!(
                "Territoire d’industrie {} · {}",
                phase.years(),
                names.join(", ")
            )
        }
        (None, Some(region)) => {
            let count = of_region(atlas, found.phase, region).count();
            format!(
                "{} · {} · {}",
                phase.nom,
                phase.years(),
                typography::count(count, "territoire")
            )
        }
        (None, None) => {
            let count = atlas.profiles(found.phase).count();
            format!(
                "{} · {} · {}",
                phase.nom,
                phase.years(),
                typography::count(count, "territoire")
            )
        }
    };
    // A style with a legend colours by something.
    let theme = (!style.legend.is_empty()).then(|| style.name.clone());
    [theme, Some(what), list]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// What a sheet says beside its map.
#[derive(Default)]
pub struct Notes {
    /// The figures of a territory.
    pub figures: Option<String>,
    /// What `parts` are.
    pub heading: &'static str,
    /// Members of a territory or territories of a région, each with its inhabitants.
    pub parts: Vec<(String, String)>,
    /// Whether they are not said elsewhere on the sheet.
    pub must_be_said: bool,
}

/// What a sheet says beside the map: the figures of a territory and its members, or the territories of a région.
pub fn notes(atlas: &Atlas, found: &Found) -> Notes {
    let by_name = |mut parts: Vec<(String, u64)>| {
        parts.sort_by(|(a, _), (b, _)| alphabet::order(a, b));
        let parts = parts.into_iter();
        parts
            .map(|(name, population)| (name, typography::thousands(population)))
            .collect()
    };
    let Some(profile) = &found.profile else {
        let Some(region) = found.region else {
            return Notes::default();
        };
        let parts = of_region(atlas, found.phase, region)
            .map(|p| (p.territoire.nom.clone(), p.feature().population))
            .collect();
        return Notes {
            heading: "Territoires et habitants",
            parts: by_name(parts),
            ..Notes::default()
        };
    };
    let feature = profile.feature();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // square kilometres of France
    let area = feature.superficie.round() as u64;
    let figures = format!(
        "{}\u{a0}habitants · {} · {}\u{a0}km²",
        typography::thousands(feature.population),
        typography::count(profile.facts.communes.len(), "commune"),
        typography::thousands(area)
    );
    let members = profile.territoire.membres.iter();
    let members = members.zip(atlas.members_of(profile));
    let parts = members
        .map(|(member, of)| (member.nom.clone(), of.population))
        .collect();
    Notes {
        figures: Some(figures),
        heading: "Membres et habitants",
        parts: by_name(parts),
        must_be_said: true,
    }
}

/// The territories that a région has a part in.
fn of_region<'a>(
    atlas: &'a Atlas,
    phase: usize,
    region: &'a Feature,
) -> impl Iterator<Item = Profile<'a>> {
    let is_in = |p: &Profile| p.facts.regions.iter().any(|c| c.to_string() == region.code);
    atlas.profiles(phase).filter(is_in)
}

/// The projections of a sheet, each once.
pub fn systems(places: &Places) -> String {
    let mut names: Vec<&str> = Vec::new();
    for place in std::iter::once(&places.main).chain(&places.insets) {
        if !names.contains(&place.system.on_maps) {
            names.push(place.system.on_maps);
        }
    }
    names.join(", ")
}

/// Who made what is shown, how it is projected, and its licence.
pub fn sources(atlas: &Atlas, style: &Style, systems: &str) -> String {
    let shown: Vec<&Level> = atlas
        .levels()
        .map(|l| &l.level)
        .filter(|l| style.layers.iter().any(|layer| layer.level == l.name()))
        .collect();
    let noun = if systems.contains(',') {
        "Projections"
    } else {
        "Projection"
    };
    let text = format!(
        "Sources : {} · {noun} : {systems} · Réalisation : territoires {} · {LICENCE}",
        atlas.attribution(&shown),
        env!("CARGO_PKG_VERSION"),
    );
    typography::unbreakable(&text)
}
