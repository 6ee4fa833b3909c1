//! One closed ring: signed area, containment. Rings are stored open: the last vertex joins the first.

use super::lattice::{Vertex, orient};

/// Twice the signed area, in squared lattice steps: positive for a counter-clockwise ring (y upwards).
#[must_use]
pub fn doubled_area(ring: &[Vertex]) -> i128 {
    let Some(&origin) = ring.first() else {
        return 0;
    };
    // Relative to a vertex of the ring each term fits an i64; the sum may not.
    ring.windows(2)
        .map(|w| i128::from(orient(origin, w[0], w[1])))
        .sum()
}

/// Where a vertex lies against a ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Strictly inside.
    Inside,
    /// On an edge or a vertex of the ring.
    Boundary,
    /// Strictly outside.
    Outside,
}

/// Locates `p` against the ring, exactly, whatever the ring's direction.
#[must_use]
pub fn locate(ring: &[Vertex], p: Vertex) -> Side {
    let mut inside = false;
    let Some(&last) = ring.last() else {
        return Side::Outside;
    };
    let mut a = last;
    for &b in ring {
        if (a.y > p.y) != (b.y > p.y) {
            let turn = orient(a, b, p);
            if turn == 0 {
                return Side::Boundary;
            }
            // The edge crosses the horizontal through p: it does so to the right of p where p is to
            // the left of an upward edge or to the right of a downward one.
            if (turn > 0) == (b.y > a.y) {
                inside = !inside;
            }
        } else if (a.y == p.y || b.y == p.y) && on_segment(a, b, p) {
            return Side::Boundary;
        }
        a = b;
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// Whether `p` lies on the closed segment `a b`.
#[must_use]
pub fn on_segment(a: Vertex, b: Vertex, p: Vertex) -> bool {
    p.x >= a.x.min(b.x)
        && p.x <= a.x.max(b.x)
        && p.y >= a.y.min(b.y)
        && p.y <= a.y.max(b.y)
        && orient(a, b, p) == 0
}

/// Whether ring `inner` lies inside ring `outer`; the two may share vertices but must not cross.
#[must_use]
pub fn encloses(outer: &[Vertex], inner: &[Vertex]) -> bool {
    // Rings that do not cross: the first vertex off the outer boundary decides for all.
    for &v in inner {
        match locate(outer, v) {
            Side::Inside => return true,
            Side::Outside => return false,
            Side::Boundary => {}
        }
    }
    // All vertices on the outer boundary: the middle of an edge that is not on it decides. Doubling
    // both rings makes the middle a lattice point.
    let double = |v: Vertex| Vertex::new(v.x * 2, v.y * 2);
    let outer: Vec<Vertex> = outer.iter().map(|&v| double(v)).collect();
    let mut a = inner[inner.len() - 1];
    for &b in inner {
        match locate(&outer, Vertex::new(a.x + b.x, a.y + b.y)) {
            Side::Inside => return true,
            Side::Outside => return false,
            Side::Boundary => {}
        }
        a = b;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(i32, i32)]) -> Vec<Vertex> {
        points.iter().map(|&(x, y)| Vertex::new(x, y)).collect()
    }

    #[test]
    fn a_counter_clockwise_square_has_positive_area() {
        let square = ring(&[(0, 0), (4, 0), (4, 4), (0, 4)]);
        assert_eq!(doubled_area(&square), 32);
        let reversed: Vec<_> = square.into_iter().rev().collect();
        assert_eq!(doubled_area(&reversed), -32);
    }

    #[test]
    fn every_lattice_point_around_a_dented_ring_is_located() {
        // A ring with a dent whose tip touches the level of other vertices.
        let dented = ring(&[(0, 0), (8, 0), (8, 8), (4, 4), (0, 8)]);
        assert_eq!(locate(&dented, Vertex::new(4, 4)), Side::Boundary);
        assert_eq!(locate(&dented, Vertex::new(4, 5)), Side::Outside);
        assert_eq!(locate(&dented, Vertex::new(4, 3)), Side::Inside);
        assert_eq!(locate(&dented, Vertex::new(2, 4)), Side::Inside);
        assert_eq!(locate(&dented, Vertex::new(0, 4)), Side::Boundary);
        assert_eq!(locate(&dented, Vertex::new(9, 4)), Side::Outside);
        assert_eq!(locate(&dented, Vertex::new(6, 6)), Side::Boundary);
        assert_eq!(locate(&dented, Vertex::new(-1, 0)), Side::Outside);
        assert_eq!(locate(&dented, Vertex::new(3, 0)), Side::Boundary);
    }

    #[test]
    fn a_ring_that_touches_is_enclosed_by_its_free_part() {
        let outer = ring(&[(0, 0), (8, 0), (8, 8), (0, 8)]);
        assert!(encloses(&outer, &ring(&[(0, 0), (4, 2), (2, 4)])));
        assert!(encloses(&outer, &ring(&[(0, 0), (8, 0), (8, 8)])));
        assert!(!encloses(&outer, &ring(&[(8, 8), (12, 8), (12, 12)])));
    }
}
