# predict.sh - what tests of dixit-predict share; sourced from the root of the repository: . tests/predict.sh
# Then the working directory is a temporary one, removed at the end; ROOT is the repository. BIN: where the command is; MODEL: its model.
BIN=${BIN:-bin} MODEL=${MODEL:-model/default.dixit}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
case $MODEL in /*) ;; *) MODEL=$PWD/$MODEL ;; esac
ROOT=$PWD
for f in "$BIN/dixit-predict" "$MODEL" examples/harbour.txt; do [ -e "$f" ] || { echo "$0: no $f"; exit 1; }; done
unset DIXIT_MODEL NO_COLOR COLUMNS
T=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$T"; rm -rf "$T"' EXIT
cd "$T" || exit 1
fails=0 checks=0
stdout=out                               # where run leaves the standard output

dp() { "$BIN/dixit-predict" -m "$MODEL" "$@"; }

# ok NAME COMMAND...: the command succeeds.
ok() {
	name=$1; shift; checks=$((checks + 1))
	"$@" >ok.log 2>&1 || { fails=$((fails + 1)); echo "FAILED: $name: $*"; head -5 ok.log; }
}
# run CODE ARGUMENTS...: dixit-predict ends with this code; leaves its output and err behind.
run() {
	want=$1; shift; checks=$((checks + 1))
	dp "$@" >"$stdout" 2>err </dev/null
	got=$?
	[ $got -eq "$want" ] || { fails=$((fails + 1)); echo "FAILED: exit $got, not $want: dixit-predict $*"; head -3 err; }
}
says() { ok "message" grep -qF -- "$1" err; }
quiet() { ok "silence" test ! -s err; }
lines() { ok "$1 lines" test "$(wc -l <out)" -eq "$1"; }
have() { command -v "$1" >/dev/null 2>&1 || { echo "note: no $1, so that it is not tested"; return 1; }; }

# The last line of a test: how it went.
finish() {
	echo "${0##*/}: $checks checks, $fails failed"
	[ $fails -eq 0 ]
}
