//! What makes polygons, or arcs, one coverage: no gap, no overlap, and every border the same for both of its sides.

use territoires::geometry::arcs::Arcs;
use territoires::geometry::coverage::Coverage;
use territoires::geometry::noding::{self, Walk};
use territoires::geometry::planar::{self, NOBODY, Regions};
use territoires::geometry::polygon::Polygon;
use territoires::topology::cut::cut;
use territoires::topology::dissolve::dissolve;

/// Cuts polygons by face into arcs and holds these to being a coverage.
pub fn of_polygons(faces: &[(u32, Vec<Polygon>)], count: usize) -> Arcs {
    let mut coverage = Coverage::default();
    let mut faces = faces.iter().peekable();
    for face in 0..count {
        if let Some((_, polygons)) = faces.next_if(|(label, _)| *label as usize == face) {
            for polygon in polygons {
                for ring in polygon.rings() {
                    coverage.push_ring(ring.iter().copied());
                }
                coverage.end_polygon();
            }
        }
        coverage.end_face();
    }
    assert!(faces.next().is_none(), "faces out of order");
    let (arcs, _) = cut(&coverage).unwrap_or_else(|overlap| panic!("{overlap:?}"));
    of_arcs(&arcs, count);
    arcs
}

/// Holds arcs to being a coverage of so many faces.
pub fn of_arcs(arcs: &Arcs, count: usize) {
    let mut edges = Vec::new();
    let mut walks = Vec::new();
    for arc in 0..arcs.len() {
        let (left, right) = arcs.sides(arc);
        assert_ne!(left, right, "an arc between a face and itself");
        for side in [left, right] {
            assert!(
                side == NOBODY || (side as usize) < count,
                "a side that is no face"
            );
        }
        for ends in arcs.vertices(arc).windows(2) {
            let (from, to) = (ends[0], ends[1]);
            assert_ne!(from, to, "an edge without length");
            edges.push(Walk {
                from: from.min(to),
                to: from.max(to),
                label: 0,
            });
            let both = [(from, to, left), (to, from, right)];
            let faces = both.into_iter().filter(|(.., label)| *label != NOBODY);
            walks.extend(faces.map(|(from, to, label)| Walk { from, to, label }));
        }
    }
    edges.sort_unstable();
    let twice = edges.windows(2).find(|two| two[0] == two[1]);
    assert!(twice.is_none(), "an edge in two arcs: {twice:?}");
    let contacts = noding::contacts(&edges);
    assert!(
        contacts.is_empty(),
        "edges meet outside of vertices: {contacts:?}"
    );

    // Every region of the plane belongs to one face, or to none.
    let regions = Regions::of(walks, planar::not_zero, |_, _| 0.0);
    let mut by_region = vec![0_i128; count];
    for region in regions.regions() {
        assert!(region.claims.len() < 2, "an overlap at {:?}", region.at);
        for face in &region.claims {
            by_region[*face as usize] += region.doubled_area;
        }
    }
    let each: Vec<u32> = (0..).take(count).collect();
    let apart = areas(arcs, &each, count);
    assert_eq!(
        apart, by_region,
        "faces have other areas than their regions"
    );
    let whole = areas(arcs, &vec![0; count], 1);
    let sum: i128 = apart.iter().sum();
    assert_eq!(
        whole.first().copied().unwrap_or(0),
        sum,
        "areas do not add up"
    );
}

/// The doubled area of each label once dissolved, whose rings do not meet themselves.
pub fn areas(arcs: &Arcs, labels: &[u32], count: usize) -> Vec<i128> {
    let perimeters = dissolve(arcs, labels, count).unwrap_or_else(|open| panic!("{open:?}"));
    let of = |polygons: Vec<Polygon>| {
        for ring in polygons.iter().flat_map(Polygon::rings) {
            let mut seen = ring.clone();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), ring.len(), "a ring that meets itself");
            assert!(ring.len() > 2, "a ring of {} vertices", ring.len());
        }
        polygons.iter().map(Polygon::doubled_area).sum()
    };
    perimeters.iter().map(|p| of(p.polygons(arcs))).collect()
}
