#!/bin/sh
# Runs targets of the fuzzer, two at once, out of the way of everything else. Fails where one of them breaks its word.
#
#   fuzz/courir.sh BINARY WORK SECONDS TARGET...
#
# WORK/TARGET keeps the corpus from run to run, the log, and what was found: `crash-…`, `timeout-…`, `oom-…`. What was
# found moves to fuzz/regressions/TARGET once it is mended: the tests replay what is there.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
binary=$1 work=$2 seconds=$3
shift 3

# one TARGET: runs it and says in a line what came of it.
one() {
    mkdir -p "$work/$1/corpus" "$work/tmp"
    set -- "$1" "$work/$1"
    target=$1 folder=$2
    set -- "$folder/corpus" "$here/seeds/$target"
    [ ! -d "$here/regressions/$target" ] || set -- "$@" "$here/regressions/$target"
    [ ! -f "$here/dictionaries/$target" ] || set -- "-dict=$here/dictionaries/$target" "$@"
    # A slow input is one that takes a thousand times what others do, however busy the machine is.
    if CIBLE=$target TMPDIR=$work/tmp nice -n 19 "$binary" "-artifact_prefix=$folder/" "-max_total_time=$seconds" \
        -timeout=120 -rss_limit_mb=3072 -max_len=16384 -print_final_stats=1 "$@" >"$folder/log" 2>&1; then
        printf '%-12s %s s, %s essais\n' "$target" "$seconds" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")"
    else
        tail -n 30 "$folder/log" >&2
        printf 'fuzz : %s a trouvé quelque chose, voir %s\n' "$target" "$folder" >&2
        return 1
    fi
}

failed=''
first='' second=''
# both: waits for the two that run.
both() {
    for job in $first $second; do
        wait "$job" || failed=yes
    done
    first='' second=''
}
for target in "$@"; do
    one "$target" &
    if [ -z "$first" ]; then
        first=$!
    else
        second=$!
        both
    fi
done
both
[ -z "$failed" ]
