#!/bin/sh
# test_resume.sh - interrupted runs: records are whole, and --resume gives the bytes of a run without interruption. Same bytes at any
# number of threads.
#     BIN=bin MODEL=model/default.dixit sh tests/test_resume.sh        (from the root of the repository)
. tests/predict.sh
stdout=stdout                            # out is the file that is resumed

# Records with and without id, twice the same, bad ones at the start, between and at the end; a packed file; texts.
awk 'BEGIN { print "{bad"; for (i = 0; i < 1500; i++) {
	if (i % 50 == 7) print "{\"text\":\"cut";
	if (i % 3) printf "{\"id\":\"n%d\",", i % 400; else printf "{";
	printf "\"text\":\"\\\"Number %d,\\\" said Al Kerr. The minister said that it was bad.\"}\n", i % 900 } print "[1]" }' </dev/null >many.jsonl
mkdir in; gzip -c many.jsonl >in/a.jsonl.gz; cp "$ROOT/examples/harbour.txt" in/b.txt; printf 'bad \377' >in/c.txt; cp "$ROOT/examples/reservoir.txt" in/d.txt
run 1 -o want in many.jsonl missing.txt; cp err want.err
ok "size" test "$(wc -l <want)" -eq 3002
for j in 2 3 4 5 6 7 8; do run 1 -j $j -o out in many.jsonl missing.txt; ok "same bytes, -j $j" cmp out want; ok "same messages, -j $j" cmp err want.err; done

size=$(wc -c <want)
for cut in 0 1 100 $((size / 7)) $((size / 3)) $((size / 2 + 13)) $((size - 1)) "$size"; do
	head -c "$cut" want >out; run 1 -j 2 --resume -o out in many.jsonl missing.txt; ok "resumed at byte $cut" cmp out want; ok "messages" cmp err want.err
done
head -n 700 want >out; run 1 -r -o out in many.jsonl missing.txt; ok "resumed at a line's end" cmp out want
rm out; run 1 --resume -o out in many.jsonl missing.txt; ok "resumed from nothing" cmp out want

# killed, several times over
rm -f out; i=0
while [ $i -lt 4 ]; do
	"$BIN/dixit-predict" -m "$MODEL" -j 2 --resume -o out in many.jsonl missing.txt 2>err & pid=$!
	sleep "0.0$((3 + 3 * i))"; kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
	i=$((i + 1))
done
run 1 -j 2 --resume -o out in many.jsonl missing.txt; ok "killed and resumed" cmp out want

# a polite signal: whole records, and the status says so
mkfifo pipe
"$BIN/dixit-predict" -m "$MODEL" -o out - <pipe 2>err & pid=$!
exec 3>pipe
head -n 200 many.jsonl | tail -n +2 >&3; printf '{"text":"half a li' >&3; sleep 0.5; kill -TERM $pid; wait $pid 2>/dev/null; got=$?
exec 3>&-
ok "status of a signal" test $got -eq 143; says "interrupted after"
ok "whole records" sh -c 'test -s out && dixit_last=$(tail -c 1 out | od -An -tx1) && test $dixit_last = 0a'
ok "as many as were good" test "$(wc -l <out)" -eq 195

# what cannot go on
run 2 --resume in; says "--resume"
run 2 --resume -f tsv -o out in; says "--resume"
head -n 5 want >out; cp out kept; run 2 --resume -o out in/b.txt in/a.jsonl.gz; says "start over"; ok "output unharmed" cmp out kept
echo 'no record' >out; run 2 --resume -o out in; says "is no record"
head -n 900 want | tail -n 3 >out; run 2 --resume -o out in/b.txt; says "start over"

finish
