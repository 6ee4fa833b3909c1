//! What is ordered, and what it names.

use super::PrintError;
use super::paper::{Orientation, Paper};
use super::style::Style;
use crate::atlas::features::Feature;
use crate::atlas::profile::Profile;
use crate::atlas::world::Atlas;
use crate::domain::fold::fold;
use crate::domain::level::Level;
use crate::domain::typography::shown;

/// What a sheet is to show.
#[derive(Clone, Debug)]
pub struct Order {
    /// The style.
    pub style: Style,
    /// Which sheet.
    pub sheet: Sheet,
    /// The phase; the latest where none is named.
    pub phase: Option<String>,
    /// A région by code or name, to be drawn alone.
    pub region: Option<String>,
    /// A territory by id, to be drawn alone with its members.
    pub territoire: Option<String>,
    /// The title; what is shown where none is given.
    pub title: Option<String>,
    /// Whether an arrow to the north is wanted.
    pub north: bool,
    /// Whether meridians and parallels are wanted.
    pub graticule: bool,
}

/// The sheet of paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sheet {
    /// A standard size, held as suits the map where nothing is said.
    Paper(Paper, Option<Orientation>),
    /// Width and height in millimetres.
    Millimetres([f64; 2]),
}

/// Letters of a title at most.
const TITLE: usize = 120;
/// What is drawn, found by its names.
pub struct Found<'a> {
    /// The phase, by position.
    pub phase: usize,
    /// The région to be drawn alone.
    pub region: Option<&'a Feature>,
    /// The territory to be drawn alone.
    pub profile: Option<Profile<'a>>,
}

/// Looks up what is named.
///
/// # Errors
/// [`PrintError::Theme`] for a style of what the phase does not have, [`PrintError::Unknown`] for what does not exist, [`PrintError::Sheet`] for a title that is too long.
pub fn find<'a>(atlas: &'a Atlas, order: &Order) -> Result<Found<'a>, PrintError> {
    if let Some(title) = order.title.as_ref().filter(|t| t.chars().count() > TITLE) {
        let length = title.chars().count();
        return Err(PrintError::Sheet(format!(
            "le titre a {length} signes ; {TITLE} au plus"
        )));
    }
    let phase = match &order.phase {
        None => atlas.current_phase(),
        Some(id) => atlas.phase(id).ok_or_else(|| PrintError::Unknown {
            what: "la phase",
            asked: shown(id, 80),
            known: format!(
                "il y a {}",
                atlas
                    .tables
                    .phases
                    .iter()
                    .map(|p| p.id.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        })?,
    };
    let (declared, fields) = (&atlas.tables.phases[phase], &order.style.fields);
    for (field, has) in [
        ("evolution", declared.suit.is_some()),
        ("rebond", declared.rebond.is_some()),
    ] {
        if fields.contains(field) && !has {
            let (style, phase) = (shown(&order.style.name, 80), &declared.nom);
            return Err(PrintError::Theme(format!(
                "le style « {style} » colore d’après « {field} », que {phase} n’a pas"
            )));
        }
    }
    let region = match &order.region {
        None => None,
        Some(asked) => {
            let all = regions(atlas);
            let wanted = fold(asked);
            let one = all
                .iter()
                .find(|r| r.code == *asked || fold(&r.nom) == wanted);
            Some(one.ok_or_else(|| PrintError::Unknown {
                what: "la région",
                asked: shown(asked, 80),
                known: format!(
                        "il y a {}",
                        all.iter()
                            .map(|r| r.nom.as_str())
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
            })?)
        }
    };
    let profile = match &order.territoire {
        None => None,
        Some(id) => Some(
            atlas
                .profiles(phase)
                .find(|p| p.territoire.id == *id)
                .ok_or_else(|| PrintError::Unknown {
                    what: "le territoire",
                    asked: shown(id, 80),
                    known: "un identifiant comme ti-7510 est attendu".to_owned(),
                })?,
        ),
    };
    Ok(Found {
        phase,
        region,
        profile,
    })
}

/// All régions.
pub fn regions(atlas: &Atlas) -> &[Feature] {
    let level = atlas
        .france
        .levels
        .iter()
        .find(|l| l.level == Level::Regions);
    level.map_or(&[], |l| &l.features)
}
