#!/bin/sh
# test_eval_cli.sh - what dixit-eval does on the command line: exit codes, messages, streams. BIN: where it is.
set -u
BIN=${BIN:-bin}
EVAL=$BIN/dixit-eval
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
bad=0

# expect NAME CODE PATTERN ARGS...: exit code, and a line of stdout or stderr that matches
expect()
{
	name=$1 code=$2 pattern=$3
	shift 3
	"$EVAL" "$@" >"$T/out" 2>"$T/err" </dev/null
	got=$?
	if [ $got -ne "$code" ]; then
		echo "test_eval_cli: $name: exit $got, expected $code"
		bad=1
	fi
	if ! cat "$T/out" "$T/err" | grep -q -e "$pattern"; then
		echo "test_eval_cli: $name: no line matches: $pattern"
		cat "$T/err"
		bad=1
	fi
}

q='{"type":"direct","content":[[0,2]],"speaker":"Bo","stance":"support"}'
echo "{\"id\":\"a\",\"text\":\"We go.\",\"quotes\":[$q]}" >"$T/gold"
echo "{\"id\":\"a\",\"text\":\"We stay.\",\"quotes\":[]}" >"$T/other"
{ cat "$T/gold"; echo "{"; echo; echo "{\"id\":\"z\",\"text\":\"\"}"; } >"$T/half"
{ cat "$T/gold"; echo "{\"id\":\"b\",\"text\":\"x\",\"quotes\":[]}"; } >"$T/more"
echo "{\"text\":\"We go.\",\"quotes\":[$q]}" >"$T/noid"
echo "{\"text\":\"Tea is good.\",\"target\":\"Tea\",\"stance\":\"FAVOR\"}" >"$T/statement"
{ cat "$T/gold"; echo "{\"id\":\"u\",\"text\":\"unlabelled\"}"; } >"$T/unlabelled"
: >"$T/empty"

expect help 0 '^Usage: dixit-eval ' --help
expect version 0 '^dixit-eval [0-9.]*$' --version
echo '{"id":"c","text":"Ann Orr sat. She ran.","entities":[{"name":"Ann Orr","mentions":[[0,7],[13,16]]}]}' >"$T/chains"
printf '# newdoc id = g\n1\tBo\tBo\tPROPN\tNNP\t_\t0\t_\t_\tEntity=(1-person-new-n-cf1-1-coref)\n' >"$T/gum"
printf '# newdoc id = g\n1\tBo\n' >"$T/badgum"
expect coref 0 'CoNLL score.* 100.0' --coref "$T/chains" "$T/chains"
expect corefjson 0 '"conll": 100.0' --coref --json "$T/chains" "$T/chains"
expect gum 0 '"mentions": *\[\[0, *2\]\]' --gum "$T/gum"
expect badgum 3 'badgum:2: a row without ten columns' --gum "$T/badgum"
expect nogum 4 'none.conllu: No such file' --gum "$T/none.conllu"
expect outcomes 0 '"speaker_confusion".*"strict": *1' --json "$T/gold" "$T/gold"
expect alike 0 'detection.* 100.0  100.0  100.0' "$T/gold" "$T/gold"
expect json 0 '"missing_articles": 0' --json "$T/gold" "$T/gold"
expect no-ids 0 'detection.* 100.0  100.0  100.0' "$T/noid" "$T/noid"
expect statements 0 'accuracy  *100.0' "$T/statement" "$T/statement"
echo '{"id":"q","text":"Ann Orr said the ferry was late."}' >"$T/plain"
printf '# doc q\n13-31\t8-12\t0-7\toppose\t13-22\n' >"$T/badrow.tsv"
printf '# doc q\n13-31\t8-12\t0-7\toppose\t13\t22\n' >"$T/apart.tsv"
{ cat "$T/apart.tsv"; printf '13-99\t-\t-\toppose\t13\t22\n'; } >"$T/outside.tsv"
expect quote-labels 0 '"text":"the ferry was late".*"stance":"oppose","target":"the ferry"' --quote-labels "$T/apart.tsv" "$T/plain"
expect quote-row 3 'badrow.tsv: line 2: fewer than six columns' --quote-labels "$T/badrow.tsv" "$T/plain"
expect quote-span 1 'outside.tsv:3: content, cue, source or target are no spans' --quote-labels "$T/outside.tsv" "$T/plain"
printf '# doc other\n0-3\t-\t-\toppose\t0\t3\n' >"$T/others.tsv"
expect quote-none 3 'others.tsv: no row is of an article of GOLD' --quote-labels "$T/others.tsv" "$T/plain"
expect quote-two 2 'takes one file' --quote-labels "$T/apart.tsv" "$T/plain" "$T/plain"
{ cat "$T/plain"; echo "{"; } >"$T/broken"
expect quote-line 1 'broken:2: not JSON' --quote-labels "$T/apart.tsv" "$T/broken"
expect quote-tsv 4 'none.tsv: No such file' --quote-labels "$T/none.tsv" "$T/plain"
expect quote-file 4 'nowhere: No such file' --quote-labels "$T/apart.tsv" "$T/nowhere"
expect labels 0 'no quote or statement has the label "X"' --stance-labels FAVOR,X "$T/statement" "$T/statement"
expect missing 0 'more:2: id "b" is missing in PRED' "$T/more" "$T/gold"
expect extra 0 'more:2: id "b" is not in GOLD' "$T/gold" "$T/more"
expect bad-line 1 "dixit-eval: $T/half:2: not JSON" "$T/gold" "$T/half"
expect unlabelled 1 'unlabelled:2: the record has neither quotes nor a target' "$T/unlabelled" "$T/gold"
expect other-text 3 'other:1: id "a": the text differs from line 1 of .*, from byte 3' "$T/gold" "$T/other"
expect nothing 3 'no record with quotes' "$T/empty" "$T/gold"
expect no-pred 0 'missing_articles": 1' --json "$T/gold" "$T/empty"
expect no-file 4 'nowhere: No such file' "$T/gold" "$T/nowhere"
expect directory 4 'a directory without .ann files' "$T/gold" "$T"
mkdir "$T/brat"
printf 'We go.' >"$T/brat/a.txt"
printf 'T1\tContent 0 2\tWe\nT2\tCue 3 5\tno\nA1\tType T1 direct\nA2\tStance T1 support\n#1\tAnnotatorNotes T1\tspeaker: Bo\n' >"$T/brat/a.ann"
expect brat 1 'all spans exact  *100.0  100.0  100.0' "$T/brat/a.ann" "$T/gold"
expect brat-line 1 'brat/a.ann:2: T2: its text is not what stands at its offsets' "$T/brat" "$T/gold"
: >"$T/brat/b.ann"
expect brat-half 1 'b.ann: .*b.txt: No such file' "$T/gold" "$T/brat"
printf 'We stay.' >"$T/brat/a.txt"
expect brat-other 3 'brat: id "a": the text differs from line 1 of .*, from byte 3' "$T/gold" "$T/brat"
expect brat-gold 3 'gold:1: id "a": the text differs from that of .*, from byte 3' "$T/brat" "$T/gold"
expect one-file 2 'arguments missing: usage: dixit-eval' "$T/gold"
expect three 2 'one argument too many' "$T/gold" "$T/gold" "$T/gold"
expect unknown 2 'unknown option --nix' --nix
expect bad-number 2 'option --bootstrap: expected a whole number from 0 to 100000, got "x"' --bootstrap x a b
expect two-stdin 2 'only one of GOLD and PRED' - -

# both streams, the same bytes each time, stdin, a full disk
"$EVAL" --json --seed 3 "$T/gold" - <"$T/gold" >"$T/one" && "$EVAL" --json --seed 3 - "$T/gold" <"$T/gold" >"$T/two" &&
	cmp "$T/one" "$T/two" || { echo "test_eval_cli: standard input"; bad=1; }
"$EVAL" "$T/more" "$T/half" 2>/dev/null | awk 'length > 100 { exit 1 }' || { echo "test_eval_cli: lines over 100 columns"; bad=1; }
if [ -w /dev/full ]; then
	for option in --json --help --bootstrap=10; do
		"$EVAL" $option "$T/gold" "$T/gold" >/dev/full 2>"$T/err"
		[ $? -eq 4 ] && grep -q 'writing output' "$T/err" || { echo "test_eval_cli: $option on a full disk"; bad=1; }
	done
fi
[ $bad -eq 0 ] && echo "test_eval_cli: ok"
exit $bad
