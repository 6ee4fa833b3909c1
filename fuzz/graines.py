#!/usr/bin/env python3
"""Writes the seeds of the fuzzer, `seeds/TARGET/…`: small files that the readers accept, made of the fixtures and styles
of this repository where these have what is needed.

    python3 graines.py

Needs Python's standard library and `ogr2ogr` (Debian gdal-bin 3.6). Seeds that were written by hand, or kept because
they reach what others do not, stand beside these and stay.
"""

import json
import sqlite3
import struct
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FIXTURES = ROOT / "boundaries/fixtures"
READERS = FIXTURES / "lecteurs"

TRIANGLE = [[-0.4, 43.2], [-0.4, 43.3], [-0.3, 43.2], [-0.4, 43.2]]
LAMBERT_93 = (READERS / "ADECOGC_3-2_SHP_LAMB93_FXX/COMMUNE.prj").read_text()
WGS_84 = (READERS / "ADECOGC_3-2_SHP_WGS84G_FRA/COMMUNE.prj").read_text()


def seed(target, name, content):
    """Writes a seed."""
    path = HERE / "seeds" / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def framed(*files):
    """Several files in one input, as `framed` in targets/mod.rs takes them apart."""
    heads = [struct.pack("<H", len(f)) + f for f in files[:-1]]
    return b"".join(heads) + files[-1]


def collection(features, **members):
    """A FeatureCollection as text."""
    all = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", **members, "features": all}, ensure_ascii=False)


def shifted(ring, x, y=0.0):
    return [[a + x, b + y] for a, b in ring]


def square(x, y, side):
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return [[round(a, 6), round(b, 6)] for a, b in ring]


PAU = {"code": "64445", "nom": "Pau", "population": 75000, "departement": "64", "region": "75", "epci": "200067254"}
LONS = {"code": "64348", "nom": "Lons", "population": 12500, "departement": "64", "region": "75", "epci": "200067254"}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def pieces(*polygons):
    return {"type": "MultiPolygon", "coordinates": [list(p) for p in polygons]}


# Two neighbours, one in two pieces with a hole; two that overlap; one that crosses itself.
NEIGHBOURS = [
    (PAU, pieces([square(-0.4, 43.2, 0.1), square(-0.37, 43.23, 0.02)[::-1]], [square(-0.2, 43.2, 0.05)])),
    (LONS, polygon(square(-0.3, 43.2, 0.1))),
]
OVERLAPPING = [(PAU, polygon(square(-0.4, 43.2, 0.1))), (LONS, polygon(square(-0.35, 43.25, 0.1)))]
BOW = [(PAU, polygon([[-0.4, 43.2], [-0.3, 43.3], [-0.3, 43.2], [-0.4, 43.3], [-0.4, 43.2]]))]


def geojson():
    seed("geojson", "voisins", collection(NEIGHBOURS, name="communes"))
    seed("geojson", "chevauchement", collection(OVERLAPPING))
    seed("geojson", "noeud", collection(BOW))
    lambert = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    ring = [[426000.0, 6250000.0], [436000.0, 6250000.0], [426000.0, 6260000.0], [426000.0, 6250000.0]]
    express = {"INSEE_COM": "64445", "NOM": "Pau", "POPULATION": 75000, "SIREN_EPCI": "200067254"}
    seed("geojson", "lambert93", collection([(express, polygon(ring))], crs=lambert))
    seed("geojson", "vide", collection([({**PAU, "plm": None, "commune": True}, None)]))
    seed("geojson", "sans_fin", collection([(PAU, polygon(TRIANGLE))])[:-1])
    real = json.loads((READERS / "communes-5m.geojson").read_text())
    least = sorted(real["features"], key=lambda f: len(json.dumps(f)))[:2]
    seed("geojson", "reel", collection([(f["properties"], f["geometry"]) for f in least]))


def flatgeobuf():
    for name, features, options in [
        ("voisins", NEIGHBOURS, ["-lco", "SPATIAL_INDEX=YES"]),
        ("chevauchement", OVERLAPPING, ["-lco", "SPATIAL_INDEX=NO"]),
        ("lambert93", NEIGHBOURS, ["-lco", "SPATIAL_INDEX=NO", "-t_srs", "EPSG:2154"]),
    ]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "source.geojson", Path(folder) / f"{name}.fgb"
            source.write_text(collection(features))
            command = ["ogr2ogr", "-f", "FlatGeobuf", target, source, "-nln", "communes", *options]
            command += ["-nlt", "PROMOTE_TO_MULTI" if name == "voisins" else "GEOMETRY"]
            subprocess.run(command, check=True, capture_output=True)
            seed("flatgeobuf", name, target.read_bytes())
            if name == "voisins":
                seed("folder", "contours", b"f" + target.read_bytes())


def dbf(fields, rows):
    """A dBase III table: fields as (name, kind, width), rows of bytes."""
    width = 1 + sum(w for _, _, w in fields)
    head = struct.pack("<B3BIHH20x", 3, 126, 11, 27, len(rows), 32 + 32 * len(fields) + 1, width)
    for name, kind, w in fields:
        head += struct.pack("<11sc4xBB14x", name.encode(), kind.encode(), w, 0)
    body = b"".join(b" " + b"".join(v.ljust(w) for v, (_, _, w) in zip(row, fields)) for row in rows)
    return head + b"\r" + body + b"\x1a"


def shapes(rings_of):
    """A .shp and its .shx of polygons."""
    records, index, at = b"", b"", 50
    for number, rings in enumerate(rings_of, 1):
        points = [p for ring in rings for p in ring]
        starts = [sum(map(len, rings[:i])) for i in range(len(rings))]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        content = struct.pack("<i4d2i", 5, min(xs), min(ys), max(xs), max(ys), len(rings), len(points))
        content += struct.pack(f"<{len(starts)}i", *starts)
        content += b"".join(struct.pack("<2d", *p) for p in points)
        records += struct.pack(">2i", number, len(content) // 2) + content
        index += struct.pack(">2i", at, len(content) // 2)
        at += 4 + len(content) // 2
    head = lambda words: struct.pack(">i20xi", 9994, words) + struct.pack("<2i8d", 1000, 5, *[0.0] * 8)
    return head(50 + len(records) // 2) + records, head(50 + len(index) // 2) + index


def shapefile():
    fields = [("INSEE_COM", "C", 5), ("NOM", "C", 12), ("POPULATION", "N", 6)]
    rows = [[b"64445", b"Pau", b"75000"], [b"64348", "Athée".encode(), b"12500"]]
    table = lambda n: dbf(fields, rows[:n])
    shp, shx = shapes([[TRIANGLE]])
    one = framed(shp, shx, table(1), WGS_84.encode(), b"UTF-8")
    seed("shapefile", "triangle", b"\0" + one)
    two = [[square(-0.4, 43.2, 0.1)[::-1], square(-0.37, 43.23, 0.02)], [square(-0.3, 43.2, 0.1)[::-1]]]
    shp, shx = shapes(two)
    seed("shapefile", "voisins", b"\0" + framed(shp, shx, table(2), WGS_84.encode(), b""))
    metres = [[[426000.0, 6250000.0], [426000.0, 6260000.0], [436000.0, 6250000.0], [426000.0, 6250000.0]]]
    shp, shx = shapes([metres])
    seed("shapefile", "lambert93", b"\0" + framed(shp, shx, table(1), LAMBERT_93.encode(), b""))
    for path in sorted(READERS.glob("*/*.prj")) + sorted(READERS.glob("fautifs/*/*.prj")):
        seed("shapefile", f"prj_{path.parent.name}", b"\1" + path.read_bytes())
    seed("shapefile", "dbf", b"\2" + table(1))
    latin = dbf(fields, [[b"51410", b"\xbcuilly", b"******"]])
    seed("shapefile", "latin", b"\3" + framed(latin, b"ISO-8859-1"))
    seed("shapefile", "formes", b"\4" + framed(*shapes([[TRIANGLE, shifted(TRIANGLE, 0.2)]])))


def gpkg_blob(rings, envelope=False, kind=3):
    head = struct.pack("<2sBBi", b"GP", 0, 0b11 if envelope else 0b01, 4326)
    if envelope:
        points = [p for ring in rings for p in ring]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        head += struct.pack("<4d", min(xs), max(xs), min(ys), max(ys))
    body = struct.pack("<BII", 1, 3, len(rings))
    for ring in rings:
        body += struct.pack("<I", len(ring)) + b"".join(struct.pack("<2d", *p) for p in ring)
    if kind == 6:
        body = struct.pack("<BII", 1, 6, 1) + body
    return head + body


def geopackage():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "triangle.gpkg"
        database = sqlite3.connect(path)
        database.executescript(
            """
            PRAGMA page_size = 512;
            PRAGMA application_id = 1196444487;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
                organization_coordsys_id INTEGER, definition TEXT);
            CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
                srs_id INTEGER, z INTEGER, m INTEGER);
            CREATE TABLE commune (fid INTEGER PRIMARY KEY, geom BLOB, code_insee TEXT, nom_officiel TEXT, population);
            INSERT INTO gpkg_contents VALUES ('commune', 'features', 'commune', 9999);
            INSERT INTO gpkg_geometry_columns VALUES ('commune', 'geom', 'MULTIPOLYGON', 9999, 0, 0);
            """
        )
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 9999, 'EPSG', 4326, ?)", [WGS_84])
        database.execute("INSERT INTO commune VALUES (1, ?, '64445', 'Pau', 75000)", [gpkg_blob([TRIANGLE])])
        database.commit()
        database.close()
        seed("geopackage", "triangle", b"\0" + path.read_bytes())
    for name, blob in [
        ("lignes", gpkg_blob([TRIANGLE])),
        ("lignes_cadre", gpkg_blob([square(-0.4, 43.2, 0.1), square(-0.37, 43.23, 0.02)[::-1]], envelope=True)),
        ("lignes_multi", gpkg_blob([TRIANGLE], kind=6)),
    ]:
        seed("geopackage", name, b"\1" + framed(b"EPSG", WGS_84.encode(), b"\1" + b"64445", blob))
    metres = [[[426000.0, 6250000.0], [426000.0, 6260000.0], [436000.0, 6250000.0], [426000.0, 6250000.0]]]
    seed("geopackage", "lignes_wkt", b"\1" + framed(b"IGNF", LAMBERT_93.encode(), b"\3" + b"64445", gpkg_blob(metres)))


def ban():
    lines = (FIXTURES / "adresses/adresses-essai.csv").read_text().splitlines()
    seed("ban", "adresses", "\n".join(lines[:1] + lines[1:8] + lines[-14:-6]) + "\n")
    seed("ban", "colonnes", "numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\r\n"
         "12;bis;\"Rue \"\"Y\"\"; fin\";64000;64445;Pau;-0.37;43.3\r\n99999;;Le Bourg;;64445;Pau;-0.37;43.3\r\n")
    seed("ban", "fautives", "\n".join([lines[0]] + lines[-4:]) + "\n")


def csv():
    seed("csv", "adresses", "adresse,code_postal,ville\nid;adresse;code_postal;ville\r\n"
         "1;2 place Royale;64000;Pau\r\n2;\"12, rue \"\"X\"\"\";75001;Paris\r\n3;;;\r\n\r\n4;a;b;c;d\r\n")
    seed("csv", "points", "point lon,lat\n\ufefflon,lat\n-0.3708,43.2951\n\"-0,37\",43\n200,0\nx,y\n")
    seed("csv", "communes", "commune insee\ninsee\tnom\tti_id\n64445\tPau\t\n1053\tBourg\tx\n99999\t\t\n")
    seed("csv", "siren", "siren siren\nsiren\n200067254\n123\n\"\"\n\"ouvert\n")
    seed("csv", "latin", b"adresse\nadresse;x\nAth\xe9e;1\n")


def composition():
    toml = (
        '[[phase]]\nid = "temps-9"\nnom = "Temps 9"\ndebut = 2031\nfin = 2035\nsuit = "temps-2"\n'
        "[phase.soutien_animation]\nune_ou_deux = 30000\ntrois_ou_plus = 40000\n"
        '[phase.rebond_industriel]\nfichier = "r.csv"\ncomplet = false\n'
        '[[phase.edition]]\nid = "2031-01-01"\ncog = 2031\nproducteur = "ANCT"\nattribution = "ANCT"\n'
        'territoires = "t.csv"\nmembres = "m.csv"\n'
    )
    members = "territoire,type,code,nom\nti-1,epci,200067254,CA\nti-1,commune,64445,Pau\nti-1,ept,200057867,EPT\n"
    rebond = "territoire,statut,perimetre,date,source\nti-1,lauréat,\"a, b\",2022-11-14,annonce\n"
    names = "phase,territoire,nom,region\ntemps-9,ti-1,Un,Bretagne\n"
    seed("composition", "phases", b"x" + b"\x1e".join(t.encode() for t in [toml, members, rebond, names]))
    for kind, file in {"p": "passage", "n": "autres-noms", "c": "codes-postaux", "i": "intercommunalites-2026",
                       "d": "departements", "r": "regions", "o": "communes-sans-contour"}.items():
        lines = (ROOT / f"boundaries/{file}.csv").read_text().splitlines()[:4]
        seed("composition", file, kind + "\n".join(lines) + "\n")
    seed("composition", "sources", "s" + "".join((ROOT / "boundaries/sources.toml").read_text().partition("\n[[source]]\nrole = \"cog-2023\"")[:1]))
    seed("composition", "manifeste", "m" + "\n".join((ROOT / "boundaries/edition.toml").read_text().splitlines()[:9]) + "\n")


def folder():
    # The arcs of three squares in a row: 6 with 16 vertices. At each zoom all are drawn by their ranks, and one line more.
    line = bytes([1, 2, 3, 0, 0, 2, 2, 4, 4])
    seed("folder", "zooms", b"Z" + struct.pack("<2I", 1, 16) + bytes(16) + (b"\x3f\x01" + line) * 15)
    seed("folder", "adresses", b"a" + bytes([0, 9, 0, 255, 2, 40, 0, 1]))


def address():
    for number, text in enumerate([
        "2 place Royale, 64000 Pau", "PAU CEDEX 9 64036", "12 bis rue de la République\n75011 PARIS 11", "Saint-Denis (La Réunion)",
        "mairie d’Œuilly, Marne", "64445", "Condé sur Noireau 14110", "lieu-dit Le Bourg, Sainte-Colombe 33350", "av Gal de Gaulle - Bourg en Bresse 01000",
    ]):
        seed("address", f"{number}", text)


def style():
    full = json.loads((ROOT / "styles/regions.json").read_text())
    kinds = {}
    for layer in full["layers"]:
        kinds.setdefault(layer["type"], []).append(layer)
    for kind, layers in kinds.items():
        text = json.dumps({"version": 8, "layers": layers[:2]}, ensure_ascii=False)
        seed("style", kind, text)
    few = [layer for layers in kinds.values() for layer in layers[-1:]]
    seed("style", "dessin", " " + json.dumps({"version": 8, "name": "X", "metadata": full["metadata"], "layers": few}, ensure_ascii=False))
    evolution = json.loads((ROOT / "styles/evolution.json").read_text())
    seed("style", "evolution", json.dumps({**evolution, "layers": evolution["layers"][6:12]}, ensure_ascii=False))
    seed("style", "expressions", json.dumps({"version": 8, "layers": [{"id": "e", "type": "symbol", "source-layer": "epci",
         "filter": ["all", ["has", "nom"], ["!", ["any", ["<", ["zoom"], 4], [">=", ["get", "rang"], 2]]]],
         "layout": {"text-field": ["concat", ["coalesce", ["get", "nom"], "x"], " ", ["to-string", ["get", "n"]]],
                    "text-size": ["step", ["zoom"], 8, 6, 10], "visibility": "visible"},
         "paint": {"text-color": ["case", ["boolean", ["feature-state", "choisi"], False], "#000", "rgba(1,2,3,0.5)"],
                   "text-opacity": ["interpolate", ["exponential", 1.5], ["zoom"], 4, 0, 6, 1]}}]}))


def tile():
    for number, path in enumerate([
        "/tiles/temps-2/6/31/23.mvt", "/tiles/temps-2,temps-2-etiquettes/14/8174/6004.mlt?v=0", "/tiles/%63ommunes/0/0/%30.mvt",
        "/tiles/temps-2/15/0/0.mvt", "/tiles/temps-2/3/8/0.mvt", "/tiles/temps-2/03/1/1.mvt?w=1",
    ]):
        seed("tile", f"{number}", path)


def request():
    json_body = '{"membres":["200067254","64445"]}'
    for name, text in {
        "point": "GET /api/v1/appartenance?lon=-0.3708&lat=43.2951\naccept-encoding: br;q=0.5, gzip\nif-none-match: W/\"a\", *",
        "commune": "GET /api/v1/appartenance?commune=64445&phase=temps-1&edition=2023-08-02",
        "adresse": "GET /api/v1/appartenance?adresse=2+place%20Royale%2C+64000+Pau",
        "epci": "HEAD /api/v1/appartenance?epci=200067254\nforwarded: for=1.2.3.4;host=\"a.fr:81\";proto=https, for=\"[::1]\"",
        "postal": "GET /api/v1/appartenance?codePostal=64000",
        "recherche": "GET /api/v1/recherche?q=pau&limite=5&phase=temps-2",
        "territoires": "GET /api/v1/territoires?phase=temps-2&region=Bretagne&evolution=nouveau&q=a&format=csv",
        "territoire": "GET /api/v1/territoires/temps-2/ti-7510?format=geojson",
        "communes": "GET /api/v1/communes?q=pau&limite=3&format=csv",
        "une_commune": "GET /api/v1/communes/64445",
        "un_epci": "GET /api/v1/epci/200067254",
        "perimetres": f"POST /api/v1/perimetres\ncontent-type: application/json\n\n{json_body}",
        "csv": "POST /api/v1/appartenance/csv?colonnes=adresse,%22ville%22\ncontent-type: text/csv\n\nadresse;ville\n2 place Royale;Pau\n",
        "formulaire": "POST /api/v1/appartenance/csv?commune=c\ncontent-type: multipart/form-data; boundary=x\n\n--x\r\ncontent-disposition: form-data; name=\"data\"\r\n\r\nc\r\n64445\r\n--x--\r\n",
        "ogc": "GET /ogc/collections/temps-2/items?bbox=-1,43,0,44&bbox-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS84&limit=2&offset=1&f=json",
        "ogc_crs": "GET /ogc/collections/epci/items?crs=http://www.opengis.net/def/crs/EPSG/0/2154&bbox=-1,43,0,44&limit=1\naccept: text/html, application/json",
        "ogc_un": "GET /ogc/collections/temps-2/items/ti-7510?f=html",
        "ogc_accueil": "GET /ogc/collections?f=json\nhost: ici.fr:8080",
        "carte": "GET /cartes/regions.pdf?papier=a3&orientation=paysage&titre=X&nord=oui&graticule=non",
        "carte_mm": "GET /cartes/neutre.png?largeur=420&hauteur=297&dpi=150&territoire=ti-7510&region=75&phase=temps-2",
        "export": "GET /exports/temps-2.gpkg?crs=2154&region=Bretagne&territoire=temps-2/ti-7510\nrange: bytes=0-9\nif-range: \"a\"",
        "export_csv": "GET /exports/communes.csv?geometrie=non\nrange: bytes=-5",
        "tilejson": "GET /tiles/temps-2,temps-2-etiquettes.json\nx-forwarded-host: a.fr, b.fr\nx-forwarded-proto: https",
        "style": "GET /styles/neutre-sombre.json",
        "reponse": "GET /reponse?commune=64445",
        "liste": "GET /territoires?region=75&departement=64&q=pau",
        "fiche": "GET /territoires/temps-2/ti-7510",
        "donnees": "OPTIONS /donnees\norigin: https://x.fr\naccess-control-request-method: GET",
    }.items():
        seed("request", name, text)


for make in (geojson, flatgeobuf, shapefile, geopackage, ban, csv, composition, folder, address, style, tile, request):
    make()
