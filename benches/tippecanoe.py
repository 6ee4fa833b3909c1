"""Our tiles beside tippecanoe's, made from the same file.

    tippecanoe.py territoires.geojson target/release/territoires      # builds them: `territoires build`
    tippecanoe.py territoires.geojson territoires.mbtiles [--programme …/tippecanoe]

Input is the export of a level (`territoires export temps-2 …`) and our tiles of that level, as
`territoires build` makes them. tippecanoe makes zooms 0 to 12 of the file twice: as it does by default, and with
--no-simplification-of-shared-nodes, which keeps borders between features together. Attributes and ids are kept.

What is measured, per zoom:

  tiles, bytes   tiles that are not empty, and their bytes with gzip at level 9 (tippecanoe's are unpacked and
                 packed again, so that both are packed by the same program; its own are printed below)
  deviation      in tile units, 1/4096 of a tile, over the tile proper, without the buffer:
                 source → drawn: from the vertices of the source's borders, and from points on its edges at
                 most a unit apart, to the nearest border drawn of the same feature in that tile, the buffer
                 included; greatest, 99.9th percentile and mean of all points;
                 drawn → source: from the drawn vertices to the nearest border of the feature in the source.
                 Edges along the tile window's own border are not borders: they are left out. Source edges are
                 straight in Web Mercator, where they are at most some metres off those in degrees.
  not drawn      rings of the source that no drawn vertex in any tile looked at is nearest to, of all rings of
                 its feature: how many, and the area of the largest in square units. Their points are left out of
                 source → drawn: an islet that is dropped would hide all the rest. Only rings that fit into one
                 tile with its buffer can be dropped: a larger one that is not drawn is a deviation.
  lost           points of the source, of rings drawn elsewhere, in tiles where their feature has no border
                 at all; they are in no other figure

The tiles looked at are those that a border of the source crosses, the same for all; from --tout-jusqu-a on,
a sample drawn with a seed. Rings can then only be missed that lie wholly in a tile of the sample.
User time is that of the child process, from its start to its end.
"""

import argparse
import gzip
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import shapely

import tuiles
from tuiles import EXTENT

VARIANTS = [
    ("tippecanoe", []),
    ("tippecanoe, shared nodes kept", ["--no-simplification-of-shared-nodes"]),
]


def make(program, inputs, options, output):
    """Runs tippecanoe over (layer, file) pairs and gives its user time and the time on the clock, in seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    named = [w for layer, path in inputs for w in ("-L", f"{layer}:{path}")]
    subprocess.run(
        [program, "--quiet", "--force", "-Z0", f"-z{tuiles.FINEST}", *options, "-o", output, *named],
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime, time.time() - began


def build(program, layers, output):
    """Runs `territoires build` over layers and gives its user time and the time on the clock, in seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    subprocess.run(
        [program, "build", "--layers", ",".join(layers), "--minzoom", "0", "--maxzoom", str(tuiles.FINEST), output],
        check=True, stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime, time.time() - began


class Source:
    """The borders of the file, in the unit square."""

    def __init__(self, path):
        starts, ends, feature, ring, areas, boxes = [], [], [], [], [], []
        for f in tuiles.read_features(path):
            shape = f["geometry"]
            if shape is None:
                continue
            polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            for r in (r for p in polygons for r in p):
                lon, lat = np.array(r).T
                line = np.stack(tuiles.project(lon, lat), axis=1)
                a, b = line[:-1], line[1:]
                # Relative to the first vertex: the ring is small, its place is not.
                (ax, ay), (bx, by) = (a - a[0]).T, (b - a[0]).T
                starts.append(a)
                ends.append(b)
                feature.append(np.full(len(a), f["id"], dtype=np.uint64))
                ring.append(np.full(len(a), len(areas)))
                areas.append(abs((ax * by - bx * ay).sum()) / 2)
                boxes.append([*line.min(axis=0), *line.max(axis=0)])
        self.a, self.b = np.concatenate(starts), np.concatenate(ends)
        self.feature, self.ring = np.concatenate(feature), np.concatenate(ring)
        self.areas, self.boxes = np.array(areas), np.array(boxes)
        self.tree = shapely.STRtree(shapely.linestrings(np.stack([self.a, self.b], axis=1)))
        self.trees = {}
        for i in np.unique(self.feature):
            at = np.flatnonzero(self.feature == i)
            lines = shapely.linestrings(np.stack([self.a[at], self.b[at]], axis=1))
            self.trees[int(i)] = (shapely.STRtree(lines), self.ring[at])

    def points(self, edges, z):
        """Vertices and points at most a unit apart on edges, in tile units of the whole zoom, with the edge of each."""
        scale = EXTENT << z
        a, b = self.a[edges] * scale, self.b[edges] * scale
        steps = np.maximum(1, np.ceil(np.hypot(*(b - a).T))).astype(np.int64)
        edge = np.repeat(np.arange(len(edges)), steps)
        part = (np.arange(len(edge)) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[edge]
        return a[edge] + (b - a)[edge] * part[:, None], edges[edge]

    def tiles(self, z):
        """The tiles that a border crosses."""
        found = set()
        for chunk in np.array_split(np.arange(len(self.a)), max(1, len(self.a) >> 14)):
            points, _ = self.points(chunk, z)
            found.update(map(tuple, np.unique(np.floor(points / EXTENT).astype(np.int64), axis=0).tolist()))
        return sorted(found)

    def fits(self, z, tile, buffer):
        """Rings that lie wholly in the window of a tile."""
        box = self.boxes * (EXTENT << z) - np.tile(np.array(tile) * EXTENT, 2)
        return ((box[:, :2] >= -buffer) & (box[:, 2:] <= EXTENT + buffer)).all(axis=1)


def borders(drawn, buffer):
    """Per edge of a tile whether it is a border and not one of the window's sides."""
    a, b = drawn.vertices, drawn.following
    low, high = -buffer, EXTENT + buffer
    along = (a == b) & ((a <= low) | (a >= high))
    return ~along.any(axis=1)


def deviation(source, of, layer, z, tiles, buffer):
    """What the head of this file defines, for one zoom."""
    scale = EXTENT << z
    forward, forward_ring, places, back = [], [], [], []
    voted, asked, lost, lost_ring = set(), set(), [], []
    for tile in tiles:
        origin = np.array(tile) * EXTENT
        drawn = None
        data = of.tile(z, *tile)
        for message in tuiles.layers_of(data) if data else []:
            if message.name == layer:
                drawn = tuiles.polygons(message)
        window = np.append(origin, origin + EXTENT) / scale
        edges = np.sort(source.tree.query(shapely.box(*window)))
        points, edge = source.points(edges, z)
        points -= origin
        inside = ((points >= 0) & (points < EXTENT)).all(axis=1)
        points, edge = points[inside], edge[inside]
        present = np.unique(source.feature[edge]) if len(edge) else []
        asked.update(np.unique(source.ring[edge]).tolist())
        asked.update(np.flatnonzero(source.fits(z, tile, buffer) & np.isin(
            np.arange(len(source.areas)), source.ring[edge])).tolist())
        if drawn is not None:
            is_border = borders(drawn, buffer)
            owner = drawn.ids[drawn.feature_of_vertex]
            a, b = drawn.vertices, drawn.following
            # A vertex counts where the edge before it or after it is a border.
            before = np.arange(len(a)) - 1
            before[drawn.starts[:-1]] = drawn.starts[1:] - 1
            is_own = is_border | is_border[before]
            for i in np.unique(owner):
                tree, rings = source.trees[int(i)]
                own = a[(owner == i) & is_own]
                if len(own) == 0:
                    continue
                (_, nearest), distance = tree.query_nearest(
                    shapely.points((own + origin) / scale), return_distance=True, all_matches=False
                )
                voted.update(np.unique(rings[nearest]).tolist())
                back.append(distance[((own >= 0) & (own <= EXTENT)).all(axis=1)] * scale)
        for i in present:
            mine = source.feature[edge] == i
            chosen = (owner == i) & is_border if drawn is not None else np.zeros(0, dtype=bool)
            if not chosen.any():
                lost.append(int(mine.sum()))
                lost_ring.append(source.ring[edge[mine]])
                continue
            tree = shapely.STRtree(shapely.linestrings(np.stack([a[chosen], b[chosen]], axis=1).astype(float)))
            _, distance = tree.query_nearest(
                shapely.points(points[mine]), return_distance=True, all_matches=False
            )
            forward.append(distance)
            forward_ring.append(source.ring[edge[mine]])
            places.append(points[mine] + origin)
    box = source.boxes * scale
    small = ((box[:, 2:] - box[:, :2]) <= EXTENT + 2 * buffer).all(axis=1)
    dropped = np.array(sorted(r for r in asked - voted if small[r]), dtype=np.int64)
    forward, forward_ring = np.concatenate(forward), np.concatenate(forward_ring)
    kept = ~np.isin(forward_ring, dropped)
    forward, places = forward[kept], np.concatenate(places)[kept]
    x, y = places[forward.argmax()] / scale
    lost_ring = np.concatenate(lost_ring) if lost_ring else np.zeros(0, dtype=np.int64)
    back = np.concatenate(back)
    return {
        "max": forward.max(), "p999": np.quantile(forward, 0.999), "mean": forward.mean(), "back": back.max(),
        "at": f"{(x - 0.5) * 360:.3f} {np.degrees(tuiles.latitude(y)):.3f}", "points": len(forward), "dropped": len(dropped), "asked": len(asked),
        "largest": source.areas[dropped].max() * scale**2 if len(dropped) else 0.0,
        "lost": int((~np.isin(lost_ring, dropped)).sum()),
    }


def sizes(of):
    """Per zoom: tiles, bytes with gzip at level 9, bytes as stored (None from a server)."""
    result, parents = {}, None
    for z in range(tuiles.FINEST + 1):
        tiles = tuiles.candidates(of, z, parents)
        parents, packed, stored = set(), 0, 0
        for x, y in tiles:
            data = of.tile(z, x, y)
            if data:
                parents.add((x, y))
                packed += len(gzip.compress(data, 9, mtime=0))
                stored += len(of.stored(z, x, y)) if hasattr(of, "stored") else 0
        result[z] = (len(parents), packed, stored or None)
    return result


def table(rows, head):
    """Prints rows in columns."""
    text = [[str(c) for c in row] for row in [head, *rows]]
    widths = [max(len(r[i]) for r in text) for i in range(len(head))]
    for row in text:
        print("  ".join(c.rjust(w) for c, w in zip(row, widths)), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Nos tuiles à côté de celles de tippecanoe.")
    parser.add_argument("source", help="export GeoJSON de la couche")
    parser.add_argument("tuiles", help="nos tuiles : le binaire, ou un fichier .mbtiles")
    parser.add_argument("--couche", default="temps-2")
    parser.add_argument("--programme", default=os.path.join(os.path.dirname(sys.executable), "tippecanoe"))
    parser.add_argument("--aussi", metavar="COUCHE=FICHIER",
                        help="mesurer aussi le temps de tippecanoe pour les deux couches ensemble")
    parser.add_argument("--tout-jusqu-a", type=int, default=8, metavar="Z",
                        help="toutes les tuiles jusqu’à ce zoom, un échantillon au-delà")
    parser.add_argument("--echantillon", type=int, default=400, metavar="N", help="tuiles par zoom au-delà")
    parser.add_argument("--graine", type=int, default=1)
    arguments = parser.parse_args()
    source = Source(arguments.source)
    print(f"{arguments.source}: {len(source.trees)} features, {len(source.areas)} rings, {len(source.a)} edges")
    with tempfile.TemporaryDirectory() as folder:
        if os.access(arguments.tuiles, os.X_OK):
            ours = os.path.join(folder, "here.mbtiles")
            wanted = [[arguments.couche]]
            if arguments.aussi:
                wanted.insert(0, [arguments.couche, arguments.aussi.split("=", 1)[0]])
            for layers in wanted:
                user, clock = build(arguments.tuiles, layers, ours)
                print(f"here, {' and '.join(layers)}: user time {user:.2f} s, {clock:.2f} s on the clock")
            ours = tuiles.Archive(ours)
        else:
            ours = tuiles.Archive(arguments.tuiles)
        runs = [("here", ours, 64)]
        measured = [sizes(ours)]
        for name, options in VARIANTS:
            output = os.path.join(folder, f"{len(runs)}.mbtiles")
            user, clock = make(arguments.programme, [(arguments.couche, arguments.source)], options, output)
            print(f"{name}: user time {user:.2f} s, {clock:.2f} s on the clock")
            runs.append((name, tuiles.Archive(output), 80))
        if arguments.aussi:
            other = tuple(arguments.aussi.split("=", 1))
            both = [(arguments.couche, arguments.source), other]
            for name, options in VARIANTS:
                user, clock = make(arguments.programme, both, options, os.path.join(folder, "both.mbtiles"))
                print(f"{name}, {arguments.couche} and {other[0]}: user time {user:.2f} s, {clock:.2f} s on the clock")
        measured += [sizes(of) for _, of, _ in runs[1:]]
        for (name, _, _), by_zoom in zip(runs, measured):
            total = [sum(v[i] or 0 for v in by_zoom.values()) for i in range(3)]
            stored = f", {total[2]} as stored" if total[2] else ""
            print(f"{name}: {total[0]} tiles, {total[1]} bytes with gzip -9{stored}")
        head = ["z", "of", "tiles", "bytes", "looked at", "points", "max", "at", "99.9 %", "mean", "drawn→source max",
                "not drawn", "of rings", "largest", "lost"]
        rows = []
        for z in range(tuiles.FINEST + 1):
            tiles = source.tiles(z)
            if z > arguments.tout_jusqu_a and len(tiles) > arguments.echantillon:
                chosen = np.random.default_rng([arguments.graine, z]).choice(
                    len(tiles), arguments.echantillon, replace=False)
                tiles = [tiles[i] for i in sorted(chosen)]
            for (name, of, buffer), by_zoom in zip(runs, measured):
                d = deviation(source, of, arguments.couche, z, tiles, buffer)
                rows.append([z, name, *by_zoom[z][:2], len(tiles), d["points"], f"{d['max']:.3f}", d["at"], f"{d['p999']:.3f}",
                             f"{d['mean']:.3f}", f"{d['back']:.3f}", d["dropped"], d["asked"],
                             f"{d['largest']:.2f}", d["lost"]])
        table(rows, head)
    return 0


if __name__ == "__main__":
    sys.exit(main())
