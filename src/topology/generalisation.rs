//! All zooms of a coverage, computed once at import and read back in milliseconds.
//!
//! Most borders at a zoom are an arc of the coverage without the vertices that its rank leaves out,
//! rounded to the zoom's grid. Those need no storing: one rank for each vertex says it for all zooms. What rounding
//! has changed besides, borders that met, faces that vanished and were restored, is stored as it is drawn.
//!
//! Layout, after inflating (zlib): how many bytes one bit for each arc takes, and how many vertices there are, as
//! 32-bit little-endian numbers; one byte for each vertex, the first zoom at which it is drawn; then for each zoom
//! from 0 to [`MAX_ZOOM`] one bit for each arc (least significant first) that says whether it is drawn by its
//! ranks, the number of other lines, and those: left face + 1, right face + 1, number of vertices, and each vertex
//! as the difference from the one before (of the line before, for the first). Numbers are LEB128, differences
//! zigzag.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use foldhash::{HashMap, HashMapExt};

use super::join;
use super::network::{self, NoCoverage};
use super::simplify::{self, MAX_ZOOM, Ranks};
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
use crate::geometry::mercator;
use crate::geometry::planar::NOBODY;
use crate::geometry::rounding;
use crate::geometry::tiling::Tiling;
use crate::geometry::varint;

/// Why bytes are not the generalisation of a coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// They cannot be inflated, or are longer than any such file.
    #[error("le fichier ne se décompresse pas")]
    Deflate,
    /// They are of other arcs.
    #[error("le fichier ne correspond pas aux contours")]
    OtherArcs,
    /// They end too early, or hold what no coverage has.
    #[error("le fichier est abîmé, au zoom {0}")]
    Zoom(u8),
}

/// The zooms of a coverage.
#[derive(Debug)]
pub struct Generalisation {
    ranks: Ranks,
    zooms: Vec<Zoom>,
}

/// What is drawn at a zoom.
#[derive(Debug, Default)]
struct Zoom {
    /// For each arc whether it is drawn by its ranks.
    by_rank: Vec<u8>,
    /// What is drawn besides.
    others: Arcs,
}

impl Zoom {
    fn draws(&self, arc: usize) -> bool {
        self.by_rank[arc / 8] >> (arc % 8) & 1 == 1
    }
}

/// Room for lines while they are read.
#[derive(Default)]
struct Scratch {
    path: Vec<Vertex>,
    step: Vec<Vertex>,
}

impl Generalisation {
    /// Computes all zooms: seconds for a country.
    ///
    /// # Errors
    /// The zoom that has no coverage.
    pub fn compute(arcs: &Arcs) -> Result<Self, NoCoverage> {
        let ranks = simplify::rank(arcs);
        let mut zooms = Vec::new();
        for zoom in 0..=MAX_ZOOM {
            let network = network::build(arcs, &ranks, zoom)?;
            zooms.push(Zoom::split(&network, arcs, &ranks, zoom));
        }
        Ok(Self { ranks, zooms })
    }

    /// The lines drawn at a zoom (at most [`MAX_ZOOM`]) whose two faces `wanted` asks for: an arc's vertices in tile
    /// units of that zoom, its left and its right face.
    pub fn lines(
        &self,
        arcs: &Arcs,
        zoom: u8,
        wanted: impl Fn(u32, u32) -> bool,
        mut found: impl FnMut(&[Vertex], u32, u32),
    ) {
        let at = &self.zooms[usize::from(zoom)];
        let tiling = Tiling::new(zoom);
        let mut scratch = Scratch::default();
        for arc in 0..arcs.len() {
            let (left, right) = arcs.sides(arc);
            if at.draws(arc) && wanted(left, right) {
                drawn(&self.ranks, arcs, arc, zoom, tiling, &mut scratch);
                // One vertex is no line: a damaged file may say so of an arc that has vanished.
                if scratch.path.len() > 1 {
                    found(&scratch.path, left, right);
                }
            }
        }
        for line in 0..at.others.len() {
            let (left, right) = at.others.sides(line);
            if wanted(left, right) {
                found(at.others.vertices(line), left, right);
            }
        }
    }

    /// The file.
    ///
    /// # Errors
    /// Never in practice: memory can be written to.
    pub fn to_bytes(&self) -> std::io::Result<Vec<u8>> {
        let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
        let arcs = self.zooms.first().map_or(0, |z| z.by_rank.len());
        out.write_all(&count(arcs))?;
        out.write_all(&count(self.ranks.first_zoom.len()))?;
        out.write_all(&self.ranks.first_zoom)?;
        let mut body = Vec::new();
        for zoom in &self.zooms {
            body.extend(&zoom.by_rank);
            varint::write(&mut body, zoom.others.len() as u64);
            let mut at = Vertex::default();
            for line in 0..zoom.others.len() {
                let (left, right) = zoom.others.sides(line);
                let vertices = zoom.others.vertices(line);
                for face in [left, right] {
                    varint::write(&mut body, u64::from(face.wrapping_add(1)));
                }
                varint::write(&mut body, vertices.len() as u64);
                for v in vertices {
                    varint::write_step(&mut body, &mut at, *v);
                }
            }
        }
        out.write_all(&body)?;
        out.finish()
    }

    /// Reads the file of a coverage with `faces` faces.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn read(bytes: &[u8], arcs: &Arcs, faces: usize) -> Result<Self, Malformed> {
        // No vertex takes more than some bytes at each of the zooms.
        let most = 64 + 256 * (arcs.vertex_count() as u64 + arcs.len() as u64 + 1024);
        let mut raw = Vec::new();
        ZlibDecoder::new(bytes)
            .take(most)
            .read_to_end(&mut raw)
            .map_err(|_| Malformed::Deflate)?;
        let mut reader = Reader(&raw);
        let bits = arcs.len().div_ceil(8);
        let same = reader.count() == Some(bits) && reader.count() == Some(arcs.vertex_count());
        if !same {
            return Err(Malformed::OtherArcs);
        }
        let first_zoom = reader.take(arcs.vertex_count());
        let first_zoom = first_zoom.ok_or(Malformed::OtherArcs)?.to_vec();
        // An arc has its ends at every zoom.
        let ends = |a: usize| {
            let range = arcs.range(a);
            first_zoom[range.start] | first_zoom[range.end - 1]
        };
        if (0..arcs.len()).any(|a| ends(a) != 0) {
            return Err(Malformed::OtherArcs);
        }
        let mut zooms = Vec::new();
        for zoom in 0..=MAX_ZOOM {
            zooms.push(Zoom::read(&mut reader, bits, faces, zoom).ok_or(Malformed::Zoom(zoom))?);
        }
        if !reader.0.is_empty() {
            return Err(Malformed::Zoom(MAX_ZOOM));
        }
        Ok(Self {
            ranks: Ranks::new(first_zoom),
            zooms,
        })
    }
}

impl Zoom {
    /// Finds the arcs of a network that are drawn by their ranks.
    fn split(network: &Arcs, arcs: &Arcs, ranks: &Ranks, zoom: u8) -> Self {
        let tiling = Tiling::new(zoom);
        // A line is known by its first two vertices, seen from either end.
        let mut known: HashMap<(Vertex, Vertex), (usize, bool)> =
            HashMap::with_capacity(network.len() * 2);
        for line in 0..network.len() {
            let v = network.vertices(line);
            known.insert((v[v.len() - 1], v[v.len() - 2]), (line, true));
            known.insert((v[0], v[1]), (line, false));
        }
        let mut by_rank = vec![0_u8; arcs.len().div_ceil(8)];
        let mut found = vec![false; network.len()];
        let mut scratch = Scratch::default();
        for arc in 0..arcs.len() {
            drawn(ranks, arcs, arc, zoom, tiling, &mut scratch);
            let [a, b, ..] = scratch.path[..] else {
                continue;
            };
            let Some(&(line, backwards)) = known.get(&(a, b)) else {
                continue;
            };
            let (left, right) = network.sides(line);
            let vertices = network.vertices(line);
            let same = if backwards {
                arcs.sides(arc) == (right, left) && vertices.iter().rev().eq(&scratch.path)
            } else {
                arcs.sides(arc) == (left, right) && vertices == scratch.path
            };
            if same && !found[line] {
                found[line] = true;
                by_rank[arc / 8] |= 1 << (arc % 8);
            }
        }
        let mut others = Arcs::with_capacity(0);
        for line in (0..network.len()).filter(|&l| !found[l]) {
            let (left, right) = network.sides(line);
            others.push(network.vertices(line).iter().copied(), left, right);
        }
        others.shrink();
        Self { by_rank, others }
    }

    fn read(reader: &mut Reader, bits: usize, faces: usize, zoom: u8) -> Option<Self> {
        let by_rank = reader.take(bits)?.to_vec();
        let mut others = Arcs::with_capacity(0);
        let mut at = Vertex::default();
        // The half of the world's side; drawn positions reach its border.
        let world = 1_i32 << (mercator::EXTENT_BITS - 1 + u32::from(zoom));
        let mut line = Vec::new();
        for _ in 0..varint::read(&mut reader.0)? {
            let mut face = || {
                let face = u32::try_from(varint::read(&mut reader.0)?)
                    .ok()?
                    .wrapping_sub(1);
                (face == NOBODY || (face as usize) < faces).then_some(face)
            };
            let (left, right) = (face()?, face()?);
            let count = varint::read(&mut reader.0)?;
            line.clear();
            for _ in 0..count {
                let to = varint::read_step(&mut reader.0, at)?;
                let sound = to.x.abs() <= world && to.y.abs() <= world && line.last() != Some(&to);
                if !sound {
                    return None;
                }
                line.push(to);
                at = to;
            }
            if line.len() < 2 || left == right {
                return None;
            }
            others.push(line.iter().copied(), left, right);
        }
        others.shrink();
        Some(Self { by_rank, others })
    }
}

/// An arc at a zoom, drawn by its ranks alone, in `scratch.path`; fewer than two vertices where nothing is
/// left of it.
fn drawn(ranks: &Ranks, arcs: &Arcs, arc: usize, zoom: u8, tiling: Tiling, scratch: &mut Scratch) {
    let bits = mercator::unit_bits(zoom);
    let Scratch { path, step } = scratch;
    path.clear();
    let mut fine: Option<Vertex> = None;
    for to in ranks.arc(arcs, arc, zoom) {
        match fine {
            None => path.push(rounding::round(to, bits)),
            Some(from) => {
                rounding::round_edge(from, to, bits, tiling, step);
                for &v in step.iter() {
                    if path.last() != Some(&v) {
                        path.push(v);
                    }
                }
            }
        }
        fine = Some(to);
    }
    let vertices = arcs.vertices(arc);
    if vertices.first() == vertices.last() && path.len() > 1 {
        join::from_least(path);
    }
    join::straighten(path, tiling);
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn count(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::coverage::Coverage;
    use crate::topology::cut::cut;
    use proptest::prelude::*;

    /// A patchwork of faces some two kilometres wide, as communes are, with bent sides.
    fn patchwork(side: i32, jitter: &[i32]) -> (Arcs, usize) {
        let at = |x: i32, y: i32| {
            let i = usize::try_from(y * (side + 1) + x).unwrap() * 2 % (jitter.len() - 1);
            Vertex::new(
                2_000_000 + x * 30_000 + 4 * jitter[i],
                47_000_000 + y * 20_000 + 2 * jitter[i + 1],
            )
        };
        let mut coverage = Coverage::default();
        for y in 0..side {
            for x in 0..side {
                let middle = |a: Vertex, b: Vertex| {
                    Vertex::new(i32::midpoint(a.x, b.x), i32::midpoint(a.y, b.y) + 90)
                };
                let corners = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)];
                let ring = (0..4).flat_map(|i| {
                    let (a, b) = (corners[i], corners[(i + 1) % 4]);
                    [a, if a < b { middle(a, b) } else { middle(b, a) }]
                });
                coverage.push_ring(ring);
                coverage.end_polygon();
                coverage.end_face();
            }
        }
        (
            cut(&coverage).unwrap().0,
            usize::try_from(side * side).unwrap(),
        )
    }

    fn lines(zooms: &Generalisation, arcs: &Arcs, zoom: u8) -> Vec<(Vec<Vertex>, u32, u32)> {
        let mut all = Vec::new();
        zooms.lines(
            arcs,
            zoom,
            |_, _| true,
            |v, left, right| {
                all.push(from_smaller(v, left, right));
            },
        );
        all.sort();
        all
    }

    /// A line with the smaller face on its left.
    fn from_smaller(line: &[Vertex], left: u32, right: u32) -> (Vec<Vertex>, u32, u32) {
        let mut line = line.to_vec();
        if left > right {
            line.reverse();
        }
        (line, left.min(right), left.max(right))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// What is drawn from ranks and stored lines is what was computed, also after a file, and from the first
        /// complete zoom on every face is there.
        #[test]
        fn all_zooms_are_drawn_as_they_were_computed(jitter in prop::collection::vec(-2_000..2_000i32, 64)) {
            let (arcs, faces) = patchwork(6, &jitter);
            let computed = Generalisation::compute(&arcs).unwrap();
            let read = Generalisation::read(&computed.to_bytes().unwrap(), &arcs, faces).unwrap();
            let ranks = simplify::rank(&arcs);
            for zoom in 0..=MAX_ZOOM {
                let drawn = lines(&read, &arcs, zoom);
                let network = network::build(&arcs, &ranks, zoom).unwrap();
                let mut expected: Vec<_> = (0..network.len())
                    .map(|l| {
                        let (left, right) = network.sides(l);
                        from_smaller(network.vertices(l), left, right)
                    })
                    .collect();
                expected.sort();
                prop_assert_eq!(&drawn, &expected, "zoom {}", zoom);
                if zoom >= network::FIRST_COMPLETE_ZOOM {
                    let seen: std::collections::BTreeSet<u32> =
                        drawn.iter().flat_map(|l| [l.1, l.2]).filter(|f| *f != NOBODY).collect();
                    prop_assert_eq!(seen.len(), faces, "zoom {}", zoom);
                }
            }
        }

        /// A damaged file is refused or gives lines within the world, and never panics.
        #[test]
        fn damaged_files_are_refused_or_harmless(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
            let (arcs, faces) = patchwork(3, &[7; 64]);
            let sound = Generalisation::compute(&arcs).unwrap().to_bytes().unwrap();
            let mut raw = Vec::new();
            ZlibDecoder::new(&sound[..]).read_to_end(&mut raw).unwrap();
            for (at, value) in flips {
                let at = at.index(raw.len());
                raw[at] = value;
            }
            let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
            out.write_all(&raw).unwrap();
            if let Ok(zooms) = Generalisation::read(&out.finish().unwrap(), &arcs, faces) {
                for zoom in 0..=MAX_ZOOM {
                    zooms.lines(&arcs, zoom, |_, _| true, |v, _, _| assert!(v.len() != 1));
                }
            }
        }
    }
}
