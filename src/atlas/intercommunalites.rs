//! EPCI and EPT: what a SIREN names, today or in an older list, and which communes of today that is.

use super::places::{Named, PlaceId};
use super::world::Atlas;
use crate::domain::administrative::{Commune, Intercommunalite};
use crate::domain::codes::Siren;

impl Atlas {
    /// The EPCI or EPT with a SIREN and the COG year of the list that has it: today's, or else the latest that does.
    #[must_use]
    pub fn intercommunalite(&self, siren: Siren) -> Option<(&Intercommunalite, u16)> {
        let tables = &self.tables;
        let older = tables.intercommunalites.keys().rev().copied();
        std::iter::once(tables.cog)
            .chain(older.filter(|year| *year != tables.cog))
            .find_map(|year| {
                let all = tables.intercommunalites.get(&year)?;
                Some((all.iter().find(|i| i.siren == siren)?, year))
            })
    }

    /// Today's communes of an EPCI or EPT, in order of code.
    #[must_use]
    pub fn communes_of(&self, epci: &Intercommunalite) -> Vec<PlaceId> {
        let mut places: Vec<PlaceId> = epci
            .communes
            .iter()
            .filter_map(|&code| self.places.named(code))
            .flat_map(|named| match named {
                Named::Current(place) => vec![place],
                Named::Former(_, places) => places,
            })
            .collect();
        places.sort_unstable_by_key(|&p| self.places.commune(p).code);
        places.dedup();
        places
    }
}

/// The intercommunalité that a commune counts through: its EPT in the Grand Paris, elsewhere its EPCI.
#[must_use]
pub fn home(commune: &Commune) -> Option<Siren> {
    commune.ept.or(commune.epci)
}
