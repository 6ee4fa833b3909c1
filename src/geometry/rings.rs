//! Rings out of boundary pieces: from « these arcs bound the face » to valid exterior rings and holes.
//!
//! Pieces are directed with the face on their left. At a vertex where more than two of them meet, the
//! walk stays within one sector of the face, and a walk that meets itself is cut there:
//!
//! ```text
//!   two squares that touch      a hole that touches the shell
//!   +---+                       +-------+
//!   | A |                       |  /\   |
//!   +---*---+   -> A, B         | /__\  |   -> shell, hole
//!       | B |                   +--*----+      (not one ring that touches itself)
//!       +---+
//! ```
//!
//! That gives rings that are simple, and faces with connected interiors: what OGC 06-103r4 calls valid.

use super::lattice::{Vertex, orient};

/// A directed stretch of boundary with the face on its left.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// First vertex.
    pub from: Vertex,
    /// Last vertex; equal to `from` for a closed piece.
    pub to: Vertex,
    /// The vertex after `from`: the direction in which the piece leaves.
    pub leaving: Vertex,
    /// The vertex before `to`: the direction from which it arrives.
    pub arriving: Vertex,
}

/// A boundary that does not close: a piece ends at this vertex and none goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenBoundary(pub Vertex);

/// Joins the pieces of one face into simple rings; each ring lists indices into `pieces`.
///
/// # Errors
/// [`OpenBoundary`] where a piece's end has no continuation.
pub fn trace(pieces: &[Piece]) -> Result<Vec<Vec<u32>>, OpenBoundary> {
    // A face has far fewer than 2^32 pieces: the vertices behind them are indexed by u32.
    #[allow(clippy::cast_possible_truncation)]
    let mut by_start: Vec<(u64, u32)> = pieces
        .iter()
        .enumerate()
        .map(|(i, p)| (p.from.key(), i as u32))
        .collect();
    by_start.sort_unstable();
    let mut used = vec![false; pieces.len()];
    let mut rings = Vec::new();
    let mut circuit = Vec::new();
    for first in 0..by_start.len() {
        let first = by_start[first].1;
        if used[first as usize] {
            continue;
        }
        circuit.clear();
        let mut current = first;
        loop {
            used[current as usize] = true;
            circuit.push(current);
            let piece = &pieces[current as usize];
            let next = next_in_sector(pieces, &by_start, piece).ok_or(OpenBoundary(piece.to))?;
            if next == first {
                break;
            }
            if used[next as usize] {
                return Err(OpenBoundary(piece.to));
            }
            current = next;
        }
        cut_at_repeated_vertices(pieces, &circuit, &mut rings);
    }
    Ok(rings)
}

/// The piece that goes on along the same sector of the face: the first one clockwise from where
/// `arrived` came from.
fn next_in_sector(pieces: &[Piece], by_start: &[(u64, u32)], arrived: &Piece) -> Option<u32> {
    let key = arrived.to.key();
    let first = by_start.partition_point(|e| e.0 < key);
    by_start[first..]
        .iter()
        .take_while(|e| e.0 == key)
        .map(|e| e.1)
        .reduce(|best, other| {
            let (b, o) = (
                pieces[best as usize].leaving,
                pieces[other as usize].leaving,
            );
            if clockwise_first(arrived.to, arrived.arriving, b, o) {
                best
            } else {
                other
            }
        })
}

/// Turning clockwise about `o` from the direction of `reference`, whether `a` comes before `b`.
pub(super) fn clockwise_first(o: Vertex, reference: Vertex, a: Vertex, b: Vertex) -> bool {
    // 0: straight back (a full turn away), then angles counter-clockwise in (0, 180), 180, (180, 360).
    let sector = |v: Vertex| match orient(o, reference, v) {
        t if t > 0 => 1,
        t if t < 0 => 3,
        _ => {
            let ahead = (i64::from(v.x) - i64::from(o.x))
                * (i64::from(reference.x) - i64::from(o.x))
                + (i64::from(v.y) - i64::from(o.y)) * (i64::from(reference.y) - i64::from(o.y));
            if ahead > 0 { 0 } else { 2 }
        }
    };
    let (sa, sb) = (sector(a), sector(b));
    // The larger counter-clockwise angle is the smaller clockwise one.
    if sa == sb {
        orient(o, a, b) < 0
    } else {
        sa > sb
    }
}

/// Cuts a circuit that visits a vertex twice into rings that do not.
fn cut_at_repeated_vertices(pieces: &[Piece], circuit: &[u32], rings: &mut Vec<Vec<u32>>) {
    let mut starts: Vec<u64> = circuit
        .iter()
        .map(|&i| pieces[i as usize].from.key())
        .collect();
    starts.sort_unstable();
    if starts.windows(2).all(|w| w[0] != w[1]) {
        rings.push(circuit.to_vec());
        return;
    }
    let mut at: foldhash::HashMap<u64, usize> = foldhash::HashMap::default();
    let mut path: Vec<u32> = Vec::with_capacity(circuit.len());
    for &piece in circuit {
        at.insert(pieces[piece as usize].from.key(), path.len());
        path.push(piece);
        if let Some(&start) = at.get(&pieces[piece as usize].to.key()) {
            let ring = path.split_off(start);
            for &p in &ring {
                at.remove(&pieces[p as usize].from.key());
            }
            rings.push(ring);
        }
    }
    debug_assert!(path.is_empty(), "a circuit ends where it starts");
}

#[cfg(test)]
mod tests {
    use super::*;

    type Edge = ((i32, i32), (i32, i32));

    fn pieces(edges: &[Edge]) -> Vec<Piece> {
        edges
            .iter()
            .map(|&(a, b)| {
                let (from, to) = (Vertex::new(a.0, a.1), Vertex::new(b.0, b.1));
                Piece {
                    from,
                    to,
                    leaving: to,
                    arriving: from,
                }
            })
            .collect()
    }

    fn closed(points: &[(i32, i32)]) -> Vec<Edge> {
        (0..points.len())
            .map(|i| (points[i], points[(i + 1) % points.len()]))
            .collect()
    }

    fn lengths(edges: &[Edge]) -> Vec<usize> {
        let mut n: Vec<usize> = trace(&pieces(edges))
            .unwrap()
            .iter()
            .map(Vec::len)
            .collect();
        n.sort_unstable();
        n
    }

    #[test]
    fn two_squares_that_touch_at_a_corner_are_two_rings() {
        let mut edges = closed(&[(0, 0), (2, 0), (2, 2), (0, 2)]);
        edges.extend(closed(&[(2, 2), (4, 2), (4, 4), (2, 4)]));
        assert_eq!(lengths(&edges), [4, 4]);
    }

    #[test]
    fn a_hole_that_touches_the_shell_stays_a_hole() {
        let mut edges = closed(&[(0, 0), (4, 0), (8, 0), (8, 8), (0, 8)]);
        edges.extend(closed(&[(4, 0), (3, 3), (5, 3)]));
        assert_eq!(lengths(&edges), [3, 5]);
    }

    #[test]
    fn a_hole_that_touches_twice_parts_the_face() {
        // The hole touches below and above: left and right parts are no longer connected.
        let mut edges = closed(&[(0, 0), (4, 0), (8, 0), (8, 8), (4, 8), (0, 8)]);
        edges.extend(closed(&[(4, 0), (3, 4), (4, 8), (5, 4)]));
        assert_eq!(lengths(&edges), [5, 5]);
    }

    #[test]
    fn a_boundary_that_does_not_close_names_its_end() {
        let open = pieces(&[((0, 0), (1, 0)), ((1, 0), (1, 1))]);
        assert_eq!(trace(&open), Err(OpenBoundary(Vertex::new(1, 1))));
    }
}
