//! Finds what each cell holds, from the edges of a coverage.

use rayon::prelude::*;

use super::block::{Block, Content, East, FIRST_CODE, GO_ON, HARD, NONE, Records};
use super::cell::{BLOCK_BITS, BLOCKS, CELL_BITS, CELLS, Cell, EARTH, HALF, WORDS};
use super::crossing::{Crossing, MAX_EDGES, Rising, crossed, rising};
use super::edge::Edge;
use super::{Grid, Word};
use crate::geometry::arcs::Arcs;

/// Of a coverage whose parts have boxes of so many cells all told no more than 300 MB of cells are kept. The
/// communes of France come to a seventh of it.
const MAX_CELLS: f64 = 128e6;

/// A block being made.
struct Draft {
    /// A face, [`NONE`], [`HARD`], or [`FIRST_CODE`] and which of the mixed ones it is: small, since there are many.
    cells: [u16; CELLS],
    mixed: Vec<Mixed>,
    edges: Vec<Edge>,
}

/// A cell that edges cross: the first, how many, and what lies east of them.
#[derive(Clone, Copy)]
struct Mixed {
    start: u32,
    count: u16,
    east: East,
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

/// So many cells at most are looked through for a border that no edge meets, their own included: edges are kept in 16 bits.
const FARTHEST: usize = 7;
/// And no further than that there are more edges than this.
const ROOMY: usize = 4;

/// The blocks of one row of blocks, by column.
type Drafts = std::collections::BTreeMap<u32, Draft>;

impl Grid {
    /// Indexes a coverage by the labels of its faces, of which there are so many, [`NOBODY`](crate::geometry::planar::NOBODY)
    /// for none, with the boxes around its parts. `None` where there are more labels than cells can name, some 65,000, or
    /// the coverage is so large that its cells would fill the memory.
    #[must_use]
    pub fn new(
        arcs: &Arcs,
        labels: usize,
        label: impl Fn(u32) -> u32,
        boxes: impl Iterator<Item = [f64; 4]>,
    ) -> Option<Self> {
        let cell = f64::from(1_u32 << (CELL_BITS.0 + CELL_BITS.1));
        let cells: f64 = boxes
            .map(|[west, south, east, north]| (east - west) * (north - south) / cell)
            .sum();
        let many = labels > usize::from(FIRST_CODE) || arcs.vertex_count() > MAX_EDGES;
        if many || cells > MAX_CELLS {
            return None;
        }
        let edges = rising(arcs, label);
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
        assemble(rows)
    }
}

/// The blocks of one row of blocks, from what crosses its cells.
fn drafts(crossings: &[Crossing], edges: &[Rising]) -> Drafts {
    let mut drafts = Drafts::new();
    for row in crossings.chunk_by(|a, b| a.cell().row == b.cell().row) {
        let mut cells: Vec<Crossed> = Vec::new();
        for crossings in row.chunk_by(|a, b| a.cell().column == b.cell().column) {
            let cell = crossings[0].cell();
            // The face along the bottom of the row, just west of the cell at hand.
            let (next, west) = cells
                .last()
                .map_or((0, NONE), |last| (last.cell.column + 1, last.corner));
            if west != NONE {
                fill(&mut drafts, cell.row, next..cell.column, west);
            }
            cells.push(Crossed {
                cell,
                crossings,
                corner: corner(cell, crossings, edges, west),
            });
        }
        for n in 0..cells.len() {
            let draft = drafts
                .entry(cells[n].cell.column >> BLOCK_BITS)
                .or_default();
            draft.add(&cells[n..], edges);
        }
    }
    drafts
}

/// A cell that edges cross, of a row.
struct Crossed<'a> {
    cell: Cell,
    crossings: &'a [Crossing],
    /// The face at the east end of its bottom.
    corner: u16,
}

impl Crossed<'_> {
    /// Whether an edge meets its east border.
    fn goes_on(&self) -> bool {
        self.crossings.iter().any(|c| c.goes_on())
    }
}

/// The face at the east end of a cell's bottom, given the one at the west end.
fn corner(cell: Cell, crossings: &[Crossing], edges: &[Rising], west: u16) -> u16 {
    let bottom = i64::from(cell.row) << CELL_BITS.1;
    let border = i64::from(cell.column) << CELL_BITS.0;
    let mut last: Option<(i128, i128, i128)> = None;
    let mut east = west;
    for crossing in crossings {
        let edge = &edges[crossing.edge()];
        let (low_y, high_y) = (i64::from(edge.low.1), i64::from(edge.high.1));
        if low_y > bottom || bottom >= high_y {
            continue;
        }
        // Wide integers: this also holds for edges that fit no record.
        let rise = i128::from(high_y - low_y);
        let run = i128::from(i64::from(edge.high.0) - i64::from(edge.low.0));
        let at =
            i128::from(i64::from(edge.low.0) - border) * rise + run * i128::from(bottom - low_y);
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
    east
}

/// The edges of cells side by side as the first one keeps them; `None` where one is too long for that.
fn kept(cells: &[Crossed], edges: &[Rising]) -> Option<Vec<Edge>> {
    let crossings = cells.iter().flat_map(|cell| cell.crossings);
    let mut numbers: Vec<usize> = crossings.map(|c| c.edge()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let risen = numbers.into_iter().map(|number| &edges[number]);
    let risen = risen.filter(|edge| edge.low.1 < edge.high.1);
    risen.map(|edge| record(edge, cells[0].cell)).collect()
}

/// Gives cells of a row to a face.
fn fill(drafts: &mut Drafts, row: u32, columns: std::ops::Range<u32>, face: u16) {
    for column in columns {
        let draft = drafts.entry(column >> BLOCK_BITS).or_default();
        draft.cells[Cell { column, row }.in_block() as usize] = face;
    }
}

impl Draft {
    /// What all of its cells are alike, a face, [`NONE`] or [`HARD`]: no two mixed ones are.
    fn whole(&self) -> Option<u16> {
        let code = self.cells[0];
        let is_whole = self.cells.iter().all(|other| *other == code);
        is_whole.then_some(code)
    }

    /// What its cells hold.
    fn contents(&self) -> [Content<'_>; CELLS] {
        self.cells.map(|code| {
            let number = usize::from(code).checked_sub(usize::from(FIRST_CODE));
            match number.and_then(|number| self.mixed.get(number)) {
                None => Content::Whole(code),
                Some(&Mixed { start, count, east }) => {
                    let edges = &self.edges[start as usize..][..usize::from(count)];
                    Content::Mixed(edges, east)
                }
            }
        })
    }

    /// Adds the first of the cells that edges cross, of which the others follow to the east.
    ///
    /// Where an edge meets the cell's east border, not all that look east and meet nothing are in one face. For
    /// them edges of the next cells are kept as well, up to a border that no edge meets.
    fn add(&mut self, cells: &[Crossed], edges: &[Rising]) {
        let cell = cells[0].cell;
        let is_last = |&n: &usize| cells.get(n - 1).is_some_and(|cell| !cell.goes_on());
        let found = (1..=FARTHEST).find(is_last).and_then(|count| {
            let all = kept(&cells[..count], edges)?;
            (count == 1 || all.len() <= ROOMY).then_some((count, cells[count - 1].corner, all))
        });
        let found = found.or_else(|| Some((1, GO_ON, kept(&cells[..1], edges)?)));
        self.cells[cell.in_block() as usize] = found.and_then(|f| self.push(f)).unwrap_or(HARD);
    }

    /// Adds a mixed cell, of so many with a face to the east of their edges; gives its code.
    fn push(&mut self, (across, face, edges): (usize, u16, Vec<Edge>)) -> Option<u16> {
        let number = u16::try_from(self.mixed.len()).ok()?;
        let across = i16::try_from(2 * across - 1).ok()?;
        self.mixed.push(Mixed {
            start: u32::try_from(self.edges.len()).ok()?,
            count: u16::try_from(edges.len()).ok()?,
            east: East {
                face,
                border: across * HALF,
            },
        });
        self.edges.extend(edges);
        Some(FIRST_CODE + number)
    }
}

/// An edge as a cell keeps it, where it is short enough.
fn record(edge: &Rising, cell: Cell) -> Option<Edge> {
    let from = |at: u32, middle: i64| i16::try_from(i64::from(at) - middle).ok();
    let (x, y) = cell.middle_from_corner();
    Some(Edge {
        low: [from(edge.low.0, x)?, from(edge.low.1, y)?],
        high: [from(edge.high.0, x)?, from(edge.high.1, y)?],
        west: edge.west,
    })
}

/// Puts the blocks of all rows together; `None` where there are more than can be numbered.
fn assemble(rows: Vec<(u32, Drafts)>) -> Option<Grid> {
    let mut grid = Grid {
        earth: vec![0; EARTH],
        words: vec![Word::default(); WORDS],
        blocks: vec![Block::EMPTY],
        records: Records::default(),
    };
    let nothing = Draft::default();
    // Blocks are numbered by word.
    let mut places = Vec::new();
    for (block_row, drafts) in rows {
        for (block_column, draft) in drafts {
            let first = Cell {
                column: block_column << BLOCK_BITS,
                row: block_row << BLOCK_BITS,
            };
            let of_earth = &mut grid.earth[first.sheet()];
            if *of_earth == 0 {
                *of_earth = u16::try_from(grid.words.len() / WORDS).ok()?;
                grid.words.resize(grid.words.len() + WORDS, Word::default());
            }
            let (word, block) = first.in_sheet();
            let word = usize::from(*of_earth) * WORDS + word;
            places.push((word, block, draft));
        }
    }
    places.sort_unstable_by_key(|(word, block, _)| (*word, *block));
    for of_word in places.chunk_by(|a, b| a.0 == b.0) {
        let mut drafts = of_word
            .iter()
            .map(|(_, block, draft)| (block, draft))
            .peekable();
        let word = &mut grid.words[of_word[0].0];
        word.records = u32::try_from(grid.records.len()).ok()?;
        let mut last = None;
        for place in 0..BLOCKS {
            let draft = drafts.next_if(|(block, _)| **block == place);
            let draft = draft.map_or(&nothing, |(_, draft)| draft);
            let whole = draft.whole();
            if place > 0 && whole.is_some() && whole == last {
                continue;
            }
            last = whole;
            let number = u32::try_from(grid.blocks.len()).ok()?;
            if place == 0 {
                word.block = number;
            } else {
                word.starts |= 1 << place;
            }
            let first = word.records as usize;
            let block = Block::new(&draft.contents(), &mut grid.records, first)?;
            grid.blocks.push(block);
        }
    }
    grid.words.shrink_to_fit();
    grid.blocks.shrink_to_fit();
    grid.records.shrink_to_fit();
    Some(grid)
}
