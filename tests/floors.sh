#!/bin/sh
# floors.sh BIN DATA MODEL - holds the shipped model to the figures of tests/floors.txt, set by set.
set -eu
BIN=$1 DATA=$2 MODEL=$3
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
bad=0

# floors SET GOLD PRED: every line of floors.txt that begins with SET.
floors() {
	args=$(sed -n "s/^$1 \([^#]*\).*/--floor \1/p" tests/floors.txt)
	[ -n "$args" ] || { echo "floors: tests/floors.txt has none for $1" >&2; bad=1; return; }
	# shellcheck disable=SC2086
	if "$BIN/dixit-eval" --bootstrap 0 $args "$2" "$3" > "$T/report"; then
		echo "$1: floors hold"
	else
		cat "$T/report"
		bad=1
	fi
}
run() { "$BIN/dixit-predict" -m "$MODEL" -j 2 -f jsonl "$@"; }

run "$DATA/polnear/dev.jsonl" > "$T/e2e.jsonl"
floors polnear-dev "$DATA/polnear/dev.jsonl" "$T/e2e.jsonl"
run --given --again "$DATA/polnear/dev.jsonl" > "$T/given.jsonl"
floors polnear-dev-given "$DATA/polnear/dev.jsonl" "$T/given.jsonl"
"$BIN/dixit-eval" --quote-labels datasets/news/test.tsv "$DATA/news/articles.jsonl" > "$T/quotes.jsonl"
run --given --again "$T/quotes.jsonl" > "$T/s.jsonl"
floors news-given "$T/quotes.jsonl" "$T/s.jsonl"
for set in dev_rw dev_mt; do
	run --again "$DATA/newsmtsc/$set.jsonl" > "$T/s.jsonl"
	floors "newsmtsc-$set" "$DATA/newsmtsc/$set.jsonl" "$T/s.jsonl"
done
run --again "$DATA/dse/dev.jsonl" > "$T/s.jsonl"
floors dse-dev "$DATA/dse/dev.jsonl" "$T/s.jsonl"
"$BIN/dixit-eval" --statements "$DATA/seesaw/dev.jsonl" > "$T/seesaw.jsonl"
run --again "$T/seesaw.jsonl" > "$T/s.jsonl"
floors seesaw-dev "$T/seesaw.jsonl" "$T/s.jsonl"
run --again "$DATA/gwsd/train.jsonl" > "$T/s.jsonl"
floors gwsd-untrained "$DATA/gwsd/train.jsonl" "$T/s.jsonl"
run datasets/newsroom/test.jsonl > "$T/n.jsonl"
floors newsroom-test datasets/newsroom/test.jsonl "$T/n.jsonl"
run --given --again datasets/newsroom/test.jsonl > "$T/n.jsonl"
floors newsroom-test-given datasets/newsroom/test.jsonl "$T/n.jsonl"
if [ -f "$DATA/../samples/osce.txt" ]; then
	run "$DATA/../samples/osce.txt" > "$T/osce.jsonl"
	floors osce "$DATA/../samples/osce.gold.jsonl" "$T/osce.jsonl"
fi
[ "$bad" = 0 ] || { echo "floors: a figure is below its floor" >&2; exit 1; }
