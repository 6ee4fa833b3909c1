#!/bin/sh
# The contract against the service: schemathesis reads the description that the service gives of itself, asks all that
# it says may be asked and much that it says may not, and judges each answer by it: no 5xx, no status, type, header or
# field that is not described, nothing refused that is allowed, nothing taken that is not.
#
#   benches/contrat.sh binary schemathesis [options]        (make contrat)
set -eu
binary="$1"
judge="$2"
shift 2
here="$(cd "$(dirname "$0")" && pwd)"
folder="$(mktemp -d)"
"$binary" serve --adresse 127.0.0.1:0 >"$folder/stdout" 2>"$folder/stderr" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
# The address is printed when the service listens.
tries=0
until url="$(grep -o 'http://[0-9.:]*' "$folder/stdout")"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$folder/stderr" >&2
        exit 1
    fi
    sleep 0.1
done
cd "$folder"
"$judge" --config-file "$here/../schemathesis.toml" run "$url/api/v1/openapi.json" \
    --checks all --phases examples,coverage,fuzzing --max-examples 200 --continue-on-failure "$@"
# What went wrong without reaching an answer.
if grep -q 'panicked\|ERROR' "$folder/stderr"; then
    cat "$folder/stderr" >&2
    exit 1
fi
