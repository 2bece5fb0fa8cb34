#!/bin/sh
# plan.sh WORK SHARDS INPUT: cuts a file of JSON lines into byte ranges, or the files of a directory into lists; writes WORK/plan/I.
set -eu
[ $# -eq 3 ] || { echo "usage: plan.sh WORK SHARDS FILE|DIR" >&2; exit 2; }
work=$1 n=$2 input=$3
mkdir -p "$work/plan" "$work/part" "$work/log" "$work/lock"
[ -z "$(ls "$work/plan")" ] || { echo "plan.sh: $work has a plan already" >&2; exit 1; }
input=$(cd "$(dirname "$input")" && pwd)/$(basename "$input")

if [ -d "$input" ]; then
	# The order in which dixit-predict reads a directory: bytes of the paths, hidden ones left out.
	find "$input" -name '.?*' -prune -o -type f \( -name '*.txt' -o -name '*.jsonl' -o -name '*.html' -o -name '*.htm' -o -name '*.xhtml' -o -name '*.warc' \
		-o -name '*.txt.*' -o -name '*.jsonl.*' -o -name '*.html.*' -o -name '*.warc.*' -o -name '*.tar' -o -name '*.tar.*' -o -name '*.tgz' -o -name '*.zip' \) -print \
		| LC_ALL=C sort >"$work/files"
	total=$(wc -l <"$work/files")
	awk -v n="$n" -v total="$total" -v dir="$work/plan" '{ print >(dir "/" int((NR - 1) * n / total)) }' "$work/files"
	i=0; while [ $i -lt "$n" ]; do [ -e "$work/plan/$i" ] || : >"$work/plan/$i"; i=$((i + 1)); done
else
	size=$(wc -c <"$input")
	i=0
	while [ $i -lt "$n" ]; do
		printf 'range\n%s\n%d\n%d\n' "$input" $((size * i / n)) $((size * (i + 1) / n)) >"$work/plan/$i"
		i=$((i + 1))
	done
fi
echo "$n" >"$work/shards"
echo "$n shards: sbatch --array=0-$((n - 1)) shard.sbatch $work"
