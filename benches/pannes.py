"""Faults: what the service and its commands do when the machine or the data fail them.

    python benches/pannes.py territoires [--seulement NOM] [--rechargements 200]

- kill -9 at a random moment of `import`, `build` and `export`, many times: the folder or file is then the old one or the
  new one, whole;
- a disk that is full (a tmpfs of a few MiB, where root may mount one): a sentence, nothing half-written, the service goes on;
- files of the data folder cut short or with one bit turned over, one at a time: refused by name at start, and at a reload
  the old edition goes on;
- a file replaced while it is read, over and over, under load: each answer is that of one edition or the other;
- a thousand clients that send a header byte by byte, and a thousand that say nothing, while look-ups are timed;
- the clock put forward and back by a year (where Debian's `faketime` is installed);
- 200 reloads under load: no wrong answer, memory, look-ups.

Every number of attempts and every wait is bounded. Exit code 1 where something was lost, wrong or needed a restart.
"""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
POINT = "/api/v1/appartenance?lon=-0.3708&lat=43.2951"
NAME, OTHER = "CA Pau Béarn Pyrénées", "CA du Palais"
MEMBERS = "composition/membres-temps-2.csv"
faults = []


def said(what, found, is_good):
    print(f"{'tenu  ' if is_good else 'MANQUÉ'} {what} : {found}", flush=True)
    if not is_good:
        faults.append(what)


class Service:
    def __init__(self, arguments, env=None):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen([BINARY, "serve", "--adresse", "127.0.0.1:0", *arguments], stdout=subprocess.PIPE, stderr=self.log, text=True, env={**os.environ, **(env or {})})
        line = self.process.stdout.readline()
        found = re.search(r"http://([0-9.]+):([0-9]+)", line)
        self.at = (found.group(1), int(found.group(2))) if found else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def get(self, path, timeout=20, body=None):
        connection = http.client.HTTPConnection(*self.at, timeout=timeout)
        try:
            connection.request("POST" if body is not None else "GET", path, body=body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def member(self):
        status, body = self.get(POINT)
        return (json.loads(body)["membre"] or {}).get("nom") if status == 200 else f"statut {status}"

    def becomes(self, name):
        """Waits until the member has this name, for ten seconds at most."""
        until = time.monotonic() + 10
        while self.member() != name and time.monotonic() < until:
            time.sleep(0.02)

    def metric(self, start):
        lines = self.get("/metrics")[1].decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(start))

    def memory(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024

    def written(self):
        self.log.seek(0)
        return self.log.read()

    def reload(self):
        """Asks for a reload and waits for its end; the time it took."""
        before, since = self.metric("territoires_reloads_total"), time.monotonic()
        self.process.send_signal(signal.SIGHUP)
        while self.metric("territoires_reloads_total") == before:
            if time.monotonic() - since > 60:
                return None
            time.sleep(0.02)
        return time.monotonic() - since


def run(*arguments, **options):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=600, **options)


def pau(folder):
    """A folder with the outlines of ten communes: small, so that much can be tried."""
    source = ROOT / "boundaries/fixtures/lecteurs/ADECOGC_3-2_SHP_LAMB93_FXX/COMMUNE.shp"
    return ["import", source, "--partiel", "--donnees", folder]


def france(folder):
    """The project's own data, in a folder that may be spoilt."""
    shutil.copytree(ROOT / "boundaries", folder, ignore=shutil.ignore_patterns("fixtures"))


def edition(folder, name):
    """Makes the folder the edition in which a member has this name: the member's file, then the manifest, each renamed
    into place."""
    members, manifest = folder / MEMBERS, folder / "edition.toml"
    before = members.read_bytes()
    after = before.replace(NAME.encode(), name.encode()).replace(OTHER.encode(), name.encode())
    text = manifest.read_text().replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
    for path, content in [(members, after), (manifest, text.encode())]:
        fresh = path.with_name("." + path.name + ".essai")
        fresh.write_bytes(content)
        fresh.rename(path)


def killed(arguments, tries, rng, is_whole):
    """Starts a command many times, each killed at a random moment of its life; how often what it leaves is whole."""
    since = time.monotonic()
    subprocess.run([BINARY, *map(str, arguments)], capture_output=True, timeout=600)
    life, whole, cut = time.monotonic() - since, 0, 0
    for _ in range(tries):
        process = subprocess.Popen([BINARY, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0, life * 1.05))
        cut += process.poll() is None
        process.kill()
        process.wait()
        whole += is_whole()
    return whole, cut


def kill_9(folder, rng):
    data = folder / "pau"
    run(*pau(data))
    whole, cut = killed(pau(data), 25, rng, lambda: "Pau" in run("locate", "-0.3708", "43.2951", "--donnees", data).stdout)
    said("kill -9 pendant import", f"{whole} dossiers entiers sur 25, {cut} imports coupés", whole == 25 and cut > 5)
    code = run(*pau(data)).returncode
    left = [p.name for p in data.rglob(".*")]
    said("un import mené à bout après cela", f"code {code}, restes {left}", code == 0 and not left)

    archive = folder / "temps-2.pmtiles"
    arguments = ["build", "--layers", "temps-2", "--maxzoom", "8", archive]
    run(*arguments)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    whole, cut = killed(arguments, 15, rng, lambda: hashlib.sha256(archive.read_bytes()).hexdigest() == digest)
    said("kill -9 pendant build", f"{whole} archives entières sur 15, {cut} coupés", whole == 15 and cut > 3)

    file = folder / "temps-2.gpkg"
    arguments = ["export", "temps-2", file]
    run(*arguments)
    size = file.stat().st_size
    whole, cut = killed(arguments, 15, rng, lambda: file.stat().st_size == size and file.read_bytes()[:6] == b"SQLite")
    said("kill -9 pendant export", f"{whole} fichiers entiers sur 15, {cut} coupés", whole == 15 and cut > 3)


def full_disk(folder, _):
    small = folder / "petit"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", small], capture_output=True).returncode != 0:
        print("passé   disque plein : il faut pouvoir monter un tmpfs")
        return
    try:
        for what, arguments in [("import", ["import", ROOT / "boundaries/fixtures/lecteurs/ADECOGC_3-2_SHP_LAMB93_FXX/COMMUNE.shp", "--partiel", "--donnees", small / "d"]), ("export", ["export", "temps-2", small / "a.geojson"]), ("build", ["build", "--layers", "communes", "--maxzoom", "8", small / "a.pmtiles"]), ("carte", ["carte", "neutre", small / "a.png", "--dpi", "300"])]:
            if what == "carte":
                # All but some kilobytes are taken.
                (small / "bouchon").write_bytes(b"x" * (2 << 20))
            before = sorted(p.name for p in small.rglob("*") if p.is_file())
            done = run(*arguments)
            after = sorted(p.name for p in small.rglob("*") if p.is_file() and not p.name.endswith(".nouveau"))
            words = done.stderr.strip().splitlines()
            is_said = done.returncode == 1 and words and ("space" in words[-1] or "place" in words[-1])
            if done.returncode == 0:
                said(f"disque plein, {what}", "il restait assez de place", what in ("carte", "import"))
                shutil.rmtree(small / "d", ignore_errors=True)
            else:
                said(f"disque plein, {what}", f"code {done.returncode}, « {words[-1][:90] if words else ''} », fichiers de plus {sorted(set(after) - set(before))}", bool(is_said) and after == before)
        for path in small.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        with Service([], {"TMPDIR": str(small)}) as service:
            status, body = service.get("/exports/communes.geojson", 60)
            said("export demandé au service, disque plein", f"statut {status}", status == 503 and b"detail" in body)
            rows = b"code\n" + b"64445\n" * 400_000
            status, body = service.get("/api/v1/appartenance/csv?commune=code", 60, rows)
            said("CSV, disque plein", f"statut {status}, {body.count(b'ti-7510')} réponses", status == 200 and body.count(b"ti-7510") == 400_000)
            said("consultation ensuite", service.member(), service.member() == NAME)
    finally:
        subprocess.run(["umount", small])


def damaged(folder, rng):
    data = folder / "abime"
    run(*pau(data))
    bad = []
    names = sorted(p.relative_to(data) for p in data.rglob("*") if p.is_file())
    with Service(["--donnees", str(data)]) as service:
        for name in names:
            path = data / name
            content = path.read_bytes()
            flipped = bytearray(content)
            if flipped:
                flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
            for what, spoilt in [("coupé", content[: len(content) // 2]), ("un bit", bytes(flipped))]:
                if spoilt == content or name.name in ("README.md",):
                    continue
                path.write_bytes(spoilt)
                done = run("check", "--donnees", data)
                is_named = name.name in done.stderr or name.name == "edition.toml"
                is_harmless = name.name == "edition.toml" and done.returncode in (0, 1) and not done.stderr
                if not (done.returncode == 1 and done.stderr and is_named) and not is_harmless:
                    bad.append(f"{name} {what} : code {done.returncode} {done.stderr[:80]}")
                # A new manifest, so that it looks; the file is still damaged.
                manifest = data / "edition.toml"
                text = manifest.read_bytes()
                manifest.write_bytes(text + b"\n# encore\n")
                service.reload()
                if service.member() != NAME:
                    bad.append(f"{name} {what} : le service répond {service.member()}")
                manifest.write_bytes(text)
                path.write_bytes(content)
        service.reload()
        said("fichiers coupés ou au bit retourné", f"{len(names)} fichiers, {bad or 'tous refusés par leur nom, l’ancienne édition servie'}", not bad)


def load(service, stop, answers, times, path=POINT):
    """Asks until told to stop; counts what was answered."""
    connection = http.client.HTTPConnection(*service.at, timeout=30)
    while not stop.is_set():
        since = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            key = (body.get("membre") or {}).get("nom") if answer.status == 200 else answer.status
        except (OSError, http.client.HTTPException, ValueError) as e:
            key = type(e).__name__
            connection.close()
        times.append(time.monotonic() - since)
        answers[key] = answers.get(key, 0) + 1


def under_load(service, work, callers=4):
    stop, answers, times = threading.Event(), {}, []
    threads = [threading.Thread(target=load, args=(service, stop, answers, times)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return answers, times


def percentile(times, part):
    return sorted(times)[int(len(times) * part)] * 1000 if times else 0


def replaced(folder, rng):
    data = folder / "remplace"
    run(*pau(data))
    with Service(["--donnees", str(data), "--surveiller"]) as service:
        def work():
            for turn in range(100):
                edition(data, OTHER if turn % 2 == 0 else NAME)
                if turn % 3 == 0:
                    service.process.send_signal(signal.SIGHUP)
                time.sleep(rng.uniform(0, 0.15))
        answers, times = under_load(service, work)
        edition(data, NAME)
        service.process.send_signal(signal.SIGHUP)
        # The end of one reload is no sign: one that was asked for before may be under way.
        service.becomes(NAME)
        said("fichier remplacé pendant la lecture", f"{answers}, à la fin {service.member()}", set(answers) <= {NAME, OTHER} and service.member() == NAME)


def slow_clients(_, __):
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    with Service(["--delai-entetes", "8"]) as service:
        before = service.memory()
        def open_all(count):
            found = []
            for _ in range(count):
                found.append(socket.create_connection(service.at, timeout=10))
            return found
        silent, slow = open_all(1000), open_all(1000)
        def work():
            line = b"GET / HTTP/1.1\r\nhost: x\r\nx-long: "
            for turn in range(12):
                for stream in slow:
                    try:
                        stream.send(line[turn : turn + 1])
                    except OSError:
                        pass
                time.sleep(1)
        answers, times = under_load(service, work, callers=2)
        most = service.memory()
        time.sleep(2)
        left = service.metric("territoires_connections")
        said("1 000 clients lents et 1 000 muets", f"consultations {answers}, p99 {percentile(times, 0.99):.1f} ms ; mémoire {before:.0f} puis {most:.0f} Mio ; connexions ensuite {left:.0f}", set(answers) == {NAME} and percentile(times, 0.99) < 50 and left < 20)
        for stream in silent + slow:
            stream.close()


def clock(folder, _):
    library = next((p for p in pathlib.Path("/usr/lib").rglob("libfaketime.so.1")), None)
    if library is None:
        print("passé   saut d’horloge : il faut le paquet faketime")
        return
    stamp = folder / "heure"
    stamp.write_text("+0")
    env = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(stamp), "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    with Service(["--debit", "10000"], env) as service:
        found = []
        for shift in ["+0", "+1y", "-1y", "+10y", "+0"]:
            stamp.write_text(shift)
            time.sleep(0.5)
            found.append((shift, service.member(), service.get("/tiles/temps-2/6/31/23.mvt")[0], service.get("/territoires")[0]))
        said("sauts d’horloge", found, all(f[1:] == (NAME, 200, 200) for f in found))


def reloads(folder, _):
    data = folder / "france"
    france(data)
    with Service(["--donnees", str(data)]) as service:
        memories, took, wrong = [], [], []
        def work():
            for turn in range(COUNT):
                name = OTHER if turn % 2 == 0 else NAME
                edition(data, name)
                took.append(service.reload())
                if service.member() != name:
                    wrong.append((turn, service.member()))
                memories.append(service.memory())
        answers, times = under_load(service, work, callers=2)
        refused = service.metric('territoires_reloads_total{outcome="refusee"}')
        first, last = statistics.median(memories[10:30] or memories), statistics.median(memories[-20:])
        is_good = not wrong and not refused and None not in took and set(answers) == {NAME, OTHER} and last < first * 1.1
        said(f"{COUNT} rechargements sous charge", f"{sum(answers.values())} réponses {answers}, p99 {percentile(times, 0.99):.1f} ms, la plus lente {max(times) * 1000:.0f} ms ; un rechargement {statistics.median(t or 60 for t in took):.2f} s ; mémoire {first:.0f} puis {last:.0f} Mio ; fautes {wrong}", is_good)


SCENES = [kill_9, full_disk, damaged, replaced, slow_clients, clock, reloads]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaire")
    parser.add_argument("--seulement", choices=[scene.__name__ for scene in SCENES])
    parser.add_argument("--rechargements", type=int, default=200)
    arguments = parser.parse_args()
    BINARY, COUNT = os.path.abspath(arguments.binaire), arguments.rechargements
    rng = random.Random(2027)
    with tempfile.TemporaryDirectory(prefix="pannes-") as name:
        for scene in SCENES:
            if arguments.seulement in (None, scene.__name__):
                folder = pathlib.Path(name) / scene.__name__
                folder.mkdir()
                scene(folder, rng)
    print("tout tient" if not faults else f"{len(faults)} fautes")
    sys.exit(bool(faults))
