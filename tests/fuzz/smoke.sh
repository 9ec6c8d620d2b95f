#!/bin/sh
# smoke.sh BUILD SECONDS - build every fuzz target and run each for a while on
# its seeds. A crash, leak or time-out ends it with the target's name.
set -eu
build=$1
seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
ninja -C "$build" >"$build/ninja.log" 2>&1 || { cat "$build/ninja.log" >&2; exit 1; }
count=0
for target in "$build"/tests/fuzz/fuzz_*; do
    [ -f "$target" ] && [ -x "$target" ] || continue
    name=$(basename "$target")
    corpus=$(mktemp -d)
    seeds=$here/seeds/$name
    [ -d "$seeds" ] || seeds=
    if ! "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$build/" -print_final_stats=1 \
        "$corpus" $seeds >"$build/$name.log" 2>&1; then
        tail -n 60 "$build/$name.log" >&2
        echo "fuzz: $name failed" >&2
        exit 1
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log")
    echo "$name: ${runs:-?} runs"
    rm -rf "$corpus"
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "fuzz: no target was built" >&2; exit 1; }
