//! How far places are from the borders of territories.

use super::answer::{Answer, Nearest, Question};
use crate::domain::answer::Reponse;
use crate::geometry::planar::NOBODY;

impl<'a> Question<'a> {
    /// Adds positions and distances to an answer and its candidates: to the nearest border from the point asked about, and for a
    /// no the nearest territory, from the point, the address or the commune's centre.
    pub fn measure(&self, answer: &mut Answer<'a>, point: Option<[f64; 2]>) {
        for candidate in &mut answer.candidats {
            self.measure(candidate, None);
        }
        // An address that names no more than its town is somewhere in it.
        if let Some(geocodage) = &mut answer.geocodage
            && geocodage.position.is_none()
        {
            let place = answer
                .commune
                .and_then(|c| self.atlas.places.current(c.code));
            geocodage.position = place.and_then(|place| self.atlas.centre(place));
        }
        if answer.reponse == Reponse::Incertain
            || (answer.reponse == Reponse::Oui && point.is_none())
        {
            return;
        }
        let found = answer.geocodage.as_ref().and_then(|g| g.position);
        let centre = || {
            let place = self.atlas.places.current(answer.commune?.code)?;
            self.atlas.centre(place)
        };
        let Some(place) = point.or(found).or_else(centre) else {
            return;
        };
        let Some(near) = self
            .resolved
            .borders(&self.atlas.france.arcs)
            .nearest(place)
        else {
            return;
        };
        if answer.reponse == Reponse::Oui {
            answer.distance_limite = Some(near.metres);
            return;
        }
        answer.distance_limite = point.map(|_| -near.metres);
        let territoire = [near.sides.0, near.sides.1]
            .into_iter()
            .find(|side| *side != NOBODY);
        answer.plus_proche = territoire.map(|t| Nearest {
            territoire: &self.edition.territoires[t as usize],
            distance: near.metres,
        });
    }
}
