//! What a sheet says in words.

use super::frame::Place;
use super::order::{Found, regions};
use super::style::Style;
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
            let count = atlas
                .profiles(found.phase)
                .filter(|p| {
                    p.facts
                        .regions
                        .iter()
                        .any(|code| code.to_string() == region.code)
                })
                .count();
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

/// What a territory's sheet says beside the map: its figures and its members.
pub fn notes(found: &Found) -> Vec<String> {
    let Some(profile) = &found.profile else {
        return Vec::new();
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
    let mut members: Vec<&str> = profile
        .territoire
        .membres
        .iter()
        .map(|m| m.nom.as_str())
        .collect();
    members.sort_by(|a, b| alphabet::order(a, b));
    vec![figures, format!("Membres\u{a0}: {}.", members.join(", "))]
}

/// The projections of a sheet, each once.
pub fn systems(main: &Place, insets: &[Place]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for place in std::iter::once(main).chain(insets) {
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
