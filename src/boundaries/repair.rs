//! From polygons in degrees to one sound coverage on the lattice.
//!
//! What is repaired, by which rule, each counted and reported with file, feature and ring:
//!
//! | fault | rule |
//! |---|---|
//! | ring not closed | its ends are joined |
//! | ring with fewer than three distinct vertices on the lattice | left out, where the face keeps another |
//! | edges that cross, touch or nearly touch after rounding to 1e-6° | routed through common vertices ([`noding`]) |
//! | ring that crosses itself | every lobe belongs to the face |
//! | overlap of two faces, not wider than a sliver on average | goes to the face with the smaller code |
//! | gap between faces, not wider than a sliver on average | goes to the neighbour with the longest common border |
//! | two features with one code and one name | become one face |
//!
//! A sliver is at most [`SLIVER_WIDTH_M`] wide, or what the caller says for coarser files.
//! What is refused: a wider overlap, two features with one code and two names, a position off the earth,
//! a face that vanishes. A wider gap is a lake, an enclave abroad or the sea, and stays.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::error::{BoundaryError, Result};
use super::polygons::DegreePolygon;
use crate::geometry::lattice::Vertex;
use crate::geometry::noding::{self, Walk};
use crate::geometry::planar::{NOBODY, Region, Regions};
use crate::geometry::polygon::Polygon;
use crate::geometry::ring;

/// Gaps and overlaps up to this mean width, in metres, are slivers of digitising or rounding.
pub const SLIVER_WIDTH_M: f64 = 10.0;

/// The polygons of one label.
pub type Settled = (u32, Vec<Polygon>);

/// How strict a repair is.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Width up to which a gap or overlap is a sliver, in metres.
    pub sliver: f64,
    /// Whether a face of which nothing remains refuses the file, or is left out and noted.
    pub keep_all: bool,
}

/// The rules for communes.
pub const STRICT: Rules = Rules {
    sliver: SLIVER_WIDTH_M,
    keep_all: true,
};

/// Metres in one lattice step of latitude.
const METRES_PER_STEP: f64 = 0.111_319;

/// One face before repair.
pub struct RawFace {
    /// The file it comes from, as the user knows it.
    pub file: Arc<str>,
    /// Its code, for messages and for the order that settles overlaps.
    pub code: String,
    /// Its name, to tell a feature in several pieces from two features with one code.
    pub nom: String,
    /// Position of the feature in its file, from 1.
    pub feature: usize,
    /// Index of the face it goes into: faces with one label are dissolved.
    pub label: u32,
    /// Its polygons.
    pub polygons: Vec<DegreePolygon>,
}

/// What was repaired. Every count has its places in `notes`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RepairReport {
    /// Rings whose ends were joined.
    pub closed_rings: usize,
    /// Rings left out because nothing of them remains on the lattice.
    pub dropped_rings: usize,
    /// Edges routed through a common vertex.
    pub snapped_edges: usize,
    /// Regions that a ring crossing itself winds around otherwise than once.
    pub self_crossings: usize,
    /// Overlaps given to one face.
    pub overlaps: usize,
    /// Gaps filled.
    pub gaps: usize,
    /// Bounded regions left to nobody.
    pub lakes: usize,
    /// Features joined with another of the same code.
    pub duplicates: usize,
    /// One sentence per repair, at most [`MAX_NOTES`]; what rounding alone does is only counted.
    pub notes: Vec<String>,
}

/// More sentences than a person reads; the counts stay exact.
pub const MAX_NOTES: usize = 200;

impl RepairReport {
    /// Adds a sentence, while there is room.
    pub fn note(&mut self, file: &str, sentence: impl FnOnce() -> String) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(format!("{file}: {}", sentence()));
        }
    }

    /// Adds another file's report.
    pub fn merge(&mut self, other: Self) {
        self.closed_rings += other.closed_rings;
        self.dropped_rings += other.dropped_rings;
        self.snapped_edges += other.snapped_edges;
        self.self_crossings += other.self_crossings;
        self.overlaps += other.overlaps;
        self.gaps += other.gaps;
        self.lakes += other.lakes;
        self.duplicates += other.duplicates;
        self.notes.extend(other.notes);
        self.notes.truncate(MAX_NOTES);
    }
}

impl std::fmt::Display for RepairReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for note in &self.notes {
            writeln!(f, "  {note}")?;
        }
        let counts = [
            (self.closed_rings, "anneau fermé", "anneaux fermés"),
            (self.dropped_rings, "anneau écarté", "anneaux écartés"),
            (self.snapped_edges, "arête recalée", "arêtes recalées"),
            (self.self_crossings, "autocroisement", "autocroisements"),
            (self.overlaps, "recouvrement", "recouvrements"),
            (self.gaps, "interstice comblé", "interstices comblés"),
            (
                self.duplicates,
                "code en double réuni",
                "codes en double réunis",
            ),
            (
                self.lakes,
                "lacune laissée",
                "lacunes laissées (lacs, enclaves)",
            ),
        ];
        let counts: Vec<String> = counts
            .iter()
            .map(|(n, one, many)| format!("{n} {}", if *n < 2 { one } else { many }))
            .collect();
        write!(f, "réparations : {}", counts.join(", "))
    }
}

/// Makes one coverage of the faces of one or several files; what is repaired
/// and what refused is for `rules` to say. Returns the polygons per label, in ascending order of label.
///
/// # Errors
/// What cannot be repaired, with file, feature and ring.
pub fn coverage(
    file: &str,
    faces: &[RawFace],
    rules: Rules,
) -> Result<(Vec<Settled>, RepairReport)> {
    let mut report = RepairReport::default();
    let mut walks = Vec::new();
    for face in faces {
        for (p, polygon) in face.polygons.iter().enumerate() {
            for (r, ring) in polygon.iter().enumerate() {
                let place = Place {
                    file: &face.file,
                    face,
                    polygon: p,
                    ring: r,
                };
                walk_ring(&place, ring, &mut walks, &mut report)?;
            }
        }
    }
    let count = noding::node(&mut walks).ok_or_else(|| {
        BoundaryError::content(
            file,
            "les arêtes se croisent de façon inextricable: fichier refusé",
        )
    })?;
    report.snapped_edges = count.edges_split;
    let regions = Regions::of(walks, claims, metres);
    let sliver = rules.sliver;
    let name = Names {
        file,
        faces,
        sliver,
    };
    let mut twisted = BTreeSet::new();
    for region in regions.regions() {
        judge(&name, region, &mut twisted, &mut report)?;
    }
    let settled = regions.settle(|r| owner(r, sliver)).map_err(|e| {
        let [lon, lat] = e.0.to_degrees();
        BoundaryError::content(
            file,
            format!("limite qui ne se referme pas en {lon:.6}, {lat:.6}"),
        )
    })?;
    vanished(&name, &settled, rules.keep_all, &mut report)?;
    Ok((
        settled
            .into_iter()
            .map(|(label, p)| (label, ordered(p)))
            .collect(),
        report,
    ))
}

struct Place<'a> {
    file: &'a str,
    face: &'a RawFace,
    polygon: usize,
    ring: usize,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "entité {} ({} {}), polygone {}, anneau {}",
            self.face.feature,
            self.face.code,
            self.face.nom,
            self.polygon + 1,
            self.ring + 1
        )
    }
}

/// Rounds one ring to the lattice and adds its edges, the face on their left.
fn walk_ring(
    place: &Place,
    ring: &[[f64; 2]],
    walks: &mut Vec<Walk>,
    report: &mut RepairReport,
) -> Result<()> {
    let mut vertices: Vec<Vertex> = Vec::with_capacity(ring.len());
    for &[lon, lat] in ring {
        let v = Vertex::from_degrees(lon, lat).ok_or_else(|| {
            BoundaryError::content(
                place.file,
                format!(
                    "{place}: position {lon}, {lat} hors de la Terre; \
                     il faut des longitudes entre -180 et 180 et des latitudes entre -90 et 90"
                ),
            )
        })?;
        if vertices.last() != Some(&v) {
            vertices.push(v);
        }
    }
    if ring.len() > 1 && ring.first() != ring.last() {
        report.closed_rings += 1;
        report.note(place.file, || {
            format!("{place}: anneau non fermé, ses extrémités ont été jointes")
        });
    }
    if vertices.len() > 1 && vertices.first() == vertices.last() {
        vertices.pop();
    }
    if vertices.len() < 3 {
        report.dropped_rings += 1;
        report.note(place.file, || {
            format!("{place}: moins de trois sommets distincts à 1e-6° près, anneau écarté")
        });
        return Ok(());
    }
    // Counter-clockwise, whatever the file's habit.
    if ring::doubled_area(&vertices) < 0 {
        vertices.reverse();
    }
    // Shells and holes wind apart: see `claims`.
    let label = 2 * place.face.label + u32::from(place.ring > 0);
    walks.extend(
        vertices
            .iter()
            .zip(vertices.iter().cycle().skip(1))
            .map(|(&from, &to)| Walk { from, to, label }),
    );
    Ok(())
}

struct Names<'a> {
    file: &'a str,
    faces: &'a [RawFace],
    /// Width up to which a gap or overlap is a sliver, in metres.
    sliver: f64,
}

impl Names<'_> {
    fn of(&self, label: u32) -> String {
        self.faces
            .iter()
            .find(|f| f.label == label)
            .map_or_else(String::new, |f| {
                format!("{} {} ({}, entité {})", f.code, f.nom, f.file, f.feature)
            })
    }
}

/// Which faces claim a region, from the winding numbers of their shells (even labels) and holes (odd ones):
/// those with more shells than holes around it. So a hole that is given twice, or lies outside its shell, adds
/// nothing, an island in a lake of its own commune counts, and of a ring that crosses itself every lobe does.
fn claims(windings: &[(u32, i32)]) -> Vec<u32> {
    let holes = |face: u32| {
        windings
            .iter()
            .find(|w| w.0 == 2 * face + 1)
            .map_or(0, |w| w.1.abs())
    };
    windings
        .iter()
        .filter(|(label, shells)| label % 2 == 0 && shells.abs() > holes(label / 2))
        .map(|(label, _)| label / 2)
        .collect()
}

/// Whether a face's rings go round a region otherwise than once: a ring crosses itself, or two of one face
/// lie on each other.
fn is_twisted(region: &Region, face: u32) -> bool {
    let count = |label: u32| {
        region
            .windings
            .iter()
            .find(|w| w.0 == label)
            .map_or(0, |w| w.1)
    };
    count(2 * face) - count(2 * face + 1) != 1
}

/// Length of an edge of the degree lattice in metres, good to a part in a hundred.
fn metres(a: Vertex, b: Vertex) -> f64 {
    let shrink = a.to_degrees()[1].to_radians().cos();
    let (dx, dy) = (
        f64::from(b.x) - f64::from(a.x),
        f64::from(b.y) - f64::from(a.y),
    );
    (dx * shrink).hypot(dy) * METRES_PER_STEP
}

/// Mean width of a region in metres: a strip of length l and width w has perimeter 2l and area l·w.
fn mean_width(region: &Region) -> f64 {
    let shrink = region.at.to_degrees()[1].to_radians().cos();
    #[allow(clippy::cast_precision_loss)] // a width to three digits is plenty
    let area = region.doubled_area as f64 / 2.0 * METRES_PER_STEP * METRES_PER_STEP * shrink;
    if region.perimeter > 0.0 {
        2.0 * area / region.perimeter
    } else {
        0.0
    }
}

fn is_sliver(region: &Region, sliver: f64) -> bool {
    mean_width(region) <= sliver
}

/// Counts what a region says about the input; refuses what no rule repairs.
///
/// `twisted` holds the faces whose crossing ring was named already: finding it reads all their rings.
fn judge(
    names: &Names,
    region: &Region,
    twisted: &mut BTreeSet<u32>,
    report: &mut RepairReport,
) -> Result<()> {
    if region.unbounded {
        return Ok(());
    }
    let [lon, lat] = region.at.to_degrees();
    match region.claims[..] {
        [] if is_sliver(region, names.sliver) => {
            report.gaps += 1;
            report.note(names.file, || {
                let to = region
                    .neighbours
                    .first()
                    .map_or_else(String::new, |n| names.of(n.0));
                format!(
                    "interstice de {:.1} m près de {lon:.6}, {lat:.6}, donné à {to}",
                    mean_width(region)
                )
            });
        }
        [] => report.lakes += 1,
        [label] if is_twisted(region, label) => {
            report.self_crossings += 1;
            if !twisted.insert(label) {
                return Ok(());
            }
            report.note(names.file, || {
                format!(
                    "{}: {} se croise lui-même près de {lon:.6}, {lat:.6}",
                    names.of(label),
                    twisted_ring(names, label)
                )
            });
        }
        [_] => {}
        [first, second, ..] if is_sliver(region, names.sliver) => {
            report.overlaps += 1;
            report.note(names.file, || {
                format!(
                    "recouvrement de {:.1} m entre {} et {} près de {lon:.6}, {lat:.6}, donné à la première",
                    mean_width(region),
                    names.of(first),
                    names.of(second)
                )
            });
        }
        [first, second, ..] => {
            return Err(BoundaryError::content(
                names.file,
                format!(
                    "{} et {} se recouvrent sur {:.0} m de large près de {lon:.6}, {lat:.6}; \
                     au-delà de {:.0} m rien ne dit à qui va la surface: corrigez le fichier",
                    names.of(first),
                    names.of(second),
                    mean_width(region),
                    names.sliver
                ),
            ));
        }
    }
    Ok(())
}

/// Which ring of a face crosses itself, for the message: the first that `geo` finds invalid.
fn twisted_ring(names: &Names, label: u32) -> String {
    use geo::Validation;
    let crossing = |ring: &Vec<[f64; 2]>| {
        let line: geo::LineString = ring.iter().map(|&p| geo::Coord::from(p)).collect();
        !geo::Polygon::new(line, Vec::new()).is_valid()
    };
    for face in names.faces.iter().filter(|f| f.label == label) {
        for (p, polygon) in face.polygons.iter().enumerate() {
            if let Some(r) = polygon.iter().position(crossing) {
                return format!("polygone {}, anneau {}", p + 1, r + 1);
            }
        }
    }
    "un anneau".to_owned()
}

/// Who owns a region, by the rules at the top of this file.
fn owner(region: &Region, sliver: f64) -> u32 {
    match region.claims[..] {
        [] if region.unbounded || !is_sliver(region, sliver) => NOBODY,
        [] => region.neighbours.first().map_or(NOBODY, |n| n.0),
        // Labels ascend with codes.
        [first, ..] => first,
    }
}

/// Refuses to lose a face, or notes it.
fn vanished(
    names: &Names,
    settled: &[Settled],
    keep_all: bool,
    report: &mut RepairReport,
) -> Result<()> {
    let kept = |label: u32| settled.binary_search_by_key(&label, |s| s.0).is_ok();
    for face in names
        .faces
        .iter()
        .filter(|f| !f.polygons.is_empty() && !kept(f.label))
    {
        let sentence = format!(
            "il ne reste rien de {}: ses anneaux sont vides, plus petits que 1e-6° ou recouverts",
            names.of(face.label)
        );
        if keep_all {
            return Err(BoundaryError::content(
                names.file,
                format!("{sentence}; corrigez sa géométrie"),
            ));
        }
        report.dropped_rings += 1;
        report.note(names.file, || sentence);
    }
    Ok(())
}

/// One order for all time: polygons by area, the largest first, rings from their smallest vertex.
fn ordered(mut polygons: Vec<Polygon>) -> Vec<Polygon> {
    let turn = |ring: &mut Vec<Vertex>| {
        let start = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap_or(0);
        ring.rotate_left(start);
    };
    for polygon in &mut polygons {
        turn(&mut polygon.exterior);
        polygon.holes.iter_mut().for_each(turn);
        polygon.holes.sort();
    }
    polygons.sort_by_cached_key(|p| {
        (
            std::cmp::Reverse(p.doubled_area()),
            p.exterior.first().copied(),
        )
    });
    polygons
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(label: u32, west: f64, width: f64) -> RawFace {
        let (e, n) = (west + width, 0.1);
        RawFace {
            file: "a.geojson".into(),
            code: format!("0100{label}"),
            nom: "Essai".into(),
            feature: label as usize + 1,
            label,
            polygons: vec![vec![vec![
                [west, 0.0],
                [e, 0.0],
                [e, n],
                [west, n],
                [west, 0.0],
            ]]],
        }
    }

    fn areas(settled: &[Settled]) -> Vec<i128> {
        settled
            .iter()
            .map(|(_, p)| p.iter().map(Polygon::doubled_area).sum())
            .collect()
    }

    #[test]
    fn sound_neighbours_stay_as_they_are() {
        let (settled, report) =
            coverage("a", &[square(0, 0.0, 0.1), square(1, 0.1, 0.1)], STRICT).unwrap();
        assert_eq!(report, RepairReport::default());
        assert_eq!(areas(&settled), [20_000_000_000, 20_000_000_000]);
    }

    #[test]
    fn an_open_ring_is_closed_and_named() {
        let mut open = square(0, 0.0, 0.1);
        open.polygons[0][0].pop();
        let (_, report) = coverage("a.geojson", &[open], STRICT).unwrap();
        assert_eq!(report.closed_rings, 1);
        assert!(
            report.notes[0].contains("a.geojson: entité 1"),
            "{}",
            report.notes[0]
        );
        assert!(report.notes[0].contains("anneau 1"));
    }

    #[test]
    fn a_sliver_overlap_goes_to_the_smaller_code() {
        let (settled, report) =
            coverage("a", &[square(0, 0.0, 0.10002), square(1, 0.1, 0.1)], STRICT).unwrap();
        assert_eq!(report.overlaps, 1);
        assert_eq!(areas(&settled), [20_004_000_000, 19_996_000_000]);
    }

    #[test]
    fn a_wide_overlap_refuses_the_file_and_names_both() {
        let error = coverage(
            "a.shp",
            &[square(0, 0.0, 0.15), square(1, 0.1, 0.1)],
            STRICT,
        )
        .unwrap_err()
        .to_string();
        assert!(
            error.contains("a.geojson") && error.contains("01000") && error.contains("01001"),
            "{error}"
        );
    }

    #[test]
    fn a_sliver_gap_between_neighbours_is_filled_and_a_lake_stays() {
        // A strip 2e-5° (2 m) wide, closed above and below by a third face.
        let mut frame = square(2, -0.1, 0.4);
        frame.polygons = vec![vec![
            vec![
                [-0.1, -0.1],
                [0.4, -0.1],
                [0.4, 0.2],
                [-0.1, 0.2],
                [-0.1, -0.1],
            ],
            vec![[0.0, 0.0], [0.0, 0.1], [0.2, 0.1], [0.2, 0.0], [0.0, 0.0]],
            vec![[0.3, 0.0], [0.3, 0.1], [0.35, 0.1], [0.35, 0.0], [0.3, 0.0]],
        ]];
        let (settled, report) = coverage(
            "a",
            &[square(0, 0.0, 0.09998), square(1, 0.1, 0.1), frame],
            STRICT,
        )
        .unwrap();
        assert_eq!((report.gaps, report.lakes), (1, 1));
        let total: i128 = areas(&settled).iter().sum();
        assert_eq!(total, 2 * (500_000 * 300_000 - 50_000 * 100_000));
    }

    #[test]
    fn a_bow_tie_keeps_both_lobes_and_names_its_ring() {
        let mut bow = square(0, 0.0, 0.1);
        bow.polygons[0][0] = vec![[0.0, 0.0], [0.1, 0.1], [0.1, 0.0], [0.0, 0.1], [0.0, 0.0]];
        let (settled, report) = coverage("a", &[bow], STRICT).unwrap();
        assert_eq!(report.self_crossings, 1);
        assert!(
            report
                .notes
                .iter()
                .any(|n| n.contains("polygone 1, anneau 1")),
            "{:?}",
            report.notes
        );
        assert_eq!(settled[0].1.len(), 2);
    }

    #[test]
    fn a_thin_ring_around_an_enclave_is_a_sliver_whatever_it_encloses() {
        let ring = |inset: f64| {
            let (w, e) = (0.1 + inset, 0.2 - inset);
            vec![[w, w], [e, w], [e, e], [w, e], [w, w]]
        };
        let frame = vec![[0.0, 0.0], [0.3, 0.0], [0.3, 0.3], [0.0, 0.3], [0.0, 0.0]];
        for (inset, overlaps, gaps) in [(-1e-5, 1, 0), (1e-5, 0, 1)] {
            let mut around = square(0, 0.0, 0.3);
            around.polygons = vec![vec![frame.clone(), ring(0.0)]];
            let mut enclave = square(1, 0.0, 0.3);
            enclave.polygons = vec![vec![ring(inset)]];
            let (_, report) = coverage("a", &[around, enclave], STRICT).unwrap();
            assert_eq!((report.overlaps, report.gaps), (overlaps, gaps), "{report}");
        }
    }

    #[test]
    fn a_hole_given_twice_stays_a_hole_and_one_outside_adds_nothing() {
        let hole = |west: f64| {
            let east = west + 0.02;
            vec![
                [west, 0.02],
                [east, 0.02],
                [east, 0.04],
                [west, 0.04],
                [west, 0.02],
            ]
        };
        let mut face = square(0, 0.0, 0.1);
        face.polygons[0].extend([hole(0.02), hole(0.02), hole(0.5)]);
        let (settled, _) = coverage("a", &[face], STRICT).unwrap();
        assert_eq!(areas(&settled), [2 * (100_000 * 100_000 - 20_000 * 20_000)]);
    }

    #[test]
    fn a_face_that_vanishes_and_a_position_off_the_earth_refuse_the_file() {
        let error = coverage("a", &[square(0, 0.0, 1e-8)], STRICT)
            .unwrap_err()
            .to_string();
        assert!(error.contains("01000"), "{error}");
        let error = coverage("a", &[square(0, 179.5, 1.0)], STRICT)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("180.5") && error.contains("anneau 1"),
            "{error}"
        );
    }
}
