//! Who is to be named for what is shown.

use super::world::Atlas;
use crate::domain::level::Level;

impl Atlas {
    /// Who made the data of these levels, in one line, without the licence.
    #[must_use]
    pub fn attribution(&self, levels: &[&Level]) -> String {
        let tables = &self.tables;
        let shown = |level: &Level| levels.contains(&level);
        let editions = tables
            .phases
            .iter()
            .filter(|p| shown(&Level::Phase(p.id.clone())))
            .filter_map(|p| p.editions.last())
            .map(|e| e.attribution.as_str());
        let context = shown(&Level::Pays);
        let france = levels.iter().any(|l| **l != Level::Pays);
        let sources = tables
            .sources
            .iter()
            .filter(|s| if s.context { context } else { france })
            .map(|s| s.attribution.as_str());
        editions.chain(sources).collect::<Vec<_>>().join(" ; ")
    }
}
