#!/bin/sh
# Answers for points: requests a second of `territoires serve`, each for another point, and of a bare axum route
# that writes one JSON answer of the same size (benches/chaud_rival.rs), in turns (benches/tours.sh).
#
#   benches/reponses.sh [turns] [seconds]      (needs wrk, curl and: cargo build --release --bins
#                                               --example chaud_rival)
set -eu
turns="${1:-15}"
seconds="${2:-1}"
. "$(dirname "$0")/tours.sh"
start "$release/territoires" serve --adresse 127.0.0.1:0
service="$server"
base="$url"
settle "$service"
path=/api/v1/appartenance
curl -sf "$base$path?lon=-0.3708&lat=43.2951" >"$folder/answer"
start "$release/examples/chaud_rival" "$path" "$folder/answer" json
# The same script for both: what it costs wrk, it costs it twice.
cat >"$folder/points.lua" <<'LUA'
math.randomseed(2027)
request = function()
    local lon, lat = -1.5 + 8 * math.random(), 43.5 + 6.5 * math.random()
    return wrk.format("GET", string.format("%s?lon=%.6f&lat=%.6f", wrk.path, lon, lat))
end
LUA
for _ in $(seq "$turns"); do
    turn ours "$service" -s "$folder/points.lua" "$base$path"
    turn bare "$server" -s "$folder/points.lua" "$url$path"
done
echo "$path, $(wc -c <"$folder/answer") bytes"
compare
