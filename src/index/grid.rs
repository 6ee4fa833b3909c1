//! Faces by cell: most points lie in a cell that holds one face only, the others are decided by the few edges
//! that cross their cell.
//!
//! The idea is that of tzf-rs and of `westnordost/country-boundaries` (cells classified beforehand, exact tests
//! at borders only), on one planar coverage: instead of testing polygons, a point looks due east for the first
//! edge, and is in the face on its west side. Where its cell ends before an edge is met, the face just
//! west of the cell's border is known, or the next cell is looked at.
//!
//! ```text
//!     +--------+--------+      p meets the edge first: face A.
//!     |   A    |   /    |      q meets none in its cell, whose east border lies wholly in one face: face A.
//!     | q      |p / B   |      The cell of p is crossed by an edge, that of q is not: A for the whole cell.
//!     +--------+-/------+
//! ```
//!
//! Ties, and points on edges, follow the rule of [`super::points`]: a ray due east that passes just above each
//! vertex. All is exact in 64 bits: edges are kept relative to the middle of their cell.

use rayon::prelude::*;

use super::points::Position;
use crate::geometry::arcs::Arcs;
use crate::geometry::lattice::Vertex;
use crate::geometry::planar::NOBODY;

/// Lattice steps across a cell, as powers of two: 4096 by 2048 micro-degrees, some 320 m by 230 m in France. All cells
/// of its communes take 53 MiB (`benches/lookup.rs` prints it).
const CELL_BITS: (u32, u32) = (12, 11);
/// Cells across a block, as a power of two.
const BLOCK_BITS: u32 = 3;
/// Lattice steps across a sheet, as a power of two, both ways.
const SHEET_BITS: u32 = 20;
/// Blocks across a sheet, as powers of two.
const BLOCKS_BITS: (u32, u32) = (
    SHEET_BITS - BLOCK_BITS - CELL_BITS.0,
    SHEET_BITS - BLOCK_BITS - CELL_BITS.1,
);
/// Sheets around the earth.
const SHEETS_ACROSS: u32 = (360_000_000 >> SHEET_BITS) + 1;
const SHEETS_UP: u32 = (180_000_000 >> SHEET_BITS) + 1;

/// Cells in a block.
const CELLS: usize = 1 << (2 * BLOCK_BITS);
/// Of a coverage whose parts have boxes of so many cells all told no more than 300 MB of cells are kept. The
/// communes of France come to a seventh of it.
const MAX_CELLS: f64 = 128e6;
/// What a cell holds: a face, or one of these. Coverages of more faces are not indexed by cells.
const FIRST_MIXED: u16 = 0xFF00;
/// Edges that do not fit a record: left to another index.
const HARD: u16 = 0xFFFE;
/// No face.
const NONE: u16 = 0xFFFF;
/// In [`Mixed::east`]: an edge meets the cell's east border, the next cell is to be looked at.
const GO_ON: u16 = HARD;

/// So many positions are looked up together.
const BATCH: usize = 64;

/// Marks an entry of a directory that holds a face for its whole area instead of a number.
const WHOLE: u32 = 1 << 31;

/// Query steps in one lattice step.
const FINER: i64 = Position::FINER;

/// Faces by cell.
#[derive(Debug)]
pub struct Grid {
    /// For each sheet of the earth its number, or the face of all of it.
    earth: Vec<u32>,
    /// For each block of each sheet its number, or the face of all of it.
    sheets: Vec<u32>,
    /// For each cell of each block its face, or which mixed one it is.
    blocks: Vec<[u16; CELLS]>,
    /// Where the mixed cells of each block begin.
    starts: Vec<u32>,
    mixed: Vec<Mixed>,
    edges: Vec<Edge>,
}

/// A cell that edges cross.
#[derive(Clone, Copy, Debug)]
struct Mixed {
    /// Its edges: the first, and how many.
    start: u32,
    count: u16,
    /// The face of all points from which no edge is met before the cell's east border.
    east: u16,
}

/// An edge that crosses a cell, in lattice steps from the cell's middle, its lower end first.
#[derive(Clone, Copy, Debug)]
struct Edge {
    low: [i16; 2],
    high: [i16; 2],
    /// The face to the west, or [`NONE`].
    west: u16,
}

/// A cell's place on the earth.
#[derive(Clone, Copy)]
struct Cell {
    column: u32,
    row: u32,
}

impl Cell {
    fn at(position: Position) -> Self {
        let (x, y) = position.steps_from_corner();
        Self {
            column: x >> CELL_BITS.0,
            row: y >> CELL_BITS.1,
        }
    }

    /// The middle, in query steps.
    fn middle(self) -> (i64, i64) {
        let middle = |number: u32, bits: u32, origin: i64| {
            ((i64::from(number) << bits) + (1 << (bits - 1)) - origin) * FINER
        };
        (
            middle(self.column, CELL_BITS.0, 180_000_000),
            middle(self.row, CELL_BITS.1, 90_000_000),
        )
    }
}

/// The first edge met so far.
struct First {
    /// Its distance times `rise`, in query steps.
    ahead: i64,
    /// How far it rises and runs, in lattice steps.
    rise: i64,
    run: i64,
    west: u16,
}

impl First {
    /// Whether it is met before another one. Edges do not cross: of two that leave one vertex the one more to the
    /// west is met first.
    fn is_before(&self, other: &Self) -> bool {
        let (own, others) = (self.ahead * other.rise, other.ahead * self.rise);
        own < others || (own == others && self.run * other.rise < other.run * self.rise)
    }
}

/// Where a line of one height crosses an edge, seen from `x`: times the edge's rise. `None` where it does not.
fn ahead(edge: &Edge, x: i64, y: i64) -> Option<(i64, i64, i64)> {
    let [low_x, low_y] = edge.low.map(i64::from);
    let [high_x, high_y] = edge.high.map(i64::from);
    if y < low_y * FINER || y >= high_y * FINER {
        return None;
    }
    let (run, rise) = (high_x - low_x, high_y - low_y);
    // 26 bits times 17: nothing here leaves 64 bits, nor does a product with another rise.
    let ahead = (low_x * FINER - x) * rise + run * (y - low_y * FINER);
    Some((ahead, rise, run))
}

impl Grid {
    /// The face at a position, [`NOBODY`] for none; `None` where this index cannot tell. No allocation, no lock.
    #[must_use]
    pub fn face_at(&self, position: Position) -> Option<u32> {
        let cell = Cell::at(position);
        let (code, block) = self.code(cell);
        if code < FIRST_MIXED {
            return Some(u32::from(code));
        }
        self.in_mixed(position, cell, code, block)
    }

    /// The faces at so many positions, as [`Self::face_at`] finds them one by one.
    ///
    /// A look-up waits for memory most of its time: for its block, then for the edges of its cell. Here the same step is
    /// taken for all positions of a batch before the next, so that the processor fetches for many of them at
    /// once (as in the group prefetching of Chen et al., "Improving hash join performance through prefetching", 2004).
    /// No allocation, no lock. Positions beyond the shorter of the two slices are left.
    pub fn faces_at(&self, positions: &[Position], faces: &mut [Option<u32>]) {
        let batches = positions.chunks(BATCH).zip(faces.chunks_mut(BATCH));
        for (positions, faces) in batches {
            self.batch(positions, faces);
        }
    }

    /// The same for [`BATCH`] positions at most.
    fn batch(&self, positions: &[Position], faces: &mut [Option<u32>]) {
        let mut entries = [WHOLE; BATCH];
        for (entry, position) in entries.iter_mut().zip(positions) {
            *entry = self.entry(Cell::at(*position));
        }
        // The places of those in mixed cells, and what their cells hold.
        let mut mixed = [(0, 0); BATCH];
        let mut count = 0;
        for (place, (position, face)) in positions.iter().zip(faces.iter_mut()).enumerate() {
            let code = self.in_block(entries[place], Cell::at(*position));
            *face = Some(face_of(code));
            mixed[count] = (place, code);
            count += usize::from(code >= FIRST_MIXED && code != NONE);
        }
        let mixed = &mixed[..count];
        let mut first = [0; BATCH];
        for (first, &(place, code)) in first.iter_mut().zip(mixed) {
            *first = self.mixed_of(entries[place], code).map_or(0, |m| m.start);
        }
        // Asked for here, they are there when they are used.
        let asked = first[..count].iter();
        let asked = asked.fold(0, |sum, &first| {
            sum ^ self.edges.get(first as usize).map_or(0, |edge| edge.west)
        });
        std::hint::black_box(asked);
        for &(place, code) in mixed {
            let position = positions[place];
            faces[place] = self.in_mixed(position, Cell::at(position), code, entries[place]);
        }
    }

    /// What a cell holds, and the entry of its block.
    fn code(&self, cell: Cell) -> (u16, u32) {
        let entry = self.entry(cell);
        (self.in_block(entry, cell), entry)
    }

    /// The number of a cell's block, or the face of all of it.
    fn entry(&self, cell: Cell) -> u32 {
        let sheet_x = cell.column >> (SHEET_BITS - CELL_BITS.0);
        let sheet_y = cell.row >> (SHEET_BITS - CELL_BITS.1);
        let entry = self.earth[(sheet_y * SHEETS_ACROSS + sheet_x) as usize];
        if entry & WHOLE != 0 {
            return entry;
        }
        self.sheets[((entry << (BLOCKS_BITS.0 + BLOCKS_BITS.1)) + block_in_sheet(cell)) as usize]
    }

    fn in_block(&self, entry: u32, cell: Cell) -> u16 {
        // Both loaded, then chosen between: a branch would be guessed wrong for one block in ten.
        let is_whole = entry & WHOLE != 0;
        let number = if is_whole { 0 } else { entry as usize };
        let cells = self.blocks.get(number);
        let code = cells.map_or(NONE, |cells| cells[cell_in_block(cell)]);
        if is_whole { low_half(entry) } else { code }
    }

    /// The mixed cell of that code in a block.
    fn mixed_of(&self, entry: u32, code: u16) -> Option<&Mixed> {
        let start = self.starts.get(entry as usize)?;
        let number = code.wrapping_sub(FIRST_MIXED);
        self.mixed.get(*start as usize + usize::from(number))
    }

    fn in_mixed(
        &self,
        position: Position,
        mut cell: Cell,
        mut code: u16,
        mut block: u32,
    ) -> Option<u32> {
        loop {
            match code {
                NONE => return Some(NOBODY),
                HARD => return None,
                face if face < FIRST_MIXED => return Some(u32::from(face)),
                _ => {}
            }
            let mixed = self.mixed_of(block, code)?;
            let start = mixed.start as usize;
            let edges = &self.edges[start..start + usize::from(mixed.count)];
            let (middle_x, middle_y) = cell.middle();
            let (x, y) = (position.x() - middle_x, position.y() - middle_y);
            if let Some(first) = first_east(edges, x, y) {
                return Some(face_of(first));
            }
            if mixed.east != GO_ON {
                return Some(face_of(mixed.east));
            }
            cell.column += 1;
            (code, block) = self.code(cell);
        }
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.earth)
            + size_of_val(&*self.sheets)
            + size_of_val(&*self.blocks)
            + size_of_val(&*self.starts)
            + size_of_val(&*self.mixed)
            + size_of_val(&*self.edges)
    }
}

/// Half a cell, in query steps: where its east border lies from its middle.
const HALF: i64 = (1 << (CELL_BITS.0 - 1)) * FINER;

/// The face west of the first edge that is met due east of a point strictly within the cell.
fn first_east(edges: &[Edge], x: i64, y: i64) -> Option<u16> {
    let mut first: Option<First> = None;
    for edge in edges {
        let Some((ahead, rise, run)) = ahead(edge, x, y) else {
            continue;
        };
        if ahead <= 0 || ahead >= (HALF - x) * rise {
            continue;
        }
        let here = First {
            ahead,
            rise,
            run,
            west: edge.west,
        };
        if first.as_ref().is_none_or(|first| here.is_before(first)) {
            first = Some(here);
        }
    }
    first.map(|first| first.west)
}

fn face_of(code: u16) -> u32 {
    if code == NONE {
        NOBODY
    } else {
        u32::from(code)
    }
}

#[allow(clippy::cast_possible_truncation)] // what it is for
fn low_half(entry: u32) -> u16 {
    entry as u16
}

fn block_in_sheet(cell: Cell) -> u32 {
    let x = (cell.column >> BLOCK_BITS) & ((1 << BLOCKS_BITS.0) - 1);
    let y = (cell.row >> BLOCK_BITS) & ((1 << BLOCKS_BITS.1) - 1);
    (y << BLOCKS_BITS.0) + x
}

fn cell_in_block(cell: Cell) -> usize {
    let mask = (1 << BLOCK_BITS) - 1;
    (((cell.row & mask) << BLOCK_BITS) + (cell.column & mask)) as usize
}

// --- Building ---------------------------------------------------------------------------------

/// An edge of the coverage, its lower end first, as steps from the corner of the earth at 180° west, 90° south.
#[derive(Clone, Copy)]
struct Rising {
    low: (u32, u32),
    high: (u32, u32),
    west: u16,
    east: u16,
}

/// Where an edge crosses a cell, sorted by row, then by column.
///
/// Bits, the highest first: row (17), column (17), whether the edge goes on to the next column (1), edge (29).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Crossing(u64);

/// So many edges can be numbered in a [`Crossing`].
const MAX_EDGES: usize = 1 << 29;

impl Crossing {
    fn new(cell: Cell, goes_on: bool, edge: usize) -> Self {
        Self(
            u64::from(cell.row) << 47
                | u64::from(cell.column) << 30
                | u64::from(goes_on) << 29
                | edge as u64,
        )
    }

    #[allow(clippy::cast_possible_truncation)] // 17 bits
    fn cell(self) -> Cell {
        Cell {
            row: (self.0 >> 47) as u32,
            column: ((self.0 >> 30) & ((1 << 17) - 1)) as u32,
        }
    }

    fn goes_on(self) -> bool {
        self.0 >> 29 & 1 == 1
    }

    #[allow(clippy::cast_possible_truncation)] // 29 bits
    fn edge(self) -> usize {
        (self.0 & ((1 << 29) - 1)) as usize
    }
}

/// A block being made.
struct Draft {
    cells: [u16; CELLS],
    mixed: Vec<Mixed>,
    edges: Vec<Edge>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            cells: [NONE; CELLS],
            mixed: Vec::new(),
            edges: Vec::new(),
        }
    }
}

/// The blocks of one row of blocks, by column.
type Drafts = std::collections::BTreeMap<u32, Draft>;

impl Grid {
    /// Indexes a coverage of so many faces, with the boxes around its parts; `None` for one of more faces than cells
    /// can name, some 65,000, or one so large that its cells would fill the memory.
    #[must_use]
    pub fn new(arcs: &Arcs, faces: usize, boxes: impl Iterator<Item = [f64; 4]>) -> Option<Self> {
        let cell = f64::from(1_u32 << (CELL_BITS.0 + CELL_BITS.1));
        let cells: f64 = boxes
            .map(|[west, south, east, north]| (east - west) * (north - south) / cell)
            .sum();
        let many = faces > usize::from(FIRST_MIXED) || arcs.vertex_count() > MAX_EDGES;
        if many || cells > MAX_CELLS {
            return None;
        }
        let edges = rising(arcs);
        let mut crossings: Vec<Crossing> = edges
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, edge)| crossed(edge, number))
            .collect();
        crossings.par_sort_unstable();
        let block_row = |c: &Crossing| c.cell().row >> BLOCK_BITS;
        let rows: Vec<(u32, Drafts)> = crossings
            .par_chunk_by(|a, b| block_row(a) == block_row(b))
            .map(|row| (block_row(&row[0]), drafts(row, &edges)))
            .collect();
        Some(assemble(rows))
    }
}

/// All edges of a coverage, but for those of no height: no ray due east crosses them.
#[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation)] // on the earth; faces are few, by the caller
fn rising(arcs: &Arcs) -> Vec<Rising> {
    let corner = |v: Vertex| ((v.x + 180_000_000) as u32, (v.y + 90_000_000) as u32);
    let code = |face: u32| if face == NOBODY { NONE } else { face as u16 };
    let mut edges = Vec::with_capacity(arcs.vertex_count());
    for arc in 0..arcs.len() {
        let (left, right) = arcs.sides(arc);
        let (left, right) = (code(left), code(right));
        for pair in arcs.vertices(arc).windows(2) {
            let (a, b) = (corner(pair[0]), corner(pair[1]));
            // Left of an edge that rises is its west.
            edges.push(if a.1 <= b.1 {
                Rising {
                    low: a,
                    high: b,
                    west: left,
                    east: right,
                }
            } else {
                Rising {
                    low: b,
                    high: a,
                    west: right,
                    east: left,
                }
            });
        }
    }
    edges
}

/// The cells that an edge crosses; of cells it only touches, some too.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between the edge's ends
fn crossed(edge: &Rising, number: usize) -> impl Iterator<Item = Crossing> + use<> {
    let (low, high) = (edge.low, edge.high);
    // Of a row the bottom belongs to it, the top does not.
    let last = high.1.max(low.1 + 1) - 1;
    let rows = low.1 >> CELL_BITS.1..=last >> CELL_BITS.1;
    rows.flat_map(move |row| {
        let x_at = |y: u32, up: bool| {
            let (run, rise) = (
                i64::from(high.0) - i64::from(low.0),
                i64::from(high.1 - low.1),
            );
            let climbed = run * i64::from(y - low.1);
            let x = if up {
                -(-climbed).div_euclid(rise)
            } else {
                climbed.div_euclid(rise)
            };
            (i64::from(low.0) + x) as u32
        };
        let bottom = low.1.max(row << CELL_BITS.1);
        let top = high.1.min((row + 1) << CELL_BITS.1);
        let (from, to) = if high.1 == low.1 {
            (low.0.min(high.0), low.0.max(high.0))
        } else if low.0 <= high.0 {
            (x_at(bottom, false), x_at(top, true))
        } else {
            (x_at(top, false), x_at(bottom, true))
        };
        let columns = from >> CELL_BITS.0..=to >> CELL_BITS.0;
        let end = *columns.end();
        columns.map(move |column| Crossing::new(Cell { column, row }, column < end, number))
    })
}

/// The blocks of one row of blocks, from what crosses its cells.
fn drafts(crossings: &[Crossing], edges: &[Rising]) -> Drafts {
    let mut drafts = Drafts::new();
    for row in crossings.chunk_by(|a, b| a.cell().row == b.cell().row) {
        // The face along the bottom of the row, just west of the cell at hand.
        let mut face = NONE;
        let mut next = 0;
        for of_cell in row.chunk_by(|a, b| a.cell().column == b.cell().column) {
            let cell = of_cell[0].cell();
            if face != NONE {
                fill(&mut drafts, cell.row, next..cell.column, face);
            }
            next = cell.column + 1;
            let draft = drafts.entry(cell.column >> BLOCK_BITS).or_default();
            face = draft.cross(cell, of_cell, edges, face);
        }
    }
    drafts
}

/// Gives cells of a row to a face.
fn fill(drafts: &mut Drafts, row: u32, columns: std::ops::Range<u32>, face: u16) {
    for column in columns {
        let draft = drafts.entry(column >> BLOCK_BITS).or_default();
        draft.cells[cell_in_block(Cell { column, row })] = face;
    }
}

impl Draft {
    /// Adds a cell that edges cross. Returns the face at the east end of its bottom, given the one at the west end.
    fn cross(&mut self, cell: Cell, crossings: &[Crossing], edges: &[Rising], west: u16) -> u16 {
        let bottom = i64::from(cell.row) << CELL_BITS.1;
        let border = i64::from(cell.column) << CELL_BITS.0;
        let mut last: Option<(i128, i128, i128)> = None;
        let mut east = west;
        let start = self.edges.len();
        let mut is_hard = false;
        for crossing in crossings {
            let edge = &edges[crossing.edge()];
            if edge.low.1 == edge.high.1 {
                continue;
            }
            match record(edge, cell) {
                Some(record) => self.edges.push(record),
                None => is_hard = true,
            }
            // Wide integers: this also holds for edges that fit no record.
            let (low_y, high_y) = (i64::from(edge.low.1), i64::from(edge.high.1));
            if low_y <= bottom && bottom < high_y {
                let rise = i128::from(high_y - low_y);
                let run = i128::from(i64::from(edge.high.0) - i64::from(edge.low.0));
                let at = i128::from(i64::from(edge.low.0) - border) * rise
                    + run * i128::from(bottom - low_y);
                let is_within = at >= 0 && at < rise << CELL_BITS.0;
                let is_later = last.is_none_or(|(last_at, last_rise, last_run)| {
                    let (own, lasts) = (at * last_rise, last_at * rise);
                    own > lasts || (own == lasts && run * last_rise > last_run * rise)
                });
                if is_within && is_later {
                    last = Some((at, rise, run));
                    east = edge.east;
                }
            }
        }
        let count = u16::try_from(self.edges.len() - start);
        let goes_on = crossings.iter().any(|c| c.goes_on());
        let code = match (count, u16::try_from(self.mixed.len())) {
            (Ok(count), Ok(number)) if !is_hard => {
                self.mixed.push(Mixed {
                    start: u32::try_from(start).unwrap_or(u32::MAX), // 64 cells of 65,535 edges at most
                    count,
                    east: if goes_on { GO_ON } else { east },
                });
                FIRST_MIXED + number // 64 at most
            }
            _ => {
                self.edges.truncate(start);
                HARD
            }
        };
        self.cells[cell_in_block(cell)] = code;
        east
    }
}

/// An edge as a cell keeps it, where it is short enough.
fn record(edge: &Rising, cell: Cell) -> Option<Edge> {
    let middle = |number: u32, bits: u32| (i64::from(number) << bits) + (1 << (bits - 1));
    let from = |at: u32, middle: i64| i16::try_from(i64::from(at) - middle).ok();
    let (x, y) = (
        middle(cell.column, CELL_BITS.0),
        middle(cell.row, CELL_BITS.1),
    );
    Some(Edge {
        low: [from(edge.low.0, x)?, from(edge.low.1, y)?],
        high: [from(edge.high.0, x)?, from(edge.high.1, y)?],
        west: edge.west,
    })
}

/// Puts the blocks of all rows together.
#[allow(clippy::cast_possible_truncation)] // counted in 32 bits: far fewer cells than that are crossed
fn assemble(rows: Vec<(u32, Drafts)>) -> Grid {
    let per_sheet = 1_usize << (BLOCKS_BITS.0 + BLOCKS_BITS.1);
    let nothing = WHOLE | u32::from(NONE);
    let mut grid = Grid {
        earth: vec![nothing; (SHEETS_ACROSS * SHEETS_UP) as usize],
        sheets: Vec::new(),
        blocks: Vec::new(),
        starts: Vec::new(),
        mixed: Vec::new(),
        edges: Vec::new(),
    };
    for (block_row, drafts) in rows {
        for (block_column, draft) in drafts {
            let sheet_x = block_column >> BLOCKS_BITS.0;
            let sheet_y = block_row >> BLOCKS_BITS.1;
            let of_earth = &mut grid.earth[(sheet_y * SHEETS_ACROSS + sheet_x) as usize];
            if *of_earth & WHOLE != 0 {
                *of_earth = (grid.sheets.len() / per_sheet) as u32;
                grid.sheets.resize(grid.sheets.len() + per_sheet, nothing);
            }
            let first = Cell {
                column: block_column << BLOCK_BITS,
                row: block_row << BLOCK_BITS,
            };
            let slot = *of_earth as usize * per_sheet + block_in_sheet(first) as usize;
            let code = draft.cells[0];
            let is_whole =
                draft.mixed.is_empty() && code != HARD && draft.cells.iter().all(|c| *c == code);
            grid.sheets[slot] = if is_whole {
                WHOLE | u32::from(code)
            } else {
                let number = grid.blocks.len() as u32;
                let offset = grid.edges.len() as u32;
                grid.starts.push(grid.mixed.len() as u32);
                grid.blocks.push(draft.cells);
                grid.edges.extend(draft.edges);
                let mixed = draft.mixed.into_iter();
                grid.mixed.extend(mixed.map(|m| Mixed {
                    start: m.start + offset,
                    ..m
                }));
                number
            };
        }
    }
    grid.sheets.shrink_to_fit();
    grid.blocks.shrink_to_fit();
    grid.starts.shrink_to_fit();
    grid.mixed.shrink_to_fit();
    grid.edges.shrink_to_fit();
    grid
}
