#!/bin/sh
# test_hostile.sh - texts and records that were made to hurt: the right answer or a clear error, in time that grows with the size and not
# with its square, in bounded memory.
#     BIN=bin MODEL=model/default.dixit sh tests/test_hostile.sh [KB]
# KB: size of the texts (default 100); each also at a quarter of it. `make hostile` gives 8000, and makes the others full size too.
BIN=${BIN:-bin} MODEL=${MODEL:-model/default.dixit} KB=${1:-100}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
case $MODEL in /*) ;; *) MODEL=$PWD/$MODEL ;; esac
[ -z "$SAN" ] || KB=60
FULL=$((KB >= 4000))
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
cd "$T" || exit 1
fails=0 checks=0
LC_ALL=C; export LC_ALL

fail() { fails=$((fails + 1)); echo "FAILED: $*"; head -c 300 err; }
# cpu CODE FILE: processor time in ms (into ms) of a run that ends with this code
cpu() {
	checks=$((checks + 1))
	times >before; "$BIN/dixit-predict" -m "$MODEL" "$2" >out 2>err; got=$?; times >after
	[ $got -eq "$1" ] || fail "$2: exit $got, not $1"
	ms=$(cat before after | awk -F'[ms ]+' 'NR == 2 { t = -($1 * 60 + $2 + $3 * 60 + $4) } NR == 4 { t += $1 * 60 + $2 + $3 * 60 + $4 } END { printf "%d", t * 1000 }')
}
says() { checks=$((checks + 1)); grep -q "$1" err || fail "no word of \"$1\""; }
# rep WHAT N: WHAT again and again, N times
rep() { awk -v s="$1" -v n="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", s }' </dev/null; }
# many FORMAT BYTES: lines of numbers turned into letters through a pattern, some BYTES of them
many() { awk -v f="$1" -v n="$2" 'BEGIN { parts = split(f, part, "@")
	for (i = w = 0; w < n; i++) { k = i; t = ""; do { t = t sprintf("%c", 97 + k % 26); k = int(k / 26) } while (k)
	s = part[1]; for (j = 2; j <= parts; j++) s = s t part[j]
	w += length(s); printf "%s", s } }' </dev/null; }
# grows NAME COMMAND: "COMMAND BYTES" writes a text; four times as many bytes may take eight times as long
end=txt
grows() {
	$2 $((KB * 250)) >quarter.$end; $2 $((KB * 1000)) >whole.$end
	cpu 0 quarter.$end; a=$ms
	cpu 0 whole.$end
	[ -z "$SAN$QUIET" ] || return
	[ "$ms" -le $((8 * a + 400)) ] || fail "$1: $((KB / 4)) KB take $a ms, $KB KB $ms ms"
	[ $FULL -eq 0 ] || echo "$1: $((KB / 4)) KB $a ms, $KB KB $ms ms"
}

t_marks() { rep '"' "$1"; }; grows "straight marks" t_marks
t_open() { rep '“' $(($1 / 3)); }; grows "opening marks" t_open
t_nest() { rep '“‘' $(($1 / 12)); rep '’”' $(($1 / 12)); }; grows "nested marks" t_nest
t_apos() { rep " 'a" $(($1 / 3)); }; grows "apostrophes" t_apos
t_mixed() { rep "\"a 'b " $(($1 / 6)); }; grows "marks of both kinds" t_mixed
t_blank() { rep x "$1"; }; grows "no blank" t_blank
t_words() { rep 'word ' $(($1 / 5)); }; grows "one sentence" t_words
t_names() { many 'Al K@er said that it was bad. ' "$1"; }; grows "names" t_names
t_titles() { many 'Mr. Xo@en said “no” to Qi@ar. ' "$1"; }; grows "names and targets" t_titles
t_caps() { many 'A@ ' "$1"; }; grows "capitals" t_caps
t_said() { rep 'He said that he said that ' $(($1 / 26)); }; grows "cues" t_said
t_roles() { rep 'president of the council of the union of the ' $(($1 / 45)); }; grows "roles" t_roles
t_par() { rep '(' $(($1 / 2)); many 'A@ b ' $(($1 / 2)); }; grows "brackets, then names" t_par
t_lines() { rep 'a
' $(($1 / 2)); }; grows "lines" t_lines
t_reopened() { rep '“No he
' $(($1 / 9)); }; grows "paragraphs that reopen a quote" t_reopened
t_dots() { rep '. ' $(($1 / 2)); }; grows "full stops" t_dots
t_nul() { head -c "$1" /dev/zero; }; grows "NUL bytes" t_nul
t_comb() { rep 'á̂' $(($1 / 5)); }; grows "combining marks" t_comb
t_quotes() { rep '“No,” he said. ' $(($1 / 18)); }; grows "quotes" t_quotes
t_list() { rep 'Ab, ' $(($1 / 4)); }; grows "a list of names" t_list
end=html
t_torn() { printf '<p>'; rep '<b><i>x</b>' $(($1 / 40)); rep '</i>' $(($1 / 8)); many '&a@;<!-- -' $(($1 / 2)); }
grows "torn HTML" t_torn
t_tags() { rep '<p>a<div>b</p>c</div>' $(($1 / 21)); }; grows "HTML that closes what is not open" t_tags
t_script() { rep '<script>x</scrip' $(($1 / 16)); }; grows "a script that does not end" t_script
t_deep() { rep '<div>' 990; rep '</i>' $(($1 / 4)); }; grows "deep HTML" t_deep
rep '<div>' 2000 >deep.html; cpu 1 deep.html; says "nested"

# ---- records
printf '{"text":"a\\ud800b"}\n{"text":"\\udc00"}\n{"text":"fine \\ud83d\\ude00"}\n' >lone.jsonl; cpu 1 lone.jsonl; says "lone.jsonl:1: not JSON"; says "lone.jsonl:2:"
checks=$((checks + 1)); [ "$(wc -l <out)" -eq 1 ] || fail "the good line behind lone surrogates"
deep=$((FULL ? 1000000 : 50000))
{ printf '{"text":"a","x":'; rep '[' $deep; rep ']' $deep; printf '}\n{"text":"b"}\n'; } >deep.jsonl; cpu 1 deep.jsonl; says "deep.jsonl:1: not JSON"
{ printf '{"text":"a","x":'; rep '{"a":' $deep; printf '1'; rep '}' $deep; printf '}\n'; } >objects.jsonl; cpu 1 objects.jsonl; says "not JSON"
printf '{"text":"a","id":99999999999999999999999999}\n{"text":"a","quotes":[{"content":[[0,4294967297]]}]}\n{"text":"a","quotes":[{"content":[[-1,1]]}]}\n{"text":"a","x":1e999}\n' >big.jsonl
cpu 1 big.jsonl; says "big.jsonl:1:"; says "big.jsonl:2:"; says "big.jsonl:3:"; says "big.jsonl:4:"
{ printf '{"text":"aaaa","quotes":['; rep '{"content":[[0,1],[1,2]]},' $((KB * 8)); printf '{"content":[[0,1]]}]}\n'; } >quotes.jsonl; cpu 0 quotes.jsonl
{ printf '{"text":"a"'; awk -v n=$((KB * 20)) 'BEGIN { for (i = 0; i < n; i++) printf ",\"k%d\":%d", i, i }' </dev/null; printf '}\n'; } >keys.jsonl; cpu 0 keys.jsonl

# ---- sizes
if [ $FULL -eq 1 ]; then
	head -c 100000000 /dev/zero | tr '\0' x >endless.txt; cpu 1 endless.txt; says "more than 64 MB is not an article"
	truncate -s 5G huge.txt; cpu 1 huge.txt; says "more than 64 MB"
	head -c 60000000 /dev/zero | tr '\0' x >long.txt; cpu 0 long.txt; echo "60 MB without a blank: $ms ms"
	rep '"No," he said. ' 1500000 >dense.txt; cpu 1 dense.txt; says "needs more than"; echo "22 MB of quotes: refused after $ms ms"
	head -c 300000000 /dev/zero | gzip -1 >bomb.txt.gz; (ulimit -v 2000000; exec "$BIN/dixit-predict" -m "$MODEL" bomb.txt.gz) >out 2>err; says "more than 64 MB"
fi

echo "test_hostile.sh: $checks checks, $fails failed"
[ $fails -eq 0 ]
