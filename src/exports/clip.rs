//! Outlines as far as they can be seen.

/// A window: its least x and y, its greatest x and y.
pub type Window = [f64; 4];

/// What of a ring can be seen through a window (Sutherland and Hodgman, "Reentrant polygon clipping", 1974). Where it leaves the
/// window it follows its sides, which are better drawn where they are not seen.
#[must_use]
pub fn ring(mut ring: Vec<[f64; 2]>, window: &Window) -> Vec<[f64; 2]> {
    for side in SIDES {
        let depth = |p: &[f64; 2]| depth(window, side, *p);
        if ring.iter().all(|p| depth(p) >= 0.0) {
            continue;
        }
        let mut kept = Vec::with_capacity(ring.len());
        for (i, p) in ring.iter().enumerate() {
            let before = ring[(i + ring.len() - 1) % ring.len()];
            let (own, last) = (depth(p), depth(&before));
            if (own < 0.0) != (last < 0.0) {
                let at = last / (last - own);
                kept.push([0, 1].map(|axis| before[axis] + at * (p[axis] - before[axis])));
            }
            if own >= 0.0 {
                kept.push(*p);
            }
        }
        ring = kept;
    }
    ring
}

/// The stretches of a line that can cross a window: edges wholly beyond one of its sides are left out.
#[must_use]
pub fn line(line: &[[f64; 2]], window: &Window) -> Vec<Vec<[f64; 2]>> {
    let beyond = |p: &[f64; 2]| {
        SIDES.iter().enumerate().fold(0_u8, |bits, (bit, side)| {
            bits | u8::from(depth(window, *side, *p) < 0.0) << bit
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
            Some(last) if is_going => last.push(edge[1]),
            _ => stretches.push(edge.to_vec()),
        }
        is_going = true;
    }
    stretches
}

/// The sides of a window: west, east, south, north, as the number of the axis and whether it is the greatest of it.
const SIDES: [(usize, bool); 4] = [(0, false), (0, true), (1, false), (1, true)];

/// How deep a position is inside one side of a window; negative outside.
fn depth(window: &Window, (axis, is_greatest): (usize, bool), p: [f64; 2]) -> f64 {
    if is_greatest {
        window[axis + 2] - p[axis]
    } else {
        p[axis] - window[axis]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_cut_off() {
        let window = [0.0, 0.0, 100.0, 100.0];
        let square = [[-50.0, 20.0], [50.0, 20.0], [50.0, 60.0], [-50.0, 60.0]];
        let seen = ring(square.to_vec(), &window);
        assert_eq!(seen.len(), 4);
        assert!(
            seen.iter().all(|p| (0.0..=50.0).contains(&p[0])),
            "{seen:?}"
        );
        assert!(ring(square.map(|[x, y]| [x - 60.0, y]).to_vec(), &window).is_empty());
    }

    #[test]
    fn a_line_is_kept_where_it_may_cross() {
        let path = [
            [-50.0, 50.0],
            [-10.0, 50.0],
            [50.0, 50.0],
            [150.0, 50.0],
            [200.0, 50.0],
            [150.0, 60.0],
            [50.0, 60.0],
        ];
        let kept = line(&path, &[0.0, 0.0, 100.0, 100.0]);
        assert_eq!(kept.len(), 2, "{kept:?}");
        assert_eq!(kept[0], [[-10.0, 50.0], [50.0, 50.0], [150.0, 50.0]]);
        assert_eq!(kept[1], [[150.0, 60.0], [50.0, 60.0]]);
    }
}
