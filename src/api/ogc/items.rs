//! `/ogc/collections/{id}/items`: the features, page by page.

use std::io::Write;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::crs::{self, Crs};
use super::wish::Asked;
use super::{EXAMPLE, collections, link, page, settle};
use crate::api::forwarded::Base;
use crate::api::params::Params;
use crate::api::path::Segments;
use crate::api::problem::{Problem, sentence};
use crate::api::state::{App, SharedApp};
use crate::api::{document, geojson, pages};
use crate::atlas::world::Atlas;
use crate::domain::typography;
use crate::exports::extract::{Extract, Row};
use crate::exports::format::Format;
use crate::exports::geojson::row_as_feature;
use crate::exports::shape::Frame;
use crate::exports::systems::{Projection, SystemError};
use crate::exports::table::Table;
use crate::exports::wanted::Wanted;

/// A page has at most so many features, and this many where nothing is said.
pub const MAX_LIMIT: usize = 1000;
/// See [`MAX_LIMIT`].
pub const DEFAULT_LIMIT: usize = 100;

/// More than any collection has.
const MAX_OFFSET: usize = 10_000_000;

/// Longer texts than any value are refused unread.
const MAX_TEXT: usize = 200;

/// The parameters that every collection has; each has those of its columns too.
pub const KNOWN: [&str; 7] = [
    "f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime",
];

/// In which system the coordinates of an answer are (18-058r1, requirement 16).
const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// What is wanted of a collection.
struct Wish {
    crs: Crs,
    limit: usize,
    offset: usize,
    within: Option<(Frame, Crs)>,
    /// Columns by their positions, and the values they must have.
    filters: Vec<(usize, String)>,
    /// The query again, without `f`, `limit` and `offset`.
    rest: String,
}

/// The features of a collection.
///
/// # Errors
/// A problem that names the parameter at fault; 404 for a collection that does not exist; 503 where too many wait.
pub async fn get(
    State(app): State<SharedApp>,
    Segments(id): Segments<String>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let (chart, level) = collections::find(&app.atlas, &id)?;
    let table = Table::new(&app.atlas, &chart.levels[level]);
    let columns: Vec<String> = table.columns.into_iter().map(|c| c.name).collect();
    let known: Vec<&str> = KNOWN
        .into_iter()
        .chain(columns.iter().map(String::as_str))
        .collect();
    let params = Params::new(query, &known, EXAMPLE)?;
    let asked = Asked::new(base, &request, &params)?;
    let wish = Wish::read(&params, &columns)?;
    let crs = wish.crs;
    let make = {
        let asked = asked.clone();
        move |app: &App| write(app, &id, &asked, &wish)
    };
    send(app, request, &asked, crs, make).await
}

/// One feature of a collection.
///
/// # Errors
/// As [`get`]; 404 for a feature that does not exist.
pub async fn one(
    State(app): State<SharedApp>,
    Segments((id, feature)): Segments<(String, String)>,
    base: Base,
    query: RawQuery,
    request: HeaderMap,
) -> Result<Response, Problem> {
    let (chart, level) = collections::find(&app.atlas, &id)?;
    let params = Params::new(
        query,
        &["f", "crs"],
        "/ogc/collections/temps-2/items/ti-7510",
    )?;
    let asked = Asked::new(base, &request, &params)?;
    let crs = read_crs(&params, "crs")?;
    let mut features = chart.levels[level].features.iter();
    let at = features.position(|f| f.code == feature).ok_or_else(|| {
        let shown = typography::shown(&feature, 40);
        let detail = format!("La collection {id} n’a pas d’entité « {shown} ».");
        Problem::not_found(detail, "/ogc/collections/temps-2/items/ti-7510")
    })?;
    let make = {
        let asked = asked.clone();
        move |app: &App| write_one(app, &id, at, &asked, crs)
    };
    send(app, request, &asked, crs, make).await
}

async fn send(
    app: SharedApp,
    request: HeaderMap,
    asked: &Asked,
    crs: Crs,
    make: impl FnOnce(&App) -> Result<Vec<u8>, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let kind = if asked.is_html {
        pages::KIND
    } else {
        geojson::KIND
    };
    let mut response = document::send(app, request, kind, make).await?;
    let headers = response.headers_mut();
    settle(asked, headers);
    let said =
        HeaderValue::from_str(&format!("<{}>", crs.uri())).map_err(|_| Problem::internal())?;
    headers.insert(CONTENT_CRS, said);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag, content-crs"),
    );
    Ok(response)
}

/// All features of a collection, their outlines in a system.
fn extract<'a>(atlas: &'a Atlas, id: &str, crs: Crs) -> Result<Extract<'a>, Problem> {
    collections::find(atlas, id)?;
    let wanted = Wanted {
        layer: id.to_owned(),
        format: Format::GeoJson,
        system: crs.system,
        region: None,
        territoire: None,
        has_outlines: true,
    };
    Extract::new(atlas, &wanted).map_err(|e| fault(&e))
}

fn fault(error: &SystemError) -> Problem {
    if let SystemError::Elsewhere { epsg, place, name } = error {
        let words = format!(
            "EPSG:{epsg} vaut pour {place} : {name} n’y est pas ; ajoutez bbox=, ou demandez un autre crs="
        );
        return Problem::parameter("crs", sentence(&words), EXAMPLE);
    }
    tracing::error!(%error, "coordinates were not converted");
    Problem::internal()
}

fn read_crs(params: &Params, name: &'static str) -> Result<Crs, Problem> {
    let Some(text) = params.text(name, MAX_TEXT)? else {
        return Ok(crs::DEFAULT);
    };
    Crs::find(text).ok_or_else(|| {
        let detail = format!(
            "{name}= ne nomme aucun système proposé ; il y a {}.",
            crs::all().join(", ")
        );
        params.problem(name, detail)
    })
}

impl Wish {
    fn read(params: &Params, columns: &[String]) -> Result<Self, Problem> {
        let within = match params.text("bbox", MAX_TEXT)? {
            Some(text) => Some((frame(params, text)?, read_crs(params, "bbox-crs")?)),
            None if params.get("bbox-crs").is_some() => {
                let detail = "bbox-crs= dit le système de bbox=, qui manque.";
                return Err(params.problem("bbox-crs", detail));
            }
            None => None,
        };
        // No feature has a time: the standard has every one of them selected.
        params.text("datetime", MAX_TEXT)?;
        let mut filters = Vec::new();
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (i, column) in columns.iter().enumerate() {
            if let Some(value) = params.get(column) {
                filters.push((i, value.chars().take(MAX_TEXT).collect()));
                rest.append_pair(column, value);
            }
        }
        for name in ["bbox", "bbox-crs", "crs", "datetime"] {
            if let Some(value) = params.get(name) {
                rest.append_pair(name, value);
            }
        }
        Ok(Self {
            crs: read_crs(params, "crs")?,
            // More than a page holds is a page (17-069r4, permission 6).
            limit: params
                .count("limit", 1..=usize::MAX)?
                .map_or(DEFAULT_LIMIT, |n| n.min(MAX_LIMIT)),
            offset: params.count("offset", 0..=MAX_OFFSET)?.unwrap_or(0),
            within: within.map(|([a, b, c, d], crs)| {
                let frame = if crs.is_swapped {
                    [b, a, d, c]
                } else {
                    [a, b, c, d]
                };
                (frame, crs)
            }),
            filters,
            rest: rest.finish(),
        })
    }

    /// The query of a page.
    fn query(&self, offset: usize) -> String {
        let from = if offset > 0 {
            format!("&offset={offset}")
        } else {
            String::new()
        };
        let mark = if self.rest.is_empty() { "" } else { "&" };
        format!("?limit={}{from}{mark}{}", self.limit, self.rest)
    }

    /// The features that fit, by their positions.
    fn matched(&self, extract: &Extract) -> Result<Vec<usize>, SystemError> {
        let mut all = extract.chosen.clone();
        if !self.filters.is_empty() {
            all.retain(|&at| {
                let cells = extract.table.cells(at);
                self.filters
                    .iter()
                    .all(|(i, value)| cells.get(*i).is_some_and(|c| c.is(value)))
            });
        }
        let Some((frame, crs)) = self.within else {
            return Ok(all);
        };
        let around = degrees(frame, crs)?;
        let there = Projection::into(crs.system)?;
        let mut fits = Vec::new();
        for at in all {
            let Some([w, s, e, n]) = extract.level.features[at].bbox() else {
                continue;
            };
            let [west, south, east, north] = around;
            if w > east || e < west || s > north || n < south {
                continue;
            }
            let is_inside =
                crs.system.is_wgs84() && w >= west && e <= east && s >= south && n <= north;
            if is_inside || {
                let polygons = extract.level.perimeters[at].polygons(&extract.chart.arcs);
                let mut shape = crate::exports::shape::Shape::new(&polygons);
                there.convert_shape(&mut shape)?;
                shape.meets(frame)
            } {
                fits.push(at);
            }
        }
        Ok(fits)
    }
}

/// Four numbers, the smaller ones first.
fn frame(params: &Params, text: &str) -> Result<Frame, Problem> {
    let numbers: Vec<f64> = text
        .split(',')
        .filter_map(|n| n.trim().parse().ok())
        .filter(|n: &f64| n.is_finite())
        .collect();
    let count = text.split(',').count();
    match numbers[..] {
        [a, b, c, d] if count == 4 && a <= c && b <= d => Ok([a, b, c, d]),
        _ => {
            let detail = "bbox= a quatre nombres séparés par des virgules : ouest, sud, est, nord, dans l’ordre des axes de bbox-crs.";
            Err(params.problem("bbox", detail))
        }
    }
}

/// Points along each side of a box.
const STEPS: i32 = 40;

/// A box in degrees that holds a box of a system: from points along its border, with room for what lies between them.
fn degrees(frame: Frame, crs: Crs) -> Result<Frame, SystemError> {
    if crs.system.is_wgs84() {
        return Ok(frame);
    }
    let [west, south, east, north] = frame;
    let mut points = Vec::new();
    for i in 0..=STEPS {
        let t = f64::from(i) / f64::from(STEPS);
        let (x, y) = (west + t * (east - west), south + t * (north - south));
        points.extend([(x, south), (x, north), (west, y), (east, y)]);
    }
    let back = Projection::from(crs.system)?;
    // Far beyond its zone a projection has no way back: then all is looked at.
    if back.convert(&mut points).is_err() {
        return Ok([-180.0, -90.0, 180.0, 90.0]);
    }
    let grow = |[w, s, e, n]: Frame, (x, y): (f64, f64)| [w.min(x), s.min(y), e.max(x), n.max(y)];
    let start = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    let [w, s, e, n] = points.into_iter().fold(start, grow);
    let room = 0.01 + 0.02 * (e - w).max(n - s);
    Ok([w - room, s - room, e + room, n + room])
}

fn write(app: &App, id: &str, asked: &Asked, wish: &Wish) -> Result<Vec<u8>, Problem> {
    let extract = extract(&app.atlas, id, wish.crs)?;
    let matched = wish.matched(&extract).map_err(|e| fault(&e))?;
    let page: Vec<usize> = matched
        .iter()
        .copied()
        .skip(wish.offset)
        .take(wish.limit)
        .collect();
    let path = format!("/ogc/collections/{id}/items");
    let mut links = asked.selves_as(&path, &wish.query(wish.offset), geojson::KIND);
    let form = if asked.is_html {
        ("html", "text/html")
    } else {
        ("json", geojson::KIND)
    };
    let mut turn = |offset: usize, rel: &str, title: &str| {
        let address = format!("{}{path}{}&f={}", asked.base, wish.query(offset), form.0);
        links.push(link(&address, rel, form.1, title));
    };
    let end = wish.offset + page.len();
    if end < matched.len() {
        turn(end, "next", "La suite");
    }
    if wish.offset > 0 {
        turn(
            wish.offset.saturating_sub(wish.limit),
            "prev",
            "Ce qui précède",
        );
    }
    links.push(link(
        &format!("{}/ogc/collections/{id}", asked.base),
        "collection",
        "application/json",
        "La collection",
    ));
    if asked.is_html {
        let rows: Vec<_> = page
            .iter()
            .map(|&at| (&extract.level.features[at].code, extract.table.cells(at)))
            .collect();
        return Ok(page::items(
            app,
            id,
            &extract,
            &rows,
            matched.len(),
            wish.offset,
            &links,
        ));
    }
    let fault_of_writer = |_| Problem::internal();
    let mut out = Vec::new();
    write!(
        out,
        "{{\"type\":\"FeatureCollection\",\"numberMatched\":{},\"numberReturned\":{},\"attribution\":{},\"links\":{},\"features\":[",
        matched.len(),
        page.len(),
        json!(extract.credit.attribution),
        Value::Array(links)
    )
    .map_err(fault_of_writer)?;
    for (i, at) in page.into_iter().enumerate() {
        out.extend_from_slice(if i == 0 { b"\n" } else { b",\n" });
        let row = row(&extract, at, wish.crs)?;
        row_as_feature(&mut out, &json!(row.feature.code), extract.columns(), &row)
            .map_err(fault_of_writer)?;
    }
    out.extend_from_slice(b"\n]}\n");
    Ok(out)
}

fn write_one(app: &App, id: &str, at: usize, asked: &Asked, crs: Crs) -> Result<Vec<u8>, Problem> {
    let extract = extract(&app.atlas, id, crs)?;
    let code = &extract.level.features[at].code;
    let path = format!(
        "/ogc/collections/{id}/items/{}",
        utf8_percent_encode(code, NON_ALPHANUMERIC)
    );
    let query = if crs == crs::DEFAULT {
        String::new()
    } else {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("crs", &crs.uri());
        format!("?{}", query.finish())
    };
    let mut links = asked.selves_as(&path, &query, geojson::KIND);
    links.push(link(
        &format!("{}/ogc/collections/{id}", asked.base),
        "collection",
        "application/json",
        "La collection",
    ));
    if asked.is_html {
        return Ok(page::item(app, id, &extract, at, &links));
    }
    let row = row(&extract, at, crs)?;
    let mut out = Vec::new();
    row_as_feature(&mut out, &json!(code), extract.columns(), &row)
        .map_err(|_| Problem::internal())?;
    // The links stand beside the members of GeoJSON.
    out.pop();
    write!(out, ",\"links\":{}}}", Value::Array(links)).map_err(|_| Problem::internal())?;
    Ok(out)
}

/// A feature with its outline in a system, in the order of its axes.
fn row<'a>(extract: &Extract<'a>, at: usize, crs: Crs) -> Result<Row<'a>, Problem> {
    let feature = &extract.level.features[at];
    crs.system
        .check(&feature.bounds, &feature.nom)
        .map_err(|e| fault(&e))?;
    let mut row = extract.row(at).map_err(|e| fault(&e))?;
    if crs.is_swapped {
        for (x, y) in row.shape.rings_mut().flatten() {
            std::mem::swap(x, y);
        }
    }
    Ok(row)
}
