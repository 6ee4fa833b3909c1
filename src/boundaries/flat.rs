//! `communes.fgb` and `pays.fgb`: the coverages as FlatGeobuf, written once and read fast.
//!
//! FlatGeobuf 3.0, WGS84, multipolygons, Hilbert-sorted with its index, so that QGIS and GDAL open it as it
//! is. Coordinates are decimals of six places: reading gives the very lattice vertices written.

use flatgeobuf::{
    ColumnType, FallibleStreamingIterator, FgbCrs, FgbWriter, FgbWriterOptions, Geometry,
    GeometryType,
};
use geozero::{ColumnValue, PropertyProcessor};

use super::error::{BoundaryError, Result};
use super::polygons;
use super::read::flatgeobuf as checked;
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
pub struct Attributes {
    texts: Vec<String>,
    counts: Vec<u32>,
}

impl Attributes {
    /// The text of column `i`, taken out.
    pub fn take(&mut self, i: usize) -> String {
        std::mem::take(&mut self.texts[i])
    }

    /// The count of column `i`, zero where it is absent.
    #[must_use]
    pub fn count(&self, i: usize) -> u32 {
        self.counts[i]
    }

    fn set(&mut self, i: usize, text: &str) {
        self.texts[i].push_str(text);
        self.counts[i] = text.parse().unwrap_or(0);
    }

    fn clear(&mut self) {
        self.texts.iter_mut().for_each(String::clear);
        self.counts.fill(0);
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
    // What the crate takes on trust is checked as it is for files of strangers: it panics where bytes are missing.
    let reader = checked::open(bytes).map_err(|e| fault(0, &e))?;
    checked::count(bytes, &reader.header()).map_err(|e| fault(0, &e))?;
    let declared = checked::columns(&reader.header());
    let wanted: Vec<Option<usize>> = declared
        .iter()
        .map(|(name, _)| columns.iter().position(|c| c == name))
        .collect();
    let mut features = reader.select_all_seq().map_err(|e| fault(0, &e))?;
    // Two doubles a vertex: the file cannot hold more vertices than this, whatever it declares.
    let mut coverage = Coverage::with_capacity(bytes.len() / 16);
    let mut row = Attributes {
        texts: vec![String::new(); columns.len()],
        counts: vec![0; columns.len()],
    };
    while let Some(feature) = features.next().map_err(|e| fault(feature_number + 1, &e))? {
        feature_number += 1;
        row.clear();
        checked::each_property(&declared, &feature.fbs_feature(), |column, text| {
            if let Some(i) = wanted[column] {
                row.set(i, &text);
            }
        })
        .ok_or_else(|| fault(feature_number, &"attributs qui débordent de l’entité"))?;
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
        // Buffers that share their parts must not multiply them.
        if coverage.vertex_count() > bytes.len() / 16 {
            return Err(fault(feature_number, &"plus de sommets qu’il n’en tient"));
        }
        coverage.end_face();
    }
    Ok(coverage)
}

fn push_polygon(
    polygon: &Geometry,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rows(bytes: &[u8]) -> Result<(Coverage, Vec<(String, u32)>)> {
        let mut rows = Vec::new();
        let coverage = read("essai.fgb", bytes, &["nom", "population"], |row| {
            rows.push((row.take(0), row.count(1)));
            Ok(())
        })?;
        Ok((coverage, rows))
    }

    #[test]
    fn what_was_written_is_read_and_what_was_changed_since_does_no_harm() {
        let square = Polygon {
            exterior: [(0, 0), (9, 0), (9, 9), (0, 9)]
                .map(|(x, y)| Vertex::new(x, y))
                .to_vec(),
            holes: Vec::new(),
        };
        let columns = [("nom", false), ("population", true)];
        let rows = [("Pau", 75_000), ("Lons", 12_500)];
        let features = rows.map(|(nom, population)| {
            let values = vec![Value::Text(nom), Value::Count(population)];
            (values, std::slice::from_ref(&square))
        });
        let sound = write("essai.fgb", "Essai", "Personne", &columns, features).unwrap();
        let (coverage, mut read) = read_rows(&sound).unwrap();
        read.sort();
        let mut written = rows.map(|(nom, population)| (nom.to_owned(), population));
        written.sort();
        assert_eq!((read, coverage.face_count()), (written.to_vec(), 2));
        for cut in 0..sound.len() {
            assert!(read_rows(&sound[..cut]).is_err(), "{cut}");
        }
        for at in 0..sound.len() {
            for value in [0, 1, 0x7F, 0x80, 0xFF] {
                let mut changed = sound.clone();
                changed[at] = value;
                // To come back is what matters.
                let _ = read_rows(&changed);
            }
        }
    }
}
