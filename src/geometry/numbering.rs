//! Numbers for vertices, so that the rest works on small integers.

use super::lattice::Vertex;

/// Vertices numbered in order of first appearance.
pub struct Numbering {
    slots: Vec<u32>,
    mask: usize,
    /// The vertices by number.
    pub vertices: Vec<Vertex>,
}

const FREE: u32 = u32::MAX;

impl Numbering {
    /// For at most `expected` vertices: more would never find a free place.
    #[must_use]
    pub fn new(expected: usize) -> Self {
        let size = (expected * 2).next_power_of_two().max(16);
        Self {
            slots: vec![FREE; size],
            mask: size - 1,
            vertices: Vec::with_capacity(expected / 2),
        }
    }

    /// The number of `v`. Linear probing at a load of at most one half.
    #[allow(clippy::cast_possible_truncation)] // vertices are counted in 32 bits by the coverage
    pub fn number(&mut self, v: Vertex) -> u32 {
        // Fibonacci hashing spreads neighbouring lattice points over the table.
        let mut slot = (v.key().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize & self.mask;
        loop {
            let found = self.slots[slot];
            if found == FREE {
                let number = self.vertices.len() as u32;
                self.slots[slot] = number;
                self.vertices.push(v);
                return number;
            }
            if self.vertices[found as usize] == v {
                return found;
            }
            slot = (slot + 1) & self.mask;
        }
    }
}
