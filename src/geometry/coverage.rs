//! A coverage as it is read from files: faces made of polygons made of rings, stored flat.

use super::lattice::Vertex;

/// Faces that cover (part of) the plane without overlap, neighbours sharing exact vertices.
///
/// Rings are open, exteriors counter-clockwise, holes clockwise: the face is on the left of each edge.
/// Stored flat, since a country has millions of vertices: `ring → vertices`, `polygon → rings`,
/// `face → polygons`, each as start offsets with one end offset more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    vertices: Vec<Vertex>,
    ring_starts: Vec<u32>,
    polygon_starts: Vec<u32>,
    face_starts: Vec<u32>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            vertices: Vec::new(),
            ring_starts: vec![0],
            polygon_starts: vec![0],
            face_starts: vec![0],
        }
    }
}

/// Offsets are 32 bits: a reader must refuse inputs beyond.
#[allow(clippy::cast_possible_truncation)]
fn offset(len: usize) -> u32 {
    debug_assert!(u32::try_from(len).is_ok());
    len as u32
}

impl Coverage {
    /// An empty coverage with room for about so many vertices.
    #[must_use]
    pub fn with_capacity(vertices: usize) -> Self {
        Self {
            vertices: Vec::with_capacity(vertices),
            ..Self::default()
        }
    }

    /// Adds a ring to the polygon being built (the exterior first).
    pub fn push_ring(&mut self, ring: impl IntoIterator<Item = Vertex>) {
        self.vertices.extend(ring);
        self.ring_starts.push(offset(self.vertices.len()));
    }

    /// Ends the polygon made of the rings pushed since the last one.
    pub fn end_polygon(&mut self) {
        self.polygon_starts.push(offset(self.ring_starts.len() - 1));
    }

    /// Ends the face made of the polygons ended since the last one; its index is the count so far.
    pub fn end_face(&mut self) {
        self.face_starts.push(offset(self.polygon_starts.len() - 1));
    }

    /// How many faces there are.
    #[must_use]
    pub fn face_count(&self) -> usize {
        self.face_starts.len() - 1
    }

    /// How many vertices all rings have, shared ones counted each time.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.vertices.len()
    }

    /// All rings, face after face.
    pub fn rings(&self) -> impl Iterator<Item = &[Vertex]> {
        self.ring_starts
            .windows(2)
            .map(|w| &self.vertices[w[0] as usize..w[1] as usize])
    }

    /// The polygons of a face, each the list of its rings.
    pub fn polygons(&self, face: usize) -> impl Iterator<Item = impl Iterator<Item = &[Vertex]>> {
        let polygons = self.face_starts[face] as usize..self.face_starts[face + 1] as usize;
        polygons.map(|p| {
            let rings = self.polygon_starts[p] as usize..self.polygon_starts[p + 1] as usize;
            rings.map(|r| {
                &self.vertices[self.ring_starts[r] as usize..self.ring_starts[r + 1] as usize]
            })
        })
    }
}
