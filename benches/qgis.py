#!/usr/bin/env python3
"""What QGIS makes of the service: GeoPackages with their styles, vector tiles by URL with a style by URL, OGC API Features.

    /usr/bin/python3 benches/qgis.py BINARY [--dossier FOLDER]        (make qgis)

QGIS's Python belongs to Debian's python3. A second process holds QGIS: one that hangs or crashes is a fault like another,
and the service is still ended. Prints what was asked and measured; pictures are in FOLDER. Exits with 1 on any fault.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

WITHIN = 900  # seconds for everything
FRANCE = (-5.5, 41.2, 9.8, 51.3)
ILE_DE_FRANCE = (1.9, 48.5, 2.8, 49.1)
BEARN = (-1.2, 42.9, 0.6, 43.9)
WIDE = 1000  # pixels of a picture
NAMES = ["neutre", "regions", "evolution", "rebond-industriel"]
# Level, query, features, system, column of the colours, where to look.
PACKAGES = [
    ("temps-2", "", 183, "EPSG:4326", "classe", FRANCE),
    ("temps-2", "?crs=2154", 183, "EPSG:2154", "classe", FRANCE),
    ("temps-1", "", 149, "EPSG:4326", "classe", FRANCE),
    ("ept", "", 11, "EPSG:4326", "classe", ILE_DE_FRANCE),
    ("regions", "", 18, "EPSG:4326", "classe", FRANCE),
    ("pays", "", None, "EPSG:4326", None, FRANCE),
]
# What QGIS says of a style and may say: the typeface is this machine's affair; it thins out names by itself, where the
# style has a rank for each zoom; and nothing is chosen, so that the line of what is interregional is always opaque.
HARMLESS = [
    r"Referenced font .* is not available",
    r"^temps-2-etiquettes: Skipping unsupported expression",
    r"^temps-2-interregional: Skipping unsupported expression",
]
# Layers that draw what is pointed at or chosen are beyond every zoom for who has no such states.
BEYOND = 24


def parent(asked):
    folder = asked.dossier or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        # No window, no profile of this account, no proxy before loopback.
        "QGIS_CUSTOM_CONFIG_PATH": str(folder / "profil"),
        "no_proxy": "127.0.0.1",
    }
    said = folder / "qgis.txt"
    server = subprocess.Popen([asked.binary, "serve", "--adresse", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    try:
        base = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())[0]
        command = [sys.executable, __file__, base, "--dossier", folder, "--dans-qgis"]
        with said.open("w") as stderr:
            code = subprocess.run(command, env=own, stderr=stderr, timeout=WITHIN).returncode
    except subprocess.TimeoutExpired:
        print(f"FAUTE : QGIS n’a pas fini en {WITHIN} s")
        return 1
    finally:
        server.terminate()
        server.wait()
    # GDAL and Qt speak there, the same words for each opening.
    lines = collections.Counter(re.sub(r" on '.*?'", "", line) for line in said.read_text().splitlines() if line.strip())
    for line, count in lines.items():
        print(f"  {count} fois : {line}")
    if code not in (0, 1):
        print(f"FAUTE : QGIS s’est arrêté ({code})")
    return 1 if code else 0


def fetch(address):
    with urllib.request.urlopen(address, timeout=60) as answer:
        return answer.read()


class Judge:
    """One row for each question; what QGIS writes in its journal counts as well."""

    def __init__(self, folder):
        self.folder = folder
        self.faults = 0
        self.rows = 0
        self.journal = []
        QgsApplication.messageLog().messageReceived.connect(self.heard)

    def heard(self, text, tag, level):
        if level in (Qgis.Warning, Qgis.Critical):
            self.journal.append(f"{tag} : {text}")

    def row(self, what, asked, measured, fine=None):
        fine = asked == measured if fine is None else fine
        self.rows += 1
        self.faults += not fine
        print(f"{'' if fine else 'FAUTE':5} {what:52} {asked!s:28} {measured}", flush=True)

    def silence(self, what):
        QgsApplication.processEvents()
        said, self.journal = self.journal, []
        self.row(f"{what} : journal", "rien", "rien" if not said else " ; ".join(dict.fromkeys(said)))

    def picture(self, what, layers, epsg, box=FRANCE, colours=(), never=(), names=0):
        """Draws, and counts the pixels that are not paper, those of each colour meant, and the labels that found room."""
        system = QgsCoordinateReferenceSystem(f"EPSG:{epsg}")
        to = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), system, QgsProject.instance())
        extent = to.transformBoundingBox(QgsRectangle(*box))
        settings = QgsMapSettings()
        settings.setLayers(layers)
        settings.setDestinationCrs(system)
        settings.setTransformContext(QgsProject.instance().transformContext())
        settings.setBackgroundColor(QColor("white"))
        settings.setOutputSize(QSize(WIDE, round(WIDE * extent.height() / extent.width())))
        settings.setExtent(extent)
        job = QgsMapRendererParallelJob(settings)
        done = QEventLoop()
        job.finished.connect(done.quit)
        QTimer.singleShot(120_000, done.quit)
        job.start()
        if job.isActive():
            done.exec_()
        in_time = not job.isActive()
        if not in_time:
            job.cancel()
        image = job.renderedImage().convertToFormat(QImage.Format_RGB32)
        path = self.folder / (re.sub(r"\W+", "-", what) + ".png")
        image.save(str(path))
        bits = image.constBits()
        bits.setsize(image.sizeInBytes())
        pixels = collections.Counter(p & 0xFFFFFF for p in memoryview(bits).cast("B").cast("I"))
        total = sum(pixels.values())
        drawn = 1 - max(pixels.values()) / total
        self.row(f"{what} : dessin", "> 10 % dessinés", f"{drawn:.0%} en {job.renderingTime() / 1000:.1f} s", in_time and drawn > 0.1)
        errors = [e.message for e in job.errors()]
        if errors:
            self.row(f"{what} : dessin, erreurs", "aucune", errors)
        if colours:
            seen = [c for c in colours if pixels[c] > total / 5000]
            self.row(f"{what} : couleurs du style", len(colours), len(seen))
        if never:
            wrong = [f"#{c:06x} {pixels[c] / total:.1%}" for c in never if pixels[c] > total / 5000]
            self.row(f"{what} : couleurs de ce qui est choisi", "aucune", wrong or "aucune")
        if names:
            labels = job.takeLabelingResults()
            placed = len({l.labelText for l in labels.labelsWithinRect(settings.visibleExtent())}) if labels else 0
            self.row(f"{what} : noms placés", f"≥ {names}", placed, placed >= names)


def packages(judge, base):
    for level, query, count, crs, column, box in PACKAGES:
        what = f"{level}.gpkg{query}"
        path = judge.folder / (re.sub(r"\W+", "-", what) + ".gpkg")
        path.write_bytes(fetch(f"{base}/exports/{level}.gpkg{query}"))
        table = level.replace("-", "_")
        layer = QgsVectorLayer(f"{path}|layername={table}", level, "ogr")
        count = count or json.loads(fetch(f"{base}/ogc/collections/{level}/items?limit=1"))["numberMatched"]
        judge.row(f"{what} : valide, entités, système", (True, count, crs), (layer.isValid(), layer.featureCount(), layer.crs().authid()))
        judge.row(f"{what} : lues", count, sum(f.hasGeometry() for f in layer.getFeatures()))
        drawn = layer.renderer()
        meant = ("categorizedSymbol", column) if column else ("singleSymbol", None)
        how = (drawn.type(), drawn.classAttribute() if drawn.type() == "categorizedSymbol" else None)
        judge.row(f"{what} : style par défaut", meant, how)
        settings = layer.labeling().settings() if layer.labeling() else QgsPalLayerSettings()
        # 50 is what Qt 5 calls normal.
        written = (layer.labelsEnabled(), settings.fieldName, settings.format().font().weight())
        judge.row(f"{what} : étiquettes, champ, graisse", (True, "nom", 50), written)
        used = {str(f["classe"]) for f in layer.getFeatures()} if column else set()
        classes = drawn.categories() if column else []
        kinds = [c.symbol() for c in classes if str(c.value()) in used] if column else [drawn.symbol()]
        judge.picture(what, [layer], 2154, box, colours={s.color().rgb() & 0xFFFFFF for s in kinds})
        # Names stand inside their outline only: they are looked for at the scale of a région.
        if box is FRANCE and column:
            judge.picture(f"{what} de près", [layer], 2154, (1.0, 44.5, 6.0, 48.0), names=4)
        styles(judge, what, layer)
        judge.silence(what)


def undrawn(layer):
    """How many features a style leaves out: those whose value is in none of its categories."""
    context, renderer = QgsRenderContext(), layer.renderer()
    renderer.startRender(context, layer.fields())
    left = sum(renderer.symbolForFeature(f, context) is None for f in layer.getFeatures())
    renderer.stopRender(context)
    return left


def styles(judge, what, layer):
    """Every style in the file, and each again as SLD."""
    count, ids, names, _, error = layer.listStylesInDatabase()
    judge.row(f"{what} : styles rangés dans le fichier", "≥ 1", f"{names[:count]} {error}".strip(), count >= 1 and not error)
    for one, name in zip(ids[:count], names):
        qml, error = layer.getStyleFromDatabase(one)
        document = QDomDocument()
        document.setContent(qml)
        copy = layer.clone()
        fine, said = copy.importNamedStyle(document)
        judge.row(f"{what} : style « {name} », QML", True, f"{fine} {error}{said}".strip(), fine and not error and not said)
        judge.row(f"{what} : style « {name} », entités sans symbole", 0, undrawn(copy))
    source = layer.source().split("|")[0]
    rows = QgsVectorLayer(f"{source}|layername=layer_styles", "styles", "ogr")
    for row in rows.getFeatures():
        path = judge.folder / "style.sld"
        path.write_text(row["styleSLD"], encoding="utf-8")
        copy = layer.clone()
        said, fine = copy.loadSldStyle(str(path))
        kind = copy.renderer().type()
        judge.row(f"{what} : style « {row['styleName']} », SLD", True, f"{fine} ({kind}{', étiquettes' * copy.labelsEnabled()}) {said}".strip(), fine)


def tiles(judge, base):
    plain = f"type=xyz&url={base}/tiles/temps-2/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=14"
    layer = QgsVectorTileLayer(plain, "temps-2")
    judge.row("tuiles temps-2 : valide, zooms", (True, 0, 14), (layer.isValid(), layer.sourceMinZoom(), layer.sourceMaxZoom()))
    judge.row("tuiles temps-2 : système", "EPSG:3857", layer.crs().authid())
    judge.picture("tuiles temps-2 sans style", [layer], 3857)
    judge.silence("tuiles temps-2")
    for name in NAMES + [f"{n}-sombre" for n in NAMES]:
        address = f"{base}/styles/{name}.json"
        style = json.loads(fetch(address))
        what = f"tuiles et style {name}"
        # All that the style draws, in one address, as QGIS has one address for a layer.
        wanted = ",".join(dict.fromkeys(l["source-layer"] for l in style["layers"] if "source-layer" in l))
        layer = QgsVectorTileLayer(
            f"type=xyz&styleUrl={address}&url={base}/tiles/{wanted}/{{z}}/{{x}}/{{y}}.mvt&zmin=0&zmax=14", name
        )
        said, fine = layer.loadDefaultStyle()
        judge.row(f"{what} : lu par son adresse", (True, True), (layer.isValid(), fine), layer.isValid() and fine)
        context = QgsMapBoxGlStyleConversionContext()
        converter = QgsMapBoxGlStyleConverter()
        result = converter.convert(style, context)
        judge.row(f"{what} : converti", True, f"{result == QgsMapBoxGlStyleConverter.Success} {converter.errorMessage()}".strip(),
                  result == QgsMapBoxGlStyleConverter.Success and not converter.errorMessage())
        layers = {l["id"]: l for l in style["layers"]}
        warnings = [
            w for w in dict.fromkeys(converter.warnings())
            if not any(re.search(h, w) for h in HARMLESS) and layers[w.split(":")[0]].get("minzoom", 0) < BEYOND
        ]
        judge.row(f"{what} : remarques du convertisseur", "aucune", "aucune" if not warnings else warnings)
        fills, texts = layer.renderer().styles(), layer.labeling().styles()
        drawn = sum(l["type"] in ("background", "fill", "line") for l in style["layers"])
        written = sum(l["type"] == "symbol" for l in style["layers"])
        judge.row(f"{what} : couches dessinées, écrites", (drawn, written), (len(fills), len(texts)))
        broken = [s.styleName() for s in fills + texts for e in expressions(s) if QgsExpression(e).hasParserError()]
        broken = [n for n in dict.fromkeys(broken) if layers[n].get("minzoom", 0) < BEYOND and n != "temps-2-etiquettes"]
        judge.row(f"{what} : expressions que QGIS ne lit pas", "aucune", broken or "aucune")
        colours = {int(c[1:], 16) for c in re.findall(r"#[0-9a-f]{6}", json.dumps(layers["temps-2-fond"]["paint"]["fill-color"]))}
        never = {int(layers[n]["paint"]["line-color"][1:], 16) for n in ("temps-2-choisi-limite",)}
        judge.picture(what, [layer], 3857, colours=colours, never=never, names=40)
        judge.silence(what)
        judge.picture(f"{what} de près", [layer], 3857, BEARN, never=never, names=3)


def expressions(style):
    """What a converted layer asks of each feature: its filter, colours, widths."""
    found = [style.filterExpression()]
    if hasattr(style, "symbol"):
        symbol = style.symbol()
        for number in range(symbol.symbolLayerCount()):
            properties = symbol.symbolLayer(number).dataDefinedProperties()
            found += [properties.property(k).expressionString() for k in properties.propertyKeys()]
    else:
        settings = style.labelSettings()
        properties = settings.dataDefinedProperties()
        found += [properties.property(k).expressionString() for k in properties.propertyKeys()]
    return [e for e in found if e]


def features(judge, base):
    source = f"url='{base}/ogc' typename='{{}}' srsname='EPSG:4326' pageSize='1000'"
    for level, count in [("temps-2", 183), ("temps-1", 149), ("regions", 18), ("communes", None)]:
        layer = QgsVectorLayer(source.format(level), level, "OAPIF")
        what = f"OAPIF {level}"
        judge.row(f"{what} : valide, système", (True, "OGC:CRS84"), (layer.isValid(), layer.crs().authid()), layer.isValid() and layer.crs().authid() in ("EPSG:4326", "OGC:CRS84"))
        # More features than a page: QGIS follows « next » by itself.
        count = count or json.loads(fetch(f"{base}/ogc/collections/{level}/items?limit=1"))["numberMatched"]
        judge.row(f"{what} : entités lues", count, sum(f.hasGeometry() for f in layer.getFeatures()))
        judge.picture(what, [layer], 2154, BEARN if level == "communes" else FRANCE)
        judge.silence(what)
    everything = list(QgsVectorLayer(source.format("temps-2"), "temps-2", "OAPIF").getFeatures())
    box = QgsRectangle(-1.0, 43.0, 1.0, 44.0)
    wanted = {f["id"] for f in everything if f.geometry().intersects(box)}
    fresh = QgsVectorLayer(source.format("temps-2"), "temps-2", "OAPIF")
    exact = QgsFeatureRequest(box).setFlags(QgsFeatureRequest.ExactIntersect)
    got = {f["id"] for f in fresh.getFeatures(exact)}
    judge.row("OAPIF temps-2 : emprise de Pau", len(wanted), len(got), got == wanted and len(wanted) > 3)
    # Lambert-93: QGIS asks for it from 3.30 on, and until then transforms by itself. Both must be the same places.
    address = f"{base}/ogc/collections/temps-2/items?limit=1000&crs=http://www.opengis.net/def/crs/EPSG/0/2154"
    text = fetch(address).decode()
    fields = QgsJsonUtils.stringToFields(text)
    served = {f["id"]: f.geometry() for f in QgsJsonUtils.stringToFeatureList(text, fields)}
    system = QgsCoordinateReferenceSystem("EPSG:2154")
    to = QgsCoordinateTransform(fresh.crs(), system, QgsProject.instance())
    worst = 0.0
    for feature in everything:
        own = feature.geometry()
        own.transform(to)
        pairs = zip(own.vertices(), served[feature["id"]].vertices())
        worst = max(worst, max(a.distance(b) for a, b in pairs))
    judge.row("/ogc en EPSG:2154 : entités, écart à QGIS", "183, < 1 cm", f"{len(served)}, {worst * 100:.2g} cm", len(served) == 183 and worst < 0.01)
    judge.silence("/ogc")


def child(asked):
    application = QgsApplication([], True)
    QgsApplication.setPrefixPath("/usr", True)
    QgsApplication.initQgis()
    judge = Judge(asked.dossier)
    print(f"QGIS {Qgis.QGIS_VERSION}\n{'':5} {'quoi':52} {'demandé':28} mesuré")
    for part in (packages, tiles, features):
        part(judge, asked.binary)
    print(f"{judge.rows} contrôles, {judge.faults} fautes ; images dans {asked.dossier}", flush=True)
    # QGIS taken down by Python's own end crashes now and then, and would say nothing of the service.
    os._exit(1 if judge.faults else 0)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("binary")
    options.add_argument("--dossier", type=Path)
    options.add_argument("--dans-qgis", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if not given.dans_qgis:
        sys.exit(parent(given))
    # This folder comes first when Python looks for « qgis », and this file would be it.
    sys.path.pop(0)
    from qgis.core import (
        Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsExpression, QgsFeatureRequest,
        QgsJsonUtils, QgsMapBoxGlStyleConversionContext, QgsMapBoxGlStyleConverter, QgsMapRendererParallelJob, QgsMapSettings,
        QgsPalLayerSettings, QgsProject, QgsRectangle, QgsRenderContext, QgsVectorLayer, QgsVectorTileLayer,
    )
    from qgis.PyQt.QtCore import QEventLoop, QSize, QTimer
    from qgis.PyQt.QtGui import QColor, QImage
    from qgis.PyQt.QtXml import QDomDocument
    child(given)
