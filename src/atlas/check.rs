//! The report of `territoires check`: what the atlas holds, and what is wrong with it.

use std::fmt;

use super::features::LevelData;
use super::membership::{MembreId, Standing};
use super::world::{Atlas, Chart};
use crate::domain::programme::Evolution;
use crate::geometry::lattice::Vertex;
use crate::geometry::noding::{self, Walk};
use crate::geometry::planar::NOBODY;
use crate::geometry::polygon::Polygon;
use crate::geometry::ring;

/// Everything counted, and the faults.
#[derive(Debug, Default)]
pub struct Report {
    /// Facts, in order, as lines of text.
    pub lines: Vec<String>,
    /// What must not be: a data set with one of these is not fit to serve.
    pub faults: Vec<String>,
    /// What a reader should know but that is no fault.
    pub remarks: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{line}")?;
        }
        for remark in &self.remarks {
            writeln!(f, "à noter : {remark}")?;
        }
        for fault in &self.faults {
            writeln!(f, "DÉFAUT : {fault}")?;
        }
        match self.faults.len() {
            0 => write!(f, "aucun défaut"),
            1 => write!(f, "1 défaut"),
            n => write!(f, "{n} défauts"),
        }
    }
}

impl Atlas {
    /// Checks the whole atlas: geometry of every level, members of every edition.
    #[must_use]
    pub fn check(&self) -> Report {
        let mut report = Report::default();
        report.lines.push(format!(
            "communes au 1er janvier {} : {} avec contour, {} sans",
            self.tables.cog,
            self.places.face_count(),
            self.places.communes().len() - self.places.face_count()
        ));
        for (name, chart) in [("France", &self.france), ("pays voisins", &self.context)] {
            check_coverage(name, chart, &mut report);
            for level in &chart.levels {
                check_level(chart, level, &mut report);
            }
        }
        for (phase, editions) in self.editions.iter().enumerate() {
            for resolved in editions {
                self.check_edition(phase, resolved, &mut report);
            }
        }
        report
    }

    fn check_edition(
        &self,
        phase: usize,
        resolved: &super::territories::ResolvedEdition,
        report: &mut Report,
    ) {
        let (phase, edition) = self.declared(phase, resolved);
        let who = format!("{} édition {}", phase.id, edition.id);
        let membership = &resolved.membership;
        let members: usize = edition.territoires.iter().map(|t| t.membres.len()).sum();
        let member = |(t, m): MembreId| {
            let territoire = &edition.territoires[t as usize];
            let membre = &territoire.membres[m as usize];
            format!("{} {} ({})", membre.code.kind(), membre.code, territoire.id)
        };
        let count = |standing: fn(&Standing) -> bool| {
            membership
                .standings()
                .iter()
                .filter(|s| standing(s))
                .count()
        };
        report.lines.push(format!(
            "{who} : {} territoires, {} membres dont {} trouvés ; {} communes d’aujourd’hui dedans, {} partagées",
            edition.territoires.len(),
            members,
            members - membership.unresolved().len(),
            count(|s| matches!(s, Standing::In(_))),
            count(|s| matches!(s, Standing::Mixed(_))),
        ));
        let interregional: Vec<&str> = edition
            .territoires
            .iter()
            .zip(&resolved.facts)
            .filter(|(_, f)| f.interregional)
            .map(|(t, _)| t.nom.as_str())
            .collect();
        report.lines.push(format!(
            "{who} : interrégionaux : {}",
            interregional.join(", ")
        ));
        if phase.suit.is_some() {
            let of = |e| {
                resolved
                    .facts
                    .iter()
                    .filter(|f| f.evolution == Some(e))
                    .count()
            };
            report.lines.push(format!(
                "{who} : {} identiques, {} reconfigurés, {} nouveaux",
                of(Evolution::Identique),
                of(Evolution::Reconfigure),
                of(Evolution::Nouveau)
            ));
        }
        for &id in membership.unresolved() {
            report.faults.push(format!(
                "{who} : le membre {} ne désigne aucune commune",
                member(id)
            ));
        }
        for code in membership.lost() {
            report.faults.push(format!(
                "{who} : la commune {code} n’a pas de successeur connu"
            ));
        }
        for &(code, first, second) in membership.disputed() {
            report.faults.push(format!(
                "{who} : la commune {code} vient par {} et par {}",
                member(first),
                member(second)
            ));
        }
        for (t, facts) in edition.territoires.iter().zip(&resolved.facts) {
            if facts.communes.is_empty() {
                report
                    .faults
                    .push(format!("{who} : {} {} n’a aucune commune", t.id, t.nom));
            }
        }
        for (place, standing) in membership.standings().iter().enumerate() {
            if let Standing::Mixed(parts) = standing {
                let codes: Vec<String> = parts.iter().map(|p| p.0.to_string()).collect();
                let commune = self.places.commune(place);
                report.remarks.push(format!(
                    "{who} : {} {} réunit des communes de statut différent ({})",
                    commune.code,
                    commune.nom,
                    codes.join(", ")
                ));
            }
        }
    }
}

/// The coverage as a whole: edges meet only at common vertices, faces have their label.
fn check_coverage(name: &str, chart: &Chart, report: &mut Report) {
    let arcs = &chart.arcs;
    report.lines.push(format!(
        "{name} : {} arcs, {} sommets, {} parties",
        arcs.len(),
        arcs.vertex_count(),
        chart.parts.len()
    ));
    let walks: Vec<Walk> = arcs
        .edges()
        .map(|(from, to)| Walk { from, to, label: 0 })
        .collect();
    if let Some(at) = noding::contacts(&walks).first() {
        let [lon, lat] = at.to_degrees();
        report.faults.push(format!(
            "{name} : des arêtes se croisent ou se touchent hors des sommets, près de {lon:.6}, {lat:.6}"
        ));
    }
}

/// A level: counts, areas, holes, validity of every ring, label points.
fn check_level(chart: &Chart, level: &LevelData, report: &mut Report) {
    let name = level.level.name();
    let (mut polygons, mut holes, mut invalid) = (0, 0, 0);
    let mut bare = Vec::new();
    for (feature, perimeter) in level.features.iter().zip(&level.perimeters) {
        let shapes = perimeter.polygons(&chart.arcs);
        polygons += shapes.len();
        holes += shapes.iter().map(|p| p.holes.len()).sum::<usize>();
        let wrong = shapes.iter().filter(|p| !is_sound(p)).count();
        invalid += wrong;
        if wrong > 0 {
            report.faults.push(format!(
                "{name} : {} {} a un anneau invalide",
                feature.code, feature.nom
            ));
        }
        if shapes.is_empty() {
            bare.push(format!("{} {}", feature.code, feature.nom));
        }
    }
    let unlabelled = level.labels.iter().filter(|l| **l == NOBODY).count();
    let area: f64 = level.features.iter().map(|f| f.superficie).sum();
    let complete = matches!(name, "communes" | "departements" | "regions" | "pays");
    if complete && unlabelled > 0 {
        report
            .faults
            .push(format!("{name} : {unlabelled} faces sans étiquette"));
    }
    if !bare.is_empty() {
        report.faults.push(format!(
            "{name} : {} sans surface : {}",
            bare.len(),
            some(&bare)
        ));
    }
    let outside = label_faults(chart, level);
    for feature in outside {
        report.faults.push(format!(
            "{name} : le nom de {feature} n’a pas de place dans son contour"
        ));
    }
    report.lines.push(format!(
        "{name} : {} unités, {polygons} polygones, {holes} trous, {invalid} invalides, {area:.0} km², \
         {unlabelled} faces hors de ce niveau",
        level.features.len()
    ));
}

/// The first few of many names.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 5 {
        format!("{shown}…")
    } else {
        shown
    }
}

/// Features whose label point is missing or not in a face of theirs.
fn label_faults(chart: &Chart, level: &LevelData) -> Vec<String> {
    level
        .label_points(&chart.arcs)
        .iter()
        .enumerate()
        .filter(|(i, _)| !level.perimeters[*i].polygons.is_empty())
        .filter(|(i, point)| {
            let face = point.and_then(|v: Vertex| {
                let [lon, lat] = v.to_degrees();
                chart.face_at(lon, lat)
            });
            face.map(|f| level.labels[f as usize] as usize) != Some(*i)
        })
        .map(|(i, _)| format!("{} {}", level.features[i].code, level.features[i].nom))
        .collect()
}

/// Rings that go the right way round and visit no vertex twice; together with a noded coverage
/// that is validity in the sense of OGC 06-103r4.
fn is_sound(polygon: &Polygon) -> bool {
    let simple = |r: &Vec<Vertex>| {
        let mut seen = r.clone();
        seen.sort_unstable();
        r.len() >= 3 && seen.windows(2).all(|w| w[0] != w[1])
    };
    polygon.rings().all(simple)
        && ring::doubled_area(&polygon.exterior) > 0
        && polygon
            .holes
            .iter()
            .all(|h| ring::doubled_area(h) < 0 && ring::encloses(&polygon.exterior, h))
}
