#!/bin/sh
# test_statements.sh - stance on a user's own tables: train, predict and score TSV and CSV with labels of their own; what is reported; errors
# with file, line and reason; abstention; several targets. BIN: where the commands are; MODEL: one with quotes.
set -u
BIN=${BIN:-bin} MODEL=${MODEL:-}
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
bad=0
fail() { echo "test_statements: $*"; bad=1; }

# Tweets of the project's own: three labels that a few words tell apart, hashtags, handles, runs of letters, a line feed in a field.
tweets() {
	n=0
	for target in "Ferry Subsidy" "Night Bus"; do
		tag=$(echo "$target" | tr -d ' ')
		for who in @ana @bo @cyd @dee @eli @fay @gus @hal @ivy @jon; do
			n=$((n + 1)); echo "$n,$target,\"$who soooo happy with this, thank you!! #Save$tag\",FAVOR"
			n=$((n + 1)); echo "$n,$target,\"$who waste of money, shame on you
#Stop$tag\",AGAINST"
			n=$((n + 1)); echo "$n,$target,$who what time does it leave?,NONE"
		done
	done
}
{ echo "ID,Target,Tweet,Stance"; tweets; } > "$T/tweets.csv"
"$BIN/dixit-train" --task stance --f-of FAVOR,AGAINST -o "$T/t.dixit" "$T/tweets.csv" 2> "$T/report" || fail "training: $(cat "$T/report")"
for want in "stance.statement: 60 rows, 3 labels" "macro F1" "mean F1 of AGAINST FAVOR" "label . predicted" "^  AGAINST "; do
	grep -q "$want" "$T/report" || fail "the report lacks '$want': $(cat "$T/report")"
done
sed 's/,FAVOR$/,/; s/,AGAINST$/,/; s/,NONE$/,/' "$T/tweets.csv" > "$T/bare.csv"
"$BIN/dixit-predict" -m "$T/t.dixit" -f jsonl "$T/bare.csv" > "$T/pred.jsonl" || fail "predicting a CSV"
"$BIN/dixit-eval" --bootstrap 0 --stance-labels FAVOR,AGAINST --floor statements.f_avg=90 "$T/tweets.csv" "$T/pred.jsonl" > "$T/out" 2>&1 ||
	fail "its own labels do not come out: $(cat "$T/out")"
grep -q '"id": *"2",.*"stance": *"AGAINST"' "$T/pred.jsonl" || fail "record 2: $(sed -n 2p "$T/pred.jsonl")"

# The same as TSV, and scored against it.
{ printf 'label\ttopic\ttext\n'; "$BIN/dixit-eval" --statements "$T/tweets.csv" |
	sed 's/.*"target":"\([^"]*\)","text":"\([^"]*\)","stance":"\([^"]*\)".*/\3	\1	\2/; s/\\n/ /'; } > "$T/tweets.tsv"
"$BIN/dixit-train" --task stance -o "$T/u.dixit" "$T/tweets.tsv" 2> "$T/report" || fail "training on TSV: $(cat "$T/report")"
"$BIN/dixit-predict" -m "$T/u.dixit" --again -f jsonl "$T/tweets.tsv" > "$T/pred.jsonl"
"$BIN/dixit-eval" --bootstrap 0 --floor statements.accuracy=90 "$T/tweets.tsv" "$T/pred.jsonl" > "$T/out" 2>&1 || fail "TSV: $(cat "$T/out")"

# The same bytes at any number of threads.
"$BIN/dixit-train" --task stance -j 1 -o "$T/v.dixit" "$T/tweets.tsv" 2> /dev/null
cmp -s "$T/u.dixit" "$T/v.dixit" || fail "one and two threads give different bytes"

# Errors name file, line and reason.
refuse() {
	code=$1 pattern=$2; shift 2
	"$BIN/dixit-train" --task stance -o "$T/x.dixit" "$@" > "$T/out" 2>&1
	got=$?
	[ $got = "$code" ] || fail "$*: exit status $got, not $code"
	grep -q -e "$pattern" "$T/out" || fail "$*: no '$pattern' in: $(cat "$T/out")"
}
: > "$T/empty.csv"
printf 'words,target,stance\na,b,c\n' > "$T/nocol.csv"
printf 'text,target,stance\nso good,b,PRO\nso bad,b,PRO\n' > "$T/one.csv"
printf 'text,target\nso good,b\n' > "$T/none.csv"
refuse 3 "empty.csv:1: the file is empty" "$T/empty.csv"
refuse 3 "nocol.csv:1: no column is called text" "$T/nocol.csv"
refuse 3 "one label only, \"PRO\"" "$T/one.csv"
refuse 3 "has a stance" "$T/none.csv"
{ cat "$T/tweets.csv"; echo "61,too few"; } > "$T/short.csv"
refuse 1 "short.csv:[0-9]*: 2 fields, the first row has 4" "$T/short.csv"

# Abstention: the label goes, the probabilities stay; a label that the record brought along is not kept instead.
"$BIN/dixit-predict" -m "$T/t.dixit" --again --min-confidence 1 -f jsonl "$T/tweets.csv" > "$T/pred.jsonl"
grep -q '"stance": *"' "$T/pred.jsonl" && fail "--min-confidence 1 leaves labels"
grep -q '"p":' "$T/pred.jsonl" || fail "--min-confidence takes the probabilities away"
"$BIN/dixit-predict" --min-confidence 2 /dev/null > /dev/null 2>&1
[ $? = 2 ] || fail "--min-confidence 2 is no usage error"

# Several targets, one of them a topic that no word names: one record each, in order; null below the threshold.
if [ -n "$MODEL" ]; then
	"$BIN/dixit-predict" -m "$MODEL" -f jsonl --target "harbour fee" --target "world peace" examples/harbour.txt > "$T/two" || fail "two targets"
	grep -q '"stances": *\[{"target": *"harbour fee", *"stance": *"[a-z]*",.*{"target": *"world peace", *"stance": *"[a-z]*"' "$T/two" ||
		fail "two targets: $(cut -c1-600 "$T/two")"
	"$BIN/dixit-predict" -m "$MODEL" -f jsonl --min-confidence 1 --target "harbour fee" --target "world peace" examples/harbour.txt > "$T/two"
	grep -q '"stances": *\[{"target": *"harbour fee", *"stance": *null' "$T/two" || fail "no null under stances: $(cut -c1-600 "$T/two")"
fi

# SEESAW's articles: a statement for each triple with both sides named, scored as such.
echo '{"id":"s1","entities":["Ada Ode","the toll"],"sentences":[{"text":"Ode hates the toll.","stances":[{"holder":"Ada Ode","target":"the toll","stance":"oppose"},{"holder":"Not in the list","target":"the toll","stance":"support"}]}]}' > "$T/see.jsonl"
"$BIN/dixit-eval" --statements "$T/see.jsonl" > "$T/see.list" || fail "--statements"
[ "$(wc -l < "$T/see.list")" = 1 ] || fail "--statements prints $(wc -l < "$T/see.list") lines, not 1"
"$BIN/dixit-eval" --bootstrap 0 --floor statements.accuracy=100 "$T/see.jsonl" "$T/see.list" > "$T/out" 2>&1 || fail "SEESAW against itself: $(cat "$T/out")"
"$BIN/dixit-eval" "$T/see.jsonl" > "$T/out" 2>&1
[ $? = 2 ] && grep -q "arguments missing" "$T/out" || fail "without PRED: $(cat "$T/out")"
exit $bad
