#!/bin/sh
# Hot tiles: requests a second of `territoires serve` and of a bare axum route that returns the same bytes
# (benches/chaud_rival.rs), both on core 0 with wrk on core 1, in turns; medians, and the median ratio of
# neighbouring turns: first by the clock, then by the time that the server had the core, which other work on
# the machine disturbs less.
#
#   benches/chaud.sh [turns] [seconds]      (needs wrk, curl and: cargo build --release --bins
#                                            --example chaud_rival)
set -eu
release="$(dirname "$0")/../target/release"
turns="${1:-15}"
seconds="${2:-1}"
folder="$(mktemp -d)"
servers=''
# Word splitting is meant: two numbers.
# shellcheck disable=SC2086
stop() { [ -z "$servers" ] || { kill $servers && wait $servers; } 2>/dev/null || true; servers=''; }
trap 'stop; rm -rf "$folder"' EXIT
median() { sort -g | sed -n "$(((turns + 1) / 2))p"; }
# spent PID: hundredths of a second that it had a core.
spent() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
# start COMMAND…: starts it on core 0; its number is in $server, the address it prints in $url.
start() {
    : >"$folder/log"
    taskset -c 0 "$@" >"$folder/log" 2>/dev/null &
    server=$!
    servers="$servers $server"
    until url="$(grep -o 'http://[0-9.:]*' "$folder/log")"; do sleep 0.05; done
}
# settle PID: until it has done nothing for three seconds; the service draws the networks of all zooms after
# its start.
settle() {
    before=-1
    quiet=0
    while [ "$quiet" -lt 3 ]; do
        now="$(spent "$1")"
        if [ "$now" = "$before" ]; then quiet=$((quiet + 1)); else quiet=0; fi
        before="$now"
        sleep 1
    done
}
# turn PID URL ENCODING NAME: adds requests a second to NAME.clock and NAME.core.
turn() {
    before="$(spent "$1")"
    taskset -c 1 wrk -t 1 -c 16 -d "${seconds}s" -H "Accept-Encoding: $3" "$2" >"$folder/wrk"
    after="$(spent "$1")"
    if grep 'Non-2xx\|Socket errors' "$folder/wrk"; then exit 1; fi
    sed -n 's/^Requests\/sec: *\([0-9]*\).*/\1/p' "$folder/wrk" >>"$folder/$4.clock"
    awk -v ticks=$((after - before)) '/requests in/ { printf "%d\n", $1 * 100 / ticks }' "$folder/wrk" >>"$folder/$4.core"
}
start "$release/territoires" serve --adresse 127.0.0.1:0
service="$server"
base="$url"
settle "$service"
for path in /tiles/temps-2/6/31/23.mvt /tiles/communes/8/129/88.mvt; do
    for encoding in identity gzip; do
        rm -f "$folder"/*.clock "$folder"/*.core
        curl -sf -H "Accept-Encoding: $encoding" "$base$path" >"$folder/tile"
        start "$release/examples/chaud_rival" "$path" "$folder/tile" "$encoding"
        for _ in $(seq "$turns"); do
            turn "$service" "$base$path" "$encoding" ours
            turn "$server" "$url$path" "$encoding" bare
        done
        kill "$server"
        echo "$path $encoding, $(wc -c <"$folder/tile") bytes"
        for by in clock core; do
            ratio="$(paste "$folder/ours.$by" "$folder/bare.$by" | awk '{ printf "%.3f\n", $1 / $2 }' | median)"
            echo "  by the $by: $(median <"$folder/ours.$by") a second, bare $(median <"$folder/bare.$by"), ratio $ratio"
        done
    done
done
