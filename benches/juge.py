"""The judge of the tiles: a decoder and a geometry that are not ours look at every tile.

    juge.py http://127.0.0.1:8080 --couches communes,temps-2
    juge.py territoires.mbtiles --couches temps-2 --zooms 0-12 --source temps-2=temps-2.geojson
    juge.py target/release/territoires --echantillon 100        # starts it as a server

Reads tiles from a server or an .mbtiles file with mapbox-vector-tile's message class (see tuiles.py) and
judges them with GEOS through shapely. Exit code 1 where anything is wrong. What is counted, per layer and
zoom, in tile units of 1/4096 of a tile:

  invalid     features that GEOS finds invalid, with its reasons
  coverage    km of edges that GEOS' coverage validator refuses (edges that overlap another feature or meet
              one without the same vertices), summed over features, with the buffer; the same inside the
              tiles; and the area that features overlap there, in square units: where it is 0, only
              vertices are missing, or neighbours are apart
  zero        edges without length, the closing one included
  rings       rings that break MVT 2.1: not closed, no area, the first of a feature not an exterior …
  ids         features whose id another of the tile has, or that have none
  attributes  fields that have several types in a layer, or nested values written as text
  vertices    edges with both ends in the part that two neighbouring tiles both show (their buffers) that one
              of the two lacks; and features that cross the tiles' common edge in one of the two only
  seams       crossings of the common edge that are not at the same place from both sides, and how far apart
              at most
  ids seen    how many distinct ids the zoom shows, of those in --source (or of those at any zoom)

Candidates are all tiles over France to zoom 8 and the children of those that are not empty beyond; an
archive is read whole.
"""

import argparse
import collections
import multiprocessing
import random
import sys
import time

import numpy as np
import shapely

import tuiles
from tuiles import EXTENT

KINDS = ["string_value", "float_value", "double_value", "int_value", "uint_value", "sint_value", "bool_value"]
NUMBERS = {"int_value": "int", "uint_value": "int", "sint_value": "int", "float_value": "real", "double_value": "real"}

state = None


def start(of, layers, buffer):
    global state
    state = (of, set(layers), buffer)


def attributes(layer):
    """The types of each field, and what is wrong with the tables."""
    faults = collections.Counter()
    kinds = []
    for value in layer.values:
        set_ones = [k for k in KINDS if value.HasField(k)]
        faults["value without one type"] += len(set_ones) != 1
        kind = set_ones[0] if set_ones else "none"
        if kind == "string_value" and value.string_value[:1] in ("{", "["):
            kind = "nested"
        kinds.append(NUMBERS.get(kind, kind))
    faults["field named twice"] += len(set(layer.keys)) != len(layer.keys)
    pairs = set()
    for feature in layer.features:
        tags = feature.tags
        faults["odd number of tags"] += len(tags) % 2
        pairs.update(zip(tags[::2], tags[1::2]))
    types = collections.defaultdict(set)
    for key, value in pairs:
        if key >= len(layer.keys) or value >= len(layer.values):
            faults["tag out of range"] += 1
        else:
            types[layer.keys[key]].add(kinds[value])
    return types, faults


def sides(drawn, buffer):
    """What each side of a tile must have in common with its neighbour: crossings of the common edge as
    (id, place), and edges in the strip that both windows hold as (id, four coordinates)."""
    a, b = drawn.vertices, drawn.following
    ids = drawn.ids[drawn.feature_of_vertex]
    result = {}
    for side, axis, edge in (("W", 0, 0), ("E", 0, EXTENT), ("N", 1, 0), ("S", 1, EXTENT)):
        u0, u1 = a[:, axis] - edge, b[:, axis] - edge
        v0, v1 = a[:, 1 - axis], b[:, 1 - axis]
        crosses = (u0 < 0) != (u1 < 0)
        c0, c1 = u0[crosses], u1[crosses]
        place = v0[crosses] - c0 * ((v1 - v0)[crosses] / (c1 - c0))
        order = np.lexsort((place, ids[crosses]))
        inside = (np.abs(u0) < buffer) & (np.abs(u1) < buffer)
        for v in (v0, v1):
            inside &= (v > -buffer) & (v < EXTENT + buffer)
        edges = np.stack([u0, v0, u1, v1], axis=1)[inside].astype(np.int16)
        result[side] = (
            ids[crosses][order], place[order],
            {(int(i), *e) for i, e in zip(ids[inside], edges.tolist())},
        )
    return result


def overlap(shapes):
    """The area that several of the shapes cover, counted each time beyond the first."""
    shapes = shapely.make_valid(shapes)
    return float(shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes)))


def judge(task):
    """One tile: per layer its counts, ids, types and sides."""
    z, x, y = task
    of, wanted, buffer = state
    data = of.tile(z, x, y)
    report = {}
    if not data:
        return task, 0, report
    names = collections.Counter()
    for layer in tuiles.layers_of(data):
        if layer.name not in wanted:
            continue
        names[layer.name] += 1
        if layer.name.endswith("-etiquettes"):
            continue
        drawn = tuiles.polygons(layer)
        n, rings, bad = collections.Counter(), drawn.faults, []
        rings["version or extent"] += layer.version != 2 or layer.extent != EXTENT
        rings["layer twice"] += names[layer.name] > 1
        n["tiles"], n["features"], n["vertices drawn"] = 1, len(drawn.ids), len(drawn.vertices)
        first = np.diff(drawn.feature, prepend=-1) > 0
        rings["first ring not exterior"] += int((drawn.areas[first] < 0).sum())
        rings["ring without area"] += int((drawn.areas == 0).sum())
        rings["fewer than three vertices"] += int((np.diff(drawn.starts) < 3).sum())
        n["zero"] = int((drawn.vertices == drawn.following).all(axis=1).sum())
        n["ids"] = len(drawn.ids) - len(np.unique(drawn.ids)) + int((drawn.ids == 0).sum())
        shapes = drawn.geometries()
        n["polygons"] = int(shapely.get_num_geometries(shapes).sum())
        valid = shapely.is_valid(shapes)
        n["invalid"] = int((~valid).sum())
        for i in np.flatnonzero(~valid):
            reason = shapely.is_valid_reason(shapes[i])
            n["reason " + reason.split("[")[0]] += 1
            bad.append(f"{layer.name} {z}/{x}/{y} id {drawn.ids[i]}: {reason}")
        try:
            edges = shapely.coverage_invalid_edges(shapes)
        except shapely.GEOSException as error:
            rings[f"coverage: {error}"] += 1
            edges = np.full(len(shapes), shapely.LineString())
        touched = ~shapely.is_empty(edges)
        edges = edges[touched]
        if len(edges):
            height = (y + shapely.get_y(shapely.centroid(edges)) / EXTENT) / (1 << z)
            scale = tuiles.km_per_unit(z, height)
            n["coverage km"] = float((shapely.length(edges) * scale).sum())
            inner = shapely.intersection(edges, shapely.box(0, 0, EXTENT, EXTENT))
            n["inside km"] = float((shapely.length(inner) * scale).sum())
            n["coverage features"] = len(edges)
            n["overlap"] = overlap(shapes[touched])
            bad.append(f"{layer.name} {z}/{x}/{y}: {n['coverage km']:.4f} km not a coverage, at "
                       + shapely.get_point(shapely.get_geometry(edges[0], 0), 0).wkt)
        types, faults = attributes(layer)
        rings.update(faults)
        report[layer.name] = (n, +rings, np.unique(drawn.ids), dict(types), sides(drawn, buffer), bad[:20])
    return task, len(data), report


def compare(left, right):
    """Two sides of one seam: edges missing, crossings on one side only, crossings apart, the largest."""
    ids_a, places_a, edges_a = left
    ids_b, places_b, edges_b = right
    missing = len(edges_a ^ edges_b)
    if len(ids_a) == len(ids_b) and (ids_a == ids_b).all():
        apart = np.abs(places_a - places_b)
        return missing, 0, apart
    common, alone = [], 0
    for i in np.union1d(ids_a, ids_b):
        a, b = places_a[ids_a == i], places_b[ids_b == i]
        if len(a) == len(b):
            common.append(np.abs(a - b))
        else:
            alone += abs(len(a) - len(b))
    return missing, alone, np.concatenate(common) if common else np.zeros(0)


NOTHING = (np.zeros(0, dtype=np.uint64), np.zeros(0), set())


def arguments_of_the_command():
    parser = argparse.ArgumentParser(description="Juge des tuiles.")
    parser.add_argument("tuiles", help="http://hôte:port, fichier .mbtiles, ou le binaire à lancer")
    parser.add_argument("--couches", default="temps-2", help="couches, jointes par des virgules")
    parser.add_argument("--zooms", default=f"0-{tuiles.FINEST}", help="par exemple 0-12")
    parser.add_argument("--echantillon", type=int, metavar="N", help="au plus N tuiles par zoom, tirées au sort")
    parser.add_argument("--graine", type=int, default=1, help="graine du tirage")
    parser.add_argument("--source", action="append", default=[], metavar="COUCHE=FICHIER",
                        help="export GeoJSON d’une couche : les numéros attendus")
    parser.add_argument("--complet-des", type=int, default=3, metavar="Z",
                        help="tout numéro attendu doit être vu à partir de ce zoom")
    parser.add_argument("--couture", type=float, default=0.0, metavar="UNITÉS",
                        help="écart admis aux coutures, en unités de tuile")
    parser.add_argument("--tampon", type=int, default=64, help="tampon des tuiles, en unités (tippecanoe : 80)")
    parser.add_argument("--processus", type=int, default=2)
    parser.add_argument("--details", type=int, default=10, help="exemples à imprimer")
    return parser.parse_args()


def main():
    arguments = arguments_of_the_command()
    with tuiles.source(arguments.tuiles, arguments.couches.split(",")) as of:
        return judged(arguments, of)


def judged(arguments, of):
    """Judges all that was asked for, prints it, and gives the exit code."""
    layers = arguments.couches.split(",")
    low, high = (int(z) for z in (arguments.zooms.split("-") * 2)[:2])
    random.seed(arguments.graine)
    expected = {}
    for item in arguments.source:
        layer, _, path = item.partition("=")
        expected[layer] = {f["id"]: f["properties"]["nom"] for f in tuiles.read_features(path)}
    seen = {layer: {} for layer in layers}
    types = {layer: collections.defaultdict(set) for layer in layers}
    wrong, examples = [], []
    began = time.time()
    with multiprocessing.Pool(arguments.processus, start, (of, layers, arguments.tampon)) as pool:
        parents = None
        for z in range(low, high + 1):
            tiles = tuiles.candidates(of, z, parents)
            sampled = arguments.echantillon is not None and len(tiles) > arguments.echantillon
            asked = random.sample(tiles, arguments.echantillon) if sampled else tiles
            # The children of a sample are not all there are: take those of the boxes.
            parents = None if sampled else set()
            total = {layer: collections.Counter() for layer in layers}
            faults = {layer: collections.Counter() for layer in layers}
            borders = {layer: {} for layer in layers}
            ids = {layer: [] for layer in layers}
            chunk = max(1, min(32, len(asked) // 8))
            for (_, x, y), length, report in pool.imap_unordered(judge, [(z, *t) for t in asked], chunk):
                if length and parents is not None:
                    parents.add((x, y))
                for layer in layers:
                    if layer not in report:
                        borders[layer][x, y] = dict.fromkeys("WENS", NOTHING)
                        continue
                    n, f, i, t, s, bad = report[layer]
                    total[layer] += n
                    faults[layer] += f
                    ids[layer].append(i)
                    borders[layer][x, y] = s
                    examples += bad[: max(0, arguments.details - len(examples))]
                    for key, kinds in t.items():
                        types[layer][key] |= kinds
            for layer in layers:
                n, apart_all = total[layer], []
                for (x, y), mine in borders[layer].items():
                    for here, there, at in (
                        ("E", "W", (x + 1, y)), ("S", "N", (x, y + 1)),
                        ("W", "E", (x - 1, y)), ("N", "S", (x, y - 1)),
                    ):
                        theirs = borders[layer].get(at)
                        # Each seam once; where nobody asked for the neighbour, it is empty or out of the sample.
                        if theirs is None and sampled or theirs is not None and here in "WN":
                            continue
                        theirs = theirs or {there: NOTHING}
                        missing, alone, apart = compare(mine[here], theirs[there])
                        n["seam edges missing"] += missing
                        n["seam alone"] += alone
                        n["seam crossings"] += len(apart)
                        apart_all.append(apart[apart > arguments.couture])
                        if (missing or alone) and len(examples) < arguments.details:
                            examples.append(f"{layer} {z}/{x}/{y} {here}: {missing} edges, {alone} crossings on one side only")
                apart = np.concatenate(apart_all) if apart_all else np.zeros(0)
                distinct = set(np.unique(np.concatenate(ids[layer])).tolist()) if ids[layer] else set()
                seen[layer][z] = (distinct, sampled)
                reasons = {k[7:]: v for k, v in n.items() if k.startswith("reason ")}
                print(
                    f"{layer} z{z}: {n['tiles']} tiles, {n['features']} features, {n['polygons']} polygons, "
                    f"{n['vertices drawn']} vertices; invalid {n['invalid']} {reasons or ''}; "
                    f"coverage {n['coverage km']:.4f} km (inside {n['inside km']:.4f}, {n['coverage features']} features, "
                    f"overlap {n['overlap']:.2f}); "
                    f"zero {n['zero']}; rings {dict(faults[layer]) or 0}; ids twice {n['ids']}; "
                    f"seams: edges missing {n['seam edges missing']}, on one side only {n['seam alone']}, "
                    f"apart {len(apart)} of {n['seam crossings']}, at most {apart.max() if len(apart) else 0:.3f}; "
                    f"ids seen {len(distinct)} [{time.time() - began:.0f} s]",
                    flush=True,
                )
                for what, count in (
                    ("invalid features", n["invalid"]), ("km that are no coverage", n["coverage km"]),
                    ("edges without length", n["zero"]), ("rings against MVT 2.1", sum(faults[layer].values())),
                    ("ids twice", n["ids"]), ("edges missing at seams", n["seam edges missing"]),
                    ("crossings on one side of a seam only", n["seam alone"]), ("crossings apart at seams", len(apart)),
                ):
                    if count:
                        wrong.append(f"{layer} z{z}: {count} {what}")
    for layer in layers:
        names = expected.get(layer, {})
        known = set(names) or set().union(*(s for s, _ in seen[layer].values()))
        for z, (distinct, sampled) in seen[layer].items():
            absent = sorted(known - distinct)
            strange = distinct - known
            if strange:
                wrong.append(f"{layer} z{z}: {len(strange)} ids that the source has not")
            if not absent or sampled:
                continue
            shown = ", ".join(names.get(i, str(i)) for i in absent[:8]) + (" …" if len(absent) > 8 else "")
            print(f"{layer} z{z}: {len(absent)} of {len(known)} ids not drawn: {shown}")
            if z >= arguments.complet_des:
                wrong.append(f"{layer} z{z}: {len(absent)} ids not drawn")
        for key, kinds in types[layer].items():
            if len(kinds) > 1 or "nested" in kinds or "none" in kinds:
                wrong.append(f"{layer}: field {key} is {', '.join(sorted(kinds))}")
    for line in examples[: arguments.details]:
        print("for example", line)
    print(f"{time.time() - began:.0f} s")
    for line in wrong:
        print("WRONG", line)
    print("nothing wrong" if not wrong else f"{len(wrong)} things wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
