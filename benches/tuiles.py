"""Tiles for the two judges beside this file: where they come from, and what is in them.

The protocol buffer is read by mapbox-vector-tile's own message class; the geometry commands are read here,
because that package's decoder closes rings, drops empty ones and turns others without a word, which is
what a judge must see. Nothing of the Rust code is used.
"""

import collections
import contextlib
import dataclasses
import gzip
import http.client
import json
import math
import os
import re
import sqlite3
import subprocess
import urllib.parse

import numpy as np
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2

EXTENT = 4096
FINEST = 12
EQUATOR_KM = 40075.016686

# Metropolitan France, Guadeloupe, Martinique, Guyane, La Réunion, Mayotte.
BOXES = [
    (-5.3, 41.3, 9.7, 51.2),
    (-61.9, 15.8, -60.9, 16.6),
    (-61.3, 14.3, -60.8, 14.9),
    (-54.7, 2.1, -51.6, 5.8),
    (55.2, -21.4, 55.9, -20.8),
    (44.9, -13.1, 45.4, -12.6),
]
# Up to this zoom every tile of the boxes is asked for; from there on only children of tiles that are not
# empty: an islet too small for a coarse zoom is found all the same.
ASK_ALL_TO = 8


def project(lon, lat):
    """The unit square of Web Mercator, y southwards."""
    lat = np.radians(np.asarray(lat, dtype=float))
    return np.asarray(lon, dtype=float) / 360 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2 * math.pi)


def latitude(y):
    """Latitude in radians at a height of the unit square."""
    return np.arctan(np.sinh(math.pi * (1 - 2 * np.asarray(y))))


def km_per_unit(z, y):
    """Kilometres on the ground of one tile unit at a height of the unit square."""
    return EQUATOR_KM * np.cos(latitude(y)) / (EXTENT << z)


class Server:
    """A running server."""

    def __init__(self, base, layers):
        url = urllib.parse.urlsplit(base)
        self.host, self.port, self.path = url.hostname, url.port, url.path.rstrip("/")
        self.layers, self.connection, self.pid = ",".join(layers), None, None

    def __getstate__(self):
        return {**self.__dict__, "connection": None}

    def tile(self, z, x, y):
        """The tile's bytes, none where it is empty."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port)
        self.connection.request("GET", f"{self.path}/tiles/{self.layers}/{z}/{x}/{y}.mvt")
        reply = self.connection.getresponse()
        body = reply.read()
        if reply.status not in (200, 204):
            raise RuntimeError(f"{z}/{x}/{y}: {reply.status} {body[:200]}")
        return body

    def listed(self, z):
        """A server has no list of its tiles."""
        return None


class Archive:
    """An .mbtiles file: rows from the south, tiles compressed or not."""

    def __init__(self, path):
        self.path, self.file = path, None

    def __getstate__(self):
        return {**self.__dict__, "file": None}

    def query(self, text, *values):
        if self.file is None:
            uri = f"file:{urllib.parse.quote(str(self.path))}?mode=ro"
            self.file = sqlite3.connect(uri, uri=True)
        return self.file.execute(text, values)

    def stored(self, z, x, y):
        """The tile as it is in the file."""
        row = self.query(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            z, x, (1 << z) - 1 - y,
        ).fetchone()
        return row[0] if row else b""

    def tile(self, z, x, y):
        """The tile's bytes, none where there is none."""
        data = self.stored(z, x, y)
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data

    def listed(self, z):
        """All tiles of a zoom."""
        rows = self.query("SELECT tile_column, tile_row FROM tiles WHERE zoom_level = ?", z)
        return sorted((x, (1 << z) - 1 - y) for x, y in rows)


@contextlib.contextmanager
def source(name, layers):
    """A server for a URL, an archive for an .mbtiles file; any other file is the binary to start as a server."""
    if name.startswith(("http://", "https://")):
        yield Server(name, layers)
    elif name.endswith(".mbtiles"):
        yield Archive(name)
    else:
        command = [os.path.abspath(name), "serve", "--adresse", "127.0.0.1:0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            try:
                # Its first line says where it listens.
                found = re.search(r"http://[0-9.:]+", process.stdout.readline())
                if found is None:
                    raise RuntimeError(f"{name} does not serve")
                yield Server(found[0], layers)
            finally:
                process.terminate()


def in_boxes(z):
    """The tiles of a zoom over France."""
    tiles = set()
    for west, south, east, north in BOXES:
        n = 1 << z
        # A tile next to the box may show some of it in its buffer.
        margin = 1 / 32 / n
        (x0, x1), (y1, y0) = project([west, east], [south, north])
        x0, x1, y0, y1 = x0 - margin, x1 + margin, y0 - margin, y1 + margin
        tiles.update(
            (x, y)
            for x in range(int(x0 * n), int(x1 * n) + 1)
            for y in range(int(y0 * n), int(y1 * n) + 1)
        )
    return tiles


def candidates(of, z, parents):
    """The tiles of a zoom that may have something in them; `parents` are those of the zoom before that do."""
    listed = of.listed(z)
    if listed is not None:
        return listed
    if z <= ASK_ALL_TO or parents is None:
        return sorted(in_boxes(z))
    children = {(2 * x + i, 2 * y + j) for x, y in parents for i in (0, 1) for j in (0, 1)}
    return sorted(children & in_boxes(z))


def layers_of(data):
    """The layers of a tile as protocol buffer messages."""
    tile = vector_tile_pb2.tile()
    tile.ParseFromString(data)
    return list(tile.layers)


@dataclasses.dataclass
class Drawn:
    """The polygons of one layer of one tile, y southwards."""

    ids: np.ndarray
    """Per feature."""
    vertices: np.ndarray
    """All vertices, whole numbers; rings are open."""
    starts: np.ndarray
    """Per ring the number of its first vertex, and the count of vertices at the end."""
    feature: np.ndarray
    """Per ring."""
    areas: np.ndarray
    """Per ring twice its area by the surveyor's formula: positive for exteriors (MVT 2.1, 4.3.4.4)."""
    faults: collections.Counter
    """What the specification forbids."""

    @property
    def following(self):
        """Per vertex the next one of its ring."""
        after = np.arange(1, len(self.vertices) + 1)
        after[self.starts[1:] - 1] = self.starts[:-1]
        return self.vertices[after] if len(after) else self.vertices

    @property
    def feature_of_vertex(self):
        return np.repeat(self.feature, np.diff(self.starts))

    @property
    def ring_of_vertex(self):
        return np.repeat(np.arange(len(self.feature)), np.diff(self.starts))

    def geometries(self):
        """A multipolygon per feature, rings put together as the specification says: an exterior, then its holes."""
        keep = np.flatnonzero((self.areas != 0) & (np.diff(self.starts) > 2))
        lengths = np.diff(self.starts)[keep]
        first = np.cumsum(lengths + 1) - (lengths + 1)
        total = int((lengths + 1).sum())
        within = np.arange(total) - np.repeat(first, lengths + 1)
        within[within == np.repeat(lengths, lengths + 1)] = 0
        coordinates = self.vertices[np.repeat(self.starts[keep], lengths + 1) + within].astype(float)
        feature = self.feature[keep]
        opens = self.areas[keep] > 0
        opens[np.flatnonzero(np.diff(feature, prepend=-1))] = True
        rings = np.append(first, total)
        polygons = np.append(np.flatnonzero(opens), len(keep))
        features = np.searchsorted(feature[opens], np.arange(len(self.ids) + 1))
        return shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON, coordinates, (rings, polygons, features)
        )


def polygons(layer):
    """Reads the geometry of a layer's polygons."""
    faults = collections.Counter()
    ids, flat, feature = [], [], []
    runs, counts, ring_first = [], [], []  # vertices as stretches of the numbers; per ring its first vertex
    vertex_of_feature, vertices = [], 0
    for message in layer.features:
        if message.type != vector_tile_pb2.tile.Polygon:
            faults["not a polygon"] += 1
            continue
        numbers = list(message.geometry)
        ids.append(message.id)
        vertex_of_feature.append(vertices)
        base, i, end, is_open = len(flat), 0, len(numbers), False
        flat += numbers
        while i < end:
            command, count = numbers[i] & 7, numbers[i] >> 3
            i += 1
            if command == 7:
                faults["ring closed twice"] += not is_open
                is_open = False
                continue
            if command == 1:
                faults["ring not closed"] += is_open
                faults["several vertices in a MoveTo"] += count != 1
                is_open = True
                ring_first.append(vertices)
                feature.append(len(ids) - 1)
            elif command == 2:
                faults["LineTo outside a ring"] += not is_open
            else:
                faults["unknown command"] += 1
                break
            runs.append(base + i)
            counts.append(2 * count)
            vertices += count
            i += 2 * count
        faults["ring not closed"] += is_open
    runs, counts = np.array(runs, dtype=np.int64), np.array(counts, dtype=np.int64)
    at = np.arange(counts.sum()) + np.repeat(runs - (np.cumsum(counts) - counts), counts)
    numbers = np.array(flat, dtype=np.int64)[at].reshape(-1, 2)
    steps = (numbers >> 1) ^ -(numbers & 1)
    position = np.cumsum(steps, axis=0)
    # The cursor starts at 0, 0 in each feature.
    first = np.array(vertex_of_feature, dtype=np.int64)
    per_feature = np.diff(np.append(first, vertices))
    before = np.zeros((len(first), 2), dtype=np.int64)
    before[first > 0] = position[first[first > 0] - 1]
    position = position - np.repeat(before, per_feature, axis=0)
    starts = np.append(np.array(ring_first, dtype=np.int64), vertices)
    drawn = Drawn(
        np.array(ids, dtype=np.uint64), position, starts, np.array(feature, dtype=np.int64), None, faults
    )
    after = drawn.following
    if len(drawn.feature):
        cross = position[:, 0] * after[:, 1] - after[:, 0] * position[:, 1]
        drawn.areas = np.add.reduceat(cross, starts[:-1])
    else:
        drawn.areas = np.zeros(0, dtype=np.int64)
    return drawn


def read_features(path):
    """The features of a GeoJSON file, whole or one a line."""
    with open(path, encoding="utf-8") as file:
        if str(path).endswith(".geojsonl"):
            return [json.loads(line) for line in file]
        return json.load(file)["features"]
