//! TopoJSON 1 from the shared arcs: what two neighbours share stands in the file once.
//!
//! Arcs of communes that follow each other between the same two neighbours are joined into one. Positions are whole
//! micro-degrees, each after the first as the step from the one before: nothing is lost, since that is what the data are.

use std::io::Write;

use foldhash::HashMap;
use serde_json::json;

use super::ExportError;
use super::extract::Extract;
use super::geojson::json_of;
use crate::domain::attribution::LICENCE;
use crate::geometry::arcs::ArcRef;
use crate::geometry::lattice::{Bounds, Vertex};

/// Arcs that always come together, in the order of their first vertex.
type Chain = Vec<ArcRef>;

/// Writes an extract.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, extract: &Extract) -> Result<(), ExportError> {
    let credit = &extract.credit;
    let name = extract.level.level.name();
    let bounds = extract.chosen.iter().fold(Bounds::EMPTY, |b, &at| {
        b.union(extract.level.features[at].bounds)
    });
    write!(
        out,
        "{{\"type\":\"Topology\",\"title\":{},\"edition\":{},\"attribution\":{},\"licence\":{},",
        json!(credit.title),
        json!(credit.edition),
        json!(credit.attribution),
        json!(LICENCE)
    )?;
    if !bounds.is_empty() {
        let ([west, south], [east, north]) = (bounds.min.to_degrees(), bounds.max.to_degrees());
        write!(out, "\"bbox\":[{west},{south},{east},{north}],")?;
    }
    write!(
        out,
        "\"transform\":{{\"scale\":[0.000001,0.000001],\"translate\":[0,0]}},\"objects\":{{{}:{{\"type\":\"GeometryCollection\",\"geometries\":[",
        json!(name)
    )?;
    let chains = Chains::new(extract);
    for (i, &at) in extract.chosen.iter().enumerate() {
        out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        let feature = &extract.level.features[at];
        write!(out, "{{\"id\":{},\"properties\":{{", json!(feature.code))?;
        for (i, (column, cell)) in extract
            .columns()
            .iter()
            .zip(extract.table.cells(at))
            .enumerate()
        {
            let mark = if i == 0 { "" } else { "," };
            write!(out, "{mark}{}:{}", json!(column.name), json_of(&cell))?;
        }
        let polygons: Vec<Vec<Vec<i64>>> = extract
            .arcs(at)
            .map(|rings| rings.iter().map(|ring| chains.indices(ring)).collect())
            .collect();
        match polygons.as_slice() {
            [] => write!(out, "}},\"type\":null}}")?,
            [one] => write!(out, "}},\"type\":\"Polygon\",\"arcs\":{}}}", json!(one))?,
            several => write!(
                out,
                "}},\"type\":\"MultiPolygon\",\"arcs\":{}}}",
                json!(several)
            )?,
        }
    }
    out.write_all(b"\n]}},\"arcs\":[")?;
    for (i, chain) in chains.all.iter().enumerate() {
        out.write_all(if i == 0 { b"\n[" } else { b",\n[" })?;
        let mut last: Option<Vertex> = None;
        for vertex in Chains::vertices(extract, chain) {
            match last {
                None => write!(out, "[{},{}]", vertex.x, vertex.y)?,
                Some(before) => write!(out, ",[{},{}]", vertex.x - before.x, vertex.y - before.y)?,
            }
            last = Some(vertex);
        }
        out.write_all(b"]")?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(())
}

/// The chains of an extract, and where each arc is.
struct Chains {
    all: Vec<Chain>,
    /// For each arc of the coverage its chain, and whether the chain has it backwards; only for those used.
    places: Vec<Option<(u32, bool)>>,
}

impl Chains {
    /// Arcs are joined where no third one that is drawn meets them: both then part the same two features.
    fn new(extract: &Extract) -> Self {
        let arcs = &extract.chart.arcs;
        let rings = || {
            extract
                .chosen
                .iter()
                .flat_map(|&at| extract.arcs(at))
                .flatten()
        };
        let first = |arc: ArcRef| {
            let all = arcs.vertices(arc.arc());
            all[if arc.is_backward() { all.len() - 1 } else { 0 }]
        };
        let mut is_used = vec![false; arcs.len()];
        let mut meeting: HashMap<u64, u32> = HashMap::default();
        for arc in rings().flatten() {
            if !std::mem::replace(&mut is_used[arc.arc()], true) {
                for end in [first(*arc), first(arc.reversed())] {
                    *meeting.entry(end.key()).or_default() += 1;
                }
            }
        }
        let is_junction = |arc: ArcRef| meeting.get(&first(arc).key()) != Some(&2);
        let mut chains = Self {
            all: Vec::new(),
            places: vec![None; arcs.len()],
        };
        for ring in rings() {
            // A ring without a junction is one chain, from wherever it starts.
            let start = ring.iter().position(|&arc| is_junction(arc)).unwrap_or(0);
            for step in 0..ring.len() {
                let arc = ring[(start + step) % ring.len()];
                if chains.places[arc.arc()].is_some() {
                    continue;
                }
                if step == 0 || is_junction(arc) {
                    chains.all.push(Chain::new());
                }
                let number = u32::try_from(chains.all.len().saturating_sub(1)).unwrap_or(u32::MAX);
                chains.places[arc.arc()] = Some((number, arc.is_backward()));
                if let Some(chain) = chains.all.last_mut() {
                    chain.push(arc);
                }
            }
        }
        chains
    }

    /// A ring as TopoJSON has it: chains by number, backwards ones as the complement.
    fn indices(&self, ring: &[ArcRef]) -> Vec<i64> {
        let mut indices: Vec<i64> = Vec::new();
        let mut ends: Vec<(u32, bool)> = Vec::new();
        for arc in ring {
            let Some((number, stored)) = self.places[arc.arc()] else {
                continue;
            };
            let is_against = arc.is_backward() != stored;
            if ends.last() == Some(&(number, is_against)) {
                continue;
            }
            ends.push((number, is_against));
            indices.push(if is_against {
                !i64::from(number)
            } else {
                i64::from(number)
            });
        }
        // A ring may start within a chain.
        if indices.len() > 1 && indices.first() == indices.last() {
            indices.pop();
        }
        indices
    }

    /// The vertices of a chain, each junction once.
    fn vertices<'a>(extract: &'a Extract, chain: &'a Chain) -> impl Iterator<Item = Vertex> + 'a {
        let arcs = &extract.chart.arcs;
        chain.iter().enumerate().flat_map(move |(i, arc)| {
            let all = arcs.vertices(arc.arc());
            let count = all.len();
            let walked =
                (0..count).map(move |v| all[if arc.is_backward() { count - 1 - v } else { v }]);
            walked.skip(usize::from(i > 0))
        })
    }
}
