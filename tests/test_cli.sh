#!/bin/sh
# test_cli.sh - dixit-predict as a user meets it: bad input of every kind, exit codes, formats, order, threads, closed pipes, full disks.
#     BIN=bin MODEL=model/default.dixit sh tests/test_cli.sh        (from the root of the repository)
# Holds with any model: nothing here depends on what the model finds.
. tests/predict.sh

printf '\342\200\234We will not pay,\342\200\235 said Ada Okafor of the union. She said the fee was unfair.\n' >one.txt
cp "$ROOT/examples/harbour.txt" "$ROOT/examples/reservoir.txt" .
i=0
while [ $i -lt 60 ]; do
	echo "{\"id\":\"n$i\",\"text\":\"\\\"Number $i,\\\" said Al Kerr. The minister said that \\u00e9t\\u00e9 $i was bad.\",\"extra\":{\"k\":[$i,1.50]}}"
	i=$((i + 1))
done >many.jsonl

# ---- what is asked for
run 0 --help; ok "help on stdout" grep -q -- --explain out; quiet
for o in $(sed -n 's/^  [^-]*\(-[A-Za-z], \)\{0,1\}\(--[a-z][a-z-]*\).*/\2/p' out); do
	ok "$o is in the manual page" grep -qF -- "$(echo "$o" | sed 's/-/\\-/g')" "$ROOT/man/dixit-predict.1"
done
run 0 --version; ok "version" grep -q '^dixit-predict [0-9]' out
run 2 --no-such-option; says "--no-such-option"
run 2 -j 0 one.txt; says "--threads"
run 2 -p 1.5 one.txt; says "--precision"
run 2 -f pdf one.txt; says "--format"
run 2 --target '' one.txt; says "--target"
run 2 --target "$(printf 'a\377')" one.txt; says "UTF-8"
run 2 -f brat one.txt; says "-o"
run 2 -m; says "--model"

# ---- inputs that are wrong; the good ones beside them come through
run 1 one.txt missing.txt; lines 1; says "missing.txt: No such file"; says "1 of 2"
printf 'secret' >locked.txt; chmod 0 locked.txt
if [ -r locked.txt ]; then echo "note: running as root, so unreadable files are not tested"
else run 1 locked.txt one.txt; lines 1; says "locked.txt: Permission denied"; fi
: >empty.txt; run 0 empty.txt; lines 1; quiet
: >empty.jsonl; run 0 empty.jsonl; lines 0; quiet
run 0 -; lines 0; quiet
mkdir -p hollow; run 1 hollow; says "hollow: no *.txt"
printf 'first line\nbad \377 byte\n' >latin.txt
run 1 latin.txt one.txt; lines 1; says "latin.txt:2:"; says "byte 15"
run 0 --lenient latin.txt; lines 1; says "latin.txt: invalid UTF-8 replaced in 1 place"
ok "replacement character" grep -q "$(printf '\357\277\275')" out
printf '\376\377\000H\000i' >utf16.txt; run 1 utf16.txt; says "utf16.txt:1:"
printf 'A NUL \000 inside. \042Yes,\042 he said.' >nul.txt; run 0 nul.txt; lines 1; ok "NUL kept" grep -qF 'NUL \u0000 inside' out
printf '{"text":"1"}\n{"text":"2"\n\n["text"]\n{"txt":"4"}\n{"text":"5","quotes":[{"content":[[0,9]]}]}\n{"text":"\303("}\n{"text":"6"}' >mixed.jsonl
run 1 mixed.jsonl; lines 2; says "mixed.jsonl:2: not JSON"; says "mixed.jsonl:4:"; says "mixed.jsonl:5:"
says "mixed.jsonl:6: quotes[0].content[0]"; says "mixed.jsonl:7: not valid UTF-8 at byte 9"; says "5 of 7"
printf '{\n "text": "spread out"\n}\n' >pretty.json; run 1 pretty.json; says "pretty.json:1:"; says "several lines"
ok "one message only" test "$(grep -c pretty.json err)" -eq 1
printf '\357\273\277{"text":"mark"}\r\n' >bom.jsonl; run 0 bom.jsonl; lines 1; quiet
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "[" }' </dev/null >deep.jsonl; run 1 deep.jsonl; says "deep.jsonl:1:"
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "\"a " }' </dev/null >open.txt; run 0 open.txt; lines 1
awk 'BEGIN { for (i = 0; i < 400000; i++) printf "x" }' </dev/null >long.txt; run 0 long.txt; lines 1

# ---- models that are wrong
dpm() { want=$1 model=$2; checks=$((checks + 1)); "$BIN/dixit-predict" -m "$model" one.txt >out 2>err; got=$?
	[ $got -eq "$want" ] || { fails=$((fails + 1)); echo "FAILED: model $model: exit $got, not $want"; }; }
dpm 3 no.dixit; says "no.dixit: No such file"; ok "no output" test ! -s out
dpm 3 .; dpm 3 empty.txt; dpm 3 one.txt
size=$(wc -c <"$MODEL")
for cut in 0 1 16 64 $((size / 2)) $((size - 1)); do
	head -c "$cut" "$MODEL" >cut.dixit; dpm 3 cut.dixit; says "cut.dixit"; ok "no output" test ! -s out
done
{ head -c $((size / 2)) "$MODEL"; printf '\125\252\125\252'; tail -c +$((size / 2 + 5)) "$MODEL"; } >bent.dixit
cmp -s bent.dixit "$MODEL" || { dpm 3 bent.dixit; says "bent.dixit"; }
checks=$((checks + 1))
DIXIT_MODEL=$MODEL "$BIN/dixit-predict" one.txt >out 2>err || { fails=$((fails + 1)); echo "FAILED: DIXIT_MODEL"; }

# ---- outputs that fail
if [ -w /dev/full ]; then
	for f in text jsonl tsv html; do
		checks=$((checks + 1)); dp -f $f one.txt >/dev/full 2>err; got=$?
		[ $got -eq 4 ] || { fails=$((fails + 1)); echo "FAILED: full disk, -f $f: exit $got, not 4"; }
		says "No space left"
	done
	run 4 -o /dev/full many.jsonl; says "No space left"
	checks=$((checks + 1)); dp --help >/dev/full 2>err; [ $? -eq 4 ] || { fails=$((fails + 1)); echo "FAILED: --help onto a full disk"; }
fi
run 4 -o no/such/dir/out.jsonl one.txt; says "no/such/dir/out.jsonl: No such file"
run 4 -f brat -o one.txt harbour.txt; says "one.txt"
cp many.jsonl self.jsonl; run 2 -o self.jsonl self.jsonl; says "input and output"; ok "input unharmed" cmp self.jsonl many.jsonl
i=0; while [ $i -lt 200 ]; do cat many.jsonl; i=$((i + 1)); done >big.jsonl
checks=$((checks + 1)); { dp -j 2 big.jsonl 2>err; echo $? >code; } | head -n 1 >out
[ "$(cat code)" -eq 0 ] || { fails=$((fails + 1)); echo "FAILED: closed pipe: exit $(cat code)"; }
lines 1; quiet
# A slow writer: each result is there before the next input is; and when the reader has gone, we do not wait for more input.
until_there() { waited=0; while [ ! -s "$1" ] && [ $waited -lt 100 ]; do sleep 0.1; waited=$((waited + 1)); done; }
mkfifo pipe
{ dp <pipe 2>err; echo $? >gone; } | head -n 1 >first &
exec 3>pipe
head -n 1 many.jsonl >&3; until_there first; ok "result before the next input" test -s first
head -n 1 many.jsonl >&3; until_there gone; ok "end when nobody reads" grep -qx 0 gone; quiet
exec 3>&-; wait

# ---- order and threads
run 0 many.jsonl one.txt big.jsonl; cp out j1; lines 12061
for j in 2 4; do run 0 -j $j many.jsonl one.txt big.jsonl; ok "same output with -j $j" cmp out j1; done
head -60 j1 | sed 's/.*"id":"n\([0-9]*\)".*/\1/' >ids; i=0; while [ $i -lt 60 ]; do echo $i; i=$((i + 1)); done >want
ok "order kept" cmp ids want
ok "unknown fields kept" grep -q '"extra":{"k":\[0,1.5\]}' j1
for f in text tsv html; do
	run 0 -f $f many.jsonl harbour.txt; cp out f1; run 0 -j 3 -f $f many.jsonl harbour.txt; ok "same output, -f $f" cmp out f1
done
run 1 .; cp out tree; run 1 -j 4 .; ok "same output of a directory" cmp out tree

# ---- formats
run 0 -f text harbour.txt; ok "title" grep -q '^Harbour fee splits the island of Senn' out
ok "no colours in a file" test "$(tr -dc '\033' <out | wc -c)" -eq 0
run 0 -f tsv harbour.txt many.jsonl; ok "tsv columns" awk -F'\t' 'NF != 16 { exit 1 }' out
printf '<b>&\042\047 \042<i>No,</i>\042 said <script>alert(1)</script> Al Kerr.' >evil.txt
run 0 -f html evil.txt harbour.txt
ok "no markup of the input" test "$(grep -cE '<i>|<script|<b>&amp;&quot;' out)" -eq 0
ok "nothing from elsewhere" test "$(grep -cE '(src|href)="?[^#"]' out)" -eq 0
run 0 -o page.html harbour.txt; ok "format by name" grep -q '<!DOCTYPE html>' page.html; lines 0
run 0 -o table.tsv harbour.txt; ok "format by name" grep -q '^id	' table.tsv
run 0 -f brat -o annotated harbour.txt reservoir.txt
ok "brat text" cmp annotated/harbour.txt harbour.txt
ok "brat lines" awk -F'\t' '!/^(T[0-9]+\t[A-Za-z]+ [0-9]+ [0-9]+(;[0-9]+ [0-9]+)*\t.|E[0-9]+\tQuote:T|A[0-9]+\t|#[0-9]+\t)/ { exit 1 }' annotated/harbour.ann
run 0 -f brat -o annotated harbour.txt; quiet
run 0 reservoir.txt; ok "header read" grep -q '"title":"Minister rejects call to drain the Kell reservoir","date":"2023-09-14","url":"https://news' out
run 0 one.txt; ok "id is the file's name" grep -q '^{"id":"one"' out
dp <one.txt >out 2>err; ok "text from stdin" grep -q '^{"id":"stdin"' out
dp <many.jsonl >out 2>err; lines 60
cat many.jsonl | dp - one.txt >out 2>err; lines 61

# ---- options
echo '{"id":"g","text":"No, said Al. Yes, said Bo.","quotes":[{"content":[[0,2]],"speaker":"Al Kerr","stance":"oppose","target":"it","note":"mine"},{"content":[[13,16]]}]}' >given.jsonl
run 0 --given given.jsonl
ok "given speaker stays" grep -q '"content":\[\[0,2\]\].*"speaker":"Al Kerr".*"stance":"oppose"' out
ok "given field stays" grep -q '"note":"mine"' out
ok "given spans stay" grep -q '"content":\[\[13,16\]\]' out
run 0 --given --again given.jsonl; ok "stance decided anew" test "$(grep -c '"target":"it"' out)" -eq 0; ok "given field stays" grep -q '"note":"mine"' out
run 0 -p 1 harbour.txt; lines 1
run 0 -p 0 --explain harbour.txt; lines 1
printf '# ours\nVoss, Ingrid\tIngrid Voss\tkind=person\n' >names.tsv
run 0 --names names.tsv -p 0 harbour.txt; ok "own names" grep -q '"name":"Voss, Ingrid","kind":"person"' out
printf 'Voss\tkind=robot\n' >names.tsv
run 3 --names names.tsv harbour.txt; ok "bad names" grep -q '^dixit-predict: names.tsv:1: no such kind: "robot"$' err
run 3 --names none.tsv harbour.txt; ok "no names" grep -q 'none.tsv: No such file' err
run 0 --target "the fee" --target "the harbour" -t " Senn " harbour.txt; lines 1
echo '{"id":"s","text":"I think the dam is a disgrace.","target":"the dam","extra":1}' >stated.jsonl
run 0 stated.jsonl; lines 1; ok "statement" grep -q '"target":"the dam","extra":1' out
for f in text tsv html; do run 0 -f $f stated.jsonl; done
for unit in byte codepoint utf16; do run 0 -p 0 --offsets $unit harbour.txt reservoir.txt many.jsonl; cp out off.$unit; done

if have python3; then
	run 1 --explain -t x -t y many.jsonl harbour.txt mixed.jsonl nul.txt
	ok "every line is JSON" python3 -c '
import json, sys
for l in open("out", encoding="utf-8", newline="\n"): json.loads(l)'
	ok "offsets and text agree" python3 -c '
import json
for unit in "byte", "codepoint", "utf16":
    for l in open("off." + unit, encoding="utf-8", newline="\n"):
        r = json.loads(l); t = r["text"]
        cut = {"byte": lambda b, e: t.encode()[b:e].decode(), "codepoint": lambda b, e: t[b:e],
               "utf16": lambda b, e: t.encode("utf-16-le")[2*b:2*e].decode("utf-16-le")}[unit]
        for q in r["quotes"]:
            assert " ".join(cut(*s) for s in q["content"]) == q["text"], (unit, q)
            for s in q["cue"] + q["source"]: assert cut(*s)'
	ok "well-formed HTML" python3 -c '
import html.parser
class P(html.parser.HTMLParser):
    open_ = []
    def handle_starttag(s, t, a):
        if t not in ("meta", "br"): s.open_.append(t)
    def handle_endtag(s, t): assert s.open_.pop() == t, t
p = P(); p.feed(open("page.html", encoding="utf-8").read()); assert not p.open_'
	ok "brat offsets count code points" python3 -c '
t = open("annotated/harbour.txt", encoding="utf-8", newline="").read()
for l in open("annotated/harbour.ann", encoding="utf-8", newline="\n"):
    if l[0] == "T":
        _, place, text = l.rstrip("\n").split("\t")
        spans = [tuple(map(int, s.split())) for s in place.split(" ", 1)[1].split(";")]
        assert " ".join(t[b:e] for b, e in spans) == text, l'
fi

finish
