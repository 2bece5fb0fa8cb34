#!/bin/sh
# soak.sh - one process that reads the same articles round after round through a pipe, with threads: its memory must not grow, and each
# round must give the same bytes.
#     sh tests/soak.sh [BIN [MODEL [DATA [MINUTES]]]]
# Articles: DATA/news/articles.jsonl, the first 1000, if there; else the examples. Linux (/proc).
BIN=${1:-bin} MODEL=${2:-model/default.dixit} DATA=${3:-../shared/data} MINUTES=${4:-30}
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
if [ -r "$DATA/news/articles.jsonl" ]; then head -n 1000 "$DATA/news/articles.jsonl" >"$T/round.jsonl"
else for i in 1 2 3 4 5; do cat datasets/newsroom/test.jsonl; done >"$T/round.jsonl"; fi
n=$(wc -l <"$T/round.jsonl")
mkfifo "$T/in" "$T/out"
"$BIN/dixit-predict" -m "$MODEL" -j 2 - <"$T/in" >"$T/out" & pid=$!
# A checksum for every round of n lines, and the memory of the process then.
awk -v n="$n" -v sum="cksum >>$T/sums" -v pid="$pid" -v mem="$T/mem" '{ print | sum }
	NR % n == 0 { close(sum); system("grep VmRSS /proc/" pid "/status >>" mem " 2>/dev/null") }' <"$T/out" & reader=$!
end=$(($(date +%s) + MINUTES * 60)) rounds=0
exec 3>"$T/in"
while [ "$(date +%s)" -lt $end ] || [ $rounds -lt 4 ]; do cat "$T/round.jsonl" >&3 || break; rounds=$((rounds + 1)); done
exec 3>&-
wait $pid; code=$?
wait $reader
awk -v rounds=$rounds -v n="$n" -v code=$code '
	FILENAME ~ /sums$/ { seen[$0]++; sums++; next }
	{ m[++k] = $2 }
	END {
		for (s in seen) kinds++
		third = m[3] ? m[3] : m[1]; most = 0
		for (i = 3; i <= k; i++) if (m[i] > most) most = m[i]
		printf "soak: %d rounds of %d articles, %d checksums of %d rounds; %.1f MB behind round 1, %.1f behind round 3, %.1f at most later, %.1f at the end; exit %d\n",
			rounds, n, kinds, sums, m[1] / 1024, third / 1024, most / 1024, m[k] / 1024, code
		exit !(code == 0 && kinds == 1 && sums == rounds && most <= 1.1 * third + 2048) }' "$T/sums" "$T/mem"
