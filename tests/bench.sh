#!/bin/sh
# bench.sh - how fast dixit-predict is: MB/s of article text (whole command, text to JSON lines), start-up, peak memory, gain by threads,
# and whether memory depends on the length of the input. Beside the figures recorded in tests/bench.txt.
#     sh tests/bench.sh [BIN [MODEL [DATA]]]        > tests/bench.txt to record new figures
# The sample is the first 1500 articles of DATA/news/articles.jsonl, if that is there; else the examples repeated.
BIN=${1:-bin} MODEL=${2:-model/default.dixit} ARTICLES=${3:+$3/news/articles.jsonl}
RECORDED=$(dirname "$0")/bench.txt
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT

dp() { "$BIN/dixit-predict" -m "$MODEL" "$@"; }
now() { date +%s.%N; }
calc() { awk "BEGIN { printf \"$1\", $2 }" </dev/null; }

# least N COMMAND...: least wall time of N runs, in seconds
least() {
	n=$1 best=; shift
	while [ "$n" -gt 0 ]; do
		t0=$(now); "$@" >/dev/null || exit 1; t=$(calc %.4f "$(now) - $t0")
		best=$(calc %.4f "(\"$best\" == \"\" || $t < ${best:-0}) ? $t : ${best:-0}")
		n=$((n - 1))
	done
	echo "$best"
}

# MB at the peak of a command, by the kernel's account; "?" where it cannot be told
peak() {
	if [ -x /usr/bin/time ]; then /usr/bin/time -f %M "$@" 2>&1 >/dev/null | tail -n 1 | awk '{ printf "%.0f", $1 / 1024 }'
	elif command -v python3 >/dev/null; then python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); print(round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024))' "$@"
	else echo '?'; fi
}

# seconds of processor time of a command, all threads together: what a busy machine does not distort much
cpu() {
	if [ -x /usr/bin/time ]; then /usr/bin/time -f '%U %S' "$@" 2>&1 >/dev/null | tail -n 1 | awk '{ print $1 + $2 }'; else echo 0; fi
}

# report NAME VALUE UNIT WANTED
report() {
	old=$(awk -F'\t' -v k="$1" '$1 == k { print $2 }' "$RECORDED" 2>/dev/null)
	printf '%s\t%s\t%s\twanted: %s%s\n' "$1" "$2" "$3" "$4" "${old:+	recorded: $old}"
}

if [ -n "$ARTICLES" ] && [ -r "$ARTICLES" ]; then
	name="$(basename "$ARTICLES"), first 1500"
	head -n 1500 "$ARTICLES" >"$T/sample.jsonl"
else
	name="examples, 2000 times"
	i=0
	dp -p 1 -f jsonl examples/*.txt | sed 's/"quotes":.*/"quotes":[]}/' >"$T/two" || exit 1
	while [ $i -lt 2000 ]; do cat "$T/two"; i=$((i + 1)); done >"$T/sample.jsonl"
fi
# Text only: what the records hold besides their text is not counted.
if command -v python3 >/dev/null; then
	bytes=$(python3 -c 'import json, sys; print(sum(len(json.loads(l)["text"].encode()) for l in open(sys.argv[1], encoding="utf-8")))' "$T/sample.jsonl")
else bytes=$(wc -c <"$T/sample.jsonl"); fi
head -n 150 "$T/sample.jsonl" >"$T/tenth.jsonl"
echo 'A plain sentence.' >"$T/tiny.txt"

echo "# $(date +%F), $(uname -m), $(grep -m1 'model name' /proc/cpuinfo 2>/dev/null | sed 's/.*: //'), $(getconf _NPROCESSORS_ONLN) cores; model: $(basename "$MODEL"), $(wc -c <"$MODEL") bytes; sample: $name, $bytes bytes of text"
start=$(least 10 dp "$T/tiny.txt")
one=$(least 7 dp "$T/sample.jsonl")
two=$(least 7 dp -j 2 "$T/sample.jsonl")
report "throughput, 1 thread" "$(calc %.2f "$bytes / 1e6 / $one")" MB/s "3, rising toward 10"
report "throughput, 2 threads" "$(calc %.2f "$bytes / 1e6 / $two")" MB/s ""
report "per processor second" "$(calc %.2f "$bytes / 1e6 / ($(cpu "$BIN/dixit-predict" -m "$MODEL" "$T/sample.jsonl") + 1e-9)")" MB ""
report "gain by 2 threads" "$(calc %.2f "$one / $two")" x 1.9
report "start-up" "$(calc %.0f "1000 * $start")" ms "under 50"
report "peak memory, 150 articles" "$(peak "$BIN/dixit-predict" -m "$MODEL" "$T/tenth.jsonl")" MB 64
report "peak memory, 1500 articles" "$(peak "$BIN/dixit-predict" -m "$MODEL" "$T/sample.jsonl")" MB "64, as with 150"
