#!/bin/sh
# The commands that README.md and the manual pages show, on the sample article and the small model.
set -eu
: "${BIN:=bin}" "${MODEL:=build/rel/newsroom.dixit}"
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
fail() { echo "test_readme: $*" >&2; exit 1; }
A=examples/harbour.txt
P="$BIN/dixit-predict -m $MODEL"
$P -f text $A | grep -q said || fail "no quote at a terminal"
$P -o "$T/quotes.jsonl" examples && [ "$(wc -l < "$T/quotes.jsonl")" = 2 ] || fail "a directory to one file"
cat "$T/quotes.jsonl" | $P -j 2 -f jsonl > "$T/again.jsonl" && [ "$(wc -l < "$T/again.jsonl")" = 2 ] || fail "a stream"
$P -f html -o "$T/quotes.html" $A && grep -q '</html>' "$T/quotes.html" || fail "a page"
$P -f brat -o "$T/annotated" examples && ls "$T/annotated" | grep -q '\.ann$' || fail "brat"
$P -f jsonl --target "the harbour fee" $A | grep -q '"the harbour fee"' || fail "--target"
$P -f jsonl --given "$T/quotes.jsonl" > /dev/null || fail "--given"
$P -f jsonl -p 0.8 --act speech examples > /dev/null || fail "-p --act"
$P -f jsonl --explain $A | grep -q '"why"' || fail "--explain"
$BIN/dixit-eval datasets/newsroom/test.jsonl datasets/newsroom/test.jsonl > /dev/null || fail "dixit-eval"
for m in dixit-train dixit-predict dixit-eval; do
	[ -s man/$m.1 ] || fail "man/$m.1 is missing"
	for o in $($BIN/$m --help | grep -o -- '^  *\(-., \)\{0,1\}--[a-z-]*' | grep -o -- '--[a-z-]*'); do
		tr -d '\\' < man/$m.1 | grep -qF -- "$o" || fail "man/$m.1 does not say $o"
	done
done
echo "README's commands work"
