#!/bin/sh
# instructions.sh - instructions of dixit-predict per byte of article text, by callgrind, on a fixed sample: newsroom's texts and examples
# repeated. Fails when they rise by more than 5 % over tests/instructions.txt. Unlike time, this can be compared on a busy machine.
#     sh tests/instructions.sh BIN MODEL [KB]      KB: size of the sample (default 1000; start-up is measured apart and taken off)
#     RECORD=1 sh tests/instructions.sh ...        writes the figure down
BIN=${1:-bin} MODEL=${2:-build/rel/newsroom.dixit} KB=${3:-1000}
RECORDED=$(dirname "$0")/instructions.txt
command -v valgrind >/dev/null || { echo "SKIPPED: no valgrind, so that instructions are not counted"; exit 0; }
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
while [ "$(cat "$T"/a* 2>/dev/null | wc -c)" -lt $((KB * 1000)) ]; do
	n=$((n + 1)); sed "s/berth/berth $n/" examples/harbour.txt >"$T/a$n.txt"; cp examples/reservoir.txt "$T/a$n-b.txt"
done
bytes=$(cat "$T"/a* | wc -c)
count() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$BIN/dixit-predict" -m "$MODEL" -o "$T/out" "$@" 2>&1 | awk '/Collected/ { print $NF }'; }
start=$(count "$T/a1.txt"); all=$(count "$T"/a*.txt)
first=$(wc -c <"$T/a1.txt")
now=$(awk "BEGIN { printf \"%.0f\", ($all - $start) / ($bytes - $first) }" </dev/null)
[ -z "$RECORD" ] || printf '%s\n' "$now" >"$RECORDED"
was=$(cat "$RECORDED" 2>/dev/null)
echo "instructions per byte: $now (recorded: ${was:-none}); one small article with start-up: $start"
[ -z "$was" ] || awk "BEGIN { exit !($now <= 1.05 * $was) }" </dev/null || { echo "FAILED: more than 5 % above the recorded figure"; exit 1; }
