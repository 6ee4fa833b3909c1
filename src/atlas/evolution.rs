//! What became of a territory since the phase before.

use std::collections::BTreeSet;

use super::membership::Membership;
use crate::domain::codes::CommuneCode;
use crate::domain::programme::Evolution;

/// Evolution and predecessors of each territory of an edition.
///
/// *Identique*: exactly the communes of one territory of the phase before. *Nouveau*: none of its communes
/// was in any. *Reconfiguré*: the rest. Communes are compared in the codes of the lists' COG year. The
/// predecessors are the territories that share a commune, those that share most first.
#[must_use]
pub fn since(
    before: &Membership,
    before_count: usize,
    now: &Membership,
    count: usize,
) -> Vec<(Evolution, Vec<usize>)> {
    let sets: Vec<BTreeSet<CommuneCode>> = (0..before_count)
        .map(|t| before.communes(t).iter().copied().collect())
        .collect();
    (0..count)
        .map(|t| {
            let own: BTreeSet<CommuneCode> = now.communes(t).iter().copied().collect();
            let mut shared: Vec<(usize, usize)> = sets
                .iter()
                .enumerate()
                .map(|(i, s)| (s.intersection(&own).count(), i))
                .filter(|(n, _)| *n > 0)
                .collect();
            shared.sort_by_key(|&(n, i)| (std::cmp::Reverse(n), i));
            let evolution = if shared.is_empty() {
                Evolution::Nouveau
            } else if sets.contains(&own) {
                Evolution::Identique
            } else {
                Evolution::Reconfigure
            };
            (evolution, shared.into_iter().map(|(_, i)| i).collect())
        })
        .collect()
}
