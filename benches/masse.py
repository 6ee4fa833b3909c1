"""Bulk answers and completions: rows a second, memory, and how long a completion takes.

    python benches/masse.py territoires [--lignes 5000000]

- CSV over HTTP, by commune code, by point and by address, client (curl) and service on the same two cores: rows a second
  from the first byte sent to the last received, and the service's resident memory before and after, for 10,000 rows
  and for many.
- The same in process on one core: `territoires locate --csv` pinned to core 0, starting it not counted. Beside it Python's csv
  module copying the same file, what reading rows costs a script anyway.
- `GET /api/v1/recherche` for seeded beginnings of the names of communes, some with a slip: percentiles of one caller.

Data: codes, names, postcodes and points of the service itself (`/api/v1/communes`, seeded). Rows are made, so every file is
deleted at the end.
"""

import argparse
import csv
import http.client
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request

STREETS = ["rue de l'Église", "avenue Victor Hugo", "place de la Mairie", "chemin des Vignes", "boulevard Gambetta"]


class Service:
    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "serve", "--adresse", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.base = re.search(r"http://[0-9.:]+", self.process.stdout.readline()).group()

    def json(self, path):
        return json.load(urllib.request.urlopen(self.base + path))

    def memory(self):
        """Resident MiB, and the most there ever was."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return [int(re.search(rf"{field}:\s+(\d+)", status).group(1)) / 1024 for field in ("VmRSS", "VmHWM")]


def communes(service):
    found = []
    for departement in ["01", "13", "29", "33", "59", "64", "67", "69", "75", "2A", "974"]:
        rows = service.json(f"/api/v1/territoires?departement={departement}&phase=temps-2")["territoires"]
        for row in rows[:4]:
            one = service.json(f"/api/v1/territoires/temps-2/{row['id']}")
            found += [c["code"] for c in one["communesListe"][:40]]
    return [service.json(f"/api/v1/communes/{code}") for code in sorted(set(found))]


def write(path, kind, places, count, rng):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow({"commune": ["n", "code"], "adresse": ["n", "adresse", "cp", "ville"], "point": ["n", "x", "y"]}[kind])
        for n in range(count):
            place = rng.choice(places)
            if kind == "commune":
                writer.writerow([n, place["code"]])
            elif kind == "point":
                writer.writerow([n, place["centre"]["lon"], place["centre"]["lat"]])
            else:
                street = f"{rng.randrange(1, 200)} {rng.choice(STREETS)}"
                writer.writerow([n, street, (place["codesPostaux"] or [""])[0], place["nom"]])


QUERY = {"commune": "commune=code", "adresse": "colonnes=adresse,cp,ville", "point": "lon=x&lat=y"}
FLAGS = {"commune": ["--commune", "code"], "adresse": ["--colonnes", "adresse,cp,ville"], "point": ["--lon", "x", "--lat", "y"]}


def bulk(service, path, kind):
    url = f"{service.base}/api/v1/appartenance/csv?{QUERY[kind]}"
    start = time.time()
    subprocess.run(["curl", "-sS", "--fail", "-X", "POST", "-T", path, "-o", path + ".out", url], check=True)
    took = time.time() - start
    lines = sum(1 for _ in open(path + ".out", "rb"))
    os.remove(path + ".out")
    return lines - 1, took


def one_core(binary, path, kind):
    """Rows a second, as the program says at its end: starting it is not counted."""
    with open(os.devnull, "wb") as nowhere:
        command = ["taskset", "-c", "0", binary, "locate", "--csv", path, *FLAGS[kind]]
        done = subprocess.run(command, check=True, stdout=nowhere, stderr=subprocess.PIPE, text=True)
    return int(re.search(r"(\d+) par seconde", done.stderr).group(1))


def copied(path):
    start = time.time()
    with open(path, newline="", encoding="utf-8") as file, open(os.devnull, "w", newline="") as nowhere:
        writer = csv.writer(nowhere)
        writer.writerows(csv.reader(file))
    return time.time() - start


def completions(service, places, rng, count=3000):
    connection = http.client.HTTPConnection(service.base.removeprefix("http://"))
    times = []
    for n in range(count):
        name = rng.choice(places)["nom"]
        text = name[: rng.randrange(1, len(name) + 1)]
        if n % 5 == 0 and len(text) > 4:
            i = rng.randrange(1, len(text))
            text = text[:i] + rng.choice("abcdefghij") + text[i + 1 :]
        path = "/api/v1/recherche?limite=10&q=" + urllib.parse.quote(text)
        start = time.perf_counter()
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        times.append((time.perf_counter() - start) * 1000)
        assert response.status in (200, 400), (response.status, text)
    times.sort()
    return statistics.median(times), times[len(times) * 99 // 100], times[-1]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binary")
    arguments.add_argument("--lignes", type=int, default=5_000_000)
    arguments = arguments.parse_args()
    service = Service(arguments.binary)
    rng = random.Random(2027)
    try:
        places = communes(service)
        with tempfile.TemporaryDirectory() as folder:
            few, many = os.path.join(folder, "few.csv"), os.path.join(folder, "many.csv")
            for kind, count in [("commune", arguments.lignes), ("point", arguments.lignes // 5), ("adresse", arguments.lignes // 5)]:
                write(few, kind, places, 10_000, rng)
                write(many, kind, places, count, rng)
                bulk(service, few, kind)
                before = service.memory()
                rows, took = bulk(service, many, kind)
                after = service.memory()
                assert rows == count, (rows, count)
                print(
                    f"HTTP, by {kind}: {rows:,} rows, {rows / took:,.0f} a second; memory after 10,000 rows {before[0]:.0f} MiB"
                    f" (peak {before[1]:.0f}), after all {after[0]:.0f} (peak {after[1]:.0f})"
                )
                print(
                    f"in process, one core, by {kind}: {one_core(arguments.binary, many, kind):,} a second"
                    f"; Python's csv copies {count / copied(many):,.0f}"
                )
        median, high, most = completions(service, places, rng)
        print(f"completion over HTTP: median {median:.2f} ms, p99 {high:.2f} ms, most {most:.2f} ms")
    finally:
        service.process.terminate()


if __name__ == "__main__":
    main()
