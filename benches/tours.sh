# Sourced by chaud.sh and reponses.sh: the service and a rival measured in turns, server on core 0, wrk on core 1;
# medians, and the median ratio of neighbouring turns: first by the clock, then by the time that the server had
# the core, which other work on the machine disturbs less. Expects $turns and $seconds.
# shellcheck shell=sh disable=SC2154
release="$(dirname "$0")/../target/release"
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
# turn NAME PID WRK-ARGUMENT…: adds requests a second to NAME.clock and NAME.core.
turn() {
    name="$1"
    server_of_turn="$2"
    shift 2
    before="$(spent "$server_of_turn")"
    taskset -c 1 wrk -t 1 -c 16 -d "${seconds}s" "$@" >"$folder/wrk"
    after="$(spent "$server_of_turn")"
    if grep 'Non-2xx\|Socket errors' "$folder/wrk"; then exit 1; fi
    sed -n 's/^Requests\/sec: *\([0-9]*\).*/\1/p' "$folder/wrk" >>"$folder/$name.clock"
    awk -v ticks=$((after - before)) '/requests in/ { printf "%d\n", $1 * 100 / ticks }' "$folder/wrk" >>"$folder/$name.core"
}
# compare: prints what the turns of `ours` and `bare` came to, and forgets them.
compare() {
    for by in clock core; do
        ratio="$(paste "$folder/ours.$by" "$folder/bare.$by" | awk '{ printf "%.3f\n", $1 / $2 }' | median)"
        echo "  by the $by: $(median <"$folder/ours.$by") a second, bare $(median <"$folder/bare.$by"), ratio $ratio"
    done
    rm -f "$folder"/*.clock "$folder"/*.core
}
