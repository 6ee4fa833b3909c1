//! Outlines as coordinates of whatever system a file is in.

use crate::geometry::polygon::Polygon;

/// Eastwards and northwards, or longitude and latitude.
pub type Position = (f64, f64);

/// Polygons, each with its exterior ring first. Rings are closed: the first position comes again at the end.
/// Exteriors turn counter-clockwise, holes clockwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// The polygons; none where there is no outline.
    pub polygons: Vec<Vec<Vec<Position>>>,
}

/// A box: west, south, east, north.
pub type Frame = [f64; 4];

impl Shape {
    /// The outline in degrees.
    #[must_use]
    pub fn new(polygons: &[Polygon]) -> Self {
        let polygon = |p: &Polygon| {
            let ring = |r: &Vec<crate::geometry::lattice::Vertex>| {
                let closed = r.iter().chain(r.first());
                closed.map(|v| v.to_degrees().into()).collect()
            };
            p.rings().map(ring).collect()
        };
        Self {
            polygons: polygons.iter().map(polygon).collect(),
        }
    }

    /// Whether there is no outline.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// All rings.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<Position>> {
        self.polygons.iter().flatten()
    }

    /// All rings, to be changed.
    pub fn rings_mut(&mut self) -> impl Iterator<Item = &mut Vec<Position>> {
        self.polygons.iter_mut().flatten()
    }

    /// The box around it; none where there is no outline.
    #[must_use]
    pub fn frame(&self) -> Option<Frame> {
        let mut all = self.rings().flatten();
        let &(x, y) = all.next()?;
        let grow =
            |[w, s, e, n]: Frame, &(x, y): &Position| [w.min(x), s.min(y), e.max(x), n.max(y)];
        Some(all.fold([x, y, x, y], grow))
    }

    /// Whether it shares a point with a box.
    #[must_use]
    pub fn meets(&self, frame: Frame) -> bool {
        let [west, south, east, north] = frame;
        match self.frame() {
            None => false,
            Some([w, s, e, n]) if w > east || e < west || s > north || n < south => false,
            Some(_) => {
                // A border crosses the box, or the box lies wholly inside.
                let crossed = self
                    .rings()
                    .any(|ring| ring.windows(2).any(|edge| crosses(edge[0], edge[1], frame)));
                crossed || self.holds((west, south))
            }
        }
    }

    /// Whether a position lies inside, by the crossings of its parallel.
    fn holds(&self, (x, y): Position) -> bool {
        let crossings = self.rings().flat_map(|r| r.windows(2)).filter(|edge| {
            let ((ax, ay), (bx, by)) = (edge[0], edge[1]);
            (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
        });
        crossings.count() % 2 == 1
    }

    /// Well-known binary of a multipolygon (OGC 06-103r4), little-endian.
    pub fn write_wkb(&self, out: &mut Vec<u8>) {
        let count = |out: &mut Vec<u8>, n: usize| {
            out.extend(u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
        };
        out.push(1);
        out.extend(6_u32.to_le_bytes());
        count(out, self.polygons.len());
        for polygon in &self.polygons {
            out.push(1);
            out.extend(3_u32.to_le_bytes());
            count(out, polygon.len());
            for ring in polygon {
                count(out, ring.len());
                for (x, y) in ring {
                    out.extend(x.to_le_bytes());
                    out.extend(y.to_le_bytes());
                }
            }
        }
    }
}

/// Whether an edge shares a point with a box: Liang and Barsky's clipping (1984) leaves something of it.
fn crosses((ax, ay): Position, (bx, by): Position, [west, south, east, north]: Frame) -> bool {
    let (dx, dy) = (bx - ax, by - ay);
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (p, q) in [
        (-dx, ax - west),
        (dx, east - ax),
        (-dy, ay - south),
        (dy, north - ay),
    ] {
        if p == 0.0 {
            if q < 0.0 {
                return false;
            }
        } else if p < 0.0 {
            from = from.max(q / p);
        } else {
            to = to.min(q / p);
        }
    }
    from <= to
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with a square hole.
    fn square() -> Shape {
        let ring = |a: f64, b: f64| vec![(a, a), (b, a), (b, b), (a, b), (a, a)];
        let mut hole = ring(4.0, 6.0);
        hole.reverse();
        Shape {
            polygons: vec![vec![ring(0.0, 10.0), hole]],
        }
    }

    #[test]
    fn a_box_meets_an_outline_at_its_border_or_inside() {
        let shape = square();
        assert_eq!(shape.frame(), Some([0.0, 0.0, 10.0, 10.0]));
        for (frame, meets) in [
            ([1.0, 1.0, 2.0, 2.0], true),
            ([-5.0, -5.0, 15.0, 15.0], true),
            ([9.0, 9.0, 12.0, 12.0], true),
            ([10.0, 10.0, 12.0, 12.0], true),
            ([4.5, 4.5, 5.5, 5.5], false),
            ([3.5, 4.5, 4.5, 5.5], true),
            ([11.0, 0.0, 12.0, 10.0], false),
            ([-1.0, 5.0, 11.0, 5.0], true),
        ] {
            assert_eq!(shape.meets(frame), meets, "{frame:?}");
        }
        assert!(!Shape::default().meets([0.0, 0.0, 1.0, 1.0]));
    }

    #[test]
    fn binary_has_every_position_once() {
        let mut wkb = Vec::new();
        square().write_wkb(&mut wkb);
        assert_eq!(wkb.len(), 9 + 9 + 2 * 4 + 10 * 16);
        assert_eq!(&wkb[..9], [1, 6, 0, 0, 0, 1, 0, 0, 0]);
    }
}
