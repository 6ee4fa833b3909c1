//! Colour classes such that neighbours differ.

use crate::geometry::arcs::Arcs;
use crate::geometry::planar::NOBODY;

/// How many classes a style needs colours for: `classe` is in `0..CLASSES`. Planar maps need four; a greedy
/// choice in the order used here needs six at most on maps whose areas are connected (every planar
/// graph has a vertex of degree five or less), and balance profits from the spare ones.
pub const CLASSES: usize = 6;

/// A class for each of `count` labels so that labels with a common border differ, the classes about
/// equally used. The same input gives the same classes.
#[must_use]
pub fn classes(arcs: &Arcs, labels: &[u32], count: usize) -> Vec<u8> {
    let label = |face: u32| labels.get(face as usize).copied().unwrap_or(NOBODY);
    let mut pairs: Vec<(u32, u32)> = (0..arcs.len())
        .flat_map(|a| {
            let (l, r) = arcs.sides(a);
            let (l, r) = (label(l), label(r));
            [(l, r), (r, l)]
        })
        .filter(|(a, b)| a != b && *a != NOBODY && *b != NOBODY)
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (a, b) in pairs {
        neighbours[a as usize].push(b);
    }
    let mut class = vec![u8::MAX; count];
    let mut used = [0_usize; CLASSES];
    for v in smallest_last(&neighbours) {
        let taken = |c: usize| {
            neighbours[v]
                .iter()
                .any(|&n| usize::from(class[n as usize]) == c)
        };
        // Areas in several pieces may form a graph that is not planar and run out of classes: then
        // the least used one, which a border line still tells apart.
        let free = (0..CLASSES)
            .filter(|&c| !taken(c))
            .min_by_key(|&c| (used[c], c));
        let chosen = free
            .or_else(|| (0..CLASSES).min_by_key(|&c| (used[c], c)))
            .unwrap_or(0);
        used[chosen] += 1;
        #[allow(clippy::cast_possible_truncation)] // under CLASSES
        let chosen = chosen as u8;
        class[v] = chosen;
    }
    class
}

/// Matula & Beck's order (1983): the reverse of always removing a vertex with fewest neighbours left.
fn smallest_last(neighbours: &[Vec<u32>]) -> Vec<usize> {
    let mut degree: Vec<usize> = neighbours.iter().map(Vec::len).collect();
    let mut buckets: Vec<std::collections::BTreeSet<usize>> =
        vec![std::collections::BTreeSet::new(); degree.iter().max().map_or(1, |d| d + 1)];
    for (v, &d) in degree.iter().enumerate() {
        buckets[d].insert(v);
    }
    let mut order = Vec::with_capacity(neighbours.len());
    let mut gone = vec![false; neighbours.len()];
    while let Some(v) = buckets
        .iter_mut()
        .find_map(std::collections::BTreeSet::pop_first)
    {
        gone[v] = true;
        order.push(v);
        for &n in &neighbours[v] {
            let n = n as usize;
            if !gone[n] {
                buckets[degree[n]].remove(&n);
                degree[n] -= 1;
                buckets[degree[n]].insert(n);
            }
        }
    }
    order.reverse();
    order
}
