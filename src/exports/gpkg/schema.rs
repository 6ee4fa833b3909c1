//! The tables that a GeoPackage must have, and those of its extensions.

/// The tables of the core and of the extensions for metadata and for what columns mean.
pub(super) const TABLES: &str = "
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10400;
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
    ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec140/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec140/#extension_metadata', 'read-write'),
    ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec140/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec140/#extension_schema', 'read-write');
";

/// Where QGIS looks for styles.
pub(super) const STYLES: &str = "
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
";

/// What follows every change of a table in its index (12-128r19, annex F.3).
pub(super) fn triggers(table: &str, column: &str) -> String {
    let index = format!("rtree_{table}_{column}");
    let is_there = format!("NEW.\"{column}\" NOTNULL AND NOT ST_IsEmpty(NEW.\"{column}\")");
    let is_gone = format!("(NEW.\"{column}\" ISNULL OR ST_IsEmpty(NEW.\"{column}\"))");
    let was_there = format!("OLD.\"{column}\" NOTNULL AND NOT ST_IsEmpty(OLD.\"{column}\")");
    let was_not = format!("(OLD.\"{column}\" ISNULL OR ST_IsEmpty(OLD.\"{column}\"))");
    let bounds =
        ["ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"].map(|f| format!("{f}(NEW.\"{column}\")"));
    let [west, east, south, north] = &bounds;
    let put = format!(
        "INSERT OR REPLACE INTO \"{index}\" VALUES (NEW.\"fid\", {})",
        bounds.join(", ")
    );
    let add = format!(
        "INSERT INTO \"{index}\" VALUES (NEW.\"fid\", {})",
        bounds.join(", ")
    );
    let update = format!(
        "UPDATE \"{index}\" SET minx = {west}, maxx = {east}, miny = {south}, maxy = {north} WHERE id = NEW.\"fid\""
    );
    let remove = format!("DELETE FROM \"{index}\" WHERE id = OLD.\"fid\"");
    let remove_both = format!("DELETE FROM \"{index}\" WHERE id IN (OLD.\"fid\", NEW.\"fid\")");
    let of = format!("AFTER UPDATE OF \"{column}\" ON \"{table}\"");
    let any = format!("AFTER UPDATE ON \"{table}\"");
    let same = "OLD.\"fid\" = NEW.\"fid\"";
    let other = "OLD.\"fid\" != NEW.\"fid\"";
    let all = [
        (
            "insert",
            format!("AFTER INSERT ON \"{table}\""),
            is_there.clone(),
            put.clone(),
        ),
        (
            "update2",
            of.clone(),
            format!("{same} AND {is_gone}"),
            remove.clone(),
        ),
        (
            "update4",
            any.clone(),
            format!("{other} AND {is_gone}"),
            remove_both,
        ),
        (
            "update5",
            any,
            format!("{other} AND ({is_there})"),
            format!("{remove}; {put}"),
        ),
        (
            "update6",
            of.clone(),
            format!("{same} AND ({is_there}) AND ({was_there})"),
            update,
        ),
        (
            "update7",
            of,
            format!("{same} AND ({is_there}) AND {was_not}"),
            add,
        ),
        (
            "delete",
            format!("AFTER DELETE ON \"{table}\""),
            format!("OLD.\"{column}\" NOT NULL"),
            remove,
        ),
    ];
    let created = all.map(|(name, event, when, then)| {
        format!("CREATE TRIGGER \"{index}_{name}\" {event} WHEN ({when}) BEGIN {then}; END;\n")
    });
    created.concat()
}
