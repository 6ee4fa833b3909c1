"""Hostile requests: what was tried, and what each got.

    python benches/hostile.py territoires

Starts the binary on loopback, sends each request byte for byte, and prints a table: the request, what it must get, what it
got. A status of 500, an answer that does not come, a mark that comes back unescaped, a service that died: exit code 1.
Nothing here is decoded or tidied by a client. The service runs with its usual bounds.
"""

import gzip
import json
import pathlib
import re
import socket
import subprocess
import sys
import time

MARK = "<script>marque</script>"
HEAD = "host: localhost\r\nconnection: close\r\n"
POINT = "/api/v1/appartenance?commune=64445"


def get(target, headers=""):
    return f"GET {target} HTTP/1.1\r\n{HEAD}{headers}\r\n".encode("utf-8", "surrogateescape")


def post(target, body, kind="application/json", headers=""):
    body = body if isinstance(body, bytes) else body.encode()
    return f"POST {target} HTTP/1.1\r\n{HEAD}content-type: {kind}\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode() + body


def style(layers):
    return json.dumps({"version": 8, "sources": {"t": {"type": "vector", "url": "/tiles/temps-2.json"}}, "layers": layers})


def nested(depth, start="[", end="]"):
    return start * depth + end * depth


def requests():
    """Name, bytes, what it may get. « closed » is a connection ended without an answer."""
    # Paths.
    for path in ["/../../etc/passwd", "/assets/../../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc%2fpasswd",
                 "/assets/%252e%252e%252fetc%252fpasswd", "/assets//etc/passwd", "/styles/..%2f..%2fCargo.toml", "/styles/%00.json",
                 "/exports/..%2f..%2ftemps-2.geojson", "/cartes/..%2fregions.pdf", "/tiles/..%2f/6/31/23.mvt", "/territoires/temps-2/..%2f..",
                 "/assets/page.css%00.js", "/%c0%ae%c0%ae/etc/passwd", "/%ff%fe", "/\\..\\..\\windows", "//etc/passwd", "/ogc/collections/..%2f/items"]:
        yield f"chemin {path}", get(path), {400, 404}
    yield "adresse de 9 ko", get(POINT + "&x=" + "a" * 9000), {414}
    yield "adresse de 70 ko", get("/" + "a" * 70_000), {414, 431, "closed"}
    yield "adresse sans barre", get("api"), {400, 404, "closed"}
    yield "adresse absolue d’un autre site", get("http://ailleurs.example/etc/passwd"), {404}
    yield "octets hors ASCII dans l’adresse", get("/r\udce9ponse"), {400, 404, "closed"}
    # Query strings.
    for query in ["adresse=" + MARK, "commune=" + MARK, "commune=%00", "commune=64445%0d%0ax: y", "lon=NaN&lat=NaN", "lon=inf&lat=1", "lon=1e309&lat=0",
                  "lon=0x10&lat=1", "lon=--1&lat=1", "lon=1&lat=1&lon=2", "codePostal=%F0%9F%92%A9", "epci=' OR 1=1 --".replace(" ", "+"),
                  "commune=64445&phase=../x", "commune=64445&edition=%2e%2e", "adresse=" + "%E2%80%AE" * 100, "adresse=" + "a+" * 199, "&&&&=&=", "%", "%zz=1",
                  "commune[]=64445", "commune=64445&__proto__=1"]:
        yield f"question {query[:60]}", get(f"/api/v1/appartenance?{query}"), {200, 400, 404}
    for target in [f"/reponse?adresse={MARK}", f"/territoires?q={MARK}", f"/territoires?region={MARK}", f"/api/v1/recherche?q={MARK}", f"/{MARK}",
                   f"/territoires/temps-2/{MARK}", f"/exports/{MARK}.geojson", f"/cartes/regions.svg?titre={MARK}", f"/tiles/{MARK}.json",
                   f"/ogc/collections/temps-2/items?nom={MARK}", f"/ogc/collections/{MARK}", "/reponse?adresse=%3Cscript%3Emarque%3C%2Fscript%3E",
                   "/territoires?q=%22%3E%3Cscript%3Emarque%3C%2Fscript%3E", "/cartes/neutre.svg?papier=a4&titre=%3C%2Ftext%3E%3Cscript%3Emarque%3C%2Fscript%3E"]:
        yield f"marque {target[:70]}", get(target), {200, 400, 404}
    # Tiles.
    for tile in ["99999999999999999999/0/0", "-1/0/0", "0/-1/0", "6/64/0", "14/16384/0", "6/1e3/0", "6/0x1/0", "06/31/23", "6/+31/23", "6/31/23.5", "255/0/0", "6/31/4294967296"]:
        yield f"tuile {tile}", get(f"/tiles/temps-2/{tile}.mvt"), {400, 404}
    yield "tuile de mille couches", get("/tiles/" + ",".join(["communes"] * 1000) + "/6/31/23.mvt"), {404, 414}
    yield "tuile de couches répétées", get("/tiles/temps-2,temps-2,temps-2/6/31/23.mvt"), {200, 400, 404}
    # OGC and exports.
    for query in ["bbox=1,2,3", "bbox=NaN,NaN,NaN,NaN", "bbox=-1e308,-1e308,1e308,1e308", "bbox=180,90,-180,-90", "limit=-1", "limit=99999999999999999999", "offset=18446744073709551615",
                  "crs=http://www.opengis.net/def/crs/EPSG/0/99999", "crs=+proj=latlong+init=/etc/passwd", "nom=%27%3B+DROP+TABLE", "limit=10000&offset=4294967295"]:
        yield f"OGC {query[:60]}", get(f"/ogc/collections/communes/items?{query}"), {200, 400, 404}
    for target in ["/exports/temps-2.gpkg?crs=../../etc/passwd", "/exports/temps-2.shp?crs=2154", "/exports/temps-2.csv?geometrie=oui&geometrie=non", "/exports/temps-2.geojson?territoire=%27%22"]:
        yield f"export {target}", get(target), {400, 404}
    for asked in ["bytes=0-0,1-1,2-2,3-3", "bytes=" + ",".join(f"{n}-{n}" for n in range(1000)), "bytes=99999999999999999999-", "bytes=-0", "bytes=5-1", "octets=0-1", "bytes=-99999999999999999999"]:
        yield f"partie {asked[:50]}", get("/exports/temps-2.csv?geometrie=non", f"range: {asked}\r\n"), {200, 206, 400, 416}
    # Printed maps.
    for query in ["largeur=100000&hauteur=100000", "dpi=600&papier=a0", "dpi=-1", "papier=a4&largeur=200", "titre=" + "%F0%9F%92%A9" * 120, "titre=%00%01%02", "largeur=NaN&hauteur=1", "papier=a9"]:
        yield f"carte {query[:60]}", get(f"/cartes/neutre.png?{query}"), {200, 400, 503}
    for name, body in [("vide", ""), ("non JSON", "{"), ("cent mille crochets", nested(100_000)), ("dix mille calques", style([{"id": str(n), "type": "background"} for n in range(3_000)])),
                       ("expression profonde", style([{"id": "a", "type": "fill", "source": "t", "source-layer": "temps-2", "paint": {"fill-opacity": json.loads('["+",1,' * 90 + "1" + "]" * 90)}}])),
                       ("expression très profonde", '{"version":8,"sources":{},"layers":[{"id":"a","type":"background","paint":{"background-opacity":' + '["literal",' * 2000 + "1" + "]" * 2000 + "}}]}"),
                       ("nombre infini", '{"version":8,"layers":[{"id":"a","type":"background","paint":{"background-opacity":1e999}}]}'),
                       ("clé en double", '{"version":8,"version":8,"layers":[]}'), ("300 Kio", '{"version":8,"x":"' + "a" * 300_000 + '"}')]:
        yield f"style {name}", post("/cartes/x.svg?papier=a4&territoire=ti-7510", body), {200, 400, 404, 413}
    # Bodies.
    for name, body in [("vide", ""), ("cent mille crochets", nested(100_000)), ("membres de tous types", '{"membres":[1,null,{},[],"x"]}'), ("cent mille membres", json.dumps({"membres": ["64445"] * 100_000})),
                       ("clé inconnue", '{"membres":["64445"],"x":1}'), ("UTF-16", "{}".encode("utf-16")), ("octets nuls", b"\0" * 1000), ("5 Mio", b"[" + b" " * (5 << 20) + b"]")]:
        yield f"périmètre {name}", post("/api/v1/perimetres", body), {400, 413, 422, "closed"}
    csv = "/api/v1/appartenance/csv?commune=code"
    bomb = gzip.compress(b"code\n" + b"64445\n" * 5_000_000)
    yield "CSV comprimé (bombe)", post(csv, bomb, "text/csv", "content-encoding: gzip\r\n"), {400, 415}
    for name, body in [("vide", b""), ("octets nuls", b"code\n" + b"\0" * 100_000), ("une ligne de 20 Mio", b"code\n" + b"a" * (20 << 20)), ("guillemet jamais fermé", b'code\n"' + b"a\n" * 1_000_000),
                       ("cent mille colonnes", b"code" + b",x" * 100_000 + b"\n"), ("UTF-16", "code\n64445\n".encode("utf-16")), ("formules", b"code\n=cmd|' /C calc'!A0\n")]:
        yield f"CSV {name}", post(csv, body, "text/csv"), {200, 400}
    yield "CSV où chaque ligne ouvre un guillemet", post(csv, b"code\n" + b'"x""\n' * 400_000, "text/csv"), {200}
    yield "formulaire sans frontière", post(csv, "x", "multipart/form-data"), {400}
    yield "formulaire de mille champs", post(csv, "".join(f'--f\r\nContent-Disposition: form-data; name="x{n}"\r\n\r\ny\r\n' for n in range(1000)) + "--f--\r\n", "multipart/form-data; boundary=f"), {400}
    yield "champ à l’en-tête immense", post(csv, "--f\r\nContent-Disposition: " + "a" * 200_000 + "\r\n\r\n", "multipart/form-data; boundary=f"), {400}
    # HTTP itself.
    yield "deux longueurs", f"POST /api/v1/perimetres HTTP/1.1\r\n{HEAD}content-type: application/json\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{{}}".encode(), {400, "closed"}
    yield "longueur et morceaux", f"POST /api/v1/perimetres HTTP/1.1\r\n{HEAD}content-type: application/json\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n".encode(), {400, "closed"}
    yield "longueur négative", f"POST /api/v1/perimetres HTTP/1.1\r\n{HEAD}content-type: application/json\r\ncontent-length: -1\r\n\r\n".encode(), {400, "closed"}
    yield "longueur immense", f"POST /api/v1/perimetres HTTP/1.1\r\n{HEAD}content-type: application/json\r\ncontent-length: 99999999999999999999\r\n\r\n".encode(), {400, 413, "closed"}
    yield "morceau malformé", f"POST /api/v1/perimetres HTTP/1.1\r\n{HEAD}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".encode(), {400, 413, "closed"}
    yield "morceau immense", f"POST /api/v1/perimetres HTTP/1.1\r\n{HEAD}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n".encode(), {400, 408, 413, "closed"}
    yield "corps d’un GET", f"GET {POINT} HTTP/1.1\r\n{HEAD}content-length: 5\r\n\r\nabcde".encode(), {200}
    for method in ["TRACE", "CONNECT", "PROPFIND", "DELETE", "X" * 300, "get"]:
        yield f"méthode {method[:12]}", f"{method} {POINT} HTTP/1.1\r\n{HEAD}\r\n".encode(), {400, 404, 405, "closed"}
    yield "OPTIONS *", f"OPTIONS * HTTP/1.1\r\n{HEAD}\r\n".encode(), {200, 400, 404, 405, "closed"}
    yield "HTTP/3.7", f"GET / HTTP/3.7\r\n{HEAD}\r\n".encode(), {400, 505, "closed"}
    yield "HTTP/0.9", b"GET /\r\n\r\n", {400, "closed"}
    yield "TLS sur le port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, {400, "closed"}
    yield "octets au hasard", bytes(range(256)) * 40, {400, 431, "closed"}
    yield "saut de ligne dans un en-tête", get(POINT, "x: a\r\n b\r\n"), {200, 400, "closed"}
    yield "octet nul dans un en-tête", get(POINT, "x: a\0b\r\n"), {400, "closed"}
    yield "mille en-têtes", get(POINT, "".join(f"x{n}: y\r\n" for n in range(1000))), {431}
    yield "en-tête de 100 ko", get(POINT, f"x: {'y' * 100_000}\r\n"), {431}
    for name, value in [("host", f"a\"{MARK}"), ("host", "ailleurs.example"), ("forwarded", "host=ailleurs.example;proto=https"), ("x-forwarded-host", "ailleurs.example"),
                        ("x-original-url", "/etc/passwd"), ("x-http-method-override", "DELETE"), ("accept-encoding", "gzip;q=NaN, " + "br," * 5000), ("accept", "*" * 8000),
                        ("if-none-match", '"' + "a" * 30_000), ("if-none-match", '"a",' * 8000), ("if-range", "n’importe"), ("accept-language", "zz-" * 3000), ("cookie", "a=b; " * 5000),
                        ("authorization", "Basic " + "A" * 8000), ("origin", MARK), ("access-control-request-method", "DELETE"), ("content-type", "a/b; charset=" + "x" * 8000), ("x-request-id", MARK)]:
        yield f"en-tête {name} : {value[:40]}", f"GET /tiles/temps-2.json HTTP/1.1\r\n{HEAD if name != 'host' else 'connection: close' + chr(13) + chr(10)}{name}: {value}\r\n\r\n".encode(), {200, 304, 400, "closed"}
    yield "sans Host", b"GET /tiles/temps-2.json HTTP/1.1\r\nconnection: close\r\n\r\n", {200, 400}
    yield "préface HTTP/2 puis du bruit", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 4096, {"closed", "h2"}
    settings = b"\0\0\0\4\0\0\0\0\0"
    opened = b"".join(b"\0\0\1\1\5" + (2 * n + 1).to_bytes(4, "big") + b"\x82" + b"\0\0\4\3\0" + (2 * n + 1).to_bytes(4, "big") + b"\0\0\0\x08" for n in range(20_000))
    yield "HTTP/2, vingt mille demandes aussitôt annulées", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + opened, {"closed", "h2"}


class Service:
    def __init__(self, binary):
        self.process = subprocess.Popen([binary, "serve", "--adresse", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        host, port = re.search(r"http://([0-9.]+):([0-9]+)", self.process.stdout.readline()).groups()
        self.at = (host, int(port))

    def send(self, data):
        """The status, « closed » or « h2 », and all that came."""
        with socket.create_connection(self.at, timeout=15) as connection:
            answer = bytearray()
            try:
                connection.sendall(data)
            except OSError:
                pass  # it hung up before all was sent: its answer is there
            try:
                while piece := connection.recv(1 << 16):
                    answer += piece
                    if not answer.startswith(b"HTTP/1"):
                        connection.settimeout(2)
            except TimeoutError:
                if answer.startswith(b"HTTP/1") or not answer:
                    return "sans réponse en 15 s", bytes(answer)
            except OSError:
                pass
        line = re.match(rb"HTTP/1\.[01] (\d+)", answer)
        return (int(line.group(1)) if line else "h2" if answer else "closed"), bytes(answer)


def fault(status, answer, expected):
    if status not in expected:
        return "inattendu"
    head, _, body = answer.partition(b"\r\n\r\n")
    is_html = b"content-type: text/html" in head.lower() or b"image/svg" in head.lower()
    if is_html and b"content-encoding" not in head.lower() and MARK.encode() in body:
        return "la marque revient telle quelle"
    # The request's own Host may stand in its own answer, which no shared cache keeps.
    if b"ailleurs.example" in body and b"cache-control: private" not in head.lower():
        return "un hôte forgé revient"
    if b"root:x:" in body:
        return "un fichier de la machine"
    if isinstance(status, int) and status >= 400 and b"x-content-type-options: nosniff" not in head.lower() and b"content-length: 0" not in head.lower():
        return "une erreur sans en-têtes de sécurité"
    return ""


def main():
    service = Service(sys.argv[1])
    service.send(get(POINT))
    memory = lambda: int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{service.process.pid}/status").read_text()).group(1)) >> 10
    before, faults, count = memory(), 0, 0
    print(f"{'demande':78} {'doit obtenir':22} obtenu")
    for name, data, expected in requests():
        since = time.monotonic()
        status, answer = service.send(data)
        took = time.monotonic() - since
        count += 1
        what = fault(status, answer, expected)
        if service.process.poll() is not None:
            print(f"{name:78} le service est mort ({service.process.returncode})")
            sys.exit(1)
        faults += bool(what)
        print(f"{name[:78]:78} {', '.join(map(str, sorted(expected, key=str))):22} {status}{f', {took:.1f} s' if took > 1 else ''} {what}")
    status, _ = service.send(get(POINT))
    print(f"{count} demandes, {faults} fautes ; à la fin le service répond {status} ; mémoire {before} puis {memory()} Mio")
    service.process.terminate()
    panics = [line for line in service.process.stderr.read().splitlines() if "panique" in line]
    for line in panics:
        print(line)
    sys.exit(bool(faults or panics or status != 200))


if __name__ == "__main__":
    main()
