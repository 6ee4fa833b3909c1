#!/usr/bin/env python3
"""Judges every export with GDAL, GEOS and PROJ, none of which wrote them.

    python benches/exports.py target/release/territoires [--couches temps-2,epci]

Every layer is written in every format, and in every system that the format can say; GDAL opens each, and what it reads is
compared with the communes of boundaries/communes.fgb: how many features, with which attributes, in which system, and the
area of each feature to a millionth. Areas are taken in the plane of longitude and latitude, where the parts of a coverage
add up exactly; other systems are brought back there by PROJ. Then the service: the same bytes over HTTP, OGC API Features
through GDAL's driver, GeoPackage's tables, styles, sizes as /donnees guesses them.
"""

import argparse
import collections
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import xml.etree.ElementTree
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pyogrio.raw
import pyproj
import shapely

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["temps-2", "temps-1", "epci", "ept", "communes", "departements", "regions", "pays"]
FORMATS = ["geojson", "geojsonl", "gpkg", "shp.zip", "fgb", "csv", "kml", "topojson"]
PROJECTED = ["gpkg", "shp.zip", "fgb", "csv"]
OVERSEAS = {5490: "01", 2972: "03", 2975: "04", 4471: "06"}
FIELDS = {
    "temps-2": 28, "temps-1": 28, "epci": 7, "ept": 7, "communes": 17, "departements": 8, "regions": 6, "pays": 2,
}
TOLERANCE = 1e-6
faults = []
checked = 0


def fault(text):
    faults.append(text)
    print("  FAUTE", text, flush=True)


def expect(is_true, text):
    global checked
    checked += 1
    if not is_true:
        fault(text)


def run(binary, *arguments):
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        fault(f"{' '.join(map(str, arguments))} : {done.stderr.strip()}")
    return done


def read(path, layer=0, **options):
    """Features as GDAL reads them: metadata, outlines, columns by name."""
    name = str(path)
    if name.endswith(".zip"):
        name = f"/vsizip/{name}"
    if name.endswith(".csv"):
        options |= {"GEOM_POSSIBLE_NAMES": "geometrie", "KEEP_GEOM_COLUMNS": "NO"}
    meta, _, geometry, data = pyogrio.raw.read(name, layer=layer, **options)
    return meta, shapely.from_wkb(geometry), dict(zip(meta["fields"], data))


def plane(outlines, epsg):
    """Areas in square degrees."""
    if epsg != 4326:
        back = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True)
        outlines = shapely.transform(outlines, lambda c: unrolled(*back.transform(c[:, 0], c[:, 1])))
    return shapely.area(outlines)


def unrolled(longitudes, latitudes):
    """Russia ends at the 180th meridian, which may come back as that of the west by the last digit; nothing else is there."""
    return np.column_stack((np.where(longitudes < -179.999, longitudes + 360.0, longitudes), latitudes))


class Truth:
    """What every feature must measure, from the files that the service is built from and from its lists of communes."""

    def __init__(self, base):
        _, outlines, data = read(ROOT / "boundaries/communes.fgb")
        area = dict(zip(data["code"], shapely.area(outlines)))
        self.areas = {"communes": area}
        for layer, column in [("epci", "epci"), ("ept", "ept"), ("departements", "departement"), ("regions", "region")]:
            sums = collections.defaultdict(float)
            for code, key in zip(data["code"], data[column]):
                if key:
                    sums[key] += area[code]
            self.areas[layer] = dict(sums)
        for phase in ["temps-2", "temps-1"]:
            sums = {}
            for territory in fetch_json(f"{base}/api/v1/territoires?phase={phase}")["territoires"]:
                one = fetch_json(f"{base}/api/v1/territoires/{phase}/{territory['id']}")
                sums[one["id"]] = sum(area.get(c["code"], 0.0) for c in one["communesListe"])
            self.areas[phase] = sums
        meta, outlines, data = read(ROOT / "boundaries/pays.fgb")
        self.areas["pays"] = {
            code or name: area for code, name, area in zip(data["code"], data["nom"], shapely.area(outlines))
        }

    def judge(self, what, layer, outlines, data, epsg=4326, some=None):
        """Compares what was read with what must be; `some` says that only a part of the layer is there."""
        key = next(k for k in ("id", "code") if k in data)
        keys = list(data[key])
        areas = self.areas[layer]
        if some is None:
            expect(sorted(keys) == sorted(areas), f"{what} : {len(keys)} entités au lieu de {len(areas)}")
        else:
            expect(0 < len(keys) < len(areas) and set(keys) <= set(areas), f"{what} : {len(keys)} entités")
        if not shapely.is_valid(outlines).all():
            # Far from its zone, and through GDAL's assembly of rings, still no ring may cross another.
            invalid = [k for k, ok in zip(keys, shapely.is_valid(outlines)) if not ok]
            fault(f"{what} : contours invalides : {invalid[:3]}")
        found = plane(outlines, epsg)
        wanted = np.array([areas.get(k, np.nan) for k in keys])
        worst = np.nanmax(np.abs(found / wanted - 1.0))
        expect(worst < TOLERANCE, f"{what} : aires à {worst:.1e} près")
        return worst


def fetch(address, headers=None):
    request = urllib.request.Request(address, headers=headers or {})
    with urllib.request.urlopen(request, timeout=300) as answer:
        return answer.read(), answer.headers


def fetch_json(address):
    return json.loads(fetch(address)[0])


def fields_of(layer, form, meta):
    """How many attributes GDAL found, without those that it or the format adds."""
    names = set(meta["fields"])
    if form == "kml":
        names -= {"id2" if "id2" in names else "id", "Name", "Description", "description", "timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
    if form == "csv":
        names -= {"edition", "licence", "attribution"}
    if form == "topojson" and layer != "temps-2" and layer != "temps-1":
        names -= {"id"}
    return len(names)


def judge_file(truth, path, layer, form, epsg, some=None):
    what = f"{path.name} EPSG:{epsg}"
    table = layer.replace("-", "_") if form == "gpkg" else 0
    try:
        meta, outlines, data = read(path, layer=table)
    except Exception as error:  # noqa: BLE001 - whatever GDAL says is a fault of the file
        return fault(f"{what} : {error}")
    if form == "kml":
        # LIBKML has an « id » of its own, that of the XML.
        data.pop("id", None)
        if "id2" in data:
            data["id"] = data.pop("id2")
    worst = truth.judge(what, layer, outlines, data, epsg, some)
    # CSV and TopoJSON have no place for a system.
    if form not in ("csv", "topojson"):
        crs = pyproj.CRS(meta["crs"]) if meta["crs"] else None
        expect(crs is not None and crs.to_epsg(min_confidence=25) == epsg, f"{what} : système {meta['crs']}")
    count = fields_of(layer, form, meta)
    expect(count == FIELDS[layer], f"{what} : {count} attributs au lieu de {FIELDS[layer]} : {sorted(meta['fields'])}")
    names = [str(n) for n in data["nom"]]
    expect(all(names) and not any("\ufffd" in n or "Ã" in n for n in names), f"{what} : noms mal lus")
    print(f"  {what:44} {len(names):6} entités, {path.stat().st_size:>11,} octets, aires à {worst:.0e}", flush=True)


def judge_package(path, layer, epsg):
    """What a GeoPackage must have beside its features."""
    base = sqlite3.connect(path)
    one = lambda sql: base.execute(sql).fetchone()  # noqa: E731
    table = layer.replace("-", "_")
    expect(one("PRAGMA application_id")[0] == 0x47504B47, f"{path.name} : application_id")
    expect(one("PRAGMA user_version")[0] == 10400, f"{path.name} : user_version")
    expect(one("PRAGMA integrity_check")[0] == "ok", f"{path.name} : base abîmée")
    expect(not base.execute("PRAGMA foreign_key_check").fetchall(), f"{path.name} : références")
    features = one(f'SELECT count(*) FROM "{table}"')[0]
    expect(one(f'SELECT count(*) FROM "rtree_{table}_geom"')[0] == features, f"{path.name} : index")
    definition = one(f"SELECT definition FROM gpkg_spatial_ref_sys WHERE srs_id = {epsg}")[0]
    expect(pyproj.CRS(definition).to_epsg(min_confidence=25) == epsg, f"{path.name} : définition")
    expect("Licence Ouverte 2.0" in one("SELECT metadata FROM gpkg_metadata")[0], f"{path.name} : métadonnées")
    extensions = {row[0] for row in base.execute("SELECT extension_name FROM gpkg_extensions")}
    expect(extensions >= {"gpkg_rtree_index", "gpkg_metadata", "gpkg_schema"}, f"{path.name} : {extensions}")
    _, _, styles = read_table(path, "layer_styles")
    expect(list(styles["f_table_name"]) and set(styles["f_table_name"]) == {table}, f"{path.name} : layer_styles")
    expect(list(styles["useAsDefault"])[0] in (True, 1), f"{path.name} : pas de style par défaut")
    for qml, sld in zip(styles["styleQML"], styles["styleSLD"]):
        root = xml.etree.ElementTree.fromstring(qml)
        expect(root.tag == "qgis" and root.find("renderer-v2") is not None, f"{path.name} : QML")
        expect(root.find("labeling/settings/text-style").get("fieldName") == "nom", f"{path.name} : étiquettes")
        xml.etree.ElementTree.fromstring(sld.encode())
    # Somebody edits the file: its triggers keep the index.
    base.create_function("ST_IsEmpty", 1, lambda g: False, deterministic=True)
    import struct
    for name, at in [("ST_MinX", 8), ("ST_MaxX", 16), ("ST_MinY", 24), ("ST_MaxY", 32)]:
        base.create_function(name, 1, lambda g, at=at: struct.unpack_from("<d", g, at)[0], deterministic=True)
    base.execute(f'DELETE FROM "{table}" WHERE fid = 1')
    base.execute(f'UPDATE "{table}" SET geom = geom WHERE fid = 2')
    base.execute(f'UPDATE "{table}" SET fid = 999999 WHERE fid = 3')
    left = one(f'SELECT count(*) FROM "rtree_{table}_geom"')[0]
    expect(left == features - 1, f"{path.name} : l’index ne suit pas ({left} pour {features - 1})")
    base.rollback()


def read_table(path, layer):
    meta, _, _, data = pyogrio.raw.read(str(path), layer=layer)
    return meta, None, dict(zip(meta["fields"], data))


def judge_archive(path, epsg):
    """What a Shapefile's archive must have beside its three files."""
    archive = zipfile.ZipFile(path)
    names = {n.split(".")[-1] for n in archive.namelist()}
    expect(names == {"shp", "shx", "dbf", "prj", "cpg", "txt"}, f"{path.name} : {names}")
    expect(archive.testzip() is None, f"{path.name} : archive abîmée")
    of = lambda end: archive.read(next(n for n in archive.namelist() if n.endswith(end))).decode()  # noqa: E731
    expect(of(".cpg") == "UTF-8", f"{path.name} : .cpg")
    expect(pyproj.CRS(of(".prj")).to_epsg(min_confidence=25) == epsg, f"{path.name} : .prj")
    expect("Licence Ouverte 2.0" in of("LISEZMOI.txt"), f"{path.name} : LISEZMOI")


def judge_topology(path):
    """No arc twice, none unused; positions are whole micro-degrees."""
    topology = json.loads(path.read_text())
    seen = set()
    for arc in topology["arcs"]:
        line, x, y = [], 0, 0
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x, y))
        line = tuple(line)
        expect(line not in seen and line[::-1] not in seen, f"{path.name} : un arc est écrit deux fois")
        seen.add(line)
    used = collections.Counter(
        i if i >= 0 else ~i for i in map(int, re.findall(r"-?\d+", json.dumps([
            g.get("arcs", []) for o in topology["objects"].values() for g in o["geometries"]
        ])))
    )
    expect(set(used) == set(range(len(topology["arcs"]))), f"{path.name} : arcs sans emploi")
    expect(max(used.values()) <= 2, f"{path.name} : un arc sert plus de deux fois")


def judge_tiles(binary, folder, layer, zoom_names=("pmtiles", "mbtiles")):
    for form in zoom_names:
        path = folder / f"{layer}.{form}"
        began = time.time()
        run(binary, "export", layer, path)
        took = time.time() - began
        try:
            layers = {name for name, _ in pyogrio.list_layers(path)}
            expect(layers == {layer, f"{layer}-etiquettes"}, f"{path.name} : {layers}")
            meta, _, _, data = pyogrio.raw.read(path, layer=f"{layer}-etiquettes", read_geometry=False, ZOOM_LEVEL=6)
            names = dict(zip(meta["fields"], data))
            print(f"  {path.name:44} {len(set(names['nom'])):6} noms au zoom 6, {path.stat().st_size:>11,} octets, {took:.1f} s", flush=True)
        except Exception as error:  # noqa: BLE001
            fault(f"{path.name} : {error}")


def judge_features(truth, base):
    """OGC API Features through GDAL's driver."""
    address = f"OAPIF:{base}/ogc"
    layers = {name for name, _ in pyogrio.list_layers(address)}
    expect(layers == set(LAYERS), f"OAPIF : {layers}")
    for layer in ["temps-2", "temps-1", "regions", "epci", "pays"]:
        meta, outlines, data = read(address, layer=layer)
        worst = truth.judge(f"OAPIF {layer}", layer, outlines, data)
        expect(pyproj.CRS(meta["crs"]).to_epsg(min_confidence=25) == 4326 or "CRS84" in str(meta["crs"]), f"OAPIF {layer} : {meta['crs']}")
        print(f"  OAPIF {layer:38} {len(outlines):6} entités, aires à {worst:.0e}", flush=True)
    meta, outlines, data = read(address, layer="temps-2", CRS="EPSG:2154")
    expect(pyproj.CRS(meta["crs"]).to_epsg(min_confidence=25) == 2154, f"OAPIF en 2154 : {meta['crs']}")
    truth.judge("OAPIF temps-2 EPSG:2154", "temps-2", outlines, data, 2154)
    meta, outlines, data = read(address, layer="temps-2", CRS="EPSG:4326")
    truth.judge("OAPIF temps-2 EPSG:4326", "temps-2", outlines, data)
    # A box, against GEOS: exactly what meets it.
    frame = (-1.0, 43.0, 1.0, 44.0)
    _, outlines, data = read(address, layer="temps-2", bbox=frame)
    _, everything, known = read(address, layer="temps-2")
    wanted = {k for k, o in zip(known["id"], everything) if shapely.intersects(o, shapely.box(*frame))}
    got = fetch_json(f"{base}/ogc/collections/temps-2/items?bbox={','.join(map(str, frame))}&limit=1000")
    expect({f["id"] for f in got["features"]} == wanted, "bbox : ce ne sont pas les entités qui la touchent")
    expect({*data["id"]} == wanted, "bbox par GDAL : ce ne sont pas les entités qui la touchent")
    there = pyproj.Transformer.from_crs(4326, 2154, always_xy=True)
    lambert = (400_000.0, 6_200_000.0, 500_000.0, 6_300_000.0)
    projected = shapely.transform(everything, lambda c: np.column_stack(there.transform(c[:, 0], c[:, 1])))
    wanted = {k for k, o in zip(known["id"], projected) if shapely.intersects(o, shapely.box(*lambert))}
    got = fetch_json(
        f"{base}/ogc/collections/temps-2/items?limit=1000&bbox={','.join(map(str, lambert))}"
        "&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154"
    )
    expect({f["id"] for f in got["features"]} == wanted, "bbox en 2154 : ce ne sont pas les entités qui la touchent")
    # All pages of the largest collection, once each.
    began, seen, pages = time.time(), [], 0
    address = f"{base}/ogc/collections/communes/items?limit=1000"
    while address:
        page = fetch_json(address)
        seen += [f["id"] for f in page["features"]]
        pages += 1
        address = next((l["href"] for l in page["links"] if l["rel"] == "next"), None)
    expect(len(seen) == len(set(seen)) == page["numberMatched"] == len(truth.areas["communes"]), "communes : pages")
    print(f"  OAPIF communes : {pages} pages en {time.time() - began:.1f} s", flush=True)


def judge_service(truth, base, folder, layers):
    """The same bytes as from the command line; parts; remote reading."""
    for layer in layers:
        for form in FORMATS:
            body, headers = fetch(f"{base}/exports/{layer}.{form}", {"Accept-Encoding": "identity"})
            expect(body == (folder / f"{layer}.{form}").read_bytes(), f"{layer}.{form} : pas les mêmes octets par HTTP")
            expect("attachment; filename=\"territoires-" in headers["content-disposition"], f"{layer}.{form} : nom")
    part, headers = fetch(f"{base}/exports/temps-2.fgb", {"Range": "bytes=8-99"})
    expect(part == (folder / "temps-2.fgb").read_bytes()[8:100], "une partie n’est pas la bonne")
    # FlatGeobuf read where it lies, by its index.
    meta, _, outlines, data = pyogrio.raw.read(f"/vsicurl/{base}/exports/communes.fgb", bbox=(-0.5, 43.2, -0.2, 43.4))
    expect(0 < len(outlines) < 200, f"FlatGeobuf à distance : {len(outlines)} communes")
    print(f"  /vsicurl communes.fgb : {len(outlines)} communes de l’emprise", flush=True)


def judge_sizes(base, folder):
    """The page's sizes are guesses: none off by more than a third."""
    page = fetch(f"{base}/donnees")[0].decode()
    rows = re.findall(r'href="/exports/([a-z0-9.-]+)".*?class="nombre">(?:([\d,\u202f]+)\u00a0([km]o)|–)', page, re.I | re.S)
    expect(len(rows) == 72, f"/donnees : {len(rows)} fichiers")
    for name, number, unit in rows:
        path = folder / name
        if path.exists() and number:
            said = float(number.replace("\u202f", "").replace(",", ".")) * (1e6 if unit == "Mo" else 1e3)
            ratio = said / path.stat().st_size
            expect(0.66 < ratio < 1.5, f"/donnees : {name} dit {said:,.0f}, a {path.stat().st_size:,}")


def judge_package_file(base):
    """datapackage.json: what the profile of Frictionless Data requires."""
    package = fetch_json(f"{base}/exports/datapackage.json")
    expect(re.fullmatch(r"[-a-z0-9._/]+", package["name"]) is not None, "datapackage : nom")
    names = [r["name"] for r in package["resources"]]
    expect(len(names) == len(set(names)) == 72, f"datapackage : {len(names)} ressources")
    expect(all(re.fullmatch(r"[-a-z0-9._]+", n) for n in names), "datapackage : noms")
    for source in package["sources"] + package["licenses"]:
        expect(source.get("title"), "datapackage : source sans titre")
    for resource in package["resources"]:
        if "schema" in resource:
            head = fetch(resource["path"] + "?region=06" * (not resource["path"].endswith("pays.csv")))[0].split(b"\r\n")[0].decode()
            expect(head.split(",") == [f["name"] for f in resource["schema"]["fields"]], f"datapackage : {resource['name']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--couches", default=",".join(LAYERS))
    parser.add_argument("--dossier", help="où garder les fichiers")
    arguments = parser.parse_args()
    layers = arguments.couches.split(",")
    binary = arguments.binary
    keep = tempfile.TemporaryDirectory()
    folder = Path(arguments.dossier or keep.name)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.time()
    server = subprocess.Popen([binary, "serve", "--adresse", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        base = re.search(r"http://\S+", server.stdout.readline()).group()
        truth = Truth(base)
        for layer in layers:
            for form in FORMATS:
                path = folder / f"{layer}.{form}"
                run(binary, "export", layer, path)
                judge_file(truth, path, layer, form, 4326)
                if form == "gpkg":
                    judge_package(path, layer, 4326)
                elif form == "shp.zip":
                    judge_archive(path, 4326)
                elif form == "topojson":
                    judge_topology(path)
            for form in PROJECTED:
                path = folder / f"{layer}-2154.{form}"
                run(binary, "export", layer, path, "--crs", "2154")
                judge_file(truth, path, layer, form, 2154)
                if form == "gpkg":
                    judge_package(path, layer, 2154)
                elif form == "shp.zip":
                    judge_archive(path, 2154)
            if layer in ("pays", "ept"):
                continue
            for epsg, region in OVERSEAS.items():
                for form in PROJECTED:
                    path = folder / f"{layer}-{epsg}.{form}"
                    done = run(binary, "export", layer, path, "--crs", epsg, "--region", region)
                    if done.returncode == 0 and " : 0 entités" not in done.stdout:
                        judge_file(truth, path, layer, form, epsg, some=region)
        for layer in layers:
            if layer != "communes":
                judge_tiles(binary, folder, layer)
        judge_service(truth, base, folder, layers)
        judge_features(truth, base)
        judge_sizes(base, folder)
        judge_package_file(base)
    finally:
        server.terminate()
        server.wait()
    print(f"{checked} contrôles, {len(faults)} fautes, {time.time() - began:.0f} s")
    for one in faults[:40]:
        print(" -", one)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
