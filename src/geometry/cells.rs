//! A uniform grid over edges, so that only edges that are near each other are compared.

use rayon::prelude::*;

use super::lattice::Vertex;

/// Which cells of a uniform grid each edge passes through, sorted by cell.
///
/// A cell is about two mean edges wide: then a cell holds a handful of edges, an edge few cells.
pub(super) fn by_cell(edges: &[(Vertex, Vertex)]) -> Vec<(u64, u32)> {
    let reach: f64 = edges
        .iter()
        .map(|(a, b)| f64::from(a.x.abs_diff(b.x).max(a.y.abs_diff(b.y))))
        .sum();
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    let size = (2.0 * reach / edges.len().max(1) as f64).clamp(4.0, 1e8) as i32;
    let mut entries: Vec<(u64, u32)> = edges
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, &(a, b))| {
            // Edge counts are bounded by the reader, far under 2^32.
            #[allow(clippy::cast_possible_truncation)]
            let i = i as u32;
            EdgeCells::new(a, b, size, 1).map(move |cell| (cell.key(), i))
        })
        .collect();
    entries.par_sort_unstable();
    entries
}

/// The cells that an edge, widened by a margin, passes through, row by row.
pub(super) struct EdgeCells {
    a: Vertex,
    b: Vertex,
    size: i32,
    margin: i32,
    row: i32,
    last_row: i32,
    column: i32,
    last_column: i32,
}

impl EdgeCells {
    pub(super) fn new(a: Vertex, b: Vertex, size: i32, margin: i32) -> Self {
        let (a, b) = if a.y <= b.y { (a, b) } else { (b, a) };
        let mut cells = Self {
            a,
            b,
            size,
            margin,
            row: (a.y - margin).div_euclid(size),
            last_row: (b.y + margin).div_euclid(size),
            column: 0,
            last_column: 0,
        };
        cells.enter_row();
        cells
    }

    /// Finds the columns that the edge touches in the current row.
    fn enter_row(&mut self) {
        let (ax, ay) = (f64::from(self.a.x), f64::from(self.a.y));
        let (dx, dy) = (f64::from(self.b.x) - ax, f64::from(self.b.y) - ay);
        let x_at = |y: f64| {
            if dy == 0.0 {
                ax
            } else {
                ax + dx * ((y - ay) / dy).clamp(0.0, 1.0)
            }
        };
        let margin = f64::from(self.margin);
        let low = f64::from(self.row) * f64::from(self.size) - margin;
        let high = low + f64::from(self.size) + 2.0 * margin;
        let (mut left, mut right) = (x_at(low), x_at(high));
        if dy == 0.0 {
            right = ax + dx;
        }
        if left > right {
            std::mem::swap(&mut left, &mut right);
        }
        // Within ±(2^29 + margin): fits. One step more covers rounding.
        #[allow(clippy::cast_possible_truncation)]
        let column = |x: f64| (x as i32).div_euclid(self.size);
        (self.column, self.last_column) =
            (column(left - margin - 1.0), column(right + margin + 1.0));
    }
}

impl Iterator for EdgeCells {
    type Item = Vertex;

    fn next(&mut self) -> Option<Vertex> {
        if self.column > self.last_column {
            if self.row >= self.last_row {
                return None;
            }
            self.row += 1;
            self.enter_row();
        }
        let cell = Vertex::new(self.column, self.row);
        self.column += 1;
        Some(cell)
    }
}
