//! What a territory is made of, member by member, and what changed since the phase before.

use std::collections::BTreeSet;

use super::membership::Standing;
use super::places::PlaceId;
use super::profile::Profile;
use super::world::Atlas;

/// The communes of today that a member brings into its territory.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// The communes; those divided between territories since the list are in none.
    pub communes: Vec<PlaceId>,
    /// Who lives there.
    pub population: u64,
}

impl Brought {
    /// A point inside it near its middle, where its name has most room: longitude and latitude.
    #[must_use]
    pub fn centre(&self, atlas: &Atlas) -> Option<[f64; 2]> {
        let points = self
            .communes
            .iter()
            .filter_map(|&place| atlas.centre(place));
        let points: Vec<[f64; 2]> = points.collect();
        #[allow(clippy::cast_precision_loss)] // a few hundred
        let count = points.len().max(1) as f64;
        let middle = [0, 1].map(|axis| points.iter().map(|p| p[axis]).sum::<f64>() / count);
        let away = |p: &[f64; 2]| (p[0] - middle[0]).powi(2) + (p[1] - middle[1]).powi(2);
        points
            .into_iter()
            .min_by(|a, b| away(a).total_cmp(&away(b)))
    }
}

/// Communes of today, compared with the territories of the phase before that share some with it.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// In the territory and in one of those before it.
    pub kept: Vec<PlaceId>,
    /// In the territory, and in none of those before it.
    pub come: Vec<PlaceId>,
    /// In one of those before it, and no longer in the territory.
    pub gone: Vec<PlaceId>,
}

impl Atlas {
    /// What each member of a territory brings, in the order of its members.
    #[must_use]
    pub fn members_of(&self, profile: &Profile) -> Vec<Brought> {
        let mut brought = vec![Brought::default(); profile.territoire.membres.len()];
        let Some(resolved) = self
            .phase(&profile.phase.id)
            .and_then(|p| self.edition(p, None))
        else {
            return brought;
        };
        for &place in &profile.facts.communes {
            if let Standing::In((_, membre)) = resolved.membership.of(place)
                && let Some(of) = brought.get_mut(*membre as usize)
            {
                of.communes.push(place);
                of.population += u64::from(self.places.commune(place).population);
            }
        }
        brought
    }

    /// What changed since the phase before; `None` where there is none.
    #[must_use]
    pub fn changes(&self, profile: &Profile) -> Option<Changes> {
        let before = self.phase(profile.phase.suit.as_deref()?)?;
        let resolved = self.edition(before, None)?;
        let own: BTreeSet<PlaceId> = profile.facts.communes.iter().copied().collect();
        let of_those = profile.facts.predecesseurs.iter();
        let earlier: BTreeSet<PlaceId> = of_those
            .filter_map(|&t| resolved.facts.get(t))
            .flat_map(|facts| facts.communes.iter().copied())
            .collect();
        Some(Changes {
            kept: own.intersection(&earlier).copied().collect(),
            come: own.difference(&earlier).copied().collect(),
            gone: earlier.difference(&own).copied().collect(),
        })
    }
}
