//! `communes.fgb` and `pays.fgb`: the coverages as FlatGeobuf, written once and read fast.
//!
//! FlatGeobuf 3.0, WGS84, multipolygons, Hilbert-sorted with its index, so that QGIS and GDAL open it as it
//! is. Coordinates are decimals of six places: reading gives the very lattice vertices written.

use std::io::Cursor;

use flatgeobuf::{
    ColumnType, FallibleStreamingIterator, FeatureProperties, FgbCrs, FgbReader, FgbWriter,
    FgbWriterOptions, GeometryType,
};
use geozero::{ColumnValue, PropertyProcessor};

use super::error::{BoundaryError, Result};
use super::polygons;
use crate::geometry::coverage::Coverage;
use crate::geometry::lattice::Vertex;
use crate::geometry::polygon::Polygon;

/// A value of a column: every column of these files is text or a count.
pub enum Value<'a> {
    /// Text; empty text is written as null.
    Text(&'a str),
    /// A count.
    Count(u32),
}

/// Writes features with their attributes (`columns`: name and whether it is a count).
///
/// # Errors
/// What the writer reports; it buffers in a temporary file.
pub fn write<'a>(
    file: &str,
    title: &str,
    attribution: &str,
    columns: &[(&str, bool)],
    features: impl IntoIterator<Item = (Vec<Value<'a>>, &'a [Polygon])>,
) -> Result<Vec<u8>> {
    let fault = |e: &dyn std::fmt::Display| BoundaryError::content(file, format!("écriture: {e}"));
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: 4326,
            name: Some("WGS 84"),
            ..FgbCrs::default()
        },
        title: Some(title),
        description: Some(attribution),
        ..FgbWriterOptions::default()
    };
    let name = file.trim_end_matches(".fgb");
    let mut writer = FgbWriter::create_with_options(name, GeometryType::MultiPolygon, options)
        .map_err(|e| fault(&e))?;
    for (column, is_count) in columns {
        let kind = if *is_count {
            ColumnType::UInt
        } else {
            ColumnType::String
        };
        writer.add_column(column, kind, |_, _| {});
    }
    for (values, polygons) in features {
        let geometry = geo::Geometry::MultiPolygon(polygons::to_geo(polygons));
        let mut refused = None;
        writer
            .add_feature_geom(geometry, |feature| {
                for (i, ((name, _), value)) in columns.iter().zip(&values).enumerate() {
                    let value = match value {
                        Value::Text("") => continue,
                        Value::Text(text) => ColumnValue::String(text),
                        Value::Count(n) => ColumnValue::UInt(*n),
                    };
                    if let Err(e) = feature.property(i, name, &value) {
                        refused = Some(e);
                    }
                }
            })
            .map_err(|e| fault(&e))?;
        if let Some(e) = refused {
            return Err(fault(&e));
        }
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).map_err(|e| fault(&e))?;
    Ok(bytes)
}

/// Attributes of one feature, by the order of the columns asked for; absent ones are empty.
pub struct Attributes<'a> {
    columns: &'a [&'a str],
    texts: Vec<String>,
    counts: Vec<u32>,
}

impl Attributes<'_> {
    /// The text of column `i`, taken out.
    pub fn take(&mut self, i: usize) -> String {
        std::mem::take(&mut self.texts[i])
    }

    /// The count of column `i`, zero where it is absent.
    #[must_use]
    pub fn count(&self, i: usize) -> u32 {
        self.counts[i]
    }

    fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
        self.counts.fill(0);
    }
}

impl PropertyProcessor for Attributes<'_> {
    fn property(
        &mut self,
        _: usize,
        name: &str,
        value: &ColumnValue,
    ) -> geozero::error::Result<bool> {
        if let Some(i) = self.columns.iter().position(|c| *c == name) {
            match value {
                ColumnValue::String(text) => self.texts[i].push_str(text),
                ColumnValue::UInt(n) => self.counts[i] = *n,
                _ => {}
            }
        }
        Ok(false)
    }
}

/// Reads a file written by [`write`]: its faces as a coverage, its attributes through `attributes`.
///
/// # Errors
/// Where the file is cut, is no FlatGeobuf of multipolygons, or `attributes` refuses a feature.
pub fn read(
    file: &str,
    bytes: &[u8],
    columns: &[&str],
    mut attributes: impl FnMut(&mut Attributes) -> std::result::Result<(), String>,
) -> Result<Coverage> {
    let mut feature_number = 0_usize;
    let fault = |n: usize, e: &dyn std::fmt::Display| {
        BoundaryError::content(
            file,
            format!("entité {n}: {e}; refaites le fichier avec « territoires import »"),
        )
    };
    let reader = FgbReader::open(Cursor::new(bytes)).map_err(|e| fault(0, &e))?;
    let mut features = reader.select_all_seq().map_err(|e| fault(0, &e))?;
    // Two doubles a vertex: the file cannot hold more vertices than this, whatever it declares.
    let mut coverage = Coverage::with_capacity(bytes.len() / 16);
    let mut row = Attributes {
        columns,
        texts: vec![String::new(); columns.len()],
        counts: vec![0; columns.len()],
    };
    while let Some(feature) = features.next().map_err(|e| fault(feature_number + 1, &e))? {
        feature_number += 1;
        row.clear();
        feature
            .process_properties(&mut row)
            .map_err(|e| fault(feature_number, &e))?;
        attributes(&mut row).map_err(|e| fault(feature_number, &e))?;
        let geometry = feature
            .geometry()
            .ok_or_else(|| fault(feature_number, &"sans géométrie"))?;
        match geometry.parts() {
            Some(parts) => {
                for part in parts {
                    push_polygon(&part, &mut coverage).map_err(|e| fault(feature_number, &e))?;
                }
            }
            None => {
                push_polygon(&geometry, &mut coverage).map_err(|e| fault(feature_number, &e))?;
            }
        }
        coverage.end_face();
    }
    Ok(coverage)
}

fn push_polygon(
    polygon: &flatgeobuf::Geometry,
    coverage: &mut Coverage,
) -> std::result::Result<(), &'static str> {
    let xy = polygon.xy().ok_or("polygone sans coordonnées")?;
    let count = xy.len() / 2;
    // Without `ends` there is one ring.
    let ends: Vec<usize> = polygon.ends().map_or_else(
        || vec![count],
        |ends| ends.iter().map(|e| e as usize).collect(),
    );
    let mut start = 0;
    for end in ends {
        if end > count || end < start + 4 {
            return Err("anneau de moins de trois sommets ou qui dépasse ses coordonnées");
        }
        // Published closed, stored open.
        let mut off_earth = false;
        coverage.push_ring((start..end - 1).map(|i| {
            Vertex::from_degrees(xy.get(2 * i), xy.get(2 * i + 1)).unwrap_or_else(|| {
                off_earth = true;
                Vertex::default()
            })
        }));
        if off_earth {
            return Err("position hors de la Terre");
        }
        start = end;
    }
    coverage.end_polygon();
    Ok(())
}
