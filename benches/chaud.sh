#!/bin/sh
# Hot tiles: requests a second of `territoires serve` and of a bare axum route that returns the same bytes
# (benches/chaud_rival.rs), in turns (benches/tours.sh).
#
#   benches/chaud.sh [turns] [seconds]      (needs wrk, curl and: cargo build --release --bins
#                                            --example chaud_rival)
set -eu
turns="${1:-15}"
seconds="${2:-1}"
. "$(dirname "$0")/tours.sh"
start "$release/territoires" serve --adresse 127.0.0.1:0
service="$server"
base="$url"
settle "$service"
for path in /tiles/temps-2/6/31/23.mvt /tiles/communes/8/129/88.mvt; do
    for encoding in identity gzip; do
        curl -sf -H "Accept-Encoding: $encoding" "$base$path" >"$folder/tile"
        start "$release/examples/chaud_rival" "$path" "$folder/tile" "$encoding"
        for _ in $(seq "$turns"); do
            turn ours "$service" -H "Accept-Encoding: $encoding" "$base$path"
            turn bare "$server" -H "Accept-Encoding: $encoding" "$url$path"
        done
        kill "$server"
        echo "$path $encoding, $(wc -c <"$folder/tile") bytes"
        compare
    done
done
