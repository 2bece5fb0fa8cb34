#!/bin/sh
# A small model, trained on the corpus's training part alone, on its test part: floors that a change must not go below.
set -eu
: "${BIN:=bin}" "${MODEL:=build/rel/newsroom.dixit}"
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
GOLD=datasets/newsroom/test.jsonl
"$BIN/dixit-predict" -m "$MODEL" -f jsonl "$GOLD" > "$T/pred.jsonl"
args=$(sed -n 's/^newsroom-small \([^#]*\).*/--floor \1/p' tests/floors.txt)
[ -n "$args" ] || { echo "test_newsroom: tests/floors.txt has no floors for it" >&2; exit 1; }
# shellcheck disable=SC2086
if ! "$BIN/dixit-eval" --bootstrap 0 $args "$GOLD" "$T/pred.jsonl" > "$T/report"; then
	cat "$T/report"
	echo "test_newsroom: the small model misses a floor of tests/floors.txt" >&2
	exit 1
fi

# A day of the week is no speaker; the tags, which the small model lacks, tell whether it belongs to the source before it.
speakers() { printf '%s\n' "$2" | "$BIN/dixit-predict" -m "$1" -f jsonl - | grep -o '"speaker":"[^"]*"' | tr '\n' ' '; }
got=$(speakers "$MODEL" '"We will not sell," Monday said.')
[ -z "$got" ] || { echo "test_newsroom: a day speaks: $got" >&2; exit 1; }
got=$(speakers model/default.dixit 'The ferry line Wednesday announced a new route to the islands.')
[ "$got" = '"speaker":"ferry line" ' ] || { echo "test_newsroom: not the ferry line: $got" >&2; exit 1; }
got=$(speakers model/default.dixit 'A poll released Friday found that rents had doubled.')
[ "$got" = '"speaker":"poll" ' ] || { echo "test_newsroom: not the poll: $got" >&2; exit 1; }
echo "newsroom floors hold"
