#!/usr/bin/env python3
"""Printed maps: how long they take over HTTP, what other programs find in them, and what too many orders get.

    benches/cartes.py BINARY [--dossier FOLDER]        (make cartes)

Each order has a title of its own, so that none is answered from memory; the service has one core (taskset). poppler
(pdffonts, pdftoppm) and qpdf judge the PDF, Inkscape the SVG where it is installed. Exits with 1 where something is missed.
"""
import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

TURNS = 5
# What is asked, and within how many seconds it is wanted.
ORDERS = [
    ("A3 PDF", "regions.pdf?papier=a3", 1.0),
    ("A0 PDF", "regions.pdf?papier=a0", 3.0),
    ("A3 SVG", "regions.svg?papier=a3", 0.7),
    ("A3 PNG, 300 dpi", "regions.png?papier=a3&dpi=300", 3.0),
    ("A4 PDF of a région", "neutre.pdf?papier=a4&region=Bretagne", 1.0),
    ("A4 PDF of a territory", "neutre.pdf?papier=a4&territoire=ti-7510", 1.0),
]
SHEETS = [
    "regions.pdf?papier=a3",
    "evolution.pdf?papier=a3&orientation=portrait",
    "neutre.pdf?papier=a4&region=Bretagne",
    "neutre.pdf?papier=a4&territoire=ti-7510",
]


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def settled(pid):
    """Waits until the service has done nothing for two seconds: it prepares tiles after its start."""
    def spent():
        fields = Path(f"/proc/{pid}/stat").read_text().split()
        return int(fields[13]) + int(fields[14])

    before, quiet = -1, 0
    while quiet < 2:
        now = spent()
        quiet = quiet + 1 if now == before else 0
        before = now
        time.sleep(1)


def peak(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) // 1024


def times(base):
    missed = []
    for name, order, wanted in ORDERS:
        taken = []
        for turn in range(TURNS):
            start = time.perf_counter()
            size = len(get(f"{base}/cartes/{order}&titre=Essai%20{turn}"))
            taken.append(time.perf_counter() - start)
        median = statistics.median(taken)
        print(f"{name:24} {median:6.2f} s (best {min(taken):.2f}), wanted {wanted:.1f} s, {size / 1000:,.0f} kB")
        if median > wanted:
            missed.append(name)
    return missed


def judged(base, folder):
    missed = []
    for sheet in SHEETS:
        path = folder / (re.sub(r"\W+", "-", sheet) + ".pdf")
        path.write_bytes(get(f"{base}/cartes/{sheet}"))
        check = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
        fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True).stdout.splitlines()[2:]
        embedded = [line for line in fonts if re.search(r"\byes\s+yes\s+yes\b", line)]
        subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", path, path.with_suffix("")], check=True)
        fine = check.returncode == 0 and fonts and len(embedded) == len(fonts)
        print(f"{sheet}: qpdf {'fine' if check.returncode == 0 else check.stderr.strip()}, {len(embedded)} of {len(fonts)} fonts embedded and subset")
        if not fine:
            missed.append(sheet)
    return missed


def inkscape(base, folder):
    if not shutil.which("inkscape"):
        print("Inkscape is not installed: its look at the SVG is left out")
        return []
    path = folder / "regions.svg"
    path.write_bytes(get(f"{base}/cartes/regions.svg?papier=a3"))
    seen = subprocess.run(["inkscape", "--query-all", path], capture_output=True, text=True, timeout=300)
    ids = [line.split(",")[0] for line in seen.stdout.splitlines()]
    layers = [i for i in ids if i in ("noms", "habillage", "guadeloupe", "mayotte")]
    texts = [i for i in ids if i.startswith(("text", "tspan"))]
    print(f"Inkscape: {len(ids)} objects, layers found {sorted(layers)}, {len(texts)} texts")
    return [] if len(layers) == 4 and len(texts) > 183 else ["Inkscape"]


def crowd(base, count=24):
    """So many orders at once: each is drawn or refused at once with a date to come back."""
    said = []

    def one(number):
        start = time.perf_counter()
        try:
            get(f"{base}/cartes/regions.pdf?papier=a3&titre=Foule%20{number}")
            said.append((200, time.perf_counter() - start, None))
        except urllib.error.HTTPError as error:
            said.append((error.code, time.perf_counter() - start, error.headers.get("Retry-After")))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    start = time.perf_counter()
    get(f"{base}/api/v1/appartenance?commune=64445")
    look_up = time.perf_counter() - start
    for thread in threads:
        thread.join()
    drawn = sum(1 for status, *_ in said if status == 200)
    refused = [(seconds, after) for status, seconds, after in said if status == 503]
    print(f"{count} orders at once: {drawn} drawn, {len(refused)} refused with 503, a look-up meanwhile {look_up * 1000:.0f} ms")
    honest = drawn + len(refused) == count and all(after for _, after in refused)
    return [] if honest and look_up < 0.5 else ["crowd"]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("binary")
    options.add_argument("--dossier", type=Path)
    asked = options.parse_args()
    folder = asked.dossier or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        ["taskset", "-c", "0", asked.binary, "serve", "--adresse", "127.0.0.1:0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    try:
        base = next(m[0] for line in server.stdout if (m := re.search(r"http://127\.0\.0\.1:\d+", line)))
        settled(server.pid)
        missed = times(base) + judged(base, folder) + inkscape(base, folder) + crowd(base)
        print(f"peak memory {peak(server.pid)} MiB; sheets in {folder}")
    finally:
        server.terminate()
        server.wait()
    if missed:
        print("missed:", ", ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
