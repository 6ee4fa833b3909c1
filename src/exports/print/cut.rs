//! Outlines as far as they can be seen.

use crate::geometry::lattice::Vertex;

/// A box: its least and its greatest corner.
pub type Window = [Vertex; 2];

/// How deep a position is inside one side of a window; negative outside.
fn depth(window: &Window, side: usize, p: [f64; 2]) -> f64 {
    let [low, high] = window.map(|v| [f64::from(v.x), f64::from(v.y)]);
    let axis = side % 2;
    if side < 2 {
        p[axis] - low[axis]
    } else {
        high[axis] - p[axis]
    }
}

fn crossing(window: &Window, side: usize, a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    let (from, to) = (depth(window, side, a), depth(window, side, b));
    let part = from / (from - to);
    [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])]
}

fn wide(v: Vertex) -> [f64; 2] {
    [f64::from(v.x), f64::from(v.y)]
}

/// A ring within a window (Sutherland and Hodgman, "Reentrant polygon clipping", 1974). Where it leaves the window it follows
/// its sides, which are not seen.
pub fn ring(ring: &[Vertex], window: &Window) -> Vec<[f64; 2]> {
    let mut ring: Vec<[f64; 2]> = ring.iter().copied().map(wide).collect();
    for side in 0..4 {
        if ring.iter().all(|p| depth(window, side, *p) >= 0.0) {
            continue;
        }
        let mut kept = Vec::with_capacity(ring.len());
        for (i, &p) in ring.iter().enumerate() {
            let before = ring[(i + ring.len() - 1) % ring.len()];
            let (own, last) = (depth(window, side, p), depth(window, side, before));
            if (own < 0.0) != (last < 0.0) {
                kept.push(crossing(window, side, before, p));
            }
            if own >= 0.0 {
                kept.push(p);
            }
        }
        ring = kept;
    }
    ring
}

/// The stretches of a line that can cross a window: edges wholly beyond one of its sides are left out.
pub fn line(line: &[Vertex], window: &Window) -> Vec<Vec<[f64; 2]>> {
    let beyond = |v: &Vertex| {
        let p = wide(*v);
        (0..4).fold(0_u8, |bits, side| {
            bits | u8::from(depth(window, side, p) < 0.0) << side
        })
    };
    let mut stretches: Vec<Vec<[f64; 2]>> = Vec::new();
    let mut is_going = false;
    for edge in line.windows(2) {
        if beyond(&edge[0]) & beyond(&edge[1]) != 0 {
            is_going = false;
            continue;
        }
        match stretches.last_mut() {
            Some(last) if is_going => last.push(wide(edge[1])),
            _ => stretches.push(vec![wide(edge[0]), wide(edge[1])]),
        }
        is_going = true;
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = [Vertex::new(0, 0), Vertex::new(100, 100)];

    #[test]
    fn what_cannot_be_seen_is_cut_off() {
        let square = [(-50, 20), (50, 20), (50, 60), (-50, 60)].map(|(x, y)| Vertex::new(x, y));
        let seen = ring(&square, &WINDOW);
        assert_eq!(seen.len(), 4);
        assert!(
            seen.iter().all(|p| (0.0..=50.0).contains(&p[0])),
            "{seen:?}"
        );
        assert!(ring(&square.map(|v| Vertex::new(v.x - 60, v.y)), &WINDOW).is_empty());
    }

    #[test]
    fn a_line_is_kept_where_it_may_cross() {
        let path = [
            (-50, 50),
            (-10, 50),
            (50, 50),
            (150, 50),
            (200, 50),
            (150, 60),
            (50, 60),
        ]
        .map(|(x, y)| Vertex::new(x, y));
        let kept = line(&path, &WINDOW);
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert_eq!(kept[0], [[-10.0, 50.0], [50.0, 50.0], [150.0, 50.0]]);
        assert_eq!(kept[1], [[150.0, 60.0], [50.0, 60.0]]);
    }
}
