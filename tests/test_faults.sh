#!/bin/sh
# test_faults.sh - the whole command while its environment fails: memory, reads, writes, disks, pipes. A clear error or the right
# result; never a crash, never another result in silence.
#     BIN=bin MODEL=model/default.dixit sh tests/test_faults.sh [EVERY]
# EVERY: test every EVERY-th allocation only (default 41; `make faults` gives 1). Holds with any model.
BIN=${BIN:-bin} MODEL=${MODEL:-model/default.dixit} EVERY=${1:-41}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
case $MODEL in /*) ;; *) MODEL=$PWD/$MODEL ;; esac
ROOT=$PWD
[ -z "$SAN" ] || { echo "note: sanitizers have allocators of their own, so that test_faults.sh is left out"; exit 0; }
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
${CC:-cc} -O1 -w -shared -fPIC "$ROOT/tests/shim_faults.c" -o "$T/shim.so" -ldl || exit 1
cd "$T" || exit 1
fails=0 checks=0
fail() { fails=$((fails + 1)); echo "FAILED: $*"; head -3 err; }
dp() { "$BIN/dixit-predict" -m "$MODEL" "$@"; }
# with SETTING... -- ARGUMENTS: the command behind the shim; leaves out, err and got behind.
with() {
	set_= ; while [ "$1" != -- ]; do set_="$set_ $1"; shift; done; shift
	timeout -s KILL 60 env $set_ LD_PRELOAD="$T/shim.so" "$BIN/dixit-predict" -m "$MODEL" "$@" >out 2>err </dev/null; got=$?
	checks=$((checks + 1))
}

cp "$ROOT/examples/harbour.txt" .
printf '{"id":1,"text":"\\"No,\\" said Al Kerr.","extra":[1.5,{"k":"a longer string of some twenty bytes"}]}\n{"id":2,"text":"Bo Li said that it was bad."}\n' >two.jsonl
tar cf a.tar harbour.txt two.jsonl
printf '<title>A</title><p>&ldquo;Yes,&rdquo; said Ada Okafor.</p>' >page.html
gzip -c page.html >page.html.gz
set -- harbour.txt two.jsonl a.tar page.html.gz
dp "$@" >want || exit 1

# ---- memory: each allocation alone, then all from there on
with FAULT_COUNT=count -- "$@"
cmp -s out want || fail "the shim alone changes the result"
n=$(cut -d' ' -f1 count)
for lasting in "" FAULT_LASTING=1; do
	# Without the page: while memory stays out for good, libxml2 2.9 goes round in circles (SECURITY.md).
	[ -z "$lasting" ] || { set -- harbour.txt two.jsonl a.tar; dp "$@" >want; with FAULT_COUNT=count -- "$@"; n=$(cut -d' ' -f1 count); }
	k=$((EVERY > 1 ? 7 : 1))
	while [ $k -le "$n" ]; do
		with FAULT_MALLOC=$k $lasting -- "$@"
		case $got in
		0) cmp -s out want || fail "allocation $k of $n fails: exit 0 with another result" ;;
		1) [ -s err ] && [ -z "$(grep -vxFf want out)" ] || fail "allocation $k of $n fails: exit 1 with a result that is none" ;;
		3 | 4) [ -s err ] || fail "allocation $k of $n fails: exit $got without a word" ;;
		127) ;;                          # the dynamic loader's, before the program begins
		*) fail "allocation $k of $n fails $lasting: exit $got" ;;
		esac
		k=$((k + EVERY))
	done
done

# ---- reads
with FAULT_SHORT=1 -- "$@"; cmp -s out want && [ $got -eq 0 ] || fail "short reads: exit $got"
n=$(cut -d' ' -f2 count) k=1
while [ $k -le "$n" ]; do
	with FAULT_READ=$k -- "$@"
	case $got in
	0) cmp -s out want || fail "read $k fails: exit 0 with another result" ;;
	1) [ -z "$(grep -vxFf want out)" ] && grep -q "Input/output error" err || fail "read $k fails: no clear word" ;;
	*) fail "read $k fails: exit $got" ;;
	esac
	k=$((k + 1))
done

# ---- writes: a file that may not grow, at several sizes
i=0; while [ $i -lt 300 ]; do cat two.jsonl; i=$((i + 1)); done >many.jsonl
dp many.jsonl >all
for blocks in 1 7 40; do
	checks=$((checks + 1))
	(ulimit -f $blocks; exec "$BIN/dixit-predict" -m "$MODEL" -j 2 -o part many.jsonl) >out 2>err; got=$?
	[ $got -eq 4 ] && grep -q "File too large" err || fail "a file of $blocks blocks: exit $got"
	head -c "$(wc -c <part)" all | cmp -s - part || fail "a file of $blocks blocks holds something else"
	dp --resume -o part many.jsonl 2>err; cmp -s part all || fail "resumed behind $blocks blocks"
done

# ---- a pipe that closes, at several places, in every format
for f in jsonl text tsv html; do
	for n in 1 5000 100000; do
		checks=$((checks + 1))
		{ dp -j 2 -f $f many.jsonl 2>err; echo $? >code; } | head -c $n >/dev/null
		[ "$(cat code)" -eq 0 ] && [ ! -s err ] || fail "closed pipe, $f after $n bytes: exit $(cat code)"
	done
done
checks=$((checks + 1)); dp harbour.txt >&- 2>err; got=$?; [ $got -eq 4 ] && [ -s err ] || fail "closed output: exit $got"
checks=$((checks + 1)); dp - <&- >out 2>err; got=$?; [ $got -eq 1 ] && [ -s err ] || fail "closed input: exit $got"

echo "test_faults.sh: $checks checks, $fails failed"
[ $fails -eq 0 ]
