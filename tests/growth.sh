#!/bin/sh
# growth.sh - how time and memory grow with the length of one article, beside what the machine can do at most. For docs/performance.md.
#     sh tests/growth.sh BIN MODEL [NEWS.jsonl]     the sample: texts of the news file put together, else examples/harbour.txt repeated
BIN=${1:-bin} MODEL=${2:-model/default.dixit} NEWS=$3
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
if [ -r "$NEWS" ] && command -v python3 >/dev/null; then
	python3 -c 'import json, sys
for l in open(sys.argv[1], encoding="utf-8"): print(json.loads(l)["text"] + "\n")' "$NEWS" 2>/dev/null | head -c 10000000 | iconv -c -f utf-8 -t utf-8 >"$T/all"
else
	while [ "$(wc -c <"$T/all" 2>/dev/null || echo 0)" -lt 10000000 ]; do cat examples/harbour.txt examples/harbour.txt examples/reservoir.txt examples/harbour.txt >>"$T/all"; done
fi
cpu() { /usr/bin/time -f '%U %S %M' -o "$T/time" "$@" >/dev/null 2>&1; awk '{ printf "%.3f %d", $1 + $2, $3 / 1024 }' "$T/time"; }
echo "bytes of one article | processor seconds less start-up | MB/s | MB resident"
echo . >"$T/tiny.txt"; start=$(cpu "$BIN/dixit-predict" -m "$MODEL" "$T/tiny.txt" | cut -d' ' -f1)
for n in 1000 10000 100000 1000000 10000000; do
	head -c $n "$T/all" | iconv -c -f utf-8 -t utf-8 >"$T/one.txt"
	many=$((n < 1000000 ? 4000000 / n : 1)) i=0; mkdir "$T/d"
	while [ $i -lt $many ]; do ln "$T/one.txt" "$T/d/$i.txt"; i=$((i + 1)); done
	cpu "$BIN/dixit-predict" -m "$MODEL" "$T/d" | awk -v n=$n -v many=$many -v start="$start" '{ t = ($1 - start) / many; printf "%d | %.5f | %.2f | %d\n", n, t, n / 1e6 / (t + 1e-9), $2 }'
	rm -r "$T/d"
done
echo "limits, MB/s of the same bytes, 10 times over: "
for i in 1 2 3 4 5 6 7 8 9 10; do cat "$T/all"; done >"$T/ten"; size=$(wc -c <"$T/ten")
for c in cat "wc -w" "grep -c zzz" "gzip -1 -c"; do cpu sh -c "$c <$T/ten" | awk -v c="$c" -v n="$size" '{ printf "%s | %.0f\n", c, n / 1e6 / ($1 + 1e-3) }'; done
cat >"$T/b.c" <<'X'
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int main(void) { size_t n = 1u << 27; uint64_t *p = malloc(n), s = 0; struct timespec a, b;
	for (size_t i = 0; i < n / 8; i++) p[i] = i;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int k = 0; k < 10; k++) for (size_t i = 0; i < n / 8; i++) s += p[i];
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("reading memory (one core) | %.0f\n", 10.0 * (double)n / 1e6 / ((double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9)); fprintf(stderr, "%d", (int)s); }
X
${CC:-cc} -O2 -D_POSIX_C_SOURCE=200809L "$T/b.c" -o "$T/b" && "$T/b" 2>/dev/null
