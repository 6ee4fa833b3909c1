#!/bin/sh
# From start to the first answer, and the memory held once all zooms are drawn: median of several runs.
#
#   benches/demarrage.sh [runs]        (needs the release binary: make build)
set -eu
binary="$(dirname "$0")/../target/release/territoires"
runs="${1:-7}"
question='/api/v1/appartenance?lon=-0.3708&lat=43.2951'
times=''
memory=''
for _ in $(seq "$runs"); do
    log="$(mktemp)"
    start="$(date +%s%N)"
    "$binary" serve --adresse 127.0.0.1:0 >"$log" 2>/dev/null &
    pid=$!
    # The address is printed when the service listens.
    until url="$(grep -o 'http://[0-9.:]*' "$log")"; do :; done
    curl -sf "$url$question" >/dev/null
    end="$(date +%s%N)"
    times="$times $(((end - start) / 1000000))"
    sleep 12
    memory="$memory $(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status")/$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$pid/status")"
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    rm -f "$log"
done
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
# Word splitting is meant.
# shellcheck disable=SC2086
echo "start to first answer: median $(median $times) ms of $runs runs ($times )"
# shellcheck disable=SC2086
echo "resident MiB once all zooms are drawn, and at most: median $(median $memory) of $runs runs ($memory )"
