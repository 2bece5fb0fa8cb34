#!/bin/sh
# dixit-train as a user calls it: same seed, same bytes; any thread count, same bytes; bad input; what it exports.
set -eu
: "${BIN:=bin}"
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
fail() { echo "test_train: $*" >&2; exit 1; }
train() { "$BIN/dixit-train" --folds 2 "$@" 2> "$T/err"; }

head -4 datasets/newsroom/train.jsonl > "$T/four.jsonl"
train -j 1 -o "$T/a.dixit" "$T/four.jsonl" || fail "four articles: $(cat "$T/err")"
train -j 2 -o "$T/b.dixit" "$T/four.jsonl"
cmp "$T/a.dixit" "$T/b.dixit" || fail "one and two threads give different bytes"

mkdir "$T/svm"
train --task speaker --export-libsvm "$T/svm" -o "$T/c.dixit" "$T/four.jsonl"
[ -s "$T/svm/speaker.problem" ] && [ -s "$T/svm/speaker.model" ] || fail "no exported problem and model"
if command -v svm-predict > /dev/null; then
	svm-predict "$T/svm/speaker.problem" "$T/svm/speaker.model" "$T/out" > /dev/null || fail "svm-predict refuses what is exported"
fi

# Only one decision, the rest from a base; labels of the user's own.
for subject in "The new road" "The old bridge" "A second ferry" "The toll" "The tunnel" "The mayor's plan" "The budget" "The night bus"; do
	for verb in "loves" "praises" "welcomes"; do
		echo "{\"text\":\"Everybody $verb it. $subject is a wonderful gift.\",\"target\":\"$subject\",\"stance\":\"PRO\"}"
	done
	for verb in "hates" "fears" "condemns"; do
		echo "{\"text\":\"Everybody $verb it. $subject is a terrible curse.\",\"target\":\"$subject\",\"stance\":\"CON\"}"
	done
done > "$T/any.jsonl"
train --task stance --base "$T/a.dixit" -o "$T/d.dixit" "$T/any.jsonl" || fail "labels of its own: $(cat "$T/err")"
"$BIN/dixit-predict" -m "$T/d.dixit" -f jsonl --again "$T/any.jsonl" > "$T/pred.jsonl"
"$BIN/dixit-eval" --bootstrap 0 --floor statements.accuracy=90 "$T/any.jsonl" "$T/pred.jsonl" > /dev/null || fail "the user's own labels do not come out"

# Stances that stand apart from their articles teach what the same stances within them teach. The last one stands apart both times, since a model
# names the files that it was trained on.
mkdir "$T/apart" "$T/last"
n=0
for word in wonderful terrible splendid shameful; do
	case $word in wonderful | splendid) label=PRO ;; *) label=CON ;; esac
	for thing in "the road" "the toll" "the dyke" "the pier" "the fair" "the mill"; do
		n=$((n + 1))
		text="Ada Voss said $thing is a $word thing."
		within=",\"stance\":\"$label\",\"target\":\"$thing\""
		[ $n != 24 ] || within=
		echo "{\"id\":\"a$n\",\"text\":\"$text\",\"quotes\":[{\"content\":[[14,$((${#text} - 1))]]$within}]}" >> "$T/said.jsonl"
		echo "{\"id\":\"a$n\",\"text\":\"$text\",\"quotes\":[{\"content\":[[14,$((${#text} - 1))]]}]}" >> "$T/apart/said.jsonl"
		printf '# doc a%d\n14\t%s\t14\t22\n' "$n" "$label" >> "$T/labels.tsv"
	done
done
tail -2 "$T/labels.tsv" > "$T/last/labels.tsv"
train --task stance --labels "$T/last/labels.tsv" -o "$T/j.dixit" "$T/said.jsonl" || fail "stances of quotes: $(cat "$T/err")"
train --task stance --labels "$T/labels.tsv" -o "$T/k.dixit" "$T/apart/said.jsonl" || fail "--labels: $(cat "$T/err")"
cmp "$T/j.dixit" "$T/k.dixit" || fail "--labels teaches something else than the same labels in the records"
printf '# doc a1\n15\tPRO\t14\t22\n' >> "$T/labels.tsv"
code=0
train --task stance --labels "$T/labels.tsv" -o "$T/k.dixit" "$T/apart/said.jsonl" || code=$?
[ "$code" = 1 ] && grep -q "labels.tsv:50: " "$T/err" || fail "--labels: a row without a quote is not named: $(cat "$T/err")"

# Quotes that the articles come without: they teach stances, and nothing else.
sed 's/"quotes".*/"title":""}/' "$T/apart/said.jsonl" > "$T/bare.jsonl"
awk 'BEGIN { FS = OFS = "\t" } /^15/ { next } NF > 1 { $1 = $1 "-22" OFS "9-13" OFS "0-8" } { print }' "$T/labels.tsv" > "$T/own.tsv"
train --task stance --quote-labels "$T/own.tsv" -o "$T/r.dixit" "$T/bare.jsonl" || fail "--quote-labels: $(cat "$T/err")"
grep -q "^stance.quote: 48 rows, 2 labels" "$T/err" && grep -q "0 articles, 24 quotes" "$T/err" || fail "--quote-labels: $(cat "$T/err")"
train --task quotes -o "$T/s.dixit" datasets/newsroom/test.jsonl
train --task quotes --quote-labels "$T/own.tsv" -o "$T/t.dixit" datasets/newsroom/test.jsonl "$T/bare.jsonl" || fail "quotes with --quote-labels: $(cat "$T/err")"
for m in s t; do "$BIN/dixit-predict" -m "$T/$m.dixit" -f jsonl examples > "$T/$m.out"; done
cmp "$T/s.out" "$T/t.out" || fail "--quote-labels changes how quotes are found"
printf '# doc a1\n14-999\t-\t-\tPRO\t14\t22\n' >> "$T/own.tsv"
code=0
train --task stance --quote-labels "$T/own.tsv" -o "$T/r.dixit" "$T/bare.jsonl" || code=$?
[ "$code" = 1 ] && grep -q "own.tsv:51: " "$T/err" || fail "--quote-labels: a row that fits nothing is not named: $(cat "$T/err")"

# Issues: what one model learned about them, from a table and from stretches of articles, advises another's training.
{
	printf 'target\tstance\ttext\n'
	for who in "The mayor" "A farmer" "Her aunt" "The guild" "My neighbour" "A pilot" "The vicar" "One clerk" "The band" "His boss"; do
		printf 'gun control\tsupport\t%s says fewer guns would save lives\n' "$who"
		printf 'gun control\toppose\t%s says honest hunters are punished\n' "$who"
		printf 'gun control\tneutral\t%s says the hearing is at noon\n' "$who"
	done
} > "$T/issues.tsv"
echo '{"id":"n1","text":"Fewer guns, saved lives. Honest hunters, punished."}' > "$T/news.jsonl"
printf '# doc n1\n0\t24\tsupport\tgun control\n25\t49\toppose\tgun control\n' > "$T/news.tsv"
train --task stance --issues "$T/issues.tsv" --issue-labels "$T/news.tsv" -o "$T/l.dixit" "$T/any.jsonl" "$T/news.jsonl" || fail "issues: $(cat "$T/err")"
grep -q "^issues: 32 rows, 3 labels" "$T/err" || fail "issues: no report: $(cat "$T/err")"
ask() { echo "{\"text\":\"The singer says $2\",\"target\":\"$3\"}" | "$BIN/dixit-predict" -m "$1" -f jsonl - | sed 's/.*"stance":"\([^"]*\)".*/\1/'; }
sed 's/PRO/support/; s/CON/oppose/' "$T/any.jsonl" > "$T/plain.jsonl"
echo '{"text":"The singer says the road is open","target":"The road","stance":"neutral"}' >> "$T/plain.jsonl"
train --task stance --issues "$T/issues.tsv" -o "$T/l.dixit" "$T/plain.jsonl"
[ "$(ask "$T/l.dixit" "fewer guns would save lives" "gun control")" = support ] || fail "a model that knows an issue does not decide on it"
[ "$(ask "$T/l.dixit" "fewer guns would save lives" "gun rights")" = oppose ] || fail "the other side's name does not turn the stance round"
sed -n 's/^gun control/Gun Control Laws/p; 1p' "$T/issues.tsv" | sed 's/support/FOR/; s/oppose/AGAINST/; s/neutral/NONE/' > "$T/mine.tsv"
train --task stance --advice "$T/l.dixit" -o "$T/m.dixit" "$T/mine.tsv" || fail "--advice: $(cat "$T/err")"
grep -q "advised by $T/l.dixit" "$T/err" || fail "--advice: not told of: $(cat "$T/err")"
train --task stance --advice none -o "$T/n.dixit" "$T/mine.tsv" || fail "--advice none: $(cat "$T/err")"
grep -q "advised" "$T/err" && fail "--advice none: $(cat "$T/err")"
cmp -s "$T/m.dixit" "$T/n.dixit" && fail "--advice changes nothing"
train --task stance --base "$T/l.dixit" -o "$T/o.dixit" "$T/mine.tsv"
"$BIN/dixit-predict" -m "$T/m.dixit" -f jsonl --again "$T/mine.tsv" > "$T/m.out"
"$BIN/dixit-predict" -m "$T/o.dixit" -f jsonl --again "$T/mine.tsv" > "$T/o.out"
cmp "$T/m.out" "$T/o.out" || fail "the advice of a base is not that of the same model as --advice"
train --task stance --base "$T/l.dixit" --advice none -o "$T/q.dixit" "$T/mine.tsv"
grep -q "advised" "$T/err" && fail "--base with --advice none: $(cat "$T/err")"
"$BIN/dixit-predict" -m "$T/q.dixit" -f jsonl --again "$T/mine.tsv" > "$T/q.out"
"$BIN/dixit-predict" -m "$T/n.dixit" -f jsonl --again "$T/mine.tsv" > "$T/n.out"
cmp "$T/q.out" "$T/n.out" || fail "--advice none does not keep a base from advising"
train --task stance --advice "$T/a.dixit" -o "$T/p.dixit" "$T/mine.tsv" || fail "--advice of a model without issues: $(cat "$T/err")"
cmp "$T/p.dixit" "$T/n.dixit" || fail "a model without issues advises"

# A bad line is named and passed over; no data, no model.
{ head -2 datasets/newsroom/train.jsonl; echo '{"text": 1}'; echo 'no json'; } > "$T/bad.jsonl"
code=0
train --task quotes -o "$T/e.dixit" "$T/bad.jsonl" || code=$?
[ "$code" = 1 ] || fail "bad lines: exit status $code, not 1"
grep -q "bad.jsonl:3: " "$T/err" && grep -q "bad.jsonl:4: " "$T/err" || fail "bad lines are not named: $(cat "$T/err")"
expect() {
	want=$1; shift
	code=0
	train "$@" || code=$?
	[ "$code" = "$want" ] || fail "$*: exit status $code, not $want"
	[ -s "$T/err" ] || fail "$*: no message"
}
expect 4 -o "$T/x.dixit" "$T/missing.jsonl"
expect 4 -o "$T/x.dixit" "$T"
: > "$T/empty.jsonl"
expect 3 -o "$T/x.dixit" "$T/empty.jsonl"
expect 4 --task stance --labels "$T/missing.tsv" -o "$T/x.dixit" "$T/said.jsonl"
grep -v '"a24"' "$T/said.jsonl" > "$T/all.jsonl"
expect 3 --task stance --labels "$T/labels.tsv" -o "$T/x.dixit" "$T/all.jsonl"
expect 3 --task stance --labels "$T/said.jsonl" -o "$T/x.dixit" "$T/apart/said.jsonl"
expect 3 --task stance --quote-labels "$T/own.tsv" -o "$T/x.dixit" "$T/any.jsonl"
expect 4 --task stance --quote-labels "$T/missing.tsv" -o "$T/x.dixit" "$T/bare.jsonl"
expect 3 --task stance --issues "$T/any.jsonl" -o "$T/x.dixit" "$T/any.jsonl"
grep -q 'lists nothing in "The new road"' "$T/err" || fail "issues: a target that is none is not named: $(cat "$T/err")"
expect 3 --task stance --issue-labels "$T/news.tsv" -o "$T/x.dixit" "$T/any.jsonl"
expect 4 --task stance --advice "$T/missing.dixit" -o "$T/x.dixit" "$T/any.jsonl"

# Articles of brat's, one by one and as a directory: they teach what the records teach that they were written from.
mkdir "$T/brat"
"$BIN/dixit-predict" -m "$T/a.dixit" -f brat -o "$T/brat" examples
"$BIN/dixit-predict" -m "$T/a.dixit" -f jsonl -o "$T/brat.jsonl" examples
train --task quotes -o "$T/g.dixit" "$T/brat" || fail "a directory of brat's: $(cat "$T/err")"
train --task quotes -o "$T/h.dixit" "$T/brat/harbour.ann" "$T/brat/reservoir.ann" || fail "files of brat's: $(cat "$T/err")"
train --task quotes -o "$T/i.dixit" "$T/brat.jsonl"
for m in g h i; do "$BIN/dixit-predict" -m "$T/$m.dixit" --act speech -f jsonl datasets/newsroom/test.jsonl > "$T/$m.out"; done
cmp "$T/g.out" "$T/h.out" && cmp "$T/g.out" "$T/i.out" || fail "brat's files train another model than records"
printf 'T1\tContent 0 5\tother\n' >>"$T/brat/harbour.ann"
: >"$T/brat/half.ann"
code=0
train --task quotes -o "$T/g.dixit" "$T/brat" || code=$?
[ "$code" = 1 ] || fail "a bad line of brat's: exit status $code, not 1"
grep -q "harbour.ann:[0-9]*: T1: its text" "$T/err" && grep -q "half.txt: No such file" "$T/err" || fail "brat's bad lines are not named: $(cat "$T/err")"

expect 2 --folds 1 -o "$T/x.dixit" "$T/four.jsonl"
expect 2 --no-such-option
expect 2
expect 3 --base README.md -o "$T/x.dixit" "$T/four.jsonl"
expect 4 --task quotes -o "$T/no/such/dir/x.dixit" "$T/four.jsonl"
[ ! -e "$T/x.dixit" ] || fail "a failed run left a model behind"
"$BIN/dixit-train" --help | grep -q -- --export-libsvm || fail "--help does not list the options"
echo "dixit-train behaves"
