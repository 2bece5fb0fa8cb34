#!/bin/sh
# missing.sh WORK: the shards that are not done, as sbatch --array wants them; exit 1 and no output when there are none.
n=$(cat "$1/shards") || exit 2
i=0 list=
while [ $i -lt "$n" ]; do
	[ -e "$1/part/$i.jsonl" ] || list=$list,$i
	i=$((i + 1))
done
[ -n "$list" ] && echo "${list#,}"
