//! FlatGeobuf 3, Hilbert-sorted with its index.

use std::io::{self, Write};

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::{ColumnValue, PropertyProcessor};
use serde_json::json;

use super::ExportError;
use super::extract::Extract;
use super::shape::{Position, Shape};
use super::table::{Cell, Column, Kind};
use crate::domain::attribution::LICENCE;

/// Writes an extract. Features wait in a file without a name until their order is known.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut impl Write, extract: &Extract) -> Result<(), ExportError> {
    let credit = &extract.credit;
    let metadata = json!({
        "edition": credit.edition, "attribution": credit.attribution, "licence": LICENCE,
    })
    .to_string();
    let wkt = extract.system.wkt1()?;
    let has_all = extract
        .chosen
        .iter()
        .all(|&at| !extract.level.features[at].bounds.is_empty());
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: extract.system.epsg.into(),
            name: Some(extract.system.name),
            wkt: Some(&wkt),
            ..FgbCrs::default()
        },
        title: Some(&credit.title),
        description: Some(&credit.attribution),
        metadata: Some(&metadata),
        // What has no outline has no place in an index.
        write_index: has_all && !extract.chosen.is_empty(),
        ..FgbWriterOptions::default()
    };
    let name = extract.level.level.name();
    let mut writer =
        FgbWriter::create_with_options(name, GeometryType::MultiPolygon, options).map_err(fault)?;
    for column in extract.columns() {
        let kind = match column.kind {
            Kind::Text | Kind::List => ColumnType::String,
            Kind::Whole => ColumnType::Long,
            Kind::Real => ColumnType::Double,
            Kind::Flag => ColumnType::Bool,
        };
        writer.add_column(&column.name, kind, |builder, written| {
            written.description = Some(builder.create_string(&column.about));
        });
    }
    for row in extract.rows() {
        let row = row?;
        let mut refused = None;
        writer
            .add_feature_geom(geometry(&row.shape), |feature| {
                refused = properties(feature, extract.columns(), &row.cells).err();
            })
            .map_err(fault)?;
        if let Some(e) = refused {
            return Err(fault(e));
        }
    }
    writer.write(out).map_err(fault)
}

fn properties(
    feature: &mut impl PropertyProcessor,
    columns: &[Column],
    cells: &[Cell],
) -> geozero::error::Result<()> {
    for (i, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let text;
        let value = match cell {
            // What is absent is null.
            Cell::Empty => continue,
            Cell::Text(text) => ColumnValue::String(text),
            Cell::Whole(n) => ColumnValue::Long(*n),
            Cell::Real(x) => ColumnValue::Double(*x),
            Cell::Flag(flag) => ColumnValue::Bool(*flag),
            list @ Cell::List(_) => {
                text = list.text().unwrap_or_default();
                ColumnValue::String(&text)
            }
        };
        feature.property(i, &column.name, &value)?;
    }
    Ok(())
}

fn geometry(shape: &Shape) -> geo::Geometry {
    let ring = |ring: &Vec<Position>| {
        ring.iter()
            .copied()
            .map(geo::Coord::from)
            .collect::<geo::LineString>()
    };
    let polygons = shape.polygons.iter().map(|rings| {
        let mut rings = rings.iter().map(ring);
        let exterior = rings
            .next()
            .unwrap_or_else(|| geo::LineString::new(Vec::new()));
        geo::Polygon::new(exterior, rings.collect())
    });
    geo::Geometry::MultiPolygon(polygons.collect())
}

fn fault(cause: impl std::fmt::Display) -> ExportError {
    ExportError::Io(io::Error::other(cause.to_string()))
}
