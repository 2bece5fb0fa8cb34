#!/bin/sh
# test_inputs.sh - compressed files, archives, web archives and HTML: the same records as from the plain files, and damage named.
#     BIN=bin MODEL=model/default.dixit sh tests/test_inputs.sh        (from the root of the repository)
# The samples are made here; kinds whose tool is not installed are passed over with a word.
. tests/predict.sh
ids() { ok "ids" test "$(sed 's/^{"id":"\([^"]*\)".*/\1/' out | tr '\n' ' ')" = "$1 "; }

mkdir -p d/e
cp "$ROOT/examples/harbour.txt" "$ROOT/examples/reservoir.txt" d/e
i=0
while [ $i -lt 400 ]; do echo "{\"id\":\"n$i\",\"text\":\"\\\"Number $i,\\\" said Al Kerr. The minister said that it was bad, $((i * 7919 % 1000)) times.\"}"; i=$((i + 1)); done >d/many.jsonl
cat >d/page.html <<'X'
<!DOCTYPE html><html><head><title>A fee &amp; a row</title><style>p { }</style><script>var x = "<p>no</p>";</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>A row</h1><p>&ldquo;We will not pay,&rdquo; said <b>Ada</b>
Okafor.<br>She left.</p><div>The mayor said the fee was&nbsp;unfair.</div></article></body></html>
X
echo 'not wanted' >d/notes.md
run 0 d/e/harbour.txt; cp out harbour.want
run 0 d/many.jsonl; cp out many.want
run 0 d/e/harbour.txt d/e/reservoir.txt; sed 's/"id":"/&d\/e\//' out >member.want; cat many.want >>member.want
run 0 d/page.html
ok "text of HTML" grep -qF '{"id":"page","title":"A fee & a row","text":"A row\n\n“We will not pay,” said Ada Okafor.\nShe left.\n\nThe mayor said the fee was unfair.","quotes"' out
sed 's/"id":"page"/"id":"d\/page"/' out >>member.want
dp <d/page.html >out; ok "HTML from stdin" grep -q '^{"id":"stdin","title":"A fee' out

# ---- compressed files
compressed() { # TOOL ENDING
	have "$1" || return
	for f in harbour.txt:d/e/harbour.txt many.jsonl:d/many.jsonl; do
		stem=${f%%:*}
		"$1" -c "${f#*:}" >"$stem.$2"
		run 0 "$stem.$2"; ok "$1" cmp out "${stem%.*}.want"
		cat "$stem.$2" | dp -j 3 2>err | sed 's/"id":"stdin"/"id":"harbour"/' >out; ok "$1 in a pipe" cmp out "${stem%.*}.want"
		cp "$stem.$2" unnamed; run 0 unnamed; sed -i 's/"id":"unnamed"/"id":"harbour"/' out; ok "$1 without its name" cmp out "${stem%.*}.want"
	done
	size=$(wc -c <many.jsonl."$2")
	head -c $((size * 2 / 3)) many.jsonl."$2" >cut.jsonl."$2"; run 1 cut.jsonl."$2"; says "cut.jsonl.$2"
	ok "only whole records" sh -c "head -n $(wc -l <out) many.want | cmp - out"
	{ head -c $((size / 2)) many.jsonl."$2"; printf '\125\252\125'; tail -c +$((size / 2 + 4)) many.jsonl."$2"; } >bent.jsonl."$2"
	run 1 bent.jsonl."$2"; says "bent.jsonl.$2"
	: | "$1" -c >"empty.txt.$2"; run 0 "empty.txt.$2"; lines 1; ok "empty" grep -q '"id":"empty","text":""' out
	echo "$2" >>endings
}
compressed gzip gz; compressed zstd zst; compressed xz xz; compressed bzip2 bz2
{ gzip -c d/e/harbour.txt; gzip -c d/e/reservoir.txt; } >two.txt.gz
run 0 two.txt.gz; lines 1
{ cat many.jsonl.gz; echo garbage; } >tail.jsonl.gz; run 1 tail.jsonl.gz; lines 400; says "something else behind"

# ---- archives
tar cf a.tar d/e/harbour.txt d/e/reservoir.txt d/many.jsonl d/page.html d/notes.md d/e
sed 's/"id":"d\/e\//&/' member.want >want
head -n 402 want >first; tail -n 1 want >>first
for how in "a.tar" "-j 4 a.tar"; do run 0 $how; head -n 403 out >got; ok "tar: $how" cmp got first; done
ok "each hard file once" test "$(wc -l <out)" -ge 403
tar cf b.tar d/e/harbour.txt d/many.jsonl d/page.html
run 0 b.tar; cp out tar.want; lines 402
while read -r e; do
	case $e in gz) gzip -c b.tar ;; zst) zstd -qc b.tar ;; xz) xz -c b.tar ;; bz2) bzip2 -c b.tar ;; esac >b.tar.$e
	run 0 b.tar.$e; ok "tar.$e" cmp out tar.want
	cat b.tar.$e | dp >out; ok "tar.$e in a pipe" cmp out tar.want
done <endings
head -c 20000 b.tar >cut.tar; run 1 cut.tar; says "cut.tar:d/many.jsonl:"; says "the rest of the archive is not read"
tar cf none.tar d/notes.md; run 1 none.tar; says "no *.txt"
gzip -c d/e/harbour.txt >d/inner.txt.gz; tar cf nested.tar d/inner.txt.gz d/e/reservoir.txt
run 1 nested.tar; lines 1; says "nested.tar:d/inner.txt.gz: is packed inside"
printf 'bad \377 byte\n' >d/latin.txt; tar cf latin.tar d/latin.txt d/e/harbour.txt; run 1 latin.tar; lines 1; says "latin.tar:d/latin.txt:1:"
mkdir many; cp b.tar.gz d/page.html many.jsonl.gz many; run 0 many; ok "a directory of packed files" test "$(wc -l <out)" -eq 803
if have zip; then
	zip -q a.zip d/e/harbour.txt d/many.jsonl d/page.html
	run 0 a.zip; ok "zip" cmp out tar.want
	cat a.zip | dp >out; ok "zip in a pipe" cmp out tar.want
	size=$(wc -c <a.zip); { head -c 300 a.zip; printf '\125\252\125'; tail -c +304 a.zip; } >bent.zip
	run 1 bent.zip; says "bent.zip:d/e/harbour.txt: unpacking"; ok "the rest goes on" test "$(wc -l <out)" -eq 401
	zip -q -P secret locked.zip d/e/harbour.txt; run 1 locked.zip; says "is encrypted"
fi

# ---- web archives
record() { # TYPE URI CONTENT-TYPE FILE
	printf 'WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2022-01-13T10:00:00Z\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n' "$1" "$2" "$3" "$(wc -c <"$4")"
	cat "$4"; printf '\r\n\r\n'
}
http() { # HEADER FILE
	printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n%s\r\n' "$1"; cat "$2"
}
crlf=$(printf '\r\n.'); crlf=${crlf%.}
chunked() { printf '%x\r\n' "$(wc -c <"$1")"; cat "$1"; printf '\r\n0\r\n\r\n'; }
http "" d/page.html >plain; http "Content-Encoding: gzip$crlf" d/page.html >pretend
gzip -c d/page.html >page.gz; http "Content-Encoding: gzip$crlf" page.gz >packed
chunked page.gz >chunks; http "Content-Encoding: gzip${crlf}Transfer-Encoding: chunked$crlf" chunks >both
http "Content-Encoding: br$crlf" d/page.html >brotli
printf 'HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\ngone' >gone
printf 'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG' >image
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\n\r\n<p>&quot;\311t\351,&quot; said Zo\353.' >latin
printf '“Yes,” said Al Kerr.' >plain.txt
{
	record warcinfo x application/warc-fields plain.txt
	record request http://a.example/ "application/http; msgtype=request" plain
	record response http://a.example/plain "application/http; msgtype=response" plain
	record response http://a.example/pretend application/http pretend
	record response http://a.example/img.png application/http image
	record response http://a.example/packed application/http packed
	record response http://a.example/gone application/http gone
	record response http://a.example/both application/http both
	record response http://a.example/latin/ application/http latin
	record conversion http://a.example/text text/plain plain.txt
} >crawl.warc
run 0 crawl.warc
ids "http://a.example/plain http://a.example/pretend http://a.example/packed http://a.example/both http://a.example/latin/ http://a.example/text"
ok "address, date, title" grep -q '^{"id":"http://a.example/both","title":"A fee & a row","date":"2022-01-13","url":"http://a.example/both","text":"A row\\n\\n“We' out
ok "character set" grep -q '"text":"\\"Été,\\" said Zoë."' out
cp out crawl.want
for j in 1 3; do gzip -c crawl.warc | dp -j $j >out; ok "packed" cmp out crawl.want; done
{ record response http://a.example/br application/http brotli; record response http://a.example/bad application/http plain.txt; cat crawl.warc; } >some.warc
run 1 some.warc; lines 6; says "some.warc:http://a.example/br: Content-Encoding br"; says "some.warc:http://a.example/bad: response without"
head -c $(($(wc -c <crawl.warc) - 10)) crawl.warc >cut.warc; run 1 cut.warc; lines 5; says "ends inside a WARC record"
printf 'WARC/1.0\r\nWARC-Type: response\r\n\r\n' >bare.warc; run 1 bare.warc; says "Content-Length"
awk 'BEGIN { for (i = 0; i < 5000; i++) printf "<div>" }' </dev/null >deep.html; run 1 deep.html; says "nested"
: >empty.html; run 0 empty.html; lines 1
printf '<p>One<p>Two</b></i><script>x' >torn.html; run 0 torn.html; ok "torn HTML" grep -qF '"text":"One\n\nTwo"' out

finish
