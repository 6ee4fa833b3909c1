//! Shared arcs: the boundaries of a coverage, each stored once with a face on either side.

use super::lattice::{Bounds, Vertex};

/// An arc seen in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArcRef(u32);

impl ArcRef {
    /// The arc as stored.
    #[must_use]
    pub const fn forward(arc: u32) -> Self {
        Self(arc << 1)
    }

    /// The arc backwards.
    #[must_use]
    pub const fn backward(arc: u32) -> Self {
        Self(arc << 1 | 1)
    }

    /// Which arc.
    #[must_use]
    pub const fn arc(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether it is walked against the stored direction.
    #[must_use]
    pub const fn is_backward(self) -> bool {
        self.0 & 1 == 1
    }

    /// The same arc in the other direction.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// Shared arcs, each with the face on its left and the one on its right ([`NOBODY`](super::planar::NOBODY) for none).
#[derive(Clone, Debug, Default)]
pub struct Arcs {
    vertices: Vec<Vertex>,
    starts: Vec<u32>,
    sides: Vec<(u32, u32)>,
}

impl Arcs {
    /// No arcs yet, with room for about so many vertices.
    #[must_use]
    pub fn with_capacity(vertices: usize) -> Self {
        Self {
            vertices: Vec::with_capacity(vertices),
            starts: vec![0],
            ..Self::default()
        }
    }

    /// Adds an arc, its first vertex first. Returns its number.
    #[allow(clippy::cast_possible_truncation)] // vertices are counted in 32 bits by the coverage
    pub fn push(
        &mut self,
        vertices: impl IntoIterator<Item = Vertex>,
        left: u32,
        right: u32,
    ) -> u32 {
        self.vertices.extend(vertices);
        self.sides.push((left, right));
        self.starts.push(self.vertices.len() as u32);
        (self.sides.len() - 1) as u32
    }

    /// How many arcs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sides.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sides.is_empty()
    }

    /// How many vertices all arcs have together.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    /// All vertices, arc after arc.
    #[must_use]
    pub fn all_vertices(&self) -> &[Vertex] {
        &self.vertices
    }

    /// Where arc `arc` lies in [`Self::all_vertices`].
    #[must_use]
    pub fn range(&self, arc: usize) -> std::ops::Range<usize> {
        self.starts[arc] as usize..self.starts[arc + 1] as usize
    }

    /// The vertices of an arc in stored direction, both junctions included. A closed arc ends at the
    /// vertex it starts from.
    #[must_use]
    pub fn vertices(&self, arc: usize) -> &[Vertex] {
        &self.vertices[self.range(arc)]
    }

    /// The faces on the left and on the right of an arc.
    #[must_use]
    pub fn sides(&self, arc: usize) -> (u32, u32) {
        self.sides[arc]
    }

    /// The face on the left of an arc walked in this direction.
    #[must_use]
    pub fn left(&self, arc: ArcRef) -> u32 {
        let (left, right) = self.sides(arc.arc());
        if arc.is_backward() { right } else { left }
    }

    /// Every arc in both directions.
    pub fn both_ways(&self) -> impl Iterator<Item = ArcRef> + use<> {
        let count = u32::try_from(self.len()).unwrap_or(u32::MAX); // counted in 32 bits
        (0..count).flat_map(|a| [ArcRef::forward(a), ArcRef::backward(a)])
    }

    /// Sets the face on the left (`backward`: on the right) of an arc. Returns the one that was there.
    pub fn claim(&mut self, arc: ArcRef, face: u32) -> u32 {
        let sides = &mut self.sides[arc.arc()];
        std::mem::replace(
            if arc.is_backward() {
                &mut sides.1
            } else {
                &mut sides.0
            },
            face,
        )
    }

    /// All edges, arc after arc, each from its start to its end in stored direction.
    pub fn edges(&self) -> impl Iterator<Item = (Vertex, Vertex)> + '_ {
        (0..self.len())
            .flat_map(|a| self.vertices(a).windows(2))
            .map(|w| (w[0], w[1]))
    }

    /// The box around an arc.
    #[must_use]
    pub fn bounds(&self, arc: usize) -> Bounds {
        Bounds::of(self.vertices(arc))
    }

    /// Gives back the memory kept for more arcs.
    pub fn shrink(&mut self) {
        self.vertices.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.sides.shrink_to_fit();
    }

    /// Sum over the arc's edges of `x₀y₁ − x₁y₀`: added up around a ring, twice its signed area.
    #[must_use]
    pub fn doubled_area(&self, arc: ArcRef) -> i128 {
        let cross = |w: &[Vertex]| {
            i128::from(
                i64::from(w[0].x) * i64::from(w[1].y) - i64::from(w[1].x) * i64::from(w[0].y),
            )
        };
        let area: i128 = self.vertices(arc.arc()).windows(2).map(cross).sum();
        if arc.is_backward() { -area } else { area }
    }

    /// The vertices of a ring of arcs, open: each arc without its last vertex.
    #[must_use]
    pub fn ring(&self, arcs: &[ArcRef]) -> Vec<Vertex> {
        let mut ring = Vec::with_capacity(arcs.iter().map(|a| self.range(a.arc()).len() - 1).sum());
        for arc in arcs {
            let vertices = self.vertices(arc.arc());
            if arc.is_backward() {
                ring.extend(vertices[1..].iter().rev());
            } else {
                ring.extend(&vertices[..vertices.len() - 1]);
            }
        }
        ring
    }
}

/// The arcs that bound each part (polygon) of each face, for point look-ups.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    arcs: Vec<ArcRef>,
    starts: Vec<u32>,
    faces: Vec<u32>,
}

impl Parts {
    /// No parts yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            starts: vec![0],
            ..Self::default()
        }
    }

    /// The arcs of the part being built, to append to.
    pub fn arcs_mut(&mut self) -> &mut Vec<ArcRef> {
        &mut self.arcs
    }

    /// Ends the part made of the arcs appended since the last one.
    pub fn end_part(&mut self, face: u32) {
        self.faces.push(face);
        #[allow(clippy::cast_possible_truncation)] // arcs are counted in 32 bits
        self.starts.push(self.arcs.len() as u32);
    }

    /// How many parts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.faces.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.faces.is_empty()
    }

    /// The face that a part belongs to.
    #[must_use]
    pub fn face(&self, part: usize) -> u32 {
        self.faces[part]
    }

    /// All arcs of a part's rings, in no particular order of rings.
    #[must_use]
    pub fn arcs(&self, part: usize) -> &[ArcRef] {
        &self.arcs[self.starts[part] as usize..self.starts[part + 1] as usize]
    }
}
