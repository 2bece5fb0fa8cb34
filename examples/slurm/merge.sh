#!/bin/sh
# merge.sh WORK: all parts in order onto standard output; refuses while one is missing.
dir=$(dirname "$0")
missing=$(sh "$dir/missing.sh" "$1")
case $? in 0) echo "merge.sh: not done: $missing" >&2; exit 1 ;; 1) ;; *) exit 2 ;; esac
n=$(cat "$1/shards") i=0
while [ $i -lt "$n" ]; do
	cat "$1/part/$i.jsonl" || exit 4
	i=$((i + 1))
done
