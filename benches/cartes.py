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
import xml.etree.ElementTree
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
    """Opens the SVG, saves it again and draws it: layers must still be layers, in layers only, and text text."""
    if not shutil.which("inkscape"):
        print("Inkscape is not installed: its look at the SVG is left out")
        return []
    path = folder / "regions.svg"
    path.write_bytes(get(f"{base}/cartes/regions.svg?papier=a3"))

    def run(*words):
        done = subprocess.run(["inkscape", *map(str, words), path], capture_output=True, text=True, timeout=300)
        return done.stdout if done.returncode == 0 else ""

    layers, stray, texts = drawing(path)
    sizes = {f[0]: f[3:] for line in run("--query-all").splitlines() if len(f := line.split(",")) == 5}
    empty = [one for one in layers if one not in sizes or float(sizes[one][0]) * float(sizes[one][1]) == 0]
    again, picture, names = (folder / f"inkscape{end}" for end in (".svg", ".png", "-noms.png"))
    run("--export-type=svg", f"--export-filename={again}")
    run("--export-dpi=110", f"--export-filename={picture}")
    run("--export-id=noms", "--export-id-only", "--export-dpi=110", f"--export-filename={names}")
    kept = drawing(again) if again.exists() else ({}, [], 0)
    # Nothing drawn is a few kB of PNG, whatever its size.
    drawn = [one.stat().st_size if one.exists() else 0 for one in (picture, names)]
    print(f"Inkscape: {len(layers)} layers, {len(empty)} of them empty, {len(stray)} in a group that is none; {texts} texts")
    print(f"Inkscape saves {len(kept[0])} layers and {kept[2]} texts, draws {drawn[0] / 1000:,.0f} kB, its names alone {drawn[1] / 1000:,.0f} kB")
    # It reads no @font-face: without the typeface installed its names are wider than meant.
    known = subprocess.run(["fc-list", "Source Sans 3"], capture_output=True, text=True).stdout if shutil.which("fc-list") else ""
    print(f"Inkscape draws them in {'Source Sans 3' if known else 'what stands in for Source Sans 3, which is not installed here'}")
    fine = {
        "layers": {"noms", "habillage", "guadeloupe", "mayotte"} <= set(layers) and all(layers.values()) and not empty,
        "layers in layers": not stray,
        "texts": texts > 183 and sum(one.startswith("text") for one in sizes) >= texts,
        "what it saves": (kept[0], kept[2]) == (layers, texts),
        "pictures": min(drawn) > 20_000,
    }
    return [f"Inkscape: {what}" for what, is_fine in fine.items() if not is_fine]


def drawing(path):
    """An SVG's layers with their names, those that stand in a group that is no layer, and how many texts there are."""
    svg, own = "{http://www.w3.org/2000/svg}", "{http://www.inkscape.org/namespaces/inkscape}"
    layers, stray = {}, []

    def walk(element, is_in_layers):
        for group in element.iterfind(f"{svg}g"):
            is_layer = group.get(f"{own}groupmode") == "layer"
            if is_layer:
                layers[group.get("id")] = group.get(f"{own}label")
                # Its list of layers goes from layer to layer: one beneath a plain group is not in it.
                if not is_in_layers:
                    stray.append(group.get("id"))
            walk(group, is_in_layers and is_layer)

    root = xml.etree.ElementTree.parse(path).getroot()
    walk(root, True)
    return layers, stray, sum(1 for _ in root.iter(f"{svg}text"))


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
