#!/bin/sh
# accuracy.sh BIN DATA MODEL - prints every figure of a model on the development sets, with 95 % intervals by article.
set -eu
BIN=$1 DATA=$2 MODEL=$3
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
show() {
	printf '\n=== %s\n' "$1"
	"$BIN/dixit-eval" "$2" "$3"
}
run() { "$BIN/dixit-predict" -m "$MODEL" -j 2 -f jsonl "$@"; }

run "$DATA/polnear/dev.jsonl" > "$T/e2e.jsonl"
show "PolNeAR dev, end to end from plain text" "$DATA/polnear/dev.jsonl" "$T/e2e.jsonl"
run --given "$DATA/polnear/dev.jsonl" --again > "$T/given.jsonl"
show "PolNeAR dev, spans given" "$DATA/polnear/dev.jsonl" "$T/given.jsonl"
"$BIN/dixit-eval" --quote-labels datasets/news/test.tsv "$DATA/news/articles.jsonl" > "$T/quotes.jsonl"
run --given --again "$T/quotes.jsonl" > "$T/s.jsonl"
show "quotes of plain news articles, spans given: stances on which two readers agree" "$T/quotes.jsonl" "$T/s.jsonl"
for set in newsmtsc/dev_rw newsmtsc/dev_mt dse/dev; do
	run --again "$DATA/$set.jsonl" > "$T/s.jsonl"
	show "$set, statements" "$DATA/$set.jsonl" "$T/s.jsonl"
done
"$BIN/dixit-eval" --statements "$DATA/seesaw/dev.jsonl" > "$T/seesaw.jsonl"
run --again "$T/seesaw.jsonl" > "$T/s.jsonl"
show "seesaw/dev, statements (both sides named)" "$T/seesaw.jsonl" "$T/s.jsonl"
run --again "$DATA/gwsd/train.jsonl" > "$T/s.jsonl"
show "GWSD, statements on climate change; not trained on" "$DATA/gwsd/train.jsonl" "$T/s.jsonl"
run datasets/newsroom/test.jsonl > "$T/news.jsonl"
show "newsroom test, end to end" datasets/newsroom/test.jsonl "$T/news.jsonl"
run --given --again datasets/newsroom/test.jsonl > "$T/news.jsonl"
show "newsroom test, spans given" datasets/newsroom/test.jsonl "$T/news.jsonl"
"$BIN/dixit-eval" --gum "$DATA"/gum/dev/GUM_news_*.conllu "$DATA"/gum/dev/GUM_interview_*.conllu > "$T/gum.jsonl"
run "$T/gum.jsonl" > "$T/chains.jsonl"
printf '\n=== GUM dev, news and interviews, coreference of names and third-person pronouns\n'
"$BIN/dixit-eval" --coref "$T/gum.jsonl" "$T/chains.jsonl"
