//! The formats of exports, and what each can say.

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 7946.
    GeoJson,
    /// The same, one feature a line and nothing around them.
    GeoJsonLines,
    /// FlatGeobuf 3.
    FlatGeobuf,
    /// OGC GeoPackage 1.4.
    GeoPackage,
    /// ESRI Shapefile, its files in one archive.
    Shapefile,
    /// RFC 4180, outlines as WKT.
    Csv,
    /// OGC KML 2.3.
    Kml,
    /// TopoJSON 1.
    TopoJson,
    /// `PMTiles` 3.
    PmTiles,
    /// `MBTiles` 1.3.
    MbTiles,
}

impl Format {
    /// Those that the service offers, what people ask for most first.
    pub const OFFERED: [Self; 9] = [
        Self::GeoPackage,
        Self::GeoJson,
        Self::Shapefile,
        Self::FlatGeobuf,
        Self::Csv,
        Self::Kml,
        Self::TopoJson,
        Self::PmTiles,
        Self::MbTiles,
    ];

    /// The format that the end of a file's name says.
    #[must_use]
    pub fn of(name: &str) -> Option<(&str, Self)> {
        let all = Self::OFFERED.into_iter().chain([Self::GeoJsonLines]);
        let mut ends = all
            .map(|f| (f, f.extension()))
            .chain([(Self::GeoJson, "json")]);
        ends.find_map(|(format, end)| {
            let stem = name.strip_suffix(end)?.strip_suffix('.')?;
            Some((stem, format))
        })
    }

    /// How names of files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::GeoJson => "geojson",
            Self::GeoJsonLines => "geojsonl",
            Self::FlatGeobuf => "fgb",
            Self::GeoPackage => "gpkg",
            Self::Shapefile => "shp.zip",
            Self::Csv => "csv",
            Self::Kml => "kml",
            Self::TopoJson => "topojson",
            Self::PmTiles => "pmtiles",
            Self::MbTiles => "mbtiles",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonLines => "GeoJSON, une entité par ligne",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoPackage => "GeoPackage",
            Self::Shapefile => "Shapefile",
            Self::Csv => "CSV",
            Self::Kml => "KML",
            Self::TopoJson => "TopoJSON",
            Self::PmTiles => "PMTiles",
            Self::MbTiles => "MBTiles",
        }
    }

    /// Its media type, as registered at IANA where it is.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::GeoJson => "application/geo+json",
            Self::GeoJsonLines => "application/geo+json-seq",
            Self::FlatGeobuf => "application/vnd.flatgeobuf",
            Self::GeoPackage => "application/geopackage+sqlite3",
            Self::Shapefile => "application/zip",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Kml => "application/vnd.google-earth.kml+xml",
            Self::TopoJson => "application/topo+json",
            Self::PmTiles => "application/vnd.pmtiles",
            Self::MbTiles => "application/vnd.sqlite3",
        }
    }

    /// Whether it holds tiles instead of the outlines themselves.
    #[must_use]
    pub const fn is_tiles(self) -> bool {
        matches!(self, Self::PmTiles | Self::MbTiles)
    }

    /// Whether its files can be in another system than WGS84; if not, why, in words.
    #[must_use]
    pub const fn only_wgs84(self) -> Option<&'static str> {
        match self {
            Self::GeoPackage | Self::Shapefile | Self::FlatGeobuf | Self::Csv => None,
            Self::GeoJson | Self::GeoJsonLines => Some("la RFC 7946 ne connaît que WGS84"),
            Self::Kml => Some("KML ne connaît que WGS84"),
            Self::TopoJson => Some("TopoJSON n’a pas de quoi dire son système"),
            Self::PmTiles | Self::MbTiles => Some("les tuiles sont en projection Web Mercator"),
        }
    }

    /// Whether it is text, which shrinks on its way.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(
            self,
            Self::GeoJson | Self::GeoJsonLines | Self::Csv | Self::Kml | Self::TopoJson
        )
    }
}

/// The endings of all files that can be written, for a message.
#[must_use]
pub fn known() -> String {
    let all = Format::OFFERED.into_iter();
    let ends: Vec<String> = all.map(|f| format!(".{}", f.extension())).collect();
    ends.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_the_end_of_a_name() {
        for format in Format::OFFERED {
            let name = format!("temps-2.{}", format.extension());
            assert_eq!(Format::of(&name), Some(("temps-2", format)));
        }
        assert_eq!(
            Format::of("a.b.geojsonl"),
            Some(("a.b", Format::GeoJsonLines))
        );
        for name in ["temps-2", "temps-2.shp", "gpkg", "a.zip", ""] {
            assert_eq!(Format::of(name), None, "{name}");
        }
    }
}
