#!/bin/sh
# Runs one criterion binary: run-test.sh BINARY [ARGUMENT...]
# Fails when the binary fails, and in three cases that criterion passes over: a
# sanitizer wrote a report (leaks do not fail a test, and a child's report does
# not reach the parent), no test ran at all, or the last line never came.
set -u

[ $# -ge 1 ] || { echo "usage: run-test.sh BINARY [ARGUMENT...]" >&2; exit 2; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/hv-test.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# Ours come last: of two equal settings a sanitizer takes the last one.
ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=1:log_path=$dir/report"
UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}print_stacktrace=1:log_path=$dir/report"
TSAN_OPTIONS="${TSAN_OPTIONS:+$TSAN_OPTIONS:}log_path=$dir/report"
export ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS

# Criterion 2.4.1 now and then leaks 48 bytes a worker in the process that waits
# for the workers. True when a report holds leaks alone, each with a frame in
# libcriterion and none in a source of ours.
is_criterions_own() {
    awk -v RS= '
        /ERROR: / && !/LeakSanitizer: detected memory leaks/ { bad = 1 }
        /runtime error:/ { bad = 1 }
        /leak of [0-9]/ {
            leaks++
            if (!/libcriterion/ || /\.c:[0-9]/)
                bad = 1
        }
        END { exit bad || !leaks }' "$1"
}

"$@" >"$dir/out" 2>&1
status=$?
cat "$dir/out"
result=0
if [ "$status" -ne 0 ]; then
    echo "run-test: $1 ended with status $status"
    result=1
fi
for report in "$dir"/report*; do
    [ -e "$report" ] || continue
    if is_criterions_own "$report"; then
        echo "run-test: criterion leaked a little of its own; passed over"
        continue
    fi
    echo "run-test: a sanitizer reports:"
    cat "$report"
    result=1
done
# Without colours, should criterion have put some.
synthesis=$(sed 's/\x1b\[[0-9;]*m//g' "$dir/out" | grep 'Synthesis: Tested:' | tail -n 1)
case $synthesis in
'')
    echo "run-test: no line tells how many tests ran"
    result=1
    ;;
*'Tested: 0 '*)
    echo "run-test: no test ran"
    result=1
    ;;
esac
exit "$result"
